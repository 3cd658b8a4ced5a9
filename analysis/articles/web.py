"""What comes by wire: a page or file from the web, fetched with care; a message."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import time
import urllib.error
import urllib.request
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import IO, NamedTuple
from urllib.parse import urlsplit

TIMEOUT = 15  # seconds without an answer
DEADLINE = 60  # seconds for the whole
LARGEST_PAGE = 5_000_000  # bytes
_AGENT = "Mozilla/5.0 (compatible; Throughline; research reading of one article)"


class LocalAddressError(ValueError):
    """An address on the machine's own network, which is not fetched unasked."""


class Fetched(NamedTuple):
    """What came from an address."""

    data: bytes
    kind: str  # its content type
    encoding: str  # as its header says, if it does
    address: str  # after redirects


def fetch(url: str, allow_local: bool = False) -> Fetched:
    """Fetch a page or file of at most 5 MB over http or https.

    Only `allow_local` lets it ask the machine's own and private networks; redirects
    are held to the same rule (`LocalAddressError`). What is not found, too slow, too
    large or cut short raises a ValueError.
    """
    check_address(url, allow_local)
    opener = urllib.request.build_opener(_Redirects(allow_local))
    request = urllib.request.Request(url, headers={"User-Agent": _AGENT})
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            data = _read_in_time(answer)
            headers, address = answer.headers, answer.geturl()
    except urllib.error.HTTPError as error:
        raise ValueError(_refused(url, error.code)) from None
    except (OSError, http.client.HTTPException) as error:
        reason = " ".join(str(getattr(error, "reason", error)).split())
        raise ValueError(
            f"{url} did not answer ({reason}): check the address and the connection, "
            f"or save the page from a browser and name that file"
        ) from None
    if len(data) > LARGEST_PAGE:
        raise ValueError(f"{url} is larger than 5 MB: save the article's text as .txt")
    if len(data) < int(headers.get("Content-Length") or 0):
        raise ValueError(f"{url} broke off before its end: try again later")
    encoding = headers.get_content_charset() or ""
    return Fetched(data, headers.get_content_type(), encoding, address)


def _read_in_time(answer: http.client.HTTPResponse) -> bytes:
    """What a server sends, if it does not take for ever."""
    end, parts, size = time.monotonic() + DEADLINE, [], 0
    while size <= LARGEST_PAGE and (part := answer.read1(65_536)):
        parts.append(part)
        size += len(part)
        if time.monotonic() > end:
            raise TimeoutError(f"it sent too little in {DEADLINE} seconds")
    return b"".join(parts)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Redirects, each checked like the first address."""

    def __init__(self, allow_local: bool) -> None:
        self.allow_local = allow_local

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
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

    Its host is resolved, and every answer must be public, or LocalAddressError is
    raised; a ValueError where there is no such host, or the scheme is not http(s).

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
        address = ipaddress.ip_address(str(answer[4][0]).split("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        if not address.is_global or address.is_multicast:
            raise LocalAddressError(
                f"{url} lies in this machine's own network, which is not read; "
                f"if you mean it, pass allow_local=True"
            )


class Mail(NamedTuple):
    """What of a message is read: its bytes, and what is said of them."""

    data: bytes
    kind: str  # html or txt
    encoding: str
    title: str
    date: str
    byline: str
    url: str


def open_mail(data: bytes, name: str) -> Mail:
    """The text or page in a message; a ValueError where there is neither.

    A page goes before plain text in a saved page; in a mail, plain text goes first,
    unless the page says much more.

    >>> mail = b"Subject: Fine\\nContent-Type: text/plain\\n\\nIt paid."
    >>> open_mail(mail, "a.eml")[:4]
    (b'It paid.', 'txt', '', 'Fine')
    """
    message = message_from_bytes(data, policy=policy.default)
    parts = [part for part in message.walk() if not part.is_attachment()]
    pages = [p for p in parts if p.get_content_type() == "text/html"]
    texts = [p for p in parts if p.get_content_type() == "text/plain"]
    saved = message.get_content_type() == "multipart/related"
    if not pages and not texts:
        raise ValueError(f"{name} holds no text: open it and save its text as .txt")
    chosen = texts[0] if texts and not (saved and pages) else pages[0]
    if pages and texts and len(_payload(texts[0])) < len(_payload(pages[0])) / 10:
        chosen = pages[0]  # the plain text only says where to look
    return Mail(
        _payload(chosen),
        "html" if chosen in pages else "txt",
        chosen.get_content_charset() or "",
        str(message.get("Subject", "")),
        "" if saved else _mail_date(message),
        "" if saved else str(message.get("From", "")).split("<")[0].strip(' "'),
        str(message.get("Snapshot-Content-Location", "")),
    )


def _payload(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _mail_date(message: EmailMessage) -> str:
    try:
        return parsedate_to_datetime(str(message["Date"])).date().isoformat()
    except ValueError:
        return ""
