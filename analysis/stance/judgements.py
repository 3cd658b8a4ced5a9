"""Duties, scrutiny, judgement and praise: words that call a target to account.

Models trained on opinion in news take "the firm must act" and "the regulator has
opened an investigation into the firm" for neutral. A reader of regulation news does
not: a demand, a duty invoked, an investigation, a threat of sanction count against
the one addressed. These terms add their weight to a score and stand in its evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from analysis.acts import (
    KEPT,
    Act,
    Passage,
    Word,
    act_words,
    is_negated,
    part_in,
    read_passage,
)
from analysis.stance.claims import Claim
from analysis.tables import read_resource
from analysis.verbs import part_in_sentence

REACH = 8  # words from the target to a duty laid on it
CLEAR = 0.45  # acts listed as milder (invite, value) take no side by themselves
PULL = 0.55  # the weight of a demand
CLOSE = 5  # words from a demand or an inquiry to the one it is put to
_INTO = frozenset("into about over of with against for to".split())
AUTHORITIES = ("government", "regulator", "court")
_BE = frozenset("is are was were be been being".split())
_UNDOING = frozenset(
    f"{verb}{end}"
    for verb in "lift drop dropp end scrap scrapp withdraw withdrew overturn quash"
    " suspend waive waiv cancel cancell abandon close clos shelve shelv".split()
    for end in ("", "s", "d", "ed", "ing")
)
_VERB_AFTER = frozenset(
    "to will would can could may might must should shall not never and or then also"
    " who which that it he she they we i you people women men children".split()
)
_WITHOUT_OBJECT = frozenset("over after amid for in by as".split())
_PIECE = re.compile(r"[^\W_]+")
_TURNS = frozenset(";:—–") | {"but", "while", "although", "whereas"}


class Term(NamedTuple):
    """A term and what it adds to the score."""

    start: int
    end: int
    weight: float
    group: str
    length: int = 1  # words


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
    [('duty', -1.0)]
    """
    passage = text[claim.start : claim.end]
    if _telling().isdisjoint(_PIECE.findall(passage.lower())):
        return []
    words, listed = read_passage(passage), _listed(passage)
    if not (listed or words.acts):
        return []
    return _apart(_shifted(claim.start, _all_terms(text, claim, words, listed)))


def is_denied(text: str, claim: Claim) -> bool:
    """Whether the one act of the holder on the target is one that it did not do.

    Parameters
    ----------
    text : str
        The article's text.
    claim : Claim
        A claim with a doer.

    Returns
    -------
    bool
        True for *did not praise*, *refused to condemn*, *stopped short of …*.

    Examples
    --------
    >>> text = "A did not praise B."
    >>> is_denied(text, Claim(0, 0, "court", "public", 0, 19, 17, 18, 0, 1))
    True
    """
    words, _, acts, *_ = passage = read_passage(text[claim.start : claim.end])
    target = _inside(passage, claim, claim.target_start, claim.target_end)
    doer = _inside(passage, claim, claim.doer_start, claim.doer_end)
    between = [
        act.negated
        for act in acts
        if part_in(act, words, *target) == "done-to"
        and part_in(act, words, *doer) == "doer"
    ]
    return bool(between) and all(between)


def _all_terms(
    text: str, claim: Claim, passage: Passage, listed: list[tuple[int, Term]]
) -> Iterator[Term]:
    if claim.implied:
        kinds = ("duty", "judgement")
        yield from (term for _, term in listed if term.group in kinds)
        return
    forms = passage.forms
    first, last = _inside(passage, claim, claim.target_start, claim.target_end)
    yield from _done_to(passage, claim, first, last)
    if not listed:
        return
    span = claim.target_start, claim.target_end
    doer = part_in_sentence(text, *span, claim.start, claim.end) == "doer"
    for i, term in listed:
        spot = Spot(forms, first, last, i, i + term.length - 1, doer, claim)
        if _BEARS[term.group](spot):
            yield term


class Spot(NamedTuple):
    """Where a term (words `i` to `j`) stands to the target (`first` to `last`)."""

    forms: list[str]
    first: int
    last: int
    i: int
    j: int
    doer: bool  # the target is its sentence's doer
    claim: Claim

    @property
    def near(self) -> bool:
        """In one clause."""
        low, high = (
            (self.last + 1, self.i)
            if self.i > self.last
            else (
                self.j + 1,
                self.first,
            )
        )
        return _TURNS.isdisjoint(self.forms[low:high])

    @property
    def acting(self) -> bool:
        """The holder acts on the target in the reporter's words."""
        return self.claim.doer_start is not None

    @property
    def into(self) -> bool:
        """A term that ends in a preposition bears on what follows it closely."""
        if self.forms[self.j] not in _INTO:
            return self.near
        return 0 < self.first - self.j <= CLOSE


def _duty(at: Spot) -> bool:
    """A duty follows the one it is laid on."""
    return at.near and not at.acting and at.last < at.i <= at.last + REACH


def _judgement(at: Spot) -> bool:
    """A judgement stands in the clause of the one judged."""
    return at.near and not at.acting


def _scrutiny(at: Spot) -> bool:
    """Whoever acts is not the one looked into; of actors, authorities look into."""
    if at.claim.target.startswith(AUTHORITIES) and at.forms[at.j] not in _INTO:
        return False  # its own investigation, as often as one into it
    return at.into and not at.doer and (not at.acting or _authority(at))


def _authority(at: Spot) -> bool:
    """Contact by an authority is scrutiny; by anybody else it is not."""
    return at.into and not at.doer and at.claim.holder.startswith(AUTHORITIES)


def _demand(at: Spot) -> bool:
    """To ask somebody to do something: `asked X to …`, `X was told to …`."""
    if at.acting and at.claim.doer_end > at.claim.target_start:
        return False
    if at.i < at.first:
        asked = at.first - at.i <= CLOSE and at.near
        return asked and "to" in at.forms[at.last + 1 : at.last + 6]
    bare = at.i == at.last + 1  # `X told to …`: no active verb goes on so
    passive = bare or not _BE.isdisjoint(at.forms[at.last + 1 : at.i])
    return not at.acting and passive and at.forms[at.j + 1 : at.j + 2] == ["to"]


_BEARS = {
    "duty": _duty,
    "judgement": _judgement,
    "praise": _judgement,
    "scrutiny": _scrutiny,
    "authority": _authority,
    "demand": _demand,
}


def _done_to(passage: Passage, claim: Claim, first: int, last: int) -> Iterator[Term]:
    """Acts done to the target, by the holder where the holder is the one who acts."""
    words, forms, acts, *_ = passage
    acting = claim.doer_start is not None
    if acts and acting:
        doer = _inside(passage, claim, claim.doer_start, claim.doer_end)
    for act in acts:
        if abs(act.polarity) < CLEAR or act.negated or _may_be_noun(act, words):
            continue
        if act.group == "deny" and forms[act.last + 1 : act.last + 2] == ["to"]:
            continue  # what follows is what was refused: `refused to blame X`
        part = part_in(act, words, first, last)
        if part == "doer" and not acting and _is_bare_passive(act, forms, last):
            part = "done-to"
        if part != "done-to" or "that" in forms[last + 1 : act.first]:
            continue
        if acting and part_in(act, words, *doer) != "doer":
            continue
        turn = -1 if _is_undone(forms, act.first) else 1
        span = words[act.first].start, words[act.last].end
        yield Term(*span, turn * _pull(act), "act")


def _is_undone(forms: list[str], i: int) -> bool:
    """Whether a sanction or inquiry is taken back: `lifted sanctions on X`."""
    return not _UNDOING.isdisjoint(forms[max(0, i - 3) : i])


def _may_be_noun(act: Act, words: list[Word]) -> bool:
    """A plain form (harm, fine) is a verb after a name, a plural, `to` or a pronoun."""
    form, base = words[act.first].form, act.act.split()[0]
    if act.noun or form not in (base, f"{base}s", f"{base}es") or not act.first:
        return False
    before = words[act.first - 1]
    verbal = (
        before.name or before.form in _VERB_AFTER or before.form.endswith(("s", "ly"))
    )
    return not verbal


def _is_bare_passive(act: Act, forms: list[str], last: int) -> bool:
    """A headline's passive: `Bank fined £46m`, `Minister attacked over delays`."""
    after = forms[act.last + 1] if act.last + 1 < len(forms) else ""
    bare = after in _WITHOUT_OBJECT or after in ("£", "$", "€")
    return act.first == last + 1 and forms[act.first].endswith("ed") and bare


def _pull(act: Act) -> float:
    """An act pulls at least as hard as a demand: listed polarities are mild."""
    return max(act.polarity, PULL) if act.polarity > 0 else min(act.polarity, -PULL)


def _inside(passage: Passage, claim: Claim, start: int, end: int) -> tuple[int, int]:
    first, last = passage.inside(start - claim.start, end - claim.start)
    return max(first, 0), max(last, 0)


@cache
def _telling() -> frozenset[str]:
    """The longest word of every term: a sentence without any of them is passed over."""
    phrases = _phrases().items()
    words = {max((w, *e[0]), key=len) for w, es in phrases for e in es} | act_words()
    return frozenset(_PIECE.search(word).group() for word in words)


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


@lru_cache(KEPT)
def _listed(text: str) -> list[tuple[int, Term]]:
    """Terms of ``resources/judgements.csv`` with the number of their first word."""
    phrases, (_, forms, _, starts, ends) = _phrases(), read_passage(text)
    found = []
    for i in [i for i, form in enumerate(forms) if form in phrases]:
        for rest, group, weight in phrases[forms[i]]:
            last = i + len(rest)
            if tuple(forms[i + 1 : last + 1]) != rest:
                continue
            if group == "scrutiny" and _is_undone(forms, i):
                weight = -weight
            if group == "duty" or not is_negated(forms, i):
                span = starts[i], ends[last]
                found.append((i, Term(*span, weight, group, len(rest) + 1)))
                break
    return found


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
