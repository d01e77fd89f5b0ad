"""Situations computed by hand: deltas, and what they add up to, with the arithmetic beside each.

The clock is Tuesday 10 March 2026; every source is connected and fresh. Weights of health: usage 35, support 25,
relationship 20, commercial 10, satisfaction 10, renormalised over those present. A bare `customer()` has support 100
(connected, no ticket), relationship 0 (never touched), commercial 100: (25·100 + 20·0 + 10·100) ÷ 55 = 63.6 → 64.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.build import Story
from tests.unit.synthesis.stories import customer, granite, harbor

BARE = {"support": 100, "relationship": 0, "commercial": 100}


@dataclass(frozen=True)
class Computed:
    """A story and what follows from it; what is left out is not compared."""

    story: Callable[[], Story]
    posture: str | None = None
    momentum: str | None = None
    up: frozenset[str] | None = None
    down: frozenset[str] | None = None
    health: int | str | None = None
    """`none` where there is no number."""
    components: Mapping[str, int] | None = None
    contradictions: frozenset[str] | None = None
    unknowns: tuple[str, ...] | None = None
    people: Mapping[str, tuple[str, str, str | None]] | None = None
    """Name → stance, influence, who says champion."""
    known: Mapping[str, int] = field(default_factory=dict)
    """Method → elements known."""


def prospect(name: str = "rowan") -> Story:
    """Tell of a company that bought nothing yet."""
    return Story(name).account(name=name.title(), owner="maya", created_on="2024-09-10")


def rated(*ratings: int) -> Story:
    """Tell of a customer who closed and rated tickets of severity 4."""
    story = customer()
    for number, rating in enumerate(ratings):
        story.opened_ticket(f"T-{number}", "2026-02-02", 4).ticket(
            f"T-{number}", "2026-02-03", status="closed", rating=rating
        )
    return story


def touched(days: str, *more: str) -> Story:
    """Tell of a customer whose people wrote on these days, one person per day."""
    story = customer()
    for number, day in enumerate((days, *more)):
        story.person(f"P{number} One").mail_in(f"p{number}@acme.example", day, "All fine.")
    return story


def staged(*moves: tuple[str, str]) -> Story:
    """Tell of a prospect with one deal that went through stages."""
    story = prospect()
    for day, stage in moves:
        story.deal(day, name="Rowan 1", stage=stage, amount="50000", currency="USD")
    return story


def qualified(day: str) -> Story:
    """Tell of a deal with three fields filled and two roles set."""
    story = prospect().person("Eve Buyer", "2026-01-10", roles=["economic_buyer"])
    story.person("Cal Champ", "2026-01-10", roles=["champion"])
    story.deal("2026-02-20", stage="Evaluation", amount="50000", currency="USD", close_on="2026-06-30")
    return story.deal(day, identified_pain="Late routes", metrics="2 h a day", decision_criteria="Price")


HAND: dict[str, Computed] = {
    # (2500 + 0 + 1000) ÷ 55 = 63.6; 64 ≥ 60 by 3 inputs. Touches and tickets are known and flat: 2 drivers < 3.
    "a bare customer": Computed(
        customer, "HEALTHY", "UNKNOWN", frozenset(), frozenset(), 64, BARE, frozenset(),
        known={"MEDDPICC": 0, "BANT": 0, "SPICED": 1},  # contract.ends_on is the critical event
    ),
    # commercial 100 − 30 = 70: (2500 + 0 + 700) ÷ 55 = 58.2; 58 is in 40–59.
    "an overdue invoice": Computed(
        lambda: customer(invoice_overdue=True), "WATCH", health=58, components={**BARE, "commercial": 70}
    ),
    # commercial 100 − 30 = 70; a notice makes it critical whatever the number.
    "a notice received": Computed(
        lambda: customer(notice_received_on="2026-03-02"), "CRITICAL", health=58
    ),
    # commercial 100 − 30 − 30 − 20 = 20: (2500 + 0 + 200) ÷ 55 = 49.1.
    "invoice, notice and downgrade": Computed(
        lambda: customer(invoice_overdue=True, notice_received_on="2026-03-02", downgraded_on="2026-01-02"),
        "CRITICAL", health=49, components={**BARE, "commercial": 20},
    ),
    # downgrade 180 d before 10 March = 11 September: 100 − 20 = 80; (2500 + 0 + 800) ÷ 55 = 60.0, the border.
    "a downgrade 180 days ago": Computed(lambda: customer(downgraded_on="2025-09-11"), "HEALTHY", health=60),
    # one day earlier it no longer counts: 64 again.
    "a downgrade 181 days ago": Computed(lambda: customer(downgraded_on="2025-09-10"), "HEALTHY", health=64),
    # support 100 − 2·40 = 20: (500 + 0 + 1000) ÷ 55 = 27.3. Tickets 2 against 0: 2 more, an inverse driver.
    "two severe tickets": Computed(
        lambda: customer().opened_ticket("T-1", "2026-03-09", 1).opened_ticket("T-2", "2026-03-09", 1),
        "AT_RISK", "UNKNOWN", frozenset(), frozenset({"tickets"}), 27, {**BARE, "support": 20},
    ),
    # three of severity 1: 100 − 120 is floored at 0: (0 + 0 + 1000) ÷ 55 = 18.2.
    "support has a floor": Computed(
        lambda: customer().opened_ticket("T-1", "2026-03-09", 1).opened_ticket("T-2", "2026-03-09", 1)
        .opened_ticket("T-3", "2026-03-09", 1), "AT_RISK", health=18, components={**BARE, "support": 0},
    ),
    # support 100 − 20 (open sev 2) − 10 (reopened on 5 March, 5 d ago) = 70: (1750 + 0 + 1000) ÷ 55 = 50.0.
    "a reopened ticket": Computed(
        lambda: customer().opened_ticket("T-1", "2026-03-04", 2).ticket("T-1", "2026-03-05", reopened=True),
        "WATCH", health=50, components={**BARE, "support": 70},
    ),
    # ratings 2, 3, 4: mean 3 · 20 = 60; (2500 + 0 + 1000 + 600) ÷ 65 = 63.1.
    "three ratings": Computed(lambda: rated(2, 3, 4), "HEALTHY", health=63, components={**BARE, "satisfaction": 60}),
    # two ratings are fewer than three: satisfaction is missing, 64.
    "two ratings": Computed(lambda: rated(5, 5), health=64, components=BARE),
    # last mail 24 February, 14 d ago, inside the grace: 100 − 0 + 0; (2500 + 2000 + 1000) ÷ 55 = 100.
    "a touch 14 days ago": Computed(lambda: touched("2026-02-24"), "HEALTHY", health=100),
    # 4 February is 34 d ago: 100 − (34 − 14) = 80; (2500 + 1600 + 1000) ÷ 55 = 92.7.
    "a touch 34 days ago": Computed(
        lambda: touched("2026-02-04"), health=93, components={**BARE, "relationship": 80}
    ),
    # the same with a second active contact: 80 + 10 = 90; (2500 + 1800 + 1000) ÷ 55 = 96.4.
    "two active contacts": Computed(
        lambda: touched("2026-02-04", "2026-02-03"), health=96, components={**BARE, "relationship": 90}
    ),
    # 28-d mean 45 against 50: 90; (35·90 + 2500 + 0 + 1000) ÷ 90 = 73.9. −5 is not beyond 10 % of 50: flat.
    # Known drivers: touches, users, tickets = 3, none moved.
    "usage a tenth lower": Computed(
        lambda: customer().usage([50] * 172 + [45] * 28), "HEALTHY", "FLAT", frozenset(), frozenset(), 74,
        {**BARE, "usage": 90},
    ),
    # seats used 40 of 100 are under half: usage is capped at 60; 21 + 25 + 20 + 10 + 10 = 86.
    "few seats used": Computed(
        harbor, "HEALTHY", health=86,
        components={"usage": 60, "support": 100, "relationship": 100, "commercial": 100, "satisfaction": 100},
    ),
    # customer since 9 January, 60 d: onboarding to the day; 64 keeps WATCH away.
    "sixty days a customer": Computed(lambda: customer(since="2026-01-09"), "ONBOARDING", health=64),
    # 61 d: the next rules; 64 is healthy.
    "sixty-one days a customer": Computed(lambda: customer(since="2026-01-08"), "HEALTHY", health=64),
    # an open expansion before any stage that asks for meetings: no risk is live.
    "an expansion": Computed(
        lambda: customer().deal("2026-03-02", kind="expansion", stage="Prospecting", name="More"), "EXPANDING"
    ),
    # churned comes first, whatever else holds.
    "a churned customer": Computed(
        lambda: customer(notice_received_on="2026-01-02").tell("account.churned", "2026-02-02", "crm", account="acme"),
        "CHURNED",
    ),
    # only relationship (0) has data: 1 input < 3, no number; nothing proves a posture.
    "a prospect without a word": Computed(
        prospect, "UNKNOWN", "UNKNOWN", health="none", components={"relationship": 0}
    ),
    # 17 February is 21 d ago: engaged to the day; one day more is quiet; 10 December is 90 d ago: dormant.
    "in touch 21 days ago": Computed(lambda: prospect().mail_in("x@rowan.example", "2026-02-17", "Hi."), "ENGAGED"),
    "in touch 22 days ago": Computed(lambda: prospect().mail_in("x@rowan.example", "2026-02-16", "Hi."), "QUIET"),
    "in touch 89 days ago": Computed(lambda: prospect().mail_in("x@rowan.example", "2025-12-11", "Hi."), "QUIET"),
    "in touch 90 days ago": Computed(lambda: prospect().mail_in("x@rowan.example", "2025-12-10", "Hi."), "DORMANT"),
    # Prospecting → Discovery on 1 March, 9 d ago: +1 place. Stage up, touches and tickets flat: one driver < 2, FLAT.
    "a stage up": Computed(
        lambda: staged(("2026-01-05", "Prospecting"), ("2026-03-01", "Discovery")), "ADVANCING", "FLAT",
        frozenset({"stage"}), frozenset(), unknowns=("identified_pain", "next_step"),  # 50,000 ÷ 1, then ÷ 2
    ),
    # stage +1 and four mails (1–7 March) against none: two up, none down.
    "up by stage and touches": Computed(
        lambda: staged(("2026-01-05", "Prospecting"), ("2026-03-01", "Discovery"))
        .mail_in("x@rowan.example", "2026-03-01", "a").mail_in("x@rowan.example", "2026-03-03", "b")
        .mail_in("x@rowan.example", "2026-03-05", "c").mail_in("x@rowan.example", "2026-03-07", "d"),
        "ADVANCING", "UP", frozenset({"stage", "two_way_touches"}), frozenset(),
    ),
    # stage +1, but 0 mails now against 2 in the 28 days before (13 January – 10 February): one up, one down.
    "up and down": Computed(
        lambda: staged(("2025-12-05", "Prospecting"), ("2026-03-01", "Discovery"))
        .mail_in("x@rowan.example", "2026-01-20", "a").mail_in("x@rowan.example", "2026-01-30", "b"),
        None, "MIXED", frozenset({"stage"}), frozenset({"two_way_touches"}),
    ),
    # nothing open, and the last closed deal was lost.
    "a lost deal": Computed(lambda: staged(("2026-01-05", "Discovery")).closed("2026-02-05", "lost"), "LOST"),
    # |106 − 100| = 6 > 5 % of 106 = 5.3: the CRM and the person disagree on the amount.
    "a correction beyond tolerance": Computed(
        lambda: prospect().deal("2026-02-01", amount="100").correct("Opportunity/D-1", "amount", "106", "2026-03-01"),
        contradictions=frozenset({"Opportunity/D-1.amount"}),
    ),
    # |105 − 100| = 5 ≤ 5 % of 105 = 5.25: within tolerance.
    "a correction within tolerance": Computed(
        lambda: prospect().deal("2026-02-01", amount="100").correct("Opportunity/D-1", "amount", "105", "2026-03-01"),
        contradictions=frozenset(),
    ),
    # the CRM closes on 31 March, the buyer says not before July.
    "a date the buyer denies": Computed(granite, contradictions=frozenset({"Opportunity/D-1.close_on"})),
    # three fields 18 d old and two roles 59 d old: MEDDPICC metrics, buyer, criteria, pain, champion = 5; BANT
    # authority, need, timeline (close_on) = 3; SPICED pain, impact, decision = 3.
    "five of eight known": Computed(
        lambda: qualified("2026-02-20"), known={"MEDDPICC": 5, "BANT": 3, "SPICED": 3},
        people={"Eve Buyer": ("unknown", "high", None), "Cal Champ": ("unknown", "high", "crm")},
    ),
    # filled on 9 December, 91 d ago: pain, metrics and criteria are aged; buyer and champion remain, and SPICED's
    # decision by the buyer; BANT authority and timeline.
    "aged fields do not count": Computed(
        lambda: qualified("2025-12-09"), known={"MEDDPICC": 2, "BANT": 2, "SPICED": 1}
    ),
    # a stance of 11 September is 180 d old and counts; of 10 September, 181 d, does not.
    "a stance 180 days old": Computed(
        lambda: customer().person("Ann Lee").contact("ann-lee", "2025-09-11", stance="critic", roles=["technical"]),
        people={"Ann Lee": ("critic", "medium", None)},
    ),
    "a stance 181 days old": Computed(
        lambda: customer().person("Ann Lee").contact("ann-lee", "2025-09-10", stance="critic", roles=["user"]),
        people={"Ann Lee": ("unknown", "low", None)},
    ),
    # three mails in 90 d and one act of selling for us: champion inferred, and a supporter by those words.
    "a champion by deeds": Computed(
        lambda: touched("2026-02-01").mail_in("p0@acme.example", "2026-02-10", "b")
        .mail_in("p0@acme.example", "2026-02-20", "c")
        .reads("advocacy", "2026-02-20", "I told the board we need it.", by="p0@acme.example", act="defended"),
        people={"P0 One": ("supporter", "unknown", "inferred")},
    ),
}  # fmt: skip
