"""A reader's own words (the codebook's `words`) in a text, and what they shift."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

Span = tuple[int, int]
Row = tuple[float, float, float]  # against, neither, for


class Term(NamedTuple):
    """A span that moved a score, and by how much (up is positive)."""

    start: int
    end: int
    text: str
    weight: float


def find_own_words(
    text: str, words: Mapping[str, float], target: Span | None = None
) -> list[Term]:
    """A reader's own words in a text, in any case, outside the target.

    Examples
    --------
    >>> [t.weight for t in find_own_words("X, odd.", {"odd": -0.5}, (0, 1))]
    [-0.5]
    """
    low, high = target or (len(text), len(text))
    return [
        Term(m.start(), m.end(), m.group(), float(weight))
        for word, weight in words.items()
        for m in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
        if m.end() <= low or m.start() >= high
    ]


def shift(row: Row, terms: Sequence[Term]) -> tuple[Row, list[Term]]:
    """Add the weights of terms to a score (for minus against).

    The score is cut off at -1 and 1, its probabilities moved toward the pole of the
    shift, each by the same share; the terms' weights sum to what it really moved.

    Examples
    --------
    >>> row, terms = shift((0.0, 1.0, 0.0), [Term(0, 4, "fine", -1.5)])
    >>> row, terms[0].weight
    ((1.0, 0.0, 0.0), -1.0)
    """
    asked = sum(term.weight for term in terms)
    if not asked:
        return row, [term._replace(weight=0.0) for term in terms]
    score = row[2] - row[0]
    moved = max(-1.0, min(1.0, score + asked)) - score
    pole = (0.0, 0.0, 1.0) if moved > 0 else (1.0, 0.0, 0.0)
    share = abs(moved) / max(1 - score if moved > 0 else 1 + score, 1e-12)
    against, neither, for_ = (
        p + share * (q - p) for p, q in zip(row, pole, strict=True)
    )
    scaled = [t._replace(weight=t.weight * moved / asked) for t in terms]
    return (against, neither, for_), scaled
