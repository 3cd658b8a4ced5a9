"""Estimates with their intervals, and differences that are more than chance."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from analysis.trajectory.change import correct

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

DRAWS = 2000  # of the bootstrap and, at least, of the permutation test
LEAST = 3  # units of a group, to say how sure a figure is


def estimate(units: pd.DataFrame) -> pd.DataFrame:
    """Each measure in each group, with its interval.

    Parameters
    ----------
    units : DataFrame
        From `stance_units`, `voice_units`, `mention_units` or `frame_units`.

    Returns
    -------
    pandas.DataFrame
        The group's column, what, estimate (mean score; share of the words, 0 to 1;
        mentions per 100 words; share of paragraphs, 0 to 1), low and high (95 %
        bootstrap over units; missing below three, and where all units are alike:
        there is no spread to judge chance by), n (units: paragraphs, or articles
        where groups of them are compared). Nothing found has no row.

    Examples
    --------
    >>> import pandas as pd
    >>> units = pd.DataFrame({"article": "a", "weight": 1.0, "court": [0.0, 0.5, 1.0]})
    >>> found = estimate(units)
    >>> float(found.estimate[0]), int(found.n[0]), bool(found.low[0] < found.high[0])
    (0.5, 3, True)
    """
    import pandas as pd

    rows = [
        (group, what, _ratio(values), *_interval(values), len(values))
        for what, groups in _samples(units).items()
        for group, values in groups.items()
    ]
    names = [units.columns[0], "what", "estimate", "low", "high", "n"]
    return pd.DataFrame(rows, columns=names)


def differences(units: pd.DataFrame, word: str = "higher") -> pd.DataFrame:
    """Which pairs of groups differ by more than chance.

    Parameters
    ----------
    units : DataFrame
        As for `estimate`.
    word : str
        What the verdict calls the larger one, such as ``"kinder"``.

    Returns
    -------
    pandas.DataFrame
        what, first, second, difference (second less first, in the measure's unit), p
        (share of random exchanges of units between the two that differ as much),
        p_corrected (Holm, over all rows), n (units of both), verdict. Pairs with
        fewer than three units on a side are left out.

    Examples
    --------
    >>> import pandas as pd
    >>> units = pd.DataFrame({"article": ["a"] * 9 + ["b"] * 9, "weight": 1.0})
    >>> units["court"] = [-1.0] * 9 + [1.0] * 9
    >>> differences(units, "kinder").verdict[0]
    'kinder in b'
    """
    import pandas as pd

    samples = _samples(units)
    pairs = [
        (what, one, two)
        for what, groups in samples.items()
        for one, two in combinations(groups, 2)
        if min(len(groups[one]), len(groups[two])) >= LEAST
    ]
    draws = max(DRAWS, 40 * len(pairs))  # else no corrected p could be small
    rows = [
        (*pair, *_exchange(samples[pair[0]][pair[1]], samples[pair[0]][pair[2]], draws))
        for pair in pairs
    ]
    names = ["what", "first", "second", "difference", "p", "n"]
    table = pd.DataFrame(rows, columns=names)
    table["p_corrected"] = correct(table["p"].tolist())
    table["verdict"] = [
        "no detectable difference"
        if row.p_corrected >= 0.05
        else f"{word} in {row.second if row.difference > 0 else row.first}"
        for row in table.itertuples()
    ]
    return table


def _samples(units: pd.DataFrame) -> dict[str, dict[str, np.ndarray]]:
    """For each measure and group its values and weights, two columns."""
    by = units.columns[0]
    measures = [c for c in units if c not in (by, "article", "paragraph", "weight")]
    groups = [*units.groupby(by, sort=False)]
    found: dict[str, dict[str, np.ndarray]] = {}
    for what in measures:
        for group, rows in groups:
            values = rows[[what, "weight"]].dropna().to_numpy(float)
            if values[:, 1].sum() > 0:
                found.setdefault(what, {})[group] = values
    return found


def _ratio(values: np.ndarray) -> float:
    return float(values[:, 0].sum() / values[:, 1].sum())


def _interval(values: np.ndarray) -> tuple[float | None, float | None]:
    """95 % of the estimates from units drawn with replacement."""
    import numpy as np

    n = len(values)
    if n < LEAST:
        return None, None
    drawn = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), DRAWS) @ values
    drawn = drawn[drawn[:, 1] > 0]
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], (0.025, 0.975))
    return (float(low), float(high)) if low < high else (None, None)


def _exchange(one: np.ndarray, two: np.ndarray, draws: int) -> tuple[float, float, int]:
    """The difference, how often chance exchanges have one as large, and all units."""
    import numpy as np

    found = _ratio(two) - _ratio(one)
    every, n = np.concatenate([one, two]), len(one)
    order = np.tile(np.arange(len(every)), (draws, 1))
    order = np.random.default_rng(0).permuted(order, axis=1)
    mixed = every[order]
    first, second = mixed[:, :n].sum(axis=1), mixed[:, n:].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        chance = second[:, 0] / second[:, 1] - first[:, 0] / first[:, 1]
    as_large = (np.abs(chance) >= abs(found) - 1e-12).sum()
    return float(found), float((as_large + 1) / (draws + 1)), len(every)
