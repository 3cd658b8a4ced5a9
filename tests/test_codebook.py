"""Codebooks: read, checked, written; every error names the place and the remedy."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.codebook import (
    Actor,
    Codebook,
    CodebookError,
    Person,
    parse_codebook,
    read_codebook,
)
from analysis.codebook.writing import codebook_text

FOLDER = Path(__file__).parents[1] / "data" / "codebooks"

BAD = {
    "a tab": ("actors:\n\tcourt:\n", "book, line 2: a tab"),
    "broken YAML": ("actors: {court: [", "book, line 1: not valid YAML"),
    "no actors": ("title: x\n", "book: no actors; write 'actors:'"),
    "a list": ("- court\n", "book: no actors"),
    "duplicate alias": (
        "actors:\n  court: {names: [Bench]}\n  media: {names: [Bench]}\n",
        "book, line 3, media: 'Bench' is an alias of court too; keep it with one",
    ),
    "person named twice": (
        "actors:\n  court: {people: [{name: Ann Lee}]}\n  media: {names: [Ann Lee]}\n",
        "book, line 3, media: 'Ann Lee' is an alias of court too",
    ),
    "unknown key": (
        "actors:\n  court: {labels: x}\n",
        "book, line 2, court: unknown key 'labels'; did you mean 'label'",
    ),
    "unknown top key": (
        "actors: {court: {label: x}}\nwrods: {a: 1}\n",
        "book, line 2, codebook: unknown key 'wrods'; did you mean 'words'",
    ),
    "empty actor": (
        "actors:\n  court:\n  media: {names: [BBC]}\n",
        "book, line .*, court: an empty actor; give it a label and names, or delete",
    ),
    "unknown role": (
        "actors:\n  judges: {label: x}\n",
        "book, line 2, judges: no such role; use one of government, regulator",
    ),
    "actor twice": (
        "actors:\n  court: {label: x}\n  court: {label: y}\n",
        "book, line 3, actors: 'court' stands twice; join the two",
    ),
    "a name that YAML reads as no text": (
        "actors:\n  court: {names: [No]}\n",
        "book, line 2, court.names: 'No' is not text; put it in quotation marks",
    ),
    "one name, no list": (
        "actors:\n  court: {names: Bench}\n",
        "book, line 2, court.names: not a list; write",
    ),
    "unknown pronoun": (
        "actors:\n  court: {people: [{name: Ann, pronoun: her}]}\n",
        "book, line 2, court.people.pronoun: 'her'; use one of",
    ),
    "nameless person": (
        "actors:\n  court: {people: [{pronoun: she}]}\n",
        "book, line 2, court.people: a person without a name",
    ),
    "weight out of range": (
        "actors: {court: {label: x}}\nwords: {awful: -3}\n",
        "book, line 2, words.awful: '-3'; a number from -1 to 1",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_codebook(case):
    text, message = BAD[case]
    with pytest.raises(CodebookError, match=message):
        parse_codebook(text, "book")


def test_all_that_is_wrong_is_listed_at_once():
    text = "actors:\n  court: {labels: x}\n  judges: {label: y}\nwords: {a: 7}\n"
    with pytest.raises(CodebookError) as error:
        parse_codebook(text, "book")
    assert [line.split(",")[1] for line in str(error.value).split("\n")] == [
        " line 2",
        " line 3",
        " line 4",
    ]


def test_missing_file_names_the_codebooks_beside_it():
    with pytest.raises(FileNotFoundError, match="uk-online-safety.yml"):
        read_codebook(FOLDER / "uk-onlin-safety.yml")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda p: p.stem)
def test_known_codebooks_are_sound(path):
    book = read_codebook(path)
    assert book.title and {"government", "regulator"} <= {a.role for a in book.actors}


_text = st.text(alphabet="aZ ’'\"#:-{}[]&é1,", min_size=1, max_size=12).map(str.strip)
_names = st.lists(_text.filter(bool), max_size=3, unique=True).map(tuple)


@given(_names, _text, st.dictionaries(_text.filter(bool), st.floats(-1, 1), max_size=2))
def test_written_codebook_is_read_back(names, title, words):
    person = Person("Ann O’Neil", ("Dr", "chief: of staff"), "she", "why: # because")
    actors = (
        Actor("court", "The court", names, ("the court",), (person,), ("a # b",)),
        Actor("regulator_ico", "ICO", reason="known institution"),
    )
    book = Codebook(title, actors, {"privacy": ("data: all", "#")}, words)
    back = parse_codebook(codebook_text(book))
    plain = (person._replace(reason=""),)
    assert back.actors == (
        actors[0]._replace(people=plain),
        actors[1]._replace(reason=""),
    )
    assert (back.title, back.frames) == (title, book.frames)
    assert back.words == pytest.approx(words)


def test_write_makes_the_folder_and_keeps_the_reasons(tmp_path):
    book = Codebook("x", (Actor("court", "Court", ("Bench",), reason="in its name"),))
    path = book.write(tmp_path / "new" / "book.yml")
    assert "court:  # in its name" in path.read_text(encoding="utf-8")
    assert read_codebook(path).actors[0].names == ("Bench",)
