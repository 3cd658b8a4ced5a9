"""Reading: every format gives the same article; bad input says what to do."""

import csv
import http.server
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.articles import (
    Article,
    find_articles,
    make_name,
    read_article,
    read_text,
)
from analysis.articles.blocks import decode
from analysis.articles.paragraphs import KINDS, Kind, find_paragraphs
from analysis.codebook import parse_codebook
from analysis.mentions import find_mentions
from analysis.tokens import read_structure

CASES = Path(__file__).parent / "cases"
GOLD = Path(__file__).parent / "articles"

# The same article in every format: kind as the format marks it, and the text.
ARTICLE = (
    ("heading", "Vale Water fined £12m over spills"),
    ("caption", "The works at Dent on Monday. Photograph: Ann Lee/Fell Pictures"),
    (
        "body",
        "Ofwat fined Vale Water £12m yesterday for letting untreated sewage run into "
        "three rivers in the north of England over a period of four years.",
    ),
    (
        "body",
        "‘The company knew of the alarms and did not act on them, and that is why we "
        "have fined it,’ said Judith Amory, Ofwat’s chief executive.",
    ),
    ("heading", "What the company says"),
    (
        "body",
        "Vale Water said that it would appeal. Its chief executive, Marcus Thole, said "
        "that the regulator had misread the data and that it should think again.",
    ),
    (
        "body",
        "The Environment Secretary, Helen Marchbank, welcomed the fine and said "
        "that she was ready to use every power that she had to protect the rivers.",
    ),
    ("prompt", "Read more: How to check whether a river is safe to swim in"),
    (
        "body",
        "The fine will be paid to the Treasury in March, and the company may not raise "
        "its customers’ bills in order to pay for it, the regulator said.",
    ),
)
BOOK = parse_codebook(
    "actors: {regulator: {names: [Ofwat], nominals: [the regulator]},"
    " company: {names: [Vale Water], nominals: [the company]}}"
)


def as_txt(path):
    path.write_text("\n".join(text for _, text in ARTICLE), encoding="utf-8")


def as_crlf(path):
    text = "\r\n\r\n".join(text for _, text in ARTICLE)
    path.write_bytes(text.encode("cp1252"))


def as_md(path):
    marks = {"heading": "## {}", "caption": "![{}](a.png)", "prompt": "[{}](more.html)"}
    parts = [marks.get(kind, "{}").format(text) for kind, text in ARTICLE]
    parts[2] = parts[2].replace("Ofwat", "**Ofwat**").replace(" over ", "\nover ")
    path.write_text("\n\n".join(parts), encoding="utf-8")


def as_html(path):
    path.write_text(page(), encoding="utf-8")


def page():
    marks = {
        "heading": "<h2>{}</h2>",
        "caption": "<figure><img src='a.png'><figcaption>{}</figcaption></figure>",
        "prompt": "<p><a href='/more'>{}</a></p>",
    }
    parts = [marks.get(kind, "<p>{}</p>").format(text) for kind, text in ARTICLE]
    parts[0] = parts[0].replace("h2", "h1")
    parts[3] = parts[3].replace("Judith Amory", "<a href='/x'>Judith <b>Amory</b></a>")
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<title>Vale Water fined £12m over spills | The Fell Dispatch</title>"
        "<meta property='og:site_name' content='The Fell Dispatch'>"
        "<meta name='author' content='Tom Ash'>"
        "<meta property='article:published_time' content='2026-02-03T09:00:00Z'>"
        "</head><body><nav><a href='/'>Home</a><p>News and sport and weather</p></nav>"
        f"<article>{''.join(parts)}</article>"
        "<aside class='related'><p>Ten other stories of the day that you may like</p>"
        "</aside><footer><p>© The Fell Dispatch</p></footer></body></html>"
    )


def as_docx(path):
    import docx

    document = docx.Document()
    styles = {"heading": "Heading 1", "caption": "Caption"}
    for kind, text in ARTICLE:
        document.add_paragraph(text, style=styles.get(kind))
    document.save(path)


def as_rtf(path):
    lines = (
        "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in text)
        for _, text in ARTICLE
    )
    path.write_text("{\\rtf1\\ansi " + "\\par\n".join(lines) + "}", encoding="ascii")


FORMATS = {
    "txt": as_txt,
    "md": as_md,
    "html": as_html,
    "docx": as_docx,
    "rtf": as_rtf,
}


def tables(article):
    """What an analysis finds, offsets aside."""
    structure = read_structure(article.text, article.kinds)
    return (
        [(p.paragraph, p.kind, p.text) for p in structure.paragraphs],
        [(s.paragraph, s.text) for s in structure.sentences],
        [(m.paragraph, m.text, m.actor) for m in find_mentions(article.text, BOOK)],
    )


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_gives_the_same_article(suffix, tmp_path):
    path = tmp_path / f"fine.{suffix}"
    FORMATS[suffix](path)
    assert find_articles(tmp_path) == [path], f".{suffix} is not in READ_SUFFIXES"
    article = read_article(path)
    paragraphs, *_ = found = tables(article)
    assert [(k, t) for _, k, t in paragraphs] == list(ARTICLE)
    assert found == tables(read_text("\n".join(text for _, text in ARTICLE)))
    assert (article.title, article.name) == (ARTICLE[0][1], "fine")


def test_windows_file_with_blank_lines_gives_the_same_article(tmp_path):
    as_crlf(tmp_path / "fine.txt")
    article = read_article(tmp_path / "fine.txt")
    assert tables(article) == tables(read_text("\n".join(t for _, t in ARTICLE)))
    assert "\r" not in article.text


def test_pdf_is_read_line_by_line_with_a_note(tmp_path):
    lines = [
        "Vale Water fined over spills",
        "Ofwat fined Vale Water yesterday for letting untreated sewage",
        "run into three rivers in the north of England, it said.",
    ]
    (tmp_path / "fine.pdf").write_bytes(pdf(lines))
    article = read_article(tmp_path / "fine.pdf")
    assert article.text.split("\n") == [lines[0], " ".join(lines[1:])]
    assert "guessed" in article.notes[0]


def pdf(lines):
    """A PDF of one page, each line printed by itself."""
    show = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
    stream = f"BT /F1 11 Tf 50 700 Td {show}ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        "/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
    ]
    out, places = "%PDF-1.4\n", []
    for i, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{i} 0 obj{body}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 5\n0000000000 65535 f \n{table}trailer<</Size 5/Root 1 0 R>>\n"
    return (out + f"startxref\n{start}\n%%EOF").encode("latin-1")


def test_page_metadata(tmp_path):
    as_html(tmp_path / "fine.html")
    article = read_article(tmp_path / "fine.html")
    about = (article.outlet, article.date, article.byline)
    assert about == ("The Fell Dispatch", "2026-02-03", "Tom Ash")


with open(CASES / "kinds.csv", encoding="utf-8", newline="") as _file:
    KIND_CASES = [tuple(row.values()) for row in csv.DictReader(_file)]


@pytest.mark.parametrize(("before", "text", "after", "kind"), KIND_CASES)
def test_kind(before, text, after, kind):
    lines = [line for line in (before, text, after) if line]
    found = find_paragraphs("\n".join(lines))
    assert found[1 if before else 0].kind == kind


@pytest.mark.parametrize("path", sorted(GOLD.glob("*.txt")), ids=lambda p: p.stem)
def test_kinds_of_the_test_articles(path):
    with open(path.with_suffix("") / "paragraphs.csv", newline="") as file:
        gold = [row["kind"] for row in csv.DictReader(file)]
    found = [p.kind for p in find_paragraphs(read_article(path).text)]
    wrong = [i for i, (g, f) in enumerate(zip(gold, found, strict=True)) if g != f]
    assert len(wrong) <= 0.02 * len(gold), wrong


@settings(deadline=None)
@given(st.text(alphabet="Aa.?’“ \n:/©1", max_size=200))
def test_paragraphs_are_spans_of_any_text(text):
    found = find_paragraphs(text)
    assert all(text[p.start : p.end] == p.text == p.text.strip() for p in found)
    assert {p.kind for p in found} <= set(KINDS)
    assert "".join("".join(p.text.split()) for p in found) == "".join(text.split())


def test_known_kinds_beyond_the_text_are_left_out():
    assert len(find_paragraphs("One line.", [Kind(7, "caption", "x")])) == 1


# Bad input: a message that names the culprit and the remedy.


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "a.txt is empty"),
        ("a.txt", b" \r\n \n", "a.txt is empty"),
        ("a.txt", bytes(range(256)) * 20, "a.txt is not a text file: save"),
        ("a.doc", b"\xd0\xcf\x11\xe0" * 9, "a.doc is in a format .*save it as .docx"),
        ("a.jpg", b"\xff\xd8\xff\xe0" * 9, "a.jpg is in a format .*a picture"),
        ("a.odt", b"PK\x03\x04mimetype", "a.odt is in a format .*save it as .docx"),
        ("a", b"PK\x03\x04anything", "a is in a format .*as .txt"),
    ],
)
def test_bad_file(name, data, message, tmp_path):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match=message):
        read_article(tmp_path / name)


def test_large_file_is_refused_unread(tmp_path):
    with open(tmp_path / "big.txt", "wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(ValueError, match="big.txt has 50 MB.*save its text alone"):
        read_article(tmp_path / "big.txt")


def test_missing_file_names_what_is_there(tmp_path):
    as_txt(tmp_path / "fine.txt")
    with pytest.raises(FileNotFoundError, match="no article at .*fien.txt.*fine.txt"):
        read_article(tmp_path / "fien.txt")


def test_one_sentence_works_and_says_so():
    article = read_text("Ofcom fined the site on Monday.")
    assert "one body paragraph only" in article.notes[0]
    assert tables(article)[0] == [(0, "body", "Ofcom fined the site on Monday.")]


FRENCH = (
    "Le gouvernement a annoncé mardi que la société devrait payer une amende de douze "
    "millions d’euros pour avoir laissé couler des eaux usées dans la rivière."
)


def test_french_goes_on_only_if_told_to():
    with pytest.raises(ValueError, match="does not read like English.*language_check"):
        read_text(FRENCH)
    assert read_text(FRENCH, language_check=False).text == FRENCH


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_bytes_give_text_or_a_clear_error(data):
    try:
        text = decode(data, "a.txt").text
    except ValueError as error:
        assert str(error).startswith("a.txt is ")
    else:
        assert text.strip() and "\r" not in text


# Pages, from a server on this machine.

LOGIN = (
    "<html><head><title>The Dispatch</title></head><body><h1>Log in to read on</h1>"
    "<form><label>Password</label><input></form><p>Subscribe for £1.</p></body></html>"
)
PAGES = {
    "/fine.html": (200, "text/html", page()),
    "/login": (200, "text/html", LOGIN),
    "/empty": (200, "text/html", "<html><body><img src='a.png'></body></html>"),
    "/plain.txt": (200, "text/plain", "\n".join(text for _, text in ARTICLE)),
    "/huge": (200, "text/html", "x" * 5_000_001),
    "/closed": (403, "text/html", "no"),
    "/cut": (200, "text/html", page()),
    "/stated": (200, "text/html; charset=iso-8859-2", "<p>Łódź paid the fine. " * 20),
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/fine.html")
            self.end_headers()
            return
        status, kind, text = PAGES.get(self.path, (404, "text/html", "gone"))
        self.send_response(status)
        kind, _, encoding = kind.partition("; charset=")
        data = text.encode(encoding or "utf-8")
        self.send_header("Content-Type", f"{kind}; charset={encoding or 'utf-8'}")
        if self.path == "/cut":  # says more than it sends
            self.send_header("Content-Length", str(len(data) + 100))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()


@pytest.mark.parametrize("path", ["/fine.html", "/moved", "/plain.txt"])
def test_address_gives_the_same_article(path, server):
    article = read_article(server + path, allow_local=True)
    assert tables(article) == tables(read_text("\n".join(t for _, t in ARTICLE)))
    assert article.url.startswith(server) and article.name in ("fine", "plain")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/nothing", "/nothing does not exist .error 404.: check the address"),
        ("/login", "/login shows no article, only an invitation to log in.*save"),
        ("/empty", "/empty holds no article text.*save it as .txt"),
        ("/huge", "/huge is larger than 5 MB"),
        ("/cut", "/cut broke off before its end"),
        ("/closed", "/closed may not be read by a program .error 403.*save the page"),
    ],
)
def test_bad_page(path, message, server):
    with pytest.raises(ValueError, match=message):
        read_article(server + path, allow_local=True)


@given(st.text(max_size=300) | st.text("../\\~- 😀\0\ud800", max_size=300))
def test_a_name_leads_out_of_no_folder(text):
    name = make_name(text)
    assert Path("output", name).resolve().parent == Path("output").resolve()
    assert 0 < len(name.encode("utf-8")) <= 101 and name.isprintable()
    assert name[0] not in ".-~ " and make_name(name) == name


@pytest.mark.parametrize("name", ["con", "NUL", "aux.txt", "com1", "LPT9.a.b"])
def test_no_name_is_a_device_of_windows(name):
    assert make_name(name) == f"{name}-"


def test_a_page_is_decoded_as_its_header_says(server):
    assert "Łódź" in read_article(f"{server}/stated", allow_local=True).text


@pytest.mark.parametrize("url", ["file:///etc/hosts", "ftp://a.example/b", "http:///a"])
def test_other_schemes_are_refused(url):
    with pytest.raises(ValueError, match="is no web address"):
        read_article(url)


def test_article_defaults_keep_old_calls_working():
    assert Article("a", "b", "c", "d").kinds == ()


LIVE = (
    "Site fined £12m: live",
    "By Ann Lee",
    "10.42am",
    "The minister has welcomed the fine. “X had this coming,” she said.",
    "10.31am",
    "The regulator fined the site for its failure to check the ages of users.",
)


def test_the_first_post_of_a_live_blog_is_body():
    kinds = [p.kind for p in find_paragraphs("\n".join(LIVE))]
    assert kinds == ["heading"] * 3 + ["body", "heading", "body"]


@pytest.mark.parametrize(
    "lines",
    [
        ["Site fined", "It is the largest fine ever.", "By Ann Lee", "Ofcom acted."],
        ["Site fined", "It “failed users”. It may appeal.", "By Ann Lee", "It acted."],
    ],
)
def test_a_standfirst_stands_above_the_byline(lines):
    kinds = [p.kind for p in find_paragraphs("\n".join(lines))]
    assert kinds == ["heading"] * 3 + ["body"]


def test_body_behind_a_byline_is_never_a_standfirst():
    lines = ["Site fined", "By Ann Lee", "Ofcom fined X.", "What it did", "It paid."]
    kinds = [p.kind for p in find_paragraphs("\n".join(lines))]
    assert kinds == ["heading", "heading", "body", "heading", "body"]
