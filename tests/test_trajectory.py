from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from analysis import trajectory
from analysis.means import find_intervals, find_means
from analysis.trajectory import change, curves, robust
from benchmarks import change as benchmark


def make_points(scores, n=1, block=None):
    size = len(scores)
    at = np.arange(size)
    points = pd.DataFrame({"paragraph": at, "position": (at + 0.5) / max(1, size)})
    return points.assign(score=scores, n=n, block=at if block is None else block)


def make_paragraphs(voices, kinds=None):
    size = len(voices)
    table = pd.DataFrame({"paragraph": range(size), "voice": voices})
    table = table.assign(kind=kinds or "body", position=(np.arange(size) + 0.5) / size)
    return table.astype(
        {"paragraph": "Int64", "voice": "string", "position": "Float64"}
    )


def make_stance(rows):
    names = ["paragraph", "holder", "target", "score", "implied"]
    kinds = {"paragraph": "Int64", "score": "Float64"}
    return pd.DataFrame(rows, columns=names).astype(kinds | {"implied": "boolean"})


score_lists = st.lists(st.floats(-1, 1, width=16), min_size=8, max_size=30)


# -- points ----------------------------------------------------------------------


def test_points_are_means_over_holders():
    paragraphs = make_paragraphs(["narrator"] * 3)
    stance = make_stance(
        [
            (0, "court", "x", -1.0, False),
            (0, "public", "x", 0.5, True),
            (0, "public", "y", 0.9, False),
            (2, "court", "x", None, False),
        ]
    )
    points = trajectory.stance_toward(stance, paragraphs, "x")
    assert points[["paragraph", "score", "n"]].values.tolist() == [[0, -0.25, 2]]
    assert [*points] == "paragraph position score n block".split()
    points = trajectory.stance_toward(stance, paragraphs, "x", implied=False)
    assert points["score"].tolist() == [-1.0]
    points = trajectory.stance_toward(stance, paragraphs, "x", holders=["public"])
    assert points["score"].tolist() == [0.5]


def test_running_quotations_share_a_block_that_furniture_does_not_break():
    kinds = ["body", "body", "caption", "body", "body", "body", "body"]
    voices = ["narrator", "x", "narrator", "x", "y", "narrator", None]
    paragraphs = make_paragraphs(voices, kinds)
    stance = make_stance([(i, "x", "x", 0.5, False) for i in range(7)])
    points = trajectory.stance_toward(stance, paragraphs, "x")
    assert points["paragraph"].tolist() == [0, 1, 3, 4, 5, 6]
    assert points["block"].tolist() == [0, 1, 1, 2, 3, 4]
    points = trajectory.stance_toward(stance, paragraphs, "x", quotations=False)
    assert points["paragraph"].tolist() == [0, 5, 6]
    points = trajectory.stance_toward(stance, paragraphs, "x", furniture=True)
    assert len(points) == 7


def test_tone_takes_the_same_paragraphs_and_leaves_out_missing_ones():
    kinds = ["body", "body", "body", "caption"]
    paragraphs = make_paragraphs(["narrator"] * 4, kinds)
    paragraphs = paragraphs.assign(tone_vader=[0.1, None, 0.3, 0.4])
    points = trajectory.tone_points(paragraphs)
    assert points[["score", "n"]].values.tolist() == [[0.1, 1], [0.3, 1]]
    assert [*points] == "paragraph position score n block".split()
    only = trajectory.tone_points(paragraphs, points.tail(1))
    assert only["paragraph"].tolist() == [2]
    assert len(trajectory.tone_points(paragraphs, furniture=True)) == 3


def test_a_target_that_nobody_called_implied_is_none():
    stance = make_stance([(0, "court", "x", 0.5, None), (1, "court", "x", 1.0, True)])
    paragraphs = make_paragraphs(["narrator"] * 2)
    points = trajectory.stance_toward(stance, paragraphs, "x", implied=False)
    assert points["score"].tolist() == [0.5]


def test_a_quotation_ends_with_its_article():
    paragraphs = make_paragraphs(["x", "x", "x"]).assign(article=["a", "b", "b"])
    assert trajectory.add_blocks(paragraphs)["block"].tolist() == [0, 1, 1]


def test_nothing_in_gives_empty_tables_and_too_little_evidence():
    empty = trajectory.stance_toward(
        make_stance([]), make_paragraphs(["narrator"] * 9), "x"
    )
    assert empty.empty
    assert trajectory.band(empty)["estimate"].isna().all()
    assert trajectory.test_change(empty).verdict == change.TOO_LITTLE
    assert trajectory.change_points({"x": empty}).empty
    table = trajectory.robustness(empty, {"tone": empty})
    assert set(table["verdict"]) == {change.TOO_LITTLE}
    assert table["estimate"].isna().all()
    none = trajectory.changes(make_stance([]), make_paragraphs([]), [])
    after = change.Change._fields.index("p") + 1
    names = [
        *change.Change._fields[:after],
        "p_corrected",
        *change.Change._fields[after:],
    ]
    assert list(none.columns) == ["actor", *names]


# -- curves ----------------------------------------------------------------------


@given(score_lists, st.floats(0.02, 0.5))
def test_curves_stay_within_their_values_and_have_gaps_not_guesses(scores, bandwidth):
    points = make_points(scores)
    curve = trajectory.smooth(points["position"], scores, bandwidth=bandwidth)
    gaps = curve["n"] < curves.LEAST_NEAR
    assert (curve["estimate"].isna() == gaps).all()
    shown = curve["estimate"].dropna()
    assert shown.between(min(scores) - 1e-9, max(scores) + 1e-9).all()


def test_curve_of_a_weighted_pair_is_the_kernel_mean_by_hand():
    position, weight = [0.4, 0.4, 0.6], [1, 1, 4]
    curve = trajectory.smooth(position, [1, 1, -1], weight, bandwidth=0.2, at=[0.4])
    far = np.exp(-0.5)
    assert curve["n"].tolist() == pytest.approx([2 + far])
    expected = (2 - 4 * far) / (2 + 4 * far)
    assert curve["estimate"].tolist() == pytest.approx([expected])


def test_a_curve_has_21_places_and_needs_two_paragraphs_near_one():
    curve = trajectory.smooth([0.5, 0.5], [1, 1])
    assert curve["position"].tolist() == pytest.approx(np.linspace(0, 1, 21))
    assert curve["estimate"].dropna().tolist() == [1.0]


def test_a_band_is_the_interval_of_the_weighted_mean_by_hand():
    scores = np.array([-0.9, -0.2, 0.4, -0.5, 0.1, 0.8, 0.3, -0.6, 0.9, 0.7])
    points = make_points(scores, n=[1, 3, 1, 2, 1, 4, 1, 1, 2, 1])
    position = points["position"].to_numpy()

    def near(place):
        away = (position - place) / curves.BANDWIDTH
        return np.exp(-(away**2) / 2) * points["n"].to_numpy()

    smoothed = [np.average(scores, weights=near(place)) for place in position]
    mean = np.average(scores, weights=near(0.3))
    bias = np.average(smoothed, weights=near(0.3)) - mean
    found = find_means(near(0.3)[None], scores, points["block"].to_numpy(), bias=bias)
    expected = [mean, *(float(x[0]) for x in find_intervals(found))]
    row = trajectory.band(points, at=[0.3]).iloc[0]
    assert row[["estimate", "low", "high"]].tolist() == pytest.approx(expected)


def test_three_blocks_at_one_place_bear_a_line():
    points = make_points([-0.5, 0.1, 0.2]).assign(position=0.5)
    assert trajectory.band(points, at=[0.5])["estimate"].notna().all()


def test_ends_follow_the_evidence_near_them():
    points = make_points(np.linspace(-1, 1, 40))
    curve = trajectory.band(points, bandwidth=0.05)
    assert curve["estimate"].iloc[0] < -0.9
    assert curve["estimate"].iloc[-1] > 0.9
    late = points[points["position"] > 0.5]
    assert trajectory.band(late, bandwidth=0.05)["low"].iloc[:8].isna().all()


@pytest.mark.parametrize("score", [-1.0, -0.3, 0.0, 1.0])
@pytest.mark.parametrize("size", [10, 40])
def test_a_band_of_like_scores_is_no_certainty_and_keeps_to_the_bounds(score, size):
    curve = trajectory.band(make_points([score] * size)).dropna()
    widths = curve["high"] - curve["low"]
    assert len(curve) and (widths > 0.01).all()
    assert curve["low"].min() >= -1 and curve["high"].max() <= 1
    assert (curve["low"] <= score + 1e-9).all()
    assert (score - 1e-9 <= curve["high"]).all()


def test_no_line_on_fewer_than_three_pieces_of_evidence():
    for few in ([-0.5, -0.4], [-0.5, -0.4, 0.1, 0.2, -0.1]):
        assert trajectory.band(make_points(few))["estimate"].isna().all()
    one_voice = make_points([-0.5, -0.4, -0.6, -0.5, 0.1], block=[0, 0, 0, 0, 1])
    assert trajectory.band(one_voice)["estimate"].isna().all()


def test_bands_widen_when_paragraphs_move_together():
    rng = np.random.default_rng(2)
    common = np.repeat(rng.choice([-0.5, 0.5], 10), 4)
    alone = trajectory.band(make_points(common))
    together = trajectory.band(make_points(common, block=np.arange(40) // 4))
    widths = [(b["high"] - b["low"]).mean() for b in (alone, together)]
    assert widths[1] > 1.3 * widths[0]
    inside = (together["low"] <= together["estimate"]) & (
        together["estimate"] <= together["high"]
    )
    assert inside.all()


def test_a_curve_counts_each_paragraph_by_its_nearness():
    curve = trajectory.smooth([0.2, 0.5, 0.8], [1, 0, -1], bandwidth=0.3, at=[0.5, 0.2])
    near = np.exp([-0.5, -2.0])
    assert curve["n"].tolist() == pytest.approx([1 + 2 * near[0], 1 + sum(near)])
    assert curve["estimate"].isna().tolist() == [False, True]
    assert curve["estimate"][0] == pytest.approx(0)
    three = trajectory.smooth([0.2] * 3, [1, 0, 0], [2, 1, 1], at=[0.2, 0.5])
    assert three["estimate"][0] == pytest.approx(0.5)


def test_voices_that_are_missing_are_the_narrators():
    table = make_paragraphs(["x", None, "x", "x", "narrator"])
    assert trajectory.add_blocks(table)["block"].tolist() == [0, 1, 2, 2, 3]
    assert list(curves.body_places(table, False, False)["paragraph"]) == [1, 4]
    assert trajectory.add_blocks(table.head(0))["block"].tolist() == []


# -- tests of change -------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(score_lists)
def test_p_interval_and_verdict_never_contradict_each_other(scores):
    found = trajectory.test_change(make_points(scores))
    low, high = found.low, found.high
    assert 0 <= found.p <= 1
    assert low - 1e-9 <= found.difference <= high + 1e-9
    if found.p > change.LEVEL:
        assert found.verdict == change.NO_CHANGE
        assert low <= 1e-9 and high >= -1e-9
    else:
        assert low >= -1e-9 or high <= 1e-9
        assert found.verdict == ("rises" if found.difference > 0 else "falls")


@settings(max_examples=30, deadline=None)
@given(score_lists)
def test_reading_the_scores_upside_down_turns_the_result(scores):
    points = make_points(scores)
    one = trajectory.test_change(points)
    two = trajectory.test_change(points.assign(score=-points["score"]))
    assert one.difference == pytest.approx(-two.difference)
    assert one.trend == pytest.approx(-two.trend)
    assert one.p == pytest.approx(two.p)
    assert one.low == pytest.approx(-two.high, abs=1e-9)


def test_difference_and_trend_are_those_counted_by_hand():
    points = make_points(
        [-1, -1, -0.5, -0.5, 0, 0, 0.5, 0.5], n=[1, 1, 1, 1, 3, 3, 1, 1]
    )
    found = trajectory.test_change(points)
    assert found.first == -0.75
    assert found.second == pytest.approx(1 / 8)
    assert found.difference == pytest.approx(0.875)
    slope = np.polyfit(points["position"], points["score"], 1, w=points["n"] ** 0.5)
    assert found.trend == pytest.approx(slope[0])


def test_the_second_half_begins_at_the_cut_and_three_paragraphs_are_a_half():
    points = make_points([-0.5] * 6 + [0.5] * 3)
    points["position"] = [0.1] * 6 + [0.5] * 3
    found = trajectory.test_change(points)
    assert (found.first, found.second, found.verdict) == (-0.5, 0.5, "rises")
    assert trajectory.test_change(points, cut=0.6).verdict == change.TOO_LITTLE


def test_a_p_value_at_the_level_is_a_finding():
    words = ("rises", "falls")
    assert change.verdict_of(change.LEVEL, 0.1, words) == "rises"
    assert change.verdict_of(change.LEVEL, -0.1, words) == "falls"
    assert change.verdict_of(change.LEVEL + 1e-9, 0.1, words) == change.NO_CHANGE


def test_far_from_the_bounds_the_test_is_that_of_welch():
    rng = np.random.default_rng(8)
    scores = np.r_[rng.normal(0, 0.02, 30), rng.normal(0.01, 0.05, 20)]
    points = make_points(scores).assign(position=np.r_[[0.2] * 30, [0.8] * 20])
    found = trajectory.test_change(points)
    theirs = ttest_ind(scores[30:], scores[:30], equal_var=False)
    assert found.p == pytest.approx(theirs.pvalue, abs=0.03)


def test_unequal_spread_alone_is_no_change():
    """A few paragraphs that scatter widely against many that do not."""
    rng, wrong = np.random.default_rng(9), 0
    for _ in range(400):
        scores = np.r_[rng.normal(0, 0.1, 20), rng.normal(0, 0.6, 5)]
        points = make_points(scores).assign(position=np.r_[[0.2] * 20, [0.8] * 5])
        wrong += trajectory.test_change(points).p <= change.LEVEL
    assert wrong / 400 <= 0.06


def test_ignoring_quotations_finds_change_too_often():
    scores = np.repeat([-0.6, 0.6, -0.6, 0.7, 0.6, 0.7], 4)  # six long quotations
    by_block = make_points(scores, block=np.arange(24) // 4)
    assert trajectory.test_change(by_block).verdict == change.NO_CHANGE
    assert trajectory.test_change(make_points(scores)).verdict == "rises"


@pytest.mark.parametrize(
    ("points", "n"),
    [
        (make_points(np.linspace(-1, 1, 7)), 7),
        (make_points(np.linspace(-1, 1, 12), block=np.arange(12) // 3), 12),
        (make_points(np.linspace(-1, 1, 40)).iloc[:22], 22),
        (make_points([0.1] * 12, block=[0, 1, 2, 3, 4, 5] + [6] * 6), 12),
    ],
    ids=["seven paragraphs", "four blocks", "two in a half", "a half of one block"],
)
def test_too_little_evidence_has_n_and_no_numbers(points, n):
    found = trajectory.test_change(points)
    assert found.verdict == change.TOO_LITTLE and found.n == n
    assert found.p is found.difference is found.low is None


@pytest.mark.parametrize(
    ("points", "enough"),
    [
        (make_points(np.linspace(-1, 1, 8)), True),
        (make_points(np.linspace(-1, 1, 8)).head(7), False),
        (make_points(np.linspace(-1, 1, 12), block=np.arange(12) // 2), True),
        (make_points(np.linspace(-1, 1, 10), block=np.arange(10) // 2), False),
        (make_points(np.linspace(-1, 1, 40)).iloc[:23], True),
        (make_points(np.linspace(-1, 1, 40)).iloc[:22], False),
        (make_points(np.linspace(-1, 1, 40)).iloc[17:], True),
        (make_points(np.linspace(-1, 1, 40)).iloc[18:], False),
    ],
)
def test_eight_paragraphs_six_blocks_and_three_in_a_half_are_enough(points, enough):
    found = trajectory.test_change(points)
    assert (found.p is not None) == enough
    assert (found.n, found.blocks) == (len(points), points["block"].nunique())


def test_points_may_come_in_any_order():
    points = make_points(np.linspace(-1, 1, 20) ** 3)
    mixed = points.sample(frac=1, random_state=3)
    assert trajectory.test_change(mixed) == trajectory.test_change(points)
    jump = make_points(np.repeat([-0.5, 0.5], 10))
    table = trajectory.change_points({"x": jump.sample(frac=1, random_state=3)})
    assert table["paragraph"].tolist() == [10]
    assert table["position"].tolist() == [0.5]


def test_a_table_of_tests_keeps_the_verdict_where_there_is_no_p():
    some = trajectory.test_change(make_points(np.repeat([-0.5, 0.5], 6)))
    none = trajectory.test_change(make_points([0.1]))
    table = change.judge([some, none, some], [0.05, None, 0.06], ("gains", "loses"))
    assert table["verdict"].tolist() == ["gains", change.TOO_LITTLE, change.NO_CHANGE]
    assert table["p_corrected"].tolist() == [0.05, pd.NA, 0.06]
    at = table.columns.get_loc("p_corrected")
    assert table.columns[at - 1] == "p" and table["n"].tolist() == [12, 1, 12]


def test_interval_holds_the_planted_shift():
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(200):
        scores = rng.normal(0, 0.3, 30) + np.where(np.arange(30) < 15, -0.3, 0.3)
        found = trajectory.test_change(make_points(scores))
        held += found.low <= 0.6 <= found.high
    assert 0.9 <= held / 200 <= 0.99


@given(st.lists(st.none() | st.floats(0, 1), max_size=9))
def test_holm_never_makes_a_p_value_smaller_or_changes_their_order(pvalues):
    corrected = trajectory.correct(pvalues)
    assert [p is None for p in corrected] == [p is None for p in pvalues]
    pairs = sorted(
        (p, c) for p, c in zip(pvalues, corrected, strict=True) if p is not None
    )
    assert all(p <= c <= 1 for p, c in pairs)
    assert [c for _, c in pairs] == sorted(c for _, c in pairs)


def test_holm_on_an_example_by_hand():
    assert trajectory.correct([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_several_actors_pay_for_their_number():
    rng = np.random.default_rng(11)
    size = 40
    paragraphs = make_paragraphs(["narrator"] * size)
    step = np.where(np.arange(size) < 20, -0.2, 0.2)
    rows = [
        (i, "narrator", actor, float(np.clip(rng.normal(shift, 0.5), -1, 1)), False)
        for actor, shifts in (("x", 2 * step), ("y", 0 * step), ("z", 0 * step))
        for i, shift in enumerate(shifts)
    ]
    table = trajectory.changes(make_stance(rows), paragraphs, ["x", "y", "z", "none"])
    table = table.set_index("actor")
    assert table.loc["x", "p_corrected"] == pytest.approx(3 * table.loc["x", "p"])
    assert table["verdict"].tolist() == [
        "rises",
        change.NO_CHANGE,
        change.NO_CHANGE,
        change.TOO_LITTLE,
    ]
    assert table.loc["none", "n"] == 0 and table.loc["none", "p"] is pd.NA


# -- change points ---------------------------------------------------------------


def test_change_points_are_where_they_were_planted():
    scores = np.repeat([-0.6, 0.6, -0.2], [12, 10, 14]) + np.tile([0.1, -0.1], 18)
    table = trajectory.change_points({"x": make_points(scores)})
    assert table["paragraph"].tolist() == [12, 22]
    assert table["position"].tolist() == pytest.approx([12 / 36, 22 / 36])
    assert (table["difference"] == table["after"] - table["before"]).all()


def test_change_points_come_in_reading_order_with_their_figures():
    scores = np.repeat([0.8, 0.0, -0.8], [10, 10, 12]) + np.tile([0.1, -0.1], 16)
    points = make_points(scores)
    table = trajectory.change_points({"x": points})
    assert table["paragraph"].tolist() == [10, 20]
    whole = table.loc[table["n"].idxmax()]
    assert sorted(table["n"]) in ([20, 32], [22, 32])
    places = 32 - 2 * 5 + 1
    alone = trajectory.test_change(points, cut=whole["position"])
    assert whole["p"] == pytest.approx(places * alone.p)
    assert (whole["before"], whole["after"]) == pytest.approx(alone[:2])


@pytest.mark.parametrize(("before", "after"), [(5, 15), (15, 5), (16, 4), (4, 16)])
def test_a_stretch_has_five_paragraphs_at_least(before, after):
    scores = np.repeat([-0.6, 0.6], [before, after]) + np.tile([0.05, -0.05], 10)
    table = trajectory.change_points({"x": make_points(scores)})
    assert table["paragraph"].between(5, 15).all()
    assert table["paragraph"].tolist() == [before] or min(before, after) == 4


def test_a_jump_of_a_very_long_text_is_found():
    """Where p values are too small for any number, the larger difference decides."""
    table = trajectory.change_points({"x": make_points(np.repeat([-0.9, 0.9], 400))})
    assert table["paragraph"].tolist() == [400] and (table["p"] > 0).all()


def test_no_change_point_without_evidence_on_either_side():
    scores = np.repeat([-0.6, 0.6], [3, 20]) + np.tile([0.1, -0.1, 0.1], 8)[:23]
    table = trajectory.change_points({"x": make_points(scores)})
    assert (table["paragraph"] >= change.LEAST_SIDE).all()
    assert trajectory.change_points({"x": make_points([-1] * 4 + [1] * 4)}).empty
    assert trajectory.change_points({"x": make_points([0.3] * 40)}).empty


def test_jumps_pay_for_the_number_of_actors():
    rng = np.random.default_rng(12)
    step = np.repeat([-0.3, 0.3], 20)
    points = {"x": make_points(step + rng.normal(0, 0.35, 40))}
    alone = trajectory.change_points(points)
    others = {str(k): make_points(rng.normal(0, 0.35, 40)) for k in range(4)}
    among = trajectory.change_points(points | others)
    assert alone["p"].iloc[0] < change.LEVEL
    own = among[among["actor"] == "x"]
    assert own["p"].iloc[0] == pytest.approx(5 * alone["p"].iloc[0])
    tenfold = points | {str(k): points["x"] for k in range(int(1 / alone["p"].iloc[0]))}
    assert trajectory.change_points(tenfold).empty


# -- frames ----------------------------------------------------------------------


def frame_tables():
    paragraphs = make_paragraphs(["narrator"] * 24, ["body"] * 23 + ["caption"])
    named = [(i, "x", "name") for i in range(24)] + [(0, "y", "generic")]
    mentions = pd.DataFrame(named, columns=["paragraph", "actor", "form"])
    shown = [(i, "privacy") for i in range(12, 24)] + [
        (i, "law") for i in range(0, 24, 2)
    ]
    shown += [(i, "law") for i in range(0, 24, 2)] + [(1, "safety"), (2, "safety")]
    shown += [(i, "war") for i in (1, 2, 3)]
    framing = pd.DataFrame(shown, columns=["paragraph", "frame"]).assign(actor="x")
    others = framing.assign(frame="capacity", actor=None)
    return pd.concat([framing, others]), mentions, paragraphs


def test_frames_gain_lose_or_stay_and_rare_ones_are_not_tested():
    table = trajectory.frame_changes(*frame_tables(), "x").set_index("frame")
    assert table.loc["privacy", ["first", "second"]].tolist() == [0, 1]
    assert table.loc["privacy", "verdict"] == "gains"
    assert table.loc["law", "verdict"] == change.NO_CHANGE
    assert table.loc["safety", "verdict"] == change.TOO_LITTLE
    assert table.loc["safety", "n"] == 2
    assert table.loc["privacy", "n"] == 23  # the caption is out
    assert table.loc["war", "verdict"] == change.NO_CHANGE  # three are enough
    assert table.loc["privacy", "p_corrected"] == 3 * table.loc["privacy", "p"]
    assert trajectory.frame_changes(*frame_tables(), "x", True)["n"].max() == 24


def test_paragraphs_that_put_an_actor_into_a_frame_count_without_a_mention():
    framing, mentions, paragraphs = frame_tables()
    alone = trajectory.frame_changes(framing, mentions.head(0), paragraphs, "x")
    own = set(framing.loc[framing["actor"] == "x", "paragraph"]) - {23}
    assert set(alone["n"]) == {len(own), 2} and alone["frame"].is_monotonic_increasing
    few = framing[framing["frame"].isin(["safety", "war"])]
    table = trajectory.frame_changes(few, mentions, paragraphs, "x")
    assert table["p_corrected"].tolist()[1] == table["p"].tolist()[1]


def test_an_actor_without_paragraphs_has_no_frames():
    assert trajectory.frame_changes(*frame_tables(), "y").empty


# -- robustness ------------------------------------------------------------------


def test_each_choice_is_judged_against_the_main_result():
    rng = np.random.default_rng(5)
    scores = np.where(np.arange(40) < 20, -0.4, 0.4) + rng.normal(0, 0.2, 40)
    points = make_points(scores)
    choices = {
        "same": points,
        "faint": points.assign(score=rng.permutation(scores) * 0.1 + 0.02 * scores),
        "upside down": points.assign(score=-scores),
        "few": points.head(5),
    }
    table = trajectory.robustness(points, choices).set_index("choice")
    assert table.loc["main", "verdict"] == "rises"
    assert table.loc["same", "verdict"] == "holds"
    assert table.loc["upside down", "verdict"] == "turns"
    assert table.loc["few", "verdict"] == change.TOO_LITTLE
    faint = table.loc["faint"]
    assert faint["verdict"] == ("weakens" if faint["estimate"] > 0 else "turns")
    assert faint["p"] > change.LEVEL
    for name in ("cut at 40% of the text", "cut at 60% of the text"):
        assert table.loc[name, "verdict"] == "holds"
        assert table.loc[name, "estimate"] == pytest.approx(0.65, abs=0.3)
    dropped = [name for name in table.index if name.startswith("one paragraph")]
    assert table.loc[dropped[0], "n"] == 39
    assert table.loc[dropped[0], "estimate"] < table.loc["main", "estimate"]


def test_no_change_holds_where_none_is_found_and_turns_where_one_is():
    flat = make_points(np.tile([-0.5, 0.5], 20))
    step = make_points(np.repeat([-0.5, 0.5], 20))
    table = trajectory.robustness(flat, {"step": step}).set_index("choice")
    assert table.loc["main", "verdict"] == change.NO_CHANGE
    assert table.loc["step", "verdict"] == "turns"
    assert table.loc["cut at 40% of the text", "verdict"] == "holds"


@pytest.mark.parametrize(
    ("main", "row", "verdict"),
    [
        (("rises", 0.5), ("rises", 0.1), "holds"),
        (("rises", 0.5), (change.NO_CHANGE, 0.1), "weakens"),
        (("falls", -0.5), (change.NO_CHANGE, -0.1), "weakens"),
        (("rises", 0.5), (change.NO_CHANGE, -0.1), "turns"),
        (("rises", 0.5), ("falls", -0.5), "turns"),
        ((change.NO_CHANGE, 0.1), (change.NO_CHANGE, -0.1), "holds"),
        ((change.NO_CHANGE, 0.1), ("rises", 0.5), "turns"),
        ((change.TOO_LITTLE, None), ("rises", 0.5), change.TOO_LITTLE),
        (("rises", 0.5), (change.TOO_LITTLE, None), change.TOO_LITTLE),
    ],
)
def test_what_another_choice_says_of_the_main_result(main, row, verdict):
    tests = [
        change.Change(*[None] * 7, 0, 0, said)._replace(difference=difference)
        for said, difference in (main, row)
    ]
    assert robust._stands(*tests) == verdict


def test_the_paragraph_that_carries_a_change_is_the_one_dropped():
    scores = np.repeat([-0.3, 0.3], 10) + np.tile([0.2, -0.2, 0.1, -0.1], 5)
    scores[15] = 1.0
    points = make_points(scores)
    p = [trajectory.test_change(points.drop(i)).p for i in range(20)]
    dropped = trajectory.robustness(points, {}).iloc[-1]
    assert dropped["choice"].endswith(f"(worst: {np.argmax(p)})")
    assert dropped["p"] == max(p)


def test_a_p_value_at_the_level_is_a_change_whose_loss_is_asked():
    scores = np.repeat([-0.3, 0.3], 10) + np.tile([0.2, -0.2, 0.1, -0.1], 5)
    points = make_points(scores)
    p = [trajectory.test_change(points.drop(i)).p for i in range(20)]
    main = trajectory.test_change(points)
    for at, others, worst in (
        (change.LEVEL, [], np.argmax(p)),
        (change.LEVEL + 1e-9, [], np.argmin(p)),
        (change.LEVEL / 2, [0.9], np.argmax(p)),
        (change.LEVEL * 0.6, [0.9], np.argmin(p)),
    ):
        number, test = robust._drop_one(points, main._replace(p=at), others)
        assert (number, test.p) == (worst, p[worst])


def test_a_paragraph_without_which_the_change_turns_is_the_worst():
    points = make_points([0.1] * 12)
    tests = {k: change.Change(0, 0, 0.5, 0, 0, 0.3, 0, 11, 11, "") for k in range(12)}
    tests[3] = tests[3]._replace(difference=-0.5, p=0.9)
    tests[5] = tests[5]._replace(difference=-0.5, p=0.2)
    tests[7] = tests[7]._replace(p=0.9)
    main = tests[0]._replace(p=0.01)

    def drop_one():
        kept = iter(tests.values())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(robust, "test_change", lambda table: next(kept))
            return robust._drop_one(points, main, [])[0]

    assert drop_one() == 5  # surest of the other sign
    tests[9] = tests[9]._replace(p=None, difference=None)
    assert drop_one() == 9  # and too little evidence is worse
    main = main._replace(p=0.5)
    tests[7] = tests[7]._replace(p=0.04)
    assert drop_one() == 7  # no change: nearest to one
    tests[7] = tests[7]._replace(p=0.06)
    assert drop_one() == 9


def test_a_change_that_hangs_on_one_paragraph_says_so():
    points = make_points([-0.5] * 6 + [0.5] * 3)
    points["position"] = [0.1] * 6 + [0.7] * 3
    table = trajectory.robustness(points, {})
    assert table["verdict"].iloc[0] == "rises"
    assert table["verdict"].iloc[-1] == change.TOO_LITTLE


def test_each_other_choice_takes_its_own_points():
    kinds = ["body"] * 5 + ["caption"]
    paragraphs = make_paragraphs(["narrator", "court", *["narrator"] * 4], kinds)
    paragraphs = paragraphs.assign(tone_vader=0.1, tone_textblob=-0.1)
    rows = [(i, "narrator", "x", 0.5, i == 2) for i in range(6)]
    sure = ["clear", "clear", "clear", "weak", "likely", "clear"]
    named = [(i, "x", "pronoun" if i in (2, 4) else "name") for i in range(6)]
    mentions = pd.DataFrame(named, columns=["paragraph", "actor", "form"])
    stance = make_stance(rows).assign(certainty=sure)
    result = SimpleNamespace(stance=stance, paragraphs=paragraphs, mentions=mentions)
    points = robust.recompute(result, "x")
    assert {name: p["paragraph"].tolist() for name, p in points.items()} == {
        "captions in": [0, 1, 2, 3, 4, 5],
        "quotations out": [0, 2, 3, 4],
        "implied targets out": [0, 1, 3, 4],
        "pronouns out": [0, 1, 2, 3],  # an implied one needs no name
        "weak stances out": [0, 1, 2, 4],
        "tone (vader) in place of stance": [0, 1, 2, 3, 4],
        "tone (textblob) in place of stance": [0, 1, 2, 3, 4],
    }
    tones = [p["score"].iloc[0] for p in [*points.values()][-2:]]
    assert tones == [0.1, -0.1]


@settings(max_examples=30, deadline=None)
@given(st.lists(score_lists, min_size=2, max_size=3))
def test_panel_and_table_say_one_thing(actors):
    """The main row is judged as the family is: by the p value corrected for it."""
    tests = [trajectory.test_change(make_points(scores)) for scores in actors]
    family = change.judge(tests, change.correct(test.p for test in tests))
    for k, scores in enumerate(actors):
        others = [test.p for test in tests[:k] + tests[k + 1 :]]
        main = trajectory.robustness(make_points(scores), {}, others).iloc[0]
        assert main["verdict"] == family["verdict"].iloc[k]
        assert main["p_corrected"] == pytest.approx(family["p_corrected"].iloc[k])


def test_the_paragraph_that_hides_a_change_is_the_one_dropped():
    rng = np.random.default_rng(0)
    scores = np.repeat([-0.3, 0.3], 10) + rng.normal(0, 0.2, 20)
    scores[15] = -1.0  # without it the second half is kinder beyond chance
    points = make_points(scores)
    p = [trajectory.test_change(points.drop(i)).p for i in range(20)]
    for others in ([], [0.9] * 9):
        table = trajectory.robustness(points, {}, others).set_index("choice")
        main, dropped = table.iloc[0], table.iloc[-1]
        if main["verdict"] == change.NO_CHANGE:
            assert table.index[-1].endswith(f"(worst: {np.argmin(p)})")
            assert dropped["p"] == min(p)
        else:
            assert dropped["p"] == max(p)


# -- the benchmark ---------------------------------------------------------------


def test_benchmark_has_every_claim_with_its_figure():
    rows = pd.DataFrame(benchmark.measure(runs=3)["rows"])
    assert {"claim", "n", "share", "runs", "aim", "passed"} <= set(rows)
    for claim in ("false alarm", "found", "covers", "false where said"):
        assert rows["claim"].str.contains(claim).any()


@pytest.mark.parametrize("mean", [-0.5, 0.0, 0.3])
def test_simulated_scores_follow_their_curve(mean):
    rng = np.random.default_rng(6)
    model = benchmark.reader(benchmark.flat(mean))
    points = pd.concat([benchmark.simulate(model, 30, rng) for _ in range(200)])
    assert points["score"].mean() == pytest.approx(mean, abs=0.03)
    assert points["score"].abs().max() <= 1
