"""From plain rows to tidy tables: one function, one list of columns.

Stages hand each other `NamedTuple` rows; pandas is met only here. What every
column means, its type and its unit stand in ``resources/columns.csv``, which is
also the codebook sheet of an export.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

RESOURCES = Path(__file__).with_name("resources")
TABLES = (
    "paragraphs",
    "sentences",
    "tokens",
    "mentions",
    "quotes",
    "stance",
    "evidence",
    "framing",
    "parts",
    "frames",
)


class Word(NamedTuple):
    """A word of the glossary."""

    word: str  # as people see it
    term: str  # as tables and papers have it
    meaning: str  # in a sentence
    source: str


def read_resource(name: str) -> list[dict[str, str]]:
    """Rows of a CSV file in ``resources/``, lines that open with ``#`` left out.

    >>> read_resource("columns.csv")[0]["table"]
    'paragraphs'
    """
    with open(RESOURCES / name, encoding="utf-8", newline="") as file:
        rows = csv.reader(line for line in file if not line.startswith("#"))
        names = next(rows)
        return [dict(zip(names, row, strict=True)) for row in rows if row]


@cache
def read_glossary() -> tuple[Word, ...]:
    """The glossary, ``resources/glossary.csv``: words of tables, charts and sentences.

    >>> [w.term for w in read_glossary() if w.word == "noun"]
    ['nominal']
    """
    return tuple(Word(**row) for row in read_resource("glossary.csv"))


@cache
def meaning(term: str) -> str | None:
    """What a word or term of the glossary means; None where it has none.

    >>> meaning("holder")
    'The actor, the reporter or somebody else who is for or against.'
    """
    found = (w.meaning for w in read_glossary() if term in (w.term, w.word))
    return next(found, None)


@cache
def in_words(term: str) -> str:
    """The plain word of a term; the term itself where the glossary has none.

    >>> in_words("nominal"), in_words("name")
    ('noun', 'name')
    """
    return next((w.word for w in read_glossary() if w.term == term), term)


@cache
def columns(table: str) -> dict[str, str]:
    """The columns of a table, in order, with their pandas dtypes.

    >>> list(columns("frames"))
    ['article', 'paragraph', 'frame', 'start', 'end', 'text']
    """
    rows = read_resource("columns.csv")
    found = {r["column"]: r["dtype"] for r in rows if r["table"] == table}
    if not found:
        known = ", ".join(dict.fromkeys(r["table"] for r in rows))
        raise KeyError(f"no table {table!r}; there are {known}")
    return found


def to_table(rows: Iterable[NamedTuple], table: str, article: str = "") -> pd.DataFrame:
    """Turn rows of one kind into a tidy table with the right dtypes, `columns`.

    The article's name is put in front of every row; fields that the table does not have
    are left out. What the rows do not have, and ``None``, becomes ``<NA>``: no evidence
    is missing, never zero.

    >>> from analysis.tokens import tokenise
    >>> to_table(tokenise("X said no."), "tokens", "a").text.tolist()
    ['X', 'said', 'no', '.']
    """
    import pandas as pd

    found = columns_of(rows)
    n = len(next(iter(found.values()), ()))
    found["article"] = [article] * n
    data = {
        name: pd.array(found.get(name) or [None] * n, dtype=dtype)
        for name, dtype in columns(table).items()
    }
    return pd.DataFrame(data)


def columns_of(rows: Iterable[NamedTuple]) -> dict[str, Sequence]:
    """Rows turned into columns by name; those that keep columns hand them over.

    >>> from analysis.tokens import find_sentences
    >>> columns_of(find_sentences("It waits. It acts."))["start"]
    (0, 10)
    """
    if hasattr(rows, "columns"):
        return rows.columns()
    rows = list(rows)
    if not rows:
        return {}
    return dict(zip(rows[0]._fields, zip(*rows, strict=True), strict=True))
