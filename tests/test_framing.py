"""Frames: found by look-up, the longest phrase of a frame wins."""

import pytest

from analysis.codebook import parse_codebook
from analysis.framing import Frame, actor_frames, find_frames, inflections
from analysis.mentions import find_mentions
from analysis.tables import read_resource, to_table

BOOK = parse_codebook(
    """
actors: {regulator: {names: [Ofcom]}}
frames: {privacy: [data, personal data, surveillance camera]}
"""
)


def frames(text: str, book=None) -> list[tuple[str, str]]:
    return [(f.frame, f.text) for f in find_frames(text, book)]


@pytest.mark.parametrize("row", read_resource("frames.csv"))
def test_every_listed_term_is_found(row):
    assert row["frame"] in {f.frame for f in find_frames(f"So {row['term']} it is.")}


@pytest.mark.parametrize("text", ["a fine", "they fined it", "FINES", "Fining X"])
def test_inflected_and_in_any_case(text):
    assert "law" in {f.frame for f in find_frames(text)}


def test_the_longest_phrase_counts_once():
    found = [
        f for f in frames("Their personal data leaked.", BOOK) if f[0] == "privacy"
    ]
    assert found == [("privacy", "personal data")]


def test_a_phrase_ends_with_its_sentence():
    assert ("privacy", "surveillance. Camera") not in frames(
        "surveillance. Camera", BOOK
    )
    assert frames("a surveillance camera", BOOK) == [("privacy", "surveillance camera")]


def test_a_word_may_stand_for_several_frames():
    terms = {}
    for row in read_resource("frames.csv"):
        terms.setdefault(row["term"], set()).add(row["frame"])
    for term, expected in terms.items():
        if " " not in term and len(expected) > 1:
            assert expected <= {f.frame for f in find_frames(f"The {term} is new.")}


def test_spans_and_places():
    text = "Heading\nThe crime of it.\nFree speech."
    for f in find_frames(text):
        assert isinstance(f, Frame) and text[f.start : f.end] == f.text
    assert {(f.paragraph, f.frame) for f in find_frames(text)} >= {
        (1, "law"),
        (2, "speech"),
    }


def test_no_frames():
    assert find_frames("") == [] == find_frames("It is as it was.")


def test_share_of_the_paragraphs_that_mention_an_actor():
    text = "Ofcom fined it.\nOfcom waits here.\nNobody’s crime is this."
    tables = (
        to_table(find_frames(text), "frames"),
        to_table(find_mentions(text, BOOK), "mentions"),
    )
    found = actor_frames(*tables).set_index("frame")
    assert found.loc["law", ["paragraphs", "n", "share"]].tolist() == [1, 2, 0.5]


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("blame", "blaming"),
        ("policy", "policies"),
        ("crash", "crashes"),
        ("toy", "toys"),
    ],
)
def test_inflections(word, form):
    assert {word, form} <= inflections(word)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FREE SPEECH is no Crime", ["FREE SPEECH", "Crime"]),
        ("Free", []),
        ("Of free\nspeech", ["speech"]),
    ],
)
def test_indicators_in_any_usual_case_and_within_a_sentence(text, found):
    assert [f.text for f in find_frames(text)] == found
