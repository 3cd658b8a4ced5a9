"""Learn whom drafts take for whom: the tables ``…_weights.csv`` of roles and links.

    python -m benchmarks.train_drafts

The ACTOR lines of the coded articles of ``data/training`` say which role each name has,
and who speaks for whom. A name that no line has is learned as ``none``. The articles
that ``parts.csv`` calls *dev* or *valid* are left out, to measure on. Prints how many
are right in two folds by article, then writes the weights of all.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from analysis.codebook import ROLES
from analysis.drafting.cast import (
    LINKED,
    MATTERS,
    Cast,
    find_candidates,
    find_sides,
    side_signs,
)
from analysis.drafting.links import find_signs
from analysis.drafting.names import honorifics
from analysis.drafting.nouns import (
    MEANT,
    Noun,
    add_noun,
    find_nouns,
    made_sides,
    noun_signs,
)
from analysis.drafting.roles import NONE, forget_weights, plain_name
from analysis.drafting.sides import Side
from analysis.tables import RESOURCES
from analysis.tokens import Structure, read_structure
from benchmarks.coded import split_names

STRENGTH = 0.3  # inverse of the penalty on large weights
PLAIN_SIGN = 1.5  # a sign of a role or a tie counts so much more than one of a word
LEAST = 3  # a sign must stand on so many cards
FOLDS = 2
NONE_WEIGHT = 0.7  # a name that no ACTOR line has may still be an actor
SMALL = 0.02  # weights below are left out
LEARNED = """# Learned by benchmarks/train_drafts.py from the ACTOR lines of
# invented, coded articles (data/training, MIT); the row without a sign is the baseline.
"""
COMMENTS = {
    "role": """\
# What each sign on the card of an actor adds to the logit of each role
# (none: no actor). Columns: sign (see analysis/drafting/cards.py), one a role.
""",
    "link": """\
# What each sign between a person and a body adds to the logit that the
# person speaks for it. Columns: sign (see analysis/drafting/links.py), speaks.
""",
    "noun": """\
# What each sign of a noun and a side adds to the logit that the noun stands
# for the side. Columns: sign (see analysis/drafting/nouns.py), chance.
""",
    "side": """\
# What each sign of a side adds to the logit that the story is about it.
# Columns: sign (see analysis/drafting/cast.py), chance.
""",
}


class Coded(NamedTuple):
    """An article with the coded names of each actor, and its names as drafted."""

    name: str
    text: str
    roles: list[str]
    names: list[set[str]]
    nouns: list[set[str]]
    structure: Structure
    cast: Cast


class Example(NamedTuple):
    """What a model learns from: signs, and what is right."""

    article: str
    signs: set[str]
    truth: str


def read_coded(path: Path) -> Coded:
    """The text and the ACTOR lines of a coded article."""
    texts, roles, known, nouns = [], [], [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("ACTOR "):
            id, label, *parts = (p.strip() for p in line[6:].split("|"))
            listed = [p[6:].split(";") for p in parts if p.startswith("names:")]
            said = [p[9:].split(";") for p in parts if p.startswith("nominals:")]
            nouns.append({n.split()[-1].lower() for n in sum(said, []) if n.strip()})
            known.append({_bare(n) for n in (label, *sum(listed, [])) if n.strip()})
            roles.append(max((r for r in ROLES if id.startswith(r)), key=len))
        elif "\t" in line:
            texts.append(line.split("\t")[-1].strip())
    text = "\n".join(texts)
    structure = read_structure(text)
    cast = find_candidates(structure)
    return Coded(path.stem, text, roles, known, nouns, structure, cast)


def _bare(name: str) -> str:
    """A name in small letters, without honorifics."""
    words = plain_name(name.strip()).lower().split()
    while len(words) > 1 and words[0].strip(".") in honorifics():
        words = words[1:]
    return " ".join(words)


def _actor(names: Sequence[str], coded: Coded) -> int | None:
    """The coded actor of a candidate: by the same name, else by a part of one."""
    bare = {_bare(n) for n in names}
    same = (i for i, known in enumerate(coded.names) if bare & known)
    near = (
        i
        for i, known in enumerate(coded.names)
        if any(_within(a, b) for a in bare for b in known)
    )
    return next(same, next(near, None))


def _within(a: str, b: str) -> bool:
    return min(len(a), len(b)) > 4 and (a in b or b in a)


def actors_of(coded: Coded) -> tuple[list[int | None], list[int | None]]:
    """The coded actors of an article's drafted people and bodies."""
    people = [_actor([p.name], coded) for p in coded.cast.people]
    return people, [_actor(b.names, coded) for b in coded.cast.bodies]


def role_examples(articles: Sequence[Coded]) -> list[Example]:
    """Every card with its coded role; an article's people first."""
    return [
        Example(a.name, set(card), NONE if at is None else a.roles[at])
        for a in articles
        for at, card in zip(
            sum(actors_of(a), []), a.cast.people_cards + a.cast.body_cards, strict=True
        )
    ]


def link_examples(articles: Sequence[Coded], odds: Sequence[dict]) -> list[Example]:
    """Every person with each body near it; odds of roles as in `role_examples`."""
    found, at = [], iter(odds)
    for article in articles:
        people, bodies = actors_of(article)
        mine, theirs = ([next(at) for _ in group] for group in (people, bodies))
        spots = [p.spots for p in article.cast.people]
        places = [b.spots for b in article.cast.bodies]
        signs = find_signs(
            article.text,
            spots,
            places,
            mine,
            theirs,
            [b.names for b in article.cast.bodies],
        )
        for i, near in enumerate(signs):
            if people[i] is not None:
                found += [
                    Example(f"{article.name}/{i}", seen, str(people[i] == bodies[j]))
                    for j, seen in near.items()
                ]
    return found


def side_actor(side: Side, coded: Coded) -> int | None:
    """The coded actor of a drafted side: by its names, else people, else nouns."""
    at = _actor([*side.names, *(p.name for p in side.people)], coded)
    if at is None and not side.names:
        said = {w for card in side.cards for w in card.values()}
        at = next((i for i, nouns in enumerate(coded.nouns) if nouns & said), None)
    return at


class Drafted(NamedTuple):
    """An article's sides before nouns, the coded actor of each, and its nouns."""

    coded: Coded
    sides: list[Side]
    actors: list[int | None]
    nouns: list[Noun]
    sentences: list[int]


def draft(coded: Coded) -> Drafted:
    """The sides of an article, with the weights in use."""
    sides, _ = find_sides(coded.text, coded.cast)
    nouns = find_nouns(coded.structure, sides)
    sides += made_sides(nouns, sides, coded.cast.home)
    actors = [side_actor(side, coded) for side in sides]
    starts = [sentence.start for sentence in coded.structure.sentences]
    return Drafted(coded, sides, actors, nouns, starts)


def noun_examples(drafts: Sequence[Drafted]) -> list[Example]:
    """Every noun with each side."""
    return [
        Example(d.coded.name, seen, str(_means(d.coded, d.actors[i], noun.word)))
        for d in drafts
        for noun in d.nouns
        for i, seen in noun_signs(noun, d.sides, d.sentences).items()
    ]


def _means(coded: Coded, at: int | None, noun: str) -> bool:
    return at is not None and noun in coded.nouns[at]


def side_examples(drafts: Sequence[Drafted]) -> list[Example]:
    """Every side, with the nouns that it gets: whether it is coded."""
    found = []
    for d in drafts:
        for noun in d.nouns:
            add_noun(noun, d.sides, d.sentences)
        seen = side_signs(d.sides, d.coded.text)
        found += [
            Example(d.coded.name, signs, str(at is not None))
            for at, signs in zip(d.actors, seen, strict=True)
        ]
    return found


class Learned(NamedTuple):
    """A model's weights by sign, its classes, and what it said out of fold."""

    weights: dict[str, list[float]]
    classes: list[str]
    odds: np.ndarray


def learn(examples: Sequence[Example]) -> Learned:
    """Fit a logistic regression of the truth on the signs."""
    counts = Counter(sign for e in examples for sign in e.signs)
    vectors = DictVectorizer()
    kept = [{s: _size(s) for s in e.signs if counts[s] >= LEAST} for e in examples]
    matrix = vectors.fit_transform(kept)
    truth = np.array([e.truth for e in examples])
    weights = np.where(truth == NONE, NONE_WEIGHT, 1.0)
    model = LogisticRegression(C=STRENGTH, max_iter=200)
    odds = cross_val_predict(
        model,
        matrix,
        truth,
        groups=[e.article.split("/")[0] for e in examples],
        cv=GroupKFold(FOLDS),
        params={"sample_weight": weights},
        method="predict_proba",
    )
    model.fit(matrix, truth, sample_weight=weights)
    table = {
        s: (model.coef_[:, i] * _size(s)).tolist()
        for s, i in vectors.vocabulary_.items()
    }
    return Learned(table | {"": model.intercept_.tolist()}, [*model.classes_], odds)


def _size(sign: str) -> float:
    told = "=" in sign or "tells" in sign or "tied" in sign
    return PLAIN_SIGN if told else 1.0


def learn_names(
    articles: Sequence[Coded], folds: int = FOLDS
) -> tuple[Learned, Learned]:
    """The weights of roles and of links; prints what is right out of fold."""
    examples = role_examples(articles)
    roles = learn(examples)
    said = [dict(zip(roles.classes, row.tolist(), strict=True)) for row in roles.odds]
    right = [
        (e.truth != NONE, e.truth == max(row, key=row.__getitem__))
        for e, row in zip(examples, said, strict=True)
    ]
    actors = [r for actor, r in right if actor]
    print(f"{len(articles)} articles, {len(examples)} cards; right: "
          f"{sum(r for _, r in right) / len(right):.3f}, "
          f"of actors {sum(actors) / len(actors):.3f}")  # fmt: skip
    pairs = link_examples(articles, said)
    links = learn(pairs)
    print_found("link", pairs, links.odds[:, 1] >= LINKED)
    return roles, links


def write(name: str, comment: str, learned: Learned, columns: Sequence[str]) -> None:
    """Write a table of weights."""
    with open(RESOURCES / name, "w", encoding="utf-8", newline="") as file:
        file.write(comment + LEARNED)
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["sign", *columns])
        for sign, row in sorted(learned.weights.items()):
            if not sign or max(map(abs, row)) >= SMALL:
                table.writerow([sign, *(round(w, 2) for w in row)])
    forget_weights()


def learn_all(articles: Sequence[Coded]) -> None:
    """Learn and write all tables; nouns and sides from drafts of unseen articles."""
    drafts: list[Drafted] = []
    for k in (0, 1):
        write_names(*learn_names(articles[1 - k :: 2]))
        drafts += [draft(article) for article in articles[k::2]]
    learn_chance("noun", noun_examples(drafts), MEANT)
    learn_chance("side", side_examples(drafts), MATTERS)
    write_names(*learn_names(articles))


def learn_chance(name: str, rows: Sequence[Example], least: float) -> None:
    """Learn how likely something is, print how often that is right, and write it."""
    learned = learn(rows)
    print_found(name, rows, learned.odds[:, 1] >= least)
    write(f"{name}_weights.csv", COMMENTS[name], learned, ["chance"])


def write_names(roles: Learned, links: Learned) -> None:
    """Write the weights of roles and links."""
    write("role_weights.csv", COMMENTS["role"], roles, roles.classes)
    write("link_weights.csv", COMMENTS["link"], links, ["speaks"])


def print_found(name: str, rows: Sequence[Example], yes: np.ndarray) -> None:
    """Print how many of what is right are found, and of what is found are right."""
    truth = np.array([r.truth == "True" for r in rows])
    print(f"{len(rows)} {name}s; found {yes[truth].mean():.3f}, "
          f"of those found right {truth[yes].mean():.3f}")  # fmt: skip


def main() -> None:
    """Learn from the coded articles, and write the weights."""
    learn_all([read_coded(path) for path in split_names()["train"]])


if __name__ == "__main__":
    main()
