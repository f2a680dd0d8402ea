"""Answers are read as people type them, and earn points by the rules on the paper."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pkoquiz.exam import rules
from pkoquiz.exam.exam import Exam, Paper, plan
from pkoquiz.exam.manifest import manifest
from pkoquiz.exam.versions import Placed, arrange
from pkoquiz.exporters.credit import shares
from pkoquiz.exporters.papers.key import answer_line
from pkoquiz.grading.points import credit
from pkoquiz.grading.printed import Item, Keys, read_keys
from pkoquiz.grading.responses import (
    Blank,
    Chosen,
    Given,
    Spoiled,
    Unreadable,
    Value,
    Words,
    read_number,
    read_response,
    shown,
)
from pkoquiz.grading.results import grade
from pkoquiz.grading.scripts import read_scripts
from pkoquiz.grading.template import template_csv
from pkoquiz.model.answers import task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import ON_PAPER, Essay, Multiple, Numerical, Question, ShortAnswer
from pkoquiz.table import MAX_CELLS, read_table, write_table

from ..making import make_bank, make_question


def exam_of(bank: Bank, *letters: str) -> Exam:
    """Return an exam with all printable questions of a bank on one paper, in versions."""
    questions = [
        each for each in bank.questions if each.type != "flashcard" and each.status == "ready"
    ]
    versions = tuple(arrange(questions, "seed", letter) for letter in letters)
    return Exam("quiz", "Quiz", "seed", (Paper(1, versions),))


def keys_of(bank: Bank, exam: Exam) -> Keys:
    keys, faults = read_keys(manifest(bank, exam), "manifest.json")
    assert keys is not None, faults
    return keys


def one(kind: str, **fields: Any) -> tuple[Question, Item, Placed]:
    """Return a question, its key in the manifest, and its place on version B."""
    question = make_question(kind, "one", **fields)
    bank = make_bank([question])
    keys = keys_of(bank, exam_of(bank, "A", "B"))
    return question, keys.items["one"], keys.sheets[1].placed[1]


def points(item: Item, placed: Placed, cell: str) -> Fraction:
    response = read_response(item, placed, cell)
    assert not isinstance(response, Unreadable), response
    return credit(item, response)


def refusal(item: Item, placed: Placed, cell: str) -> str:
    response = read_response(item, placed, cell)
    assert isinstance(response, Unreadable), response
    return response.message


# --- what a cell earns ----------------------------------------------------------------------------


def test_single_choice() -> None:
    question, item, placed = one("choice", points=2)
    key = answer_line(question, placed)
    wrong = next(letter for letter in "ABCD" if letter != key)
    assert [
        points(item, placed, cell) for cell in (key, key.lower(), f" {key}. ", wrong, "", "-", "*")
    ] == [2, 2, 2, 0, 0, 0, 0]
    assert points(item, placed, key + wrong) == 0
    assert refusal(item, placed, "E") == "there is no option E: the paper has A to D"
    assert refusal(item, placed, "1") == "`1` is not a letter"


@pytest.mark.parametrize("separator", ["", " ", ", ", ";", " / ", "+"])
def test_multiple_response(separator: str) -> None:
    """Two right and three wrong options: 3/2 for each right letter, −1 for each wrong one."""
    question, item, placed = one("multiple", points=3)
    right = answer_line(question, placed).split(", ")
    wrong = [letter for letter in "ABCDE" if letter not in right]
    marks = [
        right,
        right[:1],
        [*right, wrong[0]],
        [right[0], wrong[0]],
        [right[0], *wrong[:2]],
        right + wrong,
        wrong,
    ]
    assert [points(item, placed, separator.join(letters)) for letters in marks] == [
        3,
        Fraction(3, 2),
        2,
        Fraction(1, 2),
        0,
        0,
        0,
    ]
    assert rules.credit_rule(question).startswith(
        "1.5 points for each of the 2 correct letters"
    ) or "1.5 points" in rules.credit_rule(question)


def test_multiple_response_all_or_nothing() -> None:
    question, item, placed = one("multiple", scoring="exact")
    right = answer_line(question, placed).split(", ")
    wrong = next(letter for letter in "ABCDE" if letter not in right)
    assert [
        points(item, placed, "".join(each)) for each in (right, right[:1], [*right, wrong])
    ] == [1, 0, 0]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_multiple_response_earns_what_moodle_gives(data: st.DataObject) -> None:
    """The shares that the Moodle export writes (`credit.shares`) add up to the same."""
    size = data.draw(st.integers(3, 10))
    right = data.draw(st.integers(1, size - 1))
    chosen = data.draw(st.sets(st.integers(0, size - 1)))
    options = [{"text": f"Option {at}", "correct": at < right} for at in range(size)]
    question, item, _ = one("multiple", options=options)
    assert isinstance(question, Multiple)
    moodle = shares(task_of(question))
    hits = len([at for at in chosen if at < right])
    total = hits * Decimal(moodle.right) + (len(chosen) - hits) * Decimal(moodle.wrong)
    assert abs(
        max(Decimal(0), total) - Decimal(float(100 * credit(item, Chosen(frozenset(chosen)))))
    ) < Decimal("0.001")


def test_true_or_false() -> None:
    _, item, placed = one("truefalse", answer=False)
    assert [
        points(item, placed, cell)
        for cell in ("F", "false", "False", "T", "true", "tf", "T F", "*", "")
    ] == [1, 1, 1, 0, 0, 0, 0, 0, 0]
    assert refusal(item, placed, "yes") == "`yes` is neither true nor false"


def test_matching() -> None:
    question, item, placed = one("matching", points=3)
    strip = answer_line(question, placed)
    letters = re.findall("[A-Z]", strip)
    assert len(letters) == 3
    a, b, c = letters
    left = next(letter for letter in "ABCD" if letter not in letters)
    for cell in (
        strip,
        "".join(letters),
        " ".join(letters).lower(),
        f"1{a} 2{b} 3{c}",
        f"3:{c}, 1:{a}; 2={b}",
        f"2{b}1{a}3{c}",
    ):
        assert points(item, placed, cell) == 3
    for cell, earned in (
        (f"{a}-{left}", 1),
        (f"{a}{a}{a}", 1),
        (f"2 {b}", 1),
        (f"1-2{b}3{c}", 2),
        ("---", 0),
        ("*", 0),
        ("", 0),
    ):
        assert points(item, placed, cell) == earned
    assert refusal(item, placed, "AB") == "3 premises, but 2 letters"
    assert refusal(item, placed, "A B C D") == "3 premises, but 4 letters"
    assert refusal(item, placed, "A B E") == "there is no response E: the paper has A to D"
    assert refusal(item, placed, "1A 4B") == "there is no premise 4: the paper has 1 to 3"
    assert refusal(item, placed, "1A 1B") == "premise 1 is answered twice"
    assert refusal(item, placed, "A B ?") == "`A B ?` is not a list of letters"
    assert refusal(item, placed, "1A 2?") == "`1A 2?` is not a list of premises with letters"


def test_ordering() -> None:
    question, item, placed = one("ordering", points=2)
    strip = answer_line(question, placed)
    numbers = strip.split()
    assert sorted(numbers) == ["1", "2", "3", "4"]
    assert numbers != sorted(numbers)
    for cell in (strip, "".join(numbers), ", ".join(numbers), ";".join(numbers)):
        assert points(item, placed, cell) == 2
    swapped = [numbers[1], numbers[0], *numbers[2:]]
    assert points(item, placed, " ".join(swapped)) == 1
    assert points(item, placed, " ".join([numbers[0], "-", "-", "-"])) == Fraction(1, 2)
    assert points(item, placed, "1 1 1 1") == Fraction(1, 2)
    assert refusal(item, placed, "1 2 3") == "4 boxes, but 3 numbers"
    assert refusal(item, placed, "1 2 3 5") == "`5` is not the number of a step"
    assert refusal(item, placed, "1 2 3 4 4") == "4 boxes, but 5 numbers"


def test_numerical() -> None:
    """8.5 ± 0.2 per cent: the ends of the tolerance are right."""
    _, item, placed = one("numerical")
    right = ["8.5", "8,5", "+8.50", "8.3", "8.7", "8,7 per cent", "8.5 Per  Cent", "85e-1"]
    assert [points(item, placed, cell) for cell in right] == [1] * len(right)
    wrong = ["8.71", "8,29", "−8.5", "-8.5", "0", "8 500", "*", ""]
    assert [points(item, placed, cell) for cell in wrong] == [0] * len(wrong)
    assert refusal(item, placed, "eight") == "`eight` is not a number"
    assert refusal(item, placed, "8-9") == "`8-9` is not a number"
    assert refusal(item, placed, "8,500") == "`8,500` may be 8500 or 8.5"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1500", "1500"), ("1 500", "1500"), ("1\u202f500", "1500"), ("1'500", "1500"),
        ("1,500.25", "1500.25"), ("1.500,25", "1500.25"), ("1,500,000", "1500000"),
        ("1.500.000", "1500000"), ("0,125", "0.125"), ("0.125", "0.125"), ("1.50", "1.5"),
        ("1.2340", "1.234"), (",5", "0.5"), ("5.", "5"), ("−3", "-3"),
    ],
)  # fmt: skip
def test_numbers(text: str, value: str) -> None:
    assert read_number(text) == Fraction(value)


@pytest.mark.parametrize(
    "text",
    ["", ".", "1/2", "1,50,000", "1.2.3", "nan", "inf", "٣", "1_0", "9" * 80, "1e999", "0x1F"],
)
def test_not_a_number(text: str) -> None:
    assert isinstance(read_number(text), Unreadable)


@pytest.mark.parametrize(
    ("text", "grouped", "decimal"),
    [
        ("1,500", "1500", "1.5"),
        ("1.500", "1500", "1.5"),
        ("-2.000", "-2000", "-2"),
        ("12.345", "12345", "12.3450"),
        ("12,345", "12345", "12.3450"),
    ],
)
def test_an_ambiguous_number_is_not_read(text: str, grouped: str, decimal: str) -> None:
    """Both points and commas separate thousands somewhere in the world."""
    response = read_number(text)
    assert isinstance(response, Unreadable)
    assert response.message == f"`{text}` may be {grouped} or {decimal}"
    assert response.hint == f"type `{grouped}` or `{decimal}`"
    assert read_number(grouped) == Fraction(grouped)
    assert read_number(decimal) == Fraction(decimal)


def test_a_full_stop_counts_if_the_wording_has_one() -> None:
    _, item, placed = one("shortanswer", answers=["z. B."])
    assert [points(item, placed, cell) for cell in ("z. B.", "z. B")] == [1, 0]


def test_short_answer() -> None:
    answers = ["True peace", {"text": "peace", "credit": 50}]
    _, item, placed = one("shortanswer", answers=answers, points=2)
    expected = {
        "True peace": 2,
        "  TRUE   peace ": 2,
        "peace": 1,
        "Peace.": 1,
        "peace. ": 1,
        "peace..": 0,
        "truepeace": 0,
        "": 0,
        "*": 0,
        "[1.5]": Fraction(3, 2),
        "[0,5]": Fraction(1, 2),
    }
    assert {cell: points(item, placed, cell) for cell in expected} == expected
    assert refusal(item, placed, "[3]") == "3 points are not between 0 and 2"
    assert refusal(item, placed, "[x]") == "`x` is not a number"


def test_words_are_compared_like_quotes() -> None:
    _, item, placed = one("shortanswer", answers=["the mission’s café–bar"], case_sensitive=True)
    assert points(item, placed, "the mission's cafe\u0301-bar") == 1
    assert points(item, placed, "The mission's café-bar") == 0


def test_gaps() -> None:
    gaps = [{"answers": ["load"]}, {"answers": ["compression", {"text": "pressure", "credit": 50}]}]
    _, item, placed = one("cloze", stem="Every {{1}} into {{2}}.", gaps=gaps, points=2)
    expected = {
        "load; compression": 2,
        "Load;pressure": Fraction(3, 2),
        "; compression": 1,
        "load; -": 1,
        "load;": 1,
        "load\ncompression": 2,
        "x; y": 0,
        "": 0,
    }
    assert {cell: points(item, placed, cell) for cell in expected} == expected
    assert refusal(item, placed, "load") == "2 gaps, but 1 answer"
    assert refusal(item, placed, "a; b; c") == "2 gaps, but 3 answers"


def test_an_empty_gap_is_not_a_wording() -> None:
    gaps = [{"answers": ["load"]}, {"answers": ["compression"]}]
    _, item, placed = one("cloze", stem="Every {{1}} into {{2}}.", gaps=gaps)
    assert (
        read_response(item, placed, "load; -")
        == read_response(item, placed, "load;")
        == Words(("load", ""))
    )


def test_graded_by_hand() -> None:
    for kind, fields in (
        ("essay", {"points": "4.5"}),
        ("shortanswer", {"points": "4.5", "rubric": [{"points": "4.5", "text": "A view"}]}),
    ):
        _, item, placed = one(kind, **fields)
        expected = {"0": 0, "4,5": Fraction(9, 2), "4.5": Fraction(9, 2), "3": 3, "[2]": 2, "": 0}
        assert {cell: points(item, placed, cell) for cell in expected} == expected
        assert refusal(item, placed, "5") == "5 points are not between 0 and 4.5"
        assert refusal(item, placed, "-1") == "-1 points are not between 0 and 4.5"
        assert refusal(item, placed, "good") == "`good` is not a number"


def test_points_by_hand_replace_those_of_the_rule() -> None:
    for kind in ON_PAPER:
        _, item, placed = one(kind)
        assert points(item, placed, "[0.5]") == Fraction(1, 2)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("5/3", "1.67"),
        ("2", "2"),
        ("1/8", "0.13"),
        ("-1/8", "-0.13"),
        ("-1/1000", "0"),
        ("199/200", "1"),
    ],
)
def test_rounding(value: str, text: str) -> None:
    assert shown(Fraction(value)) == text


# --- whole papers ---------------------------------------------------------------------------------


def strip(question: Question, placed: Placed) -> str:
    """Return the right answer as the key strip prints it; all points for what a person grades."""
    if isinstance(question, Essay) or (isinstance(question, ShortAnswer) and question.rubric):
        return shown(Fraction(question.points))
    told = answer_line(question, placed)
    return re.split(" ±|, exactly", told)[0] if isinstance(question, Numerical) else told


def table_of(
    bank: Bank, exam: Exam, cell: Callable[[Question, Placed], str], separator: str = ","
) -> bytes:
    """Return a table with a candidate for each version of each paper."""
    known = {question.id: question for question in bank.questions}
    width = max(len(version.questions) for paper in exam.papers for version in paper.versions)
    rows = [["candidate", "paper", "version", *map(str, range(1, width + 1))]]
    rows += [
        [
            f"{paper.number}{version.letter}",
            str(paper.number),
            version.letter,
            *(cell(known[each.id], each) for each in version.questions),
        ]
        for paper in exam.papers
        for version in paper.versions
    ]
    return write_table(rows, separator)


@pytest.fixture(scope="module")
def exams(mini: Bank, shipped: Bank, every_type: Bank) -> list[tuple[Bank, Exam]]:
    drawn = [(bank, plan(bank, name)[0]) for bank, name in ((mini, "quiz"), (shipped, "final"))]
    whole = [(mini, exam_of(mini, "A", "B", "C")), (every_type, exam_of(every_type, "A", "B"))]
    return [*whole, *((bank, exam) for bank, exam in drawn if exam is not None)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_key_strips_earn_all_points(exams: list[tuple[Bank, Exam]], separator: str) -> None:
    assert len(exams) == 4
    for bank, exam in exams:
        keys = keys_of(bank, exam)
        table, faults = read_table(table_of(bank, exam, strip, separator), "a.csv")
        assert table is not None, faults
        scripts, faults = read_scripts(table, keys)
        assert faults == ()
        assert len(scripts) == len(keys.sheets)
        for each in grade(keys, scripts):
            assert each.total == each.maximum
            assert each.percent == 100


def test_those_papers_have_all_types(exams: list[tuple[Bank, Exam]]) -> None:
    """The papers have all types except flashcards, which are never printed."""
    bank, exam = exams[1]
    assert {item.type for item in keys_of(bank, exam).items.values()} == set(ON_PAPER)
    assert "flashcard" in {question.type for question in bank.questions}


def test_empty_sheets_earn_nothing(exams: list[tuple[Bank, Exam]]) -> None:
    for bank, exam in exams:
        keys = keys_of(bank, exam)
        table, _ = read_table(table_of(bank, exam, lambda question, placed: ""), "a.csv")
        assert table is not None
        scripts, faults = read_scripts(table, keys)
        assert faults == ()
        assert {each.total for each in grade(keys, scripts)} == {0}
        assert all(
            isinstance(each, Blank) for script in scripts for each in script.responses.values()
        )


def test_answers_are_read_by_the_version(every_type: Bank) -> None:
    """Answers to version A, graded as version B, are other answers."""
    exam = exam_of(every_type, "A", "B")
    keys = keys_of(every_type, exam)
    table, _ = read_table(table_of(every_type, exam, strip).replace(b"1,A,", b"1,B,"), "a.csv")
    assert table is not None
    scripts, _ = read_scripts(table, keys)
    first, second = grade(keys, scripts)
    assert second.total == second.maximum
    assert first.total < second.total


def test_template_has_a_column_for_every_question_of_every_version(
    exams: list[tuple[Bank, Exam]],
) -> None:
    for bank, exam in exams:
        keys = keys_of(bank, exam)
        table, faults = read_table(template_csv(keys), "t.csv")
        assert table is not None, faults
        head, *remarks = [[cell.text for cell in row] for row in table.rows]
        assert len(remarks) == len(keys.sheets)
        for sheet, row in zip(keys.sheets, remarks, strict=True):
            assert row[0] == f"# {sheet.code}"
            numbers = {
                int(name.partition(".")[0])
                for name, remark in zip(head, row, strict=True)
                if name[0].isdigit() and remark
            }
            assert numbers == set(sheet.placed)
        (fault,) = read_scripts(table, keys)[1]
        assert fault.message == "the table has no candidates"


# --- never an exception, never out of bounds ------------------------------------------------------

CELLS = st.one_of(
    st.text(max_size=12),
    st.text("ABCDEabcTF0123456789 ,;.:-*[]=()\n", max_size=12),
    st.sampled_from(["1e99", "[1e9]", "[-1]", "٣", "=1+1", "\ud800"]),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cell=CELLS)
def test_points_are_between_0_and_the_maximum(every_type: Bank, cell: str) -> None:
    keys = _every(every_type)
    for sheet in keys.sheets:
        for placed in sheet.placed.values():
            item = keys.items[placed.id]
            response = read_response(item, placed, cell)
            if isinstance(response, Unreadable):
                assert response.message
            else:
                assert 0 <= credit(item, response) <= item.points


_KEYS: dict[int, Keys] = {}


def _every(bank: Bank) -> Keys:
    if id(bank) not in _KEYS:
        _KEYS[id(bank)] = keys_of(bank, exam_of(bank, "A", "B"))
    return _KEYS[id(bank)]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    raw=st.one_of(
        st.binary(max_size=200),
        st.text('candidateversion,;\t"\n\r123 ABx#', max_size=200).map(str.encode),
    )
)
def test_read_scripts_never_raises(every_type: Bank, raw: bytes) -> None:
    table, faults = read_table(raw, "a.csv")
    assert (table is None) == bool(faults)
    if table is not None:
        scripts, faults = read_scripts(table, _every(every_type))
        assert scripts or faults
        for each in grade(_every(every_type), scripts):
            assert 0 <= each.total <= each.maximum


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(st.lists(st.text(max_size=6), min_size=2, max_size=4), min_size=1, max_size=4),
    separator=st.sampled_from([",", ";", "\t"]),
)
def test_tables_are_read_as_they_were_written(rows: list[list[str]], separator: str) -> None:
    """Except for white space at the ends of cells, encodings of accents, and empty rows.

    Apostrophes are left out: they are added where a spreadsheet could read a formula.
    """
    import unicodedata

    head = ["candidate", "version", "1", "2"]
    clean = [
        [re.sub(r"['\x00-\x1f\x7f-\x9f\ud800-\udfff]", "", cell) for cell in row] for row in rows
    ]
    table, faults = read_table(write_table([head, *clean], separator), "a.csv")
    assert table is not None, faults
    wanted = [[unicodedata.normalize("NFC", cell.strip()) for cell in row] for row in clean]
    assert [[cell.text.replace("'", "") for cell in row] for row in table.rows] == [
        head,
        *(row for row in wanted if any(row)),
    ]


@given(st.text(max_size=8))
def test_no_cell_is_a_formula(text: str) -> None:
    written = next(csv.reader(io.StringIO(write_table([[text]], ";").decode("utf-8-sig"))), [""])
    assert not ";".join(written).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("written", ",;\t")
@pytest.mark.parametrize("read", ",;\t")
@pytest.mark.parametrize(
    "name",
    ["=1+1", "Ada,=cmd|' /C calc'!A0", "Bob\t=1+1", "Cy;@SUM(1)", "Di\r+1", 'Ed,"=1+1"', "Flo, -1"],
)
def test_no_cell_is_a_formula_whatever_separates_the_cells(
    name: str, written: str, read: str
) -> None:
    text = write_table([["1", name, "2"]], written).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=read):
        for cell in row:
            assert not cell.lstrip(' "').startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_table_of_empty_cells_is_refused() -> None:
    table, (fault,) = read_table(b"," * MAX_CELLS, "a.csv")
    assert table is None
    assert fault.message == "the table has more than 500,000 cells"


def test_lines_and_columns_of_cells() -> None:
    table, _ = read_table(
        '\ufeffcandidate;version;1\r\n"An;n\nB";A;C\r\nX;B;D\r\n'.encode(), "a.csv"
    )
    assert table is not None
    assert table.separator == ";"
    cells = [cell for row in table.rows[1:] for cell in row]
    spans = [cell.place.span for cell in cells]
    assert [cell.text for cell in cells] == ["An;n\nB", "A", "C", "X", "B", "D"]
    assert [(span.line, span.column) for span in spans if span] == [
        (2, 1), (3, 4), (3, 6), (4, 1), (4, 3), (4, 5),
    ]  # fmt: skip


def test_types_of_responses() -> None:
    _, item, placed = one("numerical")
    assert read_response(item, placed, "8,5") == Value(Fraction(17, 2))
    assert read_response(item, placed, "–") == Blank()
    assert read_response(item, placed, "*") == Spoiled()
    assert read_response(item, placed, "[1]") == Given(Fraction(1))


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b'{"a": 1}', "this is not an exam manifest"),
        (b"[]", "this is not an exam manifest"),
        (b"nothing", "this is not an exam manifest: not JSON: "),
    ],
)
def test_a_file_that_is_not_a_manifest_is_one_error(raw: bytes, message: str) -> None:
    keys, (diagnostic,) = read_keys(raw, "x.json")
    assert keys is None
    assert diagnostic.code == "PQ720"
    assert diagnostic.message.startswith(message)
