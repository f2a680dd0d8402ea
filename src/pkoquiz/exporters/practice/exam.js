// The mock exam: a paper drawn when the page was built, taken without feedback, then graded.

/**
 * An exam that is being taken, or was handed in; kept in the browser until the next one begins.
 * @typedef {object} Sitting
 * @property {number} paper its number, from 0
 * @property {Record<string, Attempt>} answers
 * @property {string[]} flags
 * @property {number} place the question that is shown
 * @property {number} started in milliseconds, as all times here
 * @property {number} ends 0 without a limit
 * @property {boolean} timed whether the time is shown
 * @property {number} handedIn 0 while it is being taken
 * @property {Record<string, number[]>} ticked lines of rubrics that the learner found fulfilled
 * @property {string[]} counted answers that the learner counted as right
 */

/** @typedef {[string, number[], number[]]} Placed id, order of options or steps, of responses */
/**
 * A question of the paper and what its answer earns; `open`: the learner has not graded it yet.
 * @typedef {{item: Item, placed: Placed, attempt: Attempt | null, share: number, open: boolean}}
 *   Graded
 */

/**
 * Return the view of mock exams.
 * @param {HTMLElement} view
 * @param {Study} study
 * @param {(ids: readonly string[]) => void} practise
 */
function examView(view, study, practise) {
  const { title, minutes, papers } =
    /** @type {{title: string, minutes: number, papers: Placed[][]}} */ (COURSE.exam);
  /** @type {Sitting | null} */
  let sitting = study.store.read("exam");
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let ticking;

  if (!isKnown(sitting, papers)) sitting = null;

  const save = () => study.store.write("exam", sitting);
  const paperPoints = (/** @type {Placed[]} */ paper) =>
    paper.reduce((sum, [id]) => sum + (study.items.get(id)?.points ?? 0), 0);
  const markName = (/** @type {Sitting} */ { paper, started }) => `exam:${paper + 1}:${started}`;

  // --- choosing a paper

  function showPapers() {
    clearInterval(ticking);
    const results = pastResults(study.store.progress());
    const rows = papers.map((paper, index) => {
      const result = results.find(({ number }) => number === index + 1);
      const facts = [
        say("questions", { count: paper.length }),
        say("points", { count: paperPoints(paper) }),
        ...(minutes ? [say("minutes", { count: minutes })] : []),
      ];
      const last = result
        ? [
            element(
              "p",
              { class: "soft" },
              say("last_result", { percent: shownNumber(100 * result.share, 0) }),
            ),
          ]
        : [];
      return element(
        "li",
        { class: "paper" },
        element(
          "div",
          {},
          element("h3", {}, say("paper", { number: index + 1 })),
          element("p", { class: "soft" }, facts.join(" · ")),
          ...last,
        ),
        element(
          "button",
          {
            type: "button",
            class: result ? "" : "primary",
            "aria-label": say("begin_paper", { number: index + 1 }),
            click: () => begin(index),
          },
          say("begin"),
        ),
      );
    });
    const unfinished = sitting && !sitting.handedIn ? [resumeNode()] : [];
    const handedIn = sitting?.handedIn
      ? [element("p", {}, button(say("last_result_again"), showResult))]
      : [];
    view.replaceChildren(
      element("h2", {}, say("exam")),
      own("p", { class: "lead" }, title),
      element("p", { class: "soft narrow" }, say("exam_about")),
      ...unfinished,
      ...handedIn,
      element("ul", { class: "papers" }, ...rows),
    );
  }

  function resumeNode() {
    const { paper = 0, answers = {} } = sitting ?? {};
    const done = say("answered_of", {
      count: Object.keys(answers).length,
      total: papers[paper].length,
    });
    return element(
      "div",
      { class: "notice" },
      element("p", {}, say("unfinished", { number: paper + 1 }), " ", done),
      element("p", {}, button(say("resume"), showQuestion, "primary")),
    );
  }

  /** @param {number} paper */
  function begin(paper) {
    const started = Date.now();
    if (sitting && !sitting.handedIn && Object.keys(sitting.answers).length) {
      confirmed(say("discard_exam"), say("discard"), () => {
        sitting = null;
        begin(paper);
      });
      return;
    }
    sitting = {
      paper,
      answers: {},
      flags: [],
      place: 0,
      started,
      ends: minutes ? started + minutes * 60_000 : 0,
      timed: minutes > 0,
      handedIn: 0,
      ticked: {},
      counted: [],
    };
    save();
    showQuestion();
  }

  // --- taking it

  function showQuestion() {
    if (!sitting) return showPapers();
    const current = sitting;
    const paper = papers[current.paper];
    const [id, order, responses] = paper[current.place];
    const item = /** @type {Item} */ (study.items.get(id));
    const sheet = element("div", { class: "sheet" });
    const stored = element("p", { class: "message", role: "status" });
    const controls = controlsFor(item, {
      answers: 0,
      order,
      responses,
      attempt: current.answers[id] ?? null,
      changed() {
        const attempt = controls.attempt();
        if (attempt) current.answers[id] = attempt;
        else delete current.answers[id];
        if (!save()) stored.textContent = say("exam_not_stored");
        showSheet();
      },
    });

    function showSheet() {
      const cells = paper.map(([each], index) => {
        const state = current.answers[each] ? "answered" : "unanswered";
        const flagged = current.flags.includes(each);
        const words = [say("question_number", { number: index + 1 }), say(state)];
        if (flagged) words.push(say("flagged"));
        return element(
          "li",
          {},
          element(
            "button",
            {
              type: "button",
              class: `cell ${state}${flagged ? " flagged" : ""}`,
              "aria-label": words.join(", "),
              "aria-current": index === current.place ? "step" : false,
              click: () => go(index),
            },
            String(index + 1),
          ),
        );
      });
      const count = Object.keys(current.answers).length;
      sheet.replaceChildren(
        element(
          "details",
          { open: sheet.querySelector("details")?.open ?? innerWidth >= 1000 },
          element(
            "summary",
            {},
            `${say("answer_sheet")} · ${say("answered_of", { count, total: paper.length })}`,
          ),
          element("ol", { class: "cells" }, ...cells),
        ),
      );
    }

    /** @param {number} place */
    function go(place) {
      current.place = Math.min(Math.max(place, 0), paper.length - 1);
      save();
      showQuestion();
      query(HTMLElement, ".exam-question h3", view).focus();
      scrollTo(0, 0);
    }

    const flag = element(
      "button",
      {
        type: "button",
        class: "flag",
        "aria-pressed": String(current.flags.includes(id)),
        click: () => {
          const flagged = current.flags.includes(id);
          current.flags = flagged
            ? current.flags.filter(each => each !== id)
            : [...current.flags, id];
          flag.setAttribute("aria-pressed", String(!flagged));
          save();
          showSheet();
        },
      },
      say("flag"),
    );
    const last = current.place === paper.length - 1;
    const previous = button(say("previous"), () => go(current.place - 1));
    previous.disabled = current.place === 0;
    const next = button(
      last ? say("hand_in") : say("next"),
      () => (last ? askToHandIn() : go(current.place + 1)),
      "primary",
    );
    showSheet();
    view.replaceChildren(
      element(
        "div",
        { class: "exam-bar" },
        element("h2", {}, say("paper", { number: current.paper + 1 })),
        timerNode(current),
      ),
      element("div", { class: "sheet-row" }, sheet, button(say("hand_in"), askToHandIn)),
      element(
        "div",
        { class: "exam-question card" },
        element(
          "div",
          { class: "question-head" },
          element(
            "h3",
            { tabindex: "-1" },
            say("question_of", { number: current.place + 1, total: paper.length }),
          ),
          element("span", { class: "soft" }, say("points", { count: item.points })),
          flag,
        ),
        element(
          "form",
          { class: "question", submit: event => event.preventDefault() },
          controls.node,
        ),
        stored,
        element("div", { class: "actions" }, previous, next),
      ),
    );
    view.classList.add("taking");
  }

  /** @param {Sitting} current */
  function timerNode(current) {
    const node = element("div", { class: "timer" });
    clearInterval(ticking);
    if (!current.ends) return node;
    const time = element("span", { role: "timer" });
    const show = () => {
      const left = Math.ceil((current.ends - Date.now()) / 60_000);
      time.textContent = left > 0 ? say("minutes_left", { count: left }) : say("time_is_up");
      time.classList.toggle("bad", left <= 0);
    };
    const toggle = button(
      "",
      () => {
        current.timed = !current.timed;
        save();
        label();
      },
      "quiet",
    );
    const label = () => {
      time.hidden = !current.timed;
      toggle.textContent = say(current.timed ? "hide_time" : "show_time");
    };
    show();
    label();
    ticking = setInterval(show, 10_000);
    node.append(time, toggle);
    return node;
  }

  function askToHandIn() {
    if (!sitting) return;
    const blank = papers[sitting.paper].length - Object.keys(sitting.answers).length;
    const message = blank ? say("hand_in_blank", { count: blank }) : say("hand_in_complete");
    confirmed(message, say("hand_in"), handIn);
  }

  function handIn() {
    if (!sitting || sitting.handedIn) return;
    sitting.handedIn = Date.now();
    save();
    const now = new Date();
    const done = gradedQuestions(sitting).filter(({ attempt, open }) => attempt && !open);
    study.update(progress =>
      done.reduce(
        (all, { item, share }) => answered(all, item.id, gradeOf(share, false), now),
        progress,
      ),
    );
    record();
    showResult();
    scrollTo(0, 0);
  }

  // --- the result

  /**
   * @param {Sitting} current
   * @returns {Graded[]}
   */
  function gradedQuestions(current) {
    return papers[current.paper].map(placed => {
      const item = /** @type {Item} */ (study.items.get(placed[0]));
      const attempt = current.answers[item.id] ?? null;
      const ticked = current.ticked[item.id];
      if (item.task.kind === "written" && attempt) {
        const share = ticked ? graded(item.task, { kind: "rubric", ticked }).share : 0;
        return { item, placed, attempt, share, open: !ticked };
      }
      const counted = current.counted.includes(item.id);
      const share = counted ? 1 : graded(item.task, attempt, { decimal: "." }).share;
      return { item, placed, attempt, share, open: false };
    });
  }

  /** Keep the result with the progress, so that it is saved and merged. */
  function record() {
    if (!sitting) return;
    const current = sitting;
    const questions = gradedQuestions(current).filter(question => !question.open);
    const points = Math.round(100 * pointsOf(questions)) / 100;
    const total = questions.reduce((sum, { item }) => sum + item.points, 0);
    const text = JSON.stringify({ time: current.handedIn, points, total });
    study.update(progress => marked(progress, markName(current), text, new Date()));
  }

  function showResult() {
    clearInterval(ticking);
    if (!sitting?.handedIn) return showPapers();
    const current = sitting;
    const questions = gradedQuestions(current);
    const open = questions.filter(question => question.open);
    const wrong = questions.filter(question => !question.open && question.share < 1);
    const right = questions.filter(question => !question.open && question.share === 1);
    const ids = wrong
      .map(({ item }) => item.id)
      .filter(id => study.items.get(id)?.task.kind !== "written");
    const practising = ids.length
      ? [button(say("practise_these", { count: ids.length }), () => practise(ids), "primary")]
      : [];
    view.classList.remove("taking");
    view.replaceChildren(
      element("h2", { tabindex: "-1" }, say("result_of", { number: current.paper + 1 })),
      totalNode(current, questions),
      element(
        "div",
        { class: "actions" },
        ...practising,
        button(say("print"), () => print()),
        button(say("other_papers"), showPapers),
      ),
      ...(open.length
        ? [
            element(
              "div",
              { class: "to-grade" },
              part("to_grade", open.length),
              ...open.map(rubricOf),
            ),
          ]
        : []),
      breakdown(questions),
      ...(wrong.length
        ? [part("to_look_at", wrong.length), ...wrong.map(question => reviewNode(question, true))]
        : []),
      ...(right.length
        ? [
            element(
              "details",
              { class: "right-ones" },
              element("summary", {}, say("right_ones", { count: right.length })),
              ...right.map(question => reviewNode(question, false)),
            ),
          ]
        : []),
    );
    query(HTMLElement, "h2", view).focus({ preventScroll: true });
  }

  /**
   * @param {string} phrase
   * @param {number} count
   */
  function part(phrase, count) {
    return element("h3", { class: "part" }, say(phrase, { count }));
  }

  /**
   * @param {Sitting} current
   * @param {Graded[]} questions
   */
  function totalNode(current, questions) {
    const points = pointsOf(questions);
    const total = questions.reduce((sum, { item }) => sum + item.points, 0);
    const open = questions.filter(question => question.open);
    const openPoints = open.reduce((sum, { item }) => sum + item.points, 0);
    const percent = shownNumber((100 * points) / Math.max(total - openPoints, 1), 0);
    const minutesTaken = Math.max(1, Math.round((current.handedIn - current.started) / 60_000));
    return element(
      "div",
      { class: "total" },
      element("p", { class: "score" }, element("b", {}, `${percent} %`)),
      element(
        "p",
        {},
        pointsText(points, total),
        ...(open.length ? [", ", say("points_to_grade", { count: openPoints })] : []),
        element("br", {}),
        element("span", { class: "soft" }, say("taken", { count: minutesTaken })),
      ),
    );
  }

  /**
   * @param {number} points
   * @param {number} total
   */
  function pointsText(points, total) {
    return say("points_of", {
      points: shownNumber(points),
      total: shownNumber(total),
      count: total,
    });
  }

  /** @param {Graded[]} questions */
  function pointsOf(questions) {
    return questions.reduce((sum, { item, share }) => sum + share * item.points, 0);
  }

  /** @param {Graded[]} questions */
  function breakdown(questions) {
    const graded = questions.filter(question => !question.open);
    const titles = titlesOf();
    const tables = [
      [
        "by_section",
        (/** @type {Item} */ item) => item.section,
        (/** @type {string} */ key) => titles.get(key) ?? key,
      ],
      [
        "by_level",
        (/** @type {Item} */ item) => item.bloom,
        (/** @type {string} */ key) => say(`bloom_${key}`),
      ],
      [
        "by_objective",
        (/** @type {Item} */ item) => item.objective,
        (/** @type {string} */ key) => COURSE.objectives[key] ?? key,
      ],
    ];
    return element(
      "div",
      { class: "breakdown" },
      ...tables.map(([caption, keyOf, nameOf]) => resultTable(graded, caption, keyOf, nameOf)),
    );
  }

  /**
   * @param {Graded[]} questions
   * @param {any} caption
   * @param {any} keyOf
   * @param {any} nameOf
   */
  function resultTable(questions, caption, keyOf, nameOf) {
    /** @type {Map<string, Graded[]>} */
    const groups = new Map();
    for (const question of questions) {
      const key = keyOf(question.item);
      if (key) groups.set(key, [...(groups.get(key) ?? []), question]);
    }
    if (!groups.size) return "";
    const keys = [...groups.keys()];
    const order =
      caption === "by_level"
        ? LEVELS
        : caption === "by_section"
          ? [...titlesOf().keys()]
          : Object.keys(COURSE.objectives);
    keys.sort((one, other) => order.indexOf(one) - order.indexOf(other));
    const rows = keys.map(key => {
      const group = groups.get(key) ?? [];
      const [points, total] = [
        pointsOf(group),
        group.reduce((sum, { item }) => sum + item.points, 0),
      ];
      const isName = caption === "by_level";
      return element(
        "tr",
        {},
        (isName ? element : own)("th", { scope: "row" }, nameOf(key)),
        element("td", { class: "meter-cell" }, meterNode(points, total)),
        element(
          "td",
          { class: "of" },
          say("of", { part: shownNumber(points), total: shownNumber(total) }),
        ),
      );
    });
    const table = element(
      "table",
      { class: "numbers results" },
      element("caption", {}, say(caption)),
      element("tbody", {}, ...rows),
    );
    if (caption !== "by_objective") return table;
    return element("details", {}, element("summary", {}, say(caption)), table);
  }

  /** @param {Graded} question */
  function rubricOf({ item, attempt }) {
    const current = /** @type {Sitting} */ (sitting);
    const { task } = item;
    if (task.kind !== "written") return "";
    let ticked = current.ticked[item.id] ?? [];
    const text = attempt?.kind === "words" ? attempt.texts[0] : "";
    const grade = () => {
      current.ticked[item.id] = ticked;
      save();
      const { share } = graded(task, { kind: "rubric", ticked });
      study.update(progress => answered(progress, item.id, gradeOf(share, false), new Date()));
      record();
      showResult();
    };
    return element(
      "div",
      { class: "card question" },
      stemNode(item.stem, newId()),
      own("blockquote", { class: "given" }, text),
      rubricNode(task, ticked, lines => (ticked = lines)),
      element("div", { class: "actions" }, button(say("save_points"), grade, "primary")),
    );
  }

  /**
   * Return a question with the answer that was given, the right one, and the proof.
   * @param {Graded} question
   * @param {boolean} wrong
   */
  function reviewNode({ item, placed, attempt, share }, wrong) {
    const current = /** @type {Sitting} */ (sitting);
    const [, order, responses] = placed;
    const number = papers[current.paper].indexOf(placed) + 1;
    const result = graded(item.task, attempt, { decimal: "." });
    const controls = controlsFor(item, { answers: 0, order, responses, attempt });
    if (item.task.kind !== "written") controls.show(result, attempt);
    const counted = current.counted.includes(item.id);
    const points = pointsText(share * item.points, item.points);
    const state = share === 1 ? "right" : share > 0 ? "partly" : "wrong";
    const heading = element(
      "h4",
      {},
      signOf(attempt ? state : "missed"),
      say("question_number", { number }),
      element("span", { class: "soft" }, ` ${attempt ? points : say("left_blank")}`),
    );
    const near = result.near && !counted ? [nearNode(result)] : [];
    const isTyped = item.task.kind === "blanks" || item.task.kind === "number";
    const count = () => {
      current.counted = [...current.counted, item.id];
      save();
      study.update(progress => {
        const stamp = lastAnswer(progress, item.id);
        return stamp ? regraded(progress, item.id, stamp, GRADE.good, new Date()) : progress;
      });
      record();
      showResult();
    };
    const correct = wrong && attempt && isTyped ? [button(say("count_as_right"), count)] : [];
    const model = item.task.kind === "written" ? [keyNode(item)] : [];
    return element(
      "div",
      { class: `card question review ${state}` },
      heading,
      controls.node,
      ...near,
      ...correct,
      ...model,
      element("div", { class: "feedback" }, ...reasonNodes(item, study.open)),
    );
  }

  return {
    show() {
      if (sitting && !sitting.handedIn && view.classList.contains("taking")) return;
      if (!view.hasChildNodes()) {
        if (sitting?.handedIn) showResult();
        else showPapers();
      } else if (!view.classList.contains("taking") && !sitting?.handedIn) showPapers();
    },
  };
}

/**
 * Return whether a stored sitting belongs to one of the papers; those of an edition may differ.
 * @param {any} sitting
 * @param {Placed[][]} papers
 */
function isKnown(sitting, papers) {
  const ids = papers[sitting?.paper]?.map(([id]) => id);
  const isComplete =
    [sitting?.flags, sitting?.counted].every(Array.isArray) &&
    [sitting?.answers, sitting?.ticked].every(value => value && typeof value === "object");
  return Boolean(ids && isComplete && Object.keys(sitting.answers).every(id => ids.includes(id)));
}

/**
 * Return the titles of the sections by slug, in teaching order.
 * @returns {Map<string, string>}
 */
function titlesOf() {
  return new Map(COURSE.sections);
}

const LEVELS = ["remember", "understand", "apply", "analyse", "evaluate", "create"];

/**
 * Return a bar that shows a part of a total; the figures stand beside it.
 * @param {number} part
 * @param {number} total
 */
function meterNode(part, total) {
  const bar = element("span", { class: "bar" });
  bar.style.inlineSize = `${total ? Math.round((100 * part) / total) : 0}%`;
  return element("span", { class: "meter", "aria-hidden": "true" }, bar);
}

/**
 * Return the results of mock exams, the newest first.
 * @param {Progress} progress
 * @returns {{number: number, time: number, share: number}[]}
 */
function pastResults(progress) {
  return Object.keys(progress.marks)
    .filter(name => name.startsWith("exam:"))
    .flatMap(name => {
      try {
        const { time, points, total } = JSON.parse(markOf(progress, name));
        const share = Number(points) / Math.max(Number(total), 1);
        return [{ number: Number(name.split(":")[1]), time: Number(time), share }];
      } catch {
        return [];
      }
    })
    .sort((one, other) => other.time - one.time);
}

/**
 * Ask whether to do something.
 * @param {string} message
 * @param {string} label of the button that does it
 * @param {() => void} action
 */
function confirmed(message, label, action) {
  const id = newId();
  const dialog = element(
    "dialog",
    { "aria-labelledby": id, close: () => dialog.remove() },
    element("p", { id }, message),
    element(
      "div",
      { class: "actions" },
      button(say("cancel"), () => dialog.close()),
      button(
        label,
        () => {
          dialog.close();
          action();
        },
        "primary",
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}
