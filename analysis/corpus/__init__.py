"""Many articles: analysed side by side into Parquet tables, and read back.

Articles go in batches to processes on this machine, or to the workers of a Dask
cluster; the parts come back as Parquet and are written here, one after another. A
part's mark in ``done/`` is written last, so a run that was killed goes on where it
stopped, and a table never holds half a batch. Batches depend on the source alone,
so the tables are the same whatever the number of workers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from analysis.articles import Article
from analysis.codebook import Codebook
from analysis.corpus.pool import Pool, open_pool
from analysis.corpus.sources import Articles, open_source
from analysis.corpus.worker import (
    ORIGIN,
    Failure,
    Item,
    Plan,
    about_article,
    analyse_part,
    cut_batches,
    failure,
    fingerprint,
    read_item,
)
from analysis.folders import (
    check_sum,
    faults_named,
    one_writer,
    read_json,
    resource_sums,
    write_whole,
)

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow.dataset as ds
    from distributed import Client
    from tqdm import tqdm

__all__ = ["analyse_corpus", "collect", "of_role", "read_corpus"]


def analyse_corpus(
    source: Articles,
    codebook: Codebook | None,
    out: str | Path,
    client: Client | str | None = None,
    workers: int | None = None,
    stance: bool = True,
    evidence: bool = False,
    tone: bool = False,
    progress: bool = True,
    corrections: bool = True,
    keep: bool = False,
) -> Path:
    """Analyse many articles and write their tables as Parquet.

    Call it again after an interruption: finished batches are not done again. A
    script must call it under ``if __name__ == "__main__":``, since workers are
    processes of their own; a notebook need not.

    Gives the folder `out`, for `read_corpus`. Tables as in ``columns.csv``, without
    parts of speech; ``articles``; and ``failures``: the articles that could not be
    analysed, each with its cause. Raises ValueError if the source is of no known kind,
    or `out` holds a run with other settings; FolderError if another run writes to
    `out`, or it cannot be written; what is finished stays.

    Parameters
    ----------
    source : str, Path or sequence of them
        A folder of articles, a list of files or addresses, an export of a press
        database, or a CSV, TSV, JSONL, XLSX or Parquet table with a column ``text`` (or
        one of the names in ``resources/source_columns.csv``) and, if it has one,
        ``name``. What is known of the articles (outlet, date …), by the export, the
        table's other columns or a file ``articles.csv`` beside the articles, stands in
        the table ``articles``; columns called ``article`` or ``source`` are kept as
        ``article_given`` and ``source_given``.
    codebook : Codebook or None
        Whom to look for; None: for each article the known codebooks that fit and a
        draft for the rest, as `analyse` does it. Then compare by role (`of_role`).
    out : str or Path
        Where the tables go: a folder a table, a file a batch.
    client : dask.distributed.Client or str, optional
        A Dask client or a scheduler's address; without one, processes here. This
        package goes along. Files must be within reach of the workers; the texts of a
        table go along.
    workers : int, optional
        Processes here; by default one a core.
    stance : bool
        Whether to read who takes which stance toward whom, which costs more than all
        other tables together (``benchmarks/speed.py`` prints both).
    evidence : bool
        Whether to write the table ``evidence``: some ten times the cost of stance.
    tone : bool
        Whether to add tone by TextBlob and VADER, which cost more than all else.
    corrections : bool
        Whether to apply what a person corrected, in the files beside the articles
        (`analysis.corrections`).
    keep : bool
        Whether what takes long is kept in the cache of this machine, as `analyse` does.

    Examples
    --------
    >>> import tempfile
    >>> from analysis import read_codebook
    >>> book = read_codebook("data/codebooks/uk-online-safety.yml")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = analyse_corpus(
    ...         "data/articles", book, folder, workers=1, progress=False)
    ...     len(read_corpus(found, "articles"))
    3
    """
    from tqdm.auto import tqdm

    opened = open_source(source)
    for note in opened.notes if progress else ():
        print(note)
    plan = Plan(codebook, stance, evidence, tone, corrections, keep, opened.kept)
    batches, out = cut_batches(opened.items), Path(out)
    with (
        one_writer(out),
        tqdm(total=opened.total, unit="article", disable=not progress) as bar,
    ):
        _settle_settings(out, plan)
        with open_pool(client, workers) as pool:
            _do_batches(batches, pool, plan, out, bar)
    return out


class Collected(NamedTuple):
    """The articles of a source, read."""

    articles: list[Article]
    about: pd.DataFrame  # a row an article: outlet, date and what else is known
    failures: pd.DataFrame  # article, source, error: what could not be read, and why


def collect(source: Articles) -> Collected:
    """Read all articles of a source, and what is known of them; no two of one name.

    `source`: as for `analyse_corpus`; a list may name folders too. A file is read once.

    >>> found = collect("data/articles")
    >>> [a.name for a in found.articles]
    ['ftc-subscriptions', 'grok-deepfakes', 'ofwat-leaks']
    >>> found.about["outlet"].tolist()[2], len(found.failures)
    ('The Harbour Post', 0)
    """
    import pandas as pd

    articles, about, failures = [], [], []
    for item in open_source(source).items:
        try:
            article = read_item(item)
        except Exception as error:  # whatever it is, the others are read
            failures.append(failure(item, error))
        else:
            articles.append(article)
            about.append(about_article(article, item))
    return Collected(
        articles,
        pd.DataFrame(about, columns=None if about else [*ORIGIN]).convert_dtypes(),
        pd.DataFrame(failures, columns=Failure._fields),
    )


def read_corpus(
    out: str | Path,
    table: str,
    columns: Sequence[str] | None = None,
    where: Any = None,
) -> pd.DataFrame:
    """Read a table of a corpus, or the columns and rows of it that are asked for.

    Rows in the order of the source. Only batches that were finished are read.

    `out`: the folder that `analyse_corpus` wrote. `table`: one of the ten tables,
    ``articles`` or ``failures``. `where`: rows to read, such as ``[("target", "==",
    "regulator")]``; all must hold.

    >>> read_corpus("output", "voices")
    Traceback (most recent call last):
    ...
    KeyError: "no table 'voices' in output; there are none"
    """
    import pandas as pd
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    out = Path(out)
    files = [out / table / f"{mark.stem}.parquet" for mark in _marks(out)]
    if not files or not files[0].exists():
        known = ", ".join(sorted({p.parent.name for p in out.glob("*/part-*.parquet")}))
        raise KeyError(f"no table {table!r} in {out}; there are {known or 'none'}")
    if isinstance(where, list):
        where = pq.filters_to_expression(where)
    found = ds.dataset(files, format="parquet").to_table(columns, filter=where)
    types = {
        pa.string(): pd.StringDtype(),
        pa.int64(): pd.Int64Dtype(),
        pa.float64(): pd.Float64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
    }
    return found.to_pandas(types_mapper=types.get)


def of_role(column: str, role: str) -> ds.Expression:
    """A condition for `read_corpus`: rows whose actor plays a role.

    `column`: a column of actor ids: ``target``, ``holder``, ``actor`` or ``voice``.
    `role`: such as ``regulator``, which takes in ``regulator_ico``.

    >>> import pyarrow as pa
    >>> table = pa.table({"target": ["regulator_ico", "court", None]})
    >>> table.filter(of_role("target", "regulator")).num_rows
    1
    """
    import pyarrow.compute as pc

    actor = pc.field(column)
    return (actor == role) | pc.starts_with(actor, f"{role}_")


def _settle_settings(out: Path, plan: Plan) -> None:
    """Write down the settings of a run, or compare them with those it began with."""
    from importlib.metadata import version

    book = plan.codebook and plan.codebook._replace(source="")
    settings = {
        "package": version("throughline"),
        "resources": check_sum("".join(resource_sums().values()).encode()),
        "codebook": check_sum(repr(book).encode()),
        "stance": plan.stance,
        "evidence": plan.evidence,
        "tone": plan.tone,
        "corrections": plan.corrections,
        "columns": plan.kept.names,
    }
    path = out / "settings.json"
    before = read_json(path) if path.exists() else settings
    if other := [name for name in settings if before.get(name) != settings[name]]:
        raise ValueError(
            f"{out} holds a run with other settings ({', '.join(other)}); "
            f"name another folder"
        )
    with faults_named(out):
        (out / "done").mkdir(exist_ok=True)
        write_whole(path, json.dumps(settings, indent=1).encode())


def _marks(out: Path) -> list[Path]:
    return sorted((out / "done").glob("part-*.json"))


def _do_batches(
    batches: Iterator[tuple[str, list[Item]]],
    pool: Pool,
    plan: Plan,
    out: Path,
    bar: tqdm,
) -> None:
    """Do and write what is not done yet, with a few batches under way at a time."""
    running: dict[Future, tuple[str, str, int]] = {}

    def write_next() -> None:
        for future in pool.finished(running):
            name, mark, n = running.pop(future)
            _write_part(out, name, mark, future.result())
            bar.update(n)

    left = {mark.stem for mark in _marks(out)}
    for name, batch in batches:
        left.discard(name)
        mark = fingerprint(batch)
        if _is_done(out, name, mark):
            bar.update(len(batch))
            continue
        if len(running) >= pool.ahead():
            write_next()
        running[pool.executor.submit(analyse_part, plan, batch)] = (
            name,
            mark,
            len(batch),
        )
    while running:
        write_next()
    with faults_named(out):
        for name in left:  # of a source that was longer
            (out / "done" / f"{name}.json").unlink()


def _is_done(out: Path, name: str, batch: str) -> bool:
    """Whether a batch was finished, and its files are still as they were left."""
    mark = read_json(out / "done" / f"{name}.json")
    sizes = mark.get("sizes")
    if mark.get("batch") != batch or not isinstance(sizes, dict):
        return False
    files = {table: out / table / f"{name}.parquet" for table in sizes}
    return all(f.is_file() and f.stat().st_size == sizes[t] for t, f in files.items())


def _write_part(out: Path, name: str, batch: str, result: dict[str, bytes]) -> None:
    """Write a batch's files, and when all are there its mark."""
    done = out / "done" / f"{name}.json"
    sizes = {table: len(data) for table, data in result.items()}
    with faults_named(out):
        done.unlink(missing_ok=True)  # no mark over files of two runs
        for table, data in result.items():
            (out / table).mkdir(exist_ok=True)
            write_whole(out / table / f"{name}.parquet", data)
        write_whole(done, json.dumps({"batch": batch, "sizes": sizes}).encode())
