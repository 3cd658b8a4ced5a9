"""How an actor is framed from the first paragraph to the last, and what stands up.

Everything starts from *points*, a table with one row a paragraph that has evidence:
``paragraph``, ``position`` (0 first word, 1 last), ``score`` (-1 against, 1 for),
``n`` (stances behind the score: holders) and ``block``. Paragraphs of one
running quotation share a block: their scores are one speaker's and move together,
in the bootstrap and in the permutations alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, get_type_hints

from analysis.trajectory.change import (
    LEAST_HALF,
    NO_CHANGE,
    TOO_LITTLE,
    Change,
    change_points,
    correct,
    test_change,
    verdict_of,
)
from analysis.trajectory.curves import BANDWIDTH, band, smooth

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Change",
    "band",
    "change_points",
    "changes",
    "correct",
    "frame_changes",
    "robustness",
    "smooth",
    "stance_toward",
    "test_change",
    "tone_points",
]


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

    Parameters
    ----------
    stance, paragraphs : pandas.DataFrame
        Tables of one article, with the columns of ``resources/columns.csv``.
    target : str
        The actor toward whom.
    furniture : bool
        Also captions, prompts and headings.
    implied : bool
        Also stances whose target the words leave unsaid.
    quotations : bool
        Also paragraphs that another voice than the narrator's fills.
    holders : iterable of str, optional
        Only the stances of these holders.

    Returns
    -------
    pandas.DataFrame
        paragraph, position (0 to 1), score (-1 against to 1 for: mean over holders), n
        (holders), block (one number a running quotation). A paragraph with no evidence
        has no row.

    Examples
    --------
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
    places = _places(paragraphs, furniture, quotations)
    points = places.join(means, on="paragraph", how="inner")
    return points[["paragraph", "position", "score", "n", "block"]].reset_index(
        drop=True
    )


def tone_points(
    paragraphs: pd.DataFrame,
    only: pd.DataFrame | None = None,
    tone: str = "tone_vader",
    furniture: bool = False,
) -> pd.DataFrame:
    """Points of tone, toward no one in particular, to set beside stance.

    Parameters
    ----------
    paragraphs : pandas.DataFrame
        The table of one article.
    only : pandas.DataFrame, optional
        Points whose paragraphs alone are wanted.
    tone : str
        ``tone_vader`` or ``tone_textblob``: -1 negative to 1 positive.
    furniture : bool
        Also captions, prompts and headings.

    Returns
    -------
    pandas.DataFrame
        As `stance_toward`; ``n`` is 1, for tone comes by the paragraph.

    Examples
    --------
    >>> import pandas as pd
    >>> paragraphs = pd.DataFrame({"paragraph": [0], "position": [0.5],
    ...     "kind": "body", "voice": "narrator", "tone_vader": [-0.4]})
    >>> tone_points(paragraphs).values.tolist()
    [[0.0, 0.5, -0.4, 1.0, 0.0]]
    """
    points = _places(paragraphs, furniture, quotations=True)
    points = points.assign(score=points[tone], n=1)
    if only is not None:
        points = points[points["paragraph"].isin(only["paragraph"])]
    points = points[["paragraph", "position", "score", "n", "block"]]
    return points.dropna().reset_index(drop=True)


def changes(
    stance: pd.DataFrame,
    paragraphs: pd.DataFrame,
    actors: Iterable[str],
    seed: int = 0,
    permutations: int = 1999,
    **choices: object,
) -> pd.DataFrame:
    """Test the stance toward each actor for change, corrected for their number.

    Parameters
    ----------
    stance, paragraphs : pandas.DataFrame
        Tables of one article.
    actors : iterable of str
        The targets to test, chosen before looking at the result.
    seed, permutations : int
        As in `test_change`.
    **choices
        As in `stance_toward`.

    Returns
    -------
    pandas.DataFrame
        One row an actor: the columns of `Change` and ``p_corrected``, on which the
        verdict rests here.

    Examples
    --------
    >>> import pandas as pd
    >>> paragraphs = pd.DataFrame({"paragraph": [0], "position": [0.2], "kind": "body",
    ...                            "voice": "narrator"})
    >>> stance = pd.DataFrame({"paragraph": [0], "holder": ["court"], "score": [-0.8],
    ...                        "target": "platform", "implied": False})
    >>> changes(stance, paragraphs, ["platform"])[["actor", "p", "verdict"]].values[0]
    array(['platform', <NA>, 'too little evidence'], dtype=object)
    """
    actors = list(actors)
    tests = [
        test_change(
            stance_toward(stance, paragraphs, actor, **choices), seed, permutations
        )
        for actor in actors
    ]
    return _family("actor", actors, tests, ("rises", "falls"))


def frame_changes(
    framing: pd.DataFrame,
    mentions: pd.DataFrame,
    paragraphs: pd.DataFrame,
    actor: str,
    furniture: bool = False,
    seed: int = 0,
    permutations: int = 1999,
) -> pd.DataFrame:
    """Which frames an actor gains or loses between the halves of the text.

    Parameters
    ----------
    framing, mentions, paragraphs : pandas.DataFrame
        Tables of one article.
    actor : str
        The actor; its paragraphs are those that mention it (classes left out) or put
        it into a frame.
    furniture : bool
        Also captions, prompts and headings.
    seed, permutations : int
        As in `test_change`.

    Returns
    -------
    pandas.DataFrame
        One row a frame: the columns of `Change`, where ``first`` and ``second`` are
        shares (0 to 1) of the actor's paragraphs that put it into the frame, and
        ``p_corrected`` over the frames. A frame in fewer than three of the actor's
        paragraphs is not tested.

    Examples
    --------
    >>> import pandas as pd
    >>> paragraphs = pd.DataFrame({"paragraph": range(16), "kind": "body",
    ...     "voice": "narrator", "position": [i / 15 for i in range(16)]})
    >>> mentions = pd.DataFrame({"paragraph": range(16), "actor": "court",
    ...                          "form": "name"})
    >>> framing = pd.DataFrame({"paragraph": range(8, 16), "frame": "privacy",
    ...                         "actor": "court"})
    >>> table = frame_changes(framing, mentions, paragraphs, "court")
    >>> table[["frame", "first", "second", "verdict"]].values.tolist()
    [['privacy', 0.0, 1.0, 'gains']]
    """
    named = mentions[(mentions["actor"] == actor) & (mentions["form"] != "generic")]
    places = _places(paragraphs, furniture, quotations=True)
    framed = framing[framing["actor"] == actor]
    own = {*named["paragraph"], *framed["paragraph"]}
    places = places[places["paragraph"].isin(own)]
    shown = framed[framed["paragraph"].isin(places["paragraph"])]
    names, tests, words = sorted(shown["frame"].unique()), [], ("gains", "loses")
    for name in names:
        having = shown.loc[shown["frame"] == name, "paragraph"]
        points = places.assign(score=places["paragraph"].isin(having) * 1.0, n=1)
        if having.nunique() < LEAST_HALF:
            points = points[points["score"] > 0]
        tests.append(test_change(points, seed, permutations, words=words))
    return _family("frame", names, tests, words)


def robustness(
    points: pd.DataFrame,
    choices: Mapping[str, pd.DataFrame],
    seed: int = 0,
    permutations: int = 1999,
) -> pd.DataFrame:
    """Does the conclusion stand when one choice at a time is made otherwise?

    Parameters
    ----------
    points : pandas.DataFrame
        The points behind the conclusion.
    choices : mapping of str to pandas.DataFrame
        Name of the choice to the points recomputed under it.
    seed, permutations : int
        As in `test_change`.

    Returns
    -------
    pandas.DataFrame
        choice, estimate (difference of the halves), low, high, p, n, verdict. Rows:
        ``main``, the choices, the smoothed curve at half and twice the bandwidth, and
        the one dropped paragraph that moves the estimate most against the main one.
        Verdicts: ``holds``, ``weakens`` (same sign, no longer beyond chance), ``turns``
        (other sign, or a change where the main result is none), or too little evidence.

    Examples
    --------
    >>> import pandas as pd
    >>> points = pd.DataFrame({"paragraph": range(20), "block": range(20), "n": 1,
    ...     "position": [i / 19 for i in range(20)], "score": [-0.5] * 10 + [0.5] * 10})
    >>> other = points.assign(score=-points["score"])
    >>> robustness(points, {"other scorer": other}).verdict.tolist()[:3]
    ['rises', 'turns', 'holds']
    """
    import pandas as pd

    def change(table: pd.DataFrame, bandwidth: float | None = None) -> Change:
        return test_change(table, seed, permutations, bandwidth)

    main = change(points)
    rows = {name: change(table) for name, table in choices.items()}
    rows["bandwidth halved"] = change(points, BANDWIDTH / 2)
    rows["bandwidth doubled"] = change(points, BANDWIDTH * 2)
    if main.difference is not None:
        number, worst = _drop_one(points, main.difference, change)
        rows[f"one paragraph dropped (worst: {number})"] = worst
    table = _frame([main, *rows.values()])
    table.insert(0, "choice", ["main", *rows])
    stands = [main.verdict, *(_stands(main, row) for row in rows.values())]
    table = table.assign(verdict=pd.array(stands, dtype="string"))
    kept = ["choice", "difference", "low", "high", "p", "n", "verdict"]
    return table[kept].rename(columns={"difference": "estimate"})


def _places(
    paragraphs: pd.DataFrame, furniture: bool, quotations: bool
) -> pd.DataFrame:
    """Paragraphs with their block: a run of one voice other than the narrator's."""
    if not furniture:
        paragraphs = paragraphs[paragraphs["kind"] == "body"]
    voice = paragraphs["voice"].fillna("narrator")
    alone = (voice == "narrator") | (voice != voice.shift(fill_value=""))
    places = paragraphs.assign(block=alone.astype(int).cumsum() - 1)
    return places if quotations else places[voice == "narrator"]


def _frame(tests: Sequence[Change]) -> pd.DataFrame:
    """Tests as a table, what is missing as <NA>."""
    import pandas as pd

    dtypes = {int: "Int64", str: "string"}
    columns = {}
    for name, kind in get_type_hints(Change).items():
        values = [getattr(test, name) for test in tests]
        columns[name] = pd.array(values, dtype=dtypes.get(kind, "Float64"))
    return pd.DataFrame(columns)


def _family(
    name: str, names: list[str], tests: list[Change], words: tuple[str, str]
) -> pd.DataFrame:
    """A table of tests whose verdicts rest on p values corrected for their number."""
    import pandas as pd

    corrected = correct([test.p for test in tests])
    verdicts = [
        test.verdict if p is None else verdict_of(p, test.difference, words)
        for test, p in zip(tests, corrected, strict=True)
    ]
    table = _frame(tests).assign(verdict=pd.array(verdicts, dtype="string"))
    table.insert(0, name, pd.array(names, dtype="string"))
    place = table.columns.get_loc("p") + 1
    table.insert(place, "p_corrected", pd.array(corrected, dtype="Float64"))
    return table


def _drop_one(
    points: pd.DataFrame, main: float, change: Callable[[pd.DataFrame], Change]
) -> tuple[int, Change]:
    """The paragraph whose loss moves the difference most against the main one."""
    rows = {
        int(number): change(points[points["paragraph"] != number])
        for number in points["paragraph"]
    }
    sign = 1 if main > 0 else -1
    # Too little evidence once it is gone is the worst that a paragraph can do.
    return min(
        rows.items(),
        key=lambda row: (
            float("-inf") if row[1].difference is None else sign * row[1].difference
        ),
    )


def _stands(main: Change, row: Change) -> str:
    """What a recomputed test says of the main one."""
    if TOO_LITTLE in (main.verdict, row.verdict):
        return TOO_LITTLE
    if main.verdict == row.verdict:
        return "holds"
    same = row.verdict == NO_CHANGE and main.difference * row.difference > 0
    return "weakens" if same else "turns"
