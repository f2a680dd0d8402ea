"""Rules on options that refer to other options: none, all, or some of them.

They cover only English. To add a language, write the rule with its patterns, and list it with its
language in `wording.RULES`, under the same code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pkoquiz.checks.flaws import Item, bare
from pkoquiz.diagnostics import Diagnostic

# --- none and all of the above --------------------------------------------------------------------

_LISTED = r"(?:above|listed|given|mentioned|stated|presented|provided)"
_OPTIONS = r"(?:options?|answers?|choices?|alternatives?|responses?|statements?)"
_OTHERS = (
    rf"(?:the )?(?:(?:above|others?|{_LISTED}|following|preceding|foregoing|afore-?mentioned)\b"
    rf"(?:[ -]mentioned)?|(?:(?:other|remaining|above|{_LISTED}) )?{_OPTIONS}(?: {_LISTED})?)"
)
_RIGHT = r"(?:correct|true|right|valid|possible|appropriate|applicable)"
_WRONG = r"(?:false|wrong|incorrect|untrue|not true|not correct)"
_ARE = r"(?:is|are|was|were)(?: all| both)?"
_VERB = rf"(?:{_ARE}|apply|applies|can|could|may|might|would|will|should|have|has)\b.*"
_THESE = rf"(?:these|those|them|the two|it)(?: {_OPTIONS}| \w+)?(?: {_VERB})?"
# "All options traders" does not mean "all options".
_REFERENCE = (
    rf"(?:(?:the )?(?:above|{_LISTED}|following|afore-?mentioned)\b.*"
    rf"|{_OTHERS}(?: (?:{_ARE} .*|apply|applies))?|{_THESE})"
)
_COUNTED = r"(?: (?:two|three|four|five|six|\d))?"
_LABEL = r"\(?(?:[a-h]|[1-9]|i{1,3}|iv|vi{0,3})\)?"

_NONE = re.compile(
    rf"(?:none|neither|not any|not one|no one|nothing|other than)(?: one)?(?: of)? {_REFERENCE}"
    rf"|none of (?:the|these|those) [\w -]+ {_LISTED}"
    rf"|(?:it is |is )?not {_LISTED}(?: here| above)?"
    rf"|neither {_LABEL}(?:,? {_LABEL})?,? (?:nor|or) {_LABEL}(?: {_VERB})?"
    rf"|none (?:{_ARE} {_RIGHT}|apply|applies)"
    rf"|(?:there is )?no (?:{_RIGHT} )?{_OPTIONS}(?: (?:{_ARE} {_RIGHT}|applies|apply)| here)?"
    rf"|(?:all|both)(?: of)?(?: {_OTHERS}| these| them)? (?:is|are) {_WRONG}"
    r"|neither one|n\.?o\.?t\.?a\.?|other|something else"
)
_ONLY_NONE = re.compile(r"none|neither")
_ALL = re.compile(
    rf"(?:yes, )?(?:all|any|each|both|either|every(?:thing| one)?){_COUNTED}(?: of)? {_REFERENCE}"
    rf"|(?:all|both){_COUNTED} (?:{_ARE} {_RIGHT}|correct|true|possible)(?: {_OPTIONS})?"
    rf"|all (?:apply|three|four|five|(?:should|must|can|may) (?:be|apply)\b.*)"
    rf"|everywhere {_LISTED}.*"
    rf"|(?:the above|these|the {_OPTIONS}) (?:is|are)(?: all| both) {_RIGHT}"
)
# Here "none" is a value like any other.
_ASKS_AMOUNT = re.compile(
    r"\bhow (?:many|much|often)\b|\bnumber of\b|\b(?:value|output|print\w*|return\w*|display\w*)\b",
    re.IGNORECASE,
)


def refers(option: str) -> bool:
    """Return whether an option is “none of the above”, “all of the above” or a combination."""
    text = bare(option)
    return bool(_NONE.fullmatch(text) or _ALL.fullmatch(text) or len(_named(text)) > 1)


def none_of_the_above(item: Item) -> Iterator[Diagnostic]:
    """L02: “none of the above” and similar options."""
    for index in _none(item):
        hint = "replace it with a plausible distractor"
        message = "the option is “none of the above”"
        yield item.flaw("L02", message, hint, "options", index)


def _none(item: Item) -> Iterator[int]:
    texts = item.bare
    if _judged(texts):
        return
    for index, text in enumerate(texts):
        if _NONE.fullmatch(text) or (
            _ONLY_NONE.fullmatch(text) and not _ASKS_AMOUNT.search(item.stem)
        ):
            yield index


def all_of_the_above(item: Item) -> Iterator[Diagnostic]:
    """L03: “all of the above” and similar options, or “A, B and C” if there are no others."""
    texts = item.bare
    if _judged(texts):
        return
    of_none = set(_none(item))
    named = [() if at in of_none else _named(text) for at, text in enumerate(texts)]
    others = [at for at, labels in enumerate(named) if not labels and at not in of_none]
    for index, text in enumerate(texts):
        lists_all = " not " not in text and _lists_all(index, named, len(others))
        if _ALL.fullmatch(text) or lists_all:
            if index in of_none:
                continue
            hint = "use `type: multiple`, and mark every right option"
            yield item.flaw("L03", "the option is “all of the above”", hint, "options", index)


def _lists_all(index: int, named: Sequence[tuple[int, ...]], others: int) -> bool:
    """Return whether an option names all options that are not combinations, or all statements."""
    labels = set(named[index])
    if len(labels) < 2:
        return False
    combinations = [other for other in named if len(other) > 1]
    if len(combinations) == 1:
        return labels == set(range(1, others + 1))
    every = set().union(*named)
    return len(every) > 2 and labels == every == set(range(1, len(every) + 1))


# --- combinations ---------------------------------------------------------------------------------

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii")
_ORDINALS = ("first", "second", "third", "fourth")
_VALUES = {
    **{letter: number for number, letter in enumerate("abcdefgh", 1)},
    **{letter: number for number, letter in enumerate("pqrs", 1)},
    **{numeral: number for number, numeral in enumerate(_ROMAN, 1)},
    **{ordinal: number for number, ordinal in enumerate(_ORDINALS, 1)},
    **{f"{number}{ending}": number for number, ending in enumerate(("st", "nd", "rd", "th"), 1)},
    **{str(number): number for number in range(1, 9)},
}
_MARK = rf"(?:the )?[(\[]?(?:{'|'.join(sorted(_VALUES, key=len, reverse=True))})[)\].]?"
_JOIN = r"(?:\s*(?:,|;|\+|&|/|and/or)\s*(?:and |or |& )?|\s+(?:and|or|but not|nor|not)\s+(?:not )?)"
_KIND = rf"(?:{_OPTIONS}|numbers?|items?|points?|assertions?)"
_LIST = re.compile(
    rf"(?:(?:both|only|either|neither) )?(?:{_KIND} )?(?:(?:both|only) )?"
    rf"(?P<labels>{_MARK}(?:{_JOIN}(?:{_KIND} )?{_MARK})*)(?: {_KIND})?"
    rf"(?:,? (?:only|alone))?(?: {_ARE} {_RIGHT})?(?: only)?(?: \(.*\))?"
)
_LIKE_LIST = re.compile(rf"(?:[a-z]|\d+)(?:{_JOIN}(?:[a-z]|\d+))+")
_SINGLE_LABEL = re.compile(rf"\b(?:{'|'.join(sorted(_VALUES, key=len, reverse=True))})\b")
_SAYS_SO = re.compile(rf"\b(?:both|only|{_KIND})\b|\b{_ARE} {_RIGHT}|[()\[\]]")
_SOME_OF_THEM = re.compile(
    rf"(?:two|three|some|more than one|at least two)(?: of)? {_REFERENCE}"
    r"|the (?:first|last) (?:two|three)"
)
_MATCHED = re.compile(
    r"\(?(?P<left>[a-h]|[1-9])\)?\s*(?:[-–:=→]|->)?\s*\(?(?P<right>[a-h]|[1-9]|i{1,3}|iv|v)\)?"
)
_BETWEEN_PAIRS = re.compile(r"\s*[,;]\s*|\s+and\s+")
_JUDGED = re.compile(
    r"(?:t|f|true|false)(?:\s*[,;/]\s*(?:t|f|true|false))+|[tf]{2,4}"
    r"|.*\b(?:true|false|correct|incorrect)\b.+\b(?:is|but|,|second|[b-h2-9])\b.*"
    r"|(?:only )?(?:the )?(?:first|second)(?: statement)? (?:is|are) (?:true|false|correct)"
    r"|(?:both|neither|statement)\b.*\b(?:true|false|correct|incorrect)(?: .*)?"
    r"|(?:both|neither) statements?"
)
_ORDER = re.compile(r"\b(?:order|sequence|arrange|rank|steps|sort the)\b", re.IGNORECASE)
_ORDERED = re.compile(rf"{_MARK}(?:\s*(?:,|;|-|–|>|→|->)\s*{_MARK}){{2,}}|[a-h]{{3,}}|[1-8]{{3,}}")


def _named(text: str) -> tuple[int, ...]:
    """Return the numbers of the options or statements that a text consists of, such as “A and C”.

    The result is empty if the text is anything else.
    """
    match = _LIST.fullmatch(text)
    if match is None:
        return ()
    return tuple(_VALUES[label] for label in _SINGLE_LABEL.findall(match["labels"]))


def combinations(item: Item) -> Iterator[Diagnostic]:
    """L05: options that combine other options or statements, match them, or put them in order."""
    texts = item.bare
    if _combined(item, texts) or _matched(texts) or _judged(texts) or _reordered(item, texts):
        hint = "use `type: multiple`, and mark every right option"
        yield item.flaw("L05", "options are combinations of other options", hint, "options")


def _combined(item: Item, texts: Sequence[str]) -> bool:
    if any(_SOME_OF_THEM.fullmatch(text) for text in texts):
        return True
    named = [_named(text) for text in texts]
    pairs = list(zip(texts, named, strict=True))
    if any(not labels and _LIKE_LIST.fullmatch(text) for text, labels in pairs):
        return False  # the vitamins "A, D, E and K" and the roots "0 and 5" are not labels
    lists = [labels for labels in named if len(labels) > 1]
    alone = sum(text.endswith(("only", "alone")) for text, labels in pairs if labels)
    if len(lists) >= 2 or alone >= 2:
        every = sorted(set().union(*named))
        return every[0] == 1 and every[-1] <= len(every) + 1 and not _only_values(texts)
    for text, labels in pairs:
        if len(labels) > 1 and max(labels) < len(texts):
            says_so = _SAYS_SO.search(text) or text[0].isalpha()
            return bool(says_so) and len(texts) - 1 > len(labels)
    return False


def _only_values(texts: Sequence[str]) -> bool:
    """Return whether lists of digits look like values: fractions, or one list in each order."""
    digits = [re.findall(r"\d", text) for text in texts if not re.search("[a-z&]", text)]
    permuted = len(digits) == len(texts) and len({tuple(sorted(group)) for group in digits}) == 1
    return permuted or any(re.fullmatch(r"\d\s*/\s*\d", text) for text in texts)


def _matched(texts: Sequence[str]) -> bool:
    """Return whether most options pair the same labels with others: “1-b, 2-a”."""
    lefts = []
    for text in filter(_MATCHED.match, texts):
        pairs = [_MATCHED.fullmatch(part) for part in _BETWEEN_PAIRS.split(text)]
        if len(pairs) > 1 and all(pairs):
            lefts.append(tuple(pair["left"] for pair in pairs if pair))
    return len(lefts) > len(texts) / 2 and len(set(lefts)) == 1


def _judged(texts: Sequence[str]) -> bool:
    """Return whether each option judges several statements at once: “the first is true, …”."""
    return len(texts) > 2 and all(_JUDGED.fullmatch(text) for text in texts)


def _reordered(item: Item, texts: Sequence[str]) -> bool:
    """Return whether most options are the same labels in different orders."""
    orders = []
    for text in texts:
        if _ORDERED.fullmatch(text):
            labels = _SINGLE_LABEL.findall(text)
            orders.append("".join(sorted(labels)) if len(labels) > 1 else "".join(sorted(text)))
    return len(orders) > len(texts) / 2 and len(set(orders)) == 1 and bool(_ORDER.search(item.stem))
