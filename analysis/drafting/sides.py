"""The persons of a story, and its sides: bodies with all that they are called."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from analysis.codebook import Person
from analysis.drafting.names import Name, is_common, standing
from analysis.drafting.roles import (
    NONE,
    ToldRole,
    institutions,
    known_institution,
    local_words,
    plain_name,
    side_label,
    telling_role,
)
from analysis.lookup import first_names
from analysis.mentions.aliases import role_words
from analysis.mentions.phrases import DATES
from analysis.tokens import Structure

MERGED = ("government", "court", "opposition", "public")
_GOES_ON = re.compile(r",? [A-Z&]| and\b")
_BRACKET = re.compile(r"[^\S\n]\((?:the[^\S\n])?[“‘\"]?([A-Z][\w.&]{1,9})[”’\"]?\)")
# What stands beside a name: `Ofwat’s chief executive, NAME`, `NAME, of the union`.
AFTER = re.compile(
    r"(?:,\s+(?:\d\d,\s+)?|\s+(?=of\b|at\b|from\b))([^,.;:“”\"–—()\n]{1,120})"
)
_SAID_BEFORE = re.compile(r"([^,.;:“”\"–—()\n]+),\s+$")
_MALE = frozenset({"mr", "sir", "lord"})
_FEMALE = frozenset({"mrs", "ms", "miss", "dame", "lady", "baroness"})
_KNIGHTED = ("Sir", "Dame", "Lady")
_PRONOUN = re.compile(r"\b(?:he|she|his|her)\b", re.I)
_AGED = re.compile(r",\s+\d\d,")
_WHO = re.compile(r",\s+who\b")
COURTESY = _MALE | _FEMALE | {"dr", "prof", "professor"}


class FoundPerson(NamedTuple):
    """A person with all places of the name, and what the text shows."""

    name: str
    titles: tuple[str, ...]
    pronoun: str
    spots: list[tuple[int, int]]


def find_people(structure: Structure, names: Sequence[Name]) -> list[FoundPerson]:
    """Persons, first named first, each by the longest form of the name."""
    sure = [n for n in names if n.kind == "person"]
    known = {n.text.split()[-1] for n in sure}
    alone = {n.text for n in names if " " not in n.text}
    # what opens a longer name is a body's: Pennine Vale, of Pennine Vale Water
    opened = {n.text.rpartition(" ")[0] for n in names}
    sure += [
        n
        for n in names
        if n.text not in opened and _is_personal(structure.text, n, known, alone)
    ]
    full = {n.text.split()[-1]: n.text for n in sorted(sure, key=lambda n: len(n.text))}
    spots = {n.start for n in sure}
    given = {full[n].split()[0]: n for n in full if " " in full[n]}
    groups: dict[str, list[Name]] = defaultdict(list)
    for name in names:
        last = name.text.split()[-1]
        if name.title in _KNIGHTED and last in given:
            last = given[last]  # Sir Keir
        whole = full.get(last)
        if name.start in spots or whole and name.text in (last, whole):
            groups[last].append(name)
    return [
        _found_person(structure.text, full[last], at) for last, at in groups.items()
    ]


def _is_personal(text: str, name: Name, known: set[str], alone: set[str]) -> bool:
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
    aged = _AGED.match(text, name.end)
    before = said_before(text, name.start)
    told += before[1].lower().split()[-6:] if before else []
    return (
        words[-1] in known
        or bool(aged)
        or any(is_officer(w) for w in told)
        or not any(is_common(w) for w in words)
        and not words[-1].endswith("s")
    )


def said_before(text: str, start: int) -> re.Match[str] | None:
    """What a person is called right before a comma and the name: `Its head, NAME`."""
    near = text[max(0, start - 90) : start]
    return _SAID_BEFORE.search(near) if near.rstrip().endswith(",") else None


def _found_person(text: str, name: str, at: Sequence[Name]) -> FoundPerson:
    titles = dict.fromkeys(n.title for n in at if n.title)
    spots = sorted((n.start, n.end) for n in at)
    return FoundPerson(
        name, tuple(titles), _pronoun(text, name, tuple(titles), spots), spots
    )


def _pronoun(
    text: str, name: str, titles: Sequence[str], spots: Sequence[tuple[int, int]]
) -> str:
    """He, she or they: by title, first name, office, else by the words after."""
    words = {w.lower().rstrip(".") for t in titles for w in t.split()}
    if words & (_MALE | _FEMALE):
        return "she" if words & _FEMALE else "he"
    listed = first_names().get(name.split()[0], "they")
    if listed != "they":
        return listed  # Ann Lee, the chairman
    if offices := [w for w in words if w.endswith("man") and is_officer(w)]:
        return "she" if offices[0].endswith("woman") else "he"
    after = (_PRONOUN.search(text, end, end + 160) for _, end in spots)
    near = Counter("he" if p[0].lower() in ("he", "his") else "she" for p in after if p)
    return near.most_common(1)[0][0] if near else "they"


@cache
def is_officer(word: str) -> bool:
    """Whether a word, in the plural too, is one for who speaks for a body."""
    return (
        role_words().get(word) == "officer"
        or word.rstrip("s") != word
        and (role_words().get(word.rstrip("s")) == "officer")
    )


def to_person(found: FoundPerson) -> Person:
    """A codebook's person: courtesy titles as they are matched, then the office."""
    titles = dict.fromkeys(
        w.rstrip(".")
        for t in found.titles
        for w in t.split()
        if w.lower().rstrip(".") in COURTESY
    )
    offices = dict.fromkeys(t for t in found.titles if t.rstrip(".") not in titles)
    return Person(found.name, (*offices, *titles), found.pronoun)


def offices(found: FoundPerson) -> list[str]:
    """Offices written with capitals, which name their holder by themselves."""
    return [
        t
        for t in found.titles
        if len(t.split()) > 1
        and not t.endswith(".")
        and t[0].isupper()
        and t.split()[-1][0].isupper()
        and plain_name(t) not in institutions()
    ]


@dataclass(eq=False)
class Side:
    """An organisation, or all bodies of one kind that stand together."""

    role: str
    reason: str
    label: str
    names: list[str] = field(default_factory=list)
    nominals: list[str] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)
    spots: list[tuple[int, int]] = field(default_factory=list)
    cards: list[dict[str, str]] = field(default_factory=list)
    local: bool = False  # a government below the country's own
    chance: float = 0.0  # that it is an actor, as its names tell


class Body(NamedTuple):
    """An organisation's names and where they stand."""

    names: list[str]
    spots: list[tuple[int, int]]


def add_side(
    sides: dict[str, Side], text: str, body: Body, told: ToldRole, home: str
) -> Side:
    """The side of a body, shared by public bodies of one kind that stand together."""
    keys, spots = body
    shared = told.role in MERGED and _joins_side(body, told, home)
    slot = told.role if shared else keys[0]
    label = side_label(keys, told.role if shared else "", home)
    local = not shared and is_local(keys)
    side = sides.setdefault(slot, Side(told.role, told.reason, label, local=local))
    side.names += dict.fromkeys(_written(text, spots))
    side.names += _shorter(text, side.names)
    side.names += _acronyms(text, keys)
    side.spots += spots
    side.chance = max(side.chance, 1 - told.odds[NONE])
    return side


def side_of_role(
    sides: list[Side], role: str, reason: str, label: str, home: str
) -> Side:
    """The first side of a role, a country's own first; made if there is none."""
    for side in sorted(sides, key=lambda s: s.local):
        if side.role == role:
            return side
    label = side_label((), role, home) if role == "government" else label
    sides.append(Side(role, reason, label))
    return sides[-1]


def local_side(sides: list[Side], reason: str, label: str) -> Side | None:
    """The local government, made where a country's own is in the article too."""
    governments = [s for s in sides if s.role == "government"]
    mine = [s for s in governments if s.local]
    if mine or not any(s.names for s in governments):
        return mine[0] if mine else None
    sides.append(Side("government", reason, label, local=True))
    return sides[-1]


def is_local(names: Iterable[str]) -> bool:
    """Whether names, or titles, are of a government below the country's own.

    >>> is_local(["Hull City Council"]), is_local(["State Department"])
    (True, False)
    """
    words = [name.lower().rstrip(".").split() for name in names]
    tells = (w[0] if w[-1] == "government" else w[-1] for w in words)
    return any(word in local_words() for word in tells)


def _joins_side(body: Body, told: ToldRole, home: str) -> bool:
    """Whether a body is one with the others of its role.

    A country's departments are, its towns and states are not; nor are bodies that
    only look like one.
    """
    if any(known_institution(k, home) for k in body.names):
        return told.role != "foreign_government" and not is_local(body.names)
    named = [telling_role(k) for k in body.names]
    words = {w for w in named if w}
    return told.role in {r for r, _ in words} and not is_local(body.names)


def _shorter(text: str, names: Sequence[str]) -> list[str]:
    """Names cut short that stand somewhere, in a heading too: `Lakemont Power`."""
    cut = (n.split()[:i] for n in names for i in range(2, len(n.split())))
    told = (" ".join(w) for w in cut if w[-1][0].isupper() and telling_role(w[-1]))
    return [
        n
        for n in told
        if any(not _GOES_ON.match(text, at + len(n)) for at in standing(text, n))
    ]


def _acronyms(text: str, keys: Sequence[str]) -> list[str]:
    """Acronyms of known institutions that stand in the text, a heading too."""
    known = (i.acronym for k in keys for i in institutions().get(k, ()))
    return [a for a in known if len(a) > 2 and next(standing(text, a), -1) >= 0]


def _written(text: str, spots: Iterable[tuple[int, int]]) -> list[str]:
    """Forms as written, without the article, trailing dot of a sentence kept out."""
    forms = (" ".join(text[a:b].split()) for a, b in spots)
    return [re.sub(r"^[Tt]he (?=.)", "", f) for f in forms]


def find_bodies(text: str, names: Sequence[Name]) -> list[Body]:
    """Names that may be an organisation's, each with its other names."""
    places = _body_places(names)
    owner = _aliases(text, places)
    groups: dict[str, list[str]] = defaultdict(list)
    for key in places:
        groups[owner.get(key, key)].append(key)
    return [
        Body(keys, sorted(s for k in keys for s in places[k]))
        for keys in groups.values()
    ]


def _body_places(names: Sequence[Name]) -> dict[str, list[tuple[int, int]]]:
    """Where each organisation stands, and each name that may be one."""
    found: dict[str, list[Name]] = defaultdict(list)
    for name in names:
        found[plain_name(name.text)].append(name)
    persons = {w for n in names if n.kind == "person" for w in n.text.split()}
    kept = {}
    for key, at in found.items():
        kinds = Counter(n.kind for n in at)
        sure = kinds["organisation"] > 0
        if sure or kinds["unknown"] and _may_be_organisation(key, persons):
            kept[key] = [(n.start, n.end) for n in at]
    return kept


def _may_be_organisation(key: str, persons: set[str]) -> bool:
    words = key.lower().split()
    listed = [role_words().get(w) for w in words]
    if any(w in DATES for w in words) or all(listed):
        return False
    return not (set(key.split()) & persons or key.split()[0] in first_names())


def _aliases(text: str, places: dict[str, list[tuple[int, int]]]) -> dict[str, str]:
    """Other names of the same organisation, each with the main one."""
    owner: dict[str, str] = {}
    for key, spots in places.items():
        for _, end in spots:
            bracket = _BRACKET.match(text, end)
            if bracket and plain_name(bracket[1]) in places:
                owner[plain_name(bracket[1])] = key
    by_name: dict[str, str] = {}
    for key in places:
        known = institutions().get(key)
        if known and key not in owner:
            main = plain_name(known[0].parent or known[0].name)
            owner[key] = by_name.setdefault(main, key)
    told = {k for k, main in owner.items() if k != main}
    told |= {owner[k] for k in told}
    for key in sorted(places.keys() - told, key=lambda k: (len(k), k)):
        longer = {owner.get(k, k) for k in places if k.startswith(key + " ")}
        initials = {k for k in places if _initials(k) == key.upper() and len(key) > 2}
        main = longer if len(longer) == 1 else initials
        if len(main) == 1:
            owner[key] = main.pop()
    return {k: _root(owner, k) for k in owner}


def _root(owner: dict[str, str], key: str) -> str:
    seen = set()
    while owner.get(key, key) != key and key not in seen:
        seen.add(key)
        key = owner[key]
    return key


def _initials(name: str) -> str:
    return "".join(w[0] for w in name.split() if w[0].isupper())
