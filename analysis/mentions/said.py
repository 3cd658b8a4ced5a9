"""What a person says of mentions and speakers: it goes before the rules."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from analysis.codebook import Actor
from analysis.lookup import class_of
from analysis.mentions.aliases import PERSON_OF, Pronoun, Reference
from analysis.quotes import Quote
from analysis.tokens import Span

NOBODY = "none"
RULE = "corrected"
SAME_QUOTATION = 0.5  # of the longer span: so much in common makes them one


class Said(NamedTuple):
    """What a person says of spans of the text."""

    mentions: dict[Span, str | None]  # the actor; None: no mention
    speakers: dict[Span, str]  # of a quotation: an actor's id, other, or a name


def put_mentions(
    text: str,
    found: Sequence[Reference],
    pronouns: Sequence[Pronoun],
    said: Said,
    actors: Sequence[Actor],
) -> tuple[list[Reference], list[Pronoun]]:
    """References and pronouns with a person's own in the place of what they overlap."""
    spans = [*said.mentions]
    old = {(r.start, r.end): r for r in found}
    own = [
        _reference(text, span, actor, old.get(span), actors)
        for span, actor in said.mentions.items()
        if actor
    ]
    kept = [r for r in found if not _overlaps(r[:2], spans)]
    left = [p for p in pronouns if not _overlaps(p[:2], spans)]
    return sorted([*kept, *own]), left


def _reference(
    text: str,
    span: Span,
    actor: str,
    old: Reference | None,
    actors: Sequence[Actor],
) -> Reference:
    if old:
        return old._replace(actor=actor, rule=RULE)
    words = text[slice(*span)]
    if person := PERSON_OF.get(words.lower()):
        return Reference(*span, actor, "pronoun", person, RULE)
    people = [p for a in actors if a.id == actor for p in a.people]
    own = words.split()
    someone = any(p.name.split()[-1] in own for p in people)
    own = own[own[0].lower() in ("the", "a", "an") :]
    form = "name" if any(w[0].isupper() for w in own) else "nominal"
    return Reference(*span, actor, form, "person" if someone else "it", RULE)


def put_names(text: str, quotes: Sequence[Quote], said: Said) -> list[Quote]:
    """Quotations whose speaker a person named in words that the article has."""
    return [
        q._replace(
            speaker=name,
            speaker_start=start,
            speaker_end=start + len(name),
            rule=RULE,
            confidence=None,
            corrected=True,
        )
        if name and (start := _nearest(text, name, q.start)) >= 0
        else q
        for q, name in zip(quotes, _speakers(quotes, said), strict=True)
    ]


def put_speakers(
    quotes: Sequence[Quote], said: Said, actors: Iterable[Actor]
) -> list[Quote]:
    """Quotations with the actors, or names that the article lacks, of a person."""
    ids = {actor.id for actor in actors} | {"other"}
    out = []
    for q, who in zip(quotes, _speakers(quotes, said), strict=True):
        if who in ids:
            out.append(_corrected(q)._replace(actor=who))
        elif who and not q.corrected:
            unsaid = {"speaker": who, "speaker_start": None, "speaker_end": None}
            out.append(_corrected(q)._replace(actor="other", **unsaid))
        else:
            out.append(q)
    return out


def _corrected(quote: Quote) -> Quote:
    return quote._replace(rule=RULE, confidence=None, corrected=True)


def _speakers(quotes: Sequence[Quote], said: Said) -> list[str | None]:
    """For each quotation's part what a person says of the whole quotation."""
    whole: dict[int, str] = {}
    for span, who in said.speakers.items():
        same = [q for q in quotes if q[2:4] == span]
        same = same or [q for q in quotes if is_same(span, q[2:4])]
        whole |= {q.quote: who for q in same[:1]}
    return [whole.get(q.quote) for q in quotes]


def is_same(one: Span, other: Span) -> bool:
    """Whether two spans have at least half of the longer one in common.

    >>> is_same((0, 10), (0, 9)), is_same((0, 10), (8, 20))
    (True, False)
    """
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common >= SAME_QUOTATION * max(one[1] - one[0], other[1] - other[0])


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(start < span[1] and end > span[0] for start, end in others)


def _nearest(text: str, name: str, near: int) -> int:
    """Where a name stands nearest to a place; -1 if it does not."""
    after, before = text.find(name, near), text.rfind(name, 0, near)
    places = [place for place in (after, before) if place >= 0]
    return min(places, key=lambda place: abs(place - near), default=-1)


def _beside_speaker(quote: Quote, reference: Reference) -> bool:
    """Whether a name or an officer stands beside a speaker: `its chief, Gail Wen`."""
    if reference.start < quote.speaker_start:
        officer = reference.again in ("he", "she", "person", "anyone")
        return officer and quote.speaker_start - reference.end == 2
    return 0 < reference.start - quote.speaker_end < 3 and reference.form == "name"


def _is_outsider(quote: Quote, reference: Reference) -> bool:
    """Whether a speaker only belongs to an actor: `X’s critics`, `her sister`."""
    at = reference.end - quote.speaker_start
    behind = quote.speaker[at:].split()
    owned = quote.speaker[at:].startswith(("’s", "'s"))
    owned = owned or reference.form == "pronoun"
    return owned and any(w.lower() in class_of("outsider") for w in behind[:4])


def resolve_speakers(
    quotes: Iterable[Quote],
    found: Sequence[Reference],
    persons: Sequence[Reference],
) -> list[Quote]:
    """Quotations with the actor behind each speaker."""
    known = sorted(r for r in [*found, *persons] if r.form != "generic")
    starts = [r.start for r in known]
    out = []
    for quote in quotes:
        actor = None
        if quote.speaker_start is not None:
            at = bisect_left(starts, quote.speaker_end)
            near = known[max(0, at - 8) : at]
            inside = [r for r in near if r.end > quote.speaker_start]
            beside = known[max(0, at - 1) : at + 1]
            inside = inside or [r for r in beside if _beside_speaker(quote, r)]
            actor = inside[0].actor if inside else "other"
            if inside and _is_outsider(quote, inside[0]):
                actor = "other"
        out.append(quote._replace(actor=actor))
    return out
