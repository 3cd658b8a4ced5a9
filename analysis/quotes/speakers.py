"""Find who speaks: cue verbs and the noun phrases around them.

Works on tokens without parts of speech: closed classes of words
(``resources/word_classes.csv``) bound the noun phrase that is a verb's subject.
Every function takes and gives token numbers; ``end`` is exclusive.
"""

from __future__ import annotations

from itertools import pairwise

from analysis.lookup import class_of, first_names
from analysis.quotes.words import Range, Words, cue_forms, cues_back

SUBJECT_REACH = 80  # tokens before a verb in which its subject is looked for
LONGEST_DATELINE = (
    11  # tokens before the words of an article: a place, a day, an agency
)
LONGEST_PHRASE = 10  # tokens of a speaker that are not cut at a preposition


def subject(words: Words, lo: int, v: int) -> Range | None:
    """The noun phrase that the verb at ``v`` has for its subject.

    ``lo`` is where its sentence starts. Adverbs and auxiliaries between are passed
    over; appositions and relative clauses are left out.
    """
    word = words.word
    lo = max(lo, v - SUBJECT_REACH)
    j = verb_group(words, lo, v)
    last = word[j - 1].lower()
    if last in class_of("relative") or last.startswith(("who'", "who’")):
        j -= 1 + (word[j - 2] == ",")
        return _one_of_two(words, phrase_before(words, lo, j), last)
    if last in ",)—–-":
        return head_before(words, lo, j - 1)
    if last in ("to", "and", "but", "then", "or"):
        return clause_subject(words, lo, j - 1)
    return phrase_before(words, lo, j)


def _one_of_two(words: Words, phrase: Range | None, relative: str) -> Range | None:
    """Of `the war between X and Mr Y, who said` the one who speaks: the last named."""
    if phrase is None or not relative.startswith("who"):
        return phrase
    i, j = phrase
    parts = [k for k in range(i + 1, j - 1) if words.word[k] in class_of("parting")]
    if parts and words.word[parts[-1] + 1][0].isupper():
        return parts[-1] + 1, j
    return phrase


def participle_subject(words: Words, lo: int, v: int) -> Range | None:
    """The subject of a participle: `X said …, adding`, `with X saying`."""
    word = words.word
    for u in cues_back(words, lo, v):
        if cue_forms()[word[u]].tense in ("past", "present") and is_verb(words, lo, u):
            return subject(words, lo, u)
    j = verb_group(words, lo, v)
    bound = class_of("link", "opener")
    if not word[j - 1][0].isalnum() or word[j - 1] in bound:
        return clause_subject(words, lo, v)
    near = reversed(range(max(lo, j - 10), j - 1))
    at = next((k for k in near if word[k] == "with"), None)
    return phrase_before(words, lo, j) if at is None else (at + 1, j)


def is_verb(words: Words, lo: int, v: int) -> bool:
    """Whether a form of a cue verb that may be a noun stands as a verb."""
    cue = cue_forms()[words.word[v]]
    if v == lo:
        return cue.tense in ("past", "participle")
    written = words.word[v - 1]
    before = written.lower()
    if cue.tense in ("past", "perfect", "participle"):
        noun = cue.tense == "participle" and before == "of"  # hours of questioning
        return not noun and before not in class_of("article")
    manner = before.endswith("ly") and before not in class_of("name")
    helped = before in class_of("helper") or manner
    if cue.noun and cue.tense == "verb" or helped:
        return helped
    if before in class_of("determiner", "joiner") or before.endswith(("'s", "’s")):
        return False
    named = written[0].isupper() or written in ",)" or before in class_of("pronoun")
    return named or not cue.noun


def verb_group(words: Words, lo: int, v: int) -> int:
    """Where the auxiliaries and adverbs before a verb start."""
    auxiliaries, adverbs = class_of("auxiliary"), class_of("adverb")
    while v > lo:
        w = words.word[v - 1]
        manner = w.endswith(("ly", "n't", "n’t")) and w.islower()
        if not (w in auxiliaries or w in adverbs or manner):
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
    stops, cues = class_of("stop", "verb"), cue_forms()
    named = class_of("auxiliary")  # May and Will are names, where they are capitals
    i = j
    while i > lo:
        w = word[i - 1]
        if not (w[0].isalnum() or w in "&.'’/"):
            break
        if w in stops or w.lower() in stops and w.lower() not in named:
            break
        tense = cues[w].tense if i < j and w in cues else ""
        opens = tense == "participle" and word[i - 2] == ","
        if opens or tense in ("past", "present"):
            break
        i -= 1
    cut = next((k for k in range(i + 1, j) if word[k] in class_of("relative")), j)
    i += word[i].lower() in class_of("relative")
    joiners = class_of("joiner")
    while cut - i > LONGEST_PHRASE:
        later = next((k + 1 for k in range(i, cut - 1) if word[k] in joiners), None)
        if later is None:
            break
        i = later
    return trim(words, i, cut)


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
    """The noun phrase before the appositions and relative clauses that end at ``c``."""
    word = words.word
    edges = [lo - 1, *(i for i in range(lo, c) if word[i] in _CUTS), c]
    segments = [(a + 1, b) for a, b in pairwise(edges) if b - a > 1]
    head = None
    for i, j in reversed(segments):
        if head and word[head[0]].lower() in ("and", "but"):
            break
        aged = head is not None and word[head[0]].isdigit()  # Emily, 15, from Leeds
        if not aged and _opens(words, i):
            if head or i == lo:
                head = tail_name(words, i, j) or head
            if head:
                break
            continue
        head = i, j
        if not _looks_apposed(words, i):
            break
    return head and opening_phrase(words, *head)


_CUTS = frozenset(",;:—–(")


def _opens(words: Words, i: int) -> bool:
    """Whether an introductory phrase or clause opens at a token."""
    first = words.word[i].lower()
    named = first in class_of("link", "name") or words.word[i] in first_names()
    opens = first in class_of("opener") or first.endswith(("ing", "ly"))
    return opens and not named


def _looks_apposed(words: Words, i: int) -> bool:
    """Whether what opens at a token looks like an apposition or a relative clause."""
    first = words.word[i]
    after = words.word[i + 1]
    if first.islower() or not first[0].isalpha() or after in _OFFICE:
        return first not in class_of("pronoun")
    return first.endswith((".", "’s", "'s")) or first.isupper() or after in (".", "-")


_OFFICE = ("of", "from", "for", "to", "at", ")")  # Clerk to the Board


def name_apposed(words: Words, lo: int, end: int) -> bool:
    """Whether a name stands between commas: `The minister, Jo Ash, accused X`.

    It belongs to the verb's subject, so what follows the verb is no speaker.
    """
    word = words.word
    comma = next((k for k in range(end - 1, lo, -1) if word[k] == ","), None)
    return (
        comma is not None
        and 1 < end - comma < 6
        and all(w[0].isupper() for w in word[comma + 1 : end] if w != ".")
    )


def clause_subject(words: Words, lo: int, v: int) -> Range | None:
    """The subject of the sentence that opens at ``lo``, its introduction skipped."""
    word = words.word
    openers, links = class_of("opener"), class_of("link")
    i, v = lo, min(v, lo + SUBJECT_REACH)
    i = past_dateline(words, i, v)
    while i < v and not word[i][0].isalnum():
        i += 1
    while i < v and word[i].lower() in openers and word[i].lower() not in links:
        comma = next((k for k in range(i, v) if word[k] == "," and _new(words, k)), v)
        if comma == v:
            break
        i = comma + 1
    fronted = i < v and word[i].lower() in openers
    return fronted and _behind_front(words, i, v) or opening_phrase(words, i, v)


def past_dateline(words: Words, lo: int, hi: int) -> int:
    """Where the words begin after `LONDON, Jan 4 (AP) –`."""
    word, hi = words.word, min(hi, lo + LONGEST_DATELINE)
    place = len(word[lo]) > 2 and word[lo].isupper()
    dash = next((k for k in range(lo, hi) if word[k] in _DASHES), None)
    return dash + 1 if place and dash is not None else lo


_DASHES = frozenset({"–", "—", "-", "--"})


def _behind_front(words: Words, i: int, v: int) -> Range | None:
    """Of `On the merger she was` and `In a statement Ann Cole` who comes behind."""
    word = words.word
    for k in range(i + 1, v):
        if word[k] in class_of("pronoun") and k > i + 1:
            return k, k + 1
        if not (word[k][0].isalnum() or word[k] in "&’'") or word[k] in class_of(
            "stop"
        ):
            break
    return tail_name(words, i, v)


def tail_name(words: Words, i: int, j: int) -> Range | None:
    """The name that ends a phrase behind common nouns."""
    k = j
    while k > i and words.word[k - 1][0].isupper():
        k -= 1
    return (k, j) if j - k > 1 and k > i + 1 else None


def _new(words: Words, comma: int) -> bool:
    """Whether a noun phrase can open after a comma."""
    after = words.word[comma + 1]
    known = class_of("determiner", "pronoun", "opener")
    return not after.islower() or after in known or after.endswith("s")


def opening_phrase(words: Words, i: int, end: int) -> Range | None:
    """The noun phrase that opens a clause, up to its verb."""
    word = words.word
    openers, stops, cues = class_of("opener"), class_of("stop"), cue_forms()
    adverbs, verbs = class_of("adverb"), class_of("verb", "relative")
    while i < end and (word[i].lower() in openers or not word[i][0].isalnum()):
        i += 1
    if i < end and word[i].lower() in class_of("pronoun"):
        return i, i + 1
    k = i
    while k < end:
        w = word[k]
        if not (w[0].isalnum() or w in "&.’'/") or w in stops or w in verbs:
            break
        if k > i and w.islower():
            verb = w in cues and cues[w].tense != "verb"
            if verb or w in adverbs or w.endswith(("ed", "ly", "n't", "n’t")):
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
