"""The words that learners read on the practice page."""

ERRATA = {
    "F": "Factual error",
    "C": "Contradiction",
    "D": "Dated",
    "O": "Opinion",
    "T": "Slip in the transcript",
}
"""What an erratum is, by its kind."""

KINDS = {"slide": "Slide", "footnote": "Footnote"}
"""What a passage is, if it was not spoken."""
