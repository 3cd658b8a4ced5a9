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

from analysis.stance.model import FILES, settings
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
from benchmarks.packed import export, open_session, run_passages, run_sentences
from benchmarks.reader import BASE, Reader, mark_pair, mark_target
from benchmarks.train_stance import (
    best_threshold,
    edge_rows,
    f1_at,
    macro_f1,
)

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


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
