"""The tokens of an article as columns, and which of them are cue verbs.

Functions of this folder take and give token numbers; ``end`` is exclusive.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from analysis.lookup import entries_of, places_of
from analysis.tables import read_resource
from analysis.tokens import Structure, find_entries, find_stamps

Range = tuple[int, int]


ACCORDING = frozenset({"according", "According"})


CUES_TRIED = 8  # cue verbs that are tried before giving up


class Cue(NamedTuple):
    """A form of a cue verb: its tense, its distance, what it introduces."""

    verb: str
    tense: str
    distance: str
    introduces: str
    addressed: bool
    noun: bool
    inverts: bool
    particle: str


class Words(NamedTuple):
    """The tokens of a text as columns, and the tokens that are cue verbs."""

    text: str
    word: list[str]
    start: list[int]
    sentence: list[int]
    firsts: list[int]
    cues: list[int]
    according: list[int]
    entries: list[int]  # of each paragraph: where what it can refer back to starts


@cache
def cue_forms() -> dict[str, Cue]:
    """Forms of the cue verbs; a form of several tenses counts as the finite one."""
    found: dict[str, Cue] = {}
    for row in read_resource("cue_verbs.csv"):
        flags = (row[flag] == "yes" for flag in ("object", "noun", "inverts"))
        rest = (row["distance"], row["introduces"], *flags)
        for tense in ("participle", "verb", "perfect", "past", "present"):
            form, _, particle = row[tense].partition(" ")
            if particle and form in found:  # hit back, hit out
                particle += f" {found[form].particle}"
            found[form] = Cue(row["verb"], tense, *rest, particle)
    opening = [
        w
        for w, cue in found.items()
        if cue.distance == "neutral"
        and cue.introduces == "both"
        and cue.tense in ("past", "present")
        and not cue.addressed
        and not cue.noun
        and not cue.particle
    ]
    return found | {w.capitalize(): found[w] for w in opening}


def read_words(structure: Structure) -> Words:
    """The tokens of a structure as columns; time stamps of a live blog are none."""
    word, start = structure.tokens.text, structure.tokens.start
    sentence, firsts = [s.start for s in structure.sentences], structure.tokens.firsts
    if stamps := find_stamps(structure.paragraphs):
        spans = [(s.start, s.end) for s in stamps]
        kept = [i for i, at in enumerate(start) if not _within(at, spans)]
        word, start = [word[i] for i in kept], [start[i] for i in kept]
        ends = dict(spans)
        sentence = [ends.get(at, at) for at in sentence]
        firsts = [bisect_left(start, at) for at in sentence] + [len(word)]
    cues = [
        i
        for i, cue in entries_of(word, cue_forms())
        if not cue.particle or word[min(i + 1, len(word) - 1)] in cue.particle.split()
    ]
    according = [*places_of(word, ACCORDING)]
    entries = find_entries(structure.paragraphs)
    columns = (word, start, sentence, firsts, cues, according, entries)
    return Words(structure.text, *columns)


def _within(at: int, spans: list[Range]) -> bool:
    """Whether a place lies in one of the spans, which are in order."""
    k = bisect_right(spans, at, key=itemgetter(0)) - 1
    return k >= 0 and at < spans[k][1]


def span_of(words: Words, i: int, j: int) -> Range:
    """Characters of the tokens from ``i`` up to ``j``."""
    return words.start[i], words.start[j - 1] + len(words.word[j - 1])


def sentence_of(words: Words, v: int) -> Range:
    """First token of the sentence of token ``v``, and one past its last."""
    at = bisect_right(words.firsts, v)
    return words.firsts[at - 1], words.firsts[at]


def cues_back(words: Words, lo: int, hi: int) -> list[int]:
    """The cue verbs between two tokens, the nearest to ``hi`` first."""
    first, last = bisect_left(words.cues, lo), bisect_left(words.cues, hi)
    return words.cues[max(first, last - CUES_TRIED) : last][::-1]


def cues_between(words: Words, lo: int, hi: int) -> list[int]:
    """The cue verbs between two tokens, the first ones in their order."""
    first = bisect_left(words.cues, lo)
    return words.cues[first : min(first + CUES_TRIED, bisect_left(words.cues, hi))]
