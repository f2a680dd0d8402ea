"""What the pages say of files, numbers and output is so."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from pkoquiz.cli import run
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import TYPES

from .pages import PAGES, ROOT, anchors, blocks, links, spans, text


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for file, anchor in links(page):
        target = (ROOT / page).parent / file if file else ROOT / page
        assert target.exists(), file
        if anchor:
            assert anchor in anchors(target.resolve().relative_to(ROOT).as_posix()), (
                f"{file}#{anchor}"
            )


@pytest.mark.parametrize("page", PAGES)
def test_files_of_the_repository_exist(page: str) -> None:
    named = [
        word.rstrip(",;")
        for span in spans(page)
        for word in span.split()
        if re.match(r"(docs|tests|src|benchmarks)/\w", word)
    ]
    assert [name for name in named if "*" not in name and not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", ["questions.md", "checks.md"])
def test_page_made_from_the_code_is_up_to_date(name: str) -> None:
    """`python docs/generate.py` makes it anew."""
    made = runpy.run_path(str(ROOT / "docs" / "generate.py"))["PAGES"]
    assert set(made) == {"questions.md", "checks.md"}
    assert text(f"docs/{name}") == made[name]()


def test_readme_tells_of_every_type_what_arrives_where() -> None:
    table = (
        text("README.md")
        .partition("## What arrives where")[2]
        .partition("\n\n")[2]
        .partition("\n\n")[0]
    )
    rows = table.splitlines()[2:]
    names = {
        "choice": "single choice", "multiple": "multiple response", "truefalse": "true/false", "shortanswer": "short answer",
    }  # fmt: skip
    assert [row.split("|")[1].strip() for row in rows] == [names.get(name, name) for name in TYPES]


def test_readme_counts_the_shipped_course(shipped: Bank) -> None:
    (said,) = re.findall(r"(\d+) questions on\s", text("README.md"))
    assert int(said) == len(shipped.questions)
    said_of_words = re.findall(r"transcript of ([\d,]+) words", text("README.md"))[0]
    words = len((ROOT / "seeds/symposium-2012.txt").read_text(encoding="utf-8").split())
    assert abs(int(said_of_words.replace(",", "")) - words) < 1000


def test_finding_in_the_readme_is_what_a_build_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (shown,) = [block.text for block in blocks("README.md", "") if "error[PQ203]" in block.text]
    assert run(["init", str(tmp_path / "lighthouse")]) == 0
    bank = tmp_path / "lighthouse/questions/opening.yaml"
    told = bank.read_text(encoding="utf-8")
    quote = "It tells you where the rocks are, and you work out the rest."
    assert quote in told
    bank.write_text(told.replace(quote, quote.replace("rocks", "shoals")), encoding="utf-8")
    monkeypatch.chdir(tmp_path / "lighthouse")
    capsys.readouterr()
    assert run(["build"]) == 1
    assert shown.strip() in capsys.readouterr().err
    assert not Path("exports").exists()


def test_exports_are_told_file_by_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file that a build makes has its row in exports/README.md."""
    assert run(["init", str(tmp_path / "c"), "--title", "UN Integrated Mission"]) == 0
    monkeypatch.chdir(tmp_path / "c")
    assert run(["build", "--quiet"]) == 0
    told = (
        text("exports/README.md")
        .replace("….", "un-integrated-mission.")
        .replace("…-", "un-integrated-mission-")
    )
    made = [
        path.relative_to("exports").as_posix()
        for path in Path("exports").rglob("*")
        if path.is_file()
    ]
    assert [
        name for name in made if name not in told and f"`{name.rpartition('/')[2]}`" not in told
    ] == []


def test_rooms_of_the_house_exist() -> None:
    table = text("CONTRIBUTING.md").partition("## The house")[2].partition("## To add")[0]
    named = [
        name
        for row in table.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`([\w/]+)`", row.split("|")[1])
    ]
    assert named
    code = ROOT / "src" / "pkoquiz"
    assert [
        name for name in named if not (code / name).is_dir() and not (code / f"{name}.py").is_file()
    ] == []
