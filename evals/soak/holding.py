"""Who held which account, and when: written down by the database itself, judged afterwards against who was alive.

Invariant: an account that one process holds is taken by another only once the first let go, ended, or fell silent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine, text

WATCH = (
    """CREATE TABLE watched_leases (
        number bigserial, at timestamptz DEFAULT clock_timestamp(), account text, owner text, fence bigint,
        was_owner text, was_until text, was_fence bigint)""",
    """CREATE FUNCTION watch_leases() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'INSERT' THEN
          INSERT INTO watched_leases (account, owner, fence) VALUES (NEW.account, NEW.owner, NEW.fence);
        ELSIF NEW.fence <> OLD.fence THEN
          INSERT INTO watched_leases (account, owner, fence, was_owner, was_until, was_fence)
          VALUES (NEW.account, NEW.owner, NEW.fence, OLD.owner, OLD.until, OLD.fence);
        END IF;
        RETURN NULL; END $$""",
    "CREATE TRIGGER watch_leases AFTER INSERT OR UPDATE ON leases FOR EACH ROW EXECUTE FUNCTION watch_leases()",
)


@dataclass(frozen=True, slots=True)
class Taking:
    """One time that an account was taken. Units: seconds since the epoch."""

    at: float
    account: str
    owner: str
    fence: int
    was_owner: str
    was_until: float
    was_fence: int

    @property
    def is_early(self) -> bool:
        """The one before had not let go."""
        return self.was_until > self.at


@dataclass
class Fates:
    """What was done to processes and to the server. Units: seconds since the epoch."""

    killed: dict[int, float] = field(default_factory=dict)
    """By pid."""
    restarts: list[float] = field(default_factory=list)

    def could_not_let_go(self, taking: Taking) -> bool:
        """Say whether the holder before was dead, or had no database to let go in."""
        pid = int(taking.was_owner.split("|")[2])
        is_dead = self.killed.get(pid, taking.at + 1) <= taking.at
        return is_dead or any(one <= taking.at for one in self.restarts)


def watch(engine: Engine) -> None:
    """Begin to write down who takes which account."""
    with engine.begin() as connection:
        for statement in WATCH:
            connection.exec_driver_sql(statement)


def takings(engine: Engine) -> list[Taking]:
    """Read what was written down, in order."""
    query = (
        "SELECT extract(epoch FROM at), account, owner, fence, coalesce(was_owner, ''), coalesce(was_until, ''),"
        " coalesce(was_fence, 0) FROM watched_leases ORDER BY number"
    )
    with engine.connect() as connection:
        rows = connection.execute(text(query)).all()
    return [Taking(float(row[0]), row[1], row[2], row[3], row[4], _epoch(row[5]), row[6]) for row in rows]


def in_two_hands(found: Sequence[Taking], fates: Fates) -> list[Taking]:
    """List accounts that were taken from a process that had them and could have let go, or under no greater number."""
    return [
        one
        for one in found
        if (one.is_early and not fates.could_not_let_go(one)) or one.fence <= one.was_fence
    ]


def _epoch(instant: str) -> float:
    return datetime.fromisoformat(instant).timestamp() if instant else 0.0
