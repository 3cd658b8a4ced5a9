"""Tone of a text toward no one in particular: two baselines to hold stance against."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer


def tone_textblob(text: str) -> float | None:
    """Polarity of a text by TextBlob's lexicon.

    It counts words and sees neither who speaks nor whom they concern.

    Parameters
    ----------
    text : str
        A paragraph or sentence.

    Returns
    -------
    float or None
        -1 negative to 1 positive; None where no word of the lexicon occurs.

    Examples
    --------
    >>> tone_textblob("The minister condemned the platform.") is None
    True
    >>> tone_textblob("An excellent plan.")
    1.0
    """
    from textblob import TextBlob

    found = TextBlob(text).sentiment_assessments
    return found.polarity if found.assessments else None


def tone_vader(text: str) -> float | None:
    """Compound score of a text by VADER.

    Made for short social posts; it sees neither speaker nor target.

    Parameters
    ----------
    text : str
        A paragraph or sentence.

    Returns
    -------
    float or None
        -1 negative to 1 positive; None where no word of the lexicon occurs.

    References
    ----------
    Hutto & Gilbert (2014), VADER: a parsimonious rule-based model.

    Examples
    --------
    >>> tone_vader("The minister condemned the platform.") < 0
    True
    """
    scores = _vader().polarity_scores(text)
    return None if scores["pos"] == scores["neg"] == 0 else scores["compound"]


def find_tones(text: str) -> tuple[float | None, float | None]:
    """Both tones of a text: TextBlob's and VADER's."""
    return tone_textblob(text), tone_vader(text)


@cache
def _vader() -> SentimentIntensityAnalyzer:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
