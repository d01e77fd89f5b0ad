"""Which sources can be believed to show that something is absent."""

from state.world.detection.scene import Scene
from state.world.signal import Signal


def not_connected(scene: Scene) -> tuple[str, ...]:
    """Name the syncing sources that this tenant does not have."""
    syncing = (source.name for source in scene.profile.sources.sources if source.hard_hours is not None)
    return tuple(name for name in syncing if scene.freshness(name) == "not_connected")


def has_touch_source(scene: Scene) -> bool:
    """Tell whether silence would be seen: a connected, fresh source of touches that syncs by itself."""
    syncing = (
        source
        for source in scene.profile.sources.sources
        if source.is_touch and source.hard_hours is not None
    )
    return any(scene.freshness(source.name) == "fresh" for source in syncing)


def is_of_stale_source(scene: Scene, signal: Signal) -> bool:
    """Tell whether what proves a signal comes from a source past its hard limit; the first evidence proves it."""
    return bool(signal.evidence) and scene.freshness(signal.evidence[0].source) == "stale"
