"""Exports of press databases: one file with many articles, split and described."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from analysis.articles.blocks import Block, Reading
from analysis.tables import read_resource

_DATE = re.compile(
    r"(?:\w+day,?\s+)?(?:(?P<month>[^\W\d_]{3,9})\.?\s+(?P<day>\d{1,2}),?"
    r"|(?P<first>\d{1,2})\.?\s+(?P<then>[^\W\d_]{3,9}))\.?\s+(?P<year>\d{4})\b"
    r"|(?P<iso>\d{4}-\d{2}-\d{2})\b"
)
_SIGNED = re.compile(r"(?i:by)\s")
_SIGNATURE = re.compile(r"[A-Z][\w.’'-]+(?:\s(?:[A-Z][\w.’'-]*|de|van|von)){1,2}$")
# Words that no export is without, whatever its format.
_TRACES = (b"DOCUMENT", b"End of Document", b"Document ", b"Dokument ", b"ProQuest")
# What stands around the body though it is the article's: its kind, and why.
_AROUND = {
    "highlight": ("heading", "a standfirst by the export"),
    "graphic": ("caption", "a picture's text by the export"),
    "correction": ("prompt", "a correction by the export"),
}


class Rule(NamedTuple):
    """A row of ``exports.csv``."""

    part: str
    pattern: re.Pattern[str]
    field: str


class Vendor(NamedTuple):
    """How a press database exports its articles."""

    name: str
    rules: tuple[Rule, ...]
    anchor: str  # the field around which those without a label stand
    before: tuple[str, ...]
    after: tuple[str, ...]

    def find(self, text: str, *parts: str) -> Rule | None:
        """The first rule of some parts that a line follows."""
        of_parts = (r for r in self.rules if r.part in parts)
        return next((r for r in of_parts if r.pattern.match(text)), None)

    def opens(self, line: str) -> bool:
        """Whether a printed line cannot go on the one before it."""
        return bool(self.find(line, "open", "close", "head", "body", "tail"))

    def parts(self, line: str) -> bool:
        """Whether a line opens or closes an article."""
        return bool(self.find(line, "open", "close"))


class Line(NamedTuple):
    """A line of an export; `apart` from the one before it."""

    text: str
    mark: str = ""
    apart: bool = True


@cache
def _vendors() -> tuple[Vendor, ...]:
    rows = [r for r in read_resource("exports.csv") if r["part"] != "month"]
    names = dict.fromkeys(r["vendor"] for r in rows)
    return tuple(_vendor(n, [r for r in rows if r["vendor"] == n]) for n in names)


def _vendor(name: str, rows: Sequence[dict[str, str]]) -> Vendor:
    order = next(r for r in rows if r["part"] == "order")
    before, after = (tuple(half.split()) for half in order["field"].split("|"))
    rules = (
        Rule(r["part"], re.compile(r["pattern"]), r["field"])
        for r in rows
        if r["part"] != "order"
    )
    return Vendor(name, tuple(rules), order["pattern"], before, after)


def find_vendor(lines: Iterable[str]) -> Vendor | None:
    """The press database that a file comes from, if it shows all its signs.

    >>> find_vendor(["1 of 2 DOCUMENTS", "LENGTH: 20 words"]).name
    'Nexis'
    """
    lines = [line.strip() for line in lines]
    for vendor in _vendors():
        signs = (r.pattern for r in vendor.rules if r.part == "sign")
        if all(any(map(sign.match, lines)) for sign in signs):
            return vendor
    return None


def shows_export(data: bytes) -> bool:
    """Whether a file's bytes may be an export's: cheap, and never wrongly no.

    >>> shows_export(b"1 of 2 DOCUMENTS"), shows_export(b"Ofcom fined X.")
    (True, False)
    """
    packed = data.startswith((b"PK", b"%PDF")) or b"Content-Transfer-Encoding" in data
    wide = b"\0" in data[:1000]  # UTF-16
    return packed or wide or any(trace in data for trace in _TRACES)


def split_export(blocks: Sequence[Block]) -> list[Reading]:
    """The articles of an export with what the database says of them; none of others.

    Blank blocks tell which lines belong together; lines of copyright and loading are
    left out.

    >>> text = "1 of 1 DOCUMENTS\\n\\nPost\\n\\nMay 4, 2025\\n\\nFine for X\\n\\n"
    >>> blocks = [*map(Block, (text + "LENGTH: 3 words\\n\\nIt paid.").split("\\n"))]
    >>> found, = split_export(blocks)
    >>> found.title, found.outlet, found.date, [b.text for b in found.blocks]
    ('Fine for X', 'Post', '2025-05-04', ['Fine for X', 'It paid.'])
    """
    if not (vendor := find_vendor(block.text for block in blocks)):
        return []
    parts = _lines_of_articles(_lines(blocks), vendor)
    found = (_exported_article(_uncovered(part, vendor), vendor) for part in parts)
    return [source for source in found if source.outlet or source.date]


def _lines(blocks: Sequence[Block]) -> Iterator[Line]:
    spaced = any(not b.text.strip() for b in blocks)
    apart = True
    for block in blocks:
        text = " ".join(block.text.split(" ")).strip()
        if text:
            yield Line(text, block.reason, apart)
        apart = not spaced or not text


def _lines_of_articles(lines: Iterable[Line], vendor: Vendor) -> list[list[Line]]:
    """The lines of each article, without those that open and close it."""
    parts: list[list[Line]] = [[]]
    opened = False
    for line in lines:
        if vendor.find(line.text, "open"):
            parts = [*parts, []] if opened else [[]]  # what stands before is no article
            opened = True
        elif vendor.find(line.text, "close"):
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def _uncovered(part: Sequence[Line], vendor: Vendor) -> Sequence[Line]:
    """An article's lines without a page of contents before the first."""
    last = (i for i, x in enumerate(part, 1) if vendor.find(x.text, "cover"))
    start = next((i for i, x in enumerate(part) if vendor.find(x.text, "body")), None)
    return part[max((i for i in last if start is None or i <= start), default=0) :]


def _exported_article(part: Sequence[Line], vendor: Vendor) -> Reading:
    head, body, tail = _divided(part, vendor)
    told, free = _told(head, vendor)
    fields = _placed(free, vendor, told) | _told(tail, vendor)[0] | told
    title = fields.get("headline", "")
    blocks = [
        Block(title, "heading", "the headline by the export"),
        _around(fields, "highlight"),
        *(Block(line.text) for line in body),
        _around(fields, "graphic"),
        _around(fields, "correction"),
    ]
    return Reading(
        [b for b in blocks if b.text],
        title,
        outlet=fields.get("outlet", ""),
        date=read_date(fields.get("date", "")) or fields.get("date", ""),
        byline=re.sub(r"^(?i:by)\s+", "", fields.get("byline", "")),
        section=fields.get("section", ""),
        length=re.sub(r"\D", "", fields.get("length", "")),
        language=fields.get("language", "").capitalize(),
        url=fields.get("url", ""),
    )


def _around(fields: dict[str, str], name: str) -> Block:
    return Block(fields.get(name, ""), *_AROUND[name])


def _divided(
    part: Sequence[Line], vendor: Vendor
) -> tuple[list[Line], list[Line], list[Line]]:
    """Head, body and tail of an article's lines."""
    start = _start(part, vendor)
    body: list[Line] = []
    for i, line in enumerate(part[start:], start):
        if vendor.find(line.text, "tail"):
            return [*part[:start]], body, [*part[i:]]
        rule = vendor.find(line.text, "body")
        text = _value(rule, line.text) if rule and rule.field else line.text
        if text and not (rule and not rule.field):
            body.append(line._replace(text=text))
    return [*part[:start]], body, []


def _start(part: Sequence[Line], vendor: Vendor) -> int:
    """Where the body begins: where it is said, else after the first labels."""
    labelled = False
    said = (i for i, x in enumerate(part) if vendor.find(x.text, "body"))
    if (start := next(said, None)) is not None:
        return start
    for i, line in enumerate(part):
        rule = vendor.find(line.text, "head")
        labelled = labelled or bool(rule and rule.field)
        if labelled and line.apart and not rule and not read_date(line.text):
            return i
    return len(part)


def _value(rule: Rule, text: str) -> str:
    found = rule.pattern.match(text) if rule.pattern.groups else None
    return (found[1] or "").strip() if found else ""


def _told(
    lines: Sequence[Line], vendor: Vendor
) -> tuple[dict[str, str], tuple[list[str], list[str]]]:
    """What labels, classes and a date say, and the other lines around the anchor.

    A label alone takes the lines up to the next; else only those not apart go on.
    """
    fields: dict[str, list[str]] = {}
    free: tuple[list[list[str]], list[list[str]]] = ([], [])
    into: list[str] = []  # what a line goes on with that is not apart
    bare = passed = False
    for line in lines:
        rule = vendor.find(line.text, "head", "tail") or (
            line.mark and vendor.find(line.mark, "class")
        )
        if rule:
            value = line.text if rule.part == "class" else _value(rule, line.text)
            into = [value] if value else []
            bare = bool(rule.pattern.groups) and not value
            if not any(fields.get(rule.field, ())):
                fields[rule.field] = into
            passed = passed or rule.field == vendor.anchor
        elif bare or not line.apart:
            into.append(line.text)
        elif "date" not in fields and read_date(line.text):
            fields["date"], into = [line.text], []
            passed = passed or vendor.anchor == "date"
        else:
            into = [line.text]
            free[passed].append(into)
    told = {name: " ".join(values) for name, values in fields.items() if name}
    before, after = ([" ".join(values) for values in half] for half in free)
    return {name: value for name, value in told.items() if value}, (before, after)


def _placed(
    free: tuple[Sequence[str], Sequence[str]], vendor: Vendor, told: dict[str, str]
) -> dict[str, str]:
    """What lines without a label say by their place before and after the anchor."""
    fields: dict[str, str] = {}
    for slots, texts in zip((vendor.before, vendor.after), free, strict=True):
        empty = [s for s in slots if s.rstrip("+?") not in told]
        near = [*texts] if any("+" in s for s in slots) else [*texts[-len(empty) :]]
        fields |= _filled(empty, near if slots is vendor.before else texts)
    return fields


def _filled(slots: Sequence[str], texts: Sequence[str]) -> dict[str, str]:
    """Lines given to fields in order; spare lines go to what is not always there."""
    need = [s for s in slots if not s.endswith("?")]
    spare = len(texts) - len(need)
    chosen: list[str] = []
    for slot in reversed(slots):
        wanted = not slot.endswith("?")
        if not wanted and spare > 0:
            wanted = slot != "byline?" or _ends_signed(texts)
            spare -= wanted
        chosen = [slot.rstrip("?"), *chosen] if wanted else chosen
    out: dict[str, str] = {}
    left = [*texts]
    for i, slot in enumerate(chosen):
        n = max(1, len(left) - len(chosen[i + 1 :])) if slot.endswith("+") else 1
        out[slot.rstrip("+")], left = " ".join(left[:n]), left[n:]
    return {name: text for name, text in out.items() if text}


def _ends_signed(texts: Sequence[str]) -> bool:
    """Whether the last line is a byline: it says so, or is a name below a longer line.

    >>> _ends_signed(["Firm fined over spills", "Ann Lee"])
    True
    >>> _ends_signed(["News", "Firm Fined"])
    False
    """
    *_, above, last = ["", *texts]
    shorter = len(last.split()) < len(above.split())
    return bool(_SIGNED.match(last) or shorter and _SIGNATURE.match(last))


def read_date(text: str) -> str:
    """The date that a line opens with, as 2026-01-31; empty if it opens with none.

    >>> read_date("Monday, January 11, 2010, Late Edition"), read_date("8. März 1993")
    ('2010-01-11', '1993-03-08')
    """
    found = _DATE.match(text)
    if not found or found["iso"]:
        return found["iso"] if found else ""
    name = (found["month"] or found["then"]).lower()
    month = next((n for start, n in _months() if name.startswith(start)), 0)
    try:
        day = int(found["day"] or found["first"])
        return date(int(found["year"]), month, day).isoformat()
    except ValueError:
        return ""


@cache
def _months() -> tuple[tuple[str, int], ...]:
    """How months begin in the languages of the databases, and their numbers."""
    rows = (r for r in read_resource("exports.csv") if r["part"] == "month")
    return tuple((s, int(r["field"])) for r in rows for s in r["pattern"].split("|"))
