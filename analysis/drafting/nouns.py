"""Nouns that stand for the actors of one article: the lender, the commission."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from analysis.drafting.resolver import Place, Resolver
from analysis.drafting.roles import NO_NOUNS, head_nouns, heads
from analysis.drafting.sides import Body, Side
from analysis.mentions.aliases import role_words
from analysis.tables import read_resource

_APPOINTED = re.compile(
    r"\b(?:an?|the)[^\S\n]+(?:[\w-]+[^\S\n]+){0,3}?(group|panel|committee|team|inquiry)"
    r"[^\S\n]+(?:appointed|set up|chosen|convened|commissioned)[^\S\n]+by[^\S\n]+",
    re.I,
)
_WORDS = re.compile(r"[^\W\d_][\w-]*")
_ANYWHERE = ("ministers", "officials")  # need no article
_ALWAYS_HELD = ("minister", "judge", "chancellor")  # stand without their holder named
_UNNAMED = ("government", "regulator", "watchdog", "court", "tribunal")


def vote_nouns(resolver: Resolver) -> dict[str, list[Place]]:
    """Each noun for an actor with the places where it stands, and their sides."""
    text, votes = resolver.structure.text, defaultdict(list)
    nouns = [*_nouns(text, _name_nouns(resolver.sides)), *_headline_nouns(resolver)]
    for noun, start, end in nouns:
        side = resolver.noun_side(noun, start) or _made(resolver, noun)
        if side:
            votes[noun].append(Place(start, end, side))
    return votes


def appointed_panels(text: str, bodies: Sequence[Body]) -> dict[str, int]:
    """Panels that a body appointed stand for it: `a group appointed by the CMA`."""
    starts = {start: i for i, body in enumerate(bodies) for start, _ in body.spots}
    return {
        found[1].lower(): starts[at]
        for found in _APPOINTED.finditer(text)
        for at in range(found.end(), found.end() + 8)
        if at in starts
    }


def add_nouns(resolver: Resolver) -> None:
    """Nouns that stand for a side: each goes to the side that it means oftenest."""
    for noun, places in vote_nouns(resolver).items():
        counts = Counter(id(p.side) for p in places)
        best = counts.most_common(1)[0][0]
        side = next(p.side for p in places if id(p.side) == best)
        side.nominals.append(noun if noun in _ANYWHERE else f"the {noun}")
        side.spots += [(p.start, p.end) for p in places]
    _add_classes(resolver)


def _name_nouns(sides: Sequence[Side]) -> set[str]:
    """Nouns in names that can stand alone: `the commission`."""
    return {noun for s in sides for name in s.names for noun in head_nouns(name)}


def _nouns(text: str, own: set[str]) -> Iterator[tuple[str, int, int]]:
    """Nouns for actors that stand with a determiner, and plural ministers."""
    officers = {
        r["word"]
        for r in read_resource("role_words.csv")
        if r["use"] == "officer"
        and r["role"] in ("government", "court")
        and r["word"] != "secretary"
    }
    wanted = sorted(heads().keys() | own | officers | {"commissioners"})
    nouns, bare = "|".join(map(re.escape, wanted)), "|".join(_ANYWHERE)
    pattern = re.compile(
        rf"\b(?:(?:the|its|this|their)[^\S\n]+(?:[a-z][\w-]+[^\S\n]+){{0,2}}?"
        rf"(?P<noun>{nouns})|(?P<bare>{bare}))\b(?!-\w)",
        re.I,
    )
    for found in pattern.finditer(text):
        yield (found["noun"] or found["bare"]).lower(), *found.span()


def _headline_nouns(resolver: Resolver) -> Iterator[tuple[str, int, int]]:
    """Nouns for actors in headings, which drop articles: `Watchdog fines lender`."""
    known = heads().keys() - NO_NOUNS
    for paragraph in resolver.structure.paragraphs:
        for found in re.finditer(r"[\w-]+", paragraph.text):
            if paragraph.kind == "heading" and found[0].lower() in known:
                start = paragraph.start + found.start()
                yield found[0].lower(), start, start + len(found[0])


def _made(resolver: Resolver, noun: str) -> Side | None:
    """The side of a noun that no name explains, made where the text has none."""
    if noun == "commissioners":
        return _first(resolver, "regulator")
    if noun in _ANYWHERE:
        return resolver.public_side("government", f"“{noun}”", "Government")
    if role_words().get(noun) == "officer":
        titles = {
            w.lower().rstrip(".")
            for side in resolver.sides
            for person in side.people
            for title in person.titles
            for w in title.split()
        }
        held = noun in _ALWAYS_HELD or {noun, noun[:3]} & titles
        role = "court" if noun == "judge" else "government"
        return _first(resolver, role) if held else None
    roles = [
        r for r in heads().get(noun, []) if r in ("government", "regulator", "court")
    ]
    if roles and noun in _UNNAMED:
        return resolver.public_side(roles[0], f"called “the {noun}”", f"The {noun}")
    return None


def _first(resolver: Resolver, role: str) -> Side | None:
    return next((s for s in resolver.sides if s.role == role), None)


def _add_classes(resolver: Resolver) -> None:
    """Classes of people stand for their role: `customers`, `campaigners`.

    Where the article has no other side of that role they are one.
    """
    text, kinds = resolver.structure.text, _classes()
    found: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(dict)
    for match in _WORDS.finditer(text):
        if role := kinds.get(match[0].lower()):
            found[role].setdefault(match[0].lower(), []).append(match.span())
    for role, words in found.items():
        side = _first(resolver, role)
        if side is None and sum(map(len, words.values())) > 1:
            label = max(words, key=lambda w: len(words[w]))
            side = Side(role, f"“{label}”", label.capitalize())
            resolver.sides.append(side)
        if side and (role == "public" or not side.names):
            side.nominals += words
            side.spots += [spot for spots in words.values() for spot in spots]


@cache
def _classes() -> dict[str, str]:
    return {r["word"]: r["role"] for r in read_resource("classes.csv")}
