"""Which questions must not stand in one paper: enemies, the same quote, one giving the other's key away.

Cueing is looked for in what a candidate reads as given: stems, premises and steps, not options. A key of four
words or more counts wherever it is found; a shorter one ("the Security Council") is common speech and counts only
between questions on the same objective or passage.
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

Why = Literal["enemies", "same quote", "cueing"]

_LONG_KEY = 4
"""Words from which on a key is found by chance nowhere else."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two questions (ids, in the bank's order) and why they exclude each other; `words` are the quote or key."""

    first: str
    second: str
    why: Why
    words: str = ""


def conflicts(bank: Bank, pool: Sequence[Question]) -> tuple[Conflict, ...]:
    """Every pair of `pool` that must not meet, once each, by the gravest reason: enemies, quote, cueing."""
    rank = {question.id: index for index, question in enumerate(pool)}
    found: dict[tuple[str, str], Conflict] = {}
    for one, other, why, told in (*_enemies(pool), *_same_quotes(bank, pool), *_cues(pool)):
        if one != other and one in rank and other in rank:
            pair = (one, other) if rank[one] < rank[other] else (other, one)
            found.setdefault(pair, Conflict(*pair, why, told))
    return tuple(
        found[pair] for pair in sorted(found, key=lambda pair: (rank[pair[0]], rank[pair[1]]))
    )


Found = tuple[str, str, Why, str]


def _enemies(pool: Sequence[Question]) -> Iterator[Found]:
    for question in pool:
        for enemy in question.enemies:
            yield question.id, enemy, "enemies", ""


def _same_quotes(bank: Bank, pool: Sequence[Question]) -> Iterator[Found]:
    """Quotes of one passage of which one covers at least half of the other's words."""
    cited: dict[str, list[tuple[str, str, tuple[tuple[int, int], ...]]]] = {}
    for question in pool:
        for citation in question.sources:
            name = citation.passage_id
            passage = bank.passages.get(name)
            where = find(citation.quote, passage.text) if passage else None
            cited.setdefault(name, []).append(
                (question.id, citation.quote, where.spans if where else ())
            )
    for entries in cited.values():
        for index, (one, quote, spans) in enumerate(entries):
            for other, second, others in entries[index + 1 :]:
                if one != other and (
                    words(quote) == words(second)
                    or 2 * _shared(spans, others) >= _smaller(spans, others) > 0
                ):
                    yield one, other, "same quote", quote if len(quote) <= len(second) else second


def _shared(one: tuple[tuple[int, int], ...], other: tuple[tuple[int, int], ...]) -> int:
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in one for b in other)


def _smaller(one: tuple[tuple[int, int], ...], other: tuple[tuple[int, int], ...]) -> int:
    return min(sum(end - start for start, end in spans) for spans in (one, other))


def _cues(pool: Sequence[Question]) -> Iterator[Found]:
    given: list[str] = []
    holders: dict[str, set[int]] = {}
    for index, question in enumerate(pool):
        spoken = words(" ".join(markup.plain(text) for text in stated(question)))
        given.append(f" {' '.join(spoken)} ")
        for word in spoken:
            holders.setdefault(word, set()).add(index)
    for index, question in enumerate(pool):
        for key in _telling(question):
            run = words(key)
            while run and run[0] in ("the", "a", "an"):
                run = run[1:]
            if not run or sum(map(len, run)) < 4:
                continue
            candidates = set.intersection(*(holders.get(word, set()) for word in run)) - {index}
            phrase = f" {' '.join(run)} "
            for other in sorted(candidates):
                near = len(run) >= _LONG_KEY or _same_matter(question, pool[other])
                if near and phrase in given[other]:
                    yield question.id, pool[other].id, "cueing", key


def _same_matter(one: Question, other: Question) -> bool:
    if one.objective and one.objective == other.objective:
        return True
    return bool(
        {each.passage_id for each in one.sources} & {each.passage_id for each in other.sources}
    )


def _telling(question: Question) -> Iterator[str]:
    """The right answers that another question's text could give away: options, words and numbers."""
    if isinstance(task_of(question), Options | Blanks | Number):
        for answer in right_answers(question):
            yield markup.inline_plain(answer.text) if answer.markdown else answer.text
