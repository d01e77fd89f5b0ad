"""The hand-written decision table of the shipped policy: what a sales leader expects, row by row."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from state.governance.catalogue import Scalar
from state.governance.facts import Facts
from state.governance.verdict import Allow, NotBefore, RequireApproval, Verdict
from tools.policies import load_layers, policy_files

SHIPPED = load_layers(policy_files(Path(__file__).parents[2] / "policies"))
OPENS = datetime(2031, 5, 6, 6, 0, tzinfo=UTC)

CLEAN: Mapping[str, Scalar] = {
    "action.type": "create_task", "action.class": 1, "action.external": False, "action.commercial": False,
    "action.amount": Decimal(0), "action.discount_percent": Decimal(0), "action.reversible": True,
    "action.untrusted_dependent": False, "action.grounded": True, "action.in_scope": True,
    "placeholders.unresolved": False, "price.backed": True,
    "agent.name": "playbook", "agent.level": "L1", "principal.role": "agent", "principal.is_owner": False,
    "owner.opt_in": False, "owner.away": False, "confidence": Decimal("0.9"),
    "recipient.verified": True, "recipient.opted_out": False, "recipient.undeliverable": False,
    "recipient.first_mail": False, "recipient.blocked": False, "recipient.touches_3bd": 0,
    "recipient.touches_14d": 0, "recipient.quiet_now": False, "recipient.opens_at": OPENS,
    "account.status": "customer", "account.churned": False, "account.fire": False,
    "contradiction.critical": False, "freshness.hard_exceeded": False, "plan.active": False,
    "origin.open_untrusted": 0, "stop.on": False, "action.paused": False, "budget.exhausted": False,
    "total.mails_day": 1, "total.discount_quarter": Decimal(0),
}  # fmt: skip
"""An action of class 1 with nothing against it, every fact known."""

INSIDE: Mapping[str, Scalar] = {"action.type": "update_crm", "action.class": 2}
TRUSTED: Mapping[str, Scalar] = {**INSIDE, "agent.level": "L2", "owner.opt_in": True}
QUOTE: Mapping[str, Scalar] = {**INSIDE, "action.type": "draft_quote"}
MAIL: Mapping[str, Scalar] = {
    "action.type": "send_email", "action.class": 3, "action.external": True, "action.commercial": True,
}  # fmt: skip
VISIT: Mapping[str, Scalar] = {**MAIL, "action.type": "schedule_meeting", "action.commercial": False}
ASK: Mapping[str, Scalar] = {"action.type": "ask", "action.class": 4}


class Row(NamedTuple):
    """One expectation: these facts on top of the clean ones; in words, what the judge must say."""

    said: str
    facts: Mapping[str, Scalar | None]
    """None: not known."""
    expected: str


def facts(*changes: Mapping[str, Scalar | None]) -> Facts:
    """Build facts from the clean ones and changes on top."""
    values: dict[str, Scalar | None] = dict(CLEAN)
    for change in changes:
        values.update(change)
    return Facts.of(values)


def spoken(verdict: Verdict) -> str:
    """Write a verdict the way the table does."""
    match verdict:
        case RequireApproval(rule=rule, roles=roles):
            return f"require {rule}: {' '.join(roles)}"
        case NotBefore(rule=rule, at=at):
            return f"hold {rule}: {at:%H:%M}"
        case Allow(rule=rule, delay_minutes=delay):
            return f"allow {rule}: {delay}"
        case _:
            return f"{verdict.kind} {verdict.rule}"


OWNER = "require external-needs-owner: owner"
ROWS: tuple[Row, ...] = (
    # class 1: inside and harmless
    Row("a task for the owner", {}, "allow class1-inside: 0"),
    Row("a brief at L0", {"action.type": "brief", "agent.level": "L0"}, "allow class1-inside: 0"),
    Row(
        "a draft with low confidence",
        {"action.type": "draft_email", "confidence": Decimal("0.2")},
        "allow class1-inside: 0",
    ),
    Row("a note although sources contradict", {"contradiction.critical": True}, "allow class1-inside: 0"),
    Row("a tag although a source is stale", {"freshness.hard_exceeded": True}, "allow class1-inside: 0"),
    Row("a task out of an unverified mail", {"action.untrusted_dependent": True}, "allow class1-inside: 0"),
    Row(
        "the fourth such task",
        {"action.untrusted_dependent": True, "origin.open_untrusted": 4},
        "allow class1-inside: 0",
    ),
    Row(
        "one more than an origin may",
        {"action.untrusted_dependent": True, "origin.open_untrusted": 5},
        "deny untrusted-origin-cap",
    ),
    Row("many open, but this is trusted", {"origin.open_untrusted": 50}, "allow class1-inside: 0"),
    Row("a call task to who opted out", {"recipient.opted_out": True}, "allow class1-inside: 0"),
    Row(
        "a task at a churned account",
        {"account.churned": True, "account.status": "churned"},
        "allow class1-inside: 0",
    ),
    Row(
        "a draft with a price not on the list",
        {"action.type": "draft_email", "price.backed": False},
        "allow class1-inside: 0",
    ),
    Row("a tool out of scope", {"action.in_scope": False}, "deny out-of-scope"),
    Row("an ungrounded note", {"action.grounded": False}, "deny blocked-by-check"),
    Row("a task of a kind that is paused", {"action.paused": True}, "deny type-paused"),
    Row("a change of a kind that is paused", {**TRUSTED, "action.paused": True}, "deny type-paused"),
    Row("a task while stopped", {"stop.on": True}, "deny stop-switch"),
    Row("a brief while stopped", {"action.type": "brief", "stop.on": True}, "allow class1-inside: 0"),
    Row("the 60th mail of a day", {**MAIL, "total.mails_day": 60}, OWNER),
    Row("the 61st mail of a day", {**MAIL, "total.mails_day": 61}, "deny mail-cap-day"),
    Row("a mail on a day nobody counted", {**MAIL, "total.mails_day": None}, "deny mail-cap-day"),
    Row("a visit on a day with 61 mails", {**VISIT, "total.mails_day": 61}, OWNER),
    Row(
        "a discounted quote up to the total of the quarter",
        {**QUOTE, "action.discount_percent": Decimal(5), "total.discount_quarter": Decimal(100_000)},
        "require class2-level: owner",
    ),
    Row(
        "a discounted quote above the total of the quarter",
        {**QUOTE, "action.discount_percent": Decimal(5), "total.discount_quarter": Decimal("100000.01")},
        "require discount-total-needs-manager: owner manager",
    ),
    Row(
        "a discounted mail after a quarter nobody counted",
        {**MAIL, "action.discount_percent": Decimal(5), "total.discount_quarter": None},
        "require external-needs-owner: owner manager",
    ),
    Row(
        "a quote at list price above the total of the quarter",
        {**QUOTE, "total.discount_quarter": Decimal(900_000)},
        "require class2-level: owner",
    ),
    Row("a task on a spent budget", {"budget.exhausted": True}, "deny budget-spent"),
    Row(
        "a class 1 tool that reaches a calendar",
        {"action.type": "attach_brief", "action.external": True},
        OWNER,
    ),
    Row("a note for an auditor's question", {"principal.role": "auditor"}, "allow class1-inside: 0"),
    # class 2: the owner, unless opted in and certain at an earned level
    Row("a change at L0", {**INSIDE, "agent.level": "L0"}, "deny shadow-shows-only"),
    Row("a change at L1", INSIDE, "require class2-level: owner"),
    Row("a change at L1 with opt-in", {**INSIDE, "owner.opt_in": True}, "require class2-level: owner"),
    Row("a change at L2 with opt-in", TRUSTED, "allow class2-monitored: 30"),
    Row("the same without opt-in", {**TRUSTED, "owner.opt_in": False}, "require class2-no-opt-in: owner"),
    Row("confidence at the border", {**TRUSTED, "confidence": Decimal("0.85")}, "allow class2-monitored: 30"),
    Row(
        "confidence just below",
        {**TRUSTED, "confidence": Decimal("0.8499")},
        "require class2-low-confidence: owner",
    ),
    Row("L3 under a maximum of L2", {**TRUSTED, "agent.level": "L3"}, "allow class2-monitored: 30"),
    Row(
        "a change on contradicting sources",
        {**TRUSTED, "contradiction.critical": True},
        "require class2-contradiction: owner",
    ),
    Row(
        "a change on a stale source",
        {**TRUSTED, "freshness.hard_exceeded": True},
        "require class2-stale: owner",
    ),
    Row(
        "a change an outsider's text decides",
        {**TRUSTED, "action.untrusted_dependent": True},
        "require class2-untrusted: owner",
    ),
    Row("a change while stopped", {**TRUSTED, "stop.on": True}, "deny stop-switch"),
    Row("a change on a spent budget", {**TRUSTED, "budget.exhausted": True}, "deny budget-spent"),
    Row("a change that a check blocks", {**TRUSTED, "action.grounded": False}, "deny blocked-by-check"),
    Row("a change out of scope", {**TRUSTED, "action.in_scope": False}, "deny out-of-scope"),
    Row("a change for an auditor", {**TRUSTED, "principal.role": "auditor"}, "deny auditor-only-reads"),
    Row("a change that reaches outside", {**TRUSTED, "action.external": True}, OWNER),
    Row(
        "a change from a flooded origin",
        {**INSIDE, "action.untrusted_dependent": True, "origin.open_untrusted": 9},
        "deny untrusted-origin-cap",
    ),
    Row(
        "a large amount inside",
        {**TRUSTED, "action.amount": Decimal(1000001)},
        "require amount-needs-four-eyes: owner manager",
    ),
    Row(
        "the largest amount for one",
        {**TRUSTED, "action.amount": Decimal(1000000)},
        "allow class2-monitored: 30",
    ),
    # quotes and discounts
    Row("a quote at list price", QUOTE, "require class2-level: owner"),
    Row("a quote off the list", {**QUOTE, "price.backed": False}, "deny price-not-backed"),
    Row(
        "a seller's whole discount",
        {**QUOTE, "action.discount_percent": Decimal(10)},
        "require class2-level: owner",
    ),
    Row(
        "a little more",
        {**QUOTE, "action.discount_percent": Decimal("10.1")},
        "require discount-needs-manager: owner manager",
    ),
    Row(
        "a manager's whole discount",
        {**QUOTE, "action.discount_percent": Decimal(20)},
        "require discount-needs-manager: owner manager",
    ),
    Row(
        "more than a manager's",
        {**QUOTE, "action.discount_percent": Decimal("20.5")},
        "require discount-needs-manager: owner manager admin",
    ),
    Row(
        "a discounted quote in autonomy",
        {**QUOTE, **TRUSTED, "action.discount_percent": Decimal(18)},
        "require discount-needs-manager: owner manager",
    ),
    # class 3: a person, always
    Row("a mail", MAIL, OWNER),
    Row(
        "a mail at L3, opted in, certain",
        {**MAIL, "agent.level": "L3", "owner.opt_in": True, "confidence": Decimal(1)},
        OWNER,
    ),
    Row("a mail at L0", {**MAIL, "agent.level": "L0"}, "deny shadow-shows-only"),
    Row("a mail of a kind that is paused", {**MAIL, "action.paused": True}, "deny type-paused"),
    Row("an invitation", VISIT, OWNER),
    Row("class 3 that claims to stay inside", {**MAIL, "action.external": False}, OWNER),
    Row("a first mail", {**MAIL, "recipient.first_mail": True}, OWNER),
    Row("a mail to who opted out", {**MAIL, "recipient.opted_out": True}, "deny recipient-opted-out"),
    Row("an invitation to who opted out", {**VISIT, "recipient.opted_out": True}, "deny recipient-opted-out"),
    Row("a mail that bounces", {**MAIL, "recipient.undeliverable": True}, "deny recipient-undeliverable"),
    Row("a mail to a blocked person", {**MAIL, "recipient.blocked": True}, "deny recipient-blocked"),
    Row("a mail to an unknown address", {**MAIL, "recipient.verified": False}, "deny recipient-unverified"),
    Row("selling after churn", {**MAIL, "account.churned": True}, "deny churned-account"),
    Row("a farewell after churn", {**MAIL, "account.churned": True, "action.commercial": False}, OWNER),
    Row("selling into a fire", {**MAIL, "account.fire": True}, "deny account-on-fire"),
    Row("a sponsor call in a fire", {**VISIT, "account.fire": True}, OWNER),
    Row("a mail with a placeholder", {**MAIL, "placeholders.unresolved": True}, "deny unfilled-placeholder"),
    Row("a mail with an invented price", {**MAIL, "price.backed": False}, "deny price-not-backed"),
    Row("a mail while stopped", {**MAIL, "stop.on": True}, "deny stop-switch"),
    Row("an ungrounded mail", {**MAIL, "action.grounded": False}, "deny blocked-by-check"),
    Row("a mail for an auditor", {**MAIL, "principal.role": "auditor"}, "deny auditor-only-reads"),
    Row(
        "a second mail in three days",
        {**MAIL, "recipient.touches_3bd": 1, "recipient.touches_14d": 1},
        "deny mail-cap-3bd",
    ),
    Row("a third mail in a fortnight", {**MAIL, "recipient.touches_14d": 2}, OWNER),
    Row("a fourth mail in a fortnight", {**MAIL, "recipient.touches_14d": 3}, "deny mail-cap-14d"),
    Row(
        "an invitation after a mail", {**VISIT, "recipient.touches_3bd": 1, "recipient.touches_14d": 3}, OWNER
    ),
    Row(
        "a mail with 18 percent",
        {**MAIL, "action.discount_percent": Decimal(18)},
        "require external-needs-owner: owner manager",
    ),
    Row("a mail with 8 percent", {**MAIL, "action.discount_percent": Decimal(8)}, OWNER),
    Row(
        "a mail with 25 percent",
        {**MAIL, "action.discount_percent": Decimal(25)},
        "require external-needs-owner: owner manager admin",
    ),
    Row("a mail at night", {**MAIL, "recipient.quiet_now": True}, OWNER),
    Row(
        "a stale mail an outsider shaped",
        {**MAIL, "action.untrusted_dependent": True, "freshness.hard_exceeded": True},
        OWNER,
    ),
    # class 4: asking
    Row("a question", ASK, "allow ask-the-owner: 0"),
    Row("a question while stopped", {**ASK, "stop.on": True}, "allow ask-the-owner: 0"),
    Row("a question on a spent budget", {**ASK, "budget.exhausted": True}, "allow ask-the-owner: 0"),
    Row("a question that is a mail", {**ASK, "action.external": True}, OWNER),
    Row("a question out of scope", {**ASK, "action.in_scope": False}, "deny out-of-scope"),
)

AFTER_APPROVAL: tuple[Row, ...] = (
    Row("an approved mail goes", MAIL, "allow external-needs-owner: 0"),
    Row("an approved mail at night waits", {**MAIL, "recipient.quiet_now": True}, "hold quiet-hours: 06:00"),
    Row(
        "an approved mail to who opted out", {**MAIL, "recipient.opted_out": True}, "deny recipient-opted-out"
    ),
    Row(
        "the owner alone on 18 percent",
        {**MAIL, "action.discount_percent": Decimal(18)},
        "require external-needs-owner: owner manager",
    ),
    Row("an approved change", INSIDE, "allow class2-level: 0"),
)
"""What is left when the owner has approved."""
