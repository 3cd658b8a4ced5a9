"""Write a trained reader as the model that is shipped: ONNX, int8 weights, sums.

    python -m benchmarks.pack_stance weights.pt newsmtsc/train.jsonl directed/train.txt
    \
        directed/valid.txt --out analysis/resources

Temperatures are set on the articles that ``data/training/parts.csv`` calls *valid*
(edges) and on the development rows of NewsMTSC and directed sentiment (stance, pair),
the threshold on the *valid* articles; then what the int8 model reaches is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from analysis.stance.cards import SLOTS
from analysis.stance.model import FILES, HOLDERS
from analysis.tables import RESOURCES
from benchmarks.coded import UNSURE, Example, examples, read_all, split_names
from benchmarks.corpora import read_pairs, read_targets, split_targets
from benchmarks.reader import (
    BASE,
    Marked,
    Reader,
    mark_pair,
    mark_target,
    passage_tensors,
)
from benchmarks.train_stance import (
    best_threshold,
    edge_rows,
    f1_at,
    macro_f1,
)

if TYPE_CHECKING:
    from onnx import GraphProto
    from onnxruntime import InferenceSession


class Whole(torch.nn.Module):
    """All heads in one graph."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids, marks, spots, body):
        """Logits of *edges*, *frames*, *stance* and *pair*."""
        states = self.reader.bert(
            input_ids=ids, attention_mask=torch.ones_like(ids)
        ).last_hidden_state
        mean = states.mean(1)
        first, second = states[:, marks[0, 0]], states[:, marks[0, 1]]
        edges, frames = self.reader.of_passage(states, spots, body)
        return (
            edges,
            frames,
            self.reader.stance(torch.cat([first, mean], 1)),
            self.reader.pair(torch.cat([first, second, mean], 1)),
        )


def export(model: Reader, path: Path) -> None:
    """Write a model as ONNX with int8 weights, for one text at a time.

    Weights and activations are int8 in matrix products, but for those that lead from
    the wide layer back (their activations have outliers): there the weights are int8
    and the product is in float. A scale a column; seven bits of eight, so that
    processors without VNNI do not overflow. Heads and normalisation stay in float.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = path.with_suffix(".float.onnx")
    _trace(model, whole)
    graph = onnx.load(whole).graph
    quantize_dynamic(
        whole,
        path,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=[*_narrowing(graph), *_heads(graph)],
    )
    whole.unlink()
    left = onnx.load(path)
    _store_as_int8(left.graph)
    onnx.save(left, path)


def _trace(model: Reader, path: Path) -> None:
    model.eval()
    model.bert.set_attn_implementation("eager")
    n = 24
    inputs = (
        torch.randint(1000, 30000, (1, n)),
        torch.ones(1, 2).long(),
        torch.rand(1, 3 * HOLDERS, n),
        torch.ones(1, n),
    )
    length = torch.export.Dim("length")
    shapes = ({1: length}, None, {2: length}, {1: length})
    torch.onnx.export(
        Whole(model),
        inputs,
        path,
        input_names=["ids", "marks", "spots", "body"],
        output_names=["edges", "frames", "stance", "pair"],
        dynamic_shapes=shapes,
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


def _heads(graph: GraphProto) -> list[str]:
    """The matrix products behind the encoder."""
    return [
        node.name
        for node in graph.node
        if node.op_type in ("MatMul", "Gemm")
        and any("reader." in name and "bert" not in name for name in node.input)
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


def open_session(path: Path) -> InferenceSession:
    """An ONNX model on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])


def run_edges(session: InferenceSession, rows: Sequence[Example]) -> list[torch.Tensor]:
    """Logits (holders, targets, 3) of passages, its own actors alone."""
    found = []
    for example in rows:
        ids, spots, body, *_ = passage_tensors([example])
        n, length = len(example.passage.actors), len(example.passage.ids)
        feed = {
            "ids": ids[:, :length].numpy(),
            "marks": torch.zeros(1, 2).long().numpy(),
            "spots": spots[..., :length].numpy(),
            "body": body[:, :length].numpy(),
        }
        logits = torch.from_numpy(session.run(["edges"], feed)[0][0])
        found.append(logits[[*range(n), SLOTS, SLOTS + 1], :n])
    return found


def run_sentences(session: InferenceSession, rows: Sequence[Marked]) -> torch.Tensor:
    """Logits of marked sentences of one head."""
    found = []
    for row in rows:
        length = len(row.ids)
        feed = {
            "ids": torch.tensor([row.ids]).numpy(),
            "marks": torch.tensor([row.at]).numpy(),
            "spots": torch.zeros(1, 3 * HOLDERS, length).numpy(),
            "body": torch.zeros(1, length).numpy(),
        }
        name = "pair" if row.pair else "stance"
        found.append(torch.from_numpy(session.run([name], feed)[0][0]))
    return torch.stack(found)


def temperature(logits: torch.Tensor, labels: torch.Tensor) -> float:
    """The temperature at which the probabilities of the labels are highest."""
    grid = [0.5 + 0.02 * k for k in range(126)]
    losses = [functional.cross_entropy(logits / t, labels).item() for t in grid]
    return round(grid[losses.index(min(losses))], 2)


def calibration_error(p: torch.Tensor, labels: torch.Tensor, bins: int = 10) -> float:
    """Mean distance, over classes and bins, of probability and frequency."""
    errors = []
    for k in range(p.shape[1]):
        own, hit = p[:, k], (labels == k).float()
        at = (own * bins).long().clamp(max=bins - 1)
        error = 0.0
        for b in range(bins):
            some = at == b
            if some.any():
                gap = (own[some].mean() - hit[some].mean()).abs()
                error += gap.item() * some.float().mean().item()
        errors.append(error)
    return sum(errors) / len(errors)


def main() -> None:
    """Export, calibrate, print what the shipped model reaches."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("targets", help="NewsMTSC's train.jsonl")
    parser.add_argument("pairs", help="directed sentiment's train.txt")
    parser.add_argument("valid", help="directed sentiment's valid.txt")
    parser.add_argument("--out", type=Path, default=RESOURCES)
    asked = parser.parse_args()
    model = Reader()
    model.load_state_dict(torch.load(asked.weights), strict=False)
    path = asked.out / FILES[0]
    export(model, path)
    session = open_session(path)
    heats, threshold = _calibrate_edges(session)
    _, development = split_targets(read_targets(asked.targets))
    rows = read_pairs(asked.valid, [asked.pairs])
    found = run_sentences(session, [mark_target(r) for r in development])
    labels = [r.label for r in development]
    several = [k for k, r in enumerate(development) if r.several]
    heats["stance"] = temperature(found, torch.tensor(labels))
    print(
        f"targets {macro_f1(found, labels):.1f}"
        f" several {macro_f1(found[several], [labels[k] for k in several]):.1f}"
    )
    found = run_sentences(session, [mark_pair(r) for r in rows])
    labels = [r.label for r in rows]
    heats["pair"] = temperature(found, torch.tensor(labels))
    print(f"pairs {macro_f1(found, labels):.1f}")
    shutil.copy(BASE / "tokenizer.json", asked.out / FILES[1])
    sums = {
        name: hashlib.sha256((asked.out / name).read_bytes()).hexdigest()
        for name in FILES
    }
    kept = {"temperature": heats, "threshold": threshold, "sha256": sums}
    text = json.dumps(kept, indent=2) + "\n"
    (asked.out / "stance_model.json").write_text(text, encoding="utf-8")
    print(text)


def _calibrate_edges(session: InferenceSession) -> tuple[dict[str, float], float]:
    """Temperature and threshold on *valid*; both parts' figures are printed."""
    parts, heat, threshold = split_names(), 1.0, 0.5
    for name in ("valid", "dev"):
        rows = [
            e
            for m in read_all(parts[name], second=name != "dev")
            for e in examples(m)
            if m.coded.kinds[e.passage.paragraph] != "caption"
        ]
        logits = run_edges(session, rows)
        if name == "valid":
            flat = torch.cat([own.flatten(0, 1) for own in logits])
            labels = torch.cat([torch.tensor(e.edges).flatten() for e in rows])
            heat = temperature(flat[labels != UNSURE], labels[labels != UNSURE])
            cool = [own / heat for own in logits]
            threshold = best_threshold(*edge_rows(rows, cool))
        p, labels = edge_rows(rows, [own / heat for own in logits])
        sure = labels != UNSURE
        error = calibration_error(p[sure], labels[sure])
        print(name, f1_at(p, labels, threshold), f"calibration {error:.3f}")
    return {"edges": heat}, threshold


if __name__ == "__main__":
    main()
