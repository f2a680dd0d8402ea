"""Feedback to the candidates of a graded exam, one page for each.

`answers` writes what a candidate answered as their version printed it, and `pages` says why: the
key, the explanation, and the words of the transcript that decide the question.
"""
