"""Which facts a playbook condition may read: a closed, typed catalogue over one situation and one subject.

Invariant: every fact is collected by code from the situation, its judgement and the profile; none from a text alone.
"""

from typing import Final, get_args

from state.governance.catalogue import Basis, Catalogue, FactSpec, FactType
from state.ports.deciding import Intent
from state.world.judgement import Posture
from state.world.profile import Signals
from state.world.reading import Topic
from state.world.signal import Severity

SIGNAL_NAMES: Final = tuple(field.alias for field in Signals.model_fields.values() if field.alias)
TOPICS: Final = get_args(Topic)
PURPOSES: Final = (
    "renewal",
    "expansion",
    "evaluation",
    "support",
    "review",
    "onboarding",
    "other",
    "unclear",
    "none",
)
MOMENTUM: Final = ("UP", "DOWN", "MIXED", "FLAT", "UNKNOWN")
SEVERITIES: Final = tuple(severity.value for severity in Severity)
FORECASTS: Final = ("none", "omitted", "pipeline", "best_case", "commit")

_BOOL, _INT, _DECIMAL = FactType.BOOL, FactType.INT, FactType.DECIMAL
_STR, _ENUM = FactType.STR, FactType.ENUM


def _fact(name: str, kind: FactType, phrase: str, *values: str, ordered: bool = False) -> FactSpec:
    return FactSpec(name, kind, Basis.WORLD, phrase, values=values, ordered=ordered)


def _signal_facts(name: str) -> tuple[FactSpec, ...]:
    words = name.lower().replace("_", " ")
    return (
        _fact(f"signal.{name}.present", _BOOL, f"the signal {words} is live"),
        _fact(f"signal.{name}.severity", _ENUM, f"the severity of {words}", *SEVERITIES, ordered=True),
        _fact(f"signal.{name}.sub_state", _STR, f"the sub-state of {words}"),
        _fact(f"signal.{name}.confidence", _DECIMAL, f"the confidence of {words}"),
    )


_ACCOUNT: Final = (
    _fact("intent", _ENUM, "what was asked for", *get_args(Intent)),
    _fact("account.status", _ENUM, "the account's status", "prospect", "customer", "churned"),
    _fact("account.tier", _ENUM, "the account's tier", "C", "B", "A", ordered=True),
    _fact("account.posture", _ENUM, "the account's posture", *get_args(Posture)),
    _fact("account.momentum", _ENUM, "the account's momentum", *MOMENTUM),
    _fact("account.health", _INT, "the account's health"),
    _fact("account.segment", _STR, "the account's segment"),
    _fact("account.in_rollout", _BOOL, "a planned rollout is under way"),
    _fact("account.fire", _BOOL, "support is on fire: an open sev 1, or several open tickets of sev 2 or worse"),
    _fact("account.is_import_only", _BOOL, "only a CRM is connected"),
    _fact("account.customer_days", _INT, "the number of days since the account became a customer"),
    _fact("count.open_deals", _INT, "the number of open deals"),
    _fact("count.running_contracts", _INT, "the number of running contracts"),
    _fact("count.mailable_people", _INT, "the number of people who may be written to"),
    _fact("count.open_tickets", _INT, "the number of open tickets"),
    _fact("count.open_requests", _INT, "the number of requests nobody has answered"),
    _fact("count.quiet_days", _INT, "the number of days since the last two-way touch"),
    _fact("usage.seat_share_percent", _INT, "the share of seats used, in percent"),
    _fact("renewal.state", _ENUM, "the state of the renewal window", "none", "early", "active", "late", "overdue",
          ordered=True),
    _fact("expansion.live", _BOOL, "an expansion is on the table"),
    _fact("expansion.seats", _INT, "the seats of the expansion"),
    _fact("plan.active", _BOOL, "a plan is active"),
    _fact("plan.kind", _STR, "the kind of the active plan"),
    _fact("plan.days_to_step", _INT, "the number of days to the next step of the active plan"),
    _fact("plan.step_due", _BOOL, "a step of the active plan is due today"),
    _fact("plan.step_is_outward", _BOOL, "a due step of the active plan would reach the customer"),
)  # fmt: skip
_PEOPLE: Final = (
    _fact("people.main.known", _BOOL, "a main contact is known"),
    _fact("people.main.opted_out", _BOOL, "the main contact has opted out of mail"),
    _fact("people.champion.known", _BOOL, "a champion is known"),
    _fact("people.champion.inferred", _BOOL, "the champion is only inferred"),
    _fact("people.champion.unreachable", _BOOL, "the champion cannot be reached"),
    _fact("people.economic_buyer.known", _BOOL, "the economic buyer is known"),
    _fact("people.economic_buyer.met", _BOOL, "the economic buyer was met"),
)
_MEETING: Final = (
    _fact("meeting.upcoming", _BOOL, "an external meeting is coming up"),
    _fact("meeting.purpose", _ENUM, "the purpose of the next meeting", *PURPOSES),
    _fact("meeting.hours_until", _INT, "the hours until the next meeting"),
    _fact("meeting.follow_up_missing", _BOOL, "nothing was sent since the meeting that was just held"),
    _fact("meeting.has_new_procurement", _BOOL, "somebody who is not in the CRM takes part"),
    _fact("meeting.requester_attends", _BOOL, "the person who asked for the expansion takes part"),
)
_READINGS: Final = tuple(
    _fact(f"reading.{topic}.present", _BOOL, f"a text says {topic.replace('_', ' ')}") for topic in TOPICS
)
_SUBJECT: Final = (
    _fact("deal.present", _BOOL, "it is about an open deal"),
    _fact("deal.kind", _ENUM, "the kind of the deal", "new", "renewal", "expansion"),
    _fact("deal.is_final_two", _BOOL, "the deal is in one of the last two stages"),
    _fact("deal.is_proposal_on", _BOOL, "the deal is in Proposal or later"),
    _fact("deal.forecast", _ENUM, "the forecast category of the deal", *FORECASTS, ordered=True),
    _fact("deal.days_to_close", _INT, "the number of days to the deal's close date"),
    _fact("deal.closes_this_quarter", _BOOL, "the deal's close date lies in this quarter"),
    _fact("deal.quiet_days", _INT, "the number of days since the last two-way touch"),
    _fact("deal.amount", _DECIMAL, "the deal's amount"),
    _fact("deal.discount_percent", _DECIMAL, "the discount asked for, in percent"),
    _fact("deal.discount_is_sellers", _BOOL, "the discount asked for is within the seller's own limit"),
    _fact("contract.days_left", _INT, "the number of days to the end of the contract"),
    _fact("ticket.severity", _INT, "the ticket's severity"),
    _fact("promise.is_ours", _BOOL, "the promise is ours"),
    _fact("promise.is_price", _BOOL, "the promise is about prices"),
    _fact("promise.is_priced", _BOOL, "the price list prices what was promised"),
    _fact("promise.days_overdue", _INT, "the number of days since the promise was due"),
    _fact("contact.is_weighty", _BOOL, "the person is champion or economic buyer"),
    _fact("contact.bounced_softly", _BOOL, "a mail to the person came back for the moment only"),
    _fact("contact.is_marked", _BOOL, "the address is already marked as not to be used"),
    _fact("contact.is_recorded_active", _BOOL, "the CRM does not say that the person has left"),
    _fact("contact.has_left", _BOOL, "the person has left"),
    _fact("contact.address_bounced", _BOOL, "the person's address does not accept mail"),
    _fact("contact.is_new_firm", _BOOL, "the person is reported to have joined this company"),
    _fact("call_back.is_due", _BOOL, "the day has come on which they asked to be called"),
    _fact("request.has_document", _BOOL, "we hold a document for customers that answers it"),
    _fact("request.is_prices", _BOOL, "they ask for prices"),
    _fact("form.sender_is_mailable", _BOOL, "the sender of the form may be written to"),
    _fact("form.kind", _ENUM, "the kind of the form", "pricing", "demo", "contact", "newsletter"),
    _fact("contradiction.attribute", _STR, "the attribute on which sources disagree"),
    _fact("contradiction.is_noted", _BOOL, "the record's last edit carries a note that names its ground"),
    _fact("question.is_answered", _BOOL, "the owner has already answered"),
    _fact("question.answer", _STR, "what the owner answered"),
)

SITUATION_FACTS: Final = Catalogue.of(
    *_ACCOUNT,
    *_PEOPLE,
    *_MEETING,
    *_READINGS,
    *_SUBJECT,
    *(fact for name in SIGNAL_NAMES for fact in _signal_facts(name)),
)
"""What `when` of a row, a question or a hypothesis may read."""
PLAN_FACTS: Final = Catalogue.of(
    *_ACCOUNT,
    *_PEOPLE,
    *_MEETING,
    *_READINGS,
    *(fact for name in SIGNAL_NAMES for fact in _signal_facts(name)),
)
"""What a plan may read: an account as a whole, as no step has a subject before it begins."""
