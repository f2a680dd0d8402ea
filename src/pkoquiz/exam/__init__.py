"""Exams: a blueprint is drawn as papers, each paper arranged in versions, both recorded in a manifest."""

from pkoquiz.exam.explanations import EXPLANATIONS

__all__ = ["EXPLANATIONS"]
