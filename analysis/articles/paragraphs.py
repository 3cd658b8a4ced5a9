"""Paragraphs and their kinds, body text or furniture; what is noticed of a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from analysis.tables import read_resource

KINDS = ("heading", "body", "caption", "prompt")
FURNITURE = frozenset(KINDS) - {"body"}
LONGEST_HEADING = 14  # words; a longer line without a full stop is a caption
LONGEST_SUBHEADING = 9  # words; a longer one within the body is a caption
LONGEST_STANDFIRST = 40  # words; a longer one opens the body
TAIL = 80  # characters at a paragraph's end in which a picture credit may stand
CORRECTED = "corrected by a person"  # the reason for a kind that a reader gave
LEAST_ENGLISH = 0.2  # share of English function words; other languages stay below
LEAST_WORDS = 20  # fewer tell nothing of a text's language
LEAST_OF_PARAGRAPH = 12  # words; fewer tell nothing of a paragraph's
LEAST_IN_PARAGRAPH = 0.12  # of function words; English ones full of names have more
LEAST_COUNTED = 0.8  # of the words that a database counts
CLOSING = 4  # paragraphs at the end in which the author may be introduced

_TEXT_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_LINE = re.compile(r"[^\n]+")
_LINE_STOP = re.compile(r"(?:[.!?…:;,][\"'”’»“)\]]*|[—–-])$")
_INNER_STOP = re.compile(r"[a-z]\.\s+[A-Z]")
_SENTENCE_END = re.compile(r"[.!?][\"'”’»]*\s+[\"'“‘«]*[A-Z]")
_QUOTED = re.compile(r"[“”\"«»„]|(?<!\w)[‘']\w")
_ATTRIBUTED = re.compile(r"[“\"‘«„].{8,}[”\"’»“]\s*[—–-]+\s*[A-Z]")
_BULLET = re.compile(r"[•▪◦·‣*–—-]\s+(?=\S)")
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-z])[.)]\s")
_AUTHOR = r"(?:[A-Z][\w.’'-]+|[A-Z]{2,})(?:\s+(?:[A-Z][\w.’'-]*|de|van|von)){1,3}"
_BYLINE = re.compile(rf"(?:By\s+)?({_AUTHOR})(?:(?:,| and| in| for).*)?$")
_AUTHORS = re.compile(_AUTHOR)
_DAY = re.compile(r"\b(?:on \w+day|in (?:19|20)\d\d|last (?:week|month|year))$")

_LETTERS = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_Patterns = tuple[re.Pattern[str], Mapping[int | None, tuple[str, str]]]


class Paragraph(NamedTuple):
    """A paragraph, its kind and the reason for that kind."""

    paragraph: int
    start: int
    end: int
    kind: str
    reason: str
    text: str


class Kind(NamedTuple):
    """A kind that is known of a paragraph: from the page's layout or a reader."""

    paragraph: int
    kind: str
    reason: str


def find_paragraphs(text: str, kinds: Iterable[Kind] = ()) -> list[Paragraph]:
    """Find the paragraphs and say of each whether it is body text or furniture.

    Furniture is a heading, a caption or a prompt (what asks the reader to do
    something, and its box). The patterns stand in ``resources/furniture.csv``;
    beside them count length, end marks, place and repetition, and what is known of
    some paragraphs goes before all rules. From the text alone it does not know the
    page's layout: a caption that ends with a full stop and repeats nothing passes for
    body text. Spans are without the white space around them.

    >>> [p.kind for p in find_paragraphs("Fine for X\\nOfcom fined X.\\nRead more")]
    ['heading', 'body', 'prompt']
    """
    spans = []
    for line in _LINE.finditer(text):
        inner = line.group().strip()
        if inner:
            start = line.start() + line.group().index(inner)
            spans.append((start, start + len(inner), inner))
    found = _kinds_by_rules([inner for _, _, inner in spans])
    for paragraph, kind, reason in kinds:
        if 0 <= paragraph < len(found):
            found[paragraph] = (kind, reason)
    return [
        Paragraph(i, start, end, *kind, inner)
        for i, ((start, end, inner), kind) in enumerate(zip(spans, found, strict=True))
    ]


def _kinds_by_rules(texts: Sequence[str]) -> list[tuple[str, str]]:
    """The kind of every paragraph: by itself, then by what stands around it."""
    echoes = _echo_finder(texts)
    kinds = [_kind_by_itself(i, texts, echoes) for i in range(len(texts))]
    kinds = _kinds_around_body(_kinds_in_lists(kinds, texts), texts)
    kinds = _kinds_of_repeats(kinds, texts)
    return _spread_prompts(_kinds_at_end(kinds, texts), texts)


@cache
def _patterns() -> tuple[_Patterns, _Patterns]:
    """Furniture patterns: those that open a paragraph, and those that end one."""
    rows = read_resource("furniture.csv")
    opening = [r for r in rows if r["pattern"].startswith("^")]
    ending = [r for r in rows if not r["pattern"].startswith("^")]
    return _join_patterns(opening), _join_patterns(ending)


def _join_patterns(rows: Sequence[dict[str, str]]) -> _Patterns:
    """Patterns as one expression; group n is row n."""
    plain = (re.sub(r"(?<!\\)\((?!\?)", "(?:", r["pattern"]) for r in rows)
    joined = "|".join(f"({pattern})" for pattern in plain)
    kinds: dict[int | None, tuple[str, str]] = {
        n: (r["kind"], r["reason"]) for n, r in enumerate(rows, 1)
    }
    return re.compile(joined, re.I), kinds


def _kind_by_itself(
    i: int, texts: Sequence[str], echoes: Callable[[int], bool]
) -> tuple[str, str]:
    """The kind of one paragraph by itself, and why."""
    (opening, opening_kinds), (ending, ending_kinds) = _patterns()
    text = texts[i]
    bullet = _BULLET.match(text)
    bare = text[bullet.end() :] if bullet else text
    if found := opening.match(bare):
        return opening_kinds[found.lastindex]
    tail = text[-TAIL:]
    stopped = _LINE_STOP.search(text, len(text) - 4) is not None
    credit = not stopped or ":" in tail or "/" in tail or "..." in tail
    if credit and (found := ending.search(tail)):
        return ending_kinds[found.lastindex]
    if bullet:
        return "body", "a list item"
    if _ATTRIBUTED.match(text):
        return "body", "a quotation with its speaker"
    longest = LONGEST_SUBHEADING if i else LONGEST_HEADING
    if _asks(text, longest) or not i and _is_capitalised(text):
        return "heading", "a short question" if text[-1] == "?" else "a headline"
    if stopped:
        return "body", "a full sentence"
    if i and echoes(i):
        return "caption", "no full stop, repeats the text"
    if len(_TEXT_WORD.findall(text)) > LONGEST_HEADING:
        return "caption", "long line without a full stop"
    return "heading", "short line without a full stop"


def _asks(text: str, longest: int) -> bool:
    """Whether a paragraph is a question short enough for a heading, in no one's mouth.

    >>> _asks("What happens next?", 9), _asks("“Who knew?”", 9)
    (True, False)
    """
    several = _SENTENCE_END.search(text)
    if not text.endswith("?") or ":" in text or _QUOTED.search(text) or several:
        return False  # a colon: somebody's turn in an interview
    return len(text.split()) <= longest and text[0].isupper()


def _is_capitalised(text: str) -> bool:
    """Whether nearly all longer words are capitalised, as in American headlines."""
    words = _TEXT_WORD.findall(text)
    longer = [w for w in words if len(w) > 3]
    capitals = not any(w[0].islower() for w in longer)
    return capitals and len(longer) > 2 and len(words) <= LONGEST_HEADING


def _kinds_in_lists(
    kinds: Sequence[tuple[str, str]], texts: Sequence[str]
) -> list[tuple[str, str]]:
    """Lines without a stop that go on what a colon opened are items of a list."""
    out = list(kinds)
    for i in range(1, len(out)):
        opened = texts[i - 1].endswith((":", ";")) or out[i - 1][1] == "a list item"
        item = texts[i][0].islower() or _NUMBERED.match(texts[i])
        if opened and item and "full stop" in out[i][1]:
            out[i] = ("body", "a list item")
    return out


def _content_words(text: str) -> Counter[str]:
    return Counter([w for w in _TEXT_WORD.findall(text.lower()) if len(w) > 3])


def _echo_finder(texts: Sequence[str]) -> Callable[[int], bool]:
    """A test whether another paragraph holds most of one's content words.

    Whoever holds most of them holds one of the rarest: only those are compared.
    """

    @cache
    def read() -> tuple[list[Counter[str]], dict[str, list[int]]]:
        counts = [_content_words(text) for text in texts]
        holders: dict[str, list[int]] = {}
        for i, words in enumerate(counts):
            for word in words:
                holders.setdefault(word, []).append(i)
        return counts, holders

    def echoes(i: int) -> bool:
        total = (mine := _content_words(texts[i])).total()
        if total <= 4:
            return False
        counts, holders = read()
        left, near = 0.4 * total, set()
        for word in sorted(mine, key=lambda w: len(holders[w])):
            near.update(holders[word])
            left -= mine[word]
            if left < -1e-9:
                break
        near.discard(i)
        shared = (
            sum(min(n, counts[j].get(w, 0)) for w, n in mine.items()) for j in near
        )
        return any(n >= 0.6 * total for n in shared)

    return echoes


def _kinds_around_body(
    kinds: Sequence[tuple[str, str]], texts: Sequence[str]
) -> list[tuple[str, str]]:
    """Above the body stand headline, standfirst, byline; below it, captions."""
    out = list(kinds)
    first = next((i for i, k in enumerate(out) if k[0] == "body"), len(out))
    follow = out[first + 1][0] if first + 1 < len(out) else "body"
    if first and follow == "heading" and _is_standfirst(first, kinds, texts):
        out[first] = ("heading", "a standfirst: headings before and after it")
    for i, (kind, reason) in enumerate(kinds):
        if i < first and reason.startswith("long line") and i < len(out) - 1:
            if len(texts[i].split()) < LONGEST_STANDFIRST:
                out[i] = ("heading", "a standfirst: above the body")
        elif i > first and reason.startswith("short line") and _DAY.search(texts[i]):
            out[i] = ("caption", "a short line with a day: describes a picture")
        elif i > first and kind == "heading" and _INNER_STOP.search(texts[i]):
            out[i] = ("caption", "two sentences, the last without a full stop")
        elif i > first and reason.startswith("short line"):
            within = kinds[i - 1][0] == "body"
            if within and len(texts[i].split()) > LONGEST_SUBHEADING:
                out[i] = ("caption", "long for a heading within the body")
    return out


def _is_standfirst(
    first: int, kinds: Sequence[tuple[str, str]], texts: Sequence[str]
) -> bool:
    """Whether the first full sentence is a standfirst.

    It is none behind a byline or a time stamp, where the body has begun, nor where it
    quotes or goes on, unless a byline follows.
    """
    text = texts[first]
    signed = [
        reason == "a byline" or _BYLINE.fullmatch(texts[i])
        for i, (_, reason) in enumerate(kinds[: first + 2])
    ]
    stamped = any(reason == "a time stamp" for _, reason in kinds[:first])
    if stamped or any(signed[1:first]) or len(text.split()) >= LONGEST_STANDFIRST:
        return False
    return bool(signed[first + 1]) or not (
        _SENTENCE_END.search(text) or _QUOTED.search(text)
    )


def _kinds_of_repeats(
    kinds: Sequence[tuple[str, str]], texts: Sequence[str]
) -> list[tuple[str, str]]:
    """A paragraph that stands word for word in another one is a pull quote."""
    out = list(kinds)
    whole = "\n".join(texts)
    seen: set[str] = set()
    for i, text in enumerate(texts):
        if out[i][0] not in ("body", "heading"):
            continue
        if text in seen and out[i][0] == "body":
            out[i] = ("prompt", "repeats an earlier paragraph")
        seen.add(text)
        bare = text.strip("“”‘’\"' ")
        short = 24 < len(bare) < 200 and len(bare) > len(text) - 5
        if short and len(bare) < len(text) and whole.count(bare) > 1:
            out[i] = ("caption", "a pull quote: repeats words of the text")
    return out


def _kinds_at_end(
    kinds: Sequence[tuple[str, str]], texts: Sequence[str]
) -> list[tuple[str, str]]:
    """A line at the end that opens with the byline's name introduces the author."""
    out = list(kinds)
    names = [
        (i, name.lower())
        for i, ((kind, _), text) in enumerate(zip(kinds[:6], texts, strict=False))
        if kind == "heading" and _BYLINE.match(text)
        for name in _AUTHORS.findall(text.removeprefix("By "))
    ]
    for i in range(max(1, len(texts) - CLOSING), len(texts)):
        if any(i > at and texts[i].lower().startswith(f"{n} ") for at, n in names):
            out[i] = ("prompt", "introduces the author")
    return out


def _spread_prompts(
    kinds: Sequence[tuple[str, str]], texts: Sequence[str]
) -> list[tuple[str, str]]:
    """A question or heading right after a prompt belongs to the prompt's box."""
    out = list(kinds)
    for i in range(1, len(out)):
        boxed = texts[i].endswith("?") or out[i][0] == "heading"
        if boxed and out[i - 1][0] == "prompt" and "stamp" not in out[i][1]:
            out[i] = ("prompt", "follows a prompt")
    return out


@cache
def _function_words() -> frozenset[str]:
    return frozenset(r["word"] for r in read_resource("function_words.csv"))


@cache
def _text_signs() -> tuple[tuple[re.Pattern[str], int, str], ...]:
    rows = read_resource("text_signs.csv")
    return tuple((re.compile(r["pattern"]), int(r["least"]), r["note"]) for r in rows)


def share_of_english(text: str, least: int = LEAST_WORDS) -> float:
    """The share of English function words; 1 where there are too few words to tell.

    >>> share_of_english("The firm said that it was not to pay.", least=5) > 0.5
    True
    """
    words = [w.lower() for w in _LETTERS.findall(text[:20_000])]
    if len(words) < least:
        return 1.0
    return sum(w in _function_words() for w in words) / len(words)


def reading_notes(paragraphs: Sequence[Paragraph], length: str = "") -> Iterator[str]:
    """What a user should know of a text before any number is made from it.

    `length` is how many words the source says that it has, if it does.

    >>> [*reading_notes(find_paragraphs("It waits."), length="400")][1]
    'the source counts 400 words, 2 were read'
    """
    body = [p for p in paragraphs if p.kind == "body"]
    if len(body) < 3:
        few = ("no body paragraph", "one body paragraph", "two body paragraphs")[
            len(body)
        ]
        yield f"{few} only: too little text for a trajectory or a test of change"
    words = sum(len(p.text.split()) for p in paragraphs)
    if length and words < LEAST_COUNTED * int(length):
        yield f"the source counts {length} words, {words} were read"
    notes = (
        note
        for pattern, least, note in _text_signs()
        if sum(bool(pattern.match(p.text)) for p in paragraphs) >= least
    )
    yield from dict.fromkeys(notes)
    foreign = [
        p.paragraph
        for p in body
        if share_of_english(p.text, LEAST_OF_PARAGRAPH) < LEAST_IN_PARAGRAPH
    ]
    if foreign:
        named = ", ".join(map(str, foreign[:5]))
        share = f"{len(foreign)} of {len(body)} body paragraphs"
        yield f"{share} do not read like English (counted from 0: {named})"
