"""Train the encoder: `resources/stance.onnx` and what stands beside it.

    pip install -e .[train]
    python -m benchmarks.train_stance newsmtsc/train.jsonl directed/train.txt \
        directed/valid.txt

Fine-tunes all-MiniLM-L6-v2 on NewsMTSC train without every fifth article
(https://github.com/fhamborg/NewsMTSC, MIT) and, by a second head, on directed
sentiment (https://github.com/bywords/directed_sentiment_analysis): several runs,
whose weights are averaged. Writes the model as ONNX with int8 weights, its tokenizer
and its temperatures. An epoch takes three to six minutes of two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from analysis.tables import RESOURCES
from benchmarks.corpora import (
    PAIRS,
    ActorPair,
    Target,
    read_pairs,
    read_targets,
    split_targets,
)
from benchmarks.measures import f1_by_class
from benchmarks.reader import (
    BASE,
    BATCH,
    Example,
    Reader,
    logits_of,
    mark_pair,
    mark_target,
    tensors,
)

if TYPE_CHECKING:
    from onnx import GraphProto

RATE = 6e-5
HEAD_RATE = 5 * RATE
WARM_UP = 0.1
SMOOTHING = 0.05


def batches(examples: Sequence[Example], chance: random.Random) -> list[list[Example]]:
    """Shuffled batches of examples of like length."""
    order = chance.sample(range(len(examples)), len(examples))
    found = []
    for i in range(0, len(order), 50 * BATCH):
        part = sorted(order[i : i + 50 * BATCH], key=lambda k: len(examples[k].ids))
        found += [part[j : j + BATCH] for j in range(0, len(part), BATCH)]
    chance.shuffle(found)
    return [[examples[k] for k in batch] for batch in found]


def class_weights(labels: Iterable[int]) -> torch.Tensor:
    """Weights of the pair classes: the rarer the more, by the root, mean 1."""
    counts = torch.bincount(torch.tensor(list(labels)), minlength=len(PAIRS)).float()
    weights = (counts.sum() / counts).sqrt()
    return weights * counts.sum() / (weights * counts).sum()


def loss_of(
    model: Reader, batch: Sequence[Example], weights: torch.Tensor
) -> torch.Tensor:
    """Mean cross-entropy of a batch, each example by its head."""
    labels = torch.tensor([e.label for e in batch])
    pairs = torch.tensor([e.pair for e in batch])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        stance, pair = model(*tensors(batch))
    total = stance.sum() * 0
    if (~pairs).any():
        total = total + functional.cross_entropy(
            stance[~pairs], labels[~pairs], label_smoothing=SMOOTHING, reduction="sum"
        )
    if pairs.any():
        total = (
            total
            + functional.cross_entropy(
                pair[pairs],
                labels[pairs],
                weight=weights,
                label_smoothing=SMOOTHING,
                reduction="none",
            ).sum()
        )
    return total / len(batch)


def optimisers(model: Reader, steps: int) -> tuple[list, list]:
    """AdamW, Adam for the sparse word embeddings, both warmed up, then to zero."""
    words = model.bert.embeddings.word_embeddings.weight
    groups: dict[tuple[float, float], list] = {}
    for name, values in model.named_parameters():
        rate = RATE if name.startswith("bert") else HEAD_RATE
        decay = 0.01 if values.dim() > 1 else 0.0
        if values is not words:
            groups.setdefault((rate, decay), []).append(values)
    parts = [
        {"params": values, "lr": rate, "weight_decay": decay}
        for (rate, decay), values in groups.items()
    ]
    both = [
        torch.optim.AdamW(parts, fused=True),
        torch.optim.SparseAdam([words], lr=RATE),
    ]

    def share(step: int) -> float:
        warm = WARM_UP * steps
        return min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))

    return both, [torch.optim.lr_scheduler.LambdaLR(o, share) for o in both]


def train(
    targets: list[Target], pairs: list[ActorPair], epochs: int, seed: int
) -> Iterator[dict[str, torch.Tensor]]:
    """Train one run; every run starts from the same heads.

    Parameters
    ----------
    targets, pairs : list
        Training rows of both corpora.
    epochs, seed : int
        How long, and the seed of order, dropout, swaps and mentions.

    Yields
    ------
    dict of str to Tensor
        The weights after each epoch.
    """
    chance = random.Random(seed)
    torch.manual_seed(1)
    model = Reader()
    torch.manual_seed(seed)
    weights = class_weights(row.label for row in pairs)
    per_epoch = -(-(len(targets) + len(pairs)) // BATCH)
    both, schedules = optimisers(model, per_epoch * epochs)
    words = model.bert.embeddings.word_embeddings.weight
    dense = [values for values in model.parameters() if values is not words]
    for epoch in range(epochs):
        model.train()
        examples = [mark_target(row, chance) for row in targets]
        examples += [mark_pair(row, chance) for row in pairs]
        bar = tqdm(batches(examples, chance), f"seed {seed}, epoch {epoch + 1}")
        for batch in bar:
            loss = loss_of(model, batch, weights)
            for part in both:
                part.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(dense, 1.0)
            for part in (*both, *schedules):
                part.step()
            bar.set_postfix(loss=f"{loss.item():.3f}", refresh=False)
        yield {name: values.clone() for name, values in model.state_dict().items()}


def average(states: Sequence[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """The mean of several models' weights."""
    return {
        name: torch.stack([s[name].float() for s in states]).mean(0).to(value.dtype)
        for name, value in states[0].items()
    }


def macro_f1(logits: torch.Tensor, labels: Sequence[int]) -> float:
    """Macro-F1 in per cent."""
    values = f1_by_class(labels, logits.argmax(1).tolist(), logits.shape[1])
    return sum(values) / len(values)


def temperature(logits: torch.Tensor, labels: Sequence[int]) -> float:
    """The temperature at which the probabilities of the labels are highest."""
    truth, grid = torch.tensor(labels), [0.5 + 0.02 * k for k in range(126)]
    losses = [functional.cross_entropy(logits / t, truth).item() for t in grid]
    return round(grid[losses.index(min(losses))], 2)


def export(model: Reader, path: Path) -> None:
    """Write a model as ONNX with int8 weights.

    Weights and activations are int8 in matrix products, but for those that lead from
    the wide layer back (their activations have outliers): there the weights are int8
    and the product is in float. A scale a column; seven bits of eight, so that
    processors without VNNI do not overflow. Heads and normalisation stay in float.

    Parameters
    ----------
    model : Reader
        The model; its attention is set to one that can be traced.
    path : Path
        The ONNX file to write; inputs ``ids`` and ``marks``, outputs ``stance`` and
        ``pair``.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = path.with_suffix(".float.onnx")
    _trace(model, whole)
    quantize_dynamic(
        whole,
        path,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=_narrowing(onnx.load(whole).graph),
    )
    whole.unlink()
    left = onnx.load(path)
    _store_as_int8(left.graph)
    onnx.save(left, path)


def _trace(model: Reader, path: Path) -> None:
    model.eval()
    model.bert.set_attn_implementation("eager")
    ids, marks = torch.randint(1000, 30000, (3, 24)), torch.ones(3, 2).long()
    rows, length = torch.export.Dim("rows"), torch.export.Dim("length")
    torch.onnx.export(
        model,
        (ids, marks),
        path,
        input_names=["ids", "marks"],
        output_names=["stance", "pair"],
        dynamic_shapes={"ids": {0: rows, 1: length}, "marks": {0: rows}},
        external_data=False,
    )


def _narrowing(graph: GraphProto) -> list[str]:
    """The matrix products whose weights have more rows than columns."""
    sizes = {w.name: tuple(w.dims) for w in graph.initializer}
    products = [node for node in graph.node if node.op_type == "MatMul"]
    return [
        node.name
        for node in products
        for name in node.input
        if len(sizes.get(name, ())) == 2 and sizes[name][0] > sizes[name][1]
    ]


def _store_as_int8(graph: GraphProto) -> None:
    """Store the float weights that are left as int8; they are widened at loading."""
    from onnx import helper, numpy_helper

    for weights in [w for w in graph.initializer if len(w.dims) == 2]:
        values = numpy_helper.to_array(weights)
        if values.dtype != "float32" or values.size < 50_000:
            continue
        scale = abs(values).max(0) / 127
        parts = {"_q": (values / scale).round().astype("int8"), "_scale": scale}
        names = [weights.name + end for end in parts]
        graph.initializer.remove(weights)
        for name, part in zip(names, parts.values(), strict=True):
            graph.initializer.append(numpy_helper.from_array(part, name))
        widen = helper.make_node("DequantizeLinear", names, [weights.name], axis=1)
        graph.node.insert(0, widen)


def run_onnx(path: Path, examples: Sequence[Example]) -> torch.Tensor:
    """Logits of an ONNX model for examples of one head."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
    rows = []
    for example in examples:
        feed = {"ids": [example.ids], "marks": [example.at]}
        feed = {name: torch.tensor(value).numpy() for name, value in feed.items()}
        name = "pair" if example.pair else "stance"
        rows.append(torch.from_numpy(session.run([name], feed)[0][0]))
    return torch.stack(rows)


def _report(name: str, found: Sequence[torch.Tensor], rows: tuple) -> None:
    """Print the figures of logits on the development rows of both corpora."""
    targets, pairs = rows
    labels = [row.label for row in targets]
    several = [k for k, row in enumerate(targets) if row.several]
    figures = (
        macro_f1(found[0], labels),
        macro_f1(found[0][several], [labels[k] for k in several]),
        macro_f1(found[1], [row.label for row in pairs]),
    )
    tqdm.write("{}: targets {:.2f} several {:.2f} pairs {:.2f}".format(name, *figures))


def _train_runs(
    asked: argparse.Namespace, rows: tuple, held: tuple, model: Reader
) -> None:
    """All runs, reported by epoch; the mean of the last epochs' weights of each."""

    def check(name: str, state: dict[str, torch.Tensor]) -> None:
        model.load_state_dict(state)
        examples = [mark_target(r) for r in held[0]], [mark_pair(r) for r in held[1]]
        _report(name, [logits_of(model, part) for part in examples], held)

    runs = []
    for seed in asked.seeds:
        states = []
        for epoch, state in enumerate(train(*rows, asked.epochs, seed), 1):
            states = [*states, state][-asked.last :]
            check(f"seed {seed} epoch {epoch}", state)
            if asked.keep:
                torch.save(state, asked.keep / f"{seed}-{epoch}.pt")
        runs.append(average(states))
        check(f"seed {seed}, last {asked.last} epochs averaged", runs[-1])
    check(f"{len(runs)} runs averaged", average(runs))


def write_model(model: Reader, held: tuple, folder: Path) -> None:
    """Export a model, report its int8 form, and write its temperatures.

    Parameters
    ----------
    model : Reader
        The trained model.
    held : tuple of two lists
        Development rows of both corpora, for the temperatures.
    folder : Path
        Where ``stance.onnx``, ``stance_tokenizer.json`` and ``stance_model.json`` go.
    """
    path = folder / "stance.onnx"
    export(model, path)
    examples = [mark_target(r) for r in held[0]], [mark_pair(r) for r in held[1]]
    found = [run_onnx(path, part) for part in examples]
    _report("int8", found, held)
    heats = {
        name: temperature(logits, [row.label for row in rows])
        for name, logits, rows in zip(("stance", "pair"), found, held, strict=True)
    }
    text = json.dumps({"temperature": heats}, indent=2) + "\n"
    (folder / "stance_model.json").write_text(text, encoding="utf-8")
    shutil.copy(BASE / "tokenizer.json", folder / "stance_tokenizer.json")


def main() -> None:
    """Train, average, export, calibrate, and print what was reached at each step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", help="NewsMTSC's train.jsonl")
    parser.add_argument("pairs", help="directed sentiment's train.txt")
    parser.add_argument("valid", help="directed sentiment's valid.txt")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--last", type=int, default=3, help="epochs averaged of a run")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--keep", type=Path, help="folder for the weights of epochs")
    parser.add_argument("--out", type=Path, default=RESOURCES)
    asked = parser.parse_args()
    targets, development = split_targets(read_targets(asked.targets))
    held = development, read_pairs(asked.valid, [asked.pairs])
    model = Reader()
    _train_runs(asked, (targets, read_pairs(asked.pairs)), held, model)
    write_model(model, held, asked.out)


if __name__ == "__main__":
    main()
