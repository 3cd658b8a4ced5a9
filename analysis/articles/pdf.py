"""Read a PDF: its lines where they stand on the page, joined into paragraphs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from analysis.articles.blocks import Block, Source, fill_blocks
from analysis.articles.exports import find_vendor
from analysis.articles.printed import join_pages

if TYPE_CHECKING:
    from pypdf import PageObject

CLOSE = 1.8  # times the letters' size: no further apart are lines set closely
WIDE_GAP = 1.3  # times the usual distance of lines: a paragraph ends
LEAST_ROWS = 3  # of a column
SLACK = 5  # letters by which lines of a column may seem to start apart
LEAST_OF_COLUMN = 0.5  # of a page's lines must be cut at one place to make columns
_SEGMENT = re.compile(r"\S+(?: {1,2}\S+)*")  # text between wide gaps


class Piece(NamedTuple):
    """Text where it is printed on a page, from its left lower corner."""

    text: str
    x: float
    y: float
    size: float


def read_pdf(data: bytes) -> Source:
    """A PDF's text, its lines joined into paragraphs as well as they show.

    Parameters
    ----------
    data : bytes
        The file; a scan without text gives no blocks.

    Returns
    -------
    Source
        With a note that paragraphs of a PDF are guessed from its lines, and one that
        names pages without text.
    """
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    pages = [_read_page(page) for page in reader.pages]
    notes = ["a PDF knows no paragraphs: they were guessed from its lines"]
    empty = [str(i) for i, lines in enumerate(pages, 1) if not any(lines)]
    if empty:
        notes.append(f"no text on page {', '.join(empty)} (a scan or a picture?)")
    vendor = find_vendor(line for page in pages for line in page)
    joined = join_pages(pages, vendor.opens if vendor else None)
    title = (reader.metadata.title if reader.metadata else "") or ""
    return Source(fill_blocks(map(Block, joined)), title, notes=tuple(notes))


def _read_page(page: PageObject) -> list[str]:
    """The lines of a page, column by column, blank ones where more space was left."""
    pieces: list[Piece] = []

    def keep(
        text: str, cm: Sequence[float], tm: Sequence[float], _: object, size: float
    ) -> None:
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if text:
            pieces.append(Piece(text, x, y, size or 1.0))

    page.extract_text(visitor_text=keep)
    laid_out = page.extract_text(extraction_mode="layout").split("\n")
    return _columns(laid_out) or [*_spaced([*_rows(pieces)])]


def _columns(lines: Sequence[str]) -> list[str]:
    """The lines of a page of two columns, the left before the right; else none.

    >>> _columns(["Fine", "It knew   She said", "of it.    she was", "It is.    sad."])
    ['Fine', 'It knew', 'of it.', 'It is.', 'She said', 'she was', 'sad.']
    """
    rows = [[(m[0], m.start()) for m in _SEGMENT.finditer(line)] for line in lines]
    starts = [row[1][1] for row in rows if len(row) == 2]
    usual = median(starts) if starts else 0
    near = [start for start in starts if abs(start - usual) <= SLACK]
    if len(near) < max(LEAST_ROWS, LEAST_OF_COLUMN * sum(map(bool, rows))):
        return []
    top = next(i for i, row in enumerate(rows) if len(row) == 2)
    sides: tuple[list[str], ...] = ([], [])
    for i, row in enumerate(rows):
        for text, start in row or [("", 0)]:
            sides[i > top and start >= min(near) or start in near].append(text)
    return [text for side in sides for text in side]


def _rows(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Pieces that follow one another on one line of print, as one."""
    row: Piece | None = None
    for piece in pieces:
        if row and abs(piece.y - row.y) < row.size / 2 and "\n" not in row.text:
            row = row._replace(text=row.text + piece.text)
            continue
        if row and row.text.strip():
            yield row
        row = piece
    if row and row.text.strip():
        yield row


def _spaced(lines: Sequence[Piece]) -> Iterator[str]:
    """Lines with a blank one where there is more space than is usual."""
    below = [(a.y - b.y, a.size) for a, b in zip(lines, lines[1:], strict=False)]
    gaps = [gap for gap, _ in below if gap > 0]
    close = [gap for gap, size in below if 0 < gap < CLOSE * size]
    usual = median(close or gaps or [0.0])
    before: Piece | None = None
    for line in lines:
        if before and before.y - line.y > WIDE_GAP * usual:
            yield ""
        yield line.text.strip()
        before = line
