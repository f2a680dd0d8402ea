"""Typed answers: lists that refuse right answers, and hints that suggest wrong ones.

Typed answers are compared letter by letter, ignoring case, so every variant must be listed.
Questions with a rubric are graded by a person and are not checked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Step, warning
from pkoquiz.model.answers import Blank, Blanks, task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question, cloze_parts
from pkoquiz.prose import quoted
from pkoquiz.words import words


@dataclass(frozen=True, slots=True)
class _Space:
    """A space for words: the answer to a question, or a gap in a text."""

    question: Question
    blank: Blank
    path: tuple[Step, ...]
    """Where its `answers` are."""
    before: str = ""
    """The last word before the gap."""
    after: str = ""

    @property
    def accepted(self) -> tuple[str, ...]:
        """The wordings that earn all points."""
        return tuple(answer.text for answer in self.blank.answers if answer.credit == 100)

    @property
    def known(self) -> frozenset[str]:
        """All wordings that the author foresaw, right or wrong."""
        right = [answer.text for answer in self.blank.answers]
        return frozenset(
            _folded(text) for text in (*right, *(slip.text for slip in self.blank.wrong))
        )


def typed_answers(bank: Bank) -> Iterator[Diagnostic]:
    """S06 and S07: missing variants of accepted answers; hints that suggest a refused one."""
    english = bank.course.language.partition("-")[0] == "en"
    for question in bank.questions:
        if question.status != "retired":
            for space in _spaces(question):
                yield from _missing_variants(space, english=english)
                yield from _refused_hints(space, english=english)


def _spaces(question: Question) -> Iterator[_Space]:
    task = task_of(question)
    if not isinstance(task, Blanks):
        return
    if not task.in_stem:
        yield _Space(question, task.blanks[0], ("answers",))
        return
    parts = list(cloze_parts(question.stem))
    for at, part in enumerate(parts):
        if isinstance(part, int):
            before, after = _word(parts, at - 1, last=True), _word(parts, at + 1, last=False)
            path = ("gaps", part - 1, "answers")
            yield _Space(question, task.blanks[part - 1], path, before, after)


def _word(parts: Sequence[str | int], at: int, *, last: bool) -> str:
    """Return the last or first word of a part, or an empty text if its sentence has none there."""
    part = parts[at] if 0 <= at < len(parts) else ""
    if isinstance(part, int):
        return ""
    sentence = re.split(r"[.:;!?]\s", part)[-1 if last else 0]
    listed = words(sentence)
    return listed[-1 if last else 0] if listed else ""


# --- variants -------------------------------------------------------------------------------------


def _missing_variants(space: _Space, *, english: bool) -> Iterator[Diagnostic]:
    """S06: an answer list that lacks a variant learners are likely to type."""
    known = space.known
    # Whoever lists "an organ" and "the organ" need not list every hyphen with every article.
    bare = frozenset(_without_article(text) for text in known)
    missing: dict[str, str] = {}
    for text in space.accepted:
        variants = [("hyphen", _hyphens(text), bare)]
        if english:
            variants.append(("article", _articles(text, space), known))
            variants.append(("spelling", _spelling(text), bare))
        for kind, wordings, listed in variants:
            folded = {_folded(wording) for wording in wordings}
            if listed is bare:
                folded = {_without_article(text) for text in folded}
            if wordings and not folded & listed:
                missing.setdefault(wordings[0], kind)
    if english and (number := _number(space, bare)):
        missing.setdefault(number, "number")
    if missing:
        kinds = " and ".join(dict.fromkeys(missing.values()))
        message = f"no variant in {kinds}: {quoted(missing)} would be refused"
        place = space.question.place.into(*space.path)
        hint = "add what learners will type to `answers`, or list what is wrong under `wrong`"
        yield warning("S06", message, place, hint, space.question.id)


_PLAIN_SIGNS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2019": "'"})


def _folded(text: str) -> str:
    return " ".join(text.casefold().translate(_PLAIN_SIGNS).split())


def _without_article(text: str) -> str:
    return _ARTICLE.sub("", text, count=1) if _ARTICLE.match(text) else text


_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u2011](?=[^\W\d_])")


def _hyphens(text: str) -> list[str]:
    """Return a hyphenated wording with spaces, and as one word."""
    if not _HYPHEN.search(text):
        return []
    return [_HYPHEN.sub(" ", text), _HYPHEN.sub("", text)]


_ARTICLE = re.compile(r"(?:the|an?) ", re.IGNORECASE)
_NAME = re.compile(r"[A-Z][\w’'-]*(?: (?:[A-Z][\w’'-]*|of|for|on|and|the))* [A-Z][\w’'-]*s?")
_TITLED_WORDS = """
    agency army assembly association bank board bureau charter commission committee conference
    convention council court department division fund office organisation organization party
    programme protocol republic secretariat secretary-general treaty union university war
"""
_TITLED = frozenset(_TITLED_WORDS.split())
_DETERMINERS_WORDS = """
    a an the this that these those each every his her its their our your my no any one another
    some
"""
_DETERMINERS = frozenset(_DETERMINERS_WORDS.split())


def _articles(text: str, space: _Space) -> list[str]:
    """Return a wording without its article, or a body's name with one."""
    if match := _ARTICLE.match(text):
        return [text[match.end() :]]
    title = text.rpartition(" ")[2].casefold()
    if title in _TITLED and _NAME.fullmatch(text) and space.before not in _DETERMINERS:
        return [f"the {text}"]
    return []


# British ↔ American. A pair of endings applies to words that keep at least three letters before it.
_SPELLINGS = (
    (r"(?<=[^\W\d_]{3})is(?=(?:e[sdr]?|ers?|ing|ations?|ational)\b)", "iz"),
    (r"(?<=[^\W\d_]{3})iz(?=(?:e[sdr]?|ers?|ing|ations?|ational)\b)", "is"),
    (r"\b(behavi|col|endeav|fav|harb|hon|hum|lab|neighb|ru?m|sav|vap|vig)our", r"\1or"),
    (r"\b(behavi|col|endeav|fav|harb|hon|hum|lab|neighb|rum|sav|vap|vig)or(?!ist|at|ar)", r"\1our"),
    (r"\b(defen|offen|licen|preten)ce\b", r"\1se"),
    (r"\b(defen|offen|licen|preten)se\b", r"\1ce"),
    (r"\b(cent|met|theat|lit|fib|calib)re(?=s?\b)", r"\1er"),
    (r"\b(cent|theat|fib|calib)er(?=s?\b)", r"\1re"),
    (r"\bprogramme(?=s?\b)", "program"),
    (r"\bprogram(?=s?\b)", "programme"),
    (r"\b(analy|cataly|paraly)s(?=e[sdr]?\b|ing\b)", r"\1z"),
    (r"\b(analy|cataly|paraly)z(?=e[sdr]?\b|ing\b)", r"\1s"),
    (
        r"\b(cancel|channel|fuel|label|level|marshal|model|signal|travel)l(?=(?:ed|ing|ers?)\b)",
        r"\1",
    ),
    (
        r"\b(cancel|channel|fuel|label|level|marshal|model|signal|travel)(?=(?:ed|ing|ers?)\b)",
        r"\1l",
    ),
    (r"\b(catal|dial|anal|monol)ogue(?=s?\b)", r"\1og"),
    (r"\b(an|h|leuk|isch|tox)aem", r"\1em"),
    (r"\b(an|leuk|isch|tox)em(?=i[ac]s?\b)", r"\1aem"),
    (r"\bpaed(?=iatr)", "ped"),
    (r"\bped(?=iatr)", "paed"),
    (r"\boe(?=dem|str|soph)", "e"),
    (r"\b(diarrh|hom)oe", r"\1e"),
    (r"\bgrey", "gray"),
    (r"\bgray", "grey"),
    (r"\bsulph", "sulf"),
    (r"\bsulf", "sulph"),
    (r"\baluminium\b", "aluminum"),
    (r"\baluminum\b", "aluminium"),
    (r"\bcheque", "check"),
    (r"\bjudgement", "judgment"),
    (r"\bjudgment", "judgement"),
    (r"\b(fulfil|enrol|instal)(?=ments?\b|s?\b)", r"\1l"),
    (r"\b(fulfil|enrol|instal)l(?=ments?\b)", r"\1"),
    (r"\b(skil|wil)ful", r"\1lful"),
    (r"\b(skil|wil)lful", r"\1ful"),
    (r"\bmanoeuv(?:re|er)", "maneuver"),
    (r"\bmaneuver", "manoeuvre"),
    (r"\btyre(?=s?\b)", "tire"),
    (r"\bplough", "plow"),
    (r"\bsceptic", "skeptic"),
    (r"\bskeptic", "sceptic"),
    (r"\bageing\b", "aging"),
    (r"\baging\b", "ageing"),
)
_RESPELLED = [(re.compile(pattern, re.IGNORECASE), other) for pattern, other in _SPELLINGS]
# Words in -ise and -ize that have one spelling only.
_ONE_SPELLING = re.compile(
    r"\b(?:adv|adverti|ar|ch?ast|comprom|compr|conc|dem|desp|dev|disgu|enterpr|exc|exerc|expert"
    r"|franch|improv|merchand|no|otherw|prec|prem|pra|prom|rev|r|superv|surm|surpr|telev|treat"
    r"|w|likew|par|pr|s|caps|ma|bl|ha)i[sz]",
    re.IGNORECASE,
)


def _spelling(text: str) -> list[str]:
    """Return a wording in the other spelling, British or American."""
    numbers = set().union(*map(_spellings, words(text)))
    for number in sorted(numbers):
        pattern, other = _RESPELLED[number]
        if other in ("is", "iz") and _ONE_SPELLING.search(text):
            continue
        respelled = pattern.sub(other, text)
        if respelled != text:
            return [respelled]
    return []


@lru_cache(maxsize=65_536)
def _spellings(word: str) -> frozenset[int]:
    """Return the positions of the pairs of endings that a word has."""
    found = (number for number, (pattern, _) in enumerate(_RESPELLED) if pattern.search(word))
    return frozenset(found)


_SINGULAR_WORDS = """
    a an one each every another this that
"""
_SINGULAR = frozenset(_SINGULAR_WORDS.split())
_PLURAL_WORDS = """
    these those many few several both two three four five six seven eight nine ten
"""
_PLURAL = frozenset(_PLURAL_WORDS.split())
_AGREEING = frozenset(("is", "are", "was", "were", "has", "have", "does", "do"))
# In "a notice to mariners", the last word does not say how many notices there are.
_LINKED = re.compile(r" (?:and|as|at|between|by|for|from|in|into|of|on|or|over|to|with) ")
_COUNTED = re.compile(r"(?:ist|work|agency|body|party|country|authority|treaty|committee)$")
_MANY = re.compile(
    r"(?:[ts]ions|ments|ists|works|ships|(?<!quart)(?<![aeo])ers|ors|ees|ures|(?P<ies>ies))$"
)


def _number(space: _Space, listed: Collection[str]) -> str:
    """Return the best answer in the other number if it is not listed and grammar allows both.

    Only nouns that their ending betrays are judged: “require” and “requires” are not.
    """
    best = space.accepted[0]
    fixed = space.before in _SINGULAR | _PLURAL or space.after in _AGREEING
    if fixed or best != best.casefold() or _LINKED.search(best):
        return ""
    if match := _MANY.search(best):
        other = f"{best[:-3]}y" if match["ies"] else best[:-1]
    elif _COUNTED.search(best):
        other = f"{best[:-1]}ies" if re.search("[^aeiou]y$", best) else f"{best}s"
    else:
        return ""
    return "" if _without_article(other) in listed else other


# --- hints ----------------------------------------------------------------------------------------


_ROOT = 4
_ENDING = 4
"""How many letters two words of one root share at least, and by how many one may be longer."""


def _refused_hints(space: _Space, *, english: bool) -> Iterator[Diagnostic]:
    """S07: a hint that contains a refused answer, or a form of the right one that is refused."""
    question, blank = space.question, space.blank
    accepted = {_folded(text) for text in space.accepted}
    hints = [(question.place.into("hints", at), hint) for at, hint in enumerate(question.hints)]
    if blank.hint:
        hints.append((question.place.into(*space.path[:-1], "hint"), blank.hint))
    for place, hint in hints:
        text = f" {' '.join(words(markup.inline_plain(hint)))} "
        refused = [slip.text for slip in blank.wrong if f" {' '.join(words(slip.text))} " in text]
        if english and not refused:
            refused = [
                word
                for word in text.split()
                if word not in space.known and any(_akin(word, right) for right in accepted)
            ]
        # A hint that names several wrong answers says what the right one is not.
        if len(refused) == 1:
            message = f"the hint contains “{refused[0]}”, which is refused as an answer"
            hint = "use other words, or accept the answer"
            yield warning("S07", message, place, hint, question.id)


def _akin(word: str, right: str) -> bool:
    """Return whether two single words have the same root: “vague” and “vagueness”."""
    root = min(len(word), len(right)) - 1
    close = abs(len(word) - len(right)) <= _ENDING
    return close and root >= _ROOT and right.isalpha() and word[:root] == right[:root]
