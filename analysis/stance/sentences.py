"""Stance in a single sentence: toward a marked target, or between two marked actors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from analysis.stance.cards import CLS, SEP
from analysis.stance.evidence import (
    Phrase,
    Probabilities,
    Span,
    find_own_words,
    find_phrases,
    share_out,
    shift,
)
from analysis.stance.model import run_sentence, split_pieces

if TYPE_CHECKING:
    from tokenizers import Encoding

SPAN_MARKS = ((1, 2), (3, 4), (5, 6))  # unused word pieces: target; first; second actor
LONGEST_SENTENCE = 160
STANCE = 1 / 3  # from here up two actors take a stance
SCORERS = ("encoder",)
PHRASES, PERMUTATIONS = 12, 8


class TargetScore:
    """A stance toward a target, its evidence worked out when it is read.

    Attributes
    ----------
    negative, neutral, positive : float
        Probabilities that sum to 1.
    score : float
        positive - negative: -1 against, 1 for.
    evidence : list of Phrase
        start, end, text, weight of each phrase around the target; with `baseline`, what
        the bare target scores, the weights sum to `score`.
    """

    def __init__(self, text: str, span: Span, words: Mapping[str, float]) -> None:
        """Score a target of a text."""
        self._text, self._span = text, span
        own = find_own_words(text, words, span)
        row, self._own = shift(_score_target(split_pieces(text), span), own)
        self.negative, self.neutral, self.positive = row
        self.score = self.positive - self.negative

    @cached_property
    def _shares(self) -> tuple[float, list[Phrase]]:
        text, span, pieces = self._text, self._span, split_pieces(self._text)

        def score(kept: frozenset[int]) -> float:
            negative, _, positive = _score_target(pieces, span, kept)
            return positive - negative

        phrases = find_phrases(text, *span, PHRASES)
        baseline, worth = share_out(pieces.offsets, phrases, score, PERMUTATIONS)
        found = zip(phrases, worth, strict=True)
        return baseline, [Phrase(a, b, text[a:b], value) for (a, b), value in found]

    @property
    def baseline(self) -> float:
        """What the bare target scores."""
        return self._shares[0]

    @property
    def evidence(self) -> list[Phrase]:
        """The phrases that moved the score, and a reader's own words."""
        return sorted([*self._shares[1], *self._own])


class Between(NamedTuple):
    """What each of two actors does to the other: -1 to 1, or None for no stance."""

    first_to_second: float | None
    second_to_first: float | None


def score_target(
    text: str,
    start: int,
    end: int,
    scorer: str = "encoder",
    words: Mapping[str, float] | None = None,
) -> TargetScore:
    """Score how a text treats a target in it.

    `text`: a sentence, or a few; of a long one the part around the target is read.
    `start`, `end`: the target: ``text[start:end]``. `scorer`: ``"encoder"``: the
    model's head for single sentences, learned from NewsMTSC. `words`: a reader's own
    words or phrases, any case, each with a weight from -1 to 1 that is added to the
    score wherever the word stands outside the target.

    Gives ``.negative``, ``.neutral``, ``.positive`` (they sum to 1), ``.score`` (-1 to
    1; up is favourable), ``.baseline`` and ``.evidence``. It says how the target is
    treated, not by whom. Raises ValueError for an unknown scorer, or a target that is
    empty or outside the text.

    >>> score_target("Critics condemned X.", 18, 19).score < 0
    True
    """
    _check(text, (start, end), scorer)
    return TargetScore(text, (start, end), words or {})


def score_between(
    text: str, first: Span, second: Span, scorer: str = "encoder"
) -> Between:
    """Score what two actors of a sentence do to each other.

    `first`, `second`: their spans (start, end), which do not overlap. `scorer`:
    ``"encoder"``: the model's head for pairs, learned from directed sentiment.

    Each the probability of backing less that of criticising, in that direction: -1 to 1
    (up is favourable). None, no stance, when below 1/3 either way. Raises ValueError
    for an unknown scorer, or a span that is empty or outside the text.

    >>> score_between("A praised B.", (0, 1), (10, 11)).first_to_second > 0
    True
    """
    _check(text, first, scorer)
    _check(text, second, scorer)
    _, backs, backed, against, opposed = score_pair(text, first, second)
    forth, back = backs - against, backed - opposed
    return Between(
        forth if abs(forth) >= STANCE else None, back if abs(back) >= STANCE else None
    )


def score_pair(text: str, first: Span, second: Span) -> tuple[float, ...]:
    """Probabilities of who backs or criticises whom.

    None, first backs second, second backs first, first criticises second, second
    criticises first; asked the other way round, they change places.

    >>> row = score_pair("A condemned B.", (0, 1), (12, 13))
    >>> row.index(max(row))
    3
    """
    marked = mark_spans(split_pieces(text), sorted([first, second]), SPAN_MARKS[1:])
    none, *row = run_sentence(*marked, "pair").tolist()
    order = (0, 1, 2, 3) if first < second else (1, 0, 3, 2)
    return none, *(row[k] for k in order)


def _score_target(
    pieces: Encoding, span: Span, kept: frozenset[int] | None = None
) -> Probabilities:
    return tuple(
        run_sentence(*mark_spans(pieces, [span], SPAN_MARKS, kept), "stance").tolist()
    )


def _check(text: str, span: Span, scorer: str) -> None:
    if scorer not in SCORERS:
        raise ValueError(f"no scorer {scorer!r}; there is {', '.join(SCORERS)}")
    start, end = span
    if not 0 <= start < end <= len(text):
        raise ValueError(f"no target at {start}:{end} in a text of {len(text)}")


def mark_spans(
    pieces: Encoding,
    spans: Sequence[Span],
    marks: Sequence[Span],
    kept: frozenset[int] | None = None,
) -> tuple[list[int], list[int]]:
    """Put markers around spans, and a window of the text around them.

    `kept` leaves out all other pieces, save those of the spans. Gives the ids and where
    in them each span's marker stands.
    """
    inner = [_covered(pieces, span) for span in spans]
    low, high = _window(len(pieces.ids), inner, LONGEST_SENTENCE - 2 - 2 * len(spans))
    opens = {own[0]: k for k, own in enumerate(inner)}
    closes = {own[-1]: k for k, own in enumerate(inner)}
    always = {i for own in inner for i in own}
    ids, at = [CLS], [0] * len(spans)
    for i in range(low, high):
        if kept is not None and i not in kept and i not in always:
            continue
        if i in opens:
            at[opens[i]] = len(ids)
            ids.append(marks[opens[i]][0])
        ids.append(pieces.ids[i])
        if i in closes:
            ids.append(marks[closes[i]][1])
    return [*ids, SEP], at


def _covered(pieces: Encoding, span: Span) -> list[int]:
    """The pieces that a span touches; the first one if none."""
    start, end = span
    found = [i for i, (a, b) in enumerate(pieces.offsets) if b > start and a < end]
    return found or [0]


def _window(length: int, inner: list[list[int]], room: int) -> Span:
    """The pieces to read: all, or `room` of them around the spans."""
    if length <= room:
        return 0, length
    middle = (min(own[0] for own in inner) + max(own[-1] for own in inner)) // 2
    low = max(0, min(middle - room // 2, length - room))
    return low, low + room
