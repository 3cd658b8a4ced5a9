"""How well two independent codings of ``data/training`` agree.

    python -m benchmarks.coders [--json FILE]

The second, blind coding of an article stands in ``data/training/second/NAME.codes``: a
line a paragraph with its number, edges and frames, parted by tabs. Stances: F1 of the
edges on which both are sure, and Krippendorff's alpha (nominal: against, neither, for)
over every pair that either coding names. Frames: alpha by frame over the body
paragraphs. Parts: alpha (nominal, "none" among them) over the actors of each.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Iterable
from pathlib import Path

import pandas as pd

from analysis.agreement import krippendorff_alpha
from benchmarks.coded import (
    FOLDER,
    FRAMES,
    PARTS,
    Coded,
    Second,
    read_coded,
    read_second,
    split_names,
)


def edge_pairs(coded: Coded, second: Second) -> list[tuple[int, int, bool]]:
    """Of each pair that either names both directions (0: none), if both are sure."""
    first = {k: (d, s) for k, (d, s, _) in coded.edges.items()}
    keys = [k for k in {*first, *second.edges} if coded.kinds[k[0]] not in _OUT]
    rows = []
    for key in sorted(keys):
        (a, sure), (b, other) = (
            first.get(key, (0, True)),
            second.edges.get(key, (0, True)),
        )
        rows.append((a, b, sure and other))
    return rows


_OUT = ("prompt", "caption")


def alpha(rows: Iterable[tuple]) -> float | None:
    """Nominal alpha of two coders."""
    data = pd.DataFrame(rows).T
    return krippendorff_alpha(data, "nominal") if data.size else None


def measure(paths: Iterable[Path], folder: Path) -> dict[str, object]:
    """All figures of the articles that have a second coding."""
    edges: list[tuple[int, int, bool]] = []
    frames: dict[str, list[tuple[int, int]]] = {f: [] for f in FRAMES}
    owned: dict[str, list[tuple[int, int]]] = {f: [] for f in FRAMES}
    parts: list[tuple[str, str]] = []
    count = 0
    for path in paths:
        codes = folder / f"{path.stem}.codes"
        if not codes.exists():
            continue
        coded, second = read_coded(path), read_second(codes)
        count += 1
        edges += edge_pairs(coded, second)
        if coded.frames is None or not second.frames:
            continue
        for p in (p for p, kind in enumerate(coded.kinds) if kind == "body"):
            for frame in FRAMES:
                for actor, kept in (("", frames), *((a, owned) for a in coded.actors)):
                    key = p, frame, actor
                    kept[frame].append((key in coded.frames, key in second.frames))
            parts += [
                (_part(coded.frames, p, a), _part(second.frames, p, a))
                for a in coded.actors
            ]
    sure = [(a, b) for a, b, s in edges if s]
    right = sum(a == b for a, b in sure)
    f1 = 2 * right / max(1, sum(a != 0 for a, _ in sure) + sum(b != 0 for _, b in sure))
    return {
        "articles": count,
        "stance F1": round(f1, 3),
        "stance alpha": _round(alpha((a, b) for a, b, _ in edges)),
        "stances": len(edges),
        "frames alpha": {f: _round(alpha(rows)) for f, rows in frames.items()},
        "frames of actors alpha": {f: _round(alpha(rows)) for f, rows in owned.items()},
        "parts alpha": _round(alpha(parts)),
    }


def _part(codes: Collection[tuple[int, str, str]], paragraph: int, actor: str) -> str:
    """The part of an actor in a paragraph."""
    return next((p for p in PARTS if (paragraph, p, actor) in codes), "none")


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def main() -> None:
    """Print the figures by part, and write them as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    parts = split_names()
    found = {p: measure(parts[p], FOLDER / "second") for p in ("dev", "valid")}
    print(json.dumps(found, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
