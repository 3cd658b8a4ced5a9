"""Passages: the words of a sentence as columns, with the acts in it, read once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import NamedTuple

from analysis.acts import Act, find_acts
from analysis.tokens import Tokens, split_words

_POSSESSIVES = frozenset(("'s", "‘s"))


class Passage(NamedTuple):
    """What of a sentence is the same whomever one asks about, as columns by word.

    Its words are tokens, a possessive ``'s`` apart. `forms` are lower-cased, their
    apostrophes straight.
    """

    words: list[str]
    forms: list[str]
    starts: list[int]
    acts: list[Act]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The characters of the words from `first` to `last`."""
        return self.starts[first], self.starts[last] + len(self.words[last])

    def inside(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last word that a span touches; (-1, -1) if none."""
        first = max(0, bisect_right(self.starts, start) - 1)
        if first < len(self.words) and self.span(first, first)[1] <= start:
            first += 1
        last = bisect_left(self.starts, end) - 1
        return (first, last) if first <= last else (-1, -1)


@lru_cache(256)
def read_passage(text: str) -> Passage:
    """The words and acts of a sentence, found once for all its targets.

    Parameters
    ----------
    text : str
        A sentence, or any text.

    Returns
    -------
    Passage
        Columns by word, and ``.acts``; not to be changed.

    Examples
    --------
    >>> passage = read_passage("Ofcom’s chief fined X.")
    >>> passage.forms, passage.acts[0].act
    (['ofcom', "'s", 'chief', 'fined', 'x', '.'], 'fine')
    """
    return _passage(*split_words(text))


def cut_passage(tokens: Tokens, start: int, end: int) -> Passage:
    """A part of an article as a passage; its offsets are the article's.

    Parameters
    ----------
    tokens : Tokens
        The article's tokens.
    start, end : int
        The part.

    Returns
    -------
    Passage
        Of the tokens that start in it.

    Examples
    --------
    >>> from analysis.tokens import tokenise
    >>> cut_passage(tokenise("It waits. Ofcom acts."), 10, 21).starts
    [10, 16, 20]
    """
    first = bisect_left(tokens.start, start)
    last = bisect_left(tokens.start, end, first)
    return _passage(tokens.text[first:last], tokens.start[first:last])


_SPLIT = "\n"  # stands in no token


def _passage(words: list[str], starts: list[int]) -> Passage:
    joined = _SPLIT.join([*words, ""]).lower().replace("’", "'")  # all at once: cheap
    forms = joined.split(_SPLIT)[:-1]
    if f"'s{_SPLIT}" in joined or f"‘s{_SPLIT}" in joined:
        _set_possessives_apart(words, forms, starts)
    return Passage(words, forms, starts, find_acts(words, forms))


def _set_possessives_apart(
    words: list[str], forms: list[str], starts: list[int]
) -> None:
    """Make words of the possessives in three columns."""
    for i in range(len(words) - 1, -1, -1):
        form, word = forms[i], words[i]
        if form[-2:] in _POSSESSIVES and len(form) > 2:
            words[i : i + 1] = word[:-2], word[-2:]
            forms[i : i + 1] = form[:-2], "'s"
            starts.insert(i + 1, starts[i] + len(word) - 2)
