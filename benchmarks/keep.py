"""Run a benchmark and keep its figures, with command and date, for notebook 6.

    python -m benchmarks.keep NAME BENCHMARK [ARGUMENT …]

writes ``benchmarks/results/NAME.json``. Paths are kept to their last two parts.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).with_name("results")


def keep(name: str, benchmark: str, arguments: Sequence[str]) -> Path:
    """Run a benchmark and keep what it writes.

    Parameters
    ----------
    name : str
        What to call the figures.
    benchmark : str
        A module of this folder that takes ``--json FILE``.
    arguments : sequence of str
        Its other arguments.

    Returns
    -------
    Path
        The file kept.
    """
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    module = f"benchmarks.{benchmark}"
    command = [sys.executable, "-m", module, *arguments, "--json", str(path)]
    subprocess.run(command, check=True)
    shown = " ".join(["python", "-m", module, *map(_short, arguments)])
    about = {"command": shown, "date": datetime.date.today().isoformat()}
    figures = json.loads(path.read_text(encoding="utf-8"))
    figures = figures if isinstance(figures, dict) else {"figures": figures}
    text = json.dumps(about | figures, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _short(argument: str) -> str:
    return "/".join(Path(argument).parts[-2:]) if "/" in argument else argument


if __name__ == "__main__":
    print(keep(*sys.argv[1:3], sys.argv[3:]))
