"""Read an article from a file, a web address or pasted text."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from analysis.articles.formats import (
    Block,
    Source,
    read_docx,
    read_markdown,
    read_pdf,
    read_rtf,
    sniff,
)
from analysis.articles.paragraphs import (
    FURNITURE,
    KINDS,
    Kind,
    Paragraph,
    find_paragraphs,
)
from analysis.tables import read_resource

__all__ = ["FURNITURE", "Article", "Paragraph", "find_paragraphs", "read_article"]

LARGEST_TEXT = 5_000_000  # bytes
LARGEST_FILE = 25_000_000  # bytes, of a format that holds pictures too
LEAST_ENGLISH = 0.2  # share of English function words; other languages stay below
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_ODD = re.compile(r"[\x00-\x08\x0b\x0d-\x1f\ufffd]")  # in no text


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


def read_article(
    source: str | Path, allow_local: bool = False, language_check: bool = True
) -> Article:
    """Read an article from a file or a web address.

    Reads .txt (UTF-8, UTF-16, Windows-1252), .html, .docx, .md, .rtf, .pdf and
    http(s) addresses. A byte-order mark is dropped and CRLF and CR become LF; other
    formats give a paragraph a line. What a page or a document says of a paragraph
    (heading, caption, list) goes before the rules, and a file ``NAME.kinds.csv``
    (paragraph,kind) beside the article goes before both.

    Parameters
    ----------
    source : str or Path
        The file or address.
    allow_local : bool
        Whether an address in the machine's own network may be fetched.
    language_check : bool
        Whether to refuse a text that is not English, which all rules are made for.

    Returns
    -------
    Article
        ``.text``, ``.title`` (the opening heading, else the source's own, else the
        file's name), ``.source``, ``.name`` (the file's stem), ``.kinds``,
        ``.outlet``, ``.date``, ``.byline``, ``.url``, ``.notes``.

    Raises
    ------
    FileNotFoundError
        If there is no such file; the message names the folder's articles.
    ValueError
        If there is no article text in it: empty, too large, not English, a format
        that is not read, a page that asks for a login. The message says what to do.

    Examples
    --------
    >>> read_article("data/articles/grok-deepfakes.txt").name
    'grok-deepfakes'
    """
    if re.match(r"[a-z]+://", str(source), re.I):
        return _read_url(str(source), allow_local, language_check)
    path = Path(source)
    if not path.is_file():
        files = [p.name for p in sorted(path.parent.glob("*")) if p.is_file()]
        near = ", ".join(n for n in files if not n.endswith(".csv")) or "none"
        raise FileNotFoundError(f"no article at {path}; files in {path.parent}: {near}")
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError(_too_large(path.name, path.stat().st_size))
    data = path.read_bytes()
    found = _read_bytes(data, path.suffix.lower(), path.name)
    article = _article(found, str(source), path.stem, language_check)
    return article._replace(kinds=article.kinds + _corrections(path, article.text))


def read_text(
    text: str, title: str = "", name: str = "pasted", language_check: bool = True
) -> Article:
    """Take an article pasted into a notebook.

    Parameters
    ----------
    text : str
        The article, a paragraph a line.
    title : str
        Its title, where the text itself does not open with it.
    name : str
        What to call it in tables and folders.
    language_check : bool
        As in `read_article`.

    Returns
    -------
    Article

    Raises
    ------
    ValueError
        If it is empty or not English.

    Examples
    --------
    >>> read_text("Fine for X\\nOfcom fined X.").title
    'Fine for X'
    """
    what = "the pasted text" if name == "pasted" else f"the text of {name}"
    found = Source(_lines(decode(text.encode("utf-8"), what)), title)
    return _article(found, "pasted text", name, language_check)


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
    if len(_ODD.findall(text)) > len(text) / 100:
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


def _read_url(url: str, allow_local: bool, language_check: bool) -> Article:
    from analysis.articles.web import fetch

    data, kind, final = fetch(url, allow_local)
    path = Path(re.sub(r"[?#].*", "", final).rstrip("/"))
    suffix = ".html" if kind == "text/html" else path.suffix.lower()
    article = _article(_read_bytes(data, suffix, url), url, path.stem, language_check)
    return article._replace(url=final)


def _read_bytes(data: bytes, suffix: str, name: str) -> Source:
    """The blocks of a file of any format that is read."""
    if not data.strip():
        raise ValueError(f"{name} is empty: there is no article text in it")
    kind = sniff(data, suffix, name)
    if kind in ("docx", "pdf"):
        found = (read_docx if kind == "docx" else read_pdf)(data)
    elif len(data) > LARGEST_TEXT:
        raise ValueError(_too_large(name, len(data)))
    else:
        found = _read_marked(decode(data, name), kind, name)
    if not found.blocks:
        raise ValueError(f"{name} holds no text (a scan?): save its text as .txt")
    return found


def _read_marked(text: str, kind: str, name: str) -> Source:
    if kind == "html":
        from analysis.articles.web import read_page

        return read_page(text, name)
    if kind == "txt":
        return Source(_lines(text))
    return (read_markdown if kind == "md" else read_rtf)(text)


def _lines(text: str) -> list[Block]:
    """Plain text stays as it is: its lines are blocks, blank ones too."""
    return [Block(line) for line in text.split("\n")]


def _too_large(name: str, size: int) -> str:
    return (
        f"{name} has {size / 1e6:.0f} MB; an article has far less: save its text alone "
        f"as .txt"
    )


def _article(found: Source, source: str, name: str, language_check: bool) -> Article:
    """An article from the blocks of any format."""
    text = "\n".join(block.text for block in found.blocks)
    if language_check:
        _check_language(text, name)
    paragraphs = find_paragraphs(text)
    kinds = _kinds(found.blocks, paragraphs)
    if kinds:
        paragraphs = find_paragraphs(text, kinds)
    first = next(iter(paragraphs), None)
    heading = first.text if first and first.kind == "heading" else ""
    title = heading or found.title or re.sub("[-_]+", " ", name).capitalize()
    about = (found.outlet, found.date, found.byline)
    notes = (*found.notes, *_notes(paragraphs))
    return Article(text, title, source, name, kinds, *about, notes=notes)


def _kinds(blocks: Sequence[Block], rules: Sequence[Paragraph]) -> tuple[Kind, ...]:
    """The kinds that a format knows; a prompt stays one in a heading's clothes."""
    filled = [b for b in blocks if b.text.strip()]
    return tuple(
        Kind(i, block.kind, block.reason)
        for i, (block, rule) in enumerate(zip(filled, rules, strict=True))
        if block.kind and rule.kind != "prompt"
    )


def _notes(paragraphs: Sequence[Paragraph]) -> tuple[str, ...]:
    body = [p for p in paragraphs if p.kind == "body"]
    if len(body) > 2:
        return ()
    few = {0: "no body paragraph", 1: "one body paragraph"}.get(len(body), "two")
    return (f"{few} only: too little text for a trajectory or a test of change",)


@cache
def _function_words() -> frozenset[str]:
    return frozenset(r["word"] for r in read_resource("function_words.csv"))


def _check_language(text: str, name: str) -> None:
    """Refuse a text whose words are hardly ever English function words."""
    words = [w.lower() for w in _WORD.findall(text[:20_000])]
    share = sum(w in _function_words() for w in words) / max(1, len(words))
    if len(words) >= 20 and share < LEAST_ENGLISH:
        raise ValueError(
            f"{name} does not read like English, which Throughline is made for "
            f"({share:.0%} of its words are English function words); to go on all the "
            f"same, pass language_check=False"
        )


def _corrections(path: Path, text: str) -> tuple[Kind, ...]:
    """A reader's own kinds, from ``NAME.kinds.csv`` beside the article."""
    file = path.with_name(path.stem + ".kinds.csv")
    if not file.is_file():
        return ()
    n = len(find_paragraphs(text))
    with open(file, encoding="utf-8-sig", newline="") as rows:
        mark = ";" if ";" in rows.readline() else ","  # spreadsheets save either
        rows.seek(0)
        return tuple(
            _correction(row, f"{file.name}, line {line}", n)
            for line, row in enumerate(csv.DictReader(rows, delimiter=mark), 2)
        )


def _correction(row: dict[str, str], where: str, n: int) -> Kind:
    number, kind = (row.get(c) or "" for c in ("paragraph", "kind"))
    if not number.strip().isdigit() or int(number) >= n:
        raise ValueError(
            f"{where}: no paragraph {number!r}; they count from 0 to {n - 1}"
        )
    if kind.strip() not in KINDS:
        raise ValueError(f"{where}: no kind {kind!r}; use one of {', '.join(KINDS)}")
    return Kind(int(number), kind.strip(), "said by the reader")
