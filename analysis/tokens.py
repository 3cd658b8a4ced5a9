"""Sentences, tokens and parts of speech, all as spans of the untouched text.

NLTK's Punkt decides where a full stop ends a sentence, with an abbreviation list of
ours (no downloaded data); it is asked only where there is a choice. One regular
expression finds the tokens, once for all stages (the standard library's: NLTK's own
tokenizer runs it under a time limit, which a long text could exceed). TextBlob's
tagger gives the parts of speech.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from analysis.articles.paragraphs import Kind, Paragraph, find_paragraphs
from analysis.tables import read_resource

if TYPE_CHECKING:
    from nltk.tokenize import PunktSentenceTokenizer

Span = tuple[int, int]  # where something starts and ends
MARKS = "\u0300-\u036f"  # accents that stand as characters of their own
APOSTROPHES = "'’‘"  # ‘ too: a common mistyping of the apostrophe (Musk‘s)

# A possessive or a contraction stays with its word, as a reader counts words.
# The commonest kind of token stands first: the order is what the speed hangs on.
TOKEN = (
    rf"[A-Za-z]{{2,}}+(?![\w{APOSTROPHES}{MARKS}&-])"  # most words
    rf"|[^\W\d]\w*+(?:[{APOSTROPHES}&-]\w+|[{MARKS}]+\w*"  # X’s, don’t, end-to-end, M&S
    r"|(?<=\b[^\W\d])\.(?:[^\W\d]\.)++)*+"  # U.S., e.g.
    r"|[£$€¥]?\d+(?:[.,:]\d+)*(?:[a-z]{1,2}\b|%)?(?:-\w+)*"  # £12.7m, 9.30am, 10-year
    r"|\.{2,}|-{2,}|[^\w\s]|_+"
)
_OPENING = "\"'‘“«([{"
_CLOSING = "\"'’”‘“»«)]}"
# A token with the blanks behind it; most are a word and a blank.
_PIECE = re.compile(rf"[A-Za-z]{{2,}}+ \s*|(?:{TOKEN})\s*")
_END = re.compile(rf"[.?!]([{re.escape(_CLOSING)}]*)\s+")  # where a sentence could end
_INITIALS = re.compile(r"(?:[A-Z]\.)+[A-Z]").fullmatch
_MAY_END = frozenset("company place degree initials initial".split())
_LONGEST_WORD = 40  # before a full stop; Punkt decides on the end of a longer one


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


class Tokens(Sequence[Token]):
    """The tokens of a text as columns; a row is made when it is asked for.

    `text`: the tokens; `start`: where each starts; `sentences`: those that they stand
    in; `firsts`: the first token of each, and behind the last the number of tokens.
    """

    __slots__ = ("firsts", "sentences", "start", "text")

    def __init__(
        self, text: list[str], start: list[int], sentences: list[Sentence]
    ) -> None:
        """Keep the columns."""
        self.text, self.start, self.sentences = text, start, sentences
        self.firsts = [bisect_left(start, s[2]) for s in sentences] + [len(text)]

    def __len__(self) -> int:
        """How many tokens there are."""
        return len(self.text)

    def __getitem__(self, i):
        """A token's row, or the rows of a slice."""
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        number = range(len(self.text))[i]
        start, text = self.start[i], self.text[i]
        at = bisect_right(self.firsts, number) - 1
        place = self.sentences[at].paragraph, at, number
        return Token(*place, start, start + len(text), text)

    def __iter__(self) -> Iterator[Token]:
        """All rows in the order of the text."""
        places = zip(self.sentences, pairwise(self.firsts), strict=True)
        for (paragraph, sentence, *_), bounds in places:
            for i in range(*bounds):
                start, text = self.start[i], self.text[i]
                yield Token(paragraph, sentence, i, start, start + len(text), text)

    def columns(self) -> dict[str, list]:
        """All rows as columns, by name."""
        paragraphs: list[int] = []
        sentences: list[int] = []
        places = zip(self.sentences, pairwise(self.firsts), strict=True)
        for (paragraph, sentence, *_), (first, last) in places:
            paragraphs += [paragraph] * (last - first)
            sentences += [sentence] * (last - first)
        ends = [i + len(w) for i, w in zip(self.start, self.text, strict=True)]
        numbers = list(range(len(ends)))
        values = (paragraphs, sentences, numbers, self.start, ends, self.text)
        return dict(zip(Token._fields, values, strict=True))


class Structure(NamedTuple):
    """An article's text with its paragraphs, sentences and tokens."""

    text: str
    paragraphs: list[Paragraph]
    sentences: list[Sentence]
    tokens: Tokens


def read_structure(
    text: str, kinds: Iterable[Kind] = (), known: Iterable[Sequence[int]] = ()
) -> Structure:
    """Paragraphs, sentences and tokens of a text, found once for all stages.

    Sentences that are ``known`` (paragraph, sentence, start, end) are not sought again.

    >>> s = read_structure("Ofcom acted. X did not.\\nIt waits.")
    >>> len(s.paragraphs), len(s.sentences), len(s.tokens)
    (2, 3, 10)
    """
    paragraphs = find_paragraphs(text, kinds)
    sentences = [Sentence(*row, text[row[2] : row[3]]) for row in known]
    sentences = sentences or _sentences(text, paragraphs)
    tokens = Tokens(*split_words(text), sentences)
    return Structure(text, paragraphs, sentences, tokens)


def tokenise(text: str) -> Tokens:
    """Split a text into tokens that point into it.

    Possessives and contractions stay whole (``X's``, ``don’t``), so do amounts
    (``£12.7m``), hyphenated words and abbreviations (``U.S.``); every other mark
    is a token. It does not normalise: a token is the text between its offsets.

    Gives a sequence of rows: paragraph, sentence, token, start, end, text.

    >>> [t.text for t in tokenise("X’s end-to-end plan cost £12.7m.")]
    ['X’s', 'end-to-end', 'plan', 'cost', '£12.7m', '.']
    """
    return read_structure(text).tokens


def find_sentences(text: str) -> list[Sentence]:
    """Split a text into sentences; a line feed always ends one.

    Gives rows with paragraph, sentence, start, end, text; a closing quotation mark
    belongs to the sentence that it closes.

    >>> [s.text for s in find_sentences("‘No.’ Mr. Musk left.")]
    ['‘No.’', 'Mr. Musk left.']
    """
    return _sentences(text, find_paragraphs(text))


def tag_tokens(tokens: Iterable[Token]) -> list[str]:
    """Part of speech of each token, by TextBlob's tagger.

    The tagger knows a lexicon and suffix rules and sees one sentence at a time. It
    is not trained on the text at hand, and how often it is right was not measured.

    >>> tag_tokens(tokenise("The regulator said no."))
    ['DT', 'NN', 'VBD', 'DT', '.']
    """
    from itertools import groupby

    from textblob.en import parser

    tags: list[str] = []
    for _, group in groupby(tokens, key=lambda t: t.sentence):
        words = [plain(t.text) for t in group]
        tags += [tag for _, tag in parser.find_tags(words)]
    return tags


def plain(word: str) -> str:
    """A word with its apostrophes made straight, as NLTK and TextBlob know them.

    >>> plain("don’t")
    "don't"
    """
    return word.replace("’", "'").replace("‘", "'")


@cache
def function_words() -> frozenset[str]:
    """English words that carry grammar, not content, lower-cased.

    >>> "the" in function_words(), "platform" in function_words()
    (True, False)
    """
    return frozenset(r["word"] for r in read_resource("function_words.csv"))


@cache
def _abbreviations() -> dict[str, str]:
    rows = read_resource("abbreviations.csv")
    return {r["abbreviation"]: r["kind"] for r in rows}


@cache
def _openers() -> frozenset[str]:
    """Words that open a sentence after an abbreviation: no name looks like them."""
    rows = read_resource("word_classes.csv")
    return function_words() - {r["word"] for r in rows if r["class"] == "auxiliary"}


@cache
def _dates() -> frozenset[str]:
    return frozenset(r["word"] for r in read_resource("dates.csv"))


@cache
def _punkt() -> PunktSentenceTokenizer:
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    parameters = PunktParameters()
    parameters.abbrev_types = set(_abbreviations())
    return PunktSentenceTokenizer(parameters)


def _sentences(text: str, paragraphs: list[Paragraph]) -> list[Sentence]:
    found: list[Sentence] = []
    for paragraph, start, end, _, _, _ in paragraphs:
        for stop in _END.finditer(text, start, end):
            if _sentence_ends(text, start, stop, end):
                last = stop.end(1)
                place = paragraph, len(found), start, last
                found.append(Sentence(*place, text[start:last]))
                start = stop.end()
        found.append(Sentence(paragraph, len(found), start, end, text[start:end]))
    return found


def _sentence_ends(text: str, first: int, stop: re.Match[str], last: int) -> bool:
    """Whether a sentence ends at a mark: Punkt decides where a word may be short."""
    at, after = stop.start(), stop.end()
    if text[after].islower():
        return False  # no sentence opens with a small letter: “Why?” she asked
    if text[at] != ".":
        return True
    word = text[max(first, text.rfind(" ", first, at) + 1) : at].lstrip(_OPENING)
    if word.isalpha() and len(word) > 1 and word.lower() not in _abbreviations():
        return True
    words = text[max(first, at - _LONGEST_WORD) : at].split()
    word = words[-1].lstrip(_OPENING) if words else ""
    if stop[1] and stop[1][-1] not in ")]}":
        return True  # a quotation closes: "He said no." Then …
    following = text[after : min(last, after + _LONGEST_WORD)].split()[0]
    following = stop[1][:1] or following.rstrip(_CLOSING + ".,;:!?")
    kind = _abbreviations().get(word.lower(), "initials" if _INITIALS(word) else "")
    if kind == "number":
        return not following[0].isdigit()  # said no. Ofwat …; rule No. 10
    if kind == "time" and following.isalpha():
        return following.lower() not in _dates()
    if kind in _MAY_END and following.lower() in _openers():
        return True  # Washington, D.C. The mayor …
    if kind == "initials":
        return False  # J.D. Vance
    return _punkt_ends(word, "Then" if following.isalpha() else following)


@lru_cache(2**14)
def _punkt_ends(word: str, following: str) -> bool:
    """Punkt's decision; of a following word it knows no more than its capital."""
    blank = "" if following in _CLOSING else " "
    return _punkt().text_contains_sentbreak(f"{word}.{blank}{following}")


def split_words(text: str) -> tuple[list[str], list[int]]:
    """The tokens of a text and where each starts, as two columns.

    >>> split_words(" X’s plan.")
    (['X’s', 'plan', '.'], [1, 5, 9])
    """
    pieces = _PIECE.findall(text)
    starts = accumulate(map(len, pieces), initial=len(text) - len(text.lstrip()))
    return [*map(str.rstrip, pieces)], [*starts][:-1]


class Stamp(NamedTuple):
    """The time at the head of a live blog's entry, with the blank behind it."""

    paragraph: int
    start: int
    end: int
    minute: int  # of the day


_STAMP = re.compile(
    r"(\d{1,2})([:.])([0-5]\d)(?:\s?([ap])\.?m\b\.?)?(?: [A-Z]{2,4}(?=:))?[:.]?"
    r"(?:\s+|\Z)"
)


def find_stamps(paragraphs: Sequence[Paragraph]) -> list[Stamp]:
    """The time stamps that open paragraphs; a lone 7.30 may be any number.

    >>> found = find_stamps(find_paragraphs("7.05pm: It began.\\n19:10 It ended."))
    >>> [(s.start, s.end, s.minute) for s in found]
    [(0, 8, 1145), (18, 24, 1150)]
    """
    found, sure = [], []
    for p in paragraphs:
        match = _STAMP.match(p.text) if p.text[:1].isdigit() else None
        if match is None or int(match[1]) > 23:
            continue
        hour = (
            int(match[1]) % 12 + 12 * (match[4] == "p") if match[4] else int(match[1])
        )
        end = p.start + match.end()
        found.append(Stamp(p.paragraph, p.start, end, 60 * hour + int(match[3])))
        sure.append(match[2] == ":" or match[4])
    return found if any(sure) or len(found) > 2 else []


def find_entries(paragraphs: Sequence[Paragraph]) -> list[int]:
    """Where what each paragraph can refer back to starts.

    That is its own entry where a live blog has the newest entry first, and else the
    start of the text.
    """
    stamps = find_stamps(paragraphs)
    times = [s.minute for s in stamps]
    down = sum(a > b for a, b in pairwise(times))
    if down < 1 or down < len(times) / 2:
        return [0] * len(paragraphs)
    floors, floor, opens = [], 0, {s.paragraph: s.start for s in stamps}
    for p in paragraphs:
        floor = opens.get(p.paragraph, floor)
        floors.append(floor)
    return floors
