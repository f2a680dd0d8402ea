"""The table of formats and fields: what each format writes, changes and leaves out.

A *question* that would be graded wrongly is left out, never approximated. Texts are Markdown.
"""

from __future__ import annotations

from pkoquiz.exporters.fields import Column
from pkoquiz.exporters.table.aiken import AIKEN
from pkoquiz.exporters.table.anki import ANKI
from pkoquiz.exporters.table.blackboard import BLACKBOARD
from pkoquiz.exporters.table.brightspace import BRIGHTSPACE
from pkoquiz.exporters.table.canvas import CANVAS
from pkoquiz.exporters.table.gift import GIFT
from pkoquiz.exporters.table.moodle import MOODLE
from pkoquiz.exporters.table.openedx import OPENEDX
from pkoquiz.exporters.table.paper import PAPER
from pkoquiz.exporters.table.practice import PRACTICE
from pkoquiz.exporters.table.qti import QTI

__all__ = [
    "AIKEN", "ANKI", "BLACKBOARD", "BRIGHTSPACE", "CANVAS", "GIFT", "MOODLE", "OPENEDX", "PAPER",
    "PRACTICE", "QTI", "TABLE",
]  # fmt: skip

TABLE: dict[str, Column] = {
    "anki": ANKI,
    "exam": PAPER,
    "moodle": MOODLE,
    "canvas": CANVAS,
    "brightspace": BRIGHTSPACE,
    "qti": QTI,
    "gift": GIFT,
    "aiken": AIKEN,
    "blackboard": BLACKBOARD,
    "openedx": OPENEDX,
    "practice": PRACTICE,
}
"""The columns by the formats' names."""
