"""The types that the JSDoc comments of the scripts give, checked by the TypeScript compiler."""

import subprocess

import pytest

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


def test_the_scripts_are_well_typed_and_know_no_page() -> None:
    """Without the library `dom`, `document` and `window` are errors."""
    node, compiler = tool("node"), tool("tsc")
    if node is None or compiler is None:
        pytest.skip("needs the TypeScript compiler: npm install --global typescript")
    files = [SCRIPTS / "schedule.js", SCRIPTS / "grade.js"]
    command = [str(node), str(compiler.resolve()), *OPTIONS, "--lib", "es2022", *map(str, files)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.stdout == ""
    assert result.returncode == 0
