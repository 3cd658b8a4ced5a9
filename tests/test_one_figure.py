"""One name, one figure: tables, charts, sentences and comparison say the same."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from functools import cache
from html import unescape
from pathlib import Path

import docx
import pandas as pd
import pytest

from analysis import analyse, charts, compare, read_article, read_codebook
from analysis.charts.colours import name
from analysis.charts.style import body_of, figure_of, signed
from analysis.compare import SCORES
from analysis.explorer.pages import Pages
from analysis.explorer.session import Session
from analysis.export import draw_charts, edge_list, main_actors, run_record
from analysis.findings import answers, count
from analysis.mentions.voices import voice_shares
from analysis.pipeline import Analysis
from analysis.reading.contents import Contents, read_contents
from analysis.reading.document import write_document
from analysis.reading.report import write_report
from analysis.tables import TABLES, to_table
from analysis.trajectory import stance_toward

ROOT = Path(__file__).parents[1]
FOLDERS = ROOT / "data" / "articles", ROOT / "tests" / "articles"
BUNDLED = "grok-deepfakes"
ARTICLES = [path for folder in FOLDERS for path in sorted(folder.glob("*.txt"))]

with open(ROOT / "tests" / "cases" / "measures.csv", encoding="utf-8") as file:
    MEASURES = list(csv.DictReader(file))


@cache
def run(path: Path) -> Analysis:
    return analyse(read_article(path))


@pytest.fixture(params=ARTICLES, ids=lambda path: path.stem)
def result(request):
    return run(request.param)


def mean_of(points: pd.DataFrame) -> float:
    return (points["score"] * points["n"]).sum() / points["n"].sum()


def contents(result: Analysis) -> Contents:
    return read_contents(result, main_actors(result.mentions), run_record(result))


def reported(result: Analysis, folder: Path) -> dict[str, str]:
    """What the report and the Word file say: all their words, tags taken out.

    Evidence, which takes a while, is left out: no measure is counted in it.
    """
    said, evidence = contents(result), to_table([], "evidence")
    tables = {n: getattr(result, n) for n in TABLES if n != "evidence"}
    tables["evidence"] = evidence
    rest = result.article.text, tables, {}, run_record(result), result.labels
    page = write_report(folder / "report.html", said, *rest).read_text("utf-8")
    page = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.S)
    word = write_document(folder / "report.docx", said, tables, [], result.labels)
    document = docx.Document(str(word))
    cells = (c.text for t in document.tables for row in t.rows for c in row.cells)
    words = " ".join([*(p.text for p in document.paragraphs), *cells])
    return {"report": plain(page), "Word": words}


def plain(page: str) -> str:
    """The words of a page."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


def explored(result: Analysis) -> str:
    """What the explorer shows of an article that was read, as HTML."""
    session = Session()
    session.article, session.codebook = result.article, result.codebook
    session.source, session.result = result.article.source, result
    session.was_read = True
    pages = Pages(session)
    return unescape(" ".join([pages.head(), pages.actors(), pages.findings()]))


def counted(result: Analysis) -> str:
    """The tables' own counts, made here with no help of the package."""
    kinds = result.paragraphs.set_index("paragraph")["kind"]
    body = result.paragraphs[result.paragraphs["kind"] == "body"]

    def inside(table):
        return table[table["paragraph"].map(kinds) == "body"]

    mentions, quotes, stance = map(
        inside, (result.mentions, result.quotes, result.stance)
    )
    marked = quotes[quotes["kind"] != "indirect"]
    words = marked["text"].str.findall(r"\w+(?:[’'-]\w+)*").str.len().sum()
    share = words / max(1, body["words"].sum())
    by_pair = stance.groupby(["holder", "target"])["score"].mean()
    frames = inside(result.framing[result.framing["actor"].isna()])["frame"]
    parts = inside(result.parts)
    parts = parts[parts["actor"].isin(main_actors(result.mentions))]["part"]
    figures = {
        "all": len(result.paragraphs),
        "paragraphs": len(body),
        "set aside": len(result.paragraphs) - len(body),
        "pairs": len(by_pair),
        "against": (stance["direction"] < 0).sum(),
        "for": (stance["direction"] > 0).sum(),
        "VADER": signed(body["tone_vader"].mean()),
        "framed most": frames.value_counts().max(),
        "played most": parts.value_counts().max(),
        "words": body["words"].sum(),
        "mentions": (mentions["form"] != "generic").sum(),
        "quotations": marked["quote"].nunique(),
        "unknown": marked.loc[marked["speaker"].isna(), "quote"].nunique(),
        "speech": quotes["quote"].nunique(),
        "quoted": f"{share:.0%}",
        "reporter": f"{1 - share:.0%}",
        "stances": len(stance),
    }
    return " ".join(f"{name} = {value};" for name, value in figures.items())


def shown_in_notebook(number: str) -> str:
    """The text of a committed notebook's outputs, tags taken out."""
    (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
    outputs = (
        output
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        for output in cell.get("outputs", ())
    )
    shown = (
        ("".join(o.get("data", {}).get("text/html", o.get("text", ""))))
        for o in outputs
    )
    return plain(" ".join(shown))


def places(path: Path, folder: Path) -> dict[str, str]:
    """What each place says of an article; notebooks speak of the bundled one."""
    result = run(path)
    figures = draw_charts(result)
    shown = {n: charts.alt_text(figure_of(c)) for n, c in figures.items()}
    shown |= {"tables": counted(result), "explorer": explored(result)}
    shown |= reported(result, folder)
    if path.stem == BUNDLED:
        shown |= {f"notebook {n}": shown_in_notebook(n) for n in "12346"}
    return shown


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_a_measure_is_the_same_wherever_it_stands(path, tmp_path):
    shown, found = places(path, tmp_path), defaultdict(dict)
    for row in MEASURES:
        match = re.search(row["pattern"], shown.get(row["place"], ""))
        if match:
            value = match.groupdict() or match[1]
            found[row["measure"]][row["place"], row["pattern"]] = value
        assert match or path.stem != BUNDLED, row
    for measure, values in found.items():
        first = next(iter(values.values()))
        assert all(value == first for value in values.values()), (measure, values)


def test_every_measure_stands_in_two_places():
    where = defaultdict(set)
    for row in MEASURES:
        where[row["measure"]].add(row["place"])
    assert not [m for m, shown in where.items() if len(shown) < 2]


def test_the_score_sheet_of_the_readme_shows_what_the_program_gives():
    article = read_article(ROOT / "data" / "articles" / f"{BUNDLED}.txt")
    book = read_codebook(ROOT / "data" / "codebooks" / "uk-online-safety.yml")
    sheet = draw_charts(analyse(article, book))["score_sheet"]
    picture = ROOT / "docs" / "score_sheet.png"  # which has its alt text inside
    assert charts.alt_text(sheet).encode() in picture.read_bytes()


def test_a_pair_has_one_mean_in_edges_heat_map_and_sentence(result):
    edges = edge_list(result.stance, result.paragraphs)
    ax = charts.who_to_whom(result.stance, result.paragraphs, labels=result.labels)
    drawn = sorted(text.get_text() for text in ax.texts)
    rows = zip(edges["weight"], edges["paragraphs"], strict=True)
    assert drawn == sorted(f"{signed(mean)}\nn = {n}" for mean, n in rows)
    said = " ".join(f.sentence for f in answers.of_stances(result))
    found = re.findall(r"\(mean ([+−]\d\.\d\d), (\d+) paragraph", said)
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
    counted = compare.mention_units(
        result.mentions, result.paragraphs, [*compare.by_role(named)["actor"].unique()]
    )
    about = ["article", "block", "weight"]
    assert counted.drop(columns=about).to_numpy().sum() == len(named)
