"""Sentences say what the tables say: each number is counted here a second time."""

from __future__ import annotations

import re
from functools import cache

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis import trajectory
from analysis.articles import Article
from analysis.codebook import parse_codebook
from analysis.findings import Finding, answers, join, verdicts
from analysis.notebooks import views
from analysis.notebooks.figures import benchmarks, find_tables
from analysis.pipeline import Analysis, analyse
from analysis.reading.contents import describe_thirds
from analysis.trajectory import robust

BOOK = """
actors:
  regulator: {label: Ofwat, names: [Ofwat]}
  company: {label: Vale Water, names: [Vale Water], nominals: [the company]}
  government: {label: Ministers, names: [Downing Street]}
"""
AGAINST = "‘In {} Vale Water has failed and must be ashamed of its leaks,’ Ofwat said."
FOR = "‘In {} Vale Water is excellent and I praise its great work,’ Ofwat said."
FILLER = "On {} rain fell for most of the day on the hills round the town."
TOWNS = "Ashby Birkwood Crale Dunning Esk Farrow Garth Holt".split()


@cache
def run(text: str) -> Analysis:
    return analyse(Article(text, "Leaks", "", "leaks"), parse_codebook(BOOK))


def sentences(findings: list[Finding]) -> str:
    return " ".join(f.sentence for f in findings)


@cache
def turning() -> Analysis:
    """An article that is against the company, then for it."""
    halves = ([AGAINST, FILLER], [FOR, FILLER])
    paragraphs = [p.format(t) for half in halves for t in TOWNS for p in half]
    for i in range(16, 32):
        paragraphs[i] = paragraphs[i].replace("In ", "North of ").replace("On ", "By ")
    return run("\n".join(paragraphs))


@cache
def change() -> tuple[pd.DataFrame, dict, list[Finding]]:
    r = turning()
    tests = trajectory.changes(r.stance, r.paragraphs, ["company", "regulator"])
    points = trajectory.stance_toward(r.stance, r.paragraphs, "company")
    choices = robust.recompute(r, "company")
    others = tests.loc[tests["actor"] != "company", "p"]
    panels = {"company": trajectory.robustness(points, choices, others)}
    tables = r.framing, r.mentions, r.paragraphs
    frames = {"company": trajectory.frame_changes(*tables, "company")}
    return tests, choices, verdicts.of_change(r, tests, frames, panels)


def test_counts_are_those_of_the_tables():
    r = turning()
    said = sentences(answers.of_voices(r))
    named = r.mentions[r.mentions["form"] != "generic"]
    most = named["actor"].value_counts()
    assert f"Vale Water, {most['company']} of {len(named)} mentions" in said
    assert re.search(r"Of 16 quotations in marks, 0 stayed", said)
    stances = sentences(answers.of_stances(r))
    n = (r.stance["direction"] == -1).sum(), (r.stance["direction"] == 1).sum()
    assert f"{n[0]} against the target, {n[1]} for it" in stances


def test_an_actor_that_is_named_and_not_heard_is_said_to_be_silent():
    n = (turning().mentions["actor"] == "company").sum()
    said = sentences(answers.of_voices(turning()))
    assert f"never quoted: Vale Water ({n})." in said


def test_a_planted_change_is_found_and_an_untested_actor_is_not_passed_over():
    tests, _, found = change()
    said = sentences(found)
    row = tests.iloc[0]
    assert row["verdict"] == "rises"
    assert "Stance toward Vale Water" in said and "it rises" in said
    p = row["p_corrected"]
    assert p < 0.05
    assert ("p < 0.001" if p < 0.001 else f"p = {p:.3f}") in said
    assert f"difference {row['difference']:+.2f}" in said
    assert f"95% interval {row['low']:+.2f} to {row['high']:+.2f}" in said  # one test
    assert "Toward Ofwat: too little evidence" in said
    assert all(f.source for f in found)


def test_too_little_evidence_is_described_and_what_is_needed_said():
    r = run("\n".join([AGAINST.format(t) for t in TOWNS[:2]] + [FOR.format("Holt")]))
    tests = trajectory.changes(r.stance, r.paragraphs, ["company"])
    said = sentences(verdicts.of_change(r, tests, {}, {}))
    points = trajectory.stance_toward(r.stance, r.paragraphs, "company")
    thirds = [f"{score:+.2f} (1)".replace("-", "−") for score in points["score"]]
    assert "(3 paragraphs with stance; a test needs 8" in said
    assert f"By thirds of the text: {join(thirds)}; held by Ofwat (3)." in said


def test_no_change_says_what_would_be_missed_and_that_the_interval_is_its_own():
    row = {"first": 0.1, "second": 0.5, "difference": 0.4, "low": 0.02, "high": 0.78}
    row |= {"p_corrected": 0.054, "n": 30, "verdict": "no detectable change"}
    row = next(pd.DataFrame([row]).itertuples(index=False))
    said = verdicts._verdict(row, "X", tried=3)
    assert "p = 0.054 corrected for 3 actors" in said
    assert "95% interval for this test alone +0.02 to +0.78" in said
    assert "a turn of less than 0.34 is more often missed than found" in said


def test_the_source_of_a_sentence_names_its_paragraphs():
    r = turning()
    source = change()[2][0].source
    places = [int(n) for n in re.findall(r"\d+", source)]
    assert places == sorted(r.stance.loc[r.stance.target == "company", "paragraph"])


def test_text_without_actors_is_answered_too():
    r = run("It rained.")
    assert "No actor of the codebook" in sentences(answers.of_contents(r))
    assert "No stance was found" in sentences(answers.of_stances(r))
    assert answers.of_voices(r)


@pytest.mark.parametrize("text", ["", "\n\n", "Join the debate"])
def test_no_text_stops_an_answer(text):
    r = run(text)
    for answer in (answers.of_contents, answers.of_voices, answers.of_stances):
        assert all(f.sentence.endswith(".") for f in answer(r))


def test_each_choice_changes_what_it_says():
    r, (_, choices, _) = turning(), change()
    main = trajectory.stance_toward(r.stance, r.paragraphs, "company")
    assert choices["quotations out"].empty  # nobody but the quoted speaks of it
    assert len(choices["captions in"]) == len(main)
    tone = choices["tone (vader) in place of stance"]
    assert set(tone["paragraph"]) <= set(main["paragraph"])
    by_paragraph = r.paragraphs.set_index("paragraph")["tone_vader"]
    assert tone["score"].tolist() == by_paragraph[tone["paragraph"]].tolist()


def test_pronouns_out_drops_what_only_a_pronoun_names():
    r = run("Vale Water failed.\n‘It is shameful and a disgrace,’ Ofwat said of it.")
    assert "pronoun" in set(r.mentions["form"])
    kept = robust.recompute(r, "company")["pronouns out"]
    pronouns = r.mentions[r.mentions["form"] == "pronoun"]["paragraph"]
    assert not set(kept["paragraph"]) & set(pronouns)


def test_a_coding_is_summed_up_and_its_absence_said():
    scored = pd.DataFrame(
        {"measure": ["kinds", "stance"], "f1": [1.0, 0.5], "n": [8, 4]}
    )
    said = sentences(verdicts.of_trust(turning(), scored, "validated on 4 coded units"))
    assert "from 0.50 (stance) to 1.00 (kinds)" in said
    assert "F1 0.50, n = 4" in said and "validated on 4" in said
    assert "Nobody has coded" in sentences(verdicts.of_trust(turning(), None))


def test_tables_escape_text_and_show_what_is_missing():
    rows = pd.DataFrame({"text": ["<b>"], "score": pd.array([None], "Float64")})
    html = views.table(rows).data
    assert "&lt;b&gt;" in html and "–" in html
    assert "n = 0" in views.table(rows.head(0)).data
    assert ">0.00<" in views.table(pd.DataFrame({"score": [-0.001]})).data
    assert ">+0.50<" in views.table(pd.DataFrame({"score": [0.5]})).data
    share = {"share": [0.004], "low": [0.0], "high": [0.12], "tone_vader": [0.5]}
    shown = views.table(pd.DataFrame(share)).data
    assert all(f">{words}<" in shown for words in ("under 1%", "0%", "12%", "0.50"))
    assert (
        ">tone (VADER)<" in shown
        and ">0.50<" in views.table(pd.DataFrame({"low": [0.5]})).data
    )


def test_findings_are_escaped():
    assert "&lt;i&gt;" in views.say([Finding("<i>", "stance")]).data


def test_a_passage_sums_to_its_scores():
    r = turning()
    html = views.passage(r, 0).data
    weights = r.explain(0, "regulator", "company")["weight"]
    score = r.stance.loc[r.stance["paragraph"] == 0, "score"].iloc[0]
    assert weights.sum() == pytest.approx(score)
    assert f"Ofwat toward Vale Water: {score:+.2f}".replace("-", "−") in html
    assert "No stance was found" in views.passage(r, 1).data


def test_a_corrected_word_shows_as_a_difference():
    r = turning()
    word = views.heaviest_word(r.evidence)
    book = r.codebook._replace(words={word: 1.0})
    after = analyse(r.article, book)
    moved = views.changed_scores(r.stance, after.stance)
    assert (moved["difference"] > 0).all() and len(moved)


def test_a_wider_bandwidth_gives_another_curve():
    lines = []
    for bandwidth in (0.05, 0.5):
        views.curve(turning(), "company", bandwidth)
        lines.append(plt.gca().lines[0].get_ydata())
    assert not (abs(lines[0] - lines[1]) < 1e-3).all()


def test_kept_figures_are_shown_with_command_and_date(tmp_path):
    text = '{"command": "python -m x", "date": "2026-01-02", "n": 3,'
    text += ' "results": [{"name": "a", "f1": 0.5}, {"name": "b", "f1": 0.25}]}'
    (tmp_path / "stance.json").write_text(text, encoding="utf-8")
    html = benchmarks(tmp_path).data
    assert "python -m x, 2026-01-02" in html and "0.25" in html
    rows = find_tables({"all": {"f1": 0.5}, "direct": {"f1": 0.75}})
    assert [r["of"].tolist() for _, r in rows] == [["all", "direct"]]


def test_thirds_add_up_to_the_article():
    r = turning()
    thirds = describe_thirds(r, ["company"])
    body = r.paragraphs[r.paragraphs["kind"] == "body"]
    assert thirds["paragraphs"].astype(int).sum() == len(body)
    toward = r.stance[r.stance["target"] == "company"]
    said = thirds["stance toward Vale Water"].str.extract(r"^(\S+) \(n = (\d+)\)")
    assert said[1].dropna().astype(int).sum() == len(toward)
    places = body.set_index("paragraph")["position"]
    first = toward[toward["paragraph"].map(places) < 1 / 3]["score"].mean()
    assert said[0].iloc[0] == f"{first:+.2f}".replace("-", "−")


def test_in_short_says_what_was_tested_and_what_a_test_would_need():
    tests, _, _ = change()
    r = turning()
    by_basis = {f.basis: f.sentence for f in verdicts.in_short(r, tests, {})}
    assert by_basis["tested"].startswith("The stance toward Vale Water rises by more")
    n = r.stance.loc[r.stance["target"] == "regulator", "paragraph"].nunique()
    assert f"Ofwat ({n} paragraphs with stance)" in by_basis["not tested"]
    assert "a test needs 8 such paragraphs" in by_basis["not tested"]


def test_what_was_not_searched_is_not_called_none_found():
    points = {"company": pd.DataFrame({"score": [0.5] * 12}), "regulator": []}
    said = verdicts.no_jump(points, {"company": "Vale Water"})
    assert said == (
        "None found beyond chance: Vale Water (n = 12). Not tested: regulator (n = 0); "
        "a search needs 10 paragraphs with stance."
    )
    alike = {a: pd.DataFrame({"score": [0.5] * n}) for a, n in (("a", 3), ("b", 12))}
    one_label = verdicts.no_jump(alike, dict.fromkeys("ab", "The firm"))
    assert one_label.startswith(
        "None found beyond chance: The firm (n = 12). Not tested"
    )
    shown = views.table(pd.DataFrame(), none=said).data
    assert "None found (n = 0)" not in shown and "Not tested: regulator" in shown


def test_the_glossary_shows_the_words_that_are_asked_for():
    shown = views.glossary("noun", "holder").data
    assert shown.index("nominal") < shown.index("who takes it")
    with pytest.raises(KeyError, match="not in the glossary: nought; there are actor"):
        views.glossary("nought")
