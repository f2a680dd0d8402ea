"""Keys and answer strips as shapes: right answers, partial credit, and proving quotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from pkoquiz.exam import rules
from pkoquiz.exam.exam import Exam, Paper, total_points
from pkoquiz.exam.letters import letter
from pkoquiz.exam.versions import Placed, Version, key_letters, questions_of
from pkoquiz.exporters import phrases
from pkoquiz.exporters.papers import content, shapes
from pkoquiz.exporters.papers.shapes import Blocks, Explained, Inline, Labelled, Line, Plain, Right
from pkoquiz.language import decimal, in_quotes, percent, say, spoken
from pkoquiz.model import answers
from pkoquiz.model.answers import replies, task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Accepted, Criterion, number
from pkoquiz.model.question import Question
from pkoquiz.quotes.citations import references
from pkoquiz.quotes.find import find, slips_under

_RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT MARK}"


def key(bank: Bank, exam: Exam, paper: Paper, version: Version) -> shapes.Key:
    """Return the key of one version."""
    label = content.version_label(exam, paper, version)
    title = say("Answer key: {exam}", exam=exam.title)
    name = say("Answer key")
    footer = f"{name} · {content.running(exam, version)}"
    total = rules.points(total_points(questions_of(bank, version)))
    return shapes.Key(
        frame=content.frame(bank, exam, content.document_title(title, bank, label), footer, label),
        title=title,
        course=bank.course.title,
        summary=f"{label} · {_code(version)} · {total}",
        parts=tuple(
            shapes.KeyPart(
                part.heading,
                part.points,
                tuple(
                    entry(bank, question, placed)
                    for question, placed in zip(part.questions, part.placed, strict=True)
                ),
            )
            for part in content.parts(bank, version)
        ),
    )


def strips(bank: Bank, exam: Exam, paper: Paper) -> shapes.Strips:
    """Return the answers of all versions of a paper, for comparison with answer sheets."""
    label = say("Answer strips")
    title = content.document_title(exam.title, bank, label)
    return shapes.Strips(
        content.frame(bank, exam, title, exam.title, label),
        (say("No."), say("Answer"), say("Points")),
        tuple(
            shapes.Strip(
                say("Answers: {exam}", exam=exam.title),
                f"{content.version_label(exam, paper, version)} · {_code(version)}",
                tuple(_strip_rows(bank, version)),
            )
            for version in paper.versions
        ),
    )


def _code(version: Version) -> str:
    return say("Paper code {code}", code=version.code)


def _strip_rows(bank: Bank, version: Version) -> Iterator[tuple[str, str, str]]:
    count = len(version.questions)
    limit = 60 if count <= 60 else 30 if count <= 150 else 20
    for question, placed in zip(questions_of(bank, version), version.questions, strict=True):
        text = answer_line(question, placed)
        shown = text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
        yield str(placed.number), shown, decimal(number(question.points))


def answer_line(question: Question, placed: Placed) -> str:
    """Return the right answer on one line: letters, numbers or words."""
    letters = key_letters(question, placed)
    match task_of(question):
        case answers.Options():
            return ", ".join(letters)
        case answers.Verdict(right=right):
            return rules.verdict(right)[1]
        case answers.Pairs():
            # From right to left, a number would join the letter of the pair before it.
            end = _RIGHT_TO_LEFT if spoken().direction == "rtl" else ""
            pairs = (f"{number}\u00a0{mark}{end}" for number, mark in enumerate(letters, 1))
            return "  ".join(pairs)
        case answers.Steps():
            return " ".join(letters)
        case answers.Number(value=value, tolerance=tolerance, unit=unit):
            margin = f" ± {decimal(number(tolerance))}" if tolerance else ""
            shown = f"{decimal(number(value))}{margin}" + (f" {unit}" if unit else "")
            return shown if tolerance else say("{number}, exactly", number=shown)
        case answers.Blanks(blanks=blanks):
            return "; ".join(blank.answers[0].text for blank in blanks)
        case answers.Written(short=None):
            return say("see the rubric")
        case answers.Written(model=model):
            return model
        case answers.Recall():
            return ""
        case _ as never:
            assert_never(never)


# --- entries --------------------------------------------------------------------------------------


def entry(bank: Bank, question: Question, placed: Placed) -> shapes.Entry:
    """Return the entry of a key for a question as a version prints it."""
    task = task_of(question)
    rubric = model = None
    if isinstance(task, answers.Written):
        rubric = _rubric(task.rubric)
        model = (
            Explained(say(phrases.MODEL_ANSWER), Blocks(task.model)) if task.short is None else None
        )
    working = task.working if isinstance(task, answers.Number) else ""
    credit = rules.credit_rule(question)
    return shapes.Entry(
        prompt=content.prompt(question, placed, rules.points(question.points)),
        right=tuple(_right(question, placed)),
        credit=Labelled(say("Credit:"), credit) if credit else None,
        rubric=rubric,
        model_answer=model,
        explanations=tuple(Blocks(text) for text in (working, question.explain) if text),
        feedback=tuple(_feedback(question, placed)),
        remarks=tuple(_remarks(bank, question)),
        quotes=tuple(
            shapes.Quote(
                reference.quote,
                Inline(reference.note) if reference.note else None,
                reference.where,
                reference.time,
                reference.recording,
                reference.language,
            )
            for reference in references(bank, question)
        ),
    )


def _right(question: Question, placed: Placed) -> Iterator[Right]:
    """Yield the full right answer; nothing for an essay, which has a rubric and a model answer."""
    letters = key_letters(question, placed)
    match task_of(question):
        case answers.Options(options=options):
            keys = [options[index].text for index in placed.order if options[index].correct]
            for mark, text in zip(letters, keys, strict=True):
                yield Right(mark, Line((Inline(text),)))
        case answers.Pairs(pairs=pairs):
            for place, (index, mark) in enumerate(zip(placed.order, letters, strict=True), 1):
                pair = pairs[index]
                line = Line((Inline(pair.premise), Plain(f" – {pair.response}")))
                yield Right(f"{place} {mark}", line)
        case answers.Steps(steps=steps):
            numbers = " ".join(letters)
            yield _plain(say("In the boxes, from top to bottom: {numbers}", numbers=numbers))
            for place, step in enumerate(steps, 1):
                yield Right(str(place), Line((Inline(step),)))
        case answers.Blanks(blanks=blanks, in_stem=in_stem):
            for place, blank in enumerate(blanks, 1):
                yield _plain(_accepted(blank.answers), str(place) if in_stem else "")
        case answers.Written(short=short):
            if short:
                yield _plain(_accepted(short.answers))
        case answers.Verdict() | answers.Number():
            yield _plain(answer_line(question, placed))
        case answers.Recall():
            return
        case _ as never:
            assert_never(never)


def _plain(text: str, mark: str = "") -> Right:
    return Right(mark, Line((Plain(text),)))


def _accepted(accepted: Sequence[Accepted]) -> str:
    """Return `imposing; also accepted: using (50 %)`."""
    best, *others = (
        answer.text + (f" ({percent(answer.credit)})" if answer.credit < 100 else "")
        for answer in accepted
    )
    if not others:
        return best
    return say("{answer}; also accepted: {others}", answer=best, others="; ".join(others))


def _rubric(criteria: Sequence[Criterion]) -> shapes.Rubric:
    return shapes.Rubric(
        (say("Points"), say("Criterion")),
        tuple(
            (decimal(number(criterion.points)), Inline(criterion.text)) for criterion in criteria
        ),
        short=sum(len(criterion.text) + 60 for criterion in criteria) < 1_200,
    )


def _feedback(question: Question, placed: Placed) -> Iterator[Explained]:
    """Yield the author's feedback on each option or mistake, in printed order."""
    task = task_of(question)
    places = {index: place for place, index in enumerate(placed.order)}
    texts = [reply for reply in replies(question) if reply.said and reply.answer]
    for reply in sorted(texts, key=lambda reply: places.get(reply.index, 0)):
        label = reply.answer
        if isinstance(task, answers.Options):
            label = letter(places[reply.index])
        elif isinstance(task, answers.Pairs):
            label = str(places[reply.index] + 1)
        elif isinstance(task, answers.Verdict):
            label = rules.verdict(reply.answer == "True")[1]
        elif isinstance(task, answers.Number):
            label = decimal(label)
        yield Explained(label, Blocks(reply.said))


def _remarks(bank: Bank, question: Question) -> Iterator[Line]:
    if question.attribution:
        yield _remark(say("View of {speaker}", speaker="\0"), question.attribution)
    if question.note:
        yield _remark(say("Note: {note}", note="\0"), question.note)
    for text in dict.fromkeys(_errata(bank, question)):
        yield Line((Plain(text),))


def _remark(phrase: str, markdown: str) -> Line:
    """Return a phrase in which the value is Markdown."""
    before, after = phrase.split("\0")
    return Line((Plain(before), Inline(markdown), Plain(after)))


def _errata(bank: Bank, question: Question) -> Iterator[str]:
    """Yield the known errors in the words that the question quotes."""
    for citation in question.sources:
        passage = bank.passages.get(citation.passage_id)
        finding = find(citation.quote, passage.text) if passage else None
        if passage is None or finding is None:
            continue
        for erratum in slips_under(finding.spans, passage, bank.errata.get(passage.id, ())):
            if erratum.right and erratum.kind != "O":
                yield say(
                    "On {words} in the transcript: {correction}",
                    words=in_quotes(erratum.words),
                    correction=erratum.right,
                )
