"""What every benchmark of stance prints: F1, calibration error, time, a table."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

BINS = 10


class Result(NamedTuple):
    """What one scorer reached; figures but the last two in per cent."""

    scorer: str
    macro_f1: float
    several_f1: float | None
    by_class: dict[str, float]
    calibration_error: float | None
    milliseconds: float


def f1_by_class(
    truth: Sequence[int], found: Sequence[int], classes: int
) -> list[float]:
    """F1 of every class, in per cent.

    Parameters
    ----------
    truth, found : sequence of int
        The class of every row, and what was found.
    classes : int
        How many classes there are.

    Returns
    -------
    list of float
        0 for a class that was never found; their mean is the macro-F1.

    Examples
    --------
    >>> f1_by_class([0, 0, 1], [0, 1, 1], 2)
    [66.66666666666667, 66.66666666666667]
    """
    values = []
    for k in range(classes):
        hits = sum(t == f == k for t, f in zip(truth, found, strict=True))
        total = list(truth).count(k) + list(found).count(k)
        values.append(200 * hits / total if total else 0.0)
    return values


def calibration_error(truth: Sequence[int], rows: Sequence[Sequence[float]]) -> float:
    """Mean distance between how sure a scorer is and how often it is right.

    Parameters
    ----------
    truth : sequence of int
        The class of every row.
    rows : sequence of sequence of float
        Its probabilities.

    Returns
    -------
    float
        Expected calibration error over `BINS` equal bins of the highest probability,
        0 to 1.

    Examples
    --------
    >>> calibration_error([0, 1], [(0.5, 0.5), (0.5, 0.5)])
    0.0
    """
    bins: dict[int, list[float]] = {}
    for label, row in zip(truth, rows, strict=True):
        top = max(row)
        right = row.index(top) == label
        bins.setdefault(min(int(top * BINS), BINS - 1), []).append(top - right)
    return sum(abs(sum(gaps)) for gaps in bins.values()) / len(truth)


def measure(
    scorer: str,
    score: Callable[[], Sequence],
    truth: Sequence[int],
    names: Sequence[str],
    several: Sequence[bool] = (),
) -> Result:
    """Run a scorer, timed, and compare what it finds with the truth.

    Parameters
    ----------
    scorer : str
        Its name in the table.
    score : callable
        Gives a row of probabilities for every row of the corpus, or a class.
    truth : sequence of int
        The class of every row.
    names : sequence of str
        What the classes are called.
    several : sequence of bool
        Which rows to report apart; none if empty.

    Returns
    -------
    Result
        `milliseconds` is processor time a row.
    """
    start = time.process_time()
    rows = score()
    spent = 1000 * (time.process_time() - start) / len(truth)
    graded = not isinstance(rows[0], int)
    found = [row.index(max(row)) for row in rows] if graded else rows
    values = f1_by_class(truth, found, len(names))
    error = calibration_error(truth, rows) if graded else None
    by_class = dict(zip(names, values, strict=True))
    apart = _several(truth, found, several, len(names))
    return Result(scorer, sum(values) / len(names), apart, by_class, error, spent)


def _several(
    truth: Sequence[int], found: Sequence[int], several: Sequence[bool], classes: int
) -> float | None:
    """Macro-F1 of the rows to report apart, if there are any."""
    if not any(several):
        return None
    rows = [(t, f) for t, f, s in zip(truth, found, several, strict=True) if s]
    return sum(f1_by_class(*zip(*rows, strict=True), classes)) / classes


def print_table(results: Sequence[Result], rows: int, path: str | None) -> None:
    """Print results as a table, and write them as JSON.

    Parameters
    ----------
    results : sequence of Result
        One a line.
    rows : int
        How many rows of the corpus were scored: n.
    path : str or None
        The JSON file to write, if any.
    """
    names = list(results[0].by_class)
    apart = ["several"] if results[0].several_f1 is not None else []
    head = ["scorer", "macro-F1", *apart, *names, "calibration", "ms"]
    lines = [head]
    for r in results:
        several = [f"{r.several_f1:.1f}"] if apart else []
        error = "" if r.calibration_error is None else f"{r.calibration_error:.3f}"
        classes = [f"{v:.1f}" for v in r.by_class.values()]
        line = [r.scorer, f"{r.macro_f1:.1f}", *several, *classes, error]
        lines.append([*line, f"{r.milliseconds:.2f}"])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    print(f"n = {rows}")
    for line in lines:
        print("  ".join(c.rjust(w) for c, w in zip(line, widths, strict=True)))
    if path:
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"n": rows, "results": [r._asdict() for r in results]}, file)
