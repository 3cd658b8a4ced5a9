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
    codebook_text,
    parse_codebook,
    read_codebook,
)

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
        "book, line 2, court: an empty actor; give it a label and names, or delete",
    ),
    "unknown role": (
        "actors:\n  judges:\n    label: x\n",
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
    "an id with other signs": (
        'actors:\n  government_"><img src=x onerror=alert(1)>: {label: x}\n',
        "book, line 2, .*: an id is made of a to z",
    ),
    "nine deep": (
        "a: &a [x, x]\nb: &b [*a, *a]\nactors: {court: {names: *b}}\n",
        "book, line 2: a reference to another place .*write out",
    ),
    "an anchor within itself": (
        "actors: &a {court: *a}\n",
        "book, line 1: a reference to another place",
    ),
    "3,000 brackets": ("a: " + "[" * 3000, "book, line 1: more than 10 lists within"),
    "a list as a key": ("actors: {[a, b]: {label: x}}", "book, line 1, actors: a list"),
    "a list as a label": ("actors: {court: {label: [a]}}", "court.label: not text"),
    "a mapping as title": (
        "title: {a: b}\nactors: {court: {label: x}}\n",
        "book, line 1, title: not text",
    ),
    "a tag": (
        'actors: {court: {names: !!python/object/apply:os.system ["id"]}}',
        "book, line 1, court.names: not a list",
    ),
    "two texts": (
        "actors: {court: {label: x}}\n---\nactors: {court: {label: x}}\n",
        "book, line .*: not valid YAML",
    ),
    "a sign that no YAML holds": ("a: b\nc: \0", "book, line 2: not valid YAML"),
    "a letter that is none": (r'a: "\UFFFFFFFF"', "book, line .*: not valid YAML"),
    "a name of signs": ("actors: {court: {names: [.]}}", "court.names: '.' has no let"),
    "grammar as a nominal": (
        "actors: {court: {nominals: [The]}}",
        "court.nominals: 'The' stands in every text; write a noun",
    ),
    "grammar as a name": ("actors: {court: {names: [of the]}}", "stands in every text"),
    "a very long name": (
        f"actors: {{court: {{names: [{'A' * 800}]}}}}",
        "court.names: a name of more than 200 letters; cut it",
    ),
    "a person with an empty name": (
        "actors: {court: {people: [{name: ''}]}}",
        "book, line 1, court.people.name: an empty name; delete it",
    ),
    "a person whose name is no text": (
        "actors: {court: {people: [{name: 3}]}}",
        "book, line 1, court.people.name: '3' is not text; put it in",
    ),
    "a person with a list of names": (
        "actors: {court: {people: [{name: [Ann], pronoun: [she]}]}}",
        "court.people.name: 'a list' is not text.*\n.*pronoun: 'a list'; use one of",
    ),
    "a person that is a word": (
        "actors: {court: {people: [Ann]}}",
        "court.people: not a mapping",
    ),
    "a weight that is none": (
        "actors: {court: {label: x}}\nwords: {awful: [1]}\n",
        "words.awful: 'a list'; a number",
    ),
    "too long": ("#" * 1_000_001, "book, line 1: more than 1,000,000 letters"),
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


_text = st.text(max_size=12) | st.text(" ’'\"#:-{}[]&é1,\n\0\x85\ud800", max_size=12)
_text = _text.map(str.strip)
_named = _text.map("A{}".format)
_names = st.lists(_named, max_size=3, unique=True).map(tuple)


@given(_names, _text, st.dictionaries(_named, st.floats(-1, 1), max_size=2), _text)
def test_written_codebook_is_read_back(names, title, words, reason):
    person = Person("Ann O’Neil", ("Dr", "chief: of staff"), "she", "why: # because")
    actors = (
        Actor("court", "The court", names, ("the court",), (person,), ("a # b",)),
        Actor("regulator_ico", "ICO", reason=reason),
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


def test_a_codebook_of_nobody_is_read_back():
    assert parse_codebook(codebook_text(Codebook("Rain"))).actors == ()


def test_what_yaml_takes_for_dates_and_numbers_stays_text():
    text = "title: 2020-02-31\nactors: {court: {label: 0x1F}}\nframes: {1: [data]}\n"
    book = parse_codebook(text)
    assert (book.title, book.actors[0].label) == ("2020-02-31", "0x1F")
    assert book.frames == {"1": ("data",)}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_codebook_saved_by_any_editor_is_read(encoding, tmp_path):
    path = tmp_path / "book.yml"
    path.write_bytes("actors: {court: {label: “Café”}}".encode(encoding))
    assert read_codebook(path).actors[0].label == "“Café”"
