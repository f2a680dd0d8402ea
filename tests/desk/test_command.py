"""`pkoquiz desk`: it prints a link, serves a page, and ends with Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from pkoquiz.cli import run
from pkoquiz.desk.app.server import usual_port

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}


def start(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """Start the desk and return its process and link."""
    command = [sys.executable, "-m", "pkoquiz", "desk", "-C", str(folder), "--no-browser"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    assert process.stdout is not None
    link = re.search(r"http://127\.0\.0\.1:\d+/\?t=\S+", process.stdout.readline())
    assert link is not None
    return process, link[0]


def test_it_opens_and_ends(folder: Path) -> None:
    process, link = start(folder)
    try:
        assert f":{usual_port(folder)}/" in link
        with urlopen(link, timeout=10) as response:
            assert "url=/" in response.read().decode()
        # Another desk of the same course takes another port.
        other, second = start(folder)
        other.send_signal(signal.SIGINT)
        other.communicate(timeout=20)
        assert second.partition("?")[0] != link.partition("?")[0]
        assert other.returncode == 0
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "The desk is closed." in errors
    assert "Traceback" not in errors


def test_a_port_that_is_taken(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert run(["desk", "-C", str(folder), "--port", port, "--no-browser"]) == 1
    assert f"cannot listen on port {port}" in capsys.readouterr().err


def test_without_a_course(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["desk", "-C", str(tmp_path), "--no-browser"]) == 1
    assert "no course.yaml" in capsys.readouterr().err


def test_without_a_transcript(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "seeds" / "bridges.md").unlink()
    assert run(["desk", "-C", str(folder), "--no-browser"]) == 1
    assert "not found" in capsys.readouterr().err
