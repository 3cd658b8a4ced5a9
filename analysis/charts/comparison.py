"""Charts of several articles, outlets or months side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from analysis.charts.colours import colour, known_first, marker, name
from analysis.charts.style import (
    FAINT,
    INK,
    KEY_WITH_LINES,
    LABEL,
    NOTE,
    SCORE_TICKS,
    TYPE,
    Look,
    below,
    key_above,
    say_none,
    signed,
    start_chart,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LINES = ("-", "--", ":", "-.")  # of groups over time, told apart in grey
ASIDE_BY = 0.2  # of a month, between groups
ROOM = 0.7  # of a row, shared by the measures in it


def estimates_by_group(
    table: pd.DataFrame,
    title: str,
    label: str,
    limits: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A measure in each article or group: estimate, 95 % interval, n.

    A row a group, by its first measure; a colour and a marker a measure, the actors'
    own. Hollow: fewer than three units, and so no interval.

    `table`: as `analysis.compare.estimate` gives it: a row a group and measure.
    `title`, `label`: what is measured; the axis, with its unit. `limits`: the ends of
    the axis; from 0 to the largest value unless given.

    >>> import pandas as pd
    >>> row = {"article": "a", "what": "court", "estimate": -0.5, "n": 6}
    >>> one = pd.DataFrame([{**row, "low": -0.8, "high": -0.1}])
    >>> estimates_by_group(one, "Stance", "score", (-1, 1)).get_label()
    'Stance: a court −0.50 (n = 6).'
    """
    by = table.columns[0]
    measures = known_first(table["what"].unique())
    first = table[table["what"] == measures[0]] if measures else table
    groups = [*dict.fromkeys([*first.sort_values("estimate")[by], *table[by]])]
    height = 1.1 + (0.22 + 0.14 * len(measures)) * len(groups)
    ax = start_chart(ax, title, height + 0.45)
    if table.empty:
        return say_none(ax, title.lower())
    _draw_estimates(ax, table, measures, groups)
    ends = table.groupby(by)["n"].agg(["min", "max"])
    for y, group in enumerate(groups):
        least, most = ends.loc[group]
        n = f"{least}" if least == most else f"{least}–{most}"
        ax.annotate(f"n = {n}", (1.02, y), xycoords=ax.get_yaxis_transform(), **NOTE)
    ax.set_yticks(range(len(groups)), groups)
    ax.set_ylim(-0.6, len(groups) - 0.4)
    ax.set_xlim(*(limits or (0, None)))
    if ax.get_xlim()[0] < 0:
        ax.axvline(0, color=FAINT, lw=0.8, zorder=0)
        ax.set_xticks([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "0.5", "1"])
    ax.set_xlabel(f"{label} (95% interval)", **LABEL)
    hollow = bool(table["low"].isna().any())
    if len(measures) > 1 or hollow:
        _measures_key(ax, measures, hollow)
    called = (f"{row[1]} {name(row.what)}" for row in table.itertuples())
    ax.set_label(f"{title}: {_means_said(called, table['estimate'], table['n'])}.")
    return ax


def _draw_estimates(
    ax: Axes, table: pd.DataFrame, measures: list[str], groups: list[str]
) -> None:
    """A marker a measure in its group's row, with its interval where there is one."""
    for row in table.itertuples():
        k = measures.index(row.what)
        y = groups.index(row[1]) + ROOM * (0.5 - (k + 0.5) / len(measures))
        paint = colour(row.what)
        sure = row.low == row.low and row.low is not None
        if sure:
            ax.plot([row.low, row.high], [y, y], color=paint, lw=1.4)
        look: Look = {"ms": 5.5, "ls": "none", "clip_on": False}
        fill: Look = {"mfc": paint, "mec": "w", "mew": 0.5} if sure else {"mfc": "w"}
        ax.plot(row.estimate, y, marker(row.what), **{"mec": paint, **look, **fill})


def _measures_key(ax: Axes, measures: list[str], hollow: bool) -> None:
    """Markers above the plot: whose each is, and what a hollow one means."""
    for what in measures:
        own: Look = {"color": colour(what), "label": name(what)}
        ax.plot([], [], marker(what), ls="none", ms=5.5, mec="w", mew=0.5, **own)
    if hollow:
        own = {"color": FAINT, "label": "hollow: n under 3"}
        ax.plot([], [], "o", ls="none", ms=5.5, mfc="w", **own)
    key_above(ax, 3)


def stance_over_time(table: pd.DataFrame, title: str, ax: Axes | None = None) -> Axes:
    """Mean stance month by month, a line a group.

    Points with their n (articles); lines where months follow each other in the table.
    It has no intervals: few articles a month seldom bear any.

    `table`: as `analysis.compare.over_time` gives it. `title`: toward whom, and by
    what.

    >>> import pandas as pd
    >>> row = {"outlet": "Post", "month": "2026-01", "mean": -0.5, "n": 2}
    >>> stance_over_time(pd.DataFrame([row]), "Stance").get_label()
    'Stance: Post 2026-01 −0.50 (n = 2).'
    """
    ax = start_chart(ax, title, 2.9)
    if table.empty:
        return say_none(ax, title.lower())
    months = sorted(set(table["month"]))
    ax.axhline(0, color=FAINT, lw=0.8)
    groups = [*table.groupby(table.columns[0])]
    for k, (group, rows) in enumerate(groups):
        beside = ASIDE_BY * (k - (len(groups) - 1) / 2)  # so that no n hides another
        at = [months.index(m) + beside for m in rows["month"]]
        line = LINES[k % len(LINES)]
        look: Look = {"color": INK if k % 2 == 0 else FAINT, "lw": 1.3, "ms": 5}
        ax.plot(at, rows["mean"], line, marker="osD^v"[k % 5], label=group, **look)
        for x, row in zip(at, rows.itertuples(), strict=True):
            place: Look = {"textcoords": "offset points", "ha": "center", "color": INK}
            ax.annotate(f"n = {row.n}", (x, row.mean), (0, 6), fontsize=TYPE, **place)
    ax.set_xticks(range(len(months)), months)
    ax.set(xlim=(-0.4, len(months) - 0.4), ylim=(-1.1, 1.1))
    ax.set_yticks([-1, 0, 1], SCORE_TICKS)
    ax.set_xlabel("month", **LABEL)
    ax.legend(ncols=3, **below(ax), **KEY_WITH_LINES)
    called = (f"{row[1]} {row.month}" for row in table.itertuples())
    ax.set_label(f"{title}: {_means_said(called, table['mean'], table['n'])}.")
    return ax


def _means_said(
    called: Iterable[str], means: Iterable[float], sizes: Iterable[int]
) -> str:
    """What is drawn, in words: each mean with its n."""
    return "; ".join(
        f"{what} {signed(mean)} (n = {n})"
        for what, mean, n in zip(called, means, sizes, strict=True)
    )
