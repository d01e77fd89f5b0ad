"""Which sources can be believed to show that something is absent."""

from state.world.detection.scene import Scene
from state.world.signal import Signal


def not_connected(scene: Scene) -> tuple[str, ...]:
    """Name the syncing sources that this tenant does not have."""
    syncing = (source.name for source in scene.profile.sources.sources if source.hard_hours is not None)
    return tuple(name for name in syncing if scene.freshness(name) == "not_connected")


def has_touch_source(scene: Scene) -> bool:
    """Tell whether silence would be seen: a connected, fresh source of touches that syncs by itself."""
    return "fresh" in _touch_sources(scene)


def is_touch_source_stale(scene: Scene) -> bool:
    """Tell whether sources of touches are connected and none is up to date."""
    return {"stale"} == _touch_sources(scene) - {"not_connected"}


def _touch_sources(scene: Scene) -> set[str]:
    return {
        scene.freshness(source.name)
        for source in scene.profile.sources.sources
        if source.is_touch and source.hard_hours is not None
    }


def is_of_stale_source(scene: Scene, signal: Signal) -> bool:
    """Tell whether what proves a signal comes from a source past its hard limit; the first evidence proves it."""
    return bool(signal.evidence) and scene.freshness(signal.evidence[0].source) == "stale"
