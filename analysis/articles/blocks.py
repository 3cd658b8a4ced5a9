"""What every format is read into: paragraphs to be, and what is said of the article."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from analysis.articles.printed import drop_unseen

_STOP = re.compile(r"[.!?…][\"')\]”’»]*$")


class Block(NamedTuple):
    """A paragraph to be; kind and reason where the format knows them."""

    text: str
    kind: str = ""
    reason: str = ""


class Source(NamedTuple):
    """What a format gives: blocks, and what it says of the article."""

    blocks: list[Block]
    title: str = ""
    outlet: str = ""
    date: str = ""
    byline: str = ""
    notes: tuple[str, ...] = ()
    section: str = ""
    length: str = ""  # words, as the source counts them
    language: str = ""
    url: str = ""


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a full stop, a question or exclamation mark.

    >>> ends_sentence("“It paid.” "), ends_sentence("It paid")
    (True, False)
    """
    return bool(_STOP.search(text.rstrip()[-9:]))


def break_lines(text: str) -> list[str]:
    """Paragraphs of a text with forced line breaks: a blank line or a stop ends one.

    >>> break_lines("Vale Water\\nfined\\n\\nIt paid.\\n“No,” it said.")
    ['Vale Water fined', 'It paid.', '“No,” it said.']
    """
    out = [""]
    for line in text.split("\n"):
        ends = not line.strip() or ends_sentence(out[-1])
        if ends and out[-1]:
            out.append("")
        out[-1] = f"{out[-1]} {line.strip()}".strip()
    return [line for line in out if line]


def fill_blocks(blocks: Iterable[Block]) -> list[Block]:
    """Blocks with text, each on one line, without signs that nobody sees."""
    out = (b._replace(text=" ".join(drop_unseen(b.text).split())) for b in blocks)
    return [b for b in out if b.text]
