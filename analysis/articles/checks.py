"""What is noticed after reading: too little, or no plain article in English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from analysis.articles.paragraphs import Paragraph
from analysis.tables import read_resource

LEAST_ENGLISH = 0.2  # share of English function words; other languages stay below
LEAST_WORDS = 20  # fewer tell nothing of a text's language
LEAST_OF_PARAGRAPH = 12  # words; fewer tell nothing of a paragraph's
LEAST_IN_PARAGRAPH = (
    0.12  # share of function words; English ones full of names have more
)
LEAST_READ = 0.8  # of the words that a database counts
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")


@cache
def _function_words() -> frozenset[str]:
    return frozenset(r["word"] for r in read_resource("function_words.csv"))


@cache
def _signs() -> tuple[tuple[re.Pattern[str], int, str], ...]:
    rows = read_resource("text_signs.csv")
    return tuple((re.compile(r["pattern"]), int(r["least"]), r["note"]) for r in rows)


def share_of_english(text: str, least: int = LEAST_WORDS) -> float:
    """The share of English function words; 1 where there are too few words to tell.

    >>> share_of_english("The firm said that it was not to pay.", least=5) > 0.5
    True
    """
    words = [w.lower() for w in _WORD.findall(text[:20_000])]
    if len(words) < least:
        return 1.0
    return sum(w in _function_words() for w in words) / len(words)


def find_notes(paragraphs: Sequence[Paragraph], length: str = "") -> Iterator[str]:
    """What a user should know of a text before any number is made from it.

    Parameters
    ----------
    paragraphs : sequence of Paragraph
        The text's, with their kinds.
    length : str
        How many words the source says that it has, if it does.

    Yields
    ------
    str
        A note, without a full stop.

    Examples
    --------
    >>> from analysis.articles import find_paragraphs
    >>> [*find_notes(find_paragraphs("It waits."), length="400")][1]
    'the source counts 400 words, 2 were read'
    """
    body = [p for p in paragraphs if p.kind == "body"]
    if len(body) < 3:
        few = ("no body paragraph", "one body paragraph", "two body paragraphs")[
            len(body)
        ]
        yield f"{few} only: too little text for a trajectory or a test of change"
    words = sum(len(p.text.split()) for p in paragraphs)
    if length and words < LEAST_READ * int(length):
        yield f"the source counts {length} words, {words} were read"
    notes = (
        note
        for pattern, least, note in _signs()
        if sum(bool(pattern.match(p.text)) for p in paragraphs) >= least
    )
    yield from dict.fromkeys(notes)
    foreign = [
        p.paragraph
        for p in body
        if share_of_english(p.text, LEAST_OF_PARAGRAPH) < LEAST_IN_PARAGRAPH
    ]
    if foreign:
        named = ", ".join(map(str, foreign[:5]))
        share = f"{len(foreign)} of {len(body)} body paragraphs"
        yield f"{share} do not read like English (counted from 0: {named})"
