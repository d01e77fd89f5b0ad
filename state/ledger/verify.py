# long: one stand-alone file, all that an auditor needs
"""Verify an exported ledger bundle with Python's standard library alone: `python verify.py bundle.json`.

Checks the chain, each payload's hash, that every action followed the lifecycle, and the signed anchors. Exit 0 if
all holds. `--anchors FILE` takes the anchors from where they are kept instead of from the bundle, and `--key HEX` is
the public key you wrote down: only with both can a shortened or wholly rewritten ledger be told from a true one.
"""

import hashlib
import json
import sys
from operator import itemgetter
from pathlib import Path

FORMAT = 1
UNANCHORED = "Anchors: none. A shortened or wholly rewritten ledger cannot be told from this bundle alone."
FIELDS = [
    *"v tenant seq previous at wall clock kind".split(),
    *"user method channel action attempt payload_hash trace".split(),
]
quoted = json.encoder.encode_basestring
WANTED = {*FIELDS, "hash"}
WHOLE, GONE = {"entry", "salt", "payload"}, {"entry", "erased"}
SORTED = sorted(FIELDS)
NUMBERS = {"v", "seq", "attempt"}
LINK = "{" + ",".join(f'"{name}":%s' for name in SORTED) + "}"
PLAIN = "{" + ",".join(f'"{name}":%s' if name in NUMBERS else f'"{name}":"%s"' for name in SORTED) + "}"
TYPES = tuple(int if name in NUMBERS else str for name in SORTED)
QUOTES = PLAIN.count('"')
ESCAPED = bytes(range(32)) + b'"\\'
picked = itemgetter(*SORTED)
GENESIS = "0" * 64
STATUSES = ["pending", "approved", "claimed", "ambiguous", "executed", "failed", "cancelled", "expired"]
LETTERS = dict(zip("PACMXFKE", STATUSES, strict=True))
MARKS = {"=": "stays", "n": "noop", "x": "refused", "!": "unreachable"}
# Columns: P A C M X F K E, as above. A letter moves there; = stays; n no-op; x refused; ! cannot be.
ROWS = """
draft             =   =   =   =   n n n n
approve           A=x x   x   x   x x x x
cancel            Kx  Kx  x   x   x x x x
edit              Kx  Kx  x   x   x x x x
snooze            =x  x   x   x   x x x x
wake              =n  n   n   n   n n n n
undo              x   Px  x   x   x x x x
auto_due          A=  n   n   n   n n n n
expire            En  En  n   n   n n n n
world_changed     K=n PKn =n  =n  n n n n
policy_changed    K=  PKn =   =   n n n n
stop_on           =   P   =   =   n n n n
stop_off          n   n   n   n   n n n n
claim             x   CPK= x  x   x x x x
receipt           !   !   X   X   n ! ! !
refused_for_good  !   !   FM  =   n ! ! !
not_done          !   !   AFM =   n ! ! !
unknown           n   n   M   =   n n n n
claimers_ended    n   n   n   =   n n n n
retry_same_key    x   x   x   Cx  x x x x
probe_found       n   n   n   X   n n n n
probe_absent      n   n   n   A=  n n n n
attest_done       x   x   x   Xx  x x x x
attest_not_done   x   x   x   Fx  x x x x
"""


ANCHOR_FIELDS = "v tenant number previous count head at key restored".split()
INTRODUCING = [*ANCHOR_FIELDS, "next"]
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, -1, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)


class Fault(ValueError):
    """What the first bad entry or anchor has wrong."""


def point(encoded: bytes) -> tuple[int, int]:
    """Read a point of edwards25519. Source: RFC 8032, 5.1.3."""
    number = int.from_bytes(encoded, "little")
    y, sign = number % 2**255, number >> 255
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if len(encoded) != 32 or y >= PRIME or (x * x - square) % PRIME or (x == 0 and sign):
        raise Fault("a key or signature is no point of the curve")
    return (x if x % 2 == sign else PRIME - x), y


def added(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    """Add two points in projective coordinates x, y, z; the formula is complete, so doubling is the same."""
    a = one[2] * other[2] % PRIME
    b, c, d = a * a, one[0] * other[0] % PRIME, one[1] * other[1] % PRIME
    e = CURVE * c * d % PRIME
    f, g = b - e, b + e
    x = a * f * ((one[0] + one[1]) * (other[0] + other[1]) - c - d)
    return x % PRIME, a * g * (d + c) % PRIME, f * g % PRIME


def times(number: int, base: tuple[int, int]) -> tuple[int, ...]:
    """Add a point to itself so many times."""
    total: tuple[int, ...] = (0, 1, 1)
    for bit in f"{number:b}":
        total = added(total, total)
        total = added(total, (*base, 1)) if bit == "1" else total
    return total


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Verify an Ed25519 signature. Source: RFC 8032, 5.1.7."""
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or scalar >= ORDER:
        return False
    key, promise = point(public), point(signature[:32])
    mixed = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left = times(scalar, point((4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little")))
    right = added((*promise, 1), times(mixed, key))
    return all((left[axis] * right[2] - right[axis] * left[2]) % PRIME == 0 for axis in (0, 1))


def table() -> dict[tuple[str, str], str]:
    """Map (happening, status) to its marks."""
    rows = (line.split() for line in ROWS.strip().splitlines())
    return {(row[0], status): marks for row in rows for status, marks in zip(STATUSES, row[1:], strict=True)}


def canonical(value: object) -> bytes:
    """Write sorted compact JSON: for strings, small integers, booleans and ASCII keys this is RFC 8785."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def linked(entry: dict[str, object]) -> bytes:
    """Write the hashed fields of an entry: the same bytes as `canonical`, in a third of the time."""
    values = picked(entry)
    if tuple(map(type, values)) == TYPES:
        line: bytes = (PLAIN % values).encode()
        if len(line) - len(line.translate(None, ESCAPED)) == QUOTES:
            return line
    written = [quoted(one) if type(one) is str else plain(one) for one in values]
    return (LINK % tuple(written)).encode()


def plain(value: object) -> str:
    """Write an integer; any other value is none of an entry's fields."""
    if type(value) is not int:
        raise Fault("a field is neither a string nor an integer")
    return str(value)


def mapping(value: object, what: str) -> dict[str, object]:
    """Take a JSON object, or say what should have been one."""
    if not isinstance(value, dict):
        raise Fault(f"{what} is not an object")
    return value


def text(found: dict[str, object], key: str) -> str:
    """Take a string field, or say that it is missing."""
    value = found.get(key)
    if not isinstance(value, str):
        raise Fault(f"{key} is missing or not a string")
    return value


class Verifier:
    """Walks the entries in order and remembers the chain's end and each action's status."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant
        self.previous = GENESIS
        self.seq = 0
        self.place = 0
        self.wall = ""
        self.erased = 0
        self.accounted = 0
        """Payloads that ERASED entries say were destroyed."""
        self.status: dict[str, str] = {}
        self.blurred: set[str] = set()
        """Actions with an erased entry: where they are is known again at the next one."""
        self.marks = table()
        self.anchored: dict[int, str] = {}
        """Hash of each entry that an anchor speaks of, by place; empty until the walk comes there."""

    def take(self, found: object) -> None:
        """Check one entry after all before it; raises Fault."""
        self.place += 1
        row = mapping(found, "entry")
        entry = mapping(row.get("entry"), "entry")
        self.check_link(entry)
        action, is_gone = text(entry, "action"), row.get("erased") is True
        if row.keys() != (GONE if is_gone else WHOLE):
            raise Fault("something stands beside it that nothing vouches for")
        if is_gone:
            self.erased += 1
            self.status.pop(action, None)
            self.blurred.add(action)
            return
        payload = self.payload(row, entry)
        if entry["kind"] == "ERASED":
            self.accounted += int(str(payload.get("entries", 0)))
        if action and "event" in payload:
            self.check_lifecycle(action, payload)

    def check_erasures(self) -> None:
        """Compare the payloads that are gone with those that ERASED entries account for."""
        if self.erased != self.accounted:
            raise Fault(f"{self.erased} payloads are gone, and erasures account for {self.accounted}")

    def check_link(self, entry: dict[str, object]) -> None:
        """Compare place, previous hash, time and own hash."""
        if entry.keys() != WANTED:
            raise Fault("fields are missing or unknown")
        if (entry["v"], entry["tenant"]) != (FORMAT, self.tenant):
            raise Fault("another format or tenant")
        if type(entry["seq"]) is not int or entry["seq"] != self.seq + 1:
            raise Fault(
                f"place {entry['seq']} where {self.seq + 1} was due: entries are missing, swapped or added"
            )
        if entry["previous"] != self.previous:
            raise Fault("it does not continue the entry before it")
        found = hashlib.sha256(linked(entry)).hexdigest()
        if found != entry["hash"]:
            raise Fault("its fields were changed after it was written")
        if text(entry, "wall") < self.wall:
            raise Fault("its wall time is before that of the entry before it")
        self.seq, self.previous, self.wall = self.seq + 1, found, text(entry, "wall")
        if self.seq in self.anchored:
            self.anchored[self.seq] = found

    def payload(self, row: dict[str, object], entry: dict[str, object]) -> dict[str, object]:
        """Hash salt and stored bytes, then read them."""
        stored = text(row, "payload").encode()
        found = hashlib.sha256(bytes.fromhex(text(row, "salt")) + stored).hexdigest()
        if found != entry["payload_hash"]:
            raise Fault("its payload was changed after it was written")
        return mapping(json.loads(stored), "payload")

    def check_lifecycle(self, action: str, payload: dict[str, object]) -> None:
        """Run the table again: the step must exist and start where the action is."""
        event, start, end = text(payload, "event"), text(payload, "from"), text(payload, "to")
        status = self.status.get(action, start if action in self.blurred else "none")
        marks = self.marks.get((event, start), "")
        is_creation = (event, start, end) == ("draft", "none", "pending")
        if status != start or not (is_creation or is_allowed(marks, text(payload, "outcome"), start, end)):
            raise Fault(f"{event} {start} -> {end}: not in the lifecycle of {action}, which is {status}")
        self.status[action] = end
        self.blurred.discard(action)


def is_allowed(marks: str, outcome: str, start: str, end: str) -> bool:
    """Say whether a cell's marks hold this outcome."""
    if outcome == "moved":
        return start != end and any(LETTERS.get(mark) == end for mark in marks)
    return start == end and any(MARKS.get(mark) == outcome for mark in marks)


def chained(anchors: object, tenant: str) -> list[dict[str, object]]:
    """Check that anchors are of this tenant and continue each other."""
    found = [mapping(one, "anchor") for one in anchors] if isinstance(anchors, list) else []
    previous = GENESIS
    for number, anchor in enumerate(found, start=1):
        fields = INTRODUCING if anchor.get("v") == 2 else ANCHOR_FIELDS
        if set(anchor) != {*fields, "signature"} or anchor["v"] not in (1, 2) or anchor["tenant"] != tenant:
            raise Fault(f"anchor {number} is not one of {tenant}")
        if type(anchor["count"]) is not int or type(anchor["restored"]) is not int:
            raise Fault(f"anchor {number} names no place")
        if (anchor["number"], anchor["previous"]) != (number, previous):
            raise Fault(f"anchor {number} does not continue the anchor before it")
        previous = hashlib.sha256(stated(anchor)).hexdigest()
    return found


def stated(anchor: dict[str, object]) -> bytes:
    """Write the signed fields of an anchor."""
    return canonical({name: value for name, value in anchor.items() if name != "signature"})


def key_id(key: bytes) -> str:
    """Name a public key as anchors do."""
    return hashlib.sha256(key).hexdigest()[:16]


def check_signatures(anchors: list[dict[str, object]], key: bytes) -> int:
    """Follow the key from anchor to anchor; count the keys it introduced, one after the other.

    Invariant: what is before this key's first anchor is vouched for by the newest signature; from there on an anchor
    is signed by this key until one of its anchors names the next, and then by that one alone.
    """
    later = [number for number, anchor in enumerate(anchors) if anchor["key"] == key_id(key)]
    if not later:
        raise Fault(f"no anchor is signed by key {key_id(key)}")
    introduced = 0
    for anchor in anchors[later[0] :]:
        if anchor["key"] != key_id(key):
            raise Fault(f"anchor {anchor['number']} is signed by {anchor['key']}, which nobody introduced")
        if "next" in anchor:
            check_signature(anchor, key)
            key, introduced = bytes.fromhex(text(anchor, "next")), introduced + 1
    if "next" not in anchors[-1]:
        check_signature(anchors[-1], key)
    return introduced


def check_signature(anchor: dict[str, object], key: bytes) -> None:
    """Check one signature: it vouches for every anchor before it."""
    if not is_signed(key, b"revloop anchor\n" + stated(anchor), bytes.fromhex(text(anchor, "signature"))):
        raise Fault(f"anchor number {anchor['number']} is not signed by the key it names")


def check_places(verifier: Verifier, anchors: list[dict[str, object]]) -> int:
    """Compare the chain with its anchors, newest first; count those that a confirmed restore gave up."""
    limit, lost = sys.maxsize, 0
    for anchor in reversed(anchors):
        count, restored = int(str(anchor["count"])), int(str(anchor["restored"]))
        if count > limit:
            lost += 1
        elif count > verifier.seq:
            raise Fault(
                f"entries {verifier.seq + 1} to {count} are missing: anchor {anchor['number']} knows them"
            )
        elif verifier.anchored[count] != anchor["head"]:
            raise Fault(f"entries up to {count} were rewritten: anchor {anchor['number']} knows others")
        limit = min(limit, restored) if restored >= 0 else limit
    return lost


def told(
    verifier: Verifier, anchors: list[dict[str, object]], lost: int, via: int, *, pinned: bool
) -> list[str]:
    """Say what the anchors prove, and what stands behind the newest."""
    newest, ends = anchors[-1], verifier.seq
    last = int(str(newest["count"]))
    known = "the pinned key" if pinned else "a key nobody pinned: compare it with the one you wrote down"
    known = f"{via} introductions from {known}" if via else known
    tail = f"entries {last + 1} to {ends} are younger than it" if last < ends else "it covers every entry"
    return [
        f"Anchors: {len(anchors)}. The newest, of {newest['at']}, is after entry {last}.",
        f"Signed by {newest['key']}, {known}.",
        f"Unanchored tail: {ends - last}; {tail}.",
        *([f"A restore lost what {lost} anchors speak of; an admin confirmed it."] if lost else []),
    ]


def verify(bundle: object, *, anchors: object = None, pin: str = "") -> tuple[bool, list[str]]:
    """Verify a parsed bundle; the lines say what was found, the first bad entry first.

    Invariant: with `True` every entry was hashed again; with anchors and a pin given, nothing of the bundle is trusted.
    """
    verifier, place = Verifier(""), "entry"
    try:
        found = mapping(bundle, "bundle")
        if found.get("format") != FORMAT or found.get("rows") != ROWS:
            raise Fault("another format, or another lifecycle than this verifier's")
        verifier.tenant = text(found, "tenant")
        entries = found.get("entries")
        if not isinstance(entries, list):
            raise Fault("entries are missing")
        kept = chained(found.get("anchors") if anchors is None else anchors, verifier.tenant)
        verifier.anchored = {int(str(one["count"])): "" for one in kept}
        for row in entries:
            verifier.take(row)
        verifier.check_erasures()
        if pin and not kept:
            raise Fault("a key is pinned, but there is no anchor")
        key = bytes.fromhex(pin or text(found, "anchor_key")) if kept else b""
        place = "the anchors, with entry"
        said = [UNANCHORED]
        if kept:
            via = check_signatures(kept, key)
            said = told(verifier, kept, check_places(verifier, kept), via, pinned=bool(pin))
    except (ValueError, RecursionError) as fault:
        return False, [f"BAD at {place} {verifier.place}: {fault}"]
    return True, [
        f"OK: {verifier.seq} entries of {verifier.tenant}, {verifier.erased} of them erased.",
        f"Actions that follow the lifecycle: {len(verifier.status)}.",
        f"Head: {verifier.previous}",
        *said,
        *([f"Says who exported it: {found['anchoring']}"] if kept and found.get("anchoring") else []),
    ]


def main(arguments: list[str]) -> int:
    """Verify the file named on the command line and print what was found."""
    options = dict(zip(arguments[1::2], arguments[2::2], strict=False))
    if len(arguments) % 2 == 0 or not set(options) <= {"--anchors", "--key"}:
        print("usage: python verify.py bundle.json [--anchors FILE] [--key HEX]")
        return 1
    try:
        bundle: object = json.loads(Path(arguments[0]).read_bytes())
        lines = Path(options["--anchors"]).read_text().splitlines() if "--anchors" in options else None
        anchors = None if lines is None else [json.loads(line) for line in lines]
    except (OSError, ValueError, RecursionError) as fault:
        print(f"BAD: cannot read {arguments[0]}: {fault}")
        return 1
    holds, said = verify(bundle, anchors=anchors, pin=options.get("--key", ""))
    print("\n".join(said))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
