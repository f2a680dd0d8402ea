"""Questions that give away the answers to others on the same paper.

A candidate who reads in one question what another asks for need not know it. The rare words that
two questions share show whether they are about the same subject; words that many questions contain
are ignored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log
from typing import NamedTuple

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, warning
from pkoquiz.model.answers import Blanks, Options, Pairs, stated, task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import GAP, Question
from pkoquiz.prose import shortened
from pkoquiz.words import words

_LETTERS = 6
"""How many letters of a word are compared, so that its endings do not matter."""

_LONG = 4
"""The fewest letters of a word that carries meaning."""

_COMMON = 0.02
"""A short answer that a larger share of questions contains gives nothing away."""

_ABOUT = 5.0
"""The share of the words of its stem, by weight, that a question on the same subject contains."""

_SHARED = 2
"""How many of these words there must be; one more if the answer is long."""

_COVERED = 0.7
"""The part of the words of a long answer, by weight, that gives it away."""

_FEW = 20
"""Smaller banks do not show which words are rare."""

_RARE = 100
"""How many questions may contain the rarest word of an answer that is given away."""

_SHORT = 2
"""Answers with no more words of meaning count only if they occur as written."""

_NAMED = 3
"""The most questions that are reported for giving away the same one."""

_STOP_WORDS = """
    about according after against also another answer because been before being best between
    both cannot case could does done each either every first following from give given gives
    have having here into just kind least less like made make makes many mean means might more
    most much must need needs never only other others over part rather reason said same says
    should since some speaker speakers still such take taken than that their them then there
    these they thing things this those three through time under until used using very view want
    wants ways well were what when where whether which while whom whose will with within without
    word words would your
"""
_STOP = frozenset(_STOP_WORDS.split())


class _Phrase(NamedTuple):
    """A text without markup, and the beginnings of its words that carry meaning."""

    text: str
    content: frozenset[str]


@dataclass(frozen=True)
class _Text:
    """A question as candidates read it."""

    question: Question
    stem: _Phrase
    printed: tuple[_Phrase, ...]
    """All that is printed: stem, premises, steps, options and responses."""
    answers: tuple[_Phrase, ...]
    """What it asks for: right options, or what is accepted in gaps."""
    distractors: tuple[_Phrase, ...]

    @cached_property
    def content(self) -> frozenset[str]:
        """The words of all that is printed."""
        return frozenset().union(*(part.content for part in self.printed))

    @cached_property
    def phrases(self) -> str:
        """What is printed, as words between spaces, so that phrases can be found in it."""
        printed = "\n".join(part.text for part in self.printed)
        return f" {' '.join(words(printed))} "


class Leak(NamedTuple):
    """A question that can be answered by reading another one."""

    asked: Question
    teller: Question
    """The one that gives the answer away."""
    answer: str
    strength: float
    """Higher if the two share more rare words; for comparison only."""


def leaks(bank: Bank) -> Iterator[Diagnostic]:
    """B08: the text of one question answers another, and the two are not enemies."""
    for leak in given_away(bank):
        message = f"`{leak.teller.id}` gives the answer away: “{shortened(leak.answer, 80)}”"
        hint = f"write `enemies: [{leak.teller.id}]`, or reword one of the two"
        place, other = leak.asked.place.into("stem"), leak.teller.place.into("stem")
        yield warning("B08", message, place, hint, leak.asked.id, other)


def given_away(bank: Bank) -> Iterator[Leak]:
    """Yield the pairs in which one question gives the other away and the two are not enemies.

    They follow the order of the questions whose answers are given away, the clearest pair first.
    """
    texts = [
        _text(question)
        for question in bank.questions
        if question.status != "retired" and question.on_paper
    ]
    by_word: defaultdict[str, list[_Text]] = defaultdict(list)
    for text in texts:
        for word in text.content:
            by_word[word].append(text)
    size = max(_FEW, len(texts))
    weights = {word: log(size / len(found)) for word, found in by_word.items()}
    for asked in texts:
        pairs = list(_leaks_to(asked, by_word, weights, len(texts)))
        pairs.sort(key=lambda leak: -leak.strength)
        yield from pairs[:_NAMED]


def _text(question: Question) -> _Text:
    """Return a question as text; without answers if no single phrase answers it."""
    parts = [_phrase(text) for text in stated(question)]
    stem = parts[0]
    answers: list[_Phrase] = []
    distractors: list[_Phrase] = []
    match task_of(question):
        case Options(options=options):
            for option in options:
                phrase = _phrase(option.text)
                (answers if option.correct else distractors).append(phrase)
            parts += [*answers, *distractors]
        case Blanks(blanks=blanks):
            answers = [_phrase(blank.answers[0].text, markdown=False) for blank in blanks]
        case Pairs(responses=responses):
            parts += [_phrase(response, markdown=False) for response in responses]
        case _:
            pass
    return _Text(question, stem, tuple(parts), tuple(answers), tuple(distractors))


def _phrase(text: str, *, markdown: bool = True) -> _Phrase:
    if markdown:
        text = markup.plain(GAP.sub(" … ", text) if "{{" in text else text)
    return _Phrase(text, frozenset(map(_beginning, words(text))) - {""})


@lru_cache(maxsize=65_536)
def _beginning(word: str) -> str:
    """Return the letters of a word that are compared; an empty text if it carries no meaning."""
    return word[:_LETTERS] if len(word) >= _LONG and word not in _STOP else ""


def _leaks_to(
    asked: _Text, by_word: Mapping[str, Sequence[_Text]], weights: Mapping[str, float], count: int
) -> Iterator[Leak]:
    """Yield each question that gives this one away once, with the answer that it contains."""

    def weight(these: frozenset[str]) -> float:
        return sum([weights.get(word, 0.0) for word in these])

    enemies = {asked.question.id, *asked.question.enemies}
    best: dict[str, Leak] = {}
    for answer in asked.answers:
        wanted = answer.content - asked.stem.content
        if not wanted:
            continue
        rarest = max(sorted(wanted), key=lambda word: weights.get(word, 0.0))
        tellers = by_word.get(rarest, ())
        if len(tellers) > _RARE:
            continue
        weight_wanted = weight(wanted)
        short = len(wanted) <= _SHORT
        if short:
            phrase = f" {' '.join(words(answer.text))} "
            tellers = [teller for teller in tellers if phrase in teller.phrases]
            if len(tellers) > max(2.0, _COMMON * count):
                continue
        for teller in tellers:
            other = teller.question
            if other.id in enemies or asked.question.id in other.enemies:
                continue
            shared = asked.stem.content & teller.content
            about = weight(shared)
            covered = 1.0 if short else weight(wanted & teller.content) / weight_wanted
            if len(shared) < _SHARED + (not short) or about < _ABOUT or covered < _COVERED:
                continue
            # A question that contains a distractor just as much gives nothing away.
            wrong = [phrase.content - asked.stem.content for phrase in asked.distractors]
            if any(weight(one & teller.content) > covered / 2 * weight(one) for one in wrong):
                continue
            leak = Leak(asked.question, other, answer.text, covered * about)
            if other.id not in best or leak.strength > best[other.id].strength:
                best[other.id] = leak
    yield from best.values()
