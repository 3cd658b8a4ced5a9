"""What drafts see of a name, and of a name beside another: the signs whose weights were
learned. A sign that comes out otherwise asks for other weights
(``python -m benchmarks.train_drafts``)."""

import csv
import re
from pathlib import Path

import pytest

from analysis.drafting import cards, links, nouns
from analysis.drafting.cards import read_card
from analysis.drafting.cast import find_candidates, side_signs
from analysis.drafting.roles import NONE
from analysis.drafting.sides import Side
from analysis.tokens import read_structure

CASES = Path(__file__).with_name("cases")
ROLES = {
    "Aldon": "company",
    "Corvan Lines": "company",
    "Halden Bank": "company",
    "Chirrup": "platform",
    "Gas Commission": "regulator",
    "Ofwat": "regulator",
    "Home Office": "government",
    "Rail Workers Union": "civil_society",
}


def rows(name):
    with open(CASES / name, encoding="utf-8", newline="") as file:
        found = [*csv.DictReader(file)]
    return pytest.mark.parametrize("row", found, ids=lambda r: r["text"][:40])


def places(text, name):
    return [m.span() for m in re.finditer(rf"\b{name}\b", text)]


def seen(signs):
    return "; ".join(sorted(signs))


def sides_of(text):
    found = []
    for name, role in ROLES.items():
        if spots := places(text, name):
            card = read_card(text, [name], spots)
            found.append(Side(role, "", name, names=[name], spots=spots, cards=[card]))
    return found


def card_signs(text, name, _):
    found = find_candidates(read_structure(text))
    known = zip(
        [[p.name] for p in found.people] + [b.names for b in found.bodies],
        found.people_cards + found.body_cards,
        strict=True,
    )
    card = next(card for names, card in known if name in names)
    return [f"{sign}: {words}" if words else sign for sign, words in card.items()]


def link_signs(text, person, body):
    bodies = [name for name in ROLES if places(text, name)]
    odds = [{ROLES[name]: 1.0, NONE: 0.0} for name in bodies]
    (near,) = links.find_signs(
        text,
        [places(text, person)],
        [places(text, name) for name in bodies],
        [{"company": 1.0, NONE: 0.0}],
        odds,
        [[name] for name in bodies],
    )
    return near.get(bodies.index(body), ())


def noun_signs(text, word, body):
    sides = sides_of(text)
    structure = read_structure(text)
    found = nouns.find_nouns(structure, sides)
    noun = next(n for n in found if n.word == word)
    starts = [sentence.start for sentence in structure.sentences]
    at = next(i for i, side in enumerate(sides) if side.label == body)
    return nouns.noun_signs(noun, sides, starts).get(at, ())


def found_names(text):
    """Names, people and bodies of a text as ``cases/names.csv`` has them."""
    found = find_candidates(read_structure(text))
    named = [(n.text, n.kind, n.title and f"({n.title})") for n in found.names]
    people = [
        (p.name, f"({', '.join(p.titles)})", p.pronoun, str(len(p.spots)))
        for p in found.people
    ]
    bodies = [(", ".join(b.names), str(len(b.spots))) for b in found.bodies]
    return tuple(
        "; ".join(" ".join(filter(None, parts)) for parts in group)
        for group in (named, people, bodies)
    )


SIGNS = {"card": card_signs, "link": link_signs, "noun": noun_signs}


@rows("names.csv")
def test_names_are_told_apart_as_people_and_bodies(row):
    assert found_names(row["text"]) == (row["names"], row["people"], row["bodies"])


@rows("signs.csv")
def test_what_is_seen(row):
    found = SIGNS[row["table"]](row["text"], row["of"], row["to"])
    assert seen(found) == row["signs"]


# -- how far one looks -----------------------------------------------------------------


def beside(text, name="Halden", person=False):
    """The signs of a name whose article is about nothing else."""
    card = read_card(text, [name], places(text, name), person=person)
    return set(card)


@pytest.mark.parametrize(
    ("near", "far", "sign"),
    [
        (f"the gym {'o' * 65} Halden", f"the gym {'o' * 66} Halden", "before gym"),
        ("a b gym c d e Halden", "a gym b c d e f Halden", "before gym"),
        ("b gym c d e Halden", "b gym c d e f Halden", "before gym"),
        ("gym c d e of Halden", "gym c d e f of Halden", "of gym"),
        ("Halden, one b c d e f gym", "Halden, one b c d e f g h gym", "after gym"),
        (f"Halden, {'b' * 65} gym", f"Halden, {'b' * 67} gym", "after gym"),
        ("Halden of a b c gym", "Halden of a b c d gym", "after of gym"),
        ("Halden’s b c gym", "Halden’s b c d gym", "owns gym"),
        (
            f"Halden. {'o' * 209} the bank.",
            f"Halden. {'o' * 210} the bank.",
            "later bank",
        ),
        (f"Halden, {'o' * 59}, said", f"Halden, {'o' * 60}, said", "does said"),
        (f"Halden{' o' * 29}  said", f"Halden{' o' * 30} said", "speaks"),
        ("Halden. the bank", "Halden. the big bank", "later bank"),
        ("Halden said the bank.\n", "Halden said.\nthe bank", "later bank"),
        ("the gym Halden", "the gym\nHalden", "before gym"),
        ("Halden, a gym\n", "Halden, a\ngym", "after gym"),
    ],
)
def test_a_card_is_made_of_what_stands_near(near, far, sign):
    assert sign in beside(near) and sign not in beside(far)


@pytest.mark.parametrize(
    ("near", "far", "sign"),
    [
        (f"Aldon {'o' * 163} Ann Lee", f"Aldon {'o' * 164} Ann Lee", "before rank 0"),
        (f"Ann Lee {'o' * 167} Aldon", f"Ann Lee {'o' * 168} Aldon", "after rank 0"),
        ("Aldon b Ann Lee", "Aldon\nb Ann Lee", "before rank 0"),
        ("Ann Lee b Aldon", "Ann Lee\nb Aldon", "after rank 0"),
        (
            "Aldon b c d e f g Ann Lee",
            "Aldon b c d e f g h Ann Lee",
            "before | w w w w w w",
        ),
        ("Aldon b c d e f Ann Lee", "Aldon b c d e f g Ann Lee", "before long 1"),
        (f"Aldon{' b' * 15} Ann Lee", f"Aldon{' b' * 14} Ann Lee", "before long 5"),
        (f"Aldon{' b' * 18} Ann Lee", f"Aldon{' b' * 14} Ann Lee", "before long 5"),
        ("boss Aldon Ann Lee", f"boss {'b' * 36} Aldon Ann Lee", "before beyond O"),
        (
            f"of {'b' * 36} Aldon Ann Lee",
            f"of {'b' * 37} Aldon Ann Lee",
            "before beyond of w",
        ),
        (
            f"Ann Lee Aldon {'b' * 36} of",
            f"Ann Lee Aldon {'b' * 37} of",
            "after beyond w of",
        ),
        (
            f"Aldon. the firm {'b' * 60} Ann Lee",
            f"Aldon. the firm {'b' * 61} Ann Lee",
            "noun before 0",
        ),
        (
            f"Aldon. Ann Lee {'b' * 80} the firm",
            f"Aldon. Ann Lee {'b' * 81} the firm",
            "noun after 0",
        ),
        ("Aldon. The firm Ann Lee", "Aldon. The boss Ann Lee", "noun before 0"),
        ("Aldon. The firm Ann Lee", "Aldon. The union Ann Lee", "noun before 0"),
        (
            "Aldon. The firm b c Ann Lee",
            "Aldon. The firm c Ann Lee",
            "noun before 0 then w w",
        ),
        ("Aldon. of the firm Ann Lee", "Aldon. of a the firm Ann Lee", "noun tied 0"),
        (
            "Aldon. the firm’s boss Ann Lee",
            "Aldon. the firm boss Ann Lee",
            "noun tied 0",
        ),
        ("Aldon. Its boss Ann Lee", "Aldon. Its old boss Ann Lee", "its tied 0"),
        (
            "Aldon. Their old boss Ann Lee",
            "Aldon. The old boss Ann Lee",
            "its before 0",
        ),
    ],
)
def test_a_person_is_tied_to_what_stands_near(near, far, sign):
    found = [link_signs(text, "Ann Lee", "Aldon") for text in (near, far)]
    assert sign in found[0] and sign not in found[1]


def among(text, bodies, role="company", names=None):
    """The signs of many bodies, named by a letter each, before Ann Lee."""
    odds = {role: 1.0, NONE: 0.0}
    (found,) = links.find_signs(
        text,
        [places(text, "Ann Lee")],
        [places(text, name) for name in bodies],
        [odds],
        [odds] * len(bodies),
        names or [[name] for name in bodies],
    )
    return {bodies[i]: seen for i, seen in found.items()}


def test_of_many_bodies_the_nearest_may_be_meant():
    letters = "ABCDEFGHIJKLMNO"
    text = f"{' '.join(letters)}.\nThe firm’s boss, Ann Lee, fell."
    found = {
        body: {s for s in seen if "noun" in s}
        for body, seen in among(text, letters).items()
    }
    first = {f"noun before 0{more}" for more in ("", " then 's O", " after ")}
    assert list(found) == [*"ONMLKJ"]
    assert found["O"] == first | {"noun tied 0"}
    assert found["N"] == {s.replace("0", "1") for s in found["O"]}
    assert all(found[body] == {"noun before 2"} for body in "MLKJ")
    for at, there in ((3, True), (2, False)):
        names = [[f"{k} firm" if k == letters[at] else k] for k in letters]
        own = among(text, letters, names=names).get("D", ())
        assert ("after tied" in own) == there


@pytest.mark.parametrize(
    ("text", "ranks"),
    [
        ("A won. B and C and D and E met. Its boss, Ann Lee, fell.", "BCD"),
        ("B won.\nA met. Its boss, Ann Lee, fell.", "A"),
        ("A won. B met. It fell. Its boss, Ann Lee, fell.", "B"),
        ("A won. B met. The firm fell. Its boss, Ann Lee, fell.", "B"),
        ("A won. B met. The union fell. Its boss, Ann Lee, fell.", "B"),
    ],
)
def test_its_means_what_the_sentence_before_names_or_what_came_last(text, ranks):
    found = among(text, "ABCDE")
    its = {
        k: s for k, seen in found.items() for s in seen if s.startswith("its before")
    }
    assert its == {k: f"its before {rank}" for rank, k in enumerate(ranks)}


def test_agreement_of_roles_is_the_chance_that_both_play_one():
    def shown(person, body):
        odds = ({"company": p, "court": 1 - p - 0.2, NONE: 0.2} for p in (person, body))
        return links._fit_signs(*((o, [o])[k] for k, o in enumerate(odds)), 0)

    assert [*shown(0.8, 0.8)] == [
        "fits 5",
        "role company",
        "person company body company",
    ]
    assert [*shown(0.5, 0.5)][0] == "fits 2"  # 0.25 + 0.09 of 8
    assert [*shown(0.1, 0.7)][1:] == ["role company", "person court body company"]


def test_a_person_beside_a_body_twice_has_the_signs_of_both_places():
    found = link_signs("Ann Lee of Aldon. The Aldon boss Ann Lee", "Ann Lee", "Aldon")
    assert {"after tied of", "before tied direct"} <= set(found)


@pytest.mark.parametrize(
    ("gap", "far", "order", "kind"),
    [
        ("’s old chief executive ", "", "before", "owned"),
        ("’s old tram ", "", "before", ""),
        (" boss ", "", "before", "direct"),
        (" tram bank boss ", "", "before", "direct"),
        (" Leeds boss ", "", "before", ""),
        (" tram ", "", "before", ""),
        (", ", "the boss of the ", "before", "of"),
        (", ", "the boss in the ", "before", ""),
        (", ", "the tram of the ", "before", ""),
        (" , the ", "the boss of the ", "before", ""),
        (", founded in 2016 by ", "", "before", "made"),
        (", founded in 2016. It fell by ", "", "before", "made"),
        (", founded in 2016 by ", "", "after", ""),
        (" fell. The boss ", "", "before", ""),
        (" said boss ", "", "before", ""),
        (" led boss ", "", "before", ""),
        (f"{' b' * 11} boss ", "", "before", "direct"),
        (f"{' b' * 12} boss ", "", "before", ""),
        ("’s firm ", "", "after", "owner"),
        ("’s b c d firm ", "", "after", "owner"),
        ("’s b c d e firm ", "", "after", ""),
        ("’s boss ", "", "after", ""),
        (", boss of the ", "", "after", "of"),
        (" of ", "", "after", "of"),
        (", of the ", "", "after", "of"),
        (" b of the ", "", "after", ""),
        (" b boss of the ", "", "after", "of"),
        (", a ", " boss", "after", "owner"),
        (", ", "’s old big red boss", "after", "owner"),
        (", ", "’s old big red tram boss", "after", ""),
        (", ", "’s old tram", "after", ""),
        (", ", " old boss", "after", ""),
        (", b c ", " boss", "after", "owner"),
        (", b c d ", " boss", "after", ""),
        (" b ", " boss", "after", ""),
    ],
)
def test_how_an_office_ties_a_person_to_a_body(gap, far, order, kind):
    assert links._tied(gap, far, order) == kind


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("the", "the"),
        ("’s", "'s"),
        ("44", "44"),
        ("Boss", "O"),
        ("bosses", "N"),
        ("ministers", "O"),
        ("Leeds", "C"),
        ("firms", "N"),
        ("told", "told"),
        ("fined", "v"),
        ("fine", "w"),
    ],
)
def test_a_token_between_names_counts_as_its_kind(token, kind):
    assert links._token_kind(token) == kind


# -- sides -----------------------------------------------------------------------------


def side(n, **more):
    return Side("company", "", "A", spots=[(k, k + 1) for k in range(n)], **more)


def steps(seen, sign):
    """The numbers of the signs that open so."""
    return [int(n) for s in sorted(seen) for n in re.findall(rf"^{sign} (\d+)", s)]


@pytest.mark.parametrize(
    ("n", "stands", "shares"),
    [
        (1, [], []),
        (2, [2], [1]),
        (3, [2, 3], [1]),
        (4, [2, 3], [1, 2]),
        (5, [2, 3, 5], [1, 2]),
        (7, [2, 3, 5], [1, 2, 3]),
        (8, [2, 3, 5, 8], [1, 2, 3, 4]),
        (10, [2, 3, 5, 8], [1, 2, 3, 4, 5]),
    ],
)
def test_how_often_a_side_stands(n, stands, shares):
    seen = side_signs([side(12), side(n)], "")[1]
    assert (steps(seen, "stands"), steps(seen, "share")) == (stands, shares)
    assert {"role company", "rank 1", "likely 0"} <= seen


@pytest.mark.parametrize(
    ("size", "steps_of_size"),
    [(1, []), (2, [2]), (3, [2]), (4, [2, 4]), (7, [2, 4, 7]), (10, [10, 2, 4, 7])],
)
def test_how_many_sides_there_are(size, steps_of_size):
    found = side_signs([side(20 - k) for k in range(size)], "")
    assert all(steps(seen, "sides") == steps_of_size for seen in found)
    assert [steps(seen, "rank") for seen in found] == [[min(k, 8)] for k in range(size)]


@pytest.mark.parametrize(
    ("letters", "long"),
    [(999, []), (1000, [1]), (1999, [1]), (2000, [1, 2]), (4000, [1, 2, 4])],
)
def test_how_long_the_article_is(letters, long):
    once, twice = side_signs([side(1), side(2)], "x" * letters)
    assert steps(twice, "long") == long
    assert [k for k in (1, 2, 4) if f"long {k} once" in once] == long
    assert not any("once" in s for s in twice)


@pytest.mark.parametrize(("people", "told"), [(0, []), (1, [1]), (4, [1, 2, 3])])
def test_who_speaks_for_a_side(people, told):
    (seen,) = side_signs([side(1, people=["Ann"] * people)], "")
    assert steps(seen, "people") == told
    assert ("has people" in seen) == bool(people)
    assert not seen & {"has names", "has nominals", "speaks", "speaks company"}
    (seen,) = side_signs([side(1, names=["A"], cards=[{}, {"speaks": "said"}])], "")
    assert {"has names", "speaks", "speaks company"} <= seen
    (seen,) = side_signs([side(1, nominals=["the firm"], chance=0.5)], "")
    assert {"has nominals", "likely 4"} <= seen and "has names" not in seen


@pytest.mark.parametrize(
    ("at", "paragraphs", "opens", "quarter"),
    [
        ([0], [], [1, 2, 4], 0),
        ([9, 10], [2], [1, 2, 4], 0),
        ([10, 20, 30, 30], [2, 3], [2, 4], 0),
        ([20, 30, 40, 50], [2, 3, 4], [4], 1),
        ([30, 31, 32, 33, 34, 35], [], [4], 1),
        ([40, 50, 60, 70, 75, 79], [2, 3, 4], [], 2),
        ([0, 10, 20, 30, 40, 50], [2, 3, 4, 6], [1, 2, 4], 0),
    ],
)
def test_where_in_the_article_a_side_stands(at, paragraphs, opens, quarter):
    mine = side(0)
    mine.spots = [(start, start + 1) for start in at]
    (seen,) = side_signs([mine], "Nine text\n" * 8)
    assert steps(seen, "paragraphs") == paragraphs
    assert steps(seen, "opens by") == opens
    assert steps(seen, "opens in") == [quarter]
    assert not any("opens" in s for s in side_signs([side(0)], "Nine text\n")[0])


@pytest.mark.parametrize(
    ("letters", "found", "online"),
    [
        (300, 0, []),
        (100, 1, [1, 2]),
        (1000, 1, [1]),
        (1001, 1, []),
        (1000, 2, [1, 2]),
        (1000, 3, [1, 2]),
        (1000, 4, [1, 2, 4]),
        (1001, 4, [1, 2]),
    ],
)
def test_how_much_of_an_article_happens_online(letters, found, online):
    text = ("app " * found).ljust(letters, ".")
    assert [steps([s], "topic online")[0] for s, _ in cards._topic(text)] == online


@pytest.mark.parametrize(
    ("names", "signs"),
    [
        (["B"], {"name of 1"}),
        (["BP"], {"name of 1", "acronym"}),
        (["ABCDEF"], {"name of 1", "acronym"}),
        (["ABCDEFG"], {"name of 1"}),
        (["Ab Cd Ef Gh"], {"name of 4"}),
        (["Ab Cd Ef Gh Ij"], {"name of 4"}),
        (["Users"], {"name of 1", "is users"}),
        (["The"], {"name of 1", "is the"}),
        (["Ab", "Ab Cd"], {"name of 1", "name of 2"}),
    ],
)
def test_what_a_name_is_made_of(names, signs):
    found = read_card("", names, [])
    assert {s for s in found if re.match("name of|acronym|is ", s)} == signs
    assert "body" in found and "person" not in found
    assert set(read_card("", names, [], person=True)) == {"person"}


@pytest.mark.parametrize(
    ("n", "stands"), [(1, []), (2, [2]), (4, [2, 4]), (6, [2, 4]), (7, [2, 4, 7])]
)
def test_how_often_a_name_stands(n, stands):
    card = read_card("Aldon " * n, ["Aldon"], places("Aldon " * n, "Aldon"))
    assert steps(card, "stands") == stands


def test_twelve_places_of_a_name_are_looked_at():
    for before, there in ((11, True), (12, False)):
        text = "Aldon. " * before + "The gym Aldon"
        card = read_card(text, ["Aldon"], places(text, "Aldon"))
        assert ("before gym" in card) == there


@pytest.mark.parametrize(
    ("noun", "plural"),
    [
        ("company", "companies"),
        ("boss", "bosses"),
        ("union", "unions"),
        ("survey", "surveys"),
        ("church", "churches"),
        ("box", "boxes"),
    ],
)
def test_plurals(noun, plural):
    assert cards.plural(noun) == plural
