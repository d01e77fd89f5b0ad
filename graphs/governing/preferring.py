"""A seller says how to write for him, sees what is kept, and takes it back; the ledger proves who said it, not what.

Invariant: kept only on the seller's own word, under his own name; a part that is forgotten is in no file any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from graphs.parts import Parts, Tenancy, trace_of
from state.canonical import Json
from state.errors import Forbidden, InvalidInput, NotFound
from state.ledger.entry import EntryDraft, Kind
from state.principal import Principal, Role
from state.writing import Stated, WritingStyle
from tools.styles import read_styles, write_styles

PARTS = tuple(WritingStyle.model_fields)


@dataclass(frozen=True)
class Preferred:
    """What a seller has said so far."""

    user: str
    stated: Stated
    changed: tuple[str, ...] = ()


def preferences_of(parts: Parts, tenancy: Tenancy, principal: Principal) -> Preferred:
    """Show what the seller said. Raises: Unavailable."""
    stated = read_styles(_folder(parts, tenancy)).get(principal.user, Stated())
    return Preferred(principal.user, stated)


def prefer(parts: Parts, tenancy: Tenancy, principal: Principal, said: Mapping[str, str]) -> Preferred:
    """Keep what the seller says of his own texts. Raises: Forbidden, InvalidInput, Unavailable."""
    before = preferences_of(parts, tenancy, principal).stated
    named = {_part(part): value.strip() for part, value in said.items()}
    try:
        style = WritingStyle.model_validate({**before.style.model_dump(), **named})
    except ValidationError as error:
        first = error.errors()[0]
        part = str(first["loc"][0])
        raise InvalidInput(
            f"{part.replace('_', ' ')} cannot be {named.get(part, '')!r}.", field=part,
            value=named.get(part, ""), remedy=_REMEDIES[part],
        ) from error  # fmt: skip
    after = Stated(style=style, said_at={**before.said_at, **dict.fromkeys(named, tenancy.now)})
    return _kept(parts, tenancy, principal, after, tuple(named), "set")


def forget(parts: Parts, tenancy: Tenancy, principal: Principal, names: tuple[str, ...]) -> Preferred:
    """Take parts back, or all of them. Raises: Forbidden, InvalidInput, NotFound, Unavailable."""
    before = preferences_of(parts, tenancy, principal).stated
    gone = tuple(_part(name) for name in names) or tuple(before.said_at)
    if not gone or not any(name in before.said_at for name in gone):
        raise NotFound(
            "There is nothing kept to forget.", field="part", remedy="See `revloop preferences show`."
        )
    style = WritingStyle.model_validate({**before.style.model_dump(), **dict.fromkeys(gone)})
    said_at = {name: at for name, at in before.said_at.items() if name not in gone}
    return _kept(parts, tenancy, principal, Stated(style=style, said_at=said_at), gone, "forget")


def _kept(
    parts: Parts, tenancy: Tenancy, principal: Principal, stated: Stated, changed: tuple[str, ...], act: str
) -> Preferred:
    """Write file and entry together: where one fails, neither stays."""
    if not principal.is_human or principal.role is Role.AUDITOR:
        raise Forbidden(
            f"A {principal.role.value} has no texts of his own.", remedy="Name a seller with --as."
        )
    folder = _folder(parts, tenancy)
    with parts.stores.begin(tenancy.id) as unit:
        trace = trace_of(tenancy.id, f"preferences:{principal.user}", tenancy.now, unit.ledger.head().hash)
        payload: dict[str, Json] = {
            "act": act,
            "about": "writing",
            "user": principal.user,
            "parts": sorted(changed),
        }
        unit.ledger.append([EntryDraft(Kind.CONFIG, tenancy.stamp(principal, trace), payload)])
        write_styles(folder, {**read_styles(folder), principal.user: stated})
    parts.tenancy.refresh(tenancy.id)
    return Preferred(principal.user, stated, changed)


def _folder(parts: Parts, tenancy: Tenancy) -> Path:
    return parts.settings.tenant_folder(tenancy.id)


def _part(name: str) -> str:
    found = name.strip().replace("-", "_")
    if found not in PARTS:
        known = ", ".join(one.replace("_", "-") for one in PARTS)
        raise InvalidInput(f"{name!r} is no preference.", field="part", value=name, remedy=f"Known: {known}.")
    return found


_REMEDIES = {
    "tone": "Say plain, warm or formal.",
    "length": "Say short or full.",
    "sign_off": "One line of at most 60 characters, without addresses or links.",
    "meeting_minutes": "Say a number of minutes between 5 and 120.",
}
