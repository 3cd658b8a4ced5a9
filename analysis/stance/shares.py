"""A score from two sums, and the share that each part of the sums has in it."""

from __future__ import annotations

from math import exp

Pair = tuple[float, float]  # for the negative and the positive sum
# Nodes and weights of five-point Gauss-Legendre quadrature on 0 to 1.
_NODES = (
    (0.046910077030668, 0.118463442528095),
    (0.230765344947158, 0.239314335249683),
    (0.5, 0.284444444444444),
    (0.769234655052842, 0.239314335249683),
    (0.953089922969332, 0.118463442528095),
)


def softmax(negative: float, positive: float) -> tuple[float, float, float]:
    """Probabilities of negative, neutral and positive from two sums; neutral's is 0.

    Parameters
    ----------
    negative, positive : float
        Any numbers.

    Returns
    -------
    tuple of float
        They sum to 1.

    Examples
    --------
    >>> softmax(0.0, 0.0)[1] == 1 / 3
    True
    """
    top = max(negative, positive, 0.0)
    down, middle, up = exp(negative - top), exp(-top), exp(positive - top)
    total = down + middle + up
    return down / total, middle / total, up / total


def mean_slopes(base: Pair, sums: Pair) -> Pair:
    """Mean change of the score by either sum, on the way from baseline to full.

    Parameters
    ----------
    base, sums : tuple of float
        The negative and the positive sum with no words, and what the words add.

    Returns
    -------
    tuple of float
        By the negative sum (at most 0), by the positive sum (at least 0).

    References
    ----------
    Aumann & Shapley (1974), Values of Non-Atomic Games.

    Examples
    --------
    >>> by_negative, by_positive = mean_slopes((0.0, 0.0), (1.0, 1.0))
    >>> abs(by_negative + by_positive) < 1e-12
    True
    """
    by_negative = by_positive = 0.0
    (low_negative, low_positive), (down, up) = base, sums
    for t, weight in _NODES:
        negative, _, positive = softmax(low_negative + t * down, low_positive + t * up)
        score = positive - negative
        by_negative -= negative * (1 + score) * weight
        by_positive += positive * (1 - score) * weight
    return by_negative, by_positive


def balance(worth: list[float], total: float) -> list[float]:
    """Make values sum to a total exactly, the rest shared by their size.

    Parameters
    ----------
    worth : list of float
        Values.
    total : float
        What they must sum to (they nearly do already).

    Returns
    -------
    list of float
        In their order; unchanged if all are 0.

    Examples
    --------
    >>> balance([1.0, -1.0], 0.5)
    [1.25, -0.75]
    """
    size = sum(map(abs, worth))
    if not size:
        return worth
    share = (total - sum(worth)) / size
    return [value + share * abs(value) for value in worth]
