"""What the reader of stance sees: actors as cards, the text before, a marked passage.

The words of an article are turned into pieces once. A passage (a paragraph, or a part
of a very long one) is then put together from a card for each actor (its mark, its role,
the nouns that are used for it), the end of the text before it, and its own pieces, with
a mark before each mention of an actor and around each quotation that says whose it is.
A name is its actor's mark alone: what is read of an actor does not hang on how it is
called. `analysis.stance.reader` runs the model on it; the training
(`benchmarks.train_stance`) reads its examples by the same functions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from analysis.codebook import Actor, Codebook
from analysis.mentions import Mention
from analysis.quotes import Quote
from analysis.stance.model import SLOTS, split_pieces
from analysis.tokens import Span, Structure

CLS, SEP = 101, 102
# Unused word pieces: an actor's mark by its slot, whose words a quotation holds by the
# speaker's slot (then: other, unknown), a quotation's end, the cards of narrator and
# other.
ACTOR, SPEAKS = 10, 30
OTHER_SPEAKS, UNKNOWN_SPEAKS, QUOTE_ENDS = 38, 39, 40
NARRATOR, OTHER = 41, 42
CARD, NOUNS = 16, 5  # pieces of a card, nouns on it
BEFORE = 64  # pieces of the text before
WINDOW = 4 * BEFORE  # where they are looked for: names between have no pieces
LONGEST = 200  # pieces of a passage: the model learned from none as long


class Card(NamedTuple):
    """An actor as the reader sees it: never by a name."""

    role: str
    nouns: str  # its label, if no name stands in it, and what the article calls it


class Passage(NamedTuple):
    """A passage as the model reads it.

    `marks` are positions in `ids`: for each actor, then for narrator and other, where
    its card, its mentions and its quotations are marked.
    """

    paragraph: int
    actors: tuple[str, ...]
    ids: list[int]
    cards: list[int]
    mentions: list[list[int]]
    voices: list[list[int]]
    body: Span
    offsets: list[Span]  # of the passage's own pieces in the article


@cache
def _card_pieces(card: Card) -> list[int]:
    return split_pieces(": ".join(filter(None, card))).ids[:CARD]


def write_cards(
    codebook: Codebook, mentions: Iterable[Mention], quotes: Iterable[Quote] = ()
) -> dict[str, Card]:
    """A card for each actor that the article mentions or quotes.

    >>> from analysis.codebook import parse_codebook
    >>> from analysis.mentions import find_mentions
    >>> book = parse_codebook("actors: {court: {names: [A], nominals: [the judge]}}")
    >>> write_cards(book, find_mentions("A said the judge waits.", book))
    {'court': Card(role='court', nouns='court, the judge')}
    """
    used: dict[str | None, Counter[str]] = {q.actor: Counter() for q in quotes}
    for m in mentions:
        used.setdefault(m.actor, Counter())[m.text] += m.form == "nominal"
    return {
        actor.id: Card(actor.role.replace("_", " "), _nouns(actor, used[actor.id]))
        for actor in codebook.actors
        if actor.id in used
    }


def _nouns(actor: Actor, used: Counter[str]) -> str:
    """What an actor is called without a name: its label if it has none, nouns."""
    names = (*actor.names, *(p.name.split()[-1] for p in actor.people))
    named = any(name.lower() in actor.label.lower() for name in names)
    nouns = [noun for noun, n in used.most_common(NOUNS) if n]
    return ", ".join(dict.fromkeys([*([] if named else [actor.label]), *nouns]))


def _head(cards: Iterable[Card]) -> tuple[list[int], list[int]]:
    """How a passage begins: the cards, and where each is; narrator's, other's last."""
    ids, spots = [CLS], []
    for slot, card in enumerate(cards):
        spots.append(len(ids))
        ids += [ACTOR + slot, *_card_pieces(card)]
    spots += [len(ids), len(ids) + 1]
    return [*ids, NARRATOR, OTHER, SEP], spots


def _mark_down(
    mark: int, at: int, mentions: list[list[int]], voices: list[list[int]]
) -> None:
    """Write down where a mark says who is mentioned or whose words follow."""
    if ACTOR <= mark < ACTOR + SLOTS:
        mentions[mark - ACTOR].append(at)
    elif SPEAKS <= mark < SPEAKS + SLOTS:
        voices[mark - SPEAKS].append(at)
    elif mark in (OTHER_SPEAKS, UNKNOWN_SPEAKS):
        voices[-1].append(at)


class Script:
    """An article in pieces, from which passages are put together."""

    def __init__(
        self,
        structure: Structure,
        cards: Mapping[str, Card],
        mentions: Sequence[Mention],
        quotes: Sequence[Quote],
    ) -> None:
        """Split each paragraph into pieces; say which marks stand before which."""
        self.structure, self.cards = structure, cards
        self.pieces = [split_pieces(p.text) for p in structure.paragraphs]
        self.mentions = self._by_piece(
            (m.paragraph, m.start, m.actor) for m in mentions
        )
        self.opens = self._by_piece(
            (q.paragraph, q.start, q.actor or "") for q in quotes
        )
        self.closes = self._by_piece((q.paragraph, q.end, "") for q in quotes)
        self.counts = Counter(m.actor for m in mentions)
        self.names = self._named_pieces(m for m in mentions if m.form == "name")

    def _named_pieces(
        self, names: Iterable[Mention]
    ) -> dict[int, dict[int, tuple[str, int]]]:
        """The pieces of names, by paragraph: whose, and where the name begins."""
        found: dict[int, dict[int, tuple[str, int]]] = {}
        for m in names:
            start = self.structure.paragraphs[m.paragraph].start
            offsets = self.pieces[m.paragraph].offsets
            first = bisect_left([b for _, b in offsets], m.start - start + 1)
            last = bisect_left([a for a, _ in offsets], m.end - start)
            for piece in range(first, last):
                found.setdefault(m.paragraph, {})[piece] = m.actor, first
        return found

    def _by_piece(
        self, spots: Iterable[tuple[int, int, str]]
    ) -> dict[int, dict[int, list[str]]]:
        """Spots of the text, by paragraph and number of the piece they stand at."""
        found: dict[int, dict[int, list[str]]] = {}
        for paragraph, at, actor in spots:
            start = self.structure.paragraphs[paragraph].start
            ends = [b for _, b in self.pieces[paragraph].offsets]
            piece = bisect_left(ends, at - start + 1)
            found.setdefault(paragraph, {}).setdefault(piece, []).append(actor)
        return found

    def parts(self, paragraph: int) -> Iterator[Span]:
        """The passages of a paragraph: all of it, or sentences up to `LONGEST`."""
        count = len(self.pieces[paragraph].ids)
        if count <= LONGEST:
            yield 0, count
            return
        start = self.structure.paragraphs[paragraph].start
        starts = [a + start for a, _ in self.pieces[paragraph].offsets]
        breaks = [
            bisect_left(starts, s.start)
            for s in self.structure.sentences
            if s.paragraph == paragraph
        ]
        low = 0
        while count - low > LONGEST:
            high = max((b for b in breaks if low < b <= low + LONGEST), default=0)
            high = high or low + LONGEST
            yield low, high
            low = high
        yield low, count

    def nearest(self, paragraph: int) -> list[str]:
        """The actors to read a passage with: those named in it or just before first."""
        near: dict[str, int] = {}
        for back in range(4):
            here = self.mentions.get(paragraph - back, {}).values()
            here = [a for actors in here for a in actors]
            here += [
                a for s in self.opens.get(paragraph - back, {}).values() for a in s
            ]
            for actor in here:
                near.setdefault(actor, back)
        known = sorted(self.cards, key=lambda a: (near.get(a, 9), -self.counts[a]))
        chosen = set(known[:SLOTS])
        return [a for a in self.cards if a in chosen]

    def passage(
        self,
        paragraph: int,
        part: Span,
        actors: Sequence[str] | None = None,
        kept: frozenset[int] | None = None,
        cards: Mapping[str, Card] | None = None,
    ) -> Passage:
        """Put a passage together.

        `actors` are those with a card, in the order of their slots (`nearest` unless
        given); of the passage's own pieces only those `kept` are left; `cards` are
        others than the article's.
        """
        actors = self.nearest(paragraph) if actors is None else list(actors)
        slots = {a: k for k, a in enumerate(actors)}
        ids, spots = _head([(cards or self.cards)[actor] for actor in actors])
        ids += [*self._before(paragraph, part[0], slots), SEP]
        first = len(ids)
        mentions: list[list[int]] = [[] for _ in spots]
        voices: list[list[int]] = [[] for _ in spots]
        for i, piece, marks in self._marked(paragraph, part, slots):
            if kept is not None and i not in kept:
                continue
            for mark in marks:
                _mark_down(mark, len(ids), mentions, voices)
                ids.append(mark)
            if piece is not None:
                ids.append(piece)
        start = self.structure.paragraphs[paragraph].start
        own = self.pieces[paragraph].offsets[slice(*part)]
        return Passage(
            paragraph,
            tuple(actors),
            [*ids, SEP],
            spots,
            mentions,
            voices,
            (first, len(ids) + 1),
            [(a + start, b + start) for a, b in own],
        )

    def _before(self, paragraph: int, low: int, slots: dict[str, int]) -> list[int]:
        """The last pieces before a passage, mentions marked."""
        found: list[int] = []
        end = low
        for k in range(paragraph, -1, -1):
            if len(found) >= BEFORE:
                break
            count = len(self.pieces[k].ids) if k < paragraph else end
            run = [
                one
                for _, piece, marks in self._marked(
                    k, (max(0, count - WINDOW), count), slots
                )
                for one in (*(m for m in marks if m < SPEAKS), piece)
                if one is not None
            ]
            found = run + found
        return found[-BEFORE:]

    def _marked(
        self, paragraph: int, part: Span, slots: dict[str, int]
    ) -> Iterator[tuple[int, int | None, list[int]]]:
        """Number within the part, piece and marks before it.

        A name of an actor that has a card is its mark alone, without pieces.
        """
        names = self.names.get(paragraph, {})
        mentions = self.mentions.get(paragraph, {})
        opens = self.opens.get(paragraph, {})
        closes = self.closes.get(paragraph, {})
        pieces = self.pieces[paragraph].ids
        for i in range(*part):
            marks = [QUOTE_ENDS for _ in closes.get(i, ())]
            for actor in opens.get(i, ()):
                if actor in slots:
                    marks.append(SPEAKS + slots[actor])
                else:
                    marks.append(OTHER_SPEAKS if actor else UNKNOWN_SPEAKS)
            marks += [ACTOR + slots[a] for a in mentions.get(i, ()) if a in slots]
            whose, first = names.get(i, ("", 0))
            hidden = whose in slots and whose in mentions.get(first, ())
            yield i - part[0], None if hidden else pieces[i], marks
