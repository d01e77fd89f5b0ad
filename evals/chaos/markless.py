"""The planted fault that fault runs exist for: act first, mark afterwards, claim nothing."""

from agents.executor import Hands
from state.governance.action import Action
from state.governance.guard import GuardContext
from state.governance.happening import Claim, Receipt
from state.ledger.entry import Stamp
from state.ports.acting import Change


def act_then_mark(hands: Hands, mail: Action, stamp: Stamp) -> None:
    """Call the transport, and only then write down that it was begun and that it is done."""
    hands.crash_point("execute:sending")
    sent = hands.gateway.outside(mail)
    hands.crash_point("execute:sent")
    if sent.kind == "receipt":
        _mark(hands, mail, stamp)
    hands.crash_point("execute:recorded")


def _mark(hands: Hands, mail: Action, stamp: Stamp) -> None:
    lease = hands.lease(mail.account)
    with hands.stores.begin(hands.tenant) as unit:
        ground = hands.ground(unit, [mail])[mail.id]
        guard = GuardContext(
            now=hands.now(),
            wall=hands.wall(),
            policy_version=ground.policy_version,
            verdict=ground.verdict,
            outgoing=ground.outgoing,
            rest_facts=ground.rest,
            attempts_allowed=hands.attempts_allowed,
        )
        claim = Claim(hands.worker, lease.fence if lease else 0)
        changes = [
            Change(mail.id, claim, guard, "claim"),
            Change(mail.id, Receipt(1, "marked afterwards"), guard, "receipt"),
        ]
        unit.actions.apply(changes, stamp)
