"""From plain rows to tidy tables: one function, one list of columns.

Stages hand each other `NamedTuple` rows; pandas is met only here. What every
column means, its type and its unit stand in ``resources/columns.csv``, which is
also the codebook sheet of an export.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
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
    "frames",
)


def read_resource(name: str) -> list[dict[str, str]]:
    """Rows of a CSV file in ``resources/``, lines that open with ``#`` left out.

    Parameters
    ----------
    name : str
        The file's name, such as ``"columns.csv"``.

    Returns
    -------
    list of dict
        One dict a row; every value is a string.

    Examples
    --------
    >>> read_resource("columns.csv")[0]["table"]
    'paragraphs'
    """
    with open(RESOURCES / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@cache
def columns(table: str) -> dict[str, str]:
    """The columns of a table, in order, with their pandas dtypes.

    Parameters
    ----------
    table : str
        One of the eight tables, such as ``"mentions"``.

    Returns
    -------
    dict of str to str
        Column name to dtype.

    Raises
    ------
    KeyError
        If there is no such table; the message lists those there are.

    Examples
    --------
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
    """Turn rows of one kind into a tidy table with the right dtypes.

    Parameters
    ----------
    rows : iterable of NamedTuple
        Rows of a stage; fields that the table does not have are left out, and
        columns that the rows do not have are missing (``<NA>``).
    table : str
        The table's name.
    article : str
        The name of the article, put in front of every row.

    Returns
    -------
    pandas.DataFrame
        One row a row, the columns of `columns` in their order. ``None`` becomes
        ``<NA>``: no evidence is missing, never zero.

    Examples
    --------
    >>> from analysis.tokens import tokenise
    >>> to_table(tokenise("X said no."), "tokens", "a").text.tolist()
    ['X', 'said', 'no', '.']
    """
    import pandas as pd

    rows = list(rows)
    fields = rows[0]._fields if rows else ()
    at = {name: i for i, name in enumerate(fields)}
    data = {}
    for name, dtype in columns(table).items():
        if name == "article":
            values = [article] * len(rows)
        elif name in at:
            values = [row[at[name]] for row in rows]
        else:
            values = [None] * len(rows)
        data[name] = pd.array(values, dtype=dtype)
    return pd.DataFrame(data)
