"""Two scorers behind one interface: who is treated how, and by which words.

``encoder`` is a small language model (`analysis.stance.encoder`), ``words`` a readable
table (`analysis.stance.words`). Either gives the probabilities that a text is negative,
neutral or positive toward a marked target, and evidence that sums to the score.
Spans are offsets into the text that is given: a sentence, or a few.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from typing import NamedTuple

from analysis.stance import words as light
from analysis.tables import RESOURCES

STANCE = 1 / 3
MODEL = ("stance.onnx", "stance_tokenizer.json", "stance_model.json")
Item = tuple[str, int, int]
Pair = tuple[str, tuple[int, int], tuple[int, int]]


class Term(NamedTuple):
    """A span that moved a score, and by how much (up is positive)."""

    start: int
    end: int
    text: str
    weight: float


class Score(NamedTuple):
    """A stance toward a target; `baseline` and the evidence's weights sum to `score`.

    `evidence` is empty and `baseline` None where evidence was not asked for.
    """

    negative: float
    neutral: float
    positive: float
    score: float
    scorer: str
    evidence: list[Term] = []
    baseline: float | None = None


class Between(NamedTuple):
    """What each of two actors does to the other: -1 to 1, or None for no stance."""

    first_to_second: float | None
    second_to_first: float | None


def available_scorer(scorer: str = "encoder") -> str:
    """The scorer that will be used when one is asked for.

    Parameters
    ----------
    scorer : str
        ``"encoder"`` or ``"words"``.

    Returns
    -------
    str
        The same; ``"words"``, with one warning, where the encoder cannot run.

    Raises
    ------
    ValueError
        For any other name.

    Examples
    --------
    >>> available_scorer("words")
    'words'
    """
    if scorer not in ("encoder", "words"):
        raise ValueError(f"no scorer {scorer!r}; there are 'encoder' and 'words'")
    if scorer == "encoder" and (missing := _missing()):
        _warn(missing)
        return "words"
    return scorer


def _missing() -> str:
    """What the encoder needs and does not find."""
    missing = [name for name in ("onnxruntime", "tokenizers") if not find_spec(name)]
    missing += [name for name in MODEL if not (RESOURCES / name).exists()]
    return ", ".join(missing)


@cache
def _warn(missing: str) -> None:
    warnings.warn(
        f"the encoder lacks {missing}: stance is scored by the light scorer 'words'",
        stacklevel=4,
    )


def score_target(
    text: str,
    start: int,
    end: int,
    scorer: str = "encoder",
    words: Mapping[str, float] | None = None,
    evidence: bool = True,
) -> Score:
    """Score how a text treats a target in it.

    Parameters
    ----------
    text : str
        A sentence, or a few.
    start, end : int
        The target: ``text[start:end]``.
    scorer : str
        ``"encoder"`` or ``"words"``; `Score.scorer` says which one it was.
    words : mapping of str to float, optional
        A reader's own words or phrases, any case, each with a weight from -1 to 1
        that is added to the score wherever the word stands outside the target.
    evidence : bool
        Whether to share the score out among words (``words``) or phrases
        (``encoder``: Shapley values, many runs of the model).

    Returns
    -------
    Score
        Probabilities that sum to 1, `score` = positive - negative (-1 to 1; up is
        favourable), evidence. It says how the target is treated, not by whom.

    Raises
    ------
    ValueError
        For an unknown scorer, or a target that is empty or outside the text.

    Examples
    --------
    >>> score_target("Critics condemned X.", 18, 19, "words").score < 0
    True
    """
    score = score_targets([(text, start, end)], scorer)[0]
    if evidence:
        baseline, terms = explain_target(text, start, end, score.scorer)
        spans = [Term(a, b, text[a:b], weight) for a, b, weight in terms]
        score = score._replace(evidence=spans, baseline=baseline)
    return _shift(score, text, start, end, words)


def explain_target(
    text: str, start: int, end: int, scorer: str
) -> tuple[float, list[tuple[int, int, float]]]:
    """Share a score out among the words or phrases of the text.

    Parameters
    ----------
    text, start, end, scorer
        As for `score_target`.

    Returns
    -------
    float, list of (int, int, float)
        The baseline (the bare target's score), and spans with their weights;
        baseline and weights sum to the score.

    Examples
    --------
    >>> start, terms = explain_target("Critics condemned X.", 18, 19, "words")
    >>> round(start + sum(w for _, _, w in terms), 6) == round(
    ...     score_target("Critics condemned X.", 18, 19, "words").score, 6)
    True
    """
    if scorer == "words":
        return light.explain_words(text, start, end)
    from analysis.stance import encoder

    return encoder.explain_stance(text, start, end)


def score_targets(
    items: Iterable[Item],
    scorer: str = "encoder",
    words: Mapping[str, float] | None = None,
) -> list[Score]:
    """Score many targets at once, without evidence.

    Parameters
    ----------
    items : iterable of (text, start, end)
        Texts with their targets.
    scorer, words
        As for `score_target`.

    Returns
    -------
    list of Score
        In the order of the items; the same as one by one.

    Raises
    ------
    ValueError
        For an unknown scorer, or a target that is empty or outside its text.

    Examples
    --------
    >>> [s.scorer for s in score_targets([("X won.", 0, 1)], "words")]
    ['words']
    """
    items = list(items)
    scorer = available_scorer(scorer)
    for text, start, end in items:
        _check(text, (start, end))
    if scorer == "words":
        rows = [light.score_words(*item) for item in items]
    else:
        from analysis.stance import encoder

        rows = encoder.score_stance(items)
    scores = [Score(*row, row[2] - row[0], scorer) for row in rows]
    return [_shift(s, *item, words) for s, item in zip(scores, items, strict=True)]


def _check(text: str, span: tuple[int, int]) -> None:
    start, end = span
    if not 0 <= start < end <= len(text):
        raise ValueError(f"no target at {start}:{end} in a text of {len(text)}")


def _shift(
    score: Score, text: str, start: int, end: int, words: Mapping[str, float] | None
) -> Score:
    """Add a reader's words to a score, and to its evidence where it has any."""
    found = find_own_words(text, words or {}, (start, end))
    moved, terms = shift_score(score, found)
    if score.baseline is None:
        return moved
    return moved._replace(evidence=sorted(score.evidence + terms))


def find_own_words(
    text: str,
    words: Mapping[str, float],
    target: tuple[int, int] | None = None,
    first: int = 0,
    last: int | None = None,
) -> list[Term]:
    """A reader's own words in a text, outside the target.

    Parameters
    ----------
    text : str
        A text.
    words : mapping of str to float
        Words or phrases, in any case, with weights from -1 to 1.
    target : tuple of int, optional
        The span of the target.
    first, last : int, optional
        The part of the text to look in; all of it unless given.

    Returns
    -------
    list of Term
        Their spans and weights.

    Examples
    --------
    >>> [t.weight for t in find_own_words("X, odd.", {"odd": -0.5}, (0, 1))]
    [-0.5]
    """
    last = len(text) if last is None else last
    low, high = target or (last, last)
    return [
        Term(m.start(), m.end(), m.group(), float(weight))
        for word, weight in words.items()
        for m in re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.I).finditer(
            text, first, last
        )
        if m.end() <= low or m.start() >= high
    ]


def shift_score(score: Score, terms: list[Term]) -> tuple[Score, list[Term]]:
    """Add the weights of terms to a score.

    Parameters
    ----------
    score : Score
        A score.
    terms : list of Term
        Spans with weights; up is favourable.

    Returns
    -------
    Score, list of Term
        The score, cut off at -1 and 1, its probabilities moved toward the pole of
        the shift, each by the same share; the terms with weights that sum to what
        the score really moved.

    Examples
    --------
    >>> bare = Score(0.0, 1.0, 0.0, 0.0, "words")
    >>> moved, terms = shift_score(bare, [Term(0, 4, "fine", -1.5)])
    >>> moved.score, moved.negative, terms[0].weight
    (-1.0, 1.0, -1.0)
    """
    if not terms:
        return score, terms
    asked = sum(term.weight for term in terms)
    if not asked:
        return score, [term._replace(weight=0.0) for term in terms]
    moved = max(-1.0, min(1.0, score.score + asked)) - score.score
    pole = (0.0, 0.0, 1.0) if moved > 0 else (1.0, 0.0, 0.0)
    share = abs(moved) / max(1 - score.score if moved > 0 else 1 + score.score, 1e-12)
    row = [p + share * (q - p) for p, q in zip(score[:3], pole, strict=True)]
    shifted = score._replace(
        negative=row[0], neutral=row[1], positive=row[2], score=score.score + moved
    )
    return shifted, [t._replace(weight=t.weight * moved / asked) for t in terms]


def explain_pair(
    text: str, first: tuple[int, int], second: tuple[int, int], scorer: str
) -> tuple[float, list[tuple[int, int, float]]]:
    """Share out what the first actor does to the second among the phrases.

    Parameters
    ----------
    text, first, second, scorer
        As for `score_between`.

    Returns
    -------
    float, list of (int, int, float)
        The value for the two bare actors, and spans with their weights; they sum
        to backing less criticising. Nothing for ``words``, which has acts alone.

    Examples
    --------
    >>> explain_pair("A praised B.", (0, 1), (10, 11), "words")
    (0.0, [])
    """
    if scorer == "words":
        return 0.0, []
    from analysis.stance import encoder

    return encoder.explain_pair(text, first, second)


def score_between(
    text: str,
    first: tuple[int, int],
    second: tuple[int, int],
    scorer: str = "encoder",
) -> Between:
    """Score what two actors of a sentence do to each other.

    Parameters
    ----------
    text : str
        A sentence.
    first, second : tuple of int
        Their spans (start, end), which do not overlap.
    scorer : str
        ``"encoder"``: the pair head; each value is the probability of backing less
        that of criticising, in that direction. ``"words"``: the mean polarity of the
        acts one does to the other, the passive turned round.

    Returns
    -------
    Between
        Each -1 to 1 (up is favourable). None for no stance: for the encoder when
        below 1/3 either way, for ``words`` when there is no act between them.

    Raises
    ------
    ValueError
        For an unknown scorer, or a span that is empty or outside the text.

    Examples
    --------
    >>> score_between("A praised B.", (0, 1), (10, 11), "words")
    Between(first_to_second=0.9, second_to_first=None)
    """
    _check(text, first)
    _check(text, second)
    if available_scorer(scorer) == "words":
        forth = light.stance_between(text, first, second)
        return Between(forth, light.stance_between(text, second, first))
    _, backs, backed, against, opposed = score_pairs([(text, first, second)])[0]
    forth, back = backs - against, backed - opposed
    return Between(
        forth if abs(forth) >= STANCE else None, back if abs(back) >= STANCE else None
    )


def score_pairs(items: Iterable[Pair]) -> list[tuple[float, ...]]:
    """The five probabilities of the encoder's pair head for many pairs.

    Parameters
    ----------
    items : iterable of (text, first, second)
        Texts with the spans of two actors.

    Returns
    -------
    list of tuple of float
        None, first backs second, second backs first, first criticises second, second
        criticises first; they sum to 1.

    Raises
    ------
    ImportError
        If onnxruntime or tokenizers is missing: ``words`` has no such probabilities.

    Examples
    --------
    >>> score_pairs([])
    []
    """
    items = list(items)
    if not items:
        return []
    from analysis.stance import encoder

    return encoder.score_pairs(items)
