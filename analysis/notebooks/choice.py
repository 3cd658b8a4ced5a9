"""The articles to choose from, what a person brings, and what was chosen last.

The choice stands in ``output/choice.json``, which git ignores (or where
``THROUGHLINE_CHOICE`` says), and is what all notebooks open; without it, or when its
article is gone, the bundled article is opened.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import NamedTuple

from analysis.articles import (
    find_articles,
    is_address,
    is_text,
    make_name,
    read_export,
    read_text,
)
from analysis.articles.formats import known_suffixes
from analysis.folders import write_whole

BUNDLED = "../data/articles/grok-deepfakes.txt"  # as notebooks see the folders
OWN = Path("../data/private")  # a person's own articles; git ignores it
PLACE = "../output/choice.json"
WORDS = 6  # of a pasted text, in the name of its file
LONGEST_LIST = 300  # articles that are offered at once


class Choice(NamedTuple):
    """What was chosen: a file or web address, and a codebook's file or None."""

    article: str
    codebook: str | None = None


class Entry(NamedTuple):
    """An article that can be chosen."""

    source: str  # as `analysis.read_article` takes it
    name: str
    folder: str


def remember(article: str | Path, codebook: str | Path | None = None) -> Choice:
    """Choose an article for this and all other notebooks.

    A pasted text is saved in ``data/private``. Without a codebook's file, it is the
    one beside the article, else a known one that fits and a draft.

    >>> import tempfile
    >>> os.environ["THROUGHLINE_CHOICE"] = tempfile.mkdtemp() + "/choice.json"
    >>> remember("https://news.example/a") == chosen()
    True
    >>> del os.environ["THROUGHLINE_CHOICE"]
    """
    text = str(article)
    if is_text(text):
        text = str(save_pasted(text, OWN))
    found = Choice(_whole(text), None if codebook is None else _whole(str(codebook)))
    place = _place()
    place.parent.mkdir(parents=True, exist_ok=True)
    write_whole(place, json.dumps(found._asdict(), indent=1).encode())
    return found


def chosen() -> Choice:
    """What was chosen last; the bundled article where that is nothing or gone.

    >>> chosen().article != ""
    True
    """
    try:
        kept = json.loads(_place().read_text(encoding="utf-8"))
        found = Choice(str(kept["article"]), kept.get("codebook"))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return Choice(BUNDLED)
    if not is_there(found.article):
        return Choice(BUNDLED)
    gone = found.codebook is not None and not Path(found.codebook).is_file()
    return found._replace(codebook=None) if gone else found


def is_there(source: str) -> bool:
    """Whether an article can be opened; of an address only its server knows."""
    try:
        return is_address(source) or Path(re.sub(r"#\d+$", "", source)).is_file()
    except (OSError, ValueError):
        return False


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
            found += shelf_entries(path)
    return found[:LONGEST_LIST]


def shelf_entries(path: Path) -> list[Entry]:
    """A file as the articles that it holds; one that cannot be read as itself."""
    folder = path.parent.name
    found = [Entry(a.source, a.name, folder) for a in read_export(path)]
    return found or [Entry(str(path), path.stem, folder)]


def save_pasted(text: str, folder: Path) -> Path:
    """Save a pasted text as a file named after its first words.

    >>> import tempfile
    >>> save_pasted("Fine for X\\nOfcom fined X.", Path(tempfile.mkdtemp())).name
    'Fine-for-X.txt'
    """
    data = text.strip().encode("utf-8", "surrogatepass") + b"\n"
    first = re.findall(r"\w+", text.strip().partition("\n")[0])[:WORDS]
    stem = make_name("-".join(first)) if first else "pasted"
    return _save(folder, stem, ".txt", data)


def keep_text(text: str, folder: Path) -> Path:
    """Save a pasted article; ValueError, and nothing saved, if empty or not English."""
    read_text(text)
    return save_pasted(text, folder)


def keep_file(name: str, data: bytes, folder: Path) -> Path:
    """Save a file that was dropped or chosen; a format that is not read is refused."""
    path = Path(name)
    if path.suffix.lower() not in known_suffixes():
        raise ValueError(
            f"{name} is of a format that is not read: save its text as .txt or .docx, "
            f"or paste it"
        )
    return _save(folder, make_name(path.stem), path.suffix.lower(), data)


def keep_page(url: str, folder: Path) -> Path:
    """Fetch a page and save it, so that it can be read again as it was."""
    from analysis.articles.blocks import decode
    from analysis.articles.web import fetch

    got = fetch(url)
    stem = Path(re.sub(r"[?#].*", "", got.address).rstrip("/"))
    if got.kind not in ("text/html", "application/xhtml+xml"):
        return keep_file(stem.name, got.data, folder)
    text = decode(got.data, url, got.encoding).text
    return _save(folder, make_name(stem.stem), ".html", text.encode("utf-8-sig"))


def _save(folder: Path, name: str, suffix: str, data: bytes) -> Path:
    """Write an article under a name of its own; the same data are not saved twice.

    Another ending does not make a name one's own: what is put right in an article is
    kept in files beside it that bear its name without the ending.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken = {path.stem.casefold() for path in find_articles(folder)}
    for number in count(1):
        stem = name if number == 1 else f"{name} ({number})"
        path = folder / f"{stem}{suffix}"
        if path.is_file() and path.read_bytes() == data:
            break
        if stem.casefold() not in taken and not path.exists():
            write_whole(path, data)
            break
    return path


def _place() -> Path:
    return Path(os.environ.get("THROUGHLINE_CHOICE", PLACE))


def _whole(source: str) -> str:
    return source if is_address(source) else str(Path(source).resolve())
