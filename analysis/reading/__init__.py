"""The article itself as HTML: who is mentioned, who speaks, what moved a score.

Overlapping spans are cut at every boundary, so that each piece of text stands in one
element that knows all that covers it. The tags hold everything that is added: taking
them out and unescaping what is left gives back the article's text to the character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analysis.articles import FURNITURE
from analysis.charts.colours import colour, known_first, name
from analysis.charts.style import (
    AGAINST,
    FOR,
    signed,
)
from analysis.tables import RESOURCES, in_words

if TYPE_CHECKING:
    import pandas as pd
    from IPython.display import HTML

    from analysis.pipeline import Analysis

UNDERLINES = {"name": "solid", "nominal": "dashed", "pronoun": "dotted"}
LEADING = 1 / 3  # of the heaviest phrase of its stance: a lighter one is not marked
LEAST_WEIGHT = 0.1  # … and neither is one that moves the score by less
QUOTED = 3  # phrases a stance that a report without the article's text still quotes


def opening(tag: str, **attributes: object) -> str:
    """An opening tag; an attribute that is None is left out.

    A name's underscore at the end is dropped, those within become hyphens.

    >>> opening("p", class_="body", data_kind='a "b"', id=None)
    '<p class="body" data-kind="a &quot;b&quot;">'
    """
    own = (
        f' {key.rstrip("_").replace("_", "-")}="{attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{''.join(own)}>"


def attribute(value: object) -> str:
    """A value as it stands between the quotation marks of an attribute.

    >>> attribute("a<b>\\n'c'")
    'a&lt;b&gt;&#10;&#x27;c&#x27;'
    """
    return escape(str(value)).replace("\n", "&#10;")


def element(tag: str, inner: str, **attributes: object) -> str:
    """An element around HTML.

    >>> element("b", escape("<"), title="less")
    '<b title="less">&lt;</b>'
    """
    return f"{opening(tag, **attributes)}{inner}</{tag}>"


class Mark(NamedTuple):
    """A stretch of text, how it looks and why it is marked."""

    start: int
    end: int
    kind: str  # CSS classes
    style: str
    why: str


def mark_up(
    text: str,
    mentions: pd.DataFrame,
    quotes: pd.DataFrame,
    evidence: pd.DataFrame,
    stance: pd.DataFrame,
    paragraphs: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    article_text: bool = True,
) -> str:
    """Mark mentions, quotations and evidence in the paragraphs given, as HTML.

    A ``<p id="p12">`` a paragraph; its number links to its stance (``#s12``), and every
    mark says why in its ``title``. Without `article_text` the text is left out but for
    up to three phrases a stance.

    >>> from analysis.tables import to_table
    >>> from analysis.articles import find_paragraphs
    >>> names = ("mentions", "quotes", "evidence", "stance")
    >>> none = [to_table([], n) for n in names]
    >>> paragraphs = to_table(find_paragraphs("A <b> & more."), "paragraphs")
    >>> mark_up("A <b> & more.", *none, paragraphs)[-28:]
    '>A &lt;b&gt; &amp; more.</p>'
    """
    evidence = heaviest(evidence, None if article_text else QUOTED)
    found = list(_evidence_marks(evidence, stance, labels))
    marks = [*_mention_marks(mentions, labels), *_quote_marks(quotes, labels), *found]
    linked = set(stance["paragraph"].dropna())
    parts, at = [], 0
    for row in plain_rows(paragraphs):
        gap = text[at : row.start]
        parts.append("" if gap.strip() else escape(gap))
        near = [m for m in marks if m.start < row.end and m.end > row.start]
        if article_text:
            inner = "".join(_pieces(text, row.start, row.end, near))
        else:
            near = [m for m in near if m in found]
            pieces = _pieces(text, row.start, row.end, near, bare=False)
            inner = " … ".join(pieces) or "…"
        parts.append(f"{_paragraph_tag(row, linked)}{inner}</p>")
        at = row.end
    gap = text[at:]
    parts.append("" if gap.strip() else escape(gap))
    return "".join(parts)


def heaviest(evidence: pd.DataFrame, most: int | None = None) -> pd.DataFrame:
    """The phrases that moved each stance: at least 0.1 and a third of its heaviest.

    At most so many a stance, if asked; rows of the table ``evidence``, in its order.

    >>> from analysis.tables import to_table
    >>> len(heaviest(to_table([], "evidence")))
    0
    """
    evidence = evidence.dropna(subset="start")  # the baseline is no phrase
    stance = ["article", "paragraph", "holder", "target"]
    weight = evidence["weight"].abs()
    own = weight.groupby([evidence[c] for c in stance], dropna=False)
    heavy = weight >= (LEADING * own.transform("max")).clip(lower=LEAST_WEIGHT)
    first = own.rank(method="first", ascending=False) <= (most or len(evidence))
    return evidence[(heavy & first).fillna(False).astype(bool)]


def plain_rows(table: pd.DataFrame) -> Iterator[NamedTuple]:
    """Rows of any table, with None for what is missing.

    >>> import pandas as pd
    >>> [tuple(r) for r in plain_rows(pd.DataFrame({"n": pd.array([1, None])}))]
    [(1,), (None,)]
    """
    plain = table.astype(object)
    return plain.where(plain.notna(), None).itertuples(index=False)


def show(
    text: str,
    tables: Analysis,
    only: Iterable[int] | None = None,
    labels: Mapping[str, str] | None = None,
    evidence: bool = True,
) -> HTML:
    """The marked-up article for a notebook; hover over a mark to see why.

    `only`: only these paragraphs. `labels`: what to call the actors. `evidence`:
    whether to mark the evidence too, which takes a while for a whole article.

    >>> from analysis.notebooks import example
    >>> "<style>" in show(example().article.text, example()).data
    True
    """
    from IPython.display import HTML

    paragraphs = tables.paragraphs
    if only is not None:
        paragraphs = paragraphs[paragraphs["paragraph"].isin(list(only))]
    shown = paragraphs["paragraph"].tolist() if evidence else []
    marked = mark_up(
        text,
        tables.mentions,
        tables.quotes,
        tables.evidence_in(shown),
        tables.stance,
        paragraphs,
        labels,
    )
    top = key([*tables.mentions["actor"], *tables.quotes["actor"]], labels)
    style = Path(RESOURCES, "reading.css").read_text(encoding="utf-8")
    article = element("div", marked, class_="article")
    return HTML(f"<style>{style}</style>{top}{article}")


def key(actors: Iterable[str], labels: Mapping[str, str] | None = None) -> str:
    """The key to the marks, as HTML; actors may be repeated or missing.

    >>> "civil society" in key(["civil_society", None])
    True
    """
    chips = " ".join(
        element(
            "span",
            escape(name(a, labels)),
            style=f"border-bottom:2px solid {colour(a)};{_tint(a)}",
        )
        for a in known_first(actors)
    )
    lines = ", ".join(
        element("span", in_words(form), style=f"border-bottom:2px {line} #777")
        for form, line in UNDERLINES.items()
    )
    signs = " ".join(
        element("span", way, class_=f"first {way}", style=_glow(tone, 0.3))
        for way, tone in (("against", AGAINST), ("for", FOR))
    )
    words = (
        f"{chips} · line: mention ({lines}) · tint: quotation in the speaker’s colour, "
        f"paler where reported · glow: evidence {signs} · grey: caption, prompt, "
        "heading"
    )
    return element("p", words, class_="key")


def _paragraph_tag(row: NamedTuple, linked: set[int]) -> str:
    """The opening tag of a paragraph and its number, which is no text."""
    n = row.paragraph
    kind = f"furniture {row.kind}" if row.kind in FURNITURE else str(row.kind)
    number = element("span", "", class_="n", data_n=n)
    if n in linked:
        what = f"the stances of paragraph {n}"
        number = element(
            "a", "", class_="n", href=f"#s{n}", data_n=n, title=what, aria_label=what
        )
    about = f"{row.kind}: {row.reason}"
    return opening("p", id=f"p{n}", class_=kind, data_kind=about) + number


def _pieces(
    text: str, start: int, end: int, marks: list[Mark], bare: bool = True
) -> Iterator[str]:
    """The text cut at every boundary of a mark, each piece with all its marks."""
    inside = {p for m in marks for p in (m.start, m.end) if start < p < end}
    cuts = sorted({start, end, *inside})
    for left, right in zip(cuts, cuts[1:], strict=False):
        over = [m for m in marks if m.start <= left and m.end >= right]
        if over:
            # A phrase has one sign, however many pieces other marks make of it.
            begins = any(m.start == left and "evidence" in m.kind for m in over)
            first = ["first"] if begins else []
            kinds = " ".join(dict.fromkeys([m.kind for m in over] + first))
            style = ";".join(dict.fromkeys(m.style for m in over))
            why = "\n".join(m.why for m in over)
            words = escape(text[left:right])
            yield element("span", words, class_=kinds, style=style, title=why)
        elif bare:
            yield escape(text[left:right])


def _because(*parts: object) -> str:
    return " · ".join(str(p) for p in parts if p is not None)


def _mention_marks(
    mentions: pd.DataFrame, labels: Mapping[str, str] | None
) -> Iterator[Mark]:
    for row in plain_rows(mentions):
        if row.form in UNDERLINES:
            style = f"border-bottom:2px {UNDERLINES[row.form]} {colour(row.actor)}"
            who = f"mention of {name(row.actor, labels)}"
            why = _because(who, in_words(row.form), row.part, row.rule)
            yield Mark(row.start, row.end, "mention", style, why)


def _quote_marks(
    quotes: pd.DataFrame, labels: Mapping[str, str] | None
) -> Iterator[Mark]:
    for row in plain_rows(quotes):
        actor = row.actor or "unknown"
        style = _tint(actor, pale=row.kind == "indirect")
        who = f"quotation by {row.speaker or 'an unknown speaker'}"
        cue = row.cue and f"cue “{row.cue}” ({row.distance})"
        sure = row.confidence is not None and f"confidence {row.confidence:.2f}"
        why = _because(who, name(actor, labels), row.kind, cue, row.rule, sure or None)
        yield Mark(row.start, row.end, "quote", style, why)


def _evidence_marks(
    evidence: pd.DataFrame, stance: pd.DataFrame, labels: Mapping[str, str] | None
) -> Iterator[Mark]:
    """Evidence, weakest first: where phrases overlap the strongest shows."""
    scores = {(s.paragraph, s.holder, s.target): s.score for s in plain_rows(stance)}
    for row in sorted(plain_rows(evidence), key=lambda r: abs(r.weight)):
        sign, tone = ("against", AGAINST) if row.weight < 0 else ("for", FOR)
        score = scores.get((row.paragraph, row.holder, row.target))
        edge = f"{name(row.holder, labels)} → {name(row.target, labels)}"
        total = None if score is None else f"score {signed(score)}"
        why = _because(f"evidence, {edge}", total, f"phrase {signed(row.weight)}")
        style = _glow(tone, min(0.6, abs(row.weight)))
        yield Mark(row.start, row.end, f"evidence {sign}", style, why)


def _tint(actor: str, pale: bool = False) -> str:
    """A see-through ground in an actor's colour, for light pages and dark ones."""
    return f"background:{colour(actor)}{'14' if pale else '2e'}"


def _glow(tone: str, strength: float) -> str:
    """A highlighter's stroke at the foot of the line, clear of the letters' middle."""
    alpha = f"{round(50 + 160 * strength):02x}"
    return f"background-image:linear-gradient(#0000 74%,{tone}{alpha} 74%)"


def mark_passages(
    text: str,
    spans: Iterable[tuple[int, int]],
    tables: Iterable[pd.DataFrame],
    labels: Mapping[str, str] | None = None,
) -> list[str]:
    """Passages with their marks, each as HTML that stands in any element.

    `tables` are rows of mentions, quotes, evidence and stance.

    >>> from analysis.tables import to_table
    >>> none = [to_table([], t) for t in ("mentions", "quotes", "evidence", "stance")]
    >>> mark_passages("A <b> & more.", [(2, 7)], none)
    ['&lt;b&gt; &amp;']
    """
    mentions, quotes, evidence, stance = tables
    marks = [
        *_mention_marks(mentions, labels),
        *_quote_marks(quotes, labels),
        *_evidence_marks(heaviest(evidence), stance, labels),
    ]
    near = ((x, [m for m in marks if m.start < x[1] and m.end > x[0]]) for x in spans)
    return ["".join(_pieces(text, *span, own)) for span, own in near]
