"""Figures of the benchmarks, read from the files that they wrote, as tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.notebooks.views import table

if TYPE_CHECKING:
    import pandas as pd
    from IPython.display import HTML

ABOUT = ("command", "date")
NONE_KEPT = "<p><i>No figures are kept here: run the programs in benchmarks/.</i></p>"


def benchmarks(folder: str | Path) -> HTML:
    """The kept figures of the benchmarks, each with its command and date.

    Parameters
    ----------
    folder : str or pathlib.Path
        Where the JSON files are; a file may hold a ``command`` and a ``date``.

    Returns
    -------
    IPython.display.HTML
        A heading a file and its tables; says so where there are none.

    Examples
    --------
    >>> "No figures" in benchmarks("nowhere").data
    True
    """
    from IPython.display import HTML

    parts = []
    for path in sorted(Path(folder).glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        about = [
            str(data.pop(k)) for k in ABOUT if isinstance(data, dict) and k in data
        ]
        parts.append(f"<h3>{escape(path.stem.replace('_', ' '))}</h3>")
        parts += [f"<p><code>{escape(', '.join(about))}</code></p>"] * bool(about)
        for title, rows in find_tables(data):
            parts.append(f"<p>{escape(title)}</p>{table(rows).data}")
    return HTML("".join(parts) or NONE_KEPT)


def find_tables(data: object, title: str = "") -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables in a JSON value: lists of records, and mappings of records.

    Parameters
    ----------
    data : object
        As `json.loads` gives it.
    title : str
        What to call it.

    Returns
    -------
    iterator of (str, pandas.DataFrame)
        Its keys as the title; nested fields have names joined by a space. Single
        values that stand together are one row.

    Examples
    --------
    >>> [(t, rows.shape) for t, rows in find_tables({"n": 3, "by": {"a": {"f1": 1}}})]
    [('', (1, 1)), ('by', (1, 2))]
    """
    import pandas as pd

    if isinstance(data, list) and data and all(isinstance(x, dict) for x in data):
        yield title, pd.json_normalize(data, sep=" ")
        return
    if not isinstance(data, dict):
        return
    alone = {k: v for k, v in data.items() if not isinstance(v, dict | list)}
    nested = {k: v for k, v in data.items() if isinstance(v, dict)}
    if nested and len(nested) == len(data) and _alike(list(nested.values())):
        rows = pd.json_normalize(list(nested.values()), sep=" ")
        rows.insert(0, "of", list(nested))
        yield title, rows
        return
    if alone:
        yield title, pd.DataFrame([alone])
    for key, value in data.items():
        if isinstance(value, dict | list):
            yield from find_tables(value, f"{title} {key}".strip())


def _alike(rows: list[dict]) -> bool:
    """Whether mappings are rows of one table: the same keys, and no tables inside."""
    return all(row.keys() == rows[0].keys() for row in rows) and not any(
        isinstance(v, list) for row in rows for v in row.values()
    )
