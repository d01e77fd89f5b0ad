"""A policy takes effect: an admin sees what it changes, a second agrees where it widens, open actions are judged anew.

Invariant: the activation, its entry and what it does to open actions are one transaction; an edited file alone changes
nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from graphs.governing.authority import agreed_by, asking, code_of, has_second, require_admin, require_seen
from graphs.governing.decisions import stamp_of
from graphs.governing.hands import ground_of
from graphs.keeping.configuring import judge_of
from graphs.parts import Parts, Tenancy
from state.canonical import Json
from state.errors import InvalidInput, NotFound, RevloopError
from state.governance.action import OPEN, Action
from state.governance.exempting import on_day
from state.governance.guard import GuardContext
from state.governance.happening import PolicyChanged
from state.governance.policy import Layer, policy_version
from state.governance.proving.difference import Change as Shift
from state.governance.proving.difference import Difference, difference
from state.governance.verdict import Verdict
from state.ids import ActionId
from state.ledger.entry import EntryDraft, Kind, Stamp
from state.ports.acting import Change
from state.ports.policies import KeptPolicy
from state.ports.unit import Unit
from state.principal import Principal

TOLD = 12
"""Rule lines and examples shown; the rest is counted."""


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ActivationOut(_Out):
    """What an activation changes, and the code that says one has seen exactly this."""

    version: str
    was: str
    changes: tuple[str, ...]
    wider: bool
    code: str
    agreed: tuple[str, ...]
    done: bool
    open_actions: tuple[str, ...] = ()
    """What became of open actions, one line each; empty until it is done."""
    effective_at: datetime | None = None
    """When it comes into force, where it was given a date to come."""


class KeptOut(_Out):
    """One policy that was in force or asked for."""

    version: str
    state: str
    """in_force, to_come, past or asked."""
    asked_at: datetime
    asked_by: str
    activated_at: datetime | None
    effective_at: datetime | None
    note: str


@dataclass(frozen=True)
class Activating:
    """The policy in force in the hands of one admin."""

    parts: Parts
    tenancy: Tenancy
    principal: Principal

    def history(self) -> tuple[KeptOut, ...]:
        """List the policies of this company, the newest asked for first."""
        with self.parts.stores.read(self.tenancy.id) as unit:
            found = unit.policies.listed()
        here = self.tenancy.tenant.policy
        return tuple(
            KeptOut(
                version=one.version,
                state=_state(one, here),
                asked_at=one.asked_at,
                asked_by=one.asked_by,
                activated_at=one.activated_at,
                effective_at=one.effective_at,
                note=one.note,
            )
            for one in found
        )

    def kept(self, prefix: str) -> KeptPolicy:
        """Find a policy by the start of its version. Raises: NotFound."""
        with self.parts.stores.read(self.tenancy.id) as unit:
            found = [one for one in unit.policies.listed() if one.version.startswith(prefix)]
        if len(found) != 1 or not prefix:
            raise NotFound(
                f"{len(found)} policies begin with {prefix!r}.", field="version", value=prefix,
                remedy="See `revloop policy history`.",
            )  # fmt: skip
        return found[0]

    def before(self) -> KeptPolicy:
        """Find the policy that was in force before this one. Raises: NotFound."""
        with self.parts.stores.read(self.tenancy.id) as unit:
            past = [
                one
                for one in unit.policies.listed()
                if one.activated_at and one.version != self.tenancy.tenant.policy
            ]
        if not past:
            raise NotFound("No other policy was in force yet.", field="version", remedy="Activate one first.")
        return max(past, key=lambda one: (one.activated_at or one.asked_at, one.version))

    def activate(
        self, layers: Sequence[Layer], note: str, seen: str | None, effective: datetime | None = None
    ) -> ActivationOut:
        """Show what a policy would change; with the code shown, put it in force, now or from a date on, or agree to it.

        Raises: Forbidden, InvalidInput, Conflict.
        """
        require_admin(self.tenancy, self.principal, is_look=seen is None)
        candidate = replace(self.tenancy, judge=judge_of(layers, self.tenancy.day), layers=tuple(layers))
        version = policy_version(layers)
        was = policy_version(self.tenancy.layers)
        if version == self.tenancy.tenant.policy:
            raise InvalidInput(
                "This policy is in force already.", field="policy", value=version[:12],
                remedy="Edit a file first.",
            )  # fmt: skip
        date = dated(effective, self.tenancy.now)
        found = difference(on_day(self.tenancy.layers, self.tenancy.day), on_day(layers, self.tenancy.day))
        changes = tuple(_told(found))
        trace = asking(self.tenancy, "policy", was, version, *date)
        code = code_of(changes, was, version, *date)
        with self.parts.stores.read(self.tenancy.id) as unit:
            agreed = agreed_by(unit, trace)
        shown = ActivationOut(
            version=version, was=was, changes=changes, wider=found.is_wider, code=code, agreed=agreed,
            done=False, effective_at=effective,
        )  # fmt: skip
        if seen is None:
            return shown
        require_seen(seen, code, "revloop policy activate")
        verdicts = verdicts_by(self.parts, candidate)
        with self.parts.stores.begin(self.tenancy.id) as unit:
            self._keep(unit, version, note, layers)
            said: dict[str, Json] = {"act": "asked", "version": version, "was": was, "note": note}
            if found.is_wider and not has_second(
                unit, self.tenancy, self.principal, trace, Kind.POLICY_ACTIVATED, said
            ):
                return shown.model_copy(update={"agreed": agreed_by(unit, trace)})
            if effective is not None:
                self._schedule(unit, shown, note)
                return shown.model_copy(update={"done": True})
            told = put_in_force(
                unit, self.tenancy, candidate, self.principal, self._payload(shown, note), verdicts
            )
        self.parts.tenancy.refresh(self.tenancy.id)
        return shown.model_copy(update={"done": True, "open_actions": told})

    def _keep(self, unit: Unit, version: str, note: str, layers: Sequence[Layer]) -> None:
        unit.policies.keep(
            KeptPolicy(
                version=version,
                asked_at=self.tenancy.now,
                asked_by=self.principal.user,
                note=note,
                layers=tuple(layers),
            )
        )

    def _payload(self, shown: ActivationOut, note: str) -> dict[str, Json]:
        return {
            "act": "activated",
            "version": shown.version,
            "was": shown.was,
            "note": note,
            "wider": shown.wider,
            "agreed": [*shown.agreed],
            "changes": list(shown.changes),
        }

    def _schedule(self, unit: Unit, shown: ActivationOut, note: str) -> None:
        unit.policies.schedule(shown.version, shown.effective_at, shown.was)
        at = shown.effective_at.isoformat() if shown.effective_at else ""
        payload = {**self._payload(shown, note), "act": "to_come", "effective_at": at}
        stamp = stamp_of(self.tenancy, unit, self.principal, f"policy:{shown.version}")
        unit.ledger.append([EntryDraft(Kind.POLICY_ACTIVATED, stamp, payload)])


def dated(effective: datetime | None, now: datetime) -> tuple[str, ...]:
    """Name a date to come, so that a yes to one is no yes to another. Raises: InvalidInput."""
    if effective is None:
        return ()
    if effective <= now:
        raise InvalidInput(
            "That time is over.",
            field="from",
            value=effective.isoformat(),
            remedy="Name a later one, or none.",
        )
    return (effective.astimezone(UTC).isoformat(),)


def _state(one: KeptPolicy, here: str | None) -> str:
    if one.version == here:
        return "in_force"
    if one.effective_at is not None:
        return "to_come"
    return "past" if one.activated_at else "asked"


def put_in_force(
    unit: Unit,
    tenancy: Tenancy,
    candidate: Tenancy,
    principal: Principal,
    payload: Mapping[str, Json],
    verdicts: Mapping[ActionId, Verdict],
) -> tuple[str, ...]:
    """Let a kept policy count from now on, and tell every open action; say what became of those."""
    version = str(payload["version"])
    stamp = stamp_of(tenancy, unit, principal, f"policy:{version}")
    unit.policies.activated(version, tenancy.now)
    unit.tenants.set_policy(tenancy.id, version)
    unit.ledger.append([EntryDraft(Kind.POLICY_ACTIVATED, stamp, payload)])
    return tuple(_rejudged(unit, candidate, stamp, unit.actions.listed(OPEN), verdicts))


def verdicts_by(parts: Parts, candidate: Tenancy) -> Mapping[ActionId, Verdict]:
    """Judge every open action by a policy; what cannot be judged any more is left out."""
    found: dict[ActionId, Verdict] = {}
    with parts.stores.read(candidate.id) as unit:
        for action in unit.actions.listed(OPEN):
            try:
                found[action.id] = ground_of(parts, candidate, unit, action).verdict
            except RevloopError:
                continue
    return found


def _rejudged(
    unit: Unit, tenancy: Tenancy, stamp: Stamp, open_: Sequence[Action], verdicts: Mapping[ActionId, Verdict]
) -> Iterator[str]:
    """Tell each open action that the policy changed, and say of which that changed something."""
    changes = [
        Change(
            one.id,
            PolicyChanged(),
            GuardContext(
                now=tenancy.now,
                wall=tenancy.clock.wall(),
                policy_version=tenancy.judge.version,
                verdict=verdicts.get(one.id),
            ),
            key=f"policy:{tenancy.judge.version}:{one.version}",
        )
        for one in open_
    ]
    applied = unit.actions.apply(changes, stamp) if changes else ()
    for before, one in zip(open_, applied, strict=True):
        after = one.result.action
        if after.status is not before.status:
            yield f"{before.summary}: {before.status.value} → {after.status.value} [{before.id}]"
        elif before.auto_at is not None and after.auto_at is None:
            yield f"{before.summary}: waits for a person now [{before.id}]"


def _told(found: Difference) -> Iterator[str]:
    """Say a difference in sentences: what is allowed more, what less, and which rules are written otherwise."""
    yield from (f"Allows more: {_shift(one)}" for one in found.wider)
    yield from (f"Looser limit: {one}" for one in found.wider_limits)
    yield from (f"Allows less: {_shift(one)}" for one in found.narrower)
    yield from (f"Tighter limit: {one}" for one in found.narrower_limits)
    yield from (f"Written: {one}" for one in found.rules[:TOLD])
    if len(found.rules) > TOLD:
        yield f"{len(found.rules) - TOLD} more lines are written otherwise."
    if found.is_same:
        yield "Every request is answered as before."


def _shift(one: Shift) -> str:
    where = f" ({one.scope})" if one.scope else ""
    return f"{'; '.join(one.request)}{where}. Before: {one.before}. Then: {one.after}."
