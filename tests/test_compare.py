"""Articles side by side: differences that are there are found, others are not."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import charts, compare
from analysis.compare import SCORES
from analysis.trajectory import stance_toward
from benchmarks import compare as benchmark

ROLES = ["regulator", "company"]


def tables(scores: dict[str, list[float]], target="regulator_x", kind="body"):
    rows = [
        (article, i, target, score)
        for article, values in scores.items()
        for i, score in enumerate(values)
    ]
    names = ["article", "paragraph", "target", "score"]
    stance = pd.DataFrame(rows, columns=names)
    voice = "narrator"
    return stance, stance[["article", "paragraph"]].assign(kind=kind, voice=voice)


def paragraphs(articles="ab", words=10) -> pd.DataFrame:
    """A heading and three body paragraphs an article."""
    places = [(a, i) for a in articles for i in range(4)]
    table = pd.DataFrame(places, columns=["article", "paragraph"])
    kinds = ["heading", "body", "body", "body"] * len(articles)
    return table.assign(kind=kinds, words=words, voice="narrator")


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
    found = compare.estimate(
        compare.stance_units(*tables(scores), ["regulator"]), SCORES
    )
    found = found.set_index("article")
    assert found.loc["a", "estimate"] == pytest.approx(0.125)
    assert found.loc["a", "low"] < 0.125 < found.loc["a", "high"]
    assert found["n"].tolist() == [4, 1]
    assert pd.isna(found.loc["b", "low"])


@pytest.mark.parametrize("roles", [["court"], []])
def test_nothing_found_has_no_row(roles):
    units = compare.stance_units(*tables({"a": [1.0] * 5}), roles)
    assert compare.estimate(units).empty and compare.differences(units).empty


def test_furniture_does_not_count():
    units = compare.stance_units(*tables({"a": [1.0] * 5}, kind="caption"), ROLES)
    assert compare.estimate(units).empty


def test_a_difference_is_found_with_its_direction():
    scores = {"a": [-0.9, -0.8, -1.0, -0.7] * 3, "b": [0.9, 0.8, 1.0, 0.7] * 3}
    units = compare.stance_units(*tables(scores), ROLES)
    row, *rest = compare.differences(units, "kinder", SCORES).itertuples()
    assert not rest and row.what == "regulator" and row.n == 24
    assert row.difference == pytest.approx(1.7)
    assert row.p < 0.01 and row.verdict == "kinder in b"


def test_chance_alone_is_seldom_a_difference():
    random = np.random.default_rng(1)
    wrong = 0
    for _ in range(40):
        scores = {a: random.uniform(-1, 1, 8).tolist() for a in "abc"}
        units = compare.stance_units(*tables(scores), ["regulator"])
        found = compare.differences(units, bounds=SCORES)
        assert len(found) == 3 and (found["p_corrected"] >= found["p"]).all()
        wrong += (found["p_corrected"] < 0.05).any()
    assert wrong <= 6  # 2 expected


def test_many_pairs_can_still_differ_after_correction():
    scores = {str(k): [k % 2 - 0.5 + i / 100 for i in range(12)] for k in range(20)}
    units = compare.stance_units(*tables(scores), ["regulator"])
    found = compare.differences(units, bounds=SCORES)
    apart = found["difference"].abs() > 0.5
    assert len(found) == 190 and (found.loc[apart, "p_corrected"] < 0.05).all()
    assert (found.loc[~apart, "p_corrected"] == 1).all()


def test_too_few_paragraphs_are_not_compared():
    scores = {"a": [1.0, 1.0], "b": [-1.0] * 9}
    units = compare.stance_units(*tables(scores), ROLES)
    assert compare.differences(units, bounds=SCORES).empty


def test_groups_are_means_of_their_articles():
    """A long article counts once; n is articles; without a group it is left out."""
    scores = {"a": [1.0] * 9, "b": [0.0], "c": [-1.0], "d": [0.5], "e": [0.5]}
    about = pd.DataFrame({"article": [*"abcd"], "outlet": ["Post"] * 3 + ["Wire"]})
    stance, body = tables(scores)
    body = compare.add_about(body, about)
    units = compare.stance_units(stance, body, ["regulator"], "outlet")
    found = compare.estimate(units, SCORES).set_index("outlet")
    assert found["estimate"].to_dict() == {"Post": 0.0, "Wire": 0.5}
    assert found["n"].to_dict() == {"Post": 3, "Wire": 1}
    with pytest.raises(KeyError, match="no column 'paper'"):
        compare.stance_units(stance, body, ["regulator"], "paper")


def test_what_is_known_of_articles():
    about = pd.DataFrame({"article": ["a", "a"], "outlet": ["Post", "Wire"]})
    with pytest.raises(ValueError, match="'a' stands twice"):
        compare.add_about(paragraphs(), about)
    with pytest.raises(KeyError, match="no column 'article'"):
        compare.add_about(paragraphs(), about[["outlet"]])
    dated = pd.DataFrame({"article": ["a"], "date": ["2026-01-31"], "words": [1]})
    found = compare.add_about(paragraphs(), dated)
    assert found["month"].dropna().unique().tolist() == ["2026-01"]
    assert found["words"].tolist() == [10] * 8  # the table's own


def test_voices_sum_to_all_words_and_weigh_by_them():
    quotes = pd.DataFrame(
        [
            ("a", 1, "direct", "regulator_x", "one two three four five"),
            ("a", 1, "indirect", "regulator_x", "not counted at all"),
            ("a", 2, "fragment", None, "one"),
            ("a", 0, "direct", "court", "a heading's words"),
        ],
        columns=["article", "paragraph", "kind", "actor", "text"],
    )
    units = compare.voice_units(quotes, paragraphs(), ROLES)
    found = compare.estimate(units).set_index(["article", "what"])["estimate"]
    assert found["a", "regulator"] == pytest.approx(5 / 30)
    assert found["a", "other"] == pytest.approx(1 / 30)
    assert found["b", "narrator"] == 1 and found["b", "regulator"] == 0
    assert found.groupby("article").sum().tolist() == pytest.approx([1, 1])


def test_mentions_per_hundred_words():
    mentions = pd.DataFrame(
        [("a", 1, "regulator_x", "name"), ("a", 2, "regulator", "pronoun")]
        + [("a", 1, "court", "name")]
        + [("a", 2, "regulator", "generic"), ("a", 0, "regulator", "name")],
        columns=["article", "paragraph", "actor", "form"],
    )
    found = compare.estimate(
        compare.mention_units(mentions, paragraphs(), ["regulator"]), compare.RATES
    )
    assert found["estimate"].tolist() == pytest.approx([100 * 2 / 30, 0])


def test_shares_of_frames():
    frames = pd.DataFrame(
        [("a", 0, "law", None), ("a", 1, "law", None), ("a", 1, "law", "court")]
        + [("a", 2, "economy", None)],
        columns=["article", "paragraph", "frame", "actor"],
    )
    found = compare.estimate(compare.frame_units(frames, paragraphs()))
    shares = found.set_index(["article", "what"])["estimate"]
    assert shares["a", "law"] == pytest.approx(1 / 3)
    assert shares["b", "law"] == 0 and set(found["n"]) == {3}


def test_a_share_has_the_interval_of_its_units():
    """As wide as theory says: a share of 0.5 in 100 paragraphs, ± 1.96 · 0.05."""
    table = paragraphs("a").iloc[[1] * 100].assign(paragraph=range(100))
    frames = table.iloc[:50][["article", "paragraph"]].assign(frame="law", actor=None)
    every = frames.assign(frame="speech")
    found = compare.estimate(compare.frame_units(pd.concat([frames, every]), table))
    alike = compare.estimate(compare.frame_units(every, table.iloc[:50])).iloc[0]
    assert alike.high == 1 and 0.85 < alike.low < 0.95  # rule of three: 0.94
    row = found.iloc[0]
    assert (row.low, row.high) == pytest.approx((0.402, 0.598), abs=0.02)


def test_over_time_is_the_mean_of_articles_without_their_captions():
    scores = {"a": [1.0, 1.0, 1.0, -1.0], "b": [-1.0], "c": [0.5]}
    dates = ["2026-02-01", "2026-02-09", None]
    about = pd.DataFrame({"article": [*"abc"], "outlet": "Post", "date": dates})
    stance, body = tables(scores)
    body.loc[3, "kind"] = "caption"
    body = compare.add_about(body, about)
    row, *rest = compare.over_time(stance, body, "regulator").itertuples(index=False)
    assert not rest and tuple(row) == ("Post", "2026-02", 0.0, 2)


def test_a_running_quotation_is_one_piece_of_evidence():
    scores = {"a": [-0.6, -0.5, -0.4] + [0.7, 0.8, 0.9] * 2, "b": [0.0] * 9}
    stance, body = tables(scores)
    alone = compare.stance_units(stance, body, ["regulator"])
    voices = np.repeat(["x", "court", "y", "narrator"], [3, 3, 3, 9])
    quoted = body.assign(voice=voices)
    together = compare.stance_units(stance, quoted, ["regulator"])
    one, two = (compare.estimate(u, SCORES).iloc[0] for u in (alone, together))
    assert (one.n, two.n) == (9, 3) and one.estimate == two.estimate
    assert two.high - two.low > 1.5 * (one.high - one.low)


def test_unequal_spread_alone_is_no_difference():
    rng, wrong = np.random.default_rng(3), 0
    for _ in range(300):
        units = pd.DataFrame({"article": ["a"] * 5 + ["b"] * 20, "weight": 1.0})
        scores = np.r_[rng.normal(0, 0.6, 5), rng.normal(0, 0.1, 20)].clip(-1, 1)
        units = units.assign(block=range(25), regulator=scores)
        found = compare.differences(units, "kinder", SCORES)
        wrong += found["verdict"].str.startswith("kinder").any()
    assert wrong / 300 <= 0.06


def test_a_stance_has_the_weight_that_it_has_in_the_chart():
    """Two holders in one paragraph count twice, as in the curve and the sheet."""
    names = ["article", "paragraph", "holder", "target", "score"]
    rows = [("a", 0, "court", "regulator", -1.0), ("a", 0, "public", "regulator", -1.0)]
    rows += [("a", k, "court", "regulator", 0.5) for k in (1, 2)]
    stance = pd.DataFrame(rows, columns=names).assign(implied=False)
    body = pd.DataFrame({"article": "a", "paragraph": range(3), "kind": "body"})
    body = body.assign(voice="narrator", position=[0.2, 0.5, 0.8])
    units = compare.stance_units(stance, body, ["regulator"])
    points = stance_toward(stance, body, "regulator")
    drawn = (points["score"] * points["n"]).sum() / points["n"].sum()
    found = compare.estimate(units, SCORES).iloc[0]
    assert found.estimate == pytest.approx(drawn) and found.n == 3


def test_bounds_that_do_not_fit_are_named():
    units = compare.stance_units(*tables({"a": [-1.0] * 5}), ["regulator"])
    with pytest.raises(ValueError, match="'regulator' has a mean of -1.00"):
        compare.estimate(units)


def test_copies_count_once_in_a_group():
    body = paragraphs("abc").assign(outlet=["Post"] * 8 + ["Wire"] * 4)
    body.loc[body["article"] == "b", "words"] = 20
    rows = [("a", "b", 1.0), ("b", "c", 0.9)]
    alike = pd.DataFrame(rows, columns=["first", "second", "shared"])
    kept = compare.without_copies(body, alike)["article"].unique()
    assert kept.tolist() == ["b"]
    kept = compare.without_copies(body, alike, "outlet")["article"].unique()
    assert kept.tolist() == ["b", "c"]


def test_sixty_articles_are_compared_at_once():
    rng = np.random.default_rng(5)
    scores = {str(k): rng.uniform(-1, 1, 12).tolist() for k in range(60)}
    units = compare.stance_units(*tables(scores), ["regulator"])
    assert len(compare.differences(units, bounds=SCORES)) == 60 * 59 / 2


def test_near_duplicates():
    text = "The watchdog has opened a formal inquiry into how the firm treats users."
    other = "Rain is expected in the north of the country for most of the coming week."
    found = compare.near_duplicates({"a": text, "b": text + " " + other, "c": other})
    pairs = list(zip(found["first"], found["second"], strict=True))
    assert pairs == [("a", "b"), ("b", "c")] and (found["shared"] == 1).all()
    assert compare.near_duplicates({"a": text, "c": other, "d": ""}).empty


def test_the_chart_shows_every_group():
    scores = {"a": [-1.0, 0.0, 1.0], "b": [0.5], "c": [0.2] * 4 + [0.3]}
    table = compare.estimate(
        compare.stance_units(*tables(scores), ["regulator"]), SCORES
    )
    ax = charts.estimates_by_group(table, "Stance", "score", (-1, 1))
    dots = [line for line in ax.lines if line.get_linestyle() == "None"]
    dots = [dot for dot in dots if len(dot.get_xdata())]  # the others are the key
    assert sorted(float(d.get_xdata()[0]) for d in dots) == sorted(table["estimate"])
    assert {t.get_text() for t in ax.texts} == {"n = 3", "n = 1", "n = 5"}
    hollow = [d.get_markerfacecolor() == "w" for d in dots]
    assert hollow.count(True) == 1
    none = charts.estimates_by_group(table.iloc[:0], "Stance", "score")
    assert "n = 0" in none.texts[0].get_text()


def test_measures_have_their_own_colours_and_a_key():
    units = pd.DataFrame({"article": [*"aaab"], "weight": 1.0, "block": range(4)})
    units = units.assign(regulator=[0.1, 0.2, 0.3, 0.4], company=[0.5, 0.5, 0.6, 0.1])
    ax = charts.estimates_by_group(compare.estimate(units), "Voices", "share", (0, 1))
    key = [t.get_text() for t in ax.get_legend().get_texts()]
    assert key == ["regulator", "company", "hollow: n under 3"]
    dots = [x for x in ax.lines if x.get_linestyle() == "None" and len(x.get_xdata())]
    assert len({d.get_markerfacecolor() for d in dots} - {"w"}) == 2 and len(dots) == 4


def test_time_runs_from_left_to_right():
    rows = [("Post", "2026-02", 0.5, 1), ("Post", "2026-01", -0.5, 2)]
    table = pd.DataFrame(rows, columns=["outlet", "month", "mean", "n"])
    ax = charts.stance_over_time(table.sort_values("month"), "Stance")
    line = next(x for x in ax.lines if x.get_label() == "Post")
    assert [*line.get_xdata()] == [0, 1] and [*line.get_ydata()] == [-0.5, 0.5]
    assert {t.get_text() for t in ax.texts} == {"n = 1", "n = 2"}


def test_benchmark_has_every_claim_with_its_figure():
    rows = pd.DataFrame(benchmark.measure(runs=2)["rows"])
    for claim in ("false alarm", "covers", "false where said", "validated", "seconds"):
        assert rows["claim"].str.contains(claim).any()


def test_kept_figures_are_those_of_the_claims_and_within_their_aims():
    for name in ("change", "compare"):
        path = Path(benchmark.__file__).with_name("results") / f"{name}.json"
        rows = pd.DataFrame(json.loads(path.read_text(encoding="utf-8"))["rows"])
        assert (rows.loc[~rows["claim"].str.contains("band"), "runs"] >= 50).all()
        seldom = rows[rows["aim"].str.startswith("at most")]
        assert seldom["passed"].all()
        covers = rows[rows["aim"].str.startswith("0.93")]
        assert (covers["share"] >= 0.93).all()  # more than 0.98 is only too careful
