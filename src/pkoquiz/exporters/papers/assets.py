"""The fonts and pictures for PDFs, and checks for content that cannot be printed."""

from __future__ import annotations

import contextlib
import itertools
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pkoquiz import fonts, markup
from pkoquiz.diagnostics import Diagnostic, Place, error, warning
from pkoquiz.exporters.papers import scripts, shapes
from pkoquiz.language import language
from pkoquiz.model.bank import Bank
from pkoquiz.press import Press, TypesettingError
from pkoquiz.prose import counted

_CHARACTERS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Assets:
    """The fonts and pictures of a course in a private folder with `fonts/` and `root/`."""

    folder: str
    timestamp: int
    """Always 0: the same input gives the same bytes, so documents have no date."""
    families: tuple[str, ...]
    pictures: Mapping[str, str]
    """Names of pictures in the bank and their paths in `root/`."""


@contextlib.contextmanager
def unpacked(bank: Bank) -> Iterator[Assets]:
    """Write the bank's pictures and fonts to a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="pkoquiz-") as folder:
        root, font_folder = Path(folder, "root"), Path(folder, "fonts")
        root.mkdir()
        font_folder.mkdir()
        names = sorted(name for name in bank.media if name.lower().endswith(markup.IMAGES))
        pictures = {
            name: f"/{index}{Path(name).suffix.lower()}" for index, name in enumerate(names)
        }
        for name, path in pictures.items():
            Path(root, path[1:]).write_bytes(bank.media[name])
        for index, name in enumerate(bank.course.exam.fonts):
            if name in bank.media:
                Path(font_folder, f"{index}{Path(name).suffix}").write_bytes(bank.media[name])
        own = sorted(_families(font_folder)) if bank.course.exam.fonts else ()
        extra = fonts.installed()
        for file in itertools.chain.from_iterable(extra.values()):
            Path(font_folder, file.name).write_bytes(file.read_bytes())
        families = fonts.families(own, list(extra), language(bank.course.language))
        yield Assets(folder, 0, families, pictures)


def _families(folder: Path) -> list[str]:
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
    )
    return list(fonts.families())


# --- what cannot be printed -----------------------------------------------------------------------


def unprintable(
    bank: Bank,
    documents: Sequence[shapes.Paper | shapes.Key],
    assets: Assets,
    withheld: Sequence[str] = (),
) -> list[Diagnostic]:
    """Return errors for unreadable fonts and pictures, and one for characters without a font.

    Each picture is reported once, for the first question that contains it. Missing characters are
    only a warning if `withheld` lists the PDFs that will be left out.
    """
    press = Press(assets.folder, assets.timestamp)
    texts = [(identity, text) for document in documents for identity, text in _texts(document)]
    places = {question.id: question.place for question in bank.questions}
    places[""] = Place("course.yaml")
    return [
        *_unreadable_fonts(bank, assets),
        *_unreadable_pictures(texts, places, assets, press),
        *_missing_characters(bank, texts, places, assets, press, withheld),
    ]


def _texts(document: shapes.Paper | shapes.Key) -> Iterator[tuple[str, str]]:
    """Yield the printed texts with the ids of their questions, or no id for cover and frame."""
    around = [document.frame, document.cover] if isinstance(document, shapes.Paper) else []
    yield from (("", text) for text in shapes.texts(tuple(around)))
    for part in document.parts:
        asked = part.questions if isinstance(part, shapes.Part) else part.entries
        for shape in asked:
            yield from ((shape.prompt.id, text) for text in shapes.texts(shape))


def _unreadable_fonts(bank: Bank, assets: Assets) -> Iterator[Diagnostic]:
    for index, name in enumerate(bank.course.exam.fonts):
        path = Path(assets.folder, "fonts", f"{index}{Path(name).suffix}")
        if path.exists():
            with tempfile.TemporaryDirectory(prefix="pkoquiz-") as alone:
                Path(alone, path.name).write_bytes(path.read_bytes())
                if _families(Path(alone)):
                    continue
        place = Place("course.yaml", ("exam", "fonts", index))
        yield error("PQ707", f"`{name}` is not a usable font", place, "use a .ttf or .otf file")


def _unreadable_pictures(
    texts: Sequence[tuple[str, str]], places: Mapping[str, Place], assets: Assets, press: Press
) -> Iterator[Diagnostic]:
    needed: dict[str, str] = {}
    for identity, text in texts:
        for source, _ in markup.media_references(text):
            if source in assets.pictures:
                needed.setdefault(source, identity)
    for source, identity in needed.items():
        path = markup.quoted(assets.pictures[source])
        probe = f'#set document(title: "probe")\n#image("{path}", alt: "probe")'
        try:
            press.pdf(probe.encode())
        except TypesettingError as fault:
            reason = str(fault).partition("\n")[0]
            message = f"the picture `{source}` cannot be printed: {reason}"
            hint = "save it again as PNG, JPEG or SVG"
            yield error("PQ708", message, places[identity], hint, identity)


def _missing_characters(
    bank: Bank,
    texts: Sequence[tuple[str, str]],
    places: Mapping[str, Place],
    assets: Assets,
    press: Press,
    withheld: Sequence[str],
) -> Iterator[Diagnostic]:
    """Yield one finding for all characters, since a single font may contain them."""
    first: dict[str, str] = {}
    for identity, text in texts:
        if not text.isascii():
            for character in text:
                if not (character.isspace() or " " <= character <= "~"):
                    first.setdefault(character, identity)
    missing = _without_glyph(first, assets, press)
    if not missing:
        return
    identity = first[missing[0]]
    names = scripts.scripts(missing)
    listed = " ".join(
        f"{character} (U+{ord(character):04X})" for character in missing[:_CHARACTERS_SHOWN]
    )
    more = len(missing) - _CHARACTERS_SHOWN
    shown = f"{listed} and {more} more" if more > 0 else listed
    message = f"no font has {counted(len(missing), 'character')} ({', '.join(names)}): {shown}"
    added = [f"fonts/{name}.ttf" for name in scripts.fonts(names, bank.course.language)]
    needed, pronoun = ("a font", "it") if len(added) == 1 else ("fonts", "them")
    entry = f"`exam: {{fonts: [{', '.join([*bank.course.exam.fonts, *added])}]}}`"
    hint = f"add {needed} to the course and name {pronoun} in course.yaml, e.g. {entry}"
    if fonts.SCRIPTS.intersection(names) and not fonts.installed():
        hint = f"install fonts with `pip install 'pkoquiz[fonts]'`, or {hint}"
    if withheld:
        message += f"; not printed: {', '.join(withheld)}"
        yield warning("PQ706", message, places[identity], hint, identity)
    else:
        yield error("PQ706", message, places[identity], hint, identity)


_REFUSED = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


def _without_glyph(characters: Mapping[str, str], assets: Assets, press: Press) -> list[str]:
    """Return the characters that are in no font, which PDF/UA does not allow."""
    families = "".join(f'"{markup.quoted(name)}", ' for name in assets.families)
    # Spaces keep them from forming ligatures or clusters.
    shown = " ".join(map(markup.literal, characters))
    probe = f'#set document(title: "probe")\n#set text(font: ({families}))\n{shown}'
    try:
        press.pdf(probe.encode())
    except TypesettingError as fault:
        runs = _REFUSED.findall(str(fault))
        refused = {
            character
            for run in runs
            for character in _ESCAPE.sub(lambda code: chr(int(code[1], 16)), run)
        }
        return [character for character in characters if character in refused]
    return []
