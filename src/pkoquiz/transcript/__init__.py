"""Read a transcript into passages. Each format has a reader; all of them return the same passages.

A layout file describes what no rule can know about a transcript; an errata file lists its errors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from types import MappingProxyType

from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.model.passage import Transcript
from pkoquiz.prose import one_of
from pkoquiz.transcript import errata as errata_format
from pkoquiz.transcript import layout as layout_format
from pkoquiz.transcript import markdown, proceedings, subtitles
from pkoquiz.transcript.layout import Layout
from pkoquiz.transcript.lines import lines_of
from pkoquiz.transcript.numbering import Reading, numbered

Reader = Callable[[Sequence[str], str, Layout, str], Reading]
"""(lines, file name, layout, layout's file name) → sections with passages, and what is wrong."""

READERS: Mapping[str, Reader] = MappingProxyType(
    {"proceedings": proceedings.read, "markdown": markdown.read, "subtitles": subtitles.read}
)
"""The formats, by the name that a course may give."""

_BY_EXTENSION = {
    ".txt": "markdown",
    ".text": "markdown",
    ".md": "markdown",
    ".markdown": "markdown",
    ".vtt": "subtitles",
    ".srt": "subtitles",
}


def detected(file: str, layout: Layout) -> str:
    """Return the format of a file, or an empty text if it is unknown.

    The file extension decides; a layout with sections describes proceedings.
    """
    name = _BY_EXTENSION.get(PurePath(file).suffix.lower(), "")
    return "proceedings" if layout.sections and name != "subtitles" else name


def read_transcript(
    raw: bytes,
    file: str,
    format: str = "auto",
    layout: bytes | None = None,
    layout_file: str = "",
    errata: bytes | None = None,
    errata_file: str = "",
) -> tuple[Transcript | None, list[Diagnostic]]:
    """Return the transcript in `raw`, and what is wrong with it, its layout and its errata.

    `file`, `layout_file` and `errata_file` are the names of the files in diagnostics. `format` is a
    name in `READERS`, or `auto`. The transcript is None if no part of it could be read. Errors
    outside the errata mean that its passages or their ids may be wrong.
    """
    spec = Layout()
    faults: list[Diagnostic] = []
    if layout is not None:
        read_layout, faults = layout_format.read(layout, layout_file)
        if read_layout is None:
            return None, faults
        spec = read_layout
    name = detected(file, spec) if format == "auto" else format
    if name not in READERS:
        message = f"unknown transcript format `{format[:40]}`"
        hint = one_of(format, list(READERS))
        if format == "auto":
            message = "the file extension does not determine the format of the transcript"
            hint = f"add `format:` in course.yaml; {hint}"
        return None, [*faults, error("PQ154", message, Place(file), hint)]
    lines, found = lines_of(raw, file)
    faults += found
    if not lines:
        return None, faults
    chapters, found = READERS[name](lines, file, spec, layout_file)
    faults += found
    passages = [
        passage for section, drafts in chapters for passage in numbered(section.slug, drafts)
    ]
    if not passages:
        message = "the transcript contains no words"
        return None, faults or [
            error("PQ151", message, Place(file), "check that it is the right file")
        ]
    transcript = Transcript(
        file=file,
        sections=tuple(section for section, _ in chapters),
        passages=tuple(passages),
        citation=spec.citation,
        rights=spec.rights,
        digest=hashlib.sha256(raw).hexdigest(),
    )
    if errata is not None:
        known, found = errata_format.read(errata, errata_file)
        return replace(transcript, errata=known), faults + found
    return transcript, faults
