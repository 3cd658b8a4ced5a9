"""Charts: one function a chart, tables in, matplotlib ``Axes`` out.

Every chart prints its n, leaves captions, prompts and headings out unless told
otherwise, and carries a sentence computed from its data (`alt_text`). No evidence is
drawn as no evidence. Charts with several panels stand in ``sheets.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from analysis.charts.colours import colour, known_first, name, names, shade
from analysis.charts.comparison import estimates_by_group, stance_over_time
from analysis.charts.frame_charts import frames_by_position, parts_by_position
from analysis.charts.sheets import compare_articles, score_sheet
from analysis.charts.stance_charts import (
    change_panel,
    stance_curve,
    tone_and_stance,
    who_to_whom,
)
from analysis.charts.style import (
    ASIDE,
    FAINT,
    INK,
    KEY,
    RULE,
    TYPE,
    add_badge,
    alt_text,
    body_of,
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
ABOVE = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderpad": 0}
DISTANCES = {  # how a cue stands to the words: fill and hatch, told apart in grey
    "neutral": ("#E4E4E4", ""),
    "strong": ("#A8C4D4", ""),
    "demanding": ("#5F8FA8", ""),
    "conceding": ("#E8C58A", "...."),
    "doubting": ("#B5651D", "////"),
    "none": ("#FFFFFF", ""),
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

    Parameters
    ----------
    mentions, paragraphs : pandas.DataFrame
        Tables of an analysis. Generic plurals count as no mention.
    actors : iterable of str, optional
        Only these actors, in this order; all by their count unless given.
    labels : mapping of str to str, optional
        What to call them.
    furniture : bool
        Count captions, prompts and headings too.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A stacked bar an actor, its count at the end.

    Examples
    --------
    >>> from analysis.tables import to_table
    >>> ax = mentions_by_actor(to_table([], "mentions"), to_table([], "paragraphs"))
    >>> alt_text(ax.figure)
    'No mentions found (n = 0).'
    """
    rows = body_of(mentions, paragraphs, furniture)
    rows = rows[rows["form"].isin(list(FORMS))]
    counts = rows.groupby(["actor", "form"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(FORMS), fill_value=0)
    total = counts.sum(axis=1).sort_values(ascending=False, kind="stable")
    order = list(total.index) if actors is None else list(actors)
    ax = start_chart(ax, "Mentions by actor", 1.3 + 0.3 * len(order))
    if rows.empty:
        return say_none(ax, "mentions")
    counts, total = counts.reindex(order, fill_value=0), total.reindex(order).fillna(0)
    left = total * 0
    for form, white in FORMS.items():
        fill = [shade(colour(a), white) for a in order]
        ax.barh(range(len(order)), counts[form], left=left, color=fill, label=form)
        left = left + counts[form]
    for y, n in enumerate(total):
        ax.annotate(f"{n:.0f}", (n, y), (3, 0), textcoords="offset points", **ASIDE)
    ax.set_yticks(range(len(order)), names(order, labels))
    ax.invert_yaxis()
    ax.set_xlabel(f"mentions (n = {total.sum():.0f})", fontsize=9, color=INK)
    fills = {f: (shade("#555555", white), "") for f, white in FORMS.items()}
    _grey_key(ax, {f"{in_words(f)}s": fill for f, fill in fills.items()})
    most = order[int(total.to_numpy().argmax())]
    ax.set_label(
        f"Mentions by actor, n = {total.sum():.0f}: {name(most, labels)} has the most, "
        f"{total.max():.0f}."
    )
    return ax


def voice_through_text(
    paragraphs: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    furniture: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Whose words fill each paragraph: where each voice is heard.

    A fragment quoted inside the reporter's own sentence leaves its paragraph with
    the narrator; `analysis.mentions.voices.voice_shares` counts the words themselves.

    Parameters
    ----------
    paragraphs : pandas.DataFrame
        The table of one article.
    labels : mapping of str to str, optional
        What to call the voices.
    furniture : bool
        Count captions, prompts and headings (the narrator's) too.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A lane a voice; a bar is a paragraph, as wide as its words.

    Examples
    --------
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
        words = f"n = {counts[voice]}"
        ax.annotate(words, (100, y), (5, 0), textcoords="offset points", **ASIDE)
    ax.set_yticks(range(len(lanes)), names(lanes, labels))
    ax.set_ylim(len(lanes) - 0.4, -0.6)
    above = {"textcoords": "offset points", "fontsize": TYPE, "color": FAINT}
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

    Parameters
    ----------
    quotes, paragraphs : pandas.DataFrame
        Tables of an analysis; a quotation or a reported speech (*she said that …*)
        counts once however long it runs.
    labels : mapping of str to str, optional
        What to call the speakers.
    furniture : bool
        Count captions, prompts and headings too.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A stacked bar a speaker. Speakers outside the codebook are ``other``,
        those that no rule finds ``unknown``; ``none`` has no cue of its own.

    Examples
    --------
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
    counts = counts.reindex(index=order, columns=list(DISTANCES), fill_value=0)
    left = counts.sum(axis=1) * 0
    for distance, (fill, hatch) in DISTANCES.items():
        look = {"color": fill, "hatch": hatch, "ec": FAINT, "lw": 0.5}
        ax.barh(range(len(order)), counts[distance], left=left, label=distance, **look)
        left = left + counts[distance]
    for y, n in enumerate(left):
        ax.annotate(f"{n}", (n, y), (3, 0), textcoords="offset points", **ASIDE)
    ax.set_yticks(range(len(order)), names(order, labels))
    ax.invert_yaxis()
    ax.xaxis.get_major_locator().set_params(integer=True)
    what = f"quotations and reported speech (n = {len(rows)})"
    ax.set_xlabel(what, fontsize=9, color=INK)
    _grey_key(ax, {d: DISTANCES[d] for d in DISTANCES if counts[d].any()})
    ax.set_label(
        f"Of {len(rows)} quotations and reported speeches "
        f"{counts['neutral'].sum()} are introduced neutrally and "
        f"{counts['doubting'].sum()} with doubt."
    )
    return ax


def key_terms(terms: Iterable[tuple[str, int]], ax: Axes | None = None) -> Axes:
    """The commonest content words with their counts.

    Parameters
    ----------
    terms : iterable of (str, int)
        As `analysis.terms.key_terms` gives them.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A bar a word.

    Examples
    --------
    >>> alt_text(key_terms([("platform", 4), ("fine", 2)]).figure)
    'The commonest content word is “platform”, 4 times.'
    """
    terms = list(terms)
    ax = start_chart(ax, "Commonest content words", 1.0 + 0.21 * len(terms))
    if not terms:
        return say_none(ax, "content words")
    words, counts = zip(*terms, strict=True)
    ax.barh(range(len(words)), counts, color=FAINT, height=0.7)
    for y, n in enumerate(counts):
        ax.annotate(f"{n}", (n, y), (3, 0), textcoords="offset points", **ASIDE)
    ax.set_yticks(range(len(words)), words)
    ax.invert_yaxis()
    ax.xaxis.get_major_locator().set_params(integer=True)
    shown = f"occurrences (n = {sum(counts)} of these {len(words)} words)"
    ax.set_xlabel(shown, fontsize=9, color=INK)
    ax.set_label(f"The commonest content word is “{words[0]}”, {counts[0]} times.")
    return ax


def _grey_key(ax: Axes, fills: Mapping[str, tuple[str, str]]) -> None:
    """A key of fills and hatches, above the bars."""
    from matplotlib.patches import Patch

    handles = [
        Patch(fc=fill, hatch=hatch, ec=FAINT, lw=0.5, label=label)
        for label, (fill, hatch) in fills.items()
    ]
    ax.legend(handles=handles, ncols=4, **ABOVE, **KEY)
