"""The words of an article: commonest terms, collocations, keyword in context.

NLTK counts them; what they are shown from is the untouched text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from analysis.tables import read_resource
from analysis.tokens import Structure, Token, function_words, plain


def body_tokens(structure: Structure) -> list[Token]:
    """The tokens of the article's own text: captions, prompts and headings left out.

    >>> from analysis.tokens import read_structure
    >>> [t.text for t in body_tokens(read_structure("Join the debate\\nIt waits."))]
    ['It', 'waits', '.']
    """
    body = {p.paragraph for p in structure.paragraphs if p.kind == "body"}
    return [t for t in structure.tokens if t.paragraph in body]


def key_terms(tokens: Iterable[Token], most: int = 20) -> list[tuple[str, int]]:
    """The commonest content words of a text with their counts, at `most` so many.

    Lower-cased words without possessive endings, most frequent first; function words
    (``resources/function_words.csv``) and titles are left out.

    >>> from analysis.tokens import tokenise
    >>> key_terms(tokenise("The platform, Ms Lee, the platform, Ms Lee. Ms Lee"), 9)
    [('lee', 3), ('platform', 2)]
    """
    from nltk.probability import FreqDist

    return FreqDist(_content(tokens)).most_common(most)


def collocations(tokens: Iterable[Token], most: int = 15) -> list[tuple[str, float]]:
    """Pairs of neighbouring words that stand together more often than by chance.

    With their log-likelihood ratio (Dunning 1993; higher is firmer), at `most` so many
    of the pairs that occur at least twice.

    >>> from analysis.tokens import tokenise
    >>> collocations(tokenise("Online safety. The online safety act."), 1)[0][0]
    'online safety'
    """
    from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder

    words = [plain(t.text).lower() for t in tokens]
    finder = BigramCollocationFinder.from_words(words)
    finder.apply_freq_filter(2)
    finder.apply_word_filter(lambda w: w in function_words() or not w[:1].isalnum())
    pairs = finder.score_ngrams(BigramAssocMeasures.likelihood_ratio)
    return [(" ".join(pair), round(score, 2)) for pair, score in pairs[:most]]


def keyword_in_context(
    tokens: Iterable[Token], word: str, width: int = 8
) -> list[tuple[str, str, str]]:
    """Every place of a word, in any case, with `width` tokens on either side.

    A concordance: left context, the word, right context, spaced as in the article.

    >>> from analysis.tokens import tokenise
    >>> keyword_in_context(tokenise("Ofcom fined X."), "fined")
    [('Ofcom', 'fined', 'X.')]
    """
    from nltk.text import ConcordanceIndex

    tokens = list(tokens)
    index = ConcordanceIndex([t.text for t in tokens], key=str.lower)
    return [
        (
            _spaced(tokens[max(0, at - width) : at]),
            tokens[at].text,
            _spaced(tokens[at + 1 : at + 1 + width]),
        )
        for at in index.offsets(word)
    ]


def _spaced(tokens: Sequence[Token]) -> str:
    """Tokens with a space wherever the article has a gap between them."""
    ends = [t.end for t in tokens[:1]] + [t.end for t in tokens]
    gaps = (" " if t.start > end else "" for t, end in zip(tokens, ends, strict=False))
    return "".join(gap + t.text for gap, t in zip(gaps, tokens, strict=True)).strip()


def _content(tokens: Iterable[Token]) -> Iterator[str]:
    """The words that say what a text is about."""
    for token in tokens:
        word = plain(token.text).lower().removesuffix("'s")
        empty = word in function_words() or word in _titles()
        if len(word) > 1 and word[0].isalnum() and not empty:
            yield word


@cache
def _titles() -> frozenset[str]:
    """Mr, Ms and their like, which say nothing of what an article is about."""
    rows = read_resource("abbreviations.csv")
    return frozenset(r["abbreviation"] for r in rows if r["kind"] == "title")
