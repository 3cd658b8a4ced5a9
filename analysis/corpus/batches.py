"""How a corpus is cut into batches, and by what a batch is known again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence

from analysis.articles import Article
from analysis.corpus.parts import Item

ARTICLES = 50  # a batch at most
CHARACTERS = 500_000  # a batch at most, if it holds more than one article


def cut_batches(items: Iterable[Item]) -> Iterator[tuple[str, list[Item]]]:
    """Cut articles into batches by their number and length alone.

    Parameters
    ----------
    items : iterable of Item
        The articles.

    Yields
    ------
    str, list of Item
        The batch's name and its articles.

    Examples
    --------
    >>> items = (Item(str(i), "", "It waits.", {}) for i in range(150))
    >>> [(name, len(batch)) for name, batch in cut_batches(items)]
    [('part-000000', 50), ('part-000001', 50), ('part-000002', 50)]
    """
    batch: list[Item] = []
    number = length = 0
    for item in items:
        size = _length(item)
        if batch and (len(batch) == ARTICLES or length + size > CHARACTERS):
            yield f"part-{number:06}", batch
            batch, number, length = [], number + 1, 0
        batch.append(item)
        length += size
    if batch:
        yield f"part-{number:06}", batch


def _length(item: Item) -> int:
    if isinstance(item.text, Article):
        return len(item.text.text)
    if item.text is not None:
        return len(item.text)
    return os.path.getsize(item.source) if os.path.isfile(item.source) else 0


def fingerprint(batch: Sequence[Item]) -> str:
    """A batch's own mark: it is done again if its articles have changed.

    Parameters
    ----------
    batch : sequence of Item
        Its articles.

    Returns
    -------
    str
        A digest of texts and columns; of files, their sizes and times of change.

    Examples
    --------
    >>> fingerprint([Item("a", "", "No.", {})]) == fingerprint([])
    False
    """
    found = hashlib.sha256()
    for item in batch:
        place = os.stat(item.source) if os.path.isfile(item.source) else None
        state = (place.st_size, place.st_mtime_ns) if place else None
        found.update(repr((item, state)).encode("utf-8", "surrogatepass"))
    return found.hexdigest()
