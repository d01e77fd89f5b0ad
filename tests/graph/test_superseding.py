"""A card whose world changed: what would be drafted otherwise now gives way to it, in one transaction."""

from dataclasses import replace
from datetime import timedelta

from graphs.bootstrap import House
from graphs.governing.superseding import differs
from graphs.perceiving.world import receive
from state.governance.action import Action, Status
from state.ids import EventId
from state.world.event import Event
from state.world.records import TicketUpdated
from tests.fakes.drafts import effect
from tests.graph.homes import TENANT, principal_of
from tests.graph.test_autonomy import FJORD, KIND, card, let, person, raised


def ticket(house: House, number: int, severity: int, status: str = "open") -> None:
    """Open or change a ticket at the account."""
    tenancy = house.parts.tenancy.refresh(TENANT)
    event = Event(
        id=EventId(f"ev_new_{number}_{severity}_{status}"),
        tenant=TENANT,
        account=FJORD,
        source="support",
        type=TicketUpdated.type,
        time=tenancy.now,
        recorded_at=tenancy.now,
        data=TicketUpdated.model_validate(
            {
                "ticket": f"SUP-{number}",
                "subject": "The app is down",
                "severity": severity,
                "status": status,
                "opened_on": (tenancy.now - timedelta(days=1)).date(),
            }
        ),
    )
    with house.parts.stores.begin(TENANT) as unit:
        receive(unit, [event], tenancy.profile, tenancy.now)


def worst_of(action: Action, place: int = 0) -> int:
    """Read the number of the ticket the card is about first, or of a later one."""
    tickets = action.effect.arguments["tickets"]
    assert isinstance(tickets, list | tuple)
    return int(str(tickets[place]).removeprefix("SUP-"))


def changed(house: House, action: Action) -> None:
    """Let the worst ticket wait for the customer and another one close: the same card would be drafted otherwise."""
    ticket(house, worst_of(action), 1, "waiting_on_customer")
    ticket(house, worst_of(action, -1), 2, "closed")


def escalations(house: House) -> list[Action]:
    with house.parts.stores.read(TENANT) as unit:
        found = unit.actions.listed(tuple(Status), account=FJORD)
    return [one for one in found if one.action_type == KIND]


def test_a_redrafted_effect_supersedes_the_card_and_carries_no_permission_over(house: House) -> None:
    old = card(house)
    changed(house, old)
    card(house)
    both = sorted(escalations(house), key=lambda one: one.predecessor or "")
    assert len(both) == 2
    before, after = both
    assert (before.id, before.status, before.reason) == (old.id, Status.CANCELLED, "superseded")
    assert (before.successor, after.predecessor, after.status) == (after.id, old.id, Status.PENDING)
    assert (after.grant, after.auto_at) == (None, None)
    with house.parts.stores.read(TENANT) as unit:
        run = unit.runs.get(old.run)
        moves = unit.actions.history(old.id)
    assert run is not None
    assert run.id != after.run
    assert [one.event for one in moves][-1] == "world_changed"
    assert not [one for one in house.runner.open_interrupts(run) if old.id in str(one.value)]


def test_a_card_whose_effect_stays_keeps_its_place_and_loses_its_timer(house: House) -> None:
    raised(house)
    let(house)
    armed = card(house)
    assert armed.auto_at is not None
    ticket(house, worst_of(armed), 1, "waiting_on_customer")
    card(house)
    assert [(one.id, one.auto_at, one.status) for one in escalations(house)] == [
        (armed.id, None, Status.PENDING)
    ]


def test_a_name_is_no_difference_and_every_word_recipient_and_file_is_one() -> None:
    plain = effect(body="Hello")
    one = replace(plain, arguments={**plain.arguments, "draft": "d-1"})
    assert not differs(one, replace(one, arguments={**one.arguments, "draft": "d-2"}))
    assert not differs(one, replace(one, content="Date: tomorrow"))
    assert differs(one, replace(one, arguments={**one.arguments, "body": "Hello there"}))
    assert differs(one, replace(one, arguments={**one.arguments, "more": 1}))
    assert differs(one, replace(one, recipients=("raj@customer.example",)))
    assert differs(one, replace(one, attachments=("sha256:1",)))
    assert differs(one, replace(one, external=not one.external))


def test_looking_again_at_an_unchanged_world_changes_no_card(house: House) -> None:
    old = card(house)
    after = card(house)
    assert (after.id, after.version, after.status) == (old.id, old.version, Status.PENDING)


def test_a_card_that_a_person_set_aside_is_not_replaced(house: House) -> None:
    old = card(house)
    house.desk.snooze(person("priya"), old.id, old.created_at + timedelta(hours=2))
    changed(house, old)
    house.runner.start(principal_of(house), FJORD, "scan")
    assert [one.id for one in escalations(house)] == [old.id]
