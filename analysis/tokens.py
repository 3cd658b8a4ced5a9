"""Sentences, tokens and parts of speech, all as spans of the untouched text.

NLTK does the work: Punkt finds the sentences with an abbreviation list of ours
(no downloaded data), a regular-expression tokenizer finds the tokens. TextBlob's
own tagger gives the parts of speech.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from .paragraphs import Kind, Paragraph, find_paragraphs
from .tables import read_resource

if TYPE_CHECKING:
    from nltk.text import Text
    from nltk.tokenize import PunktSentenceTokenizer, RegexpTokenizer

APOSTROPHES = "'’‘"  # ‘ too: a common mistyping of the apostrophe (Musk‘s)

# A possessive or a contraction stays with its word, as a reader counts words.
# The commonest kind of token stands first: the order is what the speed hangs on.
TOKEN = (
    rf"[^\W\d]\w*+(?:[{APOSTROPHES}&-]\w+"  # X’s, don’t, end-to-end, M&S
    r"|(?<=\b[^\W\d])\.(?:[^\W\d]\.)++)*+"  # U.S., e.g.
    r"|[£$€¥]?\d+(?:[.,:]\d+)*(?:[a-z]{1,2}\b|%)?(?:-\w+)*"  # £12.7m, 9.30am, 10-year
    r"|\.{2,}|-{2,}|[^\w\s]|_+"
)
_INNER_END = re.compile(r"[.?!]\S*\s")  # where a sentence could end inside a paragraph


class Sentence(NamedTuple):
    """A sentence; numbered through the article."""

    paragraph: int
    sentence: int
    start: int
    end: int
    text: str


class Token(NamedTuple):
    """A word, number or mark; numbered through the article."""

    paragraph: int
    sentence: int
    token: int
    start: int
    end: int
    text: str


class Structure(NamedTuple):
    """An article's text with its paragraphs, sentences and tokens."""

    text: str
    paragraphs: list[Paragraph]
    sentences: list[Sentence]
    tokens: list[Token]


def read_structure(text: str, kinds: Iterable[Kind] = ()) -> Structure:
    """Paragraphs, sentences and tokens of a text, found once for all stages.

    Parameters
    ----------
    text : str
        The article's text.
    kinds : iterable of Kind
        Paragraphs whose kind is known, as in ``Article.kinds``.

    Returns
    -------
    Structure
        ``.text``, ``.paragraphs``, ``.sentences`` and ``.tokens``.

    Examples
    --------
    >>> s = read_structure("Ofcom acted. X did not.\\nIt waits.")
    >>> len(s.paragraphs), len(s.sentences), len(s.tokens)
    (2, 3, 10)
    """
    paragraphs = find_paragraphs(text, kinds)
    sentences = _sentences(text, paragraphs)
    return Structure(text, paragraphs, sentences, _tokens(text, sentences))


def tokenise(text: str) -> list[Token]:
    """Split a text into tokens that point into it.

    Possessives and contractions stay whole (``X's``, ``don’t``), so do amounts
    (``£12.7m``), hyphenated words and abbreviations (``U.S.``); every other mark
    is a token. It does not normalise: a token is the text between its offsets.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of Token
        Rows with paragraph, sentence, token, start, end, text.

    Examples
    --------
    >>> [t.text for t in tokenise("X’s end-to-end plan cost £12.7m.")]
    ['X’s', 'end-to-end', 'plan', 'cost', '£12.7m', '.']
    """
    return read_structure(text).tokens


def body_tokens(structure: Structure) -> list[Token]:
    """The tokens of the article's own text: captions, prompts and headings left out.

    Parameters
    ----------
    structure : Structure
        The article, split.

    Returns
    -------
    list of Token

    Examples
    --------
    >>> [t.text for t in body_tokens(read_structure("Join the debate\\nIt waits."))]
    ['It', 'waits', '.']
    """
    body = {p.paragraph for p in structure.paragraphs if p.kind == "body"}
    return [t for t in structure.tokens if t.paragraph in body]


def find_sentences(text: str) -> list[Sentence]:
    """Split a text into sentences; a line feed always ends one.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of Sentence
        Rows with paragraph, sentence, start, end, text; a closing quotation
        mark belongs to the sentence that it closes.

    Examples
    --------
    >>> [s.text for s in find_sentences("‘No.’ Mr. Musk left.")]
    ['‘No.’', 'Mr. Musk left.']
    """
    return _sentences(text, find_paragraphs(text))


def tag_tokens(tokens: Iterable[Token]) -> list[str]:
    """Part of speech of each token, by TextBlob's tagger.

    The tagger knows a lexicon and suffix rules and sees one sentence at a time;
    it is right about nine times in ten on news and knows no context beyond that.

    Parameters
    ----------
    tokens : iterable of Token
        Tokens in the order of the text.

    Returns
    -------
    list of str
        Penn Treebank tags, one a token.

    Examples
    --------
    >>> tag_tokens(tokenise("The regulator said no."))
    ['DT', 'NN', 'VBD', 'DT', '.']
    """
    from itertools import groupby

    from textblob.en import parser

    tags: list[str] = []
    for _, group in groupby(tokens, key=lambda t: t.sentence):
        words = [_plain(t.text) for t in group]
        tags += [tag for _, tag in parser.find_tags(words)]
    return tags


def key_terms(tokens: Iterable[Token], most: int = 20) -> list[tuple[str, int]]:
    """The commonest content words of a text with their counts.

    Parameters
    ----------
    tokens : iterable of Token
        Tokens of the article.
    most : int
        How many.

    Returns
    -------
    list of (str, int)
        Lower-cased words without possessive endings, most frequent first;
        function words (``resources/function_words.csv``) are left out.

    Examples
    --------
    >>> key_terms(tokenise("The platform, the platform and a fine."), 1)
    [('platform', 2)]
    """
    from nltk.probability import FreqDist

    return FreqDist(_content(tokens)).most_common(most)


def collocations(tokens: Iterable[Token], most: int = 15) -> list[tuple[str, float]]:
    """Pairs of neighbouring words that stand together more often than by chance.

    Parameters
    ----------
    tokens : iterable of Token
        Tokens of the article.
    most : int
        How many pairs.

    Returns
    -------
    list of (str, float)
        The pair and its log-likelihood ratio (Dunning 1993; higher is firmer),
        of pairs that occur at least twice.

    Examples
    --------
    >>> collocations(tokenise("Online safety. The online safety act."), 1)[0][0]
    'online safety'
    """
    from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder

    words = [_plain(t.text).lower() for t in tokens]
    finder = BigramCollocationFinder.from_words(words)
    finder.apply_freq_filter(2)
    finder.apply_word_filter(lambda w: w in function_words() or not w[:1].isalnum())
    pairs = finder.score_ngrams(BigramAssocMeasures.likelihood_ratio)
    return [(" ".join(pair), round(score, 2)) for pair, score in pairs[:most]]


def keyword_in_context(tokens: Iterable[Token], word: str) -> list[tuple[str, ...]]:
    """Every place of a word with the words around it (a concordance).

    Parameters
    ----------
    tokens : iterable of Token
        Tokens of the article.
    word : str
        The word, in any case.

    Returns
    -------
    list of (str, str, str)
        Left context, the word, right context.

    Examples
    --------
    >>> keyword_in_context(tokenise("Ofcom fined X."), "fined")
    [('Ofcom', 'fined', 'X .')]
    """
    lines = _nltk_text(tokens).concordance_list(word, width=90, lines=1000)
    return [(x.left_print.strip(), x.query, x.right_print) for x in lines]


def _nltk_text(tokens: Iterable[Token]) -> Text:
    from nltk.text import Text

    return Text([t.text for t in tokens])


def _content(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        word = _plain(token.text).lower().removesuffix("'s")
        if len(word) > 1 and word[0].isalnum() and word not in function_words():
            yield word


def _plain(word: str) -> str:
    return word.replace("’", "'").replace("‘", "'")


@cache
def function_words() -> frozenset[str]:
    """English words that carry grammar, not content, lower-cased.

    Returns
    -------
    frozenset of str
        From ``resources/function_words.csv``.

    Examples
    --------
    >>> "the" in function_words(), "platform" in function_words()
    (True, False)
    """
    return frozenset(r["word"] for r in read_resource("function_words.csv"))


@cache
def _punkt() -> PunktSentenceTokenizer:
    from nltk.tokenize.punkt import (
        PunktLanguageVars,
        PunktParameters,
        PunktSentenceTokenizer,
    )

    parameters = PunktParameters()
    parameters.abbrev_types = {
        r["abbreviation"] for r in read_resource("abbreviations.csv")
    }
    return PunktSentenceTokenizer(parameters, lang_vars=PunktLanguageVars())


@cache
def _regexp() -> RegexpTokenizer:
    from nltk.tokenize import RegexpTokenizer

    return RegexpTokenizer(TOKEN)


def _sentences(text: str, paragraphs: list[Paragraph]) -> list[Sentence]:
    spans = _punkt().span_tokenize
    found: list[Sentence] = []
    for p in paragraphs:
        several = _INNER_END.search(p.text)  # Punkt is not asked where it must say one
        for start, end in spans(p.text) if several else ((0, len(p.text)),):
            first, last = p.start + start, p.start + end
            found.append(Sentence(p[0], len(found), first, last, text[first:last]))
    return found


def _tokens(text: str, sentences: list[Sentence]) -> list[Token]:
    tokens: list[Token] = []
    spans = _regexp().span_tokenize(text)
    start, end = next(spans, (len(text), len(text)))
    for paragraph, sentence, _, last, _ in sentences:
        while start < last:
            word = text[start:end]
            tokens.append(Token(paragraph, sentence, len(tokens), start, end, word))
            start, end = next(spans, (len(text), len(text)))
    return tokens
