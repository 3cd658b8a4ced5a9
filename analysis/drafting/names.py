"""Names in running text: capitalised runs, told apart as persons and organisations.

It reads capitals, titles and small lists, no model: a name that stands once, at the
start of a sentence, and in no list may be missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from analysis.drafting.roles import (
    institutions,
    name_words,
    plain_name,
    telling_role,
)
from analysis.lookup import first_names
from analysis.mentions.aliases import TITLES, role_words
from analysis.mentions.phrases import DATES
from analysis.tables import read_resource
from analysis.tokens import Structure, function_words

_ABBREVIATED = (
    r"(?:Mr|Mrs|Ms|Dr|Prof|Gov|Sen|Rep|Lt|Gen|Col|Capt|Cllr|St|Rev|Hon|[A-Z])\.(?=\s)"
)
_NAME_WORD = (
    rf"(?:(?:[A-Z]\.){{2,}}|{_ABBREVIATED}|[^\W\d_a-z][\w&]*(?:-\w+|[’'‘](?![sS]\b)\w+)*"
    r"|[a-z]{1,3}[A-Z]\w+)"
)
_SPACE = r"[^\S\n]+"
_RUN = re.compile(
    rf"(?<![\w@#£$€.’'-]){_NAME_WORD}(?:{_SPACE}(?:&{_SPACE})?{_NAME_WORD})*"
)
_SERIES = re.compile(
    rf"(?:Department|Ministry|Office|Committee|Secretary of State){_SPACE}(?:for|of)"
    rf"{_SPACE}(?:the{_SPACE})?{_NAME_WORD}(?:{_SPACE}{_NAME_WORD})*"
    rf"(?:(?:,{_SPACE}{_NAME_WORD}(?:{_SPACE}{_NAME_WORD})*)*{_SPACE}and"
    rf"{_SPACE}{_NAME_WORD}(?:{_SPACE}{_NAME_WORD})*)?"
)
_PLAIN = re.compile(r"[^\W_](?:(?:[\w&.-]|[’'](?![sS]\b))*\w)?")
_INSIDE = re.compile(rf"(?<=[^.?!“‘”’\"\s:]){_SPACE}({_PLAIN.pattern})")
_FIRST = re.compile(r"\S+?(?=[’'‘]s?(?:\s|$)|\s|$)")
_OF_GAP = re.compile(rf"{_SPACE}(?:of|for){_SPACE}(?:the{_SPACE})?")
_AND = re.compile(rf"{_SPACE}and{_SPACE}")
_OWNED = re.compile(rf"[’'‘]s?{_SPACE}")
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|outside|across|around|from|to|between|off|through)\s+$"
)
# LANSING, Mich. (AP) —
_DATELINE = re.compile(
    r"(?:By [^\n]{3,40}\s)?[A-Z][A-Z.’' -]{2,}(?:, [^\n—–(]{2,30})?"
    r"(?: \([^)\n]{2,20}\))? ?"
    r"(?:—|–|--|-) "
)
MOST_NAME_WORDS = 9  # words; a longer run is a line in title case
_PUBLIC_BODIES = ("government", "regulator", "court")
_CONTRACTED = re.compile(r"[’'‘](?:d|m|re|ve|ll)$")
_OFFICE_OF = re.compile(rf"([^\W\d_][\w-]*){_SPACE}(?:of|for){_SPACE}(?:the{_SPACE})?$")


@cache
def honorifics() -> frozenset[str]:
    """Words before a person's name, in small letters: `mr`, `gov`, `captain`."""
    listed = (row["word"] for row in read_resource("honorifics.csv"))
    return frozenset(t.lower() for t in TITLES) | frozenset(listed)


class Name(NamedTuple):
    """A place where a name stands."""

    start: int
    end: int
    text: str
    kind: str  # person, organisation, office or unknown
    title: str = ""


def find_names(structure: Structure) -> list[Name]:
    """Names in the body and captions of an article, split from titles and offices.

    >>> from analysis.tokens import read_structure
    >>> s = read_structure("Then Environment Secretary Ann Lee met Ofwat.")
    >>> [(n.text, n.kind, n.title) for n in find_names(s)]  # doctest: +ELLIPSIS
    [('Ann Lee', 'person', 'Environment Secretary'), ('Ofwat', 'organisation', '')]
    """
    text, found = structure.text, []
    shown = [p for p in structure.paragraphs if p.kind in ("body", "caption")]
    firsts = {s.start for s in structure.sentences}
    for paragraph in shown or structure.paragraphs:
        first = paragraph.start
        if dateline := _DATELINE.match(text, first, paragraph.end):
            first = dateline.end()
        for start, end in _cut(_joined(text, first, paragraph.end), firsts):
            start = _skip_opener(text, start, end, firsts)
            if start < end and len(text[start:end].split()) <= MOST_NAME_WORDS:
                found += _split_run(text, start, end)
    return found


def _cut(
    runs: Iterable[tuple[int, int]], firsts: set[int]
) -> Iterator[tuple[int, int]]:
    """Runs cut where a sentence begins: `on X. He said`."""
    for start, end in runs:
        for at in range(start + 1, end):
            if at in firsts:
                yield start, at - 1
                start = at
        yield start, end


def _joined(text: str, first: int, last: int) -> list[tuple[int, int]]:
    """Capitalised runs with `of`, `for`, `and` inside the names of bodies."""
    runs = (m.span() for p in (_SERIES, _RUN) for m in p.finditer(text, first, last))
    out: list[tuple[int, int]] = []
    for start, end in sorted(runs):
        overlaps = out and start < out[-1][1]  # a series and the run that opens it
        if overlaps or out and _joins_runs(text, out[-1], (start, end)):
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def _joins_runs(text: str, left: tuple[int, int], right: tuple[int, int]) -> bool:
    a, gap, b = text[slice(*left)], text[left[1] : right[0]], text[slice(*right)]
    whole = plain_name(text[left[0] : right[1]])
    if whole in institutions():
        return True
    last_a, last_b = a.split()[-1].lower(), b.split()[-1].lower()
    role = name_words().get(last_b, ("", ""))[0]
    if _OF_GAP.fullmatch(gap):
        head = name_words().get(last_a, ("", ""))[0]
        return head not in ("", "company", "place", "thing") or last_a == "bank"
    if _AND.fullmatch(gap):
        single = len(a.split()) == 1 and plain_name(a) not in institutions()
        return single and role in _PUBLIC_BODIES
    shared = role not in ("", "place", "thing", "company") or last_b == "group"
    return bool(_OWNED.fullmatch(gap)) and shared


def _skip_opener(text: str, start: int, end: int, firsts: set[int]) -> int:
    """Leave out a sentence's first word where only its place gives the capital."""
    while start < end:
        word = _FIRST.match(text[start:end])[0]
        lower = word.lower().rstrip(".")
        opens = start in firsts or text[start - 1 : start] in "“‘\"'(" or not start
        bare = _CONTRACTED.sub("", lower)
        if bare in function_words() and word != "US" or bare == "i":
            pass
        elif not (opens and _common(word, text)) or _belongs(text, start, end, word):
            return start
        start += len(word)
        start += len(text[start:end]) - len(text[start:end].lstrip())
    return start


def _belongs(text: str, start: int, end: int, word: str) -> bool:
    """Whether a common word that opens a sentence is a part of the name after it.

    So it is in a known name, before an office (`Commerce Secretary`), and where the
    rest is no name by itself: not known, no person's, and nowhere without the word.
    """
    run, rest = text[start:end], text[start + len(word) : end].strip()
    if not rest or rest[0] in "’'‘":
        return False
    if _is_title(rest.split()[0]) or plain_name(run) in institutions():
        return True
    person = rest.split()[0] in first_names()
    return not (
        person or plain_name(rest) in institutions() or _alone(text, word, rest)
    )


@lru_cache(2**10)
def _alone(text: str, word: str, rest: str) -> bool:
    """Whether the rest of a name stands anywhere without the word before it."""
    before = len(word) + 1
    return any(
        text[max(0, at - before) : at] != f"{word} " for at in standing(text, rest)
    )


def standing(text: str, words: str) -> Iterator[int]:
    """Where words stand by themselves, not as parts of longer ones.

    >>> list(standing("Vale Water’s, not Vale Waters", "Vale Water"))
    [0]
    """
    at = text.find(words)
    while at >= 0:
        last = text[at + len(words) : at + len(words) + 1]
        if not (last.isalnum() or text[at - 1 : at].isalnum()):
            yield at
        at = text.find(words, at + 1)


@cache
def _lexicon() -> dict[str, str]:
    from textblob.en import parser

    return parser.lexicon


@lru_cache(4)
def _words_of(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """All words of a text, and those that stand behind another in a sentence."""
    return frozenset(_PLAIN.findall(text)), frozenset(_INSIDE.findall(text))


@lru_cache(2**12)
def is_common(word: str) -> bool:
    """Whether the last part of a word is one that a dictionary has as no name.

    >>> is_common("Water"), is_common("Tanguy")
    (True, False)
    """
    lower = word.split("-")[-1].lower()
    return "NNP" not in _lexicon().get(lower, "NNP")


def _common(word: str, text: str) -> bool:
    """Whether a word is a common noun, verb or adjective rather than a name."""
    lower = word.lower()
    if lower in role_words() or lower in name_words() or lower in honorifics():
        return False
    words, inside = _words_of(text)
    if word in inside:
        return False
    tag = _lexicon().get(lower) or _lexicon().get(word, "NNP")
    return lower in words or "NNP" not in tag


def _split_run(text: str, start: int, end: int) -> Iterator[Name]:
    """A run cut into organisation, office or title, and person."""
    whole = text[start:end]
    if plain_name(whole) in institutions():
        yield Name(start, end, whole, "organisation")
        return
    words = [(m.start() + start, m.group()) for m in re.finditer(r"\S+", whole)]
    while len(words) > 1 and (
        words[0][1].lower() in DATES or _describes(words[0][1], text[words[1][0] : end])
    ):
        words = words[1:]
    start, whole = words[0][0], text[words[0][0] : end]
    titles = [i for i, (_, w) in enumerate(words) if _is_title(w)]
    if not titles:
        yield _after_office(text, words, end) or _name(text, words[0][0], end)
        return
    last = titles[-1]
    while last + 1 < len(words) and words[last + 1][1].lower() == "general":
        last += 1  # the Attorney General
    head = next((i for i in titles if i), titles[0])
    before = words[: titles[0]]
    while before and role_words().get(before[-1][1].lower()) == "modifier":
        before = before[:-1]
    if last == len(words) - 1 or words[last + 1][1] in ("of", "for"):
        yield _office(text, words, end)
        return
    if before and _is_body(" ".join(w for _, w in before)):
        yield _name(text, start, before[-1][0] + len(before[-1][1]))
    elif before and head == last and _first_given(before):
        yield _name(text, start, end)
        return
    first = words[last + 1][0]
    yield Name(first, end, text[first:end], "person", text[start:first].strip())


def _office(text: str, words: list[tuple[int, str]], end: int) -> Name:
    """An office, or who holds it: `Secretary of State for Health Ann Lee`."""
    start, first = words[0][0], words[-2:][0][0]
    if len(words) > 3 and words[-2][1] in first_names():
        return Name(first, end, text[first:end], "person", text[start:first].strip())
    return Name(start, end, text[start:end], "office", text[start:end])


def _after_office(text: str, words: list[tuple[int, str]], end: int) -> Name | None:
    """The person behind an office with `of` or `for`: `Minister for Ports Ann Lee`."""
    office = _OFFICE_OF.search(text, max(0, words[0][0] - 60), words[0][0])
    if len(words) < 3 or not office or not _is_title(office[1]):
        return None
    first = words[-2][0]
    if words[-2][1] not in first_names():
        return None
    title = text[office.start() : first].strip()
    return Name(first, end, text[first:end], "person", title)


def _describes(word: str, rest: str) -> bool:
    """Whether a first word says what a known institution is: `Regulator Ofcom`."""
    return (
        role_words().get(word.lower()) is not None
        and plain_name(rest) in institutions()
    )


def _first_given(before: list[tuple[int, str]]) -> bool:
    return before[0][1] in first_names()


def _is_title(word: str) -> bool:
    lower = word.lower().rstrip(".")
    return lower in honorifics() or role_words().get(lower) == "officer"


def _is_body(name: str) -> bool:
    found = telling_role(name)
    return plain_name(name) in institutions() or bool(found and len(name.split()) > 1)


def _name(text: str, start: int, end: int) -> Name:
    name = text[start:end]
    words = name.split()
    told = telling_role(name)
    if plain_name(name) in institutions():
        kind = "organisation"
    elif told and told[0] in ("place", "thing"):
        kind = told[0]
    elif words[0] in first_names() and 1 < len(words) < 5 and not _corporate(told):
        kind = "person"
    elif told and len(words) > 1:
        kind = "organisation"
    elif _PLACE_BEFORE.search(text[max(0, start - 12) : start]):
        kind = "place"
    else:
        kind = "unknown"
    return Name(start, end, name, kind)


def _corporate(told: tuple[str, str] | None) -> bool:
    return told is not None and told[1] not in ("light", "power", "post", "watch", "co")
