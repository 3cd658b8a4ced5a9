"""Word and rich text read as blocks."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from zipfile import ZipFile

from analysis.articles.blocks import (
    Block,
    Reading,
    break_lines,
    fill_blocks,
    pair_surrogates,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

LARGEST_UNPACKED = 200_000_000  # bytes, unpacked
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOT_SHOWN = {_W + name for name in ("del", "moveFrom", "instrText", "pPr")}
_ELSEWHERE = {_FALLBACK, _W + "txbxContent"}  # a text box has its own paragraphs
_DOCX_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_CHANGES = tuple(_W + name for name in ("ins", "del", "moveFrom", "moveTo"))
_END_DELETED = f"{_W}pPr/{_W}rPr/{_W}del"
_NOTE_MARK = _W + "footnoteReference"

# Groups of rich text that nobody sees, and those that stand elsewhere on the page.
_FIELD_CODE = re.compile(r"\{\s*(?:\\\*\s*)?\\fldinst\b")
_DELETED = re.compile(r"\{\s*(?:\\[a-z]+-?\d* ?)*\\deleted\b")
_FOOTNOTE = re.compile(r"\{\s*(?:\\[a-z]+-?\d* ?|\\\*)*\\footnote\b")
_CELL = re.compile(r"\\(?:nest)?cell(?![a-z])")
_REVISED = re.compile(r"\\(?:revised|deleted)\b")
_BRACE = re.compile(r"\\[{}\\]|[{}]")


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
    for paragraph in document.element.body.iter(_W + "p"):
        if any(e.tag == _FALLBACK for e in paragraph.iterancestors()):
            continue
        text += "".join(_shown(paragraph))
        if text and paragraph.find(_END_DELETED) is not None:
            continue  # the next paragraph goes on in it
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        name = names.get(style.get(_W + "val"), "") if style is not None else ""
        for line in break_lines(text):
            yield _styled(line, name, paragraph.getparent().tag)
        text = ""


def _shown(element: Element) -> Iterator[str]:
    """The text of a paragraph that is seen, changes accepted."""
    for child in element:
        if child.tag in _NOT_SHOWN or child.tag in _ELSEWHERE:
            continue
        if child.tag == _W + "t":
            yield child.text or ""
        elif isinstance(child.tag, str) and child.tag.removeprefix(_W) in _DOCX_SIGNS:
            yield _DOCX_SIGNS[child.tag.removeprefix(_W)]
        else:
            yield from _shown(child)


def _styled(text: str, style: str, parent: str) -> Block:
    if style.startswith(("Heading", "Title", "Subtitle")):
        return Block(text, "heading", f"style “{style}”")
    if style.startswith("Caption"):
        return Block(text, "caption", "style “Caption”")
    if style.startswith("List"):
        return Block(text, "body", "a list item")
    if parent == _W + "txbxContent":
        return Block(text, "caption", "a text box")
    return Block(text)


def _footnotes(document: Document) -> Iterator[Block]:
    """The footnotes that the text refers to, after it."""
    from lxml import etree

    used = [e.get(_W + "id") for e in document.element.body.iter(_NOTE_MARK)]
    for relation in document.part.rels.values() if used else ():
        if relation.reltype.endswith("/footnotes"):
            notes = etree.fromstring(relation.target_part.blob)
            for note in notes.iter(_W + "footnote"):
                if note.get(_W + "id") in used:
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
