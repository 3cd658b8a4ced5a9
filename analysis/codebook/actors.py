"""The actors of a topic; a codebook as text for a person, and as plain lists."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from analysis.tables import read_resource

ROLES = tuple(r["role"] for r in read_resource("roles.csv"))
MARK = "# Drafted. Change what you like: then this file is used, and left alone. Sum"
HELP = """\
# Who is who in this article. To correct it, edit and rerun. Move a name to the actor
# that it belongs to; to change a role, change the actor's id (regulator:, company:, …;
# role_suffix: for a second one of a kind); delete what is no actor of the story.
# names are matched as written, nominals in any case (the regulator, its regulator);
# pronoun is he, she, it or they. data/codebooks/README.md tells the rest."""


class Person(NamedTuple):
    """A person who stands for an actor."""

    name: str
    titles: tuple[str, ...] = ()
    pronoun: str = "they"
    reason: str = ""


class Actor(NamedTuple):
    """An actor: an institution or side of the story and all who speak for it."""

    id: str
    label: str
    names: tuple[str, ...] = ()
    nominals: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    exclude: tuple[str, ...] = ()
    generics: tuple[str, ...] = ()
    reason: str = ""

    @property
    def role(self) -> str:
        """The role behind the id: ``regulator_ico`` is a ``regulator``."""
        return next(r for r in ROLES if self.id == r or self.id.startswith(r + "_"))


class Codebook(NamedTuple):
    """What to look for in a topic's articles."""

    title: str = ""
    actors: tuple[Actor, ...] = ()
    frames: dict[str, tuple[str, ...]] = {}
    words: dict[str, float] = {}
    source: str = ""

    def actor(self, id: str) -> Actor | None:
        """The actor with this id, or None."""
        return next((a for a in self.actors if a.id == id), None)

    def write(self, path: str | Path) -> Path:
        """Save as YAML, with the reasons as comments; returns the path."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(codebook_text(self), encoding="utf-8")
        return path


def codebook_text(codebook: Codebook) -> str:
    """The YAML of a codebook; reasons are comments, which are not read back.

    >>> actor = Actor("regulator", "Ofwat", ("Ofwat",), reason="known")
    >>> book = Codebook("Leaks", (actor,))
    >>> print(codebook_text(book).splitlines()[-4])
      regulator:  # known
    """
    nobody = "" if codebook.actors else " {}"
    lines = [HELP, f"title: {_quoted_text(codebook.title)}", f"actors:{nobody}"]
    for actor in codebook.actors:
        lines += _actor_lines(actor)
    lines += _mapping_lines(
        "frames", ((k, _list_text(v)) for k, v in codebook.frames.items())
    )
    lines += _mapping_lines("words", ((k, str(v)) for k, v in codebook.words.items()))
    return "\n".join(lines) + "\n"


def mark_as_drafted(text: str) -> str:
    """A codebook's text under a line that tells whether a person changed it.

    >>> text = mark_as_drafted(codebook_text(Codebook("Leaks")))
    >>> is_as_drafted(text), is_as_drafted(text.replace("Leaks", "Mains"))
    (True, False)
    """
    return f"{MARK} {_text_sum(text)}\n{text}"


def is_as_drafted(text: str) -> bool:
    """Whether a file is as `mark_as_drafted` wrote it; any other is a person's.

    >>> is_as_drafted("title: Leaks")
    False
    """
    first, _, rest = text.partition("\n")
    return first == f"{MARK} {_text_sum(rest)}"


def _text_sum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _actor_lines(actor: Actor) -> Iterator[str]:
    yield f"  {actor.id}:{_comment(actor.reason)}"
    yield f"    label: {_quoted_text(actor.label)}"
    lists = ("names", actor.names), ("nominals", actor.nominals), ("not", actor.exclude)
    for key, values in (*lists, ("generics", actor.generics)):
        if values:
            yield f"    {key}:"
            yield from (f"      - {_quoted_text(v)}" for v in values)
    if actor.people:
        yield "    people:"
        yield from (f"      - {_person_text(p)}" for p in actor.people)


def _person_text(person: Person) -> str:
    titles = f", titles: {_list_text(person.titles)}" if person.titles else ""
    fields = f"name: {_quoted_text(person.name)}{titles}, pronoun: {person.pronoun}"
    return f"{{{fields}}}{_comment(person.reason)}"


def _comment(reason: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in reason)
    return f"  # {' '.join(shown.split())}" if shown.strip() else ""


def _list_text(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted_text, values))}]"


def _mapping_lines(name: str, items: Iterable[tuple[str, str]]) -> list[str]:
    rows = [f"  {_quoted_text(key)}: {value}" for key, value in items]
    return [f"{name}:", *rows] if rows else []


def _quoted_text(text: str) -> str:
    """Text in double quotation marks wherever YAML could misread it."""
    safe = text and all(c.isalpha() or c in " ’" for c in text) and text[0].isalpha()
    odd = text.lower() in ("yes", "no", "on", "off", "true", "false", "null", "y", "n")
    if safe and not odd and text == text.strip():
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"


def pack_codebook(codebook: Codebook) -> dict[str, Any]:
    """A codebook as JSON can hold it.

    >>> pack_codebook(Codebook("Water"))["title"]
    'Water'
    """
    actors = [
        actor._asdict() | {"people": [p._asdict() for p in actor.people]}
        for actor in codebook.actors
    ]
    return codebook._asdict() | {"actors": actors}


def unpack_codebook(kept: Any) -> Codebook | None:
    """The codebook that was packed; None if it is none.

    >>> book = Codebook("Water", (Actor("court", "Court", people=(Person("A B"),)),))
    >>> unpack_codebook(pack_codebook(book)) == book, unpack_codebook([1])
    (True, None)
    """
    try:
        actors = tuple(_unpack_actor(**fields) for fields in kept["actors"])
        frames = {name: tuple(words) for name, words in kept["frames"].items()}
        return Codebook(**kept | {"actors": actors, "frames": frames})
    except (TypeError, KeyError, AttributeError):
        return None


def _unpack_actor(people: list[dict[str, Any]], **fields: Any) -> Actor:
    plain = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
    everyone = (Person(**p | {"titles": tuple(p["titles"])}) for p in people)
    return Actor(people=tuple(everyone), **plain)
