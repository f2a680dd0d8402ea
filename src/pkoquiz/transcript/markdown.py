"""Markdown and plain text: headings open sections, blank lines part paragraphs, nothing else is needed.

Lists, quotations and tables keep their lines. Speakers are told by a bold name (`**Ada:** …`), or by a plain
one (`Ada: …`) that the layout declares: any sentence may have a colon in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import PurePath
from typing import Literal

from pkoquiz.model.passage import Passage, Section
from pkoquiz.transcript.drafts import Draft, Reading, numbered
from pkoquiz.transcript.inline import cleaned, finished
from pkoquiz.transcript.layout import Layout
from pkoquiz.transcript.slugs import slug_of

_ATX = re.compile(r" {0,3}(#{1,6})(?=[ \t]|\Z)")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*\Z")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_QUOTED = re.compile(r" {0,3}(?:>[ \t]?)+")
_OWN_LINE = re.compile(r"[ \t]*(?:[-*+•■●▪–—][ \t]|\d{1,9}[.)][ \t]|\|)")
_FIELD = re.compile(r"[A-Za-z_][\w -]{0,60}:")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:https?://|mailto:|#|\.{0,2}/)[^()\s]*\)")
_UNDERSCORED = re.compile(r"(?<!\w)(__?)(?=[^\s_])([^_\n]*)(?<=[^\s_])\1(?!\w)")
_BOLD_NAME = re.compile(r"\s*\*\*([^*:\n]{1,60})(?::\*\*|\*\*:)(?=\s|\Z)\s*")
_NAME = re.compile(r"\s*([^:\n]{1,60}):(?=\s|\Z)\s*")
_EMPHASISED = re.compile(r"\s*(\*{1,3}|_{1,3})(?!\s)[^*_]+\1\s*")
_SHORT = 80
"""Characters of a line about the talk, such as its date, that ends like no sentence."""
_FRONT_MATTER = 200
"""Lines: front matter longer than that is none."""
_UNWRAPPED = 300
"""Characters: nobody wraps lines at this width, so a line that long is a paragraph by itself."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading or a paragraph, cleaned."""

    kind: Literal["heading", "paragraph"]
    text: str
    lines: tuple[int, int]
    level: int = 0
    name: str = ""
    """Of a paragraph that begins a turn: the speaker's name as printed."""
    about: bool = False
    """Of a paragraph: whether under a title it would be about the talk rather than part of it."""


def read(lines: Sequence[str], file: str, layout: Layout, layout_file: str) -> Reading:
    """The sections and passages of Markdown or plain text; of `layout`, speakers and title are used.

    Headings of the shallowest level open sections. Where that is only the title of the document, those of
    the next level do, too. Words before the first heading are in a section named after the file. What stands
    between such a title and the next heading was spoken, unless all of it is lines about the talk.
    """
    names = {name.casefold(): full for name, full in layout.speakers.items()}
    blocks = list(_blocks(lines, names))
    deepest = _section_level(blocks)
    about = _lines_about(blocks)
    sections: list[Section] = []
    passages: list[Passage] = []
    taken: dict[str, int] = {}
    drafts: list[Draft] = []
    speaker = label = ""
    turn = 0

    def close() -> None:
        if drafts:
            passages.extend(numbered(sections[-1].slug, drafts))
            drafts.clear()

    for at, block in enumerate(blocks):
        if block.kind == "heading" and block.level <= deepest:
            close()
            sections.append(Section(slug_of(block.text, taken), block.text))
            drafts.append(Draft("heading", block.text, block.lines))
            speaker, label, turn = "", "", 0
            continue
        if not sections:
            name = PurePath(file).stem
            sections.append(Section(slug_of(name, taken), layout.title or name))
        if block.kind == "heading":
            drafts.append(Draft("heading", block.text, block.lines, level=block.level - deepest))
            continue
        if 0 < at <= about:
            drafts.append(Draft("heading", block.text, block.lines, level=1))
            continue
        if block.name:
            speaker, label, turn = (
                names.get(block.name.casefold(), block.name),
                block.name,
                turn + 1,
            )
        drafts.append(
            Draft("speech", block.text, block.lines, speaker=speaker, label=label, turn=turn)
        )
    close()
    return _with_speakers(sections, passages), tuple(passages), []


def _with_speakers(sections: list[Section], passages: list[Passage]) -> tuple[Section, ...]:
    """Sections in which one person speaks say so."""
    heard: dict[str, set[str]] = {}
    for passage in passages:
        if passage.kind == "speech":
            heard.setdefault(passage.section, set()).add(passage.speaker)
    return tuple(
        replace(section, speaker=next(iter(heard[section.slug])))
        if len(heard.get(section.slug, ())) == 1
        else section
        for section in sections
    )


def _section_level(blocks: list[_Block]) -> int:
    levels = [block.level for block in blocks if block.kind == "heading"]
    counts = Counter(levels)
    if not counts:
        return 0
    first, *deeper = sorted(counts)
    if deeper and counts[first] == 1 and levels[0] == first and counts[deeper[0]] > 1:
        return deeper[0]
    return first


def _lines_about(blocks: list[_Block]) -> int:
    """How many blocks behind the title of the document tell of the talk: its date, its place."""
    levels = [block.level for block in blocks if block.kind == "heading"]
    if (
        not blocks
        or blocks[0].kind != "heading"
        or min(levels) != levels[0]
        or levels.count(levels[0]) > 1
    ):
        return 0
    following = list(takewhile(lambda block: block.kind == "paragraph", blocks[1:]))
    sections_follow = len(following) + 1 < len(blocks)
    return len(following) if sections_follow and all(block.about for block in following) else 0


def _blocks(lines: Sequence[str], names: Mapping[str, str]) -> Iterator[_Block]:
    open_lines: list[tuple[int, str]] = []
    at = _behind_front_matter(lines)
    fenced = ""
    while at < len(lines):
        line, number = lines[at], at + 1
        at += 1
        fence = _FENCE.match(line)
        if fenced or fence:
            if fence and fence[1] == (fenced or fence[1]):
                yield from _paragraphs(open_lines, names)
                open_lines = []
                fenced = "" if fenced else fence[1]
                line = line[fence.end() :].strip(
                    "`~"
                )  # the language behind an opening fence is a word, too
            if line.strip():
                open_lines.append((number, line))
            continue
        heading = _ATX.match(line)
        if heading:
            yield from _paragraphs(open_lines, names)
            open_lines = []
            text = _prose(_without_closing(line[heading.end() :]))
            if text:
                yield _Block("heading", text, (number, number), level=len(heading[1]))
            continue
        underline = _SETEXT.match(line)
        if underline and 0 < len(open_lines) <= 2 and not _OWN_LINE.match(open_lines[-1][1]):
            text = _prose(" ".join(text for _, text in open_lines))
            if text:
                yield _Block(
                    "heading", text, (open_lines[0][0], number), level=1 if "=" in line else 2
                )
            open_lines = []
        elif line.strip():
            open_lines.append((number, line))
        else:
            yield from _paragraphs(open_lines, names)
            open_lines = []
    yield from _paragraphs(open_lines, names)


def _paragraphs(lines: list[tuple[int, str]], names: Mapping[str, str]) -> Iterator[_Block]:
    """Lines without a blank one between: one paragraph, or more where speakers change or lines are not wrapped."""
    parts: list[str] = []
    name, first, last, ended = "", 0, 0, False
    for number, raw in lines:
        if not raw.strip("-: \t|"):
            continue  # the rule of a table, or one across the page
        quoted = _QUOTED.match(raw)
        line = raw[quoted.end() :] if quoted else raw
        speaker, rest = _speaker(line, names)
        if parts and (speaker or ended):
            yield from _paragraph(parts, (first, last), name)
            parts, name = [], ""
        if not parts:
            first, name = number, speaker
        parts.append(("\n" if parts and _OWN_LINE.match(rest) else " ") + rest.strip())
        last = number
        ended = len(rest) >= _UNWRAPPED and finished(rest)
    yield from _paragraph(parts, (first, last), name)


def _paragraph(parts: list[str], lines: tuple[int, int], name: str) -> Iterator[_Block]:
    raw = "".join(parts)
    text = "\n".join(filter(None, map(_prose, raw.split("\n"))))
    if any(character.isalnum() for character in text):
        short = len(text) <= _SHORT and not any(map(finished, text.split("\n")))
        about = not name and (short or _EMPHASISED.fullmatch(raw) is not None)
        yield _Block("paragraph", text, lines, name=name, about=about)


def _speaker(line: str, names: Mapping[str, str]) -> tuple[str, str]:
    """The name that begins `line`, if one does, and the rest."""
    found = _BOLD_NAME.match(line)
    if not found and names:
        found = _NAME.match(line)
        if found and found[1].strip().casefold() not in names:
            found = None
    if not found or not any(character.isalnum() for character in found[1]):
        return "", line
    return found[1].strip(), line[found.end() :]


def _prose(text: str) -> str:
    if "[" in text:
        text = _LINK.sub(r"\1", text)
    if "_" in text:
        text = _UNDERSCORED.sub(r"\2", text)
    return cleaned(text)


def _without_closing(text: str) -> str:
    """The text of `# Title #` without the closing hashes."""
    text = text.strip()
    bare = text.rstrip("#")
    return bare.strip() if not bare or bare[-1] in " \t" else text


def _behind_front_matter(lines: Sequence[str]) -> int:
    if not lines or lines[0].rstrip() != "---" or len(lines) < 2 or not _FIELD.match(lines[1]):
        return 0
    for at in range(2, min(len(lines), _FRONT_MATTER)):
        if lines[at].rstrip() in ("---", "..."):
            return at + 1
    return 0
