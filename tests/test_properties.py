"""Laws that every public function keeps, whatever it is given."""

import csv
import json
import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import (
    agreement,
    analyse,
    articles,
    charts,
    codebook,
    compare,
    corpus,
    drafting,
    framing,
    mentions,
    pipeline,
    quotes,
    reading,
    stance,
    tokens,
    trajectory,
    verbs,
)
from analysis.articles import Article
from analysis.charts.style import figure_of
from analysis.codebook import ROLES, Codebook, codebook_text, parse_codebook
from analysis.corpus.sources import _read_about
from analysis.pipeline import Analysis
from analysis.tables import RESOURCES, to_table
from analysis.trajectory.change import TOO_LITTLE
from tests.test_span_law import ANY, BOOK
from tests.test_trajectory import make_points

few = settings(max_examples=25, deadline=None)
ONE_ARTICLE = settings(max_examples=6, deadline=None)
ARTICLES = ("a", "b", "c")
ACTORS = ("regulator_ico", "platform", "court", "other")
ROLES_ASKED = ["regulator", "company", "court"]
scores = st.floats(-1, 1, width=16)
named = st.text("ab_Zé ’.", max_size=12)
MODEL_TEXT = st.text("Ab ,.’“”\n", min_size=1, max_size=40)


def made(text: str, book: Codebook = BOOK) -> Analysis:
    return Analysis(Article(text, "", "", "any"), book)


def ordered(rows) -> bool:
    return [r.start for r in rows] == sorted(r.start for r in rows)


# -- words -----------------------------------------------------------------------


@few
@given(ANY)
def test_tokens_and_sentences_leave_nothing_but_blanks_between_them(text):
    for rows in (tokens.tokenise(text), tokens.find_sentences(text)):
        assert all(text[r.start : r.end] == r.text for r in rows)
        ends = [0, *(r.end for r in rows)]
        starts = [*(r.start for r in rows), len(text)]
        gaps = (text[a:b] for a, b in zip(ends, starts, strict=True))
        assert not any(gap.strip() for gap in gaps)
    words, starts = tokens.split_words(text)
    assert [(t.text, t.start) for t in tokens.tokenise(text)] == [
        *zip(words, starts, strict=True)
    ]
    assert len(tokens.tag_tokens(tokens.tokenise(text))) == len(words)
    assert len(tokens.plain(text)) == len(text)
    assert not {"’", "‘"} & {*tokens.plain(text)}


@few
@given(ANY)
def test_notes_and_frames_are_spans_in_order(text):
    notes, frames = quotes.find_notes(text), framing.find_frames(text, BOOK)
    for rows in (notes, frames):
        assert ordered(rows)
        assert all(r.text and text[r.start : r.end] == r.text for r in rows)
    bare = [f for f in framing.find_frames(text) if f.frame != "privacy"]
    assert bare == [f for f in frames if f.frame != "privacy"]  # one's own add only


@given(st.text("abyesh", min_size=2, max_size=9))
def test_a_word_is_among_its_forms(word):
    forms = verbs.inflect(word)
    stem = word[:-1] if word[-1] in "ey" else word
    assert word in forms and all(form.startswith(stem) for form in forms)


# -- who -------------------------------------------------------------------------


@few
@given(ANY)
def test_counts_are_the_mentions_and_reasons_are_of_the_mentioned(text):
    found = mentions.find_mentions(text, BOOK)
    sure = [m for m in found if m.form != "generic"]
    for by in (("actor",), ("actor", "form"), ("paragraph",)):
        counted = mentions.count_mentions(found, by)
        assert counted["mentions"].sum() == len(sure)
        assert counted["mentions"].is_monotonic_decreasing
        assert not counted.duplicated([*by]).any()
    rows = drafting.reasons(Article(text, "", "", ""), BOOK)
    assert {r.actor: r.mentions for r in rows} == {
        actor: sum(m.actor == actor for m in sure) for actor in {m.actor for m in sure}
    }
    assert all(r.reason and r.role in ROLES for r in rows)


@few
@given(ANY)
def test_a_draft_fits_its_article_and_a_known_book_loses_nobody(text):
    article = Article(text, "", "", "any")
    draft = drafting.draft_codebook(article)
    assert 0 <= drafting.codebook_fit(article, BOOK, draft) <= 1
    own = drafting.codebook_fit(article, draft, draft)
    assert own == 1 or own == drafting.codebook_fit(article, Codebook(), draft) == 0
    chosen = drafting.choose_codebook(article)
    ids = [a.id for a in chosen.actors]
    assert len(ids) == len({*ids})
    assert parse_codebook(codebook_text(chosen)).actors  == tuple(
        a._replace(reason="", people=tuple(p._replace(reason="") for p in a.people))
        for a in chosen.actors
    )  # fmt: skip


@given(st.lists(st.lists(named, min_size=1, max_size=3), max_size=6))
def test_ids_are_free_and_fit_a_codebook(names):
    taken: set[str] = set()
    for some in names:
        before = {*taken}
        id = drafting.free_id("court", some, taken)
        assert id not in before and taken == before | {id}
        assert re.fullmatch("court[a-z0-9_]*", id)


@given(st.sampled_from([*ROLES]), named)
def test_a_role_is_that_of_the_id(role, suffix):
    expected = "company" if role == "platform" else role
    assert compare.role_of(role) == expected
    if compare.role_of(f"{role}_{suffix}") != expected:  # a longer role's own id
        assert any(r.startswith(role + "_") for r in ROLES)
    assert compare.role_of(compare.role_of(f"{role}_{suffix}")) in ROLES


@given(st.text(max_size=20), st.booleans())
def test_a_name_without_a_fault_can_be_looked_for(text, as_written):
    fault = codebook.fault_of_name(text, as_written)
    assert bool(fault) or any(c.isalnum() for c in text)
    assert not codebook.fault_of_name(text + " Zq9", as_written)


@settings(max_examples=25)
@given(named, st.lists(st.text("Abc é’", min_size=1), max_size=3))
def test_a_codebooks_file_says_what_its_text_says(tmp_path_factory, title, names):
    data = {"title": title, "actors": {"court": {"names": names}}}
    path = tmp_path_factory.mktemp("book") / "b.yml"
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")

    def outcome(read, *args):
        try:
            return read(*args)[:4]
        except codebook.CodebookError as error:
            return str(error)

    one = outcome(codebook.read_codebook, path)
    assert one == outcome(codebook.parse_codebook, path.read_text("utf-8"), "b.yml")


# -- reading files ---------------------------------------------------------------


WHOLE = st.characters(exclude_characters="ÂÃâ")  # else letters read in a wrong encoding


@given(st.text(WHOLE, max_size=200))
def test_a_text_is_taken_whole_or_refused_with_a_word(text):
    try:
        article = articles.read_text(text, "T", "n", language_check=False)
    except ValueError as error:
        assert len(str(error)) > 20 or not text.strip()
    else:
        kept = [c for c in text if c.isalnum()]
        assert [c for c in article.text if c.isalnum()] == kept
        assert article.name == "n" and "\r" not in article.text


@given(st.text("ab .txhm#/:\n", max_size=60))
def test_a_source_is_a_text_or_a_name_and_never_a_fault(text):
    assert not articles.is_text(text) or "\n" in text.strip()
    assert articles.is_text(f"It paid.{text}\n\nIt paid.")


@settings(max_examples=20)
@given(st.dictionaries(st.text("ab.", min_size=1, max_size=3), st.booleans()))
def test_files_of_a_folder_are_found_once(tmp_path_factory, names):
    folder = tmp_path_factory.mktemp("some")
    for i, text in enumerate(names.values()):
        (folder / f"{i}.{'txt' if text else 'xyz'}").write_text("It paid.")
    found = articles.find_articles(folder)
    assert len(found) == len({*found}) and {*found} <= {*folder.iterdir()}
    assert {p for p in folder.iterdir() if p.suffix == ".txt"} <= {*found}
    assert not any(map(articles.read_export, found))


@settings(max_examples=25)
@given(
    st.dictionaries(
        st.text('ab’,"', min_size=1, max_size=4), st.text('x,"\n é', max_size=9)
    )
)
def test_what_is_known_of_articles_is_read_back(tmp_path_factory, known):
    folder = tmp_path_factory.mktemp("about")
    with open(folder / "articles.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("article", "outlet"), *known.items()])
    found = _read_about([folder])
    assert {a: row["outlet"] or "" for a, row in found.items()} == known


# -- tables of several articles ----------------------------------------------------


@st.composite
def several(draw):
    """Paragraphs of three articles, with stances, mentions, quotations and frames."""
    paragraphs, rows = [], {"stance": [], "mentions": [], "quotes": [], "framing": []}
    for article in ARTICLES:
        for i in range(draw(st.integers(0, 5))):
            kind = draw(st.sampled_from(["body", "body", "caption"]))
            voice = draw(st.sampled_from(["narrator", "court", "platform"]))
            words = draw(st.integers(10, 40))
            where = {"article": article, "paragraph": i}
            paragraphs.append(
                {**where, "kind": kind, "voice": voice, "words": words}
                | {"outlet": "ABA"[ARTICLES.index(article)], "position": i / 5}
                | {"month": draw(st.sampled_from(["2026-01", "2026-02", None]))}
            )
            for actor in draw(st.lists(st.sampled_from(ACTORS), max_size=3)):
                score = draw(scores)
                rows["stance"].append(
                    {**where, "holder": "narrator", "target": actor, "score": score}
                )
                form = draw(st.sampled_from(["name", "pronoun", "generic"]))
                rows["mentions"].append({**where, "actor": actor, "form": form})
                rows["quotes"].append(
                    {**where, "actor": actor, "kind": "direct", "text": "We will."}
                )
                who = draw(st.sampled_from([actor, None]))
                rows["framing"].append({**where, "frame": "law", "actor": who})
    columns = "article paragraph kind voice words outlet position month".split()
    tables = {"paragraphs": pd.DataFrame(paragraphs, columns=columns)}
    tables["paragraphs"]["words"] = tables["paragraphs"]["words"].astype("Int64")
    names = {
        "stance": "article paragraph holder target score",
        "mentions": "article paragraph actor form",
        "quotes": "article paragraph actor kind text",
        "framing": "article paragraph frame actor",
    }
    for name, fields in names.items():
        table = pd.DataFrame(rows[name], columns=fields.split())
        tables[name] = table.astype({"article": str, "paragraph": "int64"})
    framing = tables["framing"]
    whole = framing[framing["actor"].isna()].drop_duplicates()
    tables["framing"] = pd.concat([framing[framing["actor"].notna()], whole])
    paragraphs = tables["paragraphs"]
    tables["paragraphs"] = paragraphs.astype({"article": str, "paragraph": "int64"})
    return tables


def in_body(table, paragraphs):
    body = paragraphs.loc[paragraphs["kind"] == "body", ["article", "paragraph"]]
    return table.merge(body, on=["article", "paragraph"])


@few
@given(several())
def test_units_hold_every_row_of_the_body_once(t):
    p = t["paragraphs"]
    stances = compare.by_role(in_body(t["stance"], p))
    for by in ("article", "outlet"):
        found = compare.stance_units(t["stance"], p, ROLES_ASKED, by)
        for role in ROLES_ASKED:
            own = stances[stances["target"] == role]
            if by == "article":
                assert found[role].count() == len(own)
                assert found[role].sum() == pytest.approx(own["score"].sum(), abs=1e-9)
            else:
                assert found[role].count() == own["article"].nunique()
        counted = compare.mention_units(t["mentions"], p, ROLES_ASKED, by)
        sure = compare.by_role(in_body(t["mentions"], p))
        sure = sure[(sure["form"] != "generic") & sure["actor"].isin(ROLES_ASKED)]
        roles = [r for r in ROLES_ASKED if r in counted]
        assert counted[roles].to_numpy().sum() == len(sure)
        shown = compare.frame_units(t["framing"], p, by)
        whole = in_body(t["framing"][t["framing"]["actor"].isna()], p)
        assert shown.get("law", pd.Series(dtype=float)).sum() == len(whole)
        spoken = compare.voice_units(t["quotes"], p, ROLES_ASKED, by)
        voices = spoken.drop(columns=[by, "block", "weight"]).select_dtypes("number")
        assert (voices >= 0).all(axis=None)
        assert spoken["weight"].sum() == p.loc[p["kind"] == "body", "words"].sum()


@few
@given(several(), st.sampled_from(["article", "outlet"]))
def test_estimates_stand_in_their_intervals_and_differences_turn(t, by):
    units = compare.stance_units(t["stance"], t["paragraphs"], ROLES_ASKED, by)
    found = compare.estimate(units, compare.SCORES)
    assert found["estimate"].between(-1 - 1e-9, 1 + 1e-9).all()
    sure = found.dropna(subset="low")
    assert (sure["low"] <= sure["estimate"] + 1e-9).all()
    assert (sure["estimate"] <= sure["high"] + 1e-9).all()
    assert (found["n"] > 0).all()
    one = compare.differences(units, "kinder", compare.SCORES)
    two = compare.differences(
        units.assign(**{r: -units[r] for r in ROLES_ASKED}), "kinder", compare.SCORES
    )
    assert one["difference"].tolist() == pytest.approx((-two["difference"]).tolist())
    assert (one["p_corrected"] >= one["p"] - 1e-12).all()
    for row in one.itertuples():
        assert row.first != row.second
        assert row.verdict.startswith("no ") == (row.p_corrected > 0.05)


@few
@given(several())
def test_months_count_each_article_once(t):
    months = compare.over_time(t["stance"], t["paragraphs"], "court")
    dated = t["paragraphs"].dropna(subset="month")
    toward = t["stance"][t["stance"]["target"] == "court"]
    pairs = in_body(toward, dated).merge(dated, on=["article", "paragraph"])
    assert months["n"].sum() == len(pairs[["article", "month"]].drop_duplicates())
    assert months["mean"].between(-1, 1).all()
    assert months["month"].is_monotonic_increasing


@given(st.lists(st.sampled_from(ARTICLES)), st.sets(st.sampled_from(ARTICLES)))
def test_what_is_known_is_added_and_no_row_lost(rows, known):
    table = pd.DataFrame({"article": pd.Series(rows, dtype=str), "n": range(len(rows))})
    about = pd.DataFrame({"article": sorted(known), "date": "2026-01-31"})
    found = compare.add_about(table, about.astype(str))
    assert found["article"].tolist() == rows and found["n"].tolist() == [
        *range(len(rows))
    ]
    assert (found["month"].notna() == found["article"].isin(known)).all()


WORDS = st.lists(st.sampled_from("the firm paid a fine on Monday".split()), max_size=25)


@given(st.lists(WORDS.map(" ".join), max_size=5), st.floats(0.05, 1))
def test_copies_are_found_in_either_order_and_one_of_each_stays(texts, least):
    named = {str(i): text for i, text in enumerate(texts)}
    found = compare.near_duplicates(named, least)
    assert found["shared"].between(least, 1).all()
    turned = compare.near_duplicates(dict(reversed(named.items())), least)
    pairs = {frozenset(p) for p in zip(found["first"], found["second"], strict=True)}
    assert pairs == {
        frozenset(p) for p in zip(turned["first"], turned["second"], strict=True)
    }
    sizes = [len(text.split()) for text in texts]
    rows = pd.DataFrame({"article": [*named], "words": sizes})
    left = {*compare.without_copies(rows, found)["article"]}
    assert left <= {*named}
    assert all(name in left for name in named if not any(name in p for p in pairs))
    assert not texts or left
    assert not any(pair <= left for pair in pairs)


# -- through the text --------------------------------------------------------------


@few
@given(several())
def test_points_are_paragraphs_with_evidence_and_within_their_scores(t):
    p = t["paragraphs"][t["paragraphs"]["article"] == "a"].reset_index(drop=True)
    s = t["stance"][t["stance"]["article"] == "a"].assign(implied=False)
    blocks = trajectory.add_blocks(p)
    assert blocks.drop(columns="block").equals(p)
    steps = blocks["block"].diff().dropna()
    assert steps.isin([0, 1]).all()
    for actor in ACTORS:
        own = in_body(s[s["target"] == actor], p)
        points = trajectory.stance_toward(s, p, actor)
        assert {*points["paragraph"]} == {*own["paragraph"]}
        assert points["n"].sum() == len(own)
        assert points["score"].between(-1, 1).all()
        quoted = trajectory.stance_toward(s, p, actor, quotations=False)
        assert {*quoted["paragraph"]} <= {*points["paragraph"]}
    toned = p.assign(tone_vader=0.5)
    tones = trajectory.tone_points(toned)
    assert len(tones) == (p["kind"] == "body").sum() and (tones["score"] == 0.5).all()


@st.composite
def turning(draw):
    """Scores of one actor with a planted turn in the middle, and the turn; 0: none."""
    turn = draw(st.sampled_from([0.0, 0.9, -0.9]))
    noise = draw(st.lists(st.floats(-0.125, 0.125, width=16), min_size=20, max_size=40))
    late = len(noise) // 2
    return [x + turn * ((i >= late) - 0.5) for i, x in enumerate(noise)], turn


@few
@given(st.lists(turning(), min_size=1, max_size=3))
def test_a_jump_lies_between_its_stretches(actors):
    points = {str(i): make_points(scores) for i, (scores, _) in enumerate(actors)}
    found = trajectory.change_points(points)
    for row in found.itertuples():
        table = points[row.actor]
        assert row.p <= 0.05 and row.n >= 10
        assert row.after - row.before == pytest.approx(row.difference)
        before = table.loc[table["paragraph"] < row.paragraph, "position"].max()
        after = table.loc[table["paragraph"] == row.paragraph, "position"].iloc[0]
        assert before <= row.position <= after
    for name, (own, turn) in enumerate(actors):
        here = found[found["actor"] == str(name)]
        largest = here.loc[here["difference"].abs() > 0.5]
        planted = [(len(own) // 2, turn > 0)] if turn else []
        paragraphs, signs = largest["paragraph"], largest["difference"] > 0
        assert [*zip(paragraphs, signs, strict=True)] == planted


@few
@given(st.lists(scores, max_size=20), st.lists(scores, max_size=20))
def test_a_conclusion_holds_under_itself(main, other):
    points = make_points(main)
    choices = {"same": points, "other": make_points(other)}
    table = trajectory.robustness(points, choices, [0.5, None])
    first = table.set_index("choice")
    assert first.index[0] == "main"
    told = first["verdict"]
    assert told["same"] == (TOO_LITTLE if told["main"] == TOO_LITTLE else "holds")
    corrected = table.dropna(subset="p")
    assert (corrected["p_corrected"] >= corrected["p"]).all()


@few
@given(st.lists(turning(), min_size=1, max_size=4), st.sets(st.integers(0, 19)))
def test_changes_are_corrected_and_nobody_is_left_out(turns, framed):
    size = max(len(own) for own, _ in turns)
    at = {"paragraph": range(size), "position": [i / size for i in range(size)]}
    p = pd.DataFrame({**at, "kind": "body", "voice": "narrator"})
    rows = [
        (i * size // len(own), "narrator", actor, score, False)
        for actor, (own, _) in zip(ACTORS, turns, strict=False)
        for i, score in enumerate(own)
    ]
    names = ["paragraph", "holder", "target", "score", "implied"]
    table = trajectory.changes(pd.DataFrame(rows, columns=names), p, ACTORS)
    assert table["actor"].tolist() == [*ACTORS]
    tested = table.dropna(subset="p")
    assert len(tested) == len(turns)
    assert tested["p_corrected"].min() == min(1, tested["p"].min() * len(tested))
    assert (tested["p_corrected"] >= tested["p"]).all()
    assert table.loc[table["p"].isna(), "verdict"].eq(TOO_LITTLE).all()
    for (_, turn), verdict in zip(turns, table["verdict"], strict=False):
        assert verdict == ("rises" if turn > 0 else "falls") or not turn
    mentioned = pd.DataFrame({"paragraph": at["paragraph"], "actor": "court"})
    law = pd.DataFrame({"paragraph": [*framed], "actor": "court", "frame": "law"})
    found = trajectory.frame_changes(law, mentioned.assign(form="name"), p, "court")
    assert len(found) == bool(framed)
    shares = found[["first", "second"]].astype(float).stack()
    half = (size + 1) // 2
    early = sum(i < half for i in framed)
    if len(framed) >= 3:
        expected = [early / half, (len(framed) - early) / (size - half)]
        assert shares.tolist() == pytest.approx(expected)


# -- codings -----------------------------------------------------------------------

codes = st.lists(st.sampled_from([-1, 0, 1, None]), min_size=4, max_size=4)


def coding(coder, directions):
    units = [f"u{i}" for i in range(len(directions))]
    direction = pd.array(directions, dtype="Int64")
    return pd.DataFrame({"coder": coder, "unit": units, "direction": direction})


@given(st.lists(codes, min_size=1, max_size=4))
def test_codings_become_a_row_a_coder_and_come_apart_again(people):
    rows = pd.concat([coding(f"c{i}", some) for i, some in enumerate(people)])
    data = agreement.reliability_data(rows)
    assert data.shape == (len(people), 4)
    for i, some in enumerate(people):
        own = data.loc[f"c{i}"]
        assert [None if pd.isna(v) else int(v) for v in own] == some


@given(st.lists(codes, min_size=2, max_size=4), st.sampled_from(["nominal", "ordinal"]))
def test_alpha_stands_in_its_interval(people, level):
    alpha = agreement.krippendorff_alpha(people, level)
    low, high = agreement.alpha_interval(people, level)
    assert (low is None) == (high is None)
    if low is not None:
        assert low <= high <= 1
        assert low - 1e-9 <= alpha <= high + 1e-9


@given(codes, codes)
def test_disagreements_are_the_units_that_differ(one, two):
    gold, machine = coding("kim", one), coding("lee", two)
    texts = pd.DataFrame({"unit": gold["unit"], "article": "a", "paragraph": range(4)})
    texts = texts.assign(target="x", text="It paid.")
    found = agreement.disagreements(gold, machine, texts)
    apart = {
        f"u{i}": abs(a - b)
        for i, (a, b) in enumerate(zip(one, two, strict=True))
        if None not in (a, b) and a != b
    }
    assert {*found["unit"]} == {*apart}
    assert [apart[u] for u in found["unit"]] == sorted(apart.values(), reverse=True)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(ACTORS), scores)),
    st.sets(st.tuples(st.integers(0, 3), st.sampled_from(ACTORS))),
)
def test_the_machine_answers_every_unit_once(stances, units):
    rows = [("a", *row) for row in stances]
    table = pd.DataFrame(rows, columns=["article", "paragraph", "target", "score"])
    table = table.astype({"article": str, "paragraph": "int64", "target": str})
    asked = [(f"{n}{who}", "a", n, who) for n, who in sorted(units)]
    sheet = pd.DataFrame(asked, columns=["unit", "article", "paragraph", "target"])
    sheet = sheet.astype({"article": str, "paragraph": "int64", "target": str})
    found = agreement.machine_codes(table, sheet)
    assert found["unit"].tolist() == sheet["unit"].tolist()
    assert found["direction"].isin([-1, 0, 1]).all()
    for (unit, code), (n, who) in zip(
        found[["unit", "direction"]].values, sorted(units), strict=True
    ):
        own = [s for p, t, s in stances if (p, t) == (n, who)]
        assert code == 0 or own, unit
        assert not own or code * sum(own) >= 0


@given(
    st.none() | st.floats(-1, 1),
    st.floats(-1, 1),
    st.integers(0, 80),
    st.sampled_from(["", "seen"]),
)
def test_a_badge_never_says_more_than_its_figures(alpha, low, n, seen):
    low = None if alpha is None else min(low, alpha)
    badge = agreement.claim_badge(alpha, low, alpha, n, seen)
    if badge.startswith("validated"):
        assert low >= 0.667 and n >= 30 and not seen
    assert badge.startswith(("validated", "tentative", "not validated"))
    assert alpha is None or n == 0 or f"{alpha:.2f}" in badge


@ONE_ARTICLE
@given(st.text("Ab =+-@'é“\n", min_size=1, max_size=30), codes)
def test_a_sheet_comes_back_as_it_was_filled_in(tmp_path_factory, text, directions):
    folder = tmp_path_factory.mktemp("sheets")
    found = made("\n".join([f"Ofcom acted {i}. {text}".strip() for i in range(4)]))
    sheet = agreement.coding_sheet(found.paragraphs, found.mentions, furniture=True)
    assert sheet["unit"].is_unique and sheet["direction"].isna().all()
    sheet = sheet.head(4)
    filled = sheet.assign(direction=pd.array(directions[: len(sheet)], dtype="Int64"))
    for path in agreement.write_sheet(filled, folder, "kim"):
        if filled["direction"].isna().all():
            with pytest.raises(agreement.CodingError, match="nothing is coded"):
                agreement.read_codings(path)
            continue
        back = agreement.read_codings(path)
        assert back["unit"].tolist() == sheet["unit"].tolist()
        assert back["direction"].equals(filled["direction"])


CODING = RESOURCES.parents[1] / "data" / "codings" / "grok-deepfakes"


@few
@given(st.sets(st.integers(0, 200)))
def test_a_coding_scores_itself_whole_and_less_with_less(dropped):
    names = ("paragraphs", "mentions", "quotes", "stance")
    same = {name: pd.read_csv(CODING / f"{name}.csv") for name in names}
    less = same | {n: same[n].drop(index=dropped, errors="ignore") for n in names[1:]}
    whole, part = (
        agreement.score_coding(CODING, tables).set_index("measure")
        for tables in (same, less)
    )
    assert (whole["f1"] == 1).all()
    assert (part["recall"] <= 1).all() and (part["precision"].dropna() == 1).all()
    people = same["stance"].drop_duplicates(["paragraph", "target"])
    sheet = people.assign(unit=range(len(people)))
    units = agreement.coded_units(CODING, sheet)
    assert units["unit"].tolist() == sheet["unit"].tolist()
    assert units["direction"].dropna().isin([-1, 0, 1]).all()


# -- what is shown -----------------------------------------------------------------


@few
@given(ANY)
def test_passages_and_key_say_the_text_and_nothing_of_it_becomes_a_mark(text):
    found = made(text)
    tables = [found.mentions, found.quotes, to_table([], "evidence")]
    tables.append(to_table([], "stance"))
    spans = [(p.start, p.end) for p in found.structure.paragraphs]
    label = '<b onmouseover="x">&'
    passages = reading.mark_passages(text, spans, tables, {"regulator": label})
    for (start, end), passage in zip(spans, passages, strict=True):
        words = re.sub(r"<[^<>]*>", "", passage)
        shown = [s.replace("\0", "\ufffd") for s in (unescape(words), text[start:end])]
        assert shown[0] == shown[1]
    assert "<b" not in reading.key([*found.mentions["actor"]], {"regulator": label})
    for row, plain in zip(
        found.mentions.itertuples(index=False),
        reading.plain_rows(found.mentions),
        strict=True,
    ):
        assert all(
            b is None if pd.isna(a) else a == b for a, b in zip(row, plain, strict=True)
        )


@given(
    st.lists(st.tuples(st.integers(0, 2), scores), max_size=12),
    st.none() | st.integers(1, 3),
)
def test_the_heaviest_are_heavy_and_the_first_among_them(weights, most):
    fields = "article paragraph holder target start end text weight".split()
    rows = [("a", n, "narrator", "x", 0, 1, "x", w) for n, w in weights]
    table = pd.DataFrame(rows, columns=fields)
    found = reading.heaviest(table, most)
    for n, own in found.groupby("paragraph"):
        every = table.loc[table["paragraph"] == n, "weight"].abs()
        kept = own["weight"].abs()
        assert most is None or len(own) <= most
        assert kept.min() >= max(0.1, every.max() / 3) - 1e-12
        assert kept.max() == every.max()


@few
@given(ANY)
def test_an_article_is_kept_when_it_was_read_before_alone(text):
    article = Article(text + " Never read.", "", "", "any")
    assert not pipeline.is_kept(article, BOOK)
    found = analyse(article, BOOK, [])
    words = found.paragraph_rows(tone=False)
    assert sum(r.words for r in words) <= len(found.structure.tokens)
    assert all(0 <= r.position <= 1 for r in words)


@ONE_ARTICLE
@given(several())
def test_every_chart_has_an_alternative_text_that_is_a_sentence(t):
    from matplotlib import pyplot as plt

    p = t["paragraphs"][t["paragraphs"]["article"] == "a"]
    p = p.assign(start=range(len(p)), end=range(1, len(p) + 1), tone_vader=0.1)
    own = {name: rows[rows["article"] == "a"] for name, rows in t.items()}
    s = own["stance"].assign(implied=False, direction=1, certainty="clear")
    m = own["mentions"].assign(start=0, end=1, text="x")
    q = own["quotes"].assign(quote=range(len(own["quotes"])), distance="neutral")
    f = own["framing"].assign(probability=0.9, scorer="encoder")
    parts = m[["article", "paragraph", "actor"]].assign(part="accused")
    drawn = [
        charts.mentions_by_actor(m, p),
        charts.voice_through_text(p),
        charts.who_to_whom(s, p),
        charts.frames_by_position(f, p),
        charts.parts_by_position(parts, p),
        charts.distance_of_cues(q.assign(start=0, end=1, speaker="x"), p),
        charts.tone_and_stance(p, s, "platform"),
    ]
    for chart in drawn:
        said = charts.alt_text(figure_of(chart))
        assert said.endswith(".") and "nan" not in said
    plt.close("all")


# -- the model ---------------------------------------------------------------------


@ONE_ARTICLE
@given(MODEL_TEXT, MODEL_TEXT)
def test_what_is_said_of_a_target_is_a_probability_and_sums(before, after):
    text = f"{before} Ofcom {after} Chatter."
    start = len(before) + 1
    span = (start, start + 5)
    found = stance.score_target(text, *span)
    parts = found.negative, found.neutral, found.positive
    assert sum(parts) == pytest.approx(1) and min(parts) >= 0
    assert found.score == pytest.approx(found.positive - found.negative, abs=1e-6)
    other = len(text) - 8, len(text) - 1
    for way in stance.score_between(text, span, other):
        assert way is None or -1 <= way <= 1


@ONE_ARTICLE
@given(st.sampled_from(["Ofcom sued X.", "X’s firm lost.", "It paid."]), ANY)
def test_a_frame_is_a_probability_of_a_paragraph_that_is_there(sentence, text):
    found = made(f"{sentence}\n{text[:80]}")
    numbers = {p.paragraph for p in found.structure.paragraphs}
    for row in (*found.framing_rows, *found.part_rows):
        assert row.paragraph in numbers
        assert row.probability is None or 0 <= row.probability <= 1
    for row in found.stance_rows:
        assert row.holder != row.target and -1 <= row.score <= 1
    tables = Path(found.article.name)
    assert not tables.exists()  # nothing is written unasked


def test_roles_of_a_corpus_are_looked_up_in_it(tmp_path, here):
    rows = [{"text": f"Ofcom fined X. {n} firms paid.", "name": f"n{n}"} for n in "123"]
    source = tmp_path / "t.jsonl"
    source.write_text("\n".join(map(json.dumps, rows)))
    options = {"stance": False, "progress": False}
    out = corpus.analyse_corpus(source, BOOK, tmp_path / "out", here, **options)
    every = corpus.read_corpus(out, "mentions")
    for role in ("regulator", "platform", "court"):
        own = corpus.read_corpus(out, "mentions", None, corpus.of_role("actor", role))
        assert len(own) == every["actor"].str.startswith(role).sum()
    names = [a.name for a in corpus.collect(source).articles]
    assert names == ["n1", "n2", "n3"]
