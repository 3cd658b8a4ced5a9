"""The sides of a story in the making: organisations with all that they are called."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .aliases import role_words
from .codebook import ROLES, Person
from .mentions import DATES
from .names import Name, first_names, institutions, plain, telling_role
from .tables import read_resource
from .tokens import Structure
from .verbs import part_in_sentence

UNTOLD = "acts in the story; no word tells its role: check"
MERGED = ("government", "court", "opposition", "foreign_government", "media", "public")
_BRACKET = re.compile(r"[^\S\n]\((?:the[^\S\n])?[“‘\"]?([A-Z][\w.&]{1,9})[”’\"]?\)")
_AMERICAN = re.compile(
    r"\b(?:Mr|Mrs|Ms)\.|\bpercent\b|\bGov\.|\bSen\.|\bU\.S\."
    r"|\n[A-Z]{4,}(?:, [A-Z][a-z]+\.?)? (?:—|--) "
)
_TAIL = re.compile(r"\b(?:of|for|in|that|which|who|based|from|with|by|at|on|to)\b")
_SUPPLIES = re.compile(
    r",?\s+(?:which|that)\s+(?:serves|supplies|sells|makes|owns|operates|runs|employs"
    r"|has\s+[\d.,]+\s+(?:million\s+)?(?:customers|subscribers|users|passengers))\b"
)


@dataclass(eq=False)
class Side:
    """An organisation, or all bodies of one kind that stand together."""

    role: str
    reason: str
    label: str
    names: list[str] = field(default_factory=list)
    nominals: list[str] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    spots: list[tuple[int, int]] = field(default_factory=list)
    acts: bool = False  # does or owns something, and its role is told


def home_country(text: str, names: Iterable[Name]) -> str:
    """Whose government is at home in this article: uk, us or another country.

    The country of most of the well-known public bodies named; in a tie, American
    if abbreviations have American dots.
    """
    counts: Counter[str] = Counter()
    for name in names:
        known = institutions().get(plain(name.text))
        public = known and known.role in ("government", "regulator", "court", "party")
        if public and known.country not in ("", "eu"):
            counts[known.country] += 1
    counts["us" if _AMERICAN.search("\n" + text) else "uk"] += 0.5
    return counts.most_common(1)[0][0]


def find_sides(structure: Structure, names: Sequence[Name]) -> list[Side]:
    """Organisations in the article, with their aliases and a role for each.

    Parameters
    ----------
    structure : Structure
        The article, split.
    names : sequence of Name
        From `analysis.names.find_names`.

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


def side_label(keys: Sequence[str], role: str, home: str) -> str:
    """What to call a side: its best-known or longest name."""
    if role == "government":
        return f"{home.upper() if len(home) == 2 else home.capitalize()} government"
    known = [institutions()[k] for k in keys if k in institutions()]
    return known[0].parent or known[0].name if known else max(keys, key=len)


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
            told = _role_beside(structure.text, kept_at)
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
        if part_in_sentence(text, start, end, first, last) != "other":
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


def find_role(
    text: str, keys: Sequence[str], spots: Sequence[tuple[int, int]], home: str
) -> tuple[str, str]:
    """The role of an organisation and the reason, the firmest reason first.

    Parameters
    ----------
    text : str
        The article's text.
    keys : sequence of str
        Its names.
    spots : sequence of (int, int)
        Where they stand.
    home : str
        The article's own country.

    Returns
    -------
    (str, str)
        Role and reason.
    """
    for key in keys:
        if known := institutions().get(key):
            return _known_role(text, known, home)
    beside = _role_beside(text, spots)
    for key in sorted(keys, key=len, reverse=True):
        told = telling_role(key)
        if told and told[0] in ROLES and (len(key.split()) > 1 or not beside):
            return told[0], f"“{told[1]}” in its name"
    return beside or ("company", UNTOLD)


def _known_role(text: str, known, home: str) -> tuple[str, str]:
    role, reason = known.role, "known institution"
    if role == "party":
        governs = (
            rf"\b(?:{re.escape(known.name)}) (?:government|administration|minister)"
        )
        role = "government" if re.search(governs, text) else "opposition"
        return (
            role,
            f"known party, here {'in' if role == 'government' else 'out of'} office",
        )
    if role == "government" and known.country not in ("", home):
        return (
            "foreign_government",
            f"known institution of another country ({known.country})",
        )
    if role == "foreign_government" and known.country == home:
        return "government", reason
    return role, reason


def heads() -> dict[str, list[str]]:
    """Nouns for an actor itself, each with the roles that it can stand for."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in read_resource("role_words.csv"):
        if row["use"] == "head":
            found[row["word"]].append(row["role"])
    return found


def _role_beside(text: str, spots: Sequence[tuple[int, int]]) -> tuple[str, str] | None:
    """The role that a noun before or after a name tells: `the lender Halberd`."""
    nouns = heads()
    for start, end in spots:
        before = re.findall(r"[\w’'-]+", text[max(0, start - 50) : start])[-3:]
        tight = re.search(r"[\w’]\s+$", text[max(0, start - 3) : start])
        after = re.match(r",\s+(?:an?|the|one of)\s+([^,.;\n]{3,60})", text[end:])
        said = before[-1:] if tight else []
        words = re.findall(r"[\w’'-]+", _TAIL.split(after[1])[0]) if after else []
        for word in [*said, *words]:
            roles = nouns.get(word.lower())
            if roles:
                return _qualified(roles, [*before, *words]), f"called “{word}”"
        if _SUPPLIES.match(text, end):
            return "company", "sells or supplies something"
    return None


def _qualified(roles: Sequence[str], beside: Sequence[str]) -> str:
    """Which of a noun's roles is meant: a word beside it may tell (`consumer group`).

    A firm is a plain company unless a word says that it is a platform.
    """
    words = {w.lower().strip("’'") for w in beside}
    for row in read_resource("role_words.csv"):
        if row["use"] == "qualifier" and row["role"] in roles and row["word"] in words:
            return row["role"]
    return "company" if "company" in roles else roles[0]
