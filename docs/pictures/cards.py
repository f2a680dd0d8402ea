"""Take pictures of cards: import a deck into a real Anki and show both sides in a browser.

    python docs/pictures/cards.py exports/anki/<course>.apkg pictures/ [--only ID …] [--html]

Requires the test dependencies (`anki`) and, for pictures, Chromium. Fronts and backs come from
Anki's template engine. They are shown in a page like that of its reviewer, in day and night mode
and at the width of a phone.
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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anki.collection import Collection

WIDTHS = {
    "day": (820, ""),
    "night": (820, "nightMode night_mode"),
    "phone": (390, "mobile"),
    "phone-night": (390, "mobile nightMode night_mode"),
}


@dataclass(frozen=True)
class RenderedCard:
    """A card as Anki renders it: HTML of both sides, without styles."""

    id: str
    """The id field of the note."""
    kind: str
    """Name of the note type."""
    ord: int
    css: str
    front: str
    back: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str


def open_with(deck: Path, folder: Path) -> Collection:
    """Return a new collection in `folder` with `deck` imported with Anki's default options."""
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    collection = Collection(str(folder / "collection.anki2"))
    collection.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(deck), options=ImportAnkiPackageOptions())
    )
    return collection


def rendered(collection: Collection) -> Iterator[RenderedCard]:
    """Yield all cards of a collection, in the order of new cards."""
    for number in collection.find_cards("", order="c.due, c.ord"):
        card = collection.get_card(number)
        note = card.note()
        output = card.render_output(reload=True)
        kind = note.note_type()
        assert kind is not None
        yield RenderedCard(
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
    card: RenderedCard, side: str, body_class: str = "", media: Path | None = None, before: str = ""
) -> str:
    """Return one side as a page like that of Anki's reviewer, with embedded pictures.

    `before` is HTML in front of the card, for tests.
    """
    html = card.front if side == "front" else card.back

    def inlined(match: re.Match[str]) -> str:
        file = (media or Path()) / match[1]
        if not file.is_file():
            return match[0]
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return f'src="data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"'

    html = re.sub(r'src="(pko-[0-9a-f]+\.\w+)"', inlined, html)
    play = '<a class="replay-button soundLink" href="#">▶</a>'
    html = re.sub(r"\[anki:play:\w:\d+\]", play, html)
    night = ' class="night-mode"' if "nightMode" in body_class else ""
    return (
        f'<!doctype html><html lang="en"{night}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{card.id}</title><style>body{{margin:20px}}hr{{background-color:#ccc}}</style>"
        f"<style>{card.css}</style></head>"
        f'<body class="card card{card.ord + 1} {body_class}">{before}'
        f'<div id="qa">{html}</div></body></html>'
    )


def picture(chromium: str, html: str, target: Path, width: int, height: int) -> None:
    """Save a picture of a page in a new headless browser."""
    with tempfile.TemporaryDirectory() as profile:
        source = Path(profile) / "card.html"
        # Headless Chromium is at least 500 pixels wide: a narrower page is put into a frame.
        source.write_text(html, encoding="utf-8")
        outer = Path(profile) / "frame.html"
        outer.write_text(
            "<!doctype html><style>html,body{margin:0;background:#888}"
            "iframe{border:0;display:block}</style>"
            f'<iframe src="card.html" width="{width}" height="{height}"></iframe>',
            encoding="utf-8",
        )
        subprocess.run(
            [
                chromium, "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-background-networking", "--no-first-run", "--hide-scrollbars",
                f"--user-data-dir={profile}/profile", f"--window-size={max(width, 500)},{height}",
                "--virtual-time-budget=2000", f"--screenshot={target.resolve()}", outer.as_uri(),
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip


def main() -> None:
    """Read the arguments and write pages or pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("deck", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--only", nargs="*", default=[], help="ids of questions, as at the bottom of a card"
    )
    parser.add_argument("--looks", nargs="*", default=list(WIDTHS), choices=list(WIDTHS))
    parser.add_argument("--html", action="store_true", help="write pages only")
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument(
        "--chromium",
        default=shutil.which("chromium") or shutil.which("google-chrome") or "chromium",
    )
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        collection = open_with(arguments.deck, Path(work))
        try:
            for card in rendered(collection):
                if arguments.only and card.id.split(" ")[0] not in arguments.only:
                    continue
                name = re.sub(r"[^a-z0-9]+", "-", card.id.lower()) + (
                    f"-{card.ord + 1}" if card.ord else ""
                )
                for side in ("front", "back"):
                    for look in arguments.looks:
                        width, body_class = WIDTHS[look]
                        html = page(card, side, body_class, Path(collection.media.dir()))
                        target = arguments.folder / f"{name}.{side}.{look}"
                        if arguments.html:
                            target.with_name(target.name + ".html").write_text(
                                html, encoding="utf-8"
                            )
                        else:
                            picture(
                                arguments.chromium,
                                html,
                                target.with_name(target.name + ".png"),
                                width,
                                arguments.height,
                            )
        finally:
            collection.close()


if __name__ == "__main__":
    main()
