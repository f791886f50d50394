"""The days a question about an archive asks for, read from its words.

`read` finds the phrases, `strip` takes them out of the question where it reads on without them;
`find_spoken` tells the day from which "the next day" counts in a question that follows, and
`leave_out` takes such words out of one.
"""

from rag.daterange.moved import leave_out
from rag.daterange.ranges import find_spoken, read, strip

__all__ = ["find_spoken", "leave_out", "read", "strip"]
