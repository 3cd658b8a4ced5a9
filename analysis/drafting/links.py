"""For whom a person speaks: what stands between a person and each organisation.

Signs are patterns of what lies between the two names (``after: , O of``: an officer's
noun), whether the body is the nearest, and whether both seem to play one role. What
each weighs is learned (``resources/link_weights.csv``).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from analysis.drafting.cards import Span, signs
from analysis.drafting.roles import NONE
from analysis.drafting.sides import is_officer
from analysis.tokens import function_words

LINK_REACH = 170  # characters between a person and a body that it may speak for
NOUN_REACH = 70  # and before a person, where a noun may stand for a body
_TOKEN = re.compile(r"[^\W\d_][\w&-]*|\d+|[’'‘]s?\b|[^\w\s]")
_STOP = re.compile(r"[.?!][”’\"']?\s")
_BEFORE_PERSON = re.compile(r"[^.;:“”\"\n]*$")
_OF_WORDS = frozenset("of at for from with".split())
_LINK_ARTICLES = frozenset("the a an its".split())
_AFTER_PERSON = re.compile(r"[^.;:“”\"\n]{0,90}")
_MADE = re.compile(r"\b(?:founded|run|led|owned|chaired|headed|started)\b.*\bby$")
_NOUN = re.compile(
    r"\b(the|its|their|this)\s+(?:(?:\w|\d+)\s+){0,2}([a-z][\w-]+)", re.I
)


BodyPlace = tuple[int, int, int]  # where a body stands, and which


class NearBodies(NamedTuple):
    """Where the bodies of an article stand, and what is known of them."""

    places: list[BodyPlace]
    starts: list[int]
    roles: Sequence[Mapping[str, float]]
    names: Sequence[Sequence[str]]


def find_signs(
    text: str,
    persons: Sequence[Sequence[Span]],
    bodies: Sequence[Sequence[Span]],
    fits: Sequence[Mapping[str, float]],
    roles: Sequence[Mapping[str, float]],
    names: Sequence[Sequence[str]],
) -> list[dict[int, set[str]]]:
    """For each person the bodies that it may speak for, each with its signs.

    `persons` and `bodies` are where each stands; `fits` and `roles` say how likely
    each person, and each body, plays each role.
    """
    places = sorted((a, b, i) for i, spots in enumerate(bodies) for a, b in spots)
    around = NearBodies(places, [p[0] for p in places], roles, names)
    found: list[dict[int, set[str]]] = []
    for spots, fit in zip(persons, fits, strict=True):
        near: dict[int, set[str]] = defaultdict(set)
        for spot in spots:
            for body, sign in _beside_person(text, spot, around):
                near[body].add(sign)
        for body, sign in _by_noun(text, spots[0], around):
            near[body].add(sign)
        for i, seen in near.items():
            seen |= set(_fit_signs(fit, roles, i))
        found.append(near)
    return found


def _beside_person(
    text: str, spot: Span, near: NearBodies
) -> Iterator[tuple[int, str]]:
    """Signs of the bodies in the same line, near one place of a person."""
    start, end = spot
    line = max(text.rfind("\n", 0, start) + 1, start - LINK_REACH)
    last = min(text.find("\n", end) % (len(text) + 1), end + LINK_REACH)
    first, at, behind = (bisect_left(near.starts, k) for k in (line, start, last))
    sides = {
        "before": near.places[max(first, at - 4) : at][::-1],
        "after": near.places[at : min(behind, at + 4)],
    }
    for order, places in sides.items():
        for rank, (a, b, body) in enumerate(places):
            gap = text[b:start] if order == "before" else text[end:a]
            far = text[max(a - 40, line) : a] if order == "before" else text[b : b + 40]
            seen = [*_gap(gap, rank), *_beyond(far, order, rank)]
            if tie := _tied(gap, far, order):
                seen += ["tied", f"tied {tie}", f"tied {tie} rank {rank}"]
            for sign in seen:
                yield body, f"{order} {sign}"


def _tied(gap: str, far: str, order: str) -> str:
    """How an office ties a person to a body, if it does.

    Kinds: ``BODY’s head, X``, ``BODY boss X``, ``X, of BODY``, ``X, a BODY boss``,
    ``the head of BODY, X``, ``BODY, founded by X``.
    """
    tokens, beyond = _token_kinds(gap), _token_kinds(far)
    made = _MADE.search(gap.strip())
    if _STOP.search(gap) or made:
        return "made" if made and order == "before" else ""
    if len(tokens) > 12 or {"said", "told", "says", "v", "“", "”"} & set(tokens):
        return ""
    if order == "before":
        if tokens[:1] == ["'s"] and "O" in tokens:
            return "owned"
        if tokens and tokens[-1] == "O" and set(tokens) <= {"O", "w", "N"}:
            return "direct"
        led = [t for t in beyond if t not in _LINK_ARTICLES][-2:]
        return (
            "of"
            if tokens == [","] and led[:1] == ["O"] and led[-1] in _OF_WORDS
            else ""
        )
    if tokens[:1] == ["'s"] and "N" in tokens and len(tokens) < 6:
        return "owner"
    bare = [t for t in tokens if t not in _LINK_ARTICLES]
    if (
        bare
        and bare[-1] in _OF_WORDS
        and ("O" in bare or bare[0] in _OF_WORDS or bare[0] == ",")
    ):
        return "of"
    owner = beyond[:1] == ["'s"] and "O" in beyond[:5] or beyond[:1] == ["O"]
    return "owner" if bare[:1] == [","] and owner and len(bare) < 4 else ""


def _gap(gap: str, rank: int) -> list[str]:
    """What lies between two names."""
    crosses = _STOP.search(gap)
    tokens = _token_kinds(gap)
    out = [f"rank {rank}"]
    if crosses:
        return [*out, "crosses", f"crosses rank {rank}"]
    if len(tokens) < 7:
        out.append("| " + " ".join(tokens))
    out += [f"starts {' '.join(tokens[:2])}", f"ends {' '.join(tokens[-2:])}"]
    out += [f"has {t}" for t in set(tokens)]
    out.append(f"long {min(len(tokens) // 3, 5)}")
    return out


def _beyond(words: str, order: str, rank: int) -> list[str]:
    """What stands on the other side of the body: `a BODY spokeswoman`."""
    tokens = _token_kinds(words)
    tokens = tokens[-2:] if order == "before" else tokens[:2]
    if rank or not tokens:
        return []
    return [f"beyond {t}" for t in (" ".join(tokens), tokens[order == "before" and -1])]


def _token_kinds(words: str) -> list[str]:
    return [_token_kind(token) for token in _TOKEN.findall(words)]


@lru_cache(2**13)
def _token_kind(token: str) -> str:
    """A token as it counts between names: an officer is O, another noun N."""
    lower = token.lower()
    if lower in function_words() or not token[0].isalpha():
        return lower.replace("’", "'").replace("‘", "'")
    if is_officer(lower):
        return "O"
    if token[0].isupper():
        return "C"
    if lower in signs():
        return "N"
    if lower in ("said", "says", "told", "who", "whose", "which"):
        return lower
    return "v" if lower.endswith("ed") else "w"


def _by_noun(text: str, spot: Span, near: NearBodies) -> Iterator[tuple[int, str]]:
    """Bodies that a noun beside a person may mean: `the firm’s boss`, `its head`."""
    start, end = spot
    at = bisect_left(near.starts, start)
    before = near.places[max(0, at - 12) : at]
    beside = {
        "before": _BEFORE_PERSON.search(text, max(0, start - NOUN_REACH), start)[0],
        "after": _AFTER_PERSON.match(text, end)[0],
    }
    for where, words in beside.items():
        for noun in _NOUN.finditer(words):
            if not is_officer(noun[2].lower()):
                yield from _called(words, noun, where, before, near)
            if noun[1].lower() in ("its", "their") and before:
                yield from _owned(text, start, noun, where, before, near)


def _called(
    words: str,
    noun: re.Match[str],
    where: str,
    before: Sequence[BodyPlace],
    near: NearBodies,
) -> Iterator[tuple[int, str]]:
    """Signs of the bodies that a noun can mean, the last named first."""
    last = noun[2].lower()
    told = signs().get(last)
    if not told:
        return
    bodies = [body for _, _, body in reversed(before)]
    own = [b for b in bodies if any(_ends_in(n, last) for n in near.names[b])]
    fit = own or [b for b in bodies if _likeliest(near.roles[b]) in told]
    then = " ".join(_token_kinds(words[noun.end() :])[:2])
    led = " ".join(_token_kinds(words[: noun.start()])[-1:])
    for rank, body in enumerate(dict.fromkeys(fit[:6])):
        yield body, f"noun {where} {min(rank, 2)}"
        if rank < 2 and then == "'s O" or led in _OF_WORDS:
            yield body, f"noun tied {rank}"
            if own:
                yield body, "after tied"
        if rank < 2:
            yield body, f"noun {where} {rank} then {then}"
            yield body, f"noun {where} {rank} after {led}"


def _ends_in(name: str, noun: str) -> bool:
    return name.lower().endswith(f" {noun}")


def _owned(
    text: str,
    start: int,
    noun: re.Match[str],
    where: str,
    before: Sequence[BodyPlace],
    near: NearBodies,
) -> Iterator[tuple[int, str]]:
    """Signs of the bodies that `its` can mean: `The regulator … Its head`."""
    sentence = _sentence_opening(text, start)
    back = _sentence_opening(text, max(sentence, 0))
    subject = _NOUN.match(text[back + 1 : sentence].lstrip())
    told = signs().get(subject[2].lower(), ()) if subject else ()
    meant = [b for _, _, b in reversed(before) if _likeliest(near.roles[b]) in told]
    named = [b for a, _, b in before if a > back] or [before[-1][2]]
    officer = is_officer(noun[2].lower())
    for rank, body in enumerate(dict.fromkeys((meant[:1] or named)[:3])):
        yield body, f"its {where} {rank}"
        if officer:
            yield body, f"its tied {rank}"


def _sentence_opening(text: str, position: int) -> int:
    """Where the sentence at a position opens."""
    return max(text.rfind(". ", 0, position), text.rfind("\n", 0, position))


def _fit_signs(
    fit: Mapping[str, float], roles: Sequence[Mapping[str, float]], i: int
) -> Iterator[str]:
    """How well the roles of person and body agree."""
    mine = roles[i]
    both = sum(fit.get(r, 0) * p for r, p in mine.items() if r != NONE)
    yield f"fits {min(int(both * 8), 5)}"
    yield f"role {_likeliest(mine)}"
    yield f"person {_likeliest(fit)} body {_likeliest(mine)}"


def _likeliest(odds: Mapping[str, float]) -> str:
    return max((r for r in odds if r != NONE), key=odds.__getitem__)
