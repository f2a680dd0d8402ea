"""Read Blackboard's own formats: the old pool file and the tab-delimited upload.

Newer pools are QTI 1.2 and are read by `qti12`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from pkoquiz.importers import qti12
from pkoquiz.importers.decoding import decoded
from pkoquiz.importers.foreign import (
    Answer,
    Fields,
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
    typed,
)
from pkoquiz.importers.texts import Texts
from pkoquiz.xmlfile import Node, parse

_POOL = {
    "QUESTION_TRUEFALSE", "QUESTION_MULTIPLECHOICE", "QUESTION_MULTIPLEANSWER", "QUESTION_MATCH",
    "QUESTION_ESSAY", "QUESTION_FILLINBLANK", "QUESTION_ORDER",
}  # fmt: skip


def read(content: bytes, name: str, files: Mapping[str, bytes]) -> Iterator[Read]:
    """Yield the questions of a pool file, or of a tab-delimited text."""
    if content.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<"):
        root = parse(content)
        if any(root.walk("item")):
            yield from qti12.read(content, name, files)
            return
        worth = {node.get("id"): node.get("points") for node in root.walk("QUESTION")}
        for node in root.walk():
            if node.tag.startswith("QUESTION_"):
                yield _pool_question(node, worth, files)
        return
    for line, text in enumerate(decoded(content).splitlines(), 1):
        if text.strip():
            yield _row(line, text.split("\t"))


# --- pools ----------------------------------------------------------------------------------------


def _pool_question(node: Node, worth: Mapping[str, str], files: Mapping[str, bytes]) -> Read:
    texts = Texts(files)
    identity = node.get("id")
    body = node.find("BODY")
    source = body.text_of("TEXT") if body is not None else ""

    def fields() -> Fields:
        made = _of_pool(node, texts, {"stem": texts.block(source)})
        return {**made, "points": points(worth.get(identity, ""))}

    # Ids such as q1 are only unique in their file, so the text is the title.
    return drafted(texts.plain(source), node.line, "", texts, fields)


def _of_pool(node: Node, texts: Texts, common: Fields) -> Fields:
    if node.tag not in _POOL:
        raise LeftOutError(f"pkoquiz has no equivalent of `{node.tag}`")
    answers = [(answer.get("id"), answer.text_of("TEXT")) for answer in node.all("ANSWER")]
    grading = node.find("GRADABLE") or Node("GRADABLE")
    right = [answer.get("answer_id") for answer in grading.all("CORRECTANSWER")]
    said_right = texts.block(grading.text_of("FEEDBACK_WHEN_CORRECT"))
    said_wrong = texts.block(grading.text_of("FEEDBACK_WHEN_INCORRECT"))
    match node.tag:
        case "QUESTION_TRUEFALSE":
            key = next((texts.plain(text).lower() for name, text in answers if name in right), "")
            if key not in ("true", "false"):
                raise LeftOutError("no answer is marked as right")
            said = (said_right, said_wrong) if key == "true" else (said_wrong, said_right)
            return true_false(key == "true", *said, **common)
        case "QUESTION_MULTIPLECHOICE" | "QUESTION_MULTIPLEANSWER":
            single = node.tag == "QUESTION_MULTIPLECHOICE"
            options = [
                Answer(
                    texts.line(text),
                    Decimal(100 * (name in right)),
                    (said_right if name in right else said_wrong) if single else "",
                )
                for name, text in answers
            ]
            if not single and (said_right or said_wrong):
                texts.changes.append("feedback on right or wrong answers as a whole was dropped")
            return choice(texts, options, single=single, **common)
        case "QUESTION_MATCH":
            choices = {e.get("id"): texts.plain(e.text_of("TEXT")) for e in node.all("CHOICE")}
            pairs = []
            for pair in grading.all("CORRECTANSWER"):
                premise = next((t for name, t in answers if name == pair.get("answer_id")), "")
                pairs.append((texts.line(premise), choices.get(pair.get("choice_id"), "")))
            return matching(texts, pairs, choices.values(), **common)
        case "QUESTION_ORDER":
            by_name = dict(answers)
            ordered = sorted(
                grading.all("CORRECTANSWER"), key=lambda e: decimal(e.get("order") or "0")
            )
            steps = [texts.line(by_name.get(e.get("answer_id"), "")) for e in ordered]
            return {"type": "ordering", **common, "sequence": steps}
        case "QUESTION_FILLINBLANK":
            accepted = [Answer(texts.plain(text), Decimal(100)) for _, text in answers]
            return short_answer(texts, accepted, **common)
    return essay(texts, "\n\n".join(texts.block(text) for _, text in answers), **common)


# --- the tab-delimited upload ---------------------------------------------------------------------


def _row(line: int, cells: list[str]) -> Read:
    texts = Texts()
    cells = [cell.strip() for cell in cells]
    kind, stem = cells[0].upper(), cells[1] if len(cells) > 1 else ""
    return drafted(
        texts.plain(stem), line, "", texts, lambda: _of_row(kind, cells[2:], texts, stem)
    )


def _of_row(kind: str, rest: list[str], texts: Texts, stem: str) -> Fields:
    common: Fields = {"stem": texts.block(stem)}
    filled = [cell for cell in rest if cell]
    match kind:
        case "MC" | "MA":
            options = [
                Answer(texts.line(text), Decimal(100 * (mark.lower() == "correct")))
                for text, mark in zip(rest[::2], rest[1::2], strict=False)
                if text
            ]
            return choice(texts, options, single=kind == "MC", **common)
        case "TF":
            if not filled or filled[0].lower() not in ("true", "false"):
                raise LeftOutError("its answer is neither true nor false")
            return true_false(filled[0].lower() == "true", **common)
        case "ESS" | "SR":
            return essay(texts, texts.block(filled[0]) if filled else "", **common)
        case "ORD":
            return {"type": "ordering", **common, "sequence": [texts.line(e) for e in filled]}
        case "MAT":
            pairs = zip(rest[::2], rest[1::2], strict=False)
            return matching(
                texts, [(texts.line(a), texts.plain(b)) for a, b in pairs if a and b], **common
            )
        case "FIB":
            return short_answer(texts, [Answer(text, Decimal(100)) for text in filled], **common)
        case "FIB_PLUS":
            return _gaps(rest, texts, common["stem"])
        case "NUM":
            if not filled:
                raise LeftOutError("no number is marked as right")
            tolerance = decimal(filled[1]) if len(filled) > 1 else Decimal(0)
            return numerical(texts, [Answer(filled[0], Decimal(100), "", tolerance)], **common)
    raise LeftOutError(f"unknown question type `{kind[:20]}`")


def _gaps(rest: list[str], texts: Texts, stem: str) -> Fields:
    groups: list[list[str]] = [[]]
    for cell in rest:
        if cell:
            groups[-1].append(cell)
        elif groups[-1]:
            groups.append([])
    by_name = {group[0]: group[1:] for group in groups if len(group) > 1}
    names = [name for name in _named(stem) if name in by_name]
    if len(names) != len(by_name):
        raise LeftOutError("a gap is not in the text")
    gaps = []
    for index, name in enumerate(names, 1):
        stem = stem.replace(f"[{name}]", f"{{{{{index}}}}}", 1)
        accepted, _, _ = typed(texts, [Answer(text, Decimal(100)) for text in by_name[name]])
        gaps.append({"answers": accepted})
    return {"type": "cloze", "stem": stem, "gaps": gaps}


def _named(stem: str) -> list[str]:
    return [part.partition("]")[0] for part in stem.split("[")[1:]]
