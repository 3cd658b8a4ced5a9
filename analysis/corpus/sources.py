"""Where a corpus comes from: folders, files, exports of press databases, tables."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.articles import find_articles, may_be_export, read_articles
from analysis.articles.blocks import find_encoding, pair_surrogates
from analysis.corpus.worker import ORIGIN, Item
from analysis.tables import read_resource

if TYPE_CHECKING:
    import pyarrow as pa

ABOUT = "articles.csv"  # beside the articles: article, and what is known of it
SAMPLE = 1_000_000  # bytes of a table that tell how it is encoded
LONGEST_NAME = 200  # letters
RESERVED = ("article", "source")  # columns of the table `articles` that are ours
TABLE_FORMATS = (".csv", ".tsv", ".jsonl", ".json", ".xlsx", ".parquet")
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,17})?\.\d+")

Source = str | Path | Sequence[str | Path]
Row = dict[str, Any] | str  # a string says what is wrong with a row


class Opened(NamedTuple):
    """A source of articles, opened."""

    kept: pa.Schema  # what else is known of each article
    total: int  # articles, each export of a press database counted as one
    items: Iterator[Item]  # of which no two have one name
    notes: tuple[str, ...] = ()


def open_source(source: Source) -> Opened:
    """Find the articles of a folder, a list, an export or a table.

    Parameters
    ----------
    source : str, Path or sequence of them
        As for `analysis.corpus.analyse_corpus`.

    Returns
    -------
    Opened
        The table's further columns, the number of articles, and the articles one
        after another.

    Raises
    ------
    ValueError
        If it is no folder, file or table, or the table has no column of texts.

    Examples
    --------
    >>> opened = open_source("data/articles")
    >>> opened.total, next(opened.items).name
    (3, 'ftc-subscriptions')
    """
    if isinstance(source, str | Path):
        path = Path(source)
        if path.suffix.lower() in TABLE_FORMATS and path.is_file():
            return _open_table(path)
        if not path.exists():
            raise ValueError(
                f"no folder or table at {source}; tables: {[*TABLE_FORMATS]}"
            )
        source = [path]
    files = _files(source)
    known = read_about({Path(f).parent for f in files})
    columns = dict.fromkeys(c for about in known.values() for c in about)
    items = (item for file in files for item in _of_file(file, known, columns))
    kept = _schema([(c, "string") for c in columns])
    return Opened(kept, len(files), _items_named_apart(items))


def _files(sources: Sequence[str | Path]) -> list[str | Path]:
    """Files and addresses, a folder's files for a folder, each once."""
    every = (
        file
        for one in sources
        for file in (find_articles(one) if Path(one).is_dir() else [one])
    )
    return [*{str(Path(f).resolve()): f for f in every}.values()]


def _schema(fields: Sequence[tuple[str, Any]]) -> pa.Schema:
    import pyarrow as pa

    return pa.schema(list(fields))


def read_about(folders: Iterable[Path]) -> dict[str, dict[str, str | None]]:
    """What readers wrote down of their articles: the files ``articles.csv``.

    Parameters
    ----------
    folders : iterable of Path
        Folders of articles; one that has no such file says nothing.

    Returns
    -------
    dict of str to dict
        For each article (its file's stem) the other columns, such as outlet and
        date; an empty cell is None.

    Raises
    ------
    ValueError
        If a file has no column ``article``.

    Examples
    --------
    >>> read_about([Path("data/articles")])["ofwat-leaks"]["outlet"]
    'The Harbour Post'
    """
    found: dict[str, dict[str, str | None]] = {}
    for path in (folder / ABOUT for folder in sorted(folders)):
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


def _of_file(
    file: str | Path, known: dict[str, dict], columns: Iterable[str]
) -> Iterator[Item]:
    """An item, or one for each article of an export."""
    stem = _name_of(Path(file).stem, "article")
    about = dict.fromkeys(columns) | known.get(stem, {})
    try:
        articles = read_articles(file) if may_be_export(Path(file)) else []
    except (OSError, ValueError):  # whoever analyses it will say what is wrong
        articles = []
    if not articles:
        yield Item(stem, str(file), None, about)
    for article in articles:
        name = stem if len(articles) == 1 else article.name
        own = {c: v for c, v in known.get(name, {}).items() if v is not None}
        yield Item(name, article.source, article, about | own)


def _open_table(path: Path) -> Opened:
    rows, given = _open_rows(path)
    if not given:
        raise ValueError(f"{path} has no row that can be read: {next(rows(), 'empty')}")
    text, name = (_column(role, [*given]) for role in ("text", "name"))
    if not text:
        looked_for = [r["name"] for r in read_resource("source_columns.csv")]
        raise ValueError(
            f"{path} has no column 'text'; it has {[*given]} (the names looked for: "
            f"{', '.join(looked_for)})"
        )
    if str(given[text]) not in ("string", "large_string"):
        raise ValueError(f"{path}: the column {text!r} holds {given[text]}, no text")
    others = [c for c in given if c not in (text, name)]
    names = {c: _kept_name(c, given) for c in others}
    given |= {
        c: _string() for c in others if names[c] in ORIGIN
    }  # as an article has it
    kept = _schema([(names[c], given[c]) for c in others])
    total = sum(1 for _ in rows())
    said = [f"{path.name}: the texts are read from the column {text!r}"]
    renamed = [f"{c!r} is kept as {new!r}" for c, new in names.items() if c != new]
    notes = [*(said if text != "text" else []), *renamed]

    def items() -> Iterator[Item]:
        for i, row in enumerate(rows()):
            where, own = f"{path}#{i}", f"{path.stem}-{i:06}"
            if isinstance(row, str):
                yield Item(own, where, "", {}, f"{path.name}, {row}")
                continue
            value = row.get(text)
            fault = "" if value is None or isinstance(value, str) else _no_text(value)
            about = {names[c]: _fitted(row.get(c), given[c]) for c in others}
            called = _name_of(row.get(name) if name else None, own)
            yield Item(called, where, "" if fault else value or "", about, fault)

    return Opened(kept, total, _items_named_apart(items()), tuple(notes))


def _name_of(value: Any, own: str) -> str:
    """An article's name in tables: one line that any file and screen takes.

    >>> _name_of("May\\n4", "t-1"), _name_of(None, "t-1")
    ('May 4', 't-1')
    """
    shown = "".join(c if c.isprintable() else " " for c in str(value or ""))
    return " ".join(shown.split())[:LONGEST_NAME] or own


def _string() -> pa.DataType:
    import pyarrow as pa

    return pa.string()


def _no_text(value: Any) -> str:
    return f"the text is no text but {type(value).__name__}"


def _column(role: str, columns: Sequence[str]) -> str | None:
    """The column of a table that plays a role, by the names it commonly has."""
    lower = {column.strip().lower(): column for column in reversed(columns)}
    rows = read_resource("source_columns.csv")
    names = [r["name"] for r in rows if r["column"] == role]
    return next((lower[n] for n in names if n in lower), None)


def _open_rows(
    path: Path,
) -> tuple[Callable[[], Iterator[Row]], dict[str, pa.DataType]]:
    """What gives a table's rows, as often as one asks, and its columns' types."""
    if path.suffix.lower() == ".parquet":
        import pyarrow.parquet as pq

        schema = pq.read_schema(path)
        return lambda: _parquet_rows(path), {f.name: f.type for f in schema}
    readers: dict[str, Callable[[Path], Iterator[Row]]] = {
        ".csv": _csv_rows,
        ".tsv": _csv_rows,
        ".xlsx": _xlsx_rows,
        ".jsonl": _json_rows,
        ".json": _json_rows,
    }
    read = readers[path.suffix.lower()]
    try:
        return lambda: read(path), _types(read(path))
    except Exception as error:  # of whatever library
        cause = f"{type(error).__name__}: {error}"
        raise ValueError(f"{path} could not be read as a table ({cause})") from error


def _parquet_rows(path: Path) -> Iterator[Row]:
    import pyarrow.dataset as ds

    # Without pre-buffering and reading ahead: they would hold the whole file at last.
    scan = ds.ParquetFragmentScanOptions(pre_buffer=False)
    form = ds.ParquetFileFormat(default_fragment_scan_options=scan)
    batches = ds.dataset(path, format=form).to_batches(
        batch_size=50, use_threads=False, batch_readahead=1, fragment_readahead=1
    )
    return (row for batch in batches for row in batch.to_pylist())


def _csv_rows(path: Path) -> Iterator[Row]:
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


def _json_rows(path: Path) -> Iterator[Row]:
    """Rows of JSON, an object a line or one list of them."""
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        start = file.read(100).lstrip()
        file.seek(0)
        if start.startswith("["):
            yield from (
                _object(row, f"row {i}") for i, row in enumerate(json.load(file))
            )
            return
        for i, line in enumerate(file, 1):
            if line.strip():
                yield _parsed(line.removeprefix("\ufeff"), f"line {i}")


def _parsed(line: str, where: str) -> Row:
    try:
        return _object(json.loads(line), where)
    except (ValueError, RecursionError) as error:
        return f"{where}: {error}"


def _object(value: Any, where: str) -> Row:
    if not isinstance(value, dict):
        return f"{where}: no object with names and values"
    return value


def _xlsx_rows(path: Path) -> Iterator[Row]:
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


def _types(rows: Iterable[Row]) -> dict[str, pa.DataType]:
    """The type of each column that all its values fit."""
    import pyarrow as pa

    kinds: dict[str, set[str]] = {}
    for row in rows:
        for column, value in row.items() if isinstance(row, dict) else ():
            kinds.setdefault(column, set()).add(_kind_of_value(value))
    types = {
        frozenset({"integer"}): pa.int64(),
        frozenset({"decimal"}): pa.float64(),
        frozenset({"integer", "decimal"}): pa.float64(),
        frozenset({"truth"}): pa.bool_(),
    }
    found = {c: frozenset(k - {"nothing"}) for c, k in kinds.items()}
    return {c: types.get(k, pa.string()) for c, k in found.items()}


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
    makers = {"int64": int, "double": float, "string": _plain}
    return makers[str(kind)](value) if str(kind) in makers else value


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    return pair_surrogates(str(value))


def _items_named_apart(items: Iterable[Item]) -> Iterator[Item]:
    """Items of which no two have one name.

    >>> items = [Item(name, "", "", {}) for name in ("a", "a", "a-2")]
    >>> [item.name for item in _items_named_apart(items)]
    ['a', 'a-2', 'a-2-2']
    """
    taken: set[str] = set()
    tried: dict[str, int] = {}
    for item in items:
        name = item.name
        while name in taken:
            tried[item.name] = tried.get(item.name, 1) + 1
            name = f"{item.name}-{tried[item.name]}"
        taken.add(name)
        yield item._replace(name=name)
