"""The practice page as one HTML file, and as a folder for the web."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from pkoquiz import markup
from pkoquiz.exporters.practice import phrases
from pkoquiz.exporters.practice.mock import MockExam, paper_records
from pkoquiz.exporters.practice.reading import chapters
from pkoquiz.exporters.practice.records import media_paths, question_records, term_records
from pkoquiz.language import language, say, spoken
from pkoquiz.model.bank import Bank
from pkoquiz.web.media import data_uri
from pkoquiz.web.page import language_attributes, render, resource

SCRIPTS = (
    "schedule.js",
    "grade.js",
    "store.js",
    "text.js",
    "controls.js",
    "question.js",
    "study.js",
    "reading.js",
    "practise.js",
    "exam.js",
    "progress.js",
    "page.js",
)
"""The scripts of the page in the order in which they are joined."""

_HOSTED = {
    "img-src": "'self' data:",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "trusted-types": "pkoquiz",
}


def pages(bank: Bank, exam: MockExam) -> tuple[bytes, Mapping[str, bytes]]:
    """Return the page as one file, and the files of the same page for the web."""
    context = _context(bank, exam)
    index = _rendered(context, hosted=True)
    return _rendered(context, hosted=False), _folder(bank, index)


def _rendered(context: Mapping[str, Any], *, hosted: bool) -> bytes:
    """Return a page; a hosted one has a manifest and a service worker beside it."""
    return render(
        __package__,
        "practice.html.j2",
        style=resource(__package__, "practice.css"),
        script="\n".join(resource(__package__, name) for name in SCRIPTS),
        policy=_HOSTED if hosted else {},
        hosted=hosted,
        **context,
    )


def _context(bank: Bank, exam: MockExam) -> dict[str, Any]:
    """Return the content of both pages: variables of the template, and data for the scripts."""
    course, words = bank.course, phrases.words()
    terms = [term for term in bank.terms if term.status == "ready"]
    questions = question_records(bank)
    sides = [side for term in terms for side in term_records(bank, term)]
    paths = media_paths([questions, sides])
    return {
        "data": {
            "data--words": words,
            "data--course": {
                "short": course.short,
                "title": course.title,
                "language": course.language,
                "direction": language(course.language).direction,
                "sections": [[slug, section.title] for slug, section in bank.sections.items()],
                "objectives": {objective.id: objective.text for objective in course.objectives},
                "exam": {
                    "title": exam.title,
                    "minutes": exam.minutes,
                    "papers": list(paper_records(exam)),
                },
            },
            "data--questions": _packed({"questions": questions, "terms": sides}),
            "data--media": {
                path: uri for path in sorted(paths) if (uri := data_uri(path, bank.media))
            },
        },
        "phrases": phrases,
        "say": say,
        "words": words,
        "lang": course.language if spoken().words != "en" else "en",
        "course": course,
        "edition": bank.edition,
        "own": language_attributes(course.language),
        "description": Markup(markup.html(course.description, mathml=True))
        if course.description
        else "",
        "chapters": chapters(bank),
        "terms": [
            (
                term.id,
                Markup(markup.inline_html(term.term, mathml=True)),
                _without_paragraph(term.meaning),
            )
            for term in terms
        ],
        "citations": [
            transcript.citation for transcript in bank.transcripts if transcript.citation
        ],
        "rights": [transcript.rights for transcript in bank.transcripts if transcript.rights],
    }


def _folder(bank: Bank, index: bytes) -> Mapping[str, bytes]:
    """Return the files of the page for the web: installable, and usable without a network."""
    version = f"{zlib.crc32(index):08x}"
    worker = resource(__package__, "worker.js").replace("VERSION", version)
    icon = resource(__package__, "icon.svg")
    manifest = {
        "name": bank.course.title,
        "short_name": bank.course.title[:30],
        "lang": bank.course.language,
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": "#fbfaf7",
        "theme_color": "#0b5c8a",
        "icons": [{"src": "icon.svg", "sizes": "any", "type": "image/svg+xml"}],
    }
    return {
        "index.html": index,
        "sw.js": worker.encode(),
        "manifest.webmanifest": (
            json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        ).encode(),
        "icon.svg": icon.encode(),
    }


def _without_paragraph(text: str) -> Markup:
    """Return block Markdown as HTML, and a single paragraph without its tags."""
    html = markup.html(text, mathml=True)
    single = html.startswith("<p>") and html.count("<p>") == 1 and html.endswith("</p>")
    return Markup(html[3:-4]) if single else Markup(html)


def _packed(value: object) -> dict[str, str]:
    """Return a value as compressed JSON, a third of its size; `unpacked` in `page.js` reads it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return {"deflate": base64.b64encode(zlib.compress(text.encode(), 9)).decode()}
