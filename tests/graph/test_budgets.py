"""Budgets in the loop: a spent one denies and is told once, is read again at the claim, and no claim passes a cap."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from agents import executor
from agents.executor import Ground, Performed, perform
from graphs.bootstrap import House, bootstrap
from graphs.channels import FetchInput, SituationRef
from graphs.governing.decisions import stamp_of
from graphs.governing.hands import hands_of
from graphs.governing.metering import held, under_way
from graphs.nodes.deciding import fetch
from graphs.runner import request_of
from graphs.working.leasing import leased
from graphs.working.scanning import scanner
from state.decision.planning import DataRequest
from state.errors import Conflict, Denied
from state.governance.action import Action, Status
from state.governance.budget import UNTRUSTED_CHANNEL, Draw, Line, Span
from state.governance.verdict import Allow, Approver, NotBefore, RequireApproval
from state.ids import AccountId, ActionId, RunId
from state.ledger.entry import Kind
from state.ports.deciding import Recollection
from state.ports.judged import Rulings
from state.ports.planned import Planned
from state.ports.tooling import Sent
from state.ports.unit import Unit
from state.settings import read_settings
from tests.graph.homes import TENANT, Home, principal_of
from tests.graph.test_stopping import AheadClock, approved_mail
from tools.transports import FolderTransport

TODAY = date(2026, 3, 10)
ACME = AccountId("acme-corp")
MAILS = Line("calls.MED", "tool:email.send")


@pytest.fixture
def ready(home: Home) -> Iterator[tuple[House, Action]]:
    """Open a home in which one mail is approved and its hold has passed."""
    clock = AheadClock()
    house = bootstrap(read_settings({"home": str(home.path), "tenant": TENANT}, {}), clock)
    yield house, approved_mail(house, clock)
    house.close()


def spend(house: House, line: Line, amount: int) -> None:
    """Let so much have been used today."""
    tenancy = house.parts.tenancy(TENANT)
    with house.parts.stores.begin(TENANT) as unit:
        stamp = stamp_of(tenancy, unit, principal_of(house), "test")
        assert unit.budgets.charge([Draw(line, TODAY, amount)], stamp) is None


def used(house: House, *lines: Line) -> list[int]:
    with house.parts.stores.read(TENANT) as unit:
        found = unit.budgets.used([Span(line, TODAY) for line in lines])
    return [found[line] for line in lines]


def refusals(house: House) -> int:
    with house.parts.stores.read(TENANT) as unit:
        return sum(one.kind is Kind.BUDGET for one in unit.ledger.entries(limit=10_000))


def carried_out(house: House, action: Action, *, is_blind: bool = False) -> Performed:
    """Carry it out; blind to what budgets say of it until it is counted."""
    parts, tenancy = house.parts, house.parts.tenancy(TENANT)
    hands = hands_of(parts, tenancy)

    def blind(unit: Unit, actions: Sequence[Action]) -> Mapping[ActionId, Ground]:
        allow = Allow(rule="made-up", reasons=("Made up.",))
        found = hands.ground(unit, actions)
        return {name: replace(one, spent=None, verdict=allow, outgoing=allow) for name, one in found.items()}

    with leased(parts, TENANT, action.account):
        with parts.stores.read(TENANT) as unit:
            stamp = stamp_of(tenancy, unit, principal_of(house), "test")
        return perform(replace(hands, ground=blind) if is_blind else hands, [action.id], stamp)[0]


def test_a_spent_budget_denies_what_an_account_wants_and_is_told_once(house: House) -> None:
    spend(house, Line("calls.CHEAP", "account:acme-corp"), 1_000)
    for told in (1, 1):
        run = house.runner.start(principal_of(house), ACME, "prep").run
        with house.parts.stores.read(TENANT) as unit:
            kinds = {kind: artifact for artifact, kind in unit.runs.artifacts_of(RunId(run))}
            rulings = house.parts.document(unit, TENANT, kinds["rulings.0"], Rulings)
        judged = [one for one in rulings.rulings if one.facts or one.hits]
        assert judged
        assert all("budget-spent" in one.hits for one in judged)
        assert refusals(house) == told
    assert house.runner.start(principal_of(house), AccountId("oakhaven-hotels"), "prep").proposals


def test_an_approved_mail_is_judged_again_on_the_budget_of_its_claim(
    ready: tuple[House, Action], home: Home
) -> None:
    house, action = ready
    spend(house, MAILS, 2_000)
    done = carried_out(house, action)
    assert (done.action.status, done.code) == (Status.CANCELLED, "denied")
    assert (list(home.path.rglob("*.eml")), refusals(house)) == ([], 1)


@pytest.mark.parametrize("is_charged", [True, False])
def test_no_claim_passes_a_cap_whatever_was_judged(
    ready: tuple[House, Action], home: Home, monkeypatch: pytest.MonkeyPatch, *, is_charged: bool
) -> None:
    house, action = ready
    spend(house, MAILS, 2_000)
    if not is_charged:
        monkeypatch.setattr(executor, "charge", lambda *_: None)
        assert carried_out(house, action, is_blind=True).is_done
        return
    with pytest.raises(Conflict, match="is spent for today"):
        carried_out(house, action, is_blind=True)
    with house.parts.stores.read(TENANT) as unit:
        assert unit.actions.get(action.id).status is Status.APPROVED
    assert (list(home.path.rglob("*.eml")), used(house, MAILS)) == ([], [2_000])


def test_an_effect_is_counted_once_and_in_its_owners_name(ready: tuple[House, Action]) -> None:
    house, action = ready
    mine = Line("mails", f"owner:{action.owner}")
    before = used(house, Line("calls.MED", "tenant"))[0]
    assert carried_out(house, action).is_done
    assert used(house, MAILS, mine, Line("calls.MED", "tenant")) == [1, 1, before + 1]
    carried_out(house, action)
    assert used(house, MAILS, mine) == [1, 1]


def test_a_mail_whose_end_nobody_knows_counts_as_a_touch_of_others(
    ready: tuple[House, Action], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, action = ready
    monkeypatch.setattr(FolderTransport, "deliver", lambda *_: Sent("unknown", "no answer"))
    assert carried_out(house, action).action.status is Status.AMBIGUOUS
    with house.parts.stores.read(TENANT) as unit:
        assert under_way(unit, None) == {action.effect.recipients[0].lower(): 1}
        assert under_way(unit, action.id) == {}


def test_loops_nobody_asked_for_end_with_the_day_and_people_go_on(house: House) -> None:
    scan = scanner(house.parts.tenancy(TENANT))
    event = scan.model_copy(update={"channel": UNTRUSTED_CHANNEL})
    spend(house, Line("loops", "started by:untrusted"), 4_000)
    with pytest.raises(Denied, match="started by:untrusted is spent"):
        house.runner.start(event, ACME, "scan")
    assert (refusals(house), used(house, Line("loops", "tenant"))) == (1, [0])
    house.runner.start(scan, ACME, "scan")
    spend(house, Line("loops", "tenant"), 19_999)
    with pytest.raises(Denied, match="loops of tenant is spent"):
        house.runner.start(scan, ACME, "scan")
    assert house.runner.start(principal_of(house), ACME, "scan").run
    assert used(house, Line("loops", "tenant")) == [20_000]


def test_what_a_spent_budget_leaves_waits_for_the_next_day() -> None:
    allow = Allow(rule="a", reasons=("A.",))
    ask = RequireApproval(rule="b", reasons=("B.",), roles=(Approver.OWNER,))
    spent, now = Draw(MAILS, TODAY, 1, 5), datetime(2026, 3, 10, 20, tzinfo=UTC)
    found = held(allow, spent, now, "America/New_York")
    assert isinstance(found, NotBefore)
    assert found.at == datetime(2026, 3, 11, 4, tzinfo=UTC)
    assert (held(ask, spent, now, "America/New_York"), held(allow, None, now, "UTC")) == (ask, allow)


def asking(house: House, tool: str, reason: str) -> FetchInput:
    """Leave the plan of a run that asks to read something first."""
    parts, tenancy, who = house.parts, house.parts.tenancy(TENANT), principal_of(house)
    report = house.runner.start(who, ACME, "prep")
    with parts.stores.begin(TENANT) as unit:
        run, row = unit.runs.get(RunId(report.run)), unit.situations.account(ACME)
        assert run is not None
        assert row is not None
        kinds = {kind: artifact for artifact, kind in unit.runs.artifacts_of(run.id)}
        planned = parts.document(unit, TENANT, kinds["planned.0"], Planned)
        wanted = DataRequest(tool=tool, arguments={"series": "active_users"}, reason=reason, cost_class="MED")
        said = planned.deliberated.model_copy(update={"decision": wanted})
        plan = parts.keep(unit, TENANT, run.id, "planned.9", planned.model_copy(update={"deliberated": said}))
    situation = SituationRef(account=ACME, version=row.version, digest=row.digest)
    return FetchInput(
        request=request_of(run, who), situation=situation, plan=plan, recollections=[], reads=0,
        now=tenancy.now.isoformat(),
    )  # fmt: skip


@pytest.mark.parametrize(("reason", "code"), [("How far has use fallen?", ""), ("look", "reason")])
def test_a_data_request_goes_through_the_gateway_and_is_proved(house: House, reason: str, code: str) -> None:
    state = asking(house, "telemetry.get_series", reason)
    found, again = (fetch(house.parts, state) for _ in range(2))
    assert found == again
    run = RunId(state["request"]["run"])
    with house.parts.stores.read(TENANT) as unit:
        (call,) = unit.runs.tool_runs_of(run)
        answer = house.parts.document(unit, TENANT, found["recollections"][0], Recollection)
        proofs = [one for one in unit.ledger.entries(limit=10_000) if one.kind is Kind.TOOL_CALL]
    assert (call.tool, call.code) == ("telemetry.get_series", code)
    assert (len(proofs), proofs[0].trace) == (1, state["request"]["trace"])
    assert ("needs a reason" in answer.text) == bool(code)
    assert used(house, Line("calls.MED", "account:acme-corp")) == [0 if code else 1]
