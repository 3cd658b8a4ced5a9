"""Frames, the angle a passage takes, by the model or by words; shares of an actor's."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from analysis.codebook import Codebook
from analysis.lookup import PhraseIndex, cases_of, entries_of, index_phrases, phrases_at
from analysis.means import LEVEL
from analysis.stance import Framing
from analysis.stance.model import settings
from analysis.tables import read_resource
from analysis.tokens import Structure, read_structure
from analysis.verbs import inflect

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stance import StanceReader


class Frame(NamedTuple):
    """A word or phrase that indicates a frame."""

    paragraph: int
    frame: str
    start: int
    end: int
    text: str


def find_frames(
    text: str, codebook: Codebook | None = None, structure: Structure | None = None
) -> list[Frame]:
    """Find the words and phrases that indicate a frame.

    Eight frames stand in ``resources/frames.csv``: responsibility, conflict,
    safety (human harm and safety), morality, law (law and punishment), economy,
    speech (freedom of speech), capacity (to act); a codebook adds its own. A word
    may indicate several. It counts words and does not read irony or negation.

    `codebook`: its ``frames`` are added to the built-in ones.

    Gives paragraph, frame, start, end, text, in the order of the text; the longest
    phrase of a frame wins.

    Semetko & Valkenburg (2000), Framing European politics; Boydstun et al. (2014),
    Tracking the development of media frames (the Policy Frames Codebook).

    >>> [(f.frame, f.text) for f in find_frames("Free speech is no crime.")]
    [('speech', 'Free speech'), ('law', 'crime')]
    """
    structure = structure or read_structure(text)
    return _find(structure, _phrases_of(codebook))


def _phrases_of(
    codebook: Codebook | None, read: Iterable[str] = ()
) -> PhraseIndex[str]:
    """Phrases of frames: of those listed that are not `read`, and of a codebook's."""
    frames = codebook.frames if codebook else {}
    own = ((frame, term) for frame, terms in frames.items() for term in terms)
    return _index_phrases(tuple(own), tuple(read))


def _find(structure: Structure, phrases: PhraseIndex[str]) -> list[Frame]:
    """Where phrases stand; the longest of a frame wins."""
    tokens, words = structure.tokens, structure.tokens.text
    found: list[Frame] = []
    reached: dict[str, int] = {}  # a word inside a phrase of its frame counts once
    for i, near in entries_of(words, phrases):
        for last, frame in phrases_at(words, i, near):
            at = bisect_right(tokens.firsts, i) - 1
            if last < tokens.firsts[at + 1] and i > reached.get(frame, -1):
                reached[frame] = last
                start, end = tokens.start[i], tokens.start[last] + len(words[last])
                place = structure.sentences[at].paragraph
                text = structure.text[start:end]
                found.append(Frame(place, frame, start, end, text))
    return found


@cache
def _index_phrases(
    own: tuple[tuple[str, str], ...], read: tuple[str, ...]
) -> PhraseIndex[str]:
    """Phrases as `phrases_at` finds them, in any of the usual cases."""
    listed = ((row["frame"], row["term"]) for row in read_resource("frames.csv"))
    forms = [
        (form, frame)
        for frame, term in (*(pair for pair in listed if pair[0] not in read), *own)
        for form in ([term.lower()] if " " in term else inflect(term.lower()))
    ]
    index = index_phrases(dict.fromkeys(forms))
    return {case: near for word, near in index.items() for case in cases_of(word)}


def read_framing(reader: StanceReader, codebook: Codebook) -> list[Framing]:
    """Read the frames of each paragraph, and of the actors that it puts into them.

    `reader`: the article with its actors (``result.reader``). `codebook`: its own
    ``frames``, and those of ``resources/frames.csv`` that the model does not read, are
    told by their words alone (scorer ``words``): of the paragraph that holds one, and
    of the actors that the word's sentence mentions.

    Gives paragraph, frame, actor (None: the row is the whole paragraph's), probability
    (None for ``words``), scorer; in the order of the text.

    >>> from analysis import analyse, read_article, read_codebook
    >>> a = read_article("data/articles/grok-deepfakes.txt")
    >>> r = analyse(a, read_codebook("data/codebooks/uk-online-safety.yml"))
    >>> "law" in {f.frame for f in r.framing_rows if f.paragraph == 9}
    True
    """
    read = reader.framings()
    phrases = _phrases_of(codebook, settings()["frames"])
    told = _told_by_words(reader, phrases) if phrases else []
    known = {f[:3] for f in read}
    rows = [*read, *(f for f in told if f[:3] not in known)]
    return sorted(rows, key=lambda f: (f.paragraph, f.frame, f.actor or ""))


def _told_by_words(reader: StanceReader, phrases: PhraseIndex[str]) -> list[Framing]:
    """Frames where their words stand, and of the actors of the word's sentence."""
    named: dict[int, set[str | None]] = {}
    for m in reader.mentions:
        if m.form != "generic":
            named.setdefault(m.sentence, set()).add(m.actor)
    sentences = reader.structure.sentences
    starts = [s.start for s in sentences]
    found = dict.fromkeys(
        Framing(word.paragraph, word.frame, actor, None, "words")
        for word in _find(reader.structure, phrases)
        for actor in (
            None,
            *named.get(bisect_right(starts, word.start) - 1, ()),
        )
    )
    return [*found]


def actor_frames(
    framing: pd.DataFrame, mentions: pd.DataFrame, paragraphs: pd.DataFrame
) -> pd.DataFrame:
    """For each actor, the share of its body paragraphs that put it into a frame.

    Gives actor, frame, paragraphs (that put the actor into the frame), n (that mention
    it, classes left out, or put it into any), share (0 to 1; shares of an actor's
    frames do not sum to 1, since a paragraph may hold several), low and high (Wilson's
    95 % interval, which takes paragraphs as unconnected).

    >>> import pandas as pd
    >>> at = {"article": "a", "paragraph": [0, 1]}
    >>> body = pd.DataFrame({**at, "kind": "body"})
    >>> named = pd.DataFrame({**at, "actor": "court", "form": "name"})
    >>> law = named.iloc[:1].assign(frame="law")
    >>> actor_frames(law, named, body)[["frame", "paragraphs", "n", "share"]]
      frame  paragraphs  n  share
    0   law           1  2    0.5
    """
    return _shares_of_actors(framing, "frame", mentions, paragraphs)


def actor_parts(
    parts: pd.DataFrame, mentions: pd.DataFrame, paragraphs: pd.DataFrame
) -> pd.DataFrame:
    """For each actor, the share of its body paragraphs in which it plays a part.

    As `actor_frames` gives it, with ``part`` (accuser, accused, authority, victim,
    defender) in place of ``frame``; here the shares of an actor sum to 1 at most.

    >>> import pandas as pd
    >>> at = {"article": "a", "paragraph": [0, 1]}
    >>> body = pd.DataFrame({**at, "kind": "body"})
    >>> named = pd.DataFrame({**at, "actor": "court", "form": "name"})
    >>> ruling = named.iloc[:1].assign(part="authority")
    >>> actor_parts(ruling, named, body)[["part", "paragraphs", "n", "share"]]
            part  paragraphs  n  share
    0  authority           1  2    0.5
    """
    return _shares_of_actors(parts, "part", mentions, paragraphs)


def _shares_of_actors(
    told: pd.DataFrame, by: str, mentions: pd.DataFrame, paragraphs: pd.DataFrame
) -> pd.DataFrame:
    """Of each actor's body paragraphs, the share of each frame or part."""
    import pandas as pd

    unit = ["article", "paragraph"]
    body = paragraphs.loc[paragraphs["kind"] == "body", unit]
    framed = told[told["actor"].notna()].merge(body, on=unit)
    named = mentions[mentions["form"] != "generic"].merge(body, on=unit)
    every = pd.concat([named, framed])[["actor", *unit]].drop_duplicates()
    n = every.groupby("actor").size().rename("n")
    counts = framed.groupby(["actor", by]).size().rename("paragraphs")
    found = counts.reset_index().join(n, on="actor")
    low, high = wilson(found["paragraphs"], found["n"])
    return found.assign(share=found["paragraphs"] / found["n"], low=low, high=high)


def wilson(k: pd.Series, n: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Wilson's (1927) 95 % interval of a share, k of n.

    It is short enough to stand here: scipy.stats, which has it, is slow to load.

    >>> import pandas as pd
    >>> [round(float(end[0]), 3) for end in wilson(pd.Series([1]), pd.Series([2]))]
    [0.095, 0.905]
    """
    z = NormalDist().inv_cdf(1 - LEVEL / 2)
    middle, half = k + z**2 / 2, z * (k * (n - k) / n + z**2 / 4) ** 0.5
    low, high = (middle - half) / (n + z**2), (middle + half) / (n + z**2)
    return low.clip(lower=0), high.clip(upper=1)
