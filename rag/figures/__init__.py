"""Where the quotes of an answer give different figures for the same thing."""

from rag.figures.comparison import compare

__all__ = ["compare"]
