"""Does the same input give the same bytes, in every file that a run leaves?

    python -m benchmarks.twice [ARTICLE …]

Each article of the repository, or those that are named, is analysed by two processes
with other seeds of hashes, clocks' zones, languages and homes, and all that they leave
is compared byte by byte, the workbook, the Word file and the pictures too. What differs
is said, and the exit status is 1.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.golden import ROOT, article_files

MACHINES = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
)


def analysed(article: Path, out: Path, machine: dict[str, str]) -> dict[str, bytes]:
    """What a run of its own leaves of an article, by file."""
    home = out.with_name(f"home-of-{out.name}")
    for folder in (out, home):
        folder.mkdir()
    subprocess.run(
        [sys.executable, "-m", "analysis", str(article), "--out", str(out)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home), **machine},
        cwd=home,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    files = sorted(p for p in out.rglob("*") if p.is_file())
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in files}


def differing(first: dict[str, bytes], second: dict[str, bytes]) -> list[str]:
    """The files that are not the same in two runs.

    >>> differing({"a": b"1", "b": b"2"}, {"a": b"1", "b": b"3", "c": b""})
    ['b', 'c']
    """
    every = sorted({*first, *second})
    return [name for name in every if first.get(name) != second.get(name)]


def main(names: Sequence[str]) -> int:
    """Compare, and say what differs."""
    faults = 0
    for article in (p for p in article_files() if not names or p.stem in names):
        with tempfile.TemporaryDirectory() as folder:
            first, second = (
                analysed(article, Path(folder, f"run-{i}"), machine)
                for i, machine in enumerate(MACHINES)
            )
        found = differing(first, second)
        faults += bool(found)
        said = f"not the same: {', '.join(found)}" if found else "all the same"
        print(f"{article.stem}: {len(first)} files, {said}", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
