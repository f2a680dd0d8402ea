// A question on the page: what is asked, the controls to answer it, and what is shown afterwards.

/**
 * A citation; `spans` are the ranges of the quoted words in the text of the passage.
 * @typedef {{passage: string, quote: string, note: Tree, where: string, spans: [number, number][]}}
 *   Source
 */
/** @typedef {Question & {sources: readonly Source[]}} Item */

/**
 * The controls of a question.
 * @typedef {object} Controls
 * @property {HTMLElement} node
 * @property {() => Attempt | null} attempt what is entered; null for nothing
 * @property {(result: Result, attempt: Attempt | null) => void} show mark what was right and lock
 *   the controls
 * @property {(number: number) => void} [choose] choose an option by its number, from 1
 */

/**
 * How options, premises or steps are arranged; `order` and `responses` are those of a paper.
 * @typedef {object} Arrangement
 * @property {number} answers how often the question was answered
 * @property {readonly number[]} [order]
 * @property {readonly number[]} [responses]
 * @property {Attempt | null} [attempt] what was entered before
 * @property {() => void} [changed] called whenever something is entered
 */

// --- words ----------------------------------------------------------------------------------------

/** @type {Record<string, string | Record<string, string>>} */
const WORDS = readData("data--words");
const PLURALS = new Intl.PluralRules(document.documentElement.lang || "en");

/**
 * Return a phrase with values for its `{names}`; `count` chooses the plural form.
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 */
function say(name, values = {}) {
  const phrase = WORDS[name];
  if (phrase === undefined) throw new RangeError(`there is no phrase ${name}`);
  const form =
    typeof phrase === "string" ? phrase : phrase[PLURALS.select(Number(values.count))] ?? phrase.other;
  return form.replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
}

/**
 * Return a number as readers of the page write it.
 * @param {number} value
 * @param {number} [digits]
 */
function shownNumber(value, digits = 2) {
  const format = { maximumFractionDigits: digits };
  return new Intl.NumberFormat(document.documentElement.lang || "en", format).format(value);
}

// --- formatted texts ------------------------------------------------------------------------------

const TAGS = new Set(
  "p em strong code pre ul ol li blockquote table thead tbody tr th td br hr".split(" "),
);
const LINK = /^(?:https?:\/\/|mailto:)[^\s"'<>\\]+$/i;
/** @type {Record<string, string>} */
const MEDIA = readData("data--media");

/**
 * Return the nodes of a formatted text; `gap` builds the node of a gap in a cloze.
 * @param {Tree} text
 * @param {(number: number) => Node | string} [gap]
 * @returns {(Node | string)[]}
 */
function nodesOf(text, gap = () => "____") {
  return typeof text === "string" ? (text ? [text] : []) : text.map(tree => nodeOf(tree, gap));
}

/**
 * @param {any} tree
 * @param {(number: number) => Node | string} gap
 * @returns {Node | string}
 */
function nodeOf(tree, gap) {
  if (typeof tree === "string") return tree;
  const [name, ...rest] = tree;
  if (name === "gap") return gap(rest[0]);
  const hasAttributes = rest.length > 0 && typeof rest[0] === "object" && !Array.isArray(rest[0]);
  const attributes = hasAttributes ? rest.shift() : {};
  if (name === "img") return mediaNode(String(attributes.src), String(attributes.alt));
  const children = rest.map((/** @type {any} */ child) => nodeOf(child, gap));
  if (name === "a" && LINK.test(attributes.href)) {
    const link = { href: attributes.href, rel: "noopener noreferrer", target: "_blank" };
    return element("a", link, ...children);
  }
  const node = element(TAGS.has(name) ? name : "span", {}, ...children);
  if (name === "ol" && attributes.start) node.setAttribute("start", attributes.start);
  if (attributes.align) node.style.textAlign = attributes.align;
  return node;
}

/**
 * @param {string} path
 * @param {string} description
 */
function mediaNode(path, description) {
  const source = Object.hasOwn(MEDIA, path) ? MEDIA[path] : "";
  if (source.startsWith("data:image/")) return element("img", { src: source, alt: description });
  const name = element("span", { class: "media" }, `[${description || path}]`);
  if (!source.startsWith("data:audio/")) return name;
  return element("span", {}, name, " ", element("audio", { controls: true, src: source }));
}

/**
 * Return a formatted text in a block: as paragraphs, in the language of the course.
 * @param {Tree} text
 * @param {string} name its class
 * @param {(number: number) => Node | string} [gap]
 */
function block(text, name, gap) {
  const nodes = nodesOf(text, gap);
  const isInline = nodes.every(node => typeof node === "string" || isPhrase(node));
  return own("div", { class: name }, ...(isInline ? [element("p", {}, ...nodes)] : nodes));
}

/** @param {Node} node */
function isPhrase(node) {
  return /^(EM|STRONG|CODE|A|SPAN|IMG|BR|INPUT|#text)$/.test(node.nodeName);
}

const COURSE = readData("data--course");

/**
 * Build an element for text of the course, in its language.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | number | boolean | EventListener>} attributes
 * @param {...(Node | string)} children
 */
function own(name, attributes, ...children) {
  const { language, direction } = COURSE;
  return element(name, { ...attributes, lang: language, dir: direction }, ...children);
}

let lastId = 0;

/** Return an id that no other element has. */
function newId() {
  lastId += 1;
  return `made--${lastId}`;
}

/**
 * @param {string} label
 * @param {() => void} action
 * @param {string} [name] its class
 */
function button(label, action, name = "") {
  return element("button", { type: "button", class: name, click: action }, label);
}

// --- controls -------------------------------------------------------------------------------------

/**
 * Return the stem of a question and the controls to answer it.
 * @param {Item} question
 * @param {Arrangement} arrangement
 * @returns {Controls}
 */
function controlsFor(question, arrangement) {
  const id = newId();
  const { task } = question;
  switch (task.kind) {
    case "options":
      return optionControls(question, task, id, arrangement);
    case "verdict":
      return verdictControls(question, task, id, arrangement);
    case "pairs":
      return pairControls(question, task, id, arrangement);
    case "steps":
      return stepControls(question, task, id, arrangement);
    case "blanks":
      return task.inStem
        ? gapControls(question, task, id, arrangement)
        : wordControls(question, task, id, arrangement);
    case "number":
      return numberControls(question, task, id, arrangement);
    case "written":
      return writtenControls(question, task, id, arrangement);
    case "recall":
      return { node: stemNode(question.stem, id), attempt: () => null, show() {} };
  }
}

/**
 * @param {Tree} stem
 * @param {string} id
 * @param {(number: number) => Node | string} [gap]
 */
function stemNode(stem, id, gap) {
  const node = block(stem, "stem", gap);
  node.id = id;
  return node;
}

/**
 * Return the mark of a part after the answer: a sign from the style, and its meaning in words.
 * @param {Part["state"] | "key"} state
 */
function signOf(state) {
  if (state === "idle") return "";
  const words = element("span", { class: "visually-hidden" }, `${say(`part_${state}`)}: `);
  return element("span", { class: `sign ${state}` }, words);
}

/** @param {Tree} text */
function saidNode(text) {
  return text.length ? [block(text, "said")] : [];
}

/**
 * @param {Item} question
 * @param {Options} task
 * @param {string} id
 * @param {Arrangement} arrangement
 * @returns {Controls}
 */
function optionControls(question, task, id, { answers, order, attempt, changed = () => {} }) {
  const positions = order?.length ? order : optionOrder(task, question.id, answers);
  const before = attempt?.kind === "options" ? attempt.chosen : [];
  const rows = positions.map((position, index) => {
    const input = element("input", {
      type: task.several ? "checkbox" : "radio",
      name: `${id}-option`,
      value: position,
      checked: before.includes(position),
      change: changed,
    });
    const text = own("span", { class: "text" }, ...nodesOf(task.options[position].text));
    const key = element("span", { class: "letter", "aria-hidden": "true" }, letterOf(index));
    const label = element("label", {}, input, key, text);
    return { position, input, node: element("div", { class: "option" }, label) };
  });
  const stem = stemNode(question.stem, id);
  const isSaid = stem.textContent?.toLowerCase().includes(say("choose_all").toLowerCase());
  const several =
    task.several && !isSaid ? [element("p", { class: "instruction" }, say("choose_all"))] : [];
  return {
    node: element(
      "div",
      { role: task.several ? "group" : "radiogroup", "aria-labelledby": id },
      stem,
      ...several,
      element("div", { class: "options" }, ...rows.map(row => row.node)),
    ),
    attempt() {
      const chosen = rows.filter(row => row.input.checked).map(row => row.position);
      return chosen.length ? { kind: "options", chosen } : null;
    },
    show(result) {
      for (const { position, input, node } of rows) {
        const { state, said } = result.parts[position];
        input.disabled = true;
        node.classList.add(state);
        node.prepend(signOf(state));
        if (state !== "idle") node.append(...saidNode(said));
      }
    },
    choose(number) {
      const input = rows[number - 1]?.input;
      if (!input || input.disabled) return;
      input.checked = task.several ? !input.checked : true;
      input.focus();
      changed();
    },
  };
}

/** @param {number} index */
function letterOf(index) {
  return String.fromCharCode(65 + index);
}

/**
 * @param {Item} question
 * @param {Verdict} task
 * @param {string} id
 * @param {Arrangement} arrangement
 * @returns {Controls}
 */
function verdictControls(question, task, id, { attempt, changed = () => {} }) {
  const rows = [true, false].map((verdict, index) => {
    const input = element("input", {
      type: "radio",
      name: `${id}-verdict`,
      value: String(verdict),
      checked: attempt?.kind === "verdict" && attempt.verdict === verdict,
      change: changed,
    });
    const label = element("label", {}, input, element("span", { class: "text" }, say(String(verdict))));
    return { verdict, index, input, node: element("div", { class: "option" }, label) };
  });
  return {
    node: element(
      "div",
      { role: "radiogroup", "aria-labelledby": id },
      stemNode(question.stem, id),
      element("p", { class: "instruction" }, say("true_or_false")),
      element("div", { class: "options verdicts" }, ...rows.map(row => row.node)),
    ),
    attempt() {
      const chosen = rows.find(row => row.input.checked);
      return chosen ? { kind: "verdict", verdict: chosen.verdict } : null;
    },
    show(result) {
      for (const { index, input, node } of rows) {
        const { state, said } = result.parts[index];
        input.disabled = true;
        node.classList.add(state);
        node.prepend(signOf(state));
        if (state !== "idle") node.append(...saidNode(said));
      }
    },
    choose(number) {
      const input = rows[number - 1]?.input;
      if (!input || input.disabled) return;
      input.checked = true;
      input.focus();
      changed();
    },
  };
}

/**
 * @param {Item} question
 * @param {Pairs} task
 * @param {string} id
 * @param {Arrangement} arrangement
 * @returns {Controls}
 */
function pairControls(question, task, id, arrangement) {
  const { answers, order, responses, attempt, changed = () => {} } = arrangement;
  const premises = order?.length ? order : [...task.pairs.keys()];
  const shown = responses?.length ? responses : responseOrder(task, question.id, answers);
  const before = attempt?.kind === "pairs" ? attempt.responses : [];
  const rows = premises.map((position, index) => {
    const premise = own("span", { id: `${id}-${index}` }, ...nodesOf(task.pairs[position].premise));
    const select = element(
      "select",
      { "aria-labelledby": `${id}-${index}`, change: changed },
      element("option", { value: "" }, say("choose")),
      ...shown.map((response, place) =>
        own(
          "option",
          { value: response, selected: before[position] === response },
          `${letterOf(place)} – ${shortened(task.responses[response], 60)}`,
        ),
      ),
    );
    const node = element("li", { class: "pair" }, premise, select);
    return { position, select, node };
  });
  return {
    node: element(
      "div",
      { role: "group", "aria-labelledby": id },
      stemNode(question.stem, id),
      element(
        "ol",
        { class: "responses" },
        ...shown.map((response, place) =>
          element(
            "li",
            {},
            element("span", { class: "letter" }, letterOf(place)),
            own("span", { class: "text" }, task.responses[response]),
          ),
        ),
      ),
      element("ol", { class: "pairs" }, ...rows.map(row => row.node)),
    ),
    attempt() {
      /** @type {(number | null)[]} */
      const given = task.pairs.map(() => null);
      for (const { position, select } of rows) {
        given[position] = select.value === "" ? null : Number(select.value);
      }
      return given.every(response => response === null) ? null : { kind: "pairs", responses: given };
    },
    show(result) {
      for (const { position, select, node } of rows) {
        const { state, said } = result.parts[position];
        const right = task.responses[task.pairs[position].key];
        select.disabled = true;
        node.classList.add(state);
        node.prepend(signOf(state));
        if (state !== "right") {
          const key = own("span", {}, right);
          node.append(element("p", { class: "key" }, signOf("key"), key));
        }
        node.append(...saidNode(said));
      }
    },
  };
}

/**
 * Return a text on one line, cut at a word.
 * @param {string} text
 * @param {number} length
 */
function shortened(text, length) {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  const space = cut.lastIndexOf(" ");
  return `${(space > length / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

/**
 * @param {Item} question
 * @param {Steps} task
 * @param {string} id
 * @param {Arrangement} arrangement
 * @returns {Controls}
 */
function stepControls(question, task, id, { answers, order, attempt, changed = () => {} }) {
  const first = order?.length ? order : stepOrder(task, question.id, answers);
  let moved = attempt?.kind === "steps";
  const current = attempt?.kind === "steps" ? [...attempt.order] : [...first];
  const list = element("ol", { class: "steps" });
  const status = element("p", { class: "visually-hidden", role: "status" });
  const rows = new Map(
    current.map(step => {
      const text = own("span", { class: "text", id: `${id}-${step}` }, ...nodesOf(task.steps[step]));
      const move = (/** @type {number} */ by, /** @type {string} */ label, /** @type {string} */ name) =>
        element("button", {
          type: "button",
          class: name,
          "aria-label": label,
          "aria-describedby": `${id}-${step}`,
          click: () => shift(step, by),
        });
      const up = move(-1, say("move_up"), "up");
      const down = move(1, say("move_down"), "down");
      const node = element(
        "li",
        { class: "step" },
        text,
        element("span", { class: "moves" }, up, down),
      );
      return [step, { node, up, down }];
    }),
  );
  const arrange = () => {
    current.forEach((step, index) => {
      const row = rows.get(step);
      if (!row) return;
      row.up.setAttribute("aria-disabled", String(index === 0));
      row.down.setAttribute("aria-disabled", String(index === current.length - 1));
    });
  };
  /**
   * @param {number} step
   * @param {number} by
   */
  function shift(step, by) {
    const index = current.indexOf(step);
    const target = index + by;
    const row = rows.get(step);
    if (!row || target < 0 || target >= current.length) return;
    const neighbour = rows.get(current[target]);
    if (!neighbour) return;
    [current[index], current[target]] = [current[target], current[index]];
    // The neighbour moves, so that the focus stays on the button.
    if (by < 0) row.node.after(neighbour.node);
    else row.node.before(neighbour.node);
    moved = true;
    arrange();
    status.textContent = say("moved", { place: target + 1, count: current.length });
    changed();
  }
  list.append(...current.flatMap(step => rows.get(step)?.node ?? []));
  arrange();
  return {
    node: element(
      "div",
      { role: "group", "aria-labelledby": id },
      stemNode(question.stem, id),
      list,
      status,
    ),
    attempt: () => (moved ? { kind: "steps", order: [...current] } : null),
    show(result) {
      current.forEach((step, index) => {
        const row = rows.get(step);
        const { state } = result.parts[index];
        row?.node.classList.add(state);
        row?.node.prepend(signOf(state));
        row?.up.remove();
        row?.down.remove();
      });
      if (result.share === 1) return;
      list.after(element("p", { class: "key" }, signOf("key"), say("right_order")), rightSteps(task));
    },
  };
}

/** @param {Steps} task */
function rightSteps(task) {
  return own("ol", { class: "key" }, ...task.steps.map(step => element("li", {}, ...nodesOf(step))));
}

/**
 * @param {Record<string, string>} attributes
 * @param {string} value
 * @param {() => void} changed
 */
function field(attributes, value, changed) {
  const node = element("input", {
    type: "text",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    ...attributes,
    input: changed,
  });
  node.value = value;
  return node;
}

/**
 * Return what follows a typed answer: what was accepted instead, and the author's feedback.
 * @param {Part} part
 * @param {Blank} blank
 * @param {string} label
 */
function afterBlank(part, blank, label) {
  const { state, said } = part;
  const nodes = [];
  if (state !== "right") {
    const accepted = blank.answers.filter(answer => answer.credit === 100).map(({ text }) => text);
    const key = own("span", {}, accepted.join(say("or")));
    nodes.push(element("p", { class: "key" }, label, signOf("key"), key));
  }
  return [...nodes, ...saidNode(said)];
}

/**
 * @param {Item} question
 * @param {Blanks} task
 * @param {string} id
 * @param {Arrangement} arrangement
 * @returns {Controls}
 */
function gapControls(question, task, id, { attempt, changed = () => {} }) {
  const before = attempt?.kind === "words" ? attempt.texts : [];
  const count = task.blanks.length;
  const width = Math.max(
    ...task.blanks.flatMap(blank => blank.answers.map(answer => answer.text.length)),
  );
  const fields = task.blanks.map((_, index) => {
    const label = say("gap", { number: index + 1, count });
    const input = field({ class: "gap", "aria-label": label }, before[index] ?? "", changed);
    input.size = Math.min(Math.max(width, 8), 24);
    return { input, node: own("span", { class: "blank" }, input) };
  });
  const hints = task.blanks.flatMap((blank, index) => {
    if (!blank.hint.length) return [];
    const label = count > 1 ? `${index + 1}: ` : "";
    return [element("li", {}, label, own("span", {}, ...nodesOf(blank.hint)))];
  });
  const list = hints.length ? [element("ul", { class: "gap-hints" }, ...hints)] : [];
  const after = element("div", { class: "after" });
  return {
    node: element(
      "div",
      { role: "group", "aria-labelledby": id },
      stemNode(question.stem, id, number => fields[number - 1]?.node ?? ""),
      ...list,
      after,
    ),
    attempt() {
      const texts = fields.map(({ input }) => input.value);
      return texts.every(text => !text.trim()) ? null : { kind: "words", texts };
    },
    show(result) {
      fields.forEach(({ input, node }, index) => {
        const part = result.parts[index];
        input.disabled = true;
        node.classList.add(part.state);
        node.prepend(signOf(part.state));
        const label = count > 1 ? `${say("gap", { number: index + 1, count })} ` : "";
        after.append(...afterBlank(part, task.blanks[index], label));
      });
    },
  };
}

/**
 * @param {Item} question
 * @param {Blanks} task
 * @param {string} id
 * @param {Arrangement} arrangement
 * @returns {Controls}
 */
function wordControls(question, task, id, { attempt, changed = () => {} }) {
  const value = attempt?.kind === "words" ? attempt.texts[0] : "";
  const input = field({ class: "answer", "aria-labelledby": id }, value, changed);
  const line = own("div", { class: "line" }, input);
  return {
    node: element("div", {}, stemNode(question.stem, id), line),
    attempt: () => (input.value.trim() ? { kind: "words", texts: [input.value] } : null),
    show(result) {
      input.disabled = true;
      line.classList.add(result.parts[0].state);
      line.prepend(signOf(result.parts[0].state));
      line.after(...afterBlank(result.parts[0], task.blanks[0], ""));
    },
  };
}

/**
 * @param {Item} question
 * @param {Numeric} task
 * @param {string} id
 * @param {Arrangement} arrangement
 * @returns {Controls}
 */
function numberControls(question, task, id, { attempt, changed = () => {} }) {
  const value = attempt?.kind === "number" ? attempt.text : "";
  const attributes = { class: "number", inputmode: "decimal", "aria-labelledby": id };
  const input = field(attributes, value, changed);
  const unit = task.unit ? [own("span", { class: "unit" }, task.unit)] : [];
  const line = element("div", { class: "line" }, input, ...unit);
  return {
    node: element("div", {}, stemNode(question.stem, id), line),
    attempt: () => (input.value.trim() ? { kind: "number", text: input.value } : null),
    show(result) {
      const { state, said } = result.parts[0];
      input.disabled = true;
      line.classList.add(state);
      line.prepend(signOf(state));
      const key = `${numberText(task)}`;
      const after = state === "right" ? [] : [element("p", { class: "key" }, signOf("key"), key)];
      line.after(...after, ...saidNode(said), ...saidNode(task.working));
    },
  };
}

/** @param {Numeric} task */
function numberText({ value, tolerance, unit }) {
  const around = tolerance === "0" ? "" : ` ± ${tolerance}`;
  return `${value}${around} ${unit}`.trim();
}

/**
 * @param {Item} question
 * @param {Written} task
 * @param {string} id
 * @param {Arrangement} arrangement
 * @returns {Controls}
 */
function writtenControls(question, task, id, { attempt, changed = () => {} }) {
  const text = own("textarea", {
    rows: task.short ? 3 : 8,
    "aria-labelledby": id,
    "aria-describedby": `${id}-count`,
    input: () => {
      count();
      changed();
    },
  });
  text.value = attempt?.kind === "words" ? attempt.texts[0] : "";
  const counter = element("p", { class: "instruction", id: `${id}-count` });
  const count = () => {
    const words = text.value.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
    const { minWords, maxWords } = task;
    const limits = minWords && maxWords ? "words_between" : maxWords ? "words_most" : "words_least";
    const wanted = minWords || maxWords ? ` ${say(limits, { least: minWords, most: maxWords })}` : "";
    counter.textContent = say("words", { count: words }) + wanted;
  };
  count();
  return {
    node: element("div", {}, stemNode(question.stem, id), text, counter),
    attempt: () => (text.value.trim() ? { kind: "words", texts: [text.value] } : null),
    show() {
      text.readOnly = true;
    },
  };
}

/**
 * Return the model answer of a written task, and its rubric to tick.
 * @param {Written} task
 * @param {readonly number[]} ticked
 * @param {(ticked: number[]) => void} changed
 */
function rubricNode(task, ticked, changed) {
  const inputs = task.rubric.map((_, index) =>
    element("input", {
      type: "checkbox",
      checked: ticked.includes(index),
      change: () => changed(inputs.flatMap((input, place) => (input.checked ? [place] : []))),
    }),
  );
  const lines = task.rubric.map((line, index) => {
    const points = element("span", { class: "points" }, say("points", { count: line.points }));
    const text = own("span", { class: "text" }, ...nodesOf(line.text));
    return element("div", { class: "option" }, element("label", {}, inputs[index], text, points));
  });
  const id = newId();
  return element(
    "div",
    { class: "rubric" },
    element("p", { class: "head" }, say("model_answer")),
    block(task.model, "model"),
    element("p", { class: "head", id }, say("rubric")),
    element("div", { class: "options", role: "group", "aria-labelledby": id }, ...lines),
  );
}

// --- after the answer -----------------------------------------------------------------------------

/**
 * Return the right answer of a question, for a learner who gave none.
 * @param {Item} question
 * @returns {HTMLElement}
 */
function keyNode(question) {
  const { task } = question;
  switch (task.kind) {
    case "options": {
      const keys = task.options.filter(option => option.right);
      const items = keys.map(option => element("li", {}, ...nodesOf(option.text)));
      return own("ul", { class: "key" }, ...items);
    }
    case "verdict":
      return element("p", { class: "key" }, say(String(task.right)));
    case "pairs":
      return own(
        "ul",
        { class: "key" },
        ...task.pairs.map(pair =>
          element("li", {}, ...nodesOf(pair.premise), " → ", task.responses[pair.key]),
        ),
      );
    case "steps":
      return rightSteps(task);
    case "blanks":
      return own(
        "p",
        { class: "key" },
        task.blanks.map(blank => blank.answers[0].text).join(" · "),
      );
    case "number":
      return own("p", { class: "key" }, numberText(task));
    case "written":
      return block(task.model, "key");
    case "recall":
      return block(task.answer, "key");
  }
}

/**
 * Return explanation, remarks and proof of a question.
 * @param {Item} question
 * @param {(source: Source) => void} open shows a citation in the transcript
 */
function reasonNodes(question, open) {
  const nodes = [];
  if (question.explain.length) nodes.push(block(question.explain, "explain"));
  if (question.attribution.length) {
    const [before, after] = say("view_of", { speaker: "\0" }).split("\0");
    const speaker = own("span", {}, ...nodesOf(question.attribution));
    nodes.push(element("p", { class: "remark" }, before, speaker, after));
  }
  if (question.note.length) {
    nodes.push(own("p", { class: "remark" }, "[", ...nodesOf(question.note), "]"));
  }
  const [first, ...others] = question.sources;
  if (first) nodes.push(proofNode(first, open));
  if (others.length) {
    nodes.push(
      element(
        "details",
        { class: "more-proof" },
        element("summary", {}, say("more_quotes", { count: others.length })),
        ...others.map(source => proofNode(source, open)),
      ),
    );
  }
  return nodes;
}

const CONTEXT = 140; // letters shown before and after the words quoted

/**
 * Return the words quoted, marked among those around them, and where they are.
 * @param {Source} source
 * @param {(source: Source) => void} open
 */
function proofNode(source, open) {
  const text = wordsOf(source.passage)?.textContent ?? "";
  const quote = element("p", {});
  if (source.spans.length && text) {
    const start = source.spans[0][0];
    const end = source.spans[source.spans.length - 1][1];
    const from = start > CONTEXT + 40 ? text.indexOf(" ", start - CONTEXT) + 1 : 0;
    const far = end + CONTEXT + 40 < text.length;
    const to = far ? text.lastIndexOf(" ", end + CONTEXT) : text.length;
    let place = Math.min(from, start);
    if (place > 0) quote.append("… ");
    for (const [begin, stop] of source.spans) {
      quote.append(text.slice(place, begin), element("mark", {}, text.slice(begin, stop)));
      place = stop;
    }
    quote.append(text.slice(place, Math.max(to, place)), far ? " …" : "");
  } else {
    quote.append(element("q", {}, source.quote));
  }
  const note = source.note.length ? [own("p", { class: "remark" }, "[", ...nodesOf(source.note), "]")] : [];
  const link = element(
    "a",
    {
      href: `#${source.passage}`,
      click: event => {
        event.preventDefault();
        open(source);
      },
    },
    say("read_in_place"),
  );
  return element(
    "figure",
    { class: "proof" },
    own("blockquote", {}, quote),
    ...note,
    element("figcaption", {}, own("span", {}, source.where), " ", link),
  );
}

/**
 * Return the element with the words of a passage, exactly as the transcript has them.
 * @param {string} id
 */
function wordsOf(id) {
  const passage = document.getElementById(id);
  return passage?.matches(".words") ? passage : passage?.querySelector(".words") ?? null;
}

// --- one question, from asking to feedback --------------------------------------------------------

/**
 * What a presented question tells the view around it.
 * @typedef {object} Presentation
 * @property {number} answers how often the question was answered before
 * @property {boolean} byCard whether to ask by the other wording, if there is one
 * @property {(grade: Grade, result: Result) => void} answered
 * @property {(grade: Grade) => void} regraded the learner corrected the grade
 * @property {() => void} done the learner wants to go on
 * @property {(source: Source) => void} open
 * @property {string} [next] label of the button that goes on
 */

/**
 * A question that is being asked; the keyboard uses what the buttons do.
 * @typedef {object} Presented
 * @property {HTMLElement} node
 * @property {() => void} enter what the main button does
 * @property {(number: number) => void} choose
 */

/**
 * Ask a question: stem, controls, hints and buttons, and after the answer everything about it.
 * @param {Item} question
 * @param {Presentation} view
 * @returns {Presented}
 */
function present(question, view) {
  const { task } = question;
  if (task.kind === "recall") return presentRecall(question, question.stem, task.answer, view);
  if (view.byCard && question.card) {
    return presentRecall(question, question.card.front, question.card.back, view);
  }
  return presentTask(question, view);
}

/**
 * Ask for something to be remembered; learners grade themselves.
 * @param {Item} question
 * @param {Tree} front
 * @param {Tree} back
 * @param {Presentation} view
 * @returns {Presented}
 */
function presentRecall(question, front, back, view) {
  const id = newId();
  const hint = hintNodes(question);
  const answer = element("div", { class: "feedback", hidden: true, tabindex: "-1" });
  const grade = (/** @type {boolean} */ remembered) => {
    const result = graded(question.task, { kind: "recall", remembered }, { hinted: hint.used() });
    view.answered(result.grade, result);
    view.done();
  };
  const actions = element("div", { class: "actions" });
  const reveal = () => {
    answer.hidden = false;
    answer.append(block(back, "key back"), ...reasonNodes(question, view.open));
    actions.replaceChildren(
      button(say("forgot"), () => grade(false), "forgot"),
      button(say("remembered"), () => grade(true), "primary"),
    );
    hint.close();
    enter = () => grade(true);
    answer.focus({ preventScroll: true });
  };
  let enter = reveal;
  actions.append(button(say("show_answer"), reveal, "primary"));
  const node = element(
    "div",
    { class: "question recall" },
    stemNode(front, id),
    ...hint.nodes,
    answer,
    actions,
  );
  return { node, enter: () => enter(), choose() {} };
}

/**
 * Ask a question with controls.
 * @param {Item} question
 * @param {Presentation} view
 * @returns {Presented}
 */
function presentTask(question, view) {
  const { task } = question;
  const hint = hintNodes(question);
  const message = element("p", { class: "message", role: "status" });
  const controls = controlsFor(question, {
    answers: view.answers,
    changed: () => message.replaceChildren(),
  });
  const feedback = element("div", { class: "feedback", hidden: true });
  const actions = element("div", { class: "actions" });
  const form = element(
    "form",
    {
      class: "question",
      novalidate: true,
      submit: event => {
        event.preventDefault();
        enter();
      },
    },
    controls.node,
    ...hint.nodes,
    message,
    feedback,
    actions,
  );

  const check = () => {
    const attempt = controls.attempt();
    if (!attempt) {
      message.textContent = say("nothing_entered");
      return;
    }
    if (task.kind === "written") selfGrade(task);
    else answer(attempt);
  };

  /** @param {Attempt | null} attempt */
  const answer = attempt => {
    const result = graded(task, attempt, { hinted: hint.used() });
    if (result.unreadable) {
      askAgain(result.unreadable);
      return;
    }
    controls.show(result, attempt);
    view.answered(result.grade, result);
    finish(result, attempt !== null);
  };

  /** @param {Unreadable} unreadable */
  const askAgain = ({ readings }) => {
    message.textContent = say(readings.length ? "which_number" : "not_a_number");
    const input = query(HTMLInputElement, "input.number", form);
    message.append(
      ...readings.map(reading =>
        button(reading, () => {
          input.value = reading;
          message.replaceChildren();
          check();
        }),
      ),
    );
  };

  /** @param {Written} written */
  const selfGrade = written => {
    const empty = /** @type {Result} */ (graded(task, null));
    controls.show(empty, null);
    let ticked = /** @type {number[]} */ ([]);
    const rubric = rubricNode(written, [], lines => (ticked = lines));
    feedback.hidden = false;
    feedback.append(element("p", { class: "instruction" }, say("compare")), rubric);
    const grade = () => {
      const result = graded(task, { kind: "rubric", ticked }, { hinted: hint.used() });
      view.answered(result.grade, result);
      for (const input of queryAll(HTMLInputElement, "input", rubric)) input.disabled = true;
      finish(result, true);
    };
    actions.replaceChildren(button(say("save_points"), grade, "primary"));
    enter = grade;
    hint.close();
  };

  /**
   * @param {Result} result
   * @param {boolean} tried
   */
  const finish = (result, tried) => {
    const verdict = verdictNode(result, tried);
    feedback.hidden = false;
    feedback.prepend(verdict);
    if (result.near) feedback.append(nearNode(result));
    feedback.append(...reasonNodes(question, view.open));
    const correct = element("span", { class: "corrections" });
    const regrade = (/** @type {Grade} */ grade, /** @type {string} */ phrase) => () => {
      view.regraded(grade);
      correct.replaceChildren(element("span", { role: "status" }, say(phrase)));
      verdict.classList.toggle("right", grade >= GRADE.hard);
    };
    if (result.share < 1 && tried) {
      correct.append(button(say("count_as_right"), regrade(GRADE.good, "counted_as_right")));
    } else if (tried) {
      correct.append(
        button(say("i_guessed"), regrade(GRADE.again, "counted_as_guessed")),
        button(say("too_easy"), regrade(GRADE.easy, "counted_as_easy")),
      );
    }
    actions.replaceChildren(correct, button(view.next ?? say("continue"), view.done, "primary"));
    enter = view.done;
    hint.close();
    verdict.focus({ preventScroll: true });
    verdict.scrollIntoView({ block: "nearest" });
  };

  const unknown = () => {
    if (task.kind !== "written") answer(null);
    else selfGrade(task);
  };
  let enter = check;
  const label = say(task.kind === "written" ? "compare_answer" : "check");
  actions.append(
    button(say("i_dont_know"), unknown),
    element("button", { type: "submit", class: "primary" }, label),
  );
  return {
    node: form,
    enter: () => enter(),
    choose: number => controls.choose?.(number),
  };
}

/**
 * Return the verdict on an answer, to be focused.
 * @param {Result} result
 * @param {boolean} tried
 */
function verdictNode(result, tried) {
  const { share } = result;
  const state = share === 1 ? "right" : share > 0 ? "partly" : "wrong";
  const name = tried ? state : "unknown";
  const percent = shownNumber(100 * share, 0);
  const attributes = { class: `verdict ${state}`, tabindex: "-1" };
  return element("p", attributes, say(`verdict_${name}`, { percent }));
}

/** @param {Result} result */
function nearNode(result) {
  const accepted = result.parts.map(part => part.near).filter(Boolean);
  return element("p", { class: "near" }, say("near", { accepted: accepted.join(", ") }));
}

/**
 * Return a button that shows one hint after another, if the question has any.
 * @param {Item} question
 */
function hintNodes(question) {
  const { hints } = question;
  let used = 0;
  const list = element("div", { class: "hints" });
  const more = button(
    say("hint"),
    () => {
      list.append(block(hints[used], "hint"));
      used += 1;
      if (used === hints.length) more.remove();
    },
    "quiet",
  );
  return {
    nodes: hints.length ? [list, more] : [],
    used: () => used > 0,
    close: () => more.remove(),
  };
}
