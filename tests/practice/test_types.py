"""The types that the JSDoc comments of the scripts give, checked by the TypeScript compiler."""

import subprocess
from pathlib import Path

import pytest

from pkoquiz.exporters.practice.page import SCRIPTS as NAMES

from .node import SCRIPTS, tool

OPTIONS = (
    "--noEmit",
    "--allowJs",
    "--checkJs",
    "--strict",
    "--noUnusedLocals",
    "--noUnusedParameters",
    "--noImplicitReturns",
    "--target",
    "es2022",
)


def check(library: str, files: list[Path]) -> None:
    node, compiler = tool("node"), tool("tsc")
    if node is None or compiler is None:
        pytest.skip("needs the TypeScript compiler: npm install --global typescript")
    command = [str(node), str(compiler.resolve()), *OPTIONS, "--lib", library, *map(str, files)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.stdout == ""
    assert result.returncode == 0


def test_schedule_and_grading_are_well_typed_and_know_no_page() -> None:
    """Without the library `dom`, `document` and `window` are errors."""
    check("es2022", [SCRIPTS / "schedule.js", SCRIPTS / "grade.js"])


def test_the_scripts_of_the_page_are_well_typed() -> None:
    shared = SCRIPTS.parents[1] / "web"
    own = [SCRIPTS / name for name in NAMES]
    check("es2022,dom,dom.iterable", [shared / "nodes.js", shared / "keys.js", *own])
