"""Who a proposal is for: recipients from the stakeholder map, chosen by a closed list of rules, never an address.

Invariant: a recipient is a verified contact that has neither opted out nor become unreachable, or there is none.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from heapq import nsmallest
from typing import Literal, TypeVar

from agents.playbook.expansion import sought_by
from agents.playbook.scene import Scene, is_mailable, source_of
from state.ports.deciding import Deliberating
from state.world.judgement import Person
from state.world.view import Contact, Form, Mail, Note

RecipientRule = Literal[
    "champion", "reachable_supporter", "sender_of_unanswered_mail", "requester", "economic_buyer", "new_contact",
    "form_sender", "sponsor", "promisee", "attendee", "main", "subject_contact",
]  # fmt: skip
"""main: the champion, else who was last in two-way touch; sponsor: economic buyer, else main."""

T = TypeVar("T")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def recipient(rule: RecipientRule, scene: Scene) -> Person | None:
    """Choose the recipient, or nobody."""
    person = _RULES[rule](scene)
    return person if person is not None and is_mailable(scene.about, person) else None


def person_of(about: Deliberating, address: str) -> Person | None:
    """Find the row of the stakeholder map for an address of a CRM contact."""
    contact = about.view.contact_by_email(address)
    return None if contact is None else about.person(contact.key)


def champion(about: Deliberating) -> Person | None:
    """Choose the champion that a user or the CRM has set, else the inferred one."""
    return _once("champion", _champion, about)


def _champion(about: Deliberating) -> Person | None:
    named = [person for person in about.judgement.people if "champion" in person.roles]
    inferred = [person for person in about.judgement.people if person.is_inferred_champion]
    return min(named or inferred, key=_recency, default=None)


def economic_buyer(about: Deliberating) -> Person | None:
    """Choose the economic buyer, never inferred."""
    return _once("economic buyer", _economic_buyer, about)


def _economic_buyer(about: Deliberating) -> Person | None:
    return next((person for person in about.judgement.people if "economic_buyer" in person.roles), None)


def _once(name: str, choose: Callable[[Deliberating], T], about: Deliberating) -> T:
    """Go through the people of a judgement once, however often somebody asks."""
    return about.view.once(name, (about.judgement.people,), lambda: choose(about))


def main_contact(about: Deliberating) -> Person | None:
    """Choose whom a seller would write to: the champion, else who was last in touch."""
    return champion(about) or _once("last in touch", _nearest, about)


def _nearest(about: Deliberating) -> Person | None:
    known = [person for person in about.judgement.people if person.subject is not None]
    return min(known, key=_recency, default=None)


def _recency(person: Person) -> tuple[bool, float, str]:
    last = person.last_touch or _NEVER
    return (person.is_unreachable, -last.timestamp(), person.address)


def _supporter(scene: Scene) -> Person | None:
    first = _once("supporters", _supporters, scene.about)
    return next((one for one in first if one.subject != scene.subject), None)


def _supporters(about: Deliberating) -> Sequence[Person]:
    """Choose the two best placed, as one of them may be whom the matter is about."""
    people = (person for person in about.judgement.people if is_mailable(about, person))
    return nsmallest(2, people, key=_support)


def _support(person: Person) -> tuple[bool, bool, bool, float, str]:
    return (person.stance == "critic", person.stance != "supporter", *_recency(person))


def _requester(scene: Scene) -> Person | None:
    address = sought_by(scene)
    found = None if address is None else person_of(scene.about, address)
    return found or main_contact(scene.about)


def _unanswered(scene: Scene) -> Person | None:
    said_in = source_of(scene.view, scene.node)
    return (
        person_of(scene.about, said_in.sender) if isinstance(said_in, Mail) and said_in.is_inbound else None
    )


def _form_sender(scene: Scene) -> Person | None:
    form = scene.as_(Form)
    return None if form is None else person_of(scene.about, form.sender)


def _subject_contact(scene: Scene) -> Person | None:
    contact = scene.as_(Contact)
    return None if contact is None else scene.about.person(contact.key)


def _promisee(scene: Scene) -> Person | None:
    """Choose whom the promise was made to: who took part in the note, or who got the mail; else the main contact."""
    said_in = source_of(scene.view, scene.node)
    match said_in:
        case Note():
            addresses = said_in.texts("participants")
        case Mail():
            addresses = (said_in.sender,) if said_in.is_inbound else said_in.recipients
        case _:
            addresses = ()
    people = [person for address in addresses if (person := person_of(scene.about, address)) is not None]
    reachable = [person for person in people if is_mailable(scene.about, person)]
    return min(reachable, key=_recency, default=None) or main_contact(scene.about)


def _attendee(scene: Scene) -> Person | None:
    if scene.meeting is None:
        return None
    addresses = [person.email for person in scene.meeting.attendees if person.status != "declined"]
    people = [person for address in addresses if (person := person_of(scene.about, address)) is not None]
    reachable = [person for person in people if is_mailable(scene.about, person)]
    return min(
        reachable, key=lambda person: ("champion" not in person.roles, *_recency(person)), default=None
    )


def _sponsor(scene: Scene) -> Person | None:
    buyer = economic_buyer(scene.about)
    if buyer is not None and is_mailable(scene.about, buyer):
        return buyer
    first = main_contact(scene.about)
    return first if first is not None and is_mailable(scene.about, first) else _supporter(scene)


_RULES: Mapping[RecipientRule, Callable[[Scene], Person | None]] = {
    "champion": lambda scene: champion(scene.about),
    "main": lambda scene: main_contact(scene.about),
    "reachable_supporter": _supporter,
    "sender_of_unanswered_mail": _unanswered,
    "requester": _requester,
    "economic_buyer": lambda scene: economic_buyer(scene.about),
    "new_contact": _subject_contact,
    "subject_contact": _subject_contact,
    "form_sender": _form_sender,
    "sponsor": _sponsor,
    "promisee": _promisee,
    "attendee": _attendee,
}
