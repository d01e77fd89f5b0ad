"""Taking a person, or an account, out of what was decided and done: documents, actions, records of the CRM, payloads.

Invariant: actions, transitions and entries keep their place and their hashes; the guards that keep them as they are
are lifted and put back inside one transaction.
"""

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager

import orjson
from sqlalchemy import Connection, RowMapping, Table, delete, or_, select, update

from state.canonical import Json
from state.ids import AccountId, TenantId
from state.stores import triggers
from state.stores.acting_tables import actions, ledger, transitions
from state.stores.autonomy_tables import alerts, files
from state.stores.credential_tables import replies
from state.stores.erasing_world import GONE, contains, in_parts
from state.stores.learned_tables import decided
from state.stores.plan_tables import plan_moves, plans
from state.stores.run_tables import artifacts, candidates, crm_records, runs, signals, tool_runs
from state.stores.world_tables import tenants
from state.world.erasure import ERASED, Marks, blanked, redacted
from state.world.whole_text import KIND


class ActErasing:
    """The traces of one person, or of one account, in what was done."""

    def __init__(self, connection: Connection, tenant: TenantId, marks: Marks, counts: Counter[str]) -> None:
        self._connection = connection
        self._tenant = tenant
        self._marks = marks
        self._counts = counts

    def runs_shown(self, concerned: Sequence[AccountId], cited: frozenset[str]) -> list[str]:
        """Find the runs that were shown anything of the person: nothing they derived can stay."""
        query = select(runs.c.run, runs.c.account).where(runs.c.tenant == self._tenant)
        at = {row.run: row.account for row in self._connection.execute(query)}
        theirs = (artifacts.c.tenant == self._tenant, artifacts.c.kind != KIND)
        documents = select(artifacts.c.run, artifacts.c.body).where(*theirs)
        names_them = contains(artifacts.c.body, self._marks.needles)
        named = set(self._connection.scalars(select(artifacts.c.run).where(*theirs, names_them)))
        near = {run for run, account in at.items() if account in set(concerned)} - named
        for row in self._connection.execute(documents):
            if row.run in near and any(one in row.body for one in cited):
                named.add(row.run)
        return sorted(named)

    def runs_of(self, account: AccountId) -> list[str]:
        """List the runs of an account."""
        query = select(runs.c.run).where(runs.c.tenant == self._tenant, runs.c.account == account)
        return sorted(self._connection.scalars(query))

    def erase(self, runs_gone: Sequence[str]) -> None:
        """Take away what these runs derived, and what names the person elsewhere."""
        with lifted(self._connection):
            self._actions(runs_gone)
            self._plans()
        self._documents(runs_gone)
        self._records(runs_gone)
        self._told_apart(runs_gone)
        self._files()
        self._ledger()

    def erase_plans(self, account: AccountId) -> None:
        """Take the words out of an account's plans; what moved when, and under which entry, stays."""
        mine = (plans.c.tenant == self._tenant, plans.c.account == account)
        names = list(self._connection.scalars(select(plans.c.plan).where(*mine)))
        with lifted(self._connection):
            for table in (plans, plan_moves):
                here = (table.c.tenant == self._tenant, table.c.plan.in_(names))
                for row in self._connection.execute(select(table).where(*here)).mappings().all():
                    self._rewritten(table, row, orjson.dumps(_wordless(orjson.loads(row["body"]))).decode())
            theirs = (plan_moves.c.tenant == self._tenant, plan_moves.c.plan.in_(names))
            self._connection.execute(update(plan_moves).where(*theirs).values(reason=""))

    def _plans(self) -> None:
        """Take the person out of titles, reasons and steps, alike in a plan and in the moves that made it."""
        for table in (plans, plan_moves):
            self._bodies(table)
        said = (plan_moves.c.tenant == self._tenant, contains(plan_moves.c.reason, self._marks.needles))
        for row in self._connection.execute(select(plan_moves).where(*said)).mappings().all():
            here = [plan_moves.c[key.name] == row[key.name] for key in plan_moves.primary_key]
            told = str(redacted(row["reason"], self._marks))
            self._connection.execute(update(plan_moves).where(*here).values(reason=told))

    def erase_payloads(self, account: AccountId) -> None:
        """Erase the payloads of the entries about an account and its actions."""
        acted = select(actions.c.action).where(actions.c.tenant == self._tenant, actions.c.account == account)
        about = or_(ledger.c.action.in_(acted), contains(ledger.c.payload, [f'"{account}"']))
        gone = update(ledger).where(ledger.c.tenant == self._tenant, about, ledger.c.payload.is_not(None))
        self._count("entries", self._connection.execute(gone.values(salt=None, payload=None)).rowcount)
        for table in (alerts, replies):
            here = (table.c.tenant == self._tenant, contains(table.c.body, [f'"{account}"']))
            self._connection.execute(delete(table).where(*here))
        came = (decided.c.tenant == self._tenant, contains(decided.c.brought, [f'"{account}"']))
        self._connection.execute(update(decided).where(*came).values(brought=None))

    def _told_apart(self, runs_gone: Sequence[str]) -> None:
        """Delete alerts that rest on these runs, and alerts and kept answers that name the person."""
        for part in in_parts(runs_gone):
            acted = select(actions.c.action).where(actions.c.tenant == self._tenant, actions.c.run.in_(part))
            mine = (alerts.c.tenant == self._tenant, alerts.c.action.in_(acted))
            self._count("alerts", self._connection.execute(delete(alerts).where(*mine)).rowcount)
        for table in (alerts, replies):
            here = (table.c.tenant == self._tenant, contains(table.c.body, self._marks.needles))
            self._connection.execute(delete(table).where(*here))

    def _actions(self, runs_gone: Sequence[str]) -> None:
        gone = {*runs_gone}
        query = select(actions.c.action, actions.c.run, actions.c.fixed, actions.c.moving).where(
            actions.c.tenant == self._tenant
        )
        for row in self._connection.execute(query).all():
            is_gone = row.run in gone
            fixed, moving = orjson.loads(row.fixed), orjson.loads(row.moving)
            if is_gone:
                fixed = _without_words(fixed)
            new = (self._told(fixed), self._told(_without_facts(moving, is_gone=is_gone)))
            if new != (row.fixed, row.moving):
                here = (actions.c.tenant == self._tenant, actions.c.action == row.action)
                self._connection.execute(update(actions).where(*here).values(fixed=new[0], moving=new[1]))
                self._count("actions", 1)
            self._transitions(row.action, is_gone=is_gone)

    def _transitions(self, action: str, *, is_gone: bool) -> None:
        mine = (transitions.c.tenant == self._tenant, transitions.c.action == action)
        query = select(transitions.c.n, transitions.c.moving, transitions.c.said).where(*mine)
        for row in self._connection.execute(query).all():
            moving = self._told(_without_facts(orjson.loads(row.moving), is_gone=is_gone))
            said = str(redacted(row.said, self._marks))
            if (moving, said) != (row.moving, row.said):
                change = update(transitions).where(*mine, transitions.c.n == row.n)
                self._connection.execute(change.values(moving=moving, said=said))

    def _told(self, value: Json) -> str:
        return orjson.dumps(redacted(value, self._marks)).decode()

    def _documents(self, runs_gone: Sequence[str]) -> None:
        for part in in_parts(runs_gone):
            of = (artifacts.c.tenant == self._tenant, artifacts.c.run.in_(part))
            self._count(
                "documents", self._connection.execute(update(artifacts).where(*of).values(body=GONE)).rowcount
            )
            of = (signals.c.tenant == self._tenant, signals.c.run.in_(part))
            self._connection.execute(delete(signals).where(*of))
        for table in (artifacts, signals, candidates, tool_runs, runs):
            self._bodies(table)

    def _records(self, runs_gone: Sequence[str]) -> None:
        gone = {*runs_gone}
        by = select(actions.c.action, actions.c.run).where(actions.c.tenant == self._tenant)
        acted = {row.action for row in self._connection.execute(by) if row.run in gone}
        query = select(crm_records).where(crm_records.c.tenant == self._tenant)
        for row in self._connection.execute(query).mappings().all():
            body = orjson.loads(row["body"])
            is_to = str(row["recipient"] or "").casefold() in self._marks.addresses
            if row["action"] in acted or is_to:
                body |= {"body": blanked(body["body"]), "subject": ERASED}
            told = self._told(body)
            if told != row["body"]:
                here = (crm_records.c.tenant == self._tenant, crm_records.c.record == row["record"])
                recipient = redacted(row["recipient"], self._marks)
                self._connection.execute(
                    update(crm_records).where(*here).values(body=told, recipient=recipient)
                )
                self._count("records", 1)

    def _bodies(self, table: Table) -> None:
        """Take the person out of what else names them."""
        query = select(table).where(
            table.c.tenant == self._tenant, contains(table.c.body, self._marks.needles)
        )
        for row in self._connection.execute(query).mappings().all():
            self._rewritten(table, row, self._told(orjson.loads(row["body"])))

    def _rewritten(self, table: Table, row: RowMapping, body: str) -> None:
        mine = table.c.tenant == self._tenant
        here = [table.c[key.name] == row[key.name] for key in table.primary_key]
        self._connection.execute(update(table).where(mine, *here).values(body=body))

    def _files(self) -> None:
        """Delete what files said that name the person and are not in force; what is, an admin edits."""
        row = self._connection.scalar(select(tenants.c.body).where(tenants.c.tenant == self._tenant))
        in_force = list(orjson.loads(row or b"{}").get("files", {}).values())
        named = contains(files.c.body, self._marks.needles)
        gone = delete(files).where(files.c.tenant == self._tenant, files.c.version.not_in(in_force), named)
        self._connection.execute(gone)

    def _ledger(self) -> None:
        named = contains(ledger.c.payload, self._marks.needles)
        gone = update(ledger).where(ledger.c.tenant == self._tenant, named).values(salt=None, payload=None)
        self._count("entries", self._connection.execute(gone).rowcount)

    def _count(self, what: str, number: int) -> None:
        self._counts[what] += number


def _without_words(fixed: dict[str, Json]) -> dict[str, Json]:
    effect = fixed["effect"]
    assert isinstance(effect, Mapping)
    gone = {**effect, "content": ERASED, "arguments": blanked(effect["arguments"])}
    return {**fixed, "summary": ERASED, "effect": gone}


def _wordless(plan: dict[str, Json]) -> dict[str, Json]:
    """Leave of a plan what its law and its dates need."""
    steps = plan["steps"]
    assert isinstance(steps, list)
    return {**plan, "title": ERASED, "reason": "", "steps": [_untold(step) for step in steps]}


def _untold(step: Json) -> Json:
    assert isinstance(step, Mapping)
    return {**step, "title": ERASED, "reason": ""}


def _without_facts(moving: dict[str, Json], *, is_gone: bool) -> dict[str, Json]:
    return {**moving, "rest_facts": {}, "reason": ""} if is_gone else moving


@contextmanager
def lifted(connection: Connection) -> Generator[None, None, None]:
    """Lift the guards that keep actions as they are, and put them back."""
    is_server = connection.dialect.name == "postgresql"
    down, up = _alterations() if is_server else _drops()
    for statement in down:
        connection.exec_driver_sql(statement)
    yield
    for statement in up:
        connection.exec_driver_sql(statement)


def _drops() -> tuple[list[str], list[str]]:
    written = [one for one in triggers.sqlite() if one.split()[2] in triggers.LIFTED]
    assert len(written) == len(triggers.LIFTED)
    return [f"DROP TRIGGER {name}" for name in triggers.LIFTED], written


def _alterations() -> tuple[list[str], list[str]]:
    return [f"SELECT {triggers.LIFT}(true)"], [f"SELECT {triggers.LIFT}(false)"]
