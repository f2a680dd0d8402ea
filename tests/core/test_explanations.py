"""Every code is explained, and every example causes the finding that it explains."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pkoquiz.cli import run
from pkoquiz.diagnostics import Diagnostic
from pkoquiz.explanations import FILES, Example, Explanation, explanations, groups

from .examples import Course

SOURCE = Path(__file__).parents[2] / "src" / "pkoquiz"
EXPLANATIONS = explanations()
SECTION = re.compile(r"^## ([A-Z]+\d+) ", re.MULTILINE)
CODE = re.compile(r'"((?:PQ\d{3})|(?:[SLDB]\d{2}))"')


def reported() -> dict[str, set[str]]:
    """Return the codes in the source, with the folders of the modules that contain them."""
    folders: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        for code in CODE.findall(path.read_text(encoding="utf-8")):
            folders.setdefault(code, set()).add(path.parent.relative_to(SOURCE).as_posix())
    return folders


def test_every_code_is_explained_and_no_other() -> None:
    assert sorted(EXPLANATIONS) == sorted(reported())


def test_no_code_is_explained_twice() -> None:
    assert sum(len(group.explanations) for group in groups()) == len(EXPLANATIONS)


def test_each_explanation_is_beside_a_module_that_reports_the_code() -> None:
    folders = reported()
    for file in FILES:
        codes = SECTION.findall((SOURCE / file).read_text(encoding="utf-8"))
        folder = Path(file).parent.as_posix()
        assert [code for code in codes if folder not in folders[code]] == [], file


def test_every_file_is_listed() -> None:
    written = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.md")
        if SECTION.search(path.read_text(encoding="utf-8"))
    }
    assert written == set(FILES)


@pytest.mark.parametrize("file", FILES)
def test_files_have_short_lines(file: str) -> None:
    text = (SOURCE / file).read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if len(line) > 100] == []


@pytest.mark.parametrize("explanation", EXPLANATIONS.values(), ids=list(EXPLANATIONS))
def test_explanation_is_complete(explanation: Explanation) -> None:
    """It says what is wrong and why it matters, and has examples or a reason for their absence."""
    assert not explanation.title[0].isupper()
    assert not explanation.title.endswith(".")
    assert len(explanation.paragraphs) >= 2
    verdicts = {example.verdict for example in explanation.examples}
    if explanation.paragraphs[-1].startswith("No example: "):
        assert verdicts == set()
    else:
        assert verdicts - {""} == {"bad", "good"}


SHOWN = [
    pytest.param(explanation, verdict, id=f"{explanation.code}-{verdict}")
    for explanation in EXPLANATIONS.values()
    for verdict in ("bad", "good")
    if explanation.examples
]


def examples(explanation: Explanation, verdict: str) -> list[Example]:
    return [example for example in explanation.examples if example.verdict in ("", verdict)]


DETAILS = {"PQ720": {"PQ114"}}
"""Codes that say beside another one which field is wrong."""


def described(found: list[Diagnostic]) -> list[str]:
    return [
        f"{finding.severity} {finding.code}: {finding.message}; {finding.hint}" for finding in found
    ]


@pytest.mark.parametrize(("explanation", "verdict"), SHOWN)
def test_example(explanation: Explanation, verdict: str, tmp_path: Path) -> None:
    """The bad example causes this finding and no other, the good one causes none."""
    code = explanation.code
    found = Course(tmp_path, code, examples(explanation, verdict)).findings()
    codes = {finding.code for finding in found if finding.severity != "info"}
    codes |= {finding.code for finding in found} & {code}
    codes -= DETAILS.get(code, set())
    assert codes == ({code} if verdict == "bad" else set()), described(found)


def test_explain_lists_the_codes_in_groups(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain"]) == 0
    listed = capsys.readouterr().out
    assert "\n\nQuotes\n  PQ201  the quote is in another passage\n" in listed
    assert all(f"\n  {code} " in listed for code in EXPLANATIONS)


def test_explain_prints_text_and_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "l02"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("L02: “none of the above”\n\nAn option says that no other")
    assert "\n\nBad:\n\n    - id: what-a-light-tells\n      type: choice\n" in printed
    assert printed.index("Bad:") < printed.index("Good:")
    assert max(map(len, printed.splitlines())) <= 100


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("PQ607x", "did you mean `PQ607`?"),
        ("Q203", "did you mean `PQ203`?"),
        ("S9", "use one of `S04`, `S05`"),
        ("nonsense", "`pkoquiz explain` lists all codes"),
    ],
)
def test_an_unknown_code_gets_a_suggestion(
    code: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", code]) == 2
    assert f"unknown code `{code}`; {hint}" in capsys.readouterr().err
