"""Read Word and rich-text documents as they show when all changes are accepted."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from zipfile import ZipFile

from analysis.articles.blocks import Block, Source, break_lines, fill_blocks
from analysis.articles.encodings import pair_surrogates

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

LARGEST = 200_000_000  # bytes, unpacked
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOT_SHOWN = {_WORD + name for name in ("del", "moveFrom", "instrText", "pPr")}
_ELSEWHERE = {_FALLBACK, _WORD + "txbxContent"}  # a text box has its own paragraphs
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_CHANGES = tuple(_WORD + name for name in ("ins", "del", "moveFrom", "moveTo"))
_NOTE_MARK = _WORD + "footnoteReference"

# Groups of rich text that nobody sees, and those that stand elsewhere on the page.
_FIELD_CODE = re.compile(r"\{\s*(?:\\\*\s*)?\\fldinst\b")
_DELETED = re.compile(r"\{\s*(?:\\[a-z]+-?\d* ?)*\\deleted\b")
_FOOTNOTE = re.compile(r"\{\s*(?:\\[a-z]+-?\d* ?|\\\*)*\\footnote\b")
_CELL = re.compile(r"\\(?:nest)?cell(?![a-z])")
_REVISED = re.compile(r"\\(?:revised|deleted)\b")
_BRACE = re.compile(r"\\[{}\\]|[{}]")


def read_docx(data: bytes) -> Source:
    """A Word document: headings, captions and lists by their paragraph styles.

    Parameters
    ----------
    data : bytes
        The file. Tracked changes are read as accepted; comments, headers and footers
        are not read; cells, text boxes and footnotes are paragraphs of their own.

    Returns
    -------
    Source
        Blocks, title, author and date as the document states them, and notes.
    """
    import docx

    with ZipFile(io.BytesIO(data)) as file:
        size = sum(part.file_size for part in file.infolist())
    if size > LARGEST:
        raise ValueError(f"unpacked it has {size / 1e6:.0f} MB, an article far less")
    document = docx.Document(io.BytesIO(data))
    about = document.core_properties
    date = about.created.date().isoformat() if about.created else ""
    byline = "" if about.author == "python-docx" else about.author
    blocks = [*_blocks(document), *_footnotes(document)]
    notes = tuple(_said(document))
    return Source(fill_blocks(blocks), about.title or "", "", date, byline, notes)


def _blocks(document: Document) -> Iterator[Block]:
    names = {style.style_id: style.name or "" for style in document.styles}
    text = ""
    for paragraph in document.element.body.iter(_WORD + "p"):
        if any(e.tag == _FALLBACK for e in paragraph.iterancestors()):
            continue
        text += "".join(_shown(paragraph))
        if text and _is_merged(paragraph):
            continue
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
        elif isinstance(child.tag, str) and child.tag.removeprefix(_WORD) in _SIGNS:
            yield _SIGNS[child.tag.removeprefix(_WORD)]
        else:
            yield from _shown(child)


def _is_merged(paragraph: Element) -> bool:
    """Whether the paragraph's end was deleted: the next one goes on in it."""
    return paragraph.find(f"{_WORD}pPr/{_WORD}rPr/{_WORD}del") is not None


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


def _said(document: Document) -> Iterator[str]:
    body = document.element.body
    if next(body.iter(*_CHANGES), None) is not None:
        yield "the document has tracked changes: read as if all were accepted"
    if document.tables:
        yield "the document has tables: each cell is read as a paragraph"


def read_rtf(text: str) -> Source:
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
    notes = (Block(_plain(f), "caption", "a footnote") for f in footnotes)
    lines = pair_surrogates(
        rtf_to_text(_CELL.sub(r"\\par ", bare), errors="replace")
    ).split("\n")
    changed = "the document has tracked changes: read as if all were accepted"
    said = (changed,) if _REVISED.search(text) else ()
    return Source(fill_blocks([*map(Block, lines), *notes]), notes=said)


def _plain(group: str) -> str:
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
