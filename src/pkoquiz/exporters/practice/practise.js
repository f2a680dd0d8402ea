// Practising: what is due and a few new questions, one after another, until each is right.

const NEW_A_DAY = 10;
const DUE_A_SESSION = 20;

/**
 * A session; `done` lists its answers, each with the queue before it, for undo.
 * @typedef {object} Practice
 * @property {string[]} queue ids of the questions that are left, those to ask again at the end
 * @property {number} total
 * @property {{id: string, stamp: Stamp, queue: string[], right: boolean}[]} done
 */

/**
 * Return the view of practice.
 * @param {HTMLElement} view
 * @param {Study} study
 */
function practiseView(view, study) {
  const essays = study.order.filter(item => item.task.kind === "written");

  /** @type {Practice | null} */
  let session = null;
  /** @type {{section: string, tag: string, kind: "daily" | "wrong" | "written" | "glossary"}} */
  let choice = { section: "", tag: "", kind: "daily" };
  const stored = study.store.read("fresh");
  let fresh = typeof stored === "number" ? stored : NEW_A_DAY;
  let extra = 0;

  function showPractise() {
    if (session) activateSession();
    else showStart();
  }

  /** Return the questions that match the learner's choice. */
  function chosen() {
    const pools = {
      daily: () => dailyOf(study),
      wrong: () => [...study.order, ...study.terms].filter(isMissed),
      written: () => essays,
      glossary: () => study.terms,
    };
    return pools[choice.kind]().filter(
      item =>
        (!choice.section || item.section === choice.section) &&
        (!choice.tag || item.tags.includes(choice.tag)),
    );
  }

  /** @param {Item} item */
  function isMissed(item) {
    return item.task.kind !== "written" && (study.cards().get(item.id)?.wrong ?? 0) > 0;
  }

  /** Return what a session would ask now, and the whole number of due study.questions. */
  function planned() {
    const some = chosen();
    if (choice.kind === "wrong") {
      const known = some.flatMap(item => study.cards().get(item.id) ?? []);
      const chance = (/** @type {Card} */ card) =>
        retrievability(card.stability, study.today() - card.day);
      known.sort((one, other) => chance(one) - chance(other));
      return {
        ids: known.map(card => card.id).slice(0, DUE_A_SESSION),
        due: known.length,
        fresh: 0,
        all: known.length,
      };
    }
    const narrowed = choice.section || choice.tag || choice.kind !== "daily";
    const begun = some.filter(item => study.cards().get(item.id)?.first === study.today()).length;
    const limit = (narrowed ? begun + DUE_A_SESSION : fresh) + extra;
    const plan = sessionOf(some, study.cards(), study.today(), {
      due: DUE_A_SESSION,
      fresh: limit,
    });
    const ids = [...plan.again, ...plan.due, ...plan.fresh];
    return {
      ids,
      due: plan.again.length + plan.due.length,
      fresh: plan.fresh.length,
      all: plan.again.length + plan.dueTotal,
    };
  }

  function showStart() {
    const plan = planned();
    const facts = [];
    if (plan.due)
      facts.push(
        plan.all > plan.due
          ? say("due_part", { part: plan.due, total: plan.all })
          : say("due", { count: plan.due }),
      );
    if (plan.fresh) facts.push(say("new", { count: plan.fresh }));
    const next = nextDue(dailyOf(study), study.cards(), study.today());
    const nothing = next === null ? say("nothing_left") : say("next_due", { when: dayName(next) });
    const more =
      choice.kind === "daily" &&
      !plan.ids.length &&
      sessionOf(dailyOf(study), study.cards(), study.today(), { due: 0, fresh: 1000 }).freshTotal;
    view.replaceChildren(
      element("h2", { tabindex: "-1" }, say("practise")),
      element(
        "div",
        { class: "start card" },
        plan.ids.length
          ? element("p", { class: "figures" }, facts.join(" · "))
          : element("p", { class: "figures" }, say("all_done")),
        plan.ids.length
          ? element(
              "p",
              { class: "soft" },
              say("session_time", { count: Math.max(1, Math.round(plan.ids.length * 0.6)) }),
            )
          : element("p", { class: "soft" }, nothing),
        element(
          "div",
          { class: "actions" },
          ...(plan.ids.length ? [button(say("start"), () => begin(plan.ids), "primary")] : []),
          ...(more
            ? [
                button(
                  say("more_new", { count: NEW_A_DAY }),
                  moreNew,
                  plan.ids.length ? "" : "primary",
                ),
              ]
            : []),
        ),
      ),
      choiceNode(),
    );
  }

  function moreNew() {
    extra += NEW_A_DAY;
    const some = dailyOf(study);
    const begun = some.filter(item => study.cards().get(item.id)?.first === study.today()).length;
    const plan = sessionOf(some, study.cards(), study.today(), {
      due: DUE_A_SESSION,
      fresh: begun + NEW_A_DAY,
    });
    begin([...plan.again, ...plan.due, ...plan.fresh]);
  }

  function choiceNode() {
    const isOpen = Boolean(choice.section || choice.tag || choice.kind !== "daily");
    const sections = COURSE.sections.filter((/** @type {string[]} */ [slug]) =>
      study.questions.some(item => item.section === slug),
    );
    const tags = [...new Set(study.order.flatMap(item => item.tags))].sort();
    const kinds = [
      ["daily", say("kind_daily")],
      ["wrong", say("kind_wrong")],
    ];
    if (essays.length) kinds.push(["written", say("kind_written")]);
    if (study.terms.length) kinds.push(["glossary", say("kind_glossary")]);
    const set = (/** @type {Partial<typeof choice>} */ change) => {
      choice = { ...choice, ...change };
      const [name] = Object.keys(change);
      showStart();
      query(HTMLElement, `[name=${name}]`, view).focus();
    };
    const list = (
      /** @type {"section" | "tag" | "kind"} */ name,
      /** @type {string[][]} */ options,
      /** @type {boolean} */ isOwn,
    ) =>
      element(
        "label",
        { class: "field" },
        element("span", {}, say(`choose_${name}`)),
        element(
          "select",
          {
            name,
            change: event => set({ [name]: /** @type {HTMLSelectElement} */ (event.target).value }),
          },
          ...options.map(([value, label], index) =>
            (isOwn && index ? own : element)(
              "option",
              { value, selected: choice[name] === value },
              label,
            ),
          ),
        ),
      );
    const perDay = element(
      "label",
      { class: "field" },
      element("span", {}, say("choose_fresh")),
      element(
        "select",
        {
          name: "fresh",
          change: event => {
            fresh = Number(/** @type {HTMLSelectElement} */ (event.target).value);
            study.store.write("fresh", fresh);
            showStart();
            query(HTMLElement, "[name=fresh]", view).focus();
          },
        },
        ...[0, 5, 10, 20, 40].map(count =>
          element("option", { value: count, selected: count === fresh }, String(count)),
        ),
      ),
    );
    return element(
      "details",
      { class: "choice", open: isOpen || Boolean(view.querySelector(".choice[open]")) },
      element("summary", {}, say("choose_what")),
      element(
        "div",
        { class: "fields" },
        list("kind", kinds, false),
        list("section", [["", say("all_sections")], ...sections], true),
        list("tag", [["", say("all_tags")], ...tags.map(tag => [tag, tag])], true),
        perDay,
      ),
    );
  }

  /** @param {readonly string[]} ids */
  function begin(ids) {
    session = { queue: [...ids], total: ids.length, done: [] };
    showNext();
  }

  /** Show the question of the session again after another view was shown. */
  function activateSession() {
    const node = view.querySelector(".card");
    if (!node) showNext();
    else study.active = shown;
  }

  /** @type {Active | null} */
  let shown = null;

  function showNext() {
    const current = session;
    if (!current) return showStart();
    const item = study.items.get(current.queue[0] ?? "");
    if (!item) return showEnd();
    const before = [...current.queue];
    const card = study.cards().get(item.id);
    const isRetry = current.done.some(({ id }) => id === item.id);
    let stamp = "";
    const setRight = (/** @type {boolean} */ right) => {
      current.queue = right ? before.slice(1) : [...before.slice(1), item.id];
      const entry = { id: item.id, stamp, queue: before, right };
      const rest = current.done.filter(each => each.stamp !== stamp);
      current.done = [...rest, entry];
    };
    const presented = present(item, {
      answers: card?.answers ?? 0,
      byCard: Boolean(card),
      answered(grade) {
        stamp = study.keep(item.id, grade);
        setRight(grade > GRADE.again);
        undo.hidden = false;
      },
      regraded(grade) {
        study.update(progress => regraded(progress, item.id, stamp, grade, new Date()));
        setRight(grade > GRADE.again);
      },
      done: showNext,
      open: study.open,
    });
    const left = new Set(current.queue).size;
    const undo = button(say("undo"), undoLast, "quiet");
    undo.hidden = current.done.length === 0;
    const bar = element(
      "div",
      { class: "session-bar" },
      meterNode(current.total - left, current.total),
      element("span", { class: "soft" }, say("left", { count: left })),
      undo,
      button(say("end_session"), showEnd, "quiet"),
    );
    const titles = titlesOf();
    const place = titles.get(item.section) ?? (item.type === "term" ? say("glossary") : "");
    view.replaceChildren(
      element("h2", { class: "visually-hidden" }, say("practise")),
      bar,
      element(
        "div",
        { class: "card" },
        element(
          "p",
          { class: "meta", tabindex: "-1" },
          isRetry ? `${say("once_more")} · ` : card ? "" : `${say("new_question")} · `,
          own("span", {}, String(place)),
        ),
        presented.node,
      ),
    );
    shown = study.active = presented;
    scrollTo(0, 0);
    query(HTMLElement, ".meta", view).focus({ preventScroll: true });
  }

  function undoLast() {
    const last = session?.done.pop();
    if (!session || !last) return;
    study.update(progress => withoutAnswer(progress, last.id, last.stamp, new Date()));
    session.queue = last.queue;
    showNext();
  }

  function showEnd() {
    const current = session;
    session = study.active = shown = null;
    if (!current?.done.length) return showStart();
    /** @type {Map<string, boolean>} */
    const first = new Map();
    for (const { id, right } of current.done) if (!first.has(id)) first.set(id, right);
    const right = [...first.values()].filter(Boolean).length;
    const next = nextDue(dailyOf(study), study.cards(), study.today());
    const plan = planned();
    view.replaceChildren(
      element("h2", { tabindex: "-1" }, say("session_done")),
      element(
        "div",
        { class: "start card" },
        element(
          "p",
          { class: "figures" },
          say("session_result", { part: right, total: first.size }),
        ),
        element(
          "p",
          { class: "soft" },
          plan.due
            ? say("due", { count: plan.all })
            : next === null
              ? say("nothing_left")
              : say("next_due", { when: dayName(next) }),
        ),
        element(
          "div",
          { class: "actions" },
          ...(plan.due ? [button(say("go_on"), () => begin(planned().ids), "primary")] : []),
          button(say("more_new", { count: NEW_A_DAY }), moreNew),
          element("a", { class: "button", href: "#view--read" }, say("back_to_reading")),
        ),
      ),
      choiceNode(),
    );
    scrollTo(0, 0);
    query(HTMLElement, "h2", view).focus({ preventScroll: true });
  }

  /**
   * Return a day in words: tomorrow, or a date.
   * @param {number} day
   */
  function dayName(day) {
    const language = document.documentElement.lang || "en";
    if (day - study.today() <= 1)
      return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(
        day - study.today(),
        "day",
      );
    return dateOfDay(day).toLocaleDateString(language, {
      weekday: "long",
      day: "numeric",
      month: "long",
    });
  }

  return {
    show: showPractise,
    begin,
    undo: undoLast,
    forget() {
      session = null;
    },
  };
}
