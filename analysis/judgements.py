"""Duties, scrutiny, judgement and praise: words that call a target to account.

Models trained on opinion in news take "the firm must act" and "the regulator has
opened an investigation into the firm" for neutral. A reader of regulation news does
not: a demand, a duty invoked, an investigation, a threat of sanction count against
the one addressed. These terms add their weight to a score and stand in its evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from .acts import Act, Word, find_acts, is_negated, part_in, split_words
from .claims import Claim
from .tables import read_resource
from .verbs import part_in_sentence

REACH = 8  # words from the target to a duty laid on it
AUTHORITIES = ("government", "regulator", "court")
_BE = frozenset("is are was were be been being".split())
_TURNS = frozenset(";:—–") | {"but", "while", "although", "whereas"}


class Term(NamedTuple):
    """A term and what it adds to the score."""

    start: int
    end: int
    weight: float
    group: str


def find_terms(text: str, claim: Claim) -> list[Term]:
    """The terms in a claim's passage that bear on its target.

    Parameters
    ----------
    text : str
        The article's text.
    claim : Claim
        A holder, a target and a passage.

    Returns
    -------
    list of Term
        Spans with weights (-1 against to 1 for) and class: ``duty`` where the
        target is the one who must, ``act`` where it is done to the target (by the
        holder, where the holder acts), ``scrutiny``, ``judgement``, ``praise``.
        A claim whose target is left unsaid takes all but acts and scrutiny.

    Examples
    --------
    >>> text = "X must act."
    >>> place = (0, 0, "other", "platform", 0, 11)
    >>> [(t.group, t.weight) for t in find_terms(text, Claim(*place, 0, 1, None, None))]
    [('duty', -0.55)]
    """
    words = split_words(text[claim.start : claim.end])
    return _apart(_shifted(claim.start, _all_terms(text, claim, words)))


def find_own_words(text: str, claim: Claim, words: Mapping[str, float]) -> list[Term]:
    """A reader's own words in a claim's passage, outside the target.

    Parameters
    ----------
    text : str
        The article's text.
    claim : Claim
        A holder, a target and a passage.
    words : mapping of str to float
        Words or phrases, in any case, with weights from -1 to 1.

    Returns
    -------
    list of Term
        Their spans and weights.

    Examples
    --------
    >>> claim = Claim(0, 0, "narrator", "platform", 0, 7, 0, 1, None, None)
    >>> [t.weight for t in find_own_words("X, odd.", claim, {"odd": -0.5})]
    [-0.5]
    """
    found = [
        Term(m.start(), m.end(), float(weight), "own")
        for word, weight in words.items()
        for m in re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.I).finditer(
            text, claim.start, claim.end
        )
    ]
    if claim.implied:
        return found
    spot = claim.target_start, claim.target_end
    return [t for t in found if t.end <= spot[0] or t.start >= spot[1]]


def _all_terms(text: str, claim: Claim, words: list[Word]) -> Iterator[Term]:
    listed = list(_listed(words))
    if claim.implied:
        kinds = ("duty", "judgement")
        yield from (term for _, term in listed if term.group in kinds)
        return
    forms = [w.form for w in words]
    first, last = _inside(words, claim, claim.target_start, claim.target_end)
    yield from _done_to(words, claim, first, last)
    span = claim.target_start, claim.target_end
    doer = part_in_sentence(text, *span, claim.start, claim.end) == "doer"
    for i, term in listed:
        if _BEARS[term.group](forms, first, last, i, doer, claim):
            yield term


def _duty(forms, first, last, i, doer, claim) -> bool:
    """A duty follows the one it is laid on."""
    near = last < i <= last + REACH and _same_clause(forms, first, last, i)
    return near and claim.doer_start is None


def _judgement(forms, first, last, i, doer, claim) -> bool:
    """A judgement stands in the clause of the one judged."""
    return claim.doer_start is None and _same_clause(forms, first, last, i)


def _scrutiny(forms, first, last, i, doer, claim) -> bool:
    """Whoever acts is not the one looked into."""
    return not doer


def _authority(forms, first, last, i, doer, claim) -> bool:
    """Contact by an authority is scrutiny; by anybody else it is not."""
    return not doer and claim.holder.startswith(AUTHORITIES)


def _demand(forms, first, last, i, doer, claim) -> bool:
    """To ask somebody to do something: `asked X to …`, `X was told to …`."""
    if claim.doer_start is not None and not claim.doer_end <= claim.target_start:
        return False
    if i < first:
        asked = first - i <= 4 and _same_clause(forms, first, last, i)
        return asked and "to" in forms[last + 1 : last + 6]
    passive = any(form in _BE for form in forms[last + 1 : i])
    return claim.doer_start is None and passive and "to" in forms[i + 1 : i + 3]


_BEARS = {
    "duty": _duty,
    "judgement": _judgement,
    "praise": _judgement,
    "scrutiny": _scrutiny,
    "authority": _authority,
    "demand": _demand,
}


def _done_to(words: list[Word], claim: Claim, first: int, last: int) -> Iterator[Term]:
    """Acts done to the target, by the holder where the holder is the one who acts."""
    acting = claim.doer_start is not None
    if acting:
        doer = _inside(words, claim, claim.doer_start, claim.doer_end)
    for act in find_acts(words):
        if act.negated or part_in(act, words, first, last) != "done-to":
            continue
        if acting and part_in(act, words, *doer) != "doer":
            continue
        yield Term(words[act.first].start, words[act.last].end, _pull(act), "act")


def _pull(act: Act) -> float:
    """An act pulls at least as hard as a duty: listed polarities are mild."""
    least = 0.55 if act.polarity > 0 else -0.55
    return max(act.polarity, least) if least > 0 else min(act.polarity, least)


def _inside(words: list[Word], claim: Claim, start: int, end: int) -> tuple[int, int]:
    low, high = start - claim.start, end - claim.start
    inside = [i for i, w in enumerate(words) if w.end > low and w.start < high]
    return (inside[0], inside[-1]) if inside else (0, 0)


def _same_clause(forms: list[str], first: int, last: int, i: int) -> bool:
    low, high = (last + 1, i) if i > last else (i + 1, first)
    return _TURNS.isdisjoint(forms[low:high])


@cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], str, float]]]:
    phrases: dict[str, list[tuple[tuple[str, ...], str, float]]] = {}
    for r in read_resource("judgements.csv"):
        head, *rest = r["term"].split()
        entry = (tuple(rest), r["class"], float(r["weight"]))
        phrases.setdefault(head, []).append(entry)
    for entries in phrases.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return phrases


def _listed(words: list[Word]) -> Iterator[tuple[int, Term]]:
    """Terms of ``resources/judgements.csv`` with the number of their first word."""
    phrases, forms = _phrases(), [w.form for w in words]
    for i, form in enumerate(forms):
        for rest, group, weight in phrases.get(form, ()):
            last = i + len(rest)
            if tuple(forms[i + 1 : last + 1]) != rest:
                continue
            if group == "duty" or not is_negated(forms, i):
                yield i, Term(words[i].start, words[last].end, weight, group)
                break


def _shifted(by: int, terms: Iterator[Term]) -> Iterator[Term]:
    for term in terms:
        yield term._replace(start=term.start + by, end=term.end + by)


def _apart(terms: Iterator[Term]) -> list[Term]:
    """Terms that do not overlap, the stronger of two kept."""
    kept: list[Term] = []
    for term in sorted(terms, key=lambda t: -abs(t.weight)):
        if all(term.end <= k.start or term.start >= k.end for k in kept):
            kept.append(term)
    return sorted(kept)
