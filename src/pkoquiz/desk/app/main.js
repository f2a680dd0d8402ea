// The desk: the question that is being written, its findings and previews, saving, the inbox.
{
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
  const label = (type, name) =>
    forms[type]?.fields.find(field => field.name === name)?.label ?? name;

  /**
   * Write a new question on words of the transcript.
   * @param {Words[]} ranges
   */
  function begin(ranges) {
    const section = transcript.sectionOf.get(ranges[0]?.passage) ?? course.sections[0].slug;
    const objectives = course.objectives.filter(each => each.section === section);
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

  /** Open a question of the bank; a draft of changes that were not saved is taken up again. */
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
        say("Your changes that were not saved are here again.");
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
      ...course.sections.map(each => element("option", { value: each.slug }, each.title)));
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
    bench.replaceChildren(
      element("div", { class: "bench-head" },
        element("h2", { id: "desk--form-title", tabindex: "-1" }, titles[mode]),
        element("button", { type: "button", click: close }, "Close")),
      ...(mode === "review" ? [reviewBar()] : []),
      element("div", { class: "row" },
        element("label", { class: "field" }, element("span", {}, "Type"), type),
        element("label", { class: "field grow" }, element("span", {}, "Section"), section)),
      element("p", { class: "help", id: "desk--about" }, forms[item.type].about),
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
    work.answer = answer;
    const rest = work.form.show(answer.findings, paths);
    const general = query(HTMLElement, "#desk--general");
    const lists = [];
    if (rest.length) lists.push(findingList("About the question", rest));
    if (answer.added.length) lists.push(findingList("This question causes", answer.added, true));
    if (answer.removed.length) lists.push(findingList("This question resolves", answer.removed, true));
    general.replaceChildren(...lists);
    showVerdict(answer);
    const name = work.form.element.querySelector('[data-path="id"] input');
    if (name instanceof HTMLInputElement && !work.item.id) name.placeholder = answer.id;
    // The name counts in the findings, and there was none yet.
    if (renamed && answer.missing.includes("id") && answer.id) judge();
    clearTimeout(lookTimer);
    lookTimer = setTimeout(showLook, 350);
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
    if (missing.length) {
      const names = missing.map(name => label(work?.item.type, name));
      verdict.textContent = `Still needed: ${names.join(", ")}.`;
    } else if (errors.length) {
      const count = errors.length === 1 ? "1 thing is" : `${errors.length} things are`;
      verdict.textContent = `${count} wrong: ${errors[0].message}.`;
    } else if (answer.findings.length) {
      verdict.textContent = `Proved. ${answer.findings.length} to consider.`;
    } else {
      verdict.textContent = `Proved by ${quotes} quote${quotes === 1 ? "" : "s"}.`;
    }
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
        element("legend", {}, field.label, element("span", { class: "soft" }, " (needed)")),
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
      tabindex: "0", class: "reading", "aria-label": `Quote ${index + 1}: ${citation.quote ?? ""}`,
      keydown: event => {
        const arrows = { ArrowLeft: -1, ArrowRight: 1 };
        if (!(event.key in arrows) || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        move(event.shiftKey ? "start" : "end", arrows[event.key]);
      },
    }, citation.quote ?? "");
    const text = element("textarea", { rows: 2, "aria-label": "Quote" });
    text.value = citation.quote ?? "";
    text.addEventListener("input", () => {
      citation.quote = text.value;
      quote.textContent = text.value;
      changed();
      highlight();
    });
    const note = element("input", { type: "text", "aria-label": "Note on this quote",
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

  // --- previews, related questions, trying answers

  const looks = [["card", "Card"], ["back", "Back"], ["paper", "Paper"], ["key", "Key"], ["lms", "LMS"]];

  function previewBox() {
    const tabs = looks.map(([name, text]) => element("button", {
      type: "button", class: "small", "data-look": name, "aria-pressed": String(look.name === name),
      click: () => {
        look.name = name;
        for (const tab of queryAll(HTMLElement, "[data-look]", bench)) {
          tab.setAttribute("aria-pressed", String(tab.dataset.look === name));
        }
        draftShown = 0;
        showFrame();
      },
    }, text));
    return element("section", { class: "preview", "aria-label": "Preview" },
      element("div", { class: "row" }, element("h3", {}, "Preview"),
        element("div", { class: "tabs", role: "group", "aria-label": "Preview as" }, ...tabs),
        element("span", { id: "desk--cards" })),
      element("div", { class: "frames", id: "desk--frames" },
        element("p", { class: "soft" }, "The preview appears once the question is complete.")),
      element("details", { id: "desk--try" }, element("summary", {}, "Try an answer")));
  }

  async function showLook() {
    const about = work;
    if (!about?.answer) return;
    showFrame();
    if (!about.answer.draft) return;
    try {
      if (many) await judgeWhole(about);
      const found = await ask("/look", { draft: about.answer.draft, own: own() });
      if (work !== about) return;
      look.cards = found.cards;
      showCards();
      showRelated(found.related, found.leaks);
      showTry();
    } catch (fault) {
      sayFault(fault);
    }
  }

  /** In a large bank, compare the question with all others once its author pauses. */
  async function judgeWhole(about) {
    const { item, paths } = written();
    const number = asked;
    const request = { item, section: about.section, own: own(), whole: true };
    const answer = await ask("/judge", request);
    if (work !== about || number !== asked || !work.form) return;
    work.answer = answer;
    work.form.show(answer.findings, paths);
    showVerdict(answer);
  }

  function showCards() {
    const box = query(HTMLElement, "#desk--cards");
    const isCard = look.name === "card" || look.name === "back";
    if (look.cards < 2 || !isCard) {
      box.replaceChildren();
      return;
    }
    look.card = Math.min(look.card, look.cards - 1);
    const step = by => element("button", { type: "button", class: "small",
      "aria-label": by > 0 ? "Next card" : "Previous card",
      disabled: look.card + by < 0 || look.card + by >= look.cards,
      click: () => {
        look.card += by;
        draftShown = 0;
        showFrame();
        showCards();
      } }, by > 0 ? "›" : "‹");
    box.replaceChildren(step(-1), ` ${look.card + 1} of ${look.cards} `, step(1));
  }

  /** Load the preview behind the present one, so that nothing flickers. */
  function showFrame() {
    const frames = bench.querySelector("#desk--frames");
    const draft = work?.answer?.draft;
    if (!frames || !draft || draft === draftShown) return;
    draftShown = draft;
    const query = new URLSearchParams({ draft, look: look.name, card: String(look.card) });
    const text = looks.find(([name]) => name === look.name)?.[1] ?? "";
    const frame = element("iframe", { src: `/preview?${query}`, title: `Preview: ${text}`,
      sandbox: "allow-scripts", class: "loading" });
    frame.addEventListener("load", () => {
      for (const other of [...frames.children]) if (other !== frame) other.remove();
      frame.classList.remove("loading");
    });
    for (const other of queryAll(HTMLElement, ".loading", frames)) other.remove();
    frames.append(frame);
    showCards();
  }

  function showRelated(found, leaks) {
    const box = bench.querySelector("#desk--related");
    if (!box || !work) return;
    const lines = found.map(each => {
      const line = element("li", {},
        element("span", { class: `reason ${each.reason.replace(" ", "-")}` }, each.about), " ",
        element("button", { type: "button", class: "link", click: () => open(each.id) }, each.stem),
        element("span", { class: "meta" }, ` ${each.id}`));
      if (!each.enemy && work?.mode !== "review") {
        line.append(" ", element("button", { type: "button", class: "small", click: () => {
          if (!work) return;
          work.item.enemies = [...(work.item.enemies ?? []), each.id];
          changed();
          draw();
        } }, "Never together"));
      }
      return line;
    });
    const parts = lines.length
      ? [element("h3", {}, "Related questions"), element("ul", { class: "related" }, ...lines)] : [];
    if (leaks.length) parts.unshift(findingList("On one paper", leaks, true));
    box.replaceChildren(...parts);
  }

  function showTry() {
    const box = bench.querySelector("#desk--try");
    if (!box || !work || box.contains(document.activeElement)) return;
    const { item } = written();
    const texts = list => (list ?? []).map(each => (typeof each === "string" ? each : each.text));
    const outcome = element("p", { role: "status" });
    const inputs = [];
    const box_ = (type, text, value) => {
      const input = element("input", { type, name: "try", value });
      inputs.push(input);
      return element("label", { class: "try" }, input, ` ${text}`);
    };
    let rows;
    switch (item.type) {
      case "choice": case "multiple": {
        const kind = item.type === "choice" ? "radio" : "checkbox";
        rows = texts(item.options).map((text, index) => box_(kind, text, String(index)));
        break;
      }
      case "truefalse":
        rows = [box_("radio", "true", "true"), box_("radio", "false", "false")];
        break;
      case "numerical": case "shortanswer": rows = [box_("text", "", "")]; break;
      case "cloze": rows = (item.gaps ?? []).map((_, index) => box_("text", `gap ${index + 1}`, ""));
        break;
      default: rows = [];
    }
    for (const input of inputs) {
      if (input.type === "text") input.setAttribute("aria-label", "Your answer");
      input.addEventListener("input", async () => {
        const answers = inputs.filter(each => each.type === "text" || each.checked)
          .map(each => each.value);
        try {
          const tried = await ask("/attempt", { draft: work?.answer?.draft, answers });
          outcome.replaceChildren(element("b", { class: tried.credit === 100 ? "good" : "bad" },
            tried.about), tried.said.length ? ` – ${tried.said.join(" ")}` : "");
        } catch (fault) {
          sayFault(fault);
        }
      });
    }
    box.replaceChildren(element("summary", {}, "Try an answer"), ...rows,
      rows.length ? outcome : element("p", { class: "soft" }, "A person grades this answer."));
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
    const differing = names.filter(name =>
      JSON.stringify(mine[name]) !== JSON.stringify(theirs?.[name]));
    const heads = ["", "When you opened it", "As it is now", "Yours"];
    const rows = differing.map(name => element("tr", {},
      element("th", { scope: "row" }, label(mine.type, name)),
      ...[base, theirs, mine].map((each, index) =>
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
    say("This is a copy, not saved yet. Give it another question.");
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
    input.addEventListener("keydown", event => { if (event.key === "Enter") send(); });
    const dialog = element("dialog", { "aria-labelledby": "desk--reason" },
      element("h2", { id: "desk--reason" }, title), element("p", {}, help),
      element("p", {}, input),
      element("div", { class: "actions" },
        element("button", { type: "button", class: "primary", click: send }, button),
        element("button", { type: "button", click: () => { dialog.close(); dialog.remove(); } },
          "Cancel")));
    document.body.append(dialog);
    dialog.showModal();
    input.focus();
  }

  function retire() {
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
    say(`Taken as proof: ${passage}. Adjust it by words if need be.`);
  }

  function reviewBar() {
    const proposals = queue[queueAt]?.proposals ?? [];
    const lines = proposals.map((proposal, index) => element("li", {},
      element("button", { type: "button", class: "small", click: () => take(index + 1) },
        "Take ", element("kbd", {}, String(index + 1))),
      element("span", { class: "reading" }, ` ${proposal.quote} `),
      element("a", { href: `#${proposal.passage}`, class: "meta", click: event => {
        event.preventDefault();
        transcript.go(proposal.passage, false);
      } }, proposal.passage)));
    const note = work?.replaces
      ? [element("p", {}, "Accepting it changes the question of this name in the bank.")] : [];
    return element("div", { class: "review" }, ...note,
      element("div", { class: "actions" },
        element("button", { type: "button", click: () => store() }, "Accept ", element("kbd", {}, "a")),
        element("button", { type: "button", click: reject }, "Reject … ", element("kbd", {}, "r")),
        element("button", { type: "button", click: skip }, "Later ", element("kbd", {}, "s"))),
      ...(lines.length ? [element("h3", {}, "May prove it"), element("ul", {}, ...lines)] : []));
  }

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
            } }, element("span", { class: "stem reading" }, excerpt(passage.text)),
            element("span", { class: "meta" }, passage.id))))));
      }
      if (!questions.length && !passages.length) parts.push(element("p", {}, "Nothing was found."));
    } else {
      parts.push(element("h2", {}, "Ask about the transcript"),
        element("ol", { class: "steps" },
          element("li", {}, "Select the words that prove the answer."),
          element("li", {}, "Choose ", element("b", {}, "Ask about this"), " or press ",
            element("kbd", {}, "a"), "."),
          element("li", {}, "Write the question. What is wrong shows as you type."),
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
    }
    bench.replaceChildren(...parts);
  }

  /** A draft from before, to continue or to discard. */
  function waiting(key, draft) {
    return element("div", { class: "notice" },
      element("p", {}, "A draft is waiting: ", element("b", {},
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
      element("thead", {}, element("tr", {}, ...heads.map(head =>
        element("th", { scope: "col" }, head)))),
      element("tbody", {}, ...rows));
    const row = (name, ...cells) => element("tr", {}, element("th", { scope: "row" }, name),
      ...cells.map(cell => element("td", {}, cell)));
    const sections = coverage.sections.map(each => row(
      element("a", { href: `#section--${each.slug}` }, each.title),
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

  async function refresh() {
    state = await ask("/questions");
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
    problems.hidden = !state.problems.length;
    const shown = state.problems.slice(0, 3);
    const more = state.problems.length - shown.length;
    problems.replaceChildren(...(shown.length ? [element("b", {}, "Not all files can be read. "),
      ...shown.map(text => element("span", {}, `${text}. `)),
      more > 0 ? `And ${more} more; check the course.` : ""] : []));
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
        element("option", { value: each.slug }, each.title)));
    transcript = new Transcript(query(HTMLElement, "#desk--transcript"), course, {
      open: openOneOf, selected: showAsk,
    });
    showHome();
    await refresh();
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
    { key: "n", label: "Next passage that no question cites", action: () => transcript.step(1, true) },
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
}
