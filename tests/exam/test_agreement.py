"""The option beside a key's letter is the right one of the bank: read back from every format.

Only the printed files and the bank are used here, nothing of the exporters. A paper and its key are
read as one text for each question number, without white space; strips as one text for each version.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from lxml import html
from pypdf import PdfReader

from pkoquiz import markup
from pkoquiz.exam.exam import Exam, Paper, plan
from pkoquiz.exam.versions import arrange, version_letters
from pkoquiz.exporters import papers
from pkoquiz.load import load
from pkoquiz.model.bank import Bank
from pkoquiz.model.blueprint import Blueprint
from pkoquiz.model.question import (
    Choice,
    Cloze,
    Essay,
    Matching,
    Multiple,
    Numerical,
    Ordering,
    Question,
    ShortAnswer,
    TrueFalse,
)

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def flat(markdown: str) -> str:
    """Return one line of Markdown as it is read back."""
    return squeezed(markup.inline_plain(markdown))


def first_paragraph(markdown: str) -> str:
    """Return the first paragraph of Markdown as it is read back."""
    return squeezed(markup.plain(markdown.strip().partition("\n\n")[0]))


# --- readers: one text for each question ----------------------------------------------------------

Reader = Callable[[bytes, Sequence[Question]], dict[int, str]]


def from_html(content: bytes, questions: Sequence[Question]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for element in html.fromstring(content.decode()).xpath('//div[starts-with(@id, "q")]'):
        number, text = element[0].text_content(), element[1].text_content()
        assert element.get("id") == f"q{number}"
        texts[int(number)] = squeezed(text)
    return texts


def from_docx(content: bytes, questions: Sequence[Question]) -> dict[int, str]:
    """Letters are counted as Word counts them: from A below each question."""
    document = Document(io.BytesIO(content))
    is_key = document.paragraphs[0].text.startswith("Answer key")
    assert level(document, "Question") == (0, "decimal")
    assert level(document, "Option") == (1, "upperLetter")
    texts: dict[int, str] = {}
    letters = iter(LETTERS)
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            rows = [[cell.text for cell in row.cells] for row in block.rows]
            style = ""
            text = "".join("".join(line) for line in (rows if is_key else zip(*rows, strict=True)))
        else:
            style = block.style.name if block.style is not None else ""
            text = block.text
            if style == "Question":
                texts[len(texts) + 1] = ""
                letters = iter(LETTERS)
            elif style == "Option":
                text = next(letters) + text
        if texts and style not in ("Heading 1", "Instruction"):
            texts[len(texts)] += squeezed(text.replace("_", ""))
    return texts


def level(document: Any, style: str) -> tuple[int, str]:
    """Return the level and format of a style in the list of questions and options."""
    listed = document.styles[style].element.find(f"./{qn('w:pPr')}/{qn('w:numPr')}")
    number = int(listed.find(qn("w:ilvl")).get(qn("w:val")))
    assert listed.find(qn("w:numId")).get(qn("w:val")) == "1"
    (counts,) = document.part.numbering_part.element.xpath(
        f"./w:abstractNum[@w:abstractNumId='1']/w:lvl[@w:ilvl='{number}']"
    )
    assert counts.find(qn("w:start")).get(qn("w:val")) == "1"
    assert counts.find(qn("w:lvlRestart")) is None
    return number, counts.find(qn("w:numFmt")).get(qn("w:val"))


def pages_of(content: bytes) -> list[str]:
    """Return the pages of a PDF without white space and footers."""
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    return [
        squeezed(re.sub(r"\n[^\n]*Page \d+ of \d+[^\n]*$", "", text.rstrip())) for text in texts
    ]


def from_pdf(content: bytes, questions: Sequence[Question]) -> dict[int, str]:
    """A question begins where a stem follows its number; the heading of a part ends it too."""
    text = "".join(pages_of(content))
    left = {question.id: head(question) for question in questions}
    starts: list[int] = []
    searched = 0
    for number in range(1, len(questions) + 1):
        places = [
            (place, -len(stem), identity)
            for identity, stem in left.items()
            if (place := text.find(f"{number}{stem}", searched)) >= 0
        ]
        place, size, identity = min(places)
        del left[identity]
        starts.append(place + len(str(number)))
        searched = place - size
    ends = [*(start - len(str(number)) for number, start in enumerate(starts[1:], 2)), len(text)]
    return {
        number: re.sub(r"Part\d+\.[A-Z].*$", "", text[start:end])
        if number < len(questions)
        else text[start:end]
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    }


READERS: dict[str, Reader] = {"pdf": from_pdf, "html": from_html, "docx": from_docx}


# --- what the paper prints, and what the key must say about it ------------------------------------


@dataclass(frozen=True)
class Offer:
    """The texts of a question on one version, in printed order."""

    texts: tuple[str, ...] = ()
    """Options, premises or steps."""
    responses: tuple[str, ...] = ()


def row(marks: Sequence[str], texts: Sequence[str]) -> str:
    """Return a pattern for marks that are each followed by one of the texts."""
    one = "|".join(
        re.escape(text) for text in sorted(set(texts), key=lambda text: (-len(text), text))
    )
    return "".join(f"{mark}({one})" for mark in marks)


def offered(question: Question, printed: str) -> Offer:
    """Return the options, premises, responses or steps of a question in printed order."""

    def read(pattern: str) -> tuple[str, ...]:
        match = re.search(pattern, printed)
        assert match is not None, (question.id, pattern, printed)
        return match.groups()

    match question:
        case Choice() | Multiple():
            texts = [flat(option.text) for option in question.options]
            return Offer(read(row(LETTERS[: len(texts)], texts)))
        case Ordering():
            return Offer(
                read(row([""] * len(question.sequence), [flat(step) for step in question.sequence]))
            )
        case Matching():
            premises = [flat(pair.premise) for pair in question.pairs]
            responses = [*(pair.response for pair in question.pairs), *question.extras]
            texts = [*dict.fromkeys(map(squeezed, responses))]
            numbers = [str(number) for number in range(1, len(premises) + 1)]
            order = read(row(numbers, premises) + row(LETTERS[: len(texts)], texts))
            return Offer(order[: len(premises)], order[len(premises) :])
        case TrueFalse():
            assert re.search("T?TrueF?False$|☐True☐False$", printed), printed
        case Numerical():
            assert printed.endswith(squeezed(question.unit))
        case _:
            pass
    return Offer()


def shown(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def words(answers: Sequence[Any]) -> str:
    """Return the accepted answers, the best one first."""
    shown = [
        answer.text + (f" ({answer.credit} %)" if answer.credit < 100 else "") for answer in answers
    ]
    return squeezed(shown[0] + (f"; also accepted: {'; '.join(shown[1:])}" if shown[1:] else ""))


def right(question: Question, offer: Offer) -> tuple[str, str]:
    """Return how the key must begin and what the strip must say, by the bank and the paper."""
    match question:
        case Choice() | Multiple():
            keys = {flat(option.text) for option in question.options if option.correct}
            marked = [
                (mark, text)
                for mark, text in zip(LETTERS, offer.texts, strict=False)
                if text in keys
            ]
            assert len(marked) == len(keys)
            return "".join(mark + text for mark, text in marked), ",".join(
                mark for mark, _ in marked
            )
        case Matching():
            partner = {flat(pair.premise): squeezed(pair.response) for pair in question.pairs}
            lines = [
                (number, LETTERS[offer.responses.index(partner[premise])], premise)
                for number, premise in enumerate(offer.texts, 1)
            ]
            entry = "".join(
                f"{number}{mark}{premise}–{partner[premise]}" for number, mark, premise in lines
            )
            return entry, "".join(f"{number}{mark}" for number, mark, _ in lines)
        case Ordering():
            steps = [flat(step) for step in question.sequence]
            boxes = "".join(str(steps.index(text) + 1) for text in offer.texts)
            listed = "".join(f"{number}{step}" for number, step in enumerate(steps, 1))
            return f"Intheboxes,fromtoptobottom:{boxes}{listed}", boxes
        case TrueFalse():
            return str(question.answer), str(question.answer)
        case Numerical():
            near = f"±{shown(question.tolerance)}" if question.tolerance else ""
            line = squeezed(
                f"{shown(question.answer)}{near}{question.unit}{'' if near else ',exactly'}"
            )
            return line, line
        case ShortAnswer():
            return words(question.answers), squeezed(question.answers[0].text)
        case Cloze():
            gaps = "".join(
                f"{number}{words(gap.answers)}" for number, gap in enumerate(question.gaps, 1)
            )
            return gaps, squeezed(";".join(gap.answers[0].text for gap in question.gaps))
        case _:
            return "", "seetherubric"


def spoken(question: Question, offer: Offer) -> Iterator[tuple[str, str]]:
    """Yield what else the key must say: a mark, or an empty text, and Markdown."""
    yield "", question.explain
    match question:
        case Choice() | Multiple():
            replies = {flat(option.text): option.feedback for option in question.options}
            yield from (
                (mark, replies[text]) for mark, text in zip(LETTERS, offer.texts, strict=False)
            )
        case TrueFalse():
            yield from (("True", question.feedback.true), ("False", question.feedback.false))
        case Matching():
            replies = {flat(pair.premise): pair.feedback for pair in question.pairs}
            yield from ((str(number), replies[text]) for number, text in enumerate(offer.texts, 1))
        case Numerical():
            if question.tolerance:
                low, high = (
                    question.answer - question.tolerance,
                    question.answer + question.tolerance,
                )
                yield "", f"for {shown(low)} to {shown(high)}."
            yield "", question.working
            yield from ((shown(slip.value), slip.feedback) for slip in question.wrong)
        case ShortAnswer():
            yield from ((answer.text, answer.feedback) for answer in question.answers)
            yield from ((slip.text, slip.feedback) for slip in question.wrong)
            yield from ((shown(line.points), line.text) for line in question.rubric)
        case Cloze():
            for gap in question.gaps:
                yield from ((answer.text, answer.feedback) for answer in gap.answers)
                yield from ((slip.text, slip.feedback) for slip in gap.wrong)
        case Essay():
            yield "", question.model_answer
            yield from ((shown(line.points), line.text) for line in question.rubric)
        case _:
            pass


# --- the printed files ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Printed:
    """An exam of one paper and its files by name."""

    questions: Mapping[str, Question]
    letters: tuple[str, ...]
    files: Mapping[str, bytes]
    _texts: dict[str, dict[int, str]] = field(default_factory=dict)

    def read(self, letter: str, kind: str, part: str = "") -> dict[int, str]:
        name = f"{letter}{part}.{kind}"
        if name not in self._texts:
            questions = [*self.questions.values()]
            self._texts[name] = READERS[kind](self.files[name], questions)
            assert [*self._texts[name]] == [*range(1, len(questions) + 1)]
        return self._texts[name]

    def asked(self, number: int, text: str) -> tuple[Question, str]:
        """Return the question of an entry, found by stem and id, and the text that follows."""
        matches = [
            (len(identity), match.end(), question)
            for identity, question in self.questions.items()
            if text.startswith(head(question))
            and (match := re.search(rf"points?\)?{re.escape(identity)}", text))
        ]
        assert matches, (number, text)
        _, end, question = max(matches, key=lambda match: match[0])
        return question, text[end:]


def head(question: Question) -> str:
    """Return the beginning of the stem, up to the first gap."""
    return first_paragraph(question.stem.partition("{{")[0])


def printed(bank: Bank, exam: Exam) -> Printed:
    made = papers.build(bank, exam)
    assert made.diagnostics == ()
    (paper,) = exam.papers
    used = {placed.id for placed in paper.versions[0].questions}
    stem = f"exam/{exam.name}/{exam.name}-"
    return Printed(
        {question.id: question for question in bank.questions if question.id in used},
        tuple(version.letter for version in paper.versions),
        {name.removeprefix(stem): content for name, content in made.files.items()},
    )


@pytest.fixture(scope="module")
def mini() -> Printed:
    """Every type in three versions, with enough options that some order differs."""
    bank = load(Path(__file__).parents[1] / "mini").bank
    assert bank is not None
    questions = [question for question in bank.ready if question.type != "flashcard"]
    versions = tuple(arrange(questions, "1", letter) for letter in version_letters(3))
    for kind in (Choice, Multiple, Matching, Ordering):
        ids = {question.id for question in questions if isinstance(question, kind)}
        orders = {
            placed.order for version in versions for placed in version.questions if placed.id in ids
        }
        assert any(order != tuple(sorted(order)) for order in orders)
    return printed(bank, Exam("all", "All kinds", "1", (Paper(1, versions),)))


@pytest.fixture(scope="module")
def final(shipped: Bank) -> Printed:
    """A paper of the shipped course in two versions, mostly of types that have an order."""
    types = {
        "choice": 4, "multiple": 3, "matching": 3, "ordering": 2, "truefalse": 2, "numerical": 2,
        "cloze": 2, "shortanswer": 2,
    }  # fmt: skip
    blueprint = Blueprint.model_validate(
        {"title": "Final", "items": 20, "versions": 2, "types": types}
    )
    course = shipped.course.model_copy(update={"blueprints": {"final": blueprint}})
    exam, drawn = plan(replace(shipped, course=course), "final")
    assert exam is not None, drawn.diagnostics
    return printed(shipped, exam)


# --- agreement ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*READERS])
@pytest.mark.parametrize("course", ["mini", "final"])
def test_paper_key_and_bank_agree(course: str, kind: str, request: pytest.FixtureRequest) -> None:
    exam: Printed = request.getfixturevalue(course)
    for letter in exam.letters:
        paper, key = exam.read(letter, kind), exam.read(letter, kind, "-key")
        for number, entry in key.items():
            question, answers = exam.asked(number, entry)
            assert paper[number].startswith(head(question))
            offer = offered(question, paper[number].removeprefix(head(question)))
            expected, _ = right(question, offer)
            assert answers.startswith(expected), (letter, number, expected, answers)
            for mark, markdown in spoken(question, offer):
                if markdown:
                    pattern = (
                        rf"{re.escape(squeezed(mark))}:?{re.escape(first_paragraph(markdown))}"
                    )
                    assert re.search(pattern, answers), (letter, number, mark, markdown, answers)


@pytest.mark.parametrize("course", ["mini", "final"])
def test_strips_say_what_the_papers_of_their_version_say(
    course: str, request: pytest.FixtureRequest
) -> None:
    exam: Printed = request.getfixturevalue(course)
    pages = pages_of(exam.files["strips.pdf"])
    assert len(pages) == len(exam.letters)
    for letter, page in zip(exam.letters, pages, strict=True):
        paper, key = exam.read(letter, "pdf"), exam.read(letter, "pdf", "-key")
        expected = ""
        for number, entry in key.items():
            question, _ = exam.asked(number, entry)
            _, strip = right(
                question, offered(question, paper[number].removeprefix(head(question)))
            )
            # Long answers are shortened.
            row = re.escape(strip) if len(strip) < 30 else f"{re.escape(strip[:20])}.*?"
            expected += f"{number}{row}{re.escape(shown(question.points))}"
        rows = page.replace("No.AnswerPoints", "")  # the head of each column of the page
        assert re.search(f"Version{letter}·Papercode[0-9A-F]{{6}}{expected}$", rows), (
            letter,
            expected,
            page,
        )
