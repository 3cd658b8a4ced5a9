"""The role of an actor, from lists, names and weights; nouns that stand for it."""

import math

import pytest

from analysis.drafting import nouns, roles
from analysis.drafting.names import is_common, standing
from analysis.drafting.nouns import Noun, find_nouns, made_sides
from analysis.drafting.roles import NONE, UNTOLD, home_country, tell_role
from analysis.drafting.sides import Body, Side
from analysis.tokens import read_structure


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Gas Commission", ("regulator", "commission")),
        ("Commission of Halden", ("regulator", "commission")),
        ("Office of Bank Gas", ("company", "gas")),  # the last telling word
        ("Halden Bureau of Zorn", ("regulator", "bureau")),
        ("Halden Bureau for Zorn", ("regulator", "bureau")),
        ("Bureau Zorn", None),  # it tells only as the last word
        ("Halden Court House Bank", ("court", "court")),
        ("Halden Campaign Bank", ("civil_society", "campaign")),
        ("Halden", None),
    ],
)
def test_a_word_in_a_name_tells_the_role(name, told):
    assert roles.telling_role(name) == told


@pytest.mark.parametrize(
    ("text", "names", "home"),
    [
        ("", [], "uk"),
        ("Mr. Ash left.", [], "us"),
        ("It rose 4 percent.", ["Ofwat"], "uk"),  # a public body counts more
        ("", ["Congress"], "us"),
        ("", ["Apple"], "uk"),  # a firm tells nothing
        ("Paris, Paris", [], "france"),
        ("Paris", [], "uk"),
        ("US, US, US, US", ["Ofwat"], "uk"),
        ("US, US, US, US, US, US", ["Ofwat"], "us"),
        ("HALDEN — It rained.", [], "us"),
        ("Leeds and Hull", [], "uk"),
    ],
)
def test_most_public_bodies_and_words_for_a_country_tell_whose_is_at_home(
    text, names, home
):
    assert home_country(text, names) == home


@pytest.mark.parametrize(
    ("keys", "role", "home", "label"),
    [
        ((), "government", "uk", "UK government"),
        ((), "government", "ireland", "Ireland government"),
        (["Ofwat"], "", "uk", "Ofwat"),
        (["Facebook"], "", "uk", "Meta"),
        (["A", "Halden Bank"], "", "uk", "Halden Bank"),
        (["FCA"], "regulator", "uk", "Financial Conduct Authority"),
    ],
)
def test_a_side_is_called_by_its_best_known_name(keys, role, home, label):
    assert roles.side_label(keys, role, home) == label


@pytest.mark.parametrize(
    ("key", "home", "country"),
    [
        ("Department of Health", "ireland", "ireland"),
        ("Department of Health", "uk", "uk"),
        ("CMA", "us", "uk"),
        ("Department of Health", "france", "uk"),
        ("Federal Government", "france", "australia"),
        ("Supreme Court", "us", ""),
        ("EC", "uk", "eu"),  # of two letters, and borne by one alone
        ("ED", "uk", None),  # by several, none of them at home
        ("Halden", "uk", None),
    ],
)
def test_a_name_that_several_bear_means_the_one_at_home(key, home, country):
    known = roles.known_institution(key, home)
    assert (known and known.country) == country


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        (["CMA"], "Competition and Markets Authority"),
        (["CMA", "Carn Mines Association"], None),
        (
            ["CMA", "Competition and Markets Authority"],
            "Competition and Markets Authority",
        ),
        (["Vale Water", "Water UK"], "Water UK"),
        (["Vale", "CMA"], "Competition and Markets Authority"),
        (["Ofwat", "Vale Water"], "Ofwat"),
        ([], None),
    ],
)
def test_an_acronym_is_no_proof_beside_a_longer_name_that_is_not_listed(keys, name):
    found = roles.listed(keys, "uk")
    assert (found and found.name) == name


@pytest.mark.parametrize(
    ("text", "key", "home", "role", "reason"),
    [
        ("", "Ofwat", "uk", "regulator", "known institution"),
        ("", "Home Office", "uk", "government", "known institution"),
        (
            "",
            "Home Office",
            "us",
            "foreign_government",
            "known institution of another country (uk)",
        ),
        ("", "European Commission", "uk", "foreign_government", "known institution"),
        ("", "European Commission", "eu", "government", "known institution"),
        (
            "",
            "Labour Party",
            "uk",
            "opposition",
            "known party, here out of office",
        ),
        (
            "A Labour Party minister left.",
            "Labour Party",
            "uk",
            "government",
            "known party, here in office",
        ),
        ("", "Halden Court", "uk", "court", "“court” in its name"),
    ],
)
def test_a_listed_body_or_a_sure_word_tells_the_role(text, key, home, role, reason):
    told = tell_role(text, [key], [], home)
    assert (told.role, told.reason) == (role, reason)
    assert told.odds == {role: 1.0, NONE: 0.0}


def weigh(monkeypatch):
    """Two roles, and what two signs add to each."""
    table = {"": [0.0, 1.0], "a": [2.0, 0.0], "b": [0.5, 0.0]}
    monkeypatch.setattr(roles, "_weights", lambda name: (table, ["company", NONE]))


def test_a_role_is_told_by_its_card_and_less_by_those_of_its_people(monkeypatch):
    weigh(monkeypatch)
    cards = [{"b": "x"}, {"a": "y", "unknown": "z"}]
    told = tell_role("", ["Halden"], cards, "uk")
    # 0.5 of its own and 0.4 of 2.0, against 1.0 and 0.4 of 1.0
    chance = 1 / (1 + math.exp(1.4 - 1.3))
    assert told.odds == pytest.approx({"company": chance, NONE: 1 - chance})
    assert (told.role, told.reason) == ("company", "“y”")
    assert tell_role("", ["Halden"], [{"unknown": "z"}], "uk").reason == UNTOLD
    assert tell_role("", ["Halden"], [{"a": ""}], "uk").reason == UNTOLD
    assert tell_role("", ["Halden"], [], "uk").reason == UNTOLD


def test_a_likelihood_is_the_logistic_of_the_sum(monkeypatch):
    weigh(monkeypatch)
    assert roles.likelihood("", ["a", "b", "c"]) == pytest.approx(
        1 / (1 + math.exp(-2.5))
    )


@pytest.mark.parametrize(
    ("name", "heads"),
    [
        ("Department for Transport", {"department"}),
        ("Bank of Halden Trust", {"bank", "trust"}),
        ("Vale Water", set()),
        ("Food and Drug Administration", set()),
        ("Halden Bridge", set()),
        ("Maritime Office", {"office"}),
    ],
)
def test_nouns_in_a_name_that_stand_for_its_bearer(name, heads):
    assert roles.head_nouns(name) == heads


@pytest.mark.parametrize(
    ("word", "common"),
    [("Water", True), ("Tanguy", False), ("Ann-Water", True), ("Water-Tanguy", False)],
)
def test_a_word_is_common_if_a_dictionary_has_it_as_no_name(word, common):
    assert is_common(word) == common


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Vale Water’s, not Vale Waters", [0]),
        ("aVale Water. Vale Water", [13]),
        ("Vale WaterVale Water Vale Water", [21]),
        ("", []),
    ],
)
def test_words_that_stand_by_themselves(text, found):
    assert list(standing(text, "Vale Water")) == found


# -- nouns -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The regulator met.", {"regulator": 1}),
        ("The media regulator met its regulator.", {"regulator": 2}),
        ("A regulator met regulator X.", {}),
        ("Regulators met.", {"regulators": 1}),
        ("The big old red regulator met.", {"regulator": 1}),
        ("The very big old red regulator met.", {}),
        ("The chair of regulator met.", {}),
        ("The state, regulator met.", {"state": 1}),
        ("The Gas Commission met. The commission met.", {"commission": 1}),
        ("The Maritime Office met. The office met.", {"office": 1}),
        ("The boss met.", {"boss": 1}),
    ],
)
def test_nouns_have_a_determiner_or_are_plurals(text, found):
    sides = []
    for name in ("Gas Commission", "Maritime Office"):
        if (at := text.find(name)) >= 0:
            sides.append(
                Side("regulator", "", name, names=[name], spots=[(at, at + len(name))])
            )
    nouns_found = find_nouns(read_structure(text), sides)
    assert {n.word: len(n.spots) for n in nouns_found} == found
    for noun in nouns_found:
        assert all(text[a:b].lower() == noun.word for a, b in noun.spots)


def test_a_heading_drops_articles():
    text = "Regulator fines lender\nThe lender met."
    structure = read_structure(text, [(0, "heading", ""), (1, "body", "")])
    found = {n.word: len(n.spots) for n in find_nouns(structure, [])}
    assert found == {"regulator": 1, "lender": 2}


@pytest.mark.parametrize(
    ("word", "alias"),
    [("regulator", "the regulator"), ("users", "users"), ("boss", "the boss")],
)
def test_plurals_need_no_article(word, alias):
    assert Noun(word, []).alias == alias


@pytest.mark.parametrize(
    ("text", "panels"),
    [
        ("A review panel appointed by CMA met.", {"panel": 1}),
        ("The group set up by the CMA met.", {"group": 1}),
        ("The group set up by  the  CMA met.", {"group": 1}),
        ("The group set up by the old CMA met.", {}),
        ("The group set up by old CMA met.", {"group": 1}),
        ("The group set up by grand CMA met.", {"group": 1}),
        ("The group set up by grander CMA met.", {}),
        ("The board appointed by CMA met.", {}),
    ],
)
def test_a_panel_stands_for_the_body_that_appointed_it(text, panels):
    at = text.find("CMA")
    bodies = [Body(["A"], []), Body(["CMA"], [(at, at + 3)])]
    assert nouns.appointed_panels(text, bodies) == panels


@pytest.mark.parametrize(
    ("counts", "taken", "made"),
    [
        ({"regulator": 1}, "", [("regulator", "The regulator", "called “regulator”")]),
        ({"regulator": 1}, "regulator", []),
        (
            {"ministers": 1, "officials": 2},
            "",
            [("government", "UK government", "called “officials”")],
        ),
        ({"users": 1}, "", []),
        ({"users": 2}, "", [("public", "Users", "called “users”")]),
        ({"users": 1, "parents": 1}, "", [("public", "Users", "called “users”")]),
        ({"lender": 3}, "", []),
    ],
)
def test_a_side_that_only_a_noun_shows(counts, taken, made):
    found = [Noun(word, [(0, 1)] * n) for word, n in counts.items()]
    sides = [Side(taken, "", "")] if taken else []
    new = made_sides(found, sides, "uk")
    assert [(s.role, s.label, s.reason) for s in new] == made
    for side in new:
        assert side.cards == [{f"class {word}": word for word in counts}]


def test_a_noun_goes_to_the_panels_side_then_to_the_one_it_made_then_by_its_signs():
    spots = [(30, 40)]
    panel, made = Side("regulator", "", "A"), Side("regulator", "", "B")
    made.cards.append({"class regulator": "regulator"})
    named = Side("regulator", "", "C", names=["Gas Commission"], spots=[(0, 14)])
    for noun, sides, panels, owner in (
        ("regulator", [named, made], {"regulator": panel}, panel),
        ("regulator", [named, made], {}, made),
        ("commission", [named, made], {}, named),
        ("bank", [named], {}, None),
    ):
        nouns.add_noun(Noun(noun, spots), sides, [0], panels)
        for side in (panel, made, named):
            gets = [f"the {noun}"] if side is owner else []
            assert side.nominals == gets
            assert (spots[0] in side.spots) == bool(gets)
            side.nominals.clear()
            side.spots[:] = [s for s in side.spots if s not in spots]


@pytest.mark.parametrize(("early", "counts"), [(7, {0: 7, 1: 1}), (8, {0: 8})])
def test_eight_places_of_a_noun_say_who_was_named_last(early, counts):
    first = Side("company", "", "A", names=["Aldon"], spots=[(0, 5)])
    second = Side("company", "", "B", names=["Halden"], spots=[(100, 106)])
    at = [(10 + k, 14 + k) for k in range(early)]
    noun = Noun("firm", [*at, *((150 + k, 154 + k) for k in range(5))])
    sentences = [0, 100, 120]
    assert nouns._named_last(noun, [first, second], [0, 1], sentences) == counts
    seen = nouns.noun_signs(noun, [first, second], sentences)
    assert "last 3" in seen[0] and "last 0" in seen[1]


def test_of_several_named_in_one_sentence_the_first_is_meant():
    sides = [
        Side("company", "", name, names=[name], spots=[(at, at + 5)])
        for name, at in (("Aldon", 0), ("Coral", 10), ("Delta", 40))
    ]
    noun = Noun("firm", [(20, 24), (50, 54)])
    assert nouns._named_last(noun, sides, [0, 1, 2], [0, 30]) == {0: 1, 2: 1}
    assert nouns._named_last(noun, sides, [1, 2], [0, 30]) == {1: 1, 2: 1}
    assert nouns._named_last(noun, sides, [], [0]) == {}
    sides[1].names = ["Coral Firm Bank"]
    bank = Noun("bank", [(50, 54)])
    assert nouns._named_last(bank, sides, [0, 1, 2], [0, 30]) == {1: 1}
    early = Noun("firm", [(5, 9)])
    assert nouns._named_last(early, sides[1:], [0, 1], [10, 30]) == {0: 1}
