"""`pkoquiz desk`: the curator's desk in a browser, for as long as the command runs."""

from __future__ import annotations

import contextlib
import gc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pkoquiz.commands.course import course_option, read_bank

if TYPE_CHECKING:
    from pkoquiz.desk.app.server import Server
    from pkoquiz.desk.app.service import Service


@click.command("desk")
@course_option
@click.option(
    "--port",
    type=click.IntRange(1024, 65535),
    help="Port on 127.0.0.1 (default: always the same for a course).",
)
@click.option("--no-browser", is_flag=True, help="Print the link only.")
def command(folder: Path, port: int | None, no_browser: bool) -> int:
    """Read the transcript in a browser, and write proved questions about it.

    The link works on this machine only, and only while the command runs. Ctrl-C ends it; nothing
    that was saved is lost.
    """
    from pkoquiz.desk.app.course import OpenCourse
    from pkoquiz.desk.app.service import Service

    course = OpenCourse.open(folder)
    if course is None:
        read_bank(folder)  # prints why, and exits
        return 1
    # The command line switches the collector off, for runs that end soon.
    gc.freeze()
    gc.enable()
    with _server(Service(course), folder, port) as server, contextlib.suppress(KeyboardInterrupt):
        click.echo(f"The desk is open at {server.link}")
        click.echo("Press Ctrl-C to close it.", err=True)
        if not no_browser:
            import webbrowser

            webbrowser.open(server.link)
        server.serve_forever()
    click.echo("\nThe desk is closed.", err=True)
    return 0


def _server(service: Service, folder: Path, port: int | None) -> Server:
    """Return a server on the port; by default on the course's usual port, or else a free one."""
    from pkoquiz.desk.app.server import Server, usual_port

    if port is None:
        with contextlib.suppress(OSError):
            return Server(service, usual_port(folder))
    try:
        return Server(service, port or 0)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"cannot listen on port {port}: {reason}; choose another with --port"
        raise click.ClickException(message) from error
