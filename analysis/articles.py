"""Read an article and find its paragraphs and their kinds."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

from .tables import read_resource

FURNITURE = frozenset({"heading", "caption", "prompt"})
LONGEST_HEADING = 14  # words; a longer line without a full stop is a caption

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_LINE = re.compile(r"[^\n]+")
_END_MARKS = tuple(".!?…:;,\"'”’»“)]—–-")


class Article(NamedTuple):
    """An article as read: its text (the one every span points into) and origin."""

    text: str
    title: str
    source: str
    name: str


class Paragraph(NamedTuple):
    """A paragraph, its kind and the reason for that kind."""

    paragraph: int
    start: int
    end: int
    kind: str
    reason: str
    text: str


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


def find_paragraphs(text: str) -> list[Paragraph]:
    """Find the paragraphs and say of each whether it is body text or furniture.

    Furniture is a heading, a caption or a prompt (what asks the reader to do
    something, and its box). The patterns stand in ``resources/furniture.csv``;
    beside them only length, end marks and repetition count. It does not know
    the page's layout: a caption that ends with a full stop and repeats nothing
    passes for body text.

    Parameters
    ----------
    text : str
        The article's text; paragraphs break at line feeds only.

    Returns
    -------
    list of Paragraph
        Spans without the white space around them; blank lines are no paragraph.

    Examples
    --------
    >>> [p.kind for p in find_paragraphs("Fine for X\\nOfcom fined X.\\nRead more")]
    ['heading', 'body', 'prompt']
    """
    spans = []
    for line in _LINE.finditer(text):
        inner = line.group().strip()
        if inner:
            start = line.start() + line.group().index(inner)
            spans.append((start, start + len(inner), inner))
    texts = [inner for _, _, inner in spans]
    kinds = _spread_prompts([_kind(i, texts) for i in range(len(texts))], texts)
    return [
        Paragraph(i, start, end, *kind, inner)
        for i, ((start, end, inner), kind) in enumerate(zip(spans, kinds, strict=True))
    ]


@cache
def _patterns() -> tuple[re.Pattern[str], list[tuple[str, str]]]:
    """All furniture patterns as one expression; group n is row n of the file."""
    rows = read_resource("furniture.csv")
    plain = (re.sub(r"(?<!\\)\((?!\?)", "(?:", r["pattern"]) for r in rows)
    joined = "|".join(f"({pattern})" for pattern in plain)
    return re.compile(joined, re.I), [(r["kind"], r["reason"]) for r in rows]


def _content_words(text: str) -> Counter[str]:
    return Counter(w.lower() for w in _WORD.findall(text) if len(w) > 3)


def _kind(i: int, texts: list[str]) -> tuple[str, str]:
    """The kind of one paragraph by itself, and why."""
    pattern, kinds = _patterns()
    text = texts[i]
    opening = pattern.match(text) or pattern.search(text, max(0, len(text) - 80))
    if opening:
        return kinds[opening.lastindex - 1]
    if text.endswith(_END_MARKS):
        return "body", "a full sentence"
    n = len(_WORD.findall(text))
    if i and _repeats(i, texts):
        return "caption", "no full stop, repeats the text"
    if n > LONGEST_HEADING:
        return "caption", "long line without a full stop"
    return "heading", "short line without a full stop"


def _repeats(i: int, texts: list[str]) -> bool:
    """Whether another paragraph holds most of this one's content words."""
    mine = _content_words(texts[i])
    most = 0.6 * mine.total()
    others = (_content_words(t) for j, t in enumerate(texts) if j != i)
    return mine.total() > 4 and any((mine & other).total() >= most for other in others)


def _spread_prompts(
    kinds: list[tuple[str, str]], texts: list[str]
) -> list[tuple[str, str]]:
    """A question or heading right after a prompt belongs to the prompt's box."""
    out = list(kinds)
    for i in range(1, len(out)):
        boxed = texts[i].endswith("?") or out[i][0] == "heading"
        if boxed and out[i - 1][0] == "prompt":
            out[i] = ("prompt", "follows a prompt")
    return out
