"""What each format can hold is read whole, or said to be missing."""

import csv
import io
import quopri
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from analysis.articles import read_article, read_text
from analysis.articles.blocks import decode
from analysis.articles.formats import READ_SUFFIXES
from analysis.articles.paragraphs import find_paragraphs
from analysis.articles.printed import join_pages, join_printed
from tests.making import pdf, pdf_file, wrapped
from tests.test_articles import ARTICLE, FORMATS, page, tables

CASES = Path(__file__).parent / "cases"
PLAIN = [text for _, text in ARTICLE]


def lines_of(path):
    return read_article(path, language_check=False).text.split("\n")


# One article in every format.


def as_latin(path):
    path.write_bytes("\r\n".join(PLAIN).encode("cp1252"))


def as_utf16(path):
    path.write_bytes("\n".join(PLAIN).encode("utf-16"))


def as_mac(path):
    path.write_bytes("\r".join(PLAIN).encode("mac-roman"))


def as_printed(path):
    path.write_text("\n\n".join(map(wrapped, PLAIN)), "utf-8")


def as_eml(path):
    message = EmailMessage()
    message["Subject"], message["From"] = PLAIN[0], "Tom Ash <tom@paper.example>"
    message["Date"] = "Tue, 03 Feb 2026 09:00:00 +0000"
    message.set_content("\n\n".join(map(wrapped, PLAIN)))
    path.write_bytes(message.as_bytes())


def as_mhtml(path):
    body = quopri.encodestring(page().encode("utf-8")).decode("ascii")
    path.write_text(
        "From: <Saved by Blink>\r\n"
        "Snapshot-Content-Location: https://paper.example/fine\r\n"
        "Subject: Vale Water\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="x--y"\r\n\r\n'
        "--x--y\r\nContent-Type: text/html\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        f"{body}\r\n--x--y\r\nContent-Type: image/png\r\n\r\n00\r\n--x--y--\r\n"
    )


def as_changed_docx(path):
    document = docx.Document()
    styles = {"heading": "Heading 1", "caption": "Caption"}
    for kind, text in ARTICLE:
        first, _, rest = text.partition(" ")
        paragraph = document.add_paragraph(first, style=styles.get(kind))
        paragraph._p.append(changed("ins", f" {rest}", "t"))
        paragraph._p.append(changed("del", " It never paid.", "delText"))
    document.save(path)


def changed(tag, text, inner):
    return parse_xml(
        f'<w:{tag} {nsdecls("w")} w:id="1" w:author="a"><w:r>'
        f'<w:{inner} xml:space="preserve">{text}</w:{inner}></w:r></w:{tag}>'
    )


def as_pdf(path):
    lines = [x for text in PLAIN for x in (*wrapped(text).split("\n"), "")]
    path.write_bytes(pdf([lines]))


EVERY = {
    **{f"fine.{suffix}": make for suffix, make in FORMATS.items()},
    "latin.txt": as_latin,
    "wide.txt": as_utf16,
    "mac.txt": as_mac,
    "printed.txt": as_printed,
    "fine.eml": as_eml,
    "fine.mhtml": as_mhtml,
    "changed.docx": as_changed_docx,
    "fine.pdf": as_pdf,
}


@pytest.mark.parametrize("name", EVERY)
def test_one_article_in_every_format_gives_the_same_tables(name, tmp_path):
    EVERY[name](tmp_path / name)
    article = read_article(tmp_path / name)
    assert tables(article) == tables(read_text("\n".join(PLAIN)))


def test_a_row_of_a_table_gives_the_same_tables(tmp_path):
    from analysis.corpus.sources import open_source
    from analysis.corpus.worker import read_item

    with open(tmp_path / "t.csv", "w", encoding="cp1252", newline="") as file:
        csv.writer(file).writerows([["text"], ["\n".join(PLAIN)]])
    article = read_item(next(open_source(tmp_path / "t.csv").items))
    assert tables(article) == tables(read_text("\n".join(PLAIN)))


def test_what_a_mail_says_of_itself(tmp_path):
    as_eml(tmp_path / "a.eml")
    article = read_article(tmp_path / "a.eml")
    assert (article.title, article.date, article.byline) == (
        PLAIN[0],
        "2026-02-03",
        "Tom Ash",
    )
    as_mhtml(tmp_path / "a.mhtml")
    assert read_article(tmp_path / "a.mhtml").url == "https://paper.example/fine"


# Encodings: the text as it was meant, or a note.

with open(CASES / "encodings.csv", encoding="utf-8", newline="") as _file:
    ENCODED = [tuple(row.values()) for row in csv.DictReader(_file)]


@pytest.mark.parametrize(("encoding", "stated", "text"), ENCODED)
def test_encodings(encoding, stated, text):
    found = decode(text.encode(encoding), stated=stated)
    assert found.text == text
    assert bool(found.notes) == (encoding == "mac-roman")


with open(CASES / "damage.csv", encoding="utf-8", newline="") as _file:
    DAMAGED = [tuple(row.values()) for row in csv.DictReader(_file)]


@pytest.mark.parametrize(("damaged", "text"), DAMAGED)
def test_damage_is_undone_and_said(damaged, text):
    article = read_text(damaged)
    assert article.text == text
    assert any("undone" in n or "restored" in n for n in article.notes) == (
        damaged != text
    )


def test_text_decoded_wrongly_once_is_restored():
    text = "‘We acted,’ she said – “at once”… It cost £12m at the café."
    for wrong in ("cp1252", "mac-roman"):
        garbled = "".join(
            bytes([b]).decode(wrong, "ignore") or chr(b) for b in text.encode("utf-8")
        )
        assert read_text(garbled).text == text


def test_a_page_is_decoded_as_its_header_or_it_says(tmp_path):
    body = "<p>" + "The mayor of Łódź said that the firm was not to blame. " * 9
    head = '<html><head><meta charset="iso-8859-2"></head><body><article>'
    (tmp_path / "a.html").write_bytes((head + body).encode("iso-8859-2"))
    assert "Łódź" in read_article(tmp_path / "a.html").text


# Printed lines.


def test_lines_broken_to_fit_a_page_are_joined():
    article = read_text("\n\n".join(map(wrapped, PLAIN)))
    assert [p.text for p in find_paragraphs(article.text)] == PLAIN
    assert any("joined" in note for note in article.notes)


def test_a_cut_word_keeps_its_hyphen_where_the_text_has_it_so():
    text = (
        "The firm is well-known and it was asked for a full and open inqui-\n"
        "ry into the spills by the minister, who called it a well-\n"
        "known case of neglect and asked for a penalty that the firm would\n"
        "not like to pay."
    )
    assert join_printed(text) == (
        "The firm is well-known and it was asked for a full and open inquiry into the "
        "spills by the minister, who called it a well-known case of neglect and asked "
        "for a penalty that the firm would not like to pay."
    )


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(PLAIN),
        "Fine for X\nBy Tom Ash\nOfcom fined X.\nIt paid.\nX left.",
        "Ofwat said it must:\n• pay the fine by May\n• publish its data\n• say sorry",
        "",
    ],
)
def test_a_paragraph_a_line_stays_as_it_is(text):
    assert join_printed(text) == text


# PDF.


def test_pdf_words_heads_numbers_and_columns(tmp_path):
    first = ["The Fell Dispatch", "Vale Water fined", ""]
    first += [
        "Ofwat fined Vale Water on Monday and ordered a full inqui-",
        "ry into it.",
    ]
    second = ["The Fell Dispatch", "", "It said no.", "", "Page 2"]
    pages = [[*first, "", "Page 1"], second]
    (tmp_path / "a.pdf").write_bytes(pdf(pages))
    found = lines_of(tmp_path / "a.pdf")
    assert found[:2] == [
        "Vale Water fined",
        "Ofwat fined Vale Water on Monday and ordered a full inquiry into it.",
    ]
    assert not [line for line in found if "Page" in line or "Dispatch" in line]


def test_ligatures_are_letters():
    assert [*join_pages([["The ﬁrm’s eﬃcient oﬃce ﬂed."]])] == [
        "The firm’s efficient office fled."
    ]


def test_pdf_columns_printed_line_by_line_are_read_one_after_the_other(tmp_path):
    left = ["The firm knew of the", "alarms and did not", "act on them, it said."]
    right = ["The minister said that", "she was ready to act", "if it did not pay."]
    both = zip(left, right, strict=True)
    rows = [(50, 700 - 14 * i, a, 320, b) for i, (a, b) in enumerate(both)]
    stream = "BT /F1 11 Tf " + "".join(
        f"1 0 0 1 {x} {y} Tm ({a}) Tj 1 0 0 1 {z} {y} Tm ({b}) Tj "
        for x, y, a, z, b in rows
    )
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        "/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        f"<</Length {len(stream) + 2}>>stream\n{stream}ET\nendstream",
    ]
    (tmp_path / "a.pdf").write_bytes(pdf_file(objects))
    assert " ".join(lines_of(tmp_path / "a.pdf")) == " ".join(left + right)


def test_pages_without_text_are_named(tmp_path):
    (tmp_path / "a.pdf").write_bytes(pdf([["Ofwat fined it."], [], ["It paid."]]))
    article = read_article(tmp_path / "a.pdf")
    assert "no text on page 2 (a scan or a picture?)" in article.notes


# Word.


def save(document, path):
    document.save(path)
    return path


def test_tracked_changes_show_the_final_text_with_a_note(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("The regulator ")
    paragraph._p.append(changed("ins", "fined ", "t"))
    paragraph._p.append(changed("del", "praised ", "delText"))
    paragraph.add_run("the company on Monday.")
    cut = document.add_paragraph("It was said")
    cut._p.get_or_add_pPr().append(
        parse_xml(f'<w:rPr {nsdecls("w")}><w:del w:id="2" w:author="a"/></w:rPr>')
    )
    document.add_paragraph(" to be the largest fine.")
    article = read_article(save(document, tmp_path / "a.docx"))
    assert article.text.split("\n") == [
        "The regulator fined the company on Monday.",
        "It was said to be the largest fine.",
    ]
    assert any("tracked changes" in note for note in article.notes)
    document = docx.Document()
    document.add_paragraph("The regulator fined it.")
    article = read_article(save(document, tmp_path / "b.docx"))
    assert not any("tracked" in note for note in article.notes)


def test_word_tables_breaks_boxes_fields_and_footnotes(tmp_path):
    document = docx.Document()
    document.add_paragraph("Ofwat fined it.\n\nIt paid the fine\non Monday.")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Fine", "£12m"
    box = document.add_paragraph("It left.")
    inner = "<w:txbxContent><w:p><w:r><w:t>A pull quote</w:t></w:r></w:p>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box._p.append(
        parse_xml(
            f"<w:r {nsdecls('w')} {mc}><mc:AlternateContent><mc:Choice Requires='wps'>"
            f"{inner}</w:txbxContent></mc:Choice><mc:Fallback>{inner}"
            "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    field = document.add_paragraph("See ")
    for run in (
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText>HYPERLINK "http://x.example"</w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>the ruling.</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    ):
        field._p.append(parse_xml(f"<w:r {nsdecls('w')}>{run}</w:r>"))
    path = save(document, tmp_path / "a.docx")
    assert lines_of(path) == [
        "Ofwat fined it.",
        "It paid the fine on Monday.",
        "Fine",
        "£12m",
        "It left.",
        "A pull quote",
        "See the ruling.",
    ]


def test_a_document_of_many_empty_paragraphs_is_read_at_once(tmp_path):
    from tests.counting import calls

    document = docx.Document()
    document.add_paragraph("Ofwat fined it.")
    empty = f"<w:p {nsdecls('w')}/>"
    for _ in range(2000):
        document.element.body.append(parse_xml(empty))
    few = save(docx.Document(), tmp_path / "few.docx")
    many = save(document, tmp_path / "many.docx")
    work = calls(lambda: read_article(many))
    with pytest.raises(ValueError, match="few.docx holds no text"):
        read_article(few)
    assert work < 2000 * 60


# Rich text.

RTF = {
    "hyperlink": (
        r'It {\field{\*\fldinst{HYPERLINK "http://x.example/a"}}{\fldrslt{paid}}} all.',
        ["It paid all."],
    ),
    "cells": (
        r"\trowd Fine\cell Paid by\cell\row It left.",
        ["Fine", "Paid by", "It left."],
    ),
    "emoji": (r"It said: \u-10179?\u-8704? it paid.", ["It said: 😀 it paid."]),
    "changes": (
        r"It {\revised\revauth1 fined }{\deleted\revauthdel1 praised }the firm.",
        ["It fined the firm."],
    ),
    "footnote": (
        r"It paid{\super\chftn}{\footnote\pard See page {\b 2}.} a fine.",
        ["It paid a fine.", "See page 2."],
    ),
    "letters": (
        r"\'93We acted,\'94 it said \'96 \'a312m.",
        ["“We acted,” it said – £12m."],
    ),
}


@pytest.mark.parametrize("case", RTF)
def test_rich_text(case, tmp_path):
    inner, expected = RTF[case]
    (tmp_path / "a.rtf").write_text("{\\rtf1\\ansi\\ansicpg1252 " + inner + "\\par}")
    assert lines_of(tmp_path / "a.rtf") == expected
    notes = read_article(tmp_path / "a.rtf").notes
    assert any("tracked" in note for note in notes) == (case == "changes")


# Pages.

SENTENCE = "The regulator said that the firm had not acted on the alarms for {} years."


def test_line_breaks_and_loose_text_make_paragraphs(tmp_path):
    said = [SENTENCE.format(i) for i in range(2, 8)]
    single = f"{'<br/>'.join(said[3:5])}<br><b>{said[5]}</b><br>It paid."
    body = f"<div>{'<br><br>'.join(said[:3])}</div><div>{single}</div>"
    (tmp_path / "a.html").write_text(f"<html><body><article>{body}</article></html>")
    assert lines_of(tmp_path / "a.html")[-7:] == [*said, "It paid."]


def test_list_items_and_cells_are_read(tmp_path):
    said = "".join(f"<p>{SENTENCE.format(i)}</p>" for i in range(2, 8))
    items = "<ul><li>pay the fine by May</li><li>publish its spill data</li></ul>"
    table = "<table><tr><td>Fine in pounds</td><td>12 million</td></tr></table>"
    (tmp_path / "a.html").write_text(
        f"<html><body><article>{said}<p>Ofwat said it must:</p>{items}{table}"
        f"<p>{SENTENCE.format(9)}</p></article></body></html>"
    )
    article = read_article(tmp_path / "a.html")
    kinds = {p.text: p.kind for p in find_paragraphs(article.text, article.kinds)}
    assert kinds["pay the fine by May"] == kinds["publish its spill data"] == "body"
    assert "Fine in pounds" in kinds and "12 million" in kinds


def test_a_page_of_which_less_was_read_than_it_shows_has_a_note(monkeypatch, tmp_path):
    import trafilatura

    said = "".join(f"<p>{SENTENCE.format(i)}</p>" for i in range(2, 40))
    path = tmp_path / "a.html"
    path.write_text(f"<html><body><article>{said}</article></body></html>")
    assert not [n for n in read_article(path).notes if "letters" in n]
    whole = trafilatura.bare_extraction

    def short(html, **options):
        found = whole(html, **options)
        for element in list(found.body)[8:]:
            found.body.remove(element)
        return found

    monkeypatch.setattr(trafilatura, "bare_extraction", short)
    assert [n for n in read_article(path).notes if "letters" in n]


# What is not read is named, with the remedy.

BROKEN = {
    "cut.docx": (lambda: word()[:900], "cut.docx .*damaged: save it again"),
    "locked.docx": (lambda: b"\xd0\xcf\x11\xe0" * 9, "locked.docx.*password"),
    "cut.pdf": (lambda: pdf([["It paid."]])[:200], "cut.pdf could not be read.*save"),
    "locked.pdf": (lambda: locked("secret"), "locked.pdf .*without a password"),
    "scan.pdf": (lambda: pdf([[]]), "scan.pdf holds no text .a scan"),
    "bad.rtf": (lambda: b"{\\rtf1 \\u9999999999? x}", "bad.rtf could not be read"),
    "a.xml": (lambda: b"<?xml version='1.0'?><a>It paid.</a>", "a.xml .*save the page"),
    "feed": (lambda: b"<?xml version='1.0'?><rss>It paid.</rss>", "feed .*save the"),
    "a.srt": (lambda: b"1\n00:00:01,000 --> 00:00:02,000\nNo.", "a.srt .*subtitles"),
    "a.txt": (lambda: b"1\n00:00:01,000 --> 00:00:02,000\nNo.", "a.txt .*subtitles"),
    "a.csv": (lambda: b"text\nIt paid.", "a.csv .*analyse_corpus"),
    "a.zip": (lambda: b"PK\x03\x04 a", "a.zip .*unpack"),
    "a.eml": (lambda: b"Content-Type: image/png\n\nx", "a.eml holds no text"),
}


def word():
    file = io.BytesIO()
    docx.Document().save(file)
    return file.getvalue()


def locked(password):
    """A PDF that asks for a password to be read, or without one to be changed."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf([["Ofwat fined the firm."]])))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_a_pdf_that_may_not_be_changed_is_read(tmp_path):
    (tmp_path / "a.pdf").write_bytes(locked(""))
    assert lines_of(tmp_path / "a.pdf") == ["Ofwat fined the firm."]


@pytest.mark.parametrize("name", BROKEN)
def test_broken_and_other_files_are_named_with_the_remedy(name, tmp_path):
    make, message = BROKEN[name]
    (tmp_path / name).write_bytes(make())
    with pytest.raises(ValueError, match=message):
        read_article(tmp_path / name)


def test_the_message_lists_what_is_read(tmp_path):
    (tmp_path / "a.odt").write_bytes(b"PK\x03\x04mimetype")
    with pytest.raises(ValueError) as error:
        read_article(tmp_path / "a.odt")
    assert READ_SUFFIXES in str(error.value)


def test_pasted_text_in_place_of_a_name_says_what_to_do():
    with pytest.raises(ValueError, match="no file's name but a text.*read_text"):
        read_article("Fine for X\nOfcom fined X.")


# What the text looks like.

with open(CASES / "text_signs.csv", encoding="utf-8", newline="") as _file:
    SIGNS = [tuple(row.values()) for row in csv.DictReader(_file)]


@pytest.mark.parametrize(("text", "note"), SIGNS)
def test_a_text_that_is_no_plain_article_has_a_note(text, note):
    notes = read_text(text.replace("⏎", "\n"), language_check=False).notes
    told = [n for n in notes if "too little" not in n]
    assert [note in n for n in told] == ([True] if note else [])


def test_the_date_of_a_post_in_the_page_is_not_the_page_s(tmp_path):
    said = "".join(f"<p>{SENTENCE.format(i)}</p>" for i in range(2, 9))
    post = (
        '<blockquote class="twitter-tweet"><p>Ofwat is a joke.</p>— Ann Cole (@ac) '
        '<a href="https://x.example/1">January 4, 2019</a></blockquote>'
    )
    (tmp_path / "a.html").write_text(
        f"<html><body><article><h1>Fine</h1>{said}{post}</article></body></html>"
    )
    assert read_article(tmp_path / "a.html").date == ""


# Work that grows with the text and no faster.

HOSTILE = {
    "lines": lambda n: "the fine that it paid was the largest so far in\n" * n,
    "breaks": lambda n: "<html><body><div>" + "it paid<br>" * n,
    "spans": lambda n: "<html><body><p>" + "<i>it</i> paid<br>" * n,
    "labels": lambda n: "1 of 2 DOCUMENTS\nLENGTH: 3 words\n" + "BYLINE:\nAnn\n" * n,
    "open label": lambda n: (
        "HD\n" * 2 + "9 words\nDocument ABCD12345678a\nHD\n" + "a\n" * n
    ),
    "entities": lambda n: "&amp" * n + ";",
    "braces": lambda n: "{\\rtf1 " + "{\\fldinst " * n + "}" * n,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_ten_times_the_text_is_about_ten_times_the_work(case, tmp_path):
    from tests.counting import calls

    def work(n):
        path = tmp_path / f"{n}{'.rtf' if case == 'braces' else ''}"
        path.write_text(HOSTILE[case](n))
        return calls(lambda: attempt(path))

    work(10)
    assert work(3000) < 20 * work(300)


def attempt(path):
    try:
        read_article(path, language_check=False)
    except ValueError:
        return


@settings(deadline=None)
@given(st.text(alphabet="Aa.?’“ \n:•1", max_size=200))
def test_joining_lines_loses_no_letter(text):
    assert "".join(join_printed(text).split()) == "".join(text.split())


def test_a_page_that_no_parser_takes_is_named(tmp_path):
    path = tmp_path / "cut.html"
    path.write_bytes(b"<HTML\t<HE")
    with pytest.raises(ValueError, match=r"cut\.html .* save it again"):
        read_article(path)


def test_signs_that_no_page_may_hold_are_left_out(tmp_path):
    path = tmp_path / "odd.html"
    path.write_bytes(page().encode().replace(b"Ofcom", b"Of\x10com", 1))
    assert "\x10" not in read_article(path, language_check=False).text
