"""What a person has chosen, corrected and undone; it knows nothing of the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analysis.articles import Article, read_article
from analysis.codebook import Codebook, codebook_text
from analysis.corrections import (
    Correction,
    add_correction,
    codebook_path,
    corrections_path,
    find_corrections,
    read_corrections,
    remove_correction,
)
from analysis.folders import write_whole
from analysis.notebooks.choice import Choice
from analysis.notebooks.opening import find_codebook, read_through
from analysis.pipeline import Analysis, analyse

if TYPE_CHECKING:
    import pandas as pd


class Step(NamedTuple):
    """How things stood before something was changed, and what that was."""

    said: str
    corrections: tuple[Correction, ...]
    codebook: Codebook
    after: tuple[Correction, ...] = ()  # what others add later is not undone


class ChangedElsewhere(ValueError):
    """The codebook's file is no longer as it was read: it is not written over."""


class Session:
    """One article with its corrections and codebook, and the way back.

    An error leaves all as it was: what is new is put in place when all of it is there.
    """

    def __init__(self) -> None:
        """Nothing is chosen yet."""
        self.source = ""
        self.article = Article("", "", "", "")
        self.codebook = Codebook()
        self.corrections: list[Correction] = []
        self.steps: list[Step] = []
        self.result: Analysis | None = None
        self.was_read = False  # whether the model has read it
        self._known: bytes | None = None  # the codebook's file as last read or written
        self._evidence: dict[int, pd.DataFrame] = {}

    def choose(self, source: str, codebook: str | None = None) -> None:
        """Take an article, with the corrections and the codebook beside it.

        The codebook is the one that notebooks take: named, beside it, or an edited
        draft; else one that fits.
        """
        article = read_article(source)
        corrections = find_corrections(article)
        path = codebook_path(source)
        known = path.read_bytes() if path.is_file() else None
        book = find_codebook(article, Choice(source, codebook))
        result = analyse(article, book, corrections, keep=True)
        self.source, self.article, self._known = source, article, known
        self.corrections, self.codebook, self.steps = corrections, result.codebook, []
        self._start(result)

    def _start(self, result: Analysis) -> None:
        """Begin with an analysis of which nothing need have run yet."""
        self.result, self.was_read, self._evidence = result, False, {}

    @property
    def path(self) -> Path:
        """The file of corrections."""
        return corrections_path(self.source)

    def read(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Let the model read the article, paragraph by paragraph."""
        for done, n in read_through(self.result):
            if progress:
                progress(done, n)
        self.was_read = True

    def evidence(self, paragraph: int) -> pd.DataFrame:
        """The phrases behind the stances of a paragraph, worked out once."""
        if paragraph not in self._evidence:
            self._evidence[paragraph] = self.result.evidence_in([paragraph])
        return self._evidence[paragraph]

    def knows_evidence(self, paragraph: int) -> bool:
        """Whether `evidence` answers at once."""
        return paragraph in self._evidence

    def correct(
        self, what: str, start: int, end: int, was: str, becomes: str, said: str
    ) -> None:
        """Put one thing right, in the file beside the article and here."""
        words = self.article.text[start:end]
        before = self._now(said)
        add_correction(self.path, Correction(what, start, end, words, was, becomes))
        self._after(before)

    def take_back(self, correction: Correction) -> None:
        """Take a correction out of the file again."""
        before = self._now("a correction taken back")
        if not remove_correction(self.path, correction):
            raise ValueError(
                f"this correction does not stand in {self.path.name}: it may come from "
                f"another file beside the article; correct it anew, or edit that file"
            )
        self._after(before)

    def change_codebook(
        self, book: Codebook, said: str, renamed: dict[str, str] | None = None
    ) -> None:
        """Take another codebook, and keep it beside the article."""
        before = self._now(said)
        self._save(book)
        self.codebook = book
        for old in before.corrections if renamed else ():
            new = rename(old, renamed)
            if new != old and remove_correction(self.path, old):
                add_correction(self.path, new)
        self._after(before)

    def undo(self) -> str:
        """Take the last step back; says what it was."""
        if not self.steps:
            raise ValueError("there is nothing to undo")
        step = self.steps[-1]
        if step.codebook != self.codebook:
            self._save(step.codebook)
            self.codebook = step.codebook
        for row in step.after:
            if row not in step.corrections:
                remove_correction(self.path, row)
        for row in step.corrections:
            if row not in step.after:
                add_correction(self.path, row)
        self.steps.pop()
        self._after()
        return step.said

    def read_codebook_again(self) -> None:
        """Take the codebook's file as somebody else left it; no undo goes behind it."""
        self.choose(self.source)

    def _now(self, said: str) -> Step:
        return Step(said, tuple(read_corrections(self.path)), self.codebook)

    def _after(self, before: Step | None = None) -> None:
        """Begin anew with what stands in the files."""
        self.corrections = find_corrections(self.article)
        if before:
            self.steps.append(before._replace(after=self._now("").corrections))
        same = self.result.codebook == self.codebook
        self._start(
            self.result.corrected_by(self.corrections)
            if same
            else analyse(self.article, self.codebook, self.corrections, keep=True)
        )

    def _save(self, book: Codebook) -> None:
        """Write the codebook beside the article, unless its file was changed since."""
        path = codebook_path(self.source)
        there = path.read_bytes() if path.is_file() else None
        if there != self._known:
            raise ChangedElsewhere(
                f"{path.name} was changed outside this page since it was read here, so "
                f"it was not written over: choose “Read the file again”, then make the "
                f"change once more"
            )
        data = codebook_text(book).encode("utf-8")
        write_whole(path, data)
        self._known = data


def rename(correction: Correction, renamed: dict[str, str]) -> Correction:
    """A correction that calls actors by their new ids.

    >>> wrong = Correction("missing", 0, 1, "A", "", "court>company:for")
    >>> rename(wrong, {"company": "platform"}).becomes
    'court>platform:for'
    """
    if correction.what == "kind":
        return correction
    was, becomes = (
        _renamed(words, renamed) for words in (correction.was, correction.becomes)
    )
    return correction._replace(was=was, becomes=becomes)


def _renamed(words: str, renamed: dict[str, str]) -> str:
    pair, colon, side = words.partition(":")
    ids: Iterable[str] = (renamed.get(id, id) for id in pair.split(">"))
    return ">".join(ids) + colon + side
