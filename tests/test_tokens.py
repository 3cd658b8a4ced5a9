"""Sentences and tokens: cases as rows, and the columns agree with the rows."""

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from analysis.tokens import (
    Token,
    find_sentences,
    read_structure,
    tag_tokens,
    tokenise,
)

CASES = Path(__file__).with_name("cases")
LONG = "Ofcom acted on “X”. It won’t wait.\n\nThe U.S. did, too.\n  Read more " * 3


def cases(name: str) -> list[tuple[str, list[str]]]:
    with open(CASES / name, encoding="utf-8", newline="") as file:
        return [(text, found.split("|")) for text, found in list(csv.reader(file))[1:]]


@pytest.mark.parametrize(("text", "tokens"), cases("tokens.csv"))
def test_tokens(text, tokens):
    assert [t.text for t in tokenise(text)] == tokens


@pytest.mark.parametrize(("text", "sentences"), cases("sentences.csv"))
def test_sentences(text, sentences):
    assert [s.text for s in find_sentences(text)] == sentences


def test_a_line_feed_always_ends_a_sentence():
    assert [s.text for s in find_sentences("No end\nhere")] == ["No end", "here"]


def test_rows_columns_and_single_rows_agree():
    tokens = tokenise(LONG)
    rows = list(tokens)
    assert rows == [tokens[i] for i in range(len(tokens))] == tokens[:]
    assert rows[-1] == tokens[-1] and tokens[2:5] == rows[2:5]
    columns = tokens.columns()
    assert [Token(*row) for row in zip(*columns.values(), strict=True)] == rows
    with pytest.raises(IndexError):
        tokens[len(tokens)]


def test_tokens_stand_in_their_sentence_and_paragraph():
    structure = read_structure(LONG)
    for t in structure.tokens:
        sentence = structure.sentences[t.sentence]
        assert sentence.start <= t.start < t.end <= sentence.end
        assert t.paragraph == sentence.paragraph
        assert LONG[t.start : t.end] == t.text


def test_nothing_but_blanks_between_tokens():
    tokens = list(tokenise(LONG))
    assert not LONG[: tokens[0].start].strip()
    for one, two in pairwise(tokens):
        assert one.end <= two.start and not LONG[one.end : two.start].strip()
    assert not LONG[tokens[-1].end :].strip()


def test_one_long_word_takes_no_longer_than_its_length():
    for text in ("a" * 200_000, "a." * 100_000, "’" * 200_000, "." * 200_000):
        assert sum(len(t.text) for t in tokenise(text)) == 200_000


def test_no_text_has_no_rows():
    assert list(tokenise("")) == [] == find_sentences(" \n ")
    assert all(values == [] for values in tokenise("").columns().values())


def test_parts_of_speech():
    assert tag_tokens(tokenise("The regulator fined them.")) == [
        "DT", "NN", "VBN", "PRP", ".",
    ]  # fmt: skip
