"""What the model reads in a paragraph, in one pass: stances, frames and parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from analysis.codebook import Codebook
from analysis.folders import Store, recall
from analysis.means import sign
from analysis.mentions import Mention
from analysis.quotes import Quote
from analysis.stance.cards import Script, write_cards
from analysis.stance.evidence import (
    Evidence,
    Phrase,
    Probabilities,
    Span,
    find_own_words,
    find_phrases,
    share_out,
    shift,
)
from analysis.stance.model import Found, angles, run_passage, settings
from analysis.tokens import Structure

if TYPE_CHECKING:
    import numpy as np

SCORER = "encoder"
PERSON = "person"  # the scorer of a stance that a person set
NARRATOR, OTHER = "narrator", "other"
CERTAINTY = (("clear", 0.8), ("likely", 0.6), ("weak", 0.0))  # least probability
PHRASES, PERMUTATIONS = 6, 2
Pair = tuple[str, str]
Answer = tuple[tuple, Found]  # a passage or phrase, and what the model says of it
WHOLE = ""  # whom a frame is of when it is the paragraph's


class Stance(NamedTuple):
    """A holder's stance toward a target in a paragraph."""

    paragraph: int
    holder: str
    target: str
    direction: int
    score: float
    negative: float | None  # None: a person says so, no model
    neutral: float | None
    positive: float | None
    certainty: str
    implied: bool
    scorer: str = SCORER
    corrected: bool | None = None  # True: a person says so


class Framing(NamedTuple):
    """A frame of a paragraph, or of an actor in it."""

    paragraph: int
    frame: str
    actor: str | None
    probability: float | None
    scorer: str = SCORER


class Part(NamedTuple):
    """The narrative part that an actor plays in a paragraph."""

    paragraph: int
    actor: str
    part: str
    probability: float
    scorer: str = SCORER


class _Read(NamedTuple):
    """What was read in a paragraph, each from where in it it is plainest."""

    pairs: dict[Pair, tuple[Span, Probabilities]]
    angles: dict[Pair, tuple[Span, float]]  # by frame or part, and actor or WHOLE


class _OwnWord(NamedTuple):
    """A reader's own word, who says it, and whom its sentence mentions."""

    term: Phrase
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
        store: Store | None = None,
    ) -> None:
        """Keep what to read: the article with its actors (`find_referents`).

        What the model says goes to `store`, and comes from there another time.
        """
        self.store = store
        cards = write_cards(codebook, mentions, quotes)
        self.structure, self.words = structure, codebook.words
        self.mentions, self.quotes = mentions, quotes
        self.script = Script(structure, cards, mentions, quotes)
        self._done: dict[int, _Read] = {}
        self._shared: dict[tuple[int, Span], list[Answer]] = {}

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
        for pair, (_, row) in self._look(paragraph).pairs.items():
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

    def framing(self, paragraph: int) -> list[Framing]:
        """The frames of one paragraph, each as a whole and by actor; a prompt has none.

        Only frames whose probability reaches their threshold; where an actor's does,
        its paragraph has the frame too.
        """
        least, found = settings()["frames"], self._look(paragraph).angles
        said = {
            key
            for key, (_, chance) in found.items()
            if key[0] in least and chance >= least[key[0]][key[1] != WHOLE]
        }
        shown = {frame for frame, _ in said}
        return sorted(
            (
                Framing(paragraph, frame, actor or None, chance)
                for (frame, actor), (_, chance) in found.items()
                if (frame, actor) in said or (actor == WHOLE and frame in shown)
            ),
            key=lambda row: (row.frame, row.actor or WHOLE),
        )

    def framings(self) -> list[Framing]:
        """The frames of all paragraphs."""
        return [f for p in self.structure.paragraphs for f in self.framing(p.paragraph)]

    def parts(self) -> list[Part]:
        """The part that each actor plays in each paragraph, where it plays one."""
        return [p for at in self.structure.paragraphs for p in self._parts(at[0])]

    def _parts(self, paragraph: int) -> Iterator[Part]:
        """The likeliest part of each actor, of those whose threshold is reached."""
        least = settings()["parts"]
        chances: dict[str, list[tuple[float, str]]] = {}
        for (angle, actor), (_, chance) in self._look(paragraph).angles.items():
            if actor != WHOLE and chance >= least.get(angle, 2):
                chances.setdefault(actor, []).append((chance, angle))
        for actor in sorted(chances):
            chance, part = max(chances[actor])
            yield Part(paragraph, actor, part, chance)

    @property
    def is_kept(self) -> bool:
        """Whether what the model says was kept, to the last paragraph that it reads."""
        rows = self.structure.paragraphs
        last = [str(p.paragraph) for p in rows if p.kind != "prompt"][-1:]
        return bool(self.store and last and self.store.get(last[0]) is not None)

    def _look(self, paragraph: int) -> _Read:
        """All that the model says of a paragraph, from where it is plainest."""
        if paragraph not in self._done:
            read = self._done[paragraph] = _Read({}, {})
            for part, found in self._kept(str(paragraph), lambda: self._run(paragraph)):
                self._add(read, paragraph, tuple(part), found)
        return self._done[paragraph]

    def _run(self, paragraph: int) -> list[Answer]:
        """What the model finds in each passage of a paragraph; a prompt has none."""
        if self.structure.paragraphs[paragraph].kind == "prompt":
            return []
        return [
            (part, run_passage(self.script.passage(paragraph, part)))
            for part in self.script.parts(paragraph)
        ]

    def _kept(self, name: str, work: Callable[[], list[Answer]]) -> list[Answer]:
        """What was found under a name before, or is now."""
        return recall(self.store, name, work, _pack, _unpack)

    def _add(self, read: _Read, paragraph: int, part: Span, found: Found) -> None:
        actors = self.script.nearest(paragraph)
        stances, frames = (own.tolist() for own in found)
        for i, holder in enumerate((*actors, NARRATOR, OTHER)):
            for k, target in enumerate(actors):
                row = tuple(stances[i][k])
                if row[1] < read.pairs.get((holder, target), (part, (0, 2, 0)))[1][1]:
                    read.pairs[holder, target] = part, row
        for angle, chances in zip(angles(), frames, strict=True):
            for actor, chance in zip((*actors, WHOLE), chances, strict=True):
                if chance > read.angles.get((angle, actor), (part, 0.0))[1]:
                    read.angles[angle, actor] = part, chance

    def _shifted(
        self, paragraph: int, pair: Pair, row: Probabilities
    ) -> tuple[Probabilities, list[Phrase]]:
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
        part, row = self._look(paragraph).pairs[holder, target]
        actors = self.script.nearest(paragraph)
        at = (*actors, NARRATOR, OTHER).index(holder), actors.index(target)
        _, own = self._shifted(paragraph, (holder, target), row)
        told = [
            Phrase(*span, float(found.stances[at][2] - found.stances[at][0]))
            for span, found in self._share_out(paragraph, part)
        ]
        return [Evidence(paragraph, holder, target, *row) for row in (*told, *own)]

    def explain_frame(
        self, paragraph: int, angle: str, actor: str | None = None
    ) -> list[Phrase]:
        """The phrases behind a frame or part; they sum to its probability."""
        part, _ = self._look(paragraph).angles[angle, actor or WHOLE]
        owners = (*self.script.nearest(paragraph), WHOLE)
        at = angles().index(angle), owners.index(actor or WHOLE)
        return [
            Phrase(*span, float(found.frames[at]))
            for span, found in self._share_out(paragraph, part)
        ]

    def _share_out(self, paragraph: int, part: Span) -> list[Answer]:
        """What each phrase of a passage adds to all that the model says of it.

        The first row is the baseline, whose span is missing.
        """
        key = paragraph, part
        if key not in self._shared:
            name = f"{paragraph}-{part[0]}-{part[1]}"
            self._shared[key] = self._kept(name, lambda: self._shares(*key))
        return self._shared[key]

    def _shares(self, paragraph: int, part: Span) -> list[Answer]:
        text, script = self.structure.text, self.script
        whole = script.passage(paragraph, part)
        low, high = whole.offsets[0][0], whole.offsets[-1][1]
        own = find_phrases(text[low:high], 0, 0, PHRASES)
        phrases = [(a + low, b + low) for a, b in own]

        def score(kept: frozenset[int]) -> np.ndarray:
            return run_passage(script.passage(paragraph, part, kept=kept)).fold()

        baseline, worth = share_out(whole.offsets, phrases, score, PERMUTATIONS)
        spans = [(None, None, None), *((a, b, text[a:b]) for a, b in phrases)]
        return [
            (span, Found.unfold(flat, len(whole.actors)))
            for span, flat in zip(spans, [baseline, *worth], strict=True)
        ]


def _takes_side(row: Probabilities) -> bool:
    """Whether a pair's probabilities make a stance; a tie makes none."""
    return row[1] <= 1 - settings()["threshold"] and sign(row[2] - row[0]) != 0


def _pack(found: list[Answer]) -> list:
    return [[*label, *(a.tolist() for a in own)] for label, own in found]


def _unpack(kept: list | None) -> list[Answer] | None:
    """What was kept, as it was found; None if it is none of that."""
    import numpy as np

    try:
        found = [
            (tuple(label), Found(np.array(stances), np.array(frames)))
            for *label, stances, frames in kept
        ]
    except (TypeError, ValueError):
        return None
    return found or None
