"""Train the head of frames on, the encoder and the other heads left as they are.

    python -m benchmarks.train_frames weights.pt --keep better.pt

Frames are rarer than stances and need more rounds than the whole network can be given:
the states of all passages are worked out once, and the head alone learns from them for
some epochs. What is kept is the head that is best on the articles called *valid*.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple

import torch
from torch.nn import functional

from benchmarks.coded import FRAMES, UNSURE, Example, examples, read_all, split_names
from benchmarks.reader import Reader, passage_tensors

RATE = 6e-4
SIZE = 64  # passages a batch
DRAWS = 2  # how often each article's cards and marks are drawn


class States(NamedTuple):
    """What the encoder makes of some passages of like length, and their frames."""

    states: torch.Tensor
    spots: torch.Tensor
    body: torch.Tensor
    frames: torch.Tensor


@torch.no_grad()
def work_out(model: Reader, rows: Sequence[Example]) -> list[States]:
    """The states of passages, in batches by length."""
    model.eval()
    order = sorted(rows, key=lambda e: len(e.passage.ids))
    found = []
    for i in range(0, len(order), SIZE):
        batch = passage_tensors(order[i : i + SIZE])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states, _ = model.states(batch.ids)
        kept = states.half(), batch.spots.half(), batch.body.half(), batch.frames
        found.append(States(*kept))
    return found


def logits_of(model: Reader, batch: States) -> torch.Tensor:
    """Logits (rows, frames, actors and the passage)."""
    states, spots = batch.states.float(), batch.spots.float()
    found = (spots @ states).reshape(len(states), 3, -1, states.shape[-1])
    found = found.transpose(1, 2).flatten(2)
    return model.frames(found, states, batch.body.float())


@torch.no_grad()
def best_f1(model: Reader, batches: Sequence[States]) -> tuple[float, float]:
    """Mean F1 over frames, each at its best threshold: of passages, of actors."""
    model.eval()
    logits = [logits_of(model, b) for b in batches]
    found = []
    for part in (slice(-1, None), slice(0, -1)):
        values = []
        for k in range(len(FRAMES)):
            said = torch.cat([own[:, k, part].flatten() for own in logits])
            known = torch.cat([b.frames[:, k, part].flatten() for b in batches])
            said, known = said[known != UNSURE], known[known != UNSURE] == 1
            values.append(max(_f1(said >= t / 5, known) for t in range(-10, 6)))
        found.append(sum(values) / len(values))
    return found[0], found[1]


def _f1(said: torch.Tensor, known: torch.Tensor) -> float:
    return 2 * (said & known).sum().item() / max(1, (said.sum() + known.sum()).item())


def train(
    model: Reader, batches: list[States], epochs: int, rate: float
) -> Iterator[int]:
    """Learn while the rate falls to zero; yields each epoch when it is over."""
    chance = random.Random(1)
    torch.manual_seed(1)
    adam = torch.optim.AdamW(model.frames.parameters(), rate, weight_decay=0.05)
    steps = epochs * len(batches)
    pace = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: 1 - step / steps)
    for epoch in range(1, epochs + 1):
        model.train()
        for batch in chance.sample(batches, len(batches)):
            logits, known = logits_of(model, batch), batch.frames != UNSURE
            loss = functional.binary_cross_entropy_with_logits(
                logits[known], batch.frames[known].float(), reduction="sum"
            )
            adam.zero_grad()
            (loss / len(batch.frames)).backward()
            adam.step()
            pace.step()
        yield epoch


def main() -> None:
    """Work out states, train, keep the best."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rate", type=float, default=RATE)
    asked = parser.parse_args()
    model = Reader()
    model.load_state_dict(torch.load(asked.weights))
    chance, parts = random.Random(1), split_names()
    materials = read_all(parts["train"])
    rows = [e for _ in range(DRAWS) for m in materials for e in examples(m, chance)]
    learned = work_out(model, rows)
    valid = work_out(model, [e for m in read_all(parts["valid"]) for e in examples(m)])
    best, kept = best_f1(model, valid), deepcopy(model.frames.state_dict())
    print(0, best, flush=True)
    for epoch in train(model, learned, asked.epochs, asked.rate):
        now = best_f1(model, valid)
        print(epoch, now, flush=True)
        if sum(now) > sum(best):
            best, kept = now, deepcopy(model.frames.state_dict())
    model.frames.load_state_dict(kept)
    torch.save(model.state_dict(), asked.keep)


if __name__ == "__main__":
    main()
