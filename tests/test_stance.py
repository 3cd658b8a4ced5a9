"""Who toward whom, on rows that a researcher can add to."""

import csv
from pathlib import Path

import pytest

from analysis.codebook import read_codebook
from analysis.stance import score_between, score_paragraphs

CASES = Path(__file__).with_name("cases")
BOOK = read_codebook(CASES / "stance.yml")
with open(CASES / "stance.csv", encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))
with open(CASES / "stance_known_failures.csv", encoding="utf-8", newline="") as _file:
    KNOWN = {(r["text"], r["holder"], r["target"]) for r in csv.DictReader(_file)}


def _direction(row, scorer="encoder"):
    found = score_paragraphs(row["text"], BOOK, scorer)
    pair = (row["holder"], row["target"])
    return next((r.direction for r in found if (r.holder, r.target) == pair), 0)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["text"][:60])
def test_direction(row):
    fails = _direction(row) != int(row["direction"])
    assert fails == ((row["text"], row["holder"], row["target"]) in KNOWN)


def test_nine_in_ten_are_right():
    assert len(ROWS) >= 150
    assert len(KNOWN) <= len(ROWS) / 10


@pytest.mark.parametrize("scorer", ["encoder", "words"])
@pytest.mark.parametrize("group", ["swap", "passive"])
def test_swapping_the_actors_swaps_the_edge(group, scorer):
    rows = [r for r in ROWS if r["group"] == group]
    right = [_direction(r, scorer) == int(r["direction"]) for r in rows]
    assert all(right)


@pytest.mark.parametrize("scorer", ["encoder", "words"])
def test_between_turns_with_the_voice(scorer):
    active = score_between("Ofcom condemned Chatter.", (0, 5), (16, 23), scorer)
    passive = score_between("Chatter was condemned by Ofcom.", (25, 30), (0, 7), scorer)
    for found in (active, passive):
        assert found.first_to_second < -1 / 3
        assert found.second_to_first is None
