"""References to actors: names, nouns and pronouns, and the part each plays."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from analysis.codebook import Codebook
from analysis.lookup import cases_of, places_of
from analysis.mentions.aliases import (
    PERSON_OF,
    Pronoun,
    Reference,
    compile_aliases,
    officer_again,
)
from analysis.mentions.phrases import find_references
from analysis.mentions.pronouns import resolve_pronouns
from analysis.mentions.said import (
    RULE,
    Said,
    put_mentions,
    put_names,
    put_speakers,
    resolve_speakers,
)
from analysis.quotes import Quote, find_quotes
from analysis.tokens import Structure, read_structure
from analysis.verbs import part_in_sentence

if TYPE_CHECKING:
    import pandas as pd

_OFFICER_ARTICLES = frozenset(("a", "an", "the", "one", "its"))
_SPOKESMEN = frozenset(
    form for sex in ("man", "woman", "person") for form in cases_of(f"spokes{sex}")
)


class Mention(NamedTuple):
    """A reference to an actor."""

    paragraph: int
    sentence: int
    start: int
    end: int
    text: str
    actor: str
    form: str
    part: str
    rule: str
    corrected: bool | None = None  # True: a person says so


class Referents(NamedTuple):
    """Mentions, and the quotations with the actors behind their speakers."""

    mentions: list[Mention]
    quotes: list[Quote]


def find_mentions(text: str, codebook: Codebook) -> list[Mention]:
    """Find every reference to the codebook's actors.

    The longest noun phrase around a name or noun is one mention (``Technology
    Secretary Liz Kendall``); a possessive makes two (``X’s`` | ``Grok AI tool``).
    Generic plurals (*platforms*) get the form ``generic`` and count as no mention.
    Pronouns are resolved by rules to the nearest fitting reference, `we` inside a
    quotation to its speaker. It does not know people the codebook does not name.

    Rows in the order of the text: paragraph, sentence, start, end, text, actor, form
    (name, nominal, pronoun, generic), part (speaker, doer, done-to, other), rule.

    >>> from analysis.codebook import parse_codebook
    >>> book = parse_codebook("actors: {regulator: {names: [Ofcom]}}")
    >>> [(m.text, m.form) for m in find_mentions("Ofcom said it will act.", book)]
    [('Ofcom', 'name'), ('it', 'pronoun')]
    """
    structure = read_structure(text)
    return find_referents(structure, codebook, find_quotes(text, structure)).mentions


def find_referents(
    structure: Structure,
    codebook: Codebook,
    quotes: Sequence[Quote],
    said: Said | None = None,
) -> Referents:
    """Mentions, and the quotations with the actor behind each speaker.

    >>> from analysis.codebook import parse_codebook
    >>> book = parse_codebook("actors: {regulator: {names: [Ofcom]}}")
    >>> s = read_structure("“We will act,” Ofcom said.")
    >>> found = find_referents(s, book, find_quotes(s.text, s))
    >>> found.quotes[0].actor, found.mentions[0].actor
    ('regulator', 'regulator')
    """
    aliases = compile_aliases(codebook.actors)
    found, pronouns = find_references(structure, aliases)
    found = sorted([*found, *_spokesmen(structure, found)])
    if said:
        text, actors = structure.text, codebook.actors
        found, pronouns = put_mentions(text, found, pronouns, said, actors)
        quotes = put_names(text, quotes, said)
    speakers = [(q.speaker_start, q.speaker_end) for q in quotes if q.speaker]
    persons = resolve_pronouns(structure, found, pronouns, quotes)
    quotes = resolve_speakers(quotes, found, persons)
    if said:
        quotes = put_speakers(quotes, said, codebook.actors)
    everyone = sorted([*found, *persons, *_we(pronouns, quotes)])
    return Referents(_mention_rows(structure, everyone, speakers), list(quotes))


def count_mentions(
    mentions: Iterable[Mention] | pd.DataFrame, by: Sequence[str] = ("actor",)
) -> pd.DataFrame:
    """Count mentions by any of their columns; generic plurals do not count.

    `mentions`: rows of `find_mentions` or the table ``mentions``. `by`: columns to
    count by, such as ``("actor", "form")`` or ``("paragraph",)``.

    Gives the columns of `by` and ``mentions``, most frequent first. Raises KeyError if
    a column is unknown; the message lists the known ones.

    >>> from analysis.codebook import parse_codebook
    >>> book = parse_codebook("actors: {regulator: {names: [Ofcom]}}")
    >>> int(count_mentions(find_mentions("Ofcom acted.", book)).mentions[0])
    1
    """
    import pandas as pd

    from analysis.tables import to_table

    by = [by] if isinstance(by, str) else list(by)
    table = mentions
    if not isinstance(mentions, pd.DataFrame):
        table = to_table(mentions, "mentions")
    unknown = [c for c in by if c not in table]
    if unknown:
        raise KeyError(f"no column {unknown[0]!r}; count by any of {list(table)}")
    table = table[table["form"] != "generic"]
    counts = table.groupby(by, observed=True, dropna=False).size()
    return (
        counts.rename("mentions")
        .reset_index()
        .sort_values(["mentions", *by], ascending=[False] + [True] * len(by))
        .reset_index(drop=True)
    )


def _spokesmen(structure: Structure, found: Sequence[Reference]) -> Iterator[Reference]:
    """*A spokesman* without more speaks for the institution named last.

    It is sought in his own paragraph; then in the one before, where the body that the
    last sentence opens with goes before those that it speaks of. A body in the phrase
    itself (`a company spokeswoman`) is found with the nouns.
    """
    tokens, words = structure.tokens, structure.tokens.text
    starts = [r.start for r in found]
    begins = [s.start for s in structure.sentences]
    for i in places_of(words, _SPOKESMEN):
        article = i and words[i - 1].lower() in _OFFICER_ARTICLES
        if not article or words[i + 1 : i + 2] in (["for"], ["of"]):
            continue
        start = tokens.start[i - 1]
        at = bisect_right(starts, start)
        if at and found[at - 1].end > start:
            continue
        sentence = structure.sentences[bisect_right(tokens.firsts, i) - 1]
        first = structure.paragraphs[max(0, sentence.paragraph - 1)].start
        near = (found[k] for k in range(at - 1, -1, -1) if found[k].form != "generic")
        near = takewhile(lambda r, first=first: r.start >= first, near)
        bodies = [r for r in near if r.again in ("it", "they")]
        if bodies:
            body = bodies[0]
            if body.start < structure.paragraphs[sentence.paragraph].start:
                opens = begins[bisect_right(begins, body.start) - 1]
                body = min(r for r in bodies if r.start >= opens)
            again = officer_again(words[i]) or "person"
            rule = "spokesman of the body named last"
            end = tokens.start[i] + len(words[i])
            yield Reference(start, end, body.actor, "nominal", again, rule)


def _we(pronouns: Sequence[Pronoun], quotes: Sequence[Quote]) -> Iterator[Reference]:
    """`We`, `our`, `my` inside a quotation are its speaker."""
    spoken = [
        q for q in quotes if q.kind != "indirect" and q.actor not in (None, "other")
    ]
    starts = [q.start for q in spoken]
    for start, end, word, _ in pronouns:
        if PERSON_OF[word.lower()] != "we" or word in ("US", "i"):
            continue
        at = bisect_right(starts, start) - 1
        if at >= 0 and end <= spoken[at].end:
            actor = spoken[at].actor
            yield Reference(start, end, actor, "pronoun", "we", "speaker's we")


def _mention_rows(
    structure: Structure,
    found: Sequence[Reference],
    speakers: Sequence[tuple[int, int]],
) -> list[Mention]:
    """Rows with their sentence and the part each plays in it."""
    text, tokens, words = structure.text, structure.tokens, structure.tokens.text
    spoken = sorted(speakers)
    firsts = [s for s, _ in spoken]
    rows = []
    for start, end, actor, form, _, rule in found:
        first = max(0, bisect_right(tokens.start, start) - 1)
        sentence = structure.sentences[max(0, bisect_right(tokens.firsts, first) - 1)]
        at = bisect_right(firsts, end - 1) - 1
        if at >= 0 and spoken[at][1] > start:
            part = "speaker"
        else:
            last = bisect_left(tokens.start, end, first) - 1
            low, high = tokens.firsts[sentence.sentence : sentence.sentence + 2]
            if end < tokens.start[last] + len(words[last]):
                high = last + 1  # a possessive or a contraction: no subject
            part = part_in_sentence(words, first, last, low, high)
        place = (sentence.paragraph, sentence.sentence, start, end)
        what = text[start:end], actor, form, part, rule, rule == RULE or None
        rows.append(Mention(*place, *what))
    return rows
