"""The sides of a story in the making: organisations with all that they are called."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from analysis.codebook import Person
from analysis.drafting.lists import first_names, institutions, plain, telling_role
from analysis.drafting.names import Name
from analysis.drafting.roles import (
    UNTOLD,
    find_role,
    home_country,
    role_beside,
    side_label,
)
from analysis.mentions.aliases import role_words
from analysis.mentions.phrases import DATES
from analysis.tokens import Structure, split_words
from analysis.verbs import part_in_sentence

MERGED = ("government", "court", "opposition", "foreign_government", "media", "public")
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
    acts: bool = False  # does or owns something, and its role is told


def find_sides(structure: Structure, names: Sequence[Name]) -> list[Side]:
    """Organisations in the article, with their aliases and a role for each.

    Parameters
    ----------
    structure : Structure
        The article, split.
    names : sequence of Name
        From `analysis.drafting.names.find_names`.

    Returns
    -------
    list of Side
        In the order of their first mention; public bodies of one kind are one.
    """
    home = home_country(structure.text, names)
    places = _places(structure, names)
    owner = _aliases(structure.text, places)
    groups: dict[str, list[str]] = defaultdict(list)
    for key in places:
        groups[owner.get(key, key)].append(key)
    sides: dict[str, Side] = {}
    for main, keys in groups.items():
        spots = sorted(s for k in keys for s in places[k])
        role, reason = find_role(structure.text, keys, spots, home)
        slot = role if role in MERGED else main
        side = sides.setdefault(slot, Side(role, reason, side_label(keys, role, home)))
        side.names += dict.fromkeys(_written(structure.text, spots))
        side.names += _shorter(structure.text, side.names)
        side.names += _acronyms(structure.text, keys)
        side.spots += spots
        side.acts |= _acts(structure.text, spots) and reason != UNTOLD
    return sorted(sides.values(), key=lambda s: min(s.spots))


def _shorter(text: str, names: Sequence[str]) -> list[str]:
    """Names cut short that stand somewhere, in a heading too: `Lakemont Power`."""
    cut = (n.split()[:i] for n in names for i in range(2, len(n.split())))
    told = (" ".join(w) for w in cut if w[-1][0].isupper() and telling_role(w[-1]))
    return [
        n for n in told if re.search(rf"\b{re.escape(n)}\b(?!,? [A-Z&]| and\b)", text)
    ]


def _acronyms(text: str, keys: Sequence[str]) -> list[str]:
    """Acronyms of known institutions that stand in the text, a heading too."""
    known = (institutions()[k].acronym for k in keys if k in institutions())
    return [a for a in known if len(a) > 2 and re.search(rf"\b{re.escape(a)}\b", text)]


def _written(text: str, spots: Iterable[tuple[int, int]]) -> list[str]:
    """Forms as written, without the article, trailing dot of a sentence kept out."""
    forms = (" ".join(text[a:b].split()) for a, b in spots)
    return [re.sub(r"^[Tt]he (?=.)", "", f) for f in forms]


def _places(
    structure: Structure, names: Sequence[Name]
) -> dict[str, list[tuple[int, int]]]:
    """Where each organisation stands; unknown names only if they act or own."""
    found: dict[str, list[Name]] = defaultdict(list)
    for name in names:
        found[plain(name.text)].append(name)
    persons = {w for n in names if n.kind == "person" for w in n.text.split()}
    sure = {k for k, at in found.items() if any(n.kind == "organisation" for n in at)}
    kept = {}
    for key, at in found.items():
        kept_at = [(n.start, n.end) for n in at]
        kinds = Counter(n.kind for n in at)
        if key in sure:
            kept[key] = kept_at
        elif kinds["unknown"] > kinds["place"] and _may_be_organisation(key, persons):
            begins = any(k.startswith(key + " ") for k in sure)
            told = role_beside(structure.text, kept_at)
            several = len(at) > 1 and not _human(structure.text, kept_at)
            if begins or (several or told) and _acts(structure.text, kept_at):
                kept[key] = kept_at
    return kept


def _may_be_organisation(key: str, persons: set[str]) -> bool:
    words = key.lower().split()
    listed = [role_words().get(w) for w in words]
    if any(w in DATES for w in words) or all(listed):
        return False
    return not (set(key.split()) & persons or key.split()[0] in first_names())


def _human(text: str, spots: Sequence[tuple[int, int]]) -> bool:
    """Whether *who*, *he* or *she* take a name up oftener than *which* and *it*."""
    found = (
        re.search(r"\b(who|he|she|it|its|which)\b", text[e : e + 80]) for _, e in spots
    )
    words = [f[1] in ("who", "he", "she") for f in found if f]
    return sum(words) > len(words) / 2


def _acts(text: str, spots: Sequence[tuple[int, int]]) -> bool:
    """Whether a name does something, or owns something, somewhere."""
    for start, end in spots:
        if re.match(r"[’'‘]s?\s+\w|\s+(?:said|says|told)\b", text[end : end + 8]):
            return True
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", end) % (len(text) + 1)
        before, _ = split_words(text[first:start])
        phrase, _ = split_words(text[start:end])
        behind, _ = split_words(text[end:last])
        places = len(before), len(before) + len(phrase) - 1
        if part_in_sentence([*before, *phrase, *behind], *places) != "other":
            return True
    return False


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
            main = plain(known.parent or known.name)
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
