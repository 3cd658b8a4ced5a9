"""Full disks, killed runs, odd rows: nothing is half done, or it says so."""

import errno
import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import pytest
from filelock import FileLock
from pandas.testing import assert_frame_equal

from analysis import analyse, corpus, export, read_codebook
from analysis.__main__ import main
from analysis.articles import read_text
from analysis.corpus import analyse_corpus, read_corpus
from analysis.export import (
    _make_outcome,
    _move_in,
    _write_files,
    read_record,
    run_record,
)
from analysis.folders import BESIDE, FolderError, InUseError
from analysis.pipeline import Analysis
from analysis.tables import TABLES
from analysis.verify import _damaged_files
from tests.test_corpus import BOOK, TEXT
from tests.test_pipeline import CODEBOOK

ROOT = Path(__file__).parents[1]
SAID = "Ofcom fined X on Monday.\nMs Kendall said: “X must act, and Ofcom is right.”"


@pytest.fixture(scope="module")
def short():
    return analyse(read_text(SAID, name="short"), read_codebook(CODEBOOK))


@pytest.fixture(scope="module")
def two_runs(short, tmp_path_factory):
    """The files of a run, and those of another of the same article."""
    folders = []
    for name in ("old", "new"):
        folder = tmp_path_factory.mktemp(name)
        _write_files(_make_outcome(short), folder, True)
        folders.append(folder)
    with open(folders[1] / "article.txt", "a", encoding="utf-8") as file:
        file.write(" ")
    run = read_record(folders[1])
    del run["files"]["article.txt"]
    (folders[1] / "run.json").write_text(json.dumps(run), "utf-8")
    return folders


@pytest.fixture
def quick(two_runs, monkeypatch):
    """The files of a run are made once and copied: charts take their time."""

    def copy(made, folder, article_text):
        shutil.copytree(two_runs[0], folder, dirs_exist_ok=True)

    monkeypatch.setattr(export, "_write_files", copy)


def test_the_record_says_all_that_a_repetition_needs(two_runs, short):
    record = read_record(two_runs[0])
    needed = {"python", "throughline", "onnxruntime", "tokenizers", "numpy", "pandas"}
    assert needed <= record["versions"].keys()
    assert record["codebook"] == short.codebook.source
    assert {"codebook.yml", "article.txt"} <= record["files"].keys()
    drafted = analyse(read_text(SAID, name="short"))
    again = read_codebook(two_runs[0] / "codebook.yml")
    assert again.actors == short.codebook.actors
    assert run_record(drafted)["codebook"] not in ("", record["codebook"])


@pytest.mark.parametrize("name", ["..", "../x", "/x", "a/../../x", "x\0", "x" * 300])
def test_a_run_stays_in_its_folder_whatever_the_article_is_called(
    name, quick, tmp_path
):
    out = tmp_path / "deep" / "out"
    result = analyse(read_text(SAID, name=name), read_codebook(CODEBOOK))
    assert result.write(out).parent == out
    assert [*tmp_path.iterdir()] == [tmp_path / "deep"]
    assert [*(tmp_path / "deep").iterdir()] == [out]


def killed(work, place):
    """Do something in a process that is killed at the nth change of a folder."""
    if child := os.fork():
        return os.waitpid(child, 0)[1] == signal.SIGKILL
    try:
        left = iter(range(place))
        for name in ("replace", "unlink"):
            real = getattr(Path, name)

            def stop(path, *args, real=real, **options):
                if next(left, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(path, *args, **options)

            setattr(Path, name, stop)
        work()
    finally:
        os._exit(0)


@pytest.mark.parametrize("place", [*range(20), 30, 45])
def test_a_run_killed_anywhere_leaves_a_whole_folder_or_says_so(
    place, two_runs, tmp_path
):
    old, new = (shutil.copytree(f, tmp_path / f.name) for f in two_runs)
    folder = tmp_path / "short"
    _move_in(old, folder)
    was = read_record(folder)
    assert killed(lambda: _move_in(new, folder), place)
    left = read_record(folder)
    assert (
        not left
        or not [*_damaged_files(folder, left)]
        and left in (was, read_record(new))
    )
    again = shutil.copytree(two_runs[1], tmp_path / "again")
    _move_in(again, folder)  # what was killed bars nobody
    assert read_record(folder) and not [*_damaged_files(folder, read_record(folder))]


@contextmanager
def full_disk(size):
    """No file may grow beyond some bytes: the system refuses, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, heard)


@pytest.mark.parametrize("size", [0, 5_000, 30_000])
def test_a_full_disk_is_named_and_leaves_the_run_before(
    size, two_runs, short, tmp_path
):
    folder = shutil.copytree(two_runs[0], tmp_path / "short")
    with (
        full_disk(size),
        pytest.raises(FolderError, match="short cannot be writ.*room"),
    ):
        short.write(tmp_path)
    assert not [*_damaged_files(folder, read_record(folder))]
    assert not [*tmp_path.glob(f"{BESIDE}*")]


@pytest.mark.parametrize(
    "code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT]
)
@pytest.mark.parametrize("function", ["mkdir", "replace", "unlink"])
def test_a_folder_that_takes_nothing_is_named(
    function, code, quick, short, tmp_path, monkeypatch
):
    folder = short.write(tmp_path)

    def refuse(*args, **options):
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(Path, function, refuse)
        with pytest.raises(FolderError, match=f"short cannot be .*{os.strerror(code)}"):
            short.write(tmp_path)
    left = read_record(folder)
    assert not left or not [*_damaged_files(folder, left)]


def test_a_file_in_place_of_the_folder_is_named(quick, short, tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(FolderError, match="name another folder"):
        short.write(tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_a_fault_of_the_analysis_is_not_the_folders(tmp_path, monkeypatch):
    def gone(result):
        raise FileNotFoundError("the model is gone")

    monkeypatch.setattr(Analysis, "stance_rows", property(gone))
    result = analyse(read_text(SAID, name="short"), read_codebook(CODEBOOK))
    with pytest.raises(FileNotFoundError, match="^the model is gone$"):
        result.write(tmp_path)
    assert not [*tmp_path.iterdir()]


def test_a_fault_of_the_workers_is_not_the_folders(odd_rows, tmp_path, here):
    def unreachable(pure):
        raise ConnectionError("no way to the cluster")

    here.get_executor = unreachable
    with pytest.raises(ConnectionError, match="^no way to the cluster$"):
        run(odd_rows, tmp_path / "out", here)


def test_two_runs_at_once_do_not_mix(quick, short, tmp_path, here):
    folder = short.write(tmp_path)
    with FileLock(folder / ".writing"), pytest.raises(InUseError, match="another run"):
        short.write(tmp_path)
    assert not [*_damaged_files(folder, read_record(folder))]
    (tmp_path / "out").mkdir()
    with FileLock(tmp_path / "out" / ".writing"), pytest.raises(InUseError):
        analyse_corpus(tmp_path, BOOK, tmp_path / "out", here, progress=False)


def test_what_killed_runs_left_is_swept_after_a_day(quick, short, tmp_path):
    old, new = tmp_path / f"{BESIDE}old", tmp_path / f"{BESIDE}new"
    for left in (old, new):
        left.mkdir()
    os.utime(old, (1, 1))
    short.write(tmp_path)
    assert not old.exists() and new.exists()


# Another machine: no home, no network, another language, clock and hash seed.

OF_THE_SOURCE = {"run.json", "report.html", "report.docx"}  # which name the file
ELSEWHERE = """
import socket, sys, time
def none(*args, **options):
    raise OSError("no network")
socket.socket.connect = socket.getaddrinfo = none
time.time = lambda: 4e9
from analysis.__main__ import main
"""


def test_another_machine_writes_the_same_bytes(two_runs, tmp_path):
    source = tmp_path / "short.txt"
    source.write_text(SAID, "utf-8")
    args = [str(source), "--codebook", str(CODEBOOK), "--out", str(tmp_path / "out")]
    code = f"{ELSEWHERE}sys.exit(main({args!r}))"
    odd = {"HOME": "/nonexistent", "LC_ALL": "C", "TZ": "Pacific/Kiritimati"}
    odd |= {"PYTHONHASHSEED": "7", "PYTHONUTF8": "0", "PYTHONPATH": str(ROOT)}
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "SYSTEMROOT")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=kept | odd,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        errors="replace",
    )
    assert done.returncode == 0, done.stderr
    here, there = two_runs[0], tmp_path / "out" / "short"
    for path in here.rglob("*"):
        if path.is_file() and path.name not in OF_THE_SOURCE:
            other = there / path.relative_to(here)
            assert path.read_bytes() == other.read_bytes(), path.name


def test_a_file_whose_name_is_no_letters_is_done(tmp_path):
    name = os.fsdecode(b"caf\xe9_fine.txt")
    try:
        (tmp_path / name).write_text(SAID, "utf-8")
    except OSError:
        pytest.skip("this file system takes no such name")
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")  # a narrow terminal
    with redirect_stdout(out):
        assert main([str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    (folder,) = (tmp_path / "out").iterdir()
    assert folder.name == "caf-_fine" and read_record(folder)["title"]


# A corpus with every kind of bad row, killed and resumed, parts lost.

GOOD = [{"text": TEXT.replace("Monday", f"{i} May"), "n": i} for i in range(12)]
BAD = [
    None,
    7,
    [1],
    {"text": None},
    {"text": 3.5},
    {"text": ["a"]},
    {"text": {"a": 1}},
    {"text": " \n "},
    {"text": "x" * 5_000_001},
    {"text": "Le gouvernement a annoncé mardi que la société devrait payer. " * 5},
    {"other": TEXT},
]
ODD = [
    {"text": TEXT + "\ud800", "name": "half\udfff"},
    {"text": TEXT, "name": "a\0b\nc", "outlet": "\udcff"},
    {"text": TEXT, "name": "../" * 200, "n": 10**30},
    {"text": TEXT, "name": 7, "n": "seven"},
    {"text": TEXT, "name": ["x"], "title": 2020, "length": 5, "notes": True},
    {"text": TEXT, "name": "same", "source": 1, "article": 2, "source_given": 3},
    {"text": TEXT, "name": "same", "date": {"a": 1}, "n": float("nan")},
    {"text": TEXT, "name": "same-2", "n": float("inf")},
]


@pytest.fixture
def odd_rows(tmp_path):
    path = tmp_path / "odd.jsonl"
    rows = [json.dumps(row) for row in (*GOOD[:6], *BAD, *ODD, *GOOD[6:])]
    rows += ["{", "\0", "[" * 100_000, '{"text": "cut', '{"text": ""}', "nul"]
    path.write_text("\n".join(rows), "utf-8")
    return path


def run(source, out, here):
    light = {"stance": False, "progress": False}
    return analyse_corpus(source, BOOK, out, here, **light)


def everything(out):
    return {t: read_corpus(out, t) for t in (*TABLES, "articles", "failures")}


def test_every_odd_row_is_an_article_or_a_failure(odd_rows, tmp_path, here):
    found = everything(run(odd_rows, tmp_path / "out", here))
    names = found["articles"]["article"].tolist()
    assert len(names) == len(set(names)) == len(GOOD) + len(ODD)
    assert len(found["failures"]) == len(BAD) + 6
    assert found["failures"]["error"].str.len().min() > 10
    assert set(found["tokens"]["article"]) == set(names)


@pytest.mark.parametrize("place", [0, 1, 5, 12, 13, 30])
def test_a_corpus_killed_anywhere_goes_on_to_the_same_tables(
    place, odd_rows, tmp_path, here, monkeypatch
):
    whole = everything(run(odd_rows, tmp_path / "whole", here))
    real, left = corpus.write_whole, iter(range(place))

    def stop(path, data):
        if next(left, None) is None:
            path.with_suffix(".tmp").write_bytes(data[:9])
            raise KeyboardInterrupt
        real(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(corpus, "write_whole", stop)
        with pytest.raises(KeyboardInterrupt):
            run(odd_rows, tmp_path / "out", here)
    found = everything(run(odd_rows, tmp_path / "out", here))
    for table in whole:
        assert_frame_equal(found[table], whole[table])


def test_parts_that_were_lost_or_cut_are_made_again(odd_rows, tmp_path, here):
    out = run(odd_rows, tmp_path / "out", here)
    whole = everything(out)
    (out / "tokens" / "part-000000.parquet").unlink()
    (out / "quotes" / "part-000001.parquet").write_bytes(b"PAR1")
    (out / "done" / "part-000002.json").write_bytes(b"")
    (out / "done" / "part-000003.json").write_text("[]")
    shutil.rmtree(out / "mentions")
    found = everything(run(odd_rows, out, here))
    for table in whole:
        assert_frame_equal(found[table], whole[table])


def test_a_full_disk_stops_a_corpus_with_a_word_and_it_goes_on(
    odd_rows, tmp_path, here
):
    whole = everything(run(odd_rows, tmp_path / "whole", here))
    with full_disk(2_000), pytest.raises(FolderError, match="out cannot be written"):
        run(odd_rows, tmp_path / "out", here)
    found = everything(run(odd_rows, tmp_path / "out", here))
    assert_frame_equal(found["tokens"], whole["tokens"])
