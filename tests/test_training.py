"""The coded articles have the form that training and benchmarks read."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "data" / "training"
HEAD = "TITLE x\nACTOR company | Firm | names: Firm | nominals: the firm\n"


def check(*paths):
    command = [sys.executable, str(FOLDER / "check.py"), *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_all_articles_have_the_form():
    paths = sorted((FOLDER / "articles").glob("*.art"))
    found = check(*paths)
    assert found.returncode == 0, found.stdout[-2000:]
    assert f"'articles': {len(paths)}" in found.stdout


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("body\tcompany>court:-\t\tFirm won.", "no ACTOR line: company>court:-"),
        ("body\tcompany>other:=\t\tFirm won.", "no edge"),
        ("body\tother>company:- other>company:+\t\tFirm won.", "a pair twice"),
        ("body\t\tluck\tFirm won.", "no frame and no part: luck"),
        ("body\t\taccused\tFirm won.", "a part of nobody: accused"),
        ("body\t\tlaw@court\tFirm won.", "a frame of an actor that has no ACTOR"),
        ("text\t\t\tFirm won.", "no paragraph"),
        ("body\t\tFirm won.", "no paragraph"),
        ("ACTOR firm | Firm | names: Firm", "no role: firm"),
        ("ACTOR court | Court | nominals: x", "an ACTOR line is"),
    ],
)
def test_a_fault_is_named_with_its_line(line, fault, tmp_path):
    path = tmp_path / "x.art"
    path.write_text(f"{HEAD}{line}\n", encoding="utf-8")
    found = check(path)
    assert found.returncode == 1
    assert f"x.art:3: {fault}" in found.stdout or fault in found.stdout


def test_parts_and_second_codings_name_articles():
    names = {p.stem for p in (FOLDER / "articles").glob("*.art")}
    with open(FOLDER / "parts.csv", encoding="utf-8", newline="") as file:
        parts = list(csv.DictReader(file))
    assert {r["article"] for r in parts} <= names
    assert {r["part"] for r in parts} == {"dev", "valid"}
    assert sum(r["part"] == "dev" for r in parts) == 24
    assert {p.stem for p in (FOLDER / "second").glob("*.codes")} <= names
