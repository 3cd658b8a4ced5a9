"""Does the framing change, do articles differ, how far to trust it? In plain words.

As in `analysis.notebooks.answers`, every number is counted and every sentence has its
source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from analysis.charts.colours import name
from analysis.charts.style import body_of, signed
from analysis.framing import actor_frames
from analysis.notebooks.answers import Finding, count, join
from analysis.trajectory.change import NO_CHANGE, TOO_LITTLE

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pipeline import Analysis


def of_change(
    result: Analysis,
    tests: pd.DataFrame,
    frame_tests: Mapping[str, pd.DataFrame],
    panels: Mapping[str, pd.DataFrame],
) -> list[Finding]:
    """How the framing of each actor changes through the text, as sentences.

    Parameters
    ----------
    result : Analysis
        From `analysis.analyse`.
    tests : pandas.DataFrame
        From `analysis.trajectory.changes`: a row an actor.
    frame_tests, panels : mapping of str to pandas.DataFrame
        For an actor, from `frame_changes` and from `robustness`.

    Returns
    -------
    list of Finding
        For each actor: stance by halves and the verdict, what the verdict does
        under other choices, its commonest frames, and those gained or lost.

    Examples
    --------
    >>> from analysis.notebooks.answers import example
    >>> from analysis.trajectory import changes
    >>> r = example()
    >>> tests = changes(r.stance, r.paragraphs, ["platform"])
    >>> of_change(r, tests, {}, {})[0].sentence
    'Toward X: too little evidence to test for change (1 paragraph with stance).'
    """
    found: list[Finding] = []
    shares = actor_frames(result.framing, result.mentions, result.paragraphs)
    for row in tests.itertuples(index=False):
        label = name(row.actor, result.labels)
        found.append(Finding(_verdict(row, label), _stance_places(result, row.actor)))
        if row.actor in panels and row.verdict != TOO_LITTLE:
            found.append(_steadiness(panels[row.actor], label))
        if row.actor in frame_tests:
            found.append(_put_into(shares[shares["actor"] == row.actor], label))
            found.append(_frames(frame_tests[row.actor], label))
    return found


def of_differences(
    voices: pd.DataFrame, tests: Mapping[str, pd.DataFrame], alike: pd.DataFrame
) -> list[Finding]:
    """How several articles differ, as sentences.

    Parameters
    ----------
    voices : pandas.DataFrame
        Share of the words by role, from `analysis.compare.estimate`.
    tests : mapping of str to pandas.DataFrame
        What was measured to its `analysis.compare.differences`.
    alike : pandas.DataFrame
        From `analysis.compare.near_duplicates`.

    Returns
    -------
    list of Finding
        Near-duplicates, the span of the narrator's share, and for each measure the
        differences that are more than chance, each named.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"what": "narrator", "estimate": 0.5}
    >>> voices = pd.DataFrame([{"article": "a", **row}, {"article": "b", **row}])
    >>> none = pd.DataFrame({"verdict": [], "p_corrected": []})
    >>> [f.sentence for f in of_differences(voices, {}, none)][1]
    'The narrator speaks from 50 % (a) to 50 % (b) of the words.'
    """
    pairs = f"{count(len(alike), 'pair')} of articles nearly the same text"
    groups = count(voices.iloc[:, 0].nunique(), str(voices.columns[0]))
    found = [Finding(f"{groups}, {pairs}.", "texts")]
    own = voices[voices["what"] == "narrator"].sort_values("estimate")
    if len(own):
        low, high = (f"{own.estimate.iloc[k]:.0%} ({own.iloc[k, 0]})" for k in (0, -1))
        words = f"The narrator speaks from {low} to {high} of the words."
        found.append(Finding(words.replace("%", " %"), "quotes: share of words"))
    for measure, table in tests.items():
        found += _differences(measure, table)
    return found


def _differences(measure: str, table: pd.DataFrame) -> Iterator[Finding]:
    sure = table[table["p_corrected"] < 0.05]
    tried = count(len(table), "difference")
    words = (
        f"{measure[0].upper()}{measure[1:]}: {len(sure)} of {tried} more than chance."
    )
    yield Finding(words, f"{measure}: pairs, Holm")
    for row in sure.itertuples():
        shift = f"(difference {signed(row.difference)}, n = {row.n})."
        words = f"{row.what}: {row.first} and {row.second}, {row.verdict} {shift}"
        yield Finding(f"{measure.capitalize()}, {words}", f"p {row.p_corrected:.3f}")


def of_trust(
    result: Analysis, scored: pd.DataFrame | None, badge: str = ""
) -> list[Finding]:
    """How far an analysis agrees with a hand coding of the same article.

    Parameters
    ----------
    result : Analysis
        From `analysis.analyse`.
    scored : pandas.DataFrame or None
        From `analysis.agreement.score_coding`; None where nobody coded the article.
    badge : str
        From `analysis.agreement.validation`.

    Returns
    -------
    list of Finding
        The badge, the range of the measures, that of stance; or that there is no
        coding.

    Examples
    --------
    >>> from analysis.notebooks.answers import example
    >>> of_trust(example(), None)[0].sentence
    'Nobody has coded this article by hand: its figures are not validated.'
    """
    if scored is None:
        words = "Nobody has coded this article by hand: its figures are not validated."
        return [Finding(words, "data/codings")]
    source = f"data/codings/{result.article.name}"
    rows = scored.dropna(subset=["f1"]).set_index("measure")
    low, high = (
        f"{rows['f1'][m]:.2f} ({m.replace('_', ' ')})"
        for m in (rows["f1"].idxmin(), rows["f1"].idxmax())
    )
    measures = count(len(rows), "measure")
    found = [Finding(f"F1 over {measures} runs from {low} to {high}.", source)]
    if "stance" in rows.index:
        made = join(sorted(set(result.stance["scorer"].dropna())))
        f1, n = rows.loc["stance", ["f1", "n"]]
        words = (
            f"Who is for or against whom (scorer: {made}): F1 {f1:.2f}, n = {n:.0f}."
        )
        found.append(Finding(words, source))
    if badge:
        found.insert(0, Finding(f"{badge}.", f"{source}; benchmarks/edges.py"))
    return found


def _verdict(row: NamedTuple, label: str) -> str:
    """The test of one actor in a sentence."""
    if row.verdict == TOO_LITTLE:
        n = count(row.n, "paragraph")
        return f"Toward {label}: {TOO_LITTLE} to test for change ({n} with stance)."
    halves = (
        f"{signed(row.first)} in the first half, {signed(row.second)} in the second"
    )
    low, high = (
        "unbounded" if x is None or x != x else signed(x)
        for x in (_plain(row.low), _plain(row.high))
    )
    figures = (
        f"difference {signed(row.difference)}, 95% interval {low} to {high}, "
        f"corrected p {_p_value(row.p_corrected)}, {count(row.n, 'paragraph')}"
    )
    verdict = row.verdict if row.verdict == NO_CHANGE else f"it {row.verdict}"
    return f"Stance toward {label} is {halves}: {verdict} ({figures})."


def _p_value(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def _plain(value: object) -> float | None:
    """A number, or None for what is missing."""
    import pandas as pd

    return None if pd.isna(value) else float(value)


def _steadiness(panel: pd.DataFrame, label: str) -> Finding:
    """Under how many other choices a verdict holds."""
    others = panel.iloc[1:]
    counts = others["verdict"].value_counts()
    tried = count(len(others), "other choice")
    if list(counts.index) == ["holds"]:
        words = f"That verdict toward {label} holds under all {tried} tried."
        return Finding(words, "robustness panel: verdict")
    parts = join(f"{verdict} under {n}" for verdict, n in counts.items())
    turns = join(f"“{c}”" for c in others.loc[others["verdict"] == "turns", "choice"])
    words = f"Of {tried} tried, that verdict toward {label} {parts}"
    words += f" (it turns with {turns})." if turns else "."
    return Finding(words, "robustness panel: verdict")


def _put_into(shares: pd.DataFrame, label: str) -> Finding:
    """The frames into which an actor is put most."""
    source = "framing and mentions of the body"
    if shares.empty:
        return Finding(f"{label} is put into no frame.", source)
    most = shares.sort_values("paragraphs", ascending=False).head(3)
    parts = (
        f"{f.replace('_', ' ')} ({n})" for f, n in most[["frame", "paragraphs"]].values
    )
    n = count(int(most["n"].iloc[0]), "paragraph")
    return Finding(f"In {n} with {label}, its commonest frames: {join(parts)}.", source)


def _frames(table: pd.DataFrame, label: str) -> Finding:
    """Frames that an actor's paragraphs gain or lose."""
    tested = table[table["verdict"] != TOO_LITTLE]
    moved = tested[tested["verdict"] != NO_CHANGE]
    source = "framing and mentions, by halves"
    if tested.empty:
        return Finding(f"Frames of {label}: {TOO_LITTLE} to test any.", source)
    if moved.empty:
        some = count(len(tested), "frame")
        return Finding(f"Frames of {label}: {NO_CHANGE} in {some} tested.", source)
    parts = (
        f"{frame.replace('_', ' ')} ({first:.0%} to {second:.0%} of its paragraphs)"
        for frame, first, second in zip(
            moved["frame"], moved["first"], moved["second"], strict=True
        )
    )
    few = f"Frames of {label} that change, of {len(tested)} tested: {join(parts)}."
    return Finding(few, source)


def _stance_places(result: Analysis, actor: str) -> str:
    """Where the stance toward an actor stands."""
    rows = body_of(result.stance, result.paragraphs)
    at = sorted(set(rows.loc[rows["target"] == actor, "paragraph"]))
    return f"stance: target {actor}, ¶ {', '.join(map(str, at)) or 'none'}"
