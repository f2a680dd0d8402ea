"""The desk uses the words of a form: labels, help, findings and hints do not mention YAML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pkoquiz.checks import findings
from pkoquiz.desk.app.forms import forms
from pkoquiz.desk.app.judge import said
from pkoquiz.desk.app.plain import plain
from pkoquiz.load import load
from pkoquiz.model.question import TYPES

BAD = Path(__file__).parents[1] / "bad"
_TRACES = re.compile(r"`|yaml|\b\w+: (?:true|false|\[)|pkoquiz ", re.IGNORECASE)


def texts(fields: list[dict[str, Any]]) -> list[str]:
    inner = [text for field in fields for text in texts(field.get("fields", []))]
    return [text for field in fields for text in (field["label"], field["help"])] + inner


@pytest.mark.parametrize("kind", TYPES)
def test_forms_say_nothing_of_yaml(kind: str) -> None:
    form = forms()[kind]
    for text in (form["name"], form["about"], *texts(form["fields"])):
        assert not _TRACES.search(text), text


@pytest.mark.parametrize("kind", TYPES)
def test_a_form_has_every_field_once(kind: str) -> None:
    names = [field["name"] for field in forms()[kind]["fields"]]
    assert len(names) == len(set(names))
    assert {*names, "type", "section", "place"} == set(TYPES[kind].model_fields)
    assert all(field["help"] for field in forms()[kind]["fields"])


@pytest.mark.parametrize("name", ["wording", "fields", "citations", "structure"])
def test_findings_say_nothing_of_yaml(name: str, tmp_path: Path) -> None:
    mini = Path(__file__).parents[1] / "mini"
    for part in ("course.yaml", "seeds/bridges.md", "seeds/bridges.errata.yaml"):
        (tmp_path / part).parent.mkdir(exist_ok=True)
        (tmp_path / part).write_bytes((mini / part).read_bytes())
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "x.yaml").write_bytes((BAD / f"{name}.yaml").read_bytes())
    loaded = load(tmp_path)
    assert loaded.bank is not None
    found = [*loaded.diagnostics, *findings(loaded.bank, pedantic=True)]
    for finding in said(found):
        for text in (finding["message"], finding["hint"]):
            assert not _TRACES.search(text), text
        assert finding["message"]


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        ("mark the right option with `correct: true`", "Tick “Right” beside the right option"),
        (
            "write `enemies: [one]`, so that no paper asks both",
            "Add “one” to “Never together with”, so that no paper asks both",
        ),
        (
            "quote other words, or add a `note` or an `attribution`; 1992",
            "Quote other words, or add “Editor’s note” or “Attribution”; 1992",
        ),
        ("write `what: ever`", ""),
        ("", ""),
    ],
)
def test_hints_in_the_words_of_the_form(hint: str, words: str) -> None:
    assert plain(hint) == words
