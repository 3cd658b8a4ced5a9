"""Where a corpus comes from: folders, files, exports of press databases, tables."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from analysis.articles import find_articles, read_export
from analysis.articles.blocks import find_encoding, pair_surrogates
from analysis.corpus.worker import ORIGIN, Item
from analysis.folders import names_apart
from analysis.tables import read_resource

BESIDE_ARTICLES = "articles.csv"  # article, and what is known of it
SAMPLE = 1_000_000  # bytes of a table that tell how it is encoded
LONGEST_IN_TABLE = 200  # letters of an article's name
RESERVED = ("article", "source")  # columns of the table `articles` that are ours
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,17})?\.\d+")

Articles = str | Path | Sequence[str | Path]
TableRow = dict[str, Any] | str  # a string says what is wrong with a row


class Opened(NamedTuple):
    """A source of articles, opened."""

    kept: pa.Schema  # what else is known of each article
    total: int  # articles, each export of a press database counted as one
    items: Iterator[Item]  # of which no two have one name
    notes: tuple[str, ...] = ()


def open_source(source: Articles) -> Opened:
    """Find the articles of a folder, a list, an export or a table.

    A ValueError if it is no folder, file or table, or the table has no column of texts.

    >>> opened = open_source("data/articles")
    >>> opened.total, next(opened.items).name
    (3, 'ftc-subscriptions')
    """
    if not isinstance(source, str | Path):
        found = _open_files(source)
    elif Path(source).suffix.lower() in TABLE_FORMATS and Path(source).is_file():
        found = _open_table(Path(source))
    elif Path(source).exists():
        found = _open_files([source])
    else:
        raise ValueError(f"no folder or table at {source}; tables: {[*TABLE_FORMATS]}")
    apart = names_apart()
    items = (item._replace(name=apart(item.name)) for item in found.items)
    return found._replace(items=items)


def _open_files(sources: Sequence[str | Path]) -> Opened:
    """Files and addresses, a folder's files for a folder, each once."""
    every = (
        file
        for one in sources
        for file in (find_articles(one) if Path(one).is_dir() else [one])
    )
    files = [*{str(Path(f).resolve()): f for f in every}.values()]
    known = _read_about({Path(f).parent for f in files})
    columns = dict.fromkeys(c for about in known.values() for c in about)
    items = (item for file in files for item in _items_of_file(file, known, columns))
    return Opened(pa.schema([(c, pa.string()) for c in columns]), len(files), items)


def _read_about(folders: Iterable[Path]) -> dict[str, dict[str, str | None]]:
    """What readers wrote down of their articles: the files ``articles.csv``.

    For each article (its file's stem) the other columns, such as outlet and date; an
    empty cell is None. A ValueError if a file has no column ``article``.

    >>> _read_about([Path("data/articles")])["ofwat-leaks"]["outlet"]
    'The Harbour Post'
    """
    found: dict[str, dict[str, str | None]] = {}
    for path in (folder / BESIDE_ARTICLES for folder in sorted(folders)):
        for row in _csv_rows(path) if path.is_file() else ():
            if isinstance(row, str):
                raise ValueError(f"{path}, {row}")
            if "article" not in row:
                raise ValueError(f"{path} has no column 'article'; it has {[*row]}")
            name = row.pop("article")
            found[name] = {_kept_name(c, row): v or None for c, v in row.items()}
    return found


def _kept_name(column: str, columns: Iterable[str]) -> str:
    """A source's column under a name that is not one of ours."""
    name = f"{column}_given" if column in RESERVED else column
    while name != column and name in columns:
        name += "_"
    return name


def _items_of_file(
    file: str | Path, known: dict[str, dict], columns: Iterable[str]
) -> Iterator[Item]:
    """An item, or one for each article of an export."""
    stem = _name_in_tables(Path(file).stem) or "article"
    about = dict.fromkeys(columns) | known.get(stem, {})
    articles = read_export(file)
    if not articles:
        yield Item(stem, str(file), None, about)
    for article in articles:
        name = stem if len(articles) == 1 else article.name
        own = {c: v for c, v in known.get(name, {}).items() if v is not None}
        yield Item(name, article.source, article, about | own)


def _name_in_tables(value: Any) -> str:
    """An article's name in tables: one line that any file and screen takes.

    >>> _name_in_tables("May\\n4"), _name_in_tables(0), _name_in_tables(None)
    ('May 4', '0', '')
    """
    text = "" if value is None else str(value)
    shown = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(shown.split())[:LONGEST_IN_TABLE]


class Table(NamedTuple):
    """A table of articles, opened."""

    path: Path
    types: dict[str, pa.DataType]  # of its columns
    text: str  # the column of texts
    name: str | None  # the column of names
    others: dict[str, str]  # what is kept of the rest, under which name

    def item(self, number: int, row: TableRow) -> Item:
        """A row as an item; one that cannot be read says why."""
        own, where = f"{self.path.stem}-{number:06}", f"{self.path}#{number}"
        if isinstance(row, str):
            return Item(own, where, "", {}, f"{self.path.name}, {row}")
        text = row.get(self.text)
        called = _name_in_tables(row.get(self.name)) if self.name else ""
        about = {
            kept: _fitted(row.get(c), self.types[c]) for c, kept in self.others.items()
        }
        if text is None or isinstance(text, str):
            return Item(called or own, where, text or "", about)
        fault = f"the text is no text but {type(text).__name__}"
        return Item(called or own, where, "", about, fault)


def _open_table(path: Path) -> Opened:
    rows, types, total = _open_rows(path)
    if not types:
        raise ValueError(f"{path} has no row that can be read: {next(rows(), 'empty')}")
    text, name = (_column(role, [*types]) for role in ("text", "name"))
    if not text:
        looked_for = [r["name"] for r in read_resource("source_columns.csv")]
        raise ValueError(
            f"{path} has no column 'text'; it has {[*types]} (the names looked for: "
            f"{', '.join(looked_for)})"
        )
    if str(types[text]) not in ("string", "large_string"):
        raise ValueError(f"{path}: the column {text!r} holds {types[text]}, no text")
    others = {c: _kept_name(c, types) for c in types if c not in (text, name)}
    types |= {c: pa.string() for c, kept in others.items() if kept in ORIGIN}
    table = Table(path, types, text, name, others)
    said = [f"{path.name}: the texts are read from the column {text!r}"]
    renamed = [f"{c!r} is kept as {new!r}" for c, new in others.items() if c != new]
    return Opened(
        pa.schema([(kept, types[c]) for c, kept in others.items()]),
        total,
        (table.item(i, row) for i, row in enumerate(rows())),
        (*(said if text != "text" else []), *renamed),
    )


def _column(role: str, columns: Sequence[str]) -> str | None:
    """The column of a table that plays a role, by the names it commonly has."""
    lower = {column.strip().lower(): column for column in reversed(columns)}
    rows = read_resource("source_columns.csv")
    names = [r["name"] for r in rows if r["column"] == role]
    return next((lower[n] for n in names if n in lower), None)


def _open_rows(
    path: Path,
) -> tuple[Callable[[], Iterator[TableRow]], dict[str, pa.DataType], int]:
    """What gives a table's rows, as often as one asks; its columns' types; how many."""
    read = TABLE_FORMATS[path.suffix.lower()]
    try:
        about = _about_parquet if read is _parquet_rows else _about_rows
        return lambda: read(path), *about(path)
    except Exception as error:  # of whatever library
        cause = f"{type(error).__name__}: {error}"
        raise ValueError(f"{path} could not be read as a table ({cause})") from error


def _about_parquet(path: Path) -> tuple[dict[str, pa.DataType], int]:
    """The types that a Parquet file gives its columns, and the number of its rows."""
    import pyarrow.parquet as pq

    about = pq.read_metadata(path)
    return {f.name: f.type for f in about.schema.to_arrow_schema()}, about.num_rows


def _parquet_rows(path: Path) -> Iterator[TableRow]:
    import pyarrow.dataset as ds

    # Without pre-buffering and reading ahead: they would hold the whole file at last.
    scan = ds.ParquetFragmentScanOptions(pre_buffer=False)
    form = ds.ParquetFileFormat(default_fragment_scan_options=scan)
    batches = ds.dataset(path, format=form).to_batches(
        batch_size=50, use_threads=False, batch_readahead=1, fragment_readahead=1
    )
    return (row for batch in batches for row in batch.to_pylist())


def _csv_rows(path: Path) -> Iterator[TableRow]:
    """Rows of a text table, whatever parts its cells and however it is encoded."""
    with open(path, "rb") as file:
        encoding = find_encoding(file.read(SAMPLE))
    csv.field_size_limit(2**31 - 1)
    with open(path, encoding=encoding, errors="surrogateescape", newline="") as file:
        first = file.readline()
        marks = "\t" if path.suffix.lower() == ".tsv" else ",;\t|"
        file.seek(0)
        rows = csv.reader(file, delimiter=max(marks, key=first.count))
        header = [c.removeprefix("\ufeff").strip() for c in next(rows, [])]
        for row in rows:
            cells = [_decoded(cell, encoding) for cell in row]
            while len(cells) > len(header) and not cells[-1]:
                cells.pop()
            if len(cells) == len(header):
                yield {c: v for c, v in zip(header, cells, strict=True) if c}
            elif cells:
                n = f"{len(cells)} cells where the header has {len(header)}"
                yield f"line {rows.line_num}: {n}"


def _decoded(cell: str, encoding: str) -> str:
    """A cell whose bytes did not fit the table's encoding, by its own."""
    try:
        cell.encode("utf-8")
    except UnicodeEncodeError:
        data = cell.encode(encoding, "surrogateescape")
        return data.decode(find_encoding(data), "replace")
    return cell


def _json_rows(path: Path) -> Iterator[TableRow]:
    """Rows of JSON, an object a line or one list of them."""
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        start = file.read(100).lstrip()
        file.seek(0)
        if start.startswith("["):
            rows = enumerate(json.load(file))
            yield from (_object(row, f"row {i}") for i, row in rows)
            return
        for i, line in enumerate(file, 1):
            if line.strip():
                yield _parsed(line.removeprefix("\ufeff"), f"line {i}")


def _parsed(line: str, where: str) -> TableRow:
    try:
        return _object(json.loads(line), where)
    except (ValueError, RecursionError) as error:
        return f"{where}: {error}"


def _object(value: Any, where: str) -> TableRow:
    if not isinstance(value, dict):
        return f"{where}: no object with names and values"
    return value


def _xlsx_rows(path: Path) -> Iterator[TableRow]:
    """Rows of a workbook's first sheet."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(values_only=True)
    header = [str(c or "").strip() for c in next(rows, ())]
    for row in rows:
        if any(cell is not None for cell in row):
            cells = (c.isoformat() if isinstance(c, date) else c for c in row)
            yield {c: v for c, v in zip(header, cells, strict=False) if c}
    book.close()


def _about_rows(path: Path) -> tuple[dict[str, pa.DataType], int]:
    """The type of each column that all its values fit, and the number of rows."""
    kinds: dict[str, set[str]] = {}
    number = 0
    for row in TABLE_FORMATS[path.suffix.lower()](path):
        number += 1
        for column, value in row.items() if isinstance(row, dict) else ():
            kinds.setdefault(column, set()).add(_kind_of_value(value))
    types = {
        frozenset({"integer"}): pa.int64(),
        frozenset({"decimal"}): pa.float64(),
        frozenset({"integer", "decimal"}): pa.float64(),
        frozenset({"truth"}): pa.bool_(),
    }
    found = {c: frozenset(k - {"nothing"}) for c, k in kinds.items()}
    return {c: types.get(k, pa.string()) for c, k in found.items()}, number


def _kind_of_value(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int | str) and _INTEGER.fullmatch(str(value)[:30]):
        return "integer"
    if isinstance(value, float) or isinstance(value, str) and _DECIMAL.fullmatch(value):
        return "decimal"
    return "text"


def _fitted(value: Any, kind: pa.DataType) -> Any:
    """A value in its column's type; an empty cell is None."""
    if value is None or value == "":
        return None
    makers: dict[str, Callable[[Any], Any]]
    makers = {"int64": int, "double": float, "string": _plain_text}
    return makers[str(kind)](value) if str(kind) in makers else value


def _plain_text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    return pair_surrogates(str(value))


TABLE_FORMATS: dict[str, Callable[[Path], Iterator[TableRow]]] = {
    ".csv": _csv_rows,
    ".tsv": _csv_rows,
    ".jsonl": _json_rows,
    ".json": _json_rows,
    ".xlsx": _xlsx_rows,
    ".parquet": _parquet_rows,
}
