"""The whole phrase around a name or noun of an actor: titles, offices, possessors."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from analysis.lookup import class_of, entries_of, fold
from analysis.mentions.aliases import (
    ALIAS,
    CAPITALS,
    NOT_AFTER,
    TITLES,
    Alias,
    Aliases,
    Pronoun,
    Reference,
    extend_right,
    name_key,
    officer_again,
    role_words,
    word_after,
)
from analysis.mentions.people import find_bearer, is_month
from analysis.tokens import Structure, function_words

_WORD_BEFORE = re.compile(r"(\w[\w.&’'-]*)[^\S\n]+$")
_OPENINGS = class_of("possessive") | {"the", "a", "an", "this", "that"}
_FOR = frozenset({"for", "of", "at", "from", "with"})
DATES = class_of("date")

Hit = tuple[int, re.Match[str]]  # where the sentence starts, and an alias in it
Before = tuple[int, str]  # where a word starts, and the word


def find_references(
    structure: Structure, aliases: Aliases
) -> tuple[list[Reference], list[Pronoun]]:
    """Names and nouns with their whole phrases, and the pronouns yet to resolve."""
    hits, pronouns = _find_hits(structure, aliases)
    found = _headlines(structure, _grow_phrases(structure, aliases, hits))
    kept = [c for c in found if c.form != "bare" and c.actor]
    for start, end in _credits(structure):  # who took a picture does nothing in it
        kept = [c for c in kept if c.end <= start or c.start >= end]
    return kept, list(_outside_mentions(pronouns, kept))


def _find_hits(
    structure: Structure, aliases: Aliases
) -> tuple[list[Hit], list[Pronoun]]:
    """Where aliases stand as they are written, and where pronouns do."""
    text, tokens = structure.text, structure.tokens
    plain, words = fold(text), tokens.text
    words = words if plain is text else fold("\n".join(words)).split("\n")
    shouted = _shouted(structure)
    hits: list[Hit] = []
    pronouns: list[Pronoun] = []
    reached = 0  # an alias may hold what opens another one
    for i, word in entries_of(words, aliases.heads):
        start = tokens.start[i]
        if start < reached or start and text[start - 1] in NOT_AFTER:
            continue
        at = bisect_right(tokens.firsts, i) - 1
        if word not in (ALIAS, CAPITALS):
            pronouns.append(Pronoun(start, start + len(word), word, at))
            continue
        loud = start < shouted.get(structure.sentences[at].paragraph, 0)
        match = aliases.capitals.match(plain, start) if loud else None
        if word is ALIAS:
            match = match or aliases.pattern.match(plain, start)
        if not match:
            continue
        reached = match.end()
        if match.lastgroup == "pronoun":
            pronouns.append(Pronoun(*match.span(), match.group(), at))
        else:
            hits.append((structure.sentences[at].start, match))
    return hits, pronouns


def _grow_phrases(
    structure: Structure, aliases: Aliases, hits: Sequence[Hit]
) -> list[Reference]:
    """The whole phrase around each alias; none reaches into the one before."""
    text = structure.text
    found: list[Reference] = []
    last: dict[str, Alias | None] = {}  # who was named last with each surname
    for floor, match in hits:
        reached = found[-1].end if found else 0
        if match.end() <= reached:
            continue  # inside the phrase of the name before
        grown = _candidate(text, match, aliases, max(floor, reached), last)
        if grown is None:
            continue
        if found and _side_by_side(text, found[-1], grown):
            grown = _merge(found.pop(), grown)
        elif found and _bracketed(text, found[-1], grown):
            grown = _merge(found.pop(), grown._replace(end=grown.end + 1))
        found.append(grown)
    return found


_CREDIT = re.compile(
    r"\b(?:image|photo|picture|photograph|photography|credit|pic)s?(?: by| credit)?"
    r"\s*[:/].*|\([^()/]+/[^()/]+\)\W*$",
    re.I,
)


def _credits(structure: Structure) -> Iterator[tuple[int, int]]:
    """Where captions name who took the picture."""
    for p in structure.paragraphs:
        if p.kind == "caption" and (match := _CREDIT.search(p.text)):
            yield p.start + match.start(), p.start + match.end()


def _shouted(structure: Structure) -> dict[int, int]:
    """Where the capitals of a paragraph end, or of the label before its colon."""
    out = {}
    for p in structure.paragraphs:
        label = p.text.partition(":")[0]
        if label.isupper():
            out[p.paragraph] = p.end if p.text.isupper() else p.start + len(label)
    return out


def _candidate(
    text: str, match: re.Match[str], aliases: Aliases, floor: int, last: dict
) -> Reference | None:
    start, end = match.span()
    key = match.group()
    if match.lastgroup == "name":
        key = key if key.isalpha() else name_key(key)
        alias = aliases.names.get(key)
        if alias is None:
            if is_month(text, start, end):
                return None
            start, alias = find_bearer(text, start, floor, aliases.surnames[key], last)
        elif alias.surname:
            last[alias.surname] = alias
        if alias is None or alias.actor is None:
            return None
        if _part_of_other_name(text, key, start, floor):
            return None
        end = extend_right(text, end)
        begin = _extend_left(text, start, floor, officer=end > match.end())
        again = officer_again(text[match.end() : end]) or alias.pronoun
        return Reference(begin, end, alias.actor, "name", again, "name")
    key = name_key(key.lower())
    if key in aliases.nouns:
        return _nominal(text, start, end, key, aliases, floor)
    return Reference(start, end, aliases.plurals[key], "generic", "they", "class noun")


def _headlines(structure: Structure, found: Sequence[Reference]) -> Iterator[Reference]:
    """Headlines drop articles: `Watchdog fines lender` names both."""
    heads = [(p.start, p.end) for p in structure.paragraphs if p.kind == "heading"]
    for c in found:
        if c.form == "bare" and any(start <= c.start < end for start, end in heads):
            c = c._replace(form="nominal", rule="noun in a headline")
        yield c


def _word_before(text: str, floor: int, start: int) -> Before | None:
    """The word before a position, and where it starts."""
    near = text.rfind(" ", floor, max(floor, start - 2))
    found = _WORD_BEFORE.search(text, max(near, floor), start)
    return (found.start(), found[1]) if found else None


def _part_of_other_name(text: str, key: str, start: int, floor: int) -> bool:
    """A one-letter name after another capitalised word is a part of its name."""
    if len(key) > 1:
        return False
    before = _word_before(text, floor, start)
    if not before or before[0] == floor:
        return False
    word = before[1]
    known = word.lower() in role_words() or word.lower() in function_words()
    return word[0].isupper() and not known and not re.search(r"[’'‘]s?$", word)


def _nominal(
    text: str, start: int, end: int, key: str, aliases: Aliases, floor: int
) -> Reference | None:
    """A noun for an actor with its determiner and what stands between the two."""
    alias = aliases.nouns[key]
    after = word_after(text, end)
    use = role_words().get(after.group(1).lower()) if after else None
    if use == "head":
        return None  # it only modifies another noun: the media regulator
    if use == "officer":  # whoever speaks for it: a company spokeswoman
        end = extend_right(text, end)
        begin = _extend_left(text, start, floor, officer=True)
        again = officer_again(text[start:end]) or alias.pronoun
        return Reference(begin, end, alias.actor, "nominal", again, "noun")
    first, modifiers = start, 0
    while modifiers < 4 and (before := _word_before(text, floor, first)):
        first, word = before
        word = word.lower() if word != "US" else "u.s"
        if word in _OPENINGS:
            if word in ("a", "an"):
                break
            firm = alias.actor.startswith(("company", "platform"))
            officer = role_words().get(key.split()[-1]) == "officer"
            if word in class_of("possessive") and (firm or officer):
                return None  # their business is no firm, its president no state's
            begin = _officer_for(text, first, floor)
            return Reference(begin, end, alias.actor, "nominal", alias.pronoun, "noun")
        if word in function_words() or word.endswith(("’s", "'s", "’")):
            break
        if _foreign(word, alias.actor, aliases):
            return None
        modifiers += 1
    if alias.bare:
        return Reference(start, end, alias.actor, "nominal", alias.pronoun, "noun")
    start = _extend_left(text, start, floor, officer=False)
    return Reference(start, end, alias.actor, "bare", alias.pronoun, "noun")


def _foreign(word: str, actor: str, aliases: Aliases) -> bool:
    """Whether a noun so modified is another country's (the US regulator)."""
    public = actor.startswith(("government", "regulator", "court", "opposition"))
    return public and role_words().get(word) == "country" and word not in aliases.home


def _extend_left(text: str, start: int, floor: int, officer: bool) -> int:
    """Take in titles, offices and nouns before a name: `Technology Secretary …`."""
    uses, first, grown = role_words(), start, officer
    while before := _word_before(text, floor, first):
        at, word = before
        lower = word.lower().rstrip(".")
        if lower in uses or word.rstrip(".") in TITLES:
            grown = True
        elif not (grown and first < start) or lower in DATES or not _capital(word):
            break
        if word.endswith(("’s", "'s", "‘s")):
            break
        first = at
    word = before[1].lower() if before else ""
    if word == "the":
        return _officer_for(text, before[0], floor)
    if grown and word in _OPENINGS and word != "that":
        return before[0]
    return _officer_for(text, first, floor)


def _capital(word: str) -> bool:
    return word[0].isupper() and word.lower().rstrip(".") not in function_words()


def _officer_for(text: str, start: int, floor: int) -> int:
    """Take in the officer before a name: `A spokesman for` the regulator."""
    before = _word_before(text, floor, start)
    if not before or before[1].lower() not in _FOR:
        return start
    noun = _word_before(text, floor, before[0])
    if not noun or role_words().get(noun[1].lower()) != "officer":
        return start
    return _extend_left(text, noun[0], floor, officer=True)


def _side_by_side(text: str, first: Reference, second: Reference) -> bool:
    """Aliases of one actor that touch are one mention: `Grok X account`."""
    gap = text[first.end : second.start]
    if first.actor != second.actor or "generic" in (first.form, second.form):
        return False
    return first.end >= second.start or (
        "\n" not in gap and all(w.lower() in role_words() for w in gap.split())
    )


def _bracketed(text: str, first: Reference, second: Reference) -> bool:
    """Whether a name stands in brackets behind another one: `… of Rail (ORR)`."""
    names = first.form == second.form == "name" and first.actor == second.actor
    gap = text[first.end : second.start]
    return names and gap == " (" and text[second.end : second.end + 1] == ")"


def _merge(first: Reference, second: Reference) -> Reference:
    form = "name" if "name" in (first.form, second.form) else second.form
    start, end = min(first.start, second.start), max(first.end, second.end)
    return Reference(
        start, end, first.actor, form, second.again, "aliases side by side"
    )


def _outside_mentions(
    pronouns: Sequence[Pronoun], found: Sequence[Reference]
) -> Iterator[Pronoun]:
    """Pronouns that are not inside a longer mention (`its AI tool Grok`)."""
    ends = [c.end for c in found]
    for pronoun in pronouns:
        at = bisect_right(ends, pronoun.start)
        if at == len(found) or found[at].start >= pronoun.end:
            yield pronoun
