"""How an actor is framed from the first paragraph to the last, and what stands up.

Everything starts from *points*, a table with one row a paragraph that has evidence:
``paragraph``, ``position`` (0 first word, 1 last), ``score`` (-1 against, 1 for),
``n`` (stances behind the score: holders) and ``block``. Paragraphs of one
running quotation share a block: their scores are one speaker's and move together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, get_type_hints

from analysis.means import LEVEL, SHARES
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
from analysis.trajectory.curves import band, smooth

if TYPE_CHECKING:
    import pandas as pd

CUTS = (0.4, 0.6)  # other places to cut a text into two

__all__ = [
    "Change",
    "add_blocks",
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
    **choices: object,
) -> pd.DataFrame:
    """Test the stance toward each actor for change, corrected for their number.

    Parameters
    ----------
    stance, paragraphs : pandas.DataFrame
        Tables of one article.
    actors : iterable of str
        The targets to test, chosen before looking at the result.
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
        test_change(stance_toward(stance, paragraphs, actor, **choices))
        for actor in actors
    ]
    return _family("actor", actors, tests, ("rises", "falls"))


def frame_changes(
    framing: pd.DataFrame,
    mentions: pd.DataFrame,
    paragraphs: pd.DataFrame,
    actor: str,
    furniture: bool = False,
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
        tests.append(test_change(points, words=words, bounds=SHARES))
    return _family("frame", names, tests, words)


def robustness(
    points: pd.DataFrame,
    choices: Mapping[str, pd.DataFrame],
    others: Iterable[float | None] = (),
) -> pd.DataFrame:
    """Does the conclusion stand when one choice at a time is made otherwise?

    Parameters
    ----------
    points : pandas.DataFrame
        The points behind the conclusion.
    choices : mapping of str to pandas.DataFrame
        Name of the choice to the points recomputed under it.
    others : iterable of float, optional
        The p values of the other tests of the family: each row is corrected for
        them, as `changes` corrects the conclusion.

    Returns
    -------
    pandas.DataFrame
        choice, estimate (difference of the halves), low, high (for this one test), p,
        p_corrected, n, verdict. Rows: ``main``, the choices, the text cut at 40 % and
        at 60 % of its words, and the one dropped paragraph that speaks most against
        the verdict: the one without which a change is least sure, or, where there is
        none, without which there is most nearly one. Verdicts rest on p_corrected:
        ``holds``, ``weakens`` (same sign, no longer beyond chance), ``turns`` (other
        sign, or a change where the main result is none), or too little evidence.

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

    others = [None if pd.isna(p) else float(p) for p in others]
    tests = {"main": test_change(points)}
    tests |= {name: test_change(table) for name, table in choices.items()}
    tests |= {f"cut at {cut:.0%} of the text": test_change(points, cut) for cut in CUTS}
    if tests["main"].p is not None:
        number, worst = _drop_one(points, tests["main"], others)
        tests[f"one paragraph dropped (worst: {number})"] = worst
    corrected = [correct([test.p, *others])[0] for test in tests.values()]
    judged = [*map(_judge, tests.values(), corrected)]
    table = _frame(judged).rename(columns={"difference": "estimate"})
    stands = [judged[0].verdict, *(_stands(judged[0], row) for row in judged[1:])]
    table = table.assign(
        choice=[*tests],
        p_corrected=pd.array(corrected, dtype="Float64"),
        verdict=pd.array(stands, dtype="string"),
    )
    return table[
        ["choice", "estimate", "low", "high", "p", "p_corrected", "n", "verdict"]
    ]


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


def _places(
    paragraphs: pd.DataFrame, furniture: bool, quotations: bool
) -> pd.DataFrame:
    """The paragraphs that count, with their block."""
    if not furniture:
        paragraphs = paragraphs[paragraphs["kind"] == "body"]
    places = add_blocks(paragraphs)
    alone = places["voice"].fillna("narrator") == "narrator"
    return places if quotations else places[alone]


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
    table = _frame([*map(_judge, tests, corrected, [words] * len(tests))])
    table.insert(0, name, pd.array(names, dtype="string"))
    place = table.columns.get_loc("p") + 1
    table.insert(place, "p_corrected", pd.array(corrected, dtype="Float64"))
    return table


def _judge(
    test: Change, p: float | None, words: tuple[str, str] = ("rises", "falls")
) -> Change:
    """A test whose verdict rests on its corrected p value."""
    if p is None:
        return test
    return test._replace(verdict=verdict_of(p, test.difference, words))


def _drop_one(
    points: pd.DataFrame, main: Change, others: Sequence[float | None]
) -> tuple[int, Change]:
    """The paragraph whose loss speaks most against the verdict."""
    rows = {
        int(number): test_change(points[points["paragraph"] != number])
        for number in points["paragraph"]
    }
    changed = correct([main.p, *others])[0] <= LEVEL

    def supports(test: Change) -> float:
        """How far a test is on the verdict's side; below all, too little evidence."""
        if test.p is None:
            return -2.0 if changed else LEVEL
        same = 1 if main.difference * test.difference > 0 else -1
        return same * (1 - test.p) if changed else test.p

    return min(rows.items(), key=lambda row: supports(row[1]))


def _stands(main: Change, row: Change) -> str:
    """What a recomputed test says of the main one."""
    if TOO_LITTLE in (main.verdict, row.verdict):
        return TOO_LITTLE
    if main.verdict == row.verdict:
        return "holds"
    same = row.verdict == NO_CHANGE and main.difference * row.difference > 0
    return "weakens" if same else "turns"
