"""What each part of a passage is worth to the reader: F1 with one part taken away.

    python -m benchmarks.ablate weights.pt [--json FILE]

The trained network reads the articles called *valid* and *dev* without the text before,
without marks of mentions (names then stand as words), of quotations, without roles or
without nouns on the cards.
It was not trained without them: a drop says how much it leans on a part, not what
another network could do without it. The threshold is chosen on *valid* each time.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path

import torch

from analysis.stance import cards
from analysis.stance.cards import Script
from benchmarks.coded import Example, Material, examples, read_all, split_names
from benchmarks.reader import Reader, passage_logits
from benchmarks.train_stance import best_threshold, edge_rows, f1_at


def without_mentions(script: Script) -> None:
    """No mark before a mention."""
    script.mentions = {}


def without_quotations(script: Script) -> None:
    """No mark around a quotation."""
    script.opens = script.closes = {}


def without_roles(script: Script) -> None:
    """No role on a card."""
    script.cards = {a: c._replace(role="") for a, c in script.cards.items()}


def without_nouns(script: Script) -> None:
    """No nouns on a card."""
    script.cards = {a: c._replace(nouns="") for a, c in script.cards.items()}


PARTS: dict[str, Callable[[Script], None] | None] = {
    "nothing": None,
    "text before": None,
    "marks of mentions": without_mentions,
    "marks of quotations": without_quotations,
    "roles": without_roles,
    "nouns on cards": without_nouns,
}


@contextmanager
def pieces_before(count: int) -> Iterator[None]:
    """So many pieces of the text before a passage, for a while."""
    kept, cards.BEFORE = cards.BEFORE, count
    yield
    cards.BEFORE = kept


def passages(materials: list[Material], part: str) -> list[Example]:
    """All passages on which stance is measured, one part taken away."""
    found = []
    take, count = PARTS[part], 0 if part == "text before" else cards.BEFORE
    for material in materials:
        script = copy(material.script)
        if take:
            take(script)
        kinds = material.coded.kinds
        with pieces_before(count):
            every = examples(material._replace(script=script))
        found += [
            e for e in every if kinds[e.passage.paragraph] not in ("prompt", "caption")
        ]
    return found


def measure(model: Reader) -> dict[str, dict[str, float]]:
    """F1 on *valid* and *dev* without each part."""
    names = split_names()
    materials = {p: read_all(names[p], second=p != "dev") for p in ("valid", "dev")}
    figures: dict[str, dict[str, float]] = {}
    for part in PARTS:
        threshold, own = 0.0, figures.setdefault(part, {})
        for name in ("valid", "dev"):
            rows = passages(materials[name], part)
            p, labels = edge_rows(rows, [e for e, _ in passage_logits(model, rows)])
            threshold = threshold or best_threshold(p, labels)
            own[name] = round(f1_at(p, labels, threshold).f1, 3)
    return figures


def main() -> None:
    """Print the figures, and write them as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    model = Reader()
    model.load_state_dict(torch.load(asked.weights))
    found = {"without": measure(model)}
    print(json.dumps(found, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
