"""Words whose speaker a label names: turns of a talk, posts, signatures.

`REID: So you knew?`, `Q:` and `A:`, `It lied. — Ann Cole (@anncole) May 3, 2026`: such
paragraphs are quotations without marks, and their speaker is no part of a sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from analysis.articles import Paragraph
from analysis.lookup import class_of, first_names
from analysis.quotes.words import Range, Words

LONGEST_SIGNATURE = 16  # tokens of a line that names a speaker and what they are
_NAME = r"[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,4}"
_TURN = re.compile(rf"(?:Q\d+\.? )?({_NAME})(?: \([^)]{{1,40}}\))?:\s+(\S.*)")
_TAGS = r"(?:<[^>]*>)*"
_POST = re.compile(
    rf"{_TAGS}([^\s“‘\"'].*?)?\s*{_TAGS}\s*[—–]\s?([^—–(]{{2,60}}?) \(@\w+\)"
    rf"[\s….]*(?:[A-Z]\w+ \d\d?, \d{{4}}|\d\d? [A-Z]\w+ \d{{4}})?[\s….]*{_TAGS}"
)


class Labelled(NamedTuple):
    """What a paragraph says, and where the one who says it is named."""

    said: Range
    speaker: Range | None


def find_labelled(text: str, paragraphs: list[Paragraph]) -> dict[int, Labelled]:
    """The turns and posts of a text, by their paragraphs.

    >>> from analysis.articles import find_paragraphs
    >>> text = "LEE: Was it safe?\\nCOLE: No.\\nLEE: Thank you."
    >>> find_labelled(text, find_paragraphs(text))[1]
    Labelled(said=(24, 27), speaker=(18, 22))
    """
    if ":" not in text and "(@" not in text:
        return {}
    return dict([*_turns(text, paragraphs), *_posts(paragraphs)])


def _turns(text: str, paragraphs: list[Paragraph]) -> Iterator[tuple[int, Labelled]]:
    """`REID: …`: two or more speak, one of them again; an `A:` is the one asked."""
    turns = [(p, m) for p in paragraphs if (m := _TURN.fullmatch(p.text))]
    turns = [(p, m) for p, m in turns if any(map(str.islower, m[2]))]  # no score
    names = Counter(match[1] for _, match in turns)
    if len(names) < 2 or names.keys() != {"Q", "A"} and max(names.values()) < 2:
        return
    words = Counter(w.rstrip(".’'") for w in re.findall(r"[A-Z][\w.’'-]*", text))
    asked = _interviewed(paragraphs[: turns[0][0].paragraph])
    for p, match in turns:
        who = match[1]
        if who != "Q" and _speaks(who, words[who] > names[who]):
            said, label = (_moved(match.span(k), p.start) for k in (2, 1))
            yield p.paragraph, Labelled(said, asked if who == "A" else label)


def _speaks(who: str, met: bool) -> bool:
    """Whether a label is a name: in capitals, of two words, or met elsewhere too."""
    parts = {who.lower(), *who.lower().split()}
    label = parts & class_of("kicker", "opener", "trailer")
    return not label and (who.isupper() or " " in who or met)


def _interviewed(paragraphs: list[Paragraph]) -> Range | None:
    """The first person named above an interview; a byline's is the one who asks.

    With no first name that is known it is who opens a paragraph of the text.
    """
    for p in paragraphs:
        for match in re.finditer(r"(?<!By )([A-Z]\w+)(?: [A-Z][\w’'-]+){1,2}", p.text):
            if match[1] in first_names():
                return _moved(match.span(), p.start)
    for p in paragraphs:
        match = _OPENING_NAME.match(p.text) if p.kind == "body" else None
        if match and match[1].lower() not in class_of("opener", "determiner", "link"):
            return _moved(match.span(), p.start)
    return None


_OPENING_NAME = re.compile(
    r"(?:(?:Dr|Prof|Sir|Dame|M[rs]s?)\.? )?([A-Z]\w+) [A-Z][\w’'-]+"
)


def _posts(paragraphs: list[Paragraph]) -> Iterator[tuple[int, Labelled]]:
    """`… — Ann Cole (@anncole) May 3, 2026`, behind the words or below them."""
    for above, p in zip([None, *paragraphs], paragraphs, strict=False):
        match = _POST.fullmatch(p.text) if "(@" in p.text else None
        if match and match[1] and match[1][-1] not in "”’\"'":
            said, speaker = (_moved(match.span(k), p.start) for k in (1, 2))
            yield p.paragraph, Labelled(said, speaker)
        elif match and not match[1] and above and above.text[0] not in "“‘\"'":
            speaker = _moved(match.span(2), p.start)
            yield above.paragraph, Labelled((above.start, above.end), speaker)


def _moved(span: Range, by: int) -> Range:
    return span[0] + by, span[1] + by


def signature(words: Words, i: int, j: int) -> Range | None:
    """The name in a line without a verb: `From the desk of Ann Cole, director`."""
    word = words.word
    verbs = class_of("auxiliary", "verb", "pronoun")
    if j - i > LONGEST_SIGNATURE or any(
        w in verbs or w.endswith("ed") for w in word[i:j]
    ):
        return None
    for k in range(i, j - 1):
        after = word[k - 1].lower() if k > i else "by"
        if not word[k][0].isupper() or after not in ("by", "of", "from"):
            continue
        end = next((n for n in range(k, j) if not _of_name(word, n)), j)
        last = word[end] if end < j else "."
        if end - k > 1 and last in ",.()—–-":
            return k, end
    return None


def _of_name(word: list[str], n: int) -> bool:
    if word[n] == ".":
        return len(word[n - 1]) < 3  # Dr. Ann B. Cole
    return word[n][0].isupper() and word[n].lower() not in class_of("opener")
