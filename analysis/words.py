"""The light scorer: a readable table of words by their place to the target.

Every word near a target adds its weights from `resources/stance_words.csv` to two
sums, one for a negative and one for a positive stance (neutral is the zero between
them); a softmax turns the sums into probabilities. A term is a word, a pair of
words, ``(act)`` with its class, or one of the two tone lexicons; its place says where
it stands to the target. Names are no terms: nobody is framed by who they are.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from analysis.acts import Act, Word, find_acts, is_negated, part_in, split_words
from analysis.tables import read_resource

NEAR = 4
STEPS = 32
_BREAKS = frozenset(";:—–") | {"but", "while", "although", "whereas", "though"}
_BASELINE = ("(baseline)", "anywhere")
_REPORT = frozenset(
    "said says say told tells argued argues claimed claims added adds insisted "
    "insists wrote writes tweeted believes believed thinks thought".split()
)


class Feature(NamedTuple):
    """A term at its place to the target, how strongly, and the span it stands on."""

    term: str
    place: str
    value: float
    start: int
    end: int


@cache
def _tone() -> dict[str, tuple[float, float]]:
    rows = read_resource("tone_words.csv")
    return {r["word"]: (float(r["vader"]), float(r["textblob"])) for r in rows}


@cache
def _weights() -> dict[tuple[str, str], tuple[float, float]]:
    rows = read_resource("stance_words.csv")
    return {
        (r["term"], r["place"]): (float(r["negative"]), float(r["positive"]))
        for r in rows
    }


def find_features(text: str, start: int, end: int) -> list[Feature]:
    """What the light scorer sees of a sentence and a target in it.

    Parameters
    ----------
    text : str
        A sentence.
    start, end : int
        The target: ``text[start:end]``.

    Returns
    -------
    list of Feature
        `place` is ``before``/``after`` (in the target's clause), ``just before``/
        ``just after`` (up to four words away), ``elsewhere``, ``anywhere``, or for
        an act ``doer``/``done-to``; `value` is 1, a tone, or a polarity.

    Examples
    --------
    >>> found = find_features("They condemned X.", 15, 16)
    >>> [f.term for f in found if f.place == "done-to"]
    ['(act) criticise', '(polarity)', 'condemn']
    """
    words = split_words(text)
    first, last = _target_words(words, start, end)
    forms = [word.form for word in words]
    places = _places(forms, first, last)
    found = []
    for i, word in enumerate(words):
        if first <= i <= last or word.name:
            continue
        found += _word_features(words, forms, i, places[i])
    for i, j in pairwise(range(len(words))):
        if not (first <= i <= last or first <= j <= last):
            pair = f"{forms[i]} {forms[j]}"
            if not (words[i].name or words[j].name):
                found.append(
                    Feature(pair, "anywhere", 1.0, words[i].start, words[j].end)
                )
    return found + _act_features(words, first, last)


def _target_words(words: list[Word], start: int, end: int) -> tuple[int, int]:
    inside = [i for i, w in enumerate(words) if w.end > start and w.start < end]
    return (inside[0], inside[-1]) if inside else (-1, -1)


def _places(forms: list[str], first: int, last: int) -> list[str]:
    """Where every word stands to the target."""
    low, high = first, last
    while low > 0 and forms[low - 1] not in _BREAKS:
        low -= 1
    while high + 1 < len(forms) and forms[high + 1] not in _BREAKS:
        high += 1
    places = []
    for i in range(len(forms)):
        if not low <= i <= high:
            places.append("elsewhere")
        elif i < first:
            places.append("just before" if first - i <= NEAR else "before")
        else:
            places.append("just after" if i - last <= NEAR else "after")
    return places


def _word_features(
    words: list[Word], forms: list[str], i: int, place: str
) -> list[Feature]:
    word, form = words[i], forms[i]
    found = [Feature(form, p, 1.0, word.start, word.end) for p in (place, "anywhere")]
    tone = _tone().get(form)
    if tone:
        turn = -0.5 if is_negated(forms, i, 3) else 1.0
        for name, value in zip(("(vader)", "(textblob)"), tone, strict=True):
            if value:
                sign = "+" if value * turn > 0 else "-"
                for p in (place, "anywhere"):
                    found.append(
                        Feature(name + sign, p, abs(value * turn), word.start, word.end)
                    )
    return found


def _act_features(words: list[Word], first: int, last: int) -> list[Feature]:
    found = []
    for act in find_acts(words):
        part = part_in(act, words, first, last) or "elsewhere"
        span = words[act.first].start, words[act.last].end
        turned = "not " if act.negated else ""
        found.append(Feature(f"(act) {turned}{act.group}", part, 1.0, *span))
        found.append(Feature(f"({turned}polarity)", part, act.polarity, *span))
        found.append(Feature(f"{turned}{act.act}", part, 1.0, *span))
    return found


def score_words(text: str, start: int, end: int) -> tuple[float, float, float]:
    """Probabilities that a sentence is negative, neutral, positive to its target.

    Parameters
    ----------
    text : str
        A sentence.
    start, end : int
        The target: ``text[start:end]``.

    Returns
    -------
    tuple of float
        Negative, neutral, positive; they sum to 1.

    Examples
    --------
    >>> negative, _, positive = score_words("Critics condemned X.", 18, 19)
    >>> negative > positive
    True
    """
    weights = _weights()
    negative, positive = weights[_BASELINE]
    for term, place, value, _, _ in find_features(text, start, end):
        if pair := weights.get((term, place)):
            negative += pair[0] * value
            positive += pair[1] * value
    return _softmax(negative, positive)


def _softmax(negative: float, positive: float) -> tuple[float, float, float]:
    top = max(negative, positive, 0.0)
    parts = [math.exp(z - top) for z in (negative, 0.0, positive)]
    total = sum(parts)
    return parts[0] / total, parts[1] / total, parts[2] / total


def explain_words(
    text: str, start: int, end: int
) -> tuple[float, list[tuple[int, int, float]]]:
    """Share the score out among the words of a sentence.

    The score rises from that of no words at all (the baseline) to the full one as
    all weights are turned up together from 0 to 1. Each weight is worth its size
    times the mean slope of the score on that way (Aumann-Shapley values); what a
    phrase is worth is split evenly among its words.

    Parameters
    ----------
    text : str
        A sentence.
    start, end : int
        The target: ``text[start:end]``.

    Returns
    -------
    tuple of float and list
        The baseline, and (start, end, weight) of every word that counts, in order.
        Baseline and weights sum to the score (positive minus negative) to 1e-9.

    Examples
    --------
    >>> baseline, terms = explain_words("Critics condemned X.", 18, 19)
    >>> negative, _, positive = score_words("Critics condemned X.", 18, 19)
    >>> abs(baseline + sum(t[2] for t in terms) - (positive - negative)) < 1e-9
    True
    """
    weights = _weights()
    base, sums = weights[_BASELINE], [0.0, 0.0]
    shares: dict[tuple[int, int], list[float]] = {}
    words = [(w.start, w.end) for w in split_words(text)]
    for term, place, value, low, high in find_features(text, start, end):
        pair = weights.get((term, place))
        spans = [w for w in words if w[0] >= low and w[1] <= high] if pair else []
        for side in (0, 1) if pair else ():
            sums[side] += pair[side] * value
            for span in spans:
                share = shares.setdefault(span, [0.0, 0.0])
                share[side] += pair[side] * value / len(spans)
    slopes = _mean_slopes(base, sums)
    worth = {k: v[0] * slopes[0] + v[1] * slopes[1] for k, v in shares.items()}
    negative, _, positive = _softmax(base[0] + sums[0], base[1] + sums[1])
    low_negative, _, low_positive = _softmax(*base)
    baseline = low_positive - low_negative
    worth = balance(worth, positive - negative - baseline)
    return baseline, [(*span, worth[span]) for span in sorted(worth) if worth[span]]


def _mean_slopes(base: tuple[float, float], sums: list[float]) -> tuple[float, float]:
    """Mean change of the score by either sum, on the way from baseline to full."""
    by_negative = by_positive = 0.0
    for step in range(STEPS):
        t = (step + 0.5) / STEPS
        negative, _, positive = _softmax(base[0] + t * sums[0], base[1] + t * sums[1])
        score = positive - negative
        by_negative -= negative * (1 + score) / STEPS
        by_positive += positive * (1 - score) / STEPS
    return by_negative, by_positive


def balance(worth: dict, total: float) -> dict:
    """Make values sum to a total exactly, the rest shared by their size.

    Parameters
    ----------
    worth : dict
        Anything to its value.
    total : float
        What the values must sum to (they nearly do already).

    Returns
    -------
    dict
        The same keys; empty if there was none.

    Examples
    --------
    >>> balance({"a": 1.0, "b": -1.0}, 0.5)
    {'a': 1.25, 'b': -0.75}
    """
    rest = total - sum(worth.values())
    size = sum(map(abs, worth.values()))
    if not size:
        return worth
    return {k: v + rest * abs(v) / size for k, v in worth.items()}


def stance_between(
    text: str, first: tuple[int, int], second: tuple[int, int]
) -> float | None:
    """What the first does to the second by the acts of a sentence.

    Parameters
    ----------
    text : str
        A sentence.
    first, second : tuple of int
        Spans (start, end) of holder and target.

    Returns
    -------
    float or None
        Mean polarity of the acts, -1 to 1. An attack that is denied counts 0, for it
        is no praise; help that is refused counts half, against. What the first says
        with the second in it is scored as a sentence, if a stance (from 1/3 up).
        None where there is neither.

    Examples
    --------
    >>> stance_between("Ofcom was condemned by X.", (23, 24), (0, 5))
    -1.0
    >>> stance_between("Ofcom was condemned by X.", (0, 5), (23, 24)) is None
    True
    """
    words = split_words(text)
    one, two = _target_words(words, *first), _target_words(words, *second)
    found = [
        _force(act)
        for act in find_acts(words)
        if part_in(act, words, *one) == "doer"
        and part_in(act, words, *two) == "done-to"
    ]
    if found:
        return sum(found) / len(found)
    return _reported(text, words, one, second)


def _force(act: Act) -> float:
    if not act.negated:
        return act.polarity
    return -0.5 * act.polarity if act.polarity > 0 else 0.0


def _reported(
    text: str, words: list[Word], one: tuple[int, int], second: tuple[int, int]
) -> float | None:
    """The stance in what the first is said to say, where the second stands in it."""
    cues = [w for w in words[one[1] + 1 : one[1] + 4] if w.form in _REPORT]
    if not cues or second[0] < cues[0].end:
        return None
    shift = cues[0].end
    negative, _, positive = score_words(
        text[shift:], second[0] - shift, second[1] - shift
    )
    score = positive - negative
    return score if abs(score) >= 1 / 3 else None
