"""Strings that double: no piece, however often it stands there, costs more than it."""

import csv
import time
from pathlib import Path

import pytest

from analysis.articles import Article, read_article
from analysis.codebook import parse_codebook
from analysis.drafting import draft_codebook
from analysis.framing import find_frames
from analysis.mentions import find_referents
from analysis.quotes import find_quotes
from analysis.tokens import read_structure

BOOK = parse_codebook(
    "actors: {regulator: {names: [Ofcom], nominals: [the watchdog], "
    "people: [{name: Ann Lee, pronoun: she}]}, platform: {names: [X]}}"
)
STAGES, FILES = (2_000, 8_000), (8_000, 32_000)  # letters; files are read fast
MOST = 8  # times the work for four times the text: it is 16 where work grows squared
FREE = 0.25  # seconds of processor for the longer text that are no fault
HEADS = {"eml": "Content-Type: text/plain\n", "rtf": "{\\rtf1 ", "html": "<html><body>"}

with open(
    Path(__file__).parent / "cases" / "nasty.csv", encoding="utf-8", newline=""
) as _file:
    ROWS = csv.DictReader(line for line in _file if not line.startswith("#"))
    NASTY = [(row["format"], row["piece"].replace("⏎", "\n")) for row in ROWS]


def read(path: Path, kind: str, piece: str, letters: int) -> None:
    text = HEADS.get(kind, "") + (piece * letters)[:letters]
    path = path / f"a.{kind}"
    path.write_text(text, "utf-8")
    try:
        read_article(path, language_check=False)
    except ValueError:
        return


def analyse(piece: str, letters: int) -> None:
    text = (piece * letters)[:letters]
    structure = read_structure(text)
    find_referents(structure, BOOK, find_quotes(text, structure))
    find_frames(text, BOOK, structure)
    draft_codebook(Article(text, "", "", ""))


def seconds(work, letters: int) -> float:
    start = time.process_time()
    work(letters)
    return time.process_time() - start


def grows(work, short: int, long: int) -> float:
    """How many times the work it is for four times the text; 0 where it is little."""
    work(100)
    for _ in range(3):  # a processor that does other things too may once be slow
        took = seconds(work, long)
        if took < FREE:
            return 0
        if (found := took / seconds(work, short)) < MOST:
            return found
    return found


@pytest.mark.parametrize(("kind", "piece"), NASTY)
def test_reading_grows_with_the_text(kind, piece, tmp_path):
    assert grows(lambda n: read(tmp_path, kind, piece, n), *FILES) < MOST


@pytest.mark.parametrize("piece", [piece for kind, piece in NASTY if kind == "txt"])
def test_the_stages_grow_with_the_text(piece):
    assert grows(lambda n: analyse(piece, n), *STAGES) < MOST
