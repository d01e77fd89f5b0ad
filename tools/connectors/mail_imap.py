"""Read a mailbox over IMAP: only what came since the cursor, through the one egress port, without marking it as read.

Invariant: the mailbox is opened read-only and mails are peeked at; a mail that is too large is never fetched; when the
server gives out ids anew, everything is read again, which is harmless.
Source: RFC 3501 (UIDVALIDITY, UIDNEXT); the parser is that of files.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from state.world.event import Event
from tools.connectors.mail import MAIL
from tools.connectors.mail_events import Mailroom
from tools.connectors.port import Batch, FileRead, Found, Reject
from tools.egress import Egress
from tools.imap import Folder, Mailbox, opened

TOGETHER: Final = 50
"""Mails in one batch."""
_CURSOR: Final = re.compile(r"(\d{1,10}):(\d{1,10})")


@dataclass(frozen=True)
class Imap:
    """The connector of one mailbox; its cursor is UIDVALIDITY:UIDNEXT."""

    box: Mailbox
    room: Mailroom
    egress: Egress

    @property
    def name(self) -> str:
        """Which mailbox it is."""
        return self.box.name

    def deltas(self, cursor: str | None) -> Iterator[Batch]:
        """Read what came since the cursor, in order. Raises: Unavailable, InvalidInput."""
        with opened(self.box, self.egress, "Import again: it goes on where it stopped.") as folder:
            first = _since(cursor, folder.epoch)
            waiting = [uid for uid in folder.since(first) if first <= uid < folder.after]
            parts = [waiting[start : start + TOGETHER] for start in range(0, len(waiting), TOGETHER)]
            for number, part in enumerate(parts, start=1):
                is_last = number == len(parts)
                found = [one for uid in part for one in self._read(folder, uid)]
                taken = sum(1 for one in found if isinstance(one, Event))
                onward = folder.after if is_last else part[-1] + 1
                yield Batch(
                    tuple(found),
                    f"{folder.epoch}:{onward}",
                    is_last,
                    (FileRead(self.name, len(part), taken),),
                )
            if not parts:
                yield Batch((), f"{folder.epoch}:{max(first, folder.after)}", is_last=True)

    def _read(self, folder: Folder, uid: int) -> Iterator[Found]:
        head = folder.head(uid)
        if head is None:
            return
        if head.size > MAIL:
            yield Reject(self.name, uid, "mail", "", "larger than 25 MB")
            return
        content = folder.content(uid, MAIL)
        if content is None:
            yield Reject(self.name, uid, "mail", "", "the server did not send it")
            return
        yield from self.room.found(content, self.name, uid, head.came)


def _since(cursor: str | None, epoch: int) -> int:
    """Say from which id to read: from the first where the ids are given out anew."""
    known = _CURSOR.fullmatch(cursor or "")
    return int(known[2]) if known is not None and int(known[1]) == epoch else 1
