"""Articles whose truth is known: the scores of their paragraphs, drawn about a curve.

The scores are the reader's own: those of 16 articles of ``data/training`` are kept in
the results of `benchmarks.change`, and are drawn with the chances that give the mean
wanted (exponential tilting). A quarter of the paragraphs starts a running quotation of
two to four whose scores go together (0.3); some paragraphs have two holders. Scores at
a bound, normal scores and scores that scatter unequally are tried beside.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri, softmax

KEPT = Path(__file__).with_name("results") / "change.json"
READ = slice(None, None, 8), 16  # every eighth training article, so many of them
RUNNING = 0.25  # chance that a running quotation starts at a paragraph
TOGETHER = 0.3  # correlation within a quotation, and within a paragraph
SECOND = 0.02  # chance of a second holder: 3 of 191 paragraphs there
Curve = Callable[[np.ndarray], np.ndarray]


class Model(NamedTuple):
    """How scores come about: their mean at a position, and a score by its luck."""

    name: str
    mean: Curve
    draw: Callable[[np.ndarray, np.ndarray], np.ndarray]


def read_scores() -> list[float]:
    """The reader's scores of body paragraphs of the training articles, coded actors."""
    from benchmarks.coded import read_coded, split_names
    from benchmarks.edges import read_again

    step, most = READ
    found: list[float] = []
    for path in split_names()["train"][step][:most]:
        result, _ = read_again(read_coded(path), drafted=False)
        body = result.paragraphs.loc[result.paragraphs["kind"] == "body", "paragraph"]
        rows = result.stance[result.stance["paragraph"].isin(body)]
        found += [round(float(score), 3) for score in rows["score"].dropna()]
    return found


@cache
def kept_scores() -> tuple[float, ...]:
    """The reader's scores, as the results keep them."""
    return tuple(json.loads(KEPT.read_text(encoding="utf-8"))["scores"])


@cache
def quantiles() -> np.ndarray:
    """Scores by mean (rows, -0.85 to 0.85) and luck (columns, 0 to 1)."""
    scores = np.sort(kept_scores())
    tilts = np.linspace(-12, 12, 481)
    chances = softmax(tilts[:, None] * scores, axis=1)
    wanted = np.interp(np.linspace(-0.85, 0.85, 171), chances @ scores, tilts)
    sums = np.cumsum(softmax(wanted[:, None] * scores, axis=1), axis=1)
    luck = (np.arange(400) + 0.5) / 400
    return np.stack(
        [scores[np.searchsorted(s, luck).clip(max=len(scores) - 1)] for s in sums]
    )


def reader(curve: Curve, name: str = "reader's scores") -> Model:
    """The reader's scores about a curve."""

    def draw(x: np.ndarray, luck: np.ndarray) -> np.ndarray:
        row = np.rint((curve(x) + 0.85) * 100).astype(int)
        return quantiles()[row, (luck * 400).astype(int).clip(0, 399)]

    return Model(name, curve, draw)


def normal(curve: Curve, spread: float = 0.25, name: str = "normal scores") -> Model:
    """Normal scores about a curve."""
    return Model(name, curve, lambda x, luck: curve(x) + spread * ndtri(luck))


def at_bound(share: float) -> Model:
    """A share of the scores is -1, the others are the reader's."""
    rest = reader(flat(float(np.mean(kept_scores())))).draw

    def draw(x: np.ndarray, luck: np.ndarray) -> np.ndarray:
        others = rest(x, ((luck - share) / (1 - share)).clip(0, 1 - 1e-9))
        return np.where(luck < share, -1.0, others)

    mean = -share + (1 - share) * float(np.mean(quantiles()[rest_row()]))
    return Model(f"{share:.0%} at the bound", flat(mean), draw)


def rest_row() -> int:
    """The row of `quantiles` with the mean of the kept scores."""
    return int(np.rint((np.mean(kept_scores()) + 0.85) * 100))


def unequal(model: Model, early: float, late: float) -> Model:
    """The same means; each half has its own share of the scatter."""

    def draw(x: np.ndarray, luck: np.ndarray) -> np.ndarray:
        mean = model.mean(x)
        return mean + np.where(x < 0.5, early, late) * (model.draw(x, luck) - mean)

    return Model(f"{model.name}, spread {early:g} to {late:g}", model.mean, draw)


def flat(mean: float = -0.3) -> Curve:
    """No change."""
    return lambda x: np.full_like(x, mean)


def step(size: float, place: float = 0.5) -> Curve:
    """A turn at a place, as far above 0 as it began below."""
    return lambda x: np.where(x < place, -size / 2, size / 2)


CURVES: dict[str, Curve] = {
    "flat": flat(),
    "rising line": lambda x: -0.5 + 0.6 * x,
    "gradual shift": lambda x: -0.5 + 0.6 / (1 + np.exp(-(x - 0.5) / 0.1)),
    "arch": lambda x: -0.5 + 0.5 * np.sin(np.pi * x),
    "wave": lambda x: -0.2 + 0.3 * np.sin(2 * np.pi * x),
}


def draw_points(
    model: Model,
    size: int,
    rng: np.random.Generator,
    running: float = RUNNING,
    late: float = 0.5,
) -> dict[str, np.ndarray]:
    """One article with so many scored paragraphs, a share of them late, as arrays."""
    early = size - round(size * late)
    first = 0.5 * (np.arange(early) + 0.5) / early
    second = 0.5 + 0.5 * (np.arange(size - early) + 0.5) / (size - early)
    position = np.concatenate([first, second])
    starts = np.where(rng.random(size) < running, rng.integers(2, 5, size), 1)
    block = np.repeat(np.arange(size), starts)[:size]
    common = rng.normal(size=size)[block][:, None]
    own = TOGETHER**0.5 * common + (1 - TOGETHER) ** 0.5 * rng.normal(size=(size, 2))
    scores = model.draw(position[:, None], ndtr(own))
    two = rng.random(size) < SECOND
    score = np.where(two, scores.mean(axis=1), scores[:, 0])
    names = ("paragraph", "position", "score", "n", "block")
    return dict(
        zip(names, (np.arange(size), position, score, 1 + two, block), strict=True)
    )


def simulate(*of: object, **choices: object) -> pd.DataFrame:
    """The same as a table of points."""
    return pd.DataFrame(draw_points(*of, **choices))
