"""The desk in a real browser: from selected words to a proved question, and attacks on the way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from pkoquiz.desk.app import service
from pkoquiz.desk.app.server import Server
from pkoquiz.exam.versions import digest
from pkoquiz.load import load

from .test_inbox import INBOX

WIDTHS = (360, 1280)


Open = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, server: Server) -> Iterator[Open]:
    """A function that opens the desk in a window of a given width; script errors fail the test."""
    faults: list[str] = []
    context = browser.new_context()

    def open_desk(width: int = 1280) -> Any:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(server.link)
        page.locator("#desk--numbers:not(:empty)").wait_for()
        return page

    yield open_desk
    context.close()
    assert not faults


SELECT = """([id, words]) => {
  const node = document.getElementById(id).querySelector(".words");
  const start = node.textContent.indexOf(words);
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let offset = 0, begun = false;
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (!begun && start < offset + text.length) {
      range.setStart(text, start - offset);
      begun = true;
    }
    if (begun && start + words.length <= offset + text.length) {
      range.setEnd(text, start + words.length - offset);
      break;
    }
    offset += text.length;
  }
  node.scrollIntoView({ block: "center" });
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def select(page: Any, passage: str, words: str) -> None:
    """Select words of a passage, as with the mouse."""
    page.evaluate(SELECT, [passage, words])


def fill(page: Any, stem: str = "What comes last, according to Strand?") -> None:
    """Fill in the form of a single-choice question."""
    page.get_by_label("Question (needed)").fill(stem)
    options = page.get_by_role("group", name=re.compile(r"^Option \d"))
    for index, text in enumerate(("The deck", "The piers", "The beams")):
        options.nth(index).get_by_role("textbox").first.fill(text)
    page.get_by_label("Explanation").fill("The deck lies on the beams.")
    page.get_by_label("Level").select_option("remember")
    page.get_by_label("Difficulty").select_option("easy")


def verdict(page: Any, text: str) -> None:
    """Wait until the desk says this about the question."""
    page.locator("#desk--verdict", has_text=text).wait_for()


def status(page: Any, text: str) -> None:
    page.locator("#desk--status", has_text=text).wait_for()


def bank_file(server: Server) -> str:
    path = server.service.course.folder / "questions" / "beams.yaml"
    return path.read_text(encoding="utf-8")


# --- from selected words to a question ------------------------------------------------------------


def test_from_selected_words_to_a_proved_question(opened: Open, server: Server) -> None:
    page = opened()
    select(page, "beams.p002", "t comes the dec")  # half words are completed
    page.get_by_role("button", name="Ask about this").click()
    quote = page.locator("blockquote")
    assert quote.inner_text() == "last comes the deck."
    for _ in range(2):
        quote.press("Shift+ArrowLeft")
    assert page.locator("blockquote").inner_text() == "beams, and last comes the deck."
    verdict(page, "Still needed")
    fill(page)
    verdict(page, "Proved")
    page.keyboard.press("Control+Enter")
    status(page, "Saved")
    loaded = load(server.service.course.folder)
    assert not loaded.diagnostics
    assert loaded.bank is not None
    new = next(each for each in loaded.bank.questions if "comes-last" in each.id)
    assert new.sources[0].quote == "beams, and last comes the deck."
    assert new.sources[0].passage == "beams.p002"
    # The words are marked, and the question is below its passage.
    assert page.locator(f'#beams\\.p002 [data-id="{new.id}"]').count() == 1


def test_what_exams_measured_is_shown_at_a_question(opened: Open, server: Server) -> None:
    course = server.service.course
    question = next(one for one in course.bank.questions if one.id == "oldest-kind")
    record = {
        "format": "pkoquiz-statistics-1", "source": "paper", "exam": "final", "date": "2026-11-24",
        "n": 120, "questions": {"oldest-kind": {"digest": digest(question), "n": 120, "p": 0.5}},
    }  # fmt: skip
    (course.folder / "statistics").mkdir()
    path = course.folder / "statistics" / "final.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    page = opened()
    line = "difficulty 0.50 (0.41 to 0.59), discrimination –, 120 candidates in 1 exam"
    button = page.locator('button[data-id="oldest-kind"]').first
    assert line in button.inner_text()
    button.click()
    assert page.locator("#desk--measured").inner_text() == f"Measured with this wording: {line}"
    page.locator("button[data-id]:not([data-id=oldest-kind])").first.click()
    page.locator("#desk--measured").wait_for(state="detached")


def test_with_the_keyboard_alone(opened: Open, server: Server) -> None:
    page = opened()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('.passage').id")
    page.keyboard.press("a")
    page.locator("blockquote").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.type("What is it?")
    page.keyboard.press("Escape")
    page.get_by_text("A draft is waiting").wait_for()


def test_one_option_is_right(opened: Open) -> None:
    page = opened()
    page.locator('[data-id="oldest-kind"]').first.click()
    boxes = page.get_by_label("Right", exact=True)
    assert [boxes.nth(index).is_checked() for index in range(3)] == [False, True, False]
    boxes.nth(2).check()
    assert [boxes.nth(index).is_checked() for index in range(3)] == [False, False, True]
    verdict(page, "Proved")


def test_findings_appear_beside_their_field(opened: Open) -> None:
    page = opened()
    select(page, "beams.p002", "last comes the deck.")
    page.keyboard.press("a")
    fill(page)
    verdict(page, "Proved")
    page.get_by_text("Edit the quote").click()
    page.get_by_role("textbox", name="Quote", exact=True).fill("first comes the deck.")
    page.locator('[data-path="sources/0"] .findings .error').wait_for()
    verdict(page, "wrong")
    page.keyboard.press("Control+Enter")
    status(page, "not saved: ")


def test_a_draft_survives_a_reload(opened: Open) -> None:
    page = opened()
    select(page, "beams.p002", "last comes the deck.")
    page.keyboard.press("a")
    page.get_by_label("Question (needed)").fill("What comes last?")
    page.reload()
    page.get_by_role("button", name="Continue").click()
    assert page.get_by_label("Question (needed)").input_value() == "What comes last?"
    assert page.locator("blockquote").inner_text() == "last comes the deck."


def test_previews(opened: Open) -> None:
    page = opened()
    select(page, "beams.p002", "last comes the deck.")
    page.keyboard.press("a")
    fill(page)
    frame = page.frame_locator("iframe:not(.loading)")
    frame.get_by_text("What comes last").wait_for()
    page.get_by_role("button", name="Paper").click()
    page.frame_locator('iframe[title="Preview: Paper"]').get_by_text("one best answer").wait_for()
    page.get_by_role("button", name="LMS").click()
    page.frame_locator('iframe[title="Preview: LMS"]').get_by_text("After answering").wait_for()
    page.get_by_text("Try an answer").click()
    page.locator(".try", has_text="The piers").click()
    page.locator("#desk--try", has_text="wrong").wait_for()


def test_words_of_a_cloze_become_gaps(opened: Open) -> None:
    page = opened()
    select(page, "beams.p002", "last comes the deck.")
    page.keyboard.press("a")
    page.get_by_label("Type").select_option("cloze")
    stem = page.get_by_label("Text with gaps")
    stem.fill("Last comes the deck.")
    stem.evaluate("node => node.setSelectionRange(15, 19)")
    stem.press("Control+g")
    assert page.get_by_label("Text with gaps").input_value() == "Last comes the {{1}}."
    assert page.get_by_role("textbox", name="Answer 1").input_value() == "deck"


def test_a_rubric_names_its_points(opened: Open) -> None:
    page = opened()
    select(page, "beams.p002", "last comes the deck.")
    page.keyboard.press("a")
    page.get_by_label("Type").select_option("shortanswer")
    page.get_by_label("Question (needed)").fill("What comes last, according to Strand?")
    page.get_by_role("textbox", name="Answer 1").fill("the deck")
    page.get_by_label("Explanation").fill("The deck lies on the beams.")
    page.get_by_label("Level").select_option("remember")
    page.get_by_label("Difficulty").select_option("easy")
    verdict(page, "Proved")
    more = page.locator("details.more")
    more.locator("summary", has_text="More").click()
    page.get_by_role("button", name="Add a criterion").click()
    criterion = page.get_by_role("group", name="Criterion 1")
    criterion.get_by_role("textbox", name="Criterion 1").fill("The deck.")
    assert criterion.get_by_label("Points (needed)").is_visible()
    more.evaluate("node => { node.open = false; }")
    page.locator('[data-path="rubric/0/points"] input').evaluate(
        "node => { node.value = '5'; node.dispatchEvent(new Event('input')); }"
    )
    verdict(page, "adds up to 5 points, but the question has 1")
    assert more.evaluate("node => node.open")


def test_an_optional_card_needs_nothing(opened: Open) -> None:
    page = opened()
    page.locator('[data-id="oldest-kind"]').first.click()
    page.locator("summary", has_text="More").click()
    card = page.get_by_role("group", name="Card of its own")
    assert "(needed)" not in card.inner_text()
    card.get_by_label("Front").fill("The oldest bridge?")
    verdict(page, "Still needed: Back.")


def test_a_name_is_needed_where_none_is_proposed(opened: Open) -> None:
    page = opened()
    select(page, "beams.p002", "last comes the deck.")
    page.keyboard.press("a")
    fill(page, "最後に置かれるのは何ですか。")
    verdict(page, "Still needed: Name.")
    name = page.locator('[data-path="id"]')
    assert name.locator("label").inner_text() == "Name (needed)"
    assert "Left empty" not in name.inner_text()
    fill(page)
    verdict(page, "Proved")
    assert name.locator("label").inner_text() == "Name"
    assert "Left empty, it is the proposed name." in name.inner_text()


def test_a_saved_question_keeps_its_name(opened: Open) -> None:
    page = opened()
    page.locator('[data-id="oldest-kind"]').first.click()
    verdict(page, "Proved")
    help_text = page.locator('[data-path="id"] .help').inner_text()
    assert help_text == "It is permanent: cards and grades depend on it."


def test_findings_use_the_labels_of_the_form(opened: Open) -> None:
    page = opened()
    select(page, "beams.p002", "last comes the deck.")
    page.keyboard.press("a")
    page.get_by_label("Type").select_option("numerical")
    page.get_by_label("Question (needed)").fill("How many decks come last?")
    page.get_by_label("Explanation").fill("There is one deck.")
    page.get_by_label("Level").select_option("remember")
    page.get_by_label("Difficulty").select_option("easy")
    page.get_by_label("Right number").fill("x")
    verdict(page, "1 thing is wrong: “Right number” must be a number")


@pytest.mark.parametrize("width", [360, 600, 1280])
def test_the_choice_of_sections_is_not_cut_off(opened: Open, width: int) -> None:
    jump = opened(width).locator("#desk--jump")
    needed = jump.evaluate(
        """node => {
          const usual = node.getBoundingClientRect().width;
          const copy = node.cloneNode();
          copy.style.cssText = "inline-size: auto; max-inline-size: none; position: fixed";
          copy.append(node.options[0].cloneNode(true));
          node.after(copy);
          const needed = copy.getBoundingClientRect().width;
          copy.remove();
          return [needed, usual];
        }"""
    )
    assert needed[0] <= needed[1]


# --- what exists ----------------------------------------------------------------------------------


def test_edit_and_undo(opened: Open, server: Server) -> None:
    before = bank_file(server)
    page = opened()
    page.locator('[data-id="oldest-kind"]').first.click()
    assert page.get_by_label("Name").evaluate("node => node.readOnly")
    page.get_by_label("Difficulty").select_option("hard")
    page.keyboard.press("Control+s")
    status(page, "Saved: oldest-kind")
    assert bank_file(server) == before.replace("difficulty: easy", "difficulty: hard", 1)
    page.keyboard.press("u")
    status(page, "Undone")
    assert bank_file(server) == before


def test_a_conflict_is_shown(opened: Open, server: Server) -> None:
    page = opened()
    page.locator('[data-id="oldest-kind"]').first.click()
    page.get_by_label("Difficulty").select_option("hard")
    path = server.service.course.folder / "questions" / "beams.yaml"
    path.write_text(bank_file(server).replace("The rope bridge", "The cable bridge"))
    verdict(page, "Proved")
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Somebody changed this question").wait_for()
    assert "The cable bridge" in dialog.inner_text()
    assert "difficulty: hard" not in bank_file(server)
    dialog.get_by_role("button", name="Keep mine").click()
    status(page, "Saved")
    assert "difficulty: hard" in bank_file(server)
    assert "The cable bridge" in bank_file(server)  # a field that its author did not touch


def test_other_changes_are_not_saved_with_a_retirement(opened: Open, server: Server) -> None:
    page = opened()
    page.locator('[data-id="oldest-kind"]').first.click()
    page.get_by_label("Difficulty").select_option("hard")
    page.get_by_role("button", name="Retire …").click()
    status(page, "Save or discard your other changes first")
    assert not page.get_by_role("dialog").count()


def test_retire_and_duplicate(opened: Open, server: Server) -> None:
    page = opened()
    page.locator('[data-id="oldest-kind"]').first.click()
    page.get_by_role("button", name="Duplicate").click()
    verdict(page, "to consider")
    page.get_by_role("button", name="Discard the draft").click()
    page.locator('[data-id="oldest-kind"]').first.click()
    page.get_by_role("button", name="Retire …").click()
    page.get_by_role("textbox", name="Why is it retired?").fill("The talk was wrong.")
    page.keyboard.press("Enter")
    status(page, "Saved")
    assert "reason: The talk was wrong." in bank_file(server)
    assert not page.get_by_role("dialog").count()


def test_what_a_comparison_found_stays_while_one_types(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MANY", 0)
    page = opened()
    page.locator('[data-id="oldest-kind"]').first.click()
    page.get_by_role("button", name="Duplicate").click()
    verdict(page, "to consider")
    found = page.locator("#desk--verdict").inner_text()
    with page.expect_response("**/judge"):
        page.get_by_label("Explanation").press_sequentially("x")
    assert page.locator("#desk--verdict").inner_text() == found


def test_questions_of_a_transcript_that_is_gone_are_listed(opened: Open, server: Server) -> None:
    folder = server.service.course.folder
    text = bank_file(server).replace("beams.p0", "gone.p0")
    text = text.replace("section: beams", "section: gone")
    (folder / "questions" / "beams.yaml").write_text(text)
    page = opened()
    page.get_by_role("heading", name="Without proof").wait_for()
    page.locator("#desk--bench [data-id=oldest-kind]").click()
    verdict(page, "is not in the transcript")
    page.keyboard.press("Control+Enter")
    status(page, "not saved")
    page.get_by_role("button", name="Retire …").click()
    page.get_by_role("textbox", name="Why is it retired?").fill("Another talk.")
    page.keyboard.press("Enter")
    status(page, "Saved: oldest-kind")
    assert "reason: Another talk." in bank_file(server)


def test_an_objective_is_needed_where_the_course_has_some(opened: Open) -> None:
    page = opened()
    select(page, "beams.p002", "last comes the deck.")
    page.keyboard.press("a")
    fill(page)
    page.get_by_label("Objective (needed)").select_option("")
    verdict(page, "Still needed: Objective.")


def test_find(opened: Open) -> None:
    page = opened()
    page.keyboard.press("/")
    page.keyboard.type("falsework")
    page.get_by_role("heading", name="Found").wait_for()
    page.keyboard.press("Enter")


def test_a_change_of_the_files_is_shown(opened: Open, server: Server) -> None:
    page = opened()
    path = server.service.course.folder / "questions" / "beams.yaml"
    path.write_text(bank_file(server).replace("the *oldest of all*", "the eldest"))
    page.get_by_text("call the eldest").first.wait_for()


def test_a_changed_transcript_is_read_again(opened: Open, server: Server) -> None:
    page = opened()
    path = server.service.course.folder / "seeds" / "bridges.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("last comes the deck", "last comes the bridge deck"))
    page.get_by_role("button", name="Read it again").click()
    page.locator("#beams\\.p002", has_text="the bridge deck").wait_for()


def test_the_inbox_by_keys(opened: Open, server: Server) -> None:
    folder = server.service.course.folder
    (folder / "inbox").mkdir()
    (folder / "inbox" / "moodle.yaml").write_text(INBOX)
    page = opened()
    page.get_by_role("button", name="Review (2)").wait_for()
    page.keyboard.press("i")
    page.get_by_role("heading", name="Review 1 of 2").wait_for()
    verdict(page, "Still needed")
    page.keyboard.press("a")
    status(page, "Still needed")
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    page.get_by_role("heading", name="Review 1 of 2").wait_for()
    page.keyboard.press("1")
    status(page, "Taken as proof")
    page.get_by_label("Level").select_option("remember")
    page.get_by_label("Difficulty").select_option("easy")
    page.get_by_label("Objective").select_option("B-1")
    verdict(page, "Proved")
    page.get_by_role("heading", name="Review 1 of 2").focus()
    page.keyboard.press("a")
    status(page, "Accepted: foreign-one")
    page.get_by_role("heading", name="Review 1 of 1").wait_for()
    page.keyboard.press("r")
    page.get_by_role("textbox", name="Why is it rejected?").fill("Too easy.")
    page.keyboard.press("Enter")
    status(page, "The inbox is empty")
    assert "id: foreign-one" in bank_file(server)


def test_a_course_that_is_read_from_right_to_left(opened: Open, server: Server) -> None:
    page = opened()
    folder = server.service.course.folder
    path = folder / "seeds" / "bridges.md"
    text = path.read_text(encoding="utf-8")
    words = "First you set the piers, then you lay the beams, and last comes the deck."
    path.write_text(text.replace(words, "الجسر قديم."))
    path = folder / "questions" / "beams.yaml"
    stem = "stem: Which kind of bridge does Strand call the *oldest of all*?"
    path.write_text(bank_file(server).replace(stem, "stem: ما هو أقدم جسر؟"))
    page.get_by_role("button", name="Read it again").click()
    direction = "node => getComputedStyle(node).direction"
    passage = page.locator("#beams\\.p002 .words", has_text="الجسر قديم.")
    assert passage.evaluate(direction) == "rtl"
    assert page.locator(".words").first.evaluate(direction) == "ltr"
    question = page.locator('[data-id="oldest-kind"]').first
    assert question.locator(".stem").evaluate(direction) == "rtl"
    question.click()
    stem_field = page.get_by_label("Question (needed)")
    assert stem_field.evaluate(direction) == "rtl"
    select(page, "beams.p002", "الجسر قديم.")
    page.get_by_role("button", name="Add as proof").click()
    assert page.locator("blockquote").last.evaluate(direction) == "rtl"


# --- for everybody --------------------------------------------------------------------------------


def violations(page: Any) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [f"{each['id']}: {[node['html'][:150] for node in each['nodes']]}" for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_accessibility(opened: Open, server: Server, width: int, scheme: str) -> None:
    folder = server.service.course.folder
    (folder / "inbox").mkdir()
    (folder / "inbox" / "moodle.yaml").write_text(INBOX)
    page = opened(width)
    page.emulate_media(color_scheme=scheme)
    assert not violations(page)
    select(page, "beams.p002", "last comes the deck.")
    assert not violations(page)
    page.keyboard.press("a")
    fill(page)
    verdict(page, "Proved")
    page.locator("iframe:not(.loading)").wait_for()
    page.locator("summary", has_text="More").click()
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Question (needed)").fill("")
    verdict(page, "Still needed")
    assert not violations(page)
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.get_by_role("heading", name="Coverage").wait_for()
    assert not violations(page)
    page.keyboard.press("i")
    verdict(page, "Still needed")
    assert not violations(page)


def test_on_a_phone_one_thing_at_a_time(opened: Open) -> None:
    page = opened(360)
    transcript, bench = page.locator("#desk--transcript"), page.locator("#desk--bench")
    assert transcript.is_visible()
    assert not bench.is_visible()
    select(page, "beams.p002", "last comes the deck.")
    page.get_by_role("button", name="Ask about this").click()
    assert bench.is_visible()
    assert not transcript.is_visible()
    page.get_by_role("link", name="beams.p002").click()
    assert transcript.is_visible()
    page.get_by_role("button", name="Back to the question").click()
    assert bench.is_visible()


def test_no_word_of_yaml(opened: Open) -> None:
    page = opened()
    page.locator('[data-id="oldest-kind"]').first.click()
    verdict(page, "Proved")
    page.locator("summary", has_text="More").click()
    assert "yaml" not in page.locator("body").inner_text().casefold()


# --- attacks --------------------------------------------------------------------------------------


class Evil(BaseHTTPRequestHandler):
    """A page of another site on this machine."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>evil</title><body></body>")

    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing."""


@pytest.fixture
def evil() -> Iterator[int]:
    """The port of another server on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield int(server.server_address[1])
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_rebound_name_gets_nothing(opened: Open, server: Server) -> None:
    page = opened()
    for path in ("/", f"/?t={server.token}", "/questions"):
        response = page.context.new_page().goto(f"http://evil.test:{server.port}{path}")
        assert response.status == 421


def test_another_port_cannot_read_or_save(opened: Open, server: Server, evil: int) -> None:
    before = bank_file(server)
    page = opened().context.new_page()
    page.goto(f"http://127.0.0.1:{evil}/")
    attack = """async port => {
      const results = [];
      for (const [path, options] of [
        ["/questions", { credentials: "include" }],
        ["/questions", { credentials: "include", mode: "no-cors" }],
        ["/undo", { method: "POST", credentials: "include", mode: "no-cors", body: "{}",
          headers: { "Content-Type": "text/plain" } }],
        ["/save", { method: "POST", credentials: "include", body: "{}",
          headers: { "Content-Type": "application/json" } }],
      ]) {
        try {
          const response = await fetch(`http://127.0.0.1:${port}${path}`, options);
          results.push((await response.text()) || "nothing");
        } catch {
          results.push("refused");
        }
      }
      return results;
    }"""
    assert set(page.evaluate(attack, server.port)) <= {"refused", "nothing"}
    assert bank_file(server) == before


def test_the_desk_cannot_be_framed(opened: Open, server: Server, evil: int) -> None:
    page = opened().context.new_page()
    page.goto(f"http://127.0.0.1:{evil}/")
    page.evaluate(
        """port => {
          const frame = document.createElement("iframe");
          frame.src = `http://127.0.0.1:${port}/`;
          document.body.append(frame);
        }""",
        server.port,
    )
    page.wait_for_timeout(500)
    assert all("Desk:" not in (frame.title() or "") for frame in page.frames)


def test_hostile_text_stays_text(opened: Open, server: Server) -> None:
    hostile = "<img src=x onerror='window.broken=1'><script>window.broken=1</script> {{1}} `x`"
    path = server.service.course.folder / "questions" / "beams.yaml"
    text = bank_file(server).replace(
        "stem: Which kind of bridge does Strand call the *oldest of all*?", f'stem: "{hostile}"'
    )
    path.write_text(text.replace("The rope bridge", f'"{hostile}"'))
    page = opened()
    page.locator('[data-id="oldest-kind"]').first.click()
    page.locator("iframe:not(.loading)").wait_for()
    for name in ("Back", "Paper", "Key", "LMS"):
        page.get_by_role("button", name=name, exact=True).click()
        page.locator(f'iframe[title="Preview: {name}"]:not(.loading)').wait_for()
    assert page.evaluate("window.broken") is None
    for frame in page.frames:
        assert frame.evaluate("window.broken") is None


def test_a_card_cannot_reach_the_desk(opened: Open, server: Server) -> None:
    page = opened()
    page.locator('[data-id="oldest-kind"]').first.click()
    page.locator("iframe:not(.loading)").wait_for()
    frame = page.frames[-1]
    reach = """async () => {
      const results = [];
      try { results.push(parent.document.title); } catch { results.push("no parent"); }
      try { results.push(document.cookie); } catch { results.push("no cookie"); }
      try {
        await fetch("/questions");
        results.push("fetched");
      } catch {
        results.push("no fetch");
      }
      return [...results, origin];
    }"""
    assert frame.evaluate(reach) == ["no parent", "no cookie", "no fetch", "null"]
