"""A question that leans on those before it is worded to stand alone, by rules, without a model."""

from rag.followups.resolution import REACH, FollowUp, resolve, switches

__all__ = ["REACH", "FollowUp", "resolve", "switches"]
