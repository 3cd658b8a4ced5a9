"""A large corpus: memory, efficiency on two processes, kills, a Dask cluster.

``python -m benchmarks.corpus FOLDER --articles 100000 --out DIR`` repeats the texts
of a folder with changes, analyses them, and prints what it finds. Efficiency is what
two workers gain over one, as a share of what a loop that only counts gains in the
same minutes. Interrupted runs must leave the same tables as one that was not. Stance is
not read here: what that costs `benchmarks.speed` says.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import count, islice
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.codebook import read_codebook
from analysis.corpus import analyse_corpus, read_corpus

CODEBOOK = Path(__file__).with_name("us-election.yml")
SPINS = 60_000_000


def repeat_articles(texts: list[str]) -> Iterator[dict[str, object]]:
    """The texts again and again, each time with other paragraphs in front."""
    for k in count():
        text = texts[k % len(texts)]
        lines = [line for line in text.split("\n") if line.strip()] or [text]
        turn = k // len(texts) % len(lines)
        lines = [*lines[turn:], *lines[:turn], f"Edition {k} of the day."]
        yield {"name": f"article-{k:07}", "text": "\n".join(lines), "month": k % 12}


def write_source(texts: list[str], articles: int, path: Path) -> None:
    """A Parquet table of so many articles, written as it goes."""
    rows = islice(repeat_articles(texts), articles)
    schema = pa.schema(
        [("name", pa.string()), ("text", pa.string()), ("month", pa.int64())]
    )
    with pq.ParquetWriter(path, schema) as writer:
        while batch := list(islice(rows, 500)):
            writer.write_table(pa.Table.from_pylist(batch, schema))


def spin(n: int = SPINS) -> None:
    """Count, and nothing else."""
    for _ in range(n):
        pass


def gain_of_spinning() -> float:
    """What two processes that only count do in the time of one; 2 at best."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(spin, [1000, 1000]))
        one = _wall(lambda: pool.submit(spin).result())
        two = _wall(lambda: list(pool.map(spin, [SPINS, SPINS])))
    return 2 * one / two


def _wall(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


class Memory(threading.Thread):
    """The most memory that any child process takes, and this one, in MB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.process, self.child, self.own, self.over = psutil.Process(pid), 0, 0, False

    def run(self) -> None:
        """Look five times a second."""
        while not self.over:
            try:
                self.own = max(self.own, self.process.memory_info().rss >> 20)
                for child in self.process.children(recursive=True):
                    self.child = max(self.child, child.memory_info().rss >> 20)
            except psutil.Error:  # a worker that ended while it was looked at
                pass
            time.sleep(0.2)


def run_apart(source: Path, out: Path, workers: int) -> subprocess.Popen:
    """Start a run in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.corpus", str(source), "--child"]
    return subprocess.Popen([*words, "--out", str(out), "--workers", str(workers)])


def measure_run(source: Path, out: Path, workers: int) -> dict[str, float]:
    """Seconds and peak memory of a run that nobody disturbs."""
    start = time.perf_counter()
    process = run_apart(source, out, workers)
    memory = Memory(process.pid)
    memory.start()
    if process.wait():
        raise SystemExit("the run failed")
    memory.over = True
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "worker, MB": memory.child, "parent, MB": memory.own}


def measure_gain(source: Path, out: Path, rounds: int = 3) -> list[dict[str, float]]:
    """What two workers gain over one, and a bare loop beside it, a few times."""
    found = []
    for k in range(rounds):
        seconds = {}
        for workers in (1, 2):
            place = out / f"gain-{k}-{workers}"
            seconds[workers] = measure_run(source, place, workers)["seconds"]
            shutil.rmtree(place)
        gain, bare = seconds[1] / seconds[2], gain_of_spinning()
        found.append({"gain": gain, "bare": bare, "efficiency": gain / bare})
    return found


def killed_and_resumed(source: Path, out: Path, seconds: float, kills: int = 3) -> None:
    """Kill a run at random points, then let it end."""
    for _ in range(kills):
        process = run_apart(source, out, 2)
        time.sleep(3 + random.random() * seconds / (kills + 1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        print("killed after", len(list((out / "done").glob("*.json"))), "batches")
    if run_apart(source, out, 2).wait():
        raise SystemExit("the resumed run failed")


def on_a_cluster(source: Path, out: Path, seconds: float) -> None:
    """Two Dask workers on this machine, of which one is killed midway."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        victim = next(iter(client.run(os.getpid).values()))
        timer = threading.Timer(seconds / 2, os.kill, (victim, signal.SIGKILL))
        timer.start()
        book = read_codebook(CODEBOOK)
        analyse_corpus(source, book, out, client, stance=False, progress=False)
        print("killed a worker:", not psutil.pid_exists(victim))
        timer.cancel()


def digest(out: Path) -> str:
    """A mark of all tables of a corpus, down to the byte."""
    found = sha256()
    for path in sorted(out.glob("*/part-*.parquet")):
        found.update(str(path.relative_to(out)).encode() + path.read_bytes())
    return found.hexdigest()


def main() -> None:
    """Make the source, run it undisturbed, disturbed and on a cluster; compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of text files")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=6_000, help="for efficiency")
    parser.add_argument("--out", type=Path, required=True, help="a folder to work in")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        book = read_codebook(CODEBOOK)
        how = {"workers": args.workers, "stance": False, "progress": False}
        analyse_corpus(args.folder, book, args.out, **how)
        return
    args.out.mkdir(parents=True, exist_ok=True)
    texts = [p.read_text("utf-8") for p in sorted(args.folder.glob("*.txt"))]
    source, sample = args.out / "source.parquet", args.out / "sample.parquet"
    write_source(texts, args.articles, source)
    write_source(texts, args.sample, sample)
    report: dict[str, object] = {"articles": args.articles}
    report["two workers against one"] = measure_gain(sample, args.out)
    print(report["two workers against one"], flush=True)
    report["sample"] = measure_run(sample, args.out / "sample", args.workers)
    report["undisturbed"] = run = measure_run(source, args.out / "whole", args.workers)
    print(report["sample"], run, flush=True)
    report["failures"] = len(read_corpus(args.out / "whole", "failures"))
    report["analysed"] = len(read_corpus(args.out / "whole", "articles", ["article"]))
    expected = digest(args.out / "whole")
    killed_and_resumed(source, args.out / "killed", run["seconds"])
    report["killed three times, equal"] = digest(args.out / "killed") == expected
    on_a_cluster(source, args.out / "dask", run["seconds"])
    report["on Dask with a worker killed, equal"] = (
        digest(args.out / "dask") == expected
    )
    print(json.dumps(report, indent=1))
    if args.json:
        args.json.write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
