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
from analysis.means import sign
from analysis.stance.model import settings

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
    "unseen",
    "validation",
    "write_sheet",
]

LEAST_ALPHA, LEAST_UNITS = 0.667, 30
CODINGS = Path(__file__).parents[2] / "data" / "codings"
NOT_VALIDATED = "not validated for this topic"
CLASSES = {-1: "against", 0: "neither", 1: "for"}


def reliability_data(codings: pd.DataFrame) -> pd.DataFrame:
    """Codings as one row a coder and one column a unit, the form alpha asks for.

    `codings`: coder, unit, direction; as `read_codings` returns them. `machine_codes`
    adds the machine as one more coder.

    Gives directions; missing where a coder has not coded the unit.

    >>> import pandas as pd
    >>> rows = [("kim", "a:0:x", -1), ("lee", "a:0:x", -1), ("lee", "a:1:x", 1)]
    >>> codings = pd.DataFrame(rows, columns=["coder", "unit", "direction"])
    >>> reliability_data(codings).shape
    (2, 2)
    """
    return codings.pivot(index="coder", columns="unit", values="direction")


def machine_codes(stance: pd.DataFrame, sheet: pd.DataFrame) -> pd.DataFrame:
    """What the machine says of the units of a sheet.

    `sheet`: as `coding_sheet` returns it.

    Gives coder (``machine``), unit, direction: the sign of the mean score over holders.
    A unit in which the machine found no stance, or as much for as against, counts as 0,
    for a stance overlooked is an error and not a gap.

    >>> import pandas as pd
    >>> sheet = pd.DataFrame({"unit": ["a:0:x", "a:1:x"], "article": "a",
    ...                       "paragraph": [0, 1], "target": "x"})
    >>> stance = pd.DataFrame({"article": ["a"], "paragraph": [0], "target": ["x"],
    ...     "score": [-0.6]})
    >>> machine_codes(stance, sheet).direction.tolist()
    [-1, 0]
    """
    import pandas as pd

    keys = ["article", "paragraph", "target"]
    means = stance.groupby(keys, as_index=False)["score"].mean()
    found = sheet[["unit", *keys]].merge(means, on=keys, how="left")
    codes = found["score"].astype("Float64").fillna(0.0).map(sign).astype("Int64")
    return pd.DataFrame({"coder": "machine", "unit": found["unit"], "direction": codes})


def compare(gold: pd.DataFrame, machine: pd.DataFrame) -> pd.DataFrame:
    """Precision, recall, F1 and confusion of the machine, class by class.

    `gold`, `machine`: unit and direction, one row a unit; units that only one has, or
    that are not coded, stay out.

    Gives one row a class (against, neither, for): precision, recall, f1 (0 to 1,
    missing where nothing is counted), n (units that people gave the class), and how
    many of these the machine called machine_against, machine_neither, machine_for.

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

    `gold`, `machine`: as in `compare`. `texts`: unit, article, paragraph, target and
    text: the sheet.

    Gives unit, article, paragraph, target, gold, machine, text.

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
    alpha: float | None, low: float | None, high: float | None, n: int, seen: str = ""
) -> str:
    """What a chart or a report may say of its own validity, by `n` units coded.

    "validated …" with the figures, where the interval's lower end is 0.667 or more, the
    least that Krippendorff (2004) asks for, on 30 units or more; "tentative …" where
    alpha alone is; else, and always where the coding was `seen` when rules or model
    were made, "not validated for this topic", with what figures there are.

    >>> claim_badge(0.81, 0.7, 0.9, 60)
    'validated on 60 coded units with alpha 0.81 (0.70 to 0.90)'
    >>> claim_badge(0.71, 0.58, 0.82, 60)
    'tentative: alpha 0.71 (0.58 to 0.82) on 60 coded units'
    >>> claim_badge(None, None, None, 0)
    'not validated for this topic'
    """
    if alpha is None or low is None or high is None or n < 1:
        return NOT_VALIDATED
    figures = f"alpha {alpha:.2f} ({low:.2f} to {high:.2f})"
    if seen:
        return f"{NOT_VALIDATED} ({figures} on {n} coded units, but {seen})"
    if alpha < LEAST_ALPHA:
        return f"{NOT_VALIDATED}: {figures} on {n} coded units"
    if low < LEAST_ALPHA or n < LEAST_UNITS:
        return f"tentative: {figures} on {n} coded units"
    return f"validated on {n} coded units with {figures}"


def unseen() -> str:
    """How often stance is right on articles that nobody tuned for, in words.

    F1 with precision and recall on coded articles that the model never saw, and what
    two people's codings of them reach; measured by ``benchmarks/edges.py``.

    >>> unseen()[:24]
    'on unseen articles F1 0.'
    """
    found = settings()["unseen"]
    return (
        f"on unseen articles F1 {found['f1']:.2f} (precision {found['precision']:.2f}, "
        f"recall {found['recall']:.2f}; two codings {found['coders']:.2f})"
    )


def validation(result: Analysis, folder: str | Path = CODINGS) -> str:
    """The badge of one analysis: its stance against the hand coding of its article.

    `folder`: where codings are, a folder an article; ``seen.csv`` in it names those
    that rules or the model were made with.

    Gives `unseen`, then `claim_badge` with ordinal alpha; "not validated for this
    topic" where the folder has no coding of this very text (its paragraphs must be the
    same).

    >>> from analysis.notebooks import example
    >>> validation(example()).endswith("; not validated for this topic")
    True
    """
    return f"Stance: {unseen()}; {_own_badge(result, Path(folder))}"


def _own_badge(result: Analysis, folder: Path) -> str:
    import pandas as pd

    result = result.machine  # what a person corrected is no merit of the machine
    coding = folder / result.article.name
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
    alpha = krippendorff_alpha(data, "ordinal")
    return claim_badge(alpha, low, high, n, _seen(folder, result.article.name))


def _seen(folder: Path, article: str) -> str:
    """Why an article's coding cannot vouch for the machine; empty if it can."""
    import pandas as pd

    if not (folder / "seen.csv").is_file():
        return ""
    rows = pd.read_csv(folder / "seen.csv", index_col="article")["why"]
    return str(rows.get(article, ""))


def _both(gold: pd.DataFrame, machine: pd.DataFrame) -> pd.DataFrame:
    """Units that both have coded: unit, direction_gold, direction."""
    names = ["unit", "direction"]
    both = gold[names].merge(machine[names], on="unit", suffixes=("_gold", ""))
    return both.dropna(subset=["direction_gold", "direction"])
