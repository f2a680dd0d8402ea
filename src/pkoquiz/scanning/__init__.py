"""Read scanned answer sheets. Needs the extra `pkoquiz[scan]`.

`images` opens files, `locate` finds the sheet on an image, `measure` measures its bubbles, `decide`
turns measures into answers or doubts, `batch` puts the pages of all candidates together, `cells`
writes answers as the table for grading has them, and `review` shows to a person what is undecided.
Only `images`, `locate`, `measure` and `pages` need OpenCV; what they found is data, which is stored
in `reading.json` and never measured again.
"""
