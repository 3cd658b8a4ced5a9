"""A codebook's actors edited as a person does: renamed, merged, split, added."""

from __future__ import annotations

import re
from collections.abc import Iterable

from analysis.codebook import (
    ROLES,
    Actor,
    Codebook,
    CodebookError,
    Person,
    codebook_text,
    parse_codebook,
)
from analysis.drafting import free_id

_PERSON = re.compile(r"\s*(.*?)\s*(?:\((he|she|it|they)\))?\s*")


def change_actor(
    book: Codebook, id: str, label: str, role: str, names: str, nouns: str, people: str
) -> tuple[Codebook, str]:
    """An actor with other words; its id changes with its role.

    Names, nouns and people are given a line each. Gives the codebook and the id.
    """
    actor = _actor_of_row(book, id)
    known = {p.name: p for p in actor.people}
    new = actor._replace(
        id=id if role == actor.role else _free(book, role, label, without=id),
        label=_said(label),
        names=lines(names),
        nominals=lines(nouns),
        people=tuple(_person(line, known) for line in lines(people)),
    )
    return _checked(book, [new if a.id == id else a for a in book.actors]), new.id


def add_actor(book: Codebook, label: str, role: str) -> tuple[Codebook, str]:
    """A new actor, named as it is called."""
    label = _said(label)
    new = Actor(_free(book, role, label), label, names=(label,))
    return _checked(book, [*book.actors, new]), new.id


def delete_actor(book: Codebook, id: str) -> Codebook:
    """The codebook without an actor."""
    gone = _actor_of_row(book, id)
    return _checked(book, [a for a in book.actors if a is not gone])


def merge_actors(book: Codebook, into: str, other: str) -> Codebook:
    """Two actors as one: the first keeps its id and name and gets all words."""
    if into == other:
        raise ValueError("these are one actor already: choose two")
    first, second = _actor_of_row(book, into), _actor_of_row(book, other)
    fields = ("names", "nominals", "people", "exclude", "generics")
    both = {
        f: tuple(dict.fromkeys((*getattr(first, f), *getattr(second, f))))
        for f in fields
    }
    merged = first._replace(**both)
    rest = [merged if a is first else a for a in book.actors if a is not second]
    return _checked(book, rest)


def split_actor(
    book: Codebook, id: str, words: str, label: str, role: str
) -> tuple[Codebook, str]:
    """Some of an actor's names, nouns and people as an actor of their own."""
    actor, moved = _actor_of_row(book, id), set(lines(words))
    parts = {
        "names": [*actor.names],
        "nominals": [*actor.nominals],
        "people": [*actor.people],
    }
    held = {str(getattr(w, "name", w)) for part in parts.values() for w in part}
    if not moved or moved - held:
        wrong = ", ".join(sorted(moved - held)) or "nothing"
        raise ValueError(
            f"{actor.label} cannot be split by {wrong}: give names, nouns or people "
            f"that it has, a line each: {'; '.join(sorted(held))}"
        )
    goes = {k: tuple(w for w in v if _word(w) in moved) for k, v in parts.items()}
    stays = {k: tuple(w for w in v if _word(w) not in moved) for k, v in parts.items()}
    label = label.strip() or next(iter(lines(words)))
    new = Actor(_free(book, role, label), label, **goes)
    left = actor._replace(**stays)
    both = [x for a in book.actors for x in ([left, new] if a is actor else [a])]
    return _checked(book, both), new.id


def lines(text: str) -> tuple[str, ...]:
    """The words of a field, a line each, each once.

    >>> lines("Ofcom\\n\\n Ofcom \\nthe regulator")
    ('Ofcom', 'the regulator')
    """
    return tuple(dict.fromkeys(x.strip() for x in text.splitlines() if x.strip()))


def person_line(person: Person) -> str:
    """A person as a field shows it.

    >>> person_line(Person("Ann Lee", pronoun="she"))
    'Ann Lee (she)'
    """
    said = f" ({person.pronoun})" if person.pronoun != "they" else ""
    return person.name + said


def _person(line: str, known: dict[str, Person]) -> Person:
    """A person from a line; what the codebook knows of it besides stays."""
    name, pronoun = _PERSON.fullmatch(line).groups()
    return known.get(name, Person(name))._replace(pronoun=pronoun or "they")


def _word(word: str | Person) -> str:
    return word.name if isinstance(word, Person) else word


def _actor_of_row(book: Codebook, id: str) -> Actor:
    actor = book.actor(id)
    if actor is None:
        raise ValueError(f"there is no actor {id!r} any more: choose another")
    return actor


def _said(label: str) -> str:
    if not label.strip():
        raise ValueError("an actor needs a name: write what charts are to call it")
    return label.strip()


def _free(book: Codebook, role: str, label: str, without: str = "") -> str:
    if role not in ROLES:
        raise ValueError(f"{role!r} is no role; choose one of {', '.join(ROLES)}")
    return free_id(role, [label], {a.id for a in book.actors if a.id != without})


def _checked(book: Codebook, actors: Iterable[Actor]) -> Codebook:
    """The codebook with these actors, if it can be read back; else what is wrong.

    Lines of a file that nobody has seen are left out of the message.
    """
    new = book._replace(actors=tuple(actors))
    try:
        parse_codebook(codebook_text(new), "the codebook")
    except CodebookError as error:
        plain = re.sub(r"the codebook, line \d+, ", "", str(error))
        raise ValueError(f"not saved: {plain}") from None
    return new
