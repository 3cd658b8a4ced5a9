"""Who takes which stance toward whom, paragraph by paragraph, with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from analysis.codebook import Codebook
from analysis.mentions import find_referents
from analysis.quotes import find_quotes
from analysis.stance.claims import Claim, find_claims
from analysis.stance.evidence import Evidence, EvidenceRows, gather_evidence
from analysis.stance.judging import Judged, direction, judge
from analysis.stance.scorers import score_between, score_target
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
    return [_row(group) for group in groups], gather_evidence(structure.text, groups)


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
    return gather_evidence(structure.text, groups)


def _groups(judged: Iterable[Judged]) -> list[list[Judged]]:
    groups: dict[tuple[int, str, str], list[Judged]] = {}
    for j in judged:
        key = (j.claim.paragraph, j.claim.holder, j.claim.target)
        groups.setdefault(key, []).append(j)
    return [groups[key] for key in sorted(groups)]


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
    place = claim.paragraph, claim.holder, claim.target, direction(row)
    return Stance(*place, row[2] - row[0], *row, n, implied, group[0].score.scorer)
