"""Pronouns resolved by rules to the references before them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from analysis.lookup import cases_of, entries_of, first_names, word_class
from analysis.mentions.aliases import PERSON_OF, extend_right, officer_again, word_after
from analysis.quotes import Quote
from analysis.quotes.speakers import cue_forms
from analysis.tables import row_maker
from analysis.tokens import Sentence, Structure, find_entries, split_words

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
_PEOPLE = frozenset(
    case
    for word in "users people children women girls men boys parents families customers"
    " patients victims households residents voters workers staff experts critics"
    " campaigners players consumers investors drivers teenagers others".split()
    for case in cases_of(word)
)
_OWNERS = frozenset({"its", "his", "her", "their"})
_MANY = frozenset({"it", "they", "anyone"})  # what *they* can take up
LONGEST_CUE = 60  # characters: `said its director, Jo Hill`
OPENING = 20  # characters before a pronoun that still opens its sentence
_NOUN_PHRASE = re.compile(
    r"[A-Z]|(?:the|an?|one|his|her|its|their|another|this)\b(?!.*\b(?:minute|hour|day"
    r"|week|month|year|decade|moment|time|way|lot|number)s?$)"
)
NEAREST = 40  # references back that a pronoun is compared with
REACH = 3  # paragraphs back that he or she may look for a person


class Reference(NamedTuple):
    """A reference to an actor and the pronoun that can take it up again."""

    start: int
    end: int
    actor: str | None
    form: str
    again: str
    rule: str


reference = row_maker(Reference)


_NOBODY = Reference(0, 0, None, "name", "it", "a speaker who is no actor")


class Pronoun(NamedTuple):
    """A pronoun as written, and the number of its sentence."""

    start: int
    end: int
    word: str
    sentence: int


pronoun_row = row_maker(Pronoun)


class Near(NamedTuple):
    """The references around a pronoun."""

    here: Sequence[Reference]  # before it in its sentence
    before: Sequence[Reference]
    after: Sequence[Reference]  # the next one
    in_cue: bool  # whether it names a speaker


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

    Parameters
    ----------
    structure : Structure
        The article, split.
    found : sequence of Reference
        Names, nouns and generic plurals in the order of the text.
    pronouns : sequence of Pronoun
        The pronouns of the text.
    quotes : sequence of Quote
        A speaker who is no reference is a person whom the codebook does not know,
        and bars the way to earlier ones; one who is a pronoun is nobody whom the
        quoted words name.

    Returns
    -------
    list of Reference
        One row a pronoun resolved.
    """
    spoken = {(q.speaker_start, q.speaker_end) for q in quotes if q.speaker}
    cues = {i for q in quotes if q.speaker for i in range(*_cue(q))}
    quoted = [q for q in quotes if q.kind == "direct"]
    ends = [q.end for q in quoted]
    reported = {q.start: q for q in quotes if q.kind == "indirect" and q.speaker}
    known = sorted([*found, *_strangers(structure, found, spoken)])
    starts = [r.start for r in known]
    entries = find_entries(structure.paragraphs)
    resolved = []
    for pronoun in pronouns:
        person = PERSON_OF[pronoun.word.lower()]
        if person == "we":
            continue
        at = bisect_left(starts, pronoun.start)
        first = bisect_left(starts, structure.sentences[pronoun.sentence].start, 0, at)
        entry = entries[structure.sentences[pronoun.sentence].paragraph]
        low = max(0, at - NEAREST, bisect_left(starts, entry, 0, at))
        before, here = known[low:at], known[max(low, first) : at]
        in_cue = pronoun.start in cues
        if in_cue:
            before, here = (_outside(r, quoted, ends) for r in (before, here))
        quote = reported.get(pronoun.start)
        if person == "they" and quote and _many(structure, quote, known):
            continue  # several lenders said they would
        if person != "it" or not quote or _is_paper(quote):
            pass
        elif quote.speaker_end <= pronoun.start:  # X said it would: nobody but X
            span = quote.speaker_start, quote.speaker_end
            here = [r for r in before if r.end > span[0] and r.start < span[1]]
            here = here[:1] or [_NOBODY]
        near = Near(here, before, known[at : at + 1], in_cue)
        row = _resolve(structure, pronoun, person, near)
        if row is None:
            continue
        resolved.append(row)
        known.insert(at, row)  # so that a chain of pronouns holds
        starts.insert(at, row.start)
    return resolved


def _is_paper(quote: Quote) -> bool:
    """Whether an inquiry or a letter speaks, which does not say *it* of itself."""
    return quote.speaker.split()[-1].lower() in word_class("paper")


def _many(structure: Structure, quote: Quote, known: Sequence[Reference]) -> bool:
    """Whether the speaker is several who are no actor: `two small lenders`."""
    start, end = quote.speaker_start, quote.speaker_end
    actors = [r for r in known if r.start < end and r.end > start and r.actor]
    last = structure.text[start:end].split()[-1]
    plural = last.endswith("s") and not last.endswith(("ss", "'s", "’s"))
    return plural and last.islower() and all(r.form == "generic" for r in actors)


def _cue(quote: Quote) -> tuple[int, int]:
    """From the quoted words, where they end near, to the end of their speaker."""
    near = 0 <= quote.speaker_start - quote.end < LONGEST_CUE
    return quote.end if near else quote.speaker_start, quote.speaker_end


def _outside(
    references: Sequence[Reference], quoted: Sequence[Quote], ends: Sequence[int]
) -> list[Reference]:
    """References that stand in no quotation."""
    at = [bisect_right(ends, r.start) for r in references]
    return [
        r
        for r, i in zip(references, at, strict=True)
        if i == len(quoted) or r.start < quoted[i].start
    ]


def _resolve(
    structure: Structure, pronoun: Pronoun, person: str, near: Near
) -> Reference | None:
    """The reference that a pronoun makes, with the officer that it owns."""
    text, end, officer = structure.text, pronoun.end, None
    if pronoun.word.lower() in _OWNERS:
        end = extend_right(text, pronoun.end)
        officer = officer_again(text[pronoun.end : end])
        office = word_after(text, pronoun.end)
        if not officer and office and office[1].lower() in word_class("own"):
            end, officer = office.end(), "it"
    named = [r for r in near.after if officer and text[end : r.start] == ", "]
    named = [r for r in named if r.actor and r.again != "it"]
    found = named[0] if named else _antecedent(structure, pronoun, person, near)
    if found is None or not found.actor or found.form == "generic":
        return None
    rule = f"{person} → nearest"
    if officer:
        return reference((pronoun.start, end, found.actor, "nominal", officer, rule))
    again = person if person != "they" else found.again
    return reference((*pronoun[:2], found.actor, "pronoun", again, rule))


def _strangers(
    structure: Structure,
    found: Sequence[Reference],
    speakers: Iterable[tuple[int, int]],
) -> Iterator[Reference]:
    """People whom the codebook does not know: speakers, and first name and surname."""
    text, tokens = structure.text, structure.tokens
    ends = [r.end for r in found]
    for start, end in sorted(set(speakers)):
        at = bisect_right(ends, start)
        covered = at < len(found) and found[at].start < end
        covered = covered or not _NOUN_PHRASE.match(text[start:end])
        covered = covered or split_words(text[start:end])[0][0] in _PEOPLE
        if not covered and text[start:end].lower() not in PERSON_OF:
            yield reference((start, end, None, "name", "person", "speaker"))
    yield from _introduced(text, ends, found)
    for i, pronoun in entries_of(tokens.text, first_names()):
        start = tokens.start[i]
        at = bisect_right(ends, start)
        covered = at < len(found) and found[at].start <= start
        if not covered and tokens.text[i + 1 : i + 2] and tokens.text[i + 1].istitle():
            end = tokens.start[i + 1] + len(tokens.text[i + 1])
            again = "anyone" if pronoun == "they" else pronoun
            yield reference((start, end, None, "name", again, "a name"))


_NAMED = r"(?<![\w’'-])[A-Z][\w’'-]*+(?<=[a-z]) [A-Z][\w’'-]*+(?<=[a-z])"


@cache
def _introductions() -> re.Pattern[str]:
    """`Ann Cole, 44,`, `Ann Cole, who …`, `economist Ann Cole`."""
    jobs = "|".join(sorted(word_class("job"), key=len, reverse=True))
    return re.compile(rf"({_NAMED}), (?:\d\d?,|who |whose )|\b(?i:{jobs}) ({_NAMED})")


def _introduced(
    text: str, ends: Sequence[int], found: Sequence[Reference]
) -> Iterator[Reference]:
    """People of whatever name whom the article presents."""
    for match in _introductions().finditer(text):
        start, end = match.span(match.lastindex)
        at = bisect_right(ends, start)
        if at == len(found) or found[at].start >= end:
            yield reference((start, end, None, "name", "person", "presented"))


def _antecedent(
    structure: Structure, pronoun: Pronoun, person: str, near: Near
) -> Reference | None:
    if person in ("he", "she"):
        return _person(structure, pronoun, person, near.before)
    if person == "it":
        return _institution(structure, pronoun, near)
    return _plural(structure, pronoun, near.here, near.before)


def _person(
    structure: Structure, pronoun: Pronoun, person: str, before: Sequence[Reference]
) -> Reference | None:
    first = _paragraph_before(structure, pronoun, REACH)
    for r in reversed(before):
        if r.start < first:
            return None
        if r.again in (person, "person", "anyone"):
            return r
    return None


def _institution(
    structure: Structure, pronoun: Pronoun, near: Near
) -> Reference | None:
    text, (here, before, _, in_cue) = structure.text, near
    if _EXPLETIVE.match(text, pronoun.start) or _KIND.match(text, pronoun.start):
        return None
    opening = not here
    lead = text[max(0, pronoun.start - 20) : pronoun.start]
    possessive = pronoun.word.lower() != "it"
    subject = in_cue or _SUBJECT_AFTER.match(text, pronoun.end)
    subject = subject or _asked(text, pronoun)
    if not possessive and not (subject or opening and _CLAUSE_BEFORE.search(lead)):
        return None
    early = in_cue or pronoun.start - _sentence(structure, pronoun).start <= OPENING
    fits = here or (_previous(structure, pronoun, before) if early else [])
    fits = [r for r in fits if r.again == "it" and r.form != "generic"]
    if in_cue and not fits:  # it added: the body, or its spokesman, named last
        first = _paragraph_before(structure, pronoun, 1)
        fits = [r for r in before if r.start >= first and r.form != "generic"]
        officers = [r for r in fits if _is_officer(text, r)]
        fits = officers[-1:] or [r for r in fits if r.again == "it"]
    if opening and fits and _is_subject(structure, pronoun, fits[0]):
        return fits[0]
    return fits[-1] if fits else None


def _asked(text: str, pronoun: Pronoun) -> bool:
    """`asked it to`: one who is asked is somebody."""
    verb = text[max(0, pronoun.start - 20) : pronoun.start].split()[-1:] or [""]
    cue = cue_forms().get(verb[0])
    return cue is not None and cue.addressed and text.startswith(" to ", pronoun.end)


def _is_subject(structure: Structure, pronoun: Pronoun, reference: Reference) -> bool:
    """Whether a reference opens its sentence, so that *It* next takes it up."""
    for number in range(pronoun.sentence, -1, -1):
        first = structure.sentences[number].start
        if first <= reference.start:
            return reference.start - first < 3
    return False


def _previous(
    structure: Structure, pronoun: Pronoun, before: Sequence[Reference]
) -> list[Reference]:
    """References of the sentence before, for a pronoun that opens its own."""
    sentence = _sentence(structure, pronoun)
    first = _before_sentence(structure, sentence)
    return [r for r in before if first <= r.start < sentence.start]


def _paragraph_before(structure: Structure, pronoun: Pronoun, number: int) -> int:
    """Where the paragraph so many before the pronoun's starts."""
    paragraph = _sentence(structure, pronoun).paragraph
    return structure.paragraphs[max(0, paragraph - number)].start


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


def _plural(
    structure: Structure,
    pronoun: Pronoun,
    here: Sequence[Reference],
    before: Sequence[Reference],
) -> Reference | None:
    text = structure.text
    lead = text[max(0, pronoun.start - 8) : pronoun.start]
    subjects = [r for r in here if r.again in _MANY]
    joined = _COORDINATE.search(lead)
    if subjects and pronoun.word.lower() == "they" and joined:
        between = structure.text[subjects[0].end : pronoun.start]
        people = _people(structure, subjects[0].end, pronoun.start)
        people = people or _THINGS.search(between)  # new carriages and they are quiet
        return None if people and joined[0].lower().startswith("and") else subjects[0]
    for r in reversed(here):
        if _people(structure, r.end, pronoun.start):
            return None
        if r.again in _MANY:
            one = r.again == "it" and pronoun.word.lower() == "them"
            return None if one else r
    return None if here else _pair(structure, pronoun, before)


def _people(structure: Structure, start: int, end: int) -> bool:
    """Whether people who are no actor are named in a part of the text."""
    starts = structure.tokens.start
    first = bisect_left(starts, start)
    words = structure.tokens.text[first : bisect_left(starts, end, first)]
    return not _PEOPLE.isdisjoint(words)


def _pair(
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


def _apposed(quote: Quote, reference: Reference) -> bool:
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
    owned = owned or reference.form == "pronoun" and at < len(quote.speaker)
    return owned and any(w.lower() in word_class("outsider") for w in behind[:4])


def resolve_speakers(
    quotes: Iterable[Quote],
    found: Sequence[Reference],
    persons: Sequence[Reference],
) -> list[Quote]:
    """Quotations with the actor behind each speaker.

    Parameters
    ----------
    quotes : iterable of Quote
        Quotations with the speaker's span, where known.
    found, persons : sequence of Reference
        Names and nouns, and resolved pronouns.

    Returns
    -------
    list of Quote
        ``actor`` is an id, ``other`` for a speaker who is no actor, None where
        the speaker is unknown.
    """
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
            inside = inside or [r for r in beside if _apposed(quote, r)]
            actor = inside[0].actor if inside else "other"
            if inside and _is_outsider(quote, inside[0]):
                actor = "other"
        out.append(_quote((*quote[:_ACTOR], actor, *quote[_ACTOR + 1 :])))
    return out


_ACTOR = Quote._fields.index("actor")
_quote = row_maker(Quote)
