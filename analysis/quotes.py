"""Quotations, who speaks them, and how the article introduces them.

Marks come from `marks`; speakers are found around them by named rules, each with a
confidence measured on annotated news (``resources/quote_rules.csv``).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cache
from typing import NamedTuple

from .marks import Marked, Note, pair_marks
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
    """What a rule found: the speaker's and the cue's characters."""

    speaker: tuple[int, int] | None
    cue: tuple[int, int] | None
    verb: str | None
    rule: str
    kind: str


class _Cue(NamedTuple):
    """A form of a cue verb."""

    verb: str
    tense: str
    distance: str
    introduces: str


@cache
def _cues() -> dict[str, _Cue]:
    found: dict[str, _Cue] = {}
    for row in read_resource("cue_verbs.csv"):
        rest = (row["distance"], row["introduces"])
        for tense in ("participle", "perfect", "past", "present", "verb"):
            if " " not in row["verb"]:
                found[row[tense]] = _Cue(row["verb"], tense, *rest)
    return found


@cache
def _words(kind: str) -> frozenset[str]:
    rows = read_resource("speaker_words.csv")
    return frozenset(r["word"] for r in rows if r["class"] == kind)


@cache
def _confidences() -> dict[str, float]:
    rows = read_resource("quote_rules.csv")
    return {r["rule"]: float(r["confidence"]) for r in rows if r["confidence"]}


class Words(NamedTuple):
    """The tokens of a text as columns."""

    text: str
    word: list[str]
    start: list[int]
    end: list[int]
    sentence: list[int]


class Around(NamedTuple):
    """Token ranges of the reporter's words before and after a quotation."""

    before: tuple[int, int]
    after: tuple[int, int]
    sentence: int


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
    if not pairs:
        return []
    words = _columns(structure)
    sources = _sources(words, pairs, structure)
    return [_quote(words, m, s) for m, s in zip(pairs, sources, strict=True)]


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


def _columns(structure: Structure) -> Words:
    tokens = structure.tokens
    return Words(
        structure.text,
        [t[5] for t in tokens],
        [t[3] for t in tokens],
        [t[4] for t in tokens],
        [s[2] for s in structure.sentences],
    )


def _quote(words: Words, m: Marked, source: _Source) -> Quote:
    text = words.text
    speaker, cue = source.speaker, source.cue
    return Quote(
        m.run,
        m.paragraph,
        m.start,
        m.end,
        text[m.start : m.end],
        source.kind,
        text[speaker[0] : speaker[1]] if speaker else None,
        speaker[0] if speaker else None,
        speaker[1] if speaker else None,
        None,
        text[cue[0] : cue[1]] if cue else None,
        _cues()[source.verb].distance if source.verb else ("neutral" if cue else None),
        source.rule if speaker else None,
        _confidences().get(source.rule) if speaker else None,
    )


def _sources(words: Words, pairs: list[Marked], s: Structure) -> list[_Source]:
    """The source of each quotation, from its own words or from the one before."""
    out: list[_Source] = []
    kinds = [p.kind for p in s.paragraphs]
    for k, m in enumerate(pairs):
        around = _around(words, pairs, k, s)
        source = _own(words, m, around)
        last = out[-1] if out else None
        if k and pairs[k - 1].run == m.run:
            source = last._replace(rule="carried_on")
        elif source is None or source.speaker is None and source.rule == "none":
            source = _carried(words, pairs, k, around, out, kinds) or source
        out.append(source or _Source(None, None, None, "none", "fragment"))
    return _look_ahead(pairs, out)


def _look_ahead(pairs: list[Marked], sources: list[_Source]) -> list[_Source]:
    """A running quotation whose cue comes only at its end has it from the start."""
    for k in range(len(pairs) - 2, -1, -1):
        later = sources[k + 1]
        if pairs[k].run == pairs[k + 1].run and sources[k].speaker is None:
            sources[k] = later._replace(rule="carried_on")
    return sources


def _around(words: Words, pairs: list[Marked], k: int, s: Structure) -> Around:
    m = pairs[k]
    paragraph = s.paragraphs[m.paragraph]
    before = pairs[k - 1].shut if k and pairs[k - 1].paragraph == m.paragraph else 0
    later = len(words.text)
    if k + 1 < len(pairs):
        later = pairs[k + 1].opened
    at = bisect_right(words.sentence, max(m.opened - 1, paragraph.start)) - 1
    opening = words.sentence[at]
    b0 = bisect_left(words.start, max(opening, before))
    b1 = bisect_left(words.start, m.opened)
    a0 = bisect_left(words.start, m.shut)
    close = min(later, paragraph.end, _sentence_end(words, m))
    a1 = max(a0, bisect_left(words.start, close))
    return Around((b0, b1), (a0, a1), bisect_left(words.start, opening))


def _sentence_end(words: Words, m: Marked) -> int:
    """Where the sentence that goes on after the closing mark ends."""
    text, starts = words.text, words.sentence
    at = bisect_right(starts, m.shut - 1)
    end = starts[at] if at < len(starts) else len(text)
    rest = text[m.shut : m.shut + 3].lstrip()
    if (
        end - m.shut < 3
        and text[m.shut : end].strip() == ""
        and (rest[:1].islower() or text[m.end - 1 : m.end] in "?!…—-")
    ):
        end = starts[at + 1] if at + 1 < len(starts) else len(text)
    return end


def _own(words: Words, m: Marked, around: Around) -> _Source | None:
    """The source that the quotation's own sentence gives."""
    return (
        _cue_after(words, m, *around.after)
        or _cue_before(words, m, *around.before)
        or _inside(words, m, around)
    )


def _span(words: Words, i: int, j: int) -> tuple[int, int]:
    return words.start[i], words.end[j - 1]


def _cue_after(words: Words, m: Marked, a0: int, a1: int) -> _Source | None:
    """`…,’ X said` and `…,’ said X`."""
    word, text = words.word, words.text
    inner = text[m.end - 1]
    i = a0
    while i < a1 and word[i] in ",–—-":
        i += 1
    ended = i > a0 or inner in ",?!–—-…"
    if i >= a1 or not (
        ended or word[i] in _cues() or word[i].lower() in _words("pronoun")
    ):
        return None
    for v in range(i, min(a1, i + 30)):
        cue = _cues().get(word[v])
        if cue is None or cue.tense == "verb" or cue.introduces == "indirect":
            if word[v] in ";:" or v == i and word[v] in _words("stop"):
                return None
            continue
        if v == i:
            speaker = _noun_phrase_after(words, v + 1, a1)
            rule = "inverted"
        else:
            speaker = _subject(words, i, v)
            rule = "cue_after"
        if cue.tense == "participle":
            return None
        if speaker is None:
            continue
        return _Source(
            _span(words, *speaker), _span(words, v, v + 1), word[v], rule, "direct"
        )
    return None


def _noun_phrase_after(words: Words, i: int, end: int) -> tuple[int, int] | None:
    """The noun phrase that opens at a token: up to a comma or what follows a name."""
    word = words.word
    if i >= end:
        return None
    if word[i].lower() in _words("pronoun"):
        return i, i + 1
    j = i
    named = False
    while j < end:
        w = word[j]
        if not (w[0].isalnum() or w in "&.’'-"):
            break
        if w in _words("trailer") and not (w == "of" or w == "for" and not named):
            break
        named = named or w[0].isupper()
        j += 1
    return (i, j) if j > i else None


def _cue_before(words: Words, m: Marked, b0: int, b1: int) -> _Source | None:
    """`X said: ‘…’`, `X said ‘…’`, `saying: ‘…’`, `According to X, ‘…’`."""
    word = words.word
    if b1 <= b0:
        return None
    last = word[b1 - 1]
    end = b1 - 1 if last in ":,–—-" or last == "that" else b1
    plain = last not in ":,"
    cues = _cues()
    for v in range(end - 1, max(b0, end - 25) - 1, -1):
        w = word[v]
        if w.lower() == "according" and last == "," and v + 1 < end:
            i = v + 2
            return (
                _Source(
                    _span(words, i, end),
                    _span(words, v, i),
                    None,
                    "according_to",
                    "direct",
                )
                if i < end
                else None
            )
        cue = cues.get(w)
        if cue is None or cue.introduces == "indirect" and last != ":":
            if plain and not (
                w[0].isupper()
                or w in ("reporters", "him", "her", "them", "me", "us", "the", "that")
            ):
                return None
            continue
        if plain and v < end - 1 and word[v + 1] in ("that",) and v < end - 2:
            return None
        if cue.tense == "participle":
            speaker, rule = _main_subject(words, b0, v), "participle"
        else:
            speaker, rule = _subject(words, b0, v), "cue_before"
        if speaker is None:
            continue
        if word[speaker[0]].lower() in _words("pronoun"):
            rule = "pronoun" if rule == "cue_before" else rule
        return _Source(
            _span(words, *speaker), _span(words, v, v + 1), w, rule, "direct"
        )
    if last == ":":
        speaker = _main_subject(words, b0, end)
        if speaker:
            return _Source(_span(words, *speaker), None, None, "colon", "direct")
    return None


def _inside(words: Words, m: Marked, around: Around) -> _Source | None:
    """A fragment: the speaker of the sentence's cue, else the sentence's subject."""
    b0, b1 = around.before
    cues = _cues()
    for v in range(b1 - 1, max(b0, b1 - 40) - 1, -1):
        cue = cues.get(words.word[v])
        if cue and cue.tense != "verb":
            speaker = _subject(words, b0, v)
            if speaker:
                return _Source(
                    _span(words, *speaker),
                    _span(words, v, v + 1),
                    words.word[v],
                    "fragment_cue",
                    "fragment",
                )
    if b1 - b0 > 1 and b0 == around.sentence:
        speaker = _main_subject(words, b0, b1)
        if speaker:
            return _Source(
                _span(words, *speaker), None, None, "sentence_subject", "fragment"
            )
    return None


def _carried(words, pairs, k, around, out, kinds) -> _Source | None:
    """Take the source of the quotation before: same paragraph, or a paragraph of quotation."""
    if not k:
        return None
    m, p = pairs[k], pairs[k - 1]
    alone = around.before[0] == around.before[1]
    if p.paragraph == m.paragraph:
        sentence = words.text[p.shut : m.opened]
        kind = (
            "direct"
            if out[-1].kind == "direct"
            and (alone or len(sentence) < 200 and words.text[m.start].isupper())
            else "fragment"
        )
        between = range(*around.before)
        apart = any(words.word[i] in _words("stop") for i in between)
        if out[-1].speaker and (kind == "direct" or not apart):
            return out[-1]._replace(rule="carried_on", kind=kind)
        return None
    between = kinds[p.paragraph + 1 : m.paragraph]
    if (
        alone
        and "body" not in between
        and out[-1].kind == "direct"
        and kinds[m.paragraph] == "body"
    ):
        return out[-1]._replace(rule="carried_on")
    return None


def _back(words: Words, lo: int, v: int) -> int:
    """Step back over adverbs and auxiliaries before a verb."""
    while v > lo:
        w = words.word[v - 1].lower()
        if (
            w in _words("auxiliary")
            or w in _words("adverb")
            or w.endswith("ly")
            and w.islower()
        ):
            v -= 1
        else:
            break
    return v


def _subject(words: Words, lo: int, v: int) -> tuple[int, int] | None:
    """The noun phrase that a verb has for its subject, appositions left out."""
    word = words.word
    j = _back(words, lo, v)
    if j <= lo:
        return None
    w = word[j - 1].lower()
    if w in _words("relative"):
        j -= 1
        if j > lo and word[j - 1] == ",":
            j -= 1
        return _phrase_before(words, lo, j)
    if w == ",":
        return _head(words, lo, j - 1)
    if w == "to" or w in ("and", "but"):
        return _main_subject(words, lo, j - 1)
    return _phrase_before(words, lo, j)


def _phrase_before(words: Words, lo: int, j: int) -> tuple[int, int] | None:
    """The noun phrase that ends before token j."""
    word = words.word
    if j <= lo:
        return None
    w = word[j - 1].lower()
    if w in _words("pronoun"):
        return j - 1, j
    i = j
    while i > lo:
        w = word[i - 1]
        low = w.lower()
        if not (w[0].isalnum() or w in "&.") or low in _words("stop"):
            break
        i -= 1
    return _trim(words, i, j)


def _trim(words: Words, i: int, j: int) -> tuple[int, int] | None:
    """Drop what opens a clause, and an introductory phrase, from a noun phrase."""
    word = words.word
    while i < j and word[i].lower() in _words("opener"):
        first = word[i].lower()
        i += 1
        if (
            first
            not in (
                "but",
                "and",
                "however",
                "meanwhile",
                "yet",
                "so",
                "still",
                "or",
                "later",
                "then",
                "now",
                "also",
                "instead",
            )
            and i < j
        ):
            k = j
            while k > i and (word[k - 1][0].isupper() or word[k - 1] in "&."):
                k -= 1
            if k < j:
                i = k
    return (i, j) if i < j else None


def _head(words: Words, lo: int, c: int) -> tuple[int, int] | None:
    """The noun phrase before appositions and relative clauses set off by commas."""
    word = words.word
    cuts = [i for i in range(lo, c) if word[i] in ",;:—–"]
    edges = [lo - 1, *cuts, c]
    for left, right in zip(edges, edges[1:], strict=False):
        i = left + 1
        if i >= right:
            continue
        first = word[i].lower()
        if first in _words("opener") and first not in ("but", "and"):
            continue
        if first.endswith("ing") or first.endswith("ly"):
            continue
        return _clause_subject(words, i, right)
    return None


def _clause_subject(words: Words, i: int, j: int) -> tuple[int, int] | None:
    """The noun phrase that opens a clause."""
    word = words.word
    while i < j and word[i].lower() in _words("opener"):
        i += 1
    if i >= j:
        return None
    if word[i].lower() in _words("pronoun"):
        return i, i + 1
    k = i
    while k < j:
        w = word[k]
        low = w.lower()
        if (
            not (w[0].isalnum() or w in "&.-")
            or low in _words("stop")
            or low in _words("auxiliary")
        ):
            break
        if (
            k > i
            and w.islower()
            and (w in _cues() and _cues()[w].tense != "verb" or w.endswith("ed"))
        ):
            break
        k += 1
    return (i, k) if k > i else None


def _main_subject(words: Words, lo: int, v: int) -> tuple[int, int] | None:
    """The subject of the sentence's main clause, introductory phrases skipped."""
    word = words.word
    i = lo
    while i < v and not word[i][0].isalnum():
        i += 1
    if (
        i < v
        and word[i].lower() in _words("opener")
        and word[i].lower() not in ("but", "and")
    ):
        comma = next((k for k in range(i, v) if word[k] == ","), None)
        if comma is not None:
            i = comma + 1
    return _clause_subject(words, i, v)
