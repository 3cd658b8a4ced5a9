"""Where batches are done: processes of this machine, or workers of a Dask cluster."""

from __future__ import annotations

import io
import os
import time
import warnings
import zipfile
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import TYPE_CHECKING, Any

from analysis.tables import RESOURCES

if TYPE_CHECKING:
    from distributed import Client, WorkerPlugin

AHEAD = 3  # batches a worker that wait or run: enough to keep it busy
LOOK = 10  # seconds after which one looks whether a worker is there
PATIENCE = 900  # seconds without a worker, where there was one, that end a run
GO_ON = "what is finished stays; run again to go on"


class Pool:
    """Takes batches, and says which are finished."""

    def __init__(self, executor: Executor, count: Callable[[], int]) -> None:
        """Keep who does the work, and what counts those who do it at the moment."""
        self.executor, self._count = executor, count
        self._seen = False

    def count(self) -> int:
        """How many can work now; it may change at any time."""
        found = self._count()
        self._seen = self._seen or found > 0
        return found

    def ahead(self) -> int:
        """How many batches keep all workers busy."""
        return AHEAD * max(1, self.count())

    def finished(self, running: Collection[Future]) -> set[Future]:
        """The batches that are finished, as soon as one is.

        Dask keeps a batch for ever that no worker is there to do, and a cluster starts
        no other in the place of one that was away for long. One that comes, though
        late, does it; where all stay away, the run ends.
        """
        since = None
        while True:
            done = wait(running, LOOK, FIRST_COMPLETED).done
            if done:
                return done
            if self.count():
                since = None
            elif since is None:
                since = time.monotonic()
                warnings.warn(
                    "the cluster has no worker: waiting for one", stacklevel=2
                )
            if self._seen and since and time.monotonic() - since >= PATIENCE:
                raise RuntimeError(
                    f"the cluster has lost all its workers: {GO_ON}, when it has some "
                    "(the cluster's `scale` starts them)"
                )


@contextmanager
def open_pool(client: Client | str | None, workers: int | None) -> Iterator[Pool]:
    """Where the work is done.

    Without a Dask client or a scheduler's address it is done by processes here.
    """
    if client is None:
        with _processes(workers or os.cpu_count() or 1) as pool:
            yield pool
        return
    from distributed import Client

    connected = Client(client) if isinstance(client, str) else client
    try:
        with _cluster(connected) as pool:
            yield pool
    finally:
        if connected is not client:
            connected.close()


@contextmanager
def _processes(workers: int) -> Iterator[Pool]:
    context = get_context("spawn")
    executor = ProcessPoolExecutor(workers, context, initializer=_watch_parent)
    try:
        yield Pool(executor, lambda: workers)
    except BrokenProcessPool as error:
        raise RuntimeError(
            f"a worker process died, often for want of memory: {GO_ON}, with fewer "
            "workers"
        ) from error
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def _cluster(client: Client) -> Iterator[Pool]:
    _bring_package(client)
    executor = client.get_executor(pure=False)
    try:
        yield Pool(executor, lambda: count_threads(client))
    except Exception as error:
        if client.status == "running" and not isinstance(error, CancelledError):
            raise
        raise RuntimeError(
            f"the cluster has closed or dropped its work: {GO_ON}, with a new client"
        ) from error
    finally:
        if client.status == "running":
            executor.shutdown(wait=False)  # takes back what nobody waits for any more


def count_threads(client: Client) -> int:
    """The threads of a cluster's workers that are there now."""
    try:
        return sum(client.nthreads().values())
    except OSError:  # the scheduler is gone
        return 0


def _watch_parent() -> None:
    """End this worker when the run that started it has been killed."""

    def end_with(parent: BaseProcess) -> None:
        parent.join()
        os._exit(1)

    if parent := parent_process():
        Thread(target=end_with, args=(parent,), daemon=True).start()


def _bring_package(client: Client) -> None:
    """Send this package, resources too, where a worker does not have it as it is.

    What travels is defined inside functions: so it goes by value, not by name.
    """

    def mark() -> str | None:
        from hashlib import sha256
        from importlib.util import find_spec
        from pathlib import Path

        spec = find_spec("analysis")
        if spec is None or spec.origin is None:
            return None
        files = (p for p in Path(spec.origin).parent.rglob("*") if p.is_file())
        code = sorted(p for p in files if "__pycache__" not in p.parts)
        return sha256(b"".join(p.read_bytes() for p in code)).hexdigest()

    own = mark()
    if set(client.run(mark).values()) != {own}:  # or no worker yet
        client.register_plugin(_package_plugin(_package()))


def _package() -> bytes:
    """This package as a zip file."""
    data, root = io.BytesIO(), RESOURCES.parent
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(root.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                file.write(path, path.relative_to(root.parent))
    return data.getvalue()


def _package_plugin(package: bytes) -> WorkerPlugin:
    """What makes every worker, a later one too, import the package sent to it."""
    from distributed import WorkerPlugin

    class Package(WorkerPlugin):
        name = "throughline"

        def setup(self, worker: Any) -> None:
            import io
            import sys
            import zipfile
            from pathlib import Path

            folder = Path(worker.local_directory) / "throughline"
            zipfile.ZipFile(io.BytesIO(package)).extractall(folder)
            sys.path.insert(0, str(folder))
            for module in [m for m in sys.modules if m.split(".")[0] == "analysis"]:
                del sys.modules[module]

    return Package()
