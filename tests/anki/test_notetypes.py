"""The note types' schema is frozen: what stands here is stored in learners' collections."""

import re

from pkoquiz.exporters.anki.notetypes import note_types

TAIL = [
    "Hint",
    "Explanation",
    "Feedback",
    "Remark",
    "Source",
    "Withdrawn",
    "Section",
    "Id",
    "Language",
]
OWN = ["My notes", "Reserved 1", "Reserved 2", "Reserved 3"]

# Never edit a line of this: a changed id, name, order or number makes learners' notes "conflicting", and
# they are then never updated again. New needs go into a reserved field or a new note type.
FROZEN = {
    "recall": (
        1718640301,
        "pkoquiz Recall",
        ["Question", "Options", "Answer", *TAIL, *OWN],
        [(171864030151, "Recall")],
    ),
    "choice": (
        1718640302,
        "pkoquiz Choice",
        ["Question", "Options", "Answer", *TAIL, *OWN],
        [(171864030251, "Choice")],
    ),
    "cloze": (1718640303, "pkoquiz Cloze", ["Text", *TAIL, *OWN], [(171864030351, "Cloze")]),
    "term": (
        1718640304,
        "pkoquiz Term",
        ["Term", "Meaning", *TAIL, *OWN],
        [(171864030451, "Term to meaning"), (171864030452, "Meaning to term")],
    ),
}


def test_schema_is_frozen() -> None:
    shown = {
        kind: (
            each.id,
            each.name,
            list(each.fields),
            [(side.id, side.name) for side in each.templates],
        )
        for kind, each in note_types().items()
    }
    assert shown == FROZEN


def test_field_ids_are_frozen_and_unique() -> None:
    assert note_types()["recall"].field_ids == tuple(range(171864030101, 171864030117))
    ids = [number for each in note_types().values() for number in each.field_ids]
    assert len(ids) == len(set(ids))


def test_templates_load_nothing_from_elsewhere() -> None:
    for each in note_types().values():
        for text in (each.style, *(side.front + side.back for side in each.templates)):
            assert not re.search(
                r"https?:|//[a-z]|@import|@font-face|url\(", text.replace("// ", "")
            ), each.name


def test_templates_name_only_fields_that_exist() -> None:
    for each in note_types().values():
        for side in each.templates:
            named = {
                re.sub(r"^(?:[#/^]|cloze:)", "", name)
                for name in re.findall(r"{{([^}]+)}}", side.front + side.back)
            }
            assert named - {"FrontSide"} <= set(each.fields)


def test_every_back_shows_the_citation_and_the_learners_own_notes() -> None:
    for each in note_types().values():
        for side in each.templates:
            assert "{{Source}}" in side.back
            assert "{{My notes}}" in side.back
            assert "{{Withdrawn}}" in side.front


def test_night_has_its_own_colours() -> None:
    style = note_types()["recall"].style
    day, night = style.split(".card.nightMode", 1)
    named = set(re.findall(r"(--[a-z-]+):", day))
    assert named == set(re.findall(r"(--[a-z-]+):", night.split("}", 1)[0]))
