"""A quote never misleads by its cut: what a sentence must not be shown without."""

from rag.contextguard.framing import Framing, frame, places

__all__ = ["Framing", "frame", "places"]
