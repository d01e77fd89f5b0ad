"""`revloop source`: the record behind a citation, as its source told it, with the whole of what was cut."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import opened
from state.errors import NotFound

if TYPE_CHECKING:
    from graphs.perceiving.sourcing import Source

SHOWN = 400
"""Units: characters of a value, unless it is asked for."""


def source(
    event: Annotated[str, Parameter(help="Id of the event that an evidence names.")],
    /,
    *,
    field: Annotated[str | None, Parameter(help="Show this field alone, whole.")] = None,
    common: Options = PLAIN,
) -> int:
    """Open the record that a citation rests on; what an outsider wrote is shown harmless."""
    from graphs.perceiving.sourcing import open_source
    from server.cli.printing import print_json, show

    with opened(common, sweep=False) as session:
        found = open_source(session.parts, session.tenancy, event)
    if common.json:
        print_json(found)
    elif field is not None:
        from server.render.inert import inert
        from server.render.layout import line

        show(line(inert(_whole(found, field))))
    else:
        from server.render.layout import labelled

        show(labelled(_lines(found)))
    return 0


def _whole(found: "Source", field: str) -> str:
    data = found.event["data"]
    told = data.get(field) if isinstance(data, dict) else None
    kept = next((one.text for one in found.wholes if one.field == field), None)
    if kept is None and told is None:
        raise NotFound(f"The record has no {field}.", field="field", value=field)
    return kept if kept is not None else str(told)


def _lines(found: "Source") -> list[tuple[str, str]]:
    from server.render.inert import one_line

    cut = {one.field: len(one.text) for one in found.wholes}
    data = found.event["data"]
    fields = sorted(data.items()) if isinstance(data, dict) else []
    heads = [(name, str(value or "none")) for name, value in found.event.items() if name != "data"]
    told = [(name, _told(name, one_line(str(value), SHOWN), cut)) for name, value in fields]
    return [*heads, ("hash", found.hash), *told]


def _told(name: str, text: str, cut: dict[str, int]) -> str:
    return f"{text} ({cut[name]:,} characters; see --field {name})" if name in cut else text
