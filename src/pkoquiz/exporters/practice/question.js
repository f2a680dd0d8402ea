// A question from asking to feedback, and the proof of its answer.

// --- after the answer ----------------------------------------------------------------------------

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
  const note = source.note.length
    ? [own("p", { class: "remark" }, "[", ...nodesOf(source.note), "]")]
    : [];
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
    element("figcaption", {}, own("span", {}, source.where), " · ", link, ...recordingNodes(source)),
  );
}

/** @param {Source} source */
function recordingNodes({ recording }) {
  if (!LINK.test(recording)) return [];
  const attributes = { href: recording, rel: "noopener noreferrer", target: "_blank" };
  return [" · ", element("a", attributes, say("recording"))];
}

/**
 * Return the element with the words of a passage, exactly as the transcript has them.
 * @param {string} id
 */
function wordsOf(id) {
  const passage = document.getElementById(id);
  return passage?.matches(".words") ? passage : (passage?.querySelector(".words") ?? null);
}

// --- one question, from asking to feedback -------------------------------------------------------

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
