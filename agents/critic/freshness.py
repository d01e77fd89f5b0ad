"""Freshness: a class 2–3 proposal rests on sources synced lately and on facts confirmed lately enough.

Invariant: `age_days` of a citation blocks nothing; the age of its source does, or of the fact itself where the fact
ages by itself. A source past its hard limit blocks; an old role, field or price list asks for a person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.critic.review import Review, found
from state.decision.finding import Finding
from state.decision.proposal import Proposal
from state.evidence import Evidence
from state.ids import NodeKey
from state.world.profile.sources import Source
from state.world.record import NodeKind

SOFT, HARD = "soft_stale", "hard_stale"
PRICED = frozenset({"draft_quote"})


@dataclass(frozen=True, slots=True)
class _Limit:
    """How old something may be."""

    name: str
    since: datetime
    soft: timedelta
    hard: timedelta
    remedy: str
    is_source: bool


def freshness(review: Review) -> Iterator[Finding]:
    """Check everything a class 2–3 proposal rests on against the limits of the profile."""
    for proposal in review.proposals:
        if proposal.action_class not in (2, 3):
            continue
        cited: dict[str, list[Evidence]] = {}
        limits: dict[str, _Limit] = {}
        for item in proposal.evidence:
            for limit in _limits(review, item):
                older = limits.get(limit.name)
                limits[limit.name] = limit if older is None or limit.since < older.since else older
                cited.setdefault(limit.name, []).append(item)
        for name, limit in sorted(limits.items()):
            yield from _judged(review, proposal, limit, tuple(cited[name]))


def _judged(
    review: Review, proposal: Proposal, limit: _Limit, cited: tuple[Evidence, ...]
) -> Iterator[Finding]:
    age = review.about.now - limit.since
    if age <= limit.soft:
        return
    is_hard = age > limit.hard
    border = limit.hard if is_hard else limit.soft
    text = f"{limit.name} is {_span(age)} old, the limit is {_span(border)}; {limit.remedy}."
    yield found(
        "freshness",
        HARD if is_hard else SOFT,
        proposal.id,
        text,
        is_blocking=is_hard and limit.is_source,
        evidence=cited,
    )


def _limits(review: Review, item: Evidence) -> Iterator[_Limit]:
    source = review.about.profile.sources.source(item.source)
    if source is not None:
        yield from _of_source(review, source, item)
    ages = review.about.profile.judgement.confirmation
    if item.field == "roles":
        allowed = ages.contact_role
        remedy = "ask the owner to confirm who plays that part"
        yield _Limit(
            f"The role of {_title(review, item)}", item.observed_at, timedelta(days=allowed.soft_days),
            timedelta(days=allowed.hard_days), remedy, is_source=False,
        )  # fmt: skip
    if item.source == "profile" and item.record == "prices":
        allowed = ages.price_list
        yield _Limit(
            "The price list", item.observed_at, timedelta(days=allowed.soft_days),
            timedelta(days=allowed.hard_days), "ask an admin to confirm it", is_source=False,
        )  # fmt: skip
    if item.field in review.qualification:
        allowed = ages.qualification_field
        yield _Limit(
            f"The field {item.field.replace('_', ' ')} of {_title(review, item)}", item.observed_at,
            timedelta(days=allowed.soft_days), timedelta(days=allowed.hard_days), "ask the owner to confirm it",
            is_source=False,
        )  # fmt: skip


def _of_source(review: Review, source: Source, item: Evidence) -> Iterator[_Limit]:
    if source.soft_hours is None or source.hard_hours is None:
        return
    state = review.about.around.sources.get(source.name)
    by_sync = source.age_from == "sync"
    if by_sync and state is None:
        return
    since = state.synced_at if by_sync and state is not None else item.observed_at
    remedy = f"sync {source.title} first" if by_sync else "confirm the report first"
    name = source.title if by_sync else f"The report “{item.value}”"
    yield _Limit(
        name, since, timedelta(hours=source.soft_hours), timedelta(hours=source.hard_hours), remedy, is_source=by_sync
    )  # fmt: skip


def _title(review: Review, item: Evidence) -> str:
    """Name a record as people do, else by its id."""
    view = review.about.view
    named = view.contact(NodeKey(f"{NodeKind.CONTACT.value}/{item.record}")) or view.deal(item.record)
    return named.name if named is not None else item.record


def _span(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    if hours < 48:
        return "1 hour" if hours == 1 else f"{hours} hours"
    return f"{hours // 24} days"
