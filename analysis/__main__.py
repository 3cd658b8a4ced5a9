"""The command line: ``python -m analysis ARTICLE [ARTICLE …]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis import analyse, read_article, read_codebook


def main(arguments: Sequence[str] | None = None) -> int:
    """Analyse articles and write what is found; one bad article stops no other.

    Parameters
    ----------
    arguments : sequence of str, optional
        Of the command line.

    Returns
    -------
    int
        0, or 1 where an article failed; each failure is named with its cause.
    """
    options = _parser().parse_args(arguments)
    failures: list[tuple[str, Exception]] = []
    for number, source in enumerate(options.article, 1):
        print(f"[{number}/{len(options.article)}] {source}", flush=True)
        try:
            print(f"    {_run(source, options)}", flush=True)
        except (OSError, ValueError) as error:
            failures.append((source, error))
    for source, error in failures:
        print(f"failed: {source}: {error}", file=sys.stderr)
    return 1 if failures else 0


def _run(source: str, options: argparse.Namespace) -> Path:
    import matplotlib

    matplotlib.use("Agg")  # charts go to files; notebooks choose for themselves
    article = read_article(source)
    codebook = read_codebook(options.codebook) if options.codebook else None
    result = analyse(article, codebook)
    folder = result.write(options.out, article_text=not options.no_text)
    if options.notebooks:
        from analysis.notebooks import run_notebooks

        run_notebooks(source, options.codebook, folder / "notebooks", options.notebooks)
    return folder


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m analysis",
        description="Show how articles frame their actors: tables, charts, report.",
    )
    parser.add_argument("article", nargs="+", help="a file or web address")
    parser.add_argument(
        "--codebook", help="a codebook (YAML); else known ones, a draft"
    )
    parser.add_argument("--out", default="output", help="folder to write to")
    parser.add_argument(
        "--no-text",
        action="store_true",
        help="leave the article's text out of the report but for the evidence",
    )
    parser.add_argument(
        "--notebooks",
        metavar="FOLDER",
        help="run the notebooks of this folder on each article too",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
