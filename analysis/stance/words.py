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
from functools import cache, lru_cache
from typing import NamedTuple

from analysis.acts import (
    Act,
    Passage,
    any_denied,
    find_names,
    is_negated,
    part_in,
    read_passage,
)
from analysis.stance.shares import Pair, balance, mean_slopes, softmax
from analysis.tables import read_resource
from analysis.tokens import places_of

NEAR = 4
MOST_WORDS = 2**14  # whose weights are kept at hand
_PLACES = ("elsewhere", "before", "just before", "just after", "after")
_PARTS = ("doer", "done-to", "elsewhere")
_BREAKS = frozenset(";:—–") | {"but", "while", "although", "whereas", "though"}
_BASELINE = ("(baseline)", "anywhere")
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
        negative, positive = _baseline()
        return softmax(negative + self.sums[0], positive + self.sums[1])


@cache
def _tone() -> dict[str, tuple[float, float]]:
    rows = read_resource("tone_words.csv")
    return {r["word"]: (float(r["vader"]), float(r["textblob"])) for r in rows}


@cache
def _weights() -> dict[tuple[str, str], Pair]:
    rows = read_resource("stance_words.csv")
    return {(r["term"], r["place"]): _pair(r) for r in rows}


def _pair(row: dict[str, str]) -> Pair:
    return _shared(float(row["negative"])), _shared(float(row["positive"]))


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
    named = {*names, *range(first, last + 1)}
    found = []
    for place, low, high in _stretches(passage.forms, first, last):
        for i in range(low, high):
            if i not in named:
                found += _word_features(passage, i, _PLACES[place])
    for i in range(len(passage.forms) - 1):
        if named.isdisjoint((i, i + 1)):
            pair = " ".join(passage.forms[i : i + 2])
            found.append(Feature(pair, "anywhere", 1.0, *passage.span(i, i + 1)))
    return found + _act_features(passage, first, last)


def _stretches(forms: list[str], first: int, last: int) -> list[tuple[int, int, int]]:
    """How the words stand to the target: a number of `_PLACES`, and the range."""
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
        for term, value in _word_terms(passage.forms[i], negated)
        for p in (place, "anywhere")
    ]


def _word_terms(form: str, negated: bool) -> list[tuple[str, float]]:
    """A word as a term, and its tone in either lexicon, turned where it is negated."""
    turn = -0.5 if negated else 1.0
    tones = zip(("(vader)", "(textblob)"), _tone().get(form, ()), strict=False)
    return [(form, 1.0)] + [
        (name + ("+" if tone * turn > 0 else "-"), abs(tone * turn))
        for name, tone in tones
        if tone
    ]


def _act_features(passage: Passage, first: int, last: int) -> list[Feature]:
    found = []
    for act in passage.acts:
        part = part_in(act, passage.forms, first, last) or "elsewhere"
        span = passage.span(act.first, act.last)
        found += [Feature(term, part, x, *span) for term, x in _act_terms(act)]
    return found


def _act_terms(act: Act) -> list[tuple[str, float]]:
    """An act as terms: its class, its polarity, itself."""
    turned = "not " if act.negated else ""
    polarity = (f"({turned}polarity)", act.polarity)
    return [(f"(act) {turned}{act.group}", 1.0), polarity, (f"{turned}{act.act}", 1.0)]


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
    base = _baseline()
    by_negative, by_positive = mean_slopes(base, weighed.sums)
    columns = zip(weighed.negative, weighed.positive, strict=True)
    worth = [down * by_negative + up * by_positive for down, up in columns]
    negative, _, positive = weighed.row()
    return _bare_score(), balance(worth, positive - negative - _bare_score())


def weigh_words(passage: Passage, start: int, end: int) -> Weighed:
    """What each word of a passage adds to either sum, given the target.

    Parameters
    ----------
    passage : Passage
        From `analysis.acts`.
    start, end : int
        The target, in the passage's offsets; it touches a word.

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
    for i in (*find_names(passage.words, forms), *range(first, last + 1)):
        keys[i] = ""
    entries = [*map(_entries().__getitem__, keys)]
    stretches = _stretches(forms, first, last)
    downs: list[float] = []
    ups: list[float] = []
    for place, low, high in stretches:
        here = entries[low:high]
        downs += [entry[place] for entry in here]
        ups += [entry[place + _UP] for entry in here]
    if any_denied(forms):
        _turn(downs, ups, keys, forms, stretches)
    following = [*keys[1:], ""]
    pairs = [
        entry[_SECONDS].get(key, _NOTHING)
        for entry, key in zip(entries, following, strict=True)
    ]
    downs = _with_pairs(downs, [down for down, _ in pairs])
    ups = _with_pairs(ups, [up for _, up in pairs])
    for act in passage.acts:
        part = part_in(act, forms, first, last) or "elsewhere"
        down, up = _act_weights(act.act, act.group, act.polarity, act.negated)[part]
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
    tone = _tone()
    for place, low, high in stretches:
        for i in range(low, high):
            if keys[i] in tone and is_negated(forms, i, 3):
                table = _word_table(keys[i], True)
                downs[i], ups[i] = table[place], table[place + _UP]


@cache
def _baseline() -> Pair:
    return _weights()[_BASELINE]


@cache
def _bare_score() -> float:
    negative, _, positive = softmax(*_baseline())
    return positive - negative


@cache
def _pairs() -> dict[str, dict[str, Pair]]:
    """First to second word of a pair to half of its weight: the share of each."""
    pairs: dict[str, dict[str, Pair]] = {}
    for (term, place), (down, up) in _weights().items():
        first, _, second = term.partition(" ")
        if second and place == "anywhere":
            pairs.setdefault(first, {})[second] = _shared(down / 2), _shared(up / 2)
    return pairs


class _Entries(dict[str, tuple]):
    """What a word adds at each of `_PLACES`, and with the word behind it.

    Made when a word is first met; all are forgotten when they are many.
    """

    def __missing__(self, form: str) -> tuple:
        if len(self) >= MOST_WORDS:
            self.clear()
        self[form] = _WEIGHTLESS
        if form in _listed() or form in _tone() or form in _pairs():
            self[form] = (*_word_table(form, False), _pairs().get(form, _NO_PAIR))
        return self[form]


_UP = len(_PLACES)  # in an entry: negative at each place, then positive, then pairs
_SECONDS = 2 * _UP
_NOTHING = (0.0, 0.0)
_NO_PAIR: dict[str, Pair] = {}
_WEIGHTLESS = (*[0.0] * _SECONDS, _NO_PAIR)


@cache
def _entries() -> _Entries:
    return _Entries({"": _WEIGHTLESS})


@cache
def _listed() -> frozenset[str]:
    return frozenset(term for term, _ in _weights())


@lru_cache(2**14)
def _word_table(form: str, negated: bool) -> tuple[float, ...]:
    """What a word adds, with its tone: negative at each of `_PLACES`, then positive.

    Rounded as the listed weights are, equal numbers are one object: what is looked
    up at every word should be small.
    """
    terms = _word_terms(form, negated)
    pairs = [_weight(terms, (p, "anywhere")) for p in _PLACES]
    return tuple(
        _shared(round(x, 3)) for column in zip(*pairs, strict=True) for x in column
    )


@cache
def _shared(number: float) -> float:
    return number


@cache
def _act_weights(
    act: str, group: str, polarity: float, negated: bool
) -> dict[str, Pair]:
    """What an act adds to either sum, by the part of the target in it."""
    terms = _act_terms(Act(0, 0, act, group, polarity, False, False, negated))
    return {part: _weight(terms, (part,)) for part in _PARTS}


def _weight(terms: list[tuple[str, float]], places: tuple[str, ...]) -> Pair:
    found = [
        (pair, value)
        for term, value in terms
        for place in places
        if (pair := _weights().get((term, place)))
    ]
    return tuple(sum(pair[k] * value for pair, value in found) for k in (0, 1))


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
