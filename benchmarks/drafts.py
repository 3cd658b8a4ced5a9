"""How good is an analysis with nothing but a drafted codebook?

usage: python -m benchmarks.drafts FOLDER [--json FILE]

FOLDER holds articles (``NAME.txt``), each with its hand coding in ``NAME/``: the four
tables of a coding and ``actors.csv`` (actor, role, label). For each article a codebook
is drafted from its text alone. A drafted actor is matched with the coded actor of the
same role whose mentions it shares most, one to one; the others count as no coded
actor. ``roles`` is the share of coded actors whose most overlapping drafted actor has
their role; the other measures are those of `analysis.agreement.codings.score_coding`.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import pandas as pd

from analysis.agreement.codings import score_coding
from analysis.articles import read_article
from analysis.drafting import draft_codebook
from analysis.pipeline import analyse

MEASURES = (
    "kinds",
    "voices",
    "mentions",
    "pronouns",
    "quotes",
    "quote_speakers",
    "stance",
    "stance_any_holder",
)


def shared_mentions(gold: pd.DataFrame, found: pd.DataFrame) -> Counter:
    """How many mentions each pair of coded and drafted actor shares."""
    pairs: Counter = Counter()
    for g in gold[gold["form"] != "pronoun"].itertuples():
        here = found[(found["start"] < g.end) & (found["end"] > g.start)]
        pairs.update((g.actor, actor) for actor in set(here["actor"]))
    return pairs


def match_actors(
    pairs: Counter, gold_roles: dict[str, str], roles: dict[str, str]
) -> dict[str, str]:
    """Drafted actors with the coded actor of their role, best first, one to one."""
    matched: dict[str, str] = {}
    for (gold, drafted), _ in pairs.most_common():
        free = gold not in matched.values() and drafted not in matched
        if free and gold_roles.get(gold) == roles[drafted]:
            matched[drafted] = gold
    return matched


def share_of_roles(
    pairs: Counter, gold_roles: dict[str, str], roles: dict[str, str]
) -> float:
    """The share of coded actors whose nearest drafted actor has their role."""
    right = 0
    for actor, role in gold_roles.items():
        near = [(n, d) for (g, d), n in pairs.items() if g == actor]
        right += bool(near) and roles[max(near)[1]] == role
    return right / max(1, len(gold_roles))


def score_draft(path: Path) -> dict[str, float]:
    """All measures of one article analysed with its drafted codebook."""
    article, folder = read_article(path), path.with_suffix("")
    result = analyse(article, draft_codebook(article))
    gold = pd.read_csv(folder / "mentions.csv")
    actors = pd.read_csv(folder / "actors.csv")
    gold_roles = dict(zip(actors["actor"], actors["role"], strict=True))
    roles = {a.id: a.role for a in result.codebook.actors}
    pairs = shared_mentions(gold, result.mentions)
    matched = match_actors(pairs, gold_roles, roles)
    ids = {id: matched.get(id, f"draft {id}") for id in roles}
    tables = {
        "paragraphs": result.paragraphs.replace({"voice": ids}),
        "mentions": result.mentions.replace({"actor": ids}),
        "quotes": result.quotes.replace({"actor": ids}),
        "stance": result.stance.replace({"holder": ids, "target": ids}),
    }
    scores = score_coding(folder, tables).set_index("measure")["f1"]
    return {
        "article": path.stem,
        "roles": share_of_roles(pairs, gold_roles, roles),
        **{m: scores[m] for m in MEASURES},
    }


def main() -> None:
    """Print the table, and write it as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    paths = [
        p for p in sorted(options.folder.glob("*.txt")) if p.with_suffix("").is_dir()
    ]
    table = pd.DataFrame([score_draft(p) for p in paths]).set_index("article")
    table.loc["mean"] = table.mean()
    print(table.round(3).to_string())
    if options.json:
        options.json.write_text(json.dumps(table.round(4).to_dict("index"), indent=1))


if __name__ == "__main__":
    main()
