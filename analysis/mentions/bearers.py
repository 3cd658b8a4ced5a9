"""Who bears a surname: told by the given names before it, else the one named last."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from analysis.lookup import first_names, fold
from analysis.mentions.aliases import TITLES, Alias, role_words
from analysis.tables import read_resource
from analysis.tokens import function_words

MOST_GIVEN = 3  # given names before a surname
_MONTH = re.compile(r"(?:\d|\b(?:in|on|by|last|next|since|until|early|late|mid) )\s?$")
_INITIALS = re.compile(r"(?:[A-Z]\.?-?){1,3}").fullmatch
_INITIAL = re.compile(r"(?:[A-Z]\.-?)+|[A-Z]").fullmatch


@cache
def _long_forms() -> dict[str, set[str]]:
    forms = defaultdict(set)
    for row in read_resource("nicknames.csv"):
        forms[row["nickname"]].add(row["name"])
    return forms


def same_first_name(one: str, other: str) -> bool:
    """Whether two first names can be one person's: equal, initials, a nickname.

    Examples
    --------
    >>> [same_first_name("Liz", n) for n in ("Elizabeth", "L.", "Elsie")]
    [True, True, False]
    """
    one, other = fold(one), fold(other)
    if _INITIALS(one) or _INITIALS(other):
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
        loud = len(bare) > 1 and text[start : start + 2].isupper()
        found.append((at, bare.title() if loud and "." not in bare else bare))
    return found[::-1]


_TITLES = frozenset(t.lower() for t in TITLES)


def is_month(text: str, start: int, end: int) -> bool:
    """Whether a name that is a month's stands in a date: `in May`, `May 2024`."""
    return bool(_MONTH.search(text[max(0, start - 6) : start])) or (
        text[end + 1 : end + 2].isdigit()
    )


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
