"""The key of a version, and the strips of all versions, as Typst source."""

from __future__ import annotations

from collections.abc import Iterator

from pkoquiz.exam import rules as wording
from pkoquiz.exam.exam import Exam, Paper, questions_of, total_points
from pkoquiz.exam.versions import Placed, Version
from pkoquiz.exporters.papers.sources import Setting, array, content, head, string
from pkoquiz.exporters.papers.typst import stem
from pkoquiz.markup import inline_typst, literal, typst
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import Essay, Numerical, Question, ShortAnswer
from pkoquiz.quotes.citations import references

_LONG = 3_200
"""Characters of source from which on question and answer may be divided between pages."""


def key_source(bank: Bank, exam: Exam, paper: Paper, version: Version, setting: Setting) -> str:
    """The key of one version: answer, credit, explanation, remarks and quotes of every question."""
    sign, right = version.code, wording.label(exam, paper.number, version)
    sections = wording.parts(bank, version)
    total = total_points(questions_of(bank, version))
    told = f"{right} · Paper code {sign} · {wording.points(total)}"
    body = [
        f'#key-head({string("Answer key: " + exam.title)}, {string(bank.course.title)}, {string(told)}, "")'
    ]
    for section in sections:
        body.append(
            f"#key-part({section.number}, {string(section.title)}, {string(wording.points(section.points))})"
        )
        items = ", ".join(
            f"({placed.number}, {content(_key_entry(bank, question, placed))})"
            for question, placed in section.questions
        )
        body.append(f"#questions(gap: 1.9em, {items})")
    body.append("#even-pages()")
    size = 18.0 if exam.layout.large_print else 10.5
    left = f"Answer key · {wording.running(exam, version)}"
    return head(bank, exam, setting, left, right, size) + "\n".join(body) + "\n"


def _key_entry(bank: Bank, question: Question, placed: Placed) -> str:
    told = wording.points(question.points)
    parts = [f"#key-stem({content(stem(question))}, {string(question.id)}, {string(told)})"]
    right = wording.right_answer(question, placed)
    if right:
        lines = [
            f"({string(each.mark)}, {content(inline_typst(each.markdown) + (literal(' – ') if each.markdown and each.plain else '') + literal(each.plain))})"
            for each in right
        ]
        parts.append(f"#key-answer({', '.join(lines)})")
    rule = wording.credit_rule(question)
    if rule:
        parts.append(f"#key-rule({string(rule)})")
    if isinstance(question, Essay | ShortAnswer) and question.rubric:
        rows = [
            f"({string(number(line.points))}, {content(inline_typst(line.text))})"
            for line in question.rubric
        ]
        together = "true" if wording.fits_a_page(question.rubric) else "false"
        parts.append(f"#key-rubric({together}, {', '.join(rows)})")
    if isinstance(question, Essay):
        parts.append(f"#strong[Model answer.] {typst(question.model_answer)}\n")
    if isinstance(question, Numerical) and question.working:
        parts.append(typst(question.working) + "\n")
    if question.explain:
        parts.append(typst(question.explain) + "\n")
    feedback = [
        f"({string(mark)}, {content(typst(text))})"
        for mark, text in wording.option_feedback(question, placed)
    ]
    if feedback:
        parts.append(f"#key-feedback({', '.join(feedback)})")
    remarks = list(_remarks(bank, question))
    if remarks:
        parts.append(f"#key-remarks({', '.join(content(remark) for remark in remarks)})")
    for reference in references(bank, question):
        note = content(inline_typst(reference.note)) if reference.note else "none"
        parts.append(f"#key-quote({string(reference.quote)}, {note}, {string(reference.where)})")
    # Question and answer stand together with what follows; quotes may go on over the page.
    first = 2 if right else 1
    top, rest = "\n\n".join(parts[:first]), "\n\n".join(parts[first:])
    return f"#keep-with-next[{top}]\n\n{rest}" if len(top) < _LONG else f"{top}\n\n{rest}"


def _remarks(bank: Bank, question: Question) -> Iterator[str]:
    if question.attribution:
        yield f"{literal('View of ')}{inline_typst(question.attribution)}"
    if question.note:
        yield f"{literal('Note: ')}{inline_typst(question.note)}"
    for told in wording.errata_notes(bank, question):
        yield literal(told)


# --- answer strips --------------------------------------------------------------------------------

_SIZES = ((12, 2, 0.6), (11, 2, 0.5), (10, 2, 0.4), (10, 2, 0.3), (9, 3, 0.35), (8.5, 3, 0.25), (8, 4, 0.25), (7, 4, 0.2),
          (6, 5, 0.2), (5, 6, 0.2), (4, 7, 0.15), (3, 9, 0.15), (2, 12, 0.1))  # fmt: skip
"""Type in points, columns, room above and below a line in em: the roomiest that fits is taken."""

_WIDTH, _HEIGHT = 450, 560
"""Points that a page of either size surely has for the table."""


def strips_source(bank: Bank, exam: Exam, paper: Paper, setting: Setting) -> str:
    """One page for each version of a paper with nothing but numbers, answers and points."""
    pages = []
    for version in paper.versions:
        told = f"{wording.label(exam, paper.number, version)} · Paper code {version.code}"
        answers = [
            _short(wording.answer(question, placed), len(version.questions))
            for question, placed in zip(questions_of(bank, version), version.questions, strict=True)
        ]
        cells = [
            array([string(str(placed.number)), string(answer), string(number(question.points))])
            for answer, question, placed in zip(
                answers, questions_of(bank, version), version.questions, strict=True
            )
        ]
        size, columns, room = _strip_size(answers)
        pages.append(
            f"#strip({string(exam.title)}, {string(told)}, {size}pt, {columns}, {room}em, {array(cells)})"
        )
    return (
        head(bank, exam, setting, exam.title, "Answer strips", 11)
        + "\n#pagebreak()\n".join(pages)
        + "\n"
    )


def _strip_size(answers: list[str]) -> tuple[float, int, float]:
    """Reckoned and not measured: measuring thirty pages cost two seconds and half a gigabyte."""
    for size, columns, room in _SIZES:
        letters = max(4.0, (_WIDTH / columns - 5.5 * size) / (0.55 * size))
        rows = -(-len(answers) // columns)
        heights = [
            size * (0.7 + 2 * room + 1.3 * (-(-len(answer) // letters) - 1)) for answer in answers
        ]
        tallest = max(sum(heights[at : at + rows]) for at in range(0, len(answers), max(1, rows)))
        if tallest < _HEIGHT:
            return size, columns, room
    return _SIZES[-1]


def _short(text: str, count: int) -> str:
    limit = 60 if count <= 60 else 30 if count <= 150 else 20
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
