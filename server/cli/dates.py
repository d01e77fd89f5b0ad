"""Read the dates a person types."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from state.errors import InvalidInput


def day(text: str, field: str) -> date:
    """Read 2026-03-10. Raises: InvalidInput."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} is not a date.", field=field, value=text, remedy="Write it as 2026-03-10."
        ) from error


def moment(text: str, field: str, zone: str) -> datetime:
    """Read 2026-03-10 (08:00 there) or 2026-03-10T14:30, in the tenant's zone. Raises: InvalidInput."""
    written = text.strip().replace(" ", "T")
    try:
        found = datetime.fromisoformat(written)
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} is not a time.",
            field=field,
            value=text,
            remedy="Write 2026-03-10 or 2026-03-10T14:30.",
        ) from error
    if "T" not in written:
        found = datetime.combine(found.date(), time(8))
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
