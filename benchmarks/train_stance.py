"""Train the reader of stance: `resources/stance.onnx` and what stands beside it.

    pip install -e .[train]
    python -m benchmarks.train_stance newsmtsc/train.jsonl directed/train.txt \
        directed/valid.txt --out analysis/resources

Fine-tunes all-MiniLM-L6-v2 in two steps: on the single sentences of NewsMTSC and
directed sentiment, then on the coded articles of ``data/training`` with a share of the
sentences among them, several runs, whose weights are averaged. The articles that
``data/training/parts.csv`` calls *dev* are for measuring alone; those called *valid*
choose the threshold and the temperatures.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional

from benchmarks.coded import (
    UNSURE,
    Example,
    Material,
    examples,
    read_all,
    split_names,
)
from benchmarks.corpora import PAIRS, read_pairs, read_targets, split_targets
from benchmarks.measures import f1_by_class
from benchmarks.reader import (
    Marked,
    Reader,
    mark_pair,
    mark_target,
    pad_ids,
    passage_logits,
    passage_tensors,
    sentence_logits,
)

RATE = 6e-5
HEAD_RATE = 5 * RATE
WARM_UP = 0.1
SMOOTHING = 0.05
FRAME_SHARE = 0.25  # the loss of frames beside that of edges
SCALE = 4  # the loss of a passage beside that of a sentence


def bucket(rows: Sequence, sizes: Sequence[int], pieces: int, chance) -> list[list]:
    """Shuffled batches of rows of like length, each of so many pieces at most."""
    order = chance.sample(range(len(rows)), len(rows))
    found = []
    for i in range(0, len(order), 1000):
        batch: list[int] = []
        for k in sorted(order[i : i + 1000], key=lambda k: sizes[k]):
            if batch and (len(batch) + 1) * sizes[k] > pieces:
                found.append(batch)
                batch = []
            batch.append(k)
        found.append(batch)
    chance.shuffle(found)
    return [[rows[k] for k in batch] for batch in found]


def sentence_loss(
    model: Reader, batch: Sequence[Marked], weights: torch.Tensor
) -> torch.Tensor:
    """Mean cross-entropy of marked sentences, each by its head."""
    labels = torch.tensor([e.label for e in batch])
    pairs = torch.tensor([e.pair for e in batch])
    ids, at = pad_ids([e.ids for e in batch]), torch.tensor([e.at for e in batch])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        stance, pair = model.sentences(ids, at)
    total = functional.cross_entropy(
        stance[~pairs], labels[~pairs], label_smoothing=SMOOTHING, reduction="sum"
    )
    own = functional.cross_entropy(
        pair[pairs],
        labels[pairs],
        weight=weights,
        label_smoothing=SMOOTHING,
        reduction="none",
    )
    return (total + own.sum()) / len(batch)


def passage_loss(
    model: Reader, batch: Sequence[Example]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Cross-entropy of edges and of frames, each summed over a passage."""
    inputs = passage_tensors(batch)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        edges, frames = model(*inputs[:3])
    sides = functional.cross_entropy(
        edges.flatten(0, 2),
        inputs.edges.flatten(),
        ignore_index=UNSURE,
        reduction="sum",
    )
    known = inputs.frames != UNSURE
    angles = functional.binary_cross_entropy_with_logits(
        frames[known], inputs.frames[known].float(), reduction="sum"
    )
    size = len(batch) * SCALE
    return sides / size, FRAME_SHARE * angles / size


def optimiser(model: Reader, steps: int, rate: float):
    """AdamW, warmed up, then to zero; heads learn faster."""
    groups: dict[tuple[float, float], list] = {}
    for name, values in model.named_parameters():
        own = rate if name.startswith("bert") else 5 * rate
        groups.setdefault((own, 0.01 if values.dim() > 1 else 0.0), []).append(values)
    parts = [
        {"params": values, "lr": own, "weight_decay": decay}
        for (own, decay), values in groups.items()
    ]
    adam = torch.optim.AdamW(parts, fused=True)
    warm = max(1.0, WARM_UP * steps)

    def share(step: int) -> float:
        return min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))

    return adam, torch.optim.lr_scheduler.LambdaLR(adam, share)


class Found(NamedTuple):
    """What a set of probabilities reaches at a threshold."""

    precision: float
    recall: float
    f1: float


def edge_rows(rows: Sequence[Example], logits: Sequence[torch.Tensor]):
    """All pairs of passages: probabilities, label, whether edge candidates count."""
    probabilities = [own.softmax(-1).flatten(0, 1) for own in logits]
    labels = [torch.tensor(e.edges).flatten() for e in rows]
    return torch.cat(probabilities), torch.cat(labels)


def f1_at(p: torch.Tensor, labels: torch.Tensor, threshold: float) -> Found:
    """Precision, recall and F1 of directions; unsure pairs count neither way."""
    p, labels = p[labels != UNSURE], labels[labels != UNSURE]
    said = p[:, 1] < 1 - threshold
    found = torch.where(p[:, 2] > p[:, 0], 2, 0)
    right = (said & (found == labels)).sum().item()
    precision = right / max(1, said.sum().item())
    recall = right / max(1, (labels != 1).sum().item())
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return Found(precision, recall, f1)


def best_threshold(p: torch.Tensor, labels: torch.Tensor) -> float:
    """The threshold at which F1 is highest."""
    grid = [k / 50 for k in range(10, 45)]
    return max(grid, key=lambda t: f1_at(p, labels, t).f1)


def frame_f1(rows: Sequence[Example], logits: Sequence[torch.Tensor]) -> list[float]:
    """Mean F1 over frames, of passages and of actors, at probability one half."""
    found = []
    for part in (slice(-1, None), slice(0, -1)):
        says = torch.cat([own[:, part] > 0 for own in logits], 1)
        labels = torch.cat([torch.tensor(e.frames)[:, part] for e in rows], 1)
        sure = labels != UNSURE
        right = (says & (labels == 1) & sure).sum(1)
        total = (says & sure).sum(1) + (labels == 1).sum(1)
        found.append(round((2 * right / total.clamp(min=1)).mean().item(), 3))
    return found


def macro_f1(logits: torch.Tensor, labels: Sequence[int]) -> float:
    """Macro-F1 in per cent."""
    values = f1_by_class(labels, logits.argmax(1).tolist(), logits.shape[1])
    return sum(values) / len(values)


class Held(NamedTuple):
    """What is measured after each epoch."""

    dev: list[Example]
    valid: list[Example]
    targets: list
    pairs: list


def measure(model: Reader, held: Held, quick: bool = False) -> dict:
    """All figures of a model on what is held back."""
    found: dict = {}
    threshold = 0.5
    for name in ("valid", "dev"):
        rows = [e for e in getattr(held, name)]
        if not rows:
            continue
        logits = passage_logits(model, rows)
        p, labels = edge_rows(rows, [own for own, _ in logits])
        found[f"{name} frames"] = frame_f1(rows, [own for _, own in logits])
        best = best_threshold(p, labels)
        if name == "valid":
            threshold = best
        at = f1_at(p, labels, threshold)
        found[name] = [round(v, 3) for v in at] + [
            best,
            round(f1_at(p, labels, best).f1, 3),
        ]
    if not quick:
        logits = sentence_logits(model, [mark_target(r) for r in held.targets])
        labels = [r.label for r in held.targets]
        several = [k for k, r in enumerate(held.targets) if r.several]
        found["targets"] = round(macro_f1(logits, labels), 1)
        found["several"] = round(
            macro_f1(logits[several], [labels[k] for k in several]), 1
        )
        logits = sentence_logits(model, [mark_pair(r) for r in held.pairs])
        found["pairs"] = round(macro_f1(logits, [r.label for r in held.pairs]), 1)
    return found


def class_weights(labels: Iterable[int]) -> torch.Tensor:
    """Weights of the pair classes: the rarer the more, by the root, mean 1."""
    counts = torch.bincount(torch.tensor(list(labels)), minlength=len(PAIRS)).float()
    weights = (counts.sum() / counts).sqrt()
    return weights * counts.sum() / (weights * counts).sum()


def train_articles(
    model: Reader,
    materials: Sequence[Material],
    sentences: tuple[list, list],
    epochs: int,
    seed: int,
    rate: float = RATE,
    share: float = 0.3,
    pieces: int = 4096,
) -> Iterator[int]:
    """Learn from coded articles with a share of the sentences among them."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    targets, pairs = sentences
    weights = class_weights(row.label for row in pairs)
    count = sum(len(examples(m)) for m in materials[:20]) / min(20, len(materials))
    steps = int(epochs * (count * len(materials) / (pieces / 260) + share * 20000 / 32))
    adam, schedule = optimiser(model, steps, rate)
    for epoch in range(epochs):
        model.train()
        rows = [e for m in materials for e in examples(m, chance)]
        work: list = bucket(rows, [len(e.passage.ids) for e in rows], pieces, chance)
        some = chance.sample(targets, int(share * len(targets)))
        marked = [mark_target(r, chance) for r in some]
        some = chance.sample(pairs, int(share * len(pairs)))
        marked += [mark_pair(r, chance) for r in some]
        work += bucket(marked, [len(e.ids) for e in marked], 32 * 60, chance)
        chance.shuffle(work)
        begun, sums = time.time(), [0.0, 0]
        for k, batch in enumerate(work):
            if isinstance(batch[0], Example):
                edges, frames = passage_loss(model, batch)
                loss = edges + frames
                sums = [a + b for a, b in zip(sums, (edges.item(), 1), strict=True)]
            else:
                loss = sentence_loss(model, batch, weights)
            adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            adam.step()
            schedule.step()
            if k % 100 == 99:
                took = time.time() - begun
                print(
                    f"epoch {epoch + 1} {k + 1}/{len(work)} {took:.0f}s"
                    f" loss {sums[0] / max(1, sums[1]):.3f}",
                    flush=True,
                )
        yield epoch + 1


def average(states: Sequence[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """The mean of several models' weights."""
    return {
        name: torch.stack([s[name].float() for s in states]).mean(0).to(value.dtype)
        for name, value in states[0].items()
    }


def main() -> None:
    """Train, measure after each epoch, keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", help="NewsMTSC's train.jsonl")
    parser.add_argument("pairs", help="directed sentiment's train.txt")
    parser.add_argument("valid", help="directed sentiment's valid.txt")
    parser.add_argument("--start", type=Path, help="weights to start from")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--share", type=float, default=0.3)
    parser.add_argument("--keep", type=Path, help="folder for the weights of epochs")
    parser.add_argument("--articles", type=int, default=0, help="so many alone")
    parser.add_argument("--only", default="", help="first letters of the names used")
    asked = parser.parse_args()
    targets, development = split_targets(read_targets(asked.targets))
    parts = split_names()
    if asked.only:
        parts["train"] = [p for p in parts["train"] if p.stem[0] in asked.only]
    if asked.articles:
        chance = random.Random(0)
        parts["train"] = chance.sample(parts["train"], asked.articles)
    material = {n: read_all(paths, second=n != "dev") for n, paths in parts.items()}
    held = Held(
        *(
            [
                e
                for m in material[name]
                for e in examples(m)
                if m.coded.kinds[e.passage.paragraph] not in ("prompt", "caption")
            ]
            for name in ("dev", "valid")
        ),
        development,
        read_pairs(asked.valid, [asked.pairs]),
    )
    print({name: len(rows) for name, rows in material.items()}, flush=True)
    torch.manual_seed(1)
    model = Reader()
    if asked.start:
        state = torch.load(asked.start)
        print(model.load_state_dict(state, strict=False))
    sentences = targets, read_pairs(asked.pairs)
    states: list = []
    for epoch in train_articles(
        model,
        material["train"],
        sentences,
        asked.epochs,
        asked.seed,
        asked.rate,
        asked.share,
    ):
        last = epoch == asked.epochs
        print(epoch, json.dumps(measure(model, held, quick=not last)), flush=True)
        states = [*states, {k: v.clone() for k, v in model.state_dict().items()}][-3:]
        if asked.keep:
            asked.keep.mkdir(exist_ok=True, parents=True)
            torch.save(model.state_dict(), asked.keep / f"{asked.seed}-{epoch}.pt")
    model.load_state_dict(average(states))
    print("averaged", json.dumps(measure(model, held)), flush=True)
    if asked.keep:
        torch.save(model.state_dict(), asked.keep / f"{asked.seed}-mean.pt")


if __name__ == "__main__":
    main()
