"""The files of a new course that builds at once: a small transcript, three questions, a README."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files

from pkoquiz.model.passage import SPOKEN, Passage, Transcript

_FILES = ("README.md", "DRAFTING.md", ".gitignore")
_FILES_IN_ITS_LANGUAGE = ("course.yaml", "seeds/lecture.md", "questions/opening.yaml")


def course_files(title: str, short: str, language: str = "en") -> dict[str, bytes]:
    """Return path → content of a new course, without the schemas for editors.

    `language` is one with a catalogue.
    """
    values = {
        "@title@": title,
        "@title in YAML@": json.dumps(title, ensure_ascii=False),
        "@short@": short,
        "@transcript@": "seeds/lecture.md",
        "@passages@": "headings are sections, paragraphs are passages",
        "@section@": "opening",
        "@next@": "Replace the transcript with your own (Markdown, plain text, WebVTT or SRT),\n"
        "then the questions.",
    }
    return _filled(values, _FILES) | _filled(values, _FILES_IN_ITS_LANGUAGE, language)


def _filled(values: Mapping[str, str], names: Iterable[str], folder: str = "") -> dict[str, bytes]:
    """Return path → content of templates with the values in the place of their marks."""
    templates = files("pkoquiz") / "scaffold_files" / folder
    marks = re.compile("|".join(values))
    contents = {}
    for name in names:
        # Packaging tools would take a file named .gitignore for their own.
        template = templates.joinpath(name.removeprefix(".")).read_text(encoding="utf-8")
        contents[name] = marks.sub(lambda mark: values[mark[0]], template).encode()
    return contents


def recorded_course_files(
    title: str, short: str, transcript: Transcript, captions: bytes, name: str, language: str = "en"
) -> dict[str, bytes]:
    """Return path → content of a new course on the captions of a recording.

    Its only question is a draft that cites the first sentence long enough to ask about.
    """
    passage, quote = _first_sentence(transcript)
    values = {
        "@title@": title,
        "@transcript@": f"seeds/{name}",
        "@passages@": "a few captions are a passage",
        "@section@": passage.section,
        "@next@": "Finish the first question, then write more: `pkoquiz desk` shows the\n"
        "transcript in a browser.",
    }
    course = _RECORDED_COURSE.format(
        title=json.dumps(title, ensure_ascii=False),
        short=short,
        language="" if language == "en" else f"\nlanguage: {language}",
        name=name,
    )
    question = _RECORDED_QUESTION.format(
        section=passage.section, passage=passage.id, quote=json.dumps(quote, ensure_ascii=False)
    )
    return _filled(values, _FILES) | {
        "course.yaml": course.encode(),
        f"seeds/{name}": captions,
        f"questions/{passage.section}.yaml": question.encode(),
    }


def _first_sentence(transcript: Transcript) -> tuple[Passage, str]:
    """Return the first sentence that is long enough to ask about, and its passage."""
    spoken = [passage for passage in transcript.passages if passage.kind in SPOKEN]
    sentences = [
        (passage, sentence)
        for passage in spoken or transcript.passages
        for sentence in re.split(r"(?<=[.!?。！？])\s*", passage.text)
    ]
    long = (pair for pair in sentences if len(pair[1]) >= _LONG_ENOUGH)
    return next(long, sentences[0])


_LONG_ENOUGH = 60
"""The fewest characters of a sentence that is probably not a greeting."""

_RECORDED_COURSE = """\
# yaml-language-server: $schema=course.schema.json
title: {title}
short: {short}                  # permanent: file names and card ids are derived from it{language}
description: What the recording is about, in a sentence or two.

transcripts:
- file: seeds/{name}
  # Where the recording is: citations then lead to the second at which their quote begins.
  # recording: https://video.example.org/watch?v=…&t={{seconds}}
"""

_RECORDED_QUESTION = """\
# yaml-language-server: $schema=../questions.schema.json
section: {section}

questions:
- id: first-question
  type: flashcard
  status: draft              # delete this line when the question is ready
  stem: What do you want learners to remember of this sentence?
  answer: The answer, in a few words.
  sources:
  - passage: {passage}
    quote: {quote}
  bloom: remember
  difficulty: easy
"""
