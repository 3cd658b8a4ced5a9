"""Claims: who may take a stance toward whom, sentence by sentence.

A claim names a holder, a target and the words to be scored. It follows from the
structure alone (who speaks, who is mentioned, who acts on whom); `analysis.stance`
scores it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, permutations
from typing import NamedTuple

from analysis.acts import is_negated
from analysis.lookup import cases_of
from analysis.mentions import Mention
from analysis.quotes import Quote
from analysis.tables import row_maker
from analysis.tokens import Sentence, Structure, split_words
from analysis.verbs import looks_like_verb

_RANK = {"name": 0, "nominal": 1, "pronoun": 2, "generic": 3}
OPINION = 3  # times that a narrator with opinions says I
_I = re.compile(r"I(?<!\w.)(?![\w.])")  # the letter comes first: it is sought fast
RUN_GAP = 3  # paragraphs: a caption and a prompt may interrupt a quotation
# A subject from outside the actors: "Campaigners have accused …", "X users said …".
_OUTSIDERS = (
    "users people parents families customers patients victims households residents"
    " voters workers staff experts critics campaigners analysts players consumers"
    " investors mps peers lawmakers academics researchers charities unions doctors"
    " lawyers activists opponents supporters rivals"
).split()
_OUTSIDERS_ACT = re.compile(
    r"\W*(?:(?:but|and|yet|however|meanwhile|some|many|several)\W+)?"
    rf"(?:[\w’'-]+\s+){{0,4}}?(?:{'|'.join(_OUTSIDERS)})\s+(?P<verb>\w+)",
    re.IGNORECASE,
)
_OUTSIDE = frozenset(case for word in _OUTSIDERS for case in cases_of(word)) | {"MPs"}
NEAR = 9  # tokens from a sentence's start up to an outsider who is its subject
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
    spoken = [
        q for q in quotes if q.kind == "direct" or q.kind != "fragment" and q.actor
    ]
    speech = _by_sentence(structure, spoken)
    topics = _topics(spoken, mentions)
    opinion = _says_i(structure, quotes)
    claims: list[Claim] = []
    for number in sorted(named.keys() | speech.keys()):
        sentence = structure.sentences[number]
        if structure.paragraphs[sentence.paragraph].kind != "prompt":
            here = named.get(number, []), speech.get(number, [])
            claims += _claims(structure, sentence, *here, topics, opinion)
    return claims


def _by_sentence(structure: Structure, quotes: list[Quote]) -> dict[int, list[Quote]]:
    """The quotations that reach into each sentence of their paragraph."""
    found: dict[int, list[Quote]] = defaultdict(list)
    sentences = structure.sentences
    starts = [s.start for s in sentences]
    for quote in quotes:
        at = max(0, bisect_right(starts, quote.start) - 1)
        while at < len(sentences) and sentences[at].start < quote.end:
            if sentences[at].end > quote.start:
                found[at].append(quote)
            at += 1
    return found


def _claims(
    structure: Structure,
    sentence: Sentence,
    mentions: list[Mention],
    speech: list[Quote],
    topics: dict[tuple[int, str], list[str]],
    opinion: bool,
) -> list[Claim]:
    rest, claims = mentions, []
    for quote in speech:
        said = [m for m in rest if _said(m, quote)]
        rest = [m for m in rest if m not in said and not _is_speaker(m, quote)]
        passage = _passage(sentence, quote, speech)
        claims += _of_speaker(structure.text, sentence, quote, passage, said, topics)
    named = [m for m in rest if m.form != "generic"]
    if named:
        claims += _of_narrator(structure, sentence, named, strict=not opinion)
    return claims


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
    structure: Structure, sentence: Sentence, rest: list[Mention], strict: bool
) -> Iterator[Claim]:
    mentions = [*_targets(rest, "")]
    span = sentence.start, max(sentence.end, rest[-1].end)
    place = sentence.paragraph, sentence.sentence
    for doer, target in permutations(mentions, 2):
        spots = target.start, target.end, doer.start, doer.end
        yield _claim_of((*place, doer.actor, target.actor, *span, *spots, True))
    outsider = _outsider(structure, sentence)
    holder, hard = "other" if outsider else "narrator", strict or outsider
    for target in mentions:
        spots = target.start, target.end, None, None
        yield _claim_of((*place, holder, target.actor, *span, *spots, hard))


_claim_of = row_maker(Claim)


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


def _outsider(structure: Structure, sentence: Sentence) -> bool:
    """Whether somebody from outside the actors is the subject of a sentence."""
    tokens = structure.tokens
    first, last = tokens.firsts[sentence.sentence : sentence.sentence + 2]
    if _OUTSIDE.isdisjoint(tokens.text[first : min(last, first + NEAR)]):
        return False
    match = _OUTSIDERS_ACT.match(structure.text, sentence.start, sentence.end)
    if not match:
        return False
    verb = match["verb"].lower()
    return verb in _HELPS or looks_like_verb(verb)


def _topics(
    spoken: list[Quote], mentions: Sequence[Mention]
) -> dict[tuple[int, str], list[str]]:
    """Whom each running quotation may be about: (quotation, holder) to actors.

    Quotations of one speaker in paragraphs that follow each other are one run;
    it may be about any actor that it names.
    """
    parts = [q for q in spoken if q.kind == "direct"]
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
