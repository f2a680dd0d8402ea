// The page: its views, and the way between them.

/**
 * Return a value that was embedded as compressed JSON.
 * @param {{deflate: string}} packed
 * @returns {Promise<any>}
 */
async function unpacked({ deflate }) {
  const characters = atob(deflate);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = characters.charCodeAt(index);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
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
  const study = openStudy(questions, terms, showStorage, openSource, () => origin !== null);
  const main = query(HTMLElement, "#page--main");
  const home = query(HTMLElement, "#view--read");
  const chapters = queryAll(HTMLElement, ".chapter");
  const views = {
    practise: query(HTMLElement, "#view--practise"),
    exam: query(HTMLElement, "#view--exam"),
    progress: query(HTMLElement, "#view--progress"),
  };
  const reading = readingView(home, study);
  const practise = practiseView(views.practise, study);
  const progress = progressView(views.progress, study, practise.forget);
  const exam = examView(views.exam, study, ids => {
    practise.begin(ids);
    location.hash = "view--practise";
  });

  // --- whether answers are kept

  /** Say it if the browser does not keep what is answered. */
  function showStorage() {
    const storage = query(HTMLElement, "#page--storage");
    const state = study.store.state();
    storage.hidden = state === "kept";
    if (state === "kept" || storage.dataset.state === state) return;
    storage.dataset.state = state;
    const saving = [
      button(say("save_file"), progress.saveFile),
      button(say("copy_text"), progress.copyProgress),
    ];
    storage.replaceChildren(
      element("p", {}, say(`storage_${state}`)),
      element("div", { class: "actions" }, ...(state === "newer" ? [] : saving)),
    );
  }

  study.store.listen(() => {
    study.refresh();
    showStorage();
    reading.showHome();
    if (!views.progress.hidden) progress.show();
  });

  // --- the way between the views

  /** @type {{hash: string, top: number, focused: HTMLElement | null} | null} before a citation */
  let origin = null;
  const back = query(HTMLElement, "#page--back");
  back.append(button(say("back_to_question"), goBack, "primary"));

  function goBack() {
    if (!origin) return;
    const { hash, top, focused } = origin;
    endCitation();
    if (location.hash !== hash) history.pushState(null, "", hash || "#view--read");
    route(false);
    scrollTo(0, top);
    focused?.focus({ preventScroll: true });
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
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    const from = { hash: location.hash, top: scrollY, focused };
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
   * Show what the address names.
   * @param {boolean} [moved] whether to scroll to it
   */
  function route(moved = true) {
    const id = location.hash.slice(1);
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
    study.active = null;
    if (view === "practise") practise.show();
    else if (view === "exam") exam.show();
    else if (view === "progress") progress.show();
    else if (!chapter) reading.showHome();
    else reading.showChapter(/** @type {HTMLElement} */ (chapter));
    if (!moved) return;
    endCitation();
    if (target && chapter && target !== chapter) target.scrollIntoView({ block: "center" });
    else scrollTo(0, 0);
    if (!started) return;
    const heading = (target?.closest(".chapter, .view") ?? home).querySelector("h2");
    const focused = target?.matches(".passage") ? target : heading;
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }
  let started = false;
  addEventListener("hashchange", () => {
    // A citation is still shown while the address names something in its section.
    const target = document.getElementById(location.hash.slice(1));
    if (!origin || !target?.closest(".chapter.open")) route();
  });
  query(HTMLElement, ".skip").addEventListener("click", event => {
    event.preventDefault();
    main.focus();
  });

  // --- the keyboard

  const showKeys = bindKeys(
    [
      { key: "1", shown: "1–9", label: say("key_choose"), action: () => study.active?.choose(1) },
      ...[2, 3, 4, 5, 6, 7, 8, 9].map(number => ({
        key: String(number),
        label: "",
        action: () => study.active?.choose(number),
      })),
      {
        key: "enter",
        shown: say("enter"),
        label: say("key_enter"),
        action: () => study.active?.enter(),
      },
      { key: "u", label: say("undo"), action: () => views.practise.hidden || practise.undo() },
      { key: "r", label: say("read"), action: () => (location.hash = "view--read") },
      { key: "p", label: say("practise"), action: () => (location.hash = "view--practise") },
    ],
    { title: say("keys"), list: say("keys_list"), use: say("keys_use"), close: say("close") },
  );
  query(HTMLElement, "#page--keys").append(button(say("keys"), showKeys, "quiet"));

  // --- begin

  document.documentElement.classList.add("scripted");
  query(HTMLElement, ".top nav").hidden = false;
  if (!COURSE.exam.papers.length)
    query(HTMLElement, '.top nav a[href="#view--exam"]').hidden = true;
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
