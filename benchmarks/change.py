"""What is said of change in one article: how often is it true?

usage: python -m benchmarks.change [--read] [--json FILE] [--runs 500]

Articles are simulated, and every claim that notebook 4 and the report can make is
counted against the truth (`benchmarks.simulated` makes the articles; ``--read`` reads
the articles again whose scores are drawn).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.findings.verdicts import HALF_FOUND
from analysis.means import SHARES
from analysis.trajectory import band, change_points, changes, robustness, test_change
from analysis.trajectory.change import NO_CHANGE, TOO_LITTLE
from benchmarks.simulated import (
    CURVES,
    KEPT,
    RUNNING,
    Model,
    at_bound,
    flat,
    kept_scores,
    normal,
    read_scores,
    reader,
    simulate,
    step,
    unequal,
)

SIZES = (10, 20, 30, 60)  # scored paragraphs
TURNS = (0.3, 0.45, 0.6, 0.75, 0.9, 1.05, 1.2)
SELDOM, HOLDS = ("at most 0.06", 0, 0.06), ("0.93 to 0.98", 0.93, 0.98)


def row(
    claim: str,
    n: object,
    shares: Sequence[float],
    aim: str = "",
    least: float = 0.0,
    most: float = 1.0,
) -> dict:
    """A line of the table: the mean share, and whether it is what is aimed at.

    Chance may take it past an aim by two standard errors.
    """
    shares = [float(x) for x in shares if x == x]
    share = float(np.mean(shares)) if shares else 0.0
    error = float(np.std(shares) / len(shares) ** 0.5) if shares else 0.0
    passed = least - 2 * error <= share <= most + 2 * error
    figures = {"share": round(share, 4), "error": round(error, 4)}
    line = {"claim": claim, "n": n, **figures, "runs": len(shares), "aim": aim}
    return line | {"passed": passed if aim and shares else None}


def changed(points: pd.DataFrame, **choices: object) -> bool:
    """Whether the halves differ at level 0.05."""
    return test_change(points, **choices).verdict not in (NO_CHANGE, TOO_LITTLE)


def alarm_rows(runs: int, rng: np.random.Generator) -> list[dict]:
    """How often a change of the halves is claimed where there is none."""
    calm = reader(flat())
    models = [
        calm,
        normal(flat()),
        at_bound(0.58),
        at_bound(0.85),
        unequal(calm, 1, 0.3),
        unequal(calm, 0.3, 1),
        unequal(normal(flat()), 1, 0.25),
    ]
    rows = []
    for model in models:
        for size in (10, 20, 30, 60):
            found = [changed(simulate(model, size, rng)) for _ in range(runs)]
            claim = f"halves, false alarm: {model.name}"
            rows.append(row(claim, size, found, *SELDOM))
    for late, model in ((0.2, models[4]), (0.2, models[5]), (0.8, models[4])):
        found = [changed(simulate(model, 25, rng, late=late)) for _ in range(runs)]
        claim = f"halves, false alarm: {model.name}, {late:.0%} of the paragraphs late"
        rows.append(row(claim, 25, found, *SELDOM))
    found = [changed(simulate(calm, 40, rng, running=0.8)) for _ in range(runs)]
    claim = "halves, false alarm: most paragraphs in running quotations"
    rows.append(row(claim, 40, found, *SELDOM))
    for share in (0.2, 0.5):
        shown = Model("", flat(share), lambda x, luck, s=share: (luck < s) * 1.0)
        for size in (10, 30):
            tests = (simulate(shown, size, rng) for _ in range(runs))
            found = [changed(p.assign(n=1), bounds=SHARES) for p in tests]
            claim = f"frames, false alarm: in {share:.0%} of the paragraphs"
            rows.append(row(claim, size, found, *SELDOM))
    return rows


def power_rows(runs: int, rng: np.random.Generator) -> list[dict]:
    """How often a planted turn is found, and how large one must be for 80 %."""
    rows = []
    for size in SIZES:
        shares = []
        for turn in TURNS:
            ps = [
                test_change(simulate(reader(step(turn)), size, rng)).p
                for _ in range(runs)
            ]
            ps = np.array([1.0 if p is None else p for p in ps])
            shares.append(np.mean(ps <= 0.05))
            if turn == 0.6:
                rows.append(row("turn of 0.6 found, one actor", size, ps <= 0.05))
                few = "turn of 0.6 found, one of three actors (Holm)"
                rows.append(row(few, size, ps <= 0.05 / 3))
        enough = np.maximum.accumulate(shares)
        turn = float(np.interp(0.8, enough, TURNS)) if enough[-1] >= 0.8 else None
        line = row("turn that is found in 80 %, one actor (in score)", size, [])
        rows.append(line | {"share": turn and round(turn, 2), "runs": runs})
    return rows


def truth_rows(runs: int, rng: np.random.Generator) -> list[dict]:
    """Claims of articles of which a quarter has no turn: false where said.

    The others turn by up to 1.2 either way. Three actors make a family.
    """
    rows = []
    for size in SIZES:
        false, missed, held = [], [], []
        for _ in range(runs):
            turn = 0.0 if rng.random() < 0.25 else rng.uniform(-1.2, 1.2)
            found = test_change(simulate(reader(step(turn)), size, rng))
            if found.verdict == TOO_LITTLE:
                continue
            held.append(found.low <= turn <= found.high)
            if found.verdict != NO_CHANGE:
                false.append(turn * found.difference <= 0)
                continue
            half = min(1.6, HALF_FOUND * (found.high - found.low) / 2)
            again = test_change(simulate(reader(step(half)), size, rng))
            missed.append(again.verdict not in (NO_CHANGE, TOO_LITTLE))
        claim = "“it rises”, “it falls”: false where said"
        rows.append(row(claim, size, false, "at most 0.05", 0, 0.05))
        claim = "“a turn of less than …” that is found all the same"
        rows.append(row(claim, size, missed, "at most 0.5", 0, 0.5))
        claim = "interval of the difference covers"
        rows.append(row(claim, size, held, *HOLDS))
    return rows


def family(turns: Sequence[float], size: int, rng: np.random.Generator) -> tuple:
    """Tables of one article with an actor a turn, and each actor's points."""
    points = {
        f"actor_{k}": simulate(reader(step(turn)), size, rng)
        for k, turn in enumerate(turns)
    }
    paragraphs = pd.DataFrame({"paragraph": range(size), "kind": "body"})
    paragraphs["position"] = next(iter(points.values()))["position"]
    paragraphs["voice"] = "narrator"
    stance = pd.concat([p.assign(target=a) for a, p in points.items()])
    stance = stance.assign(holder="narrator", implied=False)
    return stance, paragraphs, [*points]


def agreement_rows(runs: int, rng: np.random.Generator) -> list[dict]:
    """Whether the panel's main row says what the table says."""
    from analysis.trajectory import stance_toward

    agree, flips = [], []
    for _ in range(2 * runs):
        turns = rng.uniform(-1.2, 1.2, 3)
        stance, paragraphs, actors = family(turns, 10, rng)
        tests = changes(stance, paragraphs, actors).set_index("actor")
        points = stance_toward(stance, paragraphs, actors[0])
        others = tests["p"].drop(actors[0])
        panel = robustness(points, {}, others)
        agree.append(panel["verdict"].iloc[0] == tests.loc[actors[0], "verdict"])
        if 0.05 < tests.loc[actors[0], "p_corrected"] < 0.2:
            single = [
                changes_without(points, number, others)
                for number in points["paragraph"]
            ]
            if any(single):
                flips.append(panel["verdict"].iloc[-1] == "turns")
    return [
        row("panel and table say the same", 10, agree, "1", 1, 1),
        row("a paragraph that hides a change is named", 10, flips, "1", 1, 1),
    ]


def changes_without(points: pd.DataFrame, number: int, others: pd.Series) -> bool:
    """Whether there is a change without one paragraph, corrected."""
    from analysis.trajectory import correct

    p = test_change(points[points["paragraph"] != number]).p
    return p is not None and correct([p, *others])[0] <= 0.05


def jump_rows(runs: int, rng: np.random.Generator) -> list[dict]:
    """Change points: false alarms, jumps found, and slopes that are taken for one."""

    def found(models: Sequence[Model], size: int) -> list[bool]:
        made = (
            {str(k): simulate(m, size, rng) for k, m in enumerate(models)}
            for _ in range(runs)
        )
        return [len(change_points(points)) > 0 for points in made]

    calm, rows = reader(flat()), []
    loud = [unequal(calm, 1, 0.3), unequal(calm, 0.3, 1)]
    for models, size in (
        ([calm], 20),
        ([calm], 40),
        ([calm] * 3, 30),
        (loud[:1], 20),
        (loud[:1], 40),
        (loud[1:], 40),
        ([at_bound(0.58)], 40),
    ):
        claim = f"jump, false alarm: {models[0].name}, actors: {len(models)}"
        rows.append(row(claim, size, found(models, size), *SELDOM))
    rows.append(row("jump of 0.9 found", 40, found([reader(step(0.9))], 40)))
    slope = reader(lambda x: -0.7 + 1.4 * x)
    claim = "steady slope of 1.4 shown as “a jump or a slope”"
    rows.append(row(claim, 40, found([slope], 40)))
    return rows


def band_rows(runs: int, rng: np.random.Generator) -> list[dict]:
    """Share of positions with a band at which it holds the true curve."""
    calm = reader(flat())
    cases = [
        (model.name, model, size, 0.0)
        for model in (normal(flat()), calm, at_bound(0.58), at_bound(0.85))
        for size in (5, 10, 20, 40)
    ]
    cases += [("running quotations", calm, size, 0.5) for size in (10, 20, 40)]
    for name, curve in islice(CURVES.items(), 1, None):
        cases.append((f"{name}, quotations", reader(curve), 30, RUNNING))
    rows = []
    for name, model, size, running in cases:
        made = (simulate(model, size, rng, running) for _ in range(runs))
        shares = [covers(points, model) for points in made]
        rows.append(row(f"band covers: {name}", size, shares, *HOLDS))
    return rows


def covers(points: pd.DataFrame, model: Model) -> float:
    """Share of positions where the true curve lies in the band; NaN with no band."""
    table = band(points).dropna().astype(float)
    truth = model.mean(table["position"].to_numpy())
    return ((table["low"] <= truth) & (truth <= table["high"])).mean()


SECTIONS = alarm_rows, power_rows, truth_rows, agreement_rows, jump_rows, band_rows


def measure(runs: int, seed: int = 0) -> dict:
    """All claims: a list of rows, and the scores that they were tried with."""
    rows = [
        row
        for k, section in enumerate(SECTIONS)
        for row in section(runs, np.random.default_rng([seed, k]))
    ]
    return {"seed": seed, "scores": [*kept_scores()], "rows": rows}


def show(result: dict, path: Path | None) -> None:
    """Print the table; write it as JSON where asked."""
    print(pd.DataFrame(result["rows"]).astype(object).to_string(index=False))
    if path:
        path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.change")
    parser.add_argument("--read", action="store_true", help="read the scores again")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--runs", type=int, default=500, help="articles a claim")
    options = parser.parse_args()
    if options.read:
        text = json.dumps({"scores": read_scores()})
        KEPT.write_text(text, encoding="utf-8")
    show(measure(options.runs), options.json)


if __name__ == "__main__":
    main()
