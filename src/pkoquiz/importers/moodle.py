"""Read Moodle XML as written by Moodle 2 to 5."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pkoquiz.importers.cloze import cloze
from pkoquiz.importers.foreign import (
    Answer,
    Fields,
    FormatError,
    LeftOut,
    LeftOutError,
    Read,
    choice,
    decimal,
    drafted,
    essay,
    matching,
    numerical,
    points,
    short_answer,
    true_false,
)
from pkoquiz.importers.texts import Texts
from pkoquiz.xmlfile import Node, parse

_FORMS = {
    "html": "html",
    "plain_text": "plain",
    "markdown": "markdown",
    "moodle_auto_format": "auto",
    "wiki_like": "plain",
}
_USUAL = (
    "",
    "Your answer is correct.",
    "Your answer is partially correct.",
    "Your answer is incorrect.",
)
"""Feedback on answers as a whole that Moodle writes unasked."""
_TAG = re.compile(r"(objective|bloom|difficulty|section) (.+)")


def read(content: bytes, name: str, files: Mapping[str, bytes]) -> Iterator[Read]:
    """Yield the questions of a Moodle XML file."""
    root = parse(content)
    if root.tag not in ("quiz", "question"):
        raise FormatError(f"expected the element `quiz` of Moodle XML, found `{root.tag}`")
    for node in [root] if root.tag == "question" else root.all("question"):
        kind = node.get("type")
        if kind != "category":
            yield _question(node, kind, dict(files))


def _question(node: Node, kind: str, files: dict[str, bytes]) -> Read:
    title = " ".join(node.text_of("name", "text").split())
    if kind == "description":
        return LeftOut(title, "a description asks nothing", node.line)
    texts = Texts({**files, **_embedded(node)})
    identity = node.text_of("idnumber").strip()
    if identity and title.startswith(f"{identity}: "):
        title = title.removeprefix(f"{identity}: ")
    return drafted(title, node.line, identity, texts, lambda: _fields(node, kind, texts))


def _fields(node: Node, kind: str, texts: Texts) -> Fields:
    common: Fields = {"stem": _stem(node, texts)}
    general = node.find("generalfeedback")
    explain = _block(general, texts)
    fields = _of_type(node, kind, texts, common)
    grade = points(node.text_of("defaultgrade")) if kind not in ("cloze", "multianswer") else None
    hints = [text for hint in node.all("hint") if (text := _line(hint, texts))][:5]
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        body = node.find(name)
        if body is not None and texts.plain(body.text_of("text")) not in _USUAL:
            texts.changes.append("feedback on right or wrong answers as a whole was dropped")
    fields |= {"explain": explain, "points": fields.get("points") or grade, "hints": hints}
    fields |= _tags(node)
    return _with_old_picture(node, texts, fields) | texts.remarks


def _with_old_picture(node: Node, texts: Texts, fields: Fields) -> Fields:
    """Return the fields with the picture that Moodle 1.9 wrote beside the text."""
    name, data = node.text_of("image").strip(), node.text_of("image_base64")
    content = _decoded(data) if name and data else None
    path = texts.kept(name, content) if content else ""
    return {**fields, "stem": f"{fields['stem']}\n\n![picture]({path})"} if path else fields


def _of_type(node: Node, kind: str, texts: Texts, common: Fields) -> Fields:
    match kind:
        case "multichoice" | "multichoiceset" | "oumultiresponse":
            single = kind == "multichoice" and _is_true(node, "single", default=True)
            made = choice(
                texts,
                [_option(answer, texts) for answer in node.all("answer")],
                single=single,
                **common,
            )
            if not _is_true(node, "shuffleanswers", default=True):
                made["shuffle"] = False
            if kind == "multichoiceset" and made["type"] == "multiple":
                made["scoring"] = "exact"
            return made
        case "truefalse":
            return _true_false(node, texts, common)
        case "shortanswer":
            sensitive = node.text_of("usecase").strip() == "1"
            answers = [_typed(answer, texts) for answer in node.all("answer")]
            return short_answer(texts, answers, case_sensitive=sensitive, **common)
        case "numerical":
            return _numerical(node, texts, common)
        case "matching" | "match":
            pairs, extras = [], []
            for pair in node.all("subquestion"):
                response = texts.plain(pair.text_of("answer", "text"))
                premise = _line(pair, texts)
                if premise and response:
                    pairs.append((premise, response))
                elif response:
                    extras.append(response)
            return matching(texts, pairs, extras, **common)
        case "ordering":
            steps = [_line(answer, texts) for answer in node.all("answer")]
            return {"type": "ordering", **common, "sequence": steps}
        case "essay":
            return _essay(node, texts, common)
        case "cloze" | "multianswer":
            return cloze(texts, common["stem"], _form(node.find("questiontext"), node))
        case "gapselect" | "ddwtos":
            return _selected(node, texts, common)
    raise LeftOutError(f"pkoquiz has no equivalent of Moodle's type `{kind[:40]}`")


def _stem(node: Node, texts: Texts) -> str:
    body = node.find("questiontext")
    kind = node.get("type")
    if kind in ("cloze", "multianswer"):  # the gaps are taken out first
        text = body.text_of("text") if body is not None else ""
    else:
        text = _block(body, texts)
    return text


def _embedded(node: Node) -> dict[str, bytes]:
    """Return the files inside the elements of a question."""
    files = {}
    for file in node.walk("file"):
        is_embedded = file.get("encoding") == "base64" and file.get("name")
        if is_embedded and (content := _decoded(file.text)) is not None:
            path = file.get("path").strip("/") + "/" + file.get("name")
            files[path.lstrip("/")] = content
    return files


def _decoded(data: str) -> bytes | None:
    try:
        return base64.b64decode(data)
    except (binascii.Error, ValueError):
        return None


def _form(node: Node | None, question: Node | None = None) -> str:
    declared = node.get("format") if node is not None else ""
    if not declared and question is not None and (body := question.find("questiontext")):
        declared = body.get("format")
    return _FORMS.get(declared, "html")


def _block(node: Node | None, texts: Texts) -> str:
    return texts.block(node.text_of("text"), _form(node)) if node is not None else ""


def _line(node: Node, texts: Texts) -> str:
    return texts.line(node.text_of("text"), _form(node))


def _is_true(node: Node, name: str, *, default: bool) -> bool:
    text = node.text_of(name).strip().lower()
    return text not in ("false", "0", "") if node.find(name) is not None else default


def _feedback(node: Node, texts: Texts) -> str:
    return _block(node.find("feedback"), texts)


def _percent(node: Node) -> Decimal:
    return decimal(node.get("fraction", "0") or "0")


def _option(node: Node, texts: Texts) -> Answer:
    return Answer(_line(node, texts), _percent(node), _feedback(node, texts))


def _typed(node: Node, texts: Texts) -> Answer:
    # Answers to type are plain text, whatever format is declared.
    return Answer(node.text_of("text").strip(), _percent(node), _feedback(node, texts))


def _true_false(node: Node, texts: Texts, common: Fields) -> Fields:
    said = {"true": "", "false": ""}
    right = []
    written = [texts.plain(answer.text_of("text")) for answer in node.all("answer")]
    for index, answer in enumerate(node.all("answer")):
        verdict = written[index]
        if not {"true", "false"} >= set(written):  # Moodle then takes them in this order
            verdict = ("true", "false")[min(index, 1)]
            if written[index].lower() in said and written[index].lower() != verdict:
                raise LeftOutError("its answers are not in the order true, false")
        said[verdict] = _feedback(answer, texts)
        if _percent(answer) > 0:
            right.append(verdict)
    if len(set(right)) != 1:
        raise LeftOutError("not exactly one of true and false is right")
    return true_false(right[0] == "true", said["true"], said["false"], **common)


def _numerical(node: Node, texts: Texts, common: Fields) -> Fields:
    answers = []
    for answer in node.all("answer"):
        text = (
            answer.text_of("text").strip()
            or "".join(child for child in answer.children if isinstance(child, str)).strip()
        )
        tolerance = decimal(answer.text_of("tolerance") or "0")
        answers.append(Answer(text, _percent(answer), _feedback(answer, texts), tolerance))
    fields = numerical(texts, answers, **common)
    units = list(node.walk("unit"))
    # The key is in the unit whose multiplier is 1.
    named = [unit for unit in units if decimal(unit.text_of("multiplier") or "1") == 1]
    if named and (name := named[0].text_of("unit_name").strip()):
        fields["unit"] = name
        if len(units) > 1:
            texts.changes.append(f"units other than {name} were dropped")
    return fields


def _essay(node: Node, texts: Texts, common: Fields) -> Fields:
    grader = node.find("graderinfo")
    text = _block(grader, texts)
    limits: dict[str, Any] = {}
    for name, source in (("min_words", "minwordlimit"), ("max_words", "maxwordlimit")):
        if (limit := node.text_of(source).strip()).isdigit() and int(limit):
            limits[name] = int(limit)
    own = _OWN_RUBRIC.search(text)
    if own:  # one of our exports
        rubric = [{"points": line[1], "text": line[2]} for line in _CRITERION.finditer(own[1])]
        total = points(node.text_of("defaultgrade"))
        return essay(texts, own[2].strip(), **common, rubric=rubric, points=total, **limits)
    return essay(texts, text, **common, **limits)


_OWN_RUBRIC = re.compile(
    r"\A\*\*Rubric\*\*\n\n(.+?)\n\n\*\*Model answer\*\*\n\n((?:(?!\n\n\*\*Sources\*\*).)++)",
    re.DOTALL,
)
_CRITERION = re.compile(r"^- \*\*([\d.]+) points?:\*\* (.+)$", re.MULTILINE)


def _selected(node: Node, texts: Texts, common: Fields) -> Fields:
    """Return the fields of a question with gaps `[[1]]` that are filled from a list."""
    words = [texts.plain(option.text_of("text")) for option in node.all("selectoption", "dragbox")]
    numbers = [int(digits) for digits in re.findall(r"\[\[(\d{1,3})\]\]", common["stem"])]
    if not numbers or max(numbers) > len(words) or min(numbers) < 1:
        raise LeftOutError("its gaps do not match its answers")
    order = iter(range(1, len(numbers) + 1))
    stem = re.sub(r"\\?\[\[\d+\]\]", lambda _: f"{{{{{next(order)}}}}}", common["stem"])
    texts.changes.append("the lists to choose from became gaps to type in")
    return {
        "type": "cloze",
        "stem": stem,
        "gaps": [{"answers": [words[number - 1]]} for number in numbers],
    }


def _tags(node: Node) -> Fields:
    from pkoquiz.importers.inbox import slug

    fields: Fields = {}
    tags = []
    for tag in node.walk("tag"):
        text = (tag.text_of("text") or tag.text).strip()
        if own := _TAG.fullmatch(text):
            if own[1] != "section":
                fields[own[1]] = own[2]
        elif made := slug(text):
            tags.append(made)
    return {**fields, "tags": list(dict.fromkeys(tags))}
