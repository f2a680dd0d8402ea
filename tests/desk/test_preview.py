"""Previews show what learners will see: the card of a real Anki, the paper, the quiz."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pkoquiz.desk.app.anki_card import sides
from pkoquiz.desk.app.course import OpenCourse
from pkoquiz.desk.app.preview import cards
from pkoquiz.exporters import anki
from pkoquiz.exporters.anki.notetypes import note_types
from pkoquiz.model.question import TYPES

from .conftest import QUESTION, Desk, text_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pictures() -> ModuleType:
    """The script that renders cards with a real Anki."""
    pytest.importorskip("anki.collection")
    path = ROOT / "docs" / "pictures" / "cards.py"
    spec = importlib.util.spec_from_file_location("cards", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["cards"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("folder", [ROOT / "tests" / "mini", ROOT])
def test_cards_are_those_of_a_real_anki(folder: Path, pictures: Any, tmp_path: Path) -> None:
    course = OpenCourse.open(folder)
    assert course is not None
    built = anki.export(course.bank)
    deck = tmp_path / "deck.apkg"
    deck.write_bytes(next(raw for name, raw in built.files.items() if name.endswith(".apkg")))
    collection = pictures.open_with(deck, tmp_path)
    real = {(card.id, card.ord): card for card in pictures.rendered(collection)}
    collection.close()
    compared = 0
    questions = course.bank.questions if folder != ROOT else course.bank.questions[::4]
    for question in questions:
        if question.status != "ready":
            continue
        for note, ordinal in cards(course.bank, question):
            kind = note_types(course.bank.course.short)[note.kind]
            name = dict(zip(kind.fields, note.fields, strict=True))["Id"]
            card = real[name, ordinal]
            front, back = sides(kind, note, ordinal)
            assert plain(front) == plain(card.front), name
            assert plain(back) == plain(card.back), name
            compared += 1
    assert compared >= 10


def plain(html: str) -> str:
    """Return HTML without what differs between players of sounds."""
    html = re.sub(r"\[anki:play:\w:\d+\]", "▶", html)
    return re.sub(r'<a class="replay-button[^>]*>▶</a>', "▶", html)


def look(desk: Desk, item: dict[str, Any], name: str, **query: str) -> tuple[str, str]:
    """Return the HTML of a preview and its policy."""
    answer = desk.judge(item)
    assert answer["draft"], answer
    response = desk.respond("/preview", draft=str(answer["draft"]), look=name, **query)
    assert response.status == 200
    assert response.type.startswith("text/html")
    return text_of(response), response.policy


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("name", ["card", "back", "paper", "key", "lms"])
def test_every_type_has_every_preview(desk: Desk, kind: str, name: str) -> None:
    question = next(each for each in desk.course.bank.questions if each.type == kind)
    opened = desk.ask("/open", {"id": question.id})
    answer = desk.judge(opened["item"], own=question.id, section=opened["section"])
    response = desk.respond("/preview", draft=str(answer["draft"]), look=name)
    assert response.status == 200
    assert len(response.body) > 60


def test_what_is_typed_is_shown(desk: Desk) -> None:
    item = {**QUESTION, "stem": "What is *stone* weak in?"}
    for name in ("card", "paper", "lms"):
        assert "What is <em>stone</em> weak in?" in look(desk, item, name)[0]
    assert "A beam bridge is the oldest" in look(desk, item, "back")[0]
    assert "Tension" in look(desk, item, "key")[0]


def test_the_quiz_says_what_is_left_out(desk: Desk) -> None:
    opened = desk.ask("/open", {"id": "trunk-card"})
    answer = desk.judge(opened["item"], own="trunk-card")
    body = text_of(desk.respond("/preview", draft=str(answer["draft"]), look="lms"))
    assert "no place in a quiz" in body


HOSTILE = (
    "</script><script>parent.x=1</script><img src=x onerror=parent.x=1> {{FrontSide}} [sound:a]"
)


@pytest.mark.parametrize("name", ["card", "back", "paper", "key", "lms"])
def test_hostile_text_stays_text(desk: Desk, name: str) -> None:
    texts = [{"text": f"{HOSTILE} {n}", "feedback": HOSTILE} for n in "123"]
    texts[0]["correct"] = "true"
    item = {**QUESTION, "stem": f"Which? {HOSTILE}", "options": texts, "explain": HOSTILE,
            "note": HOSTILE}  # fmt: skip
    html, policy = look(desk, item, name)
    assert "<script>parent" not in html
    assert "<img src=x" not in html
    assert policy.startswith("sandbox")
    assert "frame-ancestors 'self'" in policy
    assert "unsafe-inline'; script" in policy or "script-src" not in policy
    scripts = re.search(r"script-src ([^;]*)", policy)
    assert scripts is None or "unsafe" not in scripts[1]


def test_pictures_are_shown_on_cards(desk: Desk) -> None:
    (desk.folder / "seeds" / "bridge.png").write_bytes(b"\x89PNG fake")
    path = desk.folder / "questions" / "beams.yaml"
    text = path.read_text().replace(
        "explain: A trunk", "explain: See ![a bridge](seeds/bridge.png). A trunk"
    )
    path.write_text(text)
    desk.course.refresh()
    opened = desk.ask("/open", {"id": "oldest-kind"})
    draft = desk.judge(opened["item"], own="oldest-kind")["draft"]
    body = text_of(desk.respond("/preview", draft=str(draft), look="back"))
    assert 'src="data:image/png;base64,' in body
