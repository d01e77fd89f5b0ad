"""A new key takes over from an older one: seen first, in an admin's hands, ended by whoever comes after a crash.

Invariant: what an older key of a company made is recognised as long as its file stands; a key that signs anchors is
named in every ledger by an anchor of the key before it, before that one is destroyed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from graphs.governing.authority import code_of, require_admin, require_seen
from graphs.governing.stopping import INSTALLATION
from graphs.keeping.anchoring import anchor_now, folder_of, require_key, signer_of
from graphs.parts import Parts, Tenancy
from state.canonical import Json
from state.errors import Conflict
from state.ids import TenantId, TraceId, stable_id
from state.ledger.anchor import key_id
from state.ledger.entry import EntryDraft, Kind
from state.ports.unit import Unit
from state.principal import Principal
from tools.anchors import public_half
from tools.keys import Key, Ring, tenant_ring

Purpose = Literal["tenant", "anchor"]
PURPOSES: tuple[Purpose, ...] = ("tenant", "anchor")
CRASH_POINTS = ("keys:made", "keys:entered", "keys:introduced", "keys:ended")
"""Where a fault run may kill the process here; each is between two steps that are whole by themselves."""


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KeyOut(_Out):
    """One generation of a key, by its id alone."""

    purpose: Purpose
    key: str
    since: datetime
    in_use: bool
    """Else it only recognises what it made."""
    public: str = ""
    """Of a key that signs: what an auditor pins."""


class RotationOut(_Out):
    """What a rotation changes, and the code that says one has seen exactly this."""

    purpose: Purpose
    changes: tuple[str, ...]
    code: str
    done: bool
    was: str
    key: str = ""
    public: str = ""


@dataclass(frozen=True)
class Rotation:
    """The keys of a company, and the one that signs the anchors of all here, in the hands of one person."""

    parts: Parts
    tenancy: Tenancy
    principal: Principal

    def rotate(self, purpose: Purpose, seen: str | None) -> RotationOut:
        """Show what it would change; with the code shown there, do it, or end what a dead process began.

        Raises: Forbidden, Conflict, Unavailable.
        """
        require_admin(self.tenancy, self.principal, is_look=seen is None)
        ring = ring_of(self.parts, self.tenancy.id, purpose)
        keys = ring.read()
        is_begun = _is_begun(self.parts, self.tenancy.id, purpose, keys)
        was = keys[-2 if is_begun else -1]
        changes = tuple(self._changes(purpose, was, is_begun=is_begun))
        found = RotationOut(
            purpose=purpose, changes=changes, code=code_of(changes, self.principal.user), done=False,
            was=name_of(purpose, was),
        )  # fmt: skip
        if seen is None:
            return found
        require_seen(seen, found.code, f"revloop keys rotate --purpose {purpose}")
        key = keys[-1] if is_begun else ring.turned(keys[-1])
        self.parts.crash_point("keys:made")
        self._spread(purpose, ring, was, key)
        done = {"done": True, "key": name_of(purpose, key), "public": public_of(purpose, key)}
        return found.model_copy(update=done)

    def _changes(self, purpose: Purpose, was: Key, *, is_begun: bool) -> Sequence[str]:
        name = name_of(purpose, was)
        begun = ("A rotation was begun and not ended; this ends it.",) if is_begun else ()
        if purpose == "tenant":
            return (
                f"Key {name} of {self.tenancy.id} → a new one, for names of messages, opt-out links and pseudonyms.",
                "The older one stays, to recognise messages that bear its names and addresses that want no mail.",
                "Sessions, API keys and secrets of webhooks stay as they are.",
                *begun,
            )
        return (
            f"Key {name}, which signs the anchors of every company of this home → a new one.",
            "An anchor signed by the old one names the new one in each ledger; then the old one is destroyed.",
            f"Whoever pinned {name} can go on with it; after a leak they pin the new one.",
            *begun,
        )

    def _spread(self, purpose: Purpose, ring: Ring, was: Key, key: Key) -> None:
        """Tell every ledger that the key concerns; a step that was done before is not done again."""
        if purpose == "tenant":
            self._enter(self.tenancy, self.principal, purpose, was, key)
            return
        with self.parts.stores.read(self.tenancy.id) as unit:
            tenants = [one.id for one in unit.tenants.listed()]
        for tenant in tenants:
            other = {"tenant": tenant, "user": INSTALLATION}
            by = self.principal if tenant == self.tenancy.id else self.principal.model_copy(update=other)
            self._enter(self.parts.tenancy(tenant), by, purpose, was, key)
            anchor_now(self.parts, tenant)
            self.parts.crash_point("keys:introduced")
        self._require_introduced(name_of(purpose, key))
        ring.end_before(key)
        self.parts.crash_point("keys:ended")

    def _enter(self, tenancy: Tenancy, by: Principal, purpose: Purpose, was: Key, key: Key) -> None:
        with self.parts.stores.begin(tenancy.id) as unit:
            if _is_entered(unit, tenancy.id, purpose, key):
                return
            stamp = tenancy.stamp(by, _trace(tenancy.id, purpose, key))
            said: dict[str, Json] = {
                "purpose": purpose,
                "step": "rotated",
                "key": name_of(purpose, key),
                "was": name_of(purpose, was),
            }
            unit.ledger.append([EntryDraft(Kind.KEY, stamp, said)])
        self.parts.crash_point("keys:entered")

    def _require_introduced(self, key: str) -> None:
        """Keep the old key while a ledger could not go on without it. Raises: Conflict."""
        folder = folder_of(self.parts.settings)
        for path in sorted(folder.folder.glob("*.jsonl")):
            newest = folder.newest(TenantId(path.stem))
            if newest is not None and newest.next_key != key:
                raise Conflict(
                    f"The anchors of {path.stem} do not know the new key yet, so the old one stays.",
                    field="tenant",
                    value=path.stem,
                    remedy="See `revloop ledger verify`, or put the file of a company that is gone away; then again.",
                )


def begun(parts: Parts, tenant: TenantId) -> Purpose | None:
    """Name a key whose rotation was begun and not ended. Raises: Unavailable."""
    for purpose in PURPOSES:
        if _is_begun(parts, tenant, purpose, ring_of(parts, tenant, purpose).read()):
            return purpose
    return None


def _is_begun(parts: Parts, tenant: TenantId, purpose: Purpose, keys: Sequence[Key]) -> bool:
    """Say whether a new key is there that not everything knows of yet."""
    if purpose == "anchor" or len(keys) == 1:
        return len(keys) > 1
    with parts.stores.read(tenant) as unit:
        return not _is_entered(unit, tenant, purpose, keys[-1])


def _is_entered(unit: Unit, tenant: TenantId, purpose: Purpose, key: Key) -> bool:
    return bool(unit.ledger.of_trace(_trace(tenant, purpose, key)))


def _trace(tenant: TenantId, purpose: Purpose, key: Key) -> TraceId:
    """Name the coming of one key into one ledger, so that it is entered once."""
    return TraceId(stable_id("tr", tenant, "key", purpose, key.id))


def listed(parts: Parts, tenant: TenantId) -> tuple[KeyOut, ...]:
    """List the keys of a company, and the one that signs, the newest last of each.

    Raises: InvalidInput where the one that signs is gone; Unavailable.
    """
    require_key(parts.settings)
    return tuple(
        KeyOut(
            purpose=purpose, key=name_of(purpose, key), since=ring.made_at(key), in_use=key == keys[-1],
            public=public_of(purpose, key),
        )
        for purpose in PURPOSES
        for ring in (ring_of(parts, tenant, purpose),)
        for keys in (ring.read(),)
        for key in keys
    )  # fmt: skip


def ring_of(parts: Parts, tenant: TenantId, purpose: Purpose) -> Ring:
    """Find the files of a key."""
    if purpose == "anchor":
        return signer_of(parts.settings).ring
    return tenant_ring(parts.settings.tenant_folder(tenant))


def name_of(purpose: Purpose, key: Key) -> str:
    """Give a key's id; of one that signs it is the id that stands in the anchors."""
    return key_id(bytes.fromhex(public_of(purpose, key))) if purpose == "anchor" else key.id


def public_of(purpose: Purpose, key: Key) -> str:
    """Give the public half of a key that signs."""
    return public_half(key).hex() if purpose == "anchor" else ""
