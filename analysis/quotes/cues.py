"""Find the source of a quotation in its own sentence: the cue and the speaker.

Each rule has a name, which a row carries: cue_after (`…,’ X said`), inverted (`…,’ said
X`), other_verb (a cue in no list), cue_before (`X said: …`), pronoun (`It added: …`),
participle (`X left, saying: …`), colon (`X was blunt: …`), according_to, and for words
quoted inside the reporter's sentence fragment_cue and sentence_subject.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from analysis.lookup import class_of
from analysis.quotes.marks import Marked
from analysis.quotes.speakers import (
    clause_subject,
    is_verb,
    name_apposed,
    opening_phrase,
    participle_subject,
    phrase_after,
    subject,
)
from analysis.quotes.words import Range, Words, cue_forms, cues_back, cues_between

LONGEST_SUBJECT = 30  # tokens between a quotation and a cue that follows it
LONGEST_CUE = 25  # tokens between a cue and the quotation that it introduces


class Source(NamedTuple):
    """What a rule found, in tokens: who speaks, by which cue verb, which kind."""

    speaker: Range | None
    cue: int | None
    rule: str | None
    kind: str


class Place(NamedTuple):
    """Where a quotation stands: tokens of its sentence before and after it."""

    before: Range
    after: Range
    lead: Range  # the reporter's sentence right before, where ``before`` is empty


def cue_after(words: Words, m: Marked, a0: int, a1: int) -> Source | None:
    """`…,’ X said`, `…,’ said X`, `…,’ according to X`."""
    word = words.word
    i = a0
    while i < a1 and word[i] in ",–—-":
        i += 1
    if i >= a1:
        return None
    ended = i > a0 or _last_mark(words, m) in ",?!–—-…"
    if word[i] == "according":
        speaker = phrase_after(words, i + 2, a1)
        return speaker and Source(speaker, i, "according_to", "direct")
    if word[i] in class_of("stop", "link", "relative"):
        return None
    close = min(a1, i + LONGEST_SUBJECT if ended else i + 4)
    for v in cues_between(words, i, close):
        if not _follows(words, i, v):
            continue
        inverted = v == i
        speaker = phrase_after(words, v + 1, a1) if inverted else subject(words, i, v)
        if speaker:
            rule = "inverted" if inverted else "cue_after"
            return Source(speaker, v, rule, "direct")
    return _verb_after(words, i, a1) if _last_mark(words, m) == "," else None


def _follows(words: Words, i: int, v: int) -> bool:
    """Whether the cue at ``v`` can have the quotation that ends before ``i``."""
    cue = cue_forms()[words.word[v]]
    can = cue.introduces != "indirect" and cue.tense != "participle"
    noun = words.word[v - 1] in class_of("article")
    near = v <= i + 5 or cue.tense != "verb" and is_verb(words, i, v)
    return can and near and not noun


def _verb_after(words: Words, i: int, a1: int) -> Source | None:
    """`…,’ X insisted` with a verb that is in no list: a past form after a phrase."""
    speaker = opening_phrase(words, i, min(a1, i + 8))
    if speaker is None or speaker[0] != i or speaker[1] >= a1:
        return None
    v = speaker[1]
    if not words.word[v].endswith("ed"):
        return None
    return Source(speaker, v, "other_verb", "direct")


def introduced(words: Words, m: Marked, place: Place) -> Source | None:
    """The source of a quotation that the reporter's words come before."""
    source = _cue_before(words, m, place)
    if source and source.rule == "colon":
        own = cue_after(words, m, *place.after)
        if own and not (_ends_loud(words, m) and _goes_on(words, own, place.after[1])):
            source = own
    return source or _fragment_after(words, m, place) or _fragment(words, m, place)


def _ends_loud(words: Words, m: Marked) -> bool:
    return _last_mark(words, m) in "?!"


def _goes_on(words: Words, source: Source, end: int) -> bool:
    """Whether a cue has words of its own: `Y: “Why?” X says he will not tell`."""
    last = max(source.cue or 0, source.speaker[1] - 1 if source.speaker else 0)
    after = words.word[last + 1 : end]
    return bool(after) and after[0][0].isalnum() and after[0] not in class_of("trailer")


def _fragment_after(words: Words, m: Marked, place: Place) -> Source | None:
    """The source of a cue that follows words quoted inside the sentence."""
    source = cue_after(words, m, *place.after)
    if source is None:
        return None
    b0, b1 = place.before
    links = class_of("link")
    own = words.word[b1 - 1] in ":,–—-" and words.text[m.start].isupper()
    bare = all(w.lower() in links or not w[0].isalnum() for w in words.word[b0:b1])
    return source._replace(kind="direct" if own or bare else "fragment")


def _cue_before(words: Words, m: Marked, place: Place) -> Source | None:
    """`X said: ‘…’`, `X said ‘…’`, `saying: ‘…’`, `According to X, ‘…’`."""
    word, forms, (b0, b1) = words.word, cue_forms(), place.before
    last = word[b1 - 1]
    end = b1 - (last in ":,–—-")
    if word[b0].lower() == "according" and last == "," and b0 + 2 < end:
        return Source((b0 + 2, end), b0, "according_to", "direct")
    for v in cues_back(words, max(b0, end - LONGEST_CUE), end):
        indirect = forms[word[v]].introduces == "indirect" and last != ":"
        verb = not indirect and is_verb(words, b0, v)
        if not verb or _in_aside(words, b0, v) or not _reaches(words, v, end, last):
            continue
        speaker, rule = _before_cue(words, b0, v, end)
        if speaker:
            kind = _kind_after_cue(words, m, v, end, speaker)
            return Source(speaker, v, rule, kind)
    if last == ":":
        if source := utterance(words, b0, end):
            return source._replace(rule="colon")
        speaker = clause_subject(words, b0, end)
        return speaker and Source(speaker, None, "colon", "direct")
    return None


def _in_aside(words: Words, b0: int, v: int) -> bool:
    """Whether a cue stands in a clause such as `X told us, when we asked for more`."""
    for k in range(v - 1, max(b0, v - 5), -1):
        if words.word[k] in class_of("aside"):
            return words.word[k - 1] == "," and bool(cues_back(words, b0, k))
    return False


def utterance(words: Words, b0: int, end: int) -> Source | None:
    """`a rebuke from X`, `From X`: the speaker where a noun stands for a cue."""
    word = words.word
    for k in range(b0, end - 1):
        opens = word[k] == "From" and word[end] == ":"
        if opens or word[k] == "from" and word[k - 1] in class_of("speech"):
            speaker = phrase_after(words, k + 1, end)
            return speaker and Source(speaker, None, "lead_in", "direct")
    return None


def _before_cue(words: Words, b0: int, v: int, end: int) -> tuple[Range | None, str]:
    """The speaker of a cue before its quotation, and the rule that says so."""
    word = words.word
    if cue_forms()[word[v]].tense == "participle":
        return participle_subject(words, b0, v), "participle"
    free = not cue_forms()[word[v]].addressed and word[end : end + 1] == [","]
    named = word[v - 1] == "," and word[v + 1][0].isupper()
    if v == b0 or free and named and not name_apposed(words, b0, v - 1):
        return phrase_after(words, v + 1, end), "inverted"
    speaker = subject(words, b0, v)
    if speaker and word[speaker[0]].lower() in class_of("pronoun"):
        return speaker, "pronoun"
    return speaker, "cue_before"


def _kind_after_cue(words: Words, m: Marked, v: int, end: int, speaker: Range) -> str:
    """Direct, unless the reporter's sentence goes on through the quoted words."""
    last = words.word[end]
    if last == "," and words.text[m.start].islower():
        aside = words.word[speaker[0] - 1] == ","
        return "fragment" if aside or end - v > 4 else "direct"
    return "direct" if last in (":", ",") or _finished(words, m) else "fragment"


def shared_cue(words: Words, place: Place) -> int | None:
    """The cue of `“A” and added: “B”`, whose subject stands before the first part."""
    (b0, b1), links = place.before, class_of("link")
    i = b0
    while i < b1 and (words.word[i] in ",;–—-" or words.word[i] in links):
        i += 1
    if i == b0 or i >= b1 or words.word[i] not in cue_forms():
        return None
    end = b1 - (words.word[b1 - 1] in ":,")
    cue = cue_forms()[words.word[i]]
    mine = cue.tense != "verb" and cue.introduces != "indirect" and i < end
    return i if mine and _reaches(words, i, end, words.word[b1 - 1]) else None


def _reaches(words: Words, v: int, end: int, last: str) -> bool:
    """Whether nothing but an addressee stands between a cue and its words."""
    between = words.word[v + 1 : end]
    if last in ":," or not between or between == ["that"]:
        return True
    heard = class_of("addressee")
    return all(w[0].isupper() or w in heard for w in between)


def _finished(words: Words, m: Marked) -> bool:
    """Whether the quotation ends its clause: the reporter's sentence stops there."""
    follows = words.text[m.shut : m.shut + 1]
    return _last_mark(words, m) in ".,?!…" or follows in ("", "\n", ".", ",")


def _last_mark(words: Words, m: Marked) -> str:
    """The last character of the quoted words, nested closing marks left out."""
    return words.text[m.start : m.end].rstrip("’”'\" ")[-1:] or " "


def _fragment(words: Words, m: Marked, place: Place) -> Source | None:
    """The speaker of the cue that comes before in the sentence, or its subject."""
    b0, b1 = place.before
    for v in cues_back(words, b0, b1):
        speaker = subject(words, b0, v) if is_verb(words, b0, v) else None
        if speaker:
            return Source(speaker, v, "fragment_cue", "fragment")
    if _opens_sentence(words, b0) and not _holds_name(words, m, b1 - 1):
        speaker = clause_subject(words, b0, b1)
        return speaker and Source(speaker, None, "sentence_subject", "fragment")
    return None


def _opens_sentence(words: Words, i: int) -> bool:
    """Whether a sentence opens at a token."""
    at = bisect_left(words.sentence, words.start[i])
    return words.sentence[at : at + 1] == [words.start[i]]


def _holds_name(words: Words, m: Marked, last: int) -> bool:
    """Whether marks hold a name or a judgement on the subject, not its own words."""
    before = words.word[last].lower()
    if before in class_of("naming", "be", "preposition"):
        return True
    inner = words.text[m.start : m.end].split()
    return all(w[:1].isupper() for w in inner if len(w) > 3)
