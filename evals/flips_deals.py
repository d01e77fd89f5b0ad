"""Flips of open deals: dates, amounts, people, paper."""

from evals.stage import Flip, Stage
from state.canonical import Json


def brightwater_busy_mailbox(stage: Stage) -> None:
    """Twin 5: the address is only full for now."""
    stage.drop("brightwater", "mail.bounced")
    stage.add(
        "brightwater", "mail.bounced", "2026-03-03 09:41", bounce="X-bounce", status_code="4.2.2",
        recipient=stage.slots["brightwater.daniel-kim.email"], diagnostic="452 4.2.2 The mailbox is full",
    )  # fmt: skip


def calder_on_block_list(stage: Stage) -> None:
    """Twin 6: nobody may approach the firm."""
    stage.blocked.append(stage.slots["calder.domain"])


def eastgate_agreed(stage: Stage) -> None:
    """Twin 8: a touch on 6 March and a signed plan with dates."""
    stage.mail("eastgate", "operations", "2026-03-06 10:00", "The order form comes back this week.")
    step: dict[str, Json] = {
        "step": "X-sign", "title": "Sign the order form", "action_type": "create_task", "status": "waiting",
        "due_at": stage.instant("2026-03-20 12:00"),
    }  # fmt: skip
    stage.add("eastgate", "plan.updated", "2026-03-06 10:30", plan="X-plan", kind="renewal", status="APPROVED",
              steps=[step])  # fmt: skip


def granite_noted(stage: Stage) -> None:
    """Twin 10: the edit of 8 March carries a note that cites a call."""
    stage.drop("granite", "deal.updated", "2026-03-08")
    stage.add(
        "granite", "deal.updated", "2026-03-08 18:20", deal=stage.slots["granite.deal"],
        close_on=stage.day("2026-03-31"), note="Call today: they confirmed the end of the quarter.",
    )  # fmt: skip


def oakhaven_sent(stage: Stage) -> None:
    """Twins 20 and 35: the price left on 5 March."""
    seats, amount = stage.slots["oakhaven.seats"], int(stage.slots["oakhaven.amount"])
    stage.add(
        "oakhaven", "mail.sent", "2026-03-05 11:00", mail="X-pricing", user="maya", subject="Pricing",
        to=[stage.slots["oakhaven.operations.email"]],
        text=f"Here is the pricing for {seats} Dispatch seats: ${amount:,} a year.",
    )  # fmt: skip


def pinnacle_only_newsletter(stage: Stage) -> None:
    """Twin 21: only our own newsletter names the rival."""
    stage.drop("pinnacle", "note.added", "2026-03-04")


def redwood_eight_percent(stage: Stage) -> None:
    """Twin 23: eight per cent is asked, which the seller may grant."""
    deal = stage.slots["redwood.deal"]
    stage.drop("redwood", "mail.received", "2026-03-04")
    stage.drop("redwood", "deal.updated", "2026-03-04", names="discount_requested_percent")
    stage.mail("redwood", "buyer", "2026-03-04 12:15",
               "Maya, to sign this quarter we would need 8 % off the list price.")  # fmt: skip
    stage.add("redwood", "deal.updated", "2026-03-04 14:00", deal=deal, discount_requested_percent="8")


def redwood_reviewed(stage: Stage) -> None:
    """Twin 24: the security review was finished on 6 March."""
    deal = stage.slots["redwood.deal"]
    stage.add("redwood", "process.updated", "2026-03-06 15:00", process=f"{deal}-security", deal=deal,
              step="security_review", status="finished")  # fmt: skip


def zephyr_six_percent(stage: Stage) -> None:
    """Twin 31: six per cent less, and no going back and forth."""
    deal, before = stage.slots["zephyr.deal"], int(stage.slots["zephyr.amount_before"])
    stage.drop("zephyr", "deal.updated", "2026-03-09", names="amount")
    stage.add("zephyr", "deal.updated", "2026-03-09 10:05", deal=deal, amount=str(before * 94 // 100))


def quarry_unlike(stage: Stage) -> None:
    """Twin 22: another domain and another city."""
    account = stage.slots["quarry-twin.account"]
    stage.add("quarry-twin", "account.updated", "2026-03-01 09:00", account=account,
              domain=f"{account}.example", city="Cardiff")  # fmt: skip


def silverline_met(stage: Stage) -> None:
    """Twin 25: the new CFO was met in person."""
    name = stage.slots["silverline.cfo.name"]
    stage.add(
        "silverline", "note.added", "2026-03-05 16:00", note="X-met", author="priya", kind="meeting",
        participants=[stage.slots["silverline.cfo.email"]], text=f"Met {name}, the new CFO, in person today.",
    )  # fmt: skip
    stage.add(
        "silverline", "contact.updated", "2026-03-05 16:10", contact=stage.slots["silverline.cfo.contact"], name=name,
        email=stage.slots["silverline.cfo.email"], title="CFO", active=True, verified=True,
    )  # fmt: skip


def oakhaven_contract_signed(stage: Stage) -> None:
    """Case 34: the deal is won while an approved mail still waits."""
    stage.add(
        "oakhaven", "deal.closed", "2026-03-10 08:00", deal=stage.slots["oakhaven.deal"], outcome="won",
        closed_on=stage.day("2026-03-10"), amount=stage.slots["oakhaven.amount"], currency="USD",
    )  # fmt: skip


def oakhaven_unrelated_note(stage: Stage) -> None:
    """Twin 34: something that has nothing to do with it is noted."""
    stage.add("oakhaven", "note.added", "2026-03-10 08:00", note="X-note", author="maya", kind="note",
              text="They have moved to another building.")  # fmt: skip


FLIPS: tuple[Flip, ...] = (
    brightwater_busy_mailbox, calder_on_block_list, eastgate_agreed, granite_noted, oakhaven_sent,
    pinnacle_only_newsletter, redwood_eight_percent, redwood_reviewed, zephyr_six_percent, quarry_unlike,
    silverline_met, oakhaven_contract_signed, oakhaven_unrelated_note,
)  # fmt: skip
