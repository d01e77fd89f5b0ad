"""`revloop import csv`: bring in a whole company from the CSV files another system exports."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.founding import end_of, founded, is_there
from server.cli.importing_report import Told, synced, taken, tell, understood, write_rejected
from server.cli.options import PLAIN, Options
from server.cli.session import house_of
from state.ids import TenantId

if TYPE_CHECKING:
    from graphs.bootstrap import House
    from state.world.event import Event
    from tools.connectors.mapping import Mapping

CHECK = "Check the mapping against the files."


def csv(
    path: Annotated[str, Parameter(help="Folder with the CSV files.")],
    /,
    *,
    mapping: Annotated[str, Parameter(help="Mapping file: which column is what.")],
    now: Annotated[
        str | None, Parameter(help="Day whose end (UTC) becomes the company's frozen clock.")
    ] = None,
    common: Options = PLAIN,
) -> int:
    """Import a folder of CSV files; the tenant is made when it is new. Repeating it changes nothing."""
    from tools.connectors.csv_folder import Folder, stream_of
    from tools.connectors.mapping import Mapping
    from tools.connectors.tenant_files import profile_of, tenant_name, users_of
    from tools.files import load_model

    rules = load_model(Path(mapping), Mapping)
    name = TenantId(tenant_name(common.tenant or rules.name.replace("_", "-")))
    clock = end_of(now)
    folder = Folder.open(Path(path), rules)
    users = users_of(folder, rules)
    read = understood(stream_of(Path(path).name, folder, rules, name), "rows", CHECK)
    with house_of(Options(name, common.user, common.home, common.json)) as house:
        parts = profile_of(folder, rules, users, (clock or house.parts.clock.wall()).date())
        check_declared(house, name, rules)
        session = founded(house, name, f"the mapping {rules.name}", parts, clock)
        at = clock or session.tenancy.now
        events = [*read.events, *(synced(name, source, at) for source in rules.sources)]
        name_told = f"{rules.name}:{Path(path).name}"
        imported = taken(session, events, name_told, read, is_quiet=common.json, rules=rules)
        stays = clock.date() if clock is not None and clock != session.tenancy.tenant.clock else None
        place = write_rejected(session, rules.name, read)
        told = Told(imported, counted(read.events, rules), read, (), place, stays)
        return tell(session, told, is_json=common.json)


def check_declared(house: "House", name: TenantId, rules: "Mapping") -> None:
    """Refuse a mapping whose tenant would believe a field more than the mapping allows. Raises: InvalidInput."""
    from graphs.bootstrap import folders
    from state.world.profile.sources import Sources
    from tools.connectors.trusting import check_trust, of_tables
    from tools.files import load_model

    places = [folder / "sources.yaml" for folder in folders(house.settings, name, "profile")]
    place = next((one for one in places if one.is_file()), None)
    if is_there(house, name):
        check_trust(rules.name, of_tables(rules), house.parts.tenancy.refresh(name).profile.sources)
    elif place is not None:
        check_trust(rules.name, of_tables(rules), load_model(place, Sources))


def counted(events: "Sequence[Event]", rules: "Mapping") -> dict[str, int]:
    """Count events by the mapping's rule that made them."""
    names = Counter(event.id.split(":")[1] for event in events if event.id.startswith(f"{rules.name}:"))
    return {rule.name: names[rule.name] for rule in rules.events}
