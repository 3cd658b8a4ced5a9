"""Read articles from files, web addresses, exports of press databases, or pasted."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from analysis.articles.blocks import Block, Reading, mend_text, spell_halves
from analysis.articles.exports import shows_export
from analysis.articles.formats import (
    LARGEST_FILE,
    LARGEST_TEXT,
    known_suffixes,
    read_bytes,
    read_txt,
    too_large,
)
from analysis.articles.paragraphs import (
    FURNITURE,
    LEAST_ENGLISH,
    Kind,
    Paragraph,
    find_paragraphs,
    reading_notes,
    share_of_english,
)
from analysis.folders import make_name

__all__ = [
    "FURNITURE",
    "Article",
    "Paragraph",
    "check_language",
    "find_articles",
    "find_paragraphs",
    "is_address",
    "is_text",
    "make_name",
    "read_article",
    "read_articles",
    "read_export",
    "read_text",
]

LONGEST_FILE_NAME = 255  # bytes; more is no file's name but a text
LONGEST_PATH = 1_000  # characters; more is no path but a text
MOST_NAMED = 20  # files, of those that are there instead
_ADDRESS = re.compile(r"[a-z]+://", re.I)
_NUMBER = re.compile(r"(.+)#(\d+)")


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
    section: str = ""
    length: str = ""  # words, as a press database counts them
    language: str = ""


def is_address(source: str) -> bool:
    """Whether an article is a web page.

    >>> is_address("https://news.example/a"), is_address("a.txt")
    (True, False)
    """
    return bool(_ADDRESS.match(source))


def read_article(
    source: str | Path, allow_local: bool = False, language_check: bool = True
) -> Article:
    """Read an article from a file or a web address.

    Reads .txt, .html, .mhtml, .eml, .docx, .md, .rtf, .pdf and http(s) addresses. A
    byte-order mark is dropped and CRLF and CR become LF; lines that were broken to fit
    a page are joined; other formats give a paragraph a line. What a page or a document
    says of a paragraph (heading, caption, list) goes before the rules; what a person
    corrected (`analysis.corrections`) is applied when the article is analysed.

    The article's title is its opening heading, else the source's own, else the file's
    name; its name is the file's stem. Raises FileNotFoundError if there is no such file
    (the message names the folder's articles); ValueError if there is no article text in
    it: empty, too large, not English, a format that is not read, a page that asks for a
    login; or more than one article. The message says what to do.

    Parameters
    ----------
    source : str or Path
        The file or address; ``export.html#3`` is the third article of a press
        database's export.
    allow_local : bool
        Whether an address in the machine's own network may be fetched.
    language_check : bool
        Whether to refuse a text that is not English, which all rules are made for.

    Examples
    --------
    >>> read_article("data/articles/grok-deepfakes.txt").name
    'grok-deepfakes'
    """
    whole, number = _numbered(source)
    found = _read_source(whole, allow_local)
    if number is None and len(found) > 1:
        raise ValueError(
            f"{whole} holds {len(found)} articles: take one, such as "
            f"read_article({f'{whole}#1'!r}), or all with read_articles"
        )
    if number is not None and not 0 < number <= len(found):
        raise ValueError(f"{whole} holds {len(found)} articles, not {number}")
    article = found[(number or 1) - 1]
    if language_check:
        check_language(article)
    return article


def read_articles(source: str | Path, allow_local: bool = False) -> list[Article]:
    """Read all articles of a file: of a press database's export, or the only one.

    Exports of Nexis, Factiva and ProQuest are split by the rules of
    ``resources/exports.csv``, whatever their format.

    Each has outlet, date, byline, section, length and language as the database gives
    them; named after the file and its number in it, such as ``export-03``. One that is
    not English has a note that says so. Raises FileNotFoundError or ValueError as
    `read_article`.

    >>> [a.name for a in read_articles("data/articles/grok-deepfakes.txt")]
    ['grok-deepfakes']
    """
    return [*map(_noted_language, _read_source(str(source), allow_local))]


def read_text(
    text: str, title: str = "", name: str = "pasted", language_check: bool = True
) -> Article:
    """Take an article pasted into a notebook, a paragraph a line.

    `title`: its title, where the text itself does not open with it. `name`: what to
    call it in tables and folders. `language_check`: as in `read_article`.

    Raises ValueError if it is empty or not English.

    >>> read_text("Fine for X\\nOfcom fined X.").title
    'Fine for X'
    """
    what = "the pasted text" if name == "pasted" else f"the text of {name}"
    if not isinstance(text, str):
        raise ValueError(f"{what} is no text but {type(text).__name__}")
    if not text.strip():
        raise ValueError(f"{what} is empty: there is no article text in it")
    if len(text) > LARGEST_TEXT:
        raise too_large(what, len(text))
    mended = mend_text(text)
    found = read_txt(mended.text).noted(mended.notes)._replace(title=title)
    article = _make_article(found, "pasted text", name)
    if language_check:
        check_language(article)
    return article


def find_articles(folder: str | Path) -> list[Path]:
    """The files of a folder that are articles, or of formats that are not read.

    Tables (``articles.csv``), hidden files and a README are left out.

    >>> [path.stem for path in find_articles("data/articles")]
    ['ftc-subscriptions', 'grok-deepfakes', 'ofwat-leaks']
    """
    return [
        path
        for path in sorted(Path(folder).iterdir())
        if path.suffix.lower() in known_suffixes()
        and path.is_file()
        and not path.name.lower().startswith((".", "~", "readme"))
    ]


def read_export(source: str | Path) -> list[Article]:
    """The articles of a press database's export; none of any other file.

    A file that can be none is not read whole; nor is a fault raised: whoever reads
    the file as an article meets it.

    >>> read_export("data/articles/grok-deepfakes.txt")
    []
    """
    path = Path(source)
    try:
        small = path.is_file() and path.stat().st_size <= LARGEST_FILE
        if small and shows_export(path.read_bytes()):
            return read_articles(source)
    except (OSError, ValueError):
        pass  # reading it as one article says what is wrong
    return []


def check_language(article: Article) -> None:
    """Refuse a text whose words are hardly ever English function words.

    The ValueError says how to go on all the same.

    >>> check_language(read_text("It waits."))
    """
    if (share := share_of_english(article.text)) < LEAST_ENGLISH:
        raise ValueError(
            f"{article.name} does not read like English, which Throughline is made "
            f"for ({share:.0%} of its words are English function words); to go on all "
            f"the same, pass language_check=False"
        )


def _noted_language(article: Article) -> Article:
    try:
        check_language(article)
    except ValueError as error:
        return article._replace(notes=(*article.notes, str(error)))
    return article


def is_text(source: str) -> bool:
    """Whether this is an article's text, and no file's name or address.

    >>> is_text("a/b.txt"), is_text("Fine for X\\nOfcom fined X."), is_text("a" * 300)
    (False, True, True)
    """
    if is_address(source) and len(source.split()) == 1:
        return len(source) > LONGEST_PATH
    long = any(
        len(part.encode("utf-8", "surrogatepass")) > LONGEST_FILE_NAME
        for part in re.split(r"[/\\]", source)
    )
    return "\n" in source.strip() or len(source) > LONGEST_PATH or long


def _numbered(source: str | Path) -> tuple[str, int | None]:
    """A file or address, and which of its articles is meant."""
    text = str(source)
    if is_text(text):
        raise ValueError(
            "this is no file's name but a text: take it with "
            "analysis.articles.read_text"
        )
    found = _NUMBER.fullmatch(text)
    if not found or is_address(text) or os.path.isfile(text):
        return text, None
    return found[1], int(found[2])


def _read_source(source: str, allow_local: bool) -> list[Article]:
    """All articles of a file or address."""
    if is_address(source):
        return _read_url(source, allow_local)
    path = Path(source)
    if not os.path.isfile(source):
        raise FileNotFoundError(f"no article at {path}; {_near(path)}")
    if path.stat().st_size > LARGEST_FILE:
        raise too_large(path.name, path.stat().st_size)
    found = read_bytes(path.read_bytes(), path.suffix.lower(), path.name)
    return _name_articles(found, source, path.stem)


def _near(path: Path) -> str:
    """Which files there are instead; those of the most like names."""
    if path.is_dir():
        return "it is a folder: name a file in it, or give it to analyse_corpus"
    try:
        files = [p.name for p in sorted(path.parent.iterdir()) if p.is_file()]
    except (OSError, ValueError):
        return f"there is no folder {path.parent}"
    files = [name for name in files if not name.endswith(".csv")]
    if len(files) > MOST_NAMED:
        like = difflib.get_close_matches(path.name[:100], files[:10_000], MOST_NAMED)
        return f"{path.parent} has {len(files)} others, the nearest: {like}"
    return f"files in {path.parent}: {', '.join(files) or 'none'}"


def _read_url(url: str, allow_local: bool) -> list[Article]:
    from analysis.articles.web import fetch  # its libraries are seldom needed

    got = fetch(url, allow_local)
    path = Path(re.sub(r"[?#].*", "", got.address).rstrip("/"))
    suffix = ".html" if got.kind == "text/html" else path.suffix.lower()
    found = read_bytes(got.data, suffix, url, got.encoding)
    articles = _name_articles(found, url, path.stem)
    return [article._replace(url=article.url or got.address) for article in articles]


def _name_articles(found: Sequence[Reading], source: str, stem: str) -> list[Article]:
    """Articles with their names: the file's, numbered if there are several."""
    if len(found) == 1:
        return [_make_article(found[0], source, stem)]
    width = len(str(len(found)))
    return [
        _make_article(one, f"{source}#{n}", f"{stem}-{n:0{width}}")
        for n, one in enumerate(found, 1)
    ]


def _make_article(found: Reading, source: str, name: str) -> Article:
    """An article from the blocks of any format."""
    text = "\n".join(block.text for block in found.blocks)
    paragraphs = find_paragraphs(text)
    kinds = _kinds_of_blocks(found.blocks, paragraphs)
    if kinds:
        paragraphs = find_paragraphs(text, kinds)
    first = next(iter(paragraphs), None)
    heading = first.text if first and first.kind == "heading" else ""
    plain = re.sub("[-_]+", " ", spell_halves(name)).capitalize()
    title = heading or " ".join(found.title.split()) or plain
    return Article(
        text,
        title,
        source,
        make_name(name),
        kinds,
        found.outlet,
        found.date,
        found.byline,
        found.url,
        (*found.notes, *reading_notes(paragraphs, found.length)),
        found.section,
        found.length,
        found.language,
    )


def _kinds_of_blocks(
    blocks: Sequence[Block], rules: Sequence[Paragraph]
) -> tuple[Kind, ...]:
    """The kinds that a format knows; a prompt stays one in a heading's clothes."""
    filled = [b for b in blocks if b.text.strip()]
    return tuple(
        Kind(i, block.kind, block.reason)
        for i, (block, rule) in enumerate(zip(filled, rules, strict=True))
        if block.kind and rule.kind != "prompt"
    )
