"""Problems of a whole bank: predictable keys, overused quotes, near duplicates, shortfalls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import xor

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Place, warning
from pkoquiz.model.answers import key_is_longest
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Choice, Question
from pkoquiz.quotes.coverage import coverage
from pkoquiz.quotes.find import fold
from pkoquiz.words import words

FEW = 20
"""With fewer items, a share says nothing."""

MARGIN = 0.15
"""How far above chance the share of longest keys may be."""

UNSHUFFLED = 5
"""Keys of so many items are in the same place by chance once in 256 banks, with four options."""

ALIKE = 0.9
"""The share of words in common (Jaccard) from which two stems count as the same."""

_TWINS_NAMED = 3
"""How many near duplicates of one stem are compared: a fourth would add nothing."""

_NAMED = 8
"""How many questions or rows a message names."""


def longest_keys(bank: Bank) -> Iterator[Diagnostic]:
    """B02: the right option is the longest more often than by chance."""
    by_size: defaultdict[int, list[Choice]] = defaultdict(list)
    for question in _current(bank):
        if isinstance(question, Choice):
            by_size[len(question.options)].append(question)
    for size, items in sorted(by_size.items()):
        longest = [item.id for item in items if key_is_longest(item)]
        if len(items) >= FEW and len(longest) / len(items) > 1 / size + MARGIN:
            share = 100 * len(longest) // len(items)
            message = (
                f"the right option is the longest in {share} % of the {len(items)} questions "
                f"with {size} options; by chance it would be {100 // size} %"
            )
            hint = f"shorten right options, or lengthen distractors, e.g. in {_named(longest)}"
            yield warning("B02", message, Place("questions"), hint)


def keys_in_one_place(bank: Bank) -> Iterator[Diagnostic]:
    """B06: all questions whose options keep their order have the key in the same place."""
    items = [
        question
        for question in _current(bank)
        if isinstance(question, Choice) and not question.shuffle
    ]
    if len(items) < UNSHUFFLED:
        return
    from_start, from_end = set(), set()
    for item in items:
        key = next(index for index, option in enumerate(item.options) if option.correct)
        from_start.add(key)
        from_end.add(len(item.options) - key)
    if len(from_start) == 1:
        where = f"option {from_start.pop() + 1}"
    elif from_end == {1}:
        where = "the last option"
    else:
        return
    message = f"{where} is right in all {len(items)} choice questions with `shuffle: false`"
    names = _named([item.id for item in items])
    hint = f"delete `shuffle: false` where order does not matter, or move some keys: {names}"
    yield warning("B06", message, Place("questions"), hint)


def crowded_quotes(bank: Bank) -> Iterator[Diagnostic]:
    """B05: several questions cite the same quote."""
    by_quote: defaultdict[tuple[str, str], dict[str, tuple[Question, int]]] = defaultdict(dict)
    for question in _current(bank):
        for number, citation in enumerate(question.sources):
            uses = by_quote[citation.passage_id, fold(citation.quote)]
            uses.setdefault(question.id, (question, number))
    for uses in by_quote.values():
        *others, (last, number) = uses.values()
        names = [other.id for other, _ in others]
        place = last.place.into("sources", number, "quote")
        if len(others) > 1:
            message = f"{len(uses)} questions cite this quote"
            hint = f"keep two at most; the others are {_named(names)}"
            yield warning("B05", message, place, hint, last.id)
        elif others and last.id not in others[0][0].enemies and names[0] not in last.enemies:
            message = f"`{names[0]}` cites the same quote"
            hint = f"write `enemies: [{names[0]}]`, so that no paper asks both"
            yield warning("B05", message, place, hint, last.id)


def twins(bank: Bank) -> Iterator[Diagnostic]:
    """S04: stems that share nine words in ten.

    Such stems (of up to 38 words) have all words in common, or all but one on either side. So
    candidates are found by a hash of their words with none or one left out: in linear time,
    whatever the vocabulary.
    """
    questions = _current(bank)
    stems = [frozenset(words(_stem(question))) for question in questions]
    hashes = [_hashes(stem) if len(stem) > 3 else [] for stem in stems]
    # Few hashes occur twice, and only those are worth an index.
    once: set[int] = set()
    repeated: set[int] = set()
    for own in hashes:
        repeated.update(once.intersection(own))
        once.update(own)
    index: defaultdict[int, list[int]] = defaultdict(list)
    for number, (stem, own) in enumerate(zip(stems, hashes, strict=True)):
        compared = {number}
        for key in own:
            if key not in repeated:
                continue
            for other in index[key][:_TWINS_NAMED]:
                if other not in compared:
                    compared.add(other)
                    if _alike(stem, stems[other]):
                        yield _twin(questions[number], questions[other])
            index[key].append(number)


def _hashes(stem: frozenset[str]) -> list[int]:
    """Return the hash of all words, and those of all words but one."""
    parts = list(map(hash, stem))
    whole = reduce(xor, parts)
    return [whole, *[whole ^ part for part in parts]]


def _stem(question: Question) -> str:
    return question.stem if "!" not in question.stem else markup.plain(question.stem)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= ALIKE * len(one | other)


def _twin(question: Question, other: Question) -> Diagnostic:
    message = f"nearly the same stem as `{other.id}`"
    place, twin = question.place.into("stem"), other.place.into("stem")
    return warning("S04", message, place, "delete one, or ask something else", question.id, twin)


def shortfalls(bank: Bank) -> Iterator[Diagnostic]:
    """B04: fewer ready questions than the plan in `course.yaml` asks for."""
    for table in coverage(bank).tables:
        short = [
            f"`{row.name}` has {row.count} of {row.planned}"
            for row in table.rows
            if row.planned is not None and row.count < row.planned
        ]
        if short:
            message = f"fewer ready questions than planned by {table.name}: {_some(short)}"
            place = Place("course.yaml", ("plan", table.field))
            yield warning("B04", message, place, "write more, or lower the plan")


def _current(bank: Bank) -> list[Question]:
    return [question for question in bank.questions if question.status != "retired"]


def _named(ids: Sequence[str]) -> str:
    return _some([f"`{identity}`" for identity in ids])


def _some(texts: Sequence[str]) -> str:
    """Return the first texts, and how many more there are."""
    more = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return ", ".join(texts[:_NAMED]) + more
