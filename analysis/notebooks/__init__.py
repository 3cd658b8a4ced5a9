"""Run the notebooks on an article: papermill sets the parameters cell."""

from __future__ import annotations

from pathlib import Path


def run_notebooks(
    article: str, codebook: str | None, out: str | Path, folder: str | Path
) -> list[Path]:
    """Execute every numbered notebook of a folder on one article, into another folder.

    A cell that fails raises papermill's error, and the notebook so far is kept beside
    the others.
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
