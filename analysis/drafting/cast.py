"""The cast of one article: its sides with their people, offices and nouns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.drafting.cards import read_card
from analysis.drafting.names import Name, find_names
from analysis.drafting.nouns import add_nouns, appointed_panels, vote_nouns
from analysis.drafting.people import Found, find_people, offices, to_person
from analysis.drafting.resolver import Place, Resolver
from analysis.drafting.roles import Told, home_country, learned_role
from analysis.drafting.sides import LEAST_LIKELY, MERGED, Body, Side, find_bodies, find_sides
from analysis.tokens import Structure

MOST_ACTORS = 14  # the least mentioned beyond these are left out


def find_cast(structure: Structure) -> list[Side]:
    """The sides of an article with people and nouns, the most mentioned first."""
    text = structure.text
    names, people, bodies = _found(structure)
    home = home_country(text, names)
    sides = find_sides(text, bodies, home)
    resolver = Resolver(structure, sides, home)
    resolver.appointed = appointed_panels(resolver)
    resolver.nouns = [p for places in vote_nouns(resolver).values() for p in places]
    _add_people(resolver, people)
    _add_offices(resolver, names)
    add_nouns(resolver)
    _add_exclusions(resolver.sides, names)
    ranked = sorted(resolver.sides, key=lambda s: -len(s.spots))
    return ranked[:MOST_ACTORS]


def find_candidates(
    structure: Structure,
) -> Iterator[tuple[list[str], dict[str, str]]]:
    """Names that may be an actor's, each with its card; to learn roles from."""
    text = structure.text
    names, people, bodies = _found(structure)
    home = home_country(text, names)
    for keys, spots in bodies:
        yield keys, read_card(text, keys, spots, home=home)
    for person in people:
        yield [person.name], _person_card(text, person, home)


def _found(structure: Structure) -> tuple[list[Name], list[Found], list[Body]]:
    names = find_names(structure)
    people = find_people(structure, names)
    taken = {s for p in people for s in p.spots}
    left = [n for n in names if (n.start, n.end) not in taken]
    return names, people, find_bodies(structure.text, left)


def _person_card(text: str, person: Found, home: str) -> dict[str, str]:
    return read_card(text, [person.name], person.spots, person.titles, True, home)


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
        card = _person_card(resolver.structure.text, person, resolver.home)
        told = learned_role(card)
        if told.actor < LEAST_LIKELY and "speaks" not in card:
            continue
        side = _side_of(resolver, person, told)
        side.people.append(to_person(person)._replace(reason=told.reason))
        side.spots += person.spots


def _side_of(resolver: Resolver, person: Found, told: Told) -> Side:
    """The side of a person without an organisation, by the role that fits."""
    if told.role in MERGED:
        label = person.name if told.role != "court" else "Court"
        return resolver.public_side(told.role, told.reason, label)
    same = [s for s in resolver.sides if s.role == told.role]
    if told.role == "regulator" and len(same) == 1:
        return same[0]
    side = Side(told.role, told.reason, person.name)
    resolver.sides.append(side)
    return side


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
