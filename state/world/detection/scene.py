"""One account at one clock as the rules see it: days, tier, touches, contracts in play, sources to be believed.

Invariant: everything is computed from the view, the surroundings and the profile; nothing reads a clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from state.evidence import Evidence, least_trust
from state.ids import NodeKey
from state.world.business_time import add_business_days, region_of
from state.world.detection.segment import tier_of
from state.world.profile import Profile, Signals, Tier
from state.world.signal import Severity, Signal, signal_id
from state.world.surroundings import SourceState, Surroundings
from state.world.view import AccountView, Deal, Subscription, Touch

Freshness = Literal["fresh", "stale", "not_connected"]


@dataclass(frozen=True)
class Scene:
    """What every rule reads."""

    view: AccountView
    around: Surroundings
    profile: Profile

    @property
    def now(self) -> datetime:
        """UTC."""
        return self.around.now

    @property
    def limits(self) -> Signals:
        """Thresholds by signal."""
        return self.profile.signals

    @cached_property
    def today(self) -> date:
        """The tenant's day."""
        return self.day_of(self.now)

    @cached_property
    def region(self) -> str:
        """Whose holidays count: the account's, else the tenant's."""
        place = self.view.text("zone") or self.view.text("country") or self.profile.company.region
        return region_of(self.profile.calendar, place)

    @cached_property
    def tier(self) -> Tier:
        """Segment tier."""
        return tier_of(self.view, self.profile)

    @cached_property
    def touches(self) -> tuple[Touch, ...]:
        """With people outside, up to now, oldest first."""
        return self.view.touches(self.now)

    @cached_property
    def two_way(self) -> tuple[Touch, ...]:
        """Meetings held, calls connected and mails received, oldest first."""
        return tuple(touch for touch in self.touches if touch.is_two_way)

    @cached_property
    def renewals(self) -> tuple[Subscription, ...]:
        """Running contracts with an end whose renewal is neither signed nor decided by a closed renewal deal."""
        if self.view.status == "churned":
            return ()
        return tuple(
            contract
            for contract in self.view.subscriptions
            if contract.is_renewal_open and contract.ends_on is not None and not self._is_decided(contract)
        )

    @cached_property
    def in_window(self) -> tuple[Subscription, ...]:
        """Contracts whose renewal window has been entered."""
        window = self.limits.renewal_window_entered.window_days.of(self.tier)
        return tuple(contract for contract in self.renewals if self.days_left(contract) <= window)

    @cached_property
    def in_active_window(self) -> tuple[Subscription, ...]:
        """Contracts that end within the active window."""
        window = self.profile.judgement.active_window_days
        return tuple(contract for contract in self.renewals if self.days_left(contract) <= window)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The tenant's."""
        return ZoneInfo(self.around.zone)

    def day_of(self, instant: datetime) -> date:
        """Cut a day in the tenant's zone."""
        return instant.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """Units: UTC; midnight in the tenant's zone."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def business_day(self, day: date, count: int) -> date:
        """Move by business days of the account's region."""
        return add_business_days(self.profile.calendar, day, count, self.region)

    def days_left(self, contract: Subscription) -> int:
        """Units: days to the contract's end, negative after it."""
        return ((contract.ends_on or self.today) - self.today).days

    def days_since(self, instant: datetime) -> int:
        """Units: calendar days of the tenant."""
        return (self.today - self.day_of(instant)).days

    def is_live(self, instant: datetime) -> bool:
        """Tell whether something without an end of its own is recent enough."""
        return timedelta(0) <= self.now - instant <= timedelta(days=self.limits.life.ttl_days)

    def freshness(self, source: str, feed: str | None = None) -> Freshness:
        """Judge a source by its last successful sync; a named feed by its own, else by its source's."""
        state = self._state(source, feed)
        if state is None or not state.connected:
            return "not_connected"
        known = self.profile.sources.source(source)
        hours = None if known is None or known.age_from == "confirmation" else known.hard_hours
        return (
            "stale" if hours is not None and self.now - state.synced_at > timedelta(hours=hours) else "fresh"
        )

    def obstacle(self, name: str, feed: str | None = None) -> Literal["stale", "not_connected"] | None:
        """Say what keeps a trend or absence signal from being judged; None when nothing does."""
        trends = {self.freshness(source.name, feed) for source in self.profile.sources.of_trend(name)}
        if "stale" in trends:
            return "stale"
        needed = {self.freshness(source.name, feed) for source in self.profile.sources.of_absence(name)}
        if not needed or "fresh" in needed:
            return None
        return "stale" if "stale" in needed else "not_connected"

    def signal(  # noqa: PLR0913 - a signal has these parts
        self,
        name: str,
        subject: NodeKey,
        severity: Severity,
        since: datetime,
        text: str,
        evidence: Iterable[Evidence],
        *,
        sub_state: str = "",
        labels: Iterable[Evidence] = (),
        numbers: Mapping[str, str] | None = None,
        confidence: float | None = None,
        is_predicted: bool = False,
        is_risk: bool = True,
        to_admin: bool = False,
    ) -> Signal:
        """Make a signal: `evidence` proves it and sets the confidence, `labels` cite the names in its text."""
        proof = tuple(evidence)
        cited = {item.id: item for item in (*proof, *labels)}
        return Signal(
            id=signal_id(self.view.situation.account, name, subject, sub_state),
            name=name,
            account=self.view.situation.account,
            subject=subject,
            sub_state=sub_state,
            severity=severity,
            confidence=self._belief(proof, is_predicted=is_predicted) if confidence is None else confidence,
            kind="predicted" if is_predicted else "observed",
            since=min(since, self.now),
            text=text,
            numbers=dict(numbers or {}),
            evidence=tuple(cited.values()),
            is_posture_risk=is_risk and self._counts_as_risk(name, severity),
            to_admin=to_admin,
        )

    def _counts_as_risk(self, name: str, severity: Severity) -> bool:
        return severity.rank >= Severity.MEDIUM.rank and name in self.profile.judgement.posture.risk_signals

    def _belief(self, proof: tuple[Evidence, ...], *, is_predicted: bool) -> float:
        belief = self.limits.belief
        found = belief.of(least_trust(item.trust for item in proof)) if proof else belief.system_of_record
        return float(min(found, belief.predicted_max) if is_predicted else found)

    def _state(self, source: str, feed: str | None) -> SourceState | None:
        own = None if feed is None else self.around.sources.get(feed)
        return own or self.around.sources.get(source)

    def _is_decided(self, contract: Subscription) -> bool:
        return any(self._decides(deal, contract) for deal in self.view.deals if deal.kind == "renewal")

    def _decides(self, deal: Deal, contract: Subscription) -> bool:
        closed, ends = deal.closed_on, contract.ends_on
        if closed is None or ends is None:
            return False
        named = {deal.text("product"), contract.product} - {None}
        window = timedelta(days=self.limits.renewal_window_entered.window_days.of(self.tier))
        return closed >= ends - window and len(named) < 2
