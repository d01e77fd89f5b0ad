"""Anchor the ledger: a signed statement of its length and head, outside the database, off the commit path.

Invariant: an anchor is only added to a ledger that contains the newest one, so a restored database is never anchored
over.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread

from graphs.parts import Parts, Tenancy
from state.errors import Conflict, InvalidInput, RevloopError
from state.ids import TenantId, TraceId
from state.ledger.anchor import NOT_RESTORED, Anchor, exported, following, key_id
from state.ledger.chain import Head, bundle
from state.ledger.entry import EntryDraft, Kind, Sealed, instant
from state.ports.unit import Unit
from state.principal import Principal
from state.settings import Settings
from tools.anchors import AnchorFolder, Signer, is_writable_by
from tools.keys import Ring

LOOK_SECONDS = 1.0
EARLY = 0.8
"""At which part of the interval an anchor is due: whoever looks does so some seconds apart, and none may be late."""
PAGE = 5000


def folder_of(settings: Settings) -> AnchorFolder:
    """Where this installation's anchors are."""
    return AnchorFolder(settings.anchor_folder)


def signer_of(settings: Settings) -> Signer:
    """Who signs this installation's anchors."""
    return Signer(Ring(settings.anchor_key_file))


def require_key(settings: Settings) -> None:
    """Refuse where anchors were signed and the key that signs is gone: no other one could go on, so none is made.

    Raises: InvalidInput, Unavailable.
    """
    folder, ring = folder_of(settings), signer_of(settings).ring
    pinned = folder.pinned()
    if not pinned or pinned[-1] in (Signer(ring).publics() if ring.newest_place().exists() else ()):
        return
    raise InvalidInput(
        "The key that signs the anchors is gone: nothing is anchored until it is back.",
        field="anchor_key",
        value=key_id(pinned[-1]),
        remedy=f"Bring {ring.newest_place()} back from a backup (key {key_id(pinned[-1])}). Where there is none, move "
        f"{folder.folder} away and keep it: a new chain of anchors begins, and auditors need its new key.",
    )


def anchor_now(
    parts: Parts, tenant: TenantId, *, restored: int = NOT_RESTORED, principal: Principal | None = None
) -> Anchor | None:
    """Write an anchor; None where the newest one covers every entry. A new key is introduced by the old one first.

    Raises: Conflict for a ledger that does not contain the newest anchor; Unavailable, InvalidInput.
    """
    require_key(parts.settings)
    folder, signer = folder_of(parts.settings), signer_of(parts.settings)
    publics = signer.publics()
    if principal is not None and folder.newest(tenant) is None:
        _tell_key(parts, parts.tenancy(tenant), principal, key_id(publics[-1]))
    folder.pin(publics)

    def make(before: Anchor | None) -> Anchor | None:
        is_turned = before is not None and before.key != key_id(signer.publics()[-1])
        with parts.stores.read(tenant) as unit:
            head = unit.ledger.head()
            if head.seq == 0 or (_covers(before, head) and not is_turned):
                return None
            if restored == NOT_RESTORED and not contains(unit, before):
                raise Conflict(
                    "The database does not contain the newest anchor, so it is older than what was anchored.",
                    field="ledger",
                    value=str(head.seq),
                    remedy="See `revloop ledger verify`, then `revloop ledger confirm-restore`.",
                )
        at = instant(parts.clock.wall())
        return signer.signed(before, following(tenant, before, head, at=at, restored=restored))

    made = folder.add(tenant, make)
    return folder.add(tenant, make) or made if made is not None and made.introduced else made


def _tell_key(parts: Parts, tenancy: Tenancy, principal: Principal, key: str) -> None:
    """Enter which key signs from now on."""
    with parts.stores.begin(tenancy.id) as unit:
        if unit.ledger.head().seq:
            stamp = tenancy.stamp(principal, TraceId(""))
            unit.ledger.append([EntryDraft(Kind.KEY, stamp, {"purpose": "anchor", "key": key})])


def _covers(anchor: Anchor | None, head: Head) -> bool:
    return anchor is not None and (anchor.count, anchor.head) == (head.seq, head.hash)


def contains(unit: Unit, anchor: Anchor | None) -> bool:
    """Say whether the ledger has the anchored entry, unchanged, at its place."""
    if anchor is None:
        return True
    found = unit.ledger.entries(after=anchor.count - 1, limit=1)
    return bool(found) and (found[0].seq, found[0].hash) == (anchor.count, anchor.head)


def is_due(parts: Parts, tenant: TenantId) -> bool:
    """Say whether the newest anchor would soon be too old and the ledger has grown."""
    soon = timedelta(seconds=EARLY * parts.settings.anchor_every_seconds)
    newest = folder_of(parts.settings).newest(tenant)
    if newest is not None and datetime.fromisoformat(newest.at) + soon > parts.clock.wall():
        return False
    with parts.stores.read(tenant) as unit:
        head = unit.ledger.head()
    return head.seq > 0 and not _covers(newest, head)


@dataclass
class Rounds:
    """Anchors one tenant's ledger beside the work, on a thread: at intervals, and soon after an effect."""

    parts: Parts
    principal: Principal
    tell: Callable[[str], None] = lambda _: None
    """Told once of each failure."""
    failure: RevloopError | None = None
    _seen: int = 0
    _begun: int = 0
    _ended: Event = field(default_factory=Event)

    def anchor(self) -> None:
        """Anchor when an effect has left or the newest anchor is old; a failure is kept, the work goes on."""
        tenant, left = self.principal.tenant, self.parts.effects_left
        try:
            if not folder_of(self.parts.settings).is_ours(tenant):
                return
            if left != self._seen or is_due(self.parts, tenant):
                anchor_now(self.parts, tenant, principal=self.principal)
            self._seen, self.failure = left, None
        except RevloopError as failure:
            if str(failure) != str(self.failure):
                self.tell(f"{tenant}: the ledger is not anchored: {failure}")
            self.failure = failure

    def turn(self) -> None:
        """Look each second until the work has ended."""
        while not self._ended.wait(LOOK_SECONDS):
            self.anchor()

    def end(self, thread: Thread) -> None:
        """End the rounds with a last anchor."""
        self._ended.set()
        thread.join()
        if self.parts.effects_left != self._begun:
            self._seen = -1
        self.anchor()


@contextmanager
def anchored(
    parts: Parts, principal: Principal, tell: Callable[[str], None] = lambda _: None
) -> Generator[Rounds, None, None]:
    """Keep the ledger anchored while something works, and when it ends."""
    rounds = Rounds(parts, principal, tell, _seen=parts.effects_left, _begun=parts.effects_left)
    thread = Thread(target=rounds.turn, daemon=True, name="anchors")
    thread.start()
    try:
        yield rounds
    finally:
        rounds.end(thread)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether anchors show what the database's own user changed, and why."""

    is_independent: bool
    text: str


def standing(settings: Settings) -> Standing:
    """Compare who owns the database with who can write the anchors and their key."""
    home = settings.home.stat()
    folder, key = settings.anchor_folder, signer_of(settings).ring.newest_place()
    if not is_writable_by(folder, home.st_uid, home.st_gid):
        return Standing(
            is_independent=True, text=f"anchored: the database's user cannot write the anchors in {folder}"
        )
    if not is_writable_by(key, home.st_uid, home.st_gid):
        return Standing(
            is_independent=True, text="anchored: the database's user cannot write the key that signs"
        )
    return Standing(
        is_independent=False,
        text="not anchored in the strict sense: the database's own user can write anchors and key",
    )


def exported_bundle(parts: Parts, tenant: TenantId) -> tuple[dict[str, object], str]:
    """Lay out the whole ledger with its anchors. Shape: the bundle, and the pinned public key or nothing.

    Invariant: anchors are read before entries, so none speaks of entries that were not read.
    """
    folder = folder_of(parts.settings)
    listed = folder.listed(tenant)
    anchors = [exported(one) for one in listed]
    written = _first_key(folder, listed)
    sealed: list[Sealed] = []
    with parts.stores.read(tenant) as unit:
        while page := unit.ledger.sealed(len(sealed), PAGE):
            sealed += page
    said = standing(parts.settings).text if anchors else ""
    laid = bundle(tenant, sealed, anchors=anchors, anchor_key=written, anchoring=said)
    return dict(laid), _pin(parts.settings, listed) or written


def _first_key(folder: AnchorFolder, anchors: Sequence[Anchor]) -> str:
    """Find the public key that a tenant's chain begins with: from there every later one was introduced."""
    known = {key_id(public): public.hex() for public in folder.pinned()}
    return known.get(anchors[0].key, "") if anchors else next(iter(known.values()), "")


def _pin(settings: Settings, anchors: Sequence[Anchor]) -> str:
    """Choose of the keys an auditor wrote down the one that this chain knows; else the first, which then fails."""
    pins = [one.strip() for one in settings.anchor_pin.split(",") if one.strip()]
    ids = {one.key for one in anchors}
    return next((pin for pin in pins if key_id(bytes.fromhex(pin)) in ids), pins[0] if pins else "")
