"""The transcript on the desk: passages with the questions and errata beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from pkoquiz.desk.questions import QuestionView, inline
from pkoquiz.model.addresses import recording_address
from pkoquiz.model.bank import Bank
from pkoquiz.model.passage import SPOKEN, Erratum, Passage, Section, clock
from pkoquiz.prose import counted
from pkoquiz.quotes.coverage import Coverage
from pkoquiz.quotes.find import find
from pkoquiz.words import occurrences, words

ERRATA = {
    "F": "factual error",
    "C": "contradiction",
    "D": "dated",
    "O": "opinion or claim",
    "T": "transcription error",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """A citation on a card."""

    text: str
    note: Markup
    passage: str
    anchor: str
    """Id of the link's target: its first word, or the card beside another passage; may be empty."""
    token: str
    """Shared by the quote and its words in this passage; empty if they are not in it."""


@dataclass(frozen=True, slots=True)
class Card:
    """A question beside a passage that it cites."""

    anchor: str
    view: QuestionView
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class ErratumView:
    """An erratum beside its passage."""

    erratum: Erratum
    kind: str
    token: str


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage with everything beside it."""

    passage: Passage
    state: str
    """`cited`, `uncited`, `skipped` (the course says that no question is needed) or `other`."""
    meta: str
    text: Markup
    cards: tuple[Card, ...]
    errata: tuple[ErratumView, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section with its passages."""

    section: Section
    meta: str
    title_id: str
    """Id of a first heading that only repeats the title and is hidden, or an empty text."""
    passages: tuple[PassageView, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a passage to be marked; `start` and `end` are positions in its text."""

    start: int
    end: int
    token: str
    erratum: str = ""
    """The erratum; empty for cited words."""
    active: bool = True
    """Whether a ready question cites the words."""


def section_views(
    bank: Bank, figures: Coverage, citing: Mapping[str, Sequence[QuestionView]]
) -> tuple[SectionView, ...]:
    """Return the sections in transcript order; `citing` maps passage ids to questions."""
    by_section: dict[str, list[Passage]] = {}
    for passage in bank.passages.values():
        by_section.setdefault(passage.section, []).append(passage)
    covered = {cover.section: cover for cover in figures.sections}
    sections = []
    for slug, passages in by_section.items():
        section = bank.sections[slug]
        meta = [", ".join(filter(None, (section.speaker, section.role)))]
        if cover := covered.get(slug):
            passage_count = f"{cover.cited} of {counted(cover.passages, 'passage')} cited"
            meta += [passage_count if cover.passages else "", counted(cover.questions, "question")]
        first, *others = passages
        hidden = _repeats_title(first, section) and first.id not in {*citing, *bank.errata}
        views = (
            _passage_view(bank, passage, citing.get(passage.id, ()))
            for passage in (others if hidden else passages)
        )
        title_id = first.id if hidden else ""
        sections.append(
            SectionView(section, " · ".join(filter(None, meta)), title_id, tuple(views))
        )
    return tuple(sections)


def card(bank: Bank, view: QuestionView, passage_id: str, spans: Sequence[Span] = ()) -> Card:
    """Return the question's card beside a passage; `spans` are the words that it cites there.

    Quotes from this passage link to their words, other quotes to the card beside their passage.
    """
    starts: dict[str, int] = {}
    for span in spans:
        starts.setdefault(span.token, span.start)
    quotes = []
    for index, citation in enumerate(view.question.sources):
        cited, token = citation.passage_id, f"{view.question.id}.{index}"
        if token in starts:
            anchor = f"{cited}--{starts[token]}"
        else:
            elsewhere = cited != passage_id and cited in bank.passages
            anchor, token = f"{view.question.id}--{cited}" if elsewhere else "", ""
        quotes.append(Quote(citation.quote, inline(citation.note), cited, anchor, token))
    return Card(f"{view.question.id}--{passage_id}", view, tuple(quotes))


def _repeats_title(heading: Passage, section: Section) -> bool:
    """Return whether most words of a heading are in the section's title line."""
    known = set(words(f"{section.title} {section.speaker} {section.role}"))
    in_heading = words(heading.text)
    repeated = sum(word in known for word in in_heading)
    return heading.kind == "heading" and repeated >= 0.6 * len(in_heading)


def _passage_view(bank: Bank, passage: Passage, citing: Sequence[QuestionView]) -> PassageView:
    cards, errata = [], []
    spans: list[Span] = []
    for view in citing:
        cited = tuple(_cited_spans(view, passage))
        cards.append(card(bank, view, passage.id, cited))
        spans += cited
    for position, erratum in enumerate(bank.errata.get(passage.id, ()), 1):
        kind, places = ERRATA[erratum.kind], occurrences(erratum.words, passage.text)
        token = f"erratum.{position}" if places else ""
        errata.append(ErratumView(erratum, kind, token))
        spans += [Span(*place, token, f"{kind}: {erratum.right}") for place in places]
    if any(view.question.status == "ready" for view in citing):
        state, remark = "cited", ""
    elif passage.id in bank.course.skip:
        state, remark = "skipped", "nothing to ask"
    else:
        state, remark = ("uncited", "not cited") if passage.kind in SPOKEN else ("other", "")
    section = bank.sections[passage.section]
    meta = (
        "" if passage.speaker == section.speaker else passage.speaker,
        "" if passage.label in passage.speaker else passage.label,
        _time(bank, passage),
        remark,
    )
    return PassageView(
        passage,
        state,
        Markup(" · ").join(filter(None, meta)),
        _marked(passage, spans),
        tuple(cards),
        tuple(errata),
    )


def _time(bank: Bank, passage: Passage) -> str:
    """Return when a passage begins, with a link to the recording if there is one."""
    if not passage.time:
        return ""
    template, time = bank.recordings.get(passage.section, ""), clock(passage.time[0])
    if not template:
        return time
    address = recording_address(template, passage.time[0])
    return Markup('<a href="{}">\u25b6\ufe0e {}</a>').format(address, time)


def _cited_spans(view: QuestionView, passage: Passage) -> Iterator[Span]:
    for index, citation in enumerate(view.question.sources):
        if citation.passage_id == passage.id and (match := find(citation.quote, passage.text)):
            for start, end in match.spans:
                token = f"{view.question.id}.{index}"
                yield Span(start, end, token, active=view.question.status == "ready")


def _marked(passage: Passage, spans: Sequence[Span]) -> Markup:
    """Return the text with cited words in `<mark>` and errata underlined, however they overlap."""
    text = passage.text
    edges = sorted({0, len(text)}.union(*((span.start, span.end) for span in spans)))
    starts = {span.start for span in spans if not span.erratum}
    pieces = []
    for start, end in pairwise(edges):
        piece = escape(text[start:end])
        over = [span for span in spans if span.start <= start and end <= span.end]
        if cited := [span for span in over if not span.erratum]:
            anchor = Markup(' id="{}--{}"').format(passage.id, start) if start in starts else ""
            inactive = "" if any(span.active for span in cited) else Markup(' class="inactive"')
            piece = Markup('<mark{}{} data-tokens="{}">{}</mark>').format(
                anchor, inactive, _tokens(cited), piece
            )
        if errata := [span for span in over if span.erratum]:
            piece = Markup('<span class="erratum" title="{}" data-tokens="{}">{}</span>').format(
                errata[0].erratum, _tokens(errata), piece
            )
        pieces.append(piece)
    return Markup("").join(pieces)


def _tokens(spans: Sequence[Span]) -> str:
    return " ".join(dict.fromkeys(span.token for span in spans))
