"""Who does what in a sentence: the part of a phrase, told from the words beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from analysis.lookup import class_of
from analysis.tables import read_resource

ASIDE = 16  # words that an apposition between commas or in brackets may have
_SHORT = re.compile(r"(?:qu|[^aeiou])*[aeiou][bdgklmnprt]")  # ban, slam, quit


def part_in_sentence(
    words: Sequence[str], first: int, last: int, low: int = 0, high: int | None = None
) -> str:
    """The part a phrase plays: does it act, or is it acted on?

    Looks at the words beside the phrase only: helping verbs, forms of *be* with a
    participle, *by*, and the ending of the verb. It builds no parse: a phrase far
    from its verb is ``other``.

    >>> words = "Ofcom fined X .".split()
    >>> part_in_sentence(words, 0, 0), part_in_sentence(words, 2, 2)
    ('doer', 'done-to')
    """
    at = first - 1
    if at >= low and words[at] in ("the", "a", "an"):
        at -= 1
    word = words[at].lower() if at >= low else ""
    behind = words[at - 1] if at > low and word[-1].isalnum() else ""
    if word == "by":
        return "doer" if is_participle(behind) else "other"
    part = _subject(words, last + 1, len(words) if high is None else high)
    if part:
        return part
    toward = word in class_of("toward") and looks_like_verb(behind)
    return "done-to" if toward or looks_like_verb(word) else "other"


def _subject(words: Sequence[str], at: int, high: int) -> str | None:
    """What the verb behind a phrase makes of it, if it is the verb's subject."""
    at = _past(words, at, "(", ")", high)
    at = _past(words, at, ",", ",", high)
    passed: list[str] = []  # h: a helping verb, b: a form of be, a: an adverb
    while at < high and (kind := _kind_before_verb(words, at, "b" in passed)):
        passed.append(kind)
        at += 1 + (kind == "h" and words[at] in class_of("wish"))
    if at >= high or not words[at][0].islower():
        if not passed:
            return None
        passed.pop()
        at -= 1
    verb = words[at]
    if "b" in passed:
        raised = verb in class_of("raising") and words[at + 1 : at + 2] == ["to"]
        return "done-to" if is_participle(verb) and not raised else "doer"
    return "doer" if "h" in passed or looks_like_verb(verb) else None


def _kind_before_verb(words: Sequence[str], at: int, be: bool) -> str:
    """What a word before a verb is; helping verbs stand before forms of *be*."""
    word = words[at]
    if word in class_of("passive"):
        return "b"
    wishes = word in class_of("wish") and words[at + 1 : at + 2] == ["to"]
    if not be and (wishes or word in class_of("help")):
        return "h"
    return "a" if word in class_of("between") or word.endswith("ly") else ""


def _past(words: Sequence[str], at: int, opening: str, closing: str, high: int) -> int:
    """Where what stands between two marks is over, if it opens here and is short."""
    if at >= high or words[at] != opening:
        return at
    for k in range(at + 1, min(high, at + ASIDE)):
        if words[k] == closing:
            return k + 1
        if opening == "," and words[k] in ".;:":
            break
    return at


def is_participle(word: str) -> bool:
    """Whether a word can be a past participle, by its ending or a short list.

    >>> is_participle("condemned"), is_participle("told"), is_participle("angry")
    (True, True, False)
    """
    word = word.lower()
    return len(word) > 3 and word.endswith("ed") or word in class_of("participle")


def looks_like_verb(word: str) -> bool:
    """Whether a word by itself is taken for a verb: a participle or a cue verb.

    >>> looks_like_verb("urged"), looks_like_verb("tells"), looks_like_verb("table")
    (True, True, False)
    """
    word = word.lower()
    return is_participle(word) or word in verb_forms()


def inflect(verb: str, past: str = "", participle: str = "") -> set[str]:
    """The forms of an English verb; a long one that doubles its end has its past given.

    >>> sorted(inflect("ban")), "acquitting" in inflect("acquit", "acquitted")
    (['ban', 'banned', 'banning', 'bans'], True)
    """
    doubled = verb + verb[-1:]
    if not (past == doubled + "ed" or _SHORT.fullmatch(verb)):
        doubled = ""
    stem = doubled or (verb[:-1] if verb.endswith("e") else verb)
    y = verb.endswith("y") and verb[-2:-1] not in "aeiou"
    s = verb[:-1] + "ies" if y else verb + "s"
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        s = verb + "es"
    regular = verb[:-1] + "ied" if y else stem + "ed"
    ing = (verb if verb.endswith(("ee", "ye")) else stem) + "ing"
    if verb.endswith("ie"):
        ing = verb[:-2] + "ying"
    return {verb, s, ing, past or regular, participle or regular}


@cache
def verb_forms() -> frozenset[str]:
    """Forms of verbs of speech and of action, from the lists in ``resources/``.

    >>> "tells" in verb_forms(), "fine" in verb_forms()
    (True, False)
    """
    forms = ("present", "past", "perfect", "participle")
    cues = {r[f] for r in read_resource("cue_verbs.csv") for f in forms}
    acts = set(class_of("acting"))
    for row in read_resource("verbs.csv"):
        acts |= inflect(row["verb"], row["past"], row["participle"]) - {row["verb"]}
    return frozenset(cues | acts)
