"""Find indirect speech: what the article reports that someone said or thinks.

A cue verb outside quotation marks with a speaker of its own, and the clause that it
reports: `X said that …`, `X was told to …`, `…, X said`, `according to X, …`, and the
headline's `X: …`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from analysis.articles import Paragraph
from analysis.lookup import class_of
from analysis.quotes.speakers import (
    is_verb,
    name_apposed,
    opening_phrase,
    participle_subject,
    past_dateline,
    phrase_after,
    subject,
    verb_group,
)
from analysis.quotes.words import (
    ACCORDING,
    Range,
    Words,
    cue_forms,
    cues_between,
    sentence_of,
)

LONGEST_ADDRESS = 9  # words between `told` and its `that` or `to`


class Reported(NamedTuple):
    """A reported clause with its speaker and cue, in tokens."""

    content: Range
    speaker: Range | None
    cue: int
    rule: str


def find_reported(
    words: Words, direct: list[Range], fragments: list[Range], used: set[int]
) -> list[Reported]:
    """Find the reported clauses of a text."""
    whole = len(words.word)
    starts = [0, *(first for first, _ in direct), whole]
    ends = [0, *(last for _, last in direct), whole]
    quoted = {v for i, j in fragments for v in range(i, j)}
    out: list[Reported] = []
    done = 0
    for v in sorted([*words.cues, *words.according]):
        k = bisect_right(starts, v) - 1
        if v < done or v in used or v in quoted or v < ends[k]:
            continue
        lo, hi = sentence_of(words, v)
        lo, hi = max(lo, ends[k]), min(hi, starts[k + 1])
        told = words.word[v] not in ACCORDING
        found = (_reported_by if told else _according)(words, lo, v, hi)
        if found and found.content[0] < done:
            continue
        before = found and found.rule == "reported_before"
        if found and (before or _long_enough(words, *found.content)):
            out.append(found)
            done = max(found.content[1], v + 1)
    return out


def _long_enough(words: Words, i: int, j: int) -> bool:
    """Whether a content says something: `said so` and `said little` do not."""
    return j - i > 2 or any(not w[0].isalnum() for w in words.word[i:j])


def _reported_by(words: Words, lo: int, v: int, hi: int) -> Reported | None:
    word = words.word
    cue = cue_forms()[word[v]]
    if cue.introduces == "direct" or not is_verb(words, lo, v):
        return None
    while not word[hi - 1][0].isalnum() and word[hi - 1] not in "”\"'’)%":
        hi -= 1
    finite = cue.tense in ("past", "present")
    inverted = _inverted(words, lo, v, hi) if cue.inverts and finite else None
    if inverted:
        return inverted
    speaker = _speaker(words, lo, v, cue.tense)
    content = _after(words, v, hi)
    if content is None:
        content = _before(words, lo, speaker)
        if content is None:
            return None
        return Reported(content, speaker, v, "reported_before")
    return Reported(content, speaker, v, "reported")


def _inverted(words: Words, lo: int, v: int, hi: int) -> Reported | None:
    """`…, said X` at the end of what X said."""
    word = words.word
    if v - lo < 5 or word[v - 1] != "," or name_apposed(words, lo, v - 1):
        return None
    speaker = opening_phrase(words, v + 1, hi)
    if speaker is None or speaker[0] != v + 1:
        return None
    after = word[speaker[1]] if speaker[1] < hi else ","
    ends = after in ",(" or after in class_of("trailer")
    named = any(w[0].isupper() for w in word[v + 1 : speaker[1]])
    if not ends or not (named or word[v + 1] in class_of("article")):
        return None
    content = past_dateline(words, lo, v), v - 1
    return Reported(content, speaker, v, "reported_before")


def _speaker(words: Words, lo: int, v: int, tense: str) -> Range | None:
    if tense == "participle":
        return participle_subject(words, lo, v)
    j = verb_group(words, lo, v)
    passive = any(w in class_of("be") for w in words.word[j:v])
    return None if passive else subject(words, lo, v)


_PARTICLES = frozenset({"out", "back", "off"})
_STARTERS = frozenset({"that", "if", "of", "about", "to"})  # open what is reported


def _after(words: Words, v: int, hi: int) -> Range | None:
    """The clause that a cue introduces."""
    word = words.word
    i = v + 1
    if i >= hi or word[i] in ",.;:)—–":
        return None
    near = min(hi, v + LONGEST_ADDRESS)
    for k in range(i, near):
        if word[k] == "that" and k + 1 < hi:
            named = k == i and word[v].startswith(("call", "dub", "label", "describ"))
            return _clause(words, k + (not named), hi)
        if word[k] == "to" and cue_forms()[word[v]].addressed:
            return _clause(words, k, hi)
        if word[k] in ",;:":
            break
    if word[i].lower() in class_of("trailer") - _STARTERS:
        return None
    if word[i] in _PARTICLES and word[i + 1 : i + 2] in (["at"], ["against"]):
        i += 2  # lashed out at
    if i < hi and word[i] in ("of", "about"):
        i += 1
    return _clause(words, i, hi)


def _clause(words: Words, i: int, hi: int) -> Range | None:
    """A clause up to where the next cue takes over."""
    word, forms = words.word, cue_forms()
    hi = next((k for k in words.according if i < k < hi), hi)
    hi -= word[hi - 1] == ","
    for v in cues_between(words, i, hi):
        if forms[word[v]].tense == "verb":
            continue
        if word[v - 1] in ("and", "but") and forms[word[v]].tense != "participle":
            return (i, v - 1) if v - 1 > i else None
        comma = next((k for k in range(v, max(i, v - 6), -1) if word[k] == ","), None)
        if comma is not None:
            return i, comma
    return (i, hi) if hi > i else None


def _before(words: Words, lo: int, speaker: Range | None) -> Range | None:
    """The clause before `, X said`."""
    word = words.word
    if not speaker or speaker[0] - lo < 4 or word[speaker[0] - 1] != ",":
        return None
    return lo, speaker[0] - 1


def _according(words: Words, lo: int, v: int, hi: int) -> Reported | None:
    """`according to X` with the rest of its sentence."""
    speaker = phrase_after(words, v + 2, hi)
    if speaker is None:
        return None
    content = speaker[1] + 1, hi - (words.word[hi - 1] in ".?!")
    if v > lo + 2:
        content = lo, v - (words.word[v - 1] == ",")
    elif words.word[speaker[1] : speaker[1] + 1] != [","]:
        return None
    return Reported(content, speaker, v, "according_to")


def find_headlines(words: Words, paragraphs: list[Paragraph]) -> list[Reported]:
    """`Ofcom: X must act`: a heading that puts a name before a colon."""
    out = []
    for p in paragraphs:
        if p.kind != "heading" or not (match := _HEADLINE.match(p.text)):
            continue
        if match[1].lower() in class_of("kicker"):
            continue
        i = bisect_left(words.start, p.start)
        colon = bisect_left(words.start, p.start + match.end(1), i)
        j = bisect_left(words.start, p.end, colon)
        out.append(Reported((colon + 1, j), (i, colon), colon, "headline"))
    return out


_HEADLINE = re.compile(r"([A-Z][\w’'.-]*(?: [A-Z&][\w’'.-]*){0,3}):\s+\w")
