"""Judging: which claims hold, and with what score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

from analysis.passages import Passage, cut_passage
from analysis.stance.claims import Claim
from analysis.stance.judgements import Term as Listed
from analysis.stance.judgements import find_terms, is_denied, list_terms
from analysis.stance.scorers import (
    Item,
    Pair,
    Score,
    Term,
    available_scorer,
    find_own_words,
    score_pairs,
    score_targets,
    shift_score,
)
from analysis.stance.words import Weighed, weigh_words
from analysis.tables import row_maker
from analysis.tokens import Structure

SURE = 2 / 3  # from here up the pair head is believed without a listed act


class Judged(NamedTuple):
    """A claim that holds, with its score and the terms that moved it."""

    claim: Claim
    score: Score
    terms: list[Term]
    weighed: Weighed | None  # by the light scorer, which explains itself


def judge(
    structure: Structure,
    claims: Sequence[Claim],
    scorer: str,
    words: Mapping[str, float],
) -> list[Judged]:
    """Score every claim, and keep those that hold.

    One actor's act on another holds from 1/3 up; then the narrator is not taken to
    hold a stance of its own toward that target in the sentence. A target left
    unsaid holds where words judge what it did or must do.

    Parameters
    ----------
    structure, claims, scorer, words
        As for `score_claims`.

    Returns
    -------
    list of Judged
        Claim, score without evidence, and the terms already added to the score.
    """
    scorer = available_scorer(scorer)
    text, passages = structure.text, _passages(structure, claims)
    terms = [_terms_of(text, c, words, *passages[c.start, c.end]) for c in claims]
    held = [
        (c, own)
        for c, own in zip(claims, terms, strict=True)
        if own or not c.strict or _may_act(c, scorer, passages[c.start, c.end][0])
    ]
    said = [i for i in held if not i[0].implied and i[0].doer_start is None]
    acts = [i for i in held if i[0].doer_start is not None]
    unsaid = [i for i in held if i[0].implied]
    scores = _said_scores(text, [c for c, _ in said], scorer, passages)
    judged = [
        *map(_judged, said, *scores),
        *map(_judged, acts, _act_scores(text, [c for c, _ in acts], scorer)),
        *map(_judged, unsaid, repeat(Score(0.0, 1.0, 0.0, 0.0, "words"))),
    ]
    done = {
        (j.claim.sentence, j.claim.target)
        for j in judged
        if j.claim.doer_start is not None and direction(j.score)
    }
    kept = [j for j in judged if not j.claim.implied and _holds(j, done)]
    return kept + _carried(kept, [j for j in judged if j.claim.implied])


def _judged(
    held: tuple[Claim, list[Term]], score: Score, weighed: Weighed | None = None
) -> Judged:
    claim, terms = held
    return _judged_row((claim, *shift_score(score, terms), weighed))


_judged_row = row_maker(Judged)


def _holds(judged: Judged, done: set[tuple[int, str]]) -> bool:
    claim = judged.claim
    if claim.doer_start is not None:
        sure = judged.terms or abs(judged.score.score) >= SURE
        return bool(sure) and direction(judged.score) != 0
    outside = claim.holder in ("narrator", "other")
    return not (outside and (claim.sentence, claim.target) in done)


def _may_act(claim: Claim, scorer: str, passage: Passage) -> bool:
    """The pair head may see an act that no list has; not one that is denied."""
    acts = claim.doer_start is not None and scorer == "encoder"
    return acts and not is_denied(passage, claim)


_Passages = dict[tuple[int, int], tuple[Passage, list[tuple[int, Listed]]]]


def _passages(structure: Structure, claims: Sequence[Claim]) -> _Passages:
    """The words of each passage with the terms listed in it, read once."""
    spans = dict.fromkeys((c.start, c.end) for c in claims)
    cut = {span: cut_passage(structure.tokens, *span) for span in spans}
    return {span: (passage, list_terms(passage)) for span, passage in cut.items()}


def _carried(said: Sequence[Judged], unsaid: Sequence[Judged]) -> list[Judged]:
    """Give what is left unsaid to the target that the holder else speaks of so.

    Of the actors that a running quotation names, the one that its holder's words
    elsewhere lean to most in the same direction; nobody, if there is none.
    """
    lean: dict[tuple[str, str], float] = defaultdict(float)
    for j in said:
        lean[j.claim.holder, j.claim.target] += j.score.score
    best: dict[int, Judged] = {}
    for j in unsaid:
        agrees = lean[j.claim.holder, j.claim.target] * j.score.score
        rival = best.get(j.claim.sentence)
        if agrees > 0 and (
            rival is None
            or agrees > lean[rival.claim.holder, rival.claim.target] * rival.score.score
        ):
            best[j.claim.sentence] = j
    return list(best.values())


def target_item(text: str, c: Claim) -> Item:
    """What `score_targets` takes of a claim: the passage, the target."""
    passage = text[c.start : c.end]
    return passage, c.target_start - c.start, c.target_end - c.start


def actor_pair(text: str, c: Claim) -> Pair:
    """What `score_pairs` takes of a claim: the passage, the doer, the target."""
    doer = c.doer_start - c.start, c.doer_end - c.start
    target = c.target_start - c.start, c.target_end - c.start
    return text[c.start : c.end], doer, target


def _said_scores(
    text: str, claims: Sequence[Claim], scorer: str, passages: _Passages
) -> tuple[list[Score], list[Weighed | None]]:
    """How each passage treats its target, and what that is made of where known."""
    if scorer == "encoder":
        scores = score_targets((target_item(text, c) for c in claims), scorer)
        return scores, [None] * len(scores)
    weighed = [
        weigh_words(passages[c.start, c.end][0], c.target_start, c.target_end)
        for c in claims
    ]
    rows = [w.row() for w in weighed]
    return [Score(*row, row[2] - row[0], scorer) for row in rows], weighed


def _act_scores(text: str, claims: Sequence[Claim], scorer: str) -> Iterator[Score]:
    """What the doer does to the target: the pair head, or nothing but the terms."""
    if scorer == "words":
        yield from [Score(0.0, 1.0, 0.0, 0.0, scorer)] * len(claims)
        return
    pairs = [actor_pair(text, c) for c in claims]
    asked = list(dict.fromkeys((passage, *sorted(two)) for passage, *two in pairs))
    rows = dict(zip(asked, score_pairs(asked), strict=True))  # one row, both ways
    for passage, doer, target in pairs:
        row = rows[passage, *sorted((doer, target))]
        backs, against = (row[1], row[3]) if doer < target else (row[2], row[4])
        parts = (against, 1 - against - backs, backs)
        yield Score(*parts, backs - against, scorer)


def _terms_of(
    text: str,
    claim: Claim,
    words: Mapping[str, float],
    passage: Passage,
    listed: list[tuple[int, Listed]],
) -> list[Term]:
    terms = []
    if listed or passage.acts:
        found = find_terms(claim, passage, listed)
        terms = [Term(t.start, t.end, text[t.start : t.end], t.weight) for t in found]
    if words:
        spot = None if claim.implied else (claim.target_start, claim.target_end)
        terms += find_own_words(text, words, spot, claim.start, claim.end)
    return terms


def direction(row: Sequence[float]) -> int:
    """Of the likeliest of negative, neutral, positive; neutral where they are even."""
    negative, neutral, positive = row[:3]
    likeliest = max(negative, neutral, positive)
    return 0 if neutral == likeliest else 1 if positive == likeliest else -1
