"""Instants in channels: ISO 8601 text in UTC."""

from datetime import UTC, datetime


def text_of(moment: datetime) -> str:
    """Write an instant."""
    return moment.astimezone(UTC).isoformat()


def instant(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(text)
