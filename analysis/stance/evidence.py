"""Evidence: scores shared out among phrases, and what a reader's own words shift.

For a model that cannot be read: cut the text into a dozen phrases, put them back in
several orders, and see what each one does to the score (Shapley values).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from analysis.tokens import Span, function_words, split_words

if TYPE_CHECKING:
    import numpy as np

SEED = 4
Probabilities = tuple[float, float, float]  # against, neither, for


class Evidence(NamedTuple):
    """A phrase that moved a score; the baseline is the row that has no span."""

    paragraph: int
    holder: str
    target: str
    start: int | None
    end: int | None
    text: str | None
    weight: float


class Phrase(NamedTuple):
    """A phrase and what it added to a figure; the baseline has no span."""

    start: int | None
    end: int | None
    text: str | None
    weight: float


def find_phrases(text: str, start: int, end: int, most: int) -> list[Span]:
    """Cut a text into short phrases around a target (none: an empty span at 0).

    A phrase ends at a mark and before a function word that follows another word
    (*condemned | by ministers | in London*); the shortest neighbours are joined until
    there are no more than `most`. No word outside the target is left out.

    >>> text = "Ofcom was condemned by ministers in London."
    >>> [text[a:b] for a, b in find_phrases(text, 0, 5, 12)]
    ['was condemned', 'by ministers', 'in London.']
    """
    forms, starts = split_words(text)
    spans = [(a, a + len(w)) for a, w in zip(starts, forms, strict=True)]
    words = [*zip(map(str.lower, forms), spans, strict=True)]
    phrases = [
        _cut_phrases([word for word in words if word[1][1] <= start]),
        _cut_phrases([word for word in words if word[1][0] >= end]),
    ]
    while sum(map(len, phrases)) > most:
        _, side, k = min(
            (b[1] - a[0], s, k)
            for s, own in enumerate(phrases)
            for k, (a, b) in enumerate(pairwise(own))
        )
        own = phrases[side]
        own[k : k + 2] = [(own[k][0], own[k + 1][1])]
    return phrases[0] + phrases[1]


def _cut_phrases(words: list[tuple[str, Span]]) -> list[Span]:
    if not words:
        return []
    function, phrases = function_words(), []
    first = words[0][1][0]
    for (before, (_, end)), (form, (start, _)) in pairwise(words):
        opens = form in function and before not in function
        if (opens or not before[-1].isalnum()) and form[0].isalnum():
            phrases.append((first, end))
            first = start
    return [*phrases, (first, words[-1][1][1])]


def share_out(
    offsets: Sequence[Span],
    phrases: Sequence[Span],
    score_of: Callable[[frozenset[int]], np.ndarray],
    permutations: int,
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Share scores out among phrases: Shapley values, several scores at once.

    What a phrase adds when the phrases are put back one by one, averaged over some
    orders, every other one the reverse of the one before, drawn with a fixed seed.
    `score_of` gives the scores of the text with only these pieces (whose spans are
    `offsets`); a piece in no phrase is always there. Gives the scores with no phrase
    and what each phrase adds; they sum to the scores with all.

    >>> share_out([(0, 1), (2, 3)], [(0, 1), (2, 3)], lambda kept: 0.5 * len(kept), 2)
    (0.0, [0.5, 0.5])
    """
    members = [frozenset(_inside(offsets, phrase)) for phrase in phrases]
    loose = frozenset(range(len(offsets))).difference(*members)

    @cache
    def score(chosen: frozenset[int]) -> np.ndarray:
        return score_of(loose.union(*(members[k] for k in chosen)))

    baseline = score(frozenset())
    worth = [0 * baseline for _ in phrases]
    for order in _orders(len(phrases), permutations):
        chosen, before = frozenset(), baseline
        for k in order:
            chosen |= {k}
            worth[k] = worth[k] + (score(chosen) - before) / permutations
            before = score(chosen)
    return baseline, worth


def _inside(offsets: Iterable[Span], span: Span) -> list[int]:
    return [i for i, (a, b) in enumerate(offsets) if a >= span[0] and b <= span[1]]


def _orders(n: int, permutations: int) -> list[list[int]]:
    """Permutations of 0 to n - 1 in pairs, each with its reverse."""
    chance, orders = random.Random(SEED), []
    for _ in range(permutations // 2):
        order = chance.sample(range(n), n)
        orders += [order, order[::-1]]
    return orders


def find_own_words(
    text: str, words: Mapping[str, float], target: Span | None = None
) -> list[Phrase]:
    """A reader's own words in a text, in any case, outside the target.

    >>> [t.weight for t in find_own_words("X, odd.", {"odd": -0.5}, (0, 1))]
    [-0.5]
    """
    low, high = target or (len(text), len(text))
    return [
        Phrase(m.start(), m.end(), m.group(), float(weight))
        for word, weight in words.items()
        for m in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
        if m.end() <= low or m.start() >= high
    ]


def shift(
    row: Probabilities, terms: Sequence[Phrase]
) -> tuple[Probabilities, list[Phrase]]:
    """Add the weights of terms to a score (for minus against).

    The score is cut off at -1 and 1, its probabilities moved toward the pole of the
    shift, each by the same share; the terms' weights sum to what it really moved.

    >>> row, terms = shift((0.0, 1.0, 0.0), [Phrase(0, 4, "fine", -1.5)])
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
