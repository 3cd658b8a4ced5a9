"""One article end to end: the tables, what a run writes, the command line."""

import json
import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from analysis import analyse, read_article, read_codebook
from analysis.__main__ import main
from analysis.articles import read_text
from analysis.charts.colours import ACTORS, with_labels
from analysis.export import write_tables
from analysis.tables import TABLES, columns
from analysis.verify import verify

ROOT = Path(__file__).parents[1]
ARTICLE = ROOT / "data" / "articles" / "grok-deepfakes.txt"
CODEBOOK = ROOT / "data" / "codebooks" / "uk-online-safety.yml"


@pytest.fixture(scope="module")
def result():
    return analyse(read_article(ARTICLE), read_codebook(CODEBOOK))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("output")
    missing = out / "missing.txt"
    code = main(
        [
            str(missing),
            str(ARTICLE),
            "--codebook",
            str(CODEBOOK),
            "--out",
            str(out),
        ]
    )
    assert code == 1
    return out / "grok-deepfakes"


def test_the_bundled_article_is_untouched_by_reading():
    assert read_article(ARTICLE).text.encode() == ARTICLE.read_bytes()


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_the_text_at_its_offsets(result, name):
    table, text = getattr(result, name), result.article.text
    assert list(table) == list(columns(name))
    assert len(table)
    if "start" in table:
        for row in table.dropna(subset="start").itertuples():
            assert text[row.start : row.end] == row.text


def test_evidence_sums_to_every_score(result):
    pair = ["paragraph", "holder", "target"]
    sums = result.evidence.groupby(pair)["weight"].sum()
    scores = result.stance.set_index(pair)["score"]
    assert set(sums.index) == set(scores.index)
    assert (sums - scores).abs().max() < 1e-6


def test_stance_is_a_distribution_and_its_direction_the_likeliest(result):
    for row in result.stance.itertuples():
        parts = (row.negative, row.neutral, row.positive)
        assert sum(parts) == pytest.approx(1)
        assert row.score == pytest.approx(row.positive - row.negative)
        assert row.direction == (1 if row.positive > row.negative else -1)


def test_explain_names_what_there_is(result):
    with pytest.raises(KeyError, match="government → platform"):
        result.explain(7, "court", "platform")


def test_readers_words_move_the_score_and_show(result):
    own = result.codebook._replace(words={"images": -0.5})
    changed = analyse(result.article, own)
    key = ["paragraph", "holder", "target"]
    both = changed.stance.merge(result.stance, on=key)
    assert (both["score_x"] < both["score_y"]).any()
    assert (both["score_x"] <= both["score_y"] + 1e-9).all()
    spoken = changed.evidence[changed.evidence["text"] == "images"]
    assert (spoken["weight"] < 0).any()


def test_a_run_leaves_text_tables_charts_report_and_record(folder):
    assert (folder / "article.txt").read_bytes() == ARTICLE.read_bytes()
    for name in TABLES:
        assert list(pd.read_csv(folder / f"{name}.csv")) == list(columns(name))
    charts = {p.stem for p in (folder / "charts").glob("*.png")}
    assert "score_sheet" in charts
    assert charts == {p.stem for p in (folder / "charts").glob("*.svg")}
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert run["scorer"] == "encoder"
    assert len(run["sha256"]["article"]) == 64
    assert str(ROOT) not in (folder / "run.json").read_text(encoding="utf-8")
    assert 'src="http' not in (folder / "report.html").read_text(encoding="utf-8")
    assert {"report.html", "report.docx"} <= run["files"].keys()


@pytest.fixture(scope="module")
def short():
    text = (
        "Ofcom fined X on Monday.\nMs Kendall said: “X must act, and Ofcom is right.”"
    )
    return analyse(read_text(text, name="short"), read_codebook(CODEBOOK))


def test_a_folder_holds_what_the_run_left_and_says_when_not(short, tmp_path, capsys):
    folder = short.write(tmp_path)
    assert main(["verify", str(folder)]) == 0
    for name in ("report.docx", "report.html"):
        with open(folder / name, "a", encoding="utf-8") as file:
            file.write(" ")
    faults = [fault.partition(":")[0] for fault in verify(folder)]
    assert faults == ["report.docx", "report.html"]
    assert main(["verify", str(folder)]) == 1
    assert "does not hold" in capsys.readouterr().out


def test_tables_that_do_not_follow_from_the_article_are_named(short, tmp_path):
    folder = short.write(tmp_path)
    book, record = folder / "codebook.yml", folder / "run.json"
    book.write_text(book.read_text("utf-8").replace("Ofcom", "Ofwat"), "utf-8")
    run = json.loads(record.read_text("utf-8"))
    del run["files"]["codebook.yml"]
    record.write_text(json.dumps(run), "utf-8")
    assert any(fault.startswith("mentions: another") for fault in verify(folder))


def test_a_run_stopped_while_writing_leaves_a_folder_that_says_so(
    short, tmp_path, monkeypatch
):
    folder, moved, left = short.write(tmp_path), Path.replace, iter(range(3))

    def stop(path, target):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return moved(path, target)

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        short.write(tmp_path)
    assert "not whole" in verify(folder)[0]
    monkeypatch.setattr(Path, "replace", moved)
    (folder / "notes.txt").write_text("mine", "utf-8")
    short.write(tmp_path)
    assert not verify(folder) and (folder / "notes.txt").exists()


def test_a_run_takes_away_its_old_files_and_nothing_outside(short, tmp_path):
    folder = short.write(tmp_path / "out")
    old, other = folder / "charts" / "old.png", tmp_path / "mine.txt"
    for path in (old, other):
        path.write_text("x", "utf-8")
    run = json.loads((folder / "run.json").read_text("utf-8"))
    run["files"] |= {"charts/old.png": "", "../../mine.txt": ""}
    (folder / "run.json").write_text(json.dumps(run), "utf-8")
    short.write(tmp_path / "out")
    assert other.exists() and not old.exists()


def test_two_runs_leave_the_same_bytes(short, tmp_path):
    one, other = (short.write(tmp_path / n) for n in ("one", "other"))
    for path in one.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (other / path.relative_to(one)).read_bytes()


def test_the_same_article_gives_the_same_report_and_word_file(short, tmp_path):
    one, two = (short.write(tmp_path / run) for run in "ab")
    for name in ("report.html", "report.docx", "tables.xlsx"):
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_a_bad_article_is_named_and_stops_no_other(folder, capsys):
    assert main([str(folder / "none.txt"), "--out", str(folder)]) == 1
    told = capsys.readouterr().err
    assert "none.txt" in told
    assert "no article at" in told


def test_the_report_can_leave_the_text_out(result, tmp_path):
    where = result.write(tmp_path, article_text=False)
    report = (where / "report.html").read_text(encoding="utf-8")
    assert "Join the debate" not in report


def test_parquet_and_workbook_hold_the_same_rows(folder):
    for name in TABLES:
        rows = len(pd.read_csv(folder / f"{name}.csv"))
        assert len(pd.read_parquet(folder / "parquet" / f"{name}.parquet")) == rows
        assert len(pd.read_excel(folder / "tables.xlsx", sheet_name=name)) == rows
    meaning = pd.read_excel(folder / "tables.xlsx", sheet_name="columns")
    assert set(TABLES) <= set(meaning["table"])


def test_the_workbook_calls_actors_by_their_labels(result, folder):
    ids = {*result.labels} - {*result.labels.values()}
    for sheet, rows in pd.read_excel(folder / "tables.xlsx", sheet_name=None).items():
        for column in ACTORS:
            if sheet not in ("columns", "actors") and column in rows:
                assert not ids & {*rows[column].dropna()}, sheet
    known = pd.read_excel(folder / "tables.xlsx", sheet_name="actors")
    assert dict(zip(known["id"], known["label"], strict=True)) == result.labels
    assert {*pd.read_csv(folder / "mentions.csv")["actor"]} <= {*result.labels}


def test_two_actors_of_one_label_keep_their_ids_in_the_workbook():
    rows = pd.DataFrame({"actor": ["court", "court_2"]})
    shown = with_labels(rows, {"court": "Court", "court_2": "Court"})
    assert shown["actor"].tolist() == ["Court (court)", "Court (court_2)"]


def test_no_cell_of_the_workbook_is_a_formula(tmp_path):
    from openpyxl import load_workbook

    table = pd.DataFrame({"text": pd.array(["=1+1", "@x", "-y", "No."], "string")})
    write_tables({"tokens": table}, tmp_path, {})
    sheet = load_workbook(tmp_path / "tables.xlsx")["tokens"]
    assert [c.data_type for c in sheet["A"]] == ["s"] * 5
    assert [c.value for c in sheet["A"]][1:] == ["'=1+1", "'@x", "'-y", "No."]
    assert pd.read_csv(tmp_path / "tokens.csv")["text"].tolist() == list(table["text"])


def test_edges_are_the_means_of_stance_in_the_body(folder):
    stance = pd.read_csv(folder / "stance.csv")
    kinds = pd.read_csv(folder / "paragraphs.csv").set_index("paragraph")["kind"]
    stance = stance[stance["paragraph"].map(kinds) == "body"]
    edges = pd.read_csv(folder / "edges.csv")
    assert edges["paragraphs"].sum() == len(stance)
    for row in edges.itertuples():
        own = stance[(stance.holder == row.holder) & (stance.target == row.target)]
        assert row.weight == pytest.approx(own.score.mean())
        if len(own) == 1:
            assert row.direction == own.direction.iloc[0]


def test_every_score_of_the_report_resolves_to_passages_and_re_sums(folder):
    report = (folder / "report.html").read_text(encoding="utf-8")
    text = (folder / "article.txt").read_text(encoding="utf-8")
    stance = pd.read_csv(folder / "stance.csv")
    paragraphs = pd.read_csv(folder / "paragraphs.csv").set_index("paragraph")
    rows = re.findall(r"<tr[^>]*>(?:(?!</tr>).)*<b>(?:(?!</tr>).)*</tr>", report)
    assert len(rows) == len(stance)
    for html, row in zip(rows, stance.itertuples(), strict=True):
        assert f'href="#p{row.paragraph}"' in html
        assert f'id="p{row.paragraph}"' in report
        cells = [unescape(c) for c in re.findall(r"<td[^>]*>(.*?)</td>", html)]
        assert float(cells[2].replace("−", "-")) == pytest.approx(row.score, abs=0.006)
        parts = re.findall(r"(?:^|; )(.*?) <b>([−+]\d\.\d\d)</b>", cells[4])
        weights = [float(w.replace("−", "-")) for _, w in parts]
        assert sum(weights) == pytest.approx(row.score, abs=0.006 * (len(parts) + 1))
        place = paragraphs.loc[row.paragraph]
        passage = text[place.start : place.end]
        assert all(phrase in passage or phrase == "rest" for phrase, _ in parts)
