"""What the pages of the explorer show, as plain values: found in tables, by paragraph.

Each function takes a session and gives what one page lists; the pages' templates stand
in ``resources/explorer``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from analysis.charts.colours import known_first, shade
from analysis.charts.style import AGAINST, FOR, signed
from analysis.corrections import Correction
from analysis.corrections.files import pair_of
from analysis.explorer.actors import person_line
from analysis.explorer.session import Session
from analysis.export import edge_list
from analysis.reading import mark_passages, plain_rows
from analysis.stance import PERSON
from analysis.tables import to_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pipeline import Analysis

ScreenRow = dict[str, Any]
KINDS_OF_QUOTE = {"direct": "direct quotation", "indirect": "indirect speech"}
SIDES = {-1: "against", 0: "even", 1: "for"}
FOUND = ("mentions", "quotes")
QUOTE_CUT = 90  # letters of a quotation in a list
LEAST_PHRASE = 0.05  # what a phrase adds to a score to be listed
MOST_PHRASES = 6
STRONGEST_TINT = 0.55  # of a colour behind dark letters


def paragraph_rows(s: Session) -> list[ScreenRow]:
    """The paragraphs with their kinds, for the page that corrects them."""
    if s.result is None:
        return []
    said = {c.start: c for c in s.corrections if c.what == "kind"}
    return [
        {**p._asdict(), "correction": said.get(p.start)}
        for p in s.result.structure.paragraphs
    ]


def actor_rows(s: Session) -> list[ScreenRow]:
    """The actors with their words, a line each."""
    if s.result is None:
        return []
    named, paragraphs = s.result.mentions, s.result.structure.paragraphs
    body = [p.paragraph for p in paragraphs if p.kind == "body"]  # as everywhere
    counted = (named["form"] != "generic") & named["paragraph"].isin(body)
    counts = Counter(named.loc[counted, "actor"])
    rows = [
        {
            **{"id": a.id, "label": a.label, "role": a.role, "reason": a.reason},
            "names": "\n".join(a.names),
            "nouns": "\n".join(a.nominals),
            "people": "\n".join(map(person_line, a.people)),
            "mentions": counts[a.id],
        }
        for a in s.codebook.actors
    ]
    return sorted(rows, key=lambda row: -row["mentions"])


def matrix(result: Analysis) -> ScreenRow:
    """Who stands how toward whom over the body text: a row a holder."""
    edges = {
        (e.holder, e.target): e
        for e in edge_list(result.stance, result.paragraphs).itertuples()
    }
    holders = known_first(h for h, _ in edges)
    targets = known_first(t for _, t in edges)
    rows = [
        {"holder": h, "cells": [_matrix_cell(edges.get((h, t))) for t in targets]}
        for h in holders
    ]
    n = sum(e.paragraphs for e in edges.values())
    return {"targets": targets, "rows": rows, "n": n}


def _matrix_cell(edge: Any) -> ScreenRow | None:
    if edge is None:
        return None
    tone = AGAINST if edge.weight < 0 else FOR
    return {
        "target": edge.target,
        "mean": signed(edge.weight),
        "n": edge.paragraphs,
        "words": SIDES[edge.direction],
        "fill": shade(tone, 1 - STRONGEST_TINT * min(1, abs(edge.weight))),
    }


def marked_rows(s: Session) -> list[ScreenRow]:
    """The article, paragraph by paragraph, marked and with its marks in words."""
    paragraphs = s.result.structure.paragraphs
    found = {n: _by_paragraph(getattr(s.result, n)) for n in (*FOUND, "stance")}
    marked = _marked(s, paragraphs, _tables(s, None))
    rows = []
    for p, html in zip(paragraphs, marked, strict=True):
        mentions, quotes, stance = (
            rows.get(p.paragraph, ()) for rows in found.values()
        )
        counts = Counter(m.actor for m in mentions if m.form != "generic")
        rows.append(
            {
                **p._asdict(),
                "marked": html,
                "named": [(a, counts[a]) for a in known_first(counts)],
                "quotes": [_quote(q, {}) for q in quotes],
                "stances": [_stance(x) for x in stance],
                "corrected": len(_corrections_in(s, p)),
            }
        )
    return rows


def _by_paragraph(table: pd.DataFrame) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in plain_rows(table):
        found.setdefault(row.paragraph, []).append(row)
    return found


def passage_row(s: Session, number: int, pair: str = "") -> ScreenRow:
    """One paragraph with all that was found in it, and how it was corrected."""
    p = s.result.structure.paragraphs[number]
    here, said = _tables(s, number), _corrections_in(s, p)
    spans = {(c.what, c.start, c.end): c for c in said}
    about = s.result.paragraphs.loc[number]
    return {
        **p._asdict(),
        "voice": about["voice"],
        "words": int(about["words"]),
        "marked": _marked(s, [p], here)[0],
        "correction": spans.get(("kind", p.start, p.end)),
        "stances": list(_stances_of(s, number, here, said, pair)),
        "quotes": [_quote(q, spans) for q in plain_rows(here["quotes"])],
        "mentions": list(_mentions(here["mentions"], said, spans)),
        "frames": _frames_of(s, number),
    }


def _tables(s: Session, paragraph: int | None) -> dict[str, pd.DataFrame]:
    """The rows of a paragraph or of all; stances only where the model has read them.

    Evidence stands where it is known already.
    """
    names = (*FOUND, *(["stance"] if s.was_read else []))
    found = {name: getattr(s.result, name) for name in names}
    if paragraph is not None:
        found = {n: t[t["paragraph"] == paragraph] for n, t in found.items()}
    known = paragraph is not None and s.knows_evidence(paragraph)
    none = {n: to_table([], n) for n in ("stance", "evidence") if n not in found}
    return {**none, **found, **({"evidence": s.evidence(paragraph)} if known else {})}


def _marked(
    s: Session, paragraphs: Iterable[Any], found: Mapping[str, pd.DataFrame]
) -> list[Markup]:
    tables = [found[n] for n in ("mentions", "quotes", "evidence", "stance")]
    spans = [(p.start, p.end) for p in paragraphs]
    marked = mark_passages(s.article.text, spans, tables, s.result.labels)
    return [Markup(html) for html in marked]


def _corrections_in(s: Session, p: Any) -> list[Correction]:
    return [c for c in s.corrections if p.start <= c.start and c.end <= p.end]


def _stance(x: Any) -> ScreenRow:
    return {
        "holder": x.holder,
        "target": x.target,
        "side": SIDES[x.direction],
        "score": "" if x.score is None else signed(x.score),
    }


def _stances_of(
    s: Session,
    number: int,
    here: Mapping[str, pd.DataFrame],
    said: list[Correction],
    pair: str,
) -> Iterator[ScreenRow]:
    """What is found and what a person said instead, each with its words."""
    given = {pair_of(c): c for c in said if c.what in ("stance", "missing")}
    phrases, known = here["evidence"], s.knows_evidence(number)
    for x in plain_rows(here["stance"]):
        correction = given.pop((x.holder, x.target), None)
        own = phrases[(phrases["holder"] == x.holder) & (phrases["target"] == x.target)]
        terms = [x.certainty] if x.certainty and not correction else []
        terms += ["implied"] if x.implied else []
        yield {
            **_stance(x),
            "terms": terms,
            "correction": correction,
            "phrases": [] if x.scorer == PERSON else _phrases(own) if known else None,
            "pair": f"{x.holder}>{x.target}",
            "chosen": pair == f"{x.holder}>{x.target}",
        }
    for (holder, target), correction in given.items():
        side = correction.becomes.rpartition(":")[2]
        yield {
            **{"holder": holder, "target": target, "side": side, "score": ""},
            **{"terms": [], "correction": correction, "phrases": []},
            **{"pair": f"{holder}>{target}", "chosen": False},
        }


def _phrases(own: pd.DataFrame) -> list[tuple[str, str, str]]:
    """The heaviest phrases: words, weight, side."""
    own = own.dropna(subset="start")
    order = own["weight"].abs().sort_values(ascending=False, kind="stable").index
    return [
        (row.text, signed(row.weight), "against" if row.weight < 0 else "for")
        for row in own.loc[order].head(MOST_PHRASES).itertuples()
        if abs(row.weight) >= LEAST_PHRASE
    ]


def _quote(q: Any, spans: Mapping[tuple, Correction]) -> ScreenRow:
    cue = f"“{q.cue}”" if q.cue else "no cue"
    said = q.speaker or "speaker unknown"
    short = (
        q.text if len(q.text) <= QUOTE_CUT else q.text[: QUOTE_CUT - 1].rstrip() + "…"
    )
    return {
        **{"start": q.start, "end": q.end, "short": short, "was": q.actor or ""},
        "actor": q.actor or "unknown",
        "kind": KINDS_OF_QUOTE.get(q.kind, q.kind),
        "words": f"{said}, {cue}:",
        "correction": spans.get(("speaker", q.start, q.end)),
    }


def _mentions(
    table: pd.DataFrame, said: list[Correction], spans: Mapping[tuple, Correction]
) -> Iterator[ScreenRow]:
    """Who is named, and what a person said is nobody."""
    found = set()
    for m in plain_rows(table):
        if m.form != "generic":
            found.add((m.start, m.end))
            parts = [m.part] if m.part != "other" else []
            yield {
                **{"start": m.start, "end": m.end, "text": m.text, "was": m.actor},
                **{
                    "actor": m.actor,
                    "terms": [m.form, *parts],
                },
                "correction": spans.get(("mention", m.start, m.end)),
            }
    for c in said:
        if c.what == "mention" and (c.start, c.end) not in found:
            yield {
                **{"start": c.start, "end": c.end, "text": c.words, "was": c.was},
                **{"actor": c.becomes, "terms": [], "correction": c},
            }


def _frames_of(s: Session, number: int) -> list[str]:
    """The frames of a paragraph in words."""
    if not s.was_read:
        return []
    rows, labels = s.result.reader.framing(number), s.result.labels
    whole = {f.frame: f for f in rows if f.actor is None}
    parts: dict[str, list[str]] = {}
    for f in rows:
        if f.actor is not None:
            parts.setdefault(f.frame, []).append(labels.get(f.actor, f.actor))
    return [
        f"{frame} (chance {f.probability:.0%})"
        + (f": {', '.join(parts[frame])}" if frame in parts else "")
        for frame, f in whole.items()
    ]
