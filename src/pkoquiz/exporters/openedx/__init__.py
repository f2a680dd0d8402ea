"""The Open edX export: a course of problems in OLX, as an archive for an empty course.

It follows Open edX's engine (`xblocks-contrib` 0.13) and checker (`olxcleaner`). Each section is
a chapter with one unit for each question. From the imported course, Studio copies the problems into
libraries and other courses.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

from pkoquiz.archive import tar_bytes
from pkoquiz.exporters import lms, phrases
from pkoquiz.exporters.export import Export, Note
from pkoquiz.exporters.lms import xml
from pkoquiz.exporters.openedx.problems import problem_of
from pkoquiz.exporters.table import OPENEDX
from pkoquiz.language import say
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

_RUN = "run"
_START, _END = "2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"
"""Open edX expects every course to have dates; these change nothing in a course of questions."""
_IMAGE = "course_image.svg"
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 378 225">'
    '<rect width="378" height="225" fill="#35506b"/></svg>\n'
)
"""Open edX expects every course to have a picture."""


def export(bank: Bank, *, questions: Sequence[Question] | None = None) -> Export:
    """Return `openedx/<course.short>.tar.gz` with the questions that Open edX can grade."""
    notes: list[Note] = []
    media = lms.Media(bank.media, "/static/")
    problems = []
    for question, task in lms.chosen(
        bank, bank.questions if questions is None else questions, OPENEDX, notes
    ):
        problem = problem_of(bank, question, task, media, lms.reporter(question, notes))
        if problem is not None:
            problems.append((question, task, problem))
    exported = [(question, task) for question, task, _ in problems]
    if not exported:
        return Export(notes=lms.nothing(bank, notes, "Open edX"))
    files = {
        f"problem/{lms.identifier(question.id)}.xml": problem for question, _, problem in problems
    }
    titles = lms.section_titles(bank, exported)
    chapters = []
    for section, group in groupby(exported, key=lambda entry: entry[0].section):
        chapter = lms.identifier(section)
        chapters.append(chapter)
        files |= _chapter(chapter, titles[section], [question for question, _ in group])
    files |= _course(bank, chapters)
    content = {f"course/{name}": text.encode() for name, text in files.items()}
    content |= {f"course{name}": data for name, data in media.contents.items()}
    path = f"openedx/{bank.course.short}.tar.gz"
    return Export({path: tar_bytes(content)}, lms.counts(exported), tuple(notes))


def _chapter(section: str, title: str, questions: Sequence[Question]) -> dict[str, str]:
    """Return the files of a chapter with one subsection and a unit for each question."""
    names = [lms.identifier(question.id) for question in questions]
    units = "".join(f'<vertical url_name="unit_{name}"/>\n' for name in names)
    # Each name may be used only once in a course.
    files = {
        f"chapter/section_{section}.xml": f'<chapter display_name="{xml(title)}">\n'
        f'<sequential url_name="subsection_{section}"/>\n</chapter>\n',
        f"sequential/subsection_{section}.xml": f'<sequential display_name="{xml(title)}">\n'
        f"{units}</sequential>\n",
    }
    for question, name in zip(questions, names, strict=True):
        files[f"vertical/unit_{name}.xml"] = (
            f'<vertical display_name="{question.id}">\n<problem url_name="{name}"/>\n</vertical>\n'
        )
    return files


def _course(bank: Bank, chapters: Sequence[str]) -> dict[str, str]:
    """Return the files of the course itself: its outline, policy and grading."""
    course = bank.course
    links = "".join(f'<chapter url_name="section_{chapter}"/>\n' for chapter in chapters)
    policy = {
        "display_name": course.title,
        "start": _START,
        "end": _END,
        "course_image": _IMAGE,
        "language": course.language.split("-")[0],
        "tabs": [  # known names: Open edX shows them in the language of the reader
            {"name": "Course", "type": "courseware"},
            {"name": "Progress", "type": "progress"},
        ],
    }
    grader = {"type": say(phrases.QUESTIONS), "short_label": "Q"}
    grading = {
        "GRADER": [{**grader, "min_count": 1, "drop_count": 0, "weight": 1}],
        "GRADE_CUTOFFS": {"Pass": 0.5},
    }
    return {
        "course.xml": f'<course url_name="{_RUN}" org="pkoquiz" course="{course.short}"/>\n',
        f"course/{_RUN}.xml": f"<course>\n{links}</course>\n",
        f"policies/{_RUN}/policy.json": _json({f"course/{_RUN}": policy}),
        f"policies/{_RUN}/grading_policy.json": _json(grading),
        f"static/{_IMAGE}": _SVG,
    }


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
