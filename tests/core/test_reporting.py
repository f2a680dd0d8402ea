"""Findings on their way to a person."""

from pathlib import Path

from pkoquiz.diagnostics import Place, Span, error
from pkoquiz.reporting import as_text


def test_a_tab_is_seen(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("- id: a\n\tstem: b\n", encoding="utf-8")
    told = as_text(tmp_path, [error("PQ104", "not YAML", Place("x.yaml", span=Span(2, 1, 2, 2)))])
    assert "    2 | →stem: b\n      | ^\n" in told
