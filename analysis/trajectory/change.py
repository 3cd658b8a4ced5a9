"""Does the second half of a text differ from the first beyond chance, and where?

The means of two halves are compared (`analysis.means`), blocks kept whole. That tells
whether the scores differ, not why, and neighbours outside a quotation count as
unconnected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from analysis.means import LEVEL, SCORES, Bounds, compare_means, find_means
from analysis.trajectory.curves import arrays

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

LEAST_PARAGRAPHS = 8
LEAST_BLOCKS = 6
LEAST_HALF = 3  # paragraphs in either half
LEAST_SIDE = 5  # paragraphs on either side of a change point
TOO_LITTLE = "too little evidence"
NO_CHANGE = "no detectable change"
RISES = ("rises", "falls")


class Change(NamedTuple):
    """A test of change; None where there is too little evidence."""

    first: float | None  # weighted mean score of the first half
    second: float | None  # … of the second half
    difference: float | None  # second minus first: above 0 the text turns toward "for"
    low: float | None  # 95 % interval of the difference, for this one test
    high: float | None
    p: float | None  # chance of so large a difference were there none, two-sided
    trend: float | None  # weighted slope: score gained from first word to last
    n: int  # paragraphs
    blocks: int
    verdict: str


DTYPES = dict.fromkeys(Change._fields, "Float64")
DTYPES |= {"n": "Int64", "blocks": "Int64", "verdict": "string"}


def test_change(
    points: pd.DataFrame,
    cut: float = 0.5,
    words: tuple[str, str] = RISES,
    bounds: Bounds = SCORES,
) -> Change:
    """Is the second half of the text another than the first, beyond chance?

    `points`: as `stance_toward` returns them. `cut`: where the second half begins, as a
    share of the words. `words`, `bounds`: what the verdict says of a difference above 0
    and below; the least and the largest score.

    The verdict rests on the difference of the halves alone; the trend is a second view
    of the same points, untested. "too little evidence" with fewer than 8 paragraphs, 6
    blocks, or 3 paragraphs in a half, or where a half hangs on one quotation. The
    interval leaves out 0 exactly when p is 0.05 or less.

    Welch's test with the blocks as evidence: see `analysis.means`. What it finds and
    misses with 10 to 60 paragraphs is measured by ``benchmarks/change.py``.

    >>> import pandas as pd
    >>> points = pd.DataFrame({"paragraph": range(12), "block": range(12), "n": 1,
    ...     "position": [i / 11 for i in range(12)], "score": [-0.5] * 6 + [0.5] * 6})
    >>> change = test_change(points)
    >>> change.verdict, round(change.difference, 2), change.n
    ('rises', 1.0, 12)
    """
    import numpy as np

    position, score, n, block = arrays(points)
    late = position >= cut
    size = {"n": len(score), "blocks": len(np.unique(block))}
    nothing = Change(*[None] * 7, **size, verdict=TOO_LITTLE)
    few = size["n"] < LEAST_PARAGRAPHS or size["blocks"] < LEAST_BLOCKS
    if few or min(late.sum(), (~late).sum()) < LEAST_HALF:
        return nothing
    halves = find_means(np.stack([~late, late]) * n, score, block, bounds)
    found = compare_means(halves.at([0]), halves.at([1]))
    difference, low, high, p = (float(x[0]) for x in found)
    if p != p:
        return nothing
    first, second = (float(x) for x in halves.mean)
    trend = float(np.polyfit(position, score, 1, w=n**0.5)[0])
    verdict = verdict_of(p, difference, words)
    return Change(
        first, second, difference, low, high, p, trend, **size, verdict=verdict
    )


test_change.__test__ = False  # a function of ours, not a test for pytest to collect


def correct(pvalues: Iterable[float | None]) -> list[float | None]:
    """Holm's (1979) correction for a family of tests; a missing p value stays missing.

    >>> correct([0.01, None, 0.04])
    [0.02, None, 0.04]
    """
    import numpy as np
    import pandas as pd

    every = pd.Series([*pvalues], dtype="Float64")
    known = every.dropna().sort_values()
    corrected = (known * np.arange(len(known), 0, -1)).clip(upper=1).cummax().to_dict()
    return [corrected.get(i) for i in every.index]


def judge(
    tests: Sequence[Change],
    corrected: Sequence[float | None],
    words: tuple[str, str] = RISES,
) -> pd.DataFrame:
    """Tests as a table whose verdicts rest on corrected p values."""
    import pandas as pd

    verdicts = [
        test.verdict if p is None else verdict_of(p, test.difference, words)
        for test, p in zip(tests, corrected, strict=True)
    ]
    table = pd.DataFrame(tests, columns=Change._fields).astype(DTYPES)
    table = table.assign(verdict=pd.array(verdicts, "string"))
    after_p = table.columns.get_loc("p") + 1
    table.insert(after_p, "p_corrected", pd.array(corrected, "Float64"))
    return table


def change_points(points: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Where in the text the score jumps, or climbs; an empty table when nowhere.

    `points`: for each actor, as `stance_toward` returns them.

    Gives one row a change: actor, paragraph (the first after it), position (between the
    two), before, after (mean scores of the stretches around it, when it was found),
    difference, p (corrected for the number of places and of actors), n (paragraphs of
    both stretches). Each stretch has at least five paragraphs.

    Binary segmentation (Scott and Knott 1974): of all places of a stretch the one where
    the means before and after differ most surely, Welch's p times the number of
    places. Stretches are split further only after a jump. A steady slope shows as a
    jump too, somewhere near its middle: which of both it is cannot be told here.

    >>> import pandas as pd
    >>> points = pd.DataFrame({"paragraph": range(20), "block": range(20), "n": 1,
    ...     "position": [i / 19 for i in range(20)], "score": [-0.5] * 8 + [0.5] * 12})
    >>> table = change_points({"court": points})
    >>> table[["actor", "paragraph", "before", "after"]].values.tolist()
    [['court', 8, -0.5, 0.5]]
    """
    import pandas as pd

    firsts = [_largest(*arrays(table)[1:])[1] for table in points.values()]
    found = []
    for (actor, table), p, corrected in zip(
        points.items(), firsts, correct(firsts), strict=True
    ):
        if p is not None:
            found += _split_at_jumps(table, actor, corrected / p)
    names = "actor paragraph position before after difference p n".split()
    return pd.DataFrame(found, columns=names).astype(
        {"actor": "string", "paragraph": "Int64", "n": "Int64"}
    )


def _split_at_jumps(points: pd.DataFrame, actor: str, times: float) -> list[tuple]:
    """The changes of one actor in reading order, each p so many times as large."""
    import numpy as np

    position, score, n, block = arrays(points)
    numbers = points.sort_values("position")["paragraph"].to_numpy()
    stretches, found = [(0, len(score))], []
    while stretches:
        start, end = stretches.pop()
        here = slice(start, end)
        at, p = _largest(score[here], n[here], block[here])
        if p is None or p * times > LEVEL:
            continue
        at += start
        stretches += [(start, at), (at, end)]
        before = np.average(score[start:at], weights=n[start:at])
        after = np.average(score[at:end], weights=n[at:end])
        place, size = (position[at - 1] + position[at]) / 2, end - start
        row = actor, numbers[at], place, before, after, after - before, p * times, size
        found.append(row)
    return sorted(found, key=lambda row: row[2])


def _largest(
    score: np.ndarray, n: np.ndarray, block: np.ndarray
) -> tuple[int, float | None]:
    """Where the two sides of a stretch differ most surely, corrected for the places."""
    import numpy as np

    places = np.arange(LEAST_SIDE, len(score) - LEAST_SIDE + 1)
    if not len(places):
        return 0, None
    early = np.arange(len(score)) < places[:, None]
    found = compare_means(*(find_means(x * n, score, block) for x in (early, ~early)))
    p = np.nan_to_num(found.p, nan=1.0)
    best = np.lexsort((-abs(found.value), p))[0]
    least = np.finfo(float).tiny  # not 0, which no correction could make larger
    return int(places[best]), float(np.clip(len(places) * p[best], least, 1.0))


def verdict_of(p: float, difference: float, words: tuple[str, str]) -> str:
    """The conclusion in words."""
    return NO_CHANGE if p > LEVEL else words[0] if difference > 0 else words[1]
