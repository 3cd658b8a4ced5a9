"""Krippendorff's alpha with its interval, in the terms of the published formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

LEVELS = ("nominal", "ordinal", "interval")


def krippendorff_alpha(
    data: Sequence[Sequence[object]] | pd.DataFrame, level: str = "nominal"
) -> float | None:
    """Krippendorff's alpha: 1 perfect agreement, 0 chance, below 0 worse than chance.

    Parameters
    ----------
    data : sequence of sequences or pandas.DataFrame
        One row an observer, one column a unit, in the same order; None or NaN where
        an observer has not coded the unit.
    level : str
        ``nominal`` (values of any kind), ``ordinal`` or ``interval`` (numbers).

    Returns
    -------
    float or None
        Alpha. None when no unit has two values or all values are the same: agreement
        on what never varies cannot be told from chance.

    Raises
    ------
    ValueError
        For another level.

    Notes
    -----
    Krippendorff (2011), *Computing Krippendorff's Alpha-Reliability*: from the
    coincidences o_ck of values within units, their sums n_c, their total n and the
    level's squared differences. The example is section C of that paper.

    Examples
    --------
    >>> A = [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None]
    >>> B = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3]
    >>> C = [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None]
    >>> D = [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None]
    >>> [round(krippendorff_alpha([A, B, C, D], level), 3) for level in LEVELS]
    [0.743, 0.815, 0.849]
    """
    values, counts = _counts(data)
    return _alpha(counts, _metric(level), values)


def alpha_interval(
    data: Sequence[Sequence[object]] | pd.DataFrame,
    level: str = "nominal",
    seed: int = 0,
    resamples: int = 999,
) -> tuple[float | None, float | None]:
    """The 95 % bootstrap interval of alpha: units drawn with replacement.

    Parameters
    ----------
    data, level
        As in `krippendorff_alpha`.
    seed, resamples : int
        Of the bootstrap.

    Returns
    -------
    tuple of float or None
        Low and high. None where alpha itself is. Resamples in which nothing varies
        are left out, and units are taken as unconnected, so with few units or one
        article the interval is too narrow rather than too wide.

    Examples
    --------
    >>> alpha_interval([[0, 1] * 9, [0, 1] * 9])
    (1.0, 1.0)
    """
    import numpy as np

    values, counts = _counts(data)
    metric, rng = _metric(level), np.random.default_rng(seed)
    if _alpha(counts, metric, values) is None:
        return None, None
    picks = rng.integers(0, len(counts), size=(resamples, len(counts)))
    alphas = [_alpha(counts[pick], metric, values) for pick in picks]
    low, high = np.quantile([a for a in alphas if a is not None], [0.025, 0.975])
    return float(low), float(high)


def _counts(data: Sequence[Sequence[object]] | pd.DataFrame) -> tuple[list, np.ndarray]:
    """The values in order, and how often each unit (row) has each (column)."""
    import numpy as np
    import pandas as pd

    table = np.array(data, dtype=object)
    known = ~pd.isna(table)
    table[~known] = None  # <NA> cannot be compared
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
