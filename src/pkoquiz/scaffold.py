"""A new course that builds at once: a small transcript, three questions, a README."""

from __future__ import annotations

import datetime
from importlib.resources import files


def course_files(title: str, short: str, release: datetime.date) -> dict[str, bytes]:
    """Path → content of a new course; the schemas for editors are made by the caller."""
    root = files("pkoquiz") / "scaffold_files"
    made = {}
    for name in (
        "course.yaml",
        "README.md",
        "seeds/lecture.md",
        "questions/opening.yaml",
        ".gitignore",
    ):
        text = root.joinpath(name.replace(".gitignore", "gitignore")).read_text(encoding="utf-8")
        quoted = title.replace("\\", "\\\\").replace('"', '\\"')
        text = (
            text.replace("@title@", quoted)
            .replace("@short@", short)
            .replace("@release@", release.isoformat())
        )
        made[name] = text.encode()
    return made
