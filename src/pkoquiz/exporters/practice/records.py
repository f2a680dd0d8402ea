"""Questions and glossary entries as data for the page: the records that `grade.js` describes.

Formatted texts are trees (`markup.trees`), plain texts are strings. Numbers for comparison with
answers are written as texts, so that they stay exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from pkoquiz import markup
from pkoquiz.exporters.practice.offsets import in_utf16
from pkoquiz.markup import Tree, Trees, inline_trees
from pkoquiz.model.answers import (
    Blank,
    Blanks,
    Number,
    Options,
    Pairs,
    Recall,
    Steps,
    Task,
    Verdict,
    Written,
    task_of,
)
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Citation, number
from pkoquiz.model.question import Cloze, Question, Term, cloze_parts
from pkoquiz.quotes.citations import references
from pkoquiz.quotes.find import find

Record = dict[str, Any]


def question_records(bank: Bank) -> list[Record]:
    """Return the ready questions, with only ready questions as `enemies`."""
    ready = {question.id for question in bank.ready}
    records = [question_record(bank, question) for question in bank.ready]
    for record in records:
        record["enemies"] = [enemy for enemy in record["enemies"] if enemy in ready]
    return records


def question_record(bank: Bank, question: Question) -> Record:
    """Return a question with its task and its citations."""
    card = question.card
    return {
        "id": question.id,
        "type": question.type,
        "stem": _stem(question),
        "task": task_record(task_of(question)),
        "card": {"front": _block(card.front), "back": _block(card.back)} if card else None,
        "explain": _block(question.explain),
        "hints": [inline_trees(hint) for hint in question.hints],
        "points": float(question.points),
        "section": question.section,
        "objective": question.objective,
        "bloom": question.bloom,
        "difficulty": question.difficulty,
        "tags": list(question.tags),
        "enemies": list(question.enemies),
        "note": _inline(question.note),
        "attribution": _inline(question.attribution),
        "sources": sources(bank, question),
    }


def term_records(bank: Bank, term: Term) -> list[Record]:
    """Return the records of a glossary entry: for its meaning and, with `reverse`, for the term."""
    sides = [("meaning", inline_trees(term.term), _block(term.meaning))]
    if term.reverse:
        sides.append(("term", _block(term.meaning), inline_trees(term.term)))
    return [
        {
            "id": f"{term.id}:{side}",
            "type": "term",
            "stem": asked,
            "task": {"kind": "recall", "answer": answer},
            "card": None,
            "explain": "",
            "hints": [],
            "points": 1.0,
            "section": "",
            "objective": "",
            "bloom": "remember",
            "difficulty": "",
            "tags": list(term.tags),
            "enemies": [f"{term.id}:{'term' if side == 'meaning' else 'meaning'}"],
            "note": _inline(term.note),
            "attribution": _inline(term.attribution),
            "sources": sources(bank, term),
        }
        for side, asked, answer in sides
    ]


def task_record(task: Task) -> Record:
    """Return the prompt, choices and right answer of a task, with the author's feedback."""
    match task:
        case Options():
            return {
                "kind": "options",
                "options": [
                    {
                        "text": inline_trees(option.text),
                        "right": option.correct,
                        "pin": option.pin,
                        "said": _block(option.feedback),
                    }
                    for option in task.options
                ],
                "several": task.several,
                "exact": task.exact,
                "order": list(task.order),
            }
        case Verdict():
            return {
                "kind": "verdict",
                "right": task.right,
                "ifTrue": _block(task.if_true),
                "ifFalse": _block(task.if_false),
            }
        case Pairs():
            return {
                "kind": "pairs",
                "pairs": [
                    {
                        "premise": inline_trees(pair.premise),
                        "key": key,
                        "said": _block(pair.feedback),
                    }
                    for pair, key in zip(task.pairs, task.keys, strict=True)
                ],
                "responses": list(task.responses),
            }
        case Steps():
            return {"kind": "steps", "steps": [inline_trees(step) for step in task.steps]}
        case Blanks():
            return {
                "kind": "blanks",
                "blanks": [_blank_record(blank) for blank in task.blanks],
                "inStem": task.in_stem,
                "caseSensitive": task.case_sensitive,
            }
        case Number():
            return {
                "kind": "number",
                "value": number(task.value),
                "tolerance": number(task.tolerance),
                "unit": task.unit,
                "working": _block(task.working),
                "wrong": [
                    {
                        "value": number(slip.value),
                        "tolerance": number(slip.tolerance),
                        "said": _block(slip.feedback),
                    }
                    for slip in task.wrong
                ],
                "otherwise": _block(task.otherwise),
            }
        case Written():
            return {
                "kind": "written",
                "rubric": [
                    {"points": float(line.points), "text": inline_trees(line.text)}
                    for line in task.rubric
                ],
                # The model of a short answer is plain text.
                "model": [["p", task.model]] if task.short else _block(task.model),
                "short": _blank_record(task.short) if task.short else None,
                "caseSensitive": task.case_sensitive,
                "minWords": task.min_words,
                "maxWords": task.max_words,
            }
        case Recall():
            return {"kind": "recall", "answer": _block(task.answer)}
        case _ as never:
            assert_never(never)


def sources(bank: Bank, item: Question | Term) -> list[Record]:
    """Return the citations of an item; `spans` are the UTF-16 offsets of the words quoted."""
    return [
        {
            "passage": reference.passage,
            "quote": reference.quote,
            "note": _inline(reference.note),
            "where": ", ".join(
                filter(None, (reference.speaker, reference.section, reference.time))
            ),
            "recording": reference.recording,
            "spans": _spans(bank, citation),
        }
        for citation, reference in zip(item.sources, references(bank, item), strict=True)
    ]


def media_paths(tree: object) -> set[str]:
    """Return the paths of all pictures and sounds in a record."""
    if isinstance(tree, Mapping):
        return set().union(*map(media_paths, tree.values()))
    if not isinstance(tree, list):
        return set()
    if len(tree) == 2 and tree[0] == "img" and isinstance(tree[1], Mapping):
        return {str(tree[1]["src"])}
    return set().union(*map(media_paths, tree))


def _spans(bank: Bank, citation: Citation) -> list[list[int]]:
    passage = bank.passages.get(citation.passage_id)
    match = find(citation.quote, passage.text) if passage else None
    if passage is None or match is None:
        return []
    return [[in_utf16(passage.text, at) for at in span] for span in match.spans]


def _blank_record(blank: Blank) -> Record:
    return {
        "answers": [
            {"text": answer.text, "credit": answer.credit, "said": _block(answer.feedback)}
            for answer in blank.answers
        ],
        "wrong": [{"text": slip.text, "said": _block(slip.feedback)} for slip in blank.wrong],
        "otherwise": _block(blank.otherwise),
        "hint": _inline(blank.hint),
    }


def _stem(question: Question) -> Trees:
    """Return the stem; in a cloze, each gap is a tree `["gap", 1]`."""
    stem = markup.trees(question.stem)
    if not isinstance(question, Cloze):
        return stem
    return [with_gaps(tree) for tree in ([["p", stem]] if isinstance(stem, str) else stem)]


def with_gaps(tree: Tree) -> Tree:
    """Return a tree in which each gap `{{1}}` of its texts is a tree `["gap", 1]`."""
    if isinstance(tree, str):
        return tree
    children: list[Any] = []
    for child in tree[1:]:
        if isinstance(child, str):
            parts = cloze_parts(child)
            children += [["gap", part] if isinstance(part, int) else part for part in parts]
        else:
            children.append(with_gaps(child) if isinstance(child, list) else child)
    return [tree[0], *(child for child in children if child != "")]


def _block(text: str) -> Trees:
    return markup.trees(text) if text else ""


def _inline(text: str) -> Trees:
    return inline_trees(text) if text else ""
