"""Whose voice speaks: paragraph by paragraph, and its share of the words."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from analysis.articles.paragraphs import CORRECTED
from analysis.quotes import Quote
from analysis.tokens import Structure

if TYPE_CHECKING:
    import pandas as pd

LEAST_SPOKEN = 0.5  # of a paragraph's characters: it has the speaker's voice then


class ParagraphRow(NamedTuple):
    """A row of the table ``paragraphs``."""

    paragraph: int
    start: int
    end: int
    kind: str
    reason: str
    text: str
    voice: str
    words: int
    position: float | None
    corrected: bool | None
    tone_textblob: float | None = None
    tone_vader: float | None = None

    def toned(self, textblob: float | None, vader: float | None) -> ParagraphRow:
        """The row with its tone by both lexicons."""
        return self._replace(tone_textblob=textblob, tone_vader=vader)


def voiced_paragraphs(
    structure: Structure, quotes: Sequence[Quote]
) -> list[ParagraphRow]:
    """Paragraphs with the voice, length and place of each.

    >>> from analysis.tokens import read_structure
    >>> row, = voiced_paragraphs(read_structure("It waits."), [])
    >>> row.voice, row.words, row.position, row.tone_vader
    ('narrator', 2, 0.5, None)
    """
    words = count_words(structure)
    voices, places = find_voices(structure, quotes), find_positions(words)
    return [
        ParagraphRow(*p, voice, n, place, p.reason == CORRECTED or None)
        for p, voice, n, place in zip(
            structure.paragraphs, voices, words, places, strict=True
        )
    ]


def find_voices(structure: Structure, quotes: Sequence[Quote]) -> list[str]:
    """The voice of each paragraph: the actor whose quoted words fill it.

    >>> from analysis.quotes import find_quotes
    >>> from analysis.tokens import read_structure
    >>> s = read_structure("“We will look at this with care,” she said.")
    >>> find_voices(s, find_quotes(s.text, s))
    ['other']
    """
    spoken: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for quote in quotes:
        if quote.kind == "direct":
            length = quote.end - quote.start
            spoken[quote.paragraph][quote.actor or "other"] += length
    return [
        _voice(spoken[p.paragraph], p.end - p.start) if p.kind == "body" else "narrator"
        for p in structure.paragraphs
    ]


def _voice(spoken: dict[str, int], length: int) -> str:
    if sum(spoken.values()) < LEAST_SPOKEN * length:
        return "narrator"
    return max(spoken, key=lambda actor: spoken[actor])


def count_words(structure: Structure) -> list[int]:
    """Words of each paragraph: its tokens that hold a letter or a digit.

    >>> from analysis.tokens import read_structure
    >>> count_words(read_structure("No, X’s.\\nTen."))
    [2, 1]
    """
    counts = [0] * len(structure.paragraphs)
    words, starts = structure.tokens.text, structure.tokens.start
    first = 0
    for i, paragraph in enumerate(structure.paragraphs):
        last = bisect_left(starts, paragraph.end, first)
        counts[i] = sum(w[-1].isalnum() or w[0].isalnum() for w in words[first:last])
        first = last
    return counts


def find_positions(words: Sequence[int]) -> list[float | None]:
    """Where the middle of each paragraph stands in the text, by words.

    >>> find_positions([10, 10])
    [0.25, 0.75]
    """
    total, before, positions = sum(words), 0, []
    for n in words:
        positions.append((before + n / 2) / total if total else None)
        before += n
    return positions


def voice_shares(
    paragraphs: pd.DataFrame, quotes: pd.DataFrame, furniture: bool = False
) -> pd.DataFrame:
    """The share of the words that each voice speaks, quotation marks aside.

    `furniture`: whether to count captions, prompts and headings too.

    Gives voice (an actor, ``other``, or ``narrator`` for all that is not quoted),
    words, share (0 to 1, sums to 1), quotations. Fragments count for their speaker;
    indirect speech is the narrator's wording.

    >>> from analysis import analyse, read_article, read_codebook
    >>> a = read_article("data/articles/grok-deepfakes.txt")
    >>> book = read_codebook("data/codebooks/uk-online-safety.yml")
    >>> r = analyse(a, book)
    >>> voice_shares(r.paragraphs, r.quotes).voice[0]
    'narrator'
    """
    import pandas as pd

    shown = paragraphs if furniture else paragraphs[paragraphs["kind"] == "body"]
    spoken = quotes[quotes["kind"] != "indirect"]
    spoken = spoken[spoken["paragraph"].isin(shown["paragraph"])]
    words = spoken["text"].str.count(r"\w+(?:[’'-]\w+)*")
    by = spoken.assign(voice=spoken["actor"].fillna("other"), words=words)
    table = by.groupby("voice").agg(
        words=("words", "sum"), quotations=("quote", "nunique")
    )
    rest = int(shown["words"].sum()) - int(table["words"].sum())
    narrator = pd.DataFrame({"words": [rest], "quotations": [0]}, index=["narrator"])
    table = pd.concat([table, narrator]).rename_axis("voice").reset_index()
    table["share"] = table["words"] / max(1, int(shown["words"].sum()))
    return table.sort_values("words", ascending=False, ignore_index=True)
