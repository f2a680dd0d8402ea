// What an answer earns: the rules of the printed paper (`pkoquiz exam grade`) for all ten types.
//
// No function here touches the page. The page inlines schedule.js before this file and page.js after
// it, in one script. The records of questions are written by records.py.
//
// A page uses it like this:
//
//   optionOrder(task, question.id, card?.answers ?? 0)        the order in which to show options
//   const result = graded(question.task, answer)              null as answer: "I don't know"
//   if (result.unreadable) …                                  ask again; do not log
//   else answered(progress, question.id, result.grade, now)
//   if (result.near) …                                        "Close. Count as right?"

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
 * )} Response
 */

/**
 * What a response earns.
 * @typedef {object} Result
 * @property {number} share of the points, 0 to 1
 * @property {Grade} grade for the log: good for all points, hard from 80 % on, else again
 * @property {readonly Part[]} parts one for each option, premise, step, gap; in the order as written
 * @property {readonly Tree[]} said what the author says to this answer
 * @property {string} near an accepted wording that differs by a letter or two, or an empty text:
 *   offer to count the answer as right
 * @property {Unreadable | null} unreadable a typed text that is not a number; not an answer yet
 */
/**
 * `missed`: right, but not chosen. `credit`: 0 to 1. `said`: feedback on this part alone.
 * @typedef {{state: "right" | "partly" | "wrong" | "missed" | "idle", credit: number, said: Tree}} Part
 */
/**
 * `readings`: the two numbers that `1,500` may be, to choose from; empty if it is not a number.
 * @typedef {{readings: readonly string[]}} Unreadable
 */

