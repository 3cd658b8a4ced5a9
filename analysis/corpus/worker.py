"""Batches of a corpus: cut, and made into Parquet, each by one worker.

What a worker gets and gives is plain data, so that it may be a process on this
machine or on another. No pandas here: rows become Arrow columns.
"""

from __future__ import annotations

import gc
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from analysis.articles import Article, check_language, read_article, read_text
from analysis.articles.blocks import spell_halves
from analysis.codebook import Codebook
from analysis.corrections import corrections_files
from analysis.pipeline import Analysis, analyse
from analysis.tables import TABLES, columns, columns_of

ARTICLES = 50  # a batch at most
CHARACTERS = 500_000  # a batch at most, if it holds more than one article
ORIGIN = (
    *("article", "title", "source", "outlet", "date", "byline", "url"),
    *("section", "length", "language", "notes"),
)


class Item(NamedTuple):
    """An article to analyse: where it is or its text, and what is known of it."""

    name: str
    source: str
    text: str | Article | None  # None: read it from the source
    about: dict[str, Any]  # further columns of the table it came from
    fault: str = ""  # why it cannot be read, where the source shows it


class Plan(NamedTuple):
    """What is done with every article of a corpus."""

    codebook: Codebook | None  # None: the one that fits each article
    stance: bool
    evidence: bool
    tone: bool
    corrections: bool
    keep: bool
    kept: pa.Schema  # the columns of `Item.about`


class Failure(NamedTuple):
    """An article that could not be analysed, and why."""

    article: str
    source: str
    error: str


def cut_batches(items: Iterable[Item]) -> Iterator[tuple[str, list[Item]]]:
    """Cut articles into batches by their number and length alone.

    Each comes with its name.

    >>> items = (Item(str(i), "", "It waits.", {}) for i in range(150))
    >>> [(name, len(batch)) for name, batch in cut_batches(items)]
    [('part-000000', 50), ('part-000001', 50), ('part-000002', 50)]
    """
    batch: list[Item] = []
    number = length = 0
    for item in items:
        size = _letters_of(item)
        if batch and (len(batch) == ARTICLES or length + size > CHARACTERS):
            yield f"part-{number:06}", batch
            batch, number, length = [], number + 1, 0
        batch.append(item)
        length += size
    if batch:
        yield f"part-{number:06}", batch


def _letters_of(item: Item) -> int:
    if isinstance(item.text, Article):
        return len(item.text.text)
    if item.text is not None:
        return len(item.text)
    return os.path.getsize(item.source) if os.path.isfile(item.source) else 0


def fingerprint(batch: Sequence[Item]) -> str:
    """A batch's own mark: it is done again if its articles have changed.

    It is a digest of texts and columns; of files and the corrections beside them, of
    their sizes and times of change.

    >>> fingerprint([Item("a", "", "No.", {})]) == fingerprint([])
    False
    """
    found = sha256()
    for item in batch:
        files: list[str | Path] = [item.source]
        files += corrections_files(item.source) if item.source else []
        text = item.text if isinstance(item.text, str) else ""
        rest = item._replace(text=None) if text else item  # to spell text out is slow
        state = repr((rest, [*map(_state_of_file, files)], len(text))) + text
        found.update(state.encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _state_of_file(path: str | Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause Python's search for circular garbage, of which rows make none.

    They are tuples of plain values, in numbers that would set it off again and again.
    What is no longer used is freed as ever.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@collector_paused()
def analyse_part(plan: Plan, items: Sequence[Item]) -> dict[str, bytes]:
    """Analyse a batch of articles.

    It gives a Parquet file for each table: those of ``columns.csv``, ``articles`` (a
    row an article) and ``failures`` (a row an article that could not be analysed).
    """
    done: list[tuple[str, dict[str, Sequence[tuple]]]] = []
    about: list[dict[str, Any]] = []
    failures: list[Failure] = []
    for item in items:
        try:
            given = None if plan.corrections else ()
            result = analyse(read_item(item), plan.codebook, given, plan.keep)
            result.article.text.encode("utf-8")  # Parquet holds no halves of letters
            noted = result.article._replace(notes=result.notes)
            row = about_article(noted, item)
            _arrow_of_articles([row], plan.kept)  # what its columns do not hold
            done.append((item.name, _rows_of_article(result, plan)))
        except Exception as error:  # whatever it is, the corpus goes on
            failures.append(failure(item, error))
        else:
            about.append(row)
    found = {table: _arrow_of_rows(done, table) for table in TABLES}
    found["articles"] = _arrow_of_articles(about, plan.kept)
    fields = pa.schema([(name, pa.string()) for name in Failure._fields])
    rows = [one._asdict() for one in failures]
    found["failures"] = pa.Table.from_pylist(rows, fields)
    return {table: _parquet(arrow) for table, arrow in found.items()}


def read_item(item: Item) -> Article:
    """The article of an item, under the item's name.

    >>> read_item(Item("a", "t.csv#0", "It waits.", {}))[2:4]
    ('t.csv#0', 'a')
    """
    if item.fault:
        raise ValueError(item.fault)
    if item.text is None:
        return read_article(item.source)._replace(name=item.name)
    if isinstance(item.text, Article):
        check_language(item.text)
        return item.text._replace(name=item.name)
    article = read_text(item.text, name=item.name)
    return article._replace(name=item.name, source=item.source)


def failure(item: Item, error: Exception) -> Failure:
    """A row of the table ``failures``.

    >>> failure(Item("a", "a.txt", None, {}), ValueError("a.txt is empty")).error
    'ValueError: a.txt is empty'
    """
    return Failure(
        item.name,
        spell_halves(item.source),
        spell_halves(f"{type(error).__name__}: {error}"),
    )


def about_article(article: Article, item: Item) -> dict[str, Any]:
    """A row of the table ``articles``: what the source says goes before the article.

    >>> item = Item("a", "", "", {"outlet": "Post"})
    >>> about_article(Article("", "", "", "a"), item)["outlet"]
    'Post'
    """
    notes = "; ".join(article.notes)
    fields = article._asdict() | {"article": article.name, "notes": notes}
    fields |= {"source": spell_halves(article.source)}
    said = {c: v for c, v in item.about.items() if v is not None}
    return {c: fields[c] or None for c in ORIGIN} | said


def _rows_of_article(result: Analysis, plan: Plan) -> dict[str, Sequence[tuple]]:
    """All rows of an article, by table."""
    structure = result.structure
    return {
        "paragraphs": result.paragraph_rows(plan.tone),
        "sentences": structure.sentences,
        "tokens": structure.tokens,
        "mentions": result.mention_rows,
        "quotes": result.quote_rows,
        "stance": result.stance_rows if plan.stance else [],
        "evidence": result.evidence_rows if plan.evidence else [],
        "framing": result.framing_rows if plan.stance else [],
        "parts": result.part_rows if plan.stance else [],
        "frames": result.frame_rows,
    }


def _arrow_of_rows(done: list[tuple[str, dict]], table: str) -> pa.Table:
    """The rows of several articles as one Arrow table."""
    every: dict[str, list] = {name: [] for name in columns(table)}
    for name, tables in done:
        n, found = len(tables[table]), columns_of(tables[table])
        found["article"] = [name] * n
        for column, values in every.items():
            values += found.get(column) or [None] * n
    return pa.table(every, schema=_schema_of(table))


@cache
def _schema_of(table: str) -> pa.Schema:
    """The Arrow columns of one of the ten tables, as in ``columns.csv``."""
    types = {
        "string": pa.string(),
        "Int64": pa.int64(),
        "Float64": pa.float64(),
        "boolean": pa.bool_(),
    }
    return pa.schema([(c, types[dtype]) for c, dtype in columns(table).items()])


def _arrow_of_articles(about: list[dict[str, Any]], kept: pa.Schema) -> pa.Table:
    """The table of articles: where each comes from, and the columns it came with."""
    types = {c: pa.string() for c in ORIGIN} | {f.name: f.type for f in kept}
    return pa.Table.from_pylist(about, pa.schema(list(types.items())))


def _parquet(table: pa.Table) -> bytes:
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()
