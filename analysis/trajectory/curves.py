"""Curves along the text: kernel means with their bands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.means import find_means, intervals

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

BANDWIDTH = 0.15  # share of the text: the kernel's standard deviation
LEAST_NEAR = 2.0  # paragraphs near a position, below which a curve has a gap
LEAST_BLOCKS_NEAR = 3.0  # effective: with fewer a band would span all scores
GRID = 21  # positions of a curve unless told otherwise


def smooth(
    position: Sequence[float],
    value: Sequence[float],
    weight: Sequence[float] | None = None,
    bandwidth: float = BANDWIDTH,
    at: Sequence[float] | None = None,
) -> pd.DataFrame:
    """Smooth values along the text: a Gaussian kernel mean, with no forced ends.

    Parameters
    ----------
    position, value, weight : sequence of float
        Positions (0 to 1), values, and weights above 0 (1 unless given).
    bandwidth : float
        The kernel's standard deviation as a share of the text.
    at : sequence of float, optional
        Positions of the curve; 21 from 0 to 1 unless given.

    Returns
    -------
    pandas.DataFrame
        position, estimate (unit of the values), n (paragraphs near the position, each
        counted from 0 far away to 1 right there). The estimate is missing where n is
        below 2; the curve neither starts nor ends at a fixed value.

    Notes
    -----
    The local-constant mean of Nadaraya (1964) and Watson (1964). It flattens a steep
    slope near the ends and rounds off a jump; `change_points` looks for jumps.

    Examples
    --------
    >>> smooth([0.1, 0.1, 0.2], [1, 1, 1], at=[0.15, 0.8]).estimate.tolist()
    [1.0, <NA>]
    """
    import numpy as np
    import pandas as pd

    at = np.linspace(0, 1, GRID) if at is None else np.asarray(at, float)
    value = np.asarray(value, float)
    weight = np.ones_like(value) if weight is None else np.asarray(weight, float)
    near = kernel(at, np.asarray(position, float), bandwidth)
    n = near.sum(axis=1)
    enough = n >= LEAST_NEAR
    estimate = pd.array([None] * len(at), dtype="Float64")
    estimate[enough] = (near[enough] @ (weight * value)) / (near[enough] @ weight)
    return pd.DataFrame({"position": at, "estimate": estimate, "n": n})


def band(
    points: pd.DataFrame,
    bandwidth: float = BANDWIDTH,
    at: Sequence[float] | None = None,
) -> pd.DataFrame:
    """The smoothed curve of some points with its 95 % band, at each position.

    Parameters
    ----------
    points : pandas.DataFrame
        As `stance_toward` returns them.
    bandwidth, at
        As in `smooth`.

    Returns
    -------
    pandas.DataFrame
        position, estimate, low, high (-1 to 1), n (paragraphs near). The band holds at
        each position, not for the whole curve at once. Where fewer than three blocks
        bear on a position (by their effective number) there is neither line nor band.

    Notes
    -----
    `analysis.means` makes the interval at each position; its error holds the bias that
    smoothing the curve once more shows.

    Examples
    --------
    >>> import pandas as pd
    >>> points = pd.DataFrame({"paragraph": range(20), "block": range(20), "n": 1,
    ...     "position": [i / 19 for i in range(20)], "score": [-0.5, 0.5] * 10})
    >>> curve = band(points, at=[0.5])
    >>> curve[["low", "high"]].round(1).values.tolist()
    [[-0.4, 0.4]]
    """
    position, score, n, block = arrays(points)
    curve = smooth(position, score, n, bandwidth, at)
    near = kernel(curve["position"].to_numpy(), position, bandwidth) * n
    again = kernel_means(kernel(position, position, bandwidth) * n, score)
    bias = kernel_means(near, again) - kernel_means(near, score)
    means = find_means(near, score, block, bias=bias)
    shown = curve["estimate"].notna().to_numpy() & (means.blocks >= LEAST_BLOCKS_NEAR)
    low, high = intervals(means)
    for name, values in (("estimate", means.mean), ("low", low), ("high", high)):
        curve[name] = _missing(values, shown)
    return curve[["position", "estimate", "low", "high", "n"]]


def arrays(points: pd.DataFrame) -> list[np.ndarray]:
    """Position, score, n and block of the points, in reading order."""
    points = points.sort_values("position")
    names = ("position", "score", "n", "block")
    return [points[name].to_numpy(dtype=float) for name in names]


def kernel(at: np.ndarray, position: np.ndarray, bandwidth: float) -> np.ndarray:
    """Closeness of each paragraph to each place: 1 right there, 0 far away."""
    import numpy as np

    return np.exp(-0.5 * ((at[:, None] - position[None, :]) / bandwidth) ** 2)


def kernel_means(near: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Means of the scores, a row of weights each."""
    import numpy as np

    with np.errstate(invalid="ignore"):
        return near @ score / near.sum(axis=1)


def _missing(values: np.ndarray, shown: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """Numbers as a column in which those not shown are <NA>."""
    import numpy as np
    import pandas as pd

    known = shown & ~np.isnan(values)
    return pd.array(np.where(known, values, None), dtype="Float64")
