"""Look words up, never search for them: tables of words and phrases as written.

A table that holds a word in the three ways that articles write it can be asked for
tokens as they stand, with no copy in lower case; a phrase is found by its first two
words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import compress, count
from typing import TypeVar

from analysis.tables import read_resource

T = TypeVar("T")
Phrases = tuple[tuple[T, ...], dict[str, list[tuple[list[str], T]]]]
PhraseIndex = dict[str, Phrases[T]]


def cases_of(word: str) -> tuple[str, str, str]:
    """A lower-case word in the three ways that articles write it.

    A table that holds all three can be asked for tokens as they are written.

    >>> cases_of("fine")
    ('fine', 'Fine', 'FINE')
    """
    return word, word[:1].upper() + word[1:], word.upper()


@cache
def _folds() -> dict[str, str]:
    letters = [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]
    plain = {c: unicodedata.normalize("NFD", chr(c))[0] for c in letters}
    marks = dict.fromkeys("’‘ʼ`´", "'") | dict.fromkeys("‐‑", "-")
    odd = dict(zip("øØłŁđĐı", "oOlLdDi", strict=True))
    return {**{chr(c): p for c, p in plain.items()}, **marks, **odd}


def fold(text: str) -> str:
    """A text as typed without accents, with straight apostrophes; as long as before.

    >>> fold("José O’Hara")
    "Jose O'Hara"
    """
    if not text.isascii():
        for letter in _folds().keys() & set(text):
            text = text.replace(letter, _folds()[letter])
    return text


@cache
def first_names() -> dict[str, str]:
    """First names in news in English, as written and folded, and their pronouns.

    >>> first_names()["Ann"]
    'she'
    """
    rows = read_resource("first_names.csv")
    return {form: r["pronoun"] for r in rows for form in (r["name"], fold(r["name"]))}


@cache
def class_of(*names: str) -> frozenset[str]:
    """The words of one class or several of ``resources/word_classes.csv``.

    >>> "she" in class_of("pronoun"), "sister" in class_of("outsider", "people")
    (True, True)
    """
    rows = read_resource("word_classes.csv")
    return frozenset(r["word"] for r in rows if r["class"] in names)


def places_of(words: Sequence[str], known: Container[str]) -> Iterator[int]:
    """The places at which a list of words has one of those that are known.

    >>> [*places_of(["X", "said", "no"], {"said"})]
    [1]
    """
    return compress(count(), map(known.__contains__, words))


def entries_of(words: Sequence[str], table: Mapping[str, T]) -> Iterator[tuple[int, T]]:
    """The words that a table has, each place with its entry.

    >>> [*entries_of(["X", "said", "no"], {"said": "cue"})]
    [(1, 'cue')]
    """
    return ((i, table[words[i]]) for i in places_of(words, table))


def index_phrases(phrases: Iterable[tuple[str, T]]) -> PhraseIndex[T]:
    """Phrases by their first word, for `entries_of` and `phrases_at`.

    >>> index_phrases([("call on", 1), ("call", 2)])["call"]
    ((2,), {'on': [([], 1)]})
    """
    index: PhraseIndex[T] = {}
    for phrase, value in phrases:
        first, *behind = phrase.split()
        own, longer = index.get(first, ((), _NONE_LONGER))
        if behind:
            longer = dict(longer)
            choices = [*longer.get(behind[0], ()), (behind[1:], value)]
            longer[behind[0]] = sorted(choices, key=lambda choice: -len(choice[0]))
        else:
            own = (*own, value)
        index[first] = own, longer
    return index


_NONE_LONGER: dict = {}  # one for all: what is looked up at every word should be small


def phrases_at(words: Sequence[str], i: int, near: Phrases[T]) -> list[tuple[int, T]]:
    """The phrases that open at a word.

    >>> index = index_phrases([("call on", 1), ("call", 2)])
    >>> phrases_at(["call", "on"], 0, index["call"])
    [(1, 1), (0, 2)]
    """
    own, longer = near
    found = [(i, value) for value in own]
    if longer and i + 1 < len(words) and (rests := longer.get(words[i + 1].lower())):
        ends = [(i + 1 + len(rest), rest, value) for rest, value in rests]
        found[:0] = [
            (last, value)
            for last, rest, value in ends
            if not rest or [*map(str.lower, words[i + 2 : last + 1])] == rest
        ]
    return found
