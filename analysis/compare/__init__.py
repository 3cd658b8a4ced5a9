"""How articles, outlets or months differ: one estimate for every measure, with chance.

Actors are compared by their role (the regulator of one story with that of another).
Every measure is first put into *units* (`analysis.compare.units`): a row a stance or
body paragraph where articles are compared, a row an article where groups of them are.
Then one function estimates with an interval, and one says which differences are more
than chance.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from analysis import means
from analysis.compare.units import (
    add_about,
    by_role,
    frame_units,
    mention_units,
    near_duplicates,
    over_time,
    role_of,
    stance_units,
    voice_units,
    without_copies,
)
from analysis.means import LEVEL, RATES, SCORES, SHARES, Bounds, Means
from analysis.trajectory.change import correct

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "RATES",
    "SCORES",
    "SHARES",
    "add_about",
    "by_role",
    "differences",
    "estimate",
    "frame_units",
    "mention_units",
    "near_duplicates",
    "over_time",
    "role_of",
    "stance_units",
    "voice_units",
    "without_copies",
]

LEAST = 3  # blocks of a group, to say how sure a figure is
NO_DIFFERENCE = "no detectable difference"
NO_MEASURE = ("article", "paragraph", "block", "weight")  # columns that are no measure


def estimate(units: pd.DataFrame, bounds: Bounds = SHARES) -> pd.DataFrame:
    """Each measure in each group, with its interval.

    `units`: from `stance_units`, `voice_units`, `mention_units` or `frame_units`.
    `bounds`: the least and the largest value that there can be: `SHARES` (0 to 1),
    `SCORES` (-1 to 1) for stance, `RATES` (0 and no end) for mentions.

    Gives the group's column, what, estimate (mean score of the stances; share of the
    words, 0 to 1; mentions per 100 words; share of paragraphs, 0 to 1), low and high
    (95 %, missing below three blocks), n (blocks: paragraphs, a running quotation as
    one; articles where groups of them are compared). Nothing found has no row. Raises
    ValueError if an estimate lies outside the bounds.

    >>> import pandas as pd
    >>> units = pd.DataFrame({"article": "a", "block": range(3), "weight": 1.0})
    >>> found = estimate(units.assign(court=[0.0, 0.5, 1.0]))
    >>> float(found.estimate[0]), int(found.n[0]), bool(found.low[0] < found.high[0])
    (0.5, 3, True)
    """
    table, found = _samples(units, bounds)
    low, high = (x.astype(float) for x in means.find_intervals(found))
    few = (table["n"] < LEAST).to_numpy()
    low[few] = high[few] = float("nan")
    table = table.assign(estimate=found.mean, low=low, high=high)
    return table[[units.columns[0], "what", "estimate", "low", "high", "n"]]


def differences(
    units: pd.DataFrame, word: str = "higher", bounds: Bounds = SHARES
) -> pd.DataFrame:
    """Which pairs of groups differ by more than chance.

    `units`, `bounds`: as for `estimate`. `word`: what the verdict calls the larger one,
    such as ``"kinder"``.

    Gives what, first, second, difference (second less first, in the measure's unit), p
    (Welch's test of the means, see `analysis.means`), n (blocks of both), p_corrected
    (Holm, over all rows), verdict. Pairs with fewer than three blocks on a side are
    left out.

    >>> import pandas as pd
    >>> units = pd.DataFrame({"article": ["a"] * 9 + ["b"] * 9, "weight": 1.0})
    >>> units = units.assign(block=range(18), court=[-1.0] * 9 + [1.0] * 9)
    >>> differences(units, "kinder", (-1, 1)).verdict[0]
    'kinder in b'
    """
    table, found = _samples(units, bounds)
    by = units.columns[0]
    pairs = [
        pair
        for _, rows in table[table["n"] >= LEAST].groupby("what", sort=False)
        for pair in combinations(rows.index, 2)
    ]
    one, two = (table.iloc[[pair[k] for pair in pairs]] for k in (0, 1))
    tests = means.compare_means(found.at(one.index), found.at(two.index))
    pairs = one[["what"]].assign(
        first=one[by],
        second=two[by].to_numpy(),
        difference=tests.value,
        p=tests.p,
        n=one["n"] + two["n"].to_numpy(),
    )
    pairs = pairs.dropna(subset="p").reset_index(drop=True)
    pairs["p_corrected"] = correct(pairs["p"].tolist())
    pairs["verdict"] = [
        NO_DIFFERENCE
        if row.p_corrected > LEVEL
        else f"{word} in {row.second if row.difference > 0 else row.first}"
        for row in pairs.itertuples()
    ]
    return pairs


def _samples(units: pd.DataFrame, bounds: Bounds) -> tuple[pd.DataFrame, Means]:
    """The mean of each measure in each group: what, group and blocks, and the means."""
    import numpy as np
    import pandas as pd

    by = units.columns[0]
    rows, found = [], []
    for what in [c for c in units if c not in (by, *NO_MEASURE)]:
        for group, own in (
            units[[by, what, "weight", "block"]].dropna().groupby(by, sort=False)
        ):
            own = own[own["weight"] > 0]
            if own.empty:
                continue
            value, weight, block = own.iloc[:, 1:].to_numpy(float).T
            _check_mean(value.sum() / weight.sum(), what, bounds)
            found.append(means.find_means(weight[None], value / weight, block, bounds))
            rows.append((group, what, len(np.unique(block))))
    fields = zip(*(x[:-1] for x in found), strict=True) if found else [[[]]] * 5
    every = Means._make([*(np.concatenate(x) for x in fields), bounds])
    return pd.DataFrame(rows, columns=[by, "what", "n"]), every


def _check_mean(mean: float, what: str, bounds: Bounds) -> None:
    """Raise where a mean lies outside the bounds that were given."""
    least, most = bounds
    if mean < least - 1e-9 or (most is not None and mean > most + 1e-9):
        raise ValueError(
            f"{what!r} has a mean of {mean:.2f}, outside {bounds}: give the bounds of "
            "the measure, SCORES, SHARES or RATES of analysis.compare"
        )
