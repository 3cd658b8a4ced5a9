"""What a file is, and its articles read by its format; plain text and Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from analysis.articles.blocks import Block, Reading, decode, fill_blocks, mend_text
from analysis.articles.exports import find_vendor, split_export
from analysis.articles.office import read_docx, read_rtf
from analysis.articles.pages import page_lines, read_page
from analysis.articles.printed import join_printed, read_pdf
from analysis.tables import read_resource

LARGEST_TEXT = 5_000_000  # bytes
LARGEST_FILE = 25_000_000  # bytes, of a format that holds pictures too
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
# No bracket within brackets, no emphasis without an end: work stays with the text.
_IMAGE = re.compile(r"!\[([^\[\]]*)\]\([^()]*\)")
_LINK = re.compile(r"\[([^\[\]]+)\]\([^()]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|(?<!\w)_|_(?!\w)|`)(?=\S)(.{1,500}?)(?<=\S)\1")
_MARKDOWN_ITEM = re.compile(r"(?:[-*+•]|\d{1,2}[.)])\s+")
_ZIP, _PDF, _RTF, _OLE = b"PK\x03\x04", b"%PDF", b"{\\rtf", b"\xd0\xcf\x11\xe0"
_PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")
_BLANK = b"\xef\xbb\xbf \t\r\n"  # a byte-order mark too
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
READ_SUFFIXES = ".txt, .html, .mhtml, .eml, .docx, .md, .rtf, .pdf"
_NO_MARKUP = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SUBTITLES = re.compile(rb"\s*(?:WEBVTT|\d+\s+\d\d:\d\d:\d\d[,.]\d+ -->)")
_MAIL = re.compile(
    rb"(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)*?"
    rb"(?:MIME-Version|Content-Type|Message-ID):",
    re.I,
)


def sniff(data: bytes, suffix: str, name: str) -> str:
    """The format of a file, from its first bytes and the end of its name.

    One that is not read raises a ValueError, which says what to do instead.

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
        raise ValueError(
            f"{name} is in a format that is not read ({READ_SUFFIXES}): {remedy}"
        )
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
    return refused | {*READ_SUFFIXES.split(", "), ".htm", ".xhtml", ".mht", ".markdown"}


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


def read_markdown(text: str) -> Reading:
    """Markdown: headings, images' captions and lists; emphasis and links undone.

    >>> read_markdown("# Fine\\n\\nOfwat *fined*\\nit.").blocks[1].text
    'Ofwat fined it.'
    """
    front = _FRONT.match(text)
    about = _front_matter(front[1]) if front else {}
    body = text[front.end() :] if front else text
    blocks = fill_blocks(
        b for part in re.split(r"\n\s*\n", body) for b in _markdown_blocks(part)
    )
    return Reading(
        blocks,
        about.get("title", ""),
        about.get("outlet", ""),
        about.get("date", ""),
        about.get("author", ""),
    )


def _front_matter(text: str) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {key.strip().lower(): value.strip(" \"'") for key, value in pairs}


def _markdown_blocks(part: str) -> Iterator[Block]:
    """The blocks of a stretch without blank lines."""
    plain: list[str] = []
    for line in part.strip("\n").split("\n"):
        line = line.strip().removeprefix("> ").strip()
        heading = re.match(r"#{1,6}\s+(.*)", line)
        image = _IMAGE.fullmatch(line)
        item = _MARKDOWN_ITEM.match(line)
        if not (heading or image or item):
            plain.append(line)
            continue
        yield Block(_without_marks(" ".join(plain)))
        plain = []
        if heading:
            title = heading[1].rstrip("# ")
            yield Block(_without_marks(title), "heading", "a heading in Markdown")
        elif image:
            yield Block(_without_marks(image[1]), "caption", "an image's text")
        elif item:
            yield Block(_without_marks(line[item.end() :]), "body", "a list item")
    yield Block(_without_marks(" ".join(plain)))


def _without_marks(text: str) -> str:
    """Text without the marks for links and emphasis."""
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", _IMAGE.sub(r"\1", text)))


def read_txt(text: str) -> Reading:
    """Plain text: its lines are blocks, blank ones too; printed lines are joined.

    >>> [b.text for b in read_txt("Fine for X\\nOfcom fined X.").blocks]
    ['Fine for X', 'Ofcom fined X.']
    """
    vendor = find_vendor(text.split("\n"))
    joined = join_printed(text, vendor.opens if vendor else None)
    notes = ("printed lines were joined into paragraphs",) if joined != text else ()
    return Reading([Block(line) for line in joined.split("\n")], notes=notes)


def read_bytes(
    data: bytes, suffix: str, name: str, encoding: str = ""
) -> list[Reading]:
    """The articles in the bytes of a file of any format that is read.

    >>> [one.blocks[0].text for one in read_bytes(b"It paid.", ".txt", "a.txt")]
    ['It paid.']
    """
    if not data.strip():
        raise ValueError(f"{name} is empty: there is no article text in it")
    kind = sniff(data, suffix, name)
    if kind == "mail":
        return _read_mail(data, name)
    if kind in FROM_BYTES:
        found = _guarded(FROM_BYTES[kind], data, name)
    elif len(data) > (LARGEST_FILE if kind == "rtf" else LARGEST_TEXT):
        raise too_large(name, len(data))
    else:
        text, notes = decode(data, name, encoding)
        if kind == "html":
            return _read_html(text, notes, name)
        if kind != "rtf":  # whose own signs are no damage
            text, more = mend_text(text)
            notes += more
        found = _guarded(FROM_TEXT[kind], text, name).noted(notes)
    split = [one.noted(found.notes) for one in split_export(found.blocks)]
    return _with_text(split or [found], name)


def too_large(name: str, size: int) -> ValueError:
    """What to raise of a file that no article fills.

    >>> str(too_large("a.txt", 7_000_000))[:15]
    'a.txt has 7 MB;'
    """
    return ValueError(
        f"{name} has {size / 1e6:.0f} MB; an article has far less: save its text alone "
        f"as .txt"
    )


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


def _with_text(found: list[Reading], name: str) -> list[Reading]:
    """The articles of a file that hold text; they say if others hold none."""
    full = [one for one in found if any(b.text.strip() for b in one.blocks)]
    if not full:
        raise ValueError(f"{name} holds no text (a scan?): save its text as .txt")
    if empty := len(found) - len(full):
        note = f"{empty} of the {len(found)} articles of the file hold no text"
        return [one.noted((note,)) for one in full]
    return full


def _read_mail(data: bytes, name: str) -> list[Reading]:
    """The article in a message, or in a page that it holds."""
    from analysis.articles.web import open_mail  # its libraries are seldom needed

    mail = open_mail(data, name)
    found = read_bytes(mail.data, f".{mail.kind}", name, mail.encoding)
    return [
        one._replace(**{f: getattr(one, f) or said for f, said in mail.said.items()})
        for one in found
    ]


def _read_html(html: str, notes: tuple[str, ...], name: str) -> list[Reading]:
    """The articles of an export, or the one of a page."""
    html = _NO_MARKUP.sub("", html)
    if found := split_export(_guarded(page_lines, html, name)):
        return _with_text(found, name)
    return [_guarded(partial(read_page, name=name), html, name).noted(notes)]


# How a format that `sniff` names is read: from its bytes, or from its text.
FROM_BYTES: dict[str, Callable[[bytes], Reading]] = {
    "docx": read_docx,
    "pdf": read_pdf,
}
FROM_TEXT: dict[str, Callable[[str], Reading]] = {
    "md": read_markdown,
    "rtf": read_rtf,
    "txt": read_txt,
}
