from __future__ import annotations

from collections.abc import Iterator

from pkoquiz.bank import Bank
from pkoquiz.diagnostics import Diagnostic


def unwieldy_cards(bank: Bank) -> Iterator[Diagnostic]:
    yield from ()


EXPLANATIONS: dict[str, str] = {}
