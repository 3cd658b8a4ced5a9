"""The cast of one article: its sides with their people, offices and nouns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from analysis.drafting.cards import read_card
from analysis.drafting.links import find_signs
from analysis.drafting.names import Name, find_names
from analysis.drafting.nouns import add_nouns, appointed_panels
from analysis.drafting.roles import NONE, ToldRole, home_country, likelihood, tell_role
from analysis.drafting.sides import (
    AFTER,
    MERGED,
    Body,
    FoundPerson,
    Side,
    add_side,
    find_bodies,
    find_people,
    is_local,
    is_officer,
    local_side,
    offices,
    said_before,
    side_of_role,
    to_person,
)
from analysis.tokens import Structure

_LINE_START = re.compile(r"^", re.M)
MOST_ACTORS = 14  # the least mentioned beyond these are left out
LIKELY = 0.25  # a name this likely to be an actor's is kept
SURE = 0.5  # a silent person this likely to be an actor is one
MATTERS = 0.3  # a side this likely to matter to the story is kept
LINKED = 0.3  # a person this likely to speak for a body does,
TIED = 0.2  # and this likely where an office ties the two


class Cast(NamedTuple):
    """The names of an article, and the card of each that may be an actor's."""

    home: str
    names: list[Name]
    people: list[FoundPerson]
    bodies: list[Body]
    people_cards: list[dict[str, str]]
    body_cards: list[dict[str, str]]


def find_candidates(structure: Structure) -> Cast:
    """Names that may be an actor's, each with its card; roles are learned from them."""
    text = structure.text
    names = find_names(structure)
    home = home_country(text, (n.text for n in names))
    people = find_people(structure, names)
    taken = {s for p in people for s in p.spots}
    bodies = find_bodies(text, [n for n in names if (n.start, n.end) not in taken])
    return Cast(
        home,
        names,
        people,
        bodies,
        [read_card(text, [p.name], p.spots, p.titles, True, home) for p in people],
        [read_card(text, b.names, b.spots, home=home) for b in bodies],
    )


def find_cast(structure: Structure) -> list[Side]:
    """The sides of an article with people and nouns, the most mentioned first."""
    cast = find_candidates(structure)
    sides, panels = find_sides(structure.text, cast)
    add_nouns(structure, sides, panels, cast.home)
    _add_exclusions(sides, cast.names)
    signs = side_signs(sides, structure.text)
    odds = [likelihood("side_weights.csv", seen) for seen in signs]
    kept = [s for s, o in zip(sides, odds, strict=True) if o >= MATTERS]
    return sorted(kept, key=lambda s: -len(s.spots))[:MOST_ACTORS]


def find_sides(text: str, cast: Cast) -> tuple[list[Side], dict[str, Side]]:
    """Bodies with their people, people by themselves, offices; and panels' sides."""
    home = cast.home
    told = [tell_role(text, (), [card], home) for card in cast.people_cards]
    first = [
        tell_role(text, b.names, [c], home)
        for b, c in zip(cast.bodies, cast.body_cards, strict=True)
    ]
    panels = appointed_panels(text, cast.bodies)
    links = find_links(text, cast, told, first) | _panelists(text, cast, panels)
    slots: dict[str, Side] = {}
    owners: dict[int, Side] = {}
    for i, body in enumerate(cast.bodies):
        mine = [p for p, (at, _) in links.items() if at == i]
        cards = [cast.body_cards[i], *(cast.people_cards[p] for p in mine)]
        found = tell_role(text, body.names, cards, home)
        if found.odds[NONE] <= 1 - LIKELY or mine:
            owners[i] = add_side(slots, text, body, found, home)
            owners[i].cards += cards
    sides = list(slots.values())
    _seat_people(
        sides,
        cast,
        told,
        {i: (owners[at], r) for i, (at, r) in links.items()},
        find_chiefs(text, cast.people),
    )
    _add_offices(text, sides, cast)
    return sides, {n: owners[i] for n, i in panels.items() if i in owners}


def _seat_people(
    sides: list[Side],
    cast: Cast,
    told: Sequence[ToldRole],
    links: dict[int, tuple[Side, str]],
    chiefs: dict[int, int],
) -> None:
    """Each person beside the body or chief that it speaks for, else by itself."""
    seats: dict[int, Side] = {}
    order = sorted(
        range(len(cast.people)), key=lambda i: i in chiefs and i not in links
    )
    for i in order:
        person, card = cast.people[i], cast.people_cards[i]
        if i in links:
            seats[i], reason = links[i]
        elif chiefs.get(i) in seats:
            seats[i] = seats[chiefs[i]]
            reason = f"speaks for or follows {cast.people[chiefs[i]].name}"
        elif told[i].odds[NONE] <= 1 - SURE or "speaks" in card:
            seats[i], reason = (
                _side_of(sides, person, told[i], cast.home),
                told[i].reason,
            )
        else:
            continue
        seats[i].cards.append(card)
        seats[i].chance = max(seats[i].chance, 1 - told[i].odds[NONE])
        _add_person(seats[i], person, reason)


def find_links(
    text: str, cast: Cast, people: Sequence[ToldRole], bodies: Sequence[ToldRole]
) -> dict[int, tuple[int, str]]:
    """For each person that speaks for a body: the body, and the words that show it."""
    signs = find_signs(
        text,
        [p.spots for p in cast.people],
        [b.spots for b in cast.bodies],
        [t.odds for t in people],
        [t.odds for t in bodies],
        [b.names for b in cast.bodies],
    )
    found = {}
    for i, near in enumerate(signs):
        odds = {
            body: likelihood("link_weights.csv", seen) for body, seen in near.items()
        }
        best = max(odds, key=odds.__getitem__, default=None)
        tied = best is not None and any(" tied" in s for s in near[best])
        if best is not None and odds[best] >= (TIED if tied else LINKED):
            found[i] = best, f"speaks for {cast.bodies[best].names[0]}"
    return found


def find_chiefs(text: str, people: Sequence[FoundPerson]) -> dict[int, int]:
    """Persons whose office is another's: `her successor, X`, `X, a lawyer for Hill`."""
    places = sorted((a, b, i) for i, p in enumerate(people) for a, b in p.spots)
    surnames = {p.name.split()[-1]: i for i, p in enumerate(people)}
    found = {}
    for i, person in enumerate(people):
        start, end = person.spots[0]
        beside = (
            said_before(text, start),
            AFTER.match(text, end),
        )
        for words in (b[1].split() for b in beside if b):
            if not any(is_officer(w.lower()) for w in words):
                continue
            named = [surnames[w] for w in words if surnames.get(w, i) != i]
            before = [at for a, _, at in places if a < start and at != i]
            whose = {"his", "her", "His", "Her"} & set(words)
            for chief in named[-1:] or (before[-1:] if whose else ()):
                found.setdefault(i, chief)
    return found


def _panelists(
    text: str, cast: Cast, panels: dict[str, int]
) -> dict[int, tuple[int, str]]:
    """Those who speak for a panel that a body appointed: `chair of the group`."""
    found = {}
    for i, person in enumerate(cast.people):
        for start, end in person.spots:
            beside = (
                said_before(text, start),
                AFTER.match(text, end),
            )
            for words in (
                b[1].split() for b in beside if b and any(map(is_officer, b[1].split()))
            ):
                for noun in words:
                    if noun in panels:
                        found[i] = panels[noun], " ".join(words)
    return found


def _add_person(side: Side, person: FoundPerson, reason: str) -> None:
    side.people.append(to_person(person)._replace(reason=reason))
    side.spots += person.spots
    _add_office(side, offices(person))


def _side_of(sides: list[Side], person: FoundPerson, told: ToldRole, home: str) -> Side:
    """The side of a person without an organisation, by the role that fits."""
    local = told.role == "government" and is_local(person.titles)
    if local and (side := local_side(sides, told.reason, person.name)):
        return side
    if told.role in MERGED:
        label = person.name if told.role == "public" else told.role.capitalize()
        return side_of_role(sides, told.role, told.reason, label, home)
    same = [s for s in sides if s.role == told.role]
    if told.role == "regulator" and len(same) == 1:
        return same[0]
    sides.append(Side(told.role, told.reason, person.name))
    return sides[-1]


def _add_offices(text: str, sides: list[Side], cast: Cast) -> None:
    """Offices without a name (`the Environment Secretary`) name their side."""
    for name in cast.names:
        if name.kind == "office" and len(name.text.split()) > 1:
            spot = [(name.start, name.end)]
            card = read_card(text, [name.text], spot, [name.text], True, cast.home)
            told = tell_role(text, (), [card], cast.home)
            if told.role in ("government", "opposition"):
                label = told.role.capitalize()
                side = side_of_role(sides, told.role, told.reason, label, cast.home)
                side.cards.append(card)
                _add_office(side, [name.text])
                side.spots += spot


def _add_office(side: Side, titles: Sequence[str]) -> None:
    """Offices name their side, in small letters too."""
    if side.role in ("government", "opposition"):
        side.names += titles
        side.nominals += [f"the {title.lower()}" for title in titles]


def side_signs(sides: Sequence[Side], text: str) -> list[set[str]]:
    """What shows, for each side, that the story is about it."""
    most = max((len(s.spots) for s in sides), default=1)
    by_count = sorted(sides, key=lambda s: -len(s.spots))
    lines = [m.start() for m in _LINE_START.finditer(text)]
    found = []
    for side in sides:
        n, rank = len(side.spots), min(by_count.index(side), 8)
        seen = {f"role {side.role}", f"rank {rank}", f"likely {int(side.chance * 8)}"}
        seen |= {f"stands {k} times" for k in (2, 3, 5, 8) if n >= k}
        seen |= {f"share {k}" for k in range(1, 6) if n >= most * k / 6}
        seen |= {f"sides {k}" for k in (2, 4, 7, 10) if len(sides) >= k}
        seen |= {f"long {k}" for k in (1, 2, 4) if len(text) >= 1000 * k}
        seen |= {f"long {k} once" for k in (1, 2, 4) if len(text) >= 1000 * k and n < 2}
        seen |= {f"people {k}" for k in (1, 2, 3) if len(side.people) >= k}
        seen |= {
            f"has {k}" for k in ("names", "people", "nominals") if getattr(side, k)
        }
        seen |= set(_spread(side, text, lines))
        if any("speaks" in card for card in side.cards):
            seen |= {"speaks", f"speaks {side.role}"}
        found.append(seen)
    return found


def _spread(side: Side, text: str, lines: Sequence[int]) -> Iterator[str]:
    """Where in the article a side stands: how early, in how many paragraphs."""
    at = [bisect_right(lines, start) for start, _ in side.spots]
    if at:
        yield from (f"paragraphs {k}" for k in (2, 3, 4, 6) if len(set(at)) >= k)
        yield from (f"opens by {k}" for k in (1, 2, 4) if min(at) <= k)
        first = min(start for start, _ in side.spots)
        yield f"opens in {first * 4 // max(1, len(text))} of 4"


def _add_exclusions(sides: Sequence[Side], names: Sequence[Name]) -> None:
    """Places and things with an actor's name in theirs are no mention of it."""
    for name in names:
        for side in sides if name.kind in ("place", "thing") else ():
            longer = (n for n in side.names if n != name.text)
            if any(f" {n} " in f" {name.text} " for n in longer):
                side.exclude.append(name.text)
