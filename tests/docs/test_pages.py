"""The statements of the pages about files, numbers and output are true."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from pkoquiz.cli import run
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import TYPES

from .pages import PAGES, ROOT, anchors, blocks, inline_code, links, text

GENERATED = ("docs/questions.md", "docs/checks.md", "docs/formats.md")


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for file, anchor in links(page):
        target = (ROOT / page).parent / file if file else ROOT / page
        assert target.exists(), file
        if anchor:
            name = target.resolve().relative_to(ROOT).as_posix()
            assert anchor in anchors(name), f"{file}#{anchor}"


@pytest.mark.parametrize("page", PAGES)
def test_files_of_the_repository_exist(page: str) -> None:
    named = [
        word.rstrip(",;")
        for code in inline_code(page)
        for word in code.split()
        if re.match(r"(docs|tests|src|benchmarks)/\w", word)
    ]
    assert [name for name in named if "*" not in name and not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", ["CHANGELOG.md", *PAGES])
def test_lines_of_prose_are_at_most_100_characters_long(page: str) -> None:
    prose = re.sub(r"^```.*?^```$", "", text(page), flags=re.MULTILINE | re.DOTALL)
    long = [line for line in prose.splitlines() if len(line) > 100 and not line.startswith("|")]
    assert long == [] or page in GENERATED


@pytest.mark.parametrize("page", GENERATED)
def test_generated_pages_are_up_to_date(page: str) -> None:
    """`python docs/generate.py` writes them."""
    pages = runpy.run_path(str(ROOT / "docs" / "generate.py"))["PAGES"]
    assert {f"docs/{name}" for name in pages} == set(GENERATED)
    assert text(page) == pages[Path(page).name]()


def test_every_page_is_linked_from_the_readme() -> None:
    linked = {file for file, _ in links("README.md")}
    pages = {page for page in PAGES if page.startswith("docs/")}
    assert pages - linked == set()


def test_the_readme_says_of_every_type_what_arrives_where() -> None:
    heading = "## Question types in each format"
    section = text("README.md").partition(heading)[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    names = {
        "choice": "single choice",
        "multiple": "multiple response",
        "truefalse": "true/false",
        "shortanswer": "short answer",
    }
    types = [row.split("|")[1].strip() for row in rows]
    assert types == [names.get(name, name) for name in TYPES]


def test_the_readme_counts_the_shipped_course(shipped: Bank) -> None:
    (questions,) = re.findall(r"(\d+)\s+questions on\s", text("README.md"))
    assert int(questions) == len(shipped.questions)
    (words,) = re.findall(r"transcript of ([\d,]+) words", text("README.md"))
    counted = len((ROOT / "seeds/symposium-2012.txt").read_text(encoding="utf-8").split())
    assert abs(int(words.replace(",", "")) - counted) < 1000


def test_the_question_in_the_readme_is_one_of_a_new_course(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path / "lighthouse")]) == 0
    bank = (tmp_path / "lighthouse/questions/opening.yaml").read_text(encoding="utf-8")
    (shown,) = blocks("README.md", "yaml")
    assert re.sub(r" +#.*", "", shown.text) in bank


def test_the_finding_in_the_readme_is_what_check_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (shown,) = [block.text for block in blocks("README.md", "") if "error[PQ203]" in block.text]
    assert run(["init", str(tmp_path / "lighthouse")]) == 0
    path = tmp_path / "lighthouse/questions/opening.yaml"
    bank = path.read_text(encoding="utf-8")
    quote = "It tells you where the rocks are, and you work out the rest."
    assert quote in bank
    path.write_text(bank.replace(quote, quote.replace("rocks", "shoals")), encoding="utf-8")
    monkeypatch.chdir(tmp_path / "lighthouse")
    capsys.readouterr()
    assert run(["check"]) == 1
    assert shown.strip() in capsys.readouterr().out
    assert run(["build"]) == 1
    assert not Path("exports").exists()


def test_every_export_is_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file that a build writes has its row in exports/README.md."""
    assert run(["init", str(tmp_path / "course"), "--title", "UN Integrated Mission"]) == 0
    monkeypatch.chdir(tmp_path / "course")
    assert run(["build", "--quiet"]) == 0
    described = " ".join(inline_code("exports/README.md"))
    described = re.sub(r"…(?=[.-])", "un-integrated-mission", described)
    written = [path.name for path in Path("exports").rglob("*") if path.is_file()]
    assert written
    assert [name for name in written if name not in described] == []


def test_the_table_of_modules_agrees_with_the_imports() -> None:
    """Each row is a floor of `tests/core/test_layers.py`, from top to bottom."""
    section = text("CONTRIBUTING.md").partition("## The structure")[2].partition("\n## ")[0]
    rows = [
        {name.rstrip("/") for name in re.findall(r"`([\w/]+)`", row.split("|")[1])}
        for row in section.splitlines()
        if row.startswith("| `")
    ]
    floors = runpy.run_path(str(ROOT / "tests/core/test_layers.py"))["FLOORS"]
    assert rows == floors[-2::-1]  # the last floor is the package itself
