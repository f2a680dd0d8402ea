"""The course as data for the page: the transcript, the questions on it, and the coverage.

Offsets count UTF-16 units, as JavaScript does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pkoquiz import markup
from pkoquiz.desk.app.course import OpenCourse
from pkoquiz.desk.app.recordings import is_playable
from pkoquiz.desk.passages import ERRATA
from pkoquiz.model.addresses import recording_address
from pkoquiz.model.bank import Bank
from pkoquiz.model.passage import SPOKEN, Passage, clock
from pkoquiz.model.question import GAP, Question
from pkoquiz.prose import shortened
from pkoquiz.quotes.coverage import coverage
from pkoquiz.quotes.find import find
from pkoquiz.words import occurrences

View = dict[str, Any]


def transcript_view(course: OpenCourse) -> View:
    """Return the data that change only with transcripts: sections, passages and objectives."""
    bank = course.bank
    recordings = bank.recordings
    playable = {
        template: not template or is_playable(bank, course.folder, template)
        for template in {"", *recordings.values()}
    }
    sections: dict[str, list[View]] = {}
    for passage in bank.passages.values():
        template = recordings.get(passage.section, "")
        recording = template if playable[template] else ""
        sections.setdefault(passage.section, []).append(_passage(bank, passage, recording))
    return {
        "title": bank.course.title,
        "language": bank.course.language,
        "sections": [
            {
                "slug": slug,
                "title": section.title,
                "meta": ", ".join(filter(None, (section.speaker, section.role))),
                "note": "" if playable[recordings.get(slug, "")] else _unplayable(recordings[slug]),
                "passages": sections.get(slug, []),
            }
            for slug, section in bank.sections.items()
        ],
        "objectives": [
            {"id": objective.id, "text": objective.text, "section": objective.section}
            for objective in bank.course.objectives
        ],
    }


def _unplayable(template: str) -> str:
    return (
        f"The times lead nowhere: {template} is not a sound or video file of this course that "
        "browsers play."
    )


def _passage(bank: Bank, passage: Passage, recording: str) -> View:
    section = bank.sections[passage.section]
    meta = (
        "" if passage.speaker == section.speaker else passage.speaker,
        "" if passage.label in passage.speaker else passage.label,
    )
    spoken = passage.kind in SPOKEN
    errata = [
        {
            "start": utf16(passage.text, start),
            "end": utf16(passage.text, end),
            "about": f"{ERRATA[erratum.kind]}: {erratum.right}",
            "needs_note": erratum.blocks,
        }
        for erratum in bank.errata.get(passage.id, ())
        for start, end in occurrences(erratum.words, passage.text)
    ]
    return {
        "id": passage.id,
        "kind": passage.kind,
        "meta": " · ".join(filter(None, meta)),
        "times": list(_times(passage, recording)),
        "text": passage.text,
        "counts": spoken and passage.id not in bank.course.skip,
        "skipped": passage.id in bank.course.skip,
        "errata": errata,
    }


def _times(passage: Passage, recording: str) -> Iterator[list[Any]]:
    """Yield when words were spoken: offset, time, and the address that plays them or nothing."""
    if passage.time is None:
        return
    for offset, second in passage.cues or ((0, passage.time[0]),):
        address = recording_address(recording, second) if recording else ""
        yield [utf16(passage.text, offset), clock(second), address]


def questions_view(course: OpenCourse) -> View:
    """Return the data that an edit can change: questions, cited words, coverage, problems."""
    bank = course.bank
    figures = coverage(bank)
    ready = [question for question in bank.questions if question.status == "ready"]
    return {
        "version": course.version,
        "transcript": course.foundation,
        "questions": [_question(course, question) for question in bank.questions],
        "coverage": {
            "cited": figures.cited,
            "passages": figures.passages,
            "questions": len(ready),
            "sections": [
                {
                    "slug": cover.section,
                    "title": cover.title,
                    "cited": cover.cited,
                    "passages": cover.passages,
                    "questions": cover.questions,
                }
                for cover in figures.sections
            ],
            "tables": [
                {
                    "name": table.name,
                    "rows": [
                        {"name": row.name, "count": row.count, "planned": row.planned}
                        for row in table.rows
                    ],
                }
                for table in figures.tables
                if table.field != "sections"
            ],
        },
        "problems": list(_problems(course)),
        "undo": course.edits[-1].what if course.edits else "",
        "tags": sorted({tag for question in bank.questions for tag in question.tags}),
    }


def _question(course: OpenCourse, question: Question) -> View:
    bank = course.bank
    cites = []
    for citation in question.sources:
        passage = bank.passages.get(citation.passage_id)
        finding = find(citation.quote, passage.text) if passage else None
        if passage is not None and finding is not None:
            for start, end in finding.spans:
                span = [passage.id, utf16(passage.text, start), utf16(passage.text, end)]
                cites.append(span)
    return {
        "id": question.id,
        "type": question.type,
        "kind": question.kind,
        "section": question.section,
        "status": question.status,
        "objective": question.objective,
        "stem": shortened(GAP.sub("____", markup.excerpt(question.stem)), 300),
        "measured": course.measured.get(question.id, ""),
        "cites": cites,
        "passages": list(dict.fromkeys(citation.passage_id for citation in question.sources)),
    }


def _problems(course: OpenCourse) -> Iterator[str]:
    """Yield the files that could not be read, whose questions are missing on the desk."""
    for found in course.loaded.diagnostics:
        if found.severity == "error":
            line = f", line {found.place.span.line}" if found.place.span else ""
            about = f" (“{found.question}”)" if found.question else ""
            message = found.message.replace("invalid YAML: ", "")
            yield f"{found.place.file}{line}{about}: {message}"


def utf16(text: str, offset: int) -> int:
    """Return an offset in a text as JavaScript counts it."""
    before = text[:offset]
    return offset if before.isascii() else len(before.encode("utf-16-le", "replace")) // 2
