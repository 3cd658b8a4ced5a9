"""How long Run All takes in each notebook, the first time and with results kept.

``python -m benchmarks.run_all [NUMBER …]`` starts a kernel as JupyterLab does when a
notebook is opened, sends it every cell, and says how long that took by the clock and of
the kernel's CPU: once with nothing kept from before, and once more in a new kernel. The
kernel's own start is said beside it. ``--cells`` says each cell.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat
import psutil
from jupyter_client.manager import start_new_kernel

ROOT = Path(__file__).parents[1]
LONGEST = 600  # seconds of a cell


class Run(NamedTuple):
    """Seconds of one notebook, or of one cell."""

    what: str
    clock: float
    cpu: float
    start: float = 0.0


def run_all(notebook: Path) -> Iterator[Run]:
    """Seconds of each cell in a new kernel, and then of the whole."""
    began = time.perf_counter()
    manager, client = start_new_kernel(cwd=str(notebook.parent))
    try:
        kernel = psutil.Process(manager.provisioner.pid)
        start = time.perf_counter() - began
        first = _now(kernel)
        for cell in nbformat.read(notebook, as_version=4).cells:
            if cell.cell_type != "code":
                continue
            before = _now(kernel)
            reply = client.execute_interactive(
                cell.source, output_hook=lambda _: None, timeout=LONGEST
            )
            if reply["content"]["status"] != "ok":
                raise RuntimeError(f"{notebook.name}: {reply['content']['evalue']}")
            yield Run(cell.source.splitlines()[0], *_since(kernel, before))
        yield Run(notebook.stem, *_since(kernel, first), start)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _now(kernel: psutil.Process) -> tuple[float, float]:
    """The clock, and the CPU's seconds of a kernel with those it has waited for."""
    return time.perf_counter(), sum(kernel.cpu_times()[:4])


def _since(kernel: psutil.Process, then: tuple[float, float]) -> tuple[float, float]:
    clock, cpu = _now(kernel)
    return clock - then[0], cpu - then[1]


def main() -> None:
    """Time the notebooks, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", nargs="*", default=list("123456"))
    parser.add_argument("--cells", action="store_true", help="say each cell's too")
    options = parser.parse_args()
    os.environ["PYTHONPATH"] = str(ROOT)
    for number in options.numbers:
        (notebook,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
        with tempfile.TemporaryDirectory() as home:
            os.environ["THROUGHLINE_CHOICE"] = str(Path(home, "choice.json"))
            os.environ["THROUGHLINE_CACHE"] = str(Path(home, "cache"))
            for kept in ("first", "kept "):
                for run in run_all(notebook):
                    if run.start or options.cells:
                        print(
                            f"{kept} {run.clock:6.2f} s, {run.cpu:5.2f} of the CPU"
                            f"{f', start {run.start:.2f}' if run.start else ''}"
                            f": {run.what}",
                            flush=True,
                        )


if __name__ == "__main__":
    main()
