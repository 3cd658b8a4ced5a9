"""A codebook as YAML text with comments, for a person to read and correct."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from analysis.codebook import Actor, Codebook, Person

MARK = "# Drafted. Change what you like: then this file is used, and left alone. Sum"
HELP = """\
# Who is who in this article. To correct it, edit and rerun. Move a name to the actor
# that it belongs to; to change a role, change the actor's id (regulator:, company:, …;
# role_suffix: for a second one of a kind); delete what is no actor of the story.
# names are matched as written, nominals in any case (the regulator, its regulator);
# pronoun is he, she, it or they. data/codebooks/README.md tells the rest."""


def codebook_text(codebook: Codebook) -> str:
    """The YAML of a codebook, with the reason for each actor and person.

    Parameters
    ----------
    codebook : Codebook
        Any codebook.

    Returns
    -------
    str
        What `analysis.codebook.parse_codebook` reads back; the reasons are
        comments and are not read.

    Examples
    --------
    >>> actor = Actor("regulator", "Ofwat", ("Ofwat",), reason="known")
    >>> book = Codebook("Leaks", (actor,))
    >>> print(codebook_text(book).splitlines()[-4])
      regulator:  # known
    """
    nobody = "" if codebook.actors else " {}"
    lines = [HELP, f"title: {_quoted(codebook.title)}", f"actors:{nobody}"]
    for actor in codebook.actors:
        lines += _actor(actor)
    lines += _mapping("frames", ((k, _list(v)) for k, v in codebook.frames.items()))
    lines += _mapping("words", ((k, str(v)) for k, v in codebook.words.items()))
    return "\n".join(lines) + "\n"


def mark_as_drafted(text: str) -> str:
    """A codebook's text under a line that tells whether a person changed it.

    Parameters
    ----------
    text : str
        From `codebook_text`.

    Returns
    -------
    str

    Examples
    --------
    >>> text = mark_as_drafted(codebook_text(Codebook("Leaks")))
    >>> is_as_drafted(text), is_as_drafted(text.replace("Leaks", "Mains"))
    (True, False)
    """
    return f"{MARK} {_sum(text)}\n{text}"


def is_as_drafted(text: str) -> bool:
    """Whether a file is as `mark_as_drafted` wrote it; any other is a person's.

    >>> is_as_drafted("title: Leaks")
    False
    """
    first, _, rest = text.partition("\n")
    return first == f"{MARK} {_sum(rest)}"


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _actor(actor: Actor) -> Iterator[str]:
    yield f"  {actor.id}:{_comment(actor.reason)}"
    yield f"    label: {_quoted(actor.label)}"
    lists = ("names", actor.names), ("nominals", actor.nominals), ("not", actor.exclude)
    for key, values in (*lists, ("generics", actor.generics)):
        if values:
            yield f"    {key}:"
            yield from (f"      - {_quoted(v)}" for v in values)
    if actor.people:
        yield "    people:"
        yield from (f"      - {_person(p)}" for p in actor.people)


def _person(person: Person) -> str:
    titles = f", titles: {_list(person.titles)}" if person.titles else ""
    fields = f"name: {_quoted(person.name)}{titles}, pronoun: {person.pronoun}"
    return f"{{{fields}}}{_comment(person.reason)}"


def _comment(reason: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in reason)
    return f"  # {' '.join(shown.split())}" if shown.strip() else ""


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, values))}]"


def _mapping(name: str, items: Iterable[tuple[str, str]]) -> list[str]:
    rows = [f"  {_quoted(key)}: {value}" for key, value in items]
    return [f"{name}:", *rows] if rows else []


def _quoted(text: str) -> str:
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
