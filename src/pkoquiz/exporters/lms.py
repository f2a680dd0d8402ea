"""Shared parts of the exports to learning management systems.

These are the selection of questions, HTML texts with the files they show, feedback and names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote

from pkoquiz import markup
from pkoquiz.diagnostics import Place
from pkoquiz.exam import rules
from pkoquiz.exporters import phrases
from pkoquiz.exporters.export import Note
from pkoquiz.exporters.feedback import block_html, escaped, explanation_html
from pkoquiz.exporters.fields import ROWS, TYPE_ROWS, Column
from pkoquiz.language import in_quotes, say
from pkoquiz.markup import MediaHtml
from pkoquiz.model.answers import (
    Blanks,
    Number,
    Options,
    Pairs,
    Steps,
    Verdict,
    Written,
    replies,
    task_of,
)
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import GAP, Question
from pkoquiz.prose import shortened

QuizTask = Options | Verdict | Pairs | Steps | Blanks | Number | Written
"""All tasks but recall."""

Chosen = list[tuple[Question, QuizTask]]

Report = Callable[[str], None]
"""Called with what the format cannot express."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def legal(text: str) -> str:
    """Return the text without the characters that are not allowed in XML."""
    return _ILLEGAL.sub("", text)


def xml(text: str) -> str:
    """Return any text, escaped as the text of an element or as an attribute."""
    return escape(legal(text))


# --- which questions ------------------------------------------------------------------------------


def chosen(bank: Bank, questions: Sequence[Question], column: Column, notes: list[Note]) -> Chosen:
    """Return the questions that the format can express, in teaching order.

    Each question that is left out, and each row of the table of fields that a question loses, is
    added to `notes`.
    """
    order = {slug: index for index, slug in enumerate(bank.sections)}
    exported: Chosen = []
    lossy = [row for row in ROWS if row.noted and column[row.name].mark != "written"]
    for question in sorted(questions, key=lambda question: order.get(question.section, len(order))):
        if question.status != "ready":
            reason = f"{question.status} questions are not exported"
            notes.append(Note(reason, question.id, question.place))
            continue
        task = task_of(question)
        losses = []
        is_left_out = False
        for row in lossy:
            cell = column[row.name]
            if row.uses(question, task):
                losses.append(f"{row.title}: {_sentence(cell.mark, cell.text)}")
                is_left_out |= cell.mark == "question left out"
                is_left_out |= row in TYPE_ROWS and cell.mark == "left out"
                if is_left_out:
                    losses = losses[-1:]
                    break
        notes += (Note(loss, question.id, question.place) for loss in losses)
        if not is_left_out and isinstance(task, QuizTask):
            exported.append((question, task))
    return exported


def _sentence(mark: str, text: str) -> str:
    if mark == "changed":
        return text
    return f"{mark}: {text}" if text else mark


def counts(exported: Iterable[tuple[Question, object]]) -> Mapping[str, int]:
    """Return the number of questions by type."""
    return Counter[str](question.type for question, _ in exported)


def nothing(bank: Bank, notes: list[Note], format: str) -> tuple[Note, ...]:
    """Return the notes of an export without questions."""
    place = bank.questions[0].place if bank.questions else Place("course.yaml")
    notes.append(Note(f"no question can be exported to {format}: no file is written", "", place))
    return tuple(notes)


def reporter(question: Question, notes: list[Note]) -> Report:
    """Return a function that adds each reason to `notes`, once."""
    reasons: set[str] = set()

    def report(reason: str) -> None:
        if reason not in reasons:
            reasons.add(reason)
            notes.append(Note(reason, question.id, question.place))

    return report


def section_titles(bank: Bank, exported: Chosen) -> dict[str, str]:
    """Return the titles of the sections that have questions, by slug, all different."""
    slugs = dict.fromkeys(question.section for question, _ in exported)
    titles = {
        slug: shortened(bank.sections[slug].title, 150) if slug in bank.sections else slug
        for slug in slugs
    }
    uses = Counter(title.casefold() for title in titles.values())
    return {
        slug: title if uses[title.casefold()] == 1 else f"{title} [{slug}]"
        for slug, title in titles.items()
    }


# --- texts ----------------------------------------------------------------------------------------


_SOUNDS = {
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".flac": "audio/flac",
}
"""Media types of sounds by file extension."""


@dataclass(frozen=True, slots=True)
class Media:
    """The files that texts show, and their names in a package."""

    files: Mapping[str, bytes]
    """Contents by path in the course."""
    folder: str
    """Where the package has its files, with a slash at the end."""
    player: Literal["audio", "object"] = "audio"
    """The element that plays sounds."""
    names: dict[str, str] = field(default_factory=dict)
    """Path in the package by path in the course, of all files shown so far."""
    missing: list[str] = field(default_factory=list)

    def show(self, source: str, alt: str) -> str:
        """Return HTML that shows or plays a file."""
        if source not in self.files:
            self.missing.append(source)
            return f"[{escape(alt or source)}]"
        target = quote(self._name(source))
        if source.lower().endswith(markup.AUDIO):
            if self.player == "object":
                kind = _SOUNDS[PurePosixPath(source).suffix.lower()]
                return f'<object data="{target}" type="{kind}">{escape(alt or source)}</object>'
            link = f'<a href="{target}">{escape(alt or PurePosixPath(source).name)}</a>'
            return f'<audio controls="controls" src="{target}">{link}</audio>'
        return f'<img src="{target}" alt="{escape(alt)}">'

    def _name(self, source: str) -> str:
        if source not in self.names:
            path = PurePosixPath(re.sub(r"[^\w./-]+", "-", source, flags=re.ASCII))
            stem, suffix = path.stem[:80].strip(".-") or "file", path.suffix[:12]
            taken = {name.casefold() for name in self.names.values()}
            name, count = f"{self.folder}{stem}{suffix}", 1
            while name.casefold() in taken:
                count += 1
                name = f"{self.folder}{stem}-{count}{suffix}"
            self.names[source] = name
        return self.names[source]

    @property
    def contents(self) -> dict[str, bytes]:
        """The contents of all files shown so far, by path in the package."""
        return {name: self.files[source] for source, name in self.names.items()}


def described(source: str, alt: str) -> str:
    """Return the description of a file, for formats that contain no files."""
    return f"[{escape(alt or source)}]"


def stem_html(question: Question, task: QuizTask, show: MediaHtml, gaps: Sequence[str] = ()) -> str:
    """Return the stem as HTML, with `gaps` in their places and an instruction if it needs one."""
    html = legal(markup.html(question.stem, show))
    if isinstance(task, Blanks) and task.in_stem:
        return with_gaps(html, gaps)
    instruction = instruction_of(question, task)
    return f"{html}<p><em>{instruction}</em></p>" if instruction else html


def instruction_of(question: Question, task: QuizTask) -> str:
    """Return the instruction for an answer as HTML; it never reveals how many are right."""
    match task:
        case Options(several=True, exact=exact):
            rule = say(phrases.ALL_OR_NOTHING) if exact else say(phrases.WRONG_CHOICES_SUBTRACT)
            is_said = "all that apply" in question.stem.casefold()
            return rule if is_said else f"{say(phrases.CHOOSE_ALL)} {rule}"
        case Number(unit=unit) if unit:
            return say(phrases.ANSWER_IN_UNIT, unit=escaped(unit))
        case Written():
            return rules.length(task)
        case _:
            return ""


_TAG = re.compile(r"<[^>]*>")


def with_gaps(html: str, gaps: Sequence[str]) -> str:
    """Return the HTML of a cloze with each `{{n}}` replaced by `gaps[n - 1]`, once.

    A gap inside a tag, such as the description of a picture, is moved behind the tag.
    """
    shown = {int(number) for number in GAP.findall(_TAG.sub("", html))}
    text = waiting = ""
    written: set[int] = set()
    for index, part in enumerate(GAP.split(html)):
        if index % 2 == 0:
            if waiting and ">" in part:
                end = part.index(">") + 1
                part, waiting = part[:end] + waiting + part[end:], ""
            text += part
            continue
        number = int(part)
        is_inside_tag = text.rfind("<") > text.rfind(">")
        if number in written or (is_inside_tag and number in shown):
            text += "___"
            continue
        written.add(number)
        if is_inside_tag:
            text, waiting = text + "___", waiting + gaps[number - 1]
        else:
            text += gaps[number - 1]
    rest = [gap for number, gap in enumerate(gaps, 1) if number not in written]
    return " ".join([text, *rest])


def general_html(
    bank: Bank,
    question: Question,
    task: QuizTask,
    show: MediaHtml,
    *,
    mistakes: bool = False,
    answers: bool = False,
    inline_style: bool = True,
) -> str:
    """Return the general feedback: explanation, remarks and citations.

    With `mistakes`, it lists the feedback on wrong answers, and with `answers` that on accepted
    ones, for formats that cannot show it to those who answer so. `inline_style` is for systems
    without style sheets.
    """
    html = explanation_html(bank, question, task, show, inline_style=inline_style)
    listed = ""
    if isinstance(task, Blanks | Number):
        in_gaps = isinstance(task, Blanks) and len(task.blanks) > 1
        for reply in replies(question):
            if not reply.said or not (answers if reply.credit else mistakes):
                continue
            answer = (
                in_quotes(escaped(reply.answer)) if reply.answer else say(phrases.ANY_OTHER_ANSWER)
            )
            place = f"{say(phrases.GAP, number=reply.index + 1)}: " if in_gaps else ""
            listed += f"<li>{place}{answer}: {block_html(reply.said, show)}</li>"
    if listed:
        html = f"<p>{say(phrases.ON_ANSWERS)}</p><ul>{listed}</ul>{html}"
    return legal(html)


def as_xhtml(html: str) -> str:
    """Return HTML of this program as XML, with its empty elements closed."""
    return re.sub(r"<(br|hr|img)\b([^>]*?)/?>", r"<\1\2/>", html)


# --- names and orders -----------------------------------------------------------------------------


def identifier(name: str) -> str:
    """Return the id of a question or the slug of a section as an XML name, injectively."""
    name = name.replace(".", "_")
    return name if name[0].isalpha() else f"_{name}"


def pool_name(number: int) -> str:
    """Return the name of a pool from which every student gets different questions."""
    return say(phrases.POOL, number=number)


def name_of(question: Question, length: int = 120) -> str:
    """Return a line for lists of questions: the id and the beginning of the stem."""
    stem = question.stem
    if question.type == "cloze":
        stem = GAP.sub("___", stem)
    return shortened(legal(f"{question.id}: {markup.plain(stem)}"), length)


def scrambled(question: Question, count: int) -> tuple[int, ...]:
    """Return the positions 0 to `count` - 1 in an order that depends on the id; never ascending.

    It is used for steps and responses, so that the file itself does not give the answer away.
    """
    order = sorted(
        range(count), key=lambda index: sha256(f"{question.id}/{index}".encode()).digest()
    )
    return tuple(order[1:] + order[:1]) if order == list(range(count)) else tuple(order)
