"""Grade a printed exam.

`table` reads a spreadsheet, `scripts` the answers in it, `points` gives the points, `analysis`
describes the results, and `report` prints them.
"""
