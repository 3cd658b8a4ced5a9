"""ARCHITECTURE.md is true: every module is drawn, and imports go downhill."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks.counts import imports, read_modules

TEXT = (Path(__file__).parents[1] / "ARCHITECTURE.md").read_text()
DRAWING = re.search(r"```\n(.*?)```", TEXT, re.S)[1]
MODULES = read_modules()


def drawn() -> dict[str, int]:
    """The modules of the drawing with the line that each stands in."""
    lines = [re.split(r" {4,}", line.strip())[0] for line in DRAWING.splitlines()]
    return {
        name: n for n, line in enumerate(lines) for name in re.findall(r"\w+", line)
    }


def idea(module: str) -> str:
    return (module.split(".") + [""])[1]


def test_every_module_is_drawn_once():
    ideas = [idea(name) for name in MODULES if idea(name)]
    assert sorted(drawn()) == sorted(set(ideas))


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_downhill(module):
    height = drawn()
    for needed in imports(MODULES, module):
        if idea(needed) not in ("", idea(module)):
            assert height[idea(module)] < height[idea(needed)], needed


@pytest.mark.parametrize("named", re.findall(r"^\| `([\w.]+)`", TEXT, re.M))
def test_the_stages_it_names_are_there(named):
    module, name = named.split(".")
    assert callable(getattr(import_module(f"analysis.{module}"), name))
