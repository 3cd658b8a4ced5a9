"""What is kept comes back the same, or is worked out again."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from analysis import analyse, folders, read_article
from analysis.articles import Article
from analysis.codebook import parse_codebook
from analysis.corrections import Correction
from analysis.folders import Store
from analysis.stance import reader as reading

TEXT = "Ofcom fined X on Monday.\n‘X must be ashamed of what it did,’ Ofcom said."
BOOK = parse_codebook("actors: {regulator: {names: [Ofcom]}, platform: {names: [X]}}")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("THROUGHLINE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def calls(monkeypatch):
    """How often the model was run."""
    made, run = [], reading.run_passage
    monkeypatch.setattr(
        reading, "run_passage", lambda passage: made.append(1) or run(passage)
    )
    return made


def tables(text: str = TEXT, book=BOOK, keep: bool = True):
    result = analyse(Article(text, "", "", "a"), book, keep=keep)
    return result.stance, result.framing, result.evidence


def same(one, other) -> bool:
    return all(a.equals(b) for a, b in zip(one, other, strict=True))


def test_the_model_runs_once(calls):
    plain = tables(keep=False)
    calls.clear()
    first = tables()
    assert calls
    calls.clear()
    again = tables()
    assert not calls and same(plain, first) and same(first, again) and len(again[2])


def test_nothing_is_kept_unless_asked(folder):
    tables(keep=False)
    assert not folder.exists()


def test_corrections_are_in_the_key():
    article = Article(TEXT, "", "", "a")
    at = TEXT.index("Ofcom")
    for row in (
        Correction("kind", 0, 5, TEXT[:5], "", "prompt"),
        Correction("mention", at, at + 5, "Ofcom", "", "none"),
    ):
        analyse(article, BOOK, [], keep=True).stance  # noqa: B018
        kept = analyse(article, BOOK, [row], keep=True).stance
        assert kept.equals(analyse(article, BOOK, [row]).stance)


def test_what_it_hangs_on_is_in_the_key(calls, monkeypatch):
    tables()
    other = parse_codebook("actors: {regulator: {names: [Ofcom, X]}}")
    for text, book in ((TEXT + " It paid.", BOOK), (TEXT, other)):
        calls.clear()
        tables(text, book)
        assert calls
    monkeypatch.setattr(folders, "program_sum", lambda: "another version")
    calls.clear()
    tables()
    assert calls


@pytest.mark.parametrize("damage", ["", "x", "{", None])
def test_a_damaged_entry_is_worked_out_again(damage, folder, calls):
    first = tables()
    for path in folder.rglob("*.json"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text[:-9] if damage is None else damage, encoding="utf-8")
    calls.clear()
    assert same(first, tables()) and calls
    calls.clear()
    assert same(first, tables()) and not calls


@pytest.mark.parametrize("value", [None, [], [[]], {"a": 1}, [[["a"]], 3], "x", 1])
def test_an_entry_of_another_form_is_worked_out_again(value, folder):
    first = tables()
    store = Store()
    store.folder = next(p for p in folder.iterdir() if (p / "0.json").exists())
    for path in store.folder.glob("*.json"):
        store.put(path.stem, value)
    assert same(first, tables())


def test_a_folder_that_cannot_be_written_does_no_harm(folder, tmp_path):
    folder.write_text("no folder")
    assert same(tables(), tables(keep=False))


def test_the_longest_unused_go_first(folder, monkeypatch):
    monkeypatch.setattr(folders, "MOST_KEPT", 120)
    own = folder / "of somebody else" / "large.txt"  # as when an own folder is named
    own.parent.mkdir(parents=True)
    own.write_text("x" * 400)
    os.utime(own.parent, (0, 0))
    for n in range(4):
        store = Store(n)
        store.put("a", "x" * 40)
        os.utime(store.folder, (n, n))
    last = Store(9)
    last.put("a", 1)
    left = {p for p in folder.iterdir() if (p / "a.json").exists()}
    assert left == {Store(3).folder, last.folder}
    assert own.exists()


def test_a_drafted_codebook_is_kept(folder, monkeypatch):
    article = read_article("data/articles/ofwat-leaks.txt")
    first = analyse(article, keep=True).codebook
    monkeypatch.setattr("analysis.drafting.choose_codebook", None)
    assert analyse(article, keep=True).codebook == first
    with pytest.raises(TypeError):
        analyse(article)


def test_what_is_kept_is_there_without_loading_nltk(folder):
    """Loading it takes longer than all else that is left to do another time."""
    program = f"""
import sys
from analysis.articles import Article
from analysis.pipeline import analyse
result = analyse(Article({TEXT!r}, "", "", "a"), keep=True)
print(len(result.sentences), result.paragraphs.tone_vader.tolist(), *result.stance_rows)
print("nltk" in sys.modules, "scipy.stats" in sys.modules)
"""
    run = [subprocess.check_output([sys.executable, "-c", program]) for _ in range(2)]
    (first, loaded), (again, spared) = (out.decode().splitlines() for out in run)
    assert first == again and loaded.startswith("True") and spared == "False False"


def test_kept_sentences_are_those_of_the_text():
    article = Article(TEXT, "", "", "a")
    plain = analyse(article, BOOK)
    for _ in range(2):
        kept_one = analyse(article, BOOK, keep=True)
        assert kept_one.structure.sentences == plain.structure.sentences
        assert kept_one.sentences.equals(plain.sentences)
        assert kept_one.paragraphs.equals(plain.paragraphs)
