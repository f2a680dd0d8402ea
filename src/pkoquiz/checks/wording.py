"""Flaws in the wording of choice items that simple rules find reliably.

The rules follow the literature on item writing: Haladyna, Downing & Rodriguez (2002) and the NBME
item-writing guide. The rules were measured on items that people had labelled. Those that were right
in most cases are warnings. Those on absolute and vague words, articles and parallel form were right
in fewer than half of the cases, so they are shown with `--pedantic` only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from pkoquiz.checks import languages, options, stems
from pkoquiz.checks.flaws import Item, Rule, english
from pkoquiz.diagnostics import Diagnostic
from pkoquiz.model.answers import magnitudes
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Choice, Multiple
from pkoquiz.prose import counted
from pkoquiz.words import words


def flawed_items(bank: Bank) -> Iterator[Diagnostic]:
    """S05 and L01 to L14: apply the rules for the course's language to all choice items.

    Retired ones are skipped.
    """
    rules = [rule.find for rule in RULES if rule.knows(bank.course.language)]
    for question in bank.questions:
        if isinstance(question, Choice | Multiple) and question.status != "retired":
            item = Item.of(question)
            for rule in rules:
                yield from rule(item)


def no_feedback(item: Item) -> Iterator[Diagnostic]:
    """S05: neither an explanation nor feedback on any option."""
    question = item.question
    if not question.explain and not any(option.feedback for option in question.options):
        message = "no explanation or feedback; learners may remember the distractor"
        yield item.flaw("S05", message, "add `explain`, or `feedback` to each distractor")


# --- the options ----------------------------------------------------------------------------------


_LONGER_KEY = 1.25
_LONGER_DISTRACTOR = 1.5
"""A key that is this many times as long as every other option gives itself away."""

_SHORTER = 0.5
"""A short option stands out if every other option is this many times as long."""

_NOTICED = 24
"""The difference in characters that readers notice: about four words."""


def unequal_lengths(item: Item) -> Iterator[Diagnostic]:
    """L01: one option much longer or shorter than all others.

    “All of the above” and combinations are not compared.
    """
    if item.key is None or max(map(len, item.options)) - min(map(len, item.options)) < _NOTICED:
        return
    sizes = sorted(
        (len(text), at)
        for at, text in enumerate(item.options)
        if not (options.refers(text) or languages.refers(text))
    )
    if len(sizes) < 3:
        return
    (shortest, first), (second, _) = sizes[:2]
    (second_longest, _), (longest, last) = sizes[-2:]
    times = _LONGER_KEY if last == item.key else _LONGER_DISTRACTOR
    if longest >= times * second_longest and longest - second_longest >= _NOTICED:
        index, kind, sizes_said = last, "longer", f"{longest} characters against {second_longest}"
    elif shortest <= _SHORTER * second and second - shortest >= _NOTICED:
        index, kind, sizes_said = first, "shorter", f"{shortest} characters against {second}"
    else:
        return
    which = "right option" if index == item.key else "distractor"
    message = f"a {which} is much {kind} than all other options: {sizes_said}"
    message = message.replace("a right", "the right")
    hint = "give all options about the same length"
    yield item.flaw("L01", message, hint, "options", index)


_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")


def unordered_numbers(item: Item) -> Iterator[Diagnostic]:
    """L04: options that differ only in a number and are not in ascending order."""
    texts = item.options
    numbers = [found for text in texts if len(found := _NUMBER.findall(text)) == 1]
    if len(numbers) < len(texts) or len(set(map(_around, texts))) > 1:
        return
    if item.question.shuffle and magnitudes(texts) is not None:
        return  # every export puts them in order
    values = [float(number.replace(",", "")) for (number,) in numbers]
    if values != sorted(values):
        hint = "put the options in ascending order"
        yield item.flaw("L04", "the numbers are not in ascending order", hint, "options")


def _around(text: str) -> str:
    """Return a text with a sign for its number."""
    return _NUMBER.sub("#", text).casefold()


def option_count(item: Item) -> Iterator[Diagnostic]:
    """L14: too few or too many options."""
    most = 5 if isinstance(item.question, Choice) else 7
    if not 3 <= len(item.options) <= most:
        message = f"the question has {counted(len(item.options), 'option')}"
        yield item.flaw("L14", message, "write three or four", "options")


# --- the stem and the options ---------------------------------------------------------------------

# Words without a meaning of their own, and those that any question may contain. Those of fewer than
# four letters are never compared.
_GENERAL_WORDS = """
    able about according action actions active additional after again against agree allow allows
    also although always among amount another answer answers appropriate apply area argue argues
    argued asked aspect associated assume author based because become becomes been before being
    below best better between both case cases cause caused causes certain change changed changes
    claim claims come commonly compared concerning condition conditions consider considered
    contain contains correct correctly could day days decrease define defined describe described
    describes determine develop developed development difference different does done down during
    each effect effects either event events every example examples except expect factor factors
    false feature features find first follow following follows form forms found four from function
    general gets give given gives good great group groups happen happens hard have having high
    higher hold holds however idea important include included includes including increase
    increased increases indicate into itself item itself just keep kind know known lack large last
    later lead leads least less level like likely list long lower made main mainly make makes making
    many mean meaning means method might model more most much must name named need needs never next
    none number numbers observed occur occurs often only option order other others over part parts
    particular people person place point points possible present problem process produce produced
    provide purpose rather reason reasons refer refers related require required resulting result
    results right role rule said same say says second several should show shows similar since single
    small some speak speaker speakers specific state stated statement statements states step still
    such suggest system systems take taken takes tell term terms than that their them then theory
    there these they thing things this those three through time times toward true type types under
    until upon used user uses using usually value values various very view want wanted ways well
    were what when where whether which while whom whose will with within without word words work
    works would year years your
"""
_COMMON = frozenset(_GENERAL_WORDS.split())
_ENDING = re.compile(
    r"(?:ologies|olog(?:y|ists?|ical)|at(?:ions?|ors?)|ions?|ments?|ings?|edly|ed|ies|ives?|ible|able"
    r"|isms?|ists?|ity|ers?|ors?|ials?|als?|ics?|acs?|e?s|ly|e|y)$"
)
_CUE_SHARE = 1 / 4
"""The share of the right option's words that the stem must contain to be a cue."""

_LONG_STEM = 40
"""Of a longer stem, which describes a case, only the last two sentences count."""


def clang(item: Item) -> Iterator[Diagnostic]:
    """L08: a word that the stem shares with the right option alone."""
    if item.key is None:
        return
    asked = _content(words(_end(item.stem)))
    contents = [_content(listed) for listed in item.words]
    key = contents.pop(item.key)
    only_in_key = (key & asked).difference(*contents)
    if not only_in_key or len(only_in_key) < _CUE_SHARE * len(key):
        return
    if options.refers(item.options[item.key]):
        return
    # If every option shares some word, one more is chance; sharing more words than each is a cue.
    if len(key & asked) > max(len(others & asked) for others in contents):
        named = [word for word in item.words[item.key] if _stem(word) in only_in_key]
        repeated = ", ".join(f"“{word}”" for word in dict.fromkeys(named[:3]))
        message = f"only the right option repeats {repeated} from the stem"
        hint = "use other words, or let a distractor repeat them too"
        yield item.flaw("L08", message, hint, "options", item.key)


def _end(stem: str) -> str:
    if len(words(stem)) <= _LONG_STEM:
        return stem
    return " ".join(re.split(r"(?<=[.?!])\s+", stem)[-2:])


def _content(listed: Sequence[str]) -> set[str]:
    """Return the words that carry meaning, without their endings."""
    return {_stem(word) for word in listed if len(word) >= 4 and word not in _COMMON}


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """Return at most seven letters of a word, without up to two endings."""
    for _ in range(2):
        stem = _ENDING.sub("", word)
        word = stem if len(stem) >= 4 else word
    return word[:7]


# --- doubts ---------------------------------------------------------------------------------------

_ABSOLUTE_WORDS = "always never all none every only must completely impossible entirely"
_ABSOLUTE = frozenset(_ABSOLUTE_WORDS.split())
_VAGUE_WORDS = "often usually sometimes frequently rarely seldom generally occasionally"
_VAGUE = frozenset(_VAGUE_WORDS.split())
_ARTICLE = re.compile(r"\b(an?)\s*+(?:(?:_{3,}+|:|…)\s*+)?$", re.IGNORECASE)


def absolute_words(item: Item) -> Iterator[Diagnostic]:
    """L10: absolute words in distractors alone."""
    pairs = zip(item.question.options, item.words, strict=True)
    absolute = [option.correct for option, listed in pairs if _is_absolute(listed)]
    if len(absolute) >= 2 and not any(absolute):
        hint = "delete them, or use one in the right option too"
        yield item.doubt("L10", "absolute words in distractors only", hint, "options")


def _is_absolute(listed: Sequence[str]) -> bool:
    return not _ABSOLUTE.isdisjoint(listed) or ("no", "one") in pairwise(listed)


def vague_words(item: Item) -> Iterator[Diagnostic]:
    """L11: words for a vague frequency."""
    for index, listed in enumerate(item.words):
        if not _VAGUE.isdisjoint(listed):
            word = next(word for word in listed if word in _VAGUE)
            message, hint = f"“{word}” is vague", "give a number or a condition"
            yield item.doubt("L11", message, hint, "options", index)


def article_cue(item: Item) -> Iterator[Diagnostic]:
    """L12: an article at the end of the stem that fits only some options."""
    match = _ARTICLE.search(item.stem.rstrip("? "))
    vowels = {option[:1].lower() in "aeiou" for option in item.options}
    if match and len(vowels) > 1:
        message = f"the final “{match[1]}” fits only some options"
        yield item.doubt("L12", message, "write “a(n)”", "stem")


def not_parallel(item: Item) -> Iterator[Diagnostic]:
    """L13: one option that differs in form from all others."""
    forms = list(map(_form, item.options, item.words))
    counts = sorted(forms.count(form) for form in set(forms))
    if len(forms) > 2 and counts == [1, len(forms) - 1]:
        hint = "give all options the same form"
        yield item.doubt("L13", "one option differs in form from the others", hint, "options")


def _form(text: str, listed: Sequence[str]) -> tuple[bool, bool, bool]:
    """Return three features of an option: final full stop, first capital, first word in -ing."""
    is_gerund = bool(listed) and listed[0].endswith("ing")
    return text.endswith("."), text[:1].isupper(), is_gerund


RULES: tuple[Rule, ...] = (
    Rule(no_feedback),
    Rule(unequal_lengths),
    english(options.none_of_the_above),
    english(options.all_of_the_above),
    Rule(unordered_numbers),
    english(options.combinations),
    english(stems.blank_inside),
    english(stems.negative_stem),
    english(clang),
    english(stems.no_question),
    english(absolute_words),
    english(vague_words),
    english(article_cue),
    Rule(not_parallel),
    Rule(option_count),
    *languages.RULES,
)
"""The rules, with the languages that they cover, in the order in which they report."""
