"""Who toward whom, on rows that a researcher can add to; and what a row means."""

import csv
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import analyse, read_article, read_codebook
from analysis.articles import Article
from analysis.codebook import parse_codebook
from analysis.mentions import find_referents
from analysis.quotes import find_quotes
from analysis.stance import (
    model,
    score_between,
    score_paragraphs,
    score_target,
)
from analysis.stance.cards import LONGEST, Script, write_cards
from analysis.stance.evidence import Phrase, find_phrases, share_out, shift
from analysis.tokens import read_structure

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).with_name("cases")
BOOK = read_codebook(CASES / "stance.yml")


def _rows(name):
    with open(CASES / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _actor(name):
    return next(a.id for a in BOOK.actors if a.label == name)


def _direction(text, holder, target):
    found = {(r.holder, r.target): r.direction for r in score_paragraphs(text, BOOK)}
    return found.get((holder, target), 0)


def _right(name):
    return [
        _direction(r["text"], r["holder"], r["target"]) == int(r["direction"])
        for r in _rows(name)
    ]


def test_most_single_sentences_are_read_as_people_do():
    right = _right("stance.csv")
    assert sum(right) >= LEAST_RIGHT * len(right)


def test_swapping_the_names_swaps_the_edge():
    swapped = 0
    for row in _rows("swaps.csv"):
        names = row["holder"], row["target"]
        both = [
            _direction(row["text"].format(a, b), _actor(a), _actor(b))
            for a, b in (names, names[::-1])
        ]
        swapped += both == [int(row["direction"])] * 2
    assert swapped >= 36  # of 40


LEAST_RIGHT = 0.75


@pytest.fixture(scope="module")
def result():
    article = read_article(ROOT / "data" / "articles" / "grok-deepfakes.txt")
    book = read_codebook(ROOT / "data" / "codebooks" / "uk-online-safety.yml")
    return analyse(article, book)


def test_a_row_takes_a_side_and_says_how_surely(result):
    threshold = model.settings()["threshold"]
    for row in result.stance_rows:
        parts = (row.negative, row.neutral, row.positive)
        assert sum(parts) == pytest.approx(1)
        assert row.score == pytest.approx(row.positive - row.negative)
        assert row.neutral <= 1 - threshold
        assert row.direction == (1 if row.score > 0 else -1)
        chance = max(row.negative, row.positive)
        least = {"clear": 0.8, "likely": 0.6, "weak": 0.0}[row.certainty]
        assert chance >= least
        assert row.certainty == "clear" or chance < 0.8


def test_implied_is_what_the_paragraph_does_not_mention(result):
    named = set(zip(result.mentions.paragraph, result.mentions.actor, strict=True))
    for row in result.stance_rows:
        assert row.implied == ((row.paragraph, row.target) not in named)


def test_a_paragraph_alone_reads_as_within_all(result):
    again = analyse(result.article, result.codebook)
    some = [row.paragraph for row in result.stance_rows][::4]
    for paragraph in reversed(some):
        whole = [r for r in result.stance_rows if r.paragraph == paragraph]
        assert again.reader.read(paragraph) == whole


def test_prompts_take_no_stance(result):
    prompts = result.paragraphs[result.paragraphs.kind == "prompt"].paragraph
    assert len(prompts)
    assert not set(prompts) & {r.paragraph for r in result.stance_rows}


def test_evidence_of_a_row_sums_to_its_score_and_cuts_the_paragraph(result):
    row = max(result.stance_rows, key=lambda r: abs(r.score))
    found = result.reader.explain(*row[:3])
    assert sum(e.weight for e in found) == pytest.approx(row.score, abs=1e-6)
    assert found[0].start is None
    for e in found[1:]:
        assert result.article.text[e.start : e.end] == e.text
    strongest = max(found[1:], key=lambda e: e.weight * row.direction)
    assert strongest.weight * row.direction > 0


def test_explain_names_what_there_is(result):
    with pytest.raises(KeyError, match="→"):
        row = result.stance_rows[0]
        result.explain(row.paragraph, "court", "court")


def test_a_readers_words_shift_the_stance_and_show():
    text = "Chatter published the figures in May.\nThe figures were odd, Ofcom said."
    article = Article(text, "", "", "odd")
    plain = analyse(article, BOOK)
    assert not plain.reader.read(0)
    moved = analyse(article, BOOK._replace(words={"PUBLISHED": -1.0}))
    (row,) = moved.reader.read(0)
    assert (row.holder, row.target, row.direction) == ("narrator", "platform", -1)
    assert [e.text for e in moved.reader.explain(*row[:3])][-1] == "published"
    weights = [e.weight for e in moved.reader.explain(*row[:3])]
    assert sum(weights) == pytest.approx(row.score, abs=1e-6)


def test_a_very_long_paragraph_is_read_whole():
    dull = "The office opens at nine and closes at five. " * 40
    text = f"{dull}Ofcom condemned Chatter in the strongest terms."
    rows = score_paragraphs(text.strip(), BOOK)
    assert ("regulator", "platform", -1) in {
        (r.holder, r.target, r.direction) for r in rows
    }


def test_more_actors_than_the_model_holds_are_read_nearest_first():
    names = [f"Body{chr(65 + k)}" for k in range(12)]
    actors = ", ".join(f"company_{n.lower()}: {{names: [{n}]}}" for n in names)
    book = parse_codebook(f"actors: {{{actors}}}")
    listed = "\n".join(f"{n} was founded in Leeds." for n in names)
    rows = score_paragraphs(f"{listed}\nBodyA accused BodyL of fraud.", book)
    assert ("company_bodya", "company_bodyl") in {(r.holder, r.target) for r in rows}


@settings(deadline=None, max_examples=40)
@given(st.text("aB .,\n“”’—", max_size=200), st.integers(0, 3))
def test_any_text_is_read(text, times):
    rows = score_paragraphs(text + " Ofcom sued Chatter. " * times, BOOK)
    assert all(-1 <= r.score <= 1 for r in rows)


@settings(deadline=None)
@given(
    st.lists(st.floats(0.01, 1), min_size=3, max_size=3),
    st.lists(st.floats(-1, 1), max_size=4),
)
def test_shifted_probabilities_stay_probabilities(parts, weights):
    row = tuple(p / sum(parts) for p in parts)
    terms = [Phrase(0, 1, "x", w) for w in weights]
    moved, scaled = shift(row, terms)
    assert sum(moved) == pytest.approx(1)
    assert all(-1e-9 <= p <= 1 + 1e-9 for p in moved)
    gained = (moved[2] - moved[0]) - (row[2] - row[0])
    assert sum(t.weight for t in scaled) == pytest.approx(gained, abs=1e-9)


@settings(deadline=None)
@given(st.text("ab’ .,of the", max_size=120))
def test_phrases_hold_every_word_once(text):
    phrases = find_phrases(text, 0, 0, 6)
    assert len(phrases) <= 6
    kept = "".join(text[a:b] for a, b in phrases)
    assert "".join(kept.split()) == "".join(text.split())


def test_shares_of_a_sum_are_its_parts():
    parts = [0.1, -0.3, 0.5]
    spans = [(0, 1), (1, 2), (2, 3)]
    base, worth = share_out(
        spans, spans, lambda kept: 0.2 + sum(parts[k] for k in kept), 4
    )
    assert base == pytest.approx(0.2)
    assert worth == pytest.approx(parts)


def test_pieces_of_a_long_paragraph_are_cut_at_sentences():
    text = "Ofcom said nothing at all to anybody about that. " * 60
    s = read_structure(text.strip())
    found = find_referents(s, BOOK, find_quotes(s.text, s))
    script = Script(s, write_cards(BOOK, found.mentions), *found)
    parts = [*script.parts(0)]
    assert len(parts) > 1
    assert parts[0][0] == 0
    assert all(b == c for (_, b), (c, _) in zip(parts, parts[1:], strict=False))
    assert all(b - a <= LONGEST for a, b in parts)
    starts = {x.start for x in s.sentences}
    assert all(script.pieces[0].offsets[a][0] in starts for a, _ in parts)


NAMED = "{0} said it had fined {1}. The watchdog met {1}’s owner.\nOnly {0} waited."


@given(st.lists(st.text("bdfgklmnprst", min_size=3), min_size=2, max_size=2))
@settings(deadline=None)
def test_what_is_read_does_not_hang_on_names(names):
    """Other names, other labels: the model sees the very same pieces."""
    first, second = f"Ka{names[0]}", f"Vo{names[1]}"
    plain = _passages(NAMED.format("Ofcom", "X"), "Ofcom", "X")
    assert _passages(NAMED.format(first, second), first, second) == plain


def _passages(text, regulator, platform):
    book = parse_codebook(
        f"""actors:
          regulator: {{label: {regulator}, names: [{regulator}], nominals: [watchdog]}}
          platform: {{names: [{platform}]}}"""
    )
    s = read_structure(text)
    found = find_referents(s, book, find_quotes(text, s))
    script = Script(s, write_cards(book, found.mentions, found.quotes), *found)
    seen = [script.passage(k, part) for k in (0, 1) for part in script.parts(k)]
    return [(p.ids, p.cards, p.mentions, p.voices, p.body) for p in seen]


# --- single sentences ---------------------------------------------------------------


def _span(text, part):
    return text.index(part), text.index(part) + len(part)


def test_condemned_is_worse_than_praised():
    condemned = score_target("Lawmakers condemned the firm.", 20, 28)
    praised = score_target("Lawmakers praised the firm.", 18, 26)
    assert condemned.score < 0 < praised.score


def test_between_turns_with_the_voice():
    active = score_between("Ofcom condemned Chatter.", (0, 5), (16, 23))
    passive = score_between("Chatter was condemned by Ofcom.", (25, 30), (0, 7))
    for found in (active, passive):
        assert found.first_to_second < -1 / 3
        assert found.second_to_first is None


def test_evidence_for_a_target_sums_and_is_worked_out_when_read(monkeypatch):
    from analysis.stance import sentences

    text = "Critics condemned X for its silence."
    asked = []
    monkeypatch.setattr(
        sentences, "share_out", lambda *a: asked.append(1) or share_out(*a)
    )
    found = score_target(text, *_span(text, "X"), words={"silence": -0.2})
    assert not asked
    total = found.baseline + sum(t.weight for t in found.evidence)
    assert total == pytest.approx(found.score, abs=1e-6)
    assert len(asked) == 1
    for t in found.evidence:
        assert text[t.start : t.end] == t.text


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (0, 99)])
def test_a_target_outside_the_text_is_an_error(start, end):
    with pytest.raises(ValueError, match="no target at"):
        score_target("X won.", start, end)


def test_an_unknown_scorer_is_an_error():
    with pytest.raises(ValueError, match="no scorer 'oracle'; there is encoder"):
        score_target("X won.", 0, 1, "oracle")


# --- the model ------------------------------------------------------------------------


def test_the_model_is_small_and_is_the_one_that_was_measured():
    assert (model.RESOURCES / "stance.onnx").stat().st_size <= 25e6
    model.load_model()


FAULTS = {
    "cut": lambda data: data[:-2],
    "damaged": lambda data: data[:-1] + b"x",
    "empty": lambda data: b"",
    "another": lambda data: b"{}",
}


@pytest.mark.parametrize("name", [*model.FILES, "stance_model.json"])
@pytest.mark.parametrize("fault", ["missing", *FAULTS])
def test_a_faulty_file_of_the_model_is_named_with_the_remedy(
    fault, name, tmp_path, monkeypatch
):
    for other in (*model.FILES, "stance_model.json"):
        if (other, fault) != (name, "missing"):
            data = (model.RESOURCES / other).read_bytes()
            data = FAULTS[fault](data) if other == name else data
            (tmp_path / other).write_bytes(data)
    monkeypatch.setattr(model, "RESOURCES", tmp_path)
    loaders = model.settings, model.load_model, model.load_tokenizer
    for loader in loaders:
        loader.cache_clear()
    with pytest.raises(model.ModelError, match=rf"{name}.*install the package"):
        score_target("X won.", 0, 1)
    for loader in loaders:
        loader.cache_clear()
