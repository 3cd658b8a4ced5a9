"""Codebooks: the actors of a topic, how they are named, frames and extra words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from analysis.articles.blocks import find_encoding
from analysis.codebook.nodes import NodesError, compose
from analysis.tables import read_resource

ROLES = tuple(r["role"] for r in read_resource("roles.csv"))
TOP_KEYS = ("title", "actors", "frames", "words")
ACTOR_KEYS = ("label", "names", "nominals", "people", "not", "generics")
PERSON_KEYS = ("name", "titles", "pronoun")
PRONOUNS = ("he", "she", "it", "they")
LONGEST_NAME = 200  # letters


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
        from analysis.codebook.writing import codebook_text

        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(codebook_text(self), encoding="utf-8")
        return path


class CodebookError(ValueError):
    """A codebook that cannot be used; the message says where and what to do."""


def read_codebook(path: str | Path) -> Codebook:
    """Read and check a codebook.

    Parameters
    ----------
    path : str or Path
        A YAML file in the form that ``data/codebooks/README.md`` describes.

    Returns
    -------
    Codebook
        Its title, actors, frames and words.

    Raises
    ------
    FileNotFoundError
        If there is no such file; the message names the codebooks beside it.
    CodebookError
        If it is not in that form: file, line, key, and the remedy. All that is
        wrong is listed at once.

    Examples
    --------
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
    """Read a codebook from its YAML text.

    Parameters
    ----------
    text : str
        The YAML.
    source : str
        What to call it in an error.

    Returns
    -------
    Codebook

    Raises
    ------
    CodebookError
        As `read_codebook`.

    Examples
    --------
    >>> parse_codebook("actors: {court: {label: The court}}").actors[0].id
    'court'
    """
    try:
        root = compose(text)
    except NodesError as error:
        raise CodebookError(f"{source}, line {error.line}: {error}") from None
    actors = _fields(root).get("actors")
    if actors is None or actors.tag != _MAP:
        raise CodebookError(
            f"{source}: no actors; write 'actors:' and under it one role a line, "
            f"such as 'regulator: {{label: Ofcom, names: [Ofcom]}}'"
        )
    problems = sorted(set(_check(root)))
    if problems:
        lines = [f"{source}, line {line}, {message}" for line, message in problems]
        raise CodebookError("\n".join(lines))
    return _build(_fields(root), source)


def _check(root: Any) -> Iterator[tuple[int, str]]:
    """Every problem of a codebook's node tree, as (line, message)."""
    yield from _keys(root, "codebook", TOP_KEYS)
    top = _fields(root)
    for field in ("frames", "words"):
        if field in top and top[field].tag not in (_MAP, _NULL):
            yield _at(top[field], f"{field}: not a mapping; write 'name: value' lines")
        elif field in top:
            yield from _repeated(top[field], field)
    yield from _check_single("title", top.get("title"))
    yield from _repeated(top["actors"], "actors")
    for id, node in _fields(top["actors"]).items():
        yield from _check_actor(id, node)
    yield from _check_values(top)
    yield from _check_aliases(top["actors"])


_MAP, _SEQ = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"
_STR, _NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"


def _fields(node: Any) -> dict[str, Any]:
    """The fields of a mapping by their names; none of what is no mapping."""
    if node is None or node.tag != _MAP or isinstance(node.value, str):
        return {}
    return {k.value: v for k, v in node.value if isinstance(k.value, str)}


def _at(node: Any, message: str) -> tuple[int, str]:
    return node.start_mark.line + 1, message


def _repeated(node: Any, name: str) -> Iterator[tuple[int, str]]:
    """Keys that stand twice, and lists where a key should stand."""
    seen: set[str] = set()
    for key, _ in node.value if node.tag == _MAP else ():
        if not isinstance(key.value, str):
            yield _at(key, f"{name}: a list where a key should stand; write a word")
            continue
        if key.value in seen:
            yield _at(key, f"{name}: {key.value!r} stands twice; join the two")
        seen.add(key.value)


def _keys(node: Any, name: str, known: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Keys that stand twice or that no codebook has."""
    if node.tag != _MAP:
        yield _at(node, f"{name}: not a mapping; write its keys as 'key: value'")
        return
    yield from _repeated(node, name)
    for key, _ in node.value:
        if isinstance(key.value, str) and key.value not in known:
            near = difflib.get_close_matches(key.value[:50], known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"allowed: {list(known)}"
            yield _at(key, f"{name}: unknown key {key.value!r}; {hint}")


def _check_actor(id: str, node: Any) -> Iterator[tuple[int, str]]:
    if not any(id == r or id.startswith(r + "_") for r in ROLES):
        roles = ", ".join(ROLES)
        yield _at(
            node, f"{id}: no such role; use one of {roles}, or role_suffix for a second"
        )
    elif not _ID.fullmatch(id):
        yield _at(node, f"{id!r}: an id is made of a to z, 0 to 9 and _ alone")
    if node.tag == _NULL or not node.value:
        yield _at(
            node, f"{id}: an empty actor; give it a label and names, or delete it"
        )
        return
    yield from _keys(node, id, ACTOR_KEYS)
    fields = _fields(node)
    yield from _check_single(f"{id}.label", fields.get("label"))
    for field in ("names", "nominals", "not", "generics"):
        if field in fields:
            yield from _check_list(f"{id}.{field}", fields[field])
    for field in ("names", "nominals", "generics"):
        for item in _items(fields.get(field)):
            yield from _check_name(f"{id}.{field}", item, field == "names")
    people = fields.get("people")
    if people is not None and people.tag != _SEQ:
        yield _at(people, f"{id}.people: not a list; write '- {{name: …}}' lines")
    elif people is not None:
        for person in people.value:
            yield from _check_person(id, person)


_ID = re.compile("[a-z0-9_]+")


def _check_list(name: str, node: Any) -> Iterator[tuple[int, str]]:
    if node.tag != _SEQ:
        yield _at(node, f"{name}: not a list; write [first, second]")
        return
    for item in node.value:
        yield from _check_text(name, item)


def _check_text(name: str, node: Any) -> Iterator[tuple[int, str]]:
    if node.tag != _STR:
        value = node.value if isinstance(node.value, str) else "a list"
        yield _at(node, f"{name}: {value!r} is not text; put it in quotation marks")
    elif not node.value.strip():
        yield _at(node, f"{name}: an empty name; delete it")


def _check_single(name: str, node: Any) -> Iterator[tuple[int, str]]:
    if node is not None and not isinstance(node.value, str):
        yield _at(node, f"{name}: not text; write one line in quotation marks")


def _check_name(name: str, node: Any, as_written: bool) -> Iterator[tuple[int, str]]:
    text = node.value if node.tag == _STR else ""
    if text.strip() and (fault := fault_of_name(text, as_written)):
        yield _at(node, f"{name}: {fault}")


def fault_of_name(text: str, as_written: bool = True) -> str:
    """Why a name or noun would stand nowhere or everywhere; empty where it would not.

    >>> fault_of_name("The Bar"), fault_of_name(".")
    ('', "'.' has no letter or digit; delete it")
    """
    words = text.split() if as_written else text.lower().split()
    if len(text) > LONGEST_NAME:
        return f"a name of more than {LONGEST_NAME} letters; cut it"
    if not any(c.isalnum() for c in text):
        return f"{text!r} has no letter or digit; delete it"
    if all(word in _grammar() for word in words):
        return (
            f"{text!r} stands in every text; write a noun with it, such as "
            f"'the regulator'"
        )
    return ""


@cache
def _grammar() -> frozenset[str]:
    """Words that name nobody."""
    return frozenset(r["word"] for r in read_resource("function_words.csv"))


def _check_person(id: str, node: Any) -> Iterator[tuple[int, str]]:
    yield from _keys(node, f"{id}.people", PERSON_KEYS)
    fields = _fields(node)
    if node.tag == _MAP and "name" not in fields:
        yield _at(node, f"{id}.people: a person without a name; add 'name: …'")
    if "name" in fields:
        yield from _check_text(f"{id}.people.name", fields["name"])
        yield from _check_name(f"{id}.people.name", fields["name"], True)
    if "titles" in fields:
        yield from _check_list(f"{id}.people.titles", fields["titles"])
    pronoun = fields.get("pronoun")
    if pronoun is not None and pronoun.value not in PRONOUNS:
        value = pronoun.value if isinstance(pronoun.value, str) else "a list"
        yield _at(
            pronoun, f"{id}.people.pronoun: {value!r}; use one of {list(PRONOUNS)}"
        )


def _check_values(top: dict[str, Any]) -> Iterator[tuple[int, str]]:
    for word, node in _fields(top["words"]).items() if "words" in top else ():
        try:
            fits = -1 <= float(node.value) <= 1
        except (TypeError, ValueError):
            fits = False
        if not fits:
            value = node.value if isinstance(node.value, str) else "a list"
            yield _at(node, f"words.{word}: {value!r}; a number from -1 to 1")
    for frame, node in _fields(top["frames"]).items() if "frames" in top else ():
        yield from _check_list(f"frames.{frame}", node)


def _items(node: Any) -> list[Any]:
    return node.value if node is not None and node.tag == _SEQ else []


def _check_aliases(actors: Any) -> Iterator[tuple[int, str]]:
    """An alias may stand for one actor only; nouns are matched in any case."""
    owner: dict[str, str] = {}
    for id, node in _fields(actors).items():
        fields = _fields(node)
        nouns = _items(fields.get("nominals"))
        items = [*_items(fields.get("names")), *nouns]
        for person in _items(fields.get("people")):
            name = _fields(person).get("name")
            items += [name] if name is not None else []
        for item in (i for i in items if isinstance(i.value, str)):
            noun = item in nouns
            alias = item.value.strip().lower() if noun else item.value.strip()
            first = owner.setdefault(alias, id)
            if first != id:
                yield _at(
                    item,
                    f"{id}: {item.value!r} is an alias of {first} too; "
                    f"keep it with one of them",
                )


def _build(top: dict[str, Any], source: str) -> Codebook:
    actors = tuple(_actor(id, _fields(a)) for id, a in _fields(top["actors"]).items())
    frames = {name: _texts(node) for name, node in _fields(top.get("frames")).items()}
    words = {w: float(node.value) for w, node in _fields(top.get("words")).items()}
    return Codebook(_text(top.get("title")), actors, frames, words, source)


def _actor(id: str, fields: dict[str, Any]) -> Actor:
    people = (_fields(person) for person in _items(fields.get("people")))
    return Actor(
        id,
        _text(fields.get("label")) or id,
        _texts(fields.get("names")),
        _texts(fields.get("nominals")),
        tuple(
            Person(
                _text(p["name"]),
                _texts(p.get("titles")),
                _text(p.get("pronoun"), "they"),
            )
            for p in people
        ),
        _texts(fields.get("not")),
        _texts(fields.get("generics")),
    )


def _texts(node: Any) -> tuple[str, ...]:
    return tuple(item.value.strip() for item in _items(node))


def _text(node: Any, default: str = "") -> str:
    return default if node is None or node.tag == _NULL else node.value
