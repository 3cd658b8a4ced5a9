"""Score the tables of an analysis against a full hand coding of the same article.

A coding is a folder with ``paragraphs.csv``, ``mentions.csv``, ``quotes.csv`` and
``stance.csv``; ``data/codings/README.md`` has their columns and rules. Rows marked
``certain`` = 0, which two careful readers could code differently, count neither for
nor against.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

CodedRow = dict[str, object]
Edge = tuple[int, str, str, int]  # paragraph, holder, target, direction
CODED = ("paragraphs", "mentions", "quotes", "stance")


def score_coding(
    folder: str | Path, tables: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """How much of a hand coding an analysis finds, and how much of it is right.

    `folder`: the coding of the article. `tables`: paragraphs, mentions, quotes and
    stance of the same article.

    Gives one row a measure: precision, recall, f1 (0 to 1), n (rows of the coding that
    count). ``kinds`` and ``voices``: share of paragraphs with the right one, in all
    three columns. ``mentions`` (names and nominals) and ``pronouns``: same actor,
    overlap of at least half of the shorter span. ``quotes``: direct ones, overlap of at
    least 0.8 of the union; ``quote_speakers``: the same actor too. ``stance``: same
    paragraph, holder, target and direction, where actors that the coding does not know
    are ``other``; ``stance_any_holder``: any holder. Raises FileNotFoundError if the
    folder lacks a file.

    >>> import pandas as pd
    >>> from analysis.tables import RESOURCES
    >>> coding = RESOURCES.parents[1] / "data" / "codings" / "grok-deepfakes"
    >>> same = {name: pd.read_csv(coding / f"{name}.csv") for name in CODED}
    >>> table = score_coding(coding, same)
    >>> table.set_index("measure").loc["quotes", ["f1", "n"]].tolist()
    [1.0, 20.0]
    """
    import pandas as pd

    gold = {name: _read_coding(Path(folder) / f"{name}.csv") for name in CODED}
    found = {name: _rows_of(tables[name]) for name in CODED}
    measures = {
        "kinds": _score_paragraphs(gold["paragraphs"], found["paragraphs"], "kind"),
        "voices": _score_paragraphs(gold["paragraphs"], found["paragraphs"], "voice"),
        **_score_mentions(gold["mentions"], found["mentions"]),
        **_score_quotes(gold["quotes"], found["quotes"]),
        **_score_stances(gold, found["stance"]),
    }
    rows = [{"measure": name, **row} for name, row in measures.items()]
    return pd.DataFrame(rows)


def coded_units(folder: str | Path, sheet: pd.DataFrame) -> pd.DataFrame:
    """A full coding as one coder's answers to the units of a sheet.

    `folder`, `sheet`: the coding of the article, and what
    `analysis.agreement.coding_sheet` returns for it.

    Gives coder (``coding``), unit, direction: the sign of the sum over holders, 0 where
    the coding has no stance toward the target in the paragraph, missing where it is not
    certain. Raises FileNotFoundError if the folder has no ``stance.csv``.

    >>> import pandas as pd
    >>> from analysis.tables import RESOURCES
    >>> coding = RESOURCES.parents[1] / "data" / "codings" / "grok-deepfakes"
    >>> sheet = pd.DataFrame({"unit": ["a:7:regulator"], "paragraph": [7],
    ...                       "target": ["regulator"]})
    >>> coded_units(coding, sheet).direction.tolist()
    [1]
    """
    import pandas as pd

    sums: dict[tuple[object, object], int] = defaultdict(int)
    unsure = set()
    for row in _read_coding(Path(folder) / "stance.csv"):
        unit = row["paragraph"], row["target"]
        sums[unit] += int(row["direction"])
        unsure |= set() if _certain(row) else {unit}
    codes = [
        None if unit in unsure else (sums[unit] > 0) - (sums[unit] < 0)
        for unit in zip(sheet["paragraph"], sheet["target"], strict=True)
    ]
    direction = pd.array(codes, dtype="Int64")
    return pd.DataFrame(
        {"coder": "coding", "unit": sheet["unit"], "direction": direction}
    )


def scores(right: int, found: int, gold: int) -> dict[str, float | int | None]:
    """Precision, recall and F1 (None where nothing is counted) from counts of rows.

    >>> scores(1, 1, 2)["recall"], scores(0, 0, 0)["f1"]
    (0.5, None)
    """
    return {
        "precision": right / found if found else None,
        "recall": right / gold if gold else None,
        "f1": 2 * right / (found + gold) if found + gold else None,
        "n": gold,
    }


def _read_coding(path: Path) -> list[CodedRow]:
    """Rows of a file of the coding."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [_numbers_typed(row) for row in csv.DictReader(file)]


def _rows_of(table: pd.DataFrame) -> list[CodedRow]:
    """Rows of a table, what is missing as an empty string, as in a file."""
    filled = table.astype(object).where(table.notna(), "")
    return [_numbers_typed(row) for row in filled.to_dict("records")]


def _numbers_typed(row: CodedRow) -> CodedRow:
    """The row with its numbers as int; an empty one is 0."""
    numbers = {"paragraph", "start", "end", "direction"} & row.keys()
    return row | {name: int(float(row[name] or 0)) for name in numbers}


def _certain(row: CodedRow) -> bool:
    """Whether a row of the coding counts."""
    return str(row.get("certain", "1")) != "0"


def _score_paragraphs(gold: list[CodedRow], found: list[CodedRow], column: str) -> dict:
    """Share of paragraphs with the same value, of the longer of the two lists."""
    theirs = {row["paragraph"]: row[column] for row in found}
    right = sum(theirs.get(row["paragraph"]) == row[column] for row in gold)
    size = max(len(gold), len(theirs))
    return scores(right, size, size) | {"n": len(gold)}


def _score_mentions(gold: list[CodedRow], found: list[CodedRow]) -> dict[str, dict]:
    """Mentions of the actors that the coding knows, by form."""
    actors = {row["actor"] for row in gold}
    found = [row for row in found if row["actor"] in actors]

    def same_actor(g: CodedRow, f: CodedRow) -> float:
        return _overlap(g, f, of_shorter=True) if g["actor"] == f["actor"] else 0

    def score(*forms: str) -> dict:
        mine, theirs = (
            [r for r in rows if r["form"] in forms] for rows in (gold, found)
        )
        return _matched(mine, theirs, same_actor, least=0.5)

    return {"mentions": score("name", "nominal"), "pronouns": score("pronoun")}


def _score_quotes(gold: list[CodedRow], found: list[CodedRow]) -> dict[str, dict]:
    """Direct quotations, and direct quotations with their speaker's actor."""
    gold, found = ([r for r in rows if r["kind"] == "direct"] for rows in (gold, found))

    def same_speaker(g: CodedRow, f: CodedRow) -> float:
        return _overlap(g, f) if g["actor"] == f["actor"] else 0

    return {
        "quotes": _matched(gold, found, _overlap, least=0.8),
        "quote_speakers": _matched(gold, found, same_speaker, least=0.8),
    }


def _overlap(g: CodedRow, f: CodedRow, of_shorter: bool = False) -> float:
    """Shared characters, as a share of the union or of the shorter span."""
    shared = min(g["end"], f["end"]) - max(g["start"], f["start"])
    whole = max(g["end"], f["end"]) - min(g["start"], f["start"])
    if of_shorter:
        whole = min(g["end"] - g["start"], f["end"] - f["start"])
    return max(0, shared) / max(1, whole)


def _matched(
    gold: list[CodedRow],
    found: list[CodedRow],
    overlap: Callable[[CodedRow, CodedRow], float],
    least: float,
) -> dict:
    """Scores of one-to-one matches, the best overlap first, of equal ones the sure."""
    pairs = [
        (share, _certain(g), i, j)
        for i, g in enumerate(gold)
        for j, f in enumerate(found)
        if (share := overlap(g, f)) >= least
    ]
    mine, theirs, right, spared = set(), set(), 0, 0
    for *_, i, j in sorted(pairs, reverse=True):
        if i not in mine and j not in theirs:
            mine.add(i)
            theirs.add(j)
            right += _certain(gold[i])
            spared += not _certain(gold[i])
    return scores(right, len(found) - spared, sum(map(_certain, gold)))


def _score_stances(
    gold: dict[str, list[CodedRow]], found: list[CodedRow]
) -> dict[str, dict]:
    """Stances with their holder, and whoever the holder is."""
    known = {row["actor"] for row in gold["mentions"]} | {"narrator"}
    every = _coded_edges(gold["stance"], known)
    sure = _coded_edges([row for row in gold["stance"] if _certain(row)], known)
    theirs = _coded_edges(found, known)
    views = {"stance": lambda e: e, "stance_any_holder": lambda e: (e[0], *e[2:])}
    measures = {}
    for name, view in views.items():
        counted = set(map(view, sure))
        spared = set(map(view, every)) - counted
        claimed = set(map(view, theirs)) - spared
        measures[name] = scores(len(counted & claimed), len(claimed), len(counted))
    return measures


def _coded_edges(rows: list[CodedRow], known: set[object]) -> set[Edge]:
    """Stances for or against, actors that the coding does not know as ``other``."""

    def actor(name: object) -> str:
        return str(name) if name in known else "other"

    return {
        (
            row["paragraph"],
            actor(row["holder"]),
            actor(row["target"]),
            1 if row["direction"] > 0 else -1,
        )
        for row in rows
        if row["direction"]
    }
