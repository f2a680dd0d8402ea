"""Read scanned answer sheets. Needs the extra `pkoquiz[scan]`.

`images` opens files, `locate` finds the sheet on an image, `measure` measures its bubbles, `decide`
turns measures into answers or doubts, `batch` assembles the pages of all candidates, `cells` writes
answers as cells of the table for grading, and `review` shows what a person has to decide. Only
`images`, `locate`, `measure` and `pages` need OpenCV; their results are data, which are stored in
`reading.json` and never measured again.
"""
