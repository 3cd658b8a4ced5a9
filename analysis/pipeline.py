"""All stages on one article: `analyse`, its tables, and what a run writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analysis.articles import Article
from analysis.codebook import Codebook
from analysis.corrections import (
    Correction,
    applied,
    correct_kinds,
    correct_stances,
    given_corrections,
    notes_of,
    place_corrections,
    said_of,
)
from analysis.drafting import chosen_codebook, kept_codebook
from analysis.folders import Store, recall
from analysis.framing import Frame, find_frames, read_framing
from analysis.mentions import Mention, find_referents
from analysis.mentions.said import Said
from analysis.mentions.voices import ParagraphRow, voiced_paragraphs
from analysis.quotes import Quote, find_quotes
from analysis.stance import (
    PERSON,
    Evidence,
    Framing,
    Part,
    Phrase,
    Stance,
    StanceReader,
    find_tones,
)
from analysis.tables import to_table
from analysis.tokens import Structure, find_sentences, read_structure, tag_tokens

if TYPE_CHECKING:
    import pandas as pd


def _made_of(
    name: str, rows: Callable[[Analysis], Iterable[NamedTuple]]
) -> cached_property[pd.DataFrame]:
    """A table of an analysis that is made of these rows when it is first asked for."""
    return cached_property(lambda self: self.table(name, rows(self)))


class Analysis:
    """What was found in one article: ten tables, each built when first asked for.

    Attributes
    ----------
    article : Article
        The article; ``article.text`` is what every span points into.
    codebook : Codebook
        The codebook used.
    corrections : tuple of Correction
        What a person put right, as given; ``notes`` says what became of it.
    paragraphs, sentences, tokens, mentions, quotes, stance, evidence, framing, parts,
    frames
        The tables, pandas DataFrames with the columns of
        ``analysis/resources/columns.csv``.
    """

    def __init__(
        self,
        article: Article,
        codebook: Codebook,
        corrections: Iterable[Correction] = (),
        keep: bool = False,
    ) -> None:
        """Hold what to analyse; nothing runs yet."""
        self.keep = keep
        self.codebook, self.corrections = codebook, tuple(corrections)
        self._read = article
        self._placed = place_corrections(self.corrections, article.text, codebook)
        self.article = correct_kinds(article, self._placed.rows)

    @property
    def _said(self) -> Said:
        """What corrections say of mentions and speakers."""
        return said_of(self._placed.rows)

    @property
    def _texts(self) -> Store | None:
        """Where is kept what hangs on the text alone: to find it loads all of NLTK."""
        return Store("text", self.article.text) if self.keep else None

    @cached_property
    def structure(self) -> Structure:
        """Paragraphs, sentences and tokens as rows."""
        text, kinds = self.article.text, self.article.kinds
        if not self.keep:
            return read_structure(text, kinds)
        known = recall(self._texts, "sentences", lambda: find_sentences(text))
        return read_structure(text, kinds, (s[:4] for s in known))

    @cached_property
    def _referents(self) -> tuple[list[Mention], list[Quote]]:
        quotes = find_quotes(self.article.text, self.structure)
        return find_referents(self.structure, self.codebook, quotes, self._said)

    @property
    def mention_rows(self) -> list[Mention]:
        """Rows of the table ``mentions``."""
        return self._referents[0]

    @property
    def quote_rows(self) -> list[Quote]:
        """Rows of the table ``quotes``."""
        return self._referents[1]

    def paragraph_rows(self, tone: bool = True) -> list[ParagraphRow]:
        """Rows of the table ``paragraphs``; their tone costs more than all else."""
        rows = voiced_paragraphs(self.structure, self.quote_rows)
        if not tone:
            return rows
        tones = recall(self._texts, "tones", lambda: [find_tones(p.text) for p in rows])
        return [p.toned(*both) for p, both in zip(rows, tones, strict=True)]

    @cached_property
    def reader(self) -> StanceReader:
        """What reads the stance of each paragraph, and gives its evidence."""
        article = self.article
        hangs_on = article.text, article.kinds, self.codebook.actors, self._said
        store = Store("reading", *hangs_on) if self.keep else None
        return StanceReader(self.structure, self.codebook, *self._referents, store)

    @cached_property
    def stance_rows(self) -> list[Stance]:
        """Rows of the table ``stance``."""
        read, placed = self.reader.rows(), self._placed.rows
        return correct_stances(read, placed, self.structure, self.mention_rows)

    @cached_property
    def evidence_rows(self) -> list[Evidence]:
        """Rows of the table ``evidence``; for all stances at once it takes a while."""
        return self._evidence_of(self.stance_rows)

    @cached_property
    def framing_rows(self) -> list[Framing]:
        """Rows of the table ``framing``."""
        return read_framing(self.reader, self.codebook)

    @cached_property
    def part_rows(self) -> list[Part]:
        """Rows of the table ``parts``."""
        return self.reader.parts()

    @cached_property
    def frame_rows(self) -> list[Frame]:
        """Rows of the table ``frames``."""
        return find_frames(self.article.text, self.codebook, self.structure)

    paragraphs = _made_of("paragraphs", paragraph_rows)
    sentences = _made_of("sentences", lambda self: self.structure.sentences)
    mentions = _made_of("mentions", lambda self: self.mention_rows)
    quotes = _made_of("quotes", lambda self: self.quote_rows)
    stance = _made_of("stance", lambda self: self.stance_rows)
    evidence = _made_of("evidence", lambda self: self.evidence_rows)
    framing = _made_of("framing", lambda self: self.framing_rows)
    parts = _made_of("parts", lambda self: self.part_rows)
    frames = _made_of("frames", lambda self: self.frame_rows)

    @cached_property
    def tokens(self) -> pd.DataFrame:
        """A row a token, with its part of speech."""
        table = self.table("tokens", self.structure.tokens)
        table.loc[:, "tag"] = tag_tokens(self.structure.tokens)
        return table

    def table(self, name: str, rows: Iterable[NamedTuple]) -> pd.DataFrame:
        """Rows as a table of this article."""
        return to_table(rows, name, self.article.name)

    def evidence_in(self, paragraphs: Iterable[int]) -> pd.DataFrame:
        """The rows of ``evidence`` of some paragraphs, worked out for them alone."""
        wanted = {*paragraphs}
        rows = (row for row in self.stance_rows if row.paragraph in wanted)
        return self.table("evidence", self._evidence_of(rows))

    @cached_property
    def machine(self) -> Analysis:
        """The same analysis without a person's corrections."""
        if not self.corrections:
            return self
        return Analysis(self._read, self.codebook, keep=self.keep)

    def corrected_by(self, corrections: Iterable[Correction]) -> Analysis:
        """The same with other corrections; what they leave as it is stays read.

        Where stances alone were corrected, the model need not read again.
        """
        new = Analysis(self._read, self.codebook, corrections, self.keep)
        if new.article == self.article and new._said == self._said:
            kept = ("structure", "_referents", "reader")
            vars(new).update({k: v for k, v in vars(self).items() if k in kept})
        return new

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What to know of the reading of the article, and of its corrections."""
        return (*self.article.notes, *notes_of(self._placed, self.quote_rows))

    @property
    def corrected(self) -> int:
        """How many corrections were applied."""
        return len(applied(self._placed, self.quote_rows))

    @property
    def labels(self) -> dict[str, str]:
        """What to call each actor."""
        return {actor.id: actor.label for actor in self.codebook.actors}

    def curves(self, actors: Iterable[str]) -> dict[str, pd.DataFrame]:
        """The smoothed stance toward each actor with its band (`trajectory.band`).

        Actors without stance are left out.
        """
        from analysis.trajectory import band, stance_toward  # SciPy takes its time

        points = {a: stance_toward(self.stance, self.paragraphs, a) for a in actors}
        return {actor: band(p) for actor, p in points.items() if len(p)}

    def _evidence_of(self, rows: Iterable[Stance]) -> list[Evidence]:
        """The model's evidence; what a person set has none."""
        explain = self.reader.explain
        return [e for s in rows if s.scorer != PERSON for e in explain(*s[:3])]

    def explain(self, paragraph: int, holder: str, target: str) -> pd.DataFrame:
        """The phrases behind one score, strongest first.

        `paragraph`, `holder`, `target`: as in the row of ``stance``.

        Gives start, end, text, weight; the weights, the baseline among them (the row
        without a span), sum to the row's score. No rows where a person set the stance:
        the model has no evidence for it. Raises KeyError if there is no such row of
        stance; the message lists the paragraph's.

        >>> from analysis import read_article, read_codebook
        >>> a = read_article("data/articles/grok-deepfakes.txt")
        >>> r = analyse(a, read_codebook("data/codebooks/uk-online-safety.yml"))
        >>> row = r.reader.read(7)[0]
        >>> e = r.explain(7, row.holder, row.target)
        >>> bool(abs(e.weight.sum() - row.score) < 1e-6)
        True
        """
        here = [row for row in self.stance_rows if row.paragraph == paragraph]
        found = [row for row in here if row[1:3] == (holder, target)]
        if not found:
            pairs = ", ".join(f"{row.holder} → {row.target}" for row in here)
            raise KeyError(
                f"no stance of {holder} toward {target} in paragraph {paragraph}; "
                f"there: {pairs or 'none'}"
            )
        return _strongest(Phrase(*e[3:]) for e in self._evidence_of(found))

    def explain_frame(
        self, paragraph: int, frame: str, actor: str | None = None
    ) -> pd.DataFrame:
        """The phrases behind a frame of a paragraph or, if named, of an actor in it.

        As `explain` gives them; the weights sum to the probability in ``framing``. A
        codebook's own frames are words alone: they stand in ``frames``. A KeyError
        lists the paragraph's frames where it has no such one.
        """
        here = [f for f in self.framing_rows if f[0] == paragraph and f.probability]
        if (frame, actor) not in [f[1:3] for f in here]:
            known = ", ".join(f"{f.frame} of {f.actor or 'the text'}" for f in here)
            raise KeyError(
                f"paragraph {paragraph} has no frame {frame} of {actor or 'the text'} "
                f"that the model reads; there: {known or 'none'}"
            )
        return _strongest(self.reader.explain_frame(paragraph, frame, actor))

    def explain_part(self, paragraph: int, actor: str) -> pd.DataFrame:
        """The phrases behind the part that an actor plays, strongest first.

        As `explain_frame` gives them; a KeyError lists who plays a part there if the
        actor plays none.
        """
        here = {p.actor: p.part for p in self.part_rows if p[0] == paragraph}
        if actor not in here:
            known = ", ".join(f"{who}: {part}" for who, part in here.items())
            raise KeyError(
                f"{actor} plays no part in paragraph {paragraph}; there: "
                f"{known or 'none'}"
            )
        return _strongest(self.reader.explain_frame(paragraph, here[actor], actor))

    def write(self, folder: str | Path, article_text: bool = True) -> Path:
        """Write tables, charts, report and run record to ``folder/<article>/``.

        Without `article_text` the report leaves the text out but for the quoted
        evidence (copyright). Gives the article's folder.
        """
        from analysis.export import write_analysis  # it is handed the analysis

        return write_analysis(self, Path(folder) / self.article.name, article_text)


def _strongest(phrases: Iterable[Phrase]) -> pd.DataFrame:
    """Weighted phrases, strongest first, as text with its span."""
    rows = to_table([Evidence(0, "", "", *phrase) for phrase in phrases], "evidence")
    order = rows["weight"].abs().sort_values(ascending=False).index
    return rows.loc[order, [*Phrase._fields]].reset_index(drop=True)


def analyse(
    article: Article,
    codebook: Codebook | None = None,
    corrections: str | Path | Iterable[Correction] | None = None,
    keep: bool = False,
) -> Analysis:
    """Analyse one article.

    Its attributes are the tables, each built when first asked for. Raises
    FileNotFoundError if the file of corrections that is named is not there;
    CorrectionError if it cannot be read; the message names row, column and remedy.

    Parameters
    ----------
    codebook : Codebook, optional
        From `read_codebook`; without one, the known codebooks that fit the article, and
        a draft for the rest.
    corrections : str, Path or iterable of Correction, optional
        What a person put right, or its file; by default the file beside the article
        (`analysis.corrections`), ``[]`` for none. They are applied before what hangs on
        them, and the rows that they change are marked ``corrected``.
    keep : bool
        Whether what takes long is kept in the user's cache folder, so that the same
        article is there at once another time (`analysis.folders`).

    Examples
    --------
    >>> from analysis import analyse, read_article, read_codebook
    >>> a = read_article("data/articles/grok-deepfakes.txt")
    >>> r = analyse(a, read_codebook("data/codebooks/uk-online-safety.yml"))
    >>> len(r.paragraphs)
    38
    """
    given = given_corrections(article, corrections)
    if codebook is None:
        placed = place_corrections(given, article.text)
        corrected = correct_kinds(article, placed.rows)
        codebook = chosen_codebook(corrected, keep)
    return Analysis(article, codebook, given, keep)


def is_kept(article: Article, codebook: Codebook | None = None) -> bool:
    """Whether what takes long was kept of an article that is not corrected.

    >>> is_kept(Article("Never read.", "", "", "a"), Codebook())
    False
    """
    codebook = codebook or kept_codebook(article)
    return bool(codebook and Analysis(article, codebook, keep=True).reader.is_kept)
