"""Who takes which stance toward whom, paragraph by paragraph, with its evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress, repeat
from typing import NamedTuple

from analysis.acts import Passage, cut_passage
from analysis.codebook import Codebook
from analysis.mentions import find_referents
from analysis.quotes import find_quotes
from analysis.stance.claims import Claim, find_claims
from analysis.stance.evidence import Evidence, EvidenceRows
from analysis.stance.judgements import Term as Listed
from analysis.stance.judgements import find_terms, is_denied, list_terms
from analysis.stance.scorers import (
    Score,
    Term,
    available_scorer,
    explain_pair,
    explain_target,
    find_own_words,
    score_between,
    score_pairs,
    score_target,
    score_targets,
    shift_score,
)
from analysis.stance.words import Weighed, share_words, weigh_words
from analysis.tables import row_maker
from analysis.tokens import Structure, read_structure

__all__ = [
    "Evidence",
    "Stance",
    "explain_claims",
    "find_claims",
    "score_between",
    "score_claims",
    "score_paragraphs",
    "score_target",
    "weigh_claims",
]


SURE = 2 / 3  # from here up the pair head is believed without a listed act


class Stance(NamedTuple):
    """A holder's stance toward a target in a paragraph."""

    paragraph: int
    holder: str
    target: str
    direction: int
    score: float
    negative: float
    neutral: float
    positive: float
    n: int
    implied: bool
    scorer: str


class Judged(NamedTuple):
    """A claim that holds, with its score and the terms that moved it."""

    claim: Claim
    score: Score
    terms: list[Term]
    weighed: Weighed | None  # by the light scorer, which explains itself


def score_paragraphs(
    text: str, codebook: Codebook, scorer: str = "encoder"
) -> list[Stance]:
    """Score who takes which stance toward whom in each paragraph.

    Parameters
    ----------
    text : str
        The article's text.
    codebook : Codebook
        The actors, and a reader's own words.
    scorer : str
        ``"encoder"`` or ``"words"``.

    Returns
    -------
    list of Stance
        A row a holder and target in a paragraph, sentences averaged (``n`` of
        them): direction -1 against, 0 neither, 1 for; score -1 to 1, which is
        positive - negative; ``implied`` where the target is left unsaid. A
        paragraph in which nobody is spoken of has no row. It reads no irony.

    Raises
    ------
    ValueError
        For an unknown scorer.

    Examples
    --------
    >>> from analysis.codebook import parse_codebook
    >>> book = parse_codebook("actors: {platform: {names: [X]}}")
    >>> rows = score_paragraphs("“X must act,” she said.", book, "words")
    >>> [(r.holder, r.target, r.direction) for r in rows]
    [('other', 'platform', -1)]
    """
    structure = read_structure(text)
    referents = find_referents(structure, codebook, find_quotes(text, structure))
    claims = find_claims(structure, referents.quotes, referents.mentions)
    return score_claims(structure, claims, scorer, codebook.words)


def score_claims(
    structure: Structure,
    claims: Sequence[Claim],
    scorer: str,
    words: Mapping[str, float],
) -> list[Stance]:
    """Score claims and average them by paragraph, holder and target.

    Parameters
    ----------
    structure : Structure
        The article, split.
    claims : sequence of Claim
        From `analysis.stance.claims.find_claims`.
    scorer : str
        ``"encoder"`` or ``"words"``.
    words : mapping of str to float
        A reader's own words with their weights.

    Returns
    -------
    list of Stance
        As `score_paragraphs`.
    """
    return [_row(group) for group in _groups(judge(structure, claims, scorer, words))]


def weigh_claims(
    structure: Structure,
    claims: Sequence[Claim],
    scorer: str,
    words: Mapping[str, float],
) -> tuple[list[Stance], EvidenceRows]:
    """Rows of `score_claims` and of `explain_claims`, with one scoring for both.

    Parameters
    ----------
    structure, claims, scorer, words
        As for `score_claims`.

    Returns
    -------
    list of Stance, EvidenceRows
    """
    groups = _groups(judge(structure, claims, scorer, words))
    return [_row(group) for group in groups], _evidence(structure.text, groups)


def explain_claims(
    structure: Structure,
    claims: Sequence[Claim],
    scorer: str,
    words: Mapping[str, float],
) -> EvidenceRows:
    """The phrases that moved each score, with their share of it.

    Parameters
    ----------
    structure, claims, scorer, words
        As for `score_claims`.

    Returns
    -------
    EvidenceRows
        A sequence of `Evidence`. The weights of a row of `score_claims` sum to its
        score; a negative weight speaks against the target. What the target scores
        with all other words taken away, the baseline, stands on the target's own
        words.
    """
    groups = _groups(judge(structure, claims, scorer, words))
    return _evidence(structure.text, groups)


def _evidence(text: str, groups: list[list[Judged]]) -> EvidenceRows:
    rows = EvidenceRows()
    for group in groups:
        claim = group[0].claim
        key, n = (claim.paragraph, claim.holder, claim.target), len(group)
        for judged in group:
            starts, texts, weights = _explained(text, judged)
            rows.add(key, starts, texts, [w / n for w in weights] if n > 1 else weights)
    return rows


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
    judged = [
        *map(
            _judged, said, *_said_scores(text, [c for c, _ in said], scorer, passages)
        ),
        *map(_judged, acts, _act_scores(text, [c for c, _ in acts], scorer)),
        *map(_judged, unsaid, repeat(Score(0.0, 1.0, 0.0, 0.0, "words"))),
    ]
    done = {
        (j.claim.sentence, j.claim.target)
        for j in judged
        if j.claim.doer_start is not None and _direction(j.score)
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
        return bool(sure) and _direction(judged.score) != 0
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


def _item(text: str):
    def item(c: Claim) -> tuple[str, int, int]:
        passage = text[c.start : c.end]
        return passage, c.target_start - c.start, c.target_end - c.start

    return item


def _pair(text: str, c: Claim) -> tuple[str, tuple[int, int], tuple[int, int]]:
    doer = c.doer_start - c.start, c.doer_end - c.start
    target = c.target_start - c.start, c.target_end - c.start
    return text[c.start : c.end], doer, target


def _said_scores(
    text: str, claims: Sequence[Claim], scorer: str, passages: _Passages
) -> tuple[list[Score], list[Weighed | None]]:
    """How each passage treats its target, and what that is made of where known."""
    if scorer == "encoder":
        return score_targets(map(_item(text), claims), scorer), [None] * len(claims)
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
    pairs = [_pair(text, c) for c in claims]
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


def _explained(text: str, judged: Judged) -> tuple[list[int], list[str], list[float]]:
    """Starts, words and weights of a claim's phrases, and then of its terms.

    What the bare target scores stands on the target's words, in front.
    """
    c, terms = judged.claim, judged.terms
    starts, words, weights = [], [], []
    if not c.implied:
        starts, words, weights = _own_words(text, judged)
        starts.insert(0, c.target_start)
        words.insert(0, text[c.target_start : c.target_end])
    for term in terms:
        starts.append(term.start)
        words.append(term.text)
        weights.append(term.weight)
    return starts, words, weights


def _own_words(text: str, judged: Judged) -> tuple[list[int], list[str], list[float]]:
    """What the scorer itself says of a claim: its words, and baseline and weights."""
    c = judged.claim
    if judged.weighed:
        baseline, worth = share_words(judged.weighed)
        passage = judged.weighed.passage
        starts = [*compress(passage.starts, worth)]
        return (
            starts,
            [*compress(passage.words, worth)],
            [baseline, *filter(None, worth)],
        )
    if c.doer_start is None:
        baseline, own = explain_target(*_item(text)(c), judged.score.scorer)
    else:
        baseline, own = explain_pair(*_pair(text, c), judged.score.scorer)
    spans = [(a + c.start, b + c.start) for a, b, _ in own]
    weights = [baseline, *(weight for _, _, weight in own)]
    return [a for a, _ in spans], [text[a:b] for a, b in spans], weights


def _groups(judged: Iterable[Judged]) -> list[list[Judged]]:
    groups: dict[tuple[int, str, str], list[Judged]] = {}
    for j in judged:
        key = (j.claim.paragraph, j.claim.holder, j.claim.target)
        groups.setdefault(key, []).append(j)
    return [groups[key] for key in sorted(groups)]


def _direction(row: Sequence[float]) -> int:
    """Of the likeliest of negative, neutral, positive; neutral where they are even."""
    negative, neutral, positive = row[:3]
    likeliest = max(negative, neutral, positive)
    return 0 if neutral == likeliest else 1 if positive == likeliest else -1


def _row(group: list[Judged]) -> Stance:
    """The mean of a paragraph's sentences on one holder and target."""
    n = len(group)
    parts = [j.score[:3] for j in group]
    row = (
        parts[0]
        if n == 1
        else tuple(sum(part) / n for part in zip(*parts, strict=True))
    )
    claim, implied = group[0].claim, all(j.claim.implied for j in group)
    place = claim.paragraph, claim.holder, claim.target, _direction(row)
    return Stance(*place, row[2] - row[0], *row, n, implied, group[0].score.scorer)
