"""The file of corrections beside an article: where it is, its rows, its faults."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from analysis.agreement.coding_sheets import CodingError, csv_cells, harmless, unharmed
from analysis.articles import Article
from analysis.articles.paragraphs import KINDS, find_paragraphs
from analysis.folders import write_whole

ENDING = ".corrections.csv"
CODEBOOK_ENDING = ".codebook.yml"
KINDS_ENDING = ".kinds.csv"  # paragraph,kind: a shorter form for kinds alone
DIRECTIONS = {"for": 1, "against": -1, "none": 0}
DIGITS = 4  # of an article's number in an export
_ACTOR = r"[a-z][a-z0-9_]*"
ACTOR = re.compile(_ACTOR)
_PAIR = re.compile(rf"({_ACTOR})>({_ACTOR})")
_ALLOWED = {  # what each kind of correction may become, and how to say so
    "kind": (re.compile("|".join(KINDS)), ", ".join(KINDS)),
    "speaker": (re.compile(r".*\S.*"), "an actor's id, other, or a name"),
    "mention": (ACTOR, "an actor's id, or none"),
    "stance": (re.compile("for|against|none"), "for, against or none"),
    "missing": (
        re.compile(rf"{_PAIR.pattern}:(for|against)"),
        "holder>target:for or holder>target:against",
    ),
}


class Correction(NamedTuple):
    """One thing that a person put right; the module's table says what goes where."""

    what: str  # kind, speaker, mention, stance or missing
    start: int  # first character in the article's text
    end: int  # one past the last
    words: str  # the article's words from start to end
    was: str = ""  # what the analysis said
    becomes: str = ""  # what is right
    date: str = ""  # of the correction, 2026-01-31
    reason: str = ""  # why, in the person's own words


class CorrectionError(ValueError):
    """Corrections that cannot be read; the message names file, row and remedy."""


def corrections_path(article_path: str | Path) -> Path:
    """Where the corrections of an article stand, or will: beside its file.

    ``export.html#3`` is the third article of an export.

    >>> corrections_path("data/articles/my-article.txt").name
    'my-article.corrections.csv'
    >>> corrections_path("export.html#3").name
    'export-3.corrections.csv'
    """
    return _beside(str(article_path), ENDING)


def read_corrections(path: str | Path) -> list[Correction]:
    """Read a file of corrections; empty where there is no such file.

    It is a CSV file as `add_correction` writes it (comma, semicolon or tab). They are
    in the order of the file, where a later one goes before an earlier. Raises
    CorrectionError with a line for each fault: row (as a spreadsheet counts), column,
    remedy.

    >>> read_corrections("nowhere.corrections.csv")
    []
    """
    path = Path(path)
    return parse_corrections(path.read_bytes(), path.name) if path.is_file() else []


def parse_corrections(data: bytes, name: str) -> list[Correction]:
    """Corrections from the bytes of their file, as `read_corrections` gives them.

    >>> data = b"what,start,end,words,becomes\\nkind,0,2,No,body"
    >>> parse_corrections(data, "a")[0][:4]
    ('kind', 0, 2, 'No')
    """
    header, *given = _cells_of_row(data, name) or [[]]
    needed = ("what", "start", "end", "words", "becomes")
    if lacking := [column for column in needed if column not in header]:
        raise CorrectionError(
            f"{name}, row 1: no column {', '.join(lacking)}; the first row must be "
            f"{','.join(Correction._fields)}"
        )
    rows = [(n, _named(header, row)) for n, row in enumerate(given, 2) if any(row)]
    faults = [f"{name}, row {n}, {fault}" for n, row in rows for fault in _faults(row)]
    if faults:
        raise CorrectionError("\n".join(faults))
    return [_correction(row) for _, row in rows]


def add_correction(path: str | Path, correction: Correction) -> Correction:
    """Add a correction to its file, or put it in the place of an earlier one.

    Without a date it gets today's. It replaces the row of the same what and span (for a
    stance: and pair, so that one paragraph may have several), whose ``was``, what the
    analysis said at first, stays. The file is made if it is not there, and never half
    written.

    Returns the correction as it stands in the file. Raises CorrectionError if it is not
    well formed, or the file cannot be read; nothing is changed.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.corrections.csv"
    >>> wrong = Correction("mention", 0, 5, "Ofcom", "platform", "regulator")
    >>> added = add_correction(path, wrong)
    >>> added.date == date.today().isoformat(), read_corrections(path) == [added]
    (True, True)
    """
    path = Path(path)
    fields = {name: str(value) for name, value in correction._asdict().items()}
    if faults := _faults(fields):
        raise CorrectionError("\n".join(faults))
    correction = correction._replace(
        start=int(correction.start),
        end=int(correction.end),
        date=correction.date or date.today().isoformat(),
    )
    rows = read_corrections(path)
    for i, old in enumerate(rows):
        if _key(old) == _key(correction):
            correction = correction._replace(was=old.was or correction.was)
            rows[i : i + 1] = []
            break
    _write(path, [*rows, correction])
    return correction


def remove_correction(path: str | Path, correction: Correction) -> bool:
    """Take back the row of the same what and span (for a stance: and pair).

    Says whether there was one. A file without corrections left is deleted.

    >>> remove_correction("nowhere.csv", Correction("kind", 0, 2, "No", "", "body"))
    False
    """
    rows = read_corrections(path)
    kept = [row for row in rows if _key(row) != _key(correction)]
    if len(kept) == len(rows):
        return False
    if kept:
        _write(Path(path), kept)
    else:
        Path(path).unlink()
    return True


def find_corrections(article: Article) -> list[Correction]:
    """The corrections beside an article's file; none for a page or a pasted text.

    Those of ``NAME.corrections.csv``, then those of ``NAME.kinds.csv`` (paragraph,kind)
    for paragraphs of which the first says nothing. Raises as `read_corrections`.

    >>> from analysis import read_article
    >>> find_corrections(read_article("data/articles/ofwat-leaks.txt"))
    []
    """
    if not _on_disk(article.source):
        return []
    path, kinds_path = corrections_files(article.source)
    found, text = read_corrections(path), article.text
    kinds = (find_place(c, text) for c in found if c.what == "kind")
    said = [c.start for c in kinds if c]
    short = _read_kinds(kinds_path, text)
    new = (c for c in short if not any(c.start <= s < c.end for s in said))
    return [*found, *new]


def given_corrections(
    article: Article, given: str | Path | Iterable[Correction] | None
) -> list[Correction]:
    """The corrections that are meant: a file's, these, or those beside the article."""
    if given is None:
        return find_corrections(article)
    if not isinstance(given, str | Path):
        return [*given]
    if not Path(given).is_file():
        raise FileNotFoundError(f"no corrections at {given}; check the path")
    return read_corrections(given)


def find_place(row: Correction, text: str) -> Correction | None:
    """A correction where its words stand now; None where that cannot be told.

    >>> find_place(Correction("mention", 0, 5, "Ofcom"), "So Ofcom says.").start
    3
    """
    if text[row.start : row.end] == row.words:
        return row
    if occurrences(row.words, text) != 1:
        return None
    start = text.index(row.words)
    return row._replace(start=start, end=start + len(row.words))


def occurrences(words: str, text: str) -> int:
    """How often words stand in a text, up to two; they may overlap.

    >>> occurrences("aa", "aaa")
    2
    """
    first = text.find(words)
    return 0 if first < 0 else 1 + (text.find(words, first + 1) >= 0)


def corrections_files(source: str) -> list[Path]:
    """The files beside an article in which corrections may stand.

    >>> [path.name for path in corrections_files("a.txt")]
    ['a.corrections.csv', 'a.kinds.csv']
    """
    return [_beside(source, ENDING), _beside(source, KINDS_ENDING)]


def codebook_path(source: str | Path) -> Path:
    """Where the codebook of an article stands, once a person changed it.

    >>> codebook_path("data/articles/my-article.txt").name
    'my-article.codebook.yml'
    """
    return _beside(str(source), CODEBOOK_ENDING)


def pair_of(correction: Correction) -> tuple[str, str]:
    """Holder and target of a stance that was wrong or missing.

    >>> pair_of(Correction("missing", 0, 1, "A", "", "court>company:against"))
    ('court', 'company')
    """
    said = correction.was if correction.what == "stance" else correction.becomes
    holder, target = said.partition(":")[0].split(">")
    return holder, target


def corrections_text(corrections: Iterable[Correction]) -> str:
    """Corrections as the text of their file; no spreadsheet runs a cell of it.

    >>> corrections_text([]).strip()
    'what,start,end,words,was,becomes,date,reason'
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(Correction._fields)
    for row in corrections:
        writer.writerow([harmless(str(cell)) for cell in row])
    return file.getvalue()


def _beside(source: str, ending: str) -> Path:
    """A file beside an article; an article of an export has its number in the name."""
    numbered = re.fullmatch(r"(.+)#(\d+)", source)
    if not numbered or Path(source).is_file():
        path = Path(source)
        return path.with_name(path.stem + ending)
    path, n = Path(numbered[1]), int(numbered[2])
    names = [f"{path.stem}-{n:0{width}}{ending}" for width in range(1, DIGITS + 1)]
    places = [path.with_name(name) for name in names]
    return next((p for p in places if p.is_file()), places[0])


def _on_disk(source: str) -> bool:
    """Whether an article came from a file."""
    try:
        return Path(re.sub(r"#\d+$", "", source)).is_file() or Path(source).is_file()
    except (OSError, ValueError):  # a text or an address is no file's name
        return False


def _cells_of_row(data: bytes, name: str) -> list[list[str]]:
    """The cells of a table; those of its first row without white space around them."""
    try:
        cells = [*csv_cells(data, name)]
    except (csv.Error, CodingError) as error:
        raise CorrectionError(f"{name} is no table ({error}): save it as CSV") from None
    return [[cell.strip() for cell in row] for row in cells[:1]] + cells[1:]


def _named(header: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """A row's cells by column; the article's words alone keep their white space."""
    cells = {c: unharmed(cell) for c, cell in zip(header, row, strict=False)}
    return {c: cell if c == "words" else cell.strip() for c, cell in cells.items()}


def _key(row: Correction) -> tuple:
    pair = pair_of(row) if row.what in ("stance", "missing") else ()
    return row.what, int(row.start), int(row.end), pair


def _faults(row: dict[str, str]) -> list[str]:
    """What is wrong with a row, each with its column and remedy."""
    what = row.get("what", "")
    if what not in _ALLOWED:
        return [f"column what: {what!r}; use one of {', '.join(_ALLOWED)}"]
    faults = [
        f"column {c}: {row.get(c, '')!r} is no place; it counts characters from 0"
        for c in ("start", "end")
        if not row.get(c, "").isdecimal()
    ]
    if not faults and not int(row["start"]) < int(row["end"]):
        faults.append("column end: it must be more than start")
    if not row.get("words"):
        faults.append("column words: empty; copy the article's words at that place")
    pattern, allowed = _ALLOWED[what]
    if not pattern.fullmatch(row.get("becomes", "")):
        faults.append(f"column becomes: {row.get('becomes', '')!r}; use {allowed}")
    if what == "stance" and not _PAIR.fullmatch(row.get("was", "")):
        faults.append(f"column was: {row.get('was', '')!r}; use holder>target")
    return faults


def _correction(row: dict[str, str]) -> Correction:
    given = {name: row.get(name, "") for name in Correction._fields}
    return Correction(
        **given | {"start": int(row["start"]), "end": int(row["end"])}  # type: ignore
    )


def _write(path: Path, rows: Sequence[Correction]) -> None:
    """Write a file whole or not at all, marked as UTF-8 for spreadsheets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = corrections_text(rows).encode("utf-8", "replace").decode("utf-8")
    write_whole(path, text.encode("utf-8-sig"))


def _read_kinds(path: Path, text: str) -> list[Correction]:
    """The rows of ``NAME.kinds.csv`` as corrections; none without the file."""
    if not path.is_file():
        return []
    name, paragraphs = path.name, find_paragraphs(text)
    header, *given = _cells_of_row(path.read_bytes(), name) or [[]]
    if not {"paragraph", "kind"} <= {*header}:
        raise CorrectionError(f"{name}, line 1: it must be paragraph,kind")
    found = []
    for line, row in enumerate((_named(header, cells) for cells in given), 2):
        if any(row.values()):
            number, kind = row.get("paragraph", ""), row.get("kind", "")
            if fault := _kind_fault(number, kind, len(paragraphs)):
                raise CorrectionError(f"{name}, line {line}: {fault}")
            p = paragraphs[int(number)]
            found.append(Correction("kind", p.start, p.end, p.text, p.kind, kind))
    return found


def _kind_fault(number: str, kind: str, n: int) -> str:
    if not number.isdecimal() or int(number) >= n:
        return f"no paragraph {number!r}; they count from 0 to {n - 1}"
    return "" if kind in KINDS else f"no kind {kind!r}; use one of {', '.join(KINDS)}"
