"""How articles differ: the same measures side by side, with their uncertainty.

Actors are compared by their role (the regulator of one story with that of another).
The unit is the paragraph: what is uncertain is which paragraphs an article of this
kind would have had.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from analysis.charts.style import FAINT, INK, say_none, start_chart
from analysis.codebook import ROLES
from analysis.trajectory.change import correct

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes

DRAWS = 2000  # of the bootstrap and of the permutation test
LEAST = 3  # paragraphs of an article, to say anything about it
SHINGLE = 5  # words; a run of so many in two texts is seldom chance
_WORD = re.compile(r"\w+")


def role_of(actor: str) -> str:
    """The role of an actor's id; a platform is a company.

    Parameters
    ----------
    actor : str
        An id, such as ``regulator_ico``.

    Returns
    -------
    str
        The role; ``other`` and ``narrator`` stay what they are.

    Examples
    --------
    >>> role_of("regulator_ico"), role_of("platform"), role_of("narrator")
    ('regulator', 'company', 'narrator')
    """
    fits = [r for r in ROLES if actor == r or actor.startswith(r + "_")]
    role = max(fits, key=len, default=actor)
    return "company" if role == "platform" else role


def stance_by_article(
    stance: pd.DataFrame, paragraphs: pd.DataFrame, role: str
) -> pd.DataFrame:
    """Mean stance toward a role in each article, with its interval.

    Parameters
    ----------
    stance, paragraphs : DataFrame
        Tables of several articles.
    role : str
        Such as ``regulator``.

    Returns
    -------
    pandas.DataFrame
        article, mean (-1 against to 1 for), low, high (95 % bootstrap over
        paragraphs; missing below three), n (body paragraphs with a stance).

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"article": ["a"] * 3, "paragraph": [0, 1, 2], "n": 1}
    >>> stance = pd.DataFrame({**rows, "target": "regulator", "score": [0.0, 0.5, 1]})
    >>> paragraphs = pd.DataFrame({**rows, "kind": "body", "position": 0.5})
    >>> float(stance_by_article(stance, paragraphs, "regulator")["mean"][0])
    0.5
    """
    import pandas as pd

    names = ["article", "mean", "low", "high", "n"]
    found = [
        (article, *_interval(values), len(values))
        for article, values in _by_article(stance, paragraphs, role).items()
    ]
    return pd.DataFrame(found, columns=names)


def compare_articles(
    stance: pd.DataFrame, paragraphs: pd.DataFrame, roles: Sequence[str]
) -> pd.DataFrame:
    """Which pairs of articles differ in their stance toward a role.

    Parameters
    ----------
    stance, paragraphs : DataFrame
        Tables of several articles.
    roles : sequence of str
        The roles to compare.

    Returns
    -------
    pandas.DataFrame
        role, first, second, difference (second minus first, in score), p (share of
        chance exchanges of paragraphs between the two that differ as much),
        p_corrected (Holm, over all rows), n (paragraphs of both), verdict. Pairs
        with fewer than three paragraphs on a side are left out.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"article": ["a"] * 9 + ["b"] * 9, "paragraph": [*range(9)] * 2, "n": 1}
    >>> scores = [-1.0] * 9 + [1.0] * 9
    >>> stance = pd.DataFrame({**rows, "target": "court", "score": scores})
    >>> paragraphs = pd.DataFrame({**rows, "kind": "body", "position": 0.5})
    >>> compare_articles(stance, paragraphs, ["court"]).verdict[0]
    'kinder in b'
    """
    import pandas as pd

    rows = []
    for role in roles:
        points = _by_article(stance, paragraphs, role)
        for one, two in combinations(points, 2):
            if min(len(points[one]), len(points[two])) >= LEAST:
                found = _exchange(points[one], points[two])
                n = len(points[one]) + len(points[two])
                rows.append((role, one, two, *found, n))
    names = ["role", "first", "second", "difference", "p", "n"]
    table = pd.DataFrame(rows, columns=names)
    table["p_corrected"] = correct(table["p"].tolist())
    table["verdict"] = [
        "no detectable difference"
        if row.p_corrected >= 0.05
        else f"kinder in {row.second if row.difference > 0 else row.first}"
        for row in table.itertuples()
    ]
    return table


def near_duplicates(texts: Mapping[str, str], least: float = 0.3) -> pd.DataFrame:
    """Pairs of articles that share much of their wording, as agency copy does.

    Parameters
    ----------
    texts : mapping of str to str
        Names and texts.
    least : float
        The share from which a pair is named.

    Returns
    -------
    pandas.DataFrame
        first, second, shared (share of the shorter one's runs of five words that
        stand in the other, 0 to 1), highest first. A paraphrase is not found.

    Examples
    --------
    >>> text = "The regulator has opened an inquiry into the firm."
    >>> near_duplicates({"a": text, "b": "On Monday: " + text}).shared.tolist()
    [1.0]
    """
    import pandas as pd

    runs = {name: _shingles(text) for name, text in texts.items()}
    rows = []
    for one, two in combinations(runs, 2):
        shorter = min(len(runs[one]), len(runs[two]))
        shared = len(runs[one] & runs[two]) / shorter if shorter else 0.0
        if shared >= least:
            rows.append((one, two, shared))
    table = pd.DataFrame(rows, columns=["first", "second", "shared"])
    return table.sort_values("shared", ascending=False, ignore_index=True)


def frames_by_article(frames: pd.DataFrame, paragraphs: pd.DataFrame) -> pd.DataFrame:
    """Share of each article's body paragraphs that show a frame.

    Parameters
    ----------
    frames, paragraphs : DataFrame
        Tables of several articles.

    Returns
    -------
    pandas.DataFrame
        A row an article, a column a frame (0 to 1; several may show in a
        paragraph), and n (body paragraphs).

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"article": ["a", "a"], "paragraph": [0, 1]}
    >>> paragraphs = pd.DataFrame({**rows, "kind": "body", "position": 0.5})
    >>> frames = pd.DataFrame({"article": ["a"], "paragraph": [1], "frame": ["law"]})
    >>> float(frames_by_article(frames, paragraphs).loc["a", "law"])
    0.5
    """
    import pandas as pd

    unit = ["article", "paragraph"]
    body = paragraphs.loc[paragraphs["kind"] == "body", unit]
    n = body.groupby("article").size().rename("n")
    shown = frames[[*unit, "frame"]].drop_duplicates().merge(body, on=unit)
    counts = pd.crosstab(shown["article"], shown["frame"]).reindex(n.index).fillna(0)
    return counts.div(n, axis=0).join(n)


def stance_chart(summary: pd.DataFrame, role: str, ax: Axes | None = None) -> Axes:
    """Mean stance toward a role, article by article.

    Parameters
    ----------
    summary : DataFrame
        As `stance_by_article` gives it.
    role : str
        For the title.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A row an article: a dot, its 95 % interval where there is one, n.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"article": "a", "mean": -0.5, "low": -0.8, "high": -0.1, "n": 6}
    >>> stance_chart(pd.DataFrame([row]), "regulator").get_label()
    'Stance toward the regulator in 1 articles.'
    """
    ax = start_chart(ax, f"Stance toward the {role}", 1.1 + 0.36 * len(summary))
    if summary.empty:
        return say_none(ax, f"stance toward the {role}")
    rows = summary.sort_values("mean")
    ax.axvline(0, color=FAINT, lw=0.8)
    for y, row in enumerate(rows.itertuples()):
        ax.plot([row.low, row.high], [y, y], color=INK, lw=1.4)
        ax.plot(row.mean, y, "o", color=INK, mfc=INK if row.n >= LEAST else "w", ms=5.5)
        place = {"xycoords": ax.get_yaxis_transform(), "va": "center", "color": INK}
        ax.annotate(f"n = {row.n}", (1.02, y), fontsize=8.5, **place)
    ax.set_yticks(range(len(rows)), rows["article"])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xlim(-1.05, 1.05)
    ax.set_xticks([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "0.5", "1"])
    ax.set_xlabel("mean score: −1 against, 1 for (95% interval)", fontsize=9, color=INK)
    ax.set_label(f"Stance toward the {role} in {len(rows)} articles.")
    return ax


def _by_article(
    stance: pd.DataFrame, paragraphs: pd.DataFrame, role: str
) -> dict[str, np.ndarray]:
    """The mean score of each body paragraph that takes a stance toward a role."""
    shown = stance[[role_of(t) == role for t in stance["target"]]]
    body = paragraphs.loc[paragraphs["kind"] == "body", ["article", "paragraph"]]
    shown = shown.merge(body, on=["article", "paragraph"])
    means = shown.groupby(["article", "paragraph"], sort=True)["score"].mean()
    return {a: v.to_numpy(float) for a, v in means.groupby(level="article")}


def _interval(values: np.ndarray) -> tuple[float, float | None, float | None]:
    import numpy as np

    if len(values) < LEAST:
        return float(values.mean()), None, None
    random = np.random.default_rng(0)
    means = random.choice(values, (DRAWS, len(values))).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(values.mean()), float(low), float(high)


def _exchange(one: np.ndarray, two: np.ndarray) -> tuple[float, float]:
    """The difference of means, and how often chance exchanges have one as large."""
    import numpy as np

    found = two.mean() - one.mean()
    every = np.tile(np.concatenate([one, two]), (DRAWS, 1))
    mixed = np.random.default_rng(0).permuted(every, axis=1)
    chance = mixed[:, len(one) :].mean(axis=1) - mixed[:, : len(one)].mean(axis=1)
    as_large = (np.abs(chance) >= abs(found) - 1e-12).sum()
    return float(found), float((as_large + 1) / (DRAWS + 1))


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return set(zip(*(words[i:] for i in range(SHINGLE)), strict=False))
