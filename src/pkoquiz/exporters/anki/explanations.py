"""What `pkoquiz explain` says about the Anki export's diagnostics."""

EXPLANATIONS = {
    "PQ601": "`anki.lock.json` remembers which cards learners have. It cannot be read, or holds what cannot be. "
    "Restore it from version control; without it every learner would get all cards as changed, and lose "
    "their own notes on them.",
    "PQ602": "A question was handed out in a deck and is no longer in the bank. Anki never deletes cards on import, so "
    "it would stay with learners uncorrected. Keep it, with `status: retired` and a `reason`: the card then says so.",
    "PQ603": "The release date of the course decides when changed cards are newer than those that learners have. It can "
    "neither lie in the future nor go back.",
    "PQ604": "An id that learners have cards of now names another question. Their history would be counted for a "
    "question they never saw. Ids are never used again, even after a question was withdrawn.",
    "PQ605": "The question reads quite differently from the one that learners have under this id. If it still asks the same, "
    "all is well; if not, it needs an id of its own.",
    "PQ606": "The course's short name is part of each card's identity. With another one every learner would get all "
    "cards a second time.",
    "PQ607": "A question that was handed out is a draft again. Decks can no longer update it, and new learners do not get it.",
    "PQ608": "Cards changed since the deck of the same release date was built. That is fine while you work; before the deck is "
    "handed out again, raise the date.",
    "PQ609": "With `--locked` the build must leave `anki.lock.json` as it is committed. It does not: the bank changed and the "
    "ledger was not built and committed with it.",
}
