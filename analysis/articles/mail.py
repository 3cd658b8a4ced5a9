"""Messages (.eml) and pages that a browser saved as one file (.mhtml)."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import NamedTuple


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
    """The text or page in a message.

    A page goes before plain text in a saved page; in a mail, plain text goes first,
    unless the page says much more.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        What to call it in an error.

    Returns
    -------
    Mail

    Raises
    ------
    ValueError
        If there is neither text nor page in it.

    Examples
    --------
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
        "" if saved else _date(message),
        "" if saved else str(message.get("From", "")).split("<")[0].strip(' "'),
        str(message.get("Snapshot-Content-Location", "")),
    )


def _payload(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _date(message: EmailMessage) -> str:
    try:
        return parsedate_to_datetime(str(message["Date"])).date().isoformat()
    except ValueError:
        return ""
