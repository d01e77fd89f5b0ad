"""A company made of what its events say, for those who write one by hand; its file is theirs to edit afterwards."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from state.errors import InvalidInput
from state.principal import Role, User
from state.world.event import Event
from state.world.profile.company import Company, Queues
from state.world.records import AccountUpdated, ContactUpdated, MailReceived, MailSent, MeetingUpdated
from tools.connectors.csv_folder import slug
from tools.connectors.tenant_files import ADMIN, RATE_PER_HOUR, admin_of

NAMING = ("owner", "user", "author")
"""Fields that name one of our people."""


def company_of(name: str, events: Sequence[Event]) -> Company:
    """Make the company: its people are those whom events name as owner, user or author, and an admin.

    An address that begins with a person's id, at a domain of no account and no contact, is theirs, and its domain ours.

    Raises: InvalidInput where nobody is named.
    """
    people = dict.fromkeys(str(one) for event in events for one in _named(event))
    if not people:
        raise InvalidInput(
            "No event names one of your people, so nobody would own these accounts.",
            field="owner",
            remedy='Give each account an owner: {"type": "account.updated", … "data": {"owner": "maya", …}}.',
        )
    sellers = [_seller(one, name, events) for one in people]
    domains = tuple(dict.fromkeys(one.email.partition("@")[2] for one in sellers))
    admin = admin_of(domains[0])
    return Company(
        name=name.replace("-", " ").title(),
        currency=_only(events, "currency") or "USD",
        zone=_only(events, "zone") or "UTC",
        region="US",
        fiscal_year_start_month=1,
        minutes_rate_per_hour=Decimal(RATE_PER_HOUR),
        verified_domains=domains,
        users=(*sellers, *([] if ADMIN in people else [admin])),
        queues=Queues(unassigned=sellers[0].id, admin=admin.id),
    )


def _named(event: Event) -> Iterator[object]:
    found = (getattr(event.data, field, None) for field in NAMING)
    return (one for one in found if one)


def _seller(person: str, company: str, events: Sequence[Event]) -> User:
    outside = {one.data.domain for one in events if isinstance(one.data, AccountUpdated) and one.data.domain}
    outside |= {
        one.data.email.partition("@")[2]
        for one in events
        if isinstance(one.data, ContactUpdated) and one.data.email
    }
    key = slug(person)
    theirs = (
        address.lower()
        for event in events
        for address in _addresses(event)
        if address.lower().partition("@")[0].partition(".")[0] == key
        and address.partition("@")[2] not in outside
    )
    email = next(theirs, f"{key}@{company}.example")
    return User.model_validate(
        {"id": person, "name": person.replace("-", " ").title(), "email": email, "role": Role.SELLER}
    )


def _addresses(event: Event) -> tuple[str, ...]:
    match event.data:
        case MeetingUpdated() as meeting:
            return (*filter(None, [meeting.organiser]), *(one.email for one in meeting.attendees or ()))
        case MailReceived() | MailSent() as mail:
            return (*(mail.to or ()), *(mail.cc or ()))
        case _:
            return ()


def _only(events: Sequence[Event], field: str) -> str | None:
    """Read the one value that all events give a field; None where they give none or several."""
    given = {str(one) for event in events if (one := getattr(event.data, field, None))}
    return given.pop() if len(given) == 1 else None
