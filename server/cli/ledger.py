"""`revloop ledger verify|export|anchor|reconcile|confirm-restore`: what was done, checked here or anywhere else."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import Session, house_of, opened, tenant_of
from state.errors import Conflict, Unavailable

if TYPE_CHECKING:
    from graphs.keeping.reconciling import Difference
    from graphs.keeping.restoring import ConfirmationOut
    from state.canonical import Json

ledger_app = App(
    name="ledger",
    help_format="plaintext",
    help_epilogue="Examples:\n  revloop ledger verify\n  revloop ledger anchor\n  revloop ledger reconcile\n"
    "  revloop ledger export bundle.json\n"
    "  python -m state.ledger.verify bundle.json --anchors FILE --key HEX   checks it with Python alone",
)


@ledger_app.command
def verify(*, common: Options = PLAIN) -> int:
    """Check every entry, every payload, every action's way, and the signed anchors."""
    from graphs.keeping.anchoring import exported_bundle
    from server.cli.printing import print_json
    from state.ledger.verify import verify as check

    with opened(common, sweep=False) as session:
        bundle, pin = exported_bundle(session.parts, session.tenancy.id)
        holds, lines = check(bundle, pin=pin)
    if common.json:
        print_json({"holds": holds, "lines": lines})
    else:
        _say(*lines)
    return 0 if holds else 1


@ledger_app.command
def export(
    file: Annotated[str, Parameter(help="File to write the bundle to.")], /, *, common: Options = PLAIN
) -> int:
    """Write a bundle that anybody can verify offline; the export itself is entered first."""
    from graphs.keeping.anchoring import exported_bundle
    from server.cli.printing import print_json

    path = Path(file)
    with opened(common, sweep=False) as session, _opened_to(path) as stream:
        _enter_export(session)
        bundle, pin = exported_bundle(session.parts, session.tenancy.id)
        stream.write(json.dumps(bundle, ensure_ascii=False, separators=(",", ":")) + "\n")
    entries = bundle["entries"]
    count = len(entries) if isinstance(entries, list) else 0
    if common.json:
        print_json({"file": str(path), "entries": count, "key": pin})
        return 0
    key = f" --key {pin}" if pin else ""
    _say(f"{count} entries in {path}. Check them anywhere: python verify.py {path.name}{key}")
    return 0


def _opened_to(path: Path) -> TextIO:
    """Open the file first: an export that cannot be written is not entered as one. Raises: Unavailable."""
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise Unavailable(
            f"{path} cannot be written: {error.strerror}.",
            field="file",
            value=str(path),
            remedy="Choose a folder that you can write to.",
        ) from error


def _enter_export(session: Session) -> None:
    from graphs.governing.decisions import stamp_of
    from state.ledger.entry import EntryDraft, Kind

    with session.parts.stores.begin(session.tenancy.id) as unit:
        stamp = stamp_of(session.tenancy, unit, session.principal, "ledger export")
        payload: dict[str, Json] = {"what": "ledger", "entries": unit.ledger.head().seq + 1}
        unit.ledger.append([EntryDraft(Kind.EXPORT, stamp, payload)])


@ledger_app.command
def anchor(*, common: Options = PLAIN) -> int:
    """Sign the ledger's length and head now, outside the database; a writer of its own may be another user."""
    from graphs.keeping.anchoring import anchor_now, folder_of, standing
    from server.cli.printing import print_json
    from state.ledger.anchor import exported

    with house_of(common) as house:
        tenant = tenant_of(house)
        made = anchor_now(house.parts, tenant)
        newest = made or folder_of(house.settings).newest(tenant)
        path, said = folder_of(house.settings).path(tenant), standing(house.settings)
    if common.json:
        shown = exported(newest) if newest else None
        print_json({"new": made is not None, "anchor": shown, "file": str(path), "standing": said.text})
    elif newest is None:
        _say("The ledger is empty; there is nothing to anchor.")
    else:
        fresh = "Anchored" if made else "Nothing new since the anchor"
        _say(
            f"{fresh} after entry {newest.count}, key {newest.key}, in {path}.", f"{said.text}.".capitalize()
        )
    return 0


@ledger_app.command
def reconcile(*, common: Options = PLAIN) -> int:
    """Compare what the ledger says was done with what left: outbox files, invitations, rows of the CRM."""
    from graphs.keeping.reconciling import reconciled
    from server.cli.printing import print_json

    with opened(common, sweep=False) as session:
        found = reconciled(session.parts, session.tenancy)
    if common.json:
        shown = [{"kind": one.kind, "what": one.what, "text": one.text} for one in found.differences]
        print_json({"compared": found.compared, "differences": shown})
    else:
        _say(
            f"{found.compared} effects compared with the outbox and the CRM; {len(found.differences)} differ."
        )
        _say(*(_difference(one) for one in found.differences))
    return 1 if found.differences else 0


def _difference(one: "Difference") -> str:
    return f"  {one.what}: {one.text}"


@ledger_app.command(name="confirm-restore")
def confirm_restore(
    *,
    yes: Annotated[
        str | None, Parameter(help="The code shown under what would change; without it nothing happens.")
    ] = None,
    common: Options = PLAIN,
) -> int:
    """Show what going on with a restored or copied home gives up; with the code shown, go on. Only an admin may."""
    from graphs.keeping.restoring import confirm, restored
    from server.cli.printing import print_json

    with opened(common, sweep=False) as session:
        found = restored(session.parts, session.tenancy.id)
        if found is None:
            raise Conflict("Nothing was restored or copied here, so there is nothing to confirm.")
        told = confirm(session.parts, session.tenancy, session.principal, found, yes)
    if common.json:
        print_json(told)
    else:
        _tell(told)
    return 0 if told.done else 3


def _tell(told: "ConfirmationOut") -> None:
    from server.cli.printing import show
    from server.render.inert import one_line
    from server.render.layout import bullet

    if told.done:
        _say("Confirmed. The stop is still on: look at the outbox, then `revloop stop off`.")
        return
    show(*(bullet(one_line(text)) for text in told.changes))
    _say(f"Nothing has changed yet. To do it: revloop ledger confirm-restore --yes {told.code}")


def _say(*texts: str) -> None:
    from server.cli.printing import show
    from server.render.layout import line

    show(*(line(text) for text in texts))
