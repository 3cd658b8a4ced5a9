"""Drafted codebooks: who is in an article, for whom they speak, and why."""

import csv
import re
import time
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.articles import Article, read_article, read_text
from analysis.codebook import (
    Actor,
    Codebook,
    Person,
    codebook_text,
    parse_codebook,
    read_codebook,
)
from analysis.drafting import (
    _actors,
    _completed,
    choose_codebook,
    codebook_fit,
    draft_codebook,
    free_id,
    reasons,
)
from analysis.drafting.roles import institutions, name_words
from analysis.drafting.sides import Side
from analysis.lookup import first_names
from analysis.tables import read_resource
from tests.counting import calls

HERE = Path(__file__).parent
ROOT = HERE.parent
GOLD = sorted((HERE / "articles").glob("*.txt"))


def article(text):
    return Article(text, "A title", "here", "case")


def owner(book, name):
    """The actor that a name, person or noun belongs to."""
    for actor in book.actors:
        people = [p.name for p in actor.people]
        if name in (*actor.names, *actor.nominals, *people):
            return actor
    return None


with open(HERE / "cases" / "drafts.csv", encoding="utf-8", newline="") as _file:
    CASES = list(csv.DictReader(_file))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_who_is_who(case):
    found = owner(draft_codebook(article(case["text"])), case["name"])
    if not case["role"]:
        assert found is None
    else:
        assert (found.role, found.label) == (case["role"], case["actor_label"])
        assert found.reason


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_the_words_of_a_reason_stand_in_the_text(case):
    plain = " ".join(case["text"].split()).lower()
    for one in draft_codebook(article(case["text"])).actors:
        for reason in (one.reason, *(p.reason for p in one.people)):
            assert reason
            for words in re.findall("“(.*?)”", reason):
                assert words.lower() in plain


@pytest.mark.parametrize(
    ("text", "name", "pronoun"),
    [
        ("Mr Robin Ash, of Ofwat, spoke.", "Robin Ash", "he"),
        ("Ms Robin Ash, of Ofwat, spoke.", "Robin Ash", "she"),
        ("Dame Zorra Ash, chair of Ofwat, spoke.", "Zorra Ash", "she"),
        ("Judith Ash, chair of Ofwat, spoke.", "Judith Ash", "she"),
        ("Zorra Ash, chair of Ofwat, said that she knew.", "Zorra Ash", "she"),
        ("Zorra Ash, chair of Ofwat, spoke.", "Zorra Ash", "they"),
    ],
)
def test_pronoun(text, name, pronoun):
    book = draft_codebook(article(text + " Ofwat said no."))
    people = {p.name: p.pronoun for a in book.actors for p in a.people}
    assert people[name] == pronoun


@pytest.mark.parametrize(
    ("text", "label", "nominals"),
    [
        ("Ofwat fined Vale Water. The regulator said the company lied.", "Ofwat", 1),
        ("The Gas Commission met. The commission said no.", "Gas Commission", 1),
        ("Halden Bank paid. The lender and the bank said no.", "Halden Bank", 2),
        ("Downing Street spoke. Ministers told the government so.", "UK government", 2),
    ],
)
def test_nouns_go_to_the_actor_that_they_mean(text, label, nominals):
    book = draft_codebook(article(text))
    actor = next(a for a in book.actors if a.label == label)
    assert len(actor.nominals) == nominals


def test_second_of_a_role_has_a_suffix():
    text = "Ofwat fined Vale Water. Ofwat told the CMA. The CMA said no to Ofwat."
    ids = [a.id for a in draft_codebook(article(text)).actors]
    assert {"regulator", "company"} < set(ids)
    assert "regulator_cma" in ids


def test_place_with_an_actors_name_is_excluded():
    text = "Halden Bank lost. Halden said no. They met at Halden Bridge."
    actor = owner(draft_codebook(article(text)), "Halden")
    assert actor.exclude == ("Halden Bridge",)


def test_long_articles_keep_the_most_mentioned():
    bodies = "\n".join(f"{w}olmen Bank said no." for w in "BCDFGHJKLMNPQRSTVW")
    book = draft_codebook(article(bodies + "\nQolmen Bank said no again."))
    assert len(book.actors) == 14
    assert book.actors[0].label == "Qolmen Bank"


@pytest.mark.parametrize("path", GOLD, ids=lambda p: p.stem)
def test_roles_of_the_test_articles(path):
    book = draft_codebook(read_article(path))
    coding = pd.read_csv(path.with_suffix("") / "mentions.csv")
    roles = pd.read_csv(path.with_suffix("") / "actors.csv").set_index("actor")["role"]
    named = coding[(coding["form"] == "name") & (coding["certain"] == 1)]
    for actor, rows in named.groupby("actor"):
        found = [
            owner(book, re.sub("^the ", "", text, flags=re.I)) for text in rows["text"]
        ]
        found = [a.role for a in found if a is not None]
        assert found and set(found) == {roles[actor]}, actor


def test_known_codebook_fits_its_topic_and_no_other():
    grok = read_article(ROOT / "data/articles/grok-deepfakes.txt")
    chosen = choose_codebook(grok)
    assert chosen.source.startswith("uk-online-safety.yml and a draft")
    assert len({a.id for a in chosen.actors}) == len(chosen.actors)
    other = read_article(HERE / "articles" / "merger-release.txt")
    assert "uk-online-safety" not in choose_codebook(other).source
    assert codebook_fit(grok, chosen) > 0.9 > codebook_fit(other, chosen)


def test_draft_adds_what_the_known_codebook_lacks(tmp_path):
    (tmp_path / "known.yml").write_text(
        "actors:\n  regulator: {names: [Ofwat, Vale Water Watch]}\n", encoding="utf-8"
    )
    text = "Ofwat met Ofwat’s friends. Ofwat told Vale Water. Ann Lee, of Ofwat, left."
    book = choose_codebook(article(text), tmp_path)
    assert [p.name for p in book.actor("regulator").people] == ["Ann Lee"]
    assert owner(book, "Vale Water").id == "company"
    assert book.actor("regulator").reason == "codebook known.yml"


def known(folder, name, actors):
    (folder / f"{name}.yml").write_text(f"actors: {{{actors}}}", encoding="utf-8")


TWO = article(
    "Ofwat met Vale Water. Ofwat left. Vale Water and Ann Lee, of Ofwat, won."
)


@pytest.mark.parametrize(
    ("actors", "fit"),
    [
        ("regulator: {names: [Ofwat]}", 3 / 6),
        ("company: {names: [Vale Water, Vale]}", 2 / 6),
        ("regulator: {names: [OFWAT], people: [{name: Bo Lee}]}", 1 / 6),
        ("court: {names: [Vale]}", 0),
    ],
)
def test_a_fit_is_the_share_of_named_mentions(tmp_path, actors, fit):
    known(tmp_path, "one", actors)
    book = read_codebook(tmp_path / "one.yml")
    assert codebook_fit(TWO, book) == pytest.approx(fit)
    nothing = article("It rained.")
    assert codebook_fit(nothing, book) == 0
    chosen = choose_codebook(TWO, tmp_path)
    assert chosen.source.startswith("one.yml") == (fit >= 0.5)


def test_of_several_that_fit_the_best_is_taken_and_of_none_the_draft(tmp_path):
    assert choose_codebook(TWO, tmp_path) == draft_codebook(TWO)
    known(tmp_path, "a", "regulator: {names: [Ofwat]}")
    known(tmp_path, "b", "regulator: {names: [Ofwat]}, company: {names: [Vale Water]}")
    known(tmp_path, "c", "regulator: {names: [Ofwat]}")
    assert choose_codebook(TWO, tmp_path).source == "b.yml and a draft from case"


def actor(role, names=(), nominals=(), people=(), id=None):
    people = tuple(Person(name) for name in people)
    return Actor(id or role, (*names, *people, role)[0], names, nominals, people)


def test_a_drafted_actor_adds_to_the_known_one_that_it_is():
    book = Codebook(
        "",
        (
            actor("regulator", ("Ofwat",), ("the regulator",), ("Ann Lee",)),
            actor("government", ("Home Office",)),
            actor("court", ("High Court",)),
        ),
        source="known.yml",
    )
    draft = Codebook(
        "",
        (
            actor("company", ("Ofwat", "WSRA"), ("the regulator", "the body")),
            actor("media", ("BBC",), (), ("Bo Lee", "Ida Moss")),
            actor("government", ("Treasury",), ("ministers",)),
            actor("government", ("Treasury",), (), (), "government_two"),
            actor("court", (), ("the court",)),
            actor("company", ("Vale Water",), ("the firm", "the body")),
            actor("company", (), ("the lender",)),
            actor("regulator", ("CMA", "Markets Authority"), (), ()),
            actor("civil_society", (), (), ("Tom Ash",)),
        ),
        source="draft from case",
    )
    found = {a.id: a for a in _completed(book, draft).actors}
    assert list(found) == [
        *("regulator", "government", "court", "company", "regulator_cma"),
        "civil_society",
    ]
    regulator = found["regulator"]
    assert regulator.names == ("Ofwat", "WSRA", "BBC")  # Bo Lee has Ann Lee’s surname
    assert regulator.nominals == ("the regulator", "the body")
    assert [p.name for p in regulator.people] == ["Ann Lee", "Bo Lee", "Ida Moss"]
    assert found["government"].names == ("Home Office", "Treasury")
    assert found["government"].nominals == ("ministers",)
    assert found["court"].nominals == ("the court",)
    assert found["company"].nominals == ("the firm",)
    assert [p.name for p in found["civil_society"].people] == ["Tom Ash"]
    assert regulator.reason == "codebook known.yml" and not found["company"].reason


def test_no_alias_stands_for_two_actors():
    sides = [
        Side(
            "company",
            "why",
            "A",
            ["A", "B", "A"],
            ["the firm"],
            exclude=["A", "C", "C"],
        ),
        Side("company", "", "B", ["B"], ["the firm"]),
        Side("company", "", "B Bank", ["B", "B Bank"], people=[Person("Ann Lee")]),
        Side("court", "", "Lee", people=[Person("Ann Lee"), Person("Bo Lee")]),
        Side("court", "", "J", nominals=["the judge"]),
        Side("court", "", "the court", names=["which"]),
    ]
    a, bank, lee, judge = _actors(sides)
    assert (a.names, a.nominals, a.exclude) == (("A", "B"), ("the firm",), ("C",))
    assert (a.id, a.reason) == ("company", "why")
    assert (bank.id, bank.names) == ("company_b", ("B Bank",))
    assert [p.name for p in lee.people] == ["Bo Lee"]
    assert (judge.id, judge.nominals) == ("court_j", ("the judge",))


def test_ids_are_free_and_short():
    ids = {"court"}
    assert free_id("media", ["BBC"], ids) == "media"
    assert (
        free_id("media", ["British Broadcasting", "BBC & Co."], ids) == "media_bbc_co"
    )
    assert free_id("media", ["BBC & Co."], ids) == "media_bbc_co_2"
    assert free_id("media", ["BBC & Co."], ids) == "media_bbc_co_2_2"
    assert ids == {
        "court",
        "media",
        "media_bbc_co",
        "media_bbc_co_2",
        "media_bbc_co_2_2",
    }


def test_reasons_count_mentions_most_first():
    case = article("Ofwat fined Vale Water. Ofwat said it would act.")
    rows = reasons(case, draft_codebook(case))
    assert [(r.label, r.role, r.mentions) for r in rows] == [
        ("Ofwat", "regulator", 3),
        ("Vale Water", "company", 1),
    ]
    two = Codebook("", (actor("court"), actor("media")), source="two.yml")
    forms = [("court", "generic"), ("media", "name"), ("media", "generic")]
    mentions = [SimpleNamespace(actor=who, form=form) for who, form in forms]
    assert reasons(case, two, mentions) == [("media", "media", "media", "two.yml", 1)]


def test_text_without_actors_gives_an_empty_draft():
    assert (
        draft_codebook(read_text("It rained all day and then it stopped.")).actors == ()
    )


@pytest.mark.parametrize(
    "unit",
    [
        "Aa of the Bb ",
        "Aa’s Bb ",
        "(Aa ",
        "Ann Lee, who runs Aa, ",
        "Aa, Bb, ",
        "Aa (AA) ",
        "The Aa X Aa ",
        "Ann Aa, the chair. Bb Bank said the company. ",
    ],
)
def test_work_grows_with_the_text(unit):
    def drafted(letters):
        text = (unit * letters)[:letters]
        return calls(lambda: draft_codebook(article(text)))

    assert drafted(4000) < 3 * drafted(2000)
    start = time.process_time()
    draft_codebook(article((unit * 8000)[:8000]))
    assert time.process_time() - start < 5  # it was minutes


WORDS = (
    "Ofwat the Treasury said Ann Lee , chief executive of Vale Water Mr Minister ’s "
    "“ ” . Group and for its who"
).split()


ODD = [
    "\0",
    "\x1b",
    "\ud800",
    "A" * 300,
    "Ää",
    "Ａ",
    "🄰",
    "Аnn Ли",
    "’",
    ".",
    "A.",
    "\x85",
]


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from([*WORDS, *ODD, "\n"]), max_size=40).map(" ".join)
    | st.text(max_size=80)
)
def test_any_draft_is_read_back_the_same(text):
    book = draft_codebook(article(text))
    plain = tuple(
        a._replace(reason="", people=tuple(p._replace(reason="") for p in a.people))
        for a in book.actors
    )
    back = parse_codebook(codebook_text(book))
    assert (back.title, back.actors) == (book.title, plain)


def test_lists_are_sound():
    rows = read_resource("institutions.csv")
    roles = {r["role"] for r in read_resource("roles.csv")}
    names = [(r["name"], r["country"]) for r in rows]
    assert len(rows) >= 250 and len(set(names)) == len(names)
    assert {r["role"] for r in rows} <= roles | {"party"}
    assert {r["parent"] for r in rows} <= {"", *(r["name"] for r in rows)}
    assert all(r["source"] for r in rows)
    assert {role for role, _ in name_words().values()} <= roles | {"place", "thing"}
    assert set(first_names().values()) <= {"he", "she", "they"}
    assert institutions()["FCA"][0].name == "Financial Conduct Authority"


@pytest.fixture(scope="module")
def measures():
    """All measures of the development articles, with nothing but a draft."""
    from benchmarks.drafts import score_draft

    return pd.DataFrame([score_draft(path) for path in GOLD]).set_index("article")


@pytest.mark.parametrize(
    ("measure", "least"),
    [
        ("roles", 0.9),
        ("mentions", 0.88),
        ("quote_speakers", 0.9),
        ("kinds", 0.95),
        ("pronouns", 0.8),
    ],
)
def test_analysis_with_nothing_but_a_draft(measures, measure, least):
    assert measures[measure].mean() >= least, measures[measure]


def test_a_broken_known_codebook_is_named_and_passed_over(tmp_path):
    (tmp_path / "broken.yml").write_text("actors: {court: {names: [Which?]}", "utf-8")
    article = read_article("data/articles/ofwat-leaks.txt")
    with pytest.warns(UserWarning, match="broken.yml"):
        book = choose_codebook(article, tmp_path)
    assert book == draft_codebook(article)
