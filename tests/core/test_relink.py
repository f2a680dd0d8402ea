"""`relink --write` corrects ids and changes nothing else."""

import re
import shutil
from pathlib import Path

import pytest

from pkoquiz.cli import run
from pkoquiz.commands import relink as relink_command
from pkoquiz.commands.course import read_course
from pkoquiz.delivery import DeliveryError
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


# --- errata ---------------------------------------------------------------------------------------

TALK = """\
# Talk

One sheep jumps.

The sine is written sign.

Two sheep jump, and the sign is seen again.
"""

ERRATA = """\
# F: wrong\r
errata:\r
-  {passage: 'talk.p002',  kind: F, words: written sign}   # twice\r
- passage: talk.p002\r
  kind: C\r
  words: sine\r
- words: the sign\r
  kind: F\r
  passage: talk.p003 # the last
"""

COURSE = "title: Talk\nshort: talk\ntranscripts: [{file: talk.md, errata: errata.yaml}]\n"

BANK_OF_TALK = """\
section: talk
questions:
- id: how-it-is-written
  type: flashcard
  stem: How is the sine written?
  answer: As sign.
  sources:
  - passage: talk.p002
    quote: The sine is written sign.
    note: it is a sine
  bloom: remember
  difficulty: easy
"""


def talk(folder: Path, transcript: str = TALK, errata: str = ERRATA) -> Path:
    (folder / "questions").mkdir(exist_ok=True)
    (folder / "course.yaml").write_text(COURSE, encoding="utf-8")
    (folder / "talk.md").write_text(transcript, encoding="utf-8")
    (folder / "errata.yaml").write_bytes(errata.encode())
    (folder / "questions" / "talk.yaml").write_text(BANK_OF_TALK, encoding="utf-8")
    return folder


def errata_findings(folder: Path) -> list[tuple[str, str, str]]:
    _, diagnostics = read_course(folder)
    return [
        (found.code, found.message, found.hint)
        for found in diagnostics
        if found.code in ("PQ161", "PQ162")
    ]


def test_errata_follow_their_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = talk(tmp_path, TALK.replace("One sheep", "Louder, please!\n\nOne sheep"))
    hint = "they are in `talk.p003`; `pkoquiz relink --write` corrects the id"
    assert hint in {found[2] for found in errata_findings(folder)}
    assert run(["relink", "-C", str(folder), "--write"]) == 0
    printed = capsys.readouterr().out
    assert "questions/talk.yaml: how-it-is-written: talk.p002 -> talk.p003" in printed
    assert "errata.yaml: “written sign”: talk.p002 -> talk.p003" in printed
    assert "changed 4 passage ids in 2 files" in printed
    moved = ERRATA.replace("talk.p003", "talk.p004").replace("talk.p002", "talk.p003")
    assert (folder / "errata.yaml").read_bytes() == moved.encode()
    assert errata_findings(folder) == []
    assert run(["relink", "-C", str(folder), "--write"]) == 0
    assert "nothing to relink" in capsys.readouterr().out


def test_a_quote_of_a_moved_error_is_an_error_again(tmp_path: Path) -> None:
    folder = talk(tmp_path, TALK.replace("One sheep", "Louder, please!\n\nOne sheep"))
    bank = folder / "questions" / "talk.yaml"
    bank.write_text(BANK_OF_TALK.replace("    note: it is a sine\n", ""), encoding="utf-8")
    assert run(["relink", "-C", str(folder), "--write"]) == 0
    _, diagnostics = read_course(folder)
    assert "PQ205" in {found.code for found in diagnostics}


@pytest.mark.parametrize("last", [True, False])
def test_the_passage_of_an_erratum_is_gone(tmp_path: Path, last: bool) -> None:
    """A paragraph was deleted, so that the id of the last one does not exist any more."""
    errata = ERRATA if last else ERRATA.replace("talk.p003", "talk.p001")
    folder = talk(tmp_path, TALK.replace("One sheep jumps.\n\n", ""), errata)
    assert len(errata_findings(folder)) == 3
    assert run(["relink", "-C", str(folder), "--write"]) == 0
    assert errata_findings(folder) == []


def test_errata_with_the_same_words_keep_their_order(tmp_path: Path) -> None:
    words = "# Talk\n\nLouder!\n\nIt goes to pie.\n\nYes.\n\nTwo pie over omega.\n"
    entry = "- {passage: talk.p00%d, kind: F, words: pie}\n"
    folder = talk(tmp_path, words, "errata:\n" + entry % 3 + entry % 1)
    (folder / "questions" / "talk.yaml").write_text("section: talk\n", encoding="utf-8")
    assert run(["relink", "-C", str(folder), "--write"]) == 0
    expected = "errata:\n" + entry % 4 + entry % 2
    assert (folder / "errata.yaml").read_text(encoding="utf-8") == expected


def test_an_erratum_with_several_homes_stays(tmp_path: Path) -> None:
    words = "# Talk\n\nLouder!\n\nIt goes to pie.\n\nYes.\n\nTwo pie over omega.\n"
    errata = "errata:\n- {passage: talk.p001, kind: F, words: pie}\n"
    folder = talk(tmp_path, words, errata)
    (folder / "questions" / "talk.yaml").write_text("section: talk\n", encoding="utf-8")
    hint = "they are in `talk.p002`, `talk.p004`: write the id of the right one"
    assert [found[2] for found in errata_findings(folder)] == [hint]
    assert run(["relink", "-C", str(folder), "--write"]) == 0
    assert (folder / "errata.yaml").read_text(encoding="utf-8") == errata


def test_errata_of_several_transcripts_in_one_file(tmp_path: Path) -> None:
    """An erratum of one transcript is not moved to the same words in another."""
    folder = talk(tmp_path)
    other = "{file: other.md, errata: errata.yaml}"
    listed = COURSE.replace("errata: errata.yaml}]", f"errata: errata.yaml}}, {other}]")
    (folder / "course.yaml").write_text(listed, encoding="utf-8")
    (folder / "other.md").write_text("# Other\n\nA sine is written sign, the sign.\n", "utf-8")
    assert {found[0] for found in errata_findings(folder)} == {"PQ161"}
    assert run(["relink", "-C", str(folder), "--write"]) == 0
    assert (folder / "errata.yaml").read_bytes() == ERRATA.encode()
    # One that is in neither transcript's passages any more is corrected once.
    gone = "errata:\n- {passage: talk.p009, kind: F, words: seen again}\n"
    (folder / "errata.yaml").write_text(gone, encoding="utf-8")
    assert run(["relink", "-C", str(folder), "--write"]) == 0
    assert (folder / "errata.yaml").read_text("utf-8") == gone.replace("p009", "p003")


def test_nothing_is_listed_as_changed_if_the_file_cannot_be_written(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise DeliveryError("cannot write beams.yaml: read-only file system")

    monkeypatch.setattr(relink_command, "deliver", refuse)
    assert run(["relink", "-C", str(course), "--write"]) == 1
    printed = capsys.readouterr()
    assert "->" not in printed.out
    assert "read-only" in printed.err
