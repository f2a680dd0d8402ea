"""The pages that people read, and what stands in them: code blocks, code in sentences, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = tuple(
    path.relative_to(ROOT).as_posix()
    for path in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "docs").glob("*.md")),
        ROOT / "exports" / "README.md",
        ROOT / "seeds" / "README.md",
        ROOT / "src" / "pkoquiz" / "scaffold_files" / "README.md",
    )
)

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, language, first line (from 1) and text."""

    page: str
    language: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, *languages: str) -> list[Block]:
    told = text(page)
    return [
        Block(page, found[1], told.count("\n", 0, found.start()) + 2, found[2])
        for found in _FENCED.finditer(told)
        if found[1] in languages
    ]


def spans(page: str) -> list[str]:
    """Code inside sentences and tables."""
    return _SPAN.findall(_FENCED.sub("", text(page)))


def links(page: str) -> Iterator[tuple[str, str]]:
    """(file, anchor) of each link that leads to a file of the repository, the file relative to the page."""
    for target in _LINK.findall(_SPAN.sub("", _FENCED.sub("", text(page)))):
        if "://" not in target:
            file, _, anchor = target.partition("#")
            yield file, anchor


def anchors(page: str) -> set[str]:
    """What GitHub calls the headings of a page in links."""
    found = re.findall(r"^#+ (.+)$", _FENCED.sub("", text(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}
