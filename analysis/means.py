"""Means with their error: the one way in which this package weighs scores.

Every mean is weighted; what moves together (a running quotation, an article) is a
*block*, and blocks, not rows, are the pieces of evidence. A mean lies between bounds,
and near one of them most of its error is on the far side: intervals and tests are
taken on a scale that knows it (Fisher 1921 for scores and shares, the square root for
rates), with Student's t and the effective number of blocks (Kish 1965): by their sums
for the spread, by a typical row of each for the degrees of freedom. Half a piece of
evidence that nobody saw is reckoned with, so that like scores are no certainty.
How often they are right: ``benchmarks/compare.py`` and ``benchmarks/change.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

LEVEL = 0.05  # a p value above it is no finding, here and everywhere
UNSEEN = 0.5  # of a block: what the evidence may not have shown
ALIKE = 0.1  # the least spread that scores are taken to have, half the bounds = 1
TIE = 0.005  # a score nearer to 0 is printed as 0.00
Bounds = tuple[float, float | None]
SCORES: Bounds = (-1.0, 1.0)
SHARES: Bounds = (0.0, 1.0)
RATES: Bounds = (0.0, None)


def sign(score: float) -> int:
    """The side that a score is on: -1 against, 1 for; 0 for a tie.

    What is printed as 0.00 is a tie: no side is taken that no reader can see.

    >>> sign(-0.5), sign(0.004), sign(0.25)
    (-1, 0, 1)
    """
    return 1 if score >= TIE else -1 if score <= -TIE else 0


class Means(NamedTuple):
    """Means and, on the scale on which they are judged, their errors: arrays."""

    mean: np.ndarray
    blocks: np.ndarray  # effective number; NaN below two
    shrunk: np.ndarray  # the mean with what was not seen; bounded ones from -1 to 1
    place: np.ndarray  # … on the scale
    error: np.ndarray  # standard error there
    bounds: Bounds

    def at(self, rows: np.ndarray | list[int]) -> Means:
        """Some of them."""
        return Means._make([*(x[rows] for x in self[:-1]), self.bounds])


class Difference(NamedTuple):
    """How far two means differ: the 95 % interval leaves out 0 where p is too small."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray


def find_means(
    weight: np.ndarray,
    score: np.ndarray,
    block: np.ndarray,
    bounds: Bounds = SCORES,
    bias: np.ndarray | float = 0.0,
) -> Means:
    """Weighted means, one a row of weights; no error below two blocks.

    >>> import numpy as np
    >>> score = np.array([-0.5, 0.5, -0.4, 0.4])
    >>> find_means(np.ones((1, 4)), score, np.arange(4)).mean.tolist()
    [0.0]
    """
    import numpy as np

    member = (np.unique(block)[:, None] == block).T.astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        total, each = weight.sum(axis=1), weight @ member
        mean = weight @ score / total
        apart = (weight * score) @ member - mean[:, None] * each
        typical = each / ((weight > 0) @ member).clip(1)
        size, blocks = (
            x.sum(axis=1) ** 2 / (x**2).sum(axis=1) for x in (each, typical)
        )
        blocks = np.where(blocks >= 2 - 1e-9, blocks, np.nan)
        variance = (apart**2).sum(axis=1) / total**2 * size / (size - 1)
    return on_scale(mean, variance + bias**2, blocks, bounds, total)


def on_scale(
    mean: np.ndarray,
    variance: np.ndarray,
    blocks: np.ndarray,
    bounds: Bounds = SCORES,
    total: np.ndarray | float = 1.0,
) -> Means:
    """Means with the variance of each, ready to be judged; `total` is that of a rate.

    >>> import numpy as np
    >>> on_scale(np.array([1.0]), np.array([0.0]), np.array([9.0])).shrunk.round(2)
    array([0.95])
    """
    import numpy as np

    least, most = bounds
    if most is None:
        shrunk = mean + UNSEEN / total
        error = (variance + UNSEEN / total**2) ** 0.5 / (2 * shrunk**0.5)
        return Means(mean, blocks, shrunk, shrunk**0.5, error, bounds)
    half, middle = (most - least) / 2, (most + least) / 2
    shrunk = (mean - middle) / half * blocks / (blocks + UNSEEN)
    unseen = UNSEEN * np.maximum(shrunk**4, ALIKE**2) / (blocks * (blocks - 1))
    error = (variance / half**2 + unseen) ** 0.5 / (1 - shrunk**2)
    return Means(mean, blocks, shrunk, np.arctanh(shrunk), error, bounds)


def find_intervals(means: Means) -> tuple[np.ndarray, np.ndarray]:
    """The 95 % interval of each mean, within its bounds; NaN where there is none.

    >>> import numpy as np
    >>> alike = find_means(np.ones((1, 20)), np.full(20, -1.0), np.arange(20))
    >>> [x.round(2).tolist() for x in find_intervals(alike)]
    [[-1.0], [-0.61]]
    """
    import numpy as np
    from scipy.special import stdtrit  # Student's t; scipy.stats is slow to load

    # As many degrees of freedom as blocks: the half piece of evidence that nobody saw
    # fixes where means are drawn to, as a conjugate prior does, and the mean costs none
    # (Gelman et al. 2013, section 3.3). With one fewer, intervals of 5 to 10 blocks
    # hold too often and are wider (``benchmarks/change.py``).
    away = stdtrit(means.blocks, 1 - LEVEL / 2) * means.error
    low, high = means.place - away, means.place + away
    least, most = means.bounds
    if most is None:
        low, high = low.clip(0) ** 2, high**2
    else:
        half, middle = (most - least) / 2, (most + least) / 2
        low, high = np.tanh(low) * half + middle, np.tanh(high) * half + middle
    low, high = np.minimum(low, means.mean), np.maximum(high, means.mean)
    return low.clip(least), high.clip(None, most)


def compare_means(one: Means, two: Means) -> Difference:
    """Second less first: Welch's (1947) test on the scale, and its interval.

    >>> import numpy as np
    >>> score = np.array([-0.5, -0.6, -0.4, 0.5, 0.4, 0.6])
    >>> halves = find_means(np.repeat(np.eye(2), 3, axis=1), score, np.arange(6))
    >>> found = compare_means(halves.at([0]), halves.at([1]))
    >>> found.value.round(3).tolist(), bool(found.p[0] < 0.01)
    ([1.0], True)
    """
    import numpy as np
    from scipy.special import stdtr, stdtrit  # Student's t, as in `intervals`

    least, most = one.bounds
    half = 1.0 if most is None else (most - least) / 2
    first, second = one.error**2, two.error**2
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = (first + second) ** 2 / (
            first**2 / (one.blocks - 1) + second**2 / (two.blocks - 1)
        )
        steps, middle = two.shrunk - one.shrunk, (one.shrunk + two.shrunk) / 2
        tangent = 0.5 / middle**0.5 if most is None else 1 / (1 - middle**2)
        slope = (two.place - one.place) / steps
        slope = np.where(abs(steps) < 1e-6, tangent, slope)
    error, steps = half * (first + second) ** 0.5 / slope, half * steps
    value = two.mean - one.mean
    p = 2 * stdtr(freedom, -abs(steps) / error)
    p = np.where(value * steps < 0, 1.0, p)  # only what was not seen turns the sign
    away = stdtrit(freedom, 1 - LEVEL / 2) * error
    low, high = np.minimum(steps - away, value), np.maximum(steps + away, value)
    return Difference(value, low, high, p)
