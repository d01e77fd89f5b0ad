"""The inputs of policy's facts, one by one: what turns each fact over, and the fault in the collector it would find."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from agents.guardrail import Asked, History
from state.decision.finding import Finding
from state.governance.catalogue import Scalar
from state.governance.effect import Effect
from state.ids import UserId
from state.ports.deciding import Deliberating
from state.ports.planned import Criticized
from state.principal import Role
from state.world.profile.competitors import Blocked, Competitors
from tests.build import NOW, PROFILE, Story
from tests.unit.critic.plans import proposal
from tests.unit.playbook.desk import looked_at

RAJ_MAIL = "raj@acme.example"
Turn = Callable[[Asked], Asked]


def days_ago(days: int) -> datetime:
    """Count back from the story's clock."""
    return NOW - timedelta(days=days)


LAST = {RAJ_MAIL: [days_ago(40)]}


def told() -> Story:
    """Tell a quiet customer with one reachable contact."""
    return Story().customer(name="Acme", owner="maya").person("Raj Patel", "2026-02-02")


@cache
def _seen() -> Deliberating:
    return looked_at(told().view(), told().around(), PROFILE, "prep")


def mailing() -> Asked:
    """Ask about a mail to that contact at 08:00 of his Tuesday; his last mail is 40 days old."""
    return Asked(
        proposal=proposal(),
        effect=Effect(
            tool="email.send", action_type="send_email", arguments={"subject": "Hello", "body": "Hello Raj."},
            recipients=(RAJ_MAIL,), external=True, content="Subject: Hello\r\n\r\nHello Raj.",
        ),
        about=_seen(),
        findings=Criticized(findings=()),
        history=History(mails=LAST),
        level="L1",
        since_short=days_ago(3),
        since_long=days_ago(14),
        mails_day=1,
        discount_quarter=Decimal(0),
    )  # fmt: skip


def unturned(asked: Asked) -> Asked:
    """Leave everything as it is."""
    return asked


def story(change: Callable[[Story], Story]) -> Turn:
    """Tell something more of the account."""

    def turned(asked: Asked) -> Asked:
        more = change(told())
        return replace(asked, about=looked_at(more.view(), more.around(), PROFILE, "prep"))

    return turned


def suggested(**changes: object) -> Turn:
    """Propose it otherwise."""
    return lambda asked: replace(asked, proposal=asked.proposal.model_copy(update=changes))


def by(user: str = "maya", role: Role = Role.SELLER) -> Turn:
    """Let somebody else ask."""

    def turned(asked: Asked) -> Asked:
        who = asked.about.principal.model_copy(update={"user": UserId(user), "role": role})
        return replace(asked, about=replace(asked.about, principal=who))

    return turned


def carrying(**arguments: str) -> Turn:
    """Give the effect other arguments."""
    return lambda asked: replace(asked, effect=replace(asked.effect, arguments=arguments))


def inside(asked: Asked) -> Asked:
    """Make it an effect that reaches nobody outside."""
    return replace(asked, effect=replace(asked.effect, external=False))


def outside(asked: Asked) -> Asked:
    """Make it an effect that reaches somebody outside."""
    return replace(asked, effect=replace(asked.effect, external=True))


def reversible(asked: Asked) -> Asked:
    """Make it an effect that can be taken back."""
    return replace(asked, effect=replace(asked.effect, reversible=True))


def saying(content: str) -> Turn:
    """Let other bytes leave."""
    return lambda asked: replace(asked, effect=replace(asked.effect, content=content))


def knowing(
    *,
    opt_ins: frozenset[tuple[str, str]] = frozenset(),
    open_untrusted: int = 0,
    stop: str = "off",
    under_way: int = 0,
) -> Turn:
    """Know of something else that was allowed, is open, or was stopped."""
    known = History(
        mails=LAST, opt_ins=opt_ins, open_untrusted=open_untrusted, stop_on=stop == "on",
        under_way={RAJ_MAIL: under_way},
    )  # fmt: skip
    return lambda asked: replace(asked, history=known)


def pausing() -> Turn:
    """Pause the kind of action that is asked about."""
    return lambda asked: replace(
        asked, history=replace(asked.history, paused=frozenset({asked.proposal.action_type}))
    )


def mailed(*days: int) -> Turn:
    """Remember mails to the contact, so many days ago."""
    return lambda asked: replace(asked, history=History(mails={RAJ_MAIL: [days_ago(day) for day in days]}))


def forgotten(asked: Asked) -> Asked:
    """Remember no mail to anybody."""
    return replace(asked, history=History(mails={}))


def found(rule: str, *, is_blocking: bool = False, subject: str = "p1") -> Turn:
    """Let a critic find something."""
    one = Finding(
        validator="business_rule", rule=rule, subject=subject, is_blocking=is_blocking, text=".", evidence=()
    )
    return lambda asked: replace(asked, findings=Criticized(findings=(one,)))


def blocking(domain: str, until: datetime | None = None) -> Turn:
    """Put a mail domain on the block list."""
    block = Blocked(domain=domain, reason="asked us to stop", until=until.date() if until else None)
    profile = PROFILE.model_copy(update={"competitors": Competitors(block_list=(block,))})
    return lambda asked: replace(asked, about=replace(asked.about, profile=profile))


def both(*turns: Turn) -> Turn:
    """Turn one after the other."""

    def turned(asked: Asked) -> Asked:
        for turn in turns:
            asked = turn(asked)
        return asked

    return turned


@dataclass(frozen=True, slots=True)
class Flip:
    """One fact turned over by its input."""

    fact: str
    was: Scalar
    becomes: Scalar
    after: Turn
    fault: tuple[str, str]
    """A place in the collector, and what a careless edit makes of it."""
    before: Turn = unturned
    follows: frozenset[str] = frozenset()
    """Facts that say the same thing, and turn with it."""


def turned(flips: Iterable[Flip]) -> set[str]:
    """Collect the facts that have a row."""
    return {flip.fact for flip in flips}


def zone(name: str) -> Turn:
    """Move the contact to a time zone."""
    return story(lambda told_: told_.contact("raj-patel", "2026-02-03", zone=name))


CHURNED = story(lambda s: s.tell("account.churned", "2026-01-31", "crm", account="acme"))


def two_tickets(told_: Story) -> Story:
    """Open two serious tickets."""
    return told_.opened_ticket("T-1", "2026-03-08", 2).opened_ticket("T-2", "2026-03-09", 2)


TOKYO_OPENS = datetime.fromisoformat("2026-03-10T23:00:00+00:00")
SYDNEY_OPENS = datetime.fromisoformat("2026-03-10T21:00:00+00:00")
QUIET = frozenset({"recipient.quiet_now", "recipient.opens_at"})

FLIPS = (
    Flip("action.type", "send_email", "schedule_meeting", suggested(action_type="schedule_meeting"),
         ('"action.type": proposal.action_type', '"action.type": "send_email"')),
    Flip("action.class", 1, 2, suggested(action_class=2), ("3 if effect.external else proposal.action_class", "3"),
         both(inside, suggested(action_class=1))),
    Flip("action.class", 1, 3, outside, ("3 if effect.external else proposal.action_class", "proposal.action_class"),
         both(inside, suggested(action_class=1)), frozenset({"action.external"})),
    Flip("action.external", True, False, inside, ('"action.external": effect.external', '"action.external": True')),
    Flip("action.commercial", True, False, suggested(arguments={"purpose": "service"}),
         ("not in SERVICE_SLOTS", "!= 'none'")),
    Flip("action.commercial", True, False, suggested(action_type="create_task"),
         ("proposal.action_type in COMMERCIAL and ", ""), follows=frozenset({"action.type"})),
    Flip("action.amount", Decimal(0), Decimal("1200.50"), carrying(amount="1200.50"),
         ('arguments.get("amount")', 'arguments.get("sum")')),
    Flip("action.discount_percent", Decimal(0), Decimal(12), carrying(discount_percent="12"),
         ('arguments.get("discount_percent")', 'arguments.get("percent")')),
    Flip("action.reversible", False, True, reversible, ("effect.reversible", "False")),
    Flip("action.untrusted_dependent", False, True, lambda asked: replace(asked, untrusted_dependent=True),
         ('"action.untrusted_dependent": asked.untrusted_dependent', '"action.untrusted_dependent": False')),
    Flip("action.grounded", True, False, found("number_without_evidence", is_blocking=True),
         ("not asked.findings.is_blocked(proposal.id)", "True")),
    Flip("action.in_scope", True, False, suggested(account="other"),
         ("asked.proposal.account == asked.about.view.identifier and ", "")),
    Flip("action.in_scope", True, False, lambda asked: replace(asked, about=replace(asked.about, intent="account")),
         (' and asked.about.intent != "account"', "")),
    Flip("placeholders.unresolved", False, True, saying("Hello {{name}}"),
         ("(effect.content, *_texts(effect.arguments))", "_texts(effect.arguments)")),
    Flip("placeholders.unresolved", False, True, carrying(body="Grüße, {{name}}"),
         (", *_texts(effect.arguments)", ", ")),
    Flip("price.backed", True, False, found("price_not_listed"), ('"price_not_listed"', '"price"')),
    Flip("agent.level", "L1", "L3", lambda asked: replace(asked, level="L3"), ("asked.level", '"L1"')),
    Flip("principal.role", "seller", "manager", by(role=Role.MANAGER), ("about.principal.role.value", '"seller"')),
    Flip("principal.is_owner", True, False, by("tom"), ("about.principal.user == proposal.owner", "True")),
    Flip("owner.opt_in", False, True, knowing(opt_ins=frozenset({("maya", "send_email")})),
         ("(str(proposal.owner), proposal.action_type) in asked.history.opt_ins", "False")),
    Flip("owner.away", False, True, story(lambda s: s.beside(away={"maya": "tom"})),
         ("proposal.owner in about.around.away", "False")),
    Flip("confidence", Decimal("0.8"), Decimal("0.4"), lambda asked: replace(asked, calibrated=Decimal("0.4")),
         ("policy_confidence(proposal.confidence, asked.calibrated)", "policy_confidence(proposal.confidence, None)")),
    Flip("confidence", Decimal("0.8"), Decimal("0.5"), suggested(confidence=0.5),
         ("policy_confidence(proposal.confidence, asked.calibrated)", 'Decimal("0.8")')),
    Flip("recipient.verified", True, False,
         story(lambda s: s.contact("raj-patel", "2026-02-03", verified=False)), (" and person.is_verified", "")),
    Flip("recipient.verified", True, False, story(lambda s: s.contact("raj-patel", "2026-02-03", email="r@x.example")),
         ("person is not None and person.is_verified", "person is None or person.is_verified")),
    Flip("recipient.opted_out", False, True, story(lambda s: s.consent("raj-patel", "2026-03-01")),
         (" and person.has_opted_out", " and False")),
    Flip("recipient.undeliverable", False, True, story(lambda s: s.bounce(RAJ_MAIL, "2026-03-03")),
         ("address in unreachable", "False")),
    Flip("recipient.first_mail", False, True, forgotten, ("not history.mails.get(address)", "False")),
    Flip("recipient.first_mail", False, True, mailed(),
         ("not history.mails.get(address)", "address not in history.mails")),
    Flip("recipient.blocked", False, True, blocking("acme.example"),
         ("any(_is_blocked(asked, address) for address in outside)", "False")),
    Flip("recipient.touches_3bd", 0, 1, mailed(40, 1), ("asked.since_short", "about.now"), mailed(40, 10)),
    Flip("recipient.touches_14d", 0, 1, mailed(40, 14), ("asked.since_long", "asked.since_short")),
    Flip("recipient.touches_14d", 1, 2, mailed(40, 10, 9), ("asked.since_long", "about.now"), mailed(40, 10)),
    Flip("recipient.quiet_now", False, True, zone("Asia/Tokyo"), ("opens_at > about.now", "False"), follows=QUIET),
    Flip("recipient.opens_at", TOKYO_OPENS, SYDNEY_OPENS, zone("Australia/Sydney"),
         ('(person.text("zone") if person else None) or ', ""), zone("Asia/Tokyo")),
    Flip("account.status", "customer", "prospect", story(lambda s: s.account("2026-01-05", status="prospect")),
         ('"account.status": about.view.status', '"account.status": "customer"')),
    Flip("account.churned", False, True, CHURNED, ('about.view.status == "churned" or ', "False and "),
         follows=frozenset({"account.status"})),
    Flip("account.fire", False, True, story(lambda s: s.opened_ticket("T-1", "2026-03-08", 1)),
         ("1 in severe or ", "")),
    Flip("account.fire", False, True, story(two_tickets), (" or len(severe) >= 2", ""),
         story(lambda s: s.opened_ticket("T-1", "2026-03-08", 2))),
    Flip("contradiction.critical", False, True, found("critical_contradiction"),
         ('"critical_contradiction" in rules', "False")),
    Flip("freshness.hard_exceeded", False, True, found("hard_stale"), ('"hard_stale" in rules', "False")),
    Flip("plan.active", False, True, story(lambda s: s.plan("2026-03-01", (), status="ACTIVE")),
         ("plan.is_active for plan", "False for plan")),
    Flip("plan.active", False, True, story(lambda s: s.plan("2026-03-01", (), status="ACTIVE")),
         ("plan.is_active for plan", "True for plan"), story(lambda s: s.plan("2026-03-01", (), status="PAUSED"))),
    Flip("origin.open_untrusted", 0, 4, knowing(open_untrusted=4), ("asked.history.open_untrusted", "0")),
    Flip("action.paused", False, True, pausing(), ("in asked.history.paused", "in ()")),
    Flip("recipient.touches_14d", 0, 1, knowing(under_way=1), (" + history.under_way.get(address, 0)", ""),
         follows=frozenset({"recipient.touches_3bd"})),
    Flip("budget.exhausted", False, True, lambda asked: replace(asked, is_budget_spent=True),
         ("asked.is_budget_spent", "False")),
    Flip("total.mails_day", 1, 61, lambda asked: replace(asked, mails_day=61), ("asked.mails_day", "1")),
    Flip("total.discount_quarter", Decimal(0), Decimal("120000.50"),
         lambda asked: replace(asked, discount_quarter=Decimal("120000.50")), ("asked.discount_quarter", '"0"')),
    Flip("stop.on", False, True, knowing(stop="on"), ("asked.history.stop_on", "False")),
)  # fmt: skip
