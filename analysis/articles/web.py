"""What comes by wire: a page or file from the web, fetched with care; a message."""

from __future__ import annotations

import http.client
import ipaddress
import queue
import socket
import threading
import time
import urllib.error
import urllib.request
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import partial
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit

TIMEOUT = 15  # seconds without an answer
DEADLINE = 60  # seconds for the whole, redirects and all
LARGEST_PAGE = 5_000_000  # bytes
# IPv6 networks whose addresses carry one of IPv4 in their last bits; those that the
# newest Python knows to be private, and ours may not yet.
_CARRIERS = [*map(ipaddress.ip_network, ("::/96", "64:ff9b::/96"))]
_PRIVATE = [*map(ipaddress.ip_network, ("64:ff9b:1::/48", "fec0::/10"))]
_AGENT = "Mozilla/5.0 (compatible; Throughline; research reading of one article)"


class FetchError(ValueError):
    """What cannot be fetched; the message says why and what to do."""


class LocalAddressError(FetchError):
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
    came: queue.SimpleQueue[Fetched | Exception] = queue.SimpleQueue()

    def work() -> None:
        try:
            came.put(_fetch(url, allow_local))
        except Exception as error:  # the caller's to raise
            came.put(error)

    # Nothing else bounds the whole: a look-up, a handshake, a header sent by drips.
    threading.Thread(target=work, daemon=True).start()
    try:
        found = came.get(timeout=max(DEADLINE, 0))
    except queue.Empty:
        found = TimeoutError(f"it took more than {DEADLINE} seconds")
    if isinstance(found, Exception):
        raise _fault_of(found, url) from None
    return found


def _fetch(url: str, allow_local: bool) -> Fetched:
    opener = urllib.request.build_opener(_Careful(allow_local))
    request = urllib.request.Request(url, headers={"User-Agent": _AGENT})
    with opener.open(request, timeout=TIMEOUT) as answer:
        data = _read_in_time(answer)
        headers, address = answer.headers, answer.geturl()
    if len(data) > LARGEST_PAGE:
        raise FetchError(f"{url} is larger than 5 MB: save the article's text as .txt")
    length = headers.get("Content-Length") or ""
    if length.isdecimal() and len(data) < int(length[:18]):
        raise FetchError(f"{url} broke off before its end: try again later")
    encoding = headers.get_content_charset() or ""
    return Fetched(data, headers.get_content_type(), encoding, address)


def _read_in_time(answer: http.client.HTTPResponse) -> bytes:
    """What a server sends; its thread ends when nobody waits for it any more."""
    end, parts, size = time.monotonic() + DEADLINE, [], 0
    while size <= LARGEST_PAGE and (part := answer.read1(65_536)):
        parts.append(part)
        size += len(part)
        if time.monotonic() > end:
            raise TimeoutError(f"it took more than {DEADLINE} seconds")
    return b"".join(parts)


def _fault_of(error: Exception, url: str) -> Exception:
    """What to raise of a fault in fetching: it names the address and the remedy."""
    if isinstance(error, FetchError):
        return error
    if isinstance(error, urllib.error.HTTPError):
        return FetchError(_refused(url, error.code))
    reason = " ".join(str(getattr(error, "reason", error)).split())
    return FetchError(
        f"{url} did not answer ({reason}): check the address and the connection, "
        f"or save the page from a browser and name that file"
    )


def _refused(url: str, code: int) -> str:
    if code in (401, 402, 403, 451):
        return (
            f"{url} may not be read by a program (error {code}): open it in a browser, "
            f"save the page as .html and name that file"
        )
    if code in (404, 410):
        return f"{url} does not exist (error {code}): check the address"
    return f"{url} answered with error {code}: try again later, or save the page"


class _Careful(
    urllib.request.HTTPHandler,
    urllib.request.HTTPSHandler,
    urllib.request.HTTPRedirectHandler,
):
    """Opens addresses that were checked, and checks where redirects lead."""

    def __init__(self, allow_local: bool) -> None:
        super().__init__()
        self.allow_local = allow_local

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Open a plain connection."""
        return self.do_open(self._connection, req)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Open a connection by TLS, which checks the name that was asked for."""
        return self.do_open(partial(self._connection, tls=True), req)

    def _connection(
        self, host: str, tls: bool = False, **options: Any
    ) -> http.client.HTTPConnection:
        """A connection to the very address that is checked: a name may change."""
        kind = http.client.HTTPSConnection if tls else http.client.HTTPConnection
        connection: Any = kind(host, **options)
        connection._create_connection = partial(_connect, self.allow_local)
        return connection

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


def _connect(
    allow_local: bool, place: tuple[str, int], timeout: float | None, _: object
) -> socket.socket:
    """A connection to a host's first address that answers, or to the user's proxy."""
    host, port = place
    fault = OSError("it has no address")
    for address in _addresses(host, port, allow_local or host in _proxies()):
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            fault = error
    raise fault


def _proxies() -> set[str | None]:
    """The hosts of the user's own proxies, which may be named without a scheme."""
    given = urllib.request.getproxies().values()
    return {urlsplit(p if "//" in p else f"//{p}").hostname for p in given}


def check_address(url: str, allow_local: bool = False) -> None:
    """Refuse an address that is no web page or lies in a private network.

    Its host is resolved, and every answer must be public, or LocalAddressError is
    raised; a ValueError where there is no such host, or the scheme is not http(s).

    >>> check_address("http://127.0.0.1/", allow_local=True)
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise FetchError(f"{url} is no web address ({error})") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError(f"{url} is no web address: it must open with https://")
    if not allow_local:
        _addresses(parts.hostname, port, allow_local)


def _addresses(host: str, port: int, allow_local: bool) -> list[str]:
    """All addresses of a host, each of which must be public if `allow_local` is not."""
    try:
        answers = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        raise FetchError(f"there is no host {host}: check the address") from None
    found = [str(answer[4][0]) for answer in answers]
    if not allow_local and not all(map(_is_public, found)):
        raise LocalAddressError(
            f"{host} lies in this machine's own network, which is not read; "
            f"if you mean it, pass allow_local=True"
        )
    return found


def _is_public(address: str) -> bool:
    """Whether an address, and what it stands for, is in no private network.

    >>> [*map(_is_public, ("8.8.8.8", "10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"))]
    [True, False, False, False]
    """
    ip = ipaddress.ip_address(address.split("%")[0])
    if not ip.is_global or ip.is_multicast or any(ip in net for net in _PRIVATE):
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return True
    carried = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if any(ip in net for net in _CARRIERS):
        carried.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return all(_is_public(str(one)) for one in carried if one is not None)


class Mail(NamedTuple):
    """What of a message is read: its bytes, and what is said of them."""

    data: bytes
    kind: str  # html or txt
    encoding: str
    said: dict[str, Any]  # of the article: its title, date, byline and url


def open_mail(data: bytes, name: str) -> Mail:
    """The text or page in a message; a ValueError where there is neither.

    A page goes before plain text in a saved page; in a mail, plain text goes first,
    unless the page says much more.

    >>> mail = b"Subject: Fine\\nContent-Type: text/plain\\n\\nIt paid."
    >>> found = open_mail(mail, "a.eml")
    >>> found.data, found.kind, found.said["title"]
    (b'It paid.', 'txt', 'Fine')
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
        _said_of_mail(message, saved),
    )


def _said_of_mail(message: EmailMessage, saved: bool) -> dict[str, str]:
    sender = str(message.get("From", "")).split("<")[0].strip(' "')
    return {
        "title": str(message.get("Subject", "")),
        "date": "" if saved else _mail_date(message),
        "byline": "" if saved else sender,
        "url": str(message.get("Snapshot-Content-Location", "")),
    }


def _payload(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _mail_date(message: EmailMessage) -> str:
    try:
        return parsedate_to_datetime(str(message["Date"])).date().isoformat()
    except ValueError:
        return ""
