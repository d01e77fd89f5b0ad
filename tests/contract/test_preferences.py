"""What every store of learning does alike: decided proposals by action, versions once, and one that counts."""

from datetime import datetime, timedelta

from state.decision.decided import DecidedProposal
from state.decision.learning import learned
from state.decision.preferences import InForce, KeptPreferences
from state.governance.verdict import Approver, RequireApproval
from state.ids import AccountId, TenantId
from state.ports.judged import Ruled
from state.ports.preferring import Brought
from state.ports.unit import Stores
from state.stores.database import Database
from tests.contract.acting import apply, drafted
from tests.fakes.drafts import NOW, TENANT, an_action, approve, change
from tests.unit.decided import LIMITS, decided

LATER = NOW + timedelta(days=1)


def version(number: int, *cases: DecidedProposal) -> KeptPreferences:
    document = learned(cases, LIMITS)
    return KeptPreferences(
        version=number, at=NOW, by="lee", cause="run", hash=f"h{number}", document=document
    )


def brought(action: str, at: datetime = NOW, place: str = "acme") -> Brought:
    verdict = RequireApproval(rule="owner-decides", reasons=("Its owner decides.",), roles=(Approver.OWNER,))
    ruled = Ruled(
        proposal="pr", action=action, way="ask", verdict=verdict, hits=("owner-decides",), read=("action.class",),
        policy_version="v1", facts={"action.class": 2},
    )  # fmt: skip
    return Brought(at=at, account=place, ruled=ruled)


def test_decided_proposals_come_back_oldest_first_and_a_later_word_replaces(stores: Stores) -> None:
    first, second = decided("a", at=LATER), decided("b", at=NOW)
    with stores.begin(TENANT) as unit:
        unit.preferences.put([first, second])
        unit.preferences.put([first.model_copy(update={"was_right": False})])
    with stores.read(TENANT) as unit:
        found = unit.preferences.decided()
    assert [(one.action, one.was_right) for one in found] == [("b", True), ("a", False)]


def test_a_judgement_that_came_with_history_stays_when_its_outcome_comes(stores: Stores) -> None:
    one = decided("a", at=NOW)
    with stores.begin(TENANT) as unit:
        unit.preferences.put([one, decided("b", at=NOW)], {"a": brought("a")})
        unit.preferences.put([one.model_copy(update={"outcome": "won"})])
        assert list(unit.preferences.brought(NOW)) == [brought("a")]
        assert not unit.preferences.brought(LATER)


def test_actions_that_something_happened_to_are_named_once(stores: Stores) -> None:
    action = drafted(stores, an_action(1))
    apply(stores, change(action, approve(action)))
    with stores.read(TENANT) as unit:
        assert list(unit.preferences.settled(NOW - timedelta(days=1))) == [action.id]
        assert not unit.preferences.settled(NOW + timedelta(days=400))


def test_a_version_is_kept_once_and_comes_back_byte_for_byte(stores: Stores) -> None:
    kept = version(1, decided("a"), decided("b", right=False))
    with stores.begin(TENANT) as unit:
        unit.preferences.keep(kept)
        unit.preferences.keep(kept.model_copy(update={"by": "tom"}))
        unit.preferences.keep(version(2))
        found = unit.preferences.get(1)
        assert found == kept
        assert found is not None
        assert found.document.text() == kept.document.text()
        assert [one.version for one in unit.preferences.versions()] == [2, 1]
        assert unit.preferences.get(3) is None


def test_one_version_counts_and_can_be_gone_back_from(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        assert unit.preferences.in_force() is None
        assert unit.preferences.chosen() is None
        unit.preferences.keep(version(1))
        unit.preferences.keep(version(2, decided("a")))
        unit.preferences.put_in_force(InForce(version=2, is_pinned=False))
        assert unit.preferences.in_force() == version(2, decided("a"))
        unit.preferences.put_in_force(InForce(version=1, is_pinned=True))
        assert unit.preferences.in_force() == version(1)
        assert unit.preferences.chosen() == InForce(version=1, is_pinned=True)


def test_another_tenant_learned_nothing_of_it(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.preferences.put([decided("a")], {"a": brought("a")})
        unit.preferences.keep(version(1))
        unit.preferences.put_in_force(InForce(version=1, is_pinned=False))
    with stores.read(TenantId("other")) as unit:
        asked = unit.preferences
        assert not any(
            (asked.decided(), asked.brought(NOW), asked.versions(), asked.chosen(), asked.in_force())
        )


def test_a_forgotten_account_keeps_its_cases_and_loses_what_was_judged_of_it(database: Database) -> None:
    with database.begin(TENANT) as unit:
        unit.preferences.put(
            [decided("a", at=NOW), decided("b", at=NOW)],
            {"a": brought("a"), "b": brought("b", place="other")},
        )
        unit.forgetting.erase_account(AccountId("acme"), "gone")
        assert [one.account for one in unit.preferences.brought(NOW)] == ["other"]
        assert len(unit.preferences.decided()) == 2
