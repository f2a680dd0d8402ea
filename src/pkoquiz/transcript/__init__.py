"""Transcripts in, passages out: one reader per format, the same passages from each.

A layout file describes what no rule can know about one transcript, an errata file which of its words are
wrong; the readers themselves know no transcript by name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from types import MappingProxyType

from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.model.passage import Erratum, Transcript
from pkoquiz.transcript import errata as errata_format
from pkoquiz.transcript import layout as layout_format
from pkoquiz.transcript import markdown, proceedings, subtitles
from pkoquiz.transcript.drafts import Reading
from pkoquiz.transcript.intake import lines_of
from pkoquiz.transcript.layout import Layout

Reader = Callable[[Sequence[str], str, Layout, str], Reading]
"""From lines, the file's name, the layout and its name to sections, passages and what is wrong."""

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
    """The format of `file`: a layout with sections describes proceedings, else the extension tells; "" if unknown."""
    found = _BY_EXTENSION.get(PurePath(file).suffix.lower(), "")
    return "proceedings" if layout.sections and found != "subtitles" else found


def read_transcript(
    raw: bytes,
    file: str,
    format: str = "auto",
    layout: bytes | None = None,
    layout_file: str = "",
    errata: bytes | None = None,
    errata_file: str = "",
) -> tuple[Transcript | None, list[Diagnostic]]:
    """The transcript in `raw`, and what is wrong with it, its layout and its errata.

    `file`, `layout_file` and `errata_file` name the files in diagnostics, as the user would type them.
    `format` is a name in `READERS`, or `auto`: told by the layout and the extension. The transcript is
    `None` only if nothing of it could be read; a broken layout or errata file is reported, not guessed at.
    """
    described, faults = (
        layout_format.read(layout, layout_file) if layout is not None else (Layout(), [])
    )
    if described is None:
        return None, faults
    name = detected(file, described) if format == "auto" else format
    if name not in READERS:
        known = ", ".join(READERS)
        if format != "auto":
            message = f"there is no transcript format `{format[:40]}`"
        else:
            message = "the extension does not tell the format of the transcript"
        return None, [*faults, error("PQ154", message, Place(file), f"name one of {known}")]
    lines, found = lines_of(raw, file)
    faults += found
    if lines is None:
        return None, faults
    sections, passages, found = READERS[name](lines, file, described, layout_file)
    faults += found
    if not passages:
        return None, faults or [error("PQ151", "the transcript holds no words", Place(file))]
    known_errata: tuple[Erratum, ...] = ()
    if errata is not None:
        known_errata, found = errata_format.read(errata, errata_file, passages)
        faults += found
    transcript = Transcript(
        file=file,
        sections=sections,
        passages=passages,
        errata=known_errata,
        citation=described.citation,
        rights=described.rights,
        digest=hashlib.sha256(raw).hexdigest(),
    )
    return transcript, faults
