"""How an actor looks and what it is called, the same in every chart and text.

Markers, labels and lightness carry the same news as the hue, so that a chart survives a
grey print and any colour vision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from textwrap import fill
from typing import TYPE_CHECKING
from zlib import crc32

from analysis.tables import read_resource

if TYPE_CHECKING:
    import pandas as pd

ACTORS = ("actor", "holder", "target", "voice")  # columns of tables with ids of actors
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
    """Mix a colour with a share of white (above 0) or of black (below 0).

    >>> shade("#808080", 0.5), shade("#808080", -1)
    ('#c0c0c0', '#000000')
    """
    end = 255 if by > 0 else 0
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(p + (end - p) * abs(by)):02x}" for p in parts)


def on(ground: str) -> str:
    """The colour of type that can be read on a ground: white or ink.

    >>> on("#882255"), on("#e69f00")
    ('#ffffff', '#222222')
    """
    red, green, blue = (int(ground[i : i + 2], 16) for i in (1, 3, 5))
    return "#222222" if 0.3 * red + 0.59 * green + 0.11 * blue > 125 else "#ffffff"


def colour(actor: str) -> str:
    """The colour of an actor, the same everywhere.

    Four suffixes of a role can be told apart at best; an id of no known role is grey.

    >>> colour("government"), colour("government_wales")
    ('#0072b2', '#66aad1')
    """
    role, suffix = _role(actor)
    by = SHADES[crc32(suffix.encode()) % len(SHADES)] if suffix else 0
    return shade(_roles()[role][0], by)


def marker(actor: str) -> str:
    """The marker of an actor's role, as matplotlib names it.

    >>> marker("regulator") == marker("regulator_ico")
    True
    """
    return _roles()[_role(actor)[0]][1]


def name(actor: str, labels: Mapping[str, str] | None = None) -> str:
    """What to call an actor: its label, as in a codebook, else its id in words.

    >>> name("civil_society"), name("regulator", {"regulator": "Ofcom"})
    ('civil society', 'Ofcom')
    """
    return (labels or {}).get(actor) or actor.replace("_", " ")


def names(
    actors: Iterable[str], labels: Mapping[str, str] | None = None, width: int = 18
) -> list[str]:
    """What to call actors where a line has room for `width` letters.

    >>> names(["platform", "civil_society"], width=8)
    ['platform', 'civil\\nsociety']
    """
    return [fill(name(a, labels), width, break_long_words=False) for a in actors]


def known_first(actors: Iterable[str]) -> list[str]:
    """Actors, each once and none missing, in the order of ``resources/colours.csv``.

    >>> known_first(["narrator", "platform", "zoo", "government"])
    ['government', 'platform', 'zoo', 'narrator']
    """
    order = {role: i for i, role in enumerate(_roles())}
    found = {a for a in actors if isinstance(a, str)}
    return sorted(found, key=lambda a: (order[_role(a)[0]], a))


def with_labels(table: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """A table for people: actors as they are called, with the id where two are alike.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"actor": ["court", "civil_society"]})
    >>> with_labels(rows, {"court": "High Court"})["actor"].tolist()
    ['High Court', 'civil society']
    """
    called = {actor: name(actor, labels) for actor in (*labels, "narrator", "other")}
    alike = Counter(called.values())
    own = {i: f"{x} ({i})" if alike[x] > 1 else x for i, x in called.items()}
    found = [column for column in ACTORS if column in table]
    return table.assign(
        **{c: table[c].map(lambda actor: name(actor, own), "ignore") for c in found}
    )
