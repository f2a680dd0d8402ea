// Progress: how much is known, what will be due, and the learner's file.

/**
 * Return the view of progress.
 * @param {HTMLElement} view
 * @param {Study} study
 * @param {() => void} restart called when all answers were forgotten
 */
function progressView(view, study, restart) {
  function showProgress() {
    const rows = COURSE.sections
      .map((/** @type {[string, string]} */ [slug, title]) => ({
        title,
        items: study.questions.filter(item => item.section === slug),
      }))
      .filter((/** @type {{items: Item[]}} */ row) => row.items.length);
    const levels = (/** @type {readonly Item[]} */ some) => {
      const counts = { known: 0, learning: 0, new: 0 };
      for (const item of some) counts[levelOf(study.cards().get(item.id))] += 1;
      return counts;
    };
    const all = levels(study.questions);
    const results = pastResults(study.store.progress());
    const dateOf = (/** @type {number} */ time) =>
      new Date(time).toLocaleDateString(language, { dateStyle: "medium" });
    const language = document.documentElement.lang || "en";
    view.replaceChildren(
      element("h2", { tabindex: "-1" }, say("progress")),
      element(
        "ul",
        { class: "levels" },
        ...Object.entries(all).map(([level, count]) =>
          element(
            "li",
            { class: level },
            element("b", {}, shownNumber(count)),
            " ",
            say(`level_${level}`),
          ),
        ),
      ),
      stackNode(all, study.questions.length),
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
            element("td", { class: "meter-cell" }),
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
                  dateOf(result.time),
                  ` · ${say("paper", { number: result.number })} · `,
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
    if (!study.cards().size) return element("p", {}, say("no_answers"));
    const days = Array.from({ length: 7 }, (_, index) => study.today() + index);
    const counts = days.map(
      (day, index) =>
        [...study.cards().values()].filter(
          card => study.items.has(card.id) && (index ? card.due === day : card.due <= day),
        ).length,
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
          const name = index
            ? dateOfDay(day).toLocaleDateString(language, { weekday: "short" })
            : say("today");
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

  // --- the file

  const fileName = `${COURSE.short}-progress.json`;

  function saveFile() {
    const blob = new Blob([progressText(study.store.progress())], { type: "application/json" });
    const url = URL.createObjectURL(blob);
    const link = element("a", { href: url, download: fileName });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  function copyProgress() {
    const text = progressText(study.store.progress());
    const area = element("textarea", {
      rows: 6,
      readonly: true,
      "aria-label": say("progress_text"),
    });
    area.value = text;
    const dialog = element(
      "dialog",
      { "aria-label": say("copy_text"), close: () => dialog.remove() },
      element("p", {}, say("copy_about")),
      area,
      element(
        "div",
        { class: "actions" },
        button(say("close"), () => dialog.close(), "primary"),
      ),
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
      const before = study.cards().size;
      study.update(progress => merged(progress, parsed));
      showProgress();
      const message = query(HTMLElement, ".message", view);
      message.textContent = say("file_added", { count: Math.max(study.cards().size - before, 0) });
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
        element(
          "div",
          { class: "actions" },
          button(say("add_text"), () => add(pasted.value)),
        ),
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
              study.update(progress => restarted(progress, new Date()));
              restart();
              showProgress();
            }),
          ),
        ),
      ),
    ];
  }

  return { show: showProgress, saveFile, copyProgress };
}
