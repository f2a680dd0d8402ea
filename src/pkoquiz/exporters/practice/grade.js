// What an answer earns: the rules of the printed paper (`pkoquiz exam grade`) for all ten types.
//
// No function here touches the page. The page inlines this file between schedule.js and page.js, in
// one script. records.py writes the records of questions.
//
// A page uses it like this:
//
//   optionOrder(task, question.id, card?.answers ?? 0)        the order in which to show options
//   const result = graded(question.task, attempt)             null as attempt: "I don't know"
//   if (result.unreadable) …                                  ask again; do not log
//   else answered(progress, question.id, result.grade, now)
//   if (result.near) …                                        "Close. Count as right?"
//
// Asked by its other wording (`card`), a question of any type takes a `recall` attempt.

/** @typedef {string | readonly unknown[]} Tree formatted text, as the page embeds it */

/**
 * A question as the page embeds it.
 * @typedef {object} Question
 * @property {string} id permanent; `ID:meaning` and `ID:term` are the two sides of a glossary entry
 * @property {string} type name of the type: "choice" … "flashcard", or "term"
 * @property {Tree} stem
 * @property {Task} task
 * @property {{front: Tree, back: Tree} | null} card the wording asked from the second time on
 * @property {Tree} explain
 * @property {readonly Tree[]} hints
 * @property {number} points
 * @property {string} section
 * @property {string} objective
 * @property {string} bloom
 * @property {"easy" | "medium" | "hard" | ""} difficulty
 * @property {readonly string[]} tags
 * @property {readonly string[]} enemies
 * @property {Tree} note
 * @property {Tree} attribution
 */

/** @typedef {Options | Verdict | Pairs | Steps | Blanks | Numeric | Written | Recall} Task */

/**
 * Choose one option, or with `several` all that apply.
 * @typedef {object} Options
 * @property {"options"} kind
 * @property {readonly {text: Tree, right: boolean, pin: boolean, said: Tree}[]} options as written
 * @property {boolean} several
 * @property {boolean} exact whether only exactly the right set earns points
 * @property {readonly number[]} order positions in a fixed order; empty if they may be shuffled
 */
/**
 * Judge a statement.
 * @typedef {object} Verdict
 * @property {"verdict"} kind
 * @property {boolean} right
 * @property {Tree} ifTrue feedback on the answer true
 * @property {Tree} ifFalse
 */
/**
 * Give each premise its response.
 * @typedef {object} Pairs
 * @property {"pairs"} kind
 * @property {readonly {premise: Tree, key: number, said: Tree}[]} pairs `key`: its response
 * @property {readonly string[]} responses plain text
 */
/**
 * Put steps into order; they are listed in the right one.
 * @typedef {object} Steps
 * @property {"steps"} kind
 * @property {readonly Tree[]} steps
 */
/**
 * Type words: one answer below the question, or one for each gap in its stem.
 * @typedef {object} Blanks
 * @property {"blanks"} kind
 * @property {readonly Blank[]} blanks
 * @property {boolean} inStem
 * @property {boolean} caseSensitive
 */
/**
 * What is accepted in a blank; `credit` is a percentage.
 * @typedef {object} Blank
 * @property {readonly {text: string, credit: number, said: Tree}[]} answers the best one first
 * @property {readonly {text: string, said: Tree}[]} wrong
 * @property {Tree} otherwise feedback on any other answer
 * @property {Tree} hint
 */
/**
 * Type a number. Numbers are texts such as "-8.50", so that they are exact.
 * @typedef {object} Numeric
 * @property {"number"} kind
 * @property {string} value
 * @property {string} tolerance
 * @property {string} unit plain text, shown after the field
 * @property {Tree} working
 * @property {readonly {value: string, tolerance: string, said: Tree}[]} wrong
 * @property {Tree} otherwise
 */
/**
 * Write a text that the learner grades with a rubric: an essay, or a sentence or two.
 * @typedef {object} Written
 * @property {"written"} kind
 * @property {readonly {points: number, text: Tree}[]} rubric
 * @property {Tree} model the model answer
 * @property {Blank | null} short for a short answer, what its author accepts; null for an essay
 * @property {boolean} caseSensitive
 * @property {number} minWords 0 for no limit
 * @property {number} maxWords
 */
/**
 * Remember a fact.
 * @typedef {object} Recall
 * @property {"recall"} kind
 * @property {Tree} answer
 */

/**
 * What a learner answered; positions count from 0, as written. `order`: the steps from the top, as
 * the learner put them. `ticked`: lines of the rubric that the answer fulfils.
 * @typedef {(
 *   {kind: "options", chosen: readonly number[]}
 *   | {kind: "verdict", verdict: boolean}
 *   | {kind: "pairs", responses: readonly (number | null)[]}
 *   | {kind: "steps", order: readonly number[]}
 *   | {kind: "words", texts: readonly string[]}
 *   | {kind: "number", text: string}
 *   | {kind: "rubric", ticked: readonly number[]}
 *   | {kind: "recall", remembered: boolean}
 * )} Attempt
 */

/**
 * What an attempt earns.
 * @typedef {object} Result
 * @property {number} share of the points, 0 to 1
 * @property {Grade} grade for the log: good for all points, hard from 80 % on, else again
 * @property {readonly Part[]} parts one for each option, premise, step or gap, in written order
 * @property {readonly Tree[]} said what the author says to this answer
 * @property {boolean} near whether all that is not right differs from an accepted wording by only a
 *   letter or two: offer to count the answer as right
 * @property {Unreadable | null} unreadable a typed text that is not a number; not an answer yet
 */
/**
 * What one option, premise, step, blank or line of a rubric earns.
 * @typedef {object} Part
 * @property {"right" | "partly" | "wrong" | "missed" | "idle"} state `missed`: right, but not
 *   given; `idle`: wrong, and not chosen
 * @property {number} credit 0 to 1
 * @property {Tree} said feedback on this part alone
 * @property {string} near the accepted wording that differs by a letter or two, or an empty text
 */
/**
 * `readings`: the two numbers that `1,500` may be, to choose from; empty if it is not a number.
 * @typedef {{readings: readonly string[]}} Unreadable
 */

// --- grading -------------------------------------------------------------------------------------

/**
 * Return what an attempt at a task earns.
 *
 * An attempt of another kind than the task earns nothing, except that any task can be recalled.
 * @param {Task} task
 * @param {Attempt | null} attempt null for "I don't know"
 * @param {{hinted?: boolean, decimal?: "." | "," | ""}} [settings] `hinted`: whether hints were
 *   read; `decimal`: the decimal sign of `1,500` and `1.500`, by default the learner is asked
 * @returns {Result}
 */
function graded(task, attempt, { hinted = false, decimal = "" } = {}) {
  if (attempt?.kind === "recall") return resultOf(Number(attempt.remembered), [], [], hinted);
  switch (task.kind) {
    case "options":
      return gradedOptions(task, attempt?.kind === "options" ? attempt.chosen : [], hinted);
    case "verdict":
      return gradedVerdict(task, attempt?.kind === "verdict" ? attempt.verdict : null, hinted);
    case "pairs": {
      const given = attempt?.kind === "pairs" ? attempt.responses : [];
      const parts = task.pairs.map(({ key, said }, index) => part(given[index] === key, said));
      return resultOf(evenShare(parts), parts, [], hinted);
    }
    case "steps": {
      const order = attempt?.kind === "steps" ? attempt.order : [];
      const parts = task.steps.map((_, index) => part(order[index] === index));
      return resultOf(evenShare(parts), parts, [], hinted);
    }
    case "blanks":
      return gradedWords(task, attempt?.kind === "words" ? attempt.texts : [], hinted);
    case "number":
      return gradedNumber(task, attempt?.kind === "number" ? attempt.text : "", hinted, decimal);
    case "written":
      return gradedRubric(task, attempt?.kind === "rubric" ? attempt.ticked : [], hinted);
    case "recall":
      return resultOf(0, [], [], hinted);
  }
}

/**
 * Return the grade for a share of the points. A half-right answer was not remembered.
 * @param {number} share
 * @param {boolean} hinted
 * @returns {Grade}
 */
function gradeOf(share, hinted) {
  if (share < 0.8) return GRADE.again;
  return share < 1 || hinted ? GRADE.hard : GRADE.good;
}

/**
 * @param {number} share
 * @param {readonly Part[]} parts
 * @param {readonly Tree[]} said
 * @param {boolean} hinted
 * @returns {Result}
 */
function resultOf(share, parts, said, hinted) {
  const lost = parts.filter(({ state }) => state !== "right" && state !== "idle");
  const near = lost.length > 0 && lost.every(part => part.near !== "");
  const written = said.filter(text => text.length > 0);
  return { share, grade: gradeOf(share, hinted), parts, said: written, near, unreadable: null };
}

/**
 * @param {boolean} right
 * @param {Tree} [said]
 * @returns {Part}
 */
function part(right, said = "") {
  return { state: right ? "right" : "wrong", credit: Number(right), said, near: "" };
}

/** @param {readonly Part[]} parts */
function evenShare(parts) {
  return parts.filter(({ state }) => state === "right").length / parts.length;
}

/**
 * @param {boolean} right
 * @param {boolean} chosen
 * @param {Tree} said
 * @returns {Part}
 */
function offered(right, chosen, said) {
  const state = chosen ? (right ? "right" : "wrong") : right ? "missed" : "idle";
  return { state, credit: Number(state === "right"), said, near: "" };
}

/**
 * @param {Options} task
 * @param {readonly number[]} chosen
 * @param {boolean} hinted
 */
function gradedOptions(task, chosen, hinted) {
  const parts = task.options.map(({ right, said }, index) =>
    offered(right, chosen.includes(index), said),
  );
  const count = (/** @type {Part["state"]} */ state) =>
    parts.filter(part => part.state === state).length;
  const [right, wrong, keys] = [count("right"), count("wrong"), count("right") + count("missed")];
  const others = parts.length - keys;
  let share = Number(right === keys && wrong === 0);
  if (task.several && !task.exact) {
    // One division of whole numbers: the nearest that a number comes to the exact share.
    share = Math.max(0, others ? (right * others - wrong * keys) / (keys * others) : right / keys);
  }
  const said = parts.filter((_, index) => chosen.includes(index)).map(part => part.said);
  return resultOf(share, parts, said, hinted);
}

/**
 * @param {Verdict} task
 * @param {boolean | null} verdict
 * @param {boolean} hinted
 */
function gradedVerdict(task, verdict, hinted) {
  const parts = [
    offered(task.right, verdict === true, task.ifTrue),
    offered(!task.right, verdict === false, task.ifFalse),
  ];
  const said = verdict === null ? [] : [verdict ? task.ifTrue : task.ifFalse];
  return resultOf(Number(verdict === task.right), parts, said, hinted);
}

/**
 * @param {Blanks} task
 * @param {readonly string[]} texts
 * @param {boolean} hinted
 */
function gradedWords(task, texts, hinted) {
  const parts = task.blanks.map((blank, index) =>
    gradedBlank(blank, texts[index] ?? "", task.caseSensitive),
  );
  const hundredths = parts.reduce((sum, { credit }) => sum + Math.round(100 * credit), 0);
  const said = parts.map(part => part.said);
  return resultOf(hundredths / (100 * parts.length), parts, said, hinted);
}

/**
 * Return what a typed text earns: the credit of the first accepted wording with the same words.
 * @param {Blank} blank
 * @param {string} text
 * @param {boolean} caseSensitive
 * @returns {Part}
 */
function gradedBlank(blank, text, caseSensitive) {
  const words = sameWords(text, caseSensitive);
  if (!words) return { state: "missed", credit: 0, said: "", near: "" };
  const isSame = (/** @type {{text: string}} */ wording) =>
    hasWords(text, wording.text, caseSensitive);
  const accepted = blank.answers.find(isSame);
  if (accepted) {
    const { credit, said } = accepted;
    return { state: credit === 100 ? "right" : "partly", credit: credit / 100, said, near: "" };
  }
  const mistake = blank.wrong.find(isSame);
  if (mistake) return { state: "wrong", credit: 0, said: mistake.said, near: "" };
  const near = blank.answers.find(
    answer => answer.credit === 100 && isNear(sameWords(answer.text, caseSensitive), words),
  );
  return { state: "wrong", credit: 0, said: blank.otherwise, near: near?.text ?? "" };
}

/**
 * @param {Numeric} task
 * @param {string} text
 * @param {boolean} hinted
 * @param {"." | "," | ""} decimal
 * @returns {Result}
 */
function gradedNumber(task, text, hinted, decimal) {
  if (!stripped(text)) {
    const missed = /** @type {Part} */ ({ state: "missed", credit: 0, said: "", near: "" });
    return resultOf(0, [missed], [], hinted);
  }
  const number = readValue(text, task.unit, decimal);
  if ("readings" in number) {
    return { ...resultOf(0, [part(false)], [], hinted), unreadable: number };
  }
  if (isWithin(number, task)) return resultOf(1, [part(true)], [], hinted);
  const slip = task.wrong.find(slip => isWithin(number, slip));
  const said = slip ? slip.said : task.otherwise;
  return resultOf(0, [part(false, said)], [said], hinted);
}

/**
 * @param {Written} task
 * @param {readonly number[]} ticked
 * @param {boolean} hinted
 */
function gradedRubric(task, ticked, hinted) {
  const parts = task.rubric.map((_, index) => offered(true, ticked.includes(index), ""));
  const points = (/** @type {readonly {points: number}[]} */ lines) =>
    lines.reduce((sum, line) => sum + Math.round(100 * line.points), 0);
  const earned = points(task.rubric.filter((_, index) => ticked.includes(index)));
  return resultOf(earned / points(task.rubric), parts, [], hinted);
}

// --- words ---------------------------------------------------------------------------------------

// Sets of characters as Python has them; `\s` and `trim` differ in U+001C-001F, U+0085 and U+FEFF.
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
const SINGLE_QUOTES = /[‘’‚‛′`´]/g;
const DOUBLE_QUOTES = /[“”„‟″«»]/g;
const DASHES = /[‐‑‒–—―−]/g;

/**
 * Return a text with plain quotation marks and dashes, and single spaces for white space.
 * @param {string} text
 */
function folded(text) {
  const plain = text.replace(SINGLE_QUOTES, "'").replace(DOUBLE_QUOTES, '"').replace(DASHES, "-");
  return plain.replace(SPACES, " ").replace(/^ | $/g, "");
}

/**
 * Return words as they are compared: `folded`, with accents in one form, and without case.
 * @param {string} text
 * @param {boolean} [caseSensitive]
 */
function sameWords(text, caseSensitive = false) {
  const plain = folded(text.normalize("NFC"));
  return caseSensitive ? plain : withoutCase(plain);
}

/**
 * Return whether a text has the words of a wording; a full stop at its end is ignored if the
 * wording has none.
 * @param {string} text
 * @param {string} wording
 * @param {boolean} caseSensitive
 */
function hasWords(text, wording, caseSensitive) {
  const wanted = sameWords(wording, caseSensitive);
  let written = sameWords(text, caseSensitive);
  if (!/[.。]$/.test(wanted)) written = written.replace(/\.$/, "").replace(/。$/, "").trimEnd();
  return written !== "" && written === wanted;
}

/**
 * Return a text without case, so that two texts agree if Python's `casefold` makes them agree.
 * @param {string} text
 */
function withoutCase(text) {
  // The dotless i has a capital I, but is a letter of its own.
  const fold = (/** @type {string} */ piece) => piece.toLowerCase().toUpperCase().toLowerCase();
  return text.split("ı").map(fold).join("ı");
}

/** @param {string} text */
function stripped(text) {
  return text.replace(SPACES, " ").replace(/^ | $/g, "");
}

/**
 * Return whether two texts differ by one letter, or by two from nine letters on, but in no digit.
 *
 * "Impartial" and "partial" may be near as well, so a near text is never accepted without asking.
 * @param {string} wanted
 * @param {string} given
 */
function isNear(wanted, given) {
  const digits = /\p{N}+/gu;
  if (String(wanted.match(digits)) !== String(given.match(digits))) return false;
  const [one, other] = [[...wanted], [...given]];
  const limit = one.length >= 9 ? 2 : one.length >= 4 ? 1 : 0;
  if (Math.abs(one.length - other.length) > limit) return false;
  return distance(one, other) <= limit;
}

/**
 * Return how many letters must be changed, added, removed or swapped with a neighbour.
 * @param {readonly string[]} one
 * @param {readonly string[]} other
 */
function distance(one, other) {
  let before = /** @type {number[]} */ ([]);
  let above = other.map((_, column) => column).concat(other.length);
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const changed = Number(one[row - 1] !== other[column - 1]);
      let least = Math.min(above[column] + 1, line[column - 1] + 1, above[column - 1] + changed);
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && swapped) least = Math.min(least, before[column - 2] + 1);
      line.push(least);
    }
    [before, above] = [above, line];
  }
  return above[other.length];
}

// --- numbers -------------------------------------------------------------------------------------

/** @typedef {{digits: bigint, places: number}} Decimal the number digits / 10 ** places */

const GROUPS = /([0-9])[ \u00a0\u2009\u202f'’](?=[0-9]{3}(?![0-9]))/g;
const NUMBER = /^([-+]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([-+]?[0-9]{1,2}))?$/;
const AMBIGUOUS = /^([-+]?[1-9][0-9]{0,2})([.,])([0-9]{3})$/;
const OTHER_DIGITS = /[\uff10-\uff19\u0660-\u0669\u06f0-\u06f9]/g;
const MINUS = /[−–﹣－]/g;

/**
 * Return the number in a typed text, which may end with the unit.
 * @param {string} text
 * @param {string} unit
 * @param {"." | "," | ""} decimal
 * @returns {Decimal | Unreadable}
 */
function readValue(text, unit, decimal) {
  let number = stripped(text);
  if (unit && sameWords(number).endsWith(sameWords(unit))) {
    // Folding changes lengths, so the unit is removed from the folded text.
    const plain = folded(unit).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    number = folded(number).replace(new RegExp(`${plain}$`, "iu"), "");
  }
  return readNumber(number, decimal);
}

/**
 * Return a number with a decimal point or comma: `8.5`, `8,5`, `−3`, `1 500`, `1.500,25`.
 *
 * `1,500` and `1.500` may be one and a half or fifteen hundred: without a decimal sign they are not
 * read. Digits of a full-width, Arabic or Persian keyboard are read, too.
 * @param {string} text
 * @param {"." | "," | ""} [decimal]
 * @returns {Decimal | Unreadable}
 */
function readNumber(text, decimal = "") {
  let bare = stripped(text)
    .replace(OTHER_DIGITS, digit => String(digit.charCodeAt(0) & 15))
    .replace(/[．٫]/g, ".")
    .replace(/[，٬]/g, ",")
    .replace(MINUS, "-")
    .replace(GROUPS, "$1");
  if (bare.length > 60) return { readings: [] };
  const ambiguous = AMBIGUOUS.exec(bare);
  if (ambiguous) {
    const [, whole, sign, decimals] = ambiguous;
    if (!decimal) return { readings: [`${whole}${decimals}`, decimalReading(whole, decimals)] };
    bare = decimal === sign ? `${whole}.${decimals}` : `${whole}${decimals}`;
  }
  for (const [group, point] of [[",", "."], [".", ","]]) {
    const grouped = `[-+]?[0-9]{1,3}(?:\\${group}[0-9]{3})+`;
    const groups = bare.split(group).length - 1;
    if (
      new RegExp(`^${grouped}\\${point}[0-9]*$`).test(bare) ||
      (groups > 1 && new RegExp(`^${grouped}$`).test(bare))
    ) {
      bare = bare.split(group).join("");
      break;
    }
  }
  return decimalOf(bare.replace(/,/g, ".")) ?? { readings: [] };
}

/**
 * Return the decimal reading of `1,500`, typed so that it is not ambiguous: `1.5`.
 * @param {string} whole
 * @param {string} decimals
 */
function decimalReading(whole, decimals) {
  const shorter = decimals.replace(/0+$/, "");
  const typed = `${whole}.${shorter.length < 3 ? shorter : `${decimals}0`}`;
  return typed.replace(/\.$/, "");
}

/**
 * Return the decimal in a text such as `-8.50` or `1e3`; null if it is not one.
 * @param {string} text
 * @returns {Decimal | null}
 */
function decimalOf(text) {
  const match = NUMBER.exec(text);
  if (!match) return null;
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  if (!whole && !fraction) return null;
  const places = fraction.length - Number(exponent);
  const digits = BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n);
  return places < 0 ? { digits: digits * 10n ** BigInt(-places), places: 0 } : { digits, places };
}

/**
 * Return whether a number is as near to a value as the tolerance allows, ends included.
 * @param {Decimal} number
 * @param {{value: string, tolerance: string}} wanted
 */
function isWithin(number, { value, tolerance }) {
  const decimals = [number, decimalOf(value), decimalOf(tolerance)];
  const places = Math.max(...decimals.map(decimal => decimal?.places ?? 0));
  const [given, right, allowed] = decimals.map(decimal =>
    decimal ? decimal.digits * 10n ** BigInt(places - decimal.places) : 0n,
  );
  const difference = given < right ? right - given : given - right;
  return difference <= allowed;
}

// --- the order in which answers are offered ------------------------------------------------------

/**
 * Return the positions of options in the order to show them.
 * @param {Options} task
 * @param {string} id
 * @param {number} answers how often the question was answered: each time the order is another one
 */
function optionOrder(task, id, answers) {
  if (task.order.length) return task.order;
  const positions = task.options.map((_, index) => index);
  const free = shuffled(positions.filter(index => !task.options[index].pin), `${id}/${answers}`);
  return task.options.map((option, index) => (option.pin ? index : free.shift() ?? index));
}

/**
 * Return the positions of responses in the order to show them.
 * @param {Pairs} task
 * @param {string} id
 * @param {number} answers
 */
function responseOrder(task, id, answers) {
  return shuffled([...task.responses.keys()], `${id}/${answers}`);
}

/**
 * Return the positions of steps in the order to show them first, which is never the right one.
 * @param {Steps} task
 * @param {string} id
 * @param {number} answers
 */
function stepOrder(task, id, answers) {
  const order = shuffled([...task.steps.keys()], `${id}/${answers}`);
  return order.every((step, index) => step === index) ? [...order.slice(1), order[0]] : order;
}

/**
 * @param {readonly number[]} positions
 * @param {string} key
 */
function shuffled(positions, key) {
  return positions
    .map(index => ({ index, hash: hashOf(`${key}/${index}`) }))
    .sort((one, other) => one.hash - other.hash || one.index - other.index)
    .map(({ index }) => index);
}
