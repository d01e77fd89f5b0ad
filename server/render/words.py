"""How a report's values are said to a seller: times in the zone, people by name, verdicts as sentences."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from graphs.telling.report import CitedOut, ProposalOut, ValueOut, VerdictOut
from server.render.inert import one_line

SOURCES = {
    "crm": "CRM", "mail": "mail", "calendar": "calendar", "support": "support", "usage": "usage", "news": "news",
    "form": "web form", "notes": "note", "note": "note", "user": "your team", "billing": "billing",
    "knowledge": "our files", "profile": "our settings",
}  # fmt: skip
OUTSIDERS = frozenset({"form", "news"})
"""Sources that anybody can write into and nobody has checked."""
SHORT = 11
"""Characters of an id that are shown; any unique beginning is understood."""


@dataclass(frozen=True)
class Reader:
    """Where the reader is, when it is, and who is who."""

    zone: str
    now: datetime
    names: Mapping[str, str] = field(default_factory=dict)
    """User id → name."""
    user: str = ""
    """Who reads; empty where it is anybody."""

    def local(self, moment: datetime, zone: str = "") -> datetime:
        """Put an instant on the reader's clock."""
        return moment.astimezone(ZoneInfo(zone or self.zone))

    def day(self, moment: datetime) -> str:
        """Write Tue 10 Mar, with the year where it is another one."""
        there = self.local(moment)
        text = f"{there:%a} {there.day} {there:%b}"
        return text if there.year == self.local(self.now).year else f"{text} {there.year}"

    def moment(self, moment: datetime, zone: str = "") -> str:
        """Write Tue 10 Mar 08:00 EDT."""
        there = self.local(moment, zone)
        return f"{self.day(moment)} {there:%H:%M} {there.tzname() or ''}".rstrip()

    def dated(self, moment: datetime) -> str:
        """Write Tue 10 Mar 2026 08:00 EDT: the clock of a page, which may stand in another year than the wall's."""
        there = self.local(moment)
        return f"{there:%a} {there.day} {there:%b %Y %H:%M} {there.tzname() or ''}".rstrip()

    def away(self, moment: datetime) -> str:
        """Say how far a moment is from now: in 2 h, tomorrow, 5 days ago."""
        days = (self.local(moment).date() - self.local(self.now).date()).days
        if days == 0:
            hours = round((moment - self.now).total_seconds() / 3600)
            return "today" if hours <= 0 else f"in {hours} h"
        if abs(days) == 1:
            return "tomorrow" if days > 0 else "yesterday"
        return f"in {days} days" if days > 0 else f"{-days} days ago"

    def person(self, user: str | None) -> str:
        """Name a user; nobody is the unassigned queue."""
        return "nobody yet" if not user else one_line(self.names.get(user, user))

    def other(self, user: str | None) -> str:
        """Name a user who is not the reader; empty where it is the reader, or nobody yet."""
        return self.person(user) if user and self.user and user != self.user else ""


SENDS = "Send it once approved: "
"""How the playbook begins a sending that follows a draft; whoever reads sees that from the verdict."""


GOES_ON = "about|after|and|as|at|before|by|for|from|in|inside|into|on|out|to|until|when|with"
"""Words after which a sentence goes on behind an account's name; any other may belong to a longer name, of a deal."""


def without(what: str, name: str) -> str:
    """Leave out what stands beside it already: the account's name, and that it waits for approval."""
    return re.sub(rf" (?:at|of) {re.escape(name)}(?=$|[:,;.]| (?:{GOES_ON})\b)", "", what.removeprefix(SENDS))


def short(name: str | None) -> str:
    """Write the beginning of an id, enough to type."""
    return (name or "")[:SHORT]


def age(days: int) -> str:
    """Say how old a source is. Units: whole days gone by, so 20 hours are neither today nor yesterday."""
    if days < 2:
        return "within a day" if days <= 0 else "a day ago"
    return f"{days} days ago" if days < 90 else f"{days // 30} months ago"


def percent(share: float) -> str:
    """Write a probability as 74 %."""
    return f"{round(share * 100)}\N{NO-BREAK SPACE}%"


def money(amount: str, currency: str) -> str:
    """Write an exact amount as people do."""
    from state.money import Money

    return str(Money(amount=Decimal(amount), currency=currency))


def worth(value: ValueOut) -> str:
    """Write an expected value with its arithmetic: never the amount of the deal."""
    shown = money(value.amount, value.currency)
    formula = one_line(value.arithmetic)
    return formula if formula.endswith(shown) else f"{shown} ({formula})"


def span(value: ValueOut) -> str:
    """Write the range of an expected value to two figures, which is as much as it can tell; empty for none."""
    if value.low is None or value.high is None:
        return ""
    low, high = (money(_two_figures(Decimal(end)), value.currency) for end in (value.low, value.high))
    return f"{low} to {high}" if low != high else ""


def _two_figures(amount: Decimal) -> str:
    return format(amount.quantize(Decimal((0, (1,), max(amount.adjusted() - 1, 0)))), "f")


def rests_on(value: ValueOut) -> str:
    """Write the range, and what the gain that it is reckoned with rests on."""
    told = span(value)
    lead = f"{told} in 8 of 10 cases; " if told else ""
    return f"{lead}the gain rests on {one_line(value.basis)}" if value.basis else told


def origin(cited: CitedOut) -> str:
    """Name a source and its age: mail, 13 days ago."""
    doubt = " (not verified)" if cited.source in OUTSIDERS else ""
    return f"{SOURCES.get(cited.source, one_line(cited.source))}{doubt}, {age(cited.age_days)}"


def origins(evidence: Sequence[CitedOut], most: int = 2) -> str:
    """Name the sources of a sentence, each once with its newest record: mail, 13 days ago; CRM, a day ago."""
    newest: dict[str, CitedOut] = {}
    for one in evidence:
        known = newest.get(one.source)
        if known is None or one.age_days < known.age_days:
            newest[one.source] = one
    told = [origin(one) for one in newest.values()]
    return "; ".join(told[:most] + ([f"+{len(told) - most}"] if len(told) > most else []))


def citation(cited: CitedOut, width: int = 100) -> str:
    """Write one source in full: the sentence or the value, whose it is, how old."""
    if cited.quote:
        return f"“{one_line(cited.quote, width)}” — {origin(cited)}"
    field, value = cited.field.replace("_", " "), one_line(cited.value, width)
    told = field if value.startswith(("{", "[")) else f"{field} {value}"
    return f"{told} — {origin(cited)}"


def citations(evidence: Sequence[CitedOut], most: int, rest: str = " (--json)") -> list[str]:
    """Write the first sources in full, each once, quotes before bare values."""
    ordered = sorted(evidence, key=lambda one: one.quote is None)
    told = list(dict.fromkeys(map(citation, ordered)))
    return told[:most] + ([f"and {len(told) - most} more{rest}"] if len(told) > most else [])


def quoted(evidence: Sequence[CitedOut], besides: str = "", width: int = 110) -> tuple[CitedOut, str] | None:
    """Find the first source whose sentence is not yet in the text, and quote it."""
    for one in evidence:
        said = one_line(one.quote or "")
        if said and said.rstrip(".") not in besides:
            return one, f"“{one_line(said, width)}”"
    return None


def sources(evidence: Sequence[CitedOut], besides: str) -> tuple[str, str]:
    """Say what a sentence rests on: the words in brackets behind it, and the quoted sentence below it, if any."""
    if not evidence:
        return "", ""
    found = quoted(evidence, besides)
    below = f"{found[1]} — {origin(found[0])}" if found else ""
    rest = [one for one in evidence if found is None or one.source != found[0].source]
    return (f"({origins(rest)})" if rest else ""), below


def verdict_words(verdict: VerdictOut, status: str | None, action_type: str = "", whose: str = "your") -> str:
    """Say what became of a proposal, in words a seller uses."""
    made = f"{MADE.get(action_type, 'done by itself').capitalize()}."
    done = {
        "executed": made if verdict.kind == "allow" else "Done after approval.",
        "approved": "Approved; it leaves when the hold is over.",
        "cancelled": "Rejected.",
        "expired": "Expired.",
        "failed": "Failed.",
        "claimed": "Being carried out.",
        "ambiguous": "Unclear whether it happened: somebody has to look.",
    }
    if status in done:
        return done[status]
    because = " ".join(one_line(reason) for reason in verdict.reasons)
    lead = {
        "deny": "Will not be done.",
        "require_approval": f"Waits for {whose} approval.",
        "clarify": "Waits for your answer.",
        "not_before": "Waits.",
        "allow": "Runs by itself after a delay." if status == "pending" else "May run by itself.",
    }[verdict.kind]
    return f"{lead} {because}".strip()


MADE = {
    "brief": "brief is ready",
    "create_task": "task is set",
    "draft_email": "draft is written",
    "research": "task is set",
}
"""What it means that a proposal of this kind ran: what it names is still to be done by a person."""
WAYS = ("done by itself", "to approve", "held by a question", "later", "will not be done", "decided")


def way(proposal: ProposalOut) -> str:
    """Sort a proposal into one of the ways it can go."""
    if proposal.status == "executed":
        return "done by itself" if proposal.verdict.kind == "allow" else "decided"
    if proposal.status in ("approved", "cancelled", "expired", "failed", "claimed", "ambiguous"):
        return "decided"
    kinds = {
        "require_approval": "to approve",
        "clarify": "held by a question",
        "deny": "will not be done",
        "not_before": "later",
        "allow": "later",
    }
    return kinds[proposal.verdict.kind]


def way_said(proposal: ProposalOut) -> str:
    """Say in words the way a proposal went: a task that is set is not yet done."""
    found = way(proposal)
    return MADE.get(proposal.action_type, found) if found == WAYS[0] else found


def in_utc(moment: datetime) -> str:
    """Write an instant as ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat()
