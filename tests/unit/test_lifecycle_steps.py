"""What each happening changes besides the status, cell by cell."""

from dataclasses import replace
from datetime import timedelta

import pytest

from state.governance.action import Action, Outcome, Status
from state.governance.effect import rest_hash
from state.governance.guard import Locks
from state.governance.happening import (
    Approve,
    AttestDone,
    AttestNotDone,
    Claim,
    ClaimersEnded,
    Draft,
    Edit,
    Expire,
    Happening,
    NotDone,
    PolicyChanged,
    ProbeFound,
    Proof,
    Receipt,
    RefusedForGood,
    RetrySameKey,
    Snooze,
    StopOff,
    StopOn,
    Undo,
    Unknown,
    Wake,
    WorldChanged,
)
from state.governance.lifecycle import step
from state.governance.result import Moved, Refused
from state.governance.verdict import Approver, Deny, NotBefore, RequireApproval
from state.ids import ActionId, EvidenceId, UserId
from state.principal import Role
from tests.fakes.drafts import FACTS, MAX, NOW, UMA, VIC, WALL, an_action, approve, guard, person

LOCKS = Locks(fence=3, holder="w", held_until=WALL + timedelta(minutes=1))
GUARD = replace(guard(), locks=LOCKS)
CLAIM = Claim("w", 3)
OTHER_FACTS = {**FACTS, "deal.amount": "1"}


def run(action: Action, *happenings: Happening, guard_: object = GUARD) -> Action:
    for happening in happenings:
        action = step(action, happening, guard_).action  # type: ignore[arg-type]  # a guard
    return action


def approved() -> Action:
    return run(an_action(), approve(an_action()))


def claimed() -> Action:
    return run(approved(), CLAIM)


def test_approval_binds_effect_world_policy_and_epoch_and_holds() -> None:
    action = an_action()
    facts = replace(GUARD, hold=timedelta(seconds=20), locks=replace(LOCKS, stop_epoch=2))
    after = run(action, approve(action), guard_=facts)
    assert after.grant is not None
    terms = after.grant.terms
    assert (terms.effect_hash, terms.rest_hash) == (action.effect_hash, action.rest_hash)
    assert (terms.policy_version, terms.stop_epoch) == ("policy-1", 2)
    assert (after.grant.approvers, after.release_at) == ((UMA.user,), WALL + timedelta(seconds=20))


def test_a_quorum_waits_for_a_second_person_in_the_second_seat() -> None:
    action = replace(an_action(external=False), quorum=(Approver.OWNER, Approver.MANAGER), auto_at=None)
    first = run(action, approve(action))
    assert (first.status, len(first.approvals)) == (Status.PENDING, 1)
    assert run(first, approve(action)).status is Status.PENDING
    both = run(first, approve(action, MAX))
    assert both.grant is not None
    assert set(both.grant.approvers) == {UMA.user, MAX.user}


def test_one_person_never_fills_two_seats() -> None:
    boss = replace(an_action(external=False), owner=MAX.user, quorum=(Approver.OWNER, Approver.MANAGER))
    assert run(boss, approve(boss, MAX), approve(boss, MAX)).status is Status.PENDING


@pytest.mark.parametrize(
    "spoil",
    [
        WorldChanged(OTHER_FACTS),
        PolicyChanged(),
        StopOn(),
        Snooze(UMA, NOW + timedelta(days=1)),
    ],
    ids=lambda each: each.name,
)
def test_partial_approvals_are_void_when_anything_changes(spoil: Happening) -> None:
    action = replace(an_action(external=False), quorum=(Approver.OWNER, Approver.MANAGER))
    assert run(action, approve(action), spoil).approvals == ()


def test_an_approval_of_an_older_epoch_does_not_count_towards_the_quorum() -> None:
    action = replace(an_action(external=False), quorum=(Approver.OWNER, Approver.MANAGER))
    first = run(action, approve(action))
    later = replace(GUARD, locks=replace(LOCKS, stop_epoch=1))
    assert run(first, approve(action, MAX), guard_=later).status is Status.PENDING


def test_mail_in_the_owners_name_waits_for_owner_or_named_delegate() -> None:
    action = replace(an_action(), assignee=MAX.user)
    assert step(action, approve(action, MAX), GUARD).code == "seat"
    named = replace(GUARD, delegates=(UserId("vic"),))
    assert step(action, approve(action, VIC), named).action.status is Status.APPROVED
    inside = an_action(external=False)
    assert step(inside, approve(inside, MAX), GUARD).action.status is Status.APPROVED


def test_snooze_clears_the_timer_for_good_and_keeps_the_expiry() -> None:
    action = an_action(external=False)
    after = run(action, Snooze(UMA, NOW + timedelta(days=1)))
    assert (after.auto_at, after.expires_at, after.human_touched) == (None, action.expires_at, True)
    assert run(after, Wake()).snoozed_until is None
    assert step(action, Snooze(UMA, action.expires_at), GUARD).code == "expires_first"


def test_undo_revokes_and_is_too_late_after_the_claim() -> None:
    after = run(approved(), Undo(UMA))
    assert (after.status, after.grant, after.release_at, after.human_touched) == (
        Status.PENDING,
        None,
        None,
        True,
    )
    assert step(claimed(), Undo(UMA), GUARD).code == "too_late"


def test_a_changed_world_takes_the_new_facts_and_the_grant() -> None:
    after = run(approved(), WorldChanged(OTHER_FACTS))
    assert (after.status, after.grant, after.rest_hash) == (Status.PENDING, None, rest_hash(OTHER_FACTS))
    assert step(approved(), WorldChanged(FACTS), GUARD).outcome is Outcome.NOOP
    assert run(claimed(), WorldChanged(OTHER_FACTS)) == claimed()
    assert run(claimed(), Unknown(1, has_returned=True), WorldChanged(OTHER_FACTS)).retry_barred


def test_a_redraft_with_the_same_effect_is_no_new_card() -> None:
    same = an_action(2, facts=OTHER_FACTS)
    result = step(an_action(), WorldChanged(OTHER_FACTS, same), GUARD)
    assert (result.outcome, result.action.status) == (Outcome.STAYS, Status.PENDING)


def test_another_policy_ends_what_it_denies_and_asks_again_for_the_rest() -> None:
    new = replace(GUARD, policy_version="policy-2")
    armed = an_action(external=False)
    assert run(armed, PolicyChanged(), guard_=new).auto_at == armed.auto_at
    stricter = replace(new, verdict=RequireApproval(rule="r", roles=(Approver.MANAGER,)))
    after = run(armed, PolicyChanged(), guard_=stricter)
    assert (after.auto_at, after.quorum) == (None, (Approver.MANAGER,))
    assert run(approved(), PolicyChanged(), guard_=new).status is Status.PENDING
    assert step(approved(), PolicyChanged(), GUARD).outcome is Outcome.NOOP
    denied = replace(new, verdict=Deny(rule="r"))
    assert run(approved(), PolicyChanged(), guard_=denied).status is Status.CANCELLED


def test_policy_never_sets_a_timer_that_was_cleared() -> None:
    unarmed = replace(an_action(external=False), auto_at=None)
    assert run(unarmed, PolicyChanged(), guard_=replace(GUARD, policy_version="p2")).auto_at is None


def test_stop_marks_what_has_begun_and_bars_retries() -> None:
    assert run(claimed(), StopOn()).in_flight_at_stop
    assert run(claimed(), Unknown(1, has_returned=True), StopOn()).retry_barred
    assert run(approved(), StopOn()).grant is None
    assert run(approved(), StopOff()) == approved()


def test_time_ends_only_what_has_not_begun() -> None:
    late = replace(GUARD, now=NOW + timedelta(days=7))
    assert run(an_action(), Expire(), guard_=late).status is Status.EXPIRED
    assert run(approved(), Expire(), guard_=late).status is Status.EXPIRED
    assert run(claimed(), Expire(), guard_=late) == claimed()
    assert step(an_action(), Expire(), GUARD).code == "not_due"


def test_a_wait_moves_the_claim_to_the_named_time() -> None:
    at = NOW + timedelta(hours=9)
    quiet = replace(GUARD, outgoing=NotBefore(rule="quiet", at=at))
    assert run(approved(), CLAIM, guard_=quiet).not_before == at
    assert run(approved(), CLAIM, CLAIM, guard_=replace(quiet, now=at)).status is Status.CLAIMED


def test_a_claim_counts_the_attempt_and_opens_its_claimer() -> None:
    action = claimed()
    assert (action.attempt, action.quiesced, action.claimers[0].ended) == (1, False, False)


@pytest.mark.parametrize(
    ("attempts", "fence", "attempt", "status"),
    [
        (2, 3, 1, Status.APPROVED),
        (1, 3, 1, Status.FAILED),
        (2, 4, 1, Status.AMBIGUOUS),
        (2, 3, 7, Status.AMBIGUOUS),
    ],
)
def test_not_done_is_believed_only_from_the_holder(
    attempts: int, fence: int, attempt: int, status: Status
) -> None:
    facts = replace(
        GUARD, attempts_allowed=attempts, locks=replace(LOCKS, fence=fence), backoff=timedelta(hours=1)
    )
    after = run(claimed(), NotDone(attempt, "451 later"), guard_=facts)
    assert after.status is status
    if status is Status.APPROVED:
        assert after.grant == claimed().grant
        assert after.release_at == WALL + timedelta(hours=1)


def test_a_refusal_for_good_fails_only_with_no_other_claimer_open() -> None:
    assert run(claimed(), RefusedForGood(1, "550")).status is Status.FAILED
    keyed = replace(GUARD, is_keyed=True)
    twice = run(claimed(), Unknown(1, has_returned=False), RetrySameKey("w", 3), guard_=keyed)
    assert twice.attempt == 2
    after = run(twice, RefusedForGood(2, "550"))
    assert (after.status, after.quiesced) == (Status.AMBIGUOUS, False)


@pytest.mark.parametrize("report", [NotDone(2, "451"), RefusedForGood(2, "550")], ids=lambda each: each.name)
def test_a_later_no_says_nothing_of_an_earlier_attempt_that_timed_out(report: Happening) -> None:
    keyed = replace(GUARD, is_keyed=True, attempts_allowed=3)
    twice = run(claimed(), Unknown(1, has_returned=True), RetrySameKey("w", 3), guard_=keyed)
    assert run(twice, report, guard_=keyed).status is Status.AMBIGUOUS
    clear = run(claimed(), NotDone(1, "451"), guard_=replace(GUARD, attempts_allowed=3))
    again = run(replace(clear, release_at=WALL), CLAIM, guard_=replace(GUARD, attempts_allowed=3))
    assert run(again, report, guard_=replace(GUARD, attempts_allowed=3)).status is not Status.AMBIGUOUS


def test_silence_is_quiet_only_when_every_call_came_back() -> None:
    assert run(claimed(), Unknown(1, has_returned=True)).quiesced
    dark = run(claimed(), Unknown(1, has_returned=False))
    assert not dark.quiesced
    assert run(dark, ClaimersEnded(Proof.RETURNED)) == dark
    assert run(dark, Unknown(1, has_returned=True), ClaimersEnded(Proof.RETURNED)).quiesced
    assert run(dark, ClaimersEnded(Proof.REBOOTED)).quiesced


def test_a_person_attests_not_done_only_when_nobody_can_still_act() -> None:
    dark = run(claimed(), Unknown(1, has_returned=False))
    assert step(dark, AttestNotDone(UMA), GUARD).code == "running"
    ended = run(dark, ClaimersEnded(Proof.PROCESS_GONE), AttestNotDone(UMA))
    assert (ended.status, ended.reason) == (Status.FAILED, "attested")
    assert run(dark, AttestDone(UMA)).reason == "attested"


def test_found_at_the_transport_is_done() -> None:
    dark = run(claimed(), Unknown(1, has_returned=False))
    assert run(dark, ProbeFound("250 ok")).receipt == "250 ok"
    assert run(claimed(), Receipt(1, "250 ok")).status is Status.EXECUTED


def test_an_edit_changes_only_what_the_tool_declares() -> None:
    action, fresh = an_action(), an_action(2, body="Shorter")
    assert isinstance(step(action, Edit(UMA, fresh, frozenset({"body"})), GUARD), Moved)
    assert step(action, Edit(UMA, fresh, frozenset({"subject"})), GUARD).code == "not_editable"
    other_tool = replace(fresh, effect=replace(fresh.effect, tool="sms.send"))
    assert step(action, Edit(UMA, other_tool, frozenset({"body"})), GUARD).code == "not_editable"
    assert step(action, Edit(UMA, an_action(2), frozenset({"body"})), GUARD).code == "same"


def test_an_edit_of_an_approved_action_carries_no_permission_over() -> None:
    fresh = replace(an_action(2, body="Shorter"), auto_at=WALL, attempt=3)
    result = step(approved(), Edit(UMA, fresh, frozenset({"body"})), GUARD)
    assert isinstance(result, Moved)
    assert result.created is not None
    assert (result.created.grant, result.created.auto_at, result.created.attempt) == (None, None, 0)


def test_a_twin_refuses_the_edit_and_is_named() -> None:
    facts = replace(GUARD, locks=replace(LOCKS, twin=ActionId("ac_9")))
    result = step(an_action(), Edit(UMA, an_action(2, body="x"), frozenset({"body"})), facts)
    assert isinstance(result, Refused)
    assert result.other == "ac_9"


def test_drafting_again_only_adds_evidence() -> None:
    after = run(approved(), Draft((EvidenceId("ev-1"), EvidenceId("ev-2"), EvidenceId("ev-2"))))
    assert after == replace(approved(), evidence=(EvidenceId("ev-1"), EvidenceId("ev-2")))


def test_an_auditor_who_owns_a_card_still_decides_nothing() -> None:
    action = replace(an_action(), owner=UserId("ada"))
    ada = person("ada", Role.AUDITOR)
    assert step(action, Approve(ada, action.card_hash), GUARD).code == "seat"
