"""What all printed documents share: the private folder with fonts and pictures, and the head of each source.

All text of the bank reaches Typst as string literals; what stands in this room writes them.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.exam.exam import Exam
from pkoquiz.exporters.papers.press import Press, SettingError
from pkoquiz.markup import quoted
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question
from pkoquiz.quotes.citations import references
from pkoquiz.records import Record

FAMILIES = ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono")
"""Families inside Typst's wheel; a course's own fonts are asked after the first."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Fonts and pictures of a course, laid out in a private folder."""

    folder: str
    timestamp: int
    """Midnight UTC of the release in seconds: Typst's binding would else write the time of day."""
    families: tuple[str, ...]
    pictures: Mapping[str, str]
    """Pictures of the bank and their paths in the folder."""


@contextlib.contextmanager
def laid_out(bank: Bank) -> Iterator[Setting]:
    """The bank's pictures and fonts in a folder of their own, which is removed afterwards."""
    import datetime

    with tempfile.TemporaryDirectory(prefix="pkoquiz-") as folder:
        root, fonts = Path(folder, "root"), Path(folder, "fonts")
        root.mkdir()
        fonts.mkdir()
        names = sorted(name for name in bank.media if name.lower().endswith(markup.IMAGES))
        pictures = {
            name: f"/{index}{Path(name).suffix.lower()}" for index, name in enumerate(names)
        }
        for name, path in pictures.items():
            Path(root, path[1:]).write_bytes(bank.media[name])
        for index, name in enumerate(bank.course.exam.fonts):
            if name in bank.media:
                Path(fonts, f"{index}{Path(name).suffix}").write_bytes(bank.media[name])
        midnight = datetime.datetime.combine(bank.course.release, datetime.time(), datetime.UTC)
        yield Setting(folder, int(midnight.timestamp()), _families(str(fonts), bank), pictures)


def _families(fonts: str, bank: Bank) -> tuple[str, ...]:
    if not bank.course.exam.fonts:
        return FAMILIES
    import typst

    own = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    return (FAMILIES[0], *sorted(own.families()), *FAMILIES[1:])


# --- writing Typst --------------------------------------------------------------------------------


def string(text: str) -> str:
    """A Typst string."""
    return f'"{quoted(text)}"'


def array(parts: Iterable[str]) -> str:
    """A Typst array, also of one entry or none."""
    return "(" + "".join(f"{part}, " for part in parts) + ")"


def content(source: str) -> str:
    """Typst content."""
    return f"[{source}]"


@lru_cache(maxsize=1)
def template() -> str:
    """`paper.typ`."""
    return (
        resources.files("pkoquiz.exporters.papers")
        .joinpath("paper.typ")
        .read_text(encoding="utf-8")
    )


def head(bank: Bank, exam: Exam, setting: Setting, left: str, right: str, size: float) -> str:
    """The template, set up; `left` and `right` stand in the footer, `size` is in points."""
    language, _, region = bank.course.language.partition("-")
    fields = {
        "title": string(f"{exam.title}: {bank.course.title}, {right}"),
        "lang": string(language),
        "region": string(region) if len(region) == 2 else "none",
        "paper": string(bank.course.exam.paper),
        "size": f"{size:g}",
        "columns": str(exam.layout.columns),
        "left": string(left),
        "right": string(right),
        "families": array(string(name) for name in setting.families),
        "pictures": _pairs(setting.pictures) if setting.pictures else "(:)",
    }
    told = ", ".join(f"{name}: {value}" for name, value in fields.items())
    large = "true" if exam.layout.large_print else "false"
    return f"#let large = {large}\n{template()}\n#let setup = ({told})\n#let picture = picture-of.with(setup)\n#show: sheet.with(setup)\n"


def _pairs(pictures: Mapping[str, str]) -> str:
    return (
        "(" + "".join(f"{string(name)}: {string(path)}, " for name, path in pictures.items()) + ")"
    )


# --- what cannot be printed -----------------------------------------------------------------------

_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')


def faults(
    bank: Bank, exam: Exam, questions: Sequence[Question], setting: Setting
) -> list[Diagnostic]:
    """Characters that no font has, each with its first question; pictures and fonts that cannot be read."""
    press = Press(setting.folder, setting.timestamp)
    found = list(_fonts(bank, setting))
    found += _pictures(bank, questions, setting, press)
    texts = [
        (
            None,
            " ".join(_texts(bank.course)) + exam.title + exam.aids + exam.instructions + exam.date,
        )
    ]
    spoken = [*texts, *((question, _all_text(bank, question)) for question in questions)]
    special = dict.fromkeys(
        each for _, text in spoken for each in text if not (each.isspace() or " " <= each <= "~")
    )
    missing = _unprintable("".join(special), setting, press)
    for character in missing:
        question = next((each for each, text in spoken if character in text), None)
        place = question.place if question else Place("course.yaml")
        where = f"in question `{question.id}`" if question else "in course.yaml"
        message = f"no font has the character {character} (U+{ord(character):04X}) {where}"
        hint = "name a font that has it in course.yaml: `exam: {fonts: [fonts/NotoSerifJP.otf]}`"
        found.append(error("PQ706", message, place, hint, question.id if question else ""))
    return found


def _all_text(bank: Bank, question: Question) -> str:
    told = [f"{each.quote} {each.where} {each.note}" for each in references(bank, question)]
    for citation in question.sources:
        told += [
            erratum.words + erratum.right
            for erratum in bank.errata.get(citation.passage.partition("~")[0], ())
        ]
    return " ".join([*_texts(question), *told])


def _texts(value: object) -> Iterator[str]:
    """Every text of a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Record):
        for _, inner in value:
            yield from _texts(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner)


def _unprintable(characters: str, setting: Setting, press: Press) -> list[str]:
    """Those characters that PDF/UA refuses because no font shows them."""
    families = array(string(name) for name in setting.families)
    # Apart, so that no two of them form a ligature or a cluster.
    shown = " ".join(f"#{string(each)};" for each in characters)
    source = f'#set document(title: "probe")\n#set text(font: {families})\n{shown}'
    try:
        press.pdf(source.encode())
    except SettingError as fault:
        named = {each for run in _MISSING.findall(str(fault)) for each in _unescaped(run)}
        return [each for each in characters if each in named]
    return []


def _unescaped(text: str) -> str:
    return re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda found: chr(int(found[1], 16)), text)


def _fonts(bank: Bank, setting: Setting) -> Iterator[Diagnostic]:
    import typst

    for index, name in enumerate(bank.course.exam.fonts):
        path = Path(setting.folder, "fonts", f"{index}{Path(name).suffix}")
        if path.exists():
            with tempfile.TemporaryDirectory(prefix="pkoquiz-") as alone:
                Path(alone, path.name).write_bytes(path.read_bytes())
                families = typst.Fonts(
                    include_system_fonts=False, include_embedded_fonts=False, font_paths=[alone]
                ).families()
            if families:
                continue
        place = Place("course.yaml", ("exam", "fonts", index))
        yield error(
            "PQ707", f"`{name}` is no font that can be used", place, "use a .ttf or .otf file"
        )


def _pictures(
    bank: Bank, questions: Sequence[Question], setting: Setting, press: Press
) -> Iterator[Diagnostic]:
    """Pictures of these questions that Typst cannot decode."""
    asked: dict[str, Question] = {}
    for question in questions:
        for text in _texts(question):
            for source, _ in markup.media_references(text):
                if source in setting.pictures:
                    asked.setdefault(source, question)
    for source, question in asked.items():
        probe = f'#set document(title: "probe")\n#image({string(setting.pictures[source])}, alt: "probe")'
        try:
            press.pdf(probe.encode())
        except SettingError as fault:
            reason = str(fault).partition("\n")[0]
            message = f"the picture `{source}` cannot be printed: {reason}"
            yield error(
                "PQ708", message, question.place, "save it again as PNG, JPEG or SVG", question.id
            )
