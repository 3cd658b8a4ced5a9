"""What a corrected article is good for: a hand coding, and an article to train on."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.agreement import CODINGS
from analysis.agreement.codings import CODED
from analysis.codebook import Actor
from analysis.mentions import count_mentions

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pipeline import Analysis

WHY = "its coding was made by correcting the machine's, which was in view"
COLUMNS = {
    "paragraphs": "paragraph kind voice start end",
    "mentions": "paragraph start end text actor form certain",
    "quotes": "paragraph start end text speaker actor kind certain",
    "stance": "paragraph holder target direction cue certain",
}
SIGNS = {1: "+", -1: "-"}


def corrections_to_coding(
    result: Analysis, folder: str | Path = CODINGS, whole: bool = False
) -> Path:
    """Write a corrected article as a hand coding of the form of ``data/codings``.

    `folder`: where codings are, a folder an article. ``seen.csv`` there gets a row that
    says how this one was made: who corrects a machine sees what it said, so agreement
    with such a coding is too high, and validates nothing. `whole`: whether a person
    read the article to its end, so that what was not corrected is right. Else rows that
    no correction touches have ``certain`` 0: they count neither for nor against the
    machine. Kinds and voices of paragraphs, which bear no such mark, count whole.

    Gives the article's folder, for `analysis.agreement.score_coding`. Raises
    FileExistsError if there is a coding of the article; nothing is changed.

    >>> import tempfile
    >>> from analysis.notebooks import example
    >>> folder = corrections_to_coding(example(), tempfile.mkdtemp())
    >>> sorted(path.name for path in folder.iterdir())[:2]
    ['mentions.csv', 'paragraphs.csv']
    """
    folder = Path(folder)
    own = folder / result.article.name
    if own.exists():
        raise FileExistsError(
            f"{own} holds a coding already, which is left as it is: name another "
            "folder, or move that one away"
        )
    own.mkdir(parents=True)
    for name in CODED:
        rows = _coded(getattr(result, name), name, whole)
        rows.to_csv(own / f"{name}.csv", index=False, lineterminator="\n")
    seen = folder / "seen.csv"
    new = not seen.is_file()
    with open(seen, "a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([["article", "why"]] * new + [[result.article.name, WHY]])
    return own


def _coded(table: pd.DataFrame, name: str, whole: bool) -> pd.DataFrame:
    """A table as people code it."""
    if name == "mentions":
        table = table[table["form"] != "generic"]  # a class is no mention
    if name == "quotes":
        table = table[table["kind"] != "indirect"]
    sure = table["corrected"].fillna(whole).astype(int)
    return table.assign(certain=sure, cue="")[COLUMNS[name].split()]


def corrections_to_training(result: Analysis, whole: bool = False) -> str:
    """A corrected article in the form of ``data/training/GUIDE.md``.

    `whole`: as for `corrections_to_coding`: else a stance that no correction touches is
    marked as unsure (``?``). Frames, which nobody corrects, always are.

    Gives the text of a file ``NAME.art``, for ``python data/training/check.py``.

    >>> from analysis.notebooks import example
    >>> print(corrections_to_training(example()).splitlines()[2])
    ACTOR regulator | Ofcom | names: Ofcom | nominals:
    """
    named = {*count_mentions(result.mention_rows)["actor"]}
    named |= {a for row in result.stance_rows for a in (row.holder, row.target)}
    lines = [f"TITLE {result.article.name}", "STYLE corrected by a person"]
    lines += [_actor_line(a) for a in result.codebook.actors if a.id in named]
    for p in result.structure.paragraphs:
        edges = " ".join(_edges(result, p.paragraph, whole))
        frames = " ".join(_frame_codes(result, p.paragraph))
        lines.append("\t".join((p.kind, edges, frames, p.text.replace("\t", " "))))
    return "\n".join(lines) + "\n"


def _actor_line(actor: Actor) -> str:
    people = [person.name for person in actor.people]
    names, nominals = "; ".join([*actor.names, *people]), "; ".join(actor.nominals)
    words = f"{actor.id} | {actor.label} | names: {names} | nominals: {nominals}"
    return f"ACTOR {words}".rstrip()


def _edges(result: Analysis, paragraph: int, whole: bool) -> Iterator[str]:
    for row in result.stance_rows:
        if row.paragraph == paragraph:
            signs = SIGNS[row.direction] + "~" * row.implied
            unsure = "" if whole or row.corrected else "?"
            yield f"{row.holder}>{row.target}:{signs}{unsure}"


def _frame_codes(result: Analysis, paragraph: int) -> Iterator[str]:
    """The frames that the model reads, each with the actors that are in it."""
    found: dict[str, list[str]] = {}
    for row in result.framing_rows:
        if row.paragraph == paragraph and row.probability is not None:
            found.setdefault(row.frame, []).extend([row.actor] if row.actor else [])
    for frame, actors in found.items():
        yield f"{frame}@{','.join(actors)}?" if actors else f"{frame}?"
