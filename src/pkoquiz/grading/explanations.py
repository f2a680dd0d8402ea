"""What `pkoquiz explain` says about the findings of grading."""

EXPLANATIONS = {
    "PQ720": "A paper can only be graded by the manifest that was written when it was printed. This one is another file, or was "
    "changed so that its keys, orders and numbers no longer fit each other. To correct a wrong key, change `key` "
    "of that question under `questions`, `answer`.",
    "PQ721": "The table of answers cannot be read: it is not UTF-8, or its first line does not name the columns candidate, "
    "version (paper, code) and the numbers of the questions. `pkoquiz exam grade MANIFEST --template FILE` writes one.",
    "PQ722": "A row does not say whose answers it holds, or to which version: each candidate has one row, and the version is a "
    "letter or the code printed on the paper.",
    "PQ723": "A cell is no answer to its question: a letter that is not on the paper, more answers than there are boxes, "
    "points above the maximum. What the candidate really spoiled is typed as `*`.",
    "PQ724": "A candidate marked several letters of a single-choice question, which earns nothing. Look at the sheet: the reader or "
    "the typist may have taken a crossed-out mark for an answer.",
}
