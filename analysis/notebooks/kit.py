"""All that notebooks import, in one line; each part is loaded when it is asked for.

>>> from analysis.notebooks.kit import Path, terms
>>> terms.__name__
'analysis.terms'
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

PARTS = {
    "FloatSlider": "ipywidgets:FloatSlider",
    "Path": "pathlib:Path",
    "agreement": "analysis.agreement",
    "analyse": "analysis.pipeline:analyse",
    "answers": "analysis.findings.answers",
    "band": "analysis.trajectory:band",
    "body_of": "analysis.charts.style:body_of",
    "charts": "analysis.charts",
    "compare": "analysis.compare",
    "corpus": "analysis.corpus",
    "drafting": "analysis.drafting",
    "figures": "analysis.notebooks.figures",
    "fixed": "ipywidgets:fixed",
    "framing": "analysis.framing",
    "interact": "ipywidgets:interact",
    "main_actors": "analysis.export:main_actors",
    "mentions": "analysis.mentions",
    "mkdtemp": "tempfile:mkdtemp",
    "opening": "analysis.notebooks.opening",
    "pd": "pandas",
    "reading": "analysis.reading",
    "robust": "analysis.trajectory.robust",
    "stance": "analysis.stance",
    "stance_toward": "analysis.trajectory:stance_toward",
    "terms": "analysis.terms",
    "trajectory": "analysis.trajectory",
    "verdicts": "analysis.findings.verdicts",
    "views": "analysis.notebooks.views",
    "voices": "analysis.mentions.voices",
}


def __getattr__(name: str) -> Any:
    """A part, loaded now."""
    if name not in PARTS:
        raise AttributeError(f"no part {name!r}; there are {', '.join(sorted(PARTS))}")
    module, _, inner = PARTS[name].partition(":")
    found = import_module(module)
    return getattr(found, inner) if inner else found


def _sharpen_charts() -> None:
    """Draw charts sharp, and once: they are laid out whole, none is cut to its ink."""
    from IPython import get_ipython

    if shell := get_ipython():
        look = {"bbox_inches": None, "dpi": 130}
        shell.run_line_magic("config", f"InlineBackend.print_figure_kwargs = {look}")


_sharpen_charts()
