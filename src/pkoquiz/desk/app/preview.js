// What a question that is being written will look like, and what it has to do with others.

const looks = [
  ["card", "Card"], ["back", "Back"], ["paper", "Paper"], ["key", "Key"], ["lms", "LMS"],
];

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

/** Compare the question with all others once its author pauses, unless they are few. */
async function judgeWhole(about) {
  const { item, paths } = written();
  const number = asked;
  const request = { item, section: about.section, own: own(), whole: true };
  const answer = await ask("/judge", request);
  if (work !== about || number !== asked || !work.form) return;
  const { added, removed } = answer;
  work.compared = { findings: without(answer.findings, work.alone ?? []), added, removed };
  show(answer, paths);
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
    sandbox: "allow-scripts allow-popups allow-popups-to-escape-sandbox", class: "loading" });
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
      element("button", {
        type: "button", class: "link", dir: "auto", click: () => open(each.id),
      }, each.stem),
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
    const input = element("input", { type, name: "try", value, dir: "auto" });
    inputs.push(input);
    return element("label", { class: "try", dir: "auto" }, input, ` ${text}`);
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
