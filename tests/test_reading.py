"""The marked-up article and the report."""

import base64
import hashlib
import re
from collections import namedtuple
from html import unescape
from html.parser import HTMLParser
from types import SimpleNamespace
from zipfile import ZipFile

import matplotlib
import pandas as pd
import pytest
import yaml
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

matplotlib.use("agg")

from analysis import charts
from analysis.articles import find_paragraphs
from analysis.charts.colours import colour
from analysis.findings import Finding
from analysis.reading import heaviest, key, mark_up, show
from analysis.reading.contents import Contents, Section, cite
from analysis.reading.document import Picture, write_document
from analysis.reading.report import policy, write_report
from analysis.stance.model import settings as model_settings
from analysis.tables import RESOURCES, meaning, read_glossary, to_table
from analysis.tokens import read_structure

Mention = namedtuple("Mention", "paragraph start end text actor form part rule")
Quote = namedtuple(
    "Quote",
    "quote paragraph start end text kind speaker actor cue distance rule confidence",
)
Stance = namedtuple(
    "Stance", "paragraph holder target direction score certainty implied"
)
Evidence = namedtuple("Evidence", "paragraph holder target start end text weight")
Paragraph = namedtuple(
    "Paragraph", "paragraph start end kind reason text voice words position"
)

TEXT = "Fine <b> & fury\nOfcom said: “X broke & shall mend the law.”\n\nRead more"
NAMES = ("mentions", "quotes", "evidence", "stance", "paragraphs")


HOSTILE = "\" onmouseover='x' <script>alert(1)</script>"
CONTENTS = Contents(
    "Fine & <b>",
    "not validated for this topic",
    [f"a note {HOSTILE}"],
    [Section("In short", [Finding("It <falls>.", HOSTILE, "not tested")])],
    pd.DataFrame({"third": ["first third"], "mentioned most": ["X (1)"]}),
    pd.DataFrame({"voice": ["Ofcom"], "words": [6], "share of words": ["60%"]}),
    "With a method.",
    "The authors (2026).",
)


def span(words, after=0):
    start = TEXT.index(words, after)
    return start, start + len(words), words


@pytest.fixture
def t():
    found = find_paragraphs(TEXT)
    paragraphs = [
        Paragraph(*p, "narrator", 4, (i + 0.5) / len(found))
        for i, p in enumerate(found)
    ]
    weights = {"broke": -0.5, "shall": -0.2, "mend": 0.17, "the": 0.01, "law": -0.18}
    evidence = [
        Evidence(1, "regulator", "platform", *span(word, 16), weight)
        for word, weight in weights.items()
    ]
    mentions = [
        Mention(1, *span("Ofcom"), "regulator", "name", "speaker", "alias"),
        Mention(1, *span("X"), "platform", "name", "doer", None),
    ]
    quote = span("X broke & shall mend the law.")
    rest = ("direct", "Ofcom", "regulator", "said", "neutral", "cue before", 0.97)
    rows = {
        "paragraphs": paragraphs,
        "sentences": read_structure(TEXT).sentences,
        "tokens": read_structure(TEXT).tokens,
        "mentions": mentions,
        "quotes": [Quote(0, 1, *quote, *rest)],
        "evidence": evidence,
        "stance": [Stance(1, "regulator", "platform", -1, -0.7, "likely", True)],
        "framing": [],
        "parts": [],
        "frames": [],
    }
    return {name: to_table(some, name, "a") for name, some in rows.items()}


def marked(t, **settings):
    return mark_up(TEXT, *(t[n] for n in NAMES), **settings)


def plain(html):
    return unescape(re.sub(r"<[^>]*>", "", html))


class Spans(HTMLParser):
    """The elements of a page, and the text that stands in each ``span``."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.pieces, self.open = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.open.append(self.elements[-1])

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.open and self.open[-1][0] == "span":
            self.pieces.append((data, self.open[-1][1]))


def piece(html, words):
    return next(attrs for text, attrs in Spans(html).pieces if text == words)


def test_the_article_comes_back(t):
    assert plain(marked(t)) == TEXT


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), SPANS, SPANS, SPANS, st.text(max_size=8))
def test_any_text_comes_back_under_any_spans(text, first, second, third, words):
    def ordered(spans):
        ends = (sorted(min(x, len(text)) for x in s) for s in spans)
        return [(start, end, text[start:end]) for start, end in ends]

    mentions = [
        Mention(0, *s, "platform", "name", words, words) for s in ordered(first)
    ]
    rest = ("direct", words, None, words, None, words, None)
    quotes = [Quote(0, 0, *s, *rest) for s in ordered(second)]
    evidence = [Evidence(0, "court", words, *s, -0.4) for s in ordered(third)]
    rows = (mentions, quotes, evidence, [], find_paragraphs(text))
    tables = (to_table(r, n, "a") for r, n in zip(rows, NAMES, strict=True))
    assert plain(mark_up(text, *tables)) == text


def test_overlapping_marks_are_cut_at_every_boundary(t):
    html = marked(t)
    x = piece(html, "X")
    assert x["class"] == "mention quote"
    assert colour("platform") in x["style"] and "background:" in x["style"]
    assert "mention of platform · name · doer" in x["title"]
    assert (
        "quotation by Ofcom · regulator · direct · cue “said” (neutral)" in x["title"]
    )
    assert "confidence 0.97" in x["title"]


def test_evidence_shows_its_sign_its_edge_and_its_weight(t):
    broke = piece(marked(t), "broke")
    assert "against" in broke["class"] and "for" not in broke["class"].split()
    assert "regulator → platform · score −0.70 · phrase −0.50" in broke["title"]
    assert "for" in piece(marked(t), "mend")["class"].split()


def test_a_phrase_has_one_sign_however_many_marks_cut_it(t):
    start = TEXT.index("X broke & shall")
    phrase = t["evidence"].iloc[:1].assign(start=start, end=start + 15)
    pieces = Spans(marked(t | {"evidence": phrase})).pieces
    signs = ["first" in a["class"].split() for _, a in pieces if "evid" in a["class"]]
    assert len(signs) > 1 and signs == [True] + [False] * (len(signs) - 1)


def test_weightless_phrases_are_left_unmarked(t):
    assert not [
        p for p, a in Spans(marked(t)).pieces if p == "the" and "evidence" in a["class"]
    ]


def test_furniture_says_what_it_is_and_why(t):
    about = {a["id"]: a for tag, a in Spans(marked(t)).elements if tag == "p"}
    assert about["p2"]["class"] == "furniture prompt"
    assert about["p2"]["data-kind"].startswith("prompt: ")
    assert about["p1"]["class"] == "body"


def test_only_paragraphs_with_stance_link_back(t):
    links = [a["href"] for tag, a in Spans(marked(t)).elements if tag == "a"]
    assert links == ["#s1"]


def test_without_the_text_only_the_heaviest_evidence_is_quoted(t):
    assert (
        plain(marked(t, article_text=False)).split()
        == "… broke … shall … law …".split()
    )


def test_the_heaviest_phrases_are_a_third_as_heavy_as_the_first(t):
    every = heaviest(t["evidence"])["text"].tolist()
    assert every == ["broke", "shall", "mend", "law"]
    assert heaviest(t["evidence"], 2)["text"].tolist() == ["broke", "shall"]


def test_show_needs_no_script_and_can_show_one_paragraph(t):
    data = show(
        TEXT, SimpleNamespace(**t, evidence_in=lambda _: t["evidence"]), only=[2]
    ).data
    assert "<script" not in data and 'id="p2"' in data and 'id="p1"' not in data
    assert "Ofcom said" not in plain(data)


def test_hostile_names_are_escaped():
    html = key(["platform"], {"platform": "<script>alert(1)</script>"})
    assert "<script" not in html


@pytest.fixture
def report(t, tmp_path):
    def write(**settings):
        figures = {
            "score_sheet": charts.score_sheet(
                t["paragraphs"], t["mentions"], t["stance"]
            ),
            "voice": charts.voice_through_text(t["paragraphs"]),
        }
        run = {"versions": {"pandas": "3.1"}, "seed": 0}
        path = tmp_path / "report.html"
        write_report(path, CONTENTS, TEXT, t, figures, run, **settings)
        return path.read_text(encoding="utf-8")

    return write


def test_the_report_needs_no_network(report):
    for _, attributes in Spans(report()).elements:
        for name in ("src", "href", "xlink:href"):
            assert (attributes.get(name) or "#").startswith("#")
    assert "@import" not in report() and "url(http" not in report()


def test_every_link_of_the_report_has_one_place_to_go(report):
    elements = [attributes for _, attributes in Spans(report()).elements]
    ids = [a["id"] for a in elements if "id" in a]
    assert len(ids) == len(set(ids))
    links = {a.get("href") or a.get("xlink:href") for a in elements} - {None}
    assert {"#p1", "#s1", "#charts"} <= links
    assert {link[1:] for link in links} <= set(ids)


def test_clip_paths_of_the_report_resolve(report):
    page = report()
    named = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= named


def test_the_report_holds_alt_texts_scores_and_versions(report):
    page = report()
    assert 'aria-label="Stance through 1 paragraph of article text' in page
    assert 'role="img" aria-label="Whose voice fills the paragraphs, n = 1' in page
    assert "broke <b>−0.50</b>" in page and "rest <b>+0.01</b>" in page
    assert "versions.pandas" in page and "not validated for this topic" in page
    assert "<title>Fine &amp; &lt;b&gt;</title>" in page


def test_the_reports_phrases_and_rest_add_up_to_the_score(report):
    cell = re.search(r'id="s1">.*?</tr>', report()).group()
    numbers = [float(x.replace("−", "-")) for x in re.findall(r"<b>(.*?)</b>", cell)]
    assert sum(numbers) == pytest.approx(-0.7)


def test_a_report_without_the_text_gives_no_more_than_phrases_away(report):
    words = plain(report(article_text=False))
    assert "broke" in words
    assert "broke & shall" not in words and "Ofcom said" not in words
    assert "broke & shall" in plain(report())


def test_the_answer_stands_first_and_says_how_sure_it_is(report):
    page = report()
    assert page.index("It &lt;falls&gt;.") < page.index('id="charts"')
    item = re.search(r'<li class="not-tested">.*?</li>', page).group()
    assert plain(item) == "It <falls>. not tested"
    for part in ("With a method.", "The authors (2026).", "first third".capitalize()):
        assert part in page


def test_no_attribute_can_be_broken_out_of(report):
    elements = Spans(report()).elements
    assert not [a for _, a in elements if any(n.startswith("on") for n in a)]
    assert [tag for tag, _ in elements].count("script") == 1
    assert any(a.get("title") == HOSTILE for _, a in elements)


def test_the_page_lets_in_only_its_own_styles_and_script(report):
    page = report()
    found = next(
        a["content"]
        for tag, a in Spans(page).elements
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    assert found.startswith("default-src 'none'; ")
    assert found == policy(page)
    styles = re.findall(r"<style[^>]*>(.*?)</style>", page, re.S)
    script = re.findall(r"<script>(.*?)</script>", page, re.S)
    for source in (*styles, *script):
        sum_of = hashlib.sha256(source.encode()).digest()
        assert f"'sha256-{base64.b64encode(sum_of).decode()}'" in found
    assert "unsafe-inline" not in found.replace("style-src-attr 'unsafe-inline'", "")


def test_words_of_charts_are_text(report):
    figures = re.findall(r"<figure>.*?</figure>", report(), re.S)
    assert len(figures) == 2
    for figure in figures:
        assert ">position in the text (% of words)</text>" in figure
        assert "'DejaVu Sans', 'Verdana', sans-serif" in figure
        assert 'aria-label="' in figure


def test_a_table_of_the_report_calls_actors_by_their_labels(report):
    page = report(labels={"platform": "X Corp & Co"})
    table = re.search(r"<details><summary>mentions.csv.*?</details>", page, re.S)[0]
    assert "<td>X Corp &amp; Co</td>" in table and "<td>platform</td>" not in table


def test_every_word_of_the_glossary_stands_in_the_report(report):
    words = plain(report())
    assert all(word.meaning in words for word in read_glossary())


@pytest.fixture
def document(t, tmp_path):
    def write(name="report.docx"):
        chart = charts.voice_through_text(t["paragraphs"])
        png, _ = charts.save(chart, tmp_path, "voice")
        pictures = [Picture(png, "Whose <voice> & why")]
        labels = {"platform": "X Corp"}
        return write_document(tmp_path / name, CONTENTS, t, pictures, labels)

    return write


def test_the_word_file_is_the_same_to_the_byte(document):
    first, second = document("a.docx"), document("b.docx")
    assert first.read_bytes() == second.read_bytes()
    parts = ZipFile(first)
    assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert b"2000-01-01T00:00:00Z" in parts.read("docProps/core.xml")


def test_the_word_file_holds_findings_charts_tables_and_method(document):
    opened = Document(str(document()))
    lines = [p.text for p in opened.paragraphs]
    assert lines[0] == "Fine & <b>"
    assert "It <falls>. (not tested)" in lines
    assert "Figure 1. Whose <voice> & why" in lines
    assert "With a method." in lines and "The authors (2026)." in lines
    shape = opened.inline_shapes[0]._inline.docPr
    assert shape.get("descr") == "Whose <voice> & why"
    cells = [[c.text for c in row.cells] for x in opened.tables for row in x.rows]
    assert ["1", "regulator", "X Corp", "−0.70", "likely"] in cells
    assert ["mentioned most", "X (1)"] in cells


def test_the_word_file_holds_what_xml_cannot(t, tmp_path):
    odd = CONTENTS._replace(title="a\x0bb\ud800", notes=["c\x00"])
    path = write_document(tmp_path / "odd.docx", odd, t, [], {})
    assert Document(str(path)).paragraphs[0].text == "a�b�"


def test_citation_and_limits_are_those_of_the_project():
    about = yaml.safe_load((RESOURCES.parents[1] / "CITATION.cff").read_text("utf-8"))
    cited = cite(about["version"])
    assert about["title"] in cited and about["authors"][0]["name"] in cited
    assert f"({str(about['date-released'])[:4]})" in cited


def test_words_that_readme_explains_stand_in_the_glossary():
    readme = (RESOURCES.parents[1] / "README.md").read_text("utf-8")
    table = readme.partition("## Words used here")[2].partition("\n## ")[0]
    named = re.findall(r"\*\*([\w ]+)\*\*", table)
    assert len(named) > 10
    assert [name for name in named if not meaning(name)] == []


def test_every_word_of_the_glossary_is_whole():
    words = read_glossary()
    assert all(all(word) and word.meaning.endswith(".") for word in words)
    terms = [word.term for word in words]
    assert len(terms) == len(set(terms))


def test_the_glossary_says_neither_as_the_model_files_it():
    least = model_settings()["threshold"]
    assert f"less than {least:.0%}".replace("%", " %") in meaning("neither")
