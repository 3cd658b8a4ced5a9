"""Does a folder of results still hold what the run left there, and does it follow?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.articles import Article
from analysis.articles.paragraphs import Kind
from analysis.codebook import read_codebook
from analysis.corrections import read_corrections
from analysis.export import CORRECTIONS, RECORD, read_record
from analysis.folders import check_sum
from analysis.pipeline import Analysis
from analysis.stance import PERSON
from analysis.tables import TABLES, columns

if TYPE_CHECKING:
    import pandas as pd

NEAR = 1e-6  # how far figures may be off


def verify(folder: str | Path) -> list[str]:
    """What is wrong with a folder that `Analysis.write` left, with file and remedy.

    Checks that it is whole, the sums of its files, that every span of its tables is the
    text at its place in ``article.txt``, that the evidence sums to the scores, and that
    analysing ``article.txt`` with ``codebook.yml`` and ``corrections.csv`` once more
    gives the same tables. It takes as long as the analysis did.

    >>> import tempfile
    >>> verify(tempfile.mkdtemp())[0].split(": ")[1]
    'not whole, for there is no run.json'
    """
    folder = Path(folder)
    run = read_record(folder)
    if not run:
        whole = f"not whole, for there is no {RECORD}"
        return [f"{folder}: {whole}: run the analysis again"]
    damaged = [*_damaged_files(folder, run)]
    return damaged or [*_broken_laws(folder), *_other_tables(folder, run)]


def _damaged_files(folder: Path, run: dict[str, Any]) -> Iterator[str]:
    """Files that are not what the run left."""
    for name, kept in run.get("files", {}).items():
        path = folder / name
        if not path.is_file():
            yield f"{name}: missing: run the analysis again"
        elif check_sum(path.read_bytes()) != kept:
            yield f"{name}: changed since the run (its check sum differs)"


def _read_table(folder: Path, table: str) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(folder / "parquet" / f"{table}.parquet")


def _read_text(folder: Path) -> str:
    return (folder / "article.txt").read_bytes().decode("utf-8", "surrogatepass")


def _broken_laws(folder: Path) -> Iterator[str]:
    """Spans that are not their text; scores that their evidence does not sum to."""
    text = _read_text(folder)
    for name in TABLES:
        table = _read_table(folder, name)
        if {"start", "end", "text"} <= {*table}:
            spans = table.dropna(subset=["start"])
            rows = zip(spans["start"], spans["end"], spans["text"], strict=True)
            wrong = sum(text[a:b] != words for a, b, words in rows)
            if wrong:
                yield f"{name}: {wrong} rows whose text is not at its place"
    key = ["paragraph", "holder", "target"]
    sums = _read_table(folder, "evidence").groupby(key)["weight"].sum()
    stance = _read_table(folder, "stance")
    read = stance[stance["scorer"] != PERSON]  # a person's have no evidence
    scores = read.set_index(key)["score"]
    off = (scores - sums.reindex(scores.index)).abs() > NEAR
    if off.any():
        yield f"evidence: does not sum to the score in {off.sum()} rows of stance"


def _other_tables(folder: Path, run: dict[str, Any]) -> Iterator[str]:
    """Tables that article, codebook and corrections do not lead to any more."""
    kinds = tuple(Kind(*kind) for kind in run.get("kinds", ()))
    article = Article(_read_text(folder), run["title"], "", run["article"], kinds)
    corrections = read_corrections(folder / CORRECTIONS)
    again = Analysis(article, read_codebook(folder / "codebook.yml"), corrections)
    for name in TABLES:
        found, kept = getattr(again, name), _read_table(folder, name)
        if not _same(found[[*columns(name)]], kept):
            yield (
                f"{name}: another analysis of the same text and codebook gives other "
                "rows: versions in run.json say with what these were made"
            )


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    from pandas.testing import assert_frame_equal

    try:
        assert_frame_equal(one, other, check_dtype=False, rtol=0, atol=NEAR)
    except AssertionError:
        return False
    return True
