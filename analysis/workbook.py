"""Exports for other tools: Parquet, a workbook with its codebook, an edge list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml.etree import SerialisationError

from analysis.agreement.coding_sheets import harmless
from analysis.charts.colours import with_labels
from analysis.means import sign
from analysis.tables import read_resource

if TYPE_CHECKING:
    import pandas as pd

_TIME = re.compile(rb"\d{4}-\d\d-\d\dT[\d:]+Z")
LONGEST_CELL = 32_767  # characters that a spreadsheet's cell holds


def edge_list(stance: pd.DataFrame, paragraphs: pd.DataFrame) -> pd.DataFrame:
    """Who takes which stance toward whom in the whole body text, for network tools.

    Parameters
    ----------
    stance, paragraphs : DataFrame
        Tables of one article or several; furniture is left out.

    Returns
    -------
    pandas.DataFrame
        article, holder, target, direction (the sign of the mean score, 0 for a tie),
        weight (-1 against to 1 for: mean score over paragraphs), paragraphs (with a
        score).

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"article": "a", "paragraph": [0, 1]}
    >>> stance = pd.DataFrame({**rows, "holder": "court", "target": "platform",
    ...     "score": [-0.8, -0.2]})
    >>> edges = edge_list(stance, pd.DataFrame({**rows, "kind": "body"}))
    >>> edges[["holder", "target", "direction", "weight"]].values.tolist()
    [['court', 'platform', -1, -0.5]]
    """
    body = paragraphs[paragraphs["kind"] == "body"][["article", "paragraph"]]
    rows = stance.dropna(subset=["score"]).merge(body, on=["article", "paragraph"])
    pairs = rows.groupby(["article", "holder", "target"])["score"]
    edges = pairs.agg(weight="mean", paragraphs="size").reset_index()
    edges.insert(3, "direction", edges["weight"].map(sign).astype("Int64"))
    return edges


def write_tables(
    tables: Mapping[str, pd.DataFrame], folder: Path, labels: Mapping[str, str]
) -> None:
    """Write tables as CSV and Parquet, and as one workbook with its codebook.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By name.
    folder : Path
        Where ``NAME.csv``, ``parquet/NAME.parquet`` and ``tables.xlsx`` go. CSV and
        Parquet hold the text as it stands in the article, character by character.
        In the workbook a cell that a spreadsheet would run as a formula gets an
        apostrophe in front, and its sheet ``columns`` says what every column means.
    labels : mapping of str to str
        What the workbook calls the actors; its sheet ``actors`` has their ids, which
        stand in CSV and Parquet.
    """
    import pandas as pd

    (folder / "parquet").mkdir(exist_ok=True)
    for title, table in tables.items():
        table.to_csv(folder / f"{title}.csv", index=False, lineterminator="\n")
        table.to_parquet(folder / "parquet" / f"{title}.parquet", index=False)
    about = {
        "columns": pd.DataFrame(read_resource("columns.csv")),
        "glossary": pd.DataFrame(read_resource("glossary.csv")),
        "actors": pd.DataFrame([*labels.items()], columns=["id", "label"]),
    }
    shown = {title: with_labels(table, labels) for title, table in tables.items()}
    try:
        with pd.ExcelWriter(folder / "tables.xlsx", engine="openpyxl") as book:
            for title, table in {**about, **shown}.items():
                _safe(table).to_excel(book, sheet_name=title, index=False)
    except SerialisationError as error:  # a full disk, as lxml calls it
        raise OSError(str(error)) from error
    without_time(folder / "tables.xlsx")


def without_time(path: Path) -> None:
    """Take the time of writing out of an Office file: the same rows, the same bytes.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.docx"
    >>> with ZipFile(path, "w") as file:
    ...     file.writestr("docProps/core.xml", "<t>2026-01-02T03:04:05Z</t>")
    >>> without_time(path)
    >>> ZipFile(path).read("docProps/core.xml")
    b'<t>2000-01-01T00:00:00Z</t>'
    """
    with ZipFile(path) as file:
        parts = [(info.filename, file.read(info)) for info in file.infolist()]
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for part, data in parts:
            if part == "docProps/core.xml":
                data = _TIME.sub(b"2000-01-01T00:00:00Z", data)
            file.writestr(ZipInfo(part), data, ZIP_DEFLATED)


def _safe(table: pd.DataFrame) -> pd.DataFrame:
    """The table with every text cell as a spreadsheet may show it."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    def cell(value: object) -> object:
        if not isinstance(value, str):
            return value
        return harmless(ILLEGAL_CHARACTERS_RE.sub("�", value))[:LONGEST_CELL]

    text = table.select_dtypes(["string", "object"])
    return table.assign(**{column: text[column].map(cell) for column in text})
