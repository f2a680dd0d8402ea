// The desk without a question: finding, coverage, keeping up with the files, selecting, keys.

// --- without a question: what to do, what was found, coverage

/**
 * @param {string} [title]
 * @param {any[]} [questions]
 * @param {Passage[]} [passages]
 */
function showHome(title, questions = [], passages = []) {
  const parts = [];
  if (title) {
    parts.push(element("div", { class: "bench-head" }, element("h2", {}, title),
      element("button", { type: "button", click: () => {
        search.value = "";
        showBench(false);
        showHome();
      } }, "Close")));
    if (questions.length) {
      parts.push(element("ul", { class: "asked" },
        ...questions.slice(0, 100).map(question => questionLine(question, openOneOf))));
    }
    if (passages.length) {
      parts.push(element("h3", {}, `Passages (${passages.length})`),
        element("ul", { class: "asked" }, ...passages.slice(0, 100).map(passage =>
          element("li", {}, element("button", { type: "button", class: "question", click: () => {
            showBench(false);
            transcript.go(passage.id);
          } }, element("span", { class: "stem reading", dir: "auto" }, excerpt(passage.text)),
          element("span", { class: "meta" }, passage.id))))));
    }
    if (!questions.length && !passages.length) parts.push(element("p", {}, "Nothing was found."));
  } else {
    parts.push(element("h2", {}, "Ask about the transcript"),
      element("ol", { class: "steps" },
        element("li", {}, "Select the words that prove the answer."),
        element("li", {}, "Choose ", element("b", {}, "Ask about this"), " or press ",
          element("kbd", {}, "a"), "."),
        element("li", {}, "Write the question. Problems are shown as you type."),
        element("li", {}, "Save with ", element("kbd", {}, "Ctrl"), " ",
          element("kbd", {}, "Enter"), ".")),
      element("p", { class: "soft" }, "Without a mouse: ", element("kbd", {}, "j"), " and ",
        element("kbd", {}, "k"), " go from passage to passage, ", element("kbd", {}, "n"),
        " to the next that no question cites; ", element("kbd", {}, "a"),
        " asks about the passage, and you choose its words with the arrow keys."));
    for (const key of drafts.keys("new")) {
      const draft = drafts.get(key);
      if (draft?.item) parts.push(waiting(key, draft));
    }
    const lost = state.questions.filter(each => each.status !== "retired" && !each.cites.length);
    if (lost.length) {
      parts.push(element("h3", {}, `Without proof (${lost.length})`),
        element("p", { class: "soft" }, "The words that these questions quote are not in the"
          + " transcript. Open one to prove it with other words, or to retire it."),
        element("ul", { class: "asked" },
          ...lost.slice(0, 100).map(question => questionLine(question, openOneOf))));
    }
  }
  bench.replaceChildren(...parts);
}

/** A draft from before, to continue or to discard. */
function waiting(key, draft) {
  return element("div", { class: "notice" },
    element("p", {}, "A draft is waiting: ", element("b", { dir: "auto" },
      draft.item.stem || "a question without words")),
    element("div", { class: "actions" },
      element("button", { type: "button", class: "primary", click: () => {
        start({ item: draft.item, section: draft.section, was: null, mode: "new", key });
        if (work) work.changed = true;
        focusFirst();
      } }, "Continue"),
      element("button", { type: "button", click: () => {
        drafts.delete(key);
        showHome();
      } }, "Discard the draft")));
}

function excerpt(text) {
  const at = Math.max(0, folded(text).indexOf(folded(search.value.trim())) - 40);
  return (at ? "… " : "") + text.slice(at, at + 160) + (text.length > at + 160 ? " …" : "");
}

/** Text as it is compared: lower case, without accents, with plain quotation marks. */
function folded(text) {
  const plain = text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  return plain.replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replace(/\s+/g, " ");
}

function find() {
  const terms = folded(search.value).split(" ").filter(Boolean);
  if (!terms.length) {
    if (!work) showHome();
    return;
  }
  const has = text => {
    const plain = folded(text);
    return terms.every(term => plain.includes(term));
  };
  const questions = state.questions.filter(each => has(`${each.id} ${each.stem} ${each.kind}`));
  const passages = [...transcript.passages.values()].filter(each => has(`${each.id} ${each.text}`));
  work = null;
  showBench(true);
  showHome(`Found ${questions.length} question${questions.length === 1 ? "" : "s"}`,
    questions, passages);
}

function showCoverage() {
  const { coverage } = state;
  if (!coverage) return;
  work = null;
  showBench(true);
  const numbers = (title, heads, rows) => element("table", { class: "numbers" },
    element("caption", {}, title),
    element("thead", {}, element("tr", {}, ...heads.map((head, index) =>
      element("th", { scope: "col", class: index ? "" : "text" }, head)))),
    element("tbody", {}, ...rows));
  const row = (name, ...cells) => element("tr", {}, element("th", { scope: "row" }, name),
    ...cells.map(cell => element("td", {}, cell)));
  const sections = coverage.sections.map(each => row(
    element("a", {
      href: `#section--${each.slug}`, dir: "auto", click: () => showBench(false),
    }, each.title),
    `${each.cited} of ${each.passages}`, String(each.questions)));
  const tables = coverage.tables.filter(table => table.rows.length).map(table =>
    numbers(`Questions by ${table.name}`, [table.name, "questions", "planned"],
      table.rows.map(each => row(each.name, String(each.count),
        each.planned === null ? "–" : String(each.planned)))));
  bench.replaceChildren(
    element("div", { class: "bench-head" }, element("h2", { tabindex: "-1" }, "Coverage"),
      element("button", { type: "button", click: () => {
        showBench(false);
        showHome();
      } }, "Close")),
    numbers("Sections", ["section", "passages cited", "questions"], sections), ...tables);
  query(HTMLElement, "h2", bench).focus();
}

// --- keeping up with the files

/** Whether the page shows a transcript that has changed since. */
let stale = false;

async function refresh() {
  const before = state.transcript;
  state = await ask("/questions");
  stale ||= before !== undefined && before !== state.transcript;
  transcript.show(state.questions);
  const { coverage } = state;
  query(HTMLElement, "#desk--numbers").textContent =
    `${coverage.cited} of ${coverage.passages} spoken passages cited · `
    + `${coverage.questions} ready questions`;
  undoButton.hidden = !state.undo;
  undoButton.title = state.undo;
  reviewButton.hidden = !state.inbox;
  reviewButton.textContent = `Review (${state.inbox})`;
  const problems = query(HTMLElement, "#desk--problems");
  problems.hidden = !state.problems.length && !stale;
  const shown = state.problems.slice(0, 3);
  const more = state.problems.length - shown.length;
  problems.replaceChildren(...(shown.length ? [element("b", {}, "Not all files can be read. "),
    ...shown.map(text => element("span", {}, `${text}. `)),
    more > 0 ? `And ${more} more; check the course.` : ""] : []));
  if (stale) {
    const again = () => location.reload();
    problems.append("The transcript or the course has changed. ",
      element("button", { type: "button", class: "small", click: again }, "Read it again"));
  }
  highlight();
}

async function keepUp() {
  if (document.hidden || !course) return;
  try {
    const { version } = await ask("/changed");
    if (version !== state.version) await refresh();
  } catch (fault) {
    sayFault(fault);
  }
}

// --- selecting words

function showAsk() {
  const ranges = transcript.selection();
  askBox.hidden = !ranges.length;
  addButton.hidden = !work;
  if (!ranges.length) return;
  const box = getSelection()?.getRangeAt(0).getBoundingClientRect();
  if (!box) return;
  const width = askBox.offsetWidth;
  const left = Math.min(Math.max(8, box.left), innerWidth - width - 8);
  const below = box.bottom + 8;
  const top = below + askBox.offsetHeight < innerHeight ? below
    : Math.max(8, box.top - askBox.offsetHeight - 8);
  askBox.style.insetInlineStart = `${left}px`;
  askBox.style.insetBlockStart = `${top}px`;
}

function askAboutSelection() {
  if (work?.mode === "review") {
    store();
    return;
  }
  let ranges = transcript.selection();
  const focused = transcript.focused();
  if (!ranges.length && focused) {
    const sentence = transcript.sentence(focused);
    if (sentence) ranges = [sentence];
  }
  if (!ranges.length) {
    say("Select words in the transcript first.");
    return;
  }
  getSelection()?.removeAllRanges();
  askBox.hidden = true;
  begin(ranges);
}

/** Make the words that are selected in a cloze into a gap. */
function makeGap() {
  const area = document.activeElement;
  if (!(area instanceof HTMLTextAreaElement) || work?.item.type !== "cloze") return;
  const { selectionStart: from, selectionEnd: to } = area;
  const words_ = area.value.slice(from, to).trim();
  if (!words_ || !area.closest('[data-path="stem"]')) return;
  const before = [...area.value.slice(0, from).matchAll(/\{\{\d+\}\}/g)].length;
  const gaps = [...(work.item.gaps ?? [])];
  gaps.splice(before, 0, { answers: [words_] });
  let number = 0;
  const text = `${area.value.slice(0, from)}{{0}}${area.value.slice(to)}`;
  work.item.stem = text.replace(/\{\{\d+\}\}/g, () => `{{${number += 1}}}`);
  work.item.gaps = gaps;
  changed();
  draw();
  focusFirst();
}

// --- controls

async function startDesk() {
  const loaded = await ask("/forms");
  forms = loaded.forms;
  course = loaded.transcript;
  many = loaded.many;
  jump.append(element("option", { value: "" }, "Go to a section …"),
    ...course.sections.filter(each => each.passages.length).map(each =>
      element("option", { value: each.slug, dir: "auto" }, each.title)));
  transcript = new Transcript(query(HTMLElement, "#desk--transcript"), course, {
    open: openOneOf, selected: showAsk,
  });
  await refresh();
  showHome();
  setInterval(keepUp, 2000);
}

query(HTMLButtonElement, "#desk--ask-button").addEventListener("click", () => {
  if (work?.mode === "review") addProof();
  else askAboutSelection();
});
addButton.addEventListener("click", addProof);
// A button that takes the focus would end the selection.
askBox.addEventListener("mousedown", event => event.preventDefault());
undoButton.addEventListener("click", undo);
reviewButton.addEventListener("click", openReview);
backButton.addEventListener("click", () => {
  showBench(true);
  focusFirst();
});
query(HTMLButtonElement, "#desk--coverage").addEventListener("click", showCoverage);
jump.addEventListener("change", () => {
  const section = document.getElementById(`section--${jump.value}`);
  section?.scrollIntoView();
  if (section) query(HTMLElement, "h2", section).focus({ preventScroll: true });
  jump.value = "";
});
let findTimer = 0;
search.addEventListener("input", () => {
  clearTimeout(findTimer);
  findTimer = setTimeout(find, 120);
});
search.addEventListener("keydown", event => {
  if (event.key !== "Enter") return;
  clearTimeout(findTimer);
  find();
  bench.querySelector("button.question")?.focus();
});
addEventListener("focus", keepUp);
document.addEventListener("keydown", event => {
  const modifier = event.ctrlKey || event.metaKey;
  if (modifier && (event.key === "Enter" || event.key.toLowerCase() === "s")) {
    event.preventDefault();
    if (work && !document.querySelector("dialog[open]")) store();
  } else if (modifier && event.key.toLowerCase() === "g") {
    event.preventDefault();
    makeGap();
  } else if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    if (!askBox.hidden) getSelection()?.removeAllRanges();
    else if (document.body.classList.contains("working")) close();
  }
});
query(HTMLButtonElement, "#desk--keys").addEventListener("click", bindKeys([
  { key: "a", label: "Ask about the selected words; in a review, accept and go on",
    action: askAboutSelection },
  { key: "p", label: "Add the selected words as proof", action: addProof },
  { key: "j", label: "Next passage", action: () => transcript.step(1, false) },
  { key: "k", label: "Previous passage", action: () => transcript.step(-1, false) },
  { key: "n", label: "Next passage that no question cites",
    action: () => transcript.step(1, true) },
  { key: "/", label: "Find", action: () => search.focus() },
  { key: "e", label: "Go to the question that is being written", action: focusFirst },
  { key: "c", label: "Coverage", action: showCoverage },
  { key: "u", label: "Undo the last save", action: undo },
  { key: "i", label: "Review the inbox", action: openReview },
  { key: "r", label: "In a review: reject", action: () => {
    if (work?.mode === "review") reject();
  } },
  { key: "s", label: "In a review: later", action: () => {
    if (work?.mode === "review") skip();
  } },
  ...[1, 2, 3].map(number => ({ key: String(number),
    label: `In a review: take proof ${number}`, action: () => take(number) })),
  { key: "Ctrl Enter", label: "Save", action: () => {} },
  { key: "Ctrl g", label: "Make the selected words of a cloze a gap", action: () => {} },
  { key: "Esc", label: "Close the question; its draft is kept", action: () => {} },
]));

startDesk().catch(sayFault);
