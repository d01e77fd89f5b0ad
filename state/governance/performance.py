"""What workers and transports report: claim, receipt, refusal, silence, probe.

Invariant: an attempt whose claimer may still act is never followed by another, save under the same key.
"""

from dataclasses import replace

from state.governance.action import Action, Claimer, Status
from state.governance.guard import GuardContext, Otherwise, Rulebook, broken
from state.governance.happening import (
    ByTransport,
    ByWorker,
    Claim,
    ClaimersEnded,
    NotDone,
    ProbeAbsent,
    ProbeFound,
    Proof,
    Receipt,
    RefusedForGood,
    RetrySameKey,
    Unknown,
)  # fmt: skip
from state.governance.people import ended, revoked
from state.governance.result import Moved, Refused, Result, Stays
from state.governance.verdict import NotBefore

MISMATCH = "mismatch"
"""The code of a step that ended because what was about to leave was not what was approved."""


def step(action: Action, happening: ByWorker | ByTransport, guard: GuardContext, rules: Rulebook) -> Result:
    """Do what the report does in a status that can have one."""
    result: Result
    match happening:
        case Claim():
            result = claim(action, happening, guard, rules)
        case RetrySameKey():
            result = retry(action, happening, guard, rules)
        case Receipt() | ProbeFound():
            done = replace(_heard(action, happening), status=Status.EXECUTED, receipt=happening.receipt)
            result = Moved(done)
        case RefusedForGood() | NotDone():
            result = negative(action, happening, guard)
        case Unknown():
            result = unknown(action, happening)
        case ClaimersEnded():
            result = claimers_ended(action, happening)
        case ProbeAbsent():
            rule = broken(rules.absent, action, happening, guard)
            result = Stays(action, rule.code, rule.text) if rule else Moved(_again(action, guard))
    return result


def claim(action: Action, happening: Claim, guard: GuardContext, rules: Rulebook) -> Result:
    """Begin the effect, or say which rule is in the way: wait, ask again, or never."""
    rule = broken(rules.claim, action, happening, guard)
    if rule is None:
        return Moved(_claimed(action, happening))
    match rule.otherwise:
        case Otherwise.CANCEL:
            return Moved(ended(action, Status.CANCELLED, rule.code), rule.code, rule.text)
        case Otherwise.VOID:
            return Moved(revoked(action), rule.code, rule.text)
        case _:
            return Stays(_rescheduled(action, guard), rule.code, rule.text)


def retry(action: Action, happening: RetrySameKey, guard: GuardContext, rules: Rulebook) -> Result:
    """Begin again under the same key and the original grant, or not at all."""
    if rule := broken(rules.retry, action, happening, guard):
        return Refused(action, rule.code, rule.text)
    return Moved(_claimed(action, happening))


def _claimed(action: Action, happening: ByWorker) -> Action:
    number = action.attempt + 1
    claimer = Claimer(number, happening.worker, happening.fence)
    return replace(
        action, status=Status.CLAIMED, attempt=number, quiesced=False, retry_barred=False, not_before=None,
        claimers=(*action.claimers, claimer),
    )  # fmt: skip


def _rescheduled(action: Action, guard: GuardContext) -> Action:
    """Keep the later of the times policy and limits named, when there is one still to come."""
    times = [verdict.at for verdict in (guard.verdict, guard.outgoing) if isinstance(verdict, NotBefore)]
    coming = [at for at in times if at > guard.now]
    return replace(action, not_before=max(coming)) if coming else action


def _again(action: Action, guard: GuardContext) -> Action:
    """Free it for another attempt: every one so far is known to have had no effect."""
    clear = tuple(replace(claimer, is_clear=True) for claimer in action.claimers)
    return replace(action, status=Status.APPROVED, release_at=guard.wall + guard.backoff, claimers=clear)


def _heard(action: Action, happening: ByTransport) -> Action:
    """Mark the reporting attempt's call as ended."""
    if not isinstance(happening, Receipt | RefusedForGood | NotDone | Unknown):
        return action
    if isinstance(happening, Unknown) and not happening.has_returned:
        return action
    is_clear = isinstance(happening, RefusedForGood | NotDone)
    marked = (
        replace(claimer, ended=True, is_clear=is_clear) if claimer.attempt == happening.attempt else claimer
        for claimer in action.claimers
    )
    return replace(action, claimers=tuple(marked))


def _is_quiet(action: Action) -> bool:
    return all(claimer.ended for claimer in action.claimers)


def negative(action: Action, happening: RefusedForGood | NotDone, guard: GuardContext) -> Result:
    """Believe "not done" only from the holder, and only if every other attempt is known to have done nothing.

    Invariant: a refusal under the same key says nothing of an earlier attempt that timed out; that is ambiguous.
    """
    heard = _heard(action, happening)
    if action.status is Status.AMBIGUOUS:
        return Stays(heard, "noted")
    is_holder = happening.attempt == action.attempt and guard.locks.fence == action.claimers[-1].fence
    if not is_holder or not all(claimer.is_clear for claimer in heard.claimers):
        return Moved(replace(heard, status=Status.AMBIGUOUS, quiesced=_is_quiet(heard)), "unclear")
    if isinstance(happening, NotDone) and action.attempt < guard.attempts_allowed:
        return Moved(_again(heard, guard), "again")
    code = MISMATCH if isinstance(happening, RefusedForGood) and happening.is_mismatch else "failed"
    return Moved(replace(heard, status=Status.FAILED, reason=happening.reason), code)


def unknown(action: Action, happening: Unknown) -> Result:
    """Nobody knows: it is ambiguous, and quiet only if every call has come back."""
    heard = _heard(action, happening)
    if action.status is Status.AMBIGUOUS:
        return Stays(heard, "noted")
    return Moved(replace(heard, status=Status.AMBIGUOUS, quiesced=_is_quiet(heard)))


def claimers_ended(action: Action, happening: ClaimersEnded) -> Result:
    """Take the proof; that a call returned must have been reported by itself."""
    if happening.proof is Proof.RETURNED and not _is_quiet(action):
        return Stays(action, "open", "A claimer has not reported.")
    closed = tuple(replace(claimer, ended=True) for claimer in action.claimers)
    return Stays(replace(action, claimers=closed, quiesced=True), happening.proof.value)
