"""The review in a browser: one key a decision, and the corrections that it saves."""

from __future__ import annotations

from pathlib import Path

from ..core.browser import evaluate
from .conftest import Printed, marked, save
from .test_scan import WANTED, scan

PROBE = """
  const press = (key) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const first = document.querySelector("#rows > li");
  first.focus();
  const label = first.getAttribute("aria-label");
  const proposed = first.querySelector("button").textContent;
  press("B");
  const moved = document.activeElement !== first;
  press("Backspace");
  const back = document.activeElement === first;
  let saved = "";
  const create = URL.createObjectURL;
  URL.createObjectURL = blob => { saved = blob; return create.call(URL, blob); };
  document.querySelector("#by").value = "ab";
  document.querySelector("#save").click();
  const names = [...document.querySelectorAll("button, input, li[tabindex]")]
    .map(node => node.getAttribute("aria-label") || node.textContent.trim()
      || (node.labels && node.labels[0] && node.labels[0].textContent) || "");
  return {
    label, proposed, moved, back,
    count: document.querySelector("#count").textContent,
    pictures: [...document.querySelectorAll("#rows img")].every(image => image.alt && image.src),
    saved: await saved.text(),
    unnamed: names.filter(name => !name).length,
  };
"""


def test_a_key_decides_and_moves_on(printed: Printed, tmp_path: Path) -> None:
    candidate = printed.candidates[0]
    form = printed.form(candidate)
    wanted = {**WANTED, (3, 0): "A B", (4, 0): "C D"}
    image = marked(printed.pages[candidate.serial][0], form, 1, wanted)
    assert scan(printed, tmp_path, save(tmp_path / "scan.png", image)) == 0
    page = (tmp_path / "read" / "review.html").read_bytes()
    result = evaluate(page, tmp_path, PROBE)
    serial = f"{candidate.serial:04}"
    assert result["label"] == f"Sheet {serial}, question 3: two marks"
    assert result["proposed"] == "As proposed: Spoiled"
    assert (result["moved"], result["back"], result["pictures"]) == (True, True, True)
    assert result["count"] == "1 of 2 decided"
    assert result["unnamed"] == 0
    head, line = result["saved"].removeprefix("\ufeff").split("\r\n")[:2]
    assert head == "sheet,question,answer,by,when"
    assert line.startswith(f'"{serial}","3","B","ab","20')


RATE = """
  const rate = () => document.querySelector("#rate").textContent;
  const checks = [...document.querySelectorAll("#checks > li")];
  const before = rate();
  for (const check of checks) check.querySelector("button").click();
  const number = document.querySelector("#rows > li");
  const offered = [...number.querySelectorAll("button")].map(button => button.textContent);
  const input = number.querySelector("input");
  input.value = "*";
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return {
    before, after: rate(), checks: checks.length, offered,
    label: number.getAttribute("aria-label"), typed: input.value,
    count: document.querySelector("#count").textContent,
  };
"""


def test_the_sample_says_nothing_until_it_is_checked(printed: Printed, tmp_path: Path) -> None:
    path = save(tmp_path / "blank.png", printed.blank[0])
    assert scan(printed, tmp_path, path) == 0
    page = (tmp_path / "read" / "review.html").read_bytes()
    result = evaluate(page, tmp_path, RATE)
    size = result["checks"]
    assert size > 3
    assert result["before"] == f"0 of {size} checked."
    assert result["after"].startswith(f"0 of {size} wrong: at most about ")
    # A candidate number is neither blank nor spoiled.
    assert result["label"].startswith("Candidate number on blank.png")
    assert result["offered"] == []
    assert result["typed"] == ""
    assert result["count"].startswith("0 of ")
