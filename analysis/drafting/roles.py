"""The role of an organisation, told from its name, the words beside it, or a list."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from analysis.codebook import ROLES
from analysis.drafting.lists import institutions, name_words, plain, telling_role
from analysis.drafting.names import Name
from analysis.tables import read_resource

UNTOLD = "acts in the story; no word tells its role: check"
_AMERICAN = re.compile(
    r"\b(?:Mr|Mrs|Ms)\.|\bpercent\b|\bGov\.|\bSen\.|\bU\.S\."
    r"|\n[A-Z]{4,}(?:, [A-Z][a-z]+\.?)? (?:—|--) "
)
_TAIL = re.compile(r"\b(?:of|for|in|that|which|who|based|from|with|by|at|on|to)\b")
_SUPPLIES = re.compile(
    r",?\s+(?:which|that)\s+(?:serves|supplies|sells|makes|owns|operates|runs|employs"
    r"|has\s+[\d.,]+\s+(?:million\s+)?(?:customers|subscribers|users|passengers))\b"
)
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
    beside = role_beside(text, spots)
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


def role_beside(text: str, spots: Sequence[tuple[int, int]]) -> tuple[str, str] | None:
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
