"""A report in one file: charts, scores with their evidence, the marked-up article.

The file holds all that it shows and opens with no network. Each score links to its
passage, each passage back to its scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from analysis.charts.colours import colour, name
from analysis.charts.style import (
    alt_text,
    body_of,
    signed,
    svg_text,
)
from analysis.framing import actor_frames
from analysis.mentions.voices import voice_shares
from analysis.reading import QUOTED, heaviest, key, mark_up, plain_rows
from analysis.stance import PERSON
from analysis.tables import RESOURCES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = ("paragraphs", "mentions", "quotes", "framing", "frames", "evidence")
MOST_ROWS = 200  # of a table in the report; the CSV file has them all
NOT_VALIDATED = "not validated for this topic: no hand coding was compared"
BY_PERSON = "corrected by a person: no evidence of the model"
WITHHELD = (
    '<p class="note">The article’s text is left out; only the phrases that moved a '
    "score most are quoted.</p>"
)


def write_report(
    path: str | Path,
    title: str,
    text: str,
    tables: Mapping[str, pd.DataFrame],
    figures: Mapping[str, Axes | Figure],
    run: Mapping[str, object],
    labels: Mapping[str, str] | None = None,
    article_text: bool = True,
) -> Path:
    """Write the report of one article as a self-contained HTML file.

    Parameters
    ----------
    path : str or Path
        The file to write.
    title : str
        The article's title.
    text : str
        The article's text, which the tables' spans point into.
    tables : mapping of str to pandas.DataFrame
        The tables of the article by their names.
    figures : mapping of str to matplotlib Axes or Figure
        Charts by their names, in the order to show them; the first is shown large.
    run : mapping
        What ``run.json`` holds: versions, settings, sums. Its ``validation``, if any,
        is the sentence of the badge.
    labels : mapping of str to str, optional
        What to call the actors.
    article_text : bool
        False leaves the article's text out but for the evidence quoted, for those who
        may not pass the text on.

    Returns
    -------
    Path
        The file.

    Examples
    --------
    >>> import tempfile
    >>> from analysis.tables import to_table
    >>> names = ("stance", "paragraphs", "mentions", "quotes", "framing", "evidence")
    >>> tables = {n: to_table([], n) for n in names}
    >>> path = Path(tempfile.mkdtemp()) / "report.html"
    >>> write_report(path, "A & B", "", tables, {}, {}).name
    'report.html'
    """
    t = tables if article_text else _withhold(tables)
    spans = (t["mentions"], t["quotes"], t["evidence"], t["stance"], t["paragraphs"])
    actors = [*t["mentions"]["actor"], *t["quotes"]["actor"]]
    css = (RESOURCES / n for n in ("report.css", "reading.css"))
    page = Template((RESOURCES / "report.html").read_text(encoding="utf-8")).substitute(
        title=escape(title),
        css="".join(c.read_text(encoding="utf-8") for c in css),
        summary=escape(summary(tables, labels)),
        notes="".join(f'<p class="badge">{escape(n)}</p>' for n in _notes(run)),
        validation=escape(str(run.get("validation") or NOT_VALIDATED)),
        charts="\n".join(_figure(n, chart) for n, chart in figures.items()),
        ledger=_ledger(t["stance"], t["evidence"], labels),
        note="" if article_text else WITHHELD,
        key=key(actors, labels),
        article=mark_up(text, *spans, labels, article_text),
        framing=_shares(t, labels),
        tables="\n".join(_folded(n, t[n]) for n in SHOWN if n in t),
        run=_table(("setting", "value"), _settings(run)),
    )
    path = Path(path)
    path.write_text(page, encoding="utf-8")
    return path


def summary(
    tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str] | None = None
) -> str:
    """What the tables say of the body text in three sentences, each number counted.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        The tables of an article.
    labels : mapping of str to str, optional
        What to call the actors.

    Returns
    -------
    str
        Counts, voices' shares of the body's words, and the most frequent stance.

    Examples
    --------
    >>> from analysis.tables import to_table
    >>> names = ("paragraphs", "mentions", "quotes", "stance")
    >>> summary({n: to_table([], n) for n in names})[:50]
    '0 paragraphs, 0 of them body text; in it 0 quotati'
    """
    paragraphs = tables["paragraphs"]
    body = paragraphs[paragraphs["kind"] == "body"]
    names = ("mentions", "quotes", "stance")
    mentions, quotes, stance = (body_of(tables[n], paragraphs) for n in names)
    named = mentions[mentions["form"] != "generic"]
    marked = quotes[quotes["kind"] != "indirect"]
    parts = [
        f"{len(paragraphs)} paragraphs, {len(body)} of them body text; in it "
        f"{marked['quote'].nunique()} quotations in marks and {len(named)} mentions of "
        f"{named['actor'].nunique()} actors."
    ]
    spoken = voice_shares(paragraphs, tables["quotes"])
    spoken = spoken[spoken["words"] > 0]
    if len(spoken):
        shares = zip(spoken["voice"], spoken["share"], strict=True)
        each = ", ".join(f"{name(v, labels)} {share:.0%}" for v, share in shares)
        parts.append(f"Share of the body’s words by voice: {each}.")
    scored = stance.dropna(subset=["score"])
    if len(scored):
        pairs = scored.groupby(["holder", "target"])["score"].agg(["size", "mean"])
        holder, target = pairs["size"].idxmax()
        n, mean = pairs.loc[(holder, target)]
        parts.append(
            f"The most frequent stance is {name(holder, labels)} toward "
            f"{name(target, labels)}: mean {signed(mean)} in {n:.0f} paragraphs."
        )
    return " ".join(parts)


def _withhold(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables without the article's words but for the heaviest evidence."""
    bare = {n: t.drop(columns="text", errors="ignore") for n, t in tables.items()}
    return {**bare, "evidence": heaviest(tables["evidence"], QUOTED)}


def _figure(label: str, chart: Axes | Figure) -> str:
    figure = chart if hasattr(chart, "savefig") else chart.figure
    alt = escape(alt_text(figure))
    return f"<figure>{_svg(figure, label, alt)}<figcaption>{alt}</figcaption></figure>"


def _svg(figure: Figure, label: str, alt: str) -> str:
    """A figure as SVG inside a page: its ids are its own, its size is the page's."""
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg_text(figure), flags=re.S)
    svg = svg[svg.index("<svg") :].replace(' id="', f' id="{label}-')
    svg = re.sub(r'(href="|url\()#(?!p\d+")', rf"\1#{label}-", svg)
    svg = re.sub(r' (width|height)="[\d.]+pt"', "", svg, count=2)
    return svg.replace("<svg", f'<svg role="img" aria-label="{alt}"', 1)


def _notes(run: Mapping[str, object]) -> list[str]:
    """What reading the article had to say, for those who read its figures."""
    return [f"Note on reading: {note}" for note in run.get("notes") or ()]


def _ledger(
    stance: pd.DataFrame, evidence: pd.DataFrame, labels: Mapping[str, str] | None
) -> str:
    """Every score with its heaviest phrases: they and the rest add up to it."""
    phrases = dict(list(heaviest(evidence).groupby(["paragraph", "holder", "target"])))
    cells, seen = [], set()
    for row in plain_rows(stance):
        own = phrases.get((row.paragraph, row.holder, row.target))
        anchor = "" if row.paragraph in seen else f' id="s{row.paragraph}"'
        seen.add(row.paragraph)
        unsaid = " (unsaid)" if row.implied else ""
        edge = f"{_chip(row.holder, labels)} → {_chip(row.target, labels)}{unsaid}"
        numbers = _cell("", row.score) + _cell("", row.certainty)
        words = BY_PERSON if row.scorer == PERSON else _sum(row.score, own)
        cells.append(
            f"<tr{anchor}>{_cell('paragraph', row.paragraph)}<td>{edge}</td>{numbers}"
            f"<td>{words}</td></tr>"
        )
    return _table(("¶", "holder → target", "score", "certainty", "evidence"), cells)


def _chip(actor: str, labels: Mapping[str, str] | None) -> str:
    style = f"border-bottom:2px solid {colour(actor)}"
    return f'<span style="{style}">{escape(name(actor, labels))}</span>'


def _sum(score: float, phrases: pd.DataFrame | None) -> str:
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


def _shares(
    tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str] | None
) -> str:
    """Into which frames the body puts each actor, in how many of its paragraphs."""
    names = ("framing", "mentions", "paragraphs")
    found = actor_frames(*(tables[n] for n in names))
    cells = (
        f"<tr><td>{_chip(row.actor, labels)}</td>{_cell('', row.frame)}"
        f'<td class="number">{row.paragraphs} of {row.n}</td>'
        f'<td class="number">{row.low:.0%} to {row.high:.0%}</td></tr>'
        for row in found.itertuples()
    )
    return _table(("actor", "frame", "paragraphs", "95 % interval"), cells)


def _folded(label: str, table: pd.DataFrame) -> str:
    """A table that opens on a click: its first rows."""
    rows = table.drop(columns="article").head(MOST_ROWS)
    cells = (
        "<tr>" + "".join(map(_cell, row._fields, row)) + "</tr>"
        for row in plain_rows(rows)
    )
    more = f", the first {MOST_ROWS} shown" if len(table) > MOST_ROWS else ""
    head = f"<summary>{label}.csv: {len(table)} rows{more}</summary>"
    body = _table(rows.columns, cells)
    return f'<details>{head}<div class="scroll">{body}</div></details>'


def _cell(column: str, value: object) -> str:
    """A cell; a missing value is empty, a paragraph's number opens the passage."""
    if value is None:
        return "<td></td>"
    if column == "paragraph":
        return f'<td class="number"><a href="#p{value}">{value}</a></td>'
    if isinstance(value, float):
        return f'<td class="number">{value:.2f}</td>'.replace("-", "−")
    return f"<td>{escape(str(value))}</td>"


def _settings(run: Mapping[str, object], before: str = "") -> Iterator[str]:
    """Rows of the run record, nested names joined by dots."""
    for label, value in run.items():
        if isinstance(value, Mapping):
            yield from _settings(value, f"{before}{label}.")
        else:
            cells = _cell("", f"{before}{label}") + _cell("", value)
            yield f"<tr>{cells}</tr>"


def _table(heads: Iterable[str], rows: Iterable[str]) -> str:
    top = "".join(f"<th>{escape(h)}</th>" for h in heads)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
