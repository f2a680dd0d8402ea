"""Answer sheets: nothing overlaps, the code fits, and a roster keeps its serials."""

from __future__ import annotations

import dataclasses
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from pkoquiz.cli import run
from pkoquiz.diagnostics import Place
from pkoquiz.exam import keys
from pkoquiz.exam.exam import Exam, Paper
from pkoquiz.exam.manifest import manifest, parsed
from pkoquiz.exam.versions import arrange
from pkoquiz.exporters import papers
from pkoquiz.scanning.pages import Forms, Task, read_page
from pkoquiz.sheets.code import SheetCode, read_code
from pkoquiz.sheets.form import Form, Question, form, point_rows
from pkoquiz.sheets.roster import Candidate, Print, deal, read_roster, serials_csv, version_errors
from pkoquiz.sheets.style import MARK, STYLES, Style
from pkoquiz.table import read_table

from ..making import make_bank, make_question
from .conftest import images, save

ASKED = [
    *(
        Question(f"c{n}", n, keys.ChoiceKey(options=5, key=(1,)), Fraction(1), 5, 0)
        for n in range(1, 41)
    ),
    Question("m", 41, keys.MultipleKey(options=8, key=(1, 2)), Fraction(1), 8, 0),
    Question("t", 42, keys.TrueFalseKey(key=True), Fraction(1), 0, 0),
    Question("p", 43, keys.MatchingKey(responses=12, key=(1, 2, 3)), Fraction(1), 3, 12),
    Question("o", 44, keys.OrderingKey(steps=5), Fraction(1), 5, 0),
    Question("n", 45, keys.NumericalKey(value="1.5", tolerance="0.1"), Fraction(1), 0, 0),
    Question("e", 46, keys.EssayKey(), Fraction(15), 0, 0),
    Question(
        "s", 47, keys.ShortAnswerKey(accepted=(keys.Wording(text="Oslo"),)), Fraction(5, 2), 0, 0
    ),
]


@pytest.mark.parametrize("style", STYLES.values(), ids=str)
@pytest.mark.parametrize("digits", [0, 6, 10])
def test_bubbles_have_room_around_them(style: Style, digits: int) -> None:
    layout = form(ASKED, style, digits)
    for page in range(1, layout.pages + 1):
        centres = [point for group in layout.of_page(page) for point in group.centres]
        assert len(set(centres)) == len(centres)
        gap = min(
            max(abs(x - left), abs(y - top))
            for index, (x, y) in enumerate(centres)
            for left, top in centres[:index]
        )
        assert gap >= style.bubble + 2.3  # strokes that leave a circle are seen between bubbles
        for x, y in centres:
            assert style.left <= x <= style.width - style.left
            assert y <= style.bottom
            for mark_x, mark_y in style.marks:
                assert max(abs(x - mark_x), abs(y - mark_y)) > MARK / 2 + style.bubble


def test_every_question_has_its_bubbles_once() -> None:
    layout = form(ASKED, STYLES["A"])
    parts = [(group.question, group.part) for group in layout.groups]
    assert len(set(parts)) == len(parts)
    assert {number for number, _ in parts} == set(range(1, 48)), layout.groups[-1]
    assert len(layout.of_question(43)) == 3
    assert layout.of_question(43)[0].labels == tuple("ABCDEFGHIJKL")
    assert layout.of_question(45)[0].labels[0] == "−"


def test_blank_sheets_ask_for_the_number_on_every_page() -> None:
    layout = form(ASKED, STYLES["B"], 6)
    assert layout.pages > 1
    for page in range(1, layout.pages + 1):
        assert sum(group.role == "id" for group in layout.of_page(page)) == 6


def test_numbers_do_not_give_their_length_away() -> None:
    short, long = (
        dataclasses.replace(form(_numbers(*values), STYLES["A"]), labels=())
        for values in (("1", "12345.25"), ("12345.25", "1"))
    )
    assert short == long


def _numbers(*values: str) -> list[Question]:
    return [
        Question(f"n{n}", n, keys.NumericalKey(value=value, tolerance="0"), Fraction(1), 0, 0)
        for n, value in enumerate(values, 1)
    ]


def test_points_can_be_given_in_halves() -> None:
    assert [labels for labels, _ in point_rows(Fraction(2))] == [("0", "0.5", "1", "1.5", "2")]
    assert [labels for labels, _ in point_rows(Fraction(1, 4))] == [("0", "0.25")]
    tens, units, half = (labels for labels, _ in point_rows(Fraction(15)))
    assert (tens, units[-1], half) == (("0", "10"), "9", ("+½",))


@pytest.mark.parametrize("letter", STYLES)
def test_codes_are_read_as_written_and_fit_the_smallest_qr(letter: str) -> None:
    for code in (
        SheetCode(STYLES[letter], "3FA9C2", 12, 17),
        SheetCode(STYLES[letter], "3FA9C2", 1, 0, 8),
    ):
        assert read_code(str(code)) == code
        assert len(str(code)) <= 20
    for text in ("PKO1A.3FA9C2.1.0000", "PKO2A.3FA9C2.1.0001", "PKO1Z.3FA9C2.1.0001", "hello"):
        assert isinstance(read_code(text), str)


PRINTS = [Print(1, "A", "AAAAAA"), Print(1, "B", "BBBBBB"), Print(2, "A", "CCCCCC")]


def roster(text: str) -> tuple[tuple[Candidate, ...], list[str]]:
    table, _ = read_table(text.encode(), "roster.csv")
    assert table is not None
    candidates, diagnostics = read_roster(table)
    return candidates, [found.message for found in diagnostics]


def test_a_roster_may_grow_without_changing_what_was_printed() -> None:
    first, errors = roster("candidate,name,extra time,large print\n7,Ann,25 %,\n8,Bo,,yes\n")
    assert not errors
    dealt = deal(first, PRINTS, "seed", ())
    assert not isinstance(dealt, str)
    assert [(one.version, one.large, one.time) for one in dealt] == [
        ("A", False, "25 %"),
        ("B", True, ""),
    ]
    listed, errors = roster(serials_csv(dealt).decode())
    assert (listed, errors) == (dealt, [])
    more, _ = roster("candidate\n9\n8\n7\n")
    again = deal(more, PRINTS, "seed", dealt)
    assert not isinstance(again, str)
    serials = {one.candidate: one.serial for one in again}
    assert {one.candidate: one.serial for one in dealt}.items() <= serials.items()
    assert len(set(serials.values())) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name\nAnn\n", "the roster has no column `candidate`"),
        ("candidate,naem\n1,Ann\n", "unknown column `naem`"),
        ("candidate\n1\n1\n", "candidate `1` is already in the roster"),
        ("candidate,large print\n1,perhaps\n", "`perhaps` is neither yes nor no"),
        ("candidate,serial\n1,99999\n", "`99999` is not a serial"),
        ("candidate,serial\n1,7\n2,7\n", "duplicate serial 0007"),
        ("candidate\n", "the roster has no candidates"),
    ],
)
def test_an_unclear_roster_is_reported(text: str, message: str) -> None:
    assert roster(text)[1] == [message]


def test_a_version_that_was_not_printed_is_reported() -> None:
    candidates, _ = roster("candidate,version\n1,Z\n2,a\n3,Y\n")
    found = list(version_errors(candidates, PRINTS, ()))
    assert [(one.place.span.line, one.place.span.column) for one in found if one.place.span] == [
        (2, 3),
        (4, 3),
    ]
    assert deal(candidates, PRINTS, "seed", ()) == (
        "candidate `1` needs version Z, which the exam does not have"
    )


def test_forms_do_not_depend_on_the_process() -> None:
    assert isinstance(form(ASKED, STYLES["L"]), Form)
    assert form(ASKED, STYLES["L"]) == form(ASKED, STYLES["L"])


def test_a_roster_in_the_course_is_warned_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sheets, serials and papers are written beside the roster, and not to the exports."""
    course = tmp_path / "course"
    shutil.copytree(Path(__file__).parents[1] / "mini", course)
    people = course / "people.csv"
    people.write_text("candidate,name,extra time\n4711,Ann Example,25 %\n", encoding="utf-8")
    words = ["exam", "build", "quiz", "-C", str(course), "--format", "html", "--sheets"]
    assert run([*words, "--roster", str(people), "--with-papers"]) == 0
    assert "is in the course" in capsys.readouterr().err
    names = sorted(path.name for path in (course / "quiz-sheets").iterdir())
    assert names[-1] == "serials.csv"
    assert len(names) == 2
    printed = b"".join(
        path.read_bytes() for path in (course / "exports").rglob("*") if path.is_file()
    )
    assert b"4711" not in printed
    assert (course / "exports" / "exam" / "quiz" / "quiz-A-sheet.pdf").is_file()


@pytest.mark.parametrize("language", ["ar", "de"])
@pytest.mark.parametrize("large", [False, True])
def test_words_on_a_sheet_leave_the_bubbles_clear(
    tmp_path: Path, language: str, large: bool
) -> None:
    """Bubbles are where the scanner expects them in any direction, and no ink is near them."""
    question = make_question("numerical", answer="-1.5", tolerance="0.1", unit="kilometres per day")
    bank = make_bank([question, make_question("cloze", "gaps")], language=language)
    exam = Exam("final", "Final", "seed", (Paper(1, (arrange(bank.questions, "seed", "A"),)),))
    exam = dataclasses.replace(exam, layout=dataclasses.replace(exam.layout, large_print=large))
    built = papers.build(bank, exam, formats=("html",), sheet_digits=4)
    image = images(built.files["exam/final/final-A-sheet.pdf"])[0]
    record, _ = parsed(manifest(bank, exam), Place("manifest.json"))
    assert record is not None
    page = read_page(Forms(record), Task(save(tmp_path / "page.png", image), 0, "page"))
    assert not page.refused
    for bubble in (bubble for group in page.measures for bubble in group):
        assert bubble.outline > 0.6
        assert max(bubble.low, bubble.high, bubble.trace) < 0.05
        assert max(bubble.around, bubble.through) < 0.02
