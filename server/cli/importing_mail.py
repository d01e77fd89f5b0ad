"""`revloop import mail|feed`: mails and news become events of a company that is there."""

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.importing_files import NOBODY, Belonging
from server.cli.importing_report import Told, refuse_nothing, synced, taken, tell, write_rejected
from server.cli.options import PLAIN, Options
from server.cli.session import Session, opened

if TYPE_CHECKING:
    from graphs.perceiving.outcomes import FollowedUp
    from state.ports.unit import Unit
    from tools.connectors.feed import Directory, Newsroom
    from tools.connectors.mail_events import Mailroom
    from tools.connectors.port import Drained, Resolve, Setting

INWARD = "Check the address; a host inside the network must be named in REVLOOP_INSIDE_HOSTS."


def mail(
    path: Annotated[
        str,
        Parameter(
            help="Mail (.eml), mailbox (mbox, Maildir), a folder of them, or imaps://USER@HOST/FOLDER."
        ),
    ],
    /,
    *,
    belonging: Belonging = NOBODY,
    common: Options = PLAIN,
) -> int:
    """Import mails: received, sent by one of us, returned; answers are matched to the mails we sent."""
    from tools.connectors.mail_files import mail_files
    from tools.connectors.port import drained

    if path.startswith(("imap://", "imaps://")):
        from server.cli.importing_mailbox import mailbox

        return mailbox(path, belonging, common)
    with opened(common, sweep=False) as session:
        with _mailroom(session, belonging) as room:
            files = mail_files(Path(path), room)
            read = _joined([drained(one.deltas(None)) for one in files.connectors])
        if not read.events:
            refuse_nothing(read, "mails", "Name mails with a sender: .eml files, an mbox or a Maildir.")
        sources = ("mail",) if belonging.complete else ()
        told = kept_mails(
            session, read, f"mail-{Path(path).stem}", files.others, sources, is_json=common.json
        )
        return tell_mails(session, told, read, is_json=common.json)


def tell_mails(session: Session, told: Told, read: "Drained", *, is_json: bool) -> int:
    """Match answers to the mails we sent, and report both."""
    from graphs.perceiving.outcomes import follow_up

    followed = follow_up(session.parts, session.tenancy, session.principal, read.events)
    if not is_json:
        _tell_answers(followed)
    return tell(session, told, is_json=is_json, also=_answers(followed))


def feed(
    place: Annotated[str, Parameter(help="Web address of an RSS or Atom feed, or a file with one.")],
    /,
    *,
    common: Options = PLAIN,
) -> int:
    """Import news: each report goes to the company it is surely about, the rest is parked."""
    from tools.connectors.feed import Feed, feed_file
    from tools.connectors.port import drained
    from tools.egress import Egress

    is_web = place.startswith(("http://", "https://"))
    with opened(common, sweep=False) as session:
        with _newsroom(session) as room:
            egress = Egress(session.settings.named_hosts)
            source = Feed(place, room, egress) if is_web else feed_file(Path(place), room)
            read = drained(source.deltas(None))
        if not read.events:
            refuse_nothing(
                read, "reports", "Name an RSS or Atom feed whose entries have a headline and a date."
            )
        name = "feed" if is_web else f"feed-{Path(place).stem}"
        told = kept_mails(session, read, name, sources=("news",) if is_web else (), is_json=common.json)
        return tell(session, told, is_json=common.json)


def kept_mails(
    session: Session,
    read: "Drained",
    name: str,
    others: Sequence[str] = (),
    sources: Sequence[str] = (),
    *,
    is_json: bool,
    since: str | None = None,
) -> Told:
    """Store what was read, and write down what was left out."""
    at = session.tenancy.now
    is_read_on = since is not None
    said = (synced(session.tenancy.id, source, at, is_read_on=is_read_on) for source in sources)
    events = [*read.events, *said]
    imported = taken(session, events, name.replace("-", ":", 1), read, is_quiet=is_json, since=since)
    kinds = dict(sorted(Counter(one.type for one in read.events).items()))
    return Told(imported, kinds, read, others, write_rejected(session, name, read))


def _joined(parts: "Sequence[Drained]") -> "Drained":
    """Tell several sources as one."""
    from tools.connectors.port import Drained

    return Drained(
        events=tuple(one for part in parts for one in part.events),
        rejects=tuple(one for part in parts for one in part.rejects),
        remarks=tuple(one for part in parts for one in part.remarks),
        files=tuple(one for part in parts for one in part.files),
        cursor=None,
        wholes=tuple(one for part in parts for one in part.wholes),
    )


def _answers(followed: "FollowedUp") -> dict[str, object]:
    """Count the answers by what they say."""
    kinds = Counter(one.reply.outcome for one in followed.outcomes)
    return {
        "answers": {
            "recorded": len(followed.outcomes),
            "counted": followed.counted,
            **dict(sorted(kinds.items())),
        },
        "opted_out": list(followed.opted_out),
    }


def _tell_answers(followed: "FollowedUp") -> None:
    from server.cli.printing import show
    from server.render.inert import one_line
    from server.render.layout import line

    kinds = Counter(one.reply.value.replace("_", " ") for one in followed.outcomes)
    if kinds:
        listed = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        show(line(f"Answers to mails of ours: {listed}"))
    for contact in followed.opted_out:
        show(line(f"{one_line(contact)} wants no more mail; no mail will be sent there."))


@contextmanager
def _mailroom(session: Session, belonging: Belonging) -> "Generator[Mailroom]":
    from tools.connectors.mail_events import Mailroom

    with session.parts.stores.read(session.tenancy.id) as unit:
        yield Mailroom(
            setting=_setting(session, unit, belonging),
            is_inside=session.tenancy.profile.company.is_inside,
            latest=session.parts.clock.wall(),
            known=lambda name: None if (event := unit.events.get(name)) is None else event.time,
        )


@contextmanager
def _newsroom(session: Session) -> "Generator[Newsroom]":
    from tools.connectors.feed import Newsroom

    with session.parts.stores.read(session.tenancy.id) as unit:
        setting = _setting(session, unit, NOBODY)
        yield Newsroom(setting, _directory(unit), session.parts.clock.wall())


def _setting(session: Session, unit: "Unit", belonging: Belonging) -> "Setting":
    """Say for whom mails or news are read; addresses are looked up while the unit is open."""
    from graphs.perceiving.resolving import account_of
    from tools.connectors.port import Setting

    tenancy = session.tenancy
    return Setting(
        tenant=tenancy.id,
        zone=tenancy.profile.company.zone,
        now=tenancy.now,
        resolve=always(session, belonging) or account_of(unit),
        own={user.email.lower(): user.id for user in tenancy.users if user.email},
    )


def always(session: Session, belonging: Belonging) -> "Resolve | None":
    """Give the account that everything belongs to, where one was named."""
    from server.cli.preparing import the_account

    if belonging.account is None:
        return None
    known = the_account(session, belonging.account)[0].account
    return lambda _: known


def _directory(unit: "Unit") -> "Directory":
    """List the companies that news can be about."""
    from tools.connectors.feed import Directory, Firm

    return Directory(
        [
            Firm(row.account, (row.name, *row.aliases), row.domain, (row.city,) if row.city else ())
            for row in unit.situations.accounts()
        ]
    )
