"""Read a transcript into passages. There is one reader per format; all return the same passages.

A layout file describes what no rule can know about one transcript; an errata file lists its errors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from types import MappingProxyType

from pkoquiz.diagnostics import Diagnostic, Place, Severity, error
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
    name in `READERS`, or `auto`. The transcript is None if none of it could be read. Errors outside
    the errata mean that its passages or their ids may be wrong.
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
        # If ids may be wrong, errata that do not fit are not worth mentioning.
        reliable = not any(fault.severity == Severity.ERROR for fault in faults)
        known, found = errata_format.read(errata, errata_file, passages if reliable else None)
        return replace(transcript, errata=known), faults + found
    return transcript, faults


EXPLANATIONS: dict[str, str] = {
    "PQ150": "Transcripts are UTF-8 text, with or without a byte order mark. The place named is the first byte that "
    "is not UTF-8. Save the file as UTF-8 in your editor, or convert it: `iconv -f WINDOWS-1252 -t UTF-8`.",
    "PQ151": "The transcript has no letter or digit in it, so no question can rest on it. Most often the path is "
    "wrong, or a converter wrote an empty file.",
    "PQ152": "A transcript is plain text; control characters (other than tabs, line ends and form feeds) mean that "
    "the file is something else, or was damaged. They cannot be shown on a card or written to XML. Delete "
    "the character, or export the text again.",
    "PQ153": "The file is larger than 64 MiB and was not read. A whole day of talk has about 1 MB; split the file.",
    "PQ154": "The format decides how passages are told apart: `proceedings` (described by a layout), `markdown` "
    "(also plain text) or `subtitles` (WebVTT and SRT). Without `format:` the extension tells: .txt, .md, "
    ".vtt, .srt. Name the format in the course.",
    "PQ155": "Proceedings are read by their layout: it lists the sections with their title lines. Without any there "
    "is nothing to go by. List the sections, or read the file as `markdown`.",
    "PQ156": "A section begins where its title lines (`lines:` in the layout) stand together in the transcript, "
    "blank lines between them not counted, after the section before it. They were not found, so the text "
    "went to the section before, and passage ids are not right. Copy the lines from the transcript.",
    "PQ157": "Words stand before the first section of the layout. They are kept in a section named after the file, "
    "so that no word is lost; describe them in the layout to give them a kind and a speaker.",
    "PQ158": "A slide, heading or dropped line of the layout is not in its section, or stands before the one listed "
    "above it. Ordinals of slides and headings would be wrong, so it is an error. Copy the line from the transcript.",
    "PQ159": "A paragraph begins with a name in parentheses, or a row with a label, that the layout does not list, so "
    "nobody knows who speaks. List it under `labels:` of the section; if it is no label, leave it.",
    "PQ160": "An errata file is a mapping with the one key `errata`, and under it a list of entries with `passage`, "
    "`kind`, `words` and what is right.",
    "PQ161": "The erratum names a passage that the transcript does not have, so it guards nothing. `pkoquiz passages` "
    "lists the ids.",
    "PQ162": "The words of the erratum are not in the passage it names (case, quotes, dashes and white space don't "
    "count), so it guards nothing. Copy the words from the transcript; they stand within one passage.",
    "PQ163": "The line between a subtitle's number and its text is no timing of the form "
    "`00:01:02.500 --> 00:01:05.000`. The subtitle's text is kept with the one before; mend the timing.",
    "PQ164": "A subtitle ends before it begins. Its text is kept; mend the timing.",
    "PQ165": "The file has words but no line such as `00:01:02.500 --> 00:01:05.000`, so it is no subtitle file. Read "
    "plain text as `markdown`.",
}
"""What each code means, why it matters and what to do, for `pkoquiz explain`."""
