"""Read a PDF: its lines where they stand on the page, joined into paragraphs."""

from __future__ import annotations

import io
from collections import Counter
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
GUTTER = 2.0  # times the letters' size between two texts on one line: columns
LETTER = 0.5  # of the letters' size: how wide one is, about
LEAST_OF_COLUMN = 0.3  # of a page's lines must be cut at one place to make columns


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

    def keep(text: str, cm: Sequence[float], tm: Sequence[float], _, size: float):
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if text:
            pieces.append(Piece(text, x, y, size or 1.0))

    page.extract_text(visitor_text=keep)
    rows = [_segments(row) for row in _rows(pieces)]
    lines = [piece for row in _by_column(rows) for piece in row]
    return [*_spaced(lines)]


def _rows(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Pieces that follow one another on one line of print."""
    row: list[Piece] = []
    for piece in pieces:
        if row and (
            abs(piece.y - row[-1].y) > row[-1].size / 2 or "\n" in row[-1].text
        ):
            yield row
            row = []
        row.append(piece)
    if row:
        yield row


def _segments(row: Sequence[Piece]) -> list[Piece]:
    """The texts of a line between which no gutter runs."""
    out: list[Piece] = []
    for piece in row:
        if out:
            end = out[-1].x + LETTER * out[-1].size * len(out[-1].text)
            if piece.x < end + GUTTER * piece.size:
                out[-1] = out[-1]._replace(text=out[-1].text + piece.text)
                continue
        out.append(piece)
    return [p._replace(text=p.text.strip()) for p in out if p.text.strip()]


def _by_column(rows: Sequence[list[Piece]]) -> list[list[Piece]]:
    """Rows as they are, or those cut by a gutter down the page column by column."""
    rows = [row for row in rows if row]
    rights = Counter(round(row[1].x) for row in rows if len(row) == 2)
    if not rights or max(rights.values()) < LEAST_OF_COLUMN * len(rows):
        return rows
    gutter = max(rights, key=rights.get)
    sides: tuple[list[list[Piece]], ...] = ([], [], [])
    for row in rows:
        across = len(row) == 1 and row[0].x < gutter and not sides[0]
        for piece in row:
            sides[0 if across else 1 if piece.x < gutter - 1 else 2].append([piece])
    return [row for side in sides for row in side]


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
        yield line.text
        before = line
