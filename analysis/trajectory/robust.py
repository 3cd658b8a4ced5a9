"""The same points under other choices, for a conclusion to be tried against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.trajectory import stance_toward, tone_points

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pipeline import Analysis


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
        in, quotations out, implied targets out, pronouns out (targets that a pronoun
        alone stands for), stances of which the model is least sure out, tone in place
        of stance (same paragraphs).
        One choice is changed at a time; where the text is cut and single paragraphs are
        tried by `analysis.trajectory.robustness`.

    Examples
    --------
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
        "pronouns out": (_named(result), {}),
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


def _named(result: Analysis) -> pd.DataFrame:
    """The stance toward actors whom a name or noun stands for in the paragraph."""
    stance, mentions = result.stance, result.mentions
    named = mentions.loc[mentions["form"] != "pronoun", ["paragraph", "actor"]]
    known = set(named.itertuples(index=False, name=None))
    kept = [pair in known for pair in zip(stance.paragraph, stance.target, strict=True)]
    return stance[[k or i for k, i in zip(kept, stance["implied"], strict=True)]]
