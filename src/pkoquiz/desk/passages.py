"""The transcript as the desk shows it: passages with cited words and slips marked, and cards beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from pkoquiz import markup
from pkoquiz.desk.questions import Body
from pkoquiz.model.bank import Bank
from pkoquiz.model.passage import SPOKEN, Erratum, Passage, Section, clock
from pkoquiz.quotes.coverage import Coverage
from pkoquiz.quotes.find import find
from pkoquiz.words import occurrences, words

_ERRATA = {
    "F": "factual error",
    "C": "contradiction",
    "D": "dated",
    "O": "opinion or claim",
    "T": "transcription",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """A citation on a card."""

    text: str
    note: Markup
    place: str
    """Anchor of the first cited word; empty where the quote is not found."""
    token: str
    """Ties it to its words in the passage beside it; empty where those stand in another passage."""
    passage: str


@dataclass(frozen=True, slots=True)
class Card:
    """A question beside a passage that it cites."""

    anchor: str
    body: Body
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """A known slip beside its passage."""

    erratum: Erratum
    kind: str
    token: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage as it is shown."""

    passage: Passage
    meta: str
    text: Markup
    cards: tuple[Card, ...]
    slips: tuple[Slip, ...]
    names: str
    """Classes: its state (`cited`, `uncited`, `nomatter` or `other`), its kind, and what its cards are filtered by."""
    state: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section as it is shown."""

    section: Section
    who: str
    anchors: tuple[str, ...]
    """Ids of headings that say nothing but the section's title, which stands there already."""
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words of a passage to be marked: cited by a question, or a slip."""

    start: int
    end: int
    token: str
    kind: str
    """`cited`, `later` (cited by a question that is not asked) or `slip`."""
    title: str = ""


def parts_of(bank: Bank, found: Coverage, citing: dict[str, list[Body]]) -> tuple[Part, ...]:
    covers = {each.section: each for each in found.sections}
    spoken: dict[str, list[Passage]] = {}
    for passage in bank.passages.values():
        spoken.setdefault(passage.section, []).append(passage)
    parts = []
    for slug, passages in spoken.items():
        section = bank.sections[slug]
        anchors, pieces = [], []
        for index, passage in enumerate(passages):
            start = 0
            if index == 0 and passage.kind == "heading":
                start = _said(passage, section, bank, citing)
            if start < len(passage.text) or passage.id in bank.errata or passage.id in citing:
                pieces.append(_piece(bank, section, passage, start, citing.get(passage.id, [])))
            else:
                anchors.append(passage.id)
        who = [", ".join(filter(None, (section.speaker, section.role)))]
        if (cover := covers.get(slug)) is not None:
            who.append(
                f"{cover.cited} of {cover.passages} passages cited" if cover.passages else ""
            )
            who.append(f"{cover.questions} question{'s' * (cover.questions != 1)}")
        parts.append(Part(section, " · ".join(filter(None, who)), tuple(anchors), tuple(pieces)))
    return tuple(parts)


def _said(heading: Passage, section: Section, bank: Bank, citing: dict[str, list[Body]]) -> int:
    """How much of a section's first heading its title line says already, in the main: whole lines, from the first."""
    if heading.id in citing:
        return 0
    said = set(words(f"{section.title} {section.speaker} {section.role}"))
    slips = [
        start
        for erratum in bank.errata.get(heading.id, ())
        for start, _ in occurrences(erratum.words, heading.text)
    ]
    end = 0
    for line in heading.text.splitlines(keepends=True):
        told = words(line)
        if sum(word in said for word in told) < 0.6 * len(told) or any(
            end <= slip < end + len(line) for slip in slips
        ):
            return end
        end += len(line)
    return end


def _piece(
    bank: Bank, section: Section, passage: Passage, start: int, bodies: Sequence[Body]
) -> Piece:
    stretches: list[_Stretch] = []
    places: dict[tuple[str, int], tuple[str, str]] = {}
    for body in bodies:
        for index, citation in enumerate(body.question.sources):
            if citation.passage_id != passage.id or not (hit := find(citation.quote, passage.text)):
                continue
            token = f"q{len(places) + 1}"
            kind = "cited" if body.question.status == "ready" else "later"
            stretches += [_Stretch(*span, token, kind) for span in hit.spans]
            places[body.question.id, index] = (f"{passage.id}--w{hit.spans[0][0]}", token)
    slips = []
    for number, erratum in enumerate(bank.errata.get(passage.id, ()), 1):
        kind = _ERRATA[erratum.kind]
        spans = occurrences(erratum.words, passage.text)
        slips.append(Slip(erratum, kind, f"e{number}" if spans else ""))
        stretches += [
            _Stretch(*span, f"e{number}", "slip", f"{kind}: {erratum.right}") for span in spans
        ]
    if any(body.question.status == "ready" for body in bodies):
        state, told = "cited", ""
    elif passage.id in bank.course.skip:
        state, told = "nomatter", "nothing to ask"
    elif passage.kind in SPOKEN:
        state, told = "uncited", "not cited"
    else:
        state, told = "other", ""
    meta = [
        "" if passage.speaker == section.speaker else passage.speaker,
        "" if passage.label in passage.speaker else passage.label,
        clock(passage.time[0]) if passage.time else "",
        told,
    ]
    names = [
        "passage",
        state,
        passage.kind,
        *(["has-errata"] if slips else []),
        *(["has-cards"] if bodies else []),
        *dict.fromkeys(name for body in bodies for name in body.names.split()),
    ]
    return Piece(
        passage,
        " · ".join(filter(None, meta)),
        _marked(passage, start, stretches),
        tuple(
            Card(f"{body.question.id}--{passage.id}", body, quotes_of(body, passage, places))
            for body in bodies
        ),
        tuple(slips),
        " ".join(names),
        state,
    )


def quotes_of(
    body: Body, passage: Passage | None, places: dict[tuple[str, int], tuple[str, str]]
) -> tuple[Quote, ...]:
    """The citations of a question: those of the passage beside it are tied to their words, others lead elsewhere."""
    quotes = []
    for index, citation in enumerate(body.question.sources):
        name = citation.passage_id
        place, token = places.get((body.question.id, index), ("", ""))
        if passage is not None and name != passage.id:
            place = f"{body.question.id}--{name}"
        note = Markup(markup.inline_html(citation.note)) if citation.note else Markup()
        quotes.append(Quote(citation.quote, note, place, token, name))
    return tuple(quotes)


def _marked(passage: Passage, start: int, stretches: Sequence[_Stretch]) -> Markup:
    """The text with `<mark>` around cited words and a dotted line under slips, however they overlap."""
    text = passage.text
    edges = sorted(
        {
            start,
            len(text),
            *(edge for each in stretches for edge in (each.start, each.end) if edge > start),
        }
    )
    begins = {each.start for each in stretches if each.kind != "slip"}
    parts = []
    for left, right in pairwise(edges):
        piece = escape(text[left:right])
        over = [each for each in stretches if each.start <= left and right <= each.end]
        cited = [each for each in over if each.kind != "slip"]
        slips = [each for each in over if each.kind == "slip"]
        if cited:
            piece = Markup('<mark{}{} data-n="{}">{}</mark>').format(
                Markup(' id="{}--w{}"').format(passage.id, left) if left in begins else "",
                "" if any(each.kind == "cited" for each in cited) else Markup(' class="later"'),
                " ".join(dict.fromkeys(each.token for each in cited)),
                piece,
            )
        if slips:
            piece = Markup('<span class="slip" title="{}" data-n="{}">{}</span>').format(
                slips[0].title, " ".join(dict.fromkeys(each.token for each in slips)), piece
            )
        parts.append(piece)
    return Markup("").join(parts)
