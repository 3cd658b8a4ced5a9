"""How articles, outlets or months differ: one estimate for every measure, with chance.

Actors are compared by their role (the regulator of one story with that of another).
Every measure is first put into *units*: a row a body paragraph where articles are
compared, a row an article where groups of them are. Then one function estimates with
an interval, and one says which differences are more than chance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from analysis.codebook import ROLES
from analysis.trajectory.change import correct

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

DRAWS = 2000  # of the bootstrap and, at least, of the permutation test
LEAST = 3  # units of a group, to say how sure a figure is
SHINGLE = 5  # words; a run of so many in two texts is seldom chance
UNIT = ["article", "paragraph"]
_WORD = re.compile(r"\w+")


def role_of(actor: str) -> str:
    """The role of an actor's id; a platform is a company.

    Parameters
    ----------
    actor : str
        An id, such as ``regulator_ico``.

    Returns
    -------
    str
        The role; ``other`` and ``narrator`` stay what they are.

    Examples
    --------
    >>> role_of("regulator_ico"), role_of("platform"), role_of("narrator")
    ('regulator', 'company', 'narrator')
    """
    fits = [r for r in ROLES if actor == r or actor.startswith(r + "_")]
    role = max(fits, key=len, default=actor)
    return "company" if role == "platform" else role


def by_role(table: pd.DataFrame) -> pd.DataFrame:
    """A table with roles in place of actors.

    Parameters
    ----------
    table : DataFrame
        Any table with a column ``target``, ``holder``, ``actor`` or ``voice``.

    Returns
    -------
    pandas.DataFrame
        The same rows; what is missing stays missing.

    Examples
    --------
    >>> import pandas as pd
    >>> by_role(pd.DataFrame({"target": ["regulator_ico"]})).target[0]
    'regulator'
    """
    actors = [c for c in ("target", "holder", "actor", "voice") if c in table]
    return table.assign(**{c: table[c].map(role_of, "ignore") for c in actors})


def add_about(table: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Add what is known of each article (outlet, date …) to a table's rows.

    Parameters
    ----------
    table : DataFrame
        Any table with a column ``article``.
    articles : DataFrame
        A row an article: ``article`` and what is known of it; with a column ``date``
        (2026-01-31), ``month`` is added (2026-01).

    Returns
    -------
    pandas.DataFrame
        The rows in their order; unknown is missing.

    Raises
    ------
    KeyError
        If `articles` has no column ``article``.
    ValueError
        If `articles` names an article twice.

    Examples
    --------
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

    Parameters
    ----------
    stance, paragraphs : DataFrame
        Tables of several articles.
    roles : sequence of str
        Such as ``["regulator"]``; a column each.
    by : str
        The column to compare by: ``article``, or one that `add_about` added to
        `paragraphs`.

    Returns
    -------
    pandas.DataFrame
        `by`, article, weight (1), and for each role the mean score (-1 against to 1
        for) of the stances toward it, whoever holds them; missing where there is
        none. A row is a body paragraph or, in groups of articles, an article.

    Raises
    ------
    KeyError
        If `paragraphs` has no such column; the message lists those it has.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"article": ["a", "a"], "paragraph": [0, 1]}
    >>> stance = pd.DataFrame({**rows, "target": "regulator_x", "score": [0.5, -1.0]})
    >>> paragraphs = pd.DataFrame({**rows, "kind": "body"})
    >>> stance_units(stance, paragraphs, ["regulator"]).regulator.tolist()
    [0.5, -1.0]
    """
    toward = by_role(stance[[*UNIT, "target", "score"]])
    scores = toward.pivot_table("score", UNIT, "target", "mean")
    body = _body(paragraphs, by)[_key(by)].assign(weight=1.0)
    units = body.join(scores.reindex(columns=[*roles]).astype(float), on=UNIT)
    if by != "article":
        units = units.groupby([by, "article"], sort=False).mean(numeric_only=True)
        units = units.reset_index()
    return units[[by, *_rest(by), "weight", *roles]]


def voice_units(
    quotes: pd.DataFrame,
    paragraphs: pd.DataFrame,
    roles: Sequence[str],
    by: str = "article",
) -> pd.DataFrame:
    """The words that each role speaks, quotation marks aside, unit by unit.

    Parameters
    ----------
    quotes, paragraphs : DataFrame
        Tables of several articles.
    roles, by
        As in `stance_units`.

    Returns
    -------
    pandas.DataFrame
        `by`, article, weight (words of body text), and a column a role with its
        words: ``narrator`` for all that is not quoted, ``other`` for all other
        speakers. Indirect speech is the narrator's wording.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"article": ["a"], "paragraph": [0], "kind": "direct"}
    >>> quotes = pd.DataFrame({**row, "actor": "court", "text": "We will see."})
    >>> body = pd.DataFrame({**row, "kind": "body", "words": 5})
    >>> voice_units(quotes, body, ["court"])[["court", "narrator"]].values.tolist()
    [[3.0, 2.0]]
    """
    spoken = quotes[quotes["kind"] != "indirect"]
    voices = [role_of(a) for a in spoken["actor"].fillna("other")]
    voices = [voice if voice in roles else "other" for voice in voices]
    words = spoken["text"].str.count(r"\w+(?:[’'-]\w+)*")
    counts = spoken[UNIT].assign(what=voices, count=words)
    units = _units(counts, _body(paragraphs, by), "words", by)
    spoken_words = units.drop(columns=[by, *_rest(by), "weight"]).sum(axis=1)
    return units.assign(narrator=(units["weight"] - spoken_words).clip(lower=0))


def mention_units(
    mentions: pd.DataFrame,
    paragraphs: pd.DataFrame,
    roles: Sequence[str],
    by: str = "article",
) -> pd.DataFrame:
    """Mentions of each role, unit by unit, to be seen against the words.

    Parameters
    ----------
    mentions, paragraphs : DataFrame
        Tables of several articles.
    roles, by
        As in `stance_units`.

    Returns
    -------
    pandas.DataFrame
        `by`, article, weight (hundreds of words), and a column a role with its
        mentions, generic plurals left out: estimates are mentions per 100 words.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"article": ["a"], "paragraph": [0]}
    >>> mentions = pd.DataFrame({**row, "actor": "court", "form": "name"})
    >>> body = pd.DataFrame({**row, "kind": "body", "words": 50})
    >>> estimate(mention_units(mentions, body, ["court"])).estimate.tolist()
    [2.0]
    """
    named = by_role(mentions[mentions["form"] != "generic"])
    named = named[named["actor"].isin([*roles])]
    counts = named[UNIT].assign(what=named["actor"], count=1)
    units = _units(counts, _body(paragraphs, by), "words", by)
    return units.assign(weight=units["weight"] / 100)


def frame_units(
    frames: pd.DataFrame, paragraphs: pd.DataFrame, by: str = "article"
) -> pd.DataFrame:
    """Paragraphs that show each frame, unit by unit.

    Parameters
    ----------
    frames, paragraphs : DataFrame
        Tables of several articles.
    by : str
        As in `stance_units`.

    Returns
    -------
    pandas.DataFrame
        `by`, article, weight (body paragraphs), and a column a frame with the
        paragraphs that show it; a paragraph may show several.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"article": ["a", "a"], "paragraph": [0, 1]}
    >>> frames = pd.DataFrame({"article": ["a"], "paragraph": [1], "frame": ["law"]})
    >>> body = pd.DataFrame({**rows, "kind": "body"})
    >>> estimate(frame_units(frames, body)).estimate.tolist()
    [0.5]
    """
    shown = frames[[*UNIT, "frame"]].drop_duplicates()
    counts = shown.rename(columns={"frame": "what"}).assign(count=1)
    return _units(counts, _body(paragraphs, by).assign(one=1), "one", by)


def estimate(units: pd.DataFrame) -> pd.DataFrame:
    """Each measure in each group, with its interval.

    Parameters
    ----------
    units : DataFrame
        From `stance_units`, `voice_units`, `mention_units` or `frame_units`.

    Returns
    -------
    pandas.DataFrame
        The group's column, what, estimate (mean score; share of the words, 0 to 1;
        mentions per 100 words; share of paragraphs, 0 to 1), low and high (95 %
        bootstrap over units; missing below three, and where all units are alike:
        there is no spread to judge chance by), n (units: paragraphs, or articles
        where groups of them are compared). Nothing found has no row.

    Examples
    --------
    >>> import pandas as pd
    >>> units = pd.DataFrame({"article": "a", "weight": 1.0, "court": [0.0, 0.5, 1.0]})
    >>> found = estimate(units)
    >>> float(found.estimate[0]), int(found.n[0]), bool(found.low[0] < found.high[0])
    (0.5, 3, True)
    """
    import pandas as pd

    rows = [
        (group, what, _ratio(values), *_interval(values), len(values))
        for what, groups in _samples(units).items()
        for group, values in groups.items()
    ]
    names = [units.columns[0], "what", "estimate", "low", "high", "n"]
    return pd.DataFrame(rows, columns=names)


def differences(units: pd.DataFrame, word: str = "higher") -> pd.DataFrame:
    """Which pairs of groups differ by more than chance.

    Parameters
    ----------
    units : DataFrame
        As for `estimate`.
    word : str
        What the verdict calls the larger one, such as ``"kinder"``.

    Returns
    -------
    pandas.DataFrame
        what, first, second, difference (second less first, in the measure's unit), p
        (share of random exchanges of units between the two that differ as much),
        p_corrected (Holm, over all rows), n (units of both), verdict. Pairs with
        fewer than three units on a side are left out.

    Examples
    --------
    >>> import pandas as pd
    >>> units = pd.DataFrame({"article": ["a"] * 9 + ["b"] * 9, "weight": 1.0})
    >>> units["court"] = [-1.0] * 9 + [1.0] * 9
    >>> differences(units, "kinder").verdict[0]
    'kinder in b'
    """
    import pandas as pd

    samples = _samples(units)
    pairs = [
        (what, one, two)
        for what, groups in samples.items()
        for one, two in combinations(groups, 2)
        if min(len(groups[one]), len(groups[two])) >= LEAST
    ]
    draws = max(DRAWS, 40 * len(pairs))  # else no corrected p could be small
    rows = [
        (*pair, *_exchange(samples[pair[0]][pair[1]], samples[pair[0]][pair[2]], draws))
        for pair in pairs
    ]
    names = ["what", "first", "second", "difference", "p", "n"]
    table = pd.DataFrame(rows, columns=names)
    table["p_corrected"] = correct(table["p"].tolist())
    table["verdict"] = [
        "no detectable difference"
        if row.p_corrected >= 0.05
        else f"{word} in {row.second if row.difference > 0 else row.first}"
        for row in table.itertuples()
    ]
    return table


def over_time(
    stance: pd.DataFrame, articles: pd.DataFrame, by: str = "outlet"
) -> pd.DataFrame:
    """Mean stance month by month, outlet by outlet.

    Parameters
    ----------
    stance : DataFrame
        Rows of stance toward one actor or role: article and score.
    articles : DataFrame
        As for `add_about`, with ``date`` and the column `by`.
    by : str
        Such as ``outlet``.

    Returns
    -------
    pandas.DataFrame
        `by`, month, mean (over the articles' own means, -1 to 1), n (articles), in
        the order of time. Articles without a date have no row.

    Examples
    --------
    >>> import pandas as pd
    >>> stance = pd.DataFrame({"article": ["a", "b"], "score": [0.5, -0.5]})
    >>> about = pd.DataFrame({"article": ["a", "b"], "outlet": "Post",
    ...     "date": ["2026-01-01", "2026-01-09"]})
    >>> over_time(stance, about).values.tolist()
    [['Post', '2026-01', 0.0, 2]]
    """
    rows = add_about(stance, articles)
    own = rows.groupby(["article", by, "month"])["score"].mean().reset_index()
    table = own.groupby([by, "month"])["score"].agg(["mean", "count"]).reset_index()
    return table.rename(columns={"count": "n"}).sort_values(["month", by])


def near_duplicates(texts: Mapping[str, str], least: float = 0.3) -> pd.DataFrame:
    """Pairs of articles that share much of their wording, as agency copy does.

    Parameters
    ----------
    texts : mapping of str to str
        Names and texts.
    least : float
        The share from which a pair is named.

    Returns
    -------
    pandas.DataFrame
        first, second, shared (share of the shorter one's runs of five words that
        stand in the other, 0 to 1), highest first. A paraphrase is not found.

    Examples
    --------
    >>> text = "The regulator has opened an inquiry into the firm."
    >>> near_duplicates({"a": text, "b": "On Monday: " + text}).shared.tolist()
    [1.0]
    """
    import pandas as pd

    runs = {name: _shingles(text) for name, text in texts.items()}
    rows = []
    for one, two in combinations(runs, 2):
        shorter = min(len(runs[one]), len(runs[two]))
        shared = len(runs[one] & runs[two]) / shorter if shorter else 0.0
        if shared >= least:
            rows.append((one, two, shared))
    table = pd.DataFrame(rows, columns=["first", "second", "shared"])
    return table.sort_values("shared", ascending=False, ignore_index=True)


def _rest(by: str) -> list[str]:
    return [] if by == "article" else ["article"]


def _key(by: str) -> list[str]:
    return [by, *_rest(by), "paragraph"]


def _body(paragraphs: pd.DataFrame, by: str) -> pd.DataFrame:
    """The body paragraphs whose group is known."""
    if by not in paragraphs:
        raise KeyError(f"no column {by!r} to compare by; there are {[*paragraphs]}")
    return paragraphs[(paragraphs["kind"] == "body") & paragraphs[by].notna()]


def _units(
    counts: pd.DataFrame, body: pd.DataFrame, weight: str, by: str
) -> pd.DataFrame:
    """Counts by unit, a column each, with what they are seen against."""
    wide = counts.pivot_table("count", UNIT, "what", "sum", fill_value=0)
    units = body[[*_key(by), weight]].rename(columns={weight: "weight"})
    units = units.join(wide, on=UNIT).fillna({c: 0 for c in wide})
    if by != "article":
        units = units.groupby([by, "article"], sort=False).sum(numeric_only=True)
        units = units.reset_index()
    return units.drop(columns="paragraph", errors="ignore").astype(
        {c: float for c in ("weight", *wide)}
    )


def _samples(units: pd.DataFrame) -> dict[str, dict[str, np.ndarray]]:
    """For each measure and group its values and weights, two columns."""
    by = units.columns[0]
    measures = [c for c in units if c not in (by, "article", "paragraph", "weight")]
    groups = [*units.groupby(by, sort=False)]
    found: dict[str, dict[str, np.ndarray]] = {}
    for what in measures:
        for group, rows in groups:
            values = rows[[what, "weight"]].dropna().to_numpy(float)
            if values[:, 1].sum() > 0:
                found.setdefault(what, {})[group] = values
    return found


def _ratio(values: np.ndarray) -> float:
    return float(values[:, 0].sum() / values[:, 1].sum())


def _interval(values: np.ndarray) -> tuple[float | None, float | None]:
    """95 % of the estimates from units drawn with replacement."""
    import numpy as np

    n = len(values)
    if n < LEAST:
        return None, None
    drawn = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), DRAWS) @ values
    drawn = drawn[drawn[:, 1] > 0]
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], (0.025, 0.975))
    return (float(low), float(high)) if low < high else (None, None)


def _exchange(one: np.ndarray, two: np.ndarray, draws: int) -> tuple[float, float, int]:
    """The difference, how often chance exchanges have one as large, and all units."""
    import numpy as np

    found = _ratio(two) - _ratio(one)
    every, n = np.concatenate([one, two]), len(one)
    order = np.tile(np.arange(len(every)), (draws, 1))
    order = np.random.default_rng(0).permuted(order, axis=1)
    mixed = every[order]
    first, second = mixed[:, :n].sum(axis=1), mixed[:, n:].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        chance = second[:, 0] / second[:, 1] - first[:, 0] / first[:, 1]
    as_large = (np.abs(chance) >= abs(found) - 1e-12).sum()
    return float(found), float((as_large + 1) / (draws + 1)), len(every)


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return set(zip(*(words[i:] for i in range(SHINGLE)), strict=False))
