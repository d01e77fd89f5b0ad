"""A champion who used to write and has gone silent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest

from state.world.charts import median
from state.world.detection.departures import is_gone
from state.world.detection.rule import Finding, Silence
from state.world.detection.scene import Scene
from state.world.detection.wording import counted, day_text
from state.world.signal import Severity
from state.world.view import Contact, ReadingNode, Touch


def champions(scene: Scene) -> tuple[tuple[Contact, ReadingNode | None], ...]:
    """List champions set by CRM or user, and inferred ones with the act of selling for us that shows it."""
    rule = scene.profile.judgement.champion
    found: list[tuple[Contact, ReadingNode | None]] = []
    acts = [
        reading
        for reading in scene.view.readings
        if reading.topic == "advocacy" and reading.speaker == "them"
    ]
    speakers = {act.key: scene.view.speaker_of(act) for act in acts}
    for person in scene.view.contacts:
        if person.is_champion:
            found.append((person, None))
            continue
        act = next((act for act in acts if speakers[act.key] == person), None)
        recent = [
            touch for touch in _of(scene.two_way, person) if scene.days_since(touch.at) <= rule.within_days
        ]
        if act is not None and len({touch.record for touch in recent}) >= rule.two_way_touches:
            found.append((person, act))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Quiet:
    """How long a champion has been silent, and against what."""

    last: Touch
    inbound: tuple[Touch, ...]
    """In the days before the silence."""
    unanswered: tuple[Touch, ...]
    silent_days: int
    border_days: int


def champion_went_cold(scene: Scene) -> Iterator[Finding]:
    """Tell each champion whose silence outlasts the champion's own habit, with several of our mails unanswered."""
    known = [(person, act) for person, act in champions(scene) if not is_gone(scene, person)]
    if not known:
        return
    obstacle = scene.obstacle("CHAMPION_WENT_COLD")
    for person, act in known:
        if obstacle is not None:
            yield Silence("CHAMPION_WENT_COLD", person.key, obstacle, "No fresh mail source shows silence.")
            continue
        quiet = silence_of(scene, person)
        if quiet is not None and _is_cold(scene, person, quiet):
            yield _cold(scene, person, act, quiet)


def silence_of(scene: Scene, person: Contact) -> Quiet | None:
    """Measure a person's silence since the last two-way touch; None for somebody never heard of."""
    rule = scene.limits.champion_went_cold
    heard = _of(scene.two_way, person)
    if not heard:
        return None
    last = heard[-1]
    from_day = scene.day_of(last.at) - timedelta(days=rule.inbound_days)
    inbound = tuple(t for t in heard if t.kind == "mail_in" and scene.day_of(t.at) >= from_day)
    sent = [touch for touch in _of(scene.touches, person) if touch.kind == "mail_out"]
    border = max(float(rule.silent_days_min), float(rule.gap_factor) * _reply_gap(scene, sent, heard))
    return Quiet(
        last=last,
        inbound=inbound,
        unanswered=tuple(touch for touch in sent if touch.at > last.at),
        silent_days=scene.days_since(last.at) - _holidays(scene, scene.day_of(last.at)),
        border_days=int(min(border, rule.silent_days_cap)),
    )


def _is_cold(scene: Scene, person: Contact, quiet: Quiet) -> bool:
    rule = scene.limits.champion_went_cold
    return (
        len(quiet.inbound) >= rule.inbound_touches
        and quiet.silent_days >= quiet.border_days
        and len(quiet.unanswered) >= rule.unanswered_mails
        and not _is_away(scene, person, quiet.last.at)
    )


def _cold(scene: Scene, person: Contact, act: ReadingNode | None, quiet: Quiet) -> Finding:
    rule = scene.limits.champion_went_cold
    closing = any(
        0 <= (deal.close_on - scene.today).days <= rule.high_close_days
        for deal in scene.view.open_deals
        if deal.close_on is not None
    )
    last_day = day_text(scene.day_of(quiet.last.at))
    proof = [cited for touch in (*quiet.inbound, *quiet.unanswered) for cited in touch.evidence]
    inferred = float(scene.profile.judgement.champion.inferred_confidence_max)
    return scene.signal(
        "CHAMPION_WENT_COLD",
        person.key,
        Severity.HIGH if closing or scene.in_active_window else rule.severity,
        quiet.last.at,
        f"{person.name}, {'probably our' if act else 'our'} champion, has been silent since {last_day};"
        f" {counted(len(quiet.unanswered), 'mail')} unanswered.",
        (*proof, *quiet.last.evidence, *(person.cite("roles") if act is None else act.cite("text"))),
        labels=person.cite("name"),
        numbers={
            "silent_days": str(scene.days_since(quiet.last.at)),
            "border_days": str(quiet.border_days),
            "unanswered": str(len(quiet.unanswered)),
            "inbound": str(len(quiet.inbound)),
            "last_heard": scene.day_of(quiet.last.at).isoformat(),
        },
        confidence=None if act is None else inferred,
    )


def _reply_gap(scene: Scene, sent: list[Touch], heard: list[Touch]) -> float:
    """Units: median days from a mail of ours to the person's next word; 0 where nothing was ever answered."""
    gaps: list[float] = []
    for mail, following in zip_longest(sent, sent[1:]):
        answers = [touch for touch in heard if touch.kind == "mail_in" and touch.at > mail.at]
        if answers and (following is None or answers[0].at <= following.at):
            gaps.append(float((scene.day_of(answers[0].at) - scene.day_of(mail.at)).days))
    return median(gaps) if gaps else 0.0


def _is_away(scene: Scene, person: Contact, since: datetime) -> bool:
    """Tell whether an automatic answer came after the last word: leave, not silence."""
    return any(
        mail.is_inbound and mail.sender == person.email and mail.at > since and mail.flag("auto_reply")
        for mail in scene.view.mails
    )


def _holidays(scene: Scene, since: date) -> int:
    place = scene.profile.calendar.region_or_default(scene.region)
    return sum(since < holiday.day <= scene.today for holiday in place.holidays)


def _of(touches: tuple[Touch, ...], person: Contact) -> list[Touch]:
    return [touch for touch in touches if touch.address == person.email]
