"""Generate files from the code: three pages in this folder and the two JSON Schemas.

    python docs/generate.py

Tests compare the files in the repository with what this generates.
"""

from __future__ import annotations

import json
import re
import textwrap
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from pkoquiz.explanations import Group, groups
from pkoquiz.exporters.fields import FIELD_ROWS, ROWS, TYPE_ROWS, Mark, Row
from pkoquiz.exporters.table import TABLE
from pkoquiz.model import blueprint, course, question
from pkoquiz.model import parts as of
from pkoquiz.model.question import TYPES
from pkoquiz.schema import bank_schema, course_schema, field_docs

FOLDER = Path(__file__).parent
EXAMPLES = FOLDER.parent / "tests" / "mini" / "questions"

INTRO = """# The question format

All fields of question files and of `course.yaml`. To write your first question, follow
[Your first question](first-question.md); for what makes a good one, see
[What `pkoquiz check` finds](checks.md). This page is generated from the code by
`docs/generate.py`; editors show the same texts while you type.

A file in `questions/` names its section and lists questions:

```yaml
# yaml-language-server: $schema=../questions.schema.json
section: opening
questions:
- id: …
```

The first line gives editors the schema; `pkoquiz schema > questions.schema.json` writes it.

YAML is read strictly. Every scalar is text until its field says otherwise, so `no` stays “no”.
Duplicate keys, anchors, aliases, merge keys and tags are errors. Put a text in quotes, or in a
block after `>-`, if it contains `: ` or begins with a quotation mark, `*`, `[` or `{`.

Markdown fields may contain emphasis, lists, tables, links to the web, code, formulas as
`\\(TeX\\)`, and pictures or sounds as `![description](media/map.png)` with a path inside the
course. HTML is shown as text.
"""

# Records with their own headings, so that tables can link to them.
PARTS: tuple[type[BaseModel], ...] = (
    of.Citation, of.Option, of.Accepted, of.Mistake, of.WrongValue, of.Pair,
    of.Gap, of.Criterion, of.Card, of.Verdicts,
)  # fmt: skip
COURSE_PARTS: tuple[type[BaseModel], ...] = (
    course.TranscriptFile, course.Objective, course.BankPlan,
    course.AnkiSettings, course.MoodleSettings, course.ExamSettings,
)  # fmt: skip
BLUEPRINT_PARTS: tuple[type[BaseModel], ...] = (
    blueprint.Cell, blueprint.Measured, blueprint.Objectives,
)  # fmt: skip
_ALL: tuple[type[BaseModel], ...] = (*PARTS, *COURSE_PARTS, *BLUEPRINT_PARTS, blueprint.Blueprint)
LINKED = frozenset(part.__name__ for part in _ALL)


def type_name(schema: dict[str, Any]) -> str:
    """Return the type of a field in a few words."""
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " \\| ".join(f"`{value}`" for value in schema["enum"])
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        if name == "Count":
            return "`3`, `2-4` or `2+`"
        if name == "Band":
            return "`0.3-0.9` or `0.1+`"
        return f"[{name}](#{name.lower()})" if name in LINKED else name
    if "allOf" in schema:
        return type_name(schema["allOf"][0])
    if "number of questions" in schema.get("description", ""):
        return "`3`, `2-4` or `2+`"
    if "range between 0 and 1" in schema.get("description", ""):
        return "`0.3-0.9` or `0.1+`"
    if "anyOf" in schema:
        names = [type_name(option) for option in schema["anyOf"] if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(names))
    kind = str(schema.get("type", "text"))
    if kind == "array":
        return f"list of {type_name(schema.get('items', {}))}"
    if kind == "object":
        patterns = schema.get("patternProperties", {})
        inner = schema.get("additionalProperties") or next(iter(patterns.values()), None)
        return f"name: {type_name(inner)}" if isinstance(inner, dict) else "fields"
    if schema.get("format") == "date":
        return "date, e.g. `2026-01-15`"
    if kind == "string":
        kinds = {"block": "Markdown", "inline": "Markdown, one line"}
        return kinds.get(schema.get("markup", ""), "text")
    kinds = {"boolean": "true or false", "integer": "whole number", "number": "number"}
    return kinds.get(kind, kind)


def table(model: type[BaseModel], skip: frozenset[str] = frozenset()) -> str:
    """Return the fields of a model as a Markdown table."""
    schema = model.model_json_schema()
    if "properties" not in schema:
        schema = next(option for option in schema["anyOf"] if "properties" in option)
    docs = field_docs(model.__name__)
    lines = ["| field | type | meaning |", "|---|---|---|"]
    for name, field in schema["properties"].items():
        if name in skip:
            continue
        required = " (required)" if name in schema.get("required", ()) else ""
        meaning = " ".join(docs.get(name, "").split())
        lines.append(f"| `{name}`{required} | {type_name(field)} | {meaning} |")
    return "\n".join(lines)


# An entry of a list ends before the next line without an indent; a text may have blank lines.
_ENTRY = re.compile(r"^- id:.*\n(?:[ ].*\n|\n)*", re.MULTILINE)


def example(kind: str) -> str:
    """Return the first question of that type in the test course."""
    for path in sorted(EXAMPLES.glob("*.yaml")):
        for entry in _ENTRY.findall(path.read_text(encoding="utf-8")):
            if f"\n  type: {kind}\n" in entry and "\n  status:" not in entry:
                return f"```yaml\n{entry.rstrip()}\n```"
    raise LookupError(kind)


def question_page() -> str:
    """Return `docs/questions.md`."""
    shared = frozenset(question.Common.model_fields)
    parts = [
        INTRO,
        "## Fields of every question",
        table(question.Common, frozenset({"place", "section"})),
    ]
    for kind, model in TYPES.items():
        about = (model.__doc__ or "").strip()
        parts += [f"## `type: {kind}`", about, table(model, shared | {"type"}), example(kind)]
    parts.append("## Parts")
    for part in PARTS:
        parts += [f"### {part.__name__}", (part.__doc__ or "").strip(), table(part)]
    parts += [
        "## Glossary",
        "A file may contain `glossary:` instead of questions, or as well as questions.",
        table(question.Term, frozenset({"place"})),
    ]
    parts += ["## `course.yaml`", (course.Course.__doc__ or "").strip(), table(course.Course)]
    for part in COURSE_PARTS:
        parts += [f"### {part.__name__}", (part.__doc__ or "").strip(), table(part)]
    parts += [
        "### Blueprint",
        "An exam to draw from the bank; see [Exams](exams.md).",
        table(blueprint.Blueprint),
    ]
    for part in BLUEPRINT_PARTS:
        parts += [f"#### {part.__name__}", (part.__doc__ or "").strip(), table(part)]
    return "\n\n".join(parts) + "\n"


CHECKS = """# What pkoquiz reports, and what to do

This page is generated by `docs/generate.py` from the text that `pkoquiz explain CODE` prints.

An **error** stops a build. A **warning** is a reason to look at something, and stops nothing.
Doubtful findings are shown only with `--pedantic`.

If a warning does not apply to a question, waive it there with a reason, and it will not be reported
again: `waive: {L08: the term has no synonym}`. Errors cannot be waived.

Each finding has a bad example, which causes it, and a good one, which does not. The examples omit
fields that do not matter, such as `bloom`. All of them are tested.
"""

LITERATURE = """## Literature

- Butler, A. C., & Roediger, H. L. (2008). Feedback enhances the positive effects and reduces the
  negative effects of multiple-choice testing. *Memory & Cognition* 36, 604–616.
- Haladyna, T. M., Downing, S. M., & Rodriguez, M. C. (2002). A review of multiple-choice
  item-writing guidelines for classroom assessment. *Applied Measurement in Education* 15, 309–334.
- Matuschak, A. (2020). How to write good prompts: using spaced repetition to create understanding.
- National Board of Medical Examiners. *NBME item-writing guide: constructing written test questions
  for the health sciences*.
- Pham, H., Besanko, J., & Devitt, P. (2018). Examining the impact of specific types of item-writing
  flaws on student performance and psychometric properties of the multiple choice question.
  *MedEdPublish* 7, 225.
- Rodriguez, M. C. (2005). Three options are optimal for multiple-choice items: a meta-analysis of
  80 years of research. *Educational Measurement: Issues and Practice* 24(2), 3–13.
- Wozniak, P. (1999). Effective learning: twenty rules of formulating knowledge.
"""


def check_page() -> str:
    """Return `docs/checks.md`."""
    parts = [CHECKS, "\n".join(_contents(group) for group in groups())]
    for group in groups():
        parts += [f"## {group.title}", *map(_wrapped, group.introduction), _overview(group)]
        for explanation in group.explanations:
            parts += [f"### {explanation.code}", f"**{_sentence(explanation.title)}**"]
            parts += map(_wrapped, explanation.paragraphs)
            for example in explanation.examples:
                parts += [f"{example.label}:", f"```{example.language}\n{example.text}```"]
    return "\n\n".join(part.strip("\n") for part in [*parts, LITERATURE]) + "\n"


def _contents(group: Group) -> str:
    """Return the group's line in the table of contents, with the ranges of its codes."""
    ranges = []
    for _, codes in groupby(group.explanations, lambda each: each.code.rstrip("0123456789")):
        names = [each.code for each in codes]
        ranges.append(names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}")
    return f"- [{group.title}](#{group.title.lower().replace(' ', '-')}): {', '.join(ranges)}"


def _overview(group: Group) -> str:
    rows = (
        f"| [{each.code}](#{each.code.lower()}) | {each.title} |" for each in group.explanations
    )
    return "\n".join(["| code | finding |", "|---|---|", *rows])


def _wrapped(paragraph: str) -> str:
    return textwrap.fill(paragraph, 98, break_long_words=False, break_on_hyphens=False)


def _sentence(title: str) -> str:
    return title[0].upper() + title[1:] + "."


FORMATS = """# What each format shows

One bank becomes decks, papers and quizzes in many formats: `pkoquiz build canvas` builds one of
them, and `pkoquiz build` builds `anki`, `moodle`, `exam` and the formats that `course.yaml` lists
under `formats:`. This page is generated by `docs/generate.py` from the table that the program
itself uses. To print the table for the questions of your course, run:

```sh
pkoquiz build --explain canvas
```

**A question that a system would grade wrongly is left out, never approximated.** Each build prints
what was left out or changed as a `note:` with the questions concerned, and records it in
`manifest.json`. The signs in the tables:

| sign | meaning |
|---|---|
| ● | is exported as its author wrote it |
| ◐ | is exported in another form |
| – | is left out |
| ✗ | the whole question is left out |
"""

STATUS = """## By status

| `status` | Anki | papers and quizzes |
|---|---|---|
| `ready` | yes | yes |
| `draft` | no | no |
| `retired` | stays with learners who have it, marked as withdrawn; newcomers find it in a subdeck \
“Withdrawn”; left out if no deck ever contained it | no |
"""

NAMES = {
    "anki": ("Anki", "anki.md"),
    "exam": ("Paper (PDF, HTML, DOCX)", "exams.md"),
    "moodle": ("Moodle", "moodle.md"),
    "canvas": ("Canvas", "canvas.md"),
    "brightspace": ("Brightspace", "brightspace.md"),
    "qti": ("QTI 2.1", "qti.md"),
    "gift": ("GIFT", "gift.md"),
    "aiken": ("Aiken", "gift.md"),
    "blackboard": ("Blackboard", "blackboard.md"),
    "openedx": ("Open edX", "openedx.md"),
}
SIGNS: dict[Mark, str] = {"written": "●", "changed": "◐", "left out": "–", "question left out": "✗"}


def formats_page() -> str:
    """Return `docs/formats.md`."""
    parts = [
        FORMATS,
        "## By question type",
        _overview_of(TYPE_ROWS),
        "## By field",
        _overview_of(FIELD_ROWS),
        STATUS,
    ]
    for format, (name, page) in NAMES.items():
        title = (FOLDER / page).read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        rows = []
        for row in ROWS:
            cell = TABLE[format][row.name]
            text = cell.text
            if cell.mark in ("left out", "question left out"):
                text = f"{cell.mark}: {cell.text}" if cell.text else cell.mark
            rows.append(f"| {row.title} | {SIGNS[cell.mark]} | {text} |")
        parts += [
            f"## {name}",
            f"`pkoquiz build {format}` writes this format; see [{title}]({page}).",
            "\n".join([f"| | | in {name.split(' (')[0]} |", "|---|---|---|", *rows]),
        ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _overview_of(rows: tuple[Row, ...]) -> str:
    names = [name.split(" (")[0] for name, _ in NAMES.values()]
    lines = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for row in rows:
        signs = (SIGNS[TABLE[format][row.name].mark] for format in NAMES)
        lines.append(f"| {row.title} | {' | '.join(signs)} |")
    return "\n".join(lines)


PAGES = {"questions.md": question_page, "checks.md": check_page, "formats.md": formats_page}
SCHEMAS = {"questions.schema.json": bank_schema, "course.schema.json": course_schema}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
    for name, schema in SCHEMAS.items():
        content = json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"
        (FOLDER.parent / name).write_text(content, encoding="utf-8")
