"""Each file in `tests/bad` says beside the fault what is found there: `# PQ111 3-11`, columns of the line above."""

import re
import shutil
from pathlib import Path

import pytest

from pkoquiz.commands.course import read_course

TESTS = Path(__file__).parent.parent
EXPECTED = re.compile(r"#\s*((?:PQ|[SLBD])\d+)(?:\s+(\d+)-(\d+))?\s*$")


@pytest.mark.parametrize("path", sorted((TESTS / "bad").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_fault_is_found_where_it_stands(path: Path, tmp_path: Path) -> None:
    shutil.copytree(TESTS / "mini", tmp_path / "course")
    shutil.rmtree(tmp_path / "course" / "questions")
    (tmp_path / "course" / "questions").mkdir()
    shutil.copy(path, tmp_path / "course" / "questions" / "bad.yaml")
    expected = []
    line = 0
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = EXPECTED.fullmatch(text.strip())
        if found:
            span = (int(found[2]), int(found[3])) if found[2] else None
            expected.append((line, found[1], span))
        else:
            line = number
    _, found_ = read_course(tmp_path / "course", pedantic=False)
    seen = []
    for each in found_:
        if each.place.file == "questions/bad.yaml" and each.place.span:
            span = each.place.span
            columns = (span.column, span.end_column)
            wanted = [want for want in expected if want[:2] == (span.line, each.code)]
            seen.append((span.line, each.code, columns if wanted and wanted[0][2] else None))
    assert sorted(seen, key=str) == sorted(expected, key=str)
    assert expected, "a file in tests/bad without an expectation tests nothing"
