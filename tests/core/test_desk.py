"""The curator's desk: questions beside their passages, filters, search, and hostile text."""

import re
from pathlib import Path

import pytest
from lxml import html as lxml_html

from pkoquiz.desk import desk
from pkoquiz.model.bank import Bank

from .browser import digest, evaluate, policy


@pytest.fixture(scope="module")
def page(mini: Bank) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(desk(mini))


def card(page: lxml_html.HtmlElement, question: str) -> lxml_html.HtmlElement:
    """Return the first card of a question."""
    return next(
        each
        for each in page.iter("details")
        if (each.get("id") or "").partition("--")[0] == question
    )


def text_of(element: lxml_html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_a_summary_shows_the_question(page: lxml_html.HtmlElement) -> None:
    line = text_of(card(page, "oldest-kind").find("summary"))
    assert line == (
        "Which kind of bridge does Strand call the oldest of all? "
        "oldest-kind · single choice · B-1 · remember · easy"
    )
    gaps = card(page, "what-an-arch-does").find("summary")
    assert text_of(gaps).startswith("An arch turns every load into compression.")


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("oldest-kind", "✓ B The beam bridge Right, a trunk across a stream is one."),
        ("oldest-kind", "A The arch bridge"),
        ("holds-an-arch", "✓ A The keystone"),
        ("holds-an-arch", "✓ B The abutments"),
        ("holds-an-arch", "C The cables Cables belong to"),
        ("arch-in-tension", "✓ False Right."),
        ("arch-in-tension", "True She says it hates tension."),
        ("force-by-bridge", "✓ Arch bridge → compression An arch turns"),
        ("force-by-bridge", "belongs to none torsion"),
        ("order-of-building", "✓ 1. Set the piers"),
        ("order-of-building", "✓ 3. Add the deck"),
        ("renewal-in-japan", "✓ timber beams"),
        ("renewal-in-japan", "50 % beams Of which"),
        ("renewal-in-japan", "wrong stone beams"),
        ("renewal-in-japan", "any other answer Think"),
        ("span-of-stone", "✓ 5 ± 0.5 m Stone is weak"),
        ("span-of-stone", "wrong 50 Ten times"),
        ("span-of-stone", "any other answer Think of what"),
        ("what-an-arch-does", "✓ gap 1 load"),
        ("what-an-arch-does", "✓ gap 1 weight"),
        ("what-an-arch-does", "gap 2, wrong tension That"),
        ("what-an-arch-does", "gap 1, hint a"),
        ("stone-or-cable", "✓ model answer An arch presses"),
        ("stone-or-cable", "6 points Argues"),
        ("stone-or-cable", "words at least 80 at most 200"),
        ("trunk-card", "✓ A trunk across a stream."),
    ],
)
def test_an_open_card_shows_all_answers(
    page: lxml_html.HtmlElement, question: str, start: str
) -> None:
    lines = [text_of(line).replace("✓right", "✓") for line in card(page, question).iter("li")]
    assert any(line.startswith(start) for line in lines), lines


def test_an_open_card_shows_everything_else(page: lxml_html.HtmlElement) -> None:
    assert "A trunk across a stream is a beam bridge." in text_of(card(page, "oldest-kind"))
    assert "Hint Think of a fallen tree. Tags history" in text_of(card(page, "oldest-kind"))
    assert "Name the force each lives by." in text_of(
        card(page, "stone-or-cable").find("div[@class='stem']")
    )
    assert "[the year is 106]" in text_of(card(page, "alcantara-year"))
    assert "the master carpenter, reported by Ōta" in text_of(card(page, "renewal-in-japan"))


def test_drafts_and_retired_questions_are_marked(page: lxml_html.HtmlElement) -> None:
    assert "retired withdrawn-one" in text_of(card(page, "withdrawn-one").find("summary"))
    assert "It asked for a year that the talk got wrong." in text_of(card(page, "withdrawn-one"))
    assert "draft unfinished-one" in text_of(card(page, "unfinished-one").find("summary"))
    assert "11 ready questions, 1 draft, 1 retired." in text_of(page.find(".//header"))


def test_cited_words_and_errata_are_marked(page: lxml_html.HtmlElement) -> None:
    words = page.get_element_by_id("beams.p001").find(".//p[@class='words reading']")
    assert [text_of(each) for each in words.findall("mark")][:2] == [
        "A beam bridge is the oldest of all bridges.",
        "A trunk across a stream is one.",
    ]
    passage = page.get_element_by_id("arches.p002")
    wrong = passage.find(".//p/span[@class='erratum']")
    assert wrong.get("title") == "factual error: the year 106, under Trajan"
    assert wrong.find("mark") is not None, "cited, too"
    correction = passage.find(".//details[@class='correction']")
    assert text_of(correction) == (
        "was finished in the year 206 → the year 106, under Trajan "
        "Factual error (certain): inscription on the bridge AVOID the year"
    )
    assert correction.get("data-token") in wrong.get("data-tokens").split()


def test_each_citation_is_tied_to_its_words(page: lxml_html.HtmlElement) -> None:
    ids = {each.get("id") for each in page.iter() if each.get("id")}
    seen = 0
    for article in page.iter("article"):
        for link in article.iterfind(".//a[@class='quote']"):
            assert link.get("href")[1:] in ids
            if token := link.get("data-token"):
                marked = [
                    each
                    for each in article.iter("mark")
                    if token in (each.get("data-tokens") or "").split()
                ]
                quote = [part.strip() for part in text_of(link).split("…")]
                assert "".join("".join(map(text_of, marked)).split()) == "".join(
                    "".join(quote).split()
                )
                seen += 1
    assert seen >= 13
    elsewhere = card(page, "force-by-bridge").findall("a")
    assert [each.get("href") for each in elsewhere][1] == "#force-by-bridge--arches.p003"


def test_a_lost_quote_is_reported(mini: Bank) -> None:
    question = mini.questions[0]
    first = question.sources[0]
    lost = question.model_copy(
        update={"sources": (first.model_copy(update={"quote": "no such words"}),)}
    )
    unplaced = lost.model_copy(
        update={"id": "unplaced", "sources": (first.model_copy(update={"passage": "gone.p001"}),)}
    )
    shown = lxml_html.fromstring(
        desk(Bank(mini.course, mini.transcripts, (lost, unplaced), (), {}))
    )
    assert f"not found in {first.passage}" in text_of(card(shown, lost.id))
    assert "not found in gone.p001" in text_of(card(shown, "unplaced"))


def test_a_title_is_not_repeated(page: lxml_html.HtmlElement) -> None:
    assert [text_of(each) for each in page.iter("h2")] == ["Beams", "Arches"]
    assert page.get_element_by_id("beams.title").tag == "span", "links to the heading still work"
    assert [text_of(each) for each in page.iterfind(".//section/p")] == [
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


def test_a_gap_in_a_link_stays_as_it_is(mini: Bank) -> None:
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
    rules = policy(text)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == digest(script)
    assert digest(style) in rules["style-src"].split()
    assert rules["trusted-types"] == "'none'"


def test_text_of_the_course_is_marked_with_its_language(mini: Bank) -> None:
    course = mini.course.model_copy(update={"language": "he"})
    text = desk(Bank(course, mini.transcripts, mini.questions, mini.terms, {})).decode()
    shown = lxml_html.fromstring(text)
    assert shown.get("lang") == "en", "the page's own words are English"
    words = shown.get_element_by_id("beams.p001").find(".//p[@class='words reading']")
    assert (words.get("lang"), words.get("dir")) == ("he", "rtl")
    assert 'dir="ltr"' not in desk(mini).decode().partition("<head>")[2]


# --- in a browser ---------------------------------------------------------------------------------

PROBE = """
const result = {}, search = document.getElementById("desk--search");
const lists = document.querySelectorAll("[data-filters=card]");
const visible = selector =>
  [...document.querySelectorAll(selector)].filter(node => node.offsetParent !== null).length;
const shown = () =>
  [visible(".passage"), visible(".card"), document.getElementById("desk--count").textContent];
const choose = (list, value) => { list.value = value; list.dispatchEvent(new Event("change")); };
const lit = () => [...document.querySelectorAll(".lit")].map(node => node.textContent).join("|");
const press = key =>
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));

result.all = shown();
choose(document.querySelector("[data-filters=passage]"), "uncited");
result.uncited = shown();
document.getElementById("desk--reset").click();
choose(lists[0], "status-ready");
choose(lists[1], "type-choice");
result.choice = shown();
document.getElementById("desk--reset").click();
search.value = "FALSEWORK";
search.dispatchEvent(new Event("input"));
await new Promise(done => setTimeout(done, 1000));
result.found = shown();
result.inside = visible(".card.inside");
search.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
result.after = shown();
document.getElementById("desk--expand").click();
result.closed = document.querySelectorAll(".card:not([open])").length;
press("e");
result.open = document.querySelectorAll(".card[open]").length;
press("/");
result.focused = document.activeElement.id;
search.blur();
press("n");
result.next = document.activeElement.textContent;
const quote = document.getElementById("oldest-kind--beams.p001").querySelector("a.quote");
quote.closest("details").open = true;
quote.focus();
result.lit = lit();
quote.blur();
result.unlit = lit();
const controls = [...document.querySelectorAll("a[href], button, select, input, summary")];
const name = node =>
  node.textContent.trim() || node.getAttribute("aria-label") || node.labels?.length;
result.unnamed = controls.filter(node => !name(node)).length;
result.unreachable = controls.filter(node => node.tabIndex < 0).length;
result.headings = [...document.querySelectorAll("h1, h2:not(dialog *)")].map(node => node.tagName);
result.width = innerWidth;
result.wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
const ids = [...document.querySelectorAll("[id]")].map(node => node.id);
result.repeated = ids.length - new Set(ids).size;
return result;
"""


@pytest.mark.parametrize("width", [1200, 360])
def test_in_a_real_browser(mini: Bank, tmp_path: Path, width: int) -> None:
    course = mini.course.model_copy(update={"skip": ()})
    some = tuple(question for question in mini.questions if question.section == "beams")
    page = desk(Bank(course, mini.transcripts, some, (), {}))
    result = evaluate(page, tmp_path, PROBE, width=width)
    assert result["all"] == [6, 5, ""]
    assert result["uncited"] == [3, 0, "3 passages, 0 questions"]
    assert result["choice"] == [1, 1, "1 passage, 1 question"]
    assert result["found"] == [1, 1, "1 passage, 1 question"], "feedback is searched, in any case"
    assert result["inside"] == 1
    assert result["after"] == [6, 5, ""]
    assert (result["closed"], result["open"]) == (0, 0)
    assert result["focused"] == "desk--search"
    assert result["next"] == "arches.p001"
    assert result["lit"] == "A beam bridge is the oldest of all bridges."
    assert result["unlit"] == ""
    assert result["headings"] == ["H1", "H2", "H2"]
    assert (result["unnamed"], result["unreachable"], result["repeated"]) == (0, 0, 0)
    assert result["width"] == width
    assert not result["wide"], "nothing is cut off on a phone"


def test_every_filter_works_without_a_script(mini: Bank) -> None:
    text = desk(mini).decode()
    rules = text.partition("@media (scripting: none) {")[2].partition("</style>")[0]
    filters = re.findall(r"<select data-filters.*?</select>", text, re.DOTALL)
    values = [value for each in filters for value in re.findall(r'<option value="([^"]+)"', each)]
    assert len(values) > 20
    for value in values:
        assert f'option[value="{value}"]:checked' in rules
        assert f':not([class~="{value}"])' in rules
