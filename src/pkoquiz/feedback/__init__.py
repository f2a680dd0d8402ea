"""Feedback to the candidates of a graded exam, one page for each.

`answers` shows what a candidate answered in terms of their version, and `pages` adds the key, the
explanation, and the words of the transcript that prove the answer.
"""
