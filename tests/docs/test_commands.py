"""What the pages tell people to type is what the command line takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from pkoquiz.cli import COMMANDS, cli, run

from .pages import PAGES, blocks, spans, text

# Not run here: it does not end.
ENDLESS = {"--watch"}


def command_lines(page: str) -> list[str]:
    """Lines of shell blocks, and of `run:` in workflows, that call pkoquiz."""
    lines = [
        line.strip().removeprefix("- run: ")
        for block in blocks(page, "sh", "yaml", "")
        for line in block.text.splitlines()
    ]
    return [line for line in lines if line.startswith(("pkoquiz ", "cd "))]


def words(line: str) -> list[str]:
    """What the shell passes on: neither comments nor redirections."""
    return shlex.split(line.partition(" > ")[0], comments=True)[1:]


def unknown(args: list[str]) -> list[str]:
    """Commands and options in `args` that do not exist."""
    node: click.Command = cli
    context = click.Context(cli, info_name="pkoquiz")
    args = list(args)
    while isinstance(node, click.Group) and args and not args[0].startswith("-"):
        name = args.pop(0)
        found = node.get_command(context, name)
        if found is None:
            return [name]
        node = found
    options = {name for each in node.params for name in (*each.opts, *each.secondary_opts)}
    options |= set(context.help_option_names) | {"--help", "--version"}
    return [arg for arg in args if arg.startswith("-") and arg.partition("=")[0] not in options]


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_options_exist(page: str) -> None:
    named = [words(line) for line in command_lines(page) if line.startswith("pkoquiz ")]
    named += [words(span) for span in spans(page) if span.startswith("pkoquiz ")]
    assert [(args, missing) for args in named if (missing := unknown(args))] == []


def test_options_named_alone_belong_to_a_command() -> None:
    def options(node: click.Command) -> set[str]:
        found = {name for each in node.params for name in each.opts}
        if isinstance(node, click.Group):
            context = click.Context(node)
            for name in node.list_commands(context):
                found |= options(node.get_command(context, name) or click.Command(""))
        return found

    named = {
        found
        for page in PAGES
        for span in spans(page)
        for found in re.findall(r"^--[a-z][a-z-]*", span)
    }
    assert named - options(cli) == set()


@pytest.mark.parametrize("page", [page for page in PAGES if command_lines(page)])
def test_commands_run_in_a_new_course(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Line after line, as a reader would. The course is the one that the README lays out, built once; a table that
    the page shows lies in it as `answers.csv`."""
    monkeypatch.chdir(tmp_path)
    lines = command_lines(page)
    if not lines[0].startswith("pkoquiz init"):
        assert run(["init", "lighthouse"]) == 0
        monkeypatch.chdir("lighthouse")
        assert run(["build", "--quiet"]) == 0
    for block in blocks(page, "csv"):
        Path("answers.csv").write_text(block.text, encoding="utf-8")
    for line in lines:
        if line.startswith("cd "):
            monkeypatch.chdir(words(line)[0])
        elif not ENDLESS & set(words(line)):
            capsys.readouterr()
            assert run(words(line)) == 0, (line, capsys.readouterr().err)


def test_every_command_is_named() -> None:
    told = "\n".join(text(page) for page in PAGES)
    assert [name for name in COMMANDS if f"pkoquiz {name}" not in told] == []
