"""Charts of several panels: the score sheet, and articles side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from analysis.charts.colours import colour, known_first, marker, name, names, on
from analysis.charts.style import (
    FAINT,
    INK,
    KEY,
    LABEL,
    POSITION,
    RULE,
    TITLE,
    TYPE,
    WIDTH,
    Look,
    below,
    body_of,
    draw_curve,
    position_axis,
    signed,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAIN = ("government", "regulator", "platform")
SIZES = {"clear": 52, "likely": 36, "weak": 20}  # of a point, by certainty
SHEET_KEY = (
    "points: who holds the stance, larger where clearer; tint: whose voice\n"
    "line: smoothed mean with its 95% band, where evidence bears one\n"
    "mentions: tall a name, lower a noun, lowest a pronoun"
)
MEANS_KEY = (
    "points: who holds the stance, larger where clearer; dashed: their mean\n"
    "line: smoothed mean with its 95% band, where evidence bears one"
)
LEAST_MEAN = 3  # stances below which their mean is no line
HATCH: Look = {"fc": "w", "ec": "#B0B0B0", "hatch": "//////", "lw": 0}
RUG = {  # where a mention's tick stands below the scores, and how heavy it is
    "name": (-1.62, -1.22, 1.3),
    "nominal": (-1.62, -1.38, 1.0),
    "pronoun": (-1.62, -1.53, 1.0),
}


def score_sheet(
    paragraphs: pd.DataFrame,
    mentions: pd.DataFrame,
    stance: pd.DataFrame,
    actors: Sequence[str] = MAIN,
    curves: Mapping[str, pd.DataFrame] | None = None,
    labels: Mapping[str, str] | None = None,
    furniture: bool = False,
) -> Figure:
    """The score sheet: who is named, who speaks, who is for or against whom, and where.

    On top whose voice speaks. In a panel: a point is one holder's stance toward the
    panel's actor in one paragraph (+1 for, -1 against), in the holder's colour and
    marker, the larger the clearer; below it a tick a mention, tall for a name, lower
    for a nominal, lowest for a pronoun; the tint is the voice. Hatched: furniture.

    `curves`: for an actor its smoothed stance, as `analysis.trajectory.band` gives it.
    Where it is missing no line is drawn.

    >>> from analysis.tables import to_table
    >>> empty = [to_table([], t) for t in ("paragraphs", "mentions", "stance")]
    >>> score_sheet(*empty).get_label()[:55]
    'Stance through 0 paragraphs of article text, mean (n st'
    """
    rows = body_of(stance, paragraphs, furniture).dropna(subset=["score"])
    named = body_of(mentions, paragraphs, furniture)
    named = named[named["form"].isin(list(RUG))]
    shown = body_of(paragraphs, paragraphs, furniture=True)
    figure, (strip, *panels) = _panels(len(actors))
    _voices(strip, shown, labels, furniture)
    for ax, actor in zip(panels, actors, strict=True):
        own = rows[rows["target"] == actor]
        ticks = named[named["actor"] == actor]
        _tint_by_voice(ax, shown, furniture)
        _mention_ticks(ax, ticks, actor)
        if curves and actor in curves:
            draw_curve(ax, curves[actor])
        _draw_stances(ax, own)
        _panel_frame(ax, name(actor, labels), len(own), len(ticks))
        position_axis(ax, label=ax is panels[-1])
    holders = known_first(rows[rows["target"].isin(list(actors))]["holder"])
    handles = [*_holders_key(holders, labels), _hatched()]
    place = below(panels[-1])
    panels[-1].legend(handles=handles, ncols=3, title=SHEET_KEY, **place, **KEY)
    counted = len(shown if furniture else shown[shown["kind"] == "body"])
    figure.set_label(_reading(rows, actors, labels, counted))
    return figure


def _panels(actors: int) -> tuple[Figure, Sequence[Axes]]:
    """A strip for the voice and a panel an actor, one under the other."""
    import matplotlib.pyplot as plt

    heights = [0.22, *[1.45] * actors]
    figure, axes = plt.subplots(
        len(heights),
        figsize=(WIDTH, 1.6 + sum(heights)),
        sharex=True,
        height_ratios=heights,
        layout="constrained",
    )
    engine: Any = figure.get_layout_engine()
    engine.set(h_pad=0.03, hspace=0.02)
    title = "Stance toward each actor through the text"
    figure.suptitle(title, x=0.01, ha="left", **TITLE | {"fontsize": 11})
    return figure, axes


def _reading(
    rows: pd.DataFrame,
    actors: Sequence[str],
    labels: Mapping[str, str] | None,
    paragraphs: int,
) -> str:
    """The sheet in a sentence."""
    own = {a: rows[rows["target"] == a]["score"] for a in actors}
    parts = (
        f"{name(a, labels)} {signed(s.mean()) if len(s) else 'none'} ({len(s)})"
        for a, s in own.items()
    )
    through = f"{paragraphs} paragraph{'s' * (paragraphs != 1)} of article text"
    return f"Stance through {through}, mean (n stances): {', '.join(parts)}."


def _voices(
    ax: Axes,
    shown: pd.DataFrame,
    labels: Mapping[str, str] | None,
    furniture: bool,
) -> None:
    """The strip on top: whose voice speaks, named where there is room."""
    top = ax.secondary_xaxis("top")
    every = max(1, len(shown) // 8)
    ticked = shown.iloc[::every]
    middles = (ticked["left"] + ticked["right"]) / 2
    top.set_xticks(middles, [f"¶{p}" for p in ticked["paragraph"]])
    top.tick_params(labelsize=TYPE, length=2, color=FAINT, labelcolor=INK, pad=1)
    top.spines[:].set_visible(False)
    ax.set(ylim=(0, 1), yticks=[])
    ax.spines[:].set_visible(False)
    ax.set_ylabel("voice", rotation=0, ha="right", va="center", fontsize=TYPE)
    ax.tick_params(bottom=False, labelbottom=False)
    for voice, run in groupby(_spoken(shown, furniture), key=lambda r: r[0]):
        spans = [(left, right) for _, left, right in run]
        for left, right in spans:
            ax.axvspan(left, right, **(_voice_fill(voice) if voice else HATCH))
        label, room = name(voice, labels), (spans[-1][1] - spans[0][0]) / 1.45
        if voice and room > 6:
            short = label if len(label) <= room else f"{label[:6]}."
            look: Look = {"ha": "center", "va": "center", "color": on(colour(voice))}
            ax.text((spans[0][0] + spans[-1][1]) / 2, 0.47, short, fontsize=7.5, **look)


def _voice_fill(voice: str) -> Look:
    return {"color": colour(voice), "lw": 0}


def _spoken(shown: pd.DataFrame, furniture: bool) -> list[tuple[str, float, float]]:
    """Voice, left and right of each paragraph; no voice where it does not count."""
    voice = shown["voice"].fillna("unknown")
    if not furniture:
        voice = voice.where(shown["kind"] == "body", "")
    return list(zip(voice, shown["left"], shown["right"], strict=True))


def _tint_by_voice(ax: Axes, shown: pd.DataFrame, furniture: bool) -> None:
    """Shade a panel by the voice; the narrator stays white, furniture is hatched."""
    for voice, left, right in _spoken(shown, furniture):
        if not voice:
            ax.axvspan(left, right, zorder=1, **HATCH)
        elif voice != "narrator":
            ax.axvspan(left, right, alpha=0.14, zorder=0, **_voice_fill(voice))


def _mention_ticks(ax: Axes, ticks: pd.DataFrame, actor: str) -> None:
    """A tick a mention: tall for a name, lower for a nominal, lowest a pronoun."""
    for form, (low, high, weight) in RUG.items():
        at = ticks[ticks["form"] == form]["at"]
        look: Look = {"color": colour(actor), "lw": weight, "zorder": 2, "label": form}
        ax.vlines(at, low, high, **look)
    ax.axhline(-1.14, color=RULE, lw=0.6)


def _draw_stances(ax: Axes, own: pd.DataFrame) -> None:
    """A point a stance, in the holder's colour and marker, sized by certainty."""
    for holder, rows in own.groupby("holder"):
        size = rows["certainty"].map(SIZES).fillna(SIZES["weak"])
        look: Look = {"marker": marker(holder), "lw": 0.6, "ec": "w", "zorder": 4}
        look |= {"s": size, "c": colour(holder), "clip_on": False}
        points = ax.scatter(rows["at"], rows["score"].astype(float), **look)
        points.set_urls([f"#p{p}" for p in rows["paragraph"]])


def _panel_frame(ax: Axes, label: str, stances: int, mentions: int) -> None:
    """Titles, the axis of the score and what n stands behind the panel."""
    ax.set_ylim(-1.7, 1.15)
    counted = f"{mentions} mention{'s' * (mentions != 1)}"
    ax.set_yticks([1, 0, -1, -1.42], ["+1 for", "0", "−1 against", counted])
    ax.axhline(0, color=FAINT, lw=0.7, zorder=1)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(FAINT)
    ax.tick_params(color=FAINT, labelcolor=INK, labelsize=TYPE, length=2)
    toward = shorten(f"toward {label}", 36, placeholder=" …")
    ax.set_title(toward, loc="left", fontsize=9.5, weight="bold", pad=3)
    n = f"stances: n = {stances}"
    ax.set_title(n, loc="right", fontsize=TYPE, color=FAINT, pad=3)
    if not stances:
        words = f"no stance toward {label} found (n = 0)"
        look: Look = {"ha": "center", "va": "center", "fontsize": TYPE, "color": FAINT}
        box: Look = {"fc": "w", "lw": 0, "pad": 1.5}
        ax.text(50, 0.5, words, zorder=5, bbox=box, **look)


def _holders_key(
    holders: Sequence[str], labels: Mapping[str, str] | None
) -> list[Artist]:
    """Who holds the stances, each with its marker."""
    from matplotlib.lines import Line2D

    return [
        Line2D([], [], ls="", marker=marker(h), color=colour(h), label=label)
        for h, label in zip(holders, names(holders, labels, 20), strict=True)
    ]


def _hatched() -> Artist:
    from matplotlib.patches import Patch

    return Patch(label="no article text", **HATCH)


def compare_articles(
    paragraphs: pd.DataFrame,
    stance: pd.DataFrame,
    actors: Sequence[str] = MAIN,
    curves: Mapping[tuple[str, str], pd.DataFrame] | None = None,
    labels: Mapping[str, str] | None = None,
    furniture: bool = False,
) -> Figure:
    """Articles side by side: stance toward each actor, one row an article.

    Small panels on common axes; the dashed line is the mean of three stances or more.

    `actors`: a column each. `curves`: for an article and an actor its smoothed stance,
    as in `score_sheet`.

    >>> from analysis.tables import to_table
    >>> compare_articles(to_table([], "paragraphs"), to_table([], "stance")).get_label()
    'Mean stance (n) in 0 articles.'
    """
    rows = body_of(stance, paragraphs, furniture).dropna(subset=["score"])
    articles = list(paragraphs["article"].unique())
    figure, grid = _grid(max(1, len(articles)), len(actors))
    reading = []
    for i, article in enumerate(articles):
        for ax, actor in zip(grid[i], actors, strict=True):
            own = rows[(rows["article"] == article) & (rows["target"] == actor)]
            curve = (curves or {}).get((article, actor))
            if curve is not None:
                draw_curve(ax, curve)
            _small_panel(ax, own, names([actor], labels, 11)[0] if i == 0 else "")
            ax.tick_params(labelbottom=i == len(articles) - 1)
            mean = signed(own["score"].mean()) if len(own) else "none"
            reading.append(
                f"{article} toward {name(actor, labels)} {mean} ({len(own)})"
            )
        grid[i][0].set_ylabel(article, fontsize=TYPE, color=INK)
    grid[-1][len(actors) // 2].set_xlabel(POSITION, **LABEL)
    holders = known_first(rows[rows["target"].isin(list(actors))]["holder"])
    handles = _holders_key(holders, labels)
    short = all(len(str(handle.get_label())) < 14 for handle in handles)
    look: Look = {"ncols": 4 if short else 3, **KEY}
    figure.legend(handles=handles, loc="outside lower center", title=MEANS_KEY, **look)
    start = f"Mean stance (n) in {len(articles)} articles"
    figure.set_label(f"{start}: {'; '.join(reading)}." if reading else f"{start}.")
    return figure


def _grid(rows: int, columns: int) -> tuple[Figure, Any]:
    """A figure of small panels on common axes, with its title."""
    import matplotlib.pyplot as plt

    figure, grid = plt.subplots(
        rows,
        columns,
        figsize=(WIDTH, 1.9 + 1.15 * rows),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    title = "Stance toward each actor, article by article"
    figure.suptitle(title, x=0.01, ha="left", **TITLE)
    return figure, grid


def _small_panel(ax: Axes, own: pd.DataFrame, title: str) -> None:
    """One small panel: points, their mean and n."""
    ax.axhline(0, color=FAINT, lw=0.7, zorder=1)
    _draw_stances(ax, own)
    if len(own) >= LEAST_MEAN:
        ax.axhline(float(own["score"].mean()), color=INK, lw=0.9, ls="--", zorder=2)
    position_axis(ax, label=False)
    ax.set_xticks([0, 50, 100])
    ax.set(ylim=(-1.15, 1.15), yticks=[-1, 0, 1])
    ax.set_yticklabels(["against", "0", "for"])
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(color=FAINT, labelcolor=INK, labelsize=TYPE, length=2)
    ax.set_title(title, loc="left", fontsize=9, weight="bold")
    ax.set_title(f"n = {len(own)}", loc="right", fontsize=TYPE, color=FAINT)
