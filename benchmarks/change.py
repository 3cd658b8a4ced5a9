"""Are the tests of change calibrated? Chance, planted shifts, and bands.

usage: python -m benchmarks.change [FOLDER] [--json FILE] [--runs 1000]

FOLDER holds real articles (``*.txt``): their paragraphs are shuffled and scored by
tone, so no order is left in them, and a test at 0.05 should find a change in 5 %.
Everything else is simulated. An article has 40 paragraphs, half of them in running
quotations of two to four whose scores share a common part; a paragraph has evidence
with the chance and in the sentence counts set out in `Setting`; a sentence is
against, neither or for, with chances that follow the true curve, and its score is
graded. Two figures are measured: evidence in 27 of 34 body paragraphs (the main actor
of ``data/codings/grok-deepfakes``), and codes of one target in one article that spread
by 0.66 (NewsMTSC, training part, 211 targets with three or more sentences).
The rest of `Setting` is assumed; scores without grading are shown beside.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.trajectory.change import change_points, test_change
from analysis.trajectory.curves import BANDWIDTH, arrays, band, kernel, kernel_means

PERMUTATIONS = 499
ENDS_OF_RUNS = 0.25  # chance that a running quotation starts at a paragraph


class Setting(NamedTuple):
    """A simulated article."""

    paragraphs: int = 40
    evidence: float = 0.79  # share of body paragraphs with stance toward the main actor
    sentences: tuple[float, ...] = (0.5, 0.3, 0.15, 0.05)  # chance of 1, 2, 3, 4
    neither: float = 0.6  # chance of no stance where the curve is at 0; less elsewhere
    together: float = 0.3  # correlation within a quotation, and within a paragraph
    sure: float = 0.8  # score of a sentence that is plainly for; 1 for hand coding
    noise: float = 0.15  # standard deviation of the scores of like sentences


CURVES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "flat": lambda x: np.full_like(x, -0.3),
    "rising line": lambda x: -0.5 + 0.6 * x,
    "gradual shift": lambda x: -0.5 + 0.6 / (1 + np.exp(-(x - 0.5) / 0.1)),
    "arch": lambda x: -0.5 + 0.5 * np.sin(np.pi * x),
    "wave": lambda x: -0.2 + 0.3 * np.sin(2 * np.pi * x),
}


def simulate(
    curve: Callable[[np.ndarray], np.ndarray],
    rng: np.random.Generator,
    setting: Setting,
) -> pd.DataFrame:
    """Points of one article whose expected score follows a curve of position."""
    size = setting.paragraphs
    position = (np.arange(size) + 0.5) / size
    starts = np.where(rng.random(size) < ENDS_OF_RUNS, rng.integers(2, 5, size), 1)
    block = np.repeat(np.arange(size), starts)[:size]
    common = rng.normal(size=size)[block]
    counts = rng.choice(np.arange(1, 5), size, p=setting.sentences)
    own = rng.normal(size=(size, 4))
    together = setting.together
    luck = norm.cdf(together**0.5 * common[:, None] + (1 - together) ** 0.5 * own)
    mean = curve(position)[:, None] / setting.sure
    neither = setting.neither * (1 - abs(mean))
    against = (1 - neither - mean) / 2
    code = np.where(luck < against, -1.0, luck >= against + neither)
    sentence = setting.sure * code + setting.noise * rng.normal(size=(size, 4))
    used = np.arange(4) < counts[:, None]
    score = (sentence.clip(-1, 1) * used).sum(axis=1) / counts
    points = pd.DataFrame({"paragraph": np.arange(size), "position": position})
    points = points.assign(score=score, n=counts, block=block)
    return points[rng.random(size) < setting.evidence].reset_index(drop=True)


def read_tones(folder: Path) -> Iterator[np.ndarray]:
    """The tone of each paragraph (VADER) of each text with at least 12 paragraphs."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    tone = SentimentIntensityAnalyzer().polarity_scores
    for path in sorted(folder.rglob("*.txt")):
        text = path.read_text(encoding="utf-8", errors="replace")
        paragraphs = [p for p in re.split(r"\n+", text) if p.strip()]
        if len(paragraphs) >= 12:
            yield np.array([tone(p)["compound"] for p in paragraphs])


def shuffled(tones: list[np.ndarray], rng: np.random.Generator) -> Iterator:
    """Points of real articles, again and again, paragraphs in a chance order."""
    while True:
        for tone in tones:
            at = np.arange(len(tone))
            points = pd.DataFrame({"paragraph": at, "position": (at + 0.5) / len(at)})
            yield points.assign(score=rng.permutation(tone), n=1, block=at)


def simulated(
    curve: Callable, rng: np.random.Generator, setting: Setting | None = None
) -> Iterator[pd.DataFrame]:
    """Simulated articles, without end."""
    while True:
        yield simulate(curve, rng, setting or Setting())


def has_change(points: pd.DataFrame) -> bool:
    """Whether the halves differ at level 0.05."""
    return test_change(points, permutations=PERMUTATIONS).verdict in ("rises", "falls")


def has_jump(points: pd.DataFrame) -> bool:
    """Whether there is any change point."""
    return len(change_points(points, permutations=PERMUTATIONS)) > 0


def ignoring_quotations(points: pd.DataFrame) -> bool:
    """The test of the halves with no regard to running quotations, for comparison."""
    return has_change(points.assign(block=points["paragraph"]))


def row(check: str, shares: list[float], aim: str, least: float, most: float) -> dict:
    """A line of the table: the mean share over articles with its standard error."""
    share = float(np.mean(shares))
    error = float(np.std(shares) / len(shares) ** 0.5)
    slack = 2 * error if least == 0 else 0  # chance may add to false alarms only
    passed = least <= share <= most + slack
    figures = {"share": round(share, 4), "error": round(error, 4)}
    return {"check": check, **figures, "articles": len(shares), "aim": aim} | {
        "passed": passed if aim else None
    }


def chance_rows(
    tones: list[np.ndarray], runs: int, rng: np.random.Generator
) -> list[dict]:
    """How often a change is found where there is none; at most 5 % is right."""
    flat = CURVES["flat"]
    checks = [
        ("no change: simulated, halves", simulated(flat, rng), has_change),
        ("no change: simulated, change points", simulated(flat, rng), has_jump),
    ]
    if tones:
        real = f"no change: {len(tones)} real articles shuffled"
        checks.append((f"{real}, halves", shuffled(tones, rng), has_change))
        checks.append((f"{real}, change points", shuffled(tones, rng), has_jump))
    rows = [
        row(name, [found(a) for a in islice(source, runs)], "at most 0.05", 0, 0.05)
        for name, source, found in checks
    ]
    naive = [ignoring_quotations(a) for a in islice(simulated(flat, rng), runs)]
    return [*rows, row("(for comparison: quotations ignored, halves)", naive, "", 0, 1)]


def shift(place: float, size: float = 0.6) -> Callable[[np.ndarray], np.ndarray]:
    """A curve that is critical up to a place, and by ``size`` less so after it."""
    return lambda position: np.where(position < place, -0.5, -0.5 + size)


def shift_rows(runs: int, rng: np.random.Generator) -> list[dict]:
    """How often a planted shift is found; 0.6 for the main actor must be in 80 %."""
    main, coded = Setting(), Setting(sure=1, noise=0)
    cases = [
        ("shift of 0.6 at 50% of the text", shift(0.5), main, "at least 0.8"),
        ("shift of 0.6 at 35% of the text", shift(0.35), main, ""),
        ("shift of 0.6, evidence in 50%", shift(0.5), main._replace(evidence=0.5), ""),
        ("shift of 0.6, evidence in 30%", shift(0.5), main._replace(evidence=0.3), ""),
        ("shift of 0.4 at 50% of the text", shift(0.5, 0.4), main, ""),
        ("shift of 0.6 in codes of -1, 0, 1", shift(0.5), coded, ""),
    ]
    rows = []
    for name, curve, setting, aim in cases:
        source = islice(simulated(curve, rng, setting), runs)
        rows.append(row(name, [has_change(a) for a in source], aim, 0.8, 1))
    for place in (0.5, 0.35):
        source = islice(simulated(shift(place), rng), runs)
        name = f"shift of 0.6 at {place:.0%} of the text, change points"
        rows.append(row(name, [has_jump(a) for a in source], "", 0, 1))
    return rows


def band_rows(runs: int, rng: np.random.Generator) -> list[dict]:
    """Share of positions at which the band holds the true curve."""
    rows, every, plain = [], [], []
    for name, curve in CURVES.items():
        both = [covers(a, curve) for a in islice(simulated(curve, rng), runs)]
        shares, plains = zip(*both, strict=True)
        rows.append(row(f"band covers: {name}", list(shares), "", 0, 1))
        every += shares
        plain += plains
    rows.append(row("band covers: all curves", every, "0.93 to 0.97", 0.93, 0.97))
    rows.append(row("(for comparison: percentile band)", plain, "", 0, 1))
    return rows


def covers(points: pd.DataFrame, curve: Callable) -> tuple[float, float]:
    """Share of positions where the true curve lies in our band, and in a plain one."""
    table = band(points, resamples=299).dropna().astype(float)
    truth = curve(table["position"].to_numpy())
    inside = (table["low"] <= truth) & (truth <= table["high"])
    low, high = percentiles(points, table["position"].to_numpy())
    return inside.mean(), ((low <= truth) & (truth <= high)).mean()


def percentiles(
    points: pd.DataFrame, at: np.ndarray, resamples: int = 299
) -> tuple[np.ndarray, np.ndarray]:
    """A plain percentile band over paragraphs."""
    position, score, n, _ = arrays(points)
    draws = np.random.default_rng(0).multinomial(
        len(points), np.full(len(points), 1 / len(points)), size=resamples
    )
    curves = kernel_means(kernel(at, position, BANDWIDTH), n * draws, score)
    return tuple(np.nanquantile(curves, (0.025, 0.975), axis=0))


def measure(folder: Path | None, runs: int, seed: int = 0) -> dict:
    """All checks: a list of rows, and what they were run with."""
    rng = np.random.default_rng(seed)
    tones = list(read_tones(folder)) if folder else []
    rows = [
        *chance_rows(tones, runs, rng),
        *shift_rows(runs // 2, rng),
        *band_rows(runs // 2, rng),
    ]
    setting = Setting()._asdict() | {"permutations": PERMUTATIONS, "seed": seed}
    return {"setting": setting, "rows": rows}


def main() -> None:
    """Print the table; write it as JSON where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.change")
    parser.add_argument("folder", nargs="?", type=Path, help="real articles (*.txt)")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--runs", type=int, default=1000, help="articles a check")
    options = parser.parse_args()
    result = measure(options.folder, options.runs)
    print(pd.DataFrame(result["rows"]).fillna("").to_string(index=False))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
