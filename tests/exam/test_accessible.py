"""Papers, keys, strips and the report, checked by independent checkers of accessibility."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import outloud
import pytest

from pkoquiz.exam.exam import Layout, plan
from pkoquiz.exporters import papers
from pkoquiz.grading.analysis import analyse
from pkoquiz.grading.printed import read_keys
from pkoquiz.grading.report import report
from pkoquiz.grading.responses import Unreadable, read_response
from pkoquiz.grading.results import grade
from pkoquiz.grading.scripts import Script
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import TYPES

from ..core.browser import evaluate
from ..making import make_bank, make_question

PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="10"><rect width="9" height="9"/>'
    b"</svg>"
)
TABLE = "Which row?\n\n| port | ships |\n|---|--:|\n| north | 3 |\n| south | 4 |"
FORMULA = r"""Which \(T = 2\pi\sqrt{\frac{\ell}{g}}\) is it?

\[\bar{t} = \frac{1}{n}\sum_{i=1}^{n} t_i + \begin{pmatrix} 0 & 1 \\ 1 & 0 \end{pmatrix}\]
"""
BLUEPRINT = {"title": "Final examination", "items": 12, "minutes": 90, "versions": 2}
SETTINGS = {"institution": "School of Navigation", "aids": "A *pocket* calculator."}


@pytest.fixture(scope="module")
def bank() -> Bank:
    """A question of every type, with every field that a key shows, a picture and a table.

    The texts differ: equal lines at the tops of pages would look like running headers.
    """
    questions = [
        make_question(
            kind,
            f"{kind}-1",
            explain=f"A **reason** for {kind}.\n\n- list on {kind}\n- with lines on {kind}",
            note=f"a note on {kind}",
            attribution=f"Gordon, speaking of {kind}",
        )
        for kind in TYPES
    ]
    questions += [
        make_question("choice", "map-one", stem="What is it?\n\n![a black box](media/box.svg)"),
        make_question("choice", "table-one", stem=TABLE),
        make_question("choice", "formula-one", stem=FORMULA),
    ]
    return make_bank(
        questions,
        blueprints={"final": BLUEPRINT},
        language="en-GB",
        exam=SETTINGS,
        media={"media/box.svg": PICTURE},
    )


LAYOUTS = {"plain": Layout(), "two columns": Layout(2), "large print": Layout(1, True)}


@pytest.fixture(scope="module", params=LAYOUTS)
def files(request: pytest.FixtureRequest, bank: Bank) -> Mapping[str, bytes]:
    """Every document in a layout, by name; the practice papers begin with `pko`."""
    exam, drawn = plan(bank, "final")
    assert exam is not None, drawn.diagnostics
    exam = replace(exam, layout=LAYOUTS[request.param])
    made = {**papers.practice(bank).files} if request.param == "plain" else {}
    made |= papers.build(bank, exam, formats=("pdf", "html"), sheet_digits=6).files
    return {name.rpartition("/")[2]: content for name, content in made.items()}


# --- PDF ------------------------------------------------------------------------------------------


def test_pdfs_conform_to_pdf_ua(files: Mapping[str, bytes], tmp_path: Path) -> None:
    """There are no errors or warnings about PDF/UA-1 or the output of a screen reader."""
    pdfs = {name: content for name, content in files.items() if name.endswith(".pdf")}
    assert {
        "final-A.pdf",
        "final-A-key.pdf",
        "final-A-sheet.pdf",
        "final-strips.pdf",
    } <= pdfs.keys()
    for name, content in pdfs.items():
        (tmp_path / name).write_bytes(content)
        result = outloud.check(str(tmp_path / name))
        assert result.error is None, (name, result.error)
        assert [(found.rule, found.message) for found in result.findings] == [], name


# --- HTML -----------------------------------------------------------------------------------------


def axe() -> str:
    """Return the source of axe-core, looked for where Node.js does, or skip the test."""
    folders = [Path(folder) for folder in os.environ.get("NODE_PATH", "").split(os.pathsep)]
    folders += [parent / "node_modules" for parent in Path(__file__).parents]
    for folder in folders:
        script = folder / "axe-core" / "axe.min.js"
        if script.is_file():
            return script.read_text(encoding="utf-8")
    pytest.skip("needs axe-core: npm install --no-save axe-core")


def violations(page: bytes, folder: Path) -> list[tuple[str, str]]:
    """Return the rules that a page breaks, with the elements that break them."""
    # The policy of a page allows no script but its own.
    bare = re.sub(rb'<meta http-equiv="Content-Security-Policy"[^>]*>', b"", page)
    probe = f"""{axe()}
      const results = await axe.run({{ resultTypes: ["violations"] }});
      return results.violations.map(rule => [rule.id, rule.nodes.map(node => node.html).join()]);"""
    found: list[Any] = evaluate(bare, folder, probe)
    return [(rule, elements[:400]) for rule, elements in found]


def test_pages_conform_to_wcag(files: Mapping[str, bytes], tmp_path: Path) -> None:
    for name in ("final-A.html", "final-A-key.html", "pko.html", "pko-key.html"):
        if name in files:
            assert violations(files[name], tmp_path) == [], name


def test_the_report_conforms_to_wcag(bank: Bank, tmp_path: Path) -> None:
    exam, _ = plan(bank, "final")
    assert exam is not None
    manifest = papers.build(bank, exam, formats=("html",)).files["exam/final/manifest.json"]
    keys, _ = read_keys(manifest, "manifest.json")
    assert keys is not None
    scripts = []
    for number in range(12):
        sheet = keys.sheets[number % 2]
        answers = {
            placed.id: read_response(keys.items[placed.id], placed, "ABCTF132"[number % 8])
            for placed in sheet.placed.values()
        }
        readable = {
            identity: answer
            for identity, answer in answers.items()
            if not isinstance(answer, Unreadable)
        }
        scripts.append(Script(f"c{number}", sheet, readable))
    page = report(keys, analyse(keys, grade(keys, scripts)))
    assert violations(page, tmp_path) == []


def test_axe_finds_violations(tmp_path: Path) -> None:
    """The checks above cannot pass because nothing was checked."""
    page = b"<!doctype html><html><title>x</title><body><img src='data:,'></body></html>"
    assert {"image-alt", "html-has-lang"} <= {rule for rule, _ in violations(page, tmp_path)}


def test_outloud_finds_errors(tmp_path: Path) -> None:
    """The checks above cannot pass because nothing was checked."""
    import typst

    source = b'#set document(title: "Title")\n= Title\n#table(columns: 2, [a], [b], [c], [d])'
    (tmp_path / "x.pdf").write_bytes(typst.compile(source, format="pdf", pdf_standards=["ua-1"]))
    assert "TBL-001" in {found.rule for found in outloud.check(str(tmp_path / "x.pdf")).findings}
