"""Printed lines: a paragraph set as several lines becomes one again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

LONGEST_LINE = 120  # characters; longer lines are no printed ones
LEAST_PAIRS = 3  # lines that run on without doubt, to tell how lines were set
SHARE_OF_PAIRS = 0.3  # of all neighbours
FULL = 0.75  # of the longest line, where too few lines tell how they were set
EDGE = 2  # lines at a page's top and foot in which running heads are looked for

_STOPPED = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_BULLET = re.compile(r"[•▪◦·‣*]\s")
_ITEM = re.compile(r"(?:[•▪◦·‣*–—-]|\(?\d{1,2}[.)]|\(?[a-z]\))\s")
_CUT_WORD = re.compile(r"([^\W\d_]+)-$")
_CUT_WITHIN = re.compile(r"\b([^\W\d_]+)- (?!(?:and|or|to|but)\b)([a-z]+)")
_PAGE = re.compile(
    r"(?:page\s*)?[-–—|\s]*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?[-–—|\s]*$", re.I
)
_PAGE_AT_END = re.compile(r"(?<=[.!?”’\"])\s+page \d{1,4}(?: of \d{1,4})?$", re.I)
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_UNSEEN = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")


class Setting(NamedTuple):
    """How lines were set: what fitted on no line, and what opens a paragraph."""

    full: float
    opens: Callable[[str], bool] | None = None


def join_printed(text: str, opens: Callable[[str], bool] | None = None) -> str:
    """Paragraphs of a text whose lines were broken to fit a page; else the text.

    A line runs on without doubt where it has no stop and the next opens with a small
    letter. How long such lines are, with the next word added, tells what did not fit;
    a line that left room for the next word ended its paragraph.

    Parameters
    ----------
    text : str
        Lines that end with LF.
    opens : callable, optional
        Tells of a line whether it opens a paragraph whatever stands before it.

    Returns
    -------
    str
        A paragraph a line, blank lines kept; the same text if it was not printed so.

    Examples
    --------
    >>> lines = ["The fine is the", "largest that it", "has ever made a", "firm pay."]
    >>> join_printed("\\n".join(lines))
    'The fine is the largest that it has ever made a firm pay.'
    >>> join_printed("Fine for X\\nOfcom fined X.")
    'Fine for X\\nOfcom fined X.'
    """
    lines = [line.strip() for line in text.split("\n")]
    if (full := _full(lines)) is None:
        return text
    return "\n".join(_joined(lines, Setting(full, opens)))


def join_pages(
    pages: Sequence[Sequence[str]], opens: Callable[[str], bool] | None = None
) -> Iterator[str]:
    """Paragraphs from the printed pages of a PDF, without running heads and numbers.

    >>> [*join_pages([["A fine of £12m was im-", "posed.", "Page 1"]])]
    ['A fine of £12m was imposed.']
    """
    lines = _without_heads([[_plain(line) for line in page] for page in pages])
    full = _full(lines) or FULL * max(map(len, lines), default=0)
    joined = _joined(lines, Setting(full, opens))
    yield from filter(None, map(_tidied, joined))


def drop_unseen(text: str) -> str:
    """Text without soft hyphens and other signs that nobody sees.

    >>> drop_unseen("Of\\u00adcom")
    'Ofcom'
    """
    return text.translate(_UNSEEN)


def _plain(line: str) -> str:
    return drop_unseen(line).strip().translate(_LIGATURES)


def _tidied(paragraph: str) -> str:
    return _CUT_WITHIN.sub(r"\1\2", _PAGE_AT_END.sub("", paragraph))


def _full(lines: Sequence[str]) -> int | None:
    """What fitted on no line, if enough lines run on without doubt to tell it."""
    pairs = [(a, b) for a, b in zip(lines, lines[1:], strict=False) if a and b]
    sure = [(a, b) for a, b in pairs if _runs_on(a, b)]
    if len(sure) < max(LEAST_PAIRS, SHARE_OF_PAIRS * len(pairs)):
        return None
    reach = sorted(_reach(a, b) for a, b in sure if not _CUT_WORD.search(a))
    return reach[len(reach) // 50] if reach and reach[-1] <= LONGEST_LINE else None


def _runs_on(line: str, after: str) -> bool:
    return not _STOPPED.search(line) and after[0].islower() and not _ITEM.match(after)


def _reach(line: str, after: str) -> int:
    """How long a line would have been with the next one's first word."""
    return len(line) + 1 + len(after.split(maxsplit=1)[0])


def _joined(lines: Sequence[str], setting: Setting) -> Iterator[str]:
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
                parts[-1] = _ended(parts[-1], line, words)
            parts.append(line)
            before = line
        yield "".join(parts)


def _continues(line: str, after: str, setting: Setting) -> bool:
    if setting.opens and (setting.opens(after) or setting.opens(line)):
        return False
    if _BULLET.match(after) or _STOPPED.search(line) and _ITEM.match(after):
        return False
    cut = _CUT_WORD.search(line) and after[0].islower()
    return bool(cut) or _runs_on(line, after) or _reach(line, after) >= setting.full


def _ended(line: str, after: str, words: Counter[str]) -> str:
    """A line as it stands before the next: a space, or the rest of a cut word, follows.

    The word's hyphen stays where the text has it with one elsewhere, and not without.
    """
    cut = _CUT_WORD.search(line)
    if not (cut and after[0].islower()):
        return f"{line} "
    rest = re.findall(r"^[^\W\d_]+", after)[0]
    hyphened, whole = (f"{cut[1]}{h}{rest}".lower() for h in ("-", ""))
    return line if words[hyphened] > words[whole] else line[:-1]


def _without_heads(pages: Sequence[Sequence[str]]) -> list[str]:
    """The lines of all pages but those that stand at the edge of most, and numbers."""
    edges = Counter(
        mask for page in pages for mask in {_mask(page[i]) for i in _edge(page)}
    )
    often = {mask for mask, n in edges.items() if n > 1 and n > len(pages) / 2}
    out: list[str] = []
    for page in pages:
        edge = {
            i for i in _edge(page) if _mask(page[i]) in often or _PAGE.match(page[i])
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
