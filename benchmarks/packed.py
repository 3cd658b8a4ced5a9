"""A trained reader as one ONNX graph with int8 weights: written, opened and run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from analysis.stance.model import HOLDERS, SLOTS
from benchmarks.coded import Example
from benchmarks.reader import Marked, Reader, passage_tensors

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
