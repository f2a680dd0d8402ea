"""The command line: names the commands, loads only the one that is asked for, and turns faults into exit codes.

Exit codes: 0 all well, 1 errors found or nothing could be written, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
from collections.abc import Sequence

import click

from pkoquiz import __version__
from pkoquiz.delivery import DeliveryError

# name → (module, one line of help). The table spares `--help` the import of every command.
COMMANDS = {
    "build": ("pkoquiz.commands.build", "Write decks, papers and LMS files into exports/."),
    "check": ("pkoquiz.commands.check", "Say what is wrong with the course, and where."),
    "coverage": (
        "pkoquiz.commands.coverage",
        "Show which passages and objectives are asked about.",
    ),
    "exam": ("pkoquiz.commands.exam", "Draw papers by a blueprint, in versions; grade them."),
    "explain": ("pkoquiz.commands.explain", "Explain the code of a finding."),
    "init": ("pkoquiz.commands.init", "Lay out a new course that builds at once."),
    "passages": ("pkoquiz.commands.passages", "List and search the transcript's passages."),
    "questions": ("pkoquiz.commands.questions", "List the questions of the bank."),
    "relink": ("pkoquiz.commands.relink", "Correct the ids of passages whose words moved."),
    "schema": ("pkoquiz.commands.schema", "Print the JSON Schema of the question format."),
    "show": ("pkoquiz.commands.show", "Print one passage with neighbours, errata and questions."),
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
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else "; `pkoquiz --help` lists all"
            raise click.UsageError(f"there is no command '{args[0]}'{hint}", context)
        return super().resolve_command(context, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pkoquiz")
def cli() -> None:
    """Question banks proved by a transcript: Anki decks, printable exams, Moodle quizzes."""


def run(args: Sequence[str]) -> int:
    """Runs a command and returns its exit code; no traceback for a user's mistake."""
    # A run reads, computes and ends: with hundreds of thousands of live records the cyclic collector
    # would take half of the time (measured on 10,000 questions) and find nothing.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        # A terminal in the C locale shows a question mark rather than fail on a Japanese name.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = cli.main(args=list(args), prog_name="pkoquiz", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as fault:
        fault.show()
        return fault.exit_code
    except DeliveryError as fault:
        click.echo(f"Error: {fault}", err=True)
        return 1
    except click.exceptions.Exit as exit:
        return exit.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing was half-written", err=True)
        return 130
    except BrokenPipeError:
        # `pkoquiz passages | head`: the reader has seen enough.
        _give_up_output()
        return 0
    except RecursionError:
        click.echo("error: nested too deeply", err=True)
        return 1
    except OSError as fault:
        # What commands read and write has its own messages; here a stream is full or gone.
        with contextlib.suppress(OSError):
            click.echo(f"error: {fault}", err=True)
        _give_up_output()
        return 1
    except MemoryError:
        click.echo("error: not enough memory", err=True)
        return 1


def _give_up_output() -> None:
    """What is still buffered has no reader; the interpreter would try again when it ends, and say so."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
