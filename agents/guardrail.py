"""What policy may read about one proposal, collected by code from the situation, its effect and the tenant's files.

Invariant: nothing a reasoner wrote picks a recipient, an amount or an approval; missing facts are left out, and the
judge reads them the strictest way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from state.canonical import Json
from state.decision.preferences import Preferences
from state.decision.proposal import Proposal
from state.evidence import Trust
from state.governance.autonomy import Tally
from state.governance.budget import Line, Starter
from state.governance.catalogue import Scalar
from state.governance.effect import Effect
from state.governance.facts import Facts, policy_confidence
from state.governance.policy import Level
from state.ids import NodeKey
from state.ports.deciding import Deliberating
from state.ports.planned import Criticized
from state.world.business_time import is_open, local_day, next_opening, region_of
from state.world.record import NodeKind
from state.world.view.entity import Entity

COMMERCIAL = frozenset({"send_email", "schedule_meeting", "draft_email", "draft_quote"})
SERVICE_SLOTS = frozenset({"service", "reply"})
AGENT = "playbook"


@dataclass(frozen=True, slots=True)
class History:
    """Counts that bound what is sent; read in one query per loop and again at the claim."""

    mails: Mapping[str, Sequence[datetime]]
    """Raw address → instants of mails to it, over all sellers."""
    opt_ins: frozenset[tuple[str, str]] = frozenset()
    """(owner, action type) pairs that may run by themselves."""
    stop_on: bool = False
    open_untrusted: int = 0
    open_keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Unverified origin → dedup keys of the open actions that rest on it."""
    levels: Mapping[int, Level] = field(default_factory=dict)
    """Action class → level an admin set for the agent."""
    paused: frozenset[str] = frozenset()
    """Kinds of action the agent does not begin."""
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    """Kind of action → how people found the agent's proposals of it."""
    under_way: Mapping[str, int] = field(default_factory=dict)
    """Raw address → mails to it that are claimed and whose end nobody knows yet."""
    used: Mapping[Line, int] = field(default_factory=dict)
    """What was counted of budgets and running totals."""
    starter: Starter = Starter.PERSON
    """Who started the loop."""
    preferences: Preferences | None = None
    """What was learned from decided proposals."""

    def count(self, address: str, since: datetime) -> int:
        """How many mails went to an address since an instant."""
        return sum(1 for at in self.mails.get(address.lower(), ()) if at >= since)

    def about(self, origin: str, dedup_key: str) -> "History":
        """Count what other open actions rest on the same unverified origin."""
        others = self.open_keys.get(origin, frozenset()) - {dedup_key}
        return replace(self, open_untrusted=max(self.open_untrusted, len(others)))

    def also(self, origin: str, dedup_key: str) -> "History":
        """Count one more action that rests on an unverified origin."""
        mine = self.open_keys.get(origin, frozenset()) | {dedup_key}
        return replace(self, open_keys={**self.open_keys, origin: mine})


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything the facts of one judgement are collected from."""

    proposal: Proposal
    effect: Effect
    about: Deliberating
    findings: Criticized
    history: History
    level: str
    since_short: datetime
    """Start of the short frequency window."""
    since_long: datetime
    untrusted_dependent: bool = False
    calibrated: Decimal | None = None
    mails_day: int | None = None
    """Mails in the owner's name today, this one included."""
    discount_quarter: Decimal | None = None
    """Discounts in the owner's name this quarter, this one included."""
    is_budget_spent: bool = False


def collect(asked: Asked) -> Facts:
    """Collect every fact of the catalogue that is known about one proposal."""
    values: dict[str, Scalar | None] = {
        **_action_facts(asked),
        **_people_facts(asked),
        **_account_facts(asked),
    }
    if asked.effect.recipients:
        values |= _recipient_facts(asked)
    return Facts.of(values)


def _action_facts(asked: Asked) -> dict[str, Scalar | None]:
    proposal, effect = asked.proposal, asked.effect
    arguments = effect.arguments
    return {
        "action.type": proposal.action_type,
        "action.class": 3 if effect.external else proposal.action_class,
        "action.external": effect.external,
        "action.commercial": _is_commercial(proposal),
        "action.amount": _number(arguments.get("amount")) or Decimal(0),
        "action.discount_percent": _number(arguments.get("discount_percent")) or Decimal(0),
        "action.reversible": effect.reversible,
        "action.untrusted_dependent": asked.untrusted_dependent,
        "action.grounded": not asked.findings.is_blocked(proposal.id),
        "action.in_scope": _is_in_scope(asked),
        "placeholders.unresolved": any(map(_is_unfilled, (effect.content, *_texts(effect.arguments)))),
        "price.backed": not any(f.rule == "price_not_listed" for f in asked.findings.on(proposal.id)),
    }


def _is_commercial(proposal: Proposal) -> bool:
    return proposal.action_type in COMMERCIAL and proposal.arguments.get("purpose") not in SERVICE_SLOTS


def _is_in_scope(asked: Asked) -> bool:
    """Tell whether it touches only the account that was asked about; `account` reads touch nothing."""
    return asked.proposal.account == asked.about.view.identifier and asked.about.intent != "account"


def _texts(arguments: Mapping[str, Json]) -> Iterator[str]:
    """Read the words as they were written; a mail's own bytes may carry them encoded."""
    return (value for value in arguments.values() if isinstance(value, str))


def _is_unfilled(text: str) -> bool:
    return "{{" in text or "[[" in text or "}}" in text or "<placeholder" in text.lower()


def _number(value: Json) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _people_facts(asked: Asked) -> dict[str, Scalar | None]:
    about, proposal = asked.about, asked.proposal
    return {
        "agent.name": AGENT,
        "agent.level": asked.level,
        "principal.role": about.principal.role.value,
        "principal.is_owner": about.principal.user == proposal.owner,
        "owner.opt_in": (str(proposal.owner), proposal.action_type) in asked.history.opt_ins,
        "owner.away": proposal.owner in about.around.away,
        "confidence": policy_confidence(proposal.confidence, asked.calibrated),
    }


def _account_facts(asked: Asked) -> dict[str, Scalar | None]:
    about = asked.about
    severe = [ticket.severity for ticket in about.view.open_tickets if ticket.severity <= 2]
    rules = {finding.rule for finding in asked.findings.on(asked.proposal.id)}
    return {
        "account.status": about.view.status,
        "account.churned": about.view.status == "churned" or about.view.day("churned_on") is not None,
        "account.fire": 1 in severe or len(severe) >= 2,
        "contradiction.critical": "critical_contradiction" in rules,
        "freshness.hard_exceeded": "hard_stale" in rules,
        "plan.active": any(plan.is_active for plan in about.view.plans),
        "origin.open_untrusted": asked.history.open_untrusted,
        "action.paused": asked.proposal.action_type in asked.history.paused,
        "stop.on": asked.history.stop_on,
        "budget.exhausted": asked.is_budget_spent,
        "total.mails_day": asked.mails_day,
        "total.discount_quarter": asked.discount_quarter,
    }


def _recipient_facts(asked: Asked) -> dict[str, Scalar | None]:
    """With several recipients each fact is the strictest over them."""
    about, history = asked.about, asked.history
    addresses = [address.lower() for address in asked.effect.recipients]
    inside = [address for address in addresses if about.profile.company.is_inside(address)]
    outside = [address for address in addresses if address not in inside]
    people = [about.view.contact_by_email(address) for address in outside]
    unreachable = about.unreachable
    opens_at = max((_opening(asked, address) for address in outside), default=about.now)
    return {
        "recipient.verified": all(person is not None and person.is_verified for person in people),
        "recipient.opted_out": any(person is not None and person.has_opted_out for person in people),
        "recipient.undeliverable": any(address in unreachable for address in outside),
        "recipient.first_mail": any(not history.mails.get(address) for address in outside),
        "recipient.blocked": any(_is_blocked(asked, address) for address in outside),
        "recipient.touches_3bd": max((_touches(history, a, asked.since_short) for a in outside), default=0),
        "recipient.touches_14d": max((_touches(history, a, asked.since_long) for a in outside), default=0),
        "recipient.quiet_now": opens_at > about.now,
        "recipient.opens_at": opens_at,
    }


def _touches(history: History, address: str, since: datetime) -> int:
    """Count the mails that went and those on their way."""
    return history.count(address, since) + history.under_way.get(address, 0)


def _opening(asked: Asked, address: str) -> datetime:
    """First instant at which the recipient may be reached, in the recipient's own zone."""
    about = asked.about
    person = about.view.contact_by_email(address)
    zone = (person.text("zone") if person else None) or about.view.text("zone") or about.profile.company.zone
    calendar = about.profile.calendar
    region = region_of(calendar, zone)
    if is_open(calendar, about.now, zone, region):
        return about.now
    return next_opening(calendar, about.now, zone, region)


def _is_blocked(asked: Asked, address: str) -> bool:
    competitors = asked.about.profile.competitors
    day = local_day(asked.about.now, asked.about.profile.company.zone)
    return competitors is not None and competitors.blocked(address.rpartition("@")[2], day) is not None


SUBJECT_ATTRIBUTES: Mapping[NodeKind, tuple[str, ...]] = {
    NodeKind.OPPORTUNITY: (
        "stage",
        "amount",
        "close_on",
        "outcome",
        "owner",
        "discount_requested_percent",
    ),
    NodeKind.SUBSCRIPTION: (
        "status",
        "ends_on",
        "notice_on",
        "seats",
        "annual_value",
        "renewal_signed_on",
        "notice_received_on",
    ),
    NodeKind.TICKET: ("status", "severity"),
    NodeKind.MEETING: ("status", "starts_at"),
    NodeKind.PLAN: ("status", "steps"),
    NodeKind.COMMITMENT: ("status",),
}
"""World attributes that an effect on such a subject rests on; a change in one voids an approval.

What our own smaller steps change about the same subject (a forecast category, a dead address) is not among them.
"""
RECIPIENT_ATTRIBUTES = ("email", "active", "mail_consent", "roles", "verified")
"""What an effect rests on of the person it reaches."""


def rest_facts(asked: Asked, read_facts: Mapping[str, Json]) -> dict[str, Json]:
    """Collect the world facts that the effect, its preconditions and the judged rules rest on."""
    view = asked.about.view
    found: dict[str, Json] = {f"fact:{name}": value for name, value in read_facts.items()}
    found["account.status"] = view.status
    found["account.owner"] = view.owner
    if asked.effect.external:
        found["account.closed_deals"] = sorted(deal.identifier for deal in view.deals if not deal.is_open)
        running = (one for one in view.subscriptions if one.is_renewal_open)
        found["account.contracts_to_renew"] = sorted(one.identifier for one in running)
    subject, recipient = asked.proposal.subject, asked.proposal.recipient
    reads = {} if subject is None else {subject: SUBJECT_ATTRIBUTES.get(_kind(subject), ())}
    if recipient is not None:
        reads[recipient] = RECIPIENT_ATTRIBUTES
    for key, attributes in reads.items():
        entity = Entity(view.situation, key)
        for attribute in attributes:
            found[f"{key}.{attribute}"] = _plain(entity.value(attribute))
    return dict(sorted(found.items()))


def _kind(key: NodeKey) -> NodeKind:
    return NodeKind(key.partition("/")[0])


def _plain(value: Json) -> Json:
    return list(value) if isinstance(value, tuple) else value


def is_trusted_origin(proposal: Proposal) -> bool:
    """Tell whether at least one piece of evidence is better than untrusted."""
    return any(item.trust.rank > Trust.UNTRUSTED.rank for item in proposal.evidence)


__all__ = ["Asked", "History", "collect", "is_trusted_origin", "rest_facts"]
