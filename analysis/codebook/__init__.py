"""Codebooks: the actors of a topic, how they are named, frames and extra words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.articles.blocks import find_encoding
from analysis.codebook.actors import (
    ROLES,
    Actor,
    Codebook,
    Person,
    codebook_text,
    is_as_drafted,
    mark_as_drafted,
    pack_codebook,
    unpack_codebook,
)
from analysis.codebook.checks import (
    MAP,
    NULL,
    NodesError,
    compose,
    fault_of_name,
    fields_of,
    find_faults,
    items_of,
)

__all__ = [
    "ROLES",
    "Actor",
    "Codebook",
    "CodebookError",
    "Person",
    "codebook_text",
    "fault_of_name",
    "is_as_drafted",
    "mark_as_drafted",
    "pack_codebook",
    "parse_codebook",
    "read_codebook",
    "unpack_codebook",
]


class CodebookError(ValueError):
    """A codebook that cannot be used; the message says where and what to do."""


def read_codebook(path: str | Path) -> Codebook:
    """Read and check a codebook.

    `path`: a YAML file in the form that ``data/codebooks/README.md`` describes.

    Raises FileNotFoundError if there is no such file (the message names the codebooks
    beside it); CodebookError if it is not in that form: file, line, key, and the
    remedy. All that is wrong is listed at once.

    >>> book = read_codebook("data/codebooks/uk-online-safety.yml")
    >>> book.actor("regulator").label
    'Ofcom'
    """
    path = Path(path)
    if not path.is_file():
        near = ", ".join(sorted(p.name for p in path.parent.glob("*.yml"))) or "none"
        raise FileNotFoundError(f"no codebook at {path}; beside it: {near}")
    data = path.read_bytes()
    text = data.decode(find_encoding(data), errors="replace")
    return parse_codebook(text.removeprefix("\ufeff"), path.name)


def parse_codebook(text: str, source: str = "codebook") -> Codebook:
    """Read a codebook from its YAML text; an error calls it `source`.

    >>> parse_codebook("actors: {court: {label: The court}}").actors[0].id
    'court'
    """
    try:
        root = compose(text)
    except NodesError as error:
        raise CodebookError(f"{source}, line {error.line}: {error}") from None
    actors = fields_of(root).get("actors")
    if actors is None or actors.tag != MAP:
        raise CodebookError(
            f"{source}: no actors; write 'actors:' and under it one role a line, "
            f"such as 'regulator: {{label: Ofcom, names: [Ofcom]}}'"
        )
    problems = sorted(set(find_faults(root)))
    if problems:
        lines = [f"{source}, line {line}, {message}" for line, message in problems]
        raise CodebookError("\n".join(lines))
    return _build(fields_of(root), source)


def _build(top: dict[str, Any], source: str) -> Codebook:
    actors = tuple(
        _build_actor(id, fields_of(a)) for id, a in fields_of(top["actors"]).items()
    )
    frames = {
        name: _list_of(node) for name, node in fields_of(top.get("frames")).items()
    }
    words = {w: float(node.value) for w, node in fields_of(top.get("words")).items()}
    return Codebook(_text_of(top.get("title")), actors, frames, words, source)


def _build_actor(id: str, fields: dict[str, Any]) -> Actor:
    people = (fields_of(person) for person in items_of(fields.get("people")))
    return Actor(
        id,
        _text_of(fields.get("label")) or id,
        _list_of(fields.get("names")),
        _list_of(fields.get("nominals")),
        tuple(
            Person(
                _text_of(p["name"]),
                _list_of(p.get("titles")),
                _text_of(p.get("pronoun"), "they"),
            )
            for p in people
        ),
        _list_of(fields.get("not")),
        _list_of(fields.get("generics")),
    )


def _list_of(node: Any) -> tuple[str, ...]:
    return tuple(item.value.strip() for item in items_of(node))


def _text_of(node: Any, default: str = "") -> str:
    return default if node is None or node.tag == NULL else node.value
