"""Who stands in for whom: an owner names somebody for some days, or an admin does, and either takes it back at once.

Invariant: nobody names himself for another; naming needs a fresh sign-in, the code of what was shown and a second admin
where there is one; no file and no import sets it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from graphs.governing.authority import agreed_by, asking, code_of, has_second, require_person, require_seen
from graphs.keeping.configuring import by_installation
from graphs.parts import Parts, Tenancy, trace_of
from state.canonical import Json
from state.errors import Forbidden, InvalidInput, NotFound
from state.governance.action import Status
from state.ids import UserId
from state.ledger.entry import EntryDraft, Kind
from state.ports.unit import Unit
from state.principal import Delegation, Principal, Role, User

DECIDERS = frozenset({Role.SELLER, Role.MANAGER, Role.ADMIN})
"""Who may be named, and be stood in for."""


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StandInOut(_Out):
    """What naming somebody changes, and the code that says one has seen exactly this."""

    owner: str
    delegate: str
    begins: date
    ends: date
    changes: tuple[str, ...]
    code: str
    agreed: tuple[str, ...]
    done: bool


@dataclass(frozen=True)
class StandingIn:
    """Stand-ins in the hands of one person."""

    parts: Parts
    tenancy: Tenancy
    principal: Principal

    def listed(self) -> tuple[Delegation, ...]:
        """Say who stands in for whom, now and to come."""
        return tuple(one for one in self.tenancy.tenant.delegations if one.ends >= self.tenancy.today)

    def name(self, wanted: Delegation, seen: str | None) -> StandInOut:
        """Show what it would change; with the code shown there, do it, or agree to it.

        Raises: Forbidden, InvalidInput, NotFound, Conflict.
        """
        self._require(wanted)
        told: dict[str, Json] = dict(wanted.model_dump(mode="json"))
        with self.parts.stores.begin(self.tenancy.id) as unit:
            trace = asking(self.tenancy, "stand-in", *map(str, told.values()))
            changes = tuple(self._changes(unit, wanted))
            shown = StandInOut(
                **dict(wanted),
                changes=changes,
                code=code_of(changes, *map(str, told.values())),
                agreed=agreed_by(unit, trace),
                done=False,
            )
            if seen is None:
                return shown
            require_seen(seen, shown.code, f"revloop standin name {wanted.delegate}")
            said = {"act": "asked", **told}
            if not has_second(unit, self.tenancy, self.principal, trace, Kind.DELEGATION, said):
                return shown.model_copy(update={"agreed": agreed_by(unit, trace)})
            self._set(unit, wanted.owner, wanted, {**told, "act": "named"})
        self.parts.tenancy.refresh(self.tenancy.id)
        return shown.model_copy(update={"done": True})

    def end(self, owner: UserId) -> Delegation:
        """Take it back at once; what was decided meanwhile stays. Raises: Forbidden, NotFound."""
        require_person(self.principal, is_harmless=True)
        self._require_entitled(owner)
        with self.parts.stores.begin(self.tenancy.id) as unit:
            found = next((one for one in _kept(unit, self.tenancy) if one.owner == owner), None)
            if found is None:
                raise NotFound(
                    f"Nobody stands in for {owner}.", field="owner", value=owner,
                    remedy="See `revloop standin list`.",
                )  # fmt: skip
            told: dict[str, Json] = dict(found.model_dump(mode="json"))
            self._set(unit, owner, None, {**told, "act": "ended"})
        self.parts.tenancy.refresh(self.tenancy.id)
        return found

    def _set(self, unit: Unit, owner: UserId, delegation: Delegation | None, said: dict[str, Json]) -> None:
        unit.tenants.set_delegation(self.tenancy.id, owner, delegation)
        command = f"stand-in:{said['act']}:{owner}"
        trace = trace_of(self.tenancy.id, command, self.tenancy.now, unit.ledger.head().hash)
        stamp = self.tenancy.stamp(self.principal, trace)
        unit.ledger.append([EntryDraft(Kind.DELEGATION, stamp, said)])

    def _require(self, wanted: Delegation) -> None:
        require_person(self.principal)
        self._require_entitled(wanted.owner)
        delegate = self._decider(wanted.delegate, "delegate")
        self._decider(wanted.owner, "owner")
        if delegate.id in (wanted.owner, self.principal.user):
            raise Forbidden(
                "Nobody names himself.", field="delegate", value=delegate.id, remedy="Name a colleague."
            )
        if not max(wanted.begins, self.tenancy.today) <= wanted.ends:
            raise InvalidInput(
                "That ends before it begins, or is over.", field="until", value=wanted.ends.isoformat(),
                remedy="Name a later day.",
            )  # fmt: skip

    def _require_entitled(self, owner: UserId) -> None:
        if self.principal.user != owner and self.principal.role is not Role.ADMIN:
            raise Forbidden(
                "Only the owner or an admin says who stands in.", field="owner", value=owner,
                remedy=f"Use --as {owner}.",
            )  # fmt: skip

    def _decider(self, name: UserId, field: str) -> User:
        people = {user.id: user for user in self.tenancy.users if user.role in DECIDERS}
        if name not in people:
            raise NotFound(
                f"{name!r} is nobody who decides here.", field=field, value=name,
                remedy=f"Known: {', '.join(people)}.",
            )  # fmt: skip
        return people[name]

    def _changes(self, unit: Unit, wanted: Delegation) -> Iterator[str]:
        owner, delegate = (self._decider(one, "owner").name for one in (wanted.owner, wanted.delegate))
        was = next((one for one in _kept(unit, self.tenancy) if one.owner == wanted.owner), None)
        if was is not None and was.ends >= self.tenancy.today:
            yield f"Until now: {was.delegate} from {was.begins} to {was.ends}. That ends."
        yield f"From {wanted.begins} to {wanted.ends} {delegate} stands in for {owner}."
        yield f"In those days {delegate} decides what waits for {owner}, and approves mails in {owner}'s name."
        open_ = unit.actions.listed((Status.PENDING, Status.APPROVED))
        waiting = sum(one.owner == wanted.owner for one in open_)
        yield f"New cards go to {delegate}; {waiting} open ones of {owner} show in that inbox as well."
        yield f"{owner} still decides too, and {owner} or an admin ends it at once."


def _kept(unit: Unit, tenancy: Tenancy) -> tuple[Delegation, ...]:
    found = unit.tenants.get(tenancy.id)
    return found.delegations if found else ()


def came_with(unit: Unit, tenancy: Tenancy) -> None:
    """Enter who stood in for whom when a company was brought in, as the sample company is."""
    unit.ledger.append(
        [
            EntryDraft(
                Kind.DELEGATION, by_installation(tenancy), {"act": "came", **one.model_dump(mode="json")}
            )
            for one in tenancy.tenant.delegations
        ]
    )
