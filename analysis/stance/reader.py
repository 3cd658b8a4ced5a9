"""Who takes which stance toward whom in a paragraph, read in one pass by the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from analysis.codebook import Codebook
from analysis.mentions import Mention
from analysis.quotes import Quote
from analysis.stance.cards import Script, Span, write_cards
from analysis.stance.evidence import Evidence, find_phrases, share_out
from analysis.stance.model import run_edges, settings
from analysis.stance.words import Row, Term, find_own_words, shift
from analysis.tokens import Structure

if TYPE_CHECKING:
    import numpy as np

SCORER = "encoder"
NARRATOR, OTHER = "narrator", "other"
CERTAINTY = (("clear", 0.8), ("likely", 0.6), ("weak", 0.0))  # least probability
PHRASES, PERMUTATIONS = 10, 2
Pair = tuple[str, str]


class Stance(NamedTuple):
    """A holder's stance toward a target in a paragraph."""

    paragraph: int
    holder: str
    target: str
    direction: int
    score: float
    negative: float
    neutral: float
    positive: float
    certainty: str
    implied: bool
    scorer: str = SCORER


class _OwnWord(NamedTuple):
    """A reader's own word, who says it, and whom its sentence mentions."""

    term: Term
    voice: str
    named: frozenset[str]

    def bears_on(self, holder: str, target: str, taken: bool) -> bool:
        """Whether it counts for a pair that takes a stance without it, or may."""
        if target not in self.named and self.named:
            return False
        return taken or target in self.named and holder == self.voice != target


class StanceReader:
    """An article, read paragraph by paragraph when asked; each is read once."""

    def __init__(
        self,
        structure: Structure,
        codebook: Codebook,
        mentions: Sequence[Mention],
        quotes: Sequence[Quote],
    ) -> None:
        """Keep what to read: the article with its actors (`find_referents`)."""
        cards = write_cards(codebook, mentions)
        self.structure, self.words = structure, codebook.words
        self.mentions, self.quotes = mentions, quotes
        self.script = Script(structure, cards, mentions, quotes)
        self._read: dict[int, dict[Pair, tuple[Span, Row]]] = {}
        self._shared: dict[tuple[int, Span], tuple] = {}

    @cached_property
    def _named(self) -> dict[int, set[str]]:
        """Who is mentioned in each paragraph."""
        found: dict[int, set[str]] = {}
        for m in self.mentions:
            found.setdefault(m.paragraph, set()).add(m.actor)
        return found

    def rows(self) -> list[Stance]:
        """All stances of the article: by paragraph, holder and target."""
        return [
            row for p in self.structure.paragraphs for row in self.read(p.paragraph)
        ]

    def read(self, paragraph: int) -> list[Stance]:
        """The stances of one paragraph; a prompt has none."""
        return sorted(self._stances(paragraph))

    def _stances(self, paragraph: int) -> Iterator[Stance]:
        for pair, (_, row) in self._pairs(paragraph).items():
            (against, neither, for_), _ = self._shifted(paragraph, pair, row)
            if not _takes_side((against, neither, for_)):
                continue
            chance = max(against, for_)
            yield Stance(
                paragraph,
                *pair,
                1 if for_ > against else -1,
                for_ - against,
                against,
                neither,
                for_,
                next(word for word, least in CERTAINTY if chance >= least),
                pair[1] not in self._named.get(paragraph, ()),
            )

    def _pairs(self, paragraph: int) -> dict[Pair, tuple[Span, Row]]:
        """Each pair's probabilities, of the part of the paragraph that says most."""
        if paragraph not in self._read:
            found: dict[Pair, tuple[Span, Row]] = {}
            if self.structure.paragraphs[paragraph].kind != "prompt":
                for part in self.script.parts(paragraph):
                    passage = self.script.passage(paragraph, part)
                    chances = run_edges(passage).tolist()
                    for i, holder in enumerate((*passage.actors, NARRATOR, OTHER)):
                        for k, target in enumerate(passage.actors):
                            row = tuple(chances[i][k])
                            _, best = found.get((holder, target), (part, (0, 2, 0)))
                            if row[1] < best[1]:
                                found[holder, target] = part, row
            self._read[paragraph] = found
        return self._read[paragraph]

    def _shifted(self, paragraph: int, pair: Pair, row: Row) -> tuple[Row, list[Term]]:
        """Probabilities and terms with the reader's own words added."""
        taken = _takes_side(row)
        own = self._own_words(paragraph) if self.words else []
        return shift(row, [w.term for w in own if w.bears_on(*pair, taken)])

    def _own_words(self, paragraph: int) -> list[_OwnWord]:
        at = self.structure.paragraphs[paragraph]
        found = []
        for term in find_own_words(at.text, self.words):
            start, end = term.start + at.start, term.end + at.start
            sentence = next(
                s for s in self.structure.sentences if s.start <= start < s.end
            )
            named = {m.actor for m in self.mentions if m.sentence == sentence.sentence}
            voice = next(
                (q.actor or OTHER for q in self.quotes if q.start <= start < q.end),
                NARRATOR,
            )
            moved = term._replace(start=start, end=end)
            found.append(_OwnWord(moved, voice, frozenset(named)))
        return found

    def explain(self, paragraph: int, holder: str, target: str) -> list[Evidence]:
        """The phrases behind one stance; with the baseline they sum to its score.

        The baseline, a row without a span, is what the pair would score with the
        paragraph's words taken away.
        """
        part, row = self._pairs(paragraph)[holder, target]
        passage = self.script.passage(paragraph, part)
        actors = (*passage.actors, NARRATOR, OTHER)
        i, k = actors.index(holder), actors.index(target)
        baseline, phrases, worth = self._share_out(paragraph, part)
        _, terms = self._shifted(paragraph, (holder, target), row)
        text, key = self.structure.text, (paragraph, holder, target)
        return [
            Evidence(*key, None, None, None, float(baseline[i, k])),
            *(
                Evidence(*key, a, b, text[a:b], float(own[i, k]))
                for (a, b), own in zip(phrases, worth, strict=True)
            ),
            *(Evidence(*key, *term) for term in terms),
        ]

    def _share_out(self, paragraph: int, part: Span) -> tuple:
        """The phrases of a passage and what each adds to every pair's score."""
        if (paragraph, part) not in self._shared:
            offsets = self.script.passage(paragraph, part).offsets
            low, high = offsets[0][0], offsets[-1][1]
            own = find_phrases(self.structure.text[low:high], 0, 0, PHRASES)
            phrases = [(a + low, b + low) for a, b in own]

            def score(kept: frozenset[int]) -> np.ndarray:
                chances = run_edges(self.script.passage(paragraph, part, kept=kept))
                return chances[..., 2] - chances[..., 0]

            baseline, worth = share_out(offsets, phrases, score, PERMUTATIONS)
            self._shared[paragraph, part] = baseline, phrases, worth
        return self._shared[paragraph, part]

    def evidence(self) -> list[Evidence]:
        """The evidence of all stances of the article."""
        return [e for row in self.rows() for e in self.explain(*row[:3])]


def _takes_side(row: Row) -> bool:
    """Whether a pair's probabilities make a stance; a tie makes none."""
    return row[1] <= 1 - settings()["threshold"] and row[0] != row[2]
