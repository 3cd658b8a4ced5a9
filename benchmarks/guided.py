"""Can bytes that seek new ways through the code break a reader?

usage: python -m benchmarks.guided TARGET [--minutes M] [--keep FOLDER]

As `benchmarks.fuzz`, whose targets and checks these are, yet led by coverage: atheris
(``pip install atheris``) keeps each input that reaches a line that none before it did,
and alters that one next. Each fault is said once, by where it was raised, and its input
goes to FOLDER; at the end stands the number of cases.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["analysis"]):
    from benchmarks.fuzz import CHECKS, fault_of, seeds


def watched(target: str, keep: Path | None) -> Callable[[bytes], None]:
    """A check of one input that says a fault and goes on.

    The first byte says which of the target's kinds of file the others are.
    """
    check, ends = CHECKS[target], [*dict.fromkeys(end for _, end in seeds(target))]
    told = set()

    def look(data: bytes) -> None:
        suffix = ends[data[0] % len(ends)] if data else ends[0]
        try:
            check(data[1:], suffix)
        except Exception as error:  # whatever it is, it is what is looked for
            fault = fault_of(error)
            if fault in told:
                return
            told.add(fault)
            print(f"{target}: {fault}: {str(error)[:200]}", flush=True)
            if keep:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{target}-{len(told)}{suffix}").write_bytes(data[1:])

    return look


def main() -> None:
    """Fuzz for some minutes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", choices=CHECKS)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    found = seeds(options.target)
    ends = [*dict.fromkeys(end for _, end in found)]
    with tempfile.TemporaryDirectory() as corpus:
        for number, (data, end) in enumerate(found):
            first = bytes([ends.index(end)])
            Path(corpus, f"seed-{number}").write_bytes(first + data)
        limits = [f"-max_total_time={options.minutes * 60:.0f}", "-timeout=60"]
        look = watched(options.target, options.keep)
        atheris.Setup(["", corpus, *limits, "-print_final_stats=1"], look)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
