"""Charts: one function a chart, tables in, matplotlib ``Axes`` out.

Every chart prints its n, leaves captions, prompts and headings (`furniture`) out unless
told otherwise, calls actors by their `labels`, draws on `ax` or on a figure of its own,
and carries a sentence computed from its data (`alt_text`). No evidence is drawn as no
evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from analysis.charts.colours import colour, known_first, marker, name, names, shade
from analysis.charts.comparison import estimates_by_group, stance_over_time
from analysis.charts.sheets import MAIN, compare_articles, score_sheet
from analysis.charts.stance_charts import (
    change_panel,
    stance_curve,
    tone_and_stance,
    who_to_whom,
)
from analysis.charts.style import (
    FAINT,
    INK,
    KEY,
    LABEL,
    NOTE,
    RULE,
    TYPE,
    Look,
    add_badge,
    alt_text,
    below,
    body_of,
    key_above,
    position_axis,
    save,
    say_none,
    start_chart,
)
from analysis.tables import in_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = [
    "add_badge",
    "alt_text",
    "change_panel",
    "compare_articles",
    "distance_of_cues",
    "estimates_by_group",
    "frames_by_position",
    "key_terms",
    "mentions_by_actor",
    "parts_by_position",
    "save",
    "score_sheet",
    "stance_curve",
    "stance_over_time",
    "tone_and_stance",
    "voice_through_text",
    "who_to_whom",
]

FORMS = {"name": 0.0, "nominal": 0.45, "pronoun": 0.75}  # share of white in the bar
BAR_EDGE: Look = {"ec": FAINT, "lw": 0.5}
CUES: dict[str, Look] = {  # by how a cue stands to the words: told apart in grey too
    "neutral": {"fc": "#E4E4E4", **BAR_EDGE},
    "strong": {"fc": "#A8C4D4", **BAR_EDGE},
    "demanding": {"fc": "#5F8FA8", **BAR_EDGE},
    "conceding": {"fc": "#E8C58A", "hatch": "....", **BAR_EDGE},
    "doubting": {"fc": "#B5651D", "hatch": "////", **BAR_EDGE},
    "none": {"fc": "#FFFFFF", **BAR_EDGE},
}


def mentions_by_actor(
    mentions: pd.DataFrame,
    paragraphs: pd.DataFrame,
    actors: Iterable[str] | None = None,
    labels: Mapping[str, str] | None = None,
    furniture: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """How often each actor is mentioned, by name, by a noun or by a pronoun.

    A stacked bar an actor, its count at the end. Generic plurals count as no mention.

    `actors`: only these actors, in this order; all by their count unless given.

    >>> from analysis.tables import to_table
    >>> ax = mentions_by_actor(to_table([], "mentions"), to_table([], "paragraphs"))
    >>> alt_text(ax.figure)
    'No mentions found (n = 0).'
    """
    rows = body_of(mentions, paragraphs, furniture)
    rows = rows[rows["form"].isin(list(FORMS))]
    counts = rows.groupby(["actor", "form"]).size().unstack(fill_value=0)
    total = counts.sum(axis=1).sort_values(ascending=False, kind="stable")
    order = list(total.index) if actors is None else list(actors)
    ax = start_chart(ax, "Mentions by actor", 1.3 + 0.3 * len(order))
    if rows.empty:
        return say_none(ax, "mentions")
    counts = counts.reindex(index=order, columns=list(FORMS), fill_value=0)
    own = {f: {"color": [shade(colour(a), w) for a in order]} for f, w in FORMS.items()}
    total = _stack_bars(ax, counts, own, names(order, labels))
    ax.set_xlabel(f"mentions (n = {total.sum()})", **LABEL)
    greys = {f"{in_words(f)}s": shade("#555555", w) for f, w in FORMS.items()}
    _key_of_fills(ax, {x: {"fc": grey, **BAR_EDGE} for x, grey in greys.items()})
    ax.set_label(
        f"Mentions by actor, n = {total.sum()}: {name(total.idxmax(), labels)} has the "
        f"most, {total.max()}."
    )
    return ax


def voice_through_text(
    paragraphs: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    furniture: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Whose words fill each paragraph: where each voice is heard.

    A lane a voice; a bar is a paragraph, as wide as its words, fragments quoted in it
    too: `analysis.mentions.voices.voice_shares` counts the words themselves.

    >>> from analysis.tables import to_table
    >>> alt_text(voice_through_text(to_table([], "paragraphs")).figure)
    'No paragraphs found (n = 0).'
    """
    rows = body_of(paragraphs, paragraphs, furniture)
    rows = rows.assign(voice=rows["voice"].fillna("unknown"))
    counts, lanes = rows["voice"].value_counts(), known_first(rows["voice"])
    ax = start_chart(ax, "Whose voice speaks", 1.2 + 0.3 * len(lanes))
    if rows.empty:
        return say_none(ax, "paragraphs")
    for y, voice in enumerate(lanes):
        own = rows[rows["voice"] == voice]
        spans = list(zip(own["left"], own["right"] - own["left"], strict=True))
        ax.axhline(y, color=RULE, lw=0.6, zorder=0)
        ax.broken_barh(spans, (y - 0.36, 0.72), color=colour(voice), ec="w", lw=0.5)
    _count_lanes(ax, counts[lanes])
    ax.set_yticks(range(len(lanes)), names(lanes, labels))
    ax.set_ylim(len(lanes) - 0.4, -0.6)
    above: Look = {"textcoords": "offset points", "fontsize": TYPE, "color": FAINT}
    ax.annotate("paragraphs", (1, 1), (5, 3), "axes fraction", **above)
    position_axis(ax)
    each = ", ".join(f"{name(voice, labels)} {n}" for voice, n in counts.items())
    ax.set_label(f"Whose voice fills the paragraphs, n = {len(rows)}: {each}.")
    return ax


def distance_of_cues(
    quotes: pd.DataFrame,
    paragraphs: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    furniture: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """How each speaker's words, quoted or reported, are introduced: said, claimed.

    A stacked bar a speaker. Speakers outside the codebook are ``other``, those that no
    rule finds ``unknown``; ``none`` has no cue of its own.

    `quotes`, `paragraphs`: tables of an analysis; a quotation or a reported speech
    (*she said that …*) counts once however long it runs.

    >>> from analysis.tables import to_table
    >>> ax = distance_of_cues(to_table([], "quotes"), to_table([], "paragraphs"))
    >>> alt_text(ax.figure)
    'No quoted or reported speech found (n = 0).'
    """
    rows = body_of(quotes, paragraphs, furniture)
    rows = rows.drop_duplicates(["article", "quote"])
    rows = rows.fillna({"actor": "unknown", "distance": "none"})
    order = known_first(rows["actor"])
    ax = start_chart(ax, "How speech is introduced", 1.5 + 0.3 * len(order))
    if rows.empty:
        return say_none(ax, "quoted or reported speech")
    counts = rows.groupby(["actor", "distance"]).size().unstack(fill_value=0)
    counts = counts.reindex(index=order, columns=list(CUES), fill_value=0)
    _stack_bars(ax, counts, CUES, names(order, labels))
    ax.set_xlabel(f"quotations and reported speech (n = {len(rows)})", **LABEL)
    _key_of_fills(ax, {cue: CUES[cue] for cue in CUES if counts[cue].any()})
    ax.set_label(
        f"Of {len(rows)} quotations and reported speeches "
        f"{counts['neutral'].sum()} are introduced neutrally and "
        f"{counts['doubting'].sum()} with doubt."
    )
    return ax


def key_terms(terms: Iterable[tuple[str, int]], ax: Axes | None = None) -> Axes:
    """The commonest content words with their counts, a bar a word.

    `terms`: as `analysis.terms.key_terms` gives them.

    >>> alt_text(key_terms([("platform", 4), ("fine", 2)]).figure)
    'The commonest content word is “platform”, 4 times.'
    """
    import pandas as pd

    counts = pd.DataFrame(terms, columns=["word", "n"]).set_index("word")
    ax = start_chart(ax, "Commonest content words", 1.0 + 0.21 * len(counts))
    if counts.empty:
        return say_none(ax, "content words")
    n = _stack_bars(ax, counts, {"n": {"color": FAINT, "height": 0.7}}, counts.index)
    ax.set_xlabel(f"occurrences (n = {n.sum()} of these {len(n)} words)", **LABEL)
    ax.set_label(f"The commonest content word is “{n.index[0]}”, {n.iloc[0]} times.")
    return ax


def frames_by_position(
    framing: pd.DataFrame,
    paragraphs: pd.DataFrame,
    actors: Iterable[str] = MAIN,
    labels: Mapping[str, str] | None = None,
    furniture: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Which frames the paragraphs take, and whom they put into them.

    A row a frame, most frequent first, with its n of paragraphs; a mark is a paragraph
    that puts the lane's actor into the frame. *Words*: told by words alone.

    `actors`: a lane each; a last grey lane has the frames that are of none of them.

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
    _draw_lanes(ax, _framings_by_lane(rows, lanes), lanes, counts, labels)
    ax.get_legend().set_title("put into the frame:")
    told = whole.groupby("frame")["scorer"].first()
    ticks = [name(f) + " (words)" * (told[f] == "words") for f in counts.index]
    ax.set_yticks(range(len(counts)), ticks)
    ax.set_label(
        f"Paragraphs with a frame: {whole['paragraph'].nunique()}; frames: "
        f"{len(counts)}; the commonest is {name(counts.index[0])}, in {counts.iloc[0]}."
    )
    return ax


def parts_by_position(
    parts: pd.DataFrame,
    paragraphs: pd.DataFrame,
    actors: Iterable[str] = MAIN,
    labels: Mapping[str, str] | None = None,
    furniture: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Which narrative part each actor plays, and where in the text.

    A row a part, most frequent first, with the n of its marks; a mark is a paragraph in
    which the lane's actor plays it.

    `actors`: a lane each; the parts of others are left out.

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
    _draw_lanes(ax, rows, lanes, counts, labels)
    each = ", ".join(f"{part} {n}" for part, n in counts.items())
    who = ", ".join(names(known_first(rows["actor"]), labels))
    ax.set_label(f"Parts of {who}, by paragraph: {each}.")
    return ax


def _stack_bars(
    ax: Axes, counts: pd.DataFrame, looks: Mapping[str, Look], ticks: Iterable[str]
) -> pd.Series[int]:
    """A bar a row of counts, a piece a column, the sum at its end; the sums."""
    y, left = range(len(counts)), counts.sum(axis=1) * 0
    for piece, look in looks.items():
        bars = ax.barh(y, counts[piece], left=left, label=piece, **look)
        left = left + counts[piece]
    ax.bar_label(bars, [f"{n}" for n in left], padding=3, fontsize=TYPE, color=INK)
    ax.set_yticks(y, ticks)
    ax.set(xlim=(0, 1.02 * max(1, left.max())), ylim=(len(counts) - 0.4, -0.6))
    ax.xaxis.get_major_locator().set_params(integer=True)
    return left


def _key_of_fills(ax: Axes, looks: Mapping[str, Look]) -> None:
    """A key of the looks of bars, above them."""
    from matplotlib.patches import Patch

    handles = [Patch(label=label, **look) for label, look in looks.items()]
    key_above(ax, 4, handles=handles)


def _draw_lanes(
    ax: Axes,
    rows: pd.DataFrame,
    lanes: list[str],
    counts: pd.Series[int],
    labels: Mapping[str, str] | None,
) -> None:
    """A row a frame or part that is counted, in it a lane an actor with its marks."""
    place = {row: y for y, row in enumerate(counts.index)}
    for i, actor in enumerate(lanes):
        own = rows[rows["actor"] == actor]
        step = 0.72 * ((i + 0.5) / len(lanes) - 0.5)
        y = own[counts.index.name].map(place).astype(float) + step
        look: Look = {"marker": marker(actor), "color": colour(actor)}
        look["label"] = names([actor], labels)[0]
        if actor == "none":
            look = {"marker": "|", "color": FAINT, "label": "none of them"}
        ax.scatter(own["at"], y, s=15, lw=0.9, **look)
    for y in place.values():
        ax.axhspan(y - 0.44, y + 0.44, color="#F4F4F4", lw=0, zorder=0)
    _count_lanes(ax, counts)
    ax.set_yticks(range(len(place)), counts.index)
    ax.set_ylim(len(place) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    position_axis(ax)
    long = max(map(len, names(lanes, labels)), default=0) > 12
    ax.legend(ncols=2 if long else len(lanes), **below(ax), **KEY)


def _count_lanes(ax: Axes, counts: pd.Series[int]) -> None:
    """The n of each row, at its end."""
    for y, n in enumerate(counts):
        ax.annotate(f"n = {n}", (100, y), (5, 0), textcoords="offset points", **NOTE)


def _framings_by_lane(rows: pd.DataFrame, lanes: list[str]) -> pd.DataFrame:
    """Framings of the lanes' actors; a paragraph's that are of none of them, *none*."""
    rows = rows.fillna({"actor": "none"}).loc[lambda row: row["actor"].isin(lanes)]
    own = rows.groupby(["article", "paragraph", "frame"])["actor"]
    return rows[(rows["actor"] != "none") | (own.transform("nunique") == 1)]
