"""Which frames a paragraph and its actors stand in: how often it is right.

    python -m benchmarks.frames [dev|valid] [--json FILE]

F1 by frame, and by narrative part of an actor, on the body paragraphs of coded articles
of ``data/training``, read as a user would with the coded actors as codebook; what two
careful readers could code differently counts neither way. Beside it: the indicator
words of ``frames.csv``, a bag of words trained on the same articles (it needs the extra
``train``), and the second coding. The articles called *dev* were never
trained on.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import mean

from analysis.framing import find_frames
from benchmarks.coded import (
    FOLDER,
    FRAMES,
    PARTS,
    Coded,
    read_coded,
    read_second,
    split_names,
)
from benchmarks.edges import read_again

LEAST = 5  # paragraphs that show a frame, for a figure to say something
Key = tuple[int, str, str]  # paragraph, frame, actor or "" for the paragraph
Way = Callable[[Coded], set[Key]]


def by_model(coded: Coded) -> set[Key]:
    """Frames as the package reads them."""
    result, _ = read_again(coded, drafted=False)
    frames = {(f.paragraph, f.frame, f.actor or "") for f in result.framing_rows}
    return frames | {(p.paragraph, p.part, p.actor) for p in result.part_rows}


def by_words(coded: Coded) -> set[Key]:
    """Frames by one indicator word or more."""
    return {(f.paragraph, f.frame, "") for f in find_frames(coded.text)}


def by_second(coded: Coded) -> set[Key]:
    """Frames of the second coding."""
    return {*read_second(FOLDER / "second" / f"{coded.name}.codes").frames}


def by_bag(train: Iterable[Path]) -> Way:
    """Frames by a bag of words and pairs of words, learned from articles."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    texts, labels = [], []
    for coded in map(read_coded, train):
        for p in _body(coded):
            texts.append(coded.text.split("\n")[p])
            labels.append([(p, f, "") in (coded.frames or {}) for f in FRAMES])
    bag = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        OneVsRestClassifier(LogisticRegression(C=10, class_weight="balanced")),
    ).fit(texts, labels)

    def way(coded: Coded) -> set[Key]:
        said = bag.predict(coded.text.split("\n"))
        return {
            (p, frame, "")
            for p, row in enumerate(said)
            for frame, has in zip(FRAMES, row, strict=True)
            if has
        }

    return way


def _body(coded: Coded) -> set[int]:
    return {p for p, kind in enumerate(coded.kinds) if kind == "body"}


def score(
    articles: Iterable[Coded], way: Way, of_actors: bool, angles: Iterable[str] = FRAMES
) -> dict[str, dict]:
    """F1 and n of each frame or part, of paragraphs or of the actors in them."""
    right, said, known = Counter(), Counter(), Counter()
    for coded in articles:
        codes, body = coded.frames or {}, _body(coded)
        places = {k for k in codes if k[0] in body and bool(k[2]) == of_actors}
        found = {k for k in way(coded) if k[0] in body and bool(k[2]) == of_actors}
        found -= {k for k in places if not codes[k]}  # unsure: neither way
        sure = {k for k in places if codes[k]}
        for count, keys in ((right, found & sure), (said, found), (known, sure)):
            count.update(angle for _, angle, _ in keys)
    return {
        angle: {
            "f1": round(2 * right[angle] / max(1, said[angle] + known[angle]), 3),
            "n": known[angle],
        }
        for angle in angles
    }


def with_mean(figures: dict[str, dict]) -> dict[str, object]:
    """Figures by frame with their mean over the frames that are there often enough."""
    often = [f["f1"] for f in figures.values() if f["n"] >= LEAST]
    return {"mean": round(mean(often), 3) if often else None, **figures}


def measure(part: str) -> dict[str, object]:
    """All figures of one part of the coded articles."""
    names = split_names()
    articles = [read_coded(path) for path in names[part]]
    second = {path.stem for path in (FOLDER / "second").glob("*.codes")}
    twice = [a for a in articles if a.name in second]
    bag = by_bag(names["train"])
    read = {coded.name: by_model(coded) for coded in articles}

    def model(coded: Coded) -> set[Key]:
        return read[coded.name]

    return {
        "articles": len(articles),
        "of paragraphs": {
            "model": with_mean(score(articles, model, False)),
            "words": with_mean(score(articles, by_words, False)),
            "bag of words": with_mean(score(articles, bag, False)),
            "second coding": with_mean(score(twice, by_second, False)),
        },
        "of actors": {
            "model": with_mean(score(articles, model, True)),
            "second coding": with_mean(score(twice, by_second, True)),
        },
        "parts of actors": {
            "model": with_mean(score(articles, model, True, PARTS)),
            "second coding": with_mean(score(twice, by_second, True, PARTS)),
        },
    }


def main() -> None:
    """Print the figures, and write them as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="?", default="dev", choices=("dev", "valid"))
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = measure(asked.part)
    print(json.dumps(found, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
