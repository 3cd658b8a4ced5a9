"""Duties, scrutiny, judgement and praise: words that call a target to account.

Models trained on opinion in news take "the firm must act" and "the regulator has
opened an investigation into the firm" for neutral. A reader of regulation news does
not: a demand, a duty invoked, an investigation, a threat of sanction count against
the one addressed. These terms add their weight to a score and stand in its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from analysis.acts import Act, is_name, is_negated, part_in
from analysis.lookup import PhraseIndex, entries_of, index_phrases, phrases_at
from analysis.passages import Passage
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
_TURNS = frozenset(";:—–") | {"but", "while", "although", "whereas"}


class Term(NamedTuple):
    """A term and what it adds to the score."""

    start: int
    end: int
    weight: float
    group: str
    length: int = 1  # words


def list_terms(passage: Passage) -> list[tuple[int, Term]]:
    """The terms of ``resources/judgements.csv`` in a passage, whoever they bear on.

    Parameters
    ----------
    passage : Passage
        Words.

    Returns
    -------
    list of (int, Term)
        In order, each with the number of its first word.

    Examples
    --------
    >>> from analysis.passages import read_passage
    >>> [(i, t.group) for i, t in list_terms(read_passage("X must act."))]
    [(1, 'duty')]
    """
    forms, found = passage.forms, []
    for i, near in entries_of(forms, _phrases()):
        for last, (group, weight) in phrases_at(forms, i, near):
            if group == "scrutiny" and _is_undone(forms, i):
                weight = -weight
            if group == "duty" or not is_negated(forms, i):
                term = Term(*passage.span(i, last), weight, group, last + 1 - i)
                found.append((i, term))
                break
    return found


def find_terms(
    claim: Claim, passage: Passage, listed: list[tuple[int, Term]]
) -> list[Term]:
    """The terms in a claim's passage that bear on its target.

    Parameters
    ----------
    claim : Claim
        A holder, a target and a passage.
    passage : Passage
        The claim's words, in the article's offsets.
    listed : list of (int, Term)
        The passage's `list_terms`.

    Returns
    -------
    list of Term
        Spans with weights (-1 against to 1 for) and class: ``duty`` where the
        target is the one who must, ``act`` where it is done to the target (by the
        holder, where the holder acts), ``scrutiny``, ``judgement``, ``praise``.
        A claim whose target is left unsaid takes all but acts and scrutiny.

    Examples
    --------
    >>> from analysis.passages import read_passage
    >>> claim = Claim(0, 0, "other", "platform", 0, 11, 0, 1, None, None)
    >>> words = read_passage("X must act.")
    >>> terms = find_terms(claim, words, list_terms(words))
    >>> [(t.group, t.weight) for t in terms]
    [('duty', -1.0)]
    """
    if not (listed or passage.acts):
        return []
    return _apart([*_all_terms(claim, passage, listed)])


def is_denied(passage: Passage, claim: Claim) -> bool:
    """Whether the one act of the holder on the target is one that it did not do.

    Parameters
    ----------
    passage : Passage
        The claim's words.
    claim : Claim
        A claim with a doer.

    Returns
    -------
    bool
        True for *did not praise*, *refused to condemn*, *stopped short of …*.

    Examples
    --------
    >>> from analysis.passages import read_passage
    >>> claim = Claim(0, 0, "court", "public", 0, 19, 17, 18, 0, 1)
    >>> is_denied(read_passage("A did not praise B."), claim)
    True
    """
    forms = passage.forms
    target = _inside(passage, claim.target_start, claim.target_end)
    doer = _inside(passage, claim.doer_start, claim.doer_end)
    between = [
        act.negated
        for act in passage.acts
        if part_in(act, forms, *target) == "done-to"
        and part_in(act, forms, *doer) == "doer"
    ]
    return bool(between) and all(between)


def _all_terms(
    claim: Claim, passage: Passage, listed: list[tuple[int, Term]]
) -> Iterator[Term]:
    if claim.implied:
        kinds = ("duty", "judgement")
        yield from (term for _, term in listed if term.group in kinds)
        return
    first, last = _inside(passage, claim.target_start, claim.target_end)
    yield from _done_to(passage, claim, first, last)
    for i, term in listed:
        words = passage.words, passage.forms
        spot = Spot(*words, first, last, i, i + term.length - 1, claim)
        if _BEARS[term.group](spot):
            yield term


class Spot(NamedTuple):
    """Where a term (words `i` to `j`) stands to the target (`first` to `last`)."""

    words: list[str]
    forms: list[str]
    first: int
    last: int
    i: int
    j: int
    claim: Claim

    @property
    def doer(self) -> bool:
        """The target is its sentence's doer."""
        return part_in_sentence(self.words, self.first, self.last) == "doer"

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
    forms, acts = passage.forms, passage.acts
    acting = claim.doer_start is not None
    if acts and acting:
        doer = _inside(passage, claim.doer_start, claim.doer_end)
    for act in acts:
        if abs(act.polarity) < CLEAR or act.negated or _may_be_noun(act, passage):
            continue
        if act.group == "deny" and forms[act.last + 1 : act.last + 2] == ["to"]:
            continue  # what follows is what was refused: `refused to blame X`
        part = part_in(act, forms, first, last)
        if part == "doer" and not acting and _is_bare_passive(act, forms, last):
            part = "done-to"
        if part != "done-to" or "that" in forms[last + 1 : act.first]:
            continue
        if acting and part_in(act, forms, *doer) != "doer":
            continue
        turn = -1 if _is_undone(forms, act.first) else 1
        span = passage.span(act.first, act.last)
        yield Term(*span, turn * _pull(act), "act")


def _is_undone(forms: list[str], i: int) -> bool:
    """Whether a sanction or inquiry is taken back: `lifted sanctions on X`."""
    return not _UNDOING.isdisjoint(forms[max(0, i - 3) : i])


def _may_be_noun(act: Act, passage: Passage) -> bool:
    """A plain form (harm, fine) is a verb after a name, a plural, `to` or a pronoun."""
    form, base = passage.forms[act.first], act.act.split()[0]
    if act.noun or form not in (base, f"{base}s", f"{base}es") or not act.first:
        return False
    before = passage.forms[act.first - 1]
    verbal = before in _VERB_AFTER or before.endswith(("s", "ly"))
    return not (verbal or is_name(passage.words, passage.forms, act.first - 1))


def _is_bare_passive(act: Act, forms: list[str], last: int) -> bool:
    """A headline's passive: `Bank fined £46m`, `Minister attacked over delays`."""
    after = forms[act.last + 1] if act.last + 1 < len(forms) else ""
    bare = after in _WITHOUT_OBJECT or after in ("£", "$", "€")
    return act.first == last + 1 and forms[act.first].endswith("ed") and bare


def _pull(act: Act) -> float:
    """An act pulls at least as hard as a demand: listed polarities are mild."""
    return max(act.polarity, PULL) if act.polarity > 0 else min(act.polarity, -PULL)


def _inside(passage: Passage, start: int, end: int) -> tuple[int, int]:
    first, last = passage.inside(start, end)
    return max(first, 0), max(last, 0)


@cache
def _phrases() -> PhraseIndex[tuple[str, float]]:
    rows = read_resource("judgements.csv")
    return index_phrases((r["term"], (r["class"], float(r["weight"]))) for r in rows)


def _apart(terms: list[Term]) -> list[Term]:
    """Terms that do not overlap, the stronger of two kept."""
    if len(terms) < 2:
        return terms
    kept: list[Term] = []
    for term in sorted(terms, key=lambda t: -abs(t.weight)):
        if all(term.end <= k.start or term.start >= k.end for k in kept):
            kept.append(term)
    return sorted(kept)
