"""Contradictions: two live claims on one functional attribute beyond tolerance; both are kept and shown.

Invariant: within one source the newer claim replaces the older; across sources nothing replaces anything, only a
later edit of the record that names its ground settles what a person said before.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from state.evidence import Evidence
from state.ids import NodeKey
from state.world.delta import Delta, shown
from state.world.detection.wording import counted, day_text
from state.world.judgement import Contradiction
from state.world.record import NodeKind
from state.world.synthesis.measures import Outlook
from state.world.view import Contact, Deal, Entity, ReadingNode, Subscription

FUNCTIONAL: dict[NodeKind, tuple[str, ...]] = {
    NodeKind.ACCOUNT: ("name", "domain", "owner", "status", "customer_since"),
    NodeKind.CONTACT: ("email", "title", "roles", "active", "mail_consent"),
    NodeKind.OPPORTUNITY: ("amount", "close_on", "stage", "owner", "outcome"),
    NodeKind.SUBSCRIPTION: ("seats", "annual_value", "ends_on", "notice_on", "auto_renew", "status"),
    NodeKind.TICKET: ("severity", "status"),
}
"""Attributes with one true value at a time; a total and its parts are different attributes."""
DATES = frozenset({"close_on", "ends_on", "notice_on", "customer_since", "closed_on"})
MONEYS = frozenset({"amount", "annual_value"})
CONTRACTS = 5
"""Cited for a contradiction, of however many are running."""
_GROUND = re.compile(
    r"\b(?:calls?|called|spoke|talk\w*|phone\w*|met|meeting|e-?mail\w*|mail\w*|wrote|confirm\w*|said|told)\b",
    re.IGNORECASE,
)
"""Words by which a note names a contact with the customer."""


def contradictions_of(scene: Outlook) -> tuple[Contradiction, ...]:
    """List them: critical attributes first, then by subject."""
    found = [
        *_between_sources(scene),
        *_later_than_said(scene),
        *_departures(scene),
        *_churn(scene),
        *_consents(scene),
    ]
    unique = {(one.subject, one.attribute): one for one in reversed(found)}
    return tuple(
        sorted(unique.values(), key=lambda one: (not one.is_critical_attribute, one.subject, one.attribute))
    )


def _contradiction(
    scene: Outlook, subject: NodeKey, attribute: str, text: str, sides: tuple[Evidence, ...]
) -> Contradiction:
    critical = scene.profile.judgement.contradiction.is_critical(subject.partition("/")[0], attribute)
    return Contradiction(
        subject=subject, attribute=attribute, text=text, sides=sides, is_critical_attribute=critical
    )


def _between_sources(scene: Outlook) -> Iterator[Contradiction]:
    for key, attribute in _attributes(scene):
        node = Entity(scene.view.situation, key)
        latest = _latest_by_source(node, attribute)
        if len(latest) > 1 and (pair := _apart(scene, attribute, latest)) is not None:
            yield _disagreement(scene, node, attribute, pair)


def _attributes(scene: Outlook) -> list[tuple[NodeKey, str]]:
    """List the functional attributes of every node, and whatever a person corrected."""
    situation = scene.view.situation
    found = {
        (key, attribute): None
        for kind, attributes in FUNCTIONAL.items()
        for key in situation.nodes(kind)
        for attribute in attributes
    }
    return list(found | dict.fromkeys(situation.corrected))


def _latest_by_source(node: Entity, attribute: str) -> tuple[Delta, ...]:
    claims = node.history(attribute)
    if len(claims) < 2:
        return claims
    return tuple({claim.source: claim for claim in claims if claim.value is not None}.values())


def _apart(scene: Outlook, attribute: str, claims: tuple[Delta, ...]) -> tuple[Delta, Delta] | None:
    pairs = ((one, other) for place, one in enumerate(claims) for other in claims[place + 1 :])
    return next((pair for pair in pairs if differs(scene, attribute, pair[0], pair[1])), None)


def differs(scene: Outlook, attribute: str, one: Delta, other: Delta) -> bool:
    """Tell whether two values lie apart beyond the attribute's tolerance."""
    limit = scene.profile.judgement.contradiction
    if attribute in DATES:
        days = date.fromisoformat(str(one.value)[:10]) - date.fromisoformat(str(other.value)[:10])
        return abs(days.days) > limit.date_days
    if attribute in MONEYS:
        first, second = Decimal(str(one.value)), Decimal(str(other.value))
        return abs(first - second) > limit.money_share * max(abs(first), abs(second))
    if isinstance(one.value, (list, tuple)) and isinstance(other.value, (list, tuple)):
        return {str(item) for item in one.value} != {str(item) for item in other.value}
    return one.value != other.value


def _disagreement(scene: Outlook, node: Entity, attribute: str, pair: tuple[Delta, Delta]) -> Contradiction:
    sides = " and ".join(
        f"{_title(scene, claim.source)} says {shown(claim.value)} ({day_text(scene.day_of(claim.valid_from))})"
        for claim in pair
    )
    text = f"{_name(node)}, {attribute.replace('_', ' ')}: {sides}."
    return _contradiction(scene, node.key, attribute, text, tuple(claim.evidence() for claim in pair))


def _title(scene: Outlook, source: str) -> str:
    known = scene.profile.sources.source(source)
    return source if known is None else known.title


def _name(node: Entity) -> str:
    return node.text("name") or node.identifier


def _later_than_said(scene: Outlook) -> Iterator[Contradiction]:
    """Hold the close date of a deal against the buyer's word that nothing happens before a later day."""
    said = [one for one in scene.view.readings if one.topic == "not_before" and _is_ahead(scene, one)]
    latest = max(said, key=lambda one: (one.at, one.day("not_before") or scene.today, one.key), default=None)
    if latest is None:
        return
    day = latest.day("not_before")
    deal = _deal_meant(scene, latest)
    if day is None or deal is None or _is_settled(deal, latest):
        return
    close_on, claim = deal.close_on, deal.claim("close_on")
    if close_on is None or claim is None:
        return
    who = "the buyer said" if latest.speaker == "them" else "our note says"
    text = (
        f"{_title(scene, claim.source)} closes {deal.name} on {day_text(close_on)}"
        f" (edited {day_text(scene.day_of(claim.valid_from))}); {who} on {day_text(scene.day_of(latest.at))}:"
        f" “{latest.quote}”"
    )
    yield _contradiction(scene, deal.key, "close_on", text, (claim.evidence(), *latest.cite("not_before")))


def _is_ahead(scene: Outlook, reading: ReadingNode) -> bool:
    day = reading.day("not_before")
    return day is not None and day > scene.today


def _deal_meant(scene: Outlook, reading: ReadingNode) -> Deal | None:
    """Choose the deal in whose note it stands, else the largest open deal that would close too early."""
    day, limit = reading.day("not_before"), timedelta(days=scene.profile.judgement.contradiction.date_days)
    early = [
        deal
        for deal in scene.view.open_deals
        if day is not None and deal.close_on is not None and day - deal.close_on > limit
    ]
    own = [deal for deal in early if deal.key == reading.read_in]
    return max(own or early, key=lambda deal: (deal.decimal("amount") or Decimal(0), deal.key), default=None)


def _is_settled(deal: Deal, reading: ReadingNode) -> bool:
    """Tell whether a later edit of the close date, whose note cites a contact, took the word into account."""
    claim = deal.claim("close_on")
    if claim is None or claim.valid_from <= reading.at:
        return False
    notes = (note for note in deal.history("note") if note.event == claim.event)
    return any(_GROUND.search(str(note.value or "")) for note in notes)


def _departures(scene: Outlook) -> Iterator[Contradiction]:
    for person in scene.view.contacts:
        claim = person.claim("active")
        if person.has_left or (claim is not None and claim.source == "user"):
            continue
        signs = (*_bounces(scene, person), *_reports(scene, person, is_stated=claim is not None))
        if signs:
            record = person.cite("active") or person.cite("email")
            since = f" ({day_text(scene.day_of(record[0].observed_at))})" if record else ""
            told = " and ".join(text for text, _ in signs)
            text = f"{_title(scene, record[0].source if record else 'crm')} has {person.name} as active{since}; {told}."
            sides = (*record, *(item for _, cited in signs for item in cited))
            yield _contradiction(scene, person.key, "active", text, sides)


def _bounces(scene: Outlook, person: Contact) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    codes = scene.limits.stakeholder_changed.hard_bounce_codes
    alive = max((touch.at for touch in scene.two_way if touch.address == person.email), default=None)
    for bounce in sorted(scene.view.bounces, key=lambda one: (one.at, one.key))[::-1]:
        if (
            bounce.recipient == person.email
            and bounce.status_code in codes
            and (alive is None or alive < bounce.at)
        ):
            day = day_text(scene.day_of(bounce.at))
            yield f"mail bounced with {bounce.status_code} on {day}", bounce.cite("recipient", "status_code")
            return


def _reports(
    scene: Outlook, person: Contact, *, is_stated: bool
) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Find reports that the person went elsewhere; hearsay counts only against a record that says active."""
    own = {name.casefold() for name in (scene.view.name, *scene.view.texts("aliases"))}
    for report in scene.view.news if is_stated else ():
        elsewhere = report.company.casefold() not in own | {""}
        moved = report.news_kind == "person_left" or (report.news_kind == "person_joined" and elsewhere)
        if moved and report.person.casefold() == person.name.casefold():
            yield (
                f"a report of {day_text(scene.day_of(report.at))} says otherwise",
                report.cite("headline", "person"),
            )


def _churn(scene: Outlook) -> Iterator[Contradiction]:
    """Hold the record's flag, churn events and running contracts against each other; none of them settles it."""
    view = scene.view
    flag, is_gone = view.flag("churn_flag"), view.status == "churned"
    running = [one for one in view.subscriptions if one.is_running]
    since = view.day("churned_on")
    began = [one for one in running if since and one.starts_on is not None and one.starts_on > since]
    contracts = counted(len(running), "contract") + (" is running" if len(running) == 1 else " are running")
    left = f"a churn event of {day_text(since)} is known" if since else "its status is churned"
    marked, gone = view.cite("churn_flag"), view.cite("status", "churned_on")
    if flag and not is_gone and running:
        text = f"The record is flagged as churned, no churn event is known, and {contracts}."
        sides = (*marked, *_shown(running, "status", "seats"))
    elif is_gone and flag is False:
        text = f"The record is not flagged as churned, and {left}."
        sides = (*gone, *marked)
    elif is_gone and flag and running:
        text = f"The record is flagged as churned, {left}, and yet {contracts}."
        sides = (*gone, *marked, *_shown(running, "status", "seats"))
    elif is_gone and began:
        text = f"The customer churned, and {counted(len(began), 'contract')} began after that."
        sides = (*view.cite("churned_on"), *_shown(began, "starts_on"))
    else:
        return
    yield _contradiction(scene, view.key, "churned", text, sides)


def _shown(contracts: list[Subscription], *attributes: str) -> Iterator[Evidence]:
    """Cite a few contracts, each by the first of these attributes that it has."""
    for one in contracts[:CONTRACTS]:
        yield from one.cite(*attributes)[:1]


def _consents(scene: Outlook) -> Iterator[Contradiction]:
    for reading in scene.view.readings:
        if reading.topic != "opt_out" or reading.speaker != "them":
            continue
        person = scene.view.speaker_of(reading)
        claim = None if person is None else person.claim("mail_consent")
        if person is None or claim is None or claim.value != "opted_in" or claim.valid_from > reading.at:
            continue
        day = day_text(scene.day_of(reading.at))
        text = (
            f"{_title(scene, claim.source)} has {person.name} as opted in; on {day} came: “{reading.quote}”"
        )
        yield _contradiction(
            scene, person.key, "mail_consent", text, (claim.evidence(), *reading.cite("text"))
        )
