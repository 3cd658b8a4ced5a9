"""How fast each stage is, against one pass of ``\\w+`` over the same texts.

``python -m benchmarks.speed FOLDER`` reads a folder of text files and times, in one
process and pass by pass, every stage and the whole on the CPU's clock. A ratio to
the floor, one ``re.finditer(r"\\w+")`` over all texts in the same pass, does not
depend on the machine much. ``--peers`` adds other tools that are installed.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from analysis.codebook import Codebook, read_codebook
from analysis.framing import find_frames
from analysis.mentions import find_referents
from analysis.quotes import find_quotes
from analysis.stance import weigh_claims
from analysis.stance.claims import find_claims
from analysis.tokens import read_structure

CODEBOOK = Path(__file__).with_name("us-election.yml")
STAGES = ("structure", "quotations", "mentions", "claims", "stance", "frames")
LENGTHS = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
SIZES = (10, 30, 100, 300, 1_000, 3_000, 10_000)
_WORD = re.compile(r"\w+")


class Ratio(NamedTuple):
    """Times of something in units of the floor, one a pass, summed up."""

    median: float
    least: float
    most: float


def floor(text: str) -> None:
    """What everything is compared with: one look at every word."""
    for _ in _WORD.finditer(text):
        pass


def stages(text: str, book: Codebook) -> Iterator[str]:
    """Run all stages but the encoder on a text; yield a stage's name when it ends."""
    structure = read_structure(text)
    yield "structure"
    quotes = find_quotes(text, structure)
    yield "quotations"
    mentions, quotes = find_referents(structure, book, quotes)
    yield "mentions"
    claims = find_claims(structure, quotes, mentions)
    yield "claims"
    weigh_claims(structure, claims, "words", book.words)
    yield "stance"
    find_frames(text, book, structure)
    yield "frames"


def whole(text: str, book: Codebook) -> None:
    """All stages on a text."""
    for _ in stages(text, book):
        pass


def timed(run: Callable[[str], object], texts: list[str]) -> float:
    """CPU seconds of a function over all texts."""
    start = time.process_time()
    for text in texts:
        run(text)
    return time.process_time() - start


def timed_stages(texts: list[str], book: Codebook) -> dict[str, float]:
    """CPU seconds of each stage, and of the whole, over all texts."""
    spent = dict.fromkeys(STAGES, 0.0)
    last = start = time.process_time()
    for text in texts:
        for stage in stages(text, book):
            now = time.process_time()
            spent[stage] += now - last
            last = now
    return spent | {"whole": last - start}


def plain_pipeline(book: Codebook) -> Callable[[str], object]:
    """A plain notebook's pipeline: NLTK, TextBlob, VADER, a pattern an actor.

    NLTK's Punkt and Treebank tokenizer, TextBlob's and VADER's tone of each
    sentence, and each actor's names counted in it.
    """
    from nltk.tokenize import NLTKWordTokenizer, PunktSentenceTokenizer
    from textblob import TextBlob
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    punkt, treebank = PunktSentenceTokenizer(), NLTKWordTokenizer()
    vader = SentimentIntensityAnalyzer()
    patterns = [
        re.compile("|".join(rf"\b{re.escape(n)}\b" for n in _names(actor)))
        for actor in book.actors
    ]

    def run(text: str) -> None:
        for sentence in punkt.tokenize(text):
            treebank.tokenize(sentence)
            _ = TextBlob(sentence).sentiment
            vader.polarity_scores(sentence)
            for pattern in patterns:
                pattern.findall(sentence)

    return run


def _names(actor) -> list[str]:
    people = (p.name for p in actor.people)
    nouns = (n.removeprefix("the ") for n in actor.nominals)
    return [*actor.names, *people, *nouns]


def spacy_blank(book: Codebook) -> Callable[[str], object]:
    """spaCy without a model: tokens, and the names by its phrase matcher."""
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")
    nlp.max_length = 10**8
    nlp.add_pipe("sentencizer")
    matcher = PhraseMatcher(nlp.vocab)
    for actor in book.actors:
        matcher.add(actor.id, [nlp.make_doc(n) for n in _names(actor)])
    return lambda text: matcher(nlp(text))


def textacy_quotes(book: Codebook) -> Callable[[str], object]:
    """textacy's keyword in context of each actor on spaCy's blank tokens."""
    import spacy
    from textacy import extract

    nlp = spacy.blank("en")
    patterns = ["|".join(map(re.escape, _names(a))) for a in book.actors]

    def run(text: str) -> None:
        doc = nlp(text)
        for pattern in patterns:
            list(extract.keyword_in_context(doc, pattern))

    return run


PEERS = {
    "NLTK + TextBlob + VADER": plain_pipeline,
    "spaCy blank + matcher": spacy_blank,
    "textacy keyword in context": textacy_quotes,
}


def measure(texts: list[str], book: Codebook, passes: int) -> dict[str, Ratio]:
    """Ratios of every stage to the floor."""
    whole(texts[0], book)
    gc.collect()
    gc.freeze()
    times: dict[str, list[float]] = {}
    for _ in range(passes):
        unit = timed(floor, texts)
        for name, spent in timed_stages(texts, book).items():
            times.setdefault(name, []).append(spent / unit)
        times.setdefault("seconds of the floor", []).append(unit)
    return {name: _ratio(found) for name, found in times.items()}


def measure_peers(texts: list[str], book: Codebook, passes: int) -> dict[str, Ratio]:
    """Ratios of the peers that are installed to the floor."""
    found: dict[str, Ratio] = {}
    for name, make in PEERS.items():
        try:
            run = make(book)
        except ImportError:  # a peer that is not installed is not compared
            continue
        run(texts[0])
        ratios = [timed(run, texts) / timed(floor, texts) for _ in range(passes)]
        found[name] = _ratio(ratios)
    return found


def _ratio(found: list[float]) -> Ratio:
    return Ratio(statistics.median(found), min(found), max(found))


def growth_by_length(texts: list[str], book: Codebook) -> dict[int, float]:
    """Microseconds a word for articles of growing length, best of three.

    An article of a length is as many real ones, one after another, as it takes, in
    the third person: a narrator who says *I* has opinions, and so more claims.
    """
    every = re.sub(r"\bI\b", "they", "\n".join(texts))
    ends = [m.end() for m in _WORD.finditer(every)]
    found = {}
    for length in LENGTHS:
        if length > len(ends):
            break
        copies = max(1, 30_000 // length)
        cuts = [0, *ends[length - 1 :: length]][: copies + 1]
        parts = [every[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]
        best = min(timed(_afresh(book), parts) for _ in range(3))
        found[length] = best / (len(parts) * length) * 1e6
    return found


def _afresh(book: Codebook) -> Callable[[str], object]:
    """All stages on a text whose sentences have not been met before."""

    def run(text: str) -> None:
        whole(text, book)

    return run


def growth_by_size(texts: list[str], book: Codebook) -> dict[int, float]:
    """Milliseconds an article for corpora of growing size, in one process."""
    found = {}
    for size in SIZES:
        repeated = [texts[i % len(texts)] for i in range(size)]
        found[size] = timed(lambda t: whole(t, book), repeated) / size * 1e3
    return found


def draw(report: dict, path: Path) -> None:
    """Bars of the ratios with their spread, and time a word by article length."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(
        1, 2, figsize=(10, 3.6), width_ratios=(3, 2), layout="constrained"
    )
    bars = {k: v for k, v in report["ratios"].items() if not k.startswith("seconds")}
    bars |= report["peers"]
    names = list(bars)[::-1]
    medians = [bars[n][0] for n in names]
    spread = [[bars[n][0] - bars[n][1] for n in names]]
    spread.append([bars[n][2] - bars[n][0] for n in names])
    colours = ["#888888" if n in report["peers"] else "#1b6ca8" for n in names]
    left.barh(names, medians, xerr=spread, color=colours, ecolor="#333333")
    for y, value in enumerate(medians):
        left.annotate(f"{value:.1f}", (value, y), (6, -3), textcoords="offset points")
    left.set_xlabel(r"CPU time, multiples of one pass of \w+")
    left.margins(x=0.12)
    left.set_title(f"{report['articles']:,} articles, {report['words']:,} words")
    by_length = {int(k): v for k, v in report["microseconds a word"].items()}
    right.plot(list(by_length), list(by_length.values()), "o-", color="#1b6ca8")
    right.set(xscale="log", xlabel="words an article", ylabel="microseconds a word")
    right.set_ylim(bottom=0)
    right.set_title("Time a word, by length of the article")
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=150)


def main() -> None:
    """Measure, print a table, and write JSON and a chart if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of text files")
    parser.add_argument("--codebook", type=Path, default=CODEBOOK)
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--peers", action="store_true", help="measure other tools too")
    parser.add_argument("--growth", action="store_true", help="by length and size")
    parser.add_argument("--out", type=Path, help="where speed.json and speed.png go")
    args = parser.parse_args()
    book = read_codebook(args.codebook)
    texts = [p.read_text("utf-8") for p in sorted(args.folder.glob("*.txt"))]
    report = {
        "articles": len(texts),
        "words": sum(len(_WORD.findall(t)) for t in texts),
        "ratios": measure(texts, book, args.passes),
        "peers": measure_peers(texts, book, min(3, args.passes)) if args.peers else {},
        "microseconds a word": growth_by_length(texts, book) if args.growth else {},
        "milliseconds an article": growth_by_size(texts, book) if args.growth else {},
        "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    for name, (median, least, most) in {**report["ratios"], **report["peers"]}.items():
        print(f"{name:28}{median:9.2f}   ({least:.2f} to {most:.2f})")
    for name in list(report)[4:]:
        print(name, report[name])
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        (args.out / "speed.json").write_text(json.dumps(report, indent=1))
        draw(report, args.out / "speed.png")


if __name__ == "__main__":
    main()
