"""How signals write days, counts and shares, so that a reader of evidence can find them again."""

import math
from datetime import date

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def day_text(day: date) -> str:
    """Write 30 April 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def counted(count: int, noun: str) -> str:
    """Write 1 day, 2 days."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def ahead(days: int) -> str:
    """Write today, in 1 day, in 2 days."""
    return "today" if days == 0 else f"in {counted(days, 'day')}"


def half_up(value: float) -> int:
    """Round half up, as every number shown."""
    return math.floor(value + 0.5)


def percent_text(share: float) -> str:
    """Write a share from 0 to 1 as whole percent."""
    return f"{half_up(share * 100)}%"


def number_text(value: float) -> str:
    """Write a whole number plainly, any other with one decimal."""
    return str(int(value)) if value == int(value) else f"{value:.1f}"


def initial(text: str) -> str:
    """Begin a sentence with a capital."""
    return text[:1].upper() + text[1:]
