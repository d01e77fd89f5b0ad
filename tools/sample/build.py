"""The sample company Fieldstone as events: S1 to S29, ordinary accounts, closed deals and what each source synced."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from state.canonical import Json
from state.ids import AccountId, TenantId
from tools.sample import stories_deal as deal
from tools.sample import stories_mail as mail
from tools.sample import stories_quiet as quiet
from tools.sample import stories_renewal as renewal
from tools.sample import stories_support as support
from tools.sample.cast import ORDINARY, SEED, TENANT, Cast
from tools.sample.closed import closed_deals
from tools.sample.diary import Raw, stamp
from tools.sample.ordinary import ordinary
from tools.sample.story_days import story_days

Story: TypeAlias = Callable[[Cast], "list[Raw]"]
_STORIES: dict[str, tuple[Story, ...]] = {
    "S1": (renewal.acme,), "S2": (deal.brightwater,), "S3": (deal.calder,), "S4": (renewal.delmar,),
    "S5": (deal.eastgate,), "S6": (support.fjord,), "S7": (deal.granite,), "S8": (renewal.harbor,),
    "S9": (mail.ironbridge,), "S10": (renewal.juniper,), "S11": (support.ashford, support.bexley, support.corwin),
    "S12": (renewal.lakeshore,), "S13": (quiet.meridian_health, quiet.meridian_freight), "S14": (mail.northgate,),
    "S15": (deal.oakhaven,), "S16": (deal.pinnacle,), "S17": (mail.quarry, mail.quarry_twin), "S18": (deal.redwood,),
    "S19": (quiet.silverline,), "S20": (mail.thornbury,), "S21": (support.union,), "S22": (quiet.vantage,),
    "S23": (support.westfield,), "S24": (quiet.xenon,), "S25": (quiet.yarrow,), "S26": (deal.zephyr,),
    "S27": (support.alder,), "S28": (mail.birchwood,), "S29": (mail.cobalt,),
}  # fmt: skip
_CUSTOMERS = [
    renewal.ACME, renewal.DELMAR, renewal.HARBOR, renewal.JUNIPER, renewal.LAKESHORE, support.FJORD, support.ASHFORD,
    support.BEXLEY, support.CORWIN, support.UNION, quiet.MERIDIAN_HEALTH, quiet.MERIDIAN_FREIGHT, mail.THORNBURY,
]  # fmt: skip
_FEEDS = (
    ("crm", "crm"), ("mail", "mail"), ("calendar", "calendar"), ("support", "support"), ("usage", "usage"),
    (support.DEAD_FEED, "usage"), ("news", "news"),
)  # fmt: skip
"""Feed and the source it belongs to."""
_SYNCED_DAYS = 60


@dataclass(frozen=True, slots=True)
class Sample:
    """A company to load: its clock and every event, oldest first."""

    tenant: TenantId
    clock: datetime
    """UTC; frozen."""
    events: tuple[Raw, ...]
    """Known at the clock."""
    accounts: Mapping[str, tuple[AccountId, ...]] = field(default_factory=dict)
    """S1 to S29 → their accounts; empty when read from a file."""
    slots: Mapping[str, str] = field(default_factory=dict)
    """What this cast gave out, by key; empty when read from a file."""
    shift: timedelta = timedelta(0)
    """How far dates lie from those of the first cast: move the profile's absences by as much."""
    later: tuple[Raw, ...] = ()
    """What happens after the clock, oldest first; loaded with the rest, invisible until a tick gets there."""

    def events_of(self, account: str) -> tuple[Raw, ...]:
        """Give one account's events; with the tenant's own ones they are a company of their own."""
        return tuple(event for event in self.events if event["account"] == account)

    @property
    def of_tenant(self) -> tuple[Raw, ...]:
        """Give the events without an account: what each source synced."""
        return tuple(event for event in self.events if event["account"] is None)


def stories() -> Mapping[str, Callable[..., list[Raw]]]:
    """Give for each of S1 to S29 the function that makes its events in a cast; closed deals are not among them."""
    return {name: _together(parts) for name, parts in _STORIES.items()}


def company(seed: int = SEED) -> Sample:
    """Make the whole company; another seed renames, rescales and moves everything together."""
    cast = Cast(seed)
    told = {name: [part(cast) for part in parts] for name, parts in _STORIES.items()}
    accounts = {
        name: tuple(AccountId(str(part[0]["account"])) for part in parts) for name, parts in told.items()
    }
    events = [event for parts in told.values() for part in parts for event in part]
    events += [event for number in range(ORDINARY) for event in ordinary(cast, number)]
    events += [*closed_deals(cast, _CUSTOMERS), *synced(cast)]
    later = _ordered(
        story_days(cast, {str(part[0]["account"]): part for parts in told.values() for part in parts})
    )
    return Sample(
        TenantId(TENANT), cast.clock, _ordered(events), accounts, dict(sorted(cast.slots.items())), cast.shift, later
    )  # fmt: skip


def synced(cast: Cast) -> Iterator[Raw]:
    """Tell when each source was read: every morning of the last two months, the last time at the clock."""
    for age in range(_SYNCED_DAYS, -1, -1):
        when = cast.clock - timedelta(days=age)
        for feed, source in _FEEDS:
            yield {
                "id": f"{feed}/source.synced/{when:%Y-%m-%d}", "account": None, "source": source,
                "type": "source.synced", "time": stamp(when), "recorded_at": stamp(when),
                "data": {"feed": feed, "connected": True},
            }  # fmt: skip


def _together(parts: tuple[Story, ...]) -> Callable[..., list[Raw]]:
    def tell(cast: Cast | None = None) -> list[Raw]:
        there = cast or Cast()
        return [event for part in parts for event in part(there)]

    return tell


def _ordered(events: list[Raw]) -> tuple[Raw, ...]:
    def key(event: Raw) -> tuple[Json, ...]:
        return (event["recorded_at"], event["time"], event["id"])

    return tuple(sorted(events, key=lambda event: tuple(map(str, key(event)))))
