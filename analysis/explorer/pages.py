"""The pages of the explorer as HTML; their templates stand in ``resources/explorer``.

The environment escapes every value, in text and in attributes.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.agreement import unseen
from analysis.articles.formats import known_suffixes
from analysis.articles.paragraphs import KINDS
from analysis.charts.colours import colour, name
from analysis.charts.style import alt_text, body_of, signed, svg_text
from analysis.corrections import codebook_path
from analysis.explorer import rows
from analysis.explorer.session import Session
from analysis.findings import answers
from analysis.notebooks.choice import Entry
from analysis.reading import key
from analysis.reading.contents import Section, said_once
from analysis.tables import RESOURCES, in_words, meaning, read_resource

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.pipeline import Analysis

TABS = (  # id, its words
    ("choose", "1 Article"),
    ("paragraphs", "2 Paragraphs"),
    ("actors", "3 Actors"),
    ("findings", "4 Findings"),
    ("text", "5 Text"),
    ("compare", "Compare"),
    ("words", "Words"),
)
OTHERS = {
    "other": "somebody else",
    "narrator": "the reporter (narrator)",
    "unknown": "unknown",
    "none": "nobody",
}
NOTEBOOKS = (
    ("1_read_an_article.ipynb", "1 What is in this article?"),
    ("2_who_is_named_and_who_speaks.ipynb", "2 Who is named, and who gets to speak?"),
    ("3_who_takes_which_stance.ipynb", "3 Who takes which stance toward whom?"),
    ("4_how_the_framing_changes.ipynb", "4 How does the framing change?"),
    ("5_how_articles_differ.ipynb", "5 How do articles differ?"),
    ("6_how_far_to_trust_it.ipynb", "6 How far can this be trusted?"),
)
WIDEST_FIELD = 8  # lines of a field that holds a list


class Pages:
    """Templates filled with what a session holds."""

    def __init__(self, session: Session) -> None:
        """Keep the session that is shown."""
        self.session = session
        self._labels: Mapping[str, str] = {}

    @cached_property
    def _templates(self) -> Environment:
        folder = FileSystemLoader(RESOURCES / "explorer")
        found = Environment(
            loader=folder,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        found.filters |= {
            "colour": lambda actor: colour(actor or "unknown"),
            "label": lambda actor: self.label(actor),
            "plain": in_words,
            "meaning": lambda term: meaning(term) or "",
            "rows": lambda words: min(WIDEST_FIELD, words.count("\n") + 1),
        }
        return found

    def label(self, actor: str) -> str:
        """What to call an actor, or whoever is none.

        >>> Pages(Session()).label("other")
        'somebody else'
        """
        return OTHERS.get(actor) or name(actor, self._labels)

    def _render(self, template: str, **values: Any) -> str:
        result = self.session.result
        self._labels = values.pop("labels", result.labels if result else {})
        return self._templates.get_template(template).render(s=self.session, **values)

    def shell(self) -> str:
        """The frame that all pages stand in."""
        return self._render("shell.html", tabs=TABS)

    def head(self, exported: Mapping[str, Any] | None = None) -> str:
        """What is open and what can be done with it."""
        return self._render("head.html", about=self._about(), exported=exported)

    def _about(self) -> str:
        s = self.session
        if s.result is None:
            return ""
        kinds = [p.kind for p in s.result.structure.paragraphs]
        n = f"{len(kinds)} paragraphs, {kinds.count('body')} of them article text"
        where = [s.article.outlet, s.article.date, n]
        corrected = s.result.corrected
        where.append(f"{corrected} corrected" if corrected else "nothing corrected")
        return " · ".join(part for part in where if part)

    def notice(self, error: str = "", reread: bool = False) -> str:
        """One red box with what went wrong and what to do; empty for no error."""
        return self._render("notice.html", error=error, reread=reread)

    def choose(self, shelf: Sequence[Entry], own: Path) -> str:
        """The articles to choose from, and ways to bring one."""
        by_folder = groupby(shelf, key=lambda e: e.folder)
        return self._render(
            "choose.html",
            shelf=[(folder, list(entries)) for folder, entries in by_folder],
            own=own.as_posix(),
            mine=own.name,
            suffixes=",".join(sorted(known_suffixes())),
        )

    def paragraphs(self) -> str:
        """The paragraphs with their kinds as choices."""
        found = rows.paragraph_rows(self.session)
        return self._render("paragraphs.html", rows=found, kinds=KINDS)

    def actors(self) -> str:
        """The actors as a table to edit."""
        s = self.session
        path = codebook_path(s.source) if s.result else Path()
        there = path.is_file()
        kept = "Kept" if there else "The first change is kept"
        return self._render(
            "actors.html",
            actors=rows.actor_rows(s),
            roles=[(r["role"], r["label"]) for r in read_resource("roles.csv")],
            actor_options=[(a.id, a.label) for a in s.codebook.actors],
            kept=f"{kept} in {path.name}, beside the text.",
            drafted=not there and any(a.reason for a in s.codebook.actors),
        )

    def findings(self) -> str:
        """Short answers, the score sheet, who stands how toward whom."""
        s = self.session
        if not s.was_read:
            return self._render("findings.html")
        found = said_once(
            [
                Section("Who stands how toward whom", answers.of_stances(s.result)),
                Section("Who is named, and who speaks", answers.of_voices(s.result)),
                Section("What is in the article", answers.of_contents(s.result)),
            ]
        )
        sheet, grid = self._sheet(s.result), rows.matrix(s.result)
        values = {"answers": found, "sheet": sheet, "matrix": grid}
        return self._render("findings.html", sure=unseen(), **values)

    def text(self) -> str:
        """The whole article, marked, with its marks in words."""
        s = self.session
        if not s.was_read:
            return self._render("text.html", rows=[])
        actors = [*s.result.mentions["actor"], *s.result.quotes["actor"]]
        top = Markup(key(actors, {**OTHERS, **s.result.labels}))
        return self._render("text.html", rows=rows.marked_rows(s), key=top)

    def passage(
        self, numbers: Sequence[int], pair: str = "", many: bool = False
    ) -> str:
        """The opened paragraphs, with a way to correct all that was found there."""
        s = self.session
        own = [(a.id, a.label) for a in s.codebook.actors]
        other = ("other", OTHERS["other"])
        found = [rows.passage_row(s, n, pair) for n in numbers]
        self._labels = s.result.labels
        for row in found:
            row["voice"] = self.label(row["voice"])
        return self._render(
            "passage.html",
            passages=found,
            pair=many,
            last=len(s.result.structure.paragraphs) - 1,
            read=s.was_read,
            kinds=KINDS,
            targets=own,
            holders=[*own, ("narrator", OTHERS["narrator"]), other],
            speakers=[("unknown", "unknown"), *own, other],
            mentioned=[*own, ("none", "nobody (not a mention)")],
        )

    def compare(
        self, shelf: Sequence[Entry], found: Mapping[str, Analysis] | None = None
    ) -> str:
        """Several articles beside each other."""
        found = found or {}
        return self._render(
            "compare.html",
            shelf=shelf,
            chosen=set(found),
            articles=[self._beside(result) for result in found.values()],
        )

    def _beside(self, result: Analysis) -> dict[str, Any]:
        grid = rows.matrix(result)
        body = int((result.paragraphs["kind"] == "body").sum())
        return {
            "title": result.article.title,
            "about": f"{body} paragraphs of article text",
            "sheet": self._sheet(result),
            "counts": Markup(
                self._render("counts.html", matrix=grid, labels=result.labels)
            ),
        }

    def words(self) -> str:
        """The glossary, and where to read on."""
        found = read_resource("glossary.csv")
        return self._render("words.html", glossary=found, notebooks=NOTEBOOKS)

    def _sheet(self, result: Analysis) -> dict[str, Any]:
        """The score sheet as a picture, and where its points are."""
        import matplotlib.pyplot as plt

        from analysis.charts.sheets import score_sheet
        from analysis.export import main_actors

        actors = main_actors(result.mentions)
        figure = score_sheet(
            result.paragraphs,
            result.mentions,
            result.stance,
            actors,
            result.curves(actors),
            result.labels,
        )
        svg = b64encode(svg_text(figure).encode()).decode()
        points = list(self._points(figure, result, actors))
        plt.close(figure)
        source = f"data:image/svg+xml;base64,{svg}"
        return {"src": source, "alt": alt_text(figure), "points": points}

    def _points(self, figure: Figure, result: Analysis, actors: Sequence[str]) -> Any:
        """Each stance of the sheet: where it stands in %, and in words."""
        self._labels = result.labels
        stance = body_of(result.stance, result.paragraphs).dropna(subset="score")
        for ax, actor in zip(figure.axes[1:], actors, strict=True):
            own = stance[stance["target"] == actor]
            for x in own.sort_values("paragraph").itertuples():
                place = ax.transData.transform((float(x.at), float(x.score)))
                left, up = figure.transFigure.inverted().transform(place)
                side = rows.SIDES[x.direction]
                yield {
                    **{"left": f"{100 * left:.2f}", "top": f"{100 * (1 - up):.2f}"},
                    **{"paragraph": x.paragraph, "holder": x.holder, "target": actor},
                    "words": f"paragraph {x.paragraph}: {self.label(x.holder)} "
                    f"{side} {self.label(actor)}, {signed(x.score)}",
                }
