"""Pair the quotation marks of a text: one state machine for every style.

Curly, straight, low and angle marks, double or single, are told apart from
apostrophes, elisions and inches by the characters beside them. Only the
outermost quotation counts; what stands in marks inside it belongs to it. A
quotation that runs on opens every paragraph and closes in the last. A paragraph after
`>` and dialogue after a dash with a cue count as quoted too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from itertools import count
from typing import NamedTuple

from analysis.articles import Paragraph
from analysis.quotes.words import Range
from analysis.tables import read_resource
from analysis.tokens import function_words


class Marked(NamedTuple):
    """The words inside a pair of outer marks, or the part in one paragraph.

    ``opened`` and ``shut`` stand just outside the marks; ``run`` is one number for
    all parts of a quotation that runs through several paragraphs.
    """

    run: int
    paragraph: int
    start: int
    end: int
    opened: int
    shut: int


class Note(NamedTuple):
    """A mark that found no partner; ``text[start:end]`` is the mark."""

    start: int
    end: int
    text: str
    problem: str


class _Hit(NamedTuple):
    """A mark, what it does, its family.

    It opens, closes, is weak (perhaps an apostrophe) or spaced (blanks on both sides:
    what it does depends on what is open).
    """

    start: int
    end: int
    role: str
    family: str


_NAMES = {"o": "open", "c": "close", "w": "weak", "b": "spaced"}
_FAMILIES = {"d": "double", "s": "single", "a": "angle", "l": "low"}


@cache
def _mark() -> re.Pattern[str]:
    """Every mark; an empty group's name says its role and its family.

    The marks come first and look back, so that the search can skip to them.
    """
    words = "|".join(r["word"] for r in read_resource("elisions.csv"))
    left = r"[^\s(\[{<–—‘“«„'\"/…:=-]"  # what an opening mark does not follow
    right = r"(?=[^\s.,;:!?)])"
    return re.compile(
        r"[“”„«»\"'‘’`](?:"
        rf"(?<=['’‘])(?<!\w.)(?:[nN]['’]|\d\ds?\b|(?i:{words})\b)"  # ’90s, ’til, ’n’
        r"|(?<=[“\"])(?<!\S.)(?=\s)(?P<bd>)"
        r"|(?<=“)(?!\s)(?P<od>)|(?<=`)`(?P<od1>)|(?<=”)(?<!\S.)(?=\w)(?P<od2>)"
        rf"|(?<=\")(?<!{left}.){right}(?P<od3>)|(?<=')'(?<!{left}..){right}(?P<od4>)"
        r"|(?<=\d\")(?=\s\w|,\s\d)(?P<wd>)"  # 6'2" tall
        r"|(?<=[”“\"])(?P<cd>)|(?<=')''?(?P<cd1>)"
        r"|(?<=«)(?P<oa>)|(?<=»)(?P<ca>)|(?<=„)(?P<ol>)"
        rf"|(?<=[‘'])(?<!{left}.){right}(?P<os>)"
        r"|(?<=[sSxz\d]['’])(?=\s\w)(?P<ws>)|(?<=in['’])(?=\s[a-z])(?P<ws1>)"
        r"|(?<=['’‘])(?<!\s.)(?<!\A.)(?!\w)(?P<cs>))"
    )


def pair_marks(
    text: str, paragraphs: list[Paragraph], said: Mapping[int, Range] | None = None
) -> tuple[list[Marked], list[Note]]:
    """Pair the quotation marks of a text.

    >>> from analysis.articles import find_paragraphs
    >>> text = "‘It is users’ data,’ X’s boss said in the ’90s."
    >>> pairs, notes = pair_marks(text, find_paragraphs(text))
    >>> [text[m.start : m.end] for m in pairs], notes
    (['It is users’ data,'], [])
    """
    found: list[Marked] = []
    notes: list[Note] = []
    _walk(text, paragraphs, said or {}, found, notes)
    return sorted(found, key=lambda m: m.start), notes


def _walk(
    text: str,
    paragraphs: list[Paragraph],
    said: Mapping[int, Range],
    found: list[Marked],
    notes: list[Note],
) -> None:
    """Go through the paragraphs with the quotation that waits for its closing mark."""
    numbers = count()
    waiting: tuple[Marked, _Hit] | None = None
    by_paragraph = _hits(text, paragraphs)
    openings = _next_openings(paragraphs, by_paragraph)
    for p, hits, after in zip(paragraphs, by_paragraph, openings, strict=True):
        body, carried, run = p.kind == "body", None, -1
        if body and waiting:
            part, opener = waiting
            carried, run = _carried_mark(p, hits, opener.family), part.run
            _settle(text, part, opener, carried is not None, found, notes)
            waiting = None
        if p.paragraph in said:
            whole = *said[p.paragraph], p.start, p.end
            found.append(Marked(next(numbers), p.paragraph, *whole))
            continue
        if not hits and carried is None:
            if bare := _bare_words(p):
                found.append(Marked(next(numbers), p.paragraph, *bare))
            continue
        pairs, left, strays = _pair_hits(hits, carried, text, p, after)
        notes += [_note(text, h, "closes nothing") for h in strays]
        for opening, closing in pairs:
            number = run if opening is carried else next(numbers)
            found.append(_marked_part(number, p, opening, closing))
        if left and body:
            ending = _Hit(p.end, p.end, "close", left.family)
            number = run if left is carried else next(numbers)
            waiting = _marked_part(number, p, left, ending), left
        elif left:
            notes.append(_note(text, left, "opened and never closed"))
    if waiting:
        _settle(text, *waiting, False, found, notes)


_BARE = ">–—"


def _bare_words(p: Paragraph) -> tuple[int, int, int, int] | None:
    """The words of a paragraph quoted without marks: `> …`, `– …, said X`."""
    match = _bare_quotation().match(p.text) if p.text[0] in _BARE else None
    if match is None:
        return None
    start, end = (p.start + at for at in match.span(match.lastindex))
    return start, end, p.start, end


@cache
def _bare_quotation() -> re.Pattern[str]:
    cue = rf"(?:[\w.]+\s){{0,3}}(?:{_direct_cues()})\b"
    return re.compile(rf">\s*(\S.*)|[–—]\s+(\S[^,?!…]*[,?!…])\s+{cue}")


@cache
def _direct_cues() -> str:
    rows = read_resource("cue_verbs.csv")
    return "|".join(r["past"] for r in rows if r["introduces"] != "indirect")


@cache
def _unclosed() -> re.Pattern[str]:
    """Words whose closing mark was forgotten before `X said` or `said X`."""
    who = r"(?:[A-Z]\w*\.?|the|an?|s?he|they|it)\s(?:[\w.’'-]+\s){0,2}?"
    return re.compile(rf"(\S[^\n]*?[,?!…])\s+(?:{who})?(?:{_direct_cues()})\b")


def _hits(text: str, paragraphs: list[Paragraph]) -> list[list[_Hit]]:
    """The marks of each paragraph."""
    out: list[list[_Hit]] = [[] for _ in paragraphs]
    starts = [p.start for p in paragraphs]
    for match in _mark().finditer(text):
        group = match.lastgroup
        if group is None:
            continue
        start, end = match.span()
        hit = _Hit(start, end, _NAMES[group[0]], _FAMILIES[group[1]])
        out[bisect_right(starts, start) - 1].append(hit)
    return out


def _carried_mark(p: Paragraph, hits: list[_Hit], family: str) -> _Hit | None:
    """The mark with which a quotation that waits goes on in this paragraph."""
    first = next((h for h in hits if h.family == family), None)
    if first and first.role == "open" and first.start == p.start:
        return first
    if first and first.role == "close" and hits[0] is first:
        return _Hit(p.start, p.start, "open", family)
    return None


def _settle(
    text: str,
    part: Marked,
    hit: _Hit,
    goes_on: bool,
    found: list[Marked],
    notes: list[Note],
) -> None:
    """Keep a part whose quotation goes on, or whose opening is plain; else note it."""
    if not goes_on:
        notes.append(_note(text, hit, "opened and never closed"))
    introduced = text[max(0, hit.start - 3) : hit.start].rstrip(" ")[-1:] in (
        "",
        "\n",
        ":",
        ",",
    )
    if not goes_on and (said := _unclosed().match(text, part.start, part.end)):
        part = part._replace(end=said.end(1), shut=said.end(1))
    if goes_on or introduced or hit.family != "single":
        found.append(part)


def _pair_hits(
    hits: list[_Hit], carried: _Hit | None, text: str, p: Paragraph, after: str
) -> tuple[list[tuple[_Hit, _Hit]], _Hit | None, list[_Hit]]:
    """Pairs of outer marks of one paragraph, the one left open, and the strays.

    ``after`` is the family that opens the next paragraph: where this one opens with
    it too, a mark that may be an apostrophe is one, as the quotation runs on.
    """
    pairs: list[tuple[_Hit, _Hit]] = []
    strays: list[_Hit] = []
    outer, inner, depth = carried, "", 1
    if carried and carried.end > carried.start:  # a mark, met again in the loop
        outer = None
    for hit, (sure, surplus) in zip(hits, _ahead(hits), strict=True):
        if hit.role == "spaced":
            closes = outer is not None and outer.family == hit.family
            hit = hit._replace(role="close" if closes else "open")
        if outer is None:
            if hit.role == "open":
                outer, depth = hit, 1
            elif hit.family != "single" and hit.role == "close":
                strays.append(hit)
        elif inner:
            inner = "" if hit.family == inner and hit.role != "open" else inner
        elif hit.family != outer.family:
            if outer.family == "low" and hit.family == "double":
                pairs.append((outer, hit))
                outer = None
            elif hit.role == "open" and outer.family == "single" and surplus > 0:
                inner = hit.family
        elif hit.role == "open":
            if surplus > 1:
                depth += 1
            else:
                strays.append(outer)
                outer, depth = hit, 1
        elif hit.role == "close" or not (sure or _runs_on(text, p, outer, hit, after)):
            depth -= 1
            if depth <= 0:
                pairs.append((outer, hit))
                outer = None
    return pairs, outer, strays


def _runs_on(text: str, p: Paragraph, outer: _Hit, weak: _Hit, after: str) -> bool:
    """Whether a quotation that fills its paragraph seems to go on in the next.

    One that opens within the paragraph does where a noun follows the weak mark.
    """
    before = text[outer.start - 2 : outer.start]
    opens = outer.start == p.start or before == ": "
    owned = re.match(r"\s(\w+)", text[weak.end : p.end])
    noun = owned is not None and owned[1] not in function_words()
    single = outer.family == after == "single"
    return single and (opens or before == ". " and noun)


def _next_openings(
    paragraphs: list[Paragraph], by_paragraph: list[list[_Hit]]
) -> list[str]:
    """For each paragraph, the family of the mark that opens the next body one."""
    out, after = [], ""
    for p, hits in zip(reversed(paragraphs), reversed(by_paragraph), strict=True):
        out.append(after)
        if p.kind == "body":
            opens = hits and hits[0].role == "open" and hits[0].start == p.start
            after = hits[0].family if opens else ""
    return out[::-1]


def _ahead(hits: list[_Hit]) -> list[tuple[bool, int]]:
    """For each mark, of its family's later ones: whether a sure closing mark comes
    next, and how many more close than open."""
    sure: dict[str, bool] = {}
    surplus: dict[str, int] = {}
    out = []
    for hit in reversed(hits):
        family = hit.family
        out.append((sure.get(family, False), surplus.get(family, 0)))
        if hit.role in ("open", "close"):
            sure[family] = hit.role == "close"
            step = 1 if hit.role == "close" else -1
            surplus[family] = surplus.get(family, 0) + step
    return out[::-1]


def _marked_part(run: int, p: Paragraph, opening: _Hit, closing: _Hit) -> Marked:
    start, end = opening.end, max(opening.end, closing.start)
    inner = p.text[start - p.start : end - p.start]
    start, end = end - len(inner.lstrip()), start + len(inner.rstrip())
    return Marked(run, p.paragraph, start, max(start, end), opening.start, closing.end)


def _note(text: str, hit: _Hit, problem: str) -> Note:
    return Note(hit.start, hit.end, text[hit.start : hit.end], problem)
