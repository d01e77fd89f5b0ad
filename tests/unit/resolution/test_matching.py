"""Who is who, on labelled pairs and by law: what is called the same is never wrong, and it can always say why."""

from collections import Counter
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.world.resolution import matching as law
from state.world.resolution.matching import (
    Company,
    Likeness,
    Match,
    Person,
    compare_companies,
    compare_people,
)
from state.world.resolution.spelling import name_score, words_of
from tests.build import PROFILE
from tests.unit.resolution.pairs import (
    ONE_COMPANY,
    ONE_PERSON,
    TWO_COMPANIES,
    TWO_PEOPLE,
    firm,
    human,
)

FIRMS, HUMANS = PROFILE.resolution.companies, PROFILE.resolution.people


def of_firms(told: tuple[str, str]) -> Match:
    return compare_companies(firm(told[0]), firm(told[1]), FIRMS)


def of_humans(told: tuple[str, str]) -> Match:
    return compare_people(human(told[0]), human(told[1]), HUMANS)


def scored() -> Counter[tuple[str, str]]:
    """Count verdicts by the answer a person gives: one or two."""
    found = [("one", match) for match in chain(map(of_firms, ONE_COMPANY), map(of_humans, ONE_PERSON))]
    found += [("two", match) for match in chain(map(of_firms, TWO_COMPANIES), map(of_humans, TWO_PEOPLE))]
    return Counter((answer, match.likeness.value) for answer, match in found)


def test_on_labelled_pairs_what_is_called_the_same_is_never_wrong() -> None:
    counts = scored()
    same, asked = counts["one", "same"], counts["one", "same"] + counts["one", "likely"]
    in_all = sum(counts.values())
    print(
        f"\n{in_all} pairs: called the same {same} of {asked} found of {len(ONE_COMPANY) + len(ONE_PERSON)}, "
        f"wrong {counts['two', 'same']}; asked about though two: {counts['two', 'likely']}"
    )
    assert in_all >= 60
    assert counts["two", "same"] == 0
    assert same >= 15
    assert asked == len(ONE_COMPANY) + len(ONE_PERSON)


@pytest.mark.parametrize("told", TWO_COMPANIES, ids=lambda told: told[0])
def test_two_companies_are_never_called_the_same(told: tuple[str, str]) -> None:
    assert of_firms(told).likeness is not Likeness.SAME


def test_hard_neighbours_are_not_even_asked_about() -> None:
    assert [told for told in TWO_COMPANIES if of_firms(told).likeness is not Likeness.UNLIKE] == []


def test_a_shorter_name_at_the_same_domain_shows_why_it_is_another() -> None:
    found = of_firms(("Acme Corp | acme.example", "Acme Medical | acme.example"))
    assert (found.likeness, found.reasons[0].startswith("names ")) == (Likeness.UNLIKE, True)


@pytest.mark.parametrize(
    ("told", "reasons"),
    [
        (ONE_COMPANY[0], ("same domain quarrystone.example", "names 100 % alike")),
        (TWO_COMPANIES[5], ("different city: Leeds and Porto", "names 100 % alike")),
        (TWO_COMPANIES[8], ("different country: DE and GB", "names 100 % alike")),
        (TWO_COMPANIES[9], ("Halden Holding is the parent of Halden Water", "names 58 % alike")),
        (ONE_COMPANY[12], ("same id C-17 in crm",)),
    ],
)
def test_a_verdict_names_its_reasons(told: tuple[str, str], reasons: tuple[str, ...]) -> None:
    found = of_firms(told)
    assert found.reasons[0] == reasons[0]
    assert found.reasons[-1].split(" % ")[0][:5] == reasons[-1].split(" % ")[0][:5]


def test_people_say_why_too() -> None:
    assert of_humans(ONE_PERSON[0]).reasons == ("same verified address ed.moss@q.example",)
    assert of_humans(ONE_PERSON[1]).reasons == ("same id P-1 in crm",)
    assert of_humans(TWO_PEOPLE[1]).reasons == ("at different accounts",)
    assert of_humans(TWO_PEOPLE[2]).reasons[0] == "different generation: jr and sr"


NAMES = st.sampled_from(["Ed Moss", "E. Moss", "Moss, Ed", "Edd Moss", "Ann Lee", "Ed Moss Jr."])
PEOPLE = st.builds(
    lambda name, address, account, mark, is_verified: replace(
        human(f"{name} | {address} | {account} | {mark}"), is_verified=is_verified and bool(address)
    ),
    NAMES,
    st.sampled_from(["", "ed@q.example", "ed@r.example"]),
    st.sampled_from(["alder", "birch"]),
    st.sampled_from(["", "P-1", "P-2"]),
    st.booleans(),
)


def has_ground(left: Person, right: Person) -> bool:
    """Say whether an explicit id or a verified address makes two records one person."""
    is_told = left.address is not None and left.address == right.address
    return bool(left.marks & right.marks) or (is_told and left.is_verified and right.is_verified)


@given(PEOPLE, PEOPLE)
def test_no_name_and_no_header_makes_one_person_of_two(left: Person, right: Person) -> None:
    found = compare_people(left, right, HUMANS)
    assert (found.likeness is Likeness.SAME) == has_ground(left, right)
    assert compare_people(right, left, HUMANS).likeness is found.likeness


def test_the_ground_is_seen_to_catch_a_name_and_a_header() -> None:
    ed = human("Ed Moss | ed@q.example")
    assert not has_ground(ed, human("Ed Moss"))
    assert not has_ground(ed, replace(ed, is_verified=False))


WORDS = st.sampled_from(
    ["Quarry", "Stone", "Stones", "Müller", "Mueller", "Medical", "12", "21", "Ltd", "GmbH", "and"]
)
COMPANIES = st.builds(
    lambda words, domain, city, country: firm(f"{' '.join(words)} | {domain} | {city} | {country}"),
    st.lists(WORDS, min_size=1, max_size=3),
    st.sampled_from(["", "q.example", "r.example"]),
    st.sampled_from(["", "Leeds", "Porto"]),
    st.sampled_from(["", "GB", "PT"]),
)


@given(COMPANIES, COMPANIES)
def test_companies_are_the_same_only_at_one_domain_in_one_place_by_one_name(
    left: Company, right: Company
) -> None:
    found = compare_companies(left, right, FIRMS)
    mirrored = compare_companies(right, left, FIRMS)
    assert (mirrored.likeness, mirrored.score) == (found.likeness, found.score)
    if found.likeness is Likeness.SAME:
        assert left.domain == right.domain is not None
        assert left.city == right.city or None in (left.city, right.city)
        assert found.score == 100


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_a_name_is_wholly_like_itself_in_capitals_too(words: list[str]) -> None:
    assert name_score(words_of(" ".join(words)), words_of(" ".join(words).upper()), FIRMS) == 100


def test_the_border_of_alike_names_is_the_profiles() -> None:
    told = (firm("Harbourline Shipping | h.example"), firm("Harborline Shipping | h.example"))
    found = compare_companies(*told, FIRMS).score
    at, above = (FIRMS.model_copy(update={"name_likely": border}) for border in (found, found + 1))
    below = FIRMS.model_copy(update={"name_likely": found - 1})
    likely = [compare_companies(*told, limits).likeness for limits in (below, at, above)]
    assert likely == [Likeness.LIKELY, Likeness.LIKELY, Likeness.UNLIKE]


def test_without_the_rule_of_own_words_the_pairs_are_seen_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(left: tuple[str, ...], right: tuple[str, ...], limits: object) -> int:
        return 100 if set(left) <= set(right) or set(right) <= set(left) else 0

    monkeypatch.setattr(law, "name_score", careless)
    wrong = [told for told in TWO_COMPANIES if of_firms(told).likeness is Likeness.SAME]
    assert TWO_COMPANIES[11] in wrong
