"""One name, one figure: tables, charts, sentences and comparison say the same."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis import analyse, charts, compare, read_article
from analysis.charts.colours import name
from analysis.charts.style import body_of, signed
from analysis.compare import SCORES
from analysis.findings import answers, count
from analysis.mentions.voices import voice_shares
from analysis.pipeline import Analysis
from analysis.reading.report import summary
from analysis.trajectory import stance_toward
from analysis.workbook import edge_list

ROOT = Path(__file__).parents[1]
FOLDERS = ROOT / "data" / "articles", ROOT / "tests" / "articles"
ARTICLES = [path for folder in FOLDERS for path in sorted(folder.glob("*.txt"))]


@cache
def run(path: Path) -> Analysis:
    return analyse(read_article(path))


@pytest.fixture(params=ARTICLES, ids=lambda path: path.stem)
def result(request):
    return run(request.param)


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def mean_of(points: pd.DataFrame) -> float:
    return (points["score"] * points["n"]).sum() / points["n"].sum()


def reported(result: Analysis) -> str:
    tables = ("paragraphs", "mentions", "quotes", "stance")
    return summary({t: getattr(result, t) for t in tables}, result.labels)


def test_a_pair_has_one_mean_in_edges_heat_map_and_sentence(result):
    edges = edge_list(result.stance, result.paragraphs)
    ax = charts.who_to_whom(result.stance, result.paragraphs, labels=result.labels)
    drawn = sorted(text.get_text() for text in ax.texts)
    rows = zip(edges["weight"], edges["paragraphs"], strict=True)
    assert drawn == sorted(f"{signed(mean)}\nn = {n}" for mean, n in rows)
    said = " ".join(f.sentence for f in answers.of_stances(result))
    found = re.findall(r"\(mean ([+−]\d\.\d\d), (\d+) paragraph", said)
    found += re.findall(r"mean ([+−]\d\.\d\d) in (\d+) paragraph", reported(result))
    assert found and all(f"{mean}\nn = {n}" in drawn for mean, n in found)


def test_an_actor_has_one_mean_in_curve_sheet_and_comparison(result):
    actors = charts.colours.known_first(result.stance["target"].unique())
    tables = result.paragraphs, result.mentions, result.stance
    sheet = charts.score_sheet(*tables, actors, labels=result.labels).get_label()
    for actor in actors:
        points = stance_toward(result.stance, result.paragraphs, actor)
        if points.empty:
            continue
        label = name(actor, result.labels)
        n = points["n"].sum()
        assert f"{label} {signed(mean_of(points))} ({n})" in sheet
        curve = charts.stance_charts.stance_curve(points, None, actor, result.labels)
        assert f"mean {signed(mean_of(points))}" in curve.get_label()
        own = result.stance[result.stance["target"] == actor].assign(target="court")
        units = compare.stance_units(own, result.paragraphs, ["court"])
        found = compare.estimate(units, SCORES).iloc[0]
        assert found["estimate"] == pytest.approx(mean_of(points))


def test_the_narrator_has_one_share(result):
    shares = voice_shares(result.paragraphs, result.quotes).set_index("voice")["share"]
    units = compare.voice_units(result.quotes, result.paragraphs, [])
    found = compare.estimate(units).set_index("what")["estimate"]
    assert found["narrator"] == pytest.approx(shares["narrator"], abs=1e-9)
    said = " ".join(f.sentence for f in answers.of_voices(result))
    quoted = 1 - shares["narrator"]
    assert f"Quoted voices speak {quoted:.0%} of" in said or quoted < 0.01
    assert f"{name('narrator')} {shares['narrator']:.0%}" in reported(result)


def test_quotations_and_mentions_have_one_count(result):
    shares = voice_shares(result.paragraphs, result.quotes)
    said = " ".join(f.sentence for f in answers.of_voices(result))
    marks = body_of(result.quotes, result.paragraphs)
    marks = marks[marks["kind"] != "indirect"]["quote"].nunique()
    assert shares["quotations"].sum() >= marks  # one with two voices has two
    assert f"Of {count(marks, 'quotation')} in marks" in said
    named = body_of(result.mentions, result.paragraphs)
    named = named[named["form"] != "generic"]
    assert f"of {len(named)} mentions" in said
    assert f"in it {marks} quotations in marks and {len(named)} ment" in reported(
        result
    )
    counted = compare.mention_units(
        result.mentions, result.paragraphs, [*compare.by_role(named)["actor"].unique()]
    )
    about = ["article", "block", "weight"]
    assert counted.drop(columns=about).to_numpy().sum() == len(named)
