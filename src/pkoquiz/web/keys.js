// Keyboard shortcuts of a page, and the dialog that lists them.

/**
 * @typedef {object} Shortcut
 * @property {string} key as in `KeyboardEvent.key`; letters in lower case
 * @property {string} label what it does: "Search"
 * @property {() => void} action
 */

/**
 * Bind keys to actions. Shortcuts do nothing while text is typed, with modifier keys, while a
 * dialog is open, and once the reader has turned them off in the dialog.
 * @param {Shortcut[]} shortcuts
 * @returns {() => void} opens the dialog; so does the key `?`
 */
function bindKeys(shortcuts) {
  const typing =
    "input:not([type=radio], [type=checkbox], [type=button]), select, textarea, [contenteditable]";
  const active = element("input", { type: "checkbox", checked: true });
  const dialog = element(
    "dialog",
    { class: "shortcuts", "aria-labelledby": "shortcuts--title" },
    element("h2", { id: "shortcuts--title" }, "Keyboard shortcuts"),
    element(
      "dl",
      {},
      ...[...shortcuts, { key: "?", label: "Show this list" }].map(({ key, label }) =>
        element("div", {}, element("dt", {}, element("kbd", {}, key)), element("dd", {}, label)),
      ),
    ),
    element("label", {}, active, " Use these shortcuts"),
    element("button", { type: "button", autofocus: true, click: () => dialog.close() }, "Close"),
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
    const action = key === "?" ? open : shortcuts.find(shortcut => shortcut.key === key)?.action;
    if (!action) return;
    event.preventDefault();
    action();
  });
  return open;
}
