// What a learner knows and when to ask again: FSRS-6 in study days, replayed from a log of answers.
//
// No function here reads the clock, draws at random or touches the page: the caller passes the time
// and stores the result. The page inlines this file before grade.js and page.js, in one script.
//
// A page uses it like this; functions return a new progress and never change the one they get:
//
//   const read = parsedProgress(text, course)                 a text says why it cannot be read
//   let progress = typeof read === "string" ? emptyProgress(course) : read
//   progress = answered(progress, id, GRADE.good, new Date())
//   const stamp = lastAnswer(progress, id)
//   progress = regraded(progress, id, stamp, GRADE.again, new Date())       "I guessed"
//   progress = withoutAnswer(progress, id, stamp, new Date())               undo
//   progress = merged(progress, progressOfAnotherDevice)
//   const [cards, today] = [cardsOf(progress), studyDay(new Date())]
//   const session = sessionOf(questions, cards, today, { due: 20, fresh: 10 })
//
// The log holds, for each question id, events of fixed width in base 36, separated by spaces:
//
//   STAMP GRADE          an answer: its time and its grade, 8 characters
//   STAMP STAMP GRADE    a correction: the time of the answer, the time of the correction and the
//                        new grade, 15 characters; grade 0 withdraws the answer
//
// A stamp is the study day (3 characters, days since 1970) and the tenth of a second in that day
// (4 characters). Events are never changed or deleted, so two logs are merged by their union.

/** @typedef {0 | 1 | 2 | 3 | 4} Regrade a grade, or 0 to withdraw the answer */
/** @typedef {1 | 2 | 3 | 4} Grade again, hard, good, easy */
/** @typedef {string} Stamp a moment: 7 characters that sort by time */

/**
 * All that a learner has done in a course; the value that is stored and saved to a file.
 * @typedef {object} Progress
 * @property {1} v version of this format
 * @property {string} course short name of the course
 * @property {Stamp | ""} since time of the last reset; older events do not count
 * @property {Record<string, string>} log events by question id; without a prototype
 * @property {Record<string, string>} marks what else is worth keeping, by name: a stamp and a text.
 *   The latest one wins. For sections that were read and results of mock exams.
 */

/**
 * An answer as the log has it after all corrections.
 * @typedef {object} Answer
 * @property {Stamp} stamp
 * @property {number} day
 * @property {Grade} grade
 */

/**
 * What the schedule knows of a question that was answered.
 * @typedef {object} Card
 * @property {string} id
 * @property {number} stability days until the chance to remember falls to 90 %
 * @property {number} difficulty 1 to 10
 * @property {number} first study day of the first answer
 * @property {number} day study day of the last answer
 * @property {Grade} grade grade of the last answer
 * @property {number} answers how many answers count
 * @property {number} wrong how many of them were wrong
 * @property {number} interval days to the next answer, before fuzz
 * @property {number} due study day of the next answer
 */

/**
 * What to ask now. The lists never contain the same id twice, nor two enemies.
 * @typedef {object} Session
 * @property {string[]} again answered today, wrong the last time: asked until right
 * @property {string[]} due those most likely to be forgotten first
 * @property {string[]} fresh never answered, in the order of `questions`
 * @property {number} dueTotal how many are due, in the session or not
 * @property {number} freshTotal how many were never answered
 */

/** The grades by name. */
const GRADE = Object.freeze({
  again: /** @type {const} */ (1),
  hard: /** @type {const} */ (2),
  good: /** @type {const} */ (3),
  easy: /** @type {const} */ (4),
});

// --- FSRS-6 --------------------------------------------------------------------------------------

/** The default parameters of FSRS-6. */
const FSRS_WEIGHTS = Object.freeze([
  0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835,
  0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
]);
const FSRS_RETENTION = 0.9;
const FSRS_LONGEST = 36500;

/**
 * Return the chance (0 to 1) to remember after some days.
 * @param {number} stability
 * @param {number} days
 * @param {readonly number[]} [weights]
 */
function retrievability(stability, days, weights = FSRS_WEIGHTS) {
  const decay = -weights[20];
  const factor = 0.9 ** (1 / decay) - 1;
  return (1 + (factor * Math.max(days, 0)) / stability) ** decay;
}

/**
 * Return the days after which the chance to remember has fallen to the wanted retention.
 * @param {number} stability
 * @param {readonly number[]} [weights]
 */
function intervalOf(stability, weights = FSRS_WEIGHTS) {
  const decay = -weights[20];
  const factor = 0.9 ** (1 / decay) - 1;
  const days = Math.round((stability / factor) * (FSRS_RETENTION ** (1 / decay) - 1));
  return Math.min(Math.max(days, 1), FSRS_LONGEST);
}

/**
 * Return stability and difficulty after an answer, as py-fsrs computes them without steps.
 * @param {{stability: number, difficulty: number} | null} before null for the first answer
 * @param {Grade} grade
 * @param {number} days since the answer before, 0 on the same day
 * @param {readonly number[]} [weights]
 * @returns {{stability: number, difficulty: number}}
 */
function remembered(before, grade, days, weights = FSRS_WEIGHTS) {
  const w = weights;
  const startingDifficulty = (/** @type {Grade} */ first) =>
    w[4] - Math.E ** (w[5] * (first - 1)) + 1;
  const difficultyIn = (/** @type {number} */ value) => Math.min(Math.max(value, 1), 10);
  if (!before) {
    const difficulty = difficultyIn(startingDifficulty(grade));
    return { stability: Math.max(w[grade - 1], 0.001), difficulty };
  }
  const { stability: s, difficulty: d } = before;
  const damped = d + ((10 - d) * -(w[6] * (grade - 3))) / 9;
  const difficulty = difficultyIn(w[7] * startingDifficulty(4) + (1 - w[7]) * damped);
  let stability;
  if (days < 1) {
    const increase = Math.E ** (w[17] * (grade - 3 + w[18])) * s ** -w[19];
    stability = s * (grade >= 2 ? Math.max(increase, 1) : increase);
  } else if (grade === 1) {
    const forgotten = Math.E ** ((1 - retrievability(s, days, w)) * w[14]);
    const long = w[11] * d ** -w[12] * ((s + 1) ** w[13] - 1) * forgotten;
    stability = Math.min(long, s / Math.E ** (w[17] * w[18]));
  } else {
    const forgotten = Math.E ** ((1 - retrievability(s, days, w)) * w[10]) - 1;
    const adjusted = grade === 2 ? w[15] : grade === 4 ? w[16] : 1;
    stability = s * (1 + Math.E ** w[8] * (11 - d) * s ** -w[9] * forgotten * adjusted);
  }
  return { stability: Math.max(stability, 0.001), difficulty };
}

/**
 * Return an even hash of a text, 0 to 2³²-1: FNV-1a with mixing.
 * @param {string} text
 */
function hashOf(text) {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Return an interval moved by some days, so that questions learnt together do not stay together.
 *
 * The range is that of py-fsrs; the place in it depends on the key alone.
 * @param {number} interval
 * @param {string} key
 */
function fuzzed(interval, key) {
  if (interval < 2.5) return interval;
  const within = (/** @type {number} */ start, /** @type {number} */ end) =>
    Math.max(Math.min(interval, end) - start, 0);
  const delta = 1 + 0.15 * within(2.5, 7) + 0.1 * within(7, 20) + 0.05 * within(20, Infinity);
  const high = Math.min(Math.round(interval + delta), FSRS_LONGEST);
  const low = Math.min(Math.max(Math.round(interval - delta), 2), high);
  return low + Math.floor((hashOf(key) / 2 ** 32) * (high - low + 1));
}

// --- days and stamps -----------------------------------------------------------------------------

const DAY_BEGINS = 4; // o'clock: whoever studies past midnight has not begun a new day
const DAY_WIDTH = 3;
const TIME_WIDTH = 4;
const STAMP_WIDTH = DAY_WIDTH + TIME_WIDTH;

/** @param {Date} now */
function shiftedDay(now) {
  return new Date(now.getTime() - DAY_BEGINS * 3_600_000);
}

/**
 * Return the study day: days since 1970 in local time, counted from four in the morning.
 * @param {Date} now
 */
function studyDay(now) {
  const local = shiftedDay(now);
  return Math.round(
    Date.UTC(local.getFullYear(), local.getMonth(), local.getDate()) / 86_400_000,
  );
}

/**
 * Return the local date on which a study day begins, at noon.
 * @param {number} day
 */
function dateOfDay(day) {
  const date = new Date(day * 86_400_000);
  return new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), 12);
}

/**
 * @param {number} day
 * @param {number} time in tenths of a second
 * @returns {Stamp}
 */
function stampText(day, time) {
  const digits = (/** @type {number} */ value, /** @type {number} */ width) =>
    value.toString(36).padStart(width, "0");
  return digits(day, DAY_WIDTH) + digits(time, TIME_WIDTH);
}

/**
 * Return the stamp of a moment.
 * @param {Date} now
 * @returns {Stamp}
 */
function stampOf(now) {
  const local = shiftedDay(now);
  const seconds = local.getHours() * 3600 + local.getMinutes() * 60 + local.getSeconds();
  return stampText(studyDay(now), seconds * 10 + Math.floor(local.getMilliseconds() / 100));
}

/**
 * Return the study day of a stamp.
 * @param {Stamp} stamp
 */
function dayOf(stamp) {
  return parseInt(stamp.slice(0, DAY_WIDTH), 36);
}

/**
 * Return the stamp of a moment, or one just after `last` if the clock was turned back.
 * @param {Date} now
 * @param {Stamp | ""} last
 * @returns {Stamp}
 */
function stampAfter(now, last) {
  const stamp = stampOf(now);
  if (stamp > last) return stamp;
  return stampText(dayOf(last), parseInt(last.slice(DAY_WIDTH), 36) + 1);
}

// --- progress ------------------------------------------------------------------------------------

/**
 * Return the progress of a learner who has not answered anything.
 * @param {string} course
 * @returns {Progress}
 */
function emptyProgress(course) {
  return { v: 1, course, since: "", log: Object.create(null), marks: Object.create(null) };
}

/** @param {string | undefined} log */
function eventsIn(log) {
  return log ? log.split(" ") : [];
}

/**
 * @param {Record<string, string>} record
 * @param {string} key
 * @param {string} value
 * @returns {Record<string, string>}
 */
function withEntry(record, key, value) {
  return Object.assign(Object.create(null), record, { [key]: value });
}

/**
 * Return the progress with another event of a question.
 * @param {Progress} progress
 * @param {string} id
 * @param {string} event
 * @returns {Progress}
 */
function withEvent(progress, id, event) {
  const events = [...new Set([...eventsIn(progress.log[id]), event])].sort();
  return { ...progress, log: withEntry(progress.log, id, events.join(" ")) };
}

/**
 * Return the latest stamp among the events of an id, or an empty text.
 * @param {Progress} progress
 * @param {string} id
 */
function lastStamp(progress, id) {
  let last = progress.since;
  for (const event of eventsIn(progress.log[id])) {
    const stamp = event.slice(-STAMP_WIDTH - 1, -1);
    if (stamp > last) last = stamp;
  }
  return last;
}

/**
 * Return the progress with one more answer.
 * @param {Progress} progress
 * @param {string} id
 * @param {Grade} grade
 * @param {Date} now
 * @returns {Progress}
 */
function answered(progress, id, grade, now) {
  return withEvent(progress, id, `${stampAfter(now, lastStamp(progress, id))}${grade}`);
}

/**
 * Return the progress with an answer graded anew: "count as right", "I guessed", "easy".
 * @param {Progress} progress
 * @param {string} id
 * @param {Stamp} stamp the answer's
 * @param {Regrade} grade 0 withdraws the answer
 * @param {Date} now
 * @returns {Progress}
 */
function regraded(progress, id, stamp, grade, now) {
  return withEvent(progress, id, `${stamp}${stampAfter(now, lastStamp(progress, id))}${grade}`);
}

/**
 * Return the progress without an answer; the log remembers that it was withdrawn.
 * @param {Progress} progress
 * @param {string} id
 * @param {Stamp} stamp
 * @param {Date} now
 * @returns {Progress}
 */
function withoutAnswer(progress, id, stamp, now) {
  return regraded(progress, id, stamp, 0, now);
}

/**
 * Return the progress with a mark set; an empty text removes it.
 * @param {Progress} progress
 * @param {string} name
 * @param {string} text
 * @param {Date} now
 * @returns {Progress}
 */
function marked(progress, name, text, now) {
  const before = progress.marks[name]?.slice(0, STAMP_WIDTH) ?? "";
  const last = before > progress.since ? before : progress.since;
  const mark = `${stampAfter(now, last)}${text}`;
  return { ...progress, marks: withEntry(progress.marks, name, mark) };
}

/**
 * Return the text of a mark, or an empty text.
 * @param {Progress} progress
 * @param {string} name
 */
function markOf(progress, name) {
  return progress.marks[name]?.slice(STAMP_WIDTH) ?? "";
}

/**
 * Return the progress after a reset: nothing counts that was done before.
 * @param {Progress} progress
 * @param {Date} now
 * @returns {Progress}
 */
function restarted(progress, now) {
  const stamps = Object.keys(progress.log).map(id => lastStamp(progress, id));
  stamps.push(...Object.values(progress.marks).map(mark => mark.slice(0, STAMP_WIDTH)));
  const last = stamps.reduce((one, other) => (one > other ? one : other), progress.since);
  return { ...emptyProgress(progress.course), since: stampAfter(now, last) };
}

/**
 * Return what two devices know together: commutative, associative and idempotent.
 * @param {Progress} one
 * @param {Progress} other of the same course
 * @returns {Progress}
 */
function merged(one, other) {
  const since = one.since > other.since ? one.since : other.since;
  const both = { ...emptyProgress(one.course), since };
  for (const id of keysOf(one.log, other.log)) {
    const events = new Set([...eventsIn(one.log[id]), ...eventsIn(other.log[id])]);
    const kept = [...events].filter(event => event.slice(0, STAMP_WIDTH) > since).sort();
    if (kept.length) both.log[id] = kept.join(" ");
  }
  for (const name of keysOf(one.marks, other.marks)) {
    const [mark, rival] = [one.marks[name] ?? "", other.marks[name] ?? ""];
    const latest = mark > rival ? mark : rival;
    if (latest.slice(0, STAMP_WIDTH) > since) both.marks[name] = latest;
  }
  return both;
}

/** @param {...Record<string, string>} records */
function keysOf(...records) {
  return [...new Set(records.flatMap(Object.keys))].sort();
}

// --- reading and writing -------------------------------------------------------------------------

const QUESTION_ID = /^[a-z0-9]+(?:[-:.][a-z0-9]+)*$/;
const EVENT = /^(?:[0-9a-z]{7}[1-4]|[0-9a-z]{14}[0-4])$/;
const STAMP = /^[0-9a-z]{7}/;
const LARGEST_TEXT = 20_000_000;

/**
 * Return the progress as it is stored and saved to a file.
 * @param {Progress} progress
 */
function progressText(progress) {
  return JSON.stringify(progress);
}

/**
 * Return the progress in a text, or what is wrong with it.
 *
 * `unreadable`: not JSON, or damaged; `other-course`: of another course; `newer`: written by a
 * later release; `too-large`: more than 20 MB.
 * @param {string} text
 * @param {string} course
 * @returns {Progress | "unreadable" | "other-course" | "newer" | "too-large"}
 */
function parsedProgress(text, course) {
  if (text.length > LARGEST_TEXT) return "too-large";
  /** @type {any} */
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    return "unreadable";
  }
  if (!isRecord(data) || typeof data.course !== "string") return "unreadable";
  if (data.course !== course) return "other-course";
  if (typeof data.v === "number" && data.v > 1) return "newer";
  const { v, since = "", log = {}, marks = {} } = /** @type {Record<string, any>} */ (data);
  if (v !== 1 || typeof since !== "string" || !isRecord(log) || !isRecord(marks)) {
    return "unreadable";
  }
  if (since && !(since.length === STAMP_WIDTH && STAMP.test(since))) return "unreadable";
  const progress = { ...emptyProgress(course), since };
  for (const [id, events] of Object.entries(log)) {
    if (id.length > 120 || !QUESTION_ID.test(id)) return "unreadable";
    if (typeof events !== "string") return "unreadable";
    if (!events.split(" ").every(event => EVENT.test(event))) return "unreadable";
    progress.log[id] = events;
  }
  for (const [name, mark] of Object.entries(marks)) {
    if (name.length > 200 || typeof mark !== "string" || !STAMP.test(mark)) return "unreadable";
    progress.marks[name] = mark;
  }
  return merged(progress, progress); // in the form that this file writes
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// --- cards ---------------------------------------------------------------------------------------

/**
 * Return the answers to a question that count, by time.
 * @param {Progress} progress
 * @param {string} id
 * @returns {Answer[]}
 */
function answersTo(progress, id) {
  /** @type {Map<Stamp, string>} */
  const corrections = new Map();
  /** @type {string[]} */
  const answers = [];
  for (const event of eventsIn(progress.log[id])) {
    const stamp = event.slice(0, STAMP_WIDTH);
    if (event.length === STAMP_WIDTH + 1) answers.push(event);
    else corrections.set(stamp, event); // events are sorted, so the last correction stays
  }
  return answers
    .map(event => {
      const stamp = event.slice(0, STAMP_WIDTH);
      const grade = Number((corrections.get(stamp) ?? event).slice(-1));
      return { stamp, day: dayOf(stamp), grade: /** @type {Grade} */ (grade) };
    })
    .filter(answer => answer.grade > 0);
}

/**
 * Return the stamp of the last answer that counts, or an empty text.
 * @param {Progress} progress
 * @param {string} id
 */
function lastAnswer(progress, id) {
  return answersTo(progress, id).at(-1)?.stamp ?? "";
}

/**
 * Return what the schedule knows of a question; null if no answer counts.
 * @param {string} id
 * @param {readonly {day: number, grade: Grade}[]} answers by time
 * @returns {Card | null}
 */
function cardOf(id, answers) {
  let state = null;
  let day = 0;
  let wrong = 0;
  for (const answer of answers) {
    state = remembered(state, answer.grade, answer.day - day);
    day = answer.day;
    wrong += Number(answer.grade === GRADE.again);
  }
  const last = answers.at(-1);
  if (!state || !last) return null;
  const interval = intervalOf(state.stability);
  const due = day + fuzzed(interval, `${id}/${answers.length}`);
  const [first, grade, count] = [answers[0].day, last.grade, answers.length];
  return { id, ...state, first, day, grade, answers: count, wrong, interval, due };
}

/**
 * The card of each question as it was last computed, and the events that it was computed from.
 * @type {Map<string, {events: string, card: Card | null}>}
 */
const KNOWN_CARDS = new Map();

/**
 * Return the cards of all questions that were answered, by id.
 *
 * After an answer only the card of its question is computed again.
 * @param {Progress} progress
 * @returns {Map<string, Readonly<Card>>}
 */
function cardsOf(progress) {
  /** @type {Map<string, Readonly<Card>>} */
  const cards = new Map();
  for (const [id, events] of Object.entries(progress.log)) {
    let known = KNOWN_CARDS.get(id);
    if (known?.events !== events) {
      known = { events, card: cardOf(id, answersTo(progress, id)) };
      KNOWN_CARDS.set(id, known);
    }
    if (known.card) cards.set(id, known.card);
  }
  return cards;
}

// --- sessions ------------------------------------------------------------------------------------

/**
 * Return what to ask now.
 *
 * Questions answered for the first time today, also while reading, count towards the new ones of
 * the day. `limits.due` is the length of one session: the caller offers another one for the rest.
 * @param {readonly {id: string, enemies?: readonly string[]}[]} questions those that may be asked,
 *   in the order in which new ones are taught
 * @param {ReadonlyMap<string, Readonly<Card>>} cards
 * @param {number} today
 * @param {{due: number, fresh: number}} limits
 * @returns {Session}
 */
function sessionOf(questions, cards, today, limits) {
  const known = questions.flatMap(question => cards.get(question.id) ?? []);
  const again = known
    .filter(card => card.day >= today && card.grade === GRADE.again)
    .sort((one, other) => one.answers - other.answers);
  const due = known
    .filter(card => card.due <= today)
    .map(card => ({ id: card.id, chance: retrievability(card.stability, today - card.day) }))
    .sort((one, other) => one.chance - other.chance);
  const fresh = questions.filter(question => !cards.has(question.id));
  const begun = known.filter(card => card.first === today).length;

  const enemies = new Map(questions.map(question => [question.id, question.enemies ?? []]));
  /** @type {Set<string>} */
  const taken = new Set();
  /** @type {Set<string>} */
  const barred = new Set();
  const pick = (/** @type {readonly {id: string}[]} */ candidates, /** @type {number} */ limit) => {
    const picked = [];
    for (const { id } of candidates) {
      const own = enemies.get(id) ?? [];
      if (picked.length >= limit) break;
      if (taken.has(id) || barred.has(id) || own.some(enemy => taken.has(enemy))) continue;
      taken.add(id);
      own.forEach(enemy => barred.add(enemy));
      picked.push(id);
    }
    return picked;
  };
  return {
    again: pick(again, Infinity),
    due: pick(due, limits.due),
    fresh: pick(fresh, Math.max(limits.fresh - begun, 0)),
    dueTotal: due.length,
    freshTotal: fresh.length,
  };
}

/**
 * Return the next study day after today on which any of these questions is due; null if none is.
 * @param {readonly {id: string}[]} questions
 * @param {ReadonlyMap<string, Readonly<Card>>} cards
 * @param {number} today
 * @returns {number | null}
 */
function nextDue(questions, cards, today) {
  let next = Infinity;
  for (const { id } of questions) {
    const card = cards.get(id);
    if (card && card.due > today) next = Math.min(next, card.due);
  }
  return Number.isFinite(next) ? next : null;
}

/**
 * Return how well a question is known: `new`, `learning` (asked again within three weeks), `known`.
 * @param {Readonly<Card> | undefined} card
 * @returns {"new" | "learning" | "known"}
 */
function levelOf(card) {
  if (!card) return "new";
  return card.stability >= 21 && card.grade !== GRADE.again ? "known" : "learning";
}
