"""A thousand ways to change an exported ledger: each found with the anchors and the pinned key, the tail named.

Invariant: the ledger is made here, and what was done to it is known; the verifier is given the result alone.
"""

import copy
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from state.canonical import Json
from state.ids import TenantId, TraceId, UserId
from state.ledger.anchor import Anchor, anchor_hash, exported, following, key_id, signed_bytes
from state.ledger.chain import GENESIS, Head, bundle, extend, head_of
from state.ledger.entry import ClockSource, EntryDraft, Kind, Stamp
from state.ledger.verify import canonical, verify

MUTATIONS, SEED = 1000, 20_310_506
ENTRIES, TAIL = 60, 5
ANCHORED = (20, 40, ENTRIES - TAIL)
TENANT = TenantId("tamper")
START = datetime(2031, 5, 6, 12, tzinfo=UTC)
Row = dict[str, dict[str, Json]]
Bundle = dict[str, object]
Verify = Callable[[Bundle], tuple[bool, list[str]]]


@dataclass(frozen=True)
class Exhibit:
    """A sound ledger with its anchors, kept apart as they would be."""

    bundle: Bundle
    anchors: tuple[dict[str, Json], ...]
    pin: str

    def verified(self, found: Bundle) -> tuple[bool, list[str]]:
        """Verify with what is kept outside the bundle."""
        return verify(found, anchors=list(self.anchors), pin=self.pin)


def exhibit(*, is_turned: bool = False) -> Exhibit:
    """Make the ledger: actions that are drafted and cancelled, and a line between them; the same bytes each time.

    Shape: turned, the key that signs was changed twice on the way; the pin is the first one.
    """
    salts = [hashlib.sha256(str(place).encode()).digest() for place in range(ENTRIES)]
    sealed = tuple(extend(TENANT, GENESIS, [_draft(place) for place in range(ENTRIES)], salts))
    anchors: list[Anchor] = []
    for generation, count in enumerate(ANCHORED):
        head: Head = head_of(sealed[count - 1].entry)
        plain = following(TENANT, None, head, at=sealed[count - 1].entry.wall)
        if is_turned and generation:
            anchors.append(_signed(plain, anchors, generation - 1, public_of(generation).hex()))
        anchors.append(_signed(plain, anchors, generation if is_turned else 0))
    shown, pin = tuple(exported(one) for one in anchors), public_of(0).hex()
    laid = json.loads(json.dumps(bundle(TENANT, sealed, anchors=shown, anchor_key=pin)))
    return Exhibit(laid, shown, pin)


def private_of(generation: int) -> Ed25519PrivateKey:
    """Make the key that signs: the same one each time."""
    return Ed25519PrivateKey.from_private_bytes(bytes(range(generation, generation + 32)))


def public_of(generation: int) -> bytes:
    """Give the public key of a generation."""
    return private_of(generation).public_key().public_bytes_raw()


def _signed(plain: Anchor, before: Sequence[Anchor], generation: int, introduced: str = "") -> Anchor:
    """Put an anchor behind those before, signed, with the next key where one is introduced."""
    last = before[-1] if before else None
    anchor = replace(
        plain, number=len(before) + 1, previous=anchor_hash(last), key=key_id(public_of(generation)),
        introduced=introduced,
    )  # fmt: skip
    return replace(anchor, signature=private_of(generation).sign(signed_bytes(anchor)).hex())


def _draft(place: int) -> EntryDraft:
    at = START + timedelta(minutes=place)
    stamp = Stamp(at, at, ClockSource.FROZEN, UserId("uma"), "local", "cli", TraceId(f"trace-{place}"))
    action = f"ac_{place // 3:03d}"
    steps: Sequence[tuple[Kind, Mapping[str, Json]]] = (
        (Kind.ACTION, {"event": "draft", "outcome": "moved", "from": "none", "to": "pending"}),
        (Kind.ACTION, {"event": "cancel", "outcome": "moved", "from": "pending", "to": "cancelled"}),
        (Kind.SIGNAL, {"text": f"line {place}", "n": place}),
    )
    kind, payload = steps[place % 3]
    return EntryDraft(kind, stamp, payload, action=action if kind is Kind.ACTION else "")


def _rows(found: Bundle) -> list[Row]:
    return cast("list[Row]", found["entries"])


def _place(chance: Random) -> int:
    """Choose an entry that an anchor covers, not the last one covered."""
    return chance.randrange(ENTRIES - TAIL - 1)


def edit(rows: list[Row], chance: Random) -> None:
    """Change one field of one entry."""
    entry = rows[_place(chance)]["entry"]
    name = chance.choice(sorted(entry))
    old = entry[name]
    entry[name] = old + 1 if isinstance(old, int) else f"{old}0"


def delete(rows: list[Row], chance: Random) -> None:
    """Take one entry out."""
    rows.pop(_place(chance))


def swap(rows: list[Row], chance: Random) -> None:
    """Exchange two entries."""
    one, other = chance.sample(range(ENTRIES - TAIL), 2)
    rows[one], rows[other] = rows[other], rows[one]


def insert(rows: list[Row], chance: Random) -> None:
    """Put a copy of an entry elsewhere."""
    rows.insert(_place(chance), copy.deepcopy(rows[_place(chance)]))


def truncate(rows: list[Row], chance: Random) -> None:
    """Cut the end off, anchored entries with it."""
    del rows[chance.randrange(1, ENTRIES - TAIL) :]


def rewrite(rows: list[Row], chance: Random) -> None:
    """Change who did it and write every hash anew."""
    rows[_place(chance)]["entry"]["user"] = f"eve{chance.randrange(10**6)}"
    rehash(rows)


def payload_edit(rows: list[Row], chance: Random) -> None:
    """Change one character of a payload."""
    row = cast("dict[str, str]", rows[_place(chance)])
    at = chance.randrange(len(row["payload"]))
    other = "x" if row["payload"][at] != "x" else "y"
    row["payload"] = row["payload"][:at] + other + row["payload"][at + 1 :]


def salt_edit(rows: list[Row], chance: Random) -> None:
    """Change one digit of a salt."""
    row = cast("dict[str, str]", rows[_place(chance)])
    at = chance.randrange(64)
    row["salt"] = row["salt"][:at] + ("0" if row["salt"][at] != "0" else "1") + row["salt"][at + 1 :]


def erase(rows: list[Row], chance: Random) -> None:
    """Pass a payload off as forgotten, though no erasure accounts for it."""
    row = cast("dict[str, Json]", rows[_place(chance)])
    for name in ("salt", "payload"):
        del row[name]
    row["erased"] = True


def add(rows: list[Row], chance: Random) -> None:
    """Put a word beside an entry, where no hash reaches."""
    cast("dict[str, Json]", rows[_place(chance)])["user"] = f"eve{chance.randrange(10**6)}"


def rehash(rows: list[Row]) -> None:
    """Write every hash anew, as one can who may write the whole database."""
    previous: Json = GENESIS.hash
    for row in rows:
        entry = row["entry"]
        entry["previous"] = previous
        fields = {name: value for name, value in entry.items() if name != "hash"}
        entry["hash"] = previous = hashlib.sha256(canonical(fields)).hexdigest()


KINDS: Mapping[str, Callable[[list[Row], Random], None]] = {
    "edit": edit,
    "delete": delete,
    "swap": swap,
    "insert": insert,
    "truncate": truncate,
    "rewrite whole": rewrite,
    "payload edit": payload_edit,
    "salt edit": salt_edit,
    "erase": erase,
    "add": add,
}


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the mutations, by kind."""

    tried: Mapping[str, int]
    found: Mapping[str, int]
    without: Mapping[str, int]
    """Found by the chain alone, without any anchor."""
    has_twin: bool
    """The untouched ledger is accepted."""
    is_tail_named: bool
    """A change in the unanchored tail is not found, and the tail is named."""

    @property
    def is_sound(self) -> bool:
        """Everything was found, and the anchors were what found some of it."""
        is_needed = all(self.without[kind] == 0 for kind in ("truncate", "rewrite whole"))
        return self.tried == self.found and self.has_twin and self.is_tail_named and is_needed


def tried(mutations: int = MUTATIONS, verifier: Verify | None = None, *, is_turned: bool = False) -> Tally:
    """Try that many mutations, in turns by kind; each differs from the untouched ledger."""
    sound, chance = exhibit(is_turned=is_turned), Random(SEED)
    check = verifier or sound.verified
    counts: dict[str, Counter[str]] = {"tried": Counter(), "found": Counter(), "without": Counter()}
    names = list(KINDS)
    for number in range(mutations):
        kind = names[number % len(names)]
        changed = copy.deepcopy(sound.bundle)
        KINDS[kind](_rows(changed), chance)
        if changed == sound.bundle:
            continue
        counts["tried"][kind] += 1
        counts["found"][kind] += not check(changed)[0]
        counts["without"][kind] += not verify({**changed, "anchors": []})[0]
    holds, _ = check(sound.bundle)
    return Tally(counts["tried"], counts["found"], counts["without"], holds, _is_tail_named(sound, check))


def _is_tail_named(sound: Exhibit, check: Verify) -> bool:
    """Rewrite the tail alone: nothing can tell, so the verifier has to name it."""
    changed = copy.deepcopy(sound.bundle)
    rows = _rows(changed)
    rows[-1]["entry"]["user"] = "eve"
    rehash(rows)
    holds, lines = check(changed)
    named = f"entries {ENTRIES - TAIL + 1} to {ENTRIES}"
    return holds and any(named in line for line in lines)


def table() -> tuple[list[str], bool]:
    """Run in full. Shape: the lines of the table, and whether everything was found."""
    tally = tried()
    lines = [f"  {'mutation':<14} {'tried':>6} {'found':>6} {'by the chain alone':>19}"]
    lines += [
        f"  {kind:<14} {tally.tried[kind]:>6} {tally.found[kind]:>6} {tally.without[kind]:>19}"
        for kind in KINDS
    ]
    lines.append(f"  all: {sum(tally.found.values())} of {sum(tally.tried.values())} found")
    lines.append(f"  the untouched twin is accepted: {tally.has_twin}")
    lines.append(f"  the unanchored tail is named: {tally.is_tail_named}")
    return lines, tally.is_sound
