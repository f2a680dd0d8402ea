"""The data of the page: trees are equivalent to HTML, and offsets are those of JavaScript."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pkoquiz import markup
from pkoquiz.exporters.practice.offsets import in_utf16
from pkoquiz.exporters.practice.reading import AREA_QUESTIONS, Area, chapters
from pkoquiz.exporters.practice.records import question_records
from pkoquiz.model.bank import Bank
from pkoquiz.words import size

PIECES = st.sampled_from(
    [
        *("*", "**", "`", "[a](https://x.org)", "[b](javascript:1)", "![d](media/x.png)", "<b>"),
        *("&amp;", "- ", "1. ", "\n", "\n\n", "    ", " | ", "|-|", "> ", "word", "“é”", "\\", "_"),
        *("\U0001f309", r"\(x^2\)", r"\[\frac{1}{2}\]", r"\(\nonsense\)"),
    ]
)


def html(tree: Any) -> str:
    """Return a tree as HTML, as `markup` writes it."""
    if isinstance(tree, str):
        return escape(tree, quote=False)
    tag, *children = tree
    attributes = children.pop(0) if children and isinstance(children[0], dict) else {}
    if tag == "img":
        return f'<img src="{escape(attributes["src"])}" alt="{escape(attributes["alt"])}">'
    if tag == "math":
        return "<math>"
    if "align" in attributes:
        attributes = {"style": f"text-align:{attributes['align']}"}
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    inside = "".join(map(html, children))
    return f"<{tag}{written}>" + ("" if tag in ("br", "hr") else f"{inside}</{tag}>")


def show(path: str, description: str) -> str:
    return f'<img src="{escape(path)}" alt="{escape(description)}">'


def without_formulas(text: str) -> str:
    """Replace each formula, whose order of attributes may differ."""
    head, *formulas = text.split("<math")
    return head + "".join("<math>" + formula.partition("</math>")[2] for formula in formulas)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_trees_say_what_html_says(text: str) -> None:
    trees = markup.trees(text)
    written = f"<p>{html(trees)}</p>" if isinstance(trees, str) else "".join(map(html, trees))
    expected = without_formulas(markup.html(text, show, mathml=True))
    assert written.replace("\n", "") == expected.replace("\n", "")


def test_formulas_become_mathml() -> None:
    trees = markup.trees(r"Then \(x^2\) is even.")
    assert not isinstance(trees, str)
    paragraph = trees[0]
    assert isinstance(paragraph, list)
    assert paragraph[0] == "p"
    formula = paragraph[2]
    assert formula[0] == "math"
    assert formula[1]["alttext"] == "x^2"
    assert json.loads(json.dumps(formula)) == formula


@given(st.text(st.sampled_from("aé\U0001f309 "), max_size=20), st.integers(0, 20))
def test_offsets_count_utf16_units(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    assert in_utf16(text, offset) == len(text[:offset].encode("utf-16-le")) // 2


def test_every_quote_of_the_shipped_course_is_found_in_its_passage(shipped: Bank) -> None:
    for record in question_records(shipped):
        for source in record["sources"]:
            assert source["spans"], record["id"]


def test_questions_are_asked_after_what_they_cite(shipped: Bank) -> None:
    place = {identity: number for number, identity in enumerate(shipped.passages)}
    questions = {question.id: question for question in shipped.ready}
    asked: list[str] = []
    words = []
    for chapter in chapters(shipped):
        last, count = -1, 0
        for part in chapter.parts:
            if not isinstance(part, Area):
                last = place[part.id]
                count += size(shipped.passages[part.id].text)
                continue
            assert len(part.asked) <= AREA_QUESTIONS
            for identity in (*part.asked, *part.offered):
                own = questions[identity]
                cited = [place[citation.passage_id] for citation in own.sources]
                here = [number for number in cited if number in _numbers(shipped, chapter, place)]
                assert max(here, default=-1) <= last, identity
                asked.append(identity)
            words.append(count)
            count = 0
    assert len(asked) == len(set(asked))
    sections = {chapter.section.slug for chapter in chapters(shipped)}
    assert set(asked) == {each.id for each in shipped.ready if each.section in sections}
    middle = sorted(words)[len(words) // 2]
    assert 350 <= middle <= 450


def _numbers(bank: Bank, chapter: Any, place: dict[str, int]) -> set[int]:
    slug = chapter.section.slug
    return {place[passage.id] for passage in bank.passages.values() if passage.section == slug}


def test_the_text_is_the_words_of_the_passages(shipped: Bank) -> None:
    for chapter in chapters(shipped):
        for part in chapter.parts:
            if not isinstance(part, Area):
                assert part.text.striptags() == " ".join(shipped.passages[part.id].text.split())
