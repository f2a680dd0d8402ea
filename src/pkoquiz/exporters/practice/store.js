// What the browser keeps of a learner: the progress, shared by all tabs, and small things beside.
//
// Every write reads what is stored, merges it and writes the result, so that two tabs lose nothing.
// Where nothing can be stored, the progress stays in memory and the page says so.

/**
 * Whether answers are kept. `unavailable`: the browser stores nothing; `full`: the last write
 * failed; `damaged`: what was stored could not be read and was put aside; `newer`: it was written
 * by a later edition of the page, and is left alone.
 * @typedef {"kept" | "unavailable" | "full" | "damaged" | "newer"} StoreState
 */

/**
 * What the browser keeps. `read` returns null for what is not there; `write` returns whether it
 * was stored, and null removes.
 * @typedef {object} Store
 * @property {() => Progress} progress
 * @property {() => StoreState} state
 * @property {(change: (progress: Progress) => Progress) => void} update
 * @property {(name: string) => any} read
 * @property {(name: string, value: unknown) => boolean} write
 * @property {(listener: () => void) => void} listen called when another tab changed the progress
 */

/**
 * Open the store of a course.
 * @param {string} course its short name
 * @returns {Store}
 */
function openStore(course) {
  const key = `pkoquiz:${course}`;
  /** @type {StoreState} */
  let state = "kept";
  let progress = emptyProgress(course);
  let lastText = "";
  /** @type {Map<string, unknown>} */
  const small = new Map();

  /** Take what is stored into the progress. */
  function take() {
    const text = localStorage.getItem(key) ?? "";
    if (!text || text === lastText) return;
    const stored = parsedProgress(text, course);
    if (typeof stored === "object") {
      progress = merged(progress, stored);
      lastText = text;
      if (state === "newer") state = "kept";
    } else if (stored === "newer") {
      state = "newer";
    } else {
      localStorage.setItem(`${key}:damaged`, text);
      localStorage.removeItem(key);
      state = "damaged";
    }
  }

  /** Store the progress; what fails stays in memory. */
  function put() {
    const text = progressText(progress);
    if (text === lastText) return;
    localStorage.setItem(key, text);
    lastText = text;
    if (state === "unavailable" || state === "full") state = "kept";
  }

  try {
    take();
    // A browser may allow reading and refuse to write.
    localStorage.setItem(`${key}:test`, "1");
    localStorage.removeItem(`${key}:test`);
  } catch {
    state = "unavailable";
  }

  return {
    progress: () => progress,
    state: () => state,
    update(change) {
      try {
        take();
      } catch {
        state = "unavailable";
      }
      progress = change(progress);
      if (state === "newer") return;
      try {
        put();
      } catch {
        if (state !== "unavailable") state = "full";
      }
    },
    read(name) {
      if (small.has(name)) return small.get(name);
      try {
        return JSON.parse(localStorage.getItem(`${key}:${name}`) ?? "null");
      } catch {
        return null;
      }
    },
    write(name, value) {
      small.set(name, value);
      try {
        if (value === null) localStorage.removeItem(`${key}:${name}`);
        else localStorage.setItem(`${key}:${name}`, JSON.stringify(value));
        return true;
      } catch {
        return false;
      }
    },
    listen(listener) {
      addEventListener("storage", event => {
        if (event.key !== key && event.key !== null) return;
        if (event.key === null || event.newValue === null) lastText = "";
        try {
          take();
        } catch {
          state = "unavailable";
        }
        listener();
      });
    },
  };
}
