"""One choice for all notebooks; what a person edited is used and never written over."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from analysis import analyse, read_article
from analysis.articles import Article, is_text
from analysis.codebook import parse_codebook
from analysis.notebooks.choice import BUNDLED, chosen, remember
from analysis.notebooks.opening import Told, offer_codebook, open_article

DATA = Path(__file__).parents[1] / "data"
BOOK = "actors: {regulator: {names: [Ofcom]}, platform: {names: [Plumeria]}}"
TEXT = "Site fined over leak\nOfcom said that Plumeria lied to all of its users.\n"


@pytest.fixture(autouse=True)
def notebooks(tmp_path, monkeypatch):
    """A project's folders, seen from its notebooks."""
    (tmp_path / "data").mkdir()
    shutil.copytree(DATA / "articles", tmp_path / "data" / "articles")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")


@pytest.fixture
def leak():
    path = Path("../data/articles/leak.txt")
    path.write_text(TEXT, encoding="utf-8")
    path.with_name("leak.codebook.yml").write_text(BOOK, encoding="utf-8")
    return path


def test_the_bundled_article_is_opened_first():
    assert chosen().article == BUNDLED and chosen().codebook is None


def test_what_was_chosen_is_opened_everywhere(leak, monkeypatch, tmp_path):
    assert open_article(leak).article.name == "leak"
    monkeypatch.chdir(tmp_path / "data")
    monkeypatch.setenv("THROUGHLINE_CHOICE", str(tmp_path / "output" / "choice.json"))
    assert open_article().article.name == "leak"
    assert Path(chosen().article).is_absolute()


def test_a_choice_that_is_gone_or_damaged_is_no_choice(leak):
    remember(leak)
    leak.unlink()
    assert chosen().article == BUNDLED
    for text in ("", "[]", "{}", '{"article": 3}', '"x"'):
        Path("../output/choice.json").write_text(text)
        assert chosen().article == BUNDLED


def test_a_pasted_text_is_saved_and_opened():
    for text in (TEXT, "Ofcom fined Plumeria for its leak of all names. " * 8):
        assert is_text(text)
        found = remember(text)
        assert Path(found.article).parent == Path("../data/private").resolve()
        assert Path(found.article).read_text().strip() == text.strip()
        assert read_article(found.article).text.strip() == text.strip()
    first = remember(TEXT)
    assert remember(TEXT) == first and remember(TEXT + "It paid.\n") != first


@pytest.mark.parametrize("text", ["a" * 300, f"a/{'é' * 200}/b", TEXT, "a" * 2000])
def test_no_text_is_taken_for_a_name(text):
    with pytest.raises(ValueError, match="no file's name but a text"):
        read_article(text)


@pytest.mark.parametrize(
    ("article", "codebook", "message"),
    [
        ("../data/articles/nothing.txt", None, "no article at .*grok-deepfakes.txt"),
        ("../data/articles/leak.txt", "nothing.yml", "no codebook at nothing.yml"),
        ("../data/articles/leak.txt", "../data/articles/leak.txt", "leak.txt"),
    ],
)
def test_what_can_be_put_right_is_told(article, codebook, message, leak):
    with pytest.raises(Told, match=message) as error:
        open_article(article, codebook)
    assert len(error.value._render_traceback_()) == 1


def test_faulty_corrections_are_told(leak):
    leak.with_name("leak.corrections.csv").write_text("kind,0,4,Site\n")
    with pytest.raises(Told, match="leak.corrections.csv, row 1"):
        open_article(leak)


def test_the_codebook_beside_an_article_is_used(leak):
    assert [a.id for a in open_article(leak).codebook.actors] == [
        "regulator",
        "platform",
    ]
    other = Path("other.yml")
    other.write_text("actors: {court: {names: [Ofcom]}}")
    assert [a.id for a in open_article(leak, other).codebook.actors] == ["court"]
    assert [a.id for a in open_article().codebook.actors] == ["court"]


def test_an_edited_draft_is_used_and_left_alone(leak):
    leak.with_name("leak.codebook.yml").unlink()
    path = offer_codebook(open_article(leak))
    drafted = path.read_text()
    assert offer_codebook(open_article()) == path and path.read_text() == drafted
    edited = drafted.replace("label: Ofcom", "label: The watchdog")
    assert edited != drafted
    path.write_text(edited)
    result = open_article()
    assert "The watchdog" in result.labels.values()
    offer_codebook(result)
    assert path.read_text() == edited


def test_a_run_sets_aside_what_a_person_edited(tmp_path):
    result = analyse(Article(TEXT, "", "", "leak"), parse_codebook(BOOK))
    folder = result.write(tmp_path / "out")
    result.write(tmp_path / "out")
    assert not [*folder.glob("*edited*")]
    (folder / "codebook.yml").write_text("title: mine\n")
    with pytest.warns(UserWarning, match="kept as codebook-edited-1.yml"):
        result.write(tmp_path / "out")
    assert (folder / "codebook-edited-1.yml").read_text() == "title: mine\n"
    assert "Plumeria" in (folder / "codebook.yml").read_text()
    assert "edited" not in json.dumps(json.loads((folder / "run.json").read_text()))
