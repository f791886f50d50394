"""The days a question about an archive asks for, read from its words.

`read` finds the phrases, `strip` takes them out of the question where it reads on without them.
"""

from rag.daterange.ranges import read, strip

__all__ = ["read", "strip"]
