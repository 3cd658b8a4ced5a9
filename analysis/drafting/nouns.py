"""Nouns that stand for the actors of one article: the lender, the commission.

Which side a noun means is learned: whether it can stand for the side's role, is in a
name or said beside one, and which fitting side was named last where the noun stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from analysis.drafting.cards import Span, signs
from analysis.drafting.roles import head_nouns, heads, likelihood, side_label
from analysis.drafting.sides import Body, Side
from analysis.tables import read_resource
from analysis.tokens import Structure, function_words

MEANT = 0.25  # a noun this likely to mean a side stands for it
_APPOINTED = re.compile(
    r"\b(?:an?|the)[^\S\n]+(?:[\w-]+[^\S\n]+){0,3}?(group|panel|committee|team|inquiry)"
    r"[^\S\n]+(?:appointed|set up|chosen|convened|commissioned)[^\S\n]+by[^\S\n]+",
    re.I,
)
_NOUN_WORD = re.compile(r"[^\W\d_][\w-]*")
_NOUN_DETERMINERS = frozenset("the its this their our".split())
_MOST_PLACES = 8  # of a noun are looked at
_PLACES = ("after", "before", "intro", "name", "title", "of", "after of")


class Noun(NamedTuple):
    """A noun that may stand for an actor, and where it stands."""

    word: str
    spots: list[Span]

    @property
    def alias(self) -> str:
        """How a codebook lists it: plurals need no article."""
        return self.word if is_plural(self.word) else f"the {self.word}"


def is_plural(word: str) -> bool:
    """Whether a noun looks like a plural."""
    return word.endswith("s") and not word.endswith("ss")


def appointed_panels(text: str, bodies: Sequence[Body]) -> dict[str, int]:
    """Panels that a body appointed stand for it: `a group appointed by the CMA`."""
    starts = {start: i for i, body in enumerate(bodies) for start, _ in body.spots}
    return {
        found[1].lower(): starts[at]
        for found in _APPOINTED.finditer(text)
        for at in range(found.end(), found.end() + 8)
        if at in starts
    }


def add_nouns(
    structure: Structure, sides: list[Side], panels: dict[str, Side], home: str
) -> None:
    """Give each noun to the side that it most likely means; some make one."""
    nouns = find_nouns(structure, sides)
    sides += made_sides(nouns, sides, home)
    sentences = [sentence.start for sentence in structure.sentences]
    for noun in nouns:
        add_noun(noun, sides, sentences, panels)


def add_noun(
    noun: Noun,
    sides: Sequence[Side],
    sentences: Sequence[int],
    panels: Mapping[str, Side] = {},
) -> None:
    """Give a noun to the side that it most likely means, if to any."""
    made = (s for s in sides if any(f"class {noun.word}" in c for c in s.cards))
    side = panels.get(noun.word) or next(made, None)
    if side := side or _meant(noun, sides, sentences):
        side.nominals.append(noun.alias)
        side.spots += noun.spots


def find_nouns(structure: Structure, sides: Sequence[Side]) -> list[Noun]:
    """Nouns with a determiner, plurals, and all in headings, which drop articles."""
    own = {noun for side in sides for name in side.names for noun in head_nouns(name)}
    known = _known_nouns() | own
    named = {at for s in sides for a, b in s.spots for at in range(a, b)}
    found: dict[str, list[Span]] = defaultdict(list)
    for paragraph in structure.paragraphs:
        words = list(
            _NOUN_WORD.finditer(structure.text, paragraph.start, paragraph.end)
        )
        lower = [w[0].lower() for w in words]
        for i, word in enumerate(lower):
            if word not in known or words[i].start() in named:
                continue
            if _next(words, i) and lower[i + 1] in known:
                continue  # it only modifies another noun: the media regulator
            headed = paragraph.kind == "heading" or is_plural(word)
            if headed or _determined(words, lower, i):
                found[word].append(words[i].span())
    return [Noun(word, spots) for word, spots in found.items()]


@cache
def _known_nouns() -> frozenset[str]:
    return frozenset(signs()) | heads().keys()


def _next(words: Sequence[re.Match[str]], i: int) -> bool:
    """Whether nothing but a blank lies between a word and the next."""
    last = i + 1 == len(words)
    return not last and words[i + 1].start() - words[i].end() == 1


def _determined(words: Sequence[re.Match[str]], lower: Sequence[str], i: int) -> bool:
    """Whether a determiner opens the phrase that a noun ends: `the state regulator`."""
    for k in reversed(range(max(0, i - 4), i)):
        if not _next(words, k):
            return False
        if lower[k] in _NOUN_DETERMINERS:
            return True
        if lower[k] in function_words():
            return False
    return False


def made_sides(nouns: Sequence[Noun], sides: Sequence[Side], home: str) -> list[Side]:
    """Sides that only a noun shows: `the regulator`, where none is named; `users`."""
    roles = {side.role for side in sides}
    found: dict[str, list[Noun]] = defaultdict(list)
    made: list[Side] = []
    for noun in nouns:
        role = _class_roles().get(noun.word)
        if role and role not in roles:
            found[role].append(noun)
    for role, mine in found.items():
        word = max(mine, key=lambda n: len(n.spots)).word
        label = word.capitalize() if is_plural(word) else f"The {word}"
        if role == "government":
            label = side_label((), role, home)
        elif is_plural(word) and sum(len(n.spots) for n in mine) < 2:
            continue
        side = Side(role, f"called “{word}”", label)
        side.cards.append({f"class {n.word}": n.word for n in mine})
        made.append(side)
    return made


@cache
def _class_roles() -> dict[str, str]:
    return {r["word"]: r["role"] for r in read_resource("classes.csv")}


def _meant(noun: Noun, sides: Sequence[Side], sentences: Sequence[int]) -> Side | None:
    shown = noun_signs(noun, sides, sentences)
    odds = {i: likelihood("noun_weights.csv", seen) for i, seen in shown.items()}
    best = max(odds, key=odds.__getitem__, default=None)
    return sides[best] if best is not None and odds[best] >= MEANT else None


def noun_signs(
    noun: Noun, sides: Sequence[Side], sentences: Sequence[int]
) -> dict[int, set[str]]:
    """What shows, for each side that a noun fits, that it means it."""
    told = signs().get(noun.word, ())
    owned = {i: _own(noun.word, side) for i, side in enumerate(sides)}
    fits = [  # an environment secretary is not *the environment*
        i
        for i, side in enumerate(sides)
        if owned[i] - {"own word"} or not told or side.role in told
    ]
    by_count = sorted(fits, key=lambda i: -len(sides[i].spots))
    last = _named_last(noun, sides, fits, sentences)
    called = [i for i in fits if any("said" in sign for sign in owned[i])]
    number = "plural" if is_plural(noun.word) else "one"
    found = {}
    for i in fits:
        role, tells = sides[i].role, "tells" if sides[i].role in told else "tells not"
        seen = {tells, f"role {role}", *owned[i]}
        seen |= {f"fits {min(len(fits), 4)}", f"rank {min(by_count.index(i), 3)}"}
        share = round(last[i] * 3 / max(1, sum(last.values())))
        seen |= {f"last {share}", f"last {share} fits {min(len(fits), 3)}"}
        if role in heads().get(noun.word, ()):
            seen |= {"head", f"head last {share}"}
        if _class_roles().get(noun.word) == role:
            seen.add("class")
        seen |= {f"{number} {sign}" for sign in seen} | {f"{noun.word} {role}"}
        if set(called) - {i}:
            seen.add("another is called so")
        if not sides[i].names:
            seen.add("unnamed")
        found[i] = seen
    return found


def _own(word: str, side: Side) -> set[str]:
    """Signs that a noun is the side's: in its names, or said beside them."""
    seen = set()
    for name in side.names:
        if word in head_nouns(name) or name.lower().split()[-1] == word:
            seen.add("own head")
        elif word in name.lower().split():
            seen.add("own word")
    for card in side.cards:
        seen |= {f"said {p}" for p in _PLACES if f"{p} {word}" in card}
    return seen


def _named_last(
    noun: Noun, sides: Sequence[Side], fits: Sequence[int], sentences: Sequence[int]
) -> Counter[int]:
    """How often each fitting side is the one meant, if it is the last named.

    Of several in the same sentence that is the first.
    """
    own = [i for i in fits if any(noun.word in head_nouns(n) for n in sides[i].names)]
    places = sorted((at, i) for i in own or fits for at, _ in sides[i].spots)
    counts: Counter[int] = Counter()
    for start, _ in noun.spots[:_MOST_PLACES] if places else ():
        last = places[max(0, bisect_left(places, (start,)) - 1)][0]
        opening = sentences[bisect_right(sentences, last) - 1]
        counts[places[bisect_left(places, (opening,))][1]] += 1
    return counts
