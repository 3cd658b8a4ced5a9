"""Read the coded articles of `data/training`, and what the reader learns from them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from copy import copy
from pathlib import Path
from typing import NamedTuple

from analysis.articles.paragraphs import Kind
from analysis.codebook import Actor, Codebook, Person
from analysis.mentions import find_referents
from analysis.quotes import find_quotes
from analysis.stance.cards import Card, Passage, Script, write_cards
from analysis.tokens import read_structure

FOLDER = Path("data/training")
EDGE = re.compile(r"([a-z_0-9]+)>([a-z_0-9]+):([+-])(~?)(\??)")
FRAME = re.compile(r"([a-z]+)(?:@([a-z_0-9,]+))?(\??)")
FRAMES = ("responsibility conflict safety morality law economy speech capacity").split()
PARTS = "accuser accused authority victim defender".split()
ANGLES = [*FRAMES, *PARTS]  # what the head of frames tells, in this order
THINNED = 0.4  # how often mentions are missing: the model must find them by itself
UNSURE = -1  # the label of what two careful readers could code differently
_TITLES = {
    **dict.fromkeys("Ms Mrs Miss Dame Lady Baroness".split(), "she"),
    **dict.fromkeys("Mr Sir Lord".split(), "he"),
    **dict.fromkeys("Dr Prof Professor Rev Judge Justice Sen Rep Gov".split(), "they"),
}
_BODY = re.compile(
    r"(Water|Bank|Energy|Power|Group|Council|Office|Agency|Authority|Commission"
    r"|Department|Ministry|Court|Labs|Trust|Union|Board|UK|Ltd|Inc|Corp)$"
)


class Coded(NamedTuple):
    """A coded article; `edges` and `frames` are keyed by paragraph and actors."""

    name: str
    text: str
    kinds: list[str]
    actors: dict[str, tuple[str, list[str], list[str]]]
    edges: dict[tuple[int, str, str], tuple[int, bool, bool]]
    frames: dict[tuple[int, str, str], bool] | None  # (paragraph, angle, actor or "")


def read_coded(path: str | Path) -> Coded:
    """Read one article in the form of ``data/training/GUIDE.md``."""
    path = Path(path)
    actors, kinds, texts, edges = {}, [], [], {}
    frames: dict[tuple[int, str, str], bool] | None = {}
    for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        if line.startswith(("TITLE ", "STYLE ")):
            continue
        if line.startswith("ACTOR "):
            actor, label, *lists = (part.strip() for part in line[6:].split("|"))
            actors[actor] = (label, _names(lists, "names"), _names(lists, "nominals"))
        else:
            kind, codes, angles, text = line.split("\t")
            for holder, target, sign, implied, unsure in EDGE.findall(codes):
                direction = 1 if sign == "+" else -1
                key = (len(texts), holder, target)
                edges[key] = (direction, not unsure, bool(implied))
            if angles.strip() == ".":
                frames = None
            elif frames is not None:
                for frame, own, unsure in FRAME.findall(angles):
                    for actor in ("", *own.split(",")) if own else ("",):
                        frames[len(texts), frame, actor] = not unsure
            kinds.append(kind)
            texts.append(text.strip())
    return Coded(path.stem, "\n".join(texts), kinds, actors, edges, frames)


def _names(lists: Iterable[str], key: str) -> list[str]:
    for part in lists:
        name, _, values = part.partition(":")
        if name.strip() == key:
            return [v.strip() for v in values.split(";") if v.strip()]
    return []


def codebook_of(coded: Coded) -> Codebook:
    """The actors of a coded article as a codebook; an alias of two is the first's."""
    book, taken = [], set()
    for actor, (label, names, nominals) in coded.actors.items():
        names = [n for n in dict.fromkeys(names) if n.lower() not in taken]
        taken |= {n.lower() for n in names}
        nominals = [n for n in dict.fromkeys(nominals) if n.lower() not in taken]
        taken |= {n.lower() for n in nominals}
        people, plain = _split_people(names)
        book.append(Actor(actor, label, tuple(plain), tuple(nominals), tuple(people)))
    return Codebook(coded.name, tuple(book))


def _split_people(names: Sequence[str]) -> tuple[list[Person], list[str]]:
    """Persons apart from bodies, as far as their form tells."""
    first = {n: n.split()[0].rstrip(".") for n in names}
    whole = {
        n.split()[-1] for n in names if len(n.split()) > 1 and first[n] not in _TITLES
    }
    titled = {
        n.split()[-1]: first[n] for n in names if " " in n and first[n] in _TITLES
    }
    single = {n for n in names if " " not in n}
    people, plain = [], []
    for n in names:
        words = n.split()
        if first[n] in _TITLES and len(words) > 1:
            if words[-1] not in whole:
                title = first[n]
                people.append(Person(words[-1], (title,), _TITLES[title]))
        elif len(words) == 2 and words[1] in {*titled, *single} and not _BODY.search(n):
            title = titled.get(words[1], "")
            titles = (title,) if title else ()
            people.append(Person(n, titles, _TITLES.get(title, "they")))
        else:
            plain.append(n)
    last = {p.name.split()[-1] for p in people}
    return people, [n for n in plain if n not in last]


class Second(NamedTuple):
    """A second coding: direction and sureness by pair, frames by paragraph."""

    edges: dict[tuple[int, str, str], tuple[int, bool]]
    frames: dict[tuple[int, str, str], bool]


def read_second(path: Path) -> Second:
    """Read the codes of a second coder: number, edges and frames, parted by tabs."""
    edges: dict[tuple[int, str, str], tuple[int, bool]] = {}
    frames: dict[tuple[int, str, str], bool] = {}
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not line.strip():
            continue
        number, codes, angles, *_ = [*line.split("\t"), "", ""]
        for holder, target, sign, _, unsure in EDGE.findall(codes):
            key = int(number), holder, target
            edges[key] = (1 if sign == "+" else -1, not unsure)
        for frame, own, unsure in FRAME.findall(angles):
            for actor in ("", *own.split(",")) if own else ("",):
                frames[int(number), frame, actor] = not unsure
    return Second(edges, frames)


def with_second(coded: Coded, second: Second) -> Coded:
    """The coding with unsure what a second one codes otherwise, or not at all."""
    edges = dict(coded.edges)
    for key, (direction, sure, implied) in coded.edges.items():
        same = second.edges.get(key, (0, True)) == (direction, True)
        edges[key] = direction, sure and same, implied
    for key, (direction, _) in second.edges.items():
        edges.setdefault(key, (direction, False, False))
    frames = coded.frames
    if frames and second.frames:  # some second codings are of stances alone
        both = frames.items() & second.frames.items()
        frames = {k: (k, True) in both for k in {**frames, **second.frames}}
    return coded._replace(edges=edges, frames=frames)


class Material(NamedTuple):
    """A coded article, prepared: its script, and what stands in it."""

    coded: Coded
    script: Script


def prepare(coded: Coded) -> Material:
    """Find mentions and quotations with the coded actors."""
    kinds = [Kind(i, kind, "coded") for i, kind in enumerate(coded.kinds)]
    structure = read_structure(coded.text, kinds)
    book = codebook_of(coded)
    found = find_referents(structure, book, find_quotes(coded.text, structure))
    cards = write_cards(book, found.mentions)
    return Material(coded, Script(structure, cards, *found))


class Example(NamedTuple):
    """A passage with its labels: stance of each holder to each target; angles."""

    passage: Passage
    edges: list[list[int]]  # 0 against, 1 neither, 2 for, or UNSURE
    frames: list[list[int]]  # of each actor, then of the passage: 0, 1 or UNSURE
    source: tuple[str, int]


def examples(
    material: Material,
    chance: random.Random | None = None,
    drop_actor: float = 0.1,
    drop_role: float = 0.15,
    drop_nouns: float = 0.15,
) -> list[Example]:
    """The passages of an article; with `chance`, their actors as other cards may be.

    Parameters
    ----------
    material : Material
        From `prepare`.
    chance : random.Random, optional
        Draws the order of the actors, roles or nouns left out, and actors left out,
        whose stances then are those of *other*.

    Returns
    -------
    list of Example
        One a passage; prompts and captions too.
    """
    rows = []
    script, coded = material.script, material.coded
    thin = _thinned(script, chance) if chance else script
    for paragraph, kind in enumerate(coded.kinds):
        if kind == "prompt" or not script.structure.paragraphs[paragraph].text.strip():
            continue
        for part in script.parts(paragraph):
            actors = script.nearest(paragraph)
            cards = None
            if chance:
                chance.shuffle(actors)
                if len(actors) > 2 and chance.random() < drop_actor:
                    actors.pop()
                kept = (chance.random() >= drop_role, chance.random() >= drop_nouns)
                cards = {a: _thin_card(script.cards[a], *kept) for a in actors}
            seen = thin if chance and chance.random() < THINNED else script
            passage = seen.passage(paragraph, part, actors, cards=cards)
            labels = (f(coded, paragraph, actors) for f in (label_edges, label_frames))
            rows.append(Example(passage, *labels, (coded.name, paragraph)))
    return rows


def _thin_card(card: Card, role: bool, nouns: bool) -> Card:
    return Card(card.role if role else "", card.nouns if nouns else "")


def _thinned(script: Script, chance: random.Random) -> Script:
    """An article of whose mentions half are not marked, as if nobody had found them."""
    thin = copy(script)
    thin.mentions = {
        paragraph: {at: who for at, who in spots.items() if chance.random() < 0.5}
        for paragraph, spots in script.mentions.items()
    }
    return thin


def label_edges(coded: Coded, paragraph: int, actors: Sequence[str]) -> list[list[int]]:
    """Holders (the actors, narrator, other) by targets (the actors): a class each."""
    holders = [*actors, "narrator", "other"]
    found = [[1] * len(actors) for _ in holders]
    for (at, holder, target), (direction, sure, _) in coded.edges.items():
        if at != paragraph or target not in actors:
            continue
        row = found[holders.index(holder if holder in holders else "other")]
        k, label = actors.index(target), direction + 1 if sure else UNSURE
        row[k] = label if row[k] in (1, label) else UNSURE
    return found


def label_frames(
    coded: Coded, paragraph: int, actors: Sequence[str]
) -> list[list[int]]:
    """Frames and parts by whom they are of: the actors, then the passage itself."""
    if coded.frames is None or coded.kinds[paragraph] != "body":
        return [[UNSURE] * (len(actors) + 1) for _ in ANGLES]
    sure = {True: 1, False: UNSURE, None: 0}
    return [
        [sure[coded.frames.get((paragraph, angle, actor))] for actor in (*actors, "")]
        for angle in ANGLES
    ]


def read_all(paths: Iterable[Path], second: bool = True) -> list[Material]:
    """Prepare articles; where there is a second coding, with what it leaves sure."""
    found = []
    for path in paths:
        coded, codes = (
            read_coded(path),
            path.parents[1] / "second" / f"{path.stem}.codes",
        )
        if second and codes.exists():
            coded = with_second(coded, read_second(codes))
        found.append(prepare(coded))
    return found


def split_names(folder: Path = FOLDER) -> dict[str, list[Path]]:
    """The articles by their part: ``dev``, ``valid`` and ``train``.

    ``parts.csv`` names those that are never trained on; all others are ``train``.
    """
    lines = (folder / "parts.csv").read_text(encoding="utf-8").split("\n")[1:]
    part = dict(line.split(",") for line in lines if line)
    found: dict[str, list[Path]] = {"dev": [], "valid": [], "train": []}
    for path in sorted((folder / "articles").glob("*.art")):
        found[part.get(path.stem, "train")].append(path)
    return found
