"""How well stance toward a target is scored, on a file of NewsMTSC.

    python -m benchmarks.stance FILE.jsonl [--dev] [--json OUT.json]

The model beside TextBlob and VADER (which give a sentence one tone, whoever it is
asked about) and the most frequent class. ``--dev`` takes every fifth article only:
the part of train.jsonl on which the shipped weights were not trained.
"""

from __future__ import annotations

import argparse
from collections import Counter

from analysis.stance import score_target
from benchmarks.corpora import STANCES, Target, read_targets
from benchmarks.measures import Result, measure, print_table

NEUTRAL_VADER = 0.05  # the authors' own threshold


def compare(rows: list[Target]) -> list[Result]:
    """Measure the model and the baselines on rows of NewsMTSC.

    Parameters
    ----------
    rows : list of Target
        As `benchmarks.corpora.read_targets` gives them.

    Returns
    -------
    list of Result
        Encoder, VADER, TextBlob, the most frequent class.
    """
    from textblob import TextBlob
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    vader = SentimentIntensityAnalyzer()
    truth = [row.label for row in rows]
    several = [row.several for row in rows]
    items = [row[:3] for row in rows]
    usual = Counter(truth).most_common(1)[0][0]

    def graded() -> list[tuple[float, ...]]:
        found = (score_target(*item) for item in items)
        return [(s.negative, s.neutral, s.positive) for s in found]

    def tones() -> list[int]:
        tones = (vader.polarity_scores(row.text)["compound"] for row in rows)
        return [_sign(tone, NEUTRAL_VADER) for tone in tones]

    ways = {
        "encoder": graded,
        "VADER": tones,
        "TextBlob": lambda: [_sign(TextBlob(r.text).polarity) for r in rows],
        "majority": lambda: [usual] * len(rows),
    }
    score_target(*items[0])  # loading is not scoring
    return [measure(name, way, truth, STANCES, several) for name, way in ways.items()]


def _sign(tone: float, neutral: float = 0.0) -> int:
    return 1 + (tone > neutral) - (tone < -neutral)


def main() -> None:
    """Print the table, and write it as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", help="a JSONL file of NewsMTSC")
    parser.add_argument("--dev", action="store_true", help="every fifth article only")
    parser.add_argument("--json", help="where to write the figures")
    asked = parser.parse_args()
    rows = [r for r in read_targets(asked.file) if r.development or not asked.dev]
    print_table(compare(rows), len(rows), asked.json)


if __name__ == "__main__":
    main()
