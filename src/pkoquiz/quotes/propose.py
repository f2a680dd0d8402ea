"""Propose the passage and the quote that may prove a claim: a ranked search over all passages.

BM25 (Robertson and Zaragoza, “The Probabilistic Relevance Framework”, 2009) over word stems and
over runs of five characters, which also match other forms of a word. A proposal is never accepted
by its score: claims that the transcript does not contain score nearly as high as some that it does.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from pkoquiz import markup
from pkoquiz.model.answers import right_answers, stated
from pkoquiz.model.passage import SPOKEN, Passage
from pkoquiz.model.question import GAP, Item, Term
from pkoquiz.quotes.find import find, unquoted
from pkoquiz.words import words

_NOT_SEARCHED = frozenset({"toc", "programme", "sound"})
"""Kinds of passages that prove nothing."""

_MOST_FOR_RUNS = 1_000
"""With more passages, only words are indexed: runs of characters take too long."""

_SATURATION = 1.2
_LENGTH = 0.75
"""The usual parameters k1 and b of BM25."""

_RERANKED = 25
"""How many of the best passages are compared with the claim sentence by sentence."""

_IN_ONE_PLACE = 0.4
"""The bonus if two neighbouring sentences contain the whole claim."""

_NAMED = 0.6
"""The bonus if the claim names the speaker."""

_ABBREVIATED = 2
"""How much more an abbreviation such as `NATO` weighs than other words as rare as it."""

_SHORTEST_NAME = 2
"""Shorter parts of names, such as initials and particles, are ignored, being common words."""

_WRITTEN = 0.3
"""The penalty for passages that were not spoken: slides and headings only summarise the speech."""

_PLAIN_WORDS = frozenset(
    words(
        "a about according all an and apply are as at be been but by choose did do does following"
        " for from had has have he her his how if in into is it its of on or our says so than that"
        " the their them then there these they this those to was we were what when where which who"
        " whom whose why will with you your"
    )
)
"""English words that do not help to find a passage; in other languages, rarity decides."""

_QUESTION_WORDS = frozenset(
    words(
        "account advice advise answer answered answers argue argues argument ask asked asks best"
        " call called calls choose claim claims comment comments complete conclude concluded"
        " concludes conclusion consider considers correct describe describes description discuss"
        " discussed discusses discussion example examples expect expected explain explains"
        " explanation false find finding finds follows give given gives hold holds infer judge"
        " judged judges judging list made make makes match matches mention mentioned mentions name"
        " named names opinion order point points present presents question reason reasons recommend"
        " recommends remark remarked remarks replies reply report"
        " reported reports right said say saying sees sentence sentences show shows speaker"
        " statement statements suggest suggests support supports talk talks tell tells term think"
        " thinks true view views warn warned warns word would wrong"
    )
)
"""English words with which questions ask, which say nothing about their subject."""

_FUNCTION_WORDS = frozenset(
    words(
        "above after again against although always am among any anyone anything because before"
        " being below between both can cannot could during each either else ever every everyone"
        " everything few further here hers herself him himself however i itself just less many may"
        " me might mine more most much must my myself neither no nobody none nor not nothing off"
        " once one only other others ought ourselves out over own per quite rather same shall she"
        " should since some someone something still such themselves though through thus till too"
        " toward towards under unless until up upon us very whatever whenever wherever whether"
        " while within without yes yet yourself d ll m re s t ve"
    )
)
"""Words that help only in a phrase (`up to`, `as such`): runs of characters keep them."""

_NOT_IN_RUNS = _PLAIN_WORDS | _QUESTION_WORDS
_NOT_SOUGHT = _NOT_IN_RUNS | _FUNCTION_WORDS

_RUN = 5
_POSSESSIVE = "(?:['’]s?)?"
_ABBREVIATION_WORD = re.compile(r"\b([A-Z][A-Z0-9]{2,6})s?\b")
_ENDINGS = re.compile(r"(?:'s|’s|ingly|edly|ings?|ies|ied|ed|es|ly|s|e)$")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]?[^\W\d_a-z]|\d)|(?<=[。！？])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|St|No|vs|e\.g|i\.e)|\b[A-Z])\.\s*$"
)
_CLAUSE = re.compile(r"(?<=[,;:])\s++|(?<!\s)\s++(?=[–—-]\s)")

_FULL = 0.75
"""A neighbouring sentence with at least this share of the best one's score is joined to it."""

_LONGEST = 60
"""Sentences with more words are cut at clauses."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A passage and a quote from it that may prove a claim."""

    passage: Passage
    start: int
    """The range of characters of the quote in the passage's text."""
    end: int
    score: float
    """The share of the claim that the passage contains, from 0 to 1."""

    @property
    def quote(self) -> str:
        """The words of the passage, verbatim."""
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True)
class Index:
    """Passages prepared for searching."""

    passages: tuple[Passage, ...]
    by_word: _Postings
    by_run: _Postings | None
    by_speaker: Mapping[str, frozenset[int]]
    """Word of a speaker's name → the indexes of that speaker's passages."""


@dataclass(frozen=True)
class _Postings:
    """The frequency of each feature in each passage, weighted for BM25."""

    features: Callable[[str], Sequence[str]]
    weights: dict[str, float]
    """The rarer a feature, the more it weighs."""
    entries: dict[str, list[tuple[int, float]]]
    """Feature → (index of the passage, share of the feature's weight that it earns)."""
    unknown: float
    """The weight of a feature that no passage contains."""

    def scores(self, claim: str) -> dict[int, float]:
        """For each passage, the share of the claim's weight that it contains."""
        features = Counter(self.features(claim))
        total = sum(
            self.weights.get(feature, self.unknown) * sqrt(times)
            for feature, times in features.items()
        )
        scores: dict[int, float] = defaultdict(float)
        for feature, times in features.items():
            weight = self.weights.get(feature, 0) * sqrt(times)
            for index, share in self.entries.get(feature, ()):
                scores[index] += weight * share / total
        return scores

    def sought(self, claim: str) -> dict[str, float]:
        """Return the features of a claim with their weights, 0 if no passage contains one."""
        return {feature: self.weights.get(feature, 0.0) for feature in set(self.features(claim))}


def index_of(passages: Iterable[Passage]) -> Index:
    """Return the passages prepared for searching; 0.3 seconds for 400 passages."""
    searched = tuple(passage for passage in passages if passage.kind not in _NOT_SEARCHED)
    texts = [passage.text for passage in searched]
    runs = _postings(texts, _runs) if len(searched) <= _MOST_FOR_RUNS else None
    speakers: dict[str, set[int]] = defaultdict(set)
    for number, passage in enumerate(searched):
        for name in words(passage.speaker):
            if len(name) > _SHORTEST_NAME:
                speakers[name].add(number)
    by_speaker = {name: frozenset(numbers) for name, numbers in speakers.items()}
    return Index(searched, _postings(texts, _stems), runs, by_speaker)


def ranked(index: Index, query: str) -> list[tuple[float, Passage]]:
    """Return (score, passage) for all passages that share words with the query, best first.

    The score of the best is the share of the query's words that it contains, weighted by rarity.
    """
    said, named = _without_speakers(index, query)
    by_word = index.by_word.scores(said)
    by_run = index.by_run.scores(said) if index.by_run is not None else by_word
    if not by_word and not by_run:
        return []
    most_words = max(by_word.values(), default=0) or 1
    most_runs = max(by_run.values(), default=0) or 1
    totals = {}
    for number in by_word.keys() | by_run.keys():
        alike = (by_word.get(number, 0) / most_words + by_run.get(number, 0) / most_runs) / 2
        written = index.passages[number].kind not in SPOKEN
        totals[number] = alike + _NAMED * (number in named) - _WRITTEN * written
    postings = index.by_run or index.by_word
    sought = postings.sought(said)
    most = sum(sought.values()) or 1
    for number in sorted(totals, key=lambda number: (-totals[number], number))[:_RERANKED]:
        place = _most_in_one_place(index.passages[number].text, sought, postings.features)
        totals[number] += _IN_ONE_PLACE * place / most
    wanted = index.by_word.sought(said)
    weight = sum(wanted.values()) or 1
    order = sorted(totals, key=lambda number: (-totals[number], number))
    best = order[0]
    contained = _said(index.passages[best].text, wanted) / weight
    scale = contained / totals[best] if totals[best] > 0 else 0
    return [(max(0.0, totals[number] * scale), index.passages[number]) for number in order]


def _without_speakers(index: Index, query: str) -> tuple[str, frozenset[int]]:
    """Return the query without the speakers that it names, and the indexes of their passages.

    Speakers seldom say their own names, so a name would find what others say about a speaker.
    """
    names = {word for word in words(query) if word in index.by_speaker}
    any_name = "|".join(map(re.escape, names))
    rest = re.sub(rf"\b(?:{any_name}){_POSSESSIVE}(?!\w)", " ", query, flags=re.I) if names else ""
    named: frozenset[int] = frozenset().union(*(index.by_speaker[name] for name in names))
    return rest if words(rest) else query, named


def _most_in_one_place(
    text: str, sought: Mapping[str, float], features: Callable[[str], Sequence[str]]
) -> float:
    """Return the highest share of the claim in two neighbouring sentences."""
    said = [sought.keys() & features(text[start:end]) for start, end in _sentences(text)]
    pairs = zip(said, [*said[1:], set()], strict=True)
    return max(sum(sought[feature] for feature in one | other) for one, other in pairs)


def propose(index: Index, claim: str, *, section: str = "", limit: int = 3) -> list[Proposal]:
    """Return up to `limit` proposals for a claim, best first; with `section`, only from there.

    If the claim is a quote, its own words come first, with the score 1.
    """
    wanted = unquoted(claim) or claim.strip()
    exact = [
        Proposal(passage, finding.spans[0][0], finding.spans[-1][1], 1.0)
        for passage in index.passages
        if (not section or passage.section == section) and len(wanted) > 3
        if (finding := find(wanted, passage.text)) and finding.status == "exact"
    ]
    proposals = exact[:limit]
    taken = {proposal.passage.id for proposal in exact}
    for score, passage in ranked(index, claim):
        if len(proposals) >= limit:
            break
        if passage.id not in taken and (not section or passage.section == section):
            start, end = _best_stretch(index, claim, passage.text)
            proposals.append(Proposal(passage, start, end, round(score, 3)))
    return proposals


def claim_of(item: Item) -> str:
    """Return what an item claims, as plain text: the question and its right answer."""
    if isinstance(item, Term):
        return f"{markup.inline_plain(item.term)} {markup.plain(item.meaning)}"
    asked = " ".join(markup.plain(GAP.sub(" … ", text)) for text in stated(item))
    keys = (
        markup.inline_plain(answer.text) if answer.markdown else answer.text
        for answer in right_answers(item)
    )
    model = getattr(item, "model_answer", "")
    return " ".join([asked, *keys, markup.plain(model)])


def hit(index: Index, query: str, text: str) -> tuple[int, int]:
    """Return the range of the words in a passage's text that best match a query."""
    return _best_stretch(index, query, text)


# --- features -------------------------------------------------------------------------------------


def _stems(text: str) -> list[str]:
    stems = []
    before = ""
    for word in words(text):
        if _UNSPACED.match(word):  # each character is a word: pairs tell more
            stems += [before + word] if before else []
            before = word
            continue
        before = ""
        if word not in _NOT_SOUGHT:
            stem = _ENDINGS.sub("", word)
            stems.append(stem if len(stem) > 2 else word)
    return stems + _abbreviations(text)


def _runs(text: str) -> list[str]:
    line = f" {' '.join(word for word in words(text) if word not in _NOT_IN_RUNS)} "
    runs = [line[at : at + _RUN] for at in range(max(1, len(line) - _RUN + 1))]
    return runs + _abbreviations(text)


def _abbreviations(text: str) -> list[str]:
    return [f"@{match[1]}" for match in _ABBREVIATION_WORD.finditer(text)]


def _postings(texts: Sequence[str], features: Callable[[str], Sequence[str]]) -> _Postings:
    counts = [Counter(features(text)) for text in texts]
    lengths = [count.total() for count in counts]
    average = sum(lengths) / len(lengths) if any(lengths) else 1
    holders: Counter[str] = Counter()
    for count in counts:
        holders.update(count.keys())
    number = len(texts)
    entries: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for index, count in enumerate(counts):
        norm = _SATURATION * (1 - _LENGTH + _LENGTH * lengths[index] / average)
        for feature, times in count.items():
            entries[feature].append((index, times / (times + norm)))
    weights = {
        feature: log(1 + (number - held + 0.5) / (held + 0.5))
        * (_ABBREVIATED if feature.startswith("@") else 1)
        for feature, held in holders.items()
    }
    return _Postings(features, weights, dict(entries), log(1 + (number + 0.5) / 0.5))


# --- the quote ------------------------------------------------------------------------------------


def _best_stretch(index: Index, claim: str, text: str) -> tuple[int, int]:
    """Return the range of the sentence or neighbouring sentences with most of the claim."""
    wanted = index.by_word.sought(claim)
    sentences = list(_sentences(text))
    said = [_said(text[start:end], wanted) for start, end in sentences]
    best = max(range(len(said)), key=lambda number: (said[number], -number))
    start, end = sentences[best]
    if len(text[start:end].split()) > _LONGEST:
        return _best_clauses(text, start, end, wanted)
    for neighbour in (best + 1, best - 1):
        if 0 <= neighbour < len(said) and said[best] and said[neighbour] >= _FULL * said[best]:
            first, last = sorted((best, neighbour))
            joined = sentences[first][0], sentences[last][1]
            if len(text[slice(*joined)].split()) <= _LONGEST:
                return joined
    return start, end


def _said(text: str, wanted: dict[str, float]) -> float:
    return sum(wanted.get(stem, 0) for stem in set(_stems(text)))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE.finditer(text):
        if not _ABBREVIATION.search(text[start : match.start()]):
            end = match.start() + len(match[0].rstrip())
            yield start, end
            start = match.end()
    if start < len(text) or not start:
        yield start, len(text.rstrip())


def _best_clauses(text: str, start: int, end: int, wanted: dict[str, float]) -> tuple[int, int]:
    """Return the clauses of a long sentence with most of the claim, at most `_LONGEST` words."""
    cuts = [start, *(start + match.end() for match in _CLAUSE.finditer(text[start:end])), end]
    best, most = (start, end), -1.0
    for first, begin in enumerate(cuts[:-1]):
        for stop in cuts[first + 1 :]:
            stretch = text[begin:stop]
            size = len(stretch.split())
            if size > _LONGEST:
                break
            # Every further word costs a little, so that the shortest of equal stretches wins.
            value = _said(stretch, wanted) - 0.02 * size
            if size >= 4 and value > most:
                best, most = (begin, stop), value
    begin, stop = best
    if most < 0:  # one clause longer than allowed: its first words
        fitting = re.match(rf"(?:\S+\s+){{{_LONGEST - 1}}}\S+", text[start:end])
        begin, stop = start, start + fitting.end() if fitting else end
    return begin, begin + len(text[begin:stop].rstrip(" ,;:–—-"))
