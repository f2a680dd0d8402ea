"""Questions that must not be in the same paper: enemies, the same quote, or cueing.

A question cues another if it gives away the other's key. Only stems, premises and steps can do so,
since candidates know that options may be wrong. A key of four words or more counts wherever it
occurs; a shorter one ("the Security Council") is common and counts only between questions on the
same objective or passage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pkoquiz import markup
from pkoquiz.model.answers import Blanks, Number, Options, right_answers, stated, task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question
from pkoquiz.quotes.find import find
from pkoquiz.words import words

Reason = Literal["enemies", "same quote", "cueing"]

_LONG_KEY = 4
"""Keys with at least this many words do not occur elsewhere by chance."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two question ids in the bank's order, why they conflict, and the quote or key concerned."""

    first: str
    second: str
    reason: Reason
    text: str = ""


def conflicts(bank: Bank, pool: Sequence[Question]) -> tuple[Conflict, ...]:
    """Return each conflicting pair once, with its most serious reason: enemies, quote, cueing."""
    rank = {question.id: index for index, question in enumerate(pool)}
    by_ranks: dict[tuple[int, int], Conflict] = {}
    for conflict in (*_enemies(pool), *_same_quotes(bank, pool), *_cues(pool)):
        first, second = conflict.first, conflict.second
        if first != second and first in rank and second in rank:
            if rank[first] > rank[second]:
                first, second = second, first
            ordered = Conflict(first, second, conflict.reason, conflict.text)
            by_ranks.setdefault((rank[first], rank[second]), ordered)
    return tuple(by_ranks[ranks] for ranks in sorted(by_ranks))


def _enemies(pool: Sequence[Question]) -> Iterator[Conflict]:
    for question in pool:
        for enemy in question.enemies:
            yield Conflict(question.id, enemy, "enemies")


def _same_quotes(bank: Bank, pool: Sequence[Question]) -> Iterator[Conflict]:
    """Yield pairs in which one question quotes at least half of the words that the other quotes."""
    by_passage: dict[str, list[tuple[str, str, _Spans]]] = {}
    for question in pool:
        for citation in question.sources:
            passage = bank.passages.get(citation.passage_id)
            finding = find(citation.quote, passage.text) if passage else None
            spans = finding.spans if finding else ()
            quotes = by_passage.setdefault(citation.passage_id, [])
            quotes.append((question.id, citation.quote, spans))
    for quotes in by_passage.values():
        for index, (first, quote, spans) in enumerate(quotes):
            for second, other_quote, other_spans in quotes[index + 1 :]:
                if first != second and (
                    words(quote) == words(other_quote)
                    or 2 * _shared(spans, other_spans) >= min(_size(spans), _size(other_spans)) > 0
                ):
                    shorter = quote if len(quote) <= len(other_quote) else other_quote
                    yield Conflict(first, second, "same quote", shorter)


_Spans = tuple[tuple[int, int], ...]


def _shared(spans: _Spans, others: _Spans) -> int:
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in spans for b in others)


def _size(spans: _Spans) -> int:
    return sum(end - start for start, end in spans)


def _cues(pool: Sequence[Question]) -> Iterator[Conflict]:
    """Yield each question with those whose stem, premises or steps contain its right answer."""
    texts: list[str] = []
    questions_with: dict[str, set[int]] = {}
    for index, question in enumerate(pool):
        given = words(" ".join(markup.plain(text) for text in stated(question)))
        texts.append(f" {' '.join(given)} ")
        for word in given:
            questions_with.setdefault(word, set()).add(index)
    for index, question in enumerate(pool):
        for key in _keys(question):
            wanted = words(key)
            while wanted and wanted[0] in ("the", "a", "an"):
                wanted = wanted[1:]
            if sum(map(len, wanted)) < 4:
                continue
            having = set.intersection(*(questions_with.get(word, set()) for word in wanted))
            for other in sorted(having - {index}):
                if (
                    len(wanted) >= _LONG_KEY or _related(question, pool[other])
                ) and f" {' '.join(wanted)} " in texts[other]:
                    yield Conflict(question.id, pool[other].id, "cueing", key)


def _keys(question: Question) -> Iterator[str]:
    """Yield the right answers that another question could give away: options, words and numbers."""
    if isinstance(task_of(question), Options | Blanks | Number):
        for answer in right_answers(question):
            yield markup.inline_plain(answer.text) if answer.markdown else answer.text


def _related(question: Question, other: Question) -> bool:
    """Return whether two questions have the same objective or quote the same passage."""
    passages = {citation.passage_id for citation in other.sources}
    return bool(question.objective and question.objective == other.objective) or any(
        citation.passage_id in passages for citation in question.sources
    )
