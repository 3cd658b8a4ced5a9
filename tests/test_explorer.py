"""The explorer without a screen: articles, actors, corrections, and the pages made."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

import lxml.html
import pytest
from matplotlib.collections import PathCollection

from analysis.articles import web
from analysis.charts.sheets import score_sheet
from analysis.charts.style import body_of, svg_text
from analysis.codebook import Actor, Codebook, Person, read_codebook
from analysis.corrections import (
    Correction,
    add_correction,
    codebook_path,
    corrections_path,
    read_corrections,
)
from analysis.explorer import Explorer, actors
from analysis.explorer.pages import NOTEBOOKS, TABS, Pages
from analysis.explorer.session import Session
from analysis.export import main_actors
from analysis.notebooks.choice import (
    chosen,
    keep_file,
    keep_page,
    keep_text,
    remember,
)
from analysis.notebooks.opening import find_codebook
from tests.making import nexis_html, stories

ROOT = Path(__file__).parents[1]
TEXT = """Watchdog fines water company
The regulator Ofwat has fined Vale Water £5m over leaks.
“Vale Water has failed its customers and it lied to us,” said Ann Lee, the chief \
executive of Ofwat.
Vale Water rejected the criticism on Monday.
“Ofwat is wrong about the leaks,” said Tom Reed, a spokesman for Vale Water.
Ofwat accused Vale Water of misleading the public for years."""
TEXT_PAGE = "<html><body><article><h1>{}</h1>{}</article></body></html>".format(
    *(TEXT.split("\n", 1)[0], "".join(f"<p>{p}</p>" for p in TEXT.split("\n")[1:]))
)
TAG = re.compile(r"<[^>]*>")


ARTICLES = ROOT / "data" / "articles"


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """A folder with one short article; notebooks stand beside it."""
    monkeypatch.setenv("THROUGHLINE_CHOICE", str(tmp_path / "choice.json"))
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    folder = tmp_path / "data" / "articles"
    folder.mkdir(parents=True)
    shutil.copy(ARTICLES / "ofwat-leaks.txt", folder)
    return tmp_path / "data"


@pytest.fixture
def explorer(data) -> Explorer:
    """The explorer with a pasted article."""
    made = Explorer(data, data.parent / "output")
    choose(made, "keep_text", text=TEXT)
    return made


def choose(explorer: Explorer, action: str, buffers=(), **values) -> None:
    """What the screen says when something is chosen; nothing may go wrong."""
    explorer._answer(None, {"do": action, "values": values}, list(buffers))
    assert explorer.notice == ""


def fails(explorer: Explorer, action: str, buffers=(), **values) -> str:
    """The same, where it must: what the red box says."""
    explorer._answer(None, {"do": action, "values": values}, list(buffers))
    assert 'role="alert"' in explorer.notice
    return explorer.notice


def page(explorer: Explorer, tab: str) -> str:
    explorer.tab = tab
    return getattr(explorer, tab)


# Articles.


def test_the_bundled_article_is_open_at_first(data):
    shutil.copytree(ARTICLES, data / "articles", dirs_exist_ok=True)
    made = Explorer(data)
    assert made.notice == "" and "Grok" in made.head
    for name in ("ftc-subscriptions", "grok-deepfakes", "ofwat-leaks"):
        assert f">{name}</button>" in made.choose


def test_an_empty_folder_says_so_and_takes_an_article(data):
    shutil.rmtree(data)
    made = Explorer(data)
    assert made.notice == "" and "No articles yet." in made.choose
    choose(made, "keep_text", text=TEXT)
    assert "Watchdog fines water company" in made.head


def test_a_pasted_text_is_kept_once_and_beside_no_other(data):
    first = keep_text(TEXT, data / "private")
    assert keep_text(TEXT, data / "private") == first
    second = keep_text(TEXT + " Ofwat will act.", data / "private")
    assert first.name == "Watchdog-fines-water-company.txt"
    assert second.name != first.name
    assert first.read_text() == TEXT + "\n"


def test_articles_of_one_name_have_corrections_of_their_own(data):
    """A file of another ending would share what is put right beside it."""
    own = data / "private"
    names = ("r.txt", "r.md", "R.html", "r.md")
    paths = [keep_file(name, name.encode(), own) for name in names]
    assert paths[1] == paths[3]
    kept = {*paths, keep_text("R\nOfcom fined X on Monday.", own)}
    beside = {corrections_path(path).name.lower() for path in kept}
    assert len(beside) == len(kept) == 4


def test_a_page_that_was_chosen_last_is_opened_and_saved(data, monkeypatch):
    got = web.Fetched(TEXT_PAGE.encode(), "text/html", "utf-8", "http://x.org/fine")
    monkeypatch.setattr(web, "fetch", lambda url: got)
    remember("http://x.org/fine")
    made = Explorer(data)
    assert made.notice == "" and "Watchdog fines water company" in made.head
    assert Path(chosen().article) == (data / "private" / "fine.html").resolve()


def test_an_article_of_an_export_elsewhere_is_opened_again(data, tmp_path):
    path = tmp_path / "elsewhere.html"
    path.write_bytes(nexis_html(stories(3)))
    remember(f"{path}#2")
    made = Explorer(data)
    assert made.notice == "" and made.session.source == f"{path}#2"


@pytest.mark.parametrize(
    "text", ["", "  \n", "Das ist der Text und er ist nicht. " * 9]
)
def test_what_is_no_article_is_not_kept(explorer, data, text):
    before, head = sorted(data.rglob("*")), explorer.head
    fails(explorer, "keep_text", text=text)
    assert sorted(data.rglob("*")) == before
    assert explorer.head == head


def test_a_dropped_file_is_kept_and_opened(explorer, data):
    raw = (ARTICLES / "ofwat-leaks.txt").read_bytes()
    choose(explorer, "keep_file", [memoryview(raw)], name="../My Leaks.txt")
    assert (data / "private" / "My Leaks.txt").read_bytes() == raw
    assert "My Leaks" in page(explorer, "choose")
    assert "not read" in fails(explorer, "keep_file", [memoryview(b"x")], name="a.exe")


def test_an_address_of_this_machine_is_not_fetched(explorer):
    assert "127.0.0.1" in fails(explorer, "keep_page", url="http://127.0.0.1:9/a")


def test_a_page_is_kept_as_it_came(monkeypatch, tmp_path):
    page = "<html><body><p>Prices rose – “by 5 %”.</p></body></html>"
    got = web.Fetched(page.encode("cp1252"), "text/html", "cp1252", "http://x.org/a/?b")
    monkeypatch.setattr(web, "fetch", lambda url: got)
    path = keep_page("http://x.org/a/", tmp_path)
    assert path.name == "a.html"
    assert path.read_text("utf-8-sig") == page


# Actors.


BOOK = Codebook(
    "Water",
    (
        Actor(
            "regulator", "Ofwat", ("Ofwat",), ("the watchdog",), (Person("Ann Lee"),)
        ),
        Actor("company", "Vale", ("Vale Water", "Dale Water"), ("the firm",)),
    ),
)


def test_an_actor_gets_other_words_and_keeps_what_is_not_shown():
    person = Person("Ann Lee", ("Dame",), "they")
    book = BOOK._replace(actors=(BOOK.actors[0]._replace(people=(person,)),))
    fields = ("Ofwat", "court", "Ofwat\nWSRA", "", "Ann Lee (she)\nBo Orr")
    new, id = actors.change_actor(book, "regulator", *fields)
    assert id == "court"
    actor = new.actor("court")
    assert actor.names == ("Ofwat", "WSRA") and actor.nominals == ()
    assert actor.people == (Person("Ann Lee", ("Dame",), "she"), Person("Bo Orr"))


def test_a_merged_actor_has_the_words_of_both():
    (one,) = actors.merge_actors(BOOK, "company", "regulator").actors
    assert (one.id, one.label) == ("company", "Vale")
    assert one.names == ("Vale Water", "Dale Water", "Ofwat")
    assert one.nominals == ("the firm", "the watchdog")
    assert one.people == (Person("Ann Lee"),)


def test_a_split_actor_is_two_that_share_no_word():
    words = "Dale Water\nthe firm"
    book, id = actors.split_actor(BOOK, "company", words, "Dale", "company")
    old, new = book.actor("company"), book.actor(id)
    assert old.names == ("Vale Water",) and old.nominals == ()
    assert (new.label, new.names, new.nominals) == (
        "Dale",
        ("Dale Water",),
        ("the firm",),
    )


def test_actors_are_added_and_deleted():
    book, id = actors.add_actor(BOOK, " Thames ", "company")
    assert id == "company_thames" and book.actor(id).names == ("Thames",)
    assert actors.delete_actor(book, id) == BOOK


@pytest.mark.parametrize(
    "edit, remedy",
    [
        (lambda: actors.add_actor(BOOK, "  ", "company"), "needs a name"),
        (lambda: actors.add_actor(BOOK, "Ofwat", "company"), "alias of regulator"),
        (lambda: actors.add_actor(BOOK, "A", "pope"), "choose one of government"),
        (lambda: actors.delete_actor(BOOK, "court"), "no actor 'court'"),
        (lambda: actors.merge_actors(BOOK, "company", "company"), "choose two"),
        (
            lambda: actors.split_actor(BOOK, "company", "X", "", "company"),
            "Vale Water",
        ),
    ],
)
def test_an_edit_that_cannot_be_says_why(edit, remedy):
    with pytest.raises(ValueError, match=remedy):
        edit()


# Corrections.


def ids(explorer: Explorer) -> dict[str, str]:
    return {a.label: a.id for a in explorer.session.codebook.actors}


def test_a_kind_is_corrected_in_a_file_beside_the_text(explorer):
    s = explorer.session
    choose(explorer, "kind", paragraph="3", becomes="caption")
    assert s.result.paragraphs.kind[3] == "caption"
    (row,) = read_corrections(s.path)
    assert row[:2] == ("kind", TEXT.index("Vale Water rejected"))
    assert s.path.parent == Path(s.source).parent
    assert "corrected" in page(explorer, "paragraphs")
    assert "1 corrected" in explorer.head
    choose(explorer, "undo")
    assert s.result.paragraphs.kind[3] == "body"
    assert not s.path.exists()


def test_what_is_set_aside_is_counted_nowhere(explorer):
    def named() -> int:
        return sum(map(int, re.findall(r'"figure">(\d+)<', page(explorer, "actors"))))

    assert "6 paragraphs, 5 of them article text" in explorer.head
    before = named()
    choose(explorer, "kind", paragraph="5", becomes="caption")
    assert "6 paragraphs, 4 of them article text" in explorer.head
    assert named() < before


def test_a_table_of_actors_that_nobody_checked_is_called_a_draft(explorer):
    assert "a draft" in page(explorer, "actors")
    change(explorer, "Vale Water", "Vale")
    assert "a draft" not in page(explorer, "actors")


def test_undo_leaves_what_somebody_else_wrote(explorer):
    choose(explorer, "kind", paragraph="3", becomes="caption")
    path, start = explorer.session.path, TEXT.index("Ofwat accused")
    words = TEXT[start : start + 5]
    theirs = Correction("mention", start, start + 5, words, "", "none")
    add_correction(path, theirs)
    choose(explorer, "undo")
    assert [row.what for row in read_corrections(path)] == ["mention"]


def test_words_inside_other_words_are_no_mention(explorer):
    said = {"paragraph": "2", "becomes": "regulator"}
    assert "does not stand" in fails(explorer, "add_mention", **said, words="fail")
    choose(explorer, "add_mention", **said, words="customers")
    assert "customers" in [*explorer.session.result.mentions["text"]]


def test_what_the_explorer_keeps_is_what_notebooks_read(explorer, tmp_path):
    other = tmp_path / "other.yml"
    other.write_text("actors: {regulator: {label: Another, names: [Ofwat]}}")
    remember(explorer.session.source, other)
    change(explorer, "Vale Water", "Vale")
    article = explorer.session.article
    book = find_codebook(article, chosen())
    assert "Vale" in [actor.label for actor in book.actors]


def test_a_stance_is_corrected_and_the_figures_follow(explorer):
    choose(explorer, "analyse")
    before = explorer.findings
    first = explorer.session.result.stance.iloc[0]
    pair = f"{first.holder}>{first.target}"
    side = "for" if first.direction < 0 else "against"
    choose(explorer, "open", paragraph=str(first.paragraph))
    values = {"paragraph": str(first.paragraph), "pair": pair}
    choose(explorer, "stance", **values, becomes=side)
    now = explorer.session.result.stance.iloc[0]
    assert (now.holder, now.target, now.direction) == (
        first.holder,
        first.target,
        -first.direction,
    )
    assert page(explorer, "findings") != before
    assert "corrected" in explorer.passage
    choose(explorer, "stance", **values, becomes="none")
    assert not stances(explorer, first)
    assert f'data-pair="{pair.replace(">", "&gt;")}"' in explorer.passage
    choose(explorer, "undo")
    choose(explorer, "undo")
    assert page(explorer, "findings") == before


def stances(explorer: Explorer, like) -> list:
    rows = explorer.session.result.stance
    keys = ("paragraph", "holder", "target")
    return [r for r in rows.itertuples() if all(getattr(r, k) == like[k] for k in keys)]


def test_a_missing_stance_is_added_and_taken_back(explorer):
    choose(explorer, "analyse")
    known = ids(explorer)
    holder, target = known["Vale Water"], known["Ofwat"]
    said = {"paragraph": "1", "holder": holder, "target": target}
    choose(explorer, "missing", **said, side="for")
    row = {"paragraph": 1, "holder": holder, "target": target}
    assert [r.direction for r in stances(explorer, row)] == [1]
    assert "Vale Water toward Ofwat: for" in explorer.head  # what Undo takes back
    (c,) = explorer.session.corrections
    choose(explorer, "take_back", **{k: str(v) for k, v in c._asdict().items()})
    assert not stances(explorer, row)
    assert "two" in fails(explorer, "missing", **said | {"target": holder}, side="for")


def test_a_speaker_and_a_mention_are_corrected(explorer):
    quote = explorer.session.result.quotes.iloc[0]
    span = {"start": str(quote.start), "end": str(quote.end), "was": str(quote.actor)}
    choose(explorer, "speaker", **span, becomes="other")
    assert explorer.session.result.quotes.iloc[0].actor == "other"
    assert "choose who speaks" in fails(explorer, "speaker", **span, becomes="unknown")
    m = explorer.session.result.mentions.iloc[0]
    span = {"start": str(m.start), "end": str(m.end), "was": m.actor}
    choose(explorer, "mention", **span, becomes="none")
    assert m.start not in set(explorer.session.result.mentions.start)
    choose(explorer, "open", paragraph=str(m.paragraph))
    assert f'data-start="{m.start}"' in explorer.passage  # to be put right again


def test_a_mention_is_added_where_its_words_stand(explorer):
    id = ids(explorer)["Ofwat"]
    said = {"paragraph": "1", "words": "leaks", "becomes": id}
    choose(explorer, "add_mention", **said)
    start = TEXT.index("leaks")
    rows = explorer.session.result.mentions
    assert rows.loc[rows.start == start, "actor"].tolist() == [id]
    assert "copy the words" in fails(explorer, "add_mention", **said)


def test_corrections_stand_when_the_article_is_opened_again(explorer, data):
    choose(explorer, "kind", paragraph="3", becomes="caption")
    label = "The water company"
    change(explorer, "Vale Water", label)
    again = Explorer(data)  # what was chosen last is open
    assert again.session.result.paragraphs.kind[3] == "caption"
    assert label in ids(again)


# The codebook beside the text.


def change(explorer: Explorer, label: str, becomes: str) -> None:
    choose(explorer, "change_actor", **line(explorer, label), label=becomes)


def line(explorer: Explorer, label: str) -> dict[str, str]:
    from analysis.explorer.rows import actor_rows

    row = next(r for r in actor_rows(explorer.session) if r["label"] == label)
    return {k: row[k] for k in ("id", "role", "names", "nouns", "people")}


def test_an_edited_actor_is_kept_beside_the_text_with_all_that_names_it(explorer):
    quote = explorer.session.result.quotes.iloc[0]
    span = {"start": str(quote.start), "end": str(quote.end), "was": str(quote.actor)}
    old = ids(explorer)["Vale Water"]
    choose(explorer, "speaker", **span, becomes=old)
    said = line(explorer, "Vale Water") | {"label": "Vale Water", "role": "platform"}
    choose(explorer, "change_actor", **said)
    new = ids(explorer)["Vale Water"]
    assert new != old and new.startswith("platform")
    assert explorer.session.result.quotes.iloc[0].actor == new
    path = codebook_path(explorer.session.source)
    assert read_codebook(path).actor(new).label == "Vale Water"
    choose(explorer, "undo")
    assert ids(explorer)["Vale Water"] == old
    assert explorer.session.result.quotes.iloc[0].actor == old


def test_what_a_person_changed_elsewhere_is_not_written_over(explorer):
    change(explorer, "Vale Water", "Vale")
    path = codebook_path(explorer.session.source)
    theirs = path.read_text().replace("label: Vale", "label: Vale Water PLC")
    path.write_text(theirs)
    said = line(explorer, "Vale") | {"label": "Mine"}
    assert "Read the file again" in fails(explorer, "change_actor", **said)
    assert path.read_text() == theirs
    assert "Vale" in ids(explorer)
    choose(explorer, "reread")
    assert "Vale Water PLC" in ids(explorer)
    change(explorer, "Vale Water PLC", "Mine")
    assert "label: Mine" in path.read_text()


def test_actors_are_merged_by_ticks(explorer):
    known = ids(explorer)
    ticked = [known["Ofwat"], known["Vale Water"]]
    assert "tick two" in fails(explorer, "merge_actors", ticked=ticked[:1])
    choose(explorer, "merge_actors", ticked=ticked)
    assert ticked[1] not in ids(explorer).values()
    assert ticked[1] not in set(explorer.session.result.mentions.actor)


# Pages.


def test_each_tab_has_its_page_in_the_frame(explorer):
    choose(explorer, "analyse")
    choose(explorer, "open", paragraph="2")
    for id, _ in TABS:
        assert f'id="tl-{id}"' in explorer.shell
        html = page(explorer, id)
        assert "<h3" in html and explorer.notice == ""
        assert not unnamed(html), id
    assert not unnamed(explorer.passage)


def unnamed(html: str) -> list[str]:
    """Fields and buttons without a name that a screen reader says."""
    tree = lxml.html.fromstring(f"<div>{html}</div>")
    fields = tree.xpath("//input | //select | //textarea | //button")
    return [lxml.html.tostring(e).decode() for e in fields if not accessible_name(e)]


def accessible_name(field) -> str:
    labels = [
        *field.xpath("ancestor::label"),
        *field.xpath("//label[@for=$id]", id=field.get("id", "")),
    ]
    said = field.text_content() if field.tag == "button" else ""
    for label in labels:
        said += "".join(label.xpath(".//text()[not(ancestor::select)]"))
    return (field.get("aria-label", "") + said).strip()


def test_a_point_for_each_stance_and_a_cell_for_each_pair(explorer):
    choose(explorer, "analyse")
    r = explorer.session.result
    stance = body_of(r.stance, r.paragraphs)
    charted = stance[stance.target.isin(main_actors(r.mentions))]
    points = re.findall(
        r'class="point" style="left:([\d.]+)%;top:([\d.]+)%"', explorer.findings
    )
    assert len(points) == len(charted) > 0
    assert {*points} == drawn_points(r)
    cells = re.findall(r'data-holder="(\w+)" data-target="(\w+)"', explorer.findings)
    assert set(cells) == set(zip(stance.holder, stance.target, strict=True))
    holder, target = cells[0]
    choose(explorer, "open_pair", holder=holder, target=target)
    own = stance[(stance.holder == holder) & (stance.target == target)]
    assert explorer.passage.count("<h3") == own.paragraph.nunique()


def drawn_points(r) -> set[tuple[str, str]]:
    """Where the chart itself draws its points, in % from the left and from the top."""
    shown = main_actors(r.mentions)
    tables = r.paragraphs, r.mentions, r.stance
    figure = score_sheet(*tables, shown, r.curves(shown), r.labels)
    svg_text(figure)  # as the page lays it out
    found = set()
    for ax in figure.axes[1:]:
        for points in ax.collections:
            if isinstance(points, PathCollection):
                at = points.get_offset_transform().transform(points.get_offsets())
                ends = figure.transFigure.inverted().transform(at)
                found |= {(f"{100 * x:.2f}", f"{100 * (1 - y):.2f}") for x, y in ends}
    return found


def test_the_words_behind_a_stance_stand_with_it(explorer):
    choose(explorer, "analyse")
    row = explorer.session.result.stance.iloc[0]
    choose(explorer, "open", paragraph=str(row.paragraph))
    found = explorer.session.result.explain(row.paragraph, row.holder, row.target)
    heaviest = found.dropna(subset="start").iloc[0]
    assert heaviest.text in unescape(explorer.passage)


def test_the_marked_text_is_the_text(explorer):
    choose(explorer, "analyse")
    html = page(explorer, "text")
    found = re.findall(r"<p>(.*?)</p>", html.partition('class="article"')[2], re.S)
    assert [unescape(TAG.sub("", p)) for p in found] == TEXT.split("\n")


HOSTILE = """Fine & <b>loss</b>
Ofwat fined <script>alert(1)</script> Vale "Water" on Monday, it said & left.
“It <img src=x onerror=alert(2)> failed,” said Ann Lee, the head of Ofwat."""


def test_every_value_is_escaped(explorer):
    choose(explorer, "keep_text", text=HOSTILE)
    choose(explorer, "add_actor", label='<i onload="x">', role="court")
    choose(explorer, "analyse")
    choose(explorer, "open", paragraph="2")
    pages = [page(explorer, id) for id, _ in TABS]
    for html in [*pages, explorer.head, explorer.passage]:
        assert not re.search(r"<(script|img src=x|i onload|b>loss)", html)
    assert "&lt;script&gt;" in page(explorer, "paragraphs")


def test_articles_stand_side_by_side_with_their_n(explorer):
    assert "two articles" in fails(explorer, "compare", ticked=[])
    explorer.tab = "compare"
    sources = [e.source for e in explorer._shelf()]
    choose(explorer, "compare", ticked=sources)
    assert len(sources) == 2
    assert explorer.compare.count('class="alone"') == 2
    assert len(re.findall(r"n = \d+ stances", explorer.compare)) == 2
    rows, before = explorer.session.result.stance, explorer.compare
    first = rows[rows["paragraph"] > 0].iloc[0]  # not of the heading
    pair = f"{first.holder}>{first.target}"
    said = {"paragraph": str(first.paragraph), "pair": pair, "becomes": "none"}
    choose(explorer, "stance", **said)
    assert explorer.compare != before


def test_an_export_has_its_links(explorer):
    assert "disabled" in explorer.head
    choose(explorer, "analyse")
    choose(explorer, "export")
    links = re.findall(r'data-file="([^"]+)"', explorer.head)
    assert {Path(link).name for link in links} >= {"report.html", "tables.xlsx"}
    assert all(Path(link).is_file() for link in links)


def test_unknown_choices_do_nothing(explorer):
    def shown() -> dict:
        return {k: v for k, v in explorer.get_state().items() if k != "told"}

    before = shown()
    for said in ({}, {"do": "nothing"}, {"do": "__init__"}, {"do": None}):
        explorer._answer(None, said, [])
    assert shown() == before
    assert "no paragraph 99" in fails(explorer, "open", paragraph="99")


def test_it_links_to_notebooks_that_are_there():
    for name, _ in NOTEBOOKS:
        assert (ROOT / "notebooks" / name).is_file()


def test_the_notebook_holds_one_hidden_cell():
    import nbformat

    notebook = nbformat.read(ROOT / "notebooks" / "0_start_here.ipynb", as_version=4)
    (cell,) = [c for c in notebook.cells if c.cell_type == "code"]
    assert cell.metadata["jupyter"]["source_hidden"]
    assert cell.outputs == [] and cell.execution_count is None
    words = " ".join(c.source for c in notebook.cells)
    assert "▶▶" in words
    for name in re.findall(r"\(([\w./]+)\)", words):
        assert (ROOT / "notebooks" / name).is_file(), name


def test_a_session_without_an_article_has_empty_pages():
    pages = Pages(Session())
    assert "Choose an article" in pages.head() + pages.paragraphs() + pages.actors()
