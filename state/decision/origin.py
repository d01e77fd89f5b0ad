"""Origin: the one unverified source behind a proposal, so that nobody outside fills an inbox.

Invariant: whoever changes only his address within a company of his own stays the same origin.
"""

from collections import Counter
from collections.abc import Collection

from state.decision.proposal import Proposal
from state.evidence import Evidence, Trust
from state.world.view import AccountView, Form, Mail


def origin_of(proposal: Proposal, view: AccountView, free_mail: Collection[str]) -> str:
    """Name the unverified source most of a proposal's unverified evidence is from; empty where it has none.

    Shape: `source:domain` of whoever wrote, the whole address at a free mail host, else `source:account`.
    """
    told = [item for item in proposal.evidence if item.trust is Trust.UNTRUSTED]
    if not told:
        return ""
    found = Counter(_origin(item, view, free_mail) for item in told)
    return min(found, key=lambda name: (-found[name], name))


def _origin(item: Evidence, view: AccountView, free_mail: Collection[str]) -> str:
    sender = view.once("senders", (), lambda: _senders(view)).get(item.record, "")
    domain = sender.rpartition("@")[2]
    if not domain:
        return f"{item.source}:{view.identifier}"
    return f"{item.source}:{sender if domain in free_mail else domain}"


def _senders(view: AccountView) -> dict[str, str]:
    wrote: tuple[Mail | Form, ...] = (*view.mails, *view.forms)
    return {one.identifier: one.sender for one in wrote}
