// Talking to the server, keeping drafts in the browser, and saying what happened.

/** What the server refuses: a message for people, and perhaps a conflict. */
class Refusal extends Error {
  /**
   * @param {number} status
   * @param {{error?: string, hint?: string, conflict?: any}} answer
   */
  constructor(status, answer) {
    super(answer.error ?? "the desk does not respond");
    this.status = status;
    this.hint = answer.hint ?? "";
    this.conflict = answer.conflict;
  }
}

/**
 * Ask the server; with data, as a POST. Throws a `Refusal`.
 * @param {string} path
 * @param {object} [data]
 * @returns {Promise<any>}
 */
async function ask(path, data) {
  const options = data && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(data),
  };
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refusal(0, { error: "the desk is closed: start it again; your draft is kept here" });
  }
  if (response.status === 403) {
    throw new Refusal(403, { error: "this link has expired: open the one that the desk printed" });
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}

let statusTimer = 0;

/**
 * Say what happened, to eyes and screen readers.
 * @param {string} text
 * @param {boolean} [bad]
 */
function say(text, bad = false) {
  const status = query(HTMLElement, "#desk--status");
  status.textContent = text;
  status.classList.toggle("bad", bad);
  clearTimeout(statusTimer);
  statusTimer = setTimeout(() => { status.textContent = ""; }, bad ? 12000 : 6000);
}

/**
 * Say why something did not work.
 * @param {unknown} fault
 */
function sayFault(fault) {
  if (!(fault instanceof Error)) throw fault;
  const hint = fault instanceof Refusal && fault.hint ? ` – ${fault.hint}` : "";
  say(fault.message + hint, true);
  if (!(fault instanceof Refusal)) throw fault;
}

// --- drafts

/** Drafts are kept by course, so that two courses on one port do not mix. */
const drafts = {
  /** @param {string} key */
  name: key => `pkoquiz ${document.title} ${key}`,
  /** Return the keys of all drafts that begin with a word, the oldest first. */
  keys(word) {
    const prefix = this.name(`${word} `);
    try {
      const names = Object.keys(localStorage).filter(name => name.startsWith(prefix)).sort();
      return names.map(name => `${word} ${name.slice(prefix.length)}`);
    } catch {
      return [];
    }
  },
  /** @param {string} key @returns {any} */
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(this.name(key)) ?? "null");
    } catch {
      return null;
    }
  },
  /** @param {string} key @param {object} value */
  set(key, value) {
    try {
      localStorage.setItem(this.name(key), JSON.stringify(value));
    } catch {
      // The browser keeps nothing for this page: writing still works.
    }
  },
  /** @param {string} key */
  delete(key) {
    try {
      localStorage.removeItem(this.name(key));
    } catch {
      // as above
    }
  },
};
