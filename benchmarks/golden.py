"""Does a change leave every table of every article as it was?

    python -m benchmarks.golden [ARTICLE …] [--quick] [--keep]

Each article of the repository is analysed with the bundled codebook that names most of
it, and with a drafted one. Of every table a sum is made (sha256 of its CSV, numbers to
six places) and compared with the one kept in ``benchmarks/results/golden.csv``; what
differs is said, and the exit status is 1. ``--keep`` writes the sums instead: a commit
that does so says why they changed. ``--quick`` leaves out the evidence, which takes
nine tenths of the time. Scores of stance may differ in the last places on another
processor: compare with what was kept on the same one.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.articles import Article, read_article
from analysis.codebook import Codebook, read_codebook
from analysis.drafting import KNOWN, draft_codebook
from analysis.pipeline import Analysis
from analysis.tables import TABLES

ROOT = Path(__file__).parents[1]
FOLDERS = ("data/articles", "tests/articles", "tests/articles/heldout")
KEPT = Path(__file__).parent / "results" / "golden.csv"
PLACES = 6


class Golden(NamedTuple):
    """A table as it came out: a row of ``golden.csv``."""

    article: str
    codebook: str
    table: str
    rows: int
    sum: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Which table it is."""
        return self[:3]


def article_files() -> list[Path]:
    """The articles of the repository."""
    return [p for folder in FOLDERS for p in sorted((ROOT / folder).glob("*.txt"))]


def bundled_codebook(article: Article) -> Codebook:
    """The bundled codebook whose names stand most often in an article."""
    books = [read_codebook(path) for path in sorted(KNOWN.glob("*.yml"))]
    return max(
        books,
        key=lambda b: sum(article.text.count(n) for a in b.actors for n in a.names),
    )


def sum_of(table: pd.DataFrame) -> str:
    """The sum of a table, its numbers to six places.

    >>> one, other = (pd.DataFrame({"x": [x]}) for x in (-0.0, 1e-9))
    >>> sum_of(one) == sum_of(other) != sum_of(one + 1e-6)
    True
    """
    numbers = table.select_dtypes("number")
    rounded = table.assign(**{c: numbers[c].round(PLACES) + 0 for c in numbers})
    text = rounded.to_csv(index=False, lineterminator="\n")
    return sha256(text.encode()).hexdigest()


def golden_of(article: Article, kind: str, tables: Iterable[str]) -> Iterator[Golden]:
    """The tables of an article with one kind of codebook, the actors first."""
    make = bundled_codebook if kind == "bundled" else draft_codebook
    result = Analysis(article, make(article))
    actors = pd.DataFrame([map(str, a) for a in result.codebook.actors])
    found = {"actors": actors} | {name: getattr(result, name) for name in tables}
    for name, table in found.items():
        yield Golden(article.name, kind, name, len(table), sum_of(table))


def read_kept() -> list[Golden]:
    """What was kept."""
    with open(KEPT, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [Golden(a, c, t, int(n), s) for a, c, t, n, s in rows]


def keep(found: Iterable[Golden], before: Iterable[Golden]) -> None:
    """Write what was found; what was not asked for stays as it is."""
    rows = {g.key: g for g in (*before, *found)}
    names = {p.stem for p in article_files()}
    with open(KEPT, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Golden._fields)
        writer.writerows(g for g in sorted(rows.values()) if g.article in names)


def differences(found: Iterable[Golden], kept: Iterable[Golden]) -> Iterator[str]:
    """What to say of each table that is not as it was kept.

    >>> old, new = Golden("a", "drafted", "quotes", 4, "f0"), Golden(*"abc", 1, "f1")
    >>> list(differences([old._replace(rows=5, sum="f2"), new], [old]))
    ['a, drafted: quotes differs, 5 rows (4 kept)', 'a, b: c was not kept']
    """
    before = {g.key: g for g in kept}
    for g in found:
        old = before.get(g.key)
        if old is None:
            yield f"{g.article}, {g.codebook}: {g.table} was not kept"
        elif old != g:
            rows = f"{g.rows} rows ({old.rows} kept)"
            yield f"{g.article}, {g.codebook}: {g.table} differs, {rows}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, or keep, and say what differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("article", nargs="*", help="names; all without one")
    parser.add_argument("--quick", action="store_true", help="leave the evidence out")
    parser.add_argument("--keep", action="store_true", help="write what is found")
    options = parser.parse_args(arguments)
    tables = [t for t in TABLES if not (options.quick and t == "evidence")]
    chosen = [p for p in article_files() if p.stem in (options.article or (p.stem,))]
    kept = read_kept() if KEPT.exists() else []
    found: list[Golden] = []
    for path in chosen:
        for kind in ("bundled", "drafted"):
            print(f"{path.stem}, {kind}", file=sys.stderr, flush=True)
            found += golden_of(read_article(path), kind, tables)
    if options.keep:
        keep(found, kept)
    said = list(differences(found, kept))
    print("\n".join(said) or f"{len(found)} tables are as they were kept")
    return 1 if said and not options.keep else 0


if __name__ == "__main__":
    sys.exit(main())
