"""Address a drafted mail to another contact: a proposal of its own, written, criticised and judged like any other.

Invariant: the recipient is a contact of the same account that a person named; whether a mail may go there is for the
gateway and policy to say.
"""

from graphs.channels import Request
from graphs.conversing.talking import Talk
from graphs.deliberating import gather
from graphs.nodes.closing import report
from graphs.nodes.deciding import criticize
from graphs.nodes.guarding import guard
from graphs.nodes.looking import Perceived, perceive
from graphs.runner import record_run, request_of
from graphs.telling.explaining import Found, find
from graphs.times import instant
from graphs.working.leasing import leased
from state.decision.dedup import dedup_key, proposal_id
from state.decision.planning import Deliberation
from state.decision.proposal import Proposal
from state.errors import Denied, Forbidden
from state.governance.action import Action
from state.ids import AccountId, ActionId, ArtifactId, NodeKey, RunId
from state.ports.acting import Lease
from state.ports.judged import Ruled, Rulings
from state.ports.planned import Planned
from state.ports.running import REDIRECT, Run
from state.ports.unit import Unit
from state.world.record import NodeKind
from state.world.view import Contact

OF_THE_OLD_THREAD = frozenset({"in_reply_to", "mail", "thread", "draft"})


def redirected(talk: Talk, name: str, person: Contact, *, is_instead: bool) -> ActionId:
    """Draft the same mail to somebody else; `is_instead` withdraws the one before. Raises: Denied, Forbidden."""
    if not talk.principal.is_human:
        raise Forbidden("An agent addresses no mail.", remedy="Ask its owner.")
    with talk.parts.stores.read(talk.tenancy.id) as unit:
        found = find(talk.parts, unit, talk.tenancy, name)
    assert found.action is not None, "a draft is named by its action"
    ruled = _decided(talk, found, found.action, person)
    if ruled.action is None:
        raise Denied(
            f"No mail to {person.name}: {' '.join(ruled.verdict.reasons)}",
            field="recipient",
            value=person.name,
            remedy="Choose another contact, or a call.",
        )
    if is_instead and ruled.action != found.action.id:
        talk.desk.reject(talk.principal, found.action.id, f"redirected to {person.name}")
    return ActionId(ruled.action)


def _decided(talk: Talk, found: Found, action: Action, person: Contact) -> Ruled:
    """Record a run of its own and take the new proposal through critics and policy."""
    parts, tenancy = talk.parts, talk.tenancy

    def first(unit: Unit, lease: Lease) -> Run:
        return record_run(tenancy, unit, talk.principal, lease, REDIRECT)

    with leased(parts, tenancy.id, AccountId(action.account), first) as run:
        assert run is not None, "the run is recorded with the lease"
        request = request_of(run, talk.principal)
        seen = perceive(parts, {"request": request})
        artifact, proposal = _planned(talk, found, request, seen, person)
        now, situation = seen["now"], seen["situation"]
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
        return _ruled(talk, run.id, proposal)


def _planned(
    talk: Talk, found: Found, request: Request, seen: Perceived, person: Contact
) -> tuple[ArtifactId, Proposal]:
    """Keep a plan of the one proposal a person asked for, with its words."""
    parts, tenancy = talk.parts, talk.tenancy
    with parts.stores.read(tenancy.id) as unit:
        about = gather(parts, unit, tenancy, request, seen["situation"], now=instant(seen["now"]))
    proposal = _proposal(talk, found, person, seen["situation"]["digest"])
    words = talk.runner.wait(tenancy.reasoner.draft(proposal, about))
    said = found.planned.deliberated.model_copy(
        update={
            "reasoner": f"{talk.principal.user}, after {found.planned.deliberated.reasoner}",
            "decision": Deliberation(proposals=(proposal,)),
        }
    )
    known = found.planned.dependences.get(found.proposal.id)
    hangs_on = {} if known is None else {str(proposal.id): known}
    plan = Planned(iteration=0, deliberated=said, drafts={proposal.id: words}, dependences=hangs_on)
    with parts.stores.begin(tenancy.id) as unit:
        return parts.keep(unit, tenancy.id, request["run"], "planned.0", plan), proposal


def _ruled(talk: Talk, run: RunId, proposal: Proposal) -> Ruled:
    with talk.parts.stores.read(talk.tenancy.id) as unit:
        artifacts = {kind: artifact for artifact, kind in unit.runs.artifacts_of(run)}
        ruled = talk.parts.document(unit, talk.tenancy.id, artifacts["rulings.0"], Rulings).of(proposal.id)
    assert ruled is not None, "every proposal is ruled on"
    return ruled


def _proposal(talk: Talk, found: Found, person: Contact, digest: str) -> Proposal:
    """Redirect a proposal to somebody else: its own key, none of the old thread."""
    old = found.proposal
    view = talk.view(found.run.account)
    before = next((one.name for one in view.contacts if one.key == old.recipient), "")
    deal = old.subject if old.subject and old.subject.startswith(NodeKind.OPPORTUNITY.value) else None
    key = dedup_key(
        talk.tenancy.id, old.owner, old.action_type, old.account, deal=deal, recipient=NodeKey(person.key)
    )

    def said(text: str) -> str:
        return text.replace(before, person.name) if before else text

    return old.model_copy(
        update={
            "id": proposal_id(key, digest, old.rule),
            "dedup_key": key,
            "recipient": NodeKey(person.key),
            "arguments": {k: v for k, v in old.arguments.items() if k not in OF_THE_OLD_THREAD},
            "description": said(old.description),
            "context_summary": said(old.context_summary)[:140],
            "held_by": None,
            "group": None,
        }
    )
