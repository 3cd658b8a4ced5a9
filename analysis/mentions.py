"""References to actors: names, nouns and pronouns, and the part each plays."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from .aliases import PERSON_OF, Aliases, compile_aliases, role_words
from .codebook import Codebook
from .pronouns import Reference, resolve_pronouns, resolve_speakers
from .quotes import Quote, find_quotes
from .tokens import Structure, function_words, read_structure
from .verbs import part_in_sentence

if TYPE_CHECKING:
    import pandas as pd

_WORD_BEFORE = re.compile(r"([\w.&’'-]+)[^\S\n]+$")
_WORD_AFTER = re.compile(r"[^\S\n]+([\w&-]+)(?![\w’'])")
_SPOKESMAN = re.compile(
    r"\b(?:an?|the|one|its)[^\S\n]+spokes(?:man|woman|person)\b(?![^\S\n]+(?:for|of)\b)",
    re.I,
)
_POSSESSIVES = frozenset({"its", "his", "her", "their"})
_DETERMINERS = frozenset(
    {"the", "a", "an", "this", "that", "its", "his", "her", "their"}
)
_FOR = frozenset({"for", "of", "at", "from", "with"})
DATES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march"
    " april june july august september october november december yesterday".split()
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

    Parameters
    ----------
    text : str
        The article's text.
    codebook : Codebook
        Whom to look for.

    Returns
    -------
    list of Mention
        In the order of the text: paragraph, sentence, start, end, text, actor,
        form (name, nominal, pronoun, generic), part (speaker, doer, done-to,
        other), rule.

    Examples
    --------
    >>> from analysis.codebook import parse_codebook
    >>> book = parse_codebook("actors: {regulator: {names: [Ofcom]}}")
    >>> [(m.text, m.form) for m in find_mentions("Ofcom said it will act.", book)]
    [('Ofcom', 'name'), ('it', 'pronoun')]
    """
    structure = read_structure(text)
    return find_referents(structure, codebook, find_quotes(text, structure)).mentions


def find_referents(
    structure: Structure, codebook: Codebook, quotes: Sequence[Quote]
) -> Referents:
    """Mentions, and the quotations with the actor behind each speaker.

    Parameters
    ----------
    structure : Structure
        The article, split.
    codebook : Codebook
        Whom to look for.
    quotes : sequence of Quote
        From `analysis.quotes.find_quotes`.

    Returns
    -------
    Referents
        ``.mentions``; ``.quotes`` with ``actor`` filled in: an id, ``other`` for
        a speaker who is no actor, None for an unknown one.

    Examples
    --------
    >>> from analysis.codebook import parse_codebook
    >>> book = parse_codebook("actors: {regulator: {names: [Ofcom]}}")
    >>> s = read_structure("“We will act,” Ofcom said.")
    >>> found = find_referents(s, book, find_quotes(s.text, s))
    >>> found.quotes[0].actor, found.mentions[0].actor
    ('regulator', 'regulator')
    """
    aliases = compile_aliases(codebook.actors)
    found, pronouns = _candidates(structure, aliases)
    found = sorted([*found, *_spokesmen(structure, found)])
    speakers = [(q.speaker_start, q.speaker_end) for q in quotes if q.speaker]
    persons = resolve_pronouns(structure, found, pronouns, speakers)
    quotes = resolve_speakers(quotes, found, persons)
    everyone = sorted([*found, *persons, *_we(structure.text, pronouns, quotes)])
    return Referents(_mentions(structure, everyone, speakers), list(quotes))


def count_mentions(
    mentions: Iterable[Mention] | pd.DataFrame, by: Sequence[str] = ("actor",)
) -> pd.DataFrame:
    """Count mentions by any of their columns; generic plurals do not count.

    Parameters
    ----------
    mentions : iterable of Mention or DataFrame
        Rows of `find_mentions` or the table ``mentions``.
    by : sequence of str
        Columns to count by, such as ``("actor", "form")`` or ``("paragraph",)``.

    Returns
    -------
    pandas.DataFrame
        The columns of `by` and ``mentions``, most frequent first.

    Raises
    ------
    KeyError
        If a column is unknown; the message lists the known ones.

    Examples
    --------
    >>> from analysis.codebook import parse_codebook
    >>> book = parse_codebook("actors: {regulator: {names: [Ofcom]}}")
    >>> int(count_mentions(find_mentions("Ofcom acted.", book)).mentions[0])
    1
    """
    import pandas as pd

    from .tables import to_table

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


def _candidates(
    structure: Structure, aliases: Aliases
) -> tuple[list[Reference], list[re.Match[str]]]:
    """Names and nouns with their whole phrases, and the pronouns yet to resolve."""
    text = structure.text
    found: list[Reference] = []
    pronouns: list[re.Match[str]] = []
    starts = [s.start for s in structure.sentences]
    for match in aliases.pattern.finditer(text):
        if match.lastgroup == "pronoun":
            pronouns.append(match)
            continue
        at = bisect_right(starts, match.start()) - 1
        floor = starts[at] if at >= 0 else 0
        if found:
            floor = max(floor, found[-1].end)
        candidate = _candidate(text, match, aliases, floor)
        if candidate is None:
            continue
        if found and _side_by_side(text, found[-1], candidate):
            candidate = _merge(found.pop(), candidate)
        found.append(candidate)
    kept = [c for c in _headlines(structure, found) if c.form != "bare" and c.actor]
    return kept, list(_outside(pronouns, kept))


def _spokesmen(structure: Structure, found: Sequence[Reference]) -> Iterator[Reference]:
    """*A spokesman* without more speaks for the institution named last.

    It is sought in his own and the paragraph before; a body in the phrase itself
    (`a company spokeswoman`) is found with the nouns.
    """
    starts = [r.start for r in found]
    paragraphs = structure.paragraphs
    for match in _SPOKESMAN.finditer(structure.text):
        at = bisect_right(starts, match.start())
        if at and found[at - 1].end > match.start():
            continue
        here = bisect_right(paragraphs, match.start(), key=lambda p: p.start) - 1
        first = paragraphs[max(0, here - 1)].start
        fits = [r for r in found[:at] if r.start >= first and r.again in ("it", "they")]
        fits = [r for r in fits if r.form != "generic"]
        if fits:
            again = _officer_again(match.group()) or "person"
            rule = "spokesman of the body named last"
            actor = fits[-1].actor
            yield Reference(*match.span(), actor, "nominal", again, rule)


def _headlines(structure: Structure, found: Sequence[Reference]) -> Iterator[Reference]:
    """Headlines drop articles: `Watchdog fines lender` names both."""
    heads = [(p.start, p.end) for p in structure.paragraphs if p.kind == "heading"]
    for c in found:
        if c.form == "bare" and any(start <= c.start < end for start, end in heads):
            c = c._replace(form="nominal", rule="noun in a headline")
        yield c


def _candidate(
    text: str, match: re.Match[str], aliases: Aliases, floor: int
) -> Reference | None:
    start, end = match.span()
    key = " ".join(match.group().split())
    if match.lastgroup == "name":
        alias = aliases.names[key]
        if alias.actor is None or _part_of_other_name(text, key, start, floor):
            return None
        end = _extend_right(text, end)
        begin = _extend_left(text, start, floor, officer=end > match.end())
        again = _officer_again(text[match.end() : end]) or alias.pronoun
        return Reference(begin, end, alias.actor, "name", again, "name")
    key = key.lower()
    if key in aliases.nouns:
        return _nominal(text, start, end, key, aliases, floor)
    return Reference(start, end, aliases.plurals[key], "generic", "they", "class noun")


def _part_of_other_name(text: str, key: str, start: int, floor: int) -> bool:
    """A one-letter name after another capitalised word is a part of its name."""
    if len(key) > 1:
        return False
    before = _WORD_BEFORE.search(text, floor, start)
    if not before or before.start() == floor:
        return False
    word = before.group(1)
    known = word.lower() in role_words() or word.lower() in function_words()
    return word[0].isupper() and not known and not re.search(r"[’'‘]s?$", word)


def _nominal(
    text: str, start: int, end: int, key: str, aliases: Aliases, floor: int
) -> Reference | None:
    """A noun for an actor with its determiner and what stands between the two."""
    alias = aliases.nouns[key]
    after = _WORD_AFTER.match(text, end)
    use = role_words().get(after.group(1).lower()) if after else None
    if use == "head":
        return None  # it only modifies another noun: the media regulator
    if use == "officer":  # whoever speaks for it: a company spokeswoman
        end = _extend_right(text, end)
        begin = _extend_left(text, start, floor, officer=True)
        again = _officer_again(text[start:end]) or alias.pronoun
        return Reference(begin, end, alias.actor, "nominal", again, "noun")
    first, modifiers = start, 0
    while modifiers < 4 and (before := _WORD_BEFORE.search(text, floor, first)):
        word = before.group(1).lower() if before.group(1) != "US" else "u.s"
        first = before.start()
        if word in _DETERMINERS:
            if word in ("a", "an"):
                break
            firm = alias.actor.startswith(("company", "platform"))
            if firm and word in _POSSESSIVES:  # their business is no firm
                return None
            begin = _officer_for(text, first, floor)
            return Reference(begin, end, alias.actor, "nominal", alias.pronoun, "noun")
        if word in function_words() or word.endswith(("’s", "'s", "’")):
            break
        if _foreign(word, alias.actor, aliases):
            return None
        modifiers += 1
    if alias.bare:
        return Reference(start, end, alias.actor, "nominal", alias.pronoun, "noun")
    start = _extend_left(text, start, floor, officer=False)
    return Reference(start, end, alias.actor, "bare", alias.pronoun, "noun")


def _foreign(word: str, actor: str, aliases: Aliases) -> bool:
    """Whether a noun so modified is another country's (the US regulator)."""
    public = actor.startswith(("government", "regulator", "court", "opposition"))
    return public and role_words().get(word) == "country" and word not in aliases.home


def _extend_left(text: str, start: int, floor: int, officer: bool) -> int:
    """Take in titles, offices and nouns before a name: `Technology Secretary …`."""
    uses, first, grown = role_words(), start, officer
    while before := _WORD_BEFORE.search(text, floor, first):
        word = before.group(1)
        lower = word.lower().rstrip(".")
        title = word.rstrip(".") in ("Mr", "Mrs", "Ms", "Miss", "Sir", "Dame", "Dr")
        capital = word[0].isupper() and lower not in function_words()
        if lower in uses or title:
            grown = True
        elif not (grown and first < start and capital) or lower in DATES:
            break
        if word.endswith(("’s", "'s", "‘s")):
            break
        first = before.start()
    before = _WORD_BEFORE.search(text, floor, first)
    word = before.group(1).lower() if before else ""
    if word == "the" or grown and word in _DETERMINERS:
        return before.start()
    return _officer_for(text, first, floor)


def _officer_for(text: str, start: int, floor: int) -> int:
    """Take in the officer before a name: `A spokesman for` the regulator."""
    before = _WORD_BEFORE.search(text, floor, start)
    if not before or before.group(1).lower() not in _FOR:
        return start
    noun = _WORD_BEFORE.search(text, floor, before.start())
    if not noun or role_words().get(noun.group(1).lower()) != "officer":
        return start
    return _extend_left(text, noun.start(), floor, officer=True)


def _extend_right(text: str, end: int) -> int:
    """Take in nouns after a name: `Home Office` spokesman, `Grok` AI tool."""
    uses, last, reached = role_words(), end, end
    while after := _WORD_AFTER.match(text, last):
        use = uses.get(after.group(1).lower())
        if use in (None, "country"):
            break
        last = after.end()
        if use != "modifier":
            reached = last
    return reached


def _officer_again(words: str) -> str | None:
    last = words.split()[-1].lower() if words.strip() else ""
    if role_words().get(last) != "officer":
        return None
    return (
        "she" if last.endswith("woman") else "he" if last.endswith("man") else "person"
    )


def _side_by_side(text: str, first: Reference, second: Reference) -> bool:
    """Aliases of one actor that touch are one mention: `Grok X account`."""
    gap = text[first.end : second.start]
    if first.actor != second.actor or "generic" in (first.form, second.form):
        return False
    return first.end >= second.start or (
        "\n" not in gap and all(w.lower() in role_words() for w in gap.split())
    )


def _merge(first: Reference, second: Reference) -> Reference:
    form = "name" if "name" in (first.form, second.form) else second.form
    start, end = min(first.start, second.start), max(first.end, second.end)
    return Reference(
        start, end, first.actor, form, second.again, "aliases side by side"
    )


def _outside(
    pronouns: Sequence[re.Match[str]], found: Sequence[Reference]
) -> Iterator[re.Match[str]]:
    """Pronouns that are not inside a longer mention (`its AI tool Grok`)."""
    ends = [c.end for c in found]
    for pronoun in pronouns:
        at = bisect_right(ends, pronoun.start())
        if at == len(found) or found[at].start >= pronoun.end():
            yield pronoun


def _we(
    text: str, pronouns: Sequence[re.Match[str]], quotes: Sequence[Quote]
) -> Iterator[Reference]:
    """`We`, `our`, `my` inside a quotation are its speaker."""
    spoken = [
        q for q in quotes if q.kind != "indirect" and q.actor not in (None, "other")
    ]
    starts = [q.start for q in spoken]
    for pronoun in pronouns:
        at = bisect_right(starts, pronoun.start()) - 1
        word = pronoun.group()
        if at < 0 or pronoun.end() > spoken[at].end or word in ("US", "i"):
            continue
        if PERSON_OF[word.lower()] == "we":
            actor = spoken[at].actor
            yield Reference(*pronoun.span(), actor, "pronoun", "we", "speaker's we")


def _mentions(
    structure: Structure,
    found: Sequence[Reference],
    speakers: Sequence[tuple[int, int]],
) -> list[Mention]:
    """Rows with their sentence and the part each plays in it."""
    text, sentences = structure.text, structure.sentences
    starts = [s.start for s in sentences]
    spoken = sorted(speakers)
    firsts = [s for s, _ in spoken]
    rows = []
    for start, end, actor, form, _, rule in found:
        sentence = sentences[max(0, bisect_right(starts, start) - 1)]
        at = bisect_right(firsts, end - 1) - 1
        if at >= 0 and spoken[at][1] > start:
            part = "speaker"
        else:
            part = part_in_sentence(text, start, end, sentence.start, sentence.end)
        inside = text[start:end]
        place = (sentence.paragraph, sentence.sentence, start, end)
        rows.append(Mention(*place, inside, actor, form, part, rule))
    return rows
