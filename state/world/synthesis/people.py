"""The stakeholder map: who is known, who is only an address, who speaks for us, who can be reached.

Invariant: roles come from CRM or users; only the champion may be inferred, and is marked so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from state.evidence import Evidence
from state.ids import NodeKey
from state.world.detection.departures import is_gone
from state.world.judgement import Person
from state.world.synthesis.measures import Outlook
from state.world.view import Contact, Entity, ReadingNode, Touch

Stance = Literal["supporter", "neutral", "critic", "unknown"]
_WEIGHTY = ("champion", "economic_buyer")


@dataclass(frozen=True, slots=True)
class _Address:
    """An outside address that no contact has."""

    address: str
    name: str
    record: Entity
    """The meeting, mail or form that shows it."""


def people_of(scene: Outlook) -> tuple[Person, ...]:
    """List known people, then unresolved addresses; those with a weighty role first, then the latest touched."""
    last = _last_two_way(scene)
    acts = {
        person.key: act.cite("text")
        for person, act in scene.champions
        if act is not None and not _is_denied(person)
    }
    opted, said = _opt_outs(scene), _said(scene)
    known = [
        _row(scene, person, last.get(person.email or ""), acts.get(person.key, ()), opted, said)
        for person in scene.view.contacts
    ]
    unknown = [_stranger(scene, one, last.get(one.address), opted) for one in _unresolved(scene)]
    return (*sorted(known, key=_standing), *sorted(unknown, key=_standing))


def _standing(person: Person) -> tuple[int, float, str]:
    weight = next((place for place, role in enumerate(_WEIGHTY) if role in person.roles), len(_WEIGHTY))
    return (
        0 if person.is_inferred_champion else weight,
        -(person.last_touch.timestamp() if person.last_touch else 0),
        person.address,
    )


def _last_two_way(scene: Outlook) -> dict[str, Touch]:
    return {touch.address: touch for touch in scene.two_way}


def _is_active(scene: Outlook, last: Touch | None) -> bool:
    return last is not None and scene.days_since(last.at) <= scene.profile.judgement.active_contact_days


def _row(
    scene: Outlook,
    person: Contact,
    last: Touch | None,
    act: tuple[Evidence, ...],
    opt_outs: Mapping[str, datetime],
    said: Mapping[NodeKey, tuple[Stance, ReadingNode]],
) -> Person:
    opted = opt_outs.get(person.email or "")
    stance, shown_by = _stance(scene, person, said.get(person.key))
    roles = person.claim("roles")
    set_by = roles.source if person.is_champion and roles is not None else None
    return Person(
        subject=person.key,
        name=person.name,
        address=person.email or "",
        roles=person.roles,
        stance=stance,
        stance_evidence=shown_by,
        influence=scene.profile.judgement.influence.of(person.roles),
        last_touch=last.at if last else None,
        last_touch_kind=last.kind if last else None,
        is_active=_is_active(scene, last),
        is_inferred_champion=bool(act),
        champion_by="inferred" if act else set_by,
        is_unreachable=is_gone(scene, person),
        has_opted_out=person.has_opted_out or (opted is not None and not _opted_in_after(person, opted)),
        evidence=(*person.cite("name", "title", "roles"), *act, *(last.evidence if last else ())),
    )


def _stance(
    scene: Outlook, person: Contact, said: tuple[Stance, ReadingNode] | None
) -> tuple[Stance, tuple[Evidence, ...]]:
    """Read where a person stands from the newest recent statement: what was recorded, else what they said."""
    days = scene.profile.judgement.stance_days
    claim = person.claim("stance")
    recorded = _STANCES.get(str(claim.value)) if claim is not None else None
    is_newer = claim is not None and (
        said is None or claim.source == "user" or claim.valid_from >= said[1].at
    )
    if claim is not None and recorded is not None and is_newer:
        is_recent = scene.days_since(claim.valid_from) <= days
        return (recorded, (claim.evidence(),)) if is_recent else ("unknown", ())
    if said is not None and scene.days_since(said[1].at) <= days:
        return said[0], said[1].cite("text")
    return "unknown", ()


_STANCES: dict[str, Stance] = {"supporter": "supporter", "neutral": "neutral", "critic": "critic"}


def _said(scene: Outlook) -> dict[NodeKey, tuple[Stance, ReadingNode]]:
    """Shape: person → the stance that their newest telling words show."""
    rule = scene.profile.judgement.stance_said
    shows: dict[str, Stance] = {
        **dict.fromkeys(rule.supporter, _STANCES["supporter"]),
        **dict.fromkeys(rule.critic, _STANCES["critic"]),
    }
    telling = [one for one in scene.view.readings if one.topic in shows and one.speaker == "them"]
    found: dict[NodeKey, tuple[Stance, ReadingNode]] = {}
    for reading in sorted(telling, key=lambda one: (one.at, one.key)):
        speaker = scene.view.speaker_of(reading)
        if speaker is not None:
            found[speaker.key] = (shows[reading.topic], reading)
    return found


def _is_denied(person: Contact) -> bool:
    """Tell whether a user set the roles without champion: that says the person is none."""
    claim = person.claim("roles")
    return claim is not None and claim.source == "user" and not person.is_champion


def _opt_outs(scene: Outlook) -> dict[str, datetime]:
    """Shape: address → when its owner asked in words for no more mail."""
    return {
        by.lower(): reading.at
        for reading in sorted(scene.view.readings, key=lambda one: (one.at, one.key))
        if reading.topic == "opt_out" and "@" in (by := reading.text("by") or "")
    }


def _opted_in_after(person: Contact, said: datetime) -> bool:
    claim = person.claim("mail_consent")
    return claim is not None and claim.value == "opted_in" and claim.valid_from > said


def _stranger(scene: Outlook, one: _Address, last: Touch | None, opt_outs: Mapping[str, datetime]) -> Person:
    return Person(
        subject=None,
        name=one.name or one.address,
        address=one.address,
        roles=(),
        last_touch=last.at if last else None,
        last_touch_kind=last.kind if last else None,
        is_active=_is_active(scene, last),
        has_opted_out=one.address in opt_outs,
        evidence=one.record.cite("title", "subject", "sender", "attendees"),
    )


def _unresolved(scene: Outlook) -> list[_Address]:
    nobody = scene.limits.stakeholder_changed.distribution_names
    known = {person.email for person in scene.view.contacts}
    found: dict[str, _Address] = {}
    for address, name, record in _addresses(scene):
        if address in known or scene.view.is_inside(address) or address.partition("@")[0] in nobody:
            continue
        if address not in found or (name and not found[address].name):
            found[address] = _Address(address, name, record)
    return list(found.values())


def _addresses(scene: Outlook) -> Iterator[tuple[str, str, Entity]]:
    for meeting in scene.view.meetings:
        for guest in () if meeting.is_off else meeting.attendees:
            yield guest.email.lower(), guest.name, meeting
    for mail in scene.view.mails:
        if mail.is_inbound and mail.is_personal:
            yield mail.sender, mail.text("sender_name") or "", mail
    for form in scene.view.forms:
        if not form.flag("spam"):
            yield form.sender, form.text("sender_name") or "", form
