"""The same points under other choices, for a conclusion to be tried against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.mentions import find_referents
from analysis.quotes import find_quotes
from analysis.stance import find_claims, score_claims
from analysis.stance.scorers import available_scorer
from analysis.tables import to_table
from analysis.trajectory import stance_toward, tone_points

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pipeline import Analysis

OTHER = {"encoder": "words", "words": "encoder"}


def recompute(result: Analysis, actor: str) -> dict[str, pd.DataFrame]:
    """The stance toward an actor as it would be under each other choice.

    Parameters
    ----------
    result : Analysis
        From `analysis.analyse`.
    actor : str
        The target.

    Returns
    -------
    dict of str to pandas.DataFrame
        Points as `analysis.trajectory.stance_toward` gives them, by choice: captions
        in, quotations out, implied targets out, pronouns out (targets named by one),
        the other scorer if it can run, tone in place of stance (same paragraphs).
        One choice is changed at a time; bandwidth and single paragraphs are tried by
        `analysis.trajectory.robustness`.

    Examples
    --------
    >>> from analysis import analyse, read_article, read_codebook
    >>> a = read_article("data/articles/grok-deepfakes.txt")
    >>> book = read_codebook("data/codebooks/uk-online-safety.yml")
    >>> list(recompute(analyse(a, book, scorer="words"), "platform"))[:2]
    ['captions in', 'quotations out']
    """
    stance, paragraphs = result.stance, result.paragraphs
    other = OTHER[available_scorer(result.scorer)]
    views = {
        "captions in": (stance, {"furniture": True}),
        "quotations out": (stance, {"quotations": False}),
        "implied targets out": (stance, {"implied": False}),
        "pronouns out": (_without_pronouns(result), {}),
    }
    if available_scorer(other) == other:
        views[f"scorer {other}"] = (_rescored(result, other), {})
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


def _rescored(result: Analysis, scorer: str) -> pd.DataFrame:
    """The stance of the same claims by the other scorer."""
    words = result.codebook.words
    rows = score_claims(result.structure, result.claims, scorer, words)
    return to_table(rows, "stance", result.article.name)


def _without_pronouns(result: Analysis) -> pd.DataFrame:
    """The stance toward actors where a name or noun stands for them."""
    text, book, structure = result.article.text, result.codebook, result.structure
    found = find_referents(structure, book, find_quotes(text, structure))
    named = [m for m in found.mentions if m.form != "pronoun"]
    claims = find_claims(structure, found.quotes, named)
    rows = score_claims(structure, claims, result.scorer, book.words)
    return to_table(rows, "stance", result.article.name)
