"""A merge is proposed with reasons, approved by a person, proved, and taken back; until then both stay as they were."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphs.bootstrap import House
from graphs.perceiving.duplicates import duplicates
from graphs.perceiving.intake import take_events
from graphs.perceiving.merging import require_mergeable, unmerge
from graphs.perceiving.resolving import account_of
from state.errors import Conflict, Forbidden, NotFound
from state.ids import AccountId, ActionId, EventId, UserId
from state.ledger.entry import Kind
from state.principal import Principal, Role
from state.world.event import Event, parse_event
from state.world.record import NodeKind
from state.world.situation import Situation
from tests.graph.homes import TENANT, Home, copied, principal_of
from tests.samples import sampled

ONE, OTHER = AccountId("quarry-stone-ltd"), AccountId("quarrystone-limited")
ED = "ed.moss@quarrystone.example"


@pytest.fixture(scope="module")
def quarry(base_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Give a home with the two Quarry Stones."""
    home = copied(base_home, tmp_path_factory.mktemp("quarry") / "home")
    house = home.house()
    events = [parse_event(dict(one), TENANT) for one in sampled().events if one["account"] in (ONE, OTHER)]
    take_events(house.parts, house.parts.tenancy(TENANT), principal_of(house), events, "quarry")
    house.close()
    return home


@pytest.fixture(scope="module")
def merged(quarry: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Give a home in which the merge was approved."""
    home = copied(quarry, tmp_path_factory.mktemp("merged") / "home")
    house = home.house()
    give(house, stray("q-stray"))
    approve_merge(house)
    house.close()
    return home


def approve_merge(house: House) -> ActionId:
    """Have the proposal made and approved by the owner."""
    me = principal_of(house)
    report = house.runner.start(me, ONE, "prep")
    action = next(one.action for one in report.proposals if one.action_type == "merge")
    assert action is not None
    house.desk.approve(me, action)
    house.desk.release(me, ActionId(action))
    return ActionId(action)


def opened(home: Home, to: Path) -> Iterator[House]:
    house = copied(home, to / "home").house()
    yield house
    house.close()


@pytest.fixture(scope="module")
def before(quarry: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Open a home without the merge, for what only looks."""
    yield from opened(quarry, tmp_path_factory.mktemp("before"))


@pytest.fixture
def fresh(quarry: Home, tmp_path: Path) -> Iterator[House]:
    """Open a home without the merge."""
    yield from opened(quarry, tmp_path)


@pytest.fixture(scope="module")
def after(merged: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Open a home with the merge, for what only looks."""
    yield from opened(merged, tmp_path_factory.mktemp("after"))


@pytest.fixture
def house(merged: Home, tmp_path: Path) -> Iterator[House]:
    """Open a home with the merge."""
    yield from opened(merged, tmp_path)


def give(house: House, *events: Event) -> None:
    take_events(house.parts, house.parts.tenancy(TENANT), principal_of(house), events, "more")


def stray(name: str, account: str | None = None, text: str = "Any news?") -> Event:
    record = {"mail": name, "sender": ED, "subject": "Quarry", "text": text}
    raw = {"id": name, "account": account, "source": "mail", "type": "mail.received", "data": record}
    return parse_event({**raw, "time": "2026-03-10T11:00:00+00:00"}, TENANT)


def loaded(house: House, account: AccountId = ONE) -> Situation:
    with house.parts.stores.read(TENANT) as unit:
        return unit.situations.load(account)


def held(house: House, account: AccountId = ONE) -> set[str]:
    return {claim.event for claim in loaded(house, account).deltas}


def test_the_two_are_proposed_with_reasons_and_nothing_happens_by_itself(fresh: House) -> None:
    with fresh.parts.stores.read(TENANT) as unit:
        found = duplicates(unit, fresh.parts.tenancy(TENANT).profile.resolution.companies)
        assert account_of(unit)([ED]) is None
    pair = next(one for one in found if {one.account, one.other} == {ONE, OTHER})
    assert (pair.likeness, pair.reasons) == ("same", ("same domain quarrystone.example", "names 100 % alike"))
    fresh.runner.start(principal_of(fresh), ONE, "prep")
    with fresh.parts.stores.read(TENANT) as unit:
        assert unit.merges.listed() == ()


def test_an_event_that_claims_a_merge_merges_nothing(fresh: House) -> None:
    record = {"account": ONE, "merged_with": OTHER, "merged_by": "ac_none"}
    raw = {"id": "q-claim", "account": ONE, "source": "crm", "type": "account.merged", "data": record}
    give(fresh, parse_event({**raw, "time": "2026-03-10T11:00:00+00:00"}, TENANT))
    with fresh.parts.stores.read(TENANT) as unit:
        assert unit.merges.listed() == ()


def test_an_approved_merge_is_proved_and_names_who_approved(after: House) -> None:
    with after.parts.stores.read(TENANT) as unit:
        entry = next(one for one in unit.ledger.sealed(limit=100_000) if one.entry.kind is Kind.MERGE)
        assert [(one.account, one.survivor) for one in unit.merges.listed()] == [(OTHER, ONE)]
    told = json.loads(str(entry.payload))
    assert (told["account"], told["other"], entry.entry.user) == (ONE, OTHER, principal_of(after).user)


def test_the_survivor_knows_both_histories_and_as_of_before_the_merge_only_its_own(
    after: House, before: House
) -> None:
    own, others = held(before), held(before, OTHER)
    assert own | others <= held(after)
    earlier = loaded(after).as_of(after.parts.tenancy(TENANT).now.replace(day=9))
    assert not others & {claim.event for claim in earlier.deltas}
    assert held(after, OTHER) == others


def test_one_person_of_both_is_one_by_the_address_and_not_by_the_name(after: House) -> None:
    found = loaded(after)
    people = [found.value(key, "email") for key in found.nodes(NodeKind.CONTACT)]
    assert people.count(ED) == 1


def test_the_merged_account_is_no_longer_listed_and_resolves_to_the_survivor(after: House) -> None:
    with after.parts.stores.read(TENANT) as unit:
        rows = {row.account: row for row in unit.situations.accounts()}
        assert OTHER not in rows
        assert "Quarrystone Limited" in rows[ONE].aliases
        assert account_of(unit)([ED]) == ONE
        assert unit.situations.peers("quarrystone.example", ONE) == ()


def test_a_parked_mail_is_replayed_and_a_later_one_goes_to_the_survivor(house: House) -> None:
    assert "q-stray" in held(house)
    give(house, stray("q-later", OTHER, "The crusher is loud."))
    assert "q-later" in held(house)
    assert "q-later" not in held(house, OTHER)
    with house.parts.stores.read(TENANT) as unit:
        assert [one.evidence.event for one in unit.memory.search("crusher", ONE, 3)] == ["q-later"]


def test_taken_back_both_stand_as_before_and_what_came_meanwhile_goes_home(
    house: House, before: House
) -> None:
    give(house, stray("q-later", OTHER, "The crusher is loud."))
    me = principal_of(house)
    done = unmerge(house.parts, house.parts.tenancy(TENANT), me, OTHER)
    assert (done.account, done.other) == (ONE, OTHER)
    assert not held(before, OTHER) & held(house)
    assert held(house, OTHER) == held(before, OTHER) | {"q-later"}
    with house.parts.stores.read(TENANT) as unit:
        rows = {row.account: row for row in unit.situations.accounts()}
        assert rows[ONE].aliases == ()
        assert OTHER in rows
        assert unit.memory.search("crusher", ONE, 3) == ()
        assert [one.evidence.event for one in unit.memory.search("crusher", OTHER, 3)] == ["q-later"]
        kinds = [entry.kind for entry in unit.ledger.entries(limit=100_000)]
    assert kinds.count(Kind.MERGE) == 2


def test_what_was_believed_while_they_were_one_can_still_be_asked(house: House, before: House) -> None:
    at = house.parts.tenancy(TENANT).now
    unmerge(house.parts, house.parts.tenancy(TENANT), principal_of(house), OTHER)
    with house.parts.stores.read(TENANT) as unit:
        row = unit.situations.account(ONE)
        assert row is not None
        pinned = unit.situations.load(ONE, row.version - 3)
    assert held(before, OTHER) & {claim.event for claim in pinned.deltas}
    assert at is not None


def test_only_a_person_takes_a_merge_back_and_only_one_that_stands(after: House) -> None:
    tenancy = after.parts.tenancy(TENANT)
    robot = Principal(tenant=TENANT, user=UserId("bot"), role=Role.AGENT)
    with pytest.raises(Forbidden):
        unmerge(after.parts, tenancy, robot, OTHER)
    with pytest.raises(NotFound):
        unmerge(after.parts, tenancy, principal_of(after), AccountId("acme-corp"))


def test_events_keep_their_own_account_so_that_evidence_opens_what_was_told(after: House) -> None:
    with after.parts.stores.read(TENANT) as unit:
        event = unit.events.get(EventId(min(held(after, OTHER))))
    assert event is not None
    assert event.account == OTHER


def test_a_pair_that_was_taken_apart_is_not_merged_again(house: House) -> None:
    unmerge(house.parts, house.parts.tenancy(TENANT), principal_of(house), OTHER)
    with house.parts.stores.read(TENANT) as unit:
        assert [one.is_parted for one in unit.situations.peers("quarrystone.example", ONE)] == [True]
        with pytest.raises(Conflict, match="taken apart"):
            require_mergeable(unit, ONE, OTHER, {one.account: one for one in unit.merges.listed()})
