"""Grade a printed exam.

`scripts` reads the answers in a table, `points` gives the points, `analysis` describes the results,
and `report` prints them.
"""
