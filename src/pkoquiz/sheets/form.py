"""The layout of answer sheets: bubbles, boxes to write in, and labels, in millimetres.

A form depends only on the manifest, the style and the length of candidate numbers. Coordinates
count from the top left of the page. Questions flow through columns from top to bottom; a row is
never divided between two columns or pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, NamedTuple, assert_never

from pkoquiz.exam import keys
from pkoquiz.exam.keys import KEYS, Key, graded_by_person
from pkoquiz.exam.letters import letter
from pkoquiz.exam.manifest import Manifest, VersionEntry
from pkoquiz.sheets.style import Style

POINT = "."
"""The label of the decimal point, which is printed as in the course's language."""
MINUS = "−"
HALF = "+½"
GAP = 7.0
"""The space between two columns."""
ID_DIGITS = 6
"""Digits of a candidate number, unless the command line says otherwise."""

Role = Literal["answer", "grader", "id"]

# Two columns of the widest rows fit on a page, in large print (7 bubbles each) and otherwise.
_PER_LINE = {True: 7, False: 10}
_GRADER_PER_LINE = 6
_SIGNS = (6, 8)
"""The smallest and largest number of columns for a number."""
_LINES = 6
"""How many boxes for words stay together."""
_SINGLE_VALUES = 9
"""How many values of points fit in one row; more values have two rows and a half point."""


class Question(NamedTuple):
    """The properties of a question that determine its room on a sheet."""

    id: str
    number: int
    key: Key
    points: Fraction
    options: int
    """Options, premises or steps."""
    responses: int


@dataclass(frozen=True, slots=True)
class Group:
    """The bubbles for one decision: a row of options, or the column of a digit."""

    page: int
    question: int
    """The printed number; 0 for the candidate number."""
    part: int
    """From 1: the premise, step, digit or row of points; 0 if there is only one."""
    role: Role
    several: bool
    """Whether several bubbles may be filled; such bubbles are squares."""
    labels: tuple[str, ...]
    centres: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class WritingBox:
    """A frame to write in, or (with `signs`) boxes for the signs of a number."""

    page: int
    question: int
    x: float
    y: float
    width: float
    height: float
    signs: int = 0
    unit: str = ""
    """The unit of the number."""


@dataclass(frozen=True, slots=True)
class Label:
    """A number beside a row of bubbles, with its baseline in the middle of the row."""

    page: int
    x: float
    y: float
    text: str
    grader: bool = False
    """Whether it is the frame of a grader's row, `width` wide, instead of a number."""
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Form:
    """The sheet of one version: all its pages."""

    style: Style
    pages: int
    id_digits: int
    """0 if the sheet is printed for a candidate."""
    groups: tuple[Group, ...]
    boxes: tuple[WritingBox, ...]
    labels: tuple[Label, ...]

    def of_page(self, page: int) -> tuple[Group, ...]:
        """Return the bubbles of a page."""
        return tuple(group for group in self.groups if group.page == page)

    def of_question(self, number: int) -> tuple[Group, ...]:
        """Return the bubbles of a question by its printed number."""
        return tuple(group for group in self.groups if group.question == number)

    def area(self, number: int, page: int) -> tuple[float, float, float, float] | None:
        """Return left, top, right and bottom of a question on a page, or None if it is elsewhere.

        Number 0 is the candidate number.
        """
        radius = self.style.bubble
        xs: list[float] = []
        ys: list[float] = []
        for group in self.groups:
            if (group.question, group.page) == (number, page):
                xs += [x for x, _ in group.centres]
                ys += [y for _, y in group.centres]
        for box in self.boxes:
            if (box.question, box.page) == (number, page):
                xs += [box.x, box.x + box.width]
                ys += [box.y, box.y + box.height]
        if not xs:
            return None
        left = min(xs) - radius - (self.style.label if number else 0)
        return left, min(ys) - radius, max(xs) + radius, max(ys) + radius


def questions(record: Manifest, version: VersionEntry) -> tuple[Question, ...]:
    """Return the questions of a version in printed order. The manifest has been validated."""
    listed = []
    for identity, entry in sorted(version.questions.items(), key=lambda item: item[1].number):
        known = record.questions[identity]
        key = KEYS[known.type].model_validate(known.answer)
        points, options = Fraction(known.points), len(entry.order)
        listed.append(Question(identity, entry.number, key, points, options, len(entry.responses)))
    return tuple(listed)


def form(asked: Sequence[Question], style: Style, id_digits: int = 0) -> Form:
    """Return the sheet for questions in printed order."""
    signs = _signs(asked)
    head = [_id_block(style, id_digits)] if id_digits else []
    blocks = [*head, *(block for question in asked for block in _blocks(question, style, signs))]
    widest = max((block.width for block in blocks), default=style.pitch[0])
    count = max(1, int((style.inner_width + GAP) // (widest + GAP)))
    step = (style.inner_width + GAP) / count
    top = header_height(style, bool(id_digits))
    page, column, y = 1, 0, top
    placed = []
    for block in blocks:
        while y + block.height > style.bottom and y > top:
            column, y = column + 1, top
            if column == count:
                page, column = page + 1, 0
                # Pages of a blank sheet belong together by the number of the candidate.
                placed += [block.moved(page, style.left, top) for block in head]
                y += sum(block.height for block in head)
        placed.append(block.moved(page, style.left + column * step, y))
        y += block.height
    return Form(
        style,
        page,
        id_digits,
        tuple(group for block in placed for group in block.groups),
        tuple(box for block in placed for box in block.boxes),
        tuple(label for block in placed for label in block.labels),
    )


def header_height(style: Style, blank: bool) -> float:
    """Return the position of the first row, below title, code, instructions and name."""
    return style.name_box[1] + (14.0 if style.large_print else 11.0) + (6.0 if blank else 0.0)


# --- blocks: what stays together, with its top left corner at (0, 0) ------------------------------


@dataclass(frozen=True, slots=True)
class _Block:
    width: float
    height: float
    groups: tuple[Group, ...] = ()
    boxes: tuple[WritingBox, ...] = ()
    labels: tuple[Label, ...] = ()

    def moved(self, page: int, x: float, y: float) -> _Block:
        """Return the block at its place."""
        return replace(
            self,
            groups=tuple(
                replace(
                    group,
                    page=page,
                    centres=tuple((x + left, y + top) for left, top in group.centres),
                )
                for group in self.groups
            ),
            boxes=tuple(replace(box, page=page, x=x + box.x, y=y + box.y) for box in self.boxes),
            labels=tuple(
                replace(label, page=page, x=x + label.x, y=y + label.y) for label in self.labels
            ),
        )


def _blocks(question: Question, style: Style, signs: int) -> Iterator[_Block]:
    if graded_by_person(question.key):
        yield from _written(question, style)
        return
    number = str(question.number)
    match question.key:
        case keys.ChoiceKey():
            rows = [_Row(number, 0, _letters(question.options), False)]
        case keys.MultipleKey():
            rows = [_Row(number, 0, _letters(question.options), True)]
        case keys.TrueFalseKey():
            rows = [_Row(number, 0, ("T", "F"), False)]
        case keys.MatchingKey():
            labels = _letters(question.responses)
            parts = range(1, question.options + 1)
            rows = [_Row(f"{number}.{part}", part, labels, False) for part in parts]
        case keys.OrderingKey():
            parts = range(1, question.options + 1)
            labels = tuple(map(str, parts))
            rows = [_Row(f"{number}.{part}", part, labels, False) for part in parts]
        case keys.NumericalKey() if _length(question.key) <= _SIGNS[1]:
            yield _number(question.number, style, signs, question.key.unit)
            return
        case keys.NumericalKey() | keys.ShortAnswerKey() | keys.ClozeKey() | keys.EssayKey():
            yield from _written(question, style)
            return
        case _ as never:
            assert_never(never)
    for row in rows:
        yield _rows(question.number, [row], "answer", style)


class _Row(NamedTuple):
    name: str
    part: int
    labels: tuple[str, ...]
    several: bool


def _letters(count: int) -> tuple[str, ...]:
    return tuple(letter(index) for index in range(count))


def _rows(number: int, rows: Sequence[_Row], role: Role, style: Style, top: float = 0.0) -> _Block:
    """Return rows of bubbles below one another; a long row continues on the next line."""
    across, down = style.pitch
    groups, labels = [], []
    y, longest = top, 0
    for row in rows:
        per_line = len(row.labels)
        most = _GRADER_PER_LINE if role == "grader" else _PER_LINE[style.large_print]
        if per_line > most:
            per_line = -(-per_line // -(-per_line // most))
        centres = tuple(
            (style.label + across * (index % per_line + 0.5), y + down * (index // per_line + 0.5))
            for index in range(len(row.labels))
        )
        groups.append(Group(0, number, row.part, role, row.several, row.labels, centres))
        if role == "answer":
            labels.append(Label(0, 0.0, y + down / 2, row.name))
        y += down * -(-len(row.labels) // per_line)
        longest = max(longest, per_line)
    return _Block(style.label + across * longest, y, tuple(groups), (), tuple(labels))


def _columns(
    number: int, role: Role, labels: Sequence[tuple[str, ...]], style: Style, unit: str = ""
) -> _Block:
    """Return columns of bubbles with a box for a sign above each."""
    across = down = style.bubble + 2.4
    left, box = style.label if number else 0.0, across + 1.0
    tallest = max(map(len, labels))
    groups = tuple(
        Group(
            0,
            number,
            part,
            role,
            False,
            column,
            # Columns end at the same height: the first one may have a minus above the digits.
            tuple(
                (
                    left + across * (part - 0.5),
                    box + 1.0 + down * (row + tallest - len(column) + 0.5),
                )
                for row in range(len(column))
            ),
        )
        for part, column in enumerate(labels, 1)
    )
    width = across * len(labels)
    boxes = (WritingBox(0, number, left, 0.8, width, box - 0.8, len(labels), unit),)
    named = (Label(0, 0.0, box / 2, str(number)),) if number else ()
    return _Block(left + width, box + 3.0 + down * tallest, groups, boxes, named)


def _id_block(style: Style, digits: int) -> _Block:
    column = tuple("0123456789")
    return _columns(0, "id", [column] * digits, style)


def _number(number: int, style: Style, signs: int, unit: str) -> _Block:
    column = (*"0123456789", POINT)
    return _columns(number, "answer", [(MINUS, *column), *[column] * (signs - 1)], style, unit)


def _length(key: keys.NumericalKey) -> int:
    ends = (key.value, key.value - key.tolerance, key.value + key.tolerance)
    return max(len(format(value, "f")) for value in ends)


def _signs(asked: Sequence[Question]) -> int:
    """Return how many columns numbers have, the same for all, so that no length is revealed."""
    lengths = [_length(asked.key) for asked in asked if isinstance(asked.key, keys.NumericalKey)]
    fitting = [length for length in lengths if length <= _SIGNS[1]]
    return max(_SIGNS[0], *fitting) if fitting else _SIGNS[0]


def _written(question: Question, style: Style) -> Iterator[_Block]:
    """Yield boxes for words, except for essays, and the grader's row of points."""
    across, down = style.pitch
    lines = 0 if isinstance(question.key, keys.EssayKey) else 1
    if isinstance(question.key, keys.ClozeKey):
        lines = len(question.key.gaps)
    line = 12.0 if style.large_print else 9.0
    unit = question.key.unit if isinstance(question.key, keys.NumericalKey) else ""
    number = str(question.number)
    names = [f"{number}.{gap}" for gap in range(1, lines + 1)] if lines > 1 else [number]
    for name in names[: max(0, lines - _LINES)]:
        wide = style.label + 5 * across
        box = WritingBox(0, question.number, style.label, 0.8, wide - style.label, line - 1.6)
        label = Label(0, 0.0, line / 2, name)
        yield _Block(wide, line, (), (box,), (label,))
    names = names[max(0, lines - _LINES) :]
    lines = min(lines, _LINES)
    height = line * lines
    rows = [
        _Row("", part, labels, several)
        for part, (labels, several) in enumerate(point_rows(question.points), 1)
    ]
    top = height + (6.0 if style.large_print else 4.5)
    row = _rows(question.number, rows, "grader", style, top)
    width = max(row.width, style.label + 5 * across)
    boxes = tuple(
        WritingBox(
            0,
            question.number,
            style.label,
            place * line + 0.8,
            width - style.label,
            line - 1.6,
            unit=unit,
        )
        for place in range(lines)
    )
    middle = line / 2 if lines else top + down / 2
    numbers = (Label(0, 0.0, middle + place * line, name) for place, name in enumerate(names))
    frame = (style.label - 1.0, top, "", True, row.width - style.label + 2.0, row.height - top)
    labels = (*numbers, Label(0, *frame))
    yield _Block(width, row.height + 2.0, row.groups, boxes, labels)


def point_rows(points: Fraction) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield the labels of each row in which a grader marks points, and whether it is a square.

    Up to 4 points, one row has every half point. More points have rows of hundreds and tens if
    needed, one of units, and a square for half a point.
    """
    halves = [Fraction(half, 2) for half in range(int(points * 2) + 1)]
    if halves[-1] != points:
        halves.append(points)
    if len(halves) <= _SINGLE_VALUES:
        yield tuple(map(shown_points, halves)), False
        return
    most = int(points)
    if most >= 100:
        yield tuple(str(100 * hundreds) for hundreds in range(most // 100 + 1)), False
    if most >= 10:
        yield tuple(str(10 * tens) for tens in range(min(most // 10, 9) + 1)), False
    yield tuple(map(str, range(min(most, 9) + 1))), False
    yield (HALF,), True


def shown_points(value: Fraction) -> str:
    """Return points with at most two decimals: `0.5`, `2`."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def by_code(record: Manifest) -> Mapping[str, tuple[int, VersionEntry]]:
    """Return the number of the paper and the version by the code that is printed on them."""
    return {
        version.code: (paper.paper, version)
        for paper in record.papers
        for version in paper.versions
    }
