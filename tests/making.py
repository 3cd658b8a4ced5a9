"""Files of every format, made for the tests: articles of our own, vendors' layouts."""

from __future__ import annotations

import html
import textwrap
from typing import NamedTuple

WIDTH = 78


class Story(NamedTuple):
    """An invented article and what a press database says of it."""

    headline: str
    outlet: str
    date: tuple[int, str, int]
    byline: str
    section: str
    body: tuple[str, ...]

    @property
    def length(self) -> int:
        return sum(len(p.split()) for p in self.body)


PLACES = ("Dent", "Hawes", "Sedbergh", "Kirkby", "Settle", "Ingleton", "Bentham")
PEOPLE = ("Ann Lee", "Tom Ash", "Judith Amory", "Marcus Thole", "Helen Marchbank")
OUTLETS = ("The Fell Dispatch", "Harbour Post (Leeds)", "Rivers News", "The Dale")
MONTHS = ("January", "February", "March", "May", "October")


def stories(n: int) -> list[Story]:
    """Invented articles, no two alike."""
    return [_story(i) for i in range(n)]


def _story(i: int) -> Story:
    place, person = PLACES[i % len(PLACES)], PEOPLE[i % len(PEOPLE)]
    body = (
        f"Ofwat fined Vale Water £{i + 2}m on Monday for letting untreated sewage run "
        f"into the river at {place} over a period of {i + 3} years.",
        f"‘The company knew of the alarms at {place} and did not act on them, and that "
        f"is why we have fined it,’ said {person}, the regulator’s director.",
        "Vale Water said that it would appeal. The regulator had misread the data and "
        f"should think again, it said in a statement of {i + 20} pages.",
        "The minister welcomed the fine and said that she was ready to use every power "
        f"that she had to protect the {i + 4} rivers of the north.",
    )
    return Story(
        f"Vale Water fined £{i + 2}m over spills at {place}",
        OUTLETS[i % len(OUTLETS)],
        (i % 28 + 1, MONTHS[i % len(MONTHS)], 2020 + i % 6),
        PEOPLE[(i + 1) % len(PEOPLE)],
        ("NEWS; Pg. 3", "BUSINESS; Pg. 12")[i % 2],
        body[: 3 + i % 2],
    )


def american(story: Story) -> str:
    day, month, year = story.date
    return f"{month} {day}, {year}"


def british(story: Story) -> str:
    return "{} {} {}".format(*story.date)


def wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_on_hyphens=False)


def nexis_txt(found: list[Story]) -> bytes:
    out = ["", "", "Download Request: Select Items: 1-9", "Terms: (vale water)", ""]
    for i, s in enumerate(found, 1):
        out += [f"{i} of {len(found)} DOCUMENTS".center(WIDTH), "", "", ""]
        out += [s.outlet.center(WIDTH), ""]
        out += [f"{american(s)} Monday".center(WIDTH), "Edition 1;".center(WIDTH)]
        out += ["Scotland".center(WIDTH), "", wrapped(s.headline), ""]
        out += [f"BYLINE: {s.byline}", "", f"SECTION: {s.section}", ""]
        out += [f"LENGTH: {s.length} words", "", ""]
        for paragraph in s.body:
            out += [wrapped(paragraph), ""]
        out += [f"LOAD-DATE: {american(s)}", "", "LANGUAGE: ENGLISH", ""]
        out += ["PUBLICATION-TYPE: Newspaper", "", "JOURNAL-CODE: FDP", "", ""]
        out += [f"Copyright {s.date[2]} Fell Papers Ltd".center(WIDTH)]
        out += ["All Rights Reserved".center(WIDTH), ""]
    return "\r\n".join(out).encode("utf-8")


def nexis_html(found: list[Story]) -> bytes:
    def block(*texts: str) -> str:
        spans = "".join(f'<SPAN CLASS="c2">{t}</SPAN>' for t in texts)
        return f'<BR><DIV CLASS="c0"><P CLASS="c1">{spans}</P>\n</DIV>\n'

    out = ["<HTML><HEAD><TITLE>&nbsp;</TITLE></HEAD>\n<BODY>\n"]
    out += [block("Download Request: Select Items<BR>Time Of Request: Monday")]
    for i, s in enumerate(found, 1):
        month, day, year = american(s).replace(",", "").split()
        out += [f'<A NAME="DOC_ID_{i}"></A>', block(f"{i} of {len(found)} DOCUMENTS")]
        out += [
            block(s.outlet),
            block(month, f" {day}, {year} Monday<BR>First Edition"),
        ]
        out += [block(html.escape(s.headline)), block("BYLINE: ", s.byline)]
        out += [block("SECTION: ", s.section), block("LENGTH: ", f"{s.length} words")]
        body = (f'<P CLASS="c9"><SPAN CLASS="c2">{p}</SPAN></P>' for p in s.body)
        out += [f'<BR><DIV CLASS="c5">{"".join(body)}</DIV>']
        out += [block("LOAD-DATE: ", american(s)), block("LANGUAGE: ", "ENGLISH")]
        out += [block(f"Copyright {year} Fell Papers Ltd<BR>All Rights Reserved")]
    return "".join(out + ["</BODY></HTML>"]).encode("utf-8")


def uni_lines(found: list[Story]) -> list[str]:
    out = ["User Name: A Reader", "Date and Time: Monday, 3 May 2026 10:00:00 BST"]
    out += ["Job Number: 12345", f"Documents ({len(found)})"]
    for i, s in enumerate(found, 1):
        out += [f"{i}. {s.headline}", "Client/Matter: -None-"]
        out += ["Search Terms: vale water", "Search Type: Terms and Connectors"]
        out += ["Narrowed by:", "Content Type Narrowed by", "News -None-"]
    for s in found:
        out += [s.headline, s.outlet, f"{american(s)} Monday"]
        out += [f"Copyright {s.date[2]} Fell Papers Ltd All Rights Reserved"]
        out += [f"Section: {s.section}", f"Length: {s.length} words"]
        out += [f"Byline: {s.byline}", "Body", *s.body, "Classification"]
        out += ["Language: ENGLISH", "Publication-Type: Newspaper"]
        out += ["Subject: WATER UTILITIES (90%); FINES & PENALTIES (88%)"]
        out += [f"Load-Date: {american(s)}", "End of Document"]
    return out


def uni_docx(found: list[Story]) -> bytes:
    return docx(uni_lines(found))


def uni_rtf(found: list[Story]) -> bytes:
    return rtf(uni_lines(found))


def uni_pdf(found: list[Story]) -> bytes:
    lines = [x for s in uni_lines(found) for x in (*wrapped(s).split("\n"), "")]
    pages = [lines[i : i + 50] for i in range(0, len(lines), 50)]
    total = len(pages)
    return pdf(
        [
            ["Vale Water", *page, f"Page {i} of {total}"]
            for i, page in enumerate(pages, 1)
        ]
    )


def factiva_head(s: Story) -> list[str]:
    rights = f"© {s.date[2]}. Fell Papers Ltd. All rights reserved."
    before = [f"{s.length} words", british(s), "09:15", s.outlet, "FELLDP"]
    return [*before, "First Edition", "12", "English", rights]


def factiva_end(i: int) -> str:
    return f"Document FELLDP0020200101eg1100{i:03x}"


def factiva_html(found: list[Story]) -> bytes:
    out = ["<html><head><title>Factiva</title></head><body><div>Factiva</div>"]
    for i, s in enumerate(found):
        head = "".join(f"<div>{x}</div>" for x in factiva_head(s))
        body = (
            f'<p class="articleParagraph enarticleParagraph">{p}</p>' for p in s.body
        )
        out += ['<div class="article"><div class="article enArticle"><p></p>']
        out += [f"<div>{s.section}</div>"]
        out += [f'<div id="hd"><span class="enHeadline">{s.headline} </span></div>']
        out += [f'<div class="author">By {s.byline} </div>{head}<p></p>', *body]
        out += [f"<p>{factiva_end(i)}</p></div></div><br><span></span>"]
    return "".join(out + ["<p>Search Summary</p></body></html>"]).encode("utf-8")


def factiva_lines(found: list[Story]) -> list[str]:
    return [
        line
        for i, s in enumerate(found)
        for line in (
            s.section,
            s.headline,
            f"By {s.byline}",
            *factiva_head(s),
            *s.body,
            factiva_end(i),
        )  # fmt: skip
    ]


def factiva_rtf(found: list[Story]) -> bytes:
    return rtf(factiva_lines(found))


def factiva_docx(found: list[Story]) -> bytes:
    return docx(factiva_lines(found))


def factiva_codes(found: list[Story]) -> bytes:
    """With field codes, in a table of two columns."""
    rows: list[tuple[str, str]] = []
    for i, s in enumerate(found):
        rows += [("SE", s.section), ("HD", s.headline), ("BY", f"By {s.byline}")]
        rows += [("WC", f"{s.length} words"), ("PD", british(s)), ("ET", "09:15")]
        rows += [("SN", s.outlet), ("SC", "FELLDP"), ("PG", "12"), ("LA", "English")]
        rows += [("CY", "© 2020. Fell Papers Ltd."), ("LP", s.body[0])]
        rows += [("TD", "\\par ".join(map(rtf_text, s.body[1:])))]
        rows += [("CO", "valwat : Vale Water"), ("NS", "c13 : Regulation")]
        rows += [("AN", factiva_end(i))]
    cells = (
        rf"\trowd {code}\cell {text if code == 'TD' else rtf_text(text)}\cell\row "
        for code, text in rows
    )
    return ("{\\rtf1\\ansi " + "".join(cells) + "}").encode("ascii")


def proquest_txt(found: list[Story]) -> bytes:
    line = "_" * 60
    out = [line, ""]
    for i, s in enumerate(found, 1):
        out += [f"Document {i} of {len(found)}", "", s.headline, ""]
        out += [f"Author: {s.byline}", ""]
        out += [f"Publication info: {s.outlet} ; Leeds (UK) [Leeds (UK)]: 5.", ""]
        out += [f"https://search.example/docview/{i}", "", f"Abstract: {s.body[0]}", ""]
        out += ["Links: http://sfx.example/local?url_ver=1", ""]
        out += ["Full text: " + s.body[0], ""]
        out += [x for p in s.body[1:] for x in (p, "")]
        out += ["Subject: Water utilities; Fines", "", f"Title: {s.headline}", ""]
        out += [f"Publication title: {s.outlet}; Leeds (UK)", "", "Pages: 5", ""]
        out += [f"Publication date: {american(s)}", "", f"Section: {s.section}", ""]
        out += ["Language of publication: English", "", "ProQuest document ID: 77", ""]
        out += [f"Document URL: https://search.example/docview/{i}", ""]
        out += ["Copyright: Copyright Fell Papers Ltd", "", "Database: Newsstream", ""]
        out += [line, ""]
    out += [
        "Contact ProQuest",
        "",
        "Copyright © 2026 ProQuest LLC. All rights reserved.",
    ]
    return "\n".join(out).encode("utf-8")


def proquest_html(found: list[Story]) -> bytes:
    def row(label: str, value: str) -> str:
        return f"<p style='margin:0'><strong>{label}: </strong>{value}</p>"

    out = ["<html><body>"]
    for i, s in enumerate(found, 1):
        body = "".join(f"<p>{p}</p>      " for p in s.body)
        out += [f"<div><a name='D{i}'></a><p></p><p style='font-weight:bold'>"]
        out += [f"{s.headline}</p>", row("Author", s.byline)]
        out += [row("Publication info", f"{s.outlet} ; Leeds [Leeds]: AA.2.")]
        out += ["<p><a href='https://x.example'>ProQuest document link</a></p>"]
        out += [row("Abstract", ""), f"<p>{s.body[0]}</p><p>{s.body[1]}</p>"]
        out += [
            "<div><strong>Links: </strong><a href='http://y.example'>Find</a></div>"
        ]
        out += [f"<p><strong>Full text: </strong><text wordcount='9'>{body}</text></p>"]
        out += [row("Subject", "Fines"), row("Location", "Leeds")]
        out += [row("Publication title", f"{s.outlet}; Leeds")]
        out += [row("Publication date", american(s)), row("Section", s.section)]
        out += [row("Language of publication", "English")]
        out += [row("ProQuest document ID", "77"), row("Database", "Newsstream")]
        out += ["</div>"]
    return "".join(out + ["</body></html>"]).encode("utf-8")


EXPORTS = {
    "nexis.txt": nexis_txt,
    "nexis.html": nexis_html,
    "nexis-uni.docx": uni_docx,
    "nexis-uni.rtf": uni_rtf,
    "nexis-uni.pdf": uni_pdf,
    "factiva.html": factiva_html,
    "factiva.rtf": factiva_rtf,
    "factiva.docx": factiva_docx,
    "factiva-codes.rtf": factiva_codes,
    "proquest.txt": proquest_txt,
    "proquest.html": proquest_html,
}


def docx(lines: list[str]) -> bytes:
    """A Word document, a paragraph a line."""
    import io

    import docx

    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def rtf_text(text: str) -> str:
    return "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in text)


def rtf(lines: list[str]) -> bytes:
    """A rich-text document, a paragraph a line."""
    text = "\\par\n".join(map(rtf_text, lines))
    return ("{\\rtf1\\ansi\\ansicpg1252 " + text + "\\par}").encode("ascii")


def pdf(pages: list[list[str]], lead: int = 14) -> bytes:
    """A PDF, each line printed by itself."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for i, lines in enumerate(pages):
        show = "".join(f"({pdf_text(x)}) Tj 0 -{lead} Td " for x in lines)
        stream = f"BT /F1 11 Tf 50 750 Td {show}ET"
        objects += [
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]"
            f"/Contents {5 + 2 * i} 0 R/Resources<</Font<</F1 3 0 R>>>>>>",
            f"<</Length {len(stream.encode('cp1252'))}>>stream\n{stream}\nendstream",
        ]
    return pdf_file(objects)


def pdf_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def pdf_file(objects: list[str]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for i, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{i} 0 obj{body}endobj\n".encode("cp1252")
    n, start = len(objects) + 1, len(out)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out += f"xref\n0 {n}\n0000000000 65535 f \n{table}".encode()
    trailer = f"trailer<</Size {n}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF"
    return out + trailer.encode()
