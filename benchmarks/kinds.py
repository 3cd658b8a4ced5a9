"""How many paragraphs of plain text get the right kind?

usage: python -m benchmarks.kinds FOLDER [--json FILE]

FOLDER holds coded articles (``NAME.art``): after the lines that open with a capital
word (TITLE, STYLE, ACTOR) a line a paragraph, its kind, its codes and its text with
tabs between. Printed are the share of right kinds and each confusion.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from analysis.articles import find_paragraphs

ABOUT = ("TITLE ", "STYLE ", "ACTOR ")


def read_coded(path: Path) -> tuple[list[str], str]:
    """The coded kinds of an article and its text."""
    lines = path.read_text("utf-8").rstrip("\n").split("\n")
    rows = [line.split("\t") for line in lines if not line.startswith(ABOUT)]
    return [row[0] for row in rows], "\n".join(row[-1].strip() for row in rows)


def measure(folder: Path) -> dict[str, object]:
    """Right kinds and confusions over all coded articles of a folder."""
    pairs: Counter[tuple[str, str]] = Counter()
    paths = sorted(folder.glob("*.art"))
    for path in paths:
        kinds, text = read_coded(path)
        found = (p.kind for p in find_paragraphs(text))
        pairs.update(zip(kinds, found, strict=True))
    right = sum(n for (gold, found), n in pairs.items() if gold == found)
    wrong = {f"{g} as {f}": n for (g, f), n in pairs.most_common() if g != f}
    share = right / max(1, pairs.total())
    return {"articles": len(paths), "paragraphs": pairs.total(), "right": share} | wrong


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = measure(options.folder)
    for name, value in found.items():
        print(
            f"{name:20} {value:.4f}"
            if isinstance(value, float)
            else f"{name:20} {value}"
        )
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
