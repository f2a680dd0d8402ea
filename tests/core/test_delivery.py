"""Files are either old or new, never incomplete."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from pkoquiz import cli
from pkoquiz.delivery import DeliveryError, deliver, delivery


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    assert deliver(tmp_path, {"a/x": b"1", "b": b"2"}) == ["a/x", "b"]
    before = (tmp_path / "b").stat().st_mtime_ns
    assert deliver(tmp_path, {"a/x": b"3", "b": b"2"}) == ["a/x"]
    assert (tmp_path / "b").stat().st_mtime_ns == before
    assert (tmp_path / "a/x").read_bytes() == b"3"


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", ""])
def test_nothing_is_written_outside(tmp_path: Path, name: str) -> None:
    with pytest.raises(DeliveryError, match="outside"):
        deliver(tmp_path / "out", {name: b"1"})


def test_a_link_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "sub").symlink_to(tmp_path)
    with pytest.raises(DeliveryError, match="outside"):
        deliver(tmp_path / "out", {"sub/x": b"1"})
    (tmp_path / "secret").write_bytes(b"old")
    (tmp_path / "out" / "file").symlink_to(tmp_path / "secret")
    deliver(tmp_path / "out", {"file": b"new"})
    assert (tmp_path / "secret").read_bytes() == b"old"


def test_a_folder_in_the_way_changes_nothing(tmp_path: Path) -> None:
    deliver(tmp_path, {"a": b"old"})
    (tmp_path / "z").mkdir()
    with pytest.raises(DeliveryError, match="nothing was changed"):
        deliver(tmp_path, {"a": b"new", "z": b"x"})
    assert (tmp_path / "a").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "z"]


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(tmp_path, {"a": b"old", "b": b"old"})
    real, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DeliveryError, match="no space left"):
        deliver(tmp_path, {"a": b"new", "b": b"new"})
    assert [(tmp_path / name).read_bytes() for name in "ab"] == [b"old", b"old"]
    assert len(list(tmp_path.iterdir())) == 2


def test_deleting_a_file_that_does_not_exist_is_not_an_error(tmp_path: Path) -> None:
    deliver(tmp_path, {"a": b"1"})
    assert deliver(tmp_path, {}, gone=["a", "b"]) == []
    assert not list(tmp_path.iterdir())


def test_after_a_killed_run_files_are_old_or_new_and_the_next_run_cleans_up(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import sys, itertools
        from pathlib import Path
        from pkoquiz.delivery import deliver
        for number in itertools.count():
            text = str(number).encode() * 20000
            deliver(Path(sys.argv[1]), {name: text for name in "abcd"})
            print(number, flush=True)
        """
    )
    for delay in (0.02, 0.05, 0.11):
        worker = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE
        )
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(delay)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
        for name in "abcd":
            text = (tmp_path / name).read_bytes()
            unit = len(text) // 20000
            assert text == text[:unit] * 20000, "a torn file"
    deliver(tmp_path, {"a": b"clean"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "c", "d"]


def test_two_runs_at_once_do_not_mix(tmp_path: Path) -> None:
    sets = [dict.fromkeys("abc", mark * 50000) for mark in (b"x", b"y")]

    def many(files: dict[str, bytes]) -> None:
        for _ in range(10):
            deliver(tmp_path, files)

    threads = [threading.Thread(target=many, args=(files,)) for files in sets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(tmp_path / name).read_bytes()[:1] for name in "abc"} in ({b"x"}, {b"y"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "c"]


def test_a_run_in_a_folder_below_does_not_disturb_one_that_is_writing(tmp_path: Path) -> None:
    with delivery(tmp_path) as papers:
        papers.add("exam/quiz/a.pdf", b"1")
        deliver(tmp_path / "exam/quiz", {"answers.csv": b"2"})
        papers.add("exam/quiz/b.pdf", b"3")
        deliver(tmp_path / "exam", {"quiz/other.csv": b"4"})
        assert papers.commit() == ["exam/quiz/a.pdf", "exam/quiz/b.pdf"]
    folder = tmp_path / "exam/quiz"
    contents = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert contents == {"a.pdf": b"1", "b.pdf": b"3", "answers.csv": b"2", "other.csv": b"4"}


def test_runs_above_and_below_do_not_wait_for_each_other(tmp_path: Path) -> None:
    def many(folder: Path, names: list[str]) -> None:
        for number in range(30):
            deliver(folder, {name: str(number).encode() for name in names})

    threads = [
        threading.Thread(target=many, args=arguments)
        for arguments in (
            (tmp_path, ["a/x", "a/b/x", "x"]),
            (tmp_path / "a", ["y", "b/y"]),
            (tmp_path / "a/b", ["z", "b2/z"]),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
        assert not thread.is_alive()
    assert {path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == {b"29"}


def test_files_that_are_not_committed_leave_nothing(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    with delivery(tmp_path / "old") as new:
        new.add("deep/er/x", b"1")
        new.add("y", b"1")
    assert [*tmp_path.rglob("*")] == [tmp_path / "old"]


def test_an_error_after_the_first_rename_names_the_changed_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, renamed = os.replace, []

    def failing(source: str, target: str) -> None:
        renamed.append(target)
        if len(renamed) == 2:
            raise OSError(errno.EIO, "Input/output error", source, None, target)
        real(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(
        DeliveryError, match=r"cannot write .*/b: input/output error; already changed: a; run again"
    ):
        deliver(tmp_path, {"a": b"1", "b": b"2", "c": b"3"})
    monkeypatch.undo()
    assert {path.name for path in tmp_path.iterdir()} == {"a"}
    assert deliver(tmp_path, {"a": b"1", "b": b"2", "c": b"3"}) == ["b", "c"]


def test_the_command_line_prints_what_could_not_be_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(**options: object) -> None:
        raise DeliveryError("cannot write x: no space left on device; nothing was changed")

    monkeypatch.setattr(cli.cli, "main", failing)
    assert cli.run([]) == 1
    assert capsys.readouterr().err.startswith("Error: cannot write x")
