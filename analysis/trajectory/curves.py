"""The scores along a text: points, and the smoothed curve through them with its band.

*Points* are a table with one row a paragraph that has evidence: ``paragraph``,
``position`` (0 first word, 1 last), ``score`` (-1 against, 1 for), ``n`` (stances
behind the score: holders) and ``block``. Paragraphs of one running quotation share a
block: their scores are one speaker's and move together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from analysis.means import find_intervals, find_means

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

BANDWIDTH = 0.15  # share of the text: the kernel's standard deviation
LEAST_NEAR = 2.0  # paragraphs near a position, below which a curve has a gap
LEAST_BLOCKS_NEAR = 3.0  # effective: with fewer a band would span all scores
POINT = ["paragraph", "position", "score", "n", "block"]
GRID = 21  # positions of a curve unless told otherwise


def stance_toward(
    stance: pd.DataFrame,
    paragraphs: pd.DataFrame,
    target: str,
    furniture: bool = False,
    implied: bool = True,
    quotations: bool = True,
    holders: Iterable[str] | None = None,
) -> pd.DataFrame:
    """The points of one actor: stance toward it, one row a paragraph with evidence.

    `furniture`, `implied`, `quotations`: also captions, prompts and headings; stances
    whose target the words leave unsaid; paragraphs that another voice than the
    narrator's fills. `holders`: only the stances of these holders.

    Gives paragraph, position (0 to 1), score (-1 against to 1 for: mean over holders),
    n (holders), block (one number a running quotation). A paragraph with no evidence
    has no row.

    >>> import pandas as pd
    >>> paragraphs = pd.DataFrame({"paragraph": [0, 1], "position": [0.2, 0.7],
    ...                            "kind": "body", "voice": "narrator"})
    >>> stance = pd.DataFrame({"paragraph": [1, 1], "holder": ["court", "public"],
    ...     "target": "platform", "score": [-0.8, 0.2], "implied": False})
    >>> stance_toward(stance, paragraphs, "platform").values.tolist()
    [[1.0, 0.7, -0.30000000000000004, 2.0, 1.0]]
    """
    rows = stance[(stance["target"] == target) & stance["score"].notna()]
    if not implied:
        rows = rows[~rows["implied"].fillna(False).astype(bool)]
    if holders is not None:
        rows = rows[rows["holder"].isin(list(holders))]
    means = rows.groupby("paragraph")["score"].agg(score="mean", n="size")
    places = body_places(paragraphs, furniture, quotations)
    points = places.join(means, on="paragraph", how="inner")
    return points[POINT].reset_index(drop=True)


def tone_points(
    paragraphs: pd.DataFrame,
    only: pd.DataFrame | None = None,
    tone: str = "tone_vader",
    furniture: bool = False,
) -> pd.DataFrame:
    """Points of tone (-1 to 1), toward no one in particular, to set beside stance.

    Those of `only` where given; ``n`` is 1, for tone comes by the paragraph.

    >>> import pandas as pd
    >>> paragraphs = pd.DataFrame({"paragraph": [0], "position": [0.5],
    ...     "kind": "body", "voice": "narrator", "tone_vader": [-0.4]})
    >>> tone_points(paragraphs).values.tolist()
    [[0.0, 0.5, -0.4, 1.0, 0.0]]
    """
    points = body_places(paragraphs, furniture)
    points = points.assign(score=points[tone], n=1)
    if only is not None:
        points = points[points["paragraph"].isin(only["paragraph"])]
    return points[POINT].dropna().reset_index(drop=True)


def smooth(
    position: Sequence[float],
    value: Sequence[float],
    weight: Sequence[float] | None = None,
    bandwidth: float = BANDWIDTH,
    at: Sequence[float] | None = None,
) -> pd.DataFrame:
    """Smooth values along the text: a Gaussian kernel mean, with no forced ends.

    The local-constant mean of Nadaraya (1964) and Watson (1964); weights are 1 and
    places (`at`) 21 from 0 to 1 unless given. ``n`` counts the paragraphs near a place,
    each from 0 far away to 1 right there; below 2 the estimate is missing. It flattens
    a steep slope near the ends and rounds off a jump: `change_points` looks for jumps.

    >>> smooth([0.1, 0.1, 0.2], [1, 1, 1], at=[0.15, 0.8]).estimate.tolist()
    [1.0, <NA>]
    """
    import numpy as np
    import pandas as pd

    at = np.linspace(0, 1, GRID) if at is None else np.asarray(at, float)
    near = _kernel(at, np.asarray(position, float), bandwidth)
    weight = 1.0 if weight is None else np.asarray(weight, float)
    mean = pd.Series(_kernel_means(near * weight, np.asarray(value, float)))
    n = near.sum(axis=1)
    estimate = mean.where(n >= LEAST_NEAR).astype("Float64")
    return pd.DataFrame({"position": at, "estimate": estimate, "n": n})


def band(
    points: pd.DataFrame,
    bandwidth: float = BANDWIDTH,
    at: Sequence[float] | None = None,
) -> pd.DataFrame:
    """The smoothed curve of some points with its 95 % band, at each position.

    `points`, `bandwidth`, `at`: as `stance_toward` returns them; as in `smooth`.

    Gives position, estimate, low, high (-1 to 1), n (paragraphs near). The band holds
    at each position, not for the whole curve at once. Where fewer than three blocks
    bear on a position (by their effective number) there is neither line nor band.

    `analysis.means` makes the interval at each position; its error holds the bias that
    smoothing the curve once more shows.

    >>> import pandas as pd
    >>> points = pd.DataFrame({"paragraph": range(20), "block": range(20), "n": 1,
    ...     "position": [i / 19 for i in range(20)], "score": [-0.5, 0.5] * 10})
    >>> curve = band(points, at=[0.5])
    >>> curve[["low", "high"]].round(1).values.tolist()
    [[-0.4, 0.4]]
    """
    import pandas as pd

    position, score, n, block = arrays(points)
    curve = smooth(position, score, n, bandwidth, at)
    near = _kernel(curve["position"].to_numpy(), position, bandwidth) * n
    again = _kernel_means(_kernel(position, position, bandwidth) * n, score)
    bias = _kernel_means(near, again) - _kernel_means(near, score)
    means = find_means(near, score, block, bias=bias)
    low, high = find_intervals(means)
    shown = curve["estimate"].notna() & (means.blocks >= LEAST_BLOCKS_NEAR)
    lines = pd.DataFrame({"estimate": means.mean, "low": low, "high": high})
    lines = lines.where(shown).astype("Float64")
    return pd.concat([curve["position"], lines, curve["n"]], axis=1)


def add_blocks(paragraphs: pd.DataFrame) -> pd.DataFrame:
    """Paragraphs with their block: a run of one voice other than the narrator's.

    >>> import pandas as pd
    >>> voices = pd.DataFrame({"voice": ["narrator", "court", "court", "narrator"]})
    >>> add_blocks(voices).block.tolist()
    [0, 1, 1, 2]
    """
    voice = paragraphs["voice"].fillna("narrator")
    new = (voice == "narrator") | (voice != voice.shift(fill_value=""))
    if "article" in paragraphs:
        new |= paragraphs["article"] != paragraphs["article"].shift(fill_value="")
    return paragraphs.assign(block=new.astype(int).cumsum() - 1)


def body_places(
    paragraphs: pd.DataFrame, furniture: bool, quotations: bool = True
) -> pd.DataFrame:
    """The paragraphs that count, with their block."""
    if not furniture:
        paragraphs = paragraphs[paragraphs["kind"] == "body"]
    places = add_blocks(paragraphs)
    alone = places["voice"].fillna("narrator") == "narrator"
    return places if quotations else places[alone]


def arrays(points: pd.DataFrame) -> list[np.ndarray]:
    """Position, score, n and block of the points, in reading order."""
    points = points.sort_values("position")
    names = ("position", "score", "n", "block")
    return [points[name].to_numpy(dtype=float) for name in names]


def _kernel(at: np.ndarray, position: np.ndarray, bandwidth: float) -> np.ndarray:
    """Closeness of each paragraph to each place: 1 right there, 0 far away."""
    import numpy as np

    return np.exp(-0.5 * ((at[:, None] - position[None, :]) / bandwidth) ** 2)


def _kernel_means(near: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Means of the scores, a row of weights each."""
    import numpy as np

    with np.errstate(invalid="ignore"):
        return near @ score / near.sum(axis=1)
