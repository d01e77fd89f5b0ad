"""API keys: made by an admin for a user, with scopes, shown once; listed without their secret; ended for good."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from graphs.governing.decisions import stamp_of
from server.api.shapes import PROBLEMS
from server.auth import Administering, AnyHome, Caller, Reading, fingerprint, issue
from server.home import Home
from state.errors import Forbidden, NotFound
from state.ids import UserId, stable_id
from state.ledger.entry import EntryDraft, Kind
from state.ports.credentials import Scope

router = APIRouter(prefix="/api", tags=["identity"], responses=PROBLEMS)
MOST = 100


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Me(_Shape):
    """Who asks."""

    tenant: str
    user: str
    name: str
    role: str
    scopes: tuple[Scope, ...]


class KeyWanted(_Shape):
    """A key for somebody, with what it may do."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"user": "maya", "scopes": ["read"], "label": "reports"}]}
    )
    user: str = Field(min_length=1, max_length=100)
    scopes: tuple[Scope, ...] = Field(min_length=1, max_length=4)
    label: str = Field(default="", max_length=100)


class KeyOut(_Shape):
    """A key without its secret."""

    id: str
    user: str
    scopes: tuple[Scope, ...]
    label: str
    made_at: datetime


class KeyMade(KeyOut):
    """A fresh key with its secret, which is shown this once."""

    secret: str


class KeyList(_Shape):
    """A page of the keys in force, oldest first."""

    items: tuple[KeyOut, ...]
    next: str | None
    """Give it as `after` for what follows; None at the end."""


@router.get("/me")
def me(caller: Reading) -> Me:
    """Say who asks."""
    who = caller.principal
    return Me(
        tenant=who.tenant, user=who.user, name=caller.name, role=who.role.value, scopes=tuple(sorted(caller.scopes))
    )  # fmt: skip


@router.get("/keys")
def keys(
    home: AnyHome,
    caller: Administering,
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
    after: Annotated[str, Query(max_length=80)] = "",
) -> KeyList:
    """List the keys in force."""
    with home.looking.stores.read(caller.tenant) as unit:
        found = unit.credentials.listed("key", home.clock.wall())
    names = [one.id for one in found]
    start = names.index(after) + 1 if after in names else 0
    page = tuple(
        KeyOut(id=one.id, user=one.user, scopes=one.scopes, label=one.label, made_at=one.made_at)
        for one in found[start : start + limit]
    )
    return KeyList(items=page, next=page[-1].id if start + limit < len(found) else None)


@router.post("/keys", status_code=201)
def make_key(home: AnyHome, caller: Administering, asked: KeyWanted) -> KeyMade:
    """Make a key; it never reaches further than its user's role, and a key makes no key."""
    _require_session(caller)
    with home.look(caller.tenant) as tenancy:
        if asked.user not in {str(user.id) for user in tenancy.users}:
            raise NotFound(f"no user {asked.user!r} here", field="user", value=asked.user)
    user = UserId(asked.user)
    secret = issue(home, caller.tenant, user, "key", asked.scopes, lasts=None, label=asked.label)
    name = stable_id("cr", caller.tenant, fingerprint(secret))
    _enter(home, caller, name, "made")
    return KeyMade(
        id=name, user=user, scopes=asked.scopes, label=asked.label, made_at=home.clock.wall(), secret=secret
    )


@router.delete("/keys/{key}", status_code=204)
def end_key(
    home: AnyHome, caller: Administering, key: Annotated[str, Path(min_length=1, max_length=80)]
) -> None:
    """End a key for good."""
    _require_session(caller)
    with home.looking.stores.begin(caller.tenant) as unit:
        is_known = key in {one.id for one in unit.credentials.listed("key", home.clock.wall())}
        is_ended = is_known and unit.credentials.end(key, home.clock.wall())
    if not is_ended:
        raise NotFound(f"no key {key!r} here", field="key", value=key)
    _enter(home, caller, key, "ended")


def _require_session(caller: Caller) -> None:
    if caller.credential.kind != "session":
        raise Forbidden("A key makes and ends no key.", remedy="Sign in on the page.")


def _enter(home: Home, caller: Caller, key: str, step: str) -> None:
    with home.look(caller.tenant) as tenancy, home.looking.stores.begin(caller.tenant) as unit:
        stamp = stamp_of(tenancy, unit, caller.principal, f"key:{step}:{key}")
        unit.ledger.append([EntryDraft(Kind.KEY, stamp, {"purpose": "api", "key": key, "step": step})])
