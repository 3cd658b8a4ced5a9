"""What the model of stance is given to read, and what is made of what it says."""

import csv
from pathlib import Path

import numpy as np
import pytest

from analysis import read_codebook
from analysis.codebook import parse_codebook
from analysis.mentions import find_referents
from analysis.quotes import find_quotes
from analysis.stance import cards, evidence, model, sentences
from analysis.stance.cards import ACTOR, SPEAKS, Card, Script, write_cards
from analysis.stance.evidence import Phrase, find_own_words, find_phrases, shift
from analysis.stance.model import Found, load_tokenizer, split_pieces
from analysis.tokens import read_structure

CASES = Path(__file__).with_name("cases")
BOOK = read_codebook(CASES / "stance.yml")
MARKS = {
    **{ACTOR + k: f"<{k}>" for k in range(model.SLOTS)},
    **{SPEAKS + k: f"«{k}" for k in range(model.SLOTS)},
    **{38: "«other", 39: "«?", 40: "»", 41: "<narrator>", 42: "<other>", 102: "|"},
}
with open(CASES / "passages.csv", encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))


def script(text, book=BOOK):
    structure = read_structure(text)
    found = find_referents(structure, book, find_quotes(text, structure))
    return Script(structure, write_cards(book, found.mentions, found.quotes), *found)


def in_words(ids):
    """Pieces as a person reads them, a bar behind each part."""
    tokens = (MARKS.get(i) or load_tokenizer().id_to_token(i) for i in ids)
    return " ".join(tokens).replace(" ##", "")


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["text"][:40])
def test_what_the_model_reads(row):
    made = script(row["text"])
    last = len(made.pieces) - 1
    passage = made.passage(last, *made.parts(last))
    assert in_words(passage.ids) == row["read"]


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["text"][:40])
def test_marks_are_where_the_model_is_told(row):
    made = script(row["text"])
    last = len(made.pieces) - 1
    p = made.passage(last, *made.parts(last))
    size, ids, (low, high) = len(p.actors), p.ids, p.body
    assert [ids[at] for at in p.cards] == [*range(ACTOR, ACTOR + size), 41, 42]
    assert ids[low - 1] == cards.SEP and high == len(ids)
    own = {"mentions": p.mentions, "voices": p.voices}
    for first, found in ((ACTOR, own["mentions"]), (SPEAKS, own["voices"])):
        for k in range(size):
            marked = [at for at in range(low, high) if ids[at] == first + k]
            assert found[k] == marked
    assert p.mentions[size:] == [[], []] and p.voices[size] == []
    others = [at for at in range(low, high) if ids[at] in (38, 39)]
    assert p.voices[-1] == others


def test_a_card_has_sixteen_pieces_at_most():
    book = parse_codebook("actors: {court: {names: [Ab]}}")
    assert len(cards._card_pieces(Card("a", " ".join("b" * 20)))) == 16
    assert len(cards._card_pieces(Card("a", " ".join("b" * 14)))) == 16
    assert len(cards._card_pieces(Card("a", " ".join("b" * 13)))) == 15
    assert write_cards(book, []) == {}


def test_a_card_has_the_label_without_a_name_and_the_five_nouns_most_used():
    book = parse_codebook(
        """actors:
          court: {label: The Court, names: [Old Bailey], nominals:
            [court, judge, bench, jury, panel, chair]}
          company: {label: Halden Ann Bank, names: [X], people: [{name: Bo Ann}]}
          media: {label: Press, names: [Times]}"""
    )
    nouns = "the judge, a bench, the bench, a jury, a panel, the chair, the court"
    text = f"Old Bailey and Halden said {nouns}. Ann left."
    structure = read_structure(text)
    found = find_referents(structure, book, find_quotes(text, structure))
    made = write_cards(book, found.mentions)
    assert list(made) == ["court", "company"]
    assert made["company"] == Card("company", "")
    assert made["court"].nouns.split(", ")[0] == "The Court"
    assert len(made["court"].nouns.split(", ")) == 6


def company(count):
    """A codebook of so many firms, named by a letter."""
    names = [f"Firm{chr(65 + k)}" for k in range(count)]
    listed = ", ".join(f"company_{n.lower()}: {{names: [{n}]}}" for n in names)
    return parse_codebook(f"actors: {{{listed}}}")


def test_actors_up_to_three_paragraphs_before_are_near():
    rest = ["FirmA fell.", "Rain fell.", "Rain fell.", "Rain fell."]
    many = " ".join(f"Firm{c} won. Firm{c} fell." for c in "BCDEFGHI")
    book = company(9)
    for between, there in ((2, True), (3, False)):
        text = "\n".join([many, *rest[: 1 + between], "Snow fell."])
        made = script(text, book)
        assert ("company_firma" in made.nearest(len(made.pieces) - 1)) == there


def test_the_most_mentioned_come_first_of_those_equally_near():
    text = " ".join(f"Firm{c} won." for c in "ABCDEFGHI") + " FirmI fell. FirmA fell."
    near = script(text, company(9)).nearest(0)
    assert near == [f"company_firm{c}" for c in "abcdefgi"]
    later = f"{text}\nFirmH fell."
    assert script(later, company(9)).nearest(1)[-2:] == [
        "company_firmh",
        "company_firmi",
    ]
    quoted = script("FirmB won. FirmC won.\n“We won,” said FirmA.", company(3))
    assert quoted.nearest(1) == ["company_firma", "company_firmb", "company_firmc"]


@pytest.mark.parametrize(
    ("before", "pieces"),
    [
        ("a " * 64, 64),
        ("b " + "a " * 64, 64),
        ("a " * 60, 60),
        ("a " * 40 + "\n" + "a " * 24, 64),
        ("b\n" + "a " * 40 + "\n" + "a " * 24, 64),
        ("a " * 10 + "\n" + "a " * 10 + "\n" + "a " * 10, 30),
    ],
)
def test_sixty_four_pieces_of_the_text_before_are_read(before, pieces):
    made = script(f"{before.strip()}\nIt rained.")
    last = len(made.pieces) - 1
    ids = made._before(last, 0, {})
    assert in_words(ids) == " ".join("a" * pieces)


def test_before_a_part_its_own_paragraph_is_read_and_names_are_marks_alone():
    made = script("Ofcom won.\nChatter and Ofcom fell. It rained.")
    slots = {"regulator": 0, "platform": 1}
    assert in_words(made._before(1, 4, slots)) == "<0> won . <1> and <0>"
    assert in_words(made._before(1, 0, slots)) == "<0> won ."
    assert in_words(made._before(1, 4, {}))[:5] == "ofcom"


def test_before_looks_back_256_pieces_where_names_have_none():
    name = "B C D E F G H J K L M N O P Q"
    book = parse_codebook(f"actors: {{court: {{names: [{name}]}}}}")
    made = script("b b b b " + f"{name} a " * 16 + "\nRain fell.", book)
    assert len(made.pieces[0].ids) == 4 + 256
    assert in_words(made._before(1, 0, {"court": 0})) == " ".join(["<0> a"] * 16)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("A b. " * 66 + "A b", [(0, 200)]),
        ("A b. " * 67, [(0, 198), (198, 201)]),
        ("A b c. " * 51, [(0, 200), (200, 204)]),
        ("A b c. " * 101, [(0, 200), (200, 400), (400, 404)]),
        ("a " * 401, [(0, 200), (200, 400), (400, 401)]),
        ("Rain fell. Cats " + "d " * 201, [(0, 3), (3, 203), (203, 205)]),
    ],
)
def test_parts_end_with_a_sentence_and_have_200_pieces_at_most(text, parts):
    made = script("It rained.\n" + text.strip())
    assert list(made.parts(1)) == parts
    assert list(made.parts(0)) == [(0, 3)]


def test_a_part_holds_its_own_pieces_marks_and_places():
    text = "It rained.\nOfcom fined Chatter. Chatter paid the firm’s boss."
    made = script(text)
    count = len(made.pieces[1].ids)
    whole, part = made.passage(1, (0, count)), made.passage(1, (5, count))
    assert in_words(part.ids[slice(*part.body)]) == "<1> paid <1> the firm ’ s boss . |"
    assert [text[a:b] for a, b in part.offsets][:2] == ["Chatter", "paid"]
    assert part.offsets == whole.offsets[5:]
    some = made.passage(1, (5, count), kept=frozenset({1, 7}))
    assert in_words(some.ids[slice(*some.body)]) == "paid . |"
    assert some.offsets == part.offsets and some.mentions == [[]] * 4
    none = made.passage(1, (0, count), actors=[])
    assert (none.actors, len(none.cards)) == ((), 2)
    turned = made.passage(1, (0, count), actors=["platform", "regulator"])
    assert in_words(turned.ids[slice(*turned.body)])[:15] == "<1> fined <0> ."
    other = {a: Card("court", "") for a in ("regulator", "platform")}
    carded = made.passage(1, (0, count), cards=other)
    assert in_words(carded.ids).startswith("[CLS] <0> court <1> court <narrator>")


# -- the model -------------------------------------------------------------------------


class Session:
    """Keeps what it is fed, and says nothing of it."""

    def __init__(self):
        self.feed = {}

    def run(self, heads, feed):
        self.feed = feed
        shapes = {"edges": (1, 10, 10, 3), "frames": (1, 13, 10), "stance": (1, 3)}
        return [np.arange(np.prod(shapes[h])).reshape(shapes[h]) / 9 for h in heads]


@pytest.fixture
def session(monkeypatch):
    found = Session()
    monkeypatch.setattr(model, "load_model", lambda: found)
    return found


def test_the_model_is_told_where_all_marks_stand(session):
    text = "“We won,” said Ofcom. Chatter fell. Chatter and Bo Ek’s “firm” lost."
    made = script(text)
    passage = made.passage(0, *made.parts(0))
    found = model.run_passage(passage)
    spots = session.feed["spots"][0].reshape(3, 10, -1)
    assert session.feed["ids"].tolist() == [passage.ids]
    rows = [0, 1, 8, 9]
    for kind, groups in enumerate(
        ([[at] for at in passage.cards], passage.mentions, passage.voices)
    ):
        for row, at in zip(rows, groups, strict=True):
            told = np.zeros(len(passage.ids))
            told[at] = 1 / max(1, len(at))
            assert spots[kind, row].tolist() == pytest.approx(told.tolist())
        assert not spots[kind, 2:8].any()
    body = session.feed["body"][0]
    assert [*np.flatnonzero(body)] == [*range(*passage.body)] and body.max() == 1
    assert session.feed["marks"].tolist() == [[0, 0]]
    edges = (np.arange(300).reshape(10, 10, 3) / 9)[rows][:, :2]
    assert found.stances == pytest.approx(model.softmax(edges, "edges"))
    frames = (np.arange(130).reshape(13, 10) / 9)[:, [0, 1, 8]]
    assert found.frames == pytest.approx(model.logistic(frames, "frames"))


def test_a_sentence_is_fed_with_its_two_marks(session):
    found = model.run_sentence([101, 7, 8, 102], [1, 2], "stance")
    assert session.feed["marks"].tolist() == [[1, 2]]
    assert session.feed["spots"].shape == (1, 30, 4) and not session.feed["spots"].any()
    assert session.feed["body"].tolist() == [[0, 0, 0, 0]]
    assert found == pytest.approx(model.softmax(np.arange(3) / 9, "stance"))


def test_probabilities_are_calibrated_by_the_temperature(monkeypatch):
    monkeypatch.setattr(model, "settings", lambda: {"temperature": {"a": 2.0}})
    logits = np.array([[0.0, 2 * np.log(3)], [5e3, 5e3]])
    assert model.softmax(logits, "a") == pytest.approx(np.array([[1, 3], [2, 2]]) / 4)
    assert model.logistic(logits[0], "a").tolist() == pytest.approx([0.5, 0.75])


@pytest.mark.parametrize("actors", [0, 1, 3])
def test_what_is_found_is_folded_and_unfolded(actors):
    size = (actors + 2) * actors * 3
    found = Found(
        np.arange(size).reshape(actors + 2, actors, 3),
        -np.arange(13 * (actors + 1)).reshape(13, actors + 1),
    )
    again = Found.unfold(found.fold(), actors)
    assert all((a == b).all() for a, b in zip(found, again, strict=True))


# -- evidence --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "target", "most", "cut"),
    [
        ("X was condemned by Bo.", "X", 12, "was condemned|by Bo."),
        ("A bad, big X won today.", "X", 12, "A bad,|big|won today."),
        ("The big old X of the men", "X", 9, "The big old|of the men"),
        ("cats of gold in June on land X", "X", 4, "cats|of gold|in June|on land"),
        ("cats of gold in June on land X", "X", 3, "cats of gold|in June|on land"),
        ("cats of gold in June on land X", "X", 2, "cats of gold|in June on land"),
        ("cats of silver in May X on land", "X", 2, "cats of silver in May|on land"),
        ("X", "X", 3, ""),
    ],
)
def test_a_text_is_cut_into_short_phrases_around_its_target(text, target, most, cut):
    at = text.index(target)
    found = find_phrases(text, at, at + len(target), most)
    assert "|".join(text[a:b] for a, b in found) == cut


def test_orders_come_in_pairs_the_same_every_time():
    orders = evidence._orders(4, 4)
    assert orders == [[1, 3, 0, 2], [2, 0, 3, 1], [3, 0, 2, 1], [1, 2, 0, 3]]
    assert evidence._orders(4, 5) == orders


def test_shares_are_what_each_phrase_adds_first_and_last():
    asked, spans = [], [(0, 1), (2, 3), (4, 6), (7, 8)]

    def score(kept):
        asked.append(kept)
        return len(kept) ** 2

    base, worth = evidence.share_out(spans, [(0, 3), (5, 8)], score, 2)
    assert base == 1  # the third piece reaches out of its phrase
    assert worth == [((9 - 1) + (16 - 4)) / 2, ((4 - 1) + (16 - 9)) / 2]
    assert len(asked) == len(set(asked)) == 4


@pytest.mark.parametrize(
    ("text", "target", "found"),
    [
        ("Odd X, oddly ODD.", None, ["Odd", "ODD"]),
        ("odd-X-odd", (4, 5), ["odd", "odd"]),
        ("odd-X", (3, 5), ["odd"]),
        ("X-odd", (0, 2), ["odd"]),
        ("the odd X", (4, 9), []),
        ("odd", None, ["odd"]),
    ],
)
def test_own_words_stand_by_themselves_outside_the_target(text, target, found):
    words = find_own_words(text, {"odd": -1})
    words = find_own_words(text, {"odd": -1}, target) if target else words
    assert [w.text for w in words] == found
    assert all(text[w.start : w.end] == w.text and w.weight == -1 for w in words)


@pytest.mark.parametrize(
    ("row", "weights", "moved", "scaled"),
    [
        ((0.2, 0.3, 0.5), [0.35], (0.1, 0.15, 0.75), [0.35]),
        ((0.2, 0.3, 0.5), [-0.65], (0.6, 0.15, 0.25), [-0.65]),
        ((0.2, 0.3, 0.5), [1.4], (0, 0, 1), [0.7]),
        ((0.2, 0.3, 0.5), [-1, -1.6], (1, 0, 0), [-0.5, -0.8]),
        ((0.2, 0.3, 0.5), [0.5, -0.5], (0.2, 0.3, 0.5), [0, 0]),
        ((0.2, 0.3, 0.5), [], (0.2, 0.3, 0.5), []),
        ((0, 0, 1), [1], (0, 0, 1), [0]),
    ],
)
def test_own_words_move_probabilities_toward_their_pole(row, weights, moved, scaled):
    terms = [Phrase(k, k + 1, "x", w) for k, w in enumerate(weights)]
    found, said = shift(row, terms)
    assert found == pytest.approx(moved)
    assert [t.weight for t in said] == pytest.approx(scaled)


# -- single sentences ------------------------------------------------------------------


def marked(text, spans, kept=None):
    pieces = split_pieces(text)
    marks = sentences.SPAN_MARKS[-len(spans) :]
    ids, at = sentences.mark_spans(pieces, spans, marks, kept)
    named = {i: f"<{i}>" for pair in marks for i in pair}
    return " ".join(named.get(i) or in_words([i]) for i in ids), at


@pytest.mark.parametrize(
    ("spans", "kept", "read", "at"),
    [
        ([(4, 11)], None, "[CLS] the <5> big red <6> fox fell . |", [2]),
        ([(4, 7)], None, "[CLS] the <5> big <6> red fox fell . |", [2]),
        ([(5, 9)], None, "[CLS] the <5> big red <6> fox fell . |", [2]),
        ([(20, 21)], None, "[CLS] the big red fox fell <5> . <6> |", [6]),
        ([(4, 11)], frozenset({0, 4}), "[CLS] the <5> big red <6> fell |", [2]),
        ([(4, 11)], frozenset(), "[CLS] <5> big red <6> |", [1]),
        (
            [(0, 3), (16, 20)],
            None,
            "[CLS] <3> the <4> big red fox <5> fell <6> . |",
            [1, 7],
        ),
        ([(3, 4)], None, "[CLS] <5> the <6> big red fox fell . |", [1]),  # a blank
    ],
)
def test_spans_are_marked(spans, kept, read, at):
    assert marked("the big red fox fell.", spans, kept) == (read, at)


@pytest.mark.parametrize(
    ("size", "target", "read", "at"),
    [
        (156, 0, 156, 1),
        (156, 155, 156, 156),
        (157, 0, 156, 1),
        (157, 156, 156, 156),
        (400, 200, 156, 79),
        (400, 79, 156, 79),
        (400, 78, 156, 79),
        (400, 77, 156, 78),
        (400, 399, 156, 156),
    ],
)
def test_of_a_long_text_the_part_around_the_target_is_read(size, target, read, at):
    text, spans = "a " * size, [(2 * target, 2 * target + 1)]
    ids, found = sentences.mark_spans(split_pieces(text), spans, [(5, 6)])
    assert (len(ids), found) == (read + 4, [at])
    assert [ids[at], ids[at + 2]] == [5, 6]


def test_the_part_read_lies_around_both_actors():
    assert sentences._window(500, [[100, 101], [200, 203]], 100) == (101, 201)
    assert sentences._window(100, [[1]], 100) == (0, 100)
    assert sentences._window(101, [[1]], 100) == (0, 100)


@pytest.mark.parametrize("turned", [False, True])
def test_who_backs_whom_turns_with_the_order_of_the_two(monkeypatch, turned):
    row = np.array([0.1, 0.4, 0.2, 0.05, 0.25])
    monkeypatch.setattr(sentences, "run_sentence", lambda ids, at, head: row)
    spans = [(0, 1), (9, 10)]
    found = sentences.score_pair("A backs B.", *(spans[::-1] if turned else spans))
    assert found == ((0.1, 0.2, 0.4, 0.25, 0.05) if turned else tuple(row))


@pytest.mark.parametrize(
    ("row", "forth", "back"),
    [
        ((0, 0.5, 0.1, 0.1, 0.3), 0.4, None),
        ((0, 1 / 3, 0, 0, 2 / 3), 1 / 3, -2 / 3),
        ((0, 0.33, 0.4, 0, 0), None, 0.4),
        ((0, 0.1, 0, 0.5, 1 / 3), -0.4, -1 / 3),
    ],
)
def test_between_two_there_is_a_stance_from_a_third_up(monkeypatch, row, forth, back):
    monkeypatch.setattr(sentences, "score_pair", lambda *a: row)
    found = sentences.score_between("A, B", (0, 1), (3, 4))
    assert found == pytest.approx((forth, back))


def test_a_span_of_a_pair_must_be_in_the_text():
    for spans in (((0, 1), (3, 9)), ((3, 9), (0, 1))):
        with pytest.raises(ValueError, match="no target at 3:9 in a text of 4"):
            sentences.score_between("A, B", *spans)
    assert sentences.score_target("X", 0, 1)


def test_evidence_of_a_target_comes_in_the_order_of_the_text():
    text = "Odd critics condemned X for its odd silence in June."
    found = sentences.score_target(text, 22, 23, words={"odd": -0.1})
    assert [t.text for t in found.evidence if t.text.lower() == "odd"] == ["Odd", "odd"]
    starts = [t.start for t in found.evidence]
    assert starts == sorted(starts)
    many = "cats of gold in June " * 8 + "X"
    at = len(many) - 1
    assert len(sentences.score_target(many, at, at + 1).evidence) == 12
