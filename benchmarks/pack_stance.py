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
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch.nn import functional

from analysis.stance.model import FILES, HOLDERS, SLOTS, settings
from analysis.tables import RESOURCES
from benchmarks import coders, edges
from benchmarks.coded import (
    FOLDER,
    FRAMES,
    PARTS,
    UNSURE,
    Example,
    examples,
    read_all,
    split_names,
)
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
    from onnx import GraphProto, ModelProto
    from onnxruntime import InferenceSession


class Whole(torch.nn.Module):
    """All heads in one graph, for one text at a time.

    Each layer's attention is one node of onnxruntime's own kind: its three products
    are one, and it is quantised as a whole.
    """

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader
        self.joined = torch.nn.ParameterList()
        for layer in reader.bert.encoder.layer:
            own = layer.attention.self
            parts = own.query, own.key, own.value
            self.joined.append(torch.cat([p.weight.T for p in parts], 1).detach())
            self.joined.append(torch.cat([p.bias for p in parts]).detach())

    def states(self, ids: torch.Tensor) -> torch.Tensor:
        """The last layer's states of a text without padding."""
        bert = self.reader.bert
        states = bert.embeddings(input_ids=ids)
        heads = {"num_heads": bert.config.num_attention_heads}
        for k, layer in enumerate(bert.encoder.layer):
            found = torch.onnx.ops.symbolic(
                "com.microsoft::Attention",
                (states, *self.joined[2 * k : 2 * k + 2]),
                heads,
                dtype=states.dtype,
                shape=states.shape,
                version=1,
            )
            states = layer.attention.output(found, states)
            states = layer.output(layer.intermediate(states), states)
        return states

    def forward(self, ids, marks, spots, body):
        """Logits of *edges*, *frames*, *stance* and *pair*."""
        states = self.states(ids)
        mean = states.mean(1)
        first, second = states[:, marks[0, 0]], states[:, marks[0, 1]]
        return (
            *self.reader.of_passage(states, spots, body),
            self.reader.stance(torch.cat([first, mean], 1)),
            self.reader.pair(torch.cat([first, second, mean], 1)),
        )


def export(model: Reader, path: Path) -> None:
    """Write a model as ONNX with int8 weights and activations in the encoder.

    A scale a column; seven bits of eight, so that processors without VNNI do not
    overflow. Heads and normalisation stay in float.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = path.with_suffix(".float.onnx")
    _trace(model, whole)
    quantize_dynamic(
        whole,
        path,
        op_types_to_quantize=["Attention", "Gather", "MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=_heads(onnx.load(whole).graph),
    )
    whole.unlink()
    left = onnx.load(path)
    _store_as_int8(left.graph)
    _forget_sources(left)
    onnx.save(left, path)


def _trace(model: Reader, path: Path) -> None:
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
        Whole(model).eval(),
        inputs,
        path,
        input_names=["ids", "marks", "spots", "body"],
        output_names=["edges", "frames", "stance", "pair"],
        dynamic_shapes=shapes,
        external_data=False,
    )


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


def _forget_sources(model: ModelProto) -> None:
    """Take out where each node comes from in whose folders."""
    graph = model.graph
    every = [model, graph, *graph.node, *graph.value_info, *graph.input, *graph.output]
    for part in (*every, *graph.initializer):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")


def open_session(path: Path) -> InferenceSession:
    """An ONNX model on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])


def run_passages(
    session: InferenceSession, rows: Sequence[Example]
) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Logits of passages: edges (holders, targets, 3), frames (angles, actors + 1)."""
    edges, frames = [], []
    for example in rows:
        ids, spots, body, *_ = passage_tensors([example])
        n, length = len(example.passage.actors), len(example.passage.ids)
        feed = {
            "ids": ids[:, :length].numpy(),
            "marks": torch.zeros(1, 2).long().numpy(),
            "spots": spots[..., :length].numpy(),
            "body": body[:, :length].numpy(),
        }
        found = session.run(["edges", "frames"], feed)
        logits, angles = (torch.from_numpy(own[0]) for own in found)
        edges.append(logits[[*range(n), SLOTS, SLOTS + 1], :n])
        frames.append(angles[:, [*range(n), SLOTS]])
    return edges, frames


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
    valid, dev = (_run(session, part) for part in ("valid", "dev"))
    heats, thresholds = _calibrate(valid)
    for name, run in (("valid", valid), ("dev", dev)):
        _print_edges(name, run, heats["edges"], thresholds["threshold"])
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
    kept = {"temperature": heats, **thresholds, "sha256": sums}
    _write(asked.out, kept)
    if asked.out == RESOURCES:
        _write(asked.out, kept | {"unseen": _unseen()})


def _write(folder: Path, kept: dict) -> None:
    text = json.dumps(kept, indent=2) + "\n"
    (folder / "stance_model.json").write_text(text, encoding="utf-8")
    settings.cache_clear()  # those of the model before


def _unseen() -> dict[str, float]:
    """What badges say: the figures on *dev*, and what two codings of it reach."""
    paths = split_names()["dev"]
    found = edges.measure(paths, drafted=False)["all"]
    return found | {"coders": coders.measure(paths, FOLDER / "second")["stance F1"]}


class Run(NamedTuple):
    """Passages of one part, with the logits of the packed model."""

    rows: list[Example]
    edges: list[torch.Tensor]
    frames: list[torch.Tensor]


def _run(session: InferenceSession, part: str) -> Run:
    rows = [
        e
        for m in read_all(split_names()[part], second=part != "dev")
        for e in examples(m)
        if m.coded.kinds[e.passage.paragraph] != "caption"
    ]
    return Run(rows, *run_passages(session, rows))


def _calibrate(valid: Run) -> tuple[dict[str, float], dict]:
    """Temperatures and thresholds."""
    flat = torch.cat([own.flatten(0, 1) for own in valid.edges])
    labels = torch.cat([torch.tensor(e.edges).flatten() for e in valid.rows])
    sure = labels != UNSURE
    known = [torch.tensor(e.frames) for e in valid.rows]
    heats = {
        "edges": temperature(flat[sure], labels[sure]),
        "frames": _frame_temperature(valid.frames, known),
    }
    cool = [own / heats["edges"] for own in valid.edges]
    whole, actors = slice(-1, None), slice(0, -1)
    least = {
        frame: [
            _frame_threshold(
                [own[k, part] for own in valid.frames],
                [own[k, part] for own in known],
                heats["frames"],
            )
            for part in (whole, actors)
        ]
        for k, frame in enumerate(FRAMES)
    }
    told = {
        part: _frame_threshold(
            [own[k, actors] for own in valid.frames],
            [own[k, actors] for own in known],
            heats["frames"],
        )
        for k, part in enumerate(PARTS, len(FRAMES))
    }
    edges = best_threshold(*edge_rows(valid.rows, cool))
    return heats, {"threshold": edges, "frames": least, "parts": told}


def _print_edges(name: str, run: Run, heat: float, threshold: float) -> None:
    """What the packed model reaches, and how far its probabilities are off."""
    p, labels = edge_rows(run.rows, [own / heat for own in run.edges])
    sure = labels != UNSURE
    error = calibration_error(p[sure], labels[sure])
    print(name, f1_at(p, labels, threshold), f"calibration {error:.3f}")


def _frame_temperature(
    logits: Sequence[torch.Tensor], labels: Sequence[torch.Tensor]
) -> float:
    every = torch.cat([own.flatten() for own in logits])
    known = torch.cat([own.flatten() for own in labels])
    sure = known != UNSURE
    both = torch.stack([torch.zeros_like(every), every], 1)
    return temperature(both[sure], known[sure].long())


def _frame_threshold(
    logits: Sequence[torch.Tensor], labels: Sequence[torch.Tensor], heat: float
) -> float:
    """The probability from which a frame is said: where F1 is highest.

    F1 is averaged over neighbours: few passages have a frame, and one lucky value is
    none to build on.
    """
    every, known = torch.cat([*logits]) / heat, torch.cat([*labels])
    every, known = every[known != UNSURE].sigmoid(), known[known != UNSURE] == 1
    grid = [k / 50 for k in range(10, 36)]

    def f1(least: float) -> float:
        said = every >= least
        right = (said & known).sum().item()
        return 2 * right / max(1, (said.sum() + known.sum()).item())

    near = [grid[max(0, i - 2) : i + 3] for i in range(len(grid))]
    smooth = [sum(map(f1, some)) / len(some) for some in near]
    return grid[smooth.index(max(smooth))]


if __name__ == "__main__":
    main()
