"""Who speaks in the sentence that leads to a quotation standing alone."""

from __future__ import annotations

import re
from functools import lru_cache

from analysis.lookup import class_of, first_names
from analysis.quotes.cues import Source, utterance
from analysis.quotes.labels import signature
from analysis.quotes.speakers import clause_subject, is_verb, phrase_after, subject
from analysis.quotes.words import Range, Words, cue_forms, cues_between, sentence_of

_BREAKS = frozenset(",”\"’'")  # before what says who speaks
SENTENCES_BACK = 6  # in which the one who still speaks is looked for


def lead_in(words: Words, b0: int, b1: int, inside: bool) -> Source | None:
    """The speaker in the sentence right before a quotation that stands alone.

    Where it names nobody who speaks, as in a question or in what a speech goes on to
    report, the one who spoke last in the paragraph does.
    """
    if source := said_in(words, b0, b1) or utterance(words, b0, b1):
        return source
    asks = words.word[b1 - 1] == "?"
    named = None if asks else signature(words, b0, b1) or _lead_subject(words, b0, b1)
    if inside and (named is None or not _is_person(words, *named)):
        source = _said_earlier(words, b0)
    return source or named and Source(named, None, "lead_in", "direct")


def said_in(words: Words, b0: int, b1: int) -> Source | None:
    """The one who says something in a sentence, to whom the rest of it belongs.

    That is the one in an aside or at the end (`It is late, X said`), else the first.
    """
    found = None
    for v in cues_between(words, b0, b1):
        cue = cue_forms()[words.word[v]]
        if cue.tense == "verb" or not is_verb(words, b0, v):
            continue
        behind = None if cue.tense == "participle" else _behind(words, v, b1)
        speaker = behind or subject(words, b0, v)
        aside = behind or speaker and _in_commas(words, b0, speaker[0], v)
        if speaker and (found is None or aside):
            found = Source(speaker, v, "lead_in", "direct")
            if aside:
                break
    return found


def _behind(words: Words, v: int, b1: int) -> Range | None:
    """The speaker of `…, said X` and `“…” said X`."""
    before = words.word[v - 1]
    if before not in _BREAKS or words.word[v + 1] in class_of("stop"):
        return None
    speaker = phrase_after(words, v + 1, b1)
    ends = speaker and words.word[speaker[1] : b1][:1] in ([], [","], ["."])
    return speaker if ends or before != "," else None


def _in_commas(words: Words, b0: int, i: int, v: int) -> bool:
    """Whether `, X said` stands apart from the words around it."""
    after = words.word[v + 1]
    return i > b0 and words.word[i - 1] in _BREAKS and after in (",", ".", "as", ";")


def _said_earlier(words: Words, b0: int) -> Source | None:
    """The last one who says something in the paragraph before a sentence."""
    paragraph = words.text.rfind("\n", 0, words.start[b0]) + 1
    for _ in range(SENTENCES_BACK):
        if not b0 or words.start[b0 - 1] < paragraph:
            return None
        b0, b1 = sentence_of(words, b0 - 1)
        if source := said_in(words, b0, b1):
            return source
    return None


def _is_person(words: Words, i: int, j: int) -> bool:
    """Whether a phrase looks like a person: he, a title, a first name, a surname."""
    first, last = words.word[i], words.word[j - 1]
    known = first.lower() in ("he", "she") or first in class_of("title")
    surname = j - i == 1 and last in _surnames(words.text)
    return known or first in first_names() or surname


@lru_cache(1)
def _surnames(text: str) -> frozenset[str]:
    """What stands behind another word in capitals, as surnames do."""
    return frozenset(re.findall(r"\b[A-Z][a-z]+ ([A-Z][\w’'-]+)", text))


def _lead_subject(words: Words, lo: int, hi: int) -> Range | None:
    """The subject of a sentence without a cue; None where no verb ends it."""
    found = clause_subject(words, lo, hi)
    if found is None:
        return None
    i, j = found
    k = next((k for k in range(i, j) if words.word[k].islower()), j)
    if i < k < j and words.word[k].endswith("s"):  # Mr Dunn opens with an apology
        return i, k
    return found if j < hi and words.word[j] not in ".!?…" else None
