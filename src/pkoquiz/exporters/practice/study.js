// What the views share: the questions, what the learner knows of them, and keeping answers.

/** @typedef {{node: HTMLElement, enter: () => void, choose: (number: number) => void}} Active */

/**
 * What the views share.
 * @typedef {object} Study
 * @property {Store} store
 * @property {readonly Item[]} questions
 * @property {readonly Item[]} terms the two sides of each entry of the glossary
 * @property {ReadonlyMap<string, Item>} items questions and terms by id
 * @property {readonly Item[]} order the questions as they are taught: as the areas ask them
 * @property {Active | null} active the question that the keyboard answers
 * @property {() => ReadonlyMap<string, Card>} cards what was answered
 * @property {() => number} today
 * @property {(change: (progress: Progress) => Progress) => void} update
 * @property {(id: string, grade: Grade) => Stamp} keep keeps an answer
 * @property {() => void} refresh
 * @property {(source: Source) => void} open shows a citation in the transcript
 * @property {() => boolean} citing whether a citation is shown
 */

/**
 * Return what the views share.
 * @param {Item[]} questions
 * @param {Item[]} terms
 * @param {() => void} changed called after each change
 * @param {(source: Source) => void} open
 * @param {() => boolean} citing
 * @returns {Study}
 */
function openStudy(questions, terms, changed, open, citing) {
  const store = openStore(COURSE.short);
  const items = new Map([...questions, ...terms].map(item => [item.id, item]));
  const areas = queryAll(HTMLElement, ".area");
  const inAreas = areas.flatMap(area => [...idsOf(area, "asked"), ...idsOf(area, "offered")]);
  const ids = new Set([...inAreas, ...questions.map(item => item.id)]);
  let cards = cardsOf(store.progress());
  /** @type {Study} */
  const study = {
    store,
    questions,
    terms,
    items,
    order: [...ids].flatMap(id => items.get(id) ?? []),
    active: null,
    cards: () => cards,
    today: () => studyDay(new Date()),
    update(change) {
      store.update(change);
      study.refresh();
      changed();
    },
    keep(id, grade) {
      study.update(progress => answered(progress, id, grade, new Date()));
      return lastAnswer(store.progress(), id);
    },
    refresh() {
      cards = cardsOf(store.progress());
    },
    open,
    citing,
  };
  return study;
}

/**
 * Return the ids that an area names.
 * @param {HTMLElement} area
 * @param {"asked" | "offered"} name
 */
function idsOf(area, name) {
  return (area.dataset[name] ?? "").split(" ").filter(Boolean);
}

/**
 * Return what a day may ask: all questions but essays, and the terms that were begun.
 * @param {Study} study
 */
function dailyOf({ order, terms, cards }) {
  const begun = terms.filter(term => cards().has(term.id));
  return [...order.filter(item => item.task.kind !== "written"), ...begun];
}
