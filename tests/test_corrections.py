"""What a person corrects is kept, applied before what hangs on it, and marked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import analyse, read_article
from analysis.__main__ import main
from analysis.agreement import score_coding, validation
from analysis.agreement.codings import CODED
from analysis.articles import Article
from analysis.codebook import parse_codebook
from analysis.corpus import analyse_corpus, read_corpus
from analysis.corrections import (
    Correction,
    CorrectionError,
    add_correction,
    corrections_path,
    corrections_text,
    corrections_to_coding,
    corrections_to_training,
    parse_corrections,
    read_corrections,
    remove_correction,
)
from analysis.verify import verify

TEXT = (
    "Site fined over leak\n"
    "Ofcom accused Plumeria of lying to its users about the leak in January.\n"
    "“Plumeria has let down every one of its users,” said Jo Ash, its director.\n"
    "Subscribe to our newsletter for more.\n"
    "“We will appeal. It is wrong,” Tom Bell said. It fell by two.\n"
)
BOOK = parse_codebook(
    "actors:\n"
    "  regulator: {label: Ofcom, names: [Ofcom]}\n"
    "  platform: {label: Plumeria, names: [Plumeria]}\n"
    "  civil_society: {label: Users First, names: [Users First]}\n"
)
SAID = "“Plumeria has let down every one of its users,”"[1:-1]


def span(words: str) -> tuple[int, int, str]:
    at = TEXT.index(words)
    return at, at + len(words), words


def paragraph(n: int) -> tuple[int, int, str]:
    return span(TEXT.splitlines()[n])


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "leak.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


def corrected(*rows: Correction):
    return analyse(Article(TEXT, "Leak", "", "leak"), BOOK, rows)


# The file.


def test_a_correction_is_read_as_it_was_added(path):
    file = corrections_path(path)
    assert file == path.with_name("leak.corrections.csv")
    one = Correction("mention", *span("It fell"), "platform", "none", "", "the share")
    added = add_correction(file, one)
    assert added == one._replace(date=date.today().isoformat())
    other = Correction("kind", *paragraph(0), "heading", "body", "2026-01-31")
    add_correction(file, other)
    assert read_corrections(file) == [added, other]
    assert {p.name for p in path.parent.iterdir()} == {path.name, file.name}


def test_a_correction_takes_the_place_of_an_earlier_one(path):
    file = corrections_path(path)
    row = Correction("speaker", *span(SAID), "regulator", "platform")
    add_correction(file, row)
    add_correction(file, row._replace(was="platform", becomes="civil_society"))
    [kept] = read_corrections(file)
    assert (kept.was, kept.becomes) == ("regulator", "civil_society")
    assert remove_correction(file, kept._replace(was="")) and not file.exists()
    assert not remove_correction(file, kept)


def test_a_paragraph_may_have_several_stances(path):
    file = corrections_path(path)
    for becomes in ("regulator>platform:for", "platform>regulator:against"):
        add_correction(file, Correction("missing", *paragraph(4), "", becomes))
    assert len(read_corrections(file)) == 2


@settings(deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), max_size=4))
def test_any_words_come_back(texts):
    rows = [
        Correction("mention", i, i + 1, words, "", "court", "", words.strip())
        for i, words in enumerate(texts)
    ]
    rows = [r for r in rows if "\0" not in r.words and r.reason == r.reason.strip()]
    rows = [r._replace(words=r.words.replace("\r", " ")) for r in rows]
    rows = [r._replace(reason=r.reason.replace("\r", " ").strip()) for r in rows]
    assert parse_corrections(corrections_text(rows).encode(), "a") == rows


def test_no_spreadsheet_runs_a_cell():
    row = Correction("kind", 0, 5, "=1+1!", "", "body", "", "@x")
    line = corrections_text([row]).splitlines()[1]
    assert ",'=1+1!," in line and line.endswith("'@x")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("kinds,0,4,Site,,body", "row 2, column what: 'kinds'; use one of kind"),
        ("kind,a,4,Site,,body", "row 2, column start: 'a' is no place"),
        ("kind,4,4,Site,,body", "row 2, column end: it must be more than start"),
        ("kind,0,4,,,body", "row 2, column words: empty"),
        ("kind,0,4,Site,,picture", "column becomes: 'picture'; use heading, body"),
        ("stance,0,4,Site,court,for", "column was: 'court'; use holder>target"),
        ("missing,0,4,Site,,a>b", "column becomes: 'a>b'; use holder>target:for"),
        ("speaker,0,4,Site,,", "column becomes: ''; use an actor's id"),
    ],
)
def test_a_faulty_row_is_named(row, message, path):
    head = "what,start,end,words,was,becomes"
    corrections_path(path).write_text(f"{head}\n{row}\n", encoding="utf-8")
    with pytest.raises(CorrectionError, match="leak.corrections.csv, row 2"):
        analyse(read_article(path), BOOK)
    with pytest.raises(CorrectionError) as error:
        read_corrections(corrections_path(path))
    assert message in str(error.value)


def test_a_file_without_its_first_row_says_so(path):
    corrections_path(path).write_text("kind,0,4,Site,,body\n", encoding="utf-8")
    with pytest.raises(CorrectionError, match="row 1: no column what, start"):
        analyse(read_article(path), BOOK)
    corrections_path(path).unlink()
    path.with_name("leak.kinds.csv").write_text("0,body\n", encoding="utf-8")
    with pytest.raises(CorrectionError, match="leak.kinds.csv, line 1: it must be"):
        analyse(read_article(path), BOOK)


def test_what_a_spreadsheet_saves_is_read(path):
    head, row = "what;start;end;words;becomes", "kind;0;20;Site fined over leak;body"
    text = f"\ufeff{head}\r\n{row}\r\n"
    corrections_path(path).write_text(text, encoding="utf-8", newline="")
    [row] = read_corrections(corrections_path(path))
    assert row[:4] == ("kind", 0, 20, "Site fined over leak")


def test_the_articles_of_an_export_have_files_of_their_own(tmp_path):
    assert corrections_path(tmp_path / "e.html#3").name == "e-3.corrections.csv"
    (tmp_path / "e-03.corrections.csv").touch()
    assert corrections_path(tmp_path / "e.html#3").name == "e-03.corrections.csv"


# What hangs on them.


def test_a_kind_changes_what_is_read():
    plain = corrected()
    assert plain.paragraphs["kind"][3] == "prompt"
    assert plain.paragraphs["kind"][1] == "body"
    rows = [Correction("kind", *paragraph(n), "", "prompt") for n in (1, 2)]
    r = corrected(*rows)
    assert r.paragraphs["kind"].tolist()[1:3] == ["prompt", "prompt"]
    assert r.paragraphs["corrected"].fillna(False).tolist()[:4] == [0, 1, 1, 0]
    assert len(plain.stance) and not set(r.stance["paragraph"]) & {1, 2}


def test_a_mention_is_put_right_before_pronouns_and_speakers():
    plain = corrected()
    assert plain.quotes.set_index("text")["actor"][SAID] != "civil_society"
    r = corrected(Correction("mention", *span("Jo Ash"), "", "civil_society"))
    found = r.mentions.set_index("text")
    assert found.loc["Jo Ash", "actor"] == "civil_society"
    assert found.loc["Jo Ash", "corrected"] and found.loc["Jo Ash", "form"] == "name"
    assert r.quotes.set_index("text")["actor"][SAID] == "civil_society"
    assert r.quotes["corrected"].isna().all()


def test_a_mention_that_is_none_goes():
    first = TEXT.index("Plumeria")
    gone = Correction("mention", first, first + 8, "Plumeria", "platform", "none")
    r = corrected(gone)
    assert first not in r.mentions["start"].tolist()
    assert first in corrected().mentions["start"].tolist()


def test_a_pronoun_is_put_right():
    at = TEXT.index("It fell")
    row = Correction("mention", at, at + 2, "It", "platform", "regulator")
    found = corrected(row).mentions.set_index("start").loc[at]
    assert (found["actor"], found["form"]) == ("regulator", "pronoun")


@pytest.mark.parametrize(
    ("becomes", "speaker", "actor"),
    [
        ("civil_society", "Jo Ash", "civil_society"),
        ("other", "Jo Ash", "other"),
        ("Tom Bell", "Tom Bell", "other"),
        ("Ofcom", "Ofcom", "regulator"),
        ("Ann Lee", "Ann Lee", "other"),
    ],
)
def test_a_speaker_is_put_right(becomes, speaker, actor):
    r = corrected(Correction("speaker", *span(SAID), "", becomes))
    row = r.quotes.set_index("text").loc[SAID]
    assert (row["speaker"], row["actor"]) == (speaker, actor)
    assert row["corrected"] and row["rule"] == "corrected"
    if speaker in TEXT:
        assert TEXT[row["speaker_start"] : row["speaker_end"]] == speaker
    if actor == "civil_society":
        assert r.paragraphs["voice"][2] == actor
        assert set(r.stance.loc[r.stance["paragraph"] == 2, "holder"]) <= {actor}


def test_a_stance_is_taken_away_turned_confirmed_or_added():
    plain = corrected().stance.set_index(["paragraph", "holder", "target"])
    key = (1, "regulator", "platform")
    assert plain.loc[key, "direction"] == -1
    for becomes in ("for", "against", "none"):
        row = Correction("stance", *paragraph(1), "regulator>platform", becomes)
        r = corrected(row)
        found = r.stance.set_index(["paragraph", "holder", "target"])
        if becomes == "none":
            assert key not in found.index
            continue
        own = found.loc[key]
        assert own["corrected"]
        if becomes == "against":  # what the model said stays, with its evidence
            assert own["score"] == plain.loc[key, "score"]
            assert len(r.explain(*key)) and own["scorer"] == "encoder"
        else:
            assert (own["score"], own["scorer"]) == (1, "person")
            assert own[["negative", "neutral", "positive"]].isna().all()
            assert r.explain(*key).empty
            pairs = r.evidence[["paragraph", "holder", "target"]]
            assert key not in [*pairs.itertuples(index=False, name=None)]


def test_a_missing_stance_is_added():
    row = Correction("missing", *paragraph(4), "", "platform>regulator:against")
    rows = corrected(row).stance
    own = rows[(rows["paragraph"] == 4) & (rows["target"] == "regulator")].iloc[0]
    assert (own["holder"], own["direction"], own["scorer"]) == (
        "platform",
        -1,
        "person",
    )
    assert own["implied"] and own["corrected"]


# A text that changed.


def test_words_that_moved_are_found_again():
    row = Correction("mention", 3, 9, "Jo Ash", "", "civil_society")
    r = corrected(row)
    assert r.mentions["corrected"].sum() == 1
    assert any("row 2, “Jo Ash”: stands at" in note for note in r.notes)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (Correction("mention", 3, 7, "Duke", "", "platform"), "stand nowhere"),
        (Correction("mention", 3, 11, "Plumeria", "", "other"), "at several places"),
        (Correction("mention", *span("Jo Ash"), "", "court"), "no actor 'court'"),
        (Correction("speaker", *span(SAID), "", "court"), "no actor 'court'"),
        (Correction("speaker", 0, 4, "Site", "", "other"), "no quotation is found"),
        (Correction("missing", *paragraph(1), "", "platform>other:for"), "'other'"),
    ],
)
def test_what_cannot_be_applied_is_kept_and_said(row, why):
    r = corrected(row)
    assert r.corrections == (row,) and r.corrected == 0
    [note] = [n for n in r.notes if n.startswith("corrections, ")]
    assert why in note and row.words[:20] in note
    assert r.mentions["corrected"].isna().all()


# Everywhere the same.

ROWS = (
    Correction("kind", *paragraph(3), "prompt", "caption"),
    Correction("speaker", *span(SAID), "", "civil_society"),
    Correction("mention", *span("Jo Ash"), "", "civil_society"),
    Correction("stance", *paragraph(1), "regulator>platform", "for"),
    Correction("missing", *paragraph(4), "", "platform>regulator:against"),
)


@pytest.fixture
def beside(path):
    for row in ROWS:
        add_correction(corrections_path(path), row)
    return path


def test_the_file_beside_is_applied_unless_told_otherwise(beside, tmp_path):
    article = read_article(beside)
    assert analyse(article, BOOK).corrected == 5
    assert analyse(article, BOOK, []).corrected == 0
    other = tmp_path / "other.csv"
    other.write_text(corrections_text(ROWS[:1]), encoding="utf-8")
    assert analyse(article, BOOK, other).corrected == 1
    with pytest.raises(FileNotFoundError, match="no corrections at .*nothing.csv"):
        analyse(article, BOOK, tmp_path / "nothing.csv")
    assert analyse(article, BOOK).machine.stance.equals(
        analyse(article, BOOK, []).stance
    )


def test_short_kinds_are_part_of_them(beside):
    short = "paragraph,kind\n3,body\n0,body\n"
    beside.with_name("leak.kinds.csv").write_text(short, encoding="utf-8")
    r = analyse(read_article(beside), BOOK)
    assert r.paragraphs["kind"][3] == "caption"  # the fuller file goes first
    assert r.paragraphs["kind"][0] == "body" and r.corrected == 6


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("99;body", "no paragraph '99'"),
        ("1;picture", "no kind 'picture'; use one of"),
    ],
)
def test_a_wrong_short_kind_is_named(row, message, path):
    short = f"paragraph;kind\n{row}\n"  # spreadsheets save either mark
    path.with_name("leak.kinds.csv").write_text(short, encoding="utf-8")
    with pytest.raises(ValueError, match=f"leak.kinds.csv, line 2: {message}"):
        analyse(read_article(path), BOOK)


def test_short_kinds_follow_a_text_that_changed(path):
    """A kind whose paragraph moved is still said, and says nothing of the one there."""
    row = Correction("kind", *paragraph(3), "prompt", "caption")
    add_correction(corrections_path(path), row)
    path.write_text("Updated on Monday afternoon.\n" + TEXT, encoding="utf-8")
    article = read_article(path)
    there = article.text[: row.start + 1].count("\n")  # where it was said to stand
    short = f"paragraph,kind\n4,body\n{there},heading\n"
    path.with_name("leak.kinds.csv").write_text(short, encoding="utf-8")
    kinds = analyse(article, BOOK).paragraphs["kind"]
    assert there != 4 and (kinds[4], kinds[there]) == ("caption", "heading")


def test_of_mentions_that_overlap_the_later_row_counts():
    wide, narrow = span("Jo Ash, its director"), span("Jo Ash")
    rows = [
        Correction("mention", *wide, "", "regulator"),
        Correction("mention", *narrow, "", "civil_society"),
    ]
    for first, last in (rows, rows[::-1]):
        r = corrected(first, last)
        own = r.mentions[r.mentions["corrected"].fillna(False).astype(bool)]
        assert own[["text", "actor"]].values.tolist() == [[last.words, last.becomes]]
        assert r.corrected == 1
        assert any(n.startswith("corrections, row 2") for n in r.notes)


def test_nobody_in_wider_words_leaves_somebody_within():
    rows = [
        Correction("mention", *span("Ofcom accused Plumeria"), "", "none"),
        Correction("mention", *span("Ofcom"), "", "civil_society"),
    ]
    r = corrected(*rows)
    own = r.mentions[r.mentions["paragraph"] == 1]
    assert "civil_society" in [*own["actor"]] and "Plumeria" not in [*own["text"]]
    assert r.corrected == 2


def test_a_speaker_is_the_name_nearest_to_the_quotation():
    said = "“It is wrong,” Ann Lee said."
    for text in (
        f"Ann Lee came. It rained for days.\n{said}\nAnn Lee left.\n",
        f"{said}\nIt rained and rained, and on Monday Ann Lee left.\n",
        "Ann Lee went. Ann Lee came.\n“It is wrong,” she said.\n",
    ):
        at = text.index("It is wrong")
        row = Correction("speaker", at, at + 12, "It is wrong,", "", "Ann Lee")
        quote = analyse(Article(text, "", "", "a"), BOOK, [row]).quotes.iloc[0]
        places = [m.start() for m in re.finditer("Ann Lee", text)]
        nearest = min(places, key=lambda place: abs(place - at))
        assert quote["speaker_start"] == nearest and quote["speaker"] == "Ann Lee"


def test_a_speaker_is_said_of_the_whole_quotation_and_of_no_other():
    text = (
        "“We will appeal. It was wrong to fine us.\n"
        "“And we shall win,” Tom Bell said. “It is late,” Jo Ash added.\n"
    )
    plain = analyse(Article(text, "", "", "a"), BOOK, []).quotes
    whole = plain.loc[plain["quote"] == plain["quote"][0]]
    assert len(whole) == 2 < len(plain)
    last = whole.iloc[-1]
    for start, end in ((last.start, last.end), (last.start - 1, last.end)):
        row = Correction("speaker", start, end, text[start:end], "", "civil_society")
        found = analyse(Article(text, "", "", "a"), BOOK, [row]).quotes
        mine = found["actor"] == "civil_society"
        assert mine.tolist() == (found["quote"] == last.quote).tolist()


def test_a_person_goes_before_the_format(tmp_path):
    (tmp_path / "a.html").write_text(
        "<html><body><article><h1>Site fined</h1><p>Ofcom fined Plumeria.</p>"
        "<h2>It will appeal</h2><p>It did so on Monday.</p></article></body></html>"
    )
    article = read_article(tmp_path / "a.html", language_check=False)
    n = article.text.splitlines().index("It will appeal")
    assert analyse(article, BOOK).paragraphs["kind"][n] == "heading"
    (tmp_path / "a.kinds.csv").write_text(f"paragraph,kind\n{n},body\n")
    assert analyse(article, BOOK).paragraphs["kind"][n] == "body"


def test_a_draft_is_made_of_the_corrected_article(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("Ofwat fined Vale Water.\nVine Rail said no.\n" * 3)
    prompts = "".join(f"{n},prompt\n" for n in (1, 3, 5))
    (tmp_path / "a.kinds.csv").write_text("paragraph,kind\n" + prompts)
    labels = set(analyse(read_article(file)).labels.values())
    plain = set(analyse(read_article(file), corrections=[]).labels.values())
    assert "Vine Rail" in plain and "Vine Rail" not in labels


def test_a_run_keeps_them_and_verify_follows(beside, tmp_path):
    out = tmp_path / "out"
    folder = analyse(read_article(beside), BOOK).write(out)
    assert verify(folder) == []
    run = json.loads((folder / "run.json").read_text())
    assert run["corrections"] == {"given": 5, "applied": 5}
    assert any("5 corrections by a person are applied" in n for n in run["notes"])
    assert "5 corrections by a person" in (folder / "report.html").read_text()
    (folder / "corrections.csv").write_text("what,start\n")
    [fault] = verify(folder)
    assert fault.startswith("corrections.csv: changed since the run")


def test_a_corpus_applies_them(beside, tmp_path, here):
    single = analyse(read_article(beside), BOOK)
    out = analyse_corpus(beside.parent, BOOK, tmp_path / "c", here, progress=False)
    for table in ("paragraphs", "mentions", "quotes", "stance"):
        found = read_corpus(out, table)
        assert found["corrected"].sum() == getattr(single, table)["corrected"].sum() > 0
    assert "5 corrections" in read_corpus(out, "articles")["notes"][0]
    add_correction(corrections_path(beside), ROWS[0]._replace(becomes="body"))
    analyse_corpus(beside.parent, BOOK, tmp_path / "c", here, progress=False)
    assert read_corpus(out, "paragraphs")["kind"][3] == "body"


def test_the_command_applies_them(beside, tmp_path, capsys):
    book = tmp_path / "book.yml"
    book.write_text("actors: {regulator: {names: [Ofcom]}}")
    given = [str(beside), "--codebook", str(book), "--out", str(tmp_path / "out")]
    assert main(given) == 0
    said = capsys.readouterr().out
    assert "note: 1 correction by a person is applied (kind 1)" in said
    assert "no actor 'civil_society' in the codebook" in said
    assert main([*given, "--corrections", "none"]) == 0
    assert "correction" not in capsys.readouterr().out


# What they are good for.


def test_corrections_become_a_coding(beside, tmp_path):
    r = analyse(read_article(beside), BOOK)
    folder = corrections_to_coding(r, tmp_path / "codings")
    tables = {name: getattr(r.machine, name) for name in CODED}
    sure = score_coding(folder, tables).set_index("measure")
    assert sure.loc["stance", "n"] == r.stance["corrected"].sum() == 2
    assert sure.loc["stance", "recall"] == 0  # the machine said otherwise
    assert sure.loc["mentions", "n"] == 1
    tables = {name: getattr(r, name) for name in CODED}
    assert (score_coding(folder, tables)["f1"].dropna() == 1).all()
    whole = corrections_to_coding(r, tmp_path / "whole", whole=True)
    n = score_coding(whole, tables).set_index("measure")["n"]
    assert n["stance"] == len(r.stance) and n["mentions"] > 1


def test_a_coding_made_so_vouches_for_nothing(beside, tmp_path):
    r = analyse(read_article(beside), BOOK)
    corrections_to_coding(r, tmp_path / "codings", whole=True)
    badge = validation(r, tmp_path / "codings")
    assert "not validated" in badge and "made by correcting the machine" in badge
    with pytest.raises(FileExistsError, match="holds a coding already"):
        corrections_to_coding(r, tmp_path / "codings")


def test_corrections_become_training_data(beside, tmp_path):
    r = analyse(read_article(beside), BOOK)
    file = tmp_path / "leak.art"
    file.write_text(corrections_to_training(r), encoding="utf-8")
    check = Path(__file__).parents[1] / "data" / "training" / "check.py"
    said = subprocess.run([sys.executable, check, file], capture_output=True, text=True)
    assert said.returncode == 0, said.stdout
    rows = [line.split("\t") for line in file.read_text().splitlines() if "\t" in line]
    assert [row[0] for row in rows] == r.paragraphs["kind"].tolist()
    assert "regulator>platform:+" in rows[1][1].split()
    assert "platform>regulator:-~" in rows[4][1].split()
    sure = [e for row in rows for e in row[1].split() if not e.endswith("?")]
    assert len(sure) == 2
    again = corrections_to_training(r, whole=True)
    assert all("?" not in line.split("\t")[1] for line in again.splitlines()[5:])


@pytest.mark.parametrize("what", ["kind", "missing"])
def test_a_paragraphs_correction_that_begins_in_none_is_said(what):
    at = len(TEXT) - 1
    becomes = {"kind": "caption", "missing": "platform>regulator:for"}[what]
    result = corrected(Correction(what, at, at + 1, "\n", "", becomes))
    assert result.corrected == 0 and "begins in no paragraph" in result.notes[0]


def test_a_file_that_is_no_utf8_is_named(tmp_path):
    path = tmp_path / "a.corrections.csv"
    row = "kind,0,4,Café,body,caption,2026-01-02,"
    path.write_bytes(
        f"what,start,end,words,was,becomes,date,reason\n{row}".encode("l1")
    )
    with pytest.raises(CorrectionError, match=r"a\.corrections\.csv"):
        read_corrections(path)


def test_halves_of_letters_do_not_make_the_file_unreadable(tmp_path):
    path = tmp_path / "a.corrections.csv"
    add_correction(path, Correction("mention", 0, 7, "Ofcom \ud800", "", "regulator"))
    assert read_corrections(path)[0].becomes == "regulator"


def test_a_name_in_small_letters_may_speak():
    row = Correction("speaker", *span(SAID), "", "bell hooks")
    assert not any("no actor" in note for note in corrected(row).notes)


def test_a_noun_at_the_head_of_a_sentence_is_no_name():
    text = "The company erred. She left Leeds."
    start = text.index("She")
    rows = [
        Correction("mention", 0, 11, "The company", "", "platform"),
        Correction("mention", start, start + 3, "She", "", "regulator"),
    ]
    found = analyse(Article(text, "", "", "a"), BOOK, rows).mentions
    assert found.set_index("text")["form"].to_dict() == {
        "The company": "nominal",
        "She": "pronoun",
    }
