"""A policy that was given a date: it comes into force by the sweep, or is withdrawn before.

Invariant: what comes into force is what was agreed on, in place of the very policy it was compared with; where another
one is in force by then it lapses, and an admin is told by the ledger and the page.
"""

from dataclasses import dataclass, replace

from graphs.governing.activating import put_in_force, verdicts_by
from graphs.governing.authority import require_admin
from graphs.governing.decisions import stamp_of
from graphs.keeping.configuring import judge_of
from graphs.parts import Parts, Tenancy
from state.errors import NotFound
from state.governance.policy import policy_version
from state.ledger.entry import EntryDraft, Kind
from state.ports.policies import KeptPolicy
from state.ports.unit import Unit
from state.principal import Principal


@dataclass(frozen=True)
class Effecting:
    """Policies to come, in the hands of one person or of the sweep."""

    parts: Parts
    tenancy: Tenancy
    principal: Principal

    def take_effect(self) -> bool:
        """Put in force what is due; say whether anything was."""
        with self.parts.stores.read(self.tenancy.id) as unit:
            due = unit.policies.due(self.tenancy.now)
        for one in due:
            here = replace(self, tenancy=self.parts.tenancy.refresh(self.tenancy.id))
            here.take(one)
            self.parts.tenancy.refresh(self.tenancy.id)
        return bool(due)

    def take(self, kept: KeptPolicy) -> None:
        """Put one in force, or let it lapse; whoever is first does it once."""
        candidate = replace(self.tenancy, judge=judge_of(kept.layers, self.tenancy.day), layers=kept.layers)
        verdicts = verdicts_by(self.parts, candidate)
        was = policy_version(self.tenancy.layers)
        with self.parts.stores.begin(self.tenancy.id) as unit:
            if kept.version not in {one.version for one in unit.policies.due(self.tenancy.now)}:
                return
            if was != kept.over:
                self._end(unit, kept, "lapsed", f"Another policy is in force by now: {was[:12]}.")
                return
            payload = {
                "act": "activated", "version": kept.version, "was": was, "note": kept.note,
                "asked_by": kept.asked_by, "effective_at": kept.effective_at.isoformat() if kept.effective_at else "",
            }  # fmt: skip
            put_in_force(unit, self.tenancy, candidate, self.principal, payload, verdicts)

    def withdraw(self, prefix: str) -> KeptPolicy:
        """Take a date back before it has come. Raises: Forbidden, NotFound."""
        require_admin(self.tenancy, self.principal)
        with self.parts.stores.begin(self.tenancy.id) as unit:
            to_come = [
                one for one in unit.policies.listed() if one.effective_at and one.version.startswith(prefix)
            ]
            if len(to_come) != 1 or not prefix:
                raise NotFound(
                    f"{len(to_come)} policies to come begin with {prefix!r}.", field="version", value=prefix,
                    remedy="See `revloop policy history`.",
                )  # fmt: skip
            self._end(unit, to_come[0], "withdrawn", "")
        return to_come[0]

    def _end(self, unit: Unit, kept: KeptPolicy, act: str, why: str) -> None:
        unit.policies.schedule(kept.version, None)
        stamp = stamp_of(self.tenancy, unit, self.principal, f"policy:{kept.version}")
        payload = {"act": act, "version": kept.version, "was": kept.over, "note": why}
        unit.ledger.append([EntryDraft(Kind.POLICY_ACTIVATED, stamp, payload)])
