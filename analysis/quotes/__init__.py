"""Quotations, who speaks them, and how the article introduces them.

`marks` pairs the marks, `labels` reads turns, posts and signatures, `cues` a
quotation's own sentence, and `speech` finds what is reported without marks; what a
quotation takes over from another is decided here. A speaker is found by a named rule,
whose confidence is the share that it got right on annotated news
(``resources/quote_rules.csv``).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache
from typing import NamedTuple

from analysis.lookup import class_of
from analysis.quotes.cues import Place, Source, cue_after, introduced, shared_cue
from analysis.quotes.labels import Labelled, find_labelled, signature
from analysis.quotes.leads import lead_in, said_in
from analysis.quotes.marks import Marked, Note, pair_marks
from analysis.quotes.speech import Reported, find_headlines, find_reported
from analysis.quotes.words import (
    Range,
    Words,
    cue_forms,
    read_words,
    sentence_of,
    span_of,
)
from analysis.tables import read_resource
from analysis.tokens import Structure, read_structure


class Quote(NamedTuple):
    """A quotation's part in one paragraph; spans stand inside the marks."""

    quote: int
    paragraph: int
    start: int
    end: int
    text: str
    kind: str
    speaker: str | None
    speaker_start: int | None
    speaker_end: int | None
    actor: str | None
    cue: str | None
    distance: str | None
    rule: str | None
    confidence: float | None
    corrected: bool | None = None  # True: a person says who speaks


FIRST_QUOTATIONS = 100  # of the text, with which those in headings are compared


@cache
def _confidence() -> dict[str, float]:
    rows = read_resource("quote_rules.csv")
    return {r["rule"]: float(r["confidence"]) for r in rows if r["confidence"]}


def find_quotes(text: str, structure: Structure | None = None) -> list[Quote]:
    """Find the quotations of a text, their kinds and their speakers.

    `structure`: its paragraphs, sentences and tokens, if they are there already.

    Gives rows in the order of the text. ``kind`` is direct where a cue of its own
    introduces or follows the words (or they carry on such a quotation), fragment where
    they stand inside the reporter's sentence. ``speaker`` is the words that name the
    speaker where they stand; None when no rule found one. Which person a pronoun or a
    short name means is not said here.

    >>> [q] = find_quotes("‘No one should,’ Ms Kendall said this afternoon.")
    >>> q.kind, q.text, q.speaker, q.cue, q.rule
    ('direct', 'No one should,', 'Ms Kendall', 'said', 'cue_after')
    """
    structure = structure or read_structure(text)
    labelled = find_labelled(text, structure.paragraphs)
    said = {paragraph: label.said for paragraph, label in labelled.items()}
    pairs, _ = pair_marks(text, structure.paragraphs, said)
    pairs = [m for m in pairs if text[m.start : m.end].strip()]
    words, pairs = _nicknames(read_words(structure), pairs)
    sources = _sources(words, pairs, structure, labelled)
    sources = _echoes(words, pairs, sources, structure)
    reported = _reported_around(words, pairs, sources, structure)
    sources = _lent(words, pairs, sources, reported)
    rows = [_row(words, m, s) for m, s in zip(pairs, sources, strict=True)]
    first = max((m.run for m in pairs), default=-1) + 1
    for number, found in enumerate(reported, first):
        rows.append(_indirect_row(words, found, number, structure))
    return sorted(rows, key=lambda row: (row.start, -row.end))


def find_notes(text: str, structure: Structure | None = None) -> list[Note]:
    """Find the quotation marks that have no partner.

    >>> [n.problem for n in find_notes("He said “no and left.")]
    ['opened and never closed']
    """
    structure = structure or read_structure(text)
    return sorted(pair_marks(text, structure.paragraphs)[1])


def describe_notes(text: str, notes: list[Note]) -> list[str]:
    """What the reader of an article should know of its marks, in one sentence.

    >>> text = "He said “no and left."
    >>> describe_notes(text, find_notes(text))[0][:54]
    'a quotation mark has no partner (opened and never clos'
    """
    if not notes:
        return []
    first, rest = notes[0], len(notes) - 1
    around = " ".join(text[max(0, first.start - 30) : first.end + 30].split())
    more = f", and {rest} more" if rest else ""
    return [
        f"a quotation mark has no partner ({first.problem}: “… {around} …”){more}; "
        "what is quoted, and who says it, may be wrong to the paragraph’s end"
    ]


def _mixed(words: Words, pairs: list[Marked], sources: list[Source]) -> list[Reported]:
    """`It was “bad,” X said`: a sentence of reported speech that ends in a fragment."""
    out = []
    for m, (speaker, cue, rule, kind) in zip(pairs, sources, strict=True):
        if kind == "fragment" and rule in ("cue_after", "inverted"):
            lo = sentence_of(words, bisect_left(words.start, m.opened))[0]
            hi = bisect_left(words.start, m.end)
            if not out or out[-1].content[1] <= lo:
                out.append(Reported((lo, hi), speaker, cue, "reported_before"))
    return out


def _reported_around(
    words: Words, pairs: list[Marked], sources: list[Source], structure: Structure
) -> list[Reported]:
    """The indirect speech around the marked quotations."""
    spans: dict[str, list[Range]] = {"direct": [], "fragment": []}
    for m, source in zip(pairs, sources, strict=True):
        first = bisect_left(words.start, m.opened)
        spans[source.kind].append((first, bisect_left(words.start, m.shut, first)))
    mixed = _mixed(words, pairs, sources)
    used = {s.cue for s in sources if s.kind == "direct" and s.rule != "lead_in"}
    used |= {found.cue for found in mixed}
    found = find_reported(words, spans["direct"], spans["fragment"], used)
    return sorted(mixed + found + find_headlines(words, structure.paragraphs))


def _lent(
    words: Words, pairs: list[Marked], sources: list[Source], reported: list[Reported]
) -> list[Source]:
    """Fragments that no cue of their own claims take the speaker of their clause."""
    starts = [words.start[found.content[0]] for found in reported]
    out = list(sources)
    for k, (m, source) in enumerate(zip(pairs, sources, strict=True)):
        at = bisect_right(starts, m.start) - 1
        unclaimed = source.rule in (None, "sentence_subject")
        if source.kind == "direct" or at < 0 or not unclaimed:
            continue
        found = reported[at]
        if found.speaker and m.end <= span_of(words, *found.content)[1] + 1:
            out[k] = Source(found.speaker, found.cue, found.rule, "fragment")
    return out


def _indirect_row(words: Words, found: Reported, number: int, s: Structure) -> Quote:
    start, end = span_of(words, *found.content)
    sentence = s.sentences[bisect_right(words.sentence, start) - 1]
    m = Marked(number, sentence.paragraph, start, end, start, end)
    source = Source(found.speaker, found.cue, found.rule, "indirect")
    return _row(words, m, source)


def _row(words: Words, m: Marked, source: Source) -> Quote:
    text, (speaker, cue, rule, kind) = words.text, source
    first, last = span_of(words, *speaker) if speaker else (None, None)
    verb = None if cue is None else words.word[cue]
    distance = cue_forms()[verb].distance if verb in cue_forms() else verb and "neutral"
    named, sure = (rule, _confidence().get(rule)) if speaker else (None, None)
    place = m.run, m.paragraph, m.start, m.end, text[m.start : m.end], kind
    who = text[first:last] if speaker else None, first, last, None
    return Quote(*place, *who, verb, distance, named, sure)


def _nicknames(words: Words, pairs: list[Marked]) -> tuple[Words, list[Marked]]:
    """Robert “Bobby” Tran is a name: its marks hold no quotation.

    They are read as apostrophes, which stand in names.
    """
    names = {m for m in pairs if _is_nickname(words, m)}
    if not names:
        return words, pairs
    word = [*words.word]
    for m in names:
        for at in (m.opened, m.end):
            word[bisect_left(words.start, at)] = "’"
    return words._replace(word=word), [m for m in pairs if m not in names]


LONGEST_NAME = 40  # characters before a nickname
_NICKNAME = re.compile(r"([A-Z][\w.’'-]*) [“‘\"'][A-Z][\w-]+[”’\"'] [A-Z]\w")


def _is_nickname(words: Words, m: Marked) -> bool:
    before = words.text[max(0, m.opened - LONGEST_NAME) : m.opened].split()[-1:]
    match = before and _NICKNAME.match(words.text, m.opened - len(before[0]) - 1)
    return bool(match) and match[1].lower() not in class_of("opener", "determiner")


def _labelled_source(words: Words, label: Labelled) -> Source:
    if label.speaker is None:
        return Source(None, None, None, "direct")
    i, j = (bisect_left(words.start, at) for at in label.speaker)
    return Source((i, j), None, "label", "direct")


def _signed(words: Words, m: Marked, place: Place) -> Source | None:
    """`“…” — Ann Cole, director`, in a line of its own too, and `“…” (Ann Cole)`."""
    i = place.after[0]
    sign = words.word[i] if i < len(words.word) else ""
    alone = place.before[0] == place.before[1]
    if not alone or sign not in ("—", "–", "-", "--", "―", "("):
        return None
    j = sentence_of(words, i)[1]
    if sign == "(":
        j = next((k for k in range(i, j) if words.word[k] == ")"), i)
    speaker = signature(words, i + 1, j)
    if speaker is None or speaker[0] != i + 1:
        return None
    return Source(speaker, None, "signed", "direct")


def _sources(
    words: Words, pairs: list[Marked], s: Structure, labelled: dict[int, Labelled]
) -> list[Source]:
    """The source of each quotation, from its own sentence or from what precedes."""
    out: list[Source] = []
    for k, m in enumerate(pairs):
        if m.paragraph in labelled:
            out.append(_labelled_source(words, labelled[m.paragraph]))
            continue
        last = pairs[k - 1] if k else None
        place = _quote_place(words, pairs, k, s)
        if last and last.run == m.run and out[-1].speaker:
            own = cue_after(words, m, *place.after)
            out.append(own or out[-1]._replace(rule="carried_on", kind="direct"))
            continue
        b0, b1 = place.before
        if out and _two_parts(words, out[-1], place):
            source = out[-1]._replace(rule="carried_on")
        elif out and (cue := shared_cue(words, place)) is not None:
            source = out[-1]._replace(cue=cue, rule="shared_subject", kind="direct")
        elif b0 < b1:
            source = introduced(words, m, place)
        else:
            source = cue_after(words, m, *place.after) or _signed(words, m, place)
        if source is None and _shares_sentence(words, pairs, k, place):
            source = out[-1]._replace(rule="carried_on", kind="fragment")
        if source is None and b0 == b1 and _stands_alone(words, m, last, place):
            source = _carried_source(words, pairs, k, place, out, s)
        out.append(source or Source(None, None, None, "fragment"))
    return _look_ahead(pairs, out)


def _echoes(
    words: Words, pairs: list[Marked], sources: list[Source], structure: Structure
) -> list[Source]:
    """Words in a heading or prompt are fragments, unless somebody signs them.

    They take over nobody's speaker from the paragraph above; what a heading cut from a
    quotation of the text has its speaker.
    """
    kinds = [structure.paragraphs[m.paragraph].kind for m in pairs]
    said = [_plain(words.text[m.start : m.end]) for m in pairs]
    whole = zip(said, sources, kinds, strict=True)
    body = [(w, s) for w, s, k in whole if k != "heading"][:FIRST_QUOTATIONS]
    out = []
    for own, source, kind in zip(said, sources, kinds, strict=True):
        if kind in ("heading", "prompt") and source.rule not in ("label", "signed"):
            source = source._replace(kind="fragment")
        if kind == "heading" and source.rule in (None, "lead_in", "carried_on"):
            same = [s for w, s in body if own in w]
            spoken = next((s.speaker for s in same if s.speaker), None)
            source = Source(spoken, None, "echo" if spoken else None, "fragment")
        out.append(source)
    return out


def _plain(text: str) -> str:
    """A text by its words alone."""
    return " ".join(re.findall(r"\w+", text.lower()))


def _two_parts(words: Words, last: Source, place: Place) -> bool:
    """Whether only the last quotation's cue and a comma part the two."""
    b0, b1 = place.before
    own = last.cue is not None and b0 <= last.cue < b1
    return own and words.word[b1 - 1] in ",–—-:"


def _look_ahead(pairs: list[Marked], sources: list[Source]) -> list[Source]:
    """A running quotation whose cue comes only at its end has it from the start."""
    for k in reversed(range(len(pairs) - 1)):
        if pairs[k].run == pairs[k + 1].run and sources[k].speaker is None:
            sources[k] = sources[k + 1]._replace(rule="carried_on")
    return sources


def _quote_place(words: Words, pairs: list[Marked], k: int, s: Structure) -> Place:
    """The reporter's words around a quotation, as far as its sentence goes."""
    m = pairs[k]
    paragraph = s.paragraphs[m.paragraph]
    low, high = paragraph.start, paragraph.end
    if k and pairs[k - 1].paragraph == m.paragraph:
        low = pairs[k - 1].shut
    if k + 1 < len(pairs) and pairs[k + 1].paragraph == m.paragraph:
        high = pairs[k + 1].opened
    at = bisect_right(words.sentence, max(m.opened - 1, low)) - 1
    low = max(low, words.sentence[at])
    b0 = bisect_left(words.start, low)
    b1 = bisect_left(words.start, m.opened, b0)
    a0 = bisect_left(words.start, m.shut, b1)
    a1 = bisect_left(words.start, min(high, _sentence_end(words, m)), a0)
    if words.word[b1 - 1][-1] in ".?!":
        return Place((b1, b1), (a0, a1), (b0, b1))
    return Place((b0, b1), (a0, a1), (b1, b1))


def _sentence_end(words: Words, m: Marked) -> int:
    """Where the sentence that goes on after the closing mark ends."""
    text, starts = words.text, words.sentence
    at = bisect_right(starts, m.shut - 1)
    end = starts[at] if at < len(starts) else len(text)
    if text[m.end - 1] in "?!…—-," and not text[m.shut : end].strip():
        at += 1
    return starts[at] if at < len(starts) else len(text)


def _shares_sentence(words: Words, pairs: list[Marked], k: int, place: Place) -> bool:
    """Whether only a few of the reporter's words part a fragment from the last one."""
    b0, b1 = place.before
    near = k > 0 and pairs[k - 1].paragraph == pairs[k].paragraph
    stops = class_of("stop")
    few = 0 < b1 - b0 < 8 and not any(w in stops for w in words.word[b0:b1])
    return near and few


def _stands_alone(words: Words, m: Marked, last: Marked | None, place: Place) -> bool:
    """Whether a quotation is a sentence of its own, or a long one after another."""
    after = words.word[slice(*place.after)]
    if not any(w[0].isalnum() for w in after):
        return True
    follows = last is not None and last.paragraph == m.paragraph
    return follows and words.text.count(" ", m.start, m.end) > 4


def _carried_source(
    words: Words,
    pairs: list[Marked],
    k: int,
    place: Place,
    out: list[Source],
    s: Structure,
) -> Source:
    """The speaker that a quotation takes over from what comes before it."""
    m, last = pairs[k], pairs[k - 1] if k else None
    same = last is not None and last.paragraph == m.paragraph
    unknown = Source(None, None, None, "direct")
    b0, b1 = place.lead
    if same and out[-1].speaker:
        later = said_in(words, b0, b1) if out[-1].kind == "fragment" else None
        source = later or out[-1]
        return source._replace(rule="carried_on", kind="direct")
    if b0 < b1:
        return lead_in(words, b0, b1, inside=True) or unknown
    near = s.paragraphs[max(0, m.paragraph - 4) : m.paragraph]
    body = [
        p for p in near if p.kind == "body" and p.start >= words.entries[m.paragraph]
    ]
    if same or not body:
        return unknown
    above = body[-1]
    if last and last.paragraph == above.paragraph and out[-1].speaker:
        ends = above.end - last.shut < 2
        if ends or out[-1].kind == "direct":
            return out[-1]._replace(rule="carried_on", kind="direct")
    b0, b1 = sentence_of(words, bisect_left(words.start, above.end) - 1)
    return lead_in(words, b0, b1, inside=False) or unknown
