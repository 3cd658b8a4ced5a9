"""A small analysis for examples in docstrings."""

from __future__ import annotations

from analysis.articles import Article
from analysis.codebook import parse_codebook
from analysis.pipeline import Analysis, analyse


def example() -> Analysis:
    """Two sentences analysed, for examples.

    >>> example().article.name
    'fined'
    """
    actors = (
        "{regulator: {label: Ofcom, names: [Ofcom]}, platform: {label: X, names: [X]}}"
    )
    text = "Ofcom fined X on Monday. ‘X must be ashamed,’ Ofcom said."
    article = Article(text, "Fined", "", "fined")
    return analyse(article, parse_codebook(f"actors: {actors}"))
