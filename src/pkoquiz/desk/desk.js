
"use strict";
{
  const byId = name => document.getElementById("desk--" + name);
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const search = byId("search"), jump = byId("jump"), unfold = byId("open"), reset = byId("reset"), told = byId("told");
  const filters = document.querySelector(".filters");
  const onPassages = document.querySelector("[data-passages]"), onCards = all("[data-cards]");
  for (const each of [search, unfold, jump.closest("label")]) each.hidden = false;
  filters.open = matchMedia("(min-width: 60rem)").matches;

  // --- what is shown
  const pieces = all(".passage").map(element => ({
    element, talk: element.parentElement, names: element.classList,
    cards: all(".card", element).map(card => ({ element: card, names: card.classList, id: card.id.split("--")[0] })),
  }));
  const talks = new Set(pieces.map(piece => piece.talk));
  // Latin letters without their accents, quotation marks alike: as people type.
  const folded = text => {
    const low = text.toLowerCase();
    const bare = /[^\0-\x7f]/.test(low) ? low.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/[‘’]/g, "'").replace(/[“”]/g, '"') : low;
    return bare.replace(/\s+/g, " ");
  };
  // A page may hold 10,000 questions: their words are read when the search is first wanted, a few at a time.
  let known = 0, reading = false;
  const read = () => {
    const until = performance.now() + 25;
    while (known < pieces.length && performance.now() < until) {
      const piece = pieces[known++];
      piece.words = folded(piece.element.firstElementChild.textContent + " " + all(".erratum", piece.element).map(each => each.textContent).join(" "));
      for (const card of piece.cards) {
        card.line = folded(card.element.firstElementChild.textContent);
        card.words = folded(card.element.textContent);
      }
    }
    reading = known < pieces.length;
    if (reading) setTimeout(read);
    else if (search.value) apply();
  };
  // Words apart from each other; “words in quotation marks” beside each other.
  const terms = () => [...folded(search.value).matchAll(/"([^"]+)"?|([^\s"]+)/g)].map(found => (found[1] ?? found[2]).trim()).filter(Boolean);

  const show = (element, shown) => { if (element.hidden === shown) element.hidden = !shown; };
  let hits = [];
  const apply = () => {
    const wanted = terms(), state = onPassages.value, chosen = onCards.map(each => each.value).filter(Boolean);
    if (wanted.length && known < pieces.length) {
      told.textContent = "reading the page …";
      if (!reading) { reading = true; setTimeout(read); }
      return;
    }
    const has = text => wanted.every(term => text.includes(term));
    const questions = new Set(), open = new Set();
    let passages = 0;
    hits = [];
    for (const piece of pieces) {
      let shown = !state || piece.names.contains(state);
      const here = shown && (!wanted.length || has(piece.words));
      let cards = 0;
      for (const card of piece.cards) {
        const fits = shown && chosen.every(name => card.names.contains(name));
        const own = fits && wanted.length > 0 && has(card.words);
        const visible = fits && (here || own);
        show(card.element, visible);
        card.element.classList.toggle("within", own && !has(card.line));
        if (visible) { cards += 1; questions.add(card.id); }
      }
      shown = shown && (cards > 0 || (here && !chosen.length));
      show(piece.element, shown);
      if (shown) { passages += 1; open.add(piece.talk); if (wanted.length) hits.push(piece.element); }
    }
    for (const talk of talks) show(talk, open.has(talk));
    for (const each of [onPassages, ...onCards]) each.classList.toggle("chosen", Boolean(each.value));
    const active = chosen.length + Boolean(state);
    byId("active").textContent = active ? ` (${active})` : "";
    const some = active || wanted.length;
    told.textContent = some ? `${passages} passage${passages === 1 ? "" : "s"}, ${questions.size} question${questions.size === 1 ? "" : "s"}` : "";
    reset.hidden = !some;
    paint(wanted);
    fold(false);
  };

  // Found words are painted, not wrapped, where the browser can: the page's own marks stay whole.
  const paint = wanted => {
    if (!globalThis.CSS?.highlights) return;
    CSS.highlights.delete("found");
    if (!wanted.length) return;
    const ranges = [];
    for (const element of hits.slice(0, 300)) {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      while (walker.nextNode() && ranges.length < 3000) {
        const text = walker.currentNode.data.toLowerCase().replace(/[‘’]/g, "'").replace(/[“”]/g, '"');
        if (text.length !== walker.currentNode.data.length) continue;
        for (const term of wanted) {
          for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length)) {
            const range = new Range();
            range.setStart(walker.currentNode, at);
            range.setEnd(walker.currentNode, at + term.length);
            ranges.push(range);
          }
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  };

  // Passages out of sight have a guessed height, so that a far place is reached in several steps.
  const go = (element, block = "start", steps = 8) => {
    if (!element) return;
    const before = element.getBoundingClientRect().top;
    element.scrollIntoView({ block });
    if (steps) requestAnimationFrame(() => { if (Math.abs(element.getBoundingClientRect().top - before) > 1) go(element, block, steps - 1); });
  };

  let later = 0;
  search.addEventListener("focus", () => { if (!reading && known < pieces.length) { reading = true; setTimeout(read); } });
  search.addEventListener("input", () => { clearTimeout(later); later = setTimeout(apply, 150); });
  search.addEventListener("keydown", event => {
    if (event.key === "Escape" && search.value) { event.preventDefault(); search.value = ""; apply(); }
    if (event.key === "Enter") { clearTimeout(later); apply(); go(hits[0]); }
  });
  for (const each of [onPassages, ...onCards]) each.addEventListener("change", apply);
  reset.addEventListener("click", () => {
    for (const each of [search, onPassages, ...onCards]) each.value = "";
    apply();
    search.focus();
  });
  jump.addEventListener("change", () => {
    const talk = document.getElementById(jump.value);
    if (talk?.hidden) reset.click();
    go(talk);
    jump.value = "";
  });

  // --- unfolding
  let unfolded = false;
  const fold = next => {
    unfolded = next;
    unfold.setAttribute("aria-pressed", String(next));
    unfold.textContent = next ? "Fold all" : "Unfold all";
  };
  unfold.addEventListener("click", () => {
    fold(!unfolded);
    for (const piece of pieces) for (const card of piece.cards) if (!card.element.hidden || !unfolded) card.element.open = unfolded;
  });
  const arrive = () => {
    let target = null;
    try { target = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { /* no address of ours */ }
    if (!target) return;
    if (target.closest("[hidden]")) reset.click();
    if (target.matches(".card")) target.open = true;
    go(target, target.matches("mark, .card") ? "center" : "start");
  };
  addEventListener("hashchange", arrive);
  if (location.hash) arrive();

  // --- cited words and the questions that cite them light each other up
  let held = null;
  const light = (origin, on) => {
    const passage = origin?.closest(".passage");
    if (!passage) return;
    if (origin.dataset.of) {
      for (const each of all(`[data-n~="${origin.dataset.of}"]`, passage)) each.classList.toggle("lit", on);
    } else {
      for (const token of origin.dataset.n.split(" ")) {
        for (const each of all(`[data-of="${token}"]`, passage)) each.closest("details").classList.toggle("lit", on);
      }
    }
  };
  const tied = event => event.target instanceof Element ? event.target.closest("[data-of], [data-n]") : null;
  const hold = next => { if (held !== next) { light(held, false); held = next; } light(held, true); };
  for (const [begin, end] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    document.addEventListener(begin, event => light(tied(event), true));
    document.addEventListener(end, event => { light(tied(event), false); light(held, true); });
  }
  document.addEventListener("click", event => {
    const origin = tied(event);
    if (!origin) return hold(null);
    hold(origin);
    const passage = origin.closest(".passage");
    if (origin.matches("a.quote")) {
      event.preventDefault();
      passage.querySelector(`[data-n~="${origin.dataset.of}"]`)?.scrollIntoView({ block: "nearest" });
    } else if (origin.dataset.n && !String(getSelection())) {
      const cards = origin.dataset.n.split(" ").flatMap(token => all(`[data-of="${token}"]`, passage)).map(each => each.closest("details"));
      for (const card of cards) card.open = true;
      cards[0]?.scrollIntoView({ block: "nearest" });
    }
  });
  document.addEventListener("keydown", event => { if (event.key === "Escape") hold(null); });
}
