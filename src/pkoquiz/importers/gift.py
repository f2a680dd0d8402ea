"""Read GIFT, as Moodle does, and Moodle's missing-word format, which is a part of it.

The order of the decisions is that of Moodle's importer: a `~` makes a question multiple choice, a
`#` a numerical one, `->` matching.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from pkoquiz.importers.decoding import decoded
from pkoquiz.importers.foreign import (
    Answer,
    Fields,
    LeftOut,
    LeftOutError,
    Read,
    choice,
    decimal,
    drafted,
    essay,
    matching,
    numerical,
    short_answer,
    true_false,
)
from pkoquiz.importers.texts import Texts
from pkoquiz.model.parts import number

_ESCAPES = {sign: chr(0xE000 + index) for index, sign in enumerate("~=#{}:\\n")}
_BACK = {stand_in: sign for sign, stand_in in _ESCAPES.items() if sign != "n"}
_BACK[_ESCAPES["n"]] = "\n"
_FORM = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_FORMS = {"html": "html", "moodle": "auto", "plain": "plain", "markdown": "markdown"}
_ID = re.compile(r"\[id:([^\x00-\x1f\x7f\[\]]++)\]")
_TAGS = re.compile(r"\[tag:([^\x00-\x1f\x7f<>`\[\]]++)\]")
_NAME = re.compile(r"\s*::(.*?)::", re.DOTALL)
_WEIGHT = re.compile(r"\s*+%(-?\d{0,3}+(?:\.\d{1,9}+)?)%")


def read(content: bytes, name: str, files: Mapping[str, bytes]) -> Iterator[Read]:
    """Yield the questions of a GIFT file."""
    for line, comments, text in _chunks(decoded(content)):
        yield from _question(line, comments, text)


def _chunks(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (first line, comments, text) of each part between empty lines."""
    comments: list[str] = []
    lines: list[str] = []
    start = 0
    for number_of, line in enumerate([*text.splitlines(), ""], 1):
        if line.strip().startswith("//"):
            comments.append(line)
        elif line.strip().startswith("$CATEGORY:"):
            comments = []
        elif line.strip():
            start = start or number_of
            lines.append(line)
        elif lines:
            yield start, "\n".join(comments), "\n".join(lines)
            comments, lines, start = [], [], 0


def _question(line: int, comments: str, source: str) -> Iterator[Read]:
    text = re.sub(r"\\([~=#{}:\\n])", lambda match: _ESCAPES[match[1]], source.strip())
    title, identity = "", _ID.search(comments)
    if name := _NAME.match(text):
        title, text = _restored(name[1]).strip(), text[name.end() :]
    texts = Texts()
    start = text.find("{")
    if start < 0:
        shown = title or " ".join(_restored(text).split())
        yield LeftOut(shown[:200], "it has no braces with answers, so it is a description", line)
        return
    end = text.find("}", start)
    if end < 0:
        yield LeftOut(title or _restored(text)[:80], "the brace `{` is not closed", line)
        return
    answer = text[start + 1 : end].strip()
    gap = "" if text.endswith("}") and end == len(text) - 1 else "_____"
    stem, form = _formed(text[:start] + gap + text[end + 1 :], "auto")
    has_more_braces = "{" in text[end:] or "{" in answer
    tags = [tag.strip() for tag in _TAGS.findall(comments)]

    def fields() -> Fields:
        from pkoquiz.importers.inbox import slug

        if re.search(r"\s::.+::", stem) or "\n::" in stem:
            raise LeftOutError("no empty line separates it from the next question")
        if has_more_braces:
            raise LeftOutError("it has several braces `{`; a brace of the text is written `\\{`")
        body, explain = answer, ""
        if "####" in answer:
            body, _, general = answer.partition("####")
            text, explain_form = _formed(general.strip(), form)
            explain = texts.block(text, explain_form)
        common: Fields = {"stem": texts.block(stem, form), "explain": explain}
        made = _of_type(texts, body.strip(), form, common)
        return {**made, "tags": [made_tag for tag in tags if (made_tag := slug(tag))]}

    yield drafted(title, line, identity[1] if identity else "", texts, fields)


def _restored(text: str) -> str:
    return re.sub("[\ue000-\ue007]", lambda sign: _BACK[sign[0]], text)


def _formed(text: str, form: str) -> tuple[str, str]:
    """Return the text without its format marker, and the format."""
    if match := _FORM.match(text):
        text, form = text[match.end() :], _FORMS[match[1]]
    return _restored(text).strip(), form


def _of_type(texts: Texts, body: str, form: str, common: Fields) -> Fields:
    if not body:
        return essay(texts, **common)
    if body.startswith("#"):
        return _numerical(texts, body[1:], form, common)
    if "~" in body:
        entries = [entry for entry in body.replace("=", "~=").split("~") if entry.strip()]
        answers = [_answer(texts, entry, form, line=True) for entry in entries]
        return choice(texts, answers, single="=" in body, **common)
    if "->" in body and "=" in body:
        return _matching(texts, body, form, common)
    verdict, _, comment = body.partition("#")
    if verdict.strip().upper() in ("T", "TRUE", "F", "FALSE"):
        is_true = verdict.strip().upper().startswith("T")
        wrong, _, right = comment.partition("#")
        said = [
            texts.block(*_formed(feedback, form)) if feedback.strip() else ""
            for feedback in (right, wrong)
        ]
        return true_false(is_true, *(said if is_true else said[::-1]), **common)
    entries = [entry for entry in body.split("=") if entry.strip()]
    full = [entry if _WEIGHT.match(entry) else f"%100%{entry}" for entry in entries]
    return short_answer(texts, [_answer(texts, e, form, line=False) for e in full], **common)


def _answer(texts: Texts, entry: str, form: str, *, line: bool) -> Answer:
    percent = Decimal(0)
    entry = entry.strip()
    if entry.startswith("="):
        percent, entry = Decimal(100), entry[1:]
    if weight := _WEIGHT.match(entry):
        percent, entry = decimal(weight[1]), entry[weight.end() :]
    text, _, comment = entry.partition("#")
    written, text_form = _formed(text, form)
    shown = texts.line(written, text_form) if line else texts.plain(written, text_form)
    said = texts.block(*_formed(comment, form)) if comment.strip() else ""
    return Answer(shown, percent, said)


def _matching(texts: Texts, body: str, form: str, common: Fields) -> Fields:
    pairs, extras = [], []
    for entry in body.split("=")[1:]:
        left, arrow, right = entry.partition("->")
        response = texts.plain(*_formed(right, "plain"))
        if "<" in response:
            response = texts.plain(response)
        premise = texts.line(*_formed(left, form))
        if not arrow or not response:
            raise LeftOutError("a pair has no `->` with a response after it")
        if premise:
            pairs.append((premise, response))
        else:
            extras.append(response)
    return matching(texts, pairs, extras, **common)


def _numerical(texts: Texts, body: str, form: str, common: Fields) -> Fields:
    body, tilde, rest = body.partition("~")
    answers = []
    for entry in (part for part in body.split("=") if part.strip()):
        percent = Decimal(100)
        if weight := _WEIGHT.match(entry):
            percent, entry = decimal(weight[1]), entry[weight.end() :]
        value, _, comment = entry.partition("#")
        value, tolerance = _restored(value).strip(), Decimal(0)
        if ".." in value:
            low, high = (decimal(bound) for bound in value.split("..", 1))
            tolerance, value = abs(high - low) / 2, number((low + high) / 2)
        elif ":" in value:
            value, _, margin = value.partition(":")
            tolerance = decimal(margin)
        said = texts.block(*_formed(comment, form)) if comment.strip() else ""
        answers.append(Answer(value.strip(), percent, said, tolerance))
    if tilde and "#" in rest:
        said = texts.block(*_formed(rest.partition("#")[2], form))
        answers.append(Answer("*", Decimal(0), said))
    return numerical(texts, answers, **common)
