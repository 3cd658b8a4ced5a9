"""How an actor looks and what it is called, the same in every chart and text.

Markers, labels and lightness carry the same news as the hue, so that a chart survives a
grey print and any colour vision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from textwrap import fill
from zlib import crc32

from analysis.tables import read_resource

SHADES = (0.4, -0.3, 0.62, -0.5)  # of a second actor of a role; above 0 is lighter


@cache
def _roles() -> dict[str, tuple[str, str]]:
    rows = read_resource("colours.csv")
    return {r["role"]: (r["colour"], r["marker"]) for r in rows}


def _role(actor: str) -> tuple[str, str]:
    """The role of an actor's id and what is left of the id: its suffix."""
    fits = [r for r in _roles() if actor == r or actor.startswith(r + "_")]
    role = max(fits, key=len, default="other")
    return role, actor.removeprefix(role).strip("_")


def shade(colour: str, by: float) -> str:
    """Mix a colour with white (above 0) or with black (below 0).

    Parameters
    ----------
    colour : str
        As ``#RRGGBB``.
    by : float
        Share of white or black, -1 to 1.

    Returns
    -------
    str
        The colour as ``#rrggbb``.

    Examples
    --------
    >>> shade("#808080", 0.5), shade("#808080", -1)
    ('#c0c0c0', '#000000')
    """
    end = 255 if by > 0 else 0
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(p + (end - p) * abs(by)):02x}" for p in parts)


def on(ground: str) -> str:
    """The colour of type that can be read on a ground: white or ink.

    Parameters
    ----------
    ground : str
        As ``#rrggbb``.

    Returns
    -------
    str
        White on a dark ground, ink on a light one.

    Examples
    --------
    >>> on("#882255"), on("#e69f00")
    ('#ffffff', '#222222')
    """
    red, green, blue = (int(ground[i : i + 2], 16) for i in (1, 3, 5))
    return "#222222" if 0.3 * red + 0.59 * green + 0.11 * blue > 125 else "#ffffff"


def colour(actor: str) -> str:
    """The colour of an actor, the same everywhere.

    Parameters
    ----------
    actor : str
        A role of ``resources/colours.csv``, with a suffix or not. Four suffixes of
        a role can be told apart at best; an id with no known role is grey.

    Returns
    -------
    str
        The colour as ``#rrggbb``.

    Examples
    --------
    >>> colour("government"), colour("government_wales")
    ('#0072b2', '#66aad1')
    """
    role, suffix = _role(actor)
    by = SHADES[crc32(suffix.encode()) % len(SHADES)] if suffix else 0
    return shade(_roles()[role][0], by)


def marker(actor: str) -> str:
    """The marker of an actor's role, as matplotlib names it.

    Parameters
    ----------
    actor : str
        The actor's id.

    Returns
    -------
    str
        Such as ``"o"``.

    Examples
    --------
    >>> marker("regulator") == marker("regulator_ico")
    True
    """
    return _roles()[_role(actor)[0]][1]


def name(actor: str, labels: Mapping[str, str] | None = None) -> str:
    """What to call an actor on a chart.

    Parameters
    ----------
    actor : str
        The actor's id.
    labels : mapping of str to str, optional
        Ids to labels, as in a codebook.

    Returns
    -------
    str
        The label, else the id in words.

    Examples
    --------
    >>> name("civil_society"), name("regulator", {"regulator": "Ofcom"})
    ('civil society', 'Ofcom')
    """
    return (labels or {}).get(actor) or actor.replace("_", " ")


def names(
    actors: Iterable[str], labels: Mapping[str, str] | None = None, width: int = 18
) -> list[str]:
    """What to call actors where there is little room: long labels are wrapped.

    Parameters
    ----------
    actors : iterable of str
        Ids.
    labels : mapping of str to str, optional
        Ids to labels.
    width : int
        Characters a line.

    Returns
    -------
    list of str
        One an actor.

    Examples
    --------
    >>> names(["platform", "civil_society"], width=8)
    ['platform', 'civil\\nsociety']
    """
    return [fill(name(a, labels), width, break_long_words=False) for a in actors]


def known_first(actors: Iterable[str]) -> list[str]:
    """Actors in the order of ``resources/colours.csv``, each once.

    Parameters
    ----------
    actors : iterable of str
        Ids in any order; missing ones are left out.

    Returns
    -------
    list of str
        The ids; those of no known role stand with ``other``.

    Examples
    --------
    >>> known_first(["narrator", "platform", "zoo", "government"])
    ['government', 'platform', 'zoo', 'narrator']
    """
    order = {role: i for i, role in enumerate(_roles())}
    found = {a for a in actors if isinstance(a, str)}
    return sorted(found, key=lambda a: (order[_role(a)[0]], a))
