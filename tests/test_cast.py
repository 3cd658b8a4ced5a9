"""Who is seated with whom: people beside bodies, bodies and offices on their sides."""

import re

import pytest

from analysis.codebook import Person
from analysis.drafting import cast, sides
from analysis.drafting.cast import Cast, find_candidates, find_cast, find_sides
from analysis.drafting.names import Name
from analysis.drafting.roles import NONE, ToldRole
from analysis.drafting.sides import Body, FoundPerson, Side
from analysis.tokens import read_structure


def person(text, name, *titles):
    """A person wherever the name, or else the surname, stands."""
    said = name if name in text else name.split()[-1]
    spots = [m.span() for m in re.finditer(said, text)]
    return FoundPerson(name, titles, "they", spots)


def told(role, chance=1.0):
    return ToldRole({role: chance, NONE: 1 - chance}, f"as a {role}")


def seated(text):
    """Who sits where: label, names and people of each side."""
    found, _ = find_sides(text, find_candidates(read_structure(text)))
    return {s.label: (s.names, [p.name for p in s.people]) for s in found}


# -- people ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "chiefs"),
    [
        ("Hill spoke. Ash, a spokesman for Hill, left.", {1: 0}),
        ("Hill spoke. Ash, a friend of Hill, left.", {}),
        ("Hill spoke. Her successor, Ash, left.", {1: 0}),
        ("Hill spoke. The successor, Ash, left.", {}),
        ("Hill spoke. His lawyer, Ash, left.", {1: 0}),
        ("Her successor, Ash, left. Hill spoke.", {}),
        ("Ash, his spokesman, left. Hill spoke.", {}),
        ("Hill, a spokesman for Hill, left. Ash spoke.", {}),
        ("Moss spoke. Hill spoke. Her lawyer, Ash, left.", {2: 1}),
        ("Moss spoke. Hill spoke. Ash, a lawyer for Moss, left.", {2: 0}),
        ("Moss spoke. Hill spoke. Ash, a lawyer for Moss and Hill, left.", {2: 1}),
        ("Hill spoke. Its lawyer, Ash, a spokesman for Hill, left.", {1: 0}),
    ],
)
def test_an_office_may_be_anothers(text, chiefs):
    order = sorted((n for n in ("Moss", "Hill", "Ash") if n in text), key=text.find)
    order.sort(key=("Moss", "Hill", "Ash").index)
    people = [person(text, f"Ann {name}") for name in order]
    assert cast.find_chiefs(text, people) == chiefs


@pytest.mark.parametrize(
    ("chance", "tied", "found"),
    [(0.3, False, True), (0.29, False, False), (0.2, True, True), (0.19, True, False)],
)
def test_a_person_speaks_for_a_body_when_likely_or_tied(
    monkeypatch, chance, tied, found
):
    text = "The Aldon boss Ann Lee left." if tied else "Aldon fined Ann Lee."
    one, at = person(text, "Ann Lee"), text.find("Aldon")
    other = Body(["Halden"], [(len(text), len(text))])
    bodies = [other, Body(["Aldon"], [(at, at + 5)])]
    monkeypatch.setattr(cast, "likelihood", lambda name, seen: chance)
    made = Cast("uk", [], [one], bodies, [{}], [{}, {}])
    links = cast.find_links(text, made, [told("company")], [told("company")] * 2)
    assert links == ({0: (1, "speaks for Aldon")} if found else {})


def test_a_person_speaks_for_the_likeliest_body(monkeypatch):
    text = "Aldon and Halden fined Lee. It rained.\nMoss left."
    bodies = [Body(["Aldon"], [(0, 5)]), Body(["Halden"], [(10, 16)])]
    people = [person(text, "Ann Lee"), person(text, "Bo Moss")]
    monkeypatch.setattr(
        cast, "likelihood", lambda name, seen: 0.4 + ("before rank 1" in seen) / 2
    )
    made = Cast("uk", [], people, bodies, [{}, {}], [{}, {}])
    links = cast.find_links(text, made, [told("company")] * 2, [told("company")] * 2)
    assert links == {0: (0, "speaks for Aldon")}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("‘No,’ said Lee, chair of the group, of CMA.", "chair of the group"),
        ("The chair of the group, Lee, left.", "The chair of the group"),
        ("‘No,’ said Lee, friend of the group.", None),
        ("‘No,’ said Lee, chair of the board.", None),
    ],
)
def test_who_speaks_for_a_panel_speaks_for_who_appointed_it(text, words):
    made = Cast("uk", [], [person(text, "Ann Lee")], [], [{}], [])
    found = cast._panelists(text, made, {"group": 3})
    assert found == ({0: (3, words)} if words else {})


def test_people_are_seated_by_link_then_chief_then_role(monkeypatch):
    aldon = Side("company", "", "Aldon", chance=0.2)
    text = "Lee met Hill, Ash, Moss, Ek and Orde."
    people = [person(text, n) for n in ("Ash", "Hill", "Lee", "Moss", "Ek", "Orde")]
    cards = [{}, {}, {}, {}, {"speaks": "said"}, {}]
    roles = [
        told("court"),
        told("court", 0.6),
        told("company", 0.9),
        told("court", 0.5),
        told("media", 0.4),
        told("media", 0.4),
    ]
    made = Cast("uk", [], people, [], cards, [])
    found = [aldon]
    links = {2: (aldon, "speaks for Aldon")}
    cast._seat_people(found, made, roles, links, {0: 1, 1: 2, 2: 0})
    seats = {s.label: [p.name for p in s.people] for s in found}
    # Ash’s chief, Hill, is seated after him: he sits by his own role
    assert seats == {"Aldon": ["Lee", "Hill"], "Court": ["Moss", "Ash"], "Ek": ["Ek"]}
    reasons = {p.name: p.reason for s in found for p in s.people}
    assert reasons["Lee"] == "speaks for Aldon"
    assert reasons["Hill"] == "speaks for or follows Lee"
    assert reasons["Ash"] == "as a court"
    assert aldon.chance == 0.9 and found[1].chance == 1.0
    assert aldon.spots == [*people[2].spots, *people[1].spots]
    assert (len(aldon.cards), len(found[1].cards)) == (2, 2)


def test_a_chief_who_has_no_seat_gives_none():
    text = "Hill met Ash."
    people = [person(text, "Ash"), person(text, "Hill")]
    made = Cast("uk", [], people, [], [{}, {}], [])
    found = []
    cast._seat_people(found, made, [told("court", 0.4)] * 2, {}, {0: 1})
    assert found == []


@pytest.mark.parametrize(
    ("role", "titles", "label"),
    [
        ("government", ("Minister",), "Home Office"),
        ("government", ("Mayor",), "Hull City Council"),
        ("court", (), "Court"),
        ("public", (), "Ann Lee"),
        ("regulator", (), "Ofwat"),
        ("company", (), "Ann Lee"),
        ("opposition", (), "Opposition"),
    ],
)
def test_the_side_of_a_person_without_a_body(role, titles, label):
    council = Side("government", "", "Hull City Council", names=["Hull"], local=True)
    home = Side("government", "", "Home Office", names=["Home Office"])
    given = [council, home, Side("regulator", "", "Ofwat"), Side("company", "", "A")]
    one = FoundPerson("Ann Lee", titles, "she", [])
    found = cast._side_of(given, one, told(role), "uk")
    assert (found.label, found.role) == (label, role)
    assert found in given and len(given) <= 5
    assert len(given) == (
        4 if label in ("Home Office", "Hull City Council", "Ofwat") else 5
    )


def test_of_two_regulators_a_person_is_neither():
    given = [Side("regulator", "", "A"), Side("regulator", "", "B")]
    one = FoundPerson("Ann Lee", (), "she", [])
    assert cast._side_of(given, one, told("regulator"), "uk").label == "Ann Lee"


@pytest.mark.parametrize(
    ("governments", "label"),
    [
        ([], None),
        ([("UK government", False, [])], None),
        ([("UK government", False, ["Home Office"])], "Hull"),
        ([("Leeds", True, []), ("UK government", False, ["Home Office"])], "Leeds"),
        ([("Leeds", True, [])], "Leeds"),
    ],
)
def test_a_local_government_is_made_beside_a_countrys_own(governments, label):
    given = [Side("court", "", "Court", names=["Court"])]
    given += [
        Side("government", "", name, names=names, local=local)
        for name, local, names in governments
    ]
    size, found = len(given), sides.local_side(given, "as a mayor", "Hull")
    assert (found and found.label) == label
    if label == "Hull":
        assert found.local and found.role == "government" and given[-1] is found
        assert found.reason == "as a mayor"
    assert len(given) == size + (label == "Hull")


def test_the_first_side_of_a_role_is_the_countrys_own():
    council = Side("government", "", "Hull", local=True)
    home = Side("government", "", "Home Office")
    given = [council, home]
    assert sides.side_of_role(given, "government", "", "X", "uk") is home
    assert sides.side_of_role(given[:1], "government", "", "X", "uk") is council
    made = sides.side_of_role(given, "court", "as a court", "Court", "uk")
    assert (made.label, made.reason, given[-1] is made) == ("Court", "as a court", True)
    assert sides.side_of_role([], "government", "", "X", "uk").label == "UK government"


@pytest.mark.parametrize(
    ("names", "local"),
    [
        (["Hull City Council"], True),
        (["State Department"], False),
        (["Welsh Government"], True),
        (["UK Government"], False),
        (["Council of Ministers"], False),
        (["Councillor"], True),
        (["Gov."], True),
        (["State Department", "Hull Council"], True),
        ([], False),
    ],
)
def test_a_government_below_the_countrys_own(names, local):
    assert sides.is_local(names) == local


@pytest.mark.parametrize(
    ("role", "names", "nominals"),
    [
        ("government", ["Home Secretary"], ["the home secretary"]),
        ("opposition", ["Home Secretary"], ["the home secretary"]),
        ("company", [], []),
    ],
)
def test_offices_of_a_government_name_it(role, names, nominals):
    side = Side(role, "", "A")
    cast._add_office(side, ["Home Secretary"])
    assert (side.names, side.nominals) == (names, nominals)


def test_an_office_without_a_name_names_its_side():
    text = "The Environment Secretary left. The Home Secretary won. The Chairman left."
    found, _ = find_sides(text, find_candidates(read_structure(text)))
    (side,) = found
    assert (side.label, side.role) == ("UK government", "government")
    assert side.names == ["Environment Secretary", "Home Secretary"]
    assert side.spots == [(4, 25), (36, 50)] and len(side.cards) == 2


@pytest.mark.parametrize(
    ("titles", "person_titles", "offices"),
    [
        (("Mr", "Environment Secretary"), ("Environment Secretary", "Mr"), 1),
        (("Prof Dr",), ("Prof Dr", "Prof", "Dr"), 1),
        (("Mr.",), ("Mr",), 0),
        (("Dr.", "Lt. Gov."), ("Lt. Gov.", "Dr"), 0),
        (("Secretary",), ("Secretary",), 0),
        (("chief executive",), ("chief executive",), 0),
        (("Chief executive",), ("Chief executive",), 0),
        (("chief Executive",), ("chief Executive",), 0),
        (("Home Office",), ("Home Office",), 0),  # a body’s name, not an office’s
    ],
)
def test_titles_are_courtesy_or_offices(titles, person_titles, offices):
    found = FoundPerson("Ann Lee", titles, "she", [])
    assert sides.to_person(found) == Person("Ann Lee", person_titles, "she")
    assert len(sides.offices(found)) == offices


@pytest.mark.parametrize(
    ("text", "titles", "pronoun"),
    [
        (f"Ash{' ' * 157}she", (), "she"),
        (f"Ash{' ' * 158}she", (), "they"),
        ("Ash Ash Ash HE she he", (), "he"),
        ("Ash HER", (), "she"),
        ("Ash his", ("Dame",), "she"),
        ("Ash her", ("Mr.",), "he"),
        ("Ash", ("policeman",), "they"),  # no office: it may be any word in -man
        ("Ash", ("spokesman",), "he"),
        ("Ash", ("spokeswoman",), "she"),
    ],
)
def test_the_pronoun_of_a_person(text, titles, pronoun):
    spots = [m.span() for m in re.finditer("Ash", text)]
    assert sides._pronoun(text, "Zorra Ash", titles, spots) == pronoun
    assert sides._pronoun(text, "Ann Ash", ("chairman",), spots) == "she"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"The chair {'o' * 82}, Zork Garden", True),
        (f"The chair {'o' * 83}, Zork Garden", False),
        ("The chair. Then, Zork Garden", False),
        ("The chair Zork Garden", False),
        (f"Zork Garden, {'o' * 114} chair", True),
        (f"Zork Garden, {'o' * 115} chair", False),
        ("Zork Garden,  44, left", True),
        ("Zork Garden, 444, left", False),
    ],
)
def test_what_stands_beside_a_name_tells_a_person(text, told):
    at = text.index("Zork")
    name = Name(at, at + 11, "Zork Garden", "unknown")
    assert sides._is_personal(text, name, set(), set()) == told


# -- bodies ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "role", "joins"),
    [
        (["Home Office"], "government", True),
        (["Hull City Council"], "government", False),
        (["Halden Department"], "government", True),
        (["Halden"], "government", False),
        (["European Commission"], "foreign_government", False),
        (["Halden Bank"], "government", False),
        (["Halden Court"], "court", True),
    ],
)
def test_which_bodies_are_one_side_with_others_of_their_role(names, role, joins):
    assert sides._joins_side(Body(names, []), told(role), "uk") == joins


def test_public_bodies_of_one_kind_share_a_side_and_others_do_not():
    text = "The Home Office and the Treasury met Halden Bank and Aldon Bank."
    found = {}
    for name, role in (
        ("Home Office", "government"),
        ("Treasury", "government"),
        ("Halden Bank", "company"),
        ("Aldon Bank", "company"),
    ):
        at = text.find(name)
        body = Body([name], [(at, at + len(name))])
        sides.add_side(found, text, body, told(role, 0.7), "uk")
    assert {k: (s.label, s.names) for k, s in found.items()} == {
        "government": ("UK government", ["Home Office", "Treasury"]),
        "Halden Bank": ("Halden Bank", ["Halden Bank"]),
        "Aldon Bank": ("Aldon Bank", ["Aldon Bank"]),
    }
    assert [s.chance for s in found.values()] == pytest.approx([0.7] * 3)
    assert not any(s.local for s in found.values())
    council = Body(["Hull City Council"], [(0, 3)])
    side = sides.add_side(found, text, council, told("government"), "uk")
    assert side.local and side is found["Hull City Council"]


@pytest.mark.parametrize(
    ("text", "names", "shorter"),
    [
        ("Lakemont Power\nIt fell.", ["Lakemont Power & Light"], ["Lakemont Power"]),
        ("Lakemont Power, it", ["Lakemont Power Light"], ["Lakemont Power"]),
        ("Lakemont Power & Light fell.", ["Lakemont Power & Light"], []),
        ("Lakemont Power Light fell.", ["Lakemont Power Light"], []),
        ("Lakemont Power and Light", ["Lakemont Power and Light"], []),
        ("Lakemont fell.", ["Lakemont Power"], []),
        ("Lakemont power fell.", ["Lakemont power Light"], []),
        ("Lakemont Zorn fell.", ["Lakemont Zorn Light"], []),
    ],
)
def test_names_cut_short_that_stand_somewhere(text, names, shorter):
    assert sides._shorter(text, names) == shorter


@pytest.mark.parametrize(
    ("text", "keys", "acronyms"),
    [
        ("FCA fines", ["Financial Conduct Authority"], ["FCA"]),
        ("FCA", ["Financial Conduct Authority"], ["FCA"]),
        ("FCAs", ["Financial Conduct Authority"], []),
        ("EU", ["European Union"], []),
        ("FCA", ["Halden Bank"], []),
    ],
)
def test_acronyms_that_stand_in_a_heading(text, keys, acronyms):
    assert sides._acronyms(text, keys) == acronyms


def test_forms_are_as_written_without_the_article():
    text = "The Gas  Commission met the Gas Commission."
    found = sides._written(text, [(0, 19), (24, 42), (0, 3)])
    assert found == ["Gas Commission", "Gas Commission", "The"]


def test_other_names_lead_to_the_main_one_round_in_a_circle_too():
    assert sides._root({"a": "b", "b": "c"}, "a") == "c"
    assert sides._root({"a": "b", "b": "a"}, "a") in ("a", "b")
    assert sides._root({}, "a") == "a"


def test_a_place_with_an_actors_name_is_no_mention_of_it():
    halden = Side("company", "", "Halden", names=["Halden", "Halden Bridge"])
    other = Side("company", "", "Aldon", names=["Aldon"])
    names = [
        Name(0, 0, "Halden Bridge", "place"),
        Name(0, 0, "Halden Act", "thing"),
        Name(0, 0, "Halden Bank", "organisation"),
        Name(0, 0, "Haldens Bridge", "place"),
        Name(0, 0, "Aldon", "place"),
    ]
    cast._add_exclusions([halden, other], names)
    assert halden.exclude == ["Halden Bridge", "Halden Act"]
    assert other.exclude == []


# -- the whole -------------------------------------------------------------------------


def test_bodies_that_nobody_speaks_for_must_be_likely(monkeypatch):
    def tell(text, keys, cards, home):
        return told("company", 0.25 if keys == ["Aldon"] else 0.2)

    monkeypatch.setattr(cast, "tell_role", tell)
    monkeypatch.setattr(cast, "find_links", lambda *a: {0: (2, "speaks for Corvan")})
    text = "Aldon met Halden. Corvan met Ann Lee. Halden won. Corvan won."
    assert seated(text) == {
        "Aldon": (["Aldon"], []),
        "Corvan": (["Corvan"], ["Ann Lee"]),
    }


def test_a_side_must_matter_to_the_story_and_the_most_mentioned_come_first(monkeypatch):
    asked = iter([0.3, 0.29, 0.5])
    monkeypatch.setattr(cast, "likelihood", lambda name, seen: next(asked, 0.0))
    made = [
        Side("company", "", name, names=[name], spots=[(0, 1)] * n)
        for name, n in (("A", 1), ("B", 5), ("C", 2))
    ]
    monkeypatch.setattr(cast, "find_sides", lambda *a: (made, {}))
    assert [s.label for s in find_cast(read_structure("It rained."))] == ["C", "A"]
