"""From recommendation to executed: what the machine takes of it, besides the undo hold and the person.

Units: seconds. The share is the decision, the card, the approval, and how late the effect is after its hold.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from evals.bench.table import Line
from evals.web.homes import sample_home
from evals.web.serving import Served, served

ACCOUNTS = ("oakhaven-hotels", "brightwater-utilities", "delmar-foods")
SHARE_SECONDS = 1.5
PATIENCE_SECONDS = 90.0


@dataclass
class Timed:
    """One mail on its way."""

    card: str
    decided: float
    shown: float
    approved: float = 0.0
    hold_until: datetime | None = None
    late: float = 0.0

    @property
    def share(self) -> float:
        """What the machine took."""
        return self.decided + self.shown + self.approved + self.late


def measure() -> Sequence[Line]:
    """Send some mails and follow each to the outbox."""
    with sample_home() as home, served(home, "fieldstone") as server:
        server.client.headers.update({"x-csrf": server.csrf(), "accept": "application/json"})
        mails = [mail for account in ACCOUNTS if (mail := _begun(server, account)) is not None]
        _await(server, mails)
    assert mails, "the sample company has mails that wait"
    worst = max(mails, key=lambda one: one.share)
    return [
        Line("mails followed", len(mails), ""),
        Line("decided anew", worst.decided, "s"),
        Line("card shown", worst.shown, "s"),
        Line("approval recorded", worst.approved, "s"),
        Line("late after the hold", worst.late, "s"),
        Line("machine’s share, the worst", worst.share, "s", SHARE_SECONDS),
    ]


def _begun(server: Served, account: str) -> Timed | None:
    """Decide about an account, look at its mail, and say yes."""
    begun = time.perf_counter()
    server.client.post(f"/api/accounts/{account}/prepare").raise_for_status()
    decided = time.perf_counter() - begun
    waiting = server.client.get("/api/cards", params={"limit": 100}).json()["items"]
    mail = next((one for one in waiting if one["account"] == account and one["recipients"]), None)
    if mail is None:
        return None
    begun = time.perf_counter()
    card = server.client.get(f"/api/cards/{mail['id']}").json()
    timed = Timed(card["id"], decided, time.perf_counter() - begun)
    begun = time.perf_counter()
    said = server.client.post(f"/api/cards/{card['id']}/approve", json={"shown": card["shown"]})
    said.raise_for_status()
    timed.approved = time.perf_counter() - begun
    timed.hold_until = datetime.fromisoformat(said.json()["hold_until"])
    return timed


def _await(server: Served, mails: Sequence[Timed]) -> None:
    """See when each mail is in the outbox; before its hold is over nobody looks."""
    ends, left = time.monotonic() + PATIENCE_SECONDS, list(mails)
    while left:
        assert time.monotonic() < ends, f"not carried out: {left}"
        time.sleep(0.02)
        for one in [mail for mail in left if mail.hold_until is None or datetime.now(UTC) > mail.hold_until]:
            if server.client.get(f"/api/cards/{one.card}").json()["status"] == "executed":
                assert one.hold_until is not None, "an approved mail is held"
                one.late = (datetime.now(UTC) - one.hold_until).total_seconds()
                left.remove(one)
