"""How well it is told who backs or criticises whom, on the directed-sentiment corpus.

    python -m benchmarks.pairs FILE.txt [SEEN.txt ...] [--json OUT.json]

The model's head for pairs beside word n-grams (learned from the SEEN files, where
scikit-learn is installed) and the most frequent class. Rows whose sentence stands in a
SEEN file are left out: the splits of that corpus share a quarter of their sentences.
"""

from __future__ import annotations

import argparse
from collections import Counter
from importlib.util import find_spec

from analysis.stance.sentences import score_pair
from benchmarks.corpora import PAIRS, ActorPair, read_pairs
from benchmarks.measures import Result, measure, print_table


def compare(rows: list[ActorPair], seen: list[ActorPair]) -> list[Result]:
    """Measure the model and the baselines on pairs of actors.

    Parameters
    ----------
    rows : list of ActorPair
        What to measure on.
    seen : list of ActorPair
        What n-grams may learn from; none without.

    Returns
    -------
    list of Result
        Encoder, n-grams, the most frequent class.
    """
    truth = [row.label for row in rows]
    items = [row[:3] for row in rows]
    usual = Counter(truth).most_common(1)[0][0]
    score_pair(*items[0])  # loading is not scoring
    ways = {"encoder": lambda: [score_pair(*item) for item in items]}
    if seen and find_spec("sklearn"):
        ways["n-grams"] = lambda: _ngrams(rows, seen)
    ways["majority"] = lambda: [usual] * len(rows)
    return [measure(name, way, truth, PAIRS) for name, way in ways.items()]


def _ngrams(rows: list[ActorPair], seen: list[ActorPair]) -> list[int]:
    """Logistic regression on words and pairs of words, the two actors named so."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, class_weight="balanced", max_iter=300),
    )
    model.fit([_named(row) for row in seen], [row.label for row in seen])
    return model.predict([_named(row) for row in rows]).tolist()


def _named(row: ActorPair) -> str:
    text = row.text
    spans = sorted([(row.first, "firstactor"), (row.second, "secondactor")])
    for (start, end), name in reversed(spans):
        text = text[:start] + name + text[end:]
    return text


def main() -> None:
    """Print the table, and write it as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", help="a text file of the corpus")
    parser.add_argument("seen", nargs="*", help="splits whose sentences to leave out")
    parser.add_argument("--json", help="where to write the figures")
    asked = parser.parse_args()
    rows = read_pairs(asked.file, asked.seen)
    seen = [row for path in asked.seen for row in read_pairs(path)]
    print_table(compare(rows, seen), len(rows), asked.json)


if __name__ == "__main__":
    main()
