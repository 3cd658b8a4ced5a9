"""Does the second half of a text differ from the first beyond chance, and where?

Two halves are compared by permuting blocks over the places that they fill (Good,
*Permutation, Parametric and Bootstrap Tests*, 2005). That answers whether this
order of paragraphs differs from a chance order of the same paragraphs. It does not
tell why, and neighbours outside a quotation count as unconnected.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from analysis.trajectory.curves import GRID, arrays, kernel, kernel_means

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

LEVEL = 0.05  # a p value above it is "no detectable change"
LEAST_PARAGRAPHS = 8  # six in two halves have 20 splits: p can never fall below 0.1
LEAST_BLOCKS = 6
LEAST_HALF = 3  # paragraphs in either half
LEAST_SIDE = 5  # paragraphs on either side of a change point
TOO_LITTLE = "too little evidence"
NO_CHANGE = "no detectable change"


class Change(NamedTuple):
    """A test of change; None where there is too little evidence."""

    first: float | None  # weighted mean score of the first half
    second: float | None  # … of the second half
    difference: float | None  # second minus first: above 0 the text turns toward "for"
    low: float | None  # 95 % interval of the difference
    high: float | None
    effect: float | None  # the difference in standard deviations within the halves
    p: float | None  # share of block permutations that differ as much, two-sided
    trend: float | None  # weighted slope: score gained from first word to last
    p_trend: float | None
    n: int  # paragraphs
    blocks: int
    verdict: str


def test_change(
    points: pd.DataFrame,
    seed: int = 0,
    permutations: int = 1999,
    bandwidth: float | None = None,
    words: tuple[str, str] = ("rises", "falls"),
) -> Change:
    """Is the second half of the text another than the first, beyond chance?

    Parameters
    ----------
    points : pandas.DataFrame
        As `stance_toward` returns them.
    seed, permutations : int
        Blocks are put in this many chance orders.
    bandwidth : float, optional
        Compare the halves of the smoothed curve, not of the points.
    words : tuple of str
        What the verdict says of a difference above 0 and below.

    Returns
    -------
    Change
        The verdict rests on the difference of the halves alone; the trend is a second
        view of the same points. "too little evidence" with fewer than 8 paragraphs, 6
        blocks, or 3 paragraphs in a half. The interval holds all shifts that the same
        test would not reject, so it leaves out 0 exactly when p is 0.05 or less.

    Notes
    -----
    p = (1 + orders that differ as much) / (1 + orders), after Phipson and Smyth (2010).

    Examples
    --------
    >>> import pandas as pd
    >>> points = pd.DataFrame({"paragraph": range(12), "block": range(12), "n": 1,
    ...     "position": [i / 11 for i in range(12)], "score": [-0.5] * 6 + [0.5] * 6})
    >>> change = test_change(points)
    >>> change.verdict, round(change.difference, 2), change.n
    ('rises', 1.0, 12)
    """
    import numpy as np

    position, score, n, block = arrays(points)
    late = position >= 0.5
    size = {"n": len(score), "blocks": len(np.unique(block))}
    if not _enough(late, size["blocks"]):
        return Change(*[None] * 9, **size, verdict=TOO_LITTLE)
    order = _shuffle(block, permutations, seed)
    windows = _windows(position, bandwidth)
    contrast, chance = _contrasts(windows, n, score, order)
    step, left = _contrasts(windows, n, late.astype(float), order)
    p = _p_value(contrast, chance)
    trend, trends = _slopes(position, n, score, order)
    low, high = _interval(contrast, chance, step, left)
    first, second = (np.average(score[h], weights=n[h]) for h in (~late, late))
    difference = contrast / step
    spread = np.average((score - np.where(late, second, first)) ** 2, weights=n) ** 0.5
    return Change(
        first=float(first),
        second=float(second),
        difference=float(difference),
        low=low,
        high=high,
        effect=float(difference / spread) if spread > 1e-9 else None,
        p=p,
        trend=float(trend),
        p_trend=_p_value(trend, trends),
        **size,
        verdict=verdict_of(p, difference, words),
    )


test_change.__test__ = False  # a function of ours, not a test for pytest to collect


def correct(pvalues: Sequence[float | None]) -> list[float | None]:
    """Holm's correction for several tests; a missing p value stays out of the count.

    Parameters
    ----------
    pvalues : sequence of float or None
        The p values of one family of tests.

    Returns
    -------
    list of float or None
        Corrected p values, each at least as large as before (Holm 1979).

    Examples
    --------
    >>> correct([0.01, None, 0.04])
    [0.02, None, 0.04]
    """
    known = sorted((p, i) for i, p in enumerate(pvalues) if p is not None)
    corrected: list[float | None] = [None] * len(pvalues)
    largest = 0.0
    for rank, (p, i) in enumerate(known):
        largest = max(largest, min(1.0, p * (len(known) - rank)))
        corrected[i] = largest
    return corrected


def change_points(
    points: pd.DataFrame, seed: int = 0, permutations: int = 999
) -> pd.DataFrame:
    """Where in the text the score jumps; an empty table when nowhere.

    Parameters
    ----------
    points : pandas.DataFrame
        As `stance_toward` returns them.
    seed, permutations : int
        As in `test_change`.

    Returns
    -------
    pandas.DataFrame
        One row a change: paragraph (the first after it), position (between the two),
        before, after (mean scores of the stretches around it, when it was found),
        difference, p, n (paragraphs of both stretches). Each stretch has at least
        five paragraphs.

    Notes
    -----
    Binary segmentation (Scott and Knott 1974): the largest jump of a stretch, over all
    places, against the largest of each chance order of its blocks. Stretches are
    split further only after a jump, so a text without change shows one with the
    chance of one test. It looks for jumps, not for slopes.

    Examples
    --------
    >>> import pandas as pd
    >>> points = pd.DataFrame({"paragraph": range(20), "block": range(20), "n": 1,
    ...     "position": [i / 19 for i in range(20)], "score": [-0.5] * 8 + [0.5] * 12})
    >>> change_points(points)[["paragraph", "before", "after"]].values.tolist()
    [[8, -0.5, 0.5]]
    """
    import numpy as np
    import pandas as pd

    position, score, n, block = arrays(points)
    stretches, found = [(0, len(score))], []
    while stretches:
        start, end = stretches.pop()
        here = slice(start, end)
        if end - start < max(2 * LEAST_SIDE, LEAST_PARAGRAPHS):
            continue
        order = _shuffle(block[here], permutations, seed)
        jumps = _jumps(score[here], n[here])
        largest = _jumps(score[here][order], n[here][order]).max(axis=1)
        p = _p_value(jumps.max(), largest)
        if p > LEVEL:
            continue
        at = start + LEAST_SIDE + int(jumps.argmax())
        stretches += [(start, at), (at, end)]
        before = np.average(score[start:at], weights=n[start:at])
        after = np.average(score[at:end], weights=n[at:end])
        place = (position[at - 1] + position[at]) / 2
        found.append((at, place, before, after, after - before, p, end - start))
    names = ["paragraph", "position", "before", "after", "difference", "p", "n"]
    table = pd.DataFrame(sorted(found), columns=names).astype(float)
    numbers = points["paragraph"].to_numpy()[table["paragraph"].astype(int)]
    return table.assign(paragraph=numbers).astype({"paragraph": "Int64", "n": "Int64"})


def _shuffle(block: np.ndarray, permutations: int, seed: int) -> np.ndarray:
    """Chance orders of the blocks, paragraphs kept in order within: rows of indices."""
    import numpy as np

    names, at = np.unique(block, return_inverse=True)
    keys = np.random.default_rng(seed).random((permutations, len(names)))
    return np.argsort(keys[:, at], axis=1, kind="stable")


def _windows(position: np.ndarray, bandwidth: float | None) -> np.ndarray:
    """Weights of the paragraphs in the early windows, then in the late ones."""
    import numpy as np

    if bandwidth is None:
        return np.stack([position < 0.5, position >= 0.5]).astype(float)
    return kernel((np.arange(GRID - 1) + 0.5) / (GRID - 1), position, bandwidth)


def _contrasts(
    windows: np.ndarray, n: np.ndarray, value: np.ndarray, order: np.ndarray
) -> tuple[float, np.ndarray]:
    """Mean of the late windows less the early ones: as it stands, and by chance."""

    def contrast(weight: np.ndarray, value: np.ndarray) -> np.ndarray:
        means = kernel_means(windows, weight, value)
        middle = len(windows) // 2
        return means[..., middle:].mean(axis=-1) - means[..., :middle].mean(axis=-1)

    return float(contrast(n, value)), contrast(n[order], value[order])


def _slopes(
    position: np.ndarray, n: np.ndarray, score: np.ndarray, order: np.ndarray
) -> tuple[float, np.ndarray]:
    """Weighted least-squares slope: as it stands, and by chance."""

    def slope(n: np.ndarray, score: np.ndarray) -> np.ndarray:
        centre = (n * position).sum(axis=-1) / n.sum(axis=-1)
        away = position - centre[..., None]
        return (n * away * score).sum(axis=-1) / (n * away**2).sum(axis=-1)

    return float(slope(n, score)), slope(n[order], score[order])


def _interval(
    contrast: float, chance: np.ndarray, step: float, left: np.ndarray
) -> tuple[float | None, float | None]:
    """All shifts that the test would not reject.

    Less a shift d of the second half the contrast is ``contrast - d step`` and that of
    a chance order ``chance - d left``: as far from 0 for d between the two roots.
    """
    import numpy as np

    inside = abs(left) < step - 1e-9  # else no shift is rejected by this order
    left = np.where(inside, left, 0.0)
    roots = (chance - contrast) / (left - step), (chance + contrast) / (left + step)
    k = int(LEVEL * (1 + len(chance)) + 1e-9) - 1
    low = np.sort(np.where(inside, np.minimum(*roots), -np.inf))[k]
    high = np.sort(np.where(inside, np.maximum(*roots), np.inf))[-1 - k]
    return tuple(float(x) if np.isfinite(x) else None for x in (low, high))


def _p_value(found: float, chance: np.ndarray) -> float:
    """Share of chance orders at least as far from 0, the order found among them."""
    as_far = (abs(chance) >= abs(found) - 1e-12).sum()
    return float((1 + as_far) / (1 + len(chance)))


def _jumps(score: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Size of the jump at each place, in units of its chance spread, sides weighed."""
    import numpy as np

    sides = slice(LEAST_SIDE - 1, -LEAST_SIDE)
    weight, total = np.cumsum(n, axis=-1), np.cumsum(n * score, axis=-1)
    w, s = weight[..., sides], total[..., sides]
    rest, sums = weight[..., -1:] - w, total[..., -1:] - s
    return abs(sums / rest - s / w) * np.sqrt(w * rest / (w + rest))


def _enough(late: np.ndarray, blocks: int) -> bool:
    """Whether the halves can be compared at all."""
    halves = min(late.sum(), (~late).sum())
    return (
        len(late) >= LEAST_PARAGRAPHS
        and blocks >= LEAST_BLOCKS
        and halves >= LEAST_HALF
    )


def verdict_of(p: float, difference: float, words: tuple[str, str]) -> str:
    """The conclusion in words."""
    return NO_CHANGE if p > LEVEL else words[0] if difference > 0 else words[1]
