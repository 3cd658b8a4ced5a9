"""Mentions: names, nouns and pronouns, and what is none."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.codebook import read_codebook
from analysis.mentions import count_mentions, find_mentions, find_referents
from analysis.quotes import find_quotes
from analysis.tokens import read_structure

CASES = Path(__file__).parent / "cases"
BOOK = read_codebook(CASES / "mentions.yml")
WORDS = "Ofcom X Musk Liz Kendall the regulator she it We said . , ’s “ ”".split()

with open(CASES / "mentions.csv", encoding="utf-8", newline="") as _file:
    ROWS = [tuple(row.values()) for row in csv.DictReader(_file)]


@pytest.mark.parametrize(("text", "mention", "actor", "form"), ROWS)
def test_mention(text, mention, actor, form):
    found = find_mentions(text, BOOK)
    if actor:
        assert (mention, actor, form) in [(m.text, m.actor, m.form) for m in found]
    else:
        at = text.index(mention)
        assert not [m for m in found if m.start <= at < m.end], found


@given(st.lists(st.sampled_from([*WORDS, "\n"]), max_size=40).map(" ".join))
def test_mentions_are_spans_in_order_without_overlap(text):
    found = find_mentions(text, BOOK)
    ends = [0] + [m.end for m in found]
    for mention, before in zip(found, ends, strict=False):
        assert text[mention.start : mention.end] == mention.text
        assert mention.start >= before
        assert BOOK.actor(mention.actor) is not None
        assert mention.form in ("name", "nominal", "pronoun", "generic")
        assert mention.part in ("speaker", "doer", "done-to", "other")


@given(st.text(max_size=120))
def test_any_text_is_read(text):
    assert all(text[m.start : m.end] == m.text for m in find_mentions(text, BOOK))


@pytest.mark.parametrize(
    ("text", "mention", "part"),
    [
        ("Ofcom fined X.", "Ofcom", "doer"),
        ("Ofcom fined X.", "X", "done-to"),
        ("X was fined by Ofcom.", "X", "done-to"),
        ("X was fined by Ofcom.", "Ofcom", "doer"),
        ("“No,” said Liz Kendall.", "Liz Kendall", "speaker"),
    ],
)
def test_part(text, mention, part):
    found = {m.text: m.part for m in find_mentions(text, BOOK)}
    assert found[mention] == part


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("“We will act,” Ofcom said.", "regulator"),
        ("Liz Kendall rose. “We will act,” she said.", "government"),
        ("“We will act,” said a neighbour.", "other"),
        ("Ofcom met X. “We will act,” a spokesman for the company said.", "platform"),
        ("Then X spoke. A spokesman said: “We will act.”", "platform"),
    ],
)
def test_actor_behind_a_speaker(text, actor):
    structure = read_structure(text)
    found = find_referents(structure, BOOK, find_quotes(text, structure))
    assert [q.actor for q in found.quotes if q.kind == "direct"] == [actor]


with open(CASES / "speakers.csv", encoding="utf-8", newline="") as _file:
    SPEAKERS = [tuple(row.values()) for row in csv.DictReader(_file)]


@pytest.mark.parametrize(("text", "quotation", "actor"), SPEAKERS)
def test_actor_behind_a_quotation(text, quotation, actor):
    structure = read_structure(text)
    found = find_referents(structure, BOOK, find_quotes(text, structure)).quotes
    assert [q.actor or "" for q in found if q.text == quotation] == [actor]


def test_counts_leave_generic_plurals_out():
    found = find_mentions("Ofcom fined X. Platforms must act. X said no.", BOOK)
    counts = count_mentions(found).set_index("actor")["mentions"].to_dict()
    assert counts == {"platform": 2, "regulator": 1}


def test_counts_by_an_unknown_column_name_the_known_ones():
    with pytest.raises(KeyError, match="no column 'actors'.*'actor'"):
        count_mentions(find_mentions("Ofcom acted.", BOOK), by=("actors",))
