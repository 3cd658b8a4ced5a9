"""Read Word, Markdown, rich-text and PDF files as blocks of text with their kinds."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|(?<!\w)_|_(?!\w)|`)(?=\S)(.+?)(?<=\S)\1")
_ITEM = re.compile(r"(?:[-*+•]|\d{1,2}[.)])\s+")
_ZIP, _PDF, _RTF = b"PK\x03\x04", b"%PDF", b"{\\rtf"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
REMEDIES = {
    ".doc": "open it in a word processor and save it as .docx",
    ".odt": "open it in a word processor and save it as .docx",
    ".pages": "export it as .docx",
    ".epub": "copy the article's text and save it as .txt",
    ".xlsx": "copy the article's text and save it as .txt",
    ".csv": "copy the article's text and save it as .txt",
    ".pptx": "copy the article's text and save it as .txt",
    ".zip": "unpack it and name the article's own file",
    ".png": "a picture holds no text: type the article or find it as text",
    ".jpg": "a picture holds no text: type the article or find it as text",
    ".mp3": "transcribe it and save it as .txt",
    ".mp4": "transcribe it and save it as .txt",
}
READ = ".txt, .html, .docx, .md, .rtf, .pdf"


class Block(NamedTuple):
    """A paragraph to be; kind and reason where the format knows them."""

    text: str
    kind: str = ""
    reason: str = ""


class Source(NamedTuple):
    """What a format gives: blocks, and what it says of the article."""

    blocks: list[Block]
    title: str = ""
    outlet: str = ""
    date: str = ""
    byline: str = ""
    notes: tuple[str, ...] = ()


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
        ``docx``, ``pdf``, ``rtf``, ``html``, ``md`` or ``txt``.

    Raises
    ------
    ValueError
        If it is a format that is not read; the message says what to do instead.

    Examples
    --------
    >>> sniff(b"<!doctype html><p>No.", "", "a page")
    'html'
    """
    suffix = {".jpeg": ".jpg", ".gif": ".png", ".webp": ".png"}.get(suffix, suffix)
    if data.startswith(_ZIP) and b"word/" in data:
        return "docx"
    if suffix in REMEDIES or data.startswith((_ZIP, *_IMAGES, b"\xd0\xcf\x11\xe0")):
        remedy = REMEDIES.get(suffix, "save the article's text as .txt")
        raise ValueError(f"{name} is in a format that is not read ({READ}): {remedy}")
    for start, kind in ((_PDF, "pdf"), (_RTF, "rtf")):
        if data.startswith(start):
            return kind
    head = data[:1000].lstrip().lower()
    if suffix in (".html", ".htm") or head.startswith((b"<!doctype html", b"<html")):
        return "html"
    return "md" if suffix in (".md", ".markdown") else "txt"


def read_docx(data: bytes) -> Source:
    """A Word document: headings, captions and lists by their paragraph styles.

    Parameters
    ----------
    data : bytes
        The file. Tables and text boxes in it are not read.

    Returns
    -------
    Source
        Blocks, title, author and date as the document states them.
    """
    import docx

    document = docx.Document(io.BytesIO(data))
    blocks = [_styled(p.text, p.style.name or "") for p in document.paragraphs]
    about = document.core_properties
    date = about.created.date().isoformat() if about.created else ""
    notes = ("tables in the document were left out",) if document.tables else ()
    byline = "" if about.author == "python-docx" else about.author
    return Source(_filled(blocks), about.title or "", "", date, byline, notes)


def _styled(text: str, style: str) -> Block:
    if style.startswith(("Heading", "Title", "Subtitle")):
        return Block(text, "heading", f"style “{style}”")
    if style.startswith("Caption"):
        return Block(text, "caption", "style “Caption”")
    if style.startswith("List"):
        return Block(text, "body", "a list item")
    return Block(text)


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
    blocks = _filled(b for part in re.split(r"\n\s*\n", body) for b in _part(part))
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
        else:
            yield Block(_undone(line[item.end() :]), "body", "a list item")
    yield Block(_undone(" ".join(plain)))


def _undone(text: str) -> str:
    """Text without the marks for links and emphasis."""
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", _IMAGE.sub(r"\1", text)))


def read_rtf(text: str) -> Source:
    """Rich text, a paragraph a line; it knows no kinds."""
    from striprtf.striprtf import rtf_to_text

    lines = rtf_to_text(text, errors="ignore").split("\n")
    return Source(_filled(map(Block, lines)))


def read_pdf(data: bytes) -> Source:
    """A PDF's text, its lines joined into paragraphs as well as they show.

    Parameters
    ----------
    data : bytes
        The file; a scan without text gives no blocks.

    Returns
    -------
    Source
        With a note that paragraphs of a PDF are guessed from its lines.
    """
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    pages = [page.extract_text() or "" for page in reader.pages]
    about = reader.metadata
    note = "a PDF knows no paragraphs: they were guessed from its lines"
    title = (about.title if about else "") or ""
    return Source(_filled(map(Block, _joined("\n".join(pages)))), title, notes=(note,))


def _joined(text: str) -> Iterator[str]:
    """Paragraphs from printed lines: a short line ends one, so does a blank one."""
    lines = [line.strip() for line in text.split("\n")]
    longest = max(map(len, lines), default=0)
    parts: list[str] = []
    for line in lines:
        if line and not line.isdigit():
            parts.append(line)
        if parts and (not line or len(line) < 0.75 * longest):
            yield " ".join(parts)
            parts = []
    yield " ".join(parts)


def _filled(blocks: Iterable[Block]) -> list[Block]:
    """Blocks with text, each on one line."""
    out = (b._replace(text=" ".join(b.text.split())) for b in blocks)
    return [b for b in out if b.text]
