"""Where the questions go: a category for the course, one below it for each section.

Moodle finds a category by its name and never updates a question: the edition's date in the path tells a second
upload from the first.
"""

from __future__ import annotations

from collections import Counter
from html import escape

from pkoquiz.exporters.moodle.texts import cdata, name_of, text_element
from pkoquiz.markup import html
from pkoquiz.model.bank import Bank

_LENGTH = 200
"""Characters of a category's name; 256 stop an import half-way."""


def course_name(bank: Bank, release: bool) -> str:
    """Name of the category for the whole course."""
    edition = f" ({bank.course.release})" if release else ""
    return _name(bank.course.title, bank.course.short, _LENGTH) + edition


def section_names(bank: Bank, sections: list[str]) -> dict[str, str]:
    """Names of the sections' categories, by slug: titles, with the slug behind those that several share."""
    titles = {
        slug: _name(bank.sections[slug].title, slug, _LENGTH) if slug in bank.sections else slug
        for slug in sections
    }
    # Some databases compare names without regard to case.
    shared = Counter(title.casefold() for title in titles.values())
    return {
        slug: title if shared[title.casefold()] == 1 else f"{title[:150]} [{slug}]"
        for slug, title in titles.items()
    }


def course_category(bank: Bank, release: bool) -> str:
    """The element that makes the course's category, with its description, edition and the transcripts' citations."""
    course = bank.course
    origins = [
        text for script in bank.transcripts for text in (script.citation, script.rights) if text
    ]
    told = html(course.description) if course.description else ""
    told += _paragraphs([f"Edition of {course.release}.", *dict.fromkeys(origins)])
    return _category([course_name(bank, release)], told)


def section_category(bank: Bank, section: str, name: str, release: bool) -> str:
    """The element that makes a section's category: who spoke, in which role."""
    known = bank.sections.get(section)
    speaker = ", ".join(part for part in (known.speaker, known.role) if part) if known else ""
    return _category([course_name(bank, release), name], _paragraphs([speaker] if speaker else []))


def _paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{escape(text, quote=False)}</p>" for text in texts)


def _name(title: str, fallback: str, length: int) -> str:
    # A slash at an end would melt with the one between names; `top` is the importer's own word.
    name = name_of(title, length).strip("/ ") or fallback
    return f"{name} [{fallback}]" if name == "top" else name


def _category(names: list[str], info: str) -> str:
    path = "/".join(["$course$/top", *(name.replace("/", "//") for name in names)])
    return (
        f'<question type="category">\n<category><text>{cdata(path)}</text></category>\n'
        f'<info format="html">{text_element(info)}</info>\n</question>\n'
    )
