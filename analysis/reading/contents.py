"""What a report of one article says, before it is a page or a Word file.

The sentences are those of `analysis.findings`; thirds and voices are described, and a
paragraph says how all was found, as a paper would.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from string import Template
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from analysis.charts.colours import name
from analysis.charts.style import body_of, signed
from analysis.findings import Finding, answers, count, join, verdicts
from analysis.mentions.voices import voice_shares
from analysis.stance import PERSON
from analysis.tables import RESOURCES
from analysis.trajectory import changes, frame_changes, robustness, stance_toward
from analysis.trajectory.change import LEAST_HALF, LEAST_PARAGRAPHS
from analysis.trajectory.robust import recompute

if TYPE_CHECKING:
    from analysis.pipeline import Analysis

THIRDS = ("first third", "middle third", "last third")
MOST = 3  # of a ranking in a third
RELEASED = "2026"  # as CITATION.cff


class Section(NamedTuple):
    """Findings under a heading."""

    title: str
    findings: list[Finding]


class Contents(NamedTuple):
    """All that a report says in words and small tables."""

    title: str
    validation: str
    notes: list[str]
    sections: list[Section]
    thirds: pd.DataFrame  # a row a third, a column a question
    voices: pd.DataFrame  # a row a voice, words and quotations
    method: str
    citation: str


def read_contents(
    result: Analysis, actors: Sequence[str], run: Mapping[str, Any]
) -> Contents:
    """Say what was found in an article; change is tested of the main actors given.

    `run` is what ``run.json`` holds.

    >>> from analysis.export import run_record
    >>> from analysis.notebooks import example
    >>> found = read_contents(example(), ["platform"], run_record(example()))
    >>> found.sections[0].findings[0].basis
    'not tested'
    """
    short, change, tested = _change(result, actors)
    sections = [
        Section("In short", short),
        Section("Does the framing change through the text?", change),
        Section("Who is for or against whom?", answers.of_stances(result)),
        Section("Who is named, and who gets to speak?", answers.of_voices(result)),
        Section("What is in it?", answers.of_contents(result)),
    ]
    return Contents(
        result.article.title,
        run["validation"],
        [*run["notes"]],
        said_once(sections),
        describe_thirds(result, actors),
        describe_voices(result),
        describe_method(result, tested, run),
        cite(run["versions"]["throughline"]),
    )


def said_once(sections: Iterable[Section]) -> list[Section]:
    """The sections without what one before them said.

    >>> one = [Finding("All is well.", "quotes")]
    >>> [section.title for section in said_once([Section("A", one), Section("B", one)])]
    ['A']
    """
    said: set[str] = set()
    kept = []
    for title, findings in sections:
        new = [f for f in findings if f.sentence not in said]
        said |= {f.sentence for f in new}
        kept.append(Section(title, new))
    return [section for section in kept if section.findings]


def _change(
    result: Analysis, actors: Sequence[str]
) -> tuple[list[Finding], list[Finding], list[str]]:
    """Change of stance and frames, tested as one family: in short, and in full.

    The actors that were tested come first; they are named last.
    """
    tables = result.stance, result.paragraphs
    tests = changes(*tables, actors)
    tests = tests.sort_values("p", key=lambda p: p.isna(), kind="stable")
    framed = result.framing, result.mentions, result.paragraphs
    frames = {actor: frame_changes(*framed, actor) for actor in actors}
    p = tests.set_index("actor")["p"]
    panels = {
        actor: robustness(
            stance_toward(*tables, actor), recompute(result, actor), p.drop(actor)
        )
        for actor in p.dropna().index
    }
    short = [
        *verdicts.in_short(result, tests, panels),
        answers.of_stances(result)[0],
        answers.quoted_share(result),
    ]
    return short, verdicts.of_change(result, tests, frames, panels), [*panels]


def describe_thirds(result: Analysis, actors: Iterable[str]) -> pd.DataFrame:
    """What first, middle and last third of the words hold, as description.

    A row a third: ``third``, then a column a question, answered in words with n; the
    mean stance toward each actor given is one.

    >>> from analysis.notebooks import example
    >>> describe_thirds(example(), ["platform"])["stance toward X"].tolist()
    ['none', '−0.87 (n = 1)', 'none']
    """
    body = result.paragraphs[result.paragraphs["kind"] == "body"]
    places = body.dropna(subset=["position"]).set_index("paragraph")["position"]
    thirds = verdicts.third_of(places)
    inside = partial(body_of, paragraphs=result.paragraphs)
    mentions = inside(result.mentions)
    mentions = mentions[mentions["form"] != "generic"]
    frames = inside(result.framing)
    frames = frames[frames["actor"].isna()]
    stance = inside(result.stance).dropna(subset=["score"])
    rows = []
    for k, third in enumerate(THIRDS):
        own = partial(_of_third, paragraphs={*thirds.index[thirds == k]})
        spoken = voice_shares(own(body), own(result.quotes))
        spoken = spoken[(spoken["voice"] != "narrator") & (spoken["words"] > 0)]
        who = [answers.voice_name(v, result.labels) for v in spoken["voice"]]
        words = spoken["words"].set_axis(who)
        row = {
            "third": third,
            "paragraphs": str(len(own(body))),
            "mentioned most": _ranked(own(mentions)["actor"], result.labels),
            "words quoted": _listed(words, {}),
            "frames": _ranked(own(frames)["frame"], {}),
        }
        for actor in actors:
            scores = own(stance[stance["target"] == actor])["score"]
            mean = f"{signed(scores.mean())} (n = {len(scores)})" if len(scores) else ""
            row[f"stance toward {name(actor, result.labels)}"] = mean or "none"
        rows.append(row)
    return pd.DataFrame(rows)


def _of_third(table: pd.DataFrame, paragraphs: set[int]) -> pd.DataFrame:
    return table[table["paragraph"].isin(paragraphs)]


def _ranked(values: pd.Series, labels: Mapping[str, str]) -> str:
    return _listed(values.value_counts(), labels)


def _listed(counts: pd.Series, labels: Mapping[str, str]) -> str:
    """The commonest with their counts, ties in the order of the text."""
    first = counts.sort_values(ascending=False, kind="stable")[:MOST]
    return join(f"{name(what, labels)} ({n})" for what, n in first.items()) or "none"


def describe_voices(result: Analysis) -> pd.DataFrame:
    """Who is quoted, for how many of the words, in how many quotations.

    >>> from analysis.notebooks import example
    >>> describe_voices(example())["share of words"].tolist()
    ['64%', '36%']
    """
    shares = voice_shares(result.paragraphs, result.quotes)
    shares = shares[shares["words"] > 0]
    return pd.DataFrame(
        {
            "voice": [answers.voice_name(v, result.labels) for v in shares["voice"]],
            "words": shares["words"].astype("Int64"),
            "share of words": [answers.percent(s) for s in shares["share"]],
            "quotations": shares["quotations"]
            .astype("Int64")
            .mask(shares["voice"] == "narrator"),
        }
    ).reset_index(drop=True)


def describe_method(
    result: Analysis, tested: Sequence[str], run: Mapping[str, Any]
) -> str:
    """How all was found, in a paragraph fit for a paper, with versions and every n.

    `tested` are the actors of whom change was tested, `run` is what ``run.json`` holds.

    >>> from analysis.export import run_record
    >>> from analysis.notebooks import example
    >>> run = run_record(example())
    >>> describe_method(example(), ["platform"], run)[:58]
    'The article (1 paragraph of article text, 11 words; none s'
    """
    inside = partial(body_of, paragraphs=result.paragraphs)
    body = result.paragraphs[result.paragraphs["kind"] == "body"]
    aside = len(result.paragraphs) - len(body)
    named = inside(result.mentions).query("form != 'generic'")
    marked = inside(result.quotes).query("kind != 'indirect'")
    stance = inside(result.stance)
    by_hand = int((stance["scorer"] == PERSON).sum())
    template = Template((RESOURCES / "method.txt").read_text(encoding="utf-8"))
    versions = run["versions"]
    words = template.substitute(
        version=versions["throughline"],
        python=versions["python"],
        onnxruntime=versions["onnxruntime"],
        nltk=versions["nltk"],
        model=run["sha256"]["resources"]["stance.onnx"][:12],
        paragraphs=count(len(body), "paragraph"),
        words=count(int(body["words"].sum()), "word"),
        aside=count(aside, "paragraph") + " set aside" if aside else "none set aside",
        codebook=_codebook(run["codebook"]),
        mentions=count(len(named), "mention"),
        actors=count(named["actor"].nunique(), "actor"),
        quotations=count(marked["quote"].nunique(), "quotation"),
        unknown=marked.loc[marked["speaker"].isna(), "quote"].nunique(),
        stances=count(len(stance) - by_hand, "stance"),
        corrected=count(result.corrected, "correction"),
        by_hand=count(by_hand, "stance"),
        tested=join(name(a, result.labels) for a in tested) or "no actor",
        least=LEAST_PARAGRAPHS,
        half=LEAST_HALF,
        validation=run["validation"],
    )
    return " ".join(words.split())


def _codebook(source: str) -> str:
    """How the actors came to be known: by a person's list, a draft, or both."""
    listed, _, drafted = source.partition(" and a draft from ")
    if drafted:
        return f"{listed}, written by people, and a draft by rules of what it lacked"
    if listed == "drafted" or listed.startswith("draft from "):
        return "drafted by rules from the article itself"
    return f"{listed}, written by people"


def cite(version: str) -> str:
    """How to cite the software.

    >>> cite("1.0")[:33]
    'The Throughline authors (2026). T'
    """
    words = Template((RESOURCES / "citation.txt").read_text(encoding="utf-8"))
    return words.substitute(year=RELEASED, version=version).strip()


def limits() -> list[str]:
    """What the figures cannot say, a sentence or two each.

    >>> limits()[-1][:24]
    'One article is one case:'
    """
    return (RESOURCES / "limits.txt").read_text(encoding="utf-8").splitlines()
