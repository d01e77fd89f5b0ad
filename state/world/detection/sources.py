"""Sources that cannot be believed at the moment: told to the admin, and their trends stop."""

from collections.abc import Iterator
from datetime import date

from state.ids import NodeKey
from state.world.detection.rule import Finding
from state.world.detection.scene import Scene
from state.world.detection.wording import counted, day_text
from state.world.record import NodeKind
from state.world.view import Entity, Series

_MEASURES = ("active_users", "seats_used")


def source_stale(scene: Scene) -> Iterator[Finding]:
    """Tell each connected source past its hard limit, and each feed that went silent for several accounts at once."""
    feeds = {series.feed for series in _series(scene)}
    for name, state in sorted(scene.around.sources.items()):
        kind = "usage" if name in feeds else name
        if not state.connected or scene.freshness(kind, name) != "stale":
            continue
        known = scene.profile.sources.source(kind)
        limit = 0 if known is None else known.hard_hours or 0
        age = int((scene.now - state.synced_at).total_seconds() // 3600)
        node = Entity(scene.view.situation, NodeKey(f"{NodeKind.SERIES.value}/{name}"))
        yield scene.signal(
            "SOURCE_STALE", node.key, scene.limits.source_stale.severity, state.synced_at,
            f"The {name} source last synced on {day_text(scene.day_of(state.synced_at))},"
            f" {counted(age, 'hour')} ago; {limit} are allowed.",
            node.cite("connected", "seen"),
            sub_state=name,
            numbers={
                "hours": str(age), "limit_hours": str(limit), "source": name,
                "synced_on": scene.day_of(state.synced_at).isoformat(),
            },
            to_admin=True,
        )  # fmt: skip
    silent = [series for series in _series(scene) if is_silent_feed(scene, series)]
    for feed in sorted({series.feed for series in silent}):
        yield _silent(scene, feed, [series for series in silent if series.feed == feed])


def is_silent_feed(scene: Scene, series: Series) -> bool:
    """Tell whether this account's series fell silent together with several others of its feed."""
    found = scene.around.silent_feeds.get(series.feed)
    if found is None:
        return False
    first, accounts = found
    if accounts < scene.limits.source_stale.zero_accounts:
        return False
    if _is_holiday(scene, first):
        return False
    silent = [value for day, value in series.points.items() if first <= day < scene.today]
    return bool(silent) and not any(silent)


def _is_holiday(scene: Scene, day: date) -> bool:
    place = scene.profile.calendar.region_or_default(scene.region)
    return any(holiday.day == day for holiday in place.holidays)


def _silent(scene: Scene, feed: str, series: list[Series]) -> Finding:
    first, accounts = scene.around.silent_feeds[feed]
    return scene.signal(
        "SOURCE_STALE",
        series[0].key,
        scene.limits.source_stale.severity,
        scene.start_of(first),
        f"The feed {feed} shows 0 for {accounts} accounts since {day_text(first)}.",
        [cited for one in series for cited in (*one.cite_days(first, scene.today), *one.cite("feed"))],
        sub_state=f"zero-{feed}",
        numbers={"accounts": str(accounts), "since": first.isoformat(), "value": "0", "feed": feed},
        to_admin=True,
    )


def _series(scene: Scene) -> list[Series]:
    found = (scene.view.series(measure) for measure in _MEASURES)
    return [series for series in found if series is not None]
