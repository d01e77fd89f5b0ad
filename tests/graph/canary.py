"""A person who leaves traces everywhere, and the look for them in every byte of a home."""

import base64
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import connect

from graphs.bootstrap import House
from graphs.governing.editing import Editing
from graphs.keeping.forgetting import Forgotten, find_person, forget_person
from graphs.planning.planning import Planning
from state.ids import AccountId, EventId, UserId
from state.principal import Principal, Role
from state.world.event import Event, parse_event
from state.world.situation import Situation
from state.world.whole_text import Whole, cut
from tests.graph.homes import TENANT, Home, principal_of
from tests.graph.nursery import ROOT

ACME, FJORD = AccountId("acme-corp"), AccountId("fjord-energy")
ADMIN = Principal(tenant=TENANT, user=UserId("lee"), role=Role.ADMIN)
ADDRESS, NAME, CONTACT = "c.quillfeather@acme.example", "Corvina Quillfeather", "acme-corp.quill-4711"
SECRET = "zygodactyl"
"""A word that only this person's mails hold."""
CANARIES = ("quillfeather", "quill-4711", SECRET)


def told(
    name: str, kind: str, data: Mapping[str, object], source: str = "mail", account: str | None = ACME
) -> Event:
    raw = {
        "id": name,
        "account": account,
        "source": source,
        "type": kind,
        "time": "2026-03-09T15:00:00+00:00",
    }
    return parse_event({**raw, "data": dict(data)}, TENANT)


def canary() -> list[Event]:
    """Tell of a person by record, mail, meeting, note, form, bounce, and mails that nobody could place."""
    record = {"contact": CONTACT, "name": NAME, "email": ADDRESS, "title": "COO"}
    wish = f"We need 40 more seats. My {SECRET} idea: call me on 2026-03-20. {NAME}"
    guests = [{"email": ADDRESS, "name": NAME, "status": "accepted"}, {"email": "raj.patel@acme.example"}]
    stray = {"mail": "q-3", "sender": "x@else.example", "text": f"Ask {NAME}. Bye."}
    note = {"note": "q-n", "author": "maya", "text": f"Calm day. {NAME} likes us. Raj was there."}
    return [
        told("q-contact", "contact.updated", record, "crm"),
        told("q-consent", "consent.changed", {"contact": CONTACT, "mail_consent": "opted_out"}, "crm"),
        told("q-in", "mail.received", {"mail": "q-1", "sender": ADDRESS, "subject": SECRET, "text": wish}),
        told("q-out", "mail.sent", {"mail": "q-2", "user": "maya", "to": [ADDRESS], "text": f"On {SECRET}: yes."}),
        told("q-meet", "meeting.updated", {"meeting": "q-m", "title": f"With {NAME}", "attendees": guests}, "calendar"),
        told("q-note", "note.added", note, "notes"),
        told("q-form", "form.submitted", {"form": "q-f", "kind": "demo", "sender": ADDRESS, "text": SECRET}, "form"),
        told("q-stray", "mail.received", stray, account=None),
    ]  # fmt: skip


LONG = f"{'A long day. ' * 6000} At last the {SECRET}. {NAME}"
"""A text of theirs that is cut in its event: what identifies them stands in the rest alone."""


def long_mail() -> tuple[Event, Whole]:
    """Tell a mail from them that is longer than a field may be."""
    body = {"mail": "q-9", "sender": ADDRESS, "text": cut(LONG)}
    return told("q-long", "mail.received", body), Whole(event=EventId("q-long"), field="text", text=LONG)


def again() -> Event:
    """Tell of the person once more, under another id."""
    return told(
        "q-back", "contact.updated", {"contact": "back", "name": NAME, "email": ADDRESS.title()}, "crm"
    )


def planned(house: House) -> None:
    """Set a plan aside for the person's sake, let it go on, and take a step out of it."""
    desk = Planning(house.runner, house.parts.tenancy(TENANT), principal_of(house))
    plan = desk.draft(ACME, "expansion")
    desk.approve(plan.id)
    desk.activate(plan.id)
    desk.pause(plan.id, f"{NAME} is away: the {SECRET}")
    desk.resume(plan.id)
    desk.cancel(plan.id, f"Without {NAME}", plan.steps[-1].step)


def once_in_force(house: House, home: Path) -> None:
    """Put a document in force that names the person, and then one that does not."""
    path = home / "knowledge" / "tone-guide.md"
    path.parent.mkdir(mode=0o700)
    shipped = (ROOT / "knowledge" / path.name).read_text(encoding="utf-8")
    for text in (shipped.replace("\n# ", f"\n# For {NAME}: ", 1), shipped):
        path.write_text(text, encoding="utf-8")
        editing = Editing(house.parts, house.parts.tenancy.refresh(TENANT), ADMIN)
        assert editing.activate(["knowledge"], "", editing.activate(["knowledge"], "", None).code).done
    path.unlink()


def write_files(home: Path) -> None:
    """Leave a mail that hides the name in its encoding, rejects, and a page somebody saved."""
    folder = home / "tenants" / TENANT
    body = base64.b64encode(f"Dear {NAME}, on {SECRET}".encode()).decode()
    mail = f"To: a@x.example\nContent-Transfer-Encoding: base64\nContent-Type: text/plain\n\n{body}\n"
    for place, text in (
        ("outbox/a.eml", mail), ("outbox/b.eml", "To: raj@x.example\n\nHi"), ("outbox/c.eml", f"To: {ADDRESS}\n\nHi"),
        ("rejects.csv", f"file,value\na.csv,{ADDRESS}\nb.csv,fine\n"), ("page.html", f"<p>{NAME}</p>"),
    ):  # fmt: skip
        path = folder / place
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def hits(home: Path, words: tuple[str, ...] = CANARIES) -> list[str]:
    """Name each file in whose bytes one of some words stands."""
    return sorted(
        f"{path.name}: {word}"
        for path in home.rglob("*")
        if path.is_file()
        for word in words
        if word.encode() in path.read_bytes().lower()
    )


def vectors_of_the_person(home: Path) -> list[bytes]:
    """Read the vectors of the texts that hold their word, as far as one page holds them."""
    query = "SELECT vector FROM passage_vectors JOIN passages USING (tenant, passage) WHERE body LIKE ?"
    with closing(connect(home / "revloop.db")) as database:
        return [row[0][:256] for row in database.execute(query, (f"%{SECRET}%",))]


def files_with(home: Path, needles: list[bytes]) -> set[str]:
    """Name the files that hold one of these."""
    files = [path for path in home.rglob("*") if path.is_file()]
    return {path.name for path in files if any(one in path.read_bytes() for one in needles)}


@dataclass(frozen=True)
class After:
    """A home in which the person was forgotten, as it was before and is now."""

    house: House
    home: Home
    done: Forgotten
    before: Situation
    entries_before: int


def forgotten(house: House, words: str = ADDRESS) -> Forgotten:
    """Forget somebody, as an admin."""
    tenancy = house.parts.tenancy(TENANT)
    return forget_person(house, tenancy, ADMIN, find_person(house, tenancy, words))
