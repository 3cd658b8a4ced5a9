"""The command line: ``throughline ARTICLE [ARTICLE …]``, ``… verify FOLDER``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from analysis import analyse, read_article, read_codebook
from analysis.articles import Article, check_language, find_articles, read_export
from analysis.folders import names_apart, same_folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Analyse articles and write what is found; 1 if one failed, which stops no other.

    Each failure is named at the end with its cause.
    """
    for stream in (sys.stdout, sys.stderr):  # which may know no letters but ASCII
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    given = [*(sys.argv[1:] if arguments is None else arguments)]
    if given[:1] == ["verify"] and len(given) > 1:
        return _verify(given[1:])
    options = _parser().parse_args(given)
    sources = [one for given in options.article for one in _articles_of(given)]
    failures: list[tuple[str, Exception]] = []
    own_name = names_apart(same_folder)
    for number, (source, article) in enumerate(sources, 1):
        print(f"[{number}/{len(sources)}] {source}", flush=True)
        try:
            article = article or read_article(source)
            article = article._replace(name=own_name(article.name))
            check_language(article)
            folder, notes = _run(article, source, options)
            print(f"    {folder}", flush=True)
            for note in notes:
                print(f"    note: {note}", flush=True)
        except Exception as error:  # whatever it is, the others are done
            failures.append((source, error))
    for source, cause in failures:
        print(f"failed: {source}: {_cause(cause)}", file=sys.stderr)
    done = len(sources) - len(failures)
    if failures:
        print(f"{done} analysed, {len(failures)} failed", file=sys.stderr)
    return 1 if failures else 0


def _verify(folders: Sequence[str]) -> int:
    """Say of each folder of results whether it still holds; 1 where one does not."""
    from analysis.verify import verify

    faults = {folder: verify(folder) for folder in folders}
    for folder, found in faults.items():
        print(f"{folder}: {'holds' if not found else 'does not hold'}")
        print(*(f"    {fault}" for fault in found), sep="\n", end="\n" * bool(found))
    return int(any(faults.values()))


def _articles_of(given: str) -> list[tuple[str, Article | None]]:
    """The articles that are meant: a folder's, or an export's, which are read."""
    try:
        files = find_articles(given) if os.path.isdir(given) else None
    except OSError:  # reading it will say what is wrong
        return [(given, None)]
    if files is not None:
        return [one for file in files for one in _articles_of(str(file))]
    found = read_export(given)
    return [(a.source, a) for a in found] if len(found) > 1 else [(given, None)]


def _cause(error: Exception) -> str:
    """What to say of a fault: our own messages alone, others with their kind."""
    own = isinstance(error, (OSError, ValueError)) and str(error)
    return str(error) if own else f"{type(error).__name__}: {error}"


def _run(
    article: Article, source: str, options: argparse.Namespace
) -> tuple[Path, Sequence[str]]:
    """Analyse an article and write what is found; its folder, and what to know."""
    import matplotlib

    matplotlib.use("Agg")  # charts go to files; notebooks choose for themselves
    codebook = read_codebook(options.codebook) if options.codebook else None
    corrections = [] if options.corrections == "none" else options.corrections
    keep = bool(options.notebooks)  # which then start at once
    result = analyse(article, codebook, corrections, keep)
    folder = result.write(options.out, article_text=not options.no_text)
    if options.notebooks:
        from analysis.notebooks import run_notebooks

        run_notebooks(source, options.codebook, folder / "notebooks", options.notebooks)
    return folder, result.notes


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="throughline",
        description="Show how articles frame their actors: tables, charts, report. "
        "`verify FOLDER …` checks folders that were written before.",
    )
    parser.add_argument(
        "article",
        nargs="+",
        metavar="ARTICLE",
        help="a file, a folder or a web address",
    )
    parser.add_argument(
        "--codebook", help="a codebook (YAML); else known ones, a draft"
    )
    parser.add_argument(
        "--corrections",
        metavar="FILE",
        help="corrections (CSV) for the one article; else those beside it; none: none",
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
