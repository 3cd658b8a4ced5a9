"""Who the people in an article speak for, told from the words beside their names."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from analysis.codebook import Person
from analysis.drafting.lists import institutions, plain
from analysis.drafting.names import Name
from analysis.lookup import first_names
from analysis.mentions.aliases import role_words
from analysis.tokens import Structure

# What stands beside a name: `Ofwat’s chief executive, NAME`, `NAME, of the union`.
AFTER = re.compile(
    r"(?:,\s+(?:\d\d,\s+)?|\s+(?=of\b|at\b|from\b))([^,.;:“”\"–—()\n]{1,120})"
)
_BEFORE = re.compile(r"([^,.;:“”\"–—()\n]+),\s+$")
_MALE = frozenset({"mr", "sir", "lord"})
_FEMALE = frozenset({"mrs", "ms", "miss", "dame", "lady", "baroness"})
_KNIGHTED = ("Sir", "Dame", "Lady")
_WHO = re.compile(r",\s+who\b")
COURTESY = _MALE | _FEMALE | {"dr", "prof", "professor"}


class Found(NamedTuple):
    """A person with all places of the name, and what the text shows."""

    name: str
    titles: tuple[str, ...]
    pronoun: str
    spots: list[tuple[int, int]]


def find_people(structure: Structure, names: Sequence[Name]) -> list[Found]:
    """Persons with their titles and the pronoun that takes them up.

    Parameters
    ----------
    structure : Structure
        The article, split.
    names : sequence of Name
        From `analysis.drafting.names.find_names`.

    Returns
    -------
    list of Found
        In the order of their first mention; the longest form is the name.
    """
    sure = [n for n in names if n.kind == "person"]
    known = {n.text.split()[-1] for n in sure}
    alone = {n.text for n in names if " " not in n.text}
    sure += [n for n in names if _personal(structure.text, n, known, alone)]
    full = {n.text.split()[-1]: n.text for n in sorted(sure, key=lambda n: len(n.text))}
    spots = {n.start for n in sure}
    given = {full[n].split()[0]: n for n in full if " " in full[n]}
    groups: dict[str, list[Name]] = defaultdict(list)
    for name in names:
        last = name.text.split()[-1]
        if name.title in _KNIGHTED and last in given:
            last = given[last]  # Sir Keir
        if name.start in spots or last in full and len(name.text.split()) == 1:
            groups[last].append(name)
    return [_person(structure.text, full[last], at) for last, at in groups.items()]


def _personal(text: str, name: Name, known: set[str], alone: set[str]) -> bool:
    """Whether a name that no list tells is a person's: `Farah Whitlock, chair of`.

    A person's name is cut to its last word, an organisation's to its first.
    """
    words = name.text.split()
    if name.kind != "unknown" or not 1 < len(words) < 4:
        return False
    if words[-1] in alone and words[0] not in alone or _WHO.match(text, name.end):
        return True
    after = AFTER.match(text, name.end)
    told = [w.strip("’'").lower() for w in after[1].split()[:6]] if after else []
    aged = re.match(r",\s+\d\d,", text[name.end : name.end + 6])
    before = said_before(text, name.start)
    told += before[1].lower().split()[-6:] if before else []
    return words[-1] in known or bool(aged) or any(is_officer(w) for w in told)


def said_before(text: str, start: int) -> re.Match[str] | None:
    """What a person is called right before a comma and the name: `Its head, NAME`."""
    near = text[max(0, start - 90) : start]
    return _BEFORE.search(near) if near.rstrip().endswith(",") else None


def _person(text: str, name: str, at: Sequence[Name]) -> Found:
    titles = dict.fromkeys(n.title for n in at if n.title)
    spots = sorted((n.start, n.end) for n in at)
    return Found(name, tuple(titles), _pronoun(text, name, tuple(titles), spots), spots)


def _pronoun(
    text: str, name: str, titles: Sequence[str], spots: Sequence[tuple[int, int]]
) -> str:
    """He, she or they: by title, else by first name, else by the words after."""
    words = {w.lower().rstrip(".") for t in titles for w in t.split()}
    if words & _FEMALE or any(w.endswith("woman") for w in words):
        return "she"
    if words & _MALE or any(w.endswith("man") for w in words):
        return "he"
    listed = first_names().get(name.split()[0], "they")
    if listed != "they":
        return listed
    near: Counter[str] = Counter()
    for _, end in spots:
        if found := re.search(r"\b(he|she|his|her)\b", text[end : end + 160], re.I):
            near["he" if found[1].lower() in ("he", "his") else "she"] += 1
    return near.most_common(1)[0][0] if near else "they"


@cache
def is_officer(word: str) -> bool:
    """Whether a word, in the plural too, is one for who speaks for a body."""
    return (
        role_words().get(word) == "officer"
        or word.rstrip("s") != word
        and (role_words().get(word.rstrip("s")) == "officer")
    )


def to_person(found: Found) -> Person:
    """A codebook's person: courtesy titles as they are matched, then the office."""
    titles = dict.fromkeys(
        w.rstrip(".")
        for t in found.titles
        for w in t.split()
        if w.lower().rstrip(".") in COURTESY
    )
    offices = dict.fromkeys(t for t in found.titles if t.rstrip(".") not in titles)
    return Person(found.name, (*offices, *titles), found.pronoun)


def offices(found: Found) -> list[str]:
    """Offices written with capitals, which name their holder by themselves."""
    return [
        t
        for t in found.titles
        if len(t.split()) > 1
        and not t.endswith(".")
        and t[0].isupper()
        and t.split()[-1][0].isupper()
        and plain(t) not in institutions()
    ]
