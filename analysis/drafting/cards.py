"""What the text shows of a name: a card of signs, from which its role is told.

A sign is a place and a word (``after charity``: ", a charity") or a place and a role
that the word stands for in ``resources/role_signs.csv`` (``after = civil_society``).
What each sign weighs is learned; see `analysis.drafting.roles`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from analysis.drafting.roles import (
    countries,
    institutions,
    plain_name,
    telling_role,
)
from analysis.tables import read_resource
from analysis.tokens import Span, function_words

CARD_REACH = 70  # characters before a name that may describe it
_CARD_WORD = re.compile(r"[^\W\d_][\w&.-]*\w|\w")
_BEFORE_NAME = re.compile(r"[^,.;:“”\"‘—–()!?\n]*$")
_VERB = re.compile(
    r"(?:said|says|told|tells|added|warned|urged|called|argued|insisted|and|but|or)\b"
)
_HEAD_OF = re.compile(
    r"((?:[\w-]+\s+){0,3}[\w-]+)\s+(?:of|at|for|from|with)\s+(?:the\s+)?$"
)
_PLACE = re.compile(
    r"\b(in|near|outside|across|around|to|between|into|through)\s+(?:the\s+)?$"
)
_AFTER_NAME = re.compile(
    r"(?:,\s+(?:\d\d,\s+)?|\s+(?:is|was)\s+|\s+\((?=the |an? ))"
    r"((?:an?|the|its|his|her|one of|which|who|whose|of|from|at)?"
    r"\b[^,.;:“”\"()—–\n]{2,70})"
)
_OF_PHRASE = re.compile(r"\s+(?:of|from|at)\s+([^,.;:“”\"()—–\n]{2,50})")
_OWNS = re.compile(r"[’'‘]s?\s+((?:[\w-]+\s*){1,3})")
_DOES = re.compile(
    r"(?:,[^,.\n]{2,60},)?\s+(?:also\s+|has\s+|have\s+|had\s+|will\s+|would\s+)?([a-z][\w-]+)(?:\s+([a-z]+))?"
)
_LATER = re.compile(r"\b(?:the|its|their|this)\s+([a-z][\w-]+)", re.I)
_INTRO = re.compile(
    r"(?:^|[.,;:“”\"‘’\n—–]\s*|\b(?:said|says|by)\s)([^.,;:“”\"\n—–]{3,80}),\s+$"
)
_OWNER = re.compile(
    r"((?:[\w&-]+ ){0,3}[\w&-]+)[’'‘]s?(?= )"
    r"|\b(?:of|at|for|with|from) (?:the |its |a )?((?:[\w&-]+ ){0,4}[\w&-]+)"
)
_AGE_BEHIND = re.compile(r",?\s+(?:\(?\d\d\)?|aged \d\d)\b(?=[,).]|\s+(?:and|of|from))")
_SAID = re.compile(r"\b(?:said|says|added|told|according to)\s+(?:the\s+)?$")
_SPEAKS = re.compile(
    r"[^.“”\n]{0,60}?\b(?:said|says|told|added|warned|urged|called|argued|insisted|described|welcomed|accused)\b"
)
_OPEN = frozenset(
    "a an the its his her their this one that of and which who whose".split()
)


def plural(noun: str) -> str:
    """The plural of a noun, as most are made.

    >>> plural("company"), plural("boss"), plural("union")
    ('companies', 'bosses', 'unions')
    """
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


@cache
def signs() -> dict[str, tuple[str, ...]]:
    """Nouns that tell a role, with the roles that each can tell; plurals too."""
    found: dict[str, list[str]] = defaultdict(list)
    lists = "role_signs.csv", "role_words.csv", "classes.csv"
    rows = [row for name in lists for row in read_resource(name)]
    for row in rows:
        use, role, word = row.get("use", "head"), row["role"], row["word"]
        if role and use in ("head", "officer", "qualifier"):
            found[word].append(role)
            found[plural(word)].append(role)
    return {w: tuple(dict.fromkeys(roles)) for w, roles in found.items()}


def read_card(
    text: str,
    names: Sequence[str],
    spots: Iterable[Span],
    titles: Sequence[str] = (),
    person: bool = False,
    home: str = "uk",
) -> dict[str, str]:
    """The signs of one actor, each with the words that show it.

    >>> text = "Offside, a charity, said no."
    >>> card = read_card(text, ["Offside"], [(0, 7)])
    >>> card["after = civil_society"], "does said" in card
    ('a charity', True)
    """
    card: dict[str, str] = {}
    for sign, words in _signs(text, names, spots, titles, person, home):
        card.setdefault(sign, words)
    return card


def _signs(
    text: str,
    names: Sequence[str],
    spots: Iterable[Span],
    titles: Sequence[str],
    person: bool,
    home: str,
) -> Iterator[tuple[str, str]]:
    """All signs of an actor, with the words that show each."""
    spots = list(spots)
    yield "person" if person else "body", ""
    yield from _topic(text)
    for name in names:
        yield from _in_name(name, person, home)
    for title in titles:
        yield from _word_signs("title", title, home)
    for times in (2, 4, 7):
        if len(spots) >= times:
            yield f"stands {times} times", ""
    for start, end in spots[:12]:
        yield from _beside_name(text, start, end, home)
        if person:
            yield from _introduced_as(text, start, home)


_ONLINE = re.compile(
    r"\b(?:online|apps?|platforms?|websites?|sites?|users|digital|internet|tech|AI"
    r"|algorithms?|chatbots?|social media|software|data)\b"
)


@lru_cache(4)
def _topic(text: str) -> tuple[tuple[str, str], ...]:
    """How much of the article is about what happens online."""
    found = len(_ONLINE.findall(text)) * 1000 / max(300, len(text))
    return tuple((f"topic online {t}", "") for t in (1, 2, 4) if found >= t)


def _in_name(name: str, person: bool, home: str) -> Iterator[tuple[str, str]]:
    """What the words of a body's name tell."""
    words = plain_name(name).split()
    if person:
        return
    yield f"name of {min(len(words), 4)}", name
    if name.isupper() and 1 < len(name) < 7:
        yield "acronym", name
    if told := telling_role(name):
        yield f"name tells {told[0]}", told[1]
    yield f"ends {words[-1].lower()}", words[-1]
    if len(words) > 1:
        yield from _word_signs("name", name, home)
    elif words[0].lower() in signs() or words[0].lower() in function_words():
        yield f"is {words[0].lower()}", name


def _word_signs(
    place: str, phrase: str, home: str, most: int = 8
) -> Iterator[tuple[str, str]]:
    """Signs of the words of a phrase, and the roles that they stand for."""
    said = " ".join(phrase.split())
    words = [w.lower().strip(".") for w in _CARD_WORD.findall(said)][:most]
    told: list[str] = []
    for word in words:
        if word not in _OPEN:
            yield f"{place} {word}", said
        told += signs().get(word, ())
    if "shadow" in words:
        told = ["opposition"]
        yield f"{place} last = opposition", said
    for role in dict.fromkeys(told):
        yield f"{place} = {role}", said
    for owner in _OWNER.finditer(said) if "shadow" not in words else ():
        words = _CARD_WORD.findall(owner[1] or owner[2])
        for role in _roles_of(words):
            yield f"{place} owner = {role}", said
    if place != "later" and "shadow" not in words:
        last = [signs()[w] for w in words if w in signs()][-1:]
        for role in last[0] if last else ():
            yield f"{place} last = {role}", said
        abroad = {countries().get(w, home) for w in re.findall(r"[\w.]+", said)}
        if abroad - {home}:
            yield f"{place} abroad", said


def _roles_of(words: Sequence[str]) -> Sequence[str]:
    """The roles that a phrase’s listed body, or its last telling word, tells."""
    for i in range(len(words)):
        if listed := institutions().get(" ".join(words[i:])):
            return [listed[0].role]
    told = [signs()[w.lower()] for w in words if w.lower() in signs()]
    return told[-1] if told else ()


def _beside_name(
    text: str, start: int, end: int, home: str
) -> Iterator[tuple[str, str]]:
    """What stands right before and behind a name, in its line."""
    line = text.rfind("\n", 0, start) + 1
    near = text[max(line, start - CARD_REACH) : start]
    last = text.find("\n", end) % (len(text) + 1)
    before = _BEFORE_NAME.search(near)[0]
    if of := _HEAD_OF.search(before):
        yield from _word_signs("of", of[1], home, 4)
    elif found := _PLACE.search(before):
        yield f"prep {found[1]}", found[0]
    else:
        yield from _word_signs("before", _premodifiers(before), home, 4)
    if _SAID.search(near):
        yield "speaks", "said"
    if (after := _AFTER_NAME.match(text, end, last)) and not _VERB.match(after[1]):
        yield from _word_signs("after", after[1], home)
    if of := _OF_PHRASE.match(text, end, last):
        yield from _word_signs("after of", of[1], home, 4)
    if owns := _OWNS.match(text, end, last):
        yield from _word_signs("owns", owns[1], home, 3)
    elif does := _DOES.match(text, end, last):
        yield f"does {does[1]}", does[0].strip()
        if does[2]:
            yield f"does {does[1]} {does[2]}", does[0].strip()
    if _SPEAKS.match(text, end, last):
        yield "speaks", "said"
    if aged := _AGE_BEHIND.match(text, end, last):
        yield "aged", aged[0].strip(", ")
    for noun in _LATER.finditer(text, end, min(last, end + 220)):
        if noun[1].lower() in signs():
            yield from _word_signs("later", noun[1], home)
    if not near.strip():
        yield "opens a line", ""


def _introduced_as(text: str, start: int, home: str) -> Iterator[tuple[str, str]]:
    """What a person is called before a comma: `The judge, Ann Lee`, `Its head, …`."""
    found = _INTRO.search(text, max(0, start - 90), start)
    if found:
        yield from _word_signs("intro", found[1], home)


def _premodifiers(before: str) -> str:
    """The words right before a name that describe it: `the gym chain`."""
    words = before.split()[-4:]
    kept: list[str] = []
    for word in reversed(words):
        if word.lower() in function_words():
            break
        kept.append(word)
    return " ".join(reversed(kept)) if before[-1:].isspace() else ""
