"""The curator's desk: one HTML page in which the transcript is read with the questions beside it.

Words that questions cite are marked, known slips are shown where they stand, passages that nothing cites are
pale; a question shows its stem, and unfolded all that its author wrote. The page needs no network. Without
JavaScript it can be read, unfolded and filtered; a script adds the search and lights cited words up.

A bank is untrusted: its text enters through escaping or as the HTML that `markup` folds, and the page's policy
lets run no script but its own, named by its digest.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from pkoquiz import markup
from pkoquiz.bank import Bank, passage_id
from pkoquiz.coverage import Coverage, coverage
from pkoquiz.passage import SPOKEN, Erratum, Passage, Section
from pkoquiz.quotes import find, occurrences, words

if TYPE_CHECKING:
    from decimal import Decimal

    from pkoquiz.parts import Accepted, Criterion, Mistake
    from pkoquiz.question import Question

_ERRATA = {
    "F": "factual error",
    "C": "contradiction",
    "D": "dated",
    "O": "opinion or claim",
    "T": "transcription",
}
_STATUS = ("ready", "draft", "retired")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of an answer: an option, an accepted wording, a pair, a criterion …"""

    label: str
    text: Markup
    told: str = ""
    """What is said to whoever answers so."""
    key: bool = False


@dataclass(frozen=True, slots=True)
class _Fact:
    """Something said of a question besides its answer."""

    name: str
    text: Markup


@dataclass(frozen=True, slots=True)
class _Body:
    """A question as it is shown wherever it is cited."""

    question: Question
    names: str
    """Classes to filter by."""
    meta: str
    brief: Markup
    """The stem in the folded line."""
    stem: Markup
    """The stem in full where the folded line could not hold it; else empty."""
    lines: tuple[_Line, ...]
    explain: Markup
    facts: tuple[_Fact, ...]


@dataclass(frozen=True, slots=True)
class _Quote:
    """A citation on a card."""

    text: str
    note: Markup
    place: str
    """Anchor of the first cited word; empty where the quote is not found."""
    token: str
    """Ties it to its words in the passage beside it; empty where those stand in another passage."""
    passage: str


@dataclass(frozen=True, slots=True)
class _Card:
    """A question beside a passage that it cites."""

    anchor: str
    body: _Body
    quotes: tuple[_Quote, ...]


@dataclass(frozen=True, slots=True)
class _Slip:
    """A known slip beside its passage."""

    erratum: Erratum
    kind: str
    token: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A passage as it is shown."""

    passage: Passage
    meta: str
    text: Markup
    cards: tuple[_Card, ...]
    slips: tuple[_Slip, ...]
    names: str
    """Classes: its state (`cited`, `uncited`, `nomatter` or `other`), its kind, and what its cards are filtered by."""
    state: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A section as it is shown."""

    section: Section
    who: str
    anchors: tuple[str, ...]
    """Ids of headings that say nothing but the section's title, which stands there already."""
    pieces: tuple[_Piece, ...]


@dataclass(frozen=True, slots=True)
class _Filter:
    """A list to choose from; each choice is a class of cards and passages."""

    name: str
    every: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words of a passage to be marked: cited by a question, or a slip."""

    start: int
    end: int
    token: str
    kind: str
    """`cited`, `later` (cited by a question that is not asked) or `slip`."""
    title: str = ""


def desk(bank: Bank) -> bytes:
    """The page as UTF-8."""
    from jinja2 import Environment, StrictUndefined

    found = coverage(bank)
    objectives = {each.id: f"objective-{index}" for index, each in enumerate(bank.course.objectives)}
    citing: dict[str, list[_Body]] = {}
    astray: list[_Card] = []
    for question in bank.questions:
        body = _body(question, objectives)
        cited = dict.fromkeys(map(passage_id, question.sources))
        for name in cited:
            citing.setdefault(name, []).append(body)
        if not cited.keys() & bank.passages.keys():
            astray.append(_Card(f"{question.id}--astray", body, _quotes(body, None, {})))
    parts = _parts(bank, found, citing)
    filters = _filters(bank, objectives)
    style = _packaged("desk.css") + _without_script(filters)
    script = _packaged("desk.js")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.from_string(_packaged("desk.html")).render(
        course=bank.course,
        parts=parts,
        astray=astray,
        titles={slug: section.title for slug, section in bank.sections.items()},
        shown={part.section.slug for part in parts},
        texts={each.id: each.text for each in bank.course.objectives},
        found=found,
        others=Counter(question.status for question in bank.questions),
        percent=_percent(found.share),
        filters=filters,
        style=Markup(style),
        script=Markup(script),
        style_digest=_digest(style),
        script_digest=_digest(script),
    )
    return page.encode()


def _packaged(name: str) -> str:
    return (files("pkoquiz") / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """As a Content Security Policy names what may run."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share in (0, 1) or share < 0.995 else f"{100 * share:.1f} %"


# --- filters -------------------------------------------------------------------------------------


def _filters(bank: Bank, objectives: dict[str, str]) -> tuple[_Filter, ...]:
    """The lists above the transcript: only choices that some question has, with their numbers."""
    from typing import get_args

    from pkoquiz.parts import Bloom, Difficulty
    from pkoquiz.question import TYPES

    asked = Counter(name for question in bank.questions for name in _names(question, objectives))
    texts = {each.id: each.text for each in bank.course.objectives}
    lists = [
        ("Status", "any status", [(f"status-{each}", each) for each in _STATUS]),
        ("Type", "all types", [(f"type-{name}", record.kind) for name, record in TYPES.items()]),
        ("Bloom", "all levels", [(f"bloom-{each}", each) for each in get_args(Bloom)]),
        ("Difficulty", "any difficulty", [(f"difficulty-{each}", each) for each in get_args(Difficulty)]),
        (
            "Objective",
            "all objectives",
            [(value, f"{name} {_short(texts[name], 70)}") for name, value in objectives.items()],
        ),
    ]
    return tuple(
        _Filter(
            name,
            every,
            tuple((value, f"{label} ({asked[value]})") for value, label in choices if asked[value]),
        )
        for name, every, choices in lists
    )


def _names(question: Question, objectives: dict[str, str]) -> Iterator[str]:
    """The classes by which a question is filtered; an objective's is its number, whatever its id."""
    yield f"status-{question.status}"
    yield f"type-{question.type}"
    yield f"bloom-{question.bloom}"
    yield f"difficulty-{question.difficulty}"
    if question.objective in objectives:
        yield objectives[question.objective]


def _without_script(filters: Sequence[_Filter]) -> str:
    """Rules that filter where no script does: a chosen option hides what lacks its class."""
    values = ["cited", "uncited", "has-errata", "has-cards"]
    rules = [
        f'.tools:has(option[value="{value}"]:checked) ~ main .passage:not(.{value}) {{ display: none; }}'
        for value in values
    ]
    rules += [
        f'.tools:has(option[value="{value}"]:checked) ~ main :is(.passage, .card):not(.{value}) {{ display: none; }}'
        for each in filters
        for value, _ in each.choices
    ]
    return "@media (scripting: none) {\n" + "\n".join(rules) + "\n}\n"


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


# --- the transcript ------------------------------------------------------------------------------


def _parts(bank: Bank, found: Coverage, citing: dict[str, list[_Body]]) -> tuple[_Part, ...]:
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
            who.append(f"{cover.cited} of {cover.passages} passages cited" if cover.passages else "")
            who.append(f"{cover.questions} question{'s' * (cover.questions != 1)}")
        parts.append(_Part(section, " · ".join(filter(None, who)), tuple(anchors), tuple(pieces)))
    return tuple(parts)


def _said(heading: Passage, section: Section, bank: Bank, citing: dict[str, list[_Body]]) -> int:
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


def _piece(bank: Bank, section: Section, passage: Passage, start: int, bodies: Sequence[_Body]) -> _Piece:
    stretches: list[_Stretch] = []
    places: dict[tuple[str, int], tuple[str, str]] = {}
    for body in bodies:
        for index, citation in enumerate(body.question.sources):
            if passage_id(citation) != passage.id or not (hit := find(citation.quote, passage.text)):
                continue
            token = f"q{len(places) + 1}"
            kind = "cited" if body.question.status == "ready" else "later"
            stretches += [_Stretch(*span, token, kind) for span in hit.spans]
            places[body.question.id, index] = (f"{passage.id}--w{hit.spans[0][0]}", token)
    slips = []
    for number, erratum in enumerate(bank.errata.get(passage.id, ()), 1):
        kind = _ERRATA[erratum.kind]
        spans = occurrences(erratum.words, passage.text)
        slips.append(_Slip(erratum, kind, f"e{number}" if spans else ""))
        stretches += [_Stretch(*span, f"e{number}", "slip", f"{kind}: {erratum.right}") for span in spans]
    if any(body.question.status == "ready" for body in bodies):
        state, told = "cited", ""
    elif passage.id in bank.course.no_matter:
        state, told = "nomatter", "nothing to ask"
    elif passage.kind in SPOKEN:
        state, told = "uncited", "not cited"
    else:
        state, told = "other", ""
    meta = [
        "" if passage.speaker == section.speaker else passage.speaker,
        "" if passage.label in passage.speaker else passage.label,
        _clock(passage.time[0]) if passage.time else "",
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
    return _Piece(
        passage,
        " · ".join(filter(None, meta)),
        _marked(passage, start, stretches),
        tuple(
            _Card(f"{body.question.id}--{passage.id}", body, _quotes(body, passage, places))
            for body in bodies
        ),
        tuple(slips),
        " ".join(names),
        state,
    )


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _quotes(
    body: _Body, passage: Passage | None, places: dict[tuple[str, int], tuple[str, str]]
) -> tuple[_Quote, ...]:
    """The citations of a question: those of the passage beside it are tied to their words, others lead elsewhere."""
    quotes = []
    for index, citation in enumerate(body.question.sources):
        name = passage_id(citation)
        place, token = places.get((body.question.id, index), ("", ""))
        if passage is not None and name != passage.id:
            place = f"{body.question.id}--{name}"
        note = Markup(markup.inline_html(citation.note)) if citation.note else Markup()
        quotes.append(_Quote(citation.quote, note, place, token, name))
    return tuple(quotes)


def _marked(passage: Passage, start: int, stretches: Sequence[_Stretch]) -> Markup:
    """The text with `<mark>` around cited words and a dotted line under slips, however they overlap."""
    text = passage.text
    edges = sorted(
        {start, len(text), *(edge for each in stretches for edge in (each.start, each.end) if edge > start)}
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


# --- a question ----------------------------------------------------------------------------------


def _body(question: Question, objectives: dict[str, str]) -> _Body:
    stem = _stem(question)
    # A folded line holds one paragraph without links; lists, tables and links come when it is unfolded.
    brief = _unwrapped(stem)
    one = brief != stem and "<a " not in stem
    brief = brief if one else escape(_short(" ".join(markup.plain(question.stem).split()), 300))
    meta = (question.kind, question.objective, question.bloom, question.difficulty)
    return _Body(
        question,
        " ".join(_names(question, objectives)),
        " · ".join(filter(None, meta)),
        brief,
        Markup() if one else stem,
        tuple(answer_text(question)),
        _block(question.explain),
        tuple(_facts(question)),
    )


def _stem(question: Question) -> Markup:
    """The stem as HTML; that of a cloze with its gaps filled."""
    html = markup.html(question.stem)  # folded with every raw tag escaped
    if question.type != "cloze":
        return Markup(html)
    # Only between tags: a gap that stands in a link's address is none.
    pieces = re.split(r"(<[^>]*>)", html)
    keys = {str(number): gap.answers[0].text for number, gap in enumerate(question.gaps, 1)}

    def filled(gap: re.Match[str]) -> str:
        return str(Markup('<span class="gap">{}</span>').format(keys.get(gap[1], gap[0])))

    pieces[::2] = [re.sub(r"\{\{(\d+)\}\}", filled, piece) for piece in pieces[::2]]
    return Markup("").join(map(Markup, pieces))


def _facts(question: Question) -> Iterator[_Fact]:
    """What else the author wrote, each where there is something."""
    from pkoquiz.exam.wording import points

    if question.reason:
        yield _Fact("Retired", _inline(question.reason))
    if question.attribution:
        yield _Fact("View of", _inline(question.attribution))
    if question.note:
        yield _Fact("Note", _inline(question.note))
    for hint in question.hints:
        yield _Fact("Hint", _inline(hint))
    if question.card is not None:
        yield _Fact("Card, front", _block(question.card.front))
        yield _Fact("Card, back", _block(question.card.back))
    if question.points != 1:
        yield _Fact("Worth", escape(points(question.points)))
    if question.tags:
        yield _Fact("Tags", escape(", ".join(question.tags)))
    if question.enemies:
        yield _Fact("Not in one paper with", escape(", ".join(question.enemies)))
    for code, reason in question.waive.items():
        yield _Fact(f"Waives {code}", escape(reason))
    yield _Fact("File", escape(question.place.file))


def answer_text(question: Question) -> list[_Line]:
    """All that is said of answers, line by line: what is right, what is wrong, and what is said to it."""
    from typing import assert_never

    from pkoquiz.exam.answers import letter
    from pkoquiz.question import (
        Choice,
        Cloze,
        Essay,
        Flashcard,
        Matching,
        Multiple,
        Numerical,
        Ordering,
        ShortAnswer,
        TrueFalse,
    )

    match question:
        case Choice() | Multiple():
            lines = [
                _Line(letter(index), _inline(each.text), _block(each.feedback), each.correct)
                for index, each in enumerate(question.options)
            ]
            if isinstance(question, Multiple) and question.scoring == "exact":
                lines.append(_Line("scoring", Markup("only exactly the right set earns points")))
            return lines
        case TrueFalse():
            told = question.feedback
            return [
                _Line("", Markup("True"), _block(told.true), question.answer),
                _Line("", Markup("False"), _block(told.false), not question.answer),
            ]
        case Matching():
            pairs = [
                _Line("", _arrow(_inline(each.premise), each.response), _block(each.feedback), True)
                for each in question.pairs
            ]
            return pairs + [_Line("fits none", escape(extra)) for extra in question.extras]
        case Ordering():
            return [_Line(f"{n}.", _inline(step), key=True) for n, step in enumerate(question.sequence, 1)]
        case ShortAnswer():
            lines = [*_accepted(question.answers), *_mistakes(question.wrong)]
            if question.otherwise:
                lines.append(_Line("otherwise", Markup(), _block(question.otherwise)))
            if question.case_sensitive:
                lines.append(_Line("typing", Markup("upper and lower case count")))
            return lines + _rubric(question.rubric)
        case Numerical():
            right = f"{question.answer:f}{_around(question.tolerance)} {question.unit}".strip()
            lines = [_Line("", escape(right), _block(question.working), True)]
            lines += [
                _Line("wrong", escape(f"{each.value:f}{_around(each.tolerance)}"), _block(each.feedback))
                for each in question.wrong
            ]
            return lines + (
                [_Line("otherwise", Markup(), _block(question.otherwise))] if question.otherwise else []
            )
        case Cloze():
            lines = []
            for n, gap in enumerate(question.gaps, 1):
                lines += _accepted(gap.answers, f"gap {n}")
                lines += _mistakes(gap.wrong, f"gap {n}, ")
                lines += [_Line(f"gap {n}, hint", _inline(gap.hint))] if gap.hint else []
            return lines
        case Essay():
            model = _Line("model", _unwrapped(_block(question.model_answer)), key=True)
            least, most = question.min_words, question.max_words
            bounds = " ".join(
                [*([f"at least {least}"] if least else []), *([f"at most {most}"] if most else [])]
            )
            length = [_Line("words", escape(bounds))] if bounds else []
            return [model, *_rubric(question.rubric), *length]
        case Flashcard():
            return [_Line("", _unwrapped(_block(question.answer)), key=True)]
        case _ as unreachable:
            assert_never(unreachable)


def _accepted(answers: Sequence[Accepted], where: str = "") -> list[_Line]:
    """Accepted wordings: the first is the key, others say what they earn."""
    lines = []
    for index, each in enumerate(answers):
        credit = "" if each.credit == 100 else f"{each.credit} %"
        label = ", ".join(filter(None, (where, credit or ("also" if index else ""))))
        lines.append(_Line(label, escape(each.text), _block(each.feedback), index == 0))
    return lines


def _mistakes(wrong: Sequence[Mistake], where: str = "") -> list[_Line]:
    return [_Line(f"{where}wrong", escape(each.text), _block(each.feedback)) for each in wrong]


def _rubric(rubric: Sequence[Criterion]) -> list[_Line]:
    from pkoquiz.exam.wording import points

    return [_Line(points(each.points), _inline(each.text)) for each in rubric]


def _around(tolerance: Decimal) -> str:
    return f" ± {tolerance:f}" if tolerance else ""


def _arrow(left: Markup, right: str) -> Markup:
    return Markup("{} → {}").format(left, right)


def _block(text: str) -> Markup:
    return Markup(markup.html(text)) if text else Markup()  # folded with every raw tag escaped


def _unwrapped(block: Markup) -> Markup:
    """A single paragraph as the line that it is; all else as it was."""
    one = block.startswith("<p>") and block.endswith("</p>") and block.count("<p>") == 1
    return Markup(block[3:-4]) if one else block


def _inline(text: str) -> Markup:
    return Markup(markup.inline_html(text)) if text else Markup()
