"""Run the notebooks on an article; a small analysis to try what they show on."""

from __future__ import annotations

from pathlib import Path

from analysis.articles import Article
from analysis.codebook import parse_codebook
from analysis.pipeline import Analysis, analyse


def run_notebooks(
    article: str, codebook: str | None, out: str | Path, folder: str | Path
) -> list[Path]:
    """Execute every numbered notebook of a folder on one article, into another folder.

    Papermill sets the parameters cell. A cell that fails raises its error, and the
    notebook so far is kept beside the others.
    """
    import papermill

    out, folder = Path(out), Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    local = Path(article).exists()
    parameters = {
        "ARTICLE": str(Path(article).resolve()) if local else article,
        "CODEBOOK": str(Path(codebook).resolve()) if codebook else None,
    }
    done = []
    for notebook in sorted(folder.glob("[1-9]_*.ipynb")):
        target = out / notebook.name
        papermill.execute_notebook(
            notebook, target, parameters, cwd=folder, progress_bar=True
        )
        done.append(target)
    return done


def example() -> Analysis:
    """Two sentences analysed, for examples.

    >>> example().article.name
    'fined'
    """
    actors = (
        "{regulator: {label: Ofcom, names: [Ofcom]}, platform: {label: X, names: [X]}}"
    )
    text = "Ofcom fined X on Monday. ‘X must be ashamed,’ Ofcom said."
    article = Article(text, "Fined", "", "fined")
    return analyse(article, parse_codebook(f"actors: {actors}"))
