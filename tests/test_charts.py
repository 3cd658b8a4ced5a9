"""Charts, tested by what they draw."""

from collections import namedtuple
from types import SimpleNamespace

import matplotlib
import pandas as pd
import pytest

matplotlib.use("agg")

from matplotlib import pyplot as plt
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex

from analysis import charts
from analysis.charts import colours
from analysis.tables import to_table

P = ("paragraph", "start", "end", "kind", "voice", "words", "position", "tone_vader")
M = ("paragraph", "start", "end", "text", "actor", "form")
S = ("paragraph", "holder", "target", "direction", "score", "certainty", "implied")
Q = ("quote", "paragraph", "start", "end", "speaker", "actor", "distance")
F = ("paragraph", "frame", "actor", "probability", "scorer")


def table(kind, fields, *rows):
    Row = namedtuple("Row", fields)
    return to_table([Row(*row) for row in rows], kind, "a")


@pytest.fixture
def t():
    """Four paragraphs of 10 characters and 25 words; the third is a caption."""
    kinds = ("body", "body", "caption", "body")
    voices = ("narrator", "government", "narrator", "regulator")
    tones = (0.5, -0.5, 0.1, None)
    paragraphs = [
        (i, 10 * i, 10 * i + 10, kind, voice, 25, (25 * i + 12.5) / 100, tone)
        for i, (kind, voice, tone) in enumerate(zip(kinds, voices, tones, strict=True))
    ]
    mentions = [
        (0, 0, 2, "X", "platform", "name"),
        (1, 15, 17, "it", "platform", "pronoun"),
        (1, 16, 18, "firms", "platform", "generic"),
        (2, 22, 23, "X", "platform", "name"),
        (3, 30, 33, "the minister", "government", "nominal"),
    ]
    stance = [
        (0, "narrator", "platform", -1, -0.5, "weak", False),
        (1, "government", "platform", -1, -0.9, "clear", False),
        (2, "narrator", "platform", -1, -1.0, "clear", False),
        (3, "regulator", "government", 1, 0.4, "weak", True),
        (3, "regulator", "platform", 1, None, "weak", True),
    ]
    quotes = [
        (0, 1, 10, 14, "she", "government", "neutral"),
        (1, 3, 30, 34, "he", "regulator", "doubting"),
        (1, 3, 35, 36, "he", "regulator", "doubting"),
        (2, 3, 36, 39, None, None, None),
    ]
    framing = [
        (0, "law", None, 0.9, "encoder"),
        (0, "law", "platform", 0.8, "encoder"),
        (1, "law", None, 0.7, "encoder"),
        (0, "oil", None, None, "words"),
        (2, "war", None, 0.9, "encoder"),
    ]
    parts = [
        (0, "platform", "accused"),
        (1, "platform", "accused"),
        (1, "government", "accuser"),
        (1, "court", "authority"),
        (2, "platform", "victim"),
    ]
    return SimpleNamespace(
        paragraphs=table("paragraphs", P, *paragraphs),
        mentions=table("mentions", M, *mentions),
        stance=table("stance", S, *stance),
        quotes=table("quotes", Q, *quotes),
        framing=table("framing", F, *framing),
        parts=table("parts", ("paragraph", "actor", "part"), *parts),
    )


@pytest.fixture
def empty():
    names = ("paragraphs", "mentions", "stance", "quotes", "framing", "parts")
    return SimpleNamespace(**{n: to_table([], n) for n in names})


def draw_all(t):
    p = t.paragraphs
    panel = "choice estimate low high n verdict".split()
    return {
        "score_sheet": charts.score_sheet(p, t.mentions, t.stance),
        "mentions_by_actor": charts.mentions_by_actor(t.mentions, p),
        "voice_through_text": charts.voice_through_text(p),
        "who_to_whom": charts.who_to_whom(t.stance, p),
        "frames_by_position": charts.frames_by_position(t.framing, p),
        "parts_by_position": charts.parts_by_position(t.parts, p),
        "distance_of_cues": charts.distance_of_cues(t.quotes, p),
        "tone_and_stance": charts.tone_and_stance(p, t.stance, "platform"),
        "key_terms": charts.key_terms([]),
        "change_panel": charts.change_panel(pd.DataFrame(columns=panel)),
        "compare_articles": charts.compare_articles(p, t.stance),
    }


def figure_of(chart):
    return chart if hasattr(chart, "savefig") else chart.figure


def written(chart):
    """Every piece of text on a chart."""
    return [x.get_text() for x in figure_of(chart).findobj(plt.Text) if x.get_text()]


def scatters(ax):
    return [c for c in ax.collections if isinstance(c, PathCollection)]


def points(ax):
    return [tuple(p) for c in scatters(ax) for p in c.get_offsets()]


def rug(ax):
    """Mentions as form to positions."""
    lines = {c.get_label(): c for c in ax.collections if c.get_label() in charts.FORMS}
    return {
        form: [segment[0][0] for segment in lines[form].get_segments()]
        for form in charts.FORMS
    }


def panels(figure):
    return {ax.get_title(loc="left").removeprefix("toward "): ax for ax in figure.axes}


def test_score_sheet_draws_stance_where_it_stands(t):
    ax = panels(charts.score_sheet(t.paragraphs, t.mentions, t.stance))["platform"]
    assert sorted(points(ax)) == [(12.5, -0.5), (37.5, -0.9)]
    sizes = [c.get_sizes()[0] for c in scatters(ax)]
    assert max(sizes) - min(sizes) == 32, "a clear stance against a weak one"
    assert ax.get_title(loc="right") == "stances: n = 2"
    assert "2 mentions" in [x.get_text() for x in ax.get_yticklabels()]


def test_score_sheet_draws_mentions_by_form_without_generics(t):
    ax = panels(charts.score_sheet(t.paragraphs, t.mentions, t.stance))["platform"]
    assert rug(ax) == {"name": [0.0], "nominal": [], "pronoun": [37.5]}


def test_score_sheet_counts_furniture_only_when_told(t):
    sheet = charts.score_sheet(t.paragraphs, t.mentions, t.stance, furniture=True)
    ax = panels(sheet)["platform"]
    assert len(points(ax)) == 3
    assert rug(ax)["name"] == [0.0, 55.0]
    assert not [p for p in ax.patches if p.get_hatch()]


def test_score_sheet_hatches_furniture_and_tints_the_voice(t):
    ax = panels(charts.score_sheet(t.paragraphs, t.mentions, t.stance))["government"]
    spans = {(p.get_x(), p.get_width()): p for p in ax.patches}
    assert spans[50.0, 25.0].get_hatch()
    assert to_hex(spans[25.0, 25.0].get_fc()) == colours.colour("government")
    assert (0.0, 25.0) not in spans, "the narrator stays white"


def test_score_sheet_says_where_there_is_no_stance(t):
    sheet = charts.score_sheet(t.paragraphs, t.mentions, t.stance, actors=("court",))
    assert "no stance toward court found (n = 0)" in written(sheet)
    assert not points(panels(sheet)["court"])


def test_score_sheet_draws_a_curve_only_where_it_has_one(t):
    curve = pd.DataFrame({"position": [0, 0.5, 1], "estimate": [None, -0.5, -0.2]})
    curve = curve.assign(low=-0.8, high=0.1).astype("Float64")
    args = (t.paragraphs, t.mentions, t.stance)
    axes = panels(charts.score_sheet(*args, curves={"platform": curve}))
    lines = [x for x in axes["platform"].lines if len(x.get_xdata()) == 3]
    assert lines[0].get_xdata().tolist() == [0, 50, 100]
    assert not [x for x in axes["government"].lines if len(x.get_xdata()) == 3]


def test_points_open_their_paragraphs(t):
    ax = panels(charts.score_sheet(t.paragraphs, t.mentions, t.stance))["platform"]
    urls = [u for c in ax.collections for u in c.get_urls() if u]
    assert sorted(urls) == ["#p0", "#p1"]


def test_mentions_are_stacked_by_form_and_counted(t):
    ax = charts.mentions_by_actor(t.mentions, t.paragraphs)
    assert [x.get_text() for x in ax.get_yticklabels()] == ["platform", "government"]
    widths = {b.get_label(): [p.get_width() for p in b] for b in ax.containers}
    assert widths == {"name": [1, 0], "nominal": [0, 1], "pronoun": [1, 0]}
    assert {"2", "1", "mentions (n = 3)"} <= set(written(ax))


def test_mentions_of_a_chosen_actor_with_none_are_zero(t):
    ax = charts.mentions_by_actor(
        t.mentions, t.paragraphs, actors=["court", "platform"]
    )
    assert {"court", "0", "mentions (n = 2)"} <= set(written(ax))


def test_voices_have_the_paragraphs_that_they_fill(t):
    ax = charts.voice_through_text(t.paragraphs)
    assert written(ax).count("n = 1") == 3
    assert "%" not in ax.get_label()  # the share of words is counted otherwise
    lanes = [c.get_paths()[0].get_extents() for c in ax.collections]
    assert [lane.x0 for lane in lanes] == [25, 75, 0]


def test_matrix_has_mean_and_n_in_filled_cells_only(t):
    ax = charts.who_to_whom(t.stance, t.paragraphs)
    cells = [x.get_text() for x in ax.texts]
    assert sorted(cells) == ["+0.40\nn = 1", "−0.50\nn = 1", "−0.90\nn = 1"]
    grid = ax.collections[0].get_array()
    assert grid.mask.sum() == 3 and (grid.compressed() != 0).all()


def test_matrix_keeps_to_chosen_actors(t):
    ax = charts.who_to_whom(t.stance, t.paragraphs, actors=["government", "platform"])
    assert [x.get_text() for x in ax.texts] == ["−0.90\nn = 1"]


def test_frames_stand_in_the_lane_of_the_actor_put_into_them(t):
    ax = charts.frames_by_position(t.framing, t.paragraphs)
    lanes = {c.get_label(): [p[0] for p in c.get_offsets()] for c in ax.collections}
    assert (lanes["platform"], lanes["none of them"]) == ([12.5], [37.5, 12.5])
    assert [x.get_text() for x in ax.get_yticklabels()] == ["law", "oil (words)"]
    assert lanes["government"] == []
    assert "n = 2" in written(ax) and "war" not in written(ax)


def test_parts_stand_in_the_lane_of_who_plays_them(t):
    ax = charts.parts_by_position(t.parts, t.paragraphs)
    lanes = {c.get_label(): [p[0] for p in c.get_offsets()] for c in ax.collections}
    assert lanes == {"government": [37.5], "regulator": [], "platform": [12.5, 37.5]}
    assert [x.get_text() for x in ax.get_yticklabels()] == ["accused", "accuser"]
    assert {"n = 2", "n = 1"} <= set(written(ax))


def test_a_quotation_counts_once_and_an_unknown_speaker_is_unknown(t):
    ax = charts.distance_of_cues(t.quotes, t.paragraphs)
    names = ["government", "regulator", "unknown"]
    assert [x.get_text() for x in ax.get_yticklabels()] == names
    widths = {b.get_label(): [p.get_width() for p in b] for b in ax.containers}
    assert widths["neutral"] == [1, 0, 0]
    assert widths["doubting"] == [0, 1, 0]
    assert widths["none"] == [0, 0, 1]
    assert "quotations and reported speech (n = 3)" in written(ax)


def test_tone_and_stance_fills_points_that_disagree(t):
    ax = charts.tone_and_stance(t.paragraphs, t.stance, "platform")
    assert points(ax) == [(0.5, -0.5), (-0.5, -0.9)]
    filled = [to_hex(c) for c in scatters(ax)[0].get_facecolors()]
    assert filled == [colours.colour("platform"), "#ffffff"]
    assert "¶0" in written(ax) and "¶1" not in written(ax)
    assert any("n = 2 paragraphs, 1 with" in x for x in written(ax))


def test_change_panel_draws_estimates_and_verdicts():
    rows = [
        ("as set", -0.2, -0.5, 0.1, 30, "holds"),
        ("short", None, None, None, 4, "?"),
    ]
    panel = pd.DataFrame(rows, columns="choice estimate low high n verdict".split())
    ax = charts.change_panel(panel)
    assert ax.get_legend()
    assert [-0.5, 0.1] in [list(x.get_xdata()) for x in ax.lines]
    assert {"holds  n = 30", "?  n = 4", "as set", "short"} <= set(written(ax))


def test_articles_stand_side_by_side_with_their_n(t):
    second = [x.assign(article="b") for x in (t.paragraphs, t.stance)]
    both = [
        pd.concat([x, y], ignore_index=True)
        for x, y in zip((t.paragraphs, t.stance), second, strict=True)
    ]
    figure = charts.compare_articles(*both, actors=("platform", "court"))
    assert len(figure.axes) == 4
    assert [len(points(ax)) for ax in figure.axes] == [2, 0, 2, 0]
    assert written(figure).count("n = 2") == written(figure).count("n = 0") == 2


def test_every_chart_prints_n_and_reads_itself(t):
    for name, chart in draw_all(t).items():
        assert any("n = " in x for x in written(chart)), name
        assert charts.alt_text(figure_of(chart)).endswith("."), name


def test_a_change_that_was_not_tested_is_not_called_none_found():
    row = {"choice": "main", "estimate": None, "low": None, "high": None, "n": 5}
    panel = pd.DataFrame([{**row, "verdict": "too little evidence"}])
    ax = charts.change_panel(panel, "Ofcom")
    assert ax.get_label() == "Not tested: too little evidence (n = 5)."
    assert ax.figure.get_suptitle() == "Does the change toward Ofcom hold?"


def test_a_chart_of_words_alone_is_small_and_leaves_others_figures_as_they_are(empty):
    own = charts.tone_and_stance(empty.paragraphs, empty.stance, "platform").figure
    figure, ax = plt.subplots(figsize=(5, 3))
    charts.tone_and_stance(empty.paragraphs, empty.stance, "platform", ax=ax)
    assert own.get_figheight() < 1 and figure.get_figheight() == 3


def test_names_below_the_cells_are_turned_only_where_they_do_not_fit(t):
    for targets in (["court", "platform"], ["court", "platform", "public", "x"]):
        rows = pd.concat(t.stance.iloc[:1].assign(target=a) for a in targets)
        labels = dict.fromkeys(targets, "Competition Tribunal")
        ax = charts.who_to_whom(rows, t.paragraphs, labels=labels)
        turned = [bool(tick.get_rotation()) for tick in ax.get_xticklabels()]
        assert turned == [len(targets) > 2] * len(targets)


def test_one_measure_has_the_colour_of_its_actor():
    row = {"article": "a", "what": "regulator", "estimate": -0.5, "n": 6}
    rows = pd.DataFrame([{**row, "low": -0.8, "high": -0.1}])
    lines = charts.estimates_by_group(rows, "Stance", "score", (-1, 1)).lines
    assert lines[0].get_color() == colours.colour("regulator")


def test_no_line_without_a_band(t):
    at = {"position": [0.1, 0.5, 0.9], "estimate": [-0.4, -0.4, -0.4]}
    for low, high in (([None] * 3, [None] * 3), ([-0.4] * 3, [-0.4] * 3)):
        curve = pd.DataFrame({**at, "low": low, "high": high})
        points = pd.DataFrame({"position": [0.5], "score": [-0.4], "n": [1]})
        ax = charts.stance_curve(points, curve, "platform")
        assert pd.isna(ax.lines[0].get_ydata()).all()


def test_two_stances_have_no_line_for_their_mean(t):
    figure = charts.compare_articles(t.paragraphs, t.stance, actors=("platform",))
    assert len(points(figure.axes[0])) == 2
    assert not [x for x in figure.axes[0].lines if x.get_linestyle() == "--"]


def test_every_chart_with_more_than_one_kind_of_mark_has_its_key(t):
    keyless = {"voice_through_text", "who_to_whom", "key_terms", "change_panel"}
    for name, chart in draw_all(t).items():
        figure = figure_of(chart)
        keys = [*figure.legends, *(ax.get_legend() for ax in figure.axes)]
        assert any(keys) or name in keyless, f"{name} has no key, or no row of t"


def test_empty_tables_give_charts_that_say_so(empty):
    for name, chart in draw_all(empty).items():
        said = [x for x in written(chart) if "n = 0" in x]
        assert said or name == "compare_articles", name
        assert charts.alt_text(figure_of(chart)).endswith("."), name


def test_charts_draw_on_given_axes(t):
    _, ax = plt.subplots()
    assert charts.voice_through_text(t.paragraphs, ax=ax) is ax
    assert len(plt.get_fignums()) == 1


def test_a_badge_stands_clear_of_the_chart(t):
    for chart in (
        charts.score_sheet(t.paragraphs, t.mentions, t.stance),
        charts.voice_through_text(t.paragraphs),
    ):
        figure = figure_of(chart)
        charts.add_badge(chart, "not validated")
        figure.draw_without_rendering()
        badge = figure._supxlabel.get_window_extent()
        drawn = [ax.get_tightbbox() for ax in figure.axes]
        assert not any(badge.overlaps(box) for box in drawn)


def test_labels_name_the_actors(t):
    labels = {"platform": "X & Co", "government": "Westminster"}
    ax = charts.mentions_by_actor(t.mentions, t.paragraphs, labels=labels)
    assert {"X & Co", "Westminster"} <= set(written(ax))


def test_no_two_roles_share_a_colour_or_a_marker():
    roles = list(colours._roles())
    assert len({colours.colour(r) for r in roles}) == len(roles)
    assert len({colours.marker(r) for r in roles}) == len(roles)


def test_a_second_actor_of_a_role_has_another_shade_and_the_same_marker():
    assert colours.colour("company_google") != colours.colour("company")
    assert colours.marker("company_google") == colours.marker("company")
    assert colours.colour("someone") == colours.colour("someone")


def test_the_three_main_actors_differ_in_grey():
    def grey(fill):
        red, green, blue = (int(fill[i : i + 2], 16) for i in (1, 3, 5))
        return 0.3 * red + 0.59 * green + 0.11 * blue

    three = sorted(
        grey(colours.colour(a)) for a in ("government", "regulator", "platform")
    )
    assert all(b - a > 25 for a, b in zip(three, three[1:], strict=False))


def test_saved_charts_are_the_same_bytes_and_hold_their_alt_text(t, tmp_path):
    once, twice = (
        charts.save(charts.voice_through_text(t.paragraphs), tmp_path / run, "voice")
        for run in "ab"
    )
    assert [p.read_bytes() for p in once] == [p.read_bytes() for p in twice]
    svg = once[1].read_text(encoding="utf-8")
    assert (
        "<title>Whose voice fills the paragraphs, n = 3" in svg and "dc:date" not in svg
    )


def test_an_actor_called_narrator_is_told_from_the_narrator():
    rows = pd.DataFrame({"holder": ["court", "narrator", "company", None]})
    shown = colours.with_labels(rows, {"court": "narrator"})["holder"]
    called = ["narrator (court)", "narrator (narrator)", "company"]
    assert shown.tolist()[:3] == called and pd.isna(shown[3])


def test_on_given_axes_the_title_stands_clear_of_the_key(t):
    for draw in (
        lambda ax: charts.mentions_by_actor(t.mentions, t.paragraphs, ax=ax),
        lambda ax: charts.distance_of_cues(t.quotes, t.paragraphs, ax=ax),
        lambda ax: charts.tone_and_stance(t.paragraphs, t.stance, "platform", ax=ax),
    ):
        ax = draw(plt.subplots(layout="constrained")[1])
        ax.figure.draw_without_rendering()
        key = ax.get_legend().get_window_extent()
        assert not ax._left_title.get_window_extent().overlaps(key)
