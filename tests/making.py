"""Questions and banks with plain content, so that a test can change one thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, overload

from pkoquiz.diagnostics import Place
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import Course
from pkoquiz.model.passage import Passage, Section, Transcript, fingerprint
from pkoquiz.model.question import TYPES, Question

AnyQuestion = TypeVar("AnyQuestion", bound=Question)

COURSE: dict[str, Any] = {
    "title": "UN Peacekeeping: a symposium",
    "short": "pko",
    "transcripts": [{"file": "t.txt"}],
}


@overload
def make_question(
    type: type[AnyQuestion], id: str = ..., section: str = ..., **fields: Any
) -> AnyQuestion: ...


@overload
def make_question(type: str, id: str = ..., section: str = ..., **fields: Any) -> Question: ...


def make_question(
    type: str | type[Any], id: str = "made", section: str = "talk", **fields: Any
) -> Question:
    """Return a question with plain content; `fields` replace some of it.

    `type` is the name of a type or its record; with a record, type checkers know its fields.
    """
    name, record = next(item for item in TYPES.items() if type in item)
    metadata = {
        "type": name,
        "id": id,
        "section": section,
        "stem": f"Question {id}?",
        "bloom": "understand",
        "difficulty": "medium",
        "sources": [{"passage": f"{section}.p001", "quote": f"words that prove {id}"}],
        "place": Place("questions/x.yaml", ("questions", 0)),
    }
    return record.model_validate({**metadata, **_content(name, id, fields), **fields})


def _content(type: str, id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what only questions of this type have; no optional field beside given answers."""
    match type:
        case "choice":
            texts = [f"{word} {id}" for word in ("Keyed", "Second", "Third", "Fourth")]
            options = enumerate(texts)
            return {"options": [{"text": text, "correct": index == 0} for index, text in options]}
        case "multiple":
            texts = [f"{word} {id}" for word in ("First", "Second", "Third", "Fourth", "Fifth")]
            options = enumerate(texts)
            return {"options": [{"text": text, "correct": index < 2} for index, text in options]}
        case "truefalse":
            return {"answer": True}
        case "matching" if "pairs" not in fields:
            pairs = [{"premise": f"Premise {n}", "response": f"Response {n} {id}"} for n in "123"]
            return {"pairs": pairs, "extras": ["Left over"]}
        case "ordering":
            words = ("First", "Second", "Third", "Fourth")
            return {"sequence": [f"{word} step of {id}" for word in words]}
        case "shortanswer":
            return {"answers": [f"answer {id}"]}
        case "numerical" if "answer" not in fields:
            return {"answer": "8.5", "tolerance": "0.2", "unit": "per cent"}
        case "cloze":
            gaps = [{"answers": [f"body {id}"]}]
            return {"stem": f"In {id} the {{{{1}}}} decides.", "gaps": gaps}
        case "essay":
            points = fields.get("points", 10)
            criteria = {"points": points, "rubric": [{"points": points, "text": "A stated view"}]}
            return {"model_answer": "It depends.", **({} if "rubric" in fields else criteria)}
        case "flashcard":
            return {"answer": f"back {id}"}
        case _:
            return {}


def make_bank(
    questions: Iterable[Question],
    passages: Mapping[str, str] | None = None,
    media: Mapping[str, bytes] | None = None,
    **course: Any,
) -> Bank:
    """Return a bank of these questions.

    `passages` maps ids to texts; a passage that is not given consists of the quotes from it.
    """
    questions = tuple(questions)
    quotes: dict[str, list[str]] = {}
    for question in questions:
        for citation in question.sources:
            quotes.setdefault(citation.passage, []).append(citation.quote)
    texts = {id: ". ".join(cited) + "." for id, cited in quotes.items()} | dict(passages or {})
    slugs = [*(question.section for question in questions), *(id.split(".")[0] for id in texts)]
    errata = tuple(course.pop("errata", ()))
    transcript = Transcript(
        "t.txt",
        tuple(
            Section(slug, slug.replace("-", " ").title(), "Robert Gordon")
            for slug in dict.fromkeys(slugs)
        ),
        tuple(
            Passage(
                id, id.split(".")[0], "Robert Gordon", "speech", text, (1, 1), fingerprint(text)
            )
            for id, text in texts.items()
        ),
        errata,
    )
    settings = Course.model_validate({**COURSE, **course})
    return Bank(settings, (transcript,), questions, (), media or {})
