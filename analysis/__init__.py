"""Throughline: how a news article frames its actors, first paragraph to last."""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "read_article": "articles",
    "read_articles": "articles",
    "read_codebook": "codebook",
    "draft_codebook": "drafting",
    "analyse": "pipeline",
}
_MODULES = (
    "agreement",
    "articles",
    "charts",
    "codebook",
    "compare",
    "corpus",
    "drafting",
    "framing",
    "mentions",
    "pipeline",
    "quotes",
    "reading",
    "stance",
    "tokens",
    "trajectory",
)
__all__ = [*_HOMES, *_MODULES]


def __getattr__(name: str) -> Any:
    """Load a function or module when it is first asked for: importing is cheap."""
    if name in _HOMES:
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module 'analysis' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
