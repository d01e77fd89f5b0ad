"""telemetry.get_health_summary and get_series: how much the product is used."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tools.catalog.task import Arguments, Found
from tools.catalog.tool import Desk, reads

Measure = Literal["active_users", "seats_used", "guest_users"]


class HealthArguments(Arguments):
    """Nothing more."""


class MeasureFound(Found):
    """The last day of one measure."""

    measure: str
    day: date
    value: int
    feed: str


class HealthFound(Found):
    """Health with its inputs; `evidence` is the health's."""

    score: int | None
    components: dict[str, int]
    missing: tuple[str, ...]
    measures: tuple[MeasureFound, ...]
    warnings: tuple[str, ...]


_MEASURES: tuple[Measure, ...] = ("active_users", "seats_used", "guest_users")
_WARNINGS = ("USAGE_DROP_PERCENT", "USAGE_TREND_CHANGE", "SEAT_LIMIT_NEAR", "SOURCE_STALE")


def _health(arguments: HealthArguments, desk: Desk) -> HealthFound:
    health = desk.about.judgement.health
    return HealthFound(
        score=health.score,
        components=health.components,
        missing=health.missing,
        measures=tuple(found for measure in _MEASURES if (found := _last(desk, measure)) is not None),
        warnings=tuple(one.text for one in desk.about.judgement.signals if one.name in _WARNINGS),
        evidence=tuple(item.id for item in health.evidence),
    )


def _last(desk: Desk, measure: Measure) -> MeasureFound | None:
    series = desk.about.view.series(measure)
    if series is None or not series.points:
        return None
    day = max(series.points)
    cited = tuple(item.id for item in series.cite_days(day, day))
    return MeasureFound(measure=measure, day=day, value=series.points[day], feed=series.feed, evidence=cited)


class SeriesArguments(Arguments):
    """Which measure, and how many of its last days."""

    series: Measure
    days: Annotated[int, Field(ge=1, le=400)] = 91


class SeriesFound(Found):
    """Daily values up to the last reported day; a day without a report is missing, not zero."""

    series: str
    first_day: date | None
    last_day: date | None
    values: tuple[int | None, ...]


def _series(arguments: SeriesArguments, desk: Desk) -> SeriesFound:
    series = desk.about.view.series(arguments.series)
    if series is None or not series.points:
        return SeriesFound(series=arguments.series, first_day=None, last_day=None, values=())
    last = max(series.points)
    first = max(min(series.points), date.fromordinal(last.toordinal() - arguments.days + 1))
    span = range(first.toordinal(), last.toordinal() + 1)
    return SeriesFound(
        series=arguments.series,
        first_day=first,
        last_day=last,
        values=tuple(series.points.get(date.fromordinal(day)) for day in span),
        evidence=tuple(item.id for item in series.cite_days(first, last)),
    )


GET_HEALTH = reads(
    "telemetry.get_health_summary",
    "Say how healthy the account's use is and which inputs are missing.",
    "CHEAP",
    HealthArguments,
    HealthFound,
    _health,
)
GET_SERIES = reads(
    "telemetry.get_series",
    "Read the last days of one usage measure.",
    "MED",
    SeriesArguments,
    SeriesFound,
    _series,
)
READS = (GET_HEALTH, GET_SERIES)
