"""Train the reader of stance: `resources/stance.onnx` and what stands beside it.

    pip install -e .[train]
    python -m benchmarks.train_stance newsmtsc/train.jsonl directed/train.txt \
        directed/valid.txt --keep weights

Fine-tunes all-MiniLM-L6-v2 in two steps: on the single sentences of NewsMTSC and
directed sentiment, then on the coded articles of ``data/training`` with a share of the
sentences among them. An epoch of the second takes some fifteen minutes of two cores;
each leaves its weights, from which `benchmarks.pack_stance` writes the model. The
articles that ``data/training/parts.csv`` calls *dev* are for measuring alone; those
called *valid* choose the threshold and the temperatures.
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
    FRAMES,
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
HEAD_FASTER = 5
WARM_UP = 100  # steps
PIECES = 4096  # of a batch, padding counted
SMOOTHING = 0.05
FRAME_SHARE = 1.5  # the loss of frames beside that of edges
NEUTRAL = 0.6  # of the passages without any code, drawn anew for each epoch
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


def optimiser(model: Reader, rate: float) -> torch.optim.AdamW:
    """AdamW; heads learn faster than the encoder."""
    groups: dict[tuple[float, float], list] = {}
    for name, values in model.named_parameters():
        own = rate if name.startswith("bert") else HEAD_FASTER * rate
        groups.setdefault((own, 0.01 if values.dim() > 1 else 0.0), []).append(values)
    parts = [
        {"params": values, "lr": own, "weight_decay": decay, "own": own}
        for (own, decay), values in groups.items()
    ]
    return torch.optim.AdamW(parts, fused=True)


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


def angle_f1(rows: Sequence[Example], logits: Sequence[torch.Tensor]) -> list[float]:
    """Mean F1 of frames of passages, frames of actors, and parts of actors.

    At probability one half.
    """
    found = []
    frames, parts = slice(len(FRAMES)), slice(len(FRAMES), None)
    whole, actors = slice(-1, None), slice(0, -1)
    for angle, part in ((frames, whole), (frames, actors), (parts, actors)):
        says = torch.cat([own[angle, part] > 0 for own in logits], 1)
        labels = torch.cat([torch.tensor(e.frames)[angle, part] for e in rows], 1)
        sure = labels != UNSURE
        right = (says & (labels == 1) & sure).sum(1)
        total = (says & sure).sum(1) + (labels == 1).sum(1)
        found.append(round((2 * right / total.clamp(min=1)).mean().item(), 3))
    return found


def macro_f1(logits: torch.Tensor, labels: Sequence[int]) -> float:
    """Macro-F1 in per cent."""
    values = f1_by_class(labels, logits.argmax(1).tolist(), logits.shape[1])
    return round(sum(values) / len(values), 1)


class Held(NamedTuple):
    """What is measured after each epoch."""

    dev: list[Example]
    valid: list[Example]
    targets: list
    pairs: list


def measure(model: Reader, held: Held) -> dict:
    """All figures of a model on what is held back."""
    found: dict = {}
    threshold = 0.5
    for name in ("valid", "dev"):
        rows = getattr(held, name)
        logits = passage_logits(model, rows)
        p, labels = edge_rows(rows, [own for own, _ in logits])
        found[f"{name} frames"] = angle_f1(rows, [own for _, own in logits])
        best = best_threshold(p, labels)
        if name == "valid":
            threshold = best
        at = f1_at(p, labels, threshold)
        found[name] = [round(v, 3) for v in at] + [
            best,
            round(f1_at(p, labels, best).f1, 3),
        ]
    logits = sentence_logits(model, [mark_target(r) for r in held.targets])
    labels = [r.label for r in held.targets]
    several = [k for k, r in enumerate(held.targets) if r.several]
    apart = macro_f1(logits[several], [labels[k] for k in several])
    found["targets"], found["several"] = macro_f1(logits, labels), apart
    logits = sentence_logits(model, [mark_pair(r) for r in held.pairs])
    found["pairs"] = macro_f1(logits, [r.label for r in held.pairs])
    return found


def class_weights(labels: Iterable[int]) -> torch.Tensor:
    """Weights of the pair classes: the rarer the more, by the root, mean 1."""
    counts = torch.bincount(torch.tensor(list(labels)), minlength=len(PAIRS)).float()
    weights = (counts.sum() / counts).sqrt()
    return weights * counts.sum() / (weights * counts).sum()


class Course(NamedTuple):
    """How long and how fast to learn."""

    epochs: int
    cooling: int  # of the epochs: the last ones, in which the rate falls to zero
    rate: float
    share: float  # of the sentences, drawn anew for each epoch
    seed: int


def _has_code(example: Example) -> bool:
    return any(k != 1 for row in example.edges for k in row) or any(
        k == 1 for row in example.frames for k in row
    )


def epoch_batches(
    materials: Sequence[Material],
    sentences: tuple[list, list],
    share: float,
    chance: random.Random,
) -> list[list]:
    """Batches of passages and of marked sentences in one order."""
    rows = [
        e
        for m in materials
        for e in examples(m, chance)
        if _has_code(e) or chance.random() < NEUTRAL
    ]
    work = bucket(rows, [len(e.passage.ids) for e in rows], PIECES, chance)
    marked = [
        mark(row, chance)
        for mark, every in zip((mark_target, mark_pair), sentences, strict=True)
        for row in chance.sample(every, int(share * len(every)))
    ]
    work += bucket(marked, [len(e.ids) for e in marked], PIECES // 2, chance)
    chance.shuffle(work)
    return work


def train(
    model: Reader,
    materials: Sequence[Material],
    sentences: tuple[list, list],
    course: Course,
) -> Iterator[int]:
    """Learn; yields the number of each epoch when it is over."""
    chance = random.Random(course.seed)
    torch.manual_seed(course.seed)
    weights = class_weights(row.label for row in sentences[1])
    adam, step = optimiser(model, course.rate), 0
    for epoch in range(1, course.epochs + 1):
        model.train()
        work = epoch_batches(materials, sentences, course.share, chance)
        begun, sums = time.time(), []
        for k, batch in enumerate(work, 1):
            left = course.epochs - epoch + 1 - k / len(work)
            pace = min(1.0, step / WARM_UP, left / max(1e-9, course.cooling))
            for group in adam.param_groups:
                group["lr"] = group["own"] * pace
            if isinstance(batch[0], Example):
                edges, frames = passage_loss(model, batch)
                loss = edges + frames
                sums.append(edges.item())
            else:
                loss = sentence_loss(model, batch, weights)
            adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            adam.step()
            step += 1
            if k % 100 == 0 and sums:
                took, mean = time.time() - begun, sum(sums) / len(sums)
                print(f"{epoch}: {k}/{len(work)} {took:.0f}s {mean:.3f}", flush=True)
        yield epoch


def main() -> None:
    """Train, measure after each epoch, keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", help="NewsMTSC's train.jsonl")
    parser.add_argument("pairs", help="directed sentiment's train.txt")
    parser.add_argument("valid", help="directed sentiment's valid.txt")
    parser.add_argument("--keep", type=Path, required=True, help="folder for weights")
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--sentences", type=int, default=1, help="epochs of them alone")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--cooling", type=int, default=3)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--share", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--articles", type=int, help="so many alone, drawn by chance")
    asked = parser.parse_args()
    asked.keep.mkdir(parents=True, exist_ok=True)
    targets, development = split_targets(read_targets(asked.targets))
    parts = split_names()
    if asked.articles:
        parts["train"] = random.Random(0).sample(parts["train"], asked.articles)
    material = {n: read_all(paths, second=n != "dev") for n, paths in parts.items()}
    held = Held(
        _measured(material["dev"]),
        _measured(material["valid"]),
        development,
        read_pairs(asked.valid, [asked.pairs]),
    )
    sentences = targets, read_pairs(asked.pairs)
    torch.manual_seed(1)
    model = Reader()
    courses = {"sentences": ([], Course(asked.sentences, 0, RATE, 1.0, asked.seed))}
    if asked.start:
        model.load_state_dict(torch.load(asked.start))
        courses = {}
    course = Course(asked.epochs, asked.cooling, asked.rate, asked.share, asked.seed)
    courses["articles"] = material["train"], course
    for name, (articles, part) in courses.items():
        for epoch in train(model, articles, sentences, part):
            print(name, epoch, json.dumps(measure(model, held)), flush=True)
            torch.save(model.state_dict(), asked.keep / f"{name}-{epoch}.pt")


def _measured(materials: Sequence[Material]) -> list[Example]:
    """The passages of articles on which stance is measured."""
    return [
        example
        for material in materials
        for example in examples(material)
        if material.coded.kinds[example.passage.paragraph] not in ("prompt", "caption")
    ]


if __name__ == "__main__":
    main()
