"""Read the two corpora on which stance is learned and measured.

NewsMTSC (targets in sentences of political news, MIT;
https://github.com/fhamborg/NewsMTSC) and directed sentiment (pairs of actors;
https://github.com/bywords/directed_sentiment_analysis, free to use with citation).
Neither is part of this package: pass their paths.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

STANCES = ("negative", "neutral", "positive")
PAIRS = ("none", "1 backs 2", "2 backs 1", "1 criticises 2", "2 criticises 1")
_BRACKETS = re.compile(r"\[([^\]]*)\]")


class Target(NamedTuple):
    """A target in a sentence, and which of `STANCES` the sentence takes to it."""

    text: str
    start: int
    end: int
    label: int
    several: bool
    development: bool
    others: tuple[tuple[int, int], ...]


class ActorPair(NamedTuple):
    """Two actors in a sentence, and which of `PAIRS` holds between them."""

    text: str
    first: tuple[int, int]
    second: tuple[int, int]
    label: int


def read_targets(path: str | Path) -> list[Target]:
    """Read a split of NewsMTSC.

    Parameters
    ----------
    path : str or Path
        A JSONL file of the corpus.

    Returns
    -------
    list of Target
        `development` marks every fifth article, in the order of the file; an article
        is the first three parts of ``primary_gid``. `several`: the sentence has two
        targets or more. `others`: further mentions of the same target.
    """
    articles: dict[str, int] = {}
    rows = []
    with open(path, encoding="utf-8") as file:
        for sentence in map(json.loads, file):
            article = "_".join(sentence["primary_gid"].split("_")[:3])
            number = articles.setdefault(article, len(articles))
            rows += _targets(sentence, number % 5 == 4)
    return rows


def _targets(sentence: dict, development: bool) -> list[Target]:
    text, targets = sentence["sentence_normalized"], sentence["targets"]
    rows = []
    for t in targets:
        others = ((m["from"], m["to"]) for m in t.get("further_mentions", []))
        label = int(t["polarity"]) // 2 - 1
        span, several = (t["from"], t["to"]), len(targets) > 1
        rows.append(Target(text, *span, label, several, development, tuple(others)))
    return rows


def split_targets(rows: Iterable[Target]) -> tuple[list[Target], list[Target]]:
    """Split NewsMTSC train into training rows and development rows.

    Parameters
    ----------
    rows : iterable of Target
        As `read_targets` gives them.

    Returns
    -------
    tuple of two lists
        Training rows whose sentence is no development sentence; development rows.
    """
    rows = list(rows)
    development = [row for row in rows if row.development]
    seen = {row.text for row in development}
    return [row for row in rows if row.text not in seen], development


def read_pairs(path: str | Path, seen: Iterable[str | Path] = ()) -> list[ActorPair]:
    """Read a split of the directed-sentiment corpus.

    The corpus puts its two actors in brackets, some of which close inside a word or
    behind an apostrophe: a span is widened to its last word's end, an apostrophe at
    its end left out.

    Parameters
    ----------
    path : str or Path
        A text file of the corpus: sentence, first, second, class, by tabs.
    seen : iterable of str or Path
        Other splits; rows whose sentence stands in one of them are left out.

    Returns
    -------
    list of ActorPair
        The brackets are gone from the text; rows that do not have two are left out.
    """
    known = {row.text for other in seen for row in read_pairs(other)}
    rows = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            sentence, _, _, label = line.rstrip("\n").split("\t")
            text, spans = _unbracket(sentence)
            if len(spans) == 2 and text not in known:
                rows.append(ActorPair(text, *spans, int(label)))
    return rows


def _unbracket(sentence: str) -> tuple[str, list[tuple[int, int]]]:
    text, spans, done = "", [], 0
    for bracket in _BRACKETS.finditer(sentence):
        text += sentence[done : bracket.start()]
        spans.append((len(text), len(text) + len(bracket[1])))
        text += bracket[1]
        done = bracket.end()
    text += sentence[done:]
    return text, [_whole(text, *span) for span in spans]


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    while end - 1 > start and text[end - 1] in "’'":
        end -= 1
    return start, end
