"""Pictures of cards: imports a deck into a real Anki collection and takes each side as a browser shows it.

    python docs/pictures/cards.py exports/anki/<course>.apkg pictures/ [--only ID …] [--html] [--chromium PATH]

Needs the test dependencies (`anki`) and, for pictures, a Chromium. Fronts and backs come from Anki's own template
engine, stand in a page like that of its reviewer, and are shown by day, by night and at the width of a phone.
"""

from __future__ import annotations

import argparse
import base64
import mimetypes
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WIDTHS = {
    "day": (820, ""),
    "night": (820, "nightMode night_mode"),
    "phone": (390, "mobile"),
    "phone-night": (390, "mobile nightMode night_mode"),
}


@dataclass(frozen=True)
class Shown:
    """A card as Anki renders it: the note's id field, its kind, and the HTML of both sides without styles."""

    id: str
    kind: str
    ord: int
    css: str
    front: str
    back: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str


def open_with(deck: Path, folder: Path):
    """A new collection in `folder` into which `deck` was imported with Anki's default options."""
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    collection = Collection(str(folder / "collection.anki2"))
    collection.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(deck), options=ImportAnkiPackageOptions())
    )
    return collection


def rendered(collection) -> Iterator[Shown]:
    """All cards of a collection, in the order in which new ones come."""
    for number in collection.find_cards("", order="c.due, c.ord"):
        card = collection.get_card(number)
        note = card.note()
        output = card.render_output(reload=True)
        kind = note.note_type()
        yield Shown(
            id=note["Id"],
            kind=kind["name"],
            ord=card.ord,
            css=output.css,
            front=output.question_text,
            back=output.answer_text,
            fields=tuple(note.fields),
            tags=tuple(note.tags),
            deck=collection.decks.name(card.did),
        )


def page(
    card: Shown, side: str, body_class: str = "", media: Path | None = None, before: str = ""
) -> str:
    """One side in a page like that of Anki's reviewer; pictures are put into it. `before` runs first, for tests."""
    inside = card.front if side == "front" else card.back

    def inlined(match: re.Match[str]) -> str:
        file = (media or Path()) / match[1]
        if not file.is_file():
            return match[0]
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return f'src="data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"'

    inside = re.sub(r'src="(pko-[0-9a-f]+\.\w+)"', inlined, inside)
    inside = re.sub(
        r"\[anki:play:\w:\d+\]", '<a class="replay-button soundLink" href="#">▶</a>', inside
    )
    night = ' class="night-mode"' if "nightMode" in body_class else ""
    return (
        f'<!doctype html><html lang="en"{night}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{card.id}</title><style>body{{margin:20px}}hr{{background-color:#ccc}}</style><style>{card.css}</style></head>"
        f'<body class="card card{card.ord + 1} {body_class}">{before}<div id="qa">{inside}</div></body></html>'
    )


def picture(chromium: str, html: str, target: Path, width: int, height: int) -> None:
    """Shows a page in a fresh headless browser and saves what is seen."""
    with tempfile.TemporaryDirectory() as profile:
        source = Path(profile) / "card.html"
        # Headless Chromium has a least width of 500: a narrower page goes into a frame.
        source.write_text(html, encoding="utf-8")
        outer = Path(profile) / "frame.html"
        outer.write_text(
            "<!doctype html><style>html,body{margin:0;background:#888}iframe{border:0;display:block}</style>"
            f'<iframe src="card.html" width="{width}" height="{height}"></iframe>',
            encoding="utf-8",
        )
        subprocess.run(
            [
                chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
                "--hide-scrollbars", f"--user-data-dir={profile}/profile", f"--window-size={max(width, 500)},{height}",
                "--virtual-time-budget=2000", f"--screenshot={target.resolve()}", outer.as_uri(),
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip


def main() -> None:
    """Reads the arguments and writes pages or pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("deck", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--only", nargs="*", default=[], help="ids of questions, as printed at the foot of a card"
    )
    parser.add_argument("--looks", nargs="*", default=list(WIDTHS), choices=list(WIDTHS))
    parser.add_argument("--html", action="store_true", help="write pages only")
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument(
        "--chromium",
        default=shutil.which("chromium") or shutil.which("google-chrome") or "chromium",
    )
    told = parser.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        collection = open_with(told.deck, Path(work))
        try:
            for card in rendered(collection):
                if told.only and card.id.split(" ")[0] not in told.only:
                    continue
                name = re.sub(r"[^a-z0-9]+", "-", card.id.lower()) + (
                    f"-{card.ord + 1}" if card.ord else ""
                )
                for side in ("front", "back"):
                    for look in told.looks:
                        width, body_class = WIDTHS[look]
                        html = page(card, side, body_class, Path(collection.media.dir()))
                        target = told.folder / f"{name}.{side}.{look}"
                        if told.html:
                            target.with_name(target.name + ".html").write_text(
                                html, encoding="utf-8"
                            )
                        else:
                            picture(
                                told.chromium,
                                html,
                                target.with_name(target.name + ".png"),
                                width,
                                told.height,
                            )
        finally:
            collection.close()


if __name__ == "__main__":
    main()
