"""Forget a person or an account, and hand out what is held of a person.

Invariant: nobody is forgotten while an action that rests on them is under way; what they derived goes with them; that
they wanted no mail survives as a keyed hash. Source: docs/decisions/erasure.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphs.governing.suppressing import suppression
from graphs.keeping.forgetting_files import Places, forget_files, forget_threads, named_in_force
from graphs.parts import Parts, Tenancy, trace_of
from state.canonical import Json
from state.errors import Ambiguous, Conflict, Forbidden, NotFound
from state.governance.action import OPEN, Action, Status
from state.governance.guard import GuardContext
from state.governance.happening import Cancel
from state.ids import AccountId, RunId, TraceId
from state.ledger.entry import EntryDraft, Kind
from state.ports.acting import Change
from state.ports.memory import Projection
from state.ports.unit import Unit
from state.principal import Principal, Role
from state.world.erasure import Marks, mentions
from state.world.resolution.address import folded_address
from state.world.resolution.spelling import plain
from state.world.view import AccountView
from tools.keys import sealed, tenant_ring

if TYPE_CHECKING:
    from graphs.bootstrap import House

WHY = "The person was forgotten."


@dataclass(frozen=True)
class Forgotten:
    """What a forgetting came to."""

    pseudonym: str
    counts: dict[str, int]
    runs: int
    files: int
    left: tuple[str, ...]
    """Files in which the person still stands; admins write them, and must change them."""


def find_person(house: "House", tenancy: Tenancy, words: str) -> Marks:
    """Say who is meant by an address, an id or a full name. Raises: NotFound, Ambiguous."""
    address = folded_address(words) if "@" in words else None
    with house.database.read(tenancy.id) as unit:
        meant = [
            one
            for one in unit.forgetting.contacts([address or words.removeprefix("Contact/")])
            if (address in one.addresses if address else _is_called(one.contact, one.names, words))
        ]
        addresses = frozenset(at for one in meant for at in one.addresses) | ({address} if address else set())
        same = [one for one in unit.forgetting.contacts(sorted(addresses)) if one.addresses & addresses]
    if address is None and len(meant) > 1 and not frozenset.intersection(*(one.addresses for one in meant)):
        raise Ambiguous(
            f"{words!r} can mean several people.",
            candidates=tuple(f"{one.contact} at {one.account}" for one in meant),
            remedy="Name one by the mail address.",
        )
    people = {(one.account, one.contact): one for one in (*meant, *same)}
    if not people and not address:
        raise NotFound(
            f"Nobody is called {words!r}.",
            field="person",
            value=words,
            remedy="Give the mail address, the id, or the full name.",
        )
    every = addresses | {at for one in people.values() for at in one.addresses}
    names = {name for one in people.values() for name in one.names if len(name.split()) > 1}
    marks = Marks(
        pseudonym_of(house.parts, tenancy, sorted(every) or sorted(one.contact for one in people.values())),
        frozenset(people),
        frozenset(every),
        frozenset(names),
    )
    if not people:
        _require_known(house, tenancy, marks, words)
    return marks


def _is_called(contact: str, names: frozenset[str], words: str) -> bool:
    return words.removeprefix("Contact/") == contact or plain(words) in {plain(name) for name in names}


def _require_known(house: "House", tenancy: Tenancy, marks: Marks, words: str) -> None:
    with house.database.read(tenancy.id) as unit:
        found = unit.forgetting.reach(marks)
    if not found.whole and not found.parts:
        raise NotFound(f"Nothing is held of {words}.", field="person", value=words)


def pseudonym_of(parts: Parts, tenancy: Tenancy, named: Sequence[str]) -> str:
    """Make the name that stands in their place; only this tenant's key could have made it."""
    return f"erased-{_seal(parts, tenancy, 'pseudonym', *named)[:12]}"


def _seal(parts: Parts, tenancy: Tenancy, purpose: str, *named: str) -> str:
    return sealed(tenant_ring(parts.settings.tenant_folder(tenancy.id)).newest(), purpose, *named)


def record_of(house: "House", tenancy: Tenancy, principal: Principal, marks: Marks) -> dict[str, Json]:
    """Collect everything that is held of a person, each with its source, and prove that it was handed out.

    Raises: Forbidden.
    """
    _require_admin(principal)
    with house.database.begin(tenancy.id) as unit:
        reach = unit.forgetting.reach(marks)
        told = unit.forgetting.events(reach)
        record: dict[str, Json] = {
            "person": {
                "contacts": [f"{account}/{contact}" for account, contact in sorted(marks.contacts)],
                "addresses": sorted(marks.addresses),
                "names": sorted(marks.names),
            },
            "claims": [claim for account in sorted(marks.accounts) for claim in _claims(unit, account, marks)],
            "events": [one.body | {"account": one.account} for one in told if one.event in reach.whole],
            "mentions": [
                {
                    "event": one.event, "account": one.account, "type": one.type, "source": one.source,
                    "time": one.body.get("time"), "says": mentions(one.body.get("data"), marks),
                }
                for one in told
                if one.event in reach.parts
            ],
            **unit.forgetting.acts(marks),
        }  # fmt: skip
        payload: dict[str, Json] = {"person": marks.pseudonym, "events": len(told)}
        unit.ledger.append(
            [EntryDraft(Kind.EXPORT, tenancy.stamp(principal, _trace(unit, tenancy, marks)), payload)]
        )
    return record


def _claims(unit: Unit, account: AccountId, marks: Marks) -> list[Json]:
    row = unit.situations.account(account)
    if row is None:
        return []
    found = unit.situations.load(account)
    return [
        {
            "account": account, "record": delta.subject, "attribute": delta.attribute, "value": delta.value,
            "source": delta.source, "trust": delta.trust.value, "event": delta.event,
            "since": delta.valid_from.isoformat(), "known_since": delta.recorded_at.isoformat(),
        }
        for delta in found.deltas
        if delta.subject in marks.keys
    ]  # fmt: skip


def forget_person(house: "House", tenancy: Tenancy, principal: Principal, marks: Marks) -> Forgotten:
    """Take a person out of everything.

    Raises: Forbidden, Conflict while an action on them is under way or another process has database or index open.
    """
    _require_admin(principal)
    house.database.require_alone()
    with _index_of(house, tenancy).removed():
        return _forget_person(house, tenancy, principal, marks)


def _index_of(house: "House", tenancy: Tenancy) -> Projection:
    from graphs.bootstrap import projection_of

    return projection_of(house.settings, tenancy.id)


def _forget_person(house: "House", tenancy: Tenancy, principal: Principal, marks: Marks) -> Forgotten:
    with house.database.begin(tenancy.id) as unit:
        trace = _trace(unit, tenancy, marks)
        _end_actions(unit, tenancy, principal, trace, unit.forgetting.runs_that_saw(marks), marks)
        if _wants_no_mail(unit, tenancy, marks):
            unit.addresses.suppress({suppression(house.parts, tenancy, one) for one in marks.addresses})
        unit.ledger.flush()
        erased = unit.forgetting.erase_person(marks)
        threads = _close_runs(unit, erased.runs)
        payload: dict[str, Json] = {"person": marks.pseudonym, **erased.counts, "runs": len(erased.runs)}
        unit.ledger.append([EntryDraft(Kind.ERASED, tenancy.stamp(principal, trace), payload)])
    return _cleaned(house, tenancy, marks, erased.counts, threads)


def forget_account(house: "House", tenancy: Tenancy, principal: Principal, account: AccountId) -> Forgotten:
    """Take an account out of everything. Raises: Forbidden, NotFound, Conflict."""
    _require_admin(principal)
    house.database.require_alone()
    with _index_of(house, tenancy).removed():
        return _forget_account(house, tenancy, principal, account)


def _forget_account(house: "House", tenancy: Tenancy, principal: Principal, account: AccountId) -> Forgotten:
    pseudonym = pseudonym_of(house.parts, tenancy, ["account", account])
    with house.database.begin(tenancy.id) as unit:
        situation = unit.situations.load(account)
        people = AccountView.of(situation, tenancy.profile.company.verified_domains).contacts
        gone = frozenset(one.email for one in people if one.email and one.has_opted_out)
        marks = Marks(pseudonym, addresses=frozenset(one.email for one in people if one.email))
        trace = _trace(unit, tenancy, marks)
        _end_actions(unit, tenancy, principal, trace, unit.forgetting.runs_of(account), Marks(pseudonym))
        unit.addresses.suppress({suppression(house.parts, tenancy, one) for one in gone})
        unit.ledger.flush()
        erased = unit.forgetting.erase_account(account, pseudonym)
        threads = _close_runs(unit, erased.runs)
        payload: dict[str, Json] = {"account": pseudonym, **erased.counts, "runs": len(erased.runs)}
        unit.ledger.append([EntryDraft(Kind.ERASED, tenancy.stamp(principal, trace), payload)])
    return _cleaned(house, tenancy, marks, erased.counts, threads)


def _require_admin(principal: Principal) -> None:
    if principal.role is not Role.ADMIN:
        raise Forbidden("Only an admin forgets or hands out records.", remedy="Ask an admin with --as.")


def _trace(unit: Unit, tenancy: Tenancy, marks: Marks) -> TraceId:
    return trace_of(tenancy.id, f"privacy:{marks.pseudonym}", tenancy.now, unit.ledger.head().hash)


def _wants_no_mail(unit: Unit, tenancy: Tenancy, marks: Marks) -> bool:
    for account in sorted(marks.accounts):
        if unit.situations.account(account) is None:
            continue
        view = AccountView.of(unit.situations.load(account), tenancy.profile.company.verified_domains)
        mine = [one for one in view.contacts if (account, one.identifier) in marks.contacts]
        asked = [one for one in view.readings if one.topic == "opt_out" and view.speaker_of(one) in mine]
        if asked or any(one.has_opted_out for one in mine):
            return True
    return False


def _end_actions(
    unit: Unit, tenancy: Tenancy, principal: Principal, trace: TraceId, runs: Sequence[str], marks: Marks
) -> None:
    """Cancel what is open on the person. Raises: Conflict where something is under way or is not ours to cancel."""
    concerned = [action for action in unit.actions.listed(tuple(OPEN)) if _rests_on(action, runs, marks)]
    busy = [action.id for action in concerned if action.status in (Status.CLAIMED, Status.AMBIGUOUS)]
    if busy:
        raise Conflict(
            f"{busy[0]} is under way; nobody is forgotten before it is known how it ended.",
            field="action",
            value=busy[0],
            remedy="Wait, or settle it in `revloop inbox`; then run this again.",
        )
    guard = GuardContext(now=tenancy.now, wall=tenancy.clock.wall())
    stamp = tenancy.stamp(principal, trace)
    changes = [
        Change(one.id, Cancel(principal, WHY), guard, key=f"forget:{one.version}") for one in concerned
    ]
    for applied in unit.actions.apply(changes, stamp):
        if applied.result.action.status.is_open:
            raise Conflict(
                f"{applied.result.action.id} rests on this person and is still open: {applied.result.text}",
                field="action",
                value=applied.result.action.id,
                remedy="Have its owner reject it; then run this again.",
            )


def _rests_on(action: Action, runs: Sequence[str], marks: Marks) -> bool:
    is_to = any(one.casefold() in marks.addresses for one in action.effect.recipients)
    return is_to or action.run in runs


def _close_runs(unit: Unit, runs: Sequence[str]) -> list[str]:
    """End runs whose documents are gone; give their threads."""
    threads: list[str] = []
    for name in runs:
        run = unit.runs.get(RunId(name))
        if run is not None:
            threads.append(run.thread)
            if run.status in ("running", "waiting"):
                unit.runs.set_status(run.id, "done")
    return threads


def _cleaned(
    house: "House", tenancy: Tenancy, marks: Marks, counts: object, threads: Sequence[str]
) -> Forgotten:
    """Take the person out of the checkpoints and the files, and leave no deleted byte in any database."""
    forget_threads(house.saver, threads, marks)
    places = Places(house.settings.home, house.settings.tenant_folder(tenancy.id))
    files, left = forget_files(places, marks)
    with house.parts.stores.read(tenancy.id) as unit:
        left = (*left, *named_in_force(unit.files.get(tenancy.tenant.files), marks))
    house.database.compact()
    assert isinstance(counts, dict)
    return Forgotten(marks.pseudonym, dict(counts), len(threads), files, left)
