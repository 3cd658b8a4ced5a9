"""Where a corpus comes from, and how it is cut into batches."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.corpus.parts import Item

if TYPE_CHECKING:
    import pyarrow as pa

ABOUT = "articles.csv"  # beside the articles: article, and what is known of it
ARTICLES = 50  # a batch at most
CHARACTERS = 500_000  # a batch at most, if it holds more than one article
FORMATS = {".csv": "csv", ".parquet": "parquet", ".jsonl": "json", ".json": "json"}

Source = str | Path | Sequence[str | Path]


def open_source(source: Source) -> tuple[pa.Schema, int, Iterator[Item]]:
    """Find the articles of a folder, a list or a table.

    Parameters
    ----------
    source : str, Path or sequence of them
        As for `analysis.corpus.analyse_corpus`.

    Returns
    -------
    pyarrow.Schema, int, iterator of Item
        The table's further columns, the number of articles, and the articles one
        after another, of which no two have one name.

    Raises
    ------
    ValueError
        If it is no folder and no table, or the table has no column ``text``.

    Examples
    --------
    >>> _, n, items = open_source("data/articles")
    >>> n, next(items).name
    (3, 'ftc-subscriptions')
    """
    import pyarrow as pa

    if isinstance(source, str | Path) and Path(source).suffix in FORMATS:
        return _open_table(Path(source))
    if isinstance(source, str | Path):
        if not Path(source).is_dir():
            raise ValueError(f"no folder or table at {source}; tables: {[*FORMATS]}")
        files = sorted(p for p in Path(source).iterdir() if _is_article(p))
    else:
        files = list(source)
    known = read_about({Path(f).parent for f in files})
    columns = dict.fromkeys(c for about in known.values() for c in about)
    empty = dict.fromkeys(columns)
    found = (
        Item(Path(f).stem, str(f), None, empty | known.get(Path(f).stem, {}))
        for f in files
    )
    schema = pa.schema([(c, pa.string()) for c in columns])
    return schema, len(files), _named_apart(found)


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
        if not path.is_file():
            continue
        with open(path, encoding="utf-8-sig", newline="") as file:
            mark = ";" if ";" in file.readline() else ","  # spreadsheets save either
            file.seek(0)
            rows = [*csv.DictReader(file, delimiter=mark)]
        for row in rows:
            if "article" not in row:
                raise ValueError(f"{path} has no column 'article'; it has {[*row]}")
            name = row.pop("article")
            found[name] = {c: v or None for c, v in row.items() if c}
    return found


def _is_article(path: Path) -> bool:
    known = (".txt", ".html", ".htm", ".docx", ".rtf", ".pdf")
    return path.suffix.lower() in known and not path.name.startswith(".")


def _open_table(path: Path) -> tuple[pa.Schema, int, Iterator[Item]]:
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.dataset as ds
    import pyarrow.json

    formats = {
        "csv": ds.CsvFileFormat(pa.csv.ParseOptions(newlines_in_values=True)),
        "json": ds.JsonFileFormat(
            read_options=pa.json.ReadOptions(block_size=CHARACTERS * 32)
        ),
        # Without pre-buffering: it would hold the whole file at last.
        "parquet": ds.ParquetFileFormat(
            default_fragment_scan_options=ds.ParquetFragmentScanOptions(
                pre_buffer=False
            )
        ),
    }
    table = ds.dataset(path, format=formats[FORMATS[path.suffix]])
    if "text" not in table.schema.names:
        raise ValueError(f"{path} has no column 'text'; it has {table.schema.names}")
    kept = pa.schema([f for f in table.schema if f.name not in ("text", "name")])

    def items() -> Iterator[Item]:
        ahead = {"batch_readahead": 1, "fragment_readahead": 1}  # no faster than used
        batches = table.to_batches(batch_size=ARTICLES, use_threads=False, **ahead)
        rows = (row for batch in batches for row in batch.to_pylist())
        for i, row in enumerate(rows):
            text, name = row.pop("text"), row.pop("name", None)
            name = str(name or f"{path.stem}-{i:06}")
            yield Item(name, f"{path}#{i}", "" if text is None else str(text), row)

    return kept, table.count_rows(), _named_apart(items())


def _named_apart(items: Iterable[Item]) -> Iterator[Item]:
    """Items of which no two have one name."""
    seen: dict[str, int] = {}
    for item in items:
        n = seen[item.name] = seen.get(item.name, 0) + 1
        yield item if n == 1 else item._replace(name=f"{item.name}-{n}")


def cut_batches(items: Iterable[Item]) -> Iterator[tuple[str, list[Item]]]:
    """Cut articles into batches by their number and length alone.

    Parameters
    ----------
    items : iterable of Item
        The articles.

    Yields
    ------
    str, list of Item
        The batch's name and its articles.

    Examples
    --------
    >>> items = (Item(str(i), "", "It waits.", {}) for i in range(150))
    >>> [(name, len(batch)) for name, batch in cut_batches(items)]
    [('part-000000', 50), ('part-000001', 50), ('part-000002', 50)]
    """
    batch: list[Item] = []
    number = length = 0
    for item in items:
        size = _length(item)
        if batch and (len(batch) == ARTICLES or length + size > CHARACTERS):
            yield f"part-{number:06}", batch
            batch, number, length = [], number + 1, 0
        batch.append(item)
        length += size
    if batch:
        yield f"part-{number:06}", batch


def _length(item: Item) -> int:
    if item.text is not None:
        return len(item.text)
    return os.path.getsize(item.source) if os.path.isfile(item.source) else 0


def fingerprint(batch: Sequence[Item]) -> str:
    """A batch's own mark: it is done again if its articles have changed.

    Parameters
    ----------
    batch : sequence of Item
        Its articles.

    Returns
    -------
    str
        A digest of texts and columns; of files, their sizes and times of change.

    Examples
    --------
    >>> fingerprint([Item("a", "", "No.", {})]) == fingerprint([])
    False
    """
    found = hashlib.sha256()
    for item in batch:
        place = os.stat(item.source) if os.path.isfile(item.source) else None
        state = (place.st_size, place.st_mtime_ns) if place else None
        found.update(repr((item, state)).encode("utf-8", "surrogatepass"))
    return found.hexdigest()
