"""Whether a quotation stands in the archive: exactly, altered, or not."""

from rag.checking.checks import Check, Difference, Status, check

__all__ = ["Check", "Difference", "Status", "check"]
