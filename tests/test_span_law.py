"""The span law, on any text: ``text[start:end]`` is the row, and no stage raises."""

import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.articles import Article
from analysis.codebook import parse_codebook
from analysis.pipeline import Analysis
from analysis.tables import TABLES, columns
from analysis.tokens import read_structure

BOOK = parse_codebook(
    """
actors:
  regulator:
    names: [Ofcom, F.C.]
    nominals: [the watchdog]
    people: [{name: Ann Lee, titles: [Dame, Ms], pronoun: she}]
  platform: {names: [X, Grok], nominals: [the platform, the company]}
frames: {privacy: [personal data, data]}
words: {odd: -0.5, "very odd": -1.0}
"""
)
PIECES = (
    "Ofcom X Grok F.C. Ann Lee Dame Lee’s the watchdog platform they it she we our US"
    " said says told accused condemned fined must not to that of by was and but odd"
    " very odd personal data ‘ ’ “ ” \" ' « » „ ``  '' . , : ; ! ? … - — ( ) [ ] U.S."
    " Mr. e.g. £12.7m 9.30am e\u0301 \u0301 \u200b \ufeff \x0b \x0c \x1c \x85"
    " \u2028 \xa0 ß İ ſ 😀 \ud83d 中文 א ١٢ According to"
).split(" ")
BLANKS = st.sampled_from(["", " ", " ", " ", "\n", "\n\n", "\t", "\xa0"])
NEWS = st.lists(st.tuples(st.sampled_from(PIECES), BLANKS), max_size=60).map(
    lambda pairs: "".join(a + b for a, b in pairs)
)
ANY = st.text(max_size=200) | NEWS


def check_rows(text: str) -> None:
    found = Analysis(Article(text, "", "", "any"), BOOK)
    rows = {
        "paragraphs": found.paragraph_rows(tone=False),
        "sentences": found.structure.sentences,
        "tokens": list(found.structure.tokens),
        "mentions": found._referents[0],
        "quotes": found._referents[1],
        "stance": found.stance_rows,
        "evidence": found.evidence_rows,
        "frames": found.frame_rows,
    }
    for table, these in rows.items():
        for row in these:
            if table != "stance" and row.start is not None:  # None: a baseline
                assert 0 <= row.start <= row.end <= len(text)
                assert text[row.start : row.end] == row.text, table
    for q in rows["quotes"]:
        if q.speaker is not None:
            assert text[q.speaker_start : q.speaker_end] == q.speaker
    for s in rows["stance"]:
        own = [
            e.weight
            for e in rows["evidence"]
            if (e.paragraph, e.holder, e.target) == (s.paragraph, s.holder, s.target)
        ]
        assert abs(sum(own) - s.score) < 1e-9
        assert abs(s.negative + s.neutral + s.positive - 1) < 1e-9


@settings(max_examples=150, deadline=None)
@given(ANY)
def test_any_text(text):
    check_rows(text)


def test_long_runs_of_one_mark():
    for piece in ("‘", "“", '"', "'", ".", "X ", "Ofcom said ", "it ", "\n", "- "):
        check_rows(piece * 300)


def test_columns_and_types_of_no_rows():
    empty = Analysis(Article("", "", "", "none"), BOOK)
    for table in TABLES:
        found = getattr(empty, table)
        kinds = {c: str(d).lower() for c, d in columns(table).items()}
        assert found.empty
        assert {c: str(d).lower() for c, d in found.dtypes.items()} == kinds


def test_structure_covers_every_character_that_is_not_blank():
    text = " ‘No.’ Mr. X\u2028said … \n\x1c\n “Yes”\xa0\u200b!"
    inside = {i for t in read_structure(text).tokens for i in range(t.start, t.end)}
    assert inside == {i for i, c in enumerate(text) if not c.isspace()}


def test_importing_is_cheap():
    heavy = "pandas numpy matplotlib nltk textblob pyarrow onnxruntime scipy yaml"
    loaded = f"*(m for m in {heavy.split()} if m in sys.modules)"
    code = f"import sys, analysis; print({loaded})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
