"""Short answers in plain words: every number counted, every sentence with its source.

Furniture (captions, prompts, headings) is left out but where a sentence says so. "No
detectable change" and "too little evidence" are answers and are said as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analysis.charts.colours import name
from analysis.charts.style import body_of, signed
from analysis.findings import READ, READ_AND_CORRECTED, Finding, count, join
from analysis.stance import PERSON

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pipeline import Analysis

LISTED = 3  # how many of a ranking a sentence names
LEAST_SEEN = 3  # mentions from which silence is worth a word
DISTANCES = ("neutral", "strong", "demanding", "conceding", "doubting")


def of_contents(result: Analysis) -> list[Finding]:
    """What is in an article: its parts, words, actors and tone.

    One sentence each on paragraphs, content words, actors and tone, and what reading
    the article gave reason to note.

    >>> from analysis.notebooks import example
    >>> of_contents(example())[0].source
    'paragraphs: kind, words'
    """
    from analysis.terms import body_tokens, key_terms

    kinds = result.paragraphs["kind"].value_counts()
    aside = join(count(n, kind) for kind, n in kinds.items() if kind != "body")
    body = result.paragraphs[result.paragraphs["kind"] == "body"]
    parts = (
        f"“{result.article.title}” has {count(len(body), 'paragraph')} of article "
        f"text with {body['words'].sum()} words; set aside: {aside or 'nothing'}."
    )
    terms = join(
        f"“{word}” ({n})"
        for word, n in key_terms(body_tokens(result.structure), LISTED)
    )
    return [
        Finding(parts, "paragraphs: kind, words"),
        Finding(f"Its commonest content words are {terms or 'none'}.", "tokens: text"),
        _most_named(result),
        _say_tones(body),
        *(Finding(f"To be known: {note}.", "article") for note in result.notes),
    ]


def of_voices(result: Analysis) -> list[Finding]:
    """Who is named and who gets to speak.

    Mentions, parts in the sentence, shares of words, actors without a voice, how speech
    is introduced, and quotations with no known speaker.

    >>> from analysis.notebooks import example
    >>> of_voices(example())[0].sentence
    'Most mentioned is Ofcom, 2 of 4 mentions, then X (2).'
    """
    return [
        _most_named(result),
        *_parts(result),
        quoted_share(result),
        _silent(result),
        *_introduced(result),
    ]


def quoted_share(result: Analysis) -> Finding:
    """How much of the words stands in quotation marks, and whose they are.

    >>> from analysis.notebooks import example
    >>> quoted_share(example()).sentence
    'Quoted voices speak 36% of the article’s words: Ofcom 36%.'
    """
    from analysis.mentions.voices import voice_shares

    shares = voice_shares(result.paragraphs, result.quotes)
    spoken = shares[(shares["voice"] != "narrator") & (shares["words"] > 0)]
    each = join(
        f"{voice_name(v, result.labels)} {percent(s)}"
        for v, s in zip(spoken["voice"], spoken["share"], strict=True)
    )
    share = percent(spoken["share"].sum())
    heard = f"Quoted voices speak {share} of the article’s words"
    heard += f": {each}." if each else "."
    return Finding(heard, "quotes: text, actor; paragraphs: words")


def of_stances(result: Analysis) -> list[Finding]:
    """Who takes which stance toward whom.

    The count by direction, the most frequent pair, the pairs with the lowest and the
    highest mean (in at least two paragraphs), and tone beside stance.

    >>> from analysis.notebooks import example
    >>> of_stances(example())[0].sentence
    '1 stance is taken: 1 against the target, 0 for it.'
    """
    rows = body_of(result.stance, result.paragraphs).dropna(subset=["score"])
    if rows.empty:
        return [Finding("No stance was found in the article’s text.", "stance", READ)]
    basis = READ if (rows["scorer"] != PERSON).all() else READ_AND_CORRECTED
    n = {d: int((rows["direction"] == d).sum()) for d in (-1, 1)}
    counted = (
        f"{count(len(rows), 'stance')} {_is(len(rows))} taken: {n[-1]} against the "
        f"target, {n[1]} for it."
    )
    pairs = rows.groupby(["holder", "target"])["score"].agg(["size", "mean"])
    often = pairs["size"].idxmax()
    found = [
        Finding(counted, "stance: direction", basis),
        Finding(
            f"The most frequent is {_pair(pairs, often, result)}.", _where(often), READ
        ),
    ]
    several = pairs[pairs["size"] >= 2]
    if len(several) > 1:
        low, high = several["mean"].idxmin(), several["mean"].idxmax()
        lowest, highest = (_pair(pairs, pair, result) for pair in (low, high))
        ends = f"lowest is {lowest}, highest {highest}"
        words = f"Of the pairs in two paragraphs or more, {ends}."
        found.append(Finding(words, "stance: mean score by holder and target", READ))
    return [*found, _tone_apart(result, rows)]


def _most_named(result: Analysis) -> Finding:
    """Who is mentioned most."""
    rows = body_of(result.mentions, result.paragraphs)
    counts = rows.loc[rows["form"] != "generic", "actor"].value_counts()
    if counts.empty:
        return Finding("No actor of the codebook is mentioned.", "mentions")
    first = name(counts.index[0], result.labels)
    rest = join(
        f"{name(a, result.labels)} ({n})"
        for a, n in counts.iloc[1 : LISTED + 2].items()
    )
    words = f"Most mentioned is {first}, {counts.iloc[0]} of {counts.sum()} mentions"
    then = f", then {rest}." if rest else "."
    return Finding(words + then, "mentions: actor")


def _parts(result: Analysis) -> list[Finding]:
    """Who speaks, who does, and to whom it is done."""
    rows = body_of(result.mentions, result.paragraphs)
    rows = rows[rows["form"] != "generic"]
    sides = {"speaker": "speaker", "doer": "doer", "done-to": "one done to"}
    parts = []
    for part, word in sides.items():
        counts = rows.loc[rows["part"] == part, "actor"].value_counts()
        if len(counts):
            who = name(counts.index[0], result.labels)
            parts.append(f"the {word}: {who} ({counts.iloc[0]} of {counts.sum()})")
    words = f"Most often {'; '.join(parts)}."
    return [Finding(words, "mentions: part")] if parts else []


def _silent(result: Analysis) -> Finding:
    """Actors that are mentioned and never quoted."""
    rows = body_of(result.mentions, result.paragraphs)
    counts = rows.loc[rows["form"] != "generic", "actor"].value_counts()
    heard = set(
        result.quotes.loc[result.quotes["kind"] != "indirect", "actor"].dropna()
    )
    silent = counts[(counts >= LEAST_SEEN) & ~counts.index.isin(list(heard))]
    who = join(f"{name(a, result.labels)} ({n})" for a, n in silent.items())
    words = (
        f"Mentioned at least {LEAST_SEEN} times and never quoted: {who or 'nobody'}."
    )
    return Finding(words, "mentions: actor; quotes: actor")


def _introduced(result: Analysis) -> list[Finding]:
    """How speech is introduced, and what stayed without a speaker."""
    rows = body_of(result.quotes, result.paragraphs).drop_duplicates("quote")
    cued = rows["distance"].value_counts()
    ways = join(f"{cued[d]} {d}" for d in DISTANCES if d in cued)
    said = rows[rows["kind"] != "indirect"]
    unknown = int(said["speaker"].isna().sum())
    return [
        Finding(
            f"Of {count(int(cued.sum()), 'cue')} that introduce speech, reported "
            f"speech included: {ways or 'none'}.",
            "quotes: cue, distance",
        ),
        Finding(
            f"Of {count(len(said), 'quotation')} in marks, {unknown} stayed without a "
            "speaker that the rules could find.",
            "quotes: speaker",
        ),
    ]


def _say_tones(body: pd.DataFrame) -> Finding:
    """The two tone baselines of the article's text."""
    means = (
        f"{label} {signed(body[column].mean())} (n = {body[column].notna().sum()})"
        if body[column].notna().any()
        else f"{label} none (n = 0)"
        for label, column in (("VADER", "tone_vader"), ("TextBlob", "tone_textblob"))
    )
    words = f"Mean tone of its paragraphs, toward no one in particular: {join(means)}."
    return Finding(words, "paragraphs: tone_vader, tone_textblob")


def _tone_apart(result: Analysis, rows: pd.DataFrame) -> Finding:
    """How often tone and stance have opposite signs."""
    tones = result.paragraphs[["paragraph", "tone_vader"]].dropna()
    both = rows.merge(tones, on="paragraph")
    apart = int(((both["score"] * both["tone_vader"]) < 0).sum())
    return Finding(
        f"In {apart} of {count(len(both), 'stance')} whose paragraph has a tone "
        "(VADER), tone and stance have opposite signs.",
        "stance: score; paragraphs: tone_vader",
        READ,
    )


def _pair(pairs: pd.DataFrame, pair: tuple[str, str], result: Analysis) -> str:
    holder, target = (name(actor, result.labels) for actor in pair)
    n, mean = pairs.loc[pair]
    return (
        f"{holder} toward {target} (mean {signed(mean)}, {count(int(n), 'paragraph')})"
    )


def _where(pair: tuple[str, str]) -> str:
    return f"stance: holder {pair[0]}, target {pair[1]}"


def voice_name(voice: str, labels: Mapping[str, str]) -> str:
    """What to call a voice where people read of it.

    >>> voice_name("narrator", {}), voice_name("court", {"court": "High Court"})
    ('the reporter (narrator)', 'High Court')
    """
    outside = {
        "other": "speakers outside the codebook or unknown",
        "narrator": "the reporter (narrator)",
    }
    return outside.get(voice) or name(voice, labels)


def percent(share: float) -> str:
    """A share as people read it.

    >>> percent(0.004), percent(0.38)
    ('under 1%', '38%')
    """
    return "under 1%" if 0 < share < 0.01 else f"{share:.0%}"


def _is(n: int) -> str:
    return "is" if n == 1 else "are"
