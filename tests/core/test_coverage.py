"""What is covered, in numbers and on the curator's desk."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pkoquiz.bank import Bank
from pkoquiz.cli import run
from pkoquiz.coverage import coverage
from pkoquiz.desk import desk

MINI = Path(__file__).parents[1] / "mini"


def test_numbers(mini: Bank) -> None:
    found = coverage(mini)
    assert (found.passages, found.cited) == (6, 6)
    assert [(each.section, each.passages, each.cited, each.questions) for each in found.sections] == [
        ("beams", 3, 3, 5),
        ("arches", 3, 3, 6),
    ]


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["coverage", "--json", "-C", str(MINI)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"passages", "cited", "share", "sections", "objectives"} <= found.keys()
    assert found["share"] == 1
    assert set(found["sections"][0]) == {"section", "passages", "cited", "questions"}


def test_drafts_and_passages_with_nothing_to_ask_do_not_count(mini: Bank) -> None:
    course = mini.course.model_copy(update={"no_matter": ("arches.p003",)})
    bank = Bank(course, mini.transcripts, tuple(q for q in mini.questions if q.section == "beams"), (), {})
    found = coverage(bank)
    assert (found.passages, found.cited) == (5, 3)
    assert [passage.id for passage in found.uncited] == ["arches.p001", "arches.p002"]


def test_cited_words_are_marked_and_slips_shown(mini: Bank) -> None:
    page = desk(mini).decode()
    assert (
        "<mark>A beam bridge is the oldest of all bridges.</mark> <mark>A trunk across a stream is one.</mark>"
        in page
    )
    assert re.search(
        r'<mark>.*</mark><span class="slip" title="the year 106, under Trajan"><mark>|<span class="slip"',
        page,
    )
    assert "the year 106, under Trajan" in page


def test_a_hostile_course_stays_text(mini: Bank) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    course = mini.course.model_copy(update={"title": evil})
    questions = tuple(q.model_copy(update={"stem": evil, "id": q.id}) for q in mini.questions)
    page = desk(Bank(course, mini.transcripts, questions, mini.terms, {})).decode()
    assert "<script>alert" not in page
    assert "<img" not in page


PROBE = """<script>
const told = {};
const shown = () => [...document.querySelectorAll('.passage')].filter(each => each.offsetParent !== null).length;
told.all = shown();
document.querySelector('[data-show=gaps]').click();
told.gaps = shown();
told.pressed = [...document.querySelectorAll('[data-show]')].map(each => each.getAttribute('aria-pressed')).join();
told.status = document.getElementById('told').textContent;
document.querySelector('[data-show=""]').click();
const reachable = [...document.querySelectorAll('a[href], button, select, summary')];
told.unnamed = reachable.filter(each => !(each.textContent.trim() || each.getAttribute('aria-label'))).length;
told.unreachable = reachable.filter(each => each.tabIndex < 0).length;
told.unlabelled = [...document.querySelectorAll('select')].filter(each => !each.labels.length).length;
told.headings = [...document.querySelectorAll('h1,h2,h3')].map(each => each.tagName[1]).join('');
told.wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
told.doubled = (ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(each => each.id));
document.title = JSON.stringify(told);
</script>"""


@pytest.mark.parametrize("width", [1200, 400])
def test_in_a_real_browser(mini: Bank, tmp_path: Path, width: int) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    course = mini.course.model_copy(update={"no_matter": ()})
    some = tuple(question for question in mini.questions if question.section == "beams")
    page = desk(Bank(course, mini.transcripts, some, (), {})).decode().replace("</body>", PROBE + "</body>")
    path = tmp_path / "desk.html"
    path.write_text(page, encoding="utf-8")
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
    ]
    made = subprocess.run(
        [
            chromium,
            *options,
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--window-size={width},900",
            "--dump-dom",
            path.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    title = re.search(r"<title>(.*?)</title>", made.stdout, re.DOTALL)
    assert title is not None
    told = json.loads(html.unescape(title[1]))
    assert told["all"] == 8
    assert told["gaps"] == 3
    assert told["pressed"] == "false,true,false"
    assert told["status"] == "3 passages"
    assert told["headings"] == "122"
    assert (told["unnamed"], told["unreachable"], told["unlabelled"], told["doubled"]) == (0, 0, 0, 0)
    assert not told["wide"], "nothing is cut off, also on a phone"
