"""Read an article and find its paragraphs and their kinds."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from .paragraphs import FURNITURE, KINDS, Kind, Paragraph, find_paragraphs


class Article(NamedTuple):
    """An article as read: its text (the one every span points into) and origin."""

    text: str
    title: str
    source: str
    name: str
    kinds: tuple[Kind, ...] = ()  # what the page or a reader says of paragraphs
    outlet: str = ""
    date: str = ""
    byline: str = ""
    url: str = ""
    notes: tuple[str, ...] = ()  # what the reader of the results should know


def read_article(source: str | Path) -> Article:
    """Read an article from a text file.

    Decodes UTF-8, UTF-16 and Windows-1252, drops a byte-order mark and turns
    CRLF and CR into LF; nothing else is changed.

    Parameters
    ----------
    source : str or Path
        A text file; a paragraph a line, blank lines between them or not.

    Returns
    -------
    Article
        ``.text``, ``.title`` (the opening heading, else the file's name),
        ``.source`` and ``.name`` (the file's stem).

    Raises
    ------
    FileNotFoundError
        If there is no such file; the message names the folder's articles.
    ValueError
        If the file is empty or is no text.

    Examples
    --------
    >>> read_article("data/articles/grok-deepfakes.txt").name
    'grok-deepfakes'
    """
    path = Path(source)
    if not path.is_file():
        near = ", ".join(sorted(p.name for p in path.parent.glob("*.txt"))) or "none"
        raise FileNotFoundError(
            f"no article at {path}; text files in {path.parent}: {near}"
        )
    text = decode(path.read_bytes(), path.name)
    return Article(text, _title(text, path.stem), str(source), path.stem)


def decode(data: bytes, name: str = "the article") -> str:
    """Decode the bytes of a text file and make every line end with LF.

    Parameters
    ----------
    data : bytes
        UTF-8, UTF-16 or Windows-1252, with or without a byte-order mark.
    name : str
        What to call the file in an error.

    Returns
    -------
    str
        The text that all spans point into.

    Raises
    ------
    ValueError
        If there is no text, or the bytes are not text.

    Examples
    --------
    >>> decode("‘No,’ she said.\\r\\n".encode("cp1252"))
    '‘No,’ she said.\\n'
    """
    text = data.decode(_encoding(data), errors="replace")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise ValueError(f"{name} is empty: there is no article text in it")
    odd = sum(c < " " and c not in "\n\t\f" or c == "\ufffd" for c in text)
    if odd > len(text) / 100:
        raise ValueError(f"{name} is not a text file: save the article as .txt first")
    return text


def _encoding(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if data[1::2].count(0) > len(data) / 5:
        return "utf-16-le"
    if data[::2].count(0) > len(data) / 5:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _title(text: str, stem: str) -> str:
    first = next(iter(find_paragraphs(text)), None)
    if first and first.kind == "heading":
        return first.text
    return stem.replace("-", " ").replace("_", " ").capitalize()
