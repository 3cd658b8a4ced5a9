"""All stages on one article: `analyse`, its tables, and what a run writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.articles import Article
from analysis.articles.paragraphs import CORRECTED
from analysis.codebook import Codebook, pack_codebook, unpack_codebook
from analysis.corrections import (
    Correction,
    applied,
    correct_kinds,
    correct_stances,
    find_corrections,
    notes_of,
    place_corrections,
    read_corrections,
    said_of,
)
from analysis.folders import Store
from analysis.framing import Frame, find_frames, read_framing
from analysis.mentions import Mention, find_referents
from analysis.mentions.said import Said
from analysis.mentions.voices import count_words, find_positions, find_voices
from analysis.quotes import Quote, find_quotes
from analysis.stance import (
    PERSON,
    Evidence,
    Framing,
    Part,
    Phrase,
    Stance,
    StanceReader,
)
from analysis.stance.tone import tone_textblob, tone_vader
from analysis.tables import to_table
from analysis.tokens import Structure, find_sentences, read_structure, tag_tokens

if TYPE_CHECKING:
    import pandas as pd


class ParagraphRow(NamedTuple):
    """A row of the table ``paragraphs``."""

    paragraph: int
    start: int
    end: int
    kind: str
    reason: str
    voice: str
    words: int
    position: float | None
    tone_textblob: float | None
    tone_vader: float | None
    text: str
    corrected: bool | None = None


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

    @property
    def _said(self) -> Said:
        """What corrections say of mentions and speakers."""
        return said_of(self._placed.rows)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What to know of the reading of the article, and of its corrections."""
        return (*self.article.notes, *notes_of(self._placed, self.quote_rows))

    @property
    def corrected(self) -> int:
        """How many corrections were applied."""
        return len(applied(self._placed, self.quote_rows))

    @cached_property
    def structure(self) -> Structure:
        """Paragraphs, sentences and tokens as rows."""
        text = self.article.text
        known: Iterable[Any] = ()
        if self.keep:
            known = self._kept("sentences", lambda: find_sentences(text))
        return read_structure(text, self.article.kinds, (s[:4] for s in known))

    def _kept(self, name: str, find: Callable[[], list]) -> list:
        """What hangs on the text alone, as it was kept or found now.

        To find it loads NLTK, which takes longer than all else that is left to do.
        """
        if not self.keep:
            return find()
        store = Store("text", self.article.text)
        found = store.get(name)
        if found is None:
            store.put(name, found := find())
        return found

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

    def _evidence_of(self, rows: Iterable[Stance]) -> list[Evidence]:
        """The model's evidence; what a person set has none."""
        explain = self.reader.explain
        return [e for s in rows if s.scorer != PERSON for e in explain(*s[:3])]

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

    @cached_property
    def paragraphs(self) -> pd.DataFrame:
        """A row a paragraph, with its kind, voice, position and tone."""
        rows = paragraph_rows(self.structure, self.quote_rows, tone=False)
        tones = self._kept("tones", lambda: [_find_tones(row.text) for row in rows])
        toned = (
            row._replace(tone_textblob=blob, tone_vader=vader)
            for row, (blob, vader) in zip(rows, tones, strict=True)
        )
        return self._table(toned, "paragraphs")

    @cached_property
    def sentences(self) -> pd.DataFrame:
        """A row a sentence."""
        return self._table(self.structure.sentences, "sentences")

    @cached_property
    def tokens(self) -> pd.DataFrame:
        """A row a token, with its part of speech."""
        table = self._table(self.structure.tokens, "tokens")
        tags = tag_tokens(self.structure.tokens)
        table.loc[:, "tag"] = tags
        return table

    @cached_property
    def mentions(self) -> pd.DataFrame:
        """A row a reference to an actor."""
        return self._table(self.mention_rows, "mentions")

    @cached_property
    def quotes(self) -> pd.DataFrame:
        """A row a quotation's part in one paragraph."""
        return self._table(self.quote_rows, "quotes")

    @cached_property
    def stance(self) -> pd.DataFrame:
        """A row a holder and target in a paragraph."""
        return self._table(self.stance_rows, "stance")

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """A row a phrase that moved a score."""
        return self._table(self.evidence_rows, "evidence")

    def evidence_in(self, paragraphs: Iterable[int]) -> pd.DataFrame:
        """The rows of ``evidence`` of some paragraphs, worked out for them alone."""
        wanted = {*paragraphs}
        rows = (row for row in self.stance_rows if row.paragraph in wanted)
        return self._table(self._evidence_of(rows), "evidence")

    @cached_property
    def framing(self) -> pd.DataFrame:
        """A row a frame of a paragraph, and one for each actor that it frames."""
        return self._table(self.framing_rows, "framing")

    @cached_property
    def parts(self) -> pd.DataFrame:
        """A row an actor that plays a narrative part in a paragraph."""
        return self._table(self.part_rows, "parts")

    @cached_property
    def frames(self) -> pd.DataFrame:
        """A row a word or phrase that indicates a frame."""
        return self._table(self.frame_rows, "frames")

    def _table(self, rows: Iterable[NamedTuple], name: str) -> pd.DataFrame:
        return to_table(rows, name, self.article.name)

    @property
    def labels(self) -> dict[str, str]:
        """What to call each actor."""
        return {actor.id: actor.label for actor in self.codebook.actors}

    def curves(self, actors: Iterable[str]) -> dict[str, pd.DataFrame]:
        """The smoothed stance toward each actor with its band.

        Parameters
        ----------
        actors : iterable of str
            Actor ids.

        Returns
        -------
        dict of str to pandas.DataFrame
            As `analysis.trajectory.band` gives it; actors without stance are left
            out.
        """
        from analysis.trajectory import band, stance_toward

        points = {a: stance_toward(self.stance, self.paragraphs, a) for a in actors}
        return {actor: band(p) for actor, p in points.items() if len(p)}

    def explain(self, paragraph: int, holder: str, target: str) -> pd.DataFrame:
        """The phrases behind one score, strongest first.

        Parameters
        ----------
        paragraph : int
            Number of the paragraph.
        holder, target : str
            Ids as in the table ``stance``.

        Returns
        -------
        pandas.DataFrame
            start, end, text, weight; the weights, the baseline among them (the
            row without a span), sum to the row's score. No rows where a person set
            the stance: the model has no evidence for it.

        Raises
        ------
        KeyError
            If there is no such row of stance; the message lists the paragraph's.

        Examples
        --------
        >>> from analysis import analyse, read_article, read_codebook
        >>> a = read_article("data/articles/grok-deepfakes.txt")
        >>> book = read_codebook("data/codebooks/uk-online-safety.yml")
        >>> r = analyse(a, book)
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
        """The phrases behind a frame, strongest first.

        Parameters
        ----------
        paragraph : int
            Number of the paragraph.
        frame : str
            One of the frames that the model reads (a codebook's own are words alone:
            they stand in ``frames``).
        actor : str, optional
            The actor that is framed so; without one, the paragraph.

        Returns
        -------
        pandas.DataFrame
            start, end, text, weight; the weights, the baseline among them (the
            row without a span), sum to the row's probability.

        Raises
        ------
        KeyError
            If there is no such row of framing; the message lists the paragraph's.

        Examples
        --------
        >>> from analysis import analyse, read_article, read_codebook
        >>> a = read_article("data/articles/grok-deepfakes.txt")
        >>> r = analyse(a, read_codebook("data/codebooks/uk-online-safety.yml"))
        >>> row = next(f for f in r.framing_rows if f.paragraph == 9)
        >>> e = r.explain_frame(9, row.frame, row.actor)
        >>> bool(abs(e.weight.sum() - row.probability) < 1e-6)
        True
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

        Parameters
        ----------
        paragraph : int
            Number of the paragraph.
        actor : str
            An actor's id.

        Returns
        -------
        pandas.DataFrame
            As `explain_frame` gives it; the weights sum to the row's probability.

        Raises
        ------
        KeyError
            If the actor plays no part there; the message lists who does.
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

        Parameters
        ----------
        folder : str or Path
            Where the article's own folder goes.
        article_text : bool
            False leaves the article's text out of the report but for the quoted
            evidence (copyright).

        Returns
        -------
        Path
            The article's folder.
        """
        from analysis.export import write_analysis

        return write_analysis(self, Path(folder) / self.article.name, article_text)


def _strongest(phrases: Iterable[Phrase]) -> pd.DataFrame:
    """Weighted phrases, strongest first, as text with its span."""
    rows = to_table([Evidence(0, "", "", *phrase) for phrase in phrases], "evidence")
    order = rows["weight"].abs().sort_values(ascending=False).index
    return rows.loc[order, [*Phrase._fields]].reset_index(drop=True)


def _find_tones(text: str) -> tuple[float | None, float | None]:
    return tone_textblob(text), tone_vader(text)


def paragraph_rows(
    structure: Structure, quotes: Sequence[Quote], tone: bool = True
) -> list[ParagraphRow]:
    """Rows of the table ``paragraphs``.

    Parameters
    ----------
    structure : Structure
        The article, split.
    quotes : sequence of Quote
        With their actors.
    tone : bool
        Whether to ask TextBlob and VADER, which cost more than all else.

    Returns
    -------
    list of ParagraphRow

    Examples
    --------
    >>> from analysis.tokens import read_structure
    >>> row, = paragraph_rows(read_structure("It waits."), [], tone=False)
    >>> row.voice, row.words, row.tone_vader
    ('narrator', 2, None)
    """
    words = count_words(structure)
    voices, places = find_voices(structure, quotes), find_positions(words)
    return [
        ParagraphRow(
            *p[:5],
            voice,
            n,
            place,
            *(_find_tones(p.text) if tone else (None, None)),
            p.text,
            p.reason == CORRECTED or None,
        )
        for p, voice, n, place in zip(
            structure.paragraphs, voices, words, places, strict=True
        )
    ]


def analyse(
    article: Article,
    codebook: Codebook | None = None,
    corrections: str | Path | Iterable[Correction] | None = None,
    keep: bool = False,
) -> Analysis:
    """Analyse one article.

    Parameters
    ----------
    article : Article
        From `read_article`.
    codebook : Codebook, optional
        From `read_codebook`; without one, the known codebooks that fit the
        article, and a draft for the rest.
    corrections : str, Path or iterable of Correction, optional
        What a person put right, or its file; by default the file beside the article
        (`analysis.corrections`), ``[]`` for none. They are applied before what hangs
        on them, and the rows that they change are marked ``corrected``.
    keep : bool
        Whether what takes long is kept in the user's cache folder, so that the same
        article is there at once another time (`analysis.folders`).

    Returns
    -------
    Analysis
        Its attributes are the tables, each built when first asked for.

    Raises
    ------
    FileNotFoundError
        If the file of corrections that is named is not there.
    CorrectionError
        If it cannot be read; the message names row, column and remedy.

    Examples
    --------
    >>> from analysis import analyse, read_article, read_codebook
    >>> a = read_article("data/articles/grok-deepfakes.txt")
    >>> r = analyse(a, read_codebook("data/codebooks/uk-online-safety.yml"))
    >>> len(r.paragraphs)
    38
    """
    given = _given(article, corrections)
    if codebook is None:
        placed = place_corrections(given, article.text)
        codebook = _chosen(correct_kinds(article, placed.rows), keep)
    return Analysis(article, codebook, given, keep)


def _chosen(article: Article, keep: bool) -> Codebook:
    """The codebook of an article that comes without one."""
    from analysis.drafting import choose_codebook

    if not keep:
        return choose_codebook(article)
    store = _codebook_store(article)
    codebook = unpack_codebook(store.get("codebook"))
    if codebook is None:
        codebook = choose_codebook(article)
        store.put("codebook", pack_codebook(codebook))
    return codebook


def _given(
    article: Article, corrections: str | Path | Iterable[Correction] | None
) -> list[Correction]:
    """The corrections that are meant."""
    if corrections is None:
        return find_corrections(article)
    if not isinstance(corrections, str | Path):
        return [*corrections]
    if not Path(corrections).is_file():
        raise FileNotFoundError(f"no corrections at {corrections}; check the path")
    return read_corrections(corrections)


def _codebook_store(article: Article) -> Store:
    from analysis.drafting import KNOWN

    known = [path.read_bytes() for path in sorted(KNOWN.glob("*.yml"))]
    return Store("codebook", article, known)


def is_kept(article: Article, codebook: Codebook | None = None) -> bool:
    """Whether what takes long was kept of an article that is not corrected.

    >>> is_kept(Article("Never read.", "", "", "a"), Codebook())
    False
    """
    if codebook is None:
        codebook = unpack_codebook(_codebook_store(article).get("codebook"))
    if codebook is None:
        return False
    result = Analysis(article, codebook, keep=True)
    store, rows = result.reader.store, result.structure.paragraphs
    last = [p.paragraph for p in rows if p.kind != "prompt"][-1:]
    return bool(store and last and store.get(str(last[0])) is not None)
