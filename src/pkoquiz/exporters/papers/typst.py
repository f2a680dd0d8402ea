"""Shapes as Typst source: calls of the functions of `paper.typ`, with the shapes as data.

All text reaches Typst in string literals, so nothing in a bank can be code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from typing import assert_never

from pkoquiz import markup
from pkoquiz.exporters.papers import shapes
from pkoquiz.exporters.papers.assets import Assets
from pkoquiz.exporters.papers.shapes import GAP, Blocks, Inline, Line, Plain, Prompt

# Characters of source from which on a block may be taller than a page.
_LONG = 1_600
_LONG_ENTRY = 3_200


def source(
    document: shapes.Paper | shapes.Key | shapes.Strips, assets: Assets, *, before: str = ""
) -> str:
    """Return the source of a document, for a compiler over the folder of `assets`.

    `before` is the source of preceding pages, which are not counted.
    """
    frame = document.frame
    match document:
        case shapes.Paper():
            size, calls = 10.5 if frame.columns == 2 else 11.0, _paper(document)
        case shapes.Key():
            size, calls = 10.5, _key(document)
        case shapes.Strips():
            size, calls = (
                11.0,
                [
                    f"{_strip(document.heads, strip)}\n#pagebreak(weak: true)"
                    for strip in document.strips
                ],
            )
        case _ as never:
            assert_never(never)
    if frame.large_print and not isinstance(document, shapes.Strips):
        size = 18.0
    first = [before, "#counter(page).update(1)"] if before else []
    return "\n".join([*preamble(frame, assets, size), *first, *calls, ""])


def preamble(frame: shapes.Frame, assets: Assets, size: float = 11.0) -> list[str]:
    """Return the beginning of every document: its frame, fonts and drawing functions."""
    head = [f"#let frame = {value(frame)}", f"#let size = {size:g}pt"]
    for name, given in (("families", assets.families), ("pictures", assets.pictures)):
        head.append(f"#let {name} = {value(given)}")
    return [*head, _template(), "#show: sheet"]


@lru_cache(maxsize=1)
def _template() -> str:
    folder = resources.files("pkoquiz.exporters.papers")
    return folder.joinpath("paper.typ").read_text(encoding="utf-8")


def value(shape: object) -> str:
    """Return a Typst expression: shapes as dictionaries, Markdown as content, texts as strings."""
    match shape:
        case str():
            return f'"{markup.quoted(shape)}"'
        case None:
            return "none"
        case bool():
            return "true" if shape else "false"
        case int() | float():
            return str(shape)
        case Plain() | Inline() | Line() | Blocks():
            return f"[{_content(shape)}]"
        case dict():
            items = "".join(f"{value(key)}: {value(inner)}, " for key, inner in shape.items())
            return f"({items or ':'})"
        case tuple() if hasattr(shape, "_asdict"):
            fields = shape._asdict().items()
            return "(" + "".join(f"{name}: {value(inner)}, " for name, inner in fields) + ")"
        case tuple():
            return "(" + "".join(f"{value(inner)}, " for inner in shape) + ")"
        case _:
            raise TypeError(f"no Typst value for {shape!r}")


def _content(text: Plain | Inline | Line | Blocks) -> str:
    match text:
        case Plain():
            return markup.literal(text.text)
        case Inline():
            return markup.inline_typst(text.markdown)
        case Line():
            return "".join(map(_content, text.pieces))
        case Blocks():
            return markup.typst(text.markdown)
        case _ as never:
            assert_never(never)


def call(name: str, *values: object) -> str:
    """Return the call of a function in `paper.typ`."""
    return f"#{name}({', '.join(map(value, values))})"


def _numbered(name: str, items: list[tuple[Prompt, str]]) -> str:
    """Return a call with numbered content, which is Typst source already."""
    return f"#{name}({', '.join(f'({prompt.number}, [{body}])' for prompt, body in items)})"


# --- papers ---------------------------------------------------------------------------------------


def _paper(paper: shapes.Paper) -> list[str]:
    frame = paper.frame
    calls = [call("cover", paper.cover)]
    calls.append(f"#set page(columns: {frame.columns})" if frame.columns > 1 else "#pagebreak()")
    for index, part in enumerate(paper.parts):
        if part.full_width and frame.columns > 1:
            calls.append("#set page(columns: 1)")
        calls.append(call("part", part.heading, part.instruction, part.worth, index == 0))
        items = [(question.prompt, _question(question, frame)) for question in part.questions]
        calls.append(_numbered("questions", items))
    return [*calls, "#even-pages()"]


def _question(question: shapes.Question, frame: shapes.Frame) -> str:
    room, narrow = question.room, frame.columns == 2 or frame.large_print
    stem = _stem(question.prompt) + call("worth", question.prompt.worth)
    body = f"{stem}\n\n{_room(room, narrow)}"
    may_be_long = len(body) > (_LONG // 2 if narrow else _LONG)
    kept = f"#{'keep-if-it-fits' if may_be_long else 'keep'}[{body}]"
    if isinstance(room, shapes.Lines) and room.groups()[2]:
        _, middle, last = room.groups()
        kept += f"\n{call('ruled', middle)}\n#keep[{call('ruled', last)}]"
    return kept


def _room(room: shapes.Room | None, narrow: bool) -> str:
    match room:
        case shapes.Options():
            return call("options", room)
        case shapes.Verdict(words=words):
            return call("verdicts", *words)
        case shapes.Match():
            return call("matching", room, narrow)
        case shapes.Steps():
            return call("ordering", room)
        case shapes.Box(unit=unit):
            return call("number-box", unit)
        case shapes.Lines(note=note):
            above = call("note", note) if note else "#v(0.3em)"
            return f"{above}\n{call('ruled', room.groups()[0])}"
        case None:
            return ""
        case _ as never:
            assert_never(never)


_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')


def _stem(prompt: Prompt) -> str:
    """Return the stem with its gaps; a gap inside code or an address follows the text."""
    stem = _content(prompt.stem)
    drawn: set[str] = set()

    def gap(number: str) -> str:
        drawn.add(number)
        return f"{call('gap', number, prompt.gap_width)};"

    def with_gaps(literal: re.Match[str]) -> str:
        # Only literals in markup are divided: those in code are arguments.
        if stem[literal.start() - 1] != "#":
            return literal[0]
        return GAP.sub(lambda mark: f'";{gap(mark[1])}#"', literal[0])

    shown = _LITERAL.sub(with_gaps, stem) if prompt.gaps else stem
    hidden = shapes.hidden_gaps(prompt, drawn)
    return shown + "".join(f" {gap(number)}" for number in hidden)


# --- keys and strips ------------------------------------------------------------------------------


def _key(key: shapes.Key) -> list[str]:
    calls = [call("key-head", key.title, key.course, key.summary)]
    for part in key.parts:
        calls.append(call("key-part", part.heading, part.worth))
        calls.append(
            _numbered("entries", [(entry.prompt, _entry(entry)) for entry in part.entries])
        )
    return [*calls, "#even-pages()"]


def _entry(entry: shapes.Entry) -> str:
    prompt = entry.prompt
    top = f"#key-stem([{_stem(prompt)}], {value(prompt.id)}, {value(prompt.worth)})"
    if entry.answered:
        top += "\n\n" + call("key-answered", entry.answered)
    if entry.right:
        top += "\n\n" + call("key-answer", *entry.right)
    # Question and answer stay with what follows; quotes may continue on the next page.
    if len(top) < _LONG_ENTRY:
        top = f"#keep-with-next[{top}]"
    return "\n\n".join([top, *_below(entry)])


def _below(entry: shapes.Entry) -> Iterator[str]:
    """Yield the part of a key's entry below the right answer."""
    if entry.credit:
        yield call("key-rule", entry.credit)
    if entry.rubric:
        yield call("key-rubric", entry.rubric)
    if entry.model_answer:
        label, text = entry.model_answer
        yield f"{call('key-model', label)} {_content(text)}\n"
    for explanation in entry.explanations:
        yield f"{_content(explanation)}\n"
    if entry.feedback:
        yield call("key-feedback", *entry.feedback)
    if entry.remarks:
        yield call("key-remarks", *entry.remarks)
    for quote in entry.quotes:
        yield call("key-quote", quote)


_SIZES = (
    (12, 2, 0.6), (11, 2, 0.5), (10, 2, 0.4), (10, 2, 0.3), (9, 3, 0.35), (8.5, 3, 0.25),
    (8, 4, 0.25), (7, 4, 0.2), (6, 5, 0.2), (5, 6, 0.2), (4, 7, 0.15), (3, 9, 0.15), (2, 12, 0.1),
)  # fmt: skip
"""Size in points, columns, and space above and below a line in em; the first that fits is used."""

_WIDTH, _HEIGHT = 450, 560
"""The height of the table in points on a page of either size."""


def _strip(heads: tuple[str, str, str], strip: shapes.Strip) -> str:
    return call("strip", heads, strip, *_strip_size([answer for _, answer, _ in strip.rows]))


def _strip_size(answers: list[str]) -> tuple[float, int, float]:
    """Estimate the size, since measuring thirty pages took two seconds and half a gigabyte."""
    for size, columns, space in _SIZES:
        letters = max(4.0, (_WIDTH / columns - 7.5 * size) / (0.55 * size))
        rows = max(1, -(-len(answers) // columns))
        heights = [
            size * (0.7 + 2 * space + 1.3 * (-(-len(answer) // letters) - 1)) for answer in answers
        ]
        starts = range(0, len(answers), rows)
        head = size * (0.7 + 2 * space)
        if max(head + sum(heights[start : start + rows]) for start in starts) < _HEIGHT:
            return size, columns, space
    return _SIZES[-1]
