"""The cast of one article: its sides with their people, offices and nouns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.drafting.names import Name, find_names
from analysis.drafting.nouns import add_nouns, appointed_panels, vote_nouns
from analysis.drafting.people import Found, find_people, offices, to_person
from analysis.drafting.resolver import Place, Resolver
from analysis.drafting.roles import home_country
from analysis.drafting.sides import Side, find_sides
from analysis.tokens import Structure

MOST_ACTORS = 14  # the least mentioned beyond these are left out


def find_cast(structure: Structure) -> list[Side]:
    """The sides of an article with people and nouns, the most mentioned first."""
    names = find_names(structure)
    home = home_country(structure.text, names)
    people = find_people(structure, names)
    taken = {s for p in people for s in p.spots}
    sides = find_sides(structure, [n for n in names if (n.start, n.end) not in taken])
    resolver = Resolver(structure, sides, home)
    resolver.appointed = appointed_panels(resolver)
    resolver.nouns = [p for places in vote_nouns(resolver).values() for p in places]
    _add_people(resolver, people)
    _add_offices(resolver, names)
    add_nouns(resolver)
    _add_exclusions(resolver.sides, names)
    ranked = sorted(resolver.sides, key=lambda s: -len(s.spots))
    return [s for s in ranked if len(s.spots) > 1 or s.acts or s.people][:MOST_ACTORS]


def _add_exclusions(sides: Sequence[Side], names: Sequence[Name]) -> None:
    """Places and things with an actor's name in theirs are no mention of it."""
    for name in names:
        for side in sides if name.kind in ("place", "thing") else ():
            longer = (n for n in side.names if n != name.text)
            if any(re.search(rf"\b{re.escape(n)}\b", name.text) for n in longer):
                side.exclude.append(name.text)


def _add_people(resolver: Resolver, people: Sequence[Found]) -> None:
    """Give each person a side; a second pass serves those who refer to others."""
    left = list(people)
    for _ in range(2):
        for person in list(left):
            found = resolver.affiliate(person)
            if not found:
                continue
            side, reason = found
            side.people.append(to_person(person)._replace(reason=reason))
            side.spots += person.spots
            _add_office(resolver, side, offices(person))
            resolver.persons += [Place(a, b, side) for a, b in person.spots]
            resolver.persons.sort(key=lambda p: p[:2])
            left.remove(person)
    for person in left:
        if len(person.spots) > 3:
            reason = "no office or organisation found: check"
            side = Side("public", reason, person.name, spots=list(person.spots))
            side.people.append(to_person(person)._replace(reason=reason))
            resolver.sides.append(side)


def _add_offices(resolver: Resolver, names: Sequence[Name]) -> None:
    """Offices without a name (`the Environment Secretary`) name their side."""
    for name in names:
        if name.kind == "office" and len(name.text.split()) > 1:
            found = resolver.described(name.start, name.end)
            if found and found[0].role in ("government", "opposition"):
                _add_office(resolver, found[0], [name.text])
                found[0].spots.append((name.start, name.end))


def _add_office(resolver: Resolver, side: Side, titles: Sequence[str]) -> None:
    """Offices name their side, in small letters too."""
    if side.role in ("government", "opposition"):
        side.names += titles
        text = resolver.structure.text
        small = [t.lower() for t in titles if t.lower() in text]
        side.nominals += [f"the {title}" for title in small]
