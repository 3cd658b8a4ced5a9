"""Both scorers by what sentences mean, not by the figures they happen to give."""

from __future__ import annotations

import csv
import random
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.acts import inflect
from analysis.passages import read_passage
from analysis.stance import encoder, scorers, shapley, words
from analysis.stance.scorers import (
    score_between,
    score_pairs,
    score_target,
    score_targets,
)
from analysis.tables import RESOURCES, read_resource

CASES = Path(__file__).with_name("cases") / "acts.csv"
BOTH = ("encoder", "words")


def span(text: str, part: str) -> tuple[int, int]:
    start = text.index(part)
    return start, start + len(part)


def score(text: str, part: str, scorer: str, **more) -> scorers.Score:
    return score_target(text, *span(text, part), scorer, **more)


def cases() -> list[dict[str, str]]:
    with open(CASES, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["text"][:40])
def test_acts_tell_who_does_what_to_whom(case):
    text = case["text"]
    holder, target = span(text, case["holder"]), span(text, case["target"])
    value = score_between(text, holder, target, "words").first_to_second or 0.0
    assert (value >= 1 / 3) - (value <= -1 / 3) == int(case["direction"])
    turned = score_between(text, target, holder, "words")
    assert turned.second_to_first in (value, None)


@pytest.mark.parametrize("scorer", BOTH)
def test_condemned_is_worse_than_praised(scorer):
    condemned = score("Lawmakers condemned the company.", "the company", scorer)
    praised = score("Lawmakers praised the company.", "the company", scorer)
    assert condemned.score < -0.25 < 0.25 < praised.score
    assert condemned.scorer == scorer


def test_swapped_actors_swap_the_stance_of_the_encoder():
    for text in ("Smith condemned Jones.", "Jones condemned Smith."):
        first, second = text[:5], text[-6:-1]
        between = score_between(text, span(text, first), span(text, second))
        assert between.first_to_second < -1 / 3
        assert between.second_to_first is None
        turned = score_between(text, span(text, second), span(text, first))
        assert turned == (None, between.first_to_second)


def test_pairs_are_probabilities_in_order():
    text = "The senator praised the mayor."
    row, turned = score_pairs(
        [
            (text, span(text, "senator"), span(text, "mayor")),
            (text, span(text, "mayor"), span(text, "senator")),
        ]
    )
    assert sum(row) == pytest.approx(1)
    assert max(row) == row[1] == turned[2]


@pytest.mark.parametrize("scorer", BOTH)
def test_negation_takes_the_edge_off(scorer):
    plain = score("Their conduct was acceptable, X said.", "Their", scorer).score
    denied = score("Their conduct was not acceptable, X said.", "Their", scorer).score
    assert denied < plain


TEXTS = (
    "Critics said the minister had failed the children and misled parliament.",
    "Despite the row, Ofcom was praised by campaigners for acting quickly.",
    "X.",
    "“Why?” asked X — nobody knew; _ some… laughed 😀 at it all, though not X.",
)


@pytest.mark.parametrize("scorer", BOTH)
@pytest.mark.parametrize("text", TEXTS)
def test_evidence_sums_to_the_score(scorer, text):
    part = next(p for p in ("the minister", "Ofcom", "X") if p in text)
    found = score(text, part, scorer)
    total = found.baseline + sum(term.weight for term in found.evidence)
    assert total == pytest.approx(found.score, abs=1e-9)
    for term in found.evidence:
        assert text[term.start : term.end] == term.text
    starts = [term.start for term in found.evidence]
    assert starts == sorted(starts)
    if scorer == "encoder":
        assert len(found.evidence) <= shapley.PHRASES


@given(st.text(max_size=80), st.data())
@settings(max_examples=40, deadline=None)
def test_words_scores_any_text(text, data):
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = score_target(text, start, end, "words")
    assert sum(found[:3]) == pytest.approx(1)
    total = found.baseline + sum(term.weight for term in found.evidence)
    assert total == pytest.approx(found.score, abs=1e-9)


@given(st.text(min_size=1, max_size=40), st.data())
@settings(max_examples=8, deadline=None)
def test_encoder_scores_any_text(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = score_target(text, start, end)
    total = found.baseline + sum(term.weight for term in found.evidence)
    assert total == pytest.approx(found.score, abs=1e-9)


@pytest.mark.parametrize("scorer", BOTH)
def test_a_score_does_not_depend_on_its_batch(scorer):
    items = [(text, *span(text, "X")) for text in TEXTS if "X" in text]
    items += [("word " * k + "X failed.", 5 * k, 5 * k + 1) for k in (0, 3, 300)]
    alone = [score_targets([item], scorer)[0] for item in items]
    assert score_targets(items, scorer) == alone
    assert score_targets(items[::-1], scorer) == alone[::-1]


def test_a_long_text_is_read_around_its_target():
    text = "The mayor praised everybody. " * 60 + "The mayor condemned the bank."
    ids, at = encoder.mark_spans(
        encoder.split_pieces(text, encoder.load_tokenizer()),
        [span(text, "the bank")],
        encoder.MARKS,
    )
    assert len(ids) <= encoder.LONGEST
    assert ids[at[0]] == encoder.MARKS[0][0]
    assert encoder.MARKS[0][1] in ids


@pytest.mark.parametrize("scorer", BOTH)
def test_a_readers_words_shift_the_score_and_show(scorer):
    text = "The firm offers nudification tools."
    plain = score(text, "The firm", scorer)
    own = {"Nudification": -0.4}
    moved = score(text, "The firm", scorer, words=own)
    assert moved.score == pytest.approx(max(-1, plain.score - 0.4))
    assert moved.positive - moved.negative == pytest.approx(moved.score)
    assert sum(moved[:3]) == pytest.approx(1)
    extra = [t for t in moved.evidence if t not in plain.evidence]
    assert [(t.text, pytest.approx(t.weight)) for t in extra] == [
        ("nudification", moved.score - plain.score)
    ]
    batch = score_targets([(text, 0, 8)], scorer, own)[0]
    assert batch.score == moved.score


def test_a_readers_words_stop_at_the_poles_and_outside_the_target():
    text = "Good good good people helped the Good Party."
    found = score(text, "Good Party", "words", words={"good": 1.0})
    assert found.score == pytest.approx(1.0)
    assert found.positive == pytest.approx(1.0)
    total = found.baseline + sum(term.weight for term in found.evidence)
    assert total == pytest.approx(1.0)
    assert all(term.end <= text.index("Good Party") for term in found.evidence[-2:-1])


def test_without_onnxruntime_there_is_one_warning_and_the_light_scorer(monkeypatch):
    monkeypatch.setattr(
        scorers, "find_spec", lambda name: None if name == "onnxruntime" else name
    )
    scorers._warn.cache_clear()
    with pytest.warns(UserWarning, match="onnxruntime") as caught:
        found = [score("Critics condemned X.", "X", "encoder") for _ in range(2)]
    assert len(caught) == 1
    assert {row.scorer for row in found} == {"words"}
    assert score_between("A praised B.", (0, 1), (10, 11)).first_to_second > 0
    scorers._warn.cache_clear()


def test_words_needs_no_model(monkeypatch):
    monkeypatch.setattr(encoder, "_session", None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert score("Critics condemned X.", "X", "words").score < 0


@pytest.mark.parametrize(("start", "end"), [(3, 3), (-1, 2), (0, 99), (2, 1)])
def test_a_target_outside_the_text_is_an_error(start, end):
    with pytest.raises(ValueError, match="no target"):
        score_target("X won.", start, end, "words")


def test_an_unknown_scorer_is_an_error():
    with pytest.raises(ValueError, match="no scorer"):
        score_target("X won.", 0, 1, "oracle")


def test_names_are_no_terms():
    for name in ("Trump", "Ofcom", "Putin"):
        text = f"The mayor met {name} and X on Friday."
        one = score_target(text, *span(text, "X"), "words").score
        other = text.replace(name, "Smith")
        assert one == score_target(other, *span(other, "X"), "words").score


def test_phrases_cover_all_words_but_the_target():
    chance = random.Random(1)
    pool = "the of by was , said fine Ofcom — act it’s 5 %".split()
    for _ in range(100):
        text = " ".join(chance.choices(pool, k=30))
        start = text.index(" ") + 1
        end = text.index(" ", start)
        found = shapley.find_phrases(text, start, end)
        assert len(found) <= shapley.PHRASES
        assert all(a < b <= start or end <= a < b for a, b in found)
        covered = "".join(text[a:b] for a, b in found) + text[start:end]
        assert sorted(covered.replace(" ", "")) == sorted(text.replace(" ", ""))


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("accuse", "accuse accuses accusing accused"),
        ("deny", "deny denies denying denied"),
        ("punish", "punish punishes punishing punished"),
        ("lie", "lie lies lying lied"),
    ],
)
def test_verbs_are_inflected(verb, forms):
    assert sorted(inflect(verb)) == sorted(forms.split())


def test_every_act_of_the_lexicon_is_found():
    for row in read_resource("acts.csv"):
        found = read_passage(f"they {row['act']} it").acts
        assert row["class"] in [act.group for act in found], row["act"]


def test_the_files_are_as_small_as_promised():
    model = sum((RESOURCES / name).stat().st_size for name in scorers.MODEL)
    assert model <= 25e6
    assert (RESOURCES / "stance_words.csv").stat().st_size <= 1e6
    assert all(-1 <= float(r["polarity"]) <= 1 for r in read_resource("acts.csv"))


def test_stance_between_of_reported_speech_needs_a_stance():
    text = "The envoy said the delegates would meet on Friday."
    assert words.stance_between(text, span(text, "envoy"), (15, 28)) is None


@pytest.mark.parametrize(("text", "target"), [("  ", (0, 1)), ("No. It acts.", (3, 4))])
def test_a_target_that_touches_no_word_is_scored_by_the_rest(text, target):
    found = score_target(text, *target, "words")
    assert found.baseline is not None and len(found.evidence) <= len(text.split()) + 2
    assert (
        abs(found.baseline + sum(t.weight for t in found.evidence) - found.score) < 1e-9
    )
