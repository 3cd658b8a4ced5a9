"""Charts of frames and parts: a row each, in it a lane an actor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from analysis.charts.colours import colour, known_first, marker, names
from analysis.charts.style import (
    ASIDE,
    FAINT,
    KEY,
    TYPE,
    below,
    body_of,
    position_axis,
    say_none,
    start_chart,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def frames_by_position(
    framing: pd.DataFrame,
    paragraphs: pd.DataFrame,
    actors: Iterable[str] = ("government", "regulator", "platform"),
    labels: Mapping[str, str] | None = None,
    furniture: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Which frames the paragraphs take, and whom they put into them.

    Parameters
    ----------
    framing, paragraphs : pandas.DataFrame
        Tables of one article.
    actors : iterable of str
        A lane each; a last grey lane has the frames that are of none of them.
    labels : mapping of str to str, optional
        What to call the actors.
    furniture : bool
        Keep captions, prompts and headings too.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A row a frame, most frequent first, with the n of its paragraphs and *words*
        where words alone tell it; a mark is a paragraph that puts the lane's actor
        into the frame.

    Examples
    --------
    >>> from analysis.charts.style import alt_text
    >>> from analysis.tables import to_table
    >>> none = [to_table([], t) for t in ("framing", "paragraphs")]
    >>> alt_text(frames_by_position(*none).figure)
    'No frames found (n = 0).'
    """
    rows = body_of(framing, paragraphs, furniture)
    whole = rows[rows["actor"].isna()]
    counts = whole["frame"].value_counts()
    ax = start_chart(ax, "Frames of the paragraphs", 1.6 + 0.46 * len(counts))
    if whole.empty:
        return say_none(ax, "frames")
    lanes = [*actors, "none"]
    told = whole.groupby("frame")["scorer"].first()
    ends = {f: " (words)" if told[f] == "words" else "" for f in counts.index}
    ticks = [f.replace("_", " ") + ends[f] for f in counts.index]
    rows = _by_lane(rows, lanes).rename(columns={"frame": "row"})
    _draw_lanes(ax, rows, lanes, dict(zip(counts.index, ticks, strict=True)), labels)
    _count_rows(ax, counts)
    ax.get_legend().set_title("put into the frame:", {"size": TYPE})
    first, shown = counts.index[0].replace("_", " "), whole["paragraph"].nunique()
    ax.set_label(
        f"Paragraphs with a frame: {shown}; frames: {len(counts)}; the "
        f"commonest is {first}, in {counts.iloc[0]}."
    )
    return ax


def parts_by_position(
    parts: pd.DataFrame,
    paragraphs: pd.DataFrame,
    actors: Iterable[str] = ("government", "regulator", "platform"),
    labels: Mapping[str, str] | None = None,
    furniture: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Which narrative part each actor plays, and where in the text.

    Parameters
    ----------
    parts, paragraphs : pandas.DataFrame
        Tables of one article.
    actors : iterable of str
        A lane each; the parts of others are left out.
    labels : mapping of str to str, optional
        What to call the actors.
    furniture : bool
        Keep captions, prompts and headings too.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A row a part, most frequent first, with the n of its marks; a mark is a
        paragraph in which the lane's actor plays it.

    Examples
    --------
    >>> from analysis.charts.style import alt_text
    >>> from analysis.tables import to_table
    >>> none = [to_table([], t) for t in ("parts", "paragraphs")]
    >>> alt_text(parts_by_position(*none).figure)
    'No parts found (n = 0).'
    """
    rows, lanes = body_of(parts, paragraphs, furniture), [*actors]
    rows = rows[rows["actor"].isin(lanes)]
    counts = rows["part"].value_counts()
    ax = start_chart(ax, "Parts that the actors play", 1.6 + 0.46 * len(counts))
    if rows.empty:
        return say_none(ax, "parts")
    place = {part: part for part in counts.index}
    _draw_lanes(ax, rows.rename(columns={"part": "row"}), lanes, place, labels)
    _count_rows(ax, counts)
    each = ", ".join(f"{part} {n}" for part, n in counts.items())
    who = ", ".join(names(known_first(rows["actor"]), labels))
    ax.set_label(f"Parts of {who}, by paragraph: {each}.")
    return ax


def _draw_lanes(
    ax: Axes,
    rows: pd.DataFrame,
    lanes: list[str],
    ticks: Mapping[str, str],
    labels: Mapping[str, str] | None,
) -> None:
    """Rows from top to bottom, in each a lane an actor with its marks; the key."""
    place = {row: y for y, row in enumerate(ticks)}
    _mark_lanes(ax, rows, lanes, place, labels)
    for y in place.values():
        ax.axhspan(y - 0.44, y + 0.44, color="#F4F4F4", lw=0, zorder=0)
    ax.set_yticks(range(len(place)), [*ticks.values()])
    ax.set_ylim(len(place) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    position_axis(ax)
    long = max(map(len, names(lanes, labels)), default=0) > 12
    ax.legend(ncols=2 if long else len(lanes), **below(ax), **KEY)


def _count_rows(ax: Axes, counts: pd.Series) -> None:
    """The n of each row, at its end."""
    for y, n in enumerate(counts):
        ax.annotate(f"n = {n}", (100, y), (5, 0), textcoords="offset points", **ASIDE)


def _by_lane(rows: pd.DataFrame, lanes: list[str]) -> pd.DataFrame:
    """Framings of the lanes' actors; a paragraph's that are of none of them, *none*."""
    key = ["article", "paragraph", "frame"]
    rows = rows.fillna({"actor": "none"})
    rows = rows[rows["actor"].isin(lanes)]
    framed = rows.groupby(key)["actor"].transform("nunique") > 1
    return rows[(rows["actor"] != "none") | ~framed]


def _mark_lanes(
    ax: Axes,
    rows: pd.DataFrame,
    lanes: list[str],
    place: Mapping[str, int],
    labels: Mapping[str, str] | None,
) -> None:
    """A mark for each of `rows`, in its row and its actor's lane."""
    for i, actor in enumerate(lanes):
        own = rows[rows["actor"] == actor]
        step = 0.72 * ((i + 0.5) / len(lanes) - 0.5)
        y = own["row"].map(place).astype(float) + step
        look = {"marker": "|"} if actor == "none" else {"marker": marker(actor)}
        fill = FAINT if actor == "none" else colour(actor)
        label = "none of them" if actor == "none" else names([actor], labels)[0]
        ax.scatter(own["at"], y, s=15, color=fill, lw=0.9, label=label, **look)
