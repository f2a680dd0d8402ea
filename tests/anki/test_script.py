"""The script of the choice card in a real browser, and the card without any script."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pkoquiz.model.bank import Bank

from ..core.browser import after_scripts
from .conftest import Learner
from .course import release

ROOT = Path(__file__).parent.parent.parent

# Random numbers are always 0, which moves the first option to the end.
FRONT = "<script>Math.random = function () { return 0; };</script>"
CLICK = """<script>
addEventListener("load", function () {
  var items = document.querySelectorAll(".pko-choose .pko-options > li");
  items[CHOSEN].click();
  document.body.setAttribute("data-kept", sessionStorage.getItem("pkoquiz:ID") || "");
});
</script>"""


def pictures() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cards", ROOT / "docs" / "pictures" / "cards.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["cards"] = module
    spec.loader.exec_module(module)
    return module


def order(html: str, within: str) -> list[tuple[str, bool]]:
    """Return the numbers of the options in a list, and whether each is chosen."""
    part = html.split(f'class="{within}', 1)[1].split("</ul>", 1)[0]
    return [
        (number, "pko-chosen" in tag)
        for tag, number in re.findall(r'(<li[^>]*data-option="(\d)"[^>]*>)', part)
    ]


def store(id: str, state: str) -> str:
    """Return a script that stores the state of a card for the session."""
    key = json.dumps(f"pkoquiz:{id}")
    return f"<script>sessionStorage.setItem({key}, {json.dumps(state)});</script>"


@pytest.fixture
def choice(learner: Learner, bank: Bank) -> Any:
    learner.imports(release(bank))
    cards = pictures().rendered(learner.collection)
    (card,) = (card for card in cards if card.id == "hc-three-tests")
    return card


def test_front_shuffles_and_the_back_remembers(choice: Any, tmp_path: Path) -> None:
    page = pictures().page
    click = CLICK.replace("CHOSEN", "2").replace("ID", choice.id)
    front = after_scripts(page(choice, "front", before=FRONT + click), tmp_path)
    assert order(front, "pko-choose") == [
        ("1", False),
        ("2", False),
        ("3", True),
        ("0", False),
        ("4", False),
    ]
    assert front.count('role="checkbox" aria-checked') == 5
    written = re.search(r'data-kept="([^"]+)"', front)
    assert written is not None
    kept = json.loads(written[1].replace("&quot;", '"'))
    assert kept == {"order": ["1", "2", "3", "0", "4"], "chosen": ["3"], "several": True}
    # AnkiDroid loads a new page for the back: only the session storage remains.
    stored = store(choice.id, json.dumps(kept))
    back = after_scripts(page(choice, "back", before=stored), tmp_path)
    assert order(back, "pko-feedback") == [
        ("1", False),
        ("2", False),
        ("3", True),
        ("0", False),
        ("4", False),
    ]
    missed = re.findall(r'<li data-option="(\d)" class="[^"]*pko-missed', back)
    right = re.findall(r'<li data-option="(\d)" class="pko-right', back)
    assert missed == [number for number in right if number != "3"]
    assert missed


def test_forbidden_or_damaged_storage_is_ignored(choice: Any, tmp_path: Path) -> None:
    page = pictures().page
    plain = [(str(number), False) for number in range(5)]
    for kept in (
        "not json",
        '{"order":["9","9","9","9","9"],"chosen":[]}',
        '{"order":["1"],"chosen":[]}',
    ):
        stored = store(choice.id, kept)
        assert (
            order(after_scripts(page(choice, "back", before=stored), tmp_path), "pko-feedback")
            == plain
        )
    forbidden = (
        '<script>Object.defineProperty(window, "sessionStorage", '
        '{ get: function () { throw new Error("no"); } });</script>'
    )
    front = after_scripts(page(choice, "front", before=FRONT + forbidden), tmp_path)
    assert [number for number, _ in order(front, "pko-choose")] == ["1", "2", "3", "0", "4"]


def test_without_a_script_the_answer_is_text(choice: Any) -> None:
    bare = re.sub(r"<script>.*?</script>", "", choice.back, flags=re.DOTALL)
    assert re.findall(r'pko-right"><span class="pko-mark">✓</span>([^<]+)', bare) == [
        "Leadership",
        "Political will",
    ]
    front = re.sub(r"<script>.*?</script>", "", choice.front, flags=re.DOTALL)
    assert "✓" not in front
    assert len(order(front, "pko-choose")) == 5
