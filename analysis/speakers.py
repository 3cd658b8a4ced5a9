"""Find who speaks: cue verbs and the noun phrases around them.

Works on tokens without parts of speech: closed classes of words
(``resources/speaker_words.csv``) bound the noun phrase that is a verb's subject.
Every function takes and gives token numbers; ``end`` is exclusive.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from .tables import read_resource
from .tokens import Structure

Range = tuple[int, int]


class Cue(NamedTuple):
    """A form of a cue verb: its tense, its distance, what it introduces."""

    verb: str
    tense: str
    distance: str
    introduces: str
    noun: bool
    particle: str


class Words(NamedTuple):
    """The tokens of a text as columns, and the tokens that are cue verbs."""

    text: str
    word: tuple[str, ...]
    start: tuple[int, ...]
    end: tuple[int, ...]
    sentence: list[int]
    cues: list[int]
    according: list[int]


@cache
def cue_forms() -> dict[str, Cue]:
    """Forms of the cue verbs; a form of several tenses counts as the finite one."""
    found: dict[str, Cue] = {}
    for row in read_resource("cue_verbs.csv"):
        rest = (row["distance"], row["introduces"], row["noun"] == "yes")
        for tense in ("participle", "verb", "perfect", "past", "present"):
            form, _, particle = row[tense].partition(" ")
            found[form] = Cue(row["verb"], tense, *rest, particle)
    return found | {w.capitalize(): found[w] for w in ("said", "says")}


@cache
def class_of(name: str) -> frozenset[str]:
    """Words of a closed class, such as pronouns."""
    rows = read_resource("speaker_words.csv")
    return frozenset(r["word"] for r in rows if r["class"] == name)


def read_words(structure: Structure) -> Words:
    """The tokens of a structure as columns."""
    if not structure.tokens:
        return Words(structure.text, (), (), (), [], [], [])
    _, _, _, start, end, word = zip(*structure.tokens, strict=True)
    forms = cue_forms()
    cues = [i for i, w in enumerate(word) if w in forms]
    cues = [i for i in cues if forms[word[i]].particle in (*word[i + 1 : i + 2], "")]
    sentence = [s[2] for s in structure.sentences]
    according = [i for i, w in enumerate(word) if w in ("according", "According")]
    return Words(structure.text, word, start, end, sentence, cues, according)


def subject(words: Words, lo: int, v: int) -> Range | None:
    """The noun phrase that the verb at ``v`` has for its subject.

    ``lo`` is where its sentence starts. Adverbs and auxiliaries between are passed
    over; appositions and relative clauses are left out.
    """
    word = words.word
    j = verb_group(words, lo, v)
    if j <= lo:
        return None
    last = word[j - 1].lower()
    if last in class_of("relative"):
        j -= 1 + (j - 1 > lo and word[j - 2] == ",")
        return phrase_before(words, lo, j)
    if last in ",)—–-":
        return head_before(words, lo, j - 1)
    if last in ("to", "and", "but", "then", "or"):
        return clause_subject(words, lo, j - 1)
    return phrase_before(words, lo, j)


def verb_group(words: Words, lo: int, v: int) -> int:
    """Where the auxiliaries and adverbs before a verb start."""
    auxiliaries, adverbs = class_of("auxiliary"), class_of("adverb")
    while v > lo:
        w = words.word[v - 1]
        if not (w in auxiliaries or w in adverbs or w.endswith(("ly", "n't", "n’t"))):
            break
        v -= 1
    return v


def phrase_before(words: Words, lo: int, j: int) -> Range | None:
    """The noun phrase that ends before token ``j``."""
    word = words.word
    if j <= lo:
        return None
    if word[j - 1].lower() in class_of("pronoun"):
        return j - 1, j
    stops, cues = class_of("stop"), cue_forms()
    i = j
    while i > lo:
        w = word[i - 1]
        if not (w[0].isalnum() or w in "&.'’/") or w.lower() in stops:
            break
        if i < j and w in cues and cues[w].tense in ("past", "present"):
            break
        i -= 1
    return trim(words, i, j)


def trim(words: Words, i: int, j: int) -> Range | None:
    """Drop a conjunction, or an introductory phrase, from a noun phrase's start."""
    word = words.word
    openers, links = class_of("opener"), class_of("link")
    while i < j and word[i].lower() in openers:
        phrase = word[i].lower() not in links
        i += 1
        if phrase and i < j:
            k = j
            while k > i and (word[k - 1][0].isupper() or word[k - 1] in "&."):
                k -= 1
            i = k if k < j else i
    while i < j and not word[i][0].isalnum():
        i += 1
    return (i, j) if i < j else None


def head_before(words: Words, lo: int, c: int) -> Range | None:
    """The noun phrase that opens the clause of an apposition that ends at ``c``."""
    word = words.word
    openers, links = class_of("opener"), class_of("link")
    left = lo
    for right in range(lo, c + 1):
        if right < c and word[right] not in ",;:—–":
            continue
        if left < right:
            first = word[left].lower()
            skip = first in openers and first not in links
            if not skip and not first.endswith(("ing", "ly")):
                return opening_phrase(words, left, right)
        left = right + 1
    return None


def clause_subject(words: Words, lo: int, v: int) -> Range | None:
    """The subject of the sentence that opens at ``lo``, its introduction skipped."""
    word = words.word
    openers, links = class_of("opener"), class_of("link")
    i = lo
    while i < v and not word[i][0].isalnum():
        i += 1
    while i < v and word[i].lower() in openers and word[i].lower() not in links:
        comma = next((k for k in range(i, v) if word[k] == ","), None)
        if comma is None:
            break
        i = comma + 1
    return opening_phrase(words, i, v)


def opening_phrase(words: Words, i: int, end: int) -> Range | None:
    """The noun phrase that opens a clause, up to its verb."""
    word = words.word
    openers, stops, cues = class_of("opener"), class_of("stop"), cue_forms()
    auxiliaries, adverbs = class_of("auxiliary"), class_of("adverb")
    while i < end and (word[i].lower() in openers or not word[i][0].isalnum()):
        i += 1
    if i < end and word[i].lower() in class_of("pronoun"):
        return i, i + 1
    k = i
    while k < end:
        w = word[k]
        if not (w[0].isalnum() or w in "&.’'/") or w in stops or w in auxiliaries:
            break
        if k > i and w.islower():
            verb = w in cues and cues[w].tense != "verb"
            if verb or w in adverbs or w.endswith(("ed", "ly")):
                break
        k += 1
    return (i, k) if k > i else None


def phrase_after(words: Words, i: int, end: int) -> Range | None:
    """The noun phrase that opens at ``i``: up to a comma or what follows a speaker."""
    word, trailers = words.word, class_of("trailer")
    if i >= end:
        return None
    if word[i].lower() in class_of("pronoun"):
        return i, i + 1
    j, named = i, False
    while j < end:
        w = word[j]
        if not (w[0].isalnum() or w in "&.’'/"):
            break
        if w in trailers and not (w == "of" or w == "for" and not named):
            break
        named = named or w[0].isupper()
        j += 1
    if j > i and word[j - 1] == ".":
        j -= 1
    return (i, j) if j > i else None
