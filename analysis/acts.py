"""Acts: what one actor does to another in a sentence, found by word look-up.

`resources/acts.csv` lists some seven hundred verbs, phrases and nouns (condemn,
call on, impose a fine on, criticism of) with their class and the way they point.
This module inflects them, finds them in a sentence, and says whether the voice is
passive and whether the act is negated. There is no parser, and
every decision can be checked by eye.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import compress, count
from operator import ne
from typing import NamedTuple

from analysis.lookup import PhraseIndex, entries_of, index_phrases, phrases_at
from analysis.tables import read_resource

_BE = frozenset("am is are was were be been being 's get gets got getting".split())
_SKIPPED = frozenset("not never also since long now then ever still just".split())
_NEGATIONS = frozenset(
    "not never no nor neither cannot without hardly barely unable refuse refuses "
    "refused refusing decline declines declined declining fail fails failed failing "
    "failure refusal reluctant unwilling nobody none stopped stop stops "
    "ain't aren't can't couldn't daren't didn't doesn't don't hadn't hasn't haven't "
    "isn't mightn't mustn't needn't oughtn't shan't shouldn't wasn't weren't won't "
    "wouldn't".split()
)
_NOUN_AFTER = frozenset(
    "a an the this that these those his her its their our my your 's of any some "
    "no such more new further under in on with without for from".split()
)
_OPENING = frozenset('.?!:“"‘')
_BREAKS = frozenset(";:.?!—–()") | {"--", "..."}
_PAUSES = _BREAKS | frozenset(',"“”') | frozenset(("but", "while", "although"))
_MANY_CAPITALS = 0.4  # of all words; fewer are no headline
_HEADLINE = 0.7  # of the words longer than three letters


class Act(NamedTuple):
    """An act in a sentence: words `first` to `last`, and which way it points."""

    first: int
    last: int
    act: str
    group: str
    polarity: float
    noun: bool
    passive: bool
    negated: bool


def find_names(words: Sequence[str], forms: Sequence[str]) -> list[int]:
    """Which words are written as names: not what opens a sentence, no headline's.

    Parameters
    ----------
    words, forms : sequence of str
        As `Passage` has them.

    Returns
    -------
    list of int

    Examples
    --------
    >>> find_names(["The", "firm", "Chatter"], ["the", "firm", "chatter"])
    [2]
    """
    changed = [*compress(count(), map(ne, words, forms))]  # by capitals, mostly
    if len(changed) > _MANY_CAPITALS * len(words):
        heads = [word[0] for word in words if len(word) > 3]
        if sum(map(str.isupper, heads)) > _HEADLINE * len(heads):
            return []
    return [
        i
        for i in changed
        if i and words[i - 1] not in _OPENING and words[i][0].isupper()
    ]


def is_name(words: Sequence[str], forms: Sequence[str], i: int) -> bool:
    """Whether a word is written as a name.

    Parameters
    ----------
    words, forms : sequence of str
        As `Passage` has them.
    i : int
        The word.

    Returns
    -------
    bool
        As in `find_names`, which it asks for capitals alone.

    Examples
    --------
    >>> is_name(["The", "firm"], ["the", "firm"], 0)
    False
    """
    return words[i][0].isupper() and i in find_names(words, forms)


def inflect(verb: str, past: str = "", participle: str = "") -> dict[str, str]:
    """The forms of an English verb, each with its name.

    Parameters
    ----------
    verb : str
        The base form; the regular rules of spelling give the rest.
    past, participle : str
        Irregular forms, or those that double a consonant; empty when regular.

    Returns
    -------
    dict of str to str
        Form to one of ``base``, ``-s``, ``past``, ``participle``, ``-ing``.

    Examples
    --------
    >>> inflect("deny")["denied"], sorted(inflect("ban", "banned", "banned"))
    ('participle', ['ban', 'banned', 'banning', 'bans'])
    """
    if verb == "be":
        return dict.fromkeys(("be", "am", "is", "are", "was", "were", "been"), "base")
    if verb == "have":
        return {"have": "base", "has": "-s", "had": "past", "having": "-ing"}
    stem = verb[:-1] if verb.endswith("e") else verb
    y = verb.endswith("y") and verb[-2] not in "aeiou"
    s = verb[:-1] + "ies" if y else verb + "s"
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        s = verb + "es"
    regular = verb[:-1] + "ied" if y else stem + "ed"
    ing = (verb if verb.endswith(("ee", "ye")) else stem) + "ing"
    if past.endswith("ed") and len(past) == len(verb) + 3 and past[:-3] == verb:
        ing = past[:-2] + "ing"
    if verb.endswith("ie"):
        ing = verb[:-2] + "ying"
    forms = {verb: "base", s: "-s", ing: "-ing", past or regular: "past"}
    forms[participle or regular] = "participle"
    return forms


class _Entry(NamedTuple):
    """A form of an act, and what the lexicon says of it."""

    form: str
    act: str
    group: str
    polarity: float
    noun: bool
    also_noun: bool


def any_denied(forms: list[str]) -> bool:
    """Whether there is a word in a passage that may deny another.

    Parameters
    ----------
    forms : list of str
        Its words, lower-cased.

    Returns
    -------
    bool
        False makes asking `is_negated` needless.

    Examples
    --------
    >>> any_denied(["it", "didn't", "act"]), any_denied(["it", "acts"])
    (True, False)
    """
    return not _NEGATIONS.isdisjoint(forms)


@cache
def _entries() -> PhraseIndex[_Entry]:
    """All forms of the acts, as `phrases_at` finds them."""
    found = []
    for row in read_resource("acts.csv"):
        head, _, rest = row["act"].partition(" ")
        noun, also_noun = row["kind"] == "noun", bool(row["also_noun"])
        known = row["act"], row["class"], float(row["polarity"]), noun, also_noun
        forms = {head: "noun"}
        if row["kind"] == "verb":
            forms = inflect(head, row["past"], row["participle"])
        for form, name in forms.items():
            found.append((f"{form} {rest}".strip(), _Entry(name, *known)))
    return index_phrases(found)


def find_acts(words: Sequence[str], forms: list[str]) -> list[Act]:
    """The acts of a sentence, longest phrase first, none overlapping.

    Parameters
    ----------
    words, forms : sequence of str
        Its words, as `Passage` has them; a name is no act.

    Returns
    -------
    list of Act
        In order. `polarity` (-1 to 1) points at the one it is done to, as listed:
        a negation is reported in `negated`, not applied.

    Examples
    --------
    >>> from analysis.passages import read_passage
    >>> acts = read_passage("The firm was fined by Ofcom, not praised.").acts
    >>> [(act.act, act.passive, act.negated) for act in acts]
    [('fine', True, False), ('praise', False, True)]
    """
    found, free = [], 0
    for i, near in entries_of(forms, _entries()):
        if i < free or is_name(words, forms, i):
            continue
        for last, entry in phrases_at(forms, i, near):
            if not _is_noun(forms, i, entry):
                found.append(_act(forms, i, last, entry))
                free = last + 1
                break
    return found


def _is_noun(forms: list[str], i: int, entry: _Entry) -> bool:
    """Whether a form that may be a noun stands where nouns stand."""
    if not entry.also_noun or entry.form not in ("base", "-s"):
        return False
    return i == 0 or forms[i - 1] in _NOUN_AFTER


def _act(forms: list[str], i: int, last: int, entry: _Entry) -> Act:
    past = entry.form in ("past", "participle")
    voice = past and _is_passive(forms, i, last), is_negated(forms, i)
    return Act(i, last, entry.act, entry.group, entry.polarity, entry.noun, *voice)


def _is_passive(forms: list[str], i: int, last: int) -> bool:
    """A form of be or get in front (adverbs skipped), or "by" right behind."""
    for k in range(i - 1, max(-1, i - 5), -1):
        if forms[k] in _BE:
            return True
        if forms[k] not in _SKIPPED and not forms[k].endswith("ly"):
            break
    return "by" in forms[last + 1 : last + 3]


def is_negated(forms: list[str], i: int, reach: int = 5) -> bool:
    """Whether word `i` is denied by a word up to `reach` in front, in its clause.

    Parameters
    ----------
    forms : list of str
        The lower-case words of the sentence.
    i : int
        The word asked about.
    reach : int
        How many words back to look; a comma, a quotation mark or *but* ends it.

    Returns
    -------
    bool
        True for not, never, failed to, refused to, stopped short of and the like.

    Examples
    --------
    >>> is_negated("it stopped short of condemning the firm".split(), 4)
    True
    """
    for k in range(i - 1, max(-1, i - 1 - reach), -1):
        if forms[k] in _PAUSES:
            return False
        if forms[k] in _NEGATIONS:
            return True
    return False


def part_in(act: Act, forms: list[str], first: int, last: int) -> str:
    """The part that words `first` to `last` play in an act.

    Parameters
    ----------
    act : Act
        An act of the sentence.
    forms : list of str
        The sentence's words.
    first, last : int
        The words of the one asked about, both included.

    Returns
    -------
    str
        ``"doer"``, ``"done-to"`` or ``""``: the passive turned round, a relative
        clause with *whom* too; nothing across a colon, a semicolon or a dash.

    Examples
    --------
    >>> from analysis.passages import read_passage
    >>> passage = read_passage("The firm was condemned by ministers.")
    >>> act, = passage.acts
    >>> part_in(act, passage.forms, 1, 1), part_in(act, passage.forms, 5, 5)
    ('done-to', 'doer')
    """
    before = last < act.first
    if not before and first <= act.last:
        return ""
    low, high = (last + 1, act.first) if before else (act.last + 1, first)
    between = forms[low:high]
    if len(between) > 12 or not _BREAKS.isdisjoint(between):
        return ""
    if not before:
        if act.passive:
            return "doer" if "by" in between else ""
        return "done-to" if len(between) <= 8 else ""
    if "whom" in between:
        return "done-to"
    if act.noun:
        return "doer" if len(between) <= 6 else ""
    return "done-to" if act.passive else "doer"
