"""The stop switch: whoever sells may stop, an admin releases after seeing what that changes, and both are entries.

Invariant: nothing that was granted or armed before a stop begins after it; releasing gives no permission back. No file
of a tenant is read, so that a broken policy or profile never stands between a person and the switch.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphs.governing.switches import ReleaseOut, StandingOut, in_flight, scope_words, turned
from state.canonical import Json, digest
from state.errors import Conflict, Forbidden, NotFound
from state.governance.action import OPEN, Status
from state.governance.guard import GuardContext
from state.governance.happening import StopOn
from state.ids import TenantId, TraceId, UserId, stable_id
from state.ledger.entry import ClockSource, EntryDraft, Kind, Stamp
from state.ports.acting import Change, Switch
from state.ports.clock import Clock
from state.ports.unit import Stores, Unit
from state.ports.world import Tenant
from state.principal import Principal, Role, User
from state.world.detection.wording import counted

FRESH = frozenset({"local", "link"})
"""Ways of authentication that are made anew: the owner of the home runs a command, or opened a link minutes ago."""
IN_FLIGHT = (Status.CLAIMED, Status.AMBIGUOUS)
CODE_LENGTH = 8
MAY_STOP = frozenset({Role.SELLER, Role.MANAGER, Role.ADMIN})
INSTALLATION = UserId("installation")
"""Who an installation-wide stop is by, in the ledgers of the other companies."""


@dataclass(frozen=True)
class Switchboard:
    """Both switches in the hands of one person."""

    stores: Stores
    clock: Clock
    tenant: Tenant
    users: Sequence[User]
    principal: Principal

    def standing(self) -> StandingOut:
        """Say how the switches stand and what is in flight."""
        with self.stores.read(self.tenant.id) as unit:
            own, whole = unit.actions.switches()
            flying = unit.actions.listed(IN_FLIGHT)
            return StandingOut(
                tenant=self.tenant.id,
                stopped=own.is_on or whole.is_on,
                company=turned(unit, own),
                installation=turned(unit, whole),
                in_flight=tuple(map(in_flight, flying)),
                waiting=len(unit.actions.listed((Status.PENDING,))),
            )

    def on(self, *, everywhere: bool, reason: str) -> StandingOut:
        """Stop: every permission and timer of open actions is gone. Raises: Forbidden, Conflict."""
        self._require_stopper(is_everywhere=everywhere)
        with self.stores.begin(self.tenant.id) as unit:
            switch = _of(unit, is_everywhere=everywhere)
            if switch.is_on:
                raise Conflict(
                    "The stop switch is on already.",
                    field="stop",
                    remedy="See `revloop stop status` for since when and why.",
                )
            stamp = self._stamp(unit, f"stop:on:{switch.scope}")
            unit.actions.switch(
                is_on=True, stamp=stamp, key=stamp.trace, everywhere=everywhere, reason=reason
            )
        if everywhere:
            self._tell_others(stamp.trace)
        return self.standing()

    def _tell_others(self, key: TraceId) -> None:
        """Take the permissions of every other company too; their claims are barred by the epoch meanwhile."""
        with self.stores.read(self.tenant.id) as unit:
            others = [one for one in unit.tenants.listed() if one.id != self.tenant.id]
        for other in others:
            by = self.principal.model_copy(update={"tenant": other.id, "user": INSTALLATION})
            stamp = _stamp_at(other, self.clock, by, key)
            guard = GuardContext(now=stamp.at, wall=stamp.wall)
            with self.stores.begin(other.id) as unit:
                found = unit.actions.listed(OPEN)
                unit.actions.apply(
                    [Change(one.id, StopOn(), guard, key=f"stop_on:{key}") for one in found], stamp
                )

    def release(self, *, everywhere: bool) -> ReleaseOut:
        """Say what turning it off would change. Raises: Forbidden, Conflict."""
        self._require_admin()
        with self.stores.read(self.tenant.id) as unit:
            return self._release(unit, _of(unit, is_everywhere=everywhere))

    def off(self, *, everywhere: bool, seen: str, reason: str) -> ReleaseOut:
        """Turn it off, or agree to it and wait for a second admin where there is one.

        Raises: Forbidden; Conflict when it is off already, or when `seen` is not the code of what it changes now.
        """
        self._require_admin()
        with self.stores.begin(self.tenant.id) as unit:
            switch = _of(unit, is_everywhere=everywhere)
            shown = self._release(unit, switch)
            if shown.code != seen:
                raise Conflict(
                    f"{seen!r} is not the code of what the release would change now.",
                    field="yes",
                    value=seen,
                    remedy="Look at it again with `revloop stop off`.",
                )
            others = set(shown.agreed) - {self.principal.user}
            if not others and len(self._admins()) > 1:
                return self._agree(unit, switch, shown)
            stamp = self._stamp(unit, f"stop:off:{switch.scope}")
            unit.actions.switch(
                is_on=False, stamp=stamp, key=stamp.trace, everywhere=everywhere, reason=reason
            )
        return shown.model_copy(update={"released": True})

    def _agree(self, unit: Unit, switch: Switch, shown: ReleaseOut) -> ReleaseOut:
        me = str(self.principal.user)
        if me not in shown.agreed:
            stamp = _stamp_at(self.tenant, self.clock, self.principal, self._asking(switch))
            payload: dict[str, Json] = {
                "switch": "release_asked",
                "scope": switch.scope,
                "epoch": switch.epoch,
            }
            unit.ledger.append([EntryDraft(Kind.STOP, stamp, payload)])
        return shown.model_copy(update={"agreed": tuple(sorted({*shown.agreed, me}))})

    def _release(self, unit: Unit, switch: Switch) -> ReleaseOut:
        if not switch.is_on:
            raise Conflict("The stop switch is off.", field="stop", remedy="See `revloop stop status`.")
        trace = self._asking(switch)
        agreed = sorted({one.entry.user for one in unit.ledger.of_trace(trace)})
        changes = tuple(self._changes(unit, switch, agreed))
        code = digest({"changes": list(changes), "epoch": switch.epoch})[:CODE_LENGTH]
        return ReleaseOut(scope=switch.scope, changes=changes, code=code, agreed=tuple(agreed))

    def _changes(self, unit: Unit, switch: Switch, agreed: Sequence[str]) -> Iterator[str]:
        last = turned(unit, switch)
        why = f" ({last.reason})" if last.reason else ""
        yield f"{scope_words(switch.scope)}: stop switch on{why} → off."
        other = next(one for one in unit.actions.switches() if one.scope != switch.scope)
        if other.is_on:
            yield f"The switch of {scope_words(other.scope)} stays on, so everything stays stopped."
        waiting = len(unit.actions.listed((Status.PENDING,)))
        yield "Approvals and timers from before the stop stay void: nothing starts by itself."
        yield f"{counted(waiting, 'card')} can be approved by a person again."
        for action in unit.actions.listed(IN_FLIGHT):
            yield f"In flight, not repeated: {action.summary} [{action.id}]"
        if agreed:
            yield f"Agreed so far: {', '.join(agreed)}."

    def _asking(self, switch: Switch) -> TraceId:
        """Name the release of this one stop, so that a second admin's word meets the first's."""
        return TraceId(stable_id("tr", self.tenant.id, "release", switch.scope, str(switch.epoch)))

    def _stamp(self, unit: Unit, command: str) -> Stamp:
        head = unit.ledger.head().hash
        wall = self.clock.wall()
        trace = TraceId(stable_id("tr", self.tenant.id, command, wall.isoformat(), head))
        return _stamp_at(self.tenant, self.clock, self.principal, trace)

    def _admins(self) -> frozenset[UserId]:
        return frozenset(user.id for user in self.users if user.role is Role.ADMIN)

    def _require_stopper(self, *, is_everywhere: bool) -> None:
        if is_everywhere:
            self._require_admin()
        if self.principal.role not in MAY_STOP:
            raise Forbidden(
                f"A {self.principal.role.value} turns no switch.",
                field="user",
                value=self.principal.user,
                remedy="Ask a seller, a manager or an admin with --as.",
            )

    def _require_admin(self) -> None:
        """Let only an admin who has authenticated for this very command through. Raises: Forbidden."""
        if self.principal.role is not Role.ADMIN:
            names = ", ".join(sorted(self._admins())) or "nobody yet"
            raise Forbidden(
                "Only an admin does that.",
                field="user",
                value=self.principal.user,
                remedy=f"Admins here: {names}. Use --as.",
            )
        if self.principal.method not in FRESH:
            raise Forbidden(
                "That needs a fresh sign-in.",
                field="method",
                value=self.principal.method,
                remedy="Do it at the command line of the home's owner.",
            )


def company_of(stores: Stores, name: TenantId) -> tuple[Tenant, tuple[User, ...]]:
    """Read a tenant and its users from the database alone. Raises: NotFound."""
    with stores.read(name) as unit:
        found = unit.tenants.company(name)
    if found is None:
        raise NotFound(f"no tenant {name!r}", field="tenant", value=name, remedy="See `revloop doctor`.")
    return found


def _of(unit: Unit, *, is_everywhere: bool) -> Switch:
    own, whole = unit.actions.switches()
    return whole if is_everywhere else own


def _stamp_at(tenant: Tenant, clock: Clock, principal: Principal, trace: TraceId) -> Stamp:
    wall = clock.wall()
    source = ClockSource.FROZEN if tenant.clock else ClockSource.SYSTEM
    return Stamp.of(principal, at=tenant.clock or wall, wall=wall, clock=source, trace=trace)
