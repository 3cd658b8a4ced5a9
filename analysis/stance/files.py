"""The model's files: read and used only as they were measured."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from analysis.tables import RESOURCES

MODEL, TOKENIZER = FILES = ("stance.onnx", "stance_tokenizer.json")
SETTINGS = ("temperature", "threshold", "frames", "parts", "sha256")
REMEDY = "install the package again; all tables but stance and evidence work without it"


class ModelError(RuntimeError):
    """The model cannot be used; the message says why and what to do."""


@cache
def settings() -> dict[str, Any]:
    """Temperatures, thresholds and check sums: ``stance_model.json``.

    Examples
    --------
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
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != settings()["sha256"].get(name):
        raise ModelError(f"{name} is damaged (its check sum differs): {REMEDY}")
    return path
