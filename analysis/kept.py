"""What was worked out before, kept in the user's cache folder as JSON with its sum.

An entry hangs on all that it was worked out from, the program included; one that is
damaged is worked out again, and what cannot be written is not kept. Nothing else is
lost when the folder is deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.folders import write_whole
from analysis.tables import RESOURCES

LARGEST = 200_000_000  # bytes of all entries; the longest unused go first
PACKAGES = ("numpy", "nltk", "onnxruntime", "tokenizers")
SUMMED = {".onnx", ".pyc"}  # the model's sum stands in stance_model.json


def cache_folder() -> Path:
    """Where results are kept: ``THROUGHLINE_CACHE``, or the user's cache folder.

    >>> cache_folder().name != ""
    True
    """
    from platformdirs import user_cache_path

    own = os.environ.get("THROUGHLINE_CACHE")
    return Path(own) if own else user_cache_path("throughline")


@cache
def program_sum() -> str:
    """The sum of this package with its resources, and of what it calculates with.

    >>> len(program_sum())
    64
    """
    found = hashlib.sha256()
    root = RESOURCES.parent
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix not in SUMMED:
            found.update(path.relative_to(root).as_posix().encode() + b"\0")
            found.update(path.read_bytes())
    found.update(repr([version(name) for name in PACKAGES]).encode())
    return found.hexdigest()


class Store:
    """Pieces of one result, each a JSON value under a name."""

    def __init__(self, *inputs: object) -> None:
        """Open the entry of a result that was worked out from these inputs."""
        data = repr((program_sum(), *inputs)).encode("utf-8", "surrogatepass")
        self.folder = cache_folder() / hashlib.sha256(data).hexdigest()[:32]
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.utime(self.folder)  # used now
            _make_room(self.folder)
        except OSError:
            pass

    def get(self, name: str) -> Any:
        """A piece; None if it was never kept, or is no longer as it was kept."""
        try:
            text = (self.folder / f"{name}.json").read_text(encoding="utf-8")
            own, _, body = text.partition("\n")
            return json.loads(body) if own == _sum(body) else None
        except (OSError, ValueError):
            return None

    def put(self, name: str, value: Any) -> None:
        """Keep a piece, whole or not at all."""
        body = json.dumps(value)
        try:
            data = f"{_sum(body)}\n{body}".encode()
            write_whole(self.folder / f"{name}.json", data)
        except OSError:
            pass


def _sum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _make_room(own: Path) -> None:
    """Delete the entries that were not used for longest, until all fit."""
    entries = [p for p in own.parent.iterdir() if p.is_dir() and p != own]
    sizes = {p: sum(f.stat().st_size for f in p.iterdir()) for p in entries}
    left = sum(sizes.values())
    for entry in sorted(entries, key=lambda p: p.stat().st_mtime):
        if left <= LARGEST:
            break
        shutil.rmtree(entry, ignore_errors=True)
        left -= sizes[entry]
