"""What notebooks show: sentences, tables, passages, and what widgets draw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING

from analysis.charts.colours import ACTORS, name
from analysis.charts.style import signed
from analysis.findings import Finding
from analysis.findings.answers import percent
from analysis.reading import show
from analysis.stance import PERSON
from analysis.tables import meaning, read_glossary

if TYPE_CHECKING:
    import pandas as pd
    from IPython.display import HTML

    from analysis.pipeline import Analysis

SET_BY_PERSON = (
    "<p><i>A person set this stance: the model has no evidence for it.</i></p>"
)
IDS = ("frame", "measure", "role", "rule")
P_VALUES = ("p", "p_corrected", "p_trend")
SIGNED = ("score", "weight", "before", "after", "difference", "trend")
PERCENTS = ("share", "low", "high")
HEADS = {"f1": "F1", "tone_vader": "tone (VADER)", "tone_textblob": "tone (TextBlob)"}
# In the tags, for JupyterLab drops a style sheet from a notebook not yet trusted.
TEXT, NUMBER = (
    f' style="text-align:{side};vertical-align:top"' for side in ("left", "right")
)


def say(findings: Iterable[Finding]) -> HTML:
    """Findings as a list, each with where it was counted in small type.

    >>> "<li>All is well." in say([Finding("All is well.", "quotes")]).data
    True
    """
    from IPython.display import HTML

    items = (
        f"<li>{escape(f.sentence)} <small><i>[{escape(f.source)}]</i></small></li>"
        for f in findings
    )
    return HTML(f"<ul>{''.join(items)}</ul>")


def table(
    rows: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    none: str = "None found (n = 0).",
) -> HTML:
    """A table for readers: labels for ids, two decimals, a dash for what is missing.

    All text is escaped; a table without rows says so.

    `rows`: any table; the index is not shown. `labels`: what to call the actors in the
    columns actor, holder, target and voice. `none`: what to say where there is no row;
    a test that was not made found nothing because nobody looked, and says so.

    >>> import pandas as pd
    >>> html = table(pd.DataFrame({"actor": ["court"], "p": [0.0004]})).data
    >>> ">court</td>" in html, "&lt; 0.001" in html
    (True, True)
    """
    from IPython.display import HTML
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    if rows.empty:
        return HTML(f"<p><i>{escape(none)}</i></p>")
    kinds = rows.dtypes.items()
    numbers = {c for c, d in kinds if is_numeric_dtype(d) and not is_bool_dtype(d)}
    heads = "".join(
        f"<th{NUMBER if c in numbers else TEXT}{_title(c)}>"
        f"{escape(HEADS.get(c) or str(c).replace('_', ' '))}</th>"
        for c in rows
    )
    lines = (
        "".join(
            f"<td{NUMBER if c in numbers else TEXT}>{words}</td>"
            for c, words in zip(rows, _cells_of_table(rows, line, labels), strict=True)
        )
        for line in rows.astype(object).itertuples(index=False, name=None)
    )
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    head = f"<thead><tr>{heads}</tr></thead>"
    return HTML(f"<table>{head}<tbody>{body}</tbody></table>")


def _title(column: object) -> str:
    """The meaning of a column's name, shown where one hovers."""
    what = meaning(str(column))
    return f' title="{escape(what)}"' if what else ""


def _cells_of_table(
    columns: Iterable[str], line: Iterable[object], labels: Mapping[str, str] | None
) -> Iterator[str]:
    """The cells of a line in words, escaped."""
    import pandas as pd

    columns = list(columns)
    shares = PERCENTS if "share" in columns else ()
    for column, value in zip(columns, line, strict=True):
        if pd.isna(value):
            yield "–"
        elif column in ACTORS:
            yield escape(name(str(value), labels))
        elif column in IDS:
            yield escape(str(value).replace("_", " "))
        elif isinstance(value, bool):
            yield "yes" if value else "no"
        elif isinstance(value, float) and column in SIGNED:
            yield signed(value)
        elif isinstance(value, float) and column in shares:
            yield percent(value) if column == "share" else f"{value:.0%}"
        elif isinstance(value, float):
            tiny = column in P_VALUES and value < 0.001
            digits = f"{value:z.{3 if column in P_VALUES else 2}f}"
            yield "&lt; 0.001" if tiny else digits.replace("-", "−")
        elif isinstance(value, int):
            yield str(value).replace("-", "−")
        else:
            yield escape(str(value))


def glossary(*terms: str) -> HTML:
    """What words mean, as a table: the plain word, the term behind it, a sentence.

    Only the given words or terms, in their order; all of ``resources/glossary.csv``
    unless given. Raises KeyError for a word that the glossary does not have.

    >>> "a noun that stands for the actor" in glossary("nominal").data
    True
    """
    import pandas as pd

    known = {key: w for w in read_glossary() for key in (w.word, w.term)}
    if strange := [t for t in terms if t not in known]:
        there = ", ".join(w.word for w in read_glossary())
        raise KeyError(f"not in the glossary: {', '.join(strange)}; there are {there}")
    return table(pd.DataFrame([known[t] for t in terms] or [*read_glossary()]))


def failures(rows: pd.DataFrame) -> HTML:
    """Articles that could not be read, and why; nothing where all were.

    >>> import pandas as pd
    >>> failures(pd.DataFrame()).data
    ''
    """
    from IPython.display import HTML

    if rows.empty:
        return HTML("")
    return HTML(f"<p><b>Not read:</b></p>{table(rows).data}")


def intervals(estimates: pd.DataFrame) -> HTML:
    """Estimates of `analysis.compare.estimate` as a table: a row a group.

    A column a measure, such as ``25% [10–40%]``, with no interval where there is none;
    n last.

    >>> import pandas as pd
    >>> row = {"article": "a", "what": "law", "estimate": 0.25, "n": 9}
    >>> shown = intervals(pd.DataFrame([{**row, "low": 0.1, "high": 0.4}]))
    >>> "25% [10–40%]" in shown.data
    True
    """
    by = estimates.columns[0]
    cells = [
        f"{row.estimate:.0%}"
        + (f" [{100 * row.low:.0f}–{row.high:.0%}]" if row.low == row.low else "")
        for row in estimates.astype({"low": float, "high": float}).itertuples()
    ]
    wide = estimates.assign(cell=cells).pivot(index=by, columns="what", values="cell")
    n = estimates.groupby(by)["n"].max().rename("n")
    return table(wide.join(n).reset_index())


def passage(result: Analysis, paragraph: int) -> HTML:
    """One paragraph marked up, with the phrases behind each of its scores.

    For each holder and target stand the score and its phrases, strongest first; the
    weights sum to the score.

    >>> from analysis.notebooks import example
    >>> "Ofcom toward X" in passage(example(), 0).data
    True
    """
    from IPython.display import HTML

    labels = result.labels
    parts = [show(result.article.text, result, [paragraph], labels).data]
    rows = result.stance[result.stance["paragraph"] == paragraph]
    if rows.empty:
        parts.append("<p><i>No stance was found in this paragraph.</i></p>")
    for row in rows.itertuples(index=False):
        who = f"{name(row.holder, labels)} toward {name(row.target, labels)}"
        parts.append(f"<p><b>{escape(who)}: {signed(row.score)}</b></p>")
        phrases = result.explain(paragraph, row.holder, row.target)
        shown = table(phrases[["text", "weight"]].fillna({"text": "(baseline)"})).data
        parts.append(SET_BY_PERSON if row.scorer == PERSON else shown)
    return HTML("".join(parts))


def changed_scores(
    before: pd.DataFrame, after: pd.DataFrame, least: float = 1e-6
) -> pd.DataFrame:
    """Where two tables of stance give another score to the same holder and target.

    The table ``stance`` of one article made in two ways, and the least difference to
    show.

    Gives paragraph, holder, target, before, after, difference (after minus before), the
    widest apart first. Rows that only one of the tables has are left out.

    >>> from analysis.notebooks import example
    >>> stance = example().stance
    >>> changed_scores(stance, stance.assign(score=0.0)).after.unique().tolist()
    [0.0]
    """
    keys = ["article", "paragraph", "holder", "target"]
    old, new = (t[[*keys, "score"]] for t in (before, after))
    both = old.rename(columns={"score": "before"}).merge(
        new.rename(columns={"score": "after"}), on=keys
    )
    both = both.assign(difference=both["after"] - both["before"])
    apart = both["difference"].abs().sort_values(ascending=False, kind="stable")
    kept = both.loc[apart[apart > least].index].reset_index(drop=True)
    return kept.drop(columns="article")


def heaviest_word(evidence: pd.DataFrame) -> str:
    """A word to try a correction on: of the phrases that moved a score most.

    The longest in lower case of the heaviest phrase that has one; else empty.

    >>> import pandas as pd
    >>> rows = {"text": [None, "to X", "X has lied"], "weight": [-0.9, -0.5, -0.6]}
    >>> heaviest_word(pd.DataFrame(rows))
    'lied'
    """
    phrases = evidence.dropna(subset="text")
    strength = phrases["weight"].abs().sort_values(ascending=False, kind="stable")
    words = phrases.loc[strength.index, "text"].str.findall(r"\b[a-z]{4,}\b")
    return max(next((found for found in words if found), [""]), key=len)


def curve(result: Analysis, actor: str, bandwidth: float = 0.15) -> None:
    """Draw the stance toward one actor, smoothed as widely as asked.

    Nothing is returned, so that a widget shows the chart and no more. `bandwidth` is
    the kernel's standard deviation as a share of the text: larger is smoother.

    >>> from analysis.notebooks import example
    >>> import matplotlib.pyplot as plt
    >>> curve(example(), "platform", 0.3)
    >>> plt.gca().get_label()[:17]
    'Stance toward X, '
    """
    from analysis.charts import stance_curve
    from analysis.trajectory import band, stance_toward

    points = stance_toward(result.stance, result.paragraphs, actor)
    smoothed = band(points, bandwidth) if len(points) else None
    stance_curve(points, smoothed, actor, result.labels)
