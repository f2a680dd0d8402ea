"""Fill answer sheets with simulated pens, damage the scans, read them, and count errors.

python benchmarks/sheets.py [SHEETS] [SEED] [LEVELS] [HANDS]

A silent error is a wrong answer that no person is asked about. Pens, strokes and damage are
stylised (`pens.py`, `damage.py`): rates on real paper are higher. The simulator draws on the
printed PDF and shares nothing with the reader but the geometry of the sheet.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pypdfium2
from damage import LEVELS, low_toner
from pens import DPI, HANDS, Image, filled

from pkoquiz.exam import keys
from pkoquiz.exporters.papers.assets import Assets
from pkoquiz.exporters.papers.shapes import Frame
from pkoquiz.exporters.papers.sheets import SheetWords, sheet_source
from pkoquiz.fonts import families
from pkoquiz.language import language
from pkoquiz.press import Press
from pkoquiz.scanning.decide import decide
from pkoquiz.scanning.locate import RefusedError, locate
from pkoquiz.scanning.measure import measure
from pkoquiz.sheets.form import Form, Question, form
from pkoquiz.sheets.roster import Candidate
from pkoquiz.sheets.style import STYLES

PALE = 0.1
"""The share of sheets that were printed with little toner."""


def questions() -> list[Question]:
    """Return 30 single choices, 8 multiple responses, and one or two of the other types."""
    one = Fraction(1)
    return [
        *(Question(f"c{n}", n, keys.ChoiceKey(options=5, key=(1,)), one, 5, 0)
          for n in range(1, 31)),
        *(Question(f"m{n}", n, keys.MultipleKey(options=5, key=(1,)), one, 5, 0)
          for n in range(31, 39)),
        *(Question(f"t{n}", n, keys.TrueFalseKey(key=True), one, 0, 0) for n in range(39, 43)),
        Question("p", 43, keys.MatchingKey(responses=5, key=(1, 2, 3)), one, 3, 5),
        Question("o", 44, keys.OrderingKey(steps=4), one, 4, 0),
        Question("n", 45, keys.NumericalKey(value="1.5", tolerance="0"), one, 0, 0),
    ]  # fmt: skip


def printed(layout: Form, serial: int, folder: str) -> list[Image]:
    """Return the pages of a sheet as they come from a laser printer, at 300 dpi."""
    words = ("", "", "")
    frame = Frame("Sheet", "en", "ltr", ("“", "”"), layout.style.paper, "", "", words, "")
    assets = Assets(folder, 0, families((), (), language("en")), {})
    sheet = SheetWords("Simulated examination", "Version A", "3FA9C2")
    candidate = Candidate("4711", "Ann Example", serial=serial)
    pdf = Press(folder, 0).pdf(sheet_source(sheet, layout, candidate, frame, assets).encode())
    document = pypdfium2.PdfDocument(pdf)
    return [np.array(page.render(scale=DPI / 72, grayscale=True).to_numpy()) for page in document]


def run(sheets: int, seed: int, levels: list[str], hands: list[str], folder: str) -> None:
    """Print the rates of each level and hand."""
    style = STYLES["A"]
    layout = form(questions(), style)
    blanks = printed(layout, 17, folder)
    print(
        f"{'level':12} {'hand':8} {'groups':>6} {'right':>7} {'person':>7} "
        "planted silent refused ms"
    )
    for level in levels:
        for hand in hands:
            random = np.random.default_rng([seed, *level.encode(), *hand.encode()])
            count: Counter[str] = Counter()
            doubts: Counter[str] = Counter()
            seconds = 0.0
            for number in range(sheets):
                page = 1 + number % layout.pages
                groups = layout.of_page(page)
                blank = blanks[page - 1]
                if random.random() < PALE:
                    blank = low_toner(blank, random)
                sheet = filled(blank, groups, style, hand, random)
                image = LEVELS[level](sheet.image, random)
                start = time.process_time()
                try:
                    located = locate(image)
                except RefusedError as reason:
                    count["refused"] += 1
                    print("  refused:", reason)
                    continue
                measures, _ = measure(located, groups)
                seconds += time.process_time() - start
                decisions = decide(groups, measures)
                for group, values, decision in zip(groups, measures, decisions, strict=True):
                    name = group.question, group.part
                    count["groups"] += 1
                    count["planted"] += name in sheet.planted
                    if decision.doubt:
                        count["person"] += 1
                        doubts[decision.doubt] += name not in sheet.planted
                    elif decision.marked == sheet.meant[name]:
                        count["right"] += 1
                    else:
                        count["silent"] += 1
                        print("  silent:", name, sheet.meant[name], decision.marked, values)
            groups_ = count["groups"] or 1
            print(f"{level:12} {hand:8} {count['groups']:6} {count['right'] / groups_:7.2%} "
                  f"{count['person'] / groups_:7.2%} {count['planted'] / groups_:7.2%} "
                  f"{count['silent']:6} {count['refused']:7} "
                  f"{1000 * seconds / max(1, sheets):3.0f} "
                  + ", ".join(f"{doubt} {times}" for doubt, times in doubts.items() if times)
                  )  # fmt: skip


def main() -> None:
    words = sys.argv[1:]
    sheets, seed = (int(word) for word in (*words[:2], *("10", "1")[len(words[:2]) :]))
    levels = words[2].split(",") if len(words) > 2 else list(LEVELS)
    hands = words[3].split(",") if len(words) > 3 else list(HANDS)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("root", "fonts"):
            Path(folder, name).mkdir()
        run(sheets, seed, levels, hands, folder)


if __name__ == "__main__":
    main()
