"""Figures of the benchmarks, read from the files that they wrote, as tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.findings.answers import Finding, join
from analysis.notebooks.views import table

if TYPE_CHECKING:
    import pandas as pd
    from IPython.display import HTML

ABOUT = ("command", "date")
NONE_KEPT = "<p><i>No figures are kept here: run the programs in benchmarks/.</i></p>"


def benchmarks(folder: str | Path) -> HTML:
    """The kept figures of the benchmarks, each with its command and date.

    `folder`: where the JSON files are; a file may hold a ``command`` and a ``date``.

    Gives a line a file, which opens on its tables; says so where there are none.

    >>> "No figures" in benchmarks("nowhere").data
    True
    """
    from IPython.display import HTML

    parts = []
    for path in sorted(Path(folder).glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        about = [
            str(data.pop(k)) for k in ABOUT if isinstance(data, dict) and k in data
        ]
        inner = [f"<p><code>{escape(', '.join(about))}</code></p>"] * bool(about)
        for title, rows in find_tables(data):
            inner.append(f"<p>{escape(title)}</p>{table(rows).data}")
        name = escape(path.stem.replace("_", " "))
        folded = f"<summary>{name}</summary>{''.join(inner)}"
        parts.append(f"<details>{folded}</details>")
    return HTML("".join(parts) or NONE_KEPT)


def as_findings(folder: str | Path) -> list[Finding]:
    """What the kept figures come to, a sentence each.

    Stance, by certainty, with a drafted codebook, by two codings, of the narrator;
    frames; quotations; false alarms of the tests. A file that is missing is left out.

    >>> as_findings("nowhere")
    []
    """
    found = []
    for name, sentence in SENTENCES.items():
        path = Path(folder) / f"{name.partition(':')[0]}.json"
        if path.is_file():
            data = json.loads(path.read_text(encoding="utf-8"))
            source = f"{data['command']}, {data['date']}"
            found.append(Finding(sentence(data), source))
    return found


def _say_stances(data: dict) -> str:
    every = data["all"]
    return (
        f"On {data['articles']} articles that it never saw, {every['precision']:.0%} "
        f"of the stances that it reports are right, and it misses "
        f"{1 - every['recall']:.0%} of those that are there (n = {every['n']})."
    )


def _certainty(data: dict) -> str:
    rows = data["right by certainty"].items()
    parts = join(f"{word} {row['right']:.0%}" for word, row in reversed([*rows]))
    return f"How often it is right by what it says of its certainty: {parts}."


def _narrator(data: dict) -> str:
    own, actors = data["by holder"]["narrator"], data["by holder"]["actor"]
    return (
        f"Stances that the reporter takes: F1 {own['f1']:.2f} (n = {own['n']}); that "
        f"actors take: F1 {actors['f1']:.2f} (n = {actors['n']})."
    )


def _drafted(data: dict) -> str:
    return (
        f"With a drafted codebook that nobody checked, {data['all']['precision']:.0%} "
        "of the reported stances are right: correct the actors first."
    )


def _coders(data: dict) -> str:
    parts = [data[part]["stance F1"] for part in ("dev", "valid") if part in data]
    return (
        "Two codings of the same articles agree on stance at F1 "
        f"{join(f'{f1:.2f}' for f1 in parts)}: more than that cannot be asked."
    )


def _say_frames(data: dict) -> str:
    kinds = data["of paragraphs"]
    return (
        f"Frames of paragraphs: F1 {kinds['model']['mean']:.2f}, where lists of words "
        f"reach {kinds['words']['mean']:.2f}."
    )


def _quotes(data: dict) -> str:
    return (
        f"Of the quotations in {data['articles']} articles of news it finds "
        f"{data['span_recall']:.0f}%, and names the right speaker for "
        f"{data['span_speakers_right']:.0f}% of them."
    )


def _alarms(data: dict) -> str:
    false = [r["share"] for r in data["rows"] if "false alarm" in r["claim"]]
    return (
        f"A difference between articles that is chance is called more in at most "
        f"{max(false):.1%} of simulated cases."
    )


SENTENCES = {
    "edges": _say_stances,
    "edges:certainty": _certainty,
    "edges:narrator": _narrator,
    "edges_drafted": _drafted,
    "coders": _coders,
    "frames": _say_frames,
    "quotes_double": _quotes,
    "compare": _alarms,
}


def find_tables(data: object, title: str = "") -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables in a JSON value, lists and mappings of records, each with its keys.

    Nested fields have names joined by a space; single values that stand together are
    one row.

    >>> [(t, rows.shape) for t, rows in find_tables({"n": 3, "by": {"a": {"f1": 1}}})]
    [('', (1, 1)), ('by', (1, 2))]
    """
    import pandas as pd

    if isinstance(data, list) and data and all(isinstance(x, dict) for x in data):
        yield title, pd.json_normalize(data, sep=" ")
        return
    if not isinstance(data, dict):
        return
    alone = {k: v for k, v in data.items() if not isinstance(v, dict | list)}
    nested = {k: v for k, v in data.items() if isinstance(v, dict)}
    if nested and len(nested) == len(data) and _alike(list(nested.values())):
        rows = pd.json_normalize(list(nested.values()), sep=" ")
        rows.insert(0, "of", list(nested))
        yield title, rows
        return
    if alone:
        yield title, pd.DataFrame([alone])
    for key, value in data.items():
        if isinstance(value, dict | list):
            yield from find_tables(value, f"{title} {key}".strip())


def _alike(rows: list[dict]) -> bool:
    """Whether mappings are rows of one table: the same keys, and no tables inside."""
    return all(row.keys() == rows[0].keys() for row in rows) and not any(
        isinstance(v, list) for row in rows for v in row.values()
    )
