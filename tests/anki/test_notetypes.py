"""The schema of the note types never changes: it is stored in learners' collections."""

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

# Never edit this: a changed id, name, order or number makes learners' notes "conflicting", and they
# are never updated again. For something new, use a reserved field or a new note type.
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
            note_type.id,
            note_type.name,
            list(note_type.fields),
            [(card.id, card.name) for card in note_type.templates],
        )
        for kind, note_type in note_types().items()
    }
    assert shown == FROZEN


def test_field_ids_are_frozen_and_unique() -> None:
    assert note_types()["recall"].field_ids == tuple(range(171864030101, 171864030117))
    ids = [number for note_type in note_types().values() for number in note_type.field_ids]
    assert len(ids) == len(set(ids))


def test_templates_load_nothing_from_the_network() -> None:
    for note_type in note_types().values():
        for text in (note_type.style, *(card.front + card.back for card in note_type.templates)):
            assert not re.search(
                r"https?:|//[a-z]|@import|@font-face|url\(", text.replace("// ", "")
            ), note_type.name


def test_templates_use_only_existing_fields() -> None:
    for note_type in note_types().values():
        for card in note_type.templates:
            named = {
                re.sub(r"^(?:[#/^]|cloze:)", "", name)
                for name in re.findall(r"{{([^}]+)}}", card.front + card.back)
            }
            assert named - {"FrontSide"} <= set(note_type.fields)


def test_every_back_shows_citations_and_the_learners_notes() -> None:
    for note_type in note_types().values():
        for card in note_type.templates:
            assert "{{Source}}" in card.back
            assert "{{My notes}}" in card.back
            assert "{{Withdrawn}}" in card.front


def test_all_colours_are_defined_for_night_mode() -> None:
    style = note_types()["recall"].style
    day, night = style.split(".card.nightMode", 1)
    named = set(re.findall(r"(--[a-z-]+):", day))
    assert named == set(re.findall(r"(--[a-z-]+):", night.split("}", 1)[0]))
