"""A printed exam, graded: `table` → `scripts` (answers, by the `keys` of its manifest) → `scores` → `analysis` → `report`."""

from pkoquiz.grading.explanations import EXPLANATIONS

__all__ = ["EXPLANATIONS"]
