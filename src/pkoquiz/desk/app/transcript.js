// The transcript: passages with marks and questions, and the words that are selected in it.

/**
 * @typedef {{id: string, kind: string, meta: string, text: string, counts: boolean,
 *   skipped: boolean, errata: any[], times: [number, string, string][]}} Passage
 * @typedef {{passage: string, start: number, end: number}} Words a range of a passage's text
 */

/** Words with their punctuation; scripts without spaces are divided by the browser. */
const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });
const unspaced = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]/;

/**
 * Return the range of each word of a text, with the punctuation that touches it.
 * @param {string} text
 */
function wordRanges(text) {
  const ranges = [];
  for (const match of text.matchAll(/\S+/g)) {
    if (!unspaced.test(match[0])) {
      ranges.push([match.index, match.index + match[0].length]);
      continue;
    }
    for (const { segment, index, isWordLike } of segmenter.segment(match[0])) {
      const start = match.index + index;
      if (isWordLike || !ranges.length) ranges.push([start, start + segment.length]);
      else ranges[ranges.length - 1][1] = start + segment.length;
    }
  }
  return ranges;
}

class Transcript {
  /**
   * @param {HTMLElement} root
   * @param {any} data
   * @param {{open: (ids: string[]) => void, selected: () => void}} actions
   */
  constructor(root, data, actions) {
    this.root = root;
    this.data = data;
    this.actions = actions;
    /** @type {Map<string, Passage>} */
    this.passages = new Map();
    /** @type {Map<string, {article: HTMLElement, words: HTMLElement, list: HTMLElement}>} */
    this.nodes = new Map();
    /** @type {Map<string, string>} */
    this.sectionOf = new Map();
    /** @type {Map<string, any[]>} */
    this.citing = new Map();
    const parts = data.sections.filter(section => section.passages.length);
    root.replaceChildren(...parts.map(section => this.section(section)));
    document.addEventListener("selectionchange", () => actions.selected());
  }

  section(section) {
    const lang = this.data.language === "en" ? {} : { lang: this.data.language };
    const own = { dir: "auto", ...lang };
    const node = element("section", { id: `section--${section.slug}` },
      element("h2", { class: "reading", tabindex: "-1", ...own }, section.title));
    if (section.meta) node.append(element("p", { class: "soft" }, section.meta));
    if (section.note) node.append(element("p", { class: "notice" }, section.note));
    for (const passage of section.passages) {
      this.passages.set(passage.id, passage);
      this.sectionOf.set(passage.id, section.slug);
      const words = element("p", { class: "words reading", ...own });
      const list = element("ul", { class: "asked" });
      const name = element("a", { href: `#${passage.id}`, class: "name" }, passage.id);
      const meta = element("p", { class: "meta" }, name);
      if (passage.meta) meta.append(` · ${passage.meta}`);
      const time = this.time(passage.id, 0);
      if (time) meta.append(" · ", time);
      const article = element("article", {
        id: passage.id, class: `passage ${passage.kind}`, "aria-label": passage.id,
      }, meta, words, list);
      this.nodes.set(passage.id, { article, words, list });
      node.append(article);
    }
    return node;
  }

  /**
   * Show which words questions cite, and the questions themselves.
   * @param {any[]} questions
   */
  show(questions) {
    const marks = new Map();
    this.citing = new Map();
    for (const question of questions) {
      for (const id of question.passages) {
        if (!this.citing.has(id)) this.citing.set(id, []);
        this.citing.get(id)?.push(question);
      }
      for (const [id, start, end] of question.cites) {
        if (!marks.has(id)) marks.set(id, []);
        marks.get(id).push({ start, end, question });
      }
    }
    for (const [id, passage] of this.passages) {
      const { article, words, list } = this.nodes.get(id);
      const own = marks.get(id) ?? [];
      // Most passages stay as they are: building all nodes again would take long.
      const key = JSON.stringify([own.map(mark =>
        [mark.start, mark.end, mark.question.id, mark.question.status]),
      this.citing.get(id)?.map(question => 
        [question.id, question.status, question.stem, question.measured])]);
      if (article.dataset.shown === key) continue;
      article.dataset.shown = key;
      words.replaceChildren(...this.marked(passage, own));
      const asked = this.citing.get(id) ?? [];
      list.replaceChildren(...asked.map(question => questionLine(question, this.actions.open)));
      const ready = asked.some(question => question.status === "ready");
      article.classList.toggle("cited", ready);
      article.classList.toggle("uncited", passage.counts && !ready);
    }
  }

  /** When the words at an offset were spoken: a link that plays them, if there is a recording. */
  time(id, offset) {
    const times = this.passages.get(id)?.times ?? [];
    const [, time, address] = times.findLast(([start]) => start <= offset) ?? times[0] ?? [];
    return address ? element("a", {
      href: address, target: "_blank", rel: "noopener", class: "play", title: "Open the recording",
    }, `\u25b6\ufe0e ${time}`) : time ?? "";
  }

  /** The text of a passage as nodes, with marks on cited words and under errors. */
  marked(passage, marks) {
    const edges = new Set([0, passage.text.length]);
    for (const range of [...marks, ...passage.errata]) edges.add(range.start).add(range.end);
    const sorted = [...edges].sort((one, other) => one - other);
    return sorted.slice(0, -1).map((start, index) => {
      const end = sorted[index + 1];
      /** @type {Node} */
      let node = document.createTextNode(passage.text.slice(start, end));
      const over = marks.filter(mark => mark.start <= start && end <= mark.end);
      const erratum = passage.errata.find(each => each.start <= start && end <= each.end);
      if (over.length) {
        const inactive = over.every(mark => mark.question.status !== "ready");
        node = element("mark", { class: inactive ? "inactive" : "", click: () => {
          const ids = [...new Set(over.map(mark => mark.question.id))];
          if (getSelection()?.isCollapsed) this.actions.open(ids);
        } }, node);
      }
      if (erratum) node = element("span", { class: "erratum", title: erratum.about }, node);
      return node;
    });
  }

  /**
   * Return the words that are selected, snapped to whole words; one range for each passage.
   * @returns {Words[]}
   */
  selection() {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return [];
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(this.root)) return [];
    const ranges = [];
    for (const [id, { article, words }] of this.nodes) {
      if (!range.intersectsNode(words)) continue;
      const whole = document.createRange();
      whole.selectNodeContents(words);
      const inside = range.cloneRange();
      if (range.compareBoundaryPoints(Range.START_TO_START, whole) < 0) {
        inside.setStart(whole.startContainer, whole.startOffset);
      }
      if (range.compareBoundaryPoints(Range.END_TO_END, whole) > 0) {
        inside.setEnd(whole.endContainer, whole.endOffset);
      }
      const before = whole.cloneRange();
      before.setEnd(inside.startContainer, inside.startOffset);
      // A selection's own text differs from the document's in places; a range's does not.
      const start = before.toString().length;
      const snapped = this.snapped(id, start, start + inside.toString().length);
      if (snapped) ranges.push(snapped);
      if (article.compareDocumentPosition(range.endContainer)
        & Node.DOCUMENT_POSITION_CONTAINED_BY) break;
    }
    return ranges;
  }

  /**
   * Return the whole words in a range, or null without any.
   * @returns {Words | null}
   */
  snapped(id, start, end) {
    const text = this.passages.get(id)?.text ?? "";
    const inside = wordRanges(text).filter(([from, to]) => from < end && to > start);
    if (!inside.length || !text.slice(start, end).trim()) return null;
    return { passage: id, start: inside[0][0], end: inside[inside.length - 1][1] };
  }

  /** The words of a range as a quote. */
  quote({ passage, start, end }) {
    return (this.passages.get(passage)?.text ?? "").slice(start, end).replace(/\s+/g, " ");
  }

  /**
   * Return where a quote is in a passage, if it can be adjusted word by word.
   * @returns {Words | null}
   */
  locate(id, quote) {
    const text = this.passages.get(id)?.text;
    const escaped = quote.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const parts = escaped.split(/\s+/);
    if (text === undefined || !parts[0]) return null;
    const match = new RegExp(parts.join("\\s+")).exec(text);
    return match && { passage: id, start: match.index, end: match.index + match[0].length };
  }

  /**
   * Move one end of a range by a word.
   * @param {Words} range
   * @param {"start" | "end"} side
   * @param {1 | -1} direction
   * @returns {Words}
   */
  moved(range, side, direction) {
    const ranges = wordRanges(this.passages.get(range.passage)?.text ?? "");
    const first = ranges.findIndex(([, to]) => to > range.start);
    let last = ranges.length - 1;
    while (last > first && ranges[last][0] >= range.end) last -= 1;
    const bounds = { start: first, end: last };
    const next = bounds[side] + direction;
    if (next >= 0 && next < ranges.length) bounds[side] = next;
    if (bounds.start > bounds.end) return range;
    return { ...range, start: ranges[bounds.start][0], end: ranges[bounds.end][1] };
  }

  /** The first sentence of a passage, for a reader who cannot select words. */
  sentence(id) {
    const text = this.passages.get(id)?.text ?? "";
    const match = /^\s*\S[\s\S]*?[.?!…]["”’)]*(?=\s|$)/.exec(text);
    return this.snapped(id, 0, match ? match[0].length : text.length);
  }

  /** Mark the words of the question that is being written. */
  highlight(ranges) {
    if (!("highlights" in CSS)) return;
    CSS.highlights.delete("quoted");
    const live = [];
    for (const { passage, start, end } of ranges) {
      const words = this.nodes.get(passage)?.words;
      const range = words && rangeIn(words, start, end);
      if (range) live.push(range);
    }
    if (live.length) CSS.highlights.set("quoted", new Highlight(...live));
  }

  /** Scroll to a passage and focus its name. */
  go(id, focus = true) {
    const node = this.nodes.get(id)?.article;
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    if (focus) query(HTMLAnchorElement, ".name", node).focus({ preventScroll: true });
  }

  /** The passage that has the focus. */
  focused() {
    return document.activeElement?.closest(".passage")?.id ?? "";
  }

  /** Go to the next or previous passage, of those that no question cites or of all. */
  step(direction, uncited) {
    const ids = [...this.passages.keys()].filter(id =>
      !uncited || id === this.focused() || this.nodes.get(id)?.article.matches(".uncited"));
    const all = [...this.passages.keys()];
    let at = ids.indexOf(this.focused());
    if (at < 0) {
      const edge = this.root.getBoundingClientRect().top;
      const visible = all.find(id =>
        (this.nodes.get(id)?.article.getBoundingClientRect().bottom ?? 0) > edge + 10);
      at = ids.findIndex(id => all.indexOf(id) >= all.indexOf(visible ?? "")) - (direction > 0);
    }
    const next = ids[at + direction];
    if (next) this.go(next);
  }
}

/** A range of the text inside a node. */
function rangeIn(node, start, end) {
  const range = document.createRange();
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  let offset = 0;
  let begun = false;
  while (walker.nextNode()) {
    const text = /** @type {Text} */ (walker.currentNode);
    if (!begun && start < offset + text.length) {
      range.setStart(text, start - offset);
      begun = true;
    }
    if (begun && end <= offset + text.length) {
      range.setEnd(text, end - offset);
      return range;
    }
    offset += text.length;
  }
  return null;
}

/** A question as a button on a line. */
function questionLine(question, open) {
  const button = element("button", {
    type: "button", class: `question ${question.status}`, "data-id": question.id,
    click: () => open([question.id]),
  }, element("span", { class: "stem", dir: "auto" }, question.stem || question.id),
  element("span", { class: "meta" }, `${question.kind} · ${question.id}`
    + (question.status === "ready" ? "" : ` · ${question.status}`)),
  question.measured ? element("span", { class: "meta" }, question.measured) : "");
  return element("li", {}, button);
}
