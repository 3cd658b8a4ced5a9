"""The phrases of a text around a target, and a score shared out among them.

Evidence for a scorer that cannot be read: cut the text into a dozen phrases, put them
back in several orders, and see what each one does to the score.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

from analysis.passages import read_passage
from analysis.tokens import function_words

PHRASES = 12
PERMUTATIONS = 8
SEED = 4
Span = tuple[int, int]


def find_phrases(text: str, start: int, end: int, most: int = PHRASES) -> list[Span]:
    """Cut a text into short phrases around a target.

    A phrase ends at a mark and before a function word that follows another word
    (*condemned | by ministers | in London*); the shortest neighbours are joined until
    there are no more than `most`.

    Parameters
    ----------
    text : str
        A sentence, or a few.
    start, end : int
        The target, in no phrase.
    most : int
        How many phrases at most.

    Returns
    -------
    list of (start, end)
        In order, not overlapping; no word outside the target is left out.

    Examples
    --------
    >>> text = "Ofcom was condemned by ministers in London."
    >>> [text[a:b] for a, b in find_phrases(text, 0, 5)]
    ['was condemned', 'by ministers', 'in London.']
    """
    passage = read_passage(text)
    spans = [passage.span(i, i) for i in range(len(passage.words))]
    words = [*zip(passage.forms, spans, strict=True)]
    before = [word for word in words if word[1][1] <= start]
    after = [word for word in words if word[1][0] >= end]
    phrases = [_phrases(before), _phrases(after)]
    while sum(map(len, phrases)) > most:
        _, side, k = min(
            (b[1] - a[0], s, k)
            for s, own in enumerate(phrases)
            for k, (a, b) in enumerate(pairwise(own))
        )
        own = phrases[side]
        own[k : k + 2] = [(own[k][0], own[k + 1][1])]
    return phrases[0] + phrases[1]


def _phrases(words: list[tuple[str, Span]]) -> list[Span]:
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
    score_of: Callable[[frozenset[int]], float],
) -> tuple[float, list[tuple[int, int, float]]]:
    """Share a score out among phrases: Shapley values.

    What a phrase adds when the phrases are put back one by one, averaged over
    `PERMUTATIONS` orders, every other one the reverse of the one before; the orders
    are drawn with a fixed seed.

    Parameters
    ----------
    offsets : sequence of (start, end)
        The pieces of the text.
    phrases : sequence of (start, end)
        What to share among; a piece in no phrase is always there.
    score_of : callable
        The score of the text with only these pieces.

    Returns
    -------
    tuple of float and list
        The score with no phrase, and (start, end, weight) of every phrase. They sum
        to the score with all.

    Examples
    --------
    >>> share_out([(0, 1), (2, 3)], [(0, 1), (2, 3)], lambda kept: 0.5 * len(kept))
    (0.0, [(0, 1, 0.5), (2, 3, 0.5)])
    """
    members = [frozenset(_inside(offsets, phrase)) for phrase in phrases]
    loose = frozenset(range(len(offsets))).difference(*members)

    @cache
    def score(chosen: frozenset[int]) -> float:
        return score_of(loose.union(*(members[k] for k in chosen)))

    baseline = score(frozenset())
    worth = [0.0] * len(phrases)
    for order in _orders(len(phrases)):
        chosen, before = frozenset(), baseline
        for k in order:
            chosen |= {k}
            worth[k] += (score(chosen) - before) / PERMUTATIONS
            before = score(chosen)
    terms = [(*span, value) for span, value in zip(phrases, worth, strict=True)]
    return baseline, terms


def _inside(offsets: Sequence[Span], span: Span) -> list[int]:
    return [i for i, (a, b) in enumerate(offsets) if a >= span[0] and b <= span[1]]


def _orders(n: int) -> list[list[int]]:
    """Permutations of 0 to n - 1 in pairs, each with its reverse."""
    chance, orders = random.Random(SEED), []
    for _ in range(PERMUTATIONS // 2):
        order = chance.sample(range(n), n)
        orders += [order, order[::-1]]
    return orders
