"""The sides of a story in the making: organisations with all that they are called."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from analysis.codebook import Person
from analysis.drafting.lists import (
    institutions,
    local_words,
    plain,
    telling_role,
)
from analysis.drafting.names import Name, standing
from analysis.drafting.roles import NONE, Told, known_institution, side_label
from analysis.lookup import first_names
from analysis.mentions.aliases import role_words
from analysis.mentions.phrases import DATES

MERGED = ("government", "court", "opposition", "public")
_GOES_ON = re.compile(r",? [A-Z&]| and\b")
_BRACKET = re.compile(r"[^\S\n]\((?:the[^\S\n])?[“‘\"]?([A-Z][\w.&]{1,9})[”’\"]?\)")


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
    sides: dict[str, Side], text: str, body: Body, told: Told, home: str
) -> Side:
    """The side of a body, shared by public bodies of one kind that stand together."""
    keys, spots = body
    shared = told.role in MERGED and _joins(body, told, home)
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

    Examples
    --------
    >>> is_local(["Hull City Council"]), is_local(["State Department"])
    (True, False)
    """
    words = [name.lower().rstrip(".").split() for name in names]
    tells = (w[0] if w[-1] == "government" else w[-1] for w in words)
    return any(word in local_words() for word in tells)


def _joins(body: Body, told: Told, home: str) -> bool:
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
    places = _places(names)
    owner = _aliases(text, places)
    groups: dict[str, list[str]] = defaultdict(list)
    for key in places:
        groups[owner.get(key, key)].append(key)
    return [
        Body(keys, sorted(s for k in keys for s in places[k]))
        for keys in groups.values()
    ]


def _places(names: Sequence[Name]) -> dict[str, list[tuple[int, int]]]:
    """Where each organisation stands, and each name that may be one."""
    found: dict[str, list[Name]] = defaultdict(list)
    for name in names:
        found[plain(name.text)].append(name)
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
            if bracket and plain(bracket[1]) in places:
                owner[plain(bracket[1])] = key
    by_name: dict[str, str] = {}
    for key in places:
        known = institutions().get(key)
        if known and key not in owner:
            main = plain(known[0].parent or known[0].name)
            owner[key] = by_name.setdefault(main, key)
    for key in sorted(places, key=len):
        if key in owner and owner[key] != key or key in by_name:
            continue
        longer = {owner.get(k, k) for k in places if k.startswith(key + " ")}
        initials = {k for k in places if _initials(k) == key and len(key) > 2}
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
