"""Frames: the angle a passage takes, told by indicator words and phrases."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from analysis.codebook import Codebook
from analysis.lookup import PhraseIndex, cases_of, entries_of, index_phrases, phrases_at
from analysis.tables import read_resource, row_maker
from analysis.tokens import Structure, read_structure

if TYPE_CHECKING:
    import pandas as pd


class Frame(NamedTuple):
    """A word or phrase that indicates a frame."""

    paragraph: int
    frame: str
    start: int
    end: int
    text: str


_frame = row_maker(Frame)


def find_frames(
    text: str, codebook: Codebook | None = None, structure: Structure | None = None
) -> list[Frame]:
    """Find the words and phrases that indicate a frame.

    Eight frames stand in ``resources/frames.csv``: responsibility, conflict,
    safety (human harm and safety), morality, law (law and punishment), economy,
    speech (freedom of speech), capacity (to act); a codebook adds its own. A word
    may indicate several. It counts words and does not read irony or negation.

    Parameters
    ----------
    text : str
        The article's text.
    codebook : Codebook, optional
        Its ``frames`` are added to the built-in ones.
    structure : Structure, optional
        The text already split.

    Returns
    -------
    list of Frame
        paragraph, frame, start, end, text, in the order of the text; the longest
        phrase of a frame wins.

    References
    ----------
    Semetko & Valkenburg (2000), Framing European politics; Boydstun et al. (2014),
    Tracking the development of media frames (the Policy Frames Codebook).

    Examples
    --------
    >>> [(f.frame, f.text) for f in find_frames("Free speech is no crime.")]
    [('speech', 'Free speech'), ('law', 'crime')]
    """
    structure = structure or read_structure(text)
    extra = codebook.frames if codebook else {}
    phrases = _phrases(tuple((f, w) for f, words in extra.items() for w in words))
    tokens, words = structure.tokens, structure.tokens.text
    found: list[Frame] = []
    reached: dict[str, int] = {}  # a word inside a phrase of its frame counts once
    for i, near in entries_of(words, phrases):
        for last, frame in phrases_at(words, i, near):
            at = bisect_right(tokens.firsts, i) - 1
            if last < tokens.firsts[at + 1] and i > reached.get(frame, -1):
                reached[frame] = last
                start, end = tokens.start[i], tokens.start[last] + len(words[last])
                place = structure.sentences[at].paragraph
                found.append(_frame((place, frame, start, end, text[start:end])))
    return found


@cache
def _phrases(extra: tuple[tuple[str, str], ...]) -> PhraseIndex[str]:
    """Indicators as `phrases_at` finds them, in any of the usual cases."""
    rows = [(r["frame"], r["term"]) for r in read_resource("frames.csv")]
    terms = [(term.lower(), frame) for frame, term in [*rows, *extra]]
    forms = [
        (form, frame)
        for term, frame in dict.fromkeys(terms)
        for form in ([term] if " " in term else inflections(term))
    ]
    index = index_phrases(dict.fromkeys(forms))
    return {case: near for word, near in index.items() for case in cases_of(word)}


def inflections(word: str) -> set[str]:
    """The regular forms of an English noun or verb.

    Parameters
    ----------
    word : str
        Its plain form, lower-cased.

    Returns
    -------
    set of str
        Forms in -s, -ed, -ing, with a dropped e or y → ie; some are no words.

    Examples
    --------
    >>> sorted(inflections("blame"))
    ['blame', 'blamed', 'blames', 'blaming']
    """
    if word.endswith("e"):
        stem = word[:-1]
        return {word, word + "s", word + "d", stem + "ing"}
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        stem = word[:-1]
        return {word, stem + "ies", stem + "ied", word + "ing"}
    s = "es" if word.endswith(("s", "sh", "ch", "x")) else "s"
    return {word, word + s, word + "ed", word + "ing"}


def actor_frames(frames: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """For each actor, the frames of the paragraphs that mention it.

    Parameters
    ----------
    frames, mentions : DataFrame
        Tables of one article or several.

    Returns
    -------
    pandas.DataFrame
        actor, frame, paragraphs (that mention the actor and hold the frame), n
        (that mention it) and share (0 to 1; shares of an actor's frames do not
        sum to 1, since a paragraph may hold several). More is more of the
        actor's paragraphs.

    Examples
    --------
    >>> from analysis.codebook import parse_codebook
    >>> from analysis.mentions import find_mentions
    >>> from analysis.tables import to_table
    >>> text = "Ofcom fined it."
    >>> book = parse_codebook("actors: {regulator: {names: [Ofcom]}}")
    >>> m = to_table(find_mentions(text, book), "mentions")
    >>> actor_frames(to_table(find_frames(text), "frames"), m).frame.tolist()
    ['law']
    """
    unit = ["article", "paragraph"]
    named = mentions[mentions["form"] != "generic"]
    named = named[["actor", *unit]].drop_duplicates()
    n = named.groupby("actor").size().rename("n")
    held = named.merge(frames[[*unit, "frame"]].drop_duplicates(), on=unit)
    counts = held.groupby(["actor", "frame"]).size().rename("paragraphs").reset_index()
    counts = counts.join(n, on="actor")
    return counts.assign(share=counts["paragraphs"] / counts["n"])
