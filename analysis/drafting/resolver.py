"""Whom a description means: `Ofwat’s chief executive`, `the company`, `its boss`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from analysis.drafting.people import AFTER, BEFORE, Found, is_officer
from analysis.drafting.roles import head_nouns, heads, side_label
from analysis.drafting.sides import Side
from analysis.mentions.aliases import role_words
from analysis.tables import read_resource
from analysis.tokens import Structure

_BREAK = re.compile(
    r"(?<!Gov)(?<!Sen)(?<!Rep)(?<!Mr)(?<!Mrs)(?<!Ms)(?<!Dr)(?<!Prof)\.|[,;:“”‘\"–—()!?\n]|(?<!\w)['’]|['’](?!\w)(?<!s['’])"
)
_LEADS = re.compile(
    r"\bwho\s+(?:runs|leads|heads|chairs|founded|owns|manages|represents|joined)\b"
)
_BELONGS = re.compile(r"^(?:of|from|at|for)\b")
_FOUNDED = re.compile(
    r"\b(?:founded|run|led|owned|chaired|headed|started)\b[^.;]*\bby\s+$"
)
_AS = re.compile(
    r"(?:,?\s+\w+){0,3}?\s+(?:as|is|was|became|become|remains?|been)\s+([^,.;:“”\"\n]{3,70})"
)
_RULES = re.compile(r"[’'‘]s\s+(?:own\s+)?(?:\w+\s+)?(?:administration|government)\b")


class Place(NamedTuple):
    """Where somebody or something with a side stands."""

    start: int
    end: int
    side: Side


class Resolver:
    """Finds the side behind a description, knowing where the sides stand."""

    def __init__(self, structure: Structure, sides: list[Side], home: str) -> None:
        """Keep the article and its sides; persons join as they are resolved."""
        self.structure, self.sides, self.home = structure, sides, home
        self.places = sorted(
            (Place(a, b, s) for s in sides for a, b in s.spots), key=lambda p: p[:2]
        )
        self.persons: list[Place] = []
        self.nouns: list[Place] = []
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

    def described(self, start: int, end: int) -> tuple[Side, str] | None:
        """The side behind a description such as `Ofwat’s chief executive`."""
        text = self.structure.text[start:end]
        words = [w.lower() for w in re.findall(r"[\w-]+(?:[’'](?=\w)\w+)?", text)]
        bare = [re.sub(r"[’'‘]s?$", "", w) for w in words]
        officer = next((w for w in reversed(bare) if is_officer(w)), None)
        belongs = _LEADS.search(text) or _BELONGS.match(text)
        owner = re.search(r"[’'‘]s?\s+$", text)
        if owner and (at := [p for p in self.places if p.end == start + owner.start()]):
            return at[0].side, f"“{self.structure.text[at[0].start : end].strip()}”"
        if not officer and not belongs:
            return None
        quoted = f"“{' '.join(text.split())}”"
        if "shadow" in bare:
            return self.public_side("opposition", quoted, "Opposition"), quoted
        return self._by_words(start, end, bare, officer, bool(belongs), quoted)

    def _by_words(
        self,
        start: int,
        end: int,
        bare: list[str],
        officer: str | None,
        belongs: bool,
        quoted: str,
    ) -> tuple[Side, str] | None:
        for known in (self.places, self.persons):
            inside = [p for p in known if start <= p.start and p.end <= end]
            if inside:
                return inside[0 if belongs else -1].side, quoted
        nouns = [w for w in bare if w in heads() or self._named(w)]
        for noun in nouns:
            if noun != officer and (side := self.noun_side(noun, start)):
                return side, quoted
        if {"its", "their"} & set(bare):
            subjects = sorted([*self.places, *self.nouns], key=lambda p: p[:2])
            return self._before(subjects, start, quoted)
        role = officer and _office_role(officer)
        if role == "regulator":
            side = self._nearest([s for s in self.sides if s.role == role], start)
            return (side, quoted) if side else None
        if role:
            return self.public_side(role, quoted, role.capitalize()), quoted
        if {"his", "her"} & set(bare):
            return self._before(self.persons, start, quoted)
        return None

    def _named(self, word: str) -> bool:
        return len(word) > 4 and any(self._has(s, word) for s in self.sides)

    def _before(
        self, places: Sequence[Place], position: int, quoted: str
    ) -> tuple[Side, str] | None:
        """Whom `its` or `her` before a title takes up: the subject before."""
        for sentence in reversed(self.structure.sentences):
            here = [p for p in places if sentence.start <= p.start < sentence.end]
            if sentence.start < position and (
                fit := [p for p in here if p.end <= position]
            ):
                return fit[0].side, quoted
        return None

    def affiliate(self, person: Found) -> tuple[Side, str] | None:
        """The side that a person speaks for and the words that show it."""
        for look in (_beside, _looser):
            for start, end in person.spots:
                for first, last in look(self.structure.text, start, end):
                    if found := self.described(first, last):
                        return found
        return self._owner(person)

    def _owner(self, person: Found) -> tuple[Side, str] | None:
        """`Elon Musk’s platform X`, `founded by …`, `Trump’s administration`."""
        text = self.structure.text
        for start, end in person.spots:
            line = text.rfind("\n", 0, start) + 1
            here = [p for p in self.places if line <= p.start]
            if _FOUNDED.search(text, line, start):
                before = [p for p in here if p.end < start]
                if before:
                    return before[0].side, "founded or run by this person"
            if found := _RULES.match(text, end):
                foreign = re.search(r"\bU\.?S\b", found[0]) and self.home != "us"
                role = "foreign_government" if foreign else "government"
                words = f"“{person.name}{found[0]}”"
                return self.public_side(role, words, person.name), words
            owned = re.match(r"[’'‘]s\s+(?:[a-z]\w*\s+){0,4}", text[end : end + 60])
            for place in here if owned else ():
                if place.start == end + owned.end() and owned[0].strip("’'‘s "):
                    return place.side, "owner, by the words beside"
        return None


def _office_role(word: str) -> str | None:
    rows = read_resource("role_words.csv")
    return next(
        (
            r["role"]
            for r in rows
            if r["word"] == word
            and r["use"] == "officer"
            and r["role"] in ("government", "regulator", "court", "opposition")
        ),
        None,
    )


def _beside(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of the descriptions that touch a name."""
    line = text.rfind("\n", 0, start) + 1
    breaks = [m.end() for m in _BREAK.finditer(text, line, start)]
    first = max([line, *breaks])
    if text[first:start].strip():
        yield _noun_phrase(text, first, start), start
    if before := BEFORE.search(text, line, start):
        yield before.span(1)
    if after := AFTER.match(text, end):
        yield after.span(1)


def _noun_phrase(text: str, first: int, start: int) -> int:
    """Where the words right before a name stop being a title."""
    at = start
    for word in reversed(list(re.finditer(r"\S+", text[first:start]))):
        plain_word = re.sub(r"[’'‘]s?$", "", word[0]).lower()
        fits = plain_word in role_words() or plain_word in ("the", "its", "of", "a")
        if not (fits or word[0][0].isupper() or plain_word in heads()):
            break
        at = first + word.start()
    return at


def _looser(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Descriptions further on in the sentence: `stepped down as the firm’s boss`."""
    if found := _AS.match(text, end):
        yield found.span(1)
