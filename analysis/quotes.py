"""Quotations, who speaks them, and how the article introduces them.

`marks` pairs the marks and `speakers` reads the words around them. Every speaker is
found by a named rule, whose confidence is the share that it got right on annotated
news (``resources/quote_rules.csv``).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache
from typing import NamedTuple

from .marks import Marked, Note, pair_marks
from .speakers import (
    Range,
    Words,
    class_of,
    clause_subject,
    cue_forms,
    is_verb,
    opening_phrase,
    phrase_after,
    read_words,
    subject,
)
from .speech import Reported, by_according, find_reported, sentence_of
from .tables import read_resource
from .tokens import Structure, read_structure


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


class _Source(NamedTuple):
    """What a rule found, in tokens: who speaks, by which cue verb, which kind."""

    speaker: Range | None
    cue: int | None
    rule: str | None
    kind: str


class _Place(NamedTuple):
    """Where a quotation stands: tokens of its sentence before and after it."""

    before: Range
    after: Range
    lead: Range  # the reporter's sentence right before, where ``before`` is empty


@cache
def _confidence() -> dict[str, float]:
    rows = read_resource("quote_rules.csv")
    return {r["rule"]: float(r["confidence"]) for r in rows}


def find_quotes(text: str, structure: Structure | None = None) -> list[Quote]:
    """Find the quotations of a text, their kinds and their speakers.

    Parameters
    ----------
    text : str
        The article's text.
    structure : Structure, optional
        Its paragraphs, sentences and tokens, if they are there already.

    Returns
    -------
    list of Quote
        Rows in the order of the text. ``kind`` is direct where a cue of its own
        introduces or follows the words (or they carry on such a quotation),
        fragment where they stand inside the reporter's sentence. ``speaker`` is
        the words that name the speaker where they stand; None when no rule found
        one. Which person a pronoun or a short name means is not said here.

    Examples
    --------
    >>> [q] = find_quotes("‘No one should,’ Ms Kendall said this afternoon.")
    >>> q.kind, q.text, q.speaker, q.cue, q.rule
    ('direct', 'No one should,', 'Ms Kendall', 'said', 'cue_after')
    """
    structure = structure or read_structure(text)
    pairs, _ = pair_marks(text, structure.paragraphs)
    pairs = [m for m in pairs if text[m.start : m.end].strip()]
    words = read_words(structure)
    sources = _sources(words, pairs, structure)
    rows = [_row(words, m, s) for m, s in zip(pairs, sources, strict=True)]
    rows += _indirect(words, pairs, sources, structure)
    return sorted(rows, key=_order)


def find_notes(text: str, structure: Structure | None = None) -> list[Note]:
    """Find the quotation marks that have no partner.

    Parameters
    ----------
    text : str
        The article's text.
    structure : Structure, optional
        Its paragraphs, sentences and tokens, if they are there already.

    Returns
    -------
    list of Note
        Rows with start, end, text and problem, in the order of the text.

    Examples
    --------
    >>> [n.problem for n in find_notes("He said “no and left.")]
    ['opened and never closed']
    """
    structure = structure or read_structure(text)
    return sorted(pair_marks(text, structure.paragraphs)[1])


def _mixed(words: Words, pairs: list[Marked], sources: list[_Source]) -> list[Reported]:
    """`It was “bad,” X said`: a sentence of reported speech that ends in a fragment."""
    out = []
    for m, (speaker, cue, rule, kind) in zip(pairs, sources, strict=True):
        if kind == "fragment" and rule in ("cue_after", "inverted"):
            lo = sentence_of(words, bisect_left(words.start, m.opened))[0]
            hi = bisect_left(words.start, m.end)
            if lo < hi and (not out or out[-1].content[1] <= lo):
                out.append(Reported((lo, hi), speaker, cue, "reported_before"))
    return out


def _order(row: Quote) -> tuple[int, int]:
    return row.start, -row.end


def _indirect(
    words: Words, pairs: list[Marked], sources: list[_Source], s: Structure
) -> list[Quote]:
    """Rows of indirect speech, numbered on from the marked quotations."""
    spans: dict[str, list[Range]] = {"direct": [], "fragment": []}
    for m, source in zip(pairs, sources, strict=True):
        first = bisect_left(words.start, m.opened)
        spans[source.kind].append((first, bisect_left(words.start, m.shut, first)))
    direct, fragments = spans["direct"], spans["fragment"]
    used = {source.cue for source in sources if source.kind == "direct"}
    number = pairs[-1].run + 1 if pairs else 0
    rows = []
    mixed = _mixed(words, pairs, sources)
    used |= {found.cue for found in mixed}
    for found in (
        mixed
        + find_reported(words, direct, fragments, used)
        + by_according(words, direct)
    ):
        i, j = found.content
        start, end = words.start[i], words.end[j - 1]
        paragraph = s.tokens[i].paragraph
        m = Marked(number + len(rows), paragraph, start, end, start, end)
        source = _Source(found.speaker, found.cue, found.rule, "indirect")
        rows.append(_row(words, m, source))
    return rows


def _row(words: Words, m: Marked, source: _Source) -> Quote:
    text, (speaker, cue, rule, kind) = words.text, source
    first = words.start[speaker[0]] if speaker else None
    last = words.end[speaker[1] - 1] if speaker else None
    verb = None if cue is None else words.word[cue]
    return Quote(
        m.run,
        m.paragraph,
        m.start,
        m.end,
        text[m.start : m.end],
        kind,
        text[first:last] if speaker else None,
        first,
        last,
        None,
        verb,
        cue_forms()[verb].distance if verb in cue_forms() else verb and "neutral",
        rule if speaker else None,
        _confidence().get(rule) if speaker else None,
    )


def _sources(words: Words, pairs: list[Marked], s: Structure) -> list[_Source]:
    """The source of each quotation, from its own sentence or from what precedes."""
    out: list[_Source] = []
    for k, m in enumerate(pairs):
        last = pairs[k - 1] if k else None
        place = _place(words, pairs, k, s)
        if last and last.run == m.run and out[-1].speaker:
            own = _cue_after(words, m, *place.after)
            out.append(own or out[-1]._replace(rule="carried_on", kind="direct"))
            continue
        b0, b1 = place.before
        if out and b0 < b1 and out[-1].cue is not None and b0 <= out[-1].cue < b1:
            if words.word[b1 - 1] in ",–—-:":
                out.append(out[-1]._replace(rule="carried_on"))
                continue
        if b0 < b1:
            source = _introduced(words, m, place)
        else:
            source = _cue_after(words, m, *place.after)
        if source is None and _shares_sentence(words, pairs, k, place):
            source = out[-1]._replace(rule="carried_on", kind="fragment")
        if source is None and b0 == b1 and _stands_alone(words, place):
            source = _carried(words, pairs, k, place, out, s)
        out.append(source or _Source(None, None, None, "fragment"))
    return _look_ahead(pairs, out)


def _look_ahead(pairs: list[Marked], sources: list[_Source]) -> list[_Source]:
    """A running quotation whose cue comes only at its end has it from the start."""
    for k in range(len(pairs) - 2, -1, -1):
        if pairs[k].run == pairs[k + 1].run and sources[k].speaker is None:
            sources[k] = sources[k + 1]._replace(rule="carried_on")
    return sources


def _place(words: Words, pairs: list[Marked], k: int, s: Structure) -> _Place:
    m, text = pairs[k], words.text
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
    before, lead = (b0, b1), (b1, b1)
    if (
        b0 < b1
        and words.word[b1 - 1][-1] in ".?!"
        and text[m.start : m.start + 1].strip()
    ):
        before, lead = (b1, b1), (b0, b1)
    return _Place(before, (a0, a1), lead)


_INITIAL = re.compile(r"(?:\b[A-Z]|-[A-Z][a-z]+)\.\s*\Z")


def _sentence_end(words: Words, m: Marked) -> int:
    """Where the sentence that goes on after the closing mark ends."""
    text, starts = words.text, words.sentence
    at = bisect_right(starts, m.shut - 1)
    end = starts[at] if at < len(starts) else len(text)
    goes_on = text[end : end + 1].islower() or text[m.end - 1] in "?!…—-,"
    if goes_on and end - m.shut < 3 and not text[m.shut : end].strip():
        at += 1
    while at < len(starts) and _INITIAL.search(
        text, max(0, starts[at] - 9), starts[at]
    ):
        at += 1
    return starts[at] if at < len(starts) else len(text)


def _cue_after(words: Words, m: Marked, a0: int, a1: int) -> _Source | None:
    """`…,’ X said`, `…,’ said X`, `…,’ according to X`."""
    word, forms = words.word, cue_forms()
    i = a0
    while i < a1 and word[i] in ",–—-":
        i += 1
    if i >= a1:
        return None
    ended = i > a0 or _last_mark(words, m) in ",?!–—-…"
    if word[i] == "according" and i + 2 < a1:
        speaker = phrase_after(words, i + 2, a1)
        return speaker and _Source(speaker, i, "according_to", "direct")
    if word[i] in class_of("stop") | class_of("link") | class_of("relative"):
        return None
    close = i + 30 if ended else i + 4
    at = bisect_left(words.cues, i)
    for v in words.cues[at : at + 4]:
        if v >= min(a1, close):
            break
        cue = forms[word[v]]
        if cue.introduces == "indirect" or cue.tense == "participle":
            continue
        if word[v - 1] in class_of("determiner"):
            continue
        if v > i + 5 and (cue.tense == "verb" or not is_verb(words, a0 - 1, v)):
            continue
        inverted = v == i
        speaker = phrase_after(words, v + 1, a1) if inverted else subject(words, i, v)
        if speaker:
            rule = "inverted" if inverted else "cue_after"
            return _Source(speaker, v, rule, "direct")
    return _verb_after(words, i, a1) if _last_mark(words, m) == "," else None


def _verb_after(words: Words, i: int, a1: int) -> _Source | None:
    """`…,’ X insisted` with a verb that is in no list: a past form after a phrase."""
    speaker = opening_phrase(words, i, min(a1, i + 8))
    if speaker is None or speaker[0] != i or speaker[1] >= a1:
        return None
    v = speaker[1]
    if not words.word[v].endswith("ed"):
        return None
    return _Source(speaker, v, "other_verb", "direct")


def _introduced(words: Words, m: Marked, place: _Place) -> _Source | None:
    """The source of a quotation that the reporter's words come before."""
    source = _cue_before(words, m, place)
    if source and source.rule == "colon":
        source = _cue_after(words, m, *place.after) or source
    return source or _fragment_after(words, m, place) or _fragment(words, m, place)


def _fragment_after(words: Words, m: Marked, place: _Place) -> _Source | None:
    source = _cue_after(words, m, *place.after)
    if source is None:
        return None
    b0, b1 = place.before
    links = class_of("link")
    own = words.word[b1 - 1] in ":,–—-" and words.text[m.start].isupper()
    bare = all(w.lower() in links or not w[0].isalnum() for w in words.word[b0:b1])
    return source._replace(kind="direct" if own or bare else "fragment")


def _cue_before(words: Words, m: Marked, place: _Place) -> _Source | None:
    """`X said: ‘…’`, `X said ‘…’`, `saying: ‘…’`, `According to X, ‘…’`."""
    word, forms, (b0, b1) = words.word, cue_forms(), place.before
    last = word[b1 - 1]
    end = b1 - (last in ":,–—-")
    if end <= b0:
        return None
    if word[b0].lower() == "according" and last == "," and b0 + 2 < end:
        return _Source((b0 + 2, end), b0, "according_to", "direct")
    at = bisect_left(words.cues, end) - 1
    while at >= 0 and words.cues[at] >= max(b0, end - 25):
        v = words.cues[at]
        at -= 1
        cue = forms[word[v]]
        if cue.introduces == "indirect" and last != ":" or not is_verb(words, b0, v):
            continue
        if not _reaches(words, v, end, last):
            break
        if cue.tense == "participle":
            speaker, rule = clause_subject(words, b0, v), "participle"
        elif v == b0 or word[v - 1] == "," and word[v + 1][0].isupper():
            speaker, rule = phrase_after(words, v + 1, end), "inverted"
        else:
            speaker, rule = subject(words, b0, v), "cue_before"
        if speaker is None:
            continue
        if rule == "cue_before" and word[speaker[0]].lower() in class_of("pronoun"):
            rule = "pronoun"
        kind = "direct" if last in ":," or _finished(words, m) else "fragment"
        if last == "," and words.text[m.start].islower():
            aside = speaker[0] > b0 and word[speaker[0] - 1] == ","
            kind = "fragment" if aside or end - v > 4 else kind
        return _Source(speaker, v, rule, kind)
    if last == ":":
        speaker = clause_subject(words, b0, end)
        return speaker and _Source(speaker, None, "colon", "direct")
    return None


def _reaches(words: Words, v: int, end: int, last: str) -> bool:
    """Whether nothing but an addressee stands between a cue and its words."""
    between = words.word[v + 1 : end]
    if last in ":," or not between or between == ["that"]:
        return True
    heard = class_of("addressee")
    return all(w[0].isupper() or w in heard for w in between)


def _finished(words: Words, m: Marked) -> bool:
    """Whether the quotation ends its clause: the reporter's sentence stops there."""
    text = words.text
    return _last_mark(words, m) in ".,?!…" or text[m.shut : m.shut + 1] in (
        ".",
        ",",
        "\n",
        "",
    )


def _last_mark(words: Words, m: Marked) -> str:
    """The last character of the quoted words, nested closing marks left out."""
    return words.text[m.start : m.end][-4:].rstrip("’”'\" ")[-1:] or " "


def _fragment(words: Words, m: Marked, place: _Place) -> _Source | None:
    """The speaker of the cue that comes before in the sentence, or its subject."""
    b0, b1 = place.before
    at = bisect_left(words.cues, b1) - 1
    while at >= 0 and words.cues[at] >= b0:
        v = words.cues[at]
        at -= 1
        if not is_verb(words, b0, v):
            continue
        speaker = subject(words, b0, v)
        if speaker:
            return _Source(speaker, v, "fragment_cue", "fragment")
    if _opens_sentence(words, b0) and not _named(words, m, b1 - 1):
        speaker = clause_subject(words, b0, b1)
        return speaker and _Source(speaker, None, "sentence_subject", "fragment")
    return None


def _opens_sentence(words: Words, i: int) -> bool:
    at = bisect_left(words.sentence, words.start[i])
    return words.sentence[at : at + 1] == [words.start[i]]


def _named(words: Words, m: Marked, last: int) -> bool:
    """Whether marks hold a name or a judgement on the subject, not its own words."""
    before = words.word[last].lower()
    if before in class_of("naming") | class_of("be") | class_of("preposition"):
        return True
    inner = words.text[m.start : m.end].split()
    return all(w[:1].isupper() for w in inner if len(w) > 3)


def _shares_sentence(words: Words, pairs: list[Marked], k: int, place: _Place) -> bool:
    """Whether only a few of the reporter's words part a fragment from the last one."""
    b0, b1 = place.before
    if not k or pairs[k - 1].paragraph != pairs[k].paragraph or b0 == b1:
        return False
    stops = class_of("stop")
    return b1 - b0 < 8 and not any(w in stops for w in words.word[b0:b1])


def _stands_alone(words: Words, place: _Place) -> bool:
    """Whether a quotation is a sentence of its own."""
    return not any(w[0].isalnum() for w in words.word[slice(*place.after)])


def _carried(
    words: Words,
    pairs: list[Marked],
    k: int,
    place: _Place,
    out: list[_Source],
    s: Structure,
) -> _Source:
    """The speaker that a quotation takes over from what comes before it."""
    m, last = pairs[k], pairs[k - 1] if k else None
    same = last is not None and last.paragraph == m.paragraph
    unknown = _Source(None, None, None, "direct")
    b0, b1 = place.lead
    if same and out[-1].speaker:
        later = _lead_in(words, b0, b1) if out[-1].kind == "fragment" else None
        source = later if later and later.cue is not None else out[-1]
        return source._replace(rule="carried_on", kind="direct")
    if b0 < b1:
        return _lead_in(words, b0, b1) or unknown
    body = [p for p in s.paragraphs[: m.paragraph][-4:] if p.kind == "body"]
    if same or not body:
        return unknown
    above = body[-1]
    if last and last.paragraph == above.paragraph and out[-1].speaker:
        if above.end - last.shut < 2 or out[-1].kind == "direct":
            return out[-1]._replace(rule="carried_on", kind="direct")
    b1 = bisect_left(words.start, above.end)
    b0 = bisect_left(
        words.start, words.sentence[bisect_left(words.sentence, above.end) - 1]
    )
    return _lead_in(words, b0, b1) or unknown


def _lead_in(words: Words, b0: int, b1: int) -> _Source | None:
    """The speaker in the sentence right before a quotation that stands alone."""
    at = bisect_left(words.cues, b1) - 1
    while at >= 0 and words.cues[at] >= b0:
        v = words.cues[at]
        at -= 1
        inverted = words.word[v - 1] in (",", "”", '"', "’", "'") and v + 1 < b1
        if inverted and words.word[v + 1] not in class_of("stop"):
            speaker = phrase_after(words, v + 1, b1)
        else:
            speaker = subject(words, b0, v)
        if speaker:
            return _Source(speaker, v, "lead_in", "direct")
    speaker = clause_subject(words, b0, b1)
    return speaker and _Source(speaker, None, "lead_in", "direct")
