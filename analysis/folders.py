"""What is written: whole, by one run at a time, and what is kept for the next."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any, TypeVar
from unicodedata import normalize
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from analysis.tables import RESOURCES

Known = TypeVar("Known")
BESIDE = ".throughline-"
LOCK = ".writing"
DAY = 86_400  # seconds
LONGEST_FOLDER = 100  # bytes of a name
MOST_KEPT = 200_000_000  # bytes of all entries; the longest unused go first
CALCULATORS = ("numpy", "nltk", "onnxruntime", "tokenizers")  # results hang on them
_SUMMED = {".onnx", ".pyc"}  # the model's sum stands in stance_model.json
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT[\d:]+Z")
_ENTRY = re.compile(r"[0-9a-f]{32}")  # a kept result; other folders are not ours


# Names that Windows keeps for devices, whatever stands behind a full stop.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)


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

    lock = FileLock(folder / LOCK)
    with faults_named(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            wait = "wait for it, or name another folder"
            raise InUseError(f"another run is writing to {folder}: {wait}") from None
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


def make_name(name: str) -> str:
    """A name that can be a folder's and leads nowhere else.

    >>> make_name("../my article"), make_name("..")
    ('my article', 'article')
    """
    shown = "".join(c if c.isprintable() else "-" for c in name)
    plain = re.sub(r"[/\\:*?\"<>|]+", "-", shown)
    cut = plain.encode("utf-8")[:LONGEST_FOLDER].decode("utf-8", "ignore")
    cut = cut.strip(" .-~")
    return f"{cut}-" if _DEVICE.match(cut) else cut or "article"


def same_folder(name: str) -> str:
    """What names have in common that lead to one folder where case is no difference.

    >>> same_folder("Café") == same_folder("CAFE\u0301")
    True
    """
    return normalize("NFKC", normalize("NFKC", name).casefold())


def names_apart(key: Callable[[str], str] = str) -> Callable[[str], str]:
    """What gives a name back, with a number where it, or one of its key, was given.

    >>> [*map(names_apart(), ("a", "a", "a-2"))], [*map(names_apart(str.lower), "aA")]
    (['a', 'a-2', 'a-2-2'], ['a', 'A-2'])
    """
    taken: set[str] = set()
    times: dict[str, int] = {}

    def apart(name: str) -> str:
        given = name
        while key(given) in taken:
            times[name] = times.get(name, 1) + 1
            given = f"{name}-{times[name]}"
        taken.add(key(given))
        return given

    return apart


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


def read_json(path: Path) -> dict[str, Any]:
    """What a file of ours says; nothing where it is missing or damaged.

    >>> read_json(Path("README.md"))
    {}
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def without_time(path: Path) -> None:
    """Take the time of writing out of an Office file: the same rows, the same bytes.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.docx"
    >>> with ZipFile(path, "w") as file:
    ...     file.writestr("docProps/core.xml", "<t>2026-01-02T03:04:05Z</t>")
    >>> without_time(path)
    >>> ZipFile(path).read("docProps/core.xml")
    b'<t>2000-01-01T00:00:00Z</t>'
    """
    with ZipFile(path) as file:
        parts = [(info.filename, file.read(info)) for info in file.infolist()]
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for part, data in parts:
            if part == "docProps/core.xml":
                data = _TIME.sub(b"2000-01-01T00:00:00Z", data)
            file.writestr(ZipInfo(part), data, ZIP_DEFLATED)


def check_sum(data: bytes) -> str:
    """The SHA-256 sum of what a file holds.

    >>> check_sum(b"No.")[:8]
    '38178a20'
    """
    return sha256(data).hexdigest()


@cache
def resource_sums() -> dict[str, str]:
    """The sum of each word list, rule and model of this package.

    >>> "columns.csv" in resource_sums()
    True
    """
    files = sorted(path for path in RESOURCES.iterdir() if path.is_file())
    return {path.name: check_sum(path.read_bytes()) for path in files}


@cache
def program_sum() -> str:
    """The sum of this package with its resources, and of what it calculates with.

    >>> len(program_sum())
    64
    """
    found = sha256()
    root = RESOURCES.parent
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix not in _SUMMED:
            found.update(path.relative_to(root).as_posix().encode() + b"\0")
            found.update(path.read_bytes())
    found.update(repr([version(name) for name in CALCULATORS]).encode())
    return found.hexdigest()


def cache_folder() -> Path:
    """Where results are kept: ``THROUGHLINE_CACHE``, or the user's cache folder.

    >>> cache_folder().name != ""
    True
    """
    from platformdirs import user_cache_path

    own = os.environ.get("THROUGHLINE_CACHE")
    return Path(own) if own else user_cache_path("throughline")


class Store:
    """Pieces of one result in the cache folder, each JSON under a name, with its sum.

    It hangs on all that the result was worked out from, the program included. A piece
    that is damaged is worked out again, and what cannot be written is not kept:
    nothing is lost when the folder is deleted.
    """

    def __init__(self, *inputs: object) -> None:
        """Open the entry of a result that was worked out from these inputs."""
        data = repr((program_sum(), *inputs)).encode("utf-8", "surrogatepass")
        self.folder = cache_folder() / check_sum(data)[:32]
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.utime(self.folder)  # used now
            _make_room(self.folder)
        except OSError:
            pass  # what cannot be kept is worked out again

    def get(self, name: str) -> Any:
        """A piece; None if it was never kept, or is no longer as it was kept."""
        try:
            text = (self.folder / f"{name}.json").read_text(encoding="utf-8")
            own, _, body = text.partition("\n")
            return json.loads(body) if own == check_sum(body.encode()) else None
        except (OSError, ValueError):
            return None

    def put(self, name: str, value: Any) -> None:
        """Keep a piece, whole or not at all."""
        body = json.dumps(value).encode()
        try:
            data = check_sum(body).encode() + b"\n" + body
            write_whole(self.folder / f"{name}.json", data)
        except OSError:
            pass  # as above


def recall(
    store: Store | None,
    name: str,
    find: Callable[[], Known],
    pack: Callable[[Known], Any] = lambda found: found,
    unpack: Callable[[Any], Known | None] = lambda kept: kept,
) -> Known:
    """A piece of a result: as it was kept, or found now and kept; no store keeps none.

    `pack` makes JSON of it, `unpack` the piece again, or None of what is none.

    >>> recall(None, "sum", lambda: 1 + 1)
    2
    """
    found = unpack(store.get(name)) if store else None
    if found is None:
        found = find()
        if store:
            store.put(name, pack(found))
    return found


def _make_room(own: Path) -> None:
    """Delete the entries that were not used for longest, until all fit."""
    found = (p for p in own.parent.iterdir() if _ENTRY.fullmatch(p.name))
    entries = [p for p in found if p.is_dir() and p != own]
    sizes = {p: sum(f.stat().st_size for f in p.iterdir()) for p in entries}
    left = sum(sizes.values())
    for entry in sorted(entries, key=lambda p: p.stat().st_mtime):
        if left <= MOST_KEPT:
            break
        shutil.rmtree(entry, ignore_errors=True)
        left -= sizes[entry]
