"""A corpus: every source, resumption, failures, and the same tables for all workers."""

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal

from analysis import analyse, corpus, read_article
from analysis.codebook import parse_codebook
from analysis.corpus import analyse_corpus, read_corpus, worker
from analysis.tables import TABLES, columns
from tests.counting import calls

BOOK = parse_codebook("actors: {regulator: {names: [Ofcom]}, platform: {names: [X]}}")
TEXT = "Ofcom fined X on Monday.\n“X must pay for it, and it will,” Ofcom’s head said."


@pytest.fixture
def folder(tmp_path):
    """A folder of seven articles, one of them empty."""
    found = tmp_path / "texts"
    found.mkdir()
    for i in range(7):
        text = "" if i == 4 else TEXT.replace("Monday", f"{i + 1} May")
        (found / f"a{i}.txt").write_text(text, "utf-8")
    return found


def everything(out: Path) -> dict[str, pd.DataFrame]:
    return {t: read_corpus(out, t) for t in (*TABLES, "articles", "failures")}


def assert_same(one: Path, two: Path) -> None:
    first, second = everything(one), everything(two)
    for table in first:
        assert_frame_equal(first[table], second[table])


def run(source, out, client, **settings):
    settings = {"evidence": True} | settings
    return analyse_corpus(source, BOOK, out, client, progress=False, **settings)


def test_rows_are_those_of_one_article_at_a_time(folder, tmp_path, here):
    out = run(folder, tmp_path / "out", here)
    single = analyse(read_article(folder / "a6.txt"), BOOK)
    names = "sentences mentions quotes stance evidence framing parts"
    for table in names.split():
        found = read_corpus(out, table, where=[("article", "==", "a6")])
        expected = getattr(single, table)
        assert_frame_equal(found, expected, check_dtype=False)
        assert len(found) or table in ("framing", "parts")


def test_tables_keep_columns_and_types(folder, tmp_path, here):
    out = run(folder, tmp_path / "out", here)
    for table in TABLES:
        found = read_corpus(out, table)
        kinds = {c: str(d).lower() for c, d in columns(table).items()}
        assert {c: str(d).lower() for c, d in found.dtypes.items()} == kinds


def test_spans_hold_the_law(folder, tmp_path, here):
    out = run(folder, tmp_path / "out", here)
    texts = {p.stem: p.read_text("utf-8") for p in folder.glob("*.txt")}
    for table in ("paragraphs", "sentences", "tokens", "mentions", "quotes"):
        for row in read_corpus(out, table).itertuples():
            assert texts[row.article][row.start : row.end] == row.text


def test_a_bad_article_is_a_row_with_its_cause(folder, tmp_path, here):
    out = run([*sorted(folder.iterdir()), "nowhere.txt"], tmp_path / "out", here)
    failures = read_corpus(out, "failures").set_index("article")
    assert set(failures.index) == {"a4", "nowhere"}
    assert "empty" in failures.error["a4"]
    assert failures.error["nowhere"].startswith("FileNotFoundError")
    assert len(read_corpus(out, "articles")) == 6


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_tables_with_metadata(kind, tmp_path, here):
    rows = [{"text": TEXT, "name": f"n{i % 3}", "month": i} for i in range(5)]
    rows.append({"text": None, "name": "none", "month": 9})
    path, table = tmp_path / f"texts.{kind}", pd.DataFrame(rows)
    if kind == "jsonl":
        path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    else:
        getattr(table, f"to_{kind}")(path, index=False)
    out = run(path, tmp_path / "out", here)
    articles = read_corpus(out, "articles")
    assert articles["article"].tolist() == ["n0", "n1", "n2", "n0-2", "n1-2"]
    assert articles["month"].tolist() == [0, 1, 2, 3, 4]
    failure = read_corpus(out, "failures").iloc[0]
    assert failure.article == "none" and "the text of none is empty" in failure.error
    assert articles["source"][0] == f"{path}#0"
    stance = read_corpus(
        out, "stance", ["article", "score"], [("target", "==", "platform")]
    )
    assert list(stance) == ["article", "score"] and (stance["score"] < 0).all()


def test_goes_on_after_it_was_stopped(folder, tmp_path, here, monkeypatch):
    whole = run(folder, tmp_path / "whole", here)
    written = corpus._write_part
    calls = []

    def stop(out, *part):
        calls.append(part)
        if len(calls) == 2:  # killed while a batch is being written
            (out / "tokens" / "part-000001.tmp").write_bytes(b"half")
            (out / "tokens" / "part-000001.parquet").write_bytes(b"half")
            raise KeyboardInterrupt
        written(out, *part)

    monkeypatch.setattr(corpus, "_write_part", stop)
    with pytest.raises(KeyboardInterrupt):
        run(folder, tmp_path / "out", here)
    assert len(read_corpus(tmp_path / "out", "articles")) == 3
    again = []
    monkeypatch.setattr(
        corpus, "_write_part", lambda *a: again.append(a[1]) or written(*a)
    )
    run(folder, tmp_path / "out", here)
    assert again == ["part-000001", "part-000002"]
    assert_same(whole, tmp_path / "out")


def test_only_what_changed_is_done_again(folder, tmp_path, here, monkeypatch):
    out = run(folder, tmp_path / "out", here)
    (folder / "a6.txt").write_text("Ofcom waits for X, and X for it.", "utf-8")
    done, written = [], corpus._write_part
    monkeypatch.setattr(
        corpus, "_write_part", lambda *a: done.append(a[1]) or written(*a)
    )
    run(folder, out, here)
    assert done == ["part-000002"]
    for path in sorted(folder.iterdir())[3:]:
        path.unlink()
    run(folder, out, here)
    assert len(read_corpus(out, "articles")) == 3


def test_other_settings_need_another_folder(folder, tmp_path, here):
    out = run(folder, tmp_path / "out", here)
    with pytest.raises(ValueError, match=r"other settings \(tone\)"):
        run(folder, out, here, tone=True)


def test_the_same_for_processes_as_for_one_thread(folder, tmp_path, here):
    one = run(folder, tmp_path / "one", here)
    two = run(folder, tmp_path / "two", None, workers=2)
    assert_same(one, two)


def test_what_is_known_of_files_stands_in_their_table(folder, tmp_path, here):
    about = "article;outlet;date\na0;Post;2026-01-31\na1;;2026-02-01\nzz;Wire;\n"
    (folder / "articles.csv").write_text(about, "utf-8")
    out = run(folder, tmp_path / "out", here)
    known = read_corpus(out, "articles").set_index("article")
    assert known.loc["a0", ["outlet", "date"]].tolist() == ["Post", "2026-01-31"]
    assert pd.isna(known.loc["a1", "outlet"]) and pd.isna(known.loc["a2", "date"])
    assert "zz" not in known.index and len(known) == 6
    (folder / "articles.csv").write_text("file,outlet\na0,Post\n", "utf-8")
    with pytest.raises(ValueError, match=r"articles\.csv has no column 'article'"):
        run(folder, tmp_path / "other", here)


def test_without_a_codebook_each_article_has_its_own(folder, tmp_path, here):
    for path in folder.glob("a*.txt"):
        path.write_text(f"The {path.stem} watchdog Ofwat fined Anglian on 3 May.")
    (folder / "a0.txt").write_text("“We will fine it,” Ofcom’s head said of the firm.")
    out = analyse_corpus(folder, None, tmp_path / "out", here, progress=False)
    single = analyse(read_article(folder / "a0.txt")).mentions
    found = read_corpus(out, "mentions", where=[("article", "==", "a0")])
    assert_frame_equal(found, single, check_dtype=False)
    watchdogs = read_corpus(out, "mentions", None, corpus.of_role("actor", "regulator"))
    assert set(watchdogs["article"]) == {f"a{i}" for i in range(7)}


def test_rows_make_no_circular_garbage():
    """Why a batch is analysed with the collector paused, and that it is on again."""
    import gc

    from analysis.corpus.worker import Plan, analyse_part, collector_paused

    items = [worker.Item(f"n{i}", "", TEXT, {}) for i in range(5)]
    plan = Plan(BOOK, True, True, False, True, False, pa.schema([]))
    analyse_part(plan, items)
    gc.collect()
    analyse_part(plan, items)
    assert gc.isenabled() and gc.collect() < 100
    with pytest.raises(KeyError), collector_paused():
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()


def test_sources_that_are_none(tmp_path, here):
    with pytest.raises(ValueError, match="no folder or table"):
        run(tmp_path / "nothing", tmp_path / "out", here)
    (tmp_path / "t.csv").write_text("name,words\na,b\n")
    with pytest.raises(ValueError, match="no column 'text'.*names looked for: text"):
        run(tmp_path / "t.csv", tmp_path / "out", here)
    run(tmp_path, tmp_path / "out", here)
    with pytest.raises(KeyError, match="no table 'voices'"):
        read_corpus(tmp_path / "out", "voices")


def test_batches_do_not_grow_with_their_articles():
    items = [worker.Item(str(i), "", "x" * 200_000, {}) for i in range(5)]
    assert [len(batch) for _, batch in worker.cut_batches(items)] == [2, 2, 1]
    long = [worker.Item("a", "", "x" * 5_000_000, {})]
    assert len(list(worker.cut_batches(long))) == 1


def test_work_grows_with_the_text_and_no_faster():
    """Ten times the text takes about ten times the work (a square would take 100)."""

    def work(n: int) -> int:
        text = "\n".join(TEXT.replace("Monday", f"{i} May") for i in range(n))
        return calls(lambda: analyse_rows(text))

    work(10)
    assert work(1000) < 15 * work(100)


def analyse_rows(text: str) -> None:
    from analysis.articles import Article
    from analysis.corpus.worker import Plan, _rows_of_article
    from analysis.pipeline import Analysis

    plan = Plan(BOOK, False, False, False, False, False, None)
    _rows_of_article(Analysis(Article(text, "", "", "long"), BOOK), plan)
