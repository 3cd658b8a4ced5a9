"""The light scorer's weights: what a word, a pair of words and an act add to two sums.

Read from ``resources/stance_words.csv`` and ``resources/tone_words.csv``; a word's
table is made when the word is first met.
"""

from __future__ import annotations

from functools import cache, lru_cache

from analysis.acts import Act
from analysis.stance.shares import Pair, softmax
from analysis.tables import read_resource

MOST_WORDS = 2**14  # whose weights are kept at hand
PLACES = ("elsewhere", "before", "just before", "just after", "after")
_PARTS = ("doer", "done-to", "elsewhere")
_BASELINE = ("(baseline)", "anywhere")


@cache
def tones() -> dict[str, tuple[float, float]]:
    """The tone of words in VADER's and TextBlob's lexicons, -1 to 1; 0: not listed."""
    rows = read_resource("tone_words.csv")
    return {r["word"]: (float(r["vader"]), float(r["textblob"])) for r in rows}


@cache
def _weights() -> dict[tuple[str, str], Pair]:
    rows = read_resource("stance_words.csv")
    return {(r["term"], r["place"]): _pair(r) for r in rows}


def _pair(row: dict[str, str]) -> Pair:
    return _shared(float(row["negative"])), _shared(float(row["positive"]))


def word_terms(form: str, negated: bool) -> list[tuple[str, float]]:
    """A word as a term, and its tone in either lexicon, turned where it is negated."""
    turn = -0.5 if negated else 1.0
    found = zip(("(vader)", "(textblob)"), tones().get(form, ()), strict=False)
    return [(form, 1.0)] + [
        (name + ("+" if tone * turn > 0 else "-"), abs(tone * turn))
        for name, tone in found
        if tone
    ]


def act_terms(act: Act) -> list[tuple[str, float]]:
    """An act as terms: its class, its polarity, itself."""
    turned = "not " if act.negated else ""
    polarity = (f"({turned}polarity)", act.polarity)
    return [(f"(act) {turned}{act.group}", 1.0), polarity, (f"{turned}{act.act}", 1.0)]


@cache
def baseline() -> Pair:
    """Both sums with no words."""
    return _weights()[_BASELINE]


@cache
def bare_score() -> float:
    """The score with no words."""
    negative, _, positive = softmax(*baseline())
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
    """What a word adds at each of `PLACES`, and with the word behind it.

    Made when a word is first met; all are forgotten when they are many.
    """

    def __missing__(self, form: str) -> tuple:
        if len(self) >= MOST_WORDS:
            self.clear()
        self[form] = _WEIGHTLESS
        if form in _listed() or form in tones() or form in _pairs():
            self[form] = (*word_table(form, False), _pairs().get(form, _NO_PAIR))
        return self[form]


UP = len(PLACES)  # in an entry: negative at each place, then positive, then pairs
SECONDS = 2 * UP
NOTHING = (0.0, 0.0)
_NO_PAIR: dict[str, Pair] = {}
_WEIGHTLESS = (*[0.0] * SECONDS, _NO_PAIR)


@cache
def word_entries() -> _Entries:
    """What each word adds, to be asked by its lower-cased form."""
    return _Entries({"": _WEIGHTLESS})


@cache
def _listed() -> frozenset[str]:
    return frozenset(term for term, _ in _weights())


@lru_cache(2**14)
def word_table(form: str, negated: bool) -> tuple[float, ...]:
    """What a word adds, with its tone: negative at each of `PLACES`, then positive.

    Rounded as the listed weights are, equal numbers are one object: what is looked
    up at every word should be small.
    """
    terms = word_terms(form, negated)
    pairs = [_weight(terms, (p, "anywhere")) for p in PLACES]
    return tuple(
        _shared(round(x, 3)) for column in zip(*pairs, strict=True) for x in column
    )


@cache
def _shared(number: float) -> float:
    return number


@cache
def act_weights(
    act: str, group: str, polarity: float, negated: bool
) -> dict[str, Pair]:
    """What an act adds to either sum, by the part of the target in it."""
    terms = act_terms(Act(0, 0, act, group, polarity, False, False, negated))
    return {part: _weight(terms, (part,)) for part in _PARTS}


def _weight(terms: list[tuple[str, float]], places: tuple[str, ...]) -> Pair:
    found = [
        (pair, value)
        for term, value in terms
        for place in places
        if (pair := _weights().get((term, place)))
    ]
    return tuple(sum(pair[k] * value for pair, value in found) for k in (0, 1))
