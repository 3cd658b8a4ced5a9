"""Codebooks: the actors of a topic, how they are named, frames and extra words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from analysis.tables import read_resource

ROLES = tuple(r["role"] for r in read_resource("roles.csv"))
TOP_KEYS = ("title", "actors", "frames", "words")
ACTOR_KEYS = ("label", "names", "nominals", "people", "not", "generics")
PERSON_KEYS = ("name", "titles", "pronoun")
PRONOUNS = ("he", "she", "it", "they")


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
    return parse_codebook(path.read_text(encoding="utf-8-sig"), path.name)


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
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CodebookError(_syntax(error, text, source)) from None
    if not isinstance(data, dict) or not isinstance(data.get("actors"), dict):
        raise CodebookError(
            f"{source}: no actors; write 'actors:' and under it one role a line, "
            f"such as 'regulator: {{label: Ofcom, names: [Ofcom]}}'"
        )
    problems = sorted(set(_check(root)))
    if problems:
        lines = [f"{source}, line {line}, {message}" for line, message in problems]
        raise CodebookError("\n".join(lines))
    return _build(data, source)


def _syntax(error: Exception, text: str, source: str) -> str:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    if "\t" in text:
        line = text[: text.index("\t")].count("\n") + 1
        return f"{source}, line {line}: a tab; YAML indents with spaces: replace it"
    problem = getattr(error, "problem", None) or str(error)
    return (
        f"{source}, line {line}: not valid YAML ({problem}); check colons, brackets, "
        f"and put names with signs in them (Which?) in quotation marks"
    )


def _check(root: Any) -> Iterator[tuple[int, str]]:
    """Every problem of a codebook's node tree, as (line, message)."""
    yield from _keys(root, "codebook", TOP_KEYS)
    top = _fields(root)
    for field in ("frames", "words"):
        if field in top and top[field].tag not in (_MAP, _NULL):
            yield _at(top[field], f"{field}: not a mapping; write 'name: value' lines")
    yield from _repeated(top["actors"], "actors")
    for id, node in _fields(top["actors"]).items():
        yield from _check_actor(id, node)
    yield from _check_values(top)
    yield from _check_aliases(top["actors"])


_MAP, _SEQ = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"
_STR, _NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"


def _fields(node: Any) -> dict[str, Any]:
    return {k.value: v for k, v in node.value} if node.tag == _MAP else {}


def _at(node: Any, message: str) -> tuple[int, str]:
    return node.start_mark.line + 1, message


def _repeated(node: Any, name: str) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for key, _ in node.value:
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
        if key.value not in known:
            near = difflib.get_close_matches(str(key.value), known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"allowed: {list(known)}"
            yield _at(key, f"{name}: unknown key {key.value!r}; {hint}")


def _check_actor(id: str, node: Any) -> Iterator[tuple[int, str]]:
    if not any(id == r or id.startswith(r + "_") for r in ROLES):
        roles = ", ".join(ROLES)
        yield _at(
            node, f"{id}: no such role; use one of {roles}, or role_suffix for a second"
        )
    if node.tag == _NULL or not node.value:
        yield _at(
            node, f"{id}: an empty actor; give it a label and names, or delete it"
        )
        return
    yield from _keys(node, id, ACTOR_KEYS)
    fields = _fields(node)
    for field in ("names", "nominals", "not", "generics"):
        if field in fields:
            yield from _check_list(f"{id}.{field}", fields[field])
    people = fields.get("people")
    if people is not None and people.tag != _SEQ:
        yield _at(people, f"{id}.people: not a list; write '- {{name: …}}' lines")
    elif people is not None:
        for person in people.value:
            yield from _check_person(id, person)


def _check_list(name: str, node: Any) -> Iterator[tuple[int, str]]:
    if node.tag != _SEQ:
        yield _at(node, f"{name}: not a list; write [first, second]")
        return
    for item in node.value:
        if item.tag != _STR:
            value = getattr(item, "value", "")
            yield _at(item, f"{name}: {value!r} is not text; put it in quotation marks")
        elif not item.value.strip():
            yield _at(item, f"{name}: an empty name; delete it")


def _check_person(id: str, node: Any) -> Iterator[tuple[int, str]]:
    yield from _keys(node, f"{id}.people", PERSON_KEYS)
    fields = _fields(node)
    if node.tag == _MAP and "name" not in fields:
        yield _at(node, f"{id}.people: a person without a name; add 'name: …'")
    if "titles" in fields:
        yield from _check_list(f"{id}.people.titles", fields["titles"])
    pronoun = fields.get("pronoun")
    if pronoun is not None and pronoun.value not in PRONOUNS:
        yield _at(
            pronoun,
            f"{id}.people.pronoun: {pronoun.value!r}; use one of {list(PRONOUNS)}",
        )


def _check_values(top: dict[str, Any]) -> Iterator[tuple[int, str]]:
    for word, node in _fields(top["words"]).items() if "words" in top else ():
        try:
            fits = -1 <= float(node.value) <= 1
        except (TypeError, ValueError):
            fits = False
        if not fits:
            yield _at(node, f"words.{word}: {node.value!r}; a number from -1 to 1")
    for frame, node in _fields(top["frames"]).items() if "frames" in top else ():
        yield from _check_list(f"frames.{frame}", node)


def _items(node: Any) -> list[Any]:
    return node.value if node is not None and node.tag == _SEQ else []


def _check_aliases(actors: Any) -> Iterator[tuple[int, str]]:
    """An alias may stand for one actor only."""
    owner: dict[str, str] = {}
    for id, node in _fields(actors).items():
        fields = _fields(node)
        items = [*_items(fields.get("names")), *_items(fields.get("nominals"))]
        for person in _items(fields.get("people")):
            name = _fields(person).get("name")
            items += [name] if name is not None else []
        for item in items:
            first = owner.setdefault(str(item.value), id)
            if first != id:
                yield _at(
                    item,
                    f"{id}: {item.value!r} is an alias of {first} too; "
                    f"keep it with one of them",
                )


def _build(data: dict[str, Any], source: str) -> Codebook:
    def texts(values: Iterable[str] | None) -> tuple[str, ...]:
        return tuple(v.strip() for v in values or ())

    actors = []
    for id, fields in data["actors"].items():
        people = tuple(
            Person(p["name"], texts(p.get("titles")), p.get("pronoun", "they"))
            for p in fields.get("people") or ()
        )
        lists = (texts(fields.get(k)) for k in ("names", "nominals"))
        label = str(fields.get("label") or id)
        exclude, generics = texts(fields.get("not")), texts(fields.get("generics"))
        actors.append(Actor(id, label, *lists, people, exclude, generics))
    frames = {name: texts(w) for name, w in (data.get("frames") or {}).items()}
    words = {str(w): float(x) for w, x in (data.get("words") or {}).items()}
    return Codebook(str(data.get("title") or ""), tuple(actors), frames, words, source)
