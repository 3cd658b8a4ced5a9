"""A report in one file: the answer first, then charts, evidence, the marked-up article.

The file holds all that it shows and opens with no network: its security policy lets
nothing else in. Each score links to its passage, each passage back to its scores.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from analysis.charts.colours import colour, known_first, name, with_labels
from analysis.charts.style import alt_text, figure_of, signed, svg_text
from analysis.framing import actor_frames, actor_parts
from analysis.reading import (
    QUOTED,
    attribute,
    element,
    heaviest,
    key,
    mark_up,
    opening,
    plain_rows,
)
from analysis.reading.contents import Contents, Section, limits
from analysis.stance import PERSON
from analysis.tables import RESOURCES, meaning, read_glossary

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = tuple("paragraphs mentions quotes framing parts frames evidence".split())
MOST_ROWS = 200  # of a table in the report; the CSV file has them all
BY_PERSON = "corrected by a person: no evidence of the model"
WITHHELD = (
    '<p class="note">The article’s text is left out; only the phrases that moved a '
    "score most are quoted.</p>"
)


def write_report(
    path: str | Path,
    contents: Contents,
    text: str,
    tables: Mapping[str, pd.DataFrame],
    figures: Mapping[str, Axes | Figure],
    run: Mapping[str, object],
    labels: Mapping[str, str] | None = None,
    article_text: bool = True,
) -> Path:
    """Write the report of one article as a self-contained HTML file.

    Charts stand in their order, the first one large; their names become ids. `run` is
    what ``run.json`` holds. Without `article_text` the article's text is left out but
    for the evidence quoted, for those who may not pass the text on.

    >>> import tempfile
    >>> from analysis.export import run_record
    >>> from analysis.notebooks import example
    >>> from analysis.reading.contents import read_contents
    >>> from analysis.tables import TABLES
    >>> found, run = example(), run_record(example())
    >>> said = read_contents(found, ["platform"], run)
    >>> tables = {name: getattr(found, name) for name in TABLES}
    >>> path = Path(tempfile.mkdtemp()) / "report.html"
    >>> write_report(path, said, found.article.text, tables, {}, run).name
    'report.html'
    """
    shown = tables if article_text else _withhold(tables)
    parts = {
        "title": escape(contents.title),
        "css": "".join(_read(n) for n in ("reading.css", "report.css")),
        "script": _read("report.js"),
        "charts": "\n".join(_figure(n, chart) for n, chart in figures.items()),
        "note": "" if article_text else WITHHELD,
        "run": html_table(("setting", "value"), _settings(run)),
        "glossary": _glossary(),
        "limits": "".join(element("li", escape(limit)) for limit in limits()),
        **_spoken_parts(contents),
        **_shown_parts(text, shown, labels, article_text),
    }
    frame = Template(_read("report.html"))
    page = frame.substitute(parts, policy="")
    page = frame.substitute(parts, policy=attribute(policy(page)))
    path = Path(path)
    path.write_text(page, encoding="utf-8")
    return path


def _spoken_parts(contents: Contents) -> dict[str, str]:
    """What the report says in sentences."""
    return {
        "validation": escape(contents.validation),
        "notes": "".join(_badge(f"Note on reading: {n}") for n in contents.notes),
        "findings": "\n".join(map(_section, contents.sections)),
        "thirds": _thirds(contents.thirds),
        "voices": _plain_table(contents.voices),
        "method": escape(contents.method),
        "citation": escape(contents.citation),
    }


def _shown_parts(
    text: str,
    t: Mapping[str, pd.DataFrame],
    labels: Mapping[str, str] | None,
    article_text: bool,
) -> dict[str, str]:
    """The tables and the marked-up article."""
    spans = (t["mentions"], t["quotes"], t["evidence"], t["stance"], t["paragraphs"])
    actors = [*t["mentions"]["actor"], *t["quotes"]["actor"]]
    named = t["mentions"], t["paragraphs"]
    return {
        "ledger": _ledger(t["stance"], t["evidence"], labels),
        "key": key(actors, labels),
        "article": mark_up(text, *spans, labels, article_text),
        "framing": _share_cells(actor_frames(t["framing"], *named), "frame", labels),
        "parts": _share_cells(actor_parts(t["parts"], *named), "part", labels),
        "tables": "\n".join(_folded(n, t[n], labels) for n in SHOWN if n in t),
    }


def policy(page: str) -> str:
    """What a page may load: its own styles and script, known by their sums.

    Styles that stand in attributes are colours of our own; nothing comes from
    elsewhere.

    >>> policy("<style>b{}</style>")[:43]
    "default-src 'none'; img-src data:; style-sr"
    """
    styles, scripts = (
        " ".join(dict.fromkeys(map(_sum, re.findall(own, page, re.S)))) or "'none'"
        for own in (r"<style[^>]*>(.*?)</style>", r"<script>(.*?)</script>")
    )
    return (
        f"default-src 'none'; img-src data:; style-src-elem {styles}; "
        f"style-src-attr 'unsafe-inline'; script-src {scripts}; "
        "base-uri 'none'; form-action 'none'"
    )


def _sum(source: str) -> str:
    found = hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest()
    return f"'sha256-{base64.b64encode(found).decode()}'"


def _read(resource: str) -> str:
    return (RESOURCES / resource).read_text(encoding="utf-8")


def _badge(words: str) -> str:
    return element("p", escape(words), class_="badge")


def _section(section: Section) -> str:
    """Findings as a list; each says what makes it as sure as it is."""
    items = (
        element(
            "li",
            f"{escape(f.sentence)} "
            + element("span", escape(f.basis), class_="basis", title=f.source),
            class_=f.basis.replace(" ", "-"),
        )
        for f in section.findings
    )
    return element("h3", escape(section.title)) + element("ul", "".join(items))


def _thirds(thirds: pd.DataFrame) -> str:
    """Three columns, one under the other where there is little room."""
    parts = []
    for row in thirds.to_dict("records"):
        title = element("h3", escape(row.pop("third").capitalize()))
        pairs = (
            element("dt", escape(k)) + element("dd", escape(v)) for k, v in row.items()
        )
        parts.append(element("section", title + element("dl", "".join(pairs))))
    return "".join(parts)


def _plain_table(rows: pd.DataFrame) -> str:
    """A small table as it stands."""
    cells = (
        element("tr", "".join(map(_table_cell, line._fields, line)))
        for line in plain_rows(rows)
    )
    return html_table(rows.columns, cells, rows.select_dtypes("number").columns)


def _withhold(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables without the article's words but for the heaviest evidence."""
    bare = {n: t.drop(columns="text", errors="ignore") for n, t in tables.items()}
    return {**bare, "evidence": heaviest(tables["evidence"], QUOTED)}


def _figure(label: str, chart: Axes | Figure) -> str:
    figure = figure_of(chart)
    alt = alt_text(figure)
    drawn = element("div", _svg(figure, label, alt), class_="chart")
    return element("figure", drawn + element("figcaption", escape(alt)))


def _svg(figure: Figure, label: str, alt: str) -> str:
    """A figure as SVG inside a page: its ids are its own, its size is the page's."""
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg_text(figure), flags=re.S)
    svg = svg[svg.index("<svg") :].replace(' id="', f' id="{label}-')
    svg = re.sub(r'(href="|url\()#(?!p\d+")', rf"\1#{label}-", svg)
    svg = re.sub(r'<a xlink:href="#p(\d+)"[^>]*>', _passage_link, svg)
    svg = re.sub(r' (width|height)="[\d.]+pt"', "", svg, count=2)
    role = "group" if "<a " in svg else "img"  # what an image holds cannot be reached
    return svg.replace("<svg", f'<svg role="{role}" aria-label="{attribute(alt)}"', 1)


def _passage_link(match: re.Match[str]) -> str:
    """A point's link to its paragraph, with a name, and in the same window."""
    n = match[1]
    return opening("a", href=f"#p{n}", role="link", aria_label=f"paragraph {n}")


def _ledger(
    stance: pd.DataFrame, evidence: pd.DataFrame, labels: Mapping[str, str] | None
) -> str:
    """Every score with its heaviest phrases: they and the rest add up to it."""
    phrases = dict(list(heaviest(evidence).groupby(["paragraph", "holder", "target"])))
    lines, seen = [], set()
    for row in plain_rows(stance):
        own = phrases.get((row.paragraph, row.holder, row.target))
        anchor = None if row.paragraph in seen else f"s{row.paragraph}"
        seen.add(row.paragraph)
        unsaid = " (unsaid)" if row.implied else ""
        edge = f"{_chip(row.holder, labels)} → {_chip(row.target, labels)}{unsaid}"
        by_person = row.scorer == PERSON
        words = BY_PERSON if by_person else _say_evidence(row.score, own)
        cells = (
            _table_cell("paragraph", row.paragraph),
            element("td", edge),
            element("td", signed(row.score), class_="number"),
            _table_cell("", row.certainty),
            element("td", words),
        )
        lines.append(element("tr", "".join(cells), id=anchor))
    heads = ("¶", "holder → target", "score", "certainty", "evidence")
    return html_table(heads, lines, ("¶", "score"), class_="ledger")


def _chip(actor: str, labels: Mapping[str, str] | None) -> str:
    style = f"border-bottom:2px solid {colour(actor)}"
    return element("span", escape(name(actor, labels)), style=style)


def _say_evidence(score: float, phrases: pd.DataFrame | None) -> str:
    """Phrases with their weights, and the rest that makes up the score."""
    if score is None:
        return ""
    texts, weights = ([], []) if phrases is None else (phrases.text, phrases.weight)
    pairs = zip(texts, weights, strict=True)
    parts = [f"{escape(text)} <b>{signed(weight)}</b>" for text, weight in pairs]
    rest = score - sum(weights)
    if abs(rest) >= 0.005:
        parts.append(f"rest <b>{signed(rest)}</b>")
    return "; ".join(parts)


def _share_cells(found: pd.DataFrame, by: str, labels: Mapping[str, str] | None) -> str:
    """Into which frames each actor is put, or which parts it plays, and how often."""
    order = {actor: i for i, actor in enumerate(known_first(found["actor"]))}
    found = found.sort_values("actor", key=lambda a: a.map(order), kind="stable")
    cells = (
        f"<tr><td>{_chip(row.actor, labels)}</td>"
        f"{_table_cell('', word.replace('_', ' '))}"
        f'<td class="number">{row.paragraphs} of {row.n}</td>'
        f'<td class="number">{row.low:.0%} to {row.high:.0%}</td></tr>'
        for row, word in zip(found.itertuples(), found[by], strict=True)
    )
    counts = ("paragraphs", "95 % interval")
    return html_table(("actor", by, *counts), cells, counts)


def _folded(label: str, rows: pd.DataFrame, labels: Mapping[str, str] | None) -> str:
    """A table that opens on a click: its first rows."""
    body = _plain_table(
        with_labels(rows.drop(columns="article"), labels or {}).head(MOST_ROWS)
    )
    more = f", the first {MOST_ROWS} shown" if len(rows) > MOST_ROWS else ""
    head = element("summary", f"{label}.csv: {len(rows)} rows{more}")
    return element("details", head + element("div", body, class_="scroll", tabindex=0))


def _glossary() -> str:
    """Every word with the term behind it, its meaning and where it stands."""
    parts = []
    for word in read_glossary():
        also = f" ({word.term})" if word.term != word.word else ""
        parts.append(element("dt", escape(word.word + also)))
        source = element("small", escape(f"[{word.source}]"))
        parts.append(element("dd", f"{escape(word.meaning)} {source}"))
    return element("dl", "".join(parts), class_="glossary")


def _table_cell(column: str, value: object) -> str:
    """A cell; a missing value is empty, a paragraph's number opens the passage."""
    if value is None:
        return "<td></td>"
    if column == "paragraph":
        return element(
            "td", element("a", str(value), href=f"#p{value}"), class_="number"
        )
    if isinstance(value, float):
        return element("td", f"{value:z.2f}".replace("-", "−"), class_="number")
    number = isinstance(value, int) and not isinstance(value, bool)
    return element("td", escape(str(value)), class_="number" if number else None)


def _settings(run: Mapping[str, object], before: str = "") -> Iterator[str]:
    """Rows of the run record, nested names joined by dots."""
    for label, value in run.items():
        if isinstance(value, Mapping):
            yield from _settings(value, f"{before}{label}.")
        else:
            words = ", ".join(map(str, value)) if isinstance(value, list) else value
            said = "none" if words in ("", None) else str(words)
            cells = _table_cell("", f"{before}{label}") + _table_cell("", said)
            yield f"<tr>{cells}</tr>"


def html_table(
    heads: Iterable[str],
    rows: Iterable[str],
    numbers: Iterable[str] = (),
    **attributes: object,
) -> str:
    """A table of rows that are HTML; a head tells its meaning where one hovers.

    Heads of `numbers` stand on the right, as these do.

    >>> html_table(["holder"], ["<tr><td>x</td></tr>"])[:50]
    '<table><thead><tr><th scope="col" title="The actor'
    """
    right = {*numbers}
    top = "".join(
        element(
            "th",
            escape(h.replace("_", " ")),
            scope="col",
            class_="number" if h in right else None,
            title=meaning(h),
        )
        for h in heads
    )
    head, body = element("thead", element("tr", top)), element("tbody", "".join(rows))
    return element("table", head + body, **attributes)
