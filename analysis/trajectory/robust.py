"""Does a conclusion stand when one choice at a time is made otherwise?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import copysign
from typing import TYPE_CHECKING

from analysis.means import LEVEL
from analysis.trajectory.change import (
    NO_CHANGE,
    TOO_LITTLE,
    Change,
    correct,
    judge,
    test_change,
)
from analysis.trajectory.curves import stance_toward, tone_points

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pipeline import Analysis

CUTS = (0.4, 0.6)  # other places to cut a text into two


def recompute(result: Analysis, actor: str) -> dict[str, pd.DataFrame]:
    """The stance toward an actor as it would be under each other choice.

    Gives points as `analysis.trajectory.stance_toward` gives them, by choice: captions
    in, quotations out, implied targets out, pronouns out (targets that a pronoun alone
    stands for), stances of which the model is least sure out, tone in place of stance
    (same paragraphs). One choice is changed at a time; where the text is cut and single
    paragraphs are tried by `analysis.trajectory.robustness`.

    >>> from analysis import analyse, read_article, read_codebook
    >>> a = read_article("data/articles/grok-deepfakes.txt")
    >>> book = read_codebook("data/codebooks/uk-online-safety.yml")
    >>> list(recompute(analyse(a, book), "platform"))[:2]
    ['captions in', 'quotations out']
    """
    stance, paragraphs = result.stance, result.paragraphs
    views = {
        "captions in": (stance, {"furniture": True}),
        "quotations out": (stance, {"quotations": False}),
        "implied targets out": (stance, {"implied": False}),
        "pronouns out": (_by_name(result), {}),
        "weak stances out": (stance[stance["certainty"] != "weak"], {}),
    }
    points = {
        choice: stance_toward(table, paragraphs, actor, **settings)
        for choice, (table, settings) in views.items()
    }
    main = stance_toward(stance, paragraphs, actor)
    for tone in ("vader", "textblob"):
        points[f"tone ({tone}) in place of stance"] = tone_points(
            paragraphs, main, f"tone_{tone}"
        )
    return points


def robustness(
    points: pd.DataFrame,
    choices: Mapping[str, pd.DataFrame],
    others: Iterable[float | None] = (),
) -> pd.DataFrame:
    """Does the conclusion stand when one choice at a time is made otherwise?

    Gives choice, estimate (difference of the halves), low, high (for this one test), p,
    p_corrected, n, verdict. Rows: ``main``, the choices, the text cut at 40 % and at 60
    % of its words, and the one dropped paragraph that speaks most against the verdict:
    the one without which a change is least sure, or, where there is none, without which
    there is most nearly one. Verdicts rest on p_corrected: ``holds``, ``weakens`` (same
    sign, no longer beyond chance), ``turns`` (other sign, or a change where the main
    result is none), or too little evidence.

    `points`: the points behind the conclusion. `choices`: name of the choice to the
    points recomputed under it. `others`: the p values of the other tests of the family:
    each row is corrected for them, as `changes` corrects the conclusion.

    >>> import pandas as pd
    >>> points = pd.DataFrame({"paragraph": range(20), "block": range(20), "n": 1,
    ...     "position": [i / 19 for i in range(20)], "score": [-0.5] * 10 + [0.5] * 10})
    >>> other = points.assign(score=-points["score"])
    >>> robustness(points, {"other scorer": other}).verdict.tolist()[:3]
    ['rises', 'turns', 'holds']
    """
    import pandas as pd

    others = [*others]
    tests = {"main": test_change(points)}
    tests |= {name: test_change(table) for name, table in choices.items()}
    tests |= {f"cut at {cut:.0%} of the text": test_change(points, cut) for cut in CUTS}
    if tests["main"].p is not None:
        number, worst = _drop_one(points, tests["main"], others)
        tests[f"one paragraph dropped (worst: {number})"] = worst
    corrected = [correct([test.p, *others])[0] for test in tests.values()]
    table = judge([*tests.values()], corrected)
    main, *rows = table.itertuples()
    stands = [main.verdict, *(_stands(main, row) for row in rows)]
    table = table.rename(columns={"difference": "estimate"})
    table = table.assign(choice=[*tests], verdict=pd.array(stands, "string"))
    return table[
        ["choice", "estimate", "low", "high", "p", "p_corrected", "n", "verdict"]
    ]


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
        same_side = main.difference * test.difference
        return copysign(1 - test.p, same_side) if changed else test.p

    return min(rows.items(), key=lambda row: supports(row[1]))


def _stands(main: Change, row: Change) -> str:
    """What a recomputed test says of the main one."""
    if TOO_LITTLE in (main.verdict, row.verdict):
        return TOO_LITTLE
    if main.verdict == row.verdict:
        return "holds"
    same = row.verdict == NO_CHANGE and main.difference * row.difference > 0
    return "weakens" if same else "turns"


def _by_name(result: Analysis) -> pd.DataFrame:
    """The stance toward actors whom a name or noun stands for in the paragraph."""
    import pandas as pd

    stance, mentions = result.stance, result.mentions
    named = mentions.loc[mentions["form"] != "pronoun", ["paragraph", "actor"]]
    pairs = pd.MultiIndex.from_frame(stance[["paragraph", "target"]])
    return stance[pairs.isin(pd.MultiIndex.from_frame(named)) | stance["implied"]]
