"""A printed exam, graded: `table` → `scripts` (answers, by the `keys` of its manifest) → `scores` → `analysis` → `report`."""
