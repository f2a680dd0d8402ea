"""The transcript for reading: sections of passages, with areas of questions in between."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markupsafe import Markup, escape

from pkoquiz import markup
from pkoquiz.exporters.practice import phrases
from pkoquiz.language import in_quotes, say
from pkoquiz.model.answers import Written, task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.passage import SPOKEN, Passage, Section, clock
from pkoquiz.model.question import Question, Term
from pkoquiz.words import occurrences, size, words

AREA_WORDS = (350, 450)
"""The number of words between two areas, or more, since passages are not divided."""

AREA_QUESTIONS = 4
"""The number of questions that an area asks; any others are offered below them."""

_WORDS_A_MINUTE = 220

_DIFFICULTIES = ("easy", "medium", "hard")


@dataclass(frozen=True, slots=True)
class Erratum:
    """A note on words that are wrong, contradicted, dated, an opinion or mistyped."""

    kind: str
    words: str
    right: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A passage as the page shows it."""

    id: str
    kind: str
    label: str
    """Who speaks, the number of a question, or the time; empty if the text says it."""
    text: Markup
    """The words of the passage, exactly; terms of the glossary are links."""
    errata: tuple[Erratum, ...]
    is_area: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """An area of questions on the passages before it."""

    id: str
    asked: tuple[str, ...]
    """Ids of the questions that it asks, easy ones first."""
    offered: tuple[str, ...]
    """Ids of further questions on these passages."""
    is_area: bool = True


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of the transcript."""

    section: Section
    title_id: str
    """Id of a heading that only repeats the title and is hidden, or an empty text."""
    minutes: int
    """The reading time."""
    parts: tuple[Paragraph | Area, ...]


def chapters(bank: Bank) -> tuple[Chapter, ...]:
    """Return the sections that have passages, in the order of the transcripts.

    A section that contains only a table of contents is left out.
    """
    passages: dict[str, list[Passage]] = {}
    for passage in bank.passages.values():
        passages.setdefault(passage.section, []).append(passage)
    asked: dict[str, list[Question]] = {}
    for question in bank.ready:
        asked.setdefault(question.section, []).append(question)
    terms = _named_terms(bank.terms)
    return tuple(
        _chapter(bank, bank.sections[slug], own, asked.get(slug, ()), terms)
        for slug, own in passages.items()
        if slug in asked or any(passage.kind != "toc" for passage in own)
    )


def _chapter(
    bank: Bank,
    section: Section,
    passages: Sequence[Passage],
    questions: Sequence[Question],
    terms: Mapping[str, str],
) -> Chapter:
    first, *others = passages
    hidden = _repeats_title(first, section) and first.id not in bank.errata
    linked: set[str] = set()
    speaker = section.speaker
    areas = _areas(section, passages, questions)
    parts: list[Paragraph | Area] = []
    for passage in others if hidden else passages:
        parts.append(_paragraph(bank, passage, speaker, terms, linked))
        if passage.kind in SPOKEN:
            speaker = passage.speaker
        if passage.id in areas:
            parts.append(areas[passage.id])
    count = sum(size(passage.text) for passage in passages)
    minutes = max(1, round(count / _WORDS_A_MINUTE))
    return Chapter(section, first.id if hidden else "", minutes, tuple(parts))


# --- areas ----------------------------------------------------------------------------------------


def _areas(
    section: Section, passages: Sequence[Passage], questions: Sequence[Question]
) -> dict[str, Area]:
    """Return the areas of a section by the id of the passage that they follow.

    A question is asked after the last passage that it cites. Remaining questions and essays are in
    the last area.
    """
    place = {passage.id: index for index, passage in enumerate(passages)}
    last = len(passages) - 1
    by_place: dict[int, list[Question]] = {}
    for question in questions:
        cited = [place.get(citation.passage_id, -1) for citation in question.sources]
        is_essay = isinstance(task_of(question), Written)
        index = last if is_essay or max(cited) < 0 else max(cited)
        by_place.setdefault(index, []).append(question)
    areas: dict[str, Area] = {}
    pending: list[Question] = []
    least, most = AREA_WORDS
    soon, read = least - (most - least), 0
    for index, passage in enumerate(passages):
        read += size(passage.text)
        pending += by_place.get(index, ())
        following = size(passages[index + 1].text) if index < last else 0
        if pending and (
            index == last or read >= least or (read >= soon and read + following > most)
        ):
            areas[passage.id] = _area(f"{section.slug}--{len(areas) + 1}", pending)
            pending, read = [], 0
    return areas


def _area(id: str, questions: Sequence[Question]) -> Area:
    asked: list[Question] = []
    for question in sorted(
        questions, key=lambda question: _DIFFICULTIES.index(question.difficulty)
    ):
        is_apart = all(
            question.id not in other.enemies and other.id not in question.enemies for other in asked
        )
        if len(asked) < AREA_QUESTIONS and is_apart and not isinstance(task_of(question), Written):
            asked.append(question)
    offered = [question.id for question in questions if question not in asked]
    return Area(id, tuple(question.id for question in asked), tuple(offered))


# --- passages -------------------------------------------------------------------------------------


def _paragraph(
    bank: Bank, passage: Passage, speaker: str, terms: Mapping[str, str], linked: set[str]
) -> Paragraph:
    slips: list[tuple[int, int]] = []
    errata = []
    for erratum in bank.errata.get(passage.id, ()):
        slips += occurrences(erratum.words, passage.text)
        kind = say(phrases.ERRATA[erratum.kind])
        errata.append(Erratum(kind, in_quotes(erratum.words), erratum.right))
    return Paragraph(
        passage.id,
        passage.kind,
        _label(passage, speaker),
        _text(passage.text, slips, terms if passage.kind != "heading" else {}, linked),
        tuple(errata),
    )


def _label(passage: Passage, speaker: str) -> str:
    if passage.kind not in SPOKEN:
        kind = phrases.KINDS.get(passage.kind)
        return say(kind) if kind else ""
    is_new = passage.speaker != speaker
    parts = (
        "" if passage.label in passage.speaker else passage.label,
        passage.speaker if is_new or passage.kind != "speech" else "",
        clock(passage.time[0]) if passage.time else "",
    )
    return " · ".join(filter(None, parts))


def _repeats_title(heading: Passage, section: Section) -> bool:
    """Return whether most words of a heading are in the section's title line."""
    known = set(words(f"{section.title} {section.speaker} {section.role}"))
    in_heading = words(heading.text)
    repeated = sum(word in known for word in in_heading)
    return heading.kind == "heading" and repeated >= 0.6 * len(in_heading)


def _text(
    text: str, slips: Sequence[tuple[int, int]], terms: Mapping[str, str], linked: set[str]
) -> Markup:
    """Return the text with its errata in `<span class=slip>`, and links for terms elsewhere."""
    edges = sorted({0, len(text)}.union(*slips))
    pieces = []
    for start, end in pairwise(edges):
        html = _linked(text[start:end], terms, linked)
        if any(slip[0] <= start and end <= slip[1] for slip in slips):
            html = Markup("<span class=slip>{}</span>").format(html)
        pieces.append(html)
    return Markup("").join(pieces)


# --- the glossary ---------------------------------------------------------------------------------


def _named_terms(terms: Sequence[Term]) -> dict[str, str]:
    """Return the anchors of entries by name, without remarks in brackets.

    Of several entries with the same name, the first is linked; the glossary lists the others below.
    """
    names: dict[str, str] = {}
    for term in terms:
        name = " ".join(re.sub(r"\([^()]*+\)", "", markup.inline_plain(term.term)).split())
        if term.status == "ready" and len(name) > 1:
            names.setdefault(name, f"term--{term.id}")
    return names


@lru_cache(maxsize=4)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for the names; acronyms may be in the plural, words in any case."""
    listed = sorted(names, key=len, reverse=True)
    patterns = (f"(?i:{re.escape(name)})" if name.islower() else re.escape(name) for name in listed)
    return re.compile(rf"(?<!\w)({'|'.join(patterns)})(?=s?(?!\w))")


def _linked(text: str, terms: Mapping[str, str], linked: set[str]) -> Markup:
    """Return the text with a link to each term that has not been `linked` before."""
    if not terms:
        return escape(text)
    pieces: list[str] = []
    end = 0
    for match in _pattern(tuple(terms)).finditer(text):
        name = match[1] if match[1] in terms else match[1].lower()
        anchor = terms.get(name)
        if anchor and anchor not in linked:
            linked.add(anchor)
            link = Markup('<a class=term href="#{}">{}</a>').format(anchor, match[1])
            pieces += [escape(text[end : match.start()]), link]
            end = match.end()
    return Markup("").join([*pieces, escape(text[end:])])
