"""Learn what the signs on an actor's card weigh: ``resources/role_weights.csv``.

usage: python -m benchmarks.train_roles FOLDER [FOLDER …] [--leave-out EVERY]

Each folder holds coded articles (``NAME.art``); their ACTOR lines say which role each
name has. Names that no line has are learned as ``none``. The first of every EVERY
articles of the first folder is left out, for measuring. Prints the share of right
roles in six folds by article, then writes the weights of all.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from analysis.codebook import ROLES
from analysis.drafting.cast import find_candidates
from analysis.drafting.lists import plain
from analysis.drafting.roles import NONE
from analysis.drafting.names import HONORIFICS
from analysis.tables import RESOURCES
from analysis.tokens import read_structure

STRENGTH = 0.3  # inverse of the penalty on large weights
LEAST = 2  # a sign must stand on so many cards
FOLDS = 6
NONE_WEIGHT = 0.7  # a name that no ACTOR line has may still be an actor
COMMENT = """# What each sign on an actor's card adds to the logit of each role (none: no actor).
# Learned by benchmarks/train_roles.py from the ACTOR lines of invented, coded articles
# (data/training, MIT). Columns: sign (see analysis/drafting/cards.py), one a role.
"""


class Coded(NamedTuple):
    """An article's text and its actors' names, by role."""

    name: str
    text: str
    actors: list[tuple[str, set[str]]]


def read_coded(path: Path) -> Coded:
    """The text and the ACTOR lines of a coded article."""
    texts, actors = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("ACTOR "):
            id, label, *parts = (p.strip() for p in line[6:].split("|"))
            names = [n for p in parts if p.startswith("names:") for n in p[6:].split(";")]
            role = next(r for r in sorted(ROLES, key=len)[::-1] if id.startswith(r))
            actors.append((role, {_bare(n) for n in (label, *names) if n.strip()}))
        elif "\t" in line:
            texts.append(line.split("\t")[-1].strip())
    return Coded(path.stem, "\n".join(texts), actors)


def _bare(name: str) -> str:
    """A name in small letters, without honorifics."""
    words = plain(name.strip()).lower().split()
    while len(words) > 1 and words[0].strip(".") in HONORIFICS:
        words = words[1:]
    return " ".join(words)


def _role(names: set[str], actors: Sequence[tuple[str, set[str]]]) -> str:
    """The coded role of a candidate: by the same name, else by a part of one."""
    for role, known in actors:
        if names & known:
            return role
    for role, known in actors:
        if any(_within(a, b) for a in names for b in known):
            return role
    return NONE


def _within(a: str, b: str) -> bool:
    return min(len(a), len(b)) > 4 and (a in b or b in a)


def cards(paths: Sequence[Path]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Article, role and card of every candidate in coded articles."""
    for path in paths:
        coded = read_coded(path)
        for names, card in find_candidates(read_structure(coded.text)):
            yield coded.name, _role({_bare(n) for n in names}, coded.actors), card


def main() -> None:
    """Print the share of right roles, and write the weights."""
    import numpy as np
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--leave-out", type=int, default=6)
    options = parser.parse_args()
    first, *others = (sorted(f.glob("[a-l]*.art")) for f in options.folders)
    kept = [p for i, p in enumerate(first) if i % options.leave_out]
    seen = {p.stem for p in first}
    kept += [p for paths in others for p in paths if p.stem not in seen]
    groups, roles, rows = zip(*cards(kept), strict=True)
    counts = Counter(sign for row in rows for sign in row)
    data = [{s: 1.0 for s in row if counts[s] >= LEAST} for row in rows]
    truth = np.array(roles)
    vectors = DictVectorizer()
    matrix = vectors.fit_transform(data)
    weights = np.where(truth == NONE, NONE_WEIGHT, 1.0)
    model = LogisticRegression(C=STRENGTH, max_iter=500)
    found = cross_val_predict(
        model, matrix, truth, groups=groups, cv=GroupKFold(FOLDS),
        params={"sample_weight": weights},
    )
    actors = truth != NONE
    print(f"{len(kept)} articles, {len(truth)} candidates, {len(counts)} signs")
    print(f"right: all {(found == truth).mean():.3f}, "
          f"actors {(found == truth)[actors].mean():.3f}")
    model.fit(matrix, truth, sample_weight=weights)
    order = [*sorted(vectors.vocabulary_)]
    with open(RESOURCES / "role_weights.csv", "w", encoding="utf-8", newline="") as file:
        file.write(COMMENT)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["sign", *model.classes_])
        writer.writerow(["", *np.round(model.intercept_, 2)])
        for sign in order:
            column = model.coef_[:, vectors.vocabulary_[sign]]
            if np.abs(column).max() >= 0.02:
                writer.writerow([sign, *np.round(column, 2)])


if __name__ == "__main__":
    main()
