"""Folders of results: written beside first, by one run at a time, faults named."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

BESIDE = ".throughline-"
LOCK = ".writing"
DAY = 86_400  # seconds


class FolderError(OSError):
    """A folder that cannot be written; the message says why and what to do."""


class InUseError(FolderError, FileExistsError):
    """A folder to which another run writes."""


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """An empty folder beside another, which is gone at the end.

    What a run that was killed left of the kind is taken away after a day.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f"{BESIDE}*"):
        if time.time() - left.lstat().st_mtime > DAY:
            shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=BESIDE, dir=folder.parent) as name:
        yield Path(name)


@contextmanager
def one_writer(folder: Path) -> Iterator[None]:
    """Make a folder and hold it for one run; a run that is killed lets it go."""
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InUseError(
            f"another run is writing to {folder}: wait for it, or name another folder"
        ) from None
    try:
        yield
    finally:
        lock.release()  # its file stays: taken away, it could be another's lock


@contextmanager
def faults_named(folder: Path) -> Iterator[None]:
    """Say of whatever keeps a folder from being written what it is and what to do."""
    try:
        yield
    except FolderError:
        raise
    except OSError as error:
        raise FolderError(
            f"{folder} cannot be written ({error.strerror or error}): make room or "
            f"free it there, or name another folder, and run again"
        ) from error


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; it keeps its permissions.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "a"
    >>> write_whole(path, b"No.")
    >>> path.read_bytes(), len([*path.parent.iterdir()])
    (b'No.', 1)
    """
    mode = path.stat().st_mode if path.exists() else 0o644
    new = NamedTemporaryFile(dir=path.parent, prefix=".", delete=False)  # noqa: SIM115
    try:
        with new:
            new.write(data)
        os.chmod(new.name, mode)
        os.replace(new.name, path)
    except BaseException:
        Path(new.name).unlink(missing_ok=True)
        raise
