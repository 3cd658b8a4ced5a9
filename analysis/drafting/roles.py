"""The role of an actor, told from lists, from its name and from the words beside it."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from analysis.tables import read_resource

UNTOLD = "acts in the story; no word tells its role: check"
_AMERICAN = re.compile(
    r"\b(?:Mr|Mrs|Ms)\.|\bpercent\b|\bGov\.|\bSen\.|\bU\.S\."
    r"|\n[A-Z]{4,}(?:, [A-Z][a-z]+\.?)? (?:—|--) "
)
NONE = "none"  # no actor
PEOPLE_COUNT = 0.4  # how much of a body’s evidence its people’s is
_COUNTRY = re.compile(
    r"\b[A-ZÉ][\w.]*(?: (?:States|Kingdom|Union|Zealand|Delhi|Sabha))?"
)
PUBLIC = ("government", "regulator", "court", "party", "foreign_government")
_NO_NOUN = ("company", "place", "thing")
NO_NOUNS = {"administration"}  # an agency's own, but hardly ever said of it


class Institution(NamedTuple):
    """A well-known institution of ``resources/institutions.csv``."""

    name: str
    acronym: str
    role: str
    country: str
    industry: str
    parent: str
    source: str


@cache
def institutions() -> dict[str, tuple[Institution, ...]]:
    """Well-known institutions by each of their names and acronyms.

    Dots of acronyms and leading articles are left out of the keys; a name may be
    borne by one a country (`Congress`).

    >>> institutions()["FCA"][0].role, institutions()["Ofwat"][0].industry
    ('regulator', 'water')
    """
    found: dict[str, dict[Institution, None]] = defaultdict(dict)
    for row in (Institution(**r) for r in read_resource("institutions.csv")):
        for name in filter(None, (row.name, row.acronym)):
            found[plain_name(name)][row] = None
    return {name: tuple(rows) for name, rows in found.items()}


@cache
def name_words() -> dict[str, tuple[str, str]]:
    """Words in names of organisations: their role, and where they must stand."""
    rows = read_resource("name_words.csv")
    return {r["word"]: (r["role"], r["place"]) for r in rows}


@cache
def countries() -> dict[str, str]:
    """Names of countries, their people and seats of government, with the country."""
    return {r["word"]: r["country"] for r in read_resource("countries.csv")}


@cache
def local_words() -> frozenset[str]:
    """Words that mark a government below the country's own: `council`, `mayor`."""
    return frozenset(r["word"] for r in read_resource("local_words.csv"))


@lru_cache(2**14)
def plain_name(name: str) -> str:
    """A name without article, dots of its acronym, and typewriter apostrophes.

    >>> plain_name("the F.T.C."), plain_name("Barnardo's")
    ('FTC', 'Barnardo’s')
    """
    name = " ".join(name.split()).replace("'", "’").replace("‘", "’")
    name = re.sub(r"^[Tt]he (?=.)", "", name)
    name = re.sub(
        r"\b(?:[A-Z]\.)+[A-Z]?(?![a-z])", lambda m: m[0].replace(".", ""), name
    )
    return name.rstrip(".")


def telling_role(name: str) -> tuple[str, str] | None:
    """The role that a word in an organisation's name tells, and the word.

    >>> telling_role("Michigan Public Service Commission")
    ('regulator', 'commission')
    """
    found = telling_word(name)
    return found and found[:2]


@lru_cache(2**13)
def telling_word(name: str) -> tuple[str, str, str] | None:
    """Role, word and place of the word in a name that tells most.

    A strong or sure one, else the last; roles also include ``place`` and ``thing``.
    """
    words = [w.lower().strip(".,") for w in plain_name(name).split()]
    found = None
    for i, word in enumerate(words):
        role, place = name_words().get(word, ("", ""))
        at_end = i == len(words) - 1 or words[i + 1] in ("of", "for")
        if place in ("strong", "sure"):
            return role, word, place
        if role and (place == "any" or at_end):
            found = (role, word, place)
    return found


def home_country(text: str, names: Iterable[str]) -> str:
    """Whose government is at home in this article: uk, us or another country.

    Most of the well-known public bodies and the words for a country decide; in a
    tie, an article with American abbreviations is American.
    """
    counts: Counter[str] = Counter()
    for name in names:
        for known in institutions().get(plain_name(name), ()):
            if known.role in PUBLIC and known.country:
                counts[known.country] += 1
    for word in _COUNTRY.findall(text):
        counts[countries().get(word, "")] += 0.3
    del counts[""]
    counts["us" if _AMERICAN.search("\n" + text) else "uk"] += 0.5
    return counts.most_common(1)[0][0]


def side_label(keys: Sequence[str], role: str, home: str) -> str:
    """What to call a side: its best-known or longest name."""
    if role == "government":
        return f"{home.upper() if len(home) == 2 else home.capitalize()} government"
    known = listed(keys, home)
    return known.parent or known.name if known else max(keys, key=len)


class ToldRole(NamedTuple):
    """How likely each role is, and the words that show the likeliest best."""

    odds: dict[str, float]  # by role, and `NONE`; they sum to 1
    reason: str

    @property
    def role(self) -> str:
        """The likeliest role, if it is an actor at all."""
        return max((r for r in self.odds if r != NONE), key=self.odds.__getitem__)


def tell_role(
    text: str, keys: Sequence[str], cards: Sequence[Mapping[str, str]], home: str
) -> ToldRole:
    """The role of an actor: as listed, else learned from its card and its people's.

    Its own card comes first; each further one counts `PEOPLE_COUNT` of it.
    """
    if known := listed(keys, home):
        role, reason = _known_role(text, known, home)
        return ToldRole({role: 1.0, NONE: 0.0}, reason)
    for key in keys:
        role, word, place = telling_word(key) or ("", "", "")
        if place == "sure":
            return ToldRole({role: 1.0, NONE: 0.0}, f"“{word}” in its name")
    table, roles = _weights("role_weights.csv")
    sums = [0.0] * len(roles)
    for share, card in zip((1.0, *[PEOPLE_COUNT] * len(cards)), cards, strict=False):
        for i, value in enumerate(add_up(table, card)):
            sums[i] += share * value
    most = max(sums)
    odds = [math.exp(s - most) for s in sums]
    told = ToldRole({r: o / sum(odds) for r, o in zip(roles, odds, strict=True)}, "")
    at = roles.index(told.role)
    shown = [(table[s][at], w) for c in cards for s, w in c.items() if w and s in table]
    weight, words = max(shown, default=(0.0, ""))
    return told._replace(reason=f"“{words}”" if weight > 0 else UNTOLD)


def likelihood(name: str, signs: Iterable[str]) -> float:
    """How likely something is, by its signs and a table of what each weighs."""
    table, _ = _weights(name)
    return 1 / (1 + math.exp(-add_up(table, signs)[0]))


def add_up(table: Mapping[str, Sequence[float]], signs: Iterable[str]) -> list[float]:
    """The sums of a table's weights over signs, its baseline included."""
    rows = [table[""], *(table[s] for s in signs if s in table)]
    return [sum(column) for column in zip(*rows, strict=True)]


@cache
def _weights(name: str) -> tuple[dict[str, list[float]], list[str]]:
    rows = read_resource(name)
    columns = [c for c in rows[0] if c != "sign"]
    return {r["sign"]: [float(r[c]) for c in columns] for r in rows}, columns


def forget_weights() -> None:
    """Read the tables of weights anew: they were learned again."""
    _weights.cache_clear()


def listed(keys: Sequence[str], home: str) -> Institution | None:
    """The listed institution that an actor's names mean.

    An acronym is no proof where a longer name, which is not listed, stands beside it.
    """
    names = {plain_name(k) for k in keys}
    longest = max((len(k.split()) for k in keys), default=0)
    for key in keys:
        known = known_institution(key, home)
        if known and (longest == 1 or " " in key or plain_name(known.name) in names):
            return known
    return None


def known_institution(key: str, home: str) -> Institution | None:
    """The listed institution of a name, the home country's where several share it."""
    rows = institutions().get(key, ())
    for row in rows:
        if row.country in (home, ""):
            return row
    return rows[0] if rows and (len(key) > 2 or len(rows) == 1) else None


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


@cache
def heads() -> dict[str, list[str]]:
    """Nouns for an actor itself, each with the roles that it can stand for."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in read_resource("role_words.csv"):
        if row["use"] == "head":
            found[row["word"]].append(row["role"])
    return found


@lru_cache(2**12)
def head_nouns(name: str) -> set[str]:
    """Nouns in a name that can stand for its bearer: `the commission`.

    >>> head_nouns("Department for Transport"), head_nouns("Vale Water")
    ({'department'}, set())
    """
    words = [w.lower() for w in plain_name(name).split()]
    ends = {words[-1]} | {
        a for a, b in zip(words, words[1:], strict=False) if b in ("of", "for")
    }
    ends -= NO_NOUNS
    told = {w for w in ends if name_words().get(w, ("company",))[0] not in _NO_NOUN}
    return {w for w in ends if w in heads()} | told
