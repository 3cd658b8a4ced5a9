"""Evidence: the phrases that moved a score, kept as columns since there are many."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

Key = tuple[int, str, str]  # paragraph, holder, target


class Evidence(NamedTuple):
    """A phrase that moved a score; the target's own words carry the baseline."""

    paragraph: int
    holder: str
    target: str
    start: int
    end: int
    text: str
    weight: float


class EvidenceRows(Sequence[Evidence]):
    """Rows of evidence as columns; a row is made when it is asked for.

    Attributes
    ----------
    keys : list of (int, str, str)
        Paragraph, holder and target of each run of rows.
    firsts : list of int
        The first row of each run, and behind the last the number of rows.
    start, text, weight : list
        The columns.

    Examples
    --------
    >>> rows = EvidenceRows()
    >>> rows.add((0, "other", "platform"), [2], ["must"], [-1.0])
    >>> rows[0].end, len(rows)
    (6, 1)
    """

    __slots__ = ("firsts", "keys", "start", "text", "weight")

    def __init__(self) -> None:
        """Begin with no rows."""
        self.keys: list[Key] = []
        self.firsts = [0]
        self.start: list[int] = []
        self.text: list[str] = []
        self.weight: list[float] = []

    def add(
        self, key: Key, start: Sequence[int], text: Sequence[str], weight: Sequence
    ) -> None:
        """Add a run of rows of one paragraph, holder and target."""
        self.keys.append(key)
        self.start += start
        self.text += text
        self.weight += weight
        self.firsts.append(len(self.start))

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.start)

    def __getitem__(self, i):
        """A row, or the rows of a slice."""
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        number = range(len(self))[i]
        return self._row(self.keys[bisect_right(self.firsts, number) - 1], number)

    def __iter__(self) -> Iterator[Evidence]:
        """All rows, in the order of the text."""
        for key, (first, last) in zip(self.keys, pairwise(self.firsts), strict=True):
            for i in range(first, last):
                yield self._row(key, i)

    def _row(self, key: Key, i: int) -> Evidence:
        start, text = self.start[i], self.text[i]
        return Evidence(*key, start, start + len(text), text, self.weight[i])

    def columns(self) -> dict[str, list]:
        """All rows as columns, by name."""
        found: tuple[list, list, list] = [], [], []
        for key, (first, last) in zip(self.keys, pairwise(self.firsts), strict=True):
            for column, value in zip(found, key, strict=True):
                column += [value] * (last - first)
        ends = [i + len(w) for i, w in zip(self.start, self.text, strict=True)]
        values = (*found, self.start, ends, self.text, self.weight)
        return dict(zip(Evidence._fields, values, strict=True))
