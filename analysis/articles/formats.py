"""What a file is, and plain text and Markdown read as blocks with their kinds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.articles.blocks import Block, Source, fill_blocks
from analysis.articles.exports import find_vendor
from analysis.articles.printed import join_printed
from analysis.tables import read_resource

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|(?<!\w)_|_(?!\w)|`)(?=\S)(.+?)(?<=\S)\1")
_ITEM = re.compile(r"(?:[-*+•]|\d{1,2}[.)])\s+")
_ZIP, _PDF, _RTF, _OLE = b"PK\x03\x04", b"%PDF", b"{\\rtf", b"\xd0\xcf\x11\xe0"
_PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")
_BLANK = b"\xef\xbb\xbf \t\r\n"  # a byte-order mark too
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
READ = ".txt, .html, .mhtml, .eml, .docx, .md, .rtf, .pdf"
_SUBTITLES = re.compile(rb"\s*(?:WEBVTT|\d+\s+\d\d:\d\d:\d\d[,.]\d+ -->)")
_MAIL = re.compile(
    rb"(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)*?"
    rb"(?:MIME-Version|Content-Type|Message-ID):",
    re.I,
)


def sniff(data: bytes, suffix: str, name: str) -> str:
    """The format of a file, from its first bytes and its name.

    Parameters
    ----------
    data : bytes
        The file.
    suffix : str
        The end of its name, such as ``.docx``.
    name : str
        What to call it in an error.

    Returns
    -------
    str
        ``docx``, ``pdf``, ``rtf``, ``html``, ``mail``, ``md`` or ``txt``.

    Raises
    ------
    ValueError
        If it is a format that is not read; the message says what to do instead.

    Examples
    --------
    >>> sniff(b"<!doctype html><p>No.", "", "a page")
    'html'
    """
    if data.startswith(_ZIP) and b"word/" in data:
        return "docx"
    if _PDF in data[:1000]:
        return "pdf"
    if data.startswith(_RTF):
        return "rtf"
    if remedy := _remedy(data, suffix):
        raise ValueError(f"{name} is in a format that is not read ({READ}): {remedy}")
    head = data[:1000].lstrip(_BLANK).lower()
    if suffix in (".html", ".htm", ".xhtml") or head.startswith(_PAGE_STARTS):
        return "html"
    if suffix in (".eml", ".mhtml", ".mht") or _MAIL.match(data[:2000]):
        return "mail"
    return "md" if suffix in (".md", ".markdown") else "txt"


def known_suffixes() -> set[str]:
    """Ends of the names of files that are read, or refused by name; tables are not.

    >>> ".docx" in known_suffixes(), ".csv" in known_suffixes()
    (True, False)
    """
    refused = {
        r["suffix"]
        for r in read_resource("formats.csv")
        if "analyse_corpus" not in r["remedy"]
    }
    return refused | {*READ.split(", "), ".htm", ".xhtml", ".mht", ".markdown"}


def _remedy(data: bytes, suffix: str) -> str:
    """What to do with a format that is not read."""
    remedies = {r["suffix"]: r["remedy"] for r in read_resource("formats.csv")}
    if data.startswith(_OLE) and suffix in (".docx", ".doc", ""):
        return (
            "it is protected by a password, or of an old kind: open it in a word "
            "processor and save it as .docx without a password"
        )
    if data.startswith(_ZIP) and suffix == ".docx":
        return "it is cut short or damaged: save it again as .docx"
    if suffix in remedies:
        return remedies[suffix]
    if data.startswith((_ZIP, _OLE, *_IMAGES)):
        return "save the article's text as .txt"
    start = data[:1000].lstrip(_BLANK).lower()
    if _SUBTITLES.match(start.upper()):
        return remedies[".srt"]
    page = any(sign in start for sign in (b"<html", b"xhtml"))
    return remedies[".xml"] if start.startswith(b"<?xml") and not page else ""


def read_markdown(text: str) -> Source:
    """Markdown: headings, images' captions and lists; emphasis and links undone.

    Parameters
    ----------
    text : str
        The file's text, with YAML front matter or without.

    Returns
    -------
    Source

    Examples
    --------
    >>> read_markdown("# Fine\\n\\nOfwat *fined*\\nit.").blocks[1].text
    'Ofwat fined it.'
    """
    front = _FRONT.match(text)
    about = _front_matter(front[1]) if front else {}
    body = text[front.end() :] if front else text
    blocks = fill_blocks(b for part in re.split(r"\n\s*\n", body) for b in _part(part))
    return Source(
        blocks,
        about.get("title", ""),
        about.get("outlet", ""),
        about.get("date", ""),
        about.get("author", ""),
    )


def _front_matter(text: str) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {key.strip().lower(): value.strip(" \"'") for key, value in pairs}


def _part(part: str) -> Iterator[Block]:
    """The blocks of a stretch without blank lines."""
    plain: list[str] = []
    for line in part.strip("\n").split("\n"):
        line = line.strip().removeprefix("> ").strip()
        heading = re.match(r"(#{1,6})\s+(.*?)\s*#*$", line)
        image = _IMAGE.fullmatch(line)
        item = _ITEM.match(line)
        if not (heading or image or item):
            plain.append(line)
            continue
        yield Block(_undone(" ".join(plain)))
        plain = []
        if heading:
            yield Block(_undone(heading[2]), "heading", "a heading in Markdown")
        elif image:
            yield Block(_undone(image[1]), "caption", "an image's text")
        elif item:
            yield Block(_undone(line[item.end() :]), "body", "a list item")
    yield Block(_undone(" ".join(plain)))


def _undone(text: str) -> str:
    """Text without the marks for links and emphasis."""
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", _IMAGE.sub(r"\1", text)))


def read_txt(text: str) -> Source:
    """Plain text: its lines are blocks, blank ones too; printed lines are joined.

    >>> [b.text for b in read_txt("Fine for X\\nOfcom fined X.").blocks]
    ['Fine for X', 'Ofcom fined X.']
    """
    vendor = find_vendor(text.split("\n"))
    joined = join_printed(text, vendor.opens if vendor else None)
    notes = ("printed lines were joined into paragraphs",) if joined != text else ()
    return Source([Block(line) for line in joined.split("\n")], notes=notes)
