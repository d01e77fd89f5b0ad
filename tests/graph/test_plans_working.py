"""Plans go on unasked: the worker's jobs, what a dead process left, replays, and models that would drop a step."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graphs.bootstrap import House, bootstrap
from graphs.channels import Request, SituationRef
from graphs.deliberating import gather
from graphs.parts import Tenancies, Tenancy
from graphs.perceiving.intake import ensure_tenant
from graphs.planning.calling import with_steps
from graphs.planning.moving import move, orchestrator
from graphs.planning.orchestrating import CRASH_POINTS, advance_due
from graphs.planning.planning import Planning
from graphs.telling.replaying import replay
from graphs.working.jobs import BUSY, Wanted, do, wanted
from state.decision.planning import Deliberated, NoAction
from state.governance.action import Status
from state.governance.plan import PlanEvent, PlanHappening, PlanId
from state.ids import AccountId, TenantId, TraceId
from state.ports.deciding import Deliberating, Reasoner
from state.ports.queueing import JobKind
from state.settings import read_settings
from tests.graph.homes import TENANT, Home, copied, principal_of
from tests.graph.planned import HARBOR, looked, on, plan, started, step, tenancy_of, with_plans
from tests.waiting import waited

WESTFIELD, ONBOARDING = AccountId("westfield-clinics"), PlanId("P-westfield-clinics-1")
DAY = datetime(2026, 3, 12, 13, 59, tzinfo=UTC)
"""A minute before the step is due, at ten in New York."""


@dataclass
class Hand:
    """A clock that a test moves."""

    now: datetime = DAY

    def wall(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def planned_home(base_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return with_plans(base_home, tmp_path_factory.mktemp("planned"))


@pytest.fixture
def home(planned_home: Home, tmp_path: Path) -> Home:
    return copied(planned_home, tmp_path / "home")


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def live(home: Home, hand: Hand) -> Iterator[House]:
    """Open the home as a company whose clock moves by itself."""
    house = bootstrap(read_settings({"home": str(home.path), "tenant": TENANT}, {}), hand)
    tenancy = house.parts.tenancy(TENANT)
    ensure_tenant(house.parts, tenancy.tenant.model_copy(update={"clock": None}), tenancy.users)
    yield house
    house.close()


def asked(house: House) -> list[Wanted]:
    found = wanted(house.parts, tenancy_of(house))
    return [one for one in found if one.job.kind is JobKind.PLAN and one.job.account == WESTFIELD]


def test_a_due_step_is_a_job_once_and_a_job_done_twice_finds_nothing(live: House, hand: Hand) -> None:
    assert asked(live) == []
    hand.now += timedelta(minutes=1)
    (one,) = asked(live)
    assert (one.job.subject, one.job.turn) == (ONBOARDING, f"{TENANT}/{WESTFIELD}")
    assert do(live, one.job, principal_of(live)) == "ACTIVE, 2 events"
    assert (asked(live), do(live, one.job, principal_of(live))) == ([], "ACTIVE, 0 events")
    with live.parts.stores.read(TENANT) as unit:
        assert [row.kind for row in unit.crm.listed(WESTFIELD)].count("task") == 1


def test_a_plan_whose_account_another_process_holds_is_asked_for_again(live: House, hand: Hand) -> None:
    hand.now += timedelta(minutes=1)
    (one,) = asked(live)
    with live.parts.stores.begin(TENANT) as unit:
        unit.actions.acquire(WESTFIELD, "elsewhere|boot|1|1", hand.now + timedelta(minutes=5), hand.now)
    assert do(live, one.job, principal_of(live)) == BUSY
    hand.now += timedelta(minutes=5)
    (again,) = asked(live)
    assert again.job.id != one.job.id
    assert do(live, again.job, principal_of(live)) == "ACTIVE, 1 event"


def begun(house: House, name: PlanId, which: str) -> None:
    """Leave a plan as a process does that died after it recorded the beginning of a step."""
    tenancy = tenancy_of(house)
    what = PlanHappening(event=PlanEvent.BEGIN_STEP, at=tenancy.now, step=which)
    with house.parts.stores.begin(TENANT) as unit:
        move(unit, tenancy, tenancy.stamp(orchestrator(tenancy), TraceId("")), name, what)


def test_a_step_whose_process_died_is_formed_by_whoever_looks_next_and_only_once(home: Home) -> None:
    house = home.house()
    begun(house, ONBOARDING, "westfield-clinics-step-2")
    looked(house, WESTFIELD)
    house.close()
    another = home.house()
    advance_due(another.runner, tenancy_of(another))
    looked(another, WESTFIELD)
    with another.parts.stores.read(TENANT) as unit:
        assert [row.kind for row in unit.crm.listed(WESTFIELD)].count("task") == 1
    assert step(another, ONBOARDING, "westfield-clinics-step-2").state == "done"
    another.close()


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_a_plan_whose_process_is_killed_as_it_records_goes_on_and_does_its_step_once(
    home: Home, point: str
) -> None:
    killed = home.drive("plans", "03-12", env={"REVLOOP_CRASH_AT": point})
    assert killed.code == -signal.SIGKILL, killed.err
    went_on = home.drive("plans", "03-12")
    assert went_on.code == 0, went_on.err
    house = home.house()
    looked(house, WESTFIELD)
    with house.parts.stores.read(TENANT) as unit:
        assert [row.kind for row in unit.crm.listed(WESTFIELD)].count("task") == 1
    assert step(house, ONBOARDING, "westfield-clinics-step-2").state == "done"
    house.close()


def test_a_step_begun_by_a_dead_process_gets_its_loop_from_the_next_look(home: Home) -> None:
    house = home.house()
    begun(house, ONBOARDING, "westfield-clinics-step-2")
    advance_due(house.runner, tenancy_of(house))
    assert step(house, ONBOARDING, "westfield-clinics-step-2").state == "done"
    house.close()


def test_the_run_of_a_step_replays_to_the_same_proposals(home: Home) -> None:
    house = home.house()
    name = started(house).id
    on(house, "03-18")
    card = step(house, name, "letter").actions[-1].id
    house.desk.reject(principal_of(house), card, "not now")
    advance_due(house.runner, tenancy_of(house))
    assert plan(house, name).status == "PAUSED"
    assert replay(house.runner, tenancy_of(house), card).is_equal
    house.close()


class Interrupting:
    """A reasoner during whose thinking somebody sets the plan aside."""

    def __init__(self, plain: Reasoner, meanwhile: Callable[[], object]) -> None:
        self.plain, self.meanwhile = plain, meanwhile
        self.name, self.hash = plain.name, plain.hash

    async def deliberate(self, about: Deliberating) -> Deliberated:
        if any(call.step == "letter" for call in about.steps):
            self.meanwhile()
        return await self.plain.deliberate(about)

    def __getattr__(self, name: str) -> object:
        return getattr(self.plain, name)


def test_a_card_drafted_while_its_plan_is_set_aside_ends_at_once(home: Home) -> None:
    house = home.house()
    name, plain = started(house).id, house.parts.tenancy
    aside = Planning(house.runner, tenancy_of(house), principal_of(house))
    thinking = Interrupting(tenancy_of(house).reasoner, lambda: aside.pause(name))

    def load(tenant: TenantId, _: Tenancy | None) -> Tenancy:
        return Tenancy(**{**vars(plain.refresh(tenant)), "reasoner": thinking})

    house.parts.tenancy = Tenancies(load)
    on(house, "03-18")
    with house.parts.stores.read(TENANT) as unit:
        cards = unit.actions.listed(tuple(Status), account=HARBOR)
    letters = {one.status for one in cards if one.action_type == "send_email"}
    assert (plan(house, name).status, letters) == ("PAUSED", {Status.CANCELLED})
    house.close()


def about_harbor(house: House) -> Deliberating:
    """Look at the account as a deliberation does."""
    tenancy, who = tenancy_of(house), principal_of(house)
    with house.parts.stores.read(TENANT) as unit:
        row = unit.situations.account(HARBOR)
        assert row is not None
        request = Request(
            tenant=TENANT, run="r", account=HARBOR, intent="scan", user=who.user, role=who.role.value,
            channel="scan", method="local", trace="", thread="",
        )  # fmt: skip
        reference = SituationRef(account=HARBOR, version=row.version, digest=row.digest)
        return gather(house.parts, unit, tenancy, request, reference, now=tenancy.now)


def test_a_reasoner_that_would_rest_does_not_drop_a_begun_step(home: Home) -> None:
    house = home.house()
    name = started(house).id
    begun_step = PlanHappening(event=PlanEvent.BEGIN_STEP, at=tenancy_of(house).now, step="letter")
    with house.parts.stores.begin(TENANT) as unit:
        stamp = tenancy_of(house).stamp(orchestrator(tenancy_of(house)), TraceId(""))
        move(unit, tenancy_of(house), stamp, PlanId(name), begun_step)
    about, playbook = about_harbor(house), tenancy_of(house).playbook
    said = waited(playbook.deliberate(about))
    silent = said.model_copy(update={"decision": NoAction(reasons=("Nothing.",), look_again_at=None)})
    heard = with_steps(silent, about, playbook)
    assert {one.rule for one in heard.decision.proposals} == {"plan.revival.letter"}  # type: ignore[union-attr]  # it deliberates
    assert with_steps(said, about, playbook) is said
    house.close()
