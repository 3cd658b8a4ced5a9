"""How articles, outlets or months differ: one estimate for every measure, with chance.

Actors are compared by their role (the regulator of one story with that of another).
Every measure is first put into *units* (`analysis.compare.units`): a row a stance or
body paragraph where articles are compared, a row an article where groups of them are.
Then one function estimates with an interval, and one says which differences are more
than chance (`analysis.compare.chance`).
"""

from analysis.compare.chance import differences, estimate
from analysis.compare.groups import (
    add_about,
    by_role,
    near_duplicates,
    role_of,
    without_copies,
)
from analysis.compare.units import (
    frame_units,
    mention_units,
    over_time,
    stance_units,
    voice_units,
)
from analysis.means import RATES, SCORES, SHARES

__all__ = [
    "RATES",
    "SCORES",
    "SHARES",
    "add_about",
    "by_role",
    "differences",
    "estimate",
    "frame_units",
    "mention_units",
    "near_duplicates",
    "over_time",
    "role_of",
    "stance_units",
    "voice_units",
    "without_copies",
]
