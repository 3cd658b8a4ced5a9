"""A codebook as plain lists with its reasons, and back."""

from __future__ import annotations

from typing import Any

from analysis.codebook import Actor, Codebook, Person


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
        actors = tuple(_actor(**fields) for fields in kept["actors"])
        frames = {name: tuple(words) for name, words in kept["frames"].items()}
        return Codebook(**kept | {"actors": actors, "frames": frames})
    except (TypeError, KeyError, AttributeError):
        return None


def _actor(people: list[dict[str, Any]], **fields: Any) -> Actor:
    plain = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
    everyone = (Person(**p | {"titles": tuple(p["titles"])}) for p in people)
    return Actor(people=tuple(everyone), **plain)
