"""Evidence: the phrases that moved a score, kept as columns since there are many."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import compress, pairwise
from typing import NamedTuple

from analysis.stance.judging import Judged, actor_pair, target_item
from analysis.stance.scorers import explain_pair, explain_target
from analysis.stance.words import share_words

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
        """All rows, run after run."""
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


def gather_evidence(text: str, groups: list[list[Judged]]) -> EvidenceRows:
    """The evidence of judged claims, those of one row of stance together."""
    rows = EvidenceRows()
    for group in groups:
        claim = group[0].claim
        key, n = (claim.paragraph, claim.holder, claim.target), len(group)
        for judged in group:
            starts, texts, weights = _explained(text, judged)
            rows.add(key, starts, texts, [w / n for w in weights] if n > 1 else weights)
    return rows


def _explained(text: str, judged: Judged) -> tuple[list[int], list[str], list[float]]:
    """Starts, words and weights of a claim's phrases, and then of its terms.

    What the bare target scores stands on the target's words, in front.
    """
    c, terms = judged.claim, judged.terms
    starts, words, weights = [], [], []
    if not c.implied:
        starts, words, weights = _own_words(text, judged)
        starts.insert(0, c.target_start)
        words.insert(0, text[c.target_start : c.target_end])
    for term in terms:
        starts.append(term.start)
        words.append(term.text)
        weights.append(term.weight)
    return starts, words, weights


def _own_words(text: str, judged: Judged) -> tuple[list[int], list[str], list[float]]:
    """What the scorer itself says of a claim: its words, and baseline and weights."""
    c = judged.claim
    if judged.weighed:
        baseline, worth = share_words(judged.weighed)
        passage = judged.weighed.passage
        columns = passage.starts, passage.words
        starts, words = ([*compress(column, worth)] for column in columns)
        return starts, words, [baseline, *filter(None, worth)]
    if c.doer_start is None:
        baseline, own = explain_target(*target_item(text, c), judged.score.scorer)
    else:
        baseline, own = explain_pair(*actor_pair(text, c), judged.score.scorer)
    spans = [(a + c.start, b + c.start) for a, b, _ in own]
    weights = [baseline, *(weight for _, _, weight in own)]
    return [a for a, _ in spans], [text[a:b] for a, b in spans], weights
