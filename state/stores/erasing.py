"""Forgetting a person or an account in the database: found, shown, and taken away in the caller's transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from state.canonical import Json
from state.ids import AccountId, TenantId
from state.stores.erasing_acts import ActErasing
from state.stores.erasing_world import WorldErasing
from state.stores.personal import ContactTold, EventTold, acts_on, contacts_named, events_in
from state.world.erasure import Marks, Reach


@dataclass(frozen=True, slots=True)
class Erased:
    """What a forgetting took away."""

    counts: Mapping[str, int]
    runs: tuple[str, ...]
    """Their documents are gone, and so must their threads be."""


class SqlForgetting:
    """What one tenant holds of a person, on one connection."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def contacts(self, words: Sequence[str]) -> tuple[ContactTold, ...]:
        """List contacts whose records hold one of some words."""
        return contacts_named(self._connection, self._tenant, words)

    def reach(self, marks: Marks) -> Reach:
        """Find the events that are a person's, or name one."""
        return WorldErasing(self._connection, self._tenant, marks, Counter()).reach()

    def events(self, reach: Reach) -> tuple[EventTold, ...]:
        """Read events as they were told."""
        return events_in(self._connection, self._tenant, reach)

    def acts(self, marks: Marks) -> Mapping[str, list[Json]]:
        """Read the actions and records that name a person."""
        return acts_on(self._connection, self._tenant, marks.needles)

    def runs_that_saw(self, marks: Marks) -> tuple[str, ...]:
        """List the runs that a forgetting of this person would take away."""
        world, acts = self._both(marks, Counter())
        found = world.reach()
        concerned = world.accounts_of(found)
        return tuple(acts.runs_shown(concerned, world.cited(found, concerned)))

    def runs_of(self, account: AccountId) -> tuple[str, ...]:
        """List the runs of an account."""
        return tuple(ActErasing(self._connection, self._tenant, Marks(""), Counter()).runs_of(account))

    def erase_person(self, marks: Marks) -> Erased:
        """Take one person out of every table."""
        counts: Counter[str] = Counter()
        world, acts = self._both(marks, counts)
        found = world.reach()
        concerned = world.accounts_of(found)
        runs_gone = acts.runs_shown(concerned, world.cited(found, concerned))
        world.erase(found, concerned)
        acts.erase(runs_gone)
        return Erased(dict(counts), tuple(runs_gone))

    def erase_account(self, account: AccountId, pseudonym: str) -> Erased:
        """Take one account out of every table; its people stay where other accounts know them."""
        counts: Counter[str] = Counter()
        world, acts = self._both(Marks(pseudonym), counts)
        runs_gone = acts.runs_of(account)
        world.erase(world.whole_account(account), [account])
        world.drop_account(account)
        acts.erase(runs_gone)
        acts.erase_plans(account)
        acts.erase_payloads(account)
        return Erased(dict(counts), tuple(runs_gone))

    def _both(self, marks: Marks, counts: Counter[str]) -> tuple[WorldErasing, ActErasing]:
        return (
            WorldErasing(self._connection, self._tenant, marks, counts),
            ActErasing(self._connection, self._tenant, marks, counts),
        )
