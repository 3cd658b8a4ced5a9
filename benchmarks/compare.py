"""What is said of several articles, and of a coding: how often is it true?

usage: python -m benchmarks.compare [--json FILE] [--runs 500]

As ``benchmarks.change``, with the same simulated scores: intervals of estimates, false
alarms and power of the differences between articles or groups of them, the time that
60 articles take, and what the badge says of a machine that agrees too little.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import compare
from analysis.agreement import alpha_interval, claim_badge, krippendorff_alpha
from analysis.compare import LEAST
from analysis.means import (
    LEVEL,
    RATES,
    SCORES,
    SHARES,
    Bounds,
    Means,
    compare_means,
    find_intervals,
    find_means,
)
from benchmarks.change import HOLDS, SELDOM, row, show
from benchmarks.simulated import (
    Model,
    at_bound,
    draw_points,
    flat,
    normal,
    reader,
    unequal,
)

SIZES = (5, 10, 20, 40)
PAIRS = ((3, 3), (3, 20), (5, 5), (5, 20), (10, 20), (20, 20))
Draw = Callable[[int], tuple[np.ndarray, np.ndarray]]  # values and blocks


def stances(model: Model, rng: np.random.Generator, running: float = 0.0) -> Draw:
    """Scores of one article."""

    def draw(size: int) -> tuple[np.ndarray, np.ndarray]:
        points = draw_points(model, size, rng, running)
        return points["score"], points["block"]

    return draw


def alone(spread: Callable[[int], np.ndarray]) -> Draw:
    """Values that do not hang together."""
    return lambda size: (spread(size), np.arange(size))


def mean_of(draw: Draw, size: int, bounds: Bounds = SCORES) -> Means:
    """The mean of one group, as `analysis.compare` takes it; NaN below three blocks."""
    value, block = draw(size)
    found = find_means(np.ones((1, size)), value, block, bounds)
    few = len(np.unique(block)) < LEAST
    return found._replace(error=np.full(1, np.nan)) if few else found


def name_groups(draw: Draw, sizes: Iterable[int]) -> pd.DataFrame:
    """Groups as one table of units."""
    parts = [
        pd.DataFrame({"article": str(k), "block": block, "weight": 1.0, "value": value})
        for k, (value, block) in enumerate(map(draw, sizes))
    ]
    return pd.concat(parts)


def cover_rows(runs: int, rng: np.random.Generator) -> list[dict]:
    """How often the interval of an estimate holds the truth."""
    mean = -0.3
    shares = [
        (
            f"share of {p:.0%} of the paragraphs",
            p,
            SHARES,
            lambda n, p=p: (rng.random(n) < p) * 1.0,
        )
        for p in (0.1, 0.3, 0.5)
    ]
    words = [("share of the words", 0.25, SHARES, lambda n: rng.beta(0.5, 1.5, n))]
    rates = [
        (
            f"{p:g} mentions in 100 words",
            p,
            RATES,
            lambda n, p=p: rng.poisson(p * 2 * rng.gamma(4, 0.25, n)) / 2,
        )
        for p in (0.5, 2)
    ]
    cases: list[tuple[str, float, Bounds, Draw]] = [
        (model.name, float(model.mean(np.zeros(1))[0]), SCORES, stances(model, rng))
        for model in (
            normal(flat(mean)),
            reader(flat(mean)),
            at_bound(0.58),
            at_bound(0.85),
        )
    ]
    quoted = stances(reader(flat(mean)), rng, 0.5)
    cases.append(("running quotations", mean, SCORES, quoted))
    for name, truth, bounds, spread in (*shares, *words, *rates):
        cases.append((name, truth, bounds, alone(spread)))
    rows = []
    for name, truth, bounds, draw in cases:
        for size in SIZES:
            held = []
            for _ in range(runs):
                low, high = (x[0] for x in find_intervals(mean_of(draw, size, bounds)))
                held.append(low <= truth <= high if low == low else np.nan)
            rows.append(row(f"interval covers: {name}", size, held, *HOLDS))
    return rows


def signs(one: Draw, two: Draw, sizes: tuple[int, int], runs: int) -> list[int]:
    """Which of two groups is called kinder: -1 the first, 1 the second, 0 neither."""
    found = []
    for _ in range(runs):
        test = compare_means(mean_of(one, sizes[0]), mean_of(two, sizes[1]))
        found.append(int(np.sign(test.value[0]) * (test.p[0] <= LEVEL)))
    return found


def alarm_rows(runs: int, rng: np.random.Generator) -> list[dict]:
    """How often two groups are said to differ whose means do not."""
    calm, even = reader(flat()), normal(flat())
    few = unequal(calm, 0.3, 0.3)
    pairs = [
        ("reader's scores", calm, calm, 0.0),
        ("normal scores", even, even, 0.0),
        ("58% at the bound", at_bound(0.58), at_bound(0.58), 0.0),
        ("85% at the bound", at_bound(0.85), at_bound(0.85), 0.0),
        ("spread 1 to 0.3", calm, few, 0.0),
        ("spread 0.3 to 1", few, calm, 0.0),
        ("normal, spread 3 to 1", normal(flat(), 0.6), normal(flat(), 0.2), 0.0),
        ("running quotations", calm, calm, 0.5),
    ]
    rows = []
    for name, first, second, running in pairs:
        for sizes in PAIRS:
            draws = (stances(model, rng, running) for model in (first, second))
            found = [sign != 0 for sign in signs(*draws, sizes, runs)]
            claim = f"difference, false alarm: {name}"
            n = " and ".join(map(str, sizes))
            rows.append(row(claim, n, found, *SELDOM))
    return rows


def power_rows(runs: int, rng: np.random.Generator) -> list[dict]:
    """How often a difference of 0.6 is found, and how often what is said is false."""
    rows = []
    for size in (5, 10, 20, 30, 60):
        draws = [stances(reader(flat(mean)), rng, 0.25) for mean in (-0.3, 0.3)]
        found = [sign > 0 for sign in signs(*draws, (size, size), runs)]
        rows.append(row("difference of 0.6 found, one pair", size, found))
    for size in (5, 10, 20, 40):
        false = []
        for _ in range(4 * runs):  # few articles are said to differ
            gap = 0.0 if rng.random() < 0.25 else rng.uniform(-0.6, 0.6)
            draws = [stances(reader(flat(mean)), rng, 0.25) for mean in (-gap, gap)]
            if sign := signs(*draws, (size, size), 1)[0]:
                false.append(sign * gap <= 0)
        claim = "“kinder in …”: false where said"
        rows.append(row(claim, size, false, "at most 0.05", 0, 0.05))
    return rows


def many_rows(runs: int, rng: np.random.Generator) -> list[dict]:
    """A family of 60 articles that do not differ, and the time it takes."""
    draw, seconds, wrong = stances(reader(flat()), rng, 0.25), [], []
    for _ in range(runs):
        sizes = rng.integers(3, 21, 60)
        units = name_groups(draw, map(int, sizes))
        start = time.process_time()
        table = compare.differences(units, "kinder", SCORES)
        seconds.append(time.process_time() - start)
        wrong.append((table["p_corrected"] <= 0.05).any())
    claim = "60 articles, 1,770 pairs: any false alarm"
    rows = [row(claim, "3 to 20", wrong, *SELDOM)]
    line = row("60 articles, 1,770 pairs: seconds", "3 to 20", [], "at most 60")
    spent = round(float(np.mean(seconds)), 2)
    return [*rows, line | {"share": spent, "runs": runs, "passed": spent <= 60}]


def codings(accuracy: float, size: int, rng: np.random.Generator) -> list[np.ndarray]:
    """People's codes and those of a machine that guesses where it does not know."""
    chances = (0.35, 0.45, 0.2)
    people = rng.choice((-1, 0, 1), size, p=chances)
    guesses = rng.choice((-1, 0, 1), size, p=chances)
    return [people, np.where(rng.random(size) < accuracy, people, guesses)]


def badge_rows(runs: int, rng: np.random.Generator) -> list[dict]:
    """What the badge says, and whether alpha's interval covers."""
    rows = []
    for accuracy in (0.56, 0.667, 0.85):
        true = krippendorff_alpha(codings(accuracy, 100_000, rng), "ordinal")
        for size in (10, 30, 60, 150):
            held, said = [], []
            for _ in range(runs):
                data = codings(accuracy, size, rng)
                alpha, span = (
                    krippendorff_alpha(data, "ordinal"),
                    alpha_interval(data, "ordinal"),
                )
                said.append(claim_badge(alpha, *span, size).startswith("validated"))
                if span[0] is not None:
                    held.append(span[0] <= true <= span[1])
            name = f"true alpha {true:.2f}"
            claim = f"alpha's interval covers: {name}"
            rows.append(row(claim, size, held, *HOLDS))
            aim = ("at most 0.05", 0, 0.05) if true < 0.68 else ("",)
            rows.append(row(f"“validated” said: {name}", size, said, *aim))
    return rows


SECTIONS = alarm_rows, cover_rows, power_rows, many_rows, badge_rows


def measure(runs: int, seed: int = 0) -> dict:
    """All claims: a list of rows."""
    rows = [
        row
        for k, section in enumerate(SECTIONS)
        for row in section(runs, np.random.default_rng([seed, k]))
    ]
    return {"seed": seed, "rows": rows}


def main() -> None:
    """Print the table; write it as JSON where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--runs", type=int, default=500, help="runs a claim")
    options = parser.parse_args()
    show(measure(options.runs), options.json)


if __name__ == "__main__":
    main()
