"""Whom a noun stands for: `the company`, `the commission`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from analysis.drafting.roles import head_nouns, heads, side_label
from analysis.drafting.sides import Side
from analysis.tokens import Structure


class Place(NamedTuple):
    """Where somebody or something with a side stands."""

    start: int
    end: int
    side: Side


class Resolver:
    """Finds the side behind a noun, knowing where the sides stand."""

    def __init__(self, structure: Structure, sides: list[Side], home: str) -> None:
        """Keep the article and its sides."""
        self.structure, self.sides, self.home = structure, sides, home
        self.places = sorted(
            (Place(a, b, s) for s in sides for a, b in s.spots), key=lambda p: p[:2]
        )
        self.appointed: dict[str, Side] = {}

    def public_side(self, role: str, reason: str, label: str) -> Side:
        """The one side of a public role, made if the article names none."""
        for side in self.sides:
            if side.role == role:
                return side
        label = side_label((), role, self.home) if role == "government" else label
        side = Side(role, reason, label)
        self.sides.append(side)
        return side

    def noun_side(self, noun: str, position: int) -> Side | None:
        """The side that a noun (the company, the commission) stands for here.

        A side with the noun in its name, else one whose role the noun can stand
        for: the first in the same sentence, else in the nearest one before.
        """
        if noun in self.appointed:
            return self.appointed[noun]
        named = [s for s in self.sides if self._has(s, noun)]
        roles = heads().get(noun, [])
        fit = named or [s for s in self.sides if s.role in roles]
        return self._nearest(fit, position)

    def _has(self, side: Side, noun: str) -> bool:
        """Whether a noun is the head of a name, as in a Commission's."""
        return any(noun in head_nouns(n) for n in side.names)

    def _nearest(self, fit: Sequence[Side], position: int) -> Side | None:
        if len(fit) < 2:
            return fit[0] if fit else None
        places = [p for p in self.places if p.side in fit and p.start < position]
        for sentence in reversed(self.structure.sentences):
            if sentence.start > position:
                continue
            here = [p for p in places if sentence.start <= p.start < sentence.end]
            if here:
                return here[0].side
        return next((p.side for p in self.places if p.side in fit), None)
