"""`revloop import mail imaps://USER@HOST/FOLDER`: a mailbox on a server, read on from where it was left.

Invariant: no transaction is open while the server is asked; the password comes from the environment or from a file
that only its owner can read, never from the command line, and stands in no report.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from server.cli.importing_files import Belonging
from server.cli.importing_mail import always, kept_mails, tell_mails
from server.cli.options import Options
from server.cli.session import Session, opened
from state.errors import InvalidInput
from state.ids import AccountId, EventId
from state.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from tools.connectors.mail_events import Mailroom
    from tools.imap import Mailbox

PER_MINUTE, BURST = 60, 4
"""Batches of mails that a server is asked for."""


def mailbox(place: str, belonging: Belonging, common: Options) -> int:
    """Import what came to a mailbox since the last time; the first time all of it is history."""
    from tools.connectors.mail_imap import Imap
    from tools.connectors.pacing import RateLimit, paced
    from tools.connectors.port import drained
    from tools.egress import Egress

    with opened(common, sweep=False) as session:
        settings = session.settings
        source = Imap(box_of(place, settings), room_of(session, belonging), Egress(settings.named_hosts))
        cursors = Cursors(settings.tenant_folder(session.tenancy.id) / "cursors.json")
        since = cursors.of(source.name)
        limit = RateLimit(PER_MINUTE, BURST)
        wall = session.parts.clock.wall
        read = drained(paced(source.deltas(since), limit, wall, lambda pause: sleep(pause.total_seconds())))
        name = f"mail-{source.box.host}"
        told = kept_mails(session, read, name, sources=("mail",), is_json=common.json, since=since or "")
        cursors.keep(source.name, read.cursor)
        return tell_mails(session, told, read, is_json=common.json)


def box_of(place: str, settings: Settings) -> "Mailbox":
    """Read where a mailbox is. Raises: InvalidInput naming what is missing."""
    from tools.imap import Mailbox, password_of

    box = Mailbox.of(place, "", settings.named_hosts, "path")
    if box.password:
        raise InvalidInput(
            "A password does not belong into a command.", field="path",
            remedy="Set REVLOOP_IMAP_PASSWORD, or REVLOOP_IMAP_PASSWORD_FILE.",
        )  # fmt: skip
    return replace(box, password=password_of(settings))


def room_of(session: Session, belonging: Belonging) -> "Mailroom":
    """Say for whom mails are read; each question to the database is a transaction of its own."""
    from graphs.perceiving.resolving import account_of
    from tools.connectors.mail_events import Mailroom
    from tools.connectors.port import Setting

    tenancy, stores = session.tenancy, session.parts.stores

    def resolve(addresses: Sequence[str]) -> AccountId | None:
        with stores.read(tenancy.id) as unit:
            return account_of(unit)(addresses)

    def known(name: EventId) -> "datetime | None":
        with stores.read(tenancy.id) as unit:
            event = unit.events.get(name)
        return None if event is None else event.time

    setting = Setting(
        tenant=tenancy.id,
        zone=tenancy.profile.company.zone,
        now=tenancy.now,
        resolve=always(session, belonging) or resolve,
        own={user.email.lower(): user.id for user in tenancy.users if user.email},
    )
    company = tenancy.profile.company
    return Mailroom(setting, company.is_inside, session.parts.clock.wall(), known)


@dataclass(frozen=True)
class Cursors:
    """Where sources that are read on were left; losing it costs a second reading, which changes nothing."""

    file: Path

    def of(self, source: str) -> str | None:
        """Give the cursor of a source; None when it was never read."""
        return self._all().get(source)

    def keep(self, source: str, cursor: str | None) -> None:
        """Write it down, whole or not at all."""
        if cursor is not None:
            draft = self.file.with_suffix(".part")
            draft.write_text(json.dumps({**self._all(), source: cursor}, sort_keys=True), encoding="utf-8")
            draft.chmod(0o600)
            draft.replace(self.file)

    def _all(self) -> dict[str, str]:
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}
