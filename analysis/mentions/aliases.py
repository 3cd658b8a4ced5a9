"""All names and nouns of a codebook: their first words to look up, and one expression.

An expression, a prefix tree, is tried only at tokens that open an alias: the pass
costs a look-up a token, however many the aliases. The longest alias wins, so ``X
Factor`` can be told from ``X``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from analysis.codebook import Actor, Person
from analysis.lookup import cases_of, class_of, fold
from analysis.tables import read_resource
from analysis.tokens import APOSTROPHES, split_words

TITLES = class_of("title")
PERSON_OF = {w: p for p in "he she it they we".split() for w in class_of(p)}

# A name may be part of a compound only where the compound is about its bearer.
NOT_AFTER = frozenset("@#/-_")
_OF_BEARER = "led owned backed run based style funded".split()
_NOT_BEFORE = rf"(?!\w|\.\w|-(?!(?:{'|'.join(_OF_BEARER)})\b))"
ALIAS = "(alias)"  # stands for the tokens that open one
CAPITALS = "(capitals)"  # and for those that do in a line of capitals
# What a token may hold behind a name, and behind a pronoun.
_OWNING = ["", *(a + s for a in APOSTROPHES for s in "sS")]
_OWNING += [f"-{part}" for part in _OF_BEARER]
_VERBS = ["", *(a + verb for a in "'’" for verb in "s d ll re ve m".split())]


class Alias(NamedTuple):
    """What an alias says: its actor (None: no mention) and whom it can be again."""

    actor: str | None
    pronoun: str = "it"
    bare: bool = False  # a noun that needs no article: ministers, the press
    first: str = ""  # a person's names
    surname: str = ""


class Reference(NamedTuple):
    """A reference to an actor and the pronoun that can take it up again."""

    start: int
    end: int
    actor: str | None
    form: str
    again: str
    rule: str


class Pronoun(NamedTuple):
    """A pronoun as written, and the number of its sentence."""

    start: int
    end: int
    word: str
    sentence: int


class Aliases(NamedTuple):
    """The compiled aliases of a codebook; names are keyed as `name_key` writes them."""

    pattern: re.Pattern[str]  # group names: name, noun, pronoun
    capitals: re.Pattern[str]  # names in a line of capitals
    heads: dict[str, str]  # pronouns as written, `ALIAS` for what opens one
    names: dict[str, Alias]
    surnames: dict[str, list[Alias]]  # surnames, with a title too, and who bear them
    nouns: dict[str, Alias]
    plurals: dict[str, str]
    home: frozenset[str]


@cache
def role_words() -> dict[str, str]:
    """Words that say what an actor is (minister, platform) and their use.

    >>> role_words()["minister"], role_words()["platform"]
    ('officer', 'head')
    """
    return {r["word"]: r["use"] for r in reversed(read_resource("role_words.csv"))}


@cache
def compile_aliases(actors: tuple[Actor, ...]) -> Aliases:
    """Everything that the actors are called, compiled into one expression.

    >>> from analysis.codebook import Actor
    >>> found = compile_aliases((Actor("regulator", "Ofcom", ("Ofcom",)),))
    >>> found.pattern.match("Ofcom’s plan").group("name"), found.heads["they’re"]
    ('Ofcom', 'they')
    """
    names: dict[str, Alias] = {}
    surnames: dict[str, list[Alias]] = {}
    nouns: dict[str, Alias] = {}
    plurals: dict[str, str] = {}
    for actor in actors:
        _add_names(actor, names, surnames)
        for noun in map(str.lower, actor.nominals):
            alias = Alias(actor.id, _again(noun), bare=not noun.startswith("the "))
            nouns.setdefault(name_key(noun.removeprefix("the ")), alias)
        for plural in _class_nouns(actor):
            plurals.setdefault(name_key(plural), actor.id)
    words, called = (*nouns, *plurals), [*names, *surnames]
    patterns = _alias_patterns(called, words)
    home = {
        n.split()[0].lower() for a in actors if a.role == "government" for n in a.names
    }
    names |= {n.upper(): names[n] for n in [*names] if n.upper() not in names}
    for name in [*surnames]:
        surnames.setdefault(name.upper(), surnames[name])
    tables = dict(_heads(called, words)), names, surnames, nouns, plurals
    return Aliases(*patterns, *tables, frozenset(home))


def _add_names(
    actor: Actor, names: dict[str, Alias], surnames: dict[str, list[Alias]]
) -> None:
    """Note what an actor and its people are called."""
    offices = {t: _pronoun_of(p) for p in actor.people for t in p.titles}
    for name in actor.names:
        again = offices.get(name) or officer_again(name) or "it"
        names[name_key(name)] = Alias(actor.id, again)
    for person in actor.people:
        full, *short = _person_names(person)
        first, last = full.split()[0], full.split()[-1]
        alias = Alias(actor.id, _pronoun_of(person), False, first, last)
        names.setdefault(name_key(full), alias)
        for name in short if first != last else ():
            surnames.setdefault(name_key(name), []).append(alias)
    names |= {name_key(n): Alias(None) for n in actor.exclude}


def _alias_patterns(
    called: Sequence[str], words: Sequence[str]
) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One expression for all aliases and pronouns, and one for lines of capitals."""
    capitals = rf"(?P<name>{_trie({n.upper() for n in called})}){_NOT_BEFORE}"
    pattern = (
        rf"(?:(?P<name>{_trie(called)})|(?P<noun>{_any_case(words)})"
        rf"|(?P<pronoun>{_any_case(PERSON_OF)})){_NOT_BEFORE}"
    )
    return re.compile(pattern), re.compile(capitals)


def _heads(names: Iterable[str], nouns: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The tokens at which a pronoun stands, or an alias may open."""
    for pronoun in PERSON_OF:
        lower, capital, upper = cases_of(pronoun)
        for end in _VERBS:
            yield upper + end.upper(), upper
            yield from ((form + end, form) for form in (lower, capital))
    for head in {h for name in names for h in _openings(name.upper())}:
        yield from ((head + end, CAPITALS) for end in _OWNING)
    opening = [*names, *(form for noun in nouns for form in cases_of(noun))]
    for head in {h for alias in opening for h in _openings(alias)}:
        yield from ((head + end, ALIAS) for end in _OWNING)


def _openings(alias: str) -> Iterator[str]:
    """The tokens that can open an alias, whose words a hyphen may join."""
    parts = alias.split()
    yield split_words(alias)[0][0]
    yield from ("-".join(parts[:n]) for n in range(2, len(parts) + 1))


def name_key(name: str) -> str:
    """A name or noun as the tables have it: no accents, no hyphens, one blank.

    >>> name_key("Rolls-Royce"), name_key("José  O’Hara")
    ('Rolls Royce', "Jose O'Hara")
    """
    return " ".join(fold(name).replace("-", " ").split())


def _pronoun_of(person: Person) -> str:
    """The pronouns that take up a person; with none known, any person's."""
    return person.pronoun if person.pronoun != "they" else "anyone"


def _person_names(person: Person) -> list[str]:
    """Full name, surname, and the surname after each title."""
    name = " ".join(person.name.split())
    surname = name.split()[-1]
    courtesy = [t for t in person.titles if t in TITLES]
    first = name.split()[0]
    return [name, surname, *(f"{t} {surname}" for t in courtesy)] + [
        f"{t} {first}" for t in courtesy if t in ("Sir", "Dame")
    ]


def _again(noun: str) -> str:
    """The pronoun that takes up a noun: an officer's is a person's."""
    plural = noun.endswith("s") and not noun.endswith("ss")
    return officer_again(noun) or ("they" if plural else "it")


def officer_again(words: str) -> str | None:
    """The pronoun for the officer whose noun ends a phrase; None for no officer."""
    last = words.split()[-1].lower() if words.strip() else ""
    if role_words().get(last) != "officer":
        return None
    return (
        "she" if last.endswith("woman") else "he" if last.endswith("man") else "person"
    )


_WORD_AFTER = re.compile(r"[^\S\n]+([\w&-]+)(?![\w’'])")


def word_after(text: str, end: int) -> re.Match[str] | None:
    """The word behind a position, as the match's first group."""
    return _WORD_AFTER.match(text, end)


def extend_right(text: str, end: int) -> int:
    """Take in nouns after a name: `Home Office` spokesman, `Grok` AI tool."""
    uses, last, reached = role_words(), end, end
    while after := word_after(text, last):
        use = uses.get(after.group(1).lower())
        if use in (None, "country"):
            break
        last = after.end()
        if use != "modifier":
            reached = last
    return reached


def _class_nouns(actor: Actor) -> list[str]:
    """Plurals of the nouns for the actor's role: the class it belongs to."""
    if "_" in actor.id.removeprefix(actor.role):
        return [g.lower() for g in actor.generics]
    heads = _role_heads().get(actor.role, ())
    return [g.lower() for g in actor.generics] or [_plural_of(h) for h in heads]


@cache
def _role_heads() -> dict[str, list[str]]:
    """The nouns for what plays a role: of platforms, `platform`, `app` …"""
    heads: dict[str, list[str]] = {}
    for r in read_resource("role_words.csv"):
        if r["use"] == "head":
            heads.setdefault(r["role"], []).append(r["word"])
    return heads


def _plural_of(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "sh", "ch", "x")) else "s")


def _any_case(words: Iterable[str]) -> str:
    """A prefix tree for any case; the first letters apart, which are tried fast."""
    by_letter: dict[str, list[str]] = {}
    for word in words:
        by_letter.setdefault(word[0], []).append(word[1:])
    branches = (
        f"[{re.escape(letter + letter.upper())}](?i:{_trie(rests)})"
        for letter, rests in sorted(by_letter.items())
    )
    return f"(?:{'|'.join(branches) or '(?!)'})"


def _trie(words: Iterable[str]) -> str:
    """A prefix tree of the words as an expression that prefers the longest."""
    root: dict = {}
    for word in words:
        node = root
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _branch(root) if root else r"(?!)"


def _branch(node: dict) -> str:
    branches = [
        re.escape(letter).replace(r"\ ", r"(?:[^\S\n]+|-)") + _branch(rest)
        for letter, rest in sorted(node.items())
        if letter
    ]
    if not branches:
        return ""
    joined = (
        branches[0] if len(branches) == 1 and "" not in node else "|".join(branches)
    )
    if len(branches) > 1 or "" in node:
        joined = f"(?:{joined})"
    return joined + ("?" if "" in node else "")
