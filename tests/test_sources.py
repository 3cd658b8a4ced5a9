"""Sources of a corpus: tables as people have them, folders, exports."""

import datetime
import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import read_article, read_articles
from analysis.corpus import analyse_corpus, collect, read_corpus
from analysis.corpus.sources import open_source
from tests.making import EXPORTS, stories
from tests.test_corpus import BOOK, TEXT

SAID = "‘We acted,’ she said – “at once”. It cost £12m."


def run(source, out, client):
    light = {"stance": False, "evidence": False, "progress": False}
    return analyse_corpus(source, BOOK, out, client, **light)


def rows(path):
    return list(open_source(path).items)


# Text tables: any encoding, any mark between cells.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_encoding_and_mark_of_a_text_table_are_found(encoding, mark, tmp_path):
    lines = ["text{0}outlet{0}pages", f'"{SAID}\n\nIt paid; it left."{{0}}Post{{0}}3']
    text = "\r\n".join(lines).format(mark)
    (tmp_path / "t.csv").write_bytes(text.encode(encoding))
    (item,) = rows(tmp_path / "t.csv")
    assert item.text == f"{SAID}\n\nIt paid; it left."
    assert item.about == {"outlet": "Post", "pages": 3}


def test_tab_separated(tmp_path):
    (tmp_path / "t.tsv").write_text(f"name\ttext\na\t{SAID}, and more, it said\n")
    (item,) = rows(tmp_path / "t.tsv")
    assert (item.name, item.text) == ("a", f"{SAID}, and more, it said")


def test_rows_of_one_table_encoded_otherwise_are_decoded(tmp_path):
    lines = [b"text", *[b"plain"] * 300_000, f'"{SAID}"'.encode("cp1252")]
    (tmp_path / "t.csv").write_bytes(b"\n".join(lines))
    *_, last = open_source(tmp_path / "t.csv").items
    assert last.text == SAID


@pytest.mark.parametrize("column", ["content", "body", "article", "Text", "full_text"])
def test_common_names_of_the_text_column_are_found_and_said(column, tmp_path):
    (tmp_path / "t.csv").write_text(f'{column},outlet\n"{SAID}",Post\n', "utf-8")
    opened = open_source(tmp_path / "t.csv")
    assert next(opened.items).text == SAID
    assert opened.notes == (f"t.csv: the texts are read from the column {column!r}",)


def test_the_column_text_goes_before_the_others(tmp_path):
    (tmp_path / "t.csv").write_text(f'body,article,text\nx,7,"{SAID}"\n', "utf-8")
    opened = open_source(tmp_path / "t.csv")
    item = next(opened.items)
    assert item.text == SAID and item.about == {"body": "x", "article_given": 7}
    assert opened.notes == ("'article' is kept as 'article_given'",)


def test_a_column_that_holds_no_text_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("text\n1\n2\n")
    with pytest.raises(ValueError, match="the column 'text' holds int64, no text"):
        open_source(tmp_path / "t.csv")
    pq.write_table(pa.table({"text": [b"\x93No\x94"]}), tmp_path / "t.parquet")
    with pytest.raises(ValueError, match="the column 'text' holds binary, no text"):
        open_source(tmp_path / "t.parquet")


@pytest.mark.parametrize(("name", "data"), [("t.xlsx", b"PK\x03"), ("t.json", b"[{")])
def test_a_broken_table_is_named(name, data, tmp_path):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match=f"{name} could not be read as a table"):
        open_source(tmp_path / name)


def test_bad_rows_go_to_failures(tmp_path, here):
    good = json.dumps({"text": TEXT, "name": "good"})
    lines = [good, '{"text": "cut', "[1]", '{"text": 7, "name": "seven"}', good]
    (tmp_path / "t.jsonl").write_text("\n".join(lines))
    out = run(tmp_path / "t.jsonl", tmp_path / "out", here)
    assert read_corpus(out, "articles")["article"].tolist() == ["good", "good-2"]
    failures = read_corpus(out, "failures")
    assert failures["article"].tolist() == ["t-000001", "t-000002", "seven"]
    assert "t.jsonl, line 2: " in failures["error"][0]
    assert "line 3: no object" in failures["error"][1]
    assert "the text is no text but int" in failures["error"][2]
    text = TEXT.replace("\n", " ").replace('"', "'").replace(",", ";")
    (tmp_path / "t.csv").write_text(f"text,month\n{text},3\n{text},4,x\n{text}\n")
    out = run(tmp_path / "t.csv", tmp_path / "other", here)
    failures = read_corpus(out, "failures")["error"].tolist()
    assert "line 3: 3 cells" in failures[0] and "line 4: 1 cells" in failures[1]
    assert read_corpus(out, "articles")["month"].tolist() == [3]


def test_workbook(tmp_path):
    table = pd.DataFrame(
        {"Content": [SAID, None], "day": [datetime.date(2026, 1, 31)] * 2, "n": [1, 2]}
    )
    table.to_excel(tmp_path / "t.xlsx", index=False)
    first, second = rows(tmp_path / "t.xlsx")
    assert first.text == SAID and first.about == {"day": "2026-01-31T00:00:00", "n": 1}
    assert second.text == ""


def test_types_are_those_that_all_values_fit(tmp_path):
    text = "text,year,share,code,mixed\na,2020,1,007,1\nb,,0.5,008,x\n"
    (tmp_path / "t.csv").write_text(text)
    opened = open_source(tmp_path / "t.csv")
    types = {f.name: str(f.type) for f in opened.kept}
    assert types == {
        "year": "int64",
        "share": "double",
        "code": "string",
        "mixed": "string",
    }
    assert [i.about["year"] for i in opened.items] == [2020, None]


def test_our_columns_keep_their_meaning(tmp_path, here):
    table = pd.DataFrame(
        {
            "text": [TEXT] * 3,
            "name": ["a", "a", "a-2"],
            "article": [1, 1, 1],
            "source": ["Post", "Post", "Wire"],
            "title": ["One", "Two", "Three"],
        }
    )
    table.to_csv(tmp_path / "t.csv", index=False)
    out = run(tmp_path / "t.csv", tmp_path / "out", here)
    found = read_corpus(out, "articles")
    assert found["article"].tolist() == ["a", "a-2", "a-2-2"]
    assert found["source"].tolist() == [f"{tmp_path / 't.csv'}#{i}" for i in range(3)]
    assert found["source_given"].tolist() == ["Post", "Post", "Wire"]
    assert found["title"].tolist() == ["One", "Two", "Three"]
    stance = read_corpus(out, "mentions")
    assert set(stance["article"]) == set(found["article"])


# Exports and folders.


def test_an_export_is_a_source_with_outlet_and_date(tmp_path, here):
    path = tmp_path / "nexis.html"
    path.write_bytes(EXPORTS["nexis.html"](stories(4)))
    (tmp_path / "articles.csv").write_text("article,wave\nnexis,1\nnexis-3,2\n")
    out = run(path, tmp_path / "out", here)
    found = read_corpus(out, "articles")
    alone = read_articles(path)
    assert found["article"].tolist() == [a.name for a in alone]
    assert found["outlet"].tolist() == [a.outlet for a in alone]
    assert found["date"].tolist() == [a.date for a in alone]
    assert found["wave"].tolist() == ["1", "1", "2", "1"]
    sentences = read_corpus(out, "sentences", where=[("article", "==", "nexis-2")])
    text = read_article(f"{path}#2").text
    assert all(text[s.start : s.end] == s.text for s in sentences.itertuples())


def test_a_folder_of_exports_articles_and_what_is_not_read(tmp_path, here):
    for layout in ("factiva.rtf", "nexis-uni.docx", "proquest.txt", "nexis-uni.pdf"):
        (tmp_path / layout).write_bytes(EXPORTS[layout](stories(3)))
    (tmp_path / "own.md").write_text("# Fine\n\n" + TEXT.replace("\n", "\n\n"))
    (tmp_path / "emoji.rtf").write_text(
        "{\\rtf1 Ofcom fined X \\u-10179?\\u-8704? on Monday.\\par}"
    )
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    (tmp_path / "README.md").write_text("Mine.")
    out = run(tmp_path, tmp_path.parent / f"{tmp_path.name}-out", here)
    assert len(read_corpus(out, "articles")) == 14
    assert read_corpus(out, "failures")["article"].tolist() == ["old"]


def test_collect_reads_folders_and_files_once_and_names_what_it_cannot(tmp_path):
    path = tmp_path / "nexis.html"
    path.write_bytes(EXPORTS["nexis.html"](stories(3)))
    (tmp_path / "own.txt").write_text(TEXT, "utf-8")
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    (tmp_path / "articles.csv").write_text("article,outlet,wave\nown,Post,1\n")
    articles, about, failures = collect([tmp_path, path, tmp_path / "own.txt"])
    assert [a.name for a in articles] == ["nexis-1", "nexis-2", "nexis-3", "own"]
    assert about["article"].tolist() == [a.name for a in articles]
    assert about["outlet"].tolist() == [*(a.outlet for a in articles[:3]), "Post"]
    assert about["wave"].isna().tolist() == [True, True, True, False]
    assert failures["article"].tolist() == ["old"]
    assert "save it as .docx" in failures["error"][0]
