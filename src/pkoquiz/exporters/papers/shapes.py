"""The shapes of printed documents, which the PDF, HTML and DOCX writers draw.

Every printed word is in a shape: writers add no words, and do not depend on question types. A `str`
is plain text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple

from pkoquiz.model.question import GAP as GAP


class Plain(NamedTuple):
    """Part of a line that is printed as it is."""

    text: str


class Inline(NamedTuple):
    """One line of Markdown, or part of it."""

    markdown: str


class Line(NamedTuple):
    """Plain text and Markdown, one after the other."""

    pieces: tuple[Plain | Inline, ...]


class Blocks(NamedTuple):
    """Paragraphs and lists in Markdown."""

    markdown: str


class Labelled(NamedTuple):
    """A plain text with a label before it."""

    label: str
    text: str


class Explained(NamedTuple):
    """A label, such as an answer, with an explanation in Markdown."""

    label: str
    text: Blocks


# --- frame and cover ------------------------------------------------------------------------------


class Frame(NamedTuple):
    """The frame of a document: its properties and the footer of each page."""

    title: str
    language: str
    """As in HTML: `en-GB`."""
    direction: Literal["ltr", "rtl"]
    quotes: tuple[str, str]
    """Opening and closing quotation mark."""
    paper: str
    """`a4` or `us-letter`."""
    left: str
    """At the left of the footer."""
    right: str
    """At the right of the footer."""
    page: tuple[str, str, str]
    """The words before, between and after the number of the page and the number of pages."""
    empty_page: str
    """Printed on the page that is added if the number of pages is odd."""
    columns: int = 1
    large_print: bool = False


class Fact(NamedTuple):
    """A line of the cover; without a value, it has room for writing."""

    label: str
    value: Line | None


class Overview(NamedTuple):
    """The table of parts on the cover: title, questions and points."""

    heads: tuple[str, str, str]
    rows: tuple[tuple[str, str, str], ...]
    total: tuple[str, str, str]
    marked: str
    """The head of a column to write points in; empty if there is no such column."""


class Cover(NamedTuple):
    """The first page of a paper."""

    institution: str
    title: str
    course: str
    version: tuple[str, str] | None
    """A label and the letter, in a box."""
    fields: tuple[str, ...]
    """Labels of boxes to fill in."""
    facts: tuple[Fact, ...]
    overview: Overview
    instructions: Blocks | None
    rules: tuple[str, ...]
    rules_title: str
    closing: str


# --- questions ------------------------------------------------------------------------------------


class Prompt(NamedTuple):
    """The prompt of a question."""

    id: str
    number: int
    stem: Blocks
    """With `gaps`, `{{1}}` is the first gap (see `GAP`)."""
    worth: str
    gaps: int = 0
    gap_width: int = 0
    """Characters that fit in a gap."""


def hidden_gaps(prompt: Prompt, drawn: Collection[str]) -> list[str]:
    """Return the numbers of the gaps that could not be drawn in place, such as in an address."""
    numbers = (str(number) for number in range(1, prompt.gaps + 1))
    return [number for number in numbers if number not in drawn]


class Options(NamedTuple):
    """Marked options to choose from; `several` may be right."""

    options: tuple[tuple[str, Inline], ...]
    several: bool


class Verdict(NamedTuple):
    """Two marked words, one of which is right."""

    words: tuple[tuple[str, str], tuple[str, str]]


class Match(NamedTuple):
    """Numbered premises with boxes, for the marks of the responses."""

    premises: tuple[Inline, ...]
    responses: tuple[tuple[str, str], ...]


class Steps(NamedTuple):
    """Steps with boxes for their numbers; `box` describes the boxes to screen readers."""

    box: str
    steps: tuple[Inline, ...]


class Box(NamedTuple):
    """A box for a number, with its unit after it."""

    unit: str


class Lines(NamedTuple):
    """Ruled lines to write on."""

    total: int
    note: str = ""
    """Printed above them."""
    long: bool = False
    """Whether they may continue on the next page."""

    def groups(self) -> tuple[int, int, int]:
        """Return how many lines stay with the question, may be divided, and end it together.

        The last ones stay together, so that no page has only a few lines of an essay.
        """
        first, last = 6, 8
        if not self.long or self.total < first + last:
            return self.total, 0, 0
        return first, self.total - first - last, last


Room = Options | Verdict | Match | Steps | Box | Lines
"""The space for the answer, or the choices."""


class Question(NamedTuple):
    """A question with the room for its answer, or None if the answer is written in the stem."""

    prompt: Prompt
    room: Room | None


class Part(NamedTuple):
    """A part of a paper: questions of one kind."""

    heading: str
    instruction: str
    worth: str
    questions: tuple[Question, ...]
    full_width: bool
    """Whether it is printed in one column even if the paper has two."""


class Paper(NamedTuple):
    """One version of a paper."""

    frame: Frame
    cover: Cover
    parts: tuple[Part, ...]


# --- keys and strips ------------------------------------------------------------------------------


class Right(NamedTuple):
    """A line of the right answer; the mark is a letter or number, or empty."""

    mark: str
    line: Line


class Rubric(NamedTuple):
    """The rubric of an answer that a person grades."""

    heads: tuple[str, str]
    rows: tuple[tuple[str, Inline], ...]
    short: bool
    """Whether the rubric certainly fits on a page."""


class Quote(NamedTuple):
    """Words of the transcript, an editor's note, and where the words are."""

    words: str
    note: Inline | None
    where: str
    time: str = ""
    """The time in `where`, if a recording has the quote."""
    recording: str = ""
    """The address at which the recording plays the quote."""
    language: str = ""
    """The language of the transcript if the questions have another one; otherwise an empty text."""


class Choice(NamedTuple):
    """An option, premise or step on a page of feedback, and what the candidate did with it."""

    mark: str
    """The printed letter of an option, or what is in the box of a premise or step."""
    line: Line
    note: str = ""
    """Whether it is the candidate's answer, and whether it is right."""
    chosen: bool = False
    bubble: Literal["", "round", "square"] = ""
    """The shape around the mark of an option."""


class Answered(NamedTuple):
    """A candidate's answer, and the choices they had."""

    answer: Labelled
    choices: tuple[Choice, ...] = ()


class Entry(NamedTuple):
    """The entry of a key for a question, from the right answer to the quotes that prove it."""

    prompt: Prompt
    right: tuple[Right, ...]
    credit: Labelled | None
    rubric: Rubric | None
    model_answer: Explained | None
    explanations: tuple[Blocks, ...]
    feedback: tuple[Explained, ...]
    remarks: tuple[Line, ...]
    quotes: tuple[Quote, ...]
    answered: Answered | None = None
    """Only on pages of feedback; printed before the right answer."""


class KeyPart(NamedTuple):
    """The answers to a part of a paper."""

    heading: str
    worth: str
    entries: tuple[Entry, ...]


class Key(NamedTuple):
    """The key of one version."""

    frame: Frame
    title: str
    course: str
    summary: str
    parts: tuple[KeyPart, ...]


class Strip(NamedTuple):
    """The answers of one version on one page."""

    title: str
    summary: str
    rows: tuple[tuple[str, str, str], ...]


class Strips(NamedTuple):
    """The strips of all versions of a paper: number, answer and points of each question."""

    frame: Frame
    heads: tuple[str, str, str]
    strips: tuple[Strip, ...]


def texts(shape: object) -> Iterator[str]:
    """Yield every text of a shape."""
    if isinstance(shape, str):
        yield shape
    elif isinstance(shape, tuple):  # a shape is one too
        for inner in shape:
            yield from texts(inner)
