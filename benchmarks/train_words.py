"""Learn the table of the light scorer: `resources/stance_words.csv`.

    python -m benchmarks.train_words newsmtsc/train.jsonl

Multinomial logistic regression on what `analysis.stance.words` sees of each target, the
development articles left out (``--all`` takes them in). Also writes
`resources/tone_words.csv` from the lexicons of VADER and TextBlob. Two runs on the
same data give the same files, byte for byte.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from analysis.stance.words import find_features
from analysis.tables import RESOURCES
from benchmarks.corpora import Target, read_targets, split_targets

FEWEST = 5
STRENGTH = 0.04
SMALLEST = 0.06  # smaller weights did not help on the development rows
TONE_HEAD = """\
# The tone of single words in two lexicons, -1 (negative) to 1; 0: not listed.
# Sources: VADER (vaderSentiment, MIT), the mean rating divided by 4; TextBlob's
# en-sentiment.xml (PDDL), the mean polarity over a word's senses.
# Written by benchmarks/train_words.py. Columns: word, vader, textblob.
"""
WORDS_HEAD = """\
# What a term at its place to the target adds to the two sums of the light scorer.
# Learned from NewsMTSC train (MIT) by benchmarks/train_words.py.
# Columns: term (a word or two; "(...)": a class, see analysis/stance/words.py); place;
# negative, positive (logits; neutral is 0).
"""


def write_tone(vader: Path, textblob: Path, path: Path) -> None:
    """Write the values of both tone lexicons into one table.

    Parameters
    ----------
    vader, textblob : Path
        ``vader_lexicon.txt`` and ``en-sentiment.xml`` of the two packages.
    path : Path
        The table to write.
    """
    first = {}
    for line in vader.read_text(encoding="utf-8").splitlines():
        word, value, *_ = line.split("\t")
        if word.isascii() and word.isalpha():
            first[word.lower()] = float(value) / 4
    senses: dict[str, list[float]] = {}
    for entry in ElementTree.parse(textblob).getroot():
        if entry.attrib["form"].isalpha():
            senses.setdefault(entry.attrib["form"], []).append(
                float(entry.attrib["polarity"])
            )
    second = {word: sum(v) / len(v) for word, v in senses.items()}
    rows = [
        (word, round(first.get(word, 0), 3), round(second.get(word, 0), 3))
        for word in sorted(first.keys() | second.keys())
    ]
    kept = [(w, f"{a:g}", f"{b:g}") for w, a, b in rows if a or b]
    _write(path, TONE_HEAD, ("word", "vader", "textblob"), kept)


def learn(rows: list[Target]) -> list[tuple[str, str, str, str]]:
    """Learn the weights of terms at their places.

    Parameters
    ----------
    rows : list of Target
        Training rows.

    Returns
    -------
    list of tuple
        Term, place, negative, positive: sorted, small weights left out.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    seen = [_sums(row) for row in rows]
    counts = Counter(key for sums in seen for key in sums)
    kept = [{k: v for k, v in s.items() if counts[k] >= FEWEST} for s in seen]
    vectors = DictVectorizer()
    matrix = vectors.fit_transform(kept)
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    model.fit(matrix, [row.label for row in rows])
    table = [(("(baseline)", "anywhere"), *model.intercept_)]
    table += zip(vectors.feature_names_, *model.coef_, strict=True)
    weights = [(*key, low - mid, high - mid) for key, low, mid, high in table]
    return sorted(
        (term, place, f"{low:.3f}", f"{high:.3f}")
        for term, place, low, high in weights
        if max(abs(low), abs(high)) >= SMALLEST
    )


def _sums(row: Target) -> dict[tuple[str, str], float]:
    sums: dict[tuple[str, str], float] = {}
    for term, place, value, _, _ in find_features(row.text, row.start, row.end):
        sums[term, place] = sums.get((term, place), 0.0) + value
    return sums


def _write(path: Path, head: str, names: Iterable[str], rows: Iterable) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(head)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def main() -> None:
    """Write both tables into the package's resources."""
    import textblob
    import vaderSentiment

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("train", help="NewsMTSC's train.jsonl")
    parser.add_argument("--all", action="store_true", help="development rows too")
    asked = parser.parse_args()
    vader = Path(vaderSentiment.__file__).with_name("vader_lexicon.txt")
    blob = Path(textblob.__file__).parent / "en" / "en-sentiment.xml"
    write_tone(vader, blob, RESOURCES / "tone_words.csv")
    rows = read_targets(asked.train)
    table = learn(rows if asked.all else split_targets(rows)[0])
    names = ("term", "place", "negative", "positive")
    _write(RESOURCES / "stance_words.csv", WORDS_HEAD, names, table)
    print(f"{len(table)} weights in {RESOURCES / 'stance_words.csv'}")


if __name__ == "__main__":
    main()
