"""Average the weights of models that were trained from one start: `python -m training.averaging`.

Model soups (Wortsman et al. 2022, arXiv 2203.05482): the mean of two runs keeps more of what
each has learned than either.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor


def main() -> None:
    """Write the mean of the files named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    save_file(average([load_file(file) for file in options.files]), options.out)


def average(models: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of the weights of some models, in half precision.

    Args:
        models: The weights of each, by their names.

    Raises:
        KeyError: A model lacks a weight that the first one has.
    """
    return {
        name: torch.stack([model[name].float() for model in models]).mean(0).half()
        for name in models[0]
    }


if __name__ == "__main__":
    main()
