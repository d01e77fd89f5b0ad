"""Each guard alone: what differs in one fact is stopped for that reason, and passes once the guard is taken out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

import pytest

from state.governance.action import Action, Status
from state.governance.approval import GrantKind
from state.governance.guard import (
    ABSENT_RULES,
    APPROVE_RULES,
    AUTO_RULES,
    CLAIM_RULES,
    PERSON_RULES,
    RETRY_RULES,
    GuardContext,
    Locks,
    Rule,
    Rulebook,
)
from state.governance.happening import (
    Approve,
    AutoDue,
    Cancel,
    Claim,
    Happening,
    ProbeAbsent,
    RetrySameKey,
    Unknown,
)
from state.governance.lifecycle import step
from state.governance.verdict import Approver, Clarify, Deny, NotBefore, RequireApproval
from state.principal import Role
from tests.fakes.drafts import (
    AUDITOR,
    FACTS,
    MAX,
    NOW,
    OTHER,
    ROBOT,
    UMA,
    VIC,
    WALL,
    an_action,
    effect,
    guard,
    person,
)

LOCKS = Locks(fence=3, holder="w", held_until=WALL + timedelta(minutes=1))
GUARD = replace(guard(), locks=LOCKS, is_keyed=False)
CLAIM, RETRY = Claim("w", 3), RetrySameKey("w", 3)
R = TypeVar("R")


def pending(*, external: bool = True) -> Action:
    return an_action(external=external)


def approved(*, external: bool = True) -> Action:
    action = pending(external=external)
    return step(action, Approve(UMA, action.card_hash), GUARD).action


def ambiguous() -> Action:
    claimed = step(approved(), CLAIM, GUARD).action
    return step(claimed, Unknown(1, has_returned=True), GUARD).action


@dataclass(frozen=True)
class Case:
    """One fact that differs: in the action, the happening or the guard."""

    code: str
    action: Callable[[Action], Action] = lambda action: action
    happening: Happening | None = None
    facts: Callable[[GuardContext], GuardContext] = lambda facts: facts


def facts(**changed: object) -> Callable[[GuardContext], GuardContext]:
    return lambda before: replace(before, **changed)  # type: ignore[arg-type]  # named fields of the guard


def locks(**changed: object) -> Callable[[GuardContext], GuardContext]:
    return lambda before: replace(before, locks=replace(before.locks, **changed))  # type: ignore[arg-type]  # as above


def action(**changed: object) -> Callable[[Action], Action]:
    return lambda before: replace(before, **changed)  # type: ignore[arg-type]  # named fields of the action


def by_policy(before: Action) -> Action:
    assert before.grant is not None
    return replace(before, grant=replace(before.grant, kind=GrantKind.POLICY))


def without(rules: tuple[Rule[R], ...], code: str) -> tuple[Rule[R], ...]:
    return tuple(rule for rule in rules if rule.code != code)


LATER = NotBefore(rule="r", at=NOW + timedelta(hours=1))
CLAIMS = [
    Case("denied", facts=facts(verdict=Deny(rule="r"))),
    Case("suppressed", facts=facts(outgoing=Deny(rule="r"))),
    Case("stop_on", facts=locks(stop_on=True)),
    Case("epoch", facts=locks(stop_epoch=1)),
    Case("expired", facts=facts(now=NOW + timedelta(days=7))),
    Case("effect", action=action(effect=effect(to="eve@elsewhere.example"))),
    Case("rest", facts=facts(rest_facts={**FACTS, "deal.amount": "1"})),
    Case("policy", facts=facts(policy_version="policy-2")),
    Case("human", action=by_policy),
    Case("covered", facts=facts(verdict=RequireApproval(rule="r", roles=(Approver.OWNER, Approver.MANAGER)))),
    Case("covered", facts=facts(verdict=Clarify(rule="r", question="Which?"))),
    Case("judged", facts=facts(verdict=None)),
    Case("collected", facts=facts(rest_facts=None)),
    Case("checked", facts=facts(outgoing=None)),
    Case("permitted", facts=facts(outgoing=RequireApproval(rule="r", roles=(Approver.OWNER,)))),
    Case("not_before", facts=facts(verdict=LATER)),
    Case("quiet", facts=facts(outgoing=LATER)),
    Case("attempts", facts=facts(attempts_allowed=0)),
    Case("fence", happening=Claim("w", 2)),
    Case("fence", happening=Claim("v", 3)),
    Case("fence", facts=locks(held_until=WALL)),
    Case("hold", action=action(release_at=WALL + timedelta(seconds=1))),
]


def ids(case: Case) -> str:
    return case.code


def carried(
    case: Case, start: Action, happening: Happening, rules: Rulebook, base: GuardContext = GUARD
) -> tuple[Status, str]:
    result = step(case.action(start), case.happening or happening, case.facts(base), rules)
    return result.action.status, result.code


@pytest.mark.parametrize("case", CLAIMS, ids=ids)
def test_a_claim_with_one_fact_off_does_not_begin_and_says_which(case: Case) -> None:
    status, code = carried(case, approved(), CLAIM, Rulebook())
    assert (status is Status.CLAIMED, code) == (False, case.code)
    weak = Rulebook(claim=without(CLAIM_RULES, case.code))
    assert carried(case, approved(), CLAIM, weak)[0] is Status.CLAIMED


def test_the_unmodified_claim_begins_and_every_claim_rule_has_its_case() -> None:
    assert step(approved(), CLAIM, GUARD).action.status is Status.CLAIMED
    assert {case.code for case in CLAIMS} == {rule.code for rule in CLAIM_RULES}


@pytest.mark.parametrize(
    "case",
    [
        *(case for case in CLAIMS if case.code not in {"hold", "fence", "attempts"}),
        Case("keyed", facts=facts(is_keyed=False)),
        Case("barred", action=action(retry_barred=True)),
        Case("attempts", facts=facts(attempts_allowed=1)),
        Case("fence", happening=RetrySameKey("w", 2)),
    ],
    ids=ids,
)
def test_a_retry_with_one_fact_off_is_refused_and_says_which(case: Case) -> None:
    keyed = replace(GUARD, is_keyed=True)
    assert carried(case, ambiguous(), RETRY, Rulebook(), keyed) == (Status.AMBIGUOUS, case.code)
    weak = Rulebook(retry=without(RETRY_RULES, case.code))
    assert carried(case, ambiguous(), RETRY, weak, keyed)[0] is Status.CLAIMED
    assert step(ambiguous(), RETRY, keyed).action.status is Status.CLAIMED


APPROVALS = [
    Case("human", happening=Approve(ROBOT, pending().card_hash)),
    Case("tenant", happening=Approve(person(tenant=OTHER), pending().card_hash)),
    Case("seat", happening=Approve(VIC, pending().card_hash)),
    Case("shown", happening=Approve(UMA, pending().effect_hash)),
    Case("intact", action=action(effect=effect(to="eve@elsewhere.example"))),
    Case("expired", facts=facts(now=NOW + timedelta(days=7))),
    Case("stop_on", facts=locks(stop_on=True)),
]


@pytest.mark.parametrize("case", APPROVALS, ids=ids)
def test_an_approval_that_differs_in_one_thing_is_refused_for_it(case: Case) -> None:
    good = Approve(UMA, pending().card_hash)
    assert carried(case, pending(), good, Rulebook()) == (Status.PENDING, case.code)
    assert step(pending(), good, GUARD).action.status is Status.APPROVED
    code = carried(case, pending(), good, Rulebook(approve=without(APPROVE_RULES, case.code)))[1]
    assert code != case.code


def test_every_approval_rule_has_its_case() -> None:
    assert {case.code for case in APPROVALS} == {rule.code for rule in APPROVE_RULES}


@pytest.mark.parametrize(
    "case",
    [
        Case("armed", action=action(auto_at=None)),
        Case("allowed", facts=facts(verdict=RequireApproval(rule="r", roles=(Approver.OWNER,)))),
        Case("allowed", facts=facts(verdict=None)),
        Case("internal", action=action(action_class=3)),
        Case("untouched", action=action(human_touched=True)),
        Case("untouched", action=action(snoozed_until=NOW)),
        Case("epoch", facts=locks(stop_epoch=1)),
        Case("stop_on", facts=locks(stop_on=True)),
        Case("expired", facts=facts(now=NOW + timedelta(days=7))),
    ],
    ids=ids,
)
def test_silence_executes_nothing_when_one_fact_is_off(case: Case) -> None:
    start = pending(external=False)
    assert carried(case, start, AutoDue(), Rulebook()) == (Status.PENDING, case.code)
    assert step(case.action(start), AutoDue(), case.facts(GUARD)).action.auto_at is None
    weak = Rulebook(auto=without(AUTO_RULES, case.code))
    assert carried(case, start, AutoDue(), weak)[0] is Status.APPROVED
    assert step(start, AutoDue(), GUARD).action.status is Status.APPROVED


@pytest.mark.parametrize(
    "case",
    [
        Case("quiesced", action=action(quiesced=False)),
        Case("lag", happening=ProbeAbsent(1, has_lag_passed=False)),
        Case("asked", happening=ProbeAbsent(2, has_lag_passed=True)),
        Case("attempts", facts=facts(attempts_allowed=1)),
        Case("keyless", facts=facts(is_keyed=True)),
    ],
    ids=ids,
)
def test_a_negative_probe_frees_a_resend_only_with_every_fact(case: Case) -> None:
    absent = ProbeAbsent(1, has_lag_passed=True)
    assert carried(case, ambiguous(), absent, Rulebook()) == (Status.AMBIGUOUS, case.code)
    weak = Rulebook(absent=without(ABSENT_RULES, case.code))
    assert carried(case, ambiguous(), absent, weak)[0] is Status.APPROVED
    assert step(ambiguous(), absent, GUARD).action.status is Status.APPROVED


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (ROBOT, "entitled"),
        (AUDITOR, "entitled"),
        (VIC, "entitled"),
        (person(tenant=OTHER), "tenant"),
        (person("eva", Role.ADMIN, OTHER), "tenant"),
    ],
    ids=str,
)
def test_who_may_not_handle_it_is_refused_until_the_rule_is_gone(who: object, code: str) -> None:
    cancel = Cancel(who, "no")  # type: ignore[arg-type]  # a principal of the list
    result = step(pending(), cancel, GUARD)
    assert (result.action.status, result.code) == (Status.PENDING, code)
    weak = Rulebook(person=without(PERSON_RULES, code))
    assert step(pending(), cancel, GUARD, weak).code != code


@pytest.mark.parametrize("who", [UMA, MAX, person("eva", Role.ADMIN)], ids=str)
def test_owner_manager_and_admin_may_cancel(who: object) -> None:
    cancel = Cancel(who, "no")  # type: ignore[arg-type]  # a principal of the list
    assert step(pending(), cancel, GUARD).action.status is Status.CANCELLED
