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

PARTS = [f"{name} {number}" for number in range(1, 21) for name in ("Prompt", "Answer", "Source")]

# Never edit this: a changed id, name, order or number makes learners' notes "conflicting", and they
# are never updated again. For something new, use a reserved field or a new note type.
FROZEN = {
    "recall": (2382432269113, ["Question", "Options", "Answer", *TAIL, *OWN], ["Recall"]),
    "choice": (2612904960320, ["Question", "Options", "Answer", *TAIL, *OWN], ["Choice"]),
    "cloze": (1962181243864, ["Text", *TAIL, *OWN], ["Cloze"]),
    "parts": (
        2645899855631,
        ["Question", "Options", *PARTS, *TAIL, *OWN],
        [f"Part {number}" for number in range(1, 21)],
    ),
    "term": (
        2618253431441,
        ["Term", "Meaning", "Reverse", *TAIL, *OWN],
        ["Term to meaning", "Meaning to term"],
    ),
}


def test_schema_is_frozen() -> None:
    for kind, note_type in note_types("pko").items():
        number, fields, cards = FROZEN[kind]
        assert (note_type.id, list(note_type.fields)) == (number, fields)
        assert note_type.name == f"pkoquiz pko: {kind.capitalize()}"
        assert note_type.field_ids == tuple(
            number * 100 + index for index in range(1, len(fields) + 1)
        )
        assert [(card.id, card.name) for card in note_type.templates] == [
            (number * 100 + 80 + index, name) for index, name in enumerate(cards, 1)
        ]


def test_each_course_has_note_types_of_its_own() -> None:
    ids = {note_type.id for course in "abc" for note_type in note_types(course).values()}
    assert len(ids) == 3 * len(FROZEN)


def test_templates_load_nothing_from_the_network() -> None:
    for note_type in note_types("pko").values():
        for text in (note_type.style, *(card.front + card.back for card in note_type.templates)):
            assert not re.search(
                r"https?:|//[a-z]|@import|@font-face|url\(", text.replace("// ", "")
            ), note_type.name


def test_templates_use_only_existing_fields() -> None:
    for note_type in note_types("pko").values():
        for card in note_type.templates:
            named = {
                re.sub(r"^(?:[#/^]|cloze:)", "", name)
                for name in re.findall(r"{{([^}]+)}}", card.front + card.back)
            }
            assert named - {"FrontSide"} <= set(note_type.fields)


def test_every_back_shows_citations_and_the_learners_notes() -> None:
    for note_type in note_types("pko").values():
        for card in note_type.templates:
            number = card.name.removeprefix("Part ")
            source = f"{{{{Source {number}}}}}" if note_type.kind == "parts" else "{{Source}}"
            assert source in card.back
            assert "{{My notes}}" in card.back
            assert "{{Withdrawn}}" in card.front


def test_all_colours_are_defined_for_night_mode() -> None:
    style = note_types("pko")["recall"].style
    day, night = style.split(".card.nightMode", 1)
    named = set(re.findall(r"(--[a-z-]+):", day))
    assert named == set(re.findall(r"(--[a-z-]+):", night.split("}", 1)[0]))
