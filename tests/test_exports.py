"""Exports of press databases: all articles, each with all that is said of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import read_article, read_articles
from analysis.articles.blocks import Block
from analysis.articles.exports import find_vendor, read_date, split_export
from tests.making import (
    EXPORTS,
    factiva_end,
    factiva_head,
    pdf,
    rtf,
    stories,
    uni_lines,
    wrapped,
)
from tests.test_articles import tables

MONTHS = {"January": 1, "February": 2, "March": 3, "May": 5, "October": 10}


@pytest.fixture(params=EXPORTS)
def layout(request):
    return request.param


def write(folder, layout, found):
    path = folder / layout
    path.write_bytes(EXPORTS[layout](found))
    return path


@pytest.mark.parametrize("n", [3, 40])
def test_every_article_has_every_field(layout, n, tmp_path):
    expected = stories(n)
    found = read_articles(write(tmp_path, layout, expected))
    assert len(found) == n
    for article, story in zip(found, expected, strict=True):
        day, month, year = story.date
        assert article.text.split("\n") == [story.headline, *story.body]
        assert article.title == story.headline
        assert article.outlet == story.outlet
        assert article.date == f"{year}-{MONTHS[month]:02}-{day:02}"
        assert article.byline == story.byline
        assert article.section == story.section
        assert article.language == "English"
        if not layout.startswith("proquest"):  # which does not count words
            assert article.length == str(story.length)
        assert not [note for note in article.notes if "counts" in note]
    assert len({article.name for article in found}) == n


def test_an_article_is_the_same_alone_and_in_the_export(layout, tmp_path):
    found = stories(5)
    path = write(tmp_path, layout, found)
    alone = tmp_path / f"alone-{layout}"
    alone.write_bytes(EXPORTS[layout](found[2:3]))
    assert tables(read_article(alone)) == tables(read_article(f"{path}#3"))
    assert read_article(alone).name == alone.stem


@pytest.mark.parametrize("number", [False, True])
@pytest.mark.parametrize("n", [2, 3, 5])
def test_articles_of_one_outlet_and_a_page_each_are_told_apart(n, number, tmp_path):
    found = [story._replace(outlet="The Dale") for story in stories(n)]
    page = [line for line in uni_lines(found)]
    cuts = [i for i, line in enumerate(page, 1) if line == "End of Document"]
    start = page.index(found[0].headline, page.index("News -None-") + 1)
    pages = [page[a:b] for a, b in zip([start, *cuts], cuts, strict=False)]
    pages = [[x for s in p for x in wrapped(s).split("\n")] for p in pages]
    if number:
        pages = [[*p, f"Page {i} of {n}"] for i, p in enumerate(pages, 1)]
    (tmp_path / "a.pdf").write_bytes(pdf(pages))
    read = read_articles(tmp_path / "a.pdf")
    assert [(a.title, a.outlet) for a in read] == [
        (s.headline, s.outlet) for s in found
    ]


def test_a_single_call_says_how_many_there_are(layout, tmp_path):
    path = write(tmp_path, layout, stories(12))
    with pytest.raises(ValueError, match="holds 12 articles: take one, such as .*#1"):
        read_article(path)
    with pytest.raises(ValueError, match="holds 12 articles, not 13"):
        read_article(f"{path}#13")
    article = read_article(f"{path}#12")
    assert (article.name, article.source) == (f"{path.stem}-12", f"{path}#12")


def test_less_text_than_the_database_counts_is_noted(tmp_path):
    (story,) = stories(1)
    lost = EXPORTS["factiva.html"]([story]).decode()
    for paragraph in story.body[1:]:
        lost = lost.replace(paragraph, "")
    (tmp_path / "a.html").write_text(lost, "utf-8")
    (article,) = read_articles(tmp_path / "a.html")
    assert any(f"counts {story.length} words" in note for note in article.notes)


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("January 11, 2010 Monday 9:50 PM GMT", "2010-01-11"),
        ("Friday, May 1, 2026", "2026-05-01"),
        ("27. Februar 2012 Montag", "2012-02-27"),
        ("8 août 2019", "2019-08-08"),
        ("Sept. 3, 2021, Late Edition - Final", "2021-09-03"),
        ("2026-01-31", "2026-01-31"),
        ("10 reasons 2024 was bad", ""),
        ("February 30, 2024", ""),
        ("Vale Water fined", ""),
    ],
)
def test_dates(line, date):
    assert read_date(line) == date


def test_a_plain_article_is_no_export():
    for text in ("Length: it was long.\nThe end", "Document A\n12 words"):
        assert find_vendor(text.split("\n")) is None


PARTS = ["1 of 2 DOCUMENTS", "LENGTH: 9 words", "Post", "May 4, 2025", "BYLINE:", ""]
PARTS += [
    "End of Document",
    "Body",
    "Document ABCD12345678a",
    "9 words",
    "HD",
    "It paid.",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=20))
def test_any_lines_are_split_without_a_fault_and_none_is_invented(lines):
    for found in split_export([*map(Block, lines)]):
        words = " ".join(lines).split()
        assert all(w in words for b in found.blocks for w in b.text.split())


@pytest.mark.parametrize("section", ["", "News", "Business; Companies"])
@pytest.mark.parametrize(
    "byline", ["", "By Ann Lee", "Ann Lee", "By ANN LEE and TOM ASH"]
)
@pytest.mark.parametrize("headline", ["Firm fined over spills", "Regulator Fines Firm"])
def test_lines_without_a_label_find_their_field(section, byline, headline, tmp_path):
    lines = [section, headline, byline, *factiva_head(stories(1)[0]), "It paid."]
    (tmp_path / "a.rtf").write_bytes(rtf([x for x in lines if x] + [factiva_end(1)]))
    (found,) = read_articles(tmp_path / "a.rtf")
    assert (found.title, found.section) == (headline, section)
    assert found.byline == byline.removeprefix("By ")
    assert (found.outlet, found.date) == ("The Fell Dispatch", "2020-01-01")


def test_an_article_without_text_is_told_and_the_others_are_read(tmp_path):
    full, other = stories(2)
    bare = other._replace(headline="", body=())
    (article,) = read_articles(write(tmp_path, "nexis.txt", [full, bare]))
    assert article.text.startswith(full.headline)
    assert "1 of the 2 articles of the file hold no text" in article.notes
    with pytest.raises(ValueError, match=r"nexis\.txt holds no text"):
        read_articles(write(tmp_path, "nexis.txt", [bare, bare]))
