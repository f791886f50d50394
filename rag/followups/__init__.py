"""A question that leans on those before it is worded to stand alone, by rules, without a model."""

from rag.followups.resolution import FollowUp, resolve, switches

__all__ = ["FollowUp", "resolve", "switches"]
