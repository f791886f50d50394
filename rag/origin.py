"""What a store's indexes were made with; Chroma takes another model's vectors without a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rag.errors import StoreMismatchError

# Raised whenever the rules for sentences or passages change, so that old indexes are told apart.
PASSAGE_RULES = 1


@dataclass(frozen=True, slots=True)
class Origin:
    """The model, its weights' sha256 (blank while it is not loaded) and the passage settings."""

    model: str
    passage_tokens: int
    passage_rules: int = PASSAGE_RULES
    weights: str = ""

    @classmethod
    def read(cls, facts: Mapping[str, str]) -> Origin | None:
        """Return the origin that a store's facts tell; None for a store without articles."""
        if "model" not in facts:
            return None
        return cls(
            facts["model"],
            int(facts["passage_tokens"]),
            int(facts["passage_rules"]),
            facts["weights"],
        )

    def facts(self) -> Mapping[str, str]:
        """Return the facts to write down in the store."""
        return {
            "model": self.model,
            "passage_tokens": str(self.passage_tokens),
            "passage_rules": str(self.passage_rules),
            "weights": self.weights,
        }

    def check(self, store: str, found: Origin | None) -> None:
        """Compare with the origin of a store.

        Raises:
            StoreMismatchError: It was made with something else.
        """
        if found is None:
            return
        same = (self.model, self.passage_tokens, self.passage_rules) == (
            found.model,
            found.passage_tokens,
            found.passage_rules,
        )
        if not same or (self.weights and self.weights != found.weights):
            raise StoreMismatchError(store, str(self), str(found))

    def __str__(self) -> str:
        weights = f", weights {self.weights[:12]}" if self.weights else ""
        return (
            f"model {self.model}{weights}, passages of {self.passage_tokens} tokens "
            f"(rules {self.passage_rules})"
        )
