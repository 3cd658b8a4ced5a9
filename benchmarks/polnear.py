"""PolNeAR's texts and attributions, and which stretches of them are direct.

What counts as direct, and how single marks are made, stands in `benchmarks.quotes`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

Span = tuple[int, int]
_DOUBLE = re.compile(r"''|``|[“”\"]")
_SINGLE = re.compile(r"(?<!\S)[‘'](?=\w)[^\n“”\"]{2,300}?[\w.,?!][’'](?![\w’'])")
_EDGE = " \t\n\xa0“”\"‘’'`"


class Attribution(NamedTuple):
    """One annotated attribution: pieces of its source, cue and content."""

    source: list[Span]
    cue: list[Span]
    content: list[Span]


class Gold(NamedTuple):
    """A direct stretch and the pieces of its source."""

    start: int
    end: int
    source: list[Span]


class Document(NamedTuple):
    """A text with its attributions and the direct quotations among them."""

    name: str
    text: str
    attributions: list[Attribution]
    quotations: list[Gold]


def read_documents(folder: Path) -> Iterator[Document]:
    """Read the texts of a folder, each with its first annotation file."""
    files: dict[str, Path] = {}
    for path in sorted((folder / "attributions").glob("*.ann")):
        files.setdefault(path.stem.rsplit("_", 1)[0], path)
    for name, path in sorted(files.items()):
        with open(folder / "text" / f"{name}.txt", encoding="utf-8", newline="") as f:
            text = f.read()
        found = _attributions(path.read_text(encoding="utf-8"))
        yield Document(name, text, found, gold_quotations(text, found))


def _attributions(annotations: str) -> list[Attribution]:
    pieces: dict[str, list[Span]] = {}
    events = []
    for line in re.findall(r"^[TE]\d+\t.*", annotations, re.M):
        fields = line.split("\t")
        if line.startswith("T"):
            spans = fields[1].split(" ", 1)[1].split(";")
            pieces[fields[0]] = [(int(a), int(b)) for a, b in map(str.split, spans)]
        elif line.startswith("E"):
            events.append([role.split(":") for role in fields[1].split()])
    out = []
    for event in events:
        parts: dict[str, list[Span]] = defaultdict(list)
        for role, key in event:
            parts[role.rstrip("0123456789")] += pieces[key]
        if parts["Content"]:
            out.append(Attribution(parts["Source"], parts["Cue"], parts["Content"]))
    return out


def gold_quotations(text: str, attributions: list[Attribution]) -> list[Gold]:
    """The direct stretches among the attributions of a text in double marks."""
    spans, found = marked(text), []
    for a in attributions:
        for start, end in (line for piece in a.content for line in _lines(text, piece)):
            inside = [(max(s, start), min(e, end)) for s, e in spans]
            inside = [(s, e) for s, e in inside if s < e]
            if solid(text, inside) >= 0.8 * solid(text, [(start, end)]):
                found.append(Gold(*strip(text, start, end), a.source))
    return sorted(g for g in found if g.start < g.end)


def _lines(text: str, piece: Span) -> list[Span]:
    """A piece cut at paragraph breaks, without the blanks at the ends."""
    lines = re.finditer(r"[^\n]*[^\s]", text[piece[0] : piece[1]])
    return [(piece[0] + m.start(), piece[0] + m.end()) for m in lines]


def marked(text: str) -> list[Span]:
    """Stretches inside double marks, marks included, paragraph by paragraph."""
    spans: list[Span] = []
    for line in re.finditer(r"[^\n]+", text):
        start = None
        for m in _DOUBLE.finditer(text, line.start(), line.end()):
            curly = m.group() in "“``"
            if start is None:
                start = None if m.group() == "”" else m.start()
            elif not curly:
                spans.append((start, m.end()))
                start = None
        if start is not None:
            spans.append((start, line.end()))
    singles = (m.span() for m in _SINGLE.finditer(text))
    spans += [s for s in singles if not any(common(s, other) for other in spans)]
    return sorted(spans)


def strip(text: str, start: int, end: int) -> Span:
    """A span without the blanks and marks at its ends."""
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return start, end


def common(a: Span, b: Span) -> int:
    """Characters that two spans share."""
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def solid(text: str, spans: list[Span]) -> int:
    """Characters in spans, blanks left out."""
    return sum(len("".join(text[s:e].split())) for s, e in spans)


def rewrite(document: Document, style: str) -> Document:
    """Write the double marks of a text as single ones and move the spans along."""
    text, out, at, length = document.text, [], 0, 0
    opens, cuts, shifts = False, [0], [0]
    for m in _DOUBLE.finditer(text):
        if text.find("\n", at, m.start()) >= 0:
            opens = False
        opens = m.group() in "“``" or (m.group() != "”" and not opens)
        mark = "'" if style == "straight" else "‘" if opens else "’"
        out += [text[at : m.start()], mark]
        length += m.start() - at + 1
        at = m.end()
        cuts.append(at)
        shifts.append(length - at)
    out.append(text[at:])

    def move(spans: list[Span]) -> list[Span]:
        places = ((bisect_right(cuts, i) - 1 for i in span) for span in spans)
        by = ([shifts[k] for k in pair] for pair in places)
        return [(s + a, e + b) for (s, e), (a, b) in zip(spans, by, strict=True)]

    moved = [Attribution(*map(move, a)) for a in document.attributions]
    gold = [Gold(*move([g[:2]])[0], move(g.source)) for g in document.quotations]
    return Document(document.name, "".join(out), moved, gold)
