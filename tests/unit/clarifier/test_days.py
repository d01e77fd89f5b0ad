"""The day a person names."""

from datetime import date

import pytest

from agents.clarifier.days import day_named

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)), ("1 March", date(2026, 3, 1)), ("March 1st", date(2026, 3, 1)),
        ("1 March 2025", date(2025, 3, 1)), ("1 December", date(2025, 12, 1)), ("1.3.2026", date(2026, 3, 1)),
        ("yesterday", date(2026, 3, 9)), ("gestern", date(2026, 3, 9)), ("monday", date(2026, 3, 9)),
        ("last tuesday", date(2026, 3, 3)),
        ("3 weeks ago", date(2026, 2, 17)), ("the last 10 days", date(2026, 2, 28)),
        ("5 Mär", date(2026, 3, 5)),
        ("30 February", None), ("soon", None), ("the day after tomorrow", None), ("", None),
    ],
)  # fmt: skip
def test_a_day_is_read(said: str, day: date | None) -> None:
    assert day_named(said, TODAY) == day
