"""Read the article of a web page: its text, headings, captions, lines between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.articles.blocks import Block, Reading, drop_unseen, ends_sentence
from analysis.articles.paragraphs import find_paragraphs

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SENTENCE = 12  # words; a block that long with a full stop is text of an article
LEAST_READ = 0.7  # of the letters of such blocks; with less, something was missed
_SKIPPED = {
    *"nav footer script style noscript form button svg template iframe".split(),
    *"select label".split(),
}
_BLOCKS = {
    *"h1 h2 h3 h4 h5 h6 p li figcaption blockquote td th dt dd pre".split(),
}
_CONTAINERS = {
    *"div article section main body blockquote td li table tbody tr ul ol dl".split(),
    *"figure aside header footer nav form".split(),
}
_LINE_END, _BLOCK_END = "\n", "\n\n"
_LOGIN = re.compile(
    r"\b(?:log ?in|sign ?in|subscribe|register|create an account|password)\b", re.I
)
_JUNK = re.compile(r"comment|share|social|related|promo|cookie|banner|sidebar", re.I)


class Shown(NamedTuple):
    """A block that a page shows: its tag, the classes around it, its text."""

    tag: str
    marks: str
    text: str


def open_page(html: str) -> HtmlElement:
    """A page as a tree, in which all loose text stands in paragraphs.

    >>> page = open_page("<div>It paid.<br><br>It left.</div>")
    >>> [p.text.strip() for p in page.iter("p")]
    ['It paid.', 'It left.']
    """
    page = _parse(html)
    for element in [e for e in page.iter(*_CONTAINERS, "p")]:
        _wrap_loose(element)
    return page


def _parse(html: str) -> HtmlElement:
    from lxml import html as parser

    reader = parser.HTMLParser(encoding="utf-8", remove_comments=True)
    return parser.document_fromstring(html.encode("utf-8"), parser=reader)


def _wrap_loose(element: HtmlElement) -> None:
    """Put text that stands loose between blocks or line breaks into paragraphs."""
    children = list(element)
    tags = {child.tag for child in children}
    if not ("br" in tags or element.tag != "p" and tags & (_BLOCKS | _CONTAINERS)):
        return
    pieces = [element.makeelement("p")]
    texts = [element.text or ""]  # since the last element in the last piece
    said = texts[0]
    for child in children:
        after = child.getnext()
        tail, child.tail = child.tail or "", None
        if child.tag in _BLOCKS or child.tag in _CONTAINERS:
            _add_text(pieces[-1], texts)
            pieces += [child, element.makeelement("p")]
            texts = [tail]
        elif child.tag == "br":
            double = after is not None and after.tag == "br" and not tail.strip()
            if double or ends_sentence(said):
                _add_text(pieces[-1], texts)
                pieces.append(element.makeelement("p"))
                texts = []
            texts += [" ", tail]
        else:
            _add_text(pieces[-1], texts)
            pieces[-1].append(child)
            texts, said = [tail], child.text_content()
        said = tail if tail.strip() else said
    _add_text(pieces[-1], texts)
    element.text = None
    element.tag = "div" if element.tag == "p" else element.tag
    element[:] = [p for p in pieces if len(p) or (p.text or "").strip()]


def _add_text(element: HtmlElement, texts: Sequence[str]) -> None:
    """Put text behind what an element holds."""
    last = next(element.iterchildren(reversed=True), None)
    if last is not None:
        last.tail = "".join(texts)
    else:
        element.text = "".join(texts)


def page_lines(html: str) -> list[Block]:
    """All lines of a page in their order, blank ones between blocks; for exports.

    >>> [b.text for b in page_lines("<p>May 4<br>Late Edition</p><p>Post</p>")]
    ['', 'May 4', 'Late Edition', '', 'Post', '']
    """
    page = _parse(html)
    out: list[Block] = []
    text = mark = ""
    for chunk, name in _chunks(page):
        if chunk not in (_LINE_END, _BLOCK_END):
            text, mark = text + chunk, mark or (name if chunk.strip() else "")
            continue
        if text.strip():
            out.append(Block(" ".join(text.split()), "", mark))
        if chunk == _BLOCK_END and (not out or out[-1].text):
            out.append(Block(""))
        text = mark = ""
    return out


def _chunks(page: HtmlElement) -> Iterator[tuple[str, str]]:
    """Texts of a page with the classes they stand in, and where lines end."""
    from lxml import etree

    walk = etree.iterwalk(page, events=("start", "end"))
    for event, element in walk:
        block = element.tag in _BLOCKS or element.tag in _CONTAINERS
        if event == "start" and element.tag in ("script", "style", "head"):
            walk.skip_subtree()
        if block:
            yield _BLOCK_END, ""
        elif element.tag == "br" and event == "start":
            yield _LINE_END, ""
        inside = event == "start"
        owner = element if inside else element.getparent()
        if text := element.text if inside else element.tail:
            mark = "" if owner is None else owner.get("class") or ""
            if not (inside and element.tag in ("script", "style", "head")):
                yield text, mark


def read_page(html: str, name: str) -> Reading:
    """The article of a web page: its text, headings, captions and lines between.

    trafilatura finds the main text; a pass of our own over the page puts back the
    headline, the figure captions and the headings and prompts in between, in the
    order of the page. A page without article text, or one that only invites to log in,
    raises a ValueError.
    """
    import trafilatura
    from lxml import html as parser

    page = open_page(drop_unseen(html))
    found: Any = trafilatura.bare_extraction(
        parser.tostring(page, encoding="unicode"),
        with_metadata=True,
        include_comments=False,
        favor_recall=True,
        # where pages state it: a date in the text may be a post's
        date_extraction_params={"extensive_search": False},
    )
    body = found.body if found is not None else None
    parts = body.iter("p", "head", "item", "quote", "cell") if body is not None else ()
    main = [text for text in map(_element_text, parts) if text]
    _check_article(main, html, name)
    shown = [*_shown_blocks(page)]
    blocks = _in_order(shown, main, found.title or "")
    return Reading(
        blocks,
        found.title or "",
        found.sitename or "",
        found.date or "",
        found.author or "",
        notes=_missed(shown, blocks),
    )


def _missed(shown: Sequence[Shown], blocks: Sequence[Block]) -> tuple[str, ...]:
    """A note where the page shows much more text in sentences than was read."""
    there = sum(
        len(one.text)
        for one in shown
        if not _JUNK.search(one.marks)
        and len(one.text.split()) >= SENTENCE
        and one.text[-1] in ".”’"
    )
    read = sum(len(block.text) for block in blocks)
    if read >= LEAST_READ * there:
        return ()
    return (
        f"of some {there:,} letters of text that the page shows {read:,} were read",
    )


def _check_article(main: Sequence[str], html: str, name: str) -> None:
    words = sum(len(text.split()) for text in main)
    if words >= 60 or words >= 5 and not _LOGIN.search(html):
        return
    if _LOGIN.search(html):
        raise ValueError(
            f"{name} shows no article, only an invitation to log in or subscribe: "
            f"open it in a browser, save the page as .html and name that file"
        )
    raise ValueError(
        f"{name} holds no article text (is it an overview or a video page?): "
        f"copy the text and save it as .txt"
    )


def _element_text(element: HtmlElement) -> str:
    if element.tag == "quote" and len(element):
        return ""
    return " ".join("".join(element.itertext()).split())


def _shown_blocks(page: HtmlElement) -> Iterator[Shown]:
    """Every block of the page, in its order."""
    body = page.find("body")
    stack = [body if body is not None else page]
    while stack:
        element = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else "script"
        if tag in _SKIPPED:
            continue
        inner = [e for e in element.iter() if e.tag in _BLOCKS and e is not element]
        if tag in _BLOCKS and (tag == "figcaption" or not inner):
            text = " ".join(element.text_content().split())
            marks = f"{element.get('class') or ''} {_marks_of(element.getparent())}"
            if text:
                yield Shown(tag, marks, text)
            continue
        stack += reversed(list(element))


def _marks_of(element: HtmlElement | None) -> str:
    if element is None:
        return ""
    return f"{element.tag} {element.get('class') or ''}"


def _in_order(shown: Sequence[Shown], main: Sequence[str], title: str) -> list[Block]:
    """The main text's blocks with headline, captions and prompts put back."""
    wanted, headline = {*main}, Block(title, "heading", "the page's title")
    places = [i for i, one in enumerate(shown) if one.text in wanted]
    if len({shown[i].text for i in places}) < 0.8 * len(wanted):
        return [headline, *map(Block, main)]
    first, last = places[0], places[-1]
    top = max((i for i in range(first + 1) if shown[i].tag == "h1"), default=first)
    end = min(len(shown), last + 4)  # prompts right below the text
    found = (
        _block_of(shown[i], shown[i].text in wanted, i < first, last - i)
        for i in range(top, end)
    )
    out = [block for block in found if block]
    untitled = top == first and title and out[0].text != title
    return [headline, *out] if untitled else out


def _block_of(one: Shown, wanted: bool, before: bool, left: int) -> Block | None:
    """A block of the page with the kind that its tag tells, or None to drop it.

    It stands before the main text, or so many blocks are left of that.
    """
    text = one.text
    if one.tag == "figcaption":
        caption = Block(text, "caption", "a figure's caption on the page")
        return caption if left > 0 else None
    if find_paragraphs(text)[0].kind == "prompt":
        return Block(text)
    if left < 0 or _JUNK.search(one.marks) and not wanted:
        return None
    if one.tag.startswith("h"):
        return Block(text, "heading", "a heading on the page")
    if "pull" in one.marks.lower():
        return Block(text, "caption", "a pull quote on the page")
    if wanted and one.tag == "li":
        return Block(text, "body", "a list item")
    return Block(text) if wanted or before and one.tag == "p" else None
