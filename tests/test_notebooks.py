"""The notebooks are short, clean and executed, and run on an article of their own."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import papermill
import pytest

from analysis.notebooks import kit
from analysis.notebooks.kit import PARTS

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[1-9]_*.ipynb"))
ARTICLE = "../data/articles/ftc-subscriptions.txt"
FOLDERS = ["../data/articles", "../tests/articles"]
MACHINE = re.compile(r"(?<![\w./])/(?:home|root|tmp|work|usr|Users)/|[A-Z]:\\\\")
OF_ONE = [path for path in NOTEBOOKS if path.name[0] != "5"]  # it compares several
names = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def python(cell: nbformat.NotebookNode) -> str:
    """The cell without what only IPython understands."""
    lines = cell.source.splitlines()
    return "\n".join(line for line in lines if not line.startswith("%"))


def test_each_question_has_its_notebook():
    first = {path.name[0]: read(path).cells[0].source for path in NOTEBOOKS}
    assert {"1", "2", "3", "4", "6"} <= first.keys()
    assert all(re.match(r"# .+\?", title) for title in first.values())


@names
def test_one_cell_holds_the_parameters(path):
    tagged = [c for c in code(path) if "parameters" in c.metadata.get("tags", ())]
    assert len(tagged) == 1
    set_here = {n.targets[0].id for n in ast.parse(tagged[0].source).body}
    assert set_here >= {"ARTICLE", "CODEBOOK"}


@names
def test_cells_are_short_and_define_nothing(path):
    for cell in code(path):
        assert len(cell.source.splitlines()) <= 10, cell.source
        kinds = {type(node) for node in ast.walk(ast.parse(python(cell)))}
        assert not kinds & {ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef}


@names
def test_imports_stand_in_one_cell(path):
    importing = [c for c in code(path) if re.search(r"^(from|import) ", c.source, re.M)]
    assert len(importing) == 1
    [line] = ast.parse(python(importing[0])).body  # one line imports all
    assert {alias.name for alias in line.names} <= PARTS.keys()


@names
def test_answers_come_before_code(path):
    cells = read(path).cells
    answer = next(i for i, c in enumerate(cells) if "## The short answer" in c.source)
    folded = [c for c in cells if c.metadata.get("jupyter", {}).get("source_hidden")]
    shown = [c for c in cells if c.cell_type == "code" and c not in folded]
    assert "parameters" in shown[0].metadata.tags  # all that one sees before the answer
    assert cells.index(shown[1]) > answer and shown[1].source.startswith("views.say(")
    checks = [c for c in cells if "assert " in c.source and c.cell_type == "code"]
    assert checks and all(c in folded for c in checks)
    assert cells[-len(checks) :] == checks
    assert {t for c in folded for t in c.metadata.tags} == {"setup", "checks"}


@names
def test_notebooks_lead_to_each_other(path):
    links = re.findall(r"\]\((\d_\w+\.ipynb)\)", read(path).cells[0].source)
    others = {other.name for other in NOTEBOOKS if other.name[0] != "0"}
    assert {*links} >= others - {path.name} and path.name not in links
    assert all((FOLDER / link).is_file() for link in links)


@pytest.mark.parametrize("name", PARTS)
def test_the_kit_has_what_it_says(name):
    assert getattr(kit, name) is not None
    with pytest.raises(AttributeError, match="no part 'x'; there are FloatSlider"):
        kit.__getattr__("x")


@names
def test_a_step_has_a_heading_and_a_claim_a_check(path):
    words = [c.source for c in read(path).cells if c.cell_type == "markdown"]
    assert sum(bool(re.search("^## ", w, re.M)) for w in words) >= 5
    assert any("## The short answer" in w for w in words)
    assert any("## Limits" in w for w in words)
    assert any(re.search(r"^ *assert ", c.source, re.M) for c in code(path))


@names
def test_the_committed_run_is_one_clean_run(path):
    cells = code(path)
    assert [c.execution_count for c in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text


@names
def test_the_committed_run_shows_no_machine(path):
    assert not MACHINE.search(nbformat.writes(read(path)))


@names
def test_prose_holds_no_figure_of_the_bundled_article(path):
    """What is said of an article is computed: no name of its actors in the prose."""
    prose = [c.source for c in read(path).cells if c.cell_type == "markdown"]
    assert not re.search(r"Kendall|Musk|Grok|xAI|Plumeria", " ".join(prose))


@pytest.mark.parametrize("path", OF_ONE, ids=lambda p: p.stem)
def test_another_article_needs_one_changed_line(path, tmp_path):
    (tmp_path / "data").symlink_to(FOLDER.parent / "data")
    (tmp_path / "notebooks").mkdir()
    run = tmp_path / path.name
    papermill.execute_notebook(
        path,
        run,
        {"ARTICLE": ARTICLE},
        cwd=tmp_path / "notebooks",
        progress_bar=False,
    )
    outputs = [output for cell in code(run) for output in cell.outputs]
    kinds = {output.output_type for output in outputs}
    assert "error" not in kinds
    assert not [o for o in outputs if o.get("name") == "stderr"]
    assert "Ofcom" not in str(outputs)
    assert any((tmp_path / "output" / "ftc-subscriptions").iterdir())


@pytest.mark.parametrize("by", ["outlet", "month"])
def test_outlets_and_months_are_compared_with_one_changed_line(by, tmp_path):
    for folder in ("data", "tests"):
        (tmp_path / folder).symlink_to(FOLDER.parent / folder)
    (tmp_path / "notebooks").mkdir()
    path, run = next(FOLDER.glob("5_*.ipynb")), tmp_path / "5.ipynb"
    papermill.execute_notebook(
        path,
        run,
        {"BY": by, "FOLDERS": FOLDERS},
        cwd=tmp_path / "notebooks",
        progress_bar=False,
    )
    outputs = str([cell.outputs for cell in code(run)])
    assert "'output_type': 'error'" not in outputs
    assert {"outlet": "The Harbour Post", "month": "2026-02"}[by] in outputs
    estimates = tmp_path / "output" / "comparison" / "estimates.csv"
    assert estimates.read_text().startswith(by)
