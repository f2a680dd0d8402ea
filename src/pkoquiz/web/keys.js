// Keyboard shortcuts of a page, and the dialog that lists them.

/**
 * @typedef {object} Shortcut
 * @property {string} key as in `KeyboardEvent.key`; letters in lower case
 * @property {string} label what it does: "Search"; one without a label is not listed
 * @property {string} [shown] how the list shows it, if not as `key`
 * @property {() => void} action
 */

/**
 * @typedef {object} KeyWords
 * @property {string} title
 * @property {string} list what the key `?` does
 * @property {string} use label of the box that turns shortcuts off
 * @property {string} close
 */

/** @type {KeyWords} */
const KEY_WORDS = {
  title: "Keyboard shortcuts",
  list: "Show this list",
  use: "Use these shortcuts",
  close: "Close",
};

/**
 * Bind keys to actions. Shortcuts do nothing while text is typed, with modifier keys, while a
 * dialog is open, and once the reader has turned them off in the dialog.
 * @param {Shortcut[]} shortcuts
 * @param {KeyWords} [words] what the dialog says
 * @returns {() => void} opens the dialog; so does the key `?`
 */
function bindKeys(shortcuts, words = KEY_WORDS) {
  const typing =
    "input:not([type=radio], [type=checkbox], [type=button]), select, textarea, [contenteditable]";
  const pressed = "a, button, summary, input";
  const active = element("input", { type: "checkbox", checked: true });
  const dialog = element(
    "dialog",
    { class: "shortcuts", "aria-labelledby": "shortcuts--title" },
    element("h2", { id: "shortcuts--title" }, words.title),
    element(
      "dl",
      {},
      ...[...shortcuts, { key: "?", label: words.list, shown: "?" }]
        .filter(shortcut => shortcut.label)
        .map(({ key, label, shown }) => {
          const name = element("kbd", {}, shown ?? key);
          return element("div", {}, element("dt", {}, name), element("dd", {}, label));
        }),
    ),
    element("label", {}, active, ` ${words.use}`),
    element("button", { type: "button", autofocus: true, click: () => dialog.close() }, words.close),
  );
  document.body.append(dialog);
  const open = () => dialog.showModal();

  document.addEventListener("keydown", event => {
    // 229 is what some browsers send while an input method composes a character.
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target instanceof Element && event.target.closest(typing)) return;
    if (!active.checked || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    // Enter does what the focused element does.
    if (key === "enter" && event.target instanceof Element && event.target.closest(pressed)) return;
    const action = key === "?" ? open : shortcuts.find(shortcut => shortcut.key === key)?.action;
    if (!action) return;
    event.preventDefault();
    action();
  });
  return open;
}
