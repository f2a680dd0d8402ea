"""`python -m pkoquiz`."""

from __future__ import annotations

import contextlib
import gc
import os
import sys


def main() -> None:
    """Run the command line and exit with its code."""
    # A run reads, computes and ends. With hundreds of thousands of records alive, the cyclic
    # collector would take half the time (measured on 10,000 questions) and find nothing; it also
    # slows down the imports.
    gc.disable()
    # Otherwise pydantic looks through all installed packages for plugins, which takes 15 ms.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        from pkoquiz.cli import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # pressed before the command line could handle it
        sys.exit(130)
    # To free every record takes a twentieth of the time of checking a large bank, for nothing.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # closed, or nobody reads it
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
