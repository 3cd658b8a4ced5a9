"""Who does what in a sentence: the part of a phrase, told from the words beside it."""

from __future__ import annotations

import re
from functools import cache

from analysis.acts import inflect
from analysis.tables import read_resource

_ADVERB = r"(?:\w+ly|also|already|now|still|never|not|even|just|then|later|since|again)"
_HELP = (
    r"(?:has|have|had|will|would|can|could|may|might|must|should|shall|does|do|did"
    r"|cannot|won’t|won't|can’t|can't|needs? to|wants? to|seeks? to|ought to)"
)
_BE = r"(?:is|are|was|were|be|been|being|isn’t|isn't|wasn’t|wasn't|gets?|got)"
_ASIDE = r"(?:\s*\([^()]{1,40}\))?(?:\s*,[^,.;:]{2,80},)?"
_AFTER = re.compile(
    rf"{_ASIDE}\s+(?:{_ADVERB}\s+)*(?P<help>(?:{_HELP}\s+(?:{_ADVERB}\s+)*)*)"
    rf"(?P<be>(?:{_BE}\s+(?:{_ADVERB}\s+)*)*)(?P<verb>[a-z][\w-]*)(?P<to>\s+to\b)?"
)
_BEFORE = re.compile(r"([\w’'-]+)\s+(?:([\w’'-]+)\s+)?(?:the\s+|an?\s+)?$")
# Passives of these hand the subject on: "is expected to fine" is about the finer.
_RAISING = frozenset(
    "expected due set likely unlikely supposed said believed reported thought able"
    " about going prepared ready willing understood poised determined".split()
)
_IRREGULAR = frozenset(
    "told hit sued given made seen put found held taken forced shown left cut beaten"
    " hurt caught brought sent sold kept met led lost won let split fought struck"
    " driven known thrown drawn stopped banned".split()
)
_TOWARD = frozenset("against at on to with from over toward towards of".split())


def part_in_sentence(text: str, start: int, end: int, first: int, last: int) -> str:
    """The part a phrase plays: does it act, or is it acted on?

    Looks at the words beside the phrase only: helping verbs, forms of *be* with a
    participle, *by*, and the ending of the verb. It builds no parse: a phrase far
    from its verb is ``other``.

    Parameters
    ----------
    text : str
        The text.
    start, end : int
        The phrase.
    first, last : int
        The sentence around it.

    Returns
    -------
    str
        ``doer``, ``done-to`` or ``other``.

    Examples
    --------
    >>> s = "Ofcom fined X."
    >>> part_in_sentence(s, 0, 5, 0, 14), part_in_sentence(s, 12, 13, 0, 14)
    ('doer', 'done-to')
    """
    before = _BEFORE.search(
        text, _words_before(text, max(first, start - 60), start), start
    )
    word = before.group(2) or before.group(1) if before else ""
    behind = before.group(1) if before and before.group(2) else ""
    if word.lower() == "by":
        return "doer" if is_participle(behind) else "other"
    after = _AFTER.match(text, end, min(last, end + 160))
    if after and (part := _subject(after)):
        return part
    toward = word.lower() in _TOWARD and looks_like_verb(behind)
    return "done-to" if toward or looks_like_verb(word) else "other"


def _words_before(text: str, first: int, start: int) -> int:
    """Where the few words before a phrase begin; what stands before them is passed."""
    at = start
    for _ in range(4):
        at = text.rfind(" ", first, at)
        if at < 0:
            return first
    return at


def _subject(after: re.Match[str]) -> str | None:
    """What the verb after a phrase makes of it, if it is the verb's subject."""
    verb = after["verb"]
    if after["be"]:
        raised = verb in _RAISING and after["to"]
        return "done-to" if is_participle(verb) and not raised else "doer"
    if after["help"] or looks_like_verb(verb):
        return "doer"
    return None


def is_participle(word: str) -> bool:
    """Whether a word can be a past participle, by its ending or a short list.

    Parameters
    ----------
    word : str
        A word.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_participle("condemned"), is_participle("told"), is_participle("angry")
    (True, True, False)
    """
    word = word.lower()
    return len(word) > 3 and word.endswith("ed") or word in _IRREGULAR


def looks_like_verb(word: str) -> bool:
    """Whether a word by itself is taken for a verb: a participle or a cue verb.

    Parameters
    ----------
    word : str
        A word.

    Returns
    -------
    bool

    Examples
    --------
    >>> looks_like_verb("urged"), looks_like_verb("tells"), looks_like_verb("table")
    (True, True, False)
    """
    word = word.lower()
    return is_participle(word) or word in verb_forms()


@cache
def verb_forms() -> frozenset[str]:
    """Forms of verbs of speech and of action, from the lists in ``resources/``.

    Returns
    -------
    frozenset of str
        Lower-cased forms that are verbs first of all; those that are nouns as
        often (*fine*, *charge*) are left to their place in the sentence.

    Examples
    --------
    >>> "tells" in verb_forms(), "fine" in verb_forms()
    (True, False)
    """
    forms = ("present", "past", "perfect", "participle")
    cues = {r[f] for r in read_resource("cue_verbs.csv") for f in forms}
    acts: set[str] = set()
    for row in read_resource("acts.csv"):
        if row["kind"] == "verb" and not row["also_noun"]:
            verb = row["act"].split()[0]
            acts |= set(inflect(verb, row["past"], row["participle"])) - {verb}
    return frozenset(cues | acts)
