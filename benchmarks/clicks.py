"""How long a click on a paragraph takes until its passage is made, in the explorer.

``python -m benchmarks.clicks ARTICLE`` has the article read, opens every paragraph once
and says how long it took until the passage stands (its text, stances, quotations,
frames and choices) and until the words behind its stances stand too. Seconds by the
clock and of the CPU: a busy machine makes the first longer.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from analysis.explorer import Explorer

MOMENTS = {"passage": 0, "words": -1}  # which of the passage's states is meant
CLOCKS = {"clock": time.perf_counter, "cpu": time.process_time}


def measure(article: Path) -> list[dict[str, object]]:
    """A row a moment and clock: n, median, 95th percentile and most, in seconds."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "data" / "articles"
        folder.mkdir(parents=True)
        shutil.copy(article, folder)
        os.environ["THROUGHLINE_CHOICE"] = str(Path(home) / "choice.json")
        os.environ["THROUGHLINE_CACHE"] = str(Path(home) / "cache")
        explorer = Explorer(folder.parent)
        explorer.do_analyse({})
        times = _open_all(explorer)
    rows = []
    for (moment, clock), found in sorted(times.items()):
        figures = {
            "median": statistics.median(found),
            "p95": statistics.quantiles(found, n=20)[-1],
            "most": max(found),
        }
        seconds = {k: round(v, 3) for k, v in figures.items()}
        rows.append({"until": moment, "by": clock, "n": len(found), **seconds})
    return rows


def _open_all(explorer: Explorer) -> dict[tuple[str, str], list[float]]:
    """Seconds from each click to each moment, by each clock."""
    seen: list[dict[str, float]] = []
    explorer.observe(lambda _: seen.append(_now()), "passage")
    times: dict[tuple[str, str], list[float]] = {}
    for p in explorer.session.result.structure.paragraphs:
        seen.clear()
        start = _now()
        explorer.do_open({"paragraph": str(p.paragraph)})
        for moment, at in MOMENTS.items():
            for clock, then in start.items():
                times.setdefault((moment, clock), []).append(seen[at][clock] - then)
    return times


def _now() -> dict[str, float]:
    return {name: clock() for name, clock in CLOCKS.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("article", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows = measure(given.article)
    for row in rows:
        print(*(f"{k} {v}" for k, v in row.items()), sep="  ")
    if given.json:
        given.json.write_text(json.dumps({"clicks": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
