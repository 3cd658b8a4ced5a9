"""From bytes to text, and from text to blocks: what every format is read into."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

_SENTENCE_STOP = re.compile(r"[.!?…][\"')\]”’»]*$")
_UNSEEN = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STATED = re.compile(
    rb"""<meta[^>]{1,200}?charset\s*=\s*["']?\s*([\w.:-]+)"""
    rb"""|^\s*<\?xml[^>]{1,200}?encoding\s*=\s*["']([\w.:-]+)""",
    re.I,
)
# What pages call Latin-1 or ASCII is Windows-1252, as every browser reads it.
_LATIN = {"iso8859-1": "cp1252", "ascii": "cp1252"}
_GUESSES = ("cp1252", "mac-roman")
_PRINTED = re.compile("[“”‘’–—…£€•]")
_ACCENTED = re.compile("(?<=[a-z])[à-öø-ÿ]|[à-öø-ÿ](?=[a-z])")
_ODD = re.compile(r"[\x00-\x08\x0b\x0d-\x1f\ufffd]")  # in no text
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{2,5}|#x[\da-f]{2,4});", re.I)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_GARBLED = re.compile(r"[^\x00-\x7f]{2,}")
_RESTORED = re.compile("[\u00a0-\u00ff–—‘-‟…€•™]")


class Block(NamedTuple):
    """A paragraph to be; kind and reason where the format knows them."""

    text: str
    kind: str = ""
    reason: str = ""


class Reading(NamedTuple):
    """What a format gives: blocks, and what it says of the article."""

    blocks: list[Block]
    title: str = ""
    outlet: str = ""
    date: str = ""
    byline: str = ""
    notes: tuple[str, ...] = ()
    section: str = ""
    length: str = ""  # words, as the source counts them
    language: str = ""
    url: str = ""

    def noted(self, notes: tuple[str, ...]) -> Reading:
        """The same with notes in front of its own."""
        return self._replace(notes=(*notes, *self.notes))


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a full stop, a question or exclamation mark.

    >>> ends_sentence("“It paid.” "), ends_sentence("It paid")
    (True, False)
    """
    return bool(_SENTENCE_STOP.search(text.rstrip()[-9:]))


def break_lines(text: str) -> list[str]:
    """Paragraphs of a text with forced line breaks: a blank line or a stop ends one.

    >>> break_lines("Vale Water\\nfined\\n\\nIt paid.\\n“No,” it said.")
    ['Vale Water fined', 'It paid.', '“No,” it said.']
    """
    out = [""]
    for line in text.split("\n"):
        ends = not line.strip() or ends_sentence(out[-1])
        if ends and out[-1]:
            out.append("")
        out[-1] = f"{out[-1]} {line.strip()}".strip()
    return [line for line in out if line]


def fill_blocks(blocks: Iterable[Block]) -> list[Block]:
    """Blocks with text, each on one line, without signs that nobody sees."""
    out = (b._replace(text=" ".join(drop_unseen(b.text).split())) for b in blocks)
    return [b for b in out if b.text]


def drop_unseen(text: str) -> str:
    """Text without soft hyphens and other signs that nobody sees.

    >>> drop_unseen("Of\\u00adcom")
    'Ofcom'
    """
    return text.translate(_UNSEEN)


class Decoded(NamedTuple):
    """A file's text and what was done to get it."""

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, name: str = "the article", stated: str = "") -> Decoded:
    """Decode the bytes of a text file and make every line end with LF.

    A byte-order mark goes before what is stated, by a page's header or in it; then
    UTF-8, if it fits; else Windows-1252 or Mac Roman, whichever gives more marks and
    letters that are printed in English. What is no text raises a ValueError.

    >>> decode("‘No,’ she said.\\r\\n".encode("cp1252")).text
    '‘No,’ she said.\\n'
    >>> decode("“No,” she said.".encode("mac-roman")).notes
    ('the text does not say how it is encoded: read as Mac Roman',)
    """
    encoding = find_encoding(data, stated)
    text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
    found = mend_text(text, (_ungarbled,))
    if not found.text.strip():
        raise ValueError(f"{name} is empty: there is no article text in it")
    if len(_ODD.findall(found.text)) > len(found.text) / 100:
        raise ValueError(f"{name} is not a text file: save the article as .txt first")
    notes = [*found.notes]
    if encoding == "mac-roman":
        notes.insert(0, "the text does not say how it is encoded: read as Mac Roman")
    if lost := found.text.count("\ufffd"):
        notes.append(f"{lost} letters could not be decoded and stand as �")
    return Decoded(found.text, tuple(notes))


def find_encoding(data: bytes, stated: str = "") -> str:
    """The encoding of a text, or of its beginning.

    >>> find_encoding("<meta charset=iso-8859-2>Łódź".encode("iso-8859-2"))
    'iso8859-2'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    if data[1::2].count(0) > len(data) / 5:
        return "utf-16-le"
    if data[::2].count(0) > len(data) / 5:
        return "utf-16-be"
    if not data.isascii() and _decodes(data, "utf-8"):
        return "utf-8"
    inside = _STATED.search(data[:4096])
    labels = (stated, (inside[1] or inside[2]).decode("ascii") if inside else "")
    for label in filter(None, labels):
        encoding = _LATIN.get(_codec(label), _codec(label))
        if encoding not in ("", "utf-8") and _decodes(data, encoding):
            return encoding
    if data.isascii():
        return "utf-8"
    return max(_GUESSES, key=lambda e: _likeness(data.decode(e, errors="replace")))


def _codec(label: str) -> str:
    try:
        return codecs.lookup(label).name
    except LookupError:
        return ""


def _decodes(data: bytes, encoding: str) -> bool:
    """Whether bytes, of which the last letter may be cut off, are so encoded."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)
    except (UnicodeError, LookupError):
        return False
    return True


def _likeness(text: str) -> int:
    """How much of what is not ASCII belongs into an English text."""
    return 2 * len(_PRINTED.findall(text)) + len(_ACCENTED.findall(text))


def mend_text(text: str, mends: Sequence[Callable[[str], str]] = ()) -> Decoded:
    """Lines that end with LF; what a program garbled or escaped is undone and said.

    >>> mend_text("â€œWe actedâ€\\x9d, &amp;c.").text
    '“We acted”, &c.'
    """
    text = pair_surrogates(text.replace("\r\n", "\n").replace("\r", "\n"))
    notes = []
    for mend in mends or _MENDS:
        before, text = text, mend(text)
        notes += [_MENDS[mend]] if text != before else []
    return Decoded(text, tuple(notes))


def _ungarbled(text: str) -> str:
    """UTF-8 that was read as Windows-1252 or Mac Roman, read as UTF-8."""
    return _GARBLED.sub(lambda m: _reread(m[0]), text) if not text.isascii() else text


def _reread(run: str) -> str:
    for encoding in _GUESSES:
        try:
            data = b"".join(_bytes(run, encoding))
            found = data.decode("utf-8")
        except UnicodeError:
            continue
        if len(found) < len(run) and all(map(_RESTORED.match, found)):
            return found
    return run


def _bytes(run: str, encoding: str) -> Iterable[bytes]:
    """The bytes of letters; five that Windows-1252 leaves undefined stay."""
    for letter in run:
        try:
            yield letter.encode(encoding)
        except UnicodeEncodeError:
            yield letter.encode("latin-1")


def _unescaped(text: str) -> str:
    r"""Text out of a program's string: \" and ’, and \n if no line breaks."""
    if '\\"' in text and '"' not in text.replace('\\"', ""):
        text = text.replace('\\"', '"')
        text = text if "\n" in text.strip() else text.replace("\\n", "\n")
    return pair_surrogates(_ESCAPE.sub(lambda m: chr(int(m[1], 16)), text))


def pair_surrogates(text: str) -> str:
    """Halves of letters beyond the first 65,536 put together; single ones marked.

    >>> pair_surrogates("\\ud83d\\ude00") == "😀"
    True
    """
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def spell_halves(text: str) -> str:
    """Text that any file and screen takes: halves of letters spelled out.

    A file's name whose bytes are no UTF-8 holds such halves.

    >>> ascii(spell_halves("caf\\udce9.txt"))
    "'caf\\\\\\\\udce9.txt'"
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _without_entities(text: str) -> str:
    return _ENTITY.sub(lambda m: html.unescape(m[0]), text)


_MENDS: dict[Callable[[str], str], str] = {
    _ungarbled: "letters that were decoded wrongly once before were restored",
    _unescaped: r"escapes such as \" and \u2019 were undone",
    _without_entities: "entities such as &amp; were undone",
}
