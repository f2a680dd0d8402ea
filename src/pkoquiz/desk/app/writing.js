// The question that is being written: its form, its findings, its proof, saving, the inbox.

const bench = query(HTMLElement, "#desk--bench");
const search = query(HTMLInputElement, "#desk--search");
const jump = query(HTMLSelectElement, "#desk--jump");
const askBox = query(HTMLElement, "#desk--ask");
const addButton = query(HTMLButtonElement, "#desk--add-button");
const backButton = query(HTMLButtonElement, "#desk--back");
const undoButton = query(HTMLButtonElement, "#desk--undo");
const reviewButton = query(HTMLButtonElement, "#desk--review");

/** @type {Record<string, {name: string, about: string, fields: Field[]}>} */
let forms = {};
/** @type {any} */
let course;
/** @type {any} */
let state = { questions: [], tags: [], version: "" };
/** @type {Transcript} */
let transcript;
let many = false;
/** What was chosen last, for the next question. */
const usual = { type: "choice", bloom: "", difficulty: "", objective: "" };

// --- what is being written

/**
 * @typedef {object} Work
 * @property {Item} item
 * @property {string} section
 * @property {any} was what was opened, or null for a new question
 * @property {"new" | "edit" | "review"} mode
 * @property {string} key the name of its draft
 * @property {Form} [form]
 * @property {string} proposed a name for it
 * @property {any} [answer] what the server said last
 * @property {any[]} [alone] the findings of the question alone
 * @property {any} [compared] what a comparison with the others found last
 * @property {boolean} changed
 * @property {boolean} [replaces] whether a question of the inbox changes one of the bank
 * @property {Record<string, Item>} stash fields of other types, by type
 */
/** @type {Work | null} */
let work = null;
let asked = 0;
let answered = 0;
let judging = false;
let pending = false;
let lookTimer = 0;
let draftShown = 0;
const look = { name: "card", card: 0, cards: 0 };

/** @type {any[]} */
let queue = [];
let queueAt = 0;

/** The name of the question in the bank that the form would change. */
const own = () => (work?.mode === "edit" || work?.replaces ? work.was.item.id : "");
const label = (type, name) => {
  const fields = forms[type]?.fields ?? [];
  return [...fields, ...fields.flatMap(field => field.fields ?? [])]
    .find(field => field.name === name)?.label ?? name;
};

/**
 * Write a new question on words of the transcript.
 * @param {Words[]} ranges
 */
function begin(ranges) {
  const section = transcript.sectionOf.get(ranges[0]?.passage) ?? course.sections[0].slug;
  const ofSection = course.objectives.filter(each => each.section === section);
  const objectives = ofSection.length ? ofSection : course.objectives;
  const item = { type: usual.type, ...emptyOf(usual.type) };
  item.sources = ranges.map(citationOf);
  if (usual.bloom) item.bloom = usual.bloom;
  if (usual.difficulty) item.difficulty = usual.difficulty;
  if (objectives.some(each => each.id === usual.objective)) item.objective = usual.objective;
  else if (objectives.length === 1) item.objective = objectives[0].id;
  start({ item, section, was: null, mode: "new", key: newKey() });
  focusFirst();
}

/** Each new question has a draft of its own; they sort by their age. */
const newKey = () => `new ${Date.now()}`;

/** The fields that a new question of a type begins with. */
function emptyOf(type) {
  switch (type) {
    case "choice": return { options: [{ correct: "true" }, {}, {}, {}] };
    case "multiple": return { options: [{ correct: "true" }, {}, {}, {}] };
    case "matching": return { pairs: [{}, {}, {}] };
    case "ordering": return { sequence: ["", "", ""] };
    case "shortanswer": return { answers: [""] };
    case "essay": return { rubric: [{}, {}] };
    default: return {};
  }
}

const citationOf = range => ({ passage: range.passage, quote: transcript.quote(range) });

/** Open a form. */
function start(begun) {
  work = {
    proposed: "", changed: false, stash: {}, ...begun, item: structuredClone(begun.item),
  };
  look.card = 0;
  look.cards = 0;
  draftShown = 0;
  showBench(true);
  draw();
  judge();
}

/** Open a question of the bank, and restore unsaved changes from a draft. */
async function open(id) {
  try {
    const opened = await ask("/open", { id });
    const key = `edit ${id}`;
    const draft = drafts.get(key);
    start({ item: opened.item, section: opened.section, was: opened, mode: "edit", key });
    if (draft && work && JSON.stringify(draft.item) !== JSON.stringify(opened.item)) {
      work.item = draft.item;
      // The draft was written on what was there then: saving will show whether that changed.
      work.was = draft.was;
      work.changed = true;
      draw();
      judge();
      say("Your unsaved changes have been restored.");
    }
    const first = opened.item.sources?.[0]?.passage;
    if (typeof first === "string") transcript.go(first.split("~")[0], false);
    focusFirst();
  } catch (fault) {
    sayFault(fault);
  }
}

/** @param {string[]} ids */
function openOneOf(ids) {
  if (ids.length === 1) {
    open(ids[0]);
    return;
  }
  showHome("These words prove", state.questions.filter(question => ids.includes(question.id)));
  showBench(true);
}

function close() {
  if (work?.changed) say("Your draft is kept in this browser.");
  work = null;
  transcript.highlight([]);
  showBench(false);
  showHome();
}

/** On a narrow screen, show either the transcript or the bench. */
function showBench(shown) {
  document.body.classList.toggle("working", shown);
  backButton.hidden = shown || !work;
}

function focusFirst() {
  const field = bench.querySelector(".fields textarea, .fields input:not([readonly])");
  if (field instanceof HTMLElement) field.focus();
}

// --- the form

function draw() {
  if (!work) return;
  const { item, mode } = work;
  const type = element("select", { id: "desk--type" },
    ...Object.entries(forms).map(([name, form]) => element("option", { value: name }, form.name)));
  type.value = item.type;
  type.addEventListener("change", () => retype(type.value));
  const section = element("select", { id: "desk--section", disabled: mode === "edit" },
    ...course.sections.map(each =>
      element("option", { value: each.slug, dir: "auto" }, each.title)));
  section.value = work.section;
  section.addEventListener("change", () => {
    if (!work) return;
    work.section = section.value;
    changed();
    draw();
  });
  work.form = new Form(forms[item.type].fields, item, {
    changed, objectives: course.objectives, tags: () => state.tags, citations,
    section: () => work?.section ?? "", fixedId: mode === "edit" || Boolean(work.replaces),
  });
  const titles = {
    new: "A new question", edit: `Question ${item.id ?? ""}`,
    review: `Review ${queueAt + 1} of ${queue.length}`,
  };
  const measured = state.questions.find(each => each.id === own())?.measured;
  bench.replaceChildren(
    element("div", { class: "bench-head" },
      element("h2", { id: "desk--form-title", tabindex: "-1" }, titles[mode]),
      element("button", { type: "button", click: close }, "Close")),
    ...(mode === "review" ? [reviewBar()] : []),
    element("div", { class: "row" },
      element("label", { class: "field" }, element("span", {}, "Type"), type),
      element("label", { class: "field grow" }, element("span", {}, "Section"), section)),
    element("p", { class: "help", id: "desk--about" }, forms[item.type].about),
    ...(measured ? [element("p", { class: "help", id: "desk--measured" },
      `Measured with this wording: ${measured}`)] : []),
    work.form.element,
    element("div", { id: "desk--general" }),
    previewBox(),
    element("div", { id: "desk--related" }),
    actions(),
  );
  highlight();
}

function actions() {
  const save = element("button", { type: "button", id: "desk--save", class: "primary",
    click: () => store() }, work?.mode === "review" ? "Accept" : "Save");
  const buttons = [save];
  if (work?.mode === "new") {
    buttons.push(element("button", { type: "button", click: discard }, "Discard the draft"));
  }
  if (work?.mode === "edit") {
    buttons.push(
      element("button", { type: "button", click: duplicate }, "Duplicate"),
      element("button", { type: "button", click: retire, disabled:
        work.item.status === "retired" }, "Retire …"));
    if (work.changed) {
      buttons.push(element("button", { type: "button", click: discard }, "Discard my changes"));
    }
  }
  return element("div", { class: "actions" }, ...buttons,
    element("p", { id: "desk--verdict", class: "soft", role: "status" }));
}

/** Change the type; what only the old type has comes back if it is chosen again. */
function retype(type) {
  if (!work) return;
  const { item, stash } = work;
  const names = new Set(forms[type].fields.map(field => field.name));
  const parted = Object.keys(item).filter(name => name !== "type" && !names.has(name));
  stash[item.type] = Object.fromEntries(parted.map(name => [name, item[name]]));
  for (const name of parted) delete item[name];
  if (item.type !== type && typeof item.answer === "string") delete item.answer;
  item.type = type;
  for (const [name, value] of Object.entries({ ...emptyOf(type), ...stash[type] })) {
    item[name] ??= value;
  }
  usual.type = type;
  changed();
  draw();
  query(HTMLSelectElement, "#desk--type").focus();
}

/** Something was typed: keep it, and ask what is wrong with it. */
function changed() {
  if (!work) return;
  work.changed = true;
  clearTimeout(lookTimer);
  drafts.set(work.key, { item: work.item, section: work.section, was: work.was });
  judge();
}

/** What is sent: without empty fields, and with the proposed name if there is none. */
function written() {
  if (!work) throw new Error("nothing is being written");
  const { value, paths } = withoutEmpty(work.item);
  if (!value.id && work.proposed) value.id = work.proposed;
  return { item: value, paths };
}

/** Ask for the findings; one request at a time, and always the newest answer. */
async function judge() {
  if (!work) return;
  if (judging) {
    pending = true;
    return;
  }
  judging = true;
  const about = work;
  const { item, paths } = written();
  asked += 1;
  const number = asked;
  try {
    const request = { item, section: work.section, own: own(), whole: !many };
    const answer = await ask("/judge", request);
    if (work === about && number > answered) {
      answered = number;
      showAnswer(answer, paths);
    }
  } catch (fault) {
    sayFault(fault);
  } finally {
    judging = false;
    if (pending) {
      pending = false;
      judge();
    }
  }
}

function showAnswer(answer, paths) {
  if (!work?.form) return;
  const renamed = answer.id !== work.proposed && !work.item.id;
  work.proposed = answer.id;
  work.alone = answer.findings;
  show(many && work.compared ? joined(answer, work.compared) : answer, paths);
  work.form.propose(answer.id);
  // The name counts in the findings, and there was none yet.
  if (renamed && answer.missing.includes("id") && answer.id) judge();
  clearTimeout(lookTimer);
  lookTimer = setTimeout(showLook, 350);
}

/** An answer about the question alone, with what a comparison with the others found before. */
function joined(answer, compared) {
  const findings = [...answer.findings, ...compared.findings];
  const isWrong = compared.findings.some(finding => finding.severity === "error");
  const { added, removed } = compared;
  return { ...answer, findings, added, removed, blocks: answer.blocks || isWrong };
}

/** What of the findings is not among others. */
function without(findings, others) {
  const known = new Set(others.map(finding => JSON.stringify(finding)));
  return findings.filter(finding => !known.has(JSON.stringify(finding)));
}

function show(judged, paths) {
  if (!work?.form) return;
  const { fields } = work.form;
  const findings = judged.findings.map(finding => withLabels(finding, fields));
  const answer = { ...judged, findings };
  work.answer = answer;
  const rest = work.form.show(answer.findings, paths);
  const general = query(HTMLElement, "#desk--general");
  const lists = [];
  if (rest.length) lists.push(findingList("About the question", rest));
  if (answer.added.length) lists.push(findingList("This question causes", answer.added, true));
  if (answer.removed.length) {
    lists.push(findingList("This question resolves", answer.removed, true));
  }
  general.replaceChildren(...lists);
  showVerdict(answer);
}

function findingList(title, findings, named = false) {
  const lines = findings.map(finding => {
    const line = findingLine(finding);
    if (named && finding.question) line.prepend(element("b", {}, `${finding.question}: `));
    return line;
  });
  return element("div", {}, element("h3", {}, title),
    element("ul", { class: "findings" }, ...lines));
}

function showVerdict(answer) {
  if (!work) return;
  const save = query(HTMLButtonElement, "#desk--save");
  const verdict = query(HTMLElement, "#desk--verdict");
  const errors = answer.findings.filter(finding => finding.severity === "error");
  const missing = answer.missing.filter(name => name !== "id" || !work?.proposed);
  save.setAttribute("aria-disabled", String(Boolean(answer.blocks)));
  const quotes = (work.item.sources ?? []).length;
  let text = `Proved by ${quotes} quote${quotes === 1 ? "" : "s"}.`;
  if (missing.length) {
    const fields = forms[work.item.type].fields;
    const place = name => fields.findIndex(field => field.name === name);
    const names = missing.sort((one, other) => place(one) - place(other))
      .map(name => label(work?.item.type, name));
    text = `Still needed: ${names.join(", ")}.`;
  } else if (errors.length) {
    const count = errors.length === 1 ? "1 thing is" : `${errors.length} things are`;
    text = `${count} wrong: ${errors[0].message}.`;
  } else if (answer.findings.length) {
    text = `Proved. ${answer.findings.length} to consider.`;
  }
  // Screen readers say it again with every change.
  if (verdict.textContent !== text) verdict.textContent = text;
  verdict.classList.toggle("bad", errors.length > 0);
  verdict.classList.toggle("good", !answer.blocks);
}

// --- citations

/** @param {Form} form @param {Field} field */
function citations(form, field) {
  const group = element("fieldset", { class: "list citations" });
  const render = (focus = -1) => {
    const list = form.item.sources ?? [];
    group.replaceChildren(
      element("legend", {}, field.label, neededMark()),
      element("p", { class: "help" },
        "Select words in the transcript, then “Add as proof”. Move either end by words."),
      element("ul", { class: "findings" }),
      ...list.map((citation, index) => citationEntry(form, citation, index, render)),
    );
    if (focus >= 0) group.querySelectorAll("blockquote")[focus]?.focus();
  };
  group.addEventListener("redraw", () => render());
  render();
  return group;
}

function citationEntry(form, citation, index, render) {
  const passage = (citation.passage ?? "").split("~")[0];
  const range = transcript.locate(passage, citation.quote ?? "");
  const path = ["sources", index];
  const move = (side, direction) => {
    if (!range) return;
    citation.quote = transcript.quote(transcript.moved(range, side, direction));
    changed();
    highlight();
    render(index);
  };
  const mover = (side, direction, sign, text) => element("button", {
    type: "button", class: "small", "aria-label": text, title: text, disabled: !range,
    click: () => move(side, direction),
  }, sign);
  const quote = element("blockquote", {
    tabindex: "0", class: "reading", dir: "auto",
    "aria-label": `Quote ${index + 1}: ${citation.quote ?? ""}`,
    keydown: event => {
      const arrows = { ArrowLeft: -1, ArrowRight: 1 };
      if (!(event.key in arrows) || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      move(event.shiftKey ? "start" : "end", arrows[event.key]);
    },
  }, citation.quote ?? "");
  const text = element("textarea", { rows: 2, dir: "auto", "aria-label": "Quote" });
  text.value = citation.quote ?? "";
  text.addEventListener("input", () => {
    citation.quote = text.value;
    quote.textContent = text.value;
    changed();
    highlight();
  });
  const note = element("input", { type: "text", dir: "auto", "aria-label": "Note on this quote",
    placeholder: "Note: what the transcript got wrong here" });
  note.value = citation.note ?? "";
  note.addEventListener("input", () => form.set(citation, "note", note.value));
  const raw = element("details", { class: "aside" },
    element("summary", {}, "Edit the quote, add a note"), text, note);
  raw.open = Boolean(citation.note) || !range;
  const entry = element("div", { class: "entry citation", role: "group",
    "aria-label": `Proof ${index + 1}` },
  quote,
  element("div", { class: "movers" },
    element("a", { href: `#${passage}`, click: event => {
      event.preventDefault();
      showBench(false);
      transcript.go(passage);
    } }, passage),
    element("span", { class: "meta" }, transcript.time(passage, range?.start ?? 0)),
    mover("start", -1, "⇤+", "Begin one word earlier"),
    mover("start", 1, "⇥−", "Begin one word later"),
    mover("end", -1, "−⇤", "End one word earlier"),
    mover("end", 1, "+⇥", "End one word later"),
    element("button", { type: "button", class: "small remove",
      "aria-label": `Remove proof ${index + 1}`, click: () => {
        form.item.sources.splice(index, 1);
        if (!form.item.sources.length) delete form.item.sources;
        changed();
        highlight();
        render();
      } }, "✕")),
  raw, element("ul", { class: "findings" }));
  entry.dataset.path = pathKey(path);
  return entry;
}

/** Add what is selected to the proof of the question that is being written. */
function addProof() {
  const ranges = transcript.selection();
  if (!work || !ranges.length) return;
  work.item.sources = [...(work.item.sources ?? []), ...ranges.map(citationOf)];
  getSelection()?.removeAllRanges();
  showBench(true);
  changed();
  redrawCitations();
  say("Added as proof.");
}

function redrawCitations() {
  bench.querySelector(".citations")?.dispatchEvent(new Event("redraw"));
  highlight();
}

function highlight() {
  const sources = work?.item.sources ?? [];
  const ranges = sources.map(citation =>
    transcript.locate((citation.passage ?? "").split("~")[0], citation.quote ?? ""));
  transcript.highlight(ranges.filter(Boolean));
}

// --- saving

async function store() {
  if (!work) return;
  const about = work;
  const { item } = written();
  if (about.answer?.blocks && !about.answer.missing.every(name => name === "id")) {
    say(query(HTMLElement, "#desk--verdict").textContent ?? "", true);
    bench.querySelector("[aria-invalid], .wrong input, .wrong textarea")?.focus();
    return;
  }
  try {
    const review = about.mode === "review";
    const data = { item, section: about.section, was: about.was };
    const { saved } = await ask(review ? "/accept" : "/save", data);
    Object.assign(usual, {
      bloom: item.bloom ?? "", difficulty: item.difficulty ?? "", objective: item.objective ?? "",
    });
    drafts.delete(about.key);
    await refresh();
    say(`${review ? "Accepted" : "Saved"}: ${saved.item.id}.`);
    if (work !== about) return;
    about.changed = false;
    if (review) {
      await openReview();
      return;
    }
    const passage = saved.item.sources?.[0]?.passage.split("~")[0];
    close();
    if (passage) transcript.go(passage);
  } catch (fault) {
    if (fault instanceof Refusal && fault.conflict) showConflict(about, item, fault.conflict);
    else sayFault(fault);
  }
}

/** Show what differs, and let the author decide: nothing is overwritten unseen. */
function showConflict(about, mine, conflict) {
  const theirs = conflict.item;
  const base = about.was.item;
  const names = [...new Set([base, theirs ?? {}, mine].flatMap(Object.keys))];
  const differ = (one, other) => JSON.stringify(one) !== JSON.stringify(other);
  const differing = names.filter(name => differ(mine[name], theirs?.[name]));
  // Fields that the author did not touch stay as somebody else left them.
  const kept = theirs ? { ...theirs } : mine;
  for (const name of names.filter(each => theirs && differ(mine[each], base[each]))) {
    if (mine[name] === undefined) delete kept[name];
    else kept[name] = mine[name];
  }
  const heads = ["", "When you opened it", "As it is now", "With your changes"];
  const rows = differing.map(name => element("tr", {},
    element("th", { scope: "row" }, label(mine.type, name)),
    ...[base, theirs, kept].map((each, index) =>
      element("td", { "data-label": heads[index + 1] }, shownValue(each?.[name])))));
  const dialog = element("dialog", { class: "conflict", "aria-labelledby": "desk--conflict" },
    element("h2", { id: "desk--conflict" }, theirs
      ? "Somebody changed this question while you were writing"
      : "Somebody removed this question while you were writing"),
    element("p", {}, "Nothing was saved, and nothing is lost."),
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Differences" },
      element("table", {},
        element("thead", {}, element("tr", {},
          ...heads.map(text => element("th", { scope: "col" }, text)))),
        element("tbody", {}, ...rows))),
    element("div", { class: "actions" },
      element("button", { type: "button", class: "primary", click: () => {
        done();
        if (!work) return;
        work.was = theirs ? { ...about.was, item: theirs, digest: conflict.digest } : null;
        if (!theirs) work.mode = "new";
        work.item = structuredClone(kept);
        store();
      } }, theirs ? "Keep mine" : "Save mine as a new question"),
      ...(theirs ? [element("button", { type: "button", click: () => {
        done();
        drafts.delete(about.key);
        open(theirs.id);
      } }, "Take theirs")] : []),
      element("button", { type: "button", click: () => done() }, "Back to my question")));
  const done = () => {
    dialog.close();
    dialog.remove();
  };
  document.body.append(dialog);
  dialog.showModal();
}

/** A value in words: lists as lines, records as their fields. */
function shownValue(value) {
  if (value === undefined) return "–";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(each => `• ${shownValue(each)}`).join("\n");
  const entries = Object.entries(value);
  if (entries.length === 1) return String(entries[0][1]);
  return entries.map(([name, each]) =>
    name === "text" ? each : `${name}: ${shownValue(each)}`).join("; ");
}

function discard() {
  if (!work) return;
  drafts.delete(work.key);
  const { mode, was } = work;
  work.changed = false;
  close();
  if (mode === "edit") open(was.item.id);
  else say("The draft is gone.");
}

function duplicate() {
  if (!work) return;
  const item = structuredClone(work.item);
  for (const name of ["id", "status", "reason"]) delete item[name];
  start({ item, section: work.section, was: null, mode: "new", key: newKey() });
  if (work) work.changed = true;
  say("This is an unsaved copy. Write a different question in it.");
  focusFirst();
}

/** Ask for a text in a dialog, and do something with it. */
function askFor(title, help, act, button) {
  const input = element("input", { type: "text", "aria-label": title });
  const send = () => {
    if (!input.value.trim()) return;
    dialog.close();
    dialog.remove();
    act(input.value.trim());
  };
  input.addEventListener("keydown", event => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // else the key would press the button that gets the focus back
    send();
  });
  const dialog = element("dialog", { "aria-labelledby": "desk--reason" },
    element("h2", { id: "desk--reason" }, title), element("p", {}, help),
    element("p", { class: "control" }, input),
    element("div", { class: "actions" },
      element("button", { type: "button", class: "primary", click: send }, button),
      element("button", { type: "button", click: () => { dialog.close(); dialog.remove(); } },
        "Cancel")));
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
}

function retire() {
  if (work?.changed) {
    say("Save or discard your other changes first.", true);
    return;
  }
  askFor("Why is it retired?", "Learners read the reason on the withdrawn card.", reason => {
    if (!work) return;
    work.item.status = "retired";
    work.item.reason = reason;
    work.changed = true;
    store();
  }, "Retire");
}

async function undo() {
  try {
    const { undone } = await ask("/undo", {});
    await refresh();
    say(`Undone: ${undone}.`);
    if (work?.mode === "review") await openReview();
  } catch (fault) {
    sayFault(fault);
  }
}

// --- the inbox

async function openReview() {
  try {
    queue = (await ask("/inbox")).items;
    queueAt = Math.min(queueAt, Math.max(0, queue.length - 1));
    if (!queue.length) {
      work = null;
      showHome();
      say("The inbox is empty.");
      return;
    }
    const entry = queue[queueAt];
    const key = `review ${entry.was.file} ${entry.was.item.id}`;
    const draft = drafts.get(key);
    const section = course.sections.some(each => each.slug === entry.was.section)
      ? entry.was.section : course.sections[0].slug;
    const item = draft?.item ?? entry.was.item;
    start({ item, section: draft?.section ?? section, was: entry.was, mode: "review", key,
      replaces: entry.replaces });
    query(HTMLElement, "#desk--form-title").focus();
  } catch (fault) {
    sayFault(fault);
  }
}

function skip() {
  queueAt = (queueAt + 1) % Math.max(1, queue.length);
  openReview();
}

function reject() {
  askFor("Why is it rejected?", "The question leaves the inbox. You can undo this.",
    async reason => {
      if (!work) return;
      try {
        await ask("/reject", { was: work.was, reason });
        drafts.delete(work.key);
        work.changed = false;
        await refresh();
        say(`Rejected: ${work.was.item.id}.`);
        await openReview();
      } catch (fault) {
        sayFault(fault);
      }
    }, "Reject");
}

/** Take a proposed citation: the one with this number, from 1. */
function take(number) {
  const proposal = queue[queueAt]?.proposals[number - 1];
  if (!work || work.mode !== "review" || !proposal) return;
  const { passage, quote } = proposal;
  const sources = work.item.sources ?? [];
  if (!sources.some(each => each.passage === passage && each.quote === quote)) {
    work.item.sources = [...sources, { passage, quote }];
  }
  changed();
  redrawCitations();
  transcript.go(passage, false);
  say(`Taken as proof: ${passage}. Adjust it word by word if necessary.`);
}

function reviewBar() {
  const proposals = queue[queueAt]?.proposals ?? [];
  const lines = proposals.map((proposal, index) => element("li", {},
    element("button", { type: "button", class: "small", click: () => take(index + 1) },
      "Take ", element("kbd", {}, String(index + 1))),
    " ", element("bdi", { class: "reading" }, proposal.quote), " ",
    element("a", { href: `#${proposal.passage}`, class: "meta", click: event => {
      event.preventDefault();
      transcript.go(proposal.passage, false);
    } }, proposal.passage)));
  const note = work?.replaces
    ? [element("p", {}, "Accepting it changes the question with this name in the bank.")] : [];
  return element("div", { class: "review" }, ...note,
    element("div", { class: "actions" },
      element("button", { type: "button", click: () => store() },
        "Accept ", element("kbd", {}, "a")),
      element("button", { type: "button", click: reject }, "Reject … ", element("kbd", {}, "r")),
      element("button", { type: "button", click: skip }, "Later ", element("kbd", {}, "s"))),
    ...(lines.length ? [element("h3", {}, "May prove it"), element("ul", {}, ...lines)] : []));
}
