"""Rules on stems: blanks inside, negatives, and stems that do not ask.

They cover only English. To add a language, write the rule with its patterns, and list it with its
language in `wording.RULES`, under the same code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pkoquiz.checks.flaws import Item
from pkoquiz.diagnostics import Diagnostic
from pkoquiz.words import WORD, has_words

# --- blanks ---------------------------------------------------------------------------------------

_CODE = re.compile(r"`[^`]*`")
_QUOTED = re.compile(r"“[^”]*”|(?<!\w)\"[^\"]*\"|(?<!\w)‘[^’]*’(?!\w)|(?<!\w)'[^']*'(?!\w)")
_DOTS = r"(?:…+|\.{3,}|\.(?: \.){2,})"
_BLANK = re.compile(
    r"(?<![\w_])_{2,}(?![\w_])"
    r"|(?<!\w)_(?: _)+(?!\w)"
    r"|(?<![\w-])-{3,}(?![\w>-])|[–—]{2,}|(?<!\S)-(?: -){2,}(?!\S)"
    r"|\*{4,}|\?{3,}"
    rf"|(?<!\S)[(\[{{<](?:\s+\??\s*|_+|{_DOTS}|(?i:blank|gap))[)\]}}>](?=[\s,;:.])"
    # Dots after a comma or a sign stand for more of the same: "1, 2, ..., n".
    rf"|(?<![,+·*<\w.…])(?<![,+·*<] )(?<!\S){_DOTS}(?![\w…])(?!\s*[,+·])"
)
_HAS_BLANK = (
    "__",
    "\\_",
    "_ _",
    "--",
    "–",
    "—",
    "- -",
    "**",
    "??",
    "(",
    "[",
    "{",
    "<",
    "…",
    "..",
    ". .",
)


def _blanks(stem: str) -> list[re.Match[str]]:
    """Return the blanks of a stem; dots within a quotation mark an omission and do not count."""
    if not any(sign in stem for sign in _HAS_BLANK):
        return []
    text = _CODE.sub(_masked, stem.replace(r"\_", "_"))
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    return [
        match
        for match in _BLANK.finditer(text)
        if "_" in match[0] or not any(start < match.start() < end for start, end in quoted)
    ]


def _masked(match: re.Match[str]) -> str:
    return "x" * len(match[0])


def blank_inside(item: Item) -> Iterator[Diagnostic]:
    """L06: a blank inside the stem, or several."""
    blanks = _blanks(item.stem)
    hint = "ask a question, or use `type: cloze`"
    if len(blanks) > 1:
        yield item.flaw("L06", f"the stem has {len(blanks)} blanks", hint, "stem")
    elif blanks and has_words(blanks[0].string[blanks[0].end() :]):
        yield item.flaw("L06", "the stem has a blank inside", hint, "stem")


# --- negatives ------------------------------------------------------------------------------------

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’']?\s+")
_PART_END = re.compile(r"(?<=[.!?:])[\"”’']?\s+")
_EMPHASISED = re.compile(
    r"\b(?:NOT|EXCEPT|LEAST|FALSE|INCORRECT|WRONG|NEVER|CANNOT|UNLIKELY)\b"
    r"|(?:\*|__)(?i:not|except|least|false|incorrect|wrong|never|cannot|unlikely)(?:\*|__)"
)
_HARMLESS = re.compile(
    r"\bwhether or not\b|\bif not\b|\bnot (?:only|yet)\b|\bnever events?\b|\bat least\b"
    r"|\bor not\b|\bNOT (?:operator|gate|NULL|EXISTS|IN (?:operator|clause))\b|\blogical NOT\b"
    r"|\b(?:true|correct|right)(?: or |/| and )(?:false|incorrect|wrong)\b"
    r"|\bleast (?:common (?:multiple|denominator)|squares?|number|amount|upper)\b"
    r"|\bfalse[ -](?:positives?|negatives?|alarms?)\b",
    re.IGNORECASE,
)
_ASKING = (
    r"(?:^|[,;:.] )\W*(?:(?:and|but|so|then) )?"
    r"(?:(?:in|of|for|to|at|on|with|from|by|under|after|before|during|about) )?"
    r"(?:which|what|who|whom|where|when)\b"
)
# The negative must belong to what is asked: in "what happens where plans are not …" it does not.
_NEW_CLAUSE = (
    r"(?:where|when|if|though|although|because|that|who|whose|which|while|why|how|unless|as|than"
    r"|until|since|what)\b"
)
_SAME_CLAUSE = rf"(?:(?!\b{_NEW_CLAUSE})[^,;:?]){{0,90}}?"
_VERB = (
    r"\b(?:is|are|was|were|be|do|does|did|has|have|had|can|could|may|might|must|shall|should|will"
    r"|would|need)"
)
_NOT = (
    rf"(?:{_VERB}(?: (?!{_NEW_CLAUSE})[\w’'-]+){{0,4}}(?<!\bof)(?<!\bby)(?<!\bfor) not\b"
    rf"|{_VERB}n[’']t\b"
    r"|\bcan(?:not|[’']t)\b|\bwon[’']t\b)"
)
_UNTRUE = r"(?:false|incorrect|untrue|wrong)"
_IS_UNTRUE = (
    rf"{_VERB}(?: (?:an|a|the|all|grammatically|factually|clearly))? {_UNTRUE}"
    rf"(?=\s*(?:[?.:,;*]|$|(?:claims?|statements?|about|of|regarding|concerning|in|for|as|when|to|and|or|according)\b))"
)
_STATEMENT = (
    r"(?:statements?|answers?|options?|sentences?|pairs?|ones?|words?|definitions?|spellings?"
    r"|responses?|items?|match(?:es)?|pairings?|combinations?|choices?|forms?)"
)
_UNLIKELY = (
    r"(?:\bleast (?:likely|probable|appropriate|important|expected|effective|suitable|useful"
    r"|relevant|common|associated|related|helpful|accurate|true|correct|desirable|frequent|typical"
    r"|consistent|characteristic|often)\b|\bunlikely\b)"
)
_DOUBTED = (
    rf"(?:{_NOT}|{_IS_UNTRUE}|{_UNLIKELY}|{_VERB}(?: \w+){{0,3}} never\b|\bincorrectly\b"
    rf"|\bmismatched\b|{_VERB} excluded\b|\b(?:has|have|had) no\b|{_VERB} neither\b"
    r"|\bdo(?:es)?n[’']t\b)"
)
_CHOOSE = (
    r"\b(?:choose|select|pick(?: out)?|mark|name|identify|tick|find|indicate|circle|underline"
    r"|state)\b"
)
_ASKS_NOT = re.compile(
    rf"{_ASKING}{_SAME_CLAUSE}{_DOUBTED}"
    rf"|{_ASKING}[^,;:?]*\b(?:is|are) (?:the|an) exceptions?\b"
    rf"|{_CHOOSE}[^,;:?]*(?:\bthe {_UNTRUE} {_STATEMENT}\b|{_DOUBTED})"
    r"|\b(?:all|each|every|any|following|these)\b.*\bexcept\b|.\bexcept(?: for)?\W*$"
    r"|\b(?:all|each|every)\b.*\bbut(?: one\b|\W*$)|\bodd (?:one|man) out\b"
    rf"|\b(?:the following|one of the|one of these|these)\b{_SAME_CLAUSE}{_DOUBTED}",
    re.IGNORECASE | re.DOTALL,
)
# An incomplete sentence: "Insulin does not:".
_IS_NOT = re.compile(
    rf"^{_SAME_CLAUSE}(?:{_VERB} (?:not|never)|{_VERB}n[’']t|\bcannot|\bnever\W*$)\b[^.?!]*:?$",
    re.IGNORECASE,
)
_NEGATIVES = (
    "not", "n't", "n’t", "except", "but", "false", "incorrect", "untrue", "wrong", "least",
    "unlikely", "never", "mismatched", "excluded", "odd", "neither", " no",
)  # fmt: skip
"""What every stem contains in which the patterns find anything."""


def negative_stem(item: Item) -> Iterator[Diagnostic]:
    """L07: a stem that asks for what is not true; merely doubtful if the negative is emphasised."""
    folded = item.stem.casefold()
    if not any(negative in folded for negative in _NEGATIVES):
        return
    asked = _asked(item.stem)
    plain = _HARMLESS.sub(" ", _QUOTED.sub(" ", asked.replace("*", "")))
    if not (_ASKS_NOT.search(plain) or ("?" not in asked and _IS_NOT.match(plain))):
        return
    message = "the stem asks for what is not true"
    if _EMPHASISED.search(asked):
        yield item.doubt("L07", message, "ask for what is true, if you can", "stem")
    else:
        message += ", and the negative is easy to overlook"
        hint = "ask for what is true; if you cannot, write **NOT**"
        yield item.flaw("L07", message, hint, "stem")


_READ = 600
"""How many characters at the end of a stem are searched for its question, to bound the time."""


def _asked(stem: str) -> str:
    """Return the last question or sentence of the stem; if it is short, with the one before.

    In "All but one are fruits. Which?", the sentence before says what is asked.
    """
    sentences = _SENTENCE_END.split(stem[-_READ:])
    at = next((n for n in reversed(range(len(sentences))) if "?" in sentences[n]), -1)
    if at == -1:
        return sentences[-1]
    if at > 0 and len(WORD.findall(sentences[at])) <= 4:
        return f"{sentences[at - 1]} {sentences[at]}"
    return sentences[at]


# --- stems that do not ask ------------------------------------------------------------------------

_TRUE = (
    r"(?:true|correct|right|false|incorrect|wrong|accurate|valid|appropriate|untrue|not true"
    r"|not correct)"
)
_TOPIC = (
    r"(?:about|regarding|concerning|of|for|in|on|with (?:regard|respect|reference) to|as regards"
    r"|relating to|related to|when|during|if)"
)
_CLAIM = r"(?:statements?|options?|answers?|assertions?|claims?|propositions?|choices?)"
_WHICH_IS_TRUE = re.compile(
    r"(?:.*,\s*)?(?:which|what)(?: ones?)?"
    r"(?: (?:of|from|among) (?:the following|these|those|the options|the statements))?"
    rf"(?: {_CLAIM})?(?: (?:below|above|given|listed))?(?: {_TOPIC} [^?]*?)?"
    rf" (?:(?:is|are|would be|is/are)(?: (?:the|an?|most|all|always))* {_TRUE}(?: {_CLAIM}| one)?"
    rf"|(?:apply|applies))(?: {_TOPIC}\b[^?]*)?\s*\?",
    re.IGNORECASE,
)
_TRUE_OR_FALSE = re.compile(
    r"(?:true|correct|right) or (?:false|incorrect|wrong)\W*", re.IGNORECASE
)
_CHOOSE_TRUE = re.compile(
    r"(?:please )?(?:choose|select|pick|mark|tick|identify|find|circle|indicate|give)"
    rf"(?: (?:the|an?|one|only|most|single))* (?:(?:{_TRUE}|best) (?:{_CLAIM}|one|response)\b"
    r"(?! to\b).*|one\W*)",
    re.IGNORECASE,
)
_LOOK_AT = re.compile(
    r"(?:consider|look at|read|see|study|examine|observe)\b[^.:?]*[.:]?$|statements?\W*$"
    r"|question \d+\W*$",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"(?:^|[,;] )(?:(?:please|then|now) )?(?:arrange|calculate|choose"
    r"|classify|circle|compare|complete|compute|convert|decide|define|describe|determine|differentiate|estimate|evaluate|explain|express"
    r"|factor|fill|find|give|identify|indicate|integrate|judge|list|mark|match|name|order|pick"
    r"|place|predict|put|rank|rewrite|round|select|simplify|solve|sort|state|suggest|tick"
    r"|translate|underline|use|write)\b",
    re.IGNORECASE,
)
_SOMETHING_TRUE = re.compile(
    rf"(?:(?:one of )?the following|these)(?: {_CLAIM})?(?: {_TOPIC} .*)? (?:is|are) {_TRUE}\b.*"
    rf"|(?:{_TRUE} )?{_CLAIM}(?: {_TOPIC} .*)?|{_TRUE} {_TOPIC} .*"
    r"|(?:it (?:is|can be)|we can|one can) (?:\w+ )?(?:that|say that|said that)(?: (?:the )?\w+)?",
    re.IGNORECASE,
)
_AUXILIARY = (
    r"(?:is|are|was|were|has|have|had|can|could|may|might|must|shall|should|will|would|do|does|did)"
)
_ABOUT_TOPIC = re.compile(
    r"(?:regarding|concerning|about|with (?:regard|respect|reference) to|as regards|in|during|for"
    r"|according to|based on|on)\b[^,]*",
    re.IGNORECASE,
)
_SUBJECT = re.compile(rf"(?P<subject>.+?) (?P<verb>{_AUXILIARY})(?: (?:an?|the))?", re.IGNORECASE)
_HAS_AUXILIARY = re.compile(rf"\b{_AUXILIARY}\b", re.IGNORECASE)
# A description of what is looked for: "the first stage", "the study of cells", "the drug that …".
_DESCRIBES = re.compile(
    r"\b(?:most|best|first|second|third|last|next|main|primary|major|principal|chief|only|usual"
    r"|normal|typical|average|total|called|termed|known|named|correct|likely|\w{3,}est)\b"
    r"|\b(?:that|which|who|whose|whom|without|when|where)\b"
    r"|^the\b.*\b(?:between|from|to|at)\b|\b(?:of|for)\b|^(?:when|if|as|to|by|before|after)\b"
    r"|\bwith (?:\w+ )+\w+s$",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"\b(?:about|above|after|against|an?|and|around|as|at|be|because|before|below|between|by|during"
    r"|for|from|in|into|its|of|on|or|over|than|that|the|their|through|to|under|when|with|without"
    r"|\w+[’']s?|by \w+ing|first|command|keyword|called)$",
    re.IGNORECASE,
)
_TOPIC_WORDS = 5
"""The most words of a mere topic, e.g. "Side effects of beta blockers"."""


# The question marks of English, Chinese, Arabic, Greek, Armenian and Ethiopic; Japanese has a word.
_MARK = re.compile("[?\uff1f\u061f\u037e\u055e\u1367]|か。")


def _shown(stem: str) -> str:
    """Return a stem without emphasis, with dotted blanks replaced, since a dot ends a sentence."""
    for blank in reversed(_blanks(stem)):
        if "." in blank[0] and blank.string == stem:
            stem = f"{stem[: blank.start()]}____{stem[blank.end() :]}"
    return stem.replace("*", "")


def no_question(item: Item) -> Iterator[Diagnostic]:
    """L09: a stem that asks nothing without its options."""
    hint = "ask a question that can be answered with the options covered"
    plain = _shown(item.stem)[-_READ:]
    if _MARK.search(plain):
        asked = _asked(plain)
        if _WHICH_IS_TRUE.fullmatch(asked) or _TRUE_OR_FALSE.fullmatch(plain):
            yield item.flaw("L09", "the stem asks only which option is true", hint, "stem")
        return
    parts = [part for part in _PART_END.split(plain) if has_words(part)]
    rest = [part for part in parts if not _CHOOSE_TRUE.fullmatch(part) and not _LOOK_AT.match(part)]
    if not rest:
        yield item.flaw("L09", "the stem asks only which option is true", hint, "stem")
    elif any(_INSTRUCTION.search(part) for part in rest):
        return
    elif _ends_as_statement(rest[-1]):
        yield item.flaw("L09", "the stem is not a question", "end it with a question", "stem")
    elif _is_topic(rest[-1], alone=len(rest) == 1):
        yield item.flaw("L09", "the stem names a topic, but asks nothing", hint, "stem")


def _ends_as_statement(sentence: str) -> bool:
    """Return whether a complete sentence ends with a full stop, and not with a blank before it."""
    if not sentence.endswith(".") or sentence.endswith("..") or _blanks(sentence):
        return False
    return not _SUBJECT.fullmatch(sentence[:-1])


def _is_topic(sentence: str, *, alone: bool) -> bool:
    """Return whether an incomplete sentence only names a topic.

    After sentences that describe a case, a few words are enough: "The nurse should".
    """
    blanks = _blanks(sentence)
    if blanks and has_words(sentence[blanks[-1].end() :]):
        return False
    text = (sentence[: blanks[-1].start()] if blanks else sentence).rstrip(" :,;.…(\"'“")
    if _SOMETHING_TRUE.fullmatch(text):
        return True
    if not alone:
        return False
    if _ABOUT_TOPIC.fullmatch(text) and not _HAS_AUXILIARY.search(text):
        return True
    match = _SUBJECT.fullmatch(text)
    if match:
        return not _DESCRIBES.search(match["subject"])
    return (
        len(WORD.findall(text)) <= _TOPIC_WORDS
        and not _HAS_AUXILIARY.search(text)
        and not _DANGLING.search(text)
        and not _DESCRIBES.match(text)
    )
