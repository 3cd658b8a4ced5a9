"""Charts of stance: who toward whom, beside tone, and under other choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from analysis.charts.colours import colour, known_first, marker, name, names
from analysis.charts.style import (
    DIVERGING,
    FAINT,
    INK,
    KEY_WITH_LINES,
    LABEL,
    NOTE,
    RULE,
    SCORE_TICKS,
    TYPE,
    Look,
    below,
    body_of,
    draw_curve,
    key_above,
    position_axis,
    say_alone,
    say_none,
    signed,
    start_chart,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LETTERS_ACROSS = 36  # that stand side by side below the cells of `who_to_whom`
TOOLS = {"tone_vader": "VADER", "tone_textblob": "TextBlob"}


def who_to_whom(
    stance: pd.DataFrame,
    paragraphs: pd.DataFrame,
    actors: Iterable[str] | None = None,
    labels: Mapping[str, str] | None = None,
    furniture: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Who takes which stance toward whom: the mean score of each pair.

    A row a holder, a column a target; a cell is the mean score of its paragraphs, -1
    (against) to 1 (for), and their n. Empty: no evidence.

    `actors`: only these holders and targets; all unless given.

    >>> from analysis.tables import to_table
    >>> ax = who_to_whom(to_table([], "stance"), to_table([], "paragraphs"))
    >>> ax.get_label()
    'No stance found (n = 0).'
    """
    rows = body_of(stance, paragraphs, furniture).dropna(subset=["score"])
    if actors is not None:
        rows = rows[rows["holder"].isin(list(actors)) & rows["target"].isin(actors)]
    holders, targets = known_first(rows["holder"]), known_first(rows["target"])
    title = "Who takes which stance toward whom"
    ax = start_chart(ax, title, 1.6 + 0.46 * len(holders))
    if rows.empty:
        return say_none(ax, "stance")
    cells = rows.groupby(["holder", "target"])["score"].agg(["mean", "size"])
    _draw_matrix(ax, cells, holders, targets)
    _name_sides(ax, holders, targets, labels)
    ax.set_xlabel(f"target (n = {len(rows)} stances)", **LABEL)
    ax.set_ylabel("holder", **LABEL)
    (holder, target), n = cells["size"].idxmax(), cells["size"].max()
    ax.set_label(
        f"Of {len(rows)} stances the most, {n}, are {name(holder, labels)} toward "
        f"{name(target, labels)}, mean {signed(cells['mean'][holder, target])}."
    )
    return ax


def _draw_matrix(
    ax: Axes, cells: pd.DataFrame, holders: list[str], targets: list[str]
) -> None:
    """A coloured cell a pair, with its mean and n, and the key of the colours."""
    mean = cells["mean"].unstack().reindex(index=holders, columns=targets)
    grid = mean.to_numpy(float, na_value=float("nan"))
    mesh = ax.pcolormesh(grid, cmap=DIVERGING, vmin=-1, vmax=1, ec="w", lw=2)
    _write_cells(ax, cells, holders, targets)
    bar = ax.figure.colorbar(mesh, ax=ax, fraction=0.035)
    bar.set_ticks([-1, 0, 1], labels=SCORE_TICKS, fontsize=TYPE)
    bar.outline.set_visible(False)


def _name_sides(
    ax: Axes,
    holders: list[str],
    targets: list[str],
    labels: Mapping[str, str] | None,
) -> None:
    """Holders on the left, the first on top; targets below, aslant where they must."""
    across, down = (np.arange(len(x)) + 0.5 for x in (targets, holders))
    room = LETTERS_ACROSS // len(targets)
    words = names(targets, labels, room)
    fits = max(len(line) for word in words for line in word.split("\n")) <= room
    turn: Look = {"rotation": 35, "ha": "right", "rotation_mode": "anchor"}
    turned = names(targets, labels, 40)
    ax.set_xticks(across, words if fits else turned, **({} if fits else turn))
    ax.set_yticks(down, names(holders, labels))
    ax.invert_yaxis()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def _write_cells(
    ax: Axes, cells: pd.DataFrame, holders: list[str], targets: list[str]
) -> None:
    """Mean and n in each cell, light on dark and dark on light."""
    for (holder, target), (score, n) in cells.iterrows():
        x, y = targets.index(target) + 0.5, holders.index(holder) + 0.5
        dark = "w" if abs(score) > 0.62 else INK
        words = f"{signed(score)}\nn = {n:.0f}"
        ax.text(x, y, words, ha="center", va="center", fontsize=TYPE, color=dark)


def tone_and_stance(
    paragraphs: pd.DataFrame,
    stance: pd.DataFrame,
    target: str,
    tone: str = "tone_vader",
    labels: Mapping[str, str] | None = None,
    furniture: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Each paragraph's tone beside its stance toward one actor: where they part.

    A point a paragraph with stance toward the actor; those whose tone and stance have
    opposite signs are filled and carry their number.

    `tone`: ``tone_vader`` or ``tone_textblob``.

    >>> from analysis.tables import to_table
    >>> none = to_table([], "paragraphs"), to_table([], "stance")
    >>> tone_and_stance(*none, "platform").get_label()
    'No stance toward platform found (n = 0).'
    """
    label = name(target, labels)
    ax = start_chart(ax, f"Tone and stance toward {label}", 3.6)
    own = stance[stance["target"] == target].groupby(["article", "paragraph"])["score"]
    rows = body_of(own.mean().reset_index(), paragraphs, furniture)
    rows = rows.merge(paragraphs[["article", "paragraph", tone]]).dropna(
        subset=["score", tone]
    )
    if rows.empty:
        return say_none(ax, f"stance toward {label}")
    x, y = rows[tone].astype(float), rows["score"].astype(float)
    part = x * y < 0
    _draw_quarters(ax)
    fill = [colour(target) if p else "w" for p in part]
    shape: Look = {"marker": marker(target), "s": 34, "lw": 1.2, "zorder": 3}
    points = ax.scatter(x, y, c=fill, ec=colour(target), clip_on=False, **shape)
    points.set_urls([f"#p{i}" for i in rows["paragraph"]])
    _signs_key(ax, target)
    places = zip(x[part], y[part], strict=True)
    for i, at in zip(rows["paragraph"][part], places, strict=True):
        ax.annotate(f"¶{i}", at, (5, 3), textcoords="offset points", fontsize=7.5)
    axis = f"tone by {TOOLS[tone]} (−1 negative, +1 positive)"
    n = f"n = {len(rows)} paragraphs, {part.sum()} with opposite signs"
    ax.set_xlabel(f"{axis}\n{n}", fontsize=9)
    ax.set_ylabel("stance (−1 against, +1 for)", fontsize=9)
    ax.set_label(
        f"In {part.sum()} of {len(rows)} paragraphs tone and stance toward {label} "
        "have opposite signs."
    )
    return ax


def _draw_quarters(ax: Axes) -> None:
    """Two scores across each other; shaded where their signs differ."""
    for left, low in ((-1, 0), (0, -1)):
        ax.fill_between([left, left + 1], low, low + 1, color="#EFEFEF", lw=0)
    ax.axhline(0, color=FAINT, lw=0.7)
    ax.axvline(0, color=FAINT, lw=0.7)
    ticks = [-1, -0.5, 0, 0.5, 1]
    ax.set(xlim=(-1, 1), ylim=(-1, 1), xticks=ticks, yticks=ticks)


def _signs_key(ax: Axes, target: str) -> None:
    """What filled and hollow points mean, above the plot."""
    own: Look = {"marker": marker(target), "ls": "", "mec": colour(target)}
    ax.plot([], [], mfc=colour(target), label="signs differ (shaded)", **own)
    ax.plot([], [], mfc="w", label="signs agree, or one is 0", **own)
    key_above(ax, 2)


def stance_curve(
    points: pd.DataFrame,
    curve: pd.DataFrame | None,
    actor: str,
    labels: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """The stance toward one actor through the text, with its smoothed line.

    A point a paragraph, the larger the more holders; the line and its 95 % band have
    gaps where there is too little evidence.

    `points`: as `analysis.trajectory.stance_toward` gives them. `curve`: as
    `analysis.trajectory.band` gives it; without one no line is drawn.

    >>> import pandas as pd
    >>> stance_curve(pd.DataFrame(columns=["score"]), None, "platform").get_label()
    'No stance toward platform found (n = 0).'
    """
    label = name(actor, labels)
    ax = start_chart(ax, f"Stance toward {label}", 3.2)
    if points.empty:
        return say_none(ax, f"stance toward {label}")
    if curve is not None:
        draw_curve(ax, curve)
        if np.isfinite(np.asarray(ax.lines[-1].get_ydata(), float)).any():
            ax.lines[-1].set_label("smoothed mean with its 95% band")
    look: Look = {"c": colour(actor), "marker": marker(actor), "ec": "w", "lw": 0.6}
    size = 16 + 14 * points["n"].astype(float)
    score = points["score"].astype(float)
    x = 100 * points["position"].astype(float)
    what = "paragraph, larger with more holders"
    ax.scatter(x, score, s=size, zorder=3, label=what, **look)
    ax.legend(**below(ax), **KEY_WITH_LINES)
    ax.axhline(0, color=FAINT, lw=0.7, zorder=1)
    ax.set_ylim(-1.1, 1.1)
    ax.set_yticks([-1, 0, 1], SCORE_TICKS)
    ax.set_title(f"paragraphs: n = {len(points)}", loc="right", fontsize=TYPE)
    position_axis(ax)
    mean = (score * points["n"]).sum() / points["n"].sum()
    ax.set_label(
        f"Stance toward {label}, mean {signed(mean)}, paragraphs: n = {len(points)}."
    )
    return ax


def change_panel(panel: pd.DataFrame, toward: str = "", ax: Axes | None = None) -> Axes:
    """One conclusion under every choice: estimates, intervals and verdicts.

    A row a choice. A missing estimate is drawn as none.

    `panel`: as `analysis.trajectory.robustness` gives it; the first row is the
    reference. `toward`: the actor's label, for the title.

    >>> import pandas as pd
    >>> row = {"choice": "as set", "estimate": -0.2, "low": -0.6, "high": 0.2, "n": 30}
    >>> change_panel(pd.DataFrame([{**row, "verdict": "holds"}])).get_label()
    'Change under 1 choices (holds: 1); as set: −0.20.'
    """
    of = f" toward {toward}" if toward else ""
    ax = start_chart(ax, f"Does the change{of} hold?", 1.2 + 0.36 * len(panel))
    rows = panel.astype({c: float for c in ("estimate", "low", "high")})
    if not rows["estimate"].notna().any():
        n = rows["n"].iloc[0] if len(rows) else 0
        return say_alone(ax, f"not tested: too little evidence (n = {n})")
    ax.axvline(0, color=FAINT, lw=0.8)
    ax.axvline(rows["estimate"].iloc[0], color=RULE, lw=0.8, ls="--")
    for y, row in enumerate(rows.itertuples(index=False)):
        ax.plot([row.low, row.high], [y, y], color=INK, lw=1.4, solid_capstyle="butt")
        own: Look = {"mfc": INK} if y == 0 else {"mfc": "w"}
        label = {0: "as set", 1: "one choice made otherwise"}.get(y)
        ax.plot(row.estimate, y, "o", color=INK, ms=5.5, label=label, **own)
        words = fill(f"{row.verdict}  n = {row.n}", 16)
        right = ax.get_yaxis_transform()
        ax.annotate(words, (1.02, y), xycoords=right, **NOTE)
    key_above(ax, 2)
    ax.set_yticks(range(len(rows)), [fill(choice, 22) for choice in rows["choice"]])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    words = "change in score, second half minus first (95% interval of a row alone)"
    ax.set_xlabel(words, **LABEL)
    counts = rows["verdict"].value_counts().items()
    verdicts = ", ".join(f"{verdict}: {n}" for verdict, n in counts)
    first = f"{rows['choice'].iloc[0]}: {signed(rows['estimate'].iloc[0])}"
    ax.set_label(f"Change under {len(rows)} choices ({verdicts}); {first}.")
    return ax
