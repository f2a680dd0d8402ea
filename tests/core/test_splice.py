"""Edits of bank files change one item, and no other byte."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pkoquiz.splice import (
    SpliceError,
    all_appended,
    all_replaced,
    appended,
    deleted,
    item_text,
    items,
    new_file,
    replaced,
    slice_of,
)
from pkoquiz.splice import slices as all_slices
from pkoquiz.yamlfile import read

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "questions").glob("*.yaml"))

BANK = b"""\
# yaml-language-server: $schema=../questions.schema.json
section: opening   # the first talk

questions:

# --- arches

- id: arch-force
  type: choice
  stem: Which force does an arch live by?   # asked often
  options:
  - text: Compression
    correct: true
  # the classic mistake
  - text: "Tension"
    feedback: 'That''s what cables do.'
  tags: [arches, forces]
  bloom: remember

# --- beams
-
  id: beam-span
  type: numerical
  stem: >-
    How far does a
    stone beam span?
  answer: 5
  explain: |
    Five metres.

    No more.


- {id: in-braces, type: flashcard, stem: "A, b", answer: c}

glossary:
- id: t-arch
  term: arch
  meaning: a bridge
"""

NASTY = [
    "", "plain words", "true", "no", "1992", "12:30", "0x1F", "~", "1e5", "2012-01-01", "- dash",
    "a: b", "a #b", "#a", "'single'", '"double"', """both ' and " here""", "* star", "&anchor",
    "!tag", "%directive", "@at", "`tick`", "[bracket", "{brace", "ends:", " leading", "trailing ",
    "two\nlines", "break  \nhere", "a  \n\n  b", "para\n\npara", "ends\n", "\nstarts",
    "  indented\nlines", "tab\there",
    "emoji 🦊 then", "日本語の文", "é", "e\u0301", "back\\slash", "? question", "| pipe", "> more",
    "a" * 200, "word " * 40 + "end", "double  spaces " * 20 + "x", "line\n  more\nline", "...",
    "---", "a\n\n\nb", "a\n \nb", "nb\u00a0sp", "\u3000wide", "{{1}} gap", "\\(x^2\\)", "x, y", "]",
]  # fmt: skip


def variants(raw: bytes) -> list[bytes]:
    text = raw.decode()
    indented = [line if line[:1] not in ("-", " ") else f"  {line}" for line in text.split("\n")]
    return [
        raw,
        text.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + raw,
        raw.rstrip(b"\n"),
        "\n".join(indented).encode(),
    ]


def slices(raw: bytes) -> dict[str, str]:
    return {identity: own.text for identity, own in all_slices(raw).items()}


def data_of(raw: bytes, identity: str) -> object:
    return next(item for _, item in items(raw) if item.get("id") == identity)


@pytest.mark.parametrize("number", range(5))
def test_a_new_item_is_appended_and_nothing_else_changes(number: int) -> None:
    raw = variants(
        BANK.replace(b'- {id: in-braces, type: flashcard, stem: "A, b", answer: c}', b"")
    )[number]
    before = slices(raw)
    for text in NASTY:
        item = {"id": "new-one", "type": "choice", "stem": text, "options": [text, {"text": "b"}]}
        new = appended(raw, item)
        assert data_of(new, "new-one") == {
            **item,
            "stem": (normal := "é" if text == "e\u0301" else text),
            "options": [normal, {"text": "b"}],
        }
        after = slices(new)
        del after["new-one"]
        if not raw.endswith(b"\n"):
            after["t-arch"] = before["t-arch"]
        assert after == before
        assert deleted(new, "new-one") in (raw, raw + b"\n", raw + b"\r\n")


def test_an_item_is_placed_behind_another() -> None:
    new = appended(BANK, {"id": "nn", "type": "flashcard"}, after="arch-force").decode()
    assert "  bloom: remember\n\n- id: nn\n  type: flashcard\n\n# --- beams\n" in new


def test_an_item_is_added_to_an_empty_file() -> None:
    new = appended(new_file("opening"), {"id": "ab", "type": "flashcard", "stem": "A?"})
    assert new.decode() == (
        "# yaml-language-server: $schema=../questions.schema.json\nsection: opening\n\n"
        "questions:\n- id: ab\n  type: flashcard\n  stem: A?\n"
    )
    for raw in (
        b"section: a\n",
        b"section: a",
        b"section: a\nquestions: []\n",
        b"section: a\nquestions: []",
    ):
        assert list(items(appended(raw, {"id": "ab"}))) == [("questions", {"id": "ab"})]


def test_a_term_is_added_to_the_glossary() -> None:
    new = appended(BANK, {"id": "t-beam", "term": "beam"}, "glossary")
    assert new == BANK + b"\n- id: t-beam\n  term: beam\n"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"section: [", "not valid"),
        (b"- a\n", "not a question bank"),
        (b"questions: [{id: ab}]", "in brackets"),
        (b"questions:\n- id: new-one\n", "already contains"),
        (b"\xff", "not valid"),
    ],
)
def test_what_cannot_be_edited_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(SpliceError, match=message):
        appended(raw, {"id": "new-one"})


def test_control_characters_are_refused() -> None:
    with pytest.raises(SpliceError, match="control character"):
        appended(BANK, {"id": "x1", "stem": "a\x07b"})


def test_an_unknown_id_is_refused() -> None:
    for edit in (slice_of, deleted):
        with pytest.raises(SpliceError, match="no item"):
            edit(BANK, "nowhere")
    with pytest.raises(SpliceError, match="more than one"):
        deleted(b"questions:\n- id: ab\n- id: ab\n", "ab")


def test_a_changed_field_is_a_changed_line() -> None:
    item = dict(data_of(BANK, "arch-force"))  # type: ignore[call-overload]  # data of a mapping
    item["bloom"] = "understand"
    assert replaced(BANK, "arch-force", item) == BANK.replace(
        b"bloom: remember", b"bloom: understand"
    )
    item = {**item, "stem": "Which?", "bloom": "remember", "difficulty": "easy", "points": 2}
    new = replaced(BANK, "arch-force", item).decode()
    assert "  stem: Which?   # asked often\n" in new
    assert "  bloom: remember\n  difficulty: easy\n  points: 2\n" in new
    assert "  # the classic mistake\n" in new


def test_options_are_changed_one_by_one() -> None:
    item = dict(data_of(BANK, "arch-force"))  # type: ignore[call-overload]
    item["options"] = [*item["options"][:1], {"text": "Shear"}, *item["options"][1:]]
    new = replaced(BANK, "arch-force", item).decode()
    assert "    correct: true\n  - text: Shear\n  # the classic mistake\n" in new
    assert list(slices(new.encode())) == list(slices(BANK))


def test_a_comment_is_never_lost() -> None:
    item = dict(data_of(BANK, "arch-force"))  # type: ignore[call-overload]
    item["options"] = "none"
    with pytest.raises(SpliceError, match="comment"):
        replaced(BANK, "arch-force", item)
    del item["stem"]
    with pytest.raises(SpliceError, match="comment"):
        replaced(BANK, "arch-force", item)


def test_an_item_without_change_leaves_the_file_as_it_is() -> None:
    for identity in slices(BANK):
        assert replaced(BANK, identity, data_of(BANK, identity)) == BANK  # type: ignore[arg-type]


def test_deleting_keeps_comments_outside_the_item() -> None:
    new = deleted(BANK, "beam-span").decode()
    assert "  bloom: remember\n\n# --- beams\n" in new
    assert "beam-span" not in new
    only = deleted(b"section: a\nquestions:\n- id: ab\n", "ab")
    assert read(only, "a")[0] == {"section": "a"}


def test_names_and_numbers_are_quoted_where_readers_would_type_them() -> None:
    text = item_text(
        {
            "id": "ab",
            "type": "choice",
            "stem": "1992",
            "options": [{"text": "yes", "correct": True}, "12:30"],
            "points": 2,
            "feedback": {"true": "Right"},
            "quote": "word " * 30 + "end",
            "explain": "word " * 30 + "end",
        }
    )
    assert text.startswith(
        '- id: ab\n  type: choice\n  stem: "1992"\n  options:\n  - text: "yes"\n'
    )
    assert '    correct: true\n  - "12:30"\n' in text
    assert "  points: 2\n" in text
    assert '    "true": Right\n' in text
    assert "  quote: word word" in text
    assert "  explain: >-\n    word" in text


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_shipped_item_can_be_taken_out_and_put_back(path: Path) -> None:
    raw = path.read_bytes()
    entries = list(items(raw))
    chosen = random.Random(path.name).sample(range(len(entries)), min(3, len(entries)))
    for index in chosen:
        key, item = entries[index]
        without = deleted(raw, str(item["id"]))
        previous = entries[index - 1] if index and entries[index - 1][0] == key else None
        after = str(previous[1]["id"]) if previous else ""
        again = appended(without, item, key, after) if without != raw else raw
        assert dict(item) == data_of(again, str(item["id"]))
        if after:
            assert list(items(again)) == entries
        new = replaced(raw, str(item["id"]), {**item, "note": "Changed."})
        others = slices(raw)
        assert {name: text for name, text in slices(new).items() if name != item["id"]} == {
            name: text for name, text in others.items() if name != item["id"]
        }


TEXTS = st.sampled_from(NASTY) | st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\u2028\u2029"),
    max_size=30,
)


@pytest.mark.parametrize("raw", [*variants(BANK), new_file("a"), b"section: a\nquestions: []\n"])
def test_many_items_are_added_as_one_by_one(raw: bytes) -> None:
    if b"glossary" not in raw:
        new = [{"id": f"n-{number}", "stem": text} for number, text in enumerate(NASTY)]
        one_by_one = raw
        for item in new:
            one_by_one = appended(one_by_one, item)
        assert all_appended(raw, new) == one_by_one
    assert all_appended(raw, []) == raw
    with pytest.raises(SpliceError, match="already contains `nn`"):
        all_appended(raw, [{"id": "nn"}, {"id": "nn"}])


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    number=st.integers(0, 4),
    texts=st.dictionaries(
        st.sampled_from(["arch-force", "beam-span", "in-braces", "t-arch"]), TEXTS, min_size=1
    ),
    field=st.sampled_from(["stem", "note", "options"]),
)
def test_many_items_are_changed_as_one_by_one(
    number: int, texts: dict[str, str], field: str
) -> None:
    raw = variants(BANK)[number]
    changes = {
        identity: {**data_of(raw, identity), field: [text] if field == "options" else text}  # type: ignore[dict-item]
        for identity, text in texts.items()
    }
    one_by_one = raw
    try:
        for identity, item in changes.items():
            one_by_one = replaced(one_by_one, identity, item)
    except SpliceError as error:
        with pytest.raises(SpliceError, match=re.escape(str(error))):
            all_replaced(raw, changes)
    else:
        assert all_replaced(raw, changes) == one_by_one


VALUES = st.recursive(
    TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "feedback", "true", "answers", "quote"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["stem", "options", "explain", "tags", "answer", "bloom", "answers", "note", "card", "feedback"]
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    number=st.integers(0, 4),
    identity=st.sampled_from(["arch-force", "beam-span", "in-braces", "t-arch"]),
    changes=st.dictionaries(FIELDS, VALUES | st.none(), min_size=1, max_size=3),
)
def test_any_change_is_exact_or_refused(
    number: int, identity: str, changes: dict[str, object]
) -> None:
    raw = variants(BANK)[number]
    item = {**data_of(raw, identity), **changes}  # type: ignore[dict-item]
    try:
        new = replaced(raw, identity, item)
    except SpliceError as error:
        if "comment" not in str(error):
            raise
        return
    before, after = slices(raw), slices(new)
    last = list(before)[-1]
    assert {
        k: v.rstrip("\r\n") if k == last else v for k, v in before.items() if k != identity
    } == {k: v.rstrip("\r\n") if k == last else v for k, v in after.items() if k != identity}
    own = slice_of(raw, identity)
    text, new_text = raw.decode("utf-8-sig"), new.decode("utf-8-sig")
    assert new_text.startswith(text[: own.start])
    assert new_text.endswith(text[own.end :])
    for line in own.text.splitlines():
        if "# " in line:
            assert line[line.index("# ") :] in new_text
