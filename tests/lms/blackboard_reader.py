"""Read Blackboard's two files, sharing no code with the exporter.

Pools are read by the rules of Moodle's importer (`question/format/blackboard_six`, 4.5) and by
those of pools that Blackboard exports; text files by the vendor's page “Upload questions”.
"""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from typing import Any

from lxml import etree

from .arrived import Arrived, Refused, visible

_HEX = re.compile("[0-9a-f]{32}")


def read_pool(content: bytes) -> list[Arrived]:
    """Return the questions of a package with one pool."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    manifest = etree.fromstring(archive.read("imsmanifest.xml"))
    file = "{http://www.blackboard.com/content-packaging/}file"
    names = {resource.get("type"): resource.get(file) for resource in manifest.iter("resource")}
    pool = etree.fromstring(archive.read(names["assessment/x-bb-qti-pool"]))
    items = pool.findall("assessment/section/item")
    keys = [item.findtext("itemmetadata/bbmd_asi_object_id") for item in items]
    if len(set(keys)) < len(keys) or not all(re.fullmatch(r"_\d+_1", key) for key in keys):
        raise Refused("two questions have one identifier")
    return [_question(item) for item in items]


def _text(element: Any) -> str:
    found = element.find(".//mat_formattedtext")
    return "" if found is None else visible(found.text or "")


def _question(item: Any) -> Arrived:
    kind = item.findtext("itemmetadata/bbmd_questiontype")
    blocks = {flow.get("class"): flow for flow in item.findall("presentation/flow/flow")}
    said = {feedback.get("ident"): _text(feedback) for feedback in item.findall("itemfeedback")}
    conditions = item.findall("resprocessing/respcondition")
    texts = {
        label.get("ident"): _text(label)
        for label in blocks["RESPONSE_BLOCK"].iter("response_label")
    }
    body: dict[str, Any]
    right = next((each for each in conditions if each.get("title") == "correct"), None)
    match kind:
        case "Multiple Choice":
            assert right is not None
            (key,) = [equal.text for equal in right.iter("varequal")]
            body = {
                "options": tuple(texts.values()),
                "score": lambda response: Decimal(response == {texts[key]}),
                "feedback": {text: said[i] for i, text in texts.items() if said.get(i)},
            }
        case "Multiple Answer":
            assert right is not None
            wrong = {equal.text for equal in right.findall(".//not/varequal")}
            keys = frozenset(texts[ident] for ident in set(texts) - wrong)
            body = {"options": tuple(texts.values()), "score": lambda r: Decimal(r == keys)}
        case "True/False":
            assert right is not None
            (key,) = [equal.text for equal in right.iter("varequal")]
            body = {"score": lambda response: Decimal(str(response).lower() == key)}
        case "Matching":
            body = _matching(blocks, conditions)
        case "Fill in the Blank":
            accepted = {
                equal.text.casefold() for each in conditions for equal in each.iter("varequal")
            }
            body = {"score": lambda response: Decimal(response[0].casefold() in accepted)}
        case "Fill in the Blank Plus":
            assert right is not None
            body = _gaps(blocks, right)
        case "Numeric":
            (low,) = [Decimal(each.text) for each in item.iter("vargte")]
            (high,) = [Decimal(each.text) for each in item.iter("varlte")]
            body = {"score": lambda r: Decimal(r is not None and low <= r <= high)}
        case "Essay":
            body = {"more": {"solution": said["solution"]}}
        case _:
            raise Refused(f"unknown type {kind}")
    if kind in ("Multiple Choice", "Multiple Answer") and not all(map(_HEX.fullmatch, texts)):
        raise Refused("idents are 32 hexadecimal digits")
    return Arrived(
        id=item.findtext("itemmetadata/bbmd_asi_object_id"),
        type=kind,
        text=_text(blocks["QUESTION_BLOCK"]),
        general=f"{said['correct']} {said['incorrect']}",
        points=Decimal(item.findtext("itemmetadata/qmd_absolutescore_max")),
        **body,
    )


def _matching(blocks: dict[str, Any], conditions: list[Any]) -> dict[str, Any]:
    rows = {
        row.find("response_lid").get("ident"): (
            _text(row),
            [label.get("ident") for label in row.iter("response_label")],
        )
        for row in blocks["RESPONSE_BLOCK"].findall("flow")
    }
    responses = [_text(flow) for flow in blocks["RIGHT_MATCH_BLOCK"].findall("flow")]
    key = {}
    for condition in conditions:
        for equal in condition.iter("varequal"):
            premise, idents = rows[equal.get("respident")]
            key[premise] = responses[idents.index(equal.text)]
    if len(key) != len(rows) or len(set(responses)) < len(responses):
        raise Refused("a premise without a response, or two equal ones")
    return {
        "options": tuple(responses),
        "score": lambda response: (
            Decimal(sum(key[premise] == text for premise, text in response.items())) / len(key)
        ),
    }


def _gaps(blocks: dict[str, Any], right: Any) -> dict[str, Any]:
    names = [box.get("ident") for box in blocks["RESPONSE_BLOCK"].iter("response_str")]
    stem = _text(blocks["QUESTION_BLOCK"])
    if any(stem.count(f"[{name}]") != 1 for name in names) or len(names) > 10:
        raise Refused("the stem has other gaps")
    accepted: dict[str, set[str]] = {name: set() for name in names}
    for equal in right.iter("varequal"):
        accepted[equal.get("respident")].add(equal.text.casefold())
    return {
        "score": lambda response: Decimal(
            all(t.casefold() in accepted[n] for n, t in zip(names, response, strict=True))
        )
    }


def read_text(content: bytes) -> list[tuple[str, str, list[str]]]:
    """Return type, stem and the other fields of each row."""
    rows = content.decode("utf-8").split("\n")
    if rows.pop() or any(not row.strip() for row in rows):
        raise Refused("an empty line is an error")
    questions = []
    for row in rows:
        kind, stem, *fields = row.split("\t")
        keywords = {"MC": fields[1::2], "MA": fields[1::2], "TF": fields}.get(kind, [])
        if not set(keywords) <= {"correct", "incorrect", "true", "false"}:
            raise Refused(f"unknown keywords {keywords}")
        if kind == "MC" and keywords.count("correct") != 1:
            raise Refused("one option is correct")
        if kind not in ("MC", "MA", "TF", "ESS", "ORD", "MAT", "FIB", "FIB_PLUS", "NUM"):
            raise Refused(f"unknown type {kind}")
        if kind != "FIB_PLUS" and not all(fields):
            raise Refused("an empty field")
        questions.append((kind, stem, fields))
    return questions
