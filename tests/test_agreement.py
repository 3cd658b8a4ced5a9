import csv
import random
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics import interval_distance
from nltk.metrics.agreement import AnnotationTask

from analysis import agreement
from analysis.agreement import coding_sheets, codings

CASES = Path(__file__).with_name("cases")
CODING = CASES.parents[1] / "data" / "codings" / "grok-deepfakes"
PUBLISHED = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849}


def cases(name):
    with open(CASES / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if line[0] != "#"))


# -- alpha -----------------------------------------------------------------------


@pytest.mark.parametrize("level", agreement.alpha.LEVELS)
def test_alpha_equals_the_published_example(level):
    rows = [list(row.values())[1:] for row in cases("alpha.csv")]
    data = [[int(cell) if cell else None for cell in row] for row in rows]
    alpha = agreement.krippendorff_alpha(data, level)
    assert round(alpha, 3) == PUBLISHED[level]


def nltk_alpha(data, distance):
    labels = [
        (coder, unit, value)
        for coder, row in enumerate(data)
        for unit, value in enumerate(row)
        if value is not None
    ]
    return AnnotationTask(labels, distance=distance).alpha()


def ordinal_distance(data):
    """The ordinal difference with the sums of values that can be paired."""
    units = [[v for v in unit if v is not None] for unit in zip(*data, strict=True)]
    paired = [v for unit in units if len(unit) > 1 for v in unit]

    def distance(a, b):
        low, high = sorted((a, b))
        ends = (paired.count(a) + paired.count(b)) / 2
        return (sum(low <= v <= high for v in paired) - ends) ** 2

    return distance


@pytest.mark.parametrize("seed", range(40))
def test_alpha_equals_nltk_on_random_data_with_gaps(seed):
    rng = random.Random(seed)
    values = range(-1, rng.randint(1, 4))
    data = [
        [rng.choice(values) if rng.random() < 0.7 else None for _ in range(25)]
        for _ in range(rng.randint(2, 5))
    ]
    distances = {
        "nominal": lambda a, b: float(a != b),
        "ordinal": ordinal_distance(data),
        "interval": interval_distance,
    }
    for level, distance in distances.items():
        ours = agreement.krippendorff_alpha(data, level)
        assert ours == pytest.approx(nltk_alpha(data, distance), abs=1e-9)


code = st.sampled_from([-1, 0, 1, None])
unit_lists = st.lists(st.tuples(code, code, code), min_size=1, max_size=12)


def as_data(units):
    return [list(row) for row in zip(*units, strict=True)]


@given(unit_lists, st.sampled_from(agreement.alpha.LEVELS), st.randoms())
def test_alpha_does_not_depend_on_order_or_names(units, level, rng):
    alpha = agreement.krippendorff_alpha(as_data(units), level)
    mixed = rng.sample(units, len(units))
    coders = rng.sample(as_data(mixed), 3)
    # A linear change of scale leaves even the interval alpha as it is.
    scaled = [[None if v is None else 3 * v + 10 for v in row] for row in coders]
    other = agreement.krippendorff_alpha(scaled, level)
    assert (alpha is None) == (other is None)
    assert alpha is None or alpha == pytest.approx(other, abs=1e-9)


@given(unit_lists, st.sampled_from(agreement.alpha.LEVELS))
def test_alpha_is_one_exactly_when_all_agree(units, level):
    alpha = agreement.krippendorff_alpha(as_data(units), level)
    paired = [set(u) - {None} for u in units if sum(v is not None for v in u) > 1]
    if alpha is None:
        assert len(set().union(*paired)) < 2
    else:
        assert alpha <= 1 + 1e-12
        assert (alpha > 1 - 1e-9) == all(len(values) == 1 for values in paired)


def test_alpha_takes_words_tables_and_missing_values_of_pandas():
    table = pd.DataFrame([["for", None, "against"], ["for", "for", "neither"]])
    assert agreement.krippendorff_alpha(table) == pytest.approx(0.4)
    codes = table.replace({"for": 1, "neither": 0, "against": -1}).astype("Int64")
    assert agreement.krippendorff_alpha(codes) == pytest.approx(0.4)


def test_alpha_without_pairs_or_variation_is_missing():
    assert agreement.krippendorff_alpha([[1, None], [None, 1]]) is None
    assert agreement.krippendorff_alpha([[0, 0], [0, 0]], "interval") is None
    assert agreement.krippendorff_alpha([[None], [None]]) is None
    assert agreement.alpha_interval([[0, 0], [0, 0]]) == (None, None)


def test_alpha_of_an_unknown_level_names_the_levels():
    with pytest.raises(ValueError, match="nominal, ordinal, interval"):
        agreement.krippendorff_alpha([[1], [1]], "ratio")


def test_interval_of_alpha_holds_it_and_narrows_with_more_units():
    rng = random.Random(1)
    first = [rng.choice((-1, 0, 1)) for _ in range(200)]
    second = [v if rng.random() < 0.8 else rng.choice((-1, 0, 1)) for v in first]
    widths = []
    for size in (20, 200):
        data = [first[:size], second[:size]]
        low, high = agreement.alpha_interval(data)
        assert low < agreement.krippendorff_alpha(data) < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


def test_full_agreement_on_a_few_units_is_no_certainty():
    low, high = agreement.alpha_interval([[0, 1] * 5, [0, 1] * 5])
    assert low < agreement.LEAST_ALPHA and high == 1


def test_alpha_that_hangs_on_one_unit_has_no_interval():
    data = [[0] * 29 + [1], [0] * 29 + [1]]
    assert agreement.krippendorff_alpha(data) == 1
    assert agreement.alpha_interval(data) == (None, None)


@pytest.mark.parametrize("level", ["ordinal", "interval"])
def test_words_have_no_order(level):
    data = [["against", "for", "neither"], ["against", "for", "for"]]
    with pytest.raises(ValueError, match="code them as numbers"):
        agreement.krippendorff_alpha(data, level)
    assert agreement.krippendorff_alpha(data) is not None


# -- sheets ----------------------------------------------------------------------


@pytest.fixture
def sheet():
    paragraphs = pd.DataFrame(
        {
            "article": "a",
            "paragraph": pd.array([0, 1, 2, 3], dtype="Int64"),
            "kind": ["body", "body", "body", "caption"],
            "text": ["X must act, now.", '=HYPERLINK("x")', "‘We agree’\x07", "X."],
        }
    )
    mentions = pd.DataFrame(
        [("a", n, "x", form) for n in range(4) for form in ("name", "pronoun")]
        + [("a", 1, "y", "generic")],
        columns=["article", "paragraph", "actor", "form"],
    )
    return agreement.coding_sheet(paragraphs, mentions, {"x": "X Corp"})


def test_sheet_has_a_unit_for_each_paragraph_and_actor_and_no_scores(sheet):
    assert sheet["unit"].tolist() == ["a:0:x", "a:1:x", "a:2:x"]
    assert set(sheet["label"]) == {"X Corp"}
    assert sheet[["direction", "certain", "note"]].isna().all().all()
    assert not {"score", "negative", "positive", "voice"} & set(sheet.columns)


def test_sheet_can_ask_for_actors_that_a_paragraph_leaves_unsaid():
    paragraphs = pd.DataFrame(
        {"article": "a", "paragraph": [0, 1], "kind": "body", "text": "He did."}
    )
    mentions = pd.DataFrame(columns=["article", "paragraph", "actor", "form"])
    units = agreement.coding_sheet(paragraphs, mentions, targets=["x", "y"])["unit"]
    assert units.tolist() == ["a:0:x", "a:0:y", "a:1:x", "a:1:y"]
    assert agreement.coding_sheet(paragraphs, mentions).empty


def fill(sheet, codes):
    return sheet.assign(direction=pd.array(codes, dtype="Int64"))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_filled_sheets_read_back_as_written(sheet, suffix, tmp_path):
    agreement.write_sheet(fill(sheet, [-1, 0, 1]), tmp_path, "kim")
    table = agreement.read_codings(tmp_path / f"kim{suffix}", sheet)
    assert table["direction"].tolist() == [-1, 0, 1]
    assert table["coder"].unique().tolist() == ["kim"]
    assert table["certain"].tolist() == [1, 1, 1]
    bell = "\x07" if suffix == ".csv" else "\ufffd"  # XLSX cannot hold it
    expected = [text.replace("\x07", bell) for text in sheet["text"]]
    assert table["text"].tolist() == expected


def test_a_sheet_filled_by_two_gives_the_expected_alpha(sheet, tmp_path):
    agreement.write_sheet(fill(sheet, [-1, 0, 1]), tmp_path, "kim")
    agreement.write_sheet(fill(sheet, [-1, None, 0]), tmp_path, "lee")
    codings = agreement.read_codings([tmp_path / "kim.csv", tmp_path / "lee.xlsx"])
    data = agreement.reliability_data(codings)
    # Two units have pairs: n = 4, o: (-1,-1) 2, (1,0) 1, (0,1) 1; D_o = 2/4,
    # D_e = (16 - 4 - 1 - 1) / 12.
    assert agreement.krippendorff_alpha(data) == pytest.approx(1 - (2 / 4) / (10 / 12))


def test_nothing_in_a_sheet_runs_as_a_formula(sheet, tmp_path):
    risky = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "'=1", "''-"]
    sheet = pd.concat([sheet] * 3, ignore_index=True).head(len(risky))
    sheet = sheet.assign(text=risky, unit=[f"u{i}" for i in range(len(risky))])
    plain, book = agreement.write_sheet(sheet, tmp_path, "kim")
    with open(plain, encoding="utf-8-sig", newline="") as file:
        cells = [row["text"] for row in csv.DictReader(file)]
    assert all(cell.startswith("'") for cell in cells)
    assert [coding_sheets.unharmed(cell) for cell in cells] == risky
    page = openpyxl.load_workbook(book)["coding"]
    assert "f" not in {cell.data_type for row in page.rows for cell in row}


@given(st.text())
def test_every_cell_can_be_restored(text):
    cell = coding_sheets.harmless(text)
    assert coding_sheets.unharmed(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_workbook_holds_the_instructions_and_the_choices(sheet, tmp_path):
    book = openpyxl.load_workbook(agreement.write_sheet(sheet, tmp_path, "kim")[1])
    assert book.sheetnames == ["coding", "instructions"]
    columns = [row[0].value for row in book["instructions"].iter_rows(min_row=2)]
    assert columns == sheet.columns.tolist()
    ranges = [str(v.sqref) for v in book["coding"].data_validations.dataValidation]
    assert ranges == ["G2:G4", "H2:H4"]


def rewrite(path, change):
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    change(rows)
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.mark.parametrize("case", cases("broken_sheets.csv"), ids=lambda c: c["fault"])
def test_broken_sheets_are_named_with_row_column_and_remedy(case, sheet, tmp_path):
    path = agreement.write_sheet(fill(sheet, [-1, 0, 1]), tmp_path, "kim")[0]
    place = sheet.columns.get_loc(case["column"])

    def spoil(rows):
        rows[int(case["row"]) - 1][place] = case["cell"]

    rewrite(path, spoil)
    with pytest.raises(agreement.CodingError) as error:
        agreement.read_codings(path)
    message = str(error.value)
    named = "unit" if case["column"] == "target" else case["column"]
    named = "direction" if case["cell"] == "direction" else named
    assert f"kim.csv, row {case['row']}, column {named}" in message
    assert case["remedy"] in message


def test_files_that_are_no_sheets_are_named_with_a_remedy(sheet, tmp_path):
    (tmp_path / "empty.csv").write_text("\n")
    (tmp_path / "latin.csv").write_bytes("unit,é".encode("latin-1"))
    (tmp_path / "fake.xlsx").write_text("unit")
    (tmp_path / "old.ods").write_text("unit")
    remedies = {
        "none.csv": "check the path",
        "empty.csv": "fill in the sheet",
        "latin.csv": "CSV UTF-8",
        "fake.xlsx": "save it as .xlsx again",
        "old.ods": "allowed are .csv and .xlsx",
    }
    with pytest.raises(agreement.CodingError) as error:
        agreement.read_codings([tmp_path / name for name in remedies])
    lines = str(error.value).splitlines()
    assert len(lines) == len(remedies)
    for line, (name, remedy) in zip(lines, remedies.items(), strict=True):
        assert line.startswith(name)
        assert remedy in line


def test_sheets_of_another_article_and_uncoded_ones_are_refused(sheet, tmp_path):
    path = agreement.write_sheet(fill(sheet, [0, 0, 0]), tmp_path, "kim")[0]
    with pytest.raises(agreement.CodingError, match="row 4, column unit: 'a:2:x'"):
        agreement.read_codings(path, sheet.head(2))
    agreement.write_sheet(sheet, tmp_path, "kim")
    with pytest.raises(agreement.CodingError, match="row 2 onwards, column direction"):
        agreement.read_codings(path)
    other = agreement.write_sheet(fill(sheet, [0, 0, 0]), tmp_path / "b", "kim")[0]
    with pytest.raises(agreement.CodingError, match="one file a coder"):
        agreement.read_codings([path, other])
    rewrite(other, lambda rows: rows[1].append("spilt"))
    with pytest.raises(agreement.CodingError, match="row 2: 10 cells"):
        agreement.read_codings(other)


def test_what_spreadsheets_do_to_numbers_is_understood(sheet, tmp_path):
    path = agreement.write_sheet(fill(sheet, [0, 0, 0]), tmp_path, "kim")[0]

    def spoil(rows):
        for row, cell in zip(rows[1:], ["−1", "+1.0", " 0 "], strict=True):
            row[6], row[2] = cell, f"{row[2]}.0"

    rewrite(path, spoil)
    text = path.read_text(encoding="utf-8")
    semicolons = [";".join(f'"{c}"' for c in r) for r in csv.reader(text.splitlines())]
    path.write_text("\n".join(semicolons).replace('"x"', "x"), encoding="utf-8")
    assert agreement.read_codings(path)["direction"].tolist() == [-1, 1, 0]


# -- comparing -------------------------------------------------------------------


GOLD = pd.DataFrame(
    {"unit": list("abcdef"), "direction": pd.array([-1, -1, 0, 1, 1, None], "Int64")}
)
MACHINE = pd.DataFrame(
    {"unit": list("abcdeg"), "direction": pd.array([-1, 0, 0, 1, -1, 1], "Int64")}
)


def test_compare_counts_by_class():
    table = agreement.compare(GOLD, MACHINE).set_index("class")
    assert table["precision"].tolist() == [0.5, 0.5, 1.0]
    assert table["recall"].tolist() == [0.5, 1.0, 0.5]
    assert table["n"].tolist() == [2, 1, 2]
    assert table.filter(like="machine_").values.tolist() == [
        [1, 1, 0],
        [0, 1, 0],
        [1, 0, 1],
    ]


def test_compare_of_nothing_is_missing_not_zero():
    table = agreement.compare(GOLD.head(0), MACHINE)
    assert table[["precision", "recall", "f1"]].isna().all().all()
    assert table["n"].tolist() == [0, 0, 0]


def test_disagreements_come_with_their_text_the_widest_first():
    texts = pd.DataFrame({"unit": list("abcdefg"), "article": "a", "target": "x"})
    texts = texts.assign(paragraph=range(7), text=[f"Text {u}." for u in "abcdefg"])
    table = agreement.disagreements(GOLD, MACHINE, texts)
    assert table["text"].tolist() == ["Text e.", "Text b."]
    assert table[["gold", "machine"]].values.tolist() == [[1, -1], [-1, 0]]


def test_machine_codes_are_the_sign_of_the_mean_over_holders():
    sheet = pd.DataFrame({"unit": ["u", "v", "w"], "article": "a", "target": "x"})
    sheet = sheet.assign(paragraph=pd.array([0, 1, 2], dtype="Int64"))
    stance = pd.DataFrame(
        [(0, "x", -0.4), (0, "x", 0.7), (1, "y", -1.0), (2, "x", 0.5), (2, "x", -0.5)],
        columns=["paragraph", "target", "score"],
    ).assign(article="a")
    codes = agreement.machine_codes(stance, sheet)
    assert codes["direction"].tolist() == [1, 0, 0]
    none = agreement.machine_codes(stance.head(0), sheet)
    assert none["direction"].tolist() == [0, 0, 0]


def test_badge_claims_nothing_without_agreement():
    badge = agreement.claim_badge
    assert badge(0.8, 0.7, 0.9, 30).startswith("validated on 30 coded units")
    assert badge(0.8, 0.66, 0.9, 40).startswith("tentative: alpha 0.80")
    assert badge(0.9, 0.8, 1.0, 29).startswith("tentative")
    assert "validated" not in badge(0.9, 0.8, 1.0, 99, "seen").replace("not val", "")
    assert badge(0.3, 0.1, 0.5, 40).startswith(agreement.NOT_VALIDATED + ": alpha 0.30")
    assert badge(None, None, None, 3) == badge(0.9, None, 1, 3)


# -- a full coding ---------------------------------------------------------------


def spoil(table, name):
    """A coding with some rows dropped, moved and changed."""
    table = table[table.index % 5 != 3].copy()
    at = table.index
    if name in ("mentions", "quotes"):
        table.loc[at % 7 == 2, ["start", "end"]] += 6
        table.loc[at % 4 == 1, "actor"] = "court"
    if name == "paragraphs":
        table.loc[at % 6 == 4, "voice"] = "narrator"
        table.loc[at % 8 == 5, "kind"] = "caption"
    if name == "stance":
        table.loc[at % 6 == 0, "holder"] = "court"
        table.loc[at % 7 == 1, "direction"] *= -1
        table.loc[at % 9 == 4, "direction"] = 0
    return table


@pytest.fixture
def coded():
    return {name: pd.read_csv(CODING / f"{name}.csv") for name in codings.CODED}


def test_score_of_a_spoiled_coding_equals_an_independent_program(coded):
    tables = {name: spoil(table, name) for name, table in coded.items()}
    table = agreement.score_coding(CODING, tables).set_index("measure")
    for case in cases("score_coding.csv"):
        for column in ("precision", "recall", "f1"):
            assert round(table.loc[case["measure"], column], 3) == float(case[column])


def test_a_coding_scores_one_against_itself_and_missing_against_nothing(coded):
    table = agreement.score_coding(CODING, coded)
    assert (table[["precision", "recall", "f1"]] == 1).all().all()
    nothing = {name: rows.head(0) for name, rows in coded.items()}
    table = agreement.score_coding(CODING, nothing).set_index("measure")
    assert (table["recall"] == 0).all()
    assert table.loc["stance", ["precision"]].isna().all()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([-1, 0, 1])), max_size=8))
def test_compare_never_exceeds_its_counts(pairs):
    units = [str(i) for i in range(len(pairs))]
    gold = pd.DataFrame({"unit": units, "direction": [b for _, b in pairs]})
    machine = gold.assign(direction=[min(a, 1) for a, _ in pairs])
    table = agreement.compare(gold, machine)
    assert table["n"].sum() == len(pairs)
    assert table.filter(like="machine_").sum().sum() == len(pairs)
