"""Can any bytes break a reader? Seeds are altered at random and read; faults are kept.

usage: python -m benchmarks.fuzz [TARGET …] [--cases N] [--seed N] [--keep FOLDER]

TARGET is read, quotes, codebook, draft, mentions, report, export, table or words (all
by default). A fault is an error that is not documented, a row that is not the text at
its place, a codebook that reads back otherwise, a letter of the text that stands in
HTML as a mark, or an article, paragraph or row that is lost or comes twice. Printed are
the number of cases and each fault once; its input goes to FOLDER.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import tempfile
import traceback
from collections.abc import Callable, Sequence
from functools import cache
from html import unescape
from pathlib import Path

from analysis.articles import Article, read_article, read_articles
from analysis.codebook import (
    Codebook,
    CodebookError,
    codebook_text,
    parse_codebook,
    read_codebook,
)
from analysis.corpus.sources import open_source
from analysis.drafting import KNOWN, draft_codebook
from analysis.mentions import find_referents
from analysis.quotes import find_quotes
from analysis.quotes.words import cue_forms
from analysis.reading import mark_up
from analysis.tables import read_resource, to_table
from analysis.tokens import read_structure
from benchmarks.golden import article_files
from tests.making import EXPORTS, Story, stories

ROOT = Path(__file__).parents[1]
PIECES = (
    b"\0|\xff|\xef\xbb\xbf|\r\n|\n\n|\t| |<p>|</p>|<script>|&lt;|&#0;|&|\"|'|\\|{|}|[|]"
    b"|(|)|\\u-1?|\\par |%%EOF|PK\x03\x04|--|:|- |*x|&x|#|!!|said|Mr |Ofcom|X|the |its "
    b"|\xe2\x80\x9c|\xe2\x80\x9d|\xe2\x80\x98|\xe2\x80\x99|\xe2\x80\xa8|\xed\xa0\x80|999"
).split(b"|")


def alter(data: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    """A seed with a few random changes.

    >>> draw = random.Random(1)
    >>> alter(b"It paid.", [b"It left."], draw) == b"It paid."
    False
    """
    for _ in range(draw.choice((1, 1, 2, 4, 8))):
        a, b = sorted(draw.randrange(len(data) + 1) for _ in "ab")
        b = min(b, a + draw.choice((1, 5, 50, 5_000)))
        other = draw.choice(others)
        c = draw.randrange(len(other) + 1)
        data = draw.choice(
            (
                data[:a] + draw.choice(PIECES) + data[b:],
                data[:a] + draw.choice(PIECES) * 3 + data[a:],
                data[:a] + data[b:],
                data[:b] + data[a:b] + data[b:],
                data[:a] + bytes([draw.randrange(256)]) + data[a + 1 :],
                data[:a] + other[c : c + 200] + data[b:],
                data[:a] + data[a:b].replace(b" ", draw.choice(PIECES)) + data[b:],
                data[:b] or data,
            )
        )
    return data


def check_read(data: bytes, suffix: str) -> None:
    """Reading gives an article or an error that names the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"fuzzed{suffix}")
        path.write_bytes(data)
        try:
            article = read_article(path, language_check=False)
        except ValueError as error:
            assert "fuzzed" in str(error), error
        else:
            assert article.text.strip() and article.text.encode("utf-8")


def check_quotes(data: bytes, suffix: str = "") -> None:
    """Every row of quotations is the text at its place."""
    text = data.decode("utf-8", "surrogateescape" if len(data) % 2 else "replace")
    for q in find_quotes(text, read_structure(text)):
        assert text[q.start : q.end] == q.text
        if q.speaker is not None:
            assert text[q.speaker_start : q.speaker_end] == q.speaker


def check_codebook(data: bytes, suffix: str = "") -> None:
    """A codebook is refused with its line, or reads back the same once written."""
    try:
        book = parse_codebook(data.decode("utf-8", "replace"), "fuzzed")
    except CodebookError as error:
        assert str(error).startswith("fuzzed"), error
    else:
        assert parse_codebook(codebook_text(book))[:4] == book[:4]


def check_draft(data: bytes, suffix: str = "") -> None:
    """A draft reads back the same."""
    book = draft_codebook(Article(data.decode("utf-8", "replace"), "", "", ""))
    plain = tuple(
        a._replace(reason="", people=tuple(p._replace(reason="") for p in a.people))
        for a in book.actors
    )
    assert parse_codebook(codebook_text(book)).actors == plain


@cache
def _known() -> list[Codebook]:
    return [read_codebook(path) for path in sorted(KNOWN.glob("*.yml"))]


def check_mentions(data: bytes, suffix: str = "") -> None:
    """Mentions and speakers of every codebook of the repository are the text there."""
    text = data.decode("utf-8", "replace")
    structure = read_structure(text)
    said = find_quotes(text, structure)
    for book in _known():
        mentions, quotes = find_referents(structure, book, said)
        assert all(text[m.start : m.end] == m.text for m in mentions)
        assert len({(m.start, m.end, m.actor) for m in mentions}) == len(mentions)
        assert [q[:2] for q in quotes] == [q[:2] for q in said]


@cache
def _vocabulary() -> list[Sequence[str]]:
    """The words that rules turn on, by class, and marks."""
    classes: dict[str, list[str]] = {}
    for row in read_resource("word_classes.csv"):
        classes.setdefault(row["class"], []).append(row["word"])
    marks = "“ ” ‘ ’ ’s ' \" , . ; : – — … ( ) ? !".split()
    called = [n for book in _known() for a in book.actors for n in a.names + a.nominals]
    return [[*cue_forms()], *classes.values(), [*marks, "\n"], called, SAID.split()]


def check_words(data: bytes, suffix: str = "") -> None:
    """Any row of words that rules turn on is read."""
    draw = random.Random(data)
    words = [
        draw.choice(draw.choice(_vocabulary())) for _ in range(draw.randint(1, 16))
    ]
    text = "".join(draw.choice((" ", " ", " ", "")) + word for word in words)
    check_quotes(text.encode())
    check_mentions(text.encode())


BOOK = parse_codebook('actors: {regulator: {label: "<b>&", names: [Ofcom, X]}}')


def check_report(data: bytes, suffix: str = "") -> None:
    """The marked text is the text: no letter of it became a mark."""
    text = data.decode("utf-8", "replace").replace("\0", " ")
    structure = read_structure(text)
    mentions, quotes = find_referents(structure, BOOK, find_quotes(text, structure))
    rows = ("mentions", mentions), ("quotes", quotes), ("evidence", []), ("stance", [])
    tables = [to_table(found, name, "a") for name, found in rows]
    html = mark_up(text, *tables, to_table(structure.paragraphs, "paragraphs", "a"))
    assert unescape(re.sub(r"<[^<>]*>", "", html)) == text


SAID = "fined said that the it’s “We ’ ‘ and” 1 12. £5m (a) – Page and/or – : ; … ! ?"


def odd_stories(draw: random.Random) -> list[Story]:
    """Stories of odd words, each paragraph with a word of its own.

    >>> [story] = odd_stories(random.Random(3))[:1]
    >>> story.body[0].split()[0]
    'Word0a0'
    """
    words = SAID.split()
    found = stories(draw.randint(1, 6))
    for i, story in enumerate(found):
        bodies = []
        for j in range(draw.randint(2, 8)):
            some = " ".join(draw.choices(words, k=draw.randint(8, 40)))
            bodies.append(f"Word{i}a{j} of Vale Water {some} on Monday.")
        found[i] = story._replace(body=tuple(bodies))
    return found


def check_export(data: bytes, suffix: str) -> None:
    """An export has as many articles as were put in, each paragraph once."""
    draw = random.Random(data)
    name, make = draw.choice([*EXPORTS.items()])
    found = odd_stories(draw)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"fuzzed.{name.split('.')[-1]}")
        path.write_bytes(make(found))
        read = read_articles(path)
    own = [re.findall(r"Word\d+a\d+", article.text) for article in read]
    put = [[p.split()[0] for p in story.body] for story in found]
    assert own == put, f"{name}: {own} for {put}"


def check_table(data: bytes, suffix: str) -> None:
    """Each text of a table is an item, none twice, letter for letter."""
    draw = random.Random(data)
    text = data.decode("utf-8", "replace").replace("\ufeff", "")
    cuts = sorted(draw.randrange(len(text) + 1) for _ in range(draw.randint(0, 9)))
    texts = [f"A{text[a:b]}" for a, b in zip([0, *cuts], [*cuts, None], strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"fuzzed{suffix}")
        with open(path, "w", encoding="utf-8", newline="") as file:
            if suffix == ".jsonl":
                file.writelines(json.dumps({"text": t}) + "\n" for t in texts)
            else:
                rows = csv.writer(file, delimiter="\t" if suffix == ".tsv" else ",")
                rows.writerows([["text", "n"], *([t, i] for i, t in enumerate(texts))])
        opened = open_source(path)
        items = [*opened.items]
    assert [item.text for item in items] == texts
    assert len({item.name for item in items}) == len(items) == opened.total


Check = Callable[[bytes, str], None]
CHECKS: dict[str, Check] = {
    "read": check_read,
    "quotes": check_quotes,
    "codebook": check_codebook,
    "draft": check_draft,
    "mentions": check_mentions,
    "report": check_report,
    "export": check_export,
    "table": check_table,
    "words": check_words,
}


def seeds(target: str) -> list[tuple[bytes, str]]:
    """What a target's cases are made from, each with the end of its file's name."""
    found = stories(2)
    plain = ["\n".join([s.headline, *s.body]).encode() for s in found]
    if target == "codebook":
        return [(p.read_bytes(), "") for p in (ROOT / "data/codebooks").glob("*.yml")]
    if target == "mentions":
        called = [
            " acted. The ".join(n for a in book.actors for n in a.names + a.nominals)
            for book in _known()
        ]
        return [
            *((text.encode(), "") for text in called),
            *((path.read_bytes(), "") for path in article_files()),
        ]
    if target == "read":
        files = [(make(found), "." + n.split(".")[-1]) for n, make in EXPORTS.items()]
        return [*files, *((text, end) for text in plain for end in (".txt", ".md"))]
    cases = (ROOT / "tests/cases" / n for n in ("quotes.csv", "mentions.csv"))
    lines = [line for p in cases for line in p.read_bytes().splitlines()]
    ends = (".csv", ".tsv", ".jsonl") if target == "table" else ("",)
    return [(line, end) for line in [*plain, *lines] for end in ends]


def fault_of(error: Exception) -> str:
    """What was raised, and where."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(place.filename).name}:{place[1]}"


def fuzz(target: str, cases: int, seed: int, keep: Path | None = None) -> list[str]:
    """The faults of some cases, each told once by where it was raised.

    >>> fuzz("codebook", 3, 1)
    []
    """
    draw, found, told = random.Random(seed), seeds(target), {}
    others = [data for data, _ in found]
    for number in range(cases):
        data, suffix = draw.choice(found)
        data = alter(data, others, draw)
        try:
            CHECKS[target](data, suffix)
        except Exception as error:  # whatever it is, it is what is looked for
            fault = fault_of(error)
            if keep and fault not in told:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{target}-{number}{suffix}").write_bytes(data)
            told.setdefault(fault, f"{target} {number}: {fault}: {str(error)[:200]}")
    return [*told.values()]


def main() -> None:
    """Fuzz and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", nargs="*")
    parser.add_argument("--cases", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    if unknown := {*options.target} - CHECKS.keys():
        parser.error(f"no target {unknown}; there are {[*CHECKS]}")
    for target in options.target or CHECKS:
        faults = fuzz(target, options.cases, options.seed, options.keep)
        print(f"{target}: {options.cases} cases, {len(faults)} faults", flush=True)
        print(*faults, sep="\n", end="\n" * bool(faults), flush=True)


if __name__ == "__main__":
    main()
