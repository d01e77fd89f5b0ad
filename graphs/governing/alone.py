"""Take a plan that a person's own act makes through critics and policy, in a run of its own.

Invariant: what comes of it is judged and drafted as everything else is; the run says nothing of the account.
"""

from collections.abc import Callable

from graphs.deliberating import gather
from graphs.nodes.closing import report
from graphs.nodes.deciding import criticize
from graphs.nodes.guarding import guard
from graphs.nodes.looking import perceive
from graphs.parts import Parts, Tenancy
from graphs.runner import record_run, request_of
from graphs.times import instant
from graphs.working.leasing import leased
from state.ids import AccountId
from state.ports.acting import Lease
from state.ports.deciding import Deliberating
from state.ports.judged import Rulings
from state.ports.planned import Planned
from state.ports.running import REDIRECT, Run
from state.ports.unit import Unit
from state.principal import Principal


def ruled_alone(
    parts: Parts,
    tenancy: Tenancy,
    principal: Principal,
    account: AccountId,
    plan: Callable[[Deliberating], Planned],
) -> Rulings:
    """Record the run, keep the plan made at its situation, and give what policy said of each proposal."""

    def first(unit: Unit, lease: Lease) -> Run:
        return record_run(tenancy, unit, principal, lease, REDIRECT)

    with leased(parts, tenancy.id, account, first) as run:
        assert run is not None, "the run is recorded with the lease"
        request = request_of(run, principal)
        seen = perceive(parts, {"request": request})
        now, situation = seen["now"], seen["situation"]
        with parts.stores.read(tenancy.id) as unit:
            about = gather(parts, unit, tenancy, request, situation, now=instant(now))
        made = plan(about)
        with parts.stores.begin(tenancy.id) as unit:
            artifact = parts.keep(unit, tenancy.id, request["run"], "planned.0", made)
        mended = criticize(parts, {"request": request, "now": now, "situation": situation, "plan": artifact})
        guard(
            parts,
            {
                "request": request,
                "now": now,
                "situation": situation,
                "plan": mended["plan"],
                "findings": mended["findings"],
                "iteration": 0,
                "opened": [],
            },
        )
        report(
            parts,
            {
                "request": request,
                "now": now,
                "situation": situation,
                "plan": mended["plan"],
                "performed": [],
                "decided": [],
                "outcomes": [],
            },
        )
        with parts.stores.read(tenancy.id) as unit:
            artifacts = {kind: name for name, kind in unit.runs.artifacts_of(run.id)}
            return parts.document(unit, tenancy.id, artifacts["rulings.0"], Rulings)
