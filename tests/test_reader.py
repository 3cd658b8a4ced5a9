"""From what the model says of a paragraph to rows, and back to its words."""

from pathlib import Path

import numpy as np
import pytest

from analysis import read_codebook
from analysis.mentions import find_referents
from analysis.quotes import find_quotes
from analysis.stance import model, reader
from analysis.stance.evidence import Phrase
from analysis.stance.model import Found
from analysis.tokens import read_structure

BOOK = read_codebook(Path(__file__).with_name("cases") / "stance.yml")


def read(text, book=BOOK, **found):
    """A reader of a text whose first paragraph is read as told."""
    structure = read_structure(text)
    referents = find_referents(structure, book, find_quotes(text, structure))
    made = reader.StanceReader(structure, book, *referents)
    made._done[0] = reader._Read(found.get("pairs", {}), found.get("angles", {}))
    return made


SIDES = {"threshold": 0.6, "frames": {"law": [0.5, 0.4], "war": [0.3, 0.2]}}


@pytest.mark.parametrize(
    ("row", "side", "certainty"),
    [
        ((0.8, 0.2, 0.0), -1, "clear"),
        ((0.0, 0.2, 0.8), 1, "clear"),
        ((0.0, 0.21, 0.79), 1, "likely"),
        ((0.6, 0.4, 0.0), -1, "likely"),
        ((0.59, 0.4, 0.01), -1, "weak"),
        ((0.58, 0.41, 0.01), 0, ""),
        ((0.3, 0.4, 0.3), 0, ""),
    ],
)
def test_a_pair_takes_a_side_from_the_threshold_up(monkeypatch, row, side, certainty):
    monkeypatch.setattr(reader, "settings", lambda: SIDES)
    pairs = {("regulator", "platform"): ((0, 1), row)}
    rows = read("Ofcom met Chatter.", pairs=pairs).read(0)
    assert [(r.direction, r.certainty) for r in rows] == (
        [(side, certainty)] if side else []
    )
    for found in rows:
        assert found[:3] == (0, "regulator", "platform")
        assert found.score == row[2] - row[0]
        assert (found.negative, found.neutral, found.positive) == row
        assert not found.implied
    implied = read("Ofcom left.", pairs=pairs).read(0)
    assert all(r.implied for r in implied)


def test_rows_come_by_paragraph_holder_and_target():
    pairs = {
        pair: ((0, 1), (0.9, 0.1, 0.0))
        for pair in [("regulator", "platform"), ("narrator", "platform")]
    }
    made = read("Ofcom fined Chatter.\nChatter sued Ofcom.", pairs=pairs)
    made._done[1] = reader._Read({("platform", "regulator"): ((0, 1), (0, 0, 1))}, {})
    assert [r[:3] for r in made.rows()] == [
        (0, "narrator", "platform"),
        (0, "regulator", "platform"),
        (1, "platform", "regulator"),
    ]


def test_frames_reach_their_threshold_as_a_whole_or_by_an_actor(monkeypatch):
    monkeypatch.setattr(reader, "settings", lambda: SIDES)
    angles = {
        ("law", ""): 0.49,
        ("law", "regulator"): 0.4,
        ("law", "platform"): 0.39,
        ("war", ""): 0.3,
        ("war", "regulator"): 0.19,
        ("accused", "regulator"): 0.9,
    }
    made = read("A", angles={key: ((0, 1), p) for key, p in angles.items()})
    assert [f[1:4] for f in made.framing(0)] == [
        ("law", None, 0.49),
        ("law", "regulator", 0.4),
        ("war", None, 0.3),
    ]
    made = read("A", angles={("law", ""): ((0, 1), 0.49), ("war", ""): ((0, 1), 0.29)})
    assert made.framing(0) == []


def test_of_a_long_paragraph_the_plainest_passage_counts(monkeypatch):
    monkeypatch.setattr(reader, "angles", lambda: ["law", "war"])
    made = read("Ofcom met Chatter.")
    neither = [[[0, 1, 0]] * 2] * 4
    first, second = np.array(neither, float), np.array(neither, float)
    first[0, 1], second[0, 1] = (0.5, 0.5, 0), (0, 0.4, 0.6)
    second[2, 0] = (0.1, 0.9, 0)
    frames = np.array([[0.1, 0.2, 0.3], [0, 0, 0.5]])
    for part, found in (
        ((0, 5), Found(first, frames)),
        ((5, 9), Found(second, frames[:, ::-1])),
    ):
        made._add(made._done[0], 0, part, found)
    pairs, angles = made._done[0]
    assert len(pairs) == 8 and len(angles) == 5
    assert pairs["regulator", "platform"] == ((5, 9), (0, 0.4, 0.6))
    assert pairs["narrator", "regulator"] == ((5, 9), (0.1, 0.9, 0))
    assert pairs["other", "regulator"] == ((0, 5), (0, 1, 0))
    assert angles["law", ""] == ((0, 5), 0.3)
    assert angles["law", "regulator"] == ((5, 9), 0.3)
    assert angles["law", "platform"] == ((0, 5), 0.2)


@pytest.mark.parametrize(
    ("holder", "target", "taken", "named", "bears"),
    [
        ("regulator", "platform", False, {"platform"}, True),
        ("court", "platform", False, {"platform"}, False),
        ("court", "platform", True, {"platform"}, True),
        ("court", "platform", True, {"court"}, False),
        ("court", "platform", True, set(), True),
        ("regulator", "platform", False, set(), False),
        ("regulator", "regulator", False, {"regulator"}, False),
    ],
)
def test_for_whom_an_own_word_counts(holder, target, taken, named, bears):
    word = reader._OwnWord(Phrase(0, 1, "x", 1.0), "regulator", frozenset(named))
    assert word.bears_on(holder, target, taken) == bears


def test_an_own_word_has_the_voice_and_the_names_of_its_place():
    book = BOOK._replace(words={"odd": -0.5, "new": 0.5})
    text = "It rained.\nOdd Chatter fell. “New,” said Ofcom. “Odd,” said Bo Ek."
    first, second, third = read(text, book)._own_words(1)
    found = sorted([first, second, third], key=lambda w: w.term.start)
    assert [text[w.term.start : w.term.end] for w in found] == ["Odd", "New", "Odd"]
    assert [w.voice for w in found] == ["narrator", "regulator", "other"]
    assert [set(w.named) for w in found] == [{"platform"}, {"regulator"}, set()]
    plain = read(text, BOOK)
    assert plain._shifted(1, ("regulator", "platform"), (0, 1, 0)) == ((0, 1, 0), [])


@pytest.mark.parametrize("part", [(0, 4), (4, 8)])
def test_a_row_is_explained_by_the_phrases_of_its_part(monkeypatch, part):
    """By a model that counts the pieces of a passage."""
    text = "Rain fell.\nOfcom fined Chatter. Chatter sued Ofcom in June."

    def count(passage):
        size = passage.body[1] - passage.body[0]
        stances, frames = np.zeros((4, 2, 3)), np.zeros((13, 3))
        stances[3, 0] = 0, 1 - size / 100, size / 100
        frames[1, 2] = frames[1, 0] = size / 10
        return Found(stances, frames)

    monkeypatch.setattr(reader, "run_passage", count)
    made = read(text)
    script = made.script
    whole = count(script.passage(1, part))
    row = tuple(whole.stances[3, 0])
    frame = model.angles()[1]
    made._done[1] = reader._Read(
        {("other", "regulator"): (part, row)},
        {(frame, ""): (part, 0.5), (frame, "regulator"): (part, 0.5)},
    )
    rows = made.explain(1, "other", "regulator")
    assert rows[0][:6] == (1, "other", "regulator", None, None, None)
    assert sum(r.weight for r in rows) == pytest.approx(row[2])
    low, high = (script.passage(1, part).offsets[k][k] for k in (0, -1))
    assert all(text[r.start : r.end] == r.text for r in rows[1:])
    assert rows[1].start == low and rows[-1].end == high and len(rows) <= 7
    for actor in (None, "regulator"):
        told = made.explain_frame(1, frame, actor)
        assert sum(p.weight for p in told) == pytest.approx(whole.frames[1, 2])
    assert list(made._shared) == [(1, part)]
