"""The curator's desk: all of a question beside its passage, filters with and without a script, nothing of the bank live."""

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import html as lxml_html

from pkoquiz.desk import desk
from pkoquiz.model.bank import Bank

POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


@pytest.fixture(scope="module")
def page(mini: Bank) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(desk(mini))


def card(page: lxml_html.HtmlElement, question: str) -> lxml_html.HtmlElement:
    """The first card of a question."""
    return next(
        each
        for each in page.iter("details")
        if (each.get("id") or "").partition("--")[0] == question
    )


def told(element: lxml_html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_a_folded_card_shows_the_question(page: lxml_html.HtmlElement) -> None:
    line = told(card(page, "oldest-kind").find("summary"))
    assert line == (
        "Which kind of bridge does Strand call the oldest of all? oldest-kind · single choice · B-1 · remember · easy"
    )
    gaps = card(page, "what-an-arch-does").find("summary")
    assert told(gaps).startswith("An arch turns every load into compression.")


@pytest.mark.parametrize(
    ("question", "key", "others"),
    [
        ("oldest-kind", ["✓ key B The beam bridge Right, a trunk across a stream is one."], ["A The arch bridge"]),
        ("holds-an-arch", ["✓ key A The keystone", "✓ key B The abutments"], ["C The cables Cables belong to"]),
        ("arch-in-tension", ["✓ key False Right."], ["True She says it hates tension."]),
        ("force-by-bridge", ["✓ key Arch bridge → compression An arch turns"], ["fits none torsion"]),
        ("order-of-building", ["✓ key 1. Set the piers", "✓ key 3. Add the deck"], []),
        ("renewal-in-japan", ["✓ key timber beams"], ["50 % beams Of which", "wrong stone beams", "otherwise Think"]),
        ("span-of-stone", ["✓ key 5 ± 0.5 m Stone is weak"], ["wrong 50 Ten times", "otherwise Think of what"]),
        ("what-an-arch-does", ["✓ key gap 1 load"], ["gap 1, also weight", "gap 2, wrong tension That", "gap 1, hint a"]),
        ("stone-or-cable", ["✓ key model An arch presses"], ["6 points Argues", "words at least 80 at most 200"]),
        ("trunk-card", ["✓ key A trunk across a stream."], []),
    ],
)  # fmt: skip
def test_unfolded_it_shows_all_answers(
    page: lxml_html.HtmlElement, question: str, key: list[str], others: list[str]
) -> None:
    lines = [(told(each), each.get("class") == "key") for each in card(page, question).iter("li")]
    for words in key:
        assert any(line.startswith(words) and right for line, right in lines), (words, lines)
    for words in others:
        assert any(line.startswith(words) and not right for line, right in lines), (words, lines)


def test_and_what_else_its_author_wrote(page: lxml_html.HtmlElement) -> None:
    assert "A trunk across a stream is a beam bridge." in told(card(page, "oldest-kind"))
    assert "Hint Think of a fallen tree. Tags history" in told(card(page, "oldest-kind"))
    assert "Name the force each lives by." in told(
        card(page, "stone-or-cable").find("div[@class='stem']")
    )
    assert "[the year is 106]" in told(card(page, "alcantara-year"))
    assert "the master carpenter, reported by Ōta" in told(card(page, "renewal-in-japan"))


def test_drafts_and_retired_questions_are_there_and_say_so(page: lxml_html.HtmlElement) -> None:
    assert "retired withdrawn-one" in told(card(page, "withdrawn-one").find("summary"))
    assert "It asked for a year that the talk got wrong." in told(card(page, "withdrawn-one"))
    assert "draft unfinished-one" in told(card(page, "unfinished-one").find("summary"))
    assert "11 ready questions, 1 draft, 1 retired." in told(page.find(".//header"))


def test_cited_words_are_marked_and_slips_shown(page: lxml_html.HtmlElement) -> None:
    words = page.get_element_by_id("beams.p001").find(".//p[@class='words']")
    assert [told(each) for each in words.findall("mark")][:2] == [
        "A beam bridge is the oldest of all bridges.",
        "A trunk across a stream is one.",
    ]
    passage = page.get_element_by_id("arches.p002")
    slip = passage.find(".//span[@class='slip']")
    assert slip.get("title") == "factual error: the year 106, under Trajan"
    assert slip.find("mark") is not None, "cited, too"
    erratum = passage.find(".//details[@class='erratum']")
    assert told(erratum) == (
        "was finished in the year 206 → the year 106, under Trajan "
        "Factual error (certain): inscription on the bridge AVOID the year"
    )
    assert erratum.get("data-of") in slip.get("data-n").split()


def test_each_citation_is_tied_to_its_words(page: lxml_html.HtmlElement) -> None:
    ids = {each.get("id") for each in page.iter() if each.get("id")}
    seen = 0
    for article in page.iter("article"):
        for link in article.iterfind(".//a[@class='quote']"):
            assert link.get("href")[1:] in ids
            if token := link.get("data-of"):
                marked = [
                    each
                    for each in article.iter("mark")
                    if token in (each.get("data-n") or "").split()
                ]
                quote = [part.strip() for part in told(link).split("…")]
                assert "".join("".join(map(told, marked)).split()) == "".join(
                    "".join(quote).split()
                )
                seen += 1
    assert seen >= 13
    elsewhere = card(page, "force-by-bridge").findall("a")
    assert [each.get("href") for each in elsewhere][1] == "#force-by-bridge--arches.p003"


def test_a_quote_that_is_not_there_is_said_so(mini: Bank) -> None:
    question = mini.questions[0]
    first = question.sources[0]
    lost = question.model_copy(
        update={"sources": (first.model_copy(update={"quote": "no such words"}),)}
    )
    astray = lost.model_copy(
        update={"id": "astray", "sources": (first.model_copy(update={"passage": "gone.p001"}),)}
    )
    shown = lxml_html.fromstring(desk(Bank(mini.course, mini.transcripts, (lost, astray), (), {})))
    assert f"not found in {first.passage}" in told(card(shown, lost.id))
    assert "not found in gone.p001" in told(card(shown, "astray"))


def test_nothing_stands_twice_and_no_dot_leads(page: lxml_html.HtmlElement) -> None:
    assert [told(each) for each in page.iter("h2")] == ["Beams", "Arches"]
    assert page.get_element_by_id("beams.title").tag == "span", (
        "the heading's address still leads somewhere"
    )
    assert [told(each) for each in page.iter("p") if each.get("class") == "who"] == [
        "3 of 3 passages cited · 5 questions",
        "3 of 3 passages cited · 6 questions",
    ]


def test_quotes_get_no_second_quotation_marks(shipped: Bank) -> None:
    text = desk(shipped).decode()
    assert "““" not in text
    assert "“&#34;" not in text


def test_a_hostile_course_stays_text(mini: Bank) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    course = mini.course.model_copy(update={"title": evil})
    questions = tuple(q.model_copy(update={"stem": evil, "explain": evil}) for q in mini.questions)
    text = desk(Bank(course, mini.transcripts, questions, mini.terms, {})).decode()
    assert "<script>alert" not in text
    assert "<img" not in text


def test_a_gap_in_a_link_breaks_nothing(mini: Bank) -> None:
    cloze = next(q for q in mini.questions if q.type == "cloze")
    stem = "[see](https://example.org/{{1}}) and {{2}}"
    shown = desk(
        Bank(mini.course, mini.transcripts, (cloze.model_copy(update={"stem": stem}),), (), {})
    ).decode()
    assert (
        '<a href="https://example.org/{{1}}">see</a> and <span class="gap">compression</span>'
        in shown
    )


def test_only_its_own_script_and_style_may_run(mini: Bank) -> None:
    text = desk(mini).decode()
    policy = POLICY.search(text)
    assert policy is not None
    rules = dict(each.strip().split(" ", 1) for each in html.unescape(policy[1]).split(";"))
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == digest(script)
    assert rules["style-src-elem"] == digest(style)
    assert not re.search(r"url\(|@import|https?:", script + style)


def in_chromium(page: bytes, folder: Path, width: int, probe: str) -> str:
    """The page's title after the probe ran in it: a script that the policy is told of, as it is of the page's own."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    text = page.decode().replace("</body>", f"<script>{probe}</script></body>")
    text = text.replace("script-src ", f"script-src {digest(probe)} ", 1)
    path = folder / "desk.html"
    path.write_text(text, encoding="utf-8")
    options = [
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--virtual-time-budget=5000",
    ]  # fmt: skip
    made = subprocess.run(
        [
            chromium, *options, f"--user-data-dir={folder / 'profile'}", f"--window-size={width},900", "--dump-dom",
            path.as_uri(),
        ],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    title = re.search(r"<title>(.*?)</title>", made.stdout, re.DOTALL)
    assert title is not None
    return html.unescape(title[1])


PROBE = """
const told = {}, search = document.getElementById('desk--search'), lists = document.querySelectorAll('[data-cards]');
const count = selector => [...document.querySelectorAll(selector)].filter(each => each.offsetParent !== null).length;
const shown = () => [count('.passage'), count('.card'), document.getElementById('desk--told').textContent];
const choose = (list, value) => { list.value = value; list.dispatchEvent(new Event('change')); };
const lit = () => [...document.querySelectorAll('.lit')].map(each => each.textContent).join('|');
(async () => {
  told.all = shown();
  choose(document.querySelector('[data-passages]'), 'uncited');
  told.uncited = shown();
  document.getElementById('desk--reset').click();
  choose(lists[0], 'status-ready');
  choose(lists[1], 'type-choice');
  told.choice = shown();
  document.getElementById('desk--reset').click();
  search.value = 'FALSEWORK';
  search.dispatchEvent(new Event('input'));
  await new Promise(done => setTimeout(done, 1000));
  told.found = shown();
  told.within = count('.card.within');
  search.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
  told.after = shown();
  document.getElementById('desk--open').click();
  told.open = document.querySelectorAll('.card:not([open])').length;
  const quote = document.querySelector('#oldest-kind--beams\\\\.p001 a.quote');
  quote.focus();
  told.lit = lit();
  quote.blur();
  told.unlit = lit();
  const reachable = [...document.querySelectorAll('a[href], button, select, input, summary')];
  const named = each => each.textContent.trim() || each.getAttribute('aria-label') || each.labels?.length;
  told.unnamed = reachable.filter(each => !named(each)).length;
  told.unreachable = reachable.filter(each => each.tabIndex < 0).length;
  told.headings = [...document.querySelectorAll('h1,h2,h3')].map(each => each.tagName[1]).join('');
  told.wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
  told.doubled = (ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(each => each.id));
  document.title = JSON.stringify(told);
})();
"""


@pytest.mark.parametrize("width", [1200, 400])
def test_in_a_real_browser(mini: Bank, tmp_path: Path, width: int) -> None:
    course = mini.course.model_copy(update={"skip": ()})
    some = tuple(question for question in mini.questions if question.section == "beams")
    found = json.loads(
        in_chromium(desk(Bank(course, mini.transcripts, some, (), {})), tmp_path, width, PROBE)
    )
    assert found["all"] == [6, 5, ""]
    assert found["uncited"] == [3, 0, "3 passages, 0 questions"]
    assert found["choice"] == [1, 1, "1 passage, 1 question"]
    assert found["found"] == [1, 1, "1 passage, 1 question"], (
        "it stands in feedback, and case does not count"
    )
    assert found["within"] == 1
    assert found["after"] == [6, 5, ""]
    assert found["open"] == 0
    assert found["lit"] == "A beam bridge is the oldest of all bridges."
    assert found["unlit"] == ""
    assert found["headings"] == "122"
    assert (found["unnamed"], found["unreachable"], found["doubled"]) == (0, 0, 0)
    assert not found["wide"], "nothing is cut off, also on a phone"


def test_every_filter_works_without_a_script(mini: Bank) -> None:
    text = desk(mini).decode()
    rules = text.partition("@media (scripting: none) {")[2].partition("</style>")[0]
    values = re.findall(
        r'<option value="((?:type|status|bloom|difficulty|objective|has|cited|uncited)[^"]*)"', text
    )
    assert len(values) > 20
    for value in values:
        assert f'option[value="{value}"]:checked' in rules
        assert f":not(.{value})" in rules
