"""`revloop import events|ics|json|yaml`: files become events of a company."""

import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.founding import end_of, founded, is_there
from server.cli.importing_report import kept, tell, understood
from server.cli.options import PLAIN, Options
from server.cli.session import Session, house_of, opened
from state.errors import Conflict, InvalidInput, NotFound
from state.ids import TenantId

if TYPE_CHECKING:
    from datetime import datetime

    from tools.connectors.document_mapping import DocumentMapping
    from tools.connectors.documents import Reading
    from tools.connectors.folder import Listing, Outcome
    from tools.connectors.port import Drained, Found, Setting

EVENT = "See docs/events.md for the form of an event."
FORM = "Write events as in docs/events.md, or name a mapping that fits with --mapping."


@Parameter(name="*")
@dataclass(frozen=True)
class Belonging:
    """Whose the records are, and whether silence counts."""

    account: Annotated[
        str | None, Parameter(help="Account that everything in it belongs to; else the mail addresses say.")
    ] = None
    complete: Annotated[
        bool,
        Parameter(
            negative="", help="Nothing is missing: what is not in it did not happen.", show_default=False
        ),
    ] = False


NOBODY = Belonging()
MappingFile = Annotated[
    str | None, Parameter(help="Mapping file: which records become which events; else a list of events.")
]


def events(
    file: Annotated[str, Parameter(help="JSON lines as in docs/events.md, or - for standard input.")],
    /,
    *,
    new: Annotated[
        bool,
        Parameter(negative="", help="Make the company of --tenant from these events.", show_default=False),
    ] = False,
    now: Annotated[
        str | None, Parameter(help="Day whose end (UTC) becomes the frozen clock of a new company.")
    ] = None,
    common: Options = PLAIN,
) -> int:
    """Import events, one JSON object a line, into a company that is there, or with --new into one made of them."""
    from tools.connectors.jsonl import events_of
    from tools.connectors.port import Stream

    name, lines = "standard input" if file == "-" else Path(file).name, _lines(file)
    if new or now is not None:
        _made(common, name, lines, end_of(now), is_new=new)
    with opened(common, sweep=False) as session:
        source = Stream(name, lambda: _timed(session, events_of(lines, session.tenancy.id, name), name))
        read = understood(source, "lines", EVENT)
        told = kept(session, read, f"events-{Path(name).stem}", is_quiet=common.json)
        return tell(session, told, is_json=common.json)


def _made(
    common: Options, file: str, lines: Sequence[str], clock: "datetime | None", *, is_new: bool
) -> None:
    """Make the company that the events tell of. Raises: InvalidInput, Conflict where it is there."""
    from tools.connectors.by_hand import company_of
    from tools.connectors.jsonl import events_of
    from tools.connectors.port import Stream
    from tools.connectors.tenant_files import tenant_name

    if not (is_new and common.tenant):
        raise InvalidInput(
            "A new company needs a name, and only a new one is given a clock.",
            field="tenant",
            remedy="Write --new --tenant NAME, and --now DAY for a clock that stands still.",
        )
    tenant = TenantId(tenant_name(common.tenant))
    read = understood(Stream(file, lambda: events_of(lines, tenant, file)), "lines", EVENT)
    with house_of(common) as house:
        if is_there(house, tenant):
            raise Conflict(
                f"There is a company {tenant} already.",
                field="tenant",
                value=tenant,
                remedy="Leave --new and --now away to add events to it.",
            )
        founded(house, tenant, file, {"company": company_of(tenant, read.events)}, clock)


def ics(
    path: Annotated[str, Parameter(help="Calendar file, or a folder with calendar files.")],
    /,
    *,
    belonging: Belonging = NOBODY,
    common: Options = PLAIN,
) -> int:
    """Import calendar files: every entry becomes a meeting, a series its dates near the clock."""
    from tools.connectors.folder import Files, listed
    from tools.connectors.ics import ENDINGS, MOST_BYTES, read_calendar

    listing = listed(Path(path), ENDINGS)
    with opened(common, sweep=False) as session:
        with _setting(session, belonging) as setting:
            source = Files("ics", listing, lambda raw, name: read_calendar(raw, name, setting), MOST_BYTES)
            read = understood(source, "calendar entries", "Name calendar files with dated entries (VEVENT).")
        sources = ("calendar",) if belonging.complete else ()
        told = kept(session, read, f"ics-{Path(path).stem}", listing.others, sources, is_quiet=common.json)
        return tell(session, told, is_json=common.json)


def json(
    path: Annotated[str, Parameter(help="JSON file, or a folder with JSON files.")],
    /,
    *,
    mapping: MappingFile = None,
    belonging: Belonging = NOBODY,
    common: Options = PLAIN,
) -> int:
    """Import JSON documents."""
    from tools.connectors.documents import JSON_BYTES, JSON_ENDINGS, read_json_document
    from tools.connectors.folder import listed

    form = _Form(f"json-{Path(path).stem}", listed(Path(path), JSON_ENDINGS), read_json_document, JSON_BYTES)
    return _documents(form, mapping, belonging, common)


def yaml(
    path: Annotated[str, Parameter(help="YAML file, or a folder with YAML files.")],
    /,
    *,
    mapping: MappingFile = None,
    belonging: Belonging = NOBODY,
    common: Options = PLAIN,
) -> int:
    """Import YAML documents, in plain YAML: a file with a tag such as !include, or with an alias, is rejected."""
    from tools.connectors.documents import YAML_BYTES, YAML_ENDINGS, read_yaml_document
    from tools.connectors.folder import listed

    form = _Form(f"yaml-{Path(path).stem}", listed(Path(path), YAML_ENDINGS), read_yaml_document, YAML_BYTES)
    return _documents(form, mapping, belonging, common)


@dataclass(frozen=True)
class _Form:
    """One way to write documents down."""

    name: str
    listing: "Listing"
    read: "Callable[[bytes, str, Reading], Outcome]"
    most_bytes: int


def _documents(form: _Form, mapping: str | None, belonging: Belonging, common: Options) -> int:
    from tools.connectors.document_mapping import DocumentMapping
    from tools.connectors.documents import Reading
    from tools.connectors.folder import Files
    from tools.connectors.trusting import check_trust, of_documents
    from tools.files import load_model

    rules = None if mapping is None else load_model(Path(mapping), DocumentMapping)
    with opened(common, sweep=False) as session:
        if rules is not None:
            check_trust(rules.name, of_documents(rules), session.tenancy.profile.sources)
        with _setting(session, belonging) as setting:
            reading = Reading(setting, rules, None if session.tenancy.is_frozen else session.tenancy.now)
            source = Files(
                form.name, form.listing, lambda raw, name: form.read(raw, name, reading), form.most_bytes
            )
            read = understood(source, "records", FORM)
        sources = _sources(rules, read, belonging)
        told = kept(session, read, form.name, form.listing.others, sources, is_quiet=common.json, rules=rules)
        return tell(session, told, is_json=common.json)


def _sources(rules: "DocumentMapping | None", read: "Drained", belonging: Belonging) -> tuple[str, ...]:
    """Name the sources that are now known to their end."""
    if not belonging.complete:
        return ()
    return tuple(dict.fromkeys(one.source for one in read.events)) if rules is None else rules.sources


@contextmanager
def _setting(session: Session, belonging: Belonging) -> "Generator[Setting, None, None]":
    """Say for whom a source is read; addresses are looked up while it is open."""
    from graphs.perceiving.resolving import account_of
    from server.cli.preparing import the_account
    from tools.connectors.port import Setting

    known = None if belonging.account is None else the_account(session, belonging.account)[0].account
    tenancy = session.tenancy
    with session.parts.stores.read(tenancy.id) as unit:
        found = account_of(unit)
        yield Setting(
            tenant=tenancy.id,
            zone=tenancy.profile.company.zone,
            now=tenancy.now,
            resolve=lambda addresses: known or found(addresses),
            own={user.email.lower(): user.id for user in tenancy.users},
        )


def _timed(session: Session, found: "Iterator[Found]", name: str) -> "Iterator[Found]":
    """Judge live events by the wall clock; where the clock is frozen, all is history or a story told ahead."""
    from tools.connectors.envelopes import timed

    return found if session.tenancy.is_frozen else timed(found, session.tenancy.now, name)


def _lines(file: str) -> Sequence[str]:
    """Read lines; only line ends end them, whatever else a text holds."""
    try:
        if file == "-":
            return list(sys.stdin)
        text = Path(file).read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise NotFound(
            f"{file} is not a file.", field="file", value=file, remedy="Name a file of JSON lines."
        ) from error
    except OSError as error:
        raise InvalidInput(
            f"{file} cannot be read: {error.strerror}.",
            field="file",
            value=file,
            remedy="Name a file of JSON lines.",
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{file} is not UTF-8 (byte {error.start}).", field="file", value=file, remedy="Save it as UTF-8."
        ) from error
    return text.split("\n")
