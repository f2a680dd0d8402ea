"""Papers: a blueprint is drawn into papers, a paper is arranged into versions, a manifest records both."""

from pkoquiz.exam.explanations import EXPLANATIONS

__all__ = ["EXPLANATIONS"]
