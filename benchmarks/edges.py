"""Who takes which stance toward whom: how often it is right on coded articles.

    python -m benchmarks.edges [dev|valid|train] [--drafted] [--json FILE]

Reads articles of ``data/training`` as a user would, with the coded actors as codebook
or, ``--drafted``, with none. A row counts when paragraph, holder, target and direction
are right; what two careful readers could code differently counts neither way; prompts
and captions stay out. With a draft, a drafted actor stands for the coded one whose
names it shares most; all others are ``other``. The articles called *dev* were never
trained on.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from analysis.articles import read_text
from analysis.codebook import Actor, Codebook
from analysis.pipeline import Analysis, analyse
from benchmarks.coded import Coded, codebook_of, read_coded, split_names

OUT = ("prompt", "caption")
BANDS = ((0.0, 0.6), (0.6, 0.8), (0.8, 1.01))


def match_actors(coded: Coded, drafted: Iterable[Actor]) -> dict[str, str]:
    """Drafted actors with the coded ones, one to one: by shared names, then role."""
    pairs = []
    for actor in drafted:
        people = (p.name for p in actor.people)
        own = {w.lower() for w in (actor.label, *actor.names, *actor.nominals, *people)}
        for id, (label, names, nominals) in coded.actors.items():
            same = len(own & {w.lower() for w in (label, *names, *nominals)})
            role = actor.id.split("_")[0] == id.split("_")[0]
            worth = same + 0.5 * (actor.id == id) + 0.2 * role
            pairs.append((worth, actor.id, id))
    found: dict[str, str] = {}
    for worth, draft, id in sorted(pairs, reverse=True):
        if worth > 0.3 and draft not in found and id not in found.values():
            found[draft] = id
    return found


def read_again(coded: Coded, drafted: bool) -> tuple[Analysis, dict[str, str]]:
    """The article analysed from its text, and which of its actors are coded ones."""
    article = read_text(coded.text, name=coded.name)
    book: Codebook | None = None if drafted else codebook_of(coded)
    result = analyse(article, book)
    if not drafted:
        return result, {actor: actor for actor in coded.actors}
    return result, match_actors(coded, result.codebook.actors)


def compare(coded: Coded, drafted: bool) -> Iterator[tuple[str, str, str, float]]:
    """Each stance found or coded: verdict, kind of holder, direction, its chance.

    The verdict is right, wrong or missed; the chance is the model's own of what it
    says.
    """
    result, known = read_again(coded, drafted)

    def who(actor: str) -> str:
        return actor if actor == "narrator" else known.get(actor, "other")

    found = {}
    for row in result.stance_rows:
        if coded.kinds[row.paragraph] not in OUT:
            key = (row.paragraph, who(row.holder), who(row.target))
            found[key] = row.direction, max(row.negative, row.positive)
    sure = {k: d for k, (d, s, _) in coded.edges.items() if s}
    spare = {k for k, (_, s, _) in coded.edges.items() if not s}
    for key, (direction, chance) in found.items():
        if key not in spare:
            verdict = "right" if sure.get(key) == direction else "wrong"
            yield verdict, _kind(key[1]), _sign(direction), chance
    for key, direction in sure.items():
        if coded.kinds[key[0]] in OUT:
            continue
        if found.get(key, (0,))[0] != direction:
            yield "missed", _kind(key[1]), _sign(direction), 0.0


def _kind(holder: str) -> str:
    return holder if holder in ("narrator", "other") else "actor"


def _sign(direction: int) -> str:
    return "for" if direction > 0 else "against"


def scores(verdicts: Counter[str]) -> dict[str, float]:
    """Precision, recall and F1 of counted verdicts, and n, the stances coded."""
    right, wrong, missed = (verdicts[v] for v in ("right", "wrong", "missed"))
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
        "n": right + missed,
    }


def measure(paths: Iterable[Path], drafted: bool) -> dict[str, object]:
    """All figures of some articles."""
    paths = list(paths)
    rows = [row for path in paths for row in compare(read_coded(path), drafted)]
    said = [row for row in rows if row[0] != "missed"]
    figures: dict[str, object] = {
        "articles": len(paths),
        "drafted": drafted,
        "all": scores(Counter(r[0] for r in rows)),
    }
    for name, place in (("by holder", 1), ("by direction", 2)):
        kinds = sorted({r[place] for r in rows})
        figures[name] = {
            k: scores(Counter(r[0] for r in rows if r[place] == k)) for k in kinds
        }
    figures["right by certainty"] = {
        word: _share([r for r in said if low <= r[3] < high])
        for word, (low, high) in zip(("weak", "likely", "clear"), BANDS, strict=True)
    }
    return figures


def _share(rows: list[tuple]) -> dict[str, float]:
    """How often stances are right, and how often the model expects to be."""
    n = max(1, len(rows))
    return {
        "right": round(sum(r[0] == "right" for r in rows) / n, 3),
        "expected": round(sum(r[3] for r in rows) / n, 3),
        "n": len(rows),
    }


def main() -> None:
    """Print the figures, and write them as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="?", default="dev")
    parser.add_argument("--drafted", action="store_true")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    figures = measure(split_names()[asked.part], asked.drafted)
    for name, value in figures.items():
        print(name, value)
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
