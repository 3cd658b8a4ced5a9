"""What a notebook opens: the chosen article, analysed, with progress and errors."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from html import escape
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from analysis.articles import Article, find_articles, read_article
from analysis.codebook import (
    Codebook,
    codebook_text,
    is_as_drafted,
    mark_as_drafted,
    read_codebook,
)
from analysis.corrections import codebook_path
from analysis.notebooks.choice import OWN, Choice, chosen, remember
from analysis.pipeline import Analysis, analyse, is_kept

if TYPE_CHECKING:
    from IPython.display import DisplayHandle
    from ipywidgets import Button, VBox

Each = TypeVar("Each")
OUTPUT = Path("../output")  # as notebooks see it
WORKERS = 2  # processes that read articles side by side
AT_ONCE = 0.5  # seconds between two words of progress


class Told(Exception):
    """Something that a person can put right: notebooks say it and show no traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"\x1b[31m{self}\x1b[0m"]


@contextmanager
def told() -> Iterator[None]:
    """Say what a person can put right in one box, without a traceback.

    >>> try:
    ...     with told():
    ...         read_article("nowhere.txt")
    ... except Told as error:
    ...     print(str(error)[:26])
    no article at nowhere.txt;
    """
    try:
        yield
    except (OSError, ValueError) as error:
        raise Told(str(error)) from None


def open_article(
    article: str | Path | None = None, codebook: str | Path | None = None
) -> Analysis:
    """Open an article and read it whole, saying how far it is.

    `article`: a file, a web address or a pasted text, which all notebooks then open;
    without one, what was chosen last (`analysis.notebooks.choice`). `codebook`: a
    codebook's file. Without one: the one chosen with the article, the one beside it
    (``my-article.codebook.yml``), the draft that a person edited (`offer_codebook`), or
    known ones that fit and a draft.

    What takes long is kept for the next notebook (`analysis.folders`). Raises Told if
    article, codebook or corrections cannot be read: with the remedy.
    """
    with told(), _in_plain() as say:
        choice = chosen() if article is None else remember(article, codebook)
        choice = choice if codebook is None else choice._replace(codebook=str(codebook))
        read = read_article(choice.article)
        book = find_codebook(read, choice)
        if book is None:
            say("Looking for the actors of the article")
        result = analyse(read, book, keep=True)
        for done, n in read_through(result):
            say(f"Reading who is for and against whom: {done} of {n} paragraphs")
    return result


def open_articles(
    articles: Sequence[Article], codebook: str | Path | None = None
) -> list[Analysis]:
    """Analyse several articles, two at a time, saying how far one is.

    Without a codebook's file for all, each has its own. What takes long is kept for
    another time. Raises `Told` if the codebook cannot be read.
    """
    with told():
        book = read_codebook(codebook) if codebook else None
        own = [book or _edited(article) for article in articles]
    new = [k for k, a in enumerate(articles) if not is_kept(a, own[k])]
    if len(new) > WORKERS:
        with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
            done = [pool.submit(_read_ahead, articles[k], own[k]) for k in new]
            for _ in watch(done, "Reading articles", as_completed(done)):
                pass
    return [analyse(a, own[k], keep=True) for k, a in enumerate(articles)]


def _edited(article: Article) -> Codebook | None:
    return find_codebook(article, Choice(article.source))


def _read_ahead(article: Article, codebook: Codebook | None) -> None:
    """Read an article so that it is kept; its own faults are met again later."""
    with suppress(Exception):
        [*read_through(analyse(article, codebook, keep=True))]


def read_through(result: Analysis) -> Iterator[tuple[int, int]]:
    """Let the model read an article; says how many of its paragraphs it has read.

    >>> from analysis.notebooks import example
    >>> [*read_through(example())]
    [(1, 1)]
    """
    paragraphs = result.structure.paragraphs
    for done, row in enumerate(paragraphs, 1):
        result.reader.read(row.paragraph)
        yield done, len(paragraphs)


def find_codebook(article: Article, choice: Choice) -> Codebook | None:
    """The codebook that a person chose or edited for an article; None for no such."""
    if choice.codebook:
        return read_codebook(choice.codebook)
    for path in (codebook_path(choice.article), offered(article)):
        if path.is_file() and not is_as_drafted(path.read_text(encoding="utf-8")):
            return read_codebook(path)
    return None


def offered(article: Article) -> Path:
    """Where the draft of a codebook stands for a person to edit."""
    return OUTPUT / article.name / "my-codebook.yml"


def offer_codebook(result: Analysis) -> Path:
    """Write the codebook of a run for a person to edit; says where.

    Once a person has changed it, all notebooks use it, and none writes it again.

    >>> from analysis.notebooks import example
    >>> import os, tempfile
    >>> os.makedirs(home := tempfile.mkdtemp() + "/notebooks")
    >>> before = os.getcwd()
    >>> os.chdir(home)
    >>> offer_codebook(example()).name
    'my-codebook.yml'
    >>> os.chdir(before)
    """
    path = offered(result.article)
    if path.is_file() and not is_as_drafted(path.read_text(encoding="utf-8")):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(mark_as_drafted(codebook_text(result.codebook)), encoding="utf-8")
    return path


def watch(
    items: Sequence[Each], words: str, as_they_come: Iterable[Each] | None = None
) -> Iterator[Each]:
    """Items, saying how far one is; nothing is left of it at the end.

    `words` say what is done, such as ``"Reading articles"``; the same items may be
    given in the order in which they are ready.

    >>> [*watch([1, 2], "Counting")]
    [1, 2]
    """
    with _in_plain() as say:
        for n, item in enumerate(as_they_come or items):
            say(f"{words}: {n} of {len(items)}")
            yield item


@contextmanager
def _in_plain() -> Iterator[Any]:
    """A line that is written over, and empty at the end; none outside a notebook."""
    handle, last = _line(), [0.0]

    def say(words: str) -> None:
        if handle and time.monotonic() - last[0] >= AT_ONCE:
            last[0] = time.monotonic()
            handle.update(_html_of(f"<p><i>{escape(words)} …</i></p>"))

    try:
        yield say
    finally:
        if handle:
            handle.update(_html_of(""))


def _line() -> DisplayHandle | None:
    from IPython import get_ipython
    from IPython.display import display

    return display(_html_of(""), display_id=True) if get_ipython() else None


def _html_of(text: str) -> Any:
    from IPython.display import HTML

    return HTML(text)


def write_button(result: Analysis, folder: str | Path = OUTPUT) -> VBox:
    """A button that writes all that a run leaves, saying how far it is.

    >>> from analysis.notebooks import example
    >>> write_button(example()).children[0].description
    'Write tables, charts and report'
    """
    from ipywidgets import HTML, Button, Layout, VBox

    wide = Layout(width="auto")
    button = Button(description="Write tables, charts and report", layout=wide)
    said = HTML()

    def write(_: Button) -> None:
        button.disabled = True
        try:
            for row in result.stance_rows:
                said.value = f"<p>Evidence of paragraph {row.paragraph} …</p>"
                result.evidence_in([row.paragraph])
            said.value = "<p>Charts and report …</p>"
            names = sorted(path.name for path in result.write(folder).iterdir())
            said.value = f"<p>Written: {escape(', '.join(names))}</p>"
        except (OSError, ValueError) as error:
            said.value = f'<p style="color:#b00020">{escape(str(error))}</p>'
        finally:
            button.disabled = False

    button.on_click(write)
    return VBox([button, said])


def own_folders(folders: Sequence[str | Path] | None = None) -> list[Path]:
    """The folders to compare: those named, else a person's own articles.

    Those are in ``data/private``; where there are fewer than two, the bundled articles
    and those that test the program are compared.

    >>> own_folders(["my-articles"])
    [PosixPath('my-articles')]
    """
    if folders:
        return [Path(folder) for folder in folders]
    if OWN.is_dir() and len(find_articles(OWN)) > 1:
        return [OWN]
    return [Path("../data/articles"), Path("../tests/articles")]
