"""Quotations, their speakers and kinds: hand-written cases, laws, the first article."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.articles import read_article
from analysis.quotes import find_notes, find_quotes
from analysis.tables import read_resource, to_table
from analysis.tokens import read_structure
from analysis.verbs import inflect
from tests.counting import calls

HERE = Path(__file__).parent
CODING = HERE.parent / "data" / "codings" / "grok-deepfakes" / "quotes.csv"


COLUMNS = ("quotation", "speaker", "kind", "cue", "rule")


def read_cases() -> dict[str, set[tuple[str, ...]]]:
    """Rows that each text must give; a text with none must give none."""
    cases = defaultdict(set)
    with open(HERE / "cases" / "quotes.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            wanted = cases[row["text"]]
            if row["quotation"]:
                wanted.add(tuple(row[c] for c in COLUMNS))
    return cases


CASES = read_cases()


@pytest.mark.parametrize("text", CASES, ids=lambda text: text[:40])
def test_case(text):
    rows = [(q.text, q.speaker, q.kind, q.cue, q.rule) for q in find_quotes(text)]
    found = {tuple(cell or "" for cell in row) for row in rows}
    in_marks = {row for row in found if row[2] != "indirect"}
    assert in_marks == {row for row in CASES[text] if row[2] != "indirect"}
    assert CASES[text] <= found
    assert CASES[text] or not found


def test_there_are_enough_cases():
    with open(HERE / "cases" / "quotes.csv", encoding="utf-8", newline="") as file:
        styles = [row["style"] for row in csv.DictReader(file)]
    assert len(styles) >= 120
    assert styles.count("British") >= 50


MARKS = list("“”\"'‘’«»„`–—:,.!? \n")
PIECES = st.sampled_from(
    [*MARKS, "said", "saying", "Ofcom", "he", "that", "users’ ", "according to ", "\n‘"]
    + ["\nREID: ", "\nLEE: ", " — Ann Cole", " (@anncole)", "Bob “Bo” Lee "]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join))


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_span_law(text):
    for q in find_quotes(text):
        assert text[q.start : q.end] == q.text != ""
        assert q.kind in ("direct", "fragment", "indirect")
        if q.speaker is None:
            assert q.speaker_start is q.speaker_end is q.rule is q.confidence is None
        else:
            assert text[q.speaker_start : q.speaker_end] == q.speaker != ""
            assert q.rule and (q.confidence is None or 0 <= q.confidence <= 1)
    for note in find_notes(text):
        assert text[note.start : note.end] == note.text != ""


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_rows_are_in_order_and_do_not_cross_paragraphs(text):
    structure = read_structure(text)
    quotes = find_quotes(text, structure)
    for q in quotes:
        paragraph = structure.paragraphs[q.paragraph]
        assert paragraph.start <= q.start < q.end <= paragraph.end
    assert [q.start for q in quotes] == sorted(q.start for q in quotes)
    assert all("\n" not in q.text for q in quotes)
    marked = [q for q in quotes if q.kind != "indirect"]
    assert all(a.end <= b.start for a, b in zip(marked, marked[1:], strict=False))
    numbers, told = ({q.quote for q in quotes if (q in marked) == m} for m in (1, 0))
    assert max(numbers, default=-1) < min(told, default=len(text) + 1)
    assert min(numbers | told, default=0) >= 0


def test_structure_given_or_not_is_the_same():
    text = "‘No,’ she said. Ofcom said ‘never’."
    assert find_quotes(text, read_structure(text)) == find_quotes(text)


LONG = [
    "‘a ",
    "“\n",
    "“a” said X ",
    "X, a, b said ‘a’ ",
    "AA: b\nBB: c\n",
    '" a , " he said ',
]
LONG += ["“a, b c\n", "Tom “Bob” Reed said ", "x — A B (@ab) May 3, 2026\n"]


@pytest.mark.parametrize("piece", LONG)
def test_work_grows_with_the_text_and_no_faster(piece):
    def work(n: int) -> int:
        structure = read_structure(piece * n)
        return calls(lambda: find_quotes(piece * n, structure))

    work(10)
    assert work(4000) < 15 * work(400)


def test_running_quotation_keeps_one_number_past_furniture():
    text = (
        "Ms Reed said: ‘We must act.\nJoin the debate\n"
        "What should be done about it?\n‘We will act.’"
    )
    first, second = (q for q in find_quotes(text) if q.kind == "direct")
    assert first.quote == second.quote
    assert (first.paragraph, second.paragraph) == (0, 3)
    assert (first.rule, second.rule) == ("cue_before", "carried_on")


def test_caption_opens_no_running_quotation():
    text = (
        "Mr Dunn leaves the ‘haunted house in a long coat with his dog and a driver\n"
        "‘It was cold,’ said Ms Weber."
    )
    [quote] = [q for q in find_quotes(text) if q.kind == "direct"]
    assert quote.text == "It was cold,"
    assert [n.text for n in find_notes(text)] == ["‘"]


def test_unpaired_marks_are_notes():
    assert [n.problem for n in find_notes("He said” and left.")] == ["closes nothing"]
    assert find_notes("Ms Hill said: “It leaks.\n“It will leak again.”") == []
    assert find_notes("The boys’ school, the ’90s, 6'2\" and O’Brien’s ‘pal’.") == []


def test_cue_verbs_stand_by_the_alphabet():
    verbs = [row["verb"] for row in read_resource("cue_verbs.csv")]
    assert verbs == sorted(verbs)


@pytest.mark.parametrize("row", read_resource("cue_verbs.csv"), ids=lambda r: r["verb"])
def test_forms_of_a_cue_verb_are_spelt(row):
    """Snapped, not snaped; agreeing, not agreing; echoes, not echos."""
    verb, present, past, perfect, participle = (
        f.split()[0] for f in list(row.values())[:5]
    )
    doubled = verb + verb[-1]
    regular = inflect(verb) | {doubled + "ed", doubled + "ing"}
    assert {present, participle} <= regular
    assert {form for form in (past, perfect) if form.endswith("ed")} <= regular


@pytest.mark.parametrize(
    ("cue", "distance"),
    [
        ("said", "neutral"),
        ("claimed", "doubting"),
        ("thundered", "strong"),
        ("admitted", "conceding"),
        ("urged", "demanding"),
    ],
)
def test_distance_is_the_cue_verbs_class(cue, distance):
    [quote] = find_quotes(f"‘It will pass,’ Ms Weber {cue}.")
    assert (quote.cue, quote.distance) == (cue, distance)


def test_quotations_are_numbered_before_what_is_reported():
    found = find_quotes("‘It leaks,’ said Ms Hill. Ofwat said it was dry. ‘It leaks.’")
    assert [q.quote for q in found] == [0, 2, 1]
    assert [q.quote for q in find_quotes("Ofwat said it was dry.")] == [0]


def test_without_a_cue_verb_there_is_no_distance():
    found = find_quotes("‘It leaks.’ According to Ofwat, it does leak. Hill: ‘Yes.’")
    cues = [("according_to", "neutral"), ("colon", None), (None, None)]
    assert sorted((q.rule, q.distance) for q in found if q.rule) == cues[:2]
    assert [q.distance for q in found if not q.rule] == [None]


def test_confidence_is_that_of_the_rule():
    sure, unsure = find_quotes("‘No,’ she said. Ofcom has made ‘urgent contact’.")
    assert (sure.rule, unsure.rule) == ("cue_after", "sentence_subject")
    assert sure.confidence > 0.9 > 0.5 > unsure.confidence


def test_speaker_carries_on_through_a_paragraph_of_its_own():
    text = "‘No,’ said Ms Reed.\n‘Never again.’\n‘Not now,’ said Mr Dunn."
    speakers = [q.speaker for q in find_quotes(text)]
    assert speakers == ["Ms Reed", "Ms Reed", "Mr Dunn"]


@pytest.mark.parametrize(("number", "speaker"), [(99, "Ms Hill"), (100, None)])
def test_headings_are_compared_with_the_first_hundred_quotations(number, speaker):
    said = "“Number {} is late,” said Ms Hill in the hall on Monday, where they met."
    body = "\n".join(said.format(n) for n in range(101))
    assert find_quotes(f"“Number {number} is late”\n{body}")[0].speaker == speaker


@pytest.mark.parametrize(("sentences", "speaker"), [(6, "Ms Hill"), (7, "The rain")])
def test_who_still_speaks_is_looked_for_six_sentences_back(sentences, speaker):
    between = "The rain fell. " * sentences
    last = find_quotes(f"Ms Hill said it was late. {between}“We will pay.”")[-1]
    assert (last.text, last.speaker) == ("We will pay.", speaker)


@pytest.mark.parametrize(("words", "rule"), [(11, "signed"), (12, None)])
def test_a_signature_is_no_longer_than_a_line(words, rule):
    [quote] = find_quotes(f"“It leaks.” — Ann Cole, {'old ' * words}head.")
    assert quote.rule == rule


@pytest.mark.parametrize("words", [29, 30])
def test_a_cue_stands_near_the_quotation_that_it_follows(words):
    subject = "the " + "old " * (words - 2) + "board"
    [quote] = find_quotes(f"“It is late,” {subject} said.")
    assert quote.speaker == (subject if words < 30 else None)


@pytest.mark.parametrize(("words", "rule"), [(24, "cue_before"), (25, "colon")])
def test_a_cue_stands_near_the_quotation_that_it_introduces(words, rule):
    *_, quote = find_quotes(f"Ms Hill said{' so' * words}: “It is late.”")
    assert (quote.speaker, quote.rule) == ("Ms Hill", rule)


def test_rows_fit_the_table():
    table = to_table(find_quotes("‘No,’ she said. “Why?”"), "quotes", "a")
    assert table.kind.tolist() == ["direct", "direct"]
    assert table.actor.isna().all()
    assert to_table(find_quotes("Nothing."), "quotes").empty


def test_first_article_against_its_coding():
    article = read_article(HERE.parent / "data" / "articles" / "grok-deepfakes.txt")
    with open(CODING, encoding="utf-8", newline="") as file:
        gold = [row for row in csv.DictReader(file)]
    found = {(q.start, q.end): q for q in find_quotes(article.text)}
    marked = {s for s, q in found.items() if q.kind != "indirect"}
    assert marked == {(int(g["start"]), int(g["end"])) for g in gold}
    for g in gold:
        quote = found[int(g["start"]), int(g["end"])]
        assert quote.kind == g["kind"]
        if g["speaker"]:
            assert g["speaker"] in quote.speaker
        else:
            assert quote.speaker is None
