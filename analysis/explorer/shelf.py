"""The articles to choose from; what is pasted, dropped or fetched becomes a file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from analysis.articles import find_articles, make_name, read_export, read_text
from analysis.articles.formats import known_suffixes
from analysis.notebooks.choice import save_pasted

LONGEST_LIST = 300  # articles that are offered at once


class Entry(NamedTuple):
    """An article that can be chosen."""

    source: str  # as `analysis.read_article` takes it
    name: str
    folder: str


def list_articles(folders: Iterable[Path]) -> list[Entry]:
    """The articles of some folders, by folder and name.

    An export of a press database is offered article by article. A folder that is not
    there has none.

    >>> [e.name for e in list_articles([Path("data/articles")])][:2]
    ['ftc-subscriptions', 'grok-deepfakes']
    """
    found: list[Entry] = []
    for folder in folders:
        for path in find_articles(folder) if folder.is_dir() else ():
            found += entries_of(path, folder.name)
    return found[:LONGEST_LIST]


def entries_of(path: Path, folder: str) -> list[Entry]:
    """A file as the articles that it holds; one that cannot be read as itself."""
    found = [Entry(a.source, a.name, folder) for a in read_export(path)]
    return found or [Entry(str(path), path.stem, folder)]


def keep_text(text: str, folder: Path) -> Path:
    """Keep a pasted article as a text file named after its first line.

    Raises ValueError, and keeps nothing, if it is empty or not English.
    """
    read_text(text)
    return save_pasted(text, folder)


def keep_file(name: str, data: bytes, folder: Path) -> Path:
    """Keep a file that was dropped or chosen; a format that is not read is refused."""
    path = Path(name)
    if path.suffix.lower() not in known_suffixes():
        raise ValueError(
            f"{name} is of a format that is not read: save its text as .txt or .docx, "
            f"or paste it"
        )
    return _keep(folder, make_name(path.stem), path.suffix.lower(), data)


def keep_page(url: str, folder: Path) -> Path:
    """Fetch a page and keep it, so that it can be read again as it was."""
    from analysis.articles.blocks import decode
    from analysis.articles.web import fetch

    got = fetch(url)
    stem = Path(re.sub(r"[?#].*", "", got.address).rstrip("/"))
    if got.kind not in ("text/html", "application/xhtml+xml"):
        return keep_file(stem.name, got.data, folder)
    text = decode(got.data, url, got.encoding).text
    return _keep(folder, make_name(stem.stem), ".html", text.encode("utf-8-sig"))


def _keep(folder: Path, name: str, suffix: str, data: bytes) -> Path:
    """Write under a name of its own; the same data are not kept twice."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = folder / f"{name}{'' if number == 1 else f'-{number}'}{suffix}"
        if not path.exists():
            path.write_bytes(data)
            return path
        if path.read_bytes() == data:
            return path
        number += 1
