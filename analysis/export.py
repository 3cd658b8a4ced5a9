"""What a run leaves in a folder: text, tables, charts, reports and run record."""

from __future__ import annotations

import json
import platform
import warnings
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml.etree import SerialisationError

from analysis.agreement import validation
from analysis.agreement.coding_sheets import harmless
from analysis.articles.blocks import spell_halves
from analysis.articles.paragraphs import CORRECTED
from analysis.charts.colours import with_labels
from analysis.corrections import corrections_text
from analysis.folders import (
    beside,
    check_sum,
    faults_named,
    one_writer,
    read_json,
    resource_sums,
    without_time,
)
from analysis.means import sign
from analysis.stance import SCORER
from analysis.tables import TABLES, read_resource

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analysis.pipeline import Analysis
    from analysis.reading.contents import Contents

PACKAGES = (
    *("numpy", "pandas", "matplotlib", "nltk", "textblob", "vaderSentiment"),
    *("scipy", "onnxruntime", "tokenizers", "pyarrow", "openpyxl", "PyYAML"),
)
RECORD = "run.json"
CORRECTIONS = "corrections.csv"
EDITED = ("codebook.yml", CORRECTIONS)  # what a person may change in a run's folder
OF_STANCE = {"score_sheet", "who_to_whom"}  # charts that say how far it was checked
LONGEST_CELL = 32_767  # characters that a spreadsheet's cell holds
TRIO = ("government", "regulator", "platform")


def main_actors(mentions: pd.DataFrame) -> list[str]:
    """The three actors to chart: government, regulator, and who they deal with.

    Government and regulator where they are mentioned, then the most mentioned of the
    others, firms first; government, regulator and platform where nobody is.

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
    """All charts of one article by name, the score sheet first; with alt texts."""
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
    """Write text, tables, charts, reports and run record of one article.

    All is written beside and then moved in, ``run.json`` last with the sums of the
    others: a folder without it is not whole. What others put there stays; a codebook
    or corrections that a person changed there are kept under another name. Without
    `article_text` the report leaves the text out but for the evidence.

    A FolderError is raised if another run is writing there, or it cannot be written (a
    full disk, no leave to write); the folder is then as it was, or without
    ``run.json``.
    """
    import matplotlib.pyplot as plt

    from analysis.charts.style import figure_of

    made = _make_outcome(result)  # first: a fault in it is not the folder's
    try:
        with faults_named(folder), beside(folder) as new:
            _write_files(made, new, article_text)
            _move_in(new, folder)
    finally:
        for chart in made.figures.values():
            plt.close(figure_of(chart))
    return folder


class Outcome(NamedTuple):
    """All that is written of an analysis."""

    result: Analysis
    tables: dict[str, pd.DataFrame]
    edges: pd.DataFrame
    figures: dict[str, Axes | Figure]
    contents: Contents
    run: dict[str, Any]


def _make_outcome(result: Analysis) -> Outcome:
    from analysis.reading.contents import read_contents

    tables = {name: getattr(result, name) for name in TABLES}
    edges = edge_list(tables["stance"], tables["paragraphs"])
    run = run_record(result)
    contents = read_contents(result, main_actors(result.mentions), run)
    return Outcome(result, tables, edges, draw_charts(result), contents, run)


def _write_files(made: Outcome, folder: Path, article_text: bool) -> None:
    from analysis.charts.style import alt_text, figure_of, save
    from analysis.codebook import codebook_text
    from analysis.reading.document import Picture, write_document
    from analysis.reading.report import write_report

    result, tables, edges, figures, contents, run = made
    text, labels = result.article.text, result.labels
    (folder / "article.txt").write_bytes(text.encode("utf-8", "surrogatepass"))
    book = codebook_text(result.codebook)
    (folder / "codebook.yml").write_text(book, encoding="utf-8")
    if result.corrections:
        kept = corrections_text(result.corrections)
        (folder / CORRECTIONS).write_text(kept, encoding="utf-8", newline="")
    write_tables(tables | {"edges": edges}, folder, labels)
    pictures = []
    for name, chart in figures.items():
        save(chart, folder / "charts", name)
        place = folder / "charts" / f"{name}.png"
        pictures.append(Picture(place, alt_text(figure_of(chart))))
    shown = tables, figures, run, labels, article_text
    write_report(folder / "report.html", contents, text, *shown)
    write_document(folder / "report.docx", contents, tables, pictures, labels)
    sums = {name: check_sum((folder / name).read_bytes()) for name in _names(folder)}
    record = json.dumps(run | {"files": sums}, indent=2, ensure_ascii=False)
    (folder / RECORD).write_text(record + "\n", encoding="utf-8")


def edge_list(stance: pd.DataFrame, paragraphs: pd.DataFrame) -> pd.DataFrame:
    """Who takes which stance toward whom in the whole body text, for network tools.

    Of one article or several: article, holder, target, direction (the sign of the mean
    score, 0 for a tie), weight (-1 against to 1 for: mean score over paragraphs),
    paragraphs (with a score).

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

    CSV and Parquet hold the text as it stands in the article, character by character,
    and the ids of actors. In the workbook a cell that a spreadsheet would run as a
    formula gets an apostrophe in front, and actors are called by their labels.
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


def _safe(table: pd.DataFrame) -> pd.DataFrame:
    """The table with every text cell as a spreadsheet may show it."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    def cell(value: object) -> object:
        if not isinstance(value, str):
            return value
        return harmless(ILLEGAL_CHARACTERS_RE.sub("�", value))[:LONGEST_CELL]

    text = table.select_dtypes(["string", "object"])
    return table.assign(**{column: text[column].map(cell) for column in text})


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
    if check_sum(path.read_bytes()) != written:
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
    return read_json(folder / RECORD)


def run_record(result: Analysis) -> dict[str, Any]:
    """What a run hangs on: versions, settings, and the sums of what it read.

    It holds no time and no path: the same input gives the same record.
    """
    article, codebook = result.article, result.codebook
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
            "article": check_sum(article.text.encode("utf-8", "surrogatepass")),
            "codebook": check_sum(repr(codebook).encode()),
            "corrections": check_sum(corrections_text(result.corrections).encode()),
            "resources": resource_sums(),
        },
    }
