"""What a run leaves in a folder: text, tables, charts, report and run record."""

from __future__ import annotations

import hashlib
import json
import platform
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.agreement import validation
from analysis.articles.blocks import spell_halves
from analysis.articles.paragraphs import CORRECTED
from analysis.corrections import corrections_text
from analysis.folders import beside, faults_named, one_writer
from analysis.stance import SCORER
from analysis.tables import RESOURCES, TABLES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analysis.pipeline import Analysis

PACKAGES = (
    *("numpy", "pandas", "matplotlib", "nltk", "textblob", "vaderSentiment"),
    *("scipy", "onnxruntime", "tokenizers", "pyarrow", "openpyxl", "PyYAML"),
)
RECORD = "run.json"
CORRECTIONS = "corrections.csv"
EDITED = ("codebook.yml", CORRECTIONS)  # what a person may change in a run's folder
OF_STANCE = {"score_sheet", "who_to_whom"}  # charts that say how far it was checked
TRIO = ("government", "regulator", "platform")


def main_actors(mentions: pd.DataFrame) -> list[str]:
    """The three actors to chart: government, regulator, and who they deal with.

    Parameters
    ----------
    mentions : DataFrame
        The table ``mentions``.

    Returns
    -------
    list of str
        ``government`` and ``regulator`` where they are mentioned, then the most
        mentioned of the others, three in all (government, regulator and platform
        where nobody is mentioned).

    Examples
    --------
    >>> import pandas as pd
    >>> main_actors(pd.DataFrame({"actor": ["company", "regulator"], "form": "name"}))
    ['regulator', 'company']
    """
    named = mentions[mentions["form"] != "generic"]["actor"].value_counts()
    public = [a for a in TRIO[:2] if a in named.index]
    rest = [a for a in named.index if a not in public]
    firms = [a for a in rest if a.startswith(("platform", "company"))]
    rest = firms[:1] + [a for a in rest if a not in firms[:1]]
    return [*public, *rest][:3] or list(TRIO)


def draw_charts(result: Analysis) -> dict[str, Axes | Figure]:
    """All charts of one article.

    Parameters
    ----------
    result : Analysis
        From `analysis.analyse`.

    Returns
    -------
    dict of str to matplotlib Axes or Figure
        By name, the score sheet first; each carries its alt text.
    """
    from analysis import charts
    from analysis.charts import sheets, stance_charts
    from analysis.terms import body_tokens, key_terms

    r, labels = result, result.labels
    actors = main_actors(r.mentions)
    figures: dict[str, Any] = {
        "score_sheet": sheets.score_sheet(
            r.paragraphs, r.mentions, r.stance, actors, r.curves(actors), labels
        ),
        "who_to_whom": stance_charts.who_to_whom(r.stance, r.paragraphs, labels=labels),
        "mentions_by_actor": charts.mentions_by_actor(
            r.mentions, r.paragraphs, labels=labels
        ),
        "voice_through_text": charts.voice_through_text(r.paragraphs, labels),
        "distance_of_cues": charts.distance_of_cues(r.quotes, r.paragraphs, labels),
        "frames_by_position": charts.frames_by_position(
            r.framing, r.paragraphs, actors, labels
        ),
        "parts_by_position": charts.parts_by_position(
            r.parts, r.paragraphs, actors, labels
        ),
        "key_terms": charts.key_terms(key_terms(body_tokens(r.structure))),
    }
    for actor in actors:
        figures[f"tone_and_stance_{actor}"] = stance_charts.tone_and_stance(
            r.paragraphs, r.stance, actor, labels=labels
        )
    badge = validation(result)
    for chart in OF_STANCE & figures.keys():
        charts.add_badge(figures[chart], badge)
    return figures


def write_analysis(result: Analysis, folder: Path, article_text: bool = True) -> Path:
    """Write text, tables, charts, report and run record of one article.

    Parameters
    ----------
    result : Analysis
        From `analysis.analyse`.
    folder : Path
        The article's own folder; made if it is not there.
    article_text : bool
        False leaves the article's text out of the report but for the evidence.

    Returns
    -------
    Path
        The folder, with ``article.txt``, ``codebook.yml``, ``corrections.csv`` where
        a person corrected something, a CSV file a table,
        ``edges.csv``, the same in ``parquet/`` and ``tables.xlsx``, ``charts/`` (PNG
        and SVG), ``report.html``, ``report.docx`` and ``run.json``. All is written
        beside and then moved in, ``run.json`` last with the sums of the others: a
        folder without it is not whole. What others put there stays; a codebook or
        corrections that a person changed there are kept under another name.

    Raises
    ------
    FolderError
        If another run is writing there, or it cannot be written (a full disk, no
        leave to write); the message says which. The folder is left as it was, or
        without ``run.json``.
    """
    with faults_named(folder), beside(folder) as new:
        _write_files(result, new, article_text)
        _move_in(new, folder)
    return folder


def _write_files(result: Analysis, folder: Path, article_text: bool) -> None:
    import matplotlib.pyplot as plt

    from analysis.charts.style import alt_text, figure_of, save
    from analysis.codebook import codebook_text
    from analysis.reading.contents import read_contents
    from analysis.reading.document import Picture, write_document
    from analysis.reading.report import write_report
    from analysis.workbook import edge_list, write_tables

    text = result.article.text
    (folder / "article.txt").write_bytes(text.encode("utf-8", "surrogatepass"))
    book = codebook_text(result.codebook)
    (folder / "codebook.yml").write_text(book, encoding="utf-8")
    if result.corrections:
        kept = corrections_text(result.corrections)
        (folder / CORRECTIONS).write_text(kept, encoding="utf-8", newline="")
    tables = {name: getattr(result, name) for name in TABLES}
    edges = edge_list(tables["stance"], tables["paragraphs"])
    write_tables(tables | {"edges": edges}, folder, result.labels)
    run = run_record(result)
    figures = draw_charts(result)
    for name, chart in figures.items():
        save(chart, folder / "charts", name)
    contents = read_contents(result, main_actors(result.mentions), run)
    report = folder / "report.html"
    shown = tables, figures, run, result.labels, article_text
    write_report(report, contents, text, *shown)
    drawn = [
        Picture(folder / "charts" / f"{name}.png", alt_text(figure_of(chart)))
        for name, chart in figures.items()
    ]
    write_document(folder / "report.docx", contents, tables, drawn, result.labels)
    plt.close("all")
    run["files"] = {name: _sum((folder / name).read_bytes()) for name in _names(folder)}
    record = json.dumps(run, indent=2, ensure_ascii=False)
    (folder / RECORD).write_text(record + "\n", encoding="utf-8")


def _names(folder: Path) -> list[str]:
    files = (p for p in folder.rglob("*") if p.is_file())
    return sorted(p.relative_to(folder).as_posix() for p in files)


def _move_in(new: Path, folder: Path) -> None:
    """Move a run's files to their place; the record goes first and comes last."""
    with one_writer(folder):
        record = folder / RECORD
        old, names = read_record(folder).get("files", {}), _names(new)
        record.unlink(missing_ok=True)
        for name in EDITED:
            _set_aside(folder / name, old.get(name), new / name)
        for name in sorted(names, key=RECORD.__eq__):
            (folder / name).parent.mkdir(exist_ok=True)
            (new / name).replace(folder / name)
        for name in {*old} & {*_names(folder)} - {*names}:  # none outside the folder
            (folder / name).unlink()


def _set_aside(path: Path, written: str | None, new: Path) -> None:
    """Keep under another name what a person changed in a file that a run wrote."""
    if not path.is_file() or (new.is_file() and new.read_bytes() == path.read_bytes()):
        return
    if _sum(path.read_bytes()) != written:
        n = 1
        while (kept := path.with_stem(f"{path.stem}-edited-{n}")).exists():
            n += 1
        path.rename(kept)
        warnings.warn(
            f"{path} was changed since the run that wrote it: kept as {kept.name}",
            stacklevel=2,
        )


def read_record(folder: Path) -> dict[str, Any]:
    """The record of the run that wrote a folder; empty where there is none."""
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def run_record(result: Analysis) -> dict[str, Any]:
    """What a run hangs on: versions, settings, and the sums of what it read.

    Parameters
    ----------
    result : Analysis
        From `analysis.analyse`.

    Returns
    -------
    dict
        article, title, source, notes on reading and corrections, codebook, kinds known
        of paragraphs, corrections given and applied, scorer, validation, versions, and
        SHA-256 sums of the article's text, the codebook, the corrections and each
        resource. It holds no time and no path: the same input gives
        the same record.
    """
    article, codebook = result.article, result.codebook
    resources = sorted(p for p in RESOURCES.iterdir() if p.is_file())
    return {
        "article": article.name,
        "title": article.title,
        "source": spell_halves(Path(article.source).name),
        "notes": [*result.notes],
        "codebook": codebook.source or "drafted",
        "kinds": [[*kind] for kind in article.kinds if kind.reason != CORRECTED],
        "corrections": {
            "given": len(result.corrections),
            "applied": result.corrected,
        },
        "scorer": SCORER,
        "validation": validation(result),
        "versions": {
            "python": platform.python_version(),
            "throughline": version("throughline"),
            **{name: version(name) for name in PACKAGES},
        },
        "sha256": {
            "article": _sum(article.text.encode("utf-8", "surrogatepass")),
            "codebook": _sum(repr(codebook).encode()),
            "corrections": _sum(corrections_text(result.corrections).encode()),
            "resources": {p.name: _sum(p.read_bytes()) for p in resources},
        },
    }


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
