"""The commands on the pages work."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pkoquiz.cli import COMMANDS, cli, run

from .pages import PAGES, Block, blocks, inline_code, text

ENDLESS = {"--watch", "desk"}
"""Commands and options that are not run here, because they do not end."""


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """Yield (command, expected output) of a block; blocks named `sh` expect none."""
    if block.language == "console":
        for entry in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, output = entry.partition("\n")
            yield command, output
    elif block.language in ("sh", "yaml") and not block.file:
        for line in block.text.splitlines():
            yield line.strip().removeprefix("- run: "), ""


def ours(block: Block) -> list[tuple[str, str]]:
    """Return the commands of a block that call pkoquiz or change the folder."""
    return [entry for entry in commands(block) if entry[0].startswith(("pkoquiz ", "cd "))]


def arguments(command: str) -> list[str]:
    """Return what the shell passes on: no comments, no redirections, patterns replaced by paths."""
    words = shlex.split(command.partition(" > ")[0], comments=True)[1:]
    return [
        argument
        for word in words
        for argument in (sorted(map(str, Path().glob(word))) if "*" in word else [word])
    ]


def unknown(args: list[str]) -> list[str]:
    """Return the commands and options in `args` that do not exist."""
    command: click.Command = cli
    context = click.Context(cli, info_name="pkoquiz")
    args = list(args)
    while isinstance(command, click.Group) and args and not args[0].startswith("-"):
        name = args.pop(0)
        subcommand = command.get_command(context, name)
        if subcommand is None:
            return [name]
        command = subcommand
    options = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    options |= set(context.help_option_names) | {"--help", "--version"}
    return [arg for arg in args if arg.startswith("-") and arg.partition("=")[0] not in options]


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_options_exist(page: str) -> None:
    lines = [command for block in blocks(page) for command, _ in ours(block)]
    lines += inline_code(page)
    calls = [arguments(line) for line in lines if line.startswith("pkoquiz ")]
    assert [(args, missing) for args in calls if (missing := unknown(args))] == []


def test_options_in_sentences_belong_to_a_command() -> None:
    def options(command: click.Command) -> set[str]:
        names = {name for param in command.params for name in param.opts}
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                names |= options(command.get_command(context, name) or click.Command(""))
        return names

    named = {
        option
        for page in PAGES
        for code in inline_code(page)
        for option in re.findall(r"^--[a-z][a-z-]*", code)
    }
    assert named - options(cli) == set()


@pytest.mark.parametrize("page", [page for page in PAGES if any(map(ours, blocks(page)))])
def test_following_a_page_works(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Save the files, make the edits and run the commands of a page in order.

    A page that does not create a course is followed in a new course that has been built once.
    """
    monkeypatch.chdir(tmp_path)
    first = next(command for block in blocks(page) for command, _ in ours(block))
    if not first.startswith("pkoquiz init"):
        assert run(["init", "lighthouse"]) == 0
        monkeypatch.chdir("lighthouse")
        assert run(["build", "--quiet"]) == 0
    for block in blocks(page):
        if block.file:
            save(block)
        for command, expected in ours(block):
            args = arguments(command)
            if command.startswith("cd "):
                monkeypatch.chdir(args[0])
            elif not ENDLESS & set(args):
                capsys.readouterr()
                code = run(args)
                output = capsys.readouterr()
                assert code == (1 if "error[" in expected else 0), (block, command, output)
                assert matches(output.out + output.err, expected), (block, command, output)


def save(block: Block) -> None:
    """Write the file that a block shows, or make the edit."""
    path = Path(block.file)
    if block.language != "diff":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        return
    lines = block.text.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if not line.startswith("+"))
    new = "".join(line[1:] for line in lines if not line.startswith("-"))
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1, block
    path.write_text(content.replace(old, new), encoding="utf-8")


def matches(output: str, expected: str) -> bool:
    """Return whether the output contains the expected lines; `…` alone stands for any lines."""
    pieces = [piece.strip("\n") for piece in re.split(r"^…$", expected, flags=re.MULTILINE)]
    return re.search(".*".join(map(re.escape, pieces)), output, re.DOTALL) is not None


def test_every_command_is_mentioned() -> None:
    content = "\n".join(text(page) for page in PAGES)
    assert [name for name in COMMANDS if f"pkoquiz {name}" not in content] == []
