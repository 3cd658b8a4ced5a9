"""How well do people agree, and the machine with them?

Krippendorff's alpha with its interval, precision and recall by class, the
disagreements with their text, the badge that a claim carries, and the score of an
analysis against a full hand coding. Sheets for coders are made and read by
`analysis.agreement.coding_sheets`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.agreement.alpha import alpha_interval, krippendorff_alpha
from analysis.agreement.coding_sheets import (
    CodingError,
    coding_sheet,
    read_codings,
    write_sheet,
)
from analysis.agreement.codings import coded_units, score_coding, scores

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pipeline import Analysis

__all__ = [
    "CodingError",
    "claim_badge",
    "coded_units",
    "coding_sheet",
    "compare",
    "disagreements",
    "alpha_interval",
    "krippendorff_alpha",
    "machine_codes",
    "read_codings",
    "reliability_data",
    "score_coding",
    "validation",
    "write_sheet",
]

LEAST_ALPHA = 0.667
CODINGS = Path(__file__).parents[2] / "data" / "codings"
NOT_VALIDATED = "not validated for this topic"
CLASSES = {-1: "against", 0: "neither", 1: "for"}


def reliability_data(codings: pd.DataFrame) -> pd.DataFrame:
    """Codings as one row a coder and one column a unit, the form alpha asks for.

    Parameters
    ----------
    codings : pandas.DataFrame
        coder, unit, direction; as `read_codings` returns them. `machine_codes` adds
        the machine as one more coder.

    Returns
    -------
    pandas.DataFrame
        Directions; missing where a coder has not coded the unit.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("kim", "a:0:x", -1), ("lee", "a:0:x", -1), ("lee", "a:1:x", 1)]
    >>> codings = pd.DataFrame(rows, columns=["coder", "unit", "direction"])
    >>> reliability_data(codings).shape
    (2, 2)
    """
    return codings.pivot(index="coder", columns="unit", values="direction")


def machine_codes(stance: pd.DataFrame, sheet: pd.DataFrame) -> pd.DataFrame:
    """What the machine says of the units of a sheet.

    Parameters
    ----------
    stance : pandas.DataFrame
        The table of one article or several.
    sheet : pandas.DataFrame
        As `coding_sheet` returns it.

    Returns
    -------
    pandas.DataFrame
        coder (``machine``), unit, direction: the likeliest of the three classes, mean
        over holders weighted by sentences. A unit in which the machine found no
        stance counts as 0, for a stance overlooked is an error and not a gap.

    Examples
    --------
    >>> import pandas as pd
    >>> sheet = pd.DataFrame({"unit": ["a:0:x", "a:1:x"], "article": "a",
    ...                       "paragraph": [0, 1], "target": "x"})
    >>> stance = pd.DataFrame({"article": ["a"], "paragraph": [0], "target": ["x"],
    ...     "negative": [0.7], "neutral": [0.2], "positive": [0.1], "n": [1]})
    >>> machine_codes(stance, sheet).direction.tolist()
    [-1, 0]
    """
    import pandas as pd

    keys = ["article", "paragraph", "target"]
    chances = ["negative", "neutral", "positive"]
    known = stance.dropna(subset=chances)
    sums = known[keys].join(known[chances].mul(known["n"], axis=0))
    sums = sums.groupby(keys, as_index=False).sum()
    found = sheet[["unit", *keys]].merge(sums, on=keys, how="left")
    likeliest = found[chances].astype("float64").fillna(0.0).assign(none=1e-12)
    codes = {"negative": -1, "neutral": 0, "positive": 1, "none": 0}
    codes = likeliest.idxmax(axis=1).map(codes).astype("Int64")
    return pd.DataFrame({"coder": "machine", "unit": found["unit"], "direction": codes})


def compare(gold: pd.DataFrame, machine: pd.DataFrame) -> pd.DataFrame:
    """Precision, recall, F1 and confusion of the machine, class by class.

    Parameters
    ----------
    gold, machine : pandas.DataFrame
        unit and direction, one row a unit; units that only one has, or that are not
        coded, stay out.

    Returns
    -------
    pandas.DataFrame
        One row a class (against, neither, for): precision, recall, f1 (0 to 1, missing
        where nothing is counted), n (units that people gave the class), and how many
        of these the machine called machine_against, machine_neither, machine_for.

    Examples
    --------
    >>> import pandas as pd
    >>> gold = pd.DataFrame({"unit": ["a", "b", "c"], "direction": [-1, -1, 0]})
    >>> machine = pd.DataFrame({"unit": ["a", "b", "c"], "direction": [-1, 0, 0]})
    >>> compare(gold, machine).loc[0, ["precision", "recall", "n"]].tolist()
    [1.0, 0.5, 2.0]
    """
    import pandas as pd

    both = _both(gold, machine)
    rows = []
    for code, name in CLASSES.items():
        mine, theirs = both["direction_gold"] == code, both["direction"] == code
        row = scores(int((mine & theirs).sum()), int(theirs.sum()), int(mine.sum()))
        called = both.loc[mine, "direction"].value_counts()
        confusion = {f"machine_{n}": int(called.get(c, 0)) for c, n in CLASSES.items()}
        rows.append({"class": name, **row, **confusion})
    table = pd.DataFrame(rows)
    return table.astype(dict.fromkeys(("precision", "recall", "f1"), "Float64"))


def disagreements(
    gold: pd.DataFrame, machine: pd.DataFrame, texts: pd.DataFrame
) -> pd.DataFrame:
    """Units in which two codings differ, the widest apart first, with their text.

    Parameters
    ----------
    gold, machine : pandas.DataFrame
        As in `compare`.
    texts : pandas.DataFrame
        unit, article, paragraph, target and text: the sheet.

    Returns
    -------
    pandas.DataFrame
        unit, article, paragraph, target, gold, machine, text.

    Examples
    --------
    >>> import pandas as pd
    >>> gold = pd.DataFrame({"unit": ["a:0:x"], "direction": [-1]})
    >>> sheet = pd.DataFrame({"unit": ["a:0:x"], "article": "a", "paragraph": 0,
    ...                       "target": "x", "text": "X must act."})
    >>> disagreements(gold, gold.assign(direction=1), sheet).text.tolist()
    ['X must act.']
    """
    both = _both(gold, machine)
    both = both.rename(columns={"direction_gold": "gold", "direction": "machine"})
    both = both[both["gold"] != both["machine"]].merge(texts, on="unit", how="left")
    apart = (both["gold"] - both["machine"]).abs()
    both = both.assign(apart=apart).sort_values(
        ["apart", "article", "paragraph"], ascending=[False, True, True]
    )
    names = ["unit", "article", "paragraph", "target", "gold", "machine", "text"]
    return both[names].reset_index(drop=True)


def claim_badge(
    alpha: float | None, low: float | None, high: float | None, n: int
) -> str:
    """What a chart or a report may say of its own validity.

    Parameters
    ----------
    alpha, low, high : float or None
        Agreement of machine and people, with its interval.
    n : int
        Units coded.

    Returns
    -------
    str
        "validated …" with the figures; "not validated for this topic" where there are
        none, or, with the figures, where alpha is below 0.667: the least that
        Krippendorff (2004) asks for, tentative conclusions included.

    Examples
    --------
    >>> claim_badge(0.71, 0.58, 0.82, 60)
    'validated on 60 coded units with alpha 0.71 (0.58 to 0.82)'
    >>> claim_badge(None, None, None, 0)
    'not validated for this topic'
    """
    if alpha is None or low is None or high is None or n < 1:
        return NOT_VALIDATED
    figures = f"alpha {alpha:.2f} ({low:.2f} to {high:.2f})"
    if alpha < LEAST_ALPHA:
        return f"{NOT_VALIDATED}: {figures} on {n} coded units"
    return f"validated on {n} coded units with {figures}"


def validation(result: Analysis, folder: str | Path = CODINGS) -> str:
    """The badge of one analysis: its stance against the hand coding of its article.

    Parameters
    ----------
    result : Analysis
        From `analysis.analyse`.
    folder : str or pathlib.Path
        Where codings are, a folder an article.

    Returns
    -------
    str
        As `claim_badge`, with ordinal alpha; "not validated for this topic" where the
        folder has no coding of this very text (its paragraphs must be the same).

    Examples
    --------
    >>> from analysis.notebooks.answers import example
    >>> validation(example())
    'not validated for this topic'
    """
    import pandas as pd

    coding = Path(folder) / result.article.name
    paragraphs = result.paragraphs
    if not (coding / "paragraphs.csv").is_file():
        return NOT_VALIDATED
    spans = pd.read_csv(coding / "paragraphs.csv")[["start", "end"]]
    if spans.to_numpy().tolist() != paragraphs[["start", "end"]].to_numpy().tolist():
        return NOT_VALIDATED
    sheet = coding_sheet(paragraphs, result.mentions)
    people = coded_units(coding, sheet)
    both = pd.concat([people, machine_codes(result.stance, sheet)])
    data = reliability_data(both)
    low, high = alpha_interval(data, "ordinal")
    n = int(people["direction"].notna().sum())
    return claim_badge(krippendorff_alpha(data, "ordinal"), low, high, n)


def _both(gold: pd.DataFrame, machine: pd.DataFrame) -> pd.DataFrame:
    """Units that both have coded: unit, direction_gold, direction."""
    names = ["unit", "direction"]
    both = gold[names].merge(machine[names], on="unit", suffixes=("_gold", ""))
    return both.dropna(subset=["direction_gold", "direction"])
