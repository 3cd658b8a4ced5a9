"""What is compared: roles for actors, outlets and months for articles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING

from analysis.codebook import ROLES

if TYPE_CHECKING:
    import pandas as pd

SHINGLE = 5  # words; a run of so many in two texts is seldom chance


def role_of(actor: str) -> str:
    """The role of an actor's id; a platform is a company, other and narrator stay.

    >>> role_of("regulator_ico"), role_of("platform"), role_of("narrator")
    ('regulator', 'company', 'narrator')
    """
    fits = [r for r in ROLES if actor == r or actor.startswith(r + "_")]
    role = max(fits, key=len, default=actor)
    return "company" if role == "platform" else role


def by_role(table: pd.DataFrame) -> pd.DataFrame:
    """A table with roles in place of actors: as target, holder, actor or voice.

    >>> import pandas as pd
    >>> by_role(pd.DataFrame({"target": ["regulator_ico"]})).target[0]
    'regulator'
    """
    actors = [c for c in ("target", "holder", "actor", "voice") if c in table]
    return table.assign(**{c: table[c].map(role_of, "ignore") for c in actors})


def add_about(table: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Add what is known of each article (outlet, date …) to a table's rows.

    `table`: any table with a column ``article``. `articles`: a row an article:
    ``article`` and what is known of it; with a column ``date`` (2026-01-31), ``month``
    is added (2026-01).

    Gives the rows in their order; unknown is missing. Raises KeyError if `articles` has
    no column ``article``; ValueError if `articles` names an article twice.

    >>> import pandas as pd
    >>> known = pd.DataFrame({"article": ["a"], "date": ["2026-01-31"]})
    >>> add_about(pd.DataFrame({"article": ["a"]}), known).month[0]
    '2026-01'
    """
    if "article" not in articles:
        raise KeyError(f"no column 'article' in the articles' table: {[*articles]}")
    twice = articles.loc[articles["article"].duplicated(), "article"]
    if len(twice):
        raise ValueError(f"{twice.iloc[0]!r} stands twice in the articles' table")
    if "date" in articles:
        articles = articles.assign(month=articles["date"].astype("string").str[:7])
    new = [c for c in articles if c == "article" or c not in table]
    return table.merge(articles[new], on="article", how="left")


def near_duplicates(texts: Mapping[str, str], least: float = 0.3) -> pd.DataFrame:
    """Pairs of articles that share much of their wording, as agency copy does.

    `texts`, `least`: texts by name, and the share from which a pair is named.

    Gives first, second, shared (share of the shorter one's runs of five words that
    stand in the other, 0 to 1), highest first. A paraphrase is not found.

    >>> text = "The regulator has opened an inquiry into the firm."
    >>> near_duplicates({"a": text, "b": "On Monday: " + text}).shared.tolist()
    [1.0]
    """
    import pandas as pd
    from nltk.util import ngrams

    words = {name: re.findall(r"\w+", text.lower()) for name, text in texts.items()}
    runs = {name: {*ngrams(own, SHINGLE)} for name, own in words.items()}
    rows = []
    for one, two in combinations(runs, 2):
        shorter = min(len(runs[one]), len(runs[two]))
        shared = len(runs[one] & runs[two]) / shorter if shorter else 0.0
        if shared >= least:
            rows.append((one, two, shared))
    table = pd.DataFrame(rows, columns=["first", "second", "shared"])
    return table.sort_values("shared", ascending=False, ignore_index=True)


def without_copies(
    paragraphs: pd.DataFrame, alike: pd.DataFrame, by: str = "article"
) -> pd.DataFrame:
    """Paragraphs of articles that are no copies: of a pair the longer one stays.

    `by`: the column to compare by: copies in two groups stay, one in each.

    Gives the other rows as they were; what is counted by them counts a text once.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"article": ["a", "b", "c"], "words": [9, 12, 5]})
    >>> pair = pd.DataFrame({"first": ["a"], "second": ["b"]})
    >>> without_copies(rows, pair).article.tolist()
    ['b', 'c']
    """
    words = paragraphs.groupby("article")["words"].sum()
    group = paragraphs.groupby("article")[by].first()
    out: set[str] = set()
    for one, two in zip(alike["first"], alike["second"], strict=True):
        together = by == "article" or group.get(one) == group.get(two)
        if together and not {one, two} & out and {one, two} <= {*words.index}:
            out.add(min(two, one, key=words.get))
    return paragraphs[~paragraphs["article"].isin(out)]
