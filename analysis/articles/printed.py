"""Printed lines, in a PDF or a text: set as several lines, a paragraph becomes one."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from analysis.articles.blocks import Block, Reading, drop_unseen, fill_blocks
from analysis.articles.exports import Vendor, find_vendor

if TYPE_CHECKING:
    from pypdf import PageObject

LONGEST_LINE = 120  # characters; longer lines are no printed ones
LEAST_PAIRS = 3  # lines that run on without doubt, to tell how lines were set
SHARE_OF_PAIRS = 0.3  # of all neighbours
FULL = 0.75  # of the longest line, where too few lines tell how they were set
EDGE = 2  # lines at a page's top and foot in which running heads are looked for

_STOPPED = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_BULLET_SIGN = re.compile(r"[•▪◦·‣*]\s")
_LIST_ITEM = re.compile(r"(?:[•▪◦·‣*–—-]|\(?\d{1,2}[.)]|\(?[a-z]\))\s")
_CUT_WORD = re.compile(r"([^\W\d_]+)-$")
_CUT_WITHIN = re.compile(r"\b([^\W\d_]+)- (?!(?:and|or|to|but)\b)([a-z]+)")
_PAGE = re.compile(
    r"(?:page\s*)?[-–—|\s]*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?[-–—|\s]*$", re.I
)
_PAGE_AT_END = re.compile(r"(?<=[.!?”’\"])\s+page \d{1,4}(?: of \d{1,4})?$", re.I)
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
CLOSE = 1.8  # times the letters' size: no further apart are lines set closely
WIDE_GAP = 1.3  # times the usual distance of lines: a paragraph ends
LEAST_ROWS = 3  # of a column
SLACK = 5  # letters by which lines of a column may seem to start apart
LEAST_OF_COLUMN = 0.5  # of a page's lines must be cut at one place to make columns
_SEGMENT = re.compile(r"\S+(?: {1,2}\S+)*")  # text between wide gaps


class Setting(NamedTuple):
    """How lines were set: what fitted on no line, and what opens a paragraph."""

    full: float
    opens: Callable[[str], bool] | None = None


def join_printed(text: str, opens: Callable[[str], bool] | None = None) -> str:
    """Paragraphs of a text whose lines were broken to fit a page; else the text.

    A line runs on without doubt where it has no stop and the next opens with a small
    letter. How long such lines are, with the next word added, tells what did not fit;
    a line that left room for the next word ended its paragraph. What `opens` is true of
    opens a paragraph whatever stands before it.

    >>> lines = ["The fine is the", "largest that it", "has ever made a", "firm pay."]
    >>> join_printed("\\n".join(lines))
    'The fine is the largest that it has ever made a firm pay.'
    >>> join_printed("Fine for X\\nOfcom fined X.")
    'Fine for X\\nOfcom fined X.'
    """
    lines = [line.strip() for line in text.split("\n")]
    if (full := _full(lines)) is None:
        return text
    return "\n".join(_join_lines(lines, Setting(full, opens)))


def join_pages(
    pages: Sequence[Sequence[str]], vendor: Vendor | None = None
) -> Iterator[str]:
    """Paragraphs from the printed pages of a PDF, without running heads and numbers.

    >>> [*join_pages([["A fine of £12m was im-", "posed.", "Page 1"]])]
    ['A fine of £12m was imposed.']
    """
    plain = [[_plain_line(line) for line in page] for page in pages]
    lines = _without_heads(plain, vendor.parts if vendor else lambda line: False)
    full = _full(lines) or FULL * max(map(len, lines), default=0)
    joined = _join_lines(lines, Setting(full, vendor.opens if vendor else None))
    yield from filter(None, map(_tidied, joined))


def _plain_line(line: str) -> str:
    return drop_unseen(line).strip().translate(_LIGATURES)


def _tidied(paragraph: str) -> str:
    return _CUT_WITHIN.sub(r"\1\2", _PAGE_AT_END.sub("", paragraph))


def _full(lines: Sequence[str]) -> int | None:
    """What fitted on no line, if enough lines run on without doubt to tell it."""
    pairs = [(a, b) for a, b in zip(lines, lines[1:], strict=False) if a and b]
    sure = [(a, b) for a, b in pairs if _line_runs_on(a, b)]
    if len(sure) < max(LEAST_PAIRS, SHARE_OF_PAIRS * len(pairs)):
        return None
    reach = sorted(_reach(a, b) for a, b in sure if not _CUT_WORD.search(a))
    return reach[len(reach) // 50] if reach and reach[-1] <= LONGEST_LINE else None


def _line_runs_on(line: str, after: str) -> bool:
    return (
        not _STOPPED.search(line) and after[0].islower() and not _LIST_ITEM.match(after)
    )


def _reach(line: str, after: str) -> int:
    """How long a line would have been with the next one's first word."""
    return len(line) + 1 + len(after.split(maxsplit=1)[0])


def _join_lines(lines: Sequence[str], setting: Setting) -> Iterator[str]:
    """A paragraph a line; one of several blank lines is kept."""
    words = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", " ".join(lines).lower()))
    for blank, group in groupby(lines, lambda line: not line):
        if blank:
            yield ""
            continue
        parts: list[str] = []
        before = ""
        for line in group:
            if before and not _continues(before, line, setting):
                yield "".join(parts)
                parts = []
            if parts:
                parts[-1] = _joined_end(parts[-1], line, words)
            parts.append(line)
            before = line
        yield "".join(parts)


def _continues(line: str, after: str, setting: Setting) -> bool:
    if setting.opens and (setting.opens(after) or setting.opens(line)):
        return False
    if _BULLET_SIGN.match(after) or _STOPPED.search(line) and _LIST_ITEM.match(after):
        return False
    cut = _CUT_WORD.search(line) and after[0].islower()
    return (
        bool(cut) or _line_runs_on(line, after) or _reach(line, after) >= setting.full
    )


def _joined_end(line: str, after: str, words: Counter[str]) -> str:
    """A line as it stands before the next: a space, or the rest of a cut word, follows.

    The word's hyphen stays where the text has it with one elsewhere, and not without.
    """
    cut = _CUT_WORD.search(line)
    if not (cut and after[0].islower()):
        return f"{line} "
    rest = re.findall(r"^[^\W\d_]+", after)[0]
    hyphened, whole = (f"{cut[1]}{h}{rest}".lower() for h in ("-", ""))
    return line if words[hyphened] > words[whole] else line[:-1]


def _without_heads(
    pages: Sequence[Sequence[str]], parts: Callable[[str], bool]
) -> list[str]:
    """The lines of all pages but those that stand at the edge of most, and numbers.

    A line that `parts` two articles is none of them; nor is what stands alike over
    each article, such as its outlet: heads run over pages that go on with one.
    """
    going_on = [
        page
        for before, page in zip([(), *pages], pages, strict=False)
        if not any(parts(before[i]) for i in _edge(before))
    ]
    edges = Counter(
        mask for page in going_on for mask in {_mask(page[i]) for i in _edge(page)}
    )
    often = {mask for mask, n in edges.items() if n > 1 and n > len(going_on) / 2}
    out: list[str] = []
    for page in pages:
        edge = {
            i
            for i in _edge(page)
            if (_mask(page[i]) in often or _PAGE.match(page[i])) and not parts(page[i])
        }
        left = [line for i, line in enumerate(page) if i not in edge]
        while left and not left[0]:
            left.pop(0)
        while left and not left[-1]:
            left.pop()
        out += left
    return out


def _edge(page: Sequence[str]) -> list[int]:
    """Where a page's first and last lines are that are not blank."""
    filled = [i for i, line in enumerate(page) if line]
    return [*filled[:EDGE], *filled[EDGE:][-EDGE:]]


def _mask(line: str) -> str:
    """A running head is one whatever its page number."""
    return re.sub(r"\d+", "#", line)


class Piece(NamedTuple):
    """Text where it is printed on a page, from its left lower corner."""

    text: str
    x: float
    y: float
    size: float


def read_pdf(data: bytes) -> Reading:
    """A PDF's text, its lines joined into paragraphs as well as they show.

    A scan without text gives no blocks; pages without text are named in a note.
    """
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    pages = [_page_lines(page) for page in reader.pages]
    notes = ["a PDF knows no paragraphs: they were guessed from its lines"]
    empty = [str(i) for i, lines in enumerate(pages, 1) if not any(lines)]
    if empty:
        notes.append(f"no text on page {', '.join(empty)} (a scan or a picture?)")
    vendor = find_vendor(line for page in pages for line in page)
    joined = join_pages(pages, vendor)
    title = (reader.metadata.title if reader.metadata else "") or ""
    return Reading(fill_blocks(map(Block, joined)), title, notes=tuple(notes))


def _page_lines(page: PageObject) -> list[str]:
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
    return _in_columns(laid_out) or [*_lines_with_gaps([*_lines_in_rows(pieces)])]


def _in_columns(lines: Sequence[str]) -> list[str]:
    """The lines of a page of two columns, the left before the right; else none.

    >>> _in_columns(["Oh", "It knew   She said", "of it.    she was", "It is.    sad."])
    ['Oh', 'It knew', 'of it.', 'It is.', 'She said', 'she was', 'sad.']
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


def _lines_in_rows(pieces: Sequence[Piece]) -> Iterator[Piece]:
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


def _lines_with_gaps(lines: Sequence[Piece]) -> Iterator[str]:
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
