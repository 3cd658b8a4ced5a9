"""Who a person is: the bearer of a surname, or somebody whom the codebook lacks."""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import month_name
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from analysis.lookup import cases_of, class_of, entries_of, first_names, fold
from analysis.mentions.aliases import PERSON_OF, TITLES, Alias, Reference, role_words
from analysis.tables import read_resource
from analysis.tokens import Structure, function_words, split_words

MOST_GIVEN = 3  # given names before a surname
_MONTHS = frozenset(month_name)  # calendar makes each anew at every look
_IN_MONTH = re.compile(
    r"(?:\d|\b(?i:in|on|by|last|next|since|until|early|late|mid) )\s?$"
)
_GIVEN_INITIALS = re.compile(r"(?:[A-Z]\.?-?){1,3}").fullmatch
_INITIAL = re.compile(r"(?:[A-Z]\.-?)+|[A-Z]").fullmatch


@cache
def _long_forms() -> dict[str, set[str]]:
    forms = defaultdict(set)
    for row in read_resource("nicknames.csv"):
        forms[row["nickname"]].add(row["name"])
    return forms


def same_first_name(one: str, other: str) -> bool:
    """Whether two first names can be one person's: equal, initials, a nickname.

    >>> [same_first_name("Liz", n) for n in ("Elizabeth", "L.", "Elsie")]
    [True, True, False]
    """
    one, other = fold(one), fold(other)
    if _GIVEN_INITIALS(one) or _GIVEN_INITIALS(other):
        short, long = sorted((re.sub(r"\W", "", n) for n in (one, other)), key=len)
        return long.startswith(short)
    if one.split("-")[0] == other.split("-")[0]:
        return True
    long = [{n, *_long_forms().get(n, ())} for n in (one, other)]
    return not long[0].isdisjoint(long[1])


def given_names(text: str, start: int, floor: int) -> list[tuple[int, str]]:
    """The names right before a surname, each with where it starts, farthest first."""
    found: list[tuple[int, str]] = []
    at = start
    for word in reversed(text[max(floor, start - 40) : start].split(" ")[:-1]):
        bare = fold(word).strip("'\"“”")
        plain = bare.lower().rstrip(".")
        known = plain in role_words() or plain in function_words() or plain in _TITLES
        name = bare[:1].isupper() and not bare.endswith(("'s", ",", ")", ":", ";"))
        if known or not name or len(found) == MOST_GIVEN:
            break
        at -= len(word) + 1
        loud = text[start : start + 2].isupper()
        found.append((at, bare.title() if loud else bare))
    return found[::-1]


_TITLES = frozenset(t.lower() for t in TITLES)


def is_month(text: str, start: int, end: int) -> bool:
    """Whether a name is a month's and stands in a date: `in May`, `May 2024`."""
    if text[start:end].title() not in _MONTHS:
        return False
    dated = _IN_MONTH.search(text[max(0, start - 6) : start])
    return bool(dated) or text[end + 1 : end + 2].isdigit()


def find_bearer(
    text: str, start: int, floor: int, bearers: Sequence[Alias], last: dict
) -> tuple[int, Alias | None]:
    """Where the whole name starts and whom it means; None for nobody in the codebook.

    ``last`` remembers who was named last with each surname, a stranger as None.
    """
    surname = bearers[0].surname
    names = given_names(text, start, floor)
    for at, name in names:
        same = [b for b in bearers if same_first_name(name, b.first)]
        if same:
            last[surname] = same[0] if len(same) == 1 else None
            return at, last[surname]
    if any(name in first_names() or _INITIAL(name) for _, name in names):
        last[surname] = None
    actors = {b.actor for b in bearers}
    return start, last.get(surname, bearers[0] if len(actors) == 1 else None)


_NOUN_PHRASE = re.compile(
    r"[A-Z]|(?:the|an?|one|his|her|its|their|another|this)\b(?!.*\b(?:minute|hour|day"
    r"|week|month|year|decade|moment|time|way|lot|number)s?$)"
)


def strangers(
    structure: Structure,
    found: Sequence[Reference],
    speakers: Iterable[tuple[int, int]],
) -> Iterator[Reference]:
    """People whom the codebook does not know: speakers, and first name and surname."""
    text, tokens = structure.text, structure.tokens
    ends = [r.end for r in found]
    for start, end in sorted(set(speakers)):
        at = bisect_right(ends, start)
        covered = at < len(found) and found[at].start < end
        covered = covered or not _NOUN_PHRASE.match(text[start:end])
        covered = covered or split_words(text[start:end])[0][0] in plain_people()
        if not covered and text[start:end].lower() not in PERSON_OF:
            yield Reference(start, end, None, "name", "person", "speaker")
    yield from _presented(text, ends, found)
    for i, pronoun in entries_of(tokens.text, first_names()):
        start = tokens.start[i]
        at = bisect_right(ends, start)
        covered = at < len(found) and found[at].start <= start
        if not covered and tokens.text[i + 1 : i + 2] and tokens.text[i + 1].istitle():
            end = tokens.start[i + 1] + len(tokens.text[i + 1])
            again = "anyone" if pronoun == "they" else pronoun
            yield Reference(start, end, None, "name", again, "a name")


_NAMED = re.compile(  # two words with capitals that are no abbreviation
    r"[A-Z](?<![\w’'-].)[\w’'-]*+(?<=[a-z])(?= ([A-Z][\w’'-]*+(?<=[a-z])))"
)
_TOLD_OF = re.compile(r", (?:\d\d?,|who |whose )")
_LAST_WORD = re.compile(r"\b\w+(?= $)")


def _presented(
    text: str, ends: Sequence[int], found: Sequence[Reference]
) -> Iterator[Reference]:
    """People of whatever name: `Ann Cole, 44,`, `Ann Cole, who …`, `nurse Ann Cole`."""
    jobs = class_of("job")
    for match in _NAMED.finditer(text):
        start, end = match.start(), match.end(1)
        if not _TOLD_OF.match(text, end):
            before = _LAST_WORD.search(text, max(0, start - 30), start)
            if not before or before.group().lower() not in jobs:
                continue
        at = bisect_right(ends, start)
        if at == len(found) or found[at].start >= end:
            yield Reference(start, end, None, "name", "person", "presented")


@cache
def plain_people() -> frozenset[str]:
    """Nouns for people who are no actor, as articles write them."""
    return frozenset(case for word in class_of("people") for case in cases_of(word))
