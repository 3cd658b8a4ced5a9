"""Claims: who may take a stance toward whom, sentence by sentence.

A claim names a holder, a target and the words to be scored. It follows from the
structure alone (who speaks, who is mentioned, who acts on whom); `analysis.stance`
scores it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, permutations
from typing import NamedTuple

from analysis.acts import is_negated
from analysis.mentions import Mention
from analysis.quotes import Quote
from analysis.tokens import Sentence, Structure, split_words
from analysis.verbs import looks_like_verb

_RANK = {"name": 0, "nominal": 1, "pronoun": 2, "generic": 3}
OPINION = 3  # times that a narrator with opinions says I
_I = re.compile(r"\bI\b(?!\.)")
RUN_GAP = 3  # paragraphs: a caption and a prompt may interrupt a quotation
# A subject from outside the actors: "Campaigners have accused …", "X users said …".
_OUTSIDERS = re.compile(
    r"\W*(?:(?:but|and|yet|however|meanwhile|some|many|several)\W+)?"
    r"(?:[\w’'-]+\s+){0,4}?(?:users|people|parents|families|customers|patients|victims"
    r"|households|residents|voters|workers|staff|experts|critics|campaigners|analysts"
    r"|players|consumers|investors|MPs|peers|lawmakers|academics|researchers|charities"
    r"|unions|doctors|lawyers|activists|opponents|supporters|rivals)\s+(?P<verb>\w+)",
    re.IGNORECASE,
)
_DENIALS = frozenset("deny denies denied denying refute refutes refuted".split())
_HELPS = frozenset("have has had are were will would also".split())


class Claim(NamedTuple):
    """A passage in which a holder may take a stance toward a target."""

    paragraph: int
    sentence: int
    holder: str
    target: str
    start: int  # the passage
    end: int
    target_start: int | None  # None: the target is left unsaid
    target_end: int | None
    doer_start: int | None  # the holder's mention where it acts on the target
    doer_end: int | None
    strict: bool = False  # stands only where words of judgement bear on the target

    @property
    def implied(self) -> bool:
        """Whether the words leave the target unsaid."""
        return self.target_start is None


def find_claims(
    structure: Structure, quotes: Sequence[Quote], mentions: Sequence[Mention]
) -> list[Claim]:
    """Find who may take a stance toward whom.

    In a quotation and in reported speech the holder is the speaker, and whoever
    is mentioned is a target; in the reporter's words each pair of actors is one,
    both ways, and each actor is a target of the narrator (of ``other`` where an
    outsider is the sentence's subject). A running quotation may keep a target that
    it names in the sentences that leave it unsaid. Prompts hold no claims.

    Reporters tell what happened: their claims are strict, and need words of
    judgement; so are those of a speaker on itself, and those whose target is left
    unsaid. In a text that says *I* outside quotations the narrator has opinions, and
    its claims are not strict.

    Parameters
    ----------
    structure : Structure
        The article, split.
    quotes : sequence of Quote
        With their actors.
    mentions : sequence of Mention
        All of them, generic ones too.

    Returns
    -------
    list of Claim
        In the order of the text.

    Examples
    --------
    >>> from analysis.codebook import parse_codebook
    >>> from analysis.mentions import find_referents
    >>> from analysis.quotes import find_quotes
    >>> from analysis.tokens import read_structure
    >>> book = parse_codebook("actors: {regulator: {names: [Ofcom]}}")
    >>> s = read_structure("“Ofcom must act,” she said.")
    >>> found = find_referents(s, book, find_quotes(s.text, s))
    >>> [(c.holder, c.target) for c in find_claims(s, found.quotes, found.mentions)]
    [('other', 'regulator')]
    """
    named: dict[int, list[Mention]] = defaultdict(list)
    for mention in mentions:
        named[mention.sentence].append(mention)
    spoken: dict[int, list[Quote]] = defaultdict(list)
    for quote in quotes:
        if quote.kind != "fragment" and (quote.kind == "direct" or quote.actor):
            spoken[quote.paragraph].append(quote)
    topics = _topics(spoken, mentions)
    opinion = _says_i(structure, quotes)
    claims: list[Claim] = []
    for sentence in structure.sentences:
        if structure.paragraphs[sentence.paragraph].kind == "prompt":
            continue
        here = named.get(sentence.sentence, [])
        near = spoken.get(sentence.paragraph, ())
        if not here and not near:
            continue
        speech = [q for q in near if q.start < sentence.end and q.end > sentence.start]
        claims += _claims(structure.text, sentence, here, speech, topics, opinion)
    return claims


def _claims(
    text: str,
    sentence: Sentence,
    mentions: list[Mention],
    speech: list[Quote],
    topics: dict[tuple[int, str], list[str]],
    opinion: bool,
) -> Iterator[Claim]:
    rest = mentions
    for quote in speech:
        said = [m for m in rest if _said(m, quote)]
        rest = [m for m in rest if m not in said and not _is_speaker(m, quote)]
        passage = _passage(sentence, quote, speech)
        yield from _of_speaker(text, sentence, quote, passage, said, topics)
    named = [m for m in rest if m.form != "generic"]
    yield from _of_narrator(text, sentence, named, strict=not opinion)


def _said(mention: Mention, quote: Quote) -> bool:
    """Whether a mention is part of what is said, or whom it is said to."""
    if quote.start <= mention.start and mention.end <= quote.end:
        return True
    after_cue = quote.speaker_end is not None and mention.start >= quote.speaker_end
    return quote.kind == "indirect" and after_cue and mention.end <= quote.start


def _is_speaker(mention: Mention, quote: Quote) -> bool:
    return quote.speaker_start is not None and (
        mention.start < quote.speaker_end and mention.end > quote.speaker_start
    )


def _of_speaker(
    text: str,
    sentence: Sentence,
    quote: Quote,
    passage: tuple[int, int],
    said: list[Mention],
    topics: dict[tuple[int, str], list[str]],
) -> Iterator[Claim]:
    if _left_unsaid(text, quote):
        return
    holder, (start, end) = quote.actor or "other", passage
    place = (sentence.paragraph, sentence.sentence, holder)
    targets = list(_targets(said, holder))
    for m in targets:
        reach = max(end, m.end)  # a name may run past what was taken for an end
        spot, own = (m.start, m.end, None, None), m.actor == holder
        yield Claim(*place, m.actor, start, reach, *spot, strict=own)
    if quote.kind == "direct" and not targets:
        for topic in topics.get((quote.quote, holder), ()):
            yield Claim(*place, topic, start, end, None, None, None, None, strict=True)


def _passage(sentence: Sentence, quote: Quote, speech: list[Quote]) -> tuple[int, int]:
    """A quotation's part in the sentence; reported speech up to the next quotation."""
    start, end = sentence.start, sentence.end
    if quote.kind == "direct":
        return max(start, quote.start), min(end, quote.end)
    for other in speech:
        if other.kind == "direct" and other.start >= quote.end:
            end = min(end, other.start)
        elif other.kind == "direct" and other.end <= quote.start:
            start = max(start, other.end)
    return start, end


def _left_unsaid(text: str, quote: Quote) -> bool:
    """Whether it is reported that the speaker did not say it: `refused to blame X`."""
    if quote.kind == "direct" or quote.speaker_end is None:
        return False
    if quote.cue and not _DENIALS.isdisjoint(quote.cue.lower().split()):
        return True
    return _ends_denied(text[quote.speaker_end : quote.start])


@lru_cache(2**12)
def _ends_denied(text: str) -> bool:
    """Whether what follows a text is denied in it; mostly ` said that `."""
    forms, _ = split_words(text.lower().replace("’", "'"))
    return is_negated(forms, len(forms))


def _targets(mentions: Iterable[Mention], holder: str) -> Iterator[Mention]:
    """The best mention of each actor: a name before a noun before a pronoun."""
    best: dict[str, Mention] = {}
    for m in mentions:
        if m.actor == holder and (m.form in ("pronoun", "generic")):
            continue  # what X says is no stance toward X, unless it names itself
        if m.actor not in best or _RANK[m.form] < _RANK[best[m.actor].form]:
            best[m.actor] = m
    yield from best.values()


def _of_narrator(
    text: str, sentence: Sentence, rest: list[Mention], strict: bool
) -> Iterator[Claim]:
    if not rest:
        return
    mentions = list(_targets(rest, ""))
    span = (sentence.start, max([sentence.end, *(m.end for m in rest)]))
    place = (sentence.paragraph, sentence.sentence)
    for doer, target in permutations(mentions, 2):
        spots = (target.start, target.end, doer.start, doer.end)
        yield Claim(*place, doer.actor, target.actor, *span, *spots, strict=True)
    outsider = _outsider(text, sentence, rest)
    holder = "other" if outsider else "narrator"
    for target in mentions:
        spot = (target.start, target.end, None, None)
        hard = strict or outsider
        yield Claim(*place, holder, target.actor, *span, *spot, strict=hard)


def _says_i(structure: Structure, quotes: Sequence[Quote]) -> bool:
    """Whether the narrator says *I* outside quotations, as columnists do."""
    spans = sorted((q.start, q.end) for q in quotes if q.kind != "indirect")
    said = (
        m.start() for m in _I.finditer(structure.text) if not _inside(spans, m.start())
    )
    return len(list(islice(said, OPINION))) == OPINION


def _inside(spans: list[tuple[int, int]], position: int) -> bool:
    """Whether a position stands in one of the spans, which do not overlap."""
    at = bisect_left(spans, (position + 1,)) - 1
    return at >= 0 and position < spans[at][1]


def _outsider(text: str, sentence: Sentence, rest: list[Mention]) -> bool:
    match = _OUTSIDERS.match(text, sentence.start, sentence.end)
    if not match:
        return False
    verb = match["verb"].lower()
    return verb in _HELPS or looks_like_verb(verb)


def _topics(
    spoken: dict[int, list[Quote]], mentions: Sequence[Mention]
) -> dict[tuple[int, str], list[str]]:
    """Whom each running quotation may be about: (quotation, holder) to actors.

    Quotations of one speaker in paragraphs that follow each other are one run;
    it may be about any actor that it names.
    """
    parts = [q for p in sorted(spoken) for q in spoken[p] if q.kind == "direct"]
    topics: dict[tuple[int, str], list[str]] = {}
    starts = [m.start for m in mentions]
    for run in _runs(parts):
        holder = run[0].actor or "other"
        if holder == "other":
            continue
        inside = (
            m.actor
            for q in run
            for m in mentions[bisect_left(starts, q.start) : bisect_left(starts, q.end)]
            if m.end <= q.end and m.actor != holder and m.form != "generic"
        )
        actors = list(dict.fromkeys(inside))
        for q in run:
            topics[q.quote, holder] = actors
    return topics


def _runs(parts: Iterable[Quote]) -> Iterator[list[Quote]]:
    """Quotations of one speaker with at most furniture between their paragraphs."""
    run: list[Quote] = []
    for part in parts:
        gap = run and part.paragraph - run[-1].paragraph > RUN_GAP
        if run and (part.actor != run[-1].actor or gap):
            yield run
            run = []
        run.append(part)
    if run:
        yield run
