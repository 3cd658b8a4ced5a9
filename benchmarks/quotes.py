"""Quotations and their speakers against PolNeAR, as printed tables and JSON.

usage: python -m benchmarks.quotes DIR [--single curly|straight] [--out FILE]
                                   [--confidences FILE]

DIR holds ``text/*.txt`` and ``attributions/*.ann`` (brat). One annotation file a text
counts, the first by name. Definitions:

- A *stretch* is one unbroken piece of an annotated content, cut at paragraph breaks.
  It is direct when at least 80 % of its characters other than blanks stand inside
  double marks, marks included, or inside single ones that stand in no double ones (as
  in headlines); a double mark left open in a paragraph holds to its end.
  Blanks and marks at the ends, its own and a found row's, do not count.
- PolNeAR knows no fragments, so two measures stand side by side:
  *span*: a direct stretch is found when at least 80 % of its characters lie in rows of
  kind direct or fragment; a row of kind direct is right when at least 80 % of its
  characters lie in annotated content.
  *direct*: the rule of 80 % inside marks also says which rows count as direct: those
  of kind direct, and those of kind indirect that stand as good as all inside marks (`he
  “may yet have to”`). A stretch is found when 80 % of it lies in such rows, a row right
  when 80 % of it lies in direct stretches: kinds must agree too. (One reader cuts a
  quotation into its sentences, another does not; in both measures that does no harm.)
  F1 is the harmonic mean of found stretches (recall) and right rows (precision).
- A row's speaker is *right* when at least half of its characters lie in the annotated
  source of the content that it shares most with, *exact* when the words are the same;
  content with no source asks for a row with no speaker. *Speakers right* is the share
  of found stretches whose row has the right speaker.
- *End to end* is F1 where a wrong speaker makes the row, and the stretch, wrong.
- *Content F1* counts word tokens inside any annotated content against those inside any
  direct or indirect row. *Source F1* counts annotated sources that share half of the
  shorter with a found speaker, and found speakers (each place once) that lie at least
  half in an annotated source. Both take in every attribution, the direct ones too.
- *Confidence* of a rule is the share of its rows, of any kind, whose speaker lies at
  least half in the source of the attribution whose content the row shares most with; a
  row outside every content counts as wrong. *Calibration error* is the mean distance
  between the confidence that rows carry and the share of them that is right, by rule.
- *ms an article* is the processor time of `find_quotes`, given the text's structure.
- ``--single`` rewrites the double marks: ``curly`` to ‘ ’ (straight ones open and close
  in turn), ``straight`` to '. The stretches follow the characters.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import Counter, defaultdict
from pathlib import Path

from analysis.quotes import Quote, find_quotes
from analysis.tokens import Structure, read_structure

from .polnear import (
    Document,
    Gold,
    Span,
    common,
    read_documents,
    rewrite,
    solid,
    strip,
)


def covered(span: Span, others: list[Span], share: float = 0.8) -> bool:
    """Whether a share of a span or more lies in other spans (that do not overlap)."""
    inside = sum(common(span, other[:2]) for other in others)
    return inside >= share * (span[1] - span[0])


def nearest(span: Span, others: list) -> int | None:
    """Index of the span that shares most with this one."""
    shares = [common(span, other[:2]) for other in others]
    return shares.index(max(shares)) if shares and max(shares) else None


def speaker_right(quote: Quote, gold: Gold) -> bool:
    """Whether a quotation's speaker is right, or rightly missing."""
    if quote.speaker_start is None:
        return not gold.source
    return covered((quote.speaker_start, quote.speaker_end), gold.source, 0.5)


FEWEST = 10  # rows below which a rule gets no confidence


def direct_rows(text: str, quotes: list[Quote]) -> list[Quote]:
    """The rows that count as direct: by kind, or as good as all inside marks."""
    inside = [(q.start - 1, q.end + 1) for q in quotes if q.kind != "indirect"]
    rows = []
    for q in quotes:
        if q.kind == "indirect":
            spans = [(max(s, q.start), min(e, q.end)) for s, e in inside]
            spans = [(s, e) for s, e in spans if s < e]
            if solid(text, spans) < 0.8 * solid(text, [(q.start, q.end)]):
                continue
        if q.kind != "fragment":
            rows.append(q)
    return rows


def score(document: Document) -> tuple[Counter, dict[str, Counter]]:
    """Counts over one document, and counts for each rule."""
    structure = read_structure(document.text)
    started = time.process_time()
    try:
        quotes = find_quotes(document.text, structure)
    except Exception:  # an article that raises is counted, not hidden
        return Counter(articles=1, raised=1), {}
    counts = Counter(articles=1, seconds=time.process_time() - started)
    counts += _span(document, quotes) + _direct(document, quotes)
    counts += _all(document, quotes, structure)
    return counts, _by_rule(document, quotes)


def _span(document: Document, quotes: list[Quote]) -> Counter:
    """Counts where kinds do not matter: direct rows, stretches in any marks."""
    contents = [Gold(*p, a.source) for a in document.attributions for p in a.content]
    marked_rows = [q for q in quotes if q.kind != "indirect"]
    direct = [q for q in marked_rows if q.kind == "direct"]
    return _compare(document, "span", direct, contents, marked_rows)


def _direct(document: Document, quotes: list[Quote]) -> Counter:
    """Counts where kinds must agree."""
    rows = direct_rows(document.text, quotes)
    return _compare(document, "direct", rows, document.quotations, rows)


def _compare(
    document: Document,
    name: str,
    rows: list[Quote],
    contents: list[Gold],
    finders: list[Quote],
) -> Counter:
    """Rows that lie in contents, direct stretches that lie in the finders' rows."""
    text, counts = document.text, Counter()
    for row in rows:
        span = strip(text, row.start, row.end)
        counts[f"{name} rows"] += 1
        if covered(span, contents):
            right = speaker_right(row, contents[nearest(span, contents)])
            counts[f"{name} rows right"] += 1
            counts[f"{name} rows right with speaker"] += right
    spans = [strip(text, q.start, q.end) for q in finders]
    for gold in document.quotations:
        counts[f"{name} stretches"] += 1
        if covered(gold[:2], spans):
            row = finders[nearest(gold[:2], spans)]
            counts[f"{name} found"] += 1
            counts[f"{name} found with speaker"] += speaker_right(row, gold)
            counts[f"{name} found with exact speaker"] += _exact(text, row, gold)
    return counts


def _exact(text: str, quote: Quote, gold: Gold) -> bool:
    source = " ".join(text[s:e].strip(" ,") for s, e in gold.source)
    return (quote.speaker or "") == source


def _all(document: Document, quotes: list[Quote], structure: Structure) -> Counter:
    """Counts over every attribution: content by tokens, sources by overlap."""
    size = len(document.text)
    contents = [piece for a in document.attributions for piece in a.content]
    rows = [q for q in quotes if q.kind != "fragment"]
    gold, found = _mask(size, contents), _mask(size, [q[2:4] for q in rows])
    counts = Counter()
    for token in structure.tokens:
        if token.text[0].isalnum():
            counts["content_gold"] += gold[token.start]
            counts["content_found"] += found[token.start]
            counts["content_both"] += gold[token.start] & found[token.start]
    sources = [a.source for a in document.attributions if a.source]
    pieces = sorted({piece for source in sources for piece in source})
    speakers = sorted({(q.speaker_start, q.speaker_end) for q in rows if q.speaker})
    counts["sources"] += len(sources)
    counts["speakers"] += len(speakers)
    counts["sources_found"] += sum(_met(source, speakers) for source in sources)
    counts["speakers_right"] += sum(covered(s, pieces, 0.5) for s in speakers)
    return counts


def _met(source: list[Span], speakers: list[Span]) -> bool:
    return any(
        common(piece, s) >= 0.5 * min(piece[1] - piece[0], s[1] - s[0])
        for piece in source
        for s in speakers
    )


def _mask(size: int, spans: list[Span]) -> bytearray:
    mask = bytearray(size)
    for start, end in spans:
        mask[start:end] = b"\1" * (end - start)
    return mask


def _by_rule(document: Document, quotes: list[Quote]) -> dict[str, Counter]:
    """Rows of each rule and how many have the speaker of their attribution."""
    golds = [Gold(*p, a.source) for a in document.attributions for p in a.content]
    rules: dict[str, Counter] = defaultdict(Counter)
    for q in quotes:
        if q.speaker is None:
            rules["(none)"]["n"] += 1
            continue
        at = nearest((q.start, q.end), golds)
        rules[q.rule]["n"] += 1
        rules[q.rule]["right"] += at is not None and speaker_right(q, golds[at])
        rules[q.rule]["sure"] += q.confidence or 0
    return rules


def summary(counts: Counter) -> dict[str, float]:
    """The benchmark's figures, shares in percent."""

    def f1(precision: tuple[str, str], recall: tuple[str, str]) -> float:
        p, r = (counts[a] / max(1, counts[b]) for a, b in (precision, recall))
        return round(200 * p * r / max(1e-9, p + r), 2)

    def share(a: str, b: str) -> float:
        return round(100 * counts[a] / max(1, counts[b]), 2)

    figures = {
        "articles": counts["articles"],
        "articles_that_raise": counts["raised"],
        "stretches": counts["span stretches"],
    }
    for name in ("span", "direct"):
        rows, stretches = f"{name} rows", f"{name} stretches"
        right, found = f"{name} rows right", f"{name} found"
        figures |= {
            f"{name}_precision": share(right, rows),
            f"{name}_recall": share(found, stretches),
            f"{name}_f1": f1((right, rows), (found, stretches)),
            f"{name}_speakers_right": share(f"{found} with speaker", found),
            f"{name}_speakers_exact": share(f"{found} with exact speaker", found),
            f"{name}_end_to_end_f1": f1(
                (f"{right} with speaker", rows), (f"{found} with speaker", stretches)
            ),
        }
    content = ("content_both", "content_found"), ("content_both", "content_gold")
    sources = ("speakers_right", "speakers"), ("sources_found", "sources")
    per_article = 1000 * counts["seconds"] / max(1, counts["articles"])
    return figures | {
        "content_f1": f1(*content),
        "source_f1": f1(*sources),
        "ms_an_article": round(per_article, 3),
    }


def rule_table(rules: dict[str, Counter]) -> list[dict[str, float | str | None]]:
    """Each rule with its rows, the confidence they carry, and the share right."""
    table = []
    for rule, c in sorted(rules.items(), key=lambda item: -item[1]["n"]):
        known = rule != "(none)"
        table.append(
            {
                "rule": rule,
                "n": c["n"],
                "confidence": round(c["sure"] / c["n"], 2) if known else None,
                "right": round(c["right"] / c["n"], 2) if known else None,
            }
        )
    return table


def calibration_error(rules: dict[str, Counter]) -> float:
    """Mean distance of the confidence from the share right, weighted by rows."""
    known = [c for rule, c in rules.items() if rule != "(none)"]
    apart = sum(abs(c["sure"] - c["right"]) for c in known)
    return round(apart / max(1, sum(c["n"] for c in known)), 3)


def write_confidences(rules: dict[str, Counter], path: Path) -> None:
    """Bring the share right of each rule up to date in the package's resource."""
    header = [x for x in path.read_text("utf-8").splitlines() if x.startswith("#")]
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("\n".join(header) + "\n")
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        for row in rows:
            c = rules.get(row["rule"], Counter())
            known = c["n"] >= FEWEST and c["right"]  # none: it marks no such speakers
            share = f"{c['right'] / c['n']:.2f}" if known else ""
            writer.writerow(row | {"confidence": share, "n": c["n"]})


def report(figures: dict[str, float], table: list[dict]) -> str:
    """The figures and the rules as text."""
    lines = [f"{name:23} {value}" for name, value in figures.items()]
    lines += ["", "rule                  n  confidence  right"]
    for row in table:
        shares = f"{row['confidence']!s:>10}  {row['right']!s}"
        lines.append(f"{row['rule']:17} {row['n']:5}  {shares}")
    return "\n".join(lines)


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description="Quotations against PolNeAR")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--single", choices=["curly", "straight"])
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--confidences", type=Path, help="bring this table up to date")
    options = parser.parse_args()
    counts: Counter = Counter()
    rules: dict[str, Counter] = defaultdict(Counter)
    for document in read_documents(options.folder):
        if options.single:
            document = rewrite(document, options.single)
        mine, by_rule = score(document)
        counts.update(mine)
        for rule, c in by_rule.items():
            rules[rule].update(c)
    figures = summary(counts) | {"calibration_error": calibration_error(rules)}
    table = rule_table(rules)
    print(report(figures, table))
    if options.confidences:
        write_confidences(rules, options.confidences)
    if options.json:
        result = {"marks": options.single or "double", **figures, "rules": table}
        options.json.write_text(json.dumps(result, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
