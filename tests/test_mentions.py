"""Mentions: names, nouns and pronouns, and what is none."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.codebook import read_codebook
from analysis.mentions import count_mentions, find_mentions, find_referents
from analysis.mentions.said import Said, is_same
from analysis.mentions.voices import (
    count_words,
    find_positions,
    find_voices,
    voice_shares,
)
from analysis.quotes import find_quotes
from analysis.tables import to_table
from analysis.tokens import read_structure

CASES = Path(__file__).parent / "cases"
BOOK = read_codebook(CASES / "mentions.yml")
WORDS = "Ofcom X Musk Liz Kendall the regulator she it We said . , ’s “ ”".split()


def read_cases() -> dict[str, list[tuple[str, ...]]]:
    """The mentions of each text, and without an actor what is none."""
    cases = defaultdict(list)
    with open(CASES / "mentions.csv", encoding="utf-8", newline="") as file:
        for text, *row in csv.reader(file):
            cases[text].append(tuple(row))
    del cases["text"]
    return cases


ROWS = read_cases()


@pytest.mark.parametrize("text", ROWS, ids=lambda text: text[:40])
def test_mentions(text):
    found = find_mentions(text, BOOK)
    rows = {(m.text, m.actor, m.form, m.part, m.rule) for m in found}
    assert rows == {row for row in ROWS[text] if row[1]}
    for mention, *_ in [row for row in ROWS[text] if not row[1]]:
        at = text.index(mention)
        assert not [m for m in found if mention and m.start <= at < m.end]


@given(st.lists(st.sampled_from([*WORDS, "\n"]), max_size=40).map(" ".join))
def test_mentions_are_spans_in_order_without_overlap(text):
    found, structure = find_mentions(text, BOOK), read_structure(text)
    ends = [0] + [m.end for m in found]
    for mention, before in zip(found, ends, strict=False):
        assert text[mention.start : mention.end] == mention.text
        assert mention.start >= before and mention.corrected is None
        sentence = structure.sentences[mention.sentence]
        assert mention.paragraph == sentence.paragraph
        assert sentence.start <= mention.start < mention.end <= sentence.end
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


def test_counts_are_ordered_by_number_and_then_by_name():
    found = find_mentions("X spoke. Ofcom fined Musk. Ministers left.", BOOK)
    counts = count_mentions(found, ("actor", "form"))
    assert [*counts.itertuples(index=False, name=None)] == [
        ("platform", "name", 2),
        ("government", "nominal", 1),
        ("regulator", "name", 1),
    ]
    assert count_mentions(found, "corrected").mentions.tolist() == [4]


def test_counts_by_an_unknown_column_name_the_known_ones():
    with pytest.raises(KeyError, match="no column 'actors'.*'actor'"):
        count_mentions(find_mentions("Ofcom acted.", BOOK), by=("actors",))


OFCOM = "Ofcom met Ann Lee, a nurse. “It failed us,” she said. The old shop shut."


def corrected(text, mentions=(), speakers=()):
    """Mentions and quotations where a person says of some words what they are."""
    structure = read_structure(text)

    def places(said):
        spans = ((text.index(words), words, what) for words, what in said)
        return {(at, at + len(words)): what for at, words, what in spans}

    said = Said(places(mentions), places(speakers))
    return find_referents(structure, BOOK, find_quotes(text, structure), said)


@pytest.mark.parametrize(
    ("words", "actor", "form"),
    [
        ("Ann Lee", "civil_society", "name"),
        ("she", "civil_society", "pronoun"),
        ("The old shop", "company", "nominal"),
        ("The", "company", "nominal"),
        ("Ofcom", "platform", "name"),
        ("Ofcom met", "platform", "name"),
        ("nurse", "court", "nominal"),
    ],
)
def test_a_person_says_who_is_meant(words, actor, form):
    found = {m.text: m for m in corrected(OFCOM, [(words, actor)]).mentions}
    mine = found[words]
    assert (mine.actor, mine.form, mine.rule) == (actor, form, "corrected")
    assert mine.corrected is True
    assert [m.corrected for m in found.values() if m is not mine] == [None] * (
        len(found) - 1
    )


def test_a_person_says_that_nobody_is_meant():
    text = "Ofcom said it would act. It left."
    assert [m.text for m in find_mentions(text, BOOK)] == ["Ofcom", "it", "It"]
    assert corrected(text, [("Ofcom", None)]).mentions == []
    left = corrected(text, [("it", None)]).mentions
    assert [m.text for m in left] == ["Ofcom", "It"]


@pytest.mark.parametrize(
    ("words", "actor", "taken_up"),
    [
        ("Jo Moss", "court", "She"),
        ("The clerk", "court", None),
        ("Jo Moss", "company", None),
    ],
)
def test_pronouns_follow_who_is_meant(words, actor, taken_up):
    found = corrected(f"{words} spoke at noon. She left.", [(words, actor)]).mentions
    assert [m.text for m in found[1:]] == ([taken_up] if taken_up else [])


@pytest.mark.parametrize(
    ("who", "speaker", "actor"),
    [
        ("court", "she", "court"),
        ("other", "she", "other"),
        ("Ofcom", "Ofcom", "regulator"),
        ("Bo Ek", "Bo Ek", "other"),
    ],
)
def test_a_person_says_who_speaks(who, speaker, actor):
    found = corrected(OFCOM, speakers=[("It failed us,", who)])
    [quote] = [q for q in found.quotes if q.kind == "direct"]
    assert (quote.speaker, quote.actor) == (speaker, actor)
    assert (quote.rule, quote.confidence, quote.corrected) == ("corrected", None, True)
    at = OFCOM.find(speaker)
    span = (at, at + len(speaker)) if at >= 0 else (None, None)
    assert (quote.speaker_start, quote.speaker_end) == span
    us = [m for m in found.mentions if m.text == "us"]
    assert [m.actor for m in us] == ([actor] if actor != "other" else [])


def test_a_named_speaker_is_the_one_who_stands_nearest():
    text = "Ann Lee met Ofcom. “No.” Ofcom left, and so did Ann Lee. Ofcom wept."
    found = corrected(text, speakers=[("No.", "Ann Lee")]).quotes
    assert [q.speaker_start for q in found if q.kind == "direct"] == [0]
    found = corrected(text, speakers=[("No.", "Ofcom")]).quotes
    assert [q.speaker_start for q in found if q.kind == "direct"] == [25]


def test_what_a_person_says_of_a_quotation_holds_for_all_its_parts():
    text = "Ms Moss said: ‘We must act.\n‘We will act.’\n“No,” said Ofcom."
    found = corrected(text, speakers=[("We must act.", "court")]).quotes
    assert [q.actor for q in found] == ["court", "court", "regulator"]
    assert [q.corrected for q in found] == [True, True, None]


@pytest.mark.parametrize(("start", "same"), [(5, True), (6, False)])
def test_a_quotation_is_known_again_by_half_of_its_words(start, same):
    assert is_same((start, 10), (0, 10)) is is_same((0, 10), (start, 10)) is same
    assert is_same((0, 10 - start), (0, 10)) is same
    assert is_same((0, 10), (start, start + 10)) is same


def test_voices_are_those_whose_quoted_words_fill_a_paragraph():
    text = (
        "Ofcom and X met in Leeds on Monday, and this is what they had to say.\n"
        "“We will look at this with the greatest care,” said Ofcom.\n"
        "X said “We will” and went on with what it does in Leeds.\n"
        "“It has been raining for days and days on end,” said a nurse.\n"
        "“Nobody asked us,” said Ofcom. “Somebody asked us in May,” said Elon Musk.\n"
    )
    structure = read_structure(text)
    quotes = find_referents(structure, BOOK, find_quotes(text, structure)).quotes
    voices = find_voices(structure, quotes)
    assert voices == ["narrator", "regulator", "narrator", "other", "platform"]


@pytest.mark.parametrize(("blanks", "voice"), [(0, "other"), (1, "narrator")])
def test_a_voice_fills_half_of_its_paragraph(blanks, voice):
    text = f"“{'a' * 20},” he said of it{'.' * (blanks + 5)}"
    structure = read_structure(text)
    assert find_voices(structure, find_quotes(text, structure)) == [voice]


def test_words_and_places_of_paragraphs():
    structure = read_structure("No, X’s £3 – 4.\n—\nTen.")
    assert count_words(structure) == [4, 0, 1]
    assert find_positions([4, 0, 1]) == [0.4, 0.8, 0.9]
    assert find_positions([0]) == [None]


def test_shares_of_voices_add_up_to_all_words():
    text = "“We will act,” said Ofcom.\nX has ‘no plans’.\n“No,” said a nurse. “Go.”"
    structure = read_structure(text)
    quotes = find_referents(structure, BOOK, find_quotes(text, structure)).quotes
    paragraphs = pd.DataFrame(
        {"paragraph": [0, 1, 2], "kind": ["body", "body", "caption"]}
    ).assign(words=count_words(structure))
    table = to_table(quotes, "quotes")
    shares = voice_shares(paragraphs, table).round(2)
    assert [*shares.itertuples(index=False, name=None)] == [
        ("narrator", 4, 0, 0.44),
        ("regulator", 3, 1, 0.33),
        ("platform", 2, 1, 0.22),
    ]
    everyone = voice_shares(paragraphs, table, furniture=True).set_index("voice")
    assert everyone.loc["other"].tolist() == [2, 2, 2 / 14]
    assert everyone.share.sum() == pytest.approx(1)


CODEBOOKS = sorted((CASES.parents[1] / "data" / "codebooks").glob("*.yml"))


@pytest.mark.parametrize("path", CODEBOOKS, ids=lambda path: path.stem)
def test_what_joins_the_words_of_an_alias_is_all_one(path):
    book = read_codebook(path)
    for actor in book.actors:
        aliases = (*actor.names, *actor.nominals, *actor.generics)
        for alias in (a for a in aliases if "," not in a):
            found = {
                tuple((m.actor, m.form) for m in find_mentions(text, book))
                for bare in [alias.removeprefix("the ")]
                for text in (
                    f"Then the {bare} acted.",
                    f"Then the {re.sub(r'(?<=[a-z]) ', '-', bare)} acted.",
                    f"Then the {bare.replace('-', ' ')} acted.",
                    f"Then the {bare.replace(chr(39), '’')} acted.",
                )
            }
            assert len(found) == 1, alias
