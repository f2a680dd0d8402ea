// The page: its views, and the way between them.

/** @typedef {{node: HTMLElement, enter: () => void, choose: (number: number) => void}} Active */

const NEW_A_DAY = 10;
const DUE_A_SESSION = 20;

/**
 * Return a value that was embedded as compressed JSON.
 * @param {{deflate: string}} packed
 * @returns {Promise<any>}
 */
async function unpacked({ deflate }) {
  const bytes = Uint8Array.from(atob(deflate), character => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

unpacked(readData("data--questions")).then(
  data => startPage(data.questions, data.terms),
  () => {
    query(HTMLElement, "#page--too-old").hidden = false;
  },
);

/**
 * @param {Item[]} questions
 * @param {Item[]} terms
 */
function startPage(questions, terms) {
  const store = openStore(COURSE.short);
  const items = new Map([...questions, ...terms].map(item => [item.id, item]));
  /** @type {Map<string, Card>} */
  let cards = cardsOf(store.progress());
  /** @type {Active | null} what the keyboard answers */
  let active = null;
  const main = query(HTMLElement, "#page--main");
  const home = query(HTMLElement, "#view--read");
  const chapters = queryAll(HTMLElement, ".chapter");
  const areas = queryAll(HTMLElement, ".area");
  const views = {
    practise: query(HTMLElement, "#view--practise"),
    exam: query(HTMLElement, "#view--exam"),
    progress: query(HTMLElement, "#view--progress"),
  };

  // --- questions in the order in which they are taught

  const inAreas = areas.flatMap(area => [...idsOf(area, "asked"), ...idsOf(area, "offered")]);
  const order = [...new Set([...inAreas, ...questions.map(item => item.id)])].flatMap(
    id => items.get(id) ?? [],
  );
  const daily = order.filter(item => item.task.kind !== "written");
  const written = order.filter(item => item.task.kind === "written");

  /**
   * @param {HTMLElement} area
   * @param {"asked" | "offered"} name
   */
  function idsOf(area, name) {
    return (area.dataset[name] ?? "").split(" ").filter(id => items.has(id));
  }

  /** What a day asks: questions, and the terms that were begun. */
  const pool = () => [...daily, ...terms.filter(term => cards.has(term.id))];
  const today = () => studyDay(new Date());

  // --- keeping answers

  /**
   * @param {(progress: Progress) => Progress} change
   */
  function update(change) {
    store.update(change);
    cards = cardsOf(store.progress());
    showStorage();
  }

  /**
   * Keep an answer, and return its stamp.
   * @param {string} id
   * @param {Grade} grade
   */
  function keep(id, grade) {
    update(progress => answered(progress, id, grade, new Date()));
    return lastAnswer(store.progress(), id);
  }

  const storage = query(HTMLElement, "#page--storage");
  function showStorage() {
    const state = store.state();
    storage.hidden = state === "kept";
    if (state === "kept" || storage.dataset.state === state) return;
    storage.dataset.state = state;
    const saving = [button(say("save_file"), saveFile), button(say("copy_text"), copyProgress)];
    storage.replaceChildren(
      element("p", {}, say(`storage_${state}`)),
      element("div", { class: "actions" }, ...(state === "newer" ? [] : saving)),
    );
  }

  store.listen(() => {
    cards = cardsOf(store.progress());
    showStorage();
    showHome();
    if (!views.progress.hidden) showProgress();
  });

  // --- the way between the views

  /** @type {{hash: string, top: number} | null} where a citation was followed from */
  let origin = null;
  const back = query(HTMLElement, "#page--back");
  back.append(button(say("back_to_question"), goBack, "primary"));

  function goBack() {
    if (!origin) return;
    const { hash, top } = origin;
    endCitation();
    if (location.hash !== hash) history.pushState(null, "", hash || "#view--read");
    route(false);
    scrollTo(0, top);
    active?.node.querySelector("figcaption a")?.dispatchEvent(new Event("focus"));
  }

  function endCitation() {
    origin = null;
    back.hidden = true;
    for (const mark of document.querySelectorAll(".chapter mark")) {
      const parent = mark.parentNode;
      mark.replaceWith(...mark.childNodes);
      parent?.normalize();
    }
  }

  /**
   * Show a citation in the transcript, with a way back.
   * @param {Source} source
   */
  function openSource(source) {
    const from = { hash: location.hash, top: scrollY };
    endCitation();
    location.hash = source.passage;
    route(false);
    const passage = document.getElementById(source.passage);
    const words = wordsOf(source.passage);
    if (!words) return;
    markWords(words, source.spans);
    origin = from;
    back.hidden = false;
    const target = words.querySelector("mark") ?? words;
    target.scrollIntoView({ block: "center" });
    passage?.focus({ preventScroll: true });
  }

  /**
   * Mark ranges of the text of an element.
   * @param {Element} words
   * @param {[number, number][]} spans
   */
  function markWords(words, spans) {
    const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
    const texts = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node);
    let offset = 0;
    for (const text of /** @type {Text[]} */ (texts)) {
      const start = offset;
      const value = text.data;
      offset += value.length;
      const pieces = [];
      let place = 0;
      for (const [begin, end] of spans) {
        const [from, to] = [Math.max(begin - start, 0), Math.min(end - start, value.length)];
        if (from >= to) continue;
        pieces.push(value.slice(place, from), element("mark", {}, value.slice(from, to)));
        place = to;
      }
      if (pieces.length) text.replaceWith(...pieces, value.slice(place));
    }
  }

  /**
   * Show what the address names.
   * @param {boolean} [moved] whether to scroll to it
   */
  function route(moved = true) {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id ? document.getElementById(id) : null;
    const view = Object.keys(views).find(name => id === `view--${name}`);
    const chapter = target?.closest(".chapter");
    for (const [name, node] of Object.entries(views)) node.hidden = name !== view;
    document.documentElement.classList.toggle("home", !view && !chapter);
    home.hidden = Boolean(view || chapter);
    for (const each of chapters) each.classList.toggle("open", each === chapter);
    const tab = view ?? "read";
    for (const link of queryAll(HTMLAnchorElement, ".top nav a")) {
      const isCurrent = link.hash === `#view--${tab}`;
      if (isCurrent) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    active = null;
    if (view === "practise") showPractise();
    else if (view === "exam") exam.show();
    else if (view === "progress") showProgress();
    else if (!chapter) showHome();
    else showChapter(/** @type {HTMLElement} */ (chapter));
    if (!moved) return;
    endCitation();
    if (target && chapter && target !== chapter) target.scrollIntoView({ block: "center" });
    else scrollTo(0, 0);
    if (started) (target?.closest(".chapter, .view") ?? main).querySelector("h2")?.focus({ preventScroll: true });
  }
  let started = false;
  addEventListener("hashchange", () => {
    if (!origin) route();
    else if (location.hash === "" || document.getElementById(location.hash.slice(1))?.closest(".chapter.open")) return;
    else route();
  });

  // --- reading

  /**
   * Return how many of some questions were answered, and how many are due.
   * @param {readonly Item[]} some
   */
  function tally(some) {
    const known = some.flatMap(item => cards.get(item.id) ?? []);
    const due = known.filter(card => card.due <= today()).length;
    return { answered: known.length, due, total: some.length };
  }

  function showHome() {
    for (const line of queryAll(HTMLElement, "[data-section]", home)) {
      const own = questions.filter(item => item.section === line.dataset.section);
      const { answered: done, total } = tally(own);
      const read = markOf(store.progress(), `read:${line.dataset.section}`) !== "";
      line.replaceChildren(
        ...(read ? [element("span", { class: "read-mark" }, say("read_done")), " "] : []),
        ...(total
          ? [meterNode(done, total), element("span", {}, say("answered_of", { count: done, total }))]
          : []),
      );
    }
    const resume = query(HTMLElement, "#page--resume", home);
    const { due } = tally(pool());
    const place = store.read("place");
    const chapter = place ? document.getElementById(place)?.closest(".chapter") : null;
    const title = chapter?.querySelector("h2")?.textContent ?? "";
    const hasAnswers = cards.size > 0;
    resume.replaceChildren(
      chapter
        ? element(
            "a",
            { class: "button primary", href: `#${place}` },
            say("continue_reading"),
            own("small", {}, title),
          )
        : element("a", { class: "button primary", href: `#${chapters[0]?.id ?? ""}` }, say("begin_reading")),
      due
        ? element("a", { class: "button", href: "#view--practise" }, say("due_now", { count: due }))
        : element("a", { class: "button", href: "#view--practise" }, say("practise")),
      ...(hasAnswers ? [] : [element("a", { class: "quiet", href: "#view--progress" }, say("have_a_file"))]),
    );
    resume.hidden = false;
  }

  const seen = new IntersectionObserver(
    entries => {
      for (const { target, isIntersecting } of entries) {
        const node = /** @type {HTMLElement} */ (target);
        if (!isIntersecting || !node.closest(".open")) continue;
        if (node.classList.contains("area")) {
          seen.unobserve(node);
          fillArea(node);
        } else if (node.classList.contains("chapter-end")) {
          const name = `read:${node.closest(".chapter")?.id}`;
          if (!markOf(store.progress(), name)) update(progress => marked(progress, name, "1", new Date()));
        }
      }
    },
    { rootMargin: "0px 0px 400px 0px" },
  );
  for (const node of [...areas, ...queryAll(HTMLElement, ".chapter-end")]) seen.observe(node);

  /** Remember the passage that is read, so that reading can go on there. */
  let placing = 0;
  addEventListener(
    "scroll",
    () => {
      const chapter = document.querySelector(".chapter.open");
      if (!chapter || placing) return;
      placing = setTimeout(() => {
        placing = 0;
        const passages = queryAll(HTMLElement, ".passage", chapter);
        const isShown = (/** @type {HTMLElement} */ node) =>
          node.getBoundingClientRect().bottom > 120;
        const first = passages.find(isShown) ?? passages.at(-1);
        if (first && !origin && chapter.classList.contains("open")) store.write("place", first.id);
      }, 500);
    },
    { passive: true },
  );

  /** @param {HTMLElement} chapter */
  function showChapter(chapter) {
    if (!origin) store.write("place", chapter.id);
  }

  /** @param {HTMLElement} area */
  function fillArea(area) {
    const asked = idsOf(area, "asked").flatMap(id => items.get(id) ?? []);
    const offered = idsOf(area, "offered").flatMap(id => items.get(id) ?? []);
    /** @type {Map<string, boolean>} what was answered in this visit, and whether it was right */
    const results = new Map();
    const known = (/** @type {Item} */ item) => cards.has(item.id);
    const body = element("div", { class: "area-body" });
    const dots = element("span", { class: "dots", "aria-hidden": "true" });
    area.append(
      element("div", { class: "area-head" }, element("h3", {}, say("area")), dots),
      body,
    );

    /** @param {readonly Item[]} some */
    function showDots(some, current = -1) {
      dots.replaceChildren(
        ...some.map((item, index) => {
          const right = results.get(item.id);
          const state = index === current ? "current" : right === undefined ? (known(item) ? "known" : "") : right ? "right" : "wrong";
          return element("span", { class: `dot ${state}` });
        }),
      );
    }

    /**
     * Ask some questions one after another.
     * @param {readonly Item[]} some
     * @param {boolean} focused
     */
    function ask(some, focused) {
      let index = 0;
      const next = () => {
        const item = some[index];
        if (!item) return finish(some);
        showDots(some, index);
        let stamp = "";
        const presented = present(item, {
          answers: cards.get(item.id)?.answers ?? 0,
          byCard: false,
          answered(grade) {
            stamp = keep(item.id, grade);
            results.set(item.id, grade > GRADE.again);
          },
          regraded(grade) {
            update(progress => regraded(progress, item.id, stamp, grade, new Date()));
            results.set(item.id, grade > GRADE.again);
          },
          done() {
            index += 1;
            focused = true;
            next();
          },
          open: openSource,
          next: index === some.length - 1 ? say("read_on") : say("continue"),
        });
        const position = say("question_of", { number: index + 1, total: some.length });
        body.replaceChildren(
          element("p", { class: "visually-hidden", tabindex: "-1" }, position),
          presented.node,
        );
        activate(presented);
        if (focused) {
          query(HTMLElement, "p", body).focus({ preventScroll: true });
          area.scrollIntoView({ block: "nearest" });
        }
      };
      next();
    }

    /** @param {Active} presented */
    function activate(presented) {
      // Of several areas on the screen, the keyboard answers the one that has the focus.
      presented.node.addEventListener("focusin", () => (active = presented));
      presented.node.addEventListener("pointerdown", () => (active = presented));
      if (body.contains(document.activeElement)) active = presented;
    }

    /** @param {readonly Item[]} some */
    function finish(some) {
      active = null;
      showDots(some);
      const right = some.filter(item => results.get(item.id) ?? cards.get(item.id)?.grade !== GRADE.again).length;
      const rest = offered.filter(item => !results.has(item.id));
      const wrong = some.length - right;
      body.replaceChildren(
        element(
          "p",
          { tabindex: "-1" },
          say("area_done", { part: right, total: some.length }),
          wrong ? ` ${say("comes_back", { count: wrong })}` : "",
        ),
        element(
          "div",
          { class: "actions" },
          button(say("ask_again"), () => ask(some, true), "quiet"),
          ...(rest.length ? [button(say("more_on_this", { count: rest.length }), () => ask(rest, true))] : []),
        ),
      );
      if (results.size) query(HTMLElement, "p", body).focus({ preventScroll: true });
    }

    if (!asked.length) {
      const label = say("more_on_this", { count: offered.length });
      body.append(element("div", { class: "actions" }, button(label, () => ask(offered, true))));
    } else if (asked.every(known)) finish(asked);
    else ask(asked.filter(item => !known(item)), false);
  }

  // The glossary: an explanation beside the word; without this script, the link leads to the entry.
  const explanation = query(HTMLElement, "#page--explanation");
  document.addEventListener("click", event => {
    const link = event.target instanceof Element ? event.target.closest("a.term") : null;
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    const entry = document.getElementById(link.hash.slice(1));
    const terms = [entry, ...sameTerms(entry)].flatMap(node => node?.cloneNode(true) ?? []);
    for (const term of terms) /** @type {Element} */ (term).removeAttribute("id");
    const close = button(say("close"), () => {
      explanation.hidePopover();
      link.focus({ preventScroll: true });
    });
    explanation.replaceChildren(element("dl", {}, ...terms), close);
    explanation.showPopover();
    const { left, bottom, top } = link.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = explanation;
    const below = bottom + 8 + height < innerHeight;
    explanation.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - width - 8))}px`;
    explanation.style.top = `${Math.max(8, below ? bottom + 8 : top - height - 8)}px`;
    close.focus({ preventScroll: true });
  });
  addEventListener("scroll", () => explanation.matches(":popover-open") && explanation.hidePopover(), {
    passive: true,
  });

  /**
   * Return the other entries of the glossary with the same name.
   * @param {Element | null} entry
   */
  function sameTerms(entry) {
    const name = (/** @type {Element | null} */ node) =>
      node?.querySelector("dt")?.textContent?.replace(/\s*\(.*/, "") ?? "";
    return queryAll(HTMLElement, ".entry").filter(node => node !== entry && name(node) === name(entry));
  }

  // --- practising

  /** @type {{queue: string[], total: number, done: {id: string, stamp: Stamp, queue: string[], right: boolean}[], byCard: boolean} | null} */
  let session = null;
  let choice = { section: "", tag: "", kind: "daily" };
  let fresh = Number(store.read("fresh") ?? NEW_A_DAY);
  let extra = 0;

  function showPractise() {
    if (session) activateSession();
    else showStart();
  }

  /** Return the questions that match the learner's choice. */
  function chosen() {
    const base =
      choice.kind === "written" ? written : choice.kind === "glossary" ? terms : choice.kind === "wrong" ? [...order, ...terms] : pool();
    return base.filter(
      item =>
        (!choice.section || item.section === choice.section) &&
        (!choice.tag || item.tags.includes(choice.tag)) &&
        (choice.kind !== "wrong" || (cards.get(item.id)?.wrong ?? 0) > 0) &&
        (choice.kind !== "wrong" || item.task.kind !== "written"),
    );
  }

  /** Return what a session would ask now, and the whole number of due questions. */
  function planned() {
    const some = chosen();
    if (choice.kind === "wrong") {
      const known = some.flatMap(item => cards.get(item.id) ?? []);
      const chance = (/** @type {Card} */ card) => retrievability(card.stability, today() - card.day);
      known.sort((one, other) => chance(one) - chance(other));
      return { ids: known.map(card => card.id).slice(0, DUE_A_SESSION), due: known.length, fresh: 0, all: known.length };
    }
    const narrowed = choice.section || choice.tag || choice.kind !== "daily";
    const begun = some.filter(item => cards.get(item.id)?.first === today()).length;
    const limit = (narrowed ? begun + DUE_A_SESSION : fresh) + extra;
    const plan = sessionOf(some, cards, today(), { due: DUE_A_SESSION, fresh: limit });
    const ids = [...plan.again, ...plan.due, ...plan.fresh];
    return { ids, due: plan.again.length + plan.due.length, fresh: plan.fresh.length, all: plan.again.length + plan.dueTotal };
  }

  function showStart() {
    const plan = planned();
    const facts = [];
    if (plan.due) facts.push(plan.all > plan.due ? say("due_part", { part: plan.due, total: plan.all }) : say("due", { count: plan.due }));
    if (plan.fresh) facts.push(say("new", { count: plan.fresh }));
    const next = nextDue(pool(), cards, today());
    const nothing = next === null ? say("nothing_left") : say("next_due", { when: dayName(next) });
    const more = choice.kind === "daily" && !plan.ids.length && sessionOf(pool(), cards, today(), { due: 0, fresh: 1000 }).freshTotal;
    views.practise.replaceChildren(
      element("h2", { tabindex: "-1" }, say("practise")),
      element(
        "div",
        { class: "start card" },
        plan.ids.length
          ? element("p", { class: "figures" }, facts.join(" · "))
          : element("p", { class: "figures" }, say("all_done")),
        plan.ids.length
          ? element("p", { class: "soft" }, say("session_time", { count: Math.max(1, Math.round(plan.ids.length * 0.6)) }))
          : element("p", { class: "soft" }, nothing),
        element(
          "div",
          { class: "actions" },
          ...(plan.ids.length ? [button(say("start"), () => begin(plan.ids), "primary")] : []),
          ...(more ? [button(say("more_new", { count: NEW_A_DAY }), moreNew, plan.ids.length ? "" : "primary")] : []),
        ),
      ),
      choiceNode(),
    );
  }

  function moreNew() {
    extra += NEW_A_DAY;
    const some = pool();
    const begun = some.filter(item => cards.get(item.id)?.first === today()).length;
    const plan = sessionOf(some, cards, today(), { due: DUE_A_SESSION, fresh: begun + NEW_A_DAY });
    begin([...plan.again, ...plan.due, ...plan.fresh]);
  }

  function choiceNode() {
    const isOpen = Boolean(choice.section || choice.tag || choice.kind !== "daily");
    const sections = COURSE.sections.filter((/** @type {string[]} */ [slug]) => questions.some(item => item.section === slug));
    const tags = [...new Set(order.flatMap(item => item.tags))].sort();
    const kinds = [["daily", say("kind_daily")], ["wrong", say("kind_wrong")]];
    if (written.length) kinds.push(["written", say("kind_written")]);
    if (terms.length) kinds.push(["glossary", say("kind_glossary")]);
    const set = (/** @type {Partial<typeof choice>} */ change) => {
      choice = { ...choice, ...change };
      const [name] = Object.keys(change);
      showStart();
      query(HTMLElement, `[name=${name}]`, views.practise).focus();
    };
    const list = (/** @type {"section" | "tag" | "kind"} */ name, /** @type {string[][]} */ options, /** @type {boolean} */ isOwn) =>
      element(
        "label",
        { class: "field" },
        element("span", {}, say(`choose_${name}`)),
        element(
          "select",
          { name, change: event => set({ [name]: /** @type {HTMLSelectElement} */ (event.target).value }) },
          ...options.map(([value, label], index) =>
            (isOwn && index ? own : element)("option", { value, selected: choice[name] === value }, label),
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
            store.write("fresh", fresh);
            showStart();
            query(HTMLElement, "[name=fresh]", views.practise).focus();
          },
        },
        ...[0, 5, 10, 20, 40].map(count => element("option", { value: count, selected: count === fresh }, String(count))),
      ),
    );
    return element(
      "details",
      { class: "choice", open: isOpen || Boolean(views.practise.querySelector(".choice[open]")) },
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
    session = { queue: [...ids], total: ids.length, done: [], byCard: true };
    showNext();
  }

  /** Show the question of the session again after another view was shown. */
  function activateSession() {
    const node = views.practise.querySelector(".card");
    if (!node) showNext();
    else active = shown;
  }

  /** @type {Active | null} */
  let shown = null;

  function showNext() {
    const current = session;
    if (!current) return showStart();
    const item = items.get(current.queue[0] ?? "");
    if (!item) return showEnd();
    const before = [...current.queue];
    const card = cards.get(item.id);
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
      byCard: Boolean(card) && current.byCard,
      answered(grade) {
        stamp = keep(item.id, grade);
        setRight(grade > GRADE.again);
        undo.hidden = false;
      },
      regraded(grade) {
        update(progress => regraded(progress, item.id, stamp, grade, new Date()));
        setRight(grade > GRADE.again);
      },
      done: showNext,
      open: openSource,
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
    views.practise.replaceChildren(
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
    shown = active = presented;
    scrollTo(0, 0);
    query(HTMLElement, ".meta", views.practise).focus({ preventScroll: true });
  }

  function undoLast() {
    const last = session?.done.pop();
    if (!session || !last) return;
    update(progress => withoutAnswer(progress, last.id, last.stamp, new Date()));
    session.queue = last.queue;
    showNext();
  }

  function showEnd() {
    const current = session;
    session = active = shown = null;
    if (!current?.done.length) return showStart();
    /** @type {Map<string, boolean>} */
    const first = new Map();
    for (const { id, right } of current.done) if (!first.has(id)) first.set(id, right);
    const right = [...first.values()].filter(Boolean).length;
    const next = nextDue(pool(), cards, today());
    const plan = planned();
    views.practise.replaceChildren(
      element("h2", { tabindex: "-1" }, say("session_done")),
      element(
        "div",
        { class: "start card" },
        element("p", { class: "figures" }, say("session_result", { part: right, total: first.size })),
        element(
          "p",
          { class: "soft" },
          plan.due ? say("due", { count: plan.all }) : next === null ? say("nothing_left") : say("next_due", { when: dayName(next) }),
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
    query(HTMLElement, "h2", views.practise).focus({ preventScroll: true });
  }

  /**
   * Return a day in words: tomorrow, or a date.
   * @param {number} day
   */
  function dayName(day) {
    const language = document.documentElement.lang || "en";
    if (day - today() <= 1) return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(day - today(), "day");
    return dateOfDay(day).toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });
  }

  /** @param {readonly string[]} ids */
  function practise(ids) {
    begin(ids);
    location.hash = "view--practise";
  }

  // --- the exam

  const exam = examView(views.exam, {
    store: { ...store, update },
    items,
    practise,
    open: openSource,
  });

  // --- progress

  function showProgress() {
    const rows = COURSE.sections
      .map((/** @type {[string, string]} */ [slug, title]) => ({ title, items: questions.filter(item => item.section === slug) }))
      .filter((/** @type {{items: Item[]}} */ row) => row.items.length);
    const levels = (/** @type {readonly Item[]} */ some) => {
      const counts = { known: 0, learning: 0, new: 0 };
      for (const item of some) counts[levelOf(cards.get(item.id))] += 1;
      return counts;
    };
    const all = levels(questions);
    const results = pastResults(store.progress());
    const language = document.documentElement.lang || "en";
    views.progress.replaceChildren(
      element("h2", { tabindex: "-1" }, say("progress")),
      element(
        "ul",
        { class: "levels" },
        ...Object.entries(all).map(([level, count]) =>
          element("li", { class: level }, element("b", {}, shownNumber(count)), " ", say(`level_${level}`)),
        ),
      ),
      stackNode(all, questions.length),
      element("p", { class: "soft narrow" }, say("levels_about")),
      forecastNode(),
      element("h3", {}, say("by_section")),
      element(
        "table",
        { class: "numbers results" },
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            element("th", { scope: "col", class: "text" }, say("section")),
            element("td", {}),
            element("th", { scope: "col" }, say("level_known")),
            element("th", { scope: "col" }, say("level_learning")),
            element("th", { scope: "col" }, say("level_new")),
          ),
        ),
        element(
          "tbody",
          {},
          ...rows.map((/** @type {{title: string, items: Item[]}} */ row) => {
            const counts = levels(row.items);
            return element(
              "tr",
              {},
              own("th", { scope: "row" }, row.title),
              element("td", { class: "meter-cell" }, stackNode(counts, row.items.length)),
              ...Object.values(counts).map(count => element("td", {}, shownNumber(count))),
            );
          }),
        ),
      ),
      ...(results.length
        ? [
            element("h3", {}, say("exam_results")),
            element(
              "ul",
              { class: "plain" },
              ...results.map(result =>
                element(
                  "li",
                  {},
                  `${new Date(result.time).toLocaleDateString(language, { dateStyle: "medium" })} · ${say("paper", { number: result.number })} · `,
                  element("b", {}, `${shownNumber(100 * result.share, 0)} %`),
                ),
              ),
            ),
          ]
        : []),
      ...fileNodes(),
    );
  }

  /**
   * @param {Record<string, number>} counts
   * @param {number} total
   */
  function stackNode(counts, total) {
    return element(
      "span",
      { class: "meter stack", "aria-hidden": "true" },
      ...Object.entries(counts).map(([level, count]) => {
        const bar = element("span", { class: `bar ${level}` });
        bar.style.inlineSize = `${total ? (100 * count) / total : 0}%`;
        return bar;
      }),
    );
  }

  function forecastNode() {
    if (!cards.size) return element("p", {}, say("no_answers"));
    const days = Array.from({ length: 7 }, (_, index) => today() + index);
    const counts = days.map(
      (day, index) =>
        [...cards.values()].filter(card => items.has(card.id) && (index ? card.due === day : card.due <= day)).length,
    );
    const most = Math.max(...counts, 1);
    const language = document.documentElement.lang || "en";
    return element(
      "div",
      {},
      element("h3", {}, say("forecast")),
      element(
        "ol",
        { class: "forecast" },
        ...days.map((day, index) => {
          const name = index ? dateOfDay(day).toLocaleDateString(language, { weekday: "short" }) : say("today");
          const bar = element("span", { class: "bar", "aria-hidden": "true" });
          bar.style.blockSize = `${(100 * counts[index]) / most}%`;
          return element(
            "li",
            {},
            element("span", { class: "column", "aria-hidden": "true" }, bar),
            element("b", {}, shownNumber(counts[index])),
            element("span", {}, name),
          );
        }),
      ),
    );
  }

  // --- files

  const fileName = `${COURSE.short}-progress.json`;

  function saveFile() {
    const blob = new Blob([progressText(store.progress())], { type: "application/json" });
    const url = URL.createObjectURL(blob);
    const link = element("a", { href: url, download: fileName });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  function copyProgress() {
    const text = progressText(store.progress());
    const area = element("textarea", { rows: 6, readonly: true, "aria-label": say("progress_text") });
    area.value = text;
    const dialog = element(
      "dialog",
      { "aria-label": say("copy_text"), close: () => dialog.remove() },
      element("p", {}, say("copy_about")),
      area,
      element("div", { class: "actions" }, button(say("close"), () => dialog.close(), "primary")),
    );
    document.body.append(dialog);
    dialog.showModal();
    area.select();
    navigator.clipboard?.writeText(text).catch(() => {});
  }

  function fileNodes() {
    const status = element("p", { role: "status", class: "message" });
    const input = element("input", {
      type: "file",
      class: "visually-hidden",
      tabindex: "-1",
      "aria-label": say("add_file"),
      change: async () => {
        const file = input.files?.[0];
        if (file) add(await file.text());
        input.value = "";
      },
    });
    const pasted = element("textarea", { rows: 3, "aria-label": say("progress_text") });
    /** @param {string} text */
    const add = text => {
      const parsed = parsedProgress(text, COURSE.short);
      if (typeof parsed === "string") {
        status.textContent = say(`file_${parsed}`);
        return;
      }
      const before = cards.size;
      update(progress => merged(progress, parsed));
      showProgress();
      const message = query(HTMLElement, ".message", views.progress);
      message.textContent = say("file_added", { count: Math.max(cards.size - before, 0) });
    };
    return [
      element("h3", {}, say("your_file")),
      element("p", { class: "narrow soft" }, say("file_about")),
      element(
        "div",
        { class: "actions" },
        button(say("save_file"), saveFile, "primary"),
        button(say("add_file"), () => input.click()),
        button(say("copy_text"), copyProgress),
      ),
      input,
      status,
      element(
        "details",
        {},
        element("summary", {}, say("paste")),
        pasted,
        element("div", { class: "actions" }, button(say("add_text"), () => add(pasted.value))),
      ),
      element(
        "details",
        {},
        element("summary", {}, say("start_over")),
        element("p", {}, say("start_over_about")),
        element(
          "div",
          { class: "actions" },
          button(say("start_over"), () =>
            confirmed(say("start_over_sure"), say("start_over"), () => {
              update(progress => restarted(progress, new Date()));
              session = null;
              showProgress();
            }),
          ),
        ),
      ),
    ];
  }

  // --- the keyboard

  const showKeys = bindKeys(
    [
      { key: "1", shown: "1–9", label: say("key_choose"), action: () => active?.choose(1) },
      ...[2, 3, 4, 5, 6, 7, 8, 9].map(number => ({
        key: String(number),
        label: "",
        action: () => active?.choose(number),
      })),
      { key: "enter", shown: say("enter"), label: say("key_enter"), action: () => active?.enter() },
      { key: "u", label: say("undo"), action: () => session && !views.practise.hidden && undoLast() },
      { key: "r", label: say("read"), action: () => (location.hash = "view--read") },
      { key: "p", label: say("practise"), action: () => (location.hash = "view--practise") },
    ],
    { title: say("keys"), list: say("keys_list"), use: say("keys_use"), close: say("close") },
  );
  query(HTMLElement, "#page--keys").append(button(say("keys"), showKeys, "quiet"));

  // --- begin

  document.documentElement.classList.add("scripted");
  query(HTMLElement, ".top nav").hidden = false;
  if (!COURSE.exam.papers.length) query(HTMLElement, '.top nav a[href="#view--exam"]').hidden = true;
  showStorage();
  route();
  started = true;
  performance.mark("ready");
  startWorker();
}

/** Register the service worker of a hosted page, so that it works without a network. */
function startWorker() {
  const isHosted = document.querySelector("link[rel=manifest]");
  if (!isHosted || !/^https?:$/.test(location.protocol) || !navigator.serviceWorker) return;
  /** @type {any} */
  const types = "trustedTypes" in window ? window.trustedTypes : null;
  const policy = types?.createPolicy("pkoquiz", { createScriptURL: () => "sw.js" });
  navigator.serviceWorker.register(policy ? policy.createScriptURL("") : "sw.js").catch(() => {});
}
