"""Curves along the text: kernel means with bootstrap bands over paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

BANDWIDTH = 0.15  # share of the text: the kernel's standard deviation
LEAST_NEAR = 2.0  # paragraphs near a position, below which a curve has a gap
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
    seed: int = 0,
    resamples: int = 999,
) -> pd.DataFrame:
    """The smoothed curve of some points with its 95 % band, at each position.

    Parameters
    ----------
    points : pandas.DataFrame
        As `stance_toward` returns them.
    bandwidth, at
        As in `smooth`.
    seed, resamples : int
        Of the bootstrap, which draws blocks with replacement.

    Returns
    -------
    pandas.DataFrame
        position, estimate, low, high (-1 to 1), n (paragraphs near). The band holds at
        each position, not for the whole curve at once. It is missing where the
        estimate is, or where less than two blocks bear on it. Where all scores nearby
        are equal it has no width: there is no spread to judge chance by.

    Notes
    -----
    The error is the bootstrap's spread and the bias that smoothing the curve once more
    shows, in quadrature; the band is that times Student's t, with the effective number
    of blocks (Kish 1965) less one as its degrees of freedom. Plain percentiles cover
    the true curve too seldom with so few blocks: ``benchmarks/change.py`` prints both.

    Examples
    --------
    >>> import pandas as pd
    >>> points = pd.DataFrame({"paragraph": range(20), "block": range(20), "n": 1,
    ...     "position": [i / 19 for i in range(20)], "score": [-0.5, 0.5] * 10})
    >>> curve = band(points, at=[0.5])
    >>> curve[["low", "high"]].round(1).values.tolist()
    [[-0.4, 0.4]]
    """
    import numpy as np
    import pandas as pd

    position, score, n, block = arrays(points)
    curve = smooth(position, score, n, bandwidth, at)
    curve = curve.assign(low=pd.NA, high=pd.NA).astype(
        {"low": "Float64", "high": "Float64"}
    )
    shown = curve["estimate"].notna().to_numpy()
    if shown.any():
        near = kernel(curve["position"].to_numpy()[shown], position, bandwidth)
        draws = kernel_means(near, n * _resample(block, resamples, seed), score)
        middle = kernel_means(near, n, score)
        again = kernel_means(kernel(position, position, bandwidth), n, score)
        bias = kernel_means(near, n, again) - middle
        blocks = _effective(near * n, block)
        error = np.sqrt(np.nanvar(draws, axis=0) + bias**2)
        half = np.where(blocks >= 2, _student(blocks - 1) * error, np.nan)
        curve.loc[shown, "low"] = _missing((middle - half).clip(-1, 1))
        curve.loc[shown, "high"] = _missing((middle + half).clip(-1, 1))
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


def kernel_means(near: np.ndarray, weight: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Kernel means for rows of weights; missing where a resample has no evidence."""
    import numpy as np

    total = weight @ near.T
    total = np.where(total > 1e-12, total, np.nan)
    return ((weight * score) @ near.T) / total


def _resample(block: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """How often each paragraph is drawn when whole blocks are, one row a resample."""
    import numpy as np

    names, at = np.unique(block, return_inverse=True)
    rng = np.random.default_rng(seed)
    share = np.full(len(names), 1 / len(names))
    return rng.multinomial(len(names), share, size=resamples)[:, at]


def _effective(weight: np.ndarray, block: np.ndarray) -> np.ndarray:
    """Kish's effective number of blocks behind each row of weights."""
    import numpy as np

    sums = np.stack([weight[:, block == b].sum(axis=1) for b in np.unique(block)])
    return sums.sum(axis=0) ** 2 / (sums**2).sum(axis=0)


def _student(freedom: np.ndarray) -> np.ndarray:
    """The 97.5 % point of Student's t, with one degree of freedom at least."""
    from scipy.stats import t

    return t.ppf(0.975, freedom.clip(1))


def _missing(values: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """Numbers as a column in which NaN is <NA>."""
    import pandas as pd

    return pd.array([None if v != v else v for v in values], dtype="Float64")
