"""The first article against its hand coding, and under invented names."""

import csv
import re
from pathlib import Path

import pytest

from analysis import analyse, read_article, read_codebook
from analysis.agreement.codings import CODED, score_coding
from analysis.articles import Article
from analysis.codebook import parse_codebook

ROOT = Path(__file__).parents[1]
CODING = ROOT / "data" / "codings" / "grok-deepfakes"
CODEBOOK = ROOT / "data" / "codebooks" / "uk-online-safety.yml"
LEAST = {"stance": 0.68}  # aim: 0.80
STRUCTURE = {
    "kinds": 1.0,
    "voices": 0.97,
    "mentions": 0.95,
    "pronouns": 0.75,
    "quotes": 0.97,
    "quote_speakers": 0.97,
}


def _scores(article, codebook, coding):
    result = analyse(article, codebook)
    tables = {name: getattr(result, name) for name in CODED}
    return score_coding(coding, tables).set_index("measure")["f1"]


@pytest.fixture(scope="module")
def article():
    return read_article(ROOT / "data" / "articles" / "grok-deepfakes.txt")


def test_scores_against_the_coding_do_not_fall(article):
    found = _scores(article, read_codebook(CODEBOOK), CODING)
    for measure, least in {**STRUCTURE, **LEAST}.items():
        assert found[measure] >= least, (measure, found[measure])


def _rename(names, text):
    """The text with every name replaced, and where each old offset went."""
    pattern = re.compile(
        "|".join(rf"(?<![\w-]){re.escape(n)}(?![\w-])" for n in names), re.M
    )
    parts, moved, at, size = [], list(range(len(text) + 1)), 0, 0
    for match in pattern.finditer(text):
        size += match.start() - at
        parts += [text[at : match.start()], names[match.group()]]
        for i in range(match.start(), match.end() + 1):
            moved[i] = size + min(i - match.start(), len(parts[-1]))
        size += len(parts[-1])
        moved[match.end()] = size
        at = match.end()
        for i in range(at, len(text) + 1):
            moved[i] = size + i - at
    return "".join([*parts, text[at:]]), moved


def _renamed_coding(folder, moved, text):
    for path in CODING.glob("*.csv"):
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            if "start" in row:
                row["start"], row["end"] = (
                    moved[int(row["start"])],
                    moved[int(row["end"])],
                )
            if "text" in row:
                row["text"] = text[row["start"] : row["end"]]
        with open(folder / path.name, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def test_invented_names_get_the_same_scores(article, tmp_path):
    with open(ROOT / "tests" / "cases" / "invented_names.csv", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda r: -len(r["name"]))
    names = {r["name"]: r["invented"] for r in rows}
    text, moved = _rename(names, article.text)
    _renamed_coding(tmp_path, moved, text)
    book = parse_codebook(_rename(names, CODEBOOK.read_text(encoding="utf-8"))[0])
    renamed = Article(text, "Renamed", "renamed.txt", "renamed")
    found = _scores(renamed, book, tmp_path)
    before = _scores(article, read_codebook(CODEBOOK), CODING)
    assert not any(name in text.split() for name in names)
    for measure in STRUCTURE:
        assert found[measure] == pytest.approx(before[measure]), measure
    for measure in LEAST:
        assert found[measure] >= before[measure] - 0.05, measure
