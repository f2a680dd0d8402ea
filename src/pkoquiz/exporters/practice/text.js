// Words, numbers and formatted texts on the page.

/**
 * A citation.
 * @typedef {object} Source
 * @property {string} passage
 * @property {string} quote
 * @property {Tree} note
 * @property {string} where speaker, section and time
 * @property {string} recording the address that plays the quote, or an empty text
 * @property {[number, number][]} spans the ranges of the quoted words in the text of the passage
 */
/** @typedef {Question & {sources: readonly Source[]}} Item */

// --- words ---------------------------------------------------------------------------------------

/** @type {Record<string, string | Record<string, string>>} */
const WORDS = readData("data--words");
const PLURALS = new Intl.PluralRules(document.documentElement.lang || "en");

/**
 * Return a phrase with values for its `{names}`; `count` chooses the plural form.
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 */
function say(name, values = {}) {
  const phrase = WORDS[name];
  if (phrase === undefined) throw new RangeError(`there is no phrase ${name}`);
  const form =
    typeof phrase === "string"
      ? phrase
      : (phrase[PLURALS.select(Number(values.count))] ?? phrase.other);
  return form.replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
}

/**
 * Return a number as readers of the page write it.
 * @param {number} value
 * @param {number} [digits]
 */
function shownNumber(value, digits = 2) {
  const format = { maximumFractionDigits: digits, numberingSystem: "latn" };
  return new Intl.NumberFormat(document.documentElement.lang || "en", format).format(value);
}

// --- formatted texts -----------------------------------------------------------------------------

const TAGS = new Set(
  "p em strong code pre ul ol li blockquote table thead tbody tr th td br hr ruby rt rp".split(" "),
);
const LINK = /^(?:https?:\/\/|mailto:)[^\s"'<>\\]+$/i;
/** @type {Record<string, string>} */
const MEDIA = readData("data--media");

/**
 * Return the nodes of a formatted text; `gap` builds the node of a gap in a cloze.
 * @param {Tree} text
 * @param {(number: number) => Node | string} [gap]
 * @returns {(Node | string)[]}
 */
function nodesOf(text, gap = () => "____") {
  return typeof text === "string" ? (text ? [text] : []) : text.map(tree => nodeOf(tree, gap));
}

/**
 * @param {any} tree
 * @param {(number: number) => Node | string} gap
 * @returns {Node | string}
 */
function nodeOf(tree, gap) {
  if (typeof tree === "string") return tree;
  const [name, ...rest] = tree;
  if (name === "gap") return gap(rest[0]);
  const hasAttributes = rest.length > 0 && typeof rest[0] === "object" && !Array.isArray(rest[0]);
  const attributes = hasAttributes ? rest.shift() : {};
  if (name === "math") return mathNode(name, attributes, rest);
  if (name === "img") return mediaNode(String(attributes.src), String(attributes.alt));
  const children = rest.map((/** @type {any} */ child) => nodeOf(child, gap));
  if (name === "a" && LINK.test(attributes.href)) {
    const link = { href: attributes.href, rel: "noopener noreferrer", target: "_blank" };
    return element("a", link, ...children);
  }
  const node = element(TAGS.has(name) ? name : "span", {}, ...children);
  if (name === "ol" && attributes.start) node.setAttribute("start", attributes.start);
  if (attributes.align) node.style.textAlign = attributes.align;
  return node;
}

const MATH = "http://www.w3.org/1998/Math/MathML";
const ACTIVE = /^(?:on|href|src|style|xlink)/i;

/**
 * Return a formula, or a part of one.
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {any[]} children
 * @returns {Element}
 */
function mathNode(name, attributes, children) {
  const node = document.createElementNS(MATH, /^m[a-z]+$/.test(name) ? name : "mrow");
  for (const [key, value] of Object.entries(attributes)) {
    if (!ACTIVE.test(key)) node.setAttribute(key, String(value));
  }
  for (const child of children) {
    node.append(typeof child === "string" ? child : mathNode(child[0], child[1], child.slice(2)));
  }
  return node;
}

/**
 * @param {string} path
 * @param {string} description
 */
function mediaNode(path, description) {
  const source = Object.hasOwn(MEDIA, path) ? MEDIA[path] : "";
  if (source.startsWith("data:image/")) return element("img", { src: source, alt: description });
  const name = element("span", { class: "media" }, `[${description || path}]`);
  if (!source.startsWith("data:audio/")) return name;
  return element("span", {}, name, " ", element("audio", { controls: true, src: source }));
}

/**
 * Return a formatted text in a block: as paragraphs, in the language of the course.
 * @param {Tree} text
 * @param {string} name its class
 * @param {(number: number) => Node | string} [gap]
 */
function block(text, name, gap) {
  const nodes = nodesOf(text, gap);
  const isInline = nodes.every(node => typeof node === "string" || isPhrase(node));
  return own("div", { class: name }, ...(isInline ? [element("p", {}, ...nodes)] : nodes));
}

/** @param {Node} node */
function isPhrase(node) {
  return /^(EM|STRONG|CODE|A|SPAN|IMG|BR|INPUT|math|#text)$/.test(node.nodeName);
}

const COURSE = readData("data--course");

/**
 * Build an element for text of the course, in its language.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | number | boolean | EventListener>} attributes
 * @param {...(Node | string)} children
 */
function own(name, attributes, ...children) {
  const { language, direction } = COURSE;
  return element(name, { ...attributes, lang: language, dir: direction }, ...children);
}

let lastId = 0;

/** Return an id that no other element has. */
function newId() {
  lastId += 1;
  return `made--${lastId}`;
}

/**
 * @param {string} label
 * @param {() => void} action
 * @param {string} [name] its class
 */
function button(label, action, name = "") {
  return element("button", { type: "button", class: name, click: action }, label);
}
