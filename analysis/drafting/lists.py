"""Lists of names: well-known institutions, telling words, first names."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from typing import NamedTuple

from analysis.tables import read_resource


class Institution(NamedTuple):
    """A well-known institution of ``resources/institutions.csv``."""

    name: str
    acronym: str
    role: str
    country: str
    industry: str
    parent: str
    source: str


@cache
def institutions() -> dict[str, tuple[Institution, ...]]:
    """Well-known institutions by each of their names and acronyms.

    Dots of acronyms and leading articles are left out of the keys; a name may be
    borne by one a country (`Congress`).

    Examples
    --------
    >>> institutions()["FCA"][0].role, institutions()["Ofwat"][0].industry
    ('regulator', 'water')
    """
    found: dict[str, dict[Institution, None]] = defaultdict(dict)
    for row in (Institution(**r) for r in read_resource("institutions.csv")):
        for name in filter(None, (row.name, row.acronym)):
            found[plain(name)][row] = None
    return {name: tuple(rows) for name, rows in found.items()}


@cache
def name_words() -> dict[str, tuple[str, str]]:
    """Words in names of organisations: their role, and where they must stand."""
    rows = read_resource("name_words.csv")
    return {r["word"]: (r["role"], r["place"]) for r in rows}


@cache
def countries() -> dict[str, str]:
    """Names of countries, their people and seats of government, with the country."""
    return {r["word"]: r["country"] for r in read_resource("countries.csv")}


@cache
def local_words() -> frozenset[str]:
    """Words that mark a government below the country's own: `council`, `mayor`."""
    return frozenset(r["word"] for r in read_resource("local_words.csv"))


@lru_cache(2**14)
def plain(name: str) -> str:
    """A name without article, dots of its acronym, and typewriter apostrophes.

    Examples
    --------
    >>> plain("the F.T.C."), plain("Barnardo's")
    ('FTC', 'Barnardo’s')
    """
    name = " ".join(name.split()).replace("'", "’").replace("‘", "’")
    name = re.sub(r"^[Tt]he (?=.)", "", name)
    name = re.sub(
        r"\b(?:[A-Z]\.)+[A-Z]?(?![a-z])", lambda m: m[0].replace(".", ""), name
    )
    return name.rstrip(".")


def telling_role(name: str) -> tuple[str, str] | None:
    """The role that a word in an organisation's name tells, and the word.

    Examples
    --------
    >>> telling_role("Michigan Public Service Commission")
    ('regulator', 'commission')
    """
    found = telling_word(name)
    return found and found[:2]


@lru_cache(2**13)
def telling_word(name: str) -> tuple[str, str, str] | None:
    """Role, word and place of the word in a name that tells most.

    A strong or sure one, else the last; roles also include ``place`` and ``thing``.
    """
    words = [w.lower().strip(".,") for w in plain(name).split()]
    found = None
    for i, word in enumerate(words):
        role, place = name_words().get(word, ("", ""))
        at_end = i == len(words) - 1 or words[i + 1] in ("of", "for")
        if place in ("strong", "sure"):
            return role, word, place
        if role and (place == "any" or at_end):
            found = (role, word, place)
    return found
