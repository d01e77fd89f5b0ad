"""`revloop outbox`: what has left, newest first, and where a frozen tenant's mails are written."""

from server.cli.options import PLAIN, Options
from server.cli.session import opened

KINDS = ("mail", "invitation")


def outbox(*, common: Options = PLAIN) -> int:
    """List what has left."""
    from server.cli.printing import print_json, show

    with opened(common) as session:
        with session.parts.stores.read(session.tenancy.id) as unit:
            records = [record for kind in KINDS for record in unit.crm.listed(kind=kind)]
        records.sort(key=lambda record: (record.at, record.id), reverse=True)
        folder = session.settings.tenant_folder(session.tenancy.id) / "outbox"
        files = sorted(path.name for path in folder.glob("*")) if folder.is_dir() else []
        reader = session.reader
    if common.json:
        print_json(
            {
                "folder": str(folder),
                "files": files,
                "records": [one.model_dump(mode="json") for one in records],
            }
        )
        return 0
    from server.render.inert import one_line
    from server.render.layout import GREY, line, table

    rows = [
        (reader.moment(one.at), one.kind, one_line(one.recipient or ""), one.account, one.action[:11])
        for one in records
    ]
    show(line(f"{len(records)} sent; files in {folder}: {len(files)}", GREY))
    show(table((("When", 0), ("What", 0), ("To", 3), ("Account", 2), ("Action", 0)), rows))
    show(*(line(f"  {name}", GREY) for name in files))
    return 0
