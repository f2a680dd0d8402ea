"""Read Markdown and plain text: headings open sections, blank lines separate paragraphs.

Lists, quotations and tables keep their lines. A speaker is a bold name (`**Ada:** …`), or a plain
name (`Ada: …`) if the layout lists it, since any sentence may contain a colon.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

from pkoquiz.model.passage import Section
from pkoquiz.transcript.cleaning import cleaned, finished
from pkoquiz.transcript.layout import Layout
from pkoquiz.transcript.numbering import Chapter, Draft, Reading
from pkoquiz.transcript.slugs import section_of_file, slug_of
from pkoquiz.words import has_words

_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t]|\Z)")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*\Z")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_QUOTATION = re.compile(r" {0,3}(?:>[ \t]?)+")
_OWN_LINE = re.compile(r"[ \t]*(?:[-*+•■●▪–—][ \t]|\d{1,9}[.)][ \t]|\|)")
_FIELD = re.compile(r"[A-Za-z_][\w -]{0,60}:")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:https?://|mailto:|#|\.{0,2}/)[^()\s]*\)")
_UNDERSCORED = re.compile(r"(?<!\w)(__?)(?=[^\s_])([^_\n]*)(?<=[^\s_])\1(?!\w)")
# No space follows the full-width colon of Japanese and Chinese.
_BOLD_NAME = re.compile(r"\s*\*\*([^*:：\n]{1,60})(?:(?::\*\*|\*\*:)(?=\s|\Z)|：\*\*|\*\*：)\s*")
_NAME = re.compile(r"\s*([^:：\n]{1,60})(?::(?=\s|\Z)|：)\s*")
_EMPHASISED = re.compile(r"\s*(\*{1,3}|_{1,3})(?!\s)[^*_]+\1\s*")
_SHORT = 80
"""The most characters of a line about the talk, such as its date, without a sentence's end."""
_FRONT_MATTER = 200
"""The most lines of front matter."""
_UNWRAPPED = 300
"""Nobody wraps lines at this many characters, so a longer line is a separate paragraph."""

NumberedLine = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading or a paragraph, without its markup."""

    kind: Literal["heading", "paragraph"]
    text: str
    lines: tuple[int, int]
    level: int = 0
    name: str = ""
    """The speaker's name as printed, if a paragraph begins a turn."""
    about: bool = False
    """Whether a paragraph may be about the talk, such as its date, rather than part of it."""


def read(lines: Sequence[str], file: str, layout: Layout, layout_file: str) -> Reading:
    """Read Markdown or plain text, with the speakers and the title from the layout.

    Headings of the highest level open sections. If that is only the title of the document, those of
    the next level do so too. Words before the first heading go to a section named after the file.
    Paragraphs between such a title and the next heading are spoken, unless all are about the talk.
    """
    names = layout.full_names
    blocks = list(_blocks(lines, names))
    section_level = _section_level(blocks)
    about = _count_about(blocks)
    chapters: list[Chapter] = []
    taken: dict[str, int] = {}
    speaker = label = ""
    turn = 0
    for index, block in enumerate(blocks):
        if block.kind == "heading" and block.level <= section_level:
            title = Draft("heading", block.text, block.lines)
            chapters.append((Section(slug_of(block.text, taken), block.text), [title]))
            speaker, label, turn = "", "", 0
            continue
        if not chapters:
            chapters.append((section_of_file(file, layout.title, taken), []))
        drafts = chapters[-1][1]
        if block.kind == "heading":
            level = block.level - section_level
            drafts.append(Draft("heading", block.text, block.lines, level=level))
            continue
        if 0 < index <= about:
            drafts.append(Draft("heading", block.text, block.lines, level=1))
            continue
        if block.name:
            label, turn = block.name, turn + 1
            speaker = names.get(label.casefold(), label)
        drafts.append(Draft("speech", block.text, block.lines, speaker, label, turn=turn))
    return [(_with_speaker(section, drafts), drafts) for section, drafts in chapters], []


def _with_speaker(section: Section, drafts: Sequence[Draft]) -> Section:
    """Name the speaker of a section if only one person speaks in it."""
    speakers = {draft.speaker for draft in drafts if draft.kind == "speech"}
    return replace(section, speaker=speakers.pop()) if len(speakers) == 1 else section


def _section_level(blocks: Sequence[_Block]) -> int:
    """Return the lowest level of headings that open sections."""
    levels = [block.level for block in blocks if block.kind == "heading"]
    if not levels:
        return 0
    counts = Counter(levels)
    first, *deeper = sorted(counts)
    if deeper and counts[first] == 1 and levels[0] == first and counts[deeper[0]] > 1:
        return deeper[0]
    return first


def _count_about(blocks: Sequence[_Block]) -> int:
    """Return how many blocks after the document's title are about the talk: its date, its place."""
    levels = [block.level for block in blocks if block.kind == "heading"]
    has_title = bool(blocks) and blocks[0].kind == "heading"
    if not has_title or levels[0] != min(levels) or levels.count(levels[0]) > 1:
        return 0
    following = list(takewhile(lambda block: block.kind == "paragraph", blocks[1:]))
    sections_follow = len(following) + 1 < len(blocks)
    return len(following) if sections_follow and all(block.about for block in following) else 0


def _blocks(lines: Sequence[str], names: Mapping[str, str]) -> Iterator[_Block]:
    open_lines: list[NumberedLine] = []
    fence = ""
    start = _front_matter_length(lines)
    for number, line in enumerate(lines[start:], start + 1):
        mark = _FENCE.match(line)
        if fence or mark:
            if mark and mark[1] == (fence or mark[1]):
                yield from _paragraphs(open_lines, names)
                open_lines = []
                fence = "" if fence else mark[1]
                line = line[mark.end() :].strip("`~")  # the language after it is a word, too
            if line.strip():
                open_lines.append((number, line))
            continue
        heading, underline = _HEADING.match(line), _UNDERLINE.match(line)
        if underline and 0 < len(open_lines) <= 2 and not _OWN_LINE.match(open_lines[-1][1]):
            text = " ".join(text for _, text in open_lines)
            yield from _heading(text, (open_lines[0][0], number), 1 if "=" in line else 2)
            open_lines = []
        elif line.strip() and not heading:
            open_lines.append((number, line))
        else:
            yield from _paragraphs(open_lines, names)
            open_lines = []
            if heading:
                text = _without_closing(line[heading.end() :])
                yield from _heading(text, (number, number), len(heading[1]))
    yield from _paragraphs(open_lines, names)


def _heading(text: str, lines: tuple[int, int], level: int) -> Iterator[_Block]:
    if words := _prose(text):
        yield _Block("heading", words, lines, level)


def _paragraphs(lines: Sequence[NumberedLine], names: Mapping[str, str]) -> Iterator[_Block]:
    """Return one paragraph, or several if speakers change or lines are not wrapped."""
    parts: list[str] = []
    name, first, last, ended = "", 0, 0, False
    for number, raw in lines:
        if not raw.strip("-: \t|"):
            continue  # the rule of a table, or one across the page
        quotation = _QUOTATION.match(raw)
        speaker, rest = _speaker(raw[quotation.end() :] if quotation else raw, names)
        if parts and (speaker or ended):
            yield from _paragraph(parts, (first, last), name)
            parts, name = [], ""
        if not parts:
            first, name = number, speaker
        parts.append(("\n" if parts and _OWN_LINE.match(rest) else " ") + rest.strip())
        last = number
        ended = len(rest) >= _UNWRAPPED and finished(rest)
    yield from _paragraph(parts, (first, last), name)


def _paragraph(parts: Sequence[str], lines: tuple[int, int], name: str) -> Iterator[_Block]:
    raw = "".join(parts)
    text = "\n".join(filter(None, map(_prose, raw.split("\n"))))
    if has_words(text):
        short = len(text) <= _SHORT and not any(map(finished, text.split("\n")))
        about = not name and (short or _EMPHASISED.fullmatch(raw) is not None)
        yield _Block("paragraph", text, lines, name=name, about=about)


def _speaker(line: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Return the name that begins `line`, if any, and the rest of the line."""
    match = _BOLD_NAME.match(line)
    if not match and names:
        match = _NAME.match(line)
        if match and match[1].strip().casefold() not in names:
            match = None
    if not match or not has_words(match[1]):
        return "", line
    return match[1].strip(), line[match.end() :]


def _prose(text: str) -> str:
    """Return `text` without links, emphasis and other markup."""
    if "[" in text:
        text = _LINK.sub(r"\1", text)
    if "_" in text:
        text = _UNDERSCORED.sub(r"\2", text)
    return cleaned(text)


def _without_closing(text: str) -> str:
    """Return the text of `# Title #` without the closing hashes."""
    text = text.strip()
    bare = text.rstrip("#")
    return bare.strip() if not bare or bare[-1] in " \t" else text


def _front_matter_length(lines: Sequence[str]) -> int:
    """Return the number of lines of YAML front matter, including the rules around it."""
    if len(lines) > 1 and lines[0].rstrip() == "---" and _FIELD.match(lines[1]):
        for index in range(2, min(len(lines), _FRONT_MATTER)):
            if lines[index].rstrip() in ("---", "..."):
                return index + 1
    return 0
