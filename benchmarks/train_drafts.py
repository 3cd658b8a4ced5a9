"""Learn whom drafts take for whom: ``role_weights.csv`` and ``link_weights.csv``.

    python -m benchmarks.train_drafts

The ACTOR lines of the coded articles of ``data/training`` say which role each name has,
and who speaks for whom. A name that no line has is learned as ``none``. The articles
that ``parts.csv`` calls *dev* are left out, to measure on. Prints how many are right in
four folds by article, then writes the weights of all.
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
from analysis.drafting.cast import LINKED, Cast, find_candidates
from analysis.drafting.links import find_signs
from analysis.drafting.lists import plain
from analysis.drafting.names import HONORIFICS
from analysis.drafting.roles import NONE
from analysis.tables import RESOURCES
from analysis.tokens import read_structure
from benchmarks.coded import split_names

STRENGTH = 0.3  # inverse of the penalty on large weights
PLAIN_SIGN = 1.5  # a sign of a role or a tie counts so much more than one of a word
LEAST = 3  # a sign must stand on so many cards
FOLDS = 4
NONE_WEIGHT = 0.7  # a name that no ACTOR line has may still be an actor
SMALL = 0.02  # weights below are left out
LEARNED = """# Learned by benchmarks/train_drafts.py from the ACTOR lines of
# invented, coded articles (data/training, MIT); the row without a sign is the baseline.
"""
ROLE_COMMENT = """\
# What each sign on the card of an actor adds to the logit of each role
# (none: no actor). Columns: sign (see analysis/drafting/cards.py), one a role.
"""
LINK_COMMENT = """\
# What each sign between a person and a body adds to the logit that the
# person speaks for it. Columns: sign (see analysis/drafting/links.py), speaks.
"""


class Coded(NamedTuple):
    """An article with the coded names of each actor, and its names as drafted."""

    name: str
    text: str
    roles: list[str]
    names: list[set[str]]
    cast: Cast


class Example(NamedTuple):
    """What a model learns from: signs, and what is right."""

    article: str
    signs: set[str]
    truth: str


def read_coded(path: Path) -> Coded:
    """The text and the ACTOR lines of a coded article."""
    texts, roles, known = [], [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("ACTOR "):
            id, label, *parts = (p.strip() for p in line[6:].split("|"))
            listed = [p[6:].split(";") for p in parts if p.startswith("names:")]
            known.append({_bare(n) for n in (label, *sum(listed, [])) if n.strip()})
            roles.append(max((r for r in ROLES if id.startswith(r)), key=len))
        elif "\t" in line:
            texts.append(line.split("\t")[-1].strip())
    text = "\n".join(texts)
    return Coded(path.stem, text, roles, known, find_candidates(read_structure(text)))


def _bare(name: str) -> str:
    """A name in small letters, without honorifics."""
    words = plain(name.strip()).lower().split()
    while len(words) > 1 and words[0].strip(".") in HONORIFICS:
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


class Learned(NamedTuple):
    """A model's weights by sign, its classes, and what it said out of fold."""

    weights: dict[str, list[float]]
    classes: list[str]
    odds: np.ndarray


def learn(examples: Sequence[Example], folds: int = FOLDS) -> Learned:
    """Fit a logistic regression of the truth on the signs."""
    counts = Counter(sign for e in examples for sign in e.signs)
    vectors = DictVectorizer()
    kept = [{s: _size(s) for s in e.signs if counts[s] >= LEAST} for e in examples]
    matrix = vectors.fit_transform(kept)
    truth = np.array([e.truth for e in examples])
    weights = np.where(truth == NONE, NONE_WEIGHT, 1.0)
    model = LogisticRegression(C=STRENGTH, max_iter=200)
    odds = folds and cross_val_predict(
        model,
        matrix,
        truth,
        groups=[e.article.split("/")[0] for e in examples],
        cv=GroupKFold(folds),
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


def learn_both(articles: Sequence[Coded]) -> tuple[Learned, Learned]:
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
    yes = links.odds[:, 1] >= LINKED
    truth = np.array([p.truth == "True" for p in pairs])
    print(f"{len(pairs)} pairs; links found {yes[truth].mean():.3f}, "
          f"of those found right {truth[yes].mean():.3f}")  # fmt: skip
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


def main() -> None:
    """Learn from the coded articles, and write the weights."""
    parts = split_names()
    articles = [read_coded(path) for path in (*parts["train"], *parts["valid"])]
    roles, links = learn_both(articles)
    write("role_weights.csv", ROLE_COMMENT, roles, roles.classes)
    write("link_weights.csv", LINK_COMMENT, links, ["speaks"])


if __name__ == "__main__":
    main()
