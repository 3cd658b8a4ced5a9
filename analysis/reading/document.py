"""The report as a Word file, to write on from: findings, charts, tables, method.

The same run gives the same bytes: nothing in it tells when it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from docx import Document
from docx.oxml.ns import qn
from docx.oxml.shared import OxmlElement
from docx.shared import Cm, Pt

from analysis.charts.colours import with_labels
from analysis.charts.style import body_of, signed
from analysis.folders import without_time
from analysis.framing import actor_frames, actor_parts
from analysis.reading import plain_rows
from analysis.reading.contents import Contents, limits
from analysis.tables import read_glossary

if TYPE_CHECKING:
    import pandas as pd

WIDTH, NARROW = Cm(15.5), Cm(12)  # of a picture: the first, and the others
STANCES = ["paragraph", "holder", "target", "score", "certainty"]
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # for XML


class Picture(NamedTuple):
    """A chart's PNG file and its alt text, which is its caption too."""

    path: Path
    alt: str


def write_document(
    path: str | Path,
    contents: Contents,
    tables: Mapping[str, pd.DataFrame],
    pictures: Iterable[Picture],
    labels: Mapping[str, str],
) -> Path:
    """Write the report of one article as a Word file.

    It holds no word of the article but in its findings. Pictures stand in their order,
    the first one large.

    >>> import tempfile
    >>> from analysis.export import run_record
    >>> from analysis.notebooks import example
    >>> from analysis.reading.contents import read_contents
    >>> from analysis.tables import TABLES
    >>> found = example()
    >>> said = read_contents(found, ["platform"], run_record(found))
    >>> tables = {name: getattr(found, name) for name in TABLES}
    >>> path = Path(tempfile.mkdtemp()) / "report.docx"
    >>> write_document(path, said, tables, [], found.labels).name
    'report.docx'
    """
    document = _begin(contents.title)
    _say(document, contents.validation)
    for note in contents.notes:
        _say(document, f"Note on reading: {note}")
    _findings(document, contents)
    _heading(document, "First, middle and last third")
    _say(document, "What each third of the words holds; this tests nothing.")
    _table(document, _turned(contents.thirds))
    _heading(document, "Who is quoted, for how much")
    _table(document, contents.voices)
    _heading(document, "Charts")
    for number, picture in enumerate(pictures, 1):
        _picture(document, picture, number)
    for title, rows in _small_tables(tables, labels).items():
        _heading(document, title)
        _table(document, rows)
    _closing(document, contents)
    document.save(str(path))
    without_time(Path(path))
    return Path(path)


def _begin(title: str) -> Any:
    """An empty document with its title."""
    document = Document()
    about = document.core_properties
    about.title, about.author, about.language = _fit(title), "Throughline", "en-GB"
    document.styles["Normal"].font.size = Pt(10.5)
    document.add_heading(_fit(title), 0)
    return document


def _findings(document: Any, contents: Contents) -> None:
    """The sentences, each with how sure it is."""
    _heading(document, "What was found")
    for section in contents.sections:
        document.add_heading(section.title, 2)
        for finding in section.findings:
            line = document.add_paragraph(style="List Bullet")
            line.add_run(f"{_fit(finding.sentence)} ")
            line.add_run(f"({finding.basis})").italic = True


def _small_tables(
    tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """The stances, the frames of actors and their parts in the article text."""
    stance = body_of(tables["stance"], tables["paragraphs"])[STANCES]
    named = tables["mentions"], tables["paragraphs"]
    frames = _share_words(actor_frames(tables["framing"], *named), "frame")
    parts = _share_words(actor_parts(tables["parts"], *named), "part")
    return {
        "Stances in the article text": with_labels(stance, labels),
        "Frames into which actors are put": with_labels(frames, labels),
        "Parts that actors play": with_labels(parts, labels),
    }


def _share_words(found: pd.DataFrame, by: str) -> pd.DataFrame:
    """Shares of an actor's paragraphs with their intervals, in words."""
    spans = zip(found["low"], found["high"], strict=True)
    found = found.assign(interval=[f"{low:.0%} to {high:.0%}" for low, high in spans])
    found[by] = found[by].str.replace("_", " ")
    shown = found[["actor", by, "paragraphs", "n", "interval"]]
    return shown.rename(columns={"n": "of", "interval": "95 % interval"})


def _closing(document: Any, contents: Contents) -> None:
    """Method, limits, words and citation."""
    _heading(document, "Method")
    _say(document, contents.method)
    _heading(document, "Limits")
    for limit in limits():
        document.add_paragraph(limit, style="List Bullet")
    _heading(document, "Words used here")
    for word in read_glossary():
        line = document.add_paragraph()
        line.add_run(word.word).bold = True
        also = f" ({word.term})" if word.term != word.word else ""
        line.add_run(f"{also}: {word.meaning}")
    _heading(document, "How to cite")
    _say(document, contents.citation)


def _heading(document: Any, words: str) -> None:
    document.add_heading(words, 1)


def _say(document: Any, words: str) -> None:
    document.add_paragraph(_fit(words))


def _fit(words: object) -> str:
    """Words without the characters that no XML can hold."""
    return _UNFIT.sub("�", str(words))


def _picture(document: Any, picture: Picture, number: int) -> None:
    """A chart with its alt text and, kept beside it, its caption."""
    line = document.add_paragraph()
    line.paragraph_format.keep_with_next = True
    width = WIDTH if number == 1 else NARROW
    shape = line.add_run().add_picture(str(picture.path), width=width)
    about = shape._inline.docPr  # python-docx has no name for the alt text
    about.set("descr", _fit(picture.alt))
    about.set("title", f"Figure {number}")
    caption = f"Figure {number}. {_fit(picture.alt)}"
    document.add_paragraph(caption, style="Caption")


def _turned(rows: pd.DataFrame) -> pd.DataFrame:
    """Questions down, thirds across, so that a page holds them."""
    turned = rows.set_index("third").T.rename_axis("").reset_index()
    return turned.rename_axis(columns=None)


def _table(document: Any, rows: pd.DataFrame) -> None:
    """A table whose head is repeated on every page."""
    if rows.empty:
        _say(document, "None found (n = 0).")
        return
    grid = document.add_table(rows=1, cols=len(rows.columns), style="Table Grid")
    _fill_table(grid.rows[0].cells, [str(c).replace("_", " ") for c in rows], bold=True)
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(head)
    for row in plain_rows(rows):
        _fill_table(grid.add_row().cells, [*map(_cell_words, row)])
    document.add_paragraph()


def _cell_words(value: object) -> str:
    if value is None:
        return "–"
    return signed(value) if isinstance(value, float) else _fit(value)


def _fill_table(cells: Sequence[Any], words: Iterable[str], bold: bool = False) -> None:
    for cell, text in zip(cells, words, strict=True):
        run = cell.paragraphs[0].add_run(text)
        run.bold, run.font.size = bold or None, Pt(9)
