"""What a person corrected in an article: kept beside it, applied to every analysis.

The file ``my-article.corrections.csv`` beside ``my-article.txt`` has a row a
correction and opens in any spreadsheet. `files` reads and writes it, `coding` makes a
hand coding or training data of corrections; here they are put to work, each before what
hangs on it.

=========  ========================  =================  ==============================
what       span                      was                becomes
=========  ========================  =================  ==============================
kind       the paragraph             its kind           heading, body, caption, prompt
speaker    the quotation             its actor          an actor's id, ``other``, or a
                                                        name
mention    the mention, found or     its actor          an actor's id, or ``none``
           not
stance     the paragraph             ``holder>target``  ``for``, ``against``, ``none``
missing    the paragraph             nothing            ``holder>target:for`` or
                                                        ``holder>target:against``
=========  ========================  =================  ==============================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from analysis.articles import Article
from analysis.articles.paragraphs import CORRECTED, Kind, Paragraph, find_paragraphs
from analysis.codebook import Codebook
from analysis.corrections.coding import (
    corrections_to_coding,
    corrections_to_training,
)
from analysis.corrections.files import (
    ACTOR,
    DIRECTIONS,
    Correction,
    CorrectionError,
    add_correction,
    codebook_path,
    corrections_files,
    corrections_path,
    corrections_text,
    find_corrections,
    find_place,
    given_corrections,
    occurrences,
    pair_of,
    parse_corrections,
    read_corrections,
    remove_correction,
)
from analysis.mentions import Mention
from analysis.mentions.said import NOBODY, Said, is_same
from analysis.quotes import Quote
from analysis.stance import NARRATOR, OTHER, PERSON, Stance
from analysis.tokens import Structure

__all__ = [
    "Correction",
    "CorrectionError",
    "Placed",
    "add_correction",
    "applied",
    "codebook_path",
    "correct_kinds",
    "correct_stances",
    "corrections_files",
    "corrections_path",
    "corrections_text",
    "corrections_to_coding",
    "corrections_to_training",
    "find_corrections",
    "given_corrections",
    "notes_of",
    "parse_corrections",
    "place_corrections",
    "read_corrections",
    "remove_correction",
    "said_of",
]

SHORT_WORDS = 40  # letters of a correction's words in a note


class Placed(NamedTuple):
    """Corrections at their place in a text, and what is to be said of the others."""

    rows: list[Correction]
    notes: list[str]


def place_corrections(
    corrections: Iterable[Correction], text: str, codebook: Codebook | None = None
) -> Placed:
    """Find each correction's words in a text that may have changed since.

    They are in the order of their file. Without a codebook they may name any actor.

    Gives ``.rows``: those that can be applied, moved where their words stand once and
    elsewhere. ``.notes``: a sentence for each that was moved or is left out, with its
    row, its words and the remedy.

    >>> moved = Correction("mention", 0, 5, "Ofcom", "", "regulator")
    >>> found = place_corrections([moved], "So Ofcom says.")
    >>> found.rows[0].start, len(found.notes)
    (3, 1)
    """
    placed, paragraphs = Placed([], []), find_paragraphs(text)
    given = [(row, find_place(row, text)) for row in corrections]
    for number, (row, found) in enumerate(given, 2):
        where = f"corrections, row {number}, “{_short(row.words)}”"
        later = (other for _, other in given[number - 1 :] if other)
        fault = (
            _unplaced(row, text)
            if found is None
            else _unknown(row, codebook)
            or _astray(found, paragraphs)
            or _overlapped(found, later)
        )
        if fault or found is None:
            placed.notes.append(f"{where}: {fault}; it is kept and not applied")
            continue
        if found != row:
            words = f"stands at {found.start} now, not at {row.start}: applied there"
            placed.notes.append(f"{where}: {words}")
        placed.rows.append(found)
    return placed


def correct_kinds(article: Article, rows: Iterable[Correction]) -> Article:
    """An article that knows the kinds of paragraphs that a person corrected.

    >>> row = Correction("kind", 0, 2, "No", "body", "caption")
    >>> correct_kinds(Article("No", "", "", ""), [row]).kinds[0][:2]
    (0, 'caption')
    """
    rows = [row for row in rows if row.what == "kind"]
    paragraphs = find_paragraphs(article.text) if rows else []
    kinds = [
        Kind(p.paragraph, row.becomes, CORRECTED)
        for row in rows
        for p in paragraphs
        if p.start <= row.start < p.end
    ]
    return article._replace(kinds=(*article.kinds, *kinds))


def said_of(rows: Iterable[Correction]) -> Said:
    """What corrections say of mentions and speakers, by span.

    >>> said_of([Correction("mention", 0, 2, "It", "court", "none")]).mentions
    {(0, 2): None}
    """
    said = Said({}, {})
    for row in rows:
        span = row.start, row.end
        if row.what == "mention":
            said.mentions[span] = None if row.becomes == NOBODY else row.becomes
        elif row.what == "speaker":
            said.speakers[span] = row.becomes
    return said


def correct_stances(
    rows: Sequence[Stance],
    corrections: Iterable[Correction],
    structure: Structure,
    mentions: Iterable[Mention],
) -> list[Stance]:
    """Stances with those that a person took away, turned or added.

    A stance that the model read with the same direction stays as it read it; one that
    it did not has score -1 or 1, no probabilities, the scorer ``person``, and no
    evidence. Both are marked as corrected. A target that is not mentioned in the
    paragraph is implied.
    """
    found = {row[:3]: row for row in rows}
    named = {(m.paragraph, m.actor) for m in mentions}
    for row in corrections:
        if row.what not in ("stance", "missing"):
            continue
        paragraph = next(
            p.paragraph for p in structure.paragraphs if p.start <= row.start < p.end
        )
        holder, target = pair_of(row)
        key = paragraph, holder, target
        direction = DIRECTIONS[row.becomes.rpartition(":")[2]]
        old = found.pop(key, None)
        if old and old.direction == direction:
            found[key] = old._replace(corrected=True)
        elif direction:
            found[key] = Stance(
                *key,
                direction,
                score=float(direction),
                negative=None,
                neutral=None,
                positive=None,
                certainty="clear",
                implied=(paragraph, target) not in named,
                scorer=PERSON,
                corrected=True,
            )
    return sorted(found.values(), key=lambda row: row[:3])


def applied(placed: Placed, quotes: Sequence[Quote]) -> list[Correction]:
    """Corrections that were applied: a speaker's needs a quotation at its place.

    >>> lost = Correction("speaker", 0, 2, "No", "", "court")
    >>> applied(Placed([lost], []), [])
    []
    """
    spoken = [(q.start, q.end) for q in quotes]
    return [
        row
        for row in placed.rows
        if row.what != "speaker" or any(is_same(row[1:3], span) for span in spoken)
    ]


def notes_of(placed: Placed, quotes: Sequence[Quote]) -> list[str]:
    """What the reader of an analysis should know of its corrections."""
    done = applied(placed, quotes)
    counts = Counter(row.what for row in done)
    each = ", ".join(f"{what} {n}" for what, n in counts.items())
    one = len(done) == 1
    said = f"{len(done)} correction{'' if one else 's'} by a person "
    said += f"{'is' if one else 'are'} applied ({each})"
    lost = (
        f"corrections, “{_short(row.words)}”: no quotation is found there, so its "
        "speaker is not corrected; correct the span, or take the row back"
        for row in placed.rows
        if row not in done
    )
    return [*[said] * bool(done), *placed.notes, *lost]


def _unplaced(row: Correction, text: str) -> str:
    where = "at several places" if occurrences(row.words, text) else "nowhere"
    return (
        f"these words stand {where} in the text and no longer at {row.start}; write "
        "their new start and end, or take the row back"
    )


def _astray(row: Correction, paragraphs: Sequence[Paragraph]) -> str:
    """What is wrong with a correction of a paragraph that begins in none."""
    inside = any(p.start <= row.start < p.end for p in paragraphs)
    if inside or row.what in ("mention", "speaker"):
        return ""
    return "it begins in no paragraph; write where its paragraph starts"


def _overlapped(row: Correction, later: Iterable[Correction]) -> str:
    """What is wrong with a mention where a later row says who is meant."""
    if row.what != "mention" or row.becomes == NOBODY:
        return ""
    mentions = (other for other in later if other.what == "mention")
    over = [m for m in mentions if m.start < row.end and row.start < m.end]
    if not over:
        return ""
    return (
        f"a later row, “{_short(over[0].words)}”, says who is meant there; take one of "
        "the two back"
    )


def _unknown(row: Correction, codebook: Codebook | None) -> str:
    """What a correction names that the codebook does not have."""
    if codebook is None or row.what == "kind":
        return ""
    actors = {actor.id for actor in codebook.actors}
    if row.what in ("stance", "missing"):
        holder, target = pair_of(row)
        named = [(holder, actors | {NARRATOR, OTHER}), (target, actors)]
    elif row.what == "speaker" and not ACTOR.fullmatch(row.becomes):
        named = []  # a name
    else:
        extra = NOBODY if row.what == "mention" else OTHER
        named = [(row.becomes, actors | {extra})]
    for actor, known in named:
        if actor not in known:
            return f"no actor {actor!r} in the codebook; use {', '.join(sorted(known))}"
    return ""


def _short(words: str) -> str:
    return words if len(words) <= SHORT_WORDS else f"{words[:SHORT_WORDS].rstrip()}…"
