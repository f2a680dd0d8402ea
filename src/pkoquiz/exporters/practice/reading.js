// Reading: the list of sections, areas with questions on what was just read, and the glossary.

/**
 * Return what the page shows of the transcript.
 * @param {HTMLElement} home the list of sections
 * @param {Study} study
 */
function readingView(home, study) {
  const chapters = queryAll(HTMLElement, ".chapter");
  const areas = queryAll(HTMLElement, ".area");

  /**
   * Return how many of some questions were answered, and how many are due.
   * @param {readonly Item[]} some
   */
  function tally(some) {
    const known = some.flatMap(item => study.cards().get(item.id) ?? []);
    const due = known.filter(card => card.due <= study.today()).length;
    return { answered: known.length, due, total: some.length };
  }

  function showHome() {
    for (const line of queryAll(HTMLElement, "[data-section]", home)) {
      const own = study.questions.filter(item => item.section === line.dataset.section);
      const { answered: done, total } = tally(own);
      const read = markOf(study.store.progress(), `read:${line.dataset.section}`) !== "";
      line.replaceChildren(
        ...(read ? [element("span", { class: "read-mark" }, say("read_done")), " "] : []),
        ...(total
          ? [
              meterNode(done, total),
              element("span", {}, say("answered_of", { count: done, total })),
            ]
          : []),
      );
    }
    const resume = query(HTMLElement, "#page--resume", home);
    const { due } = tally(dailyOf(study));
    const place = study.store.read("place");
    const chapter = place ? document.getElementById(place)?.closest(".chapter") : null;
    const title = chapter?.querySelector("h2")?.textContent ?? "";
    const hasAnswers = study.cards().size > 0;
    resume.replaceChildren(
      chapter
        ? element(
            "a",
            { class: "button primary", href: `#${place}` },
            say("continue_reading"),
            own("small", {}, title),
          )
        : element(
            "a",
            { class: "button primary", href: `#${chapters[0]?.id ?? ""}` },
            say("begin_reading"),
          ),
      due
        ? element("a", { class: "button", href: "#view--practise" }, say("due_now", { count: due }))
        : element("a", { class: "button", href: "#view--practise" }, say("practise")),
      ...(hasAnswers
        ? []
        : [element("a", { class: "quiet", href: "#view--progress" }, say("have_a_file"))]),
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
          if (!markOf(study.store.progress(), name))
            study.update(progress => marked(progress, name, "1", new Date()));
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
        if (first && !study.citing() && chapter.classList.contains("open"))
          study.store.write("place", first.id);
      }, 500);
    },
    { passive: true },
  );

  /** @param {HTMLElement} chapter */
  function showChapter(chapter) {
    if (!study.citing()) study.store.write("place", chapter.id);
  }

  /** @param {HTMLElement} area */
  function fillArea(area) {
    const asked = idsOf(area, "asked").flatMap(id => study.items.get(id) ?? []);
    const offered = idsOf(area, "offered").flatMap(id => study.items.get(id) ?? []);
    /** @type {Map<string, boolean>} what was answered in this visit, and whether it was right */
    const results = new Map();
    const known = (/** @type {Item} */ item) => study.cards().has(item.id);
    const body = element("div", { class: "area-body" });
    const dots = element("span", { class: "dots", "aria-hidden": "true" });
    area.append(element("div", { class: "area-head" }, element("h3", {}, say("area")), dots), body);

    /** @param {readonly Item[]} some */
    function showDots(some, current = -1) {
      dots.replaceChildren(
        ...some.map((item, index) => {
          const right = results.get(item.id);
          const state =
            index === current
              ? "current"
              : right === undefined
                ? known(item)
                  ? "known"
                  : ""
                : right
                  ? "right"
                  : "wrong";
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
          answers: study.cards().get(item.id)?.answers ?? 0,
          byCard: false,
          answered(grade) {
            stamp = study.keep(item.id, grade);
            results.set(item.id, grade > GRADE.again);
          },
          regraded(grade) {
            study.update(progress => regraded(progress, item.id, stamp, grade, new Date()));
            results.set(item.id, grade > GRADE.again);
          },
          done() {
            index += 1;
            focused = true;
            next();
          },
          open: study.open,
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
      presented.node.addEventListener("focusin", () => (study.active = presented));
      presented.node.addEventListener("pointerdown", () => (study.active = presented));
      if (body.contains(document.activeElement)) study.active = presented;
    }

    /** @param {readonly Item[]} some */
    function finish(some) {
      study.active = null;
      showDots(some);
      const right = some.filter(
        item => results.get(item.id) ?? study.cards().get(item.id)?.grade !== GRADE.again,
      ).length;
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
          ...(rest.length
            ? [button(say("more_on_this", { count: rest.length }), () => ask(rest, true))]
            : []),
        ),
      );
      if (results.size) query(HTMLElement, "p", body).focus({ preventScroll: true });
    }

    if (!asked.length) {
      const label = say("more_on_this", { count: offered.length });
      body.append(
        element(
          "div",
          { class: "actions" },
          button(label, () => ask(offered, true)),
        ),
      );
    } else if (asked.every(known)) finish(asked);
    else
      ask(
        asked.filter(item => !known(item)),
        false,
      );
  }

  // The glossary: an explanation beside the word; without this script, the link leads to the entry.
  const explanation = query(HTMLElement, "#page--explanation");
  document.addEventListener("click", event => {
    const link = event.target instanceof Element ? event.target.closest("a.term") : null;
    if (!(link instanceof HTMLAnchorElement) || !explanation.showPopover) return;
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
    const farthest = document.documentElement.clientWidth - width - 8;
    explanation.style.left = `${Math.max(8, Math.min(left, farthest))}px`;
    explanation.style.top = `${Math.max(8, below ? bottom + 8 : top - height - 8)}px`;
    close.focus({ preventScroll: true });
  });
  addEventListener(
    "scroll",
    () => explanation.matches(":popover-open") && explanation.hidePopover(),
    {
      passive: true,
    },
  );

  /**
   * Return the other entries of the glossary with the same name.
   * @param {Element | null} entry
   */
  function sameTerms(entry) {
    const name = (/** @type {Element | null} */ node) =>
      node?.querySelector("dt")?.textContent?.replace(/\s*\(.*/, "") ?? "";
    return queryAll(HTMLElement, ".entry").filter(
      node => node !== entry && name(node) === name(entry),
    );
  }

  return { showHome, showChapter };
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
