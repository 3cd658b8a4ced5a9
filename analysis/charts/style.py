"""What all charts share: type, the axis of position, alt text, and saving."""

from __future__ import annotations

import math
import re
from io import StringIO
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from analysis.means import sign

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Look = dict[str, Any]  # how matplotlib is to draw something

_CLIPS = re.compile(r"(?<=#|\")p[0-9a-f]{10}\b")
POSITION = "position in the text (% of words)"
WIDTH = 5.2  # inches; type of 9.5 points is still read when shrunk to 8.5 cm
WORDS_HEIGHT = 0.9  # inches of a chart of words alone
FONTS = ("DejaVu Sans", "Verdana")  # the second as wide, where the first is missing
BADGE_LETTERS = 16  # an inch holds, in the size of a badge
INK, FAINT, RULE = "#222222", "#6B6B6B", "#C8C8C8"
AGAINST, FOR, DIVERGING = "#8C510A", "#01665E", "BrBG"
TYPE = 8.5  # points of what stands inside a chart
SCORE_TICKS = ("−1 against", "0", "+1 for")  # ends and middle of an axis of scores
TITLE: Look = {"fontsize": 10.5, "weight": "bold", "color": INK}
LABEL: Look = {"fontsize": 9, "color": INK}  # of an axis
NOTE: Look = {"va": "center", "fontsize": TYPE, "color": INK}  # a note beside a bar
KEY: Look = {
    "frameon": False,
    "fontsize": TYPE,
    "title_fontsize": TYPE,
    "handletextpad": 0.3,
    "columnspacing": 1,
}
KEY_WITH_LINES: Look = KEY | {"handletextpad": 0.8}


def start_chart(ax: Axes | None, title: str, height: float = 2.6) -> Axes:
    """The axes to draw on, with a title; a figure of their own unless given.

    >>> start_chart(None, "Mentions").figure.get_suptitle()
    'Mentions'
    """
    import matplotlib.pyplot as plt

    if ax is None:
        ax = plt.subplots(figsize=(WIDTH, height), layout="constrained")[1]
        ax.figure.suptitle(title, x=0.01, ha="left", **TITLE)
    else:
        ax.set_title(title, loc="left", **TITLE)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(FAINT)
    ax.tick_params(color=FAINT, labelcolor=INK, labelsize=9, length=3)
    return ax


def say_none(ax: Axes, what: str) -> Axes:
    """Make a chart that says that nothing was found.

    >>> say_none(start_chart(None, "Mentions"), "mentions").texts[0].get_text()
    'no mentions found (n = 0)'
    """
    return say_alone(ax, f"no {what} found (n = 0)")


def say_alone(ax: Axes, words: str) -> Axes:
    """Make a chart of words alone: why nothing is drawn.

    >>> say_alone(start_chart(None, "Change"), "not tested (n = 5)").get_label()
    'Not tested (n = 5).'
    """
    ax.set_axis_off()
    figure = figure_of(ax)
    if figure.get_suptitle() and figure.axes == [ax]:  # a figure of its own
        figure.set_figheight(WORDS_HEIGHT)
    middle: Look = {"ha": "center", "va": "center", "transform": ax.transAxes}
    ax.text(0.5, 0.5, words, fontsize=9, color=FAINT, **middle)
    ax.set_label(words[0].upper() + words[1:] + ".")
    return ax


def body_of(
    table: pd.DataFrame, paragraphs: pd.DataFrame, furniture: bool = False
) -> pd.DataFrame:
    """The rows that stand in body paragraphs, or in `furniture` too, and where.

    `table`, `paragraphs`: any table with the columns article and paragraph; these
    articles' paragraphs.

    The rows with three more columns, in % of the words: ``left`` and ``right`` (where
    their paragraph begins and ends) and ``at`` (where the row's first character stands;
    the paragraph's middle if it has none).

    >>> import pandas as pd
    >>> p = pd.DataFrame({"article": "a", "paragraph": [0, 1], "position": [0.1, 0.6],
    ...     "kind": ["heading", "body"], "words": [20, 80], "start": [0, 9],
    ...     "end": [8, 99]})
    >>> body_of(p, p)[["paragraph", "left", "right"]].values.tolist()
    [[1.0, 20.0, 100.0]]
    """
    total = paragraphs.groupby("article")["words"].transform("sum").clip(lower=1)
    half = 50 * paragraphs["words"].astype(float) / total.astype(float)
    middle = 100 * paragraphs["position"].astype(float)
    key = ["article", "paragraph"]
    places = paragraphs[[*key, "start", "end"]].set_axis(
        [*key, "first", "last"], axis=1
    )
    places = places.assign(left=middle - half, right=middle + half)
    if not furniture:
        places = places[paragraphs["kind"] == "body"]
    rows = table.merge(places, on=key, how="inner")
    inside = 0.5
    if "start" in rows:
        length = (rows["last"] - rows["first"]).clip(lower=1)
        inside = ((rows["start"] - rows["first"]) / length).astype(float)
    at = rows["left"] + (rows["right"] - rows["left"]) * inside
    return rows.assign(at=at).drop(columns=["first", "last"])


def signed(value: float) -> str:
    """A score as charts print it: with its sign and two decimals; a tie has no sign.

    >>> signed(-0.5), signed(0.25), signed(-0.001)
    ('−0.50', '+0.25', '0.00')
    """
    return f"{value:+.2f}".replace("-", "−") if sign(value) else "0.00"


def position_axis(ax: Axes, label: bool = True) -> None:
    """Give a chart the axis of position, 0 to 100 % of the words, `label` with words.

    >>> ax = start_chart(None, "Voice")
    >>> position_axis(ax)
    >>> [round(x) for x in ax.get_xlim()]
    [0, 100]
    """
    ax.set_xlim(0, 100)
    ax.set_xticks(range(0, 101, 25))
    ax.tick_params(labelbottom=label)
    if label:
        ax.set_xlabel(POSITION, **LABEL)


def draw_curve(ax: Axes, curve: pd.DataFrame) -> None:
    """Draw a smoothed line with its band; where there is no band there is no line.

    >>> import pandas as pd
    >>> ax = start_chart(None, "Stance")
    >>> one = {"position": [0.2], "estimate": [-0.5], "low": [None], "high": [None]}
    >>> draw_curve(ax, pd.DataFrame(one))
    >>> ax.lines[0].get_ydata().tolist()
    [nan]
    """
    x = 100 * curve["position"].astype(float)
    line, low, high = (curve[c].astype(float) for c in ("estimate", "low", "high"))
    ax.fill_between(x, low, high, color=INK, alpha=0.13, lw=0, zorder=2)
    ax.plot(x, line.where(high > low), color=INK, lw=1.6, zorder=3)


def key_above(ax: Axes, columns: int, **look: Any) -> None:
    """Draw a key above the plot, and the title of given axes above the key.

    >>> ax = start_chart(None, "Stance")
    >>> _ = ax.plot([0, 1], label="mean")
    >>> key_above(ax, 2)
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['mean']
    """
    place: Look = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderpad": 0}
    key = ax.legend(ncols=columns, **place, **KEY, **look)
    if title := ax.get_title(loc="left"):
        lines = math.ceil(len(key.get_texts()) / columns)
        ax.set_title(title, loc="left", pad=8 + 1.5 * TYPE * lines, **TITLE)


def below(ax: Axes) -> Look:
    """Where a key stands clear below the axis of position, for ``ax.legend``.

    >>> below(start_chart(None, "Voice"))["loc"]
    'upper center'
    """
    from matplotlib.transforms import ScaledTranslation

    down = ScaledTranslation(0, -0.5, ax.figure.dpi_scale_trans)  # inches
    place: Look = {"loc": "upper center", "bbox_to_anchor": (0.44, 0), "borderpad": 0}
    return {**place, "bbox_transform": ax.transAxes + down}


def alt_text(figure: Figure) -> str:
    """The one-sentence reading of a chart's figure, computed from the chart's data.

    A chart keeps it as its label: the figure's, else those of its axes.

    >>> alt_text(say_none(start_chart(None, "Mentions"), "mentions").figure)
    'No mentions found (n = 0).'
    """
    own = str(figure.get_label())
    parts = (str(ax.get_label()) for ax in figure.axes)
    return own or " ".join(p for p in parts if p and not p.startswith("<"))


def figure_of(chart: Any) -> Figure:
    """The figure of a chart, whether its axes or itself are given."""
    return chart if hasattr(chart, "savefig") else chart.figure


def add_badge(chart: Axes | Figure, words: str) -> None:
    """Say below a chart how far its figures were checked.

    `chart`: what a function of `analysis.charts` returned. `words`: as
    `analysis.agreement.validation` has them.

    >>> chart = start_chart(None, "Mentions")
    >>> add_badge(chart, "not validated for this topic")
    >>> chart.figure.get_supxlabel()
    'not validated for this topic'
    """
    figure = figure_of(chart)
    lines = fill(words, int(figure.get_figwidth() * BADGE_LETTERS))
    figure.supxlabel(lines, x=0.99, ha="right", fontsize=7.5, color=FAINT)


def save(chart: Axes | Figure, folder: str | Path, name: str) -> list[Path]:
    """Write a chart as PNG (200 dots an inch) and SVG, its alt text inside.

    `chart`: what a function of `analysis.charts` returned. `folder`, `name`: where,
    made if need be, and the files' name without ending.

    Gives the two files. The same data give the same bytes.

    >>> import tempfile
    >>> chart = say_none(start_chart(None, "Mentions"), "mentions")
    >>> [p.name for p in save(chart, tempfile.mkdtemp(), "mentions")]
    ['mentions.png', 'mentions.svg']
    """
    figure = figure_of(chart)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.{kind}" for kind in ("png", "svg")]
    alt = alt_text(figure)
    figure.savefig(paths[0], dpi=200, metadata={"Description": alt, "Software": None})
    paths[1].write_text(svg_text(figure, Title=alt), encoding="utf-8")
    return list(paths)


def svg_text(figure: Figure, **metadata: str) -> str:
    """A figure as SVG; the same data give the same text, and its words are text."""
    import matplotlib.pyplot as plt

    out = StringIO()
    look: Any = {"svg.hashsalt": "throughline", "svg.fonttype": "none"}
    with plt.rc_context(look | {"font.sans-serif": list(FONTS)}):
        figure.savefig(out, format="svg", metadata={"Date": None, **metadata})
    svg = out.getvalue()
    # matplotlib names clipped regions by sums of their coordinates, whose last digits
    # change from run to run.
    found = dict.fromkeys(_CLIPS.findall(svg))
    numbers = {name: f"clip{n}" for n, name in enumerate(found)}
    return _CLIPS.sub(lambda match: numbers[match[0]], svg)
