"""A clock that jumps: the stop goes on, and nothing leaves until an admin has looked and turned it off.

Invariant: what the clock should say follows from how long the machine has run, which nobody sets; a jump is forgotten
only after the stop that it caused was seen standing. A company whose clock is frozen sends to its own folder alone.
"""

import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from graphs.parts import Parts, Tenancy
from state.canonical import Json
from state.ids import TraceId, UserId, stable_id
from state.ledger.entry import ClockSource, EntryDraft, Kind, Stamp, instant
from state.ports.unit import Unit

TOLERATED = timedelta(minutes=5)
RENEWED_AFTER = timedelta(hours=1)
"""A clock that is corrected little by little does not jump."""
FILE = "clock.json"
CLOCK = UserId("clock")
JUMP = "jump"
"""How the name of a switching begins that a jump caused."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the clock said, how long the machine had run then, and in which of its runs."""

    boot: str
    seconds: float
    wall: datetime

    def due(self, seconds: float) -> datetime:
        """Say what the clock should say later in the same run."""
        return self.wall + timedelta(seconds=seconds - self.seconds)


def watch(parts: Parts, unit: Unit, tenancy: Tenancy) -> bool:
    """Turn the stop on where the clock has jumped, in the transaction that is open; say whether it has."""
    if parts.uptime is None or tenancy.is_frozen:
        return False
    place = parts.settings.tenant_folder(tenancy.id) / FILE
    now, last = Pulse(*parts.uptime(), parts.clock.wall()), _remembered(place)
    due = _due(unit, last, now)
    if abs(now.wall - due) <= TOLERATED:
        if last is None or last.boot != now.boot or now.wall - last.wall > RENEWED_AFTER:
            remember(place, now)
        return False
    own, _ = unit.actions.switches()
    if not own.is_on:
        _stop(unit, tenancy, due, now.wall)
    elif own.key.startswith(JUMP):
        remember(place, now)
    return True


def _due(unit: Unit, last: Pulse | None, now: Pulse) -> datetime:
    """Say what the clock should say: since a new start of the machine only not less than the ledger does."""
    if last is not None and last.boot == now.boot:
        return last.due(now.seconds)
    told = unit.ledger.head().wall
    return max(now.wall, datetime.fromisoformat(told)) if told else now.wall


def _stop(unit: Unit, tenancy: Tenancy, due: datetime, wall: datetime) -> None:
    trace = TraceId(stable_id(JUMP, tenancy.id, instant(due)))
    stamp = Stamp(tenancy.now, wall, ClockSource.SYSTEM, CLOCK, "", "worker", trace)
    payload: dict[str, Json] = {"act": "jumped", "due": instant(due), "found": instant(wall)}
    unit.ledger.append([EntryDraft(Kind.CLOCK, stamp, payload)])
    minutes = round(abs(wall - due).total_seconds() / 60)
    way = "ahead" if wall > due else "back"
    unit.actions.switch(
        is_on=True, stamp=stamp, key=trace, reason=f"the clock jumped {minutes} minutes {way}"
    )


def _remembered(place: Path) -> Pulse | None:
    """Read what the clock said last; None where that is not known."""
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
        found = json.loads(place.read_text(encoding="ascii"))
        return Pulse(str(found["boot"]), float(found["seconds"]), datetime.fromisoformat(found["wall"]))
    return None


def remember(place: Path, pulse: Pulse) -> None:
    """Write it down, whole or not at all."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(f".{FILE}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        said = {"boot": pulse.boot, "seconds": pulse.seconds, "wall": instant(pulse.wall)}
        stream.write(json.dumps(said) + "\n")
    draft.replace(place)
