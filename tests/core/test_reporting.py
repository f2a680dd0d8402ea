"""Diagnostics as text."""

from pathlib import Path

from pkoquiz.diagnostics import Place, Span, error
from pkoquiz.reporting import as_text


def test_a_tab_is_visible(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("- id: a\n\tstem: b\n", encoding="utf-8")
    text = as_text(
        tmp_path, [error("PQ104", "invalid YAML", Place("x.yaml", span=Span(2, 1, 2, 2)))]
    )
    assert "    2 | →stem: b\n      | ^\n" in text
