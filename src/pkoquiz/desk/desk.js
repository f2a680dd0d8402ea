// The desk's script: search, filters, shortcuts, and highlighting what belongs together.
{
  /**
   * @typedef {{element: HTMLDetailsElement, question: string, summary: string, text: string}} Card
   * @typedef {{element: HTMLElement, section: HTMLElement, text: string, cards: Card[]}} Passage
   */

  const search = query(HTMLInputElement, "#desk--search");
  const jump = query(HTMLSelectElement, "#desk--jump");
  const expand = query(HTMLButtonElement, "#desk--expand");
  const keys = query(HTMLButtonElement, "#desk--keys");
  const reset = query(HTMLButtonElement, "#desk--reset");
  const count = query(HTMLElement, "#desk--count");
  const active = query(HTMLElement, "#desk--active");
  const tools = query(HTMLElement, ".tools");
  const passageFilter = query(HTMLSelectElement, "[data-filters=passage]");
  const cardFilters = queryAll(HTMLSelectElement, "[data-filters=card]");
  const filters = [passageFilter, ...cardFilters];

  /** @type {Passage[]} */
  const passages = queryAll(HTMLElement, ".passage").map(node => ({
    element: node,
    section: /** @type {HTMLElement} */ (node.parentElement),
    text: "",
    cards: queryAll(HTMLDetailsElement, ".card", node).map(card => ({
      element: card,
      question: card.id.split("--")[0],
      summary: "",
      text: "",
    })),
  }));
  const sections = new Set(passages.map(passage => passage.section));

  // --- search

  /**
   * Return text as it is compared: in lower case, without accents, with plain quotation marks.
   * @param {string} text
   */
  function folded(text) {
    const plain = text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
    return plain.replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replace(/\s+/g, " ");
  }

  /** Return what is searched for: single words, and "words in quotation marks" together. */
  function searchTerms() {
    const matches = [...folded(search.value).matchAll(/"([^"]+)"?|([^\s"]+)/g)];
    return matches.map(match => (match[1] ?? match[2]).trim()).filter(Boolean);
  }

  // A page may hold 10,000 questions: their text is read in portions when the search is first used.
  let indexed = 0;
  let indexing = false;

  function startIndexing() {
    if (indexing || indexed === passages.length) return;
    indexing = true;
    setTimeout(indexSome);
  }

  function indexSome() {
    const end = performance.now() + 25;
    while (indexed < passages.length && performance.now() < end) {
      const passage = passages[indexed++];
      const own = queryAll(HTMLElement, ".source, .correction", passage.element);
      passage.text = folded(own.map(node => node.textContent).join(" "));
      for (const card of passage.cards) {
        card.summary = folded(query(HTMLElement, "summary", card.element).textContent ?? "");
        card.text = folded(card.element.textContent ?? "");
      }
    }
    indexing = indexed < passages.length;
    if (indexing) setTimeout(indexSome);
    else if (search.value) apply();
  }

  // --- what is shown

  /** @type {HTMLElement[]} */
  let hits = [];

  /** Show the passages and cards that pass the filters and contain the search terms. */
  function apply() {
    const terms = searchTerms();
    if (terms.length && indexed < passages.length) {
      count.textContent = "reading the page …";
      startIndexing();
      return;
    }
    /** @param {string} text */
    const matches = text => terms.every(term => text.includes(term));
    const classes = cardFilters.map(filter => filter.value).filter(Boolean);
    const questions = new Set();
    const open = new Set();
    const shown = [];
    for (const { element: node, section, text, cards } of passages) {
      const selected = !passageFilter.value || node.classList.contains(passageFilter.value);
      const matching = selected && matches(text);
      let visibleCards = 0;
      for (const card of cards) {
        const fits = selected && classes.every(name => card.element.classList.contains(name));
        const found = fits && terms.length > 0 && matches(card.text);
        card.element.hidden = !(fits && (matching || found));
        card.element.classList.toggle("inside", found && !matches(card.summary));
        if (card.element.hidden) continue;
        visibleCards += 1;
        questions.add(card.question);
      }
      node.hidden = !(visibleCards || (matching && !classes.length));
      if (node.hidden) continue;
      shown.push(node);
      open.add(section);
    }
    for (const section of sections) section.hidden = !open.has(section);
    for (const filter of filters) filter.classList.toggle("chosen", Boolean(filter.value));
    const chosen = filters.filter(filter => filter.value).length;
    const limited = chosen > 0 || terms.length > 0;
    active.textContent = chosen ? ` (${chosen})` : "";
    count.textContent = limited
      ? `${counted(shown.length, "passage")}, ${counted(questions.size, "question")}`
      : "";
    reset.hidden = !limited;
    hits = terms.length ? shown : [];
    highlight(terms);
    setExpanded(false);
  }

  /**
   * @param {number} number
   * @param {string} noun
   */
  function counted(number, noun) {
    return `${number} ${noun}${number === 1 ? "" : "s"}`;
  }

  /**
   * Paint the search terms, where the browser can do so without changing the nodes.
   * @param {string[]} terms
   */
  function highlight(terms) {
    if (!globalThis.CSS?.highlights) return;
    CSS.highlights.delete("found");
    const ranges = [];
    for (const hit of hits.slice(0, 300)) {
      const walker = document.createTreeWalker(hit, NodeFilter.SHOW_TEXT);
      while (walker.nextNode() && ranges.length < 3000) {
        const node = /** @type {Text} */ (walker.currentNode);
        const text = node.data.toLowerCase().replace(/[‘’]/g, "'").replace(/[“”]/g, '"');
        if (text.length !== node.data.length) continue;
        for (const term of terms) {
          for (let start = text.indexOf(term); start >= 0; start = text.indexOf(term, start + 1)) {
            const range = new Range();
            range.setStart(node, start);
            range.setEnd(node, start + term.length);
            ranges.push(range);
          }
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  }

  function clearFilters() {
    for (const control of [search, ...filters]) control.value = "";
    apply();
  }

  let expanded = false;

  /** @param {boolean} value */
  function setExpanded(value) {
    expanded = value;
    expand.textContent = expanded ? "Collapse all" : "Expand all";
  }

  function toggleExpanded() {
    setExpanded(!expanded);
    for (const { cards } of passages) {
      for (const card of cards) if (!expanded || !card.element.hidden) card.element.open = expanded;
    }
  }

  // --- going to places

  /**
   * Scroll to an element. Passages out of view have an estimated height, so that reaching a distant
   * one takes several steps.
   * @param {Element | undefined} target
   * @param {ScrollLogicalPosition} block
   */
  function goTo(target, block = "start", steps = 8) {
    if (!target) return;
    const before = target.getBoundingClientRect().top;
    target.scrollIntoView({ block });
    requestAnimationFrame(() => {
      const moved = Math.abs(target.getBoundingClientRect().top - before) > 1;
      if (moved && steps) goTo(target, block, steps - 1);
    });
  }

  /** Open and scroll to what the address names. */
  function goToHash() {
    let id = "";
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return; // not an address of this page
    }
    const target = document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) clearFilters();
    if (target instanceof HTMLDetailsElement) target.open = true;
    goTo(target, target.matches("mark, .card") ? "center" : "start");
  }

  /**
   * Scroll to the next or previous passage that no question cites, and focus its link.
   * @param {1 | -1} direction
   */
  function goToUncited(direction) {
    const sticky = getComputedStyle(tools).position === "sticky";
    const edge = sticky ? tools.offsetHeight : 0;
    const uncited = passages.filter(({ element: node }) => node.matches(".uncited:not([hidden])"));
    const ordered = direction > 0 ? uncited : uncited.reverse();
    const next = ordered.find(({ element: node }) => {
      const distance = node.getBoundingClientRect().top - edge;
      return direction > 0 ? distance > 40 : distance < -8;
    });
    if (!next) return;
    goTo(next.element);
    query(HTMLAnchorElement, ".meta a", next.element).focus({ preventScroll: true });
  }

  // --- cited words and the quotes that cite them, errata and their words

  /** @type {HTMLElement | null} */
  let held = null;

  /**
   * Return what belongs to some marked words or to a quote or erratum, in the same passage.
   * @param {HTMLElement} origin
   */
  function partners(origin) {
    const passage = origin.closest(".passage");
    const { token, tokens } = origin.dataset;
    if (!passage) return [];
    if (token) return queryAll(HTMLElement, `[data-tokens~="${token}"]`, passage);
    const names = (tokens ?? "").split(" ");
    const quotes = names.flatMap(name => queryAll(HTMLElement, `[data-token="${name}"]`, passage));
    return quotes.flatMap(quote => quote.closest("details") ?? []);
  }

  /**
   * @param {HTMLElement | null} origin
   * @param {boolean} on
   */
  function light(origin, on) {
    if (origin) for (const node of partners(origin)) node.classList.toggle("lit", on);
  }

  /** @param {HTMLElement | null} origin */
  function hold(origin) {
    if (held !== origin) light(held, false);
    held = origin;
    light(held, true);
  }

  /** @param {Event} event */
  function originOf(event) {
    const target = event.target instanceof Element ? event.target : null;
    const origin = target?.closest("[data-token], [data-tokens]") ?? null;
    return /** @type {HTMLElement | null} */ (origin);
  }

  for (const [start, end] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    document.addEventListener(start, event => light(originOf(event), true));
    document.addEventListener(end, event => {
      light(originOf(event), false);
      light(held, true);
    });
  }
  document.addEventListener("click", event => {
    const origin = originOf(event);
    hold(origin);
    if (!origin) return;
    const [first, ...others] = partners(origin);
    if (origin.matches("a.quote")) {
      event.preventDefault();
      first?.scrollIntoView({ block: "nearest" });
    } else if (origin.dataset.tokens && !String(getSelection())) {
      for (const node of [first, ...others]) {
        if (node instanceof HTMLDetailsElement) node.open = true;
      }
      first?.scrollIntoView({ block: "nearest" });
    }
  });

  // --- controls

  let timer = 0;
  search.addEventListener("focus", startIndexing);
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 150);
  });
  search.addEventListener("keydown", event => {
    if (event.key === "Escape" && search.value) {
      event.preventDefault();
      search.value = "";
      apply();
    } else if (event.key === "Enter") {
      clearTimeout(timer);
      apply();
      goTo(hits[0]);
    }
  });
  for (const filter of filters) filter.addEventListener("change", apply);
  reset.addEventListener("click", () => {
    clearFilters();
    search.focus();
  });
  jump.addEventListener("change", () => {
    const section = document.getElementById(jump.value);
    if (section?.hidden) clearFilters();
    goTo(section ?? undefined);
    jump.value = "";
  });
  expand.addEventListener("click", toggleExpanded);
  addEventListener("hashchange", goToHash);
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") hold(null);
  });
  keys.addEventListener(
    "click",
    bindKeys([
      { key: "/", label: "Search", action: () => search.focus() },
      { key: "e", label: "Expand or collapse all questions", action: toggleExpanded },
      { key: "n", label: "Next passage that is not cited", action: () => goToUncited(1) },
      { key: "p", label: "Previous passage that is not cited", action: () => goToUncited(-1) },
    ]),
  );

  for (const control of [search, expand, keys, jump.closest("label")]) {
    control?.removeAttribute("hidden");
  }
  query(HTMLDetailsElement, ".filters").open = matchMedia("(min-width: 60rem)").matches;
  if (location.hash) goToHash();
}
