"""The state of one account, now or as of a day: what is known, how fresh it is, and what waits."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from graphs.parts import Parts, Tenancy
from graphs.perceiving.world import Sight
from graphs.telling.assembling import cited
from graphs.telling.report import CitedOut
from graphs.telling.retrospect import sight_at
from graphs.telling.standing import StandingOut, standing_of
from state.evidence import Evidence
from state.governance.action import OPEN
from state.ids import AccountId
from state.ports.world import AccountRow
from state.world.detection.wording import day_text
from state.world.meeting_summary import ItemKind, last_meeting
from state.world.picture import Picture, picture_of
from state.world.timeline import Baseline, Change, baseline_of, changes


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LineOut(_Out):
    """A sentence with what it rests on."""

    text: str
    tags: tuple[str, ...] = ()
    evidence: tuple[CitedOut, ...] = ()


class SourceOut(_Out):
    """How fresh a source is."""

    source: str
    synced_at: datetime
    connected: bool


class AccountOut(_Out):
    """One account as it is believed to be."""

    account: str
    name: str
    tenant: str
    as_of: datetime
    situation: dict[str, str | int]
    owner: str | None
    status: str
    tier: str
    posture: LineOut
    momentum: LineOut
    health: LineOut
    deals: tuple[LineOut, ...]
    contracts: tuple[LineOut, ...]
    tickets: tuple[LineOut, ...]
    people: tuple[LineOut, ...]
    signals: tuple[LineOut, ...]
    unknowns: tuple[LineOut, ...]
    contradictions: tuple[LineOut, ...]
    pending: tuple[LineOut, ...]
    standing: StandingOut
    picture: Picture
    """The most relevant things and how they hang together: what the drawing shows, as rows."""
    sources: tuple[SourceOut, ...]
    last_meeting: tuple[LineOut, ...] = ()
    """What the notes of the last held meeting say was decided, left to do and left open."""


class ChangeOut(_Out):
    """One dated difference."""

    text: str
    at: datetime
    old: str | None
    new: str
    evidence: tuple[CitedOut, ...]


class ChangesOut(_Out):
    """What changed at an account, and since when."""

    account: str
    name: str
    since: datetime
    baseline: str
    until: datetime
    noise_floor: str
    """What is too small to be told."""
    changes: tuple[ChangeOut, ...]


def overlook(parts: Parts, tenancy: Tenancy, row: AccountRow, at: datetime | None = None) -> AccountOut:
    """Say what is believed of an account. Raises: NotFound when nothing was known yet."""
    now = at or tenancy.now
    with parts.stores.read(tenancy.id) as unit:
        sight = sight_at(parts, unit, tenancy, row.account, now)
        waiting = [] if at is not None else list(unit.actions.listed(OPEN, account=AccountId(row.account)))
    judged = sight.judgement
    return AccountOut(
        account=row.account,
        name=sight.view.name,
        tenant=tenancy.id,
        as_of=now,
        situation=sight.situation.reference,
        owner=sight.view.owner,
        status=sight.view.status,
        tier=judged.tier,
        posture=LineOut(
            text=judged.posture_reason, tags=(judged.posture,), evidence=_cited(judged.posture_evidence, now)
        ),
        momentum=LineOut(
            text="; ".join(driver.text for driver in judged.momentum.drivers),
            tags=(judged.momentum.direction,),
        ),
        health=_health(sight),
        deals=_deals(sight, now),
        contracts=_contracts(sight, now),
        tickets=_tickets(sight, now),
        people=_people(sight, now),
        signals=tuple(
            LineOut(text=one.text, tags=(one.name, one.severity.value), evidence=_cited(one.evidence, now))
            for one in judged.signals
        ),
        unknowns=tuple(LineOut(text=one.text, tags=(one.id,)) for one in judged.unknowns),
        contradictions=tuple(
            LineOut(text=one.text, tags=(one.attribute,), evidence=_cited(one.sides, now))
            for one in judged.contradictions
        ),
        pending=tuple(
            LineOut(text=one.summary, tags=(one.id, one.status.value, one.owner, one.action_type))
            for one in waiting
        ),
        standing=standing_of(judged, now),
        picture=picture_of(sight.view, judged, sight.around, tenancy.profile),
        sources=_freshness(sight, now),
        last_meeting=_last_meeting(sight, now),
    )


def _cited(evidence: Iterable[Evidence], now: datetime) -> tuple[CitedOut, ...]:
    return tuple(cited(item, now) for item in evidence)


OUTCOMES = {
    ItemKind.DECISION: "decided",
    ItemKind.NEXT_STEP: "next step",
    ItemKind.QUESTION: "open question",
}


def _last_meeting(sight: Sight, now: datetime) -> tuple[LineOut, ...]:
    found = last_meeting(sight.view, now)
    if found is None:
        return ()
    return tuple(
        LineOut(
            text=f"“{item.text}”",
            tags=(word, f"line {', '.join(map(str, item.lines))}"),
            evidence=_cited(evidence, now),
        )
        for kind, word in OUTCOMES.items()
        for item, evidence in found.told(kind)
    )


def _freshness(sight: Sight, now: datetime) -> tuple[SourceOut, ...]:
    return tuple(
        SourceOut(source=one.source, synced_at=min(one.synced_at, now), connected=one.connected)
        for _, one in sorted(sight.around.sources.items())
    )


def _people(sight: Sight, now: datetime) -> tuple[LineOut, ...]:
    return tuple(
        LineOut(
            text=f"{one.name}, {one.address}" if one.address else one.name,
            tags=(*one.roles, one.stance),
            evidence=_cited(one.evidence, now),
        )
        for one in sight.judgement.people
    )


def _health(sight: Sight) -> LineOut:
    health = sight.judgement.health
    inputs = ", ".join(f"{name} {value}" for name, value in health.components.items())
    missing = f"missing: {', '.join(health.missing)}" if health.missing else ""
    score = "no number, fewer than three inputs" if health.score is None else str(health.score)
    return LineOut(text="; ".join(part for part in (score, inputs, missing) if part))


def _deals(sight: Sight, now: datetime) -> tuple[LineOut, ...]:
    return tuple(
        LineOut(
            text=", ".join(
                part
                for part in (
                    deal.name,
                    str(deal.amount) if deal.amount else "",
                    deal.stage or "",
                    f"closes {day_text(deal.close_on)}" if deal.close_on else "no close date",
                )
                if part
            ),
            tags=(deal.identifier,),
            evidence=_cited(deal.cite("amount", "stage", "close_on"), now),
        )
        for deal in sight.view.open_deals
    )


def _contracts(sight: Sight, now: datetime) -> tuple[LineOut, ...]:
    running = [one for one in sight.view.subscriptions if one.is_running]
    return tuple(
        LineOut(
            text=", ".join(
                part
                for part in (
                    f"{one.seats} seats" if one.seats else "",
                    f"{one.annual_value} a year" if one.annual_value else "",
                    f"ends {day_text(one.ends_on)}" if one.ends_on else "",
                    f"notice by {day_text(one.notice_on)}" if one.notice_on else "",
                )
                if part
            ),
            tags=(one.identifier,),
            evidence=tuple(
                cited(item, now) for item in one.cite("seats", "annual_value", "ends_on", "notice_on")
            ),
        )
        for one in running
    )


def _tickets(sight: Sight, now: datetime) -> tuple[LineOut, ...]:
    return tuple(
        LineOut(
            text=f"{one.identifier}, severity {one.severity}: {one.subject}, open since {day_text(one.opened_on)}",
            tags=(one.identifier, one.status),
            evidence=tuple(
                cited(item, now) for item in one.cite("severity", "subject", "status", "opened_on")
            ),
        )
        for one in sight.view.tickets
        if one.is_open
    )


def differences(
    parts: Parts, tenancy: Tenancy, row: AccountRow, since: datetime | None, at: datetime | None = None
) -> ChangesOut:
    """List what changed since a moment, else since the last meeting, touch, or a number of days."""
    now = at or tenancy.now
    with parts.stores.read(tenancy.id) as unit:
        sight = sight_at(parts, unit, tenancy, row.account, now)
    base = _baseline(sight, tenancy, since)
    found = changes(sight.view, base, tenancy.profile, sight.around)
    return ChangesOut(
        account=row.account,
        name=sight.view.name,
        since=base.at,
        baseline=base.text,
        until=now,
        noise_floor=_floor(tenancy),
        changes=_told(found, now),
    )


def _floor(tenancy: Tenancy) -> str:
    floor = tenancy.profile.judgement.noise_floor
    money, usage = (
        f"{share * 100:f}".rstrip("0").rstrip(".") for share in (floor.money_share, floor.usage_share)
    )
    return f"amounts up to {money} %, dates up to {floor.date_days} days, usage up to {usage} %"


def _baseline(sight: Sight, tenancy: Tenancy, since: datetime | None) -> Baseline:
    if since is None:
        return baseline_of(sight.view, sight.around, tenancy.profile)
    return Baseline(kind="date", at=since, text=f"since {since:%Y-%m-%d}, as asked")


def _told(found: Sequence[Change], now: datetime) -> tuple[ChangeOut, ...]:
    return tuple(
        ChangeOut(
            text=one.text,
            at=one.at,
            old=one.old,
            new=one.new,
            evidence=_cited(one.evidence, now),
        )
        for one in found
    )
