// One decision a row: keys choose, the focus moves on, and decisions are saved as a table.

const data = readData("review");
const store = `pkoquiz-review-${data.name}`;
/** @type {Record<string, {answer: string, when: string}>} */
let decisions = {};
try {
  decisions = JSON.parse(localStorage.getItem(store) ?? "{}");
} catch {
  decisions = {};
}
/** @type {Record<string, string>} */
const WORDS = { "": "Blank", "*": "Spoiled" };
/** @type {{row: any, item: HTMLElement, input: HTMLInputElement}[]} */
const rows = [];

function keep() {
  try {
    localStorage.setItem(store, JSON.stringify(decisions));
  } catch {
    // Private windows may have no storage: decisions then last as long as the page.
  }
  show();
}

/** @param {any} row */
const name = row => `${row.sheet}/${row.question}`;

function show() {
  let done = 0;
  for (const { row, item } of rows) {
    const isDone = name(row) in decisions;
    item.classList.toggle("done", isDone);
    if (isDone && row.read === undefined) done += 1;
  }
  const all = data.rows.length;
  query(HTMLElement, "#count").textContent = `${done} of ${all} decided`;
  query(HTMLElement, "#rate").textContent = rate();
}

// The sample says nothing until a person has checked all of it.
function rate() {
  const sample = data.checks.length;
  const checked = data.checks.filter((/** @type {any} */ row) => name(row) in decisions);
  if (!sample) return "";
  if (checked.length < sample) return `${checked.length} of ${sample} checked.`;
  const wrong = checked.filter(
    (/** @type {any} */ row) => decisions[name(row)].answer !== row.read,
  ).length;
  const limit = Math.min(100, Math.round((1000 * (wrong + 3)) / sample) / 10);
  return `${wrong} of ${sample} wrong: at most about ${limit} % of accepted answers are wrong.`;
}

/** @param {number} index @param {string} answer @param {boolean} [next] */
function decide(index, answer, next = true) {
  const { row, input } = rows[index];
  // A sheet has a candidate: no answer can be blank or spoiled there.
  if (!row.others.length && (answer === "" || answer === "*")) {
    input.value = "";
    delete decisions[name(row)];
    keep();
    return;
  }
  input.value = answer;
  decisions[name(row)] = { answer, when: new Date().toISOString() };
  keep();
  if (next) focus(index + 1);
}

/** @param {number} index */
function focus(index) {
  const found = rows[Math.max(0, Math.min(rows.length - 1, index))];
  if (found) found.item.focus();
}

/** @param {any} row @param {string} text */
function entered(row, text) {
  const answer = text.trim();
  // Where only points can be given, a number needs no brackets.
  return row.points && /^\d+([.,]\d+)?$/.test(answer) ? `[${answer}]` : answer;
}

/** @param {any} row @param {number} index */
function build(row, index) {
  const typed = decisions[name(row)];
  const input = element("input", {
    type: "text",
    size: 16,
    value: typed ? typed.answer : "",
    autocomplete: "off",
    "aria-label": `Answer to ${row.label}`,
    change: () => decide(index, entered(row, input.value), false),
    keydown: event => {
      const key = /** @type {KeyboardEvent} */ (event);
      if (key.key === "Enter") {
        key.preventDefault();
        decide(index, entered(row, input.value));
      }
    },
  });
  const shown = row.read === undefined ? row.proposal : row.read;
  const title = row.read === undefined ? "As proposed" : "As read";
  const item = element(
    "li",
    { tabindex: 0, "aria-label": `${row.label}: ${row.reason}` },
    element("strong", {}, row.label),
    ` ${row.reason}`,
    element("img", { src: row.image, alt: `The row of ${row.label}`, loading: "lazy" }),
    element(
      "div",
      { class: "answer" },
      element("label", {}, `${row.hint} `, input),
      ...(shown || row.others.length
        ? [
            element(
              "button",
              { type: "button", click: () => decide(index, shown) },
              `${title}: ${WORDS[shown] ?? shown}`,
            ),
          ]
        : []),
      ...row.others
        .filter((/** @type {string} */ answer) => answer !== shown)
        .map((/** @type {string} */ answer) =>
          element("button", { type: "button", click: () => decide(index, answer) }, WORDS[answer]),
        ),
    ),
  );
  item.addEventListener("keydown", event => press(event, row, index, input, shown));
  rows.push({ row, item, input });
  return item;
}

/**
 * @param {KeyboardEvent} event @param {any} row @param {number} index
 * @param {HTMLInputElement} input @param {string} shown
 */
function press(event, row, index, input, shown) {
  if (event.target !== event.currentTarget) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.key === "?") return;
  const letter = event.key.toUpperCase();
  if (event.key === " ") decide(index, shown);
  else if (event.key === "Enter" || event.key === "ArrowDown") focus(index + 1);
  else if (event.key === "Backspace" || event.key === "ArrowUp") focus(index - 1);
  else if (event.key === "*") decide(index, "*");
  else if (row.letters.includes(letter)) {
    if (!row.several) decide(index, letter);
    else {
      const chosen = new Set(input.value.split(" ").filter(Boolean));
      if (chosen.has(letter)) chosen.delete(letter);
      else chosen.add(letter);
      decide(index, [...chosen].sort().join(" "), false);
    }
  } else if (event.key === "0" && row.letters.length > 0) decide(index, "");
  else if (event.key.length === 1 && row.letters.length === 0) {
    input.focus();
    return;
  } else return;
  event.preventDefault();
}

/** @param {string} text */
const cell = text => `"${(/^[=+@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

function save() {
  const by = query(HTMLInputElement, "#by").value.trim();
  const lines = ["sheet,question,answer,by,when"];
  for (const { row } of rows) {
    const decision = decisions[name(row)];
    if (!decision || decision.answer === row.read) continue;
    const texts = [row.sheet, row.question, decision.answer, by, decision.when];
    lines.push(texts.map(cell).join(","));
  }
  const blob = new Blob([`\ufeff${lines.join("\r\n")}\r\n`], { type: "text/csv" });
  const link = element("a", { href: URL.createObjectURL(blob), download: "corrections.csv" });
  link.click();
}

const all = [...data.rows, ...data.checks];
const list = query(HTMLElement, "#rows");
const checks = query(HTMLElement, "#checks");
all.forEach((row, index) => {
  (index < data.rows.length ? list : checks).append(build(row, index));
});
const bubbles = query(HTMLElement, "#bubbles");
for (const bubble of data.bubbles) {
  if (bubble.limit) bubbles.append(element("span", { class: "limit", title: "the limit" }));
  else {
    const text = `${bubble.label}, score ${bubble.score}`;
    bubbles.append(element("img", { src: bubble.image, alt: text, title: text, loading: "lazy" }));
  }
}
query(HTMLElement, "#save").addEventListener("click", save);
bindKeys([
  { key: "s", label: "Go to the next row that is undecided", action: () => {
    focus(rows.findIndex(({ row }) => !(name(row) in decisions)));
  } },
]);
show();
focus(0);
