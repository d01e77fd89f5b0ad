"""What became of the mails we sent: answers are matched to them, classed, recorded once, and an unsubscribe is obeyed.

Invariant: an answer is matched by Message-ID within its own account alone; whatever it says only tightens (an opt-out)
or is counted, capped per origin, and never becomes an approval, an address or a fact.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graphs.parts import Parts, Tenancy, trace_of
from graphs.perceiving.world import receive
from state.canonical import Json
from state.ids import AccountId, EventId, stable_id
from state.ledger.entry import EntryDraft, Kind
from state.ports.running import CrmRecord
from state.ports.unit import Unit
from state.principal import Principal
from state.world.event import Event
from state.world.record import NodeKind
from state.world.records import ConsentChanged, MailReceived, MailSent
from state.world.reply import ReplyClass, ReplyOutcome, counted, reply_class
from state.world.resolution.address import WHOLE_DOMAIN, folded_address
from state.world.view import AccountView

SOURCE = "mail"


@dataclass(frozen=True)
class FollowedUp:
    """What the mails of one import came to."""

    outcomes: tuple[ReplyOutcome, ...] = ()
    """Answers to mails of ours, recorded now for the first time."""
    counted: int = 0
    """Of them, how many may ever be learned from."""
    opted_out: tuple[str, ...] = ()
    """Contacts who asked for no more mail and are on the list now."""


@dataclass(frozen=True, slots=True)
class _Sent:
    name: str
    addressees: frozenset[str]
    action: str = ""


@dataclass
class _SentMails:
    """Finds the mails we sent, account by account."""

    unit: Unit
    tenancy: Tenancy
    _rows: dict[AccountId, dict[str, _Sent]] = field(default_factory=dict)
    _seen: dict[AccountId, dict[str, _Sent]] = field(default_factory=dict)

    def find(self, account: AccountId, cited: Sequence[str]) -> _Sent | None:
        """Find the first cited mail that is ours and of this account."""
        found = (
            self._by_action(account).get(name) or self._imported(account, name) or self._told(account, name)
            for name in cited
        )
        return next((one for one in found if one is not None), None)

    def _by_action(self, account: AccountId) -> dict[str, _Sent]:
        if account not in self._rows:
            rows = self.unit.crm.listed(account, "mail")
            people: dict[str, set[str]] = {}
            for row in rows:
                people.setdefault(row.subject, set()).add((row.recipient or "").lower())
            self._rows[account] = {
                row.subject: _Sent(row.subject, frozenset(people[row.subject]), row.action) for row in rows
            }
        return self._rows[account]

    def _imported(self, account: AccountId, name: str) -> _Sent | None:
        event = self.unit.events.get(EventId(f"{SOURCE}:{name}"))
        if event is None or event.account != account or not isinstance(event.data, MailSent):
            return None
        people = (*event.data.to, *event.data.cc)
        return _Sent(name, frozenset(one.lower() for one in people))

    def _told(self, account: AccountId, name: str) -> _Sent | None:
        """Find a mail that a source told under a name of its own: its Message-ID is that name at our domain."""
        local, _, domain = name.rpartition("@")
        if not self.tenancy.profile.company.is_inside(f"x@{domain}"):
            return None
        if account not in self._seen:
            view = AccountView.of(self.unit.situations.load(account))
            ours = (mail for mail in view.mails if not mail.is_inbound)
            self._seen[account] = {
                one.identifier: _Sent(one.identifier, frozenset(one.recipients)) for one in ours
            }
        return self._seen[account].get(local)


def follow_up(parts: Parts, tenancy: Tenancy, principal: Principal, events: Iterable[Event]) -> FollowedUp:
    """Record what inbound mails answer, each once, and take who wants no mail off the list."""
    wanted = [event.id for event in events if isinstance(event.data, MailReceived)]
    if not wanted:
        return FollowedUp()
    with parts.stores.begin(tenancy.id) as unit:
        letters = [event for name in wanted if (event := _due(unit, tenancy, name)) is not None]
        sent = _SentMails(unit, tenancy)
        found = [(event, _class_of(tenancy, event)) for event in letters]
        outcomes = [
            one for event, reply in found if (one := _outcome(tenancy, sent, event, reply)) is not None
        ]
        new = tuple(one for one in outcomes if unit.crm.get(_record_id(tenancy, one)) is None)
        unit.crm.put([_record(tenancy, one) for one in new])
        trace = trace_of(tenancy.id, "outcomes", tenancy.now, unit.ledger.head().hash)
        stamp = tenancy.stamp(principal, trace)
        unit.ledger.append([EntryDraft(Kind.OUTCOME, stamp, _payload(tenancy, one)) for one in new])
        asked = [event for event, reply in found if reply is ReplyClass.UNSUBSCRIBE]
        gone = [one for event in asked for one in _opt_outs(unit, event) if unit.events.get(one.id) is None]
        receive(unit, gone, tenancy.profile, tenancy.now)
    per_origin = tenancy.profile.judgement.outcomes_per_origin
    people = [str(one.data.contact) for one in gone if isinstance(one.data, ConsentChanged)]
    return FollowedUp(new, len(counted(new, per_origin)), tuple(dict.fromkeys(people)))


def _due(unit: Unit, tenancy: Tenancy, name: EventId) -> Event | None:
    """Read a mail as it is kept: of two under one name the first, and none from after the clock."""
    event = unit.events.get(name)
    is_due = event is not None and event.account is not None and event.visible_at <= tenancy.now
    return event if is_due else None


def _class_of(tenancy: Tenancy, event: Event) -> ReplyClass | None:
    mail = event.data
    if not isinstance(mail, MailReceived) or mail.bulk or tenancy.profile.company.is_inside(mail.sender):
        return None
    sender = tenancy.profile.company.sender
    opt_out = sender.opt_out_address.lower() if sender is not None else None
    return reply_class(
        mail.subject,
        mail.text,
        sender=mail.sender.lower(),
        at=event.time,
        is_automatic=mail.auto_reply,
        is_to_opt_out=opt_out is not None and opt_out in {one.lower() for one in mail.to},
    )


def _outcome(
    tenancy: Tenancy, sent: _SentMails, event: Event, reply: ReplyClass | None
) -> ReplyOutcome | None:
    mail, account = event.data, event.account
    if reply is None or account is None or not isinstance(mail, MailReceived):
        return None
    cited = [name for name in (mail.in_reply_to, *reversed(mail.references)) if name]
    ours = sent.find(account, list(dict.fromkeys(cited)))
    if ours is None:
        return None
    return ReplyOutcome(
        mail=mail.mail,
        answers=ours.name,
        account=account,
        sender=mail.sender.lower(),
        is_addressee=mail.sender.lower() in ours.addressees,
        reply=reply,
        at=event.time,
        trust=tenancy.profile.sources.trust_of(event.source, NodeKind.INTERACTION.value, "text"),
        action=ours.action,
    )


def _record_id(tenancy: Tenancy, one: ReplyOutcome) -> str:
    return stable_id("cr", tenancy.id, "reply", one.mail, one.answers)


def _record(tenancy: Tenancy, one: ReplyOutcome) -> CrmRecord:
    name = _record_id(tenancy, one)
    return CrmRecord(
        id=name,
        kind="touch",
        account=one.account,
        subject=f"{NodeKind.INTERACTION.value}/{one.mail}",
        owner=None,
        action=name,
        body=_payload(tenancy, one) | {"sender": one.sender},
        at=one.at,
    )


def _payload(tenancy: Tenancy, one: ReplyOutcome) -> dict[str, Json]:
    return {
        "outcome": one.reply.outcome,
        "record": _record_id(tenancy, one),
        "mail": one.mail,
        "answers": one.answers,
        "action": one.action,
        "is_addressee": one.is_addressee,
        "trust": one.trust.value,
    }


def _opt_outs(unit: Unit, event: Event) -> list[Event]:
    """Say of every contact of the account who has exactly this address that it wants no mail."""
    mail = event.data
    if not isinstance(mail, MailReceived):
        return []
    known = unit.addresses.known([folded_address(mail.sender)])
    people = [row.contact for row in known if row.account == event.account and row.contact != WHOLE_DOMAIN]
    return [
        Event(
            id=EventId(stable_id("ev", event.tenant, event.id, ConsentChanged.type, contact)),
            tenant=event.tenant,
            account=event.account,
            source=event.source,
            type=ConsentChanged.type,
            time=event.time,
            recorded_at=event.recorded_at,
            data=ConsentChanged(contact=contact, mail_consent="opted_out"),
        )
        for contact in people
    ]
