"""Flaws in the wording of choice items that surface rules find dependably, and doubtful ones for the pedantic.

Codes and rules follow the item-writing literature (Haladyna, Downing & Rodriguez 2002; NBME item-writing
guide). The warnings are those whose precision was measured as high on human-labelled items; absolute and vague
terms, parallel form and articles were below one half, so they are shown only with `--pedantic`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, info, warning
from pkoquiz.model.answers import magnitudes
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Option
from pkoquiz.model.question import Choice, Multiple
from pkoquiz.words import words

Item = Choice | Multiple
Rule = Callable[[Item], Iterator[Diagnostic]]


def flawed_items(bank: Bank) -> Iterator[Diagnostic]:
    """S05 and L01–L14 for every choice and multiple-response item that is not retired."""
    for question in bank.questions:
        if isinstance(question, Choice | Multiple) and question.status != "retired":
            for rule in RULES:
                yield from rule(question)


def no_feedback(item: Item) -> Iterator[Diagnostic]:
    """S05: a wrong option without a word on why it is wrong."""
    if not item.explain and not any(option.feedback for option in item.options):
        hint = "add `explain`, or `feedback` to the options: lures stick without it"
        yield warning("S05", "nobody tells the learner why", item.place, hint, item.id)


def longest_key(item: Item) -> Iterator[Diagnostic]:
    """L01: a key much longer than its rivals."""
    if not isinstance(item, Choice):
        return
    lengths = [len(words(option.text)) for option in item.options]
    for index, option in enumerate(item.options):
        others = max(length for other, length in enumerate(lengths) if other != index)
        if option.correct and lengths[index] >= others * 1.25 and lengths[index] >= others + 4:
            message = f"the key is the longest option by far ({lengths[index]} words, the next has {others})"
            place = item.place.into("options", index)
            yield warning("L01", message, place, "shorten it, or flesh out a distractor", item.id)


# The whole option must say it: "it has to do all of them" is about something else.
_NONE = re.compile(
    r"^\W*(?:none|neither|nothing)(?: of (?:the (?:above|others?|options|answers|choices)|these|them|those))?\W*$"
    r"|\bnone of the (?:above|other options|options|answers)\b",
    re.I,
)
_ALL = re.compile(
    r"^\W*(?:all|both)(?: of)?(?: (?:the (?:above|others?|options|answers|choices)|these|those|them))?\W*$"
    r"|\ball of the (?:above|other options|options|answers)\b|^(?:both|all) [A-D](?:,| and)|[A-D], [A-D],? and [A-D]\b",
    re.I,
)
_COMBINATION = re.compile(
    r"^(?:both |only )?\(?(?:[A-E1-5]|i{1,3}|iv|v)\)?(?:(?:,| and| or|, and) \(?(?:[A-E1-5]|i{1,3}|iv|v)\)?)+(?: only)?\.?$",
    re.I,
)


def none_of_the_above(item: Item) -> Iterator[Diagnostic]:
    """L02: “none of the above” and its like."""
    for index, option in enumerate(item.options):
        if _NONE.search(option.text):
            hint = "ask for what is so; replace the option by a plausible distractor"
            yield warning(
                "L02", "“none of the above”", item.place.into("options", index), hint, item.id
            )


def all_of_the_above(item: Item) -> Iterator[Diagnostic]:
    """L03: “all of the above” and its like."""
    for index, option in enumerate(item.options):
        if _ALL.search(option.text):
            hint = "knowing two options gives it away; use `type: multiple`"
            yield warning(
                "L03", "“all of the above”", item.place.into("options", index), hint, item.id
            )


_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")


def unordered_numbers(item: Item) -> Iterator[Diagnostic]:
    """L04: numbers that the author keeps out of order."""
    texts = tuple(markup.inline_plain(option.text) for option in item.options)
    # Plain quantities are put in order by every export; here it is about numbers inside a common phrase.
    if (magnitudes(texts) is not None and item.shuffle) or any(
        len(_NUMBER.findall(text)) != 1 for text in texts
    ):
        return
    frames = {_NUMBER.sub("#", text).casefold() for text in texts}
    values = [float(_NUMBER.findall(text)[0].replace(",", "")) for text in texts]
    if len(frames) == 1 and values != sorted(values):
        hint = "put them in ascending order and set `shuffle: false`"
        yield warning(
            "L04",
            "the numbers are not in ascending order",
            item.place.into("options"),
            hint,
            item.id,
        )


def combinations(item: Item) -> Iterator[Diagnostic]:
    """L05: options that combine other options."""
    if sum(bool(_COMBINATION.match(option.text.strip())) for option in item.options) >= 2:
        hint = "use `type: multiple` and let the learner combine"
        yield warning(
            "L05",
            "options are combinations of other options",
            item.place.into("options"),
            hint,
            item.id,
        )


_BLANK = re.compile(r"_{3,}|\[blank\]|…{2,}")


def blank_inside(item: Item) -> Iterator[Diagnostic]:
    """L06: a blank inside a stem."""
    blanks = list(_BLANK.finditer(item.stem))
    if not blanks:
        return
    rest = item.stem[blanks[-1].end() :]
    if len(blanks) > 1 or len(words(rest)) > 0:
        message = (
            f"{len(blanks)} blanks in the stem" if len(blanks) > 1 else "a blank inside the stem"
        )
        yield warning(
            "L06", message, item.place.into("stem"), "ask a question, or use `type: cloze`", item.id
        )


_NEGATIVE = re.compile(
    r"\b(?:not|except|least likely|false|incorrect|untrue|never)\b|n[’']t\b", re.I
)
_MARKED = re.compile(
    r"\b(?:NOT|EXCEPT|LEAST|FALSE|INCORRECT)\b|(?:\*\*|__)(?i:not|except|least|false|incorrect)(?:\*\*|__)"
)
_HARMLESS = re.compile(
    r"\bwhether or not\b|\bnot only\b|\bif not\b|\bnot yet\b|[“\"'‘][^”\"'’]*[”\"'’]", re.I
)

# The negative belongs to what is asked, not to a clause about the circumstances ("what happens where plans are not …").
_ASKS_NOT = re.compile(
    r"\b(?:which|what|who|whom)\b(?:(?!\b(?:where|when|if|though|although|because|that|who|while)\b)[^,;:]){0,60}?"
    r"(?:\b(?:not|except|false|incorrect|untrue)\b|n[’']t\b)|\ball\b.{0,60}\bexcept\b",
    re.I,
)


def negative_stem(item: Item) -> Iterator[Diagnostic]:
    """L07: a negative stem, or one whose negation is not marked."""
    asking = _asking(item.stem)
    bare = _HARMLESS.sub(" ", asking)
    if not _NEGATIVE.search(bare):
        return
    place = item.place.into("stem")
    if _MARKED.search(bare):
        yield info(
            "L07",
            "the stem asks for what is not so",
            place,
            "ask for what is so, if you can",
            item.id,
        )
    elif _ASKS_NOT.search(bare):
        hint = "ask for what is so; where that cannot be, write **NOT**"
        yield warning(
            "L07", "the stem asks for what is not so, and does not mark it", place, hint, item.id
        )


def _asking(stem: str) -> str:
    """The last question of the stem, or its last sentence."""
    sentences = re.split(r"(?<=[.!?:])\s+", stem.strip())
    asking = [sentence for sentence in sentences if sentence.rstrip().endswith("?")]
    return asking[-1] if asking else sentences[-1]


_COMMON = frozenset(
    [
        "about",
        "according",
        "after",
        "again",
        "against",
        "among",
        "another",
        "answer",
        "because",
        "before",
        "being",
        "between",
        "could",
        "describe",
        "does",
        "during",
        "every",
        "first",
        "following",
        "from",
        "give",
        "gives",
        "given",
        "hold",
        "holds",
        "into",
        "itself",
        "least",
        "made",
        "make",
        "makes",
        "many",
        "mean",
        "means",
        "might",
        "more",
        "most",
        "name",
        "named",
        "other",
        "others",
        "over",
        "point",
        "part",
        "parts",
        "says",
        "speak",
        "speaker",
        "speakers",
        "such",
        "than",
        "that",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "under",
        "upon",
        "what",
        "when",
        "where",
        "which",
        "while",
        "whom",
        "whose",
        "will",
        "with",
        "within",
        "without",
        "would",
        "year",
        "years",
    ]
)


def clang(item: Item) -> Iterator[Diagnostic]:
    """L08: a word that the stem shares with the key alone."""
    if not isinstance(item, Choice):
        return
    asked = _content(item.stem)
    key = next(option for option in item.options if option.correct)
    lures = [_content(option.text) & asked for option in item.options if not option.correct]
    shared = _content(key.text) & asked
    only = shared - set().union(*lures)
    # One shared word among options that all share some is chance; a lead over each of them is a cue.
    if only and len(shared) > max(len(lure) for lure in lures):
        told = ", ".join(f"“{word}…”" for word in sorted(only)[:3])
        message = f"only the key repeats {told} from the stem"
        hint = "say it in other words, or let a distractor repeat it too"
        yield warning(
            "L08", message, item.place.into("options", item.options.index(key)), hint, item.id
        )


def _content(text: str) -> set[str]:
    """Stems of the words that carry meaning: five letters and more, endings cut."""
    return {
        re.sub(r"(?:ations?|ments?|ings?|edly|ed|ies|es|s|ly)$", "", word)[:9]
        for word in words(text)
        if len(word) >= 5 and word not in _COMMON
    }


_COMMAND = re.compile(
    r"\b(?:choose|select|pick|match|name|identify|complete|mark|tick|give|state|find|decide|put|fill|judge|indicate)\b",
    re.I,
)
_EMPTY = re.compile(
    r"^which (?:one )?(?:of (?:the following|these) )?(?:statements? )?(?:is|are) (?:true|correct|right)\s*\?$",
    re.I,
)


def no_question(item: Item) -> Iterator[Diagnostic]:
    """L09: a stem that asks nothing without its options."""
    stem = item.stem.strip().rstrip("*_")
    if _EMPTY.match(stem):
        hint = "say what it is about, so that it can be answered with the options covered"
        yield warning(
            "L09", "the stem asks nothing of its own", item.place.into("stem"), hint, item.id
        )
    elif (
        "?" not in stem
        and not _COMMAND.search(stem)
        and not _BLANK.search(stem)
        and not stem.endswith((":", "…", "..."))
    ):
        yield warning(
            "L09",
            "the stem asks nothing",
            item.place.into("stem"),
            "end it with a question",
            item.id,
        )


def option_count(item: Item) -> Iterator[Diagnostic]:
    """L14: too few options or too many."""
    most = 5 if isinstance(item, Choice) else 7
    if not 3 <= len(item.options) <= most:
        message = f"{len(item.options)} options"
        yield warning("L14", message, item.place.into("options"), "three or four do best", item.id)


_ABSOLUTE = re.compile(
    r"\b(?:always|never|all|none|every|only|must|completely|impossible|entirely|no one)\b", re.I
)
_VAGUE = re.compile(
    r"\b(?:often|usually|sometimes|frequently|rarely|seldom|generally|occasionally)\b", re.I
)


def absolute_terms(item: Item) -> Iterator[Diagnostic]:
    """L10: absolute terms in distractors alone."""
    keys = [bool(_ABSOLUTE.search(option.text)) for option in item.options if option.correct]
    lures = [bool(_ABSOLUTE.search(option.text)) for option in item.options if not option.correct]
    if sum(lures) >= 2 and not any(keys):
        yield info(
            "L10", "absolute terms only in distractors", item.place.into("options"), "", item.id
        )


def vague_terms(item: Item) -> Iterator[Diagnostic]:
    """L11: vague terms of frequency."""
    for index, option in enumerate(item.options):
        if found := _VAGUE.search(option.text):
            yield info(
                "L11", f"“{found[0]}” is vague", item.place.into("options", index), "", item.id
            )


def article_cue(item: Item) -> Iterator[Diagnostic]:
    """L12: an article that fits only some options."""
    found = re.search(r"\b(an?)\s*(?:_{3,}|:|…)?\s*$", item.stem.rstrip("? "), re.I)
    if found:
        vowels = [option.text.lstrip("*_")[:1].lower() in "aeiou" for option in item.options]
        if len(set(vowels)) > 1:
            yield info(
                "L12",
                f"the final “{found[1]}” excludes options",
                item.place.into("stem"),
                "write “a(n)”",
                item.id,
            )


def not_parallel(item: Item) -> Iterator[Diagnostic]:
    """L13: an option of another form than the others."""
    shapes = [_shape(option) for option in item.options]
    if len(shapes) > 2 and any(
        shapes.count(shape) == 1 and shapes.count(other) == len(shapes) - 1
        for shape in shapes
        for other in shapes
    ):
        yield info(
            "L13",
            "one option differs in form from all others",
            item.place.into("options"),
            "",
            item.id,
        )


def _shape(option: Option) -> tuple[bool, bool, bool]:
    text = option.text.strip()
    first = (words(text) or [""])[0]
    return (text.endswith("."), text[:1].isupper(), first.endswith("ing"))


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
    absolute_terms,
    vague_terms,
    article_cue,
    not_parallel,
    option_count,
)
