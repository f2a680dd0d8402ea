"""From a foreign file to a proved question: import, review, and a second import."""

import csv
import io
import json
import re
import shutil
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from pkoquiz.cli import cli
from pkoquiz.diagnostics import Place
from pkoquiz.importers import Draft, read_file
from pkoquiz.importers.inbox import received
from pkoquiz.load import load
from pkoquiz.model.answers import right_answers
from pkoquiz.quotes.find import find
from pkoquiz.quotes.propose import claim_of, index_of, propose
from pkoquiz.records import validate
from pkoquiz.review import flat_rows, queue, table_changes, with_changes
from pkoquiz.splice import items

ROOT = Path(__file__).parents[2]
MINI = ROOT / "tests" / "mini"

GIFT = """::Stone::What does stone hate, as Strand says?{=tension ~compression#It likes that.}

::Broken::Which?{~a ~b}
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder)
    return folder


def run(*args: object, given: str = "") -> str:
    result = CliRunner().invoke(cli, [str(arg) for arg in args], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.output


def checked(folder: Path) -> str:
    return run("check", "-C", folder, "--format", "json")


def imported(course: Path, text: str) -> dict[str, object]:
    (course / "foreign.gift").write_text(text, encoding="utf-8")
    report = course / "report.json"
    run("import", "-C", course, course / "foreign.gift", "--section", "arches", "--report", report)
    result: dict[str, object] = json.loads(report.read_text(encoding="utf-8"))
    return result


def test_the_report_counts_and_explains(course: Path) -> None:
    report = imported(course, GIFT)
    assert {name: report[name] for name in ("questions", "taken", "changed")} == {
        "questions": 2, "taken": 1, "changed": 0,
    }  # fmt: skip
    assert report["left_out"] == [
        {"title": "Broken", "reason": "no option is marked as right", "line": 3}
    ]


def test_nothing_in_the_inbox_changes_a_check(course: Path) -> None:
    before = checked(course)
    imported(course, GIFT)
    assert checked(course) == before
    (course / "inbox" / "broken.yaml").write_text("[", encoding="utf-8")
    assert checked(course) == before
    assert "broken.yaml" in run("review", "--list", "-C", course)


def test_many_questions_are_imported_and_updated_in_time() -> None:
    """Seconds for thousands: a bank of another program has no more than that."""
    rows = "".join(f"What is thing number {number}?\tAnswer {number}\n" for number in range(3_000))
    start = time.process_time()
    _, found = read_file(rows.encode(), "a.tsv", "anki")
    drafts = [entry for entry in found if isinstance(entry, Draft)]
    arrive = partial(received, form="anki", section="a", bank={}, cite=lambda draft: ())
    inbox, arrivals = arrive(None, drafts)
    assert Counter(arrival.state for arrival in arrivals) == {"new": 3_000}
    _, found = read_file(rows.replace("Answer", "Reply").encode(), "a.tsv", "anki")
    drafts = [entry for entry in found if isinstance(entry, Draft)]
    _, arrivals = arrive(inbox, drafts)
    assert Counter(arrival.state for arrival in arrivals) == {"updated": 3_000}
    assert time.process_time() - start < 20


def test_a_second_import_updates(course: Path) -> None:
    imported(course, GIFT)
    first = (course / "inbox/foreign.yaml").read_bytes()
    imported(course, GIFT)
    assert (course / "inbox/foreign.yaml").read_bytes() == first
    imported(course, GIFT.replace("It likes that.", "Stone likes compression."))
    (waiting,) = queue(course)[0]
    assert waiting.id == "stone"
    assert "Stone likes compression." in str(waiting.item)


def test_questions_with_one_title_stay_two(course: Path) -> None:
    imported(course, "::Q::Which?{=a ~b}\n\n::Q::Who?{=c ~d}\n")
    assert [each.id for each in queue(course)[0]] == ["q", "q-2"] or len(queue(course)[0]) == 2
    imported(course, "::Q::Which?{=a ~b}\n\n::Q::Who?{=c ~d}\n")
    assert len(queue(course)[0]) == 2


def test_citations_are_proposed_verbatim(course: Path) -> None:
    imported(course, GIFT)
    (waiting,) = queue(course)[0]
    assert waiting.proposals[0]["quote"] == "Stone likes compression; it hates tension."
    assert "sources" not in waiting.item
    bank = load(course).bank
    assert bank is not None
    for proposal in waiting.proposals:
        assert find(proposal["quote"], bank.passages[proposal["passage"]].text)


def test_no_question_is_accepted_without_proof(course: Path) -> None:
    imported(course, GIFT)
    bank = load(course).bank
    output = run("review", "-C", course, given="a\n1\n1\n1\nq\n")
    assert "cannot be accepted without proof" in output
    after = load(course).bank
    assert bank is not None
    assert after is not None
    assert after.questions == bank.questions


def test_a_question_with_a_citation_is_accepted(course: Path) -> None:
    imported(course, GIFT)
    before = (course / "questions/arches.yaml").read_bytes()
    output = run("review", "-C", course, given="1\na\nremember\neasy\n1\n")
    assert "1 accepted" in output
    bank = load(course).bank
    assert bank is not None
    (question,) = [each for each in bank.questions if each.id == "stone"]
    assert (question.status, question.bloom) == ("ready", "remember")
    assert (course / "questions/arches.yaml").read_bytes().startswith(before[:200])
    assert queue(course)[0] == []


def test_a_decision_is_undone(course: Path) -> None:
    imported(course, f"{GIFT}\n::Arch::What does an arch turn loads into?{{=compression ~shear}}\n")
    before = (course / "questions/arches.yaml").read_bytes()
    output = run("review", "-C", course, given="1\na\nremember\neasy\n1\nu\nq\n")
    assert "0 accepted, 0 rejected" in output
    assert (course / "questions/arches.yaml").read_bytes() == before
    assert len(queue(course)[0]) == 2


def test_a_rejected_question_does_not_come_back(course: Path) -> None:
    imported(course, GIFT)
    assert "1 rejected" in run("review", "-C", course, given="r\nnot in the talk\n")
    rejected = (course / "inbox/rejected.yaml").read_text(encoding="utf-8")
    assert "rejected: not in the talk" in rejected
    imported(course, GIFT)
    assert queue(course)[0] == []


@pytest.mark.parametrize("kind", ["choice", "truefalse", "cloze", "essay", "matching", "ordering"])
def test_a_new_question_is_proved(course: Path, kind: str) -> None:
    run("new", "-C", course, "--quote", "it hates tension", "--type", kind, "--append")
    loaded = load(course)
    assert loaded.bank is not None
    drafts = [each for each in loaded.bank.questions if each.stem.startswith("TODO")]
    assert [(each.type, each.status) for each in drafts] == [(kind, "draft")]
    assert '"severity": "error"' not in checked(course)


def test_a_quote_that_is_not_there_is_refused(course: Path) -> None:
    assert "try `pkoquiz cite`" in run(
        "new", "-C", course, "--quote", "concrete needs no steel bars"
    )


def test_cite_prints_json(course: Path) -> None:
    proposals = json.loads(run("cite", "-C", course, "--json", "stone hates tension"))
    assert proposals[0]["passage"] == "arches.p001"
    assert [each["score"] for each in proposals] == sorted(
        (each["score"] for each in proposals), reverse=True
    )


def test_hidden_citations_are_found() -> None:
    bank = load(ROOT).bank
    assert bank is not None
    index = index_of(bank.passages.values())
    first = third = 0
    questions = bank.questions[::2]
    for question in questions:
        cited = {citation.passage_id for citation in question.sources}
        proposed = [each.passage.id for each in propose(index, claim_of(question))]
        first += proposed[0] in cited
        third += bool(cited & set(proposed))
    assert first / len(questions) >= 0.88  # 0.905 of all questions, see docs/benchmarks.md
    assert third / len(questions) >= 0.96


def test_a_table_goes_out_and_comes_back() -> None:
    bank = load(MINI).bank
    assert bank is not None
    rows = list(flat_rows(bank.questions))
    assert table_changes(bank, rows) == ([], [])
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    column = rows[0].index("difficulty")
    changed = [[*row] for row in rows]
    changed[1][column] = "hard" if changed[1][column] != "hard" else "easy"
    changes, wrong = table_changes(bank, changed)
    assert wrong == []
    (change,) = changes
    raw = (MINI / change.file).read_bytes()
    new = with_changes(raw, changes)
    assert (
        dict(next(item for _, item in items(new) if item["id"] == change.question))["difficulty"]
        == change.new
    )
    assert len(new.splitlines()) == len(raw.splitlines())


def applied(course: Path, *edits: tuple[str, str, str]) -> str:
    """Apply a table with these edits (id, field, value); return what is printed."""
    bank = load(course).bank
    assert bank is not None
    header, *rows = flat_rows(bank.questions)
    for identity, name, value in edits:
        next(row for row in rows if row[0] == identity)[header.index(name)] = value
    with (course / "table.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return run("questions", "-C", course, "--apply", course / "table.csv", "--write")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("difficulty", "eezy", "`difficulty` cannot be `eezy`; use one of `easy`"),
        ("objective", "B-9", "`B-9`"),
        ("bloom", "", "`bloom` is missing"),
        ("points", "-1", "`points` must be greater than 0"),
        ("status", "weg", "`status` cannot be `weg`"),
        ("status", "retired", "`reason`"),
        ("tags", "two words", "tags"),
    ],
)
def test_a_table_with_an_invalid_value_changes_nothing(
    course: Path, name: str, value: str, message: str
) -> None:
    files = {path: path.read_bytes() for path in (course / "questions").iterdir()}
    output = applied(
        course, ("arch-in-tension", "difficulty", "hard"), ("what-an-arch-does", name, value)
    )
    assert message in output
    assert re.search(r"table\.csv: row \d+: `what-an-arch-does`: ", output)
    assert "nothing was written; correct the table first" in output
    assert {path: path.read_bytes() for path in (course / "questions").iterdir()} == files
    # The same rows in the table of a correct edit are written.
    assert "wrote 1 file" in applied(course, ("arch-in-tension", "difficulty", "hard"))
    assert '"severity": "error"' not in checked(course)


def test_a_question_may_be_in_one_row_only(course: Path) -> None:
    applied(course)
    table = course / "table.csv"
    row = next(line for line in table.read_text("utf-8").splitlines() if "arch-in-tension" in line)
    table.write_text(table.read_text("utf-8") + row.replace("easy", "hard") + "\n", "utf-8")
    output = run("questions", "-C", course, "--apply", table, "--write")
    assert "`arch-in-tension` is already in row" in output
    assert "nothing was written" in output


def test_a_table_is_not_applied_to_a_bank_that_cannot_be_read(course: Path) -> None:
    applied(course)
    bank = course / "questions" / "arches.yaml"
    bank.write_text(
        bank.read_text("utf-8").replace("difficulty: easy", "difficulty: eezy"), "utf-8"
    )
    output = run("questions", "-C", course, "--apply", course / "table.csv", "--write")
    assert "the questions cannot be read completely" in output
    assert "unknown question" not in output


def test_moodle_export_comes_back(course: Path) -> None:
    run("build", "-C", course, "--out", course / "out")
    (export,) = (course / "out" / "moodle").glob("*.xml")
    empty = course.parent / "empty"
    shutil.copytree(MINI, empty)
    for path in (empty / "questions").glob("*.yaml"):
        section = path.read_text(encoding="utf-8").split("section: ")[1].split()[0]
        path.write_text(f"section: {section}\n", encoding="utf-8")
    run("import", "-C", empty, export)
    bank = load(course).bank
    assert bank is not None
    wanted = {each.id: each for each in bank.questions if each.status == "ready" and each.on_paper}
    waiting = {each.id: each for each in queue(empty)[0]}
    assert waiting.keys() == wanted.keys()
    for identity, each in waiting.items():
        assert each.item["type"] == wanted[identity].type
        cited = {(p["passage"], p["quote"]) for p in each.proposals}
        exact = {(c.passage_id, c.quote) for c in wanted[identity].sources if "…" not in c.quote}
        assert exact <= cited, identity


@pytest.mark.parametrize(
    "form", ["moodle", "canvas", "qti", "gift", "aiken", "brightspace", "blackboard", "openedx"]
)
def test_what_is_exported_comes_back_with_its_key(course: Path, form: str) -> None:
    run("build", form, "-C", course, "--out", course / "out")
    paths = [path for path in (course / "out" / form).iterdir() if path.is_file()]
    bank = load(course).bank
    assert bank is not None
    own = {question.id: question for question in bank.questions}
    by_stem = {question.stem: question for question in bank.questions}
    compared = 0
    for path in paths:
        _, found = read_file(path.read_bytes(), path.name)
        for each in found:
            assert isinstance(each, Draft), (path, each)
            question = own.get(each.foreign_id) or by_stem.get(each.fields["stem"])
            if question is None or each.fields["type"] != question.type:
                continue
            more = {
                "id": "stand-in",
                "section": "a",
                "sources": [{"passage": "a", "quote": "a"}],
                "bloom": "remember",
                "difficulty": "easy",
            }
            if question.type == "essay":
                continue
            read_back, faults = validate(
                type(question), {**each.fields, **more, "place": Place("")}, Place("")
            )
            assert read_back is not None, faults
            texts = {answer.text for answer in right_answers(read_back)}
            wanted = {answer.text for answer in right_answers(question)}
            assert texts == wanted, question.id
            compared += 1
    assert compared


def test_a_deck_comes_back_without_what_its_templates_add(course: Path) -> None:
    run("build", "anki", "-C", course, "--out", course / "out")
    (deck,) = (course / "out/anki").glob("*.apkg")
    _, found = read_file(deck.read_bytes(), deck.name)
    drafts = [entry for entry in found if isinstance(entry, Draft)]
    assert drafts
    for draft in drafts:
        first = str(draft.fields["stem"]).split()[0]
        assert first not in ("en", draft.foreign_id), draft.fields["stem"]


def test_links_to_report_a_mistake_are_left_out(course: Path) -> None:
    path = course / "course.yaml"
    path.write_text(
        path.read_text("utf-8") + "\nreport: mailto:a@b.org?subject={id}\n", encoding="utf-8"
    )
    run("build", "moodle", "-C", course, "--out", course / "out")
    (quiz,) = (course / "out/moodle").glob("*.xml")
    assert b"pko-report" in quiz.read_bytes()
    _, found = read_file(quiz.read_bytes(), quiz.name)
    assert not any("wrong here" in str(entry.fields) for entry in found if isinstance(entry, Draft))
