"""The files of a new course that builds at once: a small transcript, three questions, a README."""

from __future__ import annotations

import json
import re
from importlib.resources import files

_FILES = (
    "course.yaml",
    "README.md",
    "DRAFTING.md",
    "seeds/lecture.md",
    "questions/opening.yaml",
    ".gitignore",
)


def course_files(title: str, short: str) -> dict[str, bytes]:
    """Return path → content of a new course, without the schemas for editors."""
    templates = files("pkoquiz") / "scaffold_files"
    values = {
        "@title@": title,
        "@title in YAML@": json.dumps(title, ensure_ascii=False),
        "@short@": short,
    }
    marks = re.compile("|".join(values))
    contents = {}
    for name in _FILES:
        # Packaging tools would take a file named .gitignore for their own.
        template = templates.joinpath(name.removeprefix(".")).read_text(encoding="utf-8")
        contents[name] = marks.sub(lambda mark: values[mark[0]], template).encode()
    return contents
