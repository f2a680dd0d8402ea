"""`relink --write` corrects ids and changes nothing else."""

import re
import shutil
from pathlib import Path

import pytest

from pkoquiz.cli import run
from pkoquiz.commands.course import read_course
from pkoquiz.load import load
from pkoquiz.quotes.relink import moves, rewritten

MINI = Path(__file__).parents[1] / "mini"

BANK = """\ufeff# a comment: beams.p001 stays\r
section: beams\r
questions:\r
  -   id: moved        # odd  spacing\r
      type: flashcard\r
      "stem": 'What, “日本”?'   \r
      answer: >-\r
        Compression,\r
        beams.p001\r
      sources:\r
      - {passage: "beams.p001~ab12",   quote: An arch turns every load into compression.}\r
      - passage: 'beams.p002' # here too\r
        quote: Stone likes compression\r
      objective: B-1\r
      bloom: remember\r
      difficulty: easy"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder)
    for path in (folder / "questions").iterdir():
        path.unlink()
    (folder / "questions" / "beams.yaml").write_bytes(BANK.encode())
    return folder


def test_only_the_ids_change(course: Path) -> None:
    assert run(["relink", "-C", str(course)]) == 0
    assert (course / "questions" / "beams.yaml").read_bytes() == BANK.encode(), (
        "without --write nothing changes"
    )
    assert run(["relink", "-C", str(course), "--write"]) == 0
    expected = BANK.replace('"beams.p001~ab12"', '"arches.p001"').replace(
        "'beams.p002'", "'arches.p001'"
    )
    assert (course / "questions" / "beams.yaml").read_bytes() == expected.encode()
    bank = load(course).bank
    assert bank is not None
    assert not moves(bank)


def test_no_moves_change_nothing(course: Path) -> None:
    raw = (MINI / "questions" / "arches.yaml").read_bytes()
    assert rewritten(raw, []) == raw


def test_pins_are_added_but_never_updated(course: Path) -> None:
    bank = course / "questions" / "beams.yaml"
    bank.write_bytes((MINI / "questions" / "beams.yaml").read_bytes())
    text = bank.read_text(encoding="utf-8")
    assert run(["relink", "--pin", "--write", "-C", str(course)]) == 0
    pinned = bank.read_text(encoding="utf-8")
    assert pinned.count("~") == 5
    assert re.sub("~[0-9a-f]{4}", "", pinned) == text
    assert run(["check", "-C", str(course)]) == 0
    script = course / "seeds" / "bridges.md"
    script.write_text(
        script.read_text(encoding="utf-8").replace("since stone", "for stone"), encoding="utf-8"
    )
    _, found = read_course(course)
    assert [each.code for each in found if each.question == "span-of-stone"] == ["PQ206"]
    assert run(["relink", "--pin", "--write", "-C", str(course)]) == 0
    _, found = read_course(course)
    assert [each.code for each in found if each.question == "span-of-stone"] == ["PQ206"], (
        "a person has to read it first"
    )


def test_two_citations_on_one_line(course: Path) -> None:
    line = (
        "[{passage: beams.p001, quote: An arch turns}, "
        "{passage: beams.p001, quote: Suspension bridges do}]"
    )
    text = (
        BANK.split("      sources:")[0]
        + f"      sources: {line}\r\n      objective: B-1\r\n      bloom: remember\r\n"
        + "      difficulty: easy"
    )
    (course / "questions" / "beams.yaml").write_bytes(text.encode())
    assert run(["relink", "-C", str(course), "--write"]) == 0
    expected = line.replace("beams.p001", "arches.p001", 1).replace("beams.p001", "arches.p003", 1)
    assert expected in (course / "questions" / "beams.yaml").read_bytes().decode()


def test_a_quote_that_is_now_in_two_passages_is_not_relinked(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = course / "questions/beams.yaml"
    path.write_text(
        (MINI / "questions/beams.yaml")
        .read_text("utf-8")
        .replace(
            "    quote: A beam bridge is the oldest of all bridges.\n",
            "    quote: A beam bridge is the oldest of all bridges.\n"
            "  - passage: beams.p001\n    quote: A trunk across a stream\n",
            1,
        ),
        "utf-8",
    )
    seed = course / "seeds/bridges.md"
    seed.write_text(
        seed.read_text("utf-8").replace(
            "# Beams\n", "# Beams\n\n**Guest:** A trunk across a stream? Is that a bridge?\n"
        ),
        "utf-8",
    )
    assert run(["relink", "--write", "--pin", "-C", str(course)]) == 1
    printed = capsys.readouterr()
    assert "oldest-kind: beams.p001 -> beams.p002" in printed.out
    assert "“A trunk across a stream” is in beams.p001, but also in beams.p002" in printed.err
    after = path.read_text("utf-8")
    assert "passage: beams.p001\n    quote: A trunk" in after, "neither moved nor pinned"


def test_nothing_is_relinked_in_a_course_with_faults(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without one transcript, its quotes may be found in another, spoken by somebody else."""
    config = course / "course.yaml"
    lost = "transcripts:\n- file: seeds/lost.md\n"
    config.write_text(config.read_text("utf-8").replace("transcripts:\n", lost), "utf-8")
    assert run(["relink", "--write", "-C", str(course)]) == 1
    printed = capsys.readouterr()
    assert "PQ122" in printed.err
    assert "nothing was written: 1 error" in printed.err
    assert (course / "questions/beams.yaml").read_bytes() == BANK.encode()


def test_a_question_saved_meanwhile_is_not_lost(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = course / "questions/beams.yaml"
    saved = BANK.replace("# a comment", "# saved in an editor").encode()

    def slow(*args: object) -> object:
        path.write_bytes(saved)
        return moves(*args)  # type: ignore[arg-type]  # passes on what the command gives

    monkeypatch.setattr("pkoquiz.commands.relink.moves", slow)
    assert run(["relink", "--write", "-C", str(course)]) == 1
    assert "has changed in the meantime; run again" in capsys.readouterr().err
    assert path.read_bytes() == saved
