"""Facts of a situation: computed once per deliberation, each with the evidence a proposal that used it will cite.

Invariant: a fact nobody knows is absent, and a condition reads it as not so.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from agents.playbook.catalogue import SIGNAL_NAMES, TOPICS
from agents.playbook.expansion import asked, expansion_deal, expansion_offer, seats_used
from agents.playbook.people import champion, economic_buyer, main_contact
from agents.playbook.purpose import Purpose, purpose_of
from agents.playbook.requests import open_requests
from agents.playbook.rows import Settings
from agents.playbook.scene import Known, Scene, contact_of, is_mailable, next_meeting
from state.evidence import Evidence
from state.governance.catalogue import Scalar
from state.ports.deciding import Deliberating
from state.world.business_time import local_day
from state.world.judgement import Person
from state.world.signal import Signal
from state.world.view import AccountView, Ticket, Touch

Facts = dict[str, Known]
_OUTWARD = frozenset({"send_email", "draft_email", "schedule_meeting", "draft_quote"})


def known(
    value: Scalar | None, evidence: Iterable[Evidence] = (), signal: Signal | None = None
) -> Known | None:
    """Wrap a value; None stays unknown."""
    if value is None:
        return None
    return Known(value, tuple(evidence), () if signal is None else (signal.id,))


def present(facts: Mapping[str, Known | None]) -> Facts:
    """Leave out what is not known."""
    return {name: fact for name, fact in facts.items() if fact is not None}


def situation_facts(about: Deliberating, settings: Settings) -> Facts:
    """Collect every fact that does not depend on a subject; what rests on the situation alone is found once."""
    given = (about.judgement, about.around, about.profile, settings)
    return {
        "intent": Known(about.intent),
        **about.view.once("facts", given, lambda: _situation_facts(about, settings)),
    }


def _situation_facts(about: Deliberating, settings: Settings) -> Facts:
    scene = Scene(about, about.view.key)
    return {
        **_account(about, scene),
        "count.open_requests": Known(len(open_requests(about, settings))),
        **_expansion(scene, settings),
        **_plan(scene),
        **_people(about),
        **_meeting(scene, purpose_of(next_meeting(about), about, settings.purposes), settings),
        **_readings(about),
        **_signals(about),
    }


def _account(about: Deliberating, scene: Scene) -> Facts:
    view, judgement = about.view, about.judgement
    since, window = view.day("customer_since"), judgement.signal("RENEWAL_WINDOW_ENTERED")
    state = "none" if window is None else window.sub_state
    return present(
        {
            "account.status": known(view.status, view.cite("status")),
            "account.tier": known(judgement.tier),
            "account.posture": known(judgement.posture, judgement.posture_evidence),
            "account.momentum": known(judgement.momentum.direction),
            "account.health": known(judgement.health.score, judgement.health.evidence),
            "account.segment": known(view.text("segment"), view.cite("segment")),
            "account.in_rollout": known(view.flag("in_rollout") is True, view.cite("in_rollout")),
            "account.fire": _fire(about),
            "account.is_import_only": known(about.around.is_import_only),
            "account.customer_days": known(
                (scene.today - since).days if since else None, view.cite("customer_since")
            ),
            "count.open_deals": known(len(view.open_deals)),
            "count.open_tickets": known(len(open_tickets(view, 4))),
            "count.running_contracts": known(sum(one.is_running for one in view.subscriptions)),
            "count.mailable_people": known(_mailable(about)),
            "count.quiet_days": known(silence(about)),
            "renewal.state": known(state or "early", () if window is None else window.evidence, window),
        }
    )


def _mailable(about: Deliberating) -> int:
    people = about.judgement.people
    return about.view.once("mailable", (people,), lambda: sum(is_mailable(about, one) for one in people))


def quiet_days(about: Deliberating) -> int | None:
    """Count days since the last two-way touch; None when there was none."""
    last = last_two_way(about)
    return None if last is None else (about.now - last.at).days


def last_two_way(about: Deliberating) -> Touch | None:
    """Find the newest touch that was more than a mail of ours."""
    return next((touch for touch in reversed(about.view.touches(about.now)) if touch.is_two_way), None)


def silence(about: Deliberating) -> int:
    """Count quiet days; where there never was a touch, the days since the account was first known."""
    days = quiet_days(about)
    return (about.now - about.view.first_seen).days if days is None else days


def open_tickets(view: AccountView, worst: int) -> tuple[Ticket, ...]:
    """List open tickets of a severity or worse."""
    return tuple(ticket for ticket in view.open_tickets if ticket.severity <= worst)


def _fire(about: Deliberating) -> Known:
    limits = about.profile.signals.support_risk_emerging
    ones, twos = open_tickets(about.view, 1), open_tickets(about.view, 2)
    burning = len(ones) >= limits.open_sev1 or len(twos) >= limits.open_sev2
    signal = about.judgement.signal("SUPPORT_RISK_EMERGING") if burning else None
    cited = [item for ticket in twos for item in ticket.cite("severity", "status")] if burning else []
    return Known(burning, tuple(cited), () if signal is None else (signal.id,))


def _expansion(scene: Scene, settings: Settings) -> Facts:
    about = scene.about
    offer, node, deal = (
        expansion_offer(scene, settings.target_seat_share),
        asked(about),
        expansion_deal(about),
    )
    cited = (*(node.cite("text") if node else ()), *(deal.cite("kind", "amount") if deal else ()))
    limit = about.judgement.signal("SEAT_LIMIT_NEAR")
    used, seats = seats_used(about), scene.contract.seats if scene.contract else None
    is_live = node is not None or deal is not None or limit is not None
    share = used * 100 // seats if used is not None and seats else None
    series = about.view.series("seats_used")
    shown = (
        *(series.cite("values") if series else ()),
        *(scene.contract.cite("seats") if scene.contract else ()),
    )
    return present(
        {
            "expansion.live": known(is_live, cited, limit),
            "expansion.seats": known(offer.units if offer else None, offer.evidence if offer else ()),
            "usage.seat_share_percent": known(share, shown),
        }
    )


def _plan(scene: Scene) -> Facts:
    plan = next((plan for plan in scene.view.plans if plan.is_active), None)
    if plan is None:
        return {"plan.active": Known(value=False)}
    waiting = [step for step in plan.steps if step.status == "waiting"]
    left = {
        step.step: (local_day(step.due_at, scene.about.around.zone) - scene.today).days for step in waiting
    }
    due = [step for step in waiting if left[step.step] <= 0]
    days = min(left.values(), default=None)
    return present(
        {
            "plan.active": Known(value=True, evidence=plan.cite("status")),
            "plan.kind": Known(plan.kind, plan.cite("kind")),
            "plan.step_due": Known(bool(due), plan.cite("steps")),
            "plan.step_is_outward": Known(
                any(step.action_type in _OUTWARD for step in due), plan.cite("steps")
            ),
            "plan.days_to_step": known(days, plan.cite("steps")),
        }
    )


def _people(about: Deliberating) -> Facts:
    main, leader, buyer = main_contact(about), champion(about), economic_buyer(about)
    return {
        "people.main.known": Known(main is not None, _cited(main)),
        "people.main.opted_out": Known(
            main is not None and has_opted_out(about, main), _consent(about, main)
        ),
        "people.champion.known": Known(leader is not None, _cited(leader)),
        "people.champion.inferred": Known(leader is not None and leader.is_inferred_champion, _cited(leader)),
        "people.champion.unreachable": Known(leader is not None and leader.is_unreachable, _cited(leader)),
        "people.economic_buyer.known": Known(buyer is not None, _cited(buyer)),
        "people.economic_buyer.met": Known(buyer is not None and buyer.last_touch is not None, _cited(buyer)),
    }


def has_opted_out(about: Deliberating, person: Person) -> bool:
    """Say whether a person wants no mail, by either record of it."""
    contact = contact_of(about, person)
    return person.has_opted_out or (contact is not None and contact.has_opted_out)


def _cited(person: Person | None) -> tuple[Evidence, ...]:
    return () if person is None else person.evidence


def _consent(about: Deliberating, person: Person | None) -> tuple[Evidence, ...]:
    if person is None:
        return ()
    contact = contact_of(about, person)
    return () if contact is None else contact.cite("mail_consent", "name")


def _meeting(scene: Scene, purpose: Purpose, settings: Settings) -> Facts:
    about, meeting = scene.about, next_meeting(scene.about)
    facts = {
        "meeting.upcoming": Known(meeting is not None),
        "meeting.purpose": Known(purpose.kind, purpose.evidence),
        "meeting.follow_up_missing": Known(_is_follow_up_missing(scene, settings)),
    }
    if meeting is None or meeting.starts_at is None:
        return facts
    hours = int((meeting.starts_at - about.now).total_seconds() // 3600)
    outside = [person.email.lower() for person in about.view.outside_people(meeting)]
    strangers = [address for address in outside if about.view.contact_by_email(address) is None]
    from_them = asked(about)
    speaker = None if from_them is None else about.view.speaker_of(from_them)
    facts["meeting.hours_until"] = Known(hours, meeting.cite("starts_at"))
    facts["meeting.has_new_procurement"] = Known(bool(strangers), meeting.cite("attendees"))
    facts["meeting.requester_attends"] = Known(speaker is not None and speaker.email in outside)
    return facts


def _is_follow_up_missing(scene: Scene, settings: Settings) -> bool:
    about = scene.about
    held = about.view.held_meetings(about.now)
    ended = held[-1].ended_at if held else None
    if ended is None or (about.now - ended).days > settings.follow_up_days:
        return False
    return not any(touch.kind == "mail_out" and touch.at > ended for touch in about.view.touches(about.now))


def _readings(about: Deliberating) -> Facts:
    facts: Facts = {}
    for topic in TOPICS:
        nodes = about.view.readings_of(topic)
        facts[f"reading.{topic}.present"] = Known(
            bool(nodes), tuple(e for node in nodes for e in node.cite("text"))
        )
    return facts


def _signals(about: Deliberating) -> Facts:
    facts: Facts = {}
    for name in SIGNAL_NAMES:
        signal = about.judgement.signal(name)
        facts[f"signal.{name}.present"] = Known(signal is not None)
        if signal is None:
            continue
        for part, value in _signal(signal).items():
            facts[f"signal.{name}.{part}"] = Known(value, signal.evidence, (signal.id,))
    return facts


def _signal(signal: Signal) -> dict[str, Scalar]:
    return {
        "present": True,
        "severity": signal.severity.value,
        "sub_state": signal.sub_state,
        "confidence": Decimal(str(signal.confidence)),
    }
