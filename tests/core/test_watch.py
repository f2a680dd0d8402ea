"""`build --watch` builds again whenever a file is saved."""

import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from pkoquiz.commands.watching import states

MINI = Path(__file__).parents[1] / "mini"


def test_a_saved_file_is_named_and_built_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder)
    command = [sys.executable, "-m", "pkoquiz", "build", "moodle", "--watch", "-C", str(folder)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    output = process.stdout

    def read() -> None:
        for line in output:
            lines.put(line)

    threading.Thread(target=read, daemon=True).start()

    def wait_for(words: str) -> float:
        start = time.perf_counter()
        while words not in lines.get(timeout=60):
            pass
        return time.perf_counter() - start

    try:
        wait_for("watching")
        bank = folder / "questions" / "beams.yaml"
        bank.write_text(
            bank.read_text(encoding="utf-8").replace("everyday thing", "common thing"),
            encoding="utf-8",
        )
        assert wait_for("changed: questions/beams.yaml") < 5, (
            "should take a third of a second; a busy machine may take longer"
        )
        wait_for("mini.xml")
        bank.write_text("section: beams\nquestions: 5\n", encoding="utf-8")
        wait_for("nothing was written")
        assert process.poll() is None, "an error does not end the watch"
    finally:
        process.terminate()
        process.wait()
        output.close()


def test_only_files_that_a_build_reads_are_watched(tmp_path: Path) -> None:
    for name in (
        "course.yaml",
        "questions/a.yaml",
        ".venv/lib/b.py",
        "exports/c.xml",
        "media/.d.png",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    before = states(tmp_path, tmp_path / "exports")
    assert sorted(before) == ["course.yaml", "questions/a.yaml"]
    os.utime(tmp_path / "course.yaml", ns=(1, 1))
    assert states(tmp_path, tmp_path / "exports") != before, "a save that keeps the size counts"
