"""The default scorer: a small language model, the target marked in its sentence.

A six-layer encoder (`resources/MODEL_CARD.md`) reads the sentence with the target
between two marker tokens and gives the probabilities of a stance toward it; with two
actors marked, a second head gives who backs or criticises whom. It runs on
onnxruntime and tokenizers alone; both load at first use.

Sentences are scored one by one, with no padding: int8 activations are scaled to what
is in a batch, so that in a batch a score would change with its neighbours, and on a
processor one sentence at a time is as fast. So the same sentence always scores the
same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from analysis.stance.shapley import find_phrases, share_out
from analysis.tables import RESOURCES

if TYPE_CHECKING:
    import numpy as np
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

CLS, SEP = 101, 102
MARKS = ((1, 2), (3, 4), (5, 6))  # unused word pieces: target; first; second actor
LONGEST = 160
Span = tuple[int, int]


def split_pieces(text: str, tokenizer: Tokenizer) -> Encoding:
    """Split a text into word pieces, each with its span.

    Parameters
    ----------
    text : str
        A sentence, or a few.
    tokenizer : tokenizers.Tokenizer
        The encoder's tokenizer, without padding.

    Returns
    -------
    tokenizers.Encoding
        ``.ids`` and ``.offsets``, no special pieces.

    Examples
    --------
    >>> split_pieces("Ofcom acted.", load_tokenizer()).offsets[-2:]
    [(6, 11), (11, 12)]
    """
    return tokenizer.encode(text, add_special_tokens=False)


def mark_spans(
    pieces: Encoding,
    spans: Sequence[Span],
    marks: Sequence[Span],
    kept: frozenset[int] | None = None,
) -> tuple[list[int], list[int]]:
    """Put markers around spans, and a window of the text around them.

    Parameters
    ----------
    pieces : tokenizers.Encoding
        The text, as `split_pieces` gives it.
    spans : sequence of (start, end)
        What to mark: offsets into the text.
    marks : sequence of (int, int)
        The ids of the opening and closing marker of each span.
    kept : frozenset of int, optional
        Leave out all other pieces, save those of the spans.

    Returns
    -------
    tuple of two lists of int
        The ids, at most `LONGEST`, and where in them each span's marker stands.

    Examples
    --------
    >>> ids, at = mark_spans(split_pieces("X won.", load_tokenizer()), [(0, 1)], MARKS)
    >>> ids[0], ids[at[0]], ids[-1], len(ids)
    (101, 1, 102, 7)
    """
    inner = [_covered(pieces, span) for span in spans]
    low, high = _window(len(pieces.ids), inner, LONGEST - 2 - 2 * len(spans))
    opens = {own[0]: k for k, own in enumerate(inner)}
    closes = {own[-1]: k for k, own in enumerate(inner)}
    always = {i for own in inner for i in own}
    ids, at = [CLS], [0] * len(spans)
    for i in range(low, high):
        if kept is not None and i not in kept and i not in always:
            continue
        if i in opens:
            at[opens[i]] = len(ids)
            ids.append(marks[opens[i]][0])
        ids.append(pieces.ids[i])
        if i in closes:
            ids.append(marks[closes[i]][1])
    return [*ids, SEP], at


def _covered(pieces: Encoding, span: Span) -> list[int]:
    """The pieces that a span touches; the first one if none."""
    start, end = span
    found = [i for i, (a, b) in enumerate(pieces.offsets) if b > start and a < end]
    return found or [0]


def _window(length: int, inner: list[list[int]], room: int) -> Span:
    """The pieces to read: all, or `room` of them around the spans."""
    if length <= room:
        return 0, length
    middle = (min(own[0] for own in inner) + max(own[-1] for own in inner)) // 2
    low = max(0, min(middle - room // 2, length - room))
    return low, low + room


@cache
def load_tokenizer() -> Tokenizer:
    """Load the encoder's tokenizer, once.

    Returns
    -------
    tokenizers.Tokenizer
        The tokenizer of the base model, with no padding and no cutting.

    Examples
    --------
    >>> load_tokenizer().get_vocab_size()
    30522
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(RESOURCES / "stance_tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


@cache
def _session() -> InferenceSession:
    """The model, once (two threads that ask at the same time may load it twice)."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # short sentences: more threads only wait
    path = str(RESOURCES / "stance.onnx")
    return onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])


@cache
def _temperatures() -> dict[str, float]:
    with open(RESOURCES / "stance_model.json", encoding="utf-8") as file:
        return json.load(file)["temperature"]


def _run(ids: list[int], at: list[int], head: str) -> np.ndarray:
    """The logits of one head for one marked text."""
    import numpy as np

    marks = [at[0], at[-1]]
    feed = {"ids": np.array([ids]), "marks": np.array([marks])}
    return _session().run([head], feed)[0][0].astype(float)


def _softmax(logits: np.ndarray, head: str) -> tuple[float, ...]:
    import numpy as np

    scaled = np.exp((logits - logits.max()) / _temperatures()[head])
    return tuple((scaled / scaled.sum()).tolist())


def score_stance(items: Iterable[tuple[str, int, int]]) -> list[tuple[float, ...]]:
    """Probabilities of a negative, neutral, positive stance toward each target.

    Parameters
    ----------
    items : iterable of (text, start, end)
        Texts with their targets; a text longer than `LONGEST` pieces is read in a
        window around its target.

    Returns
    -------
    list of tuple of float
        Negative, neutral, positive, calibrated on development data; they sum to 1.

    Examples
    --------
    >>> (negative, _, positive), = score_stance([("Critics condemned X.", 18, 19)])
    >>> negative > positive
    True
    """
    tokenizer = load_tokenizer()
    rows = []
    for text, start, end in items:
        pieces = split_pieces(text, tokenizer)
        logits = _run(*mark_spans(pieces, [(start, end)], MARKS), "stance")
        rows.append(_softmax(logits, "stance"))
    return rows


def score_pairs(items: Iterable[tuple[str, Span, Span]]) -> list[tuple[float, ...]]:
    """Probabilities of who backs or criticises whom, for pairs of actors.

    Parameters
    ----------
    items : iterable of (text, first, second)
        Texts with the spans of two actors, in any order.

    Returns
    -------
    list of tuple of float
        None, first backs second, second backs first, first criticises second, second
        criticises first; they sum to 1. Asked the other way round, they change places.

    Examples
    --------
    >>> row, = score_pairs([("A condemned B.", (0, 1), (12, 13))])
    >>> row.index(max(row))
    3
    """
    tokenizer = load_tokenizer()
    rows = []
    for text, first, second in items:
        pieces = split_pieces(text, tokenizer)
        spans = sorted([first, second])
        logits = _run(*mark_spans(pieces, spans, MARKS[1:]), "pair")
        row = _softmax(logits, "pair")
        if first > second:
            row = (row[0], row[2], row[1], row[4], row[3])
        rows.append(row)
    return rows


def explain_stance(
    text: str, start: int, end: int
) -> tuple[float, list[tuple[int, int, float]]]:
    """Share the score out among the phrases of a text.

    Shapley values: what a phrase adds to the score when the phrases are put back one
    by one to the bare target, averaged over some orders (`analysis.stance.shapley`).

    Parameters
    ----------
    text : str
        A sentence, or a few.
    start, end : int
        The target.

    Returns
    -------
    tuple of float and list
        The score of the bare target, and (start, end, weight) of every phrase. They
        sum to the score (positive minus negative) to 1e-9. They say what moved this
        model, not what is true.

    Examples
    --------
    >>> baseline, terms = explain_stance("Critics condemned X.", 18, 19)
    >>> (negative, _, positive), = score_stance([("Critics condemned X.", 18, 19)])
    >>> abs(baseline + sum(t[2] for t in terms) - (positive - negative)) < 1e-9
    True
    """
    pieces = split_pieces(text, load_tokenizer())

    def score(kept: frozenset[int]) -> float:
        marked = mark_spans(pieces, [(start, end)], MARKS, kept)
        negative, _, positive = _softmax(_run(*marked, "stance"), "stance")
        return positive - negative

    return share_out(pieces.offsets, find_phrases(text, start, end), score)


def explain_pair(
    text: str, first: Span, second: Span
) -> tuple[float, list[tuple[int, int, float]]]:
    """Share out among the phrases what the first actor does to the second.

    Parameters
    ----------
    text : str
        A sentence.
    first, second : tuple of int
        The spans of the two actors.

    Returns
    -------
    tuple of float and list
        The value for the two bare actors, and (start, end, weight) of every phrase;
        they sum to backing less criticising, as `score_pairs` gives them, to 1e-9.

    Examples
    --------
    >>> baseline, terms = explain_pair("A condemned B.", (0, 1), (12, 13))
    >>> row, = score_pairs([("A condemned B.", (0, 1), (12, 13))])
    >>> abs(baseline + sum(t[2] for t in terms) - (row[1] - row[3])) < 1e-9
    True
    """
    pieces = split_pieces(text, load_tokenizer())
    left, right = sorted([first, second])
    backs, criticises = (1, 3) if first == left else (2, 4)

    def score(kept: frozenset[int]) -> float:
        marked = mark_spans(pieces, [left, right], MARKS[1:], kept)
        row = _softmax(_run(*marked, "pair"), "pair")
        return row[backs] - row[criticises]

    around = find_phrases(text, *left)
    phrases = [
        part
        for a, b in around
        for part in ((a, min(b, right[0])), (max(a, right[1]), b))
        if part[0] < part[1] and text[slice(*part)].strip()
    ]
    return share_out(pieces.offsets, phrases, score)
