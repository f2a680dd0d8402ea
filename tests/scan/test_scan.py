"""Sheets are printed, filled, scanned and read: answers are read rightly or go to a person."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from pkoquiz.cli import run
from pkoquiz.scanning.batch import _listed
from pkoquiz.scanning.decide import decide
from pkoquiz.scanning.locate import RefusedError, locate
from pkoquiz.scanning.measure import measure
from pkoquiz.scanning.pages import Task, read_page
from pkoquiz.sheets.roster import Candidate

from .conftest import Image, Printed, dot, marked, rows, save

# Numbers of questions on a version follow the order of types.
WANTED: dict[tuple[int, int], str] = {
    (1, 0): "B",
    (2, 0): "A",
    (7, 0): "A C",
    (9, 0): "T",
    (10, 1): "A",
    (10, 2): "B",
    (11, 1): "2",
    (11, 2): "1",
    (12, 1): "0.5",
    (13, 1): "−",
    (13, 2): "8",
    (13, 3): ".",
    (13, 4): "5",
    (14, 1): "1",
    (15, 1): "0",
    (15, 2): "5",
}
TYPED = {"1": "B", "2": "A", "3": "", "7": "A C", "9": "T", "12": "[0.5]", "13": "−8.5"}


def scans(printed: Printed, folder: Path, candidates: list[Candidate] | None = None) -> list[Path]:
    """Return the images of all pages, filled as `WANTED`."""
    paths = []
    for candidate in candidates or printed.candidates:
        form = printed.form(candidate)
        for number, blank in enumerate(printed.pages[candidate.serial][: form.pages], 1):
            image = marked(blank, form, number, WANTED)
            paths.append(save(folder / f"{candidate.serial:04}-{number}.png", image))
    return paths


def scan(printed: Printed, folder: Path, *files: Path, more: tuple[str, ...] = ()) -> int:
    manifest, serials = printed.write(folder)
    words = ["exam", "scan", str(manifest), *map(str, files), "--out", str(folder / "read")]
    return run([*words, "--roster", str(serials), *more])


def test_sheets_are_read_as_they_were_filled(printed: Printed, tmp_path: Path) -> None:
    assert scan(printed, tmp_path, *scans(printed, tmp_path)) == 0
    answers = rows(tmp_path / "read" / "answers.csv")
    assert [row["candidate"] for row in answers] == ["4701", "4702", "4703", "4704"]
    for row in answers:
        assert {number: row[number] for number in TYPED} == TYPED
    assert rows(tmp_path / "read" / "refused.csv") == []


def test_a_table_typed_by_hand_gives_the_same_results(printed: Printed, tmp_path: Path) -> None:
    scan(printed, tmp_path, *scans(printed, tmp_path))
    read = tmp_path / "read" / "answers.csv"
    typed = tmp_path / "typed.csv"
    letters = {entry.code: entry.version for entry in printed.record.papers[0].versions}
    table = rows(read)
    with typed.open("w", encoding="utf-8") as file:
        writer = csv.writer(file)
        names = [name for name in table[0] if name != "#sheet"]
        writer.writerow(names)
        for row in table:
            writer.writerow([{**row, "version": letters[row["version"]]}[name] for name in names])
    manifest = str(tmp_path / "manifest.json")
    for path, out in ((read, "one"), (typed, "two")):
        assert run(["exam", "grade", manifest, str(path), "--out", str(tmp_path / out)]) == 0
    one, two = ((tmp_path / out / "results.csv").read_bytes() for out in ("one", "two"))
    assert one == two


def test_undecided_answers_are_not_graded_until_a_person_decides(
    printed: Printed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    candidate = printed.candidates[0]
    form = printed.form(candidate)
    image = marked(printed.pages[candidate.serial][0], form, 1, {**WANTED, (3, 0): "A B"})
    path = save(tmp_path / "scan.png", image)
    assert scan(printed, tmp_path, path) == 0
    answers = tmp_path / "read" / "answers.csv"
    assert rows(answers)[0]["3"] == "?"
    manifest = str(tmp_path / "manifest.json")
    assert run(["exam", "grade", manifest, str(answers)]) == 1
    assert "this answer is undecided" in capsys.readouterr().err
    corrections = tmp_path / "corrections.csv"
    corrections.write_text(f"sheet,question,answer\n{candidate.serial:04},3,B\n", encoding="utf-8")
    for _ in range(2):  # applied twice is applied once
        assert scan(printed, tmp_path, more=("--corrections", str(corrections))) == 0
        assert rows(answers)[0]["3"] == "B"
    assert run(["exam", "grade", manifest, str(answers)]) == 0


def problems(folder: Path) -> str:
    return " ".join(row["reason"] for row in rows(folder / "read" / "refused.csv"))


def test_what_does_not_belong_is_named_and_not_graded(printed: Printed, tmp_path: Path) -> None:
    first, second, third, fourth = printed.candidates
    good = scans(printed, tmp_path, [fourth])
    pages = printed.pages
    twice = [save(tmp_path / f"twice-{n}.png", pages[first.serial][0]) for n in (1, 2)]
    half = save(tmp_path / "half.png", pages[third.serial][0])
    noise = np.random.default_rng(1).integers(0, 255, (1200, 900)).astype(np.uint8)
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    text = tmp_path / "notes.txt"
    text.write_text("hello", encoding="utf-8")
    bad = [
        *twice,
        half,
        save(tmp_path / "noise.png", noise),
        save(tmp_path / "white.png", np.full((1200, 900), 255, np.uint8)),
        save(tmp_path / "mirrored.png", np.ascontiguousarray(pages[second.serial][0][:, ::-1])),
        save(tmp_path / "two.png", np.hstack([pages[second.serial][0], pages[second.serial][0]])),
        broken,
        text,
    ]
    assert scan(printed, tmp_path, *bad, *good) == 1
    assert [row["candidate"] for row in rows(tmp_path / "read" / "answers.csv")] == ["4704"]
    found = problems(tmp_path)
    assert len(rows(tmp_path / "read" / "refused.csv")) == len(bad) - 1  # the white page is skipped
    for words in (
        f"page 1 of sheet {first.serial:04} was scanned 2 times",
        f"page 2 of sheet {third.serial:04} is missing",
        "0 of 6 registration marks were found",
        "a registration mark appears twice",
        "the PDF cannot be read",
        "not a PDF, TIFF, JPEG, PNG or HEIC file",
    ):
        assert words in found


def test_a_sheet_of_another_print_is_not_graded(printed: Printed, tmp_path: Path) -> None:
    code = printed.candidates[0].code
    other = printed.raw.replace(code.encode(), b"0D0D0D")
    manifest = tmp_path / "other.json"
    manifest.write_bytes(other)
    path = save(tmp_path / "scan.png", printed.pages[printed.candidates[0].serial][0])
    words = ["exam", "scan", str(manifest), str(path), "--out", str(tmp_path / "read")]
    assert run(words) == 1
    assert f"the version code {code} of the sheet is not in this manifest" in problems(tmp_path)


def test_a_sheet_off_the_roster_is_not_graded(printed: Printed, tmp_path: Path) -> None:
    first, second, *_ = printed.candidates
    short = Printed(printed.raw, printed.record, (second,), printed.pages, [])
    path = save(tmp_path / "scan.png", printed.pages[first.serial][0])
    assert scan(short, tmp_path, path) == 1
    assert f"sheet {first.serial:04} is not on the roster" in problems(tmp_path)


def test_blank_sheets_are_named_by_the_number_on_them(printed: Printed, tmp_path: Path) -> None:
    number = {(0, place): digit for place, digit in enumerate("4702", 1)}
    candidate = printed.candidates[0]
    code = printed.code(candidate)
    form = printed.forms.form_of(type(code)(code.style, candidate.code, 1, 0, 4))
    assert form is not None
    assert form.pages == 1
    image = marked(printed.blank[0], form, 1, {**WANTED, **number})
    unclear = marked(printed.blank[0], form, 1, {**WANTED, (0, 1): "4"})
    paths = [save(tmp_path / "ok.png", image), save(tmp_path / "unclear.png", unclear)]
    assert scan(printed, tmp_path, *paths) == 0
    names = [row["candidate"] for row in rows(tmp_path / "read" / "answers.csv")]
    assert names == ["4702", "? unclear.png"]
    corrections = tmp_path / "corrections.csv"
    corrections.write_text("sheet,question,answer\nunclear.png,candidate,4704\n", encoding="utf-8")
    assert scan(printed, tmp_path, more=("--corrections", str(corrections))) == 0
    names = [row["candidate"] for row in rows(tmp_path / "read" / "answers.csv")]
    assert names == ["4702", "4704"]


def test_zeros_before_a_number_may_be_missing_on_the_roster() -> None:
    assert _listed("004711", ["4711", "4712"]) == "4711"
    assert _listed("0042", ["0042", "42"]) == "0042"
    assert _listed("00042", ["0042", "42"]) == "00042"
    assert _listed("4713", ["4711"]) == "4713"


def test_blank_backs_are_skipped(
    printed: Printed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = printed.pages[printed.candidates[0].serial][0]
    noise = np.random.default_rng(7)
    back = noise.normal(235, 4, sheet.shape).clip(0, 255).astype(np.uint8)
    back[:10] = 40  # the shadow of the scanner
    through = (0.9 * back + 0.1 * np.fliplr(sheet)).astype(np.uint8)
    dusty = back.copy()
    dusty[500:504, 500:504] = dusty[900:903, 70:74] = 60
    files = [
        *scans(printed, tmp_path, [printed.candidates[0]]),
        *(save(tmp_path / f"b{n}.png", one) for n, one in enumerate((back, through, dusty))),
    ]
    assert scan(printed, tmp_path, *files) == 0
    captured = capsys.readouterr()
    assert "note: 3 blank pages skipped" in captured.out
    assert "not graded" not in captured.err
    # From what was read before, too.
    assert scan(printed, tmp_path) == 0


def test_a_page_with_any_ink_is_not_blank(printed: Printed, tmp_path: Path) -> None:
    sheet = printed.pages[printed.candidates[0].serial][0]
    white = np.full_like(sheet, 250)
    word, corner, faint = white.copy(), white.copy(), white.copy()
    cv2.putText(word, "no", (400, 900), cv2.FONT_HERSHEY_SIMPLEX, 1, 60, 2)
    corner[40:110, 40:110] = sheet[40:110, 40:110]
    cv2.putText(faint, "see page 3", (400, 900), cv2.FONT_HERSHEY_SIMPLEX, 1, 180, 2)
    dark = np.full_like(sheet, 30)
    pages = {"word": word, "corner": corner, "faint": faint, "dark": dark}
    files = [save(tmp_path / f"{name}.png", image) for name, image in pages.items()]
    assert scan(printed, tmp_path, *files) == 1
    refused = {row["image"] for row in rows(tmp_path / "read" / "refused.csv")}
    assert refused == {f"{name}.png" for name in pages}


def turned(image: Image, degrees: float) -> Image:
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.95)
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), borderValue=255))


DAMAGE: dict[str, Callable[[Image], Image]] = {
    "upside down": lambda image: np.ascontiguousarray(image[::-1, ::-1]),
    "quarter turn": lambda image: np.ascontiguousarray(np.rot90(image)),
    "3 degrees": lambda image: turned(image, 3),
    "dark": lambda image: (image * 0.35).astype(np.uint8),
    "bright": lambda image: np.clip(image.astype(int) + 90, 0, 255).astype(np.uint8),
    "93 %": lambda image: cv2.resize(image, None, fx=0.93, fy=0.93),
    "97 x 100 %": lambda image: cv2.resize(image, None, fx=0.97, fy=1.0),
    "1 bit": lambda image: np.where(image > 150, 255, 0).astype(np.uint8),
    "75 dpi": lambda image: cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    "600 dpi": lambda image: cv2.resize(image, None, fx=4, fy=4),
    "corner lost": lambda image: cv2.rectangle(image.copy(), (0, 0), (130, 130), 255, -1),
    "top lost": lambda image: cv2.rectangle(image.copy(), (0, 0), (1000, 40), 255, -1),
    "code folded": lambda image: cv2.rectangle(image.copy(), (1000, 20), (1120, 200), 255, -1),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_does_no_harm(printed: Printed, tmp_path: Path, damage: str) -> None:
    candidate = printed.candidates[0]
    form = printed.form(candidate)
    image = marked(printed.pages[candidate.serial][0], form, 1, WANTED)
    assert scan(printed, tmp_path, save(tmp_path / "scan.png", DAMAGE[damage](image))) == 0
    row = rows(tmp_path / "read" / "answers.csv")[0]
    wrong = {n: row[n] for n, text in TYPED.items() if row[n] not in (text, "?")}
    assert wrong == {}
    assert sum(row[number] == "?" for number in TYPED) <= 1


def test_marks_on_one_side_are_not_enough(printed: Printed) -> None:
    image = printed.pages[printed.candidates[0].serial][0].copy()
    image[:, : image.shape[1] // 3] = 255
    with pytest.raises(RefusedError, match="only on one side"):
        locate(image)


def test_circled_and_struck_answers_go_to_a_person(printed: Printed, tmp_path: Path) -> None:
    candidate = printed.candidates[0]
    form = printed.form(candidate)
    image = marked(printed.pages[candidate.serial][0], form, 1, {**WANTED, (3, 0): "", (7, 0): ""})
    scale = 150 / 25.4
    circled = form.of_question(3)[0].centres[1]
    cv2.circle(image, tuple(round(value * scale) for value in circled), round(2.9 * scale), 60, 2)
    x, y = form.of_question(7)[0].centres[0]
    dot(image, x, y, 1.9)
    for sign in (-1, 1):
        start, end = (x - 4, y - 3 * sign), (x + 4, y + 3 * sign)
        one, other = (tuple(round(value * scale) for value in point) for point in (start, end))
        cv2.line(image, one, other, 60, 5)
    assert scan(printed, tmp_path, save(tmp_path / "scan.png", image)) == 0
    row = rows(tmp_path / "read" / "answers.csv")[0]
    assert (row["3"], row["7"]) == ("?", "?")


def test_the_same_scan_gives_the_same_bytes(printed: Printed, tmp_path: Path) -> None:
    paths = scans(printed, tmp_path)
    outputs = []
    for order in (paths, paths[::-1]):
        scan(printed, tmp_path, *order)
        outputs.append((tmp_path / "read" / "answers.csv").read_bytes())
    assert outputs[0] == outputs[1]


def test_an_unfilled_sheet_is_blank(printed: Printed) -> None:
    candidate = printed.candidates[0]
    located = locate(printed.pages[candidate.serial][0])
    measures, _ = measure(located, printed.form(candidate).of_page(1))
    assert max(one.low for group in measures for one in group) < 0.08


def test_a_page_that_fails_is_refused(printed: Printed, tmp_path: Path) -> None:
    page = read_page(printed.forms, Task(tmp_path / "missing.png", 0, "missing.png"))
    assert "cannot be read" in page.refused


def test_corrections_of_unknown_sheets_are_named(
    printed: Printed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corrections = tmp_path / "corrections.csv"
    corrections.write_text("sheet,question,answer\n9998,3,B\n", encoding="utf-8")
    files = scans(printed, tmp_path, list(printed.candidates[:1]))
    assert scan(printed, tmp_path, *files, more=("--corrections", str(corrections))) == 0
    assert "corrections name sheets that were not read: 9998" in capsys.readouterr().out
    corrections.write_text("sheet,question,answer\n9998,three,B\n", encoding="utf-8")
    assert scan(printed, tmp_path, *files, more=("--corrections", str(corrections))) == 1
    assert "`three` is not a question" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("question", "answer", "column", "message"),
    [
        ("3", "ZZ", 8, "there is no option Z"),
        ("9", "Q", 8, "`Q` is neither true nor false"),
        ("13", "abc", 9, "`abc` is not a number"),
        ("15", "[99]", 9, "99 points are not between 0 and 10"),
        ("99", "A", 6, "there is no question 99"),
        ("candidate", "4701", 6, "was printed for a candidate"),
        ("code", "PKO1A", 11, "the code is not that of an answer sheet"),
        ("code", "PKO1A.ABCDEF.1.0042", 11, "ABCDEF is not in this manifest"),
    ],
)
def test_corrections_that_cannot_be_graded_are_refused(
    printed: Printed,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    question: str,
    answer: str,
    column: int,
    message: str,
) -> None:
    candidate = printed.candidates[0]
    (path,) = scans(printed, tmp_path, [candidate])
    sheet = path.name if question == "candidate" else f"{candidate.serial:04}"
    corrections = tmp_path / "corrections.csv"
    corrections.write_text(
        f"sheet,question,answer\n{sheet},{question},{answer}\n", encoding="utf-8"
    )
    assert scan(printed, tmp_path, path, more=("--corrections", str(corrections))) == 1
    error = capsys.readouterr().err
    assert message in error
    column += len(sheet) - 4
    assert f"corrections.csv:2:{column}: " in error
    assert not (tmp_path / "read").exists()


@pytest.mark.parametrize("number", ["*", "abc", "", "47015"])
def test_a_candidate_number_is_a_number(
    printed: Printed, tmp_path: Path, capsys: pytest.CaptureFixture[str], number: str
) -> None:
    path = save(tmp_path / "blank.png", printed.blank[0])
    corrections = tmp_path / "corrections.csv"
    corrections.write_text(
        f"sheet,question,answer\nblank.png,candidate,{number}\n", encoding="utf-8"
    )
    words = [
        "exam",
        "scan",
        str(printed.write(tmp_path)[0]),
        str(path),
        "--out",
        str(tmp_path / "r"),
    ]
    assert run([*words, "--corrections", str(corrections)]) == 1
    assert "corrections.csv:2:21: " in capsys.readouterr().err
    assert not (tmp_path / "r").exists()
    # With a roster, it must be on it.
    assert scan(printed, tmp_path, path, more=("--corrections", str(corrections))) == 1
    assert "is not on the roster" in capsys.readouterr().err


def test_a_sheet_can_be_corrected_by_its_image(printed: Printed, tmp_path: Path) -> None:
    """In the review, a sheet has the name of its image until its candidate is decided."""
    path = save(tmp_path / "blank.png", printed.blank[0])
    corrections = tmp_path / "corrections.csv"
    lines = "blank.png,candidate,4701\nblank.png,3,B\n"
    corrections.write_text(f"sheet,question,answer\n{lines}", encoding="utf-8")
    assert scan(printed, tmp_path, path, more=("--corrections", str(corrections))) == 0
    (row,) = rows(tmp_path / "read" / "answers.csv")
    assert (row["candidate"], row["3"]) == ("4701", "B")


def test_one_of_two_scans_can_be_left_out(printed: Printed, tmp_path: Path) -> None:
    candidate = printed.candidates[0]
    page = printed.pages[candidate.serial][0]
    paths = [save(tmp_path / f"{name}.png", page) for name in ("one", "two")]
    corrections = tmp_path / "corrections.csv"
    corrections.write_text("sheet,question,answer\ntwo.png,skip,\n", encoding="utf-8")
    assert scan(printed, tmp_path, *paths, more=("--corrections", str(corrections))) == 0
    assert len(rows(tmp_path / "read" / "answers.csv")) == 1


def test_a_code_can_be_typed(printed: Printed, tmp_path: Path) -> None:
    candidate = printed.candidates[0]
    image = printed.pages[candidate.serial][0].copy()
    scale = 150 / 25.4
    style = printed.form(candidate).style
    for top, bottom in ((10, 34), (style.bottom, style.height - 8)):
        right = round((style.width - style.left + 2) * scale)
        left = right - round(26 * scale)
        image[round(top * scale) : round(bottom * scale), left:right] = 255
    path = save(tmp_path / "scan.png", image)
    assert scan(printed, tmp_path, path) == 1
    assert "the code of the sheet cannot be read" in problems(tmp_path)
    corrections = tmp_path / "corrections.csv"
    code = printed.code(candidate)
    corrections.write_text(f"sheet,question,answer\nscan.png,code,{code}\n", encoding="utf-8")
    assert scan(printed, tmp_path, path, more=("--corrections", str(corrections))) == 0
    assert len(rows(tmp_path / "read" / "answers.csv")) == 1


def test_a_reading_of_another_print_is_not_used(printed: Printed, tmp_path: Path) -> None:
    path = scans(printed, tmp_path, list(printed.candidates[:1]))[0]
    assert scan(printed, tmp_path, path) == 0
    other = tmp_path / "other.json"
    other.write_bytes(printed.raw.replace(printed.candidates[0].code.encode(), b"0D0D0D"))
    assert run(["exam", "scan", str(other), "--out", str(tmp_path / "read")]) == 1
    assert "does not match this manifest" in problems(tmp_path)


def test_photos_of_iphones_are_read(printed: Printed, tmp_path: Path) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    pytest.importorskip("pi_heif")
    candidate = printed.candidates[0]
    form = printed.form(candidate)
    image = marked(printed.pages[candidate.serial][0], form, 1, WANTED)
    photo = cv2.cvtColor(np.rot90(image).copy(), cv2.COLOR_GRAY2RGB)
    path = tmp_path / "photo.heic"
    pillow_heif.from_bytes("RGB", photo.shape[1::-1], photo.tobytes()).save(path, quality=60)
    page = read_page(printed.forms, Task(path, 0, "photo"))
    assert (page.refused, page.code) == ("", str(printed.code(candidate)))
    groups = form.of_page(1)
    for group, decision in zip(groups, decide(groups, page.measures), strict=True):
        wanted = WANTED.get((group.question, group.part), "")
        assert (" ".join(decision.marked), decision.doubt) == (wanted, "")


def test_a_broken_heic_is_refused(printed: Printed, tmp_path: Path) -> None:
    pytest.importorskip("pi_heif")
    path = tmp_path / "photo.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    page = read_page(printed.forms, Task(path, 0, "photo"))
    assert page.refused.startswith("the HEIC file cannot be read")
