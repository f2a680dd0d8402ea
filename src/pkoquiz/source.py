"""Where a thing was written: a file, a path into its YAML, or a span of its text.

Models carry a `Place` (cheap, made for every question); a `Span` (line and column) is looked up
only for places that a diagnostic names, see `yamlfile.spans`.
"""

from __future__ import annotations

from dataclasses import dataclass

Step = str | int
"""One step into a YAML document: a mapping key or a list index."""

KEY: Step = "\0"
"""As the last step: the name of the field, not its value. No file can hold such a key."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text: lines and columns are 1-based; the end column is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Place:
    """A file (path as the user would type it, relative to the course) and where in it.

    Either `span` is known, or `path` leads into the file's YAML and the span is found on demand.
    """

    file: str
    path: tuple[Step, ...] = ()
    span: Span | None = None

    def into(self, *steps: Step) -> Place:
        """The place of something inside this one."""
        return Place(self.file, (*self.path, *steps))
