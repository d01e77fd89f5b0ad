"""Edited files take effect: an admin sees what they say otherwise, a second agrees where it is about who decides.

Invariant: a file in a folder is a draft; what runs reads what was put in force by its hash, with an entry.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from graphs.governing.authority import (
    admins_of,
    agreed_by,
    asking,
    code_of,
    has_second,
    require_admin,
    require_person,
    require_seen,
)
from graphs.keeping.filing import KINDS, FileKind, knowledge_of, matter_of, profile_of, version_of
from graphs.parts import Parts, Tenancy
from graphs.perceiving.remembering import knowledge_passages
from state.canonical import Json
from state.errors import InvalidInput, NotFound, RevloopError
from state.governance.edited import Edit, edits
from state.ledger.entry import EntryDraft, Kind
from state.ports.unit import Unit
from state.principal import Principal, Role
from state.world.profile import Company

KEPT = 60
"""Changes written into an entry; the rest is counted."""
AGAIN = "revloop config diff"


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileOut(_Out):
    """One kind of files: what is in force, and whether the files say something else."""

    kind: str
    version: str
    is_edited: bool
    fault: str = ""
    """Why the files cannot be read, where they cannot."""


class EditsOut(_Out):
    """What edited files would change, and the code that says one has seen exactly this."""

    versions: Mapping[str, str]
    was: Mapping[str, str]
    changes: tuple[str, ...]
    wider: bool
    code: str
    agreed: tuple[str, ...]
    done: bool = False


class PastOut(_Out):
    """What once was put in force as one kind of files."""

    kind: str
    version: str
    at: datetime
    by: str
    note: str
    is_in_force: bool


def standing(parts: Parts, tenancy: Tenancy) -> tuple[FileOut, ...]:
    """Say of each kind of files what is in force, and whether they say something else by now."""
    return tuple(_standing(parts, tenancy, kind) for kind in KINDS)


def _standing(parts: Parts, tenancy: Tenancy, kind: FileKind) -> FileOut:
    version = tenancy.hashes[kind]
    try:
        is_edited = version_of(parts.draft(tenancy.id, kind)) != version
    except RevloopError as fault:
        return FileOut(kind=kind, version=version, is_edited=True, fault=fault.message)
    return FileOut(kind=kind, version=version, is_edited=is_edited)


@dataclass(frozen=True)
class Editing:
    """A company's files in the hands of one person."""

    parts: Parts
    tenancy: Tenancy
    principal: Principal

    def activate(self, kinds: Sequence[FileKind], note: str, seen: str | None) -> EditsOut:
        """Show what edited files would change; with the code shown, put them in force, or agree to it.

        Raises: Forbidden, InvalidInput, NotFound, Conflict.
        """
        if seen is not None:
            self._require()
        return self._decide(self._drafts(kinds), note, seen)

    def back(self, kind: FileKind, version: str, note: str, seen: str | None) -> EditsOut:
        """Show what going back to an earlier content would change; with the code shown, go back, or agree to it.

        Shape: an empty `version` is the one before. Raises: as `activate`.
        """
        if seen is not None:
            self._require()
        here = self.tenancy.hashes[kind]
        past = [
            one.version
            for one in self.history(kind)
            if not one.is_in_force and one.version.startswith(version)
        ]
        if not past:
            raise NotFound(
                f"No other {kind} of that version was in force.", field="version", value=version,
                remedy="See `revloop config history`.",
            )  # fmt: skip
        with self.parts.stores.read(self.tenancy.id) as unit:
            content = unit.files.get({kind: past[0]})[kind]
        assert version_of(content) != here, "what is in force is left out"
        return self._decide({kind: content}, note or f"back to {past[0][:12]}", seen)

    def history(self, kind: FileKind) -> tuple[PastOut, ...]:
        """List what was put in force as a kind of files, the newest first, each content once."""
        found: dict[str, PastOut] = {}
        with self.parts.stores.read(self.tenancy.id) as unit:
            told = unit.ledger.of_trace(matter_of(self.tenancy.id))
        for sealed in reversed(told):
            said = json.loads(sealed.payload) if sealed.payload is not None else {}
            version = str(said.get(kind, ""))
            if version and version not in found:
                found[version] = PastOut(
                    kind=kind, version=version, at=datetime.fromisoformat(sealed.entry.at), by=sealed.entry.user,
                    note=str(said.get("note", "")), is_in_force=version == self.tenancy.hashes[kind],
                )  # fmt: skip
        return tuple(found.values())

    def _decide(self, drafts: Mapping[FileKind, str], note: str, seen: str | None) -> EditsOut:
        found = self._edits(drafts)
        changes = tuple(one.told for one in found)
        versions: dict[str, str] = {kind: version_of(content) for kind, content in drafts.items()}
        was: dict[str, str] = {kind: self.tenancy.hashes[kind] for kind in drafts}
        names = (*was.values(), *versions.values())
        trace, code = asking(self.tenancy, "files", *names), code_of(changes, *names)
        with self.parts.stores.read(self.tenancy.id) as unit:
            agreed = agreed_by(unit, trace)
        shown = EditsOut(
            versions=versions, was=was, changes=changes, wider=any(one.is_wider for one in found),
            code=code, agreed=agreed,
        )  # fmt: skip
        if seen is None:
            return shown
        require_seen(seen, code, AGAIN)
        if "profile" in drafts:
            require_somebody(profile_of(drafts["profile"]).company, self.tenancy)
        with self.parts.stores.begin(self.tenancy.id) as unit:
            said: dict[str, Json] = {"act": "asked", "note": note, **versions}
            if shown.wider and not has_second(unit, self.tenancy, self.principal, trace, Kind.CONFIG, said):
                return shown.model_copy(update={"agreed": agreed_by(unit, trace)})
            self._put_in_force(unit, drafts, shown, note)
        self.parts.tenancy.refresh(self.tenancy.id)
        return shown.model_copy(update={"done": True})

    def _require(self) -> None:
        """Let an admin through, and while a company has none whoever owns the home. Raises: Forbidden."""
        if admins_of(self.tenancy):
            require_admin(self.tenancy, self.principal)
        else:
            require_person(self.principal)

    def _drafts(self, kinds: Sequence[FileKind]) -> Mapping[FileKind, str]:
        found: dict[FileKind, str] = {kind: self.parts.draft(self.tenancy.id, kind) for kind in kinds}
        edited: dict[FileKind, str] = {
            kind: content
            for kind, content in found.items()
            if version_of(content) != self.tenancy.hashes[kind]
        }
        if not edited:
            raise InvalidInput(
                "The files say what is in force already.", field="kind", value=", ".join(kinds),
                remedy="Edit a file first; `revloop config list` says which kinds there are.",
            )  # fmt: skip
        return edited

    def _edits(self, drafts: Mapping[FileKind, str]) -> tuple[Edit, ...]:
        with self.parts.stores.read(self.tenancy.id) as unit:
            before = unit.files.get({kind: self.tenancy.hashes[kind] for kind in drafts})
        return tuple(
            edit
            for kind, content in drafts.items()
            for edit in edits(json.loads(before[kind]), json.loads(content), kind)
        )

    def _put_in_force(self, unit: Unit, drafts: Mapping[FileKind, str], shown: EditsOut, note: str) -> None:
        found = unit.tenants.get(self.tenancy.id)
        assert found is not None, "a tenancy has its tenant"
        kept = unit.files.keep({str(kind): content for kind, content in drafts.items()})
        unit.tenants.set_files(self.tenancy.id, {**found.files, **kept})
        if "profile" in drafts:
            self._follow(unit, profile_of(drafts["profile"]).company)
        if "knowledge" in drafts:
            unit.memory.renew_knowledge(
                knowledge_passages(self.tenancy.id, knowledge_of(drafts["knowledge"]))
            )
        told = [*shown.changes[:KEPT]]
        if len(shown.changes) > KEPT:
            told.append(f"{len(shown.changes) - KEPT} more")
        payload: dict[str, Json] = {
            "act": "activated", **kept, "was": dict(shown.was), "note": note, "wider": shown.wider,
            "agreed": [*shown.agreed], "changes": told,
        }  # fmt: skip
        stamp = self.tenancy.stamp(self.principal, matter_of(self.tenancy.id))
        unit.ledger.append([EntryDraft(Kind.CONFIG, stamp, payload)])

    def _follow(self, unit: Unit, company: Company) -> None:
        """Let the people, the zone and the currency be those of the profile now in force."""
        found = unit.tenants.get(self.tenancy.id)
        assert found is not None, "a tenancy has its tenant"
        unit.tenants.create(
            found.model_copy(update={"zone": company.zone, "currency": company.currency}), company.users
        )


def require_somebody(company: Company, tenancy: Tenancy) -> None:
    """Refuse a company in which nobody could put anything in force again. Raises: InvalidInput."""
    default = company.user(tenancy.tenant.default_user)
    if default is None or (admins_of(tenancy) and not company.in_role(Role.ADMIN)):
        missing = "no admin" if default is not None else f"no {tenancy.tenant.default_user}"
        raise InvalidInput(
            f"With these files the company has {missing}.", field="company.users",
            remedy="Keep an admin, and the person as whom the owner of this home acts.",
        )  # fmt: skip
