"""`python -m pkoquiz`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        from pkoquiz.cli import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # pressed before the command line could handle it
        sys.exit(130)


if __name__ == "__main__":
    main()
