"""What is compared: roles for actors, and measures unit by unit, no copy twice.

A unit is a stance or a body paragraph, or an article of a group of them. It has a
*block*: units of one running quotation share theirs, an article is one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from analysis.codebook import ROLES
from analysis.trajectory import add_blocks

if TYPE_CHECKING:
    import pandas as pd

SHINGLE = 5  # words; a run of so many in two texts is seldom chance
UNIT = ["article", "paragraph"]


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


def stance_units(
    stance: pd.DataFrame,
    paragraphs: pd.DataFrame,
    roles: Sequence[str],
    by: str = "article",
) -> pd.DataFrame:
    """The stance toward each role, unit by unit.

    `roles`: such as ``["regulator"]``; a column each. `by`: the column to compare by:
    ``article``, or one that `add_about` added to `paragraphs`.

    Gives `by`, article, block, weight (1), and for each role the score (-1 against to 1
    for) of the stances toward it, whoever holds them; missing where there is none. A
    row is a stance in a body paragraph, as in `stance_toward`, or, in groups of
    articles, an article: the mean of its stances. Raises KeyError if `paragraphs` has
    no such column; the message lists those it has.

    >>> import pandas as pd
    >>> rows = {"article": ["a", "a"], "paragraph": [0, 1]}
    >>> stance = pd.DataFrame({**rows, "target": "regulator_x", "score": [0.5, -1.0]})
    >>> paragraphs = pd.DataFrame({**rows, "kind": "body", "voice": "narrator"})
    >>> stance_units(stance, paragraphs, ["regulator"]).regulator.tolist()
    [0.5, -1.0]
    """
    toward = by_role(stance[[*UNIT, "target", "score"]]).dropna()
    body = _body(paragraphs, by)[[*_groups(by), "paragraph", "block"]]
    units = body.merge(toward, on=UNIT).assign(weight=1.0)
    score = units["score"].astype(float)
    units = units.assign(**{r: score.where(units["target"] == r) for r in roles})
    units = _by_article(units, by, "mean")
    return units[[*_groups(by), "block", "weight", *roles]]


def voice_units(
    quotes: pd.DataFrame,
    paragraphs: pd.DataFrame,
    roles: Sequence[str],
    by: str = "article",
) -> pd.DataFrame:
    """The words that each role speaks, quotation marks aside, unit by unit.

    `roles`, `by`: as in `stance_units`.

    Gives `by`, article, block, weight (words of body text), and a column a role with
    its words: ``narrator`` for all that is not quoted, ``other`` for all other
    speakers. Indirect speech is the narrator's wording.

    >>> import pandas as pd
    >>> row = {"article": ["a"], "paragraph": [0], "kind": "direct"}
    >>> quotes = pd.DataFrame({**row, "actor": "court", "text": "We will see."})
    >>> body = pd.DataFrame({**row, "kind": "body", "words": 5, "voice": "court"})
    >>> voice_units(quotes, body, ["court"])[["court", "narrator"]].values.tolist()
    [[3.0, 2.0]]
    """
    spoken = quotes[quotes["kind"] != "indirect"]
    voices = [role_of(a) for a in spoken["actor"].fillna("other")]
    voices = [voice if voice in roles else "other" for voice in voices]
    words = spoken["text"].str.count(r"\w+(?:[’'-]\w+)*")
    counts = spoken[UNIT].assign(what=voices, count=words)
    units = _units(counts, _body(paragraphs, by), "words", by)
    spoken_words = units.drop(columns=[*_groups(by), "block", "weight"]).sum(axis=1)
    return units.assign(narrator=(units["weight"] - spoken_words).clip(lower=0))


def mention_units(
    mentions: pd.DataFrame,
    paragraphs: pd.DataFrame,
    roles: Sequence[str],
    by: str = "article",
) -> pd.DataFrame:
    """Mentions of each role, unit by unit, to be seen against the words.

    `roles`, `by`: as in `stance_units`.

    Gives `by`, article, block, weight (hundreds of words), and a column a role with its
    mentions, generic plurals left out: estimates are mentions per 100 words.

    >>> import pandas as pd
    >>> row = {"article": ["a"], "paragraph": [0]}
    >>> mentions = pd.DataFrame({**row, "actor": "court", "form": "name"})
    >>> body = pd.DataFrame({**row, "kind": "body", "words": 50, "voice": "court"})
    >>> from analysis.compare import RATES, estimate
    >>> estimate(mention_units(mentions, body, ["court"]), RATES).estimate.tolist()
    [2.0]
    """
    named = by_role(mentions[mentions["form"] != "generic"])
    named = named[named["actor"].isin([*roles])]
    counts = named[UNIT].assign(what=named["actor"], count=1)
    units = _units(counts, _body(paragraphs, by), "words", by)
    return units.assign(weight=units["weight"] / 100)


def frame_units(
    framing: pd.DataFrame, paragraphs: pd.DataFrame, by: str = "article"
) -> pd.DataFrame:
    """Paragraphs that show each frame, unit by unit.

    `by`: as in `stance_units`.

    Gives `by`, article, block, weight (body paragraphs), and a column a frame with the
    paragraphs that show it; a paragraph may show several.

    >>> import pandas as pd
    >>> rows = {"article": ["a", "a"], "paragraph": [0, 1]}
    >>> at = {"article": ["a"], "paragraph": [1]}
    >>> framing = pd.DataFrame({**at, "frame": ["law"], "actor": [None]})
    >>> body = pd.DataFrame({**rows, "kind": "body", "voice": "narrator"})
    >>> from analysis.compare import estimate
    >>> estimate(frame_units(framing, body)).estimate.tolist()
    [0.5]
    """
    shown = framing.loc[framing["actor"].isna(), [*UNIT, "frame"]]
    counts = shown.rename(columns={"frame": "what"}).assign(count=1)
    return _units(counts, _body(paragraphs, by).assign(one=1), "one", by)


def over_time(
    stance: pd.DataFrame, paragraphs: pd.DataFrame, role: str, by: str = "outlet"
) -> pd.DataFrame:
    """Mean stance toward a role month by month, outlet by outlet.

    Gives `by`, month, mean (over the articles' own means, as `stance_units` has them,
    -1 to 1), n (articles), in the order of time. Articles without a date have no row.

    `stance`, `paragraphs`: tables of several articles, `paragraphs` with the columns
    month and `by` of `add_about`. `role`: such as ``regulator``. `by`: such as
    ``outlet``.

    >>> import pandas as pd
    >>> rows = {"article": ["a", "b"], "paragraph": [0, 0]}
    >>> stance = pd.DataFrame({**rows, "target": "regulator", "score": [0.5, -0.5]})
    >>> body = pd.DataFrame({**rows, "kind": "body", "voice": "narrator",
    ...     "outlet": "Post", "month": "2026-01"})
    >>> over_time(stance, body, "regulator").values.tolist()
    [['Post', '2026-01', 0.0, 2]]
    """
    both = [by, "month"]
    body = paragraphs.dropna(subset=both)
    body = body.assign(pair=[*zip(body[by], body["month"], strict=True)])
    units = stance_units(stance, body, [role], "pair").dropna(subset=role)
    table = units.groupby("pair")[role].agg(["mean", "count"]).reset_index()
    table[both] = [*table["pair"]] or None
    table = table.rename(columns={"count": "n"}).sort_values(["month", by])
    return table[[*both, "mean", "n"]].reset_index(drop=True)


def _groups(by: str) -> list[str]:
    """The columns that say whose a unit is."""
    return [*dict.fromkeys([by, "article"])]


def _body(paragraphs: pd.DataFrame, by: str) -> pd.DataFrame:
    """The body paragraphs whose group is known, with their block."""
    if by not in paragraphs:
        raise KeyError(f"no column {by!r} to compare by; there are {[*paragraphs]}")
    body = paragraphs[(paragraphs["kind"] == "body") & paragraphs[by].notna()]
    return add_blocks(body)


def _by_article(units: pd.DataFrame, by: str, how: str) -> pd.DataFrame:
    """Units of groups of articles: an article each, a block of its own."""
    if by == "article":
        return units
    units = units.groupby(_groups(by), sort=False).agg(how, numeric_only=True)
    return units.assign(block=range(len(units))).reset_index()


def _units(
    counts: pd.DataFrame, body: pd.DataFrame, weight: str, by: str
) -> pd.DataFrame:
    """Counts by unit, a column each, with what they are seen against."""
    wide = counts.pivot_table("count", UNIT, "what", "sum", fill_value=0)
    units = body[[*_groups(by), "paragraph", "block", weight]]
    units = units.rename(columns={weight: "weight"}).join(wide, on=UNIT)
    units = _by_article(units.fillna({c: 0 for c in wide}), by, "sum")
    units = units.drop(columns="paragraph", errors="ignore")
    return units.astype({c: float for c in ("weight", *wide)})


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
