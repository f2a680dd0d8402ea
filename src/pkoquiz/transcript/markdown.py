"""Being written."""

from __future__ import annotations

from collections.abc import Sequence

from pkoquiz.transcript.drafts import Reading
from pkoquiz.transcript.layout import Layout


def read(lines: Sequence[str], file: str, layout: Layout, layout_file: str) -> Reading:
    """Nothing yet."""
    return (), (), []
