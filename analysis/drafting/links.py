"""For whom a person speaks: what stands between a person and each organisation.

Signs are patterns of what lies between the two names (``after: , O of``: an officer's
noun), whether the body is the nearest, and whether both seem to play one role. What
each weighs is learned; see `analysis.drafting.roles.learned_link`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence

from analysis.drafting.cards import signs
from analysis.drafting.people import is_officer
from analysis.drafting.roles import NONE
from analysis.tokens import function_words

Span = tuple[int, int]
REACH = 170  # characters between a person and a body that it may speak for
_TOKEN = re.compile(r"[^\W\d_][\w&-]*|\d+|[’'‘]s?\b|[^\w\s]")
_STOP = re.compile(r"[.?!][”’\"']?\s")
_BEFORE = re.compile(r"[^.;:“”\"\n]{0,70}$")
_OF = frozenset("of at for from with".split())
_ARTICLES = frozenset("the a an its".split())
_AFTER = re.compile(r"[^.;:“”\"\n]{0,90}")
_NOUN = re.compile(r"\b(the|its|their|this)\s+((?:[\w-]+\s+){0,2}?)([a-z][\w-]+)", re.I)


def find_signs(
    text: str,
    persons: Sequence[Sequence[Span]],
    bodies: Sequence[Sequence[Span]],
    fits: Sequence[Mapping[str, float]],
    roles: Sequence[Mapping[str, float]],
    names: Sequence[Sequence[str]],
) -> list[dict[int, set[str]]]:
    """For each person the bodies that it may speak for, each with its signs.

    Parameters
    ----------
    text : str
        The article's text.
    persons, bodies : sequence of sequences of (int, int)
        Where each stands.
    fits, roles : sequence of mappings
        How likely each person, and each body, plays each role.
    """
    places = sorted((a, b, i) for i, spots in enumerate(bodies) for a, b in spots)
    starts = [p[0] for p in places]
    found: list[dict[int, set[str]]] = []
    for spots, fit in zip(persons, fits, strict=True):
        near: dict[int, set[str]] = defaultdict(set)
        for spot in spots:
            _near(text, spot, places, starts, near)
        for body in _by_noun(text, spots[0], places, starts, roles, names):
            near[body[0]].add(body[1])
        for i, seen in near.items():
            seen |= set(_fit(fit, roles, i))
        found.append(near)
    return found


def _near(text, spot, places, starts, near) -> None:
    """Signs of the bodies in the same line, near one place of a person."""
    start, end = spot
    line = max(text.rfind("\n", 0, start) + 1, start - REACH)
    last = min(text.find("\n", end) % (len(text) + 1), end + REACH)
    at = bisect_left(starts, start)
    before = [p for p in reversed(places[bisect_left(starts, line) : at])]
    after = places[at : bisect_left(starts, last)]
    for order, side in (("before", before), ("after", after)):
        for rank, (a, b, body) in enumerate(side[:4]):
            gap = text[b:start] if order == "before" else text[end:a]
            far = text[max(a - 40, line) : a] if order == "before" else text[b : b + 40]
            seen = [*_gap(gap, rank), *_beyond(far, order, rank)]
            if tie := _tied(gap, far, order):
                seen += ["tied", f"tied {tie}", f"tied {tie} rank {rank}"]
            near[body] |= {f"{order} {s}" for s in seen}


def _tied(gap: str, far: str, order: str) -> str:
    """How an office ties a person to a body, if it does.

    Kinds: ``BODY’s head, X``, ``BODY boss X``, ``X, of BODY``, ``X, a BODY boss``,
    ``the head of BODY, X``, ``BODY, founded by X``.
    """
    tokens = [_kind(t) for t in _TOKEN.findall(gap)]
    beyond = [_kind(t) for t in _TOKEN.findall(far)]
    made = re.search(
        r"\b(?:founded|run|led|owned|chaired|headed|started)\b.*\bby$", gap.strip()
    )
    if _STOP.search(gap) or made:
        return "made" if made and order == "before" else ""
    if len(tokens) > 12 or {"said", "told", "says", "v", "“", "”"} & set(tokens):
        return ""
    if order == "before":
        if tokens[:1] == ["'s"] and "O" in tokens:
            return "owned"
        if tokens and tokens[-1] == "O" and set(tokens) <= {"O", "w", "N"}:
            return "direct"
        led = [t for t in beyond if t not in _ARTICLES][-2:]
        return "of" if tokens == [","] and led[:1] == ["O"] and led[-1] in _OF else ""
    if tokens[:1] == ["'s"] and "N" in tokens and len(tokens) < 6:
        return "owner"
    bare = [t for t in tokens if t not in _ARTICLES]
    if bare and bare[-1] in _OF and ("O" in bare or bare[0] in _OF or bare[0] == ","):
        return "of"
    owner = beyond[:1] == ["'s"] and "O" in beyond[:5] or beyond[:1] == ["O"]
    return "owner" if bare[:1] == [","] and owner and len(bare) < 4 else ""


def _gap(gap: str, rank: int) -> list[str]:
    """What lies between two names."""
    crosses = _STOP.search(gap)
    tokens = [_kind(t) for t in _TOKEN.findall(gap)]
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
    tokens = [_kind(t) for t in _TOKEN.findall(words)]
    tokens = tokens[-2:] if order == "before" else tokens[:2]
    if rank or not tokens:
        return []
    return [f"beyond {t}" for t in (" ".join(tokens), tokens[order == "before" and -1])]


def _kind(token: str) -> str:
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


def _by_noun(text, spot, places, starts, roles, names):
    """Bodies that a noun beside a person may mean: `the firm’s boss`, `its head`."""
    start, end = spot
    beside = (
        _BEFORE.search(text, max(0, start - 71), start)[0],
        _AFTER.match(text, end)[0],
    )
    before = places[
        max(0, bisect_left(starts, start) - 12) : bisect_left(starts, start)
    ]
    for where, words in zip(("before", "after"), beside, strict=True):
        for noun in _NOUN.finditer(words):
            told = signs().get(noun[3].lower(), ())
            if told and not is_officer(noun[3].lower()):
                last = noun[3].lower()
                own = [
                    p[2]
                    for p in reversed(before)
                    if any(n.lower().endswith(f" {last}") for n in names[p[2]])
                ]
                fit = own or [
                    p[2] for p in reversed(before) if _likeliest(roles[p[2]]) in told
                ]
                then = _TOKEN.findall(words[noun.end() : noun.end() + 30])[:2]
                then = " ".join(_kind(t) for t in then)
                led = " ".join(
                    _kind(t) for t in _TOKEN.findall(words[: noun.start()])[-1:]
                )
                for rank, body in enumerate(dict.fromkeys(fit[:6])):
                    yield body, f"noun {where} {min(rank, 2)}"
                    if rank < 2 and then == "'s O" or led in _OF:
                        yield body, f"noun tied {rank}"
                        if own:
                            yield body, "after tied"
                    if rank < 2:
                        yield body, f"noun {where} {rank} then {then}"
                        yield body, f"noun {where} {rank} after {led}"
            if noun[1].lower() in ("its", "their") and before:
                sentence = max(text.rfind(". ", 0, start), text.rfind("\n", 0, start))
                back = max(
                    text.rfind(". ", 0, max(sentence, 0)),
                    text.rfind("\n", 0, max(sentence, 0)),
                )
                here = [p[2] for p in before if p[0] > back] or [before[-1][2]]
                subject = _NOUN.match(text[back + 1 : sentence].lstrip())
                told = signs().get(subject[3].lower(), ()) if subject else ()
                meant = [
                    p[2] for p in reversed(before) if _likeliest(roles[p[2]]) in told
                ]
                here = meant[:1] or here  # The regulator … Its chief executive
                for rank, body in enumerate(dict.fromkeys(here[:3])):
                    yield body, f"its {where} {rank}"
                    if is_officer(noun[3].lower()) or is_officer(noun[2].split(" ")[0]):
                        yield body, f"its tied {rank}"


def _fit(fit, roles, i):
    """How well the roles of person and body agree."""
    mine = roles[i]
    both = sum(fit.get(r, 0) * p for r, p in mine.items() if r != NONE)
    yield f"fits {min(int(both * 8), 5)}"
    yield f"role {_likeliest(mine)}"
    yield f"person {_likeliest(fit)} body {_likeliest(mine)}"


def _likeliest(odds: Mapping[str, float]) -> str:
    return max((r for r in odds if r != NONE), key=odds.__getitem__)
