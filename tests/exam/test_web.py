"""Paper and key as HTML: complete, self-contained, and printed by a real browser."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pypdf import PdfReader

from pkoquiz.exam.exam import Exam, Layout, practice
from pkoquiz.exporters.papers import content, html, key
from pkoquiz.model.bank import Bank
from pkoquiz.quotes.citations import references

from ..making import make_question


class _Balance(HTMLParser):
    """Collects text and checks that every tag is closed."""

    void = frozenset({"meta", "img", "br", "hr", "link", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(page: bytes) -> _Balance:
    parser = _Balance()
    parser.feed(page.decode())
    parser.close()
    assert parser.open == []
    return parser


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="module")
def exam(every_type: Bank) -> Exam:
    return practice(every_type)


@pytest.fixture(scope="module")
def pages(every_type: Bank, exam: Exam) -> tuple[bytes, bytes]:
    (paper,) = exam.papers
    (version,) = paper.versions
    return (
        html.page(content.paper(every_type, exam, paper, version), every_type.media),
        html.page(key.key(every_type, exam, paper, version), every_type.media),
    )


def test_nothing_is_loaded_from_elsewhere(pages: tuple[bytes, bytes]) -> None:
    for page in pages:
        assert parsed(page).links == []
        assert b"http://" not in page
        assert b"https://" not in page
        assert b"<script" not in page


def test_the_paper_has_every_question_and_no_answer(
    every_type: Bank, pages: tuple[bytes, bytes]
) -> None:
    text = flat("".join(parsed(pages[0]).text))
    for question in every_type.ready:
        assert (
            f"Question {question.id}?" in text
            or f"({question.type})" in text
            or question.type == "cloze"
        ) != (question.type == "flashcard")
    for text_of_key in (
        "Because choice 1 is so",
        "A stated view",
        "answer shortanswer",
        "words that prove",
        "per cent ±",
    ):
        assert text_of_key not in text


def test_the_key_proves_every_answer(every_type: Bank, pages: tuple[bytes, bytes]) -> None:
    text = flat("".join(parsed(pages[1]).text))
    for question in every_type.ready:
        if question.type != "flashcard":
            assert question.id in text
            assert question.explain in text
            for reference in references(every_type, question):
                assert reference.quote in text
                assert reference.where in text
    for text_of_key in (
        "View of Gordon, speaking in 2012",
        "8.5 ± 0.2 per cent",
        "body cloze-2",
        "A stated view",
        "It depends.",
    ):
        assert text_of_key in text


def test_the_same_bytes_twice(every_type: Bank, exam: Exam, pages: tuple[bytes, bytes]) -> None:
    (paper,) = exam.papers
    shape = content.paper(every_type, exam, paper, paper.versions[0])
    assert html.page(shape, every_type.media) == pages[0]


def chromium(folder: Path, *options: str) -> bytes:
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        f"--user-data-dir={folder / 'profile'}", *options,
    ]  # fmt: skip
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout


needs_browser = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the browser")


@needs_browser
def test_a_browser_prints_it(every_type: Bank, pages: tuple[bytes, bytes], tmp_path: Path) -> None:
    (tmp_path / "paper.html").write_bytes(pages[0])
    target = f"--print-to-pdf={tmp_path / 'paper.pdf'}"
    chromium(tmp_path, "--no-pdf-header-footer", target, (tmp_path / "paper.html").as_uri())
    printed = PdfReader(io.BytesIO((tmp_path / "paper.pdf").read_bytes())).pages
    texts = [flat(page.extract_text()) for page in printed]
    assert "Practice paper" in texts[0]
    for question in every_type.ready:
        if question.type in ("choice", "multiple"):
            last = question.options[-1].text
            page = next(text for text in texts if last in text)
            assert all(option.text in page for option in question.options), (
                "a question is never split"
            )


MEASURE = """
const measured = {};
for (const frame of document.querySelectorAll("iframe")) {
  const page = frame.contentDocument, walk = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  let smallest = 1000, colors = new Set();
  while (walk.nextNode()) {
    if (!walk.currentNode.data.trim()) continue;
    const style = frame.contentWindow.getComputedStyle(walk.currentNode.parentElement);
    smallest = Math.min(smallest, parseFloat(style.fontSize));
    colors.add(style.color);
  }
  measured[frame.id] = [page.documentElement.scrollWidth, smallest, [...colors]];
}
document.body.innerHTML = "<pre>" + JSON.stringify(measured) + "</pre>";
"""


@needs_browser
def test_it_fits_on_a_phone_and_large_print_is_large(every_type: Bank, tmp_path: Path) -> None:
    """Everything fits in 390 pixels; in large print text is black and has 24 pixels (18 points)."""
    pairs = [
        {"premise": f"{word} of peacekeepers", "response": f"{word}s of responsibility"}
        for word in ("Internationalisation", "Counterinsurgency")
    ]
    long = make_question("matching", "long-words", stem="x" * 90, pairs=pairs)  # fmt: skip
    bank = replace(every_type, questions=(*every_type.questions, long))
    exam = practice(bank)
    (paper,) = exam.papers
    frames = []
    for name, layout in (("plain", Layout()), ("large", Layout(1, True))):
        for make in (content.paper, key.key):
            shape = make(bank, replace(exam, layout=layout), paper, paper.versions[0])
            page = html.page(shape, bank.media).decode()
            identity = f"{name}-{make.__name__}"
            frames.append(
                f'<iframe id="{identity}" scrolling="no" style="width:390px;border:0" '
                f'srcdoc="{escape(page)}"></iframe>'
            )
    frameset = f"<!doctype html>{''.join(frames)}<script>onload = () => {{ {MEASURE} }}</script>"
    (tmp_path / "frames.html").write_text(frameset)
    dom = chromium(tmp_path, "--dump-dom", (tmp_path / "frames.html").as_uri()).decode()
    sizes = json.loads(unescape(dom.partition("<pre>")[2].partition("</pre>")[0]))
    assert {name: width for name, (width, _, _) in sizes.items()} == dict.fromkeys(
        ("plain-paper", "plain-key", "large-paper", "large-key"), 390
    )
    for name in ("large-paper", "large-key"):
        assert sizes[name][1] >= 23.9, name
        assert sizes[name][2] == ["rgb(0, 0, 0)"], name
