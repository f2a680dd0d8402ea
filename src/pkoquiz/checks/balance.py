"""Faults that no single question has: length of keys over the bank, twins, crowded quotes."""

from __future__ import annotations

from collections.abc import Iterator

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Place, warning
from pkoquiz.model.answers import key_is_longest
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Choice, Question
from pkoquiz.quotes.coverage import coverage
from pkoquiz.quotes.find import fold
from pkoquiz.words import words

ALIKE = 0.9
"""Share of words in common (Jaccard) from which two stems count as one."""

_FEW_TWINS = 3
"""Twins named for one stem: the fourth says nothing new."""

FEW = 20
"""Items below which a share says nothing."""

UNSHUFFLED = 5
"""Items in the author's order from which a key in the same place is no chance: one in 256 with four options."""


def biased_bank(bank: Bank) -> Iterator[Diagnostic]:
    """B02, B04 to B06, and near-duplicate stems (S04)."""
    living = [question for question in bank.questions if question.status != "retired"]
    yield from _key_length(living)
    yield from _key_place(living)
    yield from _crowded_quotes(living)
    yield from _twins(living)
    yield from _shortfall(bank)


def _key_length(questions: list[Question]) -> Iterator[Diagnostic]:
    by_size: dict[int, list[Choice]] = {}
    for question in questions:
        if isinstance(question, Choice):
            by_size.setdefault(len(question.options), []).append(question)
    for size, items in sorted(by_size.items()):
        longest = sum(key_is_longest(item) for item in items)
        if len(items) >= FEW and longest / len(items) > 1 / size + 0.15:
            share = 100 * longest // len(items)
            message = f"in {share} % of {len(items)} items with {size} options the key is the longest ({100 // size} % by chance)"
            hint = (
                "shorten keys, or flesh out distractors: "
                + ", ".join(item.id for item in items if key_is_longest(item))[:200]
            )
            yield warning("B02", message, Place("questions"), hint)


def _key_place(questions: list[Question]) -> Iterator[Diagnostic]:
    items = [item for item in questions if isinstance(item, Choice) and not item.shuffle]
    if len(items) < UNSHUFFLED:
        return
    keys = [next(at for at, option in enumerate(item.options) if option.correct) for item in items]
    from_end = [len(item.options) - at for item, at in zip(items, keys, strict=True)]
    if len(set(keys)) == 1:
        where = f"option {keys[0] + 1}"
    elif set(from_end) == {1}:
        where = "the last option"
    else:
        return
    message = f"in all {len(items)} choice items with `shuffle: false` the key is {where}"
    told = ", ".join(item.id for item in items)[:200]
    hint = (
        f"delete `shuffle: false` where order does not matter, or put some keys elsewhere: {told}"
    )
    yield warning("B06", message, Place("questions"), hint)


def _crowded_quotes(questions: list[Question]) -> Iterator[Diagnostic]:
    by_quote: dict[tuple[str, str], dict[str, tuple[Question, int]]] = {}
    for question in questions:
        for number, citation in enumerate(question.sources):
            users_of = by_quote.setdefault((citation.passage_id, fold(citation.quote)), {})
            users_of.setdefault(question.id, (question, number))
    for users in (list(each.values()) for each in by_quote.values()):
        if len(users) > 2:
            question, number = users[-1]
            others = ", ".join(f"`{other.id}`" for other, _ in users[:-1])
            message = f"{len(users)} questions rest on this quote"
            hint = f"two are enough; the others are {others}"
            yield warning(
                "B05", message, question.place.into("sources", number, "quote"), hint, question.id
            )
        elif len(users) == 2:
            (one, _), (other, number) = users
            if one.id not in other.enemies and other.id not in one.enemies:
                message = f"`{one.id}` rests on the same quote"
                hint = f"write `enemies: [{one.id}]`, so that no paper asks both"
                yield warning(
                    "B05", message, other.place.into("sources", number, "quote"), hint, other.id
                )


def _twins(questions: list[Question]) -> Iterator[Diagnostic]:
    """Stems that share nine of ten words.

    Stems so alike agree in all words, or in all but one on either side (for stems of up to 38 words), so
    candidates are found by a hash of the words with none or one left out: linear, whatever the vocabulary.
    """
    bags = [frozenset(words(_asked(question))) for question in questions]
    index: dict[int, list[int]] = {}
    for at, bag in enumerate(bags):
        if len(bag) <= 3:
            continue
        whole = 0
        for word in bag:
            whole ^= hash(word)
        tried: set[int] = set()
        for key in (whole, *(whole ^ hash(word) for word in bag)):
            known = index.setdefault(key, [])
            for other in known[:_FEW_TWINS]:
                if other not in tried and other != at:
                    tried.add(other)
                    common = len(bag & bags[other])
                    if common >= ALIKE * (len(bag) + len(bags[other]) - common):
                        message = f"nearly the same stem as `{questions[other].id}`"
                        place, twin = (questions[which].place.into("stem") for which in (at, other))
                        hint = "ask it once, or ask something else"
                        yield warning("S04", message, place, hint, questions[at].id, twin)
            known.append(at)


def _shortfall(bank: Bank) -> Iterator[Diagnostic]:
    """B04: fewer ready questions than the plan in course.yaml asks for."""
    for table in coverage(bank).tables:
        short = [row for row in table.rows if row.planned is not None and row.count < row.planned]
        if short:
            told = ", ".join(f"`{row.name}` has {row.count} of {row.planned}" for row in short[:6])
            more = f" and {len(short) - 6} more" if len(short) > 6 else ""
            message = f"fewer ready questions than planned by {table.name}: {told}{more}"
            place = Place("course.yaml", ("plan", table.field))
            yield warning("B04", message, place, "write more, or lower the plan")


def _asked(question: Question) -> str:
    return question.stem if "!" not in question.stem else markup.plain(question.stem)
