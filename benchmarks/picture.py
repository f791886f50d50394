"""How far a confidence can be trusted, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Answers of about the same confidence: its mean, how many were right, and their share."""

    confidence: float
    right: float
    share: float


def bin_confidences(judged: Sequence[tuple[float, bool]]) -> Sequence[Bin]:
    """Return confidences in bins of equal width, the empty ones left out.

    Args:
        judged: Confidences (0 to 1), and whether each answer was right.
    """
    values = np.array(judged, dtype=float)
    places = np.minimum((values[:, 0] * BINS).astype(int), BINS - 1)
    return [
        Bin(
            float(values[places == each, 0].mean()),
            float(values[places == each, 1].mean()),
            float((places == each).mean()),
        )
        for each in np.unique(places)
    ]


def risk_by_coverage(
    judged: Sequence[tuple[float, bool]],
) -> tuple[Sequence[float], Sequence[float]]:
    """Return which share is answered and which share of that is wrong, as one asks for less.

    Args:
        judged: Confidences, and whether each answer was right.

    Returns:
        Coverage and risk (El-Yaniv and Wiener 2010), after each answer from the surest on.
    """
    values = np.array(sorted(judged, reverse=True), dtype=float)
    counts = np.arange(1, len(values) + 1)
    wrong = np.cumsum(1 - values[:, 1])
    return list(counts / len(values)), list(wrong / counts)


def draw(judged: Sequence[tuple[float, bool]], file: Path) -> None:
    """Draw a reliability plot and a risk-coverage curve side by side, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    # No time or random name in the file: the same figures give the same picture.
    mpl.rcParams.update({"svg.hashsalt": "rag", "svg.fonttype": "none", "font.size": 10})
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    bins = bin_confidences(judged)
    left.plot([0, 1], [0, 1], linestyle="--", color="#888888", label="perfectly calibrated")
    left.plot(
        [each.confidence for each in bins],
        [each.right for each in bins],
        marker="o",
        color="#1f5fa8",
        label="measured",
    )
    left.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
    left.set_title("Reliability")
    left.legend()
    coverage, risk = risk_by_coverage(judged)
    right.plot(coverage, risk, color="#b3471d")
    right.set(xlabel="share of questions answered", ylabel="share of answers wrong", xlim=(0, 1))
    right.set_ylim(bottom=0)
    right.set_title("Risk and coverage")
    for axes in (left, right):
        axes.grid(alpha=0.3)
    figure.savefig(file, metadata={"Date": None})
