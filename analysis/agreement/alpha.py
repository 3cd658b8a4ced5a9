"""Krippendorff's alpha with its interval, in the terms of the published formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analysis.means import find_intervals, on_scale

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

LEVELS = ("nominal", "ordinal", "interval")


def krippendorff_alpha(
    data: Sequence[Sequence[object]] | pd.DataFrame, level: str = "nominal"
) -> float | None:
    """Krippendorff's alpha: 1 perfect agreement, 0 chance, below 0 worse than chance.

    `data`: one row an observer, one column a unit, in the same order; None or NaN where
    an observer has not coded the unit. `level`: ``nominal`` (values of any kind),
    ``ordinal`` or ``interval`` (numbers).

    It is None when no unit has two values or all values are the same: agreement on what
    never varies cannot be told from chance. Raises ValueError for another level, and
    for words where the level needs numbers.

    Krippendorff (2011), *Computing Krippendorff's Alpha-Reliability*: from the
    coincidences o_ck of values within units, their sums n_c, their total n and the
    level's squared differences. The example is section C of that paper.

    >>> A = [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None]
    >>> B = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3]
    >>> C = [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None]
    >>> D = [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None]
    >>> [round(krippendorff_alpha([A, B, C, D], level), 3) for level in LEVELS]
    [0.743, 0.815, 0.849]
    """
    values, counts = _counts(data, level)
    return _alpha(counts, _metric(level), values)


def alpha_interval(
    data: Sequence[Sequence[object]] | pd.DataFrame, level: str = "nominal"
) -> tuple[float | None, float | None]:
    """The 95 % interval of alpha over units: one at a time is left out (jackknife).

    `data` and `level` are those of `krippendorff_alpha`. The interval is one of
    `analysis.means`: full agreement on a few units is no certainty. None where alpha
    is, or would be without one of the units. Units are taken as unconnected: those of
    one article may say less.

    >>> low, high = alpha_interval([[0, 1] * 9, [0, 1] * 9])
    >>> round(low, 2), high
    (0.56, 1.0)
    """
    import numpy as np

    values, counts = _counts(data, level)
    metric, n = _metric(level), len(counts)
    alpha = _alpha(counts, metric, values)
    without = [_alpha(np.delete(counts, i, 0), metric, values) for i in range(n)]
    if alpha is None or None in without:
        return None, None
    variance = (n - 1) / n * ((np.array(without) - np.mean(without)) ** 2).sum()
    scaled = on_scale(*(np.array([x]) for x in (max(alpha, -1.0), variance, float(n))))
    low, high = find_intervals(scaled)
    return float(low[0]), float(high[0])


def _counts(
    data: Sequence[Sequence[object]] | pd.DataFrame, level: str
) -> tuple[list, np.ndarray]:
    """The values in order, and how often each unit (row) has each (column)."""
    import numpy as np
    import pandas as pd

    table = np.array(data, dtype=object)
    known = ~pd.isna(table)
    table[~known] = None  # <NA> cannot be compared
    if level != "nominal" and any(isinstance(v, str) for v in table[known]):
        raise ValueError(
            f"words have no order for {level} alpha: code them as numbers, such as "
            "-1 against, 0 neither, 1 for, or ask for nominal alpha"
        )
    # Numbers in their order, then words in theirs, so that any mixture has one order.
    values = sorted(set(table[known]), key=lambda v: (isinstance(v, str), v))
    counts = np.stack([((table == v) & known).sum(axis=0) for v in values or [0]])
    counts = counts.T
    return values, counts[counts.sum(axis=1) >= 2].astype(float)


def _metric(level: str) -> Callable[[np.ndarray, list], np.ndarray]:
    """Squared differences delta_ck of a level, from the sums n_c and the values."""
    import numpy as np

    def nominal(n_c: np.ndarray, values: list) -> np.ndarray:
        return 1.0 - np.eye(len(n_c))

    def ordinal(n_c: np.ndarray, values: list) -> np.ndarray:
        middle = np.cumsum(n_c) - n_c / 2  # where a value's ranks have their middle
        return np.subtract.outer(middle, middle) ** 2

    def interval(n_c: np.ndarray, values: list) -> np.ndarray:
        return np.subtract.outer(*[np.asarray(values, float)] * 2) ** 2

    metrics = dict(zip(LEVELS, (nominal, ordinal, interval), strict=True))
    if level not in metrics:
        raise ValueError(f"no level {level!r}; there are {', '.join(LEVELS)}")
    return metrics[level]


def _alpha(counts: np.ndarray, metric: Callable, values: list) -> float | None:
    """Alpha from the counts of values by unit, in the terms of the paper."""
    import numpy as np

    m_u = counts.sum(axis=1, keepdims=True)
    pairs = counts / (m_u - 1)
    o_ck = counts.T @ pairs - np.diag(pairs.sum(axis=0))
    n_c = o_ck.sum(axis=0)
    n = n_c.sum()
    delta_ck = metric(n_c, values)
    expected = (np.outer(n_c, n_c) * delta_ck).sum()
    if len(counts) == 0 or expected == 0:
        return None
    return float(1 - (n - 1) * (o_ck * delta_ck).sum() / expected)
