"""What all accounts of a tenant share, and whom to look at when it changes: sources, feeds, closed deals and files."""

from datetime import date, timedelta
from math import floor

from graphs.parts import Tenancy
from graphs.perceiving.world import Sights
from state.ids import AccountId
from state.ports.unit import Unit
from state.ports.views import Watch
from state.world.business_time import local_day
from state.world.detection import Scene
from state.world.detection.aging import cycles_of
from state.world.situation import EMPTY_DIGEST, Situation
from state.world.surroundings import Surroundings
from state.world.view import AccountView


def has_changed(unit: Unit, tenancy: Tenancy, sights: Sights) -> bool:
    """Say whether something changed that all accounts share."""
    return unit.views.watch() != watch_of(unit, tenancy, sights)


def wake(unit: Unit, tenancy: Tenancy, sights: Sights) -> int:
    """Wake the accounts for which something changed that all of them share; return how many."""
    before, now = unit.views.watch(), watch_of(unit, tenancy, sights)
    if before.config != now.config or before.freshness != now.freshness:
        woken = unit.views.wake_all()
    else:
        feeds = {feed for feed, _ in before.silent.items() ^ now.silent.items()}
        woken = sum(unit.views.wake_feed(feed) for feed in sorted(feeds))
        today = local_day(tenancy.now, tenancy.profile.company.zone)
        for old, new in ((before.stale_above, now.stale_above), (before.aging_above, now.aging_above)):
            if old != new:
                woken += _wake_aged(unit, today, old, new)
    if before != now:
        unit.views.keep_watch(now)
    return woken


def _wake_aged(unit: Unit, today: date, old: int | None, new: int | None) -> int:
    """Wake the accounts with an open deal whose age lies between two borders; without a border, all of them."""
    ages = sorted(0 if age is None else age for age in (old, new))
    longest = (today - date.min).days if None in (old, new) else ages[1]
    return unit.views.wake_deals(today - timedelta(days=longest), today - timedelta(days=ages[0]))


def watch_of(unit: Unit, tenancy: Tenancy, sights: Sights) -> Watch:
    """Read what all accounts share, as far as a rule may change its mind by it."""
    profile, now = tenancy.profile, tenancy.now
    sources, standing = sights.shared(unit, tenancy.id, now)
    around = Surroundings(
        now=now,
        zone=profile.company.zone,
        sources=sources,
        closed_cycles=standing.closed_cycles,
    )
    scene = Scene(AccountView.of(Situation(AccountId(""), (), 0, EMPTY_DIGEST)), around, profile)
    declared = {source.name for source in profile.sources.sources}
    enough, cycles = profile.signals.source_stale.zero_accounts, cycles_of(scene)
    return Watch(
        config=tenancy.config_hash,
        freshness={name: scene.freshness(name if name in declared else "usage", name) for name in sources},
        silent={feed: first for feed, (first, n) in standing.silent_feeds.items() if n >= enough},
        stale_above=None if cycles.stale_above is None else floor(cycles.stale_above),
        aging_above=None if cycles.aging_above is None else floor(cycles.aging_above),
    )
