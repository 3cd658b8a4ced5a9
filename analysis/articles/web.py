"""Fetch a page with care, and read the article in it."""

from __future__ import annotations

import ipaddress
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from analysis.articles.formats import Block, Source
from analysis.articles.paragraphs import find_paragraphs

TIMEOUT = 15  # seconds
LARGEST = 5_000_000  # bytes
_AGENT = "Mozilla/5.0 (compatible; Throughline; research reading of one article)"
_SKIPPED = {"nav", "footer", "script", "style", "noscript", "form", "button", "svg"}
_SKIPPED |= {"template", "iframe", "select", "label"}
_BLOCKS = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "figcaption", "blockquote"}
_LOGIN = re.compile(
    r"\b(?:log ?in|sign ?in|subscribe|register|create an account|password)\b", re.I
)
_JUNK = re.compile(r"comment|share|social|related|promo|cookie|banner|sidebar", re.I)


class LocalAddressError(ValueError):
    """An address on the machine's own network, which is not fetched unasked."""


def fetch(url: str, allow_local: bool = False) -> tuple[bytes, str, str]:
    """Fetch a page or file.

    Parameters
    ----------
    url : str
        http or https.
    allow_local : bool
        Whether the machine's own and private networks may be asked; redirects are
        held to the same rule.

    Returns
    -------
    (bytes, str, str)
        What was fetched (at most 5 MB), its content type, and its final address.

    Raises
    ------
    LocalAddressError
        If the address, or one that it redirects to, is local or private.
    ValueError
        If it is no http(s) address, not found, too slow or too large.
    """
    check_address(url, allow_local)
    opener = urllib.request.build_opener(_Redirects(allow_local))
    request = urllib.request.Request(url, headers={"User-Agent": _AGENT})
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            data = answer.read(LARGEST + 1)
            kind = answer.headers.get_content_type()
            final = answer.geturl()
    except urllib.error.HTTPError as error:
        raise ValueError(_refused(url, error.code)) from None
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise ValueError(
            f"{url} did not answer ({reason}): check the address and the connection, "
            f"or save the page from a browser and name that file"
        ) from None
    if len(data) > LARGEST:
        raise ValueError(f"{url} is larger than 5 MB: save the article's text as .txt")
    return data, kind, final


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Redirects, each checked like the first address."""

    def __init__(self, allow_local: bool) -> None:
        self.allow_local = allow_local

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        """Check where a redirect leads before following it."""
        check_address(newurl, self.allow_local)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _refused(url: str, code: int) -> str:
    if code in (401, 402, 403, 451):
        return (
            f"{url} may not be read by a program (error {code}): open it in a browser, "
            f"save the page as .html and name that file"
        )
    if code in (404, 410):
        return f"{url} does not exist (error {code}): check the address"
    return f"{url} answered with error {code}: try again later, or save the page"


def check_address(url: str, allow_local: bool = False) -> None:
    """Refuse an address that is no web page or lies in a private network.

    Parameters
    ----------
    url : str
        The address; its host is resolved, and every answer must be public.
    allow_local : bool
        Whether private networks are allowed.

    Raises
    ------
    LocalAddressError
        If the host is local or private.
    ValueError
        If the scheme is neither http nor https, or there is no such host.

    Examples
    --------
    >>> check_address("http://127.0.0.1/", allow_local=True)
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url} is no web address: it must open with https://")
    if allow_local:
        return
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        answers = socket.getaddrinfo(parts.hostname, port, proto=socket.IPPROTO_TCP)
    except OSError:
        raise ValueError(f"{url}: there is no host {parts.hostname}") from None
    for answer in answers:
        address = ipaddress.ip_address(answer[4][0].split("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        if not address.is_global or address.is_multicast:
            raise LocalAddressError(
                f"{url} lies in this machine's own network, which is not read; "
                f"if you mean it, pass allow_local=True"
            )


def read_page(html: str, name: str) -> Source:
    """The article of a web page: its text, headings, captions and lines between.

    trafilatura finds the main text; a pass of our own over the page puts back the
    headline, the figure captions and the headings and prompts in between, in the
    order of the page.

    Parameters
    ----------
    html : str
        The page.
    name : str
        What to call it in an error.

    Returns
    -------
    Source
        Blocks, and what the page's metadata say.

    Raises
    ------
    ValueError
        If there is no article text, or only an invitation to log in.
    """
    import trafilatura
    from lxml import html as parser

    options = {"include_comments": False, "favor_recall": True}
    found = trafilatura.bare_extraction(html, with_metadata=True, **options)
    body = found.body if found is not None else None
    main = (
        [_plain(e) for e in body.iter("p", "head", "item", "quote")]
        if (body is not None)
        else []
    )
    main = [text for text in main if text]
    _check_text(main, html, name)
    page = parser.document_fromstring(html.encode("utf-8"), parser=_utf8())
    blocks = _in_order(list(_walk(page)), main, found.title or "")
    return Source(
        blocks,
        found.title or "",
        found.sitename or "",
        found.date or "",
        found.author or "",
    )


def _utf8():
    from lxml import html as parser

    return parser.HTMLParser(encoding="utf-8")


def _check_text(main: Sequence[str], html: str, name: str) -> None:
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


def _plain(element) -> str:
    if element.tag == "quote" and len(element):
        return ""
    return " ".join("".join(element.itertext()).split())


def _walk(page) -> Iterator[tuple[str, str, str]]:
    """Tag, class and text of every block of the page, in its order."""
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
            marks = f"{element.get('class') or ''} {_classes(element.getparent())}"
            if text:
                yield tag, marks, text
            continue
        stack += reversed(list(element))


def _classes(element) -> str:
    if element is None:
        return ""
    return f"{element.tag} {element.get('class') or ''}"


def _in_order(
    blocks: Sequence[tuple[str, str, str]], main: Sequence[str], title: str
) -> list[Block]:
    """The main text's blocks with headline, captions and prompts put back."""
    texts, wanted = [b[2] for b in blocks], set(main)
    places = [i for i, text in enumerate(texts) if text in wanted]
    if len(set(main) & set(texts)) < 0.8 * len(wanted):
        return [Block(title, "heading", "the page's title"), *map(Block, main)]
    first, last = places[0], places[-1]
    top = max((i for i in range(first + 1) if blocks[i][0] == "h1"), default=first)
    after = last + 4  # prompts right below the text
    out = [
        block
        for i, (tag, marks, text) in enumerate(blocks[:after])
        if i >= top
        and (block := _block(tag, marks, text, text in wanted, i, first, last))
    ]
    if top == first and title and out[0].text != title:
        out.insert(0, Block(title, "heading", "the page's title"))
    return out


def _block(
    tag: str, marks: str, text: str, wanted: bool, i: int, first: int, last: int
) -> Block | None:
    """A block of the page with the kind that its tag tells, or None to drop it."""
    kind = find_paragraphs(text)[0].kind
    if tag == "figcaption":
        return (
            Block(text, "caption", "a figure's caption on the page")
            if i < last
            else None
        )
    if kind == "prompt":
        return Block(text)
    if i > last or _JUNK.search(marks) and not wanted:
        return None
    if tag.startswith("h") and (wanted or i <= last):
        return Block(text, "heading", "a heading on the page")
    if "pull" in marks.lower():
        return Block(text, "caption", "a pull quote on the page")
    if wanted:
        return Block(text, "body", "a list item") if tag == "li" else Block(text)
    return Block(text) if i < first and tag == "p" else None
