"""A codebook's YAML as a tree of nodes, within bounds, and all that is wrong in it.

Nothing is made of the tree's tags; each fault has its line and the remedy.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import yaml

from analysis.codebook.actors import ROLES
from analysis.tables import read_resource

TOP_KEYS = ("title", "actors", "frames", "words")
ACTOR_KEYS = ("label", "names", "nominals", "people", "not", "generics")
PERSON_KEYS = ("name", "titles", "pronoun")
PERSON_PRONOUNS = ("he", "she", "it", "they")
LONGEST_ALIAS = 200  # letters
MAP, SEQ = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"
STR, NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"
_ID = re.compile("[a-z0-9_]+")
LARGEST_CODEBOOK = 1_000_000  # characters
DEEPEST = 10  # lists and mappings within each other; a codebook has six


class NodesError(ValueError):
    """Text that is no plain YAML: the line, and what is wrong there."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def compose(text: str) -> Any:
    """The root node of a YAML text, None of an empty one.

    References to anchors are refused: a few lines of them stand for millions.

    >>> compose("actors: {court: {label: The court}}").tag
    'tag:yaml.org,2002:map'
    """
    if len(text) > LARGEST_CODEBOOK:
        raise NodesError(
            1, f"more than {LARGEST_CODEBOOK:,} letters; a codebook has far fewer"
        )
    try:
        _check_bounds(text)
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except NodesError:
        raise
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise _yaml_error(error, text) from None


def _check_bounds(text: str) -> None:
    """Refuse references, and lists within lists within lists."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise NodesError(
                line,
                f"a reference to another place (*{event.anchor}); write out what "
                f"stands there, and put a name that opens with * in quotation marks",
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise NodesError(
                line, f"more than {DEEPEST} lists within each other; close the brackets"
            )


def _yaml_error(error: Exception, text: str) -> NodesError:
    if "\t" in text:
        line = text[: text.index("\t")].count("\n") + 1
        return NodesError(line, "a tab; YAML indents with spaces: replace it")
    mark = getattr(error, "problem_mark", None)
    place = getattr(error, "position", 0)  # of a sign that no YAML holds
    line = mark.line + 1 if mark else text[:place].count("\n") + 1
    problem = getattr(error, "problem", None) or getattr(error, "reason", str(error))
    return NodesError(
        line,
        f"not valid YAML ({problem}); check colons, brackets, and put names with "
        f"signs in them (Which?) in quotation marks",
    )


def find_faults(root: Any) -> Iterator[tuple[int, str]]:
    """Every problem of a codebook's node tree, as (line, message)."""
    yield from _keys(root, "codebook", TOP_KEYS)
    top = fields_of(root)
    for field in ("frames", "words"):
        if field in top and top[field].tag not in (MAP, NULL):
            yield _at(top[field], f"{field}: not a mapping; write 'name: value' lines")
        elif field in top:
            yield from _repeated(top[field], field)
    yield from _check_single("title", top.get("title"))
    yield from _repeated(top["actors"], "actors")
    for key, node in top["actors"].value:
        if isinstance(key.value, str):
            yield from _check_actor(key, node)
    yield from _check_values(top)
    yield from _check_aliases(top["actors"])


def fields_of(node: Any) -> dict[str, Any]:
    """The fields of a mapping by their names; none of what is no mapping."""
    if node is None or node.tag != MAP or isinstance(node.value, str):
        return {}
    return {k.value: v for k, v in node.value if isinstance(k.value, str)}


def _at(node: Any, message: str) -> tuple[int, str]:
    return node.start_mark.line + 1, message


def _repeated(node: Any, name: str) -> Iterator[tuple[int, str]]:
    """Keys that stand twice, and lists where a key should stand."""
    seen: set[str] = set()
    for key, _ in node.value if node.tag == MAP else ():
        if not isinstance(key.value, str):
            yield _at(key, f"{name}: a list where a key should stand; write a word")
            continue
        if key.value in seen:
            yield _at(key, f"{name}: {key.value!r} stands twice; join the two")
        seen.add(key.value)


def _keys(node: Any, name: str, known: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Keys that stand twice or that no codebook has."""
    if node.tag != MAP:
        yield _at(node, f"{name}: not a mapping; write its keys as 'key: value'")
        return
    yield from _repeated(node, name)
    for key, _ in node.value:
        if isinstance(key.value, str) and key.value not in known:
            near = difflib.get_close_matches(key.value[:50], known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"allowed: {list(known)}"
            yield _at(key, f"{name}: unknown key {key.value!r}; {hint}")


def _check_actor(key: Any, node: Any) -> Iterator[tuple[int, str]]:
    id = key.value
    if not any(id == r or id.startswith(r + "_") for r in ROLES):
        roles = ", ".join(ROLES)
        yield _at(
            key, f"{id}: no such role; use one of {roles}, or role_suffix for a second"
        )
    elif not _ID.fullmatch(id):
        yield _at(key, f"{id!r}: an id is made of a to z, 0 to 9 and _ alone")
    if node.tag == NULL or not node.value:
        yield _at(key, f"{id}: an empty actor; give it a label and names, or delete it")
        return
    yield from _keys(node, id, ACTOR_KEYS)
    fields = fields_of(node)
    yield from _check_single(f"{id}.label", fields.get("label"))
    for field in ("names", "nominals", "not", "generics"):
        if field in fields:
            yield from _check_list(f"{id}.{field}", fields[field])
    for field in ("names", "nominals", "generics"):
        for item in items_of(fields.get(field)):
            yield from _check_name(f"{id}.{field}", item, field == "names")
    people = fields.get("people")
    if people is not None and people.tag != SEQ:
        yield _at(people, f"{id}.people: not a list; write '- {{name: …}}' lines")
    elif people is not None:
        for person in people.value:
            yield from _check_person(id, person)


def _check_list(name: str, node: Any) -> Iterator[tuple[int, str]]:
    if node.tag != SEQ:
        yield _at(node, f"{name}: not a list; write [first, second]")
        return
    for item in node.value:
        yield from _check_value(name, item)


def _check_value(name: str, node: Any) -> Iterator[tuple[int, str]]:
    if node.tag != STR:
        value = node.value if isinstance(node.value, str) else "a list"
        yield _at(node, f"{name}: {value!r} is not text; put it in quotation marks")
    elif not node.value.strip():
        yield _at(node, f"{name}: an empty name; delete it")


def _check_single(name: str, node: Any) -> Iterator[tuple[int, str]]:
    if node is not None and not isinstance(node.value, str):
        yield _at(node, f"{name}: not text; write one line in quotation marks")


def _check_name(name: str, node: Any, as_written: bool) -> Iterator[tuple[int, str]]:
    text = node.value if node.tag == STR else ""
    if text.strip() and (fault := fault_of_name(text, as_written)):
        yield _at(node, f"{name}: {fault}")


def fault_of_name(text: str, as_written: bool = True) -> str:
    """Why a name or noun would stand nowhere or everywhere; empty where it would not.

    >>> fault_of_name("The Bar"), fault_of_name(".")
    ('', "'.' has no letter or digit; delete it")
    """
    words = text.split() if as_written else text.lower().split()
    if len(text) > LONGEST_ALIAS:
        return f"a name of more than {LONGEST_ALIAS} letters; cut it"
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
    fields = fields_of(node)
    if node.tag == MAP and "name" not in fields:
        yield _at(node, f"{id}.people: a person without a name; add 'name: …'")
    if "name" in fields:
        yield from _check_value(f"{id}.people.name", fields["name"])
        yield from _check_name(f"{id}.people.name", fields["name"], True)
    if "titles" in fields:
        yield from _check_list(f"{id}.people.titles", fields["titles"])
    pronoun = fields.get("pronoun")
    if pronoun is not None and pronoun.value not in PERSON_PRONOUNS:
        value = pronoun.value if isinstance(pronoun.value, str) else "a list"
        yield _at(
            pronoun,
            f"{id}.people.pronoun: {value!r}; use one of {list(PERSON_PRONOUNS)}",
        )


def _check_values(top: dict[str, Any]) -> Iterator[tuple[int, str]]:
    for word, node in fields_of(top["words"]).items() if "words" in top else ():
        try:
            fits = -1 <= float(node.value) <= 1
        except (TypeError, ValueError):
            fits = False
        if not fits:
            value = node.value if isinstance(node.value, str) else "a list"
            yield _at(node, f"words.{word}: {value!r}; a number from -1 to 1")
    for frame, node in fields_of(top["frames"]).items() if "frames" in top else ():
        yield from _check_list(f"frames.{frame}", node)


def items_of(node: Any) -> list[Any]:
    """The items of a list; none of what is no list."""
    return node.value if node is not None and node.tag == SEQ else []


def _check_aliases(actors: Any) -> Iterator[tuple[int, str]]:
    """An alias may stand for one actor only; nouns are matched in any case."""
    owner: dict[str, str] = {}
    for id, node in fields_of(actors).items():
        fields = fields_of(node)
        nouns = items_of(fields.get("nominals"))
        items = [*items_of(fields.get("names")), *nouns]
        for person in items_of(fields.get("people")):
            name = fields_of(person).get("name")
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
