"""Who is not forgotten: by whom it may not be asked, who could be two, and while something is under way."""

import pytest

from graphs.bootstrap import House
from graphs.keeping.forgetting import find_person, forget_person, record_of
from graphs.perceiving.intake import take_events
from state.errors import Ambiguous, Conflict, Forbidden, NotFound
from state.governance.action import Status
from state.ids import EventId
from tests.graph.canary import ACME, ADDRESS, FJORD, NAME, again, forgotten, told
from tests.graph.homes import TENANT, Home, principal_of


def test_only_an_admin_forgets_and_hands_out(lived: House) -> None:
    tenancy, me = lived.parts.tenancy(TENANT), principal_of(lived)
    marks = find_person(lived, tenancy, ADDRESS)
    for act in (forget_person, record_of):
        with pytest.raises(Forbidden):
            act(lived, tenancy, me, marks)


def test_who_is_unknown_or_could_be_two_is_not_forgotten(lived: House) -> None:
    tenancy = lived.parts.tenancy(TENANT)
    for words in ("Nemo Nobody", "nemo@nowhere.example"):
        with pytest.raises(NotFound):
            find_person(lived, tenancy, words)
    twin = told(
        "q-twin",
        "contact.updated",
        {"contact": "twin", "name": NAME, "email": "c@fjord.example"},
        "crm",
        FJORD,
    )
    take_events(lived.parts, tenancy, principal_of(lived), [twin], "crm")
    with pytest.raises(Ambiguous):
        find_person(lived, tenancy, NAME)
    assert find_person(lived, tenancy, ADDRESS).accounts == {ACME}


def test_while_an_action_is_under_way_nobody_is_forgotten(
    lived: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lived.parts.stores.read(TENANT) as unit:
        open_ = next(one for one in unit.actions.listed((Status.PENDING,)) if one.account == ACME)
    with lived.database.begin(TENANT) as unit:
        unit.connection.exec_driver_sql("DROP TRIGGER actions_moved")
        unit.connection.exec_driver_sql(f"UPDATE actions SET status = 'claimed' WHERE action = '{open_.id}'")
    with pytest.raises(Conflict, match="under way"):
        forgotten(lived)
    with lived.parts.stores.read(TENANT) as unit:
        assert unit.events.get(EventId("q-in")) is not None


def test_another_reader_of_the_home_makes_it_wait(lived: House, place: Home) -> None:
    other = place.house()
    with other.parts.stores.read(TENANT) as unit:
        assert unit.events.get(EventId("q-in")) is not None
        take_events(lived.parts, lived.parts.tenancy(TENANT), principal_of(lived), [again()], "crm")
        with pytest.raises(Conflict, match="Another process"):
            forgotten(lived)
    other.close()
