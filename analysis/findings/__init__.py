"""What the tables say, in sentences: each with what it was counted from.

`answers` says what is there, `verdicts` whether it changes or differs; the report and
the notebooks show both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

COUNTED = "counted"
READ = "read by the model"  # … which errs: the badge says how often
READ_AND_CORRECTED = "read by the model, corrected by a person"
TESTED = "tested"
NOT_TESTED = "not tested"


class Finding(NamedTuple):
    """A sentence, what it was counted from, and what makes it as sure as it is."""

    sentence: str
    source: str  # the table, columns or paragraphs
    basis: str = COUNTED


def count(n: int, what: str) -> str:
    """A number with its noun, which is given in the singular.

    >>> count(1, "word"), count(2, "word")
    ('1 word', '2 words')
    """
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def join(parts: Iterable[str]) -> str:
    """Parts of a sentence as one; empty for none.

    >>> join("abc")
    'a, b and c'
    """
    *most, last = list(parts) or [""]
    return f"{', '.join(most)} and {last}" if most else last
