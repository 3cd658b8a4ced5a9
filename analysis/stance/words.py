"""The light scorer: a readable table of words by their place to the target.

Every word near a target adds its weights from `resources/stance_words.csv` to two
sums, one for a negative and one for a positive stance (neutral is the zero between
them); a softmax turns the sums into probabilities. A term is a word, a pair of
words, ``(act)`` with its class, or one of the two tone lexicons; its place says where
it stands to the target. Names are no terms: nobody is framed by who they are.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from analysis.acts import Act, any_denied, find_names, is_negated, part_in
from analysis.lookup import places_of
from analysis.passages import Passage, read_passage
from analysis.stance.shares import Pair, balance, mean_slopes, softmax
from analysis.stance.weights import (
    NOTHING,
    PLACES,
    SECONDS,
    UP,
    act_terms,
    act_weights,
    bare_score,
    baseline,
    tones,
    word_entries,
    word_table,
    word_terms,
)

NEAR = 4
_BREAKS = frozenset(";:—–") | {"but", "while", "although", "whereas", "though"}
_REPORT = frozenset(
    "said says say told tells argued argues claimed claims added adds insisted "
    "insists wrote writes tweeted believes believed thinks thought".split()
)
_QUOTED = re.compile(r"[“\"].*?[”\"]|‘.*?’(?!\w)")


class Feature(NamedTuple):
    """A term at its place to the target, how strongly, and the span it stands on."""

    term: str
    place: str
    value: float
    start: int
    end: int


class Weighed(NamedTuple):
    """What the words of a passage add to the negative and to the positive sum."""

    passage: Passage
    negative: list[float]
    positive: list[float]
    sums: Pair  # of the columns

    def row(self) -> tuple[float, float, float]:
        """Probabilities of negative, neutral and positive."""
        negative, positive = baseline()
        return softmax(negative + self.sums[0], positive + self.sums[1])


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
    passage = read_passage(text)
    first, last = passage.inside(start, end)
    names = find_names(passage.words, passage.forms)
    named = {*names, *range(max(first, 0), last + 1)}
    found = []
    for place, low, high in _stretches(passage.forms, first, last):
        for i in range(low, high):
            if i not in named:
                found += _word_features(passage, i, PLACES[place])
    for i in range(len(passage.forms) - 1):
        if named.isdisjoint((i, i + 1)):
            pair = " ".join(passage.forms[i : i + 2])
            found.append(Feature(pair, "anywhere", 1.0, *passage.span(i, i + 1)))
    return found + _act_features(passage, first, last)


def _stretches(forms: list[str], first: int, last: int) -> list[tuple[int, int, int]]:
    """How the words stand to the target: a number of `PLACES`, and the range."""
    if first < 0:  # it touches no word
        return [(0, 0, len(forms))]
    breaks = [-1, *places_of(forms, _BREAKS), len(forms)]
    low = breaks[bisect_left(breaks, first) - 1] + 1
    high = breaks[bisect_right(breaks, last)]
    before, after = max(low, first - NEAR), min(high, last + 1 + NEAR)
    return [
        (0, 0, low),
        (1, low, before),
        (2, before, first),
        (0, first, last + 1),
        (3, last + 1, after),
        (4, after, high),
        (0, high, len(forms)),
    ]


def _word_features(passage: Passage, i: int, place: str) -> list[Feature]:
    negated = is_negated(passage.forms, i, 3)
    return [
        Feature(term, p, value, *passage.span(i, i))
        for term, value in word_terms(passage.forms[i], negated)
        for p in (place, "anywhere")
    ]


def _act_features(passage: Passage, first: int, last: int) -> list[Feature]:
    found = []
    for act in passage.acts:
        part = part_in(act, passage.forms, first, last) or "elsewhere"
        span = passage.span(act.first, act.last)
        found += [Feature(term, part, x, *span) for term, x in act_terms(act)]
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
    return weigh_words(read_passage(text), start, end).row()


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
    passage = read_passage(text)
    baseline, worth = share_words(weigh_words(passage, start, end))
    spans = (passage.span(i, i) for i in range(len(worth)))
    return baseline, [(*s, w) for s, w in zip(spans, worth, strict=True) if w]


def share_words(weighed: Weighed) -> tuple[float, list[float]]:
    """Share the score of a passage out among its words, as `explain_words` does.

    Parameters
    ----------
    weighed : Weighed
        From `weigh_words`.

    Returns
    -------
    tuple of float and list of float
        The baseline, and what each word is worth.

    Examples
    --------
    >>> baseline, worth = share_words(weigh_words(read_passage("X won."), 0, 1))
    >>> len(worth), worth[0]
    (3, 0.0)
    """
    base = baseline()
    by_negative, by_positive = mean_slopes(base, weighed.sums)
    columns = zip(weighed.negative, weighed.positive, strict=True)
    worth = [down * by_negative + up * by_positive for down, up in columns]
    negative, _, positive = weighed.row()
    return bare_score(), balance(worth, positive - negative - bare_score())


def weigh_words(passage: Passage, start: int, end: int) -> Weighed:
    """What each word of a passage adds to either sum, given the target.

    Parameters
    ----------
    passage : Passage
        From `analysis.passages`.
    start, end : int
        The target, in the passage's offsets.

    Returns
    -------
    Weighed
        A phrase's weight is split evenly among its words.

    Examples
    --------
    >>> weighed = weigh_words(read_passage("Critics condemned X."), 18, 19)
    >>> weighed.row() == score_words("Critics condemned X.", 18, 19)
    True
    """
    forms = passage.forms
    first, last = passage.inside(start, end)
    keys = forms.copy()  # names and the target weigh nothing
    for i in (*find_names(passage.words, forms), *range(max(first, 0), last + 1)):
        keys[i] = ""
    entries = [*map(word_entries().__getitem__, keys)]
    stretches = _stretches(forms, first, last)
    downs: list[float] = []
    ups: list[float] = []
    for place, low, high in stretches:
        here = entries[low:high]
        downs += [entry[place] for entry in here]
        ups += [entry[place + UP] for entry in here]
    if any_denied(forms):
        _turn(downs, ups, keys, forms, stretches)
    following = [*keys, ""][1:]
    pairs = [
        entry[SECONDS].get(key, NOTHING)
        for entry, key in zip(entries, following, strict=True)
    ]
    downs = _with_pairs(downs, [down for down, _ in pairs])
    ups = _with_pairs(ups, [up for _, up in pairs])
    for act in passage.acts:
        part = part_in(act, forms, first, last) or "elsewhere"
        down, up = act_weights(act.act, act.group, act.polarity, act.negated)[part]
        n = act.last - act.first + 1
        for i in range(act.first, act.last + 1):
            downs[i] += down / n
            ups[i] += up / n
    return Weighed(passage, downs, ups, (sum(downs), sum(ups)))


def _with_pairs(words: list[float], pairs: list[float]) -> list[float]:
    """Add to each word its share in the pair that it opens and the one it closes."""
    rows = zip(words, pairs, (0.0, *pairs), strict=False)
    return [word + opened + closed for word, opened, closed in rows]


def _turn(
    downs: list[float],
    ups: list[float],
    keys: list[str],
    forms: list[str],
    stretches: list[tuple[int, int, int]],
) -> None:
    """Give words whose tone is negated the weights that they have then."""
    tone = tones()
    for place, low, high in stretches:
        for i in range(low, high):
            if keys[i] in tone and is_negated(forms, i, 3):
                table = word_table(keys[i], True)
                downs[i], ups[i] = table[place], table[place + UP]


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
        Mean polarity of the acts, -1 to 1. An act that is denied counts 0, for an
        attack not made is no praise; but support or defence denied counts half,
        against. What the first says with the second in it, quoted or reported, is
        scored as a sentence, if a stance (from 1/3 up). None where there is neither.

    Examples
    --------
    >>> stance_between("Ofcom was condemned by X.", (23, 24), (0, 5))
    -1.0
    >>> stance_between("Ofcom was condemned by X.", (0, 5), (23, 24)) is None
    True
    """
    passage = read_passage(text)
    one, two = passage.inside(*first), passage.inside(*second)
    found = [
        _force(act)
        for act in passage.acts
        if part_in(act, passage.forms, *one) == "doer"
        and part_in(act, passage.forms, *two) == "done-to"
    ]
    if found:
        return sum(found) / len(found)
    return _reported(text, passage, one, second)


def _force(act: Act) -> float:
    if not act.negated:
        return act.polarity
    return -0.5 * act.polarity if act.group in ("back", "defend") else 0.0


def _reported(
    text: str, passage: Passage, one: tuple[int, int], second: tuple[int, int]
) -> float | None:
    """The stance in what the first is said to say, where the second stands in it."""
    forms = passage.forms
    near = [*range(max(0, one[0] - 2), one[0]), *range(one[1] + 1, one[1] + 4)]
    cues = [i for i in near if forms[i : i + 1] and forms[i] in _REPORT]
    if one[0] < 0 or not cues:
        return None
    speaker, behind = passage.starts[one[0]], passage.span(cues[0], cues[0])[1]
    start, end = _said(text, behind, speaker, second[0])
    if not start <= second[0] < end:
        return None
    row = score_words(text[start:end], second[0] - start, second[1] - start)
    score = row[2] - row[0]
    return score if abs(score) >= 1 / 3 else None


def _said(text: str, after: int, speaker: int, target: int) -> tuple[int, int]:
    """What is said: the quotation around the target, else all behind the cue."""
    for quoted in _QUOTED.finditer(text):
        if quoted.start() < target < quoted.end():
            inside = quoted.start() < speaker < quoted.end()
            return (0, 0) if inside else (quoted.start() + 1, quoted.end() - 1)
    return (after, len(text)) if speaker < after else (0, 0)
