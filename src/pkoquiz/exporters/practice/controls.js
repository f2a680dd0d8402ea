// The controls to answer a question, by the kind of its task.

/**
 * Return how long a text is: in words, or in characters if it is written without spaces.
 * @param {string} text
 */
function wordsIn(text) {
  const unspaced = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/gu;
  const characters = text.match(unspaced)?.length ?? 0;
  const words = text.replace(unspaced, " ").match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  return characters + words;
}

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
        markOption(node, state === "missed" && !task.several ? "key" : state, said);
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

/**
 * Mark an option after the answer, with the author's feedback if it was chosen or is right.
 * @param {HTMLElement} node
 * @param {Part["state"] | "key"} state
 * @param {Tree} said
 */
function markOption(node, state, said) {
  node.classList.add(state === "key" ? "right" : state);
  node.prepend(signOf(state));
  if (state !== "idle") node.append(...saidNode(said));
}

/** @param {number} index */
function letterOf(index) {
  return String.fromCharCode(65 + index);
}

/**
 * @param {Item} question
 * @param {Verdict} _task
 * @param {string} id
 * @param {Arrangement} arrangement
 * @returns {Controls}
 */
function verdictControls(question, _task, id, { attempt, changed = () => {} }) {
  const rows = [true, false].map((verdict, index) => {
    const input = element("input", {
      type: "radio",
      name: `${id}-verdict`,
      value: String(verdict),
      checked: attempt?.kind === "verdict" && attempt.verdict === verdict,
      change: changed,
    });
    const label = element(
      "label",
      {},
      input,
      element("span", { class: "text" }, say(String(verdict))),
    );
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
        markOption(node, state === "missed" ? "key" : state, said);
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
      return given.every(response => response === null)
        ? null
        : { kind: "pairs", responses: given };
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
      const text = own(
        "span",
        { class: "text", id: `${id}-${step}` },
        ...nodesOf(task.steps[step]),
      );
      const move = (
        /** @type {number} */ by,
        /** @type {string} */ label,
        /** @type {string} */ name,
      ) =>
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
      list.after(
        element("p", { class: "key" }, signOf("key"), say("right_order")),
        rightSteps(task),
      );
    },
  };
}

/** @param {Steps} task */
function rightSteps(task) {
  return own(
    "ol",
    { class: "key" },
    ...task.steps.map(step => element("li", {}, ...nodesOf(step))),
  );
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
    const words = wordsIn(text.value);
    const { minWords, maxWords } = task;
    const limits = minWords && maxWords ? "words_between" : maxWords ? "words_most" : "words_least";
    const wanted =
      minWords || maxWords ? ` ${say(limits, { least: minWords, most: maxWords })}` : "";
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
