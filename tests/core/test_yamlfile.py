"""Untrusted YAML becomes plain data, and every diagnostic has a place."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz import yamlfile
from pkoquiz.diagnostics import KEY
from pkoquiz.yamlfile import MAX_VALUES, read


def codes(raw: bytes) -> list[str]:
    return [fault.code for fault in read(raw, "x.yaml")[1]]


def test_scalars_stay_as_written_and_keys_without_a_value_are_dropped() -> None:
    data, faults = read(b"a: no\nb: 1.10\nc: 12:30\nd:\ne: ''\n", "x.yaml")
    assert data == {"a": "no", "b": "1.10", "c": "12:30", "e": ""}
    assert not faults


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "PQ103"),
        (b"# only a comment\n", "PQ103"),
        (b"\xff\xfea\x00", "PQ102"),
        (b"a: \x07\n", "PQ106"),
        (b'a: "\\x07"\n', "PQ106"),
        (b"a: [1, 2\n", "PQ104"),
        (b"a: b: c\n", "PQ104"),
        (b"a: 1\n---\nb: 2\n", "PQ104"),
        (b"a: 1\na: 2\n", "PQ108"),
        (b"a: &x 1\nb: *x\n", "PQ107"),
        (b"a: &x 1\n", "PQ107"),
        (b"a: *x\n", "PQ107"),
        (b"a: {<<: {b: 1}}\n", "PQ107"),
        (b"a: !!python/object/apply:os.system [echo]\n", "PQ109"),
        (b"a: !!int 1\n", "PQ109"),
        (b"a: " + b"[" * 500 + b"]" * 500, "PQ105"),
        (b"[a]: 1\n", "PQ104"),
        (b"a: " + b"x" * (yamlfile.MAX_BYTES + 1), "PQ101"),
    ],
)
def test_refused_files(raw: bytes, code: str) -> None:
    assert code in codes(raw)


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("- id: a\n  type: b\n   stem: c\n", 3, "align `stem` with the lines around it"),
        ("- id: a\n  type: b\n stem: c\n", 3, "align the line with the lines around it"),
        ("- id: a\n  type: b\n\nid: c\n", 4, "begin a new question with `- `"),
        ("q:\n- id: a\n\nid: b\n  type: c\n", 5, "align `type` with"),
        ("- id: a\r\n   stem: b\r\n", 2, "align `stem` with"),
        ("- id: a\n  id: b\n", 2, "begin a new entry with `- `"),
        ("- id: a\n\tstem: b\n", 2, "indent with spaces"),
        ("- id: a\n  options:\n\t- b\n", 3, "indent with spaces"),
        ("-\tid: a\n  stem: b\n", 1, "indent with spaces"),
        (
            '- quote: "Depth it is," my teacher said\n',
            1,
            'continues after its closing `"`: put all of it after `>-`',
        ),
        ("- quote: 'It isn't so'\n", 1, "each `'` inside written twice"),
        ('- quote: "never closed\n  b: c\n- d\n', 1, "close the quotation mark"),
        ("- stem: Name it: now\n", 1, "put a text that contains `: ` in quotes"),
        ("- id: a\n  stem:What\n  bloom: b\n", 2, "a space after the colon"),
        ("- stem: *so* it is\n", 1, "begins with `*`"),
        ("- stem: [so] it is\n", 1, "begins with `[`"),
        ("- stem: @so\n", 1, "begins with `@`"),
        ("- stem: >- text\n", 1, "begin the text on the line after"),
        ("a: b\n---\nc: d\n", 2, "keep one document in a file"),
    ],
)
def test_hints_say_what_to_type(text: str, line: int, hint: str) -> None:
    fault = read(text.encode(), "x.yaml")[1][0]
    assert hint in fault.hint
    assert fault.place.span is not None
    assert fault.place.span.line == line


def test_ampersands_and_stars_in_prose_are_not_anchors() -> None:
    assert codes(b"a: R&D is *fine* & so is this\nb: '*this* too'\n") == []


def test_an_alias_bomb_takes_no_time() -> None:
    bomb = b"a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    for name, before in zip(b"bcdefghi", b"abcdefgh", strict=True):
        bomb += (
            bytes([name])
            + b": &"
            + bytes([name])
            + b" ["
            + b",".join([b"*" + bytes([before])] * 10)
            + b"]\n"
        )
    start = time.perf_counter()
    assert "PQ107" in codes(bomb)
    assert time.perf_counter() - start < 1


def test_a_byte_order_mark_and_windows_line_endings_are_read() -> None:
    assert read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "x.yaml") == ({"a": "1", "b": "2"}, [])


def test_spans_of_paths() -> None:
    raw = b"questions:\n- id: one\n  options:\n  - text: x\n"
    found = yamlfile.spans(
        raw, [("questions", 0, "options", 0, "text"), ("questions", 0, "nothing")]
    )
    span = found["questions", 0, "options", 0, "text"]
    assert (span.line, span.column, span.end_column) == (4, 11, 12)
    assert found["questions", 0, "nothing"].line == 2


def test_the_span_of_a_key_is_its_name() -> None:
    raw = b"questions:\n- id: one\n  stem: x\n  gone:\n  card:\n    front: y\n"
    paths = [("questions", 0, name, KEY) for name in ("stem", "gone", "card")]
    found = yamlfile.spans(raw, paths)
    assert [(found[path].line, found[path].column, found[path].end_column) for path in paths] == [
        (3, 3, 7),
        (4, 3, 7),
        (5, 3, 7),
    ]


@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
    )
)
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise(raw: bytes) -> None:
    data, faults = read(raw, "x.yaml")
    if not faults and data is not None:
        yamlfile.spans(raw, [("a",), (0,)])


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#\n ,?%@", max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_yaml_like_text_raises(text: str) -> None:
    read(text.encode(), "x.yaml")


def test_a_list_without_end_is_refused_before_it_fills_the_memory() -> None:
    data, (fault,) = read(b"questions: [" + b"0," * (MAX_VALUES + 1) + b"0]", "a.yaml")
    assert data is None
    assert fault.code == "PQ101"
    assert fault.message == "the file has more than 500,000 values"


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("stem: Is it C #1 or D?", ["#1 or D?"]),
        ("stem: Is it\n  C  #one", ["#one"]),
        ("options:\n- C #1\n- D #2", ["#1", "#2"]),
        ("stem: Is it? # a comment", []),
        ("stem: Is it C#1 or C\\#2?", []),
        ("stem: 'Is it C #1?'", []),
        ('stem: "Is it C #1?" #tag', []),
        ("stem: >-\n  Is it C #1?", []),
        ("#one\n #two\nstem: x\n #three", []),
    ],
)
def test_comments_that_cut_texts_off_are_found(text: str, comments: list[str]) -> None:
    lines = text.splitlines()
    spans = [span for _, span in yamlfile.comments_after_texts(text.encode())]
    found = [lines[span.line - 1][span.column - 1 : span.end_column - 1] for span in spans]
    assert sorted(found) == comments
