"""What changed and since when: the baseline of a comparison, and dated old → new changes.

Invariant: a change is dated by the claim that made it and cites both ends; what lies within the noise floor of
`profile/judgement.yaml` is not told.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict

from state.evidence import Evidence
from state.ids import NodeKey
from state.money import Money
from state.world.delta import Delta, shown
from state.world.detection.wording import day_text
from state.world.profile import Profile
from state.world.record import NodeKind
from state.world.surroundings import Surroundings
from state.world.synthesis.health import half_up
from state.world.synthesis.measures import Outlook
from state.world.told import NEW, SPOKEN, TOLD
from state.world.view import AccountView, Entity


class Baseline(BaseModel):
    """The moment a comparison starts from, always named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["meeting", "touch", "days", "date"]
    at: datetime
    text: str
    """For example `since the meeting of 29 January`."""
    evidence: tuple[Evidence, ...] = ()


class Change(BaseModel):
    """One dated difference: old → new, when, and by which source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: NodeKey
    attribute: str
    text: str
    old: str | None
    new: str
    at: datetime
    evidence: tuple[Evidence, ...]


MONEYS = frozenset({"amount", "annual_value"})
DATES = frozenset({"close_on", "ends_on", "notice_on"})
_RANK = {kind: place for place, kind in enumerate((*TOLD, NodeKind.READING, NodeKind.BUSINESS_EVENT))}


def baseline_of(view: AccountView, around: Surroundings, profile: Profile) -> Baseline:
    """Choose the last held external meeting, else the last two-way touch, else a number of days."""
    scene = Outlook(view.seen_from(profile.company.verified_domains), around, profile)
    held = scene.view.held_meetings(around.now)
    if held:
        at = held[-1].ended_at or around.now
        text = f"since the meeting of {day_text(scene.day_of(at))}"
        return Baseline(kind="meeting", at=at, text=text, evidence=held[-1].cite("title", "starts_at"))
    if scene.two_way:
        last = scene.two_way[-1]
        word = {"call": "call", "mail_in": "mail"}.get(last.kind, "touch")
        text = f"since the last {word} of {day_text(scene.day_of(last.at))}, as no meeting was held"
        return Baseline(kind="touch", at=last.at, text=text, evidence=last.evidence)
    days = profile.judgement.change_baseline_days
    text = f"over the last {days} days, as no meeting was held and nobody was in touch"
    return Baseline(kind="days", at=around.now - timedelta(days=days), text=text)


def changes(
    view: AccountView, since: Baseline | datetime, profile: Profile, around: Surroundings
) -> tuple[Change, ...]:
    """List what differs between then and now beyond the noise floor, newest first."""
    scene = Outlook(view.seen_from(profile.company.verified_domains), around, profile)
    start = since.at if isinstance(since, Baseline) else since
    found = [
        *_differences(scene, start),
        *_bounces(scene, start),
        *_appearances(scene, start),
        *_strangers(scene, start),
        *_usage(scene, start),
    ]
    return _ordered(one for one in found if one.at <= around.now)


def _ordered(found: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(found, key=lambda one: (-one.at.timestamp(), _rank(one), one.subject, one.attribute)))


def _rank(change: Change) -> tuple[int, int]:
    kind = NodeKind(change.subject.partition("/")[0])
    told = TOLD.get(kind, ())
    place = told.index(change.attribute) if change.attribute in told else -1
    return (_RANK.get(kind, len(_RANK)), place)


def _differences(scene: Outlook, start: datetime) -> Iterator[Change]:
    """Look only at nodes of which something became true after the start; the others cannot differ."""
    situation = scene.view.situation
    for key in situation.moved_since(start):
        node = Entity(situation, key)
        if node.first_seen > start:
            continue
        for attribute in TOLD.get(NodeKind(key.partition("/")[0]), ()):
            if (change := _difference(scene, node, attribute, start)) is not None:
                yield change


def _difference(scene: Outlook, node: Entity, attribute: str, start: datetime) -> Change | None:
    new = node.claim(attribute)
    if new is None or new.value is None or new.valid_from <= start or _is_closing(node, new):
        return None
    known = [
        claim for claim in node.history(attribute) if claim.valid_from <= start and claim.recorded_at <= start
    ]
    old = known[-1] if known else None
    if old is not None and not _is_told(scene, attribute, old, new):
        return None
    return _change(scene, node, attribute, old, new)


def _is_closing(node: Entity, new: Delta) -> bool:
    """Tell whether it only says for how much a deal was closed: that it was closed is told."""
    closed = node.claim("outcome")
    return new.attribute == "amount" and closed is not None and closed.event == new.event


def _is_told(scene: Outlook, attribute: str, old: Delta, new: Delta) -> bool:
    floor = scene.profile.judgement.noise_floor
    if old.value is None or old.value == new.value:
        return old.value != new.value
    if attribute in MONEYS:
        before, after = Decimal(str(old.value)), Decimal(str(new.value))
        return abs(after - before) > floor.money_share * abs(before)
    if attribute in DATES:
        return abs((_day(new) - _day(old)).days) > floor.date_days
    return True


def _day(claim: Delta) -> date:
    return date.fromisoformat(str(claim.value)[:10])


def _change(scene: Outlook, node: Entity, attribute: str, old: Delta | None, new: Delta) -> Change:
    known = None if old is None or old.value is None else old
    name = node.text("name") or node.text("subject") or node.text("deliverable") or node.identifier
    words = attribute.removesuffix("_on").replace("_", " ")
    after = _written(scene, node, new)
    text = (
        f"{name}, {words}: {_written(scene, node, known)} → {after}" if known else f"{name}, {words}: {after}"
    )
    if attribute == "outcome":
        text = f"{name} was {after}"
    evidence = (*((old.evidence(),) if old else ()), new.evidence(), *_currency(node, [new]))
    return Change(
        subject=node.key,
        attribute=attribute,
        text=text,
        old=shown(known.value) if known else None,
        new=shown(new.value),
        at=new.valid_from,
        evidence=evidence,
    )


def _written(scene: Outlook, node: Entity, claim: Delta) -> str:
    """Write a value as people do: an amount as money."""
    text = shown(claim.value)
    if claim.attribute not in MONEYS or not isinstance(claim.value, int | Decimal | str):
        return text
    try:
        return str(Money.of(claim.value, node.text("currency") or scene.profile.company.currency))
    except (ArithmeticError, ValueError):
        return text


def _currency(node: Entity, told: Iterable[Delta]) -> tuple[Evidence, ...]:
    """Cite the currency that an amount is written in, where its record says one."""
    claim = node.claim("currency") if any(one.attribute in MONEYS for one in told) else None
    return () if claim is None or claim.value is None else (claim.evidence(),)


def _appearances(scene: Outlook, start: datetime) -> Iterator[Change]:
    """Tell nodes that came into the world after the start."""
    for key in scene.view.situation.moved_since(start):
        told = NEW.get(NodeKind(key.partition("/")[0]))
        node = Entity(scene.view.situation, key)
        if told is None or node.first_seen <= start or _is_unspoken(node):
            continue
        change = _appearance(scene, node, *told)
        if change is not None and change.at > start:
            yield change


def _is_unspoken(node: Entity) -> bool:
    return node.key.startswith(f"{NodeKind.READING.value}/") and node.text("topic") not in SPOKEN


def _appearance(
    scene: Outlook, node: Entity, word: str, fields: tuple[tuple[str, str], ...]
) -> Change | None:
    found = [
        (claim, words) for name, words in fields if (claim := node.claim(name)) and claim.value is not None
    ]
    if not found:
        return None
    named = ", ".join(words.format(_written(scene, node, claim)) for claim, words in found)
    which = f" {node.identifier}" if node.key.startswith(f"{NodeKind.TICKET.value}/") else ""
    return Change(
        subject=node.key, attribute="new", text=f"{word}{which}: {named}", old=None, new=named, at=_began(node),
        evidence=(*(claim.evidence() for claim, _ in found), *_currency(node, [claim for claim, _ in found])),
    )  # fmt: skip


def _began(node: Entity) -> datetime:
    """When it came into the world: the record's own day where it has one."""
    day = node.day("created_on") or (node.day("opened_on") if node.key.startswith("Ticket/") else None)
    return node.first_seen if day is None else min(node.first_seen, datetime.combine(day, time(12), UTC))


def _bounces(scene: Outlook, start: datetime) -> Iterator[Change]:
    """Tell addresses at which mail bounced for good."""
    for bounce in scene.view.bounces:
        if bounce.at > start and bounce.status_code in scene.limits.stakeholder_changed.hard_bounce_codes:
            person = scene.view.contact_by_email(bounce.recipient)
            name = f"{person.name}, {bounce.recipient}" if person else bounce.recipient
            text = f"Mail bounced with {bounce.status_code}: {name}"
            cited = bounce.cite("recipient", "status_code")
            key = person.key if person else bounce.key
            yield Change(
                subject=key,
                attribute="bounced",
                text=text,
                old=None,
                new=bounce.status_code,
                at=bounce.at,
                evidence=cited,
            )


def _strangers(scene: Outlook, start: datetime) -> Iterator[Change]:
    """Tell addresses that no contact has and that first appear after the start."""
    first: dict[str, tuple[datetime, tuple[Evidence, ...], str]] = {}
    for meeting in scene.view.meetings:
        for guest in scene.view.outside_people(meeting):
            seen = (meeting.first_seen, meeting.cite("title", "attendees"), guest.name)
            first[guest.email.lower()] = min(
                first.get(guest.email.lower(), seen), seen, key=lambda one: one[0]
            )
    for touch in scene.touches:
        seen = (touch.at, touch.evidence, "")
        first[touch.address] = min(first.get(touch.address, seen), seen, key=lambda one: one[0])
    for address, (at, cited, name) in sorted(first.items()):
        if at > start and scene.view.contact_by_email(address) is None:
            words = f"{name} ({address})" if name else address
            text = f"New address, not in the CRM: {words}"
            yield Change(
                subject=scene.view.key,
                attribute="new_address",
                text=text,
                old=None,
                new=words,
                at=at,
                evidence=cited,
            )


def _usage(scene: Outlook, start: datetime) -> Iterator[Change]:
    """Compare the mean of the newest window with that of the window that ended at the start."""
    usage, days = scene.active_users, scene.profile.judgement.momentum.window_days
    if usage is None:
        return
    then_ends = min(scene.day_of(start) - timedelta(days=1), usage.end)
    now = usage.mean(usage.end, days, at_least=(days + 1) // 2)
    then = usage.mean(then_ends, days, at_least=(days + 1) // 2)
    floor = Fraction(scene.profile.judgement.noise_floor.usage_share)
    if now is None or not then or abs(now - then) <= floor * then:
        return
    old, new = str(half_up(then)), str(half_up(now))
    text = f"Active users, {days}-day mean: {old} → {new} ({half_up((now / then - 1) * 100):+d}%)"
    at = datetime.combine(usage.end, time(23, 59), UTC)
    cited = {item.id: item for item in (*usage.cite(then_ends, days), *usage.cite(usage.end, days))}
    yield Change(
        subject=usage.series.key, attribute="active_users", text=text, old=old, new=new, at=min(at, scene.now),
        evidence=tuple(cited.values()),
    )  # fmt: skip
