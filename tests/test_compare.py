"""Articles side by side: differences that are there are found, others are not."""

import numpy as np
import pandas as pd
import pytest

from analysis import compare

ROLES = ["regulator", "company"]


def tables(scores: dict[str, list[float]], target="regulator_x", kind="body"):
    rows = [
        (article, i, target, score, 1)
        for article, values in scores.items()
        for i, score in enumerate(values)
    ]
    names = ["article", "paragraph", "target", "score", "n"]
    stance = pd.DataFrame(rows, columns=names)
    return stance, stance[["article", "paragraph"]].assign(kind=kind)


@pytest.mark.parametrize(
    ("actor", "role"),
    [
        ("regulator_ico", "regulator"),
        ("civil_society", "civil_society"),
        ("foreign_government_us", "foreign_government"),
        ("platform", "company"),
        ("company_google", "company"),
        ("other", "other"),
    ],
)
def test_roles(actor, role):
    assert compare.role_of(actor) == role


def test_means_intervals_and_n():
    scores = {"a": [-1.0, 0.0, 1.0, 0.5], "b": [1.0]}
    found = compare.stance_by_article(*tables(scores), "regulator").set_index("article")
    assert found.loc["a", "mean"] == pytest.approx(0.125)
    assert found.loc["a", "low"] < 0.125 < found.loc["a", "high"]
    assert found["n"].tolist() == [4, 1]
    assert pd.isna(found.loc["b", "low"])
    assert compare.stance_by_article(*tables(scores), "court").empty


def test_furniture_does_not_count():
    found = compare.stance_by_article(
        *tables({"a": [1.0] * 5}, kind="caption"), "regulator"
    )
    assert found.empty


def test_a_difference_is_found_with_its_direction():
    scores = {"a": [-0.9, -0.8, -1.0, -0.7] * 3, "b": [0.9, 0.8, 1.0, 0.7] * 3}
    row, *rest = compare.compare_articles(*tables(scores), ROLES).itertuples()
    assert not rest and row.role == "regulator" and row.n == 24
    assert row.difference == pytest.approx(1.7)
    assert row.p < 0.01 and row.verdict == "kinder in b"


def test_chance_alone_is_seldom_a_difference():
    random = np.random.default_rng(1)
    wrong = 0
    for _ in range(40):
        scores = {a: random.uniform(-1, 1, 8).tolist() for a in "abc"}
        found = compare.compare_articles(*tables(scores), ["regulator"])
        assert len(found) == 3 and (found["p_corrected"] >= found["p"]).all()
        wrong += (found["p_corrected"] < 0.05).any()
    assert wrong <= 6  # 2 expected


def test_too_few_paragraphs_are_not_compared():
    scores = {"a": [1.0, 1.0], "b": [-1.0] * 9}
    assert compare.compare_articles(*tables(scores), ROLES).empty


def test_near_duplicates():
    text = "The watchdog has opened a formal inquiry into how the firm treats users."
    other = "Rain is expected in the north of the country for most of the coming week."
    found = compare.near_duplicates({"a": text, "b": text + " " + other, "c": other})
    pairs = list(zip(found["first"], found["second"], strict=True))
    assert pairs == [("a", "b"), ("b", "c")] and (found["shared"] == 1).all()
    assert compare.near_duplicates({"a": text, "c": other, "d": ""}).empty


def test_shares_of_frames():
    places = [(a, i) for a in "ab" for i in range(4)]
    paragraphs = pd.DataFrame(places, columns=["article", "paragraph"])
    paragraphs["kind"] = ["heading", "body", "body", "body"] * 2
    frames = pd.DataFrame(
        [("a", 0, "law"), ("a", 1, "law"), ("a", 1, "law"), ("a", 2, "economy")],
        columns=["article", "paragraph", "frame"],
    )
    found = compare.frames_by_article(frames, paragraphs)
    assert found.loc["a", "law"] == pytest.approx(1 / 3)
    assert found.loc["b", "law"] == 0 and found["n"].tolist() == [3, 3]


def test_the_chart_shows_every_article():
    scores = {"a": [-1.0, 0.0, 1.0], "b": [0.5], "c": [0.2] * 5}
    summary = compare.stance_by_article(*tables(scores), "regulator")
    ax = compare.stance_chart(summary, "regulator")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [float(d.get_xdata()[0]) for d in dots] == sorted(summary["mean"])
    assert {t.get_text() for t in ax.texts} == {"n = 3", "n = 1", "n = 5"}
    hollow = [d.get_markerfacecolor() == "w" for d in dots]
    assert hollow.count(True) == 1
    none = compare.stance_chart(summary.iloc[:0], "regulator")
    assert "n = 0" in none.texts[0].get_text()
