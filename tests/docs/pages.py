"""The pages that people read and what is in them: code blocks, inline code, links.

Code blocks follow three conventions, so that tests can do what a reader would do:

- a block named `sh` contains commands that succeed;
- a block named `console` contains commands after `$ `, each followed by what it prints, where a
  line with `…` alone stands for any lines;
- a block whose language is followed by a path is the content of that file, and a `diff` with a
  path is an edit of it.
"""

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

_FENCED = re.compile(r"^```(\w*)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A code block: its page, language, file, first line (from 1) and text."""

    page: str
    language: str
    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def text(page: str) -> str:
    """Return the text of a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, *languages: str) -> list[Block]:
    """Return the code blocks of a page, or those in the given languages, in order."""
    content = text(page)
    return [
        Block(page, match[1], match[2] or "", content.count("\n", 0, match.start()) + 2, match[3])
        for match in _FENCED.finditer(content)
        if not languages or match[1] in languages
    ]


def inline_code(page: str) -> list[str]:
    """Return the code inside sentences and tables."""
    return _INLINE.findall(_FENCED.sub("", text(page)))


def links(page: str) -> Iterator[tuple[str, str]]:
    """Yield (file, anchor) of each link to a file of the repository, relative to the page."""
    for target in _LINK.findall(_INLINE.sub("", _FENCED.sub("", text(page)))):
        if "://" not in target:
            file, _, anchor = target.partition("#")
            yield file, anchor


def anchors(page: str) -> set[str]:
    """Return what GitHub calls the headings of a page in links."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", text(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
