"""What rows can be about: a closed list of ways to choose subjects from signals, readings and records."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from agents.playbook.expansion import asked, expansion_deal
from agents.playbook.requests import open_requests
from agents.playbook.rows import Settings, SubjectRule
from agents.playbook.scene import Scene, first_ending, leading, next_meeting, worst_ticket
from agents.playbook.subject_facts import discount_of
from state.ids import NodeKey
from state.ports.deciding import Deliberating
from state.world.business_time import local_day
from state.world.signal import Signal

Chooser = Callable[[Deliberating, Settings], tuple[Scene, ...]]
CALL_BACK_GRACE = timedelta(days=7)
"""A day on which they asked to be called is spoken of this long after it."""


def scenes(rule: SubjectRule, about: Deliberating, settings: Settings) -> tuple[Scene, ...]:
    """Choose the subjects of a row, in a fixed order."""
    return _CHOOSERS[rule](about, settings)


def live(about: Deliberating, name: str) -> tuple[Signal, ...]:
    """List the live signals of a name, the most severe first."""
    found = (signal for signal in about.judgement.signals if signal.name == name)
    return tuple(sorted(found, key=lambda signal: (-signal.severity.rank, signal.subject, signal.sub_state)))


def _by_signal(name: str, *beside: str, sub_state: str = "") -> Chooser:
    def choose(about: Deliberating, _: Settings) -> tuple[Scene, ...]:
        chosen: dict[NodeKey, tuple[Signal, ...]] = {}
        for signal in live(about, name):
            if sub_state in ("", signal.sub_state):
                chosen[signal.subject] = (*chosen.get(signal.subject, ()), signal)
        return tuple(
            Scene(
                about,
                subject,
                (*found, *(s for other in beside for s in live(about, other) if s.subject == subject)),
            )
            for subject, found in chosen.items()
        )

    return choose


def _first(chooser: Chooser) -> Chooser:
    return lambda about, settings: chooser(about, settings)[:1]


def _account(about: Deliberating, _: Settings) -> tuple[Scene, ...]:
    return (Scene(about, about.view.key),)


def _expansion(about: Deliberating, _: Settings) -> tuple[Scene, ...]:
    deal, contract = expansion_deal(about), first_ending(about.view)
    near = live(about, "SEAT_LIMIT_NEAR")
    if deal is None and asked(about) is None and not near:
        return ()
    subject = deal or contract
    return (Scene(about, about.view.key if subject is None else subject.key, near),)


def _open_deal(about: Deliberating, _: Settings) -> tuple[Scene, ...]:
    deal = leading(about.view)
    return () if deal is None else (Scene(about, deal.key),)


def _any_open_deal(about: Deliberating, _: Settings) -> tuple[Scene, ...]:
    return tuple(Scene(about, deal.key) for deal in about.view.open_deals)


def _discounted(about: Deliberating, settings: Settings) -> tuple[Scene, ...]:
    signals = live(about, "DISCOUNT_REQUESTED")
    for scene in _open_deal(about, settings):
        if scene.deal is not None and discount_of(scene, scene.deal) is not None:
            return (Scene(about, scene.subject, signals),)
    return ()


def _competed(about: Deliberating, settings: Settings) -> tuple[Scene, ...]:
    signals = live(about, "COMPETITOR_ADDED")
    if not signals:
        return ()
    deal = leading(about.view)
    return (Scene(about, about.view.key if deal is None else deal.key, signals),)


def _worst_ticket(about: Deliberating, _: Settings) -> tuple[Scene, ...]:
    ticket = worst_ticket(about.view)
    beside = (*live(about, "SUPPORT_RISK_EMERGING"), *live(about, "SUPPORT_SEV2_AGING"))
    return () if ticket is None else (Scene(about, ticket.key, beside),)


def _next_meeting(about: Deliberating, _: Settings) -> tuple[Scene, ...]:
    meeting = next_meeting(about)
    if meeting is None:
        return ()
    signals = tuple(signal for signal in live(about, "MEETING_UPCOMING") if signal.subject == meeting.key)
    return (Scene(about, meeting.key, signals),)


def _held_meeting(about: Deliberating, _: Settings) -> tuple[Scene, ...]:
    held = about.view.held_meetings(about.now)
    if not held:
        return ()
    signals = tuple(signal for signal in live(about, "MEETING_COMPLETED") if signal.subject == held[-1].key)
    return (Scene(about, held[-1].key, signals),)


def _requests(about: Deliberating, settings: Settings) -> tuple[Scene, ...]:
    return tuple(Scene(about, node.key) for node in open_requests(about, settings))


def _call_backs(about: Deliberating, _: Settings) -> tuple[Scene, ...]:
    nodes = [node for node in about.view.readings_of("call_back") if node.day("on") is not None]
    latest = max(nodes, key=lambda node: (node.at, node.key), default=None)
    on = None if latest is None else latest.day("on")
    if latest is None or on is None or local_day(about.now, about.around.zone) - on > CALL_BACK_GRACE:
        return ()
    return (Scene(about, latest.key),)


def _instructions(about: Deliberating, settings: Settings) -> tuple[Scene, ...]:
    nodes = about.view.readings_of("instruction")
    latest = max(nodes, key=lambda node: (node.at, node.key), default=None)
    is_recent = latest is not None and (about.now - latest.at).days <= settings.request_days
    return (Scene(about, latest.key),) if latest is not None and is_recent else ()


def _soft_bounces(about: Deliberating, settings: Settings) -> tuple[Scene, ...]:
    """Choose people whose address was only busy: the latest bounce is transient and nothing came through since."""
    hard = about.profile.signals.stakeholder_changed.hard_bounce_codes
    chosen: list[Scene] = []
    bounced = {one.recipient for one in about.view.bounces}
    for contact in about.view.contacts if bounced else ():
        bounces = [one for one in about.view.bounces if one.recipient == contact.email]
        latest = max(bounces, key=lambda one: (one.at, one.key), default=None)
        if (
            latest is None
            or latest.status_code in hard
            or (about.now - latest.at).days > settings.request_days
        ):
            continue
        if not any(
            touch.at > latest.at and touch.address == contact.email for touch in about.view.touches(about.now)
        ):
            chosen.append(Scene(about, contact.key))
    return tuple(chosen)


def _active_plan(about: Deliberating, _: Settings) -> tuple[Scene, ...]:
    return tuple(Scene(about, plan.key) for plan in about.view.plans if plan.is_active)[:1]


def _contradictions(about: Deliberating, _: Settings) -> tuple[Scene, ...]:
    return tuple(Scene(about, one.subject, contradiction=one) for one in about.judgement.contradictions)


_CHOOSERS: Mapping[SubjectRule, Chooser] = {
    "account": _account,
    "renewal_contract": _by_signal("RENEWAL_WINDOW_ENTERED", "NOTICE_DEADLINE"),
    "expansion": _expansion,
    "stale_deal": _by_signal("DEAL_STALE", "CLOSE_DATE_SLIPPED"),
    "slipped_deal": _by_signal("CLOSE_DATE_SLIPPED"),
    "decreased_deal": _by_signal("DEAL_VALUE_DECREASED", "DEAL_STAGE_REGRESSED"),
    "discounted_deal": _discounted,
    "slip_risk_deal": _by_signal("PROCESS_SLIP_RISK"),
    "open_deal": _open_deal,
    "any_open_deal": _any_open_deal,
    "competed_deal": _competed,
    "aging_ticket": _first(_by_signal("SUPPORT_SEV2_AGING")),
    "worst_ticket": _worst_ticket,
    "next_meeting": _next_meeting,
    "held_meeting": _held_meeting,
    "overdue_promise": _by_signal("COMMITMENT_OVERDUE"),
    "due_promise": _by_signal("COMMITMENT_DUE"),
    "form": _by_signal("FORM_SUBMITTED", "MULTI_THREAD_ENGAGEMENT"),
    "request": _requests,
    "left_contact": _by_signal("STAKEHOLDER_CHANGED", sub_state="left"),
    "new_contact": _by_signal("NEW_CONTACT_HIGH_FIT"),
    "cold_champion": _by_signal("CHAMPION_WENT_COLD"),
    "call_back": _call_backs,
    "duplicate": _by_signal("DUPLICATE_ACCOUNT"),
    "active_plan": _active_plan,
    "news": _first(_by_signal("NEWS_EVENT")),
    "stale_source": _by_signal("SOURCE_STALE"),
    "contradiction": _contradictions,
    "instruction": _instructions,
    "opened_mail": _first(_by_signal("EMAIL_OPENED_MULTIPLE")),
    "soft_bounce": _soft_bounces,
    "usage": _first(_by_signal("USAGE_DROP_PERCENT")),
}
