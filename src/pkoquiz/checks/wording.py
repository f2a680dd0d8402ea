"""Flaws in the wording of choice items that rules about the surface of the text find reliably.

The rules follow the literature on item writing: Haladyna, Downing & Rodriguez (2002) and the NBME
item-writing guide. They know English only. Rules that were right in most cases when they were
measured on items labelled by people are warnings. Those on absolute and vague words, articles and
parallel form were right in less than half of the cases, so they are shown with `--pedantic` only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Step, info, warning
from pkoquiz.model.answers import magnitudes
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Option
from pkoquiz.model.question import Choice, Multiple
from pkoquiz.prose import counted
from pkoquiz.words import words

Item = Choice | Multiple
Rule = Callable[[Item], Iterator[Diagnostic]]


def flawed_items(bank: Bank) -> Iterator[Diagnostic]:
    """S05 and L01 to L14: apply every rule to the choice items that are not retired."""
    for question in bank.questions:
        if isinstance(question, Choice | Multiple) and question.status != "retired":
            for rule in RULES:
                yield from rule(question)


def _flaw(code: str, item: Item, message: str, hint: str, *path: Step) -> Diagnostic:
    """A warning about the part of the item at `path`."""
    return warning(code, message, item.place.into(*path), hint, item.id)


def _doubt(code: str, item: Item, message: str, hint: str, *path: Step) -> Diagnostic:
    """A finding shown with `--pedantic` only."""
    return info(code, message, item.place.into(*path), hint, item.id)


def no_feedback(item: Item) -> Iterator[Diagnostic]:
    """S05: neither an explanation nor feedback on any option."""
    if not item.explain and not any(option.feedback for option in item.options):
        message = "no explanation or feedback; learners may remember the distractor"
        yield _flaw("S05", item, message, "add `explain`, or `feedback` to each distractor")


# --- the options ----------------------------------------------------------------------------------


def longest_key(item: Item) -> Iterator[Diagnostic]:
    """L01: a right option much longer than the others."""
    if not isinstance(item, Choice):
        return
    lengths = [len(words(option.text)) for option in item.options]
    for index, option in enumerate(item.options):
        length, next_length = lengths[index], max(lengths[:index] + lengths[index + 1 :])
        if option.correct and length >= next_length * 1.25 and length >= next_length + 4:
            message = f"the right option has {length} words, the longest distractor {next_length}"
            hint = "shorten it, or make a distractor as detailed"
            yield _flaw("L01", item, message, hint, "options", index)


# These match a whole option: "it has to do all of them" refers to something else.
_THE_OTHERS = r"the (?:above|others?|options|answers|choices)"
_OF_THE_ABOVE = r"of the (?:above|other options|options|answers)\b"
_NONE = re.compile(
    rf"^\W*(?:none|neither|nothing)(?: of (?:{_THE_OTHERS}|these|them|those))?\W*$"
    rf"|\bnone {_OF_THE_ABOVE}",
    re.IGNORECASE,
)
_ALL = re.compile(
    rf"^\W*(?:all|both)(?: of)?(?: (?:{_THE_OTHERS}|these|those|them))?\W*$"
    rf"|\ball {_OF_THE_ABOVE}"
    r"|^(?:both|all) [A-D](?:,| and)"
    r"|[A-D], [A-D],? and [A-D]\b",
    re.IGNORECASE,
)
_LETTER = r"\(?(?:[A-E1-5]|i{1,3}|iv|v)\)?"
_COMBINATION = re.compile(
    rf"^(?:both |only )?{_LETTER}(?:(?:,| and| or|, and) {_LETTER})+(?: only)?\.?$", re.IGNORECASE
)


def none_of_the_above(item: Item) -> Iterator[Diagnostic]:
    """L02: “none of the above” and similar options."""
    for index, option in enumerate(item.options):
        if _NONE.search(option.text):
            hint = "replace it with a plausible distractor"
            yield _flaw("L02", item, "the option is “none of the above”", hint, "options", index)


def all_of_the_above(item: Item) -> Iterator[Diagnostic]:
    """L03: “all of the above” and similar options."""
    for index, option in enumerate(item.options):
        if _ALL.search(option.text):
            hint = "use `type: multiple`, and mark every right option"
            yield _flaw("L03", item, "the option is “all of the above”", hint, "options", index)


_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")


def unordered_numbers(item: Item) -> Iterator[Diagnostic]:
    """L04: options that differ only in a number and are not in ascending order."""
    texts = tuple(markup.inline_plain(option.text) for option in item.options)
    if item.shuffle and magnitudes(texts) is not None:
        return  # every export puts them in order
    numbers = [_NUMBER.findall(text) for text in texts]
    if any(len(found) != 1 for found in numbers):
        return
    phrases = {_NUMBER.sub("#", text).casefold() for text in texts}
    values = [float(number.replace(",", "")) for (number,) in numbers]
    if len(phrases) == 1 and values != sorted(values):
        hint = "put the options in ascending order"
        yield _flaw("L04", item, "the numbers are not in ascending order", hint, "options")


def combinations(item: Item) -> Iterator[Diagnostic]:
    """L05: options that combine other options."""
    if sum(bool(_COMBINATION.match(option.text.strip())) for option in item.options) >= 2:
        hint = "use `type: multiple`, and mark every right option"
        yield _flaw("L05", item, "options are combinations of other options", hint, "options")


def option_count(item: Item) -> Iterator[Diagnostic]:
    """L14: too few or too many options."""
    most = 5 if isinstance(item, Choice) else 7
    if not 3 <= len(item.options) <= most:
        message = f"the question has {counted(len(item.options), 'option')}"
        yield _flaw("L14", item, message, "write three or four", "options")


# --- the stem -------------------------------------------------------------------------------------

_BLANK = re.compile(r"_{3,}|\[blank\]|…{2,}")


def blank_inside(item: Item) -> Iterator[Diagnostic]:
    """L06: a blank inside the stem, or several."""
    blanks = list(_BLANK.finditer(item.stem))
    hint = "ask a question, or use `type: cloze`"
    if len(blanks) > 1:
        yield _flaw("L06", item, f"the stem has {len(blanks)} blanks", hint, "stem")
    elif blanks and words(item.stem[blanks[0].end() :]):
        yield _flaw("L06", item, "the stem has a blank inside", hint, "stem")


_NEGATIVE = re.compile(
    r"\b(?:not|except|least likely|false|incorrect|untrue|never)\b|n[’']t\b", re.IGNORECASE
)
_EMPHASISED = re.compile(
    r"\b(?:NOT|EXCEPT|LEAST|FALSE|INCORRECT)\b"
    r"|(?:\*\*|__)(?i:not|except|least|false|incorrect)(?:\*\*|__)"
)
_HARMLESS = re.compile(
    r"\bwhether or not\b|\bnot only\b|\bif not\b|\bnot yet\b|[“\"'‘][^”\"'’]*[”\"'’]", re.IGNORECASE
)
# The negative must belong to what is asked: in "what happens where plans are not …" it does not.
_ASKS_NOT = re.compile(
    r"\b(?:which|what|who|whom)\b"
    r"(?:(?!\b(?:where|when|if|though|although|because|that|who|while)\b)[^,;:]){0,60}?"
    r"(?:\b(?:not|except|false|incorrect|untrue)\b|n[’']t\b)"
    r"|\ball\b.{0,60}\bexcept\b",
    re.IGNORECASE,
)


def negative_stem(item: Item) -> Iterator[Diagnostic]:
    """L07: a stem that asks for what is not true; a doubt only if the negative is emphasised."""
    asked = _HARMLESS.sub(" ", _last_question(item.stem))
    message = "the stem asks for what is not true"
    if not _NEGATIVE.search(asked):
        return
    if _EMPHASISED.search(asked):
        yield _doubt("L07", item, message, "ask for what is true, if you can", "stem")
    elif _ASKS_NOT.search(asked):
        message += ", and the negative is easy to overlook"
        hint = "ask for what is true; if you cannot, write **NOT**"
        yield _flaw("L07", item, message, hint, "stem")


def _last_question(stem: str) -> str:
    """The last question of the stem, or its last sentence."""
    sentences = re.split(r"(?<=[.!?:])\s+", stem.strip())
    questions = [sentence for sentence in sentences if sentence.rstrip().endswith("?")]
    return (questions or sentences)[-1]


_INSTRUCTION = re.compile(
    r"\b(?:choose|select|pick|match|name|identify|complete|mark|tick|give|state|find|decide|put"
    r"|fill|judge|indicate)\b",
    re.IGNORECASE,
)
_WHICH_IS_TRUE = re.compile(
    r"^which (?:one )?(?:of (?:the following|these) )?(?:statements? )?(?:is|are) "
    r"(?:true|correct|right)\s*\?$",
    re.IGNORECASE,
)


def no_question(item: Item) -> Iterator[Diagnostic]:
    """L09: a stem that asks nothing without its options."""
    stem = item.stem.strip().rstrip("*_")
    if _WHICH_IS_TRUE.match(stem):
        hint = "ask a question that can be answered with the options covered"
        yield _flaw("L09", item, "the stem does not say what it is about", hint, "stem")
    elif not (
        "?" in stem
        or _INSTRUCTION.search(stem)
        or _BLANK.search(stem)
        or stem.endswith((":", "…", "..."))
    ):
        yield _flaw("L09", item, "the stem is not a question", "end it with a question", "stem")


# --- the stem and the options ---------------------------------------------------------------------

# Words without a meaning of their own. Those of fewer than five letters are never compared.
_FUNCTION_WORDS = """
    about according after again against among another answer because before being between could
    describe does during every first following from give gives given hold holds into itself
    least made make makes many mean means might more most name named other others over point
    part parts says speak speaker speakers such than that their them then there these they this
    those through under upon what when where which while whom whose will with within without
    would year years
"""
_COMMON = frozenset(_FUNCTION_WORDS.split())
_ENDING = re.compile(r"(?:ations?|ments?|ings?|edly|ed|ies|es|s|ly)$")


def clang(item: Item) -> Iterator[Diagnostic]:
    """L08: a word that the stem shares with the right option alone."""
    if not isinstance(item, Choice):
        return
    asked = _content(item.stem)
    key = next(index for index, option in enumerate(item.options) if option.correct)
    shared = [_content(option.text) & asked for option in item.options]
    shared_by_key = shared.pop(key)
    only_in_key = shared_by_key.difference(*shared)
    # If every option shares some word, one more is chance; sharing more words than each is a cue.
    if only_in_key and len(shared_by_key) > max(len(others) for others in shared):
        repeated = ", ".join(f"“{word}…”" for word in sorted(only_in_key)[:3])
        message = f"only the right option repeats {repeated} from the stem"
        hint = "use other words, or let a distractor repeat them too"
        yield _flaw("L08", item, message, hint, "options", key)


def _content(text: str) -> set[str]:
    """The words that carry meaning: five letters and more, without their endings."""
    return {
        _ENDING.sub("", word)[:9] for word in words(text) if len(word) >= 5 and word not in _COMMON
    }


# --- doubts ---------------------------------------------------------------------------------------

_ABSOLUTE = re.compile(
    r"\b(?:always|never|all|none|every|only|must|completely|impossible|entirely|no one)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:often|usually|sometimes|frequently|rarely|seldom|generally|occasionally)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\b(an?)\s*+(?:(?:_{3,}+|:|…)\s*+)?$", re.IGNORECASE)


def absolute_words(item: Item) -> Iterator[Diagnostic]:
    """L10: absolute words in distractors alone."""
    absolute = [option.correct for option in item.options if _ABSOLUTE.search(option.text)]
    if len(absolute) >= 2 and not any(absolute):
        hint = "delete them, or use one in the right option too"
        yield _doubt("L10", item, "absolute words in distractors only", hint, "options")


def vague_words(item: Item) -> Iterator[Diagnostic]:
    """L11: words for a vague frequency."""
    for index, option in enumerate(item.options):
        if match := _VAGUE.search(option.text):
            message, hint = f"“{match[0]}” is vague", "give a number or a condition"
            yield _doubt("L11", item, message, hint, "options", index)


def article_cue(item: Item) -> Iterator[Diagnostic]:
    """L12: an article at the end of the stem that fits only some options."""
    match = _ARTICLE.search(item.stem.rstrip("? "))
    vowels = {option.text.lstrip("*_")[:1].lower() in "aeiou" for option in item.options}
    if match and len(vowels) > 1:
        message = f"the final “{match[1]}” fits only some options"
        yield _doubt("L12", item, message, "write “a(n)”", "stem")


def not_parallel(item: Item) -> Iterator[Diagnostic]:
    """L13: one option of another form than all others."""
    forms = [_form(option) for option in item.options]
    counts = sorted(forms.count(form) for form in set(forms))
    if len(forms) > 2 and counts == [1, len(forms) - 1]:
        hint = "give all options the same form"
        yield _doubt("L13", item, "one option differs in form from the others", hint, "options")


def _form(option: Option) -> tuple[bool, bool, bool]:
    """Whether the option ends in a full stop, begins with a capital, begins with a word in -ing."""
    text = option.text.strip()
    first = (words(text) or [""])[0]
    return text.endswith("."), text[:1].isupper(), first.endswith("ing")


RULES: tuple[Rule, ...] = (
    no_feedback,
    longest_key,
    none_of_the_above,
    all_of_the_above,
    unordered_numbers,
    combinations,
    blank_inside,
    negative_stem,
    clang,
    no_question,
    absolute_words,
    vague_words,
    article_cue,
    not_parallel,
    option_count,
)
