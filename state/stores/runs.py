"""Runs and their leavings in SQL; every write inserts once per derived id."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import orjson
from sqlalchemy import (
    BindParameter,
    Connection,
    Executable,
    Insert,
    RowMapping,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from state.canonical import Json, canonical_json
from state.errors import Erased, NotFound
from state.ids import AccountId, ArtifactId, RunId, TenantId, stable_id
from state.ports.running import REDIRECT, Candidate, Run, RunHead, ToolRun
from state.stores.driven import ask, send
from state.stores.run_tables import artifacts, runs, tool_runs
from state.stores.run_tables import candidates as candidate_rows
from state.stores.run_tables import signals as signal_rows
from state.world.signal import Signal

Row = dict[str, object]
ERASED_DOCUMENT = {"erased": True}
"""What stands in place of a document that was forgotten."""


def insert_once(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows whose key is not there yet; a re-executed step writes nothing new."""
    send(connection, _once(connection.dialect.name, table), rows)


@cache
def _once(dialect: str, table: Table) -> Insert:
    put = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return put.on_conflict_do_nothing()


@cache
def _starting(dialect: str) -> Executable:
    put = postgresql.insert(runs) if dialect == "postgresql" else sqlite.insert(runs)
    before = select(func.coalesce(func.max(runs.c.number), 0)).where(runs.c.tenant == bindparam("tenant"))
    names = ("tenant", "run", "account", "thread", "intent", "status", "body")
    given: dict[str, BindParameter[object]] = {name: bindparam(name) for name in names}
    return put.values(**given, number=before.scalar_subquery() + 1).on_conflict_do_nothing()


LATEST = (
    select(runs)
    .where(
        runs.c.tenant == bindparam("of_tenant"),
        runs.c.account == bindparam("account"),
        runs.c.intent != REDIRECT,
    )
    .order_by(runs.c.number.desc())
    .limit(1)
)
LEFT = (
    select(artifacts.c.artifact, artifacts.c.kind)
    .where(artifacts.c.tenant == bindparam("tenant"), artifacts.c.run == bindparam("run"))
    .order_by(artifacts.c.kind, artifacts.c.artifact)
)
_DOCUMENTS = (
    select(artifacts.c.artifact, artifacts.c.kind)
    .where(artifacts.c.tenant == bindparam("tenant"), artifacts.c.run == bindparam("run"))
    .order_by(artifacts.c.kind, artifacts.c.artifact)
)
_MINE = (runs.c.tenant == bindparam("of_tenant"), runs.c.run == bindparam("of_run"))
_MOVED = update(runs).where(*_MINE).values(status=bindparam("new_status"))
_REPORTED = _MOVED.values(report=bindparam("new_report"))


def upsert(connection: Connection, table: Table, rows: Sequence[Row], column: str) -> None:
    """Insert rows, replacing one column where the key is already there."""
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    keys = [key.name for key in table.primary_key]
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={column: statement.excluded[column]}), rows
    )


class SqlRuns:
    """`RunStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def start(self, run: Run) -> Run:
        """Insert or return existing."""
        row = {"tenant": self._tenant, "run": run.id, "account": run.account, "thread": run.thread}
        values = {**row, "intent": run.intent, "status": run.status, "body": run.model_dump_json()}
        self._connection.execute(_starting(self._connection.dialect.name), values)
        return run

    def set_status(self, run: RunId, status: str, report: ArtifactId | None = None) -> None:
        """Move a run on."""
        values = {"of_tenant": self._tenant, "of_run": run, "new_status": status, "new_report": report}
        self._connection.execute(_MOVED if report is None else _REPORTED, values)

    def get(self, run: RunId) -> Run | None:
        """Look one up."""
        return self._one(select(runs).where(runs.c.tenant == self._tenant, runs.c.run == run))

    def unfinished(self, account: AccountId | None = None) -> tuple[Run, ...]:
        """List runs that are `running`, of one account or all, oldest first."""
        query = (
            select(runs)
            .where(runs.c.tenant == self._tenant, runs.c.status == "running")
            .order_by(runs.c.number)
        )
        if account is not None:
            query = query.where(runs.c.account == account)
        return tuple(_run(row) for row in self._connection.execute(query).mappings())

    def waiting(self) -> tuple[Run, ...]:
        """List runs that wait for people, newest first."""
        query = (
            select(runs)
            .where(runs.c.tenant == self._tenant, runs.c.status.in_(("waiting", "running")))
            .order_by(runs.c.number.desc())
        )
        return tuple(_run(row) for row in self._connection.execute(query).mappings())

    def newest(self, limit: int) -> tuple[Run, ...]:
        """List runs of every account, newest first."""
        query = select(runs).where(runs.c.tenant == self._tenant).order_by(runs.c.number.desc()).limit(limit)
        return tuple(_run(row) for row in self._connection.execute(query).mappings())

    def named(self, start: str, limit: int) -> tuple[Run, ...]:
        """List runs by the start of their id or trace, or of the id of a proposal or signal of theirs."""
        held = union(
            *(
                select(table.c.run).where(
                    table.c.tenant == self._tenant, table.c[column].startswith(start, autoescape=True)
                )
                for table, column in ((candidate_rows, "proposal"), (signal_rows, "signal"))
            )
        )
        traced = runs.c.body.contains(f'"trace_id":"{start}', autoescape=True)
        is_named = or_(runs.c.run.startswith(start, autoescape=True), runs.c.run.in_(held), traced)
        query = select(runs).where(runs.c.tenant == self._tenant, is_named)
        rows = self._connection.execute(query.order_by(runs.c.number.desc()).limit(limit)).mappings()
        return tuple(_run(row) for row in rows)

    def latest(self, account: AccountId) -> Run | None:
        """Give the newest run of an account; one that redirected a single card says nothing of the account."""
        found = self._connection.execute(LATEST, {"of_tenant": self._tenant, "account": account})
        row = found.mappings().first()
        return None if row is None else _run(row)

    def heads(self) -> tuple[RunHead, ...]:
        """Name the artifacts of every account's newest run."""
        mine = (runs.c.tenant == self._tenant, runs.c.intent != REDIRECT)
        newest = select(func.max(runs.c.number)).where(*mine).group_by(runs.c.account)
        query = (
            select(runs.c.account, runs.c.run, artifacts.c.kind, artifacts.c.artifact)
            .join(artifacts, and_(artifacts.c.tenant == runs.c.tenant, artifacts.c.run == runs.c.run))
            .where(runs.c.tenant == self._tenant, runs.c.number.in_(newest))
            .order_by(runs.c.account, artifacts.c.kind, artifacts.c.artifact)
        )
        found: dict[tuple[AccountId, RunId], dict[str, ArtifactId]] = {}
        for account, run, kind, artifact in self._connection.execute(query):
            found.setdefault((account, run), {})[kind] = artifact
        return tuple(RunHead(account, run, kinds) for (account, run), kinds in found.items())

    def _one(self, query: Executable) -> Run | None:
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _run(row)

    def put_artifact(self, kind: str, run: RunId, body: Json) -> ArtifactId:
        """Store a JSON document under an id derived from run, kind and content."""
        text = canonical_json(body)
        artifact = ArtifactId(stable_id("ar", self._tenant, run, kind, sha256(text).hexdigest()))
        row: Row = {
            "tenant": self._tenant,
            "artifact": artifact,
            "run": run,
            "kind": kind,
            "body": text.decode(),
        }
        insert_once(self._connection, artifacts, [row])
        return artifact

    def artifact(self, artifact: ArtifactId) -> Json:
        """Read a document. Raises: NotFound, Erased."""
        query = select(artifacts.c.body).where(
            artifacts.c.tenant == self._tenant, artifacts.c.artifact == artifact
        )
        body = self._connection.scalar(query)
        if body is None:
            raise NotFound(f"no artifact {artifact}", field="artifact", value=artifact)
        loaded: Json = orjson.loads(body)
        if loaded == ERASED_DOCUMENT:
            raise Erased(
                "Erased: what this rested on was forgotten.", field="artifact", value=artifact,
                remedy="The ledger still shows that and when it was decided.",
            )  # fmt: skip
        return loaded

    def artifacts_of(self, run: RunId) -> tuple[tuple[ArtifactId, str], ...]:
        """Shape: (id, kind)."""
        rows = ask(self._connection, LEFT, {"tenant": self._tenant, "run": run})
        return tuple((ArtifactId(artifact), kind) for artifact, kind in rows)

    def put_signals(self, run: RunId, signals: Sequence[Signal]) -> None:
        """Record the signals a run saw."""
        rows: list[Row] = [
            {"tenant": self._tenant, "run": run, "signal": signal.id, "body": signal.model_dump_json()}
            for signal in signals
        ]
        insert_once(self._connection, signal_rows, rows)

    def signals_of(self, run: RunId) -> tuple[Signal, ...]:
        """Read them back."""
        query = (
            select(signal_rows.c.body)
            .where(signal_rows.c.tenant == self._tenant, signal_rows.c.run == run)
            .order_by(signal_rows.c.signal)
        )
        return tuple(Signal.model_validate_json(body) for body in self._connection.scalars(query))

    def put_candidates(self, run: RunId, candidates: Sequence[Candidate]) -> None:
        """Record the candidate set with scores and propensities."""
        rows: list[Row] = [
            {
                "tenant": self._tenant,
                "run": run,
                "proposal": candidate.proposal,
                "rank": candidate.rank,
                "body": candidate.model_dump_json(),
            }
            for candidate in candidates
        ]
        upsert(self._connection, candidate_rows, rows, "body")

    def candidates_of(self, run: RunId) -> tuple[Candidate, ...]:
        """Read it back."""
        query = (
            select(candidate_rows.c.body)
            .where(candidate_rows.c.tenant == self._tenant, candidate_rows.c.run == run)
            .order_by(candidate_rows.c.rank)
        )
        return tuple(Candidate.model_validate_json(body) for body in self._connection.scalars(query))

    def put_tool_run(self, tool_run: ToolRun) -> None:
        """Record a call."""
        row: Row = {
            "tenant": self._tenant,
            "tool_run": tool_run.id,
            "run": tool_run.run,
            "body": tool_run.model_dump_json(),
        }
        insert_once(self._connection, tool_runs, [row])

    def tool_runs_of(self, run: RunId) -> tuple[ToolRun, ...]:
        """Read them back."""
        query = (
            select(tool_runs.c.body)
            .where(tool_runs.c.tenant == self._tenant, tool_runs.c.run == run)
            .order_by(tool_runs.c.tool_run)
        )
        return tuple(ToolRun.model_validate_json(body) for body in self._connection.scalars(query))


def _run(row: RowMapping) -> Run:
    body = Run.model_validate_json(row["body"])
    return body.model_copy(update={"status": row["status"], "report": row["report"]})
