"""The categories of questions: one for the course, and below it one for each section or paper.

Moodle finds a category by its name and never updates a question. The date of the edition in the
name distinguishes a second upload from the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pkoquiz.exam.rules import points
from pkoquiz.exporters.feedback import block_html, escaped
from pkoquiz.exporters.moodle import phrases
from pkoquiz.exporters.moodle.texts import cdata, name_of, text_element
from pkoquiz.language import date, listed, say
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question
from pkoquiz.prose import shortened

if TYPE_CHECKING:  # drawing papers takes 20 ms to import
    from pkoquiz.exam.exam import Exam
    from pkoquiz.exam.pools import Pool

_LENGTH = 200
"""Characters of a category's name; 256 stop an import in the middle."""


def course_name(bank: Bank, release: bool) -> str:
    """Return the name of the course's category; `release` adds the date of the last edition."""
    edition = f" ({bank.edition:%Y-%m-%d})" if release and bank.edition else ""
    return _category_name(bank.course.title, bank.course.short) + edition


def section_names(bank: Bank, sections: list[str]) -> dict[str, str]:
    """Return the names of the sections' categories by slug.

    A name is the section's title, followed by the slug if several sections have that title.
    """
    titles = {
        slug: _category_name(bank.sections[slug].title, slug) if slug in bank.sections else slug
        for slug in sections
    }
    # Some databases ignore case when they compare names.
    uses = Counter(title.casefold() for title in titles.values())
    return {
        slug: title if uses[title.casefold()] == 1 else f"{shortened(title, 150)} [{slug}]"
        for slug, title in titles.items()
    }


def course_category(bank: Bank, release: bool) -> str:
    """Return the element of the course's category: description, edition, transcripts."""
    course = bank.course
    origins = [
        text for script in bank.transcripts for text in (script.citation, script.rights) if text
    ]
    edition = [say(phrases.EDITION, release=date(bank.edition))] if bank.edition else []
    info = block_html(course.description) + _paragraphs([*edition, *dict.fromkeys(origins)])
    return _category([course_name(bank, release)], info)


def section_category(bank: Bank, section: str, name: str, release: bool) -> str:
    """Return the element of a section's category: its speaker and the speaker's role."""
    known = bank.sections.get(section)
    speaker = listed(part for part in (known.speaker, known.role) if part) if known else ""
    return _category([course_name(bank, release), name], _paragraphs([speaker] if speaker else []))


def paper_category(
    bank: Bank, exam: Exam, paper: int, questions: Sequence[Question], release: bool
) -> str:
    """Return the element of a paper's category: its questions in printed order, with points.

    A question bank sorts its questions by type and name, and the points of a cloze may differ.
    """
    exam_name = _category_name(exam.title, exam.name)
    name = say(phrases.PAPER, exam=exam_name, number=paper)
    lines = "".join(f"<li>{question.id}: {points(question.points)}</li>" for question in questions)
    info = f"{_paragraphs([say(phrases.PAPER_ORDER)])}<ol>{lines}</ol>"
    return _category([course_name(bank, release), name], info)


def pool_category(bank: Bank, title: str, pool: Pool, release: bool) -> tuple[str, tuple[str, ...]]:
    """Return the element of a pool's category, and the names on its path."""
    exam_name = _category_name(title, bank.course.short)
    names = [course_name(bank, release), say(phrases.POOL, exam=exam_name, number=pool.number)]
    return _category(names, _paragraphs([points(pool.points)])), tuple(names)


def _paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{escaped(text)}</p>" for text in texts)


def _category_name(title: str, slug: str) -> str:
    # A slash at an end would merge with the one between names; `top` is reserved by the importer.
    name = name_of(title, _LENGTH).strip("/ ") or slug
    return f"{name} [{slug}]" if name == "top" else name


def _category(names: list[str], info: str) -> str:
    path = "/".join(["$course$/top", *(name.replace("/", "//") for name in names)])
    return (
        f'<question type="category">\n<category><text>{cdata(path)}</text></category>\n'
        f'<info format="html">{text_element(info)}</info>\n</question>\n'
    )
