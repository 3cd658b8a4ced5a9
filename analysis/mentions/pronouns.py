"""Pronouns resolved by rules to the references before them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from analysis.lookup import class_of
from analysis.mentions.aliases import (
    PERSON_OF,
    Pronoun,
    Reference,
    extend_right,
    officer_again,
    word_after,
)
from analysis.mentions.people import plain_people, strangers
from analysis.quotes import Quote
from analysis.quotes.words import cue_forms
from analysis.tokens import Sentence, Structure, find_entries

# "It is right that …": an `it` that stands for nothing before it.
_EXPLETIVE = re.compile(
    r"it(?:’s|'s|\s+(?:is|was|will be|would be|has been|may be|seems|appears|remains))"
    r"(?:\s+(?!\w+ing\b)\w+){0,3}\s+(?:that|to|whether|if|for|when|who)\b",
    re.I,
)
_KIND = re.compile(r"its (?:kind|sort|type)\b|it (?:costs|takes|turns out)\b", re.I)
_SUBJECT_AFTER = re.compile(
    r"\s+(?:(?:has|have|had|is|was|will|would|can|cannot|could|may|might|must|should"
    r"|does|did|also|then|now|later|never|deems?)\b"
    r"|(?:(?:last|first|once|recently|already|only|still)\s+)?"
    r"(?:\w+(?:ed|s)|held|made|took|gave|told|said|found|put|set|sent|broke|won|lost"
    r"|ran|began|went|came|got|paid|bought|sold|led|met|knew|saw|kept|left|let)\b)"
)
_CLAUSE_BEFORE = re.compile(
    r"(?:^|[.?!:;,–—“‘\"]\s*|\b(?:and|but|that|because|if|when|while|as|after|before"
    r"|where|although|though|since|unless|whether|what|how|why|which)\s+)$",
    re.I,
)
_COORDINATE = re.compile(r"\b(?:but|and)\s+$", re.I)  # takes up the subject
_THINGS = re.compile(
    r"\b(?:new|its|more|some|many|two|three|the) (?:\w+ )?[a-z]+s and $"
)
_BOTH = re.compile(r"\s+(?:and|or)\s+")
_MANY = frozenset({"it", "they", "anyone"})  # what *they* can take up
CUE_LETTERS = 60  # characters: `said its director, Jo Hill`
LEAD = 20  # characters before a pronoun that say how it is joined to them
OPENING = 20  # characters before a pronoun that still opens its sentence
REFERENCES = 40  # references back that a pronoun is compared with
PARAGRAPHS_BACK = 3  # paragraphs back that he or she may look for a person


_START = attrgetter("start")


class Near(NamedTuple):
    """The references around a pronoun."""

    here: Sequence[Reference]  # before it in its sentence
    before: Sequence[Reference]
    after: Sequence[Reference]  # the next one
    in_cue: bool  # whether it names a speaker
    spoke: int | None = None  # where the one is named who spoke before
    unsaid: Near | None = None  # for a speaker: those of whom no speech is reported


def resolve_pronouns(
    structure: Structure,
    found: Sequence[Reference],
    pronouns: Sequence[Pronoun],
    quotes: Sequence[Quote] = (),
) -> list[Reference]:
    """Third-person pronouns with the actor that each stands for.

    *He* and *she* take up the nearest person that fits, *it* the nearest
    institution in its sentence (at a paragraph's start the last one before),
    *they* the nearest plural or institution, after *but* the sentence's subject.
    An expletive *it* and a pronoun whose nearest fit is no actor stay out. *Its
    director* is one reference, and the same as a name behind it.
    """
    named = {(q.speaker_start, q.speaker_end) for q in quotes if q.speaker}
    known = sorted([*found, *strangers(structure, found, named)])
    entries, speech = find_entries(structure.paragraphs), _speech_of(quotes)
    resolved = []
    for pronoun in pronouns:
        person = PERSON_OF[pronoun.word.lower()]
        quote = speech.reported.get(pronoun.start)
        if (
            person == "we"
            or person == "they"
            and quote
            and _many(structure, quote, known)
        ):
            continue  # several lenders said they would
        at = bisect_left(known, pronoun.start, key=_START)
        sentence = structure.sentences[pronoun.sentence]
        low = bisect_left(known, entries[sentence.paragraph], 0, at, key=_START)
        before = known[max(low, at - REFERENCES) : at]
        here = [r for r in before if r.start >= sentence.start]
        near = Near(here, before, known[at : at + 1], pronoun.start in speech.cues)
        row = _resolve(
            structure, pronoun, person, _heard(near, pronoun, person, speech)
        )
        if row is None:
            continue
        resolved.append(row)
        known.insert(at, row)  # so that a chain of pronouns holds
    return resolved


class Speech(NamedTuple):
    """Who speaks where."""

    quotes: Sequence[Quote]
    direct: Sequence[Quote]
    indirect: Sequence[Quote]
    reported: Mapping[int, Quote]  # indirect speech with a speaker, by its start
    cues: Collection[int]  # where a pronoun names a speaker


def _speech_of(quotes: Sequence[Quote]) -> Speech:
    indirect = [q for q in quotes if q.kind == "indirect"]
    return Speech(
        quotes,
        [q for q in quotes if q.kind == "direct"],
        indirect,
        {q.start: q for q in indirect if q.speaker},
        {i for q in quotes if q.speaker for i in range(*_cue(q))},
    )


def _heard(near: Near, pronoun: Pronoun, person: str, speech: Speech) -> Near:
    """What is near a pronoun to those who know who speaks."""
    if near.in_cue:
        here, before = (_outside_quotes(r, speech.direct) for r in near[:2])
        near = near._replace(here=here, before=before)
    quote = speech.reported.get(pronoun.start)
    told = person == "it" and quote and quote.speaker_end <= pronoun.start
    if told and not _is_paper(quote):  # X said it would: nobody but X
        start, end = quote.speaker_start, quote.speaker_end
        one = [r for r in near.before if r.end > start and r.start < end][:1]
        near = near._replace(here=one or [_NOBODY])
    return _of_speaker(near, pronoun, speech) if near.in_cue else near


def _of_speaker(near: Near, pronoun: Pronoun, speech: Speech) -> Near:
    """What is near one who speaks on: rather who spoke than of whom was spoken."""
    here, before = (_outside_quotes(r, speech.indirect) for r in near[:2])
    last = bisect_left(speech.quotes, pronoun.start, key=_START)
    spoke = speech.quotes[last - 1].speaker_start if last else None
    unsaid = near._replace(here=here, before=before, spoke=spoke)
    return near._replace(spoke=spoke, unsaid=unsaid)


def _is_paper(quote: Quote) -> bool:
    """Whether an inquiry or a letter speaks, which does not say *it* of itself."""
    return quote.speaker.split()[-1].lower() in class_of("paper")


def _many(structure: Structure, quote: Quote, known: Sequence[Reference]) -> bool:
    """Whether the speaker is several who are no actor: `two small lenders`."""
    start, end = quote.speaker_start, quote.speaker_end
    actors = [r for r in known if r.start < end and r.end > start and r.actor]
    last = structure.text[start:end].split()[-1]
    plural = last.endswith("s") and not last.endswith(("ss", "'s", "’s"))
    return plural and last.islower() and all(r.form == "generic" for r in actors)


def _cue(quote: Quote) -> tuple[int, int]:
    """From the quoted words, where they end near, to the end of their speaker."""
    near = 0 <= quote.speaker_start - quote.end < CUE_LETTERS
    return quote.end if near else quote.speaker_start, quote.speaker_end


def _outside_quotes(
    references: Sequence[Reference], quoted: Sequence[Quote]
) -> list[Reference]:
    """References that stand in none of the quotations, which do not overlap."""
    out = []
    for r in references:
        at = bisect_right(quoted, r.start, key=attrgetter("end"))
        if at == len(quoted) or r.start < quoted[at].start:
            out.append(r)
    return out


def _resolve(
    structure: Structure, pronoun: Pronoun, person: str, near: Near
) -> Reference | None:
    """The reference that a pronoun makes, with the officer that it owns."""
    text, end, officer = structure.text, pronoun.end, None
    if pronoun.word.lower() in class_of("possessive"):
        end = extend_right(text, pronoun.end)
        officer = officer_again(text[pronoun.end : end])
        office = word_after(text, pronoun.end)
        if not officer and office and office[1].lower() in class_of("own"):
            end, officer = office.end(), "it"
    named = [r for r in near.after if officer and text[end : r.start] == ", "]
    named = [r for r in named if r.actor and r.again != "it"]
    found = named[0] if named else None
    found = found or _antecedent(structure, pronoun, person, near.unsaid or near)
    found = found or near.unsaid and _antecedent(structure, pronoun, person, near)
    if found is None or not found.actor or found.form == "generic":
        return None
    rule = f"{person} → nearest"
    if officer:
        return Reference(pronoun.start, end, found.actor, "nominal", officer, rule)
    again = person if person != "they" else found.again
    return Reference(*pronoun[:2], found.actor, "pronoun", again, rule)


def _antecedent(
    structure: Structure, pronoun: Pronoun, person: str, near: Near
) -> Reference | None:
    if person in ("he", "she"):
        return _person_antecedent(structure, pronoun, person, near)
    if person == "it":
        return _institution(structure, pronoun, near)
    return _plural_antecedent(structure, pronoun, near.here, near.before)


def _person_antecedent(
    structure: Structure, pronoun: Pronoun, person: str, near: Near
) -> Reference | None:
    first = _reach_back(structure, pronoun, near, PARAGRAPHS_BACK)
    for r in reversed(near.before):
        if r.start < first:
            return None
        if r.again in (person, "person", "anyone"):
            return r
    return None


def _institution(
    structure: Structure, pronoun: Pronoun, near: Near
) -> Reference | None:
    text, (here, before, _, in_cue, *_) = structure.text, near
    if _EXPLETIVE.match(text, pronoun.start) or _KIND.match(text, pronoun.start):
        return None
    opening = not here
    clause = _CLAUSE_BEFORE.search(text, pronoun.start - LEAD, pronoun.start)
    possessive = pronoun.word.lower() != "it"
    subject = in_cue or _SUBJECT_AFTER.match(text, pronoun.end)
    subject = subject or _is_asked(text, pronoun)
    if not possessive and not (subject or opening and clause):
        return None
    early = in_cue or pronoun.start - _sentence(structure, pronoun).start <= OPENING
    fits = here or (_previous(structure, pronoun, before) if early else [])
    fits = [r for r in fits if r.again == "it" and r.form != "generic"]
    if in_cue and not fits:  # it added: the body, or its spokesman, named last
        first = _reach_back(structure, pronoun, near, 1)
        fits = [r for r in before if r.start >= first and r.form != "generic"]
        officers = [r for r in fits if _is_officer(text, r)]
        fits = officers[-1:] or [r for r in fits if r.again == "it"]
    if opening and fits and _is_subject(structure, fits[0]):
        return fits[0]
    return fits[-1] if fits else None


def _is_asked(text: str, pronoun: Pronoun) -> bool:
    """`asked it to`: one who is asked is somebody."""
    verb = text[max(0, pronoun.start - LEAD) : pronoun.start].split()[-1:] or [""]
    cue = cue_forms().get(verb[0])
    return cue is not None and cue.addressed and text.startswith(" to ", pronoun.end)


def _is_subject(structure: Structure, reference: Reference) -> bool:
    """Whether a reference opens its sentence, so that *It* next takes it up."""
    at = bisect_right(structure.sentences, reference.start, key=_START) - 1
    return reference.start - structure.sentences[at].start < 3


def _previous(
    structure: Structure, pronoun: Pronoun, before: Sequence[Reference]
) -> list[Reference]:
    """References of the sentence before, for a pronoun that opens its own."""
    sentence = _sentence(structure, pronoun)
    first = _before_sentence(structure, sentence)
    return [r for r in before if first <= r.start < sentence.start]


def _reach_back(structure: Structure, pronoun: Pronoun, near: Near, number: int) -> int:
    """Where the body's paragraph so many before the pronoun's starts.

    Whoever spoke before is in reach, however long the quotation runs.
    """
    at = _sentence(structure, pronoun).paragraph
    while at and number:
        at -= 1
        number -= structure.paragraphs[at].kind == "body"
    first = structure.paragraphs[at].start
    return first if near.spoke is None else min(first, near.spoke)


def _is_officer(text: str, reference: Reference) -> bool:
    return officer_again(text[reference.start : reference.end]) is not None


def _sentence(structure: Structure, pronoun: Pronoun) -> Sentence:
    return structure.sentences[pronoun.sentence]


def _before_sentence(structure: Structure, sentence: Sentence) -> int:
    """Where the sentence before starts; furniture in between is passed over."""
    for number in range(sentence.sentence - 1, -1, -1):
        earlier = structure.sentences[number]
        if structure.paragraphs[earlier.paragraph].kind == "body":
            return earlier.start
    return sentence.start


def _plural_antecedent(
    structure: Structure,
    pronoun: Pronoun,
    here: Sequence[Reference],
    before: Sequence[Reference],
) -> Reference | None:
    text = structure.text
    subjects = [r for r in here if r.again in _MANY]
    joined = _COORDINATE.search(text, pronoun.start - LEAD, pronoun.start)
    if subjects and pronoun.word.lower() == "they" and joined:
        between = text[subjects[0].end : pronoun.start]
        people = _people(structure, subjects[0].end, pronoun.start)
        people = people or _THINGS.search(between)  # new carriages and they are quiet
        return None if people and joined[0].lower().startswith("and") else subjects[0]
    for r in reversed(here):
        if _people(structure, r.end, pronoun.start):
            return None
        if r.again in _MANY:
            one = r.again == "it" and pronoun.word.lower() == "them"
            return None if one else r
    return None if here else _pair_before(structure, pronoun, before)


def _people(structure: Structure, start: int, end: int) -> bool:
    """Whether people who are no actor are named in a part of the text."""
    starts = structure.tokens.start
    first = bisect_left(starts, start)
    words = structure.tokens.text[first : bisect_left(starts, end, first)]
    return not plain_people().isdisjoint(words)


def _pair_before(
    structure: Structure, pronoun: Pronoun, before: Sequence[Reference]
) -> Reference | None:
    """Two references joined by *and* in the sentence or paragraph before."""
    text, sentence = structure.text, structure.sentences[pronoun.sentence]
    own = pronoun.word.lower() == "themselves"
    if own or _people(structure, sentence.start, pronoun.start):
        return None
    floor = _before_sentence(structure, sentence)
    near = [r for r in before if r.start >= floor]
    for first, second in zip(near[-2::-1], near[:0:-1], strict=True):
        gap = text[first.end : second.start]
        if first.actor == second.actor and _BOTH.fullmatch(gap):
            return second
    return None


_NOBODY = Reference(0, 0, None, "name", "it", "a speaker who is no actor")
