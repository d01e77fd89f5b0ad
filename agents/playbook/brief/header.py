"""The head of a brief: which meeting, when and where, who comes, and why we think it takes place."""

from agents.playbook.brief.lines import clip, unique
from agents.playbook.brief.sheet import Sheet
from agents.playbook.purpose import TOPIC, Purpose, answer_to
from state.decision.brief import BriefAttendee, MeetingHeader
from state.ports.deciding import Deliberating
from state.world.judgement import Person
from state.world.records import Attendee
from state.world.view import Meeting

UNCLEAR = "unclear"
PURPOSE_WORDS = 12


def header(sheet: Sheet) -> MeetingHeader | None:
    """Head the brief with the next external meeting; None where there is none."""
    meeting = sheet.meeting
    if meeting is None or meeting.starts_at is None:
        return None
    guests = sheet.view.outside_people(meeting)
    cited = meeting.cite("title", "starts_at", "ends_at", "place", "attendees", "agenda")
    return MeetingHeader(
        id=meeting.identifier,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.text("zone") or sheet.about.around.zone,
        title=meeting.title,
        place=meeting.text("place") or "",
        attendees=tuple(attendee(sheet, guest) for guest in guests),
        purpose=sheet.purpose.kind,
        purpose_basis=sheet.purpose.basis,
        evidence=unique((*cited, *sheet.purpose.evidence)),
    )


def attendee(sheet: Sheet, guest: Attendee) -> BriefAttendee:
    """Resolve an invited person against the stakeholder map."""
    person = person_at(sheet, guest.email)
    is_known = sheet.view.contact_by_email(guest.email) is not None
    if person is None:
        return BriefAttendee(name=guest.name or guest.email, address=guest.email, is_known=is_known)
    roles = (*person.roles, *(("champion (inferred)",) if person.is_inferred_champion else ()))
    return BriefAttendee(
        name=person.name if is_known else guest.name or person.name,
        address=guest.email,
        is_known=is_known,
        roles=roles,
        stance=person.stance,
        last_touch=person.last_touch,
    )


def person_at(sheet: Sheet, address: str) -> Person | None:
    """Find the row of the stakeholder map for an address."""
    return sheet.about.person_at(address.lower())


def stated(purpose: Purpose, meeting: Meeting | None, about: Deliberating) -> Purpose:
    """Let the owner's answer, or else the agenda, speak for itself where it names no purpose we know."""
    if meeting is None or purpose.basis.startswith(("you answered", "its agenda")):
        return purpose
    answer = answer_to(about, TOPIC, meeting.key)
    said = None if answer is None else answer.text("answer")
    if answer is not None and said:
        return Purpose(clip(said, PURPOSE_WORDS), "you answered so", answer.cite("answer"))
    if meeting.agenda and not purpose.basis.startswith("its title"):
        return Purpose(clip(meeting.agenda, PURPOSE_WORDS), "its agenda says so", meeting.cite("agenda"))
    return purpose
