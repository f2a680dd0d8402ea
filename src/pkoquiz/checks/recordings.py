"""Recordings of talks, which citations link to."""

from __future__ import annotations

from collections.abc import Iterator

from pkoquiz.diagnostics import Diagnostic, Place, warning
from pkoquiz.model.bank import Bank


def recordings_without_times(bank: Bank) -> Iterator[Diagnostic]:
    """PQ216: a recording whose transcript does not say when its words were spoken."""
    timed = {
        transcript.file
        for transcript in bank.transcripts
        if any(passage.time for passage in transcript.passages)
    }
    read = {transcript.file for transcript in bank.transcripts}
    for index, file in enumerate(bank.course.transcripts):
        if file.recording and file.file in read - timed:
            place = Place("course.yaml", ("transcripts", index, "recording"))
            message = f"`{file.file}` has no times, so citations cannot link to the recording"
            yield warning("PQ216", message, place, "use captions (.vtt, .srt) as the transcript")
