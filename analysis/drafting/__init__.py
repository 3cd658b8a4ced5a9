"""Draft a codebook from an article, and choose the codebooks that fit one.

The people and organisations come from capitals, titles and appositions, their roles
from words in and beside their names and from a list of well-known institutions. A
draft is a proposal: every actor carries the reason for its role.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from analysis.articles import Article
from analysis.codebook import (
    Actor,
    Codebook,
    CodebookError,
    fault_of_name,
    pack_codebook,
    read_codebook,
    unpack_codebook,
)
from analysis.drafting.cast import find_cast
from analysis.drafting.sides import MERGED, Side
from analysis.folders import Store, recall
from analysis.mentions import Mention, find_mentions
from analysis.tokens import read_structure

FIT = 0.5  # share of an article's named mentions that a known codebook must cover
KNOWN = Path(__file__).parents[2] / "data" / "codebooks"


class Reason(NamedTuple):
    """A row of the table of reasons."""

    actor: str
    label: str
    role: str
    reason: str
    mentions: int


def draft_codebook(article: Article) -> Codebook:
    """Draft a codebook from the article alone.

    Gives actors with their names, nouns and people; each has its ``reason``. The most
    mentioned of a role bears the role's own id, the others a suffix. Bodies with one
    mention that do nothing there, or whose role nothing tells, are left out, and at
    most 14 actors are kept, by mentions. ``.write(path)`` saves it for a person to
    correct.

    >>> text = "Ofwat fined Vale Water.\\nThe company, said Ann Lee, its chief, erred."
    >>> book = draft_codebook(Article(text, "Leaks", "", "leaks"))
    >>> [(a.id, a.label) for a in book.actors]
    [('regulator', 'Ofwat'), ('company', 'Vale Water')]
    """
    sides = find_cast(read_structure(article.text, article.kinds))
    title = f"{article.title} (drafted, to be checked)".strip()
    return Codebook(title, tuple(_actors(sides)), source=f"draft from {article.name}")


def choose_codebook(article: Article, folder: str | Path | None = None) -> Codebook:
    """The known codebooks that fit an article, and a draft for the rest.

    A known codebook fits if it holds at least half of the named mentions of the
    draft's actors (names and persons, weighed by how often each is mentioned). Of
    several that fit, the best is taken. A drafted actor that shares a name or a
    person with it adds its other names to that actor; the rest are added as
    actors of their own, with a suffix where their id is taken.

    Its ``source`` names what it was made of. A known codebook that cannot be read is
    passed over, with a warning that says what is wrong in it.

    >>> from analysis import read_article
    >>> book = choose_codebook(read_article("data/articles/grok-deepfakes.txt"))
    >>> book.source
    'uk-online-safety.yml and a draft from grok-deepfakes'
    """
    draft = draft_codebook(article)
    known = list(_known(Path(folder or KNOWN)))
    fits = {book.source: codebook_fit(article, book, draft) for book in known}
    best = max(known, key=lambda book: fits[book.source], default=None)
    if best is None or fits[best.source] < FIT:
        return draft
    return _completed(best, draft)


def chosen_codebook(article: Article, keep: bool = False) -> Codebook:
    """As `choose_codebook`; kept in the cache folder for another time, if asked."""
    if not keep:
        return choose_codebook(article)
    store, find = _codebook_store(article), lambda: choose_codebook(article)
    return recall(store, "codebook", find, pack_codebook, unpack_codebook)


def kept_codebook(article: Article) -> Codebook | None:
    """The codebook that was chosen for an article and kept, if one was."""
    return unpack_codebook(_codebook_store(article).get("codebook"))


def _codebook_store(article: Article) -> Store:
    known = [path.read_bytes() for path in sorted(KNOWN.glob("*.yml"))]
    return Store("codebook", article, known)


def _known(folder: Path) -> Iterator[Codebook]:
    """The known codebooks; one that cannot be read is named and passed over."""
    for path in sorted(folder.glob("*.yml")):
        try:
            yield read_codebook(path)
        except CodebookError as error:
            warnings.warn(f"{folder.name}/{error}: passed over", stacklevel=4)


def codebook_fit(
    article: Article, codebook: Codebook, draft: Codebook | None = None
) -> float:
    """How well a codebook fits an article: 0 holds none of its actors, 1 all.

    `draft`: the article's draft, where there is one already.

    Gives the share of the named mentions of the drafted actors whose name or person the
    codebook holds, from 0 to 1.
    """
    draft = draft or draft_codebook(article)
    held = {n for a in codebook.actors for n in _all_names(a)}
    counts = {
        name: len(re.findall(rf"\b{re.escape(name)}\b", article.text))
        for actor in draft.actors
        for name in _all_names(actor)
    }
    covered = sum(n for name, n in counts.items() if name in held)
    return covered / max(1, sum(counts.values()))


def _all_names(actor: Actor) -> list[str]:
    """Names of bodies and surnames of persons."""
    return [*actor.names, *(p.name.split()[-1] for p in actor.people)]


def _completed(known: Codebook, draft: Codebook) -> Codebook:
    """A known codebook with what the draft found beyond it."""
    actors = [a._replace(reason=f"codebook {known.source}") for a in known.actors]
    seen = {n for a in actors for n in (*a.names, *a.nominals)}
    seen |= {p.name for a in actors for p in a.people}
    ids = {a.id for a in actors}
    for new in draft.actors:
        same = _shared(actors, new)
        names, nominals = _unseen(new.names, seen), _unseen(new.nominals, seen)
        people = tuple(p for p in new.people if _unseen([p.name], seen))
        if same is not None:
            old = actors[same]
            actors[same] = old._replace(
                names=old.names + names,
                nominals=old.nominals + nominals,
                people=old.people + people,
            )
        elif names or people:
            id = free_id(new.role, [new.label, *names], ids)
            own = {"names": names, "nominals": nominals, "people": people}
            actors.append(new._replace(id=id, **own))
    return known._replace(
        actors=tuple(actors), source=f"{known.source} and a {draft.source}"
    )


def _shared(actors: Sequence[Actor], new: Actor) -> int | None:
    """The known actor that a drafted one is: by name, person, or merged role."""
    mine = set(_all_names(new))
    for i, actor in enumerate(actors):
        if mine & set(_all_names(actor)):
            return i
    merged = (i for i, a in enumerate(actors) if a.id == new.role and a.role in MERGED)
    return next(merged, None)


def reasons(
    article: Article,
    codebook: Codebook | None = None,
    mentions: Iterable[Mention] | None = None,
) -> list[Reason]:
    """Why each actor of a codebook has its role, and how often it is mentioned.

    `codebook`: the article's codebook; by default the chosen one. `mentions`: those of
    an analysis (``result.mention_rows``), which knows what a person corrected; by
    default they are found anew.

    Gives actor, label, role, reason, mentions (generic plurals left out); the most
    mentioned first. Actors that the article never mentions are left out.

    >>> article = Article("Ofwat fined Vale Water. Ofwat will act.", "", "", "")
    >>> reasons(article, draft_codebook(article))[0].reason
    'known institution'
    """
    codebook = codebook or choose_codebook(article)
    if mentions is None:
        mentions = find_mentions(article.text, codebook)
    counts = Counter(m.actor for m in mentions if m.form != "generic")
    rows = [
        Reason(a.id, a.label, a.role, a.reason or codebook.source, counts[a.id])
        for a in codebook.actors
        if counts[a.id]
    ]
    return sorted(rows, key=lambda r: -r.mentions)


def _actors(sides: Sequence[Side]) -> Iterator[Actor]:
    """Actors of a codebook; no alias stands for two of them."""
    seen: set[str] = set()
    ids: set[str] = set()
    for side in sides:
        names = _unseen(side.names, seen)
        people = tuple(p for p in side.people if _unseen([p.name], seen))
        nominals = _unseen(side.nominals, seen)
        if names or people or nominals:
            id = free_id(side.role, [side.label, *side.names], ids)
            out = tuple(n for n in dict.fromkeys(side.exclude) if n not in names)
            yield Actor(
                id, side.label, names, nominals, people, out, reason=side.reason
            )


def _unseen(names: Sequence[str], seen: set[str]) -> tuple[str, ...]:
    """Those that stand for no actor yet and that a codebook may hold."""
    fresh = [n for n in dict.fromkeys(names) if n not in seen and not fault_of_name(n)]
    seen.update(fresh)
    return tuple(fresh)


def free_id(role: str, names: Sequence[str], ids: set[str]) -> str:
    """The role, with a suffix from the shortest name where the role is taken.

    The id is added to `ids`.

    >>> free_id("regulator", ["Ofwat"], {"regulator"})
    'regulator_ofwat'
    """
    id = role
    if id in ids:
        short = re.sub(r"[^a-z0-9]+", "_", min(names, key=len).lower())
        id = f"{role}_{short.strip('_')}"
    while id in ids:
        id += "_2"
    ids.add(id)
    return id
