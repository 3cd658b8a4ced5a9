"""How fast each stage is, against one pass of ``\\w+`` over the same texts.

``python -m benchmarks.speed FOLDER`` reads a folder of text files and times, in one
process and pass by pass, every stage and the whole on the CPU's clock. A ratio to the
floor, one ``re.finditer(r"\\w+")``, does not depend on the machine much; floor and
stages take turns article by article, so that both meet the same machine. ``--peers``
adds other tools that are installed, ``--growth`` time by length and size,
``--encoder`` what reading the stance costs.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from analysis.articles import Article
from analysis.codebook import Codebook, read_codebook
from analysis.corpus.worker import collector_paused
from analysis.framing import find_frames
from analysis.mentions import find_referents
from analysis.pipeline import Analysis
from analysis.quotes import find_quotes
from analysis.tokens import read_structure

CODEBOOK = Path(__file__).with_name("us-election.yml")
STAGES = ("structure", "quotations", "mentions", "frames")
LENGTHS = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
SIZES = (10, 30, 100, 300, 1_000, 3_000, 10_000)
SAMPLE = 500  # articles for the reader of stance
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
    """Run all stages but stance on a text; yield a stage's name when it ends."""
    structure = read_structure(text)
    yield "structure"
    quotes = find_quotes(text, structure)
    yield "quotations"
    mentions, quotes = find_referents(structure, book, quotes)
    yield "mentions"
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


def one_pass(texts: list[str], book: Codebook) -> dict[str, float]:
    """CPU seconds of the floor, of each stage and of the whole over all texts."""
    spent = dict.fromkeys(("floor", *STAGES), 0.0)
    for text in texts:
        last = time.process_time()
        floor(text)
        now = time.process_time()
        spent["floor"] += now - last
        last = now
        for stage in stages(text, book):
            now = time.process_time()
            spent[stage] += now - last
            last = now
    return spent | {"whole": sum(spent[stage] for stage in STAGES)}


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


def textacy_context(book: Codebook) -> Callable[[str], object]:
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
    "textacy keyword in context": textacy_context,
}


def measure(texts: list[str], book: Codebook, passes: int) -> dict[str, Ratio]:
    """Ratios of every stage to the floor, run as a worker of a corpus runs them."""
    whole(texts[0], book)
    gc.collect()
    gc.freeze()
    with collector_paused():
        found = [one_pass(texts, book) for _ in range(passes)]
    ratios = {
        name: _ratio([spent[name] / spent["floor"] for spent in found])
        for name in (*STAGES, "whole")
    }
    return ratios | {"seconds of the floor": _ratio([s["floor"] for s in found])}


def measure_peers(texts: list[str], book: Codebook, passes: int) -> dict[str, Ratio]:
    """Ratios of the peers that are installed to the floor, article by article."""
    found: dict[str, Ratio] = {}
    for name, make in PEERS.items():
        try:
            run = make(book)
        except ImportError:  # a peer that is not installed is not compared
            continue
        run(texts[0])
        ratios = []
        for _ in range(passes):
            pairs = [(timed(run, [t]), timed(floor, [t])) for t in texts]
            ratios.append(sum(a for a, _ in pairs) / sum(b for _, b in pairs))
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
        with collector_paused():
            best = min(timed(lambda t: whole(t, book), parts) for _ in range(3))
        found[length] = best / (len(parts) * length) * 1e6
    return found


def growth_by_size(texts: list[str], book: Codebook) -> dict[int, float]:
    """Milliseconds an article for corpora of growing size, in one process."""
    found = {}
    for size in SIZES:
        repeated = [texts[i % len(texts)] for i in range(size)]
        with collector_paused():
            found[size] = timed(lambda t: whole(t, book), repeated) / size * 1e3
    return found


def measure_start(rounds: int = 5) -> dict[str, float]:
    """CPU seconds: the import over bare Python, and the resources' first use."""

    def cpu(code: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return sum(after[:2]) - sum(before[:2])

    first_use = (
        "import gc, time; from benchmarks.speed import *; import nltk\n"
        "book, text = read_codebook(CODEBOOK), 'A man, Mr. B, said: “Mr. Trump must"
        " not mock Hillary Clinton.”'\n"
        "gc.collect(); gc.freeze(); start = time.process_time()\n"
        "whole(text, book); print(time.process_time() - start)"
    )
    used = [
        float(subprocess.check_output([sys.executable, "-c", first_use], text=True))
        for _ in range(rounds)
    ]
    own = statistics.median(cpu("import analysis") for _ in range(rounds))
    bare = statistics.median(cpu("pass") for _ in range(rounds))
    return {"import analysis": own - bare, "resources": statistics.median(used)}


def encode(text: str, book: Codebook) -> int:
    """Read the stance of a text; how many paragraphs there were."""
    found = Analysis(Article(text, "", "", "article"), book)
    found.reader.rows()
    return len(found.structure.paragraphs)


def measure_encoder(texts: list[str], book: Codebook) -> dict[str, float]:
    """Paragraphs a second on one core and two, and what 10,000 articles cost."""
    found: dict[str, float] = {}
    sample = texts[:: max(1, len(texts) // SAMPLE)][:SAMPLE]
    for workers in (1, 2):
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            list(pool.map(encode, texts[:2] * workers, repeat(book)))  # load the model
            start = time.perf_counter()
            paragraphs = sum(pool.map(encode, sample, repeat(book)))
            seconds = time.perf_counter() - start
        found[f"paragraphs a second, {workers} workers"] = paragraphs / seconds
        minutes = seconds / len(sample) * 10_000 / 60
        found[f"minutes for 10,000 articles, {workers} workers"] = minutes
    found |= measure_passage()
    return found | {"paragraphs an article": paragraphs / len(sample)}


PASSAGE = """
import time
from benchmarks.speed import *
from analysis.stance import model

start = time.process_time()
model.load_model()
print(time.process_time() - start)
days = ["Trump met Clinton and {{}} others.".format(k) for k in range(999)]
leads = [" ".join(days[k : k + {sentences}]) for k in range({paragraphs})]
text = "\\n".join(leads)
found = Analysis(Article(text, "", "", "a"), read_codebook(CODEBOOK))
found.reader.read(0)
start = time.process_time()
for k in range(1, {paragraphs}):
    found.reader.read(k)
print((time.process_time() - start) / ({paragraphs} - 1) * 1e3)
actor = found.reader.script.passage(1, (0, 1)).actors[0]
start = time.process_time()
for k in range(1, 6):
    found.reader.explain(k, "narrator", actor)
print((time.process_time() - start) / 5)
"""


def measure_passage(words: int = 60) -> dict[str, float]:
    """CPU time of a paragraph of so many words, of its evidence, and to load."""
    code = PASSAGE.format(sentences=words // 6, paragraphs=31)
    printed = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    names = "seconds to load the model", f"milliseconds, {words} words"
    names += ("seconds, evidence of one stance in it",)
    return dict(zip(names, map(float, printed), strict=True))


def _plain(value: object) -> object:
    """What JSON takes: ratios with their names, numbers with four digits."""
    if isinstance(value, Ratio):
        return _plain(value._asdict())
    if isinstance(value, dict):
        return {key: _plain(v) for key, v in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value


def main() -> None:
    """Measure, print a table, and write JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of text files")
    parser.add_argument("--codebook", type=Path, default=CODEBOOK)
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--peers", action="store_true", help="measure other tools too")
    parser.add_argument("--growth", action="store_true", help="by length and size")
    parser.add_argument(
        "--encoder", action="store_true", help="what reading stance costs"
    )
    parser.add_argument("--json", type=Path, help="where to write the figures")
    args = parser.parse_args()
    book = read_codebook(args.codebook)
    texts = [p.read_text("utf-8") for p in sorted(args.folder.glob("*.txt"))]
    report = {
        "articles": len(texts),
        "words": sum(len(_WORD.findall(t)) for t in texts),
        "ratios": measure(texts, book, args.passes),
        "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "start, CPU seconds": measure_start(),
        "microseconds a word": growth_by_length(texts, book) if args.growth else {},
        "milliseconds an article": growth_by_size(texts, book) if args.growth else {},
        "encoder": measure_encoder(texts, book) if args.encoder else {},
        "peers": measure_peers(texts, book, min(3, args.passes)) if args.peers else {},
    }
    for name, (median, least, most) in {**report["ratios"], **report["peers"]}.items():
        print(f"{name:28}{median:9.2f}   ({least:.2f} to {most:.2f})")
    for name in (n for n in report if n not in ("ratios", "peers")):
        print(name, report[name])
    if args.json:
        args.json.write_text(json.dumps(_plain(report), indent=1))


if __name__ == "__main__":
    main()
