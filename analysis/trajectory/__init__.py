"""How an actor is framed from the first paragraph to the last, and what stands up.

Everything starts from *points* (`analysis.trajectory.curves`): the scores of the
paragraphs that have evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from analysis.means import SHARES
from analysis.trajectory.change import (
    LEAST_HALF,
    RISES,
    Change,
    change_points,
    correct,
    judge,
    test_change,
)
from analysis.trajectory.curves import (
    add_blocks,
    band,
    body_places,
    smooth,
    stance_toward,
    tone_points,
)
from analysis.trajectory.robust import robustness

if TYPE_CHECKING:
    import pandas as pd

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


def changes(
    stance: pd.DataFrame,
    paragraphs: pd.DataFrame,
    actors: Iterable[str],
    **choices: object,
) -> pd.DataFrame:
    """Test the stance toward each actor for change, corrected for their number.

    `actors`: the targets to test, chosen before looking at the result. `**choices`: as
    in `stance_toward`.

    Gives one row an actor: the columns of `Change`, and ``p_corrected``, on which the
    verdict rests.

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
    return _family("actor", actors, tests)


def frame_changes(
    framing: pd.DataFrame,
    mentions: pd.DataFrame,
    paragraphs: pd.DataFrame,
    actor: str,
    furniture: bool = False,
) -> pd.DataFrame:
    """Which frames an actor gains or loses between the halves of the text.

    `actor`: the actor; its paragraphs are those that mention it (classes left out) or
    put it into a frame.

    Gives one row a frame: the columns of `Change`, where ``first`` and ``second`` are
    shares (0 to 1) of the actor's paragraphs that put it into the frame, and
    ``p_corrected`` over the frames. A frame in fewer than three of the actor's
    paragraphs is not tested.

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
    places = body_places(paragraphs, furniture)
    framed = framing[framing["actor"] == actor]
    own = {*named["paragraph"], *framed["paragraph"]}
    places = places[places["paragraph"].isin(own)]
    shown = framed[framed["paragraph"].isin(places["paragraph"])]
    names, tests, words = sorted(shown["frame"].unique()), [], ("gains", "loses")
    for name in names:
        having = shown.loc[shown["frame"] == name, "paragraph"]
        points = places.assign(
            score=places["paragraph"].isin(having).astype(float), n=1
        )
        if having.nunique() < LEAST_HALF:
            points = points[points["score"] > 0]
        tests.append(test_change(points, words=words, bounds=SHARES))
    return _family("frame", names, tests, words)


def _family(
    name: str, names: list[str], tests: list[Change], words: tuple[str, str] = RISES
) -> pd.DataFrame:
    """A table of tests, corrected for their number, with what each is of."""
    table = judge(tests, correct(test.p for test in tests), words)
    table.insert(0, name, names)
    return table.astype({name: "string"})
