"""The explanation of every code, kept in Markdown beside the module that reports it.

A file has a heading for its group, perhaps an introduction, and a section for each code:

    ## PQ201 the quote is in another passage

    What is wrong; why it matters and what to do.

    ```yaml bad question
    ```

The last word after the fence names what the example is part of, e.g. a question or the course. An
example that is neither bad nor good is the context of both. If no text can cause the finding, the
last paragraph begins with "No example: " and gives the reason. `pkoquiz explain` and
`docs/generate.py` read these files; the checks do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

FILES = (
    "yamlfile/faults.md",
    "records.md",
    "load.md",
    "transcript/intake.md",
    "transcript/proceedings.md",
    "transcript/errata.md",
    "checks/errata.md",
    "transcript/subtitles.md",
    "checks/citations.md",
    "checks/references.md",
    "checks/recordings.md",
    "checks/texts.md",
    "checks/wording.md",
    "checks/answers.md",
    "checks/cards.md",
    "checks/balance.md",
    "checks/guess.md",
    "checks/leaks.md",
    "exam/draw/assemble.md",
    "exam/manifest.md",
    "exporters/papers/sources.md",
    "grading/printed.md",
    "sheets/roster.md",
    "scanning/store.md",
    "grading/scripts.md",
    "editions/ledger.md",
    "statistics/measured.md",
    "exporters/anki/ledger.md",
    "ledger.md",
)
"""The files, in the order in which their groups are listed."""

_SECTION = re.compile(r"^## ([A-Z]+\d+) (.+)\n", re.MULTILINE)
_EXAMPLE = re.compile(
    r"^```(?P<language>\w+)(?: (?P<verdict>bad|good))? (?P<part>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Example:
    """Part of a course that causes the finding (`bad`), avoids it (`good`), or is the context."""

    language: str
    verdict: str
    part: str
    """What it is part of: `question`, `course`, `transcript` …"""
    text: str

    @property
    def label(self) -> str:
        """The words that introduce it: `Bad`, `Good`, or the name of the part."""
        return (self.verdict or self.part).capitalize()


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code means, in Markdown."""

    code: str
    title: str
    paragraphs: tuple[str, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Codes that belong together."""

    title: str
    introduction: tuple[str, ...]
    explanations: tuple[Explanation, ...]


def groups() -> tuple[Group, ...]:
    """Return all explanations; files with the same heading form one group."""
    merged: dict[str, Group] = {}
    for file in FILES:
        text = resources.files("pkoquiz").joinpath(file).read_text(encoding="utf-8")
        group = parsed(text)
        known = merged.get(group.title, Group(group.title, (), ()))
        merged[group.title] = Group(
            group.title,
            known.introduction + group.introduction,
            known.explanations + group.explanations,
        )
    return tuple(merged.values())


def explanations() -> dict[str, Explanation]:
    """Return the explanation of every code, in the order of the groups."""
    return {
        explanation.code: explanation for group in groups() for explanation in group.explanations
    }


def parsed(text: str) -> Group:
    """Return the explanations in the text of one file."""
    head, *sections = _SECTION.split(text)
    title, _, introduction = head.removeprefix("# ").partition("\n")
    codes, titles, bodies = sections[::3], sections[1::3], sections[2::3]
    found = (
        Explanation(code, title, tuple(_paragraphs(body)), tuple(_examples(body)))
        for code, title, body in zip(codes, titles, bodies, strict=True)
    )
    return Group(title, tuple(_paragraphs(introduction)), tuple(found))


def _paragraphs(body: str) -> Iterator[str]:
    for paragraph in _EXAMPLE.sub("", body).split("\n\n"):
        if paragraph.strip():
            yield " ".join(paragraph.split())


def _examples(body: str) -> Iterator[Example]:
    for match in _EXAMPLE.finditer(body):
        yield Example(match["language"], match["verdict"] or "", match["part"], match["text"])
