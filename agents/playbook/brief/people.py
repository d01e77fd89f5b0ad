"""Who matters: the people who come, who should and does not, and who can no longer be reached."""

from itertools import islice, takewhile

from agents.playbook.brief.header import person_at
from agents.playbook.brief.lines import Line, Part, unique
from agents.playbook.brief.sheet import NOT_CONNECTED, Sheet
from state.evidence import Evidence
from state.world.judgement import Person
from state.world.records import Attendee

SHOWN = 5
ROLE_WORDS = {"economic_buyer": "economic buyer"}
TOUCHES = {"mail_in": "mail", "mail_out": "our mail", "call": "call", "meeting": "meeting"}
REPLIES = {"needs_action": "has not accepted", "tentative": "only tentatively", "declined": "declined"}


def people(sheet: Sheet) -> Part:
    """Say who comes to the meeting and who of weight does not; without one, who matters at the account."""
    if sheet.meeting is None:
        known = (person for person in sheet.about.judgement.people if person.subject is not None)
        rows = tuple(islice(known, SHOWN))
        if not rows and sheet.about.around.is_import_only:
            return NOT_CONNECTED
        return tuple(_row(sheet, person) for person in rows)
    guests = sheet.view.outside_people(sheet.meeting)
    coming = {guest.email.lower() for guest in guests}
    missing = [person for person in (sheet.champion, sheet.buyer) if person and person.address not in coming]
    unique_missing = list({person.address: person for person in missing}.values())
    return (
        *(_guest(sheet, guest) for guest in guests),
        *(_row(sheet, person, before="Not invited: ") for person in unique_missing),
    )


def _guest(sheet: Sheet, guest: Attendee) -> Line:
    invited = sheet.meeting.cite("attendees") if sheet.meeting else ()
    person = person_at(sheet, guest.email)
    if person is None or person.subject is None:
        name = guest.name or "Somebody"
        last = "" if person is None or person.last_touch is None else f"; {_touch(sheet, person)}"
        return Line(
            f"{name} ({guest.email}): not in the CRM{last}.", evidence=(*invited, *_touched(sheet, person))
        )
    return _row(sheet, person, after=REPLIES.get(guest.status, ""), cited=invited)


def _row(
    sheet: Sheet, person: Person, *, before: str = "", after: str = "", cited: tuple[Evidence, ...] = ()
) -> Line:
    contact = sheet.view.contact(person.subject)
    title = None if contact is None else contact.title
    roles = [ROLE_WORDS.get(role, role) for role in person.roles if role != "user"]
    roles += ["probably our champion"] if person.is_inferred_champion else []
    stance = "" if person.stance == "unknown" else person.stance
    flags = ["cannot be reached"] * person.is_unreachable + ["no mail"] * person.has_opted_out
    said = "; ".join(part for part in (_touch(sheet, person), stance, *flags, after) if part)
    who = ", ".join(part for part in (person.name, title, *roles) if part)
    return Line(
        f"{before}{who}: {said}.",
        "inferred" if person.is_inferred_champion else "fact",
        unique((*person.evidence, *_touched(sheet, person), *cited)),
    )


def _touch(sheet: Sheet, person: Person) -> str:
    if person.last_touch is None:
        return (
            "never in touch"
            if sheet.is_connected("mail") or sheet.is_connected("calendar")
            else "no touch on record"
        )
    kind = TOUCHES.get(person.last_touch_kind or "", "touch")
    return f"last {kind} {sheet.day(sheet.day_of(person.last_touch))}"


def _touched(sheet: Sheet, person: Person | None) -> tuple[Evidence, ...]:
    """Cite the record of the last touch, which carries its date."""
    if person is None or person.last_touch is None:
        return ()
    at = person.last_touch
    then = takewhile(lambda touch: touch.at == at, reversed(sheet.view.touches(at)))
    found = [touch for touch in then if touch.address == person.address]
    return found[-1].evidence if found else ()
