"""Read a Canvas package by the rules of its two importers, sharing no code with the exporter.

The rules were observed in `qti_exporter` with QTIMigrationTool (Classic Quizzes) and in the gem
`qti` 2.27 (New Quizzes). Whatever only one of them can read is refused here.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from lxml import etree

from .arrived import Arrived, Refused, visible

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# Feedback with such a name belongs to the question, not to an answer.
_RESERVED = re.compile("wrong|incorrect|correct|general_|_all|_C$|_IC$")
TYPES = {
    *("multiple_choice_question", "multiple_answers_question", "true_false_question"),
    *("matching_question", "ordering_question", "short_answer_question", "numerical_question"),
    *("fill_in_multiple_blanks_question", "essay_question"),
}


def read(content: bytes) -> list[Arrived]:
    """Return the questions of a package in order."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    files = {name: archive.read(name) for name in archive.namelist()}
    manifest = _tree(files["imsmanifest.xml"])
    questions: list[Arrived] = []
    listed = {"imsmanifest.xml"}
    for resource in manifest.iter("resource"):
        name = resource.get("href", "")
        hrefs = [file.get("href") for file in resource.findall("file")]
        if name not in files or hrefs != [name]:
            raise Refused(f"a resource without its file: {name}")
        listed.add(name)
        if resource.get("type") == "imsqti_xmlv1p2":
            questions += _questions(_tree(files[name]), set(files))
    if listed != set(files):
        raise Refused(f"not in the manifest: {set(files) - listed}")
    return questions


def _tree(content: bytes) -> Any:
    root = etree.fromstring(content)
    for element in root.iter():
        element.tag = etree.QName(element).localname
    return root


def _questions(root: Any, files: set[str]) -> Iterator[Arrived]:
    bank = root.find("objectbank")
    home = root.find("assessment/section") if bank is None else bank
    if home is None:
        raise Refused("neither a bank nor an assessment")
    title = root.find("assessment").get("title") if bank is None else _metadata(bank)["bank_title"]
    for group in home.findall("section"):
        number = group.findtext("selection_ordering/selection/selection_number")
        for item in group.findall("item"):
            yield _question(item, f"{group.get('title')}: {number}", files)
    for item in home.findall("item"):
        yield _question(item, title, files)


def _metadata(element: Any) -> dict[str, str]:
    return {
        entry.findtext("fieldlabel"): entry.findtext("fieldentry")
        for entry in element.iter("qtimetadatafield")
    }


def _question(item: Any, section: str, files: set[str]) -> Arrived:
    ident = item.get("ident")
    if not _NAME.fullmatch(ident):
        raise Refused(f"Classic Quizzes rename {ident}")
    metadata = _metadata(item)
    type = metadata["question_type"]
    if type not in TYPES:
        raise Refused(f"unknown type {type}")
    stem = item.findtext("presentation/material/mattext")
    if len(stem.encode()) > 16_384:
        raise Refused("the text is replaced by a notice")
    for html in item.iter("mattext"):
        for source in re.findall(r'(?:src|href)="(?!http|mailto)([^"]+)"', html.text or ""):
            if source not in files:
                raise Refused(f"{source} is not in the package")
    said = _feedback(item)
    body = _body(type, item, said, stem)
    return Arrived(
        id=item.get("title"),
        type=type,
        text=visible(stem),
        general=visible(said.pop("general_fb", "")),
        points=Decimal(metadata["points_possible"]),
        section=section,
        shuffled=item.find(".//render_choice[@shuffle='Yes']") is not None,
        more={"ident": ident, "notes": visible(metadata.get("grading_notes", ""))},
        **body,
    )


def _feedback(item: Any) -> dict[str, str]:
    """Return the HTML of each feedback by ident."""
    said = {}
    for entry in item.findall("itemfeedback"):
        ident = entry.get("ident")
        if ident != "general_fb" and _RESERVED.search(ident):
            raise Refused(f"{ident} would be feedback on the whole question")
        said[ident] = entry.findtext("flow_mat/material/mattext")
    return said


def _conditions(item: Any) -> Iterator[tuple[Any, str, str]]:
    """Yield (condition, points, ident of a feedback)."""
    for condition in item.iter("respcondition"):
        for element in condition.iter():
            if (element.text or "").strip() == "" and element.text:
                raise Refused("white space between elements, which the gem reads as an answer")
        display = condition.find("displayfeedback")
        link = "" if display is None else display.get("linkrefid")
        yield condition.find("conditionvar"), condition.findtext("setvar", ""), link


def _body(type: str, item: Any, said: dict[str, str], stem: str) -> dict[str, Any]:
    scored, told = [], []
    for test, points, link in _conditions(item):
        if points:
            scored.append((test, Decimal(points)))
        elif link and link != "general_fb":
            equals = test.findall(".//varequal")
            if len(equals) != 1:
                raise Refused("feedback on more than one answer")
            told.append((equals[0].get("respident"), equals[0].text, said[link]))
    labels = {
        (lid.get("ident"), label.get("ident")): _label(label)
        for lid in item.iter("response_lid")
        for label in lid.iter("response_label")
    }
    match type:
        case "multiple_choice_question" | "true_false_question" | "multiple_answers_question":
            texts = {ident: text for (_, ident), text in labels.items()}
            if len(scored) != 1:
                raise Refused("a second condition with points makes another option fully right")
            test = scored[0][0]
            wrong = {equal.text for equal in test.findall(".//not/varequal")}
            right = {equal.text for equal in test.iter("varequal")} - wrong
            if type == "multiple_answers_question" and right | wrong != set(texts):
                raise Refused("an option without its condition")
            feedback: dict[Any, str] = {texts[ident]: visible(html) for _, ident, html in told}
            return _choice(type, texts, right, feedback)
        case "matching_question":
            return _matching(item, scored, labels)
        case "ordering_question":
            (test, _), *rest = scored
            if rest or item.find(".//render_extension") is not None:
                raise Refused("Classic Quizzes answer with an error")
            idents = [equal.text for equal in test.iter("varequal")]
            order = tuple(labels["response1", ident] for ident in idents)
            if tuple(labels.values()) == order or idents == sorted(idents):
                raise Refused("the file gives the order away")
            return {
                "options": tuple(labels.values()),
                "score": lambda response: Decimal(response == order),
            }
        case "short_answer_question":
            (test, _), *rest = scored
            accepted = {equal.text.casefold() for equal in test.iter("varequal")}
            # Classic Quizzes accept every answer that has feedback.
            accepted |= {text.casefold() for _, text, _ in told}
            return {
                "score": lambda response: Decimal(response[0].casefold() in accepted),
                "feedback": {(0, text): visible(html) for _, text, html in told},
            }
        case "fill_in_multiple_blanks_question":
            return _blanks(labels, told, stem)
        case "numerical_question":
            return _numerical(scored)
        case _:
            if item.find(".//respcondition[@continue='No']/conditionvar/other") is None:
                raise Refused("the gem takes an essay without this for a short answer")
            limits = item.find(".//response_str")
            return {"options": (f"{limits.get('word_limit_min')}-{limits.get('word_limit_max')}",)}


def _label(label: Any) -> str:
    text = label.find(".//mattext")
    if not (text.text or "").strip():
        raise Refused("an empty option")
    if text.get("texttype") == "text/html":
        return visible(text.text)
    return str(text.text)


def _choice(
    type: str, texts: dict[str, str], right: set[str], feedback: dict[Any, str]
) -> dict[str, Any]:
    keys = {texts[ident] for ident in right}
    if len(set(texts.values())) < len(texts):
        raise Refused("two options are the same")
    if type == "true_false_question":
        if list(texts.values()) != ["True", "False"]:
            raise Refused("Canvas makes it a multiple choice question")
        verdicts = {True: feedback.get("True", ""), False: feedback.get("False", "")}
        return {
            "score": lambda response: Decimal(keys == {str(response)}),
            "feedback": {verdict: text for verdict, text in verdicts.items() if text},
        }

    def score(response: frozenset[str]) -> Decimal:
        hits, misses = len(response & keys), len(response - keys)
        return max(Decimal(0), Decimal(hits - misses) / len(keys))

    return {"options": tuple(texts.values()), "score": score, "feedback": feedback}


def _matching(
    item: Any, scored: list[tuple[Any, Decimal]], labels: dict[tuple[str, str], str]
) -> dict[str, Any]:
    lids = list(item.iter("response_lid"))
    premises = {lid.get("ident"): visible(lid.findtext("material/mattext")) for lid in lids}
    columns = [[label.get("ident") for label in lid.iter("response_label")] for lid in lids]
    if any(column != columns[0] for column in columns) or len(set(premises.values())) < len(lids):
        raise Refused("premises with different lists")
    key = {}
    for test, _ in scored:
        (equal,) = test.findall("varequal")
        key[premises[equal.get("respident")]] = labels[equal.get("respident"), equal.text]
    if len(key) != len(lids):
        raise Refused("a premise without a response")

    def score(response: dict[str, str]) -> Decimal:
        return Decimal(sum(key[premise] == text for premise, text in response.items())) / len(key)

    texts = tuple(labels[lids[0].get("ident"), ident] for ident in columns[0])
    if any(re.search("<[A-Za-z/!?]", text) for text in texts):
        raise Refused("New Quizzes remove tags from plain text")
    if len(set(texts)) < len(texts):
        raise Refused("New Quizzes compare responses by their text")
    return {"options": texts, "score": score}


def _blanks(
    labels: dict[tuple[str, str], str], told: list[tuple[str, str, str]], stem: str
) -> dict[str, Any]:
    names = list(dict.fromkeys(name for name, _ in labels))
    for name in names:
        if stem.count(f"[{name.removeprefix('response_')}]") != 1:
            raise Refused(f"the stem has no gap {name}, or two")
    accepted = [
        {text.casefold() for (gap, _), text in labels.items() if gap == name} for name in names
    ]

    def score(response: tuple[str, ...]) -> Decimal:
        hits = sum(text.casefold() in gap for text, gap in zip(response, accepted, strict=True))
        return Decimal(hits) / len(names)

    return {
        "score": score,
        "feedback": {
            (names.index(name), labels[name, ident]): visible(html) for name, ident, html in told
        },
    }


def _numerical(scored: list[tuple[Any, Decimal]]) -> dict[str, Any]:
    (test, _), *rest = scored
    either = test.find("or")
    if rest or either is None or len(either) != 2:
        raise Refused("Unsupported Numeric Type")
    equal, limits = either
    margin = float(equal.get("margin"))
    low, high = Decimal(limits.findtext("vargte")), Decimal(limits.findtext("varlte"))
    if margin != float(high - Decimal(equal.text)):
        raise Refused("two margins")

    def score(response: Decimal | None) -> Decimal:
        return Decimal(response is not None and low <= response <= high)

    return {"score": score}
