"""The last look before a mail leaves: an opt-out after the approval, and a message that is not the approved one."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from agents.executor import Ground, Performed, perform
from graphs.bootstrap import House, bootstrap
from graphs.governing.decisions import stamp_of
from graphs.governing.hands import hands_of
from graphs.perceiving.world import receive
from graphs.working.leasing import leased
from state.governance.action import Action, Status
from state.ids import ActionId
from state.ledger.entry import Kind
from state.ports.tooling import Sent
from state.ports.unit import Unit
from state.settings import read_settings
from state.world.event import parse_event
from tests.graph.homes import TENANT, Home, principal_of
from tests.graph.test_stopping import AheadClock, approved_mail
from tools.transports import Approved, FolderTransport

Change = Callable[[House, Unit, Action], None]


@pytest.fixture
def ready(home: Home) -> Iterator[tuple[House, Action]]:
    """Open a home in which one mail is approved and its hold has passed."""
    clock = AheadClock()
    house = bootstrap(read_settings({"home": str(home.path), "tenant": TENANT}, {}), clock)
    yield house, approved_mail(house, clock)
    house.close()


def tell(kind: str, **said: object) -> Change:
    """Let an event about the recipient arrive."""

    def told(house: House, unit: Unit, action: Action) -> None:
        tenancy = house.parts.tenancy(TENANT)
        contact = str(action.effect.arguments["recipient"]).partition("/")[2]
        at = (tenancy.now - timedelta(minutes=1)).isoformat()
        raw: dict[str, object] = {"id": f"late-{kind}", "source": "crm", "type": kind, "time": at}
        raw |= {"account": action.account, "data": {"contact": contact, **said}}
        receive(unit, [parse_event(raw, TENANT)], tenancy.profile, tenancy.now)

    return told


OPT_OUT = tell("consent.changed", mail_consent="opted_out")
TITLE = tell("contact.updated", title="Head of Rooms")


def nothing(house: House, unit: Unit, action: Action) -> None:
    """Change nothing."""


def sent(house: House, action: Action, in_claim: Change) -> Performed:
    """Carry an action out while something is written in the very transaction that claims it."""
    parts, tenancy = house.parts, house.parts.tenancy(TENANT)
    hands = hands_of(parts, tenancy)

    def ground(unit: Unit, actions: Sequence[Action]) -> Mapping[ActionId, Ground]:
        in_claim(house, unit, action)
        return hands.ground(unit, actions)

    with leased(parts, TENANT, action.account):
        with parts.stores.read(TENANT) as unit:
            stamp = stamp_of(tenancy, unit, principal_of(house), "test")
        return perform(replace(hands, ground=ground), [action.id], stamp)[0]


def last_kind(house: House, action: Action) -> Kind:
    """Read which kind the newest entry about an action is of."""
    with house.parts.stores.read(TENANT) as unit:
        return unit.ledger.of_action(action.id)[-1].entry.kind


def last_entry(house: House, action: Action) -> Mapping[str, str]:
    """Read the newest thing the ledger says of an action."""
    with house.parts.stores.read(TENANT) as unit:
        payload = unit.ledger.of_action(action.id)[-1].payload
    said: Mapping[str, str] = json.loads(payload or "{}")
    return said


@pytest.mark.parametrize(
    ("change", "mails"), [(OPT_OUT, 0), (TITLE, 1), (nothing, 1)], ids=["opt-out", "title", "none"]
)
def test_an_opt_out_after_the_approval_is_seen_in_the_transaction_of_the_claim(
    ready: tuple[House, Action], home: Home, change: Change, mails: int
) -> None:
    done = sent(*ready, change)
    assert (done.action.status is Status.EXECUTED) is bool(mails)
    assert len(list(home.path.rglob("*.eml"))) == mails


@pytest.mark.parametrize("is_guarded", [True, False])
def test_a_message_that_is_not_the_approved_one_is_refused_for_good_and_written_down(
    ready: tuple[House, Action], home: Home, monkeypatch: pytest.MonkeyPatch, *, is_guarded: bool
) -> None:
    house, action = ready
    draft = vars(FolderTransport)["_draft"]
    monkeypatch.setattr(FolderTransport, "_draft", lambda self, content: draft(self, content + b"\r\nP.S."))
    if not is_guarded:
        monkeypatch.setattr(Approved, "difference", lambda *_: None)
    done = sent(house, action, nothing)
    assert done.action.status is (Status.FAILED if is_guarded else Status.EXECUTED)
    assert len(list(home.path.rglob("*.eml"))) == (0 if is_guarded else 1)
    if is_guarded:
        last = last_entry(house, action)
        assert (last["event"], last["to"], "body" in last["reason"]) == ("refused_for_good", "failed", True)
        assert (last["code"], last_kind(house, action)) == ("mismatch", Kind.REFUSED)


def test_a_message_that_a_server_declines_is_no_mismatch(
    ready: tuple[House, Action], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, action = ready
    monkeypatch.setattr(FolderTransport, "deliver", lambda *_: Sent("refused", "550 no such user"))
    assert sent(house, action, nothing).action.status is Status.FAILED
    assert (last_entry(house, action)["code"], last_kind(house, action)) == ("failed", Kind.ACTION)
