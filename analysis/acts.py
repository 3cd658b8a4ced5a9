"""Acts: what one actor does to another in a sentence, found by word look-up.

`resources/acts.csv` lists some seven hundred verbs, phrases and nouns (condemn,
call on, impose a fine on, criticism of) with their class and the way they point.
This module inflects them, finds them in a sentence, and says whether the voice is
passive and whether the act is negated. There is no parser, and
every decision can be checked by eye.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache, lru_cache
from typing import NamedTuple

from analysis.tables import read_resource

_WORD = re.compile(r"[^\W_]+(?:[-’'](?!s\b)[^\W_]+)*|['’]s\b|[^\w\s]")
_BE = frozenset("am is are was were be been being 's get gets got getting".split())
_SKIPPED = frozenset("not never also since long now then ever still just".split())
_NEGATIONS = frozenset(
    "not never no nor neither cannot without hardly barely unable refuse refuses "
    "refused refusing decline declines declined declining fail fails failed failing "
    "failure refusal reluctant unwilling nobody none stopped stop stops".split()
)
_NOUN_AFTER = frozenset(
    "a an the this that these those his her its their our my your 's of any some "
    "no such more new further under in on with without for from".split()
)
_OPENING = frozenset('.?!:“"‘')
_BREAKS = frozenset(";:.?!—–()")
_PAUSES = _BREAKS | frozenset(',"“”') | frozenset(("but", "while", "although"))


KEPT = 2048  # sentences whose words and weights are kept: those of 100,000 words


class Word(NamedTuple):
    """A word or mark: its span, its lower-case form, whether written as a name."""

    start: int
    end: int
    form: str
    name: bool = False


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


class Passage(NamedTuple):
    """What of a sentence is the same whomever one asks about."""

    words: list[Word]
    forms: list[str]
    acts: list[Act]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def inside(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last word of a span; (-1, -1) if there is none."""
        first, last = bisect_right(self.ends, start), bisect_left(self.starts, end) - 1
        return (first, last) if first <= last else (-1, -1)


@lru_cache(KEPT)
def read_passage(text: str) -> Passage:
    """The words and acts of a sentence, found once for all its targets.

    Parameters
    ----------
    text : str
        A sentence, or any text.

    Returns
    -------
    Passage
        ``.words``, their ``.forms`` and ``.acts``; not to be changed.

    Examples
    --------
    >>> read_passage("Ofcom fined X.").acts[0].act
    'fine'
    """
    words = split_words(text)
    starts, ends, forms, _ = zip(*words, strict=True) if words else ((),) * 4
    return Passage(words, [*forms], find_acts(words), starts, ends)


def split_words(text: str) -> list[Word]:
    """Split a sentence into words and marks, lower-cased, apostrophes straight.

    Parameters
    ----------
    text : str
        A sentence, or any text.

    Returns
    -------
    list of Word
        ``text[word.start:word.end]`` is the word as written; ``'s`` is its own.

    Examples
    --------
    >>> [word.form for word in split_words("Ofcom’s chief didn’t act.")]
    ['ofcom', "'s", 'chief', "didn't", 'act', '.']
    """
    spans = [m.span() for m in _WORD.finditer(text)]
    written = [text[start:end] for start, end in spans]
    heads = [word[0] for word in written if len(word) > 3]
    headline = sum(map(str.isupper, heads)) > 0.7 * len(heads)
    forms = [*map(str.lower, written)]
    if "’" in text:
        forms = [form.replace("’", "'") for form in forms]
    names = [not headline and word[0].isupper() for word in written]
    for i, word in enumerate(["“", *written[:-1]]):
        if word in _OPENING and names:
            names[i] = False
    rows = zip(spans, forms, names, strict=True)
    return [Word(start, end, form, name) for (start, end), form, name in rows]


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


@cache
def act_words() -> frozenset[str]:
    """The longest word of every act: a text without any of them holds no act.

    Returns
    -------
    frozenset of str
        Lower-cased, all forms.

    Examples
    --------
    >>> "condemned" in act_words(), "swipe" in act_words()
    (True, True)
    """
    entries = _entries().items()
    return frozenset(max((w, *e[0]), key=len) for w, es in entries for e in es)


@cache
def _entries() -> dict[str, list[tuple[tuple[str, ...], str, dict[str, str]]]]:
    """First word to what may follow it, its form, and the row of the lexicon."""
    found: dict[str, list[tuple[tuple[str, ...], str, dict[str, str]]]] = {}
    for row in read_resource("acts.csv"):
        head, *rest = row["act"].split()
        forms = {head: "noun"}
        if row["kind"] == "verb":
            forms = inflect(head, row["past"], row["participle"])
        for form, name in forms.items():
            found.setdefault(form, []).append((tuple(rest), name, row))
    for entries in found.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return found


def find_acts(words: list[Word]) -> list[Act]:
    """The acts of a sentence, longest phrase first, none overlapping.

    Parameters
    ----------
    words : list of Word
        The sentence, as `split_words` gives it.

    Returns
    -------
    list of Act
        In order. `polarity` (-1 to 1) points at the one it is done to, as listed:
        a negation is reported in `negated`, not applied.

    Examples
    --------
    >>> acts = find_acts(split_words("The firm was fined by Ofcom, not praised."))
    >>> [(act.act, act.passive, act.negated) for act in acts]
    [('fine', True, False), ('praise', False, True)]
    """
    entries, forms = _entries(), [word.form for word in words]
    found, free = [], 0
    for i in [i for i, form in enumerate(forms) if form in entries]:
        if i < free or words[i].name:
            continue
        for rest, name, row in entries[forms[i]]:
            last = i + len(rest)
            if tuple(forms[i + 1 : last + 1]) != rest or _is_noun(forms, i, name, row):
                continue
            found.append(_act(forms, i, last, name, row))
            free = last + 1
            break
    return found


def _is_noun(forms: list[str], i: int, name: str, row: dict[str, str]) -> bool:
    """Whether a form that may be a noun stands where nouns stand."""
    if not row["also_noun"] or name not in ("base", "-s"):
        return False
    return i == 0 or forms[i - 1] in _NOUN_AFTER


def _act(forms: list[str], i: int, last: int, name: str, row: dict[str, str]) -> Act:
    polarity, noun = float(row["polarity"]), row["kind"] == "noun"
    passive = name in ("past", "participle") and _is_passive(forms, i, last)
    negated = is_negated(forms, i)
    return Act(i, last, row["act"], row["class"], polarity, noun, passive, negated)


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
        if forms[k] in _NEGATIONS or forms[k].endswith("n't"):
            return True
    return False


def part_in(act: Act, words: list[Word], first: int, last: int) -> str:
    """The part that words `first` to `last` play in an act.

    Parameters
    ----------
    act : Act
        An act of the sentence.
    words : list of Word
        The sentence.
    first, last : int
        The words of the one asked about, both included.

    Returns
    -------
    str
        ``"doer"``, ``"done-to"`` or ``""``: the passive turned round, a relative
        clause with *whom* too; nothing across a colon, a semicolon or a dash.

    Examples
    --------
    >>> words = split_words("The firm was condemned by ministers.")
    >>> act, = find_acts(words)
    >>> part_in(act, words, 1, 1), part_in(act, words, 5, 5)
    ('done-to', 'doer')
    """
    before = last < act.first
    if not before and first <= act.last:
        return ""
    low, high = (last + 1, act.first) if before else (act.last + 1, first)
    between = [word.form for word in words[low:high]]
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
