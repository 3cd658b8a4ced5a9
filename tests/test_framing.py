"""Frames: read by the model; words by look-up, the longest of a frame wins."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from analysis import analyse, framing, read_article
from analysis.articles import Article
from analysis.codebook import parse_codebook
from analysis.framing import (
    Frame,
    _phrases_of,
    _told_by_words,
    actor_frames,
    actor_parts,
    find_frames,
    read_framing,
    wilson,
)
from analysis.stance import reader
from analysis.stance.model import settings
from analysis.stance.reader import WHOLE
from analysis.tables import read_resource
from analysis.verbs import inflect

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


def test_share_of_the_body_paragraphs_that_frame_an_actor():
    at = pd.DataFrame({"article": "a", "paragraph": range(4)})
    body = at.assign(kind=["body"] * 3 + ["caption"])
    named = at.assign(actor="court", form=["name", "pronoun", "generic", "name"])
    framing = at.assign(frame="law", actor=["court", None, None, "court"])
    row = actor_frames(framing, named, body).iloc[0]
    assert (row.paragraphs, row.n, row.share) == (1, 2, 0.5)
    assert (row.low, row.high) == pytest.approx((0.0945, 0.9055), abs=1e-3)  # Wilson


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (0, 10, 0, 0.2775),
        (10, 10, 0.7225, 1),
        (8, 10, 0.4902, 0.9433),
        (1, 1, 0.2065, 1),
    ],
)
def test_wilsons_interval_is_that_of_the_tables(k, n, low, high):
    found = wilson(pd.Series([k]), pd.Series([n]))
    assert [end[0] for end in found] == pytest.approx([low, high], abs=1e-4)


def test_shares_are_of_the_paragraphs_of_each_article_that_hold_the_actor():
    at = pd.DataFrame({"article": ["a", "a", "b", "b"], "paragraph": [0, 1, 0, 1]})
    body = at.assign(kind="body")
    named = at.iloc[:1].assign(actor="court", form="name")
    named = pd.concat([named, named.assign(actor="media")])
    framing = at.iloc[[1, 2, 3]].assign(
        frame=["law", "law", "war"], actor=["court", "court", "media"]
    )
    table = actor_frames(framing, named, body)
    rows = table[["actor", "frame", "paragraphs", "n", "share"]].values.tolist()
    assert rows == [["court", "law", 2, 3, 2 / 3], ["media", "war", 1, 2, 0.5]]
    assert actor_frames(framing.head(0), named, body).empty
    parts = framing.rename(columns={"frame": "part"})
    assert actor_parts(parts, named, body)["part"].tolist() == ["law", "war"]


def test_own_frames_are_of_whom_the_words_sentence_mentions():
    book = parse_codebook(
        """
        actors: {regulator: {names: [Ofcom]}, platform: {names: [X]}}
        frames: {privacy: [data, personal data], law: [crime]}
        """
    )
    text = "X fell. Ofcom and X took data. Data fell. Platforms took personal data."
    result = analyse(Article(text, "", "", "a"), book)
    told = _told_by_words(result.reader, _phrases_of(book, settings()["frames"]))
    assert {f[:4] for f in told} == {
        (0, "privacy", actor, None) for actor in (None, "regulator", "platform")
    }
    assert len(told) == 3
    assert [f.text for f in find_frames(text, book)] == [
        "data",
        "Data",
        "personal data",
    ]
    rows = read_framing(result.reader, book)
    assert rows == sorted(rows, key=lambda f: (f.paragraph, f.frame, f.actor or ""))
    assert len({f[:3] for f in rows}) == len(rows)


def test_a_codebooks_own_frame_is_told_by_words_and_says_so():
    text = "Ofcom looked into personal data. It rained.\nA surveillance camera fell."
    found = analyse(Article(text, "", "", "a"), BOOK).framing_rows
    own = [f[:4] for f in found if f.frame == "privacy"]
    assert own == [
        (0, "privacy", None, None),
        (0, "privacy", "regulator", None),
        (1, "privacy", None, None),
    ]
    assert {f.scorer for f in found if f.frame == "privacy"} == {"words"}


def test_a_listed_frame_that_the_model_does_not_read_is_told_by_words(monkeypatch):
    listed = [{"frame": frame, "term": "harbour"} for frame in ("sea", "law")]
    monkeypatch.setattr(framing, "read_resource", lambda name: listed)
    monkeypatch.setattr(framing, "_index_phrases", framing._index_phrases.__wrapped__)
    text = "Ofcom stands by the harbour.\nIt rained."
    found = analyse(Article(text, "", "", "a"), BOOK).framing_rows
    told = [f[:3] for f in found if f.scorer == "words"]
    assert told == [(0, "sea", None), (0, "sea", "regulator")]


def test_what_phrases_add_to_a_frame_sums_to_its_probability():
    text = "Ofcom fined the firm for breaking the law. Nobody was surprised by it."
    result = analyse(Article(text, "", "", "a"), BOOK)
    for row in result.framing_rows:
        table = result.explain_frame(0, row.frame, row.actor)
        assert table["weight"].sum() == pytest.approx(row.probability)
    with pytest.raises(KeyError, match="paragraph 0 has no frame war.*there: .*law"):
        result.explain_frame(0, "war")


def test_an_actor_is_in_a_frame_only_where_its_paragraph_is():
    path = Path(__file__).parents[1] / "data" / "articles" / "grok-deepfakes.txt"
    rows = analyse(read_article(path)).framing_rows
    whole = {(f.paragraph, f.frame) for f in rows if f.actor is None}
    owned = {(f.paragraph, f.frame) for f in rows if f.actor}
    assert owned and owned <= whole


def test_an_actor_plays_the_likeliest_part_that_reaches_its_threshold(monkeypatch):
    least = {"accused": 0.4, "accuser": 0.5, "victim": 0.2}
    monkeypatch.setattr(reader, "settings", lambda: {"parts": least})
    chances = {
        ("accused", "a"): 0.6,
        ("accuser", "a"): 0.7,
        ("victim", "a"): 0.1,
        ("accuser", "b"): 0.45,
        ("accused", WHOLE): 0.9,
        ("law", "b"): 0.9,
    }
    read = analyse(Article("A sued B.", "", "", "")).reader
    read._done[0] = reader._Read({}, {key: ((0, 9), p) for key, p in chances.items()})
    assert [part[:4] for part in read.parts()] == [(0, "a", "accuser", 0.7)]


def test_what_phrases_add_to_a_part_sums_to_its_probability():
    result = analyse(Article("Ofcom fined Acme for lying to the public.", "", "", ""))
    part = result.part_rows[0]
    words = result.explain_part(part.paragraph, part.actor)
    assert words["weight"].sum() == pytest.approx(part.probability)
    with pytest.raises(KeyError, match="nobody plays no part in paragraph 0; there: "):
        result.explain_part(0, "nobody")


def test_homonyms_and_passing_topics_are_no_frames():
    """Six in seven of sentences that were written before the model was seen."""
    path = Path(__file__).parent / "cases" / "frames.csv"
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    book = parse_codebook("actors: {}")

    def right(row: dict[str, str]) -> bool:
        found = analyse(Article(row["text"], "", "", "a"), book).framing_rows
        return (row["frame"] in {f.frame for f in found}) == (row["there"] == "yes")

    wrong = [row["text"] for row in rows if not right(row)]
    assert len(wrong) <= 0.15 * len(rows), wrong


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("blame", "blaming"),
        ("ban", "banned"),
        ("slam", "slamming"),
        ("quit", "quitting"),
        ("leak", "leaked"),
        ("policy", "policies"),
        ("crash", "crashes"),
        ("toy", "toys"),
    ],
)
def test_inflections(word, form):
    assert {word, form} <= inflect(word)


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
