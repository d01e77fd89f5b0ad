"""Whether a loop that no person asked for may still start today, on the share of whoever started it.

Invariant: drawn in the transaction that takes the lease and records the run, so a loop that never began cost nothing.
"""

from dataclasses import dataclass

from graphs.parts import Tenancy
from state.errors import Denied
from state.governance.budget import Draw, loop_draws, started_by
from state.ids import TraceId
from state.ledger.entry import Stamp
from state.ports.unit import Stores, Unit
from state.principal import Principal
from state.world.business_time import local_day


@dataclass
class Admission:
    """One loop's way in."""

    tenancy: Tenancy
    principal: Principal
    refused: Draw | None = None

    def charge(self, unit: Unit) -> None:
        """Draw on the loops of the day. Raises: Denied when they are used up."""
        starter = started_by(self.principal.channel, is_human=self.principal.is_human)
        today = local_day(self.tenancy.now, self.tenancy.profile.company.zone)
        draws = loop_draws(self.tenancy.judge.bounds.budget, starter, today)
        self.refused = unit.budgets.charge(draws, self._stamp) if draws else None
        if self.refused is not None:
            raise Denied(
                f"The budget for {self.refused.line} is spent for today.",
                field="self_started_loops_per_day",
                value=str(self.refused.cap),
                remedy="Ask for the account yourself, wait for tomorrow, or raise it in the policy.",
            )

    def note(self, stores: Stores) -> None:
        """Keep the refusal, which the transaction it happened in did not."""
        if self.refused is not None:
            with stores.begin(self.tenancy.id) as unit:
                unit.budgets.refuse(self.refused, self._stamp)

    @property
    def _stamp(self) -> Stamp:
        return self.tenancy.stamp(self.principal, TraceId(""))
