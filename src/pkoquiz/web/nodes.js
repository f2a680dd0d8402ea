// Finding and building nodes, and reading embedded data. Nothing here turns text into HTML.

/**
 * Return the first element that matches a selector.
 * @template {Element} T
 * @param {new () => T} type what kind of element it must be
 * @param {string} selector
 * @param {ParentNode} [inside]
 * @returns {T}
 */
function query(type, selector, inside = document) {
  const found = inside.querySelector(selector);
  if (!(found instanceof type)) throw new TypeError(`no ${type.name} matches ${selector}`);
  return found;
}

/**
 * Return all elements that match a selector and are of a type.
 * @template {Element} T
 * @param {new () => T} type
 * @param {string} selector
 * @param {ParentNode} [inside]
 * @returns {T[]}
 */
function queryAll(type, selector, inside = document) {
  const found = [...inside.querySelectorAll(selector)];
  return /** @type {T[]} */ (found.filter(node => node instanceof type));
}

/**
 * Build an element. Strings among the children become text nodes: no content is taken for HTML.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | number | boolean | EventListener>} [attributes] `true` sets an
 *   empty attribute, `false` none, and a function listens to the event of that name
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (value !== false) node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}

/**
 * Return the data that the page embeds under an id.
 * @param {string} id
 * @returns {any}
 */
function readData(id) {
  const selector = `script[type="application/json"]#${CSS.escape(id)}`;
  return JSON.parse(query(HTMLScriptElement, selector).text);
}
