"""Read articles from files, web addresses, exports of press databases, or pasted."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from analysis.articles.blocks import (
    Block,
    Reading,
    decode,
    mend_text,
    spell_halves,
)
from analysis.articles.exports import find_vendor, shows_export, split_export
from analysis.articles.formats import (
    FROM_BYTES,
    FROM_TEXT,
    known_suffixes,
    read_txt,
    sniff,
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

__all__ = [
    "FURNITURE",
    "Article",
    "Paragraph",
    "check_language",
    "find_articles",
    "is_text",
    "find_paragraphs",
    "may_be_export",
    "read_article",
    "read_articles",
    "read_text",
]

LARGEST_TEXT = 5_000_000  # bytes
LARGEST_FILE = 25_000_000  # bytes, of a format that holds pictures too
LONGEST_FOLDER_NAME = 100  # bytes
LONGEST_NAME = 255  # bytes of a file's name; more is no name but a text
MOST_NAMED = 20  # files, of those that are there instead
LONGEST_PATH = 1_000  # characters; more is no path but a text
_NO_MARKUP = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ADDRESS = re.compile(r"[a-z]+://", re.I)
_NUMBER = re.compile(r"(.+)#(\d+)")
# Names that Windows keeps for devices, whatever stands behind a full stop.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)


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


def read_article(
    source: str | Path, allow_local: bool = False, language_check: bool = True
) -> Article:
    """Read an article from a file or a web address.

    Reads .txt, .html, .mhtml, .eml, .docx, .md, .rtf, .pdf and http(s) addresses. A
    byte-order mark is dropped and CRLF and CR become LF; lines that were broken to fit
    a page are joined; other formats give a paragraph a line. What a page or a document
    says of a paragraph (heading, caption, list) goes before the rules; what a person
    corrected (`analysis.corrections`) is applied when the article is analysed.

    Parameters
    ----------
    source : str or Path
        The file or address; ``export.html#3`` is the third article of a press
        database's export.
    allow_local : bool
        Whether an address in the machine's own network may be fetched.
    language_check : bool
        Whether to refuse a text that is not English, which all rules are made for.

    Returns
    -------
    Article
        ``.text``, ``.title`` (the opening heading, else the source's own, else the
        file's name), ``.source``, ``.name`` (the file's stem), ``.kinds``,
        ``.outlet``, ``.date``, ``.byline``, ``.url``, ``.notes``, ``.section``,
        ``.length``, ``.language``.

    Raises
    ------
    FileNotFoundError
        If there is no such file; the message names the folder's articles.
    ValueError
        If there is no article text in it: empty, too large, not English, a format
        that is not read, a page that asks for a login; or more than one article. The
        message says what to do.

    Examples
    --------
    >>> read_article("data/articles/grok-deepfakes.txt").name
    'grok-deepfakes'
    """
    whole, number = _numbered(source)
    found = _read_all(whole, allow_local)
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

    Parameters
    ----------
    source : str or Path
        The file or address.
    allow_local : bool
        As in `read_article`.

    Returns
    -------
    list of Article
        Each with outlet, date, byline, section, length and language as the database
        gives them; named after the file and its number in it, such as ``export-03``.
        One that is not English has a note that says so.

    Raises
    ------
    FileNotFoundError, ValueError
        As `read_article`.

    Examples
    --------
    >>> [a.name for a in read_articles("data/articles/grok-deepfakes.txt")]
    ['grok-deepfakes']
    """
    return [*map(_noted_language, _read_all(str(source), allow_local))]


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
    if not isinstance(text, str):
        raise ValueError(f"{what} is no text but {type(text).__name__}")
    if not text.strip():
        raise ValueError(f"{what} is empty: there is no article text in it")
    if len(text) > LARGEST_TEXT:
        raise ValueError(_too_large(what, len(text)))
    mended = mend_text(text)
    found = _with_notes(read_txt(mended.text), mended.notes)
    article = _make_article(found._replace(title=title), "pasted text", name)
    if language_check:
        check_language(article)
    return article


def find_articles(folder: str | Path) -> list[Path]:
    """The files of a folder that are articles, or of formats that are not read.

    Parameters
    ----------
    folder : str or Path
        Tables (``articles.csv``), hidden files and a README are left out.

    Returns
    -------
    list of Path
        By name.

    Examples
    --------
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


def may_be_export(path: Path) -> bool:
    """Whether a file can hold several articles; told without reading it whole.

    >>> may_be_export(Path("data/articles/grok-deepfakes.txt"))
    False
    """
    if not path.is_file() or path.stat().st_size > LARGEST_FILE:
        return False
    return shows_export(path.read_bytes())


def check_language(article: Article) -> None:
    """Refuse a text whose words are hardly ever English function words.

    Parameters
    ----------
    article : Article

    Raises
    ------
    ValueError
        If it is not English; the message says how to go on all the same.

    Examples
    --------
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
    if _ADDRESS.match(source) and len(source.split()) == 1:
        return len(source) > LONGEST_PATH
    long = any(
        len(part.encode("utf-8", "surrogatepass")) > LONGEST_NAME
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
    if not found or _ADDRESS.match(text) or os.path.isfile(text):
        return text, None
    return found[1], int(found[2])


def _read_all(source: str, allow_local: bool) -> list[Article]:
    """All articles of a file or address."""
    if _ADDRESS.match(source):
        return _read_url(source, allow_local)
    path = Path(source)
    if not os.path.isfile(source):
        raise FileNotFoundError(f"no article at {path}; {_near(path)}")
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError(_too_large(path.name, path.stat().st_size))
    found = _read_bytes(path.read_bytes(), path.suffix.lower(), path.name)
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
    from analysis.articles.web import fetch

    got = fetch(url, allow_local)
    path = Path(re.sub(r"[?#].*", "", got.address).rstrip("/"))
    suffix = ".html" if got.kind == "text/html" else path.suffix.lower()
    found = _read_bytes(got.data, suffix, url, got.encoding)
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


def _read_bytes(
    data: bytes, suffix: str, name: str, encoding: str = ""
) -> list[Reading]:
    """The articles of a file of any format that is read."""
    if not data.strip():
        raise ValueError(f"{name} is empty: there is no article text in it")
    kind = sniff(data, suffix, name)
    if kind == "mail":
        return _read_mail(data, name)
    if kind in FROM_BYTES:
        found = _guarded(FROM_BYTES[kind], data, name)
    elif len(data) > (LARGEST_FILE if kind == "rtf" else LARGEST_TEXT):
        raise ValueError(_too_large(name, len(data)))
    else:
        decoded = decode(data, name, encoding)
        if kind == "html":
            return _read_html(decoded.text, decoded.notes, name)
        text, notes = decoded.text, decoded.notes
        if kind != "rtf":  # whose own signs are no damage
            text, more = mend_text(text)
            notes += more
        found = _with_notes(_guarded(FROM_TEXT[kind], text, name), notes)
    return _with_text(_split_blocks(found.blocks, found.notes) or [found], name)


def _with_text(found: list[Reading], name: str) -> list[Reading]:
    """The articles of a file that hold text; they say if others hold none."""
    full = [one for one in found if any(b.text.strip() for b in one.blocks)]
    if not full:
        raise ValueError(f"{name} holds no text (a scan?): save its text as .txt")
    if empty := len(found) - len(full):
        note = f"{empty} of the {len(found)} articles of the file hold no text"
        return [_with_notes(one, (note,)) for one in full]
    return full


def _guarded(read: Callable[[Any], Any], data: bytes | str, name: str) -> Any:
    """Read; whatever the format's library raises is named with the file."""
    try:
        return read(data)
    except Exception as error:
        if name in str(error):
            raise
        raise ValueError(
            f"{name} could not be read ({type(error).__name__}: {error}): it is "
            f"damaged or protected; open it, save it again without a password, or its "
            f"text as .txt"
        ) from error


def _read_mail(data: bytes, name: str) -> list[Reading]:
    from analysis.articles.web import open_mail

    mail = open_mail(data, name)
    found = _read_bytes(mail.data, f".{mail.kind}", name, mail.encoding)
    said = mail._asdict()
    return [
        one._replace(
            **{
                field: getattr(one, field) or said[field]
                for field in ("title", "date", "byline", "url")
            }
        )
        for one in found
    ]


def _read_html(html: str, notes: tuple[str, ...], name: str) -> list[Reading]:
    from analysis.articles.pages import page_lines, read_page

    html = _NO_MARKUP.sub("", html)
    found = _split_blocks(_guarded(page_lines, html, name), ())
    if found:
        return _with_text(found, name)
    read = partial(read_page, name=name)
    return [_with_notes(_guarded(read, html, name), notes)]


def _split_blocks(blocks: Sequence[Block], notes: tuple[str, ...]) -> list[Reading]:
    """The articles of a press database's export; none if it is no export."""
    vendor = find_vendor(block.text for block in blocks)
    found = split_export(blocks, vendor) if vendor else []
    return [_with_notes(one, notes) for one in found]


def _with_notes(found: Reading, notes: tuple[str, ...]) -> Reading:
    return found._replace(notes=(*notes, *found.notes))


def _too_large(name: str, size: int) -> str:
    return (
        f"{name} has {size / 1e6:.0f} MB; an article has far less: save its text alone "
        f"as .txt"
    )


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


def make_name(name: str) -> str:
    """A name that can be a folder's and leads nowhere else.

    >>> make_name("../my article"), make_name("..")
    ('my article', 'article')
    """
    shown = "".join(c if c.isprintable() else "-" for c in name)
    plain = re.sub(r"[/\\:*?\"<>|]+", "-", shown)
    cut = plain.encode("utf-8")[:LONGEST_FOLDER_NAME].decode("utf-8", "ignore")
    cut = cut.strip(" .-~")
    return f"{cut}-" if _DEVICE.match(cut) else cut or "article"


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
