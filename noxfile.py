"""Tasks for contributors: `nox` checks everything once, `nox --list` shows all tasks.

Each task runs in a virtual environment of its own; `nox --no-venv` runs it in the current one.
"""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "venv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "types", "docs", "tests"]


def install(session: nox.Session, *packages: str) -> None:
    """Install the project for testing, unless the current environment is used."""
    if session.virtualenv.is_sandboxed:
        session.install("-e", ".[test]", *packages)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting."""
    install(session)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of the source, the tests, the benchmarks and the tools."""
    install(session)
    session.run("mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests, or those named: `nox -s tests -- tests/core`."""
    install(session)
    session.run("python", "-m", "pytest", *(session.posargs or ["-n", "auto"]))


@nox.session
def coverage(session: nox.Session) -> None:
    """Run all tests and list the lines that none of them reaches."""
    install(session)
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *(session.posargs or ["-n", "auto"]))
    session.run("coverage", "combine")
    session.run("coverage", "report")


@nox.session
def docs(session: nox.Session) -> None:
    """Write the generated pages and schemas, then test every page."""
    install(session)
    session.run("python", "docs/generate.py")
    session.run("python", "-m", "pytest", "tests/docs", *session.posargs)


@nox.session(default=False)
def benchmarks(session: nox.Session) -> None:
    """Print the figures of docs/benchmarks.md; takes some minutes on an idle machine."""
    install(session, "text2qti", "qti-package-maker")
    for name in ("scale", "anki_notes", "exam_versions", "lms", "citations"):
        session.run("python", f"benchmarks/{name}.py")


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Feed every reader with damaged files: `nox -s fuzz -- 20000`."""
    install(session)
    session.run("python", "benchmarks/fuzz.py", *(session.posargs or ["2000"]))


@nox.session(default=False)
def wheel(session: nox.Session) -> None:
    """Build the wheel and the source archive into dist/."""
    if session.virtualenv.is_sandboxed:
        session.install("build")
    session.run("python", "-m", "build")
