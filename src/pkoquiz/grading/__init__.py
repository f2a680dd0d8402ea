"""Grade a printed exam.

`scripts` reads the table of answers, `points` awards points, `analysis` computes statistics, and
`report` writes the report.
"""
