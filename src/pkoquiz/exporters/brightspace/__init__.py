"""The Brightspace export: a CSV file for the Question Library, after the vendor's template.

A question is a block of rows with five cells; the first names the field. Brightspace itself was
not available: the rules are those of the template and of files that are known to import.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import assert_never

from pkoquiz import markup
from pkoquiz.exporters import lms
from pkoquiz.exporters.export import Export, Note
from pkoquiz.exporters.feedback import escaped, grading_html
from pkoquiz.exporters.fields import asked
from pkoquiz.exporters.lms import QuizTask, described
from pkoquiz.exporters.table import BRIGHTSPACE
from pkoquiz.model.answers import Blanks, Number, Options, Pairs, Steps, Verdict, Written
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import Question

_CELLS = 5
_DIFFICULTIES = {"easy": "2", "medium": "5", "hard": "8"}
_FOLDER = "images/"

Row = Sequence[str]


def export(bank: Bank, *, questions: Sequence[Question] | None = None) -> Export:
    """Return `brightspace/<course.short>.csv`, and the pictures that its questions show."""
    notes: list[Note] = []
    media = lms.Media(bank.media, _FOLDER)
    exported, blocks = [], []
    for question, task in lms.chosen(
        bank, bank.questions if questions is None else questions, BRIGHTSPACE, notes
    ):
        picture = _picture(question, task, bank)
        if picture is None:
            report = lms.reporter(question, notes)
            report("question left out: the CSV file has a place for one picture of the stem")
            continue
        exported.append((question, task))
        blocks.append((question.section, list(_block(bank, question, task, picture, media))))
    if not exported:
        return Export(notes=lms.nothing(bank, notes, "Brightspace"))
    titles = lms.section_titles(bank, exported)
    # The byte order mark tells spreadsheets and the importer that this is UTF-8.
    text = io.StringIO("\ufeff", newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, lineterminator="\r\n")
    for section, group in groupby(blocks, key=lambda block: block[0]):
        writer.writerow(_row(f"//{_line(titles[section])}"))
        for _, rows in group:
            writer.writerows(_row(*row) for row in rows)
    folder = "brightspace/"
    files = {f"{folder}{bank.course.short}.csv": text.getvalue().encode()}
    files |= {f"{folder}{name}": content for name, content in media.contents.items()}
    return Export(files, lms.counts(exported), tuple(notes))


def _row(*cells: str) -> Row:
    return [*cells, *[""] * (_CELLS - len(cells))]


def _picture(question: Question, task: QuizTask, bank: Bank) -> str | None:
    """Return the path of the only picture, "" if there is none, None if one is not enough."""
    stem, *others = asked(question, task)
    sources = [source for source, _ in markup.media_references(stem)]
    if len(sources) > 1 or any("![" in text for text in others):
        return None
    source = sources[0] if sources else ""
    return (
        None if (source and source not in bank.media) or source.endswith(markup.AUDIO) else source
    )


def _block(
    bank: Bank, question: Question, task: QuizTask, picture: str, media: lms.Media
) -> Iterator[Row]:
    yield ("NewQuestion", _type(task))
    yield ("ID", question.id)
    yield ("Title", lms.name_of(question))
    yield ("QuestionText", _html(lms.stem_html(question, task, described)), "HTML")
    yield ("Points", number(question.points))
    yield ("Difficulty", _DIFFICULTIES[question.difficulty])
    if picture:
        media.show(picture, "")
        yield ("Image", media.names[picture])
    yield from _answers(bank, question, task)
    if question.hints:
        hints = "<br>".join(markup.inline_html(hint, described) for hint in question.hints)
        yield ("Hint", _html(hints), "HTML")
    general = lms.general_html(bank, question, task, described, mistakes=True, answers=True)
    yield ("Feedback", _html(general), "HTML")
    yield ()


def _type(task: QuizTask) -> str:
    match task:
        case Options(several=several):
            return "MS" if several else "MC"
        case Verdict():
            return "TF"
        case Pairs():
            return "M"
        case Steps():
            return "O"
        case Blanks():
            return "SA"
        case Written():
            return "WR"
        case Number():
            return ""  # the table of fields leaves numbers out
        case _ as never:
            assert_never(never)


def _answers(bank: Bank, question: Question, task: QuizTask) -> Iterator[Row]:
    match task:
        case Options():
            if task.several:
                # With `RightAnswers`, options that are rightly not chosen would earn points.
                yield ("Scoring", "AllOrNothing" if task.exact else "RightMinusWrong")
            full = "1" if task.several else "100"
            for index in task.order or range(len(task.options)):
                option = task.options[index]
                earned = full if option.correct else "0"
                yield ("Option", earned, _inline(option.text), "HTML", _said(option.feedback))
        case Verdict():
            yield ("TRUE", "100" if task.right else "0", _said(task.if_true))
            yield ("FALSE", "0" if task.right else "100", _said(task.if_false))
        case Pairs():
            yield ("Scoring", "EquallyWeighted")
            for index, pair in enumerate(task.pairs, 1):
                yield ("Choice", str(index), _inline(pair.premise), "HTML")
            for index in lms.scrambled(question, len(task.pairs)):
                yield ("Match", str(index + 1), _inline_text(task.pairs[index].response), "HTML")
        case Steps():
            yield ("Scoring", "EquallyWeighted")
            for step in task.steps:
                yield ("Item", _inline(step), "HTML")
        case Blanks():
            yield ("InputBox", "1", "40")
            for answer in task.blanks[0].answers:
                yield ("Answer", str(answer.credit), _line(answer.text))
        case Written():
            yield ("AnswerKey", _html(grading_html(bank, question, task, described)), "HTML")
        case Number():
            return
        case _ as never:
            assert_never(never)


def _inline(text: str) -> str:
    html = _html(markup.inline_html(text, described))
    return html or _inline_text(text)


def _inline_text(text: str) -> str:
    return _html(escaped(text))


def _said(text: str) -> str:
    return _html(markup.html(text, described)) if text else ""


def _html(html: str) -> str:
    """Return HTML on one line, with `<br>` between lines of code."""
    before, *others = lms.legal(html).split("<pre>")
    parts = [_line(before)]
    for other in others:
        code, end, rest = other.partition("</pre>")
        lines = code.replace("\n</code>", "</code>").splitlines()
        parts.append(f"<pre>{'<br>'.join(lines)}{end}{_line(rest)}")
    return "".join(parts)


def _line(text: str) -> str:
    return " ".join(lms.legal(text).split())
