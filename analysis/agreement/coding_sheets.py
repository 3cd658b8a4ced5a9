"""Blind coding sheets for people: written as CSV and XLSX, read back with checks.

A unit is a paragraph and a target actor. The sheet holds no score of the machine.
What each column means and allows stands in ``resources/coding_sheet.csv``, which is
also the sheet of instructions.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.tables import read_resource

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl import Workbook

# A spreadsheet runs a cell that opens with one of these. Cells that open with
# apostrophes before one get another, so taking one away restores every text.
RISKY = re.compile(r"'*[=+\-@\t\r\n]")
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # XLSX cannot hold them
CODES = {"-1": -1, "0": 0, "1": 1}
WIDTHS = {"unit": 24, "text": 90, "label": 20, "note": 40, "meaning": 90}


class CodingError(ValueError):
    """A coding sheet cannot be used; the message names each place and its remedy."""


def harmless(text: str) -> str:
    """A cell that no spreadsheet runs as a formula: an apostrophe put before `RISKY`.

    >>> harmless("=1+1"), unharmed(harmless("=1+1")), harmless("'Yes'")
    ("'=1+1", '=1+1', "'Yes'")
    """
    return f"'{text}" if RISKY.match(text) else text


def unharmed(cell: str) -> str:
    """The text of a cell that `harmless` made.

    >>> unharmed("'-1"), unharmed("'Yes'")
    ('-1', "'Yes'")
    """
    return cell[1:] if cell.startswith("'") and RISKY.match(cell) else cell


def coding_sheet(
    paragraphs: pd.DataFrame,
    mentions: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    targets: Iterable[str] | None = None,
    furniture: bool = False,
) -> pd.DataFrame:
    """A blind sheet: each paragraph with each actor toward whom a stance is asked.

    `labels`: actor id to the name that coders see; the id unless given. `targets`: ask
    for these actors in every paragraph, so that stances toward an actor left unsaid are
    coded too. Unless given, each actor that a paragraph mentions.

    Gives unit, article, paragraph, text, target, label, and empty direction, certain
    and note. Nothing of the machine's but where it found the actors.

    >>> import pandas as pd
    >>> paragraphs = pd.DataFrame({"article": ["a"], "paragraph": [0],
    ...                            "kind": ["body"], "text": ["X must act."]})
    >>> mentions = pd.DataFrame({"article": ["a"], "paragraph": [0],
    ...                          "actor": ["platform"], "form": ["name"]})
    >>> coding_sheet(paragraphs, mentions, {"platform": "X"}).unit.tolist()
    ['a:0:platform']
    """
    import pandas as pd

    if not furniture:
        paragraphs = paragraphs[paragraphs["kind"] == "body"]
    if targets is None:
        asked = mentions.loc[mentions["form"] != "generic"]
        asked = asked[["article", "paragraph", "actor"]].drop_duplicates()
        units = paragraphs.merge(asked, on=["article", "paragraph"])
    else:
        actors = pd.DataFrame({"actor": list(targets)}, dtype="string")
        units = paragraphs.merge(actors, how="cross")
    units = units.rename(columns={"actor": "target"}).astype({"target": "string"})
    units = units.sort_values(["article", "paragraph", "target"], ignore_index=True)
    number = units["paragraph"].astype("string")
    unit = units["article"].astype("string") + ":" + number + ":" + units["target"]
    label = units["target"].replace(dict(labels or {}))
    empty = {name: pd.NA for name in ("direction", "certain", "note")}
    return units.assign(unit=unit, label=label, **empty)[_sheet_columns()]


def write_sheet(sheet: pd.DataFrame, folder: str | Path, name: str) -> list[Path]:
    """Write a sheet for one coder as CSV and as XLSX with a sheet of instructions.

    Texts pass through `harmless`; control characters, which XLSX cannot hold, become
    U+FFFD there.

    `sheet`: as `coding_sheet` returns it. `folder`, `name`: where, made if need be, and
    the files' stem: codings are read back under it, so name the coder.

    >>> import tempfile, pandas as pd
    >>> sheet = pd.DataFrame([["a:0:x"] + [None] * 8], columns=_sheet_columns())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in write_sheet(sheet, folder, "kim")]
    ['kim.csv', 'kim.xlsx']
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_sheet_columns()]
    for row in (
        sheet[_sheet_columns()].astype("string").fillna("").itertuples(index=False)
    ):
        rows.append([harmless(cell) for cell in row])
    paths = [folder / f"{name}.csv", folder / f"{name}.xlsx"]
    # The mark tells spreadsheets that the file is UTF-8.
    with open(paths[0], "w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    _workbook(rows).save(paths[1])
    return paths


def read_codings(
    paths: str | Path | Iterable[str | Path], sheet: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Read sheets that people filled in; the file's stem is the coder's name.

    `paths`: CSV (comma, semicolon or tab) or XLSX files. `sheet`: the sheet that was
    sent out: units that it does not have are then an error.

    Gives coder, and the columns of the sheet; direction is -1, 0, 1 or missing (not
    coded), certain 0 or 1. Raises CodingError with a line for each fault: file, row (as
    the spreadsheet counts), column, what is allowed and what to do.

    >>> try:
    ...     read_codings("kim.csv")
    ... except CodingError as error:
    ...     print(error)
    kim.csv: there is no such file; check the path
    """
    paths = [paths] if isinstance(paths, str | Path) else list(paths)
    units = None if sheet is None else set(sheet["unit"])
    rows, faults, coders = [], [], {}
    for path in map(Path, paths):
        other = coders.setdefault(path.stem, path)
        if other is not path:
            faults.append(
                f"{path.name}: coder {path.stem!r} is also {other.name} in "
                f"{other.parent}; name each file after its coder, one file a coder"
            )
            continue
        try:
            found = _read_rows(path)
        except CodingError as error:
            faults.append(str(error))
            continue
        faults += _sheet_faults(path.name, found, units)
        rows += [{"coder": path.stem, **row} for _, row in found]
    if faults:
        raise CodingError("\n".join(faults))
    return _codings_table(rows)


def _codings_table(rows: list[dict[str, str]]) -> pd.DataFrame:
    """Checked rows as a table with numbers."""
    import pandas as pd

    table = pd.DataFrame(rows, columns=["coder", *_sheet_columns()], dtype="string")
    numbers = {
        "direction": [CODES.get(_plain_number(cell)) for cell in table["direction"]],
        "certain": [int(_plain_number(cell) or 1) for cell in table["certain"]],
        "paragraph": [int(_plain_number(cell)) for cell in table["paragraph"]],
    }
    return table.assign(**{k: pd.array(v, dtype="Int64") for k, v in numbers.items()})


def _sheet_columns() -> list[str]:
    """The columns of a sheet, in order."""
    return [row["column"] for row in read_resource("coding_sheet.csv")]


def _plain_number(cell: str) -> str:
    """A number without what spreadsheets and typesetters make of it."""
    cell = cell.strip().replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")
    return re.sub(r"\.0+$", "", cell.removeprefix("+"))


def _workbook(rows: list[list[str]]) -> Workbook:
    """The sheet and its instructions as a workbook, codes to pick from a list."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    book.active.title = "coding"
    _fill_page(book.active, rows)
    _fill_page(book.create_sheet("instructions"), _instructions())
    for name, choices in (("direction", '"-1,0,1"'), ("certain", '"0,1"')):
        letter = get_column_letter(rows[0].index(name) + 1)
        check = DataValidation("list", formula1=choices, allow_blank=True)
        check.add(f"{letter}2:{letter}{max(2, len(rows))}")
        book["coding"].add_data_validation(check)
    return book


def _fill_page(page, rows: list[list[str]]) -> None:
    """Put rows into a page: header bold and in view, long text wrapped."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for row in rows:
        page.append([ILLEGAL.sub("\ufffd", cell) for cell in row])
    page.freeze_panes = "A2"
    for i, name in enumerate(rows[0], start=1):
        page.column_dimensions[get_column_letter(i)].width = WIDTHS.get(name, 12)
    for line in page.iter_rows():
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 1)


def _instructions() -> list[list[str]]:
    """The resource as rows of cells."""
    rows = read_resource("coding_sheet.csv")
    return [list(rows[0]), *([harmless(v) for v in row.values()] for row in rows)]


def _read_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Rows of a sheet with their numbers in the spreadsheet, empty ones left out."""
    if not path.is_file():
        raise CodingError(f"{path.name}: there is no such file; check the path")
    readers = {
        ".csv": lambda path: csv_cells(path.read_bytes(), path.name),
        ".xlsx": _xlsx_cells,
    }
    if path.suffix.lower() not in readers:
        raise CodingError(f"{path.name}: allowed are .csv and .xlsx; save it as one")
    lines = list(enumerate(readers[path.suffix.lower()](path), start=1))
    lines = [(number, cells) for number, cells in lines if any(map(str.strip, cells))]
    if not lines:
        raise CodingError(f"{path.name}: the file is empty; fill in the sheet sent out")
    header = [cell.strip() for cell in lines[0][1]]
    _check_header(path.name, header)
    rows = []
    for number, cells in lines[1:]:
        if any(map(str.strip, cells[len(header) :])):
            raise CodingError(
                f"{path.name}, row {number}: {len(cells)} cells, the header has "
                f"{len(header)}; put text with commas in quotation marks"
            )
        cells = [unharmed(cell) for cell in cells] + [""] * len(header)
        rows.append((number, dict(zip(header, cells, strict=False))))
    return rows


def _check_header(name: str, header: list[str]) -> None:
    """Raise where a column is missing or stands twice."""
    columns = _sheet_columns()
    for column in columns:
        if header.count(column) != 1:
            what = "stands twice" if column in header else "is missing"
            raise CodingError(
                f"{name}, row 1, column {column}: it {what}; allowed are "
                f"{', '.join(columns)}: restore the header of the sheet sent out"
            )


def csv_cells(data: bytes, name: str) -> Iterator[list[str]]:
    """Cells of a CSV file, whichever of the usual separators it has.

    >>> [*csv_cells(b"a;b", "kim.csv")]
    [['a', 'b']]
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CodingError(
            f"{name}: byte {error.start} is not UTF-8; save it as “CSV UTF-8”"
        ) from None
    header = text.partition("\n")[0]
    separator = max(",;\t", key=header.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _xlsx_cells(path: Path) -> Iterator[list[str]]:
    """Cells of the sheet ``coding``, or of the first one."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, OSError):
        raise CodingError(f"{path.name}: no workbook; save it as .xlsx again") from None
    page = book["coding"] if "coding" in book.sheetnames else book.worksheets[0]
    rows = [["" if c is None else str(c) for c in row] for row in page.values]
    book.close()
    return iter(rows)


def _sheet_faults(
    name: str, rows: list[tuple[int, dict[str, str]]], units: set[str] | None
) -> list[str]:
    """What is wrong with the rows, each with its remedy."""
    faults, seen = [], {}
    for number, row in rows:
        for column, allowed, remedy in _row_faults(row, units):
            where = f"{name}, row {number}, column {column}: {row[column]!r}"
            faults.append(f"{where}; allowed is {allowed}: {remedy}")
        first = seen.setdefault(row["unit"], number)
        if first != number:
            faults.append(
                f"{name}, row {number}, column unit: {row['unit']!r} stands in row "
                f"{first} too; allowed is one row a unit: delete one of them"
            )
    if not any(row["direction"].strip() for _, row in rows):
        faults.append(
            f"{name}, row 2 onwards, column direction: nothing is coded; allowed is "
            "-1, 0 or 1: fill in at least one unit"
        )
    return faults


def _row_faults(
    row: dict[str, str], units: set[str] | None
) -> Iterator[tuple[str, str, str]]:
    """Faults of one row: column, what is allowed, remedy."""
    if row["direction"].strip() and _plain_number(row["direction"]) not in CODES:
        yield "direction", "-1, 0 or 1", "pick one, or empty the cell if not coded"
    if row["certain"].strip() and _plain_number(row["certain"]) not in ("0", "1"):
        yield "certain", "0, 1 or nothing", "write 0 if two readers could differ"
    if not _plain_number(row["paragraph"]).isdecimal():
        yield "paragraph", "a whole number from 0", "copy it from the sheet sent out"
        return
    expected = f"{row['article']}:{_plain_number(row['paragraph'])}:{row['target']}"
    if row["unit"] != expected:
        yield "unit", f"{expected!r} in this row", "undo the sorting of single columns"
    elif units is not None and row["unit"] not in units:
        yield "unit", "a unit of the sheet sent out", "delete the row or mend the unit"
