"""Who takes which stance toward whom, paragraph by paragraph, with its evidence.

`cards` puts together what the model reads, `model` runs it, `reader` makes rows of it;
`sentences` scores single sentences; `evidence` shares scores out among phrases. Tone,
toward no one in particular, is here to hold stance against.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from analysis.codebook import Codebook
from analysis.mentions import find_referents
from analysis.quotes import find_quotes
from analysis.stance.evidence import Evidence, Phrase
from analysis.stance.model import ModelError
from analysis.stance.reader import (
    NARRATOR,
    OTHER,
    PERSON,
    SCORER,
    Framing,
    Part,
    Stance,
    StanceReader,
)
from analysis.stance.sentences import score_between, score_target
from analysis.tokens import read_structure

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

__all__ = [
    "NARRATOR",
    "OTHER",
    "PERSON",
    "SCORER",
    "Evidence",
    "Framing",
    "ModelError",
    "Part",
    "Phrase",
    "Stance",
    "StanceReader",
    "find_tones",
    "score_between",
    "score_paragraphs",
    "score_target",
    "tone_textblob",
    "tone_vader",
]


def score_paragraphs(text: str, codebook: Codebook) -> list[Stance]:
    """Score who takes which stance toward whom in each paragraph.

    `codebook`: the actors, and a reader's own words.

    Gives a row for each holder and target that take a side in a paragraph: paragraph,
    holder (an actor, ``narrator`` or ``other``), target (an actor), direction (-1
    against, 1 for), score (-1 to 1: positive - negative), the probabilities negative,
    neutral, positive (calibrated, they sum to 1), certainty (clear from 0.8 up, likely
    from 0.6, weak: how sure the direction is), implied (the paragraph does not mention
    the target), scorer. A pair that takes no side has no row. It reads no irony and
    sees at most eight actors at once, those named nearest. Raises ModelError if the
    model's files are missing or damaged.

    >>> from analysis.codebook import parse_codebook
    >>> book = parse_codebook("actors: {court: {names: [A]}, platform: {names: [B]}}")
    >>> rows = score_paragraphs("A accused B of fraud.", book)
    >>> [(r.holder, r.target, r.direction) for r in rows]
    [('court', 'platform', -1)]
    """
    structure = read_structure(text)
    found = find_referents(structure, codebook, find_quotes(text, structure))
    return StanceReader(structure, codebook, *found).rows()


def tone_textblob(text: str) -> float | None:
    """Polarity of a text by TextBlob's lexicon.

    It counts words and sees neither who speaks nor whom they concern.

    Gives -1 negative to 1 positive; None where no word of the lexicon occurs.

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

    Gives -1 negative to 1 positive; None where no word of the lexicon occurs.

    Hutto & Gilbert (2014), VADER: a parsimonious rule-based model.

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
