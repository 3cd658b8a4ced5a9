"""The role of an organisation, told from its name, the words beside it, or a list."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from analysis.drafting.lists import institutions, name_words, plain
from analysis.drafting.names import Name
from analysis.tables import read_resource

UNTOLD = "acts in the story; no word tells its role: check"
_AMERICAN = re.compile(
    r"\b(?:Mr|Mrs|Ms)\.|\bpercent\b|\bGov\.|\bSen\.|\bU\.S\."
    r"|\n[A-Z]{4,}(?:, [A-Z][a-z]+\.?)? (?:—|--) "
)
NONE = "none"  # no actor
_NO_NOUN = ("company", "place", "thing")
NO_NOUNS = {"administration"}  # an agency's own, but hardly ever said of it


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


def side_label(keys: Sequence[str], role: str, home: str) -> str:
    """What to call a side: its best-known or longest name."""
    if role == "government":
        return f"{home.upper() if len(home) == 2 else home.capitalize()} government"
    known = [institutions()[k] for k in keys if k in institutions()]
    return known[0].parent or known[0].name if known else max(keys, key=len)


class Told(NamedTuple):
    """A role, why, and how likely it is that the name is an actor at all."""

    role: str
    reason: str
    actor: float


def known_role(text: str, keys: Sequence[str], home: str) -> Told | None:
    """The role of a listed institution."""
    for key in keys:
        if known := institutions().get(key):
            return Told(*_known_role(text, known, home), 1.0)
    return None


def learned_role(card: Mapping[str, str]) -> Told:
    """The likeliest role by what the card shows, and the sign that says it best."""
    table, roles = _weights()
    sums = list(table[""])
    for sign in card:
        for i, weight in enumerate(table.get(sign, ())):
            sums[i] += weight
    most = max(sums)
    odds = [math.exp(s - most) for s in sums]
    at = max(
        (i for i, role in enumerate(roles) if role != NONE), key=sums.__getitem__
    )
    shown = [s for s in card if s in table and card[s]]
    best = max(shown, key=lambda s: table[s][at], default="")
    reason = f"“{card[best]}”" if best and table[best][at] > 0 else UNTOLD
    return Told(roles[at], reason, 1 - odds[roles.index(NONE)] / sum(odds))


@cache
def _weights() -> tuple[dict[str, list[float]], list[str]]:
    rows = read_resource("role_weights.csv")
    roles = [name for name in rows[0] if name != "sign"]
    return {r["sign"]: [float(r[role]) for role in roles] for r in rows}, roles


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


def head_nouns(name: str) -> set[str]:
    """Nouns in a name that can stand for its bearer: `the commission`.

    Examples
    --------
    >>> head_nouns("Department for Transport"), head_nouns("Vale Water")
    ({'department'}, set())
    """
    words = [w.lower() for w in plain(name).split()]
    ends = {words[-1]} | {
        a for a, b in zip(words, words[1:], strict=False) if b in ("of", "for")
    }
    ends -= NO_NOUNS
    told = {w for w in ends if name_words().get(w, ("company",))[0] not in _NO_NOUN}
    return {w for w in ends if w in heads()} | told
