"""The command line: list the commands, import the one that is run, turn errors into exit codes.

Exit codes: 0 success, 1 errors found or output not written, 2 wrong usage, 130 interrupted,
143 terminated.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from pkoquiz import __version__, prose

if TYPE_CHECKING:
    from types import FrameType

# Name → (module, one line of help), so that `--help` need not import every command.
COMMANDS = {
    "build": ("pkoquiz.commands.build", "Preview the Anki deck, practice paper and Moodle quiz."),
    "check": ("pkoquiz.commands.check", "Check courses and print every finding."),
    "cite": ("pkoquiz.commands.cite", "Propose passages and quotes that may prove a claim."),
    "coverage": ("pkoquiz.commands.coverage", "Show which passages and objectives are covered."),
    "desk": ("pkoquiz.commands.desk", "Write proved questions in a browser."),
    "exam": ("pkoquiz.commands.exam", "Draw, print and grade exams."),
    "explain": ("pkoquiz.commands.explain", "Explain a finding by its code."),
    "import": ("pkoquiz.commands.importing", "Bring questions of other programs into the inbox."),
    "init": ("pkoquiz.commands.init", "Create a new course that builds at once."),
    "new": ("pkoquiz.commands.new", "Print or append a question that a quote already proves."),
    "passages": ("pkoquiz.commands.passages", "List and search the passages of the transcripts."),
    "questions": ("pkoquiz.commands.questions", "List the questions of the bank."),
    "release": ("pkoquiz.commands.release", "Hand out an edition to trainees and instructors."),
    "relink": ("pkoquiz.commands.relink", "Correct citations whose quotes moved."),
    "review": ("pkoquiz.commands.review", "Accept or reject the questions in the inbox."),
    "schema": ("pkoquiz.commands.schema", "Print the JSON Schema of the course files."),
    "show": ("pkoquiz.commands.show", "Show a passage and the questions that cite it."),
    "statistics": ("pkoquiz.commands.statistics", "Keep and show what exams say about questions."),
}


class _Commands(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[name][0]).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help) for name, (_, help) in COMMANDS.items()])

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = prose.did_you_mean(args[0], COMMANDS) or "see `pkoquiz --help`"
            raise click.UsageError(f"there is no command `{args[0]}`; {hint}", context)
        return super().resolve_command(context, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pkoquiz")
def cli() -> None:
    """Turn a transcript and a question bank into Anki decks, printable exams and Moodle quizzes.

    Every question is proved by verbatim quotes from the transcript.
    """


class Terminated(BaseException):
    """Raised when the process is asked to end, so that temporary files are removed."""


def _terminate(signal_number: int, frame: FrameType | None) -> None:
    raise Terminated


def run(args: Sequence[str]) -> int:
    """Run a command and return its exit code. A user's mistake never shows a traceback."""
    _prepare_streams()
    with contextlib.suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGTERM, _terminate)
    try:
        code = cli.main(args=list(args), prog_name="pkoquiz", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Exit as exit:
        return exit.exit_code
    except Terminated:
        return 143
    except SystemExit:  # from click, if whoever read the output has stopped
        return 0 if lists(args) else 1
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; no file was left half-written", err=True)
        return 130
    except RecursionError:
        click.echo("Error: nested too deeply", err=True)
        return 1
    except OSError as error:
        # Commands report problems with files themselves; here standard output is full or closed.
        if not isinstance(error, BrokenPipeError):  # as in `pkoquiz passages | head`
            with contextlib.suppress(OSError):
                click.echo(f"Error: {error}", err=True)
        _discard_output()
        return 1
    except MemoryError:
        click.echo("Error: not enough memory", err=True)
        return 1
    except Exception as error:
        from pkoquiz.delivery import DeliveryError  # `--help` does without it

        if not isinstance(error, DeliveryError):
            raise
        click.ClickException(str(error)).show()
        return 1


def lists(args: Sequence[str]) -> bool:
    """Return whether a command only lists something, so that a reader may close the pipe early."""
    return bool(args) and args[0] in ("explain", "passages", "questions", "schema", "show")


def _prepare_streams() -> None:
    """Make standard output and error writable, whatever the locale and even if they are closed."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # the caller closed it
            # Open until the program exits; `pathlib` would slow down `--help`.
            nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
            setattr(sys, name, nowhere)
    for stream in (sys.stdout, sys.stderr):
        # A terminal in the C locale shows question marks instead of failing on a Japanese name.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _discard_output() -> None:
    """Discard further standard output; otherwise the interpreter would flush it again on exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
