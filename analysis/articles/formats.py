"""What a file is, and text, Markdown, Word and rich text read as blocks."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from zipfile import ZipFile

from analysis.articles.blocks import (
    Block,
    Reading,
    break_lines,
    fill_blocks,
    pair_surrogates,
)
from analysis.articles.exports import find_vendor
from analysis.articles.printed import join_printed, read_pdf
from analysis.tables import read_resource

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

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
READ = ".txt, .html, .mhtml, .eml, .docx, .md, .rtf, .pdf"
_SUBTITLES = re.compile(rb"\s*(?:WEBVTT|\d+\s+\d\d:\d\d:\d\d[,.]\d+ -->)")
_MAIL = re.compile(
    rb"(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)*?"
    rb"(?:MIME-Version|Content-Type|Message-ID):",
    re.I,
)
LARGEST_UNPACKED = 200_000_000  # bytes, unpacked
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOT_SHOWN = {_WORD + name for name in ("del", "moveFrom", "instrText", "pPr")}
_ELSEWHERE = {_FALLBACK, _WORD + "txbxContent"}  # a text box has its own paragraphs
_DOCX_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_CHANGES = tuple(_WORD + name for name in ("ins", "del", "moveFrom", "moveTo"))
_END_DELETED = f"{_WORD}pPr/{_WORD}rPr/{_WORD}del"
_NOTE_MARK = _WORD + "footnoteReference"

# Groups of rich text that nobody sees, and those that stand elsewhere on the page.
_FIELD_CODE = re.compile(r"\{\s*(?:\\\*\s*)?\\fldinst\b")
_DELETED = re.compile(r"\{\s*(?:\\[a-z]+-?\d* ?)*\\deleted\b")
_FOOTNOTE = re.compile(r"\{\s*(?:\\[a-z]+-?\d* ?|\\\*)*\\footnote\b")
_CELL = re.compile(r"\\(?:nest)?cell(?![a-z])")
_REVISED = re.compile(r"\\(?:revised|deleted)\b")
_BRACE = re.compile(r"\\[{}\\]|[{}]")


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


def read_docx(data: bytes) -> Reading:
    """A Word document: headings, captions and lists by their paragraph styles.

    Tracked changes are read as accepted; comments, headers and footers are not read;
    cells, text boxes and footnotes are paragraphs of their own.
    """
    import docx

    with ZipFile(io.BytesIO(data)) as file:
        size = sum(part.file_size for part in file.infolist())
    if size > LARGEST_UNPACKED:
        raise ValueError(f"unpacked it has {size / 1e6:.0f} MB, an article far less")
    document = docx.Document(io.BytesIO(data))
    about = document.core_properties
    date = about.created.date().isoformat() if about.created else ""
    byline = "" if about.author == "python-docx" else about.author
    blocks = [*_docx_blocks(document), *_footnotes(document)]
    notes = tuple(_changes_noted(document))
    return Reading(fill_blocks(blocks), about.title or "", "", date, byline, notes)


def _docx_blocks(document: Document) -> Iterator[Block]:
    names = {style.style_id: style.name or "" for style in document.styles}
    text = ""
    for paragraph in document.element.body.iter(_WORD + "p"):
        if any(e.tag == _FALLBACK for e in paragraph.iterancestors()):
            continue
        text += "".join(_shown(paragraph))
        if text and paragraph.find(_END_DELETED) is not None:
            continue  # the next paragraph goes on in it
        style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
        name = names.get(style.get(_WORD + "val"), "") if style is not None else ""
        for line in break_lines(text):
            yield _styled(line, name, paragraph.getparent().tag)
        text = ""


def _shown(element: Element) -> Iterator[str]:
    """The text of a paragraph that is seen, changes accepted."""
    for child in element:
        if child.tag in _NOT_SHOWN or child.tag in _ELSEWHERE:
            continue
        if child.tag == _WORD + "t":
            yield child.text or ""
        elif (
            isinstance(child.tag, str) and child.tag.removeprefix(_WORD) in _DOCX_SIGNS
        ):
            yield _DOCX_SIGNS[child.tag.removeprefix(_WORD)]
        else:
            yield from _shown(child)


def _styled(text: str, style: str, parent: str) -> Block:
    if style.startswith(("Heading", "Title", "Subtitle")):
        return Block(text, "heading", f"style “{style}”")
    if style.startswith("Caption"):
        return Block(text, "caption", "style “Caption”")
    if style.startswith("List"):
        return Block(text, "body", "a list item")
    if parent == _WORD + "txbxContent":
        return Block(text, "caption", "a text box")
    return Block(text)


def _footnotes(document: Document) -> Iterator[Block]:
    """The footnotes that the text refers to, after it."""
    from lxml import etree

    used = [e.get(_WORD + "id") for e in document.element.body.iter(_NOTE_MARK)]
    for relation in document.part.rels.values() if used else ():
        if relation.reltype.endswith("/footnotes"):
            notes = etree.fromstring(relation.target_part.blob)
            for note in notes.iter(_WORD + "footnote"):
                if note.get(_WORD + "id") in used:
                    yield Block("".join(_shown(note)), "caption", "a footnote")


def _changes_noted(document: Document) -> Iterator[str]:
    body = document.element.body
    if next(body.iter(*_CHANGES), None) is not None:
        yield "the document has tracked changes: read as if all were accepted"
    if document.tables:
        yield "the document has tables: each cell is read as a paragraph"


def read_rtf(text: str) -> Reading:
    """Rich text, a paragraph a line; it knows no kinds.

    Field codes and deleted words are left out, a cell of a table is a paragraph,
    footnotes stand at the end.

    >>> read_rtf(r"{\\rtf1 Fine\\par It {\\deleted not }paid.}").blocks[1].text
    'It paid.'
    """
    from striprtf.striprtf import rtf_to_text

    bare = text
    for unseen in (_FIELD_CODE, _DELETED):
        bare, _ = _cut_groups(bare, unseen)
    bare, footnotes = _cut_groups(bare, _FOOTNOTE)
    notes = (Block(_footnote_text(f), "caption", "a footnote") for f in footnotes)
    lines = pair_surrogates(
        rtf_to_text(_CELL.sub(r"\\par ", bare), errors="replace")
    ).split("\n")
    changed = "the document has tracked changes: read as if all were accepted"
    said = (changed,) if _REVISED.search(text) else ()
    return Reading(fill_blocks([*map(Block, lines), *notes]), notes=said)


def _footnote_text(group: str) -> str:
    from striprtf.striprtf import rtf_to_text

    inner = _FOOTNOTE.sub("{", group, count=1)
    return pair_surrogates(rtf_to_text("{\\rtf1 " + inner + "}", errors="replace"))


def _cut_groups(text: str, opening: re.Pattern[str]) -> tuple[str, list[str]]:
    """Rich text without the groups that open in some way, and those groups."""
    kept, cut, end = [], [], 0
    for found in opening.finditer(text):
        if found.start() < end:
            continue
        kept.append(text[end : found.start()])
        end = _group_end(text, found.start())
        cut.append(text[found.start() : end])
    return "".join([*kept, text[end:]]), cut


def _group_end(text: str, start: int) -> int:
    depth = 0
    for brace in _BRACE.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if not depth:
            return brace.end()
    return len(text)


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
