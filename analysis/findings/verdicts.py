"""Does the framing change, do articles differ, how far to trust it? In plain words.

As in `analysis.findings.answers`, every number is counted and every sentence has its
source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from analysis.charts.colours import name
from analysis.charts.style import body_of, signed
from analysis.findings import NOT_TESTED, READ, TESTED, Finding, count, join
from analysis.framing import actor_frames
from analysis.means import LEVEL
from analysis.trajectory import stance_toward
from analysis.trajectory.change import (
    LEAST_HALF,
    LEAST_PARAGRAPHS,
    LEAST_SIDE,
    NO_CHANGE,
    TOO_LITTLE,
)

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pipeline import Analysis

HALF_FOUND = 0.9  # of half an interval: such a turn is found in half of like texts


def of_change(
    result: Analysis,
    tests: pd.DataFrame,
    frame_tests: Mapping[str, pd.DataFrame],
    panels: Mapping[str, pd.DataFrame],
) -> list[Finding]:
    """How the framing of each actor changes through the text, as sentences.

    `tests`: from `analysis.trajectory.changes`: a row an actor. `frame_tests`,
    `panels`: for an actor, from `frame_changes` and from `robustness`, corrected for
    the same family.

    For each actor: stance by halves and the verdict, or stance by thirds and what
    a test would need; what the verdict does under other choices; its commonest frames,
    and those gained or lost.

    >>> from analysis.notebooks import example
    >>> from analysis.trajectory import changes
    >>> r = example()
    >>> tests = changes(r.stance, r.paragraphs, ["platform"])
    >>> of_change(r, tests, {}, {})[0].sentence[:58]
    'Toward X: too little evidence to test for change (1 paragr'
    """
    found: list[Finding] = []
    shares = actor_frames(result.framing, result.mentions, result.paragraphs)
    tried = int(tests["p"].notna().sum())
    for row in tests.itertuples(index=False):
        label = name(row.actor, result.labels)
        words = (
            _description(result, row.actor, label)
            if row.verdict == TOO_LITTLE
            else _verdict(row, label, tried)
        )
        basis = NOT_TESTED if row.verdict == TOO_LITTLE else TESTED
        found.append(Finding(words, _stance_places(result, row.actor), basis))
        if row.actor in panels and row.verdict != TOO_LITTLE:
            found.append(_steadiness(panels[row.actor], label))
        if row.actor in frame_tests:
            found.append(_put_into(shares[shares["actor"] == row.actor], label))
            found.append(_frame_verdicts(frame_tests[row.actor], label))
    return found


def in_short(
    result: Analysis, tests: pd.DataFrame, panels: Mapping[str, pd.DataFrame]
) -> list[Finding]:
    """Does the stance toward each actor change? A sentence each, and what is wanting.

    One a tested actor, then one for all that could not be tested; parameters as in
    `of_change`.

    >>> from analysis.notebooks import example
    >>> from analysis.trajectory import changes
    >>> r = example()
    >>> tests = changes(r.stance, r.paragraphs, ["platform"])
    >>> in_short(r, tests, {})[0].sentence[:60]
    'Whether the stance toward X (1 paragraph with stance) change'
    """
    found = []
    for row in tests[tests["p"].notna()].itertuples(index=False):
        words = _one_line(row, name(row.actor, result.labels), panels.get(row.actor))
        found.append(Finding(words, _stance_places(result, row.actor), TESTED))
    few = tests[tests["p"].isna()]
    if len(few):
        who = join(
            f"{name(a, result.labels)} ({count(int(n), 'paragraph')} with stance)"
            for a, n in zip(few["actor"], few["n"], strict=True)
        )
        words = (
            f"Whether the stance toward {who} changes cannot be said: a test needs "
            f"{LEAST_PARAGRAPHS} such paragraphs, {LEAST_HALF} in either half and not "
            "in one quotation."
        )
        found.append(Finding(words, "stance: target", NOT_TESTED))
    return found


def no_jump(points: Mapping[str, pd.DataFrame], labels: Mapping[str, str]) -> str:
    """What an empty table of jumps means: whose scores were searched, whose were not.

    `points` are those that `analysis.trajectory.change_points` takes.

    >>> import pandas as pd
    >>> no_jump({"court": pd.DataFrame({"score": [0.1] * 4})}, {})
    'Not tested: court (n = 4); a search needs 10 paragraphs with stance.'
    """
    searched, few = (
        [
            f"{name(actor, labels)} (n = {len(rows)})"
            for actor, rows in points.items()
            if (len(rows) >= 2 * LEAST_SIDE) == enough
        ]
        for enough in (True, False)
    )
    parts = [f"None found beyond chance: {join(searched)}."] * bool(searched)
    least = f"a search needs {2 * LEAST_SIDE} paragraphs with stance"
    parts += [f"Not tested: {join(few)}; {least}."] * bool(few)
    return " ".join(parts)


def _one_line(row: NamedTuple, label: str, panel: pd.DataFrame | None) -> str:
    """The verdict on one actor, with how many other choices bear it out."""
    halves = (
        f"{signed(row.first)} in the first half, {signed(row.second)} in the second, "
        f"p {_p_value(row.p_corrected)}, {count(row.n, 'paragraph')}"
    )
    if row.verdict == NO_CHANGE:
        return f"No change of the stance toward {label} can be detected ({halves})."
    words = f"The stance toward {label} {row.verdict} by more than chance ({halves})"
    if panel is None:
        return f"{words}."
    others = panel.iloc[1:]
    same = int((others["verdict"] == "holds").sum())
    return f"{words}; that holds under {same} of {count(len(others), 'other choice')}."


def of_differences(
    voices: pd.DataFrame, tests: Mapping[str, pd.DataFrame], alike: pd.DataFrame
) -> list[Finding]:
    """How several articles differ, as sentences.

    `voices`: share of the words by role, from `analysis.compare.estimate`. `tests`:
    what was measured to its `analysis.compare.differences`.

    Gives near-duplicates, the span of the narrator's share, and for each measure the
    differences that are more than chance, each named.

    >>> import pandas as pd
    >>> row = {"what": "narrator", "estimate": 0.5}
    >>> voices = pd.DataFrame([{"article": "a", **row}, {"article": "b", **row}])
    >>> none = pd.DataFrame({"verdict": [], "p_corrected": []})
    >>> [f.sentence for f in of_differences(voices, {}, none)][1]
    'The narrator speaks from 50% (a) to 50% (b) of the words.'
    """
    pairs = f"{count(len(alike), 'pair')} of articles nearly the same text"
    groups = count(voices.iloc[:, 0].nunique(), str(voices.columns[0]))
    once = ", counted once" if len(alike) else ""
    found = [Finding(f"{groups}; {pairs}{once}.", "texts")]
    own = voices[voices["what"] == "narrator"].sort_values("estimate")
    if len(own):
        low, high = (f"{own.estimate.iloc[k]:.0%} ({own.iloc[k, 0]})" for k in (0, -1))
        words = f"The narrator speaks from {low} to {high} of the words."
        found.append(Finding(words, "quotes: share of words"))
    for measure, table in tests.items():
        found += _differences(measure, table)
    return found


def _differences(measure: str, table: pd.DataFrame) -> Iterator[Finding]:
    sure = table[table["p_corrected"] <= LEVEL]
    tried = count(len(table), "difference")
    words = (
        f"{measure[0].upper()}{measure[1:]}: {len(sure)} of {tried} more than chance."
    )
    yield Finding(words, f"{measure}: pairs, Holm", TESTED)
    for row in sure.itertuples():
        shift = f"(difference {signed(row.difference)}, n = {row.n})."
        words = f"{row.what}: {row.first} and {row.second}, {row.verdict} {shift}"
        source = f"p {_p_value(row.p_corrected)}, corrected for {tried}"
        yield Finding(f"{measure.capitalize()}, {words}", source, TESTED)


def of_trust(
    result: Analysis, scored: pd.DataFrame | None, badge: str = ""
) -> list[Finding]:
    """How far an analysis agrees with a hand coding of the same article.

    `scored`: from `analysis.agreement.score_coding`; None where nobody coded the
    article. `badge`: from `analysis.agreement.validation`; it is said first.

    >>> from analysis.notebooks import example
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


def _verdict(row: NamedTuple, label: str, tried: int) -> str:
    """The test of one actor in a sentence, of so many tried."""
    halves = (
        f"{signed(row.first)} in the first half, {signed(row.second)} in the second"
    )
    p = _p_value(row.p_corrected)
    figures = f"difference {signed(row.difference)}, p {p}"
    figures += f" corrected for {tried} actors" if tried > 1 else ""
    alone = " for this test alone" if tried > 1 else ""
    figures += (
        f"; 95% interval{alone} {signed(row.low)} to {signed(row.high)}; "
        f"{count(row.n, 'paragraph')}"
    )
    if row.verdict != NO_CHANGE:
        return f"Stance toward {label} is {halves}: it {row.verdict} ({figures})."
    missed = signed(HALF_FOUND * (row.high - row.low) / 2).lstrip("+")
    return (
        f"Stance toward {label} is {halves}: {NO_CHANGE} ({figures}). With so much "
        f"evidence a turn of less than {missed} is more often missed than found."
    )


def _description(result: Analysis, actor: str, label: str) -> str:
    """What stands where, for an actor with too little evidence for a test."""
    points = stance_toward(result.stance, result.paragraphs, actor)
    words = f"Toward {label}: {TOO_LITTLE} to test for change "
    words += f"({count(len(points), 'paragraph')} with stance; a test needs "
    words += (
        f"{LEAST_PARAGRAPHS}, {LEAST_HALF} in either half and not in one quotation)."
    )
    if points.empty:
        return words
    third = third_of(points["position"])
    parts = (
        f"{signed(own['score'] @ own['n'] / own['n'].sum())} ({own['n'].sum()})"
        if len(own := points[third == k])
        else "none"
        for k in range(3)
    )
    rows = body_of(result.stance, result.paragraphs)
    holders = rows.loc[rows["target"] == actor, "holder"].value_counts()
    who = join(f"{name(h, result.labels)} ({n})" for h, n in holders[:3].items())
    return f"{words} By thirds of the text: {join(parts)}; held by {who}."


def third_of(position: pd.Series) -> pd.Series:
    """In which third of the text something stands: 0, 1 or 2.

    >>> import pandas as pd
    >>> third_of(pd.Series([0.1, 0.34, 1.0])).tolist()
    [0, 1, 2]
    """
    return (position * 3).clip(upper=2).astype(int)


def _p_value(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def _steadiness(panel: pd.DataFrame, label: str) -> Finding:
    """Under how many other choices a verdict holds."""
    others = panel.iloc[1:]
    counts = others["verdict"].value_counts()
    tried = count(len(others), "other choice")
    if list(counts.index) == ["holds"]:
        words = f"That verdict toward {label} holds under all {tried} tried."
        return Finding(words, "robustness panel: verdict", TESTED)
    finds = {TOO_LITTLE: f"has {TOO_LITTLE}"}
    parts = join(f"{finds.get(v, v)} under {n}" for v, n in counts.items())
    turns = join(f"“{c}”" for c in others.loc[others["verdict"] == "turns", "choice"])
    words = f"Of {tried} tried, that verdict toward {label} {parts}"
    words += f" (it turns with {turns})." if turns else "."
    return Finding(words, "robustness panel: verdict", TESTED)


def _put_into(shares: pd.DataFrame, label: str) -> Finding:
    """The frames into which an actor is put most."""
    source = "framing and mentions of the body"
    if shares.empty:
        return Finding(f"{label} is put into no frame.", source, READ)
    most = shares.sort_values("paragraphs", ascending=False).head(3)
    parts = (
        f"{f.replace('_', ' ')} ({n})" for f, n in most[["frame", "paragraphs"]].values
    )
    n = count(int(most["n"].iloc[0]), "paragraph")
    words = f"In {n} with {label}, its commonest frames: {join(parts)}."
    return Finding(words, source, READ)


def _frame_verdicts(table: pd.DataFrame, label: str) -> Finding:
    """Frames that an actor's paragraphs gain or lose."""
    tested = table[table["verdict"] != TOO_LITTLE]
    moved = tested[tested["verdict"] != NO_CHANGE]
    source = "framing and mentions, by halves"
    if tested.empty:
        words = f"Frames of {label}: {TOO_LITTLE} to test any."
        return Finding(words, source, NOT_TESTED)
    if moved.empty:
        some = count(len(tested), "frame")
        words = f"Frames of {label}: {NO_CHANGE} in {some} tested."
        return Finding(words, source, TESTED)
    parts = (
        f"{frame.replace('_', ' ')} ({first:.0%} to {second:.0%} of its paragraphs)"
        for frame, first, second in zip(
            moved["frame"], moved["first"], moved["second"], strict=True
        )
    )
    few = f"Frames of {label} that change, of {len(tested)} tested: {join(parts)}."
    return Finding(few, source, TESTED)


def _stance_places(result: Analysis, actor: str) -> str:
    """Where the stance toward an actor stands."""
    rows = body_of(result.stance, result.paragraphs)
    at = sorted(set(rows.loc[rows["target"] == actor, "paragraph"]))
    return f"stance: target {actor}, ¶ {', '.join(map(str, at)) or 'none'}"
