"""The explorer: read an article, look at its framing and correct it, without code.

`session` holds what a person chose and corrected, `rows` and `pages` show it, `actors`
edits who is who. The screen is ``explorer.js`` and
``explorer.css`` in ``resources``: it shows what comes from here and says what was
chosen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from analysis.articles import is_address
from analysis.explorer import actors
from analysis.explorer.pages import TABS, Pages
from analysis.explorer.session import ChangedElsewhere, Session
from analysis.notebooks import choice
from analysis.notebooks.choice import remember
from analysis.pipeline import Analysis
from analysis.tables import RESOURCES

DATA, OUT = "../data", "../output"  # beside the folder of notebooks
MINE = "private"  # folder of a person's own articles, which git ignores
REPORT = (
    ("report.html", "report"),
    ("report.docx", "report for Word"),
    ("tables.xlsx", "tables for a spreadsheet"),
)


def _field() -> Any:
    return traitlets.Unicode().tag(sync=True)


class Explorer(anywidget.AnyWidget):
    """One article on the screen; all that is shown is made here.

    A page is made when it is looked at.
    """

    _esm = RESOURCES / "explorer.js"
    _css = RESOURCES / "explorer.css"
    shell, head, notice, passage = _field(), _field(), _field(), _field()
    choose, paragraphs, actors, findings = _field(), _field(), _field(), _field()
    text, compare, words = _field(), _field(), _field()
    tab = traitlets.Unicode("choose").tag(sync=True)
    told = traitlets.Dict({"n": 0}).tag(sync=True)  # comes after the pages before it

    def __init__(self, data: str | Path = DATA, out: str | Path = OUT) -> None:
        """Open what was chosen last."""
        super().__init__()
        self.data, self.out = Path(data), Path(out)
        self.session = Session()
        self.pages = Pages(self.session)
        self._opened: tuple[list[int], str, bool] | None = None
        self._exported: Mapping[str, Any] | None = None
        self._compared: dict[str, Analysis] = {}
        self._stale = {id for id, _ in TABS}
        self.shell = self.pages.shell()
        self.on_msg(self._answer)
        self.observe(self._look_at, "tab")
        self._try(self._open_first)

    def _open_first(self) -> None:
        last, entries = choice.chosen(), self._shelf()
        if is_address(last.article):  # saved: corrections stand beside it
            self.do_keep_page({"url": last.article})
            return
        there = Path(last.article).resolve()
        known = [e.source for e in entries if Path(e.source).resolve() == there]
        if known or choice.is_there(last.article):
            self.session.choose(*known[:1] or [last.article], last.codebook)
        elif entries:
            self.session.choose(entries[0].source)

    def _shelf(self) -> list[choice.Entry]:
        return choice.list_articles([self.data / "articles", self.data / MINE])

    def _answer(self, _: object, said: Mapping[str, Any], buffers: list) -> None:
        """Do what was chosen on the screen; every ``do_`` below is such a choice."""
        values = dict(said.get("values") or {})
        if buffers:
            values["data"] = bytes(buffers[0])
        action = getattr(self, f"do_{said.get('do')}", None)
        if action is not None:
            self._try(lambda: action(values))
        self._tell(done=True)

    def _look_at(self, _: object) -> None:
        self._try(lambda: None)
        self._tell(done=True)

    def _tell(self, **said: object) -> None:
        """Tell the screen what to do: where to go, what to say, that all is done."""
        self.told = {**said, "n": self.told["n"] + 1}

    def _try(self, action: Any) -> None:
        """Act, then show how things stand; what goes wrong is said in a red box."""
        self.notice = ""
        for step in (action, self._look):
            try:
                step()
            except Exception as error:  # nobody reads a kernel's log
                plain = isinstance(error, ValueError | OSError)
                words = str(error) if plain else f"{type(error).__name__}: {error}"
                again = isinstance(error, ChangedElsewhere)
                self.notice = self.pages.notice(words, again)
                self._tell(focus="error")

    def _look(self) -> None:
        """Make the page that is looked at, and what stands around it."""
        self.head = self.pages.head(self._exported)
        if self.tab in self._stale:
            setattr(self, self.tab, self._page(self.tab))
            self._stale.discard(self.tab)

    def _page(self, tab: str) -> str:
        if tab == "choose":
            return self.pages.choose(self._shelf(), self.data / MINE)
        if tab == "compare":
            return self.pages.compare(self._shelf(), self._compared)
        return getattr(self.pages, tab)()

    def _say(self, words: str) -> None:
        self._tell(status=words)

    def _changed(self) -> None:
        """All pages are to be made anew; what the model had read it reads again."""
        self._stale |= {id for id, _ in TABS}
        self._exported = None
        if self.session.source in self._compared:
            self._compared[self.session.source] = self.session.result

    def _read(self) -> None:
        def progress(done: int, of: int) -> None:
            self._say(f"Reading paragraph {done} of {of} …")

        self.session.read(progress)

    def _recompute(self, change: Any) -> None:
        """Make a change, then read again what had been read before it."""
        was_read = self.session.was_read
        change()
        self._changed()
        if was_read:
            self._read()
        if self._opened:
            self._show_passage()

    def _go(self, tab: str) -> None:
        self.tab = tab

    # What can be chosen: an article.

    def do_choose(self, said: Mapping[str, str]) -> None:
        """Open an article."""
        self._say("Opening …")
        self.session.choose(said["source"])
        remember(said["source"])
        self._opened, self.passage = None, ""
        self._changed()
        self._go("paragraphs")

    def do_keep_text(self, said: Mapping[str, str]) -> None:
        """Take a pasted article."""
        path = choice.keep_text(said["text"], self.data / MINE)
        self.do_choose({"source": str(path)})

    def do_keep_file(self, said: Mapping[str, Any]) -> None:
        """Take a file that was dropped or chosen."""
        path = choice.keep_file(said["name"], said["data"], self.data / MINE)
        self._choose_first_of(path)

    def do_keep_page(self, said: Mapping[str, str]) -> None:
        """Fetch a page."""
        self._say("Fetching …")
        self._choose_first_of(choice.keep_page(said["url"].strip(), self.data / MINE))

    def _choose_first_of(self, path: Path) -> None:
        """Open a file; of an export, the list of its articles."""
        held = choice.shelf_entries(path)
        if len(held) == 1:
            self.do_choose({"source": held[0].source})
        else:
            self._stale.add("choose")
            self._say(f"{path.name} holds {len(held)} articles: choose one of the list")

    # … how it is read,

    def do_analyse(self, said: Mapping[str, str]) -> None:
        """Let the model read the article."""
        self._read()
        self._changed()
        if self._opened:
            self._show_passage()
        self._go("findings")

    def do_export(self, said: Mapping[str, str]) -> None:
        """Write report and tables."""
        self._say("Writing report and tables; this takes a while …")
        folder = self.session.result.write(self.out)
        there = [(n, words) for n, words in REPORT if (folder / n).is_file()]
        link = folder.as_posix()
        self._exported = {"files": there, "link": link}
        self._say("Report and tables are written")

    def do_compare(self, said: Mapping[str, Any]) -> None:
        """Put several articles side by side."""
        sources = list(said.get("ticked") or ())
        if len(sources) < 2:
            raise ValueError("tick two articles or more, then choose Compare")
        found = {}
        for n, source in enumerate(sources, 1):
            self._say(f"Reading article {n} of {len(sources)} …")
            one = Session()
            one.choose(source)
            found[source] = one.result
            one.read()
        self._compared = found
        self._stale.add("compare")

    # … a passage,

    def do_open(self, said: Mapping[str, str]) -> None:
        """Open a paragraph."""
        n = int(said["paragraph"])
        if not 0 <= n < len(self.session.result.structure.paragraphs):
            raise ValueError(f"there is no paragraph {n}")
        self._opened = [n], said.get("pair", ""), False
        self._show_passage(focus=True)

    def do_open_pair(self, said: Mapping[str, str]) -> None:
        """Open all paragraphs in which somebody takes a stance toward somebody."""
        from analysis.charts.style import body_of

        r = self.session.result
        rows = body_of(r.stance, r.paragraphs)
        own = rows[
            (rows["holder"] == said["holder"]) & (rows["target"] == said["target"])
        ]
        pair = f"{said['holder']}>{said['target']}"
        self._opened = sorted(set(own["paragraph"])), pair, True
        self._show_passage(focus=True)

    def do_close(self, said: Mapping[str, str]) -> None:
        """Close the passage."""
        self._opened, self.passage = None, ""

    def do_dismiss(self, said: Mapping[str, str]) -> None:
        """Close the message; it is gone already."""

    def _show_passage(self, focus: bool = False) -> None:
        """Show what is open at once, then with the words behind its stances."""
        self.passage = self.pages.passage(*self._opened)
        numbers = self._opened[0]
        if focus and numbers:
            self._tell(focus=f"passage-{numbers[0]}")
        unknown = [n for n in numbers if not self.session.knows_evidence(n)]
        if self.session.was_read and unknown:
            for n in unknown:
                self.session.evidence(n)
            self.passage = self.pages.passage(*self._opened)

    # … and what is right.

    def _paragraph(self, said: Mapping[str, str]) -> Any:
        return self.session.result.structure.paragraphs[int(said["paragraph"])]

    def _correct(
        self, what: str, span: tuple[int, int], was: str, becomes: str, words: str
    ) -> None:
        change = lambda: self.session.correct(what, *span, was, becomes, words)  # noqa: E731
        self._recompute(change)

    def do_kind(self, said: Mapping[str, str]) -> None:
        """Say what kind a paragraph is."""
        p = self._paragraph(said)
        words = f"paragraph {p.paragraph} is {said['becomes']}"
        span = p.start, p.end
        self._correct("kind", span, p.kind, said["becomes"], words)

    def do_speaker(self, said: Mapping[str, str]) -> None:
        """Say who speaks."""
        if said["becomes"] == "unknown":
            raise ValueError("choose who speaks, then “Correct”")
        span = int(said["start"]), int(said["end"])
        words = f"the speaker is {self.pages.label(said['becomes'])}"
        self._correct("speaker", span, said["was"], said["becomes"], words)

    def do_mention(self, said: Mapping[str, str]) -> None:
        """Say who is meant."""
        span = int(said["start"]), int(said["end"])
        words = f"{self.pages.label(said['becomes'])} is meant"
        self._correct("mention", span, said["was"], said["becomes"], words)

    def do_add_mention(self, said: Mapping[str, str]) -> None:
        """Say that somebody is named where nobody was found."""
        p, words = self._paragraph(said), said["words"].strip()
        taken = self.session.result.mentions
        starts = {*taken.loc[taken["form"] != "generic", "start"]}
        whole = re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", p.text)
        free = (m.start() for m in whole if p.start + m.start() not in starts)
        at = next(free, -1) if words else -1
        if at < 0:
            raise ValueError(
                f"“{words}” does not stand in paragraph {p.paragraph}, or is a mention "
                f"already: copy the words as they stand there"
            )
        span = p.start + at, p.start + at + len(words)
        said_so = f"“{words}” is {self.pages.label(said['becomes'])}"
        self._correct("mention", span, "", said["becomes"], said_so)

    def do_stance(self, said: Mapping[str, str]) -> None:
        """Say how somebody stands toward somebody."""
        p, becomes = self._paragraph(said), said["becomes"]
        words = self._stance_words(*said["pair"].split(">"), becomes)
        self._correct("stance", (p.start, p.end), said["pair"], becomes, words)

    def do_missing(self, said: Mapping[str, str]) -> None:
        """Say that a stance was not found."""
        p = self._paragraph(said)
        if said["holder"] == said["target"]:
            raise ValueError("nobody takes a stance toward themselves: choose two")
        becomes = f"{said['holder']}>{said['target']}:{said['side']}"
        words = self._stance_words(said["holder"], said["target"], said["side"])
        self._correct("missing", (p.start, p.end), "", becomes, words)

    def _stance_words(self, holder: str, target: str, side: str) -> str:
        who, whom = self.pages.label(holder), self.pages.label(target)
        return f"{who} toward {whom}: {'no stance' if side == 'none' else side}"

    def do_take_back(self, said: Mapping[str, str]) -> None:
        """Take one correction back."""
        keys = ("what", "was", "becomes")
        mine = [
            c
            for c in self.session.corrections
            if all(getattr(c, k) == said[k] for k in keys)
            and (c.start, c.end) == (int(said["start"]), int(said["end"]))
        ]
        if not mine:
            raise ValueError("this correction is gone already")
        self._recompute(lambda: self.session.take_back(mine[0]))

    def do_undo(self, said: Mapping[str, str]) -> None:
        """Take the last step back."""
        self._recompute(self.session.undo)

    def do_reread(self, said: Mapping[str, str]) -> None:
        """Take the codebook as somebody else left it."""
        self._recompute(self.session.read_codebook_again)

    def do_change_actor(self, said: Mapping[str, str]) -> None:
        """Save one line of the table of actors."""
        old = said["id"]
        fields = (said[k] for k in ("label", "role", "names", "nouns", "people"))
        book, new = actors.change_actor(self.session.codebook, old, *fields)
        self._codebook(book, f"{said['label']} changed", {old: new})

    def do_add_actor(self, said: Mapping[str, str]) -> None:
        """Add an actor."""
        book, _ = actors.add_actor(self.session.codebook, said["label"], said["role"])
        self._codebook(book, f"{said['label']} added")

    def do_delete_actor(self, said: Mapping[str, str]) -> None:
        """Delete an actor."""
        label = self.pages.label(said["id"])
        book = actors.delete_actor(self.session.codebook, said["id"])
        self._codebook(book, f"{label} deleted")

    def do_merge_actors(self, said: Mapping[str, Any]) -> None:
        """Make one actor of several."""
        first, *others = said.get("ticked") or [""]
        if not others:
            raise ValueError("tick two actors or more, then choose Merge")
        book = self.session.codebook
        for other in others:
            book = actors.merge_actors(book, first, other)
        self._codebook(book, "actors merged", dict.fromkeys(others, first))

    def do_split_actor(self, said: Mapping[str, str]) -> None:
        """Make two actors of one."""
        fields = (said[k] for k in ("id", "words", "label", "role"))
        book, _ = actors.split_actor(self.session.codebook, *fields)
        self._codebook(book, "an actor split")

    def _codebook(self, book: Any, words: str, renamed: Any = None) -> None:
        change = lambda: self.session.change_codebook(book, words, renamed)  # noqa: E731
        self._recompute(change)
        remember(self.session.source)  # with the codebook that now stands beside it
