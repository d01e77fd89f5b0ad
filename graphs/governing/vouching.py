"""An admin's recorded word that a worker has ended, where no proof reaches it: its machine is another one.

Invariant: a word covers the very attempts that were shown and no later one; nobody vouches for the end of a process
that is heard, holds an account, or can be looked up on this machine.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from agents.recovery import Ended, endings
from graphs.governing.authority import asking, code_of, require_admin, require_seen
from graphs.governing.decisions import stamp_of
from graphs.governing.hands import hands_of
from graphs.identity import is_gone, is_here
from graphs.parts import Parts, Tenancy
from state.canonical import Json
from state.errors import Conflict, NotFound
from state.governance.action import Action, Claimer, Status
from state.governance.happening import Proof
from state.ids import ActionId, TenantId
from state.ledger.entry import EntryDraft, Kind
from state.ports.unit import Unit
from state.principal import Principal

BEGUN = (Status.CLAIMED, Status.AMBIGUOUS)
EVERYONE = TenantId("")


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HeldOut(_Out):
    """One effect that a worker began, and of which nothing is known."""

    action: str
    summary: str
    status: str
    attempt: int


class UnheardOut(_Out):
    """A worker of another machine that began something and never reported."""

    worker: str
    name: str
    """Host and process, as a person types them."""
    held: tuple[HeldOut, ...]


class GoneOut(_Out):
    """What the word changes, and the code that says one has seen exactly this."""

    worker: str
    changes: tuple[str, ...]
    code: str
    done: bool
    settled: tuple[str, ...] = ()
    """Actions whose every claimer has ended now."""


def proof_in(tenancy: Tenancy) -> Ended:
    """Prove that a claimer has ended: by its process, else by an admin's word on this very attempt."""

    def proven(unit: Unit, action: Action, claimer: Claimer) -> Proof | None:
        return is_gone(claimer.worker) or _by_word(unit, tenancy, action, claimer)

    return proven


def _by_word(unit: Unit, tenancy: Tenancy, action: Action, claimer: Claimer) -> Proof | None:
    said = unit.ledger.of_trace(asking(tenancy, "gone", claimer.worker))
    covered = {one for each in said if each.payload for one in json.loads(each.payload)["covers"]}
    return Proof.ADMIN_WORD if _attempt(action, claimer) in covered else None


def _attempt(action: Action, claimer: Claimer) -> str:
    return f"{action.id}:{claimer.attempt}"


def name_of(worker: str) -> str:
    """Give host and process."""
    host, _, process, _ = worker.split("|")
    return f"{host}:{process}"


@dataclass(frozen=True)
class Vouching:
    """Workers nobody hears of, in the hands of one admin."""

    parts: Parts
    tenancy: Tenancy
    principal: Principal

    def unheard(self) -> tuple[UnheardOut, ...]:
        """List the workers that no proof reaches, with what they began here."""
        with self.parts.stores.read(self.tenancy.id) as unit:
            return self._unheard(unit)

    def gone(self, name: str, seen: str | None) -> GoneOut:
        """Show what the word changes; with the code shown there, record it.

        Raises: Forbidden, NotFound, Conflict.
        """
        require_admin(self.tenancy, self.principal)
        self._require_silent(name)
        with self.parts.stores.begin(self.tenancy.id) as unit:
            found = self._named(unit, name)
            self._require_idle(unit, found)
            changes = tuple(_changes(found))
            shown = GoneOut(
                worker=found.worker, changes=changes, code=code_of(changes, found.worker), done=False
            )
            if seen is None:
                return shown
            require_seen(seen, shown.code, f"revloop worker gone {found.name}")
            return shown.model_copy(update={"done": True, "settled": self._settled(unit, found)})

    def _settled(self, unit: Unit, found: UnheardOut) -> tuple[str, ...]:
        """Record the word, and in the same transaction end whose every claimer has ended now."""
        stamp = self.tenancy.stamp(self.principal, asking(self.tenancy, "gone", found.worker))
        covers: list[Json] = [f"{one.action}:{one.attempt}" for one in found.held]
        said: dict[str, Json] = {"act": "gone", "worker": found.worker, "covers": covers}
        unit.ledger.append([EntryDraft(Kind.PROBE, stamp, said)])
        hands, proven = hands_of(self.parts, self.tenancy), proof_in(self.tenancy)
        changes = [one for each in unit.actions.listed(BEGUN) for one in endings(hands, unit, each, proven)]
        step = stamp_of(self.tenancy, unit, self.principal, f"gone:{found.worker}")
        applied = unit.actions.apply(changes, step) if changes else ()
        return tuple(sorted({one.result.action.id for one in applied if one.result.action.quiesced}))

    def _unheard(self, unit: Unit) -> tuple[UnheardOut, ...]:
        held: dict[str, list[HeldOut]] = {}
        proven = proof_in(self.tenancy)
        for action in unit.actions.listed(BEGUN):
            for claimer in action.claimers:
                if not claimer.ended and not is_here(claimer.worker) and not proven(unit, action, claimer):
                    one = HeldOut(
                        action=action.id,
                        summary=action.summary,
                        status=action.status.value,
                        attempt=claimer.attempt,
                    )
                    held.setdefault(claimer.worker, []).append(one)
        return tuple(
            UnheardOut(worker=worker, name=name_of(worker), held=tuple(each))
            for worker, each in sorted(held.items())
        )

    def _named(self, unit: Unit, name: str) -> UnheardOut:
        known = self._unheard(unit)
        found = [one for one in known if name in (one.name, one.worker)]
        if len(found) != 1:
            names = ", ".join(one.name for one in known) or "none"
            raise NotFound(
                f"{len(found)} workers called {name!r} began something here that nothing is known of.",
                field="worker", value=name, remedy=f"Unheard: {names}. One of this machine is looked up by itself.",
            )  # fmt: skip
        return found[0]

    def _require_silent(self, name: str) -> None:
        with self.parts.stores.read(EVERYONE) as unit:
            alive = [one for one in unit.workers.listed() if one.until > self.parts.clock.wall()]
        if any(name in (name_of(one.worker), one.worker) for one in alive):
            raise Conflict(
                f"{name} was heard a moment ago.", field="worker", value=name,
                remedy="See `revloop queue`; end it there first.",
            )  # fmt: skip

    def _require_idle(self, unit: Unit, found: UnheardOut) -> None:
        wall = self.parts.clock.wall()
        for action in unit.actions.several([ActionId(one.action) for one in found.held]):
            lease = unit.actions.lease(action.account)
            if lease is not None and lease.owner == found.worker and lease.until > wall:
                raise Conflict(
                    f"{found.name} holds {action.account} until {lease.until.isoformat()}.",
                    field="worker", value=found.name, remedy="Try again after that.",
                )  # fmt: skip


def _changes(found: UnheardOut) -> Iterator[str]:
    yield f"The process {found.name} is taken to have ended: it sends nothing any more."
    yield from map(_told, found.held)
    yield "If it still runs, what it began can happen twice. Nobody can take this word back."


def _told(one: HeldOut) -> str:
    after = "looked up, and sent again only where its transport shows nothing"
    return f"{one.summary} [{one.action}], attempt {one.attempt}: unclear → {after}."
