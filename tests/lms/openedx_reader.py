"""Read a course of Open edX by the rules of its engine, sharing no code with the exporter.

The rules were observed in `xblocks-contrib` 0.13, which `test_openedx` runs where it is installed.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from lxml import etree

from .arrived import Arrived, Refused, visible

RESPONSES = (
    *("multiplechoiceresponse", "choiceresponse", "optionresponse"),
    *("stringresponse", "numericalresponse"),
)
HINTS = ("choicehint", "optionhint", "correcthint", "stringequalhint")


def files_of(content: bytes) -> dict[str, bytes]:
    """Return the files of an archive, without the folder that all are in."""
    files = {}
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        for entry in archive:
            file = archive.extractfile(entry)
            assert file is not None
            files[entry.name.removeprefix("course/")] = file.read()
    return files


def read(content: bytes) -> list[Arrived]:
    """Return the problems in the order of the course."""
    files = files_of(content)
    course = etree.fromstring(files["course.xml"])
    run = course.get("url_name")
    policy = json.loads(files[f"policies/{run}/policy.json"])[f"course/{run}"]
    if f"static/{policy['course_image']}" not in files or not policy["end"]:
        raise Refused("a course needs its picture and its end")
    names = [name.split("/")[1] for name in files if re.match("chapter|sequ|vert|prob", name)]
    if len(set(names)) < len(names):
        raise Refused("a name is used twice in the course")
    return list(_problems(files, run))


def _problems(files: dict[str, bytes], run: str) -> Iterator[Arrived]:
    outline = etree.fromstring(files[f"course/{run}.xml"])
    for chapter in _inside(files, outline):
        for sequential in _inside(files, chapter):
            for vertical in _inside(files, sequential):
                for problem in _inside(files, vertical):
                    yield _problem(problem, chapter.get("display_name"), files)


def _inside(files: dict[str, bytes], element: Any) -> Iterator[Any]:
    for child in element:
        yield etree.fromstring(files[f"{child.tag}/{child.get('url_name')}.xml"])


def _problem(problem: Any, section: str, files: dict[str, bytes]) -> Arrived:
    for element in problem.iter():
        source = element.get("src", "")
        if source.startswith("/static/") and source.removeprefix("/") not in files:
            raise Refused(f"{source} is not a file of the course")
    responses = list(problem.iter(*RESPONSES))
    first = responses[0]
    stem = []
    for child in problem:
        if child.tag in (*RESPONSES, "solution", "demandhint"):
            break
        stem.append(etree.tostring(child, encoding="unicode", with_tail=True, method="html"))

    def score(response: Any) -> Decimal:
        given = encoded(problem, response)
        right = sum(_is_right(each, value) for each, value in zip(responses, given, strict=True))
        return Decimal(right) / len(responses)

    return Arrived(
        id=problem.get("display_name"),
        type=str(first.tag),
        text=visible("".join(stem)),
        general=_seen(problem.find("solution")),
        points=Decimal(problem.get("weight")),
        section=section,
        options=tuple(texts_of(first)),
        feedback=_feedback(responses),
        score=score,
        shuffled=problem.find(".//*[@shuffle='true']") is not None,
        more={"hints": " ".join(_seen(hint) for hint in problem.iter("hint"))},
    )


def _seen(element: Any) -> str:
    copied = etree.fromstring(etree.tostring(element, with_tail=False))
    for hint in list(copied.iter(*HINTS)):
        if hint is not copied:
            hint.getparent().remove(hint)
    return visible(etree.tostring(copied, encoding="unicode", method="html"))


def texts_of(response: Any) -> list[str]:
    """Return what is seen of each choice of a response, in order."""
    texts = [_seen(choice) for choice in response.iter("choice", "option")]
    if len(set(texts)) < len(texts):
        raise Refused("the engine compares the texts of choices")
    return texts


def encoded(problem: Any, response: Any) -> list[Any]:
    """Return a response of the tests as what learners choose or type, one for each input."""
    responses = list(problem.iter(*RESPONSES))
    first = responses[0]
    if isinstance(response, tuple) and first.tag == "optionresponse":  # an order
        return [str(response.index(_seen(each.find("label"))) + 1) for each in responses]
    if isinstance(response, tuple):
        return list(response)
    if isinstance(response, dict):
        # The engine cannot quote this sign.
        return [response.get(_seen(each.find("label")), "").replace("'", "’") for each in responses]
    if first.tag == "numericalresponse":
        return ["" if response is None else format(response, "f")]
    chosen = {str(response)} if not isinstance(response, frozenset) else response
    numbers = [f"choice_{n}" for n, text in enumerate(texts_of(first)) if text in chosen]
    if first.tag == "choiceresponse":
        return [numbers]
    return [numbers[0] if numbers else ""]


def _is_right(response: Any, given: Any) -> bool:
    choices = list(response.iter("choice", "option"))
    right = [n for n, choice in enumerate(choices) if choice.get("correct").lower() == "true"]
    match response.tag:
        case "multiplechoiceresponse":
            return bool(given == f"choice_{right[0]}")
        case "choiceresponse":
            return bool(given == [f"choice_{number}" for number in right])
        case "optionresponse":
            (key,) = right
            if any("'" in (choice.text or "") for choice in choices):
                raise Refused("the engine quotes choices with this sign")
            return bool(given == texts_of(response)[key])
        case "stringresponse":
            answers = [response.get("answer")]
            answers += [each.get("answer") for each in response.findall("additional_answer")]
            if any(re.search(r"\$[A-Za-z_]|_or_", answer, re.IGNORECASE) for answer in answers):
                raise Refused("the engine replaces part of an answer")
            if response.get("type") == "ci":
                return str(given).casefold() in [answer.casefold() for answer in answers]
            return given in answers
        case _:
            tolerance = Decimal(response.find("responseparam").get("default"))
            answer = Decimal(response.get("answer"))
            return bool(given) and abs(Decimal(given) - answer) <= tolerance


def _feedback(responses: list[Any]) -> dict[Any, str]:
    said: dict[Any, str] = {}
    for place, response in enumerate(responses):
        for choice in response.iter("choice"):
            hint = choice.find("choicehint")
            if hint is not None:
                text = _seen(choice)
                said[{"True": True, "False": False}.get(text, text)] = _seen(hint)
        if response.tag == "stringresponse":
            nodes = [(response.get("answer"), response.find("correcthint"))]
            nodes += [
                (each.get("answer"), each.find("correcthint"))
                for each in response.findall("additional_answer")
            ]
            nodes += [(each.get("answer"), each) for each in response.findall("stringequalhint")]
            said |= {(place, answer): _seen(hint) for answer, hint in nodes if hint is not None}
    return said
