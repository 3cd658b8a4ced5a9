"""The model behind stance: its files, checked and loaded once, run on passages.

One encoder with four heads (`resources/MODEL_CARD.md`): *edges*, who stands how toward
whom in a passage; *frames*, of the passage and of its actors; *stance*, a target in a
sentence; *pair*, two actors in a sentence. It runs on onnxruntime and tokenizers alone.
Passages are run one by one: int8 activations are scaled to what is in a batch, so in a
batch a score would change with its neighbours, and on a processor one at a time is as
fast.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.folders import check_sum
from analysis.tables import RESOURCES

if TYPE_CHECKING:
    import numpy as np
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

    from analysis.stance.cards import Passage

SLOTS = 8  # actors read at once: the nearest ones
HOLDERS = SLOTS + 2  # the actors, then narrator and other
MODEL, TOKENIZER = FILES = ("stance.onnx", "stance_tokenizer.json")
SETTINGS = ("temperature", "threshold", "frames", "parts", "sha256")
REMEDY = "install the package again; all tables but stance and evidence work without it"

_HALVES = re.compile("[\ud800-\udfff]")  # of characters, which no tokenizer takes


class ModelError(RuntimeError):
    """The model cannot be used; the message says why and what to do."""


@cache
def settings() -> dict[str, Any]:
    """Temperatures, thresholds and check sums: ``stance_model.json``.

    >>> 0 < settings()["threshold"] < 1
    True
    """
    path = RESOURCES / "stance_model.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if missing := {*SETTINGS} - found.keys():
            raise LookupError(", ".join(sorted(missing)))
        return found
    except (OSError, ValueError, LookupError, AttributeError) as error:
        raise ModelError(f"{path.name} cannot be read ({error}): {REMEDY}") from error


def checked(name: str) -> Path:
    """A file of the model, once its sum is the one that the settings name."""
    path = RESOURCES / name
    if not path.is_file():
        raise ModelError(f"{name} is missing: {REMEDY}")
    if check_sum(path.read_bytes()) != settings()["sha256"].get(name):
        raise ModelError(f"{name} is damaged (its check sum differs): {REMEDY}")
    return path


@cache
def load_tokenizer() -> Tokenizer:
    """Load the model's tokenizer, once; it neither pads nor cuts.

    >>> load_tokenizer().get_vocab_size()
    30522
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(checked(TOKENIZER)))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def split_pieces(text: str) -> Encoding:
    """Split a text into word pieces, each with its span; no special pieces.

    >>> split_pieces("Ofcom acted.").offsets[-2:]
    [(6, 11), (11, 12)]
    """
    whole = _HALVES.sub("\ufffd", text)
    return load_tokenizer().encode(whole, add_special_tokens=False)


def angles() -> list[str]:
    """The frames and the parts that the model tells, in its order."""
    return [*settings()["frames"], *settings()["parts"]]


@cache
def load_model() -> InferenceSession:
    """The model, once.

    Raises ModelError if its file is missing or is not the one that the settings name.
    """
    path = str(checked(MODEL))
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else it sends and keeps an id
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # short texts: more threads only wait
    return onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])


def softmax(logits: np.ndarray, head: str) -> np.ndarray:
    """Calibrated probabilities of a head's logits, over the last axis."""
    import numpy as np

    scaled = logits.astype(float) / settings()["temperature"][head]
    scaled = np.exp(scaled - scaled.max(-1, keepdims=True))
    return scaled / scaled.sum(-1, keepdims=True)


def logistic(logits: np.ndarray, head: str) -> np.ndarray:
    """Calibrated probabilities of a head whose logits are apart from each other."""
    import numpy as np

    return 1 / (1 + np.exp(-logits.astype(float) / settings()["temperature"][head]))


def _feed(ids: list[int]) -> dict[str, np.ndarray]:
    """Inputs for pieces with nothing marked."""
    import numpy as np

    return {
        "ids": np.array([ids]),
        "marks": np.zeros((1, 2), dtype=np.int64),
        "spots": np.zeros((1, 3 * HOLDERS, len(ids)), dtype=np.float32),
        "body": np.zeros((1, len(ids)), dtype=np.float32),
    }


class Found(NamedTuple):
    """What the model says of a passage: probabilities.

    `stances` (actors + 2, actors, 3): of against, neither, for, by holder (the
    passage's actors, narrator, other) and target; `frames` (frames and parts, actors +
    1): of each in the order of `angles`, by whom it is of, the passage as a whole last.
    """

    stances: np.ndarray
    frames: np.ndarray

    def fold(self) -> np.ndarray:
        """All of it in one row."""
        import numpy as np

        return np.concatenate([own.ravel() for own in self])

    @classmethod
    def unfold(cls, row: np.ndarray, actors: int) -> Found:
        """What `fold` made a row of, for so many actors."""
        cut = (actors + 2) * actors * 3
        stances = row[:cut].reshape(actors + 2, actors, 3)
        return cls(stances, row[cut:].reshape(-1, actors + 1))


def run_passage(passage: Passage) -> Found:
    """Run the model on a passage."""
    count = len(passage.actors)
    feed = _feed(passage.ids)
    rows = [*range(count), SLOTS, SLOTS + 1]
    spots = feed["spots"][0].reshape(3, HOLDERS, -1)
    for k, row in enumerate(rows):
        spots[0, row, passage.cards[k]] = 1
        for kind, at in ((1, passage.mentions[k]), (2, passage.voices[k])):
            for position in at:
                spots[kind, row, position] = 1 / len(at)
    feed["body"][0, slice(*passage.body)] = 1
    edges, frames = load_model().run(["edges", "frames"], feed)
    return Found(
        softmax(edges[0][rows][:, :count], "edges"),
        logistic(frames[0][:, rows[: count + 1]], "frames"),
    )


def run_sentence(ids: list[int], at: list[int], head: str) -> np.ndarray:
    """Probabilities of *stance* or *pair* for a marked sentence."""
    feed = _feed(ids)
    feed["marks"][0] = at[0], at[-1]
    return softmax(load_model().run([head], feed)[0][0], head)
