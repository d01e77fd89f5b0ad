"""The sample company as files: `tenant.yaml` with the clock, `events.jsonl` with one event a line."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from state.canonical import canonical_json
from state.errors import InvalidInput
from state.ids import TenantId, UserId
from state.principal import Delegation
from tools.files import load_model
from tools.sample.build import Sample
from tools.sample.diary import Raw, stamp

TENANT_FILE, EVENTS_FILE = "tenant.yaml", "events.jsonl"
STANDING_IN = (
    Delegation(
        owner=UserId("tom"), delegate=UserId("priya"), begins=date(2026, 3, 9), ends=date(2026, 3, 20)
    ),
)
"""Tom named Priya before he went on leave."""


class SampleTenant(BaseModel):
    """How the sample tenant is set up; its users are in `profile/company.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenant: TenantId
    zone: str
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    clock: AwareDatetime
    """Frozen; only a tick moves it."""
    default_user: UserId
    delegations: tuple[Delegation, ...] = ()


def tenant_text(clock: datetime) -> str:
    """Write the tenant file."""
    return (
        "# The sample company: an invented firm whose clock stands still until a tick moves it.\n"
        "tenant: fieldstone\n"
        "zone: America/New_York\n"
        "currency: USD\n"
        f'clock: "{stamp(clock)}"\n'
        "default_user: maya\n"
        "delegations:\n"
        + "".join(
            f"  - {{owner: {one.owner}, delegate: {one.delegate}, begins: {one.begins}, ends: {one.ends}}}\n"
            for one in STANDING_IN
        )
    )


def events_text(sample: Sample) -> str:
    """Write the events, one canonical JSON object a line."""
    return "".join(canonical_json(event).decode() + "\n" for event in (*sample.events, *sample.later))


def write_sample(sample: Sample, folder: Path) -> None:
    """Write both files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TENANT_FILE).write_text(tenant_text(sample.clock), encoding="utf-8")
    (folder / EVENTS_FILE).write_text(events_text(sample), encoding="utf-8")


def read_tenant(folder: Path) -> SampleTenant:
    """Read how the tenant is set up.

    Raises: NotFound, InvalidInput naming file, field and remedy.
    """
    return load_model(folder / TENANT_FILE, SampleTenant)


def read_sample(folder: Path) -> Sample:
    """Read the sample company from its folder.

    Raises: NotFound, InvalidInput naming file, line and remedy.
    """
    setup = read_tenant(folder)
    path = folder / EVENTS_FILE
    if not path.is_file():
        raise InvalidInput(
            f"{path} is missing.", remedy="Write it with python -m tools.sample.", field=str(path)
        )
    with path.open(encoding="utf-8") as lines:
        events = tuple(_event(line, number, path) for number, line in enumerate(lines, start=1))
    known = tuple(event for event in events if _known_at(event) <= setup.clock)
    later = tuple(event for event in events if _known_at(event) > setup.clock)
    return Sample(setup.tenant, setup.clock, known, later=later)


def _known_at(event: Raw) -> datetime:
    """Read when an event becomes visible; one without a date is left to the event's own validation."""
    try:
        return datetime.fromisoformat(str(event.get("recorded_at") or event.get("time")))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _event(line: str, number: int, path: Path) -> Raw:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InvalidInput(
            f"Line {number} of {path} is not a JSON object.", remedy="Write the file with python -m tools.sample.",
            field=str(path), value=line[:80],
        )  # fmt: skip
    return found
